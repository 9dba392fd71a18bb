"""The style of a painted picture: a photo whose light it takes, and a second style mixed in."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QPushButton, QWidget

from app.core.recipe import Anchor, Recipe
from app.model.studio import Studio
from app.ui.panels.seed_panel import named_row
from app.ui.theme import GRID
from app.ui.transfer import file_in
from app.ui.widgets.icons import IconButton
from app.ui.widgets.pictures import Thumbnail
from app.ui.widgets.section import Section
from app.ui.widgets.seed_box import SeedBox
from app.ui.widgets.value_row import ValueRow

SIDE = 40


class StylePanel(Section):
    """Photo boxes for style A and B, the seed of B, and the way from A to B."""

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Style"), parent)
        self._studio = studio
        maps = studio.controls.maps
        self.photo = StyleBox(self.tr("Style A"), self.tr("its seed, above"))
        self.second_photo = StyleBox(self.tr("Style B"), self.tr("its seed, below"))
        self.seed = SeedBox(self.tr("Style B"))
        self.mix = ValueRow(self.tr("A to B"), 0, 1, 0.01, scale=100, suffix=" %")
        self.mix.explain(self.tr("How much of style B is mixed in; the map stays"))
        for widget in (self.photo, self.second_photo, named_row(self.tr("Style B"), self.seed)):
            self.body.addWidget(widget)
        self.body.addWidget(self.mix)
        for box, second in ((self.photo, False), (self.second_photo, True)):
            box.given.connect(lambda path, second=second: maps.take_style(path, second=second))
            box.cleared.connect(lambda second=second: maps.drop_style(second=second))
        self.seed.chosen.connect(studio.set_second_seed)
        self.seed.random_asked.connect(studio.random_second_seed)
        self.mix.edited.connect(lambda share: studio.set_mix((share,), "mix"))
        self.mix.settled.connect(studio.end_gesture)
        studio.recipe_changed.connect(self._refresh)
        studio.model_changed.connect(self._follow_model)
        self._follow_model()

    @Slot()
    def _follow_model(self) -> None:
        spec = self._studio.spec
        there = bool(spec and spec.map_classes and spec.z_dim)
        self.setVisible(there)
        for box in (self.photo, self.second_photo):
            box.setVisible(bool(spec and "style_picture" in spec.controls))
        if there:
            self._refresh(self._studio.recipe)

    @Slot(object)
    def _refresh(self, recipe: Recipe) -> None:
        spec, photos = self._studio.spec, self._studio.controls.maps.photos
        if spec is None or not (spec.map_classes and spec.z_dim):
            return
        mix = self._studio.mix
        self.seed.set_number(mix.source.main.seed)
        self.mix.set_number(mix.weights[0])
        for box, anchor in ((self.photo, recipe.latent.main), (self.second_photo, mix.source.main)):
            box.show_style(anchor, photos.get(anchor.rows) if anchor.rows else None)


class StyleBox(QWidget):
    """A place to drop a photo on, which shows it."""

    given = Signal(object)
    cleared = Signal()

    def __init__(self, name: str, otherwise: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._otherwise, self._shown = otherwise, Anchor(seed=-1)
        self.setAcceptDrops(True)
        self.thumbnail = Thumbnail(SIDE, self.tr("Photo of {0}").format(name))
        self.text = QLabel()
        self.text.setProperty("role", "small")
        self.text.setWordWrap(True)
        self.open = QPushButton(self.tr("Photo…"))
        self.open.setProperty("kind", "chip")
        self.open.setAutoDefault(False)
        self.open.setAccessibleName(self.tr("{0}: photo").format(name))
        self.open.setToolTip(self.tr("Take light and colours of a photo; or drop one here"))
        self.clear = IconButton("close", self.tr("{0}: back to the seed").format(name))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        row.addWidget(self.thumbnail)
        row.addWidget(self.text, 1)
        row.addWidget(self.open)
        row.addWidget(self.clear)
        self._name = name
        self.open.clicked.connect(self._ask)
        self.clear.clicked.connect(self.cleared)

    def show_style(self, anchor: Anchor, photo: object) -> None:
        """Show where the style comes from; the photo itself if it was opened in this run."""
        if anchor == self._shown:
            return
        self._shown = anchor
        taken = anchor.rows is not None
        text = self.tr("{0}: of a photo") if taken else self.tr("{0}: by {1}; drop a photo here")
        self.text.setText(text.format(self._name, self._otherwise))
        self.clear.setVisible(taken)
        self.thumbnail.show_picture(photo)  # type: ignore[arg-type]  # a picture or None

    def _ask(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self,
            self.tr("Take the style of a photo"),
            "",
            self.tr("Photos (*.jpg *.jpeg *.png *.webp *.bmp *.tif *.tiff)"),
        )
        if name:
            self.given.emit(Path(name))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        file = file_in(event.mimeData())
        if file:
            self.given.emit(file)
            event.acceptProposedAction()
