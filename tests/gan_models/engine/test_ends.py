"""The last blocks of large pictures are drawn in one, unless what they follow from is met again."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
import torch
from torch import Tensor

from gan_models.engine import Engine, Inputs, kernels, stylegan2
from gan_models.errors import SupersededError
from gan_models.families.stylegan2 import StyleGAN2
from gan_models.spec import NOISE_MODES
from tests.conftest import tiny_generator
from tests.gan_models.test_families import some_ws

ROW = 8 * 32 * 4
"""Bytes of a row of maps, of each of the last three blocks."""
BEFORE = 8
"""Stages of 4, 8, 16 and 32 pixels and their colours."""
LAST = 10
"""And those of 64 pixels, before the last one."""


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> StyleGAN2:
    """A network whose blocks from 64 pixels on count as huge."""
    monkeypatch.setattr(kernels, "LARGE_BYTES", 32 * ROW)
    monkeypatch.setattr(kernels, "MAP_STRIP_BYTES", 12 * ROW)
    monkeypatch.setattr(stylegan2, "HUGE_BYTES", 64 * ROW)
    generator = tiny_generator(resolution=128)
    generator.conv_clamp = 1.5
    return generator


def moved(ws: Tensor, row: int, by: float) -> Tensor:
    return torch.cat([ws[:, :row], ws[:, row:] + by], dim=1)


def hits(engine: Engine) -> int:
    assert engine.report
    return engine.report.hits


@pytest.mark.parametrize("noise_mode", NOISE_MODES)
def test_in_one_or_block_by_block_the_picture_is_the_same_to_the_bit(
    large: StyleGAN2, noise_mode: Any
) -> None:
    engine, ws = Engine(large, cache_bytes=0), some_ws(large, 1)
    in_one = engine.synthesize(ws, noise_mode, 3)
    assert torch.equal(engine.synthesize(ws, noise_mode, 3), in_one)
    torch.testing.assert_close(in_one, large.synthesize(ws, noise_mode, 3), rtol=0, atol=1e-4)


def test_what_the_end_leaves_is_kept_once_what_it_follows_from_is_met_again(
    large: StyleGAN2,
) -> None:
    engine, ws = Engine(large), some_ws(large, 1)
    found = []
    for by in (0, 1, 2):
        engine.synthesize(moved(ws, LAST, by))
        found.append(hits(engine))
    assert found == [0, BEFORE, LAST]


def test_each_new_look_is_drawn_in_one(large: StyleGAN2) -> None:
    engine, ws = Engine(large), some_ws(large, 1)
    for count in (1, 2):
        engine.synthesize(moved(ws, 0, count))
        assert len(engine.cache) == count * (BEFORE + 1)


def test_what_a_draft_left_of_the_end_is_gone_on_from(large: StyleGAN2) -> None:
    engine, ws = Engine(large), some_ws(large, 1)
    engine.synthesize(ws, resolution=64)
    picture = engine.synthesize(ws)
    assert hits(engine) == LAST
    assert torch.equal(picture, Engine(large).synthesize(ws))


def test_a_picture_gives_way_between_the_strips_of_its_end(large: StyleGAN2) -> None:
    engine, inputs = Engine(large), Inputs(some_ws(large, 1))
    asked = iter([False] * (BEFORE + 3) + [True])
    with pytest.raises(SupersededError):
        engine.draw(inputs, engine.plan_of(), partial(next, asked))
    assert len(engine.cache) == BEFORE


def test_an_end_that_gave_way_is_then_drawn_block_by_block(large: StyleGAN2) -> None:
    engine, inputs = Engine(large), Inputs(some_ws(large, 1))
    for count in (BEFORE + 3, LAST - BEFORE):
        asked = iter([False] * count + [True])
        with pytest.raises(SupersededError):
            engine.draw(inputs, engine.plan_of(), partial(next, asked))
    assert len(engine.cache) == LAST


def test_the_time_of_an_end_counts_for_its_blocks(large: StyleGAN2) -> None:
    engine = Engine(large)
    engine.synthesize(some_ws(large, 1))
    assert engine.report
    assert len(engine.report.stages) == LAST + 1
    assert min(engine.report.stages[name] for name in ("64", "64 rgb", "128")) > 0


def test_several_pictures_at_once_go_block_by_block(large: StyleGAN2) -> None:
    engine, ws = Engine(large), some_ws(large, 2)
    pictures = engine.synthesize(ws)
    assert len(engine.cache) == LAST + 1
    torch.testing.assert_close(pictures[:1], engine.synthesize(ws[:1]), rtol=0, atol=1e-4)


@pytest.mark.parametrize(
    ("other", "shared"), [(torch.bfloat16, True), (torch.float16, False)], ids=str
)
def test_precisions_share_what_is_the_same(
    large: StyleGAN2, other: torch.dtype, shared: bool
) -> None:
    program = stylegan2.StyleGAN2Program(large, torch.float32)
    beside = program.of_type(large, other)
    assert isinstance(beside, stylegan2.StyleGAN2Program)
    assert (beside._affines is program._affines) == shared
    ws = some_ws(large, 1)
    assert torch.equal(program.styles(ws), beside.styles(ws))
