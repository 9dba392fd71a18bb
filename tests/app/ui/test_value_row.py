"""The row that all sliders are."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from app.ui.widgets.value_row import ValueRow

LONG = "Hair and background darker, collar up"


def shown(qtbot: QtBot, name: str) -> ValueRow:
    row = ValueRow(name, -2, 2, 0.01)
    qtbot.addWidget(row)
    row.resize(300, row.sizeHint().height())
    row.show()
    row.explain("What it does")
    return row


def test_a_name_that_is_too_long_ends_in_an_ellipsis_and_is_whole_on_hover(qtbot: QtBot) -> None:
    row, ends_alike = shown(qtbot, LONG), shown(qtbot, LONG + ", again")
    assert row.label.is_cut()
    assert row.label.grab().toImage() == ends_alike.label.grab().toImage()
    assert row.toolTip() == f"{LONG}\n\nWhat it does"


def test_a_name_that_fits_is_drawn_whole(qtbot: QtBot) -> None:
    row = shown(qtbot, "Smile")
    assert not row.label.is_cut()
    assert row.toolTip() == "What it does"
