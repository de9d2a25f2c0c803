"""The figures of a report: each worked out once, worded for print, kept under its id."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from diagnostic import indicators
from diagnostic.engine import outcomes
from diagnostic.engine.outcomes import Outcome
from diagnostic.engine.places import Place, Surroundings
from diagnostic.engine.readings import NOT_PULLED, UNSURE, Reading, Shelf
from diagnostic.model import (
    SIGNS,
    Absence,
    Figure,
    Measure,
    Part,
    Reliability,
    Status,
    Territory,
)
from diagnostic.spec import IndicatorSpec, ReportSpec
from diagnostic.wording import numbers, periods
from diagnostic.wording.typography import NBSP

WIDER = Absence("not_applicable", "sans objet pour la référence et pour ce qui la contient")
FEWEST_INHABITANTS = 200  # no rate is shown nor ranked below (domain method, ranks)


@dataclass(slots=True)
class Ledger:
    """Every figure of the report under its id; asking twice gives the same one."""

    spec: ReportSpec
    shelf: Shelf
    around: Surroundings
    figures: dict[str, Figure] = field(default_factory=dict)
    territories: dict[str, Territory] = field(default_factory=dict)

    def indicator(self, indicator_id: str) -> IndicatorSpec:
        """The spec's indicator."""
        return self.spec.indicators[indicator_id]

    def period(self, indicator: IndicatorSpec) -> str:
        """The newest period with a value at the territory, else at its EPCI, else anywhere.

        Without any value, the newest period that is known, so that its absence has its own
        reason; "" when no period is known at any of the places of the report.
        """
        newest = ""
        perimeter = self.around.perimeter
        nearest = (self.around.own,) if perimeter is None else (self.around.own, perimeter)
        for place in (*nearest, *self.around.named().values()):
            periods = self.periods(indicator, place)
            for period in reversed(periods):
                if isinstance(self._outcome(indicator, place, period).result, Measure):
                    return period
            newest = newest or (periods[-1] if periods else "")
        return newest

    def periods(self, indicator: IndicatorSpec, place: Place) -> tuple[str, ...]:
        """The periods of the indicator at the place; those of its source for a computed one."""
        if indicator.kind in ("gap", "scenario"):
            return self.periods(self.indicator(indicator.of), place)
        if indicator.kind == "dominant":
            return self.periods(self.indicator(indicator.parts[0][1]), place)
        if indicator.kind == "without" and self.around.perimeter and not place.members:
            place = self.around.perimeter
        return outcomes.periods(indicator, place, self.shelf)

    def newest(self, indicator_id: str, place: Place | None = None) -> Figure:
        """The figure of the place (the territory by default) for the report's period."""
        indicator = self.indicator(indicator_id)
        return self.at(indicator_id, place or self.around.own, self.period(indicator))

    def at(self, indicator_id: str, place: Place, period: str) -> Figure:
        """The figure of the indicator, place and period."""
        level, code = place.key
        key = f"{indicator_id}/{level}/{code}/{period.replace('/', '_')}"
        if key not in self.figures:
            indicator = self.indicator(indicator_id)
            self.territories[f"{level}/{code}"] = place.territory
            self.figures[key] = self._figure(key, indicator, place, period)
        return self.figures[key]

    def add(self, figure: Figure) -> Figure:
        """Keep a figure derived from others (an index, a gap)."""
        return self.figures.setdefault(figure.id, figure)

    def _outcome(self, indicator: IndicatorSpec, place: Place, period: str) -> Outcome:
        if not period:
            return Outcome(self._lack(indicator, place), "")
        if indicator.kind in ("gap", "scenario"):
            return self._referred(indicator, place, period)
        if indicator.kind == "dominant":
            parts = [(label, self._term(part, place, period)) for label, part in indicator.parts]
            return outcomes.dominant(parts, period)
        if indicator.kind == "without":
            return self._without(indicator, place, period)
        epci = self.around.perimeter if place.territory.level == "commune" else None
        return outcomes.work_out(indicator, place, period, self.shelf, epci)

    def _lack(self, indicator: IndicatorSpec, place: Place) -> Absence:
        """Why an indicator has no figure anywhere, from the series that it lacks."""
        if indicator.kind == "mean" and self.shelf.holds(indicator.series):
            reason = f"pas {indicator.years} années de suite dans cette édition"
            return Absence("not_pulled", reason)
        lacks = [self.shelf.absence(s, [place.key]) for s in lacking(indicator, self.spec)]
        # What is to come says more than what is not here, and that more than what is nowhere.
        return max(lacks, key=lambda one: (one.status == "not_pulled", one.reason != NOT_PULLED))

    def _referred(self, indicator: IndicatorSpec, place: Place, period: str) -> Outcome:
        """A gap or a scenario: against the benchmark's value of the same period."""
        benchmark = self.around.named().get(indicator.to)
        if benchmark is None:
            return Outcome(Absence("not_applicable", "pas de territoire de référence"), period)
        if self._reaches(place, benchmark):
            return Outcome(WIDER, period)
        own = self._term(indicator.of, place, period)
        other = self._term(indicator.of, benchmark, period)
        if indicator.kind == "gap":
            return outcomes.gap(own, other)
        source = self.indicator(indicator.of)
        base = outcomes.base(indicator.base, place, period, self.shelf)
        return outcomes.scenario(own, other, base, source.per or source.factor)

    def _reaches(self, place: Place, reference: Place) -> bool:
        """Whether the place is the reference or holds it; benchmarks stand from the smallest."""
        rest = [] if self.around.rest is None else [self.around.rest.key]
        order = [*rest, *(benchmark.key for benchmark in self.around.benchmarks.values())]
        return place.key in order[order.index(reference.key) :]

    def _term(self, indicator_id: str, place: Place, period: str) -> Outcome:
        """What another indicator is worked out from: nothing where no page would show it.

        Else a gap, or the name of the largest, would tell a rate that is too fragile to be told.
        """
        indicator = self.indicator(indicator_id)
        outcome = self._outcome(indicator, place, period)
        if isinstance(outcome.result, Absence):
            return outcome
        shown = self._show(indicator, outcome, outcome.result, place.territory)
        if shown.show == "ns":
            return Outcome(Absence("not_applicable", shown.reason), period)
        return replace(outcome, decimals=shown.decimals)

    def _without(self, indicator: IndicatorSpec, place: Place, period: str) -> Outcome:
        """A count of communes; the territory's own is that of its EPCI."""
        perimeter = self.around.perimeter
        if place != self.around.own or place.members or perimeter is None:
            return outcomes.without(indicator, place, period, self.shelf)
        outcome = outcomes.without(indicator, perimeter, period, self.shelf)
        return replace(outcome, standing=perimeter)

    def _figure(self, key: str, indicator: IndicatorSpec, place: Place, period: str) -> Figure:
        outcome = self._outcome(indicator, place, period)
        figure = Figure(
            id=key,
            indicator=indicator.id,
            label=indicator.label,
            level=place.territory.level,
            code=place.territory.code,
            name=place.territory.name,
            period=outcome.period,
            period_text=periods.text(outcome.period) if outcome.period else "",
            unit=indicator.unit,
            value=None,
            lower=None,
            upper=None,
            status="not_pulled",
            show="absent",
            text="",
            provisional=any(reading.provisional for reading in outcome.readings),
            champ=outcome.numerator.champ if outcome.numerator else "",
            numerator=_part(outcome.numerator),
            denominator=_part(outcome.denominator),
            coverage=_coverage(outcome),
            origins=_origins(outcome),
        )
        if isinstance(outcome.result, Absence):
            return replace(
                figure,
                status=outcome.result.status,
                reason=outcome.result.reason,
                text=SIGNS[outcome.result.status],
            )
        return self._present(figure, indicator, outcome, outcome.result, place.territory)

    def _present(
        self,
        figure: Figure,
        indicator: IndicatorSpec,
        outcome: Outcome,
        measure: Measure,
        territory: Territory,
    ) -> Figure:
        flags = self._flags(indicator, outcome, measure)
        show, decimals, reason = self._show(indicator, outcome, measure, territory)
        if outcome.standing is not None:
            show, reason = "from_epci", self._stands_in(indicator, outcome)
        if show == "ns":
            text = SIGNS["ns"]
        elif show == "approx":
            text = numbers.approx(measure.value)
        else:
            text = numbers.number(measure.value, decimals, sign=indicator.kind == "gap")
        text = outcome.label or text
        return replace(
            figure,
            value=measure.value,
            lower=measure.lower,
            upper=measure.upper,
            likely_lower=measure.likely[0] if measure.likely else None,
            likely_upper=measure.likely[1] if measure.likely else None,
            status=_status(outcome),
            show=show,
            text=text,
            decimals=decimals,
            interval=outcome.interval,
            reason=reason,
            interval_text=_interval_text(indicator, measure, decimals, outcome),
            reliability=_reliability(outcome, flags),
            flags=flags,
            stands_for=outcome.standing.territory.code if outcome.standing else None,
        )

    def _stands_in(self, indicator: IndicatorSpec, outcome: Outcome) -> str:
        if indicator.kind == "without":
            return f"valeur de l’EPCI{NBSP}: se compte sur ses communes"
        series = outcome.numerator.series if outcome.numerator else ""
        least = numbers.count(self.shelf.series(series).published_above or 0, "habitant")
        return f"valeur de l’EPCI{NBSP}: donnée publiée pour les seules communes de plus de {least}"

    def _flags(
        self, indicator: IndicatorSpec, outcome: Outcome, measure: Measure
    ) -> tuple[str, ...]:
        numerator = outcome.numerator
        if numerator is None:
            return ()
        kind = self.shelf.series(numerator.series).kind
        flags = indicators.flags(
            measure if indicator.kind == "ratio" else Absence("not_applicable", ""),
            numerator.measure,
            kind,
            nested=indicator.nested,
            factor=indicator.factor,
            cells=numerator.cells if numerator.summed and numerator.status == "rounded" else 1,
        )
        return (*flags, "sum") if numerator.summed else flags

    def _show(
        self, indicator: IndicatorSpec, outcome: Outcome, measure: Measure, territory: Territory
    ) -> indicators.Display:
        """How the figure shows, with how many decimals, and why when it does not."""
        numerator, denominator = outcome.numerator, outcome.denominator
        if indicator.kind == "ratio" and numerator and denominator:
            shown = indicators.display_rate(
                outcome.plain or measure,
                numerator.measure,
                denominator.measure,
                floors=self._floors(indicator, denominator, territory),
                summed=numerator.summed,
                strict=True,
            )
        elif indicator.kind in ("gap", "dominant"):
            shown = indicators.Display("plain", outcome.decimals)
        elif indicator.kind in ("scenario", "without"):
            shown = indicators.display_derived(measure)
        else:
            kind = "mean" if indicator.kind == "mean" else self.shelf.series(indicator.series).kind
            shown = indicators.display_value(measure, kind)
        if indicator.decimals is not None and shown.show == "plain":
            shown = shown._replace(decimals=indicator.decimals)
        return shown

    def _floors(
        self, indicator: IndicatorSpec, denominator: Reading, territory: Territory
    ) -> tuple[indicators.Floor, ...]:
        """Below its spec's denominator, or below 200 inhabitants, a rate is not shown."""
        floors = []
        if indicator.minimum:
            noun = self.shelf.series(indicator.denominator).unit
            floors.append(indicators.Floor(denominator.measure.value, indicator.minimum, noun))
        if territory.population is not None:
            floors.append(indicators.Floor(territory.population, FEWEST_INHABITANTS, "habitants"))
        return tuple(floors)


def lacking(indicator: IndicatorSpec, spec: ReportSpec) -> tuple[str, ...]:
    """The series an indicator reads, through the indicators it is computed from."""
    direct = list(indicator.series_ids)
    sources = [indicator.of, *(part for _, part in indicator.parts)]
    for source in sources:
        if source:
            direct.extend(lacking(spec.indicators[source], spec))
    return tuple(dict.fromkeys(direct))


def _part(reading: Reading | None) -> Part | None:
    return reading.part() if reading is not None else None


def _coverage(outcome: Outcome) -> float | None:
    return min((reading.coverage for reading in outcome.readings if reading.summed), default=None)


def _origins(outcome: Outcome) -> tuple[str, ...]:
    found = (origin for reading in outcome.readings for origin in reading.origins)
    return tuple(dict.fromkeys(found))


def _status(outcome: Outcome) -> Status:
    """The least sure of its terms."""
    statuses = {reading.status for reading in outcome.readings}
    return next((status for status in UNSURE if status in statuses), "exact")


def _reliability(outcome: Outcome, flags: tuple[str, ...]) -> Reliability:
    """One word: the numerator decides, unless it is exact and another term is not."""
    if "fragile" in flags:
        return "fragile"
    words: dict[Status, Reliability] = {
        "rounded": "arrondie",
        "estimated": "estimée",
        "bounded": "estimée",
        "exact": "exhaustive",
    }
    for reading in outcome.readings:
        if reading.status != "exact":
            return words[reading.status]
    return "exhaustive"


def _interval_text(
    indicator: IndicatorSpec, measure: Measure, decimals: int, outcome: Outcome
) -> str:
    if outcome.interval == "none" or indicator.kind in ("published", "dominant"):
        return ""
    return numbers.interval(measure.lower, measure.upper, decimals)
