"""States of stages, kept in bounded memory, the least recently used forgotten first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable

from gan_models.engine.program import State


class StateCache:
    """At most `limit` bytes of states; a state larger than that is not kept at all."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.bytes = 0
        self._states: OrderedDict[Hashable, State] = OrderedDict()

    def get(self, key: Hashable) -> State | None:
        """The state under `key`, which counts as used."""
        state = self._states.get(key)
        if state is not None:
            self._states.move_to_end(key)
        return state

    def put(self, key: Hashable, state: State) -> None:
        """Keep a state, and forget others to make room."""
        if key in self._states or state.bytes > self.limit:
            return
        self._states[key] = state
        self.bytes += state.bytes
        while self.bytes > self.limit:
            _, forgotten = self._states.popitem(last=False)
            self.bytes -= forgotten.bytes

    def clear(self) -> None:
        """Forget all."""
        self._states.clear()
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._states)
