"""Blocks that are drawn: key figures, ranked dots, evolutions, shares, maps, from their specs.

Each builder gives a block, or None when the report has too little to draw (fewer than five
mapped values, fewer than two periods): the indicator is then left to the tables.
"""

from __future__ import annotations

from dataclasses import replace

from diagnostic import spec
from diagnostic.engine import multiples, words
from diagnostic.engine.compare import (
    COUNTED,
    JUDGED,
    SMALLEST,
    against,
    breaks_of,
    evolve,
    history,
    rank,
)
from diagnostic.engine.figures import Ledger
from diagnostic.engine.places import Place, is_large_part
from diagnostic.model import (
    BreakMark,
    Figure,
    KeyFigure,
    KeyFigures,
    Line,
    Lines,
    Ranked,
    RankedRow,
    Reference,
    ShareBar,
    SharePart,
    Shares,
)
from diagnostic.wording import grammar, magnitudes, names, notes, numbers, periods, sentences
from diagnostic.wording.typography import NBSP, THIN

FEWEST_MAPPED = 5
MOST_ROWS = 35  # rows of ranked dots that a page holds beside its title and small print
FARTHEST = 10  # times the territory: a benchmark beyond would flatten its line


def key_figures(block: spec.FiguresBlock, ledger: Ledger) -> KeyFigures | None:
    """The rows of the indicators that the territory has a value for."""
    rows = tuple(
        row
        for indicator_id in block.indicators
        if (row := _key_figure(indicator_id, ledger)) is not None
    )
    if not rows:
        return None
    figures = [ledger.figures[row.figure] for row in rows]
    others = [ledger.figures[c.other] for row in rows for c in row.comparisons]
    return KeyFigures(
        id=block.id,
        title=block.title,
        width=block.width,
        rows=rows,
        signs=words.signs([*figures, *others]),
        source=words.licences(ledger, [*figures, *others]),
        alt=" ".join(words.labelled(ledger, figure.indicator) for figure in figures),
    )


def _key_figure(indicator_id: str, ledger: Ledger) -> KeyFigure | None:
    """A figure beside its benchmarks; a count stands alone, a larger place says nothing of it."""
    own = ledger.newest(indicator_id)
    indicator = ledger.indicator(indicator_id)
    if own.value is None or own.show == "ns":
        return None
    comparisons = [
        c
        for c in against(ledger, indicator_id)
        if c.benchmark in ledger.around.benchmarks and indicator.kind in JUDGED
    ]
    shown = tuple(c for c in comparisons if ledger.figures[c.other].value is not None)
    missing = [
        (ledger.figures[c.other], words.short(ledger.around.benchmarks[c.benchmark]))
        for c in comparisons
        if ledger.figures[c.other].value is None
    ]
    printed = [own, *(ledger.figures[c.other] for c in shown)]
    unit = indicator.unit.removeprefix("% ") if indicator.unit != "%" else ""
    if indicator.kind == "dominant":
        unit = f"{numbers.number(own.value, 1)} {unit}".rstrip()
    return KeyFigure(
        figure=own.id,
        label=indicator.label,
        unit_text=", ".join(filter(None, (unit, own.period_text))),
        comparisons=shown,
        absent=notes.absent_levels(missing),
        note=grammar.capitalised(" · ".join(filter(None, (_strip_note(own, ledger), own.reason)))),
        source=words.cited(ledger, printed),
    )


def _strip_note(figure: Figure, ledger: Ledger) -> str:
    """What the interval on the strip is; a rate published with a decimal is not rounded to 5."""
    if not figure.interval_text or figure.numerator is None:
        return ""
    rounding = ledger.shelf.series(figure.numerator.series).rounding
    if figure.interval == "rounding" and rounding is not None and rounding.step < 1:
        return "Intervalle permis par la décimale publiée"
    return grammar.capitalised(notes.interval_note(figure.interval))


def ranked(block: spec.RankedBlock, ledger: Ledger) -> Ranked | None:
    """The communes of the perimeter from the highest, those that cannot be ranked apart."""
    indicator = ledger.indicator(block.indicator)
    ranking = rank(ledger, block.indicator)
    own_code = ledger.around.own.territory.code
    rows = [RankedRow(figure=figure.id, rank=place) for figure, place in ranking.ranked]
    left = [figure for figure in ranking.unranked if figure.value is not None]
    unranked = [RankedRow(figure=figure.id) for figure in left]
    if len(rows) < FEWEST_MAPPED:
        return None
    rows, unranked, cut = fit(rows, unranked, ledger, own_code)
    shown = [ledger.figures[row.figure] for row in (*rows, *unranked)]
    marks = references(block.indicator, ledger)
    cited = [ledger.figures[reference.figure] for reference in marks]
    example = words.notable(ranking, own_code) or ledger.newest(block.indicator)
    return Ranked(
        id=block.id,
        width=block.width,
        title=block.title or indicator.label,
        finding=words.comparison_finding(ledger, block.indicator),
        caption=words.caption(shown, indicator),
        unit=indicator.unit_short or indicator.unit,
        rows=tuple(rows),
        unranked=tuple(unranked),
        unranked_reason=_unranked_reason(left, ranking.reason),
        references=marks,
        reading=words.reading(ledger, example, ranking.of(example.code)),
        source=words.sources_of(ledger, [*shown, *cited], indicator.note),
        notes=tuple(filter(None, (cut, _sums(cited)))),
        signs=words.signs([*shown, *cited]),
        alt=_ranked_alt(block.indicator, ledger),
    )


def _ranked_alt(indicator_id: str, ledger: Ledger) -> str:
    """The finding, then its numbers."""
    finding = words.comparison_finding(ledger, indicator_id)
    said = [grammar.stopped(finding) if finding else "", words.labelled(ledger, indicator_id)]
    return " ".join(filter(None, said))


def _sums(figures: list[Figure]) -> str:
    """The interval of the references that are sums of rounded counts."""
    said = [
        f"{_place(figure)} {figure.interval_text}"
        for figure in figures
        if "sum_of_rounded" in figure.flags and figure.interval_text
    ]
    return f"Intervalles des sommes de communes{NBSP}: {f'{THIN}; '.join(said)}." if said else ""


def _place(figure: Figure) -> str:
    """« EPCI », « Marne », « autres communes de l’EPCI »: whose sum it is."""
    if figure.level == "custom":
        return "autres communes de l’EPCI"
    return "EPCI" if figure.level == "epci" else names.printed(figure.name)


def _unranked_reason(figures: list[Figure], general: str) -> str:
    if general:
        return general
    reasons: dict[str, None] = {}
    for figure in figures:
        if figure.reason:
            reasons[figure.reason] = None
        elif "fragile" in figure.flags:
            reasons[f"effectif de moins de {numbers.number(200)}, estimation fragile"] = None
        elif "over_100" in figure.flags:
            reasons[f"rapport supérieur à 100{NBSP}: population vivant en établissement"] = None
    return f"{THIN}; ".join(reasons)


def fit(
    rows: list[RankedRow], unranked: list[RankedRow], ledger: Ledger, own: str
) -> tuple[list[RankedRow], list[RankedRow], str]:
    """At most a page of rows: the ends of the ranking and the surroundings of the territory.

    Gives the ranked rows, each with how many are left out before it, the rows without rank, and
    the note of what is left out, "" when all is there. `own` is the territory's code.
    """
    room = MOST_ROWS - min(len(unranked), 2)
    if len(rows) + len(unranked) <= MOST_ROWS:
        return rows, unranked, ""
    if len(rows) <= room:
        kept = unranked[: MOST_ROWS - len(rows)]
        kept = [] if len(kept) < len(unranked) and len(kept) < 3 else kept
        return rows, kept, _cut_note(len(unranked) - len(kept), unranked=True)
    position = next((i for i, row in enumerate(rows) if ledger.figures[row.figure].code == own), 0)
    chosen = {
        *range(10),
        *range(len(rows) - 10, len(rows)),
        *range(max(0, position - 6), min(len(rows), position + 7)),
    }
    places = sorted(chosen)
    kept = [
        replace(rows[place], skipped=place - before - 1)
        for before, place in zip([-1, *places], places, strict=False)
    ]
    return kept, [], _cut_note(len(rows) - len(kept) + len(unranked), unranked=False)


def _cut_note(count: int, unranked: bool) -> str:
    if count <= 0:
        return ""
    what = numbers.count(count, "commune non classée" if unranked else "commune")
    verb = "ne figurent pas" if count > 1 else "ne figure pas"
    return f"{what} {verb} ici{NBSP}: toutes les valeurs sont en annexe."


def references(indicator_id: str, ledger: Ledger) -> tuple[Reference, ...]:
    """The benchmarks with a value, as reference lines."""
    found = []
    for comparison in against(ledger, indicator_id):
        figure = ledger.figures[comparison.other]
        if figure.value is None or figure.show == "ns":
            continue
        if comparison.benchmark == "epci_hors_commune" and not _weighs(ledger):
            continue
        place = ledger.around.named()[comparison.benchmark]
        label = (
            "Autres communes de l’EPCI"
            if comparison.benchmark == "epci_hors_commune"
            else words.short(place)
        )
        found.append(Reference(figure=figure.id, benchmark=comparison.benchmark, label=label))
    return tuple(found)


def _weighs(ledger: Ledger) -> bool:
    """Whether the territory is too much of its EPCI to be compared with it included."""
    own = ledger.around.own.territory
    perimeter = ledger.around.perimeter
    return perimeter is not None and is_large_part(own, perimeter.territory)


def evolution(block: spec.EvolutionBlock, ledger: Ledger) -> Lines | None:
    """Lines of the territory and its benchmarks over time, or small multiples of an index."""
    if block.layout == "multiples":
        places = [*_line_places(block, ledger), *ledger.around.cities]
        return multiples.multiples(block, places, ledger)
    indicator_id = block.indicators[0]
    indicator = ledger.indicator(indicator_id)
    lines = _lines(indicator_id, block, ledger)
    if not lines:
        return None
    figures = [ledger.figures[key] for line in lines for key in (*line.points, *line.dots)]
    proof = words.evolution_proof(ledger, indicator_id, block.since)
    refused = evolve(ledger, indicator_id, since=block.since)
    remark = ""
    if refused is not None and refused.trend == "refused":
        remark = grammar.common(sentences.evolution(words.subject(indicator), refused))
    return Lines(
        id=block.id,
        width=block.width,
        title=block.title or indicator.label,
        finding=words.evolution_finding(ledger, indicator_id, block.since),
        caption=_line_caption(indicator, figures),
        unit=indicator.unit_short or indicator.unit,
        lines=lines,
        breaks=_marks(indicator_id, ledger, figures),
        zero_base=indicator.kind in ("series", "mean"),
        reading=words.evolution_reading(ledger, indicator_id, block.since) or remark,
        source=words.sources_of(ledger, figures, indicator.note),
        signs=words.signs(figures),
        alt=proof or grammar.capitalised(words.reading(ledger, ledger.newest(indicator_id))),
    )


def _lines(indicator_id: str, block: spec.EvolutionBlock, ledger: Ledger) -> tuple[Line, ...]:
    """The territory's line first, then the benchmarks of its order of magnitude; () without it.

    Counts that never reach 20 are left to the table: their line would say nothing.
    """
    own = _line(indicator_id, ledger.around.own, ledger, block.since)
    if own is None:
        return ()
    top = _highest(own, ledger)
    if ledger.indicator(indicator_id).kind in COUNTED and top < SMALLEST:
        return ()
    others = [
        line
        for place in _line_places(block, ledger)[1:]
        if (line := _line(indicator_id, place, ledger, block.since)) is not None
    ]
    return (own, *(line for line in others if _highest(line, ledger) <= FARTHEST * top))


def _highest(line: Line, ledger: Ledger) -> float:
    return max(ledger.figures[key].value or 0.0 for key in line.points)


def _line_caption(indicator: spec.IndicatorSpec, figures: list[Figure]) -> str:
    years = [f.period.split("/") for f in figures]
    first, last = min(y[0] for y in years), max(y[-1] for y in years)
    text = f"{grammar.capitalised(indicator.unit)}, {periods.extent(first, last)}"
    return f"{text} (p{NBSP}: provisoire)" if any(f.provisional for f in figures) else text


def _line_places(block: spec.EvolutionBlock, ledger: Ledger) -> list[Place]:
    named = ledger.around.named()
    return [ledger.around.own, *(named[key] for key in block.benchmarks if key in named)]


def _line(indicator_id: str, place: Place, ledger: Ledger, since: str) -> Line | None:
    """A line needs two periods with a value."""
    figures = [
        f
        for f in history(ledger, indicator_id, place)
        if f.value is not None and f.show in ("plain", "approx") and f.period >= since
    ]
    if len(figures) < 2:
        return None
    return Line(
        name=words.short(place),
        own=place is ledger.around.own,
        points=tuple(figure.id for figure in figures),
        dots=_dots(indicator_id, place, ledger, since),
    )


def _dots(indicator_id: str, place: Place, ledger: Ledger, since: str) -> tuple[str, ...]:
    """The single years behind a mean of several, when the spec has the series itself."""
    indicator = ledger.indicator(indicator_id)
    if indicator.kind != "mean":
        return ()
    single = next(
        (
            i
            for i in ledger.spec.indicators.values()
            if i.kind == "series" and i.series == indicator.series
        ),
        None,
    )
    if single is None:
        return ()
    return tuple(
        f.id for f in history(ledger, single.id, place) if f.value is not None and f.period >= since
    )


def _marks(indicator_id: str, ledger: Ledger, figures: list[Figure]) -> tuple[BreakMark, ...]:
    first = min(figure.period for figure in figures)
    last = max(figure.period for figure in figures)
    return tuple(
        BreakMark(at=b.at, label=b.label)
        for b in breaks_of(ledger, ledger.indicator(indicator_id))
        if first < b.at <= last
    )


def shares(block: spec.SharesBlock, ledger: Ledger) -> Shares | None:
    """Stacked bars of the parts, for the territory and each benchmark that publishes them."""
    total = ledger.indicator(block.total)
    bars = []
    for place in (ledger.around.own, *ledger.around.benchmarks.values()):
        period = ledger.period(total)
        parts = [(label, ledger.at(part, place, period)) for label, part in block.parts]
        if any(f.value is None or f.show not in ("plain", "approx") for _, f in parts):
            continue
        bars.append(
            ShareBar(
                name=words.short(place),
                own=place is ledger.around.own,
                parts=tuple(SharePart(label=label, figure=figure.id) for label, figure in parts),
                total=ledger.at(block.total, place, period).id,
            )
        )
    if not bars:
        return None
    figures = [ledger.figures[part.figure] for bar in bars for part in bar.parts]
    totals = [ledger.figures[bar.total] for bar in bars]
    first = bars[0]
    largest = max(first.parts, key=lambda part: ledger.figures[part.figure].value or 0)
    top = ledger.figures[largest.figure]
    least, most = (
        (top.lower or 0) / (totals[0].upper or 1),
        (top.upper or 0) / (totals[0].lower or 1),
    )
    share = magnitudes.share(least, most)
    counted = total.kind in COUNTED
    where = words.at(ledger, totals[0])
    reading = (
        f"{where}, {grammar.common(largest.label)}{NBSP}: {top.text}{NBSP}{total.unit}, "
        f"sur {totals[0].text} au total."
    )
    remark = "" if counted else f"Les parts ne s’additionnent pas exactement{NBSP}: {_BY_ROUNDING}"
    return Shares(
        id=block.id,
        width=block.width,
        title=block.title or total.label,
        finding=(
            ""
            if totals[0].level == "france"
            else _share_finding(largest.label, share, total, where)
        ),
        caption=words.caption(totals, total) + (_OWN_SCALE if counted else ""),
        unit=total.unit,
        bars=tuple(bars),
        scale="total" if counted else "unit",
        reading=reading,
        alt=grammar.capitalised(reading),
        source=words.sources_of(ledger, [*totals, *figures], remark),
    )


_BY_ROUNDING = "arrondis du producteur"
_OWN_SCALE = ". Chaque barre vaut 100\u00a0% de son total"


def _share_finding(part: str, share: str, total: spec.IndicatorSpec, place: str) -> str:
    """« EAJE : plus de la moitié du taux de couverture global à Vitry-le-François »."""
    if not share:
        return ""
    whole = grammar.after_de(grammar.inner(total.subject))
    return f"{part}{NBSP}: {share} {whole} {place}"
