"""Undo and redo: a list of the states that there were."""

from __future__ import annotations

from collections import deque
from typing import Generic, TypeVar

T = TypeVar("T")


class History(Generic[T]):
    """The states, such as recipes, that were current before and after the present one.

    Pushes that share a merge key fold into one step until the gesture ends, so that one drag is
    one step back.
    """

    def __init__(self, initial: T, limit: int = 200) -> None:
        self._current = initial
        self._past: deque[T] = deque(maxlen=limit)
        self._future: list[T] = []
        self._gesture: str | None = None

    @property
    def current(self) -> T:
        """The state that is shown now."""
        return self._current

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        """Whether a step was taken back and nothing was done since."""
        return bool(self._future)

    def push(self, state: T, merge_key: str | None = None) -> None:
        """Make `state` current; an equal one is no step."""
        if state == self._current:
            return
        if merge_key is None or merge_key != self._gesture:
            self.end_gesture()
            self._past.append(self._current)
        self._gesture = merge_key
        self._current = state
        self._future.clear()

    def end_gesture(self) -> None:
        """The next push is a new step; a gesture that came back to its start was none."""
        if self._gesture is not None and self._past and self._past[-1] == self._current:
            self._past.pop()
        self._gesture = None

    def undo(self) -> T:
        """One step back, if there is one; returns what is current then."""
        self.end_gesture()
        if self._past:
            self._future.append(self._current)
            self._current = self._past.pop()
        return self._current

    def redo(self) -> T:
        """One undone step forward again, if there is one; returns what is current then."""
        self.end_gesture()
        if self._future:
            self._past.append(self._current)
            self._current = self._future.pop()
        return self._current
