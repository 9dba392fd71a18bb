"""A small network that guesses the latent of a picture, learned from the generator's own pictures.

They are unlimited and their latents are known, so that it needs no photos. What it cannot see in a
picture it leaves at the mean, as least squares do.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gan_models.base import Generator
from gan_models.directions.sampling import random_latents
from gan_models.engine import Engine, Precision
from gan_models.engine.probe import native_bf16
from gan_models.evaluation.networks import PictureNetwork, augment, fit_size
from gan_models.progress import Job, Step
from gan_models.projection.space import WhitenedSpace

PICTURES = 12_000
"""Different pictures that it learns from."""
LOOKS = 6
"""How often it sees each, as photos may differ from them: softer, noisier, shifted."""
BATCH = 64
LEARNING_RATE = 2e-3
FIRST_SEED = 77


class Encoder(PictureNetwork):
    """Pictures [N, 3, H, W] in [-1, 1] to whitened coordinates [N, dim] of the common w."""

    def __init__(self, *, dim: int, width: int = 32, depth: int = 2, size: int = 64) -> None:
        super().__init__(width=width, depth=depth, size=size)
        self.config = {"dim": dim, "width": width, "depth": depth, "size": size}
        self.head = nn.Linear(self.channels * 16, dim)

    def forward(self, pictures: Tensor) -> Tensor:
        return self.head(self.grid(pictures).flatten(1)).float()

    def maps(self, pictures: Tensor) -> list[Tensor]:
        """What its layers see, fine to coarse, to compare pictures by."""
        x, found = fit_size(pictures, self.size), []
        for layer in self.layers:
            x = layer(x)
            found.append(x)
        return found


def train_encoder(
    generator: Generator, space: WhitenedSpace, pictures: int = PICTURES, seed: int = 0
) -> Job[Encoder]:
    """Draw `pictures` of the generator, then learn to tell their latents."""
    size = min(64, max(8, generator.spec.resolution))
    shown, latents = yield from _examples(generator, space, pictures, size)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        encoder = Encoder(dim=space.dim, size=size).to(shown.device)
    random = torch.Generator().manual_seed(seed)
    optimiser = torch.optim.AdamW(encoder.parameters(), lr=LEARNING_RATE, weight_decay=0.01)
    steps = max(1, LOOKS * pictures // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, LEARNING_RATE, total_steps=steps)
    half = native_bf16(shown.device)
    for step in range(steps):
        chosen = torch.randint(pictures, (BATCH,), generator=random)
        x = augment(shown[chosen].float().cpu() / 127.5 - 1, random).to(shown.device)
        with torch.enable_grad():
            with torch.autocast(shown.device.type, torch.bfloat16, enabled=half):
                guess = encoder(x)
            loss = F.mse_loss(guess, latents[chosen])
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
        optimiser.step()
        schedule.step()
        if step % 10 == 9:
            # Drawing took most of the time, and was counted in pictures.
            done = pictures + (step + 1) * pictures // (2 * steps)
            yield Step(done, pictures + pictures // 2, "learning to read latents off pictures")
    return encoder.eval().requires_grad_(False)


def _examples(
    generator: Generator, space: WhitenedSpace, pictures: int, size: int
) -> Job[tuple[Tensor, Tensor]]:
    """Pictures uint8 [N, 3, size, size] and the coordinates [N, dim] of their latents."""
    device = generator.w_avg.device
    z, label = random_latents(generator, pictures, FIRST_SEED)
    shown = torch.empty(pictures, 3, size, size, dtype=torch.uint8, device=device)
    latents = torch.empty(pictures, space.dim, device=device)
    draft = torch.bfloat16 if native_bf16(device) else torch.float32
    engine = Engine(generator, Precision(draft, draft), cache_bytes=0)
    for start in range(0, pictures, BATCH):
        part = slice(start, start + BATCH)
        with torch.no_grad():
            ws = generator.map(z[part], None if label is None else label[part])
            drawn = fit_size(engine.synthesize(ws).float(), size).clamp(-1, 1)
            shown[part] = ((drawn + 1) * 127.5).round().to(torch.uint8)[:, : min(3, drawn.shape[1])]
            latents[part] = space.coordinates(ws[:, :1])[0][:, 0]
        yield Step(min(start + BATCH, pictures), pictures + pictures // 2, "drawing pictures")
    return shown, latents
