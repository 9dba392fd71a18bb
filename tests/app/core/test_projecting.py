"""A photo becomes a look: the ways there are, and what is made of the result."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from app.core.alignment import centre_crop
from app.core.models import open_model
from app.core.projecting import (
    KEYS,
    can_project,
    film_of,
    judging,
    look_of,
    projecting,
    settings_of,
    ways_of,
)
from app.core.recipe import Model, Recipe
from app.core.session_file import SavedPhoto, Session, load_session, save_session
from gan_models.progress import finish
from tests.app.small import small_generator


def test_each_model_has_the_ways_that_its_latent_allows(tiny_model_path: Path) -> None:
    spec = open_model(str(tiny_model_path)).generator.spec
    assert ways_of(spec) == ("fast", "editable", "faithful", "tuned")
    assert [settings_of(spec, way).space for way in ways_of(spec)] == ["encoder", "w", "w+", "w+"]
    assert [settings_of(spec, way).tune for way in ways_of(spec)] == [False, False, False, True]
    dcgan = small_generator("dcgan").spec
    assert ways_of(dcgan) == ("fast", "faithful", "tuned")
    assert settings_of(dcgan, "faithful").space == "z"
    assert not can_project(small_generator("spade").spec)


def test_a_search_shows_what_was_cut_and_its_result_is_drawn_by_its_look(
    tiny_model_path: Path,
) -> None:
    model = open_model(str(tiny_model_path))
    photo = Image.fromarray(model.render(Recipe(model.ref))).resize((90, 60))
    settings = settings_of(model.generator.spec, "fast")
    shown: list[np.ndarray] = []
    steps: list[Any] = []

    def report(step: Any) -> None:
        steps.append(step)
        picture = getattr(step, "preview", None)
        if picture is not None:
            shown.append(picture)

    found = finish(projecting(model, photo, centre_crop(90, 60), settings), report)

    assert [picture.shape for picture in shown] == [(32, 32, 3)]
    drawn = model.render(look_of(found.ws, model.ref)).astype(int)
    assert np.abs(drawn - found.picture).max() <= 2
    judged = finish(judging(model, shown[0], steps[-1], settings))
    assert judged.residual == pytest.approx(found.residual, rel=1e-3)


def test_a_film_ends_at_the_result_and_passes_through_few_states() -> None:
    looks = [look_of(np.full((2, 3), i, np.float32), Model()) for i in range(100)]
    clip = film_of(looks)
    assert clip.recipes()[0] == looks[0]
    assert clip.recipes()[-1] == looks[-1]
    assert len(clip.keyframes) <= KEYS + 3
    assert film_of(looks[:1]).recipes()[0] == looks[0]


def test_a_session_keeps_the_photos_behind_its_looks(tmp_path: Path) -> None:
    picture = np.arange(48, dtype=np.uint8).reshape(4, 4, 3)
    path = tmp_path / "face.ganvas"
    save_session(path, Session(Recipe(), photos={"ab": SavedPhoto("Grandma", picture)}))
    (photo,) = load_session(path).photos.values()
    assert photo.name == "Grandma"
    assert np.array_equal(photo.picture, picture)
    save_session(path, Session(Recipe()))
    assert load_session(path).photos == {}
