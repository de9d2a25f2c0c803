"""The keys of a choropleth: the histogram under a large map, the column beside a small one."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from diagnostic.draw import letters, maps, scale, style
from diagnostic.draw.classes import Classes, printed, sign, unprinted, valued
from diagnostic.draw.labels import LEADER, Label, row_above, row_below
from diagnostic.draw.scale import Scale
from diagnostic.draw.scene import Circle, Item, Pen, Point, Rect, Stroke, Text
from diagnostic.draw.style import (
    ACCENT,
    DASHED,
    INK,
    INK2,
    INK3,
    LEADING,
    LINE,
    REGULAR,
    SEMIBOLD,
    SMALL,
    WHITE,
)
from diagnostic.model import Choropleth, ReportData

_BASE = 0.78 * LEADING
_BARS = 11.0
_SQUARE = 4.2
_NOTE = 5.6


@dataclass(frozen=True, slots=True)
class Mark:
    """A value marked on the histogram: the territory's own, or a reference's."""

    value: float
    label: Label
    own: bool


@dataclass(frozen=True, slots=True)
class Stacks:
    """The communes in bins of one width; in each bin, how many of each class."""

    bin_width: float
    counts: dict[int, Counter[int]]

    def bin(self, value: float) -> int:
        """The number of the bin that holds a value."""
        return math.floor(value / self.bin_width + 1e-9)

    def height(self, value: float) -> float:
        """The height in mm of the bar that holds a value, the tallest being _BARS."""
        return sum(self.counts.get(self.bin(value), Counter()).values()) * self.lift

    @property
    def lift(self) -> float:
        """The height in mm of one commune."""
        return _BARS / max((sum(c.values()) for c in self.counts.values()), default=1)


def histogram(
    block: Choropleth,
    report: ReportData,
    classes: Classes,
    missing: Sequence[str],
    *,
    width: float,
    top: float,
) -> tuple[list[Item], float]:
    """The communes on the value axis, coloured by class, territory and references marked.

    Returns the items and the bottom they reach.
    """
    marks = _marks(block, report)
    axis, stacks = _axis(block, report, classes, marks, width)
    items: list[Item] = []
    for words in letters.wrap(_title(block, stacks.bin_width), width, SMALL, SEMIBOLD):
        items.append(Text(0, top + _BASE, words, weight=SEMIBOLD))
        top += LEADING
    labels = [mark.label for mark in marks]
    tips: list[Point] = [(axis(mark.value), 0.0) for mark in marks]
    plot = top + 2.6 - row_above(labels, tips, low=0, high=width, bottom=0)[1]
    band = plot + 2.8 + _BARS
    items += _bars(stacks, classes, axis, band)
    items += _band(classes, axis, band)
    items += row_above(labels, [(x, plot) for x, _ in tips], low=0, high=width, bottom=plot - 1.4)[
        0
    ]
    for mark in marks:
        items += _pointer(mark, axis(mark.value), plot, band, stacks)
    ticks, bottom = _ticks(block, classes, axis, band, width)
    notes, bottom = _notes(unprinted(block.areas, report, missing), width, bottom + 1.2)
    return [*items, *ticks, *notes], bottom


def _title(block: Choropleth, bin_width: float) -> str:
    unit = sign(block.unit)
    amount = scale.label(bin_width, bin_width) + (f"\N{NO-BREAK SPACE}{unit}" if unit else "")
    return f"Nombre de communes par tranche de {amount}"


def _marks(block: Choropleth, report: ReportData) -> list[Mark]:
    """The territory's value, then the references', those that are printed."""
    found = []
    for area in block.areas:
        figure = report.figures[area.figure]
        if area.own and printed(figure) and figure.value is not None:
            label = Label(
                area.name, valued(figure, block.unit), colour=ACCENT, value_colour=ACCENT,
                weight=SEMIBOLD,
            )  # fmt: skip
            found.append(Mark(figure.value, label, own=True))
    for reference in block.references:
        figure = report.figures[reference.figure]
        if printed(figure) and figure.value is not None:
            label = Label(reference.label, valued(figure, block.unit))
            found.append(Mark(figure.value, label, own=False))
    return found


def _axis(
    block: Choropleth,
    report: ReportData,
    classes: Classes,
    marks: Sequence[Mark],
    width: float,
) -> tuple[Scale, Stacks]:
    reached = [*classes.bounds, *(mark.value for mark in marks)]
    low, high = min(reached), max(reached)
    high = high if high > low else low + 1.0
    stacks = Stacks(scale.step(high - low, 24), {})
    for area in block.areas:
        figure = report.figures[area.figure]
        if printed(figure) and figure.value is not None:
            stack = stacks.counts.setdefault(stacks.bin(figure.value), Counter())
            stack[classes.of(figure.value)] += 1
    ends = (classes.texts[0], classes.texts[-1])
    left, right = (letters.width(text, SMALL) / 2 for text in ends)
    unit = sign(block.unit)
    right += letters.width(unit, SMALL) + 1.6 if unit else 0.0
    return Scale(low, high, max(left, 1.0), width - max(right, 1.0)), stacks


def _bars(stacks: Stacks, classes: Classes, axis: Scale, band: float) -> Iterator[Item]:
    for number, stack in sorted(stacks.counts.items()):
        left = axis.within(number * stacks.bin_width)
        right = axis.within((number + 1) * stacks.bin_width)
        right = right if right > left else left + axis(stacks.bin_width) - axis(0)
        level = band - 0.6
        for rank in sorted(stack):
            high = stack[rank] * stacks.lift
            level -= high
            yield Rect(
                left + 0.1, level, max(right - left - 0.2, 0.3), high,
                classes.colours[rank], Pen(LINE, 0.5),
            )  # fmt: skip


def _band(classes: Classes, axis: Scale, band: float) -> Iterator[Item]:
    """The classes themselves, under the bars."""
    for rank, colour in enumerate(classes.colours):
        left, right = axis(classes.bounds[rank]), axis(classes.bounds[rank + 1])
        yield Rect(left, band, right - left, 1.4, colour, Pen(WHITE, 0.5))


def _pointer(mark: Mark, x: float, plot: float, band: float, stacks: Stacks) -> Iterator[Item]:
    if mark.own:
        foot = band - 0.6 - stacks.height(mark.value) - 1.2
        yield Stroke(((x, plot), (x, foot)), Pen(ACCENT, 0.7))
        yield Circle(x, foot, 1.0, ACCENT, Pen(WHITE, 0.6))
    else:
        yield Stroke(((x, plot), (x, band + 1.6)), Pen(INK, 0.9, DASHED))


def _ticks(
    block: Choropleth, classes: Classes, axis: Scale, band: float, width: float
) -> tuple[list[Item], float]:
    unit = sign(block.unit)
    room = width - (letters.width(unit, SMALL) + 1.6 if unit else 0.0)
    tips = [(axis(bound), band + 1.6) for bound in classes.bounds]
    labels = [Label("", text, value_weight=REGULAR, value_colour=INK3) for text in classes.texts]
    items, bottom = row_below(labels, tips, low=0, high=room, top=band + 2.6, gap=1.2)
    if unit:
        items.append(Text(width, band + 2.6 + _BASE, unit, colour=INK3, anchor="end"))
    return items, bottom


def _notes(notes: Sequence[str], width: float, top: float) -> tuple[list[Item], float]:
    """A hatched square and the words for each reason of having no colour."""
    items: list[Item] = []
    for note in notes:
        items += maps.swatch(0, top + 0.5, None)
        for words in letters.wrap(note, width - _NOTE, SMALL):
            items.append(Text(_NOTE, top + _BASE, words, colour=INK2))
            top += LEADING
    return items, top


@dataclass(frozen=True, slots=True)
class Column:
    """The key beside a small map: classes from the top down, then the hatch with its words."""

    classes: Classes
    unit: str
    notes: tuple[str, ...]
    room: float

    @classmethod
    def of(
        cls,
        block: Choropleth,
        report: ReportData,
        classes: Classes,
        missing: Sequence[str],
        room: float,
    ) -> Column:
        """The key of a block, its words wrapped to `room` mm."""
        words = tuple(unprinted(block.areas, report, missing))
        return cls(classes, sign(block.unit), words, room)

    @property
    def head(self) -> str:
        """« Écart, en € », « En € » or nothing."""
        if self.classes.reference is None:
            return f"En {self.unit}" if self.unit else ""
        return f"Écart, en {self.unit}" if self.unit else "Écart"

    @property
    def lines(self) -> list[tuple[str, ...]]:
        """The notes, wrapped."""
        return [letters.wrap(note, self.room - _NOTE, SMALL) for note in self.notes]

    @property
    def width(self) -> float:
        """Width in mm of the widest part."""
        limits = [letters.width(text, SMALL) for text in self.classes.limits]
        notes = [letters.width(words, SMALL) for line in self.lines for words in line]
        return max(
            letters.width(self.head, SMALL, SEMIBOLD),
            _SQUARE + 1.6 + max(limits, default=0.0),
            _NOTE + max(notes, default=0.0),
        )

    @property
    def height(self) -> float:
        """Height in mm of all parts."""
        notes = sum(len(line) for line in self.lines) * LEADING
        return self._head + len(self.classes.colours) * _SQUARE + 1.2 + notes

    @property
    def _head(self) -> float:
        return LEADING + 0.8 if self.head else 0.4

    def at(self, x: float, y: float) -> Iterator[Item]:
        """The key with its top left corner there."""
        if self.head:
            yield Text(x, y + _BASE, self.head, weight=SEMIBOLD, colour=INK2)
        count = len(self.classes.colours)
        foot = y + self._head + count * _SQUARE
        for rank, colour in enumerate(self.classes.colours):
            level = foot - (rank + 1) * _SQUARE
            yield Rect(x, level, _SQUARE, _SQUARE, colour, Pen(LINE, 0.4))
            if mark := self.classes.signs[rank]:
                middle = (x + _SQUARE / 2, level + _SQUARE / 2 + 1.0)
                yield Text(*middle, mark, SMALL, 700, style.on(colour), "middle")
        for rank, text in enumerate(self.classes.limits, start=1):
            level = foot - rank * _SQUARE
            yield Stroke(((x + _SQUARE, level), (x + _SQUARE + 1.0, level)), LEADER)
            yield Text(x + _SQUARE + 1.6, level + 1.05, text, colour=INK2)
        line = foot + 1.2 + _BASE
        for note in self.lines:
            yield from maps.swatch(x, line - 2.4, None)
            for words in note:
                yield Text(x + _NOTE, line, words, colour=INK2)
                line += LEADING
