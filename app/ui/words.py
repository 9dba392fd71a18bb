"""The words of directions and of labels, in the language of the window."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from gan_models.spec import Direction

KNOWN = (
    QT_TRANSLATE_NOOP("Direction", "Gender"),
    QT_TRANSLATE_NOOP("Direction", "Age"),
    QT_TRANSLATE_NOOP("Direction", "Smile"),
    QT_TRANSLATE_NOOP("Direction", "Mouth"),
    QT_TRANSLATE_NOOP("Direction", "Mouth open"),
    QT_TRANSLATE_NOOP("Direction", "Eyes"),
    QT_TRANSLATE_NOOP("Direction", "Glasses"),
    QT_TRANSLATE_NOOP("Direction", "Beard"),
    QT_TRANSLATE_NOOP("Direction", "Lipstick"),
    QT_TRANSLATE_NOOP("Direction", "Hair length"),
    QT_TRANSLATE_NOOP("Direction", "Hair colour"),
    QT_TRANSLATE_NOOP("Direction", "Skin tone"),
    QT_TRANSLATE_NOOP("Direction", "Turn"),
    QT_TRANSLATE_NOOP("Direction", "Nod"),
    QT_TRANSLATE_NOOP("Direction", "Light"),
    QT_TRANSLATE_NOOP("Direction", "Background"),
    QT_TRANSLATE_NOOP("Direction", "Gaze"),
    QT_TRANSLATE_NOOP("Direction", "Brows"),
    QT_TRANSLATE_NOOP("Direction", "Hair curl"),
    QT_TRANSLATE_NOOP("Direction", "Hair grey"),
    QT_TRANSLATE_NOOP("Direction", "Hair volume"),
    QT_TRANSLATE_NOOP("Direction", "Fringe"),
    QT_TRANSLATE_NOOP("Direction", "Face width"),
    QT_TRANSLATE_NOOP("Direction", "Eye size"),
    QT_TRANSLATE_NOOP("Direction", "Head tilt"),
    QT_TRANSLATE_NOOP("Direction", "Light warmth"),
    QT_TRANSLATE_NOOP("Direction", "Clothing"),
    QT_TRANSLATE_NOOP("Direction", "masculine"),
    QT_TRANSLATE_NOOP("Direction", "feminine"),
    QT_TRANSLATE_NOOP("Direction", "young"),
    QT_TRANSLATE_NOOP("Direction", "old"),
    QT_TRANSLATE_NOOP("Direction", "serious"),
    QT_TRANSLATE_NOOP("Direction", "laughing"),
    QT_TRANSLATE_NOOP("Direction", "closed"),
    QT_TRANSLATE_NOOP("Direction", "open"),
    QT_TRANSLATE_NOOP("Direction", "wide open"),
    QT_TRANSLATE_NOOP("Direction", "without"),
    QT_TRANSLATE_NOOP("Direction", "with"),
    QT_TRANSLATE_NOOP("Direction", "shaven"),
    QT_TRANSLATE_NOOP("Direction", "full"),
    QT_TRANSLATE_NOOP("Direction", "none"),
    QT_TRANSLATE_NOOP("Direction", "strong"),
    QT_TRANSLATE_NOOP("Direction", "short"),
    QT_TRANSLATE_NOOP("Direction", "long"),
    QT_TRANSLATE_NOOP("Direction", "dark"),
    QT_TRANSLATE_NOOP("Direction", "light"),
    QT_TRANSLATE_NOOP("Direction", "blond"),
    QT_TRANSLATE_NOOP("Direction", "to the left"),
    QT_TRANSLATE_NOOP("Direction", "to the right"),
    QT_TRANSLATE_NOOP("Direction", "down"),
    QT_TRANSLATE_NOOP("Direction", "up"),
    QT_TRANSLATE_NOOP("Direction", "from the left"),
    QT_TRANSLATE_NOOP("Direction", "from the right"),
    QT_TRANSLATE_NOOP("Direction", "less"),
    QT_TRANSLATE_NOOP("Direction", "more"),
)
"""Words that model files use, for translators; others are shown as the file has them."""
LABELS = (
    QT_TRANSLATE_NOOP("Label", "sky"),
    QT_TRANSLATE_NOOP("Label", "cloud"),
    QT_TRANSLATE_NOOP("Label", "sun"),
    QT_TRANSLATE_NOOP("Label", "mountain"),
    QT_TRANSLATE_NOOP("Label", "snow"),
    QT_TRANSLATE_NOOP("Label", "hill"),
    QT_TRANSLATE_NOOP("Label", "tree"),
    QT_TRANSLATE_NOOP("Label", "bush"),
    QT_TRANSLATE_NOOP("Label", "grass"),
    QT_TRANSLATE_NOOP("Label", "flowers"),
    QT_TRANSLATE_NOOP("Label", "sand"),
    QT_TRANSLATE_NOOP("Label", "rock"),
    QT_TRANSLATE_NOOP("Label", "road"),
    QT_TRANSLATE_NOOP("Label", "water"),
)
"""The classes of the landscapes, likewise; files keep the English names."""


ATTRIBUTES = {
    "hair_fringe": "Fringe",
    "roll": "Head tilt",
    "clothing_lightness": "Clothing",
}
"""Attributes that are measured but have no slider, where the name alone says too little."""


@dataclass(frozen=True)
class Words:
    """What a slider and its two ends are called."""

    title: str
    low: str
    high: str


def words_of(direction: Direction) -> Words:
    """The words in the model file, translated where they are known."""

    def word(key: str, otherwise: str) -> str:
        return QCoreApplication.translate("Direction", str(direction.facts.get(key, otherwise)))

    title = direction.name.replace("_", " ").capitalize()
    return Words(word("title", title), word("low", "less"), word("high", "more"))


def attribute_title(name: str, titles: Mapping[str, str]) -> str:
    """What a measured attribute is called; `titles` are those of the sliders."""
    if name in titles:
        return titles[name]
    title = ATTRIBUTES.get(name, name.replace("_", " ").capitalize())
    return QCoreApplication.translate("Direction", title)


def label_word(name: str) -> str:
    """What a class of label maps is called."""
    return QCoreApplication.translate("Label", name)
