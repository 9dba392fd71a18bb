"""Label maps are read back from pictures, and the figures say how well."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from gan_models.base import DataError
from gan_models.evaluation.segmentation import (
    SegmentationNetwork,
    agreement,
    class_weights,
    style_variety,
    train_segmentation,
)

NAMES = ("sky", "grass", "sun")


def coloured_maps(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Pictures in which each class has a colour of its own, with noise, and their maps."""
    random = np.random.RandomState(0)
    maps = np.zeros((count, 16, 16), dtype=np.uint8)
    for one, horizon, column in zip(
        maps, random.randint(4, 12, count), random.randint(0, 12, count), strict=True
    ):
        one[horizon:] = 1
        one[:3, column : column + 3] = 2
    colours = np.array([[90, 140, 230], [60, 170, 50], [250, 220, 80]])
    noise = random.randint(-25, 25, (count, 16, 16, 3))
    return (colours[maps] + noise).clip(0, 255).astype(np.uint8).transpose(0, 3, 1, 2), maps


def test_it_learns_to_read_maps_from_pictures() -> None:
    pictures, maps = coloured_maps(24)
    training = train_segmentation(pictures, maps, NAMES, width=4, images=480, batch=8)
    while True:
        try:
            next(training)
        except StopIteration as done:
            network = done.value
            break
    found = agreement(network.read(pictures), maps, NAMES)
    assert found.accuracy > 0.9
    assert found.mean_iou > 0.6


def test_agreement_is_counted_class_by_class() -> None:
    true = np.array([[[0, 0, 1, 1]]], dtype=np.uint8)
    read = np.array([[[0, 1, 1, 1]]], dtype=np.uint8)
    found = agreement(read, true, NAMES)
    assert found.accuracy == 0.75
    assert found.iou == {"sky": pytest.approx(1 / 2), "grass": pytest.approx(2 / 3)}
    assert found.mean_iou == pytest.approx(7 / 12)


def test_rare_classes_weigh_more_and_absent_ones_nothing() -> None:
    maps = np.zeros((1, 10, 10), dtype=np.uint8)
    maps[0, 0, 0] = 1
    weights = class_weights(maps, 3)
    assert weights[1] > weights[0] > weights[2] == 0


@pytest.mark.parametrize("size", [8, 13, 30])
def test_any_size_is_read(size: int) -> None:
    logits = SegmentationNetwork(NAMES, width=2)(torch.zeros(1, 3, size, size + 2))
    assert logits.shape == (1, 3, size, size + 2)


def test_maps_of_other_pictures_are_refused() -> None:
    pictures, maps = coloured_maps(4)
    with pytest.raises(DataError, match="do not belong"):
        next(train_segmentation(pictures, maps[:3], NAMES))


def test_style_variety_is_the_ratio_of_two_spreads() -> None:
    light, place = np.array([0, 30]), np.array([0, 60])
    pictures = np.zeros((2, 2, 3, 4, 4), dtype=np.uint8) + (
        place[:, None, None, None, None] + light[None, :, None, None, None]
    ).astype(np.uint8)
    assert style_variety(pictures) == pytest.approx(0.5)


def test_a_model_without_styles_has_no_variety_of_them() -> None:
    pictures = np.zeros((2, 1, 3, 4, 4), dtype=np.uint8)
    pictures[1] = 60
    assert style_variety(pictures) == 0
