"""Every recipe learns by the same loop, goes on exactly, and can take another loss."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from gan_models.base import ModelLoadError, TrainingError
from gan_models.datasets.arrays import PictureArray, write_info
from gan_models.families.direct import LabelMapGenerator
from gan_models.families.pix2pixhd import Pix2PixHD
from gan_models.families.spade import SPADE
from gan_models.training.config import (
    PAIRED,
    TrainingConfig,
    load_recipe,
    migrated,
    read_recipe,
    recipe_names,
    with_settings,
)
from gan_models.training.loop import Trainer
from gan_models.training.losses.adversarial import LOSSES
from gan_models.training.networks import Networks, build_networks
from gan_models.training.paired.networks import build_paired
from gan_models.training.paired.trainer import build_trainer
from gan_models.training.progressive import GrowingProGAN, lod_at, phases
from gan_models.training.run_folder import RunFolder
from gan_models.vgg import VGG19
from tests.gan_models.test_vgg import weights as vgg_weights
from tests.gan_models.training.test_training import make_pictures

SMALL: dict[str, Any] = {
    "resolution": 16,
    "z_dim": 8,
    "w_dim": 8,
    "channel_base": 128,
    "channel_max": 8,
    "width": 8,
    "map_width": 8,
    "encoder_width": 4,
    "blocks": 1,
    "discriminator_width": 8,
    "batch": 4,
    "batches": [8, 4],
    "phase_kimg": 0.012,
    "critic_warmup": 0,
    "r1_interval": 4,
    "path_interval": 3,
    "precision": "float32",
    "held_out": 0.2,
}
CPU = torch.device("cpu")


def small(name: str, loss: str = "", **settings: object) -> TrainingConfig:
    kept = {"r1_interval": 1} if "r3gan" in (name.removesuffix("-loss"), loss) else {}
    return with_settings(load_recipe(name, loss=loss), SMALL | kept | settings)


@pytest.fixture(scope="module")
def discs(tmp_path_factory: pytest.TempPathFactory) -> PictureArray:
    return PictureArray.open(make_pictures(tmp_path_factory.mktemp("recipes") / "discs", 40))


@pytest.fixture(scope="module")
def classed(tmp_path_factory: pytest.TempPathFactory) -> PictureArray:
    """Dark and bright squares, of two classes."""
    path = tmp_path_factory.mktemp("classes")
    classes = np.arange(32) % 2
    np.save(path / "classes.npy", classes)
    pictures = np.full((32, 1, 16, 16), 60, np.uint8) + (classes * 120)[:, None, None, None]
    np.save(path / "pictures.npy", pictures.astype(np.uint8))
    source = {"name": "squares"}
    return write_info(path, names=(), flip_sign=None, source=source, classes=("dark", "bright"))


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> PictureArray:
    """Maps of ground and sky, and pictures in which both have colours of any hour."""
    path = tmp_path_factory.mktemp("pairs")
    random = np.random.default_rng(0)
    maps = (np.arange(16)[:, None] > random.integers(4, 12, (40, 1, 1))).repeat(16, axis=2)
    colours = random.integers(0, 255, (40, 2, 3))
    pictures = np.take_along_axis(colours, maps.reshape(40, 256, 1).astype(int), axis=1)
    np.save(path / "maps.npy", maps.astype(np.uint8))
    pictures = pictures.reshape(40, 16, 16, 3).transpose(0, 3, 1, 2)
    np.save(path / "pictures.npy", np.ascontiguousarray(pictures).astype(np.uint8))
    classes = [("sky", (90, 160, 250)), ("ground", (80, 120, 40))]
    return write_info(path, names=(), flip_sign=(), source={"name": "pairs"}, map_classes=classes)


@pytest.fixture
def fitting(name: str, discs: PictureArray, pairs: PictureArray) -> PictureArray:
    """Data from which the recipe of that name can learn."""
    return pairs if load_recipe(name).architecture in PAIRED else discs


def trained(trainer: Trainer, steps: int) -> dict[str, torch.Tensor]:
    for _ in range(steps):
        trainer.step()
    return trainer.state()[0]


def learns(trainer: Trainer) -> bool:
    """Whether some steps change weights of both networks, and all stay numbers."""
    before = {name: tensor.clone() for name, tensor in trainer.state()[0].items()}
    after = trained(trainer, 6)
    moved = {name.split(".")[0] for name in before if not torch.equal(before[name], after[name])}
    return trainer.is_finite() and {"generator", "discriminator"} <= moved


# At 16 pixels the encoders of the paired ones norm single values, which 16 bits do not bear.
ALONE = [name for name in recipe_names() if load_recipe(name).architecture not in PAIRED]


@pytest.mark.parametrize("name", ALONE)
def test_each_recipe_learns_in_16_bits_too(name: str, discs: PictureArray) -> None:
    assert learns(Trainer(small(name, precision="bf16"), discs, CPU))


@pytest.mark.parametrize("name", ["dcgan", "progan", "stylegan2"])
@pytest.mark.parametrize("loss", ["wgan", "wgan-gp", "r3gan"])
def test_a_loss_with_other_steps_or_penalties_learns_in_16_bits_too(
    name: str, loss: str, discs: PictureArray
) -> None:
    assert learns(Trainer(small(name, loss, precision="bf16"), discs, CPU))


@pytest.mark.parametrize("name", recipe_names())
def test_stopping_and_going_on_equals_not_stopping_bit_for_bit(
    name: str, fitting: PictureArray, tmp_path: Path
) -> None:
    paired = load_recipe(name).architecture in PAIRED
    config = small(name, augment=[] if paired else ["color", "translation"], augment_p=0.5)
    whole = trained(build_trainer(config, fitting, CPU), 7)
    stopped = build_trainer(config, fitting, CPU)
    trained(stopped, 3)
    RunFolder(tmp_path).write_checkpoint(*stopped.state())
    resumed = build_trainer(config, fitting, CPU)
    resumed.load_state(*RunFolder(tmp_path).read_checkpoint())
    parts = trained(resumed, 4)
    assert whole.keys() == parts.keys()
    assert not [key for key in whole if not torch.equal(whole[key], parts[key])]


@pytest.mark.parametrize("name", recipe_names())
def test_every_step_of_a_recipe_moves_both_networks(name: str, fitting: PictureArray) -> None:
    trainer = build_trainer(small(name), fitting, CPU)
    before = {key: value.clone() for key, value in trainer.state()[0].items()}
    after = trained(trainer, 1)
    for side in ("generator.", "discriminator."):
        moved = [k for k in before if k.startswith(side) and not torch.equal(before[k], after[k])]
        assert moved, side
    assert trainer.pictures == trainer.networks.batch * trainer.config.critic_steps


@pytest.mark.parametrize("loss", list(LOSSES))
@pytest.mark.parametrize("name", ["gan", "dcgan", "progan", "stylegan2"])
def test_any_architecture_takes_any_loss(name: str, loss: str, discs: PictureArray) -> None:
    trainer = Trainer(small(name, loss), discs, CPU)
    figures = trainer.step()
    assert all(torch.isfinite(value).all() for value in figures.values())
    assert trainer.config.loss == loss


def test_a_loss_that_replaces_another_brings_its_settings_and_takes_the_others_away() -> None:
    config = load_recipe("wgan-gp", loss="lsgan")
    assert (config.loss, config.gradient_penalty, config.critic_steps) == ("lsgan", 0.0, 1)
    config = load_recipe("dcgan", loss="wgan-gp")
    assert (config.gradient_penalty, config.critic_steps, config.beta1) == (10.0, 5, 0.5)


def test_no_critic_with_a_gradient_penalty_has_batch_norm() -> None:
    for loss in ("wgan-gp", "r3gan"):
        networks = build_networks(small("dcgan", loss), 3, 0)
        kinds = {type(module) for module in networks.discriminator.modules()}
        assert torch.nn.BatchNorm2d not in kinds
    kinds = {type(m) for m in build_networks(small("dcgan"), 3, 0).discriminator.modules()}
    assert torch.nn.BatchNorm2d in kinds


def test_a_critic_does_without_batch_norm_where_settings_say_so() -> None:
    networks = build_networks(small("wgan", discriminator_norm=False), 3, 0)
    assert not any(isinstance(m, torch.nn.BatchNorm2d) for m in networks.discriminator.modules())
    assert any(isinstance(m, torch.nn.BatchNorm2d) for m in networks.generator.modules())


@pytest.mark.parametrize("name", ["dcgan", "dcgan-28", "lsgan", "wgan-gp"])
def test_pictures_of_a_class_differ_more_than_classes_do_at_the_start(name: str) -> None:
    generator = build_networks(small(name, conditional=True), 3, 10).generator.eval()
    z = torch.randn(40, generator.spec.z_dim).repeat_interleave(10, dim=0)
    classes = torch.eye(10).repeat(40, 1)
    with torch.no_grad():
        pictures = generator.synthesize(generator.map(z, classes)).unflatten(0, (40, 10))
    of_class, of_latent = pictures.std(dim=1).mean(), pictures.std(dim=0).mean()
    assert of_latent > 3 * of_class > 0


@pytest.mark.parametrize("name", recipe_names())
def test_a_recipe_builds_at_its_own_size_and_tells_what_it_is(name: str) -> None:
    recipe = read_recipe(name)
    assert recipe.title
    assert recipe.summary
    for size in ("", *recipe.sizes):
        config = load_recipe(name, size)
        with torch.device("meta"):
            networks: Networks = (
                build_paired(config, 3, [("sky", (0, 0, 255)), ("ground", (0, 99, 0))])
                if config.architecture in PAIRED
                else build_networks(config, 3, 0)
            )
        assert networks.generator.spec.resolution == config.resolution


def test_a_size_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(TrainingError, match="it has: quick-look, cpu-afternoon"):
        load_recipe("stylegan2", "huge")


def test_a_recipe_can_be_a_file(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('architecture = "dcgan"\nresolution = 28\n')
    config = load_recipe(str(tmp_path / "mine.toml"))
    assert (config.recipe, config.architecture, config.resolution) == ("mine", "dcgan", 28)
    (tmp_path / "bad.toml").write_text("architecture = ")
    with pytest.raises(TrainingError, match=r"bad\.toml cannot be read"):
        load_recipe(str(tmp_path / "bad.toml"))


@pytest.mark.parametrize("name", ["dcgan", "stylegan2"])
def test_a_conditional_model_draws_the_class_it_is_told(name: str, classed: PictureArray) -> None:
    trainer = Trainer(small(name, conditional=True, held_out=0.0), classed, CPU)
    trained(trainer, 4)
    generator = trainer.averaged
    assert generator.spec.label_dim == 2
    z = torch.randn(1, 8).expand(2, -1)
    with torch.no_grad():
        dark, bright = generator.synthesize(generator.map(z, torch.eye(2)))
    assert not torch.equal(dark, bright)


@pytest.mark.parametrize("name", ["gan", "progan"])
def test_an_architecture_without_classes_says_so(name: str, classed: PictureArray) -> None:
    with pytest.raises(TrainingError, match="cannot be conditional; choose dcgan or stylegan2"):
        Trainer(small(name, conditional=True), classed, CPU)


def test_classes_are_asked_for_where_there_are_none(discs: PictureArray) -> None:
    with pytest.raises(TrainingError, match="no classes to be conditional on; give --labels"):
        Trainer(small("dcgan", conditional=True), discs, CPU)


def test_a_batch_larger_than_the_data_set_is_refused(discs: PictureArray) -> None:
    with pytest.raises(TrainingError, match=r"larger than the 32 pictures.*--set batch=16"):
        Trainer(small("dcgan", batch=64), discs, CPU)


def test_clipped_weights_stay_within_their_limit(discs: PictureArray) -> None:
    trainer = Trainer(small("wgan"), discs, CPU)
    trained(trainer, 2)
    trainer._clip()
    assert max(p.abs().max().item() for p in trainer.discriminator.parameters()) <= 0.01


def test_the_critic_of_wgan_is_brought_near_its_best_first(discs: PictureArray) -> None:
    trainer = Trainer(small("wgan", critic_warmup=7), discs, CPU)
    trained(trainer, 1)
    assert trainer.pictures == 7 * 4
    trainer.steps = 25
    trained(trainer, 1)
    assert trainer.pictures == 12 * 4


def test_adaptive_augmentation_grows_while_real_pictures_are_known(discs: PictureArray) -> None:
    config = small("dcgan", augment=["color"], augment_p=0.0, augment_target=-0.99)
    trainer = Trainer(config, discs, CPU)
    trained(trainer, 4)
    assert trainer.config.augment_p == pytest.approx(4 * 4 / 500_000)


def test_networks_grow_from_4_pixels_by_fading_in_each_level() -> None:
    assert phases(16) == 5
    wanted = [2.0, 2.0, 1.75, 1.0, 1.0, 0.5, 0.0, 0.0, 0.0]
    lods = [lod_at(phase, 3) for phase in (0, 0.9, 1.25, 2, 2.9, 3.5, 4, 4.5, 99)]
    assert lods == pytest.approx(wanted)


def test_a_growing_generators_file_draws_the_same_at_every_stage(discs: PictureArray) -> None:
    trainer = Trainer(small("progan"), discs, CPU)
    generator = trainer.averaged
    assert isinstance(generator, GrowingProGAN)
    z = torch.randn(2, 8)
    for lod in (2.0, 1.3, 1.0, 0.4, 0.0):
        generator.lod = lod
        exported = generator.as_grown()
        with torch.no_grad():
            drawn = exported.synthesize(exported.map(z))
            torch.testing.assert_close(drawn, generator.small(generator.map(z)))


def test_real_pictures_are_never_held_out_ones(discs: PictureArray) -> None:
    trainer = Trainer(small("dcgan"), discs, CPU)
    assert len(trainer.held_out) == 8
    assert not set(trainer.kept.tolist()) & set(trainer.held_out.tolist())
    trainer.draws.begin(0, 0)
    assert set(trainer._pick(400).tolist()) == set(trainer.kept.tolist())


def test_settings_of_the_first_format_keep_their_meaning() -> None:
    old = migrated({"resolution": 64, "mirror": True, "kimg": 5.0}, "run")
    config = with_settings(TrainingConfig(), old)
    assert (config.architecture, config.loss) == ("stylegan2", "non-saturating")
    assert (config.gamma, config.path_weight, config.style_mixing) == (1.0, 2.0, 0.5)
    assert (config.mirror, config.held_out) == ("true", 0.0)
    with pytest.raises(TrainingError, match="written by a newer Ganvas"):
        migrated({"format": 99}, "run")


def test_a_checkpoint_of_the_first_format_goes_on(discs: PictureArray) -> None:
    config = small("stylegan2")
    trainer = Trainer(config, discs, CPU)
    trained(trainer, 3)
    tensors, values = trainer.state()
    del tensors["real_sign"]
    old = tensors | {"rng": torch.get_rng_state()}
    resumed = Trainer(config, discs, CPU)
    resumed.load_state(old, {"format": 1, "steps": 3, "data": values["data"]})
    assert (resumed.steps, resumed.pictures) == (3, 12)
    after, resumed_after = trained(trainer, 2), trained(resumed, 2)
    assert not [key for key in after if not torch.equal(after[key], resumed_after[key])]


PAIRED_RECIPES = [name for name in recipe_names() if load_recipe(name).architecture in PAIRED]


@pytest.mark.parametrize("name", PAIRED_RECIPES)
def test_label_maps_are_asked_for_where_there_are_none(name: str, discs: PictureArray) -> None:
    with pytest.raises(TrainingError, match="holds pictures without label maps"):
        build_trainer(small(name), discs, CPU)


@pytest.mark.parametrize(
    "settings", [{"gamma": 1.0}, {"augment": ["color"]}, {"critic_steps": 2}, {"weight_clip": 0.1}]
)
def test_settings_that_pairs_do_not_know_are_refused(
    settings: dict[str, Any], pairs: PictureArray
) -> None:
    (name,) = settings
    with pytest.raises(TrainingError, match=f"spade has no {name}"):
        build_trainer(small("spade", **settings), pairs, CPU)


@pytest.mark.parametrize("loss", ["non-saturating", "lsgan", "hinge", "wgan-gp", "r3gan"])
def test_label_map_networks_take_any_loss_without_a_penalty(loss: str, pairs: PictureArray) -> None:
    config = small("spade", loss, gamma=0.0, gradient_penalty=0.0, critic_steps=1, r2=False)
    figures = build_trainer(config, pairs, CPU).step()
    assert all(torch.isfinite(value).all() for value in figures.values())


def test_the_averaged_generator_has_the_weights_that_spectral_norm_makes(
    pairs: PictureArray,
) -> None:
    trainer = build_trainer(small("spade", ema_kimg=0.0), pairs, CPU)
    trained(trainer, 3)
    assert isinstance(trainer.generator, SPADE)
    assert isinstance(trainer.averaged, SPADE)
    ws, maps = torch.randn(2, 1, 8), trainer.data.label_maps(torch.arange(2))
    trainer.generator.eval()
    with torch.no_grad():
        plain, normalised = (
            g.synthesize(ws, label_map=maps) for g in (trainer.averaged, trainer.generator)
        )
    torch.testing.assert_close(plain, normalised)
    assert not [name for name in trainer.averaged.state_dict() if "parametrizations" in name]
    assert [entry.name for entry in trainer.averaged.spec.class_table] == ["sky", "ground"]


@pytest.mark.parametrize(("name", "columns"), [("spade", 6), ("pix2pix", 3), ("pix2pixhd", 6)])
def test_a_sheet_of_pairs_shows_map_truth_and_results(
    name: str, columns: int, pairs: PictureArray
) -> None:
    trainer = build_trainer(small(name), pairs, CPU)
    sheet = trainer.sheet(trainer.averaged)
    assert sheet.shape == (8 * 16, columns * 16, 3)
    shown = trainer.held_out[0]
    numbers = pairs.label_maps(shown[None])[0]
    colours = np.array([colour for _, colour in pairs.map_classes])
    assert np.array_equal(sheet[:16, :16], colours[numbers])
    assert np.array_equal(sheet[:16, 16:32], pairs.pictures[int(shown)].transpose(1, 2, 0))


@pytest.mark.parametrize("name", sorted(PAIRED))
def test_a_file_of_weights_adds_a_term_and_learns_nothing(
    name: str, pairs: PictureArray, tmp_path: Path
) -> None:
    path = tmp_path / "vgg19.pth"
    torch.save(vgg_weights(VGG19), path)
    plain = build_trainer(small(name), pairs, CPU).step()
    trainer = build_trainer(small(name, perceptual=path), pairs, CPU)
    before = trained(trainer, 0).keys()
    figures = trainer.step()
    assert figures.keys() - plain.keys() == {"perceptual"}
    assert figures["perceptual"] > 0
    assert not [key for key in before if "features" in key]
    doubled = small(name, perceptual=path, perceptual_weight=20.0)
    again = build_trainer(doubled, pairs, CPU).step()["perceptual"]
    torch.testing.assert_close(again, 2 * figures["perceptual"])
    torch.testing.assert_close(figures["generator_loss"], plain["generator_loss"])


def test_a_file_of_other_weights_is_refused_before_a_run_begins(
    pairs: PictureArray, tmp_path: Path
) -> None:
    path = tmp_path / "other.pth"
    torch.save({"weight": torch.ones(2, 2)}, path)
    with pytest.raises(ModelLoadError, match=r"other\.pth holds no weights of VGG19"):
        build_trainer(small("spade", perceptual=path), pairs, CPU)


def test_where_there_is_no_truth_a_file_of_weights_is_refused(discs: PictureArray) -> None:
    with pytest.raises(TrainingError, match="architecture dcgan has none"):
        build_trainer(small("dcgan", perceptual="vgg19.pth"), discs, CPU)


@pytest.mark.parametrize("name", ["spade", "pix2pixhd"])
def test_networks_learn_what_colour_each_style_has(name: str, pairs: PictureArray) -> None:
    """Its own style brings a picture closer than that of another."""
    config = small(name, batch=8, learning_rate=2e-3, style_divergence=0.0, ema_kimg=0.0)
    trainer = build_trainer(config, pairs, CPU)
    trained(trainer, 120)
    generator = trainer.averaged
    assert isinstance(generator, LabelMapGenerator)
    shown = trainer.kept[:8]
    real, maps = pairs.batch(shown), pairs.label_maps(shown)
    with torch.no_grad():
        ws = generator.encode_style(real, maps)
        own = (generator.synthesize(ws, label_map=maps) - real).abs().mean()
        other = (generator.synthesize(ws.roll(1, 0), label_map=maps) - real).abs().mean()
    assert own < 0.9 * other


def test_the_file_of_a_snapshot_has_styles_as_varied_as_the_pictures(pairs: PictureArray) -> None:
    trainer = build_trainer(small("spade"), pairs, CPU)
    trained(trainer, 3)
    exported = trainer.exported()
    assert isinstance(exported, SPADE)
    assert exported is not trainer.averaged
    styles = exported.encode_style(pairs.batch(trainer.kept))
    assert float(styles.mean(dim=0).abs().max()) < 1e-3
    assert trainer.networks.exported(trainer.averaged) is trainer.averaged


def test_seeds_of_a_snapshot_have_features_as_varied_as_the_pictures(pairs: PictureArray) -> None:
    trainer = build_trainer(small("pix2pixhd"), pairs, CPU)
    trained(trainer, 3)
    exported = trainer.exported()
    assert isinstance(exported, Pix2PixHD)
    assert exported is not trainer.averaged
    styles = exported.encode_style(pairs.batch(trainer.kept), pairs.label_maps(trainer.kept))[:, 0]
    spread = torch.cov(styles.T, correction=0)
    assert float(styles.mean(dim=0).abs().max()) < 1e-3
    torch.testing.assert_close(spread, torch.eye(6), atol=0.1, rtol=0)
