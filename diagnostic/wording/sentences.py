"""Sentences on figures, comparisons, ranks and evolutions, no stronger than their intervals."""

from __future__ import annotations

import re
from collections.abc import Sequence

from diagnostic.model import Evolution, Figure, Trend, Verdict
from diagnostic.wording import grammar, magnitudes, names, numbers, periods
from diagnostic.wording.grammar import Subject
from diagnostic.wording.typography import NBSP, THIN

_LEVELS = {
    "france": "niveau national",
    "region": "niveau régional",
    "departement": "niveau départemental",
    "epci": "niveau de l’EPCI",
    "epci_communes": "niveau des autres communes de l’EPCI",
    "comparables": "niveau des communes comparables",
}
_VERDICTS: dict[Verdict, str] = {
    "above": "supérieur",
    "below": "inférieur",
    "comparable": "comparable",
}
_SIGN_UNITS = ("%", "‰", "€")


def amount(figure: Figure) -> str:
    """The figure with its unit, as a sentence says it: « 61,5 places pour 100 enfants »,
    « environ 11 foyers pour 100 ménages », « 30,0 % ».

    A value that stands in says so: « 58,9 places (valeur de l’EPCI) ». A rounded 0 is never said
    as one: « entre 0 et 2 foyers ». Raises ValueError for a
    figure that shows no number: absences have their own sentences.
    """
    if not has_number(figure):
        raise ValueError(f"figure {figure.id} shows no number")
    lent = " (valeur de l’EPCI)" if figure.show == "from_epci" else ""
    if "published_zero" in figure.flags and figure.value == 0 and figure.upper:
        return f"{numbers.between(0, figure.upper, figure.decimals, figure.unit)}{lent}"
    return f"{numbers.with_unit(_spoken(figure), figure.unit)}{lent}"


def has_number(figure: Figure) -> bool:
    """Whether the figure prints a number, its own or its EPCI's."""
    return figure.value is not None and figure.show in ("plain", "approx", "from_epci")


def statement(subject: Subject, figure: Figure, place: str = "") -> str:
    """« À Vitry-le-François, le taux de pauvreté est de 30,0 %. »"""
    verb = subject.verb("est", "sont")
    return f"{_opening(subject, place)} {verb} {grammar.elided('de', amount(figure))}."


def proof(own: Figure, others: Sequence[tuple[Figure, str]], when: str = "") -> str:
    """« 61,5 places pour 100 enfants de moins de 3 ans, contre 60,9 en France. »

    `others` are figures with their place (« en France », « dans la Marne »); absent ones are left
    to the line that names absences. `when` dates the first (« en 2023 »). "" when the territory
    itself has no number.
    """
    if not has_number(own):
        return ""
    beside = [f"{_bare(figure)} {place}" for figure, place in others if has_number(figure)]
    against = f", contre {grammar.enumeration(beside)}" if beside else ""
    return f"{amount(own)}{f' {when}' if when else ''}{against}."


def comparison(
    subject: Subject,
    own: Figure,
    other: Figure,
    benchmark: names.Forms,
    *,
    verdict: Verdict,
    place: str = "",
) -> str:
    """« À Blacy, le taux de pauvreté (30,0 %) est supérieur à celui de la Marne (15,8 %). »

    Without a verdict, the two numbers side by side and no judgement; "" when one is missing or
    lent by the EPCI.
    """
    if not (_is_own(own) and _is_own(other)):
        return ""
    opening = _opening(subject, place)
    are = subject.verb("est", "sont")
    if verdict == "none":
        return (
            f"{opening} {are} {grammar.elided('de', amount(own))}{THIN}; {subject.that}"
            f" {benchmark.of} {are} {grammar.elided('de', _bare(other))}."
        )
    return (
        f"{opening} ({_bare(own)}) {are} {subject.agree(_VERDICTS[verdict])}"
        f" à {subject.that} {benchmark.of} ({_bare(other)})."
    )


def headline(subject: Subject, verdict: Verdict, benchmarks: Sequence[str], place: str = "") -> str:
    """A finding, without final stop: « L’offre est comparable au niveau national ».

    `benchmarks` are keys that share the verdict. "" without a verdict or a benchmark.
    """
    if verdict == "none" or not benchmarks:
        return ""
    levels = grammar.enumeration([f"au {_LEVELS[key]}" for key in benchmarks])
    adjective = subject.agree(_VERDICTS[verdict])
    return f"{_opening(subject, place)} {subject.verb('est', 'sont')} {adjective} {levels}"


def brief(subject: Subject, verdict: Verdict, key: str) -> str:
    """A finding as a noun phrase: « taux de pauvreté supérieur au niveau national »."""
    return f"{_bare_noun(subject)} {subject.agree(_VERDICTS[verdict])} au {_LEVELS[key]}"


def brief_change(subject: Subject, trend: Trend) -> str:
    """A change as a noun phrase: « naissances en baisse », « … en hausse », « … stables ».

    Raises KeyError for a refused one.
    """
    words = {"up": "en hausse", "down": "en baisse", "stable": subject.agree("stable")}
    return f"{_bare_noun(subject)} {words[trend]}"


def _bare_noun(subject: Subject) -> str:
    """The subject without its article: « le taux de pauvreté » gives « taux de pauvreté »."""
    return re.sub(r"^(?:les? |la |l’)", "", subject.text, flags=re.IGNORECASE)


def multiple(
    subject: Subject, own: Figure, other: Figure, benchmark: names.Forms, place: str
) -> str:
    """A finding by multiplication, without final stop, when the whole interval bears it:
    « Le taux de pauvreté est près de deux fois plus élevé à Vitry-le-François que dans la Marne »,
    « À Vitry-le-François, le taux de pauvreté représente moins de la moitié de celui de la Marne ».

    To be asked under a verdict above or below only: a ratio may be large and its gap tiny.
    "" when a value is missing, lent or without bounds, or the words do not hold for all of them.
    """
    ratio = _ratio(own, other)
    if ratio is None:
        return ""
    if more := magnitudes.times(*ratio):
        adjective = subject.agree("élevé")
        return (
            f"{grammar.capitalised(subject.text)} {subject.verb('est', 'sont')} {more}"
            f" plus {adjective} {place} {grammar.elided('que', benchmark.at)}"
        )
    less = magnitudes.under(*ratio) if ratio[1] < 2 / 3 else ""
    verb = subject.verb("représente", "représentent")
    return less and f"{_opening(subject, place)} {verb} {less} de {subject.that} {benchmark.of}"


def gap(value: float, unit: str, decimals: int = 1) -> str:
    """A signed gap: « + 14,2 points », « − 12 % », « + 320 € ». `unit` is points, % or €."""
    if unit == "points":
        return numbers.points(value, decimals)
    return f"{numbers.number(value, decimals, sign=True)}{NBSP}{unit}"


def point(label: str, own: Figure, other: Figure, place: str, gap_text: str = "") -> str:
    """A line of the points of attention: « Taux de pauvreté : 30,0 %, contre 15,8 % dans la Marne
    (+ 14,2 points) ».
    """
    tail = f" ({gap_text})" if gap_text else ""
    return f"{label}{NBSP}: {amount(own)}, contre {_bare(other)} {place}{tail}"


def rank(position: int, of: int, low: int, high: int, tied: bool = False) -> str:
    """« 5ᵉ sur 13, entre 5ᵉ et 9ᵉ », « 2ᵉ ex æquo sur 24 »; the interval only when it is one."""
    ties = " ex æquo" if tied else ""
    span = "" if low == high else f", entre {numbers.ordinal(low)} et {numbers.ordinal(high)}"
    return f"{numbers.ordinal(position)}{ties} sur {numbers.number(of)}{span}"


def rank_cell(position: int, of: int) -> str:
    """The rank in a table: « 5ᵉ / 13 »."""
    return f"{numbers.ordinal(position)}{NBSP}/{NBSP}{numbers.number(of)}"


def unsettled(change: Evolution, decimals: int = 0) -> str:
    """« Aucune évolution n’est établie entre décembre 2020 et décembre 2024 : la variation (− 15 %)
    reste dans l’intervalle de l’arrondi ou du hasard. », for a change that is large but not sure.
    """
    span = periods.between(change.start, change.end)
    size = gap(change.change or 0.0, change.unit, decimals)
    return (
        f"Aucune évolution n’est établie {span}{NBSP}: la variation ({size}) reste dans "
        "l’intervalle de l’arrondi ou du hasard."
    )


def evolution(subject: Subject, change: Evolution, decimals: int = 0, place: str = "") -> str:
    """« Les naissances diminuent de 54 % entre 2008–2010 et 2023–2025. »

    The interval follows when it prints otherwise than the value. Stable: « … sont stables entre…
    (+ 1 %) ». Refused: « Aucune évolution n’est indiquée : » and the reason.
    """
    if change.trend == "refused" or change.change is None:
        return grammar.stopped(f"Aucune évolution n’est indiquée{NBSP}: {change.reason}")
    span = periods.between(change.start, change.end)
    if change.trend == "stable":
        text = gap(change.change, change.unit, decimals)
        stable = f"{subject.verb('est', 'sont')} {subject.agree('stable')}"
        return f"{_opening(subject, place)} {stable} {span} ({text})."
    size = _size(change.change, change.unit, decimals)
    bounds = _bounds(change, decimals)
    return f"{_opening(subject, place)} {_moves(subject, change)} de {size}{bounds} {span}."


def evolution_headline(subject: Subject, change: Evolution, place: str = "") -> str:
    """A finding, without final stop: « Les naissances ont été divisées par plus de deux en quinze
    ans », « … diminuent de près d’un tiers entre… », « … sont stables entre… ».

    "" when the evolution is refused.
    """
    if change.trend == "refused" or change.change is None:
        return ""
    opening = _opening(subject, place)
    span = periods.between(change.start, change.end)
    if change.trend == "stable":
        return f"{opening} {subject.verb('est', 'sont')} {subject.agree('stable')} {span}"
    kind, words = _magnitude(change)
    if kind in ("divided", "multiplied"):
        verb = subject.agree("divisé" if kind == "divided" else "multiplié")
        have = subject.verb("a", "ont")
        when = periods.elapsed(change.start, change.end) or span
        return f"{opening} {have} été {verb} par {words} {when}"
    size = f" {grammar.elided('de', words)}" if words else ""
    return f"{opening} {_moves(subject, change)}{size} {span}"


def _opening(subject: Subject, place: str) -> str:
    """The subject at the head of a sentence, after its place when there is one."""
    if place:
        return f"{grammar.capitalised(place)}, {grammar.inner(subject.text)}"
    return grammar.capitalised(subject.text)


def _is_own(figure: Figure) -> bool:
    return has_number(figure) and figure.show != "from_epci"


def _spoken(figure: Figure) -> str:
    return figure.text.replace(f"≈{NBSP}", "environ ").replace("≈ ", "environ ")


def _bare(figure: Figure) -> str:
    """The number with its sign (%, €), without the words of its unit."""
    sign = figure.unit[0] if figure.unit.startswith(_SIGN_UNITS) else ""
    return f"{_spoken(figure)}{NBSP}{sign}" if sign else _spoken(figure)


def _ratio(own: Figure, other: Figure) -> tuple[float, float] | None:
    """The bounds of own / other; None when a value or a bound is missing, or other may be 0."""
    if not (_is_own(own) and _is_own(other)):
        return None
    bounds = [
        bound for bound in (own.lower, own.upper, other.lower, other.upper) if bound is not None
    ]
    if len(bounds) < 4 or bounds[0] < 0 or bounds[2] <= 0:
        return None
    return bounds[0] / bounds[3], bounds[1] / bounds[2]


def _moves(subject: Subject, change: Evolution) -> str:
    if change.trend == "up":
        return subject.verb("augmente", "augmentent")
    return subject.verb("diminue", "diminuent")


def _size(value: float, unit: str, decimals: int) -> str:
    if unit == "points":
        return numbers.points(abs(value), decimals, sign=False)
    return numbers.percent(abs(value), decimals)


def _bounds(change: Evolution, decimals: int) -> str:
    """« (entre 17 % et 19 %) », "" when both bounds print as the value itself."""
    if change.lower is None or change.upper is None:
        return ""
    low, high = sorted((abs(change.lower), abs(change.upper)))
    text = numbers.between(low, high, decimals, change.unit)
    return f" ({text})" if text.startswith("entre") else ""


def _magnitude(change: Evolution) -> tuple[str, str]:
    if change.unit != "%" or change.lower is None or change.upper is None:
        return "", ""
    return magnitudes.change(change.lower, change.upper)
