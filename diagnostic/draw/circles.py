"""Proportional circles: counts by commune, the surface of each circle proportional to its count."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

from diagnostic.draw import callouts, letters, maps
from diagnostic.draw.callouts import Callout
from diagnostic.draw.classes import printed, unprinted
from diagnostic.draw.labels import LEADER, Label, spread
from diagnostic.draw.maps import Ground
from diagnostic.draw.scene import Circle, Item, Pen, Scene, Stroke, Text
from diagnostic.draw.shapes import Shapes
from diagnostic.draw.style import (
    ACCENT,
    HAIR,
    INK,
    INK2,
    LEADING,
    REGULAR,
    SEMIBOLD,
    SMALL,
    TEAL,
    WASH,
    WHITE,
)
from diagnostic.model import Area, Circles, Code, Figure, ReportData
from diagnostic.wording import grammar, numbers

_LARGEST = 10.0
_NUMBERED = 2.5
_DOT = 0.5
_BASE = 0.78 * LEADING


@dataclass(frozen=True, slots=True)
class Spot:
    """A commune with its circle: where it stands and how large it is, in mm."""

    area: Area
    figure: Figure
    x: float
    y: float
    radius: float

    @property
    def fragile(self) -> bool:
        """Whether the count is a fragile estimate: then the circle is hollow."""
        return "fragile" in self.figure.flags or self.figure.reliability == "fragile"


def scene(
    block: Circles, report: ReportData, shapes: Shapes, *, width: float, narrow: bool
) -> Scene:
    """The map of a block: circles, names outside, nested key under it."""
    factor = _factor(block, report, width)
    high = maps.height(shapes, width)
    most = 5 if narrow else 6
    ground, placed = callouts.arrange(
        shapes,
        width,
        high,
        lambda ground: _callouts(_spots(block, report, ground, factor))[:most],
        solid=lambda ground: _solid(block, report, ground, factor),
    )
    spots = _spots(block, report, ground, factor)
    items = [*_base(block, report, ground), *_circles(spots)]
    for callout in placed:
        items += callout.items()
    items += maps.scale_bar(ground.frame, 0, high - 0.8, width / 5)
    key, bottom = _key(block, report, shapes, spots, factor, width=width, top=high + 3.5)
    return Scene(width, bottom, (*items, *key))


def _factor(block: Circles, report: ReportData, width: float) -> float:
    """Millimetres of radius for a count of one: the largest circle has 10 mm at full width."""
    figures = [report.figures[area.figure] for area in block.areas]
    largest = max((f.value or 0.0 for f in figures if printed(f)), default=0.0)
    return min(_LARGEST, width / 8) / math.sqrt(largest) if largest > 0 else 0.0


def _spots(block: Circles, report: ReportData, ground: Ground, factor: float) -> list[Spot]:
    """Communes that have a printed count, largest first; a zero has no circle."""
    spots = []
    for area in block.areas:
        figure = report.figures[area.figure]
        if area.code in ground.units and printed(figure) and figure.value is not None:
            x, y = ground.anchors[area.code]
            spots.append(Spot(area, figure, x, y, factor * math.sqrt(max(figure.value, 0.0))))
    return sorted(spots, key=lambda spot: (-spot.radius, spot.area.code))


def _solid(block: Circles, report: ReportData, ground: Ground, factor: float) -> BaseGeometry:
    """What the names stay off: the circles and the hatched communes."""
    discs = [
        shapely.Point(spot.x, spot.y).buffer(max(spot.radius, _DOT) + 0.6)
        for spot in _spots(block, report, ground, factor)
    ]
    bare = [
        ground.units[area.code]
        for area in block.areas
        if area.code in ground.units and not printed(report.figures[area.figure])
    ]
    return shapely.union_all([*discs, *bare])


def _base(block: Circles, report: ReportData, ground: Ground) -> Iterator[Item]:
    """The communes without colour, hatched where nothing is printed."""
    for area in block.areas:
        if area.code in ground.units:
            geometry = ground.units[area.code]
            yield from maps.surface(geometry, WASH)
            if not printed(report.figures[area.figure]):
                yield from maps.hatch(geometry)
    yield from maps.web(ground.units.values(), Pen(HAIR, 0.6))
    yield from maps.outline(ground)


def _circles(spots: Sequence[Spot]) -> Iterator[Item]:
    for spot in spots:
        colour = ACCENT if spot.area.own else TEAL
        if spot.radius <= 0:
            continue
        radius = max(spot.radius, _DOT)
        if spot.fragile:
            yield Circle(spot.x, spot.y, radius, WHITE, Pen(colour, 1.0))
        else:
            yield Circle(spot.x, spot.y, radius, colour, Pen(WHITE, 0.7))
    yield from _numbers(spots).values()


def _numbers(spots: Sequence[Spot]) -> dict[Code, Text]:
    """The counts written inside their circles, those that no smaller circle covers."""
    written: dict[Code, Text] = {}
    for rank, spot in enumerate(spots):
        text = _number(spot)
        if text is None or any(_covers(later, text) for later in spots[rank + 1 :]):
            continue
        if not any(text.box.overlaps(other.box, 0.2) for other in written.values()):
            written[spot.area.code] = text
    return written


def _number(spot: Spot) -> Text | None:
    """The count inside its circle, when the circle is large enough to hold it."""
    colour = (ACCENT if spot.area.own else TEAL) if spot.fragile else WHITE
    text = Text(spot.x, spot.y + 1.05, spot.figure.text, SMALL, SEMIBOLD, colour, "middle")
    holds = spot.radius >= _NUMBERED and text.width <= 2 * spot.radius - 1.0
    return text if holds else None


def _covers(spot: Spot, text: Text) -> bool:
    box = text.box
    x, y = min(max(spot.x, box.left), box.right), min(max(spot.y, box.top), box.bottom)
    return math.hypot(spot.x - x, spot.y - y) < spot.radius


def _callouts(spots: Sequence[Spot]) -> list[Callout]:
    """The communes to be named, the territory first; the count is said when not inside."""
    wanted = [spot for spot in spots if spot.area.own or spot.area.labelled]
    inside = _numbers(spots)
    named = []
    for spot in sorted(wanted, key=lambda spot: not spot.area.own):
        colour = ACCENT if spot.area.own else INK
        value = "" if spot.area.code in inside else spot.figure.text
        label = Label(
            spot.area.name,
            value,
            room=30.0,
            colour=colour,
            value_colour=ACCENT if spot.area.own else INK2,
            weight=SEMIBOLD,
            value_weight=REGULAR,
        )
        radius = max(spot.radius, _DOT)
        named.append(Callout(label, (spot.x, spot.y), colour, radius, _others(spot, spots)))
    return named


def _others(spot: Spot, spots: Sequence[Spot]) -> BaseGeometry:
    """What a leader to the spot may not cross: circles apart from it, numbers on it."""
    texts = [text.box for other in spots if other is not spot and (text := _number(other))]
    apart = [
        shapely.Point(other.x, other.y).buffer(max(other.radius, _DOT))
        for other in spots
        if math.hypot(other.x - spot.x, other.y - spot.y) > other.radius + spot.radius
    ]
    return shapely.union_all(
        [*apart, *(shapely.box(box.left, box.top, box.right, box.bottom) for box in texts)]
    )


# Key


def _key(
    block: Circles,
    report: ReportData,
    shapes: Shapes,
    spots: Sequence[Spot],
    factor: float,
    *,
    width: float,
    top: float,
) -> tuple[list[Item], float]:
    """Three nested circles of round counts, what the colours mean, what has no circle."""
    counted = grammar.elided("de", block.unit) if block.unit else ""
    items: list[Item] = []
    title = f"Surface proportionnelle au nombre {counted}".strip()
    for words in letters.wrap(title, width, SMALL, SEMIBOLD):
        items.append(Text(0, top + _BASE, words, weight=SEMIBOLD))
        top += LEADING
    nested, right, bottom = _nested(spots, factor, top + 2.0)
    meanings, end = _meanings(
        block, report, shapes, spots, width=width, left=right + 5.0, top=top + 1.0
    )
    return [*items, *nested, *meanings], max(bottom, end)


def _nested(spots: Sequence[Spot], factor: float, top: float) -> tuple[list[Item], float, float]:
    """Circles of three round counts on one foot, each with its number; right edge and bottom."""
    largest = max((spot.figure.value or 0.0 for spot in spots), default=0.0)
    counts = _round_counts(largest)
    if not counts:
        return [], 0.0, top
    radius = factor * math.sqrt(counts[0])
    foot, x = top + max(2 * radius, LEADING), radius + 0.4
    levels = [foot - 2 * factor * math.sqrt(count) for count in counts]
    lines = spread(levels, [LEADING] * len(counts), top - 1.5, foot + LEADING, 0.0)
    left = x + radius + 4.0
    items: list[Item] = []
    for count, level, line in zip(counts, levels, lines, strict=True):
        size = factor * math.sqrt(count)
        items.append(Circle(x, foot - size, size, None, Pen(INK2, 0.8)))
        items.append(Stroke(((x, level), (left - 2.0, line), (left - 0.8, line)), LEADER))
        items.append(Text(left, line + 1.05, numbers.number(count), colour=INK2))
    right = left + max(letters.width(numbers.number(count), SMALL) for count in counts)
    return items, right, max(foot, max(lines) + 1.5) + 1.0


def _round_counts(largest: float) -> list[float]:
    """Up to three round counts, the first the largest not above `largest`."""
    if largest < 1:
        return []
    ladder = [k * 10.0**p for p in range(10) for k in (1, 2, 5)]
    below = [count for count in ladder if count <= largest]
    return list(dict.fromkeys(below[max(len(below) - 1 - back, 0)] for back in (0, 2, 4)))


def _meanings(
    block: Circles,
    report: ReportData,
    shapes: Shapes,
    spots: Sequence[Spot],
    *,
    width: float,
    left: float,
    top: float,
) -> tuple[list[Item], float]:
    items: list[Item] = []
    for kind, words in _said(block, report, shapes, spots):
        for number, line in enumerate(letters.wrap(words, width - left - 6.0, SMALL)):
            if number == 0:
                items += _sample(kind, left, top)
            own = kind == "own"
            items.append(
                Text(left + 6.0, top + _BASE, line, SMALL, SEMIBOLD if own else REGULAR,
                     ACCENT if own else INK2)
            )  # fmt: skip
            top += LEADING
        top += 0.5
    return items, top


def _said(
    block: Circles, report: ReportData, shapes: Shapes, spots: Sequence[Spot]
) -> Iterator[tuple[str, str]]:
    for area in block.areas:
        if area.own:
            yield "own", area.name
    if any(not spot.area.own and not spot.fragile and spot.radius > 0 for spot in spots):
        yield "other", "autre commune"
    if any(spot.fragile for spot in spots):
        yield "hollow", "estimation fragile"
    none = sum(spot.radius <= 0 for spot in spots)
    if none:
        yield "", f"zéro, sans cercle\N{NO-BREAK SPACE}: {numbers.count(none, 'commune')}"
    for words in unprinted(block.areas, report, shapes.missing):
        yield "hatch", words


def _sample(kind: str, x: float, y: float) -> Iterator[Item]:
    middle = y + LEADING / 2
    if kind == "own":
        yield Circle(x + 2.3, middle, 1.5, ACCENT)
    elif kind == "other":
        yield Circle(x + 2.3, middle, 1.5, TEAL)
    elif kind == "hollow":
        yield Circle(x + 2.3, middle, 1.5, WHITE, Pen(TEAL, 1.0))
    elif kind == "hatch":
        yield from maps.swatch(x, y + 0.4, None)
