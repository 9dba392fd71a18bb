"""Fixtures that all tests share: a tiny real model, and no window on a screen."""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import gc
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import settings

from gan_models.base import Direction
from gan_models.checkpoints.own import save_generator
from gan_models.families.stylegan2 import StyleGAN2

# A busy machine is slow; that says nothing of the program.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def tiny_generator(seed: int = 0, resolution: int = 32) -> StyleGAN2:
    """A real StyleGAN2 with random weights, two directions, fractions of a millisecond a layer."""
    torch.manual_seed(seed)
    generator = StyleGAN2(
        resolution=resolution,
        z_dim=16,
        w_dim=16,
        channel_base=256,
        channel_max=16,
        mapping_layers=2,
    )
    generator.mapping.w_avg.normal_(std=0.1)
    for _, block in generator.blocks():
        for layer in block.convolutions():
            layer.noise_strength.data.fill_(0.1)
    random = np.random.default_rng(seed)
    for name in ("smile", "gender"):
        vector = random.standard_normal(16).astype(np.float32)
        generator.directions[name] = Direction(name, vector, (0, generator.spec.num_ws), "random")
    generator.provenance = {"name": "tiny", "licence": "Apache-2.0"}
    return generator.eval().requires_grad_(False)


@pytest.fixture(autouse=True, scope="session")
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Tests leave the cache of whoever runs them alone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GANVAS_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(autouse=True)
def _no_thread_is_left_running() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    left = [thread for thread in threading.enumerate() if thread not in before]
    for thread in left:
        thread.join(timeout=5)
    assert not [thread.name for thread in left if thread.is_alive()]


@pytest.fixture(scope="session")
def tiny_model_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a tiny model, shared by all tests: do not write to it."""
    path = tmp_path_factory.mktemp("model") / "tiny.safetensors"
    save_generator(path, tiny_generator(), torch.float32)
    return path


_statuses: list[int] = []


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(exitstatus: int) -> None:
    """What hangs in cycles goes while Qt is still there to take it down."""
    _statuses.append(int(exitstatus))
    gc.collect()


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """Leave at once: charts that outlive their application end the process at Python's own exit.

    Everything has been judged and told by now; the status is that of the tests.
    """
    if _statuses and "pyqtgraph" in sys.modules:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(_statuses[-1])
