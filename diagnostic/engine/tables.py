"""Blocks that are read: comparison tables, annexes, what is missing, the conformity matrix."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
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
FEWEST_SHARED = 3  # rows whose common period is said over the table
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
    changes = {i: evolve(ledger, i) if ledger.indicator(i).evolution else None for i in shown}
    evolved = any(change is not None and change.change is not None for change in changes.values())
    common = _common_period([_period(cells[i]) for i in shown])
    remarks = _Remarks()
    rows = tuple(
        _row(
            i,
            [cells[i][index] for index in kept],
            ledger,
            remarks,
            change=changes[i],
            evolved=evolved,
            common=common,
        )
        for i in shown
    )
    figures = [cells[i][index] for i in shown for index in kept]
    ranked = any(row.rank is not None for row in rows)
    return ComparisonTable(
        id=block.id,
        width=block.width,
        title=block.title,
        caption=_dated(common, whole=all(_period(cells[i]) == common for i in shown)),
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
        notes=remarks.notes(),
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


class _Remarks:
    """The remarks under a table, each under one letter, with the details that share it."""

    def __init__(self) -> None:
        self._details: dict[str, list[str]] = {}

    def letter(self, text: str, detail: str = "") -> str:
        """The letter of the remark `text`; the same remark keeps its letter."""
        details = self._details.setdefault(text, [])
        if detail:
            details.append(detail)
        return LETTERS[list(self._details).index(text) % 26]

    def notes(self) -> tuple[str, ...]:
        """The remarks in their order, each after its letter."""
        return tuple(
            f"{LETTERS[n % 26]}{NBSP}{f'{THIN}; '.join([text, *details])}"
            for n, (text, details) in enumerate(self._details.items())
        )


def _period(figures: Iterable[Figure]) -> str:
    """The period of a row: that of its first figure that has one, the territory's first."""
    return next((figure.period for figure in figures if figure.period), "")


def _common_period(found: list[str]) -> str:
    """The period of more than half of the rows, three at least, said once over the table."""
    period, count = Counter(filter(None, found)).most_common(1)[0] if any(found) else ("", 0)
    return period if count >= FEWEST_SHARED and count > len(found) / 2 else ""


def _dated(period: str, *, whole: bool) -> str:
    """« Données de décembre 2024, sauf mention contraire. », "" without a common period."""
    if not period:
        return ""
    said = f"Données {grammar.elided('de', periods.text(period))}"
    return f"{said}." if whole else f"{said}, sauf mention contraire."


def _row(
    indicator_id: str,
    figures: list[Figure],
    ledger: Ledger,
    remarks: _Remarks,
    *,
    change: Evolution | None,
    evolved: bool,
    common: str,
) -> TableRow:
    """A row; `evolved` says whether evolutions are shown, `common` the period not repeated."""
    indicator = ledger.indicator(indicator_id)
    own = figures[0]
    ranking = rank(ledger, indicator_id) if indicator.rank else None
    place = ranking.of(own.code) if ranking else None
    period = _period(figures)
    label = indicator.short or indicator.label
    unit = indicator.unit_short or indicator.unit
    notes = []
    if own.show == "from_epci":
        notes.append(remarks.letter(own.reason))
    name = f"{label} ({unit})" if unit else label
    text, letter = _evolution(change, remarks if evolved else _Remarks(), name)
    return TableRow(
        indicator=indicator_id,
        label=label,
        unit_text=", ".join(
            filter(None, (unit, periods.short(period) if period not in ("", common) else ""))
        ),
        cells=tuple(figure.id for figure in figures),
        rank=place,
        rank_text=_rank_text(indicator, own, place),
        evolution=change,
        evolution_text=text,
        reliability=own.reliability,
        notes=(*notes, *(letter if evolved else ())),
    )


def _rank_text(indicator: spec.IndicatorSpec, own: Figure, place: Rank | None) -> str:
    """« 5ᵉ / 13 », n.s. when the territory is not comparable, /// where no rank has sense."""
    if not indicator.rank:
        return "///"
    if place is None:
        return "n.s." if own.value is not None and own.show != "from_epci" else "///"
    return sentences.rank_cell(place.position, place.of)


def _evolution(
    change: Evolution | None, remarks: _Remarks, name: str
) -> tuple[str, tuple[str, ...]]:
    """The text of the cell and the letter of its periods, shared, or of its refusal."""
    if change is None:
        return "…", ()
    if change.trend == "refused":
        return "///", (remarks.letter(f"évolution non calculée{NBSP}: {change.reason}"),)
    span = f"évolution {periods.between(change.start, change.end)}"
    if words.is_unsettled(change):
        span = f"{span}, non établie"
    bounds = _bounds(change)
    return change.text, (remarks.letter(span, f"{name}{NBSP}: {bounds}" if bounds else ""),)


def _bounds(change: Evolution) -> str:
    """« de − 19 % à − 17 % » for a change that has a direction and an interval, else ""."""
    if change.trend == "stable" or change.lower is None or change.upper is None:
        return ""
    low, high = (
        sentences.gap(v, change.unit, 1 if change.unit == "points" else 0)
        for v in (change.lower, change.upper)
    )
    return f"de {low} à {high}" if low != high else ""


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
        grammar.capitalised(_arrival(series_id, ledger))
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
    dates = {i: next((f.period for f in figures[i] if f.value is not None), "") for i in shown}
    common = _common_period(list(dates.values()))
    return Annex(
        id=block.id,
        width=block.width,
        title=block.title,
        caption=_dated(common, whole=set(dates.values()) == {common}),
        columns=tuple(
            _annex_column(ledger.indicator(i), "" if dates[i] == common else dates[i])
            for i in shown
        ),
        rows=tuple(sorted(rows, key=lambda row: names.sort_key(row[0]))),
        signs=words.signs(everything),
        source=words.sources_of(ledger, everything),
    )


def _annex_column(indicator: spec.IndicatorSpec, period: str) -> Column:
    """The head of a column; `period` is "" where the annex says it once for most of them."""
    unit = indicator.unit_short or indicator.unit
    label = indicator.short or indicator.label
    said = ", ".join(filter(None, (unit, periods.short(period) if period else "")))
    return Column(key=indicator.id, label=f"{label} ({said})" if said else label)


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
