"""What one cell of somebody's file says: a number, a period or a level in our form, or nothing."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import get_args

from diagnostic.model import Level

# How producers name levels in a column, beside our own names.
LEVELS: dict[str, Level] = {
    "com": "commune",
    "arm": "commune",
    "iris": "iris",
    "arr": "arrondissement",
    "dep": "departement",
    "département": "departement",
    "reg": "region",
    "région": "region",
    "france entière": "france",
    "ze": "zone_emploi",
    "zone d'emploi": "zone_emploi",
}

_OURS = frozenset(get_args(Level))
_SPACES = " \u00a0\u202f"
_GROUPS = re.compile(rf"[+-]?\d{{1,3}}([{_SPACES}]\d{{3}})+(?=\D|$)", re.ASCII)
_PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
NUMERIC = re.compile(rf"[+-]?\d[\d{_SPACES}]*(?P<rest>([.,]\d+)*)", re.ASCII)
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})([ T]00:00(:00)?)?", re.ASCII)
_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
_MONTH = re.compile(r"(\d{4})[-/M ](\d{1,2})|(\d{1,2})/(\d{4})", re.ASCII)
_QUARTER = re.compile(r"(\d{4})[- ]?[TQ]([1-4])|[TQ]([1-4])[- ](\d{4})", re.ASCII)
_YEAR = re.compile(r"((?:19|20|21)\d{2})(\.0+)?", re.ASCII)


def number(text: str, decimals: Collection[str]) -> str | None:
    """The number that `text` writes, with a point, or None; `decimals` are the signs allowed.

    Thousands may be set apart by spaces. No sign of a unit, no "NA": those are words.
    """
    text = text.strip().replace("\u2212", "-")
    if groups := _GROUPS.match(text):
        text = re.sub(f"[{_SPACES}]", "", groups[0]) + text[groups.end() :]
    if "." in text and "." not in decimals:
        return None
    if "," in text and "," in decimals and "." not in text:
        text = text.replace(",", ".", 1)
    return text if _PLAIN.fullmatch(text) else None


def period(text: str, clock: str) -> str | None:
    """The period that `text` writes, in our form ("2024", "2024-12", "2024-T4"), or None.

    `clock` is how long it is to be, "" as it is written (a day is then its month). A month or a
    day is within its quarter and its year; a year is no month.
    """
    text = text.strip()
    if found := _YEAR.fullmatch(text):
        return found[1] if clock in {"", "year"} else None
    if found := _QUARTER.fullmatch(text):
        year, quarter = (found[1], found[2]) if found[1] else (found[4], found[3])
        return None if clock == "month" else _within(year, int(quarter) * 3, clock or "quarter")
    if found := _ISO.fullmatch(text):
        return _within(found[1], int(found[2]), clock or "month", int(found[3]))
    if found := _DAY.fullmatch(text):
        return _within(found[3], int(found[2]), clock or "month", int(found[1]))
    if found := _MONTH.fullmatch(text):
        year, month = (found[1], found[2]) if found[1] else (found[4], found[3])
        return _within(year, int(month), clock or "month")
    return None


def _within(year: str, month: int, clock: str, day: int = 1) -> str | None:
    if not 1 <= month <= 12 or not 1 <= day <= 31:
        return None
    if clock == "year":
        return year
    return f"{year}-T{(month + 2) // 3}" if clock == "quarter" else f"{year}-{month:02}"


def level(text: str, words: Mapping[str, str]) -> str | None:
    """The level that a word of a column tells, by the mapping's words, else by usual ones."""
    plain = " ".join(text.split())
    if plain in words:
        return words[plain]
    plain = plain.casefold().replace("’", "'")
    return LEVELS.get(plain) or (plain if plain in _OURS else None)
