"""Foreign files are read without running anything, or refused in one sentence."""

from __future__ import annotations

import io
import os
import pickle
import random
import struct
import tempfile
import zipfile
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from gan_models.base import ModelLoadError
from gan_models.checkpoints.reading import read_contents
from gan_models.checkpoints.stored import StoredTensor, find, module_tensors
from gan_models.registry import describe
from tests.gan_models.checkpoints import writing
from tests.gan_models.checkpoints.writing import Call, Name, pickled

SAMPLES = Path(os.environ.get("GANVAS_SAMPLES", "")) if "GANVAS_SAMPLES" in os.environ else None
needs_samples = pytest.mark.skipif(SAMPLES is None, reason="GANVAS_SAMPLES is not set")


def read(tmp_path: Path, content: bytes) -> Any:
    path = tmp_path / "model.pkl"
    path.write_bytes(content)
    return read_contents(path).root


def refusal(tmp_path: Path, content: bytes) -> str:
    with pytest.raises(ModelLoadError, match=r"model\.pkl") as caught:
        read(tmp_path, content)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_plain_values_come_back_as_they_were(tmp_path: Path, protocol: int) -> None:
    value = {"a": [1, -2.5, None, True, 2**70], "b": ("x", ()), "c": {"k": {1, 2}}, "d": "é" * 300}
    assert read(tmp_path, pickle.dumps(value, protocol)) == value


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
@pytest.mark.parametrize("kind", ["<f4", ">f8", "<f2", "<i8", "|u1", "|b1"])
def test_arrays_come_back_as_they_were(tmp_path: Path, protocol: int, kind: str) -> None:
    array = np.arange(12).reshape(3, 4).astype(kind)
    for given in (array, np.asfortranarray(array)):
        found = read(tmp_path, pickle.dumps({"x": given}, protocol))["x"]
        assert np.array_equal(found.numpy(), array)
    scalar = read(tmp_path, pickle.dumps(array[1, 2], protocol))
    assert scalar == array[1, 2].item()


@pytest.mark.parametrize("dtype", list(writing.STORAGES))
def test_tensors_of_every_type_and_container_come_back(tmp_path: Path, dtype: torch.dtype) -> None:
    tensor = torch.arange(6).reshape(2, 3).to(dtype)
    path = tmp_path / "x.pt"
    for legacy in (False, True):
        writing.save_state(path, {"w": tensor}, legacy=legacy)
        assert torch.equal(read_contents(path).root["w"].tensor(), tensor.float())
    found = read(tmp_path, pickled({"w": writing.nvidia_tensor(tensor, parameter=True)}))
    assert torch.equal(found["w"].tensor(), tensor.float())


def test_files_that_torch_writes_are_read(tmp_path: Path) -> None:
    tensor = torch.randn(4, 5)
    torch.save({"t": tensor.t(), "part": tensor[1:3, ::2]}, tmp_path / "x.pt")
    root = read_contents(tmp_path / "x.pt").root
    assert torch.equal(root["t"].tensor(), tensor.t())
    assert torch.equal(root["part"].tensor(), tensor[1:3, ::2])


def test_networks_are_walked_and_their_source_is_only_counted(tmp_path: Path) -> None:
    tensors = {"mapping.fc0.weight": torch.randn(2, 3), "w": torch.zeros(1)}
    path = tmp_path / "net.pkl"
    path.write_bytes(pickled({"G_ema": writing.nvidia_module(tensors)}))
    contents = read_contents(path)
    found = module_tensors(contents.root["G_ema"])
    assert found.keys() == tensors.keys()
    assert torch.equal(found["mapping.fc0.weight"].tensor(), tensors["mapping.fc0.weight"])
    assert contents.ignored == ["1 Python source file, 1 kB: not executed"]


EVIL = Call(Name("os", "system"), "echo")
STORAGE = writing.storage_reference("0", torch.zeros(4), None)
BYTES = writing.legacy_file(STORAGE, {"0": torch.zeros(4)})
NESTED = Call(Name("torch.storage", "_load_from_bytes"), BYTES)


def tensor_call(shape: tuple[int, ...], strides: tuple[int, ...], offset: int = 0) -> Call:
    rebuild = Name("torch._utils", "_rebuild_tensor_v2")
    return Call(rebuild, NESTED, offset, shape, strides, False, {})


ATTACKS = {
    "a system call": EVIL,
    "eval": Call(Name("builtins", "eval"), "1"),
    "getattr": Call(Name("builtins", "getattr"), {}, "x"),
    "torch.load itself": Call(Name("torch.serialization", "load"), "x"),
    "a pickle inside a storage": Call(
        Name("torch.storage", "_load_from_bytes"), writing.legacy_file(EVIL, {})
    ),
    "a storage two levels deep": Call(
        Name("torch.storage", "_load_from_bytes"), writing.legacy_file(NESTED, {})
    ),
    "calling a network class": Call(Name("training.networks", "Generator"), 1),
    "calling what was called": Call(Call(Name("collections", "OrderedDict")), 1),  # type: ignore[arg-type]
    "a tensor of many strides 0": tensor_call((2**20, 2**20), (0, 0)),
    "a negative stride": tensor_call((2,), (-1,)),
    "an offset outside": tensor_call((4,), (1,), 1),
    "a shape of objects": tensor_call((None, 2), (1, 1)),  # type: ignore[arg-type]
    "a huge number type": Call(Name("numpy", "dtype"), "V999999999", False, True),
    "an object array": Call(Name("numpy", "dtype"), "O8", False, True),
    "an instance of nothing known": Call(Name("subprocess", "Popen"), new=True),
    "a dotted name": Call(Name("collections", "OrderedDict.fromkeys"), ()),
    "a set of tuples": Call(Name("builtins", "set"), [((),)]),
    "a state for a number": Call(Name("numpy", "dtype"), "f4", state={"x": 1}),
    "an encoding": Call(Name("_codecs", "encode"), "x", "zlib"),
}


@pytest.mark.parametrize("protocol", [2, 4])
@pytest.mark.parametrize("attack", list(ATTACKS))
def test_attacks_are_refused(tmp_path: Path, attack: str, protocol: int) -> None:
    assert "refused" in refusal(tmp_path, pickled({"G_ema": ATTACKS[attack]}, protocol))


@pytest.mark.parametrize(
    "stream",
    [
        b"\x80\x04(S'x'\ni0\nx\n.",
        b"\x80\x04\x8c\x04evilQ.",
        b"\x80\x04\x82\x01.",
        b"\x80\x04)\x81.",
        b"\x80\x05\x97.",
        b"\x80\x04\x8d" + struct.pack("<Q", 2**40) + b"x.",
        b"\x80\x04\x8e" + struct.pack("<Q", 2**62) + b"x.",
        b"\x80\x04\x95" + struct.pack("<Q", 2**62) + b"N.",
        b"\x80\x04\x8b" + struct.pack("<i", 2**30) + b"1.",
        b"\x80\x04" + b"(" * 100_000 + b".",
        b"\x80\x04N" + b"\x85" * 1000 + b"}" + b"N\x85" * 3 + b"s.",
        b"\x80\x04" + b"N0" * 400_000 + b".",
        b"\x80\x04" + b"c" + b"x" * 100_000,
        b"\x80\x04",
        b"\x80\x04.",
        b"\x80\x09N.",
    ],
)
def test_streams_that_mean_harm_are_refused(tmp_path: Path, stream: bytes) -> None:
    assert len(refusal(tmp_path, stream)) < 500


def test_a_memo_index_allocates_nothing(tmp_path: Path) -> None:
    assert read(tmp_path, b"\x80\x04}r\xff\xff\xff\x7f.") == {}


def test_deep_keys_are_refused_before_they_are_hashed(tmp_path: Path) -> None:
    deep = b"\x80\x04}N" + b"\x85" * 200_000 + b"Ns."
    assert "unusual key" in refusal(tmp_path, deep)


def test_a_thing_in_itself_does_not_hang(tmp_path: Path) -> None:
    loop: list[Any] = []
    loop.append(loop)
    root = read(tmp_path, pickle.dumps(loop))
    assert find(root, lambda value: isinstance(value, StoredTensor)) is None


def zipped(**records: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, data in records.items():
            archive.writestr(name.replace("__", "/"), data)
    return file.getvalue()


def test_zip_archives_that_lie_are_refused(tmp_path: Path) -> None:
    value = pickled({"w": writing.rebuilt(STORAGE, torch.zeros(4))}, 2)
    assert "missing" in refusal(tmp_path, zipped(**{"a/data.pkl": value}))
    short = zipped(**{"a/data.pkl": value, "a/data/0": b"1234"})
    assert "4 bytes for 4 numbers" in refusal(tmp_path, short)
    assert "not one of PyTorch" in refusal(tmp_path, zipped(readme=b"hello"))
    two = zipped(**{"a/data.pkl": value, "b/data.pkl": value})
    assert "not one of PyTorch" in refusal(tmp_path, two)
    big = {"a/data.pkl": value, "a/data/0": bytes(16), "a/byteorder": b"big"}
    assert "big-endian" in refusal(tmp_path, zipped(**big))
    good = zipped(**{"a/data.pkl": value, "a/data/0": bytes(16)})
    assert "no complete zip archive" in refusal(tmp_path, good[:-5])


def test_compressed_records_are_refused(tmp_path: Path) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/data.pkl", pickled({"x": "y" * 10_000}, 2))
    assert "compressed" in refusal(tmp_path, file.getvalue())


def test_a_damaged_storage_is_noticed_by_its_checksum(tmp_path: Path) -> None:
    path = tmp_path / "x.pt"
    writing.save_state(path, {"w": torch.arange(1000.0)})
    data = path.read_bytes()
    at = data.index(torch.tensor([500.0, 501.0]).numpy().tobytes())
    path.write_bytes(data[:at] + b"\xff" + data[at + 1 :])
    with pytest.raises(ValueError, match="checksum"):
        read_contents(path).root["w"].tensor()


@pytest.mark.parametrize("packed", [False, True])
def test_npy_and_npz_are_read(tmp_path: Path, packed: bool) -> None:
    array = np.random.default_rng(0).standard_normal((3, 8))
    np.save(tmp_path / "x.npy", np.asfortranarray(array).astype(">f8"))
    assert np.array_equal(read_contents(tmp_path / "x.npy").root.numpy(), array)
    (np.savez_compressed if packed else np.savez)(tmp_path / "x.npz", a=array, b=array[0])
    root = read_contents(tmp_path / "x.npz").root
    assert np.array_equal(root["a"].numpy(), array)
    assert root["b"].shape == (8,)


def test_npy_files_that_lie_are_refused(tmp_path: Path) -> None:
    def npy(header: str, data: bytes = bytes(32)) -> bytes:
        return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + data

    layout = "{'descr': %r, 'fortran_order': False, 'shape': %s}"
    assert "does not fit" in refusal(tmp_path, npy(layout % ("<f8", "(99999, 99999)")))
    assert "plain numbers" in refusal(tmp_path, npy(layout % ("|O", "(4,)")))
    assert "plain numbers" in refusal(tmp_path, npy(layout % ("<c16", "(2,)")))
    assert "header" in refusal(tmp_path, npy("(" * 5000))
    assert "impossible" in refusal(tmp_path, npy(layout % ("<f8", "(-4,)")))


def test_an_npz_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    file = io.BytesIO()
    np.savez_compressed(file, a=np.zeros(2_000_000))
    assert "unpacks to far too much" in refusal(tmp_path, file.getvalue())


def test_truncations_and_flips_give_a_value_or_our_error(tmp_path: Path) -> None:
    writing.save_state(tmp_path / "zip", {"w": torch.randn(3, 3)})
    writing.save_state(tmp_path / "legacy", {"w": torch.randn(3, 3)}, legacy=True)
    nvidia = pickled({"G_ema": writing.nvidia_module({"a.w": torch.randn(2, 2)})})
    arrays = pickle.dumps({"x": np.ones((2, 2)), "y": np.float32(2)})
    originals = [
        (tmp_path / "zip").read_bytes(),
        (tmp_path / "legacy").read_bytes(),
        nvidia,
        arrays,
    ]
    chance = random.Random(4)
    refused = 0
    for round_number in range(400):
        data = bytearray(originals[round_number % 4])
        if round_number % 5 == 0:
            del data[chance.randrange(len(data)) :]
        for _ in range(chance.choice((1, 1, 4))):
            if data:
                data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        try:
            read(tmp_path, bytes(data))
        except ModelLoadError:
            refused += 1
    assert 50 < refused < 400


@needs_samples
@pytest.mark.parametrize(
    "path", sorted(SAMPLES.glob("hostile/*")) if SAMPLES else [], ids=lambda path: path.name
)
def test_hostile_samples_run_nothing(path: Path) -> None:
    canary = Path(tempfile.gettempdir()) / "gan_canary_RAN"
    fine = path.name.startswith(("h03", "h49"))  # what h03 would run is its Python source
    with nullcontext() if fine else pytest.raises(ModelLoadError, match=path.name):
        describe(path)
    assert not canary.exists()
