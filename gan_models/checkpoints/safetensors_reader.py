"""safetensors of other tools: a JSON header and raw numbers, checked like those of any file."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from gan_models.checkpoints.stored import (
    Storage,
    StoredTensor,
    array_strides,
    refuse_unless,
    sizes,
)

MAX_HEADER = 10 << 20
"""Bytes; a network of a thousand tensors takes a hundredth of it."""
_CODES = {
    "F16": "f2",
    "F32": "f4",
    "F64": "f8",
    "BF16": "bf2",
    "BOOL": "b1",
    "U8": "u1",
    "I8": "i1",
    "I16": "i2",
    "I32": "i4",
    "I64": "i8",
}


def read_safetensors(data: memoryview) -> dict[str, StoredTensor]:
    """The tensors by name, still in the file."""
    length = int.from_bytes(data[:8], "little")
    fits = length <= min(MAX_HEADER, len(data) - 8)
    refuse_unless(fits, "its header is longer than the file, or absurdly long")
    header = json.loads(bytes(data[8 : 8 + length]))
    refuse_unless(type(header) is dict, "its header is no list of tensors")
    body = data[8 + length :]
    return {name: _tensor(body, x) for name, x in header.items() if name != "__metadata__"}


def _tensor(body: memoryview, facts: Mapping[str, Any]) -> StoredTensor:
    code = _CODES.get(facts["dtype"])
    if code is None:
        raise ValueError(f"numbers of the type {str(facts['dtype'])[:20]!r} are not known")
    shape = sizes(facts["shape"], "shape")
    begin, end = sizes(facts["data_offsets"], "place")
    refuse_unless(begin <= end <= len(body), "a tensor lies outside of the file")
    storage = Storage(code, math.prod(shape))
    storage.put(body[begin:end])
    return StoredTensor().place(storage, 0, shape, array_strides(shape, fortran=False))
