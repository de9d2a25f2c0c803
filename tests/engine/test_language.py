"""Every sentence of a dozen reports is correct French: words, spaces, elisions, agreement."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import get_args

import pytest

from diagnostic.engine.duties import settle
from diagnostic.model import Competence, ReportData, Territory
from diagnostic.wording import vocabulary

Make = Callable[[str], ReportData]

# Two EPCI, towns of each size, articles, h, apostrophe, no figure at all, no EPCI value.
CODES = (
    "200034718", "200066876", "51649", "51454", "51108", "51361", "51463", "51022", "51295",
    "51286", "51125", "51626",
)  # fmt: skip
SENTENCES = frozenset({
    "title", "finding", "caption", "reading", "source", "alt", "notes", "absent", "note", "rule",
    "attention", "support", "comparable", "reason", "arrival", "label", "unit_text", "markdown",
    "items", "definition", "term", "facts", "lines", "headline", "duty", "content", "local",
    "dropped", "unranked_reason", "warnings", "method", "kicker", "running_title", "edition_text",
    "legal", "subtitle", "text_of_finding", "period_text", "evolution_text", "gap_text",
})  # fmt: skip
FAULTS = {
    "two spaces": r"\S  +\S",
    "straight apostrophe or quote": r"['\"]",
    "wrong space before a sign": r"[^\s] [;:!?»]|\d [%‰€]|« ",
    "missing space before a sign": r"[^\s\u00a0\u202f(/\"][;!?»%€]|[a-zà-ÿ)]: ",
    "article not contracted": r"\b(?:[Dd]e|[Àà]) (?:[Ll]es?)\b",
    "vowel not elided": r"(?i)(?<![\w’-])(?:que|de|le|la|ne|se|jusque)[ \u00a0]"
    r"(?=[aeiouâàéèêëîïôûœ](?!nze\b|ui\b|u les\b))",
    "word said twice": r"(?i)(?<![\w’-])([a-zà-ÿœ]+)[ \u00a0]\1(?![\w’-])",
    "small letter after a stop": r"(?<!art)(?<!\bp)(?<!hab)(?<!n\.s)[.!?][ \u00a0][a-zà-ÿ]",
    "two stops": r"\.\.|,,|;;|:\s*:|\.\s*;|,\.",
    "machine word": r"\b(?:None|nan|inf|True|False|NaN)\b|[{}]|\bnot_|_published",
    "plural under two": r"(?<![\d,\u202f–/])[01](?:,\d+)?\u00a0(?!fois|mois|pays|temps|publiés)"
    r"[a-zà-ÿ]+s\b",
    "singular from two": r"(?<![\d,\u202f–-])(?:[2-9]|[1-9]\d+)(?:,\d+)?\u00a0"
    r"(?:foyer|ménage|naissance|commune|point|place|habitant|enfant|personne)\b",
    "unit said twice": r"(pour 1[\d\u202f]*\u00a0[a-zà-ÿ]+)\b[^.;]*\1",
}


def _told(value: object, field: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a value with the name of the field that holds it."""
    if isinstance(value, str):
        yield field, value
    elif dataclasses.is_dataclass(value):
        for one in dataclasses.fields(value):
            is_finding = type(value).__name__ == "Finding" and one.name == "text"
            name = "text_of_finding" if is_finding else one.name
            yield from _told(getattr(value, one.name), name)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _told(item, field)
    elif isinstance(value, tuple | list):
        for item in value:
            yield from _told(item, field)


def _sentences(report: ReportData) -> Iterator[tuple[str, str]]:
    parts = (report.cover, report.essentials, report.sections, report.figures)
    for field, text in _told(parts):
        if field in SENTENCES and text:
            yield field, text
    for text in (*report.warnings, report.running_title, report.edition_text):
        yield "report", text


def _duties() -> Iterator[str]:
    epci = Territory(code="2", level="epci", name="CC", population=20000)
    for people in (800, 5000, 12000):
        commune = Territory(code="1", level="commune", name="Aune", population=people)
        for competence in get_args(Competence):
            for place in (commune, dataclasses.replace(epci, population=people)):
                held = settle(competence, place, epci)
                yield from (held.sentence(), held.instruction())
                yield from (held.why_not(above) for above in (0, 3500, 10000))


@cache
def _faults(text: str) -> list[str]:
    found = [name for name, pattern in FAULTS.items() if re.search(pattern, text)]
    found += [f"word: {one.word}" for one in vocabulary.blemishes(text)]
    for opening, closing in ("«»", "()"):
        if text.count(opening) != text.count(closing):
            found.append(f"unbalanced {opening}")
    return found


def _told_wrong(texts: Iterator[tuple[str, str]]) -> list[tuple[str, list[str], str]]:
    return [(field, found, text) for field, text in set(texts) if (found := _faults(text))]


@pytest.mark.parametrize("code", CODES)
def test_every_sentence_of_a_report_is_correct_french(report: Make, code: str) -> None:
    """No wrong space, elision, contraction, plural, doubled word or word to avoid is printed."""
    assert _told_wrong(_sentences(report(code))) == []


@pytest.mark.parametrize("code", CODES)
def test_sentences_that_stand_alone_begin_with_a_capital(report: Make, code: str) -> None:
    """Findings, text alternatives and cover lines are whole sentences; a reading follows a word."""
    alone = {"finding", "alt", "headline", "text_of_finding", "caption", "source"}
    small = {t for f, t in _sentences(report(code)) if f in alone and t[0].islower()}
    assert small == set()


@pytest.mark.parametrize("code", CODES)
def test_findings_have_no_stop_and_proofs_have_one(report: Make, code: str) -> None:
    """A title has no final stop; what is read out ends."""
    texts = list(_sentences(report(code)))
    assert [t for f, t in texts if f in ("finding", "headline") and t.endswith(".")] == []
    assert [t for f, t in texts if f in ("text_of_finding", "reading") and t[-1] != "."] == []


def test_every_duty_is_correct_french() -> None:
    """Under every competence and on each side of the thresholds."""
    assert _told_wrong(("duty", text) for text in _duties()) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("Situation de Épernay", "vowel not elided"),
        ("plus élevé que en France", "vowel not elided"),
        ("à Le Meix", "article not contracted"),
        ("la la Marne", "word said twice"),
        ("Fin. début", "small letter after a stop"),
        ("fin..", "two stops"),
        ("Source : Insee", "wrong space before a sign"),
        ("1,8\u00a0points", "plural under two"),
        ("2\u00a0commune", "singular from two"),
        ("valeur None", "machine word"),
        ("l'offre", "straight apostrophe or quote"),
        ("le nombre pour 100\u00a0ménages est de 11 pour 100\u00a0ménages", "unit said twice"),
    ],
)
def test_the_rules_find_the_faults_that_they_name(text: str, fault: str) -> None:
    """Each rule would fail on the sentence that it is written against."""
    assert fault in _faults(text)


def _findings(report: ReportData) -> str:
    return "\n".join(t for f, t in _sentences(report) if f in ("finding", "headline"))


def test_a_large_gap_within_its_interval_is_neither_comparable_nor_stable(report: Make) -> None:
    """0 birth beside 10,6, − 15 % of households: no title says « comparable » or « stable »."""
    assert "naissances pour 1\u202f000\u00a0habitants est comparable" not in _findings(
        report("51295")
    )
    epci = report("200034718")
    assert "Paje est stable" not in _findings(epci)
    assert any("Aucune évolution n’est établie" in text for _, text in _sentences(epci))


def test_france_alone_makes_no_finding_of_a_commune(report: Make) -> None:
    """Where neither the commune nor its EPCI has a value, no title speaks of France instead."""
    assert "global en France" not in _findings(report("51626"))


def test_a_mean_cites_all_its_years(report: Make) -> None:
    """Births of 2023 to 2025 are three years in the source line, not two."""
    sources = [text for field, text in _sentences(report("51649")) if field == "source"]
    assert not any("2023 et 2025" in text for text in sources)
