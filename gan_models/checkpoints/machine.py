"""What reading a pickle needs besides its opcodes: the stack, the bytes left, and the budget."""

from __future__ import annotations

import struct
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from gan_models.checkpoints.stored import RefusedError, refuse_unless

MAX_OPCODES = 600_000
"""A checkpoint of three networks at 1024 pixels has some 10^5."""
MAX_SECONDS = 20.0
MAX_NAME = 300
"""Characters of a module's or class's name."""


class Budget:
    """What reading one file may cost, all its pickles together."""

    def __init__(self, opcodes: int = MAX_OPCODES, seconds: float = MAX_SECONDS) -> None:
        self.opcodes = opcodes
        self.deadline = time.monotonic() + seconds

    def spend(self) -> None:
        """Count one opcode."""
        self.opcodes -= 1
        if self.opcodes < 0 or (self.opcodes & 0xFFF == 0 and time.monotonic() > self.deadline):
            raise RefusedError("it is too complicated for a model file")


@dataclass(frozen=True, eq=False)
class Word:
    """What a name in a pickle stands for here; without `call` and `new` it is a mere tag."""

    name: str
    call: Callable[..., Any] | None = None
    """Makes the value of a REDUCE, from the machine and its arguments."""
    new: Callable[[], Any] | None = None
    """Makes the instance of a NEWOBJ, whose arguments do not matter."""
    code: str = ""
    """Of a number type's or storage class's tag: its key in ITEM_SIZES."""


Vocabulary = Callable[[str, str], "Word | None"]
"""The word of a module and a name, None for one that is not known."""


@dataclass(eq=False)
class Findings:
    """What is worth telling of a file besides its values."""

    sources: dict[int, int] = field(default_factory=dict)
    """Lengths of the Python sources that it carries, by identity: none is ever executed."""

    def add_source(self, text: Any) -> None:
        """Note a Python source."""
        if type(text) is str:
            self.sources[hash(text)] = len(text)


class Machine:
    """The state of reading one pickle from `data`, starting at `at`."""

    def __init__(
        self,
        data: memoryview,
        vocabulary: Vocabulary,
        budget: Budget,
        *,
        at: int = 0,
        persistent: Callable[[Any], Any] | None = None,
        findings: Findings | None = None,
    ) -> None:
        self.data, self.at = data, at
        self.vocabulary, self.budget, self.persistent = vocabulary, budget, persistent
        self.findings = findings or Findings()
        self.memo: dict[int, Any] = {}
        self.stack: list[Any] = []
        self.marks: list[list[Any]] = []

    def take(self, count: int) -> memoryview:
        """The next `count` bytes."""
        end = self.at + count
        if count < 0 or end > len(self.data):
            raise RefusedError("it ends too early: the file is truncated or damaged")
        piece = self.data[self.at : end]
        self.at = end
        return piece

    def number(self, layout: str) -> Any:
        """The next number, in the notation of `struct`."""
        return struct.unpack(layout, self.take(struct.calcsize(layout)))[0]

    def line(self) -> str:
        """The characters up to the end of the line."""
        text, end, _ = bytes(self.data[self.at : self.at + MAX_NAME]).partition(b"\n")
        refuse_unless(end, "it holds a name that is too long")
        self.at += len(text) + 1
        return text.decode("utf-8")

    def pop(self) -> Any:
        """The topmost value."""
        if not self.stack:
            raise RefusedError("its pickle is damaged")
        return self.stack.pop()

    def top(self, kind: type) -> Any:
        """The topmost value, which stays; it must be of exactly this type."""
        if not self.stack or type(self.stack[-1]) is not kind:
            raise RefusedError("its pickle is damaged")
        return self.stack[-1]

    def pop_mark(self) -> list[Any]:
        """The values since the last mark."""
        if not self.marks:
            raise RefusedError("its pickle is damaged")
        values, self.stack = self.stack, self.marks.pop()
        return values

    def word(self, module: Any, name: Any) -> Word:
        """The word that a name stands for."""
        named = type(module) is str and type(name) is str and len(module) + len(name) < MAX_NAME
        word = self.vocabulary(module, name) if named else None
        if word is None:
            called = f"{module}.{name}"[:80] if named else "something without a name"
            raise RefusedError(
                f"it asks for {called!r}, which no model file needs; nothing was run"
            )
        return word
