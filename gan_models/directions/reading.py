"""Direction files of other tools, as they are: which vectors, in which space, for which layers.

Known are bare arrays (npy, npz, pt), InterFaceGAN's boundaries, GANSpace's directions and
components, SeFa factors, e4e's PCA, and dictionaries of named arrays. No file says all that there
is to know; what cannot be told from its structure or name is asked for by `UnclearError`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from gan_models.checkpoints.arrays import usable_arrays
from gan_models.checkpoints.reading import Contents
from gan_models.checkpoints.stored import StoredTensor
from gan_models.directions.choices import Choices, Space, UnclearError
from gan_models.errors import DirectionError

MOST_LAYERS = 32
"""No known generator has more rows of W; an array of more rows holds as many directions."""


@dataclass(frozen=True)
class Shape:
    """What vectors must fit: the open model's."""

    z_dim: int
    w_dim: int
    num_ws: int
    has_mapping: bool


@dataclass(frozen=True, eq=False)
class Found:
    """One direction of a file, in the file's own scale.

    `rows` is float32 [1, dim], one step for all layers, or [layers, dim]; `unit` is what the
    file's own tool multiplies it by at strength 1.
    """

    name: str
    rows: np.ndarray
    space: Space
    layers: tuple[int, int] | None = None
    unit: float = 1.0


def found_directions(contents: Contents, shape: Shape, choices: Choices) -> list[Found]:
    """The directions in a file, read for a model; raises DirectionError, or UnclearError."""
    arrays, root, stem = usable_arrays(contents), contents.root, contents.path.stem
    for read in LAYOUTS.values():
        found = read(arrays, root, stem)
        if found:
            return [_checked(each, shape, choices) for each in found]
    return [
        _checked(found, shape, choices)
        for key, array in arrays.items()
        for found in _plain(key, array, contents.path, shape, choices)
    ]


def described(contents: Contents) -> dict[str, Any]:
    """What can be told of a file of directions without a model, as plain values."""
    arrays, stem = usable_arrays(contents), contents.path.stem
    for layout, read in LAYOUTS.items():
        found = read(arrays, contents.root, stem)
        if found:
            first = found[0]
            facts = {"layout": layout, "space": first.space, "width": first.rows.shape[1]}
            if first.layers:
                facts["layers"] = list(first.layers)
            return facts | {"directions": [each.name for each in found]}
    space = "w" if _says_w(stem) else "z" if stem.endswith("_boundary") else "not told"
    return {"layout": "arrays", "space": space}


Arrays = Mapping[str, np.ndarray]


def _ganspace_direction(arrays: Arrays, root: Any, stem: str) -> list[Found]:
    """A slider that was saved in GANSpace: `lat_comp`, of standard deviation `lat_stdev`."""
    if "lat_comp" not in arrays or not {"edit_start", "edit_end"} <= set(root):
        return []
    start, end = (int(root[name]) for name in ("edit_start", "edit_end"))
    layers = (max(0, start), end) if end > start else None
    space: Space = "z" if str(root.get("latent_space", "W")).upper() == "Z" else "w"
    rows = arrays["lat_comp"].reshape(-1, arrays["lat_comp"].shape[-1])
    name = str(root.get("name") or stem)
    return [Found(name, rows, space, layers, _number(root.get("lat_stdev")))]


def _ganspace_components(arrays: Arrays, _root: Any, stem: str) -> list[Found]:
    """GANSpace's cache: `lat_comp` [n, 1, dim] with the deviation of each."""
    if not {"lat_comp", "lat_stdev"} <= set(arrays):
        return []
    space: Space = "w" if _says_w(stem) else "z"
    units = arrays["lat_stdev"].ravel()
    return [
        Found(f"PCA {i + 1}", rows.reshape(1, -1), space, None, float(unit))
        for i, (rows, unit) in enumerate(zip(arrays["lat_comp"], units, strict=False))
    ]


def _e4e_pca(arrays: Arrays, _root: Any, _stem: str) -> list[Found]:
    """The PCA that e4e edits by: `comp` [n, 1, dim], `std` [n]."""
    if not {"comp", "std", "mean"} <= set(arrays):
        return []
    units = arrays["std"].ravel()
    return [
        Found(f"PCA {i + 1}", rows.reshape(1, -1), "w", None, float(unit))
        for i, (rows, unit) in enumerate(zip(arrays["comp"], units, strict=False))
    ]


def _factor(arrays: Arrays, _root: Any, _stem: str) -> list[Found]:
    """Closed-form factors of rosinality's repository: direction i is column i."""
    if "eigvec" not in arrays or arrays["eigvec"].ndim != 2:
        return []
    columns = arrays["eigvec"].T
    return [Found(f"SeFa {i + 1}", column[None], "w") for i, column in enumerate(columns)]


def _slopes(arrays: Arrays, root: Any, _stem: str) -> list[Found]:
    """GenEdi's slopes: `direction` [dim, n] with n names."""
    names = root.get("name") if type(root) is dict else None
    if "direction" not in arrays or not isinstance(names, list | tuple):
        return []
    columns = np.atleast_2d(arrays["direction"]).T
    if len(columns) != len(names):
        return []
    return [Found(str(n), column[None], "w") for n, column in zip(names, columns, strict=True)]


LAYOUTS = {
    "GANSpace direction": _ganspace_direction,
    "GANSpace components": _ganspace_components,
    "SeFa factor": _factor,
    "e4e PCA": _e4e_pca,
    "named columns": _slopes,
}


def _plain(
    key: str, array: np.ndarray, path: Path, shape: Shape, choices: Choices
) -> Iterator[Found]:
    """The directions in one array, which says nothing of itself but its shape."""
    if re.search(r"latents?\b|codes?\b", path.stem) and choices == Choices():
        raise UnclearError(
            f"{path} seems to hold latent codes, pictures rather than directions; "
            "say --space w or --space z to use them all the same",
            "space",
        )
    if not {shape.w_dim, shape.z_dim} & set(array.shape):
        raise DirectionError(
            f"{path} holds an array of shape {list(array.shape)}, and the model's w has "
            f"{shape.w_dim} numbers: it was made for another model"
        )
    groups = _grouped(array, path, shape, choices)
    name = key or _plain_name(path.stem)
    for number, rows in enumerate(groups):
        called = f"{name} {number + 1}" if len(groups) > 1 else name
        width = rows.shape[1]
        yield Found(called, rows, _space(path, width, len(rows), shape, choices))


def _grouped(array: np.ndarray, path: Path, shape: Shape, choices: Choices) -> list[np.ndarray]:
    """One array as directions, each [1 or layers, dim]."""
    widths = {shape.w_dim, shape.z_dim}
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[:, :, 0]
    if array.ndim == 3 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim == 3 and array.shape[0] == 1:
        array = array[0]
        choices = replace(choices, arrangement=choices.arrangement or "layers")
    if array.ndim == 1:
        array = array[None]
    if array.ndim == 3:
        _need_choice(path, array.shape, choices)
        return [_shared(rows) for rows in array]
    if array.ndim != 2:
        raise DirectionError(f"{path} holds an array of shape {list(array.shape)}, no directions")
    if choices.arrangement == "columns" or (
        array.shape[1] not in widths and array.shape[0] in widths
    ):
        return [column[None] for column in array.T]
    count, width = array.shape
    if count == 1 or choices.arrangement == "rows":
        return [row[None] for row in array]
    if choices.arrangement == "layers" or len(_shared(array)) == 1:
        return [_shared(array)]
    if width in widths and count > MOST_LAYERS and count != width:
        return [row[None] for row in array]
    _need_choice(path, array.shape, choices)
    raise AssertionError


def _need_choice(path: Path, shape: tuple[int, ...], choices: Choices) -> None:
    if choices.arrangement == "layers" and len(shape) == 3:
        return
    count, width = shape[-2:]
    if count == width:
        ways = "--arrangement rows or --arrangement columns"
    else:
        ways = f"--arrangement rows ({count} directions) or layers (one for {count} layers)"
    raise UnclearError(
        f"{path} holds an array of shape {list(shape)}, to be read in several ways; say {ways}",
        "arrangement",
        count,
        width,
    )


def _shared(rows: np.ndarray) -> np.ndarray:
    """Equal rows as one for all layers."""
    scale = float(np.abs(rows).max())
    return rows[:1] if np.abs(rows - rows[:1]).max() <= 1e-6 * scale else rows


def _space(path: Path, width: int, rows: int, shape: Shape, choices: Choices) -> Space:
    if choices.space or not shape.has_mapping:
        return choices.space or "w"
    if rows > 1 or _says_w(path.stem):
        return "w"
    if path.stem.endswith("_boundary"):  # InterFaceGAN says _w_ where it means W
        return "z"
    if shape.z_dim != shape.w_dim and width in (shape.z_dim, shape.w_dim):
        return "w" if width == shape.w_dim else "z"
    raise UnclearError(
        f"{path} does not tell whether it goes in W or in Z; say --space w or --space z", "space"
    )


def _says_w(stem: str) -> bool:
    return re.search(r"(^|[_\-. ])w\+?([_\-. ]|$)", stem, re.IGNORECASE) is not None


def _checked(found: Found, shape: Shape, choices: Choices) -> Found:
    """The same on the layers that were chosen; raises DirectionError unless it fits the model."""
    dim = shape.z_dim if found.space == "z" else shape.w_dim
    if found.rows.shape[1] not in ({dim} if shape.has_mapping else {shape.z_dim, shape.w_dim}):
        raise DirectionError(
            f"the direction {found.name!r} has {found.rows.shape[1]} numbers, and the model's "
            f"{found.space} has {dim}: it was made for another model"
        )
    count, layers = len(found.rows), choices.layers or found.layers
    if count not in (1, shape.num_ws):
        most = min(count, shape.num_ws)
        if layers is None or layers[1] > most:
            raise UnclearError(
                f"the direction {found.name!r} is for a model of {count} layers, and this one has "
                f"{shape.num_ws}; say --layers 0-{most - 1} to use its first rows on those",
                "layers",
                count,
                found.rows.shape[1],
            )
        rows = np.zeros((shape.num_ws, found.rows.shape[1]), np.float32)
        rows[slice(*layers)] = found.rows[slice(*layers)]
        found = replace(found, rows=rows)
    if layers and not 0 <= layers[0] < layers[1] <= shape.num_ws:
        raise DirectionError(
            f"the direction {found.name!r} is for the layers {layers[0]}-{layers[1] - 1}, and "
            f"this model has 0-{shape.num_ws - 1}"
        )
    rows = np.asarray(found.rows, np.float32)
    if not (np.isfinite(rows).all() and rows.any()):
        raise DirectionError(f"the direction {found.name!r} has no length")
    return replace(found, rows=rows, layers=layers)


def _plain_name(stem: str) -> str:
    """A name for people; InterFaceGAN's files begin with the model and end in "boundary"."""
    found = re.fullmatch(r"(?:pggan|stylegan2?)_[a-z]+_(.+?)(?:_w)?_boundary", stem)
    return (found[1] if found else stem).replace("_", " ").strip()


def _number(value: Any) -> float:
    if isinstance(value, StoredTensor):
        value = value.numpy().ravel()[:1].sum()
    try:
        number = abs(float(value))
    except (TypeError, ValueError):
        return 1.0
    return number if 0 < number < float("inf") else 1.0
