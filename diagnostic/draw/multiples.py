"""Small multiples: one panel a territory on the same axes, the others pale behind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from diagnostic.draw import letters, scale
from diagnostic.draw.markers import shows_point
from diagnostic.draw.scale import Scale
from diagnostic.draw.scene import Circle, Item, Pen, Point, Scene, Stroke, Text
from diagnostic.draw.style import (
    GRID,
    INK3,
    LEADING,
    PALE_LINE,
    SEMIBOLD,
    SMALL,
    WHITE,
)
from diagnostic.draw.traces import Cut, Trace, cuts, traces, when
from diagnostic.model import Lines, ReportData
from diagnostic.wording import periods

_BASE = 0.78 * LEADING
_NARROWEST = 30.0
_HEIGHT = 24.0
_GUTTER, _AIR = 4.0, 5.0
_PALE = Pen(PALE_LINE, 0.7, cap="round")


@dataclass(frozen=True, slots=True)
class Grid:
    """The panels: how many abreast, their width, height of the names, the shared axes."""

    across: int
    width: float
    head: float
    times: tuple[str, str]
    x: Scale
    y: Scale

    @property
    def height(self) -> float:
        """Height in mm of a panel: name, plot, first and last period."""
        return self.head + _HEIGHT + 1.0 + LEADING


def scene(block: Lines, report: ReportData, *, width: float) -> Scene:
    """The panels of a block, the territory's first, in as many rows as the width asks for."""
    found = sorted(traces(block, report), key=lambda trace: not trace.line.own)
    grid = _grid(block, found, width)
    marks = cuts(block, found)
    items: list[Item] = []
    for number, trace in enumerate(found):
        left = (number % grid.across) * (grid.width + _GUTTER)
        top = (number // grid.across) * (grid.height + _AIR)
        others = [other for other in found if other is not trace]
        items += _panel(block, trace, others, marks, grid, at=(left, top), named=number == 0)
    rows = -(-len(found) // grid.across)
    return Scene(width, max(rows * (grid.height + _AIR) - _AIR + 0.8, 1.0), tuple(items))


def _grid(block: Lines, found: Sequence[Trace], width: float) -> Grid:
    across = max(min(len(found), int((width + _GUTTER) / (_NARROWEST + _GUTTER))), 1)
    room = (width - (across - 1) * _GUTTER) / across
    names = [letters.wrap(trace.line.name, room, SMALL, SEMIBOLD) for trace in found]
    figures = [f for trace in found for f in trace.figures]
    values = [f.value for f in figures if shows_point(f) and f.value is not None]
    if block.reference is not None:
        values.append(block.reference)
    low, high, _ = scale.axis(
        min(values, default=0.0), max(values, default=1.0), 8, zero=block.zero_base
    )
    ordered = sorted((f.period for f in figures), key=when) or ["2000"]
    first, last = when(ordered[0]), when(ordered[-1])
    ends = [letters.width(_end_text(trace), SMALL, SEMIBOLD) for trace in found]
    stop = room - max(ends, default=0.0) - 2.4
    return Grid(
        across,
        room,
        max((len(lines) for lines in names), default=1) * LEADING + 1.5,
        (ordered[0], ordered[-1]),
        Scale(first, last if last > first else first + 1, 1.0, stop),
        Scale(low, high, _HEIGHT, 0.0),
    )


def _panel(
    block: Lines,
    trace: Trace,
    others: Sequence[Trace],
    marks: Sequence[Cut],
    grid: Grid,
    *,
    at: Point,
    named: bool,
) -> Iterator[Item]:
    left, top = at
    x = replace(grid.x, start=grid.x.start + left, end=grid.x.end + left)
    plot = top + grid.head
    y = replace(grid.y, start=plot + _HEIGHT, end=plot)
    words = letters.wrap(trace.line.name, grid.width, SMALL, SEMIBOLD)
    for number, line in enumerate(words):
        level = top + _BASE + number * LEADING
        yield Text(left, level, line, weight=SEMIBOLD, colour=trace.colour)
    yield Stroke(((x.start, y.start), (x.end, y.start)), Pen(GRID, 0.9))
    if block.reference is not None:
        level = y(block.reference)
        yield Stroke(((x.start, level), (x.end, level)), Pen(INK3, 0.7))
        if named:
            base = scale.label(block.reference, 1.0)
            yield Text(x.end, level - 0.9, base, colour=INK3, anchor="end", halo=True)
    cut_at = [cut.at for cut in marks]
    for other in others:
        yield from _line(other, cut_at, x, y, _PALE)
    for cut in cut_at:
        yield Stroke(((x(cut), plot), (x(cut), y.start)), Pen(INK3, 0.9))
    yield from _line(
        trace, cut_at, x, y, replace(trace.pen, width=1.8 if not trace.line.own else 2.2)
    )
    yield from _end(trace, x, y)
    yield from _times(grid, x, y.start)


def _line(trace: Trace, at: Sequence[float], x: Scale, y: Scale, pen: Pen) -> Iterator[Item]:
    for run in trace.runs(at):
        points = tuple((x(when(f.period)), y(f.value or 0.0)) for f in run)
        if len(points) > 1:
            yield Stroke(points, pen)
        else:
            yield Circle(*points[0], 0.5, pen.colour)


def _end_text(trace: Trace) -> str:
    """The last printed value, or the sign that stands in its place."""
    last = trace.shown or trace.figures
    return last[-1].text if last else "…"


def _end(trace: Trace, x: Scale, y: Scale) -> Iterator[Item]:
    """The last value, or the sign that there is none."""
    if not trace.shown:
        yield Text(x.end + 1.6, y.start - 1.0, _end_text(trace), colour=INK3)
        return
    last = trace.shown[-1]
    spot = (x(when(last.period)), y(last.value or 0.0))
    if last.provisional:
        yield Circle(*spot, 0.9, WHITE, Pen(trace.colour, 1.0))
    else:
        yield Circle(*spot, 1.0, trace.colour)
    level = min(spot[1] + 1.05, y.start + 0.6)
    yield Text(x.end + 1.8, level, last.text, SMALL, SEMIBOLD, trace.colour, halo=True)


def _times(grid: Grid, x: Scale, y: float) -> Iterator[Item]:
    """First and last period, the last alone where both do not fit."""
    first, last = (periods.short(period) for period in grid.times)
    baseline = y + 1.0 + _BASE
    reach = x.end + 1.0
    room = reach - x.start
    if first != last and letters.width(first, SMALL) + letters.width(last, SMALL) + 1.5 <= room:
        yield Text(x.start - 1.0, baseline, first, colour=INK3)
    yield Text(max(reach, x.start - 1.0 + letters.width(last, SMALL)), baseline, last,
               colour=INK3, anchor="end")  # fmt: skip
