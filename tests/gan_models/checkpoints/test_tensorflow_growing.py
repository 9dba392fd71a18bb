"""Files of networks that grew open as generators that draw what the papers' formulas say.

The formulas are written down here once more, plainly and with TensorFlow's layouts, so that the
test shares nothing with the generators but the papers.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from gan_models.base import ModelLoadError
from gan_models.registry import load_generator
from tests.gan_models.checkpoints import writing
from tests.gan_models.checkpoints.writing import Call, Name, pickled

Variables = dict[str, np.ndarray]
WIDTHS = {4: 7, 8: 6, 16: 5}
ZERO = np.zeros((), np.float32)


def drawn(seed: int, shapes: dict[str, tuple[int, ...]]) -> Variables:
    random = np.random.default_rng(seed)
    return {name: random.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}


def written(path: Path, variables: Variables, **settings: Any) -> Path:
    network = writing.tensorflow_network(variables, **settings)
    path.write_bytes(pickled((None, None, network)))
    return path


def weights(variables: Variables, name: str) -> Tensor:
    return torch.from_numpy(variables[name])


def convolved(x: Tensor, kernel: Tensor) -> Tensor:
    """`kernel` [height, width, in, out], He-scaled for leaky ReLU."""
    scaled = kernel * math.sqrt(2 / kernel[..., 0].numel())
    return F.conv2d(x, scaled.permute(3, 2, 0, 1), padding=kernel.shape[0] // 2)


def doubled(x: Tensor) -> Tensor:
    return x.repeat_interleave(2, dim=2).repeat_interleave(2, dim=3)


def grown_fused(x: Tensor, kernel: Tensor) -> Tensor:
    """The same in one transposed convolution; `kernel` [height, width, out, in]."""
    scaled = kernel * math.sqrt(2 / kernel[:, :, 0].numel())
    wide = torch.zeros(4, 4, *kernel.shape[2:])
    for down in (0, 1):
        for right in (0, 1):
            wide[down : down + 3, right : right + 3] += scaled
    return F.conv_transpose2d(x, wide.permute(3, 2, 0, 1), stride=2, padding=1)


def coloured(variables: Variables, prefix: str, lod: int, x: Tensor) -> Tensor:
    kernel = weights(variables, f"{prefix}ToRGB_lod{lod}/weight")[0, 0]
    mixed = torch.einsum("nchw,cd->ndhw", x, kernel) / math.sqrt(kernel.shape[0])
    return mixed + weights(variables, f"{prefix}ToRGB_lod{lod}/bias")[:, None, None]


def pixel_norm(x: Tensor) -> Tensor:
    return x / (x.square().mean(dim=1, keepdim=True) + 1e-8).sqrt()


# Progressive GAN


def progan_variables(fused: bool, labels: int = 0) -> Variables:
    shapes: dict[str, tuple[int, ...]] = {"lod": ()}
    before = 8 + labels
    for lod, (size, width) in zip((2, 1, 0), WIDTHS.items(), strict=True):
        if size == 4:
            layers = {"4x4/Dense": (before, width * 16), "4x4/Conv": (3, 3, width, width)}
        else:
            first = (3, 3, width, before) if fused else (3, 3, before, width)
            layers = {f"{size}x{size}/Conv0{'_up' if fused else ''}": first}
            layers[f"{size}x{size}/Conv1"] = (3, 3, width, width)
        shapes |= {f"{name}/weight": shape for name, shape in layers.items()}
        shapes |= {f"{name}/bias": (width,) for name in layers}
        shapes |= {f"ToRGB_lod{lod}/weight": (1, 1, width, 3), f"ToRGB_lod{lod}/bias": (3,)}
        before = width
    return drawn(0, shapes)


def progan_textbook(v: Variables, latents: Tensor, fused: bool) -> list[Tensor]:
    """The pictures of all three levels."""

    def act(x: Tensor, name: str) -> Tensor:
        return pixel_norm(F.leaky_relu(x + weights(v, f"{name}/bias")[:, None, None], 0.2))

    dense = weights(v, "4x4/Dense/weight")
    x = pixel_norm(latents) @ (dense * (math.sqrt(2 / len(dense)) / 4))
    x = act(x.reshape(len(x), -1, 4, 4), "4x4/Dense")
    x = act(convolved(x, weights(v, "4x4/Conv/weight")), "4x4/Conv")
    pictures = [coloured(v, "", 2, x)]
    for lod, size in ((1, 8), (0, 16)):
        name = f"{size}x{size}/Conv0" + ("_up" if fused else "")
        kernel = weights(v, f"{name}/weight")
        x = act(grown_fused(x, kernel) if fused else convolved(doubled(x), kernel), name)
        name = f"{size}x{size}/Conv1"
        x = act(convolved(x, weights(v, f"{name}/weight")), name)
        pictures.append(coloured(v, "", lod, x))
    return pictures


@pytest.mark.parametrize("labels", [0, 3])
@pytest.mark.parametrize("fused", [True, False])
def test_progressive_gan(tmp_path: Path, fused: bool, labels: int) -> None:
    variables = progan_variables(fused, labels) | {"lod": ZERO}
    settings = {"label_size": labels, "fused_scale": fused}
    found = load_generator(written(tmp_path / "net.pkl", variables, **settings))
    assert (found.spec.z_dim, found.spec.label_dim, found.spec.resolution) == (8, labels, 16)
    z = torch.randn(2, 8)
    label = torch.eye(3)[:2] if labels else None
    latents = z if label is None else torch.cat([z, label], dim=1)
    picture = found.synthesize(found.map(z, label))
    wanted = progan_textbook(variables, latents, fused)[-1]
    assert torch.allclose(picture, wanted, atol=1e-5)


def test_a_file_of_progressive_gans_own_code_is_one_network_without_parts(tmp_path: Path) -> None:
    variables = progan_variables(fused=True) | {"lod": ZERO}
    items = [(name, writing.numpy_array(array)) for name, array in variables.items()]
    state = {"version": 2, "name": "Gs", "static_kwargs": {}, "variables": items}
    state["build_module_src"] = writing.SOURCE
    network = Call(Name("tfutil", "Network"), new=True, state=state)
    (tmp_path / "net.pkl").write_bytes(pickled((network, network, network), 2))
    found = load_generator(tmp_path / "net.pkl")
    assert found.spec.family == "progan"
    assert found.provenance["ignored"] == ["1 Python source file, 1 kB: not executed"]


@pytest.mark.parametrize(("lod", "size"), [(0.25, 16), (1.0, 8), (1.5, 8), (2.0, 4)])
def test_a_snapshot_of_growing_draws_as_far_as_it_had_grown(
    tmp_path: Path, lod: float, size: int
) -> None:
    variables = progan_variables(fused=True) | {"lod": np.array(lod, np.float32)}
    found = load_generator(written(tmp_path / "net.pkl", variables))
    assert found.spec.resolution == size
    assert found.provenance["notes"] == (
        [f"training had reached {size} of 16 pixels"] if size < 16 else []
    )
    z = torch.randn(2, 8)
    pictures = progan_textbook(variables, z, fused=True)
    level = 2 - int(lod)
    wanted = pictures[level]
    if lod % 1:
        wanted = wanted + (doubled(pictures[level - 1]) - wanted) * (lod % 1)
    assert torch.allclose(found.synthesize(found.map(z)), wanted, atol=1e-5)


# StyleGAN1


def stylegan1_variables(labels: int = 0) -> Variables:
    shapes: dict[str, tuple[int, ...]] = {"dlatent_avg": (6,), "lod": (), "synthesis/lod": ()}
    if labels:
        shapes["mapping/LabelConcat/weight"] = (labels, 8)
    for i, shape in enumerate([(16 if labels else 8, 9), (9, 6)]):
        shapes |= {f"mapping/Dense{i}/weight": shape, f"mapping/Dense{i}/bias": (shape[1],)}
    row, before = 0, 0
    for lod, (size, width) in zip((2, 1, 0), WIDTHS.items(), strict=True):
        for layer in ("Const", "Conv") if size == 4 else ("Conv0_up", "Conv1"):
            name = f"synthesis/{size}x{size}/{layer}"
            if layer == "Const":
                shapes[f"{name}/const"] = (1, width, 4, 4)
            else:
                shapes[f"{name}/weight"] = (3, 3, before, width)
            shapes |= {f"{name}/bias": (width,), f"{name}/Noise/weight": (width,)}
            shapes |= {f"{name}/StyleMod/weight": (6, 2 * width)}
            shapes |= {f"{name}/StyleMod/bias": (2 * width,)}
            shapes[f"synthesis/noise{row}"] = (1, 1, size, size)
            row, before = row + 1, width
        name = f"synthesis/ToRGB_lod{lod}"
        shapes |= {f"{name}/weight": (1, 1, width, 3), f"{name}/bias": (3,)}
    variables = drawn(1, shapes)
    return variables | dict.fromkeys(("lod", "synthesis/lod"), ZERO)


def stylegan1_mapped(v: Variables, z: Tensor, label: Tensor | None) -> Tensor:
    x = z
    if label is not None:
        x = torch.cat([z, label @ weights(v, "mapping/LabelConcat/weight")], dim=1)
    x = pixel_norm(x)
    for i in range(2):
        kernel = weights(v, f"mapping/Dense{i}/weight")
        x = x @ (kernel * (0.01 * math.sqrt(2 / len(kernel))))
        x = F.leaky_relu(x + 0.01 * weights(v, f"mapping/Dense{i}/bias"), 0.2)
    return x


def stylegan1_textbook(v: Variables, ws: Tensor, fused_from: int) -> Tensor:
    def epilogue(x: Tensor, name: str, row: int) -> Tensor:
        noise = weights(v, f"synthesis/noise{row}")
        x = x + noise * weights(v, f"{name}/Noise/weight")[:, None, None]
        x = F.leaky_relu(x + weights(v, f"{name}/bias")[:, None, None], 0.2)
        x = x - x.mean(dim=(2, 3), keepdim=True)
        x = x / (x.square().mean(dim=(2, 3), keepdim=True) + 1e-8).sqrt()
        dense = weights(v, f"{name}/StyleMod/weight") / math.sqrt(6)
        style = ws[:, row] @ dense + weights(v, f"{name}/StyleMod/bias")
        scale, shift = style.reshape(len(x), 2, -1, 1, 1).unbind(dim=1)
        return x * (scale + 1) + shift

    box = torch.outer(torch.tensor([1.0, 2, 1]), torch.tensor([1.0, 2, 1])) / 16
    const = weights(v, "synthesis/4x4/Const/const").repeat(len(ws), 1, 1, 1)
    x = epilogue(const, "synthesis/4x4/Const", 0)
    name = "synthesis/4x4/Conv"
    x = epilogue(convolved(x, weights(v, f"{name}/weight")), name, 1)
    for row, size in ((2, 8), (4, 16)):
        name = f"synthesis/{size}x{size}/Conv0_up"
        kernel = weights(v, f"{name}/weight")
        fused = size >= fused_from
        x = grown_fused(x, kernel.transpose(2, 3)) if fused else convolved(doubled(x), kernel)
        x = F.conv2d(x, box.expand(x.shape[1], 1, 3, 3), padding=1, groups=x.shape[1])
        x = epilogue(x, name, row)
        name = f"synthesis/{size}x{size}/Conv1"
        x = epilogue(convolved(x, weights(v, f"{name}/weight")), name, row + 1)
    return coloured(v, "synthesis/", 0, x)


@pytest.mark.parametrize("labels", [0, 3])
@pytest.mark.parametrize(("fused", "fused_from"), [("auto", 128), (True, 8), (False, 999)])
def test_stylegan1(tmp_path: Path, fused: Any, fused_from: int, labels: int) -> None:
    variables = stylegan1_variables(labels)
    settings = {} if fused == "auto" else {"fused_scale": fused}
    found = load_generator(written(tmp_path / "net.pkl", variables, **settings))
    spec = found.spec
    assert (spec.z_dim, spec.w_dim, spec.num_ws, spec.label_dim) == (8, 6, 6, labels)
    z = torch.randn(2, 8)
    label = torch.eye(3)[:2] if labels else None
    ws = found.map(z, label)
    assert torch.allclose(ws[:, 3], stylegan1_mapped(variables, z, label), atol=1e-6)
    mean = torch.from_numpy(variables["dlatent_avg"])
    assert torch.equal(found.map(z, label, 0.0)[0, 0], mean)
    picture = found.synthesize(found.map(z, label, 0.7, 4))
    wanted = stylegan1_textbook(variables, found.map(z, label, 0.7, 4), fused_from)
    assert torch.allclose(picture, wanted, atol=1e-4)


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"use_styles": False}, "without styles"),
        ({"blur_filter": [1, 3, 3, 1]}, "its blur"),
        ({"normalize_latents": False}, "not normalised"),
        ({"fused_scale": "x"}, "fused_scale"),
    ],
)
def test_variants_that_would_draw_something_else_are_refused(
    tmp_path: Path, setting: dict[str, Any], message: str
) -> None:
    with pytest.raises(ModelLoadError, match=message):
        load_generator(written(tmp_path / "net.pkl", stylegan1_variables(), **setting))


def test_a_lod_that_no_network_has_is_refused(tmp_path: Path) -> None:
    for lod in (np.nan, -1.0, 7.0):
        variables = stylegan1_variables() | {"lod": np.array(lod, np.float32)}
        with pytest.raises(ModelLoadError, match="level of detail"):
            load_generator(written(tmp_path / "net.pkl", variables))
