"""Memory of mapped files that is given back once it was used: the file can be read again."""

from __future__ import annotations

import ctypes
import os
import sys
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from torch import Tensor

PAGES = Path("/proc/self/pagemap")
"""What Linux tells of each page of this program, in eight bytes."""
THERE, OF_A_FILE = np.uint64(0b11 << 62), np.uint64(1 << 61)
"""In memory or swapped; of a file, and not written to."""
DONTNEED = 4


def release(tensor: Tensor) -> None:
    """Give back the pages of a tensor that are as its file has them.

    They come back from the file by themselves, most often from the system's cache, when they are
    next read. A tensor of ordinary memory, or one that was written to, stays as it is; so does
    everything where the system does not tell (all but Linux).
    """
    if tensor.device.type != "cpu" or not tensor.is_contiguous():
        return
    size = _page_size()
    start = -(-tensor.data_ptr() // size)
    count = (tensor.data_ptr() + tensor.nbytes) // size - start
    if count > 0 and _are_of_a_file(start, count):
        _madvise()(start * size, count * size, DONTNEED)


def _are_of_a_file(start: int, count: int) -> bool:
    """Whether none of the pages holds what is nowhere else."""
    try:
        with PAGES.open("rb", buffering=0) as file:
            file.seek(8 * start)
            pages = np.frombuffer(file.read(8 * count), np.uint64)
    except OSError:
        return False
    there = pages[(pages & THERE) != 0]
    return len(pages) == count and bool(np.all(there & OF_A_FILE))


@cache
def _page_size() -> int:
    return os.sysconf("SC_PAGE_SIZE") if sys.platform == "linux" else 4096


@cache
def _madvise() -> Any:
    madvise = ctypes.CDLL(None).madvise
    madvise.argtypes = ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int
    return madvise
