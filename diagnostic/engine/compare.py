"""Figures set side by side: verdicts against benchmarks, ranks among communes, evolutions."""

from __future__ import annotations

from dataclasses import dataclass, replace

from diagnostic import indicators
from diagnostic.engine.figures import Ledger
from diagnostic.engine.places import Place, is_large_part
from diagnostic.model import SUMMABLE, Absence, Break, Comparison, Evolution, Figure, Measure, Rank
from diagnostic.spec import IndicatorSpec
from diagnostic.wording import names, periods, sentences
from diagnostic.wording.typography import NBSP

UNFIT_FLAGS = frozenset({"fragile", "over_100"})
SMALLEST = 20  # least count whose change is stated, as for the base of an index
COUNTED = frozenset({"series", "mean"})
JUDGED = frozenset({"ratio", "published"})  # a count says nothing beside that of a larger place


def measure(figure: Figure) -> Measure | None:
    """The number of a figure with its bounds, None when the figure is an absence."""
    if figure.value is None:
        return None
    lower = figure.value if figure.lower is None else figure.lower
    upper = figure.value if figure.upper is None else figure.upper
    return Measure(figure.value, lower, upper)


def as_printed(figure: Figure) -> Measure:
    """The number as the reader sees it, so that two equal prints are a tie."""
    known = measure(figure) or indicators.exact(0.0)
    return replace(known, value=indicators.displayed(known.value, figure.decimals))


def is_printed(figure: Figure) -> bool:
    """Whether the figure prints a number of its own."""
    return figure.value is not None and figure.show in ("plain", "approx")


def is_comparable(figure: Figure) -> bool:
    """Whether a verdict or a rank may rest on the figure: printed, its own, not fragile."""
    return is_printed(figure) and not UNFIT_FLAGS & set(figure.flags)


def compare(own: Figure, other: Figure, benchmark: str, indicator: IndicatorSpec) -> Comparison:
    """The verdict on two figures of one indicator; "none" when either cannot bear one."""
    left, right = measure(own), measure(other)
    bearable = is_comparable(own) and is_printed(other) and indicator.kind in JUDGED
    if left is None or right is None or not bearable:
        return Comparison(own=own.id, other=other.id, benchmark=benchmark, verdict="none")
    verdict, gap, unit = indicators.compare(left, right, threshold(indicator))
    if "fragile" in other.flags or isinstance(gap, Absence):
        verdict = "none"
    if isinstance(gap, Absence):
        return Comparison(own=own.id, other=other.id, benchmark=benchmark, verdict=verdict)
    return Comparison(
        own=own.id,
        other=other.id,
        benchmark=benchmark,
        verdict=verdict,
        gap=gap.value,
        gap_lower=gap.lower,
        gap_upper=gap.upper,
        gap_text=sentences.gap(gap.value, unit, 1 if unit == "points" else 0),
    )


def threshold(indicator: IndicatorSpec) -> indicators.Threshold:
    """Points for rates in % or pour 100 and their gaps, relative for the rest (domain method)."""
    unit = indicator.unit.replace(NBSP, " ")
    in_points = unit.startswith(("%", "point")) or "pour 100 " in f"{unit} "
    return indicators.POINTS if in_points else indicators.PERCENT


def against(ledger: Ledger, indicator_id: str) -> tuple[Comparison, ...]:
    """The territory against each benchmark of the report, in reading order.

    A benchmark of which the territory is more than a fifth bears no verdict: it is no
    independent reference. The rest of an EPCI, which does not hold it, is.
    """
    own = ledger.newest(indicator_id)
    indicator = ledger.indicator(indicator_id)
    found = []
    for key, place in ledger.around.named().items():
        other = ledger.at(indicator_id, place, own.period)
        comparison = compare(own, other, key, indicator)
        if is_outweighed(ledger, key):
            comparison = replace(comparison, verdict="none")
        found.append(comparison)
    return tuple(found)


def is_outweighed(ledger: Ledger, key: str) -> bool:
    """Whether the territory is more than a fifth of the benchmark that holds it."""
    whole = ledger.around.benchmarks.get(key)
    return whole is not None and is_large_part(ledger.around.own.territory, whole.territory)


@dataclass(frozen=True, slots=True)
class Ranking:
    """The ranked communes from the highest, and those that cannot be ranked, by name."""

    ranked: tuple[tuple[Figure, Rank], ...]
    unranked: tuple[Figure, ...]
    reason: str

    def of(self, code: str) -> Rank | None:
        """The rank of a commune, None when it is not ranked."""
        return next((rank for figure, rank in self.ranked if figure.code == code), None)


def rank(ledger: Ledger, indicator_id: str) -> Ranking:
    """The communes of the perimeter ranked on the report's period, absences left out."""
    indicator = ledger.indicator(indicator_id)
    period = ledger.period(indicator)
    figures = [ledger.at(indicator_id, place, period) for place in ledger.around.peers]
    fit = {f.code: f for f in figures if is_comparable(f)}
    measures = {code: as_printed(f) for code, f in fit.items()}
    positions = indicators.ranks(measures)
    if isinstance(positions, Absence):
        return Ranking((), tuple(sorted(figures, key=_alphabetical)), positions.reason)
    ranked = [
        (
            fit[code],
            Rank(
                figure=fit[code].id,
                position=place.position,
                of=place.of,
                low=place.low,
                high=place.high,
                tied=place.tied,
                text=sentences.rank(
                    place.position, place.of, place.low, place.high, tied=place.tied
                ),
            ),
        )
        for code, place in positions.items()
    ]
    ranked.sort(key=lambda pair: (pair[1].position, _alphabetical(pair[0])))
    left = [f for f in figures if f.code not in measures]
    return Ranking(tuple(ranked), tuple(sorted(left, key=_alphabetical)), "")


def _alphabetical(figure: Figure) -> tuple[str, str]:
    return names.sort_key(figure.name), figure.code


def evolve(
    ledger: Ledger, indicator_id: str, place: Place | None = None, since: str = ""
) -> Evolution | None:
    """The change from the oldest to the newest comparable period, None with one period only.

    The start is the oldest period, from `since` on, that no registered break separates from the
    newest.
    """
    indicator = ledger.indicator(indicator_id)
    where = place or ledger.around.own
    figures = [
        f for f in history(ledger, indicator_id, where) if f.value is not None and f.period >= since
    ]
    if len(figures) < 2:
        return None
    start = _oldest(figures, indicator, ledger) or figures[-2]
    return _change(start, figures[-1], indicator, ledger)


def _oldest(figures: list[Figure], indicator: IndicatorSpec, ledger: Ledger) -> Figure | None:
    """The oldest figure that no registered break separates from the newest, None but itself."""
    breaks = breaks_of(ledger, indicator)
    census = _is_census(ledger, indicator)
    end = figures[-1].period
    return next(
        (
            figure
            for figure in figures[:-1]
            if indicators.crossed(figure.period, end, breaks, census=census) is None
        ),
        None,
    )


def base_period(ledger: Ledger, indicator_id: str, since: str = "") -> str:
    """The base of an index: the territory's oldest period, from `since` on, of today's regime.

    "" when the territory has no two such periods.
    """
    figures = _printed(ledger, indicator_id, ledger.around.own, since)
    start = _oldest(figures, ledger.indicator(indicator_id), ledger) if figures else None
    return start.period if start else ""


def index(
    ledger: Ledger, indicator_id: str, place: Place, base: str, since: str = ""
) -> tuple[tuple[Figure, Measure], ...] | Absence:
    """The place's figures from `since` on, each with its index, 100 at the period `base`.

    A period that may not be compared with the base (a break, censuses whose surveys overlap, a
    published 0) is left out. Absence when the place has no value at the base, one too small or
    fragile, or nothing to set beside it.
    """
    indicator = ledger.indicator(indicator_id)
    figures = _printed(ledger, indicator_id, place, since)
    start = next((figure for figure in figures if figure.period == base), None)
    if start is None:
        return Absence("not_applicable", f"pas de valeur en {periods.text(base)}")
    if "fragile" in start.flags:
        return Absence("not_applicable", "estimation fragile")
    counted = _counted(start, ledger)
    values = indicators.index(
        [_point(figure) for figure in figures],
        _point(start),
        base_count=counted,
        minimum=0 if counted is None else SMALLEST,
        breaks=breaks_of(ledger, indicator),
        census=_is_census(ledger, indicator),
    )
    pairs = zip(figures, values, strict=True)
    found = tuple(
        (figure, value)
        for figure, value in pairs
        if isinstance(value, Measure) and "fragile" not in figure.flags
    )
    if len(found) < 2:
        alone = Absence("not_applicable", "une seule période comparable")
        return next((value for value in values if isinstance(value, Absence)), alone)
    return found


def _printed(ledger: Ledger, indicator_id: str, place: Place, since: str) -> list[Figure]:
    """The figures of the place that print a number of their own, from `since` on."""
    found = history(ledger, indicator_id, place)
    return [figure for figure in found if is_printed(figure) and figure.period >= since]


def _change(start: Figure, end: Figure, indicator: IndicatorSpec, ledger: Ledger) -> Evolution:
    """The change between two figures of one place, refused on numbers too small to bear one.

    Its size is that of the published counts; for exact counts of events its trend also takes
    chance into account, so that a village's births are not said to rise from 2 to 3.
    """
    census = _is_census(ledger, indicator)
    breaks = breaks_of(ledger, indicator)
    result = indicators.evolution(
        _point(start), _point(end), threshold(indicator), breaks=breaks, census=census
    )
    change, trend = result.change, result.trend
    refusal = _too_small(start, end, ledger)
    if isinstance(change, Absence) or refusal:
        reason = change.reason if isinstance(change, Absence) else refusal
        return Evolution(
            start=start.period, end=end.period, change=None, lower=None, upper=None,
            unit="", trend="refused", text="n.s." if refusal else "///", reason=reason,
        )  # fmt: skip
    if start.interval == "none" and start.status == "exact" and indicator.kind in COUNTED:
        trend = indicators.trend(
            _events(start, indicator), _events(end, indicator), threshold(indicator)
        )
    return Evolution(
        start=start.period, end=end.period, change=change.value, lower=change.lower,
        upper=change.upper, unit=result.unit, trend=trend,
        text=sentences.gap(change.value, result.unit, 1 if result.unit == "points" else 0),
    )  # fmt: skip


def _too_small(start: Figure, end: Figure, ledger: Ledger) -> str:
    """Why two numbers bear no change: a rate not shown, a count under 20, a fragile estimate."""
    for figure in (start, end):
        if figure.show == "ns":
            return figure.reason
        if "fragile" in figure.flags:
            return "estimation fragile"
        counted = _counted(figure, ledger)
        if counted is not None and counted < SMALLEST:
            return f"effectif de moins de {SMALLEST}"
    return ""


def _counted(figure: Figure, ledger: Ledger) -> float | None:
    """How many a figure rests on, all its years together; None for a published rate or median."""
    number = figure.numerator
    if number is None:
        return figure.value
    if number.value is None or ledger.shelf.series(number.series).kind not in SUMMABLE:
        return None
    first, _, last = figure.period.partition("/")
    return number.value * (int(last) - int(first) + 1 if last else 1)


def _events(figure: Figure, indicator: IndicatorSpec) -> Measure | Absence:
    """A count of events, or the total behind a mean of several years, with its chance limits."""
    value = indicators.exact(figure.value or 0.0)
    years = float(indicator.years)
    return indicators.scale(indicators.chance_count(indicators.scale(value, years)), 1 / years)


def _point(figure: Figure) -> indicators.Point:
    value = measure(figure)
    return indicators.Point(
        figure.period, value or Absence(figure.status, figure.reason), figure.champ
    )


def _is_census(ledger: Ledger, indicator: IndicatorSpec) -> bool:
    """Whether the number, or the numerator, comes from the census."""
    series_id = indicator.numerator or indicator.series
    return bool(series_id) and ledger.shelf.series(series_id).census


def breaks_of(ledger: Ledger, indicator: IndicatorSpec) -> tuple[Break, ...]:
    """The registered breaks of the series that the indicator reads, in time order."""
    found: dict[str, Break] = {}
    for series_id in (indicator.numerator, indicator.denominator, indicator.series):
        if series_id:
            for break_id in ledger.shelf.series(series_id).breaks:
                found[break_id] = ledger.shelf.catalogue.breaks[break_id]
    return tuple(sorted(found.values(), key=lambda b: b.at))


def history(ledger: Ledger, indicator_id: str, place: Place) -> tuple[Figure, ...]:
    """The figures of the place at each of its periods, oldest first."""
    indicator = ledger.indicator(indicator_id)
    return tuple(
        ledger.at(indicator_id, place, period) for period in ledger.periods(indicator, place)
    )


def doubtful_verdicts(ledger: Ledger) -> list[tuple[Comparison, Comparison]]:
    """The verdicts that would be others had the counts been rounded down, with what they become.

    The Cnaf does not say how it rounds: these rest on the supposition of the nearest multiple.
    """
    other = Ledger(ledger.spec, ledger.shelf.supposing("down"), ledger.around)
    changed: list[tuple[Comparison, Comparison]] = []
    for indicator in ledger.spec.indicators.values():
        if indicator.kind not in JUDGED:
            continue
        pairs = zip(against(ledger, indicator.id), against(other, indicator.id), strict=True)
        changed.extend(pair for pair in pairs if pair[0].verdict != pair[1].verdict)
    return changed
