"""Numbers print as French readers expect."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnostic.wording import numbers

from . import typed


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        (0, 0, "0"),
        (12, 0, "12"),
        (999, 0, "999"),
        (1000, 0, "1^000"),
        (3040, 0, "3^040"),
        (1312000, 0, "1^312^000"),
        (61.5, 1, "61,5"),
        (8, 1, "8,0"),
        (1234.5, 2, "1^234,50"),
        (-3.2, 1, "−3,2"),
        (-0.04, 1, "0,0"),
        (Decimal("2.345"), 2, "2,35"),
    ],
)
def test_number(value: float, decimals: int, expected: str) -> None:
    """Thousands by thin spaces from four digits, a comma, a true minus, no minus on a zero."""
    assert numbers.number(value, decimals) == typed(expected)


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        (0.25, 1, "0,3"),
        (0.35, 1, "0,4"),
        (2.675, 2, "2,68"),
        (2.5, 0, "3"),
        (-2.5, 0, "−3"),
        (57 / 200 * 100, 0, "29"),  # a float hair under 28,5
        (1.005 * 100, 1, "100,5"),
    ],
)
def test_ties_go_away_from_zero(value: float, decimals: int, expected: str) -> None:
    """A tie rounds away from zero, float noise set aside."""
    assert numbers.number(value, decimals) == expected


@pytest.mark.parametrize(
    ("value", "expected"), [(2.1, "+^2,1"), (-54, "−^54,0"), (0.04, "0,0"), (3000, "+^3^000,0")]
)
def test_a_signed_number_has_its_sign_apart(value: float, expected: str) -> None:
    """A difference has a sign and a thin space; a zero has none."""
    assert numbers.number(value, 1, sign=True) == typed(expected)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_not_a_number_is_refused(value: float) -> None:
    """An absence never prints as a number."""
    with pytest.raises(ValueError, match="not a finite number"):
        numbers.number(value)


@given(value=st.integers(-(10**9), 10**9), decimals=st.integers(0, 3))
@settings(max_examples=100)
def test_a_printed_number_reads_back(value: int, decimals: int) -> None:
    """Printing loses nothing but the digits asked away."""
    scaled = value / 10**decimals
    text = numbers.number(scaled, decimals)
    plain = text.replace("\u202f", "").replace("−", "-").replace(",", ".")
    assert float(plain) == pytest.approx(scaled, rel=1e-11)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (numbers.percent(12.3), "12,3~%"),
        (numbers.percent(-54, 0, sign=True), "−^54~%"),
        (numbers.points(2.1), "+^2,1~points"),
        (numbers.points(-1.8), "−^1,8~point"),
        (numbers.points(1.96), "+^2,0~points"),
        (numbers.points(2.5, 0, sign=False), "3~points"),
        (numbers.euros(19670), "19^670~€"),
        (numbers.euros(4.85, 2), "4,85~€"),
        (numbers.euros(-320, sign=True), "−^320~€"),
        (numbers.large_euros(1250), "1^250~€"),
        (numbers.large_euros(3.4e6), "3,4~M€"),
        (numbers.large_euros(1.2e9), "1,2~Md€"),
        (numbers.approx(11.3), "≈~11"),
    ],
)
def test_units_and_signs(text: str, expected: str) -> None:
    """%, €, points and ≈ stand behind a non-breaking space and agree with the printed number."""
    assert text == typed(expected)


@pytest.mark.parametrize(
    ("value", "noun", "decimals", "expected"),
    [
        (24, "commune", 0, "24~communes"),
        (1, "commune", 0, "1~commune"),
        (0, "commune", 0, "0~commune"),
        (1.8, "place", 1, "1,8~place"),
        (1.96, "place", 1, "2,0~places"),
        (2, "logement social", 0, "2~logements sociaux"),
        (3040, "foyer allocataire", 0, "3^040~foyers allocataires"),
        (35, "EPCI", 0, "35~EPCI"),
        (2, "prix", 0, "2~prix"),
        (-3, "lieu d’accueil", 0, "−3~lieux d’accueil"),
        (5, "chef-lieu", 0, "5~chefs-lieux"),
        (2, "réseau", 0, "2~réseaux"),
        (2, "bureau", 0, "2~bureaux"),
        (2, "enfant de moins de 3 ans", 0, "2~enfants de moins de 3 ans"),
        (2, "festival", 0, "2~festivals"),
    ],
)
def test_count(value: float, noun: str, decimals: int, expected: str) -> None:
    """The plural begins at 2 as printed; the noun's adjectives follow, its complements do not."""
    assert numbers.count(value, noun, decimals) == typed(expected)


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("61,5", "places pour 100 enfants de moins de 3 ans",
         "61,5~places pour 100 enfants de moins de 3 ans"),
        ("0,0", "places pour 100 enfants", "0,0~place pour 100 enfants"),
        ("1", "naissances", "1~naissance"),
        ("≈~11", "foyers pour 100 ménages", "≈~11~foyers pour 100 ménages"),
        ("30,0", "%", "30,0~%"),
        ("1", "logements sociaux vacants", "1~logement social vacant"),
        ("1", "jeux de données", "1~jeu de données"),
        ("1", "travaux", "1~travail"),
        ("1", "mois", "1~mois"),
        ("1", "bureaux", "1~bureau"),
        ("1", "EAJE", "1~EAJE"),
        ("1", "", "1"),
        ("19^670", "€ par an et par unité de consommation",
         "19^670~€ par an et par unité de consommation"),
    ],
)  # fmt: skip
def test_with_unit(text: str, unit: str, expected: str) -> None:
    """A unit written in the plural loses it under 2."""
    assert numbers.with_unit(typed(text), unit) == typed(expected)


@pytest.mark.parametrize(
    ("rank", "feminine", "expected"),
    [(1, False, "1ᵉʳ"), (1, True, "1ʳᵉ"), (2, False, "2ᵉ"), (13, True, "13ᵉ"),
     (1200, False, "1^200ᵉ")],
)  # fmt: skip
def test_ordinal(rank: int, feminine: bool, expected: str) -> None:
    """1ᵉʳ, 1ʳᵉ, 2ᵉ: never 2ème."""
    assert numbers.ordinal(rank, feminine=feminine) == typed(expected)


@pytest.mark.parametrize(
    ("value", "feminine", "expected"),
    [(0, False, "zéro"), (1, False, "un"), (1, True, "une"), (2, True, "deux"),
     (16, False, "seize"), (17, False, "17"), (1000, False, "1^000")],
)  # fmt: skip
def test_letters(value: int, feminine: bool, expected: str) -> None:
    """Small numbers in letters, digits beyond sixteen."""
    assert numbers.letters(value, feminine=feminine) == typed(expected)


@pytest.mark.parametrize(
    ("lower", "upper", "decimals", "expected"),
    [
        (22.04, 22.13, 1, "22,0–22,1"),
        (9.6, 12.4, 0, "10–12"),
        (1198, 1222, 0, "1^198–1^222"),
        (22.11, 22.13, 1, "22,1"),
        (-19, -17, 0, "−19 à −17"),
        (-1, 2, 0, "−1 à 2"),
    ],
)
def test_interval(lower: float, upper: float, decimals: int, expected: str) -> None:
    """Bounds joined by a dash, « à » when one is negative, one number when they print alike."""
    assert numbers.interval(lower, upper, decimals) == typed(expected)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((12.4, 14.6, 1), "entre 12,4 et 14,6"),
        ((12.4, 14.6, 1, "%"), "entre 12,4~% et 14,6~%"),
        ((33, 37, 0, "foyers"), "entre 33 et 37~foyers"),
        ((0, 1, 0, "foyers"), "entre 0 et 1~foyer"),
        ((19600, 19700, 0, "€ par an"), "entre 19^600~€ et 19^700~€ par an"),
        ((5.01, 5.02, 1, "%"), "5,0~%"),
    ],
)
def test_between(arguments: tuple[Any, ...], expected: str) -> None:
    """Signs follow both bounds, words the last one."""
    assert numbers.between(*arguments) == typed(expected)


@pytest.mark.parametrize(
    ("value", "status", "show", "expected"),
    [
        (61.54, "exact", "plain", "61,5"),
        (11.3, "rounded", "approx", "≈~11,3"),
        (None, "secret", "absent", "s"),
        (None, "not_published", "absent", "…"),
        (None, "not_applicable", "absent", "///"),
        (3.0, "rounded", "ns", "n.s."),
        (3.0, "exact", "cut", "///"),
        (58.9, "exact", "from_epci", "58,9"),
    ],
)
def test_shown(value: float | None, status: Any, show: Any, expected: str) -> None:
    """A figure prints its number or its sign, never an empty cell."""
    assert numbers.shown(value, status, show, 1) == typed(expected)


def test_shown_refuses_a_number_that_is_not_there() -> None:
    """A figure said to be plain must have a value."""
    with pytest.raises(ValueError, match="needs a value"):
        numbers.shown(None, "exact", "plain")
