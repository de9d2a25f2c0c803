"""Tests of the codes of territories: those of today, of the past, and those that lost a zero."""

from __future__ import annotations

import pytest

from diagnostic.pull.codes import Codes


@pytest.fixture(scope="module")
def codes() -> Codes:
    """The codes of the shipped COG."""
    return Codes()


@pytest.mark.parametrize(
    ("level", "code"),
    [
        ("commune", "51649"),
        ("commune", "2A004"),
        ("commune", "75101"),  # an arrondissement stands among communes
        ("commune", "01033"),
        ("commune", "01003"),  # Amareins, merged in 1974
        ("commune", "14697"),  # Tourgéville's neighbour of old: merged
        ("arm", "69381"),
        ("epci", "200034718"),
        ("departement", "976"),
        ("region", "01"),
        ("iris", "516490101"),
        ("zone_emploi", "0059"),
        ("france", "france"),
    ],
)
def test_codes_of_today_and_of_the_past_are_known(codes: Codes, level: str, code: str) -> None:
    """A file of an older COG is no file of unknown codes."""
    assert codes.known(level, code)


@pytest.mark.parametrize(
    ("level", "code"),
    [
        ("commune", "99999"),
        ("commune", "1001"),
        ("commune", ""),
        ("commune", "Vitry"),
        ("arm", "51649"),
        ("departement", "20"),
        ("epci", "51649"),
        ("iris", "999990101"),
        ("iris", "51649"),
        ("zone_emploi", ""),
    ],
)
def test_what_is_no_code_of_the_level_is_unknown(codes: Codes, level: str, code: str) -> None:
    """Neither a name, nor a number, nor the code of another level is one."""
    assert not codes.known(level, code)


@pytest.mark.parametrize(
    ("level", "code", "repaired"),
    [
        ("commune", "1001", "01001"),
        ("departement", "1", "01"),
        ("iris", "10040101", "010040101"),
        ("commune", "9999", ""),
        ("commune", "001", ""),
        ("departement", "A", ""),
        ("france", "x", ""),
    ],
)
def test_a_lost_zero_is_found_when_it_makes_a_code(
    codes: Codes, level: str, code: str, repaired: str
) -> None:
    """The code "1001" was "01001"; what no zero makes a code of stays unknown."""
    assert codes.repaired(level, code) == repaired


def test_places_have_their_name(codes: Codes) -> None:
    """A name shows which place was understood; a code of old has none."""
    assert codes.name("commune", "51649") == "Vitry-le-François"
    assert codes.name("commune", "01003") == ""
