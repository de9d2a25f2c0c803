"""Verdicts, ranks, changes and indices worked out again from recomputed figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from recomputation import arithmetic
from recomputation.expected import Expected, Number, Report
from recomputation.published import Place

RATES = ("numerator", "published")
# Registered breaks that the periods of the sample meet: first period of the new regime.
BREAKS = {"caf.al.foyers": "2021-01"}
EVENTS = {"insee.naissances"}
FEWEST = 5
SMALLEST = 20


@dataclass(frozen=True)
class Gap:
    """A verdict and the gap behind it, None where there is none."""

    verdict: str
    gap: Number | None = None
    lower: Number | None = None
    upper: Number | None = None
    text: str = ""


@dataclass(frozen=True)
class Change:
    """A change between two periods, or its refusal (trend "refused")."""

    start: str
    end: str
    trend: str
    change: Number | None = None
    lower: Number | None = None
    upper: Number | None = None
    text: str = ""


def in_points(one: Mapping[str, Any]) -> bool:
    """Rates in % or "pour 100" are compared in points, the rest in %."""
    unit = str(one.get("unit", "")).replace(arithmetic.NBSP, " ")
    return unit.startswith("%") or "pour 100 " in f"{unit} "


def fit(figure: Expected | None) -> bool:
    """Whether a figure bears a verdict or a rank: its own, shown, not fragile, not over 100."""
    return (
        figure is not None
        and figure.show in ("plain", "approx")
        and not {"fragile", "over_100"} & figure.flags
    )


def compare(one: Mapping[str, Any], own: Expected | None, other: Expected | None) -> Gap:
    """Disjoint intervals and the practical threshold, else comparable; none on unfit figures."""
    if own is None or other is None or not fit(own) or not fit(other):
        return Gap("none")
    if not any(key in one for key in RATES):
        return Gap("none")
    points = in_points(one)
    gap, lower, upper = _gap(points, own, other)
    verdict = _beside(own, other, gap, points)
    return Gap(verdict, gap, lower, upper, arithmetic.signed_gap(gap, "points" if points else "%"))


def _gap(points: bool, own: Expected, other: Expected) -> tuple[Number, Number, Number]:
    if points:
        return own.value - other.value, own.lower - other.upper, own.upper - other.lower
    gap = (own.value / other.value - 1) * 100
    return gap, (own.lower / other.upper - 1) * 100, (own.upper / other.lower - 1) * 100


def _beside(own: Expected, other: Expected, gap: Number, points: bool) -> str:
    size = gap if gap >= 0 else -gap
    if size < (1 if points else 5):
        return "comparable"
    if own.lower > other.upper:
        return "above"
    return "below" if own.upper < other.lower else "comparable"


def rank(
    report: Report, name: str, peers: Sequence[str], period: str
) -> dict[str, tuple[int, int, int, bool, int]]:
    """(position, best, worst, tied, of) of each commune that is fit; empty under five."""
    if not any(key in report.indicators[name] for key in RATES):
        return {}
    found = {code: report.figure(name, ("commune", code), period) for code in peers}
    known = {code: f for code, f in found.items() if f is not None and fit(f)}
    if len(known) < FEWEST:
        return {}
    ends = {
        code: (arithmetic.printed(f.text), float(f.lower), float(f.upper))
        for code, f in known.items()
    }
    return {
        code: (
            *arithmetic.place(mine, [e for other, e in ends.items() if other != code]),
            len(ends),
        )
        for code, mine in ends.items()
    }


def periods(report: Report, name: str, place: Place) -> list[str]:
    """The periods at which the place has the figure, oldest first."""
    one = report.indicators[name]
    if "gap" in one:
        return periods(report, one["gap"]["of"], place)
    if "dominant" in one:
        return periods(report, one["dominant"][0], place)
    if "scenario" in one or "without" in one:
        return []
    series = one.get("numerator") or one.get("series") or one["published"]
    found = report.periods(series, place)
    if "mean" in one:
        span = one["mean"]
        found = [f"{int(y) - span + 1}/{y}" for y in found if str(int(y) - span + 1) in found]
    return [period for period in found if report.figure(name, place, period) is not None]


def evolve(report: Report, name: str, place: Place) -> Change | None:
    """From the oldest period that no break separates from the newest; None with one period."""
    one = report.indicators[name]
    if one.get("evolution") is False or "gap" in one:
        return None
    known = periods(report, name, place)
    if len(known) < 2:
        return None
    broken = BREAKS.get(one.get("numerator") or one.get("series") or "", "")
    known = [period for period in known if period >= broken]
    first, last = known[0], known[-1]
    start, end = (report.figure(name, place, period) for period in (first, last))
    assert start is not None
    assert end is not None
    if any(_too_small(figure) for figure in (start, end)):
        return Change(first, last, "refused")
    points = in_points(one)
    change, lower, upper = _gap(points, end, start)
    word = _beside(_lived(one, end), _lived(one, start), change, points)
    trend = {"above": "up", "below": "down", "comparable": "stable"}[word]
    return Change(
        first, last, trend, change, lower, upper,
        arithmetic.signed_gap(change, "points" if points else "%"),
    )  # fmt: skip


def _too_small(figure: Expected) -> bool:
    """No change from or to a published 0, a rate not shown, a fragile or a tiny count."""
    counted = figure.numerator.value
    years = len(set(figure.numerator.period.split("/")))
    return (
        figure.value == 0
        or figure.show == "ns"
        or "fragile" in figure.flags
        or counted * years < SMALLEST
    )


def _lived(one: Mapping[str, Any], figure: Expected) -> Expected:
    """A count of events with its limits of chance; rates already bear theirs.

    The method page says so of events counted one by one, not of the Caf's foyers.
    """
    if one.get("series") not in EVENTS:
        return figure
    years = one.get("mean", 1)
    low = arithmetic.poisson(float(figure.lower) * years)[0] / years
    high = arithmetic.poisson(float(figure.upper) * years)[1] / years
    return Expected(**{**figure.__dict__, "lower": low, "upper": high})


def newest(report: Report, name: str, places: Sequence[Place]) -> str:
    """The newest period of the territory, else of its benchmarks in reading order, else ""."""
    for place in places:
        known = periods(report, name, place)
        if known:
            return known[-1]
    return ""


def best(
    report: Report, name: str, own: Expected | None, places: Mapping[str, Place], period: str
) -> tuple[str, Gap]:
    """The comparison that a sentence bears, by the rule printed under the points.

    The national level, failing it the département, the other communes of the EPCI, the région,
    the EPCI: the first with a value.
    """
    for key in ("france", "departement", "epci_hors_commune", "region", "epci"):
        if key in places and report.figure(name, places[key], period) is not None:
            other = report.figure(name, places[key], period)
            return key, compare(report.indicators[name], own, other)
    return "", Gap("none")


def index(report: Report, name: str, place: Place, base: str, period: str) -> Fraction:
    """The figure as an index, 100 at the base."""
    start, end = (report.figure(name, place, one) for one in (base, period))
    assert start is not None
    assert end is not None
    return end.value / start.value * 100
