"""The shipped COG: its counts, its memberships, its vintages, and damaged files."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from diagnostic.errors import DataError, TerritoryError
from diagnostic.model import Territory
from diagnostic.territories import Territories, files


def test_vitry_is_known_with_its_parents(territories: Territories) -> None:
    """51649 is Vitry-le-François, in its EPCI, arrondissement, département and région."""
    assert territories.get("commune", "51649") == Territory(
        code="51649", level="commune", name="Vitry-le-François", tncc=0, epci="200034718",
        arrondissement="514", departement="51", region="44", population=10996,
    )  # fmt: skip


def test_the_epci_of_vitry_has_its_35_members_sorted(territories: Territories) -> None:
    """The EPCI holds 35 communes in the order of codes, and its population is their sum."""
    epci = territories.get("epci", "200034718")
    members = territories.members(epci)
    codes = [one.code for one in members]
    assert (epci.name, epci.nature, epci.tncc) == (
        "communauté de communes de Vitry, Champagne et Der", "CC", 3,
    )  # fmt: skip
    assert len(codes) == 35
    assert codes == sorted(codes)
    assert epci.population == sum(one.population or 0 for one in members) == 23007


@pytest.mark.parametrize(
    ("level", "code", "count"),
    [
        ("departement", "51", 610), ("departement", "75", 1), ("region", "06", 17),
        ("arrondissement", "514", 110), ("ept", "200057867", 8), ("france", "france", 34875),
        ("commune", "51649", 1), ("arm", "69384", 1), ("departement", "988", 33),
    ],
)  # fmt: skip
def test_members_are_the_communes_of_every_level(
    territories: Territories, level: str, code: str, count: int
) -> None:
    """Each level gives the number of communes of the COG of 2026; France leaves the COM out."""
    territory = territories.get(level, code)  # type: ignore[arg-type]
    assert len(territories.members(territory)) == count


def test_a_municipal_arrondissement_lies_in_its_commune(territories: Territories) -> None:
    """The member and the parent commune of Lyon's 4th arrondissement are Lyon."""
    lyon = territories.get("commune", "69123")
    arm = territories.get("arm", "69384")
    assert territories.members(arm) == (lyon,)
    assert territories.parent(arm, "commune") == lyon
    assert (arm.epci, arm.population) == (lyon.epci, 34752)


@pytest.mark.parametrize(
    ("level", "code"),
    [
        ("commune", "51649"), ("epci", "200034718"), ("arrondissement", "514"),
        ("departement", "51"), ("region", "44"), ("france", "france"), ("ept", None),
        ("iris", None),
    ],
)  # fmt: skip
def test_parents_of_a_commune(territories: Territories, level: str, code: str | None) -> None:
    """A commune has one parent a level, itself at its own, and None where none holds it."""
    vitry = territories.get("commune", "51649")
    parent = territories.parent(vitry, level)  # type: ignore[arg-type]
    assert (parent and parent.code) == code


def test_an_epci_is_placed_where_most_of_its_inhabitants_live(territories: Territories) -> None:
    """Redon Agglomération has communes in three départements and belongs to Ille-et-Vilaine."""
    redon = territories.find("redon agglomeration", "epci")
    places = {one.departement for one in territories.members(redon)}
    assert places == {"35", "44", "56"}
    assert (redon.departement, redon.region) == ("35", "53")


def test_names_are_printed_with_their_article_and_apostrophe(territories: Territories) -> None:
    """A commune's name carries its article and ’, a département's has its article code only."""
    assert territories.get("commune", "94038").name == "L’Haÿ-les-Roses"
    assert territories.get("commune", "72181").tncc == 2
    marne = territories.get("departement", "51")
    assert (marne.name, marne.tncc) == ("Marne", 3)


def test_collectivities_overseas_are_known_without_region(territories: Territories) -> None:
    """Nouméa is known, in no région; Kerguelen has no population, and None is not 0."""
    noumea = territories.get("commune", "98818")
    assert (noumea.name, noumea.departement, noumea.region) == ("Nouméa", "988", None)
    assert territories.get("commune", "98412").population is None
    assert territories.get("departement", "984").population is None
    assert territories.france.population is None


@pytest.mark.parametrize(
    ("level", "code", "message", "hint"),
    [
        ("commune", "99999", "aucun territoire n’a le code 99999", "cinq caractères"),
        ("iris", "516490101", "aucun territoire n’a le code", "neuf chiffres"),
        ("commune", "1001", "le code 1001", "L’Abergement-Clémenciat (commune 01001, Ain)"),
        ("commune", "200034718", "niveau «\u00a0commune\u00a0»", "(EPCI 200034718, Marne)"),
        ("epci", "44", "niveau «\u00a0EPCI\u00a0»", "(département 44)\u202f; Grand Est"),
        ("iris", "51649", "niveau «\u00a0iris\u00a0»", "Vitry-le-François (commune 51649, Marne)"),
    ],
)
def test_an_unknown_code_says_what_it_is_instead(
    territories: Territories, level: str, code: str, message: str, hint: str
) -> None:
    """A code that its level has not raises with the territory it names, or the form of codes."""
    with pytest.raises(TerritoryError) as caught:
        territories.get(level, code)  # type: ignore[arg-type]
    assert message in caught.value.message
    assert hint in caught.value.hint


@pytest.mark.parametrize(("year", "count"), [(2023, 35039), (2024, 35029), (2026, 34969)])
def test_vintages_hold_the_communes_of_their_year(
    territories: Territories, year: int, count: int
) -> None:
    """The COG of each year has its own number of communes, and Vitry in its EPCI."""
    communes = territories.vintage(year)
    assert len(communes) == count
    assert communes["51649"].epci == "200034718"


def test_an_earlier_vintage_keeps_what_was_merged_since(territories: Territories) -> None:
    """51205 was a commune until 2024 and belongs to 51485 since."""
    assert "51205" in territories.vintage(2024)
    assert "51205" not in territories.vintage(2025)
    assert territories.find("51205").code == "51485"


def test_a_year_that_is_not_shipped_is_refused(territories: Territories) -> None:
    """The COG of 2019 raises, and says which years are known."""
    with pytest.raises(TerritoryError, match="2019") as caught:
        territories.vintage(2019)
    assert "2023 à 2026" in caught.value.hint


def test_a_description_names_level_code_and_departement(territories: Territories) -> None:
    """A candidate is described by its name, level, code and, below it, its département."""
    vitry = territories.get("commune", "51649")
    assert territories.describe(vitry) == "Vitry-le-François (commune 51649, Marne)"
    free = replace(vitry, level="custom", departement=None)
    assert territories.describe(free) == "Vitry-le-François (custom 51649)"


def test_all_that_was_absorbed_leads_to_a_commune_of_today(territories: Territories) -> None:
    """More than 4,900 codes were absorbed; each leads to a commune that exists."""
    absorbed = territories.absorbed()
    heads = {territories.get("commune", one.became).level for one in absorbed.values()}
    assert len(absorbed) > 4900
    assert heads == {"commune"}


@pytest.mark.parametrize("damage", ["change", "remove", "manifest", "list", "unlisted"])
def test_a_damaged_file_is_named_and_nothing_is_read(
    copy_of: Callable[[str], Path], damage: str
) -> None:
    """A file changed, removed, or without its sha256 raises DataError with its name."""
    folder = copy_of("data/cog")
    path, manifest = folder / "territories.parquet", folder / "manifest.json"
    if damage == "change":
        path.write_bytes(path.read_bytes()[:-9] + b"123456789")
    elif damage == "remove":
        path.unlink()
    else:
        texts = {"manifest": "{", "list": "[]", "unlisted": json.dumps({"other": ""})}
        manifest.write_text(texts[damage], "utf-8")
    with pytest.raises(DataError) as caught:
        Territories(folder)
    assert "territories.parquet" in caught.value.message
    assert caught.value.exit_code == 5


def test_an_intact_copy_is_read(copy_of: Callable[[str], Path]) -> None:
    """The same files elsewhere give the same COG, since the sums are those of the bytes."""
    folder = copy_of("data/cog")
    assert Territories(folder).get("commune", "51649").name == "Vitry-le-François"
    assert files.query(folder / "former.parquet", "SELECT count(*) > 4000 FROM shipped") == [
        (True,)
    ]
