"""Damaged files either load to finite pictures or raise our error; nothing else, ever.

With GANVAS_SAMPLES set, the same is done to the reference files; GANVAS_FUZZ is how often to each.
"""

from __future__ import annotations

import os
import random
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from gan_models.base import ModelLoadError
from gan_models.checkpoints.own import save_generator
from gan_models.registry import load_generator
from tests.gan_models.checkpoints import test_tensorflow_growing as growing
from tests.gan_models.checkpoints import writing
from tests.gan_models.checkpoints.test_imports import (
    built,
    nvidia_file,
    renamed,
    rosinality_state,
)
from tests.gan_models.checkpoints.test_tensorflow import tensorflow_variables
from tests.gan_models.checkpoints.writing import pickled
from tests.gan_models.test_families import SMALL, draw, some_ws

SAMPLES = Path(os.environ["GANVAS_SAMPLES"]) if "GANVAS_SAMPLES" in os.environ else None
TIMES = int(os.environ.get("GANVAS_FUZZ", "20"))


def damaged(data: bytes, count: int, seed: int) -> Iterator[bytes]:
    """The same damages every time: a fifth truncated, the others with one to eight bits turned.

    Half of the turns are near the beginning or end, where the structure is.
    """
    chance = random.Random(seed)
    for number in range(count):
        copy = bytearray(data)
        if number % 5 == 0:
            del copy[chance.randrange(len(copy)) :]
        else:
            for _ in range(chance.choice((1, 1, 2, 8))):
                at = chance.randrange(len(copy))
                if chance.random() < 0.5:
                    at = chance.choice((at % min(4000, len(copy)), len(copy) - 1 - at % 4000))
                copy[at % len(copy)] ^= 1 << chance.randrange(8)
        yield bytes(copy)


def outcome(path: Path) -> str:
    """ "loads" or "refused"; whatever else happens is a failure."""
    try:
        generator = load_generator(path)
    except ModelLoadError as error:
        text = str(error)
        assert path.name in text
        assert "\n" not in text
        return "refused"
    with torch.inference_mode():
        assert torch.isfinite(draw(generator, some_ws(generator, count=1))).all()
    return "loads"


def tried(original: Path, folder: Path, count: int) -> Counter[str]:
    """What came of `count` damages of a file."""
    data, path = original.read_bytes(), folder / f"damaged{original.suffix}"
    seen: Counter[str] = Counter()
    for copy in damaged(data, count, seed=len(data)):
        path.write_bytes(copy)
        seen[outcome(path)] += 1
    return seen


def nvidia(path: Path) -> None:
    nvidia_file(path, built("stylegan2", SMALL["stylegan2"][1]))


def tensorflow(path: Path) -> None:
    variables = tensorflow_variables(built("stylegan2", SMALL["stylegan2"][0]))
    path.write_bytes(pickled((None, None, writing.tensorflow_network(variables))))


def stylegan1(path: Path) -> None:
    growing.written(path, growing.stylegan1_variables(labels=3))


def progan(path: Path) -> None:
    growing.written(path, growing.progan_variables(fused=True) | {"lod": growing.ZERO})


def rosinality(path: Path) -> None:
    state = rosinality_state(built("stylegan2", SMALL["stylegan2"][0]))
    writing.save_torch(path, lambda entry: {"g_ema": entry(state)})


def r3gan(path: Path) -> None:
    state = renamed("r3gan", built("r3gan", SMALL["r3gan"][1]))
    path.write_bytes(pickled({"G_ema": writing.nvidia_module(state)}))


def spade(path: Path) -> None:
    writing.save_state(path, renamed("spade", built("spade", SMALL["spade"][1])))


def dcgan(path: Path) -> None:
    writing.save_state(path, renamed("dcgan", built("dcgan", SMALL["dcgan"][0])), legacy=True)


def acgan(path: Path) -> None:
    writing.save_state(path, renamed("acgan", built("acgan", SMALL["acgan"][0])), legacy=True)


def safetensors(path: Path) -> None:
    """As other tools write it: names and tensors, no settings."""
    save_file(renamed("spade", built("spade", SMALL["spade"][1])), path)


def our_own(path: Path) -> None:
    save_generator(path, built("stylegan2", SMALL["stylegan2"][0]))


WRITERS = (
    nvidia,
    tensorflow,
    stylegan1,
    progan,
    rosinality,
    r3gan,
    spade,
    dcgan,
    acgan,
    safetensors,
    our_own,
)


@pytest.mark.parametrize("write", WRITERS)
def test_damaged_files_load_to_finite_pictures_or_are_refused(write, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    original = tmp_path / "original.pkl"
    write(original)
    assert outcome(original) == "loads"
    seen = tried(original, tmp_path, TIMES)
    assert seen["refused"]
    assert seen.total() == TIMES


@pytest.mark.skipif(SAMPLES is None, reason="GANVAS_SAMPLES is not set")
@pytest.mark.parametrize(
    "original",
    [p for p in sorted(SAMPLES.glob("checkpoints/**/*")) if re.search(r"\.(pkl|pth?)$", p.name)]
    if SAMPLES
    else [],
    ids=lambda path: path.name,
)
def test_damaged_reference_files_do_too(original: Path, tmp_path: Path) -> None:
    seen = tried(original, tmp_path, TIMES)
    print(original.name, dict(seen))
    assert seen.total() == TIMES
