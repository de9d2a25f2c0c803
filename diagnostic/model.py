"""Frozen values that every room speaks: Territory, Series, Observation, Origin, Figure, ReportData.

ReportData is the seam of the design: before it nothing draws, after it nothing fetches or
computes a figure. Figures are held once, by id, and the blocks name them.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Literal

Code = str
Level = Literal[
    "commune",
    "arm",
    "iris",
    "arrondissement",
    "epci",
    "ept",
    "zone_emploi",
    "bassin_emploi",
    "departement",
    "region",
    "france",
    "custom",
]
Status = Literal[
    "exact",
    "rounded",
    "estimated",
    "bounded",
    "masked",
    "secret",
    "not_published",
    "not_applicable",
    "not_pulled",
    "unknown",
]
Show = Literal["plain", "approx", "ns", "from_epci", "cut", "absent"]
Competence = Literal["commune", "epci", "syndicat", "inconnue"]
IntervalKind = Literal["none", "rounding", "chance", "envelope"]
Verdict = Literal["above", "below", "comparable", "none"]
Trend = Literal["up", "down", "stable", "refused"]
Reliability = Literal["exhaustive", "arrondie", "estimée", "fragile", ""]
RoundingRule = Literal["nearest", "down", "random"]

PRESENT: frozenset[str] = frozenset({"exact", "rounded", "estimated", "bounded"})
SIGNS: dict[str, str] = {
    "not_published": "…",
    "not_pulled": "…",
    "unknown": "…",
    "not_applicable": "///",
    "cut": "///",
    "masked": "s",
    "secret": "s",
    "ns": "n.s.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Territory:
    """A place of the COG. `name` is printed as it is, article included ("Le Meix-Tiercelin").

    `tncc` is the COG's article code (0 to 8), `population` the municipal population of the
    COG's own vintage, None when not known. `nature` is an EPCI's legal form (CC, CA, CU, METRO…).
    Parents are codes, None when the territory has none (an EPCI across two régions keeps its
    seat's). `former` is the old code or name asked for, when the territory absorbed it.
    """

    code: Code
    level: Level
    name: str
    tncc: int = 0
    nature: str = ""
    epci: Code | None = None
    ept: Code | None = None
    arrondissement: Code | None = None
    departement: Code | None = None
    region: Code | None = None
    population: int | None = None
    former: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a figure was taken: one edition of one dataset of one producer, or one file.

    `updated` is the producer's own date of last update, "" when nobody knows it: it is then
    printed as unknown, never composed. `retrieved` is an ISO month or date.
    """

    id: str
    producer: str
    dataset: str
    title: str
    address: str
    licence: str
    edition: str
    retrieved: str
    updated: str = ""
    file: str = ""
    sha256: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rounding:
    """How a producer rounds: multiples of `step`, `rule` as the project supposes it."""

    step: float
    rule: RoundingRule = "nearest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A series of the catalogue: what it counts, at which levels, how it is rounded.

    `kind` decides the arithmetic: counts and estimates may be summed, medians, rates and
    ratios never. `population` names who is counted (foyers allocataires, ménages…): two series
    of different populations make a ratio "pour 100", never a share. `sparse` series list only
    counts above zero: an unlisted territory is unknown for itself and adds nothing to a sum.
    """

    id: str
    label: str
    definition: str
    unit: str
    theme: str
    producer: str
    dataset: str
    field: str
    kind: Literal["count", "estimate", "amount", "rate", "ratio", "median", "mean", "index"]
    population: str
    levels: tuple[Level, ...]
    frequency: str
    periods: str
    licence: str
    link: str
    rounding: Rounding | None = None
    published_above: int | None = None
    champ: dict[str, str] = dataclasses.field(default_factory=dict)
    secrecy: str = ""
    quality_label: str = ""
    traps: tuple[str, ...] = ()
    breaks: tuple[str, ...] = ()
    sparse: bool = False
    arrival: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """A registered break: no line joins and no evolution is printed across `at` (ISO period).

    `at` is the first period of the new regime.
    """

    id: str
    at: str
    label: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One published cell. A missing `value` always has a status that says why.

    `lower` and `upper` are what the publication allows; `cells` counts the rounded cells that
    the value sums (2 for a commune merged from two).
    """

    series: str
    level: Level
    code: Code
    period: str
    value: float | None
    lower: float | None
    upper: float | None
    status: Status
    origin: str
    provisional: bool = False
    champ: str = ""
    cog_year: int = 0
    cells: int = 1


@dataclass(frozen=True, slots=True)
class Measure:
    """A number and the interval that its publication (and, when asked, chance) allows.

    `likely` is the narrower interval of a sum of many rounded cells (domain method: variance of
    a uniform on the multiples' neighbourhood), None when it may not be stated.
    """

    value: float
    lower: float
    upper: float
    likely: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Absence:
    """No number, and why: the status of the sign and the printed French reason."""

    status: Status
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A numerator or a denominator as read: series, period, value with bounds, cells summed."""

    series: str
    period: str
    value: float | None
    lower: float | None
    upper: float | None
    status: Status
    origins: tuple[str, ...]
    cells: int = 1
    champ: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One printed number, or one printed absence, with all that explains it.

    `text` is what the page shows ("61,5", "≈ 11", "n.s.", "…"); `reason` is never empty when
    `show` is not plain or approx. `stands_for` is the code whose value stands in (from_epci).
    `flags` are machine words: over_100, published_zero, sum_of_rounded, fragile, derived.
    """

    id: str
    indicator: str
    label: str
    level: Level
    code: Code
    name: str
    period: str
    period_text: str
    unit: str
    value: float | None
    lower: float | None
    upper: float | None
    status: Status
    show: Show
    text: str
    interval: IntervalKind = "none"
    interval_text: str = ""
    likely_lower: float | None = None
    likely_upper: float | None = None
    decimals: int = 0
    reliability: Reliability = ""
    provisional: bool = False
    reason: str = ""
    champ: str = ""
    numerator: Part | None = None
    denominator: Part | None = None
    coverage: float | None = None
    stands_for: Code | None = None
    flags: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A figure beside the same indicator of a benchmark. Gap in points or in %, with bounds."""

    own: str
    other: str
    benchmark: str
    verdict: Verdict
    gap: float | None = None
    gap_lower: float | None = None
    gap_upper: float | None = None
    gap_text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rank:
    """Standard competition rank of a figure among comparable units, and the ranks it may have."""

    figure: str
    position: int
    of: int
    low: int
    high: int
    tied: bool
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evolution:
    """A change between two periods of one figure, or the reason why none is stated.

    `change` is in % for counts and amounts, in points for rates in % (see `unit`).
    """

    start: str
    end: str
    change: float | None
    lower: float | None
    upper: float | None
    unit: str
    trend: Trend
    text: str
    reason: str = ""


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
    """A commune of the ranked dots: its figure and its rank, None when it is not ranked."""

    figure: str
    rank: Rank | None = None


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
    """Stacked bars of the parts of a total, in the total's unit."""

    unit: str
    bars: tuple[ShareBar, ...]
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
    """Points of attention and points of support, made by rule from comparisons."""

    attention: tuple[str, ...]
    support: tuple[str, ...]
    comparable: tuple[str, ...]
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A chapter or a liminary page. `number` is 0 for the unnumbered; `finding` its headline."""

    id: str
    title: str
    number: int
    legal: str
    finding: str
    blocks: tuple[AnyBlock, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One of the findings of L'essentiel: a headline, its proof, the chapter to read."""

    headline: str
    text: str
    anchor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Essentials:
    """The one-page summary: headline, findings, one small map when it can be drawn, figures."""

    headline: str
    findings: tuple[Finding, ...]
    map: Choropleth | None
    figures: KeyFigures
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """The cover's words; `facts` are three (heading, text) pairs at its foot."""

    kicker: str
    title: str
    territory: str
    lines: tuple[str, ...]
    locator: Locator | None
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecCard:
    """Which spec made the report."""

    id: str
    title: str
    subtitle: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportData:
    """Everything a dossier shows, and nothing it must still compute.

    `edition` is an ISO month. `figures` and `origins` are keyed by id; `territories` holds each
    territory named by a figure; `warnings` are printed on stderr and in the JSON, in French.
    """

    version: int
    generator: str
    spec: SpecCard
    territory: Territory
    competence: Competence
    edition: str
    edition_text: str
    running_title: str
    cover: Cover
    essentials: Essentials
    sections: tuple[Section, ...]
    figures: dict[str, Figure]
    origins: dict[str, Origin]
    territories: dict[str, Territory]
    warnings: tuple[str, ...] = ()


REPORT_VERSION = 1
