"""Numbers beside others: gap and verdict, rank and rank interval, distribution of a set.

A territory is above or below only when the intervals are disjoint and the gap reaches a
practical threshold; a rank always comes with the ranks that the intervals allow.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from statistics import quantiles
from typing import Literal, NamedTuple

from diagnostic.indicators.arithmetic import TOLERANCE, Value, difference, relative_change
from diagnostic.indicators.display import displayed
from diagnostic.model import Absence, Code, Measure, Trend, Verdict

FEWEST_RANKED = 5
TOO_FEW = Absence("not_applicable", "moins de cinq valeurs comparables")


class Threshold(NamedTuple):
    """The least gap worth a word: in points, or in % of the reference."""

    unit: Literal["points", "%"]
    size: float


POINTS = Threshold("points", 1.0)  # rates in % or "pour 100"
PERCENT = Threshold("%", 5.0)  # per-mille rates, amounts, counts, indices


class Gap(NamedTuple):
    """A verdict and the gap behind it, in the threshold's unit, with bounds."""

    verdict: Verdict
    gap: Value
    unit: Literal["points", "%"]


def compare(own: Value, other: Value, threshold: Threshold) -> Gap:
    """How `own` stands beside `other`; verdict "none" when either is missing, or no gap is."""
    points = threshold.unit == "points"
    gap = difference(own, other) if points else relative_change(own, other)
    if isinstance(gap, Absence) or isinstance(own, Absence) or isinstance(other, Absence):
        return Gap("none", gap, threshold.unit)
    if abs(gap.value) < threshold.size - TOLERANCE:
        return Gap("comparable", gap, threshold.unit)
    if own.lower > other.upper:
        return Gap("above", gap, threshold.unit)
    if own.upper < other.lower:
        return Gap("below", gap, threshold.unit)
    return Gap("comparable", gap, threshold.unit)


def verdict(own: Value, other: Value, threshold: Threshold) -> Verdict:
    """Above, below or comparable; none when either is missing."""
    return compare(own, other, threshold).verdict


def trend(start: Value, end: Value, threshold: Threshold) -> Trend:
    """Up, down or stable by the rule of verdicts; refused when either end is missing."""
    words: dict[Verdict, Trend] = {
        "above": "up",
        "below": "down",
        "comparable": "stable",
        "none": "refused",
    }
    return words[verdict(end, start, threshold)]


class Place(NamedTuple):
    """A rank: 1, 2, 2, 4; the best and worst ranks the intervals allow; of how many."""

    position: int
    tied: bool
    low: int
    high: int
    of: int


def ranks(
    numbers: Mapping[Code, Value], *, higher_first: bool = True, decimals: int = 1
) -> dict[Code, Place] | Absence:
    """Standard competition ranks of the values as displayed, so that equal prints are ties.

    Absences are left out. `low` counts the units surely before (disjoint intervals), `high`
    those not surely after; both are widened to hold the position that displayed ties give.
    Fewer than five units are not ranked.
    """
    sign = -1.0 if higher_first else 1.0
    known = {code: number for code, number in numbers.items() if isinstance(number, Measure)}
    if len(known) < FEWEST_RANKED:
        return TOO_FEW
    keys = {code: sign * displayed(number.value, decimals) for code, number in known.items()}
    ends = {
        code: sorted((sign * number.lower, sign * number.upper)) for code, number in known.items()
    }
    values = sorted(keys.values())
    firsts = sorted(first for first, _ in ends.values())
    lasts = sorted(last for _, last in ends.values())
    places: dict[Code, Place] = {}
    for code, key in keys.items():
        first, last = ends[code]
        position = 1 + bisect_left(values, key)
        low = 1 + bisect_left(lasts, first)
        # A unit whose own interval is a point is not after itself.
        high = bisect_left(firsts, last) + (1 if first == last else 0)
        tied = bisect_right(values, key) - bisect_left(values, key) > 1
        places[code] = Place(position, tied, min(low, position), max(high, position), len(known))
    return places


class Distribution(NamedTuple):
    """Least, quartiles, median and greatest of a set of values."""

    of: int
    minimum: float
    first_quartile: float
    median: float
    third_quartile: float
    maximum: float


def distribution(numbers: Iterable[Value]) -> Distribution | Absence:
    """The spread of the values known, inclusive quartiles; refused under five of them."""
    values = sorted(number.value for number in numbers if isinstance(number, Measure))
    if len(values) < FEWEST_RANKED:
        return TOO_FEW
    first, median, third = quantiles(values, n=4, method="inclusive")
    return Distribution(len(values), values[0], first, median, third, values[-1])
