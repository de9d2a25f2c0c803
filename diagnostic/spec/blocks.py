"""From the keys of a block to the frozen block, its texts read and its parts named."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from diagnostic.errors import Fault
from diagnostic.marks import Word
from diagnostic.spec import card, texts
from diagnostic.spec.shapes import Card, Faults, suggest

Indicators = dict[str, card.IndicatorSpec]
Common = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Desk:
    """What making a block needs: the indicators, the spec's folder, where faults are put."""

    known: Indicators
    folder: Path
    faults: Faults

    def refuse(self, at: Word, reason: str) -> None:
        """Add the fault `reason` at the place of a word; no fault when it is empty."""
        if reason:
            self.faults.append(Fault(at.line, at.column, reason))


def make(one: Card, name: str, desk: Desk) -> card.Blocks:
    """The block that the keys say, called `name` unless they say better."""
    common: Common = {
        "id": one.text("id", name),
        "title": one.text("title"),
        "width": one.text("width", "full"),
        "line": one.line,
        "column": one.column,
    }
    return _MAKERS[one.kind](one, common, desk)


def labelled(names: tuple[str, ...], known: Indicators) -> tuple[tuple[str, str], ...]:
    """Each indicator with its short label, or its id while it is unknown."""
    return tuple((known[name].short if name in known else name, name) for name in names)


def _figures(one: Card, common: Common, _: Desk) -> card.Blocks:
    return card.FiguresBlock(indicators=one.texts("figures"), **common)


def _map(one: Card, common: Common, _: Desk) -> card.Blocks:
    return card.MapBlock(
        indicator=one.text("map"),
        scope=one.text("scope", card.SCOPES[0]),
        classes=one.get("classes", "auto"),
        bounds=tuple(one.get("bounds", ())),
        reference=one.get("reference"),
        **common,
    )


def _circles(one: Card, common: Common, _: Desk) -> card.Blocks:
    scope = one.text("scope", card.SCOPES[0])
    return card.CirclesBlock(indicator=one.text("circles"), scope=scope, **common)


def _ranked(one: Card, common: Common, _: Desk) -> card.Blocks:
    scope = one.text("scope", card.SCOPES[0])
    return card.RankedBlock(indicator=one.text("ranked"), scope=scope, **common)


def _chart(one: Card, common: Common, _: Desk) -> card.Blocks:
    return card.EvolutionBlock(
        indicators=one.texts("indicators"),
        benchmarks=one.texts("benchmarks"),
        layout=one.get("layout", "single"),
        since=one.text("since"),
        **common,
    )


def _shares(one: Card, common: Common, desk: Desk) -> card.Blocks:
    total = one.text("shares")
    parts = labelled(one.texts("parts"), desk.known)
    if not parts and total in desk.known:
        parts = desk.known[total].parts
    return card.SharesBlock(total=total, parts=parts, **common)


def _table(one: Card, common: Common, _: Desk) -> card.Blocks:
    kind = one.get("table", "comparison")
    return card.TableBlock(kind=kind, indicators=one.texts("indicators"), **common)


def _text(one: Card, common: Common, desk: Desk) -> card.Blocks:
    written = one.get("text")
    if isinstance(written, Word):
        return card.TextBlock(name=written, markdown=_shipped(written, desk), **common)
    inner = one.card("text")
    markdown, file = inner.text("markdown"), inner.text("file")
    place = inner.get(inner.kind, Word(""))
    if file:
        markdown, reason = texts.beside(file, desk.folder)
        desk.refuse(place, reason)
    for reason in texts.unknown_fields(markdown):
        desk.refuse(place, reason)
    return card.TextBlock(markdown=markdown, file=file, **common)


def _shipped(name: Word, desk: Desk) -> str:
    if name in texts.parts():
        return texts.part(name)
    hint = suggest(name, texts.parts()) or f" Textes livrés : {', '.join(texts.parts())}."
    desk.refuse(name, f"texte inconnu « {name} ».{hint}")
    return ""


def _questions(one: Card, common: Common, _: Desk) -> card.Blocks:
    return card.QuestionsBlock(items=one.texts("questions"), **common)


def _locator(_one: Card, common: Common, _: Desk) -> card.Blocks:
    return card.LocatorBlock(**common)


def _matrix(one: Card, common: Common, _: Desk) -> card.Blocks:
    rows = tuple(
        card.MatrixItem(
            item=row.text("item"),
            content=row.text("content"),
            indicators=row.texts("indicators"),
            partial=row.get("partial", True),
            local=row.text("local"),
            owed_above=row.get("owed_above"),
            competence=row.get("competence", ""),
        )
        for row in one.cards("matrix")
    )
    return card.MatrixBlock(rows=rows, **common)


def _glossary(one: Card, common: Common, desk: Desk) -> card.Blocks:
    written = one.get("glossary", ())
    if isinstance(written, dict):
        terms = {term: text for term, text in written.items() if text}
    else:
        terms = {term: _definition(term, desk) for term in written}
    ordered = sorted(terms.items(), key=lambda pair: _fold(pair[0]))
    return card.GlossaryBlock(terms=tuple(ordered), **common)


def _definition(term: Word, desk: Desk) -> str:
    known = texts.glossary()
    if term not in known:
        hint = suggest(term, known) or f" Termes livrés : {', '.join(known)}."
        desk.refuse(term, f"terme inconnu « {term} ».{hint}")
    return known.get(term, "")


def _fold(text: str) -> str:
    """`text` without accents or capitals, for the alphabetical order."""
    letters = unicodedata.normalize("NFD", text.casefold().replace("œ", "oe"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


_MAKERS: dict[str, Callable[[Card, Common, Desk], card.Blocks]] = {
    "figures": _figures,
    "map": _map,
    "circles": _circles,
    "ranked": _ranked,
    "chart": _chart,
    "shares": _shares,
    "table": _table,
    "text": _text,
    "questions": _questions,
    "locator": _locator,
    "matrix": _matrix,
    "glossary": _glossary,
}
