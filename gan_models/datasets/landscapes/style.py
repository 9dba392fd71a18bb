"""The style of a landscape: everything about its picture that the label map leaves open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from gan_models.datasets.draws import Draws

# Everything is 0..1 unless a comment says otherwise.
COLUMNS = (
    "time",  # round the clock through MOODS, which are evenly spaced: 0 and 1 are night
    "overcast",  # 0 clear .. 1 grey all over
    "fog",  # 0 crisp air .. 1 thick haze
    "season",  # 0 spring, 1/3 summer, 2/3 autumn, 1 winter
    "sun_x",  # -1 left .. 1 right: where the light comes from if the map shows no sun
    "warmth",  # -1 cool .. 1 warm: a tint over everything
    "saturation",
    "water_hue",  # 0 green lagoon .. 1 deep blue
    "wind",  # 0 a mirror .. 1 ripples that break reflections
    "foliage",  # 0 dark and bluish .. 1 light and yellowish
    "stone",  # 0 slate, 1/2 granite, 1 red sandstone
    "flower",  # index 0 .. 1 into the colours of flowers
    "detail",  # the seed of everything small: 24 bits as a fraction
)
INDEX = {name: number for number, name in enumerate(COLUMNS)}


@dataclass(frozen=True)
class Styles:
    """N styles, one row each."""

    values: Tensor
    """Float32 [N, len(COLUMNS)] on the CPU, columns as in `COLUMNS`."""

    def __len__(self) -> int:
        """Return the number of styles."""
        return self.values.shape[0]

    def __getitem__(self, rows: slice | Sequence[int]) -> Styles:
        """Return the styles at `rows`."""
        return Styles(self.values[rows if isinstance(rows, slice) else list(rows)])

    def replace(self, **columns: float | Tensor) -> Styles:
        """Return a copy with columns set to a number or to a tensor [N]."""
        unknown = sorted(set(columns) - set(COLUMNS))
        if unknown:
            raise ValueError(
                f"Unknown style column {', '.join(unknown)}; the columns are {', '.join(COLUMNS)}."
            )
        values = self.values.clone()
        for name, value in columns.items():
            values[:, INDEX[name]] = torch.as_tensor(value, dtype=torch.float32)
        return Styles(values)


def sample_styles(seeds: Sequence[int]) -> Styles:
    """Draw one style for each seed, the same whatever the batch."""
    draw = Draws(seeds, stream=22)
    # Most pictures are taken by day; a pinch of night keeps the darkness learnable.
    time = np.where(draw.chance(0.9) > 0, draw.uniform(0.12, 0.88), draw.uniform(-0.1, 0.1) % 1.0)
    columns = {
        "time": time,
        "overcast": draw.chance(0.3) * draw.uniform(0.2, 1.0),
        "fog": draw.uniform() ** 2.2,
        "season": draw.uniform(),
        "sun_x": draw.uniform(-1.0, 1.0),
        "warmth": np.clip(draw.normal(0.0, 0.4), -1.0, 1.0),
        "saturation": np.clip(draw.normal(0.55, 0.22), 0.0, 1.0),
        "water_hue": draw.uniform(),
        "wind": draw.uniform() ** 1.6,
        "foliage": draw.uniform(),
        "stone": draw.uniform(),
        "flower": draw.uniform(),
        "detail": np.floor(draw.uniform(0.0, 2.0**24)) * 2.0**-24,
    }
    stacked = np.stack([columns[name] for name in COLUMNS], axis=1)
    return Styles(torch.from_numpy(stacked.astype(np.float32)))


def linear(hexcode: str) -> tuple[float, float, float]:
    """Return the linear-light RGB of an sRGB colour written as rrggbb."""
    red, green, blue = ((int(hexcode[i : i + 2], 16) / 255.0) ** 2.2 for i in (0, 2, 4))
    return red, green, blue


def gradient(hexcodes: Sequence[str], position: Tensor) -> Tensor:
    """Blend along a list of colours; `position` 0..1 is [N, 1, 1], the result [N, 3, 1, 1]."""
    stops = torch.tensor([linear(code) for code in hexcodes], device=position.device)
    place = position.flatten().clamp(0.0, 1.0) * (len(hexcodes) - 1)
    low = place.floor().clamp(max=len(hexcodes) - 2).long()
    return torch.lerp(stops[low], stops[low + 1], (place - low)[:, None])[..., None, None]


# Night, dawn, morning, noon, afternoon, golden hour, sunset, dusk, and night again.
MOODS = {
    "zenith": "0a1230 5272b4 3f83d2 2a70cc 3f82cc 5c86bc 39488c 1c2658 0a1230",
    "middle": "16264e b9a6c4 8fc0ec 6fb0ec 93c0e6 e2bf96 c46c84 5c4e8e 16264e",
    "low": "33487a ffd0a4 e2eef0 cbe4f4 e6ecdc ffd58c ff9450 d8868c 33487a",
    "sun": "8fabe8 ffb987 ffeccb fff9ec fff0d0 ffbd62 ff7d3c a878a4 8fabe8",
    "ambient": "2b3e72 8a88b4 a4bce0 aac6ec a8bcd8 a08fa6 7c6894 4c4a86 2b3e72",
    "haze": "2a3e6c e6bcb4 cddff0 bdd7ef d4dee0 f0c890 dc8674 74659a 2a3e6c",
}
SUN_POWER = (0.35, 0.75, 1.15, 1.3, 1.2, 1.1, 0.95, 0.4, 0.35)
ELEVATION = (0.5, 0.12, 0.5, 0.85, 0.55, 0.22, 0.06, 0.1, 0.5)
GREY = {
    "zenith": "8b95a3",
    "middle": "a9b1bb",
    "low": "c6cacd",
    "sun": "d5dae0",
    "ambient": "b4bcc8",
    "haze": "c0c6cc",
}


@dataclass(frozen=True)
class Palette:
    """The light and the air of each picture, linear-light RGB [N, 3, 1, 1]."""

    zenith: Tensor
    middle: Tensor
    low: Tensor
    sun: Tensor
    """The direct light, as bright as it is."""
    ambient: Tensor
    haze: Tensor
    elevation: Tensor
    """[N, 1, 1], 0 at the horizon .. 1 overhead."""
    night: Tensor
    """[N, 1, 1], 0 by day .. 1 in the dark."""


def curve(stops: Sequence[float], position: Tensor) -> Tensor:
    """Blend along a list of numbers; `position` 0..1 is [N, 1, 1]."""
    values = torch.tensor(stops, device=position.device)
    place = position.clamp(0.0, 1.0) * (len(stops) - 1)
    low = place.floor().clamp(max=len(stops) - 2).long()
    return torch.lerp(values[low], values[low + 1], place - low)


def palette(time: Tensor, overcast: Tensor, warmth: Tensor) -> Palette:
    """Mix the light of the hour with grey weather and a tint; all arguments are [N, 1, 1]."""
    brightness = curve((0.06, 0.55, 0.95, 1.0, 0.95, 0.75, 0.45, 0.16, 0.06), time)[:, None]
    tint = torch.cat([1.0 + 0.10 * warmth, 1.0 + 0.01 * warmth, 1.0 - 0.12 * warmth], dim=1)
    cover = 0.85 * overcast[:, None]

    def mixed(name: str) -> Tensor:
        grey = gradient((GREY[name], GREY[name]), time) * brightness
        clear = gradient(MOODS[name].split(), time)
        return torch.lerp(clear, grey, cover) * tint.view(-1, 3, 1, 1)

    power = curve(SUN_POWER, time)[:, None] * (1.0 - 0.8 * overcast[:, None])
    return Palette(
        zenith=mixed("zenith"),
        middle=mixed("middle"),
        low=mixed("low"),
        sun=mixed("sun") * power,
        ambient=mixed("ambient") * (0.55 + 0.35 * overcast[:, None]),
        haze=mixed("haze"),
        elevation=curve(ELEVATION, time),
        night=((time - 0.5).abs() * 2.0 - 0.8).clamp(0.0, 0.15) / 0.15,
    )
