"""What the store says of one series at one place: a published cell, or the sum of its communes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from diagnostic import indicators
from diagnostic.catalogue import Catalogue
from diagnostic.engine.places import Place, Surroundings
from diagnostic.engine.vintages import Rebased, rebase
from diagnostic.indicators.arithmetic import COVERAGE_FLOOR, NOT_SUMMABLE
from diagnostic.model import (
    PRESENT,
    SUMMABLE,
    Absence,
    Code,
    Level,
    Measure,
    Observation,
    Part,
    RoundingRule,
    Series,
    Status,
)
from diagnostic.store import Observations, Store
from diagnostic.territories import Territories
from diagnostic.wording import numbers
from diagnostic.wording.typography import NBSP

COMPLETE = 0.99  # a sum divided by a published denominator must cover nearly everyone
UNSURE: tuple[Status, ...] = ("bounded", "estimated", "rounded")  # least sure first
UNLISTED = Absence("unknown", "la source ne liste que les nombres supérieurs à 0")
NOT_PULLED = "donnée absente de cette édition"
UNPUBLISHED = "aucune valeur publiée par le producteur pour ce territoire"


@dataclass(frozen=True, slots=True)
class Reading:
    """A measure as read: how it was published, and over how many communes it was summed.

    `cells` counts rounded cells, `units` the communes with a value, `unit_count` all of them,
    `coverage` the share of the population they hold. `known` are the codes with a value.
    """

    series: str
    measure: Measure
    period: str
    status: Status
    provisional: bool
    champ: str
    origins: tuple[str, ...]
    cells: int = 1
    units: int = 1
    unit_count: int = 1
    coverage: float = 1.0
    summed: bool = False
    published_zero: bool = False
    known: frozenset[Code] = frozenset()

    def part(self) -> Part:
        """The reading as the numerator or denominator of a figure."""
        return Part(
            series=self.series,
            period=self.period,
            value=self.measure.value,
            lower=self.measure.lower,
            upper=self.measure.upper,
            status=self.status,
            origins=self.origins,
            cells=self.cells,
            champ=self.champ,
        )


@dataclass(frozen=True, slots=True)
class Shelf:
    """The observations of one report beside the catalogue that explains them.

    `past` says which cells of a past COG could not be brought to the communes of today, and why.
    """

    observations: Observations
    catalogue: Catalogue
    known: frozenset[str]
    rule: RoundingRule = "nearest"
    past: Rebased | None = None
    cache: dict[tuple[str, Level, Code, str], Reading | Absence] = field(default_factory=dict)

    def series(self, series_id: str) -> Series:
        """The catalogue's entry."""
        return self.catalogue.series[series_id]

    def holds(self, series_id: str) -> bool:
        """Whether the store has anything of the series, for any territory."""
        return series_id in self.known

    def periods(self, series_id: str, place: Place) -> tuple[str, ...]:
        """Periods for which the place has a cell or communes to sum, oldest first."""
        level, code = place.key
        direct = self.observations.periods(series_id, level, code) if level != "custom" else ()
        if direct or not place.members or self.series(series_id).kind not in SUMMABLE:
            return tuple(direct)
        periods: set[str] = set()
        for member in place.members:
            periods.update(self.observations.periods(series_id, "commune", member.code))
        return tuple(sorted(periods))

    def read(self, series_id: str, place: Place, period: str) -> Reading | Absence:
        """The published cell of the place, else the sum of its communes, else why not."""
        key = (series_id, *place.key, period)
        if key not in self.cache:
            self.cache[key] = self._read(series_id, place, period)
        return self.cache[key]

    def _read(self, series_id: str, place: Place, period: str) -> Reading | Absence:
        level, code = place.key
        refusal = self.past and self.past.refused.get((series_id, level, code, period))
        if refusal:
            return refusal
        if level != "custom":
            observation = self.observations.get(series_id, level, code, period)
            if observation is not None:
                return self._direct(observation)
        if place.members:
            return self.total(series_id, place, period)
        return self.absence(series_id, [place.key])

    def absence(self, series_id: str, keys: Sequence[tuple[Level, Code]]) -> Absence:
        """Why no place of `keys` has a cell: its producer was asked for them all, or was not."""
        series = self.series(series_id)
        if all(self.observations.covers(series_id, level, code) for level, code in keys):
            return UNLISTED if series.sparse else Absence("not_published", UNPUBLISHED)
        where = f" ({series.arrival})" if series.arrival else ""
        return Absence("not_pulled", f"{NOT_PULLED}{where}")

    def _direct(self, observation: Observation) -> Reading | Absence:
        measure = self._measure(observation)
        if isinstance(measure, Absence):
            sparse = self.series(observation.series).sparse
            return replace(UNLISTED, status=measure.status) if sparse else measure
        return Reading(
            series=observation.series,
            measure=measure,
            period=observation.period,
            status=observation.status,
            provisional=observation.provisional,
            champ=observation.champ,
            origins=(observation.origin,),
            cells=observation.cells,
            published_zero=observation.value == 0 and measure.upper > 0,
            known=frozenset({observation.code}),
        )

    def total(
        self, series_id: str, place: Place, period: str, among: frozenset[Code] | None = None
    ) -> Reading | Absence:
        """The sum over the communes of the place with a value (those of `among` only).

        Refused when the series may not be summed or when the communes with a value hold less
        than 90 % of the population (domain method, aggregates).
        """
        series = self.series(series_id)
        if series.kind not in SUMMABLE:
            published = place.territory.level in series.levels
            return self.absence(series_id, [place.key]) if published else NOT_SUMMABLE
        codes = [m.code for m in place.members if among is None or m.code in among]
        cells = [self.observations.get(series_id, "commune", code, period) for code in codes]
        rows = [observation for observation in cells if observation is not None]
        found = [observation for observation in rows if observation.status in PRESENT]
        if not found:
            return self.absence(series_id, [("commune", code) for code in codes])
        told = {observation.code for observation in found}
        if series.sparse:  # the communes that its file leaves out count: they add nothing
            told |= {one.code for one in rows}
            told |= {c for c in codes if self.observations.covers(series_id, "commune", c)}
        coverage = self._coverage(place, told)
        if coverage < COVERAGE_FLOOR:
            return Absence("not_published", _partial_reason(len(found), len(place.members)))
        measures = [self._measure(observation) for observation in found]
        return _sum(series, found, measures, len(place.members), coverage)

    def _measure(self, observation: Observation) -> Measure | Absence:
        """The cell with the bounds of its publication, or those of another supposed rounding."""
        rounding = self.series(observation.series).rounding
        supposed = rounding is not None and rounding.rule == "nearest" and self.rule != "nearest"
        local = observation.level == "commune" and observation.status == "rounded"
        if rounding is None or observation.value is None or not (supposed and local):
            return indicators.measure(observation)
        return indicators.rounding(observation.value, rounding.step, self.rule, observation.cells)

    def supposing(self, rule: RoundingRule) -> Shelf:
        """The same observations, had the producers that round to the nearest used `rule`."""
        return replace(self, rule=rule, cache={})

    @staticmethod
    def _coverage(place: Place, codes: Collection[Code]) -> float:
        """Share of the population of the place that lives in the communes `codes`."""
        if len(codes) == len(place.members):
            return 1.0
        everyone = sum(member.population or 0 for member in place.members)
        known = sum(m.population or 0 for m in place.members if m.code in codes)
        return known / everyone if everyone else len(codes) / len(place.members)


def _partial_reason(known: int, count: int) -> str:
    return (
        f"données connues pour {numbers.count(known, 'commune')} sur {numbers.number(count)} "
        f"seulement{NBSP}: moins de 90{NBSP}% de la population, la somme n’est pas faite"
    )


def _sum(
    series: Series,
    found: list[Observation],
    measures: list[Measure | Absence],
    count: int,
    coverage: float,
) -> Reading | Absence:
    cells = [observation.cells for observation in found]
    total = indicators.total(
        measures,
        kind=series.kind,
        rounded_by=series.rounding,
        cells=cells,
    )
    if isinstance(total, Absence):
        return total
    return Reading(
        series=series.id,
        measure=total,
        period=found[0].period,
        status=_summed_status(found),
        provisional=any(o.provisional for o in found),
        champ=found[0].champ,
        origins=tuple(sorted({o.origin for o in found})),
        cells=sum(cells),
        units=len(found),
        unit_count=count,
        coverage=coverage,
        summed=True,
        known=frozenset(o.code for o in found),
    )


def _summed_status(found: list[Observation]) -> Status:
    """A sum is as sure as its least sure cell."""
    statuses = {observation.status for observation in found}
    return next((status for status in UNSURE if status in statuses), "exact")


def collect(
    store: Store,
    catalogue: Catalogue,
    series: frozenset[str],
    around: Surroundings,
    territories: Territories,
) -> Shelf:
    """Everything the report may read, in one call to the store, on the communes of today."""
    communes: set[Code] = set()
    places: dict[Level, set[Code]] = {}
    for place in around.everywhere():
        level, code = place.key
        places.setdefault(level, set()).add(code)
        communes.update(member.code for member in place.members)
    communes |= places.setdefault("commune", set())
    movements = territories.movements
    places["commune"] = set(movements.ancestors(communes))
    known = frozenset(one for one in series if store.known(one))
    read = store.read(series, places)
    past = rebase(read, communes, movements, catalogue, territories.year)
    return Shelf(past.observations, catalogue, known, past=past)
