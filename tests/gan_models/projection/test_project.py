from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from gan_models.base import Generator, seed_to_z
from gan_models.errors import ProjectionError
from gan_models.progress import Step
from gan_models.projection.aids import known_aids, make_aids, quick_aids
from gan_models.projection.encoder import train_encoder
from gan_models.projection.likeness import LikenessScale
from gan_models.projection.loss import PictureLoss, as_rgb
from gan_models.projection.project import Projected, ProjectionJob, project, result_of
from gan_models.projection.search import ProjectionStep
from gan_models.projection.settings import ProjectionSettings, spaces_of
from gan_models.projection.space import WhitenedSpace
from gan_models.registry import build_generator
from tests.conftest import tiny_generator
from tests.gan_models.test_families import SMALL

QUICK = ProjectionSettings(steps=30)


def own_picture(generator: Generator, seed: int = 5) -> Tensor:
    """A picture [3, H, W] of the generator itself."""
    label = torch.eye(generator.spec.label_dim)[:1] if generator.spec.label_dim else None
    ws = generator.map(seed_to_z(seed, generator.spec.z_dim), label)
    with torch.no_grad():
        return as_rgb(generator.synthesize(ws))[0].clamp(-1, 1)


def run(job: ProjectionJob) -> tuple[Projected, list[ProjectionStep]]:
    steps = []
    while True:
        try:
            steps.append(next(job))
        except StopIteration as end:
            return end.value, steps


@pytest.mark.parametrize("space", ["w", "w+"])
def test_a_picture_of_the_generator_itself_is_found_again(space: str) -> None:
    generator = tiny_generator()
    settings = ProjectionSettings(space=space, steps=120)  # type: ignore[arg-type]
    found, steps = run(project(generator, own_picture(generator), settings))
    assert found.residual < 0.15 * steps[0].residual
    assert found.residual < 0.1 * quick_aids(generator).scale.unlike
    assert found.ws.shape == (generator.spec.num_ws, generator.spec.w_dim)
    assert np.ptp(found.ws, axis=0).max() < 1e-5 or space == "w+"


def test_steps_carry_the_best_so_far_and_never_lose_it() -> None:
    generator = tiny_generator()
    target = own_picture(generator)
    found, steps = run(project(generator, target, QUICK))
    done = [step.done for step in steps]
    assert done == sorted(done)
    assert done[-1] == steps[-1].total
    assert {step.stage for step in steps} == {"start", "w", "w+"}
    common = [step.residual for step in steps if step.stage in ("start", "w")]
    assert common == sorted(common, reverse=True)
    assert steps[-1].residual == pytest.approx(found.residual, rel=1e-3)
    shown = [step.picture for step in steps if step.picture is not None]
    assert shown[-1].shape == (32, 32, 3)
    assert (shown[-1] == found.picture).all()


def test_closing_a_projection_keeps_what_it_had_found() -> None:
    generator = tiny_generator()
    target = own_picture(generator)
    aids = quick_aids(generator)
    job = project(generator, target, QUICK, aids)
    step = next(step for step in job if step.stage == "w+")
    job.close()
    found = result_of(generator, target, step, "w+", aids, 1.0)
    assert (found.ws == step.ws).all()
    assert found.residual == pytest.approx(step.residual, rel=1e-3)


def test_the_same_seed_finds_the_same_latent() -> None:
    generator = tiny_generator()
    first, second = (run(project(generator, own_picture(generator), QUICK))[0] for _ in range(2))
    assert (first.ws == second.ws).all()


def test_a_longer_leash_comes_nearer_and_strays_farther() -> None:
    generator = tiny_generator()
    target = torch.rand(3, 32, 32, generator=torch.Generator().manual_seed(1)) * 2 - 1
    tight, loose = (
        run(project(generator, target, ProjectionSettings(steps=60, leash=leash)))[0]
        for leash in (10.0, 0.0)
    )
    assert loose.residual < tight.residual
    assert np.ptp(loose.ws, axis=0).mean() > 3 * np.ptp(tight.ws, axis=0).mean()


def test_tuning_draws_a_foreign_picture_better_and_leaves_the_generator_alone() -> None:
    generator = tiny_generator()
    before = {name: x.clone() for name, x in generator.state_dict().items()}
    target = torch.rand(3, 32, 32, generator=torch.Generator().manual_seed(2)) * 2 - 1
    plain, _ = run(project(generator, target, QUICK))
    settings = ProjectionSettings(steps=30, tune=True, tune_steps=60)
    tuned, steps = run(project(generator, target, settings))
    assert tuned.residual < 0.98 * plain.residual
    assert tuned.tuned is not None
    assert (tuned.ws == plain.ws).all()
    assert steps[-1].done == steps[-1].total
    after = generator.state_dict()
    assert all((after[name] == x).all() for name, x in before.items())
    assert not any(x.requires_grad for x in generator.parameters())
    assert tuned.tuned.directions.keys() == generator.directions.keys()


def test_time_ends_the_search_before_the_steps_do() -> None:
    generator = tiny_generator()
    settings = ProjectionSettings(steps=100_000, seconds=0.3)
    found, steps = run(project(generator, own_picture(generator), settings))
    assert len(steps) < 10_000
    assert steps[-1].done == steps[-1].total
    assert found.residual <= steps[0].residual


@pytest.mark.parametrize("size", [(16, 16), (400, 400)])
def test_a_target_of_any_size_is_fitted(size: tuple[int, int]) -> None:
    generator = tiny_generator()
    settings = ProjectionSettings(space="encoder")
    found, _ = run(project(generator, torch.zeros(3, *size), settings))
    assert found.picture.shape == (32, 32, 3)


@pytest.mark.parametrize("family", ["gan", "dcgan", "acgan", "progan", "r3gan"])
def test_models_without_w_are_searched_in_z(family: str) -> None:
    generator = build_generator(family, SMALL[family][-1]).eval().requires_grad_(False)
    assert spaces_of(generator.spec) == ("encoder", "z")
    found, _ = run(project(generator, own_picture(generator), ProjectionSettings(steps=8)))
    assert found.ws.shape == (1, generator.spec.w_dim)
    assert found.space == "z"
    with pytest.raises(ProjectionError, match="encoder, z"):
        next(project(generator, own_picture(generator), ProjectionSettings("w+")))


@pytest.mark.parametrize("family", ["stylegan1", "stylegan3", "lucidrains"])
def test_models_with_w_are_searched_in_w_plus(family: str) -> None:
    generator = build_generator(family, SMALL[family][-1]).eval().requires_grad_(False)
    found, _ = run(project(generator, own_picture(generator), ProjectionSettings(steps=8)))
    assert found.ws.shape == (generator.spec.num_ws, generator.spec.w_dim)
    assert found.picture.shape[2] == 3


def test_models_that_draw_from_label_maps_say_that_they_cannot() -> None:
    generator = build_generator("pix2pixhd", SMALL["pix2pixhd"][0])
    with pytest.raises(ProjectionError, match="label maps"):
        next(project(generator, torch.zeros(3, 32, 32)))


def test_the_loss_is_nothing_for_the_target_and_grows_with_the_difference() -> None:
    target = torch.rand(1, 3, 32, 32) * 2 - 1
    loss = PictureLoss(target)
    same, near, far = loss(torch.cat([target, target + 0.1, target + 0.5]))
    assert same < 1e-6 < near < far


def test_whitened_coordinates_go_there_and_back() -> None:
    generator = tiny_generator()
    space = WhitenedSpace.of(generator)
    ws = generator.map(torch.randn(4, 16))
    v, rest = space.coordinates(ws)
    assert torch.allclose(space.ws(v, rest), ws, atol=1e-4)
    many = space.coordinates(generator.map(torch.randn(4000, 16)))[0][:, 0]
    assert torch.allclose(torch.cov(many.t()), torch.eye(16), atol=0.25)


def test_an_encoder_is_trained_once_and_then_known(tmp_path: Path) -> None:
    generator = tiny_generator()
    job = make_aids(generator, "abc", tmp_path, pictures=256)
    steps: list[Step] = []
    while True:
        try:
            steps.append(next(job))
        except StopIteration as end:
            made = end.value
            break
    assert steps[-1].done <= steps[-1].total
    assert known_aids(generator, "other", tmp_path) is None
    known = known_aids(generator, "abc", tmp_path)
    assert known is not None
    assert known.encoder is not None
    target = own_picture(generator)
    first, second = (
        run(project(generator, target, ProjectionSettings(space="encoder"), aids))[0]
        for aids in (made, known)
    )
    assert np.abs(first.ws - second.ws).max() < 0.05
    with pytest.raises(StopIteration):
        next(make_aids(generator, "abc", tmp_path))


def test_an_encoder_learns_where_pictures_come_from() -> None:
    generator = tiny_generator()
    space = WhitenedSpace.of(generator)
    job = train_encoder(generator, space, pictures=1024)
    while True:
        try:
            next(job)
        except StopIteration as end:
            encoder = end.value
            break
    ws = generator.map(torch.randn(64, 16, generator=torch.Generator().manual_seed(9)))
    with torch.no_grad():
        guess = encoder(generator.synthesize(ws).clamp(-1, 1))
    truth = space.coordinates(ws[:, :1])[0][:, 0]
    assert (guess - truth).square().mean() < 0.8 * truth.square().mean()


def test_verdicts_follow_what_real_pictures_reached() -> None:
    scale = LikenessScale(1.0, {"w": (0.2, 0.3)})
    verdicts = [scale.likeness(residual, "w").verdict for residual in (0.1, 0.25, 0.5)]
    assert verdicts == ["typical", "loose", "foreign"]
    assert "not measured" in scale.likeness(0.1, "w+").words
    assert scale.likeness(0.0, "w").share == 1
    assert scale.likeness(7.0, "w").share == 0
    assert LikenessScale.from_json(scale.to_json()) == LikenessScale(1.0, {"w": (0.2, 0.3)})
