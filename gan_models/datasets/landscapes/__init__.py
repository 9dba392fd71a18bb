"""Rendered landscapes with their label maps: an endless, free, paired data set."""

from gan_models.datasets.landscapes.classes import CLASSES, LEGEND, NAMES
from gan_models.datasets.landscapes.layout import draw_maps
from gan_models.datasets.landscapes.rendering import render
from gan_models.datasets.landscapes.style import COLUMNS, Styles, sample_styles

__all__ = [
    "CLASSES",
    "COLUMNS",
    "LEGEND",
    "NAMES",
    "Styles",
    "draw_maps",
    "render",
    "sample_styles",
]
