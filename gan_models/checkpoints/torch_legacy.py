"""PyTorch's container of before version 1.6: five pickles in a row, then raw numbers.

The storages inside NVIDIA's pickles are small files of the same layout. Parts: magic number,
protocol 1001, facts about the machine, the object, the keys of its storages; then for each key an
int64 count and that many numbers.
"""

from __future__ import annotations

from typing import Any

from gan_models.checkpoints.machine import Budget, Findings, Machine, Vocabulary, Word
from gan_models.checkpoints.safe_pickle import load
from gan_models.checkpoints.stored import ITEM_SIZES, RefusedError, Storage, refuse_unless
from gan_models.checkpoints.vocabulary import model_words, storage_of, storage_words

MAGIC = 0x1950A86A20F9469CFC6C
START = b"\x80\x02\x8a\x0al\xfc\x9cF"
PROTOCOL = 1001


def read_legacy(data: memoryview, findings: Findings) -> Any:
    """The object of a whole file of `torch.save`."""
    return _read(data, model_words(read_nested_storage), Budget(), findings)


def read_nested_storage(outer: Machine, data: Any) -> Storage:
    """The one storage in the bytes that `_load_from_bytes` is given: no pickle goes deeper."""
    refuse_unless(type(data) is memoryview, "a storage is not made of bytes")
    storage = _read(data, storage_words, outer.budget, outer.findings)
    refuse_unless(type(storage) is Storage, "a nested pickle is no storage; nothing was run")
    return storage


def _read(data: memoryview, words: Vocabulary, budget: Budget, findings: Findings) -> Any:
    storages: dict[str, Storage] = {}

    def persistent(reference: Any) -> Storage | Word:
        if type(reference) is tuple and reference[:1] == ("module",):
            return _class_with_source(reference, findings)
        key, storage = storage_reference(reference)
        return storages.setdefault(key, storage)

    at, parts = 0, []
    for vocabulary in (_no_words, _no_words, _no_words, words, _no_words):
        machine = Machine(data, vocabulary, budget, at=at, persistent=persistent, findings=findings)
        parts.append(load(machine))
        at = machine.at
    magic, protocol, facts, result, keys = parts
    known = magic == MAGIC and protocol == PROTOCOL and type(facts) is dict
    refuse_unless(known, "it is no file of PyTorch, or of an unknown version")
    refuse_unless(facts.get("little_endian") is True, "it is from a big-endian machine")
    listed = type(keys) is list and all(type(k) is str for k in keys)
    refuse_unless(listed and set(keys) == set(storages), "its list of storages does not fit")
    _fill(Machine(data, _no_words, budget, at=at), [storages[key] for key in keys])
    return result


def _fill(reader: Machine, storages: list[Storage]) -> None:
    for storage in storages:
        count = reader.number("<q")
        refuse_unless(count == storage.numel, "a storage is shorter or longer than it says")
        storage.put(reader.take(count * ITEM_SIZES[storage.code]))


def _class_with_source(reference: tuple[Any, ...], findings: Findings) -> Word:
    """The class of ("module", class, file name, source): so networks were saved whole."""
    word = reference[1] if len(reference) == 4 else None
    if not (isinstance(word, Word) and word.new):
        raise RefusedError("it refers to data in an unknown way")
    findings.add_source(reference[3])
    return word


def _no_words(_module: str, _name: str) -> None:
    return None


def storage_reference(reference: Any) -> tuple[str, Storage]:
    """Key and empty storage of ("storage", class, key, device, numel, no view)."""
    known = type(reference) is tuple and 5 <= len(reference) <= 6 and reference[0] == "storage"
    refuse_unless(known, "it refers to data in an unknown way")
    refuse_unless(reference[5:] in ((), (None,)), "it holds views of storages in an old form")
    refuse_unless(type(reference[2]) is str, "a storage has no name")
    return reference[2], storage_of(reference[1], reference[4])
