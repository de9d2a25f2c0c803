"""Values as published: territories, series, origins, observations, and numbers with bounds."""

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
Kind = Literal["count", "estimate", "amount", "rate", "ratio", "median", "mean", "index", "unknown"]

PRESENT: frozenset[str] = frozenset({"exact", "rounded", "estimated", "bounded"})
SUMMABLE: frozenset[Kind] = frozenset({"count", "estimate", "amount"})
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
    ratios never, nor what nobody described (unknown). `population` names who is counted (foyers
    allocataires, ménages…): two series of different populations make a ratio "pour 100", never a
    share. `sparse` series list only counts above zero: an unlisted territory is unknown for
    itself and adds nothing to a sum. `census` series are drawn from five years of surveys: two
    vintages less than five years apart share some, and bear no evolution.
    """

    id: str
    label: str
    definition: str
    unit: str
    theme: str
    producer: str
    dataset: str
    field: str
    kind: Kind
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
    census: bool = False
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
