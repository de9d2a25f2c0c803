"""The small print of a block: Lecture, absences and reasons, interval notes, source, signs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from diagnostic.model import SIGNS, Absence, Figure, IntervalKind, Level, Origin, Rank, Status
from diagnostic.wording import grammar, names, numbers, periods, sentences
from diagnostic.wording.grammar import Subject
from diagnostic.wording.typography import NBSP, THIN

# The words of each absence, by status or show, as the legend and the tables say them.
_WORDS: dict[str, str] = {
    "not_published": "non disponible",
    "not_pulled": "non disponible",
    "unknown": "non disponible",
    "not_applicable": "sans objet",
    "cut": "sans objet",
    "masked": "secret statistique",
    "secret": "secret statistique",
    "ns": "non significatif",
}
_LEGEND = (
    ("…", "non disponible"),
    ("///", "sans objet"),
    ("s", "secret statistique"),
    ("n.s.", "non significatif"),
    ("p", "provisoire"),
    ("≈", "valeur approchée"),
)
_AT_LEVEL: dict[Level, str] = {
    "commune": "à la commune",
    "arm": "à l’arrondissement municipal",
    "iris": "à l’Iris",
    "arrondissement": "à l’arrondissement",
    "epci": "à l’EPCI",
    "ept": "à l’établissement public territorial",
    "zone_emploi": "à la zone d’emploi",
    "bassin_emploi": "au bassin d’emploi",
    "departement": "au département",
    "region": "à la région",
    "france": "au niveau national",
    "custom": "au périmètre choisi",
}
_INTERVALS: dict[IntervalKind, str] = {
    "none": "",
    "rounding": "intervalle, en supposant un arrondi au multiple de {step} le plus proche",
    "chance": f"variabilité à 95{NBSP}%",
    "envelope": (
        f"arrondi supposé au multiple de {{step}} le plus proche, et variabilité à 95{NBSP}%"
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """An origin as a source line names it: the periods read and, if told, what was read."""

    origin: Origin
    periods: tuple[str, ...] = ()
    what: str = ""


def reading(
    subject: Subject,
    figure: Figure,
    place: str,
    rank: Rank | None = None,
    of_rank: str = "",
) -> str:
    """The « Lecture » of a rate, ratio or amount, one exact sentence without its label:
    « à La Chaussée-sur-Marne, en décembre 2024, la part des foyers … est d’environ 11 %, entre 10 %
    et 12 % ; rang : 5ᵉ sur 13, entre 5ᵉ et 9ᵉ. »

    `of_rank` says among what (« communes de l’EPCI »). Raises ValueError for an absent figure.
    """  # fmt: skip
    value = grammar.elided("de", sentences.amount(figure))
    verb = subject.verb("est", "sont")
    body = f"{grammar.inner(subject.text)} {verb} {value}{_interval(figure)}"
    return f"{place}, {periods.during(figure.period)}, {body}{_ranked(rank, of_rank)}."


def reading_count(figure: Figure, place: str) -> str:
    """The « Lecture » of a count: « à Vitry-le-François, on compte 250 foyers (entre 248 et 252)
    en décembre 2024. »
    """
    when = periods.during(figure.period)
    bounds = _interval(figure).removeprefix(", ")
    value = sentences.amount(figure)
    told = f" ({bounds})" if bounds and not value.startswith("entre") else ""
    return f"{place}, on compte {value}{told} {when}."


def reading_median(figure: Figure, place: str, of: str = "des habitants") -> str:
    """The « Lecture » of a median: « à Vitry-le-François, en 2023, la moitié des habitants dispose
    de moins de 19 670 € par an et par unité de consommation. »
    """
    when = periods.during(figure.period)
    return f"{place}, {when}, la moitié {of} dispose de moins de {sentences.amount(figure)}."


def reading_index(index: float, place: str, noun: str, base: str, period: str = "") -> str:
    """The « Lecture » of an index: « à Reims, en 2023–2025, l’indice 75 signifie 25 % de
    naissances de moins qu’en 2008–2010. » `noun` in the plural, `base` the base period.
    """
    gap = index - 100
    things = grammar.elided("de", noun)
    if numbers.number(gap) == "0":
        meaning = f"autant {things}"
    else:
        way = "plus" if gap > 0 else "moins"
        meaning = f"{numbers.percent(abs(gap), 0)} {things} de {way}"
    when = f", en {periods.text(period)}" if period else ""
    head = f"{place}{when}, l’indice {numbers.number(index)} signifie"
    return f"{head} {meaning} qu’en {periods.text(base)}."


def absence(key: Status | str) -> str:
    """The words of a status or show that prints a sign: « non disponible », « secret statistique ».

    Raises KeyError for a status that has a number.
    """
    return _WORDS[key]


def reason(status: Status, level: Level, producer: str = "") -> str:
    """Why there is no number, when the source itself gave no reason:
    « non publié par la Cnaf à la commune ».

    Raises KeyError for a status that has a number.
    """
    by, where = names.producer(producer), _AT_LEVEL[level]
    named = f" ({producer})" if producer else ""
    texts: dict[Status, str] = {
        "not_published": f"non publié par {by} {where}",
        "not_pulled": f"source non consultée pour cette édition{named}",
        "unknown": "ligne présente mais vide dans le fichier du producteur",
        "not_applicable": f"sans objet {where}",
        "masked": f"effectif trop faible pour être diffusé par {by}",
        "secret": f"couvert par le secret statistique{named}",
    }
    return texts[status]


def absence_sentence(label: str, missing: Absence, place: str = "") -> str:
    """« Taux de pauvreté à Blacy : … non disponible (non publié par l’Insee à la commune). »"""
    where = f" {place}" if place else ""
    sign, words = SIGNS[missing.status], absence(missing.status)
    return f"{label}{where}{NBSP}: {sign} {words} ({missing.reason})."


def absent_levels(figures: Iterable[tuple[Figure, str]]) -> str:
    """The levels of a strip without a number, by sign: « Marne, Grand Est : … ; EPCI : /// ».

    `figures` come with their short label; "" when none is missing.
    """
    by_sign: dict[str, list[str]] = {}
    for figure, label in figures:
        if figure.show in ("absent", "cut", "ns"):
            sign = SIGNS[figure.status if figure.show == "absent" else figure.show]
            by_sign.setdefault(sign, []).append(label)
    parts = [f"{', '.join(labels)}{NBSP}: {sign}" for sign, labels in by_sign.items()]
    return f"{THIN}; ".join(parts)


def at_level(level: Level) -> str:
    """A level as a place: « à la commune », « au département », « au niveau national »."""
    return _AT_LEVEL[level]


def stands_in(level: Level) -> str:
    """« valeur de l’EPCI », beside a value that another level lends."""
    return f"valeur {re.sub('^à ', 'de ', re.sub('^au ', 'du ', _AT_LEVEL[level]))}"


def interval_note(kind: IntervalKind, step: float = 5) -> str:
    """What an interval is, never called certain: « variabilité à 95 % »; "" when there is none."""
    return _INTERVALS[kind].format(step=numbers.number(step))


def legend(signs: Iterable[str]) -> str:
    """The signs used, in a fixed order: « … non disponible · /// sans objet ». "" when none is."""
    used = set(signs)
    return " · ".join(f"{sign}{NBSP}{words}" for sign, words in _LEGEND if sign in used)


def source(uses: Sequence[Use], remarks: Sequence[str] = ()) -> str:
    """The source line: « Sources : Cnaf, Cafdata, décembre 2024 ; Insee, RP, 2023 (ménages).
    Licence Ouverte 2.0. » then the remarks (champ, classes, calculs), each ended by a stop.

    Uses of one dataset are merged, producers' notes follow once each. "" for no use.
    Keep remarks short: the page allows three lines, some 370 signs.
    """
    if not uses:
        return ""
    merged = _merged(uses)
    items = f"{THIN}; ".join(_cited(use) for use in merged)
    head = "Sources" if len(merged) > 1 else "Source"
    own = list(dict.fromkeys(use.origin.note for use in uses if use.origin.note))
    tail = [_licences(merged), *remarks, *own]
    return " ".join([f"{head}{NBSP}: {items}.", *(grammar.stopped(text) for text in tail if text)])


def cite(uses: Sequence[Use]) -> str:
    """The source line where room is scarce: « Cnaf, Cafdata, décembre 2024 ; Insee, RP, 2023 »,
    without licence, remark or stop: the page says them once for all. "" for no use.
    """
    return f"{THIN}; ".join(_cited(use) for use in _merged(uses))


def _interval(figure: Figure) -> str:
    """« , entre 10 et 12 », from the bounds at the figure's own precision; "" when they agree."""
    if figure.lower is None or figure.upper is None or figure.interval == "none":
        return ""
    sign = figure.unit[:1] if figure.unit[:1] in ("%", "‰", "€") else ""
    text = numbers.between(figure.lower, figure.upper, figure.decimals, sign)
    return f", {text}" if text.startswith("entre") else ""


def _ranked(rank: Rank | None, of_rank: str) -> str:
    if rank is None:
        return ""
    among = f" {of_rank}" if of_rank else ""
    text = sentences.rank(rank.position, rank.of, rank.low, rank.high, tied=rank.tied)
    place, comma, span = text.partition(",")
    return f"{THIN}; rang{NBSP}: {place}{among}{comma}{span}"


def _merged(uses: Sequence[Use]) -> list[Use]:
    """One use a dataset, in the order of first use, with all its periods and contents."""
    kept: dict[tuple[str, str], Use] = {}
    for use in uses:
        key = (use.origin.producer, use.origin.title)
        first = kept.get(key, Use(origin=use.origin))
        what = dict.fromkeys(text for text in (first.what, use.what) if text)
        kept[key] = Use(
            origin=first.origin,
            periods=tuple(dict.fromkeys(first.periods + use.periods)),
            what=", ".join(what),
        )
    return list(kept.values())


def _cited(use: Use) -> str:
    parts = [use.origin.producer, use.origin.title]
    when = periods.several(use.periods) if use.periods else ""
    # « Filosofi 2023, 2023 » says its year twice.
    if when and when not in use.origin.title:
        parts.append(when)
    what = f" ({use.what})" if use.what else ""
    return f"{', '.join(part for part in parts if part)}{what}"


def _licences(uses: Sequence[Use]) -> str:
    """One licence alone, or each with its producers."""
    owners: dict[str, list[str]] = {}
    for use in uses:
        producers = owners.setdefault(use.origin.licence or "licence à confirmer", [])
        if use.origin.producer not in producers:
            producers.append(use.origin.producer)
    if len(owners) == 1:
        return grammar.capitalised(next(iter(owners)))
    parts = [f"{licence} ({', '.join(producers)})" for licence, producers in owners.items()]
    return grammar.capitalised(f"{THIN}; ".join(parts))
