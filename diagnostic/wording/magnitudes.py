"""Orders of magnitude in words, said only when the whole interval bears them out."""

from __future__ import annotations

from diagnostic.wording import numbers
from diagnostic.wording.typography import NBSP

# « près de » covers the tenth just under a landmark, for a share 3 points at most: 84 % is far from
# nine tenths. « environ » covers one hundredth on each side.
_NEAR = 0.9
_CLOSE = 0.03
_ABOUT = 0.01
# A bound computed in floats may pass its landmark by noise: 22/33 is no more than two thirds.
_NOISE = 1e-9

# Value, the landmark after « environ », the same after « plus », « près » or « moins ».
_SHARES: tuple[tuple[float, str, str], ...] = (
    (1 / 10, "un dixième", "d’un dixième"),
    (1 / 5, "un cinquième", "d’un cinquième"),
    (1 / 4, "un quart", "d’un quart"),
    (1 / 3, "un tiers", "d’un tiers"),
    (1 / 2, "la moitié", "de la moitié"),
    (2 / 3, "les deux tiers", "des deux tiers"),
    (3 / 4, "les trois quarts", "des trois quarts"),
    (4 / 5, "les quatre cinquièmes", "des quatre cinquièmes"),
    (9 / 10, "les neuf dixièmes", "des neuf dixièmes"),
)
_TIMES: tuple[tuple[float, str], ...] = (
    (1.5, "une fois et demie"),
    *((float(times), f"{numbers.letters(times)} fois") for times in range(2, 11)),
)


def share(lower: float, upper: float) -> str:
    """A share of 1 in words: « plus de la moitié », « près d’un tiers », « environ un quart ».

    "" when no landmark holds for the whole interval. Raises ValueError for reversed bounds.
    """
    _check(lower, upper)
    for landmark, name, after in _SHARES:
        if landmark - _ABOUT <= lower and upper <= landmark + _ABOUT:
            return f"environ {name}"
        if max(landmark * _NEAR, landmark - _CLOSE) - _NOISE <= lower and upper <= landmark:
            return f"près {after}"
    passed = [after for landmark, _, after in _SHARES if landmark < lower - _NOISE]
    if passed and upper <= 1:
        return f"plus {passed[-1]}"
    landmark, _, after = _SHARES[0]
    return f"moins {after}" if lower >= 0 and upper < landmark - _NOISE else ""


def under(lower: float, upper: float) -> str:
    """A share of 1 said from above: « moins de la moitié », the lowest landmark not reached.

    "" when the interval reaches the highest landmark, or 1.
    """
    _check(lower, upper)
    return next(
        (f"moins {after}" for landmark, _, after in _SHARES if upper < landmark - _NOISE), ""
    )


def times(lower: float, upper: float) -> str:
    """A ratio in words: « près de deux fois », « plus de trois fois », « environ deux fois ».

    "" when no landmark holds for the whole interval.
    """
    _check(lower, upper)
    for landmark, name in _TIMES:
        if landmark * 0.95 <= lower < landmark < upper <= landmark * 1.05:
            return f"environ {name}"
        if landmark * _NEAR <= lower and upper <= landmark:
            return f"près {_of(name)}"
    passed = [name for landmark, name in _TIMES if landmark < lower - _NOISE]
    return f"plus {_of(passed[-1])}" if passed else ""


def out_of_ten(lower: float, upper: float, noun: str) -> str:
    """A share said of people: « trois habitants sur dix », « un habitant sur deux ».

    `noun` in the singular, masculine. "" unless the interval stays within a hundredth of a tenth.
    """
    _check(lower, upper)
    for tenth in range(1, 10):
        if tenth / 10 - _ABOUT <= lower and upper <= tenth / 10 + _ABOUT:
            if tenth == 5:
                return f"un {noun} sur deux"
            counted = numbers.count(tenth, noun).partition(NBSP)[2]
            return f"{numbers.letters(tenth)} {counted} sur dix"
    return ""


def change(lower: float, upper: float) -> tuple[str, str]:
    """A change in % as a pair (kind, words), both "" when nothing holds for the whole interval.

    Kinds: « divided » (« plus de deux »), « multiplied » (« plus de trois »), « lost » and
    « gained » (« plus d’un tiers », a share of the start).
    """
    _check(lower, upper)
    # A count cannot lose more than all of itself: the bound is noise of the interval.
    low, high = max(0.0, 1 + lower / 100), max(0.0, 1 + upper / 100)
    multiplied = [n for n in range(2, 11) if low > n + _NOISE]
    if multiplied:
        return "multiplied", f"plus de {numbers.letters(multiplied[-1])}"
    divided = [n for n in range(2, 11) if high * n < 1 - _NOISE]
    if divided:
        return "divided", f"plus de {numbers.letters(divided[-1])}"
    if high < 1:
        words = share(1 - high, 1 - low)
        return ("lost", words) if words else ("", "")
    words = share(low - 1, high - 1) if low > 1 else ""
    return ("gained", words) if words else ("", "")


def _of(name: str) -> str:
    return f"d’{name}" if name.startswith("un") else f"de {name}"


def _check(lower: float, upper: float) -> None:
    if not lower <= upper:
        raise ValueError(f"bounds in the wrong order: {lower}, {upper}")
