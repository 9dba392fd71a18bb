"""Where no window can be shown, the program says why in one line; Qt never aborts it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app import cli, startup

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a matter of Linux")
MAIN = Path(cli.__file__).parents[1] / "main.py"
DISPLAY = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")


def run(code: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a process of its own, with no display but the one that is given."""
    others = {name: value for name, value in os.environ.items() if name not in DISPLAY}
    return subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(MAIN.parent)!r})\n{code}"],
        cwd=folder,
        env=others | environment,
        capture_output=True,
        text=True,
    )


def main_on(model: Path) -> str:
    """The program without arguments, with another bundled model and small clips."""
    return (
        "from pathlib import Path; from app.cli import main; from app.core import models, tour\n"
        "tour.SIZES = {'.gif': 32, '.mp4': 32}\n"
        f"models.BUNDLED['portraits'] = Path({str(model)!r})\n"
        "sys.exit(main([]))"
    )


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment without a display."""
    for name in DISPLAY:
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def test_on_a_dead_display_the_tour_is_made(tiny_model_path: Path, tmp_path: Path) -> None:
    done = run(main_on(tiny_model_path), tmp_path, DISPLAY=":4321")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("The display :4321 does not answer: there is none to open")
    assert f"making a tour in {tmp_path / 'tour'}" in done.stdout
    files = sorted(path.name for path in (tmp_path / "tour").iterdir())
    assert files == ["gender-swap.mp4", "sheet.png", "smile.gif", "window.png"]


def test_a_file_is_not_shown_on_a_dead_display(tmp_path: Path) -> None:
    (tmp_path / "x.png").write_text("")
    done = run("from app.cli import main; sys.exit(main(['x.png']))", tmp_path, DISPLAY=":4321")
    assert done.returncode == 1
    assert done.stderr.startswith("The display :4321 does not answer: there is none to show x.png")
    assert done.stderr.count("\n") == 1


def test_a_broken_library_names_its_package_instead_of_an_abort(tmp_path: Path) -> None:
    broken = tmp_path / "libxcb-cursor.so.0"
    broken.write_bytes(b"not a library")
    done = run(
        "from app.startup import qt_problem; print(qt_problem())",
        tmp_path,
        DISPLAY=":0",
        LD_LIBRARY_PATH=str(tmp_path),
    )
    assert done.stdout.endswith(
        "on Debian or Ubuntu: sudo apt install libxcb-cursor0; "
        "on Fedora: sudo dnf install xcb-util-cursor\n"
    )


def test_a_platform_that_qt_does_not_have_is_told(tmp_path: Path) -> None:
    code = "from app.cli import main; sys.exit(main([]))"
    done = run(code, tmp_path, QT_QPA_PLATFORM="windows95")
    assert done.returncode == 1
    assert done.stderr.startswith("QT_QPA_PLATFORM is 'windows95'; this Qt has")
    assert done.stderr.count("\n") == 1


def test_missing_libraries_are_named_once(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("QT_QPA_PLATFORM", "xcb")
    missing = {"libno.so.1": ("libno1", "no"), "libnever.so.1": ("libnever1", "no")}
    environment.setattr(startup, "X11_LIBRARIES", missing)
    assert str(startup.qt_problem()).endswith(
        "sudo apt install libno1 libnever1; on Fedora: sudo dnf install no"
    )


def test_a_qt_that_cannot_be_loaded_names_the_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "PySide6.QtWidgets", None)
    monkeypatch.setattr(startup, "QT_LIBRARIES", {"libnowhere.so.9": ("libnowhere9", "nowhere")})
    assert "sudo apt install libnowhere9;" in str(startup.qt_problem())
    monkeypatch.setattr(startup, "QT_LIBRARIES", {})
    assert "Qt cannot be loaded" in str(startup.qt_problem())


def test_a_display_answers_or_was_chosen(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import socket

    environment.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    environment.setenv("WAYLAND_DISPLAY", "wayland-0")
    assert "wayland-0 does not answer" in str(startup.no_display())
    assert startup._uses_x11()
    environment.setenv("QT_QPA_PLATFORM", "xcb")
    assert startup.no_display() == "There is no display"
    environment.delenv("QT_QPA_PLATFORM")
    with socket.socket(socket.AF_UNIX) as compositor:
        compositor.bind(str(tmp_path / "wayland-0"))
        compositor.listen()
        assert startup.no_display() is None
        assert not startup._uses_x11()
    environment.setenv("QT_QPA_PLATFORM", "offscreen")
    assert startup.no_display() is None


@pytest.mark.parametrize(("arguments", "awake"), [(["train", "--help"], "10000"), ([], "None")])
def test_only_a_training_keeps_its_threads_awake(
    arguments: list[str], awake: str, tmp_path: Path
) -> None:
    code = (
        "import os; from app.environment import set_environment\n"
        f"set_environment({arguments!r})\n"
        "print(os.environ['OMP_WAIT_POLICY'], os.environ.get('GOMP_SPINCOUNT'))"
    )
    assert run(code, tmp_path).stdout.split() == ["passive", awake]


@pytest.mark.parametrize("several", [True, False])
def test_one_of_several_processes_leaves_with_its_code_and_words_but_no_clearing_up(
    several: bool, tmp_path: Path
) -> None:
    program = (
        "import atexit; from app.environment import leave; "
        "atexit.register(print, 'cleared'); print('done'); leave(3)"
    )
    group = {"TORCHELASTIC_RUN_ID": "one"} if several else {}
    result = run(program, tmp_path, **group)
    assert result.returncode == 3
    assert result.stdout.split() == (["done"] if several else ["done", "cleared"])
