"""Callouts: names set outside a map's perimeter, with leaders to what they name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import shapely
from shapely.geometry import LineString
from shapely.geometry.base import BaseGeometry

from diagnostic.draw import maps
from diagnostic.draw.labels import Label
from diagnostic.draw.maps import Frame, Ground, Shapes
from diagnostic.draw.scene import Box, Circle, Item, Pen, Point, Stroke
from diagnostic.draw.style import INK, LEADING, WHITE

_AIR = 1.4
_GRID = 1.5
_SHRINK = (1.0, 0.92, 0.84, 0.76, 0.68, 0.6, 0.52)


@dataclass(frozen=True, slots=True)
class Callout:
    """A label and the point it names; `colour` is that of its leader."""

    label: Label
    anchor: Point
    colour: str = INK
    dot: bool = True


@dataclass(frozen=True, slots=True)
class Placed:
    """A callout with its place on the sheet."""

    callout: Callout
    box: Box

    @property
    def tip(self) -> Point:
        """Where the leader leaves the label: the side that faces the point."""
        box, (x, _) = self.box, self.callout.anchor
        level = box.top + LEADING * 0.5
        if x > box.right:
            return box.right + 0.7, level
        if x < box.left:
            return box.left - 0.7, level
        above = self.callout.anchor[1] > box.bottom
        return (box.left + box.right) / 2, box.bottom + 0.4 if above else box.top - 0.4

    @property
    def leader(self) -> LineString:
        """The leader, from the label to the point."""
        return LineString((self.tip, self.callout.anchor))

    def items(self) -> Iterator[Item]:
        """White casing, leader, dot, then the texts, set against the leader's side."""
        points = (self.tip, self.callout.anchor)
        yield Stroke(points, Pen(WHITE, 2.4))
        yield Stroke(points, Pen(self.callout.colour, 0.7))
        if self.callout.dot:
            yield Circle(*self.callout.anchor, 0.55, self.callout.colour, Pen(WHITE, 0.5))
        box, (x, _) = self.box, self.callout.anchor
        baseline = box.top + 0.78 * LEADING
        if x > box.right:
            yield from self.callout.label.at(box.right, baseline, "end")
        elif x < box.left:
            yield from self.callout.label.at(box.left, baseline, "start")
        else:
            yield from self.callout.label.at((box.left + box.right) / 2, baseline)


def place(
    callouts: Sequence[Callout], area: Box, filled: BaseGeometry, taken: Sequence[Box] = ()
) -> list[Placed]:
    """Each callout on the nearest free ground of the area: off `filled`, labels and leaders.

    In the order given; one that finds no place is left out: compare the lengths.
    """
    placed: list[Placed] = []
    kept_free = [shapely.Point(callout.anchor).buffer(1.0) for callout in callouts]
    for callout in callouts:
        obstacles = [shapely.box(b.left, b.top, b.right, b.bottom).buffer(_AIR) for b in taken]
        obstacles += [shapely.box(*_edges(p.box)).buffer(_AIR) for p in placed]
        leaders = [p.leader for p in placed]
        walls = shapely.union_all([filled, *obstacles, *(line.buffer(0.6) for line in leaders)])
        found = _nearest(callout, area, walls, obstacles, leaders, kept_free)
        if found:
            placed.append(found)
    return placed


def _edges(box: Box) -> tuple[float, float, float, float]:
    return box.left, box.top, box.right, box.bottom


def _nearest(
    callout: Callout,
    area: Box,
    walls: BaseGeometry,
    boxes: Sequence[BaseGeometry],
    leaders: Sequence[LineString],
    anchors: Sequence[BaseGeometry],
) -> Placed | None:
    wide, high = callout.label.width, callout.label.height
    lefts = np.arange(area.left, area.right - wide + 0.01, _GRID)
    tops = np.arange(area.top, area.bottom - high + 0.01, _GRID)
    spots = np.array(list(product(lefts, tops)))
    if not len(spots):
        return None
    extents = shapely.box(
        spots[:, 0] - 0.8, spots[:, 1], spots[:, 0] + wide + 0.8, spots[:, 1] + high
    )
    shapely.prepare(walls)
    spots = spots[~shapely.intersects(walls, extents)]
    places = [
        Placed(callout, Box(float(x), float(y), float(x) + wide, float(y) + high)) for x, y in spots
    ]
    others = [a for a in anchors if not a.contains(shapely.Point(callout.anchor))]
    blocked = shapely.union_all([*boxes, *leaders, *others])
    shapely.prepare(blocked)
    for candidate in sorted(places, key=lambda p: (p.leader.length, p.box.left, p.box.top)):
        if not shapely.intersects(blocked, candidate.leader):
            return candidate
    return None


def arrange(
    shapes: Shapes, width: float, height: float, make: Callable[[Ground], list[Callout]],
    *, solid: Callable[[Ground], BaseGeometry] | None = None,
) -> tuple[Ground, list[Placed]]:  # fmt: skip
    """The largest map on width by height that leaves all its callouts a place outside it.

    `make` gives the callouts of a ground, most important first; `solid` what else they avoid.
    """
    sheet = shapely.box(0, 0, width, height)
    best: tuple[Ground, list[Placed]] | None = None
    for share in _SHRINK:
        wide, high = (width - 1.2) * share, (height - 1.2) * share
        box = ((width - wide) / 2, (height - high) / 2, wide, high)
        ground = maps.ground(shapes, Frame.fit(shapes.bounds, box), sheet)
        wanted = make(ground)
        filled = ground.perimeter.buffer(0.8)
        if solid:
            filled = filled.union(solid(ground))
        placed = place(wanted, Box(0.8, 0.4, width - 0.8, height - 6.5), filled)
        if best is None or len(placed) > len(best[1]):
            best = (ground, placed)
        if len(placed) == len(wanted):
            break
    if best is None:
        raise ValueError("no share of the sheet to try")
    return best
