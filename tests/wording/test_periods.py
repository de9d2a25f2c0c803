"""Periods read in French."""

from __future__ import annotations

import pytest

from diagnostic.errors import DataError
from diagnostic.wording import periods

from . import typed


@pytest.mark.parametrize(
    ("period", "text", "short", "during"),
    [
        ("2023", "2023", "2023", "en 2023"),
        ("2024-12", "décembre~2024", "déc.~2024", "en décembre~2024"),
        ("2024-05", "mai~2024", "mai~2024", "en mai~2024"),
        ("2024-T4", "4ᵉ~trimestre~2024", "T4~2024", "au 4ᵉ~trimestre~2024"),
        ("2024-T1", "1ᵉʳ~trimestre~2024", "T1~2024", "au 1ᵉʳ~trimestre~2024"),
        ("2023/2025", "2023–2025", "2023–25", "de 2023 à 2025"),
        ("2025-01-01", "1ᵉʳ~janvier~2025", "1ᵉʳ~janvier~2025", "au 1ᵉʳ~janvier~2025"),
        ("2024-12-31", "31~décembre~2024", "31~décembre~2024", "au 31~décembre~2024"),
        ("2024-02-09", "9~février~2024", "9~février~2024", "au 9~février~2024"),
    ],
)
def test_the_three_forms_of_a_period(period: str, text: str, short: str, during: str) -> None:
    """A period has a label, a short label and a form for sentences."""
    forms = (periods.text(period), periods.short(period), periods.during(period))
    assert forms == (typed(text), typed(short), typed(during))


@pytest.mark.parametrize(
    "period", ["", "24", "2024-13", "2024-T5", "2024-1", "2024/25", "2024-12-32"]
)
def test_an_unreadable_period_is_an_error(period: str) -> None:
    """A malformed period is named, never printed as it is."""
    with pytest.raises(DataError, match="n’est pas lisible"):
        periods.text(period)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (periods.between("2008/2010", "2023/2025"), "entre 2008–2010 et 2023–2025"),
        (
            periods.between("2015-T4", "2024-T4"),
            "entre le 4ᵉ trimestre 2015 et le 4ᵉ trimestre 2024".replace(" ", "\u00a0"),
        ),
        (periods.between("2020-12", "2024-12"), "entre décembre~2020 et décembre~2024"),
        (periods.extent("2008", "2025"), "2008–2025"),
        (periods.extent("2023", "2023"), "2023"),
        (periods.extent("2015-T4", "2024-T4"), "T4~2015 à T4~2024"),
        (periods.extent("2020", "2024-12"), "2020 à déc.~2024"),
        (periods.several(["2024-12", "2020-12", "2024-12"]), "décembre~2020 et décembre~2024"),
        (periods.several(["2023"]), "2023"),
        (periods.several(("2010", "2008", "2009")), "2008–2010"),
        (periods.several(["2020-12", "2021-12", "2022-12"]), "déc.~2020 à déc.~2022"),
        (periods.elapsed("2008/2010", "2023/2025"), "en quinze ans"),
        (periods.elapsed("2023-12", "2024-12"), "en un an"),
        (periods.elapsed("2024-03", "2024-12"), ""),
        (periods.elapsed("1990", "2023"), "en 33 ans"),
        (periods.edition("2026-11"), "novembre~2026"),
    ],
)
def test_two_periods_and_more(found: str, expected: str) -> None:
    """Comparisons, extents and durations between periods."""
    assert found == typed(expected)


def test_years() -> None:
    """Spans count from their first years."""
    assert periods.years("2008/2010", "2023/2025") == 15
