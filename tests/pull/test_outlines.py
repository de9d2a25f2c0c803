"""Outlines pulled from the services played over loopback: joined, dated, kept or refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import shapely
from producers.everyone import Producers

from diagnostic import resources
from diagnostic import territories as room
from diagnostic.connectors import contours
from diagnostic.connectors.client import Client
from diagnostic.connectors.contours import Drawn
from diagnostic.errors import DataError, SourceError, UnreachableError
from diagnostic.pull import geography, outlines
from diagnostic.pull.editions import Outcome
from diagnostic.territories import Territories, files
from diagnostic.territories import outlines as drawn

from .countries import NEIGHBOUR, REUNION, VITRY, communes, country

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Territories:
    """The COG of 2026 of four EPCI."""
    return country(tmp_path_factory.mktemp("known") / "cog")


@pytest.fixture(scope="module")
def everyone() -> Iterator[Producers]:
    """The producers over the same communes."""
    with Producers(communes()) as some:
        yield some


@pytest.fixture
def some(
    everyone: Producers, loopback: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Producers]:
    """The same, as on the first day; the variables lead to them."""
    del loopback
    for name, url in everyone.environment.items():
        monkeypatch.setenv(name, url)
    yield everyone
    everyone.reset()
    room._read.cache_clear()
    resources.damage.cache_clear()


def pull(root: Path, known: Territories, now: datetime = NOW) -> Outcome:
    """Pull, without waiting."""
    return outlines.pull(root, Client(pause=0, tries=2), known, now=now)


def kept(outcome: Outcome) -> Path:
    """The folder of an outcome that has one."""
    assert outcome.folder is not None
    return outcome.folder


def altered(monkeypatch: pytest.MonkeyPatch, **shapes: object) -> None:
    """Etalab's outlines, these in place of the true ones; None takes one away."""
    fetch = contours.Contours.fetch

    def changed(self: contours.Contours, *words: object) -> Drawn | None:
        found = fetch(self, *words)  # type: ignore[arg-type]
        table = dict(found.shapes) if found else {}
        for name, shape in shapes.items():
            table.pop(name[1:], None)
            if shape is not None:
                table[name[1:]] = shape
        if found:
            object.__setattr__(found, "shapes", table)
        return found

    monkeypatch.setattr(contours.Contours, "fetch", changed)


def test_the_outlines_of_etalab_become_a_coverage_in_metres(
    some: Producers, known: Territories, tmp_path: Path
) -> None:
    """Both projections, borders that match, dissolved levels; then they draw the maps."""
    outcome = pull(tmp_path, known)
    assert (outcome.status, outcome.year) == ("kept", 2026)
    assert len(some.contours.log.calls()) == 2
    assert some.wfs.log.calls() == []
    folder = kept(outcome)
    assert room.load([tmp_path]).outlines == folder
    marne = communes((VITRY, NEIGHBOUR))
    own = drawn.communes(marne, folder)
    assert (own.source, own.crs, own.missing) == ("own", 2154, ())
    assert own.credit == "Contours Etalab 2026, d’après IGN Admin Express, simplifiés à 100 m"
    assert own.licence == "Licence Ouverte ou ODbL, à vérifier"
    assert shapely.coverage_is_valid(list(own.geometries.values()))
    shipped = drawn.communes(["51108", "51454"]).geometries["51108"]
    assert own.geometries["51108"].area == pytest.approx(shipped.area, rel=0.001)
    assert drawn.communes(communes((REUNION,)), folder).crs == 2975
    whole = drawn.dissolved("epci", own=folder)[VITRY]
    parts = drawn.communes(communes((VITRY,)), folder).geometries.values()
    assert whole.area == pytest.approx(sum(part.area for part in parts), rel=0.01)
    text = (folder / "PROVENANCE.md").read_text("utf-8")
    assert "communes sans contour\u00a0: 0" in text
    assert "Licence Ouverte ou ODbL" in text


def test_the_same_outlines_are_not_kept_twice(
    some: Producers, known: Territories, tmp_path: Path
) -> None:
    """A second pull of the same file leaves the edition as it was."""
    assert some.contours.url
    pull(tmp_path, known)
    assert pull(tmp_path, known, NOW.replace(day=25)) == Outcome("unchanged", 2026)
    assert len(list((tmp_path / "shapefiles").iterdir())) == 1
    assert list((tmp_path / "incoming").glob("*/*")) == []


def test_without_a_file_of_the_year_the_one_before_is_taken(
    some: Producers, known: Territories, tmp_path: Path
) -> None:
    """Merges since are made of their parts, a restored commune has no outline of its own."""
    some.ground.merge("51108", "51649")
    some.ground.restore("51205", "51485", "Dampierre-au-Temple")
    winter = datetime(2027, 2, 24, tzinfo=UTC)
    geography.pull(tmp_path, Client(pause=0), known, least=200, now=winter)
    some.contours.years = (2026,)
    today = room.load([tmp_path])
    folder = kept(pull(tmp_path, today, winter))
    own = drawn.communes(["51649", "51485", "51205"], folder)
    assert own.source == "france"  # the user's own cannot draw the two that were one
    own = drawn.communes(["51649"], folder)
    assert own.notes == {"51649": "contour recomposé après une fusion"}
    before = drawn.communes(["51649", "51108"]).geometries
    assert own.geometries["51649"].area == pytest.approx(
        sum(shape.area for shape in before.values()), rel=0.001
    )
    states = dict(files.query(folder / "communes.parquet", "SELECT code, state FROM shipped"))
    assert (states["51485"], states["51649"], "51205" in states) == ("wider", "rebuilt", False)
    assert room.load([tmp_path]).outlines == folder


@pytest.mark.parametrize("years", [(2020,), None])
def test_without_etalab_the_ign_is_asked(
    some: Producers, known: Territories, tmp_path: Path, years: tuple[int, ...] | None
) -> None:
    """No file of these years, or a service that is down: the WFS draws the same communes."""
    some.contours.years = years
    if years is None:
        some.contours.fail("broken")
    folder = kept(pull(tmp_path, known))
    own = drawn.communes(communes((VITRY,)), folder)
    assert (own.source, own.licence) == ("own", "Licence Ouverte")
    assert "IGN" in own.credit
    assert shapely.coverage_is_valid(list(own.geometries.values()))


def test_the_year_of_the_ign_is_that_of_its_communes(
    some: Producers, known: Territories, tmp_path: Path
) -> None:
    """A service that still draws the communes of the year before is brought to the COG."""
    some.ground.merge("51108", "51649")
    winter = datetime(2027, 2, 24, tzinfo=UTC)
    geography.pull(tmp_path, Client(pause=0), known, least=200, now=winter)
    some.ground.reset()
    some.contours.years = (2020,)
    outcome = pull(tmp_path, room.load([tmp_path]), winter)
    assert "recomposées après une fusion\u00a0: 1 (51649)" in outcome.remarks
    assert "Contours des communes de 2026" in (kept(outcome) / "PROVENANCE.md").read_text("utf-8")


def test_when_neither_answers_both_are_named(
    some: Producers, known: Territories, tmp_path: Path
) -> None:
    """The store keeps no trace."""
    some.contours.fail("broken")
    some.wfs.fail("broken")
    with pytest.raises(SourceError, match=r"Etalab[\s\S]*IGN"):
        pull(tmp_path, known)
    assert not (tmp_path / "shapefiles").exists()
    some.contours.stop()
    some.wfs.stop()
    try:
        with pytest.raises(UnreachableError, match=r"Etalab[\s\S]*IGN"):
            pull(tmp_path, known)
    finally:
        some.contours.start()
        some.wfs.start()


@pytest.mark.parametrize("fault", ["truncated", "truncated_gzip", "html", "empty", "drop", "huge"])
def test_a_broken_file_is_refused_and_the_store_stays(
    some: Producers, known: Territories, tmp_path: Path, fault: str
) -> None:
    """What Etalab sends and cannot be used is told: the IGN does not hide it."""
    folder = kept(pull(tmp_path, known))
    some.contours.fail(fault, "/stockage/*")
    with pytest.raises(DataError, match="Etalab"):
        pull(tmp_path, known)
    assert list((tmp_path / "shapefiles").iterdir()) == [folder]
    assert drawn.communes(["51649"], folder).source == "own"


def test_a_short_page_of_the_ign_is_refused(
    some: Producers, known: Territories, tmp_path: Path
) -> None:
    """Nothing is kept of pages that do not hold what was announced."""
    some.contours.years = (2020,)
    some.wfs.fail("short", rows=3)
    with pytest.raises(DataError, match="IGN"):
        pull(tmp_path, known)
    assert not (tmp_path / "shapefiles").exists()


def test_outlines_of_other_communes_are_refused(
    some: Producers, known: Territories, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A commune that no COG of that year has, or one that lacks."""
    assert some.contours.url
    here = shapely.box(4.5, 48.7, 4.6, 48.8)
    altered(monkeypatch, _51999=here)
    with pytest.raises(DataError, match=r"ne sont pas celles de 2026 \(1 inconnues \(51999\)"):
        pull(tmp_path, known)
    altered(monkeypatch, _51999=None, _51649=None)
    with pytest.raises(DataError, match=r"1 absentes \(51649\)"):
        pull(tmp_path, known)


def test_outlines_of_the_ign_of_no_known_year_are_refused(
    some: Producers, known: Territories, tmp_path: Path
) -> None:
    """Neither of this year nor of the one before."""
    some.ground.merge("51108", "51649")
    some.contours.years = (2020,)
    with pytest.raises(DataError, match="ne sont pas celles de 2025"):
        pull(tmp_path, known)


def test_outlines_that_are_not_in_their_place_are_refused(
    some: Producers, known: Territories, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two communes drawn one for the other, as swapped columns would do."""
    assert some.contours.url
    altered(
        monkeypatch,
        _51649=shapely.box(4.30, 48.93, 4.33, 48.95),
        _51108=shapely.box(4.57, 48.72, 4.60, 48.74),
    )
    with pytest.raises(DataError, match=r"2 communes ne sont pas à leur place \(51108, 51649\)"):
        pull(tmp_path, known)


def test_a_missing_outline_is_told_when_few_lack(
    some: Producers, known: Territories, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Maps of that commune then come from the shipped outlines."""
    assert some.contours.url
    monkeypatch.setattr(outlines, "LACKING", 0.01)
    altered(monkeypatch, _51649=None)
    outcome = pull(tmp_path, known)
    assert "communes sans contour\u00a0: 1 (51649)" in outcome.remarks
    assert drawn.communes(["51649", "51108"], kept(outcome)).source == "france"


def test_a_coverage_that_got_worse_is_refused(
    some: Producers, known: Territories, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Borders that do not match after the joining raise."""
    assert some.contours.url
    edges = iter([0, 3, 0, 0])
    monkeypatch.setattr(outlines.coverage, "invalid_edges", lambda _: next(edges))
    with pytest.raises(DataError, match="se raccordent mal"):
        pull(tmp_path, known)


def test_many_codes_are_cut_short() -> None:
    """Eight are named."""
    assert outlines._listed(map(str, range(10, 22))) == " (10, 11, 12, 13, 14, 15, 16, 17…)"
