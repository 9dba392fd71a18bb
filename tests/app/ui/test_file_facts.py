"""What a file is, in the window."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFormLayout, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from app.core.export import export_picture
from app.core.models import open_model
from app.core.recipe import Latent, Recipe
from app.core.session_file import Session, save_session
from app.ui.dialogs.file_facts import FileFacts
from app.ui.main_window import MainWindow
from tests.gan_models.checkpoints.test_imports import STYLEGAN2, built, nvidia_file


def shown(dialog: FileFacts, qtbot: QtBot) -> dict[str, str]:
    """The rows of the form, when the file is read."""
    qtbot.waitUntil(lambda: not dialog.reading.running)
    form = dialog.area.findChild(QFormLayout)
    assert isinstance(form, QFormLayout)
    roles, rows = QFormLayout.ItemRole, {}
    for row in range(form.rowCount()):
        items = [form.itemAt(row, role) for role in (roles.LabelRole, roles.FieldRole)]
        parts = [item.widget() for item in items if item]
        name, value = (part.text() for part in parts if isinstance(part, QLabel))
        rows[name] = value
    return rows


@pytest.fixture
def dialog(qtbot: QtBot, tiny_model_path: Path) -> FileFacts:
    dialog = FileFacts(tiny_model_path)
    qtbot.addWidget(dialog, before_close_func=lambda d: d.reading.close())
    return dialog


def test_a_model_tells_its_sizes(dialog: FileFacts, qtbot: QtBot) -> None:
    rows = shown(dialog, qtbot)
    assert dialog.kind.text() == "A model"
    assert rows["Family"] == "stylegan2"
    assert rows["Picture"] == "32 × 32 pixels, 3 channels"
    assert rows["w+"] == "8 rows of 16 numbers"
    assert rows["Sliders"] == "smile, gender"
    assert len(rows["SHA-256"]) == 64
    assert "Classes" not in rows


def test_a_checkpoint_tells_what_was_ignored(
    dialog: FileFacts, qtbot: QtBot, tmp_path: Path
) -> None:
    nvidia_file(tmp_path / "net.pkl", built("stylegan2", STYLEGAN2[1]))
    dialog.read(tmp_path / "net.pkl")
    rows = shown(dialog, qtbot)
    assert rows["Ignored"] == "1 Python source file, 1 kB: not executed"
    assert rows["Classes"] == "3"


def test_directions_sessions_and_pictures_are_told(
    dialog: FileFacts, qtbot: QtBot, tmp_path: Path, tiny_model_path: Path
) -> None:
    np.save(tmp_path / "age_w_boundary.npy", np.ones((1, 16)))
    dialog.read(tmp_path / "age_w_boundary.npy")
    assert shown(dialog, qtbot)["Space"] == "w"
    recipe = Recipe(open_model(str(tiny_model_path)).ref, Latent.of_seed(7))
    save_session(tmp_path / "s.ganvas", Session(recipe))
    dialog.read(tmp_path / "s.ganvas")
    assert shown(dialog, qtbot)["Seed"] == "7"
    assert dialog.kind.text() == "A session"
    export_picture(tmp_path / "x.png", np.zeros((8, 8, 3), np.uint8), recipe, None)
    dialog.read(tmp_path / "x.png")
    assert shown(dialog, qtbot)["Model"] == tiny_model_path.stem


def test_what_cannot_be_read_is_said(dialog: FileFacts, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "x.pkl").write_bytes(b"version https://git-lfs.github.com/spec/v1\n")
    dialog.read(tmp_path / "x.pkl")
    assert shown(dialog, qtbot) == {}
    assert "Git LFS pointer" in dialog.kind.text()


def test_the_menu_offers_it_for_the_open_model(window: MainWindow, qtbot: QtBot) -> None:
    window.actions_.about_model.trigger()
    (dialog,) = window.findChildren(FileFacts)
    assert "Family" in shown(dialog, qtbot)
    dialog.close()


@pytest.mark.parametrize("way", ["button", "Escape", "frame"])
def test_it_closes_in_every_way(window: MainWindow, qtbot: QtBot, way: str) -> None:
    window.actions_.about_model.trigger()
    dialog = window.findChild(FileFacts)
    assert isinstance(dialog, FileFacts)
    with qtbot.waitSignal(dialog.destroyed):
        if way == "button":
            next(b for b in dialog.findChildren(QPushButton) if b.isDefault()).click()
        elif way == "Escape":
            qtbot.keyClick(dialog, Qt.Key.Key_Escape)
        else:
            dialog.close()
