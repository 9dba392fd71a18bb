"""Encoders of clips: each is a context manager that takes frames and leaves one finished file."""

from __future__ import annotations

import errno
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from imageio_ffmpeg import get_ffmpeg_exe
from PIL import Image

from app.core.metadata import NO_WINDOW, describe, exif, ffmetadata, png_chunk
from app.core.recipe import Recipe
from gan_models.errors import GanvasError

Quality = Literal["small", "good", "best"]
QUALITIES: tuple[Quality, ...] = get_args(Quality)


@dataclass(frozen=True)
class Film:
    """What an encoder must know before the first frame comes."""

    size: tuple[int, int]
    """Width and height in pixels."""
    count: int
    fps: float
    quality: Quality
    text: str
    """The recipe and the clip, to be carried in the file."""
    sample: Callable[[], list[Image.Image]]
    """A few frames from all along the clip, for a palette."""


Add = Callable[[Image.Image, Recipe], None]


@dataclass(frozen=True)
class Format:
    """A kind of file that clips are written to."""

    title: str
    suffix: str
    write: Callable[[Path, Film], AbstractContextManager[Add]]
    even_sides: bool = False
    bytes_held: int = 0
    """Bytes of memory for each pixel of each frame, until the end."""
    max_fps: float = 120


@contextmanager
def write_mp4(path: Path, film: Film) -> Iterator[Add]:
    """H.264 that plays everywhere: yuv420p, BT.709, the index in front."""
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as log:
        notes = Path(folder) / "notes.txt"
        notes.write_text(ffmetadata(film.text), encoding="utf-8")
        process = subprocess.Popen(
            _ffmpeg_command(path, film, notes),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=log,
            creationflags=NO_WINDOW,
        )
        assert process.stdin is not None
        pipe = process.stdin
        try:

            def add(frame: Image.Image, _recipe: Recipe) -> None:
                pipe.write(frame.tobytes())

            yield add
            pipe.close()
        except BrokenPipeError:
            pass  # ffmpeg gave up; its log says why
        except BaseException:
            process.kill()
            raise
        finally:
            process.communicate()
        if process.returncode:
            log.seek(0)
            raise _ffmpeg_error(log.read().decode("utf-8", "replace"))


def _ffmpeg_command(path: Path, film: Film, notes: Path) -> list[str]:
    crf = {"small": "26", "good": "18", "best": "12"}[film.quality]
    source = ["-f", "rawvideo", "-pixel_format", "rgb24"]
    source += ["-video_size", f"{film.size[0]}x{film.size[1]}", "-framerate", repr(film.fps)]
    # Without the filter, ffmpeg converts RGB with the matrix of standard definition.
    colour = ["-vf", "scale=out_color_matrix=bt709:out_range=tv", "-pix_fmt", "yuv420p"]
    colour += ["-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709"]
    codec = ["-c:v", "libx264", "-preset", "veryfast", "-crf", crf]
    inputs = [*source, "-i", "pipe:0", "-f", "ffmetadata", "-i", str(notes)]
    output = ["-map", "0:v", "-map_metadata", "1", "-movflags", "+faststart", "-f", "mp4"]
    exe = [get_ffmpeg_exe(), "-hide_banner", "-loglevel", "error", "-y"]
    return [*exe, *inputs, *codec, *colour, *output, str(path)]


def _ffmpeg_error(log: str) -> Exception:
    if "No space left" in log:
        return OSError(errno.ENOSPC, "No space left on device")
    lines = log.strip().splitlines() or ["it gave no reason"]
    return GanvasError(f"the film cannot be encoded: {lines[-1]}")


@contextmanager
def write_gif(path: Path, film: Film) -> Iterator[Add]:
    """One palette for all frames ("best": one for each), Floyd-Steinberg dither, for ever."""
    colours = 128 if film.quality == "small" else 256
    palette = None if film.quality == "best" else make_palette(film.sample(), colours)
    frames: list[Image.Image] = []

    def add(frame: Image.Image, _recipe: Recipe) -> None:
        own = palette or make_palette([frame], colours)
        frames.append(frame.quantize(palette=own, dither=Image.Dither.FLOYDSTEINBERG))

    yield add
    delays = [10 * delay for delay in gif_delays(film.count, film.fps)]
    options = {} if palette is None else {"palette": bytes(palette.getpalette() or [])}
    comment = film.text.encode()
    _save_all(path, "GIF", frames, duration=delays, comment=comment, optimize=False, **options)


def make_palette(pictures: list[Image.Image], colours: int, tile: int = 128) -> Image.Image:
    """One palette for all pictures, found on a mosaic of them."""
    mosaic = Image.new("RGB", (tile * len(pictures), tile))
    for number, picture in enumerate(pictures):
        small = picture.resize((tile, tile), Image.Resampling.BOX)
        mosaic.paste(small, (number * tile, 0))
    return mosaic.quantize(colours)


def gif_delays(count: int, fps: float) -> list[int]:
    """The delay of each frame in 1/100 s, alternating so that none is ever half a step off."""
    ends = [round(100 * (i + 1) / fps) for i in range(count)]
    return [end - start for start, end in zip([0, *ends], ends, strict=False)]


@contextmanager
def write_webp(path: Path, film: Film) -> Iterator[Add]:
    """Animated WebP: small, in full colour."""
    frames: list[Image.Image] = []
    yield lambda frame, _recipe: frames.append(frame)
    quality = {"small": 60, "good": 80, "best": 95}[film.quality]
    delay = 1000 / film.fps
    _save_all(path, "WEBP", frames, duration=delay, quality=quality, exif=exif(film.text))


@contextmanager
def write_apng(path: Path, film: Film) -> Iterator[Add]:
    """Animated PNG: without loss, large."""
    frames: list[Image.Image] = []
    yield lambda frame, _recipe: frames.append(frame)
    _save_all(path, "PNG", frames, duration=1000 / film.fps, pnginfo=png_chunk(film.text))


def _save_all(path: Path, kind: str, frames: list[Image.Image], **options: object) -> None:
    first, *others = frames
    first.save(path, format=kind, save_all=True, append_images=others, loop=0, **options)


@contextmanager
def write_frames(path: Path, _film: Film) -> Iterator[Add]:
    """A folder of numbered PNG files, each with its own recipe."""
    written = 0

    def add(frame: Image.Image, recipe: Recipe) -> None:
        nonlocal written
        frame.save(path / f"{written:05d}.png", pnginfo=png_chunk(describe(recipe)))
        written += 1

    yield add


FORMATS = {
    "mp4": Format("MP4 film", ".mp4", write_mp4, even_sides=True),
    # Viewers slow a GIF down whose delays are under 2/100 s.
    "gif": Format("GIF", ".gif", write_gif, bytes_held=1, max_fps=50),
    "webp": Format("Animated WebP", ".webp", write_webp, bytes_held=4),
    "png": Format("Animated PNG", ".png", write_apng, bytes_held=4),
    "frames": Format("Folder of PNG frames", "", write_frames),
}
