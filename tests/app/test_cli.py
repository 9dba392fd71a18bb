"""The command line: same pixels as the window, one line for each error, nothing broken behind."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from app import cli, startup
from app.arguments import parse_edit, parse_grid, parse_mix, parse_number, parse_rows, parse_seeds
from app.core.clip import EASINGS, ENDINGS
from app.core.directions import import_directions
from app.core.export import FORMATS, read_clip, read_recipe
from app.core.models import OpenModel, open_model
from app.core.presets import PRESETS, ClipInputs
from app.core.recipe import Edit, Latent, Recipe, StyleMix
from app.core.session_file import SavedLook, Session, save_session
from gan_models.directions.choices import Choices
from gan_models.registry import build_generator

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def model(tiny_model_path: Path) -> OpenModel:
    return open_model(str(tiny_model_path))


@pytest.fixture
def tiny(tiny_model_path: Path) -> str:
    return f"--model={tiny_model_path}"


def pixels(path: str) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image)


def fails(captured: Captured, *arguments: str, code: int = 1) -> str:
    """The one line on stderr of a command that must fail and leave no file."""
    before = sorted(os.listdir())  # noqa: PTH208  # names are enough
    assert cli.main(list(arguments)) == code
    assert sorted(os.listdir()) == before  # noqa: PTH208
    out, error = captured.readouterr()
    assert out == ""
    assert "Traceback" not in error
    if code == 1:
        assert error.count("\n") == 1
    return error


def test_render_gives_the_pixels_of_the_window(tiny: str, model: OpenModel) -> None:
    assert cli.main(["render", tiny, "--seed=7", "--edit=smile=2", "--out=x.png"]) == 0
    recipe = Recipe(model.ref, Latent.of_seed(7)).with_edit("smile", 2)
    assert np.array_equal(pixels("x.png"), model.render(recipe))
    assert read_recipe("x.png") == recipe


def test_every_option_of_a_look_reaches_the_recipe(tiny: str, model: OpenModel) -> None:
    options = "--seed=4 --seed2=9 --mix=0-2:0.5 --mix=5 --edit=smile=2@1-3 --edit=gender=-1 "
    options += "--psi=0.4 --cutoff=3 --noise=random --noise-seed=8 --out=x.png"
    assert cli.main(["render", tiny, *options.split()]) == 0
    weights = (0.5, 0.5, 0.5, 0, 0, 1, 0, 0)
    expected = Recipe(
        model=model.ref,
        latent=Latent.of_seed(4),
        psi=0.4,
        cutoff=3,
        mixes=(StyleMix(Latent.of_seed(9), weights),),
        edits=(Edit("smile", 2, (1, 4)), Edit("gender", -1)),
        noise_mode="random",
        noise_seed=8,
    )
    assert read_recipe("x.png") == expected
    assert np.array_equal(pixels("x.png"), model.render(expected))


def test_a_sheet_has_a_tile_for_every_seed(tiny: str, model: OpenModel) -> None:
    assert cli.main(["render", tiny, "--seeds=0-4,9", "--grid=3x2", "--out=x.png"]) == 0
    sheet = pixels("x.png")
    assert sheet.shape == (64, 96, 3)
    last = Recipe(model.ref, Latent.of_seed(9))
    assert np.array_equal(sheet[32:, 64:], model.render(last))


def test_a_sheet_without_a_grid_is_nearly_square(tiny: str) -> None:
    assert cli.main(["render", tiny, "--seeds=0-5", "--size=16", "--out=x.png"]) == 0
    assert pixels("x.png").shape == (32, 48, 3)


def test_animate_gives_the_frames_of_the_window(tiny: str, model: OpenModel) -> None:
    options = "--seed=3 --seconds=0.5 --fps=10 --size=32 --strength=2 --easing=linear --out=frames"
    assert cli.main(["animate", tiny, *options.split()]) == 0
    look = Recipe(model.ref, Latent.of_seed(3))
    inputs = ClipInputs(look, seconds=0.5, fps=10, easing="linear", strength=2)
    recipes = PRESETS["smile"].build(inputs).recipes()
    assert len(os.listdir("frames")) == len(recipes) == 5  # noqa: PTH208
    for number, recipe in enumerate(recipes):
        assert np.array_equal(pixels(f"frames/{number:05d}.png"), model.render(recipe))


@pytest.mark.parametrize("kind", [kind for kind in FORMATS if kind != "frames"])
def test_animate_writes_what_the_name_ends_in(tiny: str, kind: str, capsys: Captured) -> None:
    out = f"x{FORMATS[kind].suffix}"
    options = ["--seconds=0.3", "--fps=10", "--size=64", "--json", f"--out={out}"]
    assert cli.main(["animate", tiny, *options]) == 0
    assert json.loads(capsys.readouterr().out) == {"file": out, "frames": 3, "seconds": 0.3}
    clip = read_clip(out)
    assert clip is not None
    assert clip.ending == "ping-pong"


PRESET_OPTIONS = {
    "smile": "",
    "gender-swap": "",
    "slider": "--slider=gender",
    "morph": "--to-seed=5",
    "looks": "--look=a.png --look=b.png",
    "walk": "--seeds=1,2,3",
    "style-mix": "--seed2=5 --mix=0-3",
}


@pytest.mark.parametrize("preset", PRESET_OPTIONS)
def test_every_preset_can_be_had(tiny: str, preset: str) -> None:
    assert {*PRESET_OPTIONS, "classes"} == set(PRESETS)  # classes: see test_cli_controls
    for seed, name in enumerate(["a.png", "b.png"]):
        assert cli.main(["render", tiny, f"--seed={seed}", f"--out={name}"]) == 0
    options = f"--preset={preset} --seconds=0.2 --fps=10 --out=x.webp {PRESET_OPTIONS[preset]}"
    assert cli.main(["animate", tiny, *options.split()]) == 0


def test_a_session_is_animated_through_its_looks(
    tiny_model_path: Path, model: OpenModel, capsys: Captured
) -> None:
    recipes = [Recipe(model.ref, Latent.of_seed(seed)) for seed in (3, 8)]
    looks = tuple(SavedLook(str(number), recipe) for number, recipe in enumerate(recipes))
    places = {model.ref.sha256: str(tiny_model_path)}
    save_session(Path("s.ganvas"), Session(recipes[0], looks, models=places))
    options = ["--session=s.ganvas", "--seconds=0.2", "--fps=10", "--size=16"]
    assert cli.main(["animate", *options, "--out=looks.gif"]) == 0
    clip = read_clip("looks.gif")
    assert clip is not None
    assert [key.recipe for key in clip.keyframes] == [*recipes, recipes[0]]
    assert cli.main(["animate", *options, "--preset=smile", "--out=smile.gif"]) == 0
    assert read_recipe("smile.gif") == recipes[0]

    capsys.readouterr()
    save_session(Path("s.ganvas"), Session(recipes[0], looks))
    assert "model 'tiny', which was not found" in fails(capsys, "animate", *options, "--out=x.gif")
    given = [*options, f"--model={tiny_model_path}", "--out=given.gif"]
    assert cli.main(["animate", *given]) == 0


def test_odd_sides_of_a_film_are_told(tiny: str, capsys: Captured) -> None:
    options = ["--seconds=0.2", "--fps=10", "--size=51", "--out=x.mp4"]
    assert cli.main(["animate", tiny, *options]) == 0
    assert "52x52 instead of 51x51" in capsys.readouterr().err


def test_inspect_tells_what_a_model_is(tiny_model_path: Path, capsys: Captured) -> None:
    assert cli.main(["inspect", str(tiny_model_path), "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["family"] == "stylegan2"
    assert facts["resolution"] == 32
    assert [direction["name"] for direction in facts["directions"]] == ["smile", "gender"]
    assert facts["provenance"] == {"name": "tiny", "licence": "Apache-2.0"}
    assert cli.main(["inspect", str(tiny_model_path)]) == 0
    assert "resolution: 32\n" in capsys.readouterr().out


def test_inspect_tells_what_an_export_is(tiny: str, capsys: Captured) -> None:
    cli.main(["render", tiny, "--seed=12", "--out=x.png"])
    cli.main(["animate", tiny, "--seed=12", "--seconds=0.2", "--size=16", "--out=x.gif"])
    capsys.readouterr()
    for name, kind in (("x.png", "picture"), ("x.gif", "clip")):
        assert cli.main(["inspect", name, "--json"]) == 0
        facts = json.loads(capsys.readouterr().out)
        assert facts["kind"] == kind
        assert facts["recipe"]["latent"][0]["seed"] == 12


def test_inspect_tells_what_a_session_holds(capsys: Captured) -> None:
    look = Recipe(latent=Latent.of_seed(4))
    save_session(Path("s.ganvas"), Session(look, (SavedLook("first", look),), frozenset({"age"})))
    assert cli.main(["inspect", "s.ganvas", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["kind"], facts["looks"], facts["locks"]) == ("session", ["first"], ["age"])


def test_convert_writes_a_checkpoint_as_our_own(capsys: Captured) -> None:
    torch.save(build_generator("gan", {"widths": [4, 8, 16]}).state_dict(), "small.pth")
    assert cli.main(["convert", "small.pth", "small.safetensors"]) == 0
    assert cli.main(["inspect", "small.safetensors", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out.partition("\n")[2])
    assert (facts["family"], facts["resolution"], facts["channels"]) == ("gan", 4, 1)
    assert facts["provenance"]["imported_from"] == "small.pth"
    assert "is no file of a known kind" in fails(capsys, "convert", __file__, "x.safetensors")


def test_inspect_tells_what_arrays_there_are(capsys: Captured) -> None:
    np.save("smile.npy", np.ones((1, 512)))
    assert cli.main(["inspect", "smile.npy", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["arrays"] == [{"name": "", "shape": [1, 512]}]
    np.save("nothing.npy", np.zeros((1, 512)))
    assert "all zeros" in fails(capsys, "inspect", "nothing.npy")


def test_evaluate_compares_a_model_with_a_folder(tiny: str, capsys: Captured) -> None:
    random = np.random.default_rng(0)
    Path("pictures").mkdir()
    for number in range(200):
        pixels = random.integers(0, 255, (32, 32, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(f"pictures/{number}.png")
    options = [tiny, "--data=pictures", "--features=none", "--samples=100"]
    assert cli.main(["evaluate", *options, "--json"]) == 0
    quality = json.loads(capsys.readouterr().out)["quality"]
    assert quality["pictures_each"] == 100
    assert cli.main(["evaluate", *options, "--write=x.safetensors"]) == 1
    assert "would hold no measurements" in capsys.readouterr().err
    assert not Path("x.safetensors").exists()


def test_an_unknown_model_is_named(capsys: Captured) -> None:
    error = fails(capsys, "render", "--model=nobody", "--out=x.png")
    assert "there is no model 'nobody'" in error


def test_a_file_of_the_wrong_kind_is_named(capsys: Captured) -> None:
    Image.new("RGB", (4, 4)).save("face.png")
    assert "is a PNG picture" in fails(capsys, "render", "--model=face.png", "--out=x.png")
    assert "carries no recipe" in fails(capsys, "inspect", "face.png")
    assert "no such file" in fails(capsys, "inspect", "gone.safetensors")


def test_a_truncated_model_is_named(tiny_model_path: Path, capsys: Captured) -> None:
    Path("half.safetensors").write_bytes(tiny_model_path.read_bytes()[:2000])
    error = fails(capsys, "render", "--model=half.safetensors", "--out=x.png")
    assert "half.safetensors is damaged" in error


def test_an_unknown_edit_lists_those_there_are(tiny: str, capsys: Captured) -> None:
    error = fails(capsys, "render", tiny, "--edit=wings=1", "--out=x.png")
    assert "no direction 'wings'; it has: smile, gender" in error
    options = ["--preset=slider", "--slider=wings", "--out=x.gif"]
    assert "it has: smile, gender" in fails(capsys, "animate", tiny, *options)


@pytest.mark.parametrize(
    "options",
    [
        *["--seed=x", "--seed=-1", "--seed=4294967296", "--seed=1.5", "--psi=x", "--psi=nan"],
        *["--edit=smile", "--edit==2", "--edit=smile=x", "--edit=smile=1@x", "--edit=smile=1@5-2"],
        *["--mix=0-2", "--seed2=3", "--seed2=3 --mix=a", "--seed2=3 --mix=1:x", "--noise=loud"],
        *["--seeds=5-2", "--seeds=0-3,x", "--seeds=0-99999", "--seeds=0-3 --grid=3x3"],
        *["--seeds=0-3 --grid=2", "--seeds=0-3 --grid=0x4", "--wings"],
    ],
)
def test_bad_usage_of_render_is_told(tiny: str, options: str, capsys: Captured) -> None:
    fails(capsys, "render", tiny, *options.split(), "--out=x.png", code=2)


@pytest.mark.parametrize(
    "options", ["--preset=dance", "--easing=bouncy", "--ending=never", "--quality=superb"]
)
def test_unknown_choices_list_the_known(tiny: str, options: str, capsys: Captured) -> None:
    error = fails(capsys, "animate", tiny, options, "--out=x.gif", code=2)
    assert "is none of" in error


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ("--fps=0", "0 frames per second"),
        ("--fps=1000", "1000 frames per second"),
        ("--fps=nan", "nan frames per second"),
        ("--size=0", "a size of 0 pixels"),
        ("--size=100000", "a size of 100000 pixels"),
        ("--seconds=0", "0 seconds"),
        ("--seconds=1e9", "at most 3600"),
        ("--preset=morph", "second look"),
        ("--preset=looks --look=gone.png", "gone.png cannot be read"),
        ("--seed2=3 --mix=0-99", "rows 0-7"),
        ("--class=3", "no class 3"),
        ("--device=abacus", "no device 'abacus'"),
    ],
)
def test_what_cannot_be_made_is_told(tiny: str, options: str, told: str, capsys: Captured) -> None:
    assert told in fails(capsys, "animate", tiny, *options.split(), "--out=x.mp4")


def test_a_folder_that_cannot_be_written_is_told(tiny: str, capsys: Captured) -> None:
    Path("file").write_text("")
    for out in ("absent/x.png", "file/x.png"):
        assert "cannot be written" in fails(capsys, "render", tiny, f"--out={out}")
        assert "cannot be written" in fails(capsys, "animate", tiny, f"--out={out}")
    assert "pictures are saved as .png" in fails(capsys, "render", tiny, "--out=x.jpg")
    assert "no name for a clip" in fails(capsys, "animate", tiny, "--out=x.avi")


def test_a_full_disk_is_told(tiny: str, capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    def save(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Image.Image, "save", save)
    assert "the disk is full" in fails(capsys, "render", tiny, "--out=x.png")
    options = ["--seconds=0.2", "--size=16", "--out=x.gif"]
    assert "the disk is full" in fails(capsys, "animate", tiny, *options)


def test_a_traceback_is_shown_only_on_demand(
    tiny: str, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("a mistake of ours")

    monkeypatch.setattr(cli, "open_model", broken)
    error = fails(capsys, "render", tiny, "--out=x.png")
    assert "unexpected ZeroDivisionError: a mistake of ours" in error
    with pytest.raises(ZeroDivisionError):
        cli.main(["render", tiny, "--out=x.png", "--debug"])


def test_a_file_that_is_not_there_is_no_misspelt_command(capsys: Captured) -> None:
    assert "face.ganvas cannot be opened" in fails(capsys, "face.ganvas")


def test_a_misspelt_command_is_bad_usage(capsys: Captured) -> None:
    assert "rendr" in fails(capsys, "rendr", code=2)


@pytest.mark.parametrize(
    "command", ["", "render", "animate", "inspect", "train", "evaluate", "benchmark"]
)
def test_every_command_explains_itself(command: str, capsys: Captured) -> None:
    assert cli.main([*command.split(), "--help"]) == 0
    assert "Usage: ganvas" in capsys.readouterr().out


def test_help_names_all_that_can_be_chosen(capsys: Captured) -> None:
    cli.main(["animate", "--help"])
    words = capsys.readouterr().out.replace("\n", "").replace(" ", "")
    for names in (PRESETS, EASINGS, ENDINGS):
        assert "|".join(names) in words


def test_help_loads_neither_torch_nor_qt() -> None:
    code = (
        "import sys; from app.cli import main; main(['animate', '--help'])\n"
        "heavy = {'torch', 'PySide6', 'PIL', 'imageio_ffmpeg'} & set(sys.modules)\n"
        "sys.exit(', '.join(heavy) or 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)


def test_the_door_gives_the_exit_code(tiny: str) -> None:
    root = Path(cli.__file__).parents[1]
    command = [sys.executable, str(root / "main.py"), "render", tiny, "--out=no/x.png"]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1


def test_without_a_display_a_file_is_not_opened(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(startup, "no_display", lambda: "There is no display")
    Path("x.png").write_text("")
    assert "There is no display to show x.png" in fails(capsys, "x.png")


def test_values_are_read_as_they_are_written() -> None:
    assert parse_edit("hair length=-1.5@4-7") == ("hair length", -1.5, (4, 8))
    assert parse_mix("3") == ((3, 4), 1.0)
    assert parse_rows("0-6") == (0, 7)
    assert parse_seeds("0-2, 9").seeds == (0, 1, 2, 9)
    assert parse_grid("8x4") == (8, 4)
    assert parse_number("-2e-1") == -0.2


def test_the_recipe_of_a_sheet_is_that_of_its_first_tile(tiny: str, model: OpenModel) -> None:
    assert cli.main(["render", tiny, "--seeds=3,4", "--psi=0.5", "--out=x.png"]) == 0
    assert read_recipe("x.png") == replace(Recipe(model.ref), latent=Latent.of_seed(3), psi=0.5)


@pytest.mark.slow
def test_a_model_is_trained_resumed_and_drawn_with(capsys: Captured) -> None:
    settings = ["resolution=16", "pictures=16", "batch=8", "channel_base=128", "channel_max=16"]
    options = [f"--set={setting}" for setting in settings]
    assert cli.main(["train", "--out=run", "--kimg=0.016", *options]) == 0
    assert "training: 16 of 16" in capsys.readouterr().out
    assert cli.main(["train", "--out=run", "--resume", "--kimg=0.024"]) == 0
    assert "training: 24 of 24" in capsys.readouterr().out
    newest = max(Path("run/snapshots").iterdir())
    assert cli.main(["render", f"--model={newest}", "--out=x.png"]) == 0
    assert pixels("x.png").shape == (16, 16, 3)


def test_a_training_that_cannot_start_is_told(capsys: Captured) -> None:
    assert "no recipe 'magic'" in fails(capsys, "train", "--out=run", "--recipe=magic")
    assert "absent" in fails(capsys, "train", "--out=run", "--data=absent")
    assert "no setting 'wings'" in fails(capsys, "train", "--out=run", "--set=wings=2")


def test_the_benchmark_is_a_report_for_scripts(tiny: str, capsys: Captured) -> None:
    options = ["--part=speed", "--column=model"]
    assert cli.main(["benchmark", tiny, *options, "--rounds=2", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)["speed"]
    assert report["model"]["textbook"]["ratio"] == 1


@pytest.mark.parametrize("method", ["pca", "sefa"])
def test_directions_that_are_found_are_a_file_of_the_model(
    tiny: str, model: OpenModel, method: str
) -> None:
    assert (
        cli.main(["discover", tiny, f"--method={method}", "--count=3", "--out=d.safetensors"]) == 0
    )
    found = import_directions(model, Path("d.safetensors"), Choices())
    assert 0 < len(found) <= 3
    name = next(iter(found))
    options = ["--directions=d.safetensors", f"--edit={name}=2", "--out=x.png"]
    assert cli.main(["render", tiny, *options]) == 0
    assert read_recipe("x.png").edit(name).strength == 2


def test_finding_directions_refuses_what_is_for_labels(tiny: str, capsys: Captured) -> None:
    arguments = ["discover", tiny, "--method=pca", "--attribute=smile", "--out=d.safetensors"]
    assert "for labels" in fails(capsys, *arguments, code=2)
