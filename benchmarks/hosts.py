"""Whether two hosts compute the gradients that one process does, over a real network.

``python -m benchmarks.hosts compare`` makes two network namespaces with a cable between them (Linux
and root), lets a process in each take half of a batch, and prints the largest difference to
the gradients of one process with the whole batch. Without the rights two processes of this host
meet by its loopback. ``--recipe`` and ``--batch`` choose what is computed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import numpy as np
import torch
import typer
from safetensors.torch import load_file, save_file
from torch import Tensor

from gan_models.datasets.arrays import PictureArray, write_info
from gan_models.training.config import load_recipe, with_settings
from gan_models.training.loop import Trainer
from gan_models.training.workers import joined_workers

HOSTS = {"ganvas-a": "10.213.7.1", "ganvas-b": "10.213.7.2"}
"""Names of the namespaces, and their addresses."""
CABLE = "cable"
PORT = 29641
SIZE, COUNT = 32, 64
Command = Annotated[str, typer.Option()]

app = typer.Typer(pretty_exceptions_enable=False)


@contextmanager
def two_hosts() -> Iterator[None]:
    """`HOSTS` with a cable between them; raises PermissionError where they cannot be made."""
    if os.name != "posix" or shutil.which("ip") is None or os.geteuid() != 0:
        raise PermissionError("network namespaces need Linux, iproute2 and root")
    try:
        if not all(_ip("netns", "add", name) for name in HOSTS):
            raise PermissionError("network namespaces are not permitted here")
        first, second = HOSTS
        _ip("-n", first, "link", "add", CABLE, "type", "veth", "peer", CABLE, "netns", second)
        for name, address in HOSTS.items():
            _ip("-n", name, "address", "add", f"{address}/24", "dev", CABLE)
            _ip("-n", name, "link", "set", CABLE, "up")
            _ip("-n", name, "link", "set", "lo", "up")
        yield
    finally:
        for name in HOSTS:
            _ip("netns", "delete", name)


def _ip(*words: str) -> bool:
    return subprocess.run(["ip", *words], capture_output=True, check=False).returncode == 0


def on_host(name: str, command: list[str]) -> list[str]:
    """The command as it runs on one of the hosts."""
    return ["ip", "netns", "exec", name, *command]


@app.command()
def step(data: Path, out: Path, recipe: Command = "stylegan2", batch: int = 16) -> None:
    """Take one step as the process that the environment says, and keep the gradients."""
    torch.set_num_threads(1)
    # The lazy penalties come in steps of their own, after which the gradients are theirs.
    alone = {"path_weight": 0.0, "r1_interval": 1, "precision": "float32", "held_out": 0.0}
    settings = {"resolution": SIZE, "channel_base": 1024, "batch": batch, **alone}
    config = with_settings(load_recipe(recipe), settings)
    with joined_workers(torch.device("cpu")) as workers:
        trainer = Trainer(config, PictureArray.open(data), torch.device("cpu"), workers)
        trainer.step()
        if workers.leads:
            save_file(_gradients(trainer), out)


def _gradients(trainer: Trainer) -> dict[str, Tensor]:
    """By side and name, without the strengths of noise: each process draws noise of its own."""
    sides = {"generator": trainer.generator, "discriminator": trainer.discriminator}
    return {
        f"{side}.{name}": parameter.grad.contiguous()
        for side, network in sides.items()
        for name, parameter in network.named_parameters()
        if parameter.grad is not None and "noise_strength" not in name
    }


@app.command()
def compare(recipe: Command = "stylegan2", batch: int = 16) -> None:
    """Print how far the gradients of two hosts are from those of one process."""
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        _make_pictures(base / "data")
        command = [sys.executable, "-m", "benchmarks.hosts", "step", str(base / "data")]
        told = [f"--recipe={recipe}", f"--batch={batch}"]
        _run([([*command, str(base / "one"), *told], {})])
        place = _run_two([*command, str(base / "two"), *told])
        one, two = load_file(base / "one"), load_file(base / "two")
    typer.echo(f"{recipe}, a batch of {batch}, {place}: {len(one)} tensors")
    typer.echo(compared(one, two))


def compared(one: Mapping[str, Tensor], two: Mapping[str, Tensor]) -> str:
    """The largest difference of gradients, and their largest value, in words."""
    if one.keys() != two.keys():
        raise ValueError("the two did not compute the same gradients")
    differences = {name: float((two[name] - one[name]).abs().max()) for name in one}
    worst = max(differences, key=lambda name: differences[name])
    largest = max(float(tensor.abs().max()) for tensor in one.values())
    return (
        f"largest difference {differences[worst]:.2e} (in {worst}); "
        f"the largest gradient is {largest:.2e}"
    )


def _run_two(command: list[str]) -> str:
    """Run it as two processes, and say where they were."""
    try:
        with two_hosts():
            meeting = next(iter(HOSTS.values()))
            shares = [(on_host(name, command), {"GLOO_SOCKET_IFNAME": CABLE}) for name in HOSTS]
            _run(shares, meeting)
        return "two network namespaces joined by a veth pair"
    except PermissionError as error:
        _run([(command, {}), (command, {})], "127.0.0.1")
        return f"two processes of one host ({error})"


def _run(commands: list[tuple[list[str], dict[str, str]]], meeting: str = "") -> None:
    """Start them as one group that meets at an address, and wait until all are done."""
    group = {"WORLD_SIZE": str(len(commands)), "MASTER_ADDR": meeting, "MASTER_PORT": str(PORT)}
    started = []
    for rank, (command, more) in enumerate(commands):
        env = os.environ | group | {"RANK": str(rank)} | more
        started.append(subprocess.Popen(command, env=env))
    try:
        if any(process.wait() for process in started):
            raise typer.Exit(1)
    finally:
        for process in started:
            process.kill()


def _make_pictures(path: Path) -> None:
    path.mkdir()
    noise = np.random.default_rng(0).integers(0, 256, (COUNT, 3, SIZE // 4, SIZE // 4), np.uint8)
    np.save(path / "pictures.npy", noise.repeat(4, axis=2).repeat(4, axis=3))
    write_info(path, names=(), flip_sign=None, source={"name": "noise"})


if __name__ == "__main__":
    app()
