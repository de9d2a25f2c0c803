"""What the engine asks of wording: subjects, places and the small print of the report's blocks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from diagnostic import wording
from diagnostic.engine.compare import JUDGED, Ranking, against, evolve
from diagnostic.engine.figures import Ledger
from diagnostic.engine.places import Place
from diagnostic.model import Comparison, Figure, Rank
from diagnostic.spec import IndicatorSpec
from diagnostic.wording import Subject, grammar, names, notes, sentences

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
    """The comparison a sentence should bear: the first benchmark with a value, France first."""
    found = {c.benchmark: c for c in against(ledger, indicator_id) if _told(ledger, c)}
    return next((found[key] for key in PREFERRED if key in found), None)


def _told(ledger: Ledger, comparison: Comparison) -> bool:
    return ledger.figures[comparison.other].value is not None


def comparison_finding(ledger: Ledger, indicator_id: str) -> str:
    """A headline on the territory and its benchmarks, "" when no verdict is borne out."""
    comparison = best(ledger, indicator_id)
    if comparison is None or comparison.verdict == "none":
        return ""
    indicator = ledger.indicator(indicator_id)
    own, other = ledger.figures[comparison.own], ledger.figures[comparison.other]
    if comparison.verdict != "comparable":
        text = sentences.multiple(
            subject(indicator), own, other, forms(ledger, comparison.benchmark), here(ledger)
        )
        if text:
            return text
    level = _level(comparison.benchmark)
    return sentences.headline(subject(indicator), comparison.verdict, [level], here(ledger))


def evolution_finding(ledger: Ledger, indicator_id: str) -> str:
    """A headline on the change over time, "" when none is stated."""
    change = evolve(ledger, indicator_id)
    if change is None or change.trend == "refused":
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
    """« Le taux de couverture n’est publié que pour l’EPCI »: a finding in itself."""
    who = subject(ledger.indicator(indicator_id))
    verb = who.verb("n’est", "ne sont")
    return f"{grammar.capitalised(who.text)} {verb} {who.agree('publié')} que pour l’EPCI"


def brief(ledger: Ledger, indicator_id: str) -> str:
    """The same finding as a noun phrase, for a headline that joins several."""
    indicator = ledger.indicator(indicator_id)
    comparison = best(ledger, indicator_id)
    change = evolve(ledger, indicator_id)
    verdict = comparison.verdict if comparison else "none"
    moved = change is not None and change.trend != "refused"
    if comparison is not None and (
        verdict in ("above", "below") or (verdict == "comparable" and not moved)
    ):
        return sentences.brief(subject(indicator), verdict, _level(comparison.benchmark))
    if change is not None and moved:
        return sentences.brief_change(subject(indicator), change.trend)
    return ""


def _level(benchmark: str) -> str:
    return "epci_communes" if benchmark == "epci_hors_commune" else benchmark


def proof(ledger: Ledger, indicator_id: str) -> str:
    """« 61,5 places pour 100 enfants, contre 60,9 en France. », "" without a value."""
    own = ledger.newest(indicator_id)
    judged = ledger.indicator(indicator_id).kind in JUDGED
    cited = (
        ("departement", "france") if own.show == "from_epci" else ("epci", "departement", "france")
    )
    others = [
        (ledger.figures[c.other], forms(ledger, c.benchmark).at)
        for c in against(ledger, indicator_id)
        if judged and _told(ledger, c) and c.benchmark in cited
    ]
    return grammar.capitalised(sentences.proof(own, others))


def evolution_proof(ledger: Ledger, indicator_id: str) -> str:
    """The sentence of the change over time, "" when none is stated."""
    change = evolve(ledger, indicator_id)
    if change is None or change.trend == "refused":
        return ""
    return sentences.evolution(subject(ledger.indicator(indicator_id)), change)


def evolution_reading(ledger: Ledger, indicator_id: str) -> str:
    """« à Vitry-le-François, 87 naissances par an de 2023 à 2025, contre 190 de 2008 à 2010 »."""
    change = evolve(ledger, indicator_id)
    if change is None or change.trend == "refused":
        return ""
    own = ledger.around.own
    start = ledger.at(indicator_id, own, change.start)
    end = ledger.at(indicator_id, own, change.end)
    return (
        f"{here(ledger)}, {sentences.amount(end)} {wording.periods.during(end.period)}, "
        f"contre {start.text} {wording.periods.during(start.period)} ({change.text})."
    )


def reading(ledger: Ledger, figure: Figure, rank: Rank | None = None) -> str:
    """« Lecture : » on one figure that has a number; "" for an absence."""
    if figure.value is None or figure.show not in ("plain", "approx"):
        return ""
    indicator = ledger.indicator(figure.indicator)
    place = _at(ledger, figure)
    if indicator.kind not in ("series", "published", "mean", "ratio"):
        return ""
    if indicator.kind == "published" and ledger.shelf.series(indicator.series).kind == "median":
        return notes.reading_median(figure, place)
    if indicator.kind in ("series", "mean") and indicator.unit and "pour" not in indicator.unit:
        return notes.reading_count(figure, place)
    spoken = replace(figure, unit="") if "pour 1" in indicator.subject else figure
    return notes.reading(subject(indicator), spoken, place, rank, "communes de l’EPCI")


def _at(ledger: Ledger, figure: Figure) -> str:
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
    provisional = " (p : provisoire)" if any(figure.provisional for figure in known) else ""
    return f"{text}{provisional}" + (f". Barre : {note}" if note else "")


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
    said = tuple(grammar.capitalised(text) for text in (_national_field(printed), *remarks) if text)
    return notes.source(_uses(ledger, printed), said)


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
        notes.Use(origin=replace(origins[key], note=""), periods=_years(part.period))
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


def _years(period: str) -> tuple[str, ...]:
    return tuple(period.split("/"))
