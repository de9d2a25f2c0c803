"""The ground of every map: outlines in metres placed on the sheet in mm, hatch, scale bar."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import shapely
from shapely.geometry import LineString, MultiLineString, Polygon
from shapely.geometry.base import BaseGeometry

from diagnostic.draw import letters
from diagnostic.draw.scene import Item, Pen, Point, Rect, Ring, Shape, Stroke, Text
from diagnostic.draw.style import ACCENT, INK2, LINE, SMALL, WASH, WHITE
from diagnostic.errors import RenderError
from diagnostic.wording import numbers

LOWEST, TALLEST = 44.0, 108.0
HATCH_STEP = 1.5
HATCH = Pen(LINE, 0.6)
_DETAIL = 0.08
"""Outlines are simplified to this many mm on paper, all units together."""
_SPECK = 0.3
"""Holes of the perimeter under this many mm² are left by outlines that do not quite meet."""


@dataclass(frozen=True, slots=True)
class Outline:
    """A named outline of the context: a département or a région, in metres."""

    code: str
    level: str
    name: str
    geometry: BaseGeometry


@dataclass(frozen=True, slots=True)
class Town:
    """A known town that helps to find one's way, in metres."""

    name: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Shapes:
    """What the maps of one report need, in metres of one projection.

    `communes` are those of the perimeter, by code; `missing` the codes without an outline, which
    are said in words and never silently left out. `context` are the départements and régions
    around, `france` the régions of the inset (empty overseas: then no inset is drawn).
    """

    communes: Mapping[str, BaseGeometry]
    neighbours: tuple[BaseGeometry, ...] = ()
    perimeter: BaseGeometry | None = None
    context: tuple[Outline, ...] = ()
    france: tuple[Outline, ...] = ()
    towns: tuple[Town, ...] = ()
    missing: tuple[str, ...] = ()
    source: str = ""

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north of the communes. Raises RenderError when there is none."""
        if not self.communes:
            raise RenderError(
                "aucun contour de commune : la carte ne peut pas être tracée",
                hint="Vérifiez le dossier shapefiles de l'installation.",
            )
        west, south, east, north = shapely.total_bounds(list(self.communes.values()))
        return float(west), float(south), float(east), float(north)


def height(
    shapes: Shapes, width: float, *, lowest: float = LOWEST, tallest: float = TALLEST
) -> float:
    """The height in mm of a map of that width: the communes' own shape, within limits."""
    west, south, east, north = shapes.bounds
    return min(max(width * (north - south) / max(east - west, 1.0), lowest), tallest)


@dataclass(frozen=True, slots=True)
class Frame:
    """Where metres fall on the sheet: `scale` mm a metre, north up."""

    scale: float
    x: float
    y: float

    @classmethod
    def fit(
        cls, bounds: tuple[float, float, float, float], box: tuple[float, float, float, float]
    ) -> Frame:
        """The frame that centres `bounds` (metres) in the box (left, top, width, height in mm)."""
        west, south, east, north = bounds
        left, top, width, height = box
        scale = min(width / max(east - west, 1.0), height / max(north - south, 1.0))
        return cls(
            scale,
            left + width / 2 - scale * (west + east) / 2,
            top + height / 2 + scale * (south + north) / 2,
        )

    def place(self, geometry: BaseGeometry) -> BaseGeometry:
        """The geometry in mm on the sheet."""
        shift = np.array([self.x, self.y])
        return shapely.transform(geometry, lambda xy: xy * (self.scale, -self.scale) + shift)

    def point(self, x: float, y: float) -> Point:
        """A position in mm on the sheet."""
        return self.x + self.scale * x, self.y - self.scale * y


@dataclass(frozen=True, slots=True)
class Ground:
    """The outlines of one map in mm: units on simplified shared borders, and around them."""

    units: dict[str, BaseGeometry]
    neighbours: tuple[BaseGeometry, ...]
    perimeter: BaseGeometry
    frame: Frame
    anchors: dict[str, Point] = field(default_factory=dict)


def ground(shapes: Shapes, frame: Frame, clip: BaseGeometry | None = None) -> Ground:
    """Place and simplify the communes and their neighbours together, borders kept shared."""
    codes = sorted(shapes.communes)
    all_units = [*(shapes.communes[code] for code in codes), *shapes.neighbours]
    placed = [frame.place(geometry) for geometry in all_units]
    simple = list(shapely.coverage_simplify(placed, _DETAIL))
    units = dict(zip(codes, simple[: len(codes)], strict=True))
    around = [g if clip is None else shapely.intersection(g, clip) for g in simple[len(codes) :]]
    return Ground(
        units,
        tuple(geometry for geometry in around if not geometry.is_empty),
        _without_specks(shapely.union_all(list(units.values()))),
        frame,
        {code: anchor(geometry) for code, geometry in units.items()},
    )


def _without_specks(geometry: BaseGeometry) -> BaseGeometry:
    polygons = []
    for polygon in _polygons(geometry):
        holes = [ring for ring in polygon.interiors if Polygon(ring).area > _SPECK]
        polygons.append(Polygon(polygon.exterior, holes))
    return shapely.union_all(polygons)


def anchor(geometry: BaseGeometry) -> Point:
    """The middle of the largest circle that the surface holds."""
    largest = max(_polygons(geometry), key=lambda polygon: polygon.area)
    x, y = shapely.maximum_inscribed_circle(largest, 0.2).coords[0]
    return float(x), float(y)


def _polygons(geometry: BaseGeometry) -> list[Polygon]:
    parts = shapely.get_parts(geometry) if geometry.geom_type != "Polygon" else [geometry]
    return [part for part in parts if isinstance(part, Polygon) and not part.is_empty]


def rings(geometry: BaseGeometry) -> tuple[Ring, ...]:
    """All rings of a surface in mm, exteriors one way round, holes the other."""
    found: list[Ring] = []
    for polygon in _polygons(geometry):
        oriented = shapely.orient_polygons(polygon)
        for ring in (oriented.exterior, *oriented.interiors):
            found += [tuple((float(x), float(y)) for x, y in ring.coords)]
    return tuple(found)


def surface(geometry: BaseGeometry, fill: str | None, pen: Pen | None = None) -> tuple[Item, ...]:
    """The surface as a shape; nothing when it is empty."""
    found = rings(geometry)
    return (Shape(found, fill, pen),) if found else ()


def hatch(geometry: BaseGeometry, *, step: float = HATCH_STEP) -> tuple[Stroke, ...]:
    """Lines at 45° across a surface in mm, in phase over the whole sheet."""
    left, top, right, bottom = geometry.bounds
    pitch = step * math.sqrt(2)
    first = math.ceil((left + top) / pitch)
    last = math.floor((right + bottom) / pitch)
    lines = MultiLineString(
        [
            ((n * pitch - bottom - 1, bottom + 1), (n * pitch - top + 1, top - 1))
            for n in range(first, last + 1)
        ]
    )
    parts = shapely.get_parts(shapely.intersection(lines, geometry))
    return tuple(
        Stroke(tuple((float(x), float(y)) for x, y in part.coords), HATCH)
        for part in parts
        if isinstance(part, LineString) and part.length > 0.1
    )


def hatched(geometry: BaseGeometry) -> tuple[Item, ...]:
    """A surface that has no value: white under the hatch."""
    return (*surface(geometry, WHITE), *hatch(geometry))


def swatch(x: float, y: float, fill: str | None) -> tuple[Item, ...]:
    """A key square of 4.6 by 2.8 mm: filled, or hatched when `fill` is None."""
    frame = Rect(x, y, 4.6, 2.8, fill or WHITE, Pen(LINE, 0.5))
    return (frame, *(hatch(shapely.box(x, y, x + 4.6, y + 2.8)) if fill is None else ()))


def around(ground: Ground) -> Iterator[Item]:
    """The neighbours, pale, under everything else."""
    for geometry in ground.neighbours:
        yield from surface(geometry, WASH, Pen(WHITE, 0.6))


def borders(ground: Ground, own: Iterable[str]) -> Iterator[Item]:
    """Inner borders white, perimeter grey, the territory's own outline last, on its casing."""
    for geometry in ground.units.values():
        yield from surface(geometry, None, Pen(WHITE, 0.6))
    yield from surface(ground.perimeter, None, Pen(LINE, 0.9))
    mine = [ground.units[code] for code in own if code in ground.units]
    for pen in (Pen(WHITE, 3.8), Pen(ACCENT, 1.8)):
        for geometry in mine:
            yield from surface(geometry, None, pen)


def scale_bar(frame: Frame, x: float, y: float, room: float, *, anchor_end: bool = False
              ) -> tuple[Item, ...]:  # fmt: skip
    """A round length of at most `room` mm, its words above; from x, or up to x."""
    lengths = [k * 10**p for p in range(2, 7) for k in (1, 2, 5)]
    metres = max((d for d in lengths if d * frame.scale <= room), default=lengths[0])
    long = metres * frame.scale
    words = (
        f"{numbers.number(metres / 1000, 0)} km"
        if metres >= 1000
        else f"{numbers.number(metres, 0)} m"
    )
    wide = max(long, letters.width(words, SMALL))
    middle = x - wide / 2 if anchor_end else x + wide / 2
    left, right = middle - long / 2, middle + long / 2
    pen = Pen(INK2, 1.2)
    return (
        Text(middle, y - 1.6, words, colour=INK2, anchor="middle", halo=True),
        *(Stroke(((end, y - 0.7), (end, y + 0.7)), pen) for end in (left, right)),
        *(Stroke(ends, pen) for ends in pairwise(((left, y), (right, y)))),
    )
