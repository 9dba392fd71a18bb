"""What keeping identity saves of the person, and what it costs each slider.

    python -m benchmarks.keeping [--faces 300] [--slider gender]...

Random faces that no fit has seen go to +2 of each slider, free and with identity kept. Told are
the mean move of the named attribute, by the judge, the mean similarity of the person before and
after, and how far the judge's other attributes move (mean of the sizes, in std). "shorter" is a
free step that is cut to move the attribute about as far as the kept one does: what keeping is
worth beside merely moving less. The identity network is the one that the space was measured
with; the judge took no part in it.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from app.core.models import open_model
from gan_models.directions.bounds import within
from gan_models.directions.keeping import full_step, without_identity
from gan_models.evaluation.calibration import MARK
from gan_models.evaluation.edits import FIRST_SEED, Judges
from gan_models.evaluation.identity import identity_network
from gan_models.evaluation.portraits import portraits_network
from gan_models.evaluation.report import table
from gan_models.evaluation.samples import seed_ws
from gan_models.progress import finish

PSI = 0.7
HEADS = ("slider", "free", "kept", "person free", "kept", "shorter", "others free", "kept")


class Bench:
    """The bundled portraits, who looks at them, and the faces that are moved."""

    def __init__(self, faces: int) -> None:
        self.generator = open_model("portraits").generator
        self.judge = finish(portraits_network("judge"))
        self.judges = Judges(self.judge, finish(identity_network()))
        self.ws = seed_ws(self.generator, range(FIRST_SEED, FIRST_SEED + faces), PSI)
        self.base, self.who = self.judges.look(self.generator, self.ws)

    def moved(self, step: np.ndarray, name: str) -> tuple[float, float, float]:
        """Move of the attribute, similarity of the person, and move of all other attributes."""
        ws = within(self.generator.bounds, self.ws, self.ws + torch.from_numpy(step))
        seen, who = self.judges.look(self.generator, ws)
        assert who is not None
        assert self.who is not None
        change, own = seen - self.base, self.judge.index(name)
        others = torch.cat([change[:, :own], change[:, own + 1 :]], dim=1).abs().mean()
        return _mean(change[:, own]), _mean((who * self.who).sum(dim=1)), float(others)

    def row(self, name: str) -> list[object]:
        """A row of the table."""
        space = self.generator.identity
        assert space is not None
        free = MARK * full_step(self.generator.directions[name], None, len(space[0]))
        plain, kept = self.moved(free, name), self.moved(without_identity(free, space), name)
        shorter = self.moved(free * np.float32(max(0.0, kept[0] / plain[0])), name)
        return [name, plain[0], kept[0], plain[1], kept[1], shorter[1], plain[2], kept[2]]


def _mean(values: Tensor) -> float:
    return float(values.mean())


def rows(faces: int, sliders: list[str] | None) -> Iterator[list[object]]:
    """A row for each slider, as soon as it is measured."""
    bench = Bench(faces)
    for name in sliders or bench.generator.directions:
        yield bench.row(name)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--faces", type=int, default=300)
    parser.add_argument("--slider", action="append")
    chosen = parser.parse_args()
    found = []
    for row in rows(chosen.faces, chosen.slider):
        found.append(row)
        print(*row, flush=True)
    print("\n".join(table(HEADS, found)))
