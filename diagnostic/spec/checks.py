"""What a spec says is judged against the catalogue and against itself: every fault, none raised."""

from __future__ import annotations

import re
from collections.abc import Iterator

from diagnostic.catalogue import Catalogue
from diagnostic.errors import Fault
from diagnostic.marks import Word
from diagnostic.model import SUMMABLE
from diagnostic.spec import card
from diagnostic.spec.blocks import Indicators
from diagnostic.spec.shapes import suggest

MOST_LISTED = 12  # names of a message that its reader still reads
_RATES = frozenset({"ratio", "published"})
_COUNTS = frozenset({"series", "mean"})
_SEVERAL = frozenset({"epci_communes", "comparables"})
_SHARE = re.compile(r"\bparts?\b", re.IGNORECASE)


def faults(spec: card.ReportSpec, catalogue: Catalogue, declared: set[str]) -> Iterator[Fault]:
    """The faults of `spec`; `declared` are all the indicator ids, those that are wrong included."""
    for indicator in spec.indicators.values():
        yield from _series(indicator, catalogue)
        yield from _ratio(indicator, catalogue)
        yield from _derived(indicator, spec.indicators, declared)
    yield from _compared(spec)
    yield from _named(spec, declared)
    yield from _unique(spec)
    for section in spec.sections:
        for block in section.blocks:
            yield from _block(block, spec.indicators)


def _at(word: str, message: str, other: str = "") -> Fault:
    place = next((w for w in (word, other) if isinstance(w, Word)), Word(""))
    return Fault(place.line, place.column, message)


def _series(one: card.IndicatorSpec, catalogue: Catalogue) -> Iterator[Fault]:
    for name in one.series_ids:
        found = catalogue.series.get(name)
        if found is None:
            yield _at(name, catalogue.unknown(name))
        elif one.kind == "published" and found.kind in SUMMABLE:
            yield _at(
                name,
                f"« {name} » est un effectif, non une valeur publiée : écrivez « series: {name} »",
            )
        elif one.kind != "published" and found.kind not in SUMMABLE:
            what = (
                "d’une nature que personne n’a décrite"
                if found.kind == "unknown"
                else "un taux ou une médiane"
            )
            yield _at(
                name,
                f"« {name} » est {what}, qui ne se somme pas : écrivez « published: {name} »",
            )


def _ratio(one: card.IndicatorSpec, catalogue: Catalogue) -> Iterator[Fault]:
    if one.kind != "ratio":
        return
    percent = "%" in one.unit + one.unit_short
    said = one.per or one.factor
    if said != one.factor:
        yield _at(one.unit, f"l’unité dit {said:g} et « factor » vaut {one.factor:g}", one.id)
    above = catalogue.series.get(one.numerator)
    below = catalogue.series.get(one.denominator)
    if above is None or below is None or above.population == below.population:
        return
    why = f"« {above.population} » et « {below.population} » sont deux populations"
    if one.nested:
        yield _at(one.numerator, f"{why} : l’une ne contient pas l’autre, ôtez « nested »", one.id)
    if percent:
        yield _at(one.unit, f"{why} : l’unité est « … pour 100 … », jamais « % »", one.id)
    if _SHARE.search(f"{one.label} {one.short} {one.subject} {one.unit}"):
        yield _at(one.label, f"{why} : ce rapport n’est pas une « part »", one.id)


def _derived(one: card.IndicatorSpec, known: Indicators, declared: set[str]) -> Iterator[Fault]:
    for name in _sources(one):
        if name not in declared:
            yield _unknown(name, declared)
        elif name == one.id:
            yield _at(name, f"l’indicateur « {name} » se nomme lui-même")
        elif one.id in _reached(name, known):
            yield _at(name, f"« {one.id} » se nomme lui-même à travers « {name} »")
    yield from _reference(one.to)
    if (source := known.get(one.of)) is not None:
        yield from _rated(one, source)
    if one.kind == "dominant":
        yield from _dominant(one, known)


def _rated(one: card.IndicatorSpec, source: card.IndicatorSpec) -> Iterator[Fault]:
    """What a gap or a scenario may not be made of."""
    if source.kind not in _RATES:
        yield _at(one.of, f"« {one.of} » n’est ni un rapport ni une valeur publiée")
    elif source.per is None and one.kind == "scenario":
        yield _at(one.of, f"l’unité de « {one.of} » ne dit pas pour combien il est donné")
    elif source.per is None and one.unit.startswith("point"):
        yield _at(one.unit, f"« {one.of} » n’est pas en % : son écart n’est pas en points", one.of)


def _dominant(one: card.IndicatorSpec, known: Indicators) -> Iterator[Fault]:
    """What may not be compared with the other parts: of another kind, or in another unit."""
    parts = [(name, known[name]) for _, name in one.parts if name in known]
    for name, part in parts:
        if part.kind not in _RATES | _COUNTS:
            yield _at(name, f"« {name} » n’est pas une valeur comparable")
        elif part.unit != parts[0][1].unit:
            first = parts[0][0]
            yield _at(name, f"« {name} » n’a pas la même unité que « {first} »")


def _sources(one: card.IndicatorSpec) -> tuple[str, ...]:
    """The indicators that one names to be worked out, or as its parts."""
    return tuple(name for name in (one.of, *(part for _, part in one.parts)) if name)


def _reached(name: str, known: Indicators) -> set[str]:
    """The indicators that `name` is worked out from, through any number of others."""
    found: set[str] = set()
    left = [name]
    while left:
        one = known.get(left.pop())
        sources = () if one is None else _sources(one)
        left += [source for source in sources if source not in found]
        found.update(sources)
    return found


def _compared(spec: card.ReportSpec) -> Iterator[Fault]:
    """A reference that the spec does not compare with is not read: nothing would be shown."""
    named: list[str | None] = [one.to for one in spec.indicators.values()]
    named.append(spec.essentials.map_reference)
    for block in (block for section in spec.sections for block in section.blocks):
        if isinstance(block, card.MapBlock):
            named.append(block.reference)
        elif isinstance(block, card.EvolutionBlock):
            named += block.benchmarks
    for name in named:
        if name and name not in spec.benchmarks and name not in _SEVERAL:
            yield _at(name, f"« {name} » manque aux « benchmarks » de la spec : ajoutez-le")


def _unknown(name: str, declared: set[str]) -> Fault:
    known = sorted(declared)
    hint = suggest(name, known) or f" Indicateurs de cette spec : {_listed(known)}."
    return _at(name, f"indicateur inconnu « {name} ».{hint}")


def _listed(known: list[str]) -> str:
    """The first names of a list, and how many others it leaves out."""
    left = len(known) - MOST_LISTED
    return ", ".join(known) if left < 2 else f"{', '.join(known[:MOST_LISTED])} et {left} autres"


def _named(spec: card.ReportSpec, declared: set[str]) -> Iterator[Fault]:
    named = [*spec.essentials.figures, *([spec.essentials.map] if spec.essentials.map else [])]
    for section in spec.sections:
        named += section.indicators
        for block in section.blocks:
            named += block.named
            if isinstance(block, card.MatrixBlock):
                named += [name for row in block.rows for name in row.indicators]
    seen: set[tuple[int, int]] = set()
    for name in named:
        if name and name not in declared:
            fault = _unknown(name, declared)
            if (fault.line, fault.column) not in seen:
                seen.add((fault.line, fault.column))
                yield fault
    yield from _reference(spec.essentials.map_reference)
    if (mapped := spec.indicators.get(spec.essentials.map or "")) is not None:
        yield from _rate(mapped, spec.essentials.map or "")


def _reference(name: str | None) -> Iterator[Fault]:
    if name in _SEVERAL:
        yield _at(name, f"« {name} » est un ensemble de territoires, non une référence")


def _matrix(block: card.MatrixBlock) -> Iterator[Fault]:
    for row in block.rows:
        if row.local.lower() in {"true", "false", "oui", "non"}:
            yield _at(
                row.local,
                "« local » est le texte de la colonne « Notes locales », non un oui ou un non",
            )


def _unique(spec: card.ReportSpec) -> Iterator[Fault]:
    seen: set[str] = set()
    for section in spec.sections:
        if section.id in seen:
            yield _at(section.id, f"deux sections portent l’identifiant « {section.id} »")
        seen.add(section.id)
    blocks: set[str] = set()
    for block in (block for section in spec.sections for block in section.blocks):
        if block.id in blocks:
            yield Fault(
                block.line, block.column, f"deux blocs portent l’identifiant « {block.id} »"
            )
        blocks.add(block.id)


def _block(block: card.Blocks, known: Indicators) -> Iterator[Fault]:
    if isinstance(block, card.MapBlock):
        yield from _map(block, known)
    elif isinstance(block, card.CirclesBlock):
        one = known.get(block.indicator)
        if one is not None and one.kind not in _COUNTS:
            yield _at(
                block.indicator,
                f"« {block.indicator} » n’est pas un effectif : une carte en cercles montre un"
                f" effectif, écrivez « map: {block.indicator} »",
            )
    elif isinstance(block, card.RankedBlock):
        one = known.get(block.indicator)
        if one is not None and one.kind not in _RATES:
            yield _at(
                block.indicator, f"« {block.indicator} » n’est pas un taux : il ne se classe pas"
            )
    elif isinstance(block, card.EvolutionBlock):
        yield from _evolution(block, known)
    elif isinstance(block, card.SharesBlock):
        yield from _shares(block, known)
    elif isinstance(block, card.MatrixBlock):
        yield from _matrix(block)


def _rate(one: card.IndicatorSpec, name: str) -> Iterator[Fault]:
    if one.kind not in _RATES | {"gap"}:
        yield _at(
            name,
            f"« {name} » n’est pas un taux : une carte en aplats montre un taux ou une médiane,"
            f" écrivez « circles: {name} »",
        )


def _map(block: card.MapBlock, known: Indicators) -> Iterator[Fault]:
    one = known.get(block.indicator)
    if one is not None:
        yield from _rate(one, block.indicator)
    yield from _reference(block.reference)
    place = (block.line, block.column)
    if (block.classes == "fixed") != bool(block.bounds):
        yield Fault(*place, "« classes: fixed » et « bounds » vont ensemble")
    if any(low >= high for low, high in zip(block.bounds, block.bounds[1:], strict=False)):
        yield Fault(*place, "les bornes de « bounds » doivent aller en croissant")


def _evolution(block: card.EvolutionBlock, known: Indicators) -> Iterator[Fault]:
    for name in block.indicators:
        one = known.get(name)
        if one is not None and one.kind in {"dominant", "without", "scenario"}:
            yield _at(name, f"« {name} » n’a pas d’évolution à tracer")
    for name in block.indicators[1:]:
        yield _at(name, "un graphique trace un seul indicateur : écrivez un bloc pour chacun")


def _shares(block: card.SharesBlock, known: Indicators) -> Iterator[Fault]:
    total = known.get(block.total)
    if not block.parts and total is not None:
        yield _at(block.total, f"« {block.total} » n’a pas de parts : écrivez « parts: [a, b] »")
    for _, name in block.parts:
        one = known.get(name)
        if one is not None and total is not None and one.unit != total.unit:
            yield _at(
                name,
                f"« {name} » ({one.unit}) et son total « {block.total} » ({total.unit}) n’ont pas"
                " la même unité : donnez-leur la même clé « unit »",
                block.total,
            )
