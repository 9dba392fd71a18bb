"""Orthographic ellipsoids in closed form: depth, normal and silhouette without ray marching."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

Scalar = float | Tensor  # one number for all portraits or [N, 1, 1]


@dataclass(frozen=True)
class Window:
    """A rectangle of the picture: x runs right, y up, both -1..1 over the whole frame."""

    rows: slice
    columns: slice
    x: Tensor
    y: Tensor
    pixel: float
    """Width of one sample in the units of x and y."""

    def of(self, picture: Tensor) -> Tensor:
        """Return the view of a [..., H, W] tensor under this window."""
        return picture[..., self.rows, self.columns]

    def crop(self, left: float, right: float, bottom: float, top: float) -> "Window":
        """Return the part of a whole-frame window between these coordinates."""
        side = self.x.shape[-1]

        def index(value: float) -> int:
            return min(max(round((value * ZOOM + 1.0) / 2.0 * side), 0), side)

        rows = slice(index(-top - RISE), index(-bottom - RISE))
        columns = slice(index(left), index(right))
        x, y = self.x[..., columns], self.y[:, rows]
        return Window(rows, columns, x, y, self.pixel)

    def within(self, outer: "Window", *fields: Tensor) -> list[Tensor]:
        """Cut fields that cover `outer` down to this window inside it."""
        top, left = outer.rows.start, outer.columns.start
        rows = slice(self.rows.start - top, self.rows.stop - top)
        columns = slice(self.columns.start - left, self.columns.stop - left)
        return [field[..., rows, columns] for field in fields]


# Framing: the face fills about two thirds of the height, the bun still fits.
ZOOM, RISE = 1.06, 0.01


def whole_frame(size: int, device: torch.device) -> Window:
    """Return the window over all of a size x size picture."""
    axis = (torch.arange(size, device=device, dtype=torch.float32) + 0.5) * (2.0 / size) - 1.0
    full = slice(0, size)
    x, y = axis.view(1, 1, -1) / ZOOM, -axis.view(1, -1, 1) / ZOOM - RISE
    return Window(full, full, x, y, 2.0 / size / ZOOM)


@dataclass(frozen=True)
class Pose:
    """Where a rigid part of the body is: view = rotation @ local + origin."""

    rotation: Tensor
    """[N, 3, 3], right-handed with z towards the viewer."""
    origin: Tensor
    """[N, 3]."""

    def to_local(self, x: Tensor, y: Tensor, z: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Take view coordinates [N, H, W] into the local frame."""
        r = self.rotation[:, :, :, None, None]
        o = self.origin[:, :, None, None]
        dx, dy = x - o[:, 0], y - o[:, 1]
        offset = o[:, 2]
        return tuple(  # type: ignore[return-value]
            torch.addcmul(r[:, 0, i] * dx + (r[:, 1, i] * dy - r[:, 2, i] * offset), r[:, 2, i], z)
            for i in range(3)
        )

    def axis(self, i: int) -> Tensor:
        """Return the i-th local axis in view coordinates, [N, 3, 1, 1]."""
        return self.rotation[:, :, i, None, None]


def pose(yaw: Tensor, pitch: Tensor, roll: Tensor, origin: tuple[Scalar, ...]) -> Pose:
    """Turn by roll, then pitch (up is positive), then yaw (right is positive), all [N, 1, 1]."""
    yaw, pitch, roll = yaw.flatten(), pitch.flatten(), roll.flatten()
    cy, sy, cp, sp = yaw.cos(), yaw.sin(), pitch.cos(), pitch.sin()
    cr, sr, one, nil = roll.cos(), roll.sin(), torch.ones_like(yaw), torch.zeros_like(yaw)

    def matrix(*rows: Tensor) -> Tensor:
        return torch.stack(rows, dim=1).view(-1, 3, 3)

    turn = matrix(cy, nil, sy, nil, one, nil, -sy, nil, cy)
    nod = matrix(one, nil, nil, nil, cp, sp, nil, -sp, cp)
    lean = matrix(cr, -sr, nil, sr, cr, nil, nil, nil, one)
    where = torch.stack([_flat(value, yaw) for value in origin], dim=1)
    return Pose(lean @ turn @ nod, where)


def _flat(value: Scalar, like: Tensor) -> Tensor:
    return (like * 0.0 + value.flatten()) if isinstance(value, Tensor) else like * 0.0 + value


class Ellipsoid:
    """An ellipsoid seen along z: z(x, y) = plane(x, y) + sqrt(Q(x, y)) with Q a quadratic."""

    def __init__(
        self, where: Pose, window: Window, centre: Sequence[Scalar], radii: Sequence[Scalar]
    ) -> None:
        like = where.origin[:, 0]
        middle = torch.stack([_flat(value, like) for value in centre], dim=1)
        inverse = 1.0 / torch.stack([_flat(value, like) for value in radii], dim=1)
        scaled = where.rotation * inverse[:, None, :]
        a = scaled @ scaled.transpose(1, 2)
        c = (where.rotation @ middle[:, :, None])[:, :, 0] + where.origin
        a, c = a[..., None, None], c[..., None, None]
        over = 1.0 / a[:, 2, 2]
        self._lx, self._ly = -a[:, 0, 2] * over, -a[:, 1, 2] * over
        self._qxx = a[:, 0, 0] * over - self._lx**2
        self._qyy = a[:, 1, 1] * over - self._ly**2
        self._qxy = a[:, 0, 1] * over - self._lx * self._ly
        self._dx, self._dy = window.x - c[:, 0], window.y - c[:, 1]
        across = over - self._qxx * self._dx**2
        self.q = torch.addcmul(
            across - self._qyy * self._dy**2, self._qxy * self._dx, self._dy, value=-2.0
        )
        self.plane = self._lx * self._dx + (self._ly * self._dy + c[:, 2])
        # Near its rim, distance = Q / |grad Q|; the mean radius stands for the gradient.
        self._reach = 0.5 * (self._qxx * self._qyy).pow(0.25) / over.sqrt()

    def root(self) -> Tensor:
        """Return sqrt(Q), half the thickness along the view axis, 0 outside."""
        return self.q.clamp(min=1e-6).sqrt()

    def distance(self) -> Tensor:
        """Return roughly the distance inside the silhouette, negative outside."""
        return self.q * self._reach

    def coverage(self, pixel: float, blur: float = 1.0) -> Tensor:
        """Return the share of each sample inside the silhouette."""
        return (0.5 + self.distance() / (pixel * blur)).clamp(0.0, 1.0)

    def normal(self, root: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return the unit normal in view coordinates at the front surface."""
        nx = torch.addcmul(self._qxx * self._dx + self._qxy * self._dy, self._lx, root, value=-1.0)
        ny = torch.addcmul(self._qxy * self._dx + self._qyy * self._dy, self._ly, root, value=-1.0)
        scale = torch.rsqrt(nx * nx + ny * ny + root * root)
        return nx * scale, ny * scale, root * scale


@dataclass
class Surface:
    """Depth, unit-ish normal and inside distance of joined solids, each [N, H, W]."""

    z: Tensor
    normal: tuple[Tensor, Tensor, Tensor]
    distance: Tensor


def smooth_union(
    solids: Sequence[Ellipsoid],
    sharpness: float,
    base: Surface | None = None,
    rim: float = 24.0,
    crease: float = 3.5,
) -> Surface:
    """Join solids by a smooth maximum of depth (log-sum-exp), normals by the same weights.

    `rim` is the sharpness of the joint outline, `crease` how soon a solid ends outside its own.
    """
    total = nx = ny = nz = edge = torch.zeros(())
    if base is not None:
        total = (sharpness * base.z).exp()
        nx, ny, nz = (total * part for part in base.normal)
    for solid in solids:
        root = solid.root()
        inside = solid.distance()
        weight = (
            torch.add(solid.plane + root, inside.clamp(max=0.0), alpha=crease)
            .mul_(sharpness)
            .exp_()
        )
        ax, ay, az = solid.normal(root)
        if isinstance(total, Tensor) and total.dim():
            total = total + weight
            nx = torch.addcmul(nx, weight, ax)
            ny = torch.addcmul(ny, weight, ay)
            nz = torch.addcmul(nz, weight, az)
        else:
            total, nx, ny, nz = weight, weight * ax, weight * ay, weight * az
        if base is None:
            piece = (inside.clamp(-0.6, 0.4) * rim).exp_()
            edge = edge + piece
    # Far outside every weight underflows; the floor keeps such samples finite.
    over = torch.rsqrt(nx * nx + ny * ny + nz * nz + 1e-30)
    distance = base.distance if base is not None else edge.log() / rim
    return Surface(
        total.clamp(min=1e-15).log() / sharpness, (nx * over, ny * over, nz * over), distance
    )


def smoothstep(low: Scalar, high: Scalar, value: Tensor) -> Tensor:
    """Return 0 below `low`, 1 above `high` and a cubic between."""
    t = ((value - low) / (high - low)).clamp(0.0, 1.0)
    return t * t * (3.0 - 2.0 * t)


def blob(dx: Tensor, dy: Tensor, rx: Scalar, ry: Scalar) -> Tensor:
    """Return a Gaussian bump exp(-(dx/rx)^2 - (dy/ry)^2)."""
    return torch.exp(-((dx / rx) ** 2) - (dy / ry) ** 2)
