"""Comparison strips: a key figure on an axis among its benchmarks."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from diagnostic.draw import letters, markers, scale
from diagnostic.draw.labels import Label, row_below, spread
from diagnostic.draw.scale import Scale
from diagnostic.draw.scene import Item, Pen, Point, Scene, Stroke, Text
from diagnostic.draw.style import ACCENT, GRID, INK, INK2, INK3, LEADING, LINE, SEMIBOLD, SMALL
from diagnostic.model import Figure, KeyFigure, KeyFigures, ReportData
from diagnostic.wording import grammar, names

_AXIS = Pen(LINE, 0.9)
_PITCH = 4.75
_KIN = 4
"""Strips of one unit share a span, unless it is over this many times what one needs."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A benchmark drawn on the strip: its figure under its short name, its value beside."""

    figure: Figure
    name: str

    @property
    def value(self) -> float:
        """The value drawn; marks are made of figures that have one."""
        return self.figure.value or 0.0


def strip(line: KeyFigure, report: ReportData, *, width: float) -> Scene:
    """The strip: own label above, benchmarks labelled below, axis ends outside the axis."""
    own, marks, ends = report.figures[line.figure], _marks(line, report), _ends(line, report)
    title = _title(own, width)
    y = title.height + 3.4 if title else 3.4
    margin = _margin(ends)
    axis = Scale(*ends, margin, width - margin) if ends else None
    items: list[Item] = [*_baseline(ends, margin, width - margin, y)]
    if axis is None:
        return Scene(width, y + 3.4, tuple(items))
    items += _points(own, marks, axis, y)
    if title:
        items += _over(own, title, axis, width)
    tips: list[Point] = [(axis(mark.value), y + 1.9) for mark in marks]
    names = [Label(mark.name, mark.figure.text) for mark in marks]
    below, bottom = row_below(names, tips, low=0, high=width, top=y + 3.4)
    return Scene(width, max(bottom, y + 3.4), (*items, *below))


def rows(line: KeyFigure, report: ReportData, *, width: float) -> Scene:
    """The same for a narrow screen: one territory a line, name, marker, value."""
    own, marks, ends = report.figures[line.figure], _marks(line, report), _ends(line, report)
    room = width * 0.36
    labels = [Label(_own_name(own), "", room, _colour(own), weight=SEMIBOLD)]
    labels += [Label(mark.name, "", room, INK) for mark in marks]
    figures = [own, *(mark.figure for mark in marks)]
    left = max(label.width for label in labels) + 3.5
    right = max(letters.width(figure.text, SMALL, SEMIBOLD) for figure in figures) + 3.5
    axis = Scale(*ends, left, width - right) if ends else None
    items: list[Item] = []
    top = 0.0
    for figure, label in zip(figures, labels, strict=True):
        place = _Row(figure, label, top, max(_PITCH, label.height + 1.0), figure is own)
        items += _row(place, axis, width)
        top += place.height
    if axis is None or ends is None:
        return Scene(width, top, tuple(items))
    tall = [Stroke(((x, 0.6), (x, top)), Pen(GRID, 0.9)) for x in (axis.start, axis.end)]
    return Scene(width, top + 4.2, (*tall, *items, *_foot(axis, ends, top, width)))


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of the narrow form, from its upper edge."""

    figure: Figure
    label: Label
    top: float
    height: float
    mine: bool


def _row(row: _Row, axis: Scale | None, width: float) -> Iterator[Item]:
    y = row.top + row.height / 2
    if axis:
        yield Stroke(((axis.start, y), (axis.end, y)), Pen(GRID, 0.9))
        yield from _mark(row.figure, axis, y, mine=row.mine)
    yield from row.label.at(0, y - row.label.height / 2 + 0.78 * LEADING, "start")
    colour = row.label.colour if row.mine else INK
    yield Text(width, y + 1.05, row.figure.text, SMALL, SEMIBOLD, colour, "end")


def _foot(axis: Scale, ends: tuple[float, float], top: float, width: float) -> Iterator[Item]:
    """The ends of the axis under it."""
    texts = _end_texts(ends)
    sizes = [letters.width(text, SMALL) for text in texts]
    places = spread([axis.start, axis.end], sizes, 0, width, 1.5)
    for x, text in zip(places, texts, strict=True):
        yield Text(x, top + 3.4, text, colour=INK3, anchor="middle")


def _baseline(
    ends: tuple[float, float] | None, left: float, right: float, y: float
) -> Iterator[Item]:
    yield Stroke(((left, y), (right, y)), _AXIS)
    for x in (left, right):
        yield Stroke(((x, y - 1), (x, y + 1)), _AXIS)
    if ends:
        low, high = _end_texts(ends)
        yield Text(left - 1.2, y + 1.05, low, colour=INK3, anchor="end")
        yield Text(right + 1.2, y + 1.05, high, colour=INK3)


def _points(own: Figure, marks: list[Mark], axis: Scale, y: float) -> Iterator[Item]:
    for mark in marks:
        yield from _interval(mark.figure, axis, y, mine=False)
    yield from _mark(own, axis, y, mine=True)
    for mark in marks:
        yield markers.other(mark.figure.level, axis(mark.value), y)


def _mark(figure: Figure, axis: Scale, y: float, *, mine: bool) -> Iterator[Item]:
    mine = mine and figure.show not in {"from_epci", "ns"}
    yield from _interval(figure, axis, y, mine=mine)
    if not markers.shows_point(figure) or figure.value is None:
        return
    if mine:
        yield markers.own(axis(figure.value), y, hollow=figure.provisional)
    else:
        level = "epci" if figure.show == "from_epci" else figure.level
        yield markers.other(level, axis(figure.value), y)


def _interval(figure: Figure, axis: Scale, y: float, *, mine: bool) -> tuple[Item, ...]:
    if not markers.shows_interval(figure):
        return ()
    left, right = axis(figure.lower or 0.0), axis(figure.upper or 0.0)
    return markers.interval(figure, left, right, y, accent=mine)


def _colour(own: Figure) -> str:
    """Accent for the territory's own value, dark grey for what stands in its place."""
    return ACCENT if markers.shows_point(own) and own.show != "from_epci" else INK2


def _own_name(own: Figure) -> str:
    """The territory's short name: an EPCI is « EPCI », as its marks and columns are."""
    if own.show == "from_epci":
        return "valeur de l’EPCI"
    return "EPCI" if own.level == "epci" else grammar.capitalised(names.printed(own.name))


def _title(own: Figure, room: float) -> Label | None:
    """What stands over the axis, None when the territory has nothing to place on it."""
    if not markers.shows_point(own) and not markers.shows_interval(own):
        return None
    colour = _colour(own)
    return Label(
        _own_name(own), own.text, room, colour, colour, SEMIBOLD, italic=own.show == "from_epci"
    )


def _over(own: Figure, title: Label, axis: Scale, width: float) -> tuple[Item, ...]:
    if own.value is not None and markers.shows_point(own):
        x = axis(own.value)
    else:
        x = (axis(own.lower or 0.0) + axis(own.upper or 0.0)) / 2
    (centre,) = spread([x], [title.width], 0, width, 0)
    return title.at(centre, 0.78 * LEADING)


def _marks(line: KeyFigure, report: ReportData) -> list[Mark]:
    own = report.figures[line.figure]
    marks = []
    for comparison in line.comparisons:
        figure = report.figures[comparison.other]
        stands_in = own.show == "from_epci" and comparison.benchmark == "epci"
        if markers.shows_point(figure) and not stands_in:
            name = "EPCI" if comparison.benchmark == "epci" else names.printed(figure.name)
            marks.append(Mark(figure, name))
    return sorted(marks, key=lambda mark: mark.value)


def _extent(line: KeyFigure, report: ReportData) -> tuple[float, float] | None:
    """Lowest and highest of what the strip draws, points and intervals."""
    figures = [report.figures[line.figure], *(mark.figure for mark in _marks(line, report))]
    reached = [f.value for f in figures if markers.shows_point(f) and f.value is not None]
    for figure in figures:
        if markers.shows_interval(figure):
            reached += [figure.lower or 0.0, figure.upper or 0.0]
    return (min(reached), max(reached)) if reached else None


def _room(extent: tuple[float, float]) -> tuple[float, float, float]:
    """Round ends and step that leave air on both sides and do not blow a small gap up."""
    low, high = extent
    air = max((high - low) / 2, max(abs(low), abs(high)) / 4) or 1.0
    below = low - air if low < 0 else max(0.0, low - air)
    return scale.axis(below, high + air, 5)


def _ends(line: KeyFigure, report: ReportData) -> tuple[float, float] | None:
    """The ends of the axis; strips that share a unit share a span. None without any value."""
    extent = _extent(line, report)
    if extent is None:
        return None
    low, high, unit = _room(extent)
    for kin in _siblings(line, report):
        reach = _extent(kin, report)
        if reach is None or report.figures[kin.figure].unit != report.figures[line.figure].unit:
            continue
        first, last, wider = _room(reach)
        if high - low < last - first <= _KIN * (high - low):
            unit = max(unit, wider)
            low = math.floor(low / unit + 1e-9) * unit
            high = low + max(last - first, math.ceil((high - low) / unit - 1e-9) * unit)
    return low, high


def _siblings(line: KeyFigure, report: ReportData) -> tuple[KeyFigure, ...]:
    blocks = [report.essentials.figures]
    for section in report.sections:
        blocks += [block for block in section.blocks if isinstance(block, KeyFigures)]
    return next((block.rows for block in blocks if line in block.rows), ())


def _end_texts(ends: tuple[float, float]) -> tuple[str, str]:
    low, high = scale.exact(ends)
    return low, high


def _margin(ends: tuple[float, float] | None) -> float:
    widest = (
        max((letters.width(text, SMALL) for text in _end_texts(ends)), default=0) if ends else 0
    )
    return max(8.0, widest + 1.4)
