"""Axes: values placed in millimetres, and the round numbers that stand beside them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from diagnostic.wording import numbers


@dataclass(frozen=True, slots=True)
class Scale:
    """A straight scale from values `low`–`high` to millimetres `start`–`end`."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Where the value stands; outside the ends when the value is."""
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)

    def within(self, value: float) -> float:
        """Where the value stands, held at the nearer end when it is off the scale."""
        return self(min(max(value, self.low), self.high))


def step(span: float, most: int) -> float:
    """The smallest 1, 2 or 5 times a power of ten that cuts `span` in at most `most` parts."""
    if span <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(span / most))
    return next(power * k for k in (1, 2, 5, 10, 20) if span / (power * k) <= most * (1 + 1e-9))


def round_out(low: float, high: float, unit: float) -> tuple[float, float]:
    """The multiples of `unit` that enclose low–high, never the same twice."""
    first = math.floor(low / unit + 1e-9)
    last = max(math.ceil(high / unit - 1e-9), first + 1)
    return round(first * unit, 10), round(last * unit, 10)


def ticks(low: float, high: float, unit: float) -> tuple[float, ...]:
    """The multiples of `unit` from low to high."""
    first, last = math.ceil(low / unit - 1e-9), math.floor(high / unit + 1e-9)
    return tuple(round(n * unit, 10) for n in range(first, last + 1))


def axis(low: float, high: float, most: int, *, zero: bool = False) -> tuple[float, float, float]:
    """Round ends and step of an axis over low–high; from 0 when `zero` and nothing is below."""
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if high <= low:
        high = low + (abs(low) or 1.0)
    unit = step(high - low, most)
    first, last = round_out(low, high, unit)
    return first, last, unit


def label(value: float, unit: float) -> str:
    """An axis number with the decimals that its step needs."""
    decimals = max(0, -math.floor(math.log10(unit) + 1e-9))
    return numbers.number(value, decimals)


def exact(values: Sequence[float], *, sign: bool = False) -> tuple[str, ...]:
    """The values with the fewest decimals that print each as it is, three at most."""
    fewest = next((n for n in range(3) if all(abs(round(v, n) - v) < 1e-9 for v in values)), 3)
    return tuple(numbers.number(value, fewest, sign=sign) for value in values)
