"""The words that a dossier does not use, and what it says in their place."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Comment that lets a glossary or a method page name a word: « mot permis : palmarès, score ».
_MARK = re.compile(r"mots? permis\s*:\s*([^#{}<>()\n]+?)\s*(?:[#)]|-->|$)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Blemish:
    """A word to avoid where it stands, and what to write in its place. Lines count from 1."""

    line: int
    word: str
    suggestion: str


@dataclass(frozen=True, slots=True)
class _Rule:
    pattern: re.Pattern[str]
    suggestion: str


def _rule(pattern: str, suggestion: str, flags: re.RegexFlag = re.IGNORECASE) -> _Rule:
    # A space stands for any run of white space: texts wrap. Look-behinds write \s, of fixed width.
    return _Rule(re.compile(pattern.replace(" ", r"\s+"), flags), suggestion)


_RULES = (
    # To deny it is fair: « ce n’est pas un taux de chômage ».
    _rule(
        r"(?<!ni\s)(?<!pas\sun\s)\btaux de chômage\b",
        "demandeurs d’emploi (catégories A, B, C), en nombre",
    ),
    _rule(r"%\s*de couverture\b", "places pour 100 enfants"),
    _rule(
        r"(?:\d|\b(?:nombre|effectifs?|part|proportion|taux) d(?:’|es ))\s*allocataires\b",
        "foyers allocataires, ou personnes couvertes",
    ),
    _rule(r"\b(?:personnes|enfants|habitants) allocataires\b", "personnes couvertes"),
    _rule(
        r"\bménages? (?:allocataires?|bénéficiaires?|percevant|couverts?)\b",
        "foyers (un foyer allocataire n’est pas un ménage)",
    ),
    _rule(
        r"\b(?:il )?manqu\w+[^.;:!?\n]{0,20}\bplaces?\b",
        "places pour 100 enfants, sans besoin supposé",
    ),
    _rule(r"\bdéficit\w*", "écart au territoire de référence"),
    _rule(r"\bcas soci(?:al|aux)\b", "personnes accompagnées"),
    _rule(r"\bassistée?s\b", "bénéficiaires"),
    _rule(r"\bdéfavorisée?s?\b", "à bas revenus, ou sous le seuil de pauvreté"),
    # Official names keep theirs: AAH, AEEH, MDPH.
    _rule(
        r"(?<!adultes\s)(?<!l’enfant\s)(?<!départementale\sdes\spersonnes\s)\bhandicapée?s?\b",
        "en situation de handicap",
    ),
    _rule(r"\b(?:vieux|vieilles?|vieillards?)\b", "personnes âgées"),
    _rule(r"\bdépendant(?:e?s|e)?\b(?!\s+(?:de|du|des)\b|\s+d’)", "en perte d’autonomie"),
    _rule(r"\b(?:nounous?|nourrices?)\b", "assistant maternel"),
    _rule(r"\bassistantes? maternelles?\b", "assistant maternel"),
    _rule(r"\w+·\w+", "une seule forme, sans point médian"),
    _rule(r"\bexplos(?:e|ent|é|ion|ions)\b", "augmente"),
    _rule(r"\beffondr\w+", "diminue"),
    _rule(r"\b(?:bons?|mauvais) élèves?\b", "rang, sans jugement"),
    _rule(r"\bpalmarès\b", "rang"),
    _rule(r"\bà cause d(?:e|u|es|’)", "associé à"),
    _rule(r"\bgrâce (?:à|aux?)\b", "associé à"),
    _rule(r"\bprovoqu\w+", "associé à"),
    _rule(r"\bs’explique\w* par\b", "associé à"),
    _rule(
        r"\bmoyennes? (?:nationale|régionale|départementale)s?\b",
        "niveau national, régional ou départemental",
    ),
    _rule(
        r"(?<!non\s)\bsignificati(?:fs?|ves?|vement)\b",
        "un verdict (supérieur, inférieur, comparable), ou rien",
    ),
    _rule(r"\benviron \d[\d\s]*,\d+", "la valeur seule, ou « environ » sans décimale"),
    _rule(r"\bintervalles? garantis?\b", "intervalle, avec l’arrondi supposé"),
    _rule(r"\bbenchmark(?:s|ing)?\b", "territoires de référence"),
    _rule(r"\brankings?\b", "rang"),
    _rule(r"\bscor(?:es?|ings?)\b", "indice"),
    _rule(
        r"\b(?:INSEE|CNAF|CAF|DREES|DARES|URSSAF)\b",
        "Insee, Cnaf, Caf, Drees, Dares, Urssaf",
        re.RegexFlag(0),
    ),
)


def blemishes(text: str) -> list[Blemish]:
    """Every word to avoid in `text`, in reading order.

    A comment « mot permis : WORD » (several parted by commas) allows the words it names on its
    line and on those that follow, up to the first blank line. Any comment will do: `# …` in YAML,
    `{# … #}` in a template, `[//]: # (…)` in Markdown.
    """
    found = []
    for rule in _RULES:
        for match in rule.pattern.finditer(text.replace("'", "’")):
            line = text.count("\n", 0, match.start()) + 1
            found.append((match.start(), Blemish(line, match.group().strip(), rule.suggestion)))
    allowed = _allowed(text)
    return [
        blemish
        for _, blemish in sorted(found, key=lambda pair: pair[0])
        if not any(blemish.word.lower() in word for word in allowed.get(blemish.line, ()))
    ]


def _allowed(text: str) -> dict[int, frozenset[str]]:
    """The words allowed on each line; the line of the mark itself is free of its own words."""
    allowed: dict[int, frozenset[str]] = {}
    words: frozenset[str] = frozenset()
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            words = frozenset()
        for marked in _MARK.findall(line):
            words |= {word.strip().lower().replace("'", "’") for word in marked.split(",")}
        if words:
            allowed[number] = words
    return allowed
