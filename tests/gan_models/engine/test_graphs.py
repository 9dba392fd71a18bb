"""What a GPU records is drawn from memory that stays, and whatever cannot be is drawn plainly.

There is no GPU here: a recording is simulated by work that is run again on the memory it was given.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor

from gan_models.engine import Engine, Inputs, Plan, Precision
from gan_models.engine import engine as engine_module
from gan_models.engine.graphs import Graphs, Work, graphs_of
from gan_models.engine.pixels import to_pixels, to_uint8
from gan_models.engine.program import State, prepare
from gan_models.engine.stylegan2 import BlockStage
from gan_models.families.stylegan2 import StyleGAN2
from tests.conftest import tiny_generator
from tests.gan_models.test_families import some_ws

FULL, DRAFT = Plan(32, torch.float32, full=True), Plan(16, torch.float32, full=False)


class Recorder:
    """Records as a GPU would: what runs again reads and writes the same memory."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error, self.recorded, self.replayed = error, 0, 0
        self.memory: list[tuple[int, int]] = []
        """Where each replay read and wrote."""

    def __call__(self, work: Work, x: Tensor) -> tuple[Callable[[], object], Tensor]:
        self.recorded += 1
        if self.error:
            raise self.error
        output = work(x).clone()

        def replay() -> None:
            self.replayed += 1
            output.copy_(work(x))
            self.memory.append((x.data_ptr(), output.data_ptr()))

        return replay, output


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def graphs(recorder: Recorder) -> Graphs:
    return Graphs(recorder, limit=2)


@pytest.fixture
def tiny() -> StyleGAN2:
    return tiny_generator()


@pytest.fixture
def engine(tiny: StyleGAN2, recorder: Recorder) -> Engine:
    """One that records all it can, from the first time on."""
    engine = Engine(tiny)
    engine.graphs = Graphs(recorder)
    return engine


def doubled(x: Tensor) -> Tensor:
    return x * 2


def wanted(tiny: StyleGAN2, inputs: Inputs, plan: Plan) -> np.ndarray:
    return to_uint8(Engine(tiny).draw(inputs, plan))


def test_what_is_asked_for_twice_is_recorded_once_and_uses_the_same_memory(
    graphs: Graphs, recorder: Recorder
) -> None:
    assert graphs.get("a", doubled, torch.zeros(2)) is None
    for value in (1.0, 2.0, 3.0):
        recording = graphs.get("a", doubled, torch.full((2,), value))
        assert recording
        assert recording.run(torch.full((2,), value)).tolist() == [2 * value] * 2
    assert (recorder.recorded, recorder.replayed, len(graphs)) == (1, 3, 1)
    assert len(set(recorder.memory)) == 1


def test_a_recording_leaves_what_it_is_given_alone(graphs: Graphs) -> None:
    x = torch.ones(2)
    graphs.get("a", doubled, x)
    recording = graphs.get("a", doubled, x)
    assert recording
    recording.run(torch.full((2,), 5.0))
    assert x.tolist() == [1, 1]


def test_no_more_are_kept_than_there_is_room_for(graphs: Graphs, recorder: Recorder) -> None:
    x = torch.ones(1)
    for key in "aabbabcc":
        graphs.get(key, doubled, x)
    assert len(graphs) == 2
    assert recorder.recorded == 3
    assert graphs.get("b", doubled, x)  # it was used after a
    assert graphs.get("a", doubled, x) is None
    graphs.clear()
    assert len(graphs) == 0


@pytest.mark.parametrize("error", [RuntimeError("no capture"), torch.OutOfMemoryError("full")])
def test_what_cannot_be_recorded_is_not_tried_again(error: Exception) -> None:
    recorder = Recorder(error)
    graphs = Graphs(recorder)
    assert [graphs.get("a", doubled, torch.ones(1)) for _ in range(4)] == [None] * 4
    assert recorder.recorded == 1


def test_a_processor_and_an_apple_gpu_record_nothing() -> None:
    assert graphs_of(torch.device("cpu")) is None
    assert graphs_of(torch.device("mps")) is None


@pytest.mark.parametrize("plan", [FULL, DRAFT], ids=["full", "cut"])
@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("noise_mode", ["const", "none"])
def test_recorded_pictures_are_the_same_bytes(
    tiny: StyleGAN2, engine: Engine, recorder: Recorder, plan: Plan, count: int, noise_mode: str
) -> None:
    for step in range(4):
        inputs = Inputs(some_ws(tiny, count) + step, noise_mode)  # type: ignore[arg-type]
        found = engine.pixels(inputs, plan)
        assert np.array_equal(found, wanted(tiny, inputs, plan))
    assert (recorder.recorded, recorder.replayed) == (1, 3)
    assert engine.report
    assert list(engine.report.stages) == ["graph"]


def test_a_picture_stays_what_it_is_when_the_next_is_drawn(
    tiny: StyleGAN2, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    # On a GPU the copy to the host makes it one of its own.
    monkeypatch.setattr(engine_module, "to_host", lambda pixels: pixels.clone().numpy())
    ws = some_ws(tiny, 1)
    pictures = [engine.pixels(Inputs(ws + step), FULL) for step in range(4)]
    for step, picture in enumerate(pictures):
        assert np.array_equal(picture, wanted(tiny, Inputs(ws + step), FULL))


def test_cuts_precisions_counts_and_noise_have_recordings_of_their_own(
    tiny: StyleGAN2, engine: Engine, recorder: Recorder
) -> None:
    ws, low = some_ws(tiny, 1), Plan(16, torch.bfloat16, full=False)
    for _ in range(3):
        for plan in (FULL, DRAFT, low):
            engine.pixels(Inputs(ws), plan)
        engine.pixels(Inputs(ws, "none"), FULL)
        engine.pixels(Inputs(torch.cat([ws, ws])), FULL)
    assert recorder.recorded == 5
    assert engine.graphs
    assert len(engine.graphs) == 5


def test_random_noise_and_controls_are_drawn_plainly(
    tiny: StyleGAN2, engine: Engine, recorder: Recorder
) -> None:
    ws = some_ws(tiny, 1)
    for seed in (1, 2, 3):
        inputs = Inputs(ws, "random", seed)
        assert np.array_equal(engine.pixels(inputs, FULL), wanted(tiny, inputs, FULL))
    assert recorder.recorded == 0


def test_where_recording_fails_pictures_are_drawn_plainly(tiny: StyleGAN2) -> None:
    engine, recorder = Engine(tiny), Recorder(RuntimeError("operation not permitted"))
    engine.graphs = Graphs(recorder)
    for step in range(4):
        inputs = Inputs(some_ws(tiny, 1) + step)
        assert np.array_equal(engine.pixels(inputs, FULL), wanted(tiny, inputs, FULL))
    assert recorder.recorded == 1
    assert engine.report
    assert "32" in engine.report.stages


def test_what_is_freed_is_recorded_anew(
    tiny: StyleGAN2, engine: Engine, recorder: Recorder
) -> None:
    inputs = Inputs(some_ws(tiny, 1))
    for _ in range(2):
        engine.pixels(inputs, FULL)
    engine.forget()
    assert engine.graphs is not None
    assert len(engine.graphs) == 0
    for _ in range(2):
        engine.pixels(inputs, FULL)
    assert recorder.recorded == 2


def test_on_the_way_to_the_cpu_recordings_stay_behind(
    tiny: StyleGAN2, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.device = torch.device("cuda")  # it is none, but it runs out of memory as one would
    run, left = BlockStage.run, iter(range(2))

    def short(stage: BlockStage, *inputs: object) -> State:
        if next(left, None) is not None:
            raise torch.OutOfMemoryError
        return run(stage, *inputs)  # type: ignore[arg-type]

    monkeypatch.setattr(BlockStage, "run", short)
    inputs = Inputs(some_ws(tiny, 1))
    found = engine.pixels(inputs, FULL)
    assert np.array_equal(found, wanted(tiny, inputs, FULL))
    assert engine.graphs is None


def test_where_a_recording_is_slow_blocks_are_kept_instead(
    tiny: StyleGAN2, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "_since", lambda _: 20.0)  # milliseconds
    ws = some_ws(tiny, 1)
    for step in range(8):
        engine.pixels(Inputs(ws + step), FULL)
    assert engine.graphs is not None
    assert len(engine.graphs) == 0
    engine.pixels(Inputs(ws + 7), FULL)
    assert engine.report
    assert engine.report.hits


def test_a_plan_follows_what_a_recording_took(
    tiny: StyleGAN2, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "LEAST", 4)
    engine, inputs = Engine(tiny), Inputs(some_ws(tiny, 1))
    for size in ("4", "8", "16", "32"):
        engine.took(torch.float32, size, 30)
    assert engine.plan(inputs, 33).resolution < 32
    engine.took(torch.float32, "graph 32", 1)
    assert engine.plan(inputs, 33).full


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float16])
def test_no_stage_waits_for_the_device_or_leaves_it(tiny: StyleGAN2, dtype: torch.dtype) -> None:
    """On `meta` nothing can be read back, and nothing meets a tensor of the processor."""
    tiny = tiny.to("meta")
    program = prepare(tiny, dtype)
    state, inputs = State(), Inputs(torch.zeros(1, 8, 16, device="meta"), "none")
    styles = program.styles(inputs.ws)
    for stage in program.stages(32):
        stage.prepare()
        state = stage.run(state, inputs, styles)
    assert state.picture is not None
    pixels = to_pixels(state.picture)
    assert (pixels.device.type, pixels.dtype, pixels.shape) == ("meta", torch.uint8, (1, 32, 32, 3))


def test_a_16_bit_engine_uses_its_own_recording(tiny: StyleGAN2, recorder: Recorder) -> None:
    engine = Engine(tiny, Precision(torch.bfloat16, torch.bfloat16))
    engine.graphs = Graphs(recorder)
    inputs = Inputs(some_ws(tiny, 1))
    for _ in range(3):
        found = engine.pixels(inputs, engine.plan_of())
    exact = wanted(tiny, inputs, FULL).astype(int)
    assert recorder.replayed == 2
    assert 0 < np.abs(found - exact).max() < 40
