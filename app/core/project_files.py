"""Photos in files to looks in files, one after the other, as one job."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image

from app.core.alignment import Crop, centre_crop, crop_of, cut, target_of
from app.core.export import export_picture
from app.core.face_detector import find_faces, open_detector
from app.core.models import OpenModel, cache_folder
from app.core.photos import PhotoError, read_photo
from app.core.projecting import as_target, look_of, save_tuned
from gan_models.errors import GanvasError
from gan_models.progress import Job, Step
from gan_models.projection.settings import ProjectionSettings, checked_space

if TYPE_CHECKING:
    from gan_models.projection.aids import ProjectionAids
    from gan_models.projection.project import Projected

Cropping = Callable[[Image.Image], Crop]


@dataclass(frozen=True)
class Row:
    """What became of one photo; `problem` says why nothing did."""

    photo: str
    file: str = ""
    likeness: float | None = None
    verdict: str = ""
    identity: float | None = None
    residual: float | None = None
    seconds: float | None = None
    faces: int | None = None
    """How many a detector found: the largest was used, or the middle where there is none."""
    problem: str = ""

    def to_dict(self) -> dict[str, Any]:
        """What there is to say, as JSON values."""
        return {name: value for name, value in asdict(self).items() if value not in (None, "")}


@dataclass(frozen=True)
class Order:
    """What is to be done with every photo."""

    out: Path
    settings: ProjectionSettings
    cropping: Cropping = lambda photo: centre_crop(*photo.size)
    train: bool = True
    """Train an encoder where none is there yet; else the search begins at random latents."""
    perceptual: Path | None = None
    detector: Path | None = None
    """YuNet's file: the largest face decides the crop; `cropping` where there is none."""


def project_files(model: OpenModel, photos: Sequence[Path], order: Order) -> Job[list[Row]]:
    """Write a look, `NAME.png` with its recipe, for each photo into the folder `order.out`.

    A photo that cannot be used does not stop the others. A tuned look comes with its generator,
    `NAME.safetensors`, which it names by hash.
    """
    checked_space(model.generator.spec, order.settings)
    _check_detector(model, order.detector)
    _make_folder(order.out)
    aids = yield from _aids(model, order)
    rows: list[Row] = []
    names = _names(photos)
    for number, (photo, name) in enumerate(zip(photos, names, strict=True)):
        try:
            row = yield from _one(model, photo, name, order, aids, (number, len(photos)))
        except PhotoError as error:
            row = Row(str(photo), problem=str(error))
        rows.append(row)
    return rows


def _check_detector(model: OpenModel, detector: Path | None) -> None:
    if detector is None:
        return
    if target_of(model.generator.provenance) is None:
        raise GanvasError(
            f"{model.path.name} does not say where its faces have eyes and mouth; "
            "leave the face detector out, or name the square"
        )
    open_detector(detector)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise GanvasError(f"{folder} is a file; a folder is needed for the looks") from None
    except OSError as error:
        raise GanvasError(f"{folder} cannot be made: {error.strerror}") from None


def _one(
    model: OpenModel,
    path: Path,
    name: str,
    order: Order,
    aids: ProjectionAids,
    place: tuple[int, int],
) -> Job[Row]:
    from gan_models.projection.project import project

    photo = read_photo(path)
    faces = find_faces(photo, order.detector) if order.detector else None
    target = target_of(model.generator.provenance)
    crop = crop_of(faces[0], target) if faces and target else order.cropping(photo)
    square = cut(photo, crop, model.generator.spec.resolution)
    job = project(model.generator, as_target(square), order.settings, aids)
    number, count = place
    while True:
        try:
            step = next(job)
        except StopIteration as end:
            found: Projected = end.value
            break
        done = number * step.total + step.done
        yield Step(done, count * step.total, f"{path.name}: {step.message}")
    file = order.out / f"{name}.png"
    ref = save_tuned(found, order.out / f"{name}.safetensors", path.stem) or model.ref
    export_picture(file, found.picture, look_of(found.ws, ref))
    return Row(
        str(path),
        str(file),
        round(found.likeness.share, 3),
        found.likeness.words,
        None if found.identity is None else round(found.identity, 3),
        round(found.residual, 4),
        round(found.seconds, 1),
        None if faces is None else len(faces),
    )


def _aids(model: OpenModel, order: Order) -> Job[ProjectionAids]:
    from gan_models.projection.aids import known_aids, make_aids, quick_aids, with_perceptual

    aids = known_aids(model.generator, model.ref.sha256, cache_folder())
    if aids is None and order.train:
        aids = yield from make_aids(model.generator, model.ref.sha256, cache_folder(), model.path)
    aids = aids or quick_aids(model.generator)
    if order.perceptual is None:
        return aids
    return with_perceptual(aids, order.perceptual, model.generator)


def _names(photos: Sequence[Path]) -> list[str]:
    """The photos' names without their suffix, numbered where two are alike."""
    names: list[str] = []
    for photo in photos:
        name, number = photo.stem, 2
        while name in names:
            name, number = f"{photo.stem}-{number}", number + 1
        names.append(name)
    return names
