"""Blocks as rows of words: the table beside a chart, the notes of a table, the annex in pieces."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from diagnostic.model import (
    Annex,
    AnyBlock,
    Area,
    Block,
    Choropleth,
    Circles,
    Column,
    ComparisonTable,
    Figure,
    KeyFigure,
    Lines,
    Ranked,
    RankedRow,
    ReportData,
    Shares,
    TableRow,
)
from diagnostic.wording import numbers

SIGN_WORDS = {
    "…": "non disponible",
    "///": "sans objet",
    "s": "secret statistique",
    "n.s.": "non significatif",
    "≈": "valeur approchée",
    "p": "provisoire",
}
_STANDS_FOR = {
    "epci": "valeur de l’EPCI",
    "ept": "valeur de l’EPT",
    "departement": "valeur du département",
    "region": "valeur de la région",
    "france": "valeur de la France",
}
_EVOLUTION = "évolution"
_LONGEST_NUMBER = 9
_ROWS_A_PAGE = 36
_COLUMNS_A_PAGE = 8
_NUMBER = re.compile(r"^(?P<whole>[^,A-Za-zÀ-ÿ]*\d)(?P<decimals>,\d+)?(?P<rest>\D*)$")


@dataclass(frozen=True, slots=True)
class Number:
    """A printed number cut for alignment: before the comma, and from the comma on."""

    whole: str
    decimals: str


@dataclass(frozen=True, slots=True)
class DataTable:
    """The figures of a drawing as words: its head and its rows, the first cell naming the row."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class AnnexPiece:
    """A part of an annex table that holds on one page; `suite` from the second on."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    decimals: tuple[int, ...]
    suite: bool


def has_value(figure: Figure) -> bool:
    """Whether `figure` is a number on the page, be it approximate or another level's."""
    return figure.value is not None and figure.show in ("plain", "approx", "from_epci")


def provisional(figure: Figure) -> bool:
    """Whether `figure` is provisional and its text does not say so yet."""
    return figure.provisional and has_value(figure) and not figure.text.endswith("\u00a0p")


def split(text: str) -> Number:
    """`text` cut at its decimal comma; a sign or words stand whole before it."""
    found = _NUMBER.match(text)
    if found is None:
        return Number(text, "")
    return Number(found["whole"], (found["decimals"] or "") + found["rest"])


def decimals(figures: Iterable[Figure]) -> int:
    """How many decimals the column of `figures` must leave room for."""
    digits = (re.match(r",(\d+)", split(figure.text).decimals) for figure in figures)
    return max((len(found[1]) for found in digits if found), default=0)


def stands_for(figure: Figure, report: ReportData) -> str:
    """ "valeur de l’EPCI" when another level's value stands in, "" otherwise."""
    if figure.show != "from_epci":
        return ""
    other = report.territories.get(figure.stands_for or "")
    return _STANDS_FOR.get(other.level if other else "epci", "valeur d’un autre niveau")


def whose_level(figure: Figure, report: ReportData) -> str:
    """ "EPCI" when its value stands in, for a cell too narrow for more words."""
    return stands_for(figure, report).split("\u00a0")[-1].removeprefix("l’")


def legend(figures: Iterable[Figure], signs: Sequence[str] = ()) -> tuple[tuple[str, str], ...]:
    """The signs that a reader meets among `figures` or that the block names, with their words."""
    met = {sign for figure in figures for sign in _signs(figure)} | set(signs)
    known = [(sign, words) for sign, words in SIGN_WORDS.items() if sign in met]
    return (*known, *((sign, "") for sign in signs if sign not in SIGN_WORDS))


def _signs(figure: Figure) -> Iterator[str]:
    if figure.text in SIGN_WORDS:
        yield figure.text
    if figure.text.startswith("≈"):
        yield "≈"
    if figure.provisional or figure.text.endswith("\u00a0p"):
        yield "p"


def strip_levels(row: KeyFigure, report: ReportData) -> DataTable:
    """The figures of a comparison strip."""
    figures = [report.figures[row.figure]]
    figures += [report.figures[comparison.other] for comparison in row.comparisons]
    return _table(row.label, ("Territoire", "Valeur", "Intervalle"), _valued(figures, report))


def beside(block: AnyBlock, report: ReportData) -> tuple[DataTable, ...]:
    """The tables that say in words what the drawing of `block` shows, none for other blocks."""
    match block:
        case Ranked():
            return (_ranked(block, report),)
        case Lines():
            return tuple(_lines(block, report))
        case Shares():
            return (_shares(block, report),)
        case Choropleth() | Circles():
            return (_map(block, report),)
        case _:
            return ()


def _table(caption: str, head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> DataTable:
    return DataTable(caption, head, tuple(rows))


def _valued(figures: Iterable[Figure], report: ReportData) -> Iterator[tuple[str, ...]]:
    for figure in figures:
        yield (figure.name, _words(figure, report), _interval(figure))


def _words(figure: Figure, report: ReportData) -> str:
    """The value as shown, with whose it is or why it is missing."""
    why = stands_for(figure, report) or ("" if has_value(figure) else figure.reason)
    return f"{figure.text} ({why})" if why else figure.text


def _interval(figure: Figure) -> str:
    return figure.interval_text or "///"


def _ranked(block: Ranked, report: ReportData) -> DataTable:
    rows: list[tuple[str, ...]] = []
    for row in (*block.rows, *block.unranked):
        if row.skipped:
            left = "non montrées" if row.skipped > 1 else "non montrée"
            rows.append((f"{numbers.count(row.skipped, 'commune')} {left}", *["///"] * 4))
        rows.append(_ranked_row(row, report))
    for reference in block.references:
        figure = report.figures[reference.figure]
        rows.append((reference.label, _words(figure, report), _interval(figure), "///", "///"))
    head = ("Territoire", f"Valeur ({block.unit})", "Intervalle", "Rang", "Rangs possibles")
    return _table(block.title, head, rows)


def _ranked_row(row: RankedRow, report: ReportData) -> tuple[str, ...]:
    figure = report.figures[row.figure]
    rank = row.rank
    ranks = ("///", "///") if rank is None else (rank.text, _range(rank.low, rank.high))
    return (figure.name, _words(figure, report), _interval(figure), *ranks)


def _range(low: int, high: int) -> str:
    return str(low) if low == high else f"{low}–{high}"


def _lines(block: Lines, report: ReportData) -> Iterator[DataTable]:
    """One table for the lines and, when lines are means, one for the single periods."""
    whole = [(line.name, line.points) for line in block.lines]
    single = [(line.name, line.dots) for line in block.lines if line.dots]
    yield _periods(block.title, whole, report)
    if single:
        yield _periods(f"{block.title}, période par période", single, report)


def _periods(
    caption: str, lines: Sequence[tuple[str, tuple[str, ...]]], report: ReportData
) -> DataTable:
    cells = [
        {report.figures[name].period: report.figures[name] for name in ids} for _, ids in lines
    ]
    texts = {period: figure.period_text for line in cells for period, figure in line.items()}
    rows = []
    for period in sorted(texts):
        found = [line.get(period) for line in cells]
        rows.append((texts[period], *(_words(one, report) if one else "…" for one in found)))
    return _table(caption, ("Période", *(name for name, _ in lines)), rows)


def _shares(block: Shares, report: ReportData) -> DataTable:
    labels = list(dict.fromkeys(part.label for bar in block.bars for part in bar.parts))
    totalled = any(bar.total for bar in block.bars)
    rows = []
    for bar in block.bars:
        parts = {part.label: report.figures[part.figure] for part in bar.parts}
        cells = [_words(parts[label], report) if label in parts else "///" for label in labels]
        if totalled:
            cells.append(_words(report.figures[bar.total], report) if bar.total else "///")
        rows.append((bar.name, *cells))
    head = ("Territoire", *labels, *(("Total publié",) if totalled else ()))
    return _table(block.title, head, rows)


def _map(block: Choropleth | Circles, report: ReportData) -> DataTable:
    """Highest first, then the areas without a value, by name."""

    def order(area: Area) -> tuple[bool, float, str]:
        figure = report.figures[area.figure]
        shown = has_value(figure) and figure.value is not None
        return (not shown, -(figure.value or 0.0) if shown else 0.0, area.name)

    rows = [
        (area.name, _words(figure, report), _interval(figure))
        for area in sorted(block.areas, key=order)
        for figure in [report.figures[area.figure]]
    ]
    return _table(block.title, ("Territoire", f"Valeur ({block.unit})", "Intervalle"), rows)


def called(block: ComparisonTable) -> dict[str, str]:
    """The notes that rows call, by their letter, without it; the others stay plain notes."""
    letters = {letter for group in block.groups for row in group.rows for letter in row.notes}
    pairs = (note.replace("\u00a0", " ").split(" ", 1) for note in block.notes)
    return {pair[0]: pair[1] for pair in pairs if len(pair) > 1 and pair[0] in letters}


def calls(row: TableRow, notes: dict[str, str], evolution: bool) -> tuple[str, ...]:
    """The letters that follow the evolution of `row`, or those that follow its label."""
    about = [letter for letter in row.notes if notes.get(letter, "").startswith(_EVOLUTION)]
    return tuple(letter for letter in row.notes if (letter in about) == evolution)


def plain_notes(block: Block) -> tuple[str, ...]:
    """The notes of `block` that no row calls."""
    taken = called(block) if isinstance(block, ComparisonTable) else {}
    return tuple(n for n in block.notes if n.replace("\u00a0", " ").split(" ", 1)[0] not in taken)


def wordy(text: str) -> bool:
    """Whether a cell holds words, which wrap, and not a number or a sign."""
    return len(text) > _LONGEST_NUMBER and _NUMBER.match(text) is None


def held(block: Annex, report: ReportData) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The rows of an annex that say something: the territory's, and those not all unavailable."""
    own = (report.territory.code, report.territory.name)
    return tuple(
        (name, cells)
        for name, cells in block.rows
        if name in own or any(id_ and report.figures[id_].text != "…" for id_ in cells)
    )


def annex(block: Annex, report: ReportData) -> tuple[AnnexPiece, ...]:
    """`block` cut in tables of one page each, rows shared evenly, columns eight at most."""
    held_rows = held(block, report)
    room = [
        decimals(report.figures[cells[i]] for _, cells in held_rows if cells[i])
        for i in range(len(block.columns))
    ]
    pieces: list[AnnexPiece] = []
    for columns in _cuts(len(block.columns), _COLUMNS_A_PAGE):
        for rows in _cuts(len(held_rows), _ROWS_A_PAGE):
            kept = tuple((name, cells[columns]) for name, cells in held_rows[rows])
            suite = bool(pieces)
            pieces.append(AnnexPiece(block.columns[columns], kept, tuple(room[columns]), suite))
    return tuple(pieces)


def _cuts(length: int, most: int) -> Iterator[slice]:
    """Even slices of `length` things, `most` at most in each."""
    pieces = -(-length // most)
    for piece in range(pieces):
        yield slice(length * piece // pieces, length * (piece + 1) // pieces)
