"""Tests of the cells of a file: numbers, periods and levels as people write them."""

from __future__ import annotations

import pytest

from diagnostic.pull import cells


@pytest.mark.parametrize(
    ("text", "decimals", "expected"),
    [
        ("9822", ",", "9822"),
        ("12,5", ",", "12.5"),
        ("12,5", ".", None),
        ("12.5", ",", None),
        ("12.5", ".", "12.5"),
        ("12,5", ",.", "12.5"),
        ("1.234,5", ",.", None),
        ("1 234", ",", "1234"),
        ("1\u202f234\u202f567,8", ",", "1234567.8"),
        ("1\u00a0234", ".", "1234"),
        ("12 34", ",", None),
        ("-15,7", ",", "-15.7"),
        ("\u221215,7", ",", "-15.7"),
        ("1e3", ".", "1e3"),
        (" 7 ", ",", "7"),
        ("", ",", None),
        ("NA", ".", None),
        ("nan", ".", None),
        ("inf", ".", None),
        ("12 %", ",", None),
        ("< 5", ",", None),
        ("1,2,3", ",", None),
        ("٣", ",", None),
    ],
)
def test_a_number_is_read_only_as_it_is_written(
    text: str, decimals: str, expected: str | None
) -> None:
    """No sign is guessed: what is not a number in the file's own decimals is none."""
    assert cells.number(text, decimals) == expected


@pytest.mark.parametrize(
    ("text", "clock", "expected"),
    [
        ("2024", "", "2024"),
        ("2024.0", "", "2024"),
        ("2024", "year", "2024"),
        ("2024", "month", None),
        ("2024-12", "", "2024-12"),
        ("2024-12", "year", "2024"),
        ("2024-12", "quarter", "2024-T4"),
        ("12/2024", "", "2024-12"),
        ("2024M03", "", "2024-03"),
        ("2024-12-31", "", "2024-12"),
        ("2024-12-31 00:00:00", "year", "2024"),
        ("31/12/2024", "", "2024-12"),
        ("12/31/2024", "", None),
        ("2024-13", "", None),
        ("2024-T4", "", "2024-T4"),
        ("T2 2024", "", "2024-T2"),
        ("2024-Q1", "month", None),
        ("2024-T3", "year", "2024"),
        ("décembre", "", None),
        ("1234", "", None),
    ],
)
def test_a_period_is_read_in_the_usual_forms(text: str, clock: str, expected: str | None) -> None:
    """A day is its month, unless the mapping says a longer time; a longer one never a shorter."""
    assert cells.period(text, clock) == expected


def test_a_level_is_read_by_the_words_of_the_mapping_then_by_usual_ones() -> None:
    """The mapping's words come first; nothing is guessed of a word that nobody knows."""
    assert cells.level("EPCI", {}) == "epci"
    assert cells.level(" Département ", {}) == "departement"
    assert cells.level("COM", {"COM": "iris"}) == "iris"
    assert cells.level("quartier", {}) is None
