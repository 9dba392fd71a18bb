"""Without a Chinese font the window stays readable: English, and what to install."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app import cli
from app.ui import fonts

CODE = """
import sys; sys.path.insert(0, {root!r})
from PySide6.QtCore import QSettings
from PySide6.QtGui import QAction
from app.model.studio import Studio
from app.ui.application import application
from app.ui.main_window import MainWindow
settings = QSettings({ini!r}, QSettings.Format.IniFormat)
settings.setValue("language", "zh_CN")
application(settings)
window = MainWindow(Studio(device="cpu"), settings)
print(window.menuBar().actions()[0].text(), window.strip.label.text(), sep="|")
print(ascii([action.text() for action in window.findChildren(QAction)]))
window.close()
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="fontconfig is a matter of Linux")
def test_without_a_chinese_font_nothing_is_shown_as_boxes(tmp_path: Path) -> None:
    config = tmp_path / "fonts.conf"
    config.write_text(f"<fontconfig><cachedir>{tmp_path}</cachedir></fontconfig>")
    root = str(Path(cli.__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-c", CODE.format(root=root, ini=str(tmp_path / "s.ini"))],
        env=os.environ | {"FONTCONFIG_FILE": str(config)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    menu, said = done.stdout.splitlines()[0].split("|")
    assert menu == "&File"
    assert fonts.PACKAGES in said
    assert "Simplified Chinese" in done.stdout
    assert "\\u" not in done.stdout.splitlines()[1].replace("\\u2026", "")
