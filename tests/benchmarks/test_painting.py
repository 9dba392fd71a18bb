"""The textbook of SPADE against the family, and the report on painting."""

from __future__ import annotations

import pytest
import torch

from benchmarks import textbook_spade
from benchmarks.painting import painting, random_spade
from gan_models.progress import finish
from tests.gan_models.engine.test_spade import KINDS, generator, some_map, some_style


@pytest.mark.parametrize("kind", KINDS, ids=["batch", "instance", "no style"])
def test_the_textbook_draws_what_the_family_draws(kind: dict[str, object]) -> None:
    built = generator(**kind)
    style, label_map = some_style(built), some_map()
    with torch.inference_mode():
        found = textbook_spade.synthesize(built, style, label_map)
        wanted = built.synthesize(style, label_map=label_map)
    torch.testing.assert_close(found, wanted, rtol=0, atol=2e-5)


def test_the_report_has_each_scene_and_small_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.synthesis.native_bf16", lambda _: True)
    report = finish(painting(random_spade(64, 1), 1))
    scenes = {f"{p} {s}" for p in ("float32", "bfloat16") for s in ("new map", "dab", "style")}
    assert scenes <= set(report)
    assert report["float32_error"] < 1e-4
