"""The text that starts a run on several processes or machines."""

from __future__ import annotations

import shlex
import subprocess

from app.core.cluster import Cluster, slurm_script, torchrun_command

ARGUMENTS = ["train", "--data", "my pictures/", "--out", "runs/first"]


def words_of(command: str) -> list[str]:
    """As a shell reads them, which joins lines that end in a backslash."""
    return shlex.split(command.replace("\\\n", " "))


def test_one_machine_needs_no_meeting_point() -> None:
    words = words_of(torchrun_command(ARGUMENTS, Cluster(machines=1, processes=4)))
    assert words[:3] == ["torchrun", "--standalone", "--nproc-per-node=4"]
    assert words[-6:] == ["main.py", *ARGUMENTS]


def test_several_machines_meet_at_the_first() -> None:
    words = words_of(torchrun_command(ARGUMENTS, Cluster(machines=3, processes=2)))
    assert {"--nnodes=3", "--rdzv-endpoint=FIRST_MACHINE:29500"} <= set(words)


def test_a_slurm_script_is_one_that_bash_reads() -> None:
    script = slurm_script(ARGUMENTS, Cluster(machines=2, processes=8, hours=1.5), "a name")
    assert {"#SBATCH --nodes=2", "#SBATCH --gpus-per-node=8", "#SBATCH --time=01:30:00"} <= set(
        script.splitlines()
    )
    assert "main.py train \\\n    --data 'my pictures/' \\\n    --out runs/first\n" in script
    assert subprocess.run(["bash", "-n"], input=script, text=True, check=False).returncode == 0


def test_without_gpus_none_is_asked_for() -> None:
    assert "gpus" not in slurm_script(ARGUMENTS, Cluster(gpus=False), "run")
