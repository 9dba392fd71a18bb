"""A direction from examples: a few random pictures marked as having more of something, or less.

Needs no torch. With ten marks to a side in a W of a hundred dimensions and more, what is fitted
must be held down: marks t = +1 or -1 are explained by ridge regression on w,

    a = (K + P)^-1 t,  K = X X^T / v,  score(w) = (w - mean) X^T a / v,

with X the marked w less the mean of random ones, v their mean squared length, and P a diagonal
that lets both sides weigh the same however many marks they have. W is not whitened, so that its
large principal components, where pictures differ most, are believed first (whitened, scores of
10 + 10 marks followed the attribute half as well). The slider goes along covariance times slope,
as pictures with a higher score differ from others; along the slope it moved half as many pictures.
Its unit is one deviation of the score, however well the score follows what was meant: with steps
that were longer for doubtful marks, pictures at strength 2 left the data, and age came back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from gan_models.directions.keeping import kept_step
from gan_models.errors import DirectionError
from gan_models.spec import Direction

PENALTY = 1.0
"""What is not explained counts as much as an average mark explains of itself."""
LIMIT = 3.0
QUANTILE = 1.96
"""Standard deviations on each side of an interval of 95 %."""


@dataclass(frozen=True)
class HeldOut:
    """How many marks are guessed right by what all the others teach."""

    right: int
    of: int

    @property
    def interval(self) -> tuple[float, float]:
        """The true share, with 95 % confidence (Wilson 1927)."""
        share, z2 = self.right / self.of, QUANTILE**2 / self.of
        middle = (share + z2 / 2) / (1 + z2)
        half = (share * (1 - share) * z2 + z2 * z2 / 4) ** 0.5 / (1 + z2)
        return middle - half, middle + half


@dataclass(frozen=True, eq=False)
class Lesson:
    """What marks taught: the slope of the score in W, the direction, and how sure it is."""

    direction: Direction
    held_out: HeldOut
    mean: np.ndarray
    slope: np.ndarray

    def score(self, w: np.ndarray) -> np.ndarray:
        """How much w [N, w_dim] have of it: above 0 more, below less."""
        return (w - self.mean) @ self.slope

    def least_sure(self, w: np.ndarray, count: int) -> np.ndarray:
        """Which of w [N, w_dim] are nearest to the border, the nearest first."""
        return np.abs(self.score(w)).argsort(kind="stable")[:count]


def teach(
    name: str,
    population: np.ndarray,
    more: np.ndarray,
    less: np.ndarray,
    num_ws: int,
    keep: Sequence[Direction] = (),
) -> Lesson:
    """The direction from `less` to `more`, each [n, w_dim]; `population` [N, w_dim] is random w.

    Strength 1 changes the score by one standard deviation of it over the population. What `keep`
    moves is left alone, as far as it is known. Raises DirectionError where a side has no marks.
    """
    check_marks(len(more), len(less))
    signs = np.repeat([1.0, -1.0], [len(more), len(less)])
    weights = len(signs) / 2 / np.where(signs > 0, len(more), len(less))
    mean = population.mean(axis=0, dtype=np.float64)
    lesson = _fitted(name, population, np.concatenate([more, less]) - mean, signs, weights, num_ws)
    facts = {**lesson.direction.facts, "more": len(more), "less": len(less)}
    direction = replace(lesson.direction, facts=facts)
    return replace(lesson, direction=without(direction, keep, num_ws))


def teach_values(
    name: str, population: np.ndarray, w: np.ndarray, values: np.ndarray, num_ws: int
) -> Lesson:
    """The same from a number for each of w [n, w_dim], such as an age; `values` [n] must differ.

    "Held out" counts which side of the mean a value is on.
    """
    spread = float(values.std())
    if not spread > 0:
        raise DirectionError(f"all values of {name!r} are the same: nothing can be learned")
    targets = (values - values.mean()) / spread
    around = w - w.mean(axis=0, dtype=np.float64)
    lesson = _fitted(name, population, around, targets, np.ones(len(targets)), num_ws)
    facts = {**lesson.direction.facts, "pictures": len(values)}
    return replace(lesson, direction=replace(lesson.direction, facts=facts, source="labels"))


def _fitted(
    name: str,
    population: np.ndarray,
    around: np.ndarray,
    targets: np.ndarray,
    weights: np.ndarray,
    num_ws: int,
) -> Lesson:
    """Ridge regression of targets [n] on `around` [n, w_dim], w less a mean."""
    mean = population.mean(axis=0, dtype=np.float64)
    others = population - mean
    variance = float(np.square(others).sum(axis=1).mean())
    inverse = np.linalg.inv(around @ around.T / variance + np.diag(PENALTY / weights))
    shares = inverse @ targets
    slope = around.T @ shares / variance
    # The guess for a mark of a fit without it, in closed form.
    guesses = targets - shares / inverse.diagonal()
    deviation = max(float((others @ slope).std()), 1e-12)
    step = others.T @ (others @ slope) / len(others) / deviation
    held_out = HeldOut(int((guesses * targets > 0).sum()), len(targets))
    facts = {"title": name, "held_out": list(held_out.interval)}
    direction = Direction(name, step.astype(np.float32), (0, num_ws), "taught", LIMIT, facts)
    return Lesson(direction, held_out, mean, slope)


def check_marks(more: int, less: int) -> None:
    """Raise DirectionError unless both sides have marks."""
    if not (more and less):
        missing = "less" if more else "more"
        raise DirectionError(
            f"all marks are on one side: mark some pictures as {missing!r} too"
            if more or less
            else "nothing is marked: mark pictures as 'more' and others as 'less'"
        )


def without(direction: Direction, keep: Sequence[Direction], num_ws: int) -> Direction:
    """The same direction as far as it does not move what `keep` moves."""
    if not keep:
        return direction
    rows = kept_step(direction, None, [(each, 1.0) for each in keep], num_ws)
    facts = {**direction.facts, "keeps": [each.name for each in keep]}
    return replace(direction, vector=rows, facts=facts)
