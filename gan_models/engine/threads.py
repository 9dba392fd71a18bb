"""How many threads draw: to wake one costs as much as a small convolution."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

LIGHT = 1e9
"""Multiplications of a picture up to which one thread draws it sooner than two.

A second thread that sleeps between two operations, so that it does not keep others from the core,
takes some 0.1 ms to wake, a hundred times for a picture. See docs/performance.md."""


@contextmanager
def one_thread(wanted: bool) -> Iterator[None]:
    """Compute on the calling thread alone, if that is wanted."""
    before = torch.get_num_threads()
    if not wanted or before == 1:
        yield
        return
    torch.set_num_threads(1)
    try:
        yield
    finally:
        # At once: threads that begin meanwhile would take the number over for good.
        torch.set_num_threads(before)
