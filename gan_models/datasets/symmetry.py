"""Whether a set of pictures is as likely as its mirror image, so that mirroring doubles it."""

from __future__ import annotations

import numpy as np

SIDE = 24
MOST = 2000
"""Pictures that are looked at, of this size."""
ALIKE = 0.1
"""Left and right are alike where the mean picture differs from its mirror image by less than this
share of how much pictures vary."""


def mirror_verdict(small: np.ndarray) -> tuple[bool, str]:
    """Whether to mirror, and why, by grey pictures [N, SIDE, SIDE] of a set."""
    count = len(small)
    if count < 8:
        return False, "too few pictures to tell whether left and right are alike"
    small = small.astype(np.float32)
    mean, spread = small.mean(axis=0), float(small.std(axis=0).mean())
    difference = float(np.abs(mean - mean[:, ::-1]).mean()) / max(spread, 1e-6)
    # A mean of few pictures is lopsided by chance.
    if difference < ALIKE + 0.8 * (2 / count) ** 0.5:
        return True, "on average left and right look alike, so mirror images double the set"
    return False, "left and right differ on average (text, digits, one-sided light)"
