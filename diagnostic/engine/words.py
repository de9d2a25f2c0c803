"""What the engine asks of wording: subjects, places and the small print of the report's blocks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from diagnostic import indicators, wording
from diagnostic.engine.compare import JUDGED, Ranking, against, evolve, is_outweighed, threshold
from diagnostic.engine.figures import Ledger
from diagnostic.engine.places import Place
from diagnostic.model import Comparison, Evolution, Figure, Rank
from diagnostic.spec import IndicatorSpec
from diagnostic.wording import Subject, grammar, names, notes, sentences
from diagnostic.wording.typography import NBSP, THIN

IN_EPCI = "dans l’EPCI"
PREFERRED = ("france", "departement", "epci_hors_commune", "region", "epci")


def subject(indicator: IndicatorSpec) -> Subject:
    """The grammatical subject of an indicator."""
    return Subject(indicator.subject, plural=indicator.plural, feminine=indicator.feminine)


def forms(ledger: Ledger, key: str) -> names.Forms:
    """The name of a benchmark in its three forms."""
    if key == "epci_hors_commune":
        return names.benchmark("epci_communes")
    if key == "epci":
        return names.Forms("l’EPCI", "de l’EPCI", IN_EPCI)
    return names.benchmark(key, ledger.around.named()[key].territory)


def here(ledger: Ledger) -> str:
    """« à Vitry-le-François »; an EPCI, whose name is long and heads every page, is « l’EPCI »."""
    own = ledger.around.own.territory
    return IN_EPCI if own.level == "epci" else names.at(own)


def short(place: Place) -> str:
    """The label of a place in a table or on a chart: « EPCI », « Marne », « Épernay »."""
    return names.short(place.territory)


def best(ledger: Ledger, indicator_id: str) -> Comparison | None:
    """The comparison a sentence should bear: the first benchmark with a value, France first.

    One of which the territory is more than a fifth bears none.
    """
    found = {
        c.benchmark: c
        for c in against(ledger, indicator_id)
        if _told(ledger, c) and not is_outweighed(ledger, c.benchmark)
    }
    return next((found[key] for key in PREFERRED if key in found), None)


def _told(ledger: Ledger, comparison: Comparison) -> bool:
    return ledger.figures[comparison.other].value is not None


def is_unsure(comparison: Comparison, indicator: IndicatorSpec) -> bool:
    """Whether « comparable » only means that the intervals overlap: the gap itself is large."""
    large = abs(comparison.gap or 0.0) >= threshold(indicator).size
    return comparison.verdict == "comparable" and large


def is_unsettled(change: Evolution) -> bool:
    """Whether « stable » only means that the intervals overlap: the change itself is large."""
    least = (indicators.POINTS if change.unit == "points" else indicators.PERCENT).size
    return change.trend == "stable" and abs(change.change or 0.0) >= least


def comparison_finding(ledger: Ledger, indicator_id: str) -> str:
    """A headline on the territory and its benchmarks, "" when no verdict is borne out."""
    comparison = best(ledger, indicator_id)
    if comparison is None or comparison.verdict == "none":
        return ""
    indicator = ledger.indicator(indicator_id)
    if is_unsure(comparison, indicator):
        return ""
    own, other = ledger.figures[comparison.own], ledger.figures[comparison.other]
    if comparison.verdict != "comparable":
        text = sentences.multiple(
            subject(indicator), own, other, forms(ledger, comparison.benchmark), here(ledger)
        )
        if text:
            return text
    level = _level(comparison.benchmark)
    return sentences.headline(subject(indicator), comparison.verdict, [level], here(ledger))


def evolution_finding(ledger: Ledger, indicator_id: str, since: str = "") -> str:
    """A headline on the change over time, "" when none is stated."""
    change = evolve(ledger, indicator_id, since=since)
    if change is None or change.trend == "refused" or is_unsettled(change):
        return ""
    indicator = ledger.indicator(indicator_id)
    return sentences.evolution_headline(subject(indicator), change, here(ledger))


def finding(ledger: Ledger, indicator_id: str) -> str:
    """The stronger of the two headlines: a verdict other than comparable, a change, the rest."""
    if ledger.newest(indicator_id).show == "from_epci":
        return _lent_finding(ledger, indicator_id)
    beside = comparison_finding(ledger, indicator_id)
    comparison = best(ledger, indicator_id)
    if beside and comparison is not None and comparison.verdict in ("above", "below"):
        return beside
    return evolution_finding(ledger, indicator_id) or beside


def _lent_finding(ledger: Ledger, indicator_id: str) -> str:
    """« Le taux de couverture global n’est pas publié à la commune ; celui de l’EPCI en tient
    lieu »: a finding in itself.
    """
    who = subject(ledger.indicator(indicator_id))
    known = who.agree("publié" if ledger.indicator(indicator_id).kind == "published" else "connu")
    return (
        f"{grammar.capitalised(who.text)} {who.verb('n’est', 'ne sont')} pas {known} à la commune"
        f"{THIN}; {who.that} de l’EPCI en {who.verb('tient', 'tiennent')} lieu"
    )


def brief(ledger: Ledger, indicator_id: str) -> str:
    """The same finding as a noun phrase, for a headline that joins several."""
    indicator = ledger.indicator(indicator_id)
    comparison = best(ledger, indicator_id)
    change = evolve(ledger, indicator_id)
    verdict = comparison.verdict if comparison else "none"
    if comparison is not None and is_unsure(comparison, indicator):
        verdict = "none"
    moved = change is not None and change.trend != "refused" and not is_unsettled(change)
    if comparison is not None and (
        verdict in ("above", "below") or (verdict == "comparable" and not moved)
    ):
        return sentences.brief(subject(indicator), verdict, _level(comparison.benchmark))
    if change is not None and moved:
        return sentences.brief_change(subject(indicator), change.trend)
    return ""


def _level(benchmark: str) -> str:
    return "epci_communes" if benchmark == "epci_hors_commune" else benchmark


def proof(ledger: Ledger, indicator_id: str, spoken: Figure | None = None) -> str:
    """« 61,5 places pour 100 enfants en décembre 2023, contre 60,9 en France. », "" without a
    value. `spoken` is the figure as a label before it lets it be said.
    """
    own = spoken or ledger.newest(indicator_id)
    judged = ledger.indicator(indicator_id).kind in JUDGED
    borne = best(ledger, indicator_id)
    beside = "epci"
    if borne is not None and borne.benchmark == "epci_hors_commune":
        beside = borne.benchmark  # the headline rests on it: its number must be there
    cited = (
        ("departement", "france") if own.show == "from_epci" else (beside, "departement", "france")
    )
    others = [
        (ledger.figures[c.other], forms(ledger, c.benchmark).at)
        for c in against(ledger, indicator_id)
        if judged and _told(ledger, c) and c.benchmark in cited
    ]
    when = wording.periods.during(own.period) if own.period else ""
    return grammar.capitalised(sentences.proof(own, others, when))


def labelled(ledger: Ledger, indicator_id: str) -> str:
    """« Taux de pauvreté : 30,0 % des habitants en 2023, contre 15,9 % en France. »: the proof
    where no sentence before it names the indicator; "" without a value.
    """
    indicator = ledger.indicator(indicator_id)
    text = proof(ledger, indicator_id, said_after_label(indicator, ledger.newest(indicator_id)))
    return f"{indicator.label}{NBSP}: {grammar.common(text)}" if text else ""


def said_after_label(indicator: IndicatorSpec, figure: Figure) -> Figure:
    """The figure without the part of its unit that its label has just said."""
    short = indicator.unit_short
    if "pour 1" in indicator.label:
        return replace(figure, unit="")
    if indicator.label.startswith("Part d"):
        return replace(figure, unit="%")
    if indicator.kind == "series" and short and not short.endswith("."):
        return replace(figure, unit=short)
    return figure


def evolution_proof(ledger: Ledger, indicator_id: str, since: str = "") -> str:
    """The sentence of the change over time, "" when none is stated."""
    change = evolve(ledger, indicator_id, since=since)
    if change is None or change.trend == "refused":
        return ""
    decimals = 1 if change.unit == "points" else 0
    if is_unsettled(change):
        return sentences.unsettled(change, decimals)
    return sentences.evolution(subject(ledger.indicator(indicator_id)), change, decimals)


def evolution_reading(ledger: Ledger, indicator_id: str, since: str = "") -> str:
    """« à Vitry-le-François, 87 naissances par an de 2023 à 2025, contre 190 de 2008 à 2010 »."""
    change = evolve(ledger, indicator_id, since=since)
    if change is None or change.trend == "refused":
        return ""
    own = ledger.around.own
    start = ledger.at(indicator_id, own, change.start)
    end = ledger.at(indicator_id, own, change.end)
    unsure = f"{THIN}; l’évolution n’est pas établie" if is_unsettled(change) else ""
    return (
        f"{here(ledger)}, {sentences.amount(end)} {wording.periods.during(end.period)}, "
        f"contre {start.text} {wording.periods.during(start.period)} ({change.text}){unsure}."
    )


def reading(ledger: Ledger, figure: Figure, rank: Rank | None = None) -> str:
    """« Lecture : » on one figure that has a number; "" for an absence."""
    if figure.value is None or figure.show not in ("plain", "approx"):
        return ""
    indicator = ledger.indicator(figure.indicator)
    place = at(ledger, figure)
    if indicator.kind not in ("series", "published", "mean", "ratio"):
        return ""
    if indicator.kind == "published" and ledger.shelf.series(indicator.series).kind == "median":
        return notes.reading_median(figure, place)
    if indicator.kind in ("series", "mean") and indicator.unit and "pour" not in indicator.unit:
        return notes.reading_count(figure, place)
    spoken = replace(figure, unit="") if "pour 1" in indicator.subject else figure
    return notes.reading(subject(indicator), spoken, place, rank, "communes classées de l’EPCI")


def at(ledger: Ledger, figure: Figure) -> str:
    """« à Blacy », « dans l’EPCI », « dans les autres communes de l’EPCI »: where a figure is."""
    territory = ledger.territories[f"{figure.level}/{figure.code}"]
    if territory.level == "custom":
        return names.benchmark("epci_communes").at
    return IN_EPCI if territory.level == "epci" else names.at(territory)


def notable(ranking: Ranking, own: str) -> Figure | None:
    """A point of a ranking worth reading that is not the territory: the first other commune."""
    for figure, _ in ranking.ranked:
        if figure.code != own:
            return figure
    return None


def caption(figures: Iterable[Figure], indicator: IndicatorSpec) -> str:
    """Unit and period, then what the interval is: « foyers pour 100 ménages, décembre 2024 »."""
    known = [figure for figure in figures if figure.value is not None]
    when = wording.periods.several([f.period for f in known]) if known else ""
    text = grammar.capitalised(", ".join(filter(None, (indicator.unit, when))))
    kinds = [f.interval for f in known if f.interval != "none" and f.interval_text]
    note = notes.interval_note(kinds[0]) if kinds else ""
    provisional = f" (p{NBSP}: provisoire)" if any(figure.provisional for figure in known) else ""
    return f"{text}{provisional}" + (f". Barre{NBSP}: {note}" if note else "")


def signs(figures: Iterable[Figure]) -> tuple[str, ...]:
    """The signs that the figures print, for the legend beside them."""
    found: dict[str, None] = {}
    for figure in figures:
        if figure.show in ("absent", "cut", "ns"):
            found[figure.text] = None
        if figure.show == "approx":
            found["≈"] = None
        if figure.provisional:
            found["p"] = None
    return tuple(found)


def sources_of(ledger: Ledger, figures: Iterable[Figure], *remarks: str) -> str:
    """« Source : … » of the figures that print a value, the national field, the remarks."""
    printed = [figure for figure in figures if figure.value is not None]
    own = (_national_field(printed), _partial_sums(ledger, printed))
    said = tuple(grammar.capitalised(text) for text in (*own, *remarks) if text)
    return notes.source(_uses(ledger, printed), said)


def _partial_sums(ledger: Ledger, figures: list[Figure]) -> str:
    """What share of the population the sums cover, where some communes lack: « EPCI : 96,3 % »."""
    said: dict[str, None] = {}
    for figure in figures:
        if figure.coverage is None or figure.coverage >= 1:
            continue
        where = names.short(ledger.territories[f"{figure.level}/{figure.code}"])
        said[f"{where}{NBSP}: {wording.percent(figure.coverage * 100, 1)}"] = None
    lead = f"somme des communes connues, part de la population couverte{NBSP}: "
    return f"{lead}{f'{THIN}; '.join(said)}" if said else ""


def cited(ledger: Ledger, figures: Iterable[Figure]) -> str:
    """The same where room is scarce: producers, datasets, periods and the national field."""
    printed = [figure for figure in figures if figure.value is not None]
    field = _national_field(printed)
    return notes.cite(_uses(ledger, printed)) + (f" ({field})" if field else "")


def licences(ledger: Ledger, figures: Iterable[Figure]) -> str:
    """« Données sous Licence Ouverte 2.0. » for the rows that cite without it."""
    origins = ledger.shelf.observations.origins
    found = {origins[key].licence for figure in figures for key in figure.origins}
    return f"Données sous {grammar.enumeration(sorted(found))}." if found else ""


def _uses(ledger: Ledger, figures: list[Figure]) -> list[notes.Use]:
    """What each figure was read from; the producers' notes stand once in the table of sources."""
    origins = ledger.shelf.observations.origins
    return [
        notes.Use(origin=replace(origins[key], note=""), periods=years(part.period))
        for figure in figures
        for part in (figure.numerator, figure.denominator)
        if part is not None
        for key in part.origins
    ]


def _national_field(figures: list[Figure]) -> str:
    """What « France » covers in these figures, "" when the source just says France."""
    champs = {
        part.champ
        for figure in figures
        if figure.level == "france"
        for part in (figure.numerator, figure.denominator)
        if part is not None and part.champ not in ("", "France")
    }
    return grammar.enumeration(sorted(champs))


def years(period: str) -> tuple[str, ...]:
    """Every year of a span (« 2023/2025 »); the period itself when it is one."""
    first, _, last = period.partition("/")
    return tuple(str(year) for year in range(int(first), int(last) + 1)) if last else (first,)
