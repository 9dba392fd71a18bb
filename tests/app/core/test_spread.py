"""Several processes that torchrun started draw what one would."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app import cli
from app.core.recipe import Latent, Recipe
from app.core.spread import spread

ROOT = Path(__file__).parents[3]


def start(folder: Path, rank: int, *arguments: str) -> subprocess.Popen[str]:
    """`main.py` as torchrun starts it, one of two."""
    group = {"RANK": rank, "LOCAL_RANK": rank, "WORLD_SIZE": 2, "MASTER_PORT": 29641}
    environment = os.environ | {name: str(value) for name, value in group.items()}
    environment |= {"MASTER_ADDR": "127.0.0.1", "OMP_NUM_THREADS": "1"}
    command = [sys.executable, str(ROOT / "main.py"), *arguments]
    pipe = subprocess.PIPE
    return subprocess.Popen(
        command, cwd=folder, env=environment, stdout=pipe, stderr=pipe, text=True
    )


def both(folder: Path, *arguments: str) -> list[tuple[int, str, str]]:
    """Exit code, output and errors of two processes that draw together."""
    started = [start(folder, rank, *arguments) for rank in (0, 1)]
    ended = [process.communicate(timeout=300) for process in started]
    return [(process.returncode, *said) for process, said in zip(started, ended, strict=True)]


@pytest.mark.parametrize(
    "command",
    [
        ["animate", "--preset=morph", "--to-seed=3", "--seconds=0.5", "--fps=10", "--out=x"],
        ["render", "--seeds=0-6", "--grid=7x1", "--out=x.png"],
    ],
    ids=lambda command: command[0],
)
def test_two_processes_write_the_files_of_one(
    tmp_path: Path, tiny_model_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    arguments = [*command, f"--model={tiny_model_path}", "--device=cpu"]
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    monkeypatch.chdir(tmp_path / "one")
    assert cli.main(arguments) == 0
    (led, helped) = both(tmp_path / "two", *arguments)
    assert (led[0], helped[0]) == (0, 0), (led, helped)
    assert led[1]
    assert not helped[1]
    files = list(Path().rglob("*.png"))
    assert files
    for name in files:
        with Image.open(tmp_path / "one" / name) as one, Image.open(tmp_path / "two" / name) as two:
            assert np.array_equal(np.asarray(one), np.asarray(two))


def test_where_the_leading_process_fails_the_others_end(
    tmp_path: Path, tiny_model_path: Path
) -> None:
    options = ["--preset=morph", "--to-seed=3", "--out=missing/x.gif"]
    command = ["animate", *options, f"--model={tiny_model_path}"]
    led, helped = both(tmp_path, *command, "--device=cpu")
    assert (led[0], helped[0]) == (1, 1)
    assert "there is no folder missing" in led[2]
    assert "process 1 cannot help to draw" in helped[2]
    assert "Traceback" not in helped[2]


def test_alone_one_draws_all() -> None:
    looks = [Recipe(latent=Latent.of_seed(number)) for number in range(3)]

    def render(recipe: Recipe, _resolution: int | None) -> np.ndarray:
        return np.full((1, 1, 3), recipe.latent.main.seed, np.uint8)

    with spread(render) as frames:
        assert frames
        assert [int(picture[0, 0, 0]) for picture in frames(looks)] == [0, 1, 2]
