"""The keys of names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnostic.territories import Territories
from diagnostic.territories.names import key, plain


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Vitry-le-François", "vitry le francois"),
        ("L’Haÿ-les-Roses", "l hay les roses"),
        ("ST DIZIER", "saint dizier"),
        ("Ste-Marie", "sainte marie"),
        ("Cœur-de-la-Vallée", "coeur de la vallee"),
        ("  Plouër -  sur  ", "plouer sur"),
        ("«»", ""),
    ],
)
def test_plain_drops_case_accents_signs_and_abbreviations(text: str, expected: str) -> None:
    """The plain form keeps only lower-case words, with saints spelled out."""
    assert plain(text) == expected


@pytest.mark.parametrize(
    ("text", "level", "expected"),
    [
        ("Le Mans", "commune", "mans"),
        ("L’Épine", "commune", "epine"),
        ("Les", "commune", "les"),
        ("CC de Vitry, Champagne et Der", "epci", "vitry champagne et der"),
        ("communauté d’agglomération du Grand Guéret", "epci", "grand gueret"),
        ("communauté de communes de l’Arc Mosellan", "epci", "arc mosellan"),
        ("communauté de communes Falaises du Talou", "epci", "falaises du talou"),
        ("Métropole de Lyon", "epci", "lyon"),
        ("Dijon Métropole", "epci", "dijon metropole"),
        ("De la Vallée", "epci", "de la vallee"),
        ("Métropole", "epci", "metropole"),
        ("CC du Pays", "commune", "cc du pays"),
    ],
)
def test_key_drops_the_article_and_an_epci_s_form(text: str, level: str, expected: str) -> None:
    """The key drops a leading article, and of an EPCI its legal form with its link."""
    assert key(text, level) == expected  # type: ignore[arg-type]


@given(st.text(max_size=40))
def test_plain_is_stable(text: str) -> None:
    """The plain form of a plain form is itself, for any text."""
    assert plain(plain(text)) == plain(text)


def test_stored_keys_are_those_of_the_names(territories: Territories) -> None:
    """The keys of the shipped file are what this module makes of the shipped names."""
    for commune in territories.members(territories.get("departement", "51")):
        assert territories.find(f"{commune.name} (51)", "commune") == commune
