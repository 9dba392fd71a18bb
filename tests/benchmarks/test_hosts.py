"""The gradients of two hosts are compared tensor by tensor."""

from __future__ import annotations

import pytest
import torch

from benchmarks.hosts import compared


def test_the_worst_tensor_is_named() -> None:
    one = {"first": torch.zeros(2), "second": torch.tensor([1.0, -3.0])}
    two = {"first": torch.tensor([0.0, 0.25]), "second": torch.tensor([1.0, -3.125])}
    said = compared(one, two)
    assert said == "largest difference 2.50e-01 (in first); the largest gradient is 3.00e+00"


def test_gradients_of_other_networks_are_no_match() -> None:
    with pytest.raises(ValueError, match="did not compute the same"):
        compared({"first": torch.zeros(2)}, {})
