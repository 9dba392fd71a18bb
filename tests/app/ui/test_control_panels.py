"""Panels of classes, motion and label maps: there for models that have them, undone in one step."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from pytestqt.qtbot import QtBot

from app.core.recipe import Motion, Recipe
from app.model.changes import class_place
from app.model.studio import Studio
from app.ui.main_window import MainWindow
from tests.app.small import small_generator, small_model

Show = Callable[[str], MainWindow]


@pytest.fixture
def show(
    closed_studio: Studio,
    opened: Callable[[Studio, Path], None],
    make_window: Callable[[Studio], MainWindow],
    tmp_path: Path,
) -> Show:
    """Opens one of the small models in a window."""

    def show_kind(kind: str) -> MainWindow:
        window = make_window(closed_studio)
        opened(closed_studio, small_model(tmp_path, kind))
        return window

    return show_kind


def visible(window: MainWindow) -> list[str]:
    panels = ("seed", "label", "motion", "mixing", "latent")
    labels = ["labels"] if window.paint.labels.isVisible() else []
    return labels + [name for name in panels if getattr(window, name).isVisible()]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("conditional", ["seed", "label", "mixing", "latent"]),
        ("alias-free", ["seed", "label", "motion", "mixing", "latent"]),
        ("dcgan", ["seed"]),
        ("acgan", ["seed", "label"]),
        ("spade", ["labels", "seed"]),
        ("pix2pixhd", ["labels"]),
    ],
)
def test_each_model_shows_the_panels_that_apply(show: Show, kind: str, expected: list[str]) -> None:
    window = show(kind)
    assert visible(window) == expected
    seeded = small_generator(kind).spec.z_dim > 0
    assert window.actions_.random_seed.isVisible() == seeded


def test_classes_are_stepped_and_drawn_at_random(show: Show) -> None:
    window = show("conditional")
    panel, studio = window.label, window.studio
    panel.label.next.click()
    panel.label.next.click()
    assert class_place(studio.recipe)[0] == 2
    panel.label.random.click()
    assert 0 <= class_place(studio.recipe)[0] < 5
    window.seed.seed.next.click()
    assert class_place(studio.recipe)[0] == panel.label.spin.value()
    window.mixing.label.next.click()
    assert studio.mix.source.main.label == 1
    window.mixing.seed.next.click()
    assert studio.mix.source.main.label == 1


def test_a_drag_between_classes_is_one_step_and_the_way_back_is_open(show: Show) -> None:
    window = show("conditional")
    panel, studio = window.label, window.studio
    panel.target.choose(3)
    slider = panel.travel.slider
    slider.setSliderDown(True)
    for share in (0.25, 1.0, 0.5):
        slider.setValue(round(share * slider.maximum()))
    assert class_place(studio.recipe) == (0, 3, pytest.approx(0.5))
    slider.setSliderDown(False)
    slider.settled.emit()
    studio.undo()
    assert class_place(studio.recipe) == (0, None, 0.0)
    panel.travel.box.setValue(100)
    assert class_place(studio.recipe)[0] == 3
    assert (panel.label.spin.value(), panel.target.spin.value()) == (3, 0)


def test_another_class_on_either_end_keeps_the_way(show: Show) -> None:
    window = show("conditional")
    panel, studio = window.label, window.studio
    panel.travel.box.setValue(40)
    panel.label.choose(4)
    panel.target.choose(2)
    assert class_place(studio.recipe) == (4, 2, pytest.approx(0.4))


def test_names_of_classes_are_shown_and_can_be_typed(show: Show) -> None:
    window = show("conditional")
    names = ["apple", "pear", "quince", "plum", "sloe"]
    assert window.studio.model
    window.studio.model.generator.provenance["classes"] = names
    window.studio.model_changed.emit()
    spin = window.label.label.spin
    assert spin.text() == "0 apple"
    assert [spin.valueFromText(text) for text in ("3", "plu", "ince", "2 quince", "nothing")] == [
        3,
        3,
        2,
        2,
        0,
    ]


def test_motion_is_shown_undone_and_put_back(show: Show) -> None:
    window = show("alias-free")
    panel, studio = window.motion, window.studio
    panel.across.box.setValue(20)
    panel.angle.box.setValue(-30)
    assert studio.recipe.motion == Motion(0.2, 0, -30)
    studio.undo()
    assert panel.angle.box.value() == 0
    panel.reset.click()
    assert studio.recipe.motion == Motion()
    studio.undo()
    assert panel.across.slider.number == pytest.approx(0.2)


def drop_on(widget: object, path: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    action, none = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    left = Qt.MouseButton.LeftButton
    widget.dropEvent(QDropEvent(QPointF(9, 9), action, mime, left, none))  # type: ignore[attr-defined]


def shown(window: MainWindow) -> list[int]:
    """The labels in the map on the page."""
    assert window.paint.page.view.map_image
    ids = window.studio.recipe.label_map
    assert ids is not None
    return [int(label) for label in np.unique(ids.array)]


def test_a_dropped_map_is_drawn_explained_and_undone(
    show: Show, qtbot: QtBot, tmp_path: Path
) -> None:
    window = show("spade")
    studio, start = window.studio, window.studio.recipe.label_map
    ids = np.zeros((20, 10), np.uint8)
    ids[:5] = 3
    Image.fromarray(ids).save(tmp_path / "map.png")
    with qtbot.waitSignal(studio.message) as said:
        drop_on(window.paint.labels, tmp_path / "map.png")
    assert said.args == [
        "map.png, read as class numbers · 10 × 20 stretched to 32 × 32, nearest pixels"
    ]
    assert studio.recipe.label_map != start
    assert shown(window) == [0, 3]
    studio.undo()
    assert studio.recipe.label_map == start
    assert shown(window) == [0, 1, 2, 3]


def test_a_map_may_be_dropped_anywhere_on_the_window(
    show: Show, qtbot: QtBot, tmp_path: Path
) -> None:
    window = show("spade")
    Image.fromarray(np.full((4, 4), 2, np.uint8)).save(tmp_path / "map.png")
    with qtbot.waitSignal(window.studio.message):
        drop_on(window, tmp_path / "map.png")
    assert shown(window) == [2]


def test_a_map_that_does_not_fit_says_why_and_changes_nothing(
    show: Show, qtbot: QtBot, tmp_path: Path
) -> None:
    window = show("spade")
    before = window.studio.recipe
    Image.fromarray(np.full((4, 4), 17, np.uint8)).save(tmp_path / "map.png")
    with qtbot.waitSignal(window.studio.error_raised) as said:
        drop_on(window.paint.labels, tmp_path / "map.png")
    assert said.args
    assert "17" in said.args[0]
    assert window.studio.recipe == before


def test_an_exported_picture_brings_class_motion_and_map_back(
    show: Show, qtbot: QtBot, tmp_path: Path
) -> None:
    window = show("alias-free")
    studio = window.studio
    studio.controls.travel_class(0, 2, 0.5)
    studio.controls.set_motion(Motion(0.1, 0.2, 45))
    there: Recipe = studio.recipe
    with qtbot.waitSignal(studio.message):
        studio.save_picture(tmp_path / "moved.png")
    studio.reset()
    studio.controls.set_class(1)
    with qtbot.waitSignal(studio.recipe_changed):
        studio.open(str(tmp_path / "moved.png"))
    assert studio.recipe == there
    assert window.label.travel.box.value() == 50


def test_clips_through_classes_are_offered_where_there_are_classes(show: Show) -> None:
    window = show("conditional")
    window.studio.controls.set_class(3)
    window.show_export()
    assert window.export_dialog
    form = window.export_dialog.form
    form.clip.setCurrentIndex(form.clip.findData("classes"))
    assert form.classes.isVisible()
    form.classes.setValue(3)
    assert form.inputs().classes == (3, 4, 0)
    window.export_dialog.close()


def test_a_model_of_maps_alone_offers_no_walk(show: Show) -> None:
    window = show("pix2pixhd")
    window.show_export()
    assert window.export_dialog
    assert window.export_dialog.form.clip.findData("walk") < 0
    window.export_dialog.close()
