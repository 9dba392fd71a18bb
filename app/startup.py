"""What must be there before a window can open: a display, and the system libraries of Qt."""

from __future__ import annotations

import ctypes
import os
import sys

QT_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
}
"""The libraries that PySide6 loads at once on Linux, and the Debian packages that hold them."""
X11_LIBRARIES = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
"""What Qt's plug-in for X11 needs besides; without them Qt aborts the program."""


def has_display() -> bool:
    """Whether a window can be shown, or Qt was told how to do without."""
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return not sys.platform.startswith("linux") or any(os.environ.get(name) for name in names)


def qt_problem() -> str | None:
    """What keeps Qt from starting, as one line with its remedy; None if nothing does."""
    try:
        import PySide6.QtWidgets  # noqa: F401  # loading it is the test
    except ImportError as error:
        if not sys.platform.startswith("linux"):
            return f"Qt cannot be loaded: {error}"
        return _remedy(missing_packages(QT_LIBRARIES)) or f"Qt cannot be loaded: {error}"
    return _remedy(missing_packages(X11_LIBRARIES)) if _uses_x11() else None


def missing_packages(libraries: dict[str, str]) -> list[str]:
    """The Debian packages of those libraries that this system cannot load."""
    missing = []
    for library, package in libraries.items():
        try:
            ctypes.CDLL(library)
        except OSError:
            missing.append(package)
    return missing


def _uses_x11() -> bool:
    if not sys.platform.startswith("linux"):
        return False
    chosen = os.environ.get("QT_QPA_PLATFORM", "")
    wayland = bool(os.environ.get("WAYLAND_DISPLAY"))
    return chosen.startswith("xcb") or (not chosen and not wayland)


def _remedy(packages: list[str]) -> str | None:
    if not packages:
        return None
    return (
        "Qt needs libraries that this system lacks; on Debian or Ubuntu: "
        f"sudo apt install {' '.join(packages)}"
    )
