"""The engine draws what the generators draw, and computes only what changed."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from benchmarks import textbook
from gan_models.base import Generator
from gan_models.engine import Engine, Inputs, Plan, Precision, kernels
from gan_models.engine.engine import _Clock
from gan_models.engine.program import State
from gan_models.engine.stylegan2 import BlockStage
from gan_models.errors import GanvasError, SupersededError
from gan_models.families.stylegan2 import StyleGAN2
from gan_models.registry import build_generator
from gan_models.spec import NOISE_MODES
from tests.conftest import tiny_generator
from tests.gan_models.test_families import CASES, draw, some_ws

BF16 = Precision(torch.bfloat16, torch.bfloat16)
SIZES = (4, 8, 16, 32)


@pytest.fixture(autouse=True)
def _small_drafts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drafts of the tiny network may be tiny."""
    monkeypatch.setattr("gan_models.engine.engine.LEAST", 4)


def built(family: str, config: dict[str, Any]) -> Generator:
    torch.manual_seed(1)
    generator = build_generator(family, config).eval().requires_grad_(False)
    for name, parameter in generator.named_parameters():
        if name.endswith(("noise_strength", "bias")):
            parameter.add_(torch.randn_like(parameter) * 0.2)
    return generator


@pytest.fixture
def tiny() -> StyleGAN2:
    return tiny_generator()


@pytest.fixture
def ws(tiny: StyleGAN2) -> torch.Tensor:
    return some_ws(tiny, 1)


def plan(size: int, dtype: torch.dtype = torch.float32) -> Plan:
    return Plan(size, dtype, full=size == 32)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]}-{len(case[1])}")
@pytest.mark.parametrize("count", [1, 3])
def test_every_family_draws_the_same_pictures_as_without_it(case: Any, count: int) -> None:
    generator = built(*case)
    engine = Engine(generator)
    for noise_mode in NOISE_MODES:
        wanted = draw(generator, some_ws(generator, count), noise_mode, 5)
        found = draw(engine, some_ws(generator, count), noise_mode, 5)  # type: ignore[arg-type]
        torch.testing.assert_close(found, wanted, rtol=0, atol=2e-5)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]}-{len(case[1])}")
def test_drafts_of_every_family_have_their_size(case: Any) -> None:
    generator = built(*case)
    engine = Engine(generator, Precision(torch.float32, torch.bfloat16))
    for size in generator.spec.draft_resolutions:
        found = draw(engine, some_ws(generator, 1), resolution=size)  # type: ignore[arg-type]
        wanted = draw(generator, some_ws(generator, 1), resolution=size)
        assert found.dtype == torch.float32
        torch.testing.assert_close(found, wanted, rtol=0, atol=0.1 * wanted.std().item())


@pytest.mark.parametrize("noise_mode", NOISE_MODES)
def test_it_agrees_with_the_textbook(tiny: StyleGAN2, noise_mode: Any) -> None:
    tiny.conv_clamp = 1.5
    ws = some_ws(tiny, 2)
    wanted = textbook.synthesize(tiny, ws, noise_mode, noise_seed=5)
    for pictures in (slice(0, 1), slice(0, 2)):
        found = Engine(tiny).synthesize(ws[pictures], noise_mode, 5)
        torch.testing.assert_close(found, wanted[pictures], rtol=0, atol=1e-4)


@pytest.mark.parametrize("noise_mode", NOISE_MODES)
@pytest.mark.parametrize("strip", [1, 12 * 8 * 32 * 4])  # 8 rows at least, and 12
def test_strips_are_the_same_pictures_and_states(
    tiny: StyleGAN2, monkeypatch: pytest.MonkeyPatch, noise_mode: Any, strip: int
) -> None:
    tiny.conv_clamp = 1.5
    ws = some_ws(tiny, 2)
    whole = Engine(tiny)
    wanted = whole.synthesize(ws, noise_mode, 5)
    monkeypatch.setattr(kernels, "LARGE_BYTES", 16 * 16 * 4)
    monkeypatch.setattr(kernels, "MAP_STRIP_BYTES", strip)
    engine = Engine(tiny)
    torch.testing.assert_close(engine.synthesize(ws, noise_mode, 5), wanted)
    for size in (16, 32):
        wanted = whole.draw(Inputs(ws[:1], noise_mode, 5), plan(size))
        found = engine.draw(Inputs(ws[:1], noise_mode, 5), plan(size))
        torch.testing.assert_close(found, wanted, rtol=0, atol=1e-5)
    assert engine.report
    assert list(engine.report.stages) == ["32"]


def test_bfloat16_is_near(tiny: StyleGAN2, ws: torch.Tensor) -> None:
    wanted = Engine(tiny).synthesize(ws)
    error = (Engine(tiny, BF16).synthesize(ws) - wanted).abs()
    assert 0 < error.max() < 0.1 * wanted.std()


@pytest.mark.parametrize("count", [1, 2])
def test_float16_is_nearer_and_large_weights_do_not_overflow(tiny: StyleGAN2, count: int) -> None:
    for name, parameter in tiny.named_parameters():
        if name.endswith(("conv0.weight", "conv1.weight")):
            parameter.mul_(3000)  # demodulation makes up for it
    ws = some_ws(tiny, count)
    wanted = Engine(tiny).synthesize(ws)
    found = Engine(tiny, Precision(torch.float16, torch.float16)).synthesize(ws)
    torch.testing.assert_close(found, wanted, rtol=0, atol=0.01 * wanted.std().item())


def test_where_one_pass_finishes_a_layer_the_pictures_are_the_same(
    tiny: StyleGAN2, monkeypatch: pytest.MonkeyPatch
) -> None:
    ws = some_ws(tiny, 1)
    wanted = Engine(tiny).synthesize(ws)
    monkeypatch.setattr("gan_models.engine.styled.FUSES", "cpu")  # so the bias comes late
    torch.testing.assert_close(Engine(tiny).synthesize(ws), wanted, rtol=0, atol=2e-5)


def test_mapping_is_the_generators_and_remembered(tiny: StyleGAN2) -> None:
    engine = Engine(tiny)
    z = torch.randn(1, 16)
    first = engine.map(z)
    assert torch.equal(first, tiny.map(z))
    assert engine.map(z.clone()) is first


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_a_change_of_fine_rows_starts_at_their_block_and_is_bit_identical(
    tiny: StyleGAN2, ws: torch.Tensor, dtype: torch.dtype
) -> None:
    precision = Precision(dtype, dtype)
    other = torch.randn_like(ws)
    names = [f"{size}{part}" for size in SIZES for part in ("", " rgb")]
    for row, kept in enumerate((0, 1, 2, 3, 4, 5, 6, 7)):
        engine = Engine(tiny, precision)
        engine.synthesize(ws)
        moved = torch.cat([ws[:, :row], other[:, row:]], dim=1)
        found = engine.synthesize(moved)
        assert engine.report
        assert engine.report.hits == kept
        assert list(engine.report.stages) == names[kept:]
        assert torch.equal(found, Engine(tiny, precision).synthesize(moved))


def test_only_changed_rows_make_styles_and_others_do_once_they_are_needed(
    tiny: StyleGAN2, ws: torch.Tensor
) -> None:
    engine, moved = Engine(tiny), ws.clone()
    engine.synthesize(ws)
    moved[:, -1] += 0.5
    engine.synthesize(moved)
    assert engine._styles
    styles = engine._styles[2]
    assert styles is not None
    unmade = (styles == 0).sum().item()
    assert styles.shape[1] / 2 < unmade < styles.shape[1]
    # Other noise begins with the first block.
    found = engine.synthesize(moved, noise_mode="none")
    assert torch.equal(found, Engine(tiny).synthesize(moved, noise_mode="none"))


def test_a_draft_goes_on_to_the_full_picture_bit_by_bit(tiny: StyleGAN2, ws: torch.Tensor) -> None:
    engine = Engine(tiny)
    engine.draw(Inputs(ws), plan(16))
    full = engine.draw(Inputs(ws), plan(32))
    assert engine.report
    assert list(engine.report.stages) == ["32", "32 rgb"]
    assert torch.equal(full, Engine(tiny).synthesize(ws))
    assert torch.equal(engine.draw(Inputs(ws), plan(16)), Engine(tiny).draw(Inputs(ws), plan(16)))


def test_an_equal_picture_costs_nothing(tiny: StyleGAN2, ws: torch.Tensor) -> None:
    engine = Engine(tiny)
    first = engine.synthesize(ws)
    assert engine.synthesize(ws.clone()) is first
    assert engine.report
    assert not engine.report.stages


@pytest.mark.parametrize(
    "change",
    [
        {"noise_mode": "none"},
        {"noise_mode": "random"},
        {"noise_mode": "random", "noise_seed": 1},
    ],
)
def test_other_noise_is_another_picture(
    tiny: StyleGAN2, ws: torch.Tensor, change: dict[str, Any]
) -> None:
    engine = Engine(tiny)
    engine.synthesize(ws)
    engine.synthesize(ws, "random", 2)
    found = engine.synthesize(ws, **change)
    assert engine.report
    assert engine.report.hits == 0
    assert torch.equal(found, Engine(tiny).synthesize(ws, **change))


def test_other_controls_are_another_picture() -> None:
    generator = built("spade", {"features": 1, "map_classes": 3, "resolution": 32, "ups": 3})
    engine = Engine(generator)
    ws = torch.zeros(1, 1, 0)
    maps = [torch.full((1, 32, 32), number) for number in (0, 1)]
    first, second = (engine.synthesize(ws, label_map=label_map) for label_map in maps)
    assert not torch.equal(first, second)
    assert engine.synthesize(ws, label_map=maps[0].clone()) is first


def test_precisions_do_not_share_states(tiny: StyleGAN2, ws: torch.Tensor) -> None:
    engine = Engine(tiny, Precision(torch.float32, torch.bfloat16))
    engine.draw(Inputs(ws), plan(16, torch.bfloat16))
    assert torch.equal(engine.synthesize(ws), Engine(tiny).synthesize(ws))


def test_without_room_nothing_is_kept_and_the_picture_is_the_same(
    tiny: StyleGAN2, ws: torch.Tensor
) -> None:
    engine = Engine(tiny, cache_bytes=0)
    assert torch.equal(engine.synthesize(ws), Engine(tiny).synthesize(ws))
    assert (len(engine.cache), engine.cache.bytes) == (0, 0)


def test_a_picture_that_is_given_up_keeps_what_was_done(tiny: StyleGAN2, ws: torch.Tensor) -> None:
    engine, asked = Engine(tiny), iter([False, False, True])
    with pytest.raises(SupersededError):
        engine.draw(Inputs(ws), plan(32), lambda: next(asked))
    engine.draw(Inputs(ws), plan(32))
    assert engine.report
    assert engine.report.hits == 2


class Timed:
    """An engine whose stages took known times."""

    def __init__(self, tiny: StyleGAN2, ws: torch.Tensor, **times: float) -> None:
        self.engine = Engine(tiny, Precision(torch.float32, torch.bfloat16), cache_bytes=0)
        self.inputs = Inputs(ws)
        for name, cost in times.items():
            dtype = torch.bfloat16 if name.startswith("b") else torch.float32
            for _ in range(6):  # the first one counts half, and falls out of memory
                self.engine.took(dtype, name[1:], cost)

    def chosen(self, budget: float) -> tuple[int, bool]:
        found = self.engine.plan(self.inputs, budget)
        return found.resolution, found.full


def test_the_full_picture_is_its_own_draft_where_it_is_quick(
    tiny: StyleGAN2, ws: torch.Tensor
) -> None:
    assert Timed(tiny, ws, f4=1, f8=1, f16=2, f32=4).chosen(20) == (32, True)
    near = {"b4": 4, "b8": 4, "b16": 4, "b32": 4}
    assert Timed(tiny, ws, f4=4, f8=4, f16=4, f32=4, **near).chosen(20) == (32, True)


def test_a_draft_of_full_size_that_is_sooner_comes_first(tiny: StyleGAN2, ws: torch.Tensor) -> None:
    known = Timed(tiny, ws, f4=3, f8=3, f16=6, f32=6, b4=2, b8=2, b16=4, b32=4)
    assert known.chosen(20) == (32, False)
    assert Timed(tiny, ws, f4=3, f8=3, f16=6, f32=6).chosen(20) == (32, False)  # to be tried


def test_nothing_known_means_to_try_the_full_picture_of_a_small_model(
    tiny: StyleGAN2, ws: torch.Tensor, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Timed(tiny, ws).chosen(20) == (32, True)
    monkeypatch.setattr("gan_models.engine.engine.FIRST", 16)
    assert Timed(tiny, ws).chosen(20) == (16, False)
    assert Timed(tiny, ws, f4=1).chosen(20) == (32, True)


def test_a_slow_model_gets_the_largest_draft_that_fits(tiny: StyleGAN2, ws: torch.Tensor) -> None:
    timed = Timed(tiny, ws, f4=9, f8=9, f16=9, f32=18, b4=5, b8=5, b16=8, b32=20)
    assert timed.chosen(50) == (32, True)
    assert timed.chosen(20) == (16, False)
    assert timed.chosen(11) == (8, False)


def test_where_nothing_fits_the_smallest_is_taken(tiny: StyleGAN2, ws: torch.Tensor) -> None:
    assert Timed(tiny, ws, f4=90, b4=50).chosen(20) == (4, False)


def test_no_draft_is_so_small_that_nothing_is_seen(
    tiny: StyleGAN2, ws: torch.Tensor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gan_models.engine.engine.LEAST", 16)
    assert Timed(tiny, ws, f4=90, b4=50).chosen(20) == (16, False)
    monkeypatch.setattr("gan_models.engine.engine.LEAST", 64)
    assert Timed(tiny, ws, f4=90, b4=50).chosen(20) == (32, False)


def test_what_is_done_once_does_not_count_as_time_of_a_stage(
    tiny: StyleGAN2, ws: torch.Tensor, monkeypatch: pytest.MonkeyPatch
) -> None:
    happened: list[str] = []

    def noting(owner: type, name: str) -> None:
        done = getattr(owner, name)

        def noted(*inputs: Any) -> Any:
            happened.append(name)
            return done(*inputs)

        monkeypatch.setattr(owner, name, noted)

    for owner, name in ((BlockStage, "prepare"), (BlockStage, "run"), (_Clock, "lap")):
        noting(owner, name)
    Engine(tiny).draw(Inputs(ws), plan(4))
    assert happened[happened.index("prepare") :][:4] == ["prepare", "lap", "run", "lap"]


def test_a_block_that_was_never_drawn_is_guessed_from_the_other_precision(
    tiny: StyleGAN2, ws: torch.Tensor
) -> None:
    assert Timed(tiny, ws, f4=18, f8=18, f16=18, f32=18).chosen(20) == (8, False)


def test_one_slow_picture_among_quick_ones_does_not_count(
    tiny: StyleGAN2, ws: torch.Tensor
) -> None:
    timed = Timed(tiny, ws, f4=1, f8=1, f16=1, f32=1)
    timed.engine.took(torch.float32, "32", 900)
    assert timed.chosen(20) == (32, True)


def test_what_is_kept_counts_as_free(tiny: StyleGAN2, ws: torch.Tensor) -> None:
    engine = Engine(tiny)
    engine.synthesize(ws)
    for size in ("4", "8", "16"):
        for _ in range(6):
            engine.took(torch.float32, size, 100)
    fine = torch.cat([ws[:, :7], ws[:, 7:] + 1], dim=1)
    assert engine.plan(Inputs(fine), 50).full
    assert engine.plan(Inputs(ws + 1), 50).resolution == 4


def test_a_draft_does_not_flicker_between_two_sizes(tiny: StyleGAN2, ws: torch.Tensor) -> None:
    timed = Timed(tiny, ws, f4=30, b4=5, b8=5, b16=10, b32=90)
    assert timed.chosen(19) == (8, False)
    assert timed.chosen(21) == (8, False)
    assert timed.chosen(30) == (16, False)


def run_short(monkeypatch: pytest.MonkeyPatch, times: int, error: Exception | None = None) -> None:
    """The block of 16 pixels finds no memory so often."""
    run, left = BlockStage.run, iter(range(times))

    def short(stage: BlockStage, *inputs: Any) -> State:
        if stage.name == "16" and next(left, None) is not None:
            raise error or torch.OutOfMemoryError
        return run(stage, *inputs)

    monkeypatch.setattr(BlockStage, "run", short)


def test_where_memory_is_short_what_is_kept_makes_room(
    tiny: StyleGAN2, ws: torch.Tensor, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, wanted = Engine(tiny), Engine(tiny).synthesize(ws)
    engine.synthesize(ws + 1)
    run_short(monkeypatch, 1)
    assert torch.equal(engine.synthesize(ws), wanted)
    assert len(engine.cache) == 8


@pytest.mark.parametrize(
    "said", ["MPS backend out of memory (9 GB)", "DefaultCPUAllocator: can't allocate memory"]
)
def test_memory_that_runs_out_is_known_by_what_devices_say(
    tiny: StyleGAN2, ws: torch.Tensor, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    engine, wanted = Engine(tiny), Engine(tiny).synthesize(ws)
    run_short(monkeypatch, 1, RuntimeError(said))
    assert torch.equal(engine.synthesize(ws), wanted)
    run_short(monkeypatch, 1, RuntimeError("another error"))
    with pytest.raises(RuntimeError, match="another error"):
        engine.synthesize(ws + 1)


def test_where_that_is_not_enough_it_is_said(
    tiny: StyleGAN2, ws: torch.Tensor, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = Engine(tiny)
    run_short(monkeypatch, 2)
    with pytest.raises(GanvasError, match="the memory is too small for 32 pixels"):
        engine.synthesize(ws)
    assert engine.cache.bytes == 0
    assert engine.synthesize(ws).shape == (1, 3, 32, 32)


def test_where_memory_is_short_a_draft_gets_smaller(
    tiny: StyleGAN2, ws: torch.Tensor, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = Engine(tiny)
    run_short(monkeypatch, 2)
    found = engine.draw(Inputs(ws), plan(16))
    assert torch.equal(found, Engine(tiny).draw(Inputs(ws), plan(8)))
    assert engine.report
    assert engine.report.plan.resolution == 8


def test_where_another_device_has_too_little_the_cpu_draws_from_then_on(
    tiny: StyleGAN2, ws: torch.Tensor, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = Engine(tiny)
    engine.device = torch.device("cuda")  # it is none, but it runs out of memory as one would
    run_short(monkeypatch, 2)
    found = engine.draw(Inputs(ws), plan(32))
    assert torch.equal(found, Engine(tiny).synthesize(ws))
    assert engine.device.type == "cpu"
    assert engine.report
    assert engine.report.note.startswith("The memory of cuda is full")
    engine.synthesize(ws + 1)
    assert not engine.report.note
