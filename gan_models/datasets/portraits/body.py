"""Everything behind and below the head: background, neck, shoulders and clothes."""

import torch
from torch import Tensor

from gan_models.datasets.portraits.scene import Scene
from gan_models.datasets.portraits.shading import CLOTH_WRAP, SKIN_WRAP, color, gradient, mix, paint
from gan_models.datasets.portraits.solids import Ellipsoid, blob, smooth_union, smoothstep

BACKGROUNDS = (
    "6fa8b8",  # teal
    "8fb9dc",  # sky
    "a9a4d6",  # lavender
    "d9a5c2",  # orchid
    "eaa296",  # coral
    "f0bf94",  # apricot
    "efd58f",  # straw
    "b4cf9c",  # sage
    "86bfa4",  # mint
    "b9b2aa",  # stone
)


def paint_background(scene: Scene) -> None:
    """Fill the canvas with a soft pool of colour, brighter behind the lit shoulder."""
    hue = gradient(BACKGROUNDS, scene["background_hue"] / 9.0)
    lightness = scene["background_lightness"][:, None]
    base = hue * mix(0.42, 0.85, lightness)
    glow = mix(hue * 0.95, (hue * 0.55 + 0.48), lightness)
    x, y = scene.frame.x, scene.frame.y
    pool = blob(x - 0.45 * scene["light_x"], y - 0.15, 1.15, 1.1)
    scene.canvas.copy_(torch.lerp(base, glow, pool[:, None]))


def paint_body(scene: Scene) -> None:
    """Paint neck, shoulders and clothes over the canvas."""
    window = scene.frame.crop(-1.0, 1.0, -1.0, -0.2)
    man = 1.0 - scene["gender"]
    neck = Ellipsoid(
        scene.torso, window, (0.0, -0.62, -0.12), (0.18 + 0.07 * man, 0.75, 0.2 + 0.04 * man)
    )
    shoulders = Ellipsoid(
        scene.torso, window, (0.0, -1.34, -0.14), (0.80 + 0.12 * man, 0.52 + 0.02 * man, 0.42)
    )
    chest = Ellipsoid(scene.torso, window, (0.0, -1.25, 0.0), (0.5, 0.5, 0.34))
    form = smooth_union((neck, shoulders, chest), 12.0, rim=14.0)
    px, py, _ = scene.torso.to_local(window.x, window.y, form.z)
    edge, trim, seam = _neckline(scene, px, py)
    soft = window.pixel * 1.2
    cloth = smoothstep(-soft, soft, edge)
    skin = (scene.skin * 0.88).expand(-1, -1, *form.z.shape[1:]).clone()
    under_chin = smoothstep(-0.90, -0.60, window.y + 0.0 * form.z)
    collar_shadow = 0.25 * smoothstep(-0.09, 0.0, edge)
    # Skin in shadow keeps more red than blue, or it turns to ash.
    skin *= 1.0 - under_chin[:, None] * skin.new_tensor([0.40, 0.53, 0.56]).view(1, 3, 1, 1)
    age = scene["age"]
    cords = 0.30 * age * blob(px.abs() - 0.075 - 0.05 * (py + 0.7), py + 0.72, 0.020, 0.14)
    rings = 0.22 * age * torch.sin(py * 62.0 + 4.0 * px * px).clamp(min=0.0) ** 3
    apple = 0.20 * man * blob(px, py + 0.685, 0.05, 0.022)
    worn = cords + rings * blob(px, py + 0.70, 0.17, 0.10) + apple
    skin *= (1.0 - collar_shadow)[:, None] * (1.0 - worn)[:, None]
    lit = scene.light.shade(skin, form.normal, SKIN_WRAP)
    cloth_color, trim_color = _cloth_colors(scene)
    albedo = torch.lerp(cloth_color.expand_as(skin), trim_color.expand_as(skin), trim[:, None])
    folds = torch.sin(px * 9.0 + 5.0 * py) * blob(px.abs() - 0.55, py + 0.95, 0.25, 0.3)
    albedo = albedo * (1.0 - seam + 0.05 * folds)[:, None]
    paint(lit, scene.light.shade(albedo, form.normal, CLOTH_WRAP), cloth)
    lit += (0.55 * scene.light.rim(form.normal))[:, None] * cloth_color.sqrt()
    paint(window.of(scene.canvas), lit, (0.5 + form.distance / window.pixel).clamp(0.0, 1.0))


def _neckline(scene: Scene, px: Tensor, py: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return the depth below the neckline, where trim or collar is, and creases."""
    a = px.abs()
    style = scene["neckline"]
    crew = (-0.765 + 2.0 * a * a) - py
    vee = (-0.93 + 1.0 * a) - py
    band = smoothstep(0.085, 0.07, torch.where(style == 1.0, vee * 0.8, crew))
    # Two flaps that hang from the neck; their lower edge rises towards the shoulder.
    flap_low = -0.93 + 0.55 * (a - 0.17).abs()
    gap = smoothstep(0.0, 0.015, a - 0.10 * smoothstep(-0.74, -0.94, py))
    flap = smoothstep(0.0, 0.015, py - flap_low) * smoothstep(0.36, 0.34, a) * gap
    shadow = 0.4 * smoothstep(-0.05, 0.0, py - flap_low) * (1.0 - flap) * smoothstep(0.42, 0.3, a)
    collar = style == 2.0
    edge = torch.where(style == 1.0, vee, torch.where(collar, crew + 0.03, crew))
    trim = torch.where(collar, flap, band)
    rib = 0.18 * smoothstep(0.02, 0.0, ((torch.where(style == 1.0, vee * 0.8, crew)) - 0.085).abs())
    return edge, trim, torch.where(collar, shadow, rib)


def _cloth_colors(scene: Scene) -> tuple[Tensor, Tensor]:
    hue = scene["clothing_hue"][:, None] * 6.0
    offsets = torch.tensor([0.0, 4.0, 2.0], device=hue.device).view(1, 3, 1, 1)
    pure = (((hue + offsets) % 6.0 - 3.0).abs() - 1.0).clamp(0.0, 1.0)
    muted = mix(0.45, pure, 0.75 * scene["clothing_saturation"][:, None])
    lightness = scene["clothing_lightness"][:, None]
    cloth = (muted + 0.04) * mix(0.16, 0.9, lightness) + 0.22 * lightness**2
    trim = torch.where(
        scene["neckline"][:, None] == 2.0,
        mix(cloth, color("f4f1ea", hue), 0.72 + 0 * hue),
        cloth * 0.72,
    )
    return cloth, trim
