"""Loads torch's libraries without stopping the window.

Python's import holds the lock that all its threads share while the system links a library, which
for torch takes a second or more; a call through `ctypes` gives it back meanwhile.
"""

from __future__ import annotations

import ctypes
import os
import sys
from importlib.util import find_spec
from pathlib import Path

_SUFFIX = ".dylib" if sys.platform == "darwin" else ".so"


def link_torch() -> None:
    """Have the libraries linked that `import torch` is about to need; call it on a worker."""
    found = None if "torch" in sys.modules else find_spec("torch")
    if found is None or found.origin is None or sys.platform == "win32":
        return  # on Windows torch itself does it so
    folder = Path(found.origin).parent / "lib"
    # The first one as torch does it: what it needs is to be seen by all libraries.
    _link(folder / f"libtorch_global_deps{_SUFFIX}", os.RTLD_LAZY | os.RTLD_GLOBAL)
    _link(folder / f"libtorch_python{_SUFFIX}", os.RTLD_LAZY)


def take_all_threads() -> None:
    """Have torch, where it is loaded, compute on this new thread with all threads there are."""
    known = sys.modules.get("gan_models.engine.threads")
    if known:
        known.take_all()


def _link(library: Path, mode: int) -> None:
    """Link a library by the system's own function: what is wrong is told by the import."""
    dlopen = ctypes.CDLL(None).dlopen  # ctypes.CDLL(library) would keep Python's lock
    dlopen.restype, dlopen.argtypes = ctypes.c_void_p, (ctypes.c_char_p, ctypes.c_int)
    dlopen(os.fsencode(library), mode)
