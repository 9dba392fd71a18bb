"""Spectacles on a plane in front of the face, always dark so that they read when small."""

import torch

from gan_models.datasets.portraits.scene import Scene
from gan_models.datasets.portraits.shading import color, darken, mix, paint
from gan_models.datasets.portraits.solids import smoothstep

PLANE = 0.60
FRAME = 0.026


def paint_glasses(scene: Scene) -> None:
    """Paint frames, bridge, temples, a faint tint and a shadow on the cheeks."""
    worn = scene["glasses"]
    if not bool((worn > 0.0).any()):
        return
    window = scene.frame.crop(-0.8, 0.8, -0.4, 0.5)
    r = scene.head.rotation[:, :, :, None, None]
    o = scene.head.origin[:, :, None, None]
    # Solve (x, y) = R[:2] (X, Y, plane) + origin for X and Y.
    vx = window.x - o[:, 0] - r[:, 0, 2] * PLANE
    vy = window.y - o[:, 1] - r[:, 1, 2] * PLANE
    det = 1.0 / (r[:, 0, 0] * r[:, 1, 1] - r[:, 0, 1] * r[:, 1, 0])
    x = (r[:, 1, 1] * vx - r[:, 0, 1] * vy) * det
    y = (r[:, 0, 0] * vy - r[:, 1, 0] * vx) * det
    a = x.abs()
    rim = _rim(scene, a, y)
    shadow = _rim(scene, a + 0.0 * y, y + 0.035).abs()
    soft = window.pixel
    lens = smoothstep(soft, -soft, rim)
    frame = smoothstep(FRAME + soft, FRAME - soft, rim.abs())
    arch = 0.055 - 2.5 * a * a
    bridge = smoothstep(0.018 + soft, 0.018 - soft, (y - arch).abs()) * (a < 0.075)
    hinge = 0.345 * scene.width
    # The far temple hides behind the turned head.
    far = smoothstep(0.02, 0.16, scene["yaw"] * torch.sign(x))
    reach = mix(0.47, 0.36, far) * scene.width
    temple = smoothstep(0.017 + soft, 0.017 - soft, (y - 0.055).abs())
    temple = temple * smoothstep(hinge, hinge + 0.01, a) * (a < reach)
    view = window.of(scene.canvas)
    darken(view, 0.26 * smoothstep(0.045, 0.0, shadow - 0.01) * worn)
    paint(view, color("dfeaf2", x), 0.03 * lens * worn)
    glint = smoothstep(0.02, 0.0, (x * 0.8 + y - 0.09 - 0.16 * torch.sign(x)).abs() - 0.012)
    paint(view, color("ffffff", x), 0.16 * glint * lens * worn)
    solid = torch.maximum(torch.maximum(frame, bridge), temple) * worn
    sheen = 1.0 + 1.6 * smoothstep(0.0, 0.12, y)
    paint(view, color("1f1a1c", x) * sheen[:, None], solid)


def _rim(scene: Scene, a: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Return the signed distance to the lens outline, negative inside."""
    dx, dy = (a - 0.208).abs(), (y - 0.01).abs()
    round_rim = (dx * dx + dy * dy).sqrt() - 0.148
    corner = 0.055
    qx, qy = (dx - 0.155 + corner).clamp(min=0.0), (dy - 0.115 + corner).clamp(min=0.0)
    inner = torch.maximum(dx - 0.155, dy - 0.115).clamp(max=-corner) + corner
    square = (qx * qx + qy * qy).sqrt() - corner + inner.clamp(max=0.0)
    return torch.where(scene["glasses_shape"] > 0.5, square, round_rim)
