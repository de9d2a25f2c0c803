"""Chance variation: how far a count or a rate would move if the same year were lived again.

Administrative counts are exhaustive: these limits express variability, not sampling error, and
are printed as such. Numbers estimated by the census take none (their precision is not
published). Each envelope joins chance with rounding: limits at both ends of the interval.
"""

from __future__ import annotations

from math import ceil, exp, floor, lgamma, log, sqrt
from statistics import NormalDist

from diagnostic.indicators.arithmetic import (
    DOUBTFUL_DENOMINATOR,
    ZERO_DENOMINATOR,
    Value,
    exact,
    ratio,
)
from diagnostic.model import Absence, Measure

TAIL = 0.025
Z95 = NormalDist().inv_cdf(1 - TAIL)
BYAR_FROM = 10  # events from which Byar's approximation replaces the exact limits
STEPS = 100  # halvings of a bisection: far below the precision of a float


def wilson(events: float, trials: float) -> tuple[float, float]:
    """95 % limits of the proportion events / trials (Wilson, 1927), from 0 to 1.

    Events beyond the trials, which a rounding may show, count as all of them; without trials
    any proportion is possible.
    """
    if trials <= 0:
        return (0.0, 1.0)
    share = min(max(events / trials, 0.0), 1.0)
    spread = Z95 * sqrt(share * (1 - share) / trials + Z95**2 / (4 * trials**2))
    centre = share + Z95**2 / (2 * trials)
    shrink = 1 + Z95**2 / trials
    return (max(0.0, (centre - spread) / shrink), min(1.0, (centre + spread) / shrink))


def byar(events: float) -> tuple[float, float]:
    """95 % limits of an expected count (Byar's approximation, Breslow & Day, 1987)."""
    more = events + 1
    upper = more * (1 - 1 / (9 * more) + Z95 / (3 * sqrt(more))) ** 3
    if events <= 0:
        return (0.0, upper)
    lower = events * (1 - 1 / (9 * events) - Z95 / (3 * sqrt(events))) ** 3
    return (max(0.0, lower), upper)


def poisson_exact(events: float) -> tuple[float, float]:
    """95 % limits of an expected count by the exact Poisson tails (Garwood, 1936).

    A number of events that is not whole (a bound of a mean) is widened to the whole ones.
    """
    fewest, most = max(0, floor(events)), max(0, ceil(events))
    lower = _mean_where(fewest - 1, 1 - TAIL, float(fewest)) if fewest else 0.0
    return (lower, _mean_where(most, TAIL, most + 10 * sqrt(most + 1) + 10))


def _mean_where(events: int, probability: float, highest: float) -> float:
    """The mean, under `highest`, at which P(X ≤ events) equals `probability`: by bisection."""
    low, high = 0.0, highest
    for _ in range(STEPS):
        middle = (low + high) / 2
        if _cumulative(events, middle) > probability:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _cumulative(events: int, mean: float) -> float:
    """P(X ≤ events) for a Poisson law."""
    return sum(exp(k * log(mean) - mean - lgamma(k + 1)) for k in range(events + 1))


def poisson(events: float) -> tuple[float, float]:
    """95 % limits of an expected count: Byar from 10 events, exact below."""
    return byar(events) if events >= BYAR_FROM else poisson_exact(events)


def chance_proportion(numerator: Value, denominator: Value, factor: float = 100.0) -> Value:
    """A share (numerator inside denominator) × factor, with rounding and chance enveloped."""
    share = ratio(numerator, denominator, factor, nested=True)
    if isinstance(numerator, Absence) or isinstance(denominator, Absence):
        return share
    if isinstance(share, Absence):
        return share
    lower = wilson(numerator.lower, denominator.upper)[0] * factor
    upper = wilson(numerator.upper, denominator.lower)[1] * factor
    return Measure(share.value, min(share.lower, lower), max(share.upper, upper))


def chance_rate(numerator: Value, denominator: Value, factor: float = 1000.0) -> Value:
    """Events per `factor` of a population, with rounding and chance enveloped.

    The mean of three years is the total of their events over the total of their populations.
    """
    if isinstance(numerator, Absence):
        return numerator
    if isinstance(denominator, Absence):
        return denominator
    if denominator.lower <= 0:
        return DOUBTFUL_DENOMINATOR if denominator.upper > 0 else ZERO_DENOMINATOR
    return Measure(
        numerator.value / denominator.value * factor,
        poisson(numerator.lower)[0] / denominator.upper * factor,
        poisson(numerator.upper)[1] / denominator.lower * factor,
    )


def chance_count(number: Value) -> Value:
    """A count of events with rounding and chance enveloped."""
    return chance_rate(number, exact(1), 1.0)
