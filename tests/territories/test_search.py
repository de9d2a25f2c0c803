"""From what people type to a territory."""

from __future__ import annotations

import time

import pytest

from diagnostic.errors import TerritoryError
from diagnostic.territories import Territories


@pytest.mark.parametrize(
    ("text", "level", "found"),
    [
        ("51649", None, "commune 51649"),
        ("  2a004 ", None, "commune 2A004"),
        ("vitry le francois", None, "commune 51649"),
        ("VITRY-LE-FRANÇOIS", "commune", "commune 51649"),
        ("vitry le francois", "arrondissement", "arrondissement 514"),
        ("st dizier", None, "commune 52448"),
        ("le mans", None, "commune 72181"),
        ("mans", None, "commune 72181"),
        ("Paris", None, "commune 75056"),
        ("Lyon", None, "commune 69123"),
        ("métropole de Lyon", None, "epci 200046977"),
        ("cc de vitry champagne et der", None, "epci 200034718"),
        ("Vitry, Champagne et Der", "epci", "epci 200034718"),
        ("200034718", None, "epci 200034718"),
        ("51", None, "departement 51"),
        ("44", "region", "region 44"),
        ("44", "departement", "departement 44"),
        ("Guadeloupe", None, "departement 971"),
        ("Guadeloupe", "region", "region 01"),
        ("Plaine Commune", None, "ept 200057867"),
        ("Saint-Denis (93)", None, "commune 93066"),
        ("Celles (15)", None, "commune 15031"),
        ("69384", "arm", "arm 69384"),
        ("Lyon 4e Arrondissement", "arm", "arm 69384"),
        ("France", None, "france france"),
        ("peu importe", "france", "france france"),
    ],
)
def test_find(territories: Territories, text: str, level: str | None, found: str) -> None:
    """Codes and names lead to their territory whatever their case, accents and signs."""
    territory = territories.find(text, level)  # type: ignore[arg-type]
    assert f"{territory.level} {territory.code}" == found
    assert territory.former == ""


@pytest.mark.parametrize(
    ("text", "level", "code", "former"),
    [
        ("51063", None, "51457", "Binson-et-Orquigny (51063)"),
        ("51063", "commune", "51457", "Binson-et-Orquigny (51063)"),
        ("Reuil", None, "51457", "Reuil (51457)"),
        ("69384", None, "69123", "Lyon 4e Arrondissement (69384)"),
        ("Lyon 4e Arrondissement", None, "69123", "Lyon 4e Arrondissement (69384)"),
        ("51205", None, "51485", "Dampierre-au-Temple (51205)"),
        ("14526", None, "14581", "14526"),
        ("60455", None, "60694", "La Neuville-Garnier (60455)"),
    ],
)
def test_what_a_commune_absorbed_leads_to_it(
    territories: Territories, text: str, level: str | None, code: str, former: str
) -> None:
    """An old code, a delegated commune or an arrondissement gives today's commune and says so."""
    territory = territories.find(text, level)  # type: ignore[arg-type]
    assert (territory.level, territory.code) == ("commune", code)
    assert territory.former == former


def test_the_code_of_a_commune_of_today_is_itself(territories: Territories) -> None:
    """51457 is both a commune of today and its delegated one: the commune is meant."""
    assert territories.find("51457").former == ""


@pytest.mark.parametrize(
    ("text", "level", "candidates"),
    [
        ("saint-denis", None, ["11339, Aude", "30247, Gard", "93066", "97411"]),
        ("44", None, ["Loire-Atlantique (département 44)", "Grand Est (région 44)"]),
        ("la réunion", None, ["commune 47222", "département 974", "région 04"]),
        ("La Rochelle", "commune", ["17300", "70450"]),
        ("saint martin", None, ["commune 32389", "département 978"]),
    ],
)
def test_homonyms_are_listed(
    territories: Territories, text: str, level: str | None, candidates: list[str]
) -> None:
    """A name or a code of several territories raises with each of them, code and place."""
    with pytest.raises(TerritoryError) as caught:
        territories.find(text, level)  # type: ignore[arg-type]
    assert "désigne plusieurs territoires" in caught.value.message
    for candidate in candidates:
        assert candidate in caught.value.hint


@pytest.mark.parametrize(
    ("text", "level", "nearest"),
    [
        ("vitri le fransois", "commune", "Vitry-le-François (commune 51649, Marne)"),
        ("Vitry", "epci", "communauté de communes de Vitry, Champagne et Der"),
        ("Orquigny", None, "Rocquigny"),
        ("Vitry-le-François (75)", None, "Vitry-le-François (commune 51649, Marne)"),
        ("reuil", "region", "Réunion"),
    ],
)
def test_an_unknown_name_gives_the_nearest(
    territories: Territories, text: str, level: str | None, nearest: str
) -> None:
    """A name that nobody bears raises with names that hold it or look like it."""
    with pytest.raises(TerritoryError) as caught:
        territories.find(text, level)  # type: ignore[arg-type]
    assert "aucun territoire ne s’appelle" in caught.value.message
    assert nearest in caught.value.hint
    assert caught.value.exit_code == 3


@pytest.mark.parametrize("text", ["", "   ", "--", "«»"])
def test_an_empty_name_is_refused(territories: Territories, text: str) -> None:
    """Nothing typed is an error of its own, not a list of nameless communes."""
    with pytest.raises(TerritoryError, match="vide"):
        territories.find(text)


@pytest.mark.parametrize(
    ("text", "level"), [("200034718", "commune"), ("51649", "epci"), ("99999", None), ("1", None)]
)
def test_a_code_of_another_level_is_refused(
    territories: Territories, text: str, level: str | None
) -> None:
    """The code of an EPCI asked as a commune, or of nothing, raises rather than guesses."""
    with pytest.raises(TerritoryError, match=text):
        territories.find(text, level)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "level", "limit", "expected"),
    [
        ("reims", None, 5, ("commune 51454", 5)),
        ("vitry", "epci", 20, ("epci 200034718", 1)),
        ("vitry le", "commune", 20, ("commune 51649", 3)),
        ("5164", None, 20, ("commune 51640", 10)),
        ("51", "departement", 20, ("departement 51", 1)),
        ("vitri le fransois", "commune", 3, ("commune 51649", 3)),
    ],
)
def test_search_lists_the_best_first(
    territories: Territories, text: str, level: str | None, limit: int, expected: tuple[str, int]
) -> None:
    """Equal names come first, then those that begin so; no more than asked; else the nearest."""
    found = territories.search(text, level, limit)  # type: ignore[arg-type]
    assert (f"{found[0].level} {found[0].code}", len(found)) == expected


def test_search_puts_the_begun_before_the_contained(territories: Territories) -> None:
    """For "brie", a name that begins with it precedes a word that does, then a mere part."""
    ranked = [one.name for one in territories.search("brie", "commune", limit=400)]
    begun = max(i for i, name in enumerate(ranked) if name.startswith("Brie"))
    word = min(i for i, name in enumerate(ranked) if name.endswith("-en-Brie"))
    part = min(i for i, name in enumerate(ranked) if "brie" in name)
    assert begun < word < part


def test_an_unknown_name_answers_fast(territories: Territories) -> None:
    """The nearest names among the whole COG come in under half a second."""
    start = time.process_time()
    territories.nearest("chalons sur marne")
    assert time.process_time() - start < 0.5


def test_search_of_signs_alone_finds_nothing(territories: Territories) -> None:
    """A text without letter nor figure holds no name, and is near none."""
    assert territories.search("@@@@") == []
