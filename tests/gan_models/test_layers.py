"""Layers that are used both while drawing and while training."""

from __future__ import annotations

import torch

from gan_models.layers import upsample2


def test_a_filter_first_needed_while_drawing_serves_training_too() -> None:
    kind = torch.float64  # a type that nothing else has asked a filter for
    with torch.inference_mode():
        upsample2(torch.ones(1, 1, 4, 4, dtype=kind))
    x = torch.ones(1, 1, 4, 4, dtype=kind, requires_grad=True)
    upsample2(x).sum().backward()
    assert x.grad is not None
    assert torch.isfinite(x.grad).all()
