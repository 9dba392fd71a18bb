"""A studio and a window on the tiny model."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.model.studio import Studio
from app.ui.application import application
from app.ui.main_window import MainWindow


@pytest.fixture
def closed_studio(qtbot: QtBot) -> Iterator[Studio]:
    """A studio without a model."""
    del qtbot
    studio = Studio(device="cpu")
    yield studio
    studio.close()


@pytest.fixture(scope="package", autouse=True)
def _no_automatic_collection() -> Iterator[None]:
    """As in the program: a worker thread must never be the one that destroys a widget."""
    gc.disable()
    gc.freeze()
    yield
    gc.enable()


@pytest.fixture(autouse=True)
def _collect_on_the_main_thread() -> Iterator[None]:
    yield
    gc.collect()


@pytest.fixture
def opened(qtbot: QtBot) -> Callable[[Studio, Path], None]:
    """Opens a model and waits for its first full picture."""

    def open_and_wait(studio: Studio, path: Path) -> None:
        opened: list[object] = []
        errors: list[str] = []
        results: list[Any] = []
        studio.opening.finished.connect(opened.append)
        studio.error_raised.connect(errors.append)
        studio.picture_ready.connect(results.append)
        studio.open(str(path))

        def shown() -> bool:
            # Pictures that were asked for before may still arrive; they do not count.
            drawn = any(result.request.recipe == studio.recipe for result in results)
            return bool(errors) or (bool(opened) and drawn)

        qtbot.waitUntil(shown, timeout=30_000)
        assert not errors, errors[0]

    return open_and_wait


@pytest.fixture
def studio(
    closed_studio: Studio, opened: Callable[[Studio, Path], None], tiny_model_path: Path
) -> Studio:
    """A studio that shows the tiny model."""
    opened(closed_studio, tiny_model_path)
    return closed_studio


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    """The settings of a first start."""
    return QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)


def leave(window: MainWindow) -> None:
    """Close without a question, which would leave threads behind."""
    window._leaving = True


def settled(qtbot: QtBot, window: MainWindow) -> None:
    """Wait for the rows that panels make in turns, and let them be shown."""
    panels = (window.sliders, window.imported, window.mixing)
    qtbot.waitUntil(lambda: not any(panel.building.busy for panel in panels), timeout=30_000)
    QApplication.processEvents()


@pytest.fixture
def make_window(qtbot: QtBot, settings: QSettings) -> Callable[[Studio], MainWindow]:
    """Shows a window on a studio."""

    def make(studio: Studio) -> MainWindow:
        application(settings)
        window = MainWindow(studio, settings)
        # Nothing asks at the end of a test, whatever was kept in it.
        qtbot.addWidget(window, before_close_func=leave)
        window.show()
        settled(qtbot, window)
        return window

    return make


@pytest.fixture
def window(make_window: Callable[[Studio], MainWindow], studio: Studio) -> MainWindow:
    """A window that shows the tiny model."""
    return make_window(studio)
