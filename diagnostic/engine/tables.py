"""Blocks that are read: comparison tables, annexes, what is missing, the conformity matrix."""

from __future__ import annotations

from dataclasses import replace

from diagnostic import spec
from diagnostic.engine import words
from diagnostic.engine.compare import evolve, rank
from diagnostic.engine.duties import Duties
from diagnostic.engine.figures import Ledger, lacking
from diagnostic.engine.places import Place
from diagnostic.model import (
    Annex,
    Column,
    ComparisonTable,
    Evolution,
    Figure,
    Matrix,
    MatrixRow,
    Missing,
    MissingRow,
    Rank,
    TableGroup,
    TableRow,
)
from diagnostic.wording import grammar, names, numbers, periods, sentences
from diagnostic.wording.typography import NBSP, THIN

LETTERS = "abcdefghijklmnopqrstuvwxyz"
ELSEWHERE = "donnée livrée pour d’autres territoires"
UNSAID = "dépend de ce que la source publiera"


def comparison(block: spec.TableBlock, ledger: Ledger) -> ComparisonTable | None:
    """The territory beside its benchmarks; a benchmark without any value loses its column."""
    shown = [i for i in block.indicators if not is_missing(i, ledger)]
    if not shown:
        return None
    places = {"own": ledger.around.own, **ledger.around.benchmarks}
    cells = {i: [ledger.newest(i, place) for place in places.values()] for i in shown}
    kept = [
        index
        for index, key in enumerate(places)
        if key == "own" or any(row[index].value is not None for row in cells.values())
    ]
    keys = list(places)
    remarks: list[str] = []
    rows = tuple(_row(i, [cells[i][index] for index in kept], ledger, remarks) for i in shown)
    figures = [cells[i][index] for i in shown for index in kept]
    ranked = any(row.rank is not None for row in rows)
    evolved = any(row.evolution is not None and row.evolution.change is not None for row in rows)
    return ComparisonTable(
        id=block.id,
        width=block.width,
        title=block.title,
        columns=tuple(
            Column(
                key=keys[index],
                label=words.short(places[keys[index]]),
                own=keys[index] == "own",
            )
            for index in kept
        ),
        groups=(TableGroup(title="", rows=rows),),
        dropped=_dropped([places[k] for n, k in enumerate(keys) if n not in kept]),
        show_rank=ranked,
        show_evolution=evolved,
        notes=tuple(f"{LETTERS[n % 26]}{NBSP}{text}" for n, text in enumerate(remarks)),
        source=words.sources_of(ledger, figures),
        signs=_signs(figures, rows, ranked=ranked, evolved=evolved),
        alt=" ".join(filter(None, (words.labelled(ledger, i) for i in shown[:3]))),
    )


def _signs(
    figures: list[Figure], rows: tuple[TableRow, ...], *, ranked: bool, evolved: bool
) -> tuple[str, ...]:
    """Signs of the cells, of the ranks and of the evolutions, where these columns are shown."""
    texts = [row.rank_text for row in rows if ranked]
    texts += [row.evolution_text for row in rows if evolved]
    texts += ["///" for row in rows if not row.reliability]
    extra = [text for text in texts if text in ("///", "…", "n.s.")]
    return tuple(dict.fromkeys([*words.signs(figures), *extra]))


def _dropped(places: list[Place]) -> str:
    """The benchmarks without a column, named once."""
    if not places:
        return ""
    labels = grammar.enumeration([words.short(place) for place in places])
    return f"{labels}{NBSP}: aucune valeur disponible pour ces indicateurs."


def _row(indicator_id: str, figures: list[Figure], ledger: Ledger, remarks: list[str]) -> TableRow:
    indicator = ledger.indicator(indicator_id)
    own = figures[0]
    ranking = rank(ledger, indicator_id) if indicator.rank else None
    place = ranking.of(own.code) if ranking else None
    change = evolve(ledger, indicator_id) if indicator.evolution else None
    period = own.period or next((f.period for f in figures if f.period), "")
    notes = []
    if own.show == "from_epci":
        notes.append(_remark(own.reason, remarks))
    text, letter = _evolution(change, remarks)
    return TableRow(
        indicator=indicator_id,
        label=indicator.short or indicator.label,
        unit_text=", ".join(
            filter(
                None,
                (indicator.unit_short or indicator.unit, periods.short(period) if period else ""),
            )
        ),
        cells=tuple(figure.id for figure in figures),
        rank=place,
        rank_text=_rank_text(indicator, own, place),
        evolution=change,
        evolution_text=text,
        reliability=own.reliability,
        notes=(*notes, *letter),
    )


def _rank_text(indicator: spec.IndicatorSpec, own: Figure, place: Rank | None) -> str:
    """« 5ᵉ / 13 », n.s. when the territory is not comparable, /// where no rank has sense."""
    if not indicator.rank:
        return "///"
    if place is None:
        return "n.s." if own.value is not None and own.show != "from_epci" else "///"
    return sentences.rank_cell(place.position, place.of)


def _remark(text: str, remarks: list[str]) -> str:
    """The letter of a remark; the same remark keeps its letter."""
    if text not in remarks:
        remarks.append(text)
    return LETTERS[remarks.index(text) % 26]


def _evolution(change: Evolution | None, remarks: list[str]) -> tuple[str, tuple[str, ...]]:
    """The text of the cell and the letter of its periods or of its refusal."""
    if change is None:
        return "…", ()
    if change.trend == "refused":
        return "///", (_remark(change.reason, remarks),)
    span = f"évolution {periods.between(change.start, change.end)}"
    if change.lower is not None and change.upper is not None:
        low, high = (
            sentences.gap(v, change.unit, 1 if change.unit == "points" else 0)
            for v in (change.lower, change.upper)
        )
        if low != high:
            span = f"{span}, de {low} à {high}" if change.trend != "stable" else span
    if words.is_unsettled(change):
        span = f"{span}, non établie"
    return change.text, (_remark(span, remarks),)


def is_missing(indicator_id: str, ledger: Ledger) -> bool:
    """Whether neither the territory nor any benchmark has a value of the indicator."""
    places = (ledger.around.own, *ledger.around.benchmarks.values())
    return all(ledger.newest(indicator_id, place).value is None for place in places)


def missing(section: spec.SectionSpec, ledger: Ledger) -> Missing | None:
    """« Prévu, non disponible dans cette édition » of a chapter, None when all is there."""
    rows = tuple(_missing_row(i, ledger) for i in section.indicators if is_missing(i, ledger))
    if not rows:
        return None
    return Missing(
        id=f"{section.id}-absents", rows=rows, title="Prévu, non disponible dans cette édition"
    )


def _missing_row(indicator_id: str, ledger: Ledger) -> MissingRow:
    indicator = ledger.indicator(indicator_id)
    arrivals = dict.fromkeys(
        _arrival(series_id, ledger)
        for series_id in lacking(indicator, ledger.spec)
        if not ledger.shelf.holds(series_id)
    )
    figure = ledger.newest(indicator_id)
    otherwise = ELSEWHERE if figure.status == "not_pulled" else UNSAID
    return MissingRow(
        indicator=indicator_id,
        label=indicator.label,
        reason=grammar.capitalised(figure.reason.split(" (")[0]),
        arrival=f"{THIN}; ".join(filter(None, arrivals)) or otherwise,
    )


def _arrival(series_id: str, ledger: Ledger) -> str:
    series = ledger.shelf.series(series_id)
    return series.arrival or f"{series.producer}, {series.dataset}"


def annex(block: spec.TableBlock, ledger: Ledger) -> Annex | None:
    """The communes of the perimeter, one row each, with the indicators that have values."""
    places = list(ledger.around.peers)
    shown = [
        i
        for i in block.indicators
        if any(ledger.newest(i, place).value is not None for place in places)
    ]
    if not shown or not places:
        return None
    figures = {i: [ledger.newest(i, place) for place in places] for i in shown}
    rows = tuple(
        (names.printed(place.territory.name), tuple(figures[i][n].id for i in shown))
        for n, place in enumerate(places)
    )
    everything = [figure for column in figures.values() for figure in column]
    return Annex(
        id=block.id,
        width=block.width,
        title=block.title,
        columns=tuple(_annex_column(i, figures[i], ledger) for i in shown),
        rows=tuple(sorted(rows, key=lambda row: names.sort_key(row[0]))),
        signs=words.signs(everything),
        source=words.sources_of(ledger, everything),
    )


def _annex_column(indicator_id: str, figures: list[Figure], ledger: Ledger) -> Column:
    indicator = ledger.indicator(indicator_id)
    period = next((f.period for f in figures if f.value is not None), "")
    unit = indicator.unit_short or indicator.unit
    label = indicator.short or indicator.label
    return Column(key=indicator_id, label=f"{label} ({unit}, {periods.short(period)})")


def matrix(
    block: spec.MatrixBlock, ledger: Ledger, held: Duties, chapters: dict[str, str]
) -> Matrix:
    """Each item of the legal text: documented by the data, in part, or left to write.

    `chapters` says in which chapter an indicator is shown.
    """
    rows = tuple(_matrix_row(item, ledger, held, chapters) for item in block.rows)
    states = [row.state for row in rows]
    done, partly = states.count("documented"), states.count("partly")
    tally = (
        f"{numbers.count(len(rows), 'ligne')}{NBSP}: {numbers.count(done, 'documentée')} par les "
        f"données, {partly} en partie, "
        f"{len(rows) - done - partly} à compléter localement. "
        f"Résumé de l’article{NBSP}: le texte en vigueur fait foi."
    )
    duties = {row.duty for row in rows}
    shared = duties.pop() if len(duties) == 1 else ""
    if shared:
        rows = tuple(replace(row, duty="") for row in rows)
        tally = f"Toutes les lignes{NBSP}: {shared}. {tally}"
    return Matrix(id=block.id, width=block.width, title=block.title, rows=rows, notes=(tally,))


def _matrix_row(
    item: spec.MatrixItem, ledger: Ledger, duties: Duties, chapters: dict[str, str]
) -> MatrixRow:
    known = [i for i in item.indicators if ledger.newest(i).value is not None]
    state = "local"
    if known:
        complete = len(known) == len(item.indicators) and not item.partial
        state = "documented" if complete else "partly"
    anchors = tuple(dict.fromkeys(chapters[i] for i in known if i in chapters))
    above = item.owed_above or 0
    return MatrixRow(
        item=item.item,
        content=item.content,
        state=state,  # type: ignore[arg-type]
        anchors=anchors,
        owed=duties.owes(above),
        duty=duties.why_not(above),
        local=item.local,
    )
