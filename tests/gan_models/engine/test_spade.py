"""SPADE's program: the pictures of plain torch, and nothing computed that did not change."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor

from gan_models.engine import Engine, Precision
from gan_models.engine.spade import Layout, Modulation, SpadeProgram
from gan_models.families.spade import SPADE

KINDS: list[dict[str, Any]] = [
    {"z_dim": 8},
    {"z_dim": 8, "batch_norm": False, "kernel": 5},
    {"z_dim": 0, "extra_up": True, "hidden": 20},
]


def generator(**more: Any) -> SPADE:
    """64 pixels, 5 classes, statistics that are not those of a fresh network."""
    torch.manual_seed(1)
    built = SPADE(features=1, map_classes=5, resolution=64, ups=3, **more).eval()
    for name, tensor in (*built.named_parameters(), *built.named_buffers()):
        if name.endswith("bias"):
            tensor.data.normal_(std=0.2)
        elif name.endswith("running_mean"):
            tensor.data.normal_()
        elif name.endswith("running_var"):
            tensor.data.uniform_(0.3, 3)
    return built.requires_grad_(False)


def some_map(seed: int = 0, size: int = 64) -> Tensor:
    random = torch.Generator().manual_seed(seed)
    coarse = torch.randint(5, (1, 1, 4, 4), generator=random).float()
    return torch.nn.functional.interpolate(coarse, (size, size))[:, 0].to(torch.uint8)


def some_style(built: SPADE, seed: int = 0) -> Tensor:
    random = torch.Generator().manual_seed(seed)
    return torch.randn(1, 1, built.spec.z_dim, generator=random)


@pytest.fixture(params=KINDS, ids=["batch", "instance", "no style"])
def built(request: pytest.FixtureRequest) -> SPADE:
    return generator(**request.param)


def test_every_stroke_gives_the_picture_of_plain_torch(built: SPADE) -> None:
    engine, style, label_map = Engine(built), some_style(built), some_map()
    strokes = [(0, 0, 9, 9), (55, 50, 64, 64), (20, 30, 21, 31), (3, 60, 40, 62), (0, 0, 64, 64)]
    engine.synthesize(style, label_map=label_map)
    for number, (left, top, right, bottom) in enumerate(strokes):
        label_map = label_map.clone()
        label_map[:, top:bottom, left:right] = number % 5
        found = engine.synthesize(style, label_map=label_map)
        wanted = built.synthesize(style, label_map=label_map)
        torch.testing.assert_close(found, wanted, rtol=0, atol=2e-5)


def test_two_far_strokes_at_once_and_undo_are_exact(built: SPADE) -> None:
    engine, style, before = Engine(built), some_style(built), some_map()
    engine.synthesize(style, label_map=before)
    painted = before.clone()
    painted[:, :4, :4] = 4
    painted[:, 60:, 60:] = 3
    for label_map in (painted, before, some_map(5)):
        found = engine.synthesize(style, label_map=label_map)
        wanted = built.synthesize(style, label_map=label_map)
        torch.testing.assert_close(found, wanted, rtol=0, atol=2e-5)


def test_soft_maps_and_other_sizes_are_drawn_as_by_plain_torch(built: SPADE) -> None:
    engine, style = Engine(built), some_style(built)
    weights = torch.rand(1, 5, 64, 64, generator=torch.Generator().manual_seed(2))
    for label_map in (weights, weights.roll(3, dims=3), some_map(), weights):
        found = engine.synthesize(style, label_map=label_map)
        wanted = built.synthesize(style, label_map=label_map)
        torch.testing.assert_close(found, wanted, rtol=0, atol=2e-5)
    if not built.spec.z_dim:
        wide = some_map(3, 128)[:, :96]
        found = engine.synthesize(style, label_map=wide)
        torch.testing.assert_close(
            found, built.synthesize(style, label_map=wide), atol=2e-5, rtol=0
        )


def pixels_computed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Records the pixels of each box that is computed, and computes it."""
    counts: list[int] = []
    real = Modulation._computed

    def counting(self: Modulation, layout: Layout, small: Tensor, box: Any) -> Any:
        counts.append((box[0].stop - box[0].start) * (box[1].stop - box[1].start))
        return real(self, layout, small, box)

    monkeypatch.setattr(Modulation, "_computed", counting)
    return counts


def test_another_style_computes_nothing_of_the_map(monkeypatch: pytest.MonkeyPatch) -> None:
    built = generator(z_dim=8)
    engine, label_map = Engine(built), some_map()
    counts = pixels_computed(monkeypatch)
    engine.synthesize(some_style(built, 0), label_map=label_map)
    assert counts
    counts.clear()
    engine.synthesize(some_style(built, 1), label_map=label_map.clone())
    assert counts == []


def test_a_small_stroke_computes_a_small_part_of_the_map(monkeypatch: pytest.MonkeyPatch) -> None:
    built = generator(z_dim=8)
    engine, style, label_map = Engine(built), some_style(built), some_map()
    counts = pixels_computed(monkeypatch)
    engine.synthesize(style, label_map=label_map)
    whole = sum(counts)
    counts.clear()
    painted = label_map.clone()
    painted[:, 30:34, 30:34] = 4
    engine.synthesize(style, label_map=painted)
    assert 0 < sum(counts) < whole / 4


def test_another_map_keeps_what_the_style_begins_with(monkeypatch: pytest.MonkeyPatch) -> None:
    built = generator(z_dim=8)
    engine, style = Engine(built), some_style(built)
    asked: list[Tensor] = []
    real = SpadeProgram.styles

    def counting(self: SpadeProgram, ws: Tensor, since: int = 0) -> Tensor | None:
        asked.append(ws)
        return real(self, ws, since)

    monkeypatch.setattr(SpadeProgram, "styles", counting)
    for seed in range(3):
        engine.synthesize(style, label_map=some_map(seed))
    assert len(asked) == 1


def test_bfloat16_is_near_after_strokes() -> None:
    built = generator(z_dim=8)
    low = Precision(torch.bfloat16, torch.bfloat16)
    engine, style, label_map = Engine(built, low), some_style(built), some_map()
    engine.synthesize(style, label_map=label_map)
    label_map = label_map.clone()
    label_map[:, 10:20, 10:20] = 2
    error = engine.synthesize(style, label_map=label_map) - built.synthesize(
        style, label_map=label_map
    )
    assert 0 < error.abs().mean() < 0.05


def test_maps_that_are_too_large_to_be_kept_are_drawn_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("gan_models.engine.spade.KEPT_BYTES", 50_000)
    built = generator(z_dim=8)
    engine, style = Engine(built), some_style(built)
    for seed in range(2):
        found = engine.synthesize(style, label_map=some_map(seed))
        wanted = built.synthesize(style, label_map=some_map(seed))
        torch.testing.assert_close(found, wanted, rtol=0, atol=2e-5)
