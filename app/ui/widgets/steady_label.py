"""A label for figures that change with every picture."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel


class SteadyLabel(QLabel):
    """Grows where its text is wider than any before, and else keeps its size.

    A label of no fixed size has the whole window laid out and painted anew with each text.
    """

    def setText(self, text: str) -> None:
        super().setText(text)
        wanted = self.sizeHint().expandedTo(self.minimumSize())
        if wanted != self.minimumSize():
            self.setFixedSize(wanted)
