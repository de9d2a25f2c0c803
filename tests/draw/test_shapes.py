"""Tests of draw.shapes on the shipped outlines: real territories, overseas and islands too."""

from __future__ import annotations

from dataclasses import replace

import pytest
import shapely
from draw_checks import faults, words
from draw_samples import report

from diagnostic import draw, territories
from diagnostic.draw import locator, shapes
from diagnostic.draw.shapes import Shapes
from diagnostic.model import Level, Locator, ReportData, Territory


def about(level: Level, code: str) -> ReportData:
    """A report of a real territory."""
    return replace(report(), territory=territories.load().get(level, code))


def test_the_perimeter_is_the_epci_with_all_its_communes() -> None:
    """Vitry-le-François: the 35 communes of its EPCI, and neighbours that touch them."""
    found = Shapes.of(about("commune", "51649"), territories.load())
    whole = shapely.union_all(list(found.communes.values()))
    assert len(found.communes) == 35
    assert found.missing == ()
    assert found.credit
    assert found.neighbours
    assert all(shapely.distance(whole, one) < 150 for one in found.neighbours)


def test_the_locators_ground_is_of_one_source() -> None:
    """Its communes make the départements: the lines of both are the same lines."""
    wide = Shapes.of(about("commune", "51649"), territories.load()).wide
    assert wide is not None
    assert {outline.name for outline in wide.departements} >= {"Marne", "Haute-Marne", "Meuse"}
    marne = next(o.geometry for o in wide.departements if o.name == "Marne")
    assert all(shapely.covers(marne.buffer(1), one) for one in wide.communes.values())
    assert wide.towns[0].name == "Châlons-en-Champagne"
    assert len(wide.france) == 13


def test_an_epci_has_the_same_perimeter_as_its_communes() -> None:
    """The EPCI's own report frames the same communes."""
    one = Shapes.of(about("epci", "200034718"), territories.load())
    assert len(one.communes) == 35


@pytest.mark.parametrize(
    ("level", "code", "inset"),
    [("commune", "97411", False), ("commune", "85113", True), ("epci", "200034718", True)],
)
def test_the_locator_of_real_territories(level: Level, code: str, inset: bool) -> None:
    """Overseas without inset, an island alone, an EPCI whole: each has a clean map."""
    held = about(level, code)
    found = Shapes.of(held, territories.load())
    scene = locator.scene(Locator(id="s", code=code, level=level), held, found, width=170.0)
    assert faults(scene) == []
    assert bool(found.wide and found.wide.france) == inset
    assert held.territory.name.split(" ")[-1].split("-")[0] in words(scene)


def test_a_territory_without_outline_has_none() -> None:
    """Its code is in `missing`: the maps say it, nothing is invented."""
    alone = Territory(code="99999", level="commune", name="Nulle part")
    found = Shapes.of(replace(report(), territory=alone), territories.load())
    assert (found.communes, found.missing, found.wide) == ({}, ("99999",), None)


def test_a_tiny_perimeter_keeps_its_surroundings() -> None:
    """The locator frames at least 16 km."""
    assert shapes.framed((0, 0, 2000, 4000)) == (-6000, -6000, 8000, 10000)
    assert shapes.framed((0, 0, 20000, 4000)) == (0, 0, 20000, 4000)


@pytest.mark.parametrize("code", ["97801", "98818"])
def test_what_no_shipped_outline_shows_has_no_map(code: str) -> None:
    """Saint-Martin and Nouméa: the shapes are empty, the locator is not drawn, nothing fails."""
    held = about("commune", code)
    found = Shapes.of(held, territories.load())
    assert (found.communes, found.missing) == ({}, (code,))
    where = Locator(id="s", code=code, level="commune")
    assert draw.block(where, held, found, width=170.0, prefix="s") is None
