"""Blocks: the pieces of a dossier, each naming its figures by id and bearing its words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from diagnostic.model.figures import Comparison, Evolution, Rank
from diagnostic.model.values import Code, Level, Reliability


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a comparison table: a benchmark key and its heading."""

    key: str
    label: str
    own: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """What every block says: its finding when one holds, what it shows, how to read it.

    `finding` is "" when no sentence is borne out. `title` is the indicator; `caption` its unit,
    period and field; `reading` the "Lecture : …" sentence without its label; `source` the
    source line; `alt` the finding with its numbers, for who does not see the drawing.
    `width` is a share of the page: full, half, third.
    """

    id: str
    title: str = ""
    finding: str = ""
    caption: str = ""
    reading: str = ""
    source: str = ""
    alt: str = ""
    notes: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()
    width: Literal["full", "half", "third"] = "full"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFigure:
    """A key figure and the benchmarks its strip shows; `absent` names the missing levels."""

    figure: str
    label: str
    unit_text: str
    comparisons: tuple[Comparison, ...]
    absent: str = ""
    note: str = ""
    source: str = ""
    anchor: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFigures(Block):
    """Rows of key figures, each with its comparison strip."""

    rows: tuple[KeyFigure, ...]
    kind: Literal["key_figures"] = "key_figures"


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """A row of a comparison table: figure ids in the order of the columns ("" where none)."""

    indicator: str
    label: str
    unit_text: str
    cells: tuple[str, ...]
    rank: Rank | None = None
    rank_text: str = "///"
    evolution: Evolution | None = None
    evolution_text: str = "…"
    reliability: Reliability = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TableGroup:
    """A titled group of rows, one a chapter."""

    title: str
    rows: tuple[TableRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonTable(Block):
    """Territory beside its benchmarks, rank, evolution, reliability.

    `dropped` names once the benchmarks that have no value in the table and lost their column.
    """

    columns: tuple[Column, ...]
    groups: tuple[TableGroup, ...]
    dropped: str = ""
    show_rank: bool = True
    show_evolution: bool = True
    kind: Literal["comparison_table"] = "comparison_table"


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedRow:
    """A commune of the ranked dots: its figure and its rank, None when it is not ranked.

    `skipped` is how many ranked communes are left out between the row before and this one.
    """

    figure: str
    rank: Rank | None = None
    skipped: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A reference line or marker: a benchmark's figure under its short label."""

    figure: str
    benchmark: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked(Block):
    """Ranked dots with intervals: ranked rows first, then the unranked with the reason."""

    unit: str
    rows: tuple[RankedRow, ...]
    unranked: tuple[RankedRow, ...]
    unranked_reason: str
    references: tuple[Reference, ...]
    kind: Literal["ranked"] = "ranked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of an evolution: figure ids in time order, single-period dots when it is a mean."""

    name: str
    own: bool
    points: tuple[str, ...]
    dots: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakMark:
    """A break as drawn: the line is cut before `at`."""

    at: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines(Block):
    """Evolution lines (`layout` single) or small multiples of an index (`layout` multiples)."""

    unit: str
    lines: tuple[Line, ...]
    breaks: tuple[BreakMark, ...] = ()
    layout: Literal["single", "multiples"] = "single"
    zero_base: bool = True
    reference: float | None = None
    kind: Literal["lines"] = "lines"


@dataclass(frozen=True, slots=True, kw_only=True)
class SharePart:
    """A part of a stacked bar: its label and figure id."""

    label: str
    figure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareBar:
    """A stacked bar of one territory; `total` is the published total's figure id."""

    name: str
    own: bool
    parts: tuple[SharePart, ...]
    total: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares(Block):
    """Stacked bars of the parts of a total, in the total's unit.

    `scale` says what the bars share: the unit (rates, whose totals compare) or the total, each
    bar then as long as the others (counts, where France would hide a commune).
    """

    unit: str
    bars: tuple[ShareBar, ...]
    scale: Literal["unit", "total"] = "unit"
    kind: Literal["shares"] = "shares"


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A commune on a map: its figure, whose show and reason say why it may be hatched."""

    code: Code
    name: str
    figure: str
    own: bool = False
    labelled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Choropleth(Block):
    """A map of a rate or a median. `bounds` are the k+1 class limits, lower bound included.

    `palette` is diverging when the classes stand around `references[0]`; gaps are then mapped
    by class and the sign is printed. `method` is the printed rule of the classes.
    """

    unit: str
    perimeter: Code
    perimeter_level: Level
    areas: tuple[Area, ...]
    bounds: tuple[float, ...]
    method: str
    palette: Literal["sequential", "diverging"] = "sequential"
    references: tuple[Reference, ...] = ()
    kind: Literal["choropleth"] = "choropleth"


@dataclass(frozen=True, slots=True, kw_only=True)
class Circles(Block):
    """A map of counts: the surface of each circle is proportional to the count."""

    unit: str
    perimeter: Code
    perimeter_level: Level
    areas: tuple[Area, ...]
    kind: Literal["circles"] = "circles"


@dataclass(frozen=True, slots=True, kw_only=True)
class Locator(Block):
    """Where the territory is: itself, its EPCI, the département, France in an inset."""

    code: Code
    level: Level
    kind: Literal["locator"] = "locator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prose(Block):
    """Text. `markdown` is CommonMark without raw HTML, fields already filled in."""

    markdown: str
    kind: Literal["prose"] = "prose"


@dataclass(frozen=True, slots=True, kw_only=True)
class Questions(Block):
    """Questions to be answered locally, each with room to write."""

    items: tuple[str, ...]
    kind: Literal["questions"] = "questions"


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingRow:
    """An indicator that is planned and has no figure here, why, and where it will come from."""

    indicator: str
    label: str
    reason: str
    arrival: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing(Block):
    """The table "Prévu, non disponible dans cette édition" that ends a chapter."""

    rows: tuple[MissingRow, ...]
    kind: Literal["missing"] = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixRow:
    """An item of the statutory content: state, the chapters that document it, local notes.

    `owed` is yes, no or unknown; `duty` is the printed sentence when it is not a plain yes.
    """

    item: str
    content: str
    state: Literal["documented", "partly", "local"]
    anchors: tuple[str, ...]
    owed: Literal["yes", "no", "unknown"] = "yes"
    duty: str = ""
    local: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix(Block):
    """The conformity matrix with the text that lists what a schéma must hold."""

    rows: tuple[MatrixRow, ...]
    kind: Literal["matrix"] = "matrix"


@dataclass(frozen=True, slots=True, kw_only=True)
class Points(Block):
    """Points of attention and points of support, made by rule from comparisons.

    `unsettled` holds the gaps as large as the rule asks whose intervals meet: neither retained
    nor comparable.
    """

    attention: tuple[str, ...]
    support: tuple[str, ...]
    comparable: tuple[str, ...]
    unsettled: tuple[str, ...] = ()
    rule: str
    kind: Literal["points"] = "points"


@dataclass(frozen=True, slots=True, kw_only=True)
class Annex(Block):
    """A table of figures: one row a territory, one column an indicator (ids, "" where none)."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    kind: Literal["annex"] = "annex"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    """A line of the sources: dataset, vintages used, last update, licence, link, use."""

    origin: str
    producer: str
    title: str
    periods: str
    updated: str
    licence: str
    address: str
    usage: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources(Block):
    """All origins read for the dossier."""

    rows: tuple[SourceRow, ...]
    kind: Literal["sources"] = "sources"


@dataclass(frozen=True, slots=True, kw_only=True)
class GlossaryEntry:
    """A word of the field and what it means here."""

    term: str
    definition: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Glossary(Block):
    """The words used, in alphabetical order."""

    entries: tuple[GlossaryEntry, ...]
    kind: Literal["glossary"] = "glossary"


AnyBlock = (
    KeyFigures
    | ComparisonTable
    | Ranked
    | Lines
    | Shares
    | Choropleth
    | Circles
    | Locator
    | Prose
    | Questions
    | Missing
    | Matrix
    | Points
    | Annex
    | Sources
    | Glossary
)
