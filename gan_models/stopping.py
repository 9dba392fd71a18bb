"""Stopping a job in the middle of a step: with large pictures one step takes seconds.

Whoever runs a job says how to know that it shall stop (`stop_when`), and whoever computes something
long for it does so within `between_operations`, where each tensor operation, of the backward pass
too, asks first. Both hold for one thread.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

Ask = Callable[[], bool]

LARGE = 256
"""Pixels of a side from which pictures take so long that it is worth looking."""

_thread = threading.local()


def _nobody() -> bool:
    return False


class StoppedError(Exception):
    """The work was not finished, because nobody wants it any more."""


@contextmanager
def stop_when(asked: Ask) -> Iterator[None]:
    """Within, work of this thread that looks between operations stops when `asked` says so."""
    before, _thread.asked = getattr(_thread, "asked", _nobody), asked
    try:
        yield
    finally:
        _thread.asked = before


@contextmanager
def between_operations(pixels: int = LARGE) -> Iterator[None]:
    """Within, each tensor operation first raises `StoppedError` if the job shall stop.

    Looking takes some microseconds each time, which at 128 pixels made a step of projection take
    1.4 times as long. So nothing is looked at where pictures of `pixels` a side are smaller than
    `LARGE`, and where nobody could say that the job shall stop.
    """
    asked: Ask = getattr(_thread, "asked", _nobody)
    if asked is _nobody or pixels < LARGE:
        yield
        return
    from torch.utils._python_dispatch import TorchDispatchMode

    class Watch(TorchDispatchMode):
        def __torch_dispatch__(
            self, func: Any, _types: Any, args: Any = (), kwargs: Any = None
        ) -> Any:
            if asked():
                raise StoppedError
            return func(*args, **(kwargs or {}))

    with Watch():
        yield
