"""Work that is recorded once on a GPU, and from then on started with a single call.

Drawing one picture asks a GPU for some hundred small operations, and asking takes longer than
computing. A recording (a CUDA graph) reads and writes the same memory each time.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from contextlib import AbstractContextManager, nullcontext

import torch
from torch import Tensor

LIMIT = 8
"""Recordings that are kept, each for one size, precision and number of pictures."""
WARM_UP = 3
"""Runs before a recording: weights are made ready, and the quickest convolutions found."""

Work = Callable[[Tensor], Tensor]
Record = Callable[[Work, Tensor], tuple[Callable[[], object], Tensor]]
"""Records work on an input that stays where it is: what runs it again, and where that writes."""


class Recording:
    """Work on an input of one shape."""

    def __init__(self, record: Record, work: Work, x: Tensor) -> None:
        self._input = x.clone()
        self._replay, self._output = record(work, self._input)

    def run(self, x: Tensor) -> Tensor:
        """What the work makes of `x`, in memory that the next run overwrites."""
        self._input.copy_(x)
        self._replay()
        return self._output


class Graphs:
    """Recordings by key, of what was asked for twice; those not used for longest are forgotten.

    What cannot be recorded (an operation that waits for the GPU, no memory left) is left out for
    good, and is run as it is.
    """

    def __init__(self, record: Record, limit: int = LIMIT) -> None:
        self._record, self._limit = record, limit
        self._kept: OrderedDict[Hashable, Recording | None] = OrderedDict()
        """None: asked for once."""
        self._refused: set[Hashable] = set()

    def get(self, key: Hashable, work: Work, x: Tensor) -> Recording | None:
        """The recording of `work` under `key`; None where there is none, or none yet."""
        if key in self._refused:
            return None
        if key not in self._kept:
            self._kept[key] = None
            if len(self._kept) > self._limit:
                self._kept.popitem(last=False)
            return None
        self._kept.move_to_end(key)
        if self._kept[key] is None:
            try:
                self._kept[key] = Recording(self._record, work, x)
            except RuntimeError:  # torch's errors of memory and of devices are such
                self.refuse(key)
        return self._kept.get(key)

    def refuse(self, key: Hashable) -> None:
        """Record it no more."""
        self._kept.pop(key, None)
        self._refused.add(key)

    def clear(self) -> None:
        """Free their memory."""
        self._kept.clear()

    def __len__(self) -> int:
        return sum(recording is not None for recording in self._kept.values())


def graphs_of(device: torch.device) -> Graphs | None:
    """Where recordings of a device are kept; None for those that cannot record."""
    return Graphs(CudaRecorder(device)) if device.type == "cuda" else None


class CudaRecorder:
    """Captures CUDA graphs on a stream of its own.

    They share their memory: they run one after the other, and what they write is copied at once.
    """

    _one_at_a_time = threading.Lock()

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self._pool = torch.cuda.graph_pool_handle()
        self._stream = torch.cuda.Stream(device)

    def __call__(self, work: Work, x: Tensor) -> tuple[Callable[[], object], Tensor]:
        """See `Record`."""
        usual, graph = torch.cuda.current_stream(self._device), torch.cuda.CUDAGraph()
        exact = exact_convolutions(self._device, search=True)
        # The usual stream again at the end, also where a capture fails.
        with self._one_at_a_time, torch.cuda.stream(usual), exact:
            self._stream.wait_stream(usual)
            with torch.cuda.stream(self._stream):
                for _ in range(WARM_UP):
                    work(x)
            # Other threads may use the GPU meanwhile.
            capture = torch.cuda.graph(graph, self._pool, self._stream, "thread_local")
            with capture:
                output = work(x)
        return graph.replay, output


def exact_convolutions(
    device: torch.device, *, search: bool = False
) -> AbstractContextManager[None]:
    """Convolutions of float32 on an NVIDIA GPU that are not those of TF32, with its ten bits.

    With `search` the quickest one is looked for, once for each shape.
    """
    if device.type != "cuda":
        return nullcontext()
    return torch.backends.cudnn.flags(enabled=True, benchmark=search, allow_tf32=False)
