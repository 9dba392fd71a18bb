"""The marks of a slider that is taught by example: plain values, with what was before each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, eq=False)
class Marks:
    """Seeds that were marked as more (1) or less (-1), and the sliders to leave alone.

    Each knows the marks before and those that were undone after it.
    """

    signs: Mapping[int, int] = field(default_factory=dict)
    keep: frozenset[str] = frozenset()
    before: Marks | None = None
    after: Marks | None = None

    def __getitem__(self, seed: int) -> int:
        """1, -1, or 0 where there is no mark."""
        return self.signs.get(seed, 0)

    def __iter__(self) -> Iterator[int]:
        return iter(self.signs)

    def __len__(self) -> int:
        return len(self.signs)

    def of(self, sign: int) -> list[int]:
        """The seeds that are marked so."""
        return [seed for seed, its in self.signs.items() if its == sign]

    def with_mark(self, seed: int, sign: int) -> Marks:
        """The same with one mark set, or taken (0)."""
        signs = {other: its for other, its in self.signs.items() if other != seed}
        return Marks(signs | ({seed: sign} if sign else {}), self.keep, before=self)

    def with_keep(self, keep: frozenset[str]) -> Marks:
        """The same with other sliders left alone."""
        return Marks(self.signs, keep, before=self)

    def undone(self) -> Marks:
        """The marks before; these if there are none."""
        return self if self.before is None else replace(self.before, after=self)

    def redone(self) -> Marks:
        """The marks that were undone last; these if there are none."""
        return self if self.after is None else replace(self.after, before=self)
