"""From the keys that a spec gives to the frozen values, defaults filled in; nothing is judged."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from diagnostic.errors import Fault
from diagnostic.marks import Word
from diagnostic.model import Competence, Series
from diagnostic.spec import card, texts
from diagnostic.spec.shapes import Card, Faults, suggest

SUMMABLE = frozenset({"count", "estimate", "amount"})
FLOOR = 30.0
MOST_FIGURES = 6
_CHOSEN = ("direction", "minimum", "chance", "decimals", "rank", "evolution")
_ALWAYS = {
    "method": ("methode", "Méthode"),
    "sources": ("sources", "Sources"),
    "secrecy": ("secret", "Secret statistique"),
}

Indicators = dict[str, card.IndicatorSpec]


def indicators(written: Mapping[Word, Card | None], series: Mapping[str, Series]) -> Indicators:
    """The indicators that could be read, by id, in the order of the file."""
    found: Indicators = {
        name: _indicator(name, one, series) for name, one in written.items() if one
    }
    return {name: _name_parts(one, written[Word(name)], found) for name, one in found.items()}


def _indicator(name: Word, one: Card, series: Mapping[str, Series]) -> card.IndicatorSpec:
    measure = _MEASURES[one.kind](one, series)
    label = one.text("label", name)
    unit = one.text("unit", measure.pop("unit", ""))
    chosen = {key: one.get(key) for key in _CHOSEN}
    return card.IndicatorSpec(
        id=name,
        label=label,
        short=one.text("short", label),
        subject=one.text("subject", f"l’indicateur « {label} »"),
        unit=unit,
        unit_short=one.text("unit_short", unit),
        plural=one.get("plural", False),
        feminine=one.get("feminine", False),
        meaning=one.text("meaning", measure.pop("meaning", "")),
        required=one.get("required", False),
        note=one.text("note"),
        **{**measure, **{key: value for key, value in chosen.items() if value is not None}},
    )


def _counted(one: Card, series: Mapping[str, Series]) -> dict[str, Any]:
    name = one.text("series")
    years = one.get("mean", 1)
    found = series.get(name)
    kind = "mean" if years > 1 else "series"
    return {"kind": kind, "series": name, "years": years} | _said(found)


def _published(one: Card, series: Mapping[str, Series]) -> dict[str, Any]:
    name = one.text("published")
    return {"kind": "published", "series": name, "rank": True} | _said(series.get(name))


def _ratio(one: Card, series: Mapping[str, Series]) -> dict[str, Any]:
    above, below = one.text("numerator"), one.text("denominator")
    nested = one.get("nested", False)
    events = series.get(above)
    counted = events is not None and events.kind == "count"
    return {
        "kind": "ratio",
        "numerator": above,
        "denominator": below,
        "factor": float(one.get("factor", 100.0)),
        "nested": nested,
        "minimum": FLOOR,
        "chance": ("proportion" if nested else "rate") if counted else "none",
        "rank": True,
    }


def _gap(one: Card, _: Mapping[str, Series]) -> dict[str, Any]:
    gap = one.card("gap")
    return {"kind": "gap", "of": gap.text("of"), "to": gap.text("to"), "unit": "points"}


def _scenario(one: Card, _: Mapping[str, Series]) -> dict[str, Any]:
    scenario = one.card("scenario")
    named = {key: scenario.text(key) for key in ("of", "to", "base")}
    return {"kind": "scenario", **named, "evolution": False}


def _dominant(one: Card, _: Mapping[str, Series]) -> dict[str, Any]:
    return {"kind": "dominant", "parts": tuple(("", name) for name in one.texts("dominant"))}


def _without(one: Card, _: Mapping[str, Series]) -> dict[str, Any]:
    return {"kind": "without", "absent": one.texts("without"), "unit": "communes"}


_MEASURES: dict[str, Callable[[Card, Mapping[str, Series]], dict[str, Any]]] = {
    "series": _counted,
    "published": _published,
    "numerator": _ratio,
    "gap": _gap,
    "scenario": _scenario,
    "dominant": _dominant,
    "without": _without,
}


def _said(found: Series | None) -> dict[str, Any]:
    return {"unit": found.unit, "meaning": found.definition} if found else {}


def _name_parts(
    one: card.IndicatorSpec, written: Card | None, known: Indicators
) -> card.IndicatorSpec:
    names = written.texts("parts") if written else ()
    names = names or tuple(name for _, name in one.parts)
    return replace(one, parts=_labelled(names, known))


def _labelled(names: tuple[str, ...], known: Indicators) -> tuple[tuple[str, str], ...]:
    return tuple((known[name].short if name in known else name, name) for name in names)


@dataclass(frozen=True, slots=True)
class Outline:
    """Makes the sections and their blocks; what a text lacks is added to `faults`."""

    known: Indicators
    folder: Path
    faults: Faults

    def sections(self, written: tuple[Card, ...]) -> tuple[card.SectionSpec, ...]:
        """The sections of the file, then those that no dossier goes without."""
        free = not any(one.get("indicators") or one.get("blocks") for one in written)
        found = [self._section(one, every=free) for one in written]
        kinds = {section.kind for section in found}
        for kind, (name, title) in _ALWAYS.items():
            if kind not in kinds:
                found.append(self._standing(kind, name, title))
        return tuple(found)

    def _section(self, one: Card, *, every: bool) -> card.SectionSpec:
        name, kind = one.text("id"), one.text("kind", "chapter")
        own = one.texts("indicators")
        if every and kind == "chapter":
            own = tuple(self.known)
        blocks = tuple(
            self._block(block, f"{name}-{rank}")
            for rank, block in enumerate(one.cards("blocks"), 1)
        )
        if not one.get("blocks"):
            blocks = self._usual(name, own, one)
        shown = (indicator for block in blocks for indicator in block.named)
        return card.SectionSpec(
            id=name,
            title=one.text("title"),
            legal=one.text("legal"),
            kind=cast("card.SectionKind", str(kind)),
            indicators=tuple(dict.fromkeys((*own, *shown))),
            blocks=blocks,
            questions=one.texts("questions"),
            line=one.line,
        )

    def _usual(self, name: str, own: tuple[str, ...], one: Card) -> tuple[card.Blocks, ...]:
        """Key figures and a table, where a section names indicators and no block."""
        if not own:
            return ()
        figures = card.FiguresBlock(id=f"{name}-1", indicators=own[:MOST_FIGURES])
        table = card.TableBlock(id=f"{name}-2", kind="comparison", indicators=own)
        return tuple(replace(block, line=one.line, column=one.column) for block in (figures, table))

    def _standing(self, kind: str, name: str, title: str) -> card.SectionSpec:
        blocks: tuple[card.Blocks, ...] = ()
        if name in texts.parts():
            blocks = (card.TextBlock(id=f"{kind}-1", markdown=texts.part(name), name=name),)
        return card.SectionSpec(
            id=kind, title=title, kind=cast("card.SectionKind", kind), blocks=blocks
        )

    def _block(self, one: Card, name: str) -> card.Blocks:
        common = {
            "id": one.text("id", name),
            "title": one.text("title"),
            "width": one.text("width", "full"),
            "line": one.line,
            "column": one.column,
        }
        make: Callable[[Card, dict[str, Any]], card.Blocks] = getattr(self, f"_{one.kind}")
        return make(one, common)

    def _figures(self, one: Card, common: dict[str, Any]) -> card.Blocks:
        return card.FiguresBlock(indicators=one.texts("figures"), **common)

    def _map(self, one: Card, common: dict[str, Any]) -> card.Blocks:
        return card.MapBlock(
            indicator=one.text("map"),
            scope=one.text("scope", card.SCOPES[0]),
            classes=one.get("classes", "auto"),
            bounds=tuple(one.get("bounds", ())),
            reference=one.get("reference"),
            **common,
        )

    def _circles(self, one: Card, common: dict[str, Any]) -> card.Blocks:
        scope = one.text("scope", card.SCOPES[0])
        return card.CirclesBlock(indicator=one.text("circles"), scope=scope, **common)

    def _ranked(self, one: Card, common: dict[str, Any]) -> card.Blocks:
        scope = one.text("scope", card.SCOPES[0])
        return card.RankedBlock(indicator=one.text("ranked"), scope=scope, **common)

    def _chart(self, one: Card, common: dict[str, Any]) -> card.Blocks:
        return card.EvolutionBlock(
            indicators=one.texts("indicators"),
            benchmarks=one.texts("benchmarks"),
            layout=one.get("layout", "single"),
            since=one.text("since"),
            **common,
        )

    def _shares(self, one: Card, common: dict[str, Any]) -> card.Blocks:
        total = one.text("shares")
        known = self.known.get(total)
        parts = _labelled(one.texts("parts"), self.known) or (known.parts if known else ())
        return card.SharesBlock(total=total, parts=parts, **common)

    def _table(self, one: Card, common: dict[str, Any]) -> card.Blocks:
        kind = one.get("table", "comparison")
        return card.TableBlock(kind=kind, indicators=one.texts("indicators"), **common)

    def _text(self, one: Card, common: dict[str, Any]) -> card.Blocks:
        written = one.get("text")
        inner = written if isinstance(written, Card) else Card({}, one.line, one.column)
        markdown, file, name = inner.text("markdown"), inner.text("file"), ""
        if isinstance(written, Word):
            name, markdown = written, self._part(written)
        elif file:
            markdown, reason = texts.beside(file, self.folder)
            self._refuse(inner.get("file"), reason)
        for reason in texts.unknown_fields(markdown):
            self._refuse(inner.get("markdown") or inner.get("file") or written, reason)
        return card.TextBlock(markdown=markdown, name=name, file=file, **common)

    def _part(self, name: Word) -> str:
        if name in texts.parts():
            return texts.part(name)
        hint = suggest(name, texts.parts()) or f" Textes livrés : {', '.join(texts.parts())}."
        self._refuse(name, f"texte inconnu « {name} ».{hint}")
        return ""

    def _questions(self, one: Card, common: dict[str, Any]) -> card.Blocks:
        return card.QuestionsBlock(items=one.texts("questions"), **common)

    def _locator(self, _: Card, common: dict[str, Any]) -> card.Blocks:
        return card.LocatorBlock(**common)

    def _matrix(self, one: Card, common: dict[str, Any]) -> card.Blocks:
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

    def _glossary(self, one: Card, common: dict[str, Any]) -> card.Blocks:
        written = one.get("glossary", ())
        if isinstance(written, dict):
            terms = {term: text for term, text in written.items() if text}
        else:
            terms = {term: self._definition(term) for term in written}
        ordered = sorted(terms.items(), key=lambda pair: fold(pair[0]))
        return card.GlossaryBlock(terms=tuple(ordered), **common)

    def _definition(self, term: Word) -> str:
        known = texts.glossary()
        if term not in known:
            hint = suggest(term, known) or f" Termes livrés : {', '.join(known)}."
            self._refuse(term, f"terme inconnu « {term} ».{hint}")
        return known.get(term, "")

    def _refuse(self, at: Word, reason: str) -> None:
        if reason:
            self.faults.append(Fault(at.line, at.column, reason))


def essentials(one: Card, known: Indicators) -> card.EssentialsSpec:
    """The one-page summary; by default the first indicators that have a number."""
    numbers = tuple(name for name, indicator in known.items() if indicator.kind != "dominant")
    return card.EssentialsSpec(
        figures=one.texts("figures") or numbers[:MOST_FIGURES],
        map=one.get("map"),
        map_reference=one.get("map_reference"),
        findings=one.get("findings", 3),
    )


def competence(written: Any) -> dict[str, Competence]:
    """Who holds the competence by territory code; the others are under "defaut"."""
    if not isinstance(written, dict):
        written = {"defaut": written}
    stated = {str(code): str(holder) for code, holder in written.items() if holder}
    return cast("dict[str, Competence]", {"defaut": "inconnue", **stated})


def fold(text: str) -> str:
    """`text` without accents or capitals, for the alphabetical order."""
    letters = unicodedata.normalize("NFD", text.casefold().replace("œ", "oe"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
