"""A generator that learns the very pictures of faces whose numbers are known.

Our renderer draws a portrait from some fifty numbers, and so it is known for each training picture
what it shows. Those numbers stand on directions of W, at right angles to each other and each for
rows of its own, and the generator learns to draw the picture that belongs to them while the
discriminator keeps it sharp. A slider is then such a direction. The mapping network learns to lead
z, the bell-shaped numbers that a portrait was drawn by, to where the portrait stands.
"""

from __future__ import annotations

import torch
from torch import Tensor

from gan_models.base import Direction, TrainingError
from gan_models.datasets import portraits
from gan_models.datasets.arrays import PictureArray
from gan_models.datasets.prepare import FACES, faces_of
from gan_models.directions.bounds import Bounds
from gan_models.directions.labels import SLIDERS, TIED, words_of
from gan_models.evaluation.portraits import portraits_network
from gan_models.families.mapping import MappingNetwork
from gan_models.families.stylegan2 import StyleGAN2
from gan_models.progress import finish
from gan_models.training.config import TrainingConfig
from gan_models.training.draws import Draws

PAIRS, PAIRS_A_STEP = 200_000, 512
"""Portraits that the mapping learns from, none of which need be drawn."""
FIRST_PAIR = 3_000_000_000
"""The seed of their first, far from those of all data sets."""
RARE = 0.005
"""The share of pictures beyond each end of what edits may reach."""
UNSURE = 0.3
"""How far a yes or no may be from 1 or 0: z leads to something between as well."""
EDGES, FEATURES, READINGS = 1.5, 0.1, 0.1
"""Weights of what the error has besides the mean difference of colours: of differences between
neighbours, of what the network that reads attributes sees, and of what it reads, in std^2."""
FINE = frozenset({
    "eye_color", "skin_tone", "skin_warmth", "hair_color", "hair_grey", "freckles", "lipstick",
    "light_x", "light_y", "light_warmth", "clothing_saturation", "clothing_lightness",
    "background_lightness", "brow_weight", "hair_dye", "clothing_hue", "background_hue",
})  # fmt: skip
"""Columns that are colours, for the rows from `FINE_PIXELS` on; all others are shapes, for those
before `SHAPE_PIXELS`, or with strands and wrinkles before `DETAIL_PIXELS`."""
DETAILED = frozenset({"age", "hair_curl", "hair_phase", "beard"})
FINE_PIXELS, SHAPE_PIXELS, DETAIL_PIXELS = 32, 64, 128
SHAPED = {"gender": ("jaw", "nose_size", "lip_fullness", "brow_weight"), "age": ("nose_size",)}
"""Columns without a label that are part of how an attribute is seen."""

LENGTHS = dict.fromkeys(("age", "smile", "beard", "hair_length", "hair_color"), 1.2)
"""Standard deviations of its number in one unit of a slider, where it is not one: a generator draws
a little less than it is asked for, and of two units 1.5 shall be seen (chosen with the network that
reads attributes, in steps of 0.1, on 150 faces of the bundled model)."""


def check_known(config: TrainingConfig, drawn_set: str) -> None:
    """Raise TrainingError where `known_weight` cannot be used with the pictures of this set."""
    if config.architecture != "stylegan2":
        raise TrainingError("known_weight is for the architecture stylegan2; set it to 0")
    if drawn_set not in FACES:
        raise TrainingError(
            f"known_weight is for {' and '.join(FACES)} alone, which are drawn from numbers; "
            "choose another size, or set it to 0"
        )
    z, drawn = portraits.sample_with_draws(range(FIRST_PAIR, FIRST_PAIR + 1))
    columns, _ = encode(drawn)
    if config.w_dim < len(columns) or config.z_dim < z.shape[1]:
        raise TrainingError(
            f"known_weight needs a z_dim of {z.shape[1]} or more and a w_dim of {len(columns)} or "
            f"more, not {config.z_dim} and {config.w_dim}"
        )


class KnownFaces:
    """The numbers of all pictures of `data`, and where they stand in the W of `generator`."""

    def __init__(self, data: PictureArray, generator: StyleGAN2) -> None:
        faces = faces_of(data)
        z, drawn = portraits.sample_with_draws(range(FIRST_PAIR, FIRST_PAIR + PAIRS))
        columns, numbers = encode(drawn)
        spec = generator.spec
        device = generator.w_avg.device
        self._others = spec.z_dim - z.shape[1]
        self.columns = columns
        self._mean, self._std = numbers.mean(dim=0), numbers.std(dim=0)
        self._codes = self._standardised(encode(faces)[1]).to(device)
        self._pairs = z.to(device), self._standardised(numbers).to(device)
        self._unsure = torch.tensor([UNSURE if name in YES_OR_NO else 0.0 for name in columns])
        self._unsure = (self._unsure / self._std).to(device)
        source = torch.Generator().manual_seed(0)
        square = torch.randn(spec.w_dim, spec.w_dim, generator=source)
        self.basis = torch.linalg.qr(square)[0][: len(columns)].to(device)
        """Where each number points to [numbers, w_dim]."""
        sizes = spec.ws_resolutions
        self.rows = {name: _rows(name, sizes) for name in columns}
        self._spans = [self._span(row) for row in range(spec.num_ws)]
        self._reader = finish(portraits_network("fitter")).to(device)

    def _standardised(self, numbers: Tensor) -> Tensor:
        return (numbers - self._mean) / self._std

    def _span(self, row: int) -> Tensor:
        """Projection [w_dim, w_dim] on what a row may know."""
        ours = [first <= row < last for first, last in self.rows.values()]
        basis = self.basis[torch.tensor(ours, device=self.basis.device)]
        return basis.t() @ basis

    @torch.no_grad()
    def restrict(self, generator: StyleGAN2) -> None:
        """Let the styles of each row depend only on the numbers that are for this row."""
        row = 0
        for _, block in generator.blocks():
            layers = [layer.affine for layer in block.convolutions()]
            after = row + len(layers)
            if block.torgb is not None:  # shares the row of the next convolution
                layers.append(block.torgb.affine)
            for number, affine in enumerate(layers, row):
                affine.weight.copy_(affine.weight @ self._spans[number])
            row = after

    def ws(self, indices: Tensor, rows: int) -> Tensor:
        """Where pictures of the data stand [N, rows, w_dim]; what is yes or no is not sure."""
        codes = self._codes[indices.to(self._codes.device)]
        codes = codes + self._unsure * (2 * torch.rand_like(codes) - 1)
        return (codes @ self.basis)[:, None].expand(-1, rows, -1)

    def error(self, drawn: Tensor, truth: Tensor) -> Tensor:
        """How far pictures [N, C, H, W] are from those that belong to their numbers."""
        drawn, truth = drawn.float(), truth.float()
        edges = sum(
            ((a - b).abs().mean() for a, b in zip(_edges(drawn), _edges(truth), strict=True)),
            start=torch.zeros([], device=drawn.device),
        )
        with torch.no_grad():
            wanted = self._reader.grid(truth)
            attributes = self._reader.head(wanted.flatten(1))
        seen = self._reader.grid(drawn)
        features = (seen - wanted).abs().mean() / wanted.abs().mean().clamp(min=1e-8)
        readings = (self._reader.head(seen.flatten(1)) - attributes).square().mean()
        colours = (drawn - truth).abs().mean()
        return colours + EDGES * edges + FEATURES * features + READINGS * readings

    def mapping_error(self, mapping: MappingNetwork, draws: Draws, decay: float) -> Tensor:
        """Mean squared distance between where z is led and where it belongs; W's mean follows."""
        z, codes = self._pairs
        chosen = draws.integers(0, len(z), PAIRS_A_STEP).to(z.device)
        others = draws.normal(PAIRS_A_STEP, self._others)
        w = mapping(torch.cat([z[chosen], others], dim=1))
        with torch.no_grad():
            mapping.w_avg.lerp_(w.mean(dim=0), decay)
        return (w - codes[chosen] @ self.basis).square().sum(dim=1).mean() / len(self.columns)

    def bounds(self) -> Bounds:
        """Where the numbers of the pictures end, but for the few that stand apart."""
        ends = [self._codes.quantile(share, dim=0).cpu() for share in (RARE, 1 - RARE)]
        return Bounds(self.basis.cpu().contiguous(), *ends)

    def directions(self) -> dict[str, Direction]:
        """Sliders; what is part of an attribute moves along as it does from face to face."""
        _, codes = self._pairs
        slopes = codes.t() @ codes / len(codes)
        return {name: self._direction(name, slopes) for name in SLIDERS if name in self.columns}

    def _direction(self, name: str, slopes: Tensor) -> Direction:
        own = self.columns.index(name)
        parts = {own: 1.0}
        length = LENGTHS.get(name, 1.0)
        for other in (*TIED.get(name, ()), *SHAPED.get(name, ())):
            place = self.columns.index(other)
            parts[place] = float(slopes[own, place])
        step = sum(length * size * self.basis[place] for place, size in parts.items())
        assert isinstance(step, Tensor)
        reached = [self.rows[self.columns[place]] for place in parts]
        layers = min(first for first, _ in reached), max(last for _, last in reached)
        facts = {**words_of(name), "tied": list(TIED.get(name, ()))}
        return Direction(name, step.cpu().numpy(), layers, source="known faces", facts=facts)


CIRCLES = ("clothing_hue", "hair_phase")
"""Turns: their ends are one."""
CHOICES = {"neckline": 3, "background_hue": 10}
"""Columns that name one of so many."""
DYES = 3
YES_OR_NO = frozenset({
    "hair_bun", "glasses", "glasses_shape", "earrings",
    *(f"neckline {kind}" for kind in range(3)), *(f"hair_dye {third}" for third in range(DYES)),
})  # fmt: skip


def encode(faces: portraits.Portraits) -> tuple[list[str], Tensor]:
    """Names and values [N, numbers] of what describes portraits, without jumps.

    Circles are two numbers, choices and dyes one for each; all other columns are as they are. A
    name begins with that of its column.
    """
    found: dict[str, Tensor] = {}
    for name in portraits.COLUMNS:
        values = faces.column(name)
        if name in CIRCLES:
            turn = 2 * torch.pi * values
            found |= {f"{name} x": turn.cos(), f"{name} y": turn.sin()}
        elif name in CHOICES:
            kinds = range(CHOICES[name])
            found |= {f"{name} {kind}": (values.round() == kind).float() for kind in kinds}
        elif name == "hair_dye":
            third = (values * DYES).ceil() - 1
            found |= {f"{name} {kind}": (third == kind).float() for kind in range(DYES)}
        else:
            found[name] = values
    return list(found), torch.stack(list(found.values()), dim=1)


def _rows(name: str, sizes: tuple[int, ...]) -> tuple[int, int]:
    """Which rows of `ws` a number is for, of those that act at `sizes`."""
    column = name.split(" ")[0]
    if column in FINE:
        return sum(size < FINE_PIXELS for size in sizes[:-1]), len(sizes)
    last = DETAIL_PIXELS if column in DETAILED else SHAPE_PIXELS
    return 0, max(1, sum(size < last for size in sizes[:-1]))


def _edges(x: Tensor) -> tuple[Tensor, Tensor]:
    """Differences of neighbours."""
    return x[..., 1:] - x[..., :-1], x[..., 1:, :] - x[..., :-1, :]
