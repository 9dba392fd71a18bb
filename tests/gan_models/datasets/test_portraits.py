"""The rendered portraits: reproducible, labelled, and each attribute where it belongs."""

import numpy as np
import pytest
import torch
from torch import Tensor

from gan_models.datasets.portraits import (
    COLUMNS,
    FLIP_SIGN,
    IDENTITY,
    LABELS,
    MOMENT,
    Portraits,
    render,
    sample,
    sample_apart,
)

SIGNED = {"gaze", "brows", "yaw", "pitch", "roll", "light_x", "eye_tilt", "hair_parting"}


@pytest.fixture(scope="module")
def crowd() -> Portraits:
    return sample(range(4000))


@pytest.fixture(scope="module")
def sitter() -> Portraits:
    """Eight people who look straight ahead, with nothing on their faces."""
    return sample(range(8)).replace(
        yaw=0.0, pitch=0.0, roll=0.0, gaze=0.0, glasses=0.0, beard=0.0, smile=0.2, mouth_open=0.0,
        eyes_open=1.0, hair_length=0.2, hair_fringe=0.0, hair_bun=0.0, lipstick=0.0, age=0.2,
    )  # fmt: skip


def change(sitter: Portraits, **columns: float) -> Tensor:
    """Return how much each sample changes when columns are set, [H, W]."""
    before, after = render(sitter).float(), render(sitter.replace(**columns)).float()
    return (after - before).abs().mean(dim=(0, 1))


def test_pictures_are_rgb_bytes_with_light_and_shade() -> None:
    pictures = render(sample(range(4)), size=64)
    assert pictures.shape == (4, 3, 64, 64)
    assert pictures.dtype == torch.uint8
    assert all(30.0 < picture.float().std() < 90.0 for picture in pictures)


def test_a_seed_gives_the_same_picture_whatever_the_batch() -> None:
    together = render(sample(range(19)))
    alone = render(sample([17]))
    assert torch.equal(sample(range(19)).values[17], sample([17]).values[0])
    assert (together[17].int() - alone[0].int()).abs().max() <= 1


def test_no_portrait_has_holes() -> None:
    """Samples that are not finite come out black, which nothing in a portrait is at the rim."""
    pictures = render(sample(range(100, 164)), size=32)
    assert pictures[:, :, 0, :].amin() > 20


@pytest.mark.parametrize("size", [8, 33, 48, 128])
def test_any_size(size: int) -> None:
    picture = render(sample([3]), size=size)
    assert picture.shape == (1, 3, size, size)


def test_sizes_show_the_same_picture() -> None:
    portraits = sample(range(3))
    large = torch.nn.functional.avg_pool2d(render(portraits, 128).float(), 2)
    assert (large - render(portraits, 64).float()).abs().mean() < 2.5


def test_a_picture_below_eight_pixels_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 8"):
        render(sample([0]), size=4)


def test_an_empty_batch_is_an_empty_picture() -> None:
    assert render(sample([])).shape == (0, 3, 64, 64)


@pytest.mark.parametrize(
    ("columns", "rows", "share"),
    [
        ({"smile": 1.0}, slice(34, 54), 0.6),
        ({"mouth_open": 1.0}, slice(34, 56), 0.75),
        ({"lipstick": 1.0}, slice(36, 50), 0.7),
        ({"eyes_open": 0.0}, slice(22, 38), 0.9),
        ({"gaze": 1.0}, slice(22, 38), 0.9),
        ({"brows": 1.0}, slice(16, 32), 0.9),
        ({"glasses": 1.0}, slice(20, 42), 0.9),
        ({"beard": 1.0}, slice(30, 60), 0.85),
        ({"hair_curl": 1.0}, slice(0, 34), 0.85),
        ({"clothing_lightness": 0.0}, slice(46, 64), 0.9),
    ],
)
def test_an_attribute_changes_its_own_part(
    sitter: Portraits, columns: dict[str, float], rows: slice, share: float
) -> None:
    difference = change(sitter, **columns)
    assert difference.max() > 8.0
    assert difference[rows].sum() / difference.sum() > share


@pytest.mark.parametrize("name", LABELS)
def test_every_label_shows(sitter: Portraits, name: str) -> None:
    low, high = (-0.4, 0.4) if name in SIGNED else (0.0, 1.0)
    low_pictures = render(sitter.replace(**{name: low})).float()
    high_pictures = render(sitter.replace(**{name: high})).float()
    assert (high_pictures - low_pictures).abs().mean() > 0.15


def test_a_mirrored_person_is_the_flipped_picture() -> None:
    portraits = sample(range(6)).replace(hair_parting=0.0, hair_curl=0.0)
    flipped = render(portraits).flip(-1).float()
    mirrored = render(portraits.mirrored()).float()
    # Strands and folds are not symmetric, pose and light are.
    assert (flipped - mirrored).abs().mean() < 4.0
    signs = torch.tensor(FLIP_SIGN)
    assert torch.equal(portraits.mirrored().labels(), portraits.labels() * signs)


def test_labels_follow_their_names(crowd: Portraits) -> None:
    labels = crowd.labels()
    assert labels.shape == (4000, len(LABELS))
    for i, name in enumerate(LABELS):
        assert torch.equal(labels[:, i], crowd.column(name))


def test_values_stay_in_range(crowd: Portraits) -> None:
    for name in set(COLUMNS) - {"neckline", "background_hue"}:
        column = crowd.column(name)
        low = -1.0 if name in SIGNED else 0.0
        assert column.min() >= low
        assert column.max() <= 1.0
    assert crowd.column("background_hue").unique().tolist() == list(range(10))
    assert crowd.column("neckline").unique().tolist() == [0.0, 1.0, 2.0]


def test_the_crowd_is_varied(crowd: Portraits) -> None:
    men = crowd.column("gender") < 0.5
    grown_men = men & (crowd.column("age") > 0.2)
    assert 0.33 < crowd.column("glasses").mean() < 0.42
    assert (crowd.column("beard")[grown_men] > 0).float().mean() > 0.4
    assert 0.22 < crowd.column("yaw").std() < 0.26
    assert 0.27 < crowd.column("smile").std() < 0.31
    assert (crowd.column("hair_dye") > 0).float().mean() < 0.06
    assert (crowd.column("hair_length") < 0.1).float().mean() > 0.02
    assert (crowd.column("hair_length") > 0.8).float().mean() > 0.1


@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    [
        ("gender", "beard", -0.7, -0.2),
        ("gender", "lipstick", 0.3, 0.8),
        ("gender", "hair_length", 0.4, 0.85),
        ("age", "hair_grey", 0.4, 0.9),
        ("smile", "gender", -0.1, 0.1),
        ("yaw", "light_x", -0.1, 0.1),
    ],
)
def test_correlations_are_mild(
    crowd: Portraits, first: str, second: str, low: float, high: float
) -> None:
    pair = np.corrcoef(crowd.column(first).numpy(), crowd.column(second).numpy())
    assert low < pair[0, 1] < high


def test_attributes_that_are_apart_tell_nothing_of_each_other(crowd: Portraits) -> None:
    apart = sample_apart(range(2000))
    related = np.corrcoef(apart.labels().numpy().T) - np.eye(len(LABELS))
    assert np.abs(np.corrcoef(crowd.labels().numpy().T) - np.eye(len(LABELS))).max() > 0.5
    assert np.abs(related).max() < 0.15
    for name in LABELS:  # one by one they are as everywhere
        assert float(apart.column(name).mean()) == pytest.approx(
            float(crowd.column(name).mean()), abs=0.2 * float(crowd.column(name).std())
        )


def test_those_who_are_apart_are_the_same_whatever_the_batch() -> None:
    assert torch.equal(sample_apart([3, 8]).values[1:], sample_apart([8]).values)


def test_appearance_seeds_keep_the_person() -> None:
    first = sample(range(16))
    later = sample(range(16), appearance_seeds=range(500, 516))
    assert all(torch.equal(first.column(name), later.column(name)) for name in IDENTITY)
    assert (first.column("smile") != later.column("smile")).all()
    assert set(IDENTITY) | set(MOMENT) == set(COLUMNS)
    assert torch.equal(first.values, sample(range(16), appearance_seeds=range(16)).values)


def test_appearance_seeds_must_match_in_number() -> None:
    with pytest.raises(ValueError, match="2 seeds but 1"):
        sample([1, 2], appearance_seeds=[3])


def test_replace_sets_numbers_and_tensors_and_leaves_the_original() -> None:
    portraits = sample(range(3))
    before = portraits.values.clone()
    changed = portraits.replace(smile=1.0, yaw=torch.tensor([-0.1, 0.0, 0.1]))
    assert changed.column("smile").tolist() == [1.0, 1.0, 1.0]
    assert changed.column("yaw").tolist() == pytest.approx([-0.1, 0.0, 0.1])
    assert torch.equal(portraits.values, before)


def test_replace_refuses_unknown_names() -> None:
    with pytest.raises(ValueError, match=r"Unknown portrait column smiles; the columns are gender"):
        sample([0]).replace(smiles=1.0)


def test_slices_are_portraits() -> None:
    portraits = sample(range(5))
    assert len(portraits[1:3]) == 2
    assert len(portraits[4]) == 1
    assert torch.equal(portraits[[0, 2]].values[1], portraits.values[2])
