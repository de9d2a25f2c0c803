"""The lines of the matrix, and what makes one of an answer or of an error."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from diagnostic.errors import DataError, DiagnosticError, SourceError
from diagnostic.model import DatasetCard, Feed, Level, Portal
from diagnostic.wording import numbers

RIGHT, WRONG, UNSEEN = "✓", "✗", "non vérifiable"

CODES: dict[Level, str] = {
    "commune": r"\d[\dAB]\d{3}",
    "arm": r"\d{5}",
    "epci": r"\d{9}",
    "departement": r"\d[\dAB]\d?",
    "region": r"\d{2,3}",
    "france": "france",
}
_UNPLACED = re.compile(r"|X+|\d\d\d?X+|[A-Z]*Total")


@dataclass(frozen=True, slots=True)
class Line:
    """One check of one dataset of a producer: its mark, and what was found, in French."""

    producer: str
    dataset: str
    check: str
    mark: str
    found: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """A dataset of a portal: makes its lines."""

    portal: Portal
    dataset: str = ""

    def line(self, check: str, mark: str | bool, found: str, source: str = "") -> Line:
        """A line; a mark that is true or false is ✓ or ✗."""
        if isinstance(mark, bool):
            mark = RIGHT if mark else WRONG
        return Line(self.portal.producer, self.dataset, check, mark, found, source)

    def unheard(self, error: DiagnosticError, feeds: Sequence[Feed]) -> list[Line]:
        """A portal whose list of datasets cannot be had: ✗, and nothing asserted of its feeds."""
        lost = [Subject(self.portal, feed.dataset) for feed in feeds]
        why = "la liste des jeux du portail manque"
        return [
            self.line("joignable", WRONG, error.message),
            *(one.line("tout", UNSEEN, why) for one in lost),
        ]

    @contextmanager
    def trying(self, check: str, lines: list[Line], source: str = "") -> Iterator[None]:
        """An error of the producer becomes a line ✗ instead of ending the matrix."""
        try:
            yield
        except (SourceError, DataError) as error:
            lines.append(self.line(check, WRONG, error.message, source))


def licence(subject: Subject, card: DatasetCard) -> Line:
    """The licence as the portal writes it, beside that of the catalogue."""
    expected = subject.portal.licence
    if not card.licence:
        return subject.line("licence", UNSEEN, f"le portail n’en dit rien ; catalogue : {expected}")
    held = _words(expected) <= _words(card.licence)
    return subject.line("licence", held, f"« {card.licence} » ; catalogue : {expected}")


def freshness(subject: Subject, card: DatasetCard) -> Line:
    """The dates that tell whether to pull again."""
    dates = [text[:10] for text in (card.processed, card.modified)]
    told = f"données du {dates[0] or '?'}, fiche du {dates[1] or '?'}"
    if not any(dates):
        return subject.line("fraîcheur", WRONG, "aucune date : rien ne dira une nouvelle édition")
    right = all(re.fullmatch(r"\d{4}-\d\d-\d\d", one) for one in dates if one)
    return subject.line("fraîcheur", right, told)


def periods(subject: Subject, feed: Feed, seen: list[Any]) -> Line:
    """The form of the periods seen, which must be that of the feed's clock."""
    forms = {
        "month": r"\d{4}-\d\d(-01([T ].*)?)?",
        "quarter": r"\d{4}-T[1-4]",
        "year": r"\d{4}(-\d\d-\d\d.*)?",
    }
    texts = sorted({str(one) for one in seen if one is not None}, reverse=True)
    wrong = [one for one in texts if not re.fullmatch(forms[feed.clock], one)]
    if not texts:
        return subject.line("périodes", WRONG, "aucune")
    told = f"la plus récente : {texts[0]}"
    return subject.line(
        "périodes", not wrong, told if not wrong else f"forme inattendue : {wrong[0]}"
    )


def codes(subject: Subject, feed: Feed, seen: list[Any]) -> Line:
    """The form of the codes seen: text, each a place of a level of the feed or no place at all."""
    figures = [one for one in seen if one is not None and not isinstance(one, str)]
    if figures:
        found = f"un nombre, {figures[0]} : les zéros de tête sont perdus"
        return subject.line("codes", WRONG, found)
    texts = {str(one or "").strip() for one in seen}
    form = re.compile("|".join(CODES[level] for level in feed.levels if level in CODES))
    placed = {one for one in texts if form.fullmatch(one)}
    others = texts - placed - set(feed.totals)
    odd = sorted(one for one in others if not _UNPLACED.fullmatch(one))
    if odd or not placed:
        return subject.line("codes", WRONG, f"forme inattendue : {', '.join(odd[:3]) or 'aucun'}")
    told = f"{numbers.count(len(placed), 'code')}, dont {min(placed)}"
    return subject.line("codes", RIGHT, told + (" ; des lignes sans territoire" if others else ""))


def amount(value: Any) -> Decimal | None:
    """The number that a cell holds, as number or as text; None for none."""
    if value is None or isinstance(value, bool):
        return None
    try:
        return Decimal(str(value).strip())
    except InvalidOperation:
        return None


def near(found: Decimal | None, expected: Decimal, within: Decimal) -> bool:
    """Whether a figure is the one expected, within a share of it."""
    return found is not None and abs(found - expected) <= within * expected


def _words(text: str) -> set[str]:
    return set(re.findall(r"[a-zà-ÿ]+|\d+(?:\.\d+)?", text.casefold()))
