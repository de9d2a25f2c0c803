"""From the keys that a spec gives to its frozen values, defaults filled in; nothing is judged."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, cast

from diagnostic.marks import Word
from diagnostic.model import Competence, Series
from diagnostic.spec import card, texts
from diagnostic.spec.blocks import Desk, Indicators, labelled, make
from diagnostic.spec.shapes import Card

FLOOR = 30.0
PERCENT = 100.0  # what a rate is for where the gap of two of them is in points
MOST_FIGURES = 6

_CHOSEN = ("direction", "minimum", "chance", "decimals", "rank", "evolution")
# No dossier goes without these: a spec that leaves them out gets them, with the shipped text.
_STANDING: tuple[tuple[card.SectionKind, str, str], ...] = (
    ("method", "methode", "Méthode"),
    ("sources", "sources", "Sources"),
    ("secrecy", "secret", "Secret statistique"),
)

Measure = dict[str, Any]
Catalogued = Mapping[str, Series]


def indicators(written: Mapping[Word, Card | None], series: Catalogued) -> Indicators:
    """The indicators that could be read, by id, in the order of the file."""
    read = {name: one for name, one in written.items() if one is not None}
    found: Indicators = {name: _indicator(name, one, series) for name, one in read.items()}
    return {name: _completed(found[name], one, found) for name, one in read.items()}


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
    """Who holds the competence by territory code; the others are under "defaut".

    Empty for a spec that says nothing of it: its dossier is not about the competence.
    """
    if written is None:
        return {}
    if not isinstance(written, dict):
        written = {"defaut": written}
    stated = {str(code): str(holder) for code, holder in written.items() if holder}
    return cast("dict[str, Competence]", {"defaut": "inconnue", **stated})


def sections(written: tuple[Card, ...], desk: Desk) -> tuple[card.SectionSpec, ...]:
    """The sections of the file, then those that no dossier goes without."""
    free = not any(one.get("indicators") or one.get("blocks") for one in written)
    found = [_section(one, desk, every=free) for one in written]
    kinds = {section.kind for section in found}
    ids = {section.id for section in found}
    return (*found, *(_standing(*one, ids) for one in _STANDING if one[0] not in kinds))


def _section(one: Card, desk: Desk, *, every: bool) -> card.SectionSpec:
    """One section; with `every`, no section names an indicator and the chapters have them all."""
    name, kind = one.text("id"), one.get("kind", "chapter")
    own = tuple(desk.known) if every and kind == "chapter" else one.texts("indicators")
    written = enumerate(one.cards("blocks"), 1)
    found = tuple(make(block, f"{name}-{rank}", desk) for rank, block in written)
    blocks = found or _usual(name, own, one)
    shown = (indicator for block in blocks for indicator in block.named)
    return card.SectionSpec(
        id=name,
        title=one.text("title"),
        legal=one.text("legal"),
        kind=kind,
        indicators=tuple(dict.fromkeys((*own, *shown))),
        blocks=blocks,
        questions=one.texts("questions"),
        line=one.line,
    )


def _usual(name: str, own: tuple[str, ...], one: Card) -> tuple[card.Blocks, ...]:
    """Key figures and a table, for a section that names indicators and no block."""
    if not own:
        return ()
    figures = card.FiguresBlock(id=f"{name}-1", indicators=own[:MOST_FIGURES])
    table = card.TableBlock(id=f"{name}-2", kind="comparison", indicators=own)
    return tuple(replace(block, line=one.line, column=one.column) for block in (figures, table))


def _standing(kind: card.SectionKind, name: str, title: str, ids: set[str]) -> card.SectionSpec:
    own = f"dossier-{name}" if name in ids else name
    text = card.TextBlock(id=f"{own}-texte", name=name, markdown=texts.part(name))
    return card.SectionSpec(id=own, title=title, kind=kind, blocks=(text,))


def _indicator(name: Word, one: Card, series: Catalogued) -> card.IndicatorSpec:
    measure = _MEASURES[one.kind](one, series)
    label = one.text("label", name)
    unit = one.text("unit", measure.pop("unit", ""))
    meaning = one.text("meaning", measure.pop("meaning", ""))
    chosen = {key: one.get(key) for key in _CHOSEN if one.get(key) is not None}
    return card.IndicatorSpec(
        id=name,
        label=label,
        short=one.text("short", label),
        subject=one.text("subject", f"l’indicateur « {label} »"),
        unit=unit,
        unit_short=one.text("unit_short", unit),
        plural=one.get("plural", False),
        feminine=one.get("feminine", False),
        meaning=meaning,
        required=one.get("required", False),
        note=one.text("note"),
        **(measure | chosen),
    )


def _completed(one: card.IndicatorSpec, written: Card, known: Indicators) -> card.IndicatorSpec:
    """The indicator with what others lend it: the labels of its parts, the unit of a gap."""
    names = written.texts("dominant") or written.texts("parts")
    one = replace(one, parts=labelled(names, known))
    source = known.get(one.of)
    if one.kind != "gap" or one.unit or source is None:
        return one
    percent = source.per == PERCENT
    unit, short = ("points",) * 2 if percent else (source.unit, source.unit_short)
    return replace(one, unit=unit, unit_short=one.unit_short or short)


def _counted(one: Card, series: Catalogued) -> Measure:
    name, years = one.text("series"), one.get("mean", 1)
    kind = "mean" if years > 1 else "series"
    return {"kind": kind, "series": name, "years": years} | _said(series.get(name))


def _published(one: Card, series: Catalogued) -> Measure:
    name = one.text("published")
    return {"kind": "published", "series": name, "rank": True} | _said(series.get(name))


def _ratio(one: Card, series: Catalogued) -> Measure:
    above, nested = one.text("numerator"), one.get("nested", False)
    events = series.get(above)
    counted = events is not None and events.kind == "count"
    return {
        "kind": "ratio",
        "numerator": above,
        "denominator": one.text("denominator"),
        "factor": float(one.get("factor", 100.0)),
        "nested": nested,
        "minimum": FLOOR,
        "chance": ("proportion" if nested else "rate") if counted else "none",
        "rank": True,
    }


def _gap(one: Card, _: Catalogued) -> Measure:
    gap = one.card("gap")
    return {"kind": "gap", "of": gap.text("of"), "to": gap.text("to")}


def _scenario(one: Card, _: Catalogued) -> Measure:
    scenario = one.card("scenario")
    named = {key: scenario.text(key) for key in ("of", "to", "base")}
    return {"kind": "scenario", **named, "evolution": False}


def _dominant(_one: Card, _: Catalogued) -> Measure:
    return {"kind": "dominant", "evolution": False}


def _without(one: Card, _: Catalogued) -> Measure:
    absent = one.texts("without")
    return {"kind": "without", "absent": absent, "unit": "communes", "evolution": False}


_MEASURES: dict[str, Callable[[Card, Catalogued], Measure]] = {
    "series": _counted,
    "published": _published,
    "numerator": _ratio,
    "gap": _gap,
    "scenario": _scenario,
    "dominant": _dominant,
    "without": _without,
}


def _said(found: Series | None) -> Measure:
    return {"unit": found.unit, "meaning": found.definition} if found else {}
