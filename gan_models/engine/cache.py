"""States of stages, kept in bounded memory, the least recently used forgotten first."""

from __future__ import annotations

from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Hashable
from typing import NamedTuple

from torch import Tensor

from gan_models.engine.program import State

LOOKS = 4
"""States of one stage that are kept: those of the looks that one goes back and forth between.

More would rarely be met again, and a drag would take fresh memory for each of its pictures, which
costs more time than computing them."""


class Key(NamedTuple):
    """What a state is of: a stage in a precision, and a hash of all that it follows from."""

    stage: Hashable
    inputs: bytes


class StateCache:
    """At most `limit` bytes of states, where a tensor that several of them share counts once.

    A state that is larger by itself is not kept at all.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.bytes = 0
        self._states: OrderedDict[Key, State] = OrderedDict()
        self._of_stage: defaultdict[Hashable, deque[Key]] = defaultdict(deque)
        self._uses: Counter[int] = Counter()

    def get(self, key: Key) -> State | None:
        """The state under `key`, which counts as used."""
        state = self._states.get(key)
        if state is not None:
            self._states.move_to_end(key)
            keys = self._of_stage[key.stage]
            keys.remove(key)
            keys.append(key)
        return state

    def put(self, key: Key, state: State) -> None:
        """Keep a state, and forget others to make room."""
        if key in self._states or sum(map(_size, state.tensors)) > self.limit:
            return
        keys = self._of_stage[key.stage]
        if len(keys) == LOOKS:
            self._forget(keys[0])
        keys.append(key)
        self._states[key] = state
        for tensor in state.tensors:
            self._uses[id(tensor)] += 1
            if self._uses[id(tensor)] == 1:
                self.bytes += _size(tensor)
        while self.bytes > self.limit:
            self._forget(next(iter(self._states)))

    def _forget(self, key: Key) -> None:
        self._of_stage[key.stage].remove(key)
        for tensor in self._states.pop(key).tensors:
            self._uses[id(tensor)] -= 1
            if not self._uses[id(tensor)]:
                del self._uses[id(tensor)]
                self.bytes -= _size(tensor)

    def clear(self) -> None:
        """Forget all."""
        self._states.clear()
        self._of_stage.clear()
        self._uses.clear()
        self.bytes = 0

    def __contains__(self, key: Key) -> bool:
        return key in self._states

    def __len__(self) -> int:
        return len(self._states)


def _size(tensor: Tensor) -> int:
    return tensor.numel() * tensor.element_size()
