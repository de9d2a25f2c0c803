"""Evolution lines on one plot: start and end values printed, cut at breaks, ends named."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import shapely

from diagnostic.draw import letters, maps, scale
from diagnostic.draw.labels import LEADER, spread
from diagnostic.draw.markers import shows_point
from diagnostic.draw.scale import Scale
from diagnostic.draw.scene import Circle, Item, Pen, Rect, Scene, Stroke, Text
from diagnostic.draw.style import (
    ACCENT,
    FINDING,
    GRID,
    INK,
    INK2,
    INK3,
    LEADING,
    LINE,
    SEMIBOLD,
    SMALL,
    TEXT,
    WHITE,
)
from diagnostic.draw.traces import Cut, Trace, cuts, traces, when
from diagnostic.model import Figure, Lines, ReportData
from diagnostic.wording import numbers

_BASE = 0.78 * LEADING
_AXIS = Pen(LINE, 0.9)
_WIDE = 120.0


@dataclass(frozen=True, slots=True)
class Plot:
    """The plot of a drawing: its two scales and its extent in mm."""

    x: Scale
    y: Scale
    unit: float
    left: float
    top: float

    @property
    def bottom(self) -> float:
        """Where the horizontal axis lies."""
        return self.y.start


def scene(block: Lines, report: ReportData, *, width: float) -> Scene:
    """The lines of a block with their axes, breaks, ends and key."""
    found = traces(block, report)
    marks = cuts(block, found)
    ends = _ends(found, width)
    top, banners = _banners(marks, width)
    plot = _plot(block, found, ends, width, top)
    items: list[Item] = [*_blanks(marks, plot), *_grid(plot), *_years(found, plot)]
    if block.reference is not None:
        level = plot.y(block.reference)
        items.append(Stroke(((plot.left, level), (plot.x.end, level)), Pen(INK3, 0.9)))
    for trace in found:
        items += _trace(trace, [cut.at for cut in marks], plot)
    items += _rules(marks, banners, plot, width)
    items += _starts(found, plot)
    items += _end_labels(ends, plot)
    key, bottom = _key(found, width, plot.bottom + 1.6 + LEADING + 2.0)
    return Scene(width, bottom, (*items, *key))


# Layout


@dataclass(frozen=True, slots=True)
class End:
    """What stands at the end of a line: the value, then the words, one under the other."""

    trace: Trace
    figure: Figure
    words: tuple[str, ...]
    size: float

    @property
    def value_width(self) -> float:
        """Width in mm of the value."""
        return letters.width(self.figure.text, self.size, SEMIBOLD)

    @property
    def words_width(self) -> float:
        """Width in mm of the words beside the value, the air between included."""
        words = [letters.width(line, SMALL, SEMIBOLD) for line in self.words]
        return 1.6 + max(words) if words else 0.0

    @property
    def height(self) -> float:
        """Height in mm."""
        return max(len(self.words), 1) * LEADING + 0.6


def _ends(found: Sequence[Trace], width: float) -> list[End]:
    """The ends of the lines that have one; a lone line needs no name, its caption says it."""
    wide = width >= _WIDE
    size = FINDING if wide else TEXT if len(found) == 1 else SMALL
    ends = []
    for trace in found:
        if trace.shown:
            last = trace.shown[-1]
            words: tuple[str, ...] = ()
            if len(found) > 1:
                words = letters.wrap(trace.line.name, 36.0 if wide else 20.0, SMALL, SEMIBOLD)
            if wide and len(found) <= 3 and last.period_text:
                words = (*words, *letters.wrap(last.period_text, 36.0, SMALL))
            ends.append(End(trace, last, words, size))
    return ends


def _plot(
    block: Lines, found: Sequence[Trace], ends: Sequence[End], width: float, top: float
) -> Plot:
    figures = [f for trace in found for f in (*trace.figures, *trace.dots)]
    values = [f.value for f in figures if shows_point(f) and f.value is not None]
    if block.reference is not None:
        values.append(block.reference)
    low, high, unit = scale.axis(
        min(values, default=0.0), max(values, default=1.0), 5, zero=block.zero_base
    )
    needed = sum(end.height for end in ends) + 2.0
    height = max(44.0 if width >= _WIDE else 32.0, needed)
    names = [letters.width(scale.label(t, unit), SMALL) for t in scale.ticks(low, high, unit)]
    left = max(names) + 2.0
    starts = [letters.width(t.shown[0].text, SMALL, SEMIBOLD) for t in found if t.shown]
    right = 3.2 + max((end.value_width for end in ends), default=0.0)
    right += max((end.words_width for end in ends), default=0.0)
    times = [when(f.period) for f in figures] or [0.0]
    first, last = min(times), max(times)
    last = last if last > first else first + 1.0
    return Plot(
        Scale(first, last, left + max(starts, default=0.0) + 3.4, width - right),
        Scale(low, high, top + height, top),
        unit,
        left,
        top,
    )


def _banners(marks: Sequence[Cut], width: float) -> tuple[float, list[tuple[str, ...]]]:
    """The words of each break, wrapped, one above the other; and where the plot starts."""
    banners = [letters.wrap(mark.label, width * 0.55, SMALL, SEMIBOLD) for mark in marks]
    return 2.0 + sum(len(lines) for lines in banners) * LEADING + (1.0 if marks else 0), banners


# Painting


def _grid(plot: Plot) -> Iterator[Item]:
    for value in scale.ticks(plot.y.low, plot.y.high, plot.unit):
        level = plot.y(value)
        base = value == plot.y.low
        pen = _AXIS if base else Pen(GRID, 0.9)
        yield Stroke(((plot.left, level), (plot.x.end, level)), pen)
        words = scale.label(value, plot.unit)
        yield Text(plot.left - 1.6, level + 1.05, words, colour=INK3, anchor="end")


def _years(found: Sequence[Trace], plot: Plot) -> Iterator[Item]:
    """Round years, and the first and last, as far as they leave one another room."""
    times = [when(f.period) for trace in found for f in (*trace.figures, *trace.dots)]
    shares = {time - math.floor(time) for time in times}
    share = shares.pop() if len(shares) == 1 else 0.0
    first, last = math.ceil(plot.x.low - share), math.floor(plot.x.high - share)
    room = letters.width("2000", SMALL) + 2.4
    most = max(int((plot.x.end - plot.x.start) / room), 1)
    unit = max(1, int(scale.step(max(last - first, 1), most)))
    unit = max(unit, 5) if last - first >= 8 else unit
    years = [first, last] if first < last else [first]
    years += [y for y in range(first + 1, last) if y % unit == 0]
    kept: list[int] = []
    for year in years:
        if all(abs(plot.x(year) - plot.x(other)) >= room for other in kept):
            kept.append(year)
    for year in sorted(kept):
        x = plot.x(year + share)
        yield Stroke(((x, plot.bottom), (x, plot.bottom + 1.0)), _AXIS)
        yield Text(x, plot.bottom + 1.6 + _BASE, str(year), colour=INK3, anchor="middle")


def _trace(trace: Trace, cut_at: Sequence[float], plot: Plot) -> Iterator[Item]:
    radius = 0.75 if trace.line.own else 0.65
    for figure in trace.dots:
        if shows_point(figure):
            yield _dot(figure, plot, radius, trace.colour if trace.line.own else LINE)
    for run in trace.runs(cut_at):
        points = tuple((plot.x(when(f.period)), plot.y(f.value or 0.0)) for f in run)
        yield from _line(run, points, trace.pen)
        for figure in {run[0].id: run[0], run[-1].id: run[-1]}.values():
            ends = figure is run[-1] or len(run) == 1 or not trace.dots
            if ends:
                yield _dot(figure, plot, 1.15 if trace.line.own else 0.9, trace.colour)


def _line(run: Sequence[Figure], points: Sequence[tuple[float, float]], pen: Pen) -> Iterator[Item]:
    """The piece of a line; a step to a provisional value is dashed."""
    solid: list[tuple[float, float]] = [points[0]]
    for (_, end), (start, stop) in zip(pairwise(run), pairwise(points), strict=True):
        if end.provisional:
            yield Stroke((start, stop), replace(pen, dash=(2.4, 2.4), cap="butt"))
        else:
            solid.append(stop)
    if len(solid) > 1:
        yield Stroke(tuple(solid), pen)


def _dot(figure: Figure, plot: Plot, radius: float, colour: str) -> Item:
    x, y = plot.x(when(figure.period)), plot.y(figure.value or 0.0)
    if figure.provisional:
        return Circle(x, y, radius, WHITE, Pen(colour, 1.0))
    return Circle(x, y, radius, colour, Pen(WHITE, 0.5))


def _blanks(marks: Sequence[Cut], plot: Plot) -> Iterator[Item]:
    """The time that cannot be compared, hatched from its break to the next or to the end."""
    for number, cut in enumerate(marks):
        if cut.blank:
            until = marks[number + 1].at if number + 1 < len(marks) else plot.x.high
            left, right = plot.x(cut.at), plot.x(until) + (0 if number + 1 < len(marks) else 1.5)
            yield from maps.hatch(shapely.box(left, plot.top, right, plot.bottom))


def _rules(
    marks: Sequence[Cut], banners: Sequence[tuple[str, ...]], plot: Plot, width: float
) -> Iterator[Item]:
    """Two ink rules at each break, one before a hatched time, with the words on top."""
    line = _BASE
    for cut, words in zip(marks, banners, strict=True):
        x = plot.x(cut.at)
        wide = max(letters.width(text, SMALL, SEMIBOLD) for text in words)
        left = x - 1.2 - wide if x - 1.2 - wide >= 0 else min(x + 1.2, width - wide)
        top = line - _BASE + 0.4
        for offset in (0.0,) if cut.blank else (-0.6, 0.6):
            if not cut.blank:
                yield Rect(x - 0.6, plot.top, 1.2, plot.bottom - plot.top, WHITE)
            yield Stroke(((x + offset, top), (x + offset, plot.bottom)), Pen(INK, 1.0))
        for text in words:
            yield Text(left, line, text, weight=SEMIBOLD, halo=True)
            line += LEADING


def _starts(found: Sequence[Trace], plot: Plot) -> Iterator[Item]:
    """The first value of each line, in a column before the first period."""
    begun = [trace for trace in found if trace.shown]
    wanted = [plot.y(trace.shown[0].value or 0.0) for trace in begun]
    levels = spread(wanted, [LEADING] * len(begun), plot.top - 1.9, plot.bottom + 1.9, 0.0)
    for trace, level in zip(begun, levels, strict=True):
        yield Text(
            plot.x.start - 2.0, level + 1.05, trace.shown[0].text, SMALL, SEMIBOLD,
            trace.colour, "end", halo=True,
        )  # fmt: skip


def _end_labels(ends: Sequence[End], plot: Plot) -> Iterator[Item]:
    """Value and name of each line at the right, pushed apart, a leader where they had to move."""
    wanted = [plot.y(end.figure.value or 0.0) for end in ends]
    room = max((end.value_width for end in ends), default=0.0)
    left = plot.x.end + 3.0
    levels = spread(wanted, [end.height for end in ends], plot.top - 2.0, plot.bottom + 2.0, 0.6)
    for end, level, origin in zip(ends, levels, wanted, strict=True):
        x = plot.x(when(end.figure.period))
        if abs(level - origin) > 0.8 or plot.x.end - x > 2.0:
            yield Stroke(((x + 1.4, origin), (left - 0.6, level)), LEADER)
        colour = end.trace.colour
        yield Text(
            left + room, level + end.size * 0.115, end.figure.text, end.size, SEMIBOLD, colour,
            "end", halo=True,
        )  # fmt: skip
        line = level - len(end.words) * LEADING / 2 + _BASE
        named = len(end.trace.line.name) and len(end.words)
        for number, words in enumerate(end.words):
            weight = SEMIBOLD if named and words != end.figure.period_text else 400
            yield Text(left + room + 1.6, line + number * LEADING, words, SMALL, weight, colour)


def _key(found: Sequence[Trace], width: float, top: float) -> tuple[list[Item], float]:
    """What a dot, a line and a hollow dot mean, where they differ; lines that have no value."""
    entries = [*_entries(found)]
    items: list[Item] = []
    x, line = 0.0, top + _BASE
    for mark, words in entries:
        wide = letters.width(words, SMALL) + (6.0 if mark else 0.0)
        if x and x + wide > width:
            x, line = 0.0, line + LEADING
        items += _sample(mark, x, line - 1.05)
        items.append(Text(x + (6.0 if mark else 0.0), line, words, colour=INK2))
        x += wide + 5.0
    return items, (line + 1.0 if entries else top - 1.0)


def _entries(found: Sequence[Trace]) -> Iterator[tuple[str, str]]:
    spans = [f for trace in found if trace.dots for f in trace.figures if "/" in f.period]
    if spans:
        first, last = spans[0].period.split("/")
        yield "dot", "un point : une année"
        yield "line", f"la ligne : moyenne de {numbers.letters(int(last) - int(first) + 1)} ans"
    shown = [f for t in found for f in (*t.dots, *t.figures) if shows_point(f) and f.provisional]
    if shown:
        periods = sorted({f.period_text for f in shown if "/" not in f.period or not spans})
        words = f"{', '.join(periods)}\N{NO-BREAK SPACE}: " if periods else ""
        yield "hollow", f"{words}provisoire (p)"
    for trace in found:
        if not trace.shown:
            text = trace.figures[-1].text if trace.figures else "…"
            yield "", f"{trace.line.name}\N{NO-BREAK SPACE}: {text}"


def _sample(mark: str, x: float, y: float) -> Iterator[Item]:
    if mark == "line":
        yield Stroke(((x, y), (x + 4.6, y)), Pen(ACCENT, 2.2))
    elif mark:
        fill, pen = (WHITE, Pen(ACCENT, 1.0)) if mark == "hollow" else (ACCENT, Pen(WHITE, 0.5))
        yield Circle(x + 3.6, y, 0.75, fill, pen)
