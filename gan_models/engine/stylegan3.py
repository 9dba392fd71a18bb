"""StyleGAN3's synthesis for drawing: the same pictures as `StyleGAN3.synthesize`, sooner.

As in StyleGAN2's program, styles and demodulation scale the weights of a single picture, and the
bias is the convolution's. The filters run along one axis at a time, in float32 always: the
depthwise convolutions of bfloat16 are slower. The gain after the leaky ReLU is in their taps.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from gan_models.engine.affines import Affines
from gan_models.engine.kernels import channels_last
from gan_models.engine.program import Inputs, Program, Stage, State, prepare
from gan_models.families.stylegan3 import (
    AliasFreeLayer,
    FourierInput,
    StyleGAN3,
    fir_downsample,
)
from gan_models.layers import SQRT2

MULTIPLE = 16
"""Maps are computed in groups of so many: processors do no less at a time."""


def padded(channels: int) -> int:
    """The next multiple."""
    return -(-channels // MULTIPLE) * MULTIPLE


class InputStage(Stage):
    """The sine waves."""

    name, rows = "input", 1

    def __init__(self, layer: FourierInput) -> None:
        self._layer = layer

    def run(self, state: State, inputs: Inputs, styles: Tensor | None) -> State:  # noqa: ARG002
        x = self._layer(inputs.ws[:, 0].float(), inputs.controls.get("transform"))
        more = padded(x.shape[1]) - x.shape[1]
        return State(channels_last(F.pad(x, (0, 0, 0, 0, 0, more))))


class LayerStage(Stage):
    """One layer; the last one leaves the picture."""

    def __init__(
        self,
        name: str,
        row: int,
        layer: AliasFreeLayer,
        dtype: torch.dtype,
        affines: Affines,
        output_scale: float,
    ) -> None:
        self.name, self.rows, self._output_scale = name, row + 1, output_scale
        self._layer, self._dtype = layer, dtype
        weight = layer.weight.detach()
        out, self._inside, self._kernel = weight.shape[:3]
        if layer.to_rgb:
            weight = weight / math.sqrt(weight[0].numel())
        else:
            weight = weight * weight.square().mean(dim=(1, 2, 3), keepdim=True).rsqrt()
        more = 0 if layer.to_rgb else padded(out) - out
        weight = F.pad(weight, (0, 0, 0, 0, 0, padded(self._inside) - self._inside, 0, more))
        self._weight = channels_last(weight)
        self._energy = weight.square().sum(dim=(2, 3))
        self._bias = F.pad(layer.bias.detach(), (0, more)).to(dtype)
        self._gain = layer.magnitude_ema.detach().rsqrt()
        self._styles = affines.add(row, layer.affine, padded(self._inside))

    def run(self, state: State, inputs: Inputs, styles: Tensor | None) -> State:  # noqa: ARG002
        assert state.x is not None
        assert styles is not None
        s, scale = self._scales(styles[:, self._styles])
        x = self._filtered(self._convolve(state.x.to(self._dtype), s, scale).float())
        return State(picture=x * self._output_scale) if self._layer.to_rgb else State(x)

    def _scales(self, s: Tensor) -> tuple[Tensor, Tensor]:
        """What goes in is multiplied by s [N, in], what comes out by scale [N, out]."""
        if self._layer.to_rgb:
            return s, self._gain.expand(len(s), len(self._weight))
        s = s * (s.square().sum(dim=1, keepdim=True) / self._inside).rsqrt()
        return s, (s.square() @ self._energy.t() + 1e-8).rsqrt() * self._gain

    def _convolve(self, x: Tensor, s: Tensor, scale: Tensor) -> Tensor:
        padding = self._kernel - 1
        if len(x) == 1:
            weight = self._weight * (scale[0, :, None] * s[0])[:, :, None, None]
            return F.conv2d(x, weight.to(self._dtype), self._bias, padding=padding)
        x = x * s.to(self._dtype)[:, :, None, None]
        x = F.conv2d(x, self._weight.to(self._dtype), padding=padding)
        return torch.addcmul(self._bias[:, None, None], x, scale.to(self._dtype)[:, :, None, None])

    def _filtered(self, x: Tensor) -> Tensor:
        """Up, leaky ReLU, clamp, down; the gain waits for the last filter, so the clamp is less."""
        layer = self._layer
        gain, x = 1.0, layer.upsample(x)
        if not layer.to_rgb:
            gain, x = SQRT2, F.leaky_relu_(x, 0.2)
        if layer.clamp is not None:
            x.clamp_(-layer.clamp / gain, layer.clamp / gain)
        if not hasattr(layer, "down_filter"):
            return x * gain
        taps = layer.down_filter * gain ** (1 / (3 - layer.down_filter.ndim))
        return fir_downsample(x, taps, layer.down)


class StyleGAN3Program(Program):
    """The input and each layer, one a stage."""

    def __init__(self, generator: StyleGAN3, dtype: torch.dtype) -> None:
        self._affines = Affines()
        self._stages: list[Stage] = []
        for row, (name, layer) in enumerate(generator.synthesis.named_children()):
            if isinstance(layer, AliasFreeLayer):
                scale = generator.output_scale
                stage = LayerStage(name, row, layer, dtype, self._affines, scale)
                self._stages.append(stage)
            elif isinstance(layer, FourierInput):
                self._stages.append(InputStage(layer))
        self._affines.done()

    def stages(self, resolution: int) -> list[Stage]:  # noqa: ARG002  # there is one
        return self._stages

    def styles(self, ws: Tensor, since: int = 0) -> Tensor:
        return self._affines(ws, since)


prepare.register(StyleGAN3, StyleGAN3Program)
