"""Outlines of communes made one coverage in metres: projected, borders shared, levels dissolved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import shapely

from diagnostic.model import Code
from diagnostic.territories.cog import Cog
from diagnostic.territories.tables import Row, Rows

METROPOLE = 2154
CRS = {"971": 5490, "972": 5490, "973": 2972, "974": 2975, "976": 4471}
GAP_WIDTH = 100.0  # metres: two edges moved by at most 50 m meet
HECTARE = 10_000.0
SPECK = 100.0  # square metres
MISSING_COMMUNE = 50 * HECTARE  # smaller gaps are no absorbed commune
TOLERANCES = {"epci": 100.0, "departement": 250.0, "region": 500.0}

Outlines = dict[Code, Any]


def crs_of(departement: Code | None) -> int:
    """The EPSG code in which a département is drawn: Lambert-93, or its own UTM overseas."""
    return CRS.get(departement or "", METROPOLE)


def project(shapes: Any, crs: int) -> Any:
    """WGS84 shapes in whole metres of `crs`, each valid by itself."""
    import numpy as np  # noqa: PLC0415 - only who writes outlines projects them
    import pyproj  # noqa: PLC0415

    transformer = pyproj.Transformer.from_crs(4326, crs, always_xy=True)
    moved = shapely.transform(
        shapes, lambda xy: np.round(np.column_stack(transformer.transform(*xy.T)))
    )
    return np.array([_valid(one) for one in moved])


def _valid(shape: Any) -> Any:
    """The shape itself, or the polygons of its valid form without the specks of rounding."""
    if shape.is_valid:
        return shape
    parts = shapely.get_parts(shapely.make_valid(shape, method="structure", keep_collapsed=False))
    return shapely.union_all([part for part in parts if part.area >= SPECK])


def clean(shapes: list[Any]) -> list[Any]:
    """The shapes as one coverage in whole metres: overlaps given once, thin gaps closed."""
    import numpy as np  # noqa: PLC0415

    for _ in range(4):
        cleaned = np.array(shapely.coverage_clean(shapes, gap_width=GAP_WIDTH))
        shapes = list(shapely.transform(cleaned, np.round))
        if all(shapely.is_valid(shapes)) and shapely.coverage_is_valid(shapes):
            break
        shapes = [_valid(one) for one in shapes]
    return shapes


def invalid_edges(shapes: Iterable[Any]) -> int:
    """How many shapes have an edge that does not match their neighbours'."""
    return int((~shapely.is_empty(shapely.coverage_invalid_edges(list(shapes)))).sum())


def rings(shape: Any) -> list[Any]:
    """The holes of a shape, as polygons."""
    return [shapely.Polygon(ring) for part in shapely.get_parts(shape) for ring in part.interiors]


def row(code: Code, crs: int, state: str, shape: Any) -> Row:
    """One outline as a row: normal form, so that the same shape has the same bytes."""
    import numpy as np  # noqa: PLC0415

    whole = shapely.normalize(shapely.transform(shape, np.round))
    xmin, ymin, xmax, ymax = (int(edge) for edge in shapely.bounds(whole))
    return {
        "code": code, "crs": crs, "state": state, "xmin": xmin, "ymin": ymin, "xmax": xmax,
        "ymax": ymax, "geometry": shapely.to_wkb(whole, byte_order=1),
    }  # fmt: skip


def dissolve(outlines: Outlines, crs_of: Mapping[Code, int], cog: Cog) -> tuple[Rows, int]:
    """The EPCI, départements and régions of communes as rows, simplified level by level.

    Also how many small holes that are nobody's were filled.
    """
    tree = shapely.STRtree(list(outlines.values()))
    rows: Rows = []
    slivers = 0
    for level, tolerance in TOLERANCES.items():
        groups: dict[tuple[int, Code], list[Any]] = defaultdict(list)
        for code, outline in outlines.items():
            if group := getattr(cog.get("commune", code), level):
                groups[crs_of[code], group].append(outline)
        merged = {}
        for place, shapes in groups.items():
            merged[place], filled = _without_slivers(shapely.coverage_union_all(shapes), tree)
            slivers += filled
        for crs in sorted({crs for crs, _ in merged}):
            codes = [place for place in merged if place[0] == crs]
            simple = shapely.coverage_simplify([merged[place] for place in codes], tolerance)
            for (_, code), shape in zip(codes, simple, strict=True):
                rows.append({"level": level, **row(code, crs, "dissolved", shape)})
    return rows, slivers


def _without_slivers(shape: Any, tree: Any) -> tuple[Any, int]:
    """The shape without the small holes that belong to no other commune, and their number."""
    slivers = [
        ring
        for ring in rings(shape)
        if ring.area < MISSING_COMMUNE
        and not len(tree.query(ring.representative_point(), predicate="intersects"))
    ]
    return (shapely.coverage_union_all([shape, *slivers]) if slivers else shape), len(slivers)
