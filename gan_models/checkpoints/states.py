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
_PART = re.compile(
    r"module|_orig_mod|model|gan|net|network|backbone|.*decoder|g|"
    r".*(ema|online|gen(?!re)|net_?g|g_?net).*",
    re.IGNORECASE,
)
"""What a generator is called within a larger network."""


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
    """The whole, then parts of it that may be a generator, averaged ones first."""
    waiting = [state]
    for _ in range(MOST):
        if not waiting:
            return
        whole = waiting.pop(0)
        yield whole
        parts = dict.fromkeys(name.partition(".")[0] for name in whole if "." in name)
        if not (len(parts) == 1 and all("." in name for name in whole)):
            parts = dict.fromkeys(name for name in parts if _PART.fullmatch(name))
        averaged = sorted(parts, key=lambda name: "ema" not in name.lower())
        waiting = [_below(f"{name}.", whole) for name in averaged] + waiting


def _below(prefix: str, state: State) -> dict[str, StoredTensor]:
    length = len(prefix)
    return {name[length:]: tensor for name, tensor in state.items() if name.startswith(prefix)}
