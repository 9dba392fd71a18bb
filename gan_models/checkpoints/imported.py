"""From the values of a foreign file to a generator of ours: the step that all importers share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from gan_models.base import Generator
from gan_models.checkpoints.stored import RefusedError, StoredTensor, refuse_unless
from gan_models.memory import memory_problem
from gan_models.pages import release
from gan_models.progress import Job, Step

MAX_WEIGHT = 1e6
"""Beyond it a weight is damage: pictures made with it overflow."""

Build = Callable[[str, Mapping[str, Any]], Generator]


@dataclass(eq=False)
class Imported:
    """A network as one of our families: its constructor's arguments and its tensors by name.

    `origin` names the layout it was found in; `notes` tell what was assumed or left out.
    """

    family: str
    config: dict[str, Any]
    tensors: Mapping[str, StoredTensor | Tensor]
    origin: str
    notes: list[str] = field(default_factory=list)
    mean_missing: bool = False
    """The file has no mean of W: it is estimated."""


def building(found: Imported, build: Build, limit: int) -> Job[Generator]:
    """A job that makes the generator; its weights, which may take `limit` bytes, are checked."""
    generator = yield from assembling(
        lambda: build(found.family, found.config), found.tensors, limit
    )
    if found.mean_missing:
        estimate_mean(generator)
    return generator


def assembling(
    make: Callable[[], Generator], tensors: Mapping[str, StoredTensor | Tensor], limit: int
) -> Job[Generator]:
    """A job that makes a generator of these tensors, which must be all of its own and fit.

    Its skeleton takes no memory, so that a file cannot ask for more than it holds itself. A step
    is a tensor, counted in bytes.
    """
    with torch.device("meta"), _NoDraws():
        generator = make()
    skeleton = generator.state_dict()
    _check_shapes(skeleton, tensors, limit)
    problem = memory_problem(generator)
    refuse_unless(problem is None, f"it {problem}")
    values: dict[str, Tensor] = {}
    done, total = 0, sum(tensors[name].nbytes for name in skeleton)
    for name, wanted in skeleton.items():
        given = tensors[name]
        values[name] = _checked(name, given).to(wanted.dtype)
        if isinstance(given, Tensor):
            release(given)
        done += given.nbytes
        yield Step(done, total, name)
    generator.load_state_dict(values, assign=True)
    return generator.eval().requires_grad_(False)


def _check_shapes(
    skeleton: Mapping[str, Tensor], tensors: Mapping[str, StoredTensor | Tensor], limit: int
) -> None:
    for name, wanted in skeleton.items():
        given = tensors.get(name)
        if given is None:
            raise RefusedError(f"its tensor {name} is missing")
        if tuple(given.shape) != tuple(wanted.shape):
            shapes = f"has the shape {list(given.shape)}; {list(wanted.shape)} was expected"
            raise RefusedError(f"its tensor {name} {shapes}")
        limit -= given.nbytes
        if limit < 0:
            raise RefusedError("its tensors take more memory than the file can hold")


_SCALINGS: tuple[Any, ...] = (
    *(Tensor.normal_, Tensor.div, Tensor.mul, Tensor.sub),
    *(Tensor.__truediv__, Tensor.__mul__, Tensor.__sub__),
)
"""What constructors do to fresh weights, none of which changes a shape."""


class _NoDraws(TorchFunctionMode):
    """Leaves new weights undrawn: drawing and scaling them without memory loads a compiler.

    That would cost a second and 80 MB, for values that are replaced anyway.
    """

    def __torch_function__(
        self, func: Any, types: Any, args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        del types
        if func is torch.randn:
            return torch.empty(*args)
        if func is torch.eye:
            return torch.empty(args[0], args[0])
        if func in _SCALINGS:
            return args[0]
        kwargs = kwargs or {}
        return kwargs["tensor"] if func is nn.init.normal_ else func(*args, **kwargs)


def _checked(name: str, given: StoredTensor | Tensor) -> Tensor:
    tensor = given.tensor() if isinstance(given, StoredTensor) else given.float()
    # One pass tells both: NaN and infinity are extremes too.
    extreme = torch.stack(torch.aminmax(tensor)).abs().max() if tensor.numel() else 0.0
    if not extreme < float("inf"):
        raise RefusedError(f"the tensor {name} holds NaN or infinite values")
    if extreme > MAX_WEIGHT and not name.endswith("num_batches_tracked"):
        raise RefusedError(f"the tensor {name} holds values up to {float(extreme):.0e}")
    if name.endswith(("running_var", "magnitude_ema")) and float(tensor.min()) < 0:
        raise RefusedError(f"the tensor {name} is a variance, and negative")
    return tensor


def check_start(const: StoredTensor | Tensor) -> None:
    """Refuse a StyleGAN whose learned input, of any leading dimensions, is not 4x4."""
    height, width = const.shape[-2:]
    refuse_unless(
        (height, width) == (4, 4),
        f"its pictures grow from {height} x {width} pixels: only networks that start from 4 x 4 "
        "are supported",
    )


def estimate_mean(generator: Generator, count: int = 4096) -> None:
    """Set w_avg to the mean of W over random z and classes, the same every time."""
    spec = generator.spec
    source = torch.Generator().manual_seed(0)
    z = torch.randn(count, spec.z_dim, generator=source)
    label = None
    if spec.label_dim:
        classes = torch.randint(spec.label_dim, (count,), generator=source)
        label = torch.nn.functional.one_hot(classes, spec.label_dim).float()
    with torch.inference_mode():
        generator.w_avg.copy_(generator.map(z, label)[:, 0].mean(dim=0))
