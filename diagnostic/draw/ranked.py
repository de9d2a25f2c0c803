"""Ranked dots: the communes from the highest to the lowest, each with its interval and rank."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from diagnostic.draw import letters, markers, scale
from diagnostic.draw.labels import Label, row_above
from diagnostic.draw.markers import shows_interval, shows_point
from diagnostic.draw.scale import Scale
from diagnostic.draw.scene import Circle, Item, Pen, Point, Rect, Scene, Shape, Stroke, Text
from diagnostic.draw.style import (
    ACCENT,
    ACCENT_WASH,
    DASH_DOT,
    DASHED,
    DOTTED,
    GRID,
    HAIR,
    INK,
    INK2,
    INK3,
    LEADING,
    LINE,
    REGULAR,
    SEMIBOLD,
    SMALL,
    SOLID,
    WHITE,
)
from diagnostic.model import Figure, Rank, Ranked, RankedRow, ReportData
from diagnostic.wording import grammar, names, numbers

ROW, ROW_UNRANKED = 4.75, 3.8
_HEAD, _NOTE, _FOOT = 20.5, 8.0, 5.5
_WIDE = 120.0
_GAP = 5.0
_BASE = 0.78 * LEADING
_DASHES = {"france": SOLID, "departement": DASHED, "epci": DOTTED, "region": (6.0, 2.0, 2.0, 2.0)}


def rows_that_fit(height: float, unranked: int = 0) -> int:
    """How many ranked rows a drawing of `height` mm holds above `unranked` rows without rank."""
    below = _NOTE + unranked * ROW_UNRANKED if unranked else 0.0
    return max(int((height - _HEAD - _FOOT - below) / ROW), 0)


def unranked_that_fit(height: float, ranked: int = 0) -> int:
    """How many rows without rank a drawing of `height` mm holds under `ranked` ranked rows."""
    room = height - _HEAD - _FOOT - _NOTE - ranked * ROW
    return max(int(room / ROW_UNRANKED), 0)


@dataclass(frozen=True, slots=True)
class Row:
    """A row to be drawn: its figure, its rank, and its name in as many lines as it needs."""

    figure: Figure
    rank: Rank | None
    name: tuple[str, ...]
    own: bool
    skipped: int = 0

    @property
    def entre(self) -> str:
        """The ranks it may have, "" when there is but one."""
        if self.rank is None or self.rank.low == self.rank.high:
            return ""
        return f"{self.rank.low}–{self.rank.high}"

    @property
    def position(self) -> str:
        """« 5ᵉ », "" when it is not ranked."""
        return numbers.ordinal(self.rank.position) if self.rank else ""

    @property
    def height(self) -> float:
        """Height in mm: one line of name, or more when the name is long."""
        plain = ROW if self.rank else ROW_UNRANKED
        return plain + (len(self.name) - 1) * LEADING


@dataclass(frozen=True, slots=True)
class Column:
    """A column of numbers right of the plot: its head and where its right edge lies."""

    head: str
    right: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """The columns of the drawing: names, plot, numbers."""

    axis: Scale
    unit: float
    columns: tuple[Column, ...]
    comma: float
    width: float


def scene(block: Ranked, report: ReportData, *, width: float) -> Scene:
    """The rows of a block, all that it holds: see `rows_that_fit` for how many to give it."""
    ranked = _rows(block.rows, report, width)
    unranked = _rows(block.unranked, report, width)
    sheet = _sheet(block, report, [*ranked, *unranked], width)
    heads, top = _heads(block, report, sheet)
    placed, y = _stacked(ranked, top)
    spans = [(top, y)] if ranked else []
    note: list[Item] = []
    if unranked:
        note, start = _note(block, len(unranked), width, y)
        more, y = _stacked(unranked, start)
        placed += more
        spans.append((start, y))
    foot, bottom = _foot(block, sheet, y)
    items: list[Item] = [*_ground(placed, sheet, spans), *_references(block, report, sheet, spans)]
    for row, level in placed:
        items += _row(row, sheet, level)
    return Scene(width, bottom, (*items, *note, *heads, *foot))


# Layout


def _rows(rows: Sequence[RankedRow], report: ReportData, width: float) -> list[Row]:
    room = width * 0.4
    found = []
    for row in rows:
        figure = report.figures[row.figure]
        own = figure.code == report.territory.code
        weight = SEMIBOLD if own else REGULAR
        name = grammar.capitalised(names.printed(figure.name))
        found.append(
            Row(figure, row.rank, letters.wrap(name, room, SMALL, weight), own, row.skipped)
        )
    return found


def _stacked(rows: Sequence[Row], top: float) -> tuple[list[tuple[Row, float]], float]:
    """Each row with its upper edge, and the lower edge of the last."""
    placed = []
    for row in rows:
        top += ROW_UNRANKED if row.skipped else 0.0
        placed.append((row, top))
        top += row.height
    return placed, top


def _sheet(block: Ranked, report: ReportData, rows: Sequence[Row], width: float) -> Sheet:
    columns, comma, left = _columns(rows, width)
    widths = [
        letters.width(line, SMALL, SEMIBOLD if row.own else REGULAR)
        for row in rows
        for line in row.name
    ]
    start = max([*widths, width * 0.2]) + _GAP
    for most in (6, 4, 3, 2, 1):
        low, high, unit = _domain(block, report, rows, most)
        axis = Scale(low, high, start, left - _GAP)
        texts = [scale.label(tick, unit) for tick in scale.ticks(low, high, unit)]
        if max(letters.width(text, SMALL) for text in texts) + 1.5 <= axis(low + unit) - start:
            break
    return Sheet(axis, unit, columns, comma, width)


def _columns(rows: Sequence[Row], width: float) -> tuple[tuple[Column, ...], float, float]:
    """The number columns from the right, where the values' comma lies, where they all start."""
    wanted = [("Valeur", [row.figure.text for row in rows])]
    if width >= _WIDE:
        wanted += [
            ("Intervalle", [row.figure.interval_text for row in rows]),
            ("Rang", [row.position for row in rows]),
            ("entre", [row.entre for row in rows]),
        ]
    columns: list[Column] = []
    right = width
    for head, texts in reversed(wanted):
        if head == "Valeur" or any(texts):
            columns.append(Column(head, right))
            weights = max(letters.width(text, SMALL, SEMIBOLD) for text in (head, *texts))
            right -= weights + _GAP
    columns.reverse()
    tails = [letters.width(_decimals(row.figure.text), SMALL, SEMIBOLD) for row in rows]
    return tuple(columns), columns[0].right - max(tails, default=0.0), right + _GAP


def _decimals(text: str) -> str:
    """The comma of a printed number and what follows it."""
    return text[text.index(",") :] if "," in text else ""


def _domain(
    block: Ranked, report: ReportData, rows: Sequence[Row], most: int
) -> tuple[float, float, float]:
    """The axis: territory, references, and the rows, those far beyond all others left out."""
    anchors = [_value(report.figures[reference.figure]) for reference in block.references]
    anchors += [_value(row.figure) for row in rows if row.own]
    kept = [value for value in anchors if value is not None]
    ranked = [value for row in rows if row.rank and (value := _value(row.figure)) is not None]
    if ranked:
        limit = max([4 * median(ranked), *(1.5 * value for value in kept)])
        kept += [value for value in ranked if value <= limit or limit <= 0]
    reach = max(kept, default=0.0)
    lows, highs = [], []
    for row in rows:
        if shows_interval(row.figure):
            lows.append(row.figure.lower or 0.0)
            highs.append(row.figure.upper or 0.0)
    if not kept:
        reach = 3 * median(highs) if highs else 1.0
    kept += [high for high in highs if high <= 1.3 * reach]
    kept += [low for low in lows if low <= reach]
    low, high = min(kept, default=0.0), max(kept, default=1.0)
    return scale.axis(low, high, most, zero=low >= 0 and low < 0.5 * high)


def _value(figure: Figure) -> float | None:
    return figure.value if shows_point(figure) else None


# Painting


def _heads(block: Ranked, report: ReportData, sheet: Sheet) -> tuple[list[Item], float]:
    """References named at the top, heads of the columns, the rule; and where the rows start."""
    shown = [r for r in block.references if _value(report.figures[r.figure]) is not None]
    shown.sort(key=lambda reference: report.figures[reference.figure].value or 0.0)
    labels = [
        Label(r.label, report.figures[r.figure].text, room=26.0, value_below=True) for r in shown
    ]
    xs = [sheet.axis(report.figures[r.figure].value or 0.0) for r in shown]
    low = 0.0
    tall = -row_above(labels, [(x, 0.0) for x in xs], low=low, high=sheet.width, bottom=0)[1]
    line = tall + (4.5 if labels else 0.0) + LEADING + 0.6
    tips: list[Point] = [(x, line - LEADING - 0.4) for x in xs]
    items, _ = row_above(labels, tips, low=low, high=sheet.width, bottom=tall + 0.5)
    items += [Stroke(((x, y), (x, line)), Pen(LINE, 0.6)) for x, y in tips]
    items.append(Text(0, line - 1.6, "Commune", weight=SEMIBOLD, colour=INK2, halo=True))
    for column in sheet.columns:
        items.append(
            Text(column.right, line - 1.6, column.head, SMALL, SEMIBOLD, INK2, "end", halo=True)
        )
    items.append(Stroke(((0, line), (sheet.width, line)), Pen(INK, 0.9)))
    return items, line


def _ground(
    placed: Sequence[tuple[Row, float]], sheet: Sheet, spans: Sequence[tuple[float, float]]
) -> Iterator[Item]:
    """The territory's wash, the gridlines, a rule under each ranked row."""
    for row, top in placed:
        if row.own:
            yield Rect(0, top, sheet.width, row.height, ACCENT_WASH)
    for value in scale.ticks(sheet.axis.low, sheet.axis.high, sheet.unit):
        for top, bottom in spans:
            x = sheet.axis(value)
            yield Stroke(((x, top), (x, bottom)), Pen(GRID, 0.9))
    for row, top in placed:
        if row.skipped:
            yield Stroke(((0, top), (sheet.width, top)), Pen(HAIR, 0.4))
        if row.rank:
            level = top + row.height
            yield Stroke(((0, level), (sheet.width, level)), Pen(HAIR, 0.4))


def _references(
    block: Ranked, report: ReportData, sheet: Sheet, spans: Sequence[tuple[float, float]]
) -> Iterator[Item]:
    """One line a reference through all rows, each in its own dash pattern."""
    for reference in block.references:
        value = _value(report.figures[reference.figure])
        if value is not None:
            x = sheet.axis(value)
            pen = Pen(INK, 0.8, _DASHES.get(reference.benchmark, DASH_DOT))
            for top, bottom in spans:
                yield Stroke(((x, top), (x, bottom)), pen)


def _row(row: Row, sheet: Sheet, top: float) -> Iterator[Item]:
    """The name, the point and the numbers of a row; over it, how many rows are left out."""
    if row.skipped:
        words = f"{numbers.count(row.skipped, 'commune')} {_unshown(row.skipped)}"
        yield Text(0, top - ROW_UNRANKED / 2 + 1.05, words, colour=INK2, halo=True)
    y = top + row.height / 2
    weight = SEMIBOLD if row.own else REGULAR
    colour = ACCENT if row.own else INK if row.rank else INK2
    line = y - len(row.name) * LEADING / 2 + _BASE
    for number, words in enumerate(row.name):
        yield Text(0, line + number * LEADING, words, SMALL, weight, colour)
    yield from _plotted(row, sheet.axis, y)
    figure = row.figure
    printed = shows_point(figure)
    strong = colour if printed else INK2
    tail = letters.width(_decimals(figure.text), SMALL, weight)
    cells = {"Intervalle": figure.interval_text, "Rang": row.position, "entre": row.entre}
    yield Text(sheet.comma + tail, y + 1.05, figure.text, SMALL, weight, strong, "end")
    for column in sheet.columns[1:]:
        if text := cells[column.head]:
            first = column.head == "Rang"
            shade = colour if row.own or first else INK2
            yield Text(
                column.right, y + 1.05, text, SMALL, weight if first else REGULAR, shade, "end"
            )


def _unshown(count: int) -> str:
    return "non montrées" if count > 1 else "non montrée"


def _plotted(row: Row, axis: Scale, y: float) -> Iterator[Item]:
    figure = row.figure
    value = _value(figure)
    bounded = shows_interval(figure)
    colour = ACCENT if row.own and value is not None else LINE
    reach = value if value is not None else (figure.lower or 0.0) if bounded else None
    if reach is None:
        return
    if reach > axis.high or reach < axis.low:
        yield from _arrow(axis, y, colour if row.own else INK2, right=reach > axis.high)
        return
    if bounded:
        yield from _bounds(figure, axis, y, colour)
    if value is not None:
        radius = 1.5 if row.own else 0.95
        fill = ACCENT if row.own else INK2
        if figure.provisional:
            yield Circle(axis(value), y, radius, WHITE, Pen(fill, 1.0))
        else:
            yield Circle(axis(value), y, radius, fill, Pen(WHITE, 0.5))


def _bounds(figure: Figure, axis: Scale, y: float, colour: str) -> Iterator[Item]:
    """The interval; an end that lies off the scale is an arrow, never a false bound."""
    lower, upper = figure.lower or 0.0, figure.upper or 0.0
    left, right = axis.within(lower), axis.within(upper)
    if upper > axis.high:
        yield from _head(right, y, colour, way=-1)
    if lower < axis.low:
        yield from _head(left, y, colour, way=1)
    if lower < axis.low or upper > axis.high:
        left, right = left + (1.5 if lower < axis.low else 0), right - (upper > axis.high) * 1.5
        thick = 2.4 if figure.interval == "rounding" else 0.9
        yield Stroke(((left, y), (right, y)), Pen(colour, thick))
    else:
        yield from markers.interval(figure, left, right, y, accent=colour == ACCENT)


def _arrow(axis: Scale, y: float, colour: str, *, right: bool) -> Iterator[Item]:
    """A value off the scale: an arrow at the edge; its numbers stand in the columns."""
    tip, way = (axis.end, -1) if right else (axis.start, 1)
    yield Stroke(((tip + way * 6, y), (tip + way * 2, y)), Pen(colour, 1.6))
    yield from _head(tip, y, colour, way=way)


def _head(tip: float, y: float, colour: str, *, way: int) -> Iterator[Item]:
    """The head of an arrow; `way` is -1 when it points right, its body on the left."""
    back = tip + way * 2.2
    yield Shape((((tip, y), (back, y - 0.9), (back, y + 0.9)),), colour)


def _note(block: Ranked, count: int, width: float, y: float) -> tuple[list[Item], float]:
    """How many communes have no rank and why, in words over their rows."""
    lead = f"{numbers.count(count, 'commune')} {'non classées' if count > 1 else 'non classée'}"
    reason = f"\N{NO-BREAK SPACE}: {block.unranked_reason}" if block.unranked_reason else ""
    lines = letters.wrap(lead + reason, width, SMALL, SEMIBOLD)
    line = y + 2.6 + _BASE
    items: list[Item] = []
    for number, words in enumerate(lines):
        start = 0.0
        if number == 0:
            bold = Text(0, line, words[: len(lead)], weight=SEMIBOLD)
            items.append(bold)
            start = bold.width
        rest = words[len(lead) :] if number == 0 else words
        if rest:
            items.append(Text(start, line, rest, colour=INK2))
        line += LEADING
    return items, line - _BASE + 1.4


def _foot(block: Ranked, sheet: Sheet, y: float) -> tuple[list[Item], float]:
    """The axis under the rows, with its unit."""
    items: list[Item] = [Stroke(((sheet.axis.start, y), (sheet.axis.end, y)), Pen(LINE, 0.9))]
    line = y + 0.8 + _BASE
    last = 0.0
    for value in scale.ticks(sheet.axis.low, sheet.axis.high, sheet.unit):
        text = Text(
            sheet.axis(value), line, scale.label(value, sheet.unit), colour=INK3, anchor="middle"
        )
        items.append(text)
        last = text.box.right
    words = Text(last + 2.5, line, block.unit, colour=INK3)
    if words.box.right > sheet.width:
        line += LEADING
        wrapped = letters.wrap(block.unit, sheet.width, SMALL)
        for number, part in enumerate(wrapped):
            items.append(
                Text(sheet.width, line + number * LEADING, part, colour=INK3, anchor="end")
            )
        line += (len(wrapped) - 1) * LEADING
    elif block.unit:
        items.append(words)
    return items, line + 1.2
