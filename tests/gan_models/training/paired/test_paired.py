"""Losses and networks of learning from label maps, against plain formulas."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from gan_models.families.spade import SPADE, SpadeBlock
from gan_models.families.style_encoder import StyleEncoder
from gan_models.training.losses.adversarial import find_loss
from gan_models.training.paired import losses
from gan_models.training.paired.discriminators import MultiScaleDiscriminator, PatchDiscriminator
from gan_models.training.paired.spectral import normalise_spectrum
from gan_models.training.paired.styles import standardise_styles


def layout(size: int = 32, classes: int = 3) -> torch.Tensor:
    numbers = torch.arange(size) * classes // size
    one_hot = torch.eye(classes)[numbers].T[None, :, :, None]
    return one_hot.expand(2, classes, size, size).contiguous()


def test_the_patches_of_three_halvings_are_70_pixels() -> None:
    """A pixel reaches a logit if it is among the 70 x 70 around it, and only then."""
    network = PatchDiscriminator(1, features=2, layers=3, normalisation="instance")
    for step in network.steps:  # positive weights alone, so that no path cancels another
        for module in step.modules():
            if isinstance(module, nn.Conv2d):
                module.weight.data.fill_(0.1)
    plain = nn.Sequential(*(m for m in network.modules() if isinstance(m, nn.Conv2d)))
    picture = torch.zeros(1, 1, 128, 128, requires_grad=True)
    logits = plain(picture)
    middle = logits.shape[2] // 2
    logits[0, 0, middle, middle].backward()
    assert picture.grad is not None
    rows = picture.grad[0, 0].abs().sum(dim=1).nonzero()
    assert int(rows.max() - rows.min()) + 1 == 70


def test_hinge_is_zero_beyond_its_margin_and_the_generator_wants_high_logits() -> None:
    real, fake = torch.tensor([2.0, 0.5]), torch.tensor([-3.0, 0.0])
    hinge = find_loss("hinge")
    assert float(hinge.discriminator(real, fake)) == pytest.approx(0.25 + 0.5)
    assert float(hinge.generator(real, fake)) == pytest.approx(1.5)


def test_style_divergence_is_that_of_two_normal_distributions() -> None:
    mean, log_variance = torch.randn(4, 5), torch.randn(4, 5)
    ours = torch.distributions.Normal(mean, (0.5 * log_variance).exp())
    unit = torch.distributions.Normal(torch.zeros(4, 5), torch.ones(4, 5))
    wanted = torch.distributions.kl_divergence(ours, unit).sum(dim=1).mean()
    assert torch.allclose(losses.style_divergence(mean, log_variance), wanted, atol=1e-5)


def test_feature_matching_leaves_out_logits_and_does_not_teach_the_real_side() -> None:
    real = [[torch.ones(1, 2, 2, 2, requires_grad=True), torch.full((1, 1, 2, 2), 9.0)]] * 2
    fake = [[torch.zeros(1, 2, 2, 2, requires_grad=True), torch.zeros(1, 1, 2, 2)]] * 2
    loss = losses.feature_matching(real, fake)
    loss.backward()
    assert loss.item() == pytest.approx(1.0)
    assert real[0][0].grad is None
    assert fake[0][0].grad is not None


def test_the_perceptual_distance_weighs_features_from_fine_to_coarse() -> None:
    class Eyes(nn.Module):
        def forward(self, pictures: torch.Tensor) -> list[torch.Tensor]:
            assert pictures.shape[1] == 3
            return [pictures * scale for scale in (1, 10, 100, 1000, 10000)]

    real, fake = torch.zeros(2, 1, 4, 4), torch.full((2, 1, 4, 4), 2.0, requires_grad=True)
    distance = losses.perceptual_distance(Eyes(), real, fake)
    wanted = 2 * (1 / 32 + 10 / 16 + 100 / 8 + 1000 / 4 + 10000)
    assert distance.item() == pytest.approx(wanted)
    distance.backward()
    assert fake.grad is not None


def test_losses_are_averaged_over_the_scales() -> None:
    real = [[torch.tensor([1.0])], [torch.tensor([0.0])]]
    fake = [[torch.tensor([-1.0])], [torch.tensor([0.0])]]
    hinge = find_loss("hinge")
    assert float(losses.judged(hinge.discriminator, real, fake)) == 1.0
    assert float(losses.judged(hinge.generator, real, fake)) == 0.5


@pytest.mark.parametrize("normalisation", ["instance", "spectral"])
def test_one_batch_of_both_judges_as_two(normalisation: str) -> None:
    torch.manual_seed(0)
    network = MultiScaleDiscriminator(
        3, features=4, layers=2, scales=2, normalisation=normalisation  # type: ignore[arg-type]
    ).eval()  # fmt: skip
    real, fake = torch.randn(2, 3, 32, 32), torch.randn(2, 3, 32, 32)
    of_real, of_fake = network.both(real, fake, layout())
    assert len(of_real) == 2
    assert of_real[0][-1].shape[2] > of_real[1][-1].shape[2]
    for together, alone in ((of_real, network(real, layout())), (of_fake, network(fake, layout()))):
        for a, b in zip(together, alone, strict=True):
            assert all(torch.allclose(x, y, atol=1e-5) for x, y in zip(a, b, strict=True))


@pytest.mark.parametrize("size", [32, 64, 128])
def test_pictures_of_other_light_have_other_styles(size: int) -> None:
    torch.manual_seed(0)
    encoder = StyleEncoder(8, features=2, size=size).eval()
    pattern = torch.randn(1, 3, 48, 48)
    mean, log_variance = encoder(torch.cat([pattern, pattern.flip(1)]))
    assert mean.shape == log_variance.shape == (2, 8)
    assert not torch.allclose(mean[0], mean[1], atol=1e-4)


def test_a_style_is_drawn_around_its_mean() -> None:
    mean, log_variance = torch.tensor([[1.0]]), torch.tensor([[4.0]]).log()
    assert float(losses.draw_style(mean, log_variance, torch.tensor([[1.5]]))) == pytest.approx(4.0)


def test_spectral_norm_bounds_the_blocks() -> None:
    torch.manual_seed(0)
    generator = SPADE(features=2, map_classes=3, z_dim=4, resolution=32, ups=3)
    normalise_spectrum(generator)
    block = generator.blocks[0]
    assert isinstance(block, SpadeBlock)
    generator.train()
    for _ in range(30):
        block.conv_0(torch.randn(1, 32, 4, 4))
    generator.eval()
    weight = block.conv_0.weight.detach().flatten(1)
    assert float(torch.linalg.matrix_norm(weight, 2)) == pytest.approx(1.0, abs=0.02)


def test_styles_of_pictures_become_standard_normal_and_draw_what_they_drew() -> None:
    torch.manual_seed(0)
    generator = SPADE(
        features=2, map_classes=3, z_dim=4, resolution=32, ups=3, encoder_features=4
    ).eval()
    assert generator.encoder is not None
    nn.init.constant_(generator.encoder.log_variance.bias, -3.0)
    nn.init.normal_(generator.encoder.mean.weight, std=0.3)
    pictures = torch.randn(60, 3, 1, 1) + 0.1 * torch.randn(60, 3, 32, 32)
    label_map = layout()[:1].expand(60, -1, -1, -1)
    with torch.no_grad():
        before = generator.synthesize(generator.encode_style(pictures), label_map=label_map)
        noise = generator.encoder(pictures)[1].exp().mean(dim=0)
        was = torch.cov(generator.encode_style(pictures)[:, 0].T) + noise.diag()
        standardise_styles(generator, pictures.split(20))
        after = generator.synthesize(generator.encode_style(pictures), label_map=label_map)
        styles = generator.encode_style(pictures)[:, 0]
    torch.testing.assert_close(before, after, atol=1e-4, rtol=1e-4)
    assert float(styles.mean(dim=0).abs().max()) < 1e-4
    factor = torch.linalg.cholesky(was)
    own = torch.cov(styles.T) + torch.linalg.inv(factor) @ noise.diag() @ torch.linalg.inv(factor).T
    torch.testing.assert_close(own, torch.eye(4), atol=1e-3, rtol=1e-3)
