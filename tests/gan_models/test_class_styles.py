"""Features of classes: where they come from, where they go, and what missing ones become."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from gan_models.checkpoints.own import save_generator
from gan_models.families.class_styles import expected, region_means, spread
from gan_models.families.pix2pixhd import Pix2PixHD
from gan_models.registry import load_generator
from gan_models.training.paired.networks import keep_differences
from gan_models.training.paired.styles import fit_styles


def small(local_blocks: int = 0) -> Pix2PixHD:
    torch.manual_seed(0)
    generator = Pix2PixHD(
        map_classes=3,
        features=4,
        downs=1,
        blocks=1,
        local_blocks=local_blocks,
        feature_channels=2,
        resolution=16,
    )
    assert generator.encoder is not None
    keep_differences(generator.encoder.convs)
    return generator.eval().requires_grad_(False)


def halves(upper: int = 0, lower: int = 1) -> torch.Tensor:
    """A map of two classes, [1, 16, 16]."""
    rows = torch.where(torch.arange(16) < 8, upper, lower)
    return rows[None, :, None].expand(1, 16, 16)


def one_hot(numbers: torch.Tensor) -> torch.Tensor:
    return torch.nn.functional.one_hot(numbers, 3).permute(0, 3, 1, 2).float()


def lit(count: int) -> torch.Tensor:
    """Pictures of a light each, [count, 3, 16, 16], with a little texture."""
    random = torch.Generator().manual_seed(1)
    light = torch.rand(count, 1, 1, 1, generator=random) * 1.6 - 0.8
    return light + 0.02 * torch.randn(count, 3, 16, 16, generator=random)


def features_of(generator: Pix2PixHD, ws: torch.Tensor) -> torch.Tensor:
    """[N, 3, 2]"""
    assert generator.styles is not None
    return generator.styles.features(ws)


def test_features_of_a_class_are_the_mean_of_its_pixels_alone() -> None:
    planes, layout = torch.randn(1, 2, 16, 16), one_hot(halves())
    means, there = region_means(planes, layout)
    assert there.tolist() == [[True, True, False]]
    torch.testing.assert_close(means[0, 0], planes[0, :, :8].mean(dim=(1, 2)))
    planes[:, :, 8:] = 9.0
    changed, _ = region_means(planes, layout)
    assert torch.equal(changed[0, 0], means[0, 0])
    assert torch.allclose(changed[0, 1], torch.tensor(9.0))
    assert torch.equal(changed[0, 2], torch.zeros(2))


def test_features_go_to_the_pixels_of_their_class_and_back() -> None:
    features, layout = torch.randn(1, 3, 2), one_hot(halves(2, 0))
    planes = spread(features, layout)
    assert torch.equal(planes[0, :, 0, 0], features[0, 2])
    assert torch.equal(planes[0, :, 15, 3], features[0, 0])
    means, there = region_means(planes, layout)
    torch.testing.assert_close(means[there], features[there])


def test_soft_maps_blend_the_features_of_their_classes() -> None:
    features = torch.tensor([[[1.0], [3.0], [9.0]]])
    layout = torch.tensor([0.25, 0.75, 0.0])[None, :, None, None].expand(1, 3, 4, 4)
    assert torch.allclose(spread(features, layout), torch.tensor(2.5))


@pytest.mark.parametrize("local_blocks", [0, 1])
def test_the_features_of_a_class_in_the_map_change_the_picture(local_blocks: int) -> None:
    generator = small(local_blocks)
    ws = generator.map(torch.randn(1, 6))
    before = generator.synthesize(ws, label_map=halves())
    for label, changes in ((0, True), (1, True), (2, False)):
        other = ws.clone()
        other[:, :, 2 * label : 2 * label + 2] += 0.5
        after = generator.synthesize(other, label_map=halves())
        assert torch.equal(before, after) is not changes


def test_a_light_that_all_of_a_picture_shares_is_not_normalised_away() -> None:
    generator = small()
    dark, bright = (torch.full((1, 1, 6), light) for light in (-0.8, 0.8))
    pictures = [generator.synthesize(ws, label_map=halves()) for ws in (dark, bright)]
    assert float((pictures[0] - pictures[1]).abs().mean()) > 0.05


def test_a_picture_and_its_map_go_through_the_style_and_back() -> None:
    generator = small()
    ws = generator.encode_style(torch.randn(2, 3, 24, 40), halves().expand(2, -1, -1))
    assert ws.shape == (2, 1, 6)
    assert generator.synthesize(ws, label_map=halves()).shape == (2, 3, 16, 16)


def test_weights_of_classes_are_encoded_as_their_numbers() -> None:
    generator, pictures = small(), lit(2)
    numbers = generator.encode_style(pictures, halves())
    weights = generator.encode_style(pictures, one_hot(halves()))
    torch.testing.assert_close(numbers, weights)


def test_a_file_keeps_styles(tmp_path: Path) -> None:
    generator = small()
    fit_styles(generator, [(lit(40), one_hot(halves()).expand(40, -1, -1, -1))])
    save_generator(tmp_path / "m.safetensors", generator, torch.float32)
    loaded = load_generator(tmp_path / "m.safetensors")
    z, photo = torch.randn(1, 6), lit(1)
    assert isinstance(loaded, Pix2PixHD)
    assert torch.equal(loaded.map(z), generator.map(z))
    assert torch.equal(loaded.encode_style(photo), generator.encode_style(photo))


def test_unseen_variables_are_expected_as_regression_does() -> None:
    """Two variables of correlation 0.8: E[y | x] = m + 0.8 (x - m), and 0.36 of variance left."""
    covariance = torch.tensor([[1.0, 0.8], [0.8, 1.0]])
    known = torch.tensor([[True, False], [False, False]])
    full, left = expected(torch.tensor([[2.0, 7.0], [7.0, 7.0]]), known, torch.ones(2), covariance)
    torch.testing.assert_close(full, torch.tensor([[2.0, 1.8], [1.0, 1.0]]))
    torch.testing.assert_close(left[0], torch.diag(torch.tensor([0.0, 0.36])))
    torch.testing.assert_close(left[1], covariance)


def test_classes_that_a_picture_lacks_are_lit_as_the_others() -> None:
    """Sky with hills and sky with sea, never all three: one light is in all classes."""
    generator = small()
    layout = torch.cat([one_hot(halves(0, 1)), one_hot(halves(0, 2))]).repeat(60, 1, 1, 1)
    fit_styles(generator, [(lit(120), layout)])
    photos = lit(20)
    lower = features_of(generator, generator.encode_style(photos, halves()))[:, 1]
    for given in (halves(0, 1), halves(0, 2), None):
        features = features_of(generator, generator.encode_style(photos, given))
        for label in (1, 2):
            away = (features[:, label] - lower).square().mean(dim=0).sqrt()
            assert float((away / lower.std(dim=0)).max()) < 0.2


def test_the_classes_of_a_seed_share_their_light_as_those_of_pictures_do() -> None:
    generator = small()
    photos, layout = lit(120), one_hot(halves()).expand(120, -1, -1, -1)
    fit_styles(generator, [(photos, layout)])
    real, seeds = (
        torch.corrcoef(features_of(generator, ws)[:, :2].flatten(1).T)
        for ws in (generator.encode_style(photos, halves()), generator.map(torch.randn(2000, 6)))
    )
    assert float(real[0, 2]) > 0.9  # of sky and hill
    torch.testing.assert_close(seeds, real, atol=0.1, rtol=0)
