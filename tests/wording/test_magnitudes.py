"""Orders of magnitude are said only when the whole interval bears them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnostic.wording import magnitudes


@pytest.mark.parametrize(
    ("lower", "upper", "expected"),
    [
        (0.51, 0.58, "plus de la moitié"),
        (0.475, 0.49, "près de la moitié"),
        (0.46, 0.49, "plus d’un tiers"),
        (0.495, 0.505, "environ la moitié"),
        (0.47, 0.50, "près de la moitié"),
        (0.305, 0.33, "près d’un tiers"),
        (0.30, 0.33, "plus d’un quart"),
        (0.225, 0.25, "près d’un quart"),
        (0.18, 0.20, "près d’un cinquième"),
        (0.21, 0.22, "plus d’un cinquième"),
        (0.09, 0.10, "près d’un dixième"),
        (0.34, 0.36, "plus d’un tiers"),
        (0.64, 0.66, "près des deux tiers"),
        (0.61, 0.66, "plus de la moitié"),
        (0.72, 0.74, "près des trois quarts"),
        (0.69, 0.72, "plus des deux tiers"),
        (0.76, 0.81, "plus des trois quarts"),
        (0.77, 0.78, "près des quatre cinquièmes"),
        (0.84, 0.84, "plus des quatre cinquièmes"),
        (0.82, 0.91, "plus des quatre cinquièmes"),
        (0.87, 0.88, "près des neuf dixièmes"),
        (0.86, 0.88, "plus des quatre cinquièmes"),
        (0.92, 1.0, "plus des neuf dixièmes"),
        (0.24, 0.26, "environ un quart"),
        (0.01, 0.04, "moins d’un dixième"),
        (0.45, 0.60, "plus d’un tiers"),
        (0.05, 0.20, ""),
        (0.95, 1.20, ""),
        (1 - 22 / 33, 0.49, "plus d’un quart"),
        (-0.1, 0.05, ""),
    ],
)
def test_share(lower: float, upper: float, expected: str) -> None:
    """A share is said by the landmark that its interval does not cross."""
    assert magnitudes.share(lower, upper) == expected


@pytest.mark.parametrize(
    ("lower", "upper", "expected"),
    [
        (0.30, 0.49, "moins de la moitié"),
        (0.30, 0.50, "moins des deux tiers"),
        (0.0, 0.09, "moins d’un dixième"),
        (0.76, 0.79, "moins des quatre cinquièmes"),
        (0.11, 0.19, "moins d’un cinquième"),
        (0.80, 0.95, ""),
    ],
)
def test_under(lower: float, upper: float, expected: str) -> None:
    """« moins de » takes the lowest landmark that the interval stays under."""
    assert magnitudes.under(lower, upper) == expected


@pytest.mark.parametrize(
    ("lower", "upper", "expected"),
    [
        (1.85, 1.99, "près de deux fois"),
        (1.80, 2.0, "près de deux fois"),
        (1.77, 2.19, "plus d’une fois et demie"),
        (1.95, 2.05, "environ deux fois"),
        (2.01, 2.50, "plus de deux fois"),
        (3.2, 4.8, "plus de trois fois"),
        (12.0, 15.0, "plus de dix fois"),
        (1.4, 1.5, "près d’une fois et demie"),
        (1.0, 1.2, ""),
        (0.4, 0.5, ""),
    ],
)
def test_times(lower: float, upper: float, expected: str) -> None:
    """A ratio is said by the landmark that its interval does not cross."""
    assert magnitudes.times(lower, upper) == expected


@pytest.mark.parametrize(
    ("lower", "upper", "expected"),
    [
        (0.295, 0.305, "trois habitants sur dix"),
        (0.10, 0.105, "un habitant sur dix"),
        (0.495, 0.505, "un habitant sur deux"),
        (0.28, 0.305, ""),
        (0.96, 0.99, ""),
    ],
)
def test_out_of_ten(lower: float, upper: float, expected: str) -> None:
    """« Trois habitants sur dix » holds within a hundredth."""
    assert magnitudes.out_of_ten(lower, upper, "habitant") == expected


@pytest.mark.parametrize(
    ("lower", "upper", "expected"),
    [
        (-55, -53, ("divided", "plus de deux")),
        (-70, -68, ("divided", "plus de trois")),
        (-51, -49, ("lost", "environ la moitié")),
        (-35, -34, ("lost", "plus d’un tiers")),
        (-140, -60, ("divided", "plus de deux")),
        (-40, -5, ("", "")),
        (105, 130, ("multiplied", "plus de deux")),
        (26, 30, ("gained", "plus d’un quart")),
        (-2, 3, ("", "")),
        (5, 60, ("", "")),
    ],
)
def test_change(lower: float, upper: float, expected: tuple[str, str]) -> None:
    """A change is a division, a multiplication or a share of the start, or has no word."""
    assert magnitudes.change(lower, upper) == expected


def test_reversed_bounds_are_refused() -> None:
    """Bounds in the wrong order are an error of the caller."""
    with pytest.raises(ValueError, match="wrong order"):
        magnitudes.share(0.5, 0.4)


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
@settings(max_examples=200)
def test_plus_de_is_true_of_every_value(a: float, b: float, c: float) -> None:
    """« plus de la moitié » is never said of an interval that holds half or less."""
    low, _, high = sorted((a, b, c))
    if magnitudes.share(low, high) == "plus de la moitié":
        assert low > 0.5
    if magnitudes.under(low, high) == "moins de la moitié":
        assert high < 0.5
