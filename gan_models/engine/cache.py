"""States of stages, kept in bounded memory, the least recently used forgotten first."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Hashable

from torch import Tensor

from gan_models.engine.program import State


class StateCache:
    """At most `limit` bytes of states, where a tensor that several of them share counts once.

    A state that is larger by itself is not kept at all.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.bytes = 0
        self._states: OrderedDict[Hashable, State] = OrderedDict()
        self._uses: Counter[int] = Counter()

    def get(self, key: Hashable) -> State | None:
        """The state under `key`, which counts as used."""
        state = self._states.get(key)
        if state is not None:
            self._states.move_to_end(key)
        return state

    def put(self, key: Hashable, state: State) -> None:
        """Keep a state, and forget others to make room."""
        if key in self._states or sum(map(_size, state.tensors)) > self.limit:
            return
        self._states[key] = state
        for tensor in state.tensors:
            self._uses[id(tensor)] += 1
            if self._uses[id(tensor)] == 1:
                self.bytes += _size(tensor)
        while self.bytes > self.limit:
            self._forget_oldest()

    def _forget_oldest(self) -> None:
        _, state = self._states.popitem(last=False)
        for tensor in state.tensors:
            self._uses[id(tensor)] -= 1
            if not self._uses[id(tensor)]:
                del self._uses[id(tensor)]
                self.bytes -= _size(tensor)

    def clear(self) -> None:
        """Forget all."""
        self._states.clear()
        self._uses.clear()
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._states)


def _size(tensor: Tensor) -> int:
    return tensor.numel() * tensor.element_size()
