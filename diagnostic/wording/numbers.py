"""French numbers: digits, signs, units, intervals, ordinals, counts of things."""

from __future__ import annotations

import math
import re
from decimal import ROUND_HALF_UP, Context, Decimal

from diagnostic.model import SIGNS, Show, Status
from diagnostic.wording import grammar
from diagnostic.wording.typography import DASH, MINUS, NBSP, THIN

_LETTERS = (
    "zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix",
    "onze", "douze", "treize", "quatorze", "quinze", "seize",
)  # fmt: skip
# Float arithmetic leaves noise after some 15 digits: 57/200 is 28.499999999999996 %, hence a tie.
_NOISE = Context(prec=12)


def number(value: float | Decimal, decimals: int = 0, *, sign: bool = False) -> str:
    """`value` with `decimals` decimals, ties away from zero: « 1 312 000 », « 8,0 », « −3 ».

    `sign` is for differences: « + 2,1 », « − 54 » with a thin space, and no sign on a zero.
    Raises ValueError for a value that is not finite: an absence is never printed by this door.
    """
    if not math.isfinite(value):
        raise ValueError(f"not a finite number: {value}")
    rounded = _NOISE.create_decimal(str(value)).quantize(
        Decimal(1).scaleb(-decimals), ROUND_HALF_UP
    )
    digits = f"{abs(rounded):,.{decimals}f}".replace(",", THIN).replace(".", ",")
    if rounded == 0:
        return digits
    mark = MINUS if rounded < 0 else "+" if sign else ""
    return f"{mark}{THIN}{digits}" if sign else f"{mark}{digits}"


def percent(value: float, decimals: int = 1, *, sign: bool = False) -> str:
    """« 12,3 % »; `value` is already out of 100."""
    return f"{number(value, decimals, sign=sign)}{NBSP}%"


def points(value: float, decimals: int = 1, *, sign: bool = True) -> str:
    """A difference between two percentages: « + 2,1 points », « − 1,8 point »."""
    return with_unit(number(value, decimals, sign=sign), "points")


def euros(value: float, decimals: int = 0, *, sign: bool = False) -> str:
    """« 19 670 € », « 4,85 € »."""
    return f"{number(value, decimals, sign=sign)}{NBSP}€"


def large_euros(value: float, decimals: int = 1) -> str:
    """An amount in the largest unit that fits: « 1 250 € », « 3,4 M€ », « 1,2 Md€ »."""
    for scale, unit in ((1e9, "Md€"), (1e6, "M€")):
        if abs(value) >= scale:
            return f"{number(value / scale, decimals)}{NBSP}{unit}"
    return euros(value)


def with_unit(text: str, unit: str) -> str:
    """A number already set (`text`) followed by its unit, singular under 2: « 1,8 place ».

    `unit` is written in the plural, as specs do; "" gives `text` alone. The number as printed
    decides: 1,96 printed « 2,0 » takes the plural.
    """
    if not unit:
        return text
    return f"{text}{NBSP}{unit if _is_plural(text) else grammar.singular(unit)}"


def count(value: float, noun: str, decimals: int = 0) -> str:
    """`noun`, given in the singular, counted: « 24 communes », « 1 commune », « 0 commune »."""
    text = number(value, decimals)
    return f"{text}{NBSP}{grammar.plural(noun) if _is_plural(text) else noun}"


def letters(value: int, *, feminine: bool = False) -> str:
    """A small whole number in letters (« deux », « une »), in digits from 17."""
    if value == 1 and feminine:
        return "une"
    return _LETTERS[value] if 0 <= value < len(_LETTERS) else number(value)


def ordinal(rank: int, *, feminine: bool = False) -> str:
    """« 1ᵉʳ », « 1ʳᵉ », « 2ᵉ », with superscript letters that need no markup."""
    first = "ʳᵉ" if feminine else "ᵉʳ"
    return f"{number(rank)}{first if rank == 1 else 'ᵉ'}"


def approx(value: float, decimals: int = 0) -> str:
    """« ≈ 11 »."""
    return f"≈{NBSP}{number(value, decimals)}"


def interval(lower: float, upper: float, decimals: int = 0) -> str:
    """Bounds for a table: « 22,0–22,1 »; one number when both print alike.

    A dash beside a minus is unreadable: « −19 à −17 ».
    """
    low, high = number(lower, decimals), number(upper, decimals)
    if low == high:
        return low
    return f"{low} à {high}" if MINUS in low + high else f"{low}{DASH}{high}"


def between(lower: float, upper: float, decimals: int = 0, unit: str = "") -> str:
    """Bounds in words: « entre 12,4 % et 14,6 % », « entre 33 et 37 foyers ».

    Signs (%, €) follow both bounds, other units the second. When both bounds print alike,
    the number alone with its unit.
    """
    low, high = number(lower, decimals), number(upper, decimals)
    last = with_unit(high, unit)
    if low == high:
        return last
    if unit.startswith(("%", "‰", "€")):
        low = f"{low}{NBSP}{unit[0]}"
    return f"entre {low} et {last}"


def shown(value: float | None, status: Status, show: Show, decimals: int = 0) -> str:
    """The text of a printed figure: number, « ≈ 11 », « n.s. » or the sign of its absence.

    Raises ValueError when a figure that shows a number has none.
    """
    if show in ("ns", "cut"):
        return SIGNS[show]
    if show == "absent":
        return SIGNS[status]
    if value is None:
        raise ValueError(f"a figure that shows « {show} » needs a value")
    return approx(value, decimals) if show == "approx" else number(value, decimals)


def _is_plural(text: str) -> bool:
    digits = re.sub(r"[^\d,]", "", text).replace(",", ".")
    return grammar.is_plural(float(digits))
