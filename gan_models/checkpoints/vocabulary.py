"""The names that pickles of models may use, each with a constructor of our own behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from gan_models.checkpoints.machine import Machine, Word
from gan_models.checkpoints.stored import (
    Node,
    NumberType,
    Storage,
    StoredTensor,
    fill_array,
    plain_key,
    refuse_unless,
)

ReadStorage = Callable[[Machine, memoryview], Any]
"""Reads the bytes that `torch.storage._load_from_bytes` is given."""

_TORCH_TYPES = {
    "Float": "f4",
    "Half": "f2",
    "Double": "f8",
    "BFloat16": "bf2",
    "Bool": "b1",
    "Long": "i8",
    "Int": "i4",
    "Short": "i2",
    "Char": "i1",
    "Byte": "u1",
}
_TORCH_DTYPES = {
    "float32": "f4",
    "float16": "f2",
    "float64": "f8",
    "bfloat16": "bf2",
    "bool": "b1",
    "int64": "i8",
    "int32": "i4",
    "int16": "i2",
    "int8": "i1",
    "uint8": "u1",
}
_INERT_FAMILIES = (
    *("torch.nn.modules.", "torch.nn.parallel.", "torch.optim.", "R3GAN.", "BaselineGAN."),
    *("pytorch_lightning.", "lightning.", "lightning_fabric.", "omegaconf."),
)
_INERT_PARTS = {
    *("model", "models", "module", "modules", "net", "nets", "network", "networks"),
    *("gan", "gans", "dcgan", "stylegan", "stylegan2", "generator", "generators"),
    *("networks_baseline", "__main__"),
}
"""Modules whose classes become nodes, which can be filled with attributes and no more: names of
networks that were pickled whole, below a family or with such a part in the module's name."""


def storage_words(module: str, name: str) -> Word | None:
    """The vocabulary of a pickled storage: nothing but the storage classes."""
    if module == "torch" and name.endswith("Storage"):
        code = _TORCH_TYPES.get(name.removesuffix("Storage"))
        return Word(f"torch.{name}", code=code) if code else None
    return None


def model_words(read_storage: ReadStorage) -> Callable[[str, str], Word | None]:
    """The vocabulary of a model's pickle."""
    words = {**_WORDS, ("torch.storage", "_load_from_bytes"): Word("a storage", read_storage)}

    def look_up(module: str, name: str) -> Word | None:
        return words.get((module, name)) or storage_words(module, name) or _inert(module, name)

    return look_up


def _inert(module: str, name: str) -> Word | None:
    known = module.startswith(_INERT_FAMILIES) or _INERT_PARTS & set(module.split("."))
    if known and name.isidentifier():
        return Word(f"{module}.{name}", new=lambda: Node(name))
    return None


def _persistent_object(machine: Machine, meta: Any) -> Node:
    """An object of `torch_utils.persistence`, whose Python source is looked at by nobody."""
    known = type(meta) is dict and meta.get("type") == "class" and type(meta.get("state")) is dict
    refuse_unless(known, "it holds a network of an unknown kind")
    machine.findings.add_source(meta.get("module_src"))
    return Node(str(meta.get("class_name")), dict(meta["state"]))


def _tensor(_: Machine, storage: Any, offset: Any, shape: Any, strides: Any, *_flags: Any) -> Any:
    return StoredTensor().place(storage, offset, shape, strides)


def _tensor_of_class(machine: Machine, make: Any, _kind: Any, values: Any, *_state: Any) -> Any:
    """A tensor that had a class or attributes of its own."""
    known = isinstance(make, Word) and make.call in (_tensor, _parameter) and type(values) is tuple
    refuse_unless(known, "a tensor is made in an unknown way; nothing was run")
    return make.call(machine, *values)


def _parameter(_: Machine, tensor: Any, *_flags: Any) -> StoredTensor:
    refuse_unless(type(tensor) is StoredTensor, "a parameter is no tensor")
    return tensor


def _blank_array(_: Machine, kind: Any, *_flags: Any) -> StoredTensor:
    refuse_unless(kind is _NDARRAY, "an array is of an unknown class")
    return StoredTensor()


def _number_type(_: Machine, code: Any, *_flags: Any) -> NumberType:
    refuse_unless(type(code) is str, "it holds numbers of an unusual type")
    return NumberType(code)


def _scalar(_: Machine, kind: Any, data: Any) -> Any:
    array = fill_array(StoredTensor(), (1,), kind, data, fortran=False)
    return array.numpy()[0].item()


def _from_buffer(_: Machine, data: Any, kind: Any, shape: Any, order: Any) -> StoredTensor:
    refuse_unless(order in ("C", "F"), "an array has an unknown order")
    return fill_array(StoredTensor(), shape, kind, data, fortran=order == "F")


def _encode(_: Machine, text: Any, encoding: Any) -> memoryview:
    fits = type(text) is str and encoding in ("latin1", "latin-1")
    refuse_unless(fits, "it encodes a text in an unusual way")
    return memoryview(text.encode("latin1"))


def _set(_: Machine, items: Any = ()) -> set[Any]:
    plain = type(items) in (list, tuple) and all(type(x) in (str, int) for x in items)
    refuse_unless(plain, "it holds a set of unusual things")
    return set(items)


def _dictionary(_: Machine, pairs: Any = ()) -> dict[Any, Any]:
    """An OrderedDict; Python 2 gives it a list of pairs."""
    plain = type(pairs) in (list, tuple) and all(
        type(pair) in (list, tuple) and len(pair) == 2 for pair in pairs
    )
    refuse_unless(plain, "it holds an unusual dictionary")
    return {plain_key(key): value for key, value in pairs}


def _counts(_: Machine, values: Any = None) -> dict[Any, Any]:
    return dict(values) if type(values) is dict else {}


def _default_dictionary(_: Machine, _factory: Any = None) -> dict[Any, Any]:
    return {}


def _path(_: Machine, *parts: Any) -> str:
    return "/".join(part for part in parts if type(part) is str)


def _size(_: Machine, shape: Any) -> tuple[Any, ...]:
    refuse_unless(type(shape) in (tuple, list), "it holds an unusual shape")
    return tuple(shape)


def _device(_: Machine, *names: Any) -> None:
    """A device: of no interest, all tensors are read into main memory."""


def _loaded_type(_: Machine, name: Any) -> Word:
    refuse_unless(name == "set", "it asks for a type that no model needs; nothing was run")
    return _SET


_NDARRAY = Word("numpy.ndarray")
_SET = Word("set", _set)
_DICT = Word("a dictionary", _dictionary, dict)
_ARRAY = Word("numpy's array", _blank_array)
_SCALAR = Word("numpy's scalar", _scalar)
_BUFFER = Word("numpy's buffer", _from_buffer)
_NETWORK = Word("Network", new=lambda: Node("Network"))

_PLAIN_TYPES = ("int", "float", "bool", "str", "list", "dict", "tuple", "bytes")
_PATHS = ("Path", "PosixPath", "WindowsPath", "PurePath", "PurePosixPath", "PureWindowsPath")
_LEFTOVERS: Mapping[tuple[str, str], Word] = {
    **{(b, name): Word(name) for b in ("builtins", "__builtin__") for name in _PLAIN_TYPES},
    **{("pathlib", name): Word("a path", _path) for name in _PATHS},
    **{("pathlib._local", name): Word("a path", _path) for name in _PATHS},
    ("collections", "defaultdict"): Word("a dictionary", _default_dictionary),
    ("collections", "Counter"): Word("a dictionary", _counts),
    ("types", "SimpleNamespace"): Word("settings", lambda _: Node("SimpleNamespace")),
    ("datetime", "datetime"): Word("a time", lambda *_: None),
    ("datetime", "timedelta"): Word("a time", lambda *_: None),
    ("easydict", "EasyDict"): _DICT,
    ("yacs.config", "CfgNode"): _DICT,
    ("addict.addict", "Dict"): _DICT,
}
"""Settings and notes that training leaves in a checkpoint, of which only plain values are kept."""

_WORDS: Mapping[tuple[str, str], Word] = {
    ("torch_utils.persistence", "_reconstruct_persistent_obj"): Word("object", _persistent_object),
    ("torch._utils", "_rebuild_tensor_v2"): Word("a tensor", _tensor),
    ("torch._utils", "_rebuild_tensor"): Word("a tensor", _tensor),
    ("torch._utils", "_rebuild_parameter"): Word("a parameter", _parameter),
    ("torch._utils", "_rebuild_parameter_with_state"): Word("a parameter", _parameter),
    ("torch._tensor", "_rebuild_from_type_v2"): Word("a tensor", _tensor_of_class),
    **{("torch.nn.parameter", name): Word(name) for name in ("Parameter", "Buffer")},
    ("torch", "Tensor"): Word("Tensor"),
    ("torch", "Size"): Word("a shape", _size),
    ("torch", "device"): Word("a device", _device),
    **{("torch", name): Word(name, code=code) for name, code in _TORCH_DTYPES.items()},
    ("collections", "OrderedDict"): _DICT,
    ("dnnlib.util", "EasyDict"): _DICT,
    ("dnnlib", "EasyDict"): _DICT,
    ("builtins", "set"): _SET,
    ("__builtin__", "set"): _SET,
    ("dill._dill", "_load_type"): Word("a type", _loaded_type),
    ("numpy", "dtype"): Word("a number type", _number_type),
    ("numpy", "ndarray"): _NDARRAY,
    **{(f"numpy.{core}.multiarray", "_reconstruct"): _ARRAY for core in ("core", "_core")},
    **{(f"numpy.{core}.multiarray", "scalar"): _SCALAR for core in ("core", "_core")},
    **{(f"numpy.{core}.numeric", "_frombuffer"): _BUFFER for core in ("core", "_core")},
    ("_codecs", "encode"): Word("encode", _encode),
    ("dnnlib.tflib.network", "Network"): _NETWORK,
    ("tfutil", "Network"): _NETWORK,
    ("argparse", "Namespace"): Word("settings", new=lambda: Node("Namespace")),
    ("pytorch_lightning.utilities.parsing", "AttributeDict"): _DICT,
    ("lightning_fabric.utilities.data", "AttributeDict"): _DICT,
    ("torch.torch_version", "TorchVersion"): Word("a version", new=lambda: Node("TorchVersion")),
    ("typing", "Any"): Word("any type"),
    **_LEFTOVERS,
}


def storage_of(word: Any, numel: Any) -> Storage:
    """An empty storage of `numel` numbers of the type that a storage class names."""
    known = isinstance(word, Word) and word.code and type(numel) is int and 0 <= numel < 2**40
    refuse_unless(known, "a storage is of an unknown type or size")
    return Storage(word.code, numel)
