"""Finds dictionaries of tensors in whatever a checkpoint wraps them in.

Tools save a network's state bare, under `state_dict` or `model`, beside the discriminator and the
optimizers, as a part of a larger network, or behind the prefix of DataParallel.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from gan_models.checkpoints.stored import Node, StoredTensor, module_tensors, named_tensors

State = Mapping[str, StoredTensor]
DEPTH = 3
"""Dictionaries within dictionaries that are looked through."""
MOST = 200
"""Dictionaries that are looked at; files of optimizers hold many that are no networks."""
_PARTS = ("g_ema.", "G_ema.", "generator_ema.", "netG.", "generator.", "G.", "gen.", "decoder.")
"""Prefixes of a generator within a larger network, averaged ones first."""


def states(root: Any) -> Iterator[State]:
    """All dictionaries of tensors near the top of a file, averages first, without prefixes."""
    for value in _wrapped(root):
        state = module_tensors(value) if isinstance(value, Node) else named_tensors(value)
        if state:
            yield from _without_prefixes(state)


def numbered(state: State, pattern: str) -> list[int]:
    """The numbers that stand in the group of `pattern` in the names, ascending."""
    found = (re.match(pattern, name) for name in state)
    return sorted({int(match[1]) for match in found if match and len(match[1]) < 5})


def _wrapped(root: Any) -> Iterator[Node | dict[Any, Any]]:
    """Networks and dictionaries, those in the same one by how likely they are what is wanted."""
    level, seen = [root], 0
    for _ in range(DEPTH):
        following: list[Any] = []
        for value in level:
            if isinstance(value, Node | dict):
                yield value
                seen += 1
            if type(value) is dict:
                named = [(name, v) for name, v in value.items() if type(v) is not StoredTensor]
                following += [v for _, v in sorted(named, key=_rank)]
            elif type(value) in (list, tuple):
                following += value
        level = following[: MOST - seen]


def _rank(item: tuple[Any, Any]) -> int:
    """Averages of weights first, discriminators and optimizers last."""
    name = str(item[0]).lower()
    if "ema" in name or name == "gs":
        return 0
    return 2 if name.startswith(("d_", "netd", "disc", "opt")) or name == "d" else 1


def _without_prefixes(state: State) -> Iterator[State]:
    yield state
    first = next(iter(state)).partition(".")[0] + "."
    if first != next(iter(state)) + "." and all(name.startswith(first) for name in state):
        yield from _without_prefixes(_below(first, state))
        return
    for prefix in _PARTS:
        part = _below(prefix, state)
        if part:
            yield from _without_prefixes(part)


def _below(prefix: str, state: State) -> dict[str, StoredTensor]:
    length = len(prefix)
    return {name[length:]: tensor for name, tensor in state.items() if name.startswith(prefix)}
