"""Maps of a report: choropleths of rates, circles of counts, over the communes of the EPCI.

A map needs five values at least; below, None is given and the indicator is left to the tables.
"""

from __future__ import annotations

from diagnostic import indicators, spec
from diagnostic.engine import words
from diagnostic.engine.charts import FEWEST_MAPPED, references
from diagnostic.engine.compare import is_comparable
from diagnostic.engine.figures import Ledger
from diagnostic.indicators.classes import Rule
from diagnostic.model import Absence, Area, Choropleth, Circles, Figure
from diagnostic.wording import grammar, names, numbers, periods, sentences
from diagnostic.wording.typography import NBSP


def choropleth(block: spec.MapBlock, ledger: Ledger) -> Choropleth | None:
    """A map of a rate or median over the communes of the perimeter, five values at least."""
    if ledger.around.perimeter is None:
        return None
    indicator = ledger.indicator(block.indicator)
    figures = _mapped(block.indicator, ledger)
    fit = [f for f in figures if is_comparable(f) and f.value is not None]
    if len(fit) < FEWEST_MAPPED:
        return None
    anchor = _anchor(block.indicator, block.reference, ledger)
    classes = indicators.classes(
        [f.value for f in fit if f.value is not None],
        rule=_rule(block, anchor),
        bounds=block.bounds,
        reference=anchor.value or 0.0 if anchor else 0.0,
    )
    if isinstance(classes, Absence):
        return None
    extremes = {fit_end.code for fit_end in _extremes(fit)}
    own = ledger.around.own.territory.code
    areas = tuple(
        Area(
            code=f.code,
            name=names.printed(f.name),
            figure=f.id,
            own=f.code == own,
            labelled=f.code == own or f.code in extremes,
        )
        for f in figures
    )
    marks = references(block.indicator, ledger)
    if anchor is not None:
        marks = tuple(mark for mark in marks if mark.figure == anchor.id)
    else:
        marks = tuple(mark for mark in marks if mark.benchmark in ("departement", "france"))[:1]
    example = ledger.newest(block.indicator)
    if example.value is None or example.show not in ("plain", "approx"):
        example = fit[0]
    return Choropleth(
        id=block.id,
        width=block.width,
        title=block.title or indicator.label,
        finding=words.comparison_finding(ledger, block.indicator),
        caption=words.caption(fit, indicator),
        unit=indicator.unit_short or indicator.unit,
        perimeter=ledger.around.perimeter.territory.code,
        perimeter_level="epci",
        areas=areas,
        bounds=classes.bounds,
        method=classes.method,
        palette="diverging" if anchor else "sequential",
        references=marks,
        reading=words.reading(ledger, example),
        source=words.sources_of(ledger, fit, classes.method, indicator.note),
        signs=words.signs(figures),
        alt=_map_alt(block.indicator, fit, len(figures), ledger),
    )


def _rule(block: spec.MapBlock, anchor: Figure | None) -> Rule | None:
    """The rule of the classes: the spec's, else around the reference, else by skewness."""
    if block.classes != "auto":
        return block.classes
    return "reference" if anchor is not None else None


def _map_alt(indicator_id: str, fit: list[Figure], count: int, ledger: Ledger) -> str:
    """Lowest, highest and the territory, in a sentence that names the indicator and its unit."""
    low, high = _extremes(fit)
    own = ledger.newest(indicator_id)
    indicator = ledger.indicator(indicator_id)
    whose = grammar.capitalised(names.printed(own.name))
    mine = f" {whose}{NBSP}: {own.text}." if own.value is not None else ""
    return (
        f"{indicator.label}, {periods.text(low.period)}{NBSP}: "
        f"{numbers.count(len(fit), 'commune')} sur {count} avec une valeur, de {low.text} "
        f"({names.printed(low.name)}) à "
        f"{sentences.amount(words.said_after_label(indicator, high))} "
        f"({names.printed(high.name)}).{mine}"
    )


def _anchor(indicator_id: str, key: str | None, ledger: Ledger) -> Figure | None:
    """The benchmark's figure that a diverging map stands around."""
    place = ledger.around.named().get(key or "")
    if place is None:
        return None
    figure = ledger.newest(indicator_id, place)
    return figure if figure.value is not None else None


def _mapped(indicator_id: str, ledger: Ledger) -> list[Figure]:
    period = ledger.period(ledger.indicator(indicator_id))
    return [ledger.at(indicator_id, place, period) for place in ledger.around.peers]


def _extremes(figures: list[Figure]) -> tuple[Figure, Figure]:
    ordered = sorted(figures, key=lambda f: (f.value or 0, f.code))
    return ordered[0], ordered[-1]


def circles(block: spec.CirclesBlock, ledger: Ledger) -> Circles | None:
    """Circles whose surface is the count, over the communes of the perimeter."""
    if ledger.around.perimeter is None:
        return None
    indicator = ledger.indicator(block.indicator)
    figures = _mapped(block.indicator, ledger)
    known = [f for f in figures if f.value is not None and f.show != "from_epci"]
    if len(known) < FEWEST_MAPPED:
        return None
    own = ledger.around.own.territory.code
    largest = {f.code for f in sorted(known, key=lambda f: (-(f.value or 0), f.code))[:4]}
    areas = tuple(
        Area(
            code=f.code,
            name=names.printed(f.name),
            figure=f.id,
            own=f.code == own,
            labelled=f.code == own or f.code in largest,
        )
        for f in figures
    )
    perimeter = ledger.at(block.indicator, ledger.around.perimeter, ledger.period(indicator))
    return Circles(
        id=block.id,
        width=block.width,
        title=block.title or indicator.label,
        caption=words.caption(known, indicator),
        unit=indicator.unit_short or indicator.unit,
        perimeter=ledger.around.perimeter.territory.code,
        perimeter_level="epci",
        areas=areas,
        reading=_circle_reading(block.indicator, perimeter, known, ledger),
        source=words.sources_of(ledger, known, indicator.note),
        signs=words.signs(figures),
        alt=_map_alt(block.indicator, known, len(figures), ledger),
    )


def _circle_reading(
    indicator_id: str, perimeter: Figure, known: list[Figure], ledger: Ledger
) -> str:
    """The territory among its EPCI; the largest commune for the EPCI's own dossier."""
    own = ledger.newest(indicator_id)
    if own.code == perimeter.code or own.value is None:
        own = max(known, key=lambda f: f.value or 0)
    text = words.reading(ledger, own)
    if text and perimeter.value:
        text = f"{text[:-1]}, sur {perimeter.text} dans l’EPCI."
    return text
