"""`python -m gan_models.evaluation [NAME]...` makes the networks that ship, in float16."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import torch

from gan_models.evaluation.calibration import judge_errors
from gan_models.evaluation.identity import train_identity_network
from gan_models.evaluation.paired import READER, train_reader
from gan_models.evaluation.portraits import SHIPPED, file_name, train_portraits_network
from gan_models.progress import Job, Step, finish


def make_judge() -> Job[None]:
    """The judge, with the errors that it makes on perfect edits."""
    with tempfile.TemporaryDirectory() as folder:
        judge = yield from train_portraits_network("judge", Path(folder) / "pictures")
    judge.errors = yield from judge_errors(judge)
    judge.save(SHIPPED / file_name("judge"), torch.float16)


def make_fitter() -> Job[None]:
    """The network that sliders are fitted with."""
    with tempfile.TemporaryDirectory() as folder:
        fitter = yield from train_portraits_network("fitter", Path(folder) / "pictures")
    fitter.save(SHIPPED / file_name("fitter"), torch.float16)


def make_identity() -> Job[None]:
    """The network that knows people again, with how well it does."""
    network = yield from train_identity_network()
    network.save(SHIPPED / file_name("identity"), torch.float16)


def make_reader() -> Job[None]:
    """The network that reads label maps off landscapes."""
    network = yield from train_reader()
    network.save(SHIPPED / READER, torch.float16)


MAKE: dict[str, Callable[[], Job[None]]] = {
    "judge": make_judge,
    "fitter": make_fitter,
    "identity": make_identity,
    "reader": make_reader,
}


def _tell(step: Step) -> None:
    if step.done % 1000 < 10 or step.done == step.total:
        print(f"{step.message}: {step.done} of {step.total}", file=sys.stderr)


def main(names: list[str]) -> None:
    """Make those that are named, or all."""
    SHIPPED.mkdir(exist_ok=True)
    for name in names or MAKE:
        finish(MAKE[name](), _tell)


if __name__ == "__main__":
    main(sys.argv[1:])
