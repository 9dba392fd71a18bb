"""Every text of the window is translated, and the translation is loaded."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QTranslator
from pytestqt.qtbot import QtBot

from app.ui.theme import RESOURCES

ROOT = Path(__file__).parents[3]
FILE = RESOURCES / "translations" / "ganvas_zh_CN.ts"
Texts = dict[tuple[str, str], str]


def texts(path: Path) -> Texts:
    """(context, source) to translation; "" for those that are not finished."""
    result = {}
    for context in ElementTree.parse(path).getroot().iter("context"):
        for message in context.iter("message"):
            translation = message.find("translation")
            assert translation is not None
            done = translation.get("type") is None
            key = (context.findtext("name", ""), message.findtext("source", ""))
            result[key] = (translation.text or "") if done else ""
    return result


def placeholders(text: str) -> set[str]:
    return {mark for mark in ("{0}", "{1}", "{2}") if mark in text}


def test_all_texts_of_the_program_are_translated(tmp_path: Path) -> None:
    tool = Path(sys.executable).with_name("pyside6-lupdate")
    if not tool.exists():
        pytest.skip("pyside6-lupdate is not beside this Python")
    sources = sorted(
        str(path) for part in ("ui", "model") for path in ROOT.glob(f"app/{part}/**/*.py")
    )
    fresh = tmp_path / "fresh.ts"
    subprocess.run([tool, "-silent", "-locations", "none", *sources, "-ts", fresh], check=True)
    assert set(texts(fresh)) == set(texts(FILE))
    assert [key for key, text in texts(FILE).items() if not text] == []


def test_translations_keep_the_places_of_names_and_numbers() -> None:
    wrong = [key for key, text in texts(FILE).items() if placeholders(key[1]) != placeholders(text)]
    assert wrong == []


def test_what_is_loaded_is_what_is_written(qtbot: QtBot) -> None:
    del qtbot
    translator = QTranslator()
    assert translator.load(str(FILE.with_suffix(".qm")))
    for (context, source), text in texts(FILE).items():
        assert translator.translate(context, source) == text
