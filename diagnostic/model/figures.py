"""Figures: one printed number or absence each, and what sets them side by side."""

from __future__ import annotations

from dataclasses import dataclass

from diagnostic.model.values import (
    Code,
    IntervalKind,
    Level,
    Part,
    Reliability,
    Show,
    Status,
    Trend,
    Verdict,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One printed number, or one printed absence, with all that explains it.

    `text` is what the page shows ("61,5", "≈ 11", "n.s.", "…"); `reason` is never empty when
    `show` is not plain or approx. `stands_for` is the code whose value stands in (from_epci).
    `flags` are machine words: over_100, published_zero, sum_of_rounded, fragile, derived.
    """

    id: str
    indicator: str
    label: str
    level: Level
    code: Code
    name: str
    period: str
    period_text: str
    unit: str
    value: float | None
    lower: float | None
    upper: float | None
    status: Status
    show: Show
    text: str
    interval: IntervalKind = "none"
    interval_text: str = ""
    likely_lower: float | None = None
    likely_upper: float | None = None
    decimals: int = 0
    reliability: Reliability = ""
    provisional: bool = False
    reason: str = ""
    champ: str = ""
    numerator: Part | None = None
    denominator: Part | None = None
    coverage: float | None = None
    stands_for: Code | None = None
    flags: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A figure beside the same indicator of a benchmark. Gap in points or in %, with bounds."""

    own: str
    other: str
    benchmark: str
    verdict: Verdict
    gap: float | None = None
    gap_lower: float | None = None
    gap_upper: float | None = None
    gap_text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rank:
    """Standard competition rank of a figure among comparable units, and the ranks it may have."""

    figure: str
    position: int
    of: int
    low: int
    high: int
    tied: bool
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evolution:
    """A change between two periods of one figure, or the reason why none is stated.

    `change` is in % for counts and amounts, in points for rates in % (see `unit`).
    """

    start: str
    end: str
    change: float | None
    lower: float | None
    upper: float | None
    unit: str
    trend: Trend
    text: str
    reason: str = ""
