"""Small multiples of an index: several places on one base, the period that the caption names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from diagnostic import spec
from diagnostic.engine import words
from diagnostic.engine.compare import base_period, index
from diagnostic.engine.figures import Ledger
from diagnostic.engine.places import Place
from diagnostic.model import Absence, Figure, Line, Lines, Measure
from diagnostic.wording import grammar, names, notes, numbers, periods
from diagnostic.wording.typography import NBSP, THIN

MOST_PANELS = 5


def multiples(block: spec.EvolutionBlock, places: Iterable[Place], ledger: Ledger) -> Lines | None:
    """The index of the territory and of the other `places`, None without two that have one.

    All share the base, the oldest period of the territory that may be compared with its newest;
    a place without a value there has no index, and the note says so.
    """
    indicator_id = block.indicators[0]
    base = base_period(ledger, indicator_id, block.since)
    if not base:
        return None
    lines: list[Line] = []
    left: list[str] = []
    for place in places:
        found = index(ledger, indicator_id, place, base, block.since)
        if isinstance(found, Absence):
            left.append(f"{_name(place)} ({found.reason})")
        else:
            lines.append(_line(place, found, base, ledger))
    if len(lines) < 2 or not lines[0].own:
        return None
    lines = lines[:MOST_PANELS]
    figures = [ledger.figures[key] for line in lines for key in line.points]
    reading = _reading(ledger, figures[-1], base)
    of_means = " de moyennes" if ledger.indicator(indicator_id).kind == "mean" else ""
    return Lines(
        id=block.id,
        width=block.width,
        title=block.title or ledger.indicator(indicator_id).label,
        finding="",
        caption=f"Indice base 100 en {periods.text(base)}",
        unit="indice",
        lines=tuple(lines),
        layout="multiples",
        zero_base=False,
        reference=100.0,
        reading=reading,
        alt=grammar.capitalised(reading),
        source=words.sources_of(ledger, figures, f"Calcul{NBSP}: indice{of_means}"),
        notes=(f"Sans indice{NBSP}: {f'{THIN}; '.join(left)}.",) if left else (),
    )


def _name(place: Place) -> str:
    return "autres communes de l’EPCI" if place.territory.level == "custom" else words.short(place)


def _line(
    place: Place, found: tuple[tuple[Figure, Measure], ...], base: str, ledger: Ledger
) -> Line:
    keys = [ledger.add(_indexed(figure, measure, base)).id for figure, measure in found]
    return Line(name=words.short(place), own=place is ledger.around.own, points=tuple(keys))


def _indexed(figure: Figure, measure: Measure, base: str) -> Figure:
    """The index of a figure, as a figure of its own."""
    return replace(
        figure,
        id=f"{figure.id}/indice-{base.replace('/', '_')}",
        label=f"{figure.label}, indice",
        unit="indice",
        value=measure.value,
        lower=measure.lower,
        upper=measure.upper,
        decimals=0,
        text=numbers.number(measure.value),
        show="plain",
        flags=("derived",),
        interval_text="",
        likely_lower=None,
        likely_upper=None,
    )


def _reading(ledger: Ledger, last: Figure, base: str) -> str:
    """« À Reims, en 2023–2025, l’indice 75 signifie 25 % de naissances de moins… »."""
    where = ledger.territories[f"{last.level}/{last.code}"]
    at = names.benchmark("epci_communes").at if where.level == "custom" else names.at(where)
    noun = ledger.indicator(last.indicator).unit.removesuffix(" par an")
    return notes.reading_index(last.value or 0.0, at, noun, base, last.period)
