"""The figures of a run as TensorBoard files, for those who watch many runs there.

`stats.jsonl` and its neighbours stay what the window reads; this is a copy. TensorBoard is an
optional package.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from gan_models.base import TrainingError

FOLDER = "tensorboard"
"""Inside the run folder."""
LEFT_OUT = ("pictures", "kimg", "time")
"""What TensorBoard has as its own axes."""


class Board:
    """Writes lines of figures against thousandths of a kimg, that is, against pictures."""

    def __init__(self, run: Path, pictures: int) -> None:
        """`pictures`: where the run is; what was written beyond that is no longer shown."""
        writer = _writer_class()
        self._writer = writer(str(run / FOLDER), purge_step=pictures)

    def add(self, group: str, line: Mapping[str, Any]) -> None:
        """Write the numbers of a line of stats or quality."""
        for name, value in line.items():
            if isinstance(value, int | float) and name not in LEFT_OUT:
                self._writer.add_scalar(f"{group}/{name}", value, line["pictures"])
        self._writer.flush()

    def add_sheet(self, name: str, sheet: np.ndarray, pictures: int) -> None:
        """Write a sheet of samples, uint8 [H, W, 3]."""
        self._writer.add_image(name, sheet, pictures, dataformats="HWC")

    def close(self) -> None:
        """Write what is left."""
        self._writer.close()


def check_board() -> None:
    """Raise TrainingError where TensorBoard is not installed."""
    _writer_class()


def _writer_class() -> Any:
    try:
        with warnings.catch_warnings():  # of protobuf, which are none of the user's business
            warnings.simplefilter("ignore")
            from torch.utils.tensorboard import SummaryWriter
    except ImportError:
        raise TrainingError(
            "TensorBoard files need a package that is not installed: run pip install tensorboard, "
            "or train without --tensorboard"
        ) from None
    return SummaryWriter
