"""An indicator worked out at one place and period: the measure, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass, replace

from diagnostic import indicators
from diagnostic.engine.places import Place
from diagnostic.engine.readings import COMPLETE, Reading, Shelf
from diagnostic.model import SUMMABLE, Absence, IntervalKind, Measure
from diagnostic.spec import IndicatorSpec
from diagnostic.wording import numbers

CLOSE = "les intervalles ne disent pas lequel l’emporte"
LENT = Absence("not_applicable", "le taux est celui de l’EPCI, non celui de la commune")


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result and what it was made of. `period` spans the years of a mean ("2023/2025").

    `plain` is the result with its rounding interval alone, before chance: it decides how many
    digits may be printed; `decimals` are those of its own print, for what is worked out from it.
    `standing` is the place whose published value stands in. `also` are the
    other readings that went into it (the denominators of a gap, the reference of a scenario).
    """

    result: Measure | Absence
    period: str
    numerator: Reading | None = None
    denominator: Reading | None = None
    interval: IntervalKind = "none"
    plain: Measure | None = None
    standing: Place | None = None
    label: str = ""
    decimals: int = 1
    also: tuple[Reading, ...] = ()

    @property
    def readings(self) -> tuple[Reading, ...]:
        """Everything that was read, the numerator first."""
        return _read(self.numerator, self.denominator, *self.also)


def _read(*terms: Reading | None) -> tuple[Reading, ...]:
    return tuple(reading for reading in terms if reading is not None)


def periods(indicator: IndicatorSpec, place: Place, shelf: Shelf) -> tuple[str, ...]:
    """Periods at which the indicator has a chance to be known at the place, oldest first."""
    if indicator.kind == "mean":
        years = [one for one in shelf.periods(indicator.series, place) if one.isdigit()]
        span = indicator.years
        return tuple(
            f"{years[i - span + 1]}/{years[i]}"
            for i in range(span - 1, len(years))
            if int(years[i]) - int(years[i - span + 1]) == span - 1
        )
    if indicator.kind == "ratio":
        return shelf.periods(indicator.numerator, place)
    if indicator.kind in ("series", "published"):
        return shelf.periods(indicator.series, place)
    if indicator.kind == "without":
        return _common_periods(indicator.absent, place, shelf)
    return ()


def _common_periods(series: tuple[str, ...], place: Place, shelf: Shelf) -> tuple[str, ...]:
    """The periods for which each of the series says something of a commune of the place."""
    known = [
        {period for member in place.members for period in shelf.periods(name, Place(member))}
        for name in series
    ]
    return tuple(sorted(set.intersection(*known)))


def work_out(
    indicator: IndicatorSpec, place: Place, period: str, shelf: Shelf, epci: Place | None = None
) -> Outcome:
    """The indicator at the place for the period, bounds carried through.

    `epci` is the EPCI of a commune: its published value stands in where the producer publishes
    communes only above a population (level rule of the catalogue).
    """
    if indicator.kind == "ratio":
        outcome = _ratio(indicator, place, period, shelf)
    elif indicator.kind == "mean":
        outcome = _mean(indicator, place, period, shelf)
    else:
        outcome = _published(indicator, place, period, shelf, epci)
    return _with_chance(indicator, outcome)


def _published(
    indicator: IndicatorSpec, place: Place, period: str, shelf: Shelf, epci: Place | None
) -> Outcome:
    reading = shelf.read(indicator.series, place, period)
    if isinstance(reading, Reading):
        return _of_reading(reading, period)
    if epci is None or not _below_threshold(indicator.series, place, shelf):
        return Outcome(reading, period)
    least = numbers.count(shelf.series(indicator.series).published_above or 0, "habitant")
    stand_in = shelf.read(indicator.series, epci, period)
    # A rate may stand for that of a part; a number of places never: it is another number.
    counted = shelf.series(indicator.series).kind in SUMMABLE
    if counted or isinstance(stand_in, Absence):
        return Outcome(
            Absence("not_published", f"publié pour les seules communes de plus de {least}"),
            period,
        )
    return replace(_of_reading(stand_in, period), standing=epci)


def _below_threshold(series_id: str, place: Place, shelf: Shelf) -> bool:
    threshold = shelf.series(series_id).published_above
    territory = place.territory
    if threshold is None or territory.level != "commune":
        return False
    return territory.population is None or territory.population <= threshold


def _of_reading(reading: Reading, period: str) -> Outcome:
    return Outcome(
        reading.measure,
        period,
        numerator=reading,
        interval=_width(reading.measure),
        plain=reading.measure,
    )


def _mean(indicator: IndicatorSpec, place: Place, period: str, shelf: Shelf) -> Outcome:
    first, last = period.split("/")
    readings: list[Reading] = []
    for year in range(int(first), int(last) + 1):
        reading = shelf.read(indicator.series, place, str(year))
        if isinstance(reading, Absence):
            return Outcome(reading, period)
        readings.append(reading)
    mean = indicators.mean([reading.measure for reading in readings])
    if isinstance(mean, Absence):
        return Outcome(mean, period)
    total = replace(
        readings[-1],
        period=period,
        measure=mean,
        provisional=any(reading.provisional for reading in readings),
        coverage=min(reading.coverage for reading in readings),
    )
    return _of_reading(total, period)


def _ratio(indicator: IndicatorSpec, place: Place, period: str, shelf: Shelf) -> Outcome:
    numerator = shelf.read(indicator.numerator, place, period)
    if isinstance(numerator, Absence):
        return Outcome(numerator, period)
    denominator = base(indicator.denominator, place, period, shelf)
    if isinstance(denominator, Absence):
        return Outcome(denominator, period, numerator=numerator)
    pair = _match(indicator, place, numerator, denominator, shelf)
    if isinstance(pair, Absence):
        return Outcome(pair, period, numerator=numerator, denominator=denominator)
    numerator, denominator = pair
    result = indicators.ratio(
        numerator.measure, denominator.measure, indicator.factor, nested=indicator.nested
    )
    return Outcome(
        result,
        period,
        numerator=numerator,
        denominator=denominator,
        interval=_kind(numerator, denominator),
        plain=result if isinstance(result, Measure) else None,
    )


def base(series_id: str, place: Place, period: str, shelf: Shelf) -> Reading | Absence:
    """The denominator of a rate of that period, of the period that may serve."""
    known = shelf.periods(series_id, place)
    if not known:  # no value at all: that is the reason, not the age of one
        return shelf.read(series_id, place, period)
    dated = indicators.denominator_period(period, known)
    if isinstance(dated, Absence):
        return dated
    return shelf.read(series_id, place, dated)


def _kind(numerator: Reading, denominator: Reading) -> IntervalKind:
    wide = any(r.measure.lower < r.measure.upper for r in (numerator, denominator))
    return "rounding" if wide else "none"


def _match(
    indicator: IndicatorSpec, place: Place, numerator: Reading, denominator: Reading, shelf: Shelf
) -> tuple[Reading, Reading] | Absence:
    """Both terms over the same communes and the same field, or the refusal.

    Two sums are restricted to the communes where both are known; a sum over a published term
    must be nearly complete, since the published term covers everyone.
    """
    refusal = indicators.same_champ(numerator.champ, denominator.champ)
    if refusal is not None:
        return refusal
    if numerator.summed and denominator.summed and numerator.known != denominator.known:
        both = numerator.known & denominator.known
        terms = (
            shelf.total(indicator.numerator, place, numerator.period, both),
            shelf.total(indicator.denominator, place, denominator.period, both),
        )
        for term in terms:
            if isinstance(term, Absence):
                return term
        return terms  # type: ignore[return-value]  # both are readings here
    mixed = numerator.summed != denominator.summed
    if mixed and min(numerator.coverage, denominator.coverage) < COMPLETE:
        return Absence("not_published", "somme incomplète, sans total publié comparable")
    return numerator, denominator


def _with_chance(indicator: IndicatorSpec, outcome: Outcome) -> Outcome:
    """The envelope of rounding and chance, where the spec declares that the rate takes one."""
    if indicator.chance == "none" or isinstance(outcome.result, Absence):
        return outcome
    numerator, denominator = outcome.numerator, outcome.denominator
    if numerator is None or denominator is None:
        return outcome
    work = (
        indicators.chance_proportion
        if indicator.chance == "proportion"
        else (indicators.chance_rate)
    )
    result = work(numerator.measure, denominator.measure, indicator.factor)
    if isinstance(result, Absence):
        return outcome
    kind: IntervalKind = "envelope" if outcome.interval == "rounding" else "chance"
    return replace(outcome, result=result, interval=kind)


def gap(own: Outcome, other: Outcome) -> Outcome:
    """The difference between the outcomes of two places, the other's number as denominator.

    It has the decimals of the less precise of the two.
    """
    for outcome in (own, other):
        if isinstance(outcome.result, Absence):
            return Outcome(outcome.result, own.period)
    result = indicators.difference(own.result, other.result)
    return replace(
        own,
        result=result,
        denominator=other.numerator,
        interval=_joined(result, own.interval, other.interval),
        decimals=min(own.decimals, other.decimals),
        also=_read(own.denominator, other.denominator),
    )


def dominant(parts: list[tuple[str, Outcome]], period: str) -> Outcome:
    """The largest of labelled outcomes; a tie, or one within bounds, is refused, not settled."""
    known: list[tuple[Measure, str, Outcome]] = []
    for label, outcome in parts:
        if isinstance(outcome.result, Absence):
            return Outcome(outcome.result, period)
        known.append((outcome.result, label, outcome))
    known.sort(key=lambda item: -item[0].value)
    (first, label, outcome), *others = known
    if any(first.value == other.value for other, _, _ in others):
        return Outcome(Absence("not_applicable", "deux modes à égalité"), period)
    if any(first.lower < other.upper for other, _, _ in others):
        return Outcome(Absence("not_applicable", CLOSE), period)
    return replace(outcome, label=label)


def scenario(own: Outcome, other: Outcome, of: Reading | Absence, factor: float) -> Outcome:
    """What would bring the rate `own` to that of another place; `of` is what it is a rate of.

    A rate lent by the EPCI bears none: the base is the commune's. The base is the denominator.
    """
    if own.standing is not None:
        return Outcome(LENT, own.period)
    if isinstance(of, Absence):
        return Outcome(of, own.period)
    mixed = own.numerator and indicators.same_champ(own.numerator.champ, of.champ)
    result = mixed or indicators.shortfall(own.result, other.result, of.measure, factor)
    return Outcome(
        result,
        own.period,
        numerator=own.numerator,
        denominator=of,
        interval=_joined(result, own.interval, other.interval, _width(of.measure)),
        also=_read(own.denominator, *other.readings),
    )


def without(indicator: IndicatorSpec, place: Place, period: str, shelf: Shelf) -> Outcome:
    """How many communes of the place have nothing of any of the series."""
    read = [
        [shelf.read(name, Place(member), period) for name in indicator.absent]
        for member in place.members
    ]
    result = indicators.without(
        [[r.measure if isinstance(r, Reading) else r for r in row] for row in read]
    )
    found = tuple(r for row in read for r in row if isinstance(r, Reading))
    return Outcome(result, period, interval=_width(result), also=found)


def _width(result: Measure | Absence) -> IntervalKind:
    wide = isinstance(result, Measure) and result.lower < result.upper
    return "rounding" if wide else "none"


def _joined(result: Measure | Absence, *terms: IntervalKind) -> IntervalKind:
    """What the interval of a result is made of, from those of its terms."""
    kinds = set(terms) - {"none"}
    if _width(result) == "none" or not kinds:
        return "none"
    return kinds.pop() if len(kinds) == 1 else "envelope"
