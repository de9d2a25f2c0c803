"""A second arithmetic: limits of chance, French rounding, ranks, written from the method notes."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

Z = 1.959963984540054
THIN, NBSP, MINUS, DASH = "\u202f", "\u00a0", "\u2212", "\u2013"


def wilson(events: float, trials: float) -> tuple[float, float]:
    """Wilson's 95 % limits: the roots of (p̂ − p)² = z² p (1 − p) / n."""
    share = min(1.0, events / trials)
    a = 1 + Z * Z / trials
    b = -(2 * share + Z * Z / trials)
    root = math.sqrt(max(0.0, b * b - 4 * a * share * share))
    return max(0.0, (-b - root) / (2 * a)), min(1.0, (-b + root) / (2 * a))


def poisson(events: float) -> tuple[float, float]:
    """95 % limits of a count: Byar from 10 events, the exact Poisson tails below."""
    if events >= 10:
        low = events * (1 - 1 / (9 * events) - Z / 3 / math.sqrt(events)) ** 3
        high = (events + 1) * (1 - 1 / (9 * (events + 1)) + Z / 3 / math.sqrt(events + 1)) ** 3
        return low, high
    few, many = math.floor(events), math.ceil(events)
    low = _solve(lambda mean: 1 - _at_most(few - 1, mean), 0.025) if few else 0.0
    return low, _solve(lambda mean: 1 - _at_most(many, mean), 0.975)


def _at_most(events: int, mean: float) -> float:
    term = total = math.exp(-mean)
    for k in range(1, events + 1):
        term *= mean / k
        total += term
    return total


def _solve(growing: Callable[[float], float], wanted: float) -> float:
    low, high = 0.0, 60.0
    for _ in range(80):
        middle = (low + high) / 2
        if growing(middle) < wanted:
            low = middle
        else:
            high = middle
    return low


def half_up(value: Fraction | float, decimals: int = 0) -> Fraction:
    """The value as printed: half a unit goes away from zero, on the exact number."""
    exact = value if isinstance(value, Fraction) else Fraction(repr(float(f"{value:.12g}")))
    scaled = abs(exact) * 10**decimals
    whole = math.floor(scaled + Fraction(1, 2))
    return Fraction(whole if exact >= 0 else -whole, 10**decimals)


def french(value: Fraction | float, decimals: int = 0, *, sign: bool = False) -> str:
    """« 1 312 000 », « 8,0 », « −3 », and with a sign « + 2,1 »."""
    printed = half_up(value, decimals)
    number = Decimal(abs(printed).numerator) / Decimal(abs(printed).denominator)
    digits = str(number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))
    whole, _, rest = digits.partition(".")
    groups: list[str] = []
    while whole:
        groups.insert(0, whole[-3:])
        whole = whole[:-3]
    text = THIN.join(groups) + ("," + rest if rest else "")
    if printed == 0:
        return text
    mark = MINUS if printed < 0 else "+" if sign else ""
    return f"{mark}{THIN}{text}" if sign else f"{mark}{text}"


def span(low: Fraction | float, high: Fraction | float, decimals: int) -> str:
    """« 22,0–22,1 », « −2,1 à −1,9 », or one number when both print alike."""
    first, last = french(low, decimals), french(high, decimals)
    if first == last:
        return first
    return f"{first} à {last}" if MINUS in first + last else f"{first}{DASH}{last}"


def signed_gap(value: Fraction | float, unit: str) -> str:
    """« + 2,1 points », « − 1,8 point », « − 12 % »."""
    decimals = 1 if unit == "points" else 0
    text = french(value, decimals, sign=True)
    if unit == "points" and abs(half_up(value, decimals)) < 2:
        unit = "point"
    return f"{text}{NBSP}{unit}"


def printed(text: str) -> Fraction:
    """The number that a reader reads in « ≈ 1 234,5 »."""
    plain = "".join(sign for sign in text if sign.isdigit() or sign in ",−")
    return Fraction(plain.replace(",", ".").replace("−", "-"))


def place(
    own: tuple[Fraction, float, float], others: Iterable[tuple[Fraction, float, float]]
) -> tuple[int, int, int, bool]:
    """Position from the highest, best and worst rank, tie: (value as printed, lower, upper)."""
    value, lower, upper = own
    rest = list(others)
    position = 1 + sum(other[0] > value for other in rest)
    surely = sum(other[1] > upper for other in rest)
    maybe = sum(other[2] > lower for other in rest)
    tied = any(other[0] == value for other in rest)
    return position, min(1 + surely, position), max(1 + maybe, position), tied
