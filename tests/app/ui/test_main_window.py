"""The window as a whole: drops, messages, menus, accessibility, and what it remembers."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, QSettings, Qt, QUrl
from PySide6.QtGui import QAccessible, QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QListView,
    QMenu,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.model.studio import Studio
from app.ui.application import grab
from app.ui.dialogs.about import Shortcuts
from app.ui.main_window import MainWindow
from gan_models.checkpoints.own import save_generator
from tests.conftest import tiny_generator

INTERACTIVE = (QAbstractButton, QAbstractSlider, QAbstractSpinBox, QComboBox, QListView)


def drop(window: MainWindow, url: QUrl) -> None:
    """As if a file were dropped on the window."""
    mime = QMimeData()
    mime.setUrls([url])
    action, buttons = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(QPointF(9, 9), action, mime, buttons, none))


def test_a_dropped_picture_brings_its_look_back(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    studio = window.studio
    studio.set_seed(12)
    studio.set_edit("smile", 1.5)
    there = studio.recipe
    with qtbot.waitSignal(studio.message):
        studio.save_picture(tmp_path / "face.png")
    studio.set_seed(0)
    studio.reset()
    with qtbot.waitSignal(studio.recipe_changed):
        drop(window, QUrl.fromLocalFile(str(tmp_path / "face.png")))
    assert studio.recipe == there
    assert window.sliders.rows["smile"].value.slider.number == 1.5


def test_a_dropped_model_is_opened(
    make_window: Callable[[Studio], MainWindow],
    closed_studio: Studio,
    qtbot: QtBot,
    tiny_model_path: Path,
) -> None:
    window = make_window(closed_studio)
    assert window.empty.isVisible()
    assert not any(dock.isVisible() for dock in window.docks)
    with qtbot.waitSignal(closed_studio.picture_ready):
        drop(window, QUrl.fromLocalFile(str(tiny_model_path)))
    assert window.canvas.isVisible()
    assert window.windowTitle().startswith("tiny")
    assert window.recent_files() == [tiny_model_path]


@pytest.mark.parametrize("url", ["https://example.org/face.png", "file:///nowhere/face.txt"])
def test_anything_else_that_is_dropped_is_a_message(
    window: MainWindow, qtbot: QtBot, url: str
) -> None:
    drop(window, QUrl(url))
    qtbot.waitUntil(window.strip.isVisible)
    assert window.strip.property("role") == "error"


def test_errors_show_in_the_strip_and_the_picture_lives_on(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.studio.edit(window.studio.recipe.with_edit("wings", 1.0))
    qtbot.waitUntil(window.strip.isVisible)
    assert "wings" in window.strip.label.text()
    assert window.canvas.isVisible()
    with qtbot.waitSignal(window.studio.picture_ready):
        window.studio.undo()
    assert window.strip.isVisible()
    window.strip.close_button.click()
    assert not window.strip.isVisible()


def test_a_failure_is_forgotten_when_a_model_opens(
    window: MainWindow, opened: Callable[[Studio, Path], None], tmp_path: Path
) -> None:
    window.studio.error_raised.emit("wings are missing")
    assert window.strip.isVisible()
    save_generator(tmp_path / "other.safetensors", tiny_generator())
    opened(window.studio, tmp_path / "other.safetensors")
    assert not window.strip.isVisible()


def test_the_picture_is_copied(window: MainWindow) -> None:
    window.copy_picture()
    image = QGuiApplication.clipboard().image()
    assert window.studio.result
    picture = window.studio.result.picture
    assert isinstance(picture, np.ndarray)
    assert (image.width(), image.height()) == (32, 32)
    assert image.pixelColor(3, 5).getRgb() == (*picture[5, 3].tolist(), 255)


def actions_of(window: MainWindow) -> list[str]:
    """All keys of all commands."""
    window.menuBar()
    return [keys.toString() for action in window.actions_.all for keys in action.shortcuts()]


def test_no_key_has_two_meanings(window: MainWindow) -> None:
    assert [keys for keys, count in Counter(actions_of(window)).items() if count > 1] == []


def test_every_command_is_in_a_menu_and_known_to_the_help(window: MainWindow) -> None:
    in_menus = {a for menu in window.menuBar().findChildren(QMenu) for a in menu.actions()}
    assert set(window.actions_.all) <= in_menus
    help_ = Shortcuts(window.actions_.all, window)
    assert help_.windowTitle()
    assert {"Ctrl+Z", "Ctrl+Q", "Ctrl+E"} <= set(actions_of(window))


def test_commands_are_offered_when_they_can_be_done(window: MainWindow) -> None:
    actions, studio = window.actions_, window.studio
    assert not actions.undo.isEnabled()
    studio.set_seed(3)
    assert actions.undo.isEnabled()
    actions.undo.trigger()
    assert actions.redo.isEnabled()
    assert not actions.morph.isEnabled()
    actions.keep.trigger()
    assert actions.morph.isEnabled()


def test_everything_that_can_be_used_has_a_name_for_a_screen_reader(window: MainWindow) -> None:
    window.studio.set_noise("random", 0)
    window.studio.keep_look()
    window.morph()
    window.show_export()
    for row in window.sliders.rows.values():
        row.more.click()
    nameless = []
    assert window.export_dialog
    for root in (window, window.export_dialog):
        for widget in root.findChildren(QWidget):
            if isinstance(widget, INTERACTIVE) and widget.isVisible():
                name = QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)
                inner = "qt_" in widget.objectName() or isinstance(
                    widget.parent(), QComboBox | QAbstractSpinBox
                )
                if not name.strip() and not inner:
                    nameless.append(widget)
    assert nameless == []
    window.export_dialog.close()


def internal(widget: QWidget) -> bool:
    """Whether it is a part that Qt itself puts into another widget."""
    parent = widget.parentWidget()
    return parent is not None and parent.objectName().startswith("qt_")


def test_everything_that_can_be_used_is_reached_by_keyboard(window: MainWindow) -> None:
    for kind in (QAbstractSlider, QAbstractSpinBox, QComboBox):
        for widget in window.findChildren(kind):
            if widget.isVisible() and not internal(widget):
                assert widget.focusPolicy() & Qt.FocusPolicy.TabFocus, widget


def test_theme_and_panels_are_remembered(window: MainWindow, settings: QSettings) -> None:
    window.set_theme("light")
    window.docks[2].toggleViewAction().trigger()
    window.close()
    assert settings.value("theme") == "light"
    assert settings.value("panels/looks", True, bool) is False
    window.set_theme("dark")


def test_recent_files_are_listed_once_newest_first(window: MainWindow) -> None:
    for name in ("a", "b", "a"):
        window.remember(Path(f"/models/{name}.safetensors"))
    assert [path.stem for path in window.recent_files()] == ["a", "b", "tiny"]
    window.actions_.recent.aboutToShow.emit()
    assert [action.isEnabled() for action in window.actions_.recent.actions()[:3]] == [
        False,
        False,
        True,
    ]
    window.clear_recent()
    assert window.recent_files() == []


def test_the_canvas_zooms_about_the_pointer_and_fits_again(window: MainWindow) -> None:
    canvas = window.canvas
    before = canvas.picture_rect()
    corner = before.topLeft() + QPointF(10, 10)
    canvas.set_zoom(4, corner)
    after = canvas.picture_rect()
    assert after.width() == pytest.approx(4 * before.width(), abs=2)
    assert after.left() == pytest.approx(corner.x() - 40, abs=2)
    canvas.fit()
    assert canvas.picture_rect() == before


def test_closing_the_window_stops_all_threads(window: MainWindow) -> None:
    window.show_export()
    window.studio.set_edit("smile", 1)
    window.close()
    assert not [t for t in threading.enumerate() if t.name in ("render loop", "job")]


@pytest.mark.parametrize("with_model", [True, False])
def test_a_picture_of_the_window_is_taken_without_a_screen(
    tmp_path: Path, tiny_model_path: Path, with_model: bool
) -> None:
    from PIL import Image

    path = tmp_path / "window.png"
    grab(path, str(tiny_model_path) if with_model else None, 1200, 760)
    with Image.open(path) as image:
        assert image.size == (1200, 760)
        assert len(np.unique(np.asarray(image))) > 10
    assert [file.name for file in tmp_path.iterdir()] == ["window.png"]


def test_a_copied_look_is_pasted_back(window: MainWindow, qtbot: QtBot) -> None:
    studio = window.studio
    studio.set_edit("smile", 2.0)
    there = studio.recipe
    qtbot.waitUntil(lambda: bool(studio.result) and studio.result.request.recipe == there)  # type: ignore[union-attr]
    window.copy_picture()
    studio.set_seed(40)
    studio.reset()
    with qtbot.waitSignal(studio.recipe_changed):
        window.paste()
    assert studio.recipe == there
    studio.undo()
    assert studio.recipe.latent.main.seed == 40


def test_pasting_something_else_says_what_can_be_pasted(window: MainWindow) -> None:
    QGuiApplication.clipboard().setText("hello")
    before = window.studio.recipe
    window.paste()
    assert "no look to paste" in window.strip.label.text()
    assert window.studio.recipe == before


def test_a_copied_file_is_opened_by_pasting(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    studio = window.studio
    studio.set_seed(12)
    with qtbot.waitSignal(studio.message):
        studio.save_picture(tmp_path / "face.png")
    studio.set_seed(0)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "face.png"))])
    QGuiApplication.clipboard().setMimeData(data)
    with qtbot.waitSignal(studio.recipe_changed):
        window.paste()
    assert studio.recipe.latent.main.seed == 12


def test_pulling_at_the_picture_makes_a_file_with_its_recipe(
    window: MainWindow, qtbot: QtBot
) -> None:
    from app.core.metadata import read_recipe

    canvas, none = window.canvas, Qt.KeyboardModifier.NoModifier
    middle = canvas.rect().center()
    files: list[Path] = []
    window._drag.saving.finished.disconnect()  # a drag itself would wait for a real hand
    window._drag.saving.finished.connect(files.append)
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, none, middle)
    with qtbot.waitSignal(window._drag.saving.finished):
        QTest.mouseMove(canvas, middle + QPoint(40, 0))
    assert read_recipe(files[0]) == window.studio.recipe


def test_a_morph_goes_to_a_look_that_is_not_shown_already(window: MainWindow) -> None:
    window.studio.keep_look()
    window.studio.set_seed(3)
    window.studio.keep_look()
    window.morph()
    assert window.looks._target is window.studio.looks.items[0]


def test_random_seeds_can_be_read_out(window: MainWindow) -> None:
    for _ in range(20):
        window.studio.random_seed()
        assert window.studio.recipe.latent.main.seed < 1_000_000
