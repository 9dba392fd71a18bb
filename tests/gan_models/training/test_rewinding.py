"""Going back to a snapshot, beginning with another run's weights, and what TensorBoard is told."""

from __future__ import annotations

import builtins
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from gan_models.base import TrainingError
from gan_models.checkpoints.own import save_generator
from gan_models.registry import build_generator, load_generator
from gan_models.training import loop, networks, running
from gan_models.training import run as run_module
from gan_models.training.config import load_recipe, with_settings
from gan_models.training.rewinding import keep_state, state_names
from gan_models.training.run import train
from gan_models.training.run_folder import RunFolder
from gan_models.training.running import TrainingStep
from tests.gan_models.training.test_training import TINY, make_pictures

EACH_KIMG = TINY | {"batch": 40, "snapshot_kimg": 1, "augment": "color"}


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_pictures(tmp_path_factory.mktemp("data") / "discs", 60)


def start(out: Path, data: Path, kimg: float, **settings: object) -> Iterator[TrainingStep]:
    return train("stylegan2", str(data), out, kimg=kimg, settings=EACH_KIMG | settings)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory, pictures: Path) -> Path:
    """A run with snapshots at 1 and 2 kimg: copy it before changing it."""
    path = tmp_path_factory.mktemp("runs") / "run"
    list(start(path, pictures, 2))
    return path


@pytest.fixture
def run(trained: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(trained, tmp_path / "run"))


def test_each_snapshot_can_be_gone_back_to(run: Path) -> None:
    assert state_names(run) == ("000001", "000002")
    _, state = RunFolder(run).read_checkpoint(run / "states" / "000001.safetensors")
    assert state["pictures"] == 1000


def test_a_rewound_run_goes_on_from_the_snapshot_and_puts_later_ones_aside(run: Path) -> None:
    steps = train("stylegan2", "", run, rewind="000001", kimg=3)
    assert next(steps).done == 1040
    assert [file.stem for file in (run / "snapshots").iterdir()] == ["000001"]
    assert [file.name for file in run.glob("rewound/*/snapshots/*")] == ["000002.safetensors"]
    assert [line["kimg"] for line in RunFolder(run).read_lines("quality.jsonl")] == [1]
    steps.close()


def test_a_run_rewinds_while_it_trains_and_learns_otherwise_than_before(run: Path) -> None:
    before = load_generator(run / "snapshots" / "000002.safetensors").state_dict()
    steps = train("stylegan2", "", run, resume=True, kimg=1000)
    RunFolder(run).send({"do": "rewind", "to": "000001"})
    assert next(step.done for step in steps if step.done < 2000) == 1040
    event = RunFolder(run).read_lines("events.jsonl")[-1]
    assert (event["kind"], event["to"], event["pictures"]) == ("rewound", "000001", 1000)
    assert next(step.done for step in steps if step.done >= 2040)
    steps.close()
    after = load_generator(run / "snapshots" / "000002.safetensors").state_dict()
    assert any(not torch.equal(tensor, after[name]) for name, tensor in before.items())


def test_going_back_to_what_is_not_there_names_what_is(run: Path) -> None:
    with pytest.raises(TrainingError, match=r"no state at snapshot '7'.*it has: 000001, 000002"):
        next(train("stylegan2", "", run, rewind="7"))
    assert len(list((run / "snapshots").iterdir())) == 2


def test_old_states_go_but_not_that_of_the_best_snapshot(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    for number, distance in enumerate((9, 2, 8, 7, 6, 5)):
        folder.write_checkpoint({"weights": torch.zeros(1)}, {"pictures": number * 1000})
        line = {"snapshot": f"{number:06d}", "pictures": number * 1000}
        folder.append("quality.jsonl", line | {"sliced_wasserstein": distance})
        keep_state(folder, f"{number:06d}")
    assert state_names(tmp_path) == ("000001", "000003", "000004", "000005")


def test_augmentation_can_be_switched_on_while_a_run_goes_on(
    tmp_path: Path, pictures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "LISTEN_SECONDS", 0.0)
    steps = start(tmp_path, pictures, 0.4, augment="")
    next(steps)
    RunFolder(tmp_path).send({"set": {"augment": ["color", "translation"], "augment_p": 0.5}})
    list(steps)
    config = RunFolder(tmp_path).read_config()
    assert (config["augment"], config["augment_p"]) == (["color", "translation"], 0.5)
    kinds = [event["kind"] for event in RunFolder(tmp_path).read_lines("events.jsonl")]
    assert kinds == ["started", "changed", "finished"]


def test_an_augmentation_that_there_is_not_is_refused() -> None:
    with pytest.raises(TrainingError, match="color, translation, cutout, not blur"):
        with_settings(load_recipe("stylegan2"), {"augment": "color,blur"})


# Fork


def test_a_fork_begins_with_the_snapshot_on_other_pictures(run: Path, tmp_path: Path) -> None:
    snapshot = run / "snapshots" / "000001.safetensors"
    other = make_pictures(tmp_path / "others", 50)
    steps = train("dcgan", str(other), tmp_path / "fork", kimg=0.04, start_from=snapshot,
                  settings={"learning_rate": 1e-9})  # fmt: skip
    list(steps)
    config = RunFolder(tmp_path / "fork").read_config()
    assert (config["recipe"], config["batch"], config["data"]) == ("stylegan2", 40, str(other))
    begun = load_generator(snapshot).state_dict()
    learned = load_generator(tmp_path / "fork" / "snapshots" / "000000.safetensors").state_dict()
    for name, tensor in begun.items():
        if name != "mapping.w_avg":
            torch.testing.assert_close(learned[name], tensor, atol=2e-3, rtol=2e-3, msg=name)


def test_a_run_whose_discriminator_learns_alone_says_how_far_it_is_and_can_be_cancelled(
    run: Path, tmp_path: Path, pictures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(networks, "ANEW_STEPS", 4)
    monkeypatch.setattr(loop, "TOLD_INTERVAL", 2)
    monkeypatch.setattr(run_module, "TOLD_SECONDS", 0)
    model = tmp_path / "model.safetensors"
    model.write_bytes((run / "snapshots" / "000001.safetensors").read_bytes())
    out = RunFolder(tmp_path / "fork")
    steps = train("", str(pictures), out.path, kimg=0.064, start_from=model)
    step = next(step for step in steps if step.message == "the discriminator learns alone")
    status = out.read_status()
    assert (step.done, status["state"], status["pictures"], status["total"]) == (
        2,
        "settling",
        2,
        4,
    )
    out.send({"do": "stop"})
    with pytest.raises(TrainingError, match="cancelled"):
        next(steps)
    assert out.read_status()["state"] == "cancelled"
    assert not out.exists


def test_a_fork_of_a_model_alone_has_its_form_and_weights_and_a_new_discriminator(
    run: Path, tmp_path: Path, pictures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(networks, "ANEW_STEPS", 3)
    monkeypatch.setattr(loop, "TOLD_INTERVAL", 2)
    model = tmp_path / "model.safetensors"
    model.write_bytes((run / "snapshots" / "000001.safetensors").read_bytes())
    steps = train("", str(pictures), tmp_path / "fork", kimg=0.064, start_from=model,
                  settings={"learning_rate": 1e-9, "measure_features": False})  # fmt: skip
    told = [(step.done, step.message) for step in steps]
    assert told[-2:] == [(2, "the discriminator learns alone"), (4 * 16, "training")]
    config = RunFolder(tmp_path / "fork").read_config()
    shape = {name: config[name] for name in ("resolution", "channel_base", "z_dim", "w_dim")}
    assert shape == {name: load_generator(model).config()[name] for name in shape}
    assert config["batch"] == 16  # the recipe's own
    begun = load_generator(model).state_dict()
    learned = load_generator(tmp_path / "fork" / "snapshots" / "000000.safetensors").state_dict()
    for name, tensor in begun.items():
        if name != "mapping.w_avg":
            torch.testing.assert_close(learned[name], tensor, atol=2e-3, rtol=2e-3, msg=name)


def test_a_fork_of_another_family_needs_its_discriminator(tmp_path: Path, pictures: Path) -> None:
    model = tmp_path / "model.safetensors"
    save_generator(model, build_generator("dcgan", {"widths": [4, 8, 3], "start": 4}))
    with pytest.raises(TrainingError, match="is a dcgan, of which a training needs the discrim"):
        next(train("", str(pictures), tmp_path / "fork", start_from=model))
    assert not (tmp_path / "fork").exists()


def test_a_fork_of_what_is_not_there_is_refused(tmp_path: Path, pictures: Path) -> None:
    with pytest.raises(TrainingError, match="no run to begin with: give a run folder, or a snap"):
        next(train("", str(pictures), tmp_path / "fork", start_from=tmp_path / "nothing"))
    assert not (tmp_path / "fork").exists()


def test_a_fork_on_classes_that_the_run_had_not_is_refused(run: Path, tmp_path: Path) -> None:
    others = tmp_path / "classes"
    for number in range(60):
        folder = others / str(number % 2)
        folder.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (16, 16), (number, 2 * number, 255)).save(folder / f"{number}.png")
    with pytest.raises(TrainingError, match="with no classes, and these pictures have 2"):
        list(
            train(
                "", str(others), tmp_path / "fork", start_from=run, settings={"labels": "folders"}
            )
        )


# Beside the figures


def test_the_nearest_training_pictures_lie_under_their_samples(run: Path, pictures: Path) -> None:
    with Image.open(run / "samples" / "000002-nearest.png") as image:
        sheet = np.asarray(image)
    assert sheet.shape == (4 * 16 + 6, 8 * 16, 3)
    known = {tile.tobytes() for tile in np.load(pictures / "pictures.npy").transpose(0, 2, 3, 1)}
    mirrored = {
        tile.tobytes()
        for tile in np.load(pictures / "pictures.npy").transpose(0, 2, 3, 1)[:, :, ::-1]
    }
    under = [np.ascontiguousarray(sheet[16:32, x : x + 16]) for x in range(0, 128, 16)]
    assert all(tile.tobytes() in known | mirrored for tile in under)


def test_tensorboard_files_hold_the_figures(tmp_path: Path, pictures: Path) -> None:
    accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    list(start(tmp_path, pictures, 1, tensorboard=True))
    events = accumulator.EventAccumulator(str(tmp_path / "tensorboard"))
    events.Reload()
    tags = events.Tags()
    assert {"stats/generator_loss", "quality/sliced_wasserstein"} <= set(tags["scalars"])
    assert tags["images"] == ["samples"]
    assert events.Scalars("quality/sliced_wasserstein")[0].step == 1000


def test_without_tensorboard_a_run_says_what_to_install_before_it_starts(
    tmp_path: Path, pictures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def missing(name: str, *args: Any, **kwargs: Any) -> Any:
        if name.startswith("torch.utils.tensorboard"):
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(TrainingError, match="pip install tensorboard"):
        next(start(tmp_path / "run", pictures, 1, tensorboard=True))
    assert not (tmp_path / "run").exists()
