"""A look's edits together end where the faces that its model learned from end."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from app.core.models import OpenModel, open_model
from app.core.picture import recipe_ws
from app.core.recipe import Latent, Recipe
from gan_models.checkpoints.own import save_generator
from gan_models.directions.bounds import Bounds
from tests.conftest import tiny_generator


@pytest.fixture
def model(tmp_path: Path) -> OpenModel:
    """The tiny model, whose W ends along its first number at the mean and 1 beyond it."""
    generator = tiny_generator()
    axes = torch.eye(generator.spec.w_dim)[:1]
    low = generator.w_avg[:1].clone()
    generator.bounds = Bounds(axes, low, low + 1)
    save_generator(tmp_path / "bounded.safetensors", generator, torch.float32)
    return open_model(str(tmp_path / "bounded.safetensors"))


def test_all_edits_of_a_look_together_end_at_the_bounds(model: OpenModel) -> None:
    mean = Recipe(model.ref, Latent.of_seed(1), psi=0.0)
    both = mean.with_edit("smile", 50.0).with_edit("gender", -50.0)
    plain, moved = (recipe_ws(model.generator, look)[0] for look in (mean, both))
    assert model.generator.bounds is not None
    first = moved[:, 0]
    assert ((first >= plain[:, 0] - 1e-4) & (first <= plain[:, 0] + 1 + 1e-4)).all()
    assert (moved[:, 1:] - plain[:, 1:]).abs().max() > 10  # nothing else is held
