"""The liminary pages by rule: cover, L'essentiel, overall reading, table of sources."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from diagnostic import spec
from diagnostic.engine import charts, maps, vintages, words
from diagnostic.engine.compare import doubtful_verdicts, evolve
from diagnostic.engine.duties import Duties
from diagnostic.engine.figures import Ledger
from diagnostic.engine.places import Surroundings
from diagnostic.model import (
    Choropleth,
    Cover,
    Essentials,
    Figure,
    Finding,
    KeyFigures,
    Locator,
    Origin,
    Points,
    Prose,
    SourceRow,
    Sources,
    Territory,
    Verdict,
)
from diagnostic.wording import grammar, names, numbers, periods, sentences
from diagnostic.wording.typography import NBSP, THIN, typeset

CENSUS = "insee.rp.population"  # the series whose date the COG's populations share
SAID: dict[Verdict, str] = {
    "above": "au-dessus",
    "below": "au-dessous",
    "comparable": "comparable",
    "none": "sans comparaison",
}
LONGEST_HEADLINE = 95  # signs that two lines of the page title hold


@dataclass(frozen=True, slots=True)
class Frame:
    """What the liminary pages know beside the figures: edition, duties, chapter of each figure.

    `concerned` says that the dossier is about the competence: its spec, or who builds it, names
    who holds it. The cover of a note on housing has no duty to recall.
    """

    edition: str
    duties: Duties
    chapters: dict[str, str]
    concerned: bool = True


def cover(ledger: Ledger, frame: Frame, origins: dict[str, Origin]) -> Cover:
    """The cover: framework in full, territory, where it is, three facts at its foot."""
    own = ledger.around.own.territory
    plan = ledger.spec
    return Cover(
        kicker=plan.subtitle,
        title=plan.title,
        territory=names.full(own),
        lines=identity(ledger.around),
        locator=Locator(
            id="situation", code=own.code, level=own.level, alt=situation(ledger.around)
        ),
        facts=(
            (edition_text(frame.edition), _freshness(origins)),
            _population(ledger, frame),
            (_licences(origins), _producers(origins)),
        ),
        framework=plan.framework,
    )


def edition_text(month: str) -> str:
    """« Édition de novembre 2026 », « Édition d’octobre 2026 »."""
    return f"Édition {grammar.elided('de', periods.edition(month))}"


def identity(around: Surroundings) -> tuple[str, ...]:
    """Code and EPCI on a line, département and région on the next, then what was asked for."""
    own = around.own.territory
    perimeter = around.perimeter
    kind = "Commune" if own.level == "commune" else "EPCI"
    first = f"{kind} {own.code}"
    if own.level == "commune" and perimeter is not None:
        epci = names.full(perimeter.territory)
        first = f"{first} · {epci[0].lower()}{epci[1:]} ({perimeter.territory.code})"
    above = around.above
    held = [names.printed(above[key].name) for key in ("departement", "region") if key in above]
    lines = [first, " · ".join(dict.fromkeys(held))]
    if own.former:
        lines.append(f"Demandé{NBSP}: {_asked(own)}")
    return tuple(line for line in lines if line)


def _asked(own: Territory) -> str:
    """« Ancienne-Commune, commune aujourd’hui réunie à … », « 1ᵉʳ arrondissement de Paris… »."""
    if district := names.district(own.former):
        return f"{district}{THIN}; le dossier est celui de la commune entière"
    return f"{names.printed(own.former)}, commune aujourd’hui réunie {names.at(own)}"


def situation(around: Surroundings) -> str:
    """What the map of the cover shows: « Situation de Vitry-le-François dans la Marne. »."""
    own = around.own.territory
    departement = around.above.get("departement")
    apart = departement is not None and departement.name != own.name
    inside = f" {names.at(departement)}" if departement and apart else ""
    return f"Situation {names.of(own)}{inside}."


def _day(date: str) -> str:
    """An ISO day in words; what a producer wrote otherwise stands as it is."""
    return periods.text(date) if re.fullmatch(r"\d{4}-\d\d-\d\d", date) else date


def _freshness(origins: dict[str, Origin]) -> str:
    notes = {origin.note for origin in origins.values() if origin.note}
    known = {origin.updated for origin in origins.values() if origin.updated}
    if known:
        last = _day(max(known))
        return f"Données mises à jour jusqu’au {last}. Chaque figure porte sa propre date."
    shared = min(notes, key=len, default="")
    if not shared or not all(note.startswith(shared) for note in notes):
        return "Chaque figure porte sa propre date."
    return typeset(f"Données{NBSP}: {shared}. Chaque figure porte sa propre date.")


def _population(ledger: Ledger, frame: Frame) -> tuple[str, str]:
    """The population that counts and the duty it implies."""
    own = ledger.around.own.territory
    duty = frame.duties.sentence() if frame.concerned else ""
    if own.population is None:
        return "Population non connue", duty
    head = numbers.count(own.population, "habitant")
    return head, f"Population municipale{_population_date(ledger)}. {duty}".rstrip()


def _population_date(ledger: Ledger) -> str:
    """« au 1ᵉʳ janvier 2023 » when a census figure of the report equals the COG's population."""
    own = ledger.around.own.territory
    for indicator in ledger.spec.indicators.values():
        if (indicator.kind, indicator.series) != ("series", CENSUS):
            continue
        figure = ledger.newest(indicator.id)
        if figure.value is not None and round(figure.value) == own.population:
            return f" au {periods.text(f'{figure.period}-01-01')}"
    return " (code officiel géographique)"


def _licences(origins: dict[str, Origin]) -> str:
    return grammar.enumeration(sorted({origin.licence for origin in origins.values()}))


def _producers(origins: dict[str, Origin]) -> str:
    makers = sorted({origin.producer for origin in origins.values()})
    return f"Sources{NBSP}: {', '.join(makers)}. Fond de carte{NBSP}: IGN."


def essentials(ledger: Ledger, frame: Frame) -> Essentials:
    """One page: the findings that hold, one small map, the key figures of the spec."""
    figures = charts.key_figures(
        spec.FiguresBlock(id="essentiel-chiffres", indicators=_key_indicators(ledger)), ledger
    )
    found = _findings(ledger, frame)
    small = _small_map(ledger)
    headline = _headline(ledger, found)
    return Essentials(
        headline=headline,
        findings=tuple(found.values()),
        map=small,
        figures=replace(figures or KeyFigures(id="essentiel-chiffres", rows=()), source=""),
        note=_essential_note(ledger),
    )


def _headline(ledger: Ledger, found: dict[str, Finding]) -> str:
    """The findings in one sentence of at most two lines; the plain title when none holds."""
    phrases: list[str] = []
    for indicator_id in found:
        phrase = words.brief(ledger, indicator_id)
        if phrase and len(", ".join([*phrases, phrase])) <= LONGEST_HEADLINE:
            phrases.append(phrase)
    if not phrases:
        return "Ce que disent les données disponibles"
    return grammar.capitalised(", ".join(phrases))


def _essential_note(ledger: Ledger) -> str:
    perimeter = ledger.around.perimeter
    epci = ""
    if perimeter is not None and ledger.around.own.territory.level == "commune":
        name = names.full(perimeter.territory)
        epci = f"EPCI{NBSP}: {name[0].lower()}{name[1:]}, la commune comprise. "
    licence = words.licences(ledger, ledger.figures.values())
    return f"{epci}La couleur désigne le territoire, jamais un jugement. {licence}"


def _findings(ledger: Ledger, frame: Frame) -> dict[str, Finding]:
    """The first findings that hold, in the order of the spec: the lead, then verdicts and changes.

    Candidates are the first figure of L'essentiel, the first evolution that a chapter draws, then
    the other figures and evolutions.
    """
    plan = ledger.spec.essentials
    drawn = _drawn(ledger)
    mapped = [plan.map] if plan.map else []
    candidates = dict.fromkeys([*plan.figures[:1], *drawn[:1], *plan.figures, *mapped, *drawn])
    lead = plan.figures[:1]
    told = {
        i: headline
        for i in candidates
        if (i in lead or ledger.newest(i).show != "from_epci")
        and (headline := words.finding(ledger, i))
    }
    firm = [i for i in told if i in lead or _is_firm(ledger, i)]
    chosen = _spread([*firm, *(i for i in told if i not in firm)], frame, plan.findings)
    return {
        i: Finding(headline=told[i], text=_evidence(ledger, i), anchor=frame.chapters.get(i, ""))
        for i in chosen
    }


def _evidence(ledger: Ledger, indicator_id: str) -> str:
    beside = words.proof(ledger, indicator_id)
    change = words.evolution_proof(ledger, indicator_id)
    return " ".join(filter(None, (beside, change)))


def _spread(found: list[str], frame: Frame, count: int) -> list[str]:
    """At most `count` indicators, one a chapter before a second of any, in their order."""
    seen: set[str] = set()
    first: list[str] = []
    rest: list[str] = []
    for indicator_id in found:
        chapter = frame.chapters.get(indicator_id, "")
        (rest if chapter in seen else first).append(indicator_id)
        seen.add(chapter)
    kept = set([*first, *rest][:count])
    return [indicator_id for indicator_id in found if indicator_id in kept]


def _key_indicators(ledger: Ledger) -> tuple[str, ...]:
    """The spec's figures; where the territory lacks some, those of its tables in their order."""
    plan = ledger.spec.essentials
    tabled = [
        i
        for section in ledger.spec.sections
        for block in section.blocks
        if isinstance(block, spec.TableBlock) and block.kind == "comparison"
        for i in block.indicators
    ]
    kept = [i for i in plan.figures if _is_key(ledger.newest(i))]
    spare = [i for i in tabled if i not in kept and _is_key(ledger.newest(i))]
    own = [i for i in spare if ledger.newest(i).show != "from_epci"]
    return tuple(dict.fromkeys([*kept, *own]))[: max(len(plan.figures), len(kept))]


def _is_key(figure: Figure) -> bool:
    return figure.value is not None and figure.show != "ns"


def _drawn(ledger: Ledger) -> list[str]:
    return [
        block.indicators[0]
        for section in ledger.spec.sections
        for block in section.blocks
        if isinstance(block, spec.EvolutionBlock)
    ]


def _is_firm(ledger: Ledger, indicator_id: str) -> bool:
    """A verdict other than comparable, or a change other than stable."""
    comparison = words.best(ledger, indicator_id)
    if comparison is not None and comparison.verdict in ("above", "below"):
        return True
    change = evolve(ledger, indicator_id)
    return change is not None and change.trend in ("up", "down")


def _small_map(ledger: Ledger) -> Choropleth | None:
    """The map of the first page, with a source that fits its column."""
    plan = ledger.spec.essentials
    if not plan.map:
        return None
    indicator = ledger.indicator(plan.map)
    block = spec.MapBlock(
        id="essentiel-carte",
        indicator=plan.map,
        reference=plan.map_reference,
        title=indicator.label,
        width="third",
    )
    drawn = maps.choropleth(block, ledger)
    if drawn is None:
        return None
    mapped = [ledger.figures[area.figure] for area in drawn.areas]
    return replace(drawn, source=f"{words.cited(ledger, mapped)}. Fond{NBSP}: IGN.")


def points(ledger: Ledger, block_id: str) -> Points:
    """Points of attention and of support: every indicator with a direction, against its benchmark.

    An indicator whose higher values mean more need, above its benchmark, asks for attention;
    below, it is a support; the other way round when higher values mean more supply.
    """
    attention: list[str] = []
    support: list[str] = []
    comparable: list[str] = []
    unsettled: list[str] = []
    for indicator in ledger.spec.indicators.values():
        comparison = words.best(ledger, indicator.id)
        if indicator.direction == "neutral" or comparison is None:
            continue
        if comparison.verdict == "none":
            continue
        line = sentences.point(
            indicator.label,
            words.said_after_label(indicator, ledger.figures[comparison.own]),
            ledger.figures[comparison.other],
            words.forms(ledger, comparison.benchmark).at,
            comparison.gap_text,
        )
        if words.is_unsure(comparison, indicator):
            unsettled.append(line)
        elif comparison.verdict == "comparable":
            comparable.append(line)
        elif (comparison.verdict == "above") == (indicator.direction == "need"):
            attention.append(line)
        else:
            support.append(line)
    return Points(
        id=block_id,
        attention=tuple(attention),
        support=tuple(support),
        comparable=tuple(comparable),
        unsettled=tuple(unsettled),
        rule=(
            f"Règle{NBSP}: les indicateurs de besoin ou d’appui sont comparés au "
            "niveau national, à défaut au département, puis aux autres communes de l’EPCI, "
            f"à la région, à l’EPCI{THIN}; un écart n’est retenu que si les intervalles sont "
            f"disjoints et s’il atteint 1{NBSP}point ou 5{NBSP}%."
        ),
    )


def sources(ledger: Ledger, block_id: str) -> Sources:
    """Every origin that a figure of the report was read from, by producer.

    A date of update that nobody knows is said once, under the table, in the provenance's words.
    """
    origins = ledger.shelf.observations.origins
    spans: dict[str, set[str]] = {}
    uses: dict[str, set[str]] = {}
    for figure in ledger.figures.values():
        for part in filter(None, (figure.numerator, figure.denominator)):
            for key in part.origins:
                spans.setdefault(key, set()).update(words.years(part.period))
                uses.setdefault(key, set()).add(ledger.shelf.series(part.series).theme)
    rows = [
        SourceRow(
            origin=key,
            producer=origins[key].producer,
            title=_title(origins[key]),
            periods=periods.several(tuple(span)),
            updated=_day(origins[key].updated) or "non connue",
            licence=origins[key].licence,
            address=origins[key].address,
            usage=", ".join(sorted(uses[key])),
        )
        for key, span in spans.items()
    ]
    rows.sort(key=lambda row: (row.producer, row.title, row.periods))
    told = _provenance(rows, origins)
    return Sources(
        id=block_id,
        rows=tuple(rows),
        title="Jeux de données lus",
        notes=tuple(typeset(f"{grammar.capitalised(note)}.") for note in told),
    )


def _provenance(rows: list[SourceRow], origins: Mapping[str, Origin]) -> list[str]:
    """What is known of the copies: the note that most rows share, then the others by name."""
    named: dict[str, list[str]] = {}
    for row in rows:
        if note := origins[row.origin].note:
            named.setdefault(note, []).append(f"{row.producer}, {row.title}")
    shared = max(named, key=lambda note: len(named[note]), default="")
    others = [
        f"{f'{THIN}; '.join(titles)}{NBSP}: {note}"
        for note, titles in named.items()
        if note != shared
    ]
    return [shared, *others] if shared else []


def _title(origin: Origin) -> str:
    title = grammar.capitalised(origin.title)
    return f"{title} ({origin.dataset})" if origin.dataset else title


def history(ledger: Ledger, block_id: str) -> Prose | None:
    """What happened to the communes of the dossier whose past numbers were brought to today's."""
    past = ledger.shelf.past
    own = ledger.around.own
    lines = [
        line
        for place in (own.territory, *own.members)
        if past
        for line in vintages.history(
            names.printed(place.name), place.code, past.moves.get(place.code, ())
        )
    ]
    if not lines:
        return None
    said = "\n".join(f"- {line}" for line in lines)
    return Prose(id=block_id, markdown=f"**Communes qui ont changé.**\n\n{said}")


def rounding_check(ledger: Ledger, block_id: str) -> Prose:
    """Which verdicts rest on the supposed direction of the rounding, by name."""
    lines = [
        f"- {ledger.figures[kept.own].label}, avec {words.forms(ledger, kept.benchmark).subject}"
        f"{NBSP}: «{NBSP}{SAID[kept.verdict]}{NBSP}» deviendrait "
        f"«{NBSP}{SAID[other.verdict]}{NBSP}»."
        for kept, other in doubtful_verdicts(ledger)
    ]
    intro = (
        "**Si la Cnaf arrondissait au multiple de 5 inférieur.** Les comparaisons de ce dossier "
        "ont été refaites sous cette autre hypothèse"
    )
    if not lines:
        return Prose(id=block_id, markdown=f"{intro}{NBSP}: aucune ne changerait.")
    count = numbers.count(len(lines), "comparaison")
    verb = "changeraient" if len(lines) > 1 else "changerait"
    return Prose(id=block_id, markdown=f"{intro}{NBSP}: {count} {verb}.\n\n" + "\n".join(lines))
