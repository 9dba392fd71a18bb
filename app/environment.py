"""What must be known before torch is loaded."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import NoReturn

SETTINGS = {"OMP_WAIT_POLICY": "passive", "THP_MEM_ALLOC_ENABLE": "1"}
"""They keep idle threads from spinning, and torch's allocations on large pages."""
AWAKE = {"GOMP_SPINCOUNT": "10000"}
"""A training's threads stay awake for some ten microseconds between operations, and it is a seventh
quicker. For pictures nobody's do: whoever paints beside them would wait (docs/performance.md)."""
KEPT_BYTES, KEPT_BY_A_TRAINING = 2**26, 2**31 - 1
"""Freed memory that is kept: what a picture leaves for the next one, what a step leaves."""


def set_environment(arguments: Sequence[str] = ()) -> None:
    """Take these settings where the user has none of his own; `arguments` are the program's."""
    training = arguments[:1] == ["train"]
    for name, value in (SETTINGS | (AWAKE if training else {})).items():
        os.environ.setdefault(name, value)
    _keep_freed_memory(KEPT_BY_A_TRAINING if training else KEPT_BYTES)


MAPPED_BYTES = 2**25
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3


def _keep_freed_memory(most: int) -> None:
    """Have glibc keep so many bytes for what comes next, instead of asking for fresh pages.

    Pages that are given back and asked for again cost more than some of the pictures themselves.
    """
    if sys.platform != "linux":
        return
    with suppress(AttributeError):  # of another C library
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(M_TRIM_THRESHOLD, most)
        mallopt(M_MMAP_THRESHOLD, MAPPED_BYTES)


def leave(code: int) -> NoReturn:
    """End the process; one of several that torchrun started, without torch's clearing up.

    That has been seen to abort ("terminate called without an active exception") after all work was
    done, which torchrun takes for a failure, and then the other hosts wait for this one.
    """
    if "TORCHELASTIC_RUN_ID" in os.environ:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)
