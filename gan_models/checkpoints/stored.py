"""What a foreign file holds, as inert values of our own: tensors still in the file, and nodes.

A tensor stays a checked view of the file until somebody asks for its numbers, so that a file of
three networks costs only the one that is used.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor

MAX_DIMENSIONS = 8
MAX_BYTES = 2**31
"""Largest tensor that is read."""
ITEM_SIZES = {
    "f2": 2,
    "f4": 4,
    "f8": 8,
    "bf2": 2,
    "b1": 1,
    "i1": 1,
    "i2": 2,
    "i4": 4,
    "i8": 8,
    "u1": 1,
    "u2": 2,
    "u4": 4,
    "u8": 8,
}
"""Bytes of each number type that a model can need; names are NumPy's, and bf2 for bfloat16."""


class RefusedError(ValueError):
    """Why a file is not read; the text goes on from "FILE: "."""


def refuse_unless(condition: object, reason: str) -> None:
    """Raise RefusedError with `reason` where `condition` does not hold."""
    if not condition:
        raise RefusedError(reason)


def plain_key(value: Any) -> Any:
    """A value that may be a key: deep tuples would overflow the C stack when hashed."""
    plain = (str, int, float, bool, type(None))
    flat = type(value) is tuple and all(type(x) in plain for x in value)
    refuse_unless(type(value) in plain or flat, "it has a dictionary with an unusual key")
    return value


def sizes(value: Any, what: str) -> tuple[int, ...]:
    """`value` as whole numbers that are not negative, at most MAX_DIMENSIONS of them."""
    valid = (
        type(value) in (tuple, list)
        and len(value) <= MAX_DIMENSIONS
        and all(type(x) is int and 0 <= x < 2**40 for x in value)
    )
    refuse_unless(valid, f"a tensor has an impossible {what}")
    return tuple(value)


@dataclass(eq=False)
class NumberType:
    """The type of stored numbers: a key of ITEM_SIZES and a byte order, "<" or ">"."""

    code: str
    order: str = "<"

    def __post_init__(self) -> None:
        known = self.code in ITEM_SIZES
        refuse_unless(known, f"it holds numbers of the type {self.code[:20]!r}, not a known one")

    @property
    def itemsize(self) -> int:
        return ITEM_SIZES[self.code]


@dataclass(eq=False)
class Storage:
    """`numel` numbers in a row; `data` are their bytes, `crc` what these must sum to."""

    code: str
    numel: int
    data: memoryview | None = None
    order: str = "<"
    crc: int | None = None

    def put(self, data: memoryview) -> None:
        """Take the bytes, which must be exactly those of `numel` numbers."""
        fits = len(data) == self.numel * ITEM_SIZES[self.code]
        refuse_unless(fits, f"a tensor has {len(data)} bytes for {self.numel} numbers")
        self.data = data

    def numbers(self) -> np.ndarray:
        """All numbers, read-only [numel]; bfloat16 as uint16."""
        if self.data is None:
            raise RefusedError("a tensor has no data in the file")
        if self.crc is not None:
            refuse_unless(zlib.crc32(self.data) == self.crc, "the file is damaged (checksum)")
            self.crc = None
        code = {"bf2": "u2", "b1": "u1"}.get(self.code, self.code)
        return np.frombuffer(self.data, np.dtype(self.order + code))


class StoredTensor:
    """A view of a storage; nothing is allocated before `numpy` or `tensor`."""

    def __init__(self) -> None:
        self.shape: tuple[int, ...] = ()
        self.strides: tuple[int, ...] = ()
        self.offset = 0
        self.storage: Storage | None = None

    def place(
        self, storage: Storage, offset: int, shape: Sequence[int], strides: Sequence[int]
    ) -> StoredTensor:
        """Show `shape` numbers from `offset` on, `strides` apart: all must lie in `storage`.

        Tensors that show more numbers than their storage has are refused: that is how a file of
        1 kB asks for terabytes.
        """
        refuse_unless(isinstance(storage, Storage), "a tensor has no storage")
        shape, strides = sizes(shape, "shape"), sizes(strides, "stride")
        (offset,) = sizes((offset,), "offset")
        refuse_unless(len(shape) == len(strides), "a tensor has fewer strides than dimensions")
        count = math.prod(shape)
        if count:
            last = offset + sum((n - 1) * s for n, s in zip(shape, strides, strict=True))
            inside = last < storage.numel and count <= storage.numel
            refuse_unless(inside, f"a tensor of shape {list(shape)} is larger than its data")
        too_large = f"a tensor of shape {list(shape)} is larger than {MAX_BYTES >> 30} GiB"
        refuse_unless(count * ITEM_SIZES[storage.code] <= MAX_BYTES, too_large)
        self.storage, self.offset, self.shape, self.strides = storage, offset, shape, strides
        return self

    @property
    def nbytes(self) -> int:
        """Bytes of its numbers in memory."""
        return math.prod(self.shape) * (ITEM_SIZES[self.storage.code] if self.storage else 0)

    def numpy(self) -> np.ndarray:
        """A contiguous copy in this machine's byte order; bfloat16 becomes float32."""
        if self.storage is None:
            raise RefusedError("an array has no data")
        if 0 in self.shape:
            return np.zeros(self.shape, np.float32)
        numbers = self.storage.numbers()[self.offset :]
        steps = [stride * numbers.itemsize for stride in self.strides]
        view = np.lib.stride_tricks.as_strided(numbers, self.shape, steps, writeable=False)
        if self.storage.code == "bf2":
            return (view.astype(np.uint32) << 16).view(np.float32)
        if self.storage.code == "b1":
            return view != 0
        return np.array(view, dtype=view.dtype.newbyteorder("="))

    def tensor(self) -> Tensor:
        """The numbers as float32."""
        with np.errstate(over="ignore"):  # what does not fit becomes infinite, and is reported
            array = np.asarray(self.numpy(), dtype=np.float32)
        return torch.from_numpy(np.ascontiguousarray(array).reshape(self.shape))


def array_strides(shape: Sequence[int], *, fortran: bool) -> tuple[int, ...]:
    """Strides, in numbers, of an array without gaps."""
    order = range(len(shape)) if fortran else reversed(range(len(shape)))
    strides, step = [0] * len(shape), 1
    for axis in order:
        strides[axis] = step
        step *= max(shape[axis], 1)
    return tuple(strides)


def fill_array(
    target: StoredTensor, shape: Any, kind: Any, data: Any, *, fortran: bool
) -> StoredTensor:
    """Place the bytes of a NumPy array; Python 2 wrote them as text."""
    if type(data) is str:
        data = memoryview(data.encode("latin1"))
    known = type(kind) is NumberType and type(data) is memoryview
    refuse_unless(known, "an array is not made of plain numbers")
    storage = Storage(kind.code, len(data) // kind.itemsize, order=kind.order)
    storage.put(data)
    shape = sizes(shape, "shape")
    return target.place(storage, 0, shape, array_strides(shape, fortran=fortran))


@dataclass(eq=False)
class Node:
    """An object of the file, taken apart: what it called its class, and its attributes."""

    kind: str
    state: dict[str, Any] = field(default_factory=dict)

    def children(self) -> dict[str, Node]:
        """The networks within this network."""
        modules = self.state.get("_modules")
        if type(modules) is not dict:
            return {}
        return {str(name): node for name, node in modules.items() if isinstance(node, Node)}

    def child(self, *path: str) -> Node:
        """The network at a path; an empty one where there is none."""
        node = self
        for name in path:
            node = node.children().get(name) or Node("")
        return node

    def get(self, name: str, kind: type, default: Any = None) -> Any:
        """An attribute of exactly one type, else `default`.

        An int passes for a float; a float that no network has, such as NaN, passes for nothing.
        """
        value: Any = self.state.get(name)
        if kind is float and type(value) in (int, float):
            return float(value) if abs(value) < 1e6 else default
        return value if type(value) is kind else default


def module_tensors(root: Node) -> dict[str, StoredTensor]:
    """All parameters and buffers below a network, by their dotted names."""
    found: dict[str, StoredTensor] = {}
    seen: set[int] = set()
    waiting = [("", root)]
    while waiting:
        prefix, node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        refuse_unless(len(prefix) < 500, "its networks are nested too deep")
        for group in ("_parameters", "_buffers"):
            values = node.state.get(group)
            found.update(named_tensors(values if type(values) is dict else {}, prefix))
        below = [(f"{prefix}{name}.", child) for name, child in node.children().items()]
        waiting += reversed(below)  # in the order of the file, which some importers go by
    return found


def named_tensors(values: Mapping[Any, Any], prefix: str = "") -> dict[str, StoredTensor]:
    """The entries of a dictionary that are tensors."""
    return {
        prefix + name: value
        for name, value in values.items()
        if type(name) is str and isinstance(value, StoredTensor)
    }


Test = Callable[[Any], bool]


def find(root: Any, test: Test, depth: int = 4) -> Any:
    """The first value that passes `test`, breadth first through dictionaries and sequences."""
    level, seen = [root], set()
    for _ in range(depth):
        following: list[Any] = []
        for value in level:
            if id(value) in seen:
                continue
            seen.add(id(value))
            if test(value):
                return value
            if type(value) is dict:
                following += value.values()
            elif type(value) in (list, tuple):
                following += value
        level = following
    return None
