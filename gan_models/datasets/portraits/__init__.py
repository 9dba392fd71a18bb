"""Rendered portraits with labels: an endless, free data set of faces."""

from gan_models.datasets.portraits.parameters import (
    COLUMNS,
    FLIP_SIGN,
    IDENTITY,
    LABELS,
    MOMENT,
    Portraits,
    sample,
    sample_apart,
    sample_half_apart,
    sample_with_draws,
)
from gan_models.datasets.portraits.rendering import VERSION, render

__all__ = [
    "COLUMNS",
    "FLIP_SIGN",
    "IDENTITY",
    "LABELS",
    "MOMENT",
    "VERSION",
    "Portraits",
    "render",
    "sample",
    "sample_apart",
    "sample_half_apart",
    "sample_with_draws",
]
