"""The outlines that the maps of one report need, fetched once from the territories."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import shapely
from shapely.geometry.base import BaseGeometry

from diagnostic.errors import RenderError
from diagnostic.model import Code, ReportData, Territory
from diagnostic.territories import Territories, outlines
from diagnostic.wording import names

Bounds = tuple[float, float, float, float]

LOCATOR_RATIO = 108 / 170
LOCATOR_SHARE = 0.52
"""The perimeter takes at most this share of the locator's width and height."""
_LEAST = 16_000.0
_TOUCHING = 150.0
_TOWNS = 4


@dataclass(frozen=True, slots=True)
class Outline:
    """A named outline in metres: a département or a région."""

    code: Code
    name: str
    geometry: BaseGeometry


@dataclass(frozen=True, slots=True)
class Town:
    """A known town that helps to find one's way, in metres."""

    name: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Wide:
    """The ground of the locator, all of one source: communes near and far, and what they make.

    `departements` are the unions of these very communes, so that no border is drawn twice.
    `france` are the régions of the inset, empty overseas: then no inset is drawn.
    """

    communes: Mapping[Code, BaseGeometry]
    around: tuple[BaseGeometry, ...] = ()
    departements: tuple[Outline, ...] = ()
    france: tuple[Outline, ...] = ()
    towns: tuple[Town, ...] = ()


@dataclass(frozen=True, slots=True)
class Shapes:
    """What the maps of one report need, in metres of one projection.

    `communes` are those of the perimeter, `neighbours` those that touch it; `missing` the codes
    without an outline, which the maps say in words. `credit` names the source of the outlines.
    """

    communes: Mapping[Code, BaseGeometry]
    neighbours: tuple[BaseGeometry, ...] = ()
    missing: tuple[Code, ...] = ()
    credit: str = ""
    wide: Wide | None = None

    @classmethod
    def of(cls, report: ReportData, territories: Territories) -> Shapes:
        """The shapes of a report's perimeter: the EPCI of its territory, or the lone commune.

        Raises DataError when a file of outlines is damaged.
        """
        members = _perimeter(report.territory, territories)
        codes = [member.code for member in members]
        own = territories.outlines
        near = outlines.communes(codes, own, territories.redrawn)
        if not near.geometries:
            return cls({}, missing=near.missing, credit=near.credit)
        touching = outlines.context(codes, _grown(near.box, _TOUCHING), near.source, near.crs, own)
        whole = shapely.union_all(list(near.geometries.values()))
        return cls(
            near.geometries,
            tuple(g for g in touching.values() if shapely.distance(g, whole) < _TOUCHING),
            near.missing,
            near.credit,
            _wide(near, members, territories),
        )

    @property
    def bounds(self) -> Bounds:
        """West, south, east, north of the communes. Raises RenderError when there is none."""
        return bounds(self.communes.values())


def bounds(geometries: Iterable[BaseGeometry]) -> Bounds:
    """West, south, east, north of all. Raises RenderError when there is none."""
    held = list(geometries)
    if not held:
        raise RenderError(
            "aucun contour de commune\N{NO-BREAK SPACE}: la carte ne peut pas être tracée",
            hint="Vérifiez le dossier shapefiles de l’installation.",
        )
    west, south, east, north = shapely.total_bounds(held)
    return float(west), float(south), float(east), float(north)


def framed(box: Bounds) -> Bounds:
    """The bounds that the locator frames: a very small perimeter keeps its surroundings."""
    west, south, east, north = box
    by = max((_LEAST - max(east - west, north - south)) / 2, 0.0)
    return _grown(box, by)


def _perimeter(territory: Territory, territories: Territories) -> tuple[Territory, ...]:
    epci = territory if territory.level == "epci" else territories.parent(territory, "epci")
    return (territory,) if epci is None else territories.members(epci)


def _wide(
    near: outlines.Outlines, members: tuple[Territory, ...], territories: Territories
) -> Wide:
    view = _view(near.box)
    drawn = territories.outlines if near.source == "own" else None
    # The finer outlines end with the neighbours of their EPCI: those of France serve instead.
    seen = outlines.context((), view, "own" if drawn else "france", near.crs, drawn)
    # A commune merged since the outlines were drawn is known by the one that took it in.
    places = {code: territories.find(code, "commune") for code in seen}
    own = {member.code for member in members}
    return Wide(
        {code: geometry for code, geometry in seen.items() if code in own},
        tuple(geometry for code, geometry in seen.items() if code not in own),
        _departements(seen, places, territories),
        _regions(territories, drawn) if near.crs == outlines.METROPOLE else (),
        _towns(seen, places, own, view),
    )


def _view(box: Bounds) -> Bounds:
    """What the locator's sheet shows around a perimeter, and a little more."""
    west, south, east, north = framed(box)
    high = max(north - south, (east - west) * LOCATOR_RATIO) / LOCATOR_SHARE
    wide = high / LOCATOR_RATIO
    x, y = (west + east) / 2, (south + north) / 2
    return x - wide * 0.55, y - high * 0.52, x + wide * 0.55, y + high * 0.52


def _grown(box: Bounds, by: float) -> Bounds:
    west, south, east, north = box
    return west - by, south - by, east + by, north + by


def _departements(
    seen: Mapping[Code, BaseGeometry], places: Mapping[Code, Territory], territories: Territories
) -> tuple[Outline, ...]:
    parts: dict[Code, list[BaseGeometry]] = {}
    for code, geometry in seen.items():
        if departement := places[code].departement:
            parts.setdefault(departement, []).append(geometry)
    return tuple(
        Outline(
            code,
            names.printed(territories.get("departement", code).name),
            shapely.union_all(geometries),
        )
        for code, geometries in sorted(parts.items())
    )


def _regions(territories: Territories, own: Path | None) -> tuple[Outline, ...]:
    found = outlines.dissolved("region", crs=outlines.METROPOLE, own=own)
    return tuple(
        Outline(code, names.printed(territories.get("region", code).name), geometry)
        for code, geometry in sorted(found.items())
    )


def _towns(
    seen: Mapping[Code, BaseGeometry], places: Mapping[Code, Territory], own: set[Code],
    view: Bounds,
) -> tuple[Town, ...]:  # fmt: skip
    """The most populous communes in view outside the perimeter, the largest first."""
    frame = shapely.box(*view)
    found = sorted(
        (
            place
            for code, place in places.items()
            if code not in own and place.code == code and place.population
        ),
        key=lambda place: (-(place.population or 0), place.code),
    )
    points = outlines.anchors({place.code: seen[place.code] for place in found[: 3 * _TOWNS]})
    inside = [code for code, (x, y) in points.items() if frame.contains(shapely.Point(x, y))]
    return tuple(Town(names.printed(places[code].name), *points[code]) for code in inside[:_TOWNS])
