"""The rendered landscapes: reproducible, drawn from any map, and in light that hangs together."""

import numpy as np
import pytest
import torch
from torch import Tensor

from gan_models.datasets.landscapes import (
    CLASSES,
    COLUMNS,
    LEGEND,
    NAMES,
    Styles,
    draw_maps,
    render,
    sample_styles,
)
from gan_models.datasets.landscapes.noise import Frame, Noise

NUMBER = {name: number for number, name in enumerate(NAMES)}


@pytest.fixture(scope="module")
def maps() -> Tensor:
    return draw_maps(range(16), 48)


@pytest.fixture(scope="module")
def plain() -> Styles:
    """The light of noon in clear air, from the left."""
    return sample_styles([0]).replace(
        time=0.5, overcast=0.0, fog=0.0, season=0.3, sun_x=-1.0, warmth=0.0, wind=0.0, foliage=0.5
    )


def bands(*labels: str, size: int = 48) -> Tensor:
    """A map of equal horizontal bands, [1, size, size]."""
    rows = torch.arange(size) * len(labels) // size
    numbers = torch.tensor([NUMBER[label] for label in labels], dtype=torch.uint8)
    return numbers[rows][None, :, None].expand(1, size, size).contiguous()


def test_each_class_has_its_own_name_and_colour() -> None:
    assert len(set(NAMES)) == len(CLASSES)
    assert len({tuple(colour) for colour in LEGEND.tolist()}) == len(CLASSES)


def test_every_class_is_drawn() -> None:
    assert set(draw_maps(range(96), 32).unique().tolist()) == set(range(len(CLASSES)))


def test_the_sky_is_above_and_the_ground_below(maps: Tensor) -> None:
    sky = torch.isin(maps, torch.tensor([NUMBER["sky"], NUMBER["cloud"], NUMBER["sun"]]))
    assert sky[:, 0].float().mean() > 0.8
    assert sky[:, -1].float().mean() == 0.0


def test_a_seed_gives_the_same_map_and_picture_whatever_the_batch(maps: Tensor) -> None:
    assert torch.equal(draw_maps([13], 48)[0], maps[13])
    styles = sample_styles(range(16))
    assert torch.equal(sample_styles([13]).values[0], styles.values[13])
    together, alone = render(maps, styles)[13], render(maps[13:14], styles[13:14])[0]
    assert (together.int() - alone.int()).abs().max() <= 1


def test_pictures_are_rgb_bytes_with_light_and_shade(maps: Tensor) -> None:
    pictures = render(maps, sample_styles(range(16)).replace(time=0.5, overcast=0.0, fog=0.2))
    assert pictures.shape == (16, 3, 48, 48)
    assert pictures.dtype == torch.uint8
    assert all(picture.float().std() > 15 for picture in pictures)


@pytest.mark.parametrize(("height", "width"), [(8, 8), (33, 48), (64, 40)])
def test_any_size(height: int, width: int) -> None:
    drawn = draw_maps([3], height, width)
    assert drawn.shape == (1, height, width)
    assert render(drawn, sample_styles([3])).shape == (1, 3, height, width)


def test_sizes_show_the_same_landscape() -> None:
    large, small = (draw_maps(range(3), size) for size in (96, 48))
    assert (large[:, ::2, ::2] == small).float().mean() > 0.95
    styles = sample_styles(range(3))
    fine = torch.nn.functional.avg_pool2d(render(large, styles).float(), 2)
    assert (fine - render(small, styles).float()).abs().mean() < 9


def test_maps_of_one_class_render(plain: Styles) -> None:
    whole = torch.cat([bands(label, size=16) for label in NAMES])
    pictures = render(whole, Styles(plain.values.expand(len(NAMES), -1)))
    assert (pictures.float().mean(dim=(1, 2, 3)) > 15).all()


def test_any_noise_of_a_map_renders(plain: Styles) -> None:
    random = torch.Generator().manual_seed(1)
    noise = torch.randint(len(CLASSES), (1, 32, 32), generator=random).to(torch.uint8)
    assert render(noise, plain).float().std() > 10


def test_one_map_has_many_right_answers() -> None:
    same = draw_maps([5], 32).expand(16, -1, -1)
    pictures = render(same, sample_styles(range(16))).float()
    assert (pictures - pictures.mean(dim=0)).abs().mean() > 20


def test_the_night_is_darker_than_the_day(plain: Styles) -> None:
    field = bands("sky", "grass")
    day, night = render(field, plain).float(), render(field, plain.replace(time=0.0)).float()
    assert night.mean() < 0.5 * day.mean()


def test_fog_takes_contrast_from_the_distance(plain: Styles) -> None:
    far = bands("sky", "mountain", "grass")
    clear, foggy = render(far, plain), render(far, plain.replace(fog=1.0))
    assert foggy[:, :, 16:32].float().std() < clear[:, :, 16:32].float().std()


def test_water_mirrors_what_stands_above_it(plain: Styles) -> None:
    """A dark wood over half of the shore darkens the water below that half."""
    field = bands("sky", "water")
    field[:, 14:24, :24] = NUMBER["tree"]
    water = render(field, plain)[0, :, 26:30].float().mean(dim=(0, 1))
    assert water[:20].mean() < water[28:].mean() - 15


def test_a_peak_is_lit_from_the_side_of_the_sun(plain: Styles) -> None:
    size = 64
    x, y = torch.arange(size).view(1, -1), torch.arange(size).view(-1, 1)
    peak = bands("sky", "sky", "sky", "grass", size=size)
    peak[0, ((y - 12) > (x - 32).abs()) & (y < 48)] = NUMBER["snow"]
    left = render(peak, plain).float().mean(dim=1)[0]
    right = render(peak, plain.replace(sun_x=1.0)).float().mean(dim=1)[0]
    west, east = (slice(26, 40), slice(20, 30)), (slice(26, 40), slice(35, 45))
    assert left[west].mean() - left[east].mean() > right[west].mean() - right[east].mean() + 20


def test_a_sun_in_the_map_is_the_brightest_place(plain: Styles) -> None:
    field = bands("sky", "sky", "grass")
    field[0, 8:13, 30:35] = NUMBER["sun"]
    picture = render(field, plain.replace(time=0.75)).float().mean(dim=1)[0]
    assert picture[9:12, 31:34].min() > picture[20:28, :20].max()


def test_what_cannot_be_drawn_is_refused(plain: Styles) -> None:
    with pytest.raises(ValueError, match="at least 8"):
        draw_maps([0], 4)
    with pytest.raises(ValueError, match="Class 14 is unknown"):
        render(torch.full((1, 8, 8), 14, dtype=torch.uint8), plain)
    with pytest.raises(ValueError, match="2 label maps but 1 styles"):
        render(torch.zeros(2, 8, 8, dtype=torch.uint8), plain)
    with pytest.raises(ValueError, match="Unknown style column weather"):
        plain.replace(weather=1.0)
    assert set(COLUMNS) >= {"time", "season"}


def test_an_empty_batch_is_an_empty_picture() -> None:
    assert render(draw_maps([], 16), sample_styles([])).shape == (0, 3, 16, 16)


def test_noise_has_mean_0_and_deviation_1() -> None:
    noise = Noise(np.arange(8, dtype=np.uint64), Frame(96, 96, torch.device("cpu")))
    field = noise.fractal(1, 12.0, 12.0, 3)
    assert abs(float(field.mean())) < 0.15
    assert 0.8 < float(field.std()) < 1.2
