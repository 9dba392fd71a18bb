"""Networks that grow by a block first do what the smaller ones did."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from gan_models.base import TrainingError
from gan_models.families.discriminator import Discriminator, DiscriminatorBlock
from gan_models.families.stylegan2 import StyleGAN2
from gan_models.layers import upsample2
from gan_models.training.growing import grow_discriminator, grow_generator
from tests.gan_models.training.test_training import make_pictures, run

SIZES = {"channel_base": 128, "channel_max": 8}


def generator(resolution: int) -> StyleGAN2:
    return StyleGAN2(
        resolution=resolution,
        z_dim=8,
        w_dim=8,
        mapping_layers=2,
        channel_base=128,
        channel_max=8,
    )


def with_random_biases(network: nn.Module) -> None:
    for name, parameter in network.named_parameters():
        if name.endswith("bias"):
            nn.init.normal_(parameter)


@pytest.mark.parametrize("channels", [1, 3])
def test_a_grown_discriminator_hands_on_the_judgement_of_the_picture_halved(
    channels: int,
) -> None:
    small = Discriminator(resolution=8, channels=channels, **SIZES)
    with_random_biases(small)
    large = Discriminator(resolution=16, channels=channels, **SIZES)
    grow_discriminator(large, small.state_dict())
    finest = large.blocks[0]
    assert isinstance(finest, DiscriminatorBlock)
    with torch.no_grad():  # what the other channels see at random
        finest.conv1.weight[:, 2 * channels :] = 0
        finest.skip.weight.zero_()
    pictures = torch.randn(4, channels, 16, 16)
    torch.testing.assert_close(large(pictures), small(F.avg_pool2d(pictures, 2)))


def test_a_grown_generator_draws_the_same_pictures_enlarged() -> None:
    small, large = generator(8), generator(16)
    with_random_biases(small)
    grow_generator(large, small.state_dict())
    z = torch.randn(4, 8)
    before, after = (network.synthesize(network.map(z)) for network in (small, large))
    torch.testing.assert_close(after, upsample2(before))


def test_networks_of_the_same_resolution_are_taken_over_whole() -> None:
    first, second = generator(16), generator(16)
    grow_generator(second, first.state_dict())
    torch.testing.assert_close(second.state_dict(), first.state_dict())
    judge, other = Discriminator(resolution=16, **SIZES), Discriminator(resolution=16, **SIZES)
    grow_discriminator(other, judge.state_dict())
    torch.testing.assert_close(other.state_dict(), judge.state_dict())


def test_a_run_starts_from_one_of_half_its_resolution(tmp_path: Path) -> None:
    small = make_pictures(tmp_path / "discs16")
    run(tmp_path / "small", small, 0.08, channel_base=256)
    large = make_pictures(tmp_path / "discs32", resolution=32)
    run(
        tmp_path / "large",
        large,
        0.66,
        channel_base=256,
        resolution=32,
        start_from=str(tmp_path / "small"),
    )
    assert [*(tmp_path / "large/snapshots").iterdir()]


def test_a_run_cannot_start_from_networks_of_another_shape(tmp_path: Path) -> None:
    pictures = make_pictures(tmp_path / "discs")
    run(tmp_path / "first", pictures, 0.004)
    start = {"start_from": str(tmp_path / "first"), "channel_base": 64, "channel_max": 4}
    with pytest.raises(TrainingError, match="another shape"):
        run(tmp_path / "second", pictures, 0.004, **start, z_dim=4, w_dim=4)
