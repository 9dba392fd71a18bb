"""A run learns, resumes exactly, survives being killed, and refuses what cannot work."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest
import torch

from gan_models.base import DataError, TrainingError
from gan_models.datasets.arrays import PictureArray, write_info
from gan_models.registry import load_generator
from gan_models.training.config import load_recipe, with_settings
from gan_models.training.run import train

TINY = {
    "resolution": 16,
    "channel_base": 128,
    "channel_max": 8,
    "z_dim": 8,
    "w_dim": 8,
    "batch": 4,
    "r1_interval": 4,
    "path_interval": 3,
    "precision": "float32",
    "snapshot_kimg": 0.04,
}


def make_pictures(path: Path, count: int = 24, resolution: int = 16) -> Path:
    """Discs of random colours on grey, with their colour as labels."""
    path.mkdir(parents=True)
    random = np.random.default_rng(0)
    colours = random.integers(0, 255, (count, 3))
    y, x = np.mgrid[:resolution, :resolution] - resolution / 2
    disc = x * x + y * y < (resolution / 3) ** 2
    pictures = np.where(disc, colours[:, :, None, None], 128).astype(np.uint8)
    np.save(path / "pictures.npy", pictures)
    np.save(path / "labels.npy", colours.astype(np.float32))
    write_info(path, names=("r", "g", "b"), flip_sign=(1, 1, 1), source={"name": "discs"})
    return path


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_pictures(tmp_path_factory.mktemp("data") / "discs")


def run(out: Path, data: Path, kimg: float, **settings: object) -> None:
    resume = (out / "config.toml").exists()
    for _ in train("stylegan2", str(data), out, kimg=kimg, resume=resume, settings=TINY | settings):
        pass


def weights(run_folder: Path) -> dict[str, torch.Tensor]:
    snapshot = max((run_folder / "snapshots").iterdir())
    return load_generator(snapshot).state_dict()


def test_stopping_and_resuming_gives_bit_equal_weights(tmp_path: Path, pictures: Path) -> None:
    run(tmp_path / "whole", pictures, 0.08)
    run(tmp_path / "parts", pictures, 0.032)
    run(tmp_path / "parts", pictures, 0.08)
    whole, parts = weights(tmp_path / "whole"), weights(tmp_path / "parts")
    assert whole.keys() == parts.keys()
    for name, tensor in whole.items():
        assert torch.equal(tensor, parts[name]), name


def test_a_run_leaves_config_stats_snapshot_and_sheet(tmp_path: Path, pictures: Path) -> None:
    run(tmp_path / "run", pictures, 0.08)
    folder = tmp_path / "run"
    assert (folder / "config.toml").exists()
    assert sorted(p.name for p in (folder / "samples").iterdir()) == [
        "000000-nearest.png",
        "000000-raw.png",
        "000000.png",
    ]
    generator = load_generator(max((folder / "snapshots").iterdir()))
    assert generator.spec.resolution == 16
    assert generator.provenance["data"]["name"] == "discs"


def test_closing_the_iterator_keeps_what_was_done(tmp_path: Path, pictures: Path) -> None:
    steps = train("stylegan2", str(pictures), tmp_path / "run", kimg=1, settings=TINY)
    for status in steps:
        if status.done >= 20:
            break
    steps.close()
    resumed = train("stylegan2", "", tmp_path / "run", kimg=0.04, resume=True)
    assert next(resumed).done > 20
    resumed.close()


@pytest.mark.slow
def test_killed_at_any_moment_a_run_can_be_resumed(tmp_path: Path, pictures: Path) -> None:
    script = textwrap.dedent(f"""
        from pathlib import Path
        from tests.gan_models.training.test_training import TINY
        from gan_models.training.run import train
        out = Path({str(tmp_path / "run")!r})
        resume = (out / "config.toml").exists()
        settings = TINY | {{"checkpoint_seconds": 0.0, "snapshot_kimg": 0.04}}
        for status in train("stylegan2", {str(pictures)!r}, out, kimg=100, resume=resume,
                            settings=settings):
            print(status.done, flush=True)
    """)
    done = 0
    for steps in (1, 3, 7):
        with subprocess.Popen(
            [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, env=os.environ
        ) as process:
            assert process.stdout
            for _ in range(steps):
                reached = int(process.stdout.readline())
            process.send_signal(signal.SIGKILL)
        assert reached > done
        done = reached - 2 * TINY["batch"]  # type: ignore[operator]
    for snapshot in (tmp_path / "run" / "snapshots").glob("*.safetensors"):
        load_generator(snapshot)


def test_stats_after_the_checkpoint_are_dropped_on_resume(tmp_path: Path, pictures: Path) -> None:
    run(tmp_path / "run", pictures, 0.02)
    stats = tmp_path / "run" / "stats.jsonl"
    lines: list[dict[str, int]] = [{"pictures": 8}, {"pictures": 20}, {"pictures": 400}]
    stats.write_text("\n".join(json.dumps(line) for line in lines) + '\n{"pictu')
    run(tmp_path / "run", pictures, 0.02)
    assert [json.loads(line)["pictures"] for line in stats.read_text().splitlines()] == [8, 20]


def test_a_second_run_in_the_same_folder_is_refused(tmp_path: Path, pictures: Path) -> None:
    run(tmp_path / "run", pictures, 0.008)
    with pytest.raises(TrainingError, match="already holds a run"):
        next(iter(train("stylegan2", str(pictures), tmp_path / "run", settings=TINY)))


def test_resuming_with_other_pictures_is_refused(tmp_path: Path) -> None:
    data = make_pictures(tmp_path / "data")
    run(tmp_path / "run", data, 0.008)
    info = json.loads((data / "info.json").read_text())
    (data / "info.json").write_text(json.dumps(info | {"sha256": "other"}))
    with pytest.raises(TrainingError, match="not those that the run was started with"):
        run(tmp_path / "run", data, 0.02)


def test_pictures_of_another_size_are_refused(tmp_path: Path, pictures: Path) -> None:
    with pytest.raises(DataError, match="16 px, the recipe wants 32 px"):
        run(tmp_path / "run", pictures, 0.02, resolution=32)


def test_missing_pictures_are_refused_before_a_folder_is_made(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="no pictures at"):
        run(tmp_path / "run", tmp_path / "nowhere", 0.02)
    assert not (tmp_path / "run").exists()


def test_an_incomplete_data_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="no prepared pictures"):
        PictureArray.open(tmp_path / "empty")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"gama": 1}, "no setting 'gama'; there are"),
        ({"batch": "many"}, "batch must be a whole number"),
        ({"gamma": "big"}, "gamma must be a number"),
        ({"resolution": 48}, "power of two"),
        ({"batch": 0}, "batch must be greater than 0"),
        ({"learning_rate": 1000}, "a learning_rate of 1000 would explode"),
        ({"r2": "perhaps"}, "r2 must be true or false"),
        ({"mirror": "perhaps"}, "mirror must be one of auto, true, false"),
        ({"precision": "int4"}, "precision must be one of"),
    ],
)
def test_a_bad_setting_is_refused_with_its_remedy(
    settings: dict[str, object], message: str
) -> None:
    with pytest.raises(TrainingError, match=message):
        with_settings(load_recipe("stylegan2"), settings)


def test_an_unknown_recipe_lists_those_there_are() -> None:
    with pytest.raises(TrainingError, match=r"there are: stylegan2, dcgan, .*wgan-gp"):
        load_recipe("stylegan9")


def test_one_picture_is_too_few(tmp_path: Path) -> None:
    data = make_pictures(tmp_path / "data", 1)
    with pytest.raises(TrainingError, match="holds 1 picture; a model learns from many"):
        run(tmp_path / "run", data, 0.02, batch=1)
    assert not (tmp_path / "run" / "config.toml").exists()
