"""What every layer of a portrait needs: its numbers, pose, light, colours and the canvas."""

from dataclasses import dataclass

import torch
from torch import Tensor

from gan_models.datasets.portraits.parameters import INDEX
from gan_models.datasets.portraits.shading import Light, color, gradient, light, mix
from gan_models.datasets.portraits.solids import Pose, Window, pose, smoothstep, whole_frame

SKINS = ("f9d5c2", "f3c6a8", "e8b48c", "cf9266", "a96c46", "88503a", "70432e")
GOLDEN_SKINS = ("f8d8ba", "f0ca9e", "e4b684", "c8955e", "a06f40", "82532f", "6a432a")
HAIRS = ("1d1714", "33211a", "56331f", "84452a", "b5713a", "dca85c", "f2d490")
GREYS = ("8f8f94", "c4c4c8")


@dataclass
class Scene:
    """A batch of portraits being painted."""

    values: Tensor
    frame: Window
    canvas: Tensor
    """Linear-light RGB [N, 3, H, W]."""
    head: Pose
    torso: Pose
    light: Light
    skin: Tensor
    hair: Tensor
    brow: Tensor
    """Hair that is never dyed and greys late, so that its own colour shows."""
    beard: Tensor
    """Hair that is never dyed."""

    def __getitem__(self, name: str) -> Tensor:
        """Return a column as [N, 1, 1]."""
        return self.values[:, INDEX[name], None, None]

    @property
    def width(self) -> Tensor:
        """Return the scale of the head across, about 1."""
        return 0.93 + 0.15 * self["face_width"]

    @property
    def long(self) -> Tensor:
        """Return 0 for hair above the ears, 1 for hair that falls beside the face."""
        return smoothstep(0.33, 0.42, self["hair_length"]) * (1.0 - self["hair_bun"])


def prepare(values: Tensor, size: int) -> Scene:
    """Set up pose, light and colours for `values` [N, P] at twice the picture's size."""
    column = {name: values[:, i, None, None] for name, i in INDEX.items()}
    frame = whole_frame(size * 2, values.device)
    head = pose(column["yaw"], column["pitch"], column["roll"], (0.0, 0.04, 0.0))
    torso = pose(
        column["yaw"] * 0.25, column["pitch"] * 0.0, column["roll"] * 0.3, (0.0, 0.04, 0.0)
    )
    canvas = torch.empty(len(values), 3, size * 2, size * 2, device=values.device)
    return Scene(
        values,
        frame,
        canvas,
        head,
        torso,
        light(column["light_x"], column["light_y"], column["light_warmth"]),
        _skin_color(column),
        _dyed(column, _hair_color(column, column["hair_grey"])),
        _hair_color(column, 0.45 * column["hair_grey"]),
        _hair_color(column, column["hair_grey"]),
    )


def _skin_color(column: dict[str, Tensor]) -> Tensor:
    tone, warmth = column["skin_tone"], column["skin_warmth"][:, None]
    return mix(gradient(SKINS, tone), gradient(GOLDEN_SKINS, tone), warmth)


def _hair_color(column: dict[str, Tensor], grey: Tensor) -> Tensor:
    natural = gradient(HAIRS, column["hair_color"])
    silver = gradient(GREYS, (grey * 1.4 - 0.4).clamp(0.0, 1.0))
    return mix(natural, silver, smoothstep(0.0, 0.7, grey)[:, None])


def _dyed(column: dict[str, Tensor], hair: Tensor) -> Tensor:
    dye = column["hair_dye"][:, None]
    third = (dye * 3.0).ceil()
    dyed = torch.where(third == 1, color("e27d95", dye), color("5a83d6", dye))
    dyed = torch.where(third == 3, color("8b62b8", dye), dyed)
    return torch.where(dye > 0.0, dyed, hair)
