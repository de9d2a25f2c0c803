"""Periods in French: from ISO texts (« 2024-12 », « 2024-T4 », « 2023/2025 ») to words."""

from __future__ import annotations

import re

from diagnostic.errors import DataError
from diagnostic.wording import grammar, numbers
from diagnostic.wording.typography import DASH, NBSP

MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
    "octobre", "novembre", "décembre",
)  # fmt: skip
_SHORT_MONTHS = (
    "janv.", "févr.", "mars", "avr.", "mai", "juin", "juill.", "août", "sept.", "oct.", "nov.",
    "déc.",
)  # fmt: skip
_PERIOD = re.compile(
    r"(?P<year>\d{4})"
    r"(?:-T(?P<quarter>[1-4])|-(?P<month>0[1-9]|1[0-2])(?:-(?P<day>0[1-9]|[12]\d|3[01]))?"
    r"|/(?P<until>\d{4}))?"
)


def text(period: str) -> str:
    """The period as a label: « décembre 2024 », « 4ᵉ trimestre 2024 », « 2023 », « 2023–2025 ».

    Raises DataError for a period that is none of the ISO forms.
    """
    part = _read(period)
    year = part["year"]
    if part["until"]:
        return f"{year}{DASH}{part['until']}"
    if part["quarter"]:
        return f"{numbers.ordinal(int(part['quarter']))}{NBSP}trimestre{NBSP}{year}"
    if part["day"]:
        day = "1ᵉʳ" if part["day"] == "01" else str(int(part["day"]))
        return f"{day}{NBSP}{_month(part)}{NBSP}{year}"
    return f"{_month(part)}{NBSP}{year}" if part["month"] else year


def short(period: str) -> str:
    """The period where room is scarce: « déc. 2024 », « T4 2024 », « 2023–25 », « 2023 »."""
    part = _read(period)
    year = part["year"]
    if part["until"]:
        return f"{year}{DASH}{part['until'][2:]}"
    if part["quarter"]:
        return f"T{part['quarter']}{NBSP}{year}"
    if part["month"] and not part["day"]:
        return f"{_SHORT_MONTHS[int(part['month']) - 1]}{NBSP}{year}"
    return text(period)


def during(period: str) -> str:
    """The period in a sentence: « en décembre 2024 », « au 4ᵉ trimestre 2024 », « en 2023 »,
    « de 2023 à 2025 », « au 1ᵉʳ janvier 2025 ».
    """
    part = _read(period)
    if part["until"]:
        return f"de {part['year']} à {part['until']}"
    return f"{'au' if part['quarter'] or part['day'] else 'en'} {text(period)}"


def between(start: str, end: str) -> str:
    """Two periods compared: « entre décembre 2020 et décembre 2024 », « entre le 4ᵉ trimestre
    2015 et le 4ᵉ trimestre 2024 ».
    """
    return f"entre {_defined(start)} et {_defined(end)}"


def _defined(period: str) -> str:
    """The period with the article that a quarter or a day takes."""
    part = _read(period)
    return f"{'le ' if part['quarter'] or part['day'] else ''}{text(period)}"


def extent(first: str, last: str) -> str:
    """All the periods from `first` to `last` in a label: « 2008–2025 », « T4 2015 à T4 2024 »."""
    if first == last:
        return text(first)
    if re.fullmatch(r"\d{4}", first) and re.fullmatch(r"\d{4}", last):
        return f"{first}{DASH}{last}"
    return f"{short(first)} à {short(last)}"


def several(periods: list[str] | tuple[str, ...]) -> str:
    """The periods used of one dataset, sorted, each once: one, two, or their extent."""
    ordered = sorted(set(periods))
    if len(ordered) > 2:
        return extent(ordered[0], ordered[-1])
    return grammar.enumeration([text(period) for period in ordered])


def years(start: str, end: str) -> int:
    """Whole years from `start` to `end` (first years of spans); months and quarters are ignored."""
    return int(_read(end)["year"]) - int(_read(start)["year"])


def elapsed(start: str, end: str) -> str:
    """« en quinze ans », « en un an »; "" when both stand in the same year."""
    span = years(start, end)
    return f"en {numbers.letters(span)} {'ans' if span > 1 else 'an'}" if span > 0 else ""


def edition(month: str) -> str:
    """The month of an edition: « novembre 2026 » for "2026-11"."""
    return text(month)


def _read(period: str) -> dict[str, str]:
    match = _PERIOD.fullmatch(period)
    if match is None:
        raise DataError(
            f"la période « {period} » n’est pas lisible",
            hint="Formes admises : 2023, 2024-12, 2024-T4, 2023/2025, 2025-01-01.",
        )
    return {name: value or "" for name, value in match.groupdict().items()}


def _month(part: dict[str, str]) -> str:
    return MONTHS[int(part["month"]) - 1]
