"""Draws pictures of one generator, each from the first stage that changed."""

from __future__ import annotations

import time
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from gan_models.base import Direction, Generator
from gan_models.directions.bounds import Bounds
from gan_models.engine.cache import LOOKS, Key, StateCache
from gan_models.engine.graphs import Recording, exact_convolutions, graphs_of
from gan_models.engine.pixels import to_host, to_pixels, to_uint8
from gan_models.engine.plans import EXACT, Plan, Precision, Report
from gan_models.engine.program import (
    Inputs,
    Program,
    Stage,
    State,
    bytes_of,
    prepare,
)
from gan_models.engine.threads import ALL, LIGHT, threads
from gan_models.errors import GanvasError, SupersededError
from gan_models.memory import is_of_memory
from gan_models.spec import NoiseMode, Spec

CACHE_BYTES = 256 * 2**20
MAPPED = 512
"""Latents whose w is remembered."""
RECENT = 5
"""Times of a stage of which the least counts; older ones may have met a quieter machine."""
ROOM = 0.85
"""A draft grows only where it takes so much of the budget, so that it does not flicker."""
FIRST = 128
"""Pixels of the first draft of a model whose speed is not known yet."""
LEAST = 32
"""Pixels of the smallest draft in which a hand sees what it does, however long it takes."""
QUICK = 8.0
"""Milliseconds, half a frame of a screen: a picture that takes no longer needs no draft."""
SOONER = 0.8
"""A draft of full size is worth a second picture at rest if it takes so much of that one's time."""
GRAPH = "graph"
"""What all stages are called together, where one recording runs them."""
UNTRIED = 0.5
"""What a stage is taken for, as a share of the other precision's time, until it was run."""


class Engine:
    """A generator made ready to draw; it maps and synthesizes as the generator does.

    Not for several threads at once, and the generator must not be trained meanwhile.
    """

    def __init__(
        self,
        generator: Generator,
        precision: Precision = EXACT,
        cache_bytes: int = CACHE_BYTES,
    ) -> None:
        self.generator = generator
        self.precision = precision
        self.device = generator.w_avg.device
        self.cache = StateCache(cache_bytes)
        self.graphs = graphs_of(self.device)
        self.report: Report | None = None
        self._programs: dict[torch.dtype, Program] = {}
        self._mapped: OrderedDict[bytes, Tensor] = OrderedDict()
        self._styles: tuple[tuple[bytes, torch.dtype], int, Tensor | None] | None = None
        """Of the last `ws`, since a row: what else changes, such as a label map, leaves them."""
        self._times: dict[tuple[torch.dtype, str], deque[float]] = defaultdict(
            lambda: deque(maxlen=RECENT)
        )
        self._last_draft = 0
        self._ended_in_one: deque[Key] = deque(maxlen=LOOKS)
        """What the large stages of full pictures followed from that were drawn in one."""

    @property
    def spec(self) -> Spec:
        return self.generator.spec

    @property
    def directions(self) -> dict[str, Direction]:
        return self.generator.directions

    @property
    def identity(self) -> np.ndarray | None:
        return self.generator.identity

    @property
    def bounds(self) -> Bounds | None:
        return self.generator.bounds

    @property
    def w_avg(self) -> Tensor:
        return self.generator.w_avg

    def class_centre(self, label: Tensor) -> Tensor | None:
        """See `Generator.class_centre`."""
        return self.generator.class_centre(label)

    def truncate(
        self, ws: Tensor, psi: float, cutoff: int | None = None, centre: Tensor | None = None
    ) -> Tensor:
        """See `Generator.truncate`."""
        return self.generator.truncate(ws, psi, cutoff, centre)

    @torch.inference_mode()
    def map(self, z: Tensor, label: Tensor | None = None) -> Tensor:
        """See `Generator.map`; what was mapped lately is remembered."""
        key = bytes_of(z) + (b"" if label is None else bytes_of(label))
        ws = self._mapped.get(key)
        if ws is None:
            ws = self._mapped[key] = self.generator.map(z, label)
            if len(self._mapped) > MAPPED:
                self._mapped.popitem(last=False)
        else:
            self._mapped.move_to_end(key)
        return ws

    def synthesize(
        self,
        ws: Tensor,
        noise_mode: NoiseMode = "const",
        noise_seed: int = 0,
        resolution: int | None = None,
        **controls: Tensor,
    ) -> Tensor:
        """See `Generator.synthesize`; a smaller `resolution` is a draft, in its precision."""
        return self.draw(Inputs(ws, noise_mode, noise_seed, controls), self.plan_of(resolution))

    def plan_of(self, resolution: int | None = None) -> Plan:
        """Everything, in the precision of full pictures; a smaller `resolution` is a draft."""
        if resolution in (None, self.spec.resolution):
            return Plan(self.spec.resolution, self.precision.full, full=True)
        return Plan(resolution, self.precision.draft, full=False)

    @torch.inference_mode()
    def plan(self, inputs: Inputs, budget: float) -> Plan:
        """The largest picture of `inputs` that is expected to take at most `budget` ms."""
        full = self.plan_of()
        dtype = self.precision.draft
        sizes = self.spec.draft_resolutions
        drafts = [Plan(size, dtype, full=False) for size in sizes if size >= min(LEAST, sizes[-1])]
        if dtype == full.dtype:
            drafts = drafts[:-1]
        plans = [full, *reversed(drafts)]
        if not self._times:
            plans = [plan for plan in plans if plan.resolution <= FIRST] or plans[-1:]
        elif dtype != full.dtype and self._sooner(plans[1], full, inputs):
            plans.remove(full)
        for plan in plans:
            grows = plan.resolution > self._last_draft > 0
            if self._expected(plan, inputs) <= budget * (ROOM if grows else 1.0):
                break
        self._last_draft = plan.resolution
        return plan

    def _sooner(self, draft: Plan, full: Plan, inputs: Inputs) -> bool:
        """Whether a draft of full size is worth that the full picture comes later."""
        time = self._expected(full, inputs)
        return time > QUICK and self._expected(draft, inputs) < SOONER * time

    def took(self, dtype: torch.dtype, stage: str, milliseconds: float) -> None:
        """Take note of what a stage cost; plans follow."""
        times = self._times[dtype, stage]
        # The first time also loads what later ones find ready.
        times.append(milliseconds if times else milliseconds / 2)

    def _expected(self, plan: Plan, inputs: Inputs) -> float:
        """Milliseconds, from what each stage took lately, or their recording."""
        times = self._times.get((plan.dtype, f"{GRAPH} {plan.resolution}"))
        if times and _can_be_recorded(inputs):
            return min(times)
        total = 0.0
        for stage in self._stages(plan):
            key = Key((plan.dtype, stage.name), inputs.digests[stage.rows])
            cached = self.cache.get(key) is not None
            total = 0.0 if cached else total + self._stage_time(plan.dtype, stage)
        return total

    def _stage_time(self, dtype: torch.dtype, stage: Stage) -> float:
        """Milliseconds of a stage, if need be by the other precision; 0 if it was never run."""
        draft, full = self.precision.draft, self.precision.full
        for known, share in ((dtype, 1.0), (full, UNTRIED), (draft, 1.0)):
            times = self._times.get((known, stage.name))
            if times:
                return share * min(times)
        return 0.0

    def _stages(self, plan: Plan) -> Sequence[Stage]:
        """The stages of a plan, in order."""
        if plan.dtype not in self._programs:
            other = next(iter(self._programs.values()), None)
            make = other.of_type if other else prepare
            with torch.inference_mode():
                self._programs[plan.dtype] = make(self.generator, plan.dtype)
        return self._programs[plan.dtype].stages(plan.resolution)

    @torch.inference_mode()
    def pixels(
        self, inputs: Inputs, plan: Plan, superseded: Callable[[], bool] | None = None
    ) -> np.ndarray:
        """The pictures as uint8 [N, H, W, 3], on the way to which a GPU is asked once; see `draw`.

        Where that is quicker than `QUICK`, nothing is kept: all is computed each time.
        """
        recording = self._recording(inputs, plan)
        if recording:
            return self._replayed(recording, inputs, plan)
        pictures, start = self.draw(inputs, plan, superseded), time.perf_counter()
        pixels = to_uint8(pictures)
        assert self.report
        self.report = replace(self.report, convert=_since(start))
        return pixels

    def _recording(self, inputs: Inputs, plan: Plan) -> Recording | None:
        """All stages of a plan up to the bytes as one."""
        if self.graphs is None or not _can_be_recorded(inputs):
            return None
        stages, program = self._stages(plan), self._programs[plan.dtype]

        def work(ws: Tensor) -> Tensor:
            state, moved, styles = State(), replace(inputs, ws=ws), program.styles(ws)
            for stage in stages:
                state = stage.run(state, moved, styles)
            assert state.picture is not None
            return to_pixels(state.picture)

        return self.graphs.get(_graph_key(inputs, plan), work, inputs.ws)

    def _replayed(self, recording: Recording, inputs: Inputs, plan: Plan) -> np.ndarray:
        """Plans follow; on a slow GPU, keeping blocks saves more than recording them."""
        start, name = time.perf_counter(), f"{GRAPH} {plan.resolution}"
        pixels = to_host(recording.run(inputs.ws))
        self.report = Report(plan, 0.0, {GRAPH: _since(start)}, 0)
        if len(inputs.ws) == 1:
            self.took(plan.dtype, name, _since(start))
            times = self._times[plan.dtype, name]
            if self.graphs and len(times) == RECENT and min(times) > QUICK:
                self.graphs.refuse(_graph_key(inputs, plan))
                del self._times[plan.dtype, name]
        return pixels

    @torch.inference_mode()
    def draw(
        self, inputs: Inputs, plan: Plan, superseded: Callable[[], bool] | None = None
    ) -> Tensor:
        """The pictures [N, C, H, W] of a plan, float32 in about [-1, 1]; do not write to them.

        Raises SupersededError once `superseded`, asked between stages, says so; what was done
        until then is kept. Where memory runs out, what is kept makes room; if that is not enough,
        a draft gets smaller, and then the generator moves to the CPU for good. GanvasError if
        even that has too little.
        """
        for attempt in self._attempts(plan):
            try:
                with exact_convolutions(self.device), threads(1):
                    return self._draw(inputs, attempt, superseded)
            except RuntimeError as error:
                if not is_of_memory(error):
                    raise
                self.forget()
        if self.device.type == "cpu":
            raise GanvasError(
                f"the memory is too small for {plan.resolution} pixels: close other programs"
            )
        full = self.device
        self._move_to_cpu()
        pictures = self.draw(_on_cpu(inputs), plan, superseded)
        assert self.report
        note = f"The memory of {full} is full: pictures are drawn on the CPU from now on."
        self.report = replace(self.report, note=note)
        return pictures

    def _attempts(self, plan: Plan) -> Iterator[Plan]:
        """The plan twice, with what is kept and without, then smaller drafts if it is one."""
        yield from (plan, plan)
        if not plan.full:
            smaller = [size for size in self.spec.draft_resolutions if size < plan.resolution]
            yield from (replace(plan, resolution=size) for size in reversed(smaller))

    def _move_to_cpu(self) -> None:
        self.device, self.graphs = torch.device("cpu"), None
        self._programs.clear()
        self._mapped.clear()
        self._times.clear()
        self.generator.to(self.device)
        self.forget()

    def forget(self) -> None:
        """Free all that is kept."""
        self.cache.clear()
        self._styles = None
        if self.graphs is not None:
            self.graphs.clear()
        if torch.cuda.is_available():
            torch.cuda.empty_cache()

    def _draw(self, inputs: Inputs, plan: Plan, superseded: Callable[[], bool] | None) -> Tensor:
        def pause() -> None:
            if superseded and superseded():
                raise SupersededError

        stages = self._stages(plan)
        keys = _keys(stages, inputs, plan.dtype)
        state, start = State(), 0
        for number, key in enumerate(keys):  # all of them, so that they count as used
            found = self.cache.get(key)
            if found is not None:
                state, start = found, number + 1
        if plan.full and len(inputs.ws) == 1 and self.device.type == "cpu":
            joined = self._programs[plan.dtype].in_one(stages, pause)
            if len(joined) < len(stages) and self._is_new(keys, start, len(joined) - 1):
                stages, keys = joined, _keys(joined, inputs, plan.dtype)
        clock = _Clock(inputs.ws.device)
        # The next block shares its first row with the colours before it.
        since = stages[start - 1].rows - 1 if start else 0
        styles = self._styles_of(inputs.ws, plan.dtype, since) if start < len(stages) else None
        styles_ms = clock.lap()
        costs: dict[str, float] = {}
        for number in range(start, len(stages)):
            pause()
            stage = stages[number]
            stage.prepare()
            clock.lap()
            with threads(1 if stage.work * len(inputs.ws) <= LIGHT else ALL):
                state = stage.run(state, inputs, styles)
            cost = clock.lap()
            costs |= {name: share * cost for name, share in stage.shares.items()}
            if number + 1 == len(stages) and plan.full:
                state = State(picture=state.picture)
            self.cache.put(keys[number], state)
            for name in stage.shares:
                self.took(plan.dtype, name, costs[name])
        self.report = Report(plan, styles_ms, costs, start)
        assert state.picture is not None  # every plan ends where there are colours
        return state.picture

    def _is_new(self, keys: Sequence[Key], start: int, end: int) -> bool:
        """Whether the stages from `end` on follow from what is met for the first time.

        Then they are drawn in one, and their states, which are large, are not kept: they are of
        use only where nothing but their own rows of `ws` changes.
        """
        if start > end or keys[end - 1] in self._ended_in_one:
            return False
        self._ended_in_one.append(keys[end - 1])
        return True

    def _styles_of(self, ws: Tensor, dtype: torch.dtype, since: int) -> Tensor | None:
        key = (f"{tuple(ws.shape)}".encode() + bytes_of(ws), dtype)
        if self._styles is None or self._styles[0] != key or self._styles[1] > since:
            self._styles = key, since, self._programs[dtype].styles(ws, since)
        return self._styles[2]


def _keys(stages: Sequence[Stage], inputs: Inputs, dtype: torch.dtype) -> list[Key]:
    return [Key((dtype, stage.name), inputs.digests[stage.rows]) for stage in stages]


class _Clock:
    """Milliseconds between laps, of all that was asked of a device."""

    def __init__(self, device: torch.device) -> None:
        self._waits = device.type != "cpu"
        self._last = time.perf_counter()

    def lap(self) -> float:
        if self._waits:
            torch.accelerator.synchronize()
        before, self._last = self._last, time.perf_counter()
        return (self._last - before) * 1000


def _since(start: float) -> float:
    return (time.perf_counter() - start) * 1000


def _on_cpu(inputs: Inputs) -> Inputs:
    controls = {name: value.cpu() for name, value in inputs.controls.items()}
    return replace(inputs, ws=inputs.ws.cpu(), controls=controls)


def _can_be_recorded(inputs: Inputs) -> bool:
    """Whether nothing but `ws` goes in: other noise lies elsewhere, and stages keep maps."""
    return inputs.noise_mode != "random" and not inputs.controls


def _graph_key(inputs: Inputs, plan: Plan) -> tuple[object, ...]:
    return plan.resolution, plan.dtype, len(inputs.ws), inputs.noise_mode
