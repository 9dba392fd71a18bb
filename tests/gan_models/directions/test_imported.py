"""Direction files of other tools: every layout is read, checked against the model, brought to w."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from gan_models.base import Direction, DirectionError, Generator, ModelLoadError
from gan_models.directions.choices import Choices, UnclearError
from gan_models.directions.files import (
    is_direction_file,
    load_directions,
    save_directions,
)
from gan_models.directions.imported import read_directions
from gan_models.registry import build_generator, load_generator
from tests.conftest import tiny_generator

W, LAYERS = 16, 8
"""Of the tiny model."""
ONE = np.linspace(-1, 1, W)
EACH = np.random.default_rng(0).standard_normal((LAYERS, W))
MANY = np.random.default_rng(1).standard_normal((40, W))
SQUARE = np.linalg.qr(np.random.default_rng(2).standard_normal((W, W)))[0]
IN_W, LAYERWISE = Choices(space="w"), Choices(arrangement="layers")


@pytest.fixture(scope="module")
def generator() -> Generator:
    return tiny_generator()


def write(path: Path, value: Any) -> Path:
    """By the name's ending: npy, npz, pt or pkl."""
    if path.suffix == ".npy":
        np.save(path, value)
    elif path.suffix == ".npz":
        np.savez(path, **value)
    elif path.suffix == ".pt":
        torch.save(value, path)
    else:
        path.write_bytes(pickle.dumps(value, protocol=3))
    return path


def tensor(array: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(array.copy()).float()


def ganspace(**more: Any) -> dict[str, Any]:
    return {
        "name": "Light",
        "sigma_range": -2.8,
        "lat_comp": ONE[None].astype(np.float32),
        "lat_stdev": 2.0,
        "latent_space": "W",
        "edit_start": 3,
        "edit_end": 5,
        **more,
    }


COMPONENTS = {"lat_comp": MANY[:20, None].astype(np.float32), "lat_stdev": np.ones(20, np.float32)}
CASES: dict[str, tuple[str, Any, Choices, list[str], np.ndarray | None]] = {
    "one vector": ("smile_w.npy", ONE, Choices(), ["smile w"], ONE),
    "one row, big-endian": ("a_w.npy", ONE[None].astype(">f8"), Choices(), ["a w"], ONE),
    "half, Fortran": ("a_w.npy", np.asfortranarray(ONE[None], np.float16), Choices(), ["a w"], ONE),
    "InterFaceGAN": ("stylegan_ffhq_age_w_boundary.npy", ONE[None], Choices(), ["age"], ONE),
    "equal rows": ("age.npy", np.tile(ONE, (LAYERS, 1)), IN_W, ["age"], ONE),
    "equal rows of another count": ("age.npy", np.tile(ONE, (18, 1)), IN_W, ["age"], ONE),
    "a row a layer": ("bob.npy", EACH, LAYERWISE, ["bob"], EACH),
    "one, a row a layer": ("bob.npy", EACH[None], Choices(), ["bob"], EACH),
    "e4e": ("age.pt", tensor(ONE[None]), IN_W, ["age"], ONE),
    "e4e pose": ("pose.pt", tensor(EACH[None]), Choices(), ["pose"], EACH),
    "e4e pca": (
        "ffhq_pca.pt",
        {"mean": tensor(ONE[None]), "std": torch.ones(20), "comp": tensor(MANY[:20, None])},
        Choices(),
        [f"PCA {i}" for i in range(1, 21)],
        MANY[0],
    ),
    "rosinality": (
        "factor.pt",
        {"ckpt": "x.pt", "eigvec": tensor(SQUARE)},
        Choices(),
        [f"SeFa {i}" for i in range(1, W + 1)],
        SQUARE[:, 0],
    ),
    "factor with numpy": (
        "factorT.pt",
        {"ckpt": "x.pt", "eigvec": SQUARE, "eigval": np.ones(W)},
        Choices(),
        [f"SeFa {i}" for i in range(1, W + 1)],
        SQUARE[:, 0],
    ),
    "named": ("b.pt", {"hat": tensor(ONE[None]), "bow": tensor(ONE)}, IN_W, ["hat", "bow"], ONE),
    "named npz": ("b.npz", {"hat": ONE[None], "bow": ONE}, IN_W, ["hat", "bow"], ONE),
    "nested": ("b.pt", {"w": {"hat": tensor(ONE)}, "ckpt": "x"}, IN_W, ["w hat"], ONE),
    "a list": ("b.pkl", [ONE, ONE[None]], IN_W, ["1", "2"], ONE),
    "a row a layer, named": ("b.pt", {"hat": tensor(EACH[None])}, Choices(), ["hat"], EACH),
    "GANSpace components in Z": (
        "biggan_generator.gen_z_ipca.npz",
        COMPONENTS,
        Choices(space="z"),
        [f"PCA {i}" for i in range(1, 21)],
        None,
    ),
    "steered": ("s.pkl", {"w_zoom": ONE[None, :, None]}, IN_W, ["w_zoom"], ONE),
    "columns with names": (
        "slope.pkl",
        {"direction": MANY.T.copy(), "name": [f"n{i}" for i in range(40)]},
        Choices(),
        [f"n{i}" for i in range(40)],
        MANY[0],
    ),
    "GANSpace components": (
        "stylegan2_style_ipca_w.npz",
        COMPONENTS,
        Choices(),
        [f"PCA {i}" for i in range(1, 21)],
        MANY[0],
    ),
    "GANSpace direction": ("light.pkl", ganspace(), Choices(), ["Light"], ONE),
    "many rows": ("comps_w.npy", MANY, Choices(), [f"comps w {i}" for i in range(1, 41)], MANY[0]),
    "rows of a square": (
        "eig_w.npy",
        SQUARE,
        Choices(arrangement="rows"),
        [f"eig w {i}" for i in range(1, W + 1)],
        SQUARE[0],
    ),
    "columns of a square": (
        "eig_w.npy",
        SQUARE,
        Choices(arrangement="columns"),
        [f"eig w {i}" for i in range(1, W + 1)],
        SQUARE[:, 0],
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_every_layout_is_read(
    tmp_path: Path,
    generator: Generator,
    case: tuple[str, Any, Choices, list[str], np.ndarray | None],
) -> None:
    file, value, choices, names, first = case
    found = read_directions(write(tmp_path / file, value), generator, choices)
    assert [direction.name for direction in found] == names
    vector = found[0].vector
    assert vector.dtype == np.float32
    if first is None:  # taken from Z to W, which another test looks at
        return
    wanted = first / np.linalg.norm(first)
    assert np.allclose(vector / np.linalg.norm(vector), wanted, atol=2e-3)


def test_strength_1_is_one_standard_deviation_of_w_and_the_files_scale_is_told(
    tmp_path: Path, generator: Generator
) -> None:
    (found,) = read_directions(write(tmp_path / "a_w.npy", 50 * ONE), generator, Choices())
    z = torch.randn(4000, generator.spec.z_dim, generator=torch.Generator().manual_seed(5))
    along = generator.map(z)[:, 0].numpy() @ (ONE / np.linalg.norm(ONE))
    assert np.linalg.norm(found.vector) == pytest.approx(along.std(), rel=0.1)
    own = found.facts["own_scale"]
    assert np.allclose(found.vector, 50 * own * ONE, rtol=1e-4, atol=1e-6)


def test_rows_of_different_length_keep_their_ratio(tmp_path: Path, generator: Generator) -> None:
    rows = EACH * np.arange(1, LAYERS + 1)[:, None]
    (found,) = read_directions(write(tmp_path / "a.npy", rows), generator, LAYERWISE)
    ratio = found.vector / rows
    assert np.allclose(ratio, ratio[0, 0], rtol=1e-4)


def test_ganspace_directions_keep_their_layers(tmp_path: Path, generator: Generator) -> None:
    path = write(tmp_path / "light.pkl", ganspace())
    (found,) = read_directions(path, generator, Choices())
    assert found.layers == (3, 5)
    (all_of_it,) = read_directions(
        write(tmp_path / "all.pkl", ganspace(edit_start=0, edit_end=-1)), generator, Choices()
    )
    assert all_of_it.layers == (0, LAYERS)
    (chosen,) = read_directions(path, generator, Choices(layers=(0, 2)))
    assert chosen.layers == (0, 2)


def test_a_step_in_z_becomes_the_way_that_w_goes_on_average(
    tmp_path: Path, generator: Generator
) -> None:
    path = write(tmp_path / "pggan_celebahq_smile_boundary.npy", ONE[None])
    (found,) = read_directions(path, generator, Choices())
    z = torch.randn(2000, generator.spec.z_dim, generator=torch.Generator().manual_seed(3))
    step = torch.from_numpy(ONE / np.linalg.norm(ONE)).float()
    moved = (generator.map(z + step) - generator.map(z - step))[:, 0].mean(dim=0).numpy()
    cosine = moved @ found.vector / np.linalg.norm(moved) / np.linalg.norm(found.vector)
    assert found.facts["space"] == "z"
    assert cosine > 0.98


def test_where_w_is_z_a_direction_in_z_is_used_as_it_is(tmp_path: Path) -> None:
    config = {"z_dim": 6, "label_dim": 3, "embed_features": 4, "side": 2, "width": 8, "narrow": 4}
    generator = build_generator("acgan", config).eval()
    step = np.array([0, 2.0, 0, 0, 0, 0])
    (found,) = read_directions(write(tmp_path / "a.npy", step), generator, Choices())
    assert found.vector.shape == (10,)
    assert found.vector[1] == pytest.approx(1, rel=0.1)
    assert np.count_nonzero(found.vector) == 1


@pytest.mark.parametrize(
    ("file", "value", "asks"),
    [
        ("smile.npy", ONE, "space"),
        ("bob.npy", EACH, "arrangement"),
        ("eig_w.npy", SQUARE, "arrangement"),
        ("other_w.npy", MANY[:14], "arrangement"),
        ("codes_w.npy", np.random.default_rng(3).standard_normal((5, LAYERS, W)), "arrangement"),
        ("stylegan_cat_latents.npy", MANY[:10], "space"),
    ],
)
def test_what_a_file_does_not_say_is_asked_for(
    tmp_path: Path, generator: Generator, file: str, value: np.ndarray, asks: str
) -> None:
    with pytest.raises(UnclearError) as raised:
        read_directions(write(tmp_path / file, value), generator, Choices())
    assert raised.value.asks == asks
    assert f"--{asks}" in str(raised.value)


@pytest.mark.parametrize(
    ("file", "value", "choices", "message"),
    [
        ("a_w.npy", np.ones((1, 512)), Choices(), "made for another model"),
        ("a_w.npy", np.ones((2, 2, 2, W)), Choices(), "no directions"),
        ("a_w.npy", MANY[:18], LAYERWISE, "18 layers.*--layers 0-7"),
        ("a_w.npy", ONE, Choices(layers=(2, 30)), "layers 2-29"),
        ("light.pkl", ganspace(edit_start=8, edit_end=9), Choices(), "layers 8-8"),
        ("b_w.npy", np.where(ONE > 0, np.nan, 1.0), Choices(), "NaN"),
        ("b_w.npy", np.zeros((1, W)), Choices(), "zeros"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(
    tmp_path: Path, generator: Generator, file: str, value: Any, choices: Choices, message: str
) -> None:
    with pytest.raises((DirectionError, ModelLoadError), match=message):
        read_directions(write(tmp_path / file, value), generator, choices)


def test_rows_of_a_larger_model_are_cut_on_request(tmp_path: Path, generator: Generator) -> None:
    choices = Choices(arrangement="layers", layers=(0, LAYERS))
    (found,) = read_directions(write(tmp_path / "a.npy", MANY[:18]), generator, choices)
    assert found.vector.shape == (LAYERS, W)
    ratio = found.vector / MANY[:LAYERS]
    assert np.allclose(ratio, ratio[0, 0], rtol=1e-4)


def test_own_files_bring_directions_back_and_name_their_model(tmp_path: Path) -> None:
    path = tmp_path / "mine.safetensors"
    mine = Direction("hat", EACH.astype(np.float32), (1, 4), "x.npy", 5.0, {"own_scale": 2.0})
    save_directions(path, "tiny", "abc", [mine])
    found = load_directions(path)
    assert (found.model, found.sha256) == ("tiny", "abc")
    back = found.directions["hat"]
    assert np.array_equal(back.vector, mine.vector)
    assert (back.layers, back.source, back.limit, back.facts) == (
        mine.layers,
        mine.source,
        mine.limit,
        mine.facts,
    )
    assert is_direction_file(path)
    assert [file.name for file in tmp_path.iterdir()] == ["mine.safetensors"]
    with pytest.raises(ModelLoadError, match="directions for the model 'tiny'"):
        load_generator(path)


def test_damaged_own_files_are_refused(tmp_path: Path, tiny_model_path: Path) -> None:
    path = tmp_path / "mine.safetensors"
    save_directions(path, "tiny", "abc", [Direction("hat", ONE.astype(np.float32), (0, 8))])
    data = path.read_bytes()
    path.write_bytes(data[:-10])
    with pytest.raises(DirectionError, match="damaged"):
        load_directions(path)
    path.write_bytes(data.replace(b'\\"format\\": 1', b'\\"format\\": 9'))
    with pytest.raises(DirectionError, match="newer Ganvas"):
        load_directions(path)
    assert not is_direction_file(tiny_model_path)
    with pytest.raises(DirectionError, match="no file of directions"):
        load_directions(tiny_model_path)


def test_a_file_that_runs_code_runs_nothing(tmp_path: Path, generator: Generator) -> None:
    class Attack:
        def __reduce__(self) -> tuple[Any, ...]:
            return (Path.touch, (tmp_path / "ran",))

    path = write(tmp_path / "evil.pkl", {"lat_comp": ONE, "x": Attack()})
    with pytest.raises(ModelLoadError):
        read_directions(path, generator, Choices())
    assert not (tmp_path / "ran").exists()
