"""How a number may be shown: plainly, with ≈, or not at all; with how many decimals.

The precision printed is the one that the rounding interval allows. Chance variation is printed
beside a number and never takes its decimals away.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import NamedTuple

from diagnostic.indicators.arithmetic import TOLERANCE, Value
from diagnostic.model import Absence, Kind, Measure, Show

FRAGILE_UNDER = 200  # Insee's advice on census counts: the number counted, not the population
NOT_SIGNIFICANT = 0.20  # relative half-width of a count of 10 rounded to 5: n.s. from there
APPROXIMATE = 0.05  # that of a count of 40: ≈ beyond
WIDEST = 1.0  # width of an interval, in the unit printed, that still bears a decimal
SMALL_MEAN = 20  # below, a mean of counts keeps a decimal
SMALL_AMOUNT = 100  # below, an amount shows its cents (€ per hour)
NOISE = Context(prec=12)  # a float keeps some 15 digits: 57/200 is 28.499999999999996 %
TOO_SMALL = "effectif trop petit, l’arrondi y pèse 20\u00a0% ou plus"


class Display(NamedTuple):
    """How to show a number. `reason` is never empty when `show` is ns or absent."""

    show: Show
    decimals: int
    reason: str = ""


class Floor(NamedTuple):
    """A number under which no rate is shown: Floor(inhabitants, 200, "habitants")."""

    value: float
    minimum: float
    noun: str


def displayed(value: float, decimals: int) -> float:
    """The value as it is printed: half a unit goes up, as in school (2,675 → 2,68)."""
    unit = Decimal(1).scaleb(-decimals)
    return float(NOISE.create_decimal(repr(float(value))).quantize(unit, ROUND_HALF_UP))


def decimals_within(number: Measure, widest: float = WIDEST) -> int:
    """One decimal when the interval is at most `widest` wide, none otherwise."""
    return 1 if number.upper - number.lower <= widest + TOLERANCE else 0


def decimals_for(kind: Kind, value: float) -> int:
    """Decimals of a number that is no computed rate: none for counts, one for rates, indices.

    A number of which nobody said the kind keeps the decimals it has, two at most.
    """
    if kind == "unknown":
        return next((n for n in (0, 1) if round(value, n) == value), 2)
    if kind in {"rate", "ratio", "index"}:
        return 1
    if kind == "mean":
        return 1 if abs(value) < SMALL_MEAN else 0
    if kind in {"amount", "median"}:
        return 2 if abs(value) < SMALL_AMOUNT else 0
    return 0


def display_value(number: Value, kind: Kind) -> Display:
    """A count, an amount, a median or a published rate.

    A published 0 that may hide a few is approximate, never a plain 0.
    """
    if isinstance(number, Absence):
        return Display("absent", 0, number.reason)
    doubtful = number.value == 0 and number.upper > 0
    return Display("approx" if doubtful else "plain", decimals_for(kind, number.value))


def display_derived(number: Value) -> Display:
    """A count worked out from others: ≈ where its interval reaches more than 5 % around it."""
    if isinstance(number, Absence):
        return Display("absent", 0, number.reason)
    return Display("approx" if _blur(number) > APPROXIMATE + TOLERANCE else "plain", 0)


def display_rate(
    rate: Value,
    numerator: Value,
    denominator: Value,
    *,
    floors: Sequence[Floor] = (),
    summed: bool = False,
    strict: bool = False,
    widest: float = WIDEST,
) -> Display:
    """A rate computed from published counts; `rate` bears its rounding interval alone.

    What counts is the relative half-width of the less precise count. For one cell rounded to
    the nearest 5 that is: 10 or less, n.s.; 15 to 35, ≈ and no decimal; 40 or more, plain with
    one. `summed` (a sum over territories) is plain from there on, its decimals those that the
    interval bears; `strict` lets the interval decide for single cells too. Exact counts are
    plain. Under one of the `floors` (30 children, 200 inhabitants) nothing is shown.
    """
    for term in (numerator, denominator):
        if isinstance(term, Absence):
            return Display("absent", 0, term.reason)
    for floor in floors:
        if floor.value < floor.minimum:
            return Display("ns", 0, f"moins de {floor.minimum:.0f}\u00a0{floor.noun}")
    blur = max(_blur(term) for term in (numerator, denominator) if isinstance(term, Measure))
    if blur >= NOT_SIGNIFICANT - TOLERANCE:
        return Display("ns", 0, TOO_SMALL)
    if isinstance(rate, Absence):
        return Display("absent", 0, rate.reason)
    if blur > APPROXIMATE + TOLERANCE and not summed:
        return Display("approx", 0)
    return Display("plain", decimals_within(rate, widest) if summed or strict else 1)


def _blur(count: Measure) -> float:
    """Relative half-width of a count: 0 when exact, 1 when it may be 0."""
    if count.upper == count.lower:
        return 0.0
    return (count.upper - count.lower) / 2 / count.value if count.value > 0 else 1.0


def fragile(number: Value, kind: Kind) -> bool:
    """Whether a number is a census estimate under 200: shown, never ranked, without verdict."""
    return kind == "estimate" and isinstance(number, Measure) and number.value < FRAGILE_UNDER


def flags(
    rate: Value,
    numerator: Value,
    kind: Kind = "count",
    *,
    nested: bool = False,
    cells: int = 1,
    factor: float = 100.0,
) -> tuple[str, ...]:
    """Machine words on a figure: over_100, published_zero, sum_of_rounded, fragile.

    `kind` and `cells` are the numerator's. A ratio "pour 100" may pass 100: flagged, not capped.
    """
    words: list[str] = []
    if isinstance(rate, Measure) and not nested and factor == 100.0 and rate.value > factor:
        words.append("over_100")
    if isinstance(numerator, Measure) and numerator.lower < numerator.upper:
        if numerator.value == 0:
            words.append("published_zero")
        if cells > 1:
            words.append("sum_of_rounded")
    if fragile(numerator, kind):
        words.append("fragile")
    return tuple(words)
