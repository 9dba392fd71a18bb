"""Colours and sizes: Fusion with two palettes of our own, since platforms differ or have none."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from string import Template

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication

RESOURCES = Path(str(files("resources")))
GRID = 8
"""Pixels that distances are multiples (or halves) of."""
TEXT, SMALL = 13, 11
"""The two text sizes in pixels."""


@dataclass(frozen=True)
class Colours:
    """One theme. What lies around a picture is a neutral grey, so that colours can be judged."""

    name: str
    window: str
    field: str
    hover: str
    border: str
    canvas: str
    text: str
    dim: str
    accent: str
    on_accent: str
    error: str
    track: str


DARK = Colours(
    name="dark",
    window="#232323",
    field="#2e2e2e",
    hover="#3a3a3a",
    border="#3d3d3d",
    canvas="#343434",
    text="#e4e4e4",
    dim="#a8a8a8",
    accent="#7cb0ff",
    on_accent="#0f1a2b",
    error="#ff9c8f",
    track="#4a4a4a",
)
LIGHT = Colours(
    name="light",
    window="#f4f4f4",
    field="#ffffff",
    hover="#e6e6e6",
    border="#d4d4d4",
    canvas="#c6c6c6",
    text="#1d1d1d",
    dim="#5a5a5a",
    accent="#2360c4",
    on_accent="#ffffff",
    error="#b3261e",
    track="#cfcfcf",
)

STYLE = Template("""
QToolTip { background: $field; color: $text; border: 1px solid $border; padding: 4px 8px; }
QMenuBar { background: $window; padding: 2px 4px; }
QMenuBar::item { padding: 4px 8px; border-radius: 4px; }
QMenuBar::item:selected { background: $hover; }
QMenu { background: $field; border: 1px solid $border; padding: 4px; }
QMenu::item { padding: 5px 24px; border-radius: 4px; }
QMenu::item:selected { background: $accent; color: $on_accent; }
QMenu::item:disabled { color: $dim; background: transparent; }
QMenu::separator { height: 1px; background: $border; margin: 4px 8px; }
QMainWindow::separator { background: $border; width: 1px; height: 1px; }
QMainWindow::separator:hover { background: $accent; }
QStatusBar { border-top: 1px solid $border; color: $dim; }
QStatusBar::item { border: none; }
QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; border: none; }
QScrollArea[kind="opaque"] > QWidget > QWidget { background: $window; }
QScrollBar { background: transparent; border: none; margin: 0; }
QScrollBar:vertical { width: 8px; }
QScrollBar:horizontal { height: 8px; }
QScrollBar::handle { background: $track; border-radius: 4px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QAbstractSpinBox, QLineEdit, QComboBox {
    background: $field; border: 1px solid $border; border-radius: 4px; min-height: 22px;
    selection-background-color: $accent; selection-color: $on_accent; }
QComboBox, QLineEdit { padding: 0 6px; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { width: 0; border: none; }
QAbstractSpinBox QLineEdit { background: transparent; border: none; padding: 0 5px;
    min-height: 0; }
QAbstractSpinBox:focus, QLineEdit:focus, QComboBox:focus { border-color: $accent; }
QAbstractSpinBox:hover, QComboBox:hover { background: $hover; }
QComboBox::drop-down { border: none; width: 20px; }
QComboBox::down-arrow { image: url($icons/chevron-$name.svg); width: 12px; height: 12px; }
QComboBox QAbstractItemView { background: $field; border: 1px solid $border; outline: none;
    selection-background-color: $accent; selection-color: $on_accent; }
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
QPushButton { background: $field; border: 1px solid $border; border-radius: 4px;
    padding: 4px 12px; min-height: 16px; }
QPushButton:hover { background: $hover; }
QPushButton:pressed, QPushButton:checked { background: $track; }
QPushButton:focus { border-color: $accent; }
QPushButton:disabled { color: $dim; background: transparent; }
QPushButton:default { background: $accent; color: $on_accent; border-color: $accent; }
QPushButton:default:disabled { background: $track; color: $dim; border-color: $track; }
QPushButton[kind="chip"] { padding: 1px 6px; font-size: ${small}px; }
QToolButton { background: transparent; border: 1px solid transparent; border-radius: 4px;
    padding: 2px; }
QToolButton::menu-indicator { image: none; }
QToolButton:hover { background: $hover; }
QToolButton:pressed { background: $track; }
QToolButton[kind="tool"]:checked { background: $track; }
QToolButton:focus { border-color: $accent; }
QCheckBox::indicator { width: 14px; height: 14px; border: 1px solid $dim; border-radius: 3px;
    background: $field; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent;
    image: url($icons/check-$name.svg); }
QCheckBox:focus { color: $accent; }
QProgressBar { background: $track; border: none; border-radius: 2px; max-height: 4px; }
QProgressBar::chunk { background: $accent; border-radius: 2px; }
QListView { background: transparent; border: none; outline: none; }
QListView::item { border-radius: 4px; padding: 2px; color: $dim; }
QListView::item:hover { background: $hover; }
QListView::item:selected { background: $hover; color: $text; border: 1px solid $accent; }
QListView::item:focus { border: 1px solid $accent; }
QTreeView::item { padding: 4px 8px 4px 4px; }
QHeaderView::section { padding: 4px 8px 4px 4px; }
QLabel[role="small"] { color: $dim; font-size: ${small}px; }
QLabel[role="title"] { font-weight: bold; }
QFrame[role="line"] { background: $border; border: none; max-height: 1px; }
QFrame[role="rule"] { background: $border; border: none; margin: 0; }
QFrame[role="error"] { background: $window; border: none; border-left: 3px solid $error; }
QFrame[role="note"] { background: $window; border: none; border-left: 3px solid $accent; }
""")


def palette(colours: Colours) -> QPalette:
    """The theme as Qt's roles."""
    roles = QPalette.ColorRole
    plain = {
        roles.Window: colours.window,
        roles.Base: colours.field,
        roles.AlternateBase: colours.hover,
        roles.Button: colours.field,
        roles.ToolTipBase: colours.field,
        roles.WindowText: colours.text,
        roles.Text: colours.text,
        roles.ButtonText: colours.text,
        roles.ToolTipText: colours.text,
        roles.BrightText: colours.error,
        roles.PlaceholderText: colours.dim,
        roles.Highlight: colours.accent,
        roles.HighlightedText: colours.on_accent,
        roles.Link: colours.accent,
        roles.Accent: colours.accent,
        roles.Light: colours.hover,
        roles.Midlight: colours.hover,
        roles.Mid: colours.track,
        roles.Dark: colours.canvas,
        roles.Shadow: colours.border,
    }
    result = QPalette()
    for role, colour in plain.items():
        result.setColor(role, QColor(colour))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, role, QColor(colours.dim))
    return result


def apply(app: QApplication, theme: str) -> None:
    """Dress the application in "dark", "light" or "system" colours."""
    schemes = {"dark": Qt.ColorScheme.Dark, "light": Qt.ColorScheme.Light}
    hints = app.styleHints()
    # Where the platform can, title bars and file dialogs follow too.
    hints.setColorScheme(schemes.get(theme, Qt.ColorScheme.Unknown))
    dark = theme == "dark" or (theme == "system" and hints.colorScheme() != Qt.ColorScheme.Light)
    colours = DARK if dark else LIGHT
    if app.property("colours") == colours.name:
        return
    app.setProperty("colours", colours.name)
    app.setStyle("Fusion")
    font = QFont(app.font())
    font.setPixelSize(TEXT)
    app.setFont(font)
    app.setPalette(palette(colours))
    icons = (RESOURCES / "icons").as_posix()
    app.setStyleSheet(STYLE.substitute(vars(colours), icons=icons, small=SMALL))


def contrast(first: str, second: str) -> float:
    """The contrast ratio of WCAG 2, 1 to 21."""
    a, b = sorted((_luminance(QColor(colour)) for colour in (first, second)), reverse=True)
    return (a + 0.05) / (b + 0.05)


def _luminance(colour: QColor) -> float:
    def linear(value: float) -> float:
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    red, green, blue = map(linear, (colour.redF(), colour.greenF(), colour.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
