"""A run obeys while it runs, and survives what befalls it."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch
from safetensors import SafetensorError

from gan_models.base import TrainingError
from gan_models.training import config, running
from gan_models.training.budget import kimg_within, parse_time
from gan_models.training.run import train
from gan_models.training.run_folder import RunFolder, is_full_disk
from gan_models.training.running import TrainingStep
from gan_models.training.workers import Workers
from tests.gan_models.training.test_training import TINY, make_pictures

QUIET = TINY | {"snapshot_kimg": 100.0}


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_pictures(tmp_path_factory.mktemp("running") / "discs", 40)


@pytest.fixture(autouse=True)
def _attentive(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every step is looked at."""
    for name, seconds in (("STATS", 0.0), ("LISTEN", 0.0), ("RETRY", 0.001)):
        monkeypatch.setattr(running, f"{name}_SECONDS", seconds)


def start(out: Path, data: Path, kimg: float = 0.04, **settings: object) -> Iterator[TrainingStep]:
    return train("stylegan2", str(data), out, kimg=kimg, settings=QUIET | settings)


def until(steps: Iterator[TrainingStep], holds: Callable[[TrainingStep], bool]) -> TrainingStep:
    return next(step for step in steps if holds(step))


def events(out: Path) -> list[str]:
    return [event["kind"] for event in RunFolder(out).read_lines("events.jsonl")]


def test_a_run_pauses_and_goes_on_when_told(tmp_path: Path, pictures: Path) -> None:
    folder = RunFolder(tmp_path)
    steps = start(tmp_path, pictures)
    next(steps)
    folder.send({"do": "pause"})
    done = until(steps, lambda step: step.message == "paused").done
    assert next(steps).done == done
    assert folder.read_status()["state"] == "paused"
    folder.send({"do": "resume"})
    assert list(steps)[-1].done == 40
    assert folder.read_status()["state"] == "finished"
    assert events(tmp_path) == ["started", "paused", "continued", "finished"]


def test_a_run_stops_when_told_and_can_be_resumed(tmp_path: Path, pictures: Path) -> None:
    steps = start(tmp_path, pictures)
    next(steps)
    RunFolder(tmp_path).send({"do": "stop"})
    assert list(steps) == []
    assert RunFolder(tmp_path).read_status()["state"] == "stopped"
    resumed = list(train("stylegan2", "", tmp_path, resume=True))
    assert resumed[-1].done == 40
    assert events(tmp_path) == ["started", "stopped", "resumed", "finished"]


def test_settings_change_while_it_runs_and_stay_after_a_resume(
    tmp_path: Path, pictures: Path
) -> None:
    folder = RunFolder(tmp_path)
    steps = start(tmp_path, pictures, augment=["color"])
    next(steps)
    folder.send({"set": {"learning_rate": 0.001, "augment_p": 0.25}})
    folder.send({"set": {"batch": 8}})
    until(steps, lambda step: step.figures.get("learning_rate") == 0.001)
    folder.send({"do": "stop"})
    list(steps)
    found = folder.read_lines("events.jsonl")
    assert found[1]["settings"] == {"learning_rate": 0.001, "augment_p": 0.25}
    assert (found[2]["kind"], "batch cannot change" in found[2]["text"]) == ("refused", True)
    last = list(train("stylegan2", "", tmp_path, resume=True))[-1]
    assert (last.figures["learning_rate"], last.figures["augment_p"]) == (0.001, 0.25)


@pytest.fixture
def any_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rates that are refused otherwise: losses explode in ways that no check foresees."""
    monkeypatch.setattr(config, "HIGHEST_RATE", math.inf)


@pytest.mark.usefixtures("any_rate")
def test_infinite_losses_are_rolled_back_with_half_the_learning_rate(
    tmp_path: Path, pictures: Path
) -> None:
    steps = start(tmp_path, pictures)
    next(steps)
    RunFolder(tmp_path).send({"set": {"learning_rate": 1e30}})
    last = list(steps)[-1]
    assert last.done == 40
    assert last.figures["learning_rate"] == pytest.approx(2.5e-3 / 2)
    rolled_back = RunFolder(tmp_path).read_lines("events.jsonl")[2]
    assert rolled_back["kind"] == "rolled back"
    assert rolled_back["pictures"] < rolled_back["failed_at"]
    stats = RunFolder(tmp_path).read_lines("stats.jsonl")
    assert all(math.isfinite(value) for line in stats for value in line.values())
    seen = [line["pictures"] for line in stats]
    assert seen == sorted(set(seen))


def test_a_rate_that_is_sure_to_explode_is_not_taken_while_a_run_goes_on(
    tmp_path: Path, pictures: Path
) -> None:
    steps = start(tmp_path, pictures)
    next(steps)
    RunFolder(tmp_path).send({"set": {"learning_rate": 1e30}})
    assert list(steps)[-1].figures["learning_rate"] == 2.5e-3
    assert events(tmp_path) == ["started", "refused", "finished"]


@pytest.mark.usefixtures("any_rate")
def test_a_learning_rate_that_explodes_from_the_start_ends_the_run_with_advice(
    tmp_path: Path, pictures: Path
) -> None:
    with pytest.raises(TrainingError, match="start again with a lower learning_rate"):
        list(start(tmp_path, pictures, kimg=1.0, learning_rate=1e30))
    assert RunFolder(tmp_path).read_status()["state"] == "failed"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is always full")
def test_a_full_disk_pauses_the_run_until_there_is_room(tmp_path: Path, pictures: Path) -> None:
    steps = start(tmp_path, pictures)
    next(steps)
    stats = tmp_path / "stats.jsonl"
    stats.unlink()
    stats.symlink_to("/dev/full")
    paused = until(steps, lambda step: "disk" in step.message)
    assert "is full; free some space" in paused.message
    assert RunFolder(tmp_path).read_status()["state"] == "paused"
    stats.unlink()
    assert list(steps)[-1].done == 40
    assert events(tmp_path) == ["started", "disk full", "continued", "finished"]


def test_a_full_disk_is_known_in_all_its_forms() -> None:
    assert is_full_disk(OSError(28, "No space left on device"))
    assert not is_full_disk(OSError(13, "Permission denied"))
    # As safetensors says it, seen on a full tmpfs.
    text = "Error while serializing: I/O error: No space left on device (os error 28)"
    assert is_full_disk(SafetensorError(text))


def test_a_second_trainer_on_the_same_folder_is_refused(tmp_path: Path, pictures: Path) -> None:
    steps = start(tmp_path, pictures)
    next(steps)
    with pytest.raises(TrainingError, match=rf"trained by another process .*{os.getpid()}"):
        next(train("stylegan2", "", tmp_path, resume=True))
    steps.close()  # type: ignore[attr-defined]
    assert RunFolder(tmp_path).read_status()["state"] == "stopped"


def test_each_snapshot_is_measured(tmp_path: Path, pictures: Path) -> None:
    list(start(tmp_path, pictures, snapshot_kimg=0.02))
    lines = RunFolder(tmp_path).read_lines("quality.jsonl")
    assert [line["pictures"] for line in lines] == [20, 40]
    assert lines[0]["sliced_wasserstein"] > 0
    assert lines[0]["diversity_of_data"] > 0
    assert lines[0]["nearest"] > 0


def test_stats_hold_what_a_chart_shows(tmp_path: Path, pictures: Path) -> None:
    list(start(tmp_path, pictures, held_out=0.2))
    names = set().union(*RunFolder(tmp_path).read_lines("stats.jsonl"))
    assert names >= {
        "generator_loss", "discriminator_loss", "real_logits", "fake_logits", "held_out_logits",
        "generator_gradient", "discriminator_gradient", "r1", "path_length", "learning_rate",
        "discriminator_accuracy", "kimg", "pictures_per_second", "memory_mb",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("1h", 3600), ("90m", 5400), ("1h30m", 5400), ("45s", 45), ("2d", 172800), ("0.5 h", 1800)],
)
def test_a_time_is_read(text: str, seconds: float) -> None:
    assert parse_time(text) == seconds


@pytest.mark.parametrize("text", ["", "soon", "5", "1h-30m", "0m"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(TrainingError, match="is no time"):
        parse_time(text)


def test_a_time_becomes_a_length_by_a_probe(tmp_path: Path, pictures: Path) -> None:
    assert kimg_within(3600, 50) == pytest.approx(167.4)
    steps = train("stylegan2", str(pictures), tmp_path, seconds=2.0, settings=QUIET)
    total = next(steps).total
    steps.close()
    assert total > 0
    assert RunFolder(tmp_path).read_config()["kimg"] == pytest.approx(total / 1000)


def test_a_damaged_line_of_figures_is_passed_over(tmp_path: Path) -> None:
    lines = ['{"pictures": 8}', "null", '{"pict', '{"pictures": 16}', '{"pictures": 24']
    (tmp_path / "stats.jsonl").write_text("\n".join(lines))
    seen = [line["pictures"] for line in RunFolder(tmp_path).read_lines("stats.jsonl")]
    assert seen == [8, 16]


def test_figures_of_a_run_folder_of_format_1_have_their_thousands_too(tmp_path: Path) -> None:
    (tmp_path / "stats.jsonl").write_text('{"pictures": 500, "r1": 0.1}\n', encoding="utf-8")
    assert RunFolder(tmp_path).read_lines("stats.jsonl")[0]["kimg"] == 0.5


def test_a_batch_is_shared_so_that_groups_stay_together() -> None:
    shares = [Workers(rank, 2).share(torch.arange(16)).tolist() for rank in (0, 1)]
    assert shares == [[0, 1, 4, 5, 8, 9, 12, 13], [2, 3, 6, 7, 10, 11, 14, 15]]
    with pytest.raises(TrainingError, match="cannot be divided among 3 processes"):
        Workers(0, 3).share(torch.arange(16))


@pytest.mark.slow
def test_two_processes_take_the_step_that_one_takes(tmp_path: Path) -> None:
    """With plain gradient descent the weights tell the gradients.

    (Batch norm would be computed in each process by itself.)
    """
    make_pictures(tmp_path / "discs", 40)
    script = textwrap.dedent("""
        import os, sys
        from pathlib import Path
        import torch
        from gan_models.datasets.arrays import PictureArray
        from gan_models.files import save_tensors
        from gan_models.training.loop import Trainer
        from gan_models.training.workers import joined_workers
        from tests.gan_models.training.test_recipes import small
        torch.set_num_threads(1)
        folder = Path(sys.argv[1])
        with joined_workers(torch.device("cpu")) as workers:
            for name in ("non-saturating", "wgan-gp"):
                config = small("stylegan2", name, batch=16, optimizer="sgd", beta1=0.9,
                               path_weight=0.0, learning_rate=0.01, r1_interval=1, critic_steps=1)
                trainer = Trainer(config, PictureArray.open(folder / "discs"),
                                  torch.device("cpu"), workers)
                trainer.step()
                if workers.leads:
                    save_tensors(folder / f"{name}-{workers.world}", trainer.state()[0], {})
    """)
    for world in (1, 2):
        started = []
        for rank in range(world):
            group = {"RANK": rank, "WORLD_SIZE": world, "MASTER_ADDR": "127.0.0.1"}
            env = os.environ | {k: str(v) for k, v in group.items()} | {"MASTER_PORT": "29617"}
            command = [sys.executable, "-c", script, str(tmp_path)]
            started.append(subprocess.Popen(command, env=env))
        assert [process.wait() for process in started] == [0] * world
    from safetensors.torch import load_file

    for name in ("non-saturating", "wgan-gp"):
        one, two = load_file(tmp_path / f"{name}-1"), load_file(tmp_path / f"{name}-2")
        for key, tensor in one.items():
            # The noise of each process is its own; its strength is 0 and only begins to learn.
            if "noise_strength" not in key and not _of_noise(key, one):
                torch.testing.assert_close(two[key], tensor, atol=1e-5, rtol=1e-4, msg=key)


def _of_noise(key: str, tensors: dict[str, torch.Tensor]) -> bool:
    """Whether a moment belongs to a noise strength: those alone are single numbers."""
    return "optimizer" in key and tensors[key].ndim == 0


def test_readers_of_a_run_need_no_torch(tmp_path: Path) -> None:
    RunFolder(tmp_path).create({"format": 2})
    RunFolder(tmp_path).write_status("running", 8, 40)
    code = textwrap.dedent(f"""
        import sys; sys.modules["torch"] = None
        from pathlib import Path
        from gan_models.training.health import assess
        from gan_models.training.run_folder import RunFolder
        folder = RunFolder(Path({str(tmp_path)!r}))
        folder.send({{"do": "pause"}})
        print(folder.read_status()["state"], assess([], [], []).kind)
    """)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["running", "starting"]
    assert RunFolder(tmp_path).received() == [{"do": "pause"}]


def test_a_command_that_is_none_changes_nothing(tmp_path: Path, pictures: Path) -> None:
    steps = start(tmp_path, pictures, kimg=0.012)
    next(steps)
    for number, text in enumerate(('"now"', "{not json", json.dumps({"do": "dance"}))):
        (tmp_path / "control" / f"{number}.json").write_text(text)
    assert list(steps)[-1].done == 12
    assert not list((tmp_path / "control").iterdir())
