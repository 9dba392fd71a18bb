"""Both palettes can be read."""

import pytest

from app.ui.theme import DARK, LIGHT, Colours, contrast

READ_ON = {
    "text": ("window", "field", "hover", "canvas"),
    "dim": ("window", "field"),
    "on_accent": ("accent",),
    "accent": ("window", "field"),
    "error": ("window",),
}
PAIRS = [
    (colours, ink, paper)
    for colours in (DARK, LIGHT)
    for ink, papers in READ_ON.items()
    for paper in papers
]


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize(
    ("colours", "ink", "paper"), PAIRS, ids=[f"{c.name}: {i} on {p}" for c, i, p in PAIRS]
)
def test_text_stands_out_by_at_least_4_5(colours: Colours, ink: str, paper: str) -> None:
    assert contrast(getattr(colours, ink), getattr(colours, paper)) >= 4.5


@pytest.mark.parametrize("colours", [DARK, LIGHT], ids=lambda colours: colours.name)
def test_what_lies_around_a_picture_has_no_colour(colours: Colours) -> None:
    for name in ("canvas", "window"):
        red, green, blue = (getattr(colours, name)[i : i + 2] for i in (1, 3, 5))
        assert red == green == blue
