"""The house rules: imports point down, and the lower floors run without Qt."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

MAY_NOT_IMPORT = {
    "gan_models": ("app", "PySide6", "benchmarks", "tests"),
    "app/core": ("app.model", "app.ui", "PySide6", "benchmarks", "tests"),
    "app/model": ("app.ui", "PySide6.QtGui", "PySide6.QtWidgets", "tests"),
    "app/ui": ("torch", "benchmarks", "tests"),
}
"""For each floor, what it must not import, not even inside a function."""


def imported(source: str) -> list[str]:
    """The full names of all modules and members that a file imports."""
    names = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return names


def violations(source: str, forbidden: tuple[str, ...]) -> list[str]:
    return [
        name
        for name in imported(source)
        if any(name == low or name.startswith(low + ".") for low in forbidden)
    ]


@pytest.mark.parametrize("floor", list(MAY_NOT_IMPORT))
def test_imports_point_down(floor: str) -> None:
    files = sorted((ROOT / floor).rglob("*.py"))
    assert files
    found = {
        str(file.relative_to(ROOT)): names
        for file in files
        if (names := violations(file.read_text(encoding="utf-8"), MAY_NOT_IMPORT[floor]))
    }
    assert not found


def test_the_rule_sees_imports_inside_functions() -> None:
    lazy = "def f():\n    from PySide6.QtWidgets import QLabel\n    return QLabel\n"
    assert violations(lazy, MAY_NOT_IMPORT["app/model"]) == ["PySide6.QtWidgets.QLabel"]


def run_python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_models_and_core_work_where_qt_cannot_be_imported(tiny_model_path: Path) -> None:
    done = run_python(
        "import sys; sys.modules['PySide6'] = None\n"
        "import app.core.export, app.core.jobs, app.core.presets, app.core.render_loop\n"
        "import gan_models.training.run, gan_models.datasets.portraits\n"
        "from app.core.models import open_model\n"
        "from app.core.recipe import Recipe\n"
        f"print(open_model({str(tiny_model_path)!r}).render(Recipe()).shape)"
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "(32, 32, 3)"


def test_help_needs_neither_torch_nor_qt() -> None:
    done = run_python(
        "import sys; sys.modules['torch'] = sys.modules['PySide6'] = None\n"
        "sys.argv = ['main.py', 'render', '--help']\n"
        "import main; main.main()"
    )
    assert done.returncode == 0, done.stderr
    assert "--model" in done.stdout


def test_the_window_is_made_without_torch() -> None:
    done = run_python(
        "import sys; sys.modules['torch'] = None\nimport app.ui.application, app.ui.main_window"
    )
    assert done.returncode == 0, done.stderr
