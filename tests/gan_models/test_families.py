"""The contract that every family keeps, and StyleGAN2 against plain formulas."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
import torch.nn.functional as F

from gan_models.base import Generator, ModelLoadError, seed_to_z
from gan_models.checkpoints.own import save_generator
from gan_models.families.discriminator import Discriminator, halve, minibatch_stddev
from gan_models.layers import fir_filter, upsample2
from gan_models.registry import FAMILIES, build_generator, load_generator


def small_stylegan3(kernel: int, **more: Any) -> dict[str, Any]:
    """From 8 to 16 pixels in three layers; with kernel 1 the R variant, of radial filters."""
    common = {"kernel": kernel, "down": 2, "to_rgb": False, "clamp": 256.0, "in_channels": 6}
    radial = [6, 6] if kernel == 1 else [6]
    grow = 4 * (kernel - 1)
    plain = 2 * (kernel - 1)
    layers = {
        "L0": {"up": 2, "up_taps": 6, "padding": [5 - plain, 4] * 2, "down_taps": radial},
        "L1": {"up": 4, "up_taps": 12, "padding": [8 - grow, 7] * 2, "down_taps": radial},
        "L2": {"up": 1, "up_taps": 0, "padding": [0] * 4, "down_taps": []}
        | {"to_rgb": True, "down": 1, "kernel": 1},
    }
    return {
        "resolution": 16,
        "z_dim": 8,
        "w_dim": 8,
        "input": {"channels": 6, "size": 8, "sampling_rate": 8.0, "bandwidth": 2.0},
        "layers": {
            name: {**common, **layer, "out_channels": 3 if name == "L2" else 6}
            for name, layer in layers.items()
        },
        **more,
    }


STAGES = [
    {"channels": 8, "blocks": 1, "hidden": 12, "groups": 3},
    {"channels": 6, "blocks": 2, "hidden": 12, "groups": 2},
]
SMALL: dict[str, list[dict[str, Any]]] = {
    "stylegan2": [
        {"resolution": 16, "z_dim": 8, "w_dim": 12, "channel_base": 128, "channel_max": 8},
        {"resolution": 8, "z_dim": 8, "w_dim": 8, "channel_base": 64, "label_dim": 3},
        {"resolution": 8, "z_dim": 8, "w_dim": 8, "channel_base": 64, "channels": 1},
        {"resolution": 8, "z_dim": 6, "w_dim": 8, "widths": [8, 5], "architecture": "resnet"},
        {"resolution": 8, "z_dim": 6, "w_dim": 8, "widths": [8, 5], "architecture": "orig"}
        | {"use_noise": False, "layer_features": 7, "conv_clamp": 2.0},
    ],
    "stylegan3": [
        small_stylegan3(kernel=3),
        small_stylegan3(kernel=1, label_dim=3),
        small_stylegan3(kernel=3, label_dim=3, class_means=True, embed_features=5),
    ],
    "stylegan1": [
        {"widths": [8, 6, 5], "z_dim": 8, "w_dim": 6, "mapping_layers": 2},
        {"widths": [8, 6], "z_dim": 8, "w_dim": 6, "label_dim": 3, "embed_features": 8}
        | {"use_noise": False, "fade": 0.25, "channels": 1, "layer_features": 7},
    ],
    "progan": [
        {"widths": [32, 24, 16], "z_dim": 8},
        {"widths": [32, 24], "z_dim": 8, "label_dim": 3, "channels": 1, "fade": 0.25},
    ],
    "r3gan": [
        {"z_dim": 8, "stages": STAGES},
        {"z_dim": 8, "stages": STAGES, "label_dim": 3, "embed_features": 4},
    ],
    "lucidrains": [
        {"widths": [8, 6, 4], "w_dim": 8, "mapping_layers": 2},
        {"widths": [8, 6], "w_dim": 8, "mapping_layers": 2, "channels": 4, "attention": [1]}
        | {"learned_input": False},
    ],
    "spade": [
        {"features": 1, "map_classes": 4, "resolution": 32, "ups": 3, "extra_up": True},
        {"features": 1, "map_classes": 3, "resolution": 32, "ups": 3, "z_dim": 8}
        | {"batch_norm": False, "kernel": 1}
        | {"class_table": [["sky", [9, 8, 7]], ["sea", [1, 2, 3]], ["sand", [6, 5, 4]]]},
    ],
    "pix2pix": [{"map_classes": 4, "features": 2, "downs": 3, "resolution": 32}],
    "pix2pixhd": [
        {"map_classes": 4, "features": 4, "downs": 2, "blocks": 1, "resolution": 16},
        {"map_classes": 4, "features": 4, "downs": 1, "blocks": 1, "resolution": 16}
        | {"local_blocks": 1},
        {"map_classes": 4, "features": 4, "downs": 1, "blocks": 1, "resolution": 16}
        | {"local_blocks": 1, "feature_channels": 2},
    ],
    "dcgan": [{"widths": [8, 12, 6, 3]}, {"widths": [8, 12, 6, 1], "bias": True}],
    "acgan": [
        {"z_dim": 6, "label_dim": 3, "embed_features": 4, "side": 2, "width": 8, "narrow": 4},
        {
            "z_dim": 6,
            "label_dim": 3,
            "embed_features": 6,
            "side": 2,
            "width": 8,
            "product": True,
            "slope": 0.2,
        },
        {"z_dim": 6, "label_dim": 0, "embed_features": 0, "side": 2, "width": 8, "narrow": 4}
        | {"slope": 0.2},
    ],
    "gan": [{"widths": [8, 16, 12]} | {"channels": 3}],
}
CASES = [(family, config) for family, configs in SMALL.items() for config in configs]


@pytest.fixture(params=CASES, ids=lambda case: f"{case[0]}-{len(case[1])}")
def generator(request: pytest.FixtureRequest) -> Generator:
    torch.manual_seed(1)
    family, config = request.param
    built = build_generator(family, config).eval().requires_grad_(False)
    for name, parameter in built.named_parameters():
        if name.endswith(("noise_strength", "bias")):
            parameter.add_(torch.randn_like(parameter) * 0.2)
    return built


def some_ws(generator: Generator, count: int = 3, psi: float = 1.0) -> torch.Tensor:
    spec = generator.spec
    z = torch.cat([seed_to_z(seed, spec.z_dim) for seed in range(count)])
    label = torch.eye(spec.label_dim)[:count] if spec.label_dim else None
    return generator.map(z, label, psi)


def draw(generator: Generator, ws: torch.Tensor, *args: Any, **kwargs: Any) -> torch.Tensor:
    """The pictures of `ws`, on one label map for all where the generator needs one."""
    spec = generator.spec
    if "label_map" in spec.controls:
        rows = torch.arange(spec.resolution) * spec.map_classes // spec.resolution
        kwargs["label_map"] = rows[None, :, None].expand(1, -1, spec.resolution)
    return generator.synthesize(ws, *args, **kwargs)


def test_every_family_is_checked_here() -> None:
    assert SMALL.keys() == FAMILIES.keys()


def test_shapes_and_types_follow_the_spec(generator: Generator) -> None:
    spec = generator.spec
    ws = some_ws(generator)
    assert ws.shape == (3, spec.num_ws, spec.w_dim)
    pictures = draw(generator, ws)
    assert pictures.shape == (3, spec.channels, spec.resolution, spec.resolution)
    assert pictures.dtype == torch.float32
    assert len(spec.ws_resolutions) == spec.num_ws


def test_the_same_seed_gives_the_same_picture(generator: Generator) -> None:
    first, second = (draw(generator, some_ws(generator)) for _ in range(2))
    assert torch.equal(first, second)


@pytest.mark.parametrize("noise_mode", ["const", "random", "none"])
def test_a_picture_does_not_depend_on_its_neighbours(generator: Generator, noise_mode: Any) -> None:
    ws = some_ws(generator)
    together = draw(generator, ws, noise_mode, 5)
    alone = draw(generator, ws[1:2], noise_mode, 5)
    assert torch.allclose(together[1:2], alone, atol=1e-5)


def test_psi_zero_gives_the_mean(generator: Generator) -> None:
    mean = generator.w_avg.expand(3, generator.spec.num_ws, -1)
    if not generator.spec.has_mapping:  # no truncation either
        mean = some_ws(generator)
    assert torch.allclose(some_ws(generator, psi=0.0), mean, atol=1e-6)


def test_the_cutoff_leaves_fine_rows_alone(generator: Generator) -> None:
    full = some_ws(generator)
    cut = generator.truncate(full, 0.5, 2)
    if not generator.spec.has_mapping:
        assert cut is full
        return
    assert torch.equal(cut[:, 2:], full[:, 2:])
    assert torch.allclose(cut[:, :2], (full[:, :2] + generator.w_avg) / 2, atol=1e-6)


def test_drafts_have_their_resolution_and_the_last_is_the_full_picture(
    generator: Generator,
) -> None:
    ws = some_ws(generator)
    for size in generator.spec.draft_resolutions:
        assert draw(generator, ws, resolution=size).shape[-1] == size
    assert torch.equal(draw(generator, ws, resolution=size), draw(generator, ws))


def test_random_noise_follows_its_seed(generator: Generator) -> None:
    ws = some_ws(generator)
    first, again, other = (draw(generator, ws, "random", seed) for seed in (1, 1, 2))
    assert torch.equal(first, again)
    assert torch.equal(first, other) is not generator.spec.has_noise


def test_saving_and_loading_keeps_pictures_and_config(generator: Generator, tmp_path: Path) -> None:
    save_generator(tmp_path / "m.safetensors", generator, torch.float32)
    loaded = load_generator(tmp_path / "m.safetensors")
    assert loaded.spec == generator.spec
    ws = some_ws(generator)
    assert torch.equal(draw(loaded, ws), draw(generator, ws))


def test_half_precision_files_change_pictures_only_slightly(
    generator: Generator, tmp_path: Path
) -> None:
    save_generator(tmp_path / "m.safetensors", generator)
    loaded = load_generator(tmp_path / "m.safetensors")
    ws = some_ws(generator)
    wanted = draw(generator, ws)
    assert torch.allclose(draw(loaded, ws), wanted, atol=0.02 * wanted.std().item())


def test_a_truncated_file_is_refused_by_name(tiny_model_path: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.safetensors"
    broken.write_bytes(tiny_model_path.read_bytes()[:-100])
    with pytest.raises(ModelLoadError, match=r"broken\.safetensors is damaged"):
        load_generator(broken)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", "empty"),
        (b"\x80\x04\x95", "truncated"),
        (b"version https://git-lfs", "Git LFS pointer"),
        (b"<!DOCTYPE html><html>", "a web page"),
        (b"\x89PNG\r\n\x1a\n12345678", "a PNG picture"),
        (b"something quite else", "no file of a known kind"),
    ],
)
def test_other_files_are_called_what_they_are(tmp_path: Path, content: bytes, kind: str) -> None:
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(ModelLoadError, match=kind):
        load_generator(tmp_path / "x")


def test_weights_that_are_not_numbers_are_named(tmp_path: Path) -> None:
    bad = build_generator("stylegan2", SMALL["stylegan2"][0])
    with torch.no_grad():
        bad.get_parameter("synthesis.b8.conv1.bias")[0] = float("nan")
    save_generator(tmp_path / "m.safetensors", bad)
    with pytest.raises(ModelLoadError, match=r"synthesis\.b8\.conv1\.bias holds NaN"):
        load_generator(tmp_path / "m.safetensors")


def test_resampling_keeps_a_constant_away_from_the_edges() -> None:
    flat = torch.ones(1, 2, 8, 8)
    assert torch.allclose(upsample2(flat)[:, :, 2:-2, 2:-2], torch.ones(1, 2, 12, 12))
    assert torch.allclose(fir_filter(flat, padding=1)[:, :, 2:-2, 2:-2], torch.ones(1, 2, 3, 3))


def test_minibatch_stddev_is_zero_for_equal_pictures_and_one_map_for_all() -> None:
    same = torch.randn(1, 5, 4, 4).expand(4, -1, -1, -1)
    assert minibatch_stddev(same).max() < 2e-4
    values = torch.tensor([0.0, 0.0, 2.0, 2.0])[:, None, None, None].expand(-1, 5, 4, 4)
    assert torch.allclose(minibatch_stddev(values), torch.ones(4, 1, 4, 4))


@pytest.mark.parametrize("label_dim", [0, 3])
def test_the_discriminator_gives_one_logit_for_each_picture(label_dim: int) -> None:
    network = Discriminator(resolution=16, channel_base=128, channel_max=8, label_dim=label_dim)
    label = torch.eye(3).repeat(2, 1)[:4] if label_dim else None
    assert network(torch.randn(4, 3, 16, 16), label).shape == (4,)


def test_the_names_and_colours_of_map_classes_travel_in_the_file(tmp_path: Path) -> None:
    built = build_generator("spade", SMALL["spade"][1])
    save_generator(tmp_path / "m.safetensors", built)
    table = load_generator(tmp_path / "m.safetensors").spec.class_table
    assert [entry.name for entry in table] == ["sky", "sea", "sand"]
    assert table[1].colour == (1, 2, 3)


def test_a_table_of_another_length_is_refused() -> None:
    config = SMALL["spade"][1] | {"class_table": [["sky", [9, 8, 7]]]}
    with pytest.raises(ValueError, match="a table of 1 classes for 3"):
        build_generator("spade", config)


def test_halving_has_the_gradients_of_its_mean() -> None:
    x = torch.randn(2, 3, 4, 6, dtype=torch.float64, requires_grad=True)
    torch.testing.assert_close(halve(x), F.avg_pool2d(x, 2))
    assert torch.autograd.gradcheck(halve, x)
    assert torch.autograd.gradgradcheck(halve, x)
