"""Callouts: names set outside a map's perimeter, with leaders to what they name."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import shapely
from shapely.geometry import LineString
from shapely.geometry.base import BaseGeometry

from diagnostic.draw import maps
from diagnostic.draw.labels import Label
from diagnostic.draw.maps import Frame, Ground
from diagnostic.draw.scene import Box, Circle, Item, Pen, Point, Stroke
from diagnostic.draw.shapes import Shapes
from diagnostic.draw.style import INK, LEADING, WHITE

_AIR = 1.4
_TOUCHING = 1.6
_WORTH = 250.0
"""A map reduced to nothing would be worth this many mm off the longest leader."""
_GRID = 1.5
_SMALLER = (0.92, 0.84, 0.76, 0.68, 0.6, 0.52)


@dataclass(frozen=True, slots=True)
class Callout:
    """A label and the point it names, or the circle of `radius` mm around it.

    `avoid` is what its leader may not cross, besides the other labels.
    """

    label: Label
    anchor: Point
    colour: str = INK
    radius: float = 0.0
    avoid: BaseGeometry | None = None


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
    def end(self) -> Point:
        """Where the leader ends: the point named, or the edge of the circle named."""
        (x, y), radius = self.callout.anchor, self.callout.radius
        left, top = self.tip
        away = math.hypot(left - x, top - y)
        if away <= radius:
            return left, top
        return x + (left - x) / away * radius, y + (top - y) / away * radius

    @property
    def leader(self) -> LineString:
        """The leader, from the label to the point."""
        return LineString((self.tip, self.end))

    def items(self) -> Iterator[Item]:
        """White casing, leader, dot, then the texts, set against the leader's side."""
        points = (self.tip, self.end)
        if self.leader.length > _TOUCHING:
            yield Stroke(points, Pen(WHITE, 2.4))
            yield Stroke(points, Pen(self.callout.colour, 0.7))
        if not self.callout.radius:
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
    anchors = [shapely.Point(callout.anchor).buffer(1.0) for callout in callouts]
    for number, callout in enumerate(callouts):
        boxes = [_around(box) for box in (*taken, *(other.box for other in placed))]
        leaders = [other.leader for other in placed]
        others = [anchor for n, anchor in enumerate(anchors) if n != number]
        avoid = [] if callout.avoid is None else [callout.avoid]
        walls = shapely.union_all([filled, *boxes, *(line.buffer(0.6) for line in leaders)])
        blocked = shapely.union_all([*boxes, *leaders, *others, *avoid])
        found = _nearest(callout, area, walls, blocked)
        if found:
            placed.append(found)
    return placed


def _around(box: Box) -> BaseGeometry:
    return shapely.box(box.left, box.top, box.right, box.bottom).buffer(_AIR)


def _nearest(
    callout: Callout, area: Box, walls: BaseGeometry, blocked: BaseGeometry
) -> Placed | None:
    """The free place whose leader is the shortest: label off `walls`, leader off `blocked`."""
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
    shapely.prepare(blocked)
    for candidate in sorted(places, key=lambda p: (p.leader.length, p.box.left, p.box.top)):
        if not shapely.intersects(blocked, candidate.leader):
            return candidate
    return None


def arrange(
    shapes: Shapes,
    width: float,
    height: float,
    make: Callable[[Ground], list[Callout]],
    *,
    solid: Callable[[Ground], BaseGeometry] = lambda ground: ground.perimeter.buffer(0.8),
) -> tuple[Ground, list[Placed]]:
    """The map on width by height that leaves its callouts a near place outside it.

    `make` gives the callouts of a ground, most important first; `solid` what their labels avoid.
    All callouts count first; then a smaller map must shorten the longest leader by much.
    """

    def attempt(share: float) -> tuple[tuple[int, float], Ground, list[Placed]]:
        ground = _sized(shapes, width, height, share)
        wanted = make(ground)
        placed = place(wanted, Box(0.8, 0.4, width - 0.8, height - 6.5), solid(ground))
        longest = max((one.leader.length for one in placed), default=0.0)
        return (len(wanted) - len(placed), longest + (1 - share) * _WORTH), ground, placed

    best = attempt(1.0)
    for share in _SMALLER:
        left_out, cost = best[0]
        if not left_out and cost <= (1 - share) * _WORTH:
            break
        best = min(best, attempt(share), key=lambda tried: tried[0])
    return best[1], best[2]


def _sized(shapes: Shapes, width: float, height: float, share: float) -> Ground:
    """The ground in the middle of the sheet, on a share of its width and height."""
    wide, high = (width - 1.2) * share, (height - 1.2) * share
    frame = Frame.fit(shapes.bounds, ((width - wide) / 2, (height - high) / 2, wide, high))
    sheet = shapely.box(0, 0, width, height)
    return maps.ground(shapes.communes, shapes.neighbours, frame, sheet)
