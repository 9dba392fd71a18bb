"""Opens the window, if there are a display and the system libraries of Qt; else the tour."""

from __future__ import annotations

import ctypes
import os
import socket
import sys
from pathlib import Path

import typer

from app.core.models import open_model
from app.terminal import follow
from gan_models.errors import GanvasError

QT_LIBRARIES = {
    "libEGL.so.1": ("libegl1", "libglvnd-egl"),
    "libGL.so.1": ("libgl1", "libglvnd-glx"),
    "libglib-2.0.so.0": ("libglib2.0-0", "glib2"),
    "libxkbcommon.so.0": ("libxkbcommon0", "libxkbcommon"),
    "libfontconfig.so.1": ("libfontconfig1", "fontconfig"),
    "libdbus-1.so.3": ("libdbus-1-3", "dbus-libs"),
}
"""The libraries that PySide6 loads at once on Linux; their packages on Debian and on Fedora."""
X11_LIBRARIES = {
    "libxcb.so.1": ("libxcb1", "libxcb"),
    "libX11-xcb.so.1": ("libx11-xcb1", "libX11-xcb"),
    "libxcb-cursor.so.0": ("libxcb-cursor0", "xcb-util-cursor"),
    "libxcb-icccm.so.4": ("libxcb-icccm4", "xcb-util-wm"),
    "libxcb-image.so.0": ("libxcb-image0", "xcb-util-image"),
    "libxcb-keysyms.so.1": ("libxcb-keysyms1", "xcb-util-keysyms"),
    "libxcb-randr.so.0": ("libxcb-randr0", "libxcb"),
    "libxcb-render.so.0": ("libxcb-render0", "libxcb"),
    "libxcb-render-util.so.0": ("libxcb-render-util0", "xcb-util-renderutil"),
    "libxcb-shape.so.0": ("libxcb-shape0", "libxcb"),
    "libxcb-shm.so.0": ("libxcb-shm0", "libxcb"),
    "libxcb-sync.so.1": ("libxcb-sync1", "libxcb"),
    "libxcb-util.so.1": ("libxcb-util1", "xcb-util"),
    "libxcb-xfixes.so.0": ("libxcb-xfixes0", "libxcb"),
    "libxcb-xkb.so.1": ("libxcb-xkb1", "libxcb"),
    "libxkbcommon-x11.so.0": ("libxkbcommon-x11-0", "libxkbcommon-x11"),
}
"""What Qt's plug-in for X11 needs besides; without them Qt aborts the program."""
Libraries = dict[str, tuple[str, str]]


def open_window(file: Path | None) -> int:
    """Open the window, or say what is missing; with no display, make the tour instead."""
    absent = no_display()
    if absent:
        if file:
            raise GanvasError(f"{absent} to show {file} on; try the command inspect")
        return _tour(Path("tour"), absent)
    problem = qt_problem()
    if problem:
        raise GanvasError(problem)
    from app.ui.application import run

    return run(file)


def _tour(folder: Path, why: str) -> int:
    """Pictures, clips and the window itself, as files."""
    from app.core.tour import make_tour

    typer.echo(f"{why} to open a window on; making a tour in {folder.resolve()}")
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


def no_display() -> str | None:
    """Why no window can be shown, as the beginning of a sentence; None if one can."""
    chosen = os.environ.get("QT_QPA_PLATFORM", "")
    if not sys.platform.startswith("linux") or (
        chosen and not chosen.startswith(("xcb", "wayland"))
    ):
        return None
    x11 = "" if chosen.startswith("wayland") else os.environ.get("DISPLAY")
    wayland = "" if chosen.startswith("xcb") else os.environ.get("WAYLAND_DISPLAY")
    if (wayland and _wayland_answers(wayland)) or (x11 and _x11_answers()):
        return None
    named = " and ".join(name for name in (wayland, x11) if name)
    return f"The display {named} does not answer: there is none" if named else "There is no display"


def _wayland_answers(name: str) -> bool:
    """Whether a compositor listens where the environment says."""
    address = Path(os.environ.get("XDG_RUNTIME_DIR", "/"), name)
    try:
        with socket.socket(socket.AF_UNIX) as end:
            end.connect(str(address))
    except OSError:
        return False
    return True


def _x11_answers() -> bool:
    """Whether the X server of $DISPLAY lets us in; Qt would abort where it does not."""
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return True  # not known; that the library is missing is told with its package
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    refused = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return not refused


def qt_problem() -> str | None:
    """What keeps Qt from starting, as one line with its remedy; None if nothing does."""
    linux = sys.platform.startswith("linux")
    try:
        import PySide6.QtWidgets  # noqa: F401  # loading it is the test
    except ImportError as error:
        remedy = _remedy(missing_packages(QT_LIBRARIES)) if linux else None
        return remedy or f"Qt cannot be loaded: {error}"
    if not linux:
        return None
    return _unknown_platform() or (_x11_problem() if _uses_x11() else None)


def _unknown_platform() -> str | None:
    """$QT_QPA_PLATFORM may name a plug-in that this Qt does not have."""
    known = sorted(path.name[len("libq") : -len(".so")] for path in _plugins().glob("libq*.so"))
    wanted = os.environ.get("QT_QPA_PLATFORM", "")
    names = {part.partition(":")[0].partition("-")[0] for part in wanted.split(";")}
    if not wanted or not known or names & {name.partition("-")[0] for name in known}:
        return None
    return f"QT_QPA_PLATFORM is {wanted!r}; this Qt has {', '.join(known)}"


def _plugins() -> Path:
    import PySide6

    return Path(PySide6.__path__[0], "Qt", "plugins", "platforms")


def _x11_problem() -> str | None:
    """What keeps the plug-in for X11 from being loaded."""
    remedy = _remedy(missing_packages(X11_LIBRARIES))
    plugin = _plugins() / "libqxcb.so"
    if remedy or not plugin.is_file():
        return remedy
    try:
        ctypes.CDLL(str(plugin))
    except OSError as error:
        return f"Qt's plug-in for X11 cannot be loaded: {error}"
    return None


def missing_packages(libraries: Libraries) -> list[tuple[str, str]]:
    """The Debian and Fedora packages of those libraries that this system cannot load."""
    missing = []
    for library, packages in libraries.items():
        try:
            ctypes.CDLL(library)
        except OSError:
            missing.append(packages)
    return missing


def _uses_x11() -> bool:
    chosen = os.environ.get("QT_QPA_PLATFORM", "")
    wayland = os.environ.get("WAYLAND_DISPLAY")
    return chosen.startswith("xcb") or not (chosen or (wayland and _wayland_answers(wayland)))


def _remedy(packages: list[tuple[str, str]]) -> str | None:
    if not packages:
        return None
    debian, fedora = (" ".join(dict.fromkeys(names)) for names in zip(*packages, strict=True))
    return (
        "Qt needs libraries that this system lacks or cannot load; on Debian or Ubuntu: "
        f"sudo apt install {debian}; on Fedora: sudo dnf install {fedora}"
    )
