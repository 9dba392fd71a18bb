"""What changes who is in a picture: the leading ways in W, in a small file beside a model's.

`gan_models.evaluation.identity_space` makes it. It is bound to its model by the mean of W, which is
known before the model's file is hashed, and is found wherever that model lies.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError, safe_open

from gan_models.base import Generator
from gan_models.files import save_tensors

KEY = "ganvas-identity"
SHIPPED = Path(str(files("resources"))) / "models"
SUFFIX = ".identity.safetensors"


def save_identity(path: Path, space: np.ndarray, generator: Generator) -> None:
    """Write a space [K, num_ws, w_dim] for `generator`, in float16."""
    header = {"model": _fingerprint(generator)}
    save_tensors(path, {"ways": torch.from_numpy(space).half()}, {KEY: json.dumps(header)})


def attach_identity(generator: Generator, folder: Path | None = None) -> None:
    """Let a generator know what changes the person, if a file in `folder` was made for it.

    Without `folder` those that ship are looked through; one that is damaged is as good as none.
    """
    own = _fingerprint(generator)
    for path in sorted((folder or SHIPPED).glob(f"*{SUFFIX}")):
        space = _read(path, own)
        if space is not None:
            generator.identity = space
            generator.spec = replace(generator.spec, has_identity=True)


def _read(path: Path, model: str) -> np.ndarray | None:
    """The space in a file; None where it was made for another model, or cannot be read."""
    try:
        with safe_open(path, framework="np") as file:
            if json.loads((file.metadata() or {})[KEY])["model"] != model:
                return None
            return np.asarray(file.get_tensor("ways"), dtype=np.float32)
    except (OSError, SafetensorError, LookupError, TypeError, ValueError):
        return None


def _fingerprint(generator: Generator) -> str:
    mean = generator.w_avg.detach().float().cpu().numpy()
    return hashlib.sha256(mean.tobytes()).hexdigest()
