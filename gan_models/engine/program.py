"""A synthesis cut into stages, so that a picture is drawn from the first stage that changed."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, singledispatch
from hashlib import blake2b

import torch
from torch import Tensor

from gan_models.base import Generator
from gan_models.spec import NoiseMode


@dataclass(frozen=True, eq=False)
class Inputs:
    """Everything that decides the pictures: `ws` [N, num_ws, w_dim], noise, controls."""

    ws: Tensor
    noise_mode: NoiseMode = "const"
    noise_seed: int = 0
    controls: Mapping[str, Tensor] = field(default_factory=dict)

    @cached_property
    def digests(self) -> list[bytes]:
        """For each number of leading rows of `ws`, a hash of them and of all else that counts."""
        seed = self.noise_seed if self.noise_mode == "random" else 0
        running = blake2b(f"{len(self.ws)} {self.noise_mode} {seed}".encode(), digest_size=16)
        for name, value in sorted(self.controls.items()):
            running.update(f"{name} {tuple(value.shape)} {value.dtype}".encode() + bytes_of(value))
        digests = [running.digest()]
        rows = self.ws.detach().cpu().transpose(0, 1).contiguous().numpy()
        for row in rows:
            running.update(row.tobytes())
            digests.append(running.digest())
        return digests


def bytes_of(x: Tensor) -> bytes:
    """What makes two tensors of one shape equal."""
    return x.detach().cpu().contiguous().numpy().tobytes()


@dataclass(frozen=True, eq=False)
class State:
    """What a stage leaves: activations to go on from, and the picture so far [N, C, H, W]."""

    x: Tensor | None = None
    picture: Tensor | None = None

    @property
    def tensors(self) -> list[Tensor]:
        """What holds memory."""
        return [tensor for tensor in (self.x, self.picture) if tensor is not None]


class Stage(ABC):
    """One step of a program; it must not change the state that it is given."""

    name: str
    """Its own within the program."""
    rows: int
    """What comes out depends on so many leading rows of `ws`."""
    work: float = math.inf
    """About how many multiplications take as long, for one picture; infinite: nobody counted."""

    def prepare(self) -> None:  # noqa: B027  # most have nothing to do
        """Do what is done once, so that the first run takes no longer than others."""

    @property
    def shares(self) -> Mapping[str, float]:
        """The stages, by name, that this one does in one, and about how its time is shared."""
        return {self.name: 1.0}

    @abstractmethod
    def run(self, state: State, inputs: Inputs, styles: Tensor | None) -> State:
        """The next state; `styles` are what the program made of `ws`."""


class Program(ABC):
    """The stages of one generator in one precision."""

    @abstractmethod
    def stages(self, resolution: int) -> Sequence[Stage]:
        """Those that lead to a picture of `resolution`, one of the generator's drafts or all."""

    def in_one(
        self,
        stages: Sequence[Stage],
        pause: Callable[[], None],  # noqa: ARG002  # most have none to pause in
    ) -> Sequence[Stage]:
        """All stages, the last ones as a single one where nothing between them is to be kept.

        That takes less memory and gives the same picture; now and then it calls `pause`.
        """
        return stages

    def of_type(self, generator: Generator, dtype: torch.dtype) -> Program:
        """The program of the same generator in another precision, which shares what it can."""
        return prepare(generator, dtype)

    def styles(self, ws: Tensor, since: int = 0) -> Tensor | None:  # noqa: ARG002  # most have none
        """What all stages need of `ws`, made at once; at the least of the rows `since` one."""
        return None


class _WholeStage(Stage):
    """A generator's own `synthesize` as one stage."""

    def __init__(self, generator: Generator, dtype: torch.dtype, resolution: int) -> None:
        self.name, self.rows = str(resolution), generator.spec.num_ws
        self._resolution = resolution
        self._generator = generator
        self._dtype = dtype

    def run(self, state: State, inputs: Inputs, styles: Tensor | None) -> State:  # noqa: ARG002
        device, low = inputs.ws.device.type, self._dtype != torch.float32
        with torch.autocast(device, self._dtype, enabled=low):
            picture = self._generator.synthesize(
                inputs.ws,
                inputs.noise_mode,
                inputs.noise_seed,
                self._resolution,
                **inputs.controls,
            )
        return State(picture=picture.float())


class WholeProgram(Program):
    """The program of every generator that has no better one."""

    def __init__(self, generator: Generator, dtype: torch.dtype) -> None:
        self._generator, self._dtype = generator, dtype

    def stages(self, resolution: int) -> Sequence[Stage]:
        return [_WholeStage(self._generator, self._dtype, resolution)]


@singledispatch
def prepare(generator: Generator, dtype: torch.dtype) -> Program:
    """The fastest program for a generator; families register theirs.

    Weights are shared with the generator where their form allows, so it must not be trained
    meanwhile.
    """
    return WholeProgram(generator, dtype)
