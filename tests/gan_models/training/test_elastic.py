"""Several processes under torchrun: one that is killed comes back, and two hosts train as one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest

from benchmarks.hosts import CABLE, HOSTS, on_host, two_hosts
from gan_models.training.run_folder import RunFolder
from tests.gan_models.training.test_training import TINY, make_pictures

ROOT = Path(__file__).parents[3]
TORCHRUN = [sys.executable, "-m", "torch.distributed.run"]
PATIENCE = 600.0
"""Seconds; a busy machine takes long to load torch so often."""


def arguments(out: Path, data: Path, kimg: float) -> list[str]:
    settings = TINY | {"checkpoint_seconds": 0.2, "snapshot_kimg": 1000}
    told = [f"--set={name}={value}" for name, value in settings.items()]
    return ["main.py", "train", f"--data={data}", f"--out={out}", f"--kimg={kimg}", *told]


def environment() -> dict[str, str]:
    return os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}


def wait_for_pictures(folder: RunFolder, process: subprocess.Popen[bytes]) -> int:
    """Wait until a checkpoint is there that is not the first one."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        if folder.read_status().get("state") == "running" and folder.checkpoint_path.exists():
            seen = int(folder.read_checkpoint()[1]["pictures"])
            if seen:
                return seen
        time.sleep(0.2)
    raise AssertionError("no checkpoint came")


@pytest.mark.slow
def test_a_killed_process_of_two_comes_back_and_all_go_on_from_the_checkpoint(
    tmp_path: Path,
) -> None:
    data, folder = make_pictures(tmp_path / "discs", 24), RunFolder(tmp_path / "run")
    command = [*TORCHRUN, "--standalone", "--nproc-per-node=2", "--max-restarts=2"]
    command += arguments(folder.path, data, 1000)
    with subprocess.Popen(command, cwd=ROOT, env=environment()) as process:
        try:
            safe = wait_for_pictures(folder, process)
            leader = folder.read_status()["process"]
            others = [p for p in psutil.Process(process.pid).children() if p.pid != leader]
            others[0].send_signal(signal.SIGKILL)
            end = time.monotonic() + PATIENCE
            while time.monotonic() < end and process.poll() is None:
                kinds = {e["kind"]: e for e in folder.read_lines("events.jsonl")}
                if "resumed" in kinds:
                    break
                time.sleep(0.2)
            assert kinds["resumed"]["pictures"] >= safe
            assert kinds["resumed"]["processes"] == 2
            folder.send({"do": "stop"})
            assert process.wait(timeout=PATIENCE) == 0
        finally:
            process.terminate()
    assert folder.read_status()["state"] == "stopped"


@pytest.fixture
def hosts() -> Iterator[None]:
    """Two network namespaces with a cable between them."""
    with ExitStack() as stack:
        try:
            stack.enter_context(two_hosts())
        except PermissionError as error:
            pytest.skip(str(error))
        yield


@pytest.mark.slow
@pytest.mark.usefixtures("hosts")
def test_two_hosts_train_one_model(tmp_path: Path) -> None:
    data, folder = make_pictures(tmp_path / "discs", 24), RunFolder(tmp_path / "run")
    first = next(iter(HOSTS.values()))
    started = []
    for name, address in HOSTS.items():
        hosting = f"--rdzv-conf=is_host={int(address == first)}"
        meeting = ["--nnodes=2", "--nproc-per-node=1", "--rdzv-backend=c10d", "--rdzv-id=ganvas"]
        meeting += [f"--rdzv-endpoint={first}:29533", f"--local-addr={address}", hosting]
        command = [*TORCHRUN, *meeting, *arguments(folder.path, data, 0.4)]
        env = environment() | {"GLOO_SOCKET_IFNAME": CABLE}
        started.append(subprocess.Popen(on_host(name, command), cwd=ROOT, env=env))
    try:
        assert [process.wait(timeout=PATIENCE) for process in started] == [0, 0]
    finally:
        for process in started:
            process.kill()
    events = folder.read_lines("events.jsonl")
    assert [(e["kind"], e.get("processes")) for e in events] == [("started", 2), ("finished", None)]
