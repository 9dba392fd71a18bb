"""Asks what a direction file does not say: in which space it goes, or how its numbers lie."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from app.model.imports import Question
from app.model.studio import Studio
from app.ui.theme import GRID
from gan_models.directions.choices import Choices


class DirectionsDialog(QDialog):
    """One question with its possible answers, the likeliest first; accepting imports again."""

    def __init__(self, studio: Studio, question: Question, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio, self._question = studio, question
        self.setWindowTitle(self.tr("Import directions"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        texts = {
            "space": self.tr("{0} does not say which space its directions are for."),
            "arrangement": self.tr("{0} holds {1} rows of {2} numbers. What are they?"),
            "layers": self.tr("{0} is for {1} layers, and this model has another number."),
        }
        text = texts[question.asks].format(question.path.name, question.rows, question.width)
        label = QLabel(text)
        label.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setSpacing(GRID)
        layout.addWidget(label)
        self.answers: list[tuple[QRadioButton, Choices]] = []
        for title, choices in self._answers():
            button = QRadioButton(title)
            button.setChecked(not self.answers)
            self.answers.append((button, choices))
            layout.addWidget(button)
        kinds = QDialogButtonBox.StandardButton
        buttons = QDialogButtonBox(kinds.Ok | kinds.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout.addSpacing(GRID)
        layout.addWidget(buttons)
        self.setMinimumWidth(420)

    def _answers(self) -> list[tuple[str, Choices]]:
        question, choices = self._question, self._question.choices
        if question.asks == "space":
            return [
                (self.tr("W, behind the mapping network"), replace(choices, space="w")),
                (self.tr("Z, before it (turned into W)"), replace(choices, space="z")),
            ]
        if question.asks == "layers":
            both = min(question.rows, self._studio.spec.num_ws if self._studio.spec else 0)
            title = self.tr("Use its first {0} rows").format(both)
            return [(title, replace(choices, layers=(0, both)))]
        rows = replace(choices, arrangement="rows")
        if question.rows == question.width:
            columns = replace(choices, arrangement="columns")
            return [
                (self.tr("Each column is a direction"), columns),
                (self.tr("Each row is a direction"), rows),
            ]
        return [self._one_for_layers(), (self.tr("Each row is a direction"), rows)]

    def _one_for_layers(self) -> tuple[str, Choices]:
        question, spec = self._question, self._studio.spec
        layers = replace(question.choices, arrangement="layers")
        title = self.tr("One direction, a row for each of {0} layers").format(question.rows)
        if spec and question.rows != spec.num_ws:
            both = min(question.rows, spec.num_ws)
            layers = replace(layers, layers=(0, both))
            title = self.tr("One direction for {0} layers; use the first {1} rows").format(
                question.rows, both
            )
        return title, layers

    def accept(self) -> None:
        chosen = next(choices for button, choices in self.answers if button.isChecked())
        self._studio.imports.load(self._question.path, chosen)
        super().accept()
