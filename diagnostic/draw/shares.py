"""Stacked shares: the parts of a total as one bar a territory, named and valued directly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import shapely

from diagnostic.draw import letters, maps, style
from diagnostic.draw.labels import Label, row_above, row_below
from diagnostic.draw.markers import shows_point
from diagnostic.draw.scale import Scale
from diagnostic.draw.scene import Item, Pen, Point, Rect, Scene, Stroke, Text
from diagnostic.draw.style import (
    ACCENT,
    INK,
    INK2,
    LEADING,
    LINE,
    REGULAR,
    SEMIBOLD,
    SMALL,
    WHITE,
)
from diagnostic.model import Figure, ReportData, ShareBar, Shares

_BASE = 0.78 * LEADING
_THICK = 6.0
_AIR = 4.0
_SHADES = ("#0C525E", "#7CB0B8", "#357D89", "#B4D2D6", "#E1EDEE")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a bar: its label, its figure, from where to where it runs in the unit."""

    label: str
    figure: Figure
    start: float
    end: float
    colour: str

    @property
    def printed(self) -> bool:
        """Whether the part has a value to draw; a printed zero has no width."""
        return shows_point(self.figure)


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: its name, its parts laid end to end, the published total if there is one.

    `full` is where every bar ends when each stands for its own total.
    """

    name: tuple[str, ...]
    own: bool
    parts: tuple[Part, ...]
    total: Figure | None
    full: float | None = None

    @property
    def end(self) -> float:
        """Where the last part ends."""
        return self.parts[-1].end if self.parts else 0.0

    @property
    def reach(self) -> float:
        """The end of the bar or its published total, whichever is farther."""
        if self.full is not None:
            return self.full
        total = self.total.value if self.total and shows_point(self.total) else None
        return max(self.end, total or 0.0)

    @property
    def incomplete(self) -> bool:
        """Whether a part has no printed value."""
        return any(not part.printed for part in self.parts)


def scene(block: Shares, report: ReportData, *, width: float) -> Scene:
    """The bars of a block on one scale, part names above the first."""
    bars = [_bar(bar, report, width) for bar in block.bars]
    if block.scale == "total":
        bars = [_whole(bar) for bar in bars]
    axis = _axis(bars, width)
    items, top = _names(bars, axis, width)
    for bar in bars:
        drawn, top = _drawn(bar, axis, width, top)
        items += drawn
    return Scene(width, top, tuple(items))


def _bar(bar: ShareBar, report: ReportData, width: float) -> Bar:
    reach = 0.0
    parts = []
    for number, part in enumerate(bar.parts):
        figure = report.figures[part.figure]
        value = max(figure.value or 0.0, 0.0) if shows_point(figure) else 0.0
        colour = _SHADES[number % len(_SHADES)]
        parts.append(Part(part.label, figure, reach, reach + value, colour))
        reach += value
    total = report.figures[bar.total] if bar.total else None
    weight = SEMIBOLD if bar.own else REGULAR
    name = letters.wrap(bar.name, width * 0.28, SMALL, weight)
    return Bar(name, bar.own, tuple(parts), total)


def _whole(bar: Bar) -> Bar:
    """The bar with its parts in hundredths of its reach, so that all bars are as long."""
    reach = bar.reach or 1.0
    parts = tuple(
        replace(part, start=100 * part.start / reach, end=100 * part.end / reach)
        for part in bar.parts
    )
    return replace(bar, parts=parts, full=100.0)


def _axis(bars: Sequence[Bar], width: float) -> Scale:
    names = [letters.width(line, SMALL, SEMIBOLD) for bar in bars for line in bar.name]
    totals = [letters.width(bar.total.text, SMALL, SEMIBOLD) for bar in bars if bar.total]
    start = max(names, default=0.0) + 3.0
    end = width - max(totals, default=0.0) - 3.0
    reach = max((bar.reach for bar in bars), default=0.0)
    return Scale(0.0, reach if reach > 0 else 1.0, start, end)


def _names(bars: Sequence[Bar], axis: Scale, width: float) -> tuple[list[Item], float]:
    """The names of the parts over the first bar, each tied to its part there."""
    if not bars or not bars[0].parts:
        return [], 0.6
    labels = [Label(part.label, colour=INK) for part in bars[0].parts]
    xs = [axis((part.start + part.end) / 2) for part in bars[0].parts]
    height = -row_above(labels, [(x, 0.0) for x in xs], low=0, high=width, bottom=0)[1]
    tips: list[Point] = [(x, height + 3.4) for x in xs]
    items, _ = row_above(labels, tips, low=0, high=width, bottom=height + 0.4)
    return items, height + 3.6


def _drawn(bar: Bar, axis: Scale, width: float, top: float) -> tuple[list[Item], float]:
    """One bar, its values inside the parts or under them, its total at the end."""
    thick = max(_THICK, len(bar.name) * LEADING)
    y = top + thick / 2
    colour = ACCENT if bar.own else INK
    items: list[Item] = []
    line = y - len(bar.name) * LEADING / 2 + _BASE
    for number, words in enumerate(bar.name):
        weight = SEMIBOLD if bar.own else REGULAR
        items.append(Text(0, line + number * LEADING, words, SMALL, weight, colour))
    items += _parts(bar, axis, y)
    if bar.total:
        x = axis(bar.reach) + 1.6
        strong = colour if shows_point(bar.total) else INK2
        items.append(Text(x, y + 1.05, bar.total.text, SMALL, SEMIBOLD, strong))
    outside = [part for part in bar.parts if part.printed and not _fits(part, axis)]
    under = y + _THICK / 2
    tips: list[Point] = [(axis((part.start + part.end) / 2), under) for part in outside]
    values = [Label("", part.figure.text) for part in outside]
    below, bottom = row_below(
        values, tips, low=axis.start - 1.0, high=width, top=under + (1.6 if outside else 0.8)
    )
    absent, bottom = _absent(bar, axis, width, bottom)
    reach = bottom - 1.5 if outside or bar.incomplete else 0.0
    return [*items, *below, *absent], max(reach, top + thick) + _AIR


def _absent(bar: Bar, axis: Scale, width: float, top: float) -> tuple[list[Item], float]:
    """The parts that have no value, each with its sign, in words under the bar."""
    said = [f"{part.label}\N{NO-BREAK SPACE}: {part.figure.text}" for part in bar.parts
            if not part.printed]  # fmt: skip
    items: list[Item] = []
    if said:
        for words in letters.wrap(" · ".join(said), width - axis.start, SMALL):
            items.append(Text(axis.start, top + _BASE, words, colour=INK2))
            top += LEADING
    return items, top


def _parts(bar: Bar, axis: Scale, y: float) -> Iterator[Item]:
    top = y - _THICK / 2
    for part in bar.parts:
        left, right = axis(part.start), axis(part.end)
        if right > left:
            yield Rect(left, top, right - left, _THICK, part.colour, Pen(WHITE, 0.6))
        if _fits(part, axis):
            yield Text(
                (left + right) / 2, y + 1.05, part.figure.text, SMALL, SEMIBOLD,
                style.on(part.colour), "middle",
            )  # fmt: skip
    if bar.incomplete and bar.reach > bar.end:
        left, right = axis(bar.end), axis(bar.reach)
        yield Rect(left, top, right - left, _THICK, WHITE, Pen(LINE, 0.5))
        yield from maps.hatch(shapely.box(left, top, right, top + _THICK))
    yield Stroke(((axis.start, top - 0.8), (axis.start, top + _THICK + 0.8)), Pen(LINE, 0.9))


def _fits(part: Part, axis: Scale) -> bool:
    """Whether the value stands inside its part with some air."""
    room = axis(part.end) - axis(part.start) - 1.6
    return part.printed and letters.width(part.figure.text, SMALL, SEMIBOLD) <= room
