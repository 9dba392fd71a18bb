"""Hair as one hood around the skull with an opening for the face, combed into strands."""

from dataclasses import dataclass

import torch
from torch import Tensor

from gan_models.datasets.portraits.scene import Scene
from gan_models.datasets.portraits.shading import HAIR_WRAP, mix, paint
from gan_models.datasets.portraits.solids import Ellipsoid, Window, smoothstep


@dataclass
class Hood:
    """The hood: an upper ellipsoid for the crown, a taller lower one for what hangs down."""

    window: Window
    upper: Ellipsoid
    lower: Ellipsoid
    equator: float
    bottom: Tensor
    """Where the hair ends, local y [N, 1, 1]."""


def hood(scene: Scene, window: Window) -> Hood:
    """Place the hood by the length, volume and curl of the hair."""
    length, curl = scene["hair_length"], scene["hair_curl"]
    grown = smoothstep(0.04, 0.36, length)
    thick = 0.008 + grown * (0.045 + 0.055 * scene["hair_volume"])
    thick = thick + 0.08 * smoothstep(0.3, 1.0, curl) * grown * (1.0 - scene["hair_bun"])
    thick = mix(thick, 0.035, scene["hair_bun"])
    long = scene.long
    bottom = (
        mix(-0.14, 0.06, scene["hair_bun"]) - 1.02 * ((length - 0.30) / 0.7).clamp(min=0.0) * long
    )
    equator = 0.14
    rx = 0.505 * scene.width + thick + 0.045 * long
    upper_height = 0.58 + 0.98 * thick
    rz = 0.545 + thick
    fall = mix(0.58, (equator - bottom) * 1.12 + 0.15, long)
    centre = (0.0, equator, -0.065)
    upper = Ellipsoid(scene.head, window, centre, (rx, upper_height, rz))
    lower = Ellipsoid(scene.head, window, centre, (rx, fall, rz))
    return Hood(window, upper, lower, equator, bottom)


def paint_back_hair(scene: Scene, cap: Hood) -> None:
    """Paint the far inside of the hood, seen behind the neck and beside the face."""
    window = cap.window
    alpha, y = _far_wall(scene, cap)
    presence = smoothstep(0.05, 0.12, scene["hair_length"])
    shade = mix(0.30, 0.55, smoothstep(-0.9, 0.5, y))
    strands = 1.0 + 0.16 * torch.sin(window.x * 46.0 + 6.0 * scene["hair_phase"])
    ink = scene.hair * (shade * strands)[:, None]
    paint(window.of(scene.canvas), ink, alpha * presence)


def _far_wall(scene: Scene, cap: Hood) -> tuple[Tensor, Tensor]:
    window = cap.window
    solid = cap.lower
    z = solid.plane - solid.root()
    _, y, _ = scene.head.to_local(window.x, window.y, z)
    high = smoothstep(cap.equator - 0.02, cap.equator + 0.02, y)
    inside = mix(solid.coverage(window.pixel), cap.upper.coverage(window.pixel), high)
    ragged = 0.02 * torch.sin(window.x * 38.0) + 0.015 * torch.sin(window.x * 71.0)
    soft = window.pixel * 1.5
    return inside * smoothstep(-soft, soft, y - cap.bottom + ragged * scene.long), y


def paint_bun(scene: Scene) -> None:
    """Paint a bun on the crown of those who tie their hair."""
    if not bool((scene["hair_bun"] > 0.0).any()):
        return
    window = scene.frame.crop(-0.6, 0.6, 0.3, 1.0)
    size = 0.62 + 0.55 * scene["hair_length"]
    ball = Ellipsoid(
        scene.head, window, (0.0, 0.70, -0.14), (0.19 * size, 0.165 * size, 0.18 * size)
    )
    root = ball.root()
    normal = ball.normal(root)
    x, y, _ = scene.head.to_local(window.x, window.y, ball.plane + root)
    tied = scene["hair_bun"] * smoothstep(0.05, 0.12, scene["hair_length"])
    twist = torch.sin(26.0 * (y - 0.74) + 9.0 * x)
    ink = scene.hair * (0.92 + 0.13 * twist)[:, None]
    lit = scene.light.shade(ink, normal, HAIR_WRAP)
    lit += (0.35 * scene.light.gloss(normal, 18.0))[:, None] * scene.hair.sqrt() * 0.5
    paint(window.of(scene.canvas), lit, ball.coverage(window.pixel) * tied)


def paint_hair(scene: Scene, cap: Hood) -> None:
    """Paint the near side of the hood, with its opening for the face."""
    window = cap.window
    top_root, low_root = cap.upper.root(), cap.lower.root()
    _, top_y, _ = scene.head.to_local(window.x, window.y, cap.upper.plane + top_root)
    is_top = top_y > cap.equator
    z = torch.where(is_top, cap.upper.plane + top_root, cap.lower.plane + low_root)
    x, y, depth = scene.head.to_local(window.x, window.y, z)
    high, low = cap.upper.normal(top_root), cap.lower.normal(low_root)
    normal = tuple(torch.where(is_top, a, b) for a, b in zip(high, low, strict=True))
    inside = torch.where(is_top, cap.upper.distance(), cap.lower.distance())
    strands, bump_x, bump_y = _strands(scene, x, y, depth)
    alpha = _coverage(scene, cap, x, y, depth, inside, strands)
    nx, ny, nz = normal[0] + bump_x, normal[1] + bump_y, normal[2]
    over = torch.rsqrt(nx * nx + ny * ny + nz * nz)
    normal = (nx * over, ny * over, nz * over)
    tone = 1.0 + 0.20 * strands
    tone = tone * mix(1.0, 0.72, smoothstep(0.0, -0.7, y) * scene.long)
    lit = scene.light.shade(scene.hair * tone[:, None], normal, HAIR_WRAP)
    sheen = _sheen(scene, normal, strands) * (0.5 + 0.5 * scene.hair.amax(1).sqrt())
    lit += sheen[:, None] * (scene.hair.sqrt() * 0.6 + 0.08)
    lit += (0.40 * scene.light.rim(normal))[:, None] * scene.hair.sqrt()
    paint(window.of(scene.canvas), lit, alpha)


def _strands(scene: Scene, x: Tensor, y: Tensor, z: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return the strand pattern about -1..1 and how it tilts the normal."""
    curl = smoothstep(0.3, 1.0, scene["hair_curl"])
    phase = 6.283 * scene["hair_phase"]
    # Strands run down from a pole near the parting, so they share a meridian.
    shift = smoothstep(-0.2, 0.7, y)
    angle = torch.atan2(x - 0.30 * scene["hair_parting"] * shift, z + 0.10 - 0.25 * shift)
    flow = angle + 0.10 * (scene["hair_curl"] + 0.2) * torch.sin(9.0 * y + phase)
    coarse = torch.sin(15.0 * flow + phase + 1.4 * torch.sin(6.0 * flow))
    fine = torch.sin(47.0 * flow + 2.0 * coarse)
    straight = 0.6 * coarse + 0.4 * fine
    f = 21.0
    u = f * x + 1.5 * torch.sin(0.6 * f * y + phase)
    v = f * y + 1.5 * torch.sin(0.55 * f * x + phase) + 6.0 * z
    su, sv = torch.sin(u), torch.sin(v)
    bumps = su * sv
    pattern = mix(straight, bumps * 1.5, curl)
    bump_x = mix(0.10 * coarse, -0.55 * torch.cos(u) * sv, curl)
    bump_y = -0.55 * curl * su * torch.cos(v)
    return pattern, bump_x, bump_y


def hairline(scene: Scene, x: Tensor, z: Tensor, bottom: Tensor) -> Tensor:
    """Return the local height above which the head is covered, from forehead to nape."""
    over = torch.rsqrt(x * x + z * z + 1e-4)
    sine, cosine = x * over, z * over
    long, bun = scene.long, scene["hair_bun"]
    part = 0.40 * scene["hair_parting"]
    away = (sine - part).abs().clamp(max=0.75)
    # Short hair is swept to one side: it starts higher on the parting's side.
    sweep = 0.075 * sine * torch.sign(part)
    short = 0.49 - 0.13 * sine * sine + sweep
    curtain = 0.57 - 0.42 * away
    fringe = 0.30 + 0.05 * sine * sine
    tied = 0.47 - 0.18 * sine * sine
    front = mix(mix(short, curtain, long), fringe, scene["hair_fringe"])
    front = mix(front, tied, bun)
    recede = (1.0 - smoothstep(0.02, 0.14, scene["hair_length"])) * 0.55
    front = front + recede
    turn = mix(0.40, 0.60, long)
    side = smoothstep(turn + 0.13, turn - 0.13, cosine)
    burn = mix(0.20, -0.05, smoothstep(0.10, 0.22, cosine)) * smoothstep(-0.55, -0.25, cosine)
    cropped = burn + bottom * smoothstep(-0.25, -0.55, cosine)
    cropped = mix(cropped, 0.22, bun * smoothstep(-0.4, 0.0, cosine))
    return mix(front, mix(cropped, bottom, long), side)


def _coverage(
    scene: Scene,
    cap: Hood,
    x: Tensor,
    y: Tensor,
    z: Tensor,
    inside: Tensor,
    strands: Tensor,
) -> Tensor:
    edge = hairline(scene, x, z, cap.bottom)
    curl = smoothstep(0.3, 1.0, scene["hair_curl"])
    ragged = (0.026 + 0.02 * curl) * strands * smoothstep(0.05, 0.3, scene["hair_length"])
    soft = cap.window.pixel * 1.5 + 0.05 * (1.0 - smoothstep(0.05, 0.25, scene["hair_length"]))
    mask = smoothstep(-soft, soft, y - edge + ragged)
    # Wavy hair: locks swing out and in as they fall.
    wave = smoothstep(0.12, 0.4, scene["hair_curl"]) * (1.0 - curl) * scene.long
    swing = torch.sin(10.0 * y + 6.283 * scene["hair_phase"]) * smoothstep(0.35, -0.2, y)
    silhouette = inside + 0.022 * curl * strands + 0.03 * wave * swing
    rim = (0.5 + silhouette / cap.window.pixel).clamp(0.0, 1.0)
    return mask * rim * smoothstep(0.03, 0.10, scene["hair_length"])


def _sheen(scene: Scene, normal: tuple[Tensor, Tensor, Tensor], strands: Tensor) -> Tensor:
    """Return the highlight along the strands (Kajiya and Kay 1989)."""
    half = scene.light.direction.clone()
    half[:, 2] += 1.0
    half = torch.nn.functional.normalize(half, dim=1)
    down = scene.head.axis(1)
    along = normal[0] * down[:, 0] + normal[1] * down[:, 1] + normal[2] * down[:, 2]
    facing = normal[0] * half[:, 0] + normal[1] * half[:, 1] + normal[2] * half[:, 2]
    straight = (down * half).sum(1) - along * facing
    # Tangent . half, where the tangent is the vertical axis laid onto the surface.
    dot = straight * torch.rsqrt((1.0 - along * along).clamp(min=0.02)) + 0.10 * strands - 0.05
    ring = (1.0 - dot * dot).clamp(min=0.0) ** 14
    return 0.30 * ring * facing.clamp(min=0.0)


def shadow_on_face(scene: Scene, x: Tensor, y: Tensor, z: Tensor, bottom: Tensor) -> Tensor:
    """Return how dark the hair's edge makes the skin just below it, 0..0.3."""
    edge = hairline(scene, x, z, bottom)
    return 0.30 * smoothstep(-0.14, 0.02, y - edge) * smoothstep(0.08, 0.3, scene["hair_length"])
