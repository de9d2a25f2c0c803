"""What lacks: the quantity that would bring a rate to a reference, the units that have none."""

from __future__ import annotations

from collections.abc import Sequence

from diagnostic.indicators.arithmetic import Value
from diagnostic.model import Absence, Measure

NO_COMMUNE = Absence("not_applicable", "se compte sur les communes d’un EPCI ou d’un département")


def shortfall(rate: Value, reference: Value, base: Value, factor: float = 100.0) -> Value:
    """max(0, reference − rate) / factor × base: what would bring the rate to the reference.

    `factor` is that of both rates (100 for places pour 100 enfants), `base` what they are rates
    of. An arithmetic scenario, neither a target nor a need (domain method, places de référence).
    Never under 0: a rate above the reference lacks nothing.
    """
    if isinstance(rate, Absence):
        return rate
    if isinstance(reference, Absence):
        return reference
    if isinstance(base, Absence):
        return base
    return Measure(
        max(0.0, reference.value - rate.value) / factor * base.value,
        max(0.0, reference.lower - rate.upper) / factor * max(0.0, base.lower),
        max(0.0, reference.upper - rate.lower) / factor * base.upper,
    )


def without(communes: Sequence[Sequence[Value]]) -> Value:
    """How many communes have none of what is counted; each gives one number a kind of thing.

    A commune counts when all its numbers are 0. A rounded 0 may hide a few: such a commune is in
    the upper bound alone of those that surely have none. A commune with a number missing, and no
    other that shows it has some, makes the count unknown: an empty row is no zero.
    """
    published = sure = possible = unknown = 0
    for numbers in communes:
        known = [number for number in numbers if isinstance(number, Measure)]
        if any(number.lower > 0 for number in known):
            continue
        if len(known) < len(numbers):
            unknown += 1
            continue
        published += all(number.value == 0 for number in known)
        sure += all(number.upper == 0 for number in known)
        possible += 1
    if not communes:
        return NO_COMMUNE
    if unknown:
        return Absence(
            "unknown",
            "la source ne dit rien de la commune"
            if len(communes) == 1
            else f"la source ne dit rien pour {unknown} des {len(communes)} communes",
        )
    return Measure(float(published), float(sure), float(possible))
