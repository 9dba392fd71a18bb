"""Qt's binding keeps count of None: one that does not ends Python 3.11 after a minute of use."""

from __future__ import annotations

import sys

from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot


def test_calls_that_return_nothing_do_not_use_none_up(qtbot: QtBot) -> None:
    del qtbot
    timer = QTimer()
    before = sys.getrefcount(None)
    for _ in range(500):
        timer.stop()
    assert abs(sys.getrefcount(None) - before) < 100
