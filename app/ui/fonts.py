"""Whether the fonts of this system can show the language of the window."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale
from PySide6.QtGui import QFontDatabase

PACKAGES = "fonts-noto-cjk (Debian, Ubuntu), google-noto-sans-cjk-fonts (Fedora)"


def locale_of(language: str) -> QLocale:
    """The locale of a setting: "system", "en", "zh_CN"."""
    return QLocale() if language == "system" else QLocale(language)


def has_chinese() -> bool:
    """Whether any font has Chinese; without one its texts would be empty boxes."""
    return QFontDatabase.WritingSystem.SimplifiedChinese in QFontDatabase.writingSystems()


def readable(locale: QLocale) -> bool:
    """Whether texts of a locale can be shown; the window stays English where they cannot."""
    return locale.language() != QLocale.Language.Chinese or has_chinese()


def font_needed() -> str:
    """What to install, in a language that can be shown."""
    return QCoreApplication.translate(
        "Fonts", "Ganvas speaks Chinese once this system has a font for it; install {0}."
    ).format(PACKAGES)
