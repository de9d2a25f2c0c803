"""Interval arithmetic: roundings, sums, means, ratios, differences, ratios of sums.

The bounds of every result hold the true value whenever the bounds of the terms do: no
independence is supposed, except by the likely interval of a sum, which says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum, inf, sqrt

from diagnostic.model import (
    PRESENT,
    SUMMABLE,
    Absence,
    Kind,
    Measure,
    Observation,
    Rounding,
    RoundingRule,
    Status,
)

Value = Measure | Absence

COVERAGE_FLOOR = 0.90  # share of the reference population below which a rate is refused
ZERO_SHARE = 0.10  # share of published zeros from which the likely interval is not stated
TWO_SIDED_95 = 1.96
TOLERANCE = 1e-9  # what floating sums may lose; no threshold is meant to that precision

REASONS: dict[Status, str] = {
    "bounded": "seule une borne est publiée",
    "masked": "nombre masqué par le producteur",
    "secret": "couvert par le secret statistique",
    "not_published": "non publié par le producteur à cette échelle",
    "not_applicable": "sans objet ici",
    "not_pulled": "donnée absente de cette édition",
    "unknown": "ligne vide dans la source, ce qui n’est pas un zéro",
}
NOT_SUMMABLE = Absence("not_applicable", "un taux, une médiane ou un indice ne s’additionne pas")
NOTHING_TO_SUM = Absence("unknown", "aucune valeur à additionner")
ZERO_DENOMINATOR = Absence("not_applicable", "le dénominateur est nul")
DOUBTFUL_DENOMINATOR = Absence("unknown", "le dénominateur publié peut être nul")


def exact(value: float) -> Measure:
    """A number published without rounding: both bounds are the value."""
    return Measure(float(value), float(value), float(value))


def measure(observation: Observation, reason: str = "") -> Value:
    """An observation as a number with bounds, or its absence worded (`reason` wins)."""
    value, status = observation.value, observation.status
    if value is None or status not in PRESENT:
        return Absence(status, reason or REASONS.get(status, REASONS["unknown"]))
    lower = value if observation.lower is None else observation.lower
    upper = value if observation.upper is None else observation.upper
    return Measure(float(value), float(min(lower, value)), float(max(upper, value)))


def rounding(
    published: float,
    step: float,
    rule: RoundingRule = "nearest",
    cells: int = 1,
    *,
    whole: bool = True,
) -> Measure:
    """What a number published to a multiple of `step` may have been.

    `cells` counts the rounded numbers that the published one sums (merged communes). A count
    (`whole`) rounded to 5 is within 2 (nearest), from 0 to 4 more (down), or within 4 (random:
    up or down to an adjacent multiple). For an even step the tie may go either way, so nearest
    allows half a step. A quantity that is not whole may be off by half a step, or a step.
    A published 0 is [0, 2] for a count rounded to the nearest 5: never "none".
    """
    below, above = reach(step, rule, whole=whole)
    least = 0.0 if published >= 0 else -inf
    return Measure(
        float(published), max(least, published - cells * below), float(published + cells * above)
    )


def reach(step: float, rule: RoundingRule, *, whole: bool = True) -> tuple[float, float]:
    """How far below and above one published cell the true number may lie."""
    integral = whole and step == int(step)
    half = step // 2 if integral else step / 2
    most = step - 1 if integral else step
    return {"nearest": (half, half), "down": (0.0, most), "random": (most, most)}[rule]


def scale(number: Value, factor: float) -> Value:
    """A number in another unit; `factor` is positive."""
    if isinstance(number, Absence):
        return number
    likely = number.likely and (number.likely[0] * factor, number.likely[1] * factor)
    return Measure(number.value * factor, number.lower * factor, number.upper * factor, likely)


def total(
    numbers: Sequence[Value],
    *,
    kind: Kind = "count",
    rounded_by: Rounding | None = None,
    cells: Sequence[int] | None = None,
) -> Value:
    """The sum of numbers of one kind, all known; one that is missing makes the sum missing.

    The full interval adds the bounds. The likely one, Σp ± 1,96·√(k·(step² − 1)/12), supposes k
    independent errors spread evenly over the step; it is stated only for rounding to the
    nearest (`rounded_by`) with fewer than 10 % published zeros, whose error is one-sided, and
    only where it is narrower than the full one. `cells` counts the rounded numbers in each
    term (0 for an exact one), one each when not given.
    """
    if kind not in SUMMABLE:
        return NOT_SUMMABLE
    if not numbers:
        return NOTHING_TO_SUM
    known = [number for number in numbers if isinstance(number, Measure)]
    if len(known) < len(numbers):
        return _incomplete(numbers)
    full = Measure(
        fsum(number.value for number in known),
        fsum(number.lower for number in known),
        fsum(number.upper for number in known),
    )
    counts = [1] * len(known) if cells is None else list(cells)
    return Measure(full.value, full.lower, full.upper, _likely(known, full, rounded_by, counts))


def _incomplete(numbers: Sequence[Value]) -> Absence:
    """Why a sum is missing: its one term's reason, or how many of its terms are missing."""
    missing = [number for number in numbers if isinstance(number, Absence)]
    if len(numbers) == 1:
        return missing[0]
    statuses = {absence.status for absence in missing}
    verb = "manque" if len(missing) == 1 else "manquent"
    noun = "valeur" if len(missing) == 1 else "valeurs"
    return Absence(
        missing[0].status if len(statuses) == 1 else "unknown",
        f"somme non calculée, {len(missing)}\u00a0{noun} sur {len(numbers)} {verb}",
    )


def _likely(
    known: Sequence[Measure], full: Measure, rounded_by: Rounding | None, cells: Sequence[int]
) -> tuple[float, float] | None:
    """The likely interval of a sum where it may be stated, inside the full one."""
    rounded = sum(cells)
    if rounded_by is None or rounded_by.rule != "nearest" or rounded == 0:
        return None
    zeros = sum(n for number, n in zip(known, cells, strict=True) if number.value == 0)
    if zeros >= ZERO_SHARE * rounded:
        return None
    reach = TWO_SIDED_95 * sqrt(rounded * (rounded_by.step**2 - 1) / 12)
    low, high = max(full.lower, full.value - reach), min(full.upper, full.value + reach)
    narrower = low > full.lower or high < full.upper
    return (low, high) if narrower else None


def mean(
    numbers: Sequence[Value],
    *,
    kind: Kind = "count",
    rounded_by: Rounding | None = None,
    cells: Sequence[int] | None = None,
) -> Value:
    """The mean of numbers over periods (three years of births), refused as their sum is.

    Rates and medians are never averaged.
    """
    summed = total(numbers, kind=kind, rounded_by=rounded_by, cells=cells)
    if isinstance(summed, Absence):
        return summed
    count = len(numbers)
    likely = summed.likely and (summed.likely[0] / count, summed.likely[1] / count)
    return Measure(summed.value / count, summed.lower / count, summed.upper / count, likely)


def ratio(
    numerator: Value, denominator: Value, factor: float = 100.0, *, nested: bool = False
) -> Value:
    """numerator / denominator × factor, within [n_lo / D_hi, n_hi / D_lo] × factor.

    `nested`: all that the numerator counts is in the denominator, so the result is capped at
    `factor`. Otherwise nothing is capped: more foyers than ménages is possible, and flagged.
    Refused when the denominator is, or may be, 0.
    """
    if isinstance(numerator, Absence):
        return numerator
    if isinstance(denominator, Absence):
        return denominator
    if denominator.lower <= 0:
        return DOUBTFUL_DENOMINATOR if denominator.upper > 0 else ZERO_DENOMINATOR
    cap = factor if nested else inf
    ends = [
        n / d * factor
        for n in (numerator.lower, numerator.upper)
        for d in (denominator.lower, denominator.upper)
    ]
    value = numerator.value / denominator.value * factor
    return Measure(min(value, cap), min(*ends, cap), min(max(ends), cap))


def ratio_with_complement(part: Value, rest: Value, factor: float = 100.0) -> Value:
    """part / (part + rest) × factor where both are published and tile the whole.

    [n_lo / (n_lo + r_hi), n_hi / (n_hi + r_lo)], tighter than the ratio to a rounded whole.
    Refused when both may be 0.
    """
    if isinstance(part, Absence):
        return part
    if isinstance(rest, Absence):
        return rest
    if part.lower + rest.lower <= 0:
        return DOUBTFUL_DENOMINATOR if part.upper + rest.upper > 0 else ZERO_DENOMINATOR
    return Measure(
        part.value / (part.value + rest.value) * factor,
        part.lower / (part.lower + rest.upper) * factor,
        part.upper / (part.upper + rest.lower) * factor,
    )


def difference(number: Value, other: Value) -> Value:
    """number − other, in the unit of both."""
    if isinstance(number, Absence):
        return number
    if isinstance(other, Absence):
        return other
    return Measure(
        number.value - other.value, number.lower - other.upper, number.upper - other.lower
    )


def relative_change(number: Value, reference: Value) -> Value:
    """(number / reference − 1) × 100, in %; refused when the reference is, or may be, 0."""
    quotient = ratio(number, reference, 1.0)
    if isinstance(quotient, Absence):
        return quotient
    return Measure(
        (quotient.value - 1) * 100, (quotient.lower - 1) * 100, (quotient.upper - 1) * 100
    )


def location_quotient(part: Value, whole: Value, part_ref: Value, whole_ref: Value) -> Value:
    """(n / N) / (n_ref / N_ref) × 100: 100 means as frequent as in the reference."""
    return ratio(ratio(part, whole, 1.0), ratio(part_ref, whole_ref, 1.0), 100.0)


def preferred(published: Value, recomputed: Value) -> tuple[Value, bool]:
    """The producer's own aggregate, else the recomputed one; True when it is recomputed."""
    derived = isinstance(published, Absence) and isinstance(recomputed, Measure)
    return (recomputed, True) if derived else (published, False)
