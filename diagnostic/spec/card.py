"""Frozen values of a spec, as the engine reads them: indicators, sections and their blocks.

Texts may be marks.Word: they equal plain text and know their place in the file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from diagnostic.model import Competence, Level

Kind = Literal["series", "published", "ratio", "mean", "gap", "scenario", "dominant", "without"]
Direction = Literal["need", "support", "neutral"]
Chance = Literal["none", "proportion", "rate"]
Width = Literal["full", "half", "third"]
Classes = Literal["auto", "equal", "quantile", "fixed"]
Layout = Literal["single", "multiples"]
TableKind = Literal["comparison", "annex"]
SectionKind = Literal[
    "chapter", "reading", "matrix", "limits", "method", "sources", "secrecy", "glossary", "annex"
]
Duty = Literal["", "recenser", "informer", "planifier", "soutenir"]

LEVELS: tuple[Level, ...] = ("commune", "epci", "departement")
BENCHMARKS = (
    "epci",
    "epci_hors_commune",
    "departement",
    "region",
    "france",
    "epci_communes",
    "comparables",
)
SCOPES = ("epci_communes",)

_PER = re.compile(r"\bpour (\d[\d\s\u202f\u00a0]*|mille|cent\b)")
_WORDS = {"mille": "1000", "cent": "100"}


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorSpec:
    """What an indicator measures and how it is said.

    `kind` decides which of the other fields speak: `series` (series, mean, published: the id of
    the series), `numerator`, `denominator`, `factor` and `nested` (ratio), `years` (mean), `of`,
    `to` (gap, scenario), `base` (scenario: what the rate is a rate of), `parts` (label and
    indicator of each part: dominant, and the total of stacked shares), `absent` (without: the
    series that a territory has none of).
    `direction` says what a higher value is; `minimum` is the floor of the denominator.
    """

    id: str
    label: str
    short: str
    subject: str
    kind: Kind
    unit: str
    unit_short: str
    plural: bool = False
    feminine: bool = False
    series: str = ""
    numerator: str = ""
    denominator: str = ""
    factor: float = 100.0
    nested: bool = False
    years: int = 1
    of: str = ""
    to: str = ""
    base: str = ""
    parts: tuple[tuple[str, str], ...] = ()
    absent: tuple[str, ...] = ()
    meaning: str = ""
    direction: Direction = "neutral"
    minimum: float = 0.0
    chance: Chance = "none"
    decimals: int | None = None
    required: bool = False
    rank: bool = False
    evolution: bool = True
    note: str = ""

    @property
    def per(self) -> float | None:
        """What the unit says a rate is for: 100 for « % » and « pour 100 … », None for no rate."""
        said = _PER.search(self.unit)
        if "%" in self.unit + self.unit_short:
            return 100.0
        return float(_WORDS.get(said[1]) or re.sub(r"\D", "", said[1])) if said else None

    @property
    def series_ids(self) -> tuple[str, ...]:
        """The series that the indicator reads itself, in the order of the fields."""
        named = (self.series, self.numerator, self.denominator, self.base, *self.absent)
        return tuple(name for name in named if name)


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockSpec:
    """What every block has; `line` and `column` say where it stands in the spec."""

    id: str
    title: str = ""
    width: Width = "full"
    line: int = 0
    column: int = 0

    @property
    def named(self) -> tuple[str, ...]:
        """The indicators that the block shows."""
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FiguresBlock(BlockSpec):
    """Key figures with their comparison strips."""

    indicators: tuple[str, ...]

    @property
    def named(self) -> tuple[str, ...]:
        """The indicators that the block shows."""
        return self.indicators


@dataclass(frozen=True, slots=True, kw_only=True)
class MapBlock(BlockSpec):
    """A choropleth of a rate or a median; `bounds` when the classes are fixed."""

    indicator: str
    scope: str = "epci_communes"
    classes: Classes = "auto"
    bounds: tuple[float, ...] = ()
    reference: str | None = None

    @property
    def named(self) -> tuple[str, ...]:
        """The indicators that the block shows."""
        return (self.indicator,)


@dataclass(frozen=True, slots=True, kw_only=True)
class CirclesBlock(BlockSpec):
    """Proportional circles of a count."""

    indicator: str
    scope: str = "epci_communes"

    @property
    def named(self) -> tuple[str, ...]:
        """The indicators that the block shows."""
        return (self.indicator,)


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedBlock(BlockSpec):
    """Ranked dots of the communes, with intervals."""

    indicator: str
    scope: str = "epci_communes"

    @property
    def named(self) -> tuple[str, ...]:
        """The indicators that the block shows."""
        return (self.indicator,)


@dataclass(frozen=True, slots=True, kw_only=True)
class EvolutionBlock(BlockSpec):
    """Lines over time of the territory and of `benchmarks`, from the period `since` on."""

    indicators: tuple[str, ...]
    benchmarks: tuple[str, ...] = ()
    layout: Layout = "single"
    since: str = ""

    @property
    def named(self) -> tuple[str, ...]:
        """The indicators that the block shows."""
        return self.indicators


@dataclass(frozen=True, slots=True, kw_only=True)
class SharesBlock(BlockSpec):
    """Stacked bars of the parts of a total (label and indicator of each part)."""

    total: str
    parts: tuple[tuple[str, str], ...]

    @property
    def named(self) -> tuple[str, ...]:
        """The indicators that the block shows."""
        return (self.total, *(part for _, part in self.parts))


@dataclass(frozen=True, slots=True, kw_only=True)
class TableBlock(BlockSpec):
    """A comparison table, or an annex table of the communes."""

    kind: TableKind
    indicators: tuple[str, ...]

    @property
    def named(self) -> tuple[str, ...]:
        """The indicators that the block shows."""
        return self.indicators


@dataclass(frozen=True, slots=True, kw_only=True)
class TextBlock(BlockSpec):
    """A text with `{nom}` fields still to fill; `name` of a shipped part or `file`, or neither."""

    markdown: str
    name: str = ""
    file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionsBlock(BlockSpec):
    """Questions to answer locally."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LocatorBlock(BlockSpec):
    """The map that says where the territory is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixItem:
    """A row of the matrix.

    `partial`: its indicators document the item in part only. `owed_above`: the duty binds above
    that many inhabitants, None when it binds all. `competence`: which of the four competences
    of the organising authority the item belongs to.
    """

    item: str
    content: str
    indicators: tuple[str, ...] = ()
    partial: bool = True
    local: str = ""
    owed_above: int | None = None
    competence: Duty = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixBlock(BlockSpec):
    """The conformity matrix."""

    rows: tuple[MatrixItem, ...]

    @property
    def named(self) -> tuple[str, ...]:
        """The indicators that the block points at (shown elsewhere)."""
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GlossaryBlock(BlockSpec):
    """Terms and definitions, in alphabetical order."""

    terms: tuple[tuple[str, str], ...]


Blocks = (
    FiguresBlock
    | MapBlock
    | CirclesBlock
    | RankedBlock
    | EvolutionBlock
    | SharesBlock
    | TableBlock
    | TextBlock
    | QuestionsBlock
    | LocatorBlock
    | MatrixBlock
    | GlossaryBlock
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionSpec:
    """A chapter or a liminary page; `indicators` are all that belong to it, shown or not."""

    id: str
    title: str
    legal: str = ""
    kind: SectionKind = "chapter"
    indicators: tuple[str, ...] = ()
    blocks: tuple[Blocks, ...] = ()
    questions: tuple[str, ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class EssentialsSpec:
    """The one-page summary: key figures, a small map around a reference, how many findings."""

    figures: tuple[str, ...] = ()
    map: str | None = None
    map_reference: str | None = None
    findings: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSpec:
    """A spec that has passed every check. `sha256` is that of the file's bytes.

    `competence` says who holds the competence, by territory code, "defaut" for all others.
    """

    id: str
    title: str
    subtitle: str
    framework: str
    levels: tuple[Level, ...]
    benchmarks: tuple[str, ...]
    competence: dict[str, Competence]
    indicators: dict[str, IndicatorSpec]
    essentials: EssentialsSpec
    sections: tuple[SectionSpec, ...]
    sha256: str
    path: str
