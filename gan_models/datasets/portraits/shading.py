"""Light and colour: one key light, a hemisphere of ambient light and a rim, all linear."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from gan_models.datasets.portraits.solids import Scalar, Window

Normal = tuple[Tensor, Tensor, Tensor]

# Light bleeds further through skin in red than in blue: a free subsurface look.
SKIN_WRAP = (0.55, 0.38, 0.32)
CLOTH_WRAP = (0.35, 0.35, 0.35)
HAIR_WRAP = (0.45, 0.42, 0.40)
EXPOSURE = 1.05


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


def color(hexcode: str, like: Tensor) -> Tensor:
    """Return one colour as [1, 3, 1, 1] on the device of `like`."""
    return torch.tensor(linear(hexcode), device=like.device).view(1, 3, 1, 1)


def paint(picture: Tensor, ink: Tensor, alpha: Tensor) -> None:
    """Lay `ink` over a [N, 3, H, W] picture in place; alpha is [N, H, W]."""
    picture.lerp_(ink.expand_as(picture), alpha[:, None].expand_as(picture))


def darken(picture: Tensor, amount: Tensor) -> None:
    """Multiply a picture by 1 - amount in place."""
    picture.mul_((1.0 - amount)[:, None])


@dataclass(frozen=True)
class Light:
    """The key light of each portrait and what comes from everywhere else."""

    direction: Tensor
    """[N, 3, 1, 1], towards the light."""
    key: Tensor
    """[N, 3, 1, 1]."""
    sky: Tensor
    ground: Tensor

    def facing(self, normal: Normal) -> Tensor:
        """Return the cosine between normal and light, [N, H, W]."""
        d = self.direction
        return normal[0] * d[:, 0] + normal[1] * d[:, 1] + normal[2] * d[:, 2]

    def shade(self, albedo: Tensor, normal: Normal, wrap: Sequence[float]) -> Tensor:
        """Light a surface [N, 3, H, W] by wrap lighting and a hemisphere of ambient."""
        facing = self.facing(normal)
        up = normal[1] * 0.5 + 0.5
        lit = torch.empty_like(albedo)
        for i, bleed in enumerate(wrap):
            direct = ((facing + bleed) * (1.0 / (1.0 + bleed))).clamp_(min=0.0)
            ambient = torch.addcmul(self.ground[:, i], up, self.sky[:, i] - self.ground[:, i])
            torch.mul(torch.addcmul(ambient, direct, self.key[:, i]), albedo[:, i], out=lit[:, i])
        return lit

    def gloss(self, normal: Normal, power: float) -> Tensor:
        """Return the Blinn-Phong highlight, [N, H, W]."""
        half = torch.nn.functional.normalize(
            self.direction + self.direction.new_tensor([0.0, 0.0, 1.0]).view(1, 3, 1, 1), dim=1
        )
        cosine = normal[0] * half[:, 0] + normal[1] * half[:, 1] + normal[2] * half[:, 2]
        return cosine.clamp(min=0.0) ** power

    def rim(self, normal: Normal) -> Tensor:
        """Return the light that comes from behind, on the side away from the key."""
        side = (-self.direction[:, 0] * 1.1 * normal[0] + 0.35 * normal[1] + 0.25).clamp(0.0, 1.0)
        edge = (1.0 - normal[2]).clamp(0.0, 1.0)
        return side * edge * edge * edge


def light(x: Tensor, y: Tensor, warmth: Tensor) -> Light:
    """Place the key light; all arguments [N, 1, 1] in the ranges of the portrait columns."""
    direction = torch.stack([0.65 * x, 0.35 + 0.35 * y, 0.75 + 0.0 * x], dim=1)
    key = gradient(("e6efff", "fff4e8", "ffe3bf"), warmth)
    sky = gradient(("bdd3f5", "c9cfe6", "cfc6d8"), warmth)
    ground = gradient(("a898a8", "b8988c", "c09484"), warmth)
    return Light(
        torch.nn.functional.normalize(direction, dim=1), key * 0.90, sky * 0.55, ground * 0.58
    )


def develop(picture: Tensor, frame: Window) -> Tensor:
    """Vignette, roll off the highlights, average 2x2 samples and encode as uint8 sRGB."""
    radius = frame.x**2 + frame.y**2
    exposed = picture.mul_((EXPOSURE - 0.075 * radius)[:, None])
    # Above 0.7 approach 1 exponentially: a shoulder keeps bright skin from burning out.
    over = (exposed - 0.7).clamp_(min=0.0)
    rolled = exposed.clamp_(max=0.7).add_((1.0 - torch.exp(over * (-1.0 / 0.3))), alpha=0.3)
    small = torch.nn.functional.avg_pool2d(rolled, 2).clamp_(0.0, 1.0)
    return small.pow_(1.0 / 2.2).mul_(255.0).add_(0.5).to(torch.uint8)


def mix(a: Scalar, b: Scalar, t: Tensor) -> Tensor:
    """Return a where t is 0 and b where t is 1."""
    return a + (b - a) * t
