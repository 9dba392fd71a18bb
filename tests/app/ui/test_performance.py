"""Preferences act at once, and the panel says what pictures cost."""

from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np
import pytest
import torch
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QDialogButtonBox
from pytestqt.qtbot import QtBot

from app.core.performance import Performance
from app.core.recipe import Recipe
from app.model.studio import Studio
from app.ui.dialogs.preferences import Preferences, stored
from app.ui.main_window import MainWindow
from app.ui.panels.performance_panel import PerformancePanel
from app.ui.widgets.steady_label import SteadyLabel


@pytest.fixture
def preferences(qtbot: QtBot, studio: Studio, settings: QSettings) -> Preferences:
    dialog = Preferences(studio, settings)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def pick(preferences: Preferences, name: str, key: str) -> None:
    box = getattr(preferences, name)
    box.setCurrentIndex(box.findData(key))
    box.activated.emit(box.currentIndex())


def test_a_change_acts_on_the_open_model_and_keeps_its_look(
    preferences: Preferences, studio: Studio, qtbot: QtBot
) -> None:
    studio.set_seed(7)
    recipe, model = studio.recipe, studio.model
    with qtbot.waitSignal(studio.retuned):
        preferences.cache.setValue(5)
    assert studio.model
    assert studio.model.engine.cache.limit == 5 * 2**20
    assert model
    assert studio.model.generator is model.generator
    assert studio.recipe == recipe
    assert studio.can_undo


def test_precision_changes_while_the_picture_is_shown(
    preferences: Preferences, studio: Studio, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(studio.retuned):
        pick(preferences, "precision", "exact")
    assert studio.model
    assert studio.model.engine.precision.draft == torch.float32
    with qtbot.waitSignal(studio.picture_ready):
        studio.set_seed(3)


def test_another_device_opens_the_model_there(
    preferences: Preferences, studio: Studio, qtbot: QtBot
) -> None:
    model, before = studio.model, studio.tuning.chosen.device
    with qtbot.waitSignal(studio.retuned):
        pick(preferences, "device", "auto" if before == "cpu" else "cpu")
    assert studio.model
    assert model
    assert studio.model.generator is not model.generator
    assert studio.model.ref == model.ref


def test_a_device_that_is_not_there_is_said_and_not_kept(
    preferences: Preferences, studio: Studio, settings: QSettings, qtbot: QtBot
) -> None:
    if torch.backends.mps.is_available():
        pytest.skip("this machine has that device")
    before = studio.tuning.chosen
    with qtbot.waitSignal(studio.error_raised) as raised:
        pick(preferences, "device", "mps")
    assert "mps" in raised.args[0]
    assert studio.tuning.chosen == before
    assert preferences.device.currentData() == before.device
    assert stored(settings) == before


def test_the_time_of_a_draft_needs_no_new_engine(
    preferences: Preferences, studio: Studio, qtbot: QtBot
) -> None:
    with qtbot.assertNotEmitted(studio.retuned, wait=50):
        preferences.budget.setValue(100)
    assert studio.tuning.chosen.budget == 100


def test_choices_are_kept_and_defaults_come_back(
    preferences: Preferences, settings: QSettings, studio: Studio
) -> None:
    preferences.budget.setValue(80)
    assert stored(settings) == replace(studio.tuning.chosen, budget=80)
    buttons = preferences.findChild(QDialogButtonBox)
    assert isinstance(buttons, QDialogButtonBox)
    buttons.button(QDialogButtonBox.StandardButton.RestoreDefaults).click()
    assert stored(settings) == Performance() == studio.tuning.chosen


def test_settings_that_make_no_sense_are_as_on_the_first_day(settings: QSettings) -> None:
    for key, value in {
        "device": "abacus",
        "precision": "crude",
        "budget": "soon",
        "cache_mb": "nan",
    }.items():
        settings.setValue(f"performance/{key}", value)
    assert stored(settings) == Performance()
    settings.setValue("performance/budget", "100000")
    assert stored(settings).budget == 500


def panel_of(window: MainWindow) -> PerformancePanel:
    panel = window.performance.findChild(PerformancePanel)
    assert isinstance(panel, PerformancePanel)
    return panel


def test_the_panel_is_hidden_until_it_is_asked_for(window: MainWindow) -> None:
    assert not window.performance.isVisible()
    window.performance.toggleViewAction().trigger()
    assert panel_of(window).isVisible()


def test_the_panel_tells_what_the_last_picture_cost(
    window: MainWindow, studio: Studio, qtbot: QtBot
) -> None:
    window.performance.show()
    panel = panel_of(window)
    qtbot.waitUntil(lambda: panel.text("total") != "–")
    with qtbot.waitSignal(window.canvas.painted):
        studio.set_seed(5)
    for name in ("mapping", "styles", "blocks", "convert", "paint", "total"):
        assert float(panel.text(name)) >= 0
    assert panel.text("size") == "32"
    assert panel.text("precision") == "float32"
    assert panel.text("device") == "cpu"
    assert panel.text("cache").endswith("of 256 MB")
    assert panel.text("total", draft=True) == "–"


def test_a_draft_has_a_column_of_its_own(
    window: MainWindow, studio: Studio, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gan_models.engine.engine.LEAST", 4)
    window.performance.show()
    panel = panel_of(window)
    studio.tuning.choose(replace(studio.tuning.chosen, budget=1e-6), studio.model)
    studio.set_edit("smile", 1.0)
    qtbot.waitUntil(lambda: panel.text("size", draft=True) == "4")
    qtbot.waitUntil(lambda: panel.text("size") == "32")


def test_after_a_busy_moment_only_the_newest_picture_is_painted(
    window: MainWindow, studio: Studio, qtbot: QtBot
) -> None:
    drawn, painted = threading.Semaphore(0), []
    qtbot.waitUntil(lambda: studio.result is not None)

    def note(_: float) -> None:
        assert studio.result
        painted.append(studio.result.request.recipe.edit("smile").strength)

    studio._drawn.connect(lambda _: drawn.release(), Qt.ConnectionType.DirectConnection)
    window.canvas.painted.connect(note)
    for number in range(1, 6):  # the window is busy: nothing but this goes on on its thread
        studio.set_edit("smile", number / 10)
        assert drawn.acquire(timeout=10)
    qtbot.waitUntil(lambda: 0.5 in painted)
    assert painted[0] == 0.5


def test_a_picture_is_asked_for_before_the_panels_follow(studio: Studio) -> None:
    asked: list[str] = []
    submit = studio._loop.submit

    def noting(recipe: Recipe, budget: float | None = None) -> int:
        asked.append("picture")
        return submit(recipe, budget)

    studio._loop.submit = noting  # type: ignore[method-assign]
    studio.recipe_changed.connect(lambda _: asked.append("panels"))
    studio.set_edit("smile", 1.0)
    assert asked == ["picture", "panels"]


def test_figures_that_change_do_not_lay_the_window_out_again(qtbot: QtBot) -> None:
    label = SteadyLabel()
    qtbot.addWidget(label)
    label.setText("full 100 ms")
    wide = label.minimumSize()
    label.setText("full 1 ms")
    assert label.minimumSize() == label.maximumSize() == wide
    label.setText("draft 100 ms · full 100 ms")
    assert label.minimumWidth() > wide.width()


def test_a_picture_goes_to_the_screen_without_a_copy(
    window: MainWindow, studio: Studio, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: window.canvas.image is not None)
    assert window.canvas.image
    assert studio.result
    assert studio.result.drawn
    shown = np.asarray(window.canvas.image.constBits())
    assert np.shares_memory(shown, studio.result.drawn.shown)
