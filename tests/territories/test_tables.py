"""The files of a COG and of outlines as they are written, and outlines made one coverage."""

from __future__ import annotations

from pathlib import Path

import pytest
import shapely

from diagnostic import resources
from diagnostic.territories import Territories, coverage, outlines, tables


@pytest.mark.parametrize("name", list(tables.COG))
def test_the_rows_of_a_cog_write_the_same_file_again(
    territories: Territories, tmp_path: Path, name: str
) -> None:
    """What is read back has all its columns: written again, the bytes are the shipped ones."""
    tables.write(tmp_path / "again", territories.rows(name), *tables.COG[name])
    shipped = resources.folder("data") / "cog" / f"{name}.parquet"
    assert (tmp_path / "again").read_bytes() == shipped.read_bytes()


def test_a_territory_that_is_not_there_is_none(territories: Territories) -> None:
    """`named` asks without raising."""
    vitry = territories.named("commune", "51649")
    assert vitry is not None
    assert vitry.name == "Vitry-le-François"
    assert territories.named("commune", "99999") is None
    assert territories.named("france", "51649") is None


def test_totals_are_unknown_when_a_part_is_and_seats_follow_the_inhabitants() -> None:
    """2 + 3 is 5, 2 and an unknown is unknown; the seat is where 3 live."""
    one = {"population": 2, "departement": "01", "region": "84"}
    two = {"population": 3, "departement": "51", "region": "44"}
    unknown = {"population": None, "departement": "02", "region": "32"}
    assert tables.total([one, two]) == 5
    assert tables.total([one, unknown]) is None
    assert tables.total([]) is None
    assert tables.seat([one, two, unknown]) == ("51", "44")
    assert tables.seat([{**one, "population": 3}, two]) == ("01", "84")


def test_each_departement_has_its_projection() -> None:
    """Lambert-93, but overseas; an unknown one too."""
    assert [coverage.crs_of(code) for code in ("51", "974", "976", None)] == [
        2154, 2975, 4471, 2154,
    ]  # fmt: skip


def test_frames_are_the_bounds_of_the_shipped_outlines() -> None:
    """The frame of a commune is that of its outline, in metres."""
    drawn = outlines.communes(["51649", "51454"])
    assert outlines.frames()["51454"] == drawn.geometries["51454"].bounds


def test_shapes_that_never_join_are_given_back_after_four_rounds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The joining ends: whether the edges match is for the caller to count."""
    rounds = []
    monkeypatch.setattr(shapely, "coverage_is_valid", lambda _: bool(rounds.append(1)))
    square = shapely.box(0, 0, 1000, 1000)
    assert shapely.equals(coverage.clean([square])[0], square)
    assert len(rounds) == 4
