"""Opens the window, if there are a display and the system libraries of Qt; else the tour."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

import typer

from app.core.models import open_model
from app.terminal import follow
from gan_models.errors import GanvasError

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


def open_window(file: Path | None) -> int:
    """Open the window, or say what is missing; with no display, make the tour instead."""
    if not has_display():
        if file:
            raise GanvasError(f"there is no display to show {file} on; try the command inspect")
        return _tour(Path("tour"))
    problem = qt_problem()
    if problem:
        raise GanvasError(problem)
    from app.ui.application import run

    return run(file)


def _tour(folder: Path) -> int:
    """Pictures, clips and the window itself, as files."""
    from app.core.tour import make_tour

    typer.echo(f"There is no display to open a window on; making a tour in {folder.resolve()}")
    model = open_model("portraits")
    for path in follow(make_tour(folder, model)):
        typer.echo(path)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    problem = qt_problem()
    if problem:
        typer.echo(f"no picture of the window: {problem}")
        return 0
    from app.ui.application import grab

    grab(folder / "window.png", model.ref.name)
    typer.echo(folder / "window.png")
    return 0


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
