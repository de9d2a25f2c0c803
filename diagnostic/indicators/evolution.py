"""Numbers through time: change between two periods, index, mean annual growth, and refusals.

No change is stated across a registered break, between different seasons, from or to a
published 0, or between two censuses whose surveys overlap.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from diagnostic.indicators.arithmetic import Value, difference, ratio, relative_change
from diagnostic.indicators.comparison import PERCENT, Threshold, trend
from diagnostic.indicators.periods import crossed, period
from diagnostic.model import Absence, Break, Measure, Trend

CENSUS_YEARS = 5  # two census vintages closer than this share survey years
INDEX_BASE = 20  # least count that bears an index
PUBLISHED_ZERO = Absence(
    "unknown", "l’un des deux nombres est un 0 publié, qui peut être une case vide"
)


@dataclass(frozen=True, slots=True)
class Point:
    """A number at a period, and the territory it covers when that is not plain."""

    period: str
    value: Value
    champ: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A change in points or in %, with bounds, and its trend; refused with its reason."""

    change: Value
    trend: Trend
    unit: Literal["points", "%"]

    @property
    def reason(self) -> str:
        """Why no change is stated, "" when one is."""
        return self.change.reason if isinstance(self.change, Absence) else ""


def evolution(
    start: Point,
    end: Point,
    threshold: Threshold = PERCENT,
    *,
    breaks: Iterable[Break] = (),
    census: bool = False,
) -> Change:
    """From start to end: in points for rates in %, in % for the rest.

    Up or down needs disjoint intervals and the practical threshold: from 600 to 605 is stable.
    """
    refused = _refusal(start, end, breaks, census=census)
    if refused:
        return Change(refused, "refused", threshold.unit)
    points = threshold.unit == "points"
    change = (difference if points else relative_change)(end.value, start.value)
    if isinstance(change, Absence):
        return Change(change, "refused", threshold.unit)
    return Change(change, trend(start.value, end.value, threshold), threshold.unit)


def _refusal(start: Point, end: Point, breaks: Iterable[Break], *, census: bool) -> Absence | None:
    """Why no change is stated between two points, None when one may be."""
    for point in (start, end):
        if isinstance(point.value, Absence):
            return point.value
        if point.value.value == 0:
            return PUBLISHED_ZERO
    if period(end.period).first <= period(start.period).last:
        return Absence("not_applicable", "les deux périodes ne se suivent pas")
    return _unlike(start, end, breaks, census=census)


def _unlike(start: Point, end: Point, breaks: Iterable[Break], *, census: bool) -> Absence | None:
    """Why two points in time order may not be compared whatever their values."""
    before, after = period(start.period), period(end.period)
    if start.champ != end.champ:
        return Absence("not_applicable", "le champ n’est pas le même aux deux dates")
    if before.season != after.season:
        return Absence("not_applicable", "les deux périodes ne sont pas de même nature")
    if census and after.first - before.first < 12 * CENSUS_YEARS:
        return Absence(
            "not_applicable",
            "recensements à moins de cinq ans l’un de l’autre, aux enquêtes communes",
        )
    mark = crossed(start.period, end.period, breaks, census=census)
    if mark:
        return Absence("not_applicable", f"rupture de série ({mark.label})")
    return None


def index(
    points: Sequence[Point],
    base: Point,
    *,
    base_count: float | None = None,
    minimum: float = INDEX_BASE,
    breaks: Sequence[Break] = (),
    census: bool = False,
) -> tuple[Value, ...]:
    """Each point × 100 / base, refused where no change from the base may be stated.

    `base_count` is the count behind a base that is a rate or a mean; under `minimum` there is
    no index. The base itself is 100, without interval. Points before the base are refused
    across a break like those after.
    """
    if isinstance(base.value, Absence):
        return (base.value,) * len(points)
    if (base.value.value if base_count is None else base_count) < minimum:
        refused = Absence(
            "not_applicable", f"base trop petite pour un indice, moins de {minimum:.0f}"
        )
        return (refused,) * len(points)
    return tuple(_indexed(point, base, breaks, census=census) for point in points)


def _indexed(point: Point, base: Point, breaks: Sequence[Break], *, census: bool) -> Value:
    """One point of an index."""
    if point.period == base.period:
        return Measure(100.0, 100.0, 100.0)
    early, late = sorted((point, base), key=lambda each: period(each.period).first)
    refused = _unlike(early, late, breaks, census=census)
    if refused:
        return refused
    if isinstance(point.value, Measure) and point.value.value == 0:
        return PUBLISHED_ZERO
    return ratio(point.value, base.value, 100.0)


def annual_growth(
    start: Point, end: Point, *, breaks: Iterable[Break] = (), census: bool = False
) -> Value:
    """Mean annual growth in %: ((end / start)^(1/years) − 1) × 100, refused as a change is."""
    refused = _refusal(start, end, breaks, census=census)
    if refused:
        return refused
    quotient = ratio(end.value, start.value, 1.0)
    if isinstance(quotient, Absence):
        return quotient
    years = (period(end.period).first - period(start.period).first) / 12
    ends = (quotient.value, quotient.lower, quotient.upper)
    value, lower, upper = ((each ** (1 / years) - 1) * 100 for each in ends)
    return Measure(value, lower, upper)
