"""A run on several processes or machines: the command, and a script for Slurm, as text."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass

PORT = 29500
RESTARTS = 3
"""How often torchrun starts all processes again after one failed; they resume from the
checkpoint."""

OWN_STORE = "TORCH_DISABLE_SHARE_RDZV_TCP_STORE=1"
"""For restarts on several machines: else torchrun hands on the addresses of processes that are
gone."""


@dataclass(frozen=True)
class Cluster:
    """Where a run is to go."""

    machines: int = 1
    processes: int = 2
    """On each machine: as many as it has GPUs, or parts of its cores."""
    hours: float = 24.0
    """How long a Slurm job may take."""
    gpus: bool = True

    @property
    def world(self) -> int:
        """All processes together."""
        return self.machines * self.processes


def torchrun_command(arguments: Sequence[str], cluster: Cluster) -> str:
    """The command for a terminal; with several machines, the one to start on each of them.

    `arguments` are those of main.py.
    """
    options = [f"--nproc-per-node={cluster.processes}", f"--max-restarts={RESTARTS}"]
    if cluster.machines == 1:
        return _command(["torchrun", "--standalone", *options], arguments)
    first = f"--rdzv-endpoint=FIRST_MACHINE:{PORT}"
    meeting = [f"--nnodes={cluster.machines}", "--rdzv-backend=c10d", "--rdzv-id=ganvas", first]
    return f"{OWN_STORE} " + _command(["torchrun", *meeting, *options], arguments)


def _command(start: Sequence[str], arguments: Sequence[str]) -> str:
    return f"{shlex.join(start)} \\\n    {_main(arguments)}\n"


def _main(arguments: Sequence[str]) -> str:
    """main.py with an option in each line."""
    text = "main.py"
    for word in arguments:
        text += f" \\\n    {word}" if word.startswith("--") else f" {shlex.quote(word)}"
    return text


def slurm_script(arguments: Sequence[str], cluster: Cluster, name: str) -> str:
    """A script for `sbatch`; torchrun's processes meet on the first machine of the job."""
    hours, minutes = divmod(max(1, round(cluster.hours * 60)), 60)
    lines = [
        "#!/bin/bash",
        f"#SBATCH --job-name={shlex.quote(name)}",
        f"#SBATCH --nodes={cluster.machines}",
        "#SBATCH --ntasks-per-node=1",
        *([f"#SBATCH --gpus-per-node={cluster.processes}"] if cluster.gpus else []),
        f"#SBATCH --cpus-per-task={cluster.processes * (4 if cluster.gpus else 1)}",
        f"#SBATCH --time={hours:02d}:{minutes:02d}:00",
        "#SBATCH --signal=TERM@120",
        "",
        f"export {OWN_STORE}",
        'first=$(scontrol show hostnames "$SLURM_JOB_NODELIST" | head -n 1)',
        "srun torchrun \\",
        f"    --nnodes={cluster.machines} --nproc-per-node={cluster.processes} \\",
        f'    --max-restarts={RESTARTS} --rdzv-backend=c10d --rdzv-id="$SLURM_JOB_ID" \\',
        f'    --rdzv-endpoint="$first:{PORT}" \\',
        f"    {_main(arguments)}",
    ]
    return "\n".join(lines) + "\n"
