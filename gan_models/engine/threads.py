"""How many threads draw: to wake one costs as much as a small convolution."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

LIGHT = 3.2e8
"""Multiplications of a stage up to which one thread is done with it as soon as several.

A second thread that sleeps between two operations, so that it does not keep others from the core,
takes some 0.1 ms to wake, ten to twenty times for a block. See docs/performance.md."""
ALL = torch.get_num_threads()
"""Threads of this program, as they were before any picture was drawn."""


@contextmanager
def threads(count: int) -> Iterator[None]:
    """Compute with so many threads, where the work is a processor's."""
    before = torch.get_num_threads()
    if count != before:
        torch.set_num_threads(count)
    try:
        yield
    finally:
        if count != before:
            torch.set_num_threads(before)


def take_all() -> None:
    """Compute with all threads from now on, on the thread that calls this.

    A new thread begins with the number that some other one has set last.
    """
    torch.set_num_threads(ALL)
