"""Surroundings are those of the COG: benchmarks one level up, the EPCI without the commune."""

from __future__ import annotations

import pytest

from diagnostic import territories
from diagnostic.engine.places import is_large_part, surround
from diagnostic.model import Territory

ALL = frozenset({"epci", "epci_hors_commune", "departement", "region", "france"})


def test_a_commune_has_its_four_benchmarks_and_the_rest_of_its_epci() -> None:
    """Vitry: EPCI, Marne, Grand Est, France in reading order; 34 other communes."""
    around = surround(territories.load().get("commune", "51649"), territories.load(), ALL)
    assert list(around.benchmarks) == ["epci", "departement", "region", "france"]
    assert around.rest is not None
    assert len(around.rest.members) == 34
    assert around.rest.territory.name == "34 autres communes"
    assert "51649" not in {member.code for member in around.rest.members}
    assert around.perimeter is not None
    assert around.rest.territory.population == (around.perimeter.territory.population or 0) - 10996


def test_only_the_benchmarks_of_the_spec_are_kept() -> None:
    """A spec that compares with France alone gets France alone."""
    around = surround(
        territories.load().get("commune", "51649"), territories.load(), frozenset({"france"})
    )
    assert list(around.named()) == ["france"]


def test_an_epci_is_its_own_perimeter() -> None:
    """The EPCI's benchmarks begin at the département and it has no rest."""
    around = surround(territories.load().get("epci", "200034718"), territories.load(), ALL)
    assert list(around.named()) == ["departement", "region", "france"]
    assert around.perimeter is around.own
    assert len(around.peers) == 35


def test_the_cities_are_the_largest_other_communes_of_the_departement() -> None:
    """Reims, Châlons-en-Champagne and Épernay, by population."""
    around = surround(territories.load().get("commune", "51649"), territories.load(), ALL)
    assert [place.territory.code for place in around.cities] == ["51454", "51108", "51230"]


def test_an_island_without_epci_has_no_perimeter() -> None:
    """L'Île-d'Yeu (85113) belongs to no EPCI: no perimeter, no peers, no rest."""
    around = surround(territories.load().get("commune", "85113"), territories.load(), ALL)
    assert around.perimeter is None
    assert around.peers == ()
    assert around.rest is None
    assert "epci" not in around.benchmarks


@pytest.mark.parametrize(
    ("code", "benchmarks"),
    [
        ("75056", ["epci", "region", "france"]),
        ("97411", ["epci", "departement", "france"]),
        ("2A004", ["epci", "departement", "region", "france"]),
    ],
)
def test_a_place_is_not_its_own_benchmark(code: str, benchmarks: list[str]) -> None:
    """The département of Paris is Paris, the région of La Réunion its only département."""
    around = surround(territories.load().get("commune", code), territories.load(), ALL)
    assert list(around.benchmarks) == benchmarks
    assert {"departement", "region"} <= set(around.above)


@pytest.mark.parametrize(
    ("code", "benchmarks"),
    [
        ("200054781", ["region", "france"]),
        ("200034718", ["departement", "region", "france"]),
    ],
)
def test_a_benchmark_holds_the_whole_territory(code: str, benchmarks: list[str]) -> None:
    """Paris does not hold the Métropole du Grand Paris, of four départements; the Marne does."""
    around = surround(territories.load().get("epci", code), territories.load(), ALL)
    assert list(around.benchmarks) == benchmarks
    assert "departement" in around.above


@pytest.mark.parametrize(
    ("own", "whole", "large"),
    [(21, 100, True), (20, 100, False), (None, 100, False), (5, 0, False)],
)
def test_a_fifth_of_the_benchmark_is_a_large_part(own: int | None, whole: int, large: bool) -> None:
    """More than 20 % of the population, never when one is not known."""
    part = Territory(code="a", level="commune", name="A", population=own)
    all_of_it = Territory(code="b", level="epci", name="B", population=whole)
    assert is_large_part(part, all_of_it) is large
