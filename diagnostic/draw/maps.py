"""The ground of every map: outlines in metres placed on the sheet in mm, hatch, scale bar."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely
from shapely.geometry import LineString, MultiLineString, Polygon
from shapely.geometry.base import BaseGeometry

from diagnostic.draw import letters
from diagnostic.draw.scene import Item, Pen, Point, Rect, Ring, Shape, Stroke, Strokes, Text
from diagnostic.draw.shapes import Shapes
from diagnostic.draw.style import ACCENT, INK2, LINE, SMALL, WASH, WHITE
from diagnostic.model import Code
from diagnostic.wording import numbers

LOWEST, TALLEST, TALLEST_HALF = 44.0, 108.0, 82.0
HATCH_STEP = 1.5
HATCH = Pen(LINE, 0.6)
_DETAIL = 0.08
"""Outlines are simplified to this many mm on paper, all units together."""
_SPECK = 0.3
"""Holes of the perimeter under this many mm² are left by outlines that do not quite meet."""


def height(
    shapes: Shapes, width: float, *, lowest: float = LOWEST, tallest: float | None = None
) -> float:
    """The height in mm of a map of that width: the communes' own shape, within limits.

    A map of half a page leaves room for the title and the text that it illustrates.
    """
    tallest = tallest or (TALLEST_HALF if width < 2 * TALLEST_HALF else TALLEST)
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


def ground(
    communes: Mapping[Code, BaseGeometry],
    neighbours: Sequence[BaseGeometry],
    frame: Frame,
    clip: BaseGeometry | None = None,
    *,
    detail: float = _DETAIL,
) -> Ground:
    """Place and simplify the communes and their neighbours together, borders kept shared."""
    codes = sorted(communes)
    placed = [frame.place(g) for g in (*(communes[code] for code in codes), *neighbours)]
    simple = list(shapely.coverage_simplify(placed, detail))
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


def hatch(geometry: BaseGeometry, *, step: float = HATCH_STEP) -> tuple[Item, ...]:
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
    return strokes(shapely.intersection(lines, geometry), HATCH)


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
        yield from surface(geometry, WASH)
    yield from web(ground.neighbours, Pen(WHITE, 0.6))


def outline(ground: Ground) -> Iterator[Item]:
    """The perimeter's grey line."""
    yield from surface(ground.perimeter, None, Pen(LINE, 0.9))


def borders(ground: Ground, own: Iterable[str]) -> Iterator[Item]:
    """Inner borders white, perimeter grey, the territory's own outline last, on its casing."""
    yield from web(ground.units.values(), Pen(WHITE, 0.6))
    yield from outline(ground)
    mine = [ground.units[code] for code in own if code in ground.units]
    for pen in (Pen(WHITE, 3.8), Pen(ACCENT, 1.8)):
        for geometry in mine:
            yield from surface(geometry, None, pen)


def strokes(geometry: BaseGeometry, pen: Pen) -> tuple[Item, ...]:
    """Every line of a geometry in mm as one item; nothing when there is none."""
    merged = shapely.line_merge(geometry) if geometry.geom_type == "MultiLineString" else geometry
    lines = tuple(
        tuple((float(x), float(y)) for x, y in part.coords)
        for part in shapely.get_parts(merged)
        if isinstance(part, LineString) and part.length > 0.1
    )
    return (Strokes(lines, pen),) if lines else ()


def web(geometries: Iterable[BaseGeometry], pen: Pen) -> tuple[Item, ...]:
    """The borders of surfaces that touch, each drawn once."""
    return strokes(shapely.union_all([shapely.boundary(g) for g in geometries]), pen)


def scale_bar(
    frame: Frame, x: float, y: float, room: float, *, from_right: bool = False
) -> tuple[Item, ...]:
    """A round length of at most `room` mm, its words above; from x, or up to x."""
    lengths = [k * 10**p for p in range(2, 7) for k in (1, 2, 5)]
    metres = max((d for d in lengths if d * frame.scale <= room), default=lengths[0])
    long = metres * frame.scale
    words = (
        f"{numbers.number(metres / 1000)}\N{NO-BREAK SPACE}km"
        if metres >= 1000
        else f"{numbers.number(metres)}\N{NO-BREAK SPACE}m"
    )
    wide = max(long, letters.width(words, SMALL))
    middle = x - wide / 2 if from_right else x + wide / 2
    left, right = middle - long / 2, middle + long / 2
    pen = Pen(INK2, 1.2)
    return (
        Text(middle, y - 1.6, words, colour=INK2, anchor="middle", halo=True),
        *(Stroke(((end, y - 0.7), (end, y + 0.7)), pen) for end in (left, right)),
        Stroke(((left, y), (right, y)), pen),
    )
