"""Draws pictures of one generator, each from the first stage that changed."""

from __future__ import annotations

import time
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b

import torch
from torch import Tensor

from gan_models.base import Direction, Generator
from gan_models.engine.cache import StateCache
from gan_models.engine.program import Inputs, Program, Stage, State, prepare
from gan_models.errors import GanvasError, SupersededError
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
UNTRIED = 0.5
"""What a stage is taken for, as a share of the other precision's time, until it was run."""


@dataclass(frozen=True)
class Precision:
    """The types that full pictures and drafts are computed in."""

    full: torch.dtype = torch.float32
    draft: torch.dtype = torch.float32


@dataclass(frozen=True)
class Plan:
    """How a picture is to be drawn: up to `resolution`, in `dtype`; `full` if nothing is left."""

    resolution: int
    dtype: torch.dtype
    full: bool


@dataclass(frozen=True)
class Report:
    """What the last picture cost, in milliseconds, and what did not have to be computed."""

    plan: Plan
    styles: float
    stages: Mapping[str, float]
    """The stages that were run."""
    hits: int
    """The stages whose state was there."""
    note: str = ""
    """What the person should know of it, as a sentence."""


class Engine:
    """A generator made ready to draw; it maps and synthesizes as the generator does.

    Not for several threads at once, and the generator must not be trained meanwhile.
    """

    def __init__(
        self,
        generator: Generator,
        precision: Precision = Precision(),  # frozen
        cache_bytes: int = CACHE_BYTES,
    ) -> None:
        self.generator = generator
        self.precision = precision
        self.device = generator.w_avg.device
        self.cache = StateCache(cache_bytes)
        self.report: Report | None = None
        self._programs: dict[torch.dtype, Program] = {}
        self._mapped: OrderedDict[bytes, Tensor] = OrderedDict()
        self._styles: tuple[tuple[bytes, torch.dtype], Tensor | None] | None = None
        """Of the last `ws`: what else changes, such as a label map, leaves them."""
        self._times: dict[tuple[torch.dtype, str], deque[float]] = defaultdict(
            lambda: deque(maxlen=RECENT)
        )
        self._last_draft = 0

    @property
    def spec(self) -> Spec:
        return self.generator.spec

    @property
    def directions(self) -> dict[str, Direction]:
        return self.generator.directions

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
        key = _bytes(z) + (b"" if label is None else _bytes(label))
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
        inputs = Inputs(ws, noise_mode, noise_seed, controls)
        plan = self.full_plan()
        if resolution is not None and resolution != plan.resolution:
            plan = Plan(resolution, self.precision.draft, full=False)
        return self.draw(inputs, plan)

    def full_plan(self) -> Plan:
        """Everything, in the precision of full pictures."""
        return Plan(self.spec.resolution, self.precision.full, full=True)

    @torch.inference_mode()
    def plan(self, inputs: Inputs, budget: float) -> Plan:
        """The largest picture of `inputs` that is expected to take at most `budget` ms."""
        full = self.full_plan()
        dtype = self.precision.draft
        sizes = self.spec.draft_resolutions
        drafts = [Plan(size, dtype, full=False) for size in sizes if size >= min(LEAST, sizes[-1])]
        if dtype == full.dtype:
            drafts = drafts[:-1]
        digest = _digests(inputs, self.spec.num_ws)
        plans = [full, *reversed(drafts)]
        if not self._times:
            plans = [plan for plan in plans if plan.resolution <= FIRST] or plans[-1:]
        elif dtype != full.dtype and self._sooner(plans[1], full, digest):
            plans.remove(full)
        for plan in plans:
            grows = plan.resolution > self._last_draft > 0
            if self._expected(plan, digest) <= budget * (ROOM if grows else 1.0):
                break
        self._last_draft = plan.resolution
        return plan

    def _sooner(self, draft: Plan, full: Plan, digest: list[bytes]) -> bool:
        """Whether a draft of full size is worth that the full picture comes later."""
        time = self._expected(full, digest)
        return time > QUICK and self._expected(draft, digest) < SOONER * time

    def took(self, dtype: torch.dtype, stage: str, milliseconds: float) -> None:
        """Take note of what a stage cost; plans follow."""
        times = self._times[dtype, stage]
        # The first time also loads what later ones find ready.
        times.append(milliseconds if times else milliseconds / 2)

    def _expected(self, plan: Plan, digest: list[bytes]) -> float:
        """Milliseconds, from what each stage took lately."""
        total = 0.0
        for stage in self._stages(plan):
            cached = self.cache.get((plan.dtype, stage.name, digest[stage.rows])) is not None
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
            with torch.inference_mode():
                self._programs[plan.dtype] = prepare(self.generator, plan.dtype)
        return self._programs[plan.dtype].stages(plan.resolution)

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
                return self._draw(inputs, attempt, superseded)
            except torch.OutOfMemoryError:
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
        self.device = torch.device("cpu")
        self._programs.clear()
        self._mapped.clear()
        self._times.clear()
        self.generator.to(self.device)
        self.forget()

    def forget(self) -> None:
        """Free all that is kept."""
        self.cache.clear()
        self._styles = None
        if torch.cuda.is_available():
            torch.cuda.empty_cache()

    def _draw(self, inputs: Inputs, plan: Plan, superseded: Callable[[], bool] | None) -> Tensor:
        stages = self._stages(plan)
        digest = _digests(inputs, self.spec.num_ws)
        keys = [(plan.dtype, stage.name, digest[stage.rows]) for stage in stages]
        state, start = State(), 0
        for number, key in enumerate(keys):  # all of them, so that they count as used
            found = self.cache.get(key)
            if found is not None:
                state, start = found, number + 1
        clock = _Clock(inputs.ws.device)
        styles = self._styles_of(inputs.ws, plan.dtype) if start < len(stages) else None
        styles_ms, costs = clock.lap(), {}
        for number in range(start, len(stages)):
            if superseded and superseded():
                raise SupersededError
            stage = stages[number]
            stage.prepare()
            clock.lap()
            state = stage.run(state, inputs, styles)
            costs[stage.name] = clock.lap()
            if number + 1 == len(stages) and plan.full:
                state = State(picture=state.picture)
            self.cache.put(keys[number], state)
            self.took(plan.dtype, stage.name, costs[stage.name])
        self.report = Report(plan, styles_ms, costs, start)
        assert state.picture is not None  # every plan ends where there are colours
        return state.picture

    def _styles_of(self, ws: Tensor, dtype: torch.dtype) -> Tensor | None:
        key = (f"{tuple(ws.shape)}".encode() + _bytes(ws), dtype)
        if self._styles is None or self._styles[0] != key:
            self._styles = key, self._programs[dtype].styles(ws)
        return self._styles[1]


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


def _on_cpu(inputs: Inputs) -> Inputs:
    controls = {name: value.cpu() for name, value in inputs.controls.items()}
    return replace(inputs, ws=inputs.ws.cpu(), controls=controls)


def _bytes(x: Tensor) -> bytes:
    return x.detach().cpu().contiguous().numpy().tobytes()


def _digests(inputs: Inputs, num_ws: int) -> list[bytes]:
    """For each number of leading rows of `ws`, a hash of them and of all the rest that counts."""
    seed = inputs.noise_seed if inputs.noise_mode == "random" else 0
    running = blake2b(f"{len(inputs.ws)} {inputs.noise_mode} {seed}".encode(), digest_size=16)
    for name, value in sorted(inputs.controls.items()):
        running.update(f"{name} {tuple(value.shape)} {value.dtype}".encode() + _bytes(value))
    digests = [running.digest()]
    rows = inputs.ws.detach().cpu().transpose(0, 1).contiguous().numpy()
    for row in range(num_ws):
        running.update(rows[row].tobytes())
        digests.append(running.digest())
    return digests
