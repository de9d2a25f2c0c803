"""The shipped outlines: sources, projections, gaps, context, dissolved levels."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
import shapely

from diagnostic import resources
from diagnostic.errors import DataError
from diagnostic.territories import Territories, files, outlines


def codes_of(territories: Territories, level: str, code: str) -> list[str]:
    """The codes of the communes of a territory."""
    members = territories.members(territories.get(level, code))  # type: ignore[arg-type]
    return [one.code for one in members]


def test_the_epci_of_vitry_is_drawn_from_the_finer_source(territories: Territories) -> None:
    """The 35 communes come from the finer file, in Lambert-93, with its licence to confirm."""
    codes = codes_of(territories, "epci", "200034718")
    drawn = outlines.communes(codes)
    assert list(drawn.geometries) == codes
    assert (drawn.source, drawn.crs, drawn.missing, drawn.notes) == ("fine", 2154, (), {})
    assert drawn.licence == "licence à confirmer"
    assert "Etalab" in drawn.credit
    assert drawn.box == (796957.0, 6826112.0, 821119.0, 6864473.0)


def test_one_commune_outside_the_finer_file_changes_the_whole_source(
    territories: Territories,
) -> None:
    """With Reims beside them, Vitry and its neighbours come from the file of France too."""
    drawn = outlines.communes([*codes_of(territories, "epci", "200034718"), "51454"])
    assert (drawn.source, len(drawn.geometries), drawn.licence) == (
        "france", 36, "Licence Ouverte",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("level", "code"), [("epci", "200034718"), ("departement", "51"), ("departement", "974")]
)
def test_shared_borders_match(territories: Territories, level: str, code: str) -> None:
    """The communes of a territory make a valid coverage: no gap, no overlap, same vertices."""
    shapes = list(outlines.communes(codes_of(territories, level, code)).geometries.values())
    assert all(shapely.is_valid(shapes))
    assert shapely.coverage_is_valid(shapes)


def test_all_the_communes_of_france_have_an_outline_or_are_missing(
    territories: Territories,
) -> None:
    """Six communes have no outline of their own, and those of overseas another projection."""
    codes = codes_of(territories, "france", "france")
    drawn = outlines.communes(codes)
    overseas = {code for code in codes if code.startswith("97")}
    assert set(drawn.missing) - overseas == {"15031", "15035", "15047", "15141", "15171", "25390"}
    assert len(drawn.geometries) == len(codes) - len(overseas) - 6
    assert len(drawn.notes) == 49


def test_a_divided_commune_has_no_outline_but_stays_in_the_context() -> None:
    """15141's outline holds five communes of today: none is drawn by it, the ground keeps it."""
    drawn = outlines.communes(["15141", "15031", "15138"])
    assert drawn.missing == ("15031", "15141")
    assert list(drawn.geometries) == ["15138"]
    west, south, east, north = drawn.box
    wide = (west - 20_000, south - 20_000, east + 20_000, north + 20_000)
    assert "15141" in outlines.context(drawn.geometries, wide, "france")


@pytest.mark.parametrize(
    ("code", "hectares"), [("12218", 10633), ("51485", 1636), ("49126", 15763)]
)
def test_merged_communes_are_rebuilt_and_say_so(code: str, hectares: int) -> None:
    """Conques-en-Rouergue and others are made of their parts, whose areas add up."""
    drawn = outlines.communes([code])
    assert drawn.notes == {code: "contour recomposé après une fusion"}
    assert round(drawn.geometries[code].area / 1e4) == pytest.approx(hectares, rel=0.01)


def test_overseas_is_drawn_in_its_own_projection(territories: Territories) -> None:
    """La Réunion is drawn in UTM 40 south, where its 24 communes cover some 2,500 km²."""
    drawn = outlines.communes(codes_of(territories, "departement", "974"))
    area = sum(shape.area for shape in drawn.geometries.values()) / 1e6
    assert (drawn.crs, len(drawn.geometries)) == (2975, 24)
    assert area == pytest.approx(2504, rel=0.02)


def test_two_projections_are_never_mixed() -> None:
    """Of two communes of métropole and one of Mayotte, the latter is missing from the map."""
    drawn = outlines.communes(["51649", "51454", "97611"])
    assert drawn.crs == 2154
    assert drawn.missing == ("97611",)


def test_nothing_asked_gives_nothing() -> None:
    """No code gives no outline and an empty box, without failing."""
    drawn = outlines.communes([])
    assert (drawn.geometries, drawn.missing, drawn.box) == ({}, (), (0.0, 0.0, 0.0, 0.0))


def test_the_context_is_of_the_same_source_and_crosses_the_box(territories: Territories) -> None:
    """Around the EPCI its 32 fine neighbours at most, none of its own, all in the frame."""
    drawn = outlines.communes(codes_of(territories, "epci", "200034718"))
    around = outlines.context(drawn.geometries, drawn.box, drawn.source, drawn.crs)
    frame = shapely.box(*drawn.box)
    fine = files.query(resources.folder("shapefiles") / "fine.parquet", "SELECT code FROM shipped")
    assert 20 < len(around) <= 32
    assert set(around) <= {row[0] for row in fine} - set(drawn.geometries)
    assert all(shape.intersects(frame) for shape in around.values())
    assert shapely.coverage_is_valid([*drawn.geometries.values(), *around.values()])


def test_the_context_leaves_out_what_only_its_box_touches() -> None:
    """A commune whose bounding box meets the frame but whose outline does not is left out."""
    drawn = outlines.communes(["51649"])
    west, south, _, _ = drawn.box
    around = outlines.context(["51649"], (west, south, west + 1, south + 1), "fine")
    assert all(shape.intersects(shapely.box(west, south, west + 1, south + 1))
               for shape in around.values())  # fmt: skip
    assert 0 < len(around) < 4


@pytest.mark.parametrize(("level", "count"), [("epci", 1232), ("departement", 96), ("region", 13)])
def test_dissolved_levels_of_metropole(level: str, count: int) -> None:
    """Each level has its outlines of métropole, valid, as one coverage."""
    shapes = outlines.dissolved(level)  # type: ignore[arg-type]
    assert len(shapes) == count
    assert all(shapely.is_valid(list(shapes.values())))
    assert shapely.coverage_is_valid(list(shapes.values()))


def test_dissolved_follows_the_communes(territories: Territories) -> None:
    """The Marne's simplified outline has the area of its communes within one per cent."""
    marne = outlines.dissolved("departement", ["51", "inconnu"])
    whole = outlines.communes(codes_of(territories, "departement", "51")).geometries
    assert list(marne) == ["51"]
    assert marne["51"].area == pytest.approx(sum(s.area for s in whole.values()), rel=0.01)


def test_dissolved_overseas_comes_in_its_projection() -> None:
    """La Réunion has its département and five EPCI in UTM 40 south, and none in Lambert-93."""
    assert outlines.projection("departement", "974") == 2975
    assert outlines.projection("departement", "51") == 2154
    assert outlines.projection("departement", "988") == 2154
    assert list(outlines.dissolved("departement", crs=2975)) == ["974"]
    assert len(outlines.dissolved("epci", crs=2975)) == 5


def test_anchors_stand_inside_the_largest_part() -> None:
    """A label stands inside the largest part of its outline, even of two parts."""
    parts = shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(10, 10, 20, 20)])
    x, y = outlines.anchors({"a": parts})["a"]
    assert shapely.box(10, 10, 20, 20).contains(shapely.Point(x, y))


def test_a_damaged_outline_file_is_named(
    copy_of: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An altered file raises DataError with its name, and nothing is drawn from it."""
    folder = copy_of("shapefiles")
    path = folder / "communes.parquet"
    path.write_bytes(path.read_bytes() + b"0")
    monkeypatch.setattr(resources, "folder", lambda _: folder)
    with pytest.raises(DataError, match=r"communes\.parquet"):
        outlines.communes(["51454"])


def test_the_outlines_of_an_epci_come_fast(territories: Territories) -> None:
    """The 143 communes of the largest EPCI of the Marne are read in under 0.3 s once checked."""
    codes = codes_of(territories, "epci", "200067213")
    outlines.communes(codes[:1])
    start = time.process_time()
    outlines.communes(codes)
    assert time.process_time() - start < 0.3
