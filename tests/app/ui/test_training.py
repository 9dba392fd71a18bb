"""The Train menu on real run folders: what is shown, asked, and refused."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from app.core.run_film import STRIP
from app.core.training_runs import LOG, Plan, RunView, read_run
from app.model.training import Training
from app.ui.main_window import MainWindow
from app.ui.train.chart import HEIGHT
from app.ui.train.charts import Charts
from app.ui.train.run_page import RunPage
from app.ui.train.words import HEALTH, RECIPES, health_words
from gan_models.training import readers
from gan_models.training.config import read_recipe, recipe_names
from gan_models.training.health import Health
from gan_models.training.run import train
from gan_models.training.run_folder import RunFolder
from tests.gan_models.training.test_training import TINY, make_pictures

QUICK = TINY | {"batch": 16, "snapshot_kimg": 0.4}


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run of the real trainer, with two snapshots: copy it before changing it."""
    base = tmp_path_factory.mktemp("runs")
    data = make_pictures(base / "discs", 24)
    for _ in train("stylegan2", str(data), base / "run", kimg=0.8, settings=QUICK):
        pass
    return base / "run"


@pytest.fixture
def run(trained: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(trained, tmp_path / "run"))


def followed(window: MainWindow, run: Path) -> RunPage:
    """The page that shows a run, before it has read anything of it."""
    window.train.follow(run)
    page = window.train.page
    assert page is not None
    return page


@pytest.fixture
def page(window: MainWindow, qtbot: QtBot, run: Path) -> RunPage:
    """The page on the finished run, with its newest samples."""
    page = followed(window, run)
    qtbot.waitUntil(lambda: page.snapshots.sheet.image is not None)
    return page


def pretend(run: Path, state: str, process: int, message: str = "") -> None:
    """Let a run folder say that a process is at work on it."""
    folder = RunFolder(run)
    folder.write_status(state, 40, 80, message)
    text = (run / "status.json").read_text().replace(f'"process": {os.getpid()}', "@")
    (run / "status.json").write_text(text.replace("@", f'"process": {process}'))


def wait_for_charts(charts: Charts, qtbot: QtBot) -> None:
    """Until all that are in view are up to date."""
    qtbot.waitUntil(lambda: not charts._turns.isActive(), timeout=30_000)


def dead_process() -> int:
    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait()
    return done.pid


def test_a_run_is_shown_with_its_newest_snapshot_and_charts(
    page: RunPage, qtbot: QtBot, run: Path
) -> None:
    assert [page.snapshots.scrub.maximum(), page.snapshots.scrub.value()] == [1, 1]
    assert page.snapshots.shown == read_run(run).sheets[-1]
    assert page.state.text().startswith("Finished")
    assert page.health.text()
    wait_for_charts(page.charts, qtbot)
    charts = page.charts.charts
    x, _ = charts["distance"].curves["sliced_wasserstein"].getData()
    assert len(x) == 2
    assert len(charts["distance"].best.getData()[0]) == 1
    lines = RunFolder(run).read_lines("stats.jsonl")
    assert len(charts["losses"].curves["generator_loss"].getData()[0]) == len(lines) > 0
    # No augmentation, no gradient penalty: what a run lacks has no chart.
    assert {"distance", "logits", "gradients", "rates", "path"} <= charts.keys()
    assert "augmentation" not in charts
    assert not page.pause.isVisible()


def test_scrubbing_shows_the_samples_of_an_older_snapshot(
    page: RunPage, qtbot: QtBot, run: Path
) -> None:
    with qtbot.waitSignal(page.training.sheet_ready) as shown:
        page.snapshots.scrub.setValue(0)
    name, picture = shown.args[0]
    assert name == read_run(run).sheets[0]
    with Image.open(run / "samples" / f"{name}.png") as image:
        assert np.array_equal(picture, np.asarray(image.convert("RGB")))


def test_the_page_takes_the_place_of_picture_and_panels_and_gives_it_back(
    window: MainWindow, page: RunPage, qtbot: QtBot
) -> None:
    assert not any(dock.isVisible() for dock in window.docks)
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert window.stack.currentWidget() is window.canvas
    assert all(dock.isVisible() for dock in window.docks)
    window.actions_.run.trigger()
    assert window.train.shown


def test_a_snapshot_opens_in_the_explorer(
    window: MainWindow, page: RunPage, qtbot: QtBot, run: Path
) -> None:
    page.snapshots.scrub.setValue(0)
    with qtbot.waitSignal(window.studio.model_changed):
        page.snapshots.open.click()
    assert window.studio.model is not None
    assert window.studio.model.path == read_run(run).snapshot(page.snapshots.shown)
    assert not window.train.shown


def test_buttons_send_commands_to_a_run_that_another_process_writes(
    window: MainWindow, qtbot: QtBot, run: Path
) -> None:
    pretend(run, "running", os.getpid())
    page = followed(window, run)
    qtbot.waitUntil(page.pause.isEnabled)
    page.pause.click()
    pretend(run, "paused", os.getpid())
    qtbot.waitUntil(lambda: page.pause.text() == "Go on")
    page.pause.click()
    page.stop.click()
    assert [command["do"] for command in RunFolder(run).received()] == ["pause", "resume", "stop"]


def test_what_comes_before_a_training_is_told_in_percent_and_can_be_cancelled(
    window: MainWindow, qtbot: QtBot, run: Path
) -> None:
    pretend(run, "settling", os.getpid())
    page = followed(window, run)
    qtbot.waitUntil(page.stop.isEnabled)
    assert page.state.text() == "The discriminator learns alone first… · 50 %"
    assert (page.stop.text(), page.pause.isEnabled()) == ("Cancel", False)
    assert "nothing is kept" in page.stop.toolTip()
    assert not page.health.text()
    page.stop.click()
    assert [command["do"] for command in RunFolder(run).received()] == ["stop"]


def test_a_process_that_died_is_told_with_its_last_line(
    window: MainWindow, qtbot: QtBot, run: Path
) -> None:
    pretend(run, "running", dead_process())
    (run / LOG).write_text("training: 40 of 80\nout of memory\n")
    page = followed(window, run)
    qtbot.waitUntil(lambda: "out of memory" in page.state.text())
    assert page.resume.isVisible()


def test_a_run_that_waits_for_the_disk_says_so(window: MainWindow, qtbot: QtBot, run: Path) -> None:
    pretend(run, "paused", os.getpid(), "the disk is full; free some space")
    RunFolder(run).append_event("disk full", 40)
    page = followed(window, run)
    qtbot.waitUntil(lambda: "Paused: the disk is full" in page.state.text())
    assert page.health.text().startswith("The disk is full")
    assert page.advice.isVisible()


def test_a_run_that_memorises_shows_the_nearest_pictures_once(page: RunPage, run: Path) -> None:
    copies = {"nearest": 0.01, "nearest_of_held_out": 0.2, "pictures": 800, "kimg": 0.8}
    RunFolder(run).append("quality.jsonl", copies)
    page.show_run(read_run(run))
    assert page.health.text().startswith("Memorising")
    assert page.snapshots.kind.currentData() == "-nearest"
    page.snapshots.show_kind("")
    page.show_run(read_run(run))
    assert page.snapshots.kind.currentData() == ""


@pytest.mark.parametrize("kind", sorted(HEALTH))
def test_what_is_wrong_is_said_with_what_to_do(kind: str) -> None:
    view = RunView(Path(), "running", health=Health(kind, "", figures={"ratio": 4.5}))
    said, advice = health_words(view)
    assert said
    assert bool(advice) == (kind not in ("starting", "good"))
    assert ("4.5 times more alike" in said) == (kind == "collapse")


def test_a_folder_without_a_run_is_refused_by_name(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    with qtbot.waitSignal(window.train.training.failed):
        window.train.follow(tmp_path / "nothing")
    assert "nothing is no run folder" in window.strip.label.text()
    assert window.stack.currentWidget() is window.canvas


def test_a_run_that_is_being_trained_is_shown_and_not_resumed(
    window: MainWindow, run: Path
) -> None:
    pretend(run, "running", os.getpid())
    window.train.resume(run)
    assert "being trained by another process" in window.strip.label.text()
    assert window.train.shown
    assert not (run / LOG).exists()


def test_the_kind_of_sheet_can_be_chosen(page: RunPage, qtbot: QtBot, run: Path) -> None:
    snapshots = page.snapshots
    for place, name in ((1, "-raw"), (2, "-nearest")):
        with qtbot.waitSignal(page.training.sheet_ready) as shown:
            snapshots.kind.setCurrentIndex(place)
        with Image.open(run / "samples" / f"{snapshots.shown}{name}.png") as image:
            assert np.array_equal(shown.args[0][1], np.asarray(image.convert("RGB")))


def test_charts_are_made_when_they_come_into_view(qtbot: QtBot, run: Path) -> None:
    charts = Charts()
    qtbot.addWidget(charts)
    charts.resize(600, HEIGHT)
    charts.show()
    charts.show_run(read_run(run))
    wait_for_charts(charts, qtbot)
    assert "distance" in charts.charts
    assert "path" not in charts.charts
    charts.verticalScrollBar().setValue(charts.verticalScrollBar().maximum())
    wait_for_charts(charts, qtbot)
    assert "path" in charts.charts


def test_the_value_under_the_cursor_is_told_by_all_charts(page: RunPage, qtbot: QtBot) -> None:
    wait_for_charts(page.charts, qtbot)
    charts = page.charts.charts
    last = page.training.view.quality[-1] if page.training.view else {}
    charts["losses"].pointed.emit(last["kimg"])
    assert f"<b>{last['sliced_wasserstein']:.4g}</b>" in charts["distance"].head.text()
    charts["losses"].pointed.emit(None)
    assert f"{last['sliced_wasserstein']:.4g}" not in charts["distance"].head.text()


def test_what_was_changed_is_marked_in_the_charts(
    window: MainWindow, qtbot: QtBot, run: Path
) -> None:
    RunFolder(run).append_event("changed", 400, settings={"learning_rate": 0.001})
    page = followed(window, run)
    wait_for_charts(page.charts, qtbot)
    marks = page.charts.charts["losses"]._marks
    assert [(kimg, line.toolTip()) for kimg, line in marks.items()] == [
        (0.4, "Changed: learning_rate = 0.001")
    ]


def test_a_run_of_the_first_format_opens(window: MainWindow, qtbot: QtBot, run: Path) -> None:
    """It had no status, events, quality, states nor raw samples, and no kimg in its figures."""
    for name in ("status.json", "events.jsonl", "quality.jsonl"):
        (run / name).unlink()
    shutil.rmtree(run / "states")
    for sheet in (*run.glob("samples/*-raw.png"), *run.glob("samples/*-nearest.png")):
        sheet.unlink()
    (run / "stats.jsonl").write_text('{"pictures": 500, "generator_loss": 0.5}\n')
    settings = 'recipe = "stylegan2"\nresolution = 16\ndata = "portraits"\n'
    (run / "config.toml").write_text(settings)
    page = followed(window, run)
    qtbot.waitUntil(lambda: page.snapshots.sheet.image is not None)
    wait_for_charts(page.charts, qtbot)
    assert page.state.text().startswith("Stopped")
    assert page.title.text() == "run · stylegan2 · portraits"
    assert not page.snapshots.rewind.isEnabled()
    assert not page.snapshots.kind.isVisible()


def test_settings_are_changed_while_a_run_goes_on(
    window: MainWindow, qtbot: QtBot, run: Path
) -> None:
    pretend(run, "running", os.getpid())
    page = followed(window, run)
    qtbot.waitUntil(page.adjust.isEnabled)
    page.adjust.click()
    dialog = page.adjusting
    assert (dialog.rate.text(), dialog.augmented.slider.number) == ("0.0025", 0)
    dialog.rate.setText("1e-3")
    dialog.augmented.box.setValue(50)
    dialog.apply.click()
    assert RunFolder(run).received() == [
        {
            "set": {
                "learning_rate": 0.001,
                "discriminator_rate": 0.0025,
                "augment_p": 0.5,
                "augment_target": 0.0,
                "augment": ["color", "translation"],
            }
        }
    ]
    assert not dialog.isVisible()


def test_a_running_run_is_rewound_by_a_command(window: MainWindow, qtbot: QtBot, run: Path) -> None:
    pretend(run, "running", os.getpid())
    page = followed(window, run)
    qtbot.waitUntil(page.snapshots.rewind.isEnabled)
    page.snapshots.scrub.setValue(0)
    page.snapshots.rewind.click()
    assert RunFolder(run).received() == [{"do": "rewind", "to": page.snapshots.shown}]


def test_all_snapshots_become_a_film(page: RunPage, qtbot: QtBot, run: Path) -> None:
    path = run.parent / "film.gif"
    with qtbot.waitSignal(page.training.filming.finished):
        page.training.export_film(path, "")
    with Image.open(path) as film:
        assert (
            getattr(film, "n_frames", 1) == 2
        )  # equal frames at the end are one that stays longer
        assert film.size == (512, 512 + STRIP)
    assert page.snapshots.film.text() == "Film…"


def test_a_snapshot_without_directions_opens_with_sliders(
    window: MainWindow, page: RunPage, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(window.train.sliders.finding.finished, timeout=60_000):
        page.snapshots.open.click()
    assert len(window.studio.imports.items) >= 2


def test_a_snapshot_of_a_labelled_set_gets_sliders_for_the_labels(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readers, "SEEN", 3200)
    data = make_pictures(tmp_path / "discs", 256)
    for _ in train("stylegan2", str(data), tmp_path / "run", kimg=0.8, settings=QUICK):
        pass
    snapshot = max((tmp_path / "run" / "snapshots").iterdir())
    window.train.sliders.expect(snapshot)
    with qtbot.waitSignal(window.train.sliders.labelling.finished, timeout=120_000):
        window.open_path(snapshot)
    items = window.studio.imports.items
    assert {"R", "G", "B"} & items.keys()
    assert {direction.source for direction in items.values()} >= {"pca", "labels"}
    assert (data / readers.NAME).exists()


# New training


def test_a_fork_keeps_the_settings_and_asks_for_other_pictures(
    window: MainWindow, page: RunPage, run: Path
) -> None:
    page.snapshots.fork.click()
    dialog = window.train.dialog
    assert dialog is not None
    assert not dialog.recipe.isVisible()
    snapshot = read_run(run).snapshot(page.snapshots.shown)
    assert dialog.plan().arguments()[:3] == ["train", "--from", str(snapshot)]
    window.train.new()
    assert dialog.recipe.isVisible()
    assert dialog.plan().arguments()[1] == "--recipe"


def test_a_model_without_its_run_can_be_forked(window: MainWindow, tiny_model_path: Path) -> None:
    window.train.fork(tiny_model_path)
    dialog = window.train.dialog
    assert dialog is not None
    assert dialog.origin.text() == f"{tiny_model_path.stem}, whose discriminator begins anew"
    assert dialog.plan().arguments()[:3] == ["train", "--from", str(tiny_model_path)]


def test_what_is_no_run_and_no_model_cannot_be_forked(window: MainWindow, tmp_path: Path) -> None:
    window.train.fork(tmp_path / "snapshots" / "gone.safetensors")
    dialog = window.train.dialog
    assert dialog is not None
    dialog.start.click()
    assert "is no run to begin with" in dialog.problem.text()
    assert window.train.training.path is None


def test_a_run_is_written_down_for_other_machines(window: MainWindow) -> None:
    window.train.new()
    dialog = window.train.dialog
    assert dialog is not None
    dialog.command.click()
    cluster = dialog._cluster
    assert cluster is not None
    cluster.machines.setValue(3)
    cluster.processes.setValue(4)
    assert "--nnodes=3" in cluster.command.toPlainText()
    cluster.tabs.setCurrentIndex(1)
    cluster.copy.click()
    script = QGuiApplication.clipboard().text()
    assert script.startswith("#!/bin/bash\n")
    assert "#SBATCH --gpus-per-node=4" in script
    assert "among 12 processes" in cluster.note.text()


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Three pictures, one cut short, one text."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    random = np.random.default_rng(0)
    for number in range(4):
        pixels = random.integers(0, 255, (20, 24, 3)).astype(np.uint8)
        Image.fromarray(pixels).save(folder / f"{number}.png")
    (folder / "3.png").write_bytes((folder / "3.png").read_bytes()[:200])
    (folder / "notes.txt").write_text("no picture")
    return folder


def test_the_card_tells_what_is_in_a_folder_and_what_is_left_out(
    window: MainWindow, qtbot: QtBot, pictures: Path
) -> None:
    window.train.new()
    dialog = window.train.dialog
    assert dialog is not None
    with qtbot.waitSignal(dialog.card.surveyed):
        dialog.choose_data(pictures)
    assert dialog.card.found is not None
    assert dialog.card.found.count == 3
    assert "3 pictures: 24x20" in dialog.card.facts.text()
    assert dialog.card.rejects.toPlainText().startswith("3.png")
    assert sum(tile.isVisible() for tile in dialog.card.tiles) == 3
    assert dialog.start.isEnabled()


def test_an_empty_folder_cannot_be_trained_on(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    window.train.new()
    dialog = window.train.dialog
    assert dialog is not None
    with qtbot.waitSignal(dialog.card.surveyed):
        dialog.choose_data(tmp_path / "empty")
    assert "holds no pictures" in dialog.card.facts.text()
    assert not dialog.start.isEnabled()


def test_a_folder_that_holds_a_run_is_refused_before_the_start(
    window: MainWindow, run: Path
) -> None:
    window.train.new()
    dialog = window.train.dialog
    assert dialog is not None
    dialog.out.setText(str(run))
    dialog.start.click()
    assert "already holds a run" in dialog.problem.text()
    assert window.train.training.path is None


def test_a_batch_larger_than_the_set_is_refused_before_the_start(
    window: MainWindow, qtbot: QtBot, pictures: Path
) -> None:
    window.train.new()
    dialog = window.train.dialog
    assert dialog is not None
    with qtbot.waitSignal(dialog.card.surveyed):
        dialog.choose_data(pictures)
    dialog.start.click()
    assert "and there are 3 to train on" in dialog.problem.text()
    assert window.train.training.path is None


def test_every_recipe_and_size_has_words_to_translate() -> None:
    recipes = [read_recipe(name) for name in recipe_names()]
    said = {recipe.summary for recipe in recipes}
    said |= {str(size["title"]) for recipe in recipes for size in recipe.sizes.values()}
    assert said == set(RECIPES)


@pytest.fixture
def training(qtbot: QtBot) -> Iterator[Training]:
    del qtbot
    training = Training()
    yield training
    training.close()
    if training._started:
        training._started.wait(timeout=60)


def small_recipe(path: Path) -> str:
    """A recipe file of the tiny settings."""
    lines = ['architecture = "stylegan2"', 'loss = "non-saturating"', "mapping_layers = 2"]
    lines += [f"{key} = {value!r}".replace("'", '"') for key, value in QUICK.items()]
    path.write_text("\n".join(lines))
    return str(path)


def test_a_started_process_trains_and_its_snapshot_is_seen(
    training: Training, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = make_pictures(tmp_path / "discs", 24)
    recipe = small_recipe(tmp_path / "tiny.toml")
    monkeypatch.chdir(tmp_path)  # it works from any folder
    views: list[RunView] = []
    training.changed.connect(views.append)
    training.start(Plan(str(data), recipe, tmp_path / "run", kimg=0.8))

    def finished() -> bool:
        return bool(views) and views[-1].state not in ("starting", "preparing", "running")

    qtbot.waitUntil(finished, timeout=180_000)
    assert (views[-1].state, views[-1].problem) == ("finished", "")
    assert len(views[-1].sheets) == 2


def test_a_start_that_fails_says_why(training: Training, qtbot: QtBot, tmp_path: Path) -> None:
    views: list[RunView] = []
    training.changed.connect(views.append)
    training.start(Plan(str(tmp_path / "gone"), "stylegan2", tmp_path / "run", kimg=1))
    qtbot.waitUntil(lambda: bool(views) and views[-1].state == "died", timeout=180_000)
    assert "there are no pictures at" in views[-1].problem
