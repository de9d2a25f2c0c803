"""Time on an axis, and lines as pieces: cut at breaks and where no value is printed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from diagnostic.draw.markers import shows_point
from diagnostic.draw.scene import Pen
from diagnostic.draw.style import ACCENT, INK2
from diagnostic.model import BreakMark, Figure, Line, Lines, ReportData

_PERIOD = re.compile(r"(\d{4})(?:-(?:T(\d)|(\d\d)))?")


def when(period: str) -> float:
    """A period as a year: the middle of a span, a year as itself, a month or quarter within."""
    first, _, last = period.partition("/")
    if last:
        return (when(first) + when(last)) / 2
    found = _PERIOD.match(first)
    if found is None:
        raise ValueError(f"not a period: {period!r}")
    year, quarter, month = found.groups()
    share = (int(quarter) - 1) / 4 if quarter else (int(month) - 1) / 12 if month else 0.0
    return int(year) + share


@dataclass(frozen=True, slots=True)
class Trace:
    """A line as drawn: its figures in time order, printed ones only where they have a value."""

    line: Line
    figures: tuple[Figure, ...]
    dots: tuple[Figure, ...]

    @property
    def colour(self) -> str:
        """Accent for the territory, dark grey for the others."""
        return ACCENT if self.line.own else INK2

    @property
    def pen(self) -> Pen:
        """2.2 pt for the territory, 1.3 pt for the others."""
        return Pen(self.colour, 2.2 if self.line.own else 1.3, cap="round")

    @property
    def shown(self) -> list[Figure]:
        """The points that are drawn."""
        return [figure for figure in self.figures if shows_point(figure)]

    def runs(self, cuts: Sequence[float]) -> list[list[Figure]]:
        """The line's pieces: it stops at a missing value and before each cut."""
        pieces: list[list[Figure]] = []
        for shown, group in groupby(self.figures, shows_point):
            if shown:
                for _, piece in groupby(group, lambda f: sum(when(f.period) >= c for c in cuts)):
                    pieces.append(list(piece))
        return pieces


def traces(block: Lines, report: ReportData) -> list[Trace]:
    """The lines of a block, the territory's last so that it lies on top."""
    found = [
        Trace(
            line,
            tuple(report.figures[key] for key in line.points),
            tuple(report.figures[key] for key in line.dots),
        )
        for line in block.lines
    ]
    return sorted(found, key=lambda trace: trace.line.own)


@dataclass(frozen=True, slots=True)
class Cut:
    """A break on the axis: where the rules stand, its words, whether nothing follows it."""

    at: float
    label: str
    blank: bool


def cuts(block: Lines, found: Sequence[Trace]) -> list[Cut]:
    """The breaks that fall between the first and the last period, each between two periods.

    `blank` marks one after which no line prints a value up to the next: that time is hatched.
    """
    times = sorted({when(f.period) for trace in found for f in (*trace.figures, *trace.dots)})
    printed = {
        when(f.period) for trace in found for f in (*trace.figures, *trace.dots) if shows_point(f)
    }
    marks: list[BreakMark] = sorted(block.breaks, key=lambda mark: when(mark.at))
    placed = []
    for number, mark in enumerate(marks):
        at = when(mark.at)
        before, after = [t for t in times if t < at], [t for t in times if t >= at]
        if not before or not after:
            continue
        until = when(marks[number + 1].at) if number + 1 < len(marks) else after[-1] + 1
        blank = not any(at <= t < until for t in printed)
        placed.append(Cut((before[-1] + after[0]) / 2, mark.label, blank))
    return placed
