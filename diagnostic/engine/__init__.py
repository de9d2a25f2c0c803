"""A spec and a territory become a ReportData: read, compute, compare, word; nothing is drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from diagnostic import __version__, spec
from diagnostic.catalogue import Catalogue
from diagnostic.engine import charts, maps, narrative, tables, words
from diagnostic.engine.duties import settle
from diagnostic.engine.figures import Ledger, lacking
from diagnostic.engine.narrative import Frame
from diagnostic.engine.places import Surroundings, surround
from diagnostic.engine.readings import collect
from diagnostic.errors import SourceError, TerritoryError
from diagnostic.model import (
    REPORT_VERSION,
    AnyBlock,
    Competence,
    Figure,
    Glossary,
    GlossaryEntry,
    Locator,
    Origin,
    Prose,
    Questions,
    ReportData,
    Section,
    SpecCard,
    Territory,
)
from diagnostic.spec import ReportSpec, SectionSpec
from diagnostic.store import Store
from diagnostic.territories import Territories
from diagnostic.wording import grammar, names, notes, numbers, periods
from diagnostic.wording.typography import NBSP, THIN


def assemble(
    plan: ReportSpec,
    territory: Territory,
    *,
    territories: Territories,
    catalogue: Catalogue,
    store: Store,
    edition: str | None = None,
    competence: Competence | None = None,
) -> ReportData:
    """Every number of the dossier of `territory`, with its origin, comparisons and absences.

    `edition` is an ISO month; by default that of the newest origin read, never the clock.
    `competence` overrides the spec's. Raises TerritoryError for a level that the spec does not
    have, SourceError when a required series is missing or when nothing exists for the territory.
    """
    series, around = demand(plan, territory, territories)
    ledger = Ledger(plan, collect(store, catalogue, series, around, territories), around)
    _require(ledger)
    held: Competence = competence or plan.competence.get(
        territory.code, plan.competence.get("defaut", "inconnue")
    )
    month = edition or _edition(ledger.shelf.observations.origins)
    epci = around.perimeter.territory if around.perimeter else None
    concerned = bool(plan.competence) or competence is not None
    frame = Frame(month, settle(held, territory, epci), _chapters(plan), concerned)
    essentials = narrative.essentials(ledger, frame)
    sections = _sections(ledger, frame, _fields(ledger, frame))
    used = _used(ledger)
    return ReportData(
        version=REPORT_VERSION,
        generator=f"diagnostic {__version__}",
        spec=SpecCard(id=plan.id, title=plan.title, subtitle=plan.subtitle, sha256=plan.sha256),
        territory=territory,
        competence=held,
        edition=month,
        edition_text=narrative.edition_text(month),
        running_title=f"{plan.title} · {plan.subtitle[0].lower()}{plan.subtitle[1:]}",
        cover=narrative.cover(ledger, frame, used),
        essentials=essentials,
        sections=sections,
        figures=dict(sorted(ledger.figures.items())),
        origins=used,
        territories=dict(sorted(ledger.territories.items())),
        warnings=_warnings(ledger, sections),
    )


def demand(
    plan: ReportSpec, territory: Territory, territories: Territories
) -> tuple[frozenset[str], Surroundings]:
    """The series that the dossier of `territory` reads, and the places it reads them at.

    Raises TerritoryError for a level that the spec does not have.
    """
    if territory.level not in plan.levels:
        raise TerritoryError(
            f"la spec «{NBSP}{plan.id}{NBSP}» ne prévoit pas de dossier "
            f"{notes.at_level(territory.level)}",
            hint=f"Niveaux prévus{NBSP}: {', '.join(plan.levels)}.",
        )
    series = frozenset(
        name for indicator in plan.indicators.values() for name in lacking(indicator, plan)
    )
    return series, surround(territory, territories, frozenset(plan.benchmarks))


def _require(ledger: Ledger) -> None:
    """Stop when a required indicator has no figure, or when no indicator has one."""
    own = {i: ledger.newest(i) for i in ledger.spec.indicators}
    lost = [
        f"{figure.label}{NBSP}: {figure.reason}"
        for key, figure in own.items()
        if figure.value is None and ledger.indicator(key).required
    ]
    name = names.printed(ledger.around.own.territory.name)
    if lost:
        raise SourceError(
            "\n".join([f"{name}{NBSP}: indicateurs exigés sans valeur", *lost]), hint=_HOW
        )
    if not any(_is_own(figure) for figure in own.values()) and not _is_known_within(ledger):
        none = (
            f"aucun des {numbers.count(len(own), 'indicateur')}"
            if len(own) > 1
            else "pas l’indicateur"
        )
        raise SourceError(
            f"{name}{NBSP}: les données présentes ne contiennent {none} de la spec "
            f"«{NBSP}{ledger.spec.id}{NBSP}»",
            hint=_HOW,
        )


_HOW = (
    "Avec un accès à l’internet et sans --offline, cette commande télécharge ce qui manque et le "
    "garde. Sans accès, il reste l’extrait livré\u00a0: la communauté de communes de Vitry, "
    "Champagne et Der, ses communes de comparaison et les effectifs de la Caf pour toute la Marne. "
    "--store indique un dossier de données rempli ailleurs par «\u00a0diagnostic data pull\u00a0»."
)


def _is_known_within(ledger: Ledger) -> bool:
    """Whether the communes of an EPCI have values that it has not: they make its dossier."""
    if ledger.around.own.territory.level != "epci":
        return False
    return any(
        ledger.at(key, place, ledger.period(indicator)).value is not None
        for key, indicator in ledger.spec.indicators.items()
        for place in ledger.around.peers
    )


def _is_own(figure: Figure) -> bool:
    return figure.value is not None and figure.show != "from_epci"


def _edition(origins: Mapping[str, Origin]) -> str:
    return max((origin.retrieved[:7] for origin in origins.values()), default="")


def _chapters(plan: ReportSpec) -> dict[str, str]:
    """The chapter of each indicator: where it is listed highest (declared before merely shown)."""
    found: dict[str, tuple[int, str]] = {}
    chapters = [section for section in plan.sections if section.kind == "chapter"]
    for section in chapters:
        for place, indicator_id in enumerate(section.indicators):
            if indicator_id not in found or place < found[indicator_id][0]:
                found[indicator_id] = (place, section.id)
    return {indicator_id: chapter for indicator_id, (_, chapter) in found.items()}


def _used(ledger: Ledger) -> dict[str, Origin]:
    keys = {key for figure in ledger.figures.values() for key in figure.origins}
    return {key: ledger.shelf.observations.origins[key] for key in sorted(keys)}


def _warnings(ledger: Ledger, sections: tuple[Section, ...]) -> tuple[str, ...]:
    """What whoever builds the dossier should know: indicators without data, blocks left out."""
    said = []
    missing = [i for i in ledger.spec.indicators if tables.is_missing(i, ledger)]
    if missing:
        count = numbers.count(len(missing), "indicateur")
        said.append(
            f"{count} sans donnée dans cette édition{NBSP}: la liste est au bas des chapitres."
        )
    left = _left_out(ledger.spec, sections)
    if left:
        count = numbers.count(len(left), "bloc")
        said.append(f"{count} sans assez de valeurs à montrer{NBSP}: {', '.join(left)}.")
    return (*said, *_mixed(_used(ledger)))


def _mixed(used: Mapping[str, Origin]) -> list[str]:
    """The datasets of which the dossier reads two editions: numbers of two dates side by side."""
    editions: dict[tuple[str, str], set[str]] = {}
    for origin in used.values():
        if origin.dataset:
            editions.setdefault((origin.producer, origin.dataset), set()).add(origin.edition)
    return [
        f"{producer}, {dataset}{NBSP}: deux éditions lues dans ce dossier "
        f"({', '.join(sorted(found))}){THIN}; «{NBSP}diagnostic data pull{NBSP}» et "
        f"«{NBSP}diagnostic data prune{NBSP}» n’en laissent qu’une."
        for (producer, dataset), found in sorted(editions.items())
        if len(found) > 1
    ]


def _left_out(plan: ReportSpec, sections: tuple[Section, ...]) -> list[str]:
    """The blocks of the spec that the dossier does not show: « map: rsa (ligne 17) »."""
    shown = {block.id for section in sections for block in section.blocks}
    return [
        f"{_KEYS[type(block)]}{NBSP}: {', '.join(block.named)} (ligne {block.line})"
        for section in plan.sections
        for block in section.blocks
        if block.id not in shown and type(block) in _KEYS
    ]


_KEYS: dict[type[Any], str] = {
    spec.FiguresBlock: "figures",
    spec.MapBlock: "map",
    spec.CirclesBlock: "circles",
    spec.RankedBlock: "ranked",
    spec.EvolutionBlock: "chart",
    spec.SharesBlock: "shares",
    spec.TableBlock: "table",
}


def _fields(ledger: Ledger, frame: Frame) -> dict[str, str]:
    """The closed list of fields that texts may use."""
    own = ledger.around.own.territory
    above = ledger.around.above
    perimeter = ledger.around.perimeter
    return {
        "territoire": names.printed(own.name),
        "a_territoire": names.at(own),
        "de_territoire": names.of(own),
        "code": own.code,
        "niveau": {"commune": "commune", "epci": "EPCI"}.get(own.level, "département"),
        "epci": names.printed(perimeter.territory.name) if perimeter else "aucun EPCI",
        "departement": names.printed(above["departement"].name) if "departement" in above else "",
        "region": names.printed(above["region"].name) if "region" in above else "",
        "population": (
            numbers.count(own.population, "habitant")
            if own.population is not None
            else "population non connue"
        ),
        "edition": periods.edition(frame.edition),
        "competence_phrase": spec.part(f"competence-{frame.duties.competence}").replace(
            " ({epci})",
            f" ({grammar.common(names.full(perimeter.territory))})" if perimeter else "",
        ),
        "devoirs_phrase": frame.duties.instruction(),
    }


def _sections(ledger: Ledger, frame: Frame, fields: dict[str, str]) -> tuple[Section, ...]:
    sections: list[Section] = []
    chapters = [section.id for section in ledger.spec.sections if section.kind == "chapter"]
    for section in ledger.spec.sections:
        blocks = _blocks(section, ledger, frame, fields)
        if not blocks:
            continue
        said = {other.finding for other in sections}
        finding = _headline(section, ledger, blocks, said)
        sections.append(
            Section(
                id=section.id,
                title=section.title,
                legal=section.legal,
                number=chapters.index(section.id) + 1 if section.id in chapters else 0,
                finding=finding,
                blocks=tuple(
                    replace(block, finding="") if block.finding == finding else block
                    for block in blocks
                ),
            )
        )
    return tuple(sections)


def _headline(
    section: SectionSpec, ledger: Ledger, blocks: tuple[AnyBlock, ...], said: set[str]
) -> str:
    """The first finding of the chapter's blocks, else of its indicators, that none before has.

    "" when none holds: the chapter's own title then heads the page.
    """
    if section.kind != "chapter":
        return ""
    shown = [i for block in section.blocks for i in block.named]
    found = [block.finding for block in blocks]
    found.extend(words.finding(ledger, i) for i in shown)
    return next((text for text in found if text and text not in said), "")


def _blocks(
    section: SectionSpec, ledger: Ledger, frame: Frame, fields: dict[str, str]
) -> tuple[AnyBlock, ...]:
    built = [_block(block, ledger, frame, fields) for block in section.blocks]
    built.extend(_closing(section, ledger))
    return tuple(block for block in built if block is not None)


def _closing(section: SectionSpec, ledger: Ledger) -> list[AnyBlock | None]:
    """What ends a section by its kind: points, sources, missing indicators, questions."""
    if section.kind == "reading":
        return [narrative.points(ledger, f"{section.id}-points")]
    if section.kind == "sources":
        return [narrative.sources(ledger, f"{section.id}-table")]
    if section.kind == "method":
        return [
            narrative.history(ledger, f"{section.id}-communes"),
            narrative.rounding_check(ledger, f"{section.id}-arrondi"),
        ]
    closing: list[AnyBlock | None] = [tables.missing(section, ledger)]
    if section.questions:
        closing.append(
            Questions(
                id=f"{section.id}-questions",
                items=section.questions,
                title="À compléter localement",
            )
        )
    return closing


def _block(
    block: spec.Blocks, ledger: Ledger, frame: Frame, fields: dict[str, str]
) -> AnyBlock | None:
    """The block of a spec's block, None when there is not enough to show."""
    builder = _BUILDERS.get(type(block))
    if builder is not None:
        return builder(block, ledger)
    if isinstance(block, spec.TableBlock):
        return (tables.comparison if block.kind == "comparison" else tables.annex)(block, ledger)
    if isinstance(block, spec.MatrixBlock):
        return tables.matrix(block, ledger, frame.duties, frame.chapters)
    return _text_block(block, ledger, fields)


_BUILDERS: dict[type[Any], Callable[[Any, Ledger], AnyBlock | None]] = {
    spec.FiguresBlock: charts.key_figures,
    spec.MapBlock: maps.choropleth,
    spec.CirclesBlock: maps.circles,
    spec.RankedBlock: charts.ranked,
    spec.EvolutionBlock: charts.evolution,
    spec.SharesBlock: charts.shares,
}


def _text_block(block: spec.Blocks, ledger: Ledger, fields: dict[str, str]) -> AnyBlock | None:
    match block:
        case spec.TextBlock():
            return Prose(
                id=block.id,
                title=block.title,
                width=block.width,
                markdown=spec.fill(block.markdown, fields),
            )
        case spec.QuestionsBlock():
            return Questions(
                id=block.id, title=block.title or "À compléter localement", items=block.items
            )
        case spec.GlossaryBlock():
            entries = tuple(GlossaryEntry(term=t, definition=d) for t, d in block.terms)
            return Glossary(id=block.id, title=block.title, entries=entries)
        case _:
            own = ledger.around.own.territory
            return Locator(
                id=block.id,
                title=block.title,
                code=own.code,
                level=own.level,
                alt=f"Situation {names.of(own)}.",
            )
