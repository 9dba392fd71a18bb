"""The numbers that describe a portrait, and how they are drawn from a seed."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from gan_models.datasets.draws import Column, Draws

# Who is in the picture. Everything is 0..1 unless a comment says otherwise.
IDENTITY = (
    "gender",  # 0 masculine .. 1 feminine
    "age",  # 0 about twenty .. 1 about eighty
    "face_width",
    "jaw",  # 0 narrow .. 1 square
    "nose_size",
    "lip_fullness",
    "eye_size",
    "eye_tilt",  # -1 outer corner low .. 1 outer corner high
    "brow_weight",
    "eye_color",  # brown, hazel, green, grey, blue
    "skin_tone",  # 0 porcelain .. 1 deep brown
    "skin_warmth",  # 0 rosy .. 1 golden
    "hair_length",  # 0 bald, 0.2 short, 0.5 chin, 1 below the shoulders
    "hair_curl",  # 0 straight .. 1 tight curls
    "hair_volume",
    "hair_color",  # 0 black, brown, auburn, 1 blond
    "hair_grey",  # 0 none .. 1 white
    "hair_dye",  # 0 none; thirds of (0, 1] are rose, blue and violet
    "hair_fringe",  # 0 open forehead .. 1 full fringe
    "hair_parting",  # -1 .. 1, where the hair parts
    "hair_bun",  # 0 or 1
    "hair_phase",  # places the strands
    "beard",  # 0 shaven, 0.3 stubble, 1 full
    "freckles",  # 0 none .. 1 many
)
# The moment the picture was taken.
MOMENT = (
    "smile",  # 0 serious .. 1 laughing with teeth
    "mouth_open",
    "eyes_open",
    "gaze",  # -1 .. 1, positive to the right of the picture
    "brows",  # -1 lowered .. 1 raised
    "glasses",  # 0 or 1
    "glasses_shape",  # 0 round, 1 rectangular
    "lipstick",
    "earrings",  # 0 or 1
    "yaw",  # radians, positive turns the face to the right of the picture
    "pitch",  # radians, positive looks up
    "roll",  # radians, positive tilts counter-clockwise
    "light_x",  # -1 .. 1, side the key light comes from
    "light_y",  # 0 level .. 1 high
    "light_warmth",  # 0 cool .. 1 warm
    "clothing_hue",  # a turn of the colour wheel
    "clothing_saturation",
    "clothing_lightness",
    "neckline",  # 0 crew, 1 V, 2 collar
    "background_hue",  # index 0 .. 9 of BACKGROUNDS, fractions blend
    "background_lightness",
)
COLUMNS = IDENTITY + MOMENT
INDEX = {name: column for column, name in enumerate(COLUMNS)}

LABELS: tuple[str, ...] = (
    "gender",
    "age",
    "smile",
    "mouth_open",
    "eyes_open",
    "gaze",
    "brows",
    "glasses",
    "beard",
    "lipstick",
    "hair_length",
    "hair_curl",
    "hair_color",
    "hair_grey",
    "hair_volume",
    "hair_fringe",
    "skin_tone",
    "face_width",
    "eye_size",
    "yaw",
    "pitch",
    "roll",
    "light_x",
    "light_warmth",
    "clothing_lightness",
    "background_lightness",
)
MIRRORED = frozenset({"gaze", "yaw", "roll", "light_x", "hair_parting"})
# Multiply the labels by these when a picture is flipped left to right.
FLIP_SIGN: tuple[float, ...] = tuple(-1.0 if name in MIRRORED else 1.0 for name in LABELS)
_LABEL_COLUMNS = [INDEX[name] for name in LABELS]


@dataclass(frozen=True)
class Portraits:
    """Descriptions of N portraits, one row each."""

    values: Tensor
    """Float32 [N, len(COLUMNS)] on the CPU, columns as in `COLUMNS`."""

    def __len__(self) -> int:
        """Return the number of portraits."""
        return self.values.shape[0]

    def __getitem__(self, rows: int | slice | Sequence[int] | Tensor) -> "Portraits":
        """Return the portraits at `rows`; a single index gives a batch of one."""
        if isinstance(rows, int):
            rows = [rows]
        elif not isinstance(rows, slice | Tensor):
            rows = list(rows)
        return Portraits(self.values[rows])

    def column(self, name: str) -> Tensor:
        """Return one column as float32 [N]."""
        _require_known([name])
        return self.values[:, INDEX[name]]

    def labels(self) -> Tensor:
        """Return the columns named by `LABELS` as float32 [N, len(LABELS)]."""
        return self.values[:, _LABEL_COLUMNS]

    def replace(self, **columns: float | Tensor) -> "Portraits":
        """Return a copy with columns set to a number or to a tensor [N]."""
        _require_known(list(columns))
        values = self.values.clone()
        for name, value in columns.items():
            values[:, INDEX[name]] = torch.as_tensor(value, dtype=torch.float32)
        return Portraits(values)

    def mirrored(self) -> "Portraits":
        """Return the people as a mirror shows them."""
        signs = torch.tensor([-1.0 if name in MIRRORED else 1.0 for name in COLUMNS])
        return Portraits(self.values * signs)


def _require_known(names: Sequence[str]) -> None:
    unknown = sorted(set(names) - set(COLUMNS))
    if unknown:
        raise ValueError(
            f"Unknown portrait column {', '.join(unknown)}; the columns are {', '.join(COLUMNS)}."
        )


def sample(seeds: Sequence[int], appearance_seeds: Sequence[int] | None = None) -> Portraits:
    """Draw one portrait per seed, the same whatever the batch.

    `seeds` choose who is seen, `appearance_seeds` (the same by default) expression, pose, light,
    clothes and glasses: equal seeds with other appearance seeds show the same person again.
    """
    moments = seeds if appearance_seeds is None else appearance_seeds
    if len(moments) != len(seeds):
        raise ValueError(f"{len(seeds)} seeds but {len(moments)} appearance seeds.")
    person = _identity(Draws(seeds, stream=1))
    columns = {**person, **_moment(Draws(moments, stream=2), person)}
    stacked = np.stack([columns[name] for name in COLUMNS], axis=1)
    return Portraits(torch.from_numpy(stacked.astype(np.float32)))


class _Recorded(Draws):
    """Draws that remember what they were, each as a bell has it."""

    def __init__(self, seeds: Sequence[int], stream: int) -> None:
        super().__init__(seeds, stream)
        self.bells: list[Column] = []
        self._of_a_bell = False

    def uniform(self, low: float = 0.0, high: float = 1.0) -> Column:
        draws = super().uniform()
        if not self._of_a_bell:
            self.bells.append(torch.special.ndtri(torch.from_numpy(draws)).clamp(-5, 5).numpy())
        return low + (high - low) * draws

    def normal(self, mean: float | Column = 0.0, std: float = 1.0) -> Column:
        self._of_a_bell = True
        bell = super().normal()
        self._of_a_bell = False
        self.bells.append(bell)
        return mean + std * bell


def sample_with_draws(seeds: Sequence[int]) -> tuple[Tensor, Portraits]:
    """Portraits as `sample` draws them, and the independent numbers behind each [N, D], about
    normally distributed."""
    who, how = _Recorded(seeds, stream=1), _Recorded(seeds, stream=2)
    person = _identity(who)
    columns = {**person, **_moment(how, person)}
    stacked = np.stack([columns[name] for name in COLUMNS], axis=1)
    bells = np.stack(who.bells + how.bells, axis=1)
    return (
        torch.from_numpy(bells.astype(np.float32)),
        Portraits(torch.from_numpy(stacked.astype(np.float32))),
    )


APART = 2**40
"""Between the seeds of those who lend their attributes, where no data set has any."""
WHOLE = ("gender", "age")
"""Attributes that others, which have no label, are shaped by."""


def sample_apart(seeds: Sequence[int]) -> Portraits:
    """Draw one portrait per seed whose attributes tell nothing of each other.

    Each label but `WHOLE` is that of somebody else, so that long hair, lipstick and beards are as
    frequent with every gender, and grey hair at every age. One by one the attributes occur as
    `sample` has them.
    """
    mixed = sample(seeds)
    for number, name in enumerate(LABELS):
        if name not in WHOLE:
            lender = sample([seed + (number + 1) * APART for seed in seeds])
            mixed = mixed.replace(**{name: lender.column(name)})
    return mixed


def sample_half_apart(seeds: Sequence[int]) -> Portraits:
    """Draw one portrait per seed: of odd seeds as `sample_apart`, of even ones as `sample` has."""
    odd = torch.tensor([seed % 2 == 1 for seed in seeds])
    return Portraits(torch.where(odd[:, None], sample_apart(seeds).values, sample(seeds).values))


def _unit(values: Column) -> Column:
    clipped: Column = np.clip(values, 0.0, 1.0)
    return clipped


def _identity(draw: Draws) -> dict[str, Column]:
    woman = draw.chance(0.5)
    gender = _unit(woman * 0.76 + 0.12 + draw.normal(0.0, 0.1))
    age = draw.uniform() ** 1.25
    bearded = draw.chance(0.6 * (1.0 - woman) * np.clip(0.7 + 3.0 * age, 0.0, 1.0) + 0.02)
    person = {
        "gender": gender,
        "age": age,
        "face_width": _unit(draw.normal(0.5, 0.24)),
        "jaw": _unit(draw.normal(0.62 - 0.35 * gender, 0.2)),
        "nose_size": _unit(draw.normal(0.6 - 0.25 * gender + 0.1 * age, 0.2)),
        "lip_fullness": _unit(draw.normal(0.35 + 0.3 * gender, 0.2)),
        "eye_size": _unit(draw.normal(0.5 + 0.15 * gender - 0.15 * age, 0.2)),
        "eye_tilt": np.clip(draw.normal(0.1, 0.35), -1.0, 1.0),
        "brow_weight": _unit(draw.normal(0.65 - 0.4 * gender, 0.17)),
        "skin_tone": draw.uniform(),
        "skin_warmth": draw.uniform(),
        "beard": bearded * draw.uniform(0.4, 1.0),
    }
    # Blue eyes and blond hair become rarer with darker skin, but stay possible.
    light = 1.0 - person["skin_tone"]
    person["eye_color"] = draw.uniform() ** (3.4 - 2.5 * light)
    person["hair_color"] = draw.uniform() ** (3.0 - 2.2 * light)
    person["hair_grey"] = _unit((age - 0.62) * 3.2 + draw.normal(0.0, 0.3)) * (age > 0.4)
    hair = _hair(draw, woman, age)
    person["freckles"] = draw.chance(0.1 + 0.25 * light) * draw.uniform(0.4, 1.0)
    return {**person, **hair}


def _hair(draw: Draws, woman: Column, age: Column) -> dict[str, Column]:
    short = draw.uniform(0.14, 0.34)
    bald = draw.chance(0.16 + 0.16 * age) * draw.uniform() ** 0.7
    long = draw.uniform(0.36, 1.0)
    is_long = draw.chance(0.06 + 0.8 * woman)
    curly = draw.chance(0.3)
    fringed = draw.chance(0.12 + 0.25 * woman)
    bun = draw.chance(0.16 * woman + 0.01) * is_long
    length = np.where(is_long > 0, long, np.where(woman > 0, short, short * (1.0 - bald)))
    return {
        "hair_length": length,
        "hair_curl": curly * draw.uniform(0.45, 1.0) + (1.0 - curly) * draw.uniform(0.0, 0.35),
        "hair_volume": _unit(draw.normal(0.5, 0.22)),
        "hair_dye": draw.chance(0.05) * draw.uniform(0.02, 1.0),
        "hair_fringe": np.where(fringed > 0, draw.uniform(0.7, 1.0), draw.uniform(0.0, 0.3)),
        "hair_parting": draw.uniform(-1.0, 1.0),
        "hair_bun": bun,
        "hair_phase": draw.uniform(),
    }


def _moment(draw: Draws, person: dict[str, Column]) -> dict[str, Column]:
    gender, age = person["gender"], person["age"]
    return {
        "smile": draw.uniform(),
        "mouth_open": draw.chance(0.4) * draw.uniform(0.25, 1.0),
        "eyes_open": _unit(1.0 - np.abs(draw.normal(0.0, 0.2))) * (1.0 - draw.chance(0.1)),
        "gaze": np.clip(draw.normal(0.0, 0.25), -1.0, 1.0),
        "brows": np.clip(draw.normal(0.1, 0.4), -1.0, 1.0),
        "glasses": draw.chance(0.32 + 0.12 * age),
        "glasses_shape": draw.chance(0.5),
        "lipstick": draw.chance(0.04 + 0.62 * gender**2) * draw.uniform(0.55, 1.0),
        "yaw": np.clip(draw.normal(0.0, 0.245), -0.55, 0.55),
        "pitch": np.clip(draw.normal(0.0, 0.09), -0.25, 0.25),
        "roll": np.clip(draw.normal(0.0, 0.05), -0.15, 0.15),
        "light_x": draw.uniform(-1.0, 1.0),
        "light_y": draw.uniform(),
        "light_warmth": draw.uniform(),
        "clothing_hue": draw.uniform(),
        "clothing_saturation": draw.uniform(0.25, 1.0),
        "clothing_lightness": draw.uniform(),
        "neckline": np.floor(draw.uniform(0.0, 3.0)),
        "background_hue": np.floor(draw.uniform(0.0, 10.0)),
        "background_lightness": draw.uniform(),
        "earrings": draw.chance(0.05 + 0.4 * gender),
    }
