"""ReportData: everything a dossier shows, and nothing it must still compute."""

from __future__ import annotations

from dataclasses import dataclass

from diagnostic.model.blocks import AnyBlock, Choropleth, KeyFigures, Locator
from diagnostic.model.figures import Figure
from diagnostic.model.values import Competence, Origin, Territory


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
    """The cover's words; `facts` are three (heading, text) pairs at its foot.

    `framework` is the legal frame that the spec gives, "" when it gives none.
    """

    kicker: str
    title: str
    territory: str
    lines: tuple[str, ...]
    locator: Locator | None
    facts: tuple[tuple[str, str], ...]
    framework: str = ""


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
