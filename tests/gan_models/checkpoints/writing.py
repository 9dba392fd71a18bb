"""Writes the files of other tools, without these tools: a pickler that can say any name."""

from __future__ import annotations

import io
import pickle
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

PythonPickler: Any = vars(pickle)["_Pickler"]


class Name:
    """A name of some module, which need not exist here."""

    def __init__(self, module: str, name: str) -> None:
        self.module, self.name = module, name


class Call:
    """A REDUCE, or with `new` a NEWOBJ; then items and a state, if any."""

    def __init__(
        self,
        name: Name | Reference,
        *args: Any,
        new: bool = False,
        state: Any = None,
        items: Any = None,
    ) -> None:
        self.name, self.args, self.new, self.state, self.items = name, args, new, state, items


class Reference(tuple[Any, ...]):
    """What goes into a BINPERSID."""

    __slots__ = ()


class Writer(PythonPickler):  # the one that can be extended
    """A pickler that knows `Name`, `Call` and `Reference`."""

    def save(self, obj: Any, save_persistent_id: bool = True) -> None:
        if isinstance(obj, Name):
            self._save_name(obj)
        elif isinstance(obj, Call):
            self._save_call(obj)
        elif isinstance(obj, Reference):
            self.save(tuple(obj))
            self.write(b"Q")
        else:
            super().save(obj, save_persistent_id)

    def _save_name(self, name: Name) -> None:
        if self.proto >= 4:
            self.save(name.module)
            self.save(name.name)
            self.write(b"\x93")
        else:
            self.write(f"c{name.module}\n{name.name}\n".encode())

    def _save_call(self, call: Call) -> None:
        if id(call) in self.memo:
            self.write(self.get(self.memo[id(call)][0]))
            return
        self.save(call.name)
        self.save(call.args)
        self.write(b"\x81" if call.new else b"R")
        self.memoize(call)
        if call.items is not None:
            self._batch_setitems(call.items.items())
        if call.state is not None:
            self.save(call.state)
            self.write(b"b")

    def memoize(self, obj: Any) -> None:
        if isinstance(obj, Call):
            index = len(self.memo)
            self.write(self.put(index))
            self.memo[id(obj)] = index, obj
        else:
            super().memoize(obj)


def pickled(value: Any, protocol: int = 4) -> bytes:
    """The pickle of a value that may hold names and calls."""
    file = io.BytesIO()
    Writer(file, protocol).dump(value)
    return file.getvalue()


STORAGES = {torch.float32: "FloatStorage", torch.float16: "HalfStorage", torch.int64: "LongStorage"}
STORAGES |= {torch.float64: "DoubleStorage", torch.bfloat16: "BFloat16Storage"}


def raw(tensor: Tensor) -> bytes:
    """The bytes of a tensor."""
    return tensor.detach().contiguous().flatten().view(torch.uint8).numpy().tobytes()


def legacy_file(value: Any, storages: Mapping[str, Tensor], protocol: int = 2) -> bytes:
    """A file of torch.save before version 1.6."""
    facts = {"protocol_version": 1001, "little_endian": True, "type_sizes": {"int": 4}}
    parts: list[Any] = [0x1950A86A20F9469CFC6C, 1001, facts, value, list(storages)]
    data = [struct.pack("<q", t.numel()) + raw(t) for t in storages.values()]
    return b"".join([pickled(part, protocol) for part in parts] + data)


def storage_reference(key: str, tensor: Tensor, *last: Any) -> Reference:
    """What stands for a storage in files of torch.save; `last` is None in old ones."""
    kind = Name("torch", STORAGES[tensor.dtype])
    return Reference(("storage", kind, key, "cuda:0", tensor.numel(), *last))


def rebuilt(storage: Any, tensor: Tensor, parameter: bool = False) -> Call:
    """The call that makes a tensor of a storage."""
    rebuild = Name("torch._utils", "_rebuild_tensor_v2")
    hooks = Call(Name("collections", "OrderedDict"))
    call = Call(rebuild, storage, 0, tuple(tensor.shape), tensor.stride(), False, hooks)
    if not parameter:
        return call
    return Call(Name("torch._utils", "_rebuild_parameter"), call, True, hooks)


def nvidia_tensor(tensor: Tensor, parameter: bool = False) -> Call:
    """A tensor as a bare pickle holds it: a small legacy file inside."""
    tensor = tensor.detach().contiguous()
    inner = legacy_file(storage_reference("1", tensor, None), {"1": tensor})
    storage = Call(Name("torch.storage", "_load_from_bytes"), inner)
    return rebuilt(storage, tensor, parameter)


SOURCE = "raise SystemExit('this must never run')\n" * 20
PERSISTENT = Name("torch_utils.persistence", "_reconstruct_persistent_obj")


def nvidia_module(
    tensors: Mapping[str, Tensor], attributes: Mapping[str, Mapping[str, Any]] | None = None
) -> Call:
    """Nested persistent modules of dotted tensor names; `attributes` by dotted module name."""
    return _module("", tensors, attributes or {})


def _module(path: str, tensors: Mapping[str, Tensor], attributes: Mapping[str, Any]) -> Call:
    below = {n.removeprefix(path): t for n, t in tensors.items() if n.startswith(path)}
    own = {n: nvidia_tensor(t, parameter=True) for n, t in below.items() if "." not in n}
    names = dict.fromkeys(n.split(".")[0] for n in below if "." in n)
    extra = [n.removeprefix(path) for n in attributes if n.startswith(path) and n != path[:-1]]
    names |= dict.fromkeys(n.split(".")[0] for n in extra if n)
    state = {
        "training": False,
        "_parameters": own,
        "_buffers": {"nothing": None},
        "_modules": {name: _module(f"{path}{name}.", tensors, attributes) for name in names},
        "_init_args": (),
        "_init_kwargs": Call(Name("dnnlib.util", "EasyDict"), new=True, items={"c_dim": 0}),
        **attributes.get(path[:-1], {}),
    }
    meta = {"type": "class", "version": 6, "module_src": SOURCE, "class_name": "Any"}
    return Call(PERSISTENT, {**meta, "state": state})


def numpy_array(array: np.ndarray, core: str = "core") -> Call:
    """An ndarray as NumPy pickles it."""
    order = "|" if array.dtype.itemsize == 1 else "<"
    state = (3, order, None, None, None, -1, -1, 0)
    kind = Call(Name("numpy", "dtype"), array.dtype.str[1:], False, True, state=state)
    make = Name(f"numpy.{core}.multiarray", "_reconstruct")
    data = (1, array.shape, kind, False, array.tobytes())
    return Call(make, Name("numpy", "ndarray"), (0,), b"b", state=data)


def tensorflow_network(variables: Mapping[str, np.ndarray], **settings: Any) -> Call:
    """A `Network` of TensorFlow with these variables, by component where names have one."""

    def network(prefix: str, components: dict[str, Any]) -> Call:
        own = [
            (name.removeprefix(prefix), numpy_array(np.ascontiguousarray(array)))
            for name, array in variables.items()
            if name.startswith(prefix) and (prefix or name.split("/")[0] not in components)
        ]
        state = {
            "version": 4,
            "static_kwargs": settings,
            "components": Call(Name("dnnlib.util", "EasyDict"), new=True, items=components),
            "variables": own,
            "build_module_src": SOURCE,
        }
        return Call(Name("dnnlib.tflib.network", "Network"), new=True, state=state)

    names = {name.split("/")[0] for name in variables} & {"mapping", "synthesis"}
    return network("", {name: network(f"{name}/", {}) for name in sorted(names)})


def torch_zip(path: Path, value: Any, storages: Mapping[str, Tensor], protocol: int = 2) -> None:
    """A file of torch.save since version 1.6."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("archive/data.pkl", pickled(value, protocol))
        archive.writestr("archive/byteorder", "little")
        for key, tensor in storages.items():
            archive.writestr(f"archive/data/{key}", raw(tensor))


def save_state(path: Path, tensors: Mapping[str, Tensor], *, legacy: bool = False) -> None:
    """A bare state_dict, as torch.save writes it in either container."""
    save_torch(path, lambda entry: entry(tensors), legacy=legacy)


def save_torch(path: Path, make: Any, *, legacy: bool = False) -> None:
    """`make` is given a function from tensors by name to their state_dict, and makes the value."""
    storages: dict[str, Tensor] = {}

    def entry(tensors: Mapping[str, Tensor]) -> Call:
        items = {}
        for name, tensor in tensors.items():
            key = str(len(storages))
            storages[key] = tensor.detach().contiguous()
            reference = storage_reference(key, storages[key], *((None,) if legacy else ()))
            items[name] = rebuilt(reference, storages[key])
        metadata = {"_metadata": {"": {"version": 1}}}
        return Call(Name("collections", "OrderedDict"), items=items, state=metadata)

    value = make(entry)
    if legacy:
        path.write_bytes(legacy_file(value, storages))
    else:
        torch_zip(path, value, storages)


def state_of(module: nn.Module) -> dict[str, Tensor]:
    """The tensors of a network."""
    return {name: tensor.detach().clone() for name, tensor in module.state_dict().items()}
