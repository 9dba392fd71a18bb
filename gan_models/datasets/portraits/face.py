"""The head: skull, cheeks, nose and ears as solids, with eyes, brows, mouth and beard painted."""

from dataclasses import dataclass

import torch
from torch import Tensor

from gan_models.datasets.portraits.hair import Hood, shadow_on_face
from gan_models.datasets.portraits.scene import Scene
from gan_models.datasets.portraits.shading import SKIN_WRAP, color, darken, gradient, mix, paint
from gan_models.datasets.portraits.solids import (
    Ellipsoid,
    Scalar,
    Surface,
    Window,
    blob,
    smooth_union,
    smoothstep,
)

EYE_X, EYE_Y, MOUTH_Y = 0.212, 0.02, -0.325
IRISES = ("3a1f12", "6b3d1c", "7c7034", "4f8a5e", "6f93a8", "3f7fc4")
LIPSTICKS = ("a8102c", "d2203f", "c02066")
GOLD = "e8b84a"
SPOTS = (
    (-0.30, 0.30), (0.24, 0.40), (0.36, 0.12), (-0.38, -0.02), (0.33, -0.10), (-0.08, 0.42),
)  # fmt: skip
"""Where age leaves some on the face."""


@dataclass
class Skin:
    """A window of the face: local coordinates and the albedo being painted."""

    window: Window
    x: Tensor
    y: Tensor
    z: Tensor
    albedo: Tensor
    shine: Tensor
    """[N, H, W], white light added after shading: catch-lights and wet lips."""

    def crop(self, left: float, right: float, bottom: float, top: float, frame: Window) -> "Skin":
        """Return views of the part between these frame coordinates."""
        part = frame.crop(left, right, bottom, top)
        fields = part.within(self.window, self.x, self.y, self.z, self.albedo, self.shine)
        return Skin(part, *fields)


def paint_ears(scene: Scene) -> None:
    """Paint both ears; the face is painted over their roots."""
    window = scene.frame.crop(-0.9, 0.9, -0.5, 0.5)
    for side in (-1.0, 1.0):
        x = side * (0.505 * scene.width)
        grown = 1.0 + 0.12 * scene["age"]
        outer = Ellipsoid(scene.head, window, (x, 0.0, -0.06), (0.085, 0.145 * grown, 0.09))
        inner = Ellipsoid(scene.head, window, (x + side * 0.022, 0.005, 0.0), (0.042, 0.088, 0.05))
        normal = outer.normal(outer.root())
        albedo = scene.skin * scene.skin.new_tensor([1.0, 0.88, 0.86]).view(1, 3, 1, 1)
        hollow = 0.38 * inner.coverage(window.pixel, 5.0)
        albedo = albedo * (1.0 - hollow)[:, None]
        lit = scene.light.shade(albedo, normal, SKIN_WRAP)
        lit += (0.35 * scene.light.rim(normal))[:, None] * scene.skin.sqrt()
        bare = 1.0 - scene.long
        paint(window.of(scene.canvas), lit, outer.coverage(window.pixel) * bare)
        _paint_earring(scene, window, side, bare)


def _paint_earring(scene: Scene, window: Window, side: float, bare: Tensor) -> None:
    """Paint a gold drop under an ear, where hair leaves it free."""
    drop = Ellipsoid(
        scene.head, window, (side * 0.515 * scene.width, -0.2, -0.04), (0.036, 0.05, 0.036)
    )
    normal = drop.normal(drop.root())
    gold = color(GOLD, window.x).expand(len(scene.values), -1, *normal[2].shape[1:])
    lit = scene.light.shade(gold, normal, SKIN_WRAP)
    lit = lit + (0.9 * scene.light.gloss(normal, 30.0))[:, None]
    paint(window.of(scene.canvas), lit, drop.coverage(window.pixel) * bare * scene["earrings"])


def face_surface(scene: Scene, window: Window) -> Surface:
    """Join skull, jaw, chin, cheeks and nose."""
    head, w = scene.head, scene.width
    man, jaw, smile, age = 1.0 - scene["gender"], scene["jaw"], scene["smile"], scene["age"]
    drop = 0.055 * scene["mouth_open"]
    swell = 0.03 * smile
    hang = 0.05 * age
    full = 0.085 * smoothstep(0.45, 1.0, scene["beard"])
    bulk = [
        Ellipsoid(head, window, (0.0, 0.2, -0.08), (0.505 * w, 0.52, 0.54)),
        Ellipsoid(
            head,
            window,
            (0.0, -0.12, 0.04),
            ((0.385 + (0.035 + 0.09 * jaw) * man + 0.4 * hang) * w, 0.41 + drop, 0.42),
        ),
        Ellipsoid(
            head,
            window,
            (0.0, -0.405 - drop, 0.19),
            (
                (0.12 + 0.08 * jaw + 0.075 * man) * w + full,
                0.125 + 0.015 * man + full * 0.7,
                0.15 + full,
            ),
        ),
    ]
    bulk += [
        Ellipsoid(
            head,
            window,
            (side * 0.25 * w, -0.11 + swell - 1.4 * hang, 0.24 - 0.5 * hang),
            (0.185 * w, 0.17, 0.18 + swell),
        )
        for side in (-1.0, 1.0)
    ]
    # The bridge is joined softly: a sharp one casts a line that reads as a frown.
    size = _nose_size(scene)
    bulk.append(Ellipsoid(head, window, (0.0, -0.03, 0.40), (0.085 * size, 0.17, 0.17)))
    return smooth_union(_nose(scene, window), 30.0, smooth_union(bulk, 14.0), crease=7.0)


def _nose_size(scene: Scene) -> Tensor:
    return 0.86 + 0.36 * scene["nose_size"] + 0.12 * scene["age"] - 0.08 * scene["gender"]


def _nose(scene: Scene, window: Window) -> list[Ellipsoid]:
    """Place the tip and both wings."""
    size = _nose_size(scene)
    tip = Ellipsoid(
        scene.head, window, (0.0, -0.125, 0.565), (0.078 * size, 0.07 * size, 0.10 * size)
    )
    wings = [
        Ellipsoid(
            scene.head,
            window,
            (side * (0.066 * size + 0.008 * scene["smile"]), -0.145, 0.50),
            (0.046 * size, 0.042 * size, 0.07),
        )
        for side in (-1.0, 1.0)
    ]
    return [tip, *wings]


def paint_face(scene: Scene, cap: Hood) -> None:
    """Paint the head over the canvas, in the shadow of the hair that `cap` will add."""
    window = scene.frame.crop(-0.78, 0.78, -0.72, 0.92)
    form = face_surface(scene, window)
    x, y, z = scene.head.to_local(window.x, window.y, form.z)
    albedo = scene.skin.expand(-1, -1, *z.shape[1:]).clone()
    skin = Skin(window, x, y, z, albedo, torch.zeros_like(z))
    _paint_complexion(scene, skin)
    darken(albedo, shadow_on_face(scene, x, y, z, cap.bottom))
    _paint_beard(scene, skin.crop(-0.78, 0.78, -0.72, 0.2, scene.frame))
    _paint_mouth(scene, skin.crop(-0.5, 0.5, -0.66, 0.02, scene.frame))
    eyes = skin.crop(-0.62, 0.62, -0.24, 0.5, scene.frame)
    _paint_eyes(scene, eyes)
    _paint_brows(scene, eyes)
    lit = scene.light.shade(skin.albedo, form.normal, SKIN_WRAP)
    tint = scene.skin.sqrt()
    sheen = 0.10 * scene.light.gloss(form.normal, 14.0) + 0.30 * scene.light.rim(form.normal)
    lit += sheen[:, None] * tint
    lit += skin.shine[:, None]
    paint(window.of(scene.canvas), lit, (0.5 + form.distance / window.pixel).clamp(0.0, 1.0))


def _paint_complexion(scene: Scene, skin: Skin) -> None:
    """Tint cheeks and nose, and bake the soft shadows that the solids do not cast."""
    a, y = skin.x.abs(), skin.y
    smile, age, gender = scene["smile"], scene["age"], scene["gender"]
    cheek = blob(a - 0.29, y + 0.15 - 0.03 * smile, 0.15, 0.11)
    fresh = 0.14 + 0.16 * gender + 0.12 * smile + 0.12 * scene["lipstick"]
    rosy = fresh * (1.25 - 0.75 * age) * cheek
    rosy = rosy + (0.12 + 0.12 * age) * blob(a, y + 0.14, 0.07, 0.06)
    skin.albedo[:, 1] *= 1.0 - 0.64 * rosy
    skin.albedo[:, 2] *= 1.0 - 0.52 * rosy - 0.08 * age
    socket = 0.13 * blob(a - EYE_X + 0.02, y - 0.05, 0.17, 0.10)
    under_nose = 0.13 * blob(a, y + 0.212, 0.085, 0.030)
    nostril = 0.40 * blob(a - 0.040, y + 0.186, 0.022, 0.013)
    side_nose = 0.05 * blob(a - 0.10, y + 0.06, 0.035, 0.12)
    below_lip = 0.20 * blob(a, y + 0.435 + 0.05 * scene["mouth_open"], 0.11, 0.035)
    ridge = 0.10 * (1.0 - gender) * blob(a - 0.19, y - 0.115, 0.17, 0.03)
    darken(skin.albedo, socket + under_nose + nostril + side_nose + below_lip + ridge)
    tip_x = skin.x - 0.02 * scene["light_x"]
    skin.shine += 0.055 * blob(tip_x, y + 0.095, 0.032, 0.030)
    skin.shine += 0.020 * blob(tip_x, y - 0.03, 0.022, 0.10)
    _paint_years(scene, skin)
    _paint_freckles(scene, skin)


def _paint_years(scene: Scene, skin: Skin) -> None:
    """Paint what comes with age: folds, lines, hollow cheeks and temples, spots."""
    a, y, age = skin.x.abs(), skin.y, scene["age"]
    fold_x = 0.115 + 0.62 * (-0.13 - y).clamp(min=0.0)
    depth = 0.16 * smoothstep(0.25, 0.9, scene["smile"]) + 0.55 * age
    fold = blob(a - fold_x, y + 0.23, 0.020, 0.11) * depth
    mouth_line = 0.40 * age * blob(a - 0.20 - 0.12 * (-0.36 - y), y + 0.42, 0.016, 0.065)
    bag = blob(a - EYE_X, y + 0.105 - 0.35 * (a - EYE_X) ** 2, 0.105, 0.020)
    # Fans of lines beside the eyes, and rows of them on the forehead, that come with the years.
    out = a - 0.335
    fan = torch.sin((y - 0.02) / (0.10 + out.clamp(min=0.0)) * 13.0) ** 2
    crow = 0.45 * smoothstep(0.3, 0.8, age) * fan * blob(out - 0.05, y - 0.02, 0.05, 0.075)
    rows = (0.5 + 0.5 * torch.sin(y * 74.0 + 3.0 * skin.x * skin.x)) ** 3
    lines = 0.42 * smoothstep(0.25, 0.9, age) * blob(a, y - 0.36, 0.27, 0.085) * rows
    frown = 0.35 * smoothstep(0.4, 1.0, age) * blob(a - 0.035, y - 0.14, 0.010, 0.05)
    hollow = 0.26 * age * blob(a - 0.30 - 0.25 * (y + 0.28), y + 0.28, 0.060, 0.12)
    temple = 0.16 * age * blob(a - 0.44, y - 0.22, 0.08, 0.14)
    furrows = fold + mouth_line + crow + lines + frown
    darken(skin.albedo, (furrows + hollow + temple).clamp(max=0.7))
    darken(skin.albedo, 0.42 * age * bag)
    old = smoothstep(0.45, 1.0, age)
    for x, up in SPOTS:
        darken(skin.albedo, 0.30 * old * blob(skin.x - x, y - up, 0.020, 0.016))


def _paint_freckles(scene: Scene, skin: Skin) -> None:
    """Paint freckles over nose and cheeks."""
    x, y = skin.x, skin.y
    grain = torch.sin(x * 97.0 + 2.0 * torch.sin(y * 61.0)) * torch.sin(y * 89.0 + 7.0 * x)
    where = blob(x.abs() - 0.17, y + 0.07, 0.17, 0.09)
    spots = smoothstep(0.55, 0.85, grain) * where * scene["freckles"]
    skin.albedo[:, 1] *= 1.0 - 0.30 * spots
    skin.albedo[:, 2] *= 1.0 - 0.42 * spots


def _paint_beard(scene: Scene, skin: Skin) -> None:
    """Paint stubble to a full beard on jaw, chin and upper lip."""
    a, y, beard = skin.x.abs(), skin.y, scene["beard"]
    line = -0.27 + 2.1 * (a - 0.20).clamp(min=0.0) ** 2 + 0.9 * (a - 0.36).clamp(min=0.0)
    jaw = smoothstep(0.035, -0.035, y - line)
    mouth = blob(a, y - MOUTH_Y + 0.01, 0.17, 0.062)
    lip = smoothstep(0.35, 0.55, blob(a, y + 0.245 + 0.22 * a * a, 0.17, 0.038))
    mask = torch.maximum(jaw * (1.0 - smoothstep(0.45, 0.8, mouth)), lip)
    grain = torch.sin(skin.x * 61.0 + 4.0 * torch.sin(y * 23.0)) * torch.sin(y * 47.0 + skin.x * 19)
    # What is shaven shows too, and cool, on the jaws of men.
    shaven = 0.24 * (1.0 - scene["gender"]) * (0.5 + scene["skin_tone"]).clamp(max=1.0)
    skin.albedo[:, 0] *= 1.0 - mask * shaven
    skin.albedo[:, 1] *= 1.0 - 0.85 * mask * shaven
    skin.albedo[:, 2] *= 1.0 - 0.60 * mask * shaven
    alpha = mask * (smoothstep(0.0, 0.62, beard) * 0.97 + 0.10 * grain * beard).clamp(0.0, 1.0)
    tone = 0.56 + 0.10 * grain - 0.16 * smoothstep(-0.42, -0.62, y)
    paint(skin.albedo, scene.beard * tone[:, None] + 0.012, alpha)


def mouth_bend(smile: Scalar) -> Scalar:
    """How far the corners of the mouth stand above its middle."""
    return -0.022 + 0.148 * smile


def _paint_mouth(scene: Scene, skin: Skin) -> None:
    """Paint lips, and teeth and tongue between them when they part."""
    smile, opened = scene["smile"], scene["mouth_open"]
    full, stick = scene["lip_fullness"], scene["lipstick"]
    laugh = smoothstep(0.5, 1.0, smile)
    width = 0.145 + 0.115 * smile + 0.012 * full - 0.03 * opened * (1.0 - smile)
    t = (skin.x / width).abs()
    inside = (1.0 - t * t).clamp(min=0.0)
    bend = mouth_bend(smile)
    middle = MOUTH_Y - 0.4 * bend + bend * t * t
    gap = 0.075 * laugh + 0.125 * opened
    top = middle + (0.05 * opened + 0.012 * laugh) * inside
    bottom = middle - gap * inside.sqrt() * (0.35 + 0.65 * inside)
    soft = skin.window.pixel * 1.1
    y = skin.y
    bow = 1.0 - 0.32 * torch.exp(-((t / 0.22) ** 2))
    thin = 1.0 + 0.10 * scene["gender"] - 0.38 * scene["age"]
    upper = (0.030 + 0.022 * full) * inside * bow * thin
    lower = (0.036 + 0.026 * full) * inside * (1.0 - 0.25 * laugh) * thin
    ends = smoothstep(1.06, 0.96, t)
    lips = smoothstep(-soft, soft, torch.minimum(top + upper - y, y - bottom + lower)) * ends
    natural = scene.skin * scene.skin.new_tensor([0.80, 0.46, 0.46]).view(1, 3, 1, 1)
    natural = natural + 0.02
    ink = mix(natural, gradient(LIPSTICKS, scene["hair_phase"]), stick[:, None].sqrt() * 0.97)
    strength = 0.72 + 0.28 * torch.maximum(stick, scene["gender"] * 0.5)
    # The upper lip turns away from the light, the lower lip faces it.
    turn = torch.where(y > middle, 0.80, 1.06)
    paint(skin.albedo, ink * turn[:, None], lips * strength)
    corner = 0.35 * blob(t - 1.04, (y - MOUTH_Y - 0.6 * bend) / 0.03, 0.12, 1.0)
    line = 0.75 * torch.exp(-(((y - middle) / 0.013) ** 2)) * smoothstep(1.08, 0.9, t)
    darken(skin.albedo, corner * 0.6)
    darken(skin.albedo, line * smoothstep(0.03, 0.0, gap))
    hole = smoothstep(-soft, soft, torch.minimum(top - y, y - bottom)) * ends
    hole = hole * smoothstep(0.004, 0.02, gap)
    wet = blob(skin.x - 0.04 * scene["light_x"], y - bottom + 0.55 * lower, 0.05, 0.010)
    skin.shine += 0.10 * (0.4 + 1.8 * stick) * lips * (1.0 - hole) * wet
    _paint_mouth_inside(skin, hole, t, top, bottom, width, gap)


def _paint_mouth_inside(
    skin: Skin, hole: Tensor, t: Tensor, top: Tensor, bottom: Tensor, width: Tensor, gap: Tensor
) -> None:
    """Paint tongue and upper teeth where `hole` is open; t is |x| / width of the mouth."""
    y, soft = skin.y, skin.window.pixel * 1.1
    inside = (1.0 - t * t).clamp(min=0.0)
    paint(skin.albedo, color("4a1218", y), hole)
    tongue = smoothstep(0.25, 0.6, blob(skin.x, y - bottom + 0.01, 0.55 * width, 0.065))
    paint(skin.albedo, color("cf6064", y), hole * tongue * smoothstep(0.06, 0.12, gap))
    bite = top - (0.024 + 0.32 * gap) * (0.45 + 0.55 * inside)
    teeth = smoothstep(-soft, soft, y - bite) * hole * smoothstep(0.98, 0.8, t)
    shade = 1.0 - 0.35 * t * t - 0.25 * smoothstep(-0.02, 0.0, y - top)
    paint(skin.albedo, color("fbf6ee", y) * shade[:, None], teeth * smoothstep(0.02, 0.04, gap))


def _paint_eyes(scene: Scene, skin: Skin) -> None:
    """Paint the eyeballs between their lids, lashes, lid creases and catch-lights."""
    x, a = skin.x, skin.x.abs()
    size = 0.84 + 0.22 * scene["eye_size"] + 0.16 * scene["gender"]
    age = scene["age"]
    smile = scene["smile"]
    wide, tall = 0.122 * size, 0.104 * size
    ex = a - EYE_X
    # Old eyes hang at their outer corners, under heavier lids.
    ey = skin.y - EYE_Y - 0.14 * (scene["eye_tilt"] - 0.9 * age) * ex
    u = (1.0 - (ex / wide) ** 2).clamp(min=0.0)
    opened = scene["eyes_open"] * (1.0 - 0.10 * smile - 0.16 * age) * 0.96
    low = (-0.078 + 0.026 * smile) * size * u
    high = low + (tall + 0.074 * size - 0.02 * smile) * opened * u.pow(0.62)
    soft = skin.window.pixel * 1.1
    ball = smoothstep(-soft, soft, torch.minimum(high - ey, ey - low)) * (opened > 0.12)
    ball = ball * smoothstep(0.0, 0.12, u)
    side = torch.sign(x)
    ix = x - side * EYE_X - 0.045 * scene["gaze"]
    iy = ey + 0.004
    r = 0.090 * size
    d = (ix * ix + iy * iy).sqrt() / r
    white = color("f6f2ee", x) * (0.80 + 0.2 * (1.0 - scene["skin_tone"][:, None]))
    lid_shadow = 0.42 * smoothstep(0.05, 0.0, high - ey) + 0.22 * (ex / wide) ** 2
    paint(skin.albedo, white * (1.0 - lid_shadow)[:, None], ball)
    glow = (0.78 - 0.60 * iy / r) * smoothstep(1.02, 0.78, d) + 0.16
    iris = gradient(IRISES, scene["eye_color"]) * (glow * (1.0 - 0.5 * lid_shadow))[:, None] * 1.12
    edge = soft / r
    paint(skin.albedo, iris, ball * smoothstep(1.0 + edge, 1.0 - edge, d))
    paint(skin.albedo, color("0c0807", x), ball * smoothstep(0.50 + edge, 0.50 - edge, d))
    _paint_lids(scene, skin, ex, ey, u, low, high, wide)
    lx = torch.where(scene["light_x"] >= 0.0, 0.031, -0.031) * size
    catch = smoothstep(
        0.025 + soft * 0.7, 0.025 - soft * 0.7, ((ix - lx) ** 2 + (iy - 0.034) ** 2).sqrt()
    )
    faint = 0.22 * blob(ix + lx, iy + 0.034, 0.016, 0.014)
    skin.shine += ball * (0.95 * catch + faint * smoothstep(1.1, 0.9, d))


def _paint_lids(
    scene: Scene,
    skin: Skin,
    ex: Tensor,
    ey: Tensor,
    u: Tensor,
    low: Tensor,
    high: Tensor,
    wide: Tensor,
) -> None:
    gender = scene["gender"]
    outward = smoothstep(-1.0, 1.0, ex / wide)
    near = smoothstep(1.12, 1.0, ex.abs() / wide)
    lash = (0.007 + 0.013 * gender) * (0.55 + 0.9 * outward)
    soft = skin.window.pixel
    top_line = smoothstep(lash + soft, lash - soft * 0.5, (ey - high - 0.4 * lash).abs()) * near
    wing = (ex - wide) / (0.055 * wide / 0.11)
    curve = 0.014 + 0.034 * wing
    flick = smoothstep(0.62, 0.4, (wing - 0.05).abs()) * smoothstep(
        0.013 + soft, 0.013 - soft, (ey - curve).abs() + 0.010 * wing.clamp(min=0.0)
    )
    ink = color("1c100c", ex)
    paint(skin.albedo, ink, torch.maximum(top_line * 0.94, flick * gender**2 * 0.9))
    bottom = torch.exp(-(((ey - low + 0.004) / 0.009) ** 2)) * near * smoothstep(0.0, 0.3, u)
    age = scene["age"]
    crease = torch.exp(-(((ey - high - 0.036 + 0.012 * age) / (0.011 + 0.007 * age)) ** 2))
    crease = crease * smoothstep(1.1 + 0.15 * age, 0.7, ex.abs() / wide)
    darken(skin.albedo, 0.32 * bottom + (0.26 + 0.24 * age) * crease)


def _paint_brows(scene: Scene, skin: Skin) -> None:
    """Paint the brows, inner ends never below the outer ones so that no face looks cross."""
    a = skin.x.abs()
    bx = (a - EYE_X - 0.005) / 0.155
    gender, age = scene["gender"], scene["age"]
    lift = 0.036 * scene["brows"] + 0.012 * scene["smile"] + 0.014 * (gender - 0.5)
    arch = (0.024 + 0.022 * gender) * (1.0 - (bx - 0.15) ** 2)
    centre = 0.172 + lift + arch - (0.010 + 0.026 * age) * bx
    taper = (1.0 - (bx * bx) ** 2).clamp(min=0.0).sqrt() * (1.05 - 0.42 * bx)
    half = (0.011 + 0.012 * scene["brow_weight"] + 0.013 * (1.0 - gender)) * taper
    soft = skin.window.pixel
    alpha = smoothstep(half + soft, half - soft * 1.2, (skin.y - centre).abs()) * (bx.abs() < 1.0)
    strand = 1.0 + 0.10 * torch.sin(bx * 40.0 + 30.0 * (skin.y - centre))
    paint(skin.albedo, (scene.brow * 0.62 + 0.006) * strand[:, None], alpha * 0.92)
