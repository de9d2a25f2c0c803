"""The locator: the territory in its EPCI, its département, its country."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import shapely
from shapely.geometry.base import BaseGeometry

from diagnostic.draw import letters, maps
from diagnostic.draw.callouts import Callout, place
from diagnostic.draw.labels import Label
from diagnostic.draw.maps import Frame, Ground
from diagnostic.draw.scene import Anchor, Box, Circle, Item, Pen, Point, Rect, Scene, Text
from diagnostic.draw.shapes import LOCATOR_RATIO, LOCATOR_SHARE, Shapes, Wide, bounds, framed
from diagnostic.draw.style import (
    ACCENT,
    EPCI_GREY,
    HAIR,
    INK2,
    INK3,
    LINE,
    PALE,
    SEMIBOLD,
    SMALL,
    WASH,
    WHITE,
)
from diagnostic.model import Locator, ReportData
from diagnostic.wording import grammar, names

_INSET = 36.0
_DETAIL = 0.14
_TOWNS = 3


def scene(block: Locator, report: ReportData, shapes: Shapes, *, width: float) -> Scene:
    """The map of a block, 170 by 108 mm or in proportion, cut at its edges."""
    wide = shapes.wide or Wide(shapes.communes, shapes.neighbours)
    height = round(width * LOCATOR_RATIO)
    sheet = shapely.box(0, 0, width, height)
    frame = _frame(wide, width, height)
    ground = maps.ground(wide.communes, wide.around, frame, sheet, detail=_DETAIL)
    inset = min(_INSET, width * 0.3)
    corner = Box(4.0, height - inset - 4.0, 4.0 + inset, height - 4.0)
    bar = maps.scale_bar(frame, width - 4.0, height - 5.0, width / 8, from_right=True)
    taken = [text.box for text in bar if isinstance(text, Text)]
    if wide.france:
        taken.append(corner)
    own = ground.units.get(block.code, ground.perimeter)
    named = place([_name(report, own)], Box(3, 3, width - 3, height - 3),
                  ground.perimeter.buffer(2.0), taken)  # fmt: skip
    items: list[Item] = [*_land(wide, ground, sheet, own)]
    for placed in named:
        items += placed.items()
        taken.append(placed.box)
    items += _towns(wide, ground, sheet, taken)
    items += _names(wide, ground, sheet, taken)
    items += bar
    if wide.france:
        items += _france(wide, corner)
    return Scene(width, height, tuple(items))


def _frame(wide: Wide, width: float, height: float) -> Frame:
    """The perimeter a little right of the middle, with its surroundings on all sides."""
    across, high = width * LOCATOR_SHARE, height * LOCATOR_SHARE
    box = (width * 0.52 - across / 2, (height - high) / 2, across, high)
    return Frame.fit(framed(bounds(wide.communes.values())), box)


def _land(wide: Wide, ground: Ground, sheet: BaseGeometry, own: BaseGeometry) -> Iterator[Item]:
    """Water and abroad, neighbours, perimeter, département lines, the territory last."""
    left, top, right, bottom = sheet.bounds
    yield Rect(left, top, right - left, bottom - top, WASH)
    units = [shapely.intersection(geometry, sheet) for geometry in ground.units.values()]
    yield from maps.surface(shapely.union_all(ground.neighbours), PALE)
    yield from maps.surface(ground.perimeter, EPCI_GREY)
    yield from maps.web([*ground.neighbours, *units], Pen(WHITE, 0.5))
    placed = [ground.frame.place(outline.geometry) for outline in wide.departements]
    if placed:
        lines = [shapely.boundary(g) for g in shapely.coverage_simplify(placed, _DETAIL)]
        inner = shapely.intersection(shapely.union_all(lines), sheet.buffer(-0.01))
        yield from maps.strokes(inner, Pen(LINE, 1.1))
    if len(ground.units) > 1:
        yield from maps.surface(ground.perimeter, None, Pen(INK2, 1.3))
    yield from maps.surface(own, ACCENT, Pen(WHITE, 0.5))
    if own is ground.perimeter:
        yield from maps.web(units, Pen(WHITE, 0.4))


def _name(report: ReportData, own: BaseGeometry) -> Callout:
    """The territory's name, its leader ending at the edge of its surface."""
    words = grammar.capitalised(names.printed(report.territory.name))
    label = Label(words, room=56.0, colour=ACCENT, weight=SEMIBOLD)
    x, y = maps.anchor(own)
    return Callout(
        label, (x, y), ACCENT, shapely.distance(shapely.boundary(own), shapely.Point(x, y))
    )


def _towns(wide: Wide, ground: Ground, sheet: BaseGeometry, taken: list[Box]) -> Iterator[Item]:
    """Known towns with their dot, where the name has room right or left of it; three at most."""
    spots = {town: ground.frame.point(town.x, town.y) for town in wide.towns}
    shown = 0
    for town, (x, y) in spots.items():
        dots = [Box(a - 1, b - 1, a + 1, b + 1) for other, (a, b) in spots.items() if other != town]
        sides: tuple[tuple[Anchor, float], ...] = (("start", x + 1.8), ("end", x - 1.8))
        for anchor, start in sides:
            text = Text(start, y + 1.05, town.name, colour=INK2, anchor=anchor, halo=True)
            spot = Box(min(text.box.left, x - 1), y - 1.4, max(text.box.right, x + 1), y + 1.4)
            if shown < _TOWNS and _free(spot, sheet, [*taken, *dots]):
                taken.append(spot)
                shown += 1
                yield Circle(x, y, 0.7, INK2, Pen(WHITE, 0.5))
                yield text
                break


def _names(wide: Wide, ground: Ground, sheet: BaseGeometry, taken: list[Box]) -> Iterator[Item]:
    """The départements' names in capitals, each in the largest free part of its ground."""
    for outline in wide.departements:
        held = [shapely.box(box.left, box.top, box.right, box.bottom) for box in taken]
        free = shapely.difference(
            shapely.intersection(ground.frame.place(outline.geometry), sheet.buffer(-1.5)),
            shapely.union_all([ground.perimeter.buffer(2.0), *held]),
        )
        words = outline.name.upper()
        if free.is_empty or (found := _room(free, letters.width(words, SMALL))) is None:
            continue
        x, y = found
        text = Text(x, y + 1.05, words, colour=INK3, anchor="middle", halo=True)
        taken.append(text.box)
        yield text


def _room(free: BaseGeometry, wide: float) -> Point | None:
    """The middle of a place that holds a line of text of that width, None without one."""
    squeezed = shapely.transform(free, lambda xy: xy / (wide + 2.0, 5.0))
    if not any(part.area for part in shapely.get_parts(squeezed)):
        return None
    x, y = maps.anchor(squeezed)
    x, y = x * (wide + 2.0), y * 5.0
    box = shapely.box(x - wide / 2, y - 1.5, x + wide / 2, y + 1.5)
    return (x, y) if shapely.contains(free, box) else None


def _free(box: Box, sheet: BaseGeometry, taken: Sequence[Box]) -> bool:
    left, top, right, bottom = sheet.bounds
    inside = (
        box.left >= left + 1 and box.top >= top + 1 and box.right <= right - 1
        and box.bottom <= bottom - 1
    )  # fmt: skip
    return inside and not any(box.overlaps(other, 0.8) for other in taken)


def _france(wide: Wide, corner: Box) -> Iterator[Item]:
    """The country in a corner: its régions, the perimeter's place as a dot."""
    size = corner.right - corner.left
    yield Rect(corner.left, corner.top, size, size, WHITE, Pen(HAIR, 0.7))
    box = (corner.left + 2, corner.top + 2, size - 4, size - 4)
    frame = Frame.fit(bounds(outline.geometry for outline in wide.france), box)
    here = shapely.centroid(shapely.union_all(list(wide.communes.values())))
    placed = [frame.place(outline.geometry) for outline in wide.france]
    for geometry in shapely.coverage_simplify(placed, 0.15):
        inside = geometry.contains(frame.place(here))
        yield from maps.surface(geometry, EPCI_GREY if inside else PALE, Pen(LINE, 0.4))
    yield Circle(*frame.point(here.x, here.y), 1.0, ACCENT, Pen(WHITE, 0.6))
