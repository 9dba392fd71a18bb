"""How the window is started, and how a picture of it is taken without a screen."""

from __future__ import annotations

import logging
import signal
import sys
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import (
    QEventLoop,
    QLibraryInfo,
    QLocale,
    QMessageLogContext,
    QSettings,
    QTimer,
    QtMsgType,
    QTranslator,
    qInstallMessageHandler,
)
from PySide6.QtWidgets import QApplication

from app.core.recipe import Recipe
from app.model.cycles import CycleCollector
from app.model.recovery import data_folder
from app.model.runner import sentence
from app.model.studio import Studio
from app.ui import fonts, theme
from app.ui.main_window import MainWindow

GRAB_MS = 60_000
"""How long a picture of the window may take on a slow machine."""


def run(file: Path | None) -> int:
    """Open the window, on `file` if one is given; returns the exit code when it is closed."""
    settings = user_settings()
    app = application(settings)
    # Ctrl+C in the terminal ends the program, as people expect; Qt alone would never look.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    cycles = CycleCollector(app)
    studio = Studio()
    cycles.rest_during(studio.opening)
    window = MainWindow(studio, settings)
    _show_unexpected(studio)
    app.styleHints().colorSchemeChanged.connect(lambda: theme.apply(app, window.theme))
    window.show()
    window.wall.wall.remember_in(data_folder() / "seeds")
    window.sessions.protect(data_folder() / "autosave")
    window.open_first(file)
    return app.exec()


def grab(path: Path, model: str | None, width: int = 1366, height: int = 768) -> None:
    """Save a picture of the window on `model` (None: empty), with settings as on the first day."""
    qInstallMessageHandler(_quietly)
    settings = QSettings(str(path.with_suffix(".ini")), QSettings.Format.IniFormat)
    application(settings)
    studio = Studio()
    window = MainWindow(studio, settings)
    window.resize(width, height)
    window.show()
    if model:
        loop = QEventLoop()
        studio.picture_ready.connect(loop.quit)
        studio.error_raised.connect(loop.quit)
        QTimer.singleShot(GRAB_MS, loop.quit)
        studio.open(model, Recipe())
        loop.exec()
    while window.sliders.building.busy or window.mixing.building.busy:
        QApplication.processEvents()
    QApplication.processEvents()
    window.grab().save(str(path))
    window.close()
    settings.clear()
    settings.sync()  # or Qt would write the file anew after it is removed
    Path(settings.fileName()).unlink(missing_ok=True)


def _quietly(_kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
    """Qt's messages, but for the one that the platform without a screen says of every window."""
    if "propagateSizeHints" not in text:
        print(text, file=sys.stderr)


def user_settings() -> QSettings:
    """Where the program remembers things for this user."""
    formats, scopes = QSettings.Format, QSettings.Scope
    return QSettings(formats.IniFormat, scopes.UserScope, "ganvas", "ganvas")


def application(settings: QSettings) -> QApplication:
    """The one QApplication, dressed and in the user's language."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication(sys.argv[:1])
        app.setApplicationName("ganvas")
        app.setApplicationDisplayName("Ganvas")
    language = str(settings.value("language", "system", str))
    locale = fonts.locale_of(language)
    if fonts.readable(locale):
        _translate(app, locale)
    theme.apply(app, str(settings.value("theme", "system", str)))
    return app


def _translate(app: QApplication, locale: QLocale) -> None:
    qt = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    ours = str(theme.RESOURCES / "translations")
    for name, folder in (("qtbase", qt), ("ganvas", ours)):
        translator = QTranslator(app)
        if translator.load(locale, name, "_", folder):
            app.installTranslator(translator)


def _show_unexpected(studio: Studio) -> None:
    """What no one caught is logged and shown in the strip; the window lives on."""

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        logging.getLogger(__name__).error("unexpected error", exc_info=(kind, error, trace))
        if isinstance(error, Exception):
            studio.error_raised.emit(sentence(error))

    sys.excepthook = hook
