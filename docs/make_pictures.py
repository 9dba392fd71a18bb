"""Makes the pictures of the README and the guide, with the bundled model."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from PySide6.QtCore import QEventLoop, QSettings, QTimer

from app.core.export import sheet
from app.core.map_files import ClassTable, save_ids
from app.core.models import open_model
from app.core.presets import PRESETS, ClipInputs
from app.core.recipe import Latent, Recipe
from app.core.writers import Film, write_gif
from app.model.studio import Studio
from app.ui.application import application
from app.ui.main_window import MainWindow
from gan_models.datasets import landscapes, portraits

IMAGES = Path(__file__).parent / "images"
SEED = 57
"""The face on the README."""
SECOND = 33
TRIO = (36, 2, 57)
"""Those on the clips."""
KEPT = (9, 33, 45, 41, 59)
MAP, STYLE = 90, 5
"""Of the landscape: what is where, and its light."""
SLIDERS = ("gender", "age", "smile", "glasses", "beard", "hair_length", "skin_tone", "yaw")


def wait(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


@contextmanager
def opened(theme: str, language: str = "en") -> Iterator[MainWindow]:
    """A window on the bundled model, as on the first day."""
    settings = QSettings(str(IMAGES / "window.ini"), QSettings.Format.IniFormat)
    settings.setValue("theme", theme)
    settings.setValue("language", language)
    application(settings)
    view = MainWindow(Studio(), settings)
    view.resize(1366, 768)
    view.show()
    view.studio.open("portraits")
    wait(4000)
    yield view
    view.close()
    settings.clear()
    settings.sync()
    Path(settings.fileName()).unlink(missing_ok=True)


def window(name: str, theme: str, language: str) -> None:
    """The window in the middle of some work."""
    with opened(theme, language) as view:
        studio = view.studio
        for seed in KEPT:
            studio.set_seed(seed)
            wait(600)
            studio.keep_look()
        studio.set_seed(SEED)
        studio.set_edit("smile", 2.0)
        studio.set_edit("hair_length", 1.0)
        studio.end_gesture()
        wait(1500)
        view.grab().save(str(IMAGES / name))


def wall(name: str) -> None:
    """The seed wall with some marks, over the gallery."""
    with opened("dark") as view:
        view.studio.set_seed(SEED)
        view.wall.wall.use_second(SECOND)
        for seed in KEPT:
            view.wall.wall.star(seed)
        view.show_wall(True)
        wait(12_000)
        view.grab().save(str(IMAGES / name))


def paint(name: str) -> None:
    """A landscape under the brush."""
    with opened("dark") as view:
        view.studio.open("landscapes")
        wait(4000)
        with TemporaryDirectory() as folder:
            path = Path(folder) / "map.png"
            ids = landscapes.draw_maps([MAP], 128)[0].numpy()
            save_ids(path, ids, ClassTable(landscapes.NAMES, landscapes.LEGEND))
            view.studio.open(str(path))
            wait(2000)
        view.strip.hide()
        view.studio.set_seed(STYLE)
        wait(3000)
        view.grab().save(str(IMAGES / name))


def sheets() -> None:
    """64 faces of the model, 64 of the renderer, and what each slider does to one face."""
    model = open_model("portraits")
    faces = [Recipe(model.ref, Latent.of_seed(seed)) for seed in range(64)]
    Image.fromarray(sheet(model.render, faces, 8, 128)).save(IMAGES / "sheet.png")
    drawn = portraits.render(portraits.sample(range(64)), size=96).permute(0, 2, 3, 1).numpy()
    page = Image.new("RGB", (8 * 96, 8 * 96))
    for number, picture in enumerate(drawn):
        page.paste(Image.fromarray(picture), (number % 8 * 96, number // 8 * 96))
    page.save(IMAGES / "renders.png")
    start = Recipe(model.ref, Latent.of_seed(SEED))
    moved = [start.with_edit(name, s) for name in SLIDERS for s in (-3, -2, -1, 0, 1, 2, 3)]
    Image.fromarray(sheet(model.render, moved, 7, 96)).save(IMAGES / "sliders.png")


def trio(name: str, preset: str, **edits: float) -> None:
    """The same clip of three faces side by side."""
    model = open_model("portraits")
    clips = []
    for seed in TRIO:
        look = Recipe(model.ref, Latent.of_seed(seed))
        for slider, strength in edits.items():
            look = look.with_edit(slider, strength)
        clips.append(PRESETS[preset].build(ClipInputs(look, seconds=3.0, fps=15.0)).recipes())
    frames = [
        Image.fromarray(sheet(model.render, list(looks), len(TRIO), 160))
        for looks in zip(*clips, strict=True)
    ]
    film = Film(frames[0].size, len(frames), 15.0, "good", name, lambda: frames[::9])
    with write_gif(IMAGES / name, film) as add:
        for frame, look in zip(frames, clips[0], strict=True):
            add(frame, look)


def main() -> None:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    IMAGES.mkdir(exist_ok=True)
    sheets()
    window("window.png", "dark", "en")
    window("window-light.png", "light", "en")
    window("window-zh.png", "dark", "zh_CN")
    wall("wall.png")
    paint("paint.png")
    trio("smile.gif", "smile", smile=-2.0)
    trio("gender-swap.gif", "gender-swap")


if __name__ == "__main__":
    main()
