"""Specs: a YAML file becomes a ReportSpec checked against the catalogue, or all its faults."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from diagnostic import marks, resources
from diagnostic.catalogue import Catalogue
from diagnostic.errors import Fault, SpecError
from diagnostic.spec import checks, draft, grammar
from diagnostic.spec.blocks import Desk
from diagnostic.spec.card import (
    BENCHMARKS,
    LEVELS,
    SCOPES,
    Blocks,
    BlockSpec,
    CirclesBlock,
    EssentialsSpec,
    EvolutionBlock,
    FiguresBlock,
    GlossaryBlock,
    IndicatorSpec,
    LocatorBlock,
    MapBlock,
    MatrixBlock,
    MatrixItem,
    QuestionsBlock,
    RankedBlock,
    ReportSpec,
    SectionSpec,
    SharesBlock,
    TableBlock,
    TextBlock,
)
from diagnostic.spec.grammar import schema
from diagnostic.spec.shapes import Card, Faults, suggest
from diagnostic.spec.starter import starter
from diagnostic.spec.texts import FIELDS, fill, glossary, part, parts

__all__ = [
    "BENCHMARKS",
    "FIELDS",
    "LEVELS",
    "SCOPES",
    "BlockSpec",
    "Blocks",
    "CirclesBlock",
    "EssentialsSpec",
    "EvolutionBlock",
    "FiguresBlock",
    "GlossaryBlock",
    "IndicatorSpec",
    "LocatorBlock",
    "MapBlock",
    "MatrixBlock",
    "MatrixItem",
    "QuestionsBlock",
    "RankedBlock",
    "ReportSpec",
    "SectionSpec",
    "SharesBlock",
    "TableBlock",
    "TextBlock",
    "fill",
    "find",
    "glossary",
    "load",
    "names",
    "part",
    "parts",
    "schema",
    "starter",
]

LONGEST_NAME = 200  # signs of a name that was typed, before what is wrong with it


def load(name: str | Path, catalogue: Catalogue) -> ReportSpec:
    """The spec `name`, a path or the name of a shipped one, with or without .yaml.

    Raises SpecError with every fault at once, each at its line and column.
    """
    path = find(name)
    source = marks.fetch(path)
    tree, found = marks.parse(source)
    if tree is None:
        raise SpecError(str(path), found)
    faults: Faults = []
    card = grammar.SPEC.read(tree, faults)
    if card is None:
        raise SpecError(str(path), found + faults)
    spec = _assemble(card, path, source, catalogue, faults)
    faults += checks.faults(spec, catalogue, set(card.get("indicators", {})))
    if found or faults:
        raise SpecError(str(path), _once(found, faults))
    return spec


def find(name: str | Path) -> Path:
    """The file of the spec `name`. Raises SpecError, which names the shipped specs."""
    asked = Path(name)
    shipped = resources.folder("report_specs")
    candidates = [asked, Path(f"{name}.yaml")]
    if len(asked.parts) == 1:
        candidates += [shipped / asked, shipped / f"{name}.yaml"]
    for candidate in candidates:
        if _is(Path.is_file, candidate):
            return candidate
    known = names()
    hint = suggest(asked.stem, known) or f" Specs livrées : {', '.join(known)}."
    what = "c’est un dossier, non un fichier" if _is(Path.is_dir, asked) else "spec introuvable"
    raise SpecError(str(name)[:LONGEST_NAME], [Fault(1, 1, f"{what}.{hint}")])


def names() -> tuple[str, ...]:
    """The names of the shipped specs."""
    return tuple(sorted(path.stem for path in resources.folder("report_specs").glob("*.yaml")))


def _is(kind: Callable[[Path], bool], path: Path) -> bool:
    try:
        return kind(path)
    except (OSError, ValueError):
        return False


def _assemble(
    card: Card, path: Path, source: bytes, catalogue: Catalogue, faults: Faults
) -> ReportSpec:
    indicators = draft.indicators(card.get("indicators", {}), catalogue.series)
    desk = Desk(indicators, path.parent, faults)
    return ReportSpec(
        id=card.text("id"),
        title=card.text("title"),
        subtitle=card.text("subtitle", "Diagnostic territorial"),
        framework=card.text("framework"),
        levels=card.get("levels", ("commune", "epci")),
        benchmarks=card.texts("benchmarks") or BENCHMARKS[:-1],
        competence=draft.competence(card.get("competence")),
        indicators=indicators,
        essentials=draft.essentials(card.card("essentials"), indicators),
        sections=draft.sections(card.cards("sections"), desk),
        sha256=hashlib.sha256(source).hexdigest(),
        path=str(path),
    )


def _once(found: Faults, faults: Faults) -> Faults:
    """Faults of the form first; what comes of them at the same place is not said twice."""
    places = {(fault.line, fault.column) for fault in found}
    return found + [fault for fault in faults if (fault.line, fault.column) not in places]
