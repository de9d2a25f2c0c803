"""Periods as texts and as whole months: same season, breaks between, denominators' dates.

"2024-12" is a count at the end of December, "2024-T4" a quarter, "2023" a year, "2023/2025" a
span of years. A year of the census (or of population estimates) means its 1 January: callers
say so with `census`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from diagnostic.errors import DataError
from diagnostic.model import Absence, Break

Form = Literal["month", "quarter", "year", "span"]
FARTHEST = 24  # months allowed between a numerator and its denominator
_SHAPES: tuple[tuple[Form, re.Pattern[str]], ...] = (
    ("month", re.compile(r"(\d{4})-(0[1-9]|1[0-2])")),
    ("quarter", re.compile(r"(\d{4})-T([1-4])")),
    ("year", re.compile(r"(\d{4})")),
    ("span", re.compile(r"(\d{4})/(\d{4})")),
)


@dataclass(frozen=True, slots=True)
class Period:
    """A period in whole months counted from year 0: `first` and `last` are both in it."""

    text: str
    form: Form
    first: int
    last: int

    @property
    def months(self) -> int:
        """How many months it lasts."""
        return self.last - self.first + 1

    @property
    def season(self) -> tuple[Form, int, int]:
        """What must be equal for two periods to be compared: form, first month, length."""
        return (self.form, self.first % 12, self.months)


def period(text: str) -> Period:
    """The period that a text names. Raises DataError when it is none of the four forms."""
    for form, shape in _SHAPES:
        found = shape.fullmatch(text)
        if found:
            first, last = _months(form, *(int(part) for part in found.groups()))
            if first <= last:
                return Period(text, form, first, last)
    raise DataError(
        f"Période illisible\u00a0: «\u00a0{text}\u00a0».",
        hint="Formes admises\u00a0: 2024-12, 2024-T4, 2024 ou 2023/2025.",
    )


def _months(form: Form, year: int, rest: int = 0) -> tuple[int, int]:
    """First and last month of a period from its numbers."""
    january = year * 12
    if form == "month":
        return january + rest - 1, january + rest - 1
    if form == "quarter":
        return january + 3 * rest - 3, january + 3 * rest - 1
    return january, (rest or year) * 12 + 11


def crossed(start: str, end: str, breaks: Iterable[Break], *, census: bool = False) -> Break | None:
    """The first registered break between two periods, or inside either: None when there is none.

    A break bears the first period of the new regime: it separates a start that begins before
    it from an end that reaches it.
    """
    begun = period(start).first
    reached = period(end).first if census else period(end).last
    between = [mark for mark in breaks if begun < period(mark.at).first <= reached]
    return min(between, key=lambda mark: (period(mark.at).first, mark.id)) if between else None


def _instant(text: str, *, census: bool) -> float:
    """When a period stands, in months: end of a month, 1 January of the census, else the middle."""
    found = period(text)
    if found.form == "month":
        return float(found.last + 1)
    if census and found.form == "year":
        return float(found.first)
    return (found.first + found.last + 1) / 2


def denominator_period(
    numerator: str,
    available: Iterable[str],
    *,
    numerator_census: bool = False,
    census: bool = True,
    farthest: int = FARTHEST,
) -> str | Absence:
    """The numerator's own period, else the newest at most `farthest` months away on any side.

    `census` (the usual denominator) and `numerator_census` say whose years mean 1 January.
    A count of 31 December 2024 is 24 months from the census of 1 January 2023: allowed.
    """
    when = _instant(numerator, census=numerator_census)
    dated = [(_instant(text, census=census), text) for text in available]
    same = [text for date, text in dated if text == numerator or date == when]
    if same:
        return numerator if numerator in same else same[0]
    near = [(date, text) for date, text in dated if abs(date - when) <= farthest]
    if near:
        return max(near)[1]
    return Absence(
        "not_published",
        f"aucun dénominateur publié à {farthest}\u00a0mois au plus du numérateur",
    )


def same_champ(numerator: str, denominator: str) -> Absence | None:
    """None when two numbers cover the same territory, else why no ratio is made of them."""
    if numerator == denominator:
        return None
    covered = [champ or "non précisé" for champ in (numerator, denominator)]
    return Absence(
        "not_applicable",
        f"champs différents, «\u00a0{covered[0]}\u00a0» au numérateur, "
        f"«\u00a0{covered[1]}\u00a0» au dénominateur",
    )
