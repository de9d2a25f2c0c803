"""Classes of a map: four or five, round bounds, and the rule in words.

Equal steps unless the values are skewed, then classes of near-equal numbers; fixed bounds and
classes around a reference where the spec asks for them. A lower bound is included in its class,
and the greatest value in the last.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from itertools import pairwise
from math import fsum, sqrt
from statistics import median, quantiles
from typing import Literal

from diagnostic.model import Absence

Rule = Literal["equal", "quantile", "fixed", "reference", "single"]
FEWEST_MAPPED = 5
MOST = 5
SKEWED = 1.0  # adjusted Fisher-Pearson skewness beyond which a distribution is "highly skewed"
ROUND_STEPS = ("1", "2", "2.5", "5")
SPARE_STEPS = ("1.5", "3", "4")  # only where no rounder step gives four or five classes
METHODS: dict[Rule, str] = {
    "equal": "classes d’amplitude égale, bornes arrondies, borne inférieure incluse",
    "quantile": (
        "classes d’effectifs voisins (quantiles), bornes arrondies, borne inférieure incluse"
    ),
    "fixed": "classes aux bornes fixées d’avance, borne inférieure incluse",
    "reference": "classes d’écart à la référence, bornes arrondies, borne inférieure incluse",
    "single": "une seule classe\u00a0: toutes les valeurs sont égales",
}


@dataclass(frozen=True, slots=True)
class Classes:
    """The k+1 bounds of k classes, the rule that made them and its printed words."""

    bounds: tuple[float, ...]
    rule: Rule
    method: str


def classes(
    values: Sequence[float],
    *,
    count: Literal[4, 5] = 5,
    rule: Rule | None = None,
    bounds: Sequence[float] = (),
    reference: float = 0.0,
    skewed: float = SKEWED,
) -> Classes | Absence:
    """The classes of mapped values; refused under five of them.

    `rule` None chooses between equal steps and quantiles by the skewness. `bounds` are those of
    the fixed rule: their ends give way to values that lie outside. Classes stand around
    `reference` symmetrically: give gaps and 0 to bound gaps.
    """
    if len(values) < FEWEST_MAPPED:
        return Absence("not_applicable", "moins de cinq valeurs à mettre en carte")
    exacts = sorted(Decimal(repr(float(value))) for value in values)
    if rule == "fixed":
        return _fixed(exacts, bounds)
    if exacts[0] == exacts[-1]:
        return _made("single", _single(exacts[0]))
    if rule == "reference":
        return _made("reference", _around(exacts, Decimal(repr(float(reference))), count))
    if rule == "quantile" or (rule is None and abs(_skewness(values)) > skewed):
        limits = _quantile(exacts, count)
        if len(limits) > count - 1:
            return _made("quantile", limits)
    return _made("equal", _equal(exacts[0], exacts[-1], count))


def class_of(value: float, bounds: Sequence[float]) -> int:
    """Index of the class that holds a value: lower bound included, greatest value in the last."""
    return max(0, min(bisect_right(bounds, value), len(bounds) - 1) - 1)


def _made(rule: Rule, limits: Sequence[Decimal]) -> Classes:
    return Classes(tuple(float(limit) for limit in limits), rule, METHODS[rule])


def _skewness(values: Sequence[float]) -> float:
    """Adjusted Fisher-Pearson coefficient; `values` are at least five and not all equal."""
    n = len(values)
    centre = fsum(values) / n
    spread = fsum((value - centre) ** 2 for value in values) / n
    third = fsum((value - centre) ** 3 for value in values) / n
    scale = spread**1.5
    if scale == 0:  # differences too small for a float to raise to a power
        return 0.0
    return float(sqrt(n * (n - 1)) / (n - 2) * third / scale)


def _steps(near: Decimal, mantissas: Sequence[str]) -> Iterator[Decimal]:
    """Round steps in growing order, from the power of ten at or under `near`, over two decades."""
    power = near.adjusted()
    for exponent in (power, power + 1):
        for mantissa in sorted(mantissas, key=Decimal):
            yield Decimal(mantissa).scaleb(exponent)


def _round_under(limit: Decimal) -> Decimal:
    """The greatest round step at or under a positive number."""
    return max(step for step in _steps(limit, ROUND_STEPS) if step <= limit)


def _snap(value: Decimal, step: Decimal, rounding: str) -> Decimal:
    """The multiple of `step` at, under or over a value."""
    return (value / step).to_integral_value(rounding) * step


def _single(value: Decimal) -> tuple[Decimal, Decimal]:
    """Round bounds around the only value."""
    unit = _round_under(abs(value) / 10) if value else Decimal(1)
    low = _snap(value, unit, ROUND_FLOOR)
    return (low, low + unit)


def _equal(low: Decimal, high: Decimal, count: int) -> list[Decimal]:
    """The finest round grid of at most `count` classes, of at least four where one exists."""
    near = (high - low) / count
    for mantissas in (ROUND_STEPS, SPARE_STEPS):
        for step in _steps(near, mantissas):
            grid = _grid(low, high, step)
            if MOST - 1 <= len(grid) - 1 <= count:
                return grid
    return next(
        grid
        for step in _steps(near, ROUND_STEPS)
        if len(grid := _grid(low, high, step)) - 1 <= count
    )


def _grid(low: Decimal, high: Decimal, step: Decimal) -> list[Decimal]:
    """Multiples of a step from the one at or under `low` to the one at or over `high`."""
    first = int((low / step).to_integral_value(ROUND_FLOOR))
    last = int((high / step).to_integral_value(ROUND_CEILING))
    return [step * place for place in range(first, last + 1)]


def _quantile(exacts: Sequence[Decimal], count: int) -> list[Decimal]:
    """Quantiles brought to round numbers, as round as leaves four classes or more."""
    cuts = quantiles(exacts, n=count, method="inclusive")
    marks = sorted({exacts[0], *cuts, exacts[-1]})
    gap = median(after - before for before, after in pairwise(marks))
    best: list[Decimal] = []
    for fineness in (2, 5, 10, 50):
        limits = _rounded(exacts, cuts, _round_under(gap / fineness))
        if len(limits) > len(best):
            best = limits
        if len(best) >= MOST:
            break
    return best


def _rounded(exacts: Sequence[Decimal], cuts: Sequence[Decimal], unit: Decimal) -> list[Decimal]:
    """Cuts brought to a unit, without those that would leave a class empty."""
    kept = [_snap(exacts[0], unit, ROUND_FLOOR)]
    for cut in cuts:
        bound = _snap(cut, unit, ROUND_HALF_UP)
        if bound <= exacts[-1] and any(kept[-1] <= value < bound for value in exacts):
            kept.append(bound)
    top = _snap(exacts[-1], unit, ROUND_CEILING)
    return [*kept, top if top > kept[-1] else top + unit]


def _fixed(exacts: Sequence[Decimal], bounds: Sequence[float]) -> Classes | Absence:
    """The given bounds, the first and the last moved by whole classes to hold every value."""
    limits = sorted({Decimal(repr(float(bound))) for bound in bounds})
    if not 1 < len(limits) <= MOST + 1:
        return Absence("not_applicable", "il faut de deux à six bornes fixées")
    first, last = limits[1] - limits[0], limits[-1] - limits[-2]
    under, over = limits[0] - exacts[0], exacts[-1] - limits[-1]
    if under > 0:
        limits[0] -= _snap(under, first, ROUND_CEILING)
    if over > 0:
        limits[-1] += _snap(over, last, ROUND_CEILING)
    return _made("fixed", limits)


def _around(exacts: Sequence[Decimal], reference: Decimal, count: int) -> list[Decimal]:
    """Classes symmetrical around a reference: inside the middle one of five, a limit of four."""
    farthest = max(abs(exacts[0] - reference), abs(exacts[-1] - reference))
    unit = _round_under(farthest / 4)
    inner = (-3, -1, 1, 3) if count == MOST else (-2, 0, 2)
    outer = max(4, int((farthest / unit).to_integral_value(ROUND_CEILING)))
    return [reference + unit * place for place in (-outer, *inner, outer)]
