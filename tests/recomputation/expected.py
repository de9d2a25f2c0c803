"""What each figure of a report should be, from the sample and the spec's YAML alone.

A figure is worked out from its indicator's entry in report_specs/sppe.yaml, its level, code and
period. None stands for "nothing to print".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from recomputation import arithmetic
from recomputation.arithmetic import NBSP, french
from recomputation.published import CENSUS, COVERAGE, FACILITIES, NOT_SUMMED, Cell, Place, Sample

Number = Fraction | float
UNSURE = ("bounded", "estimated", "rounded")
SCARCE = 10_000  # inhabitants above which the coverage of a commune is published
FLOOR = 200  # inhabitants under which no rate is shown
FEWEST = 30  # foyers, ménages or children under which no rate is shown


@dataclass(frozen=True)
class Term:
    """A published cell, or a sum of `count` communes out of `members`."""

    cell: Cell
    period: str
    summed: bool = False
    coverage: Fraction = Fraction(1)
    zeros: int = 0
    known: frozenset[str] = frozenset()

    @property
    def value(self) -> Fraction:
        """The number, known to be there."""
        assert self.cell.value is not None
        return self.cell.value


@dataclass(frozen=True)
class Expected:
    """A figure worked out again."""

    value: Fraction
    lower: Number
    upper: Number
    status: str
    show: str
    decimals: int
    text: str
    interval: str
    interval_text: str
    reliability: str
    flags: frozenset[str]
    numerator: Term
    denominator: Term | None = None
    likely: tuple[float, float] | None = None
    stands_for: str | None = None
    provisional: bool = False
    champ: str = ""
    coverage: Fraction | None = None


class Report:
    """The figures of the reports of one sample, by indicator, place and period."""

    def __init__(
        self,
        sample: Sample,
        indicators: Mapping[str, Any],
        *,
        members: Mapping[str, Sequence[str]],
        populations: Mapping[str, Fraction | None],
    ) -> None:
        """`members` are the communes of each sum's code; `populations` those outside the census."""
        self.sample = sample
        self.indicators = indicators
        self._members = members
        self._populations = populations
        self._terms: dict[tuple[str, Place, str], Term | None] = {}
        self._figures: dict[tuple[str, Place, str], Expected | None] = {}

    # ------------------------------------------------------------------ places and terms

    def population(self, code: str) -> Fraction | None:
        """Inhabitants of a commune by the census file, by the report's own list elsewhere."""
        return self.sample.populations.get(code, self._populations.get(code))

    def inhabitants(self, place: Place) -> Fraction | None:
        """Inhabitants of a commune or of the communes of a sum."""
        level, code = place
        codes = [code] if level == "commune" else list(self._members.get(code, ()))
        known = [self.population(one) for one in codes]
        if not known or None in known:
            return None
        return sum((one for one in known if one is not None), Fraction(0))

    def members(self, place: Place) -> tuple[str, ...]:
        """The communes whose sum may stand for a place."""
        return () if place[0] == "commune" else tuple(self._members.get(place[1], ()))

    def periods(self, series: str, place: Place) -> list[str]:
        """Periods at which a place, or a commune of it, has a number."""
        cells = self.sample.cells.get(series, {})
        direct = cells.get(place, {})
        if direct:
            return sorted(p for p, cell in direct.items() if cell.value is not None)
        if series in NOT_SUMMED:
            return []
        found: set[str] = set()
        for code in self.members(place):
            found.update(cells.get(("commune", code), {}))
        return sorted(found)

    def term(
        self, series: str, place: Place, period: str, among: frozenset[str] | None = None
    ) -> Term | None:
        """The published cell, else the sum of the communes, else None."""
        cell = self.sample.cells.get(series, {}).get(place, {}).get(period)
        if cell is not None:
            return None if cell.value is None else Term(cell, period)
        if series in NOT_SUMMED or not self.members(place):
            return None
        if among is not None:
            return self._sum(series, place, period, among)
        key = (series, place, period)
        if key not in self._terms:
            self._terms[key] = self._sum(series, place, period, None)
        return self._terms[key]

    def _sum(
        self, series: str, place: Place, period: str, among: frozenset[str] | None
    ) -> Term | None:
        cells = self.sample.cells.get(series, {})
        members = self.members(place)
        found = {
            code: cell
            for code in members
            if (cell := cells.get(("commune", code), {}).get(period)) is not None
            and cell.value is not None
            and (among is None or code in among)
        }
        if not found:
            return None
        coverage = self._covered(series, members, found)
        if coverage < Fraction(9, 10):
            return None
        terms = list(found.values())
        statuses = {cell.status for cell in terms}
        status = next((one for one in UNSURE if one in statuses), "exact")
        total = Cell(
            sum((cell.value or Fraction(0) for cell in terms), Fraction(0)),
            sum((cell.lower for cell in terms), Fraction(0)),
            sum((cell.upper for cell in terms), Fraction(0)),
            status,
            sum(cell.cells for cell in terms),
            provisional=any(cell.provisional for cell in terms),
        )
        zeros = sum(cell.cells for cell in terms if cell.value == 0)
        return Term(total, period, True, coverage, zeros, frozenset(found))

    def _covered(
        self, series: str, members: tuple[str, ...], found: Mapping[str, Cell]
    ) -> Fraction:
        """Share of the population in communes with a number.

        The list of facilities names only counts above 0, of the 38 communes of the sample: an
        unlisted one of the 38 has none, one outside is not known.
        """
        known = set(found)
        if series in FACILITIES:
            known |= set(members) & set(self.sample.populations)
        if known >= set(members):
            return Fraction(1)
        everyone = sum((self.population(code) or Fraction(0) for code in members), Fraction(0))
        part = sum((self.population(code) or Fraction(0) for code in known), Fraction(0))
        return part / everyone

    # ------------------------------------------------------------------ figures

    def figure(self, name: str, place: Place, period: str) -> Expected | None:
        """The figure of an indicator at a place for a period ("2023/2025" for a mean)."""
        key = (name, place, period)
        if key not in self._figures:
            self._figures[key] = self._work(name, place, period)
        return self._figures[key]

    def _work(self, name: str, place: Place, period: str) -> Expected | None:
        one = self.indicators[name]
        if not period or "scenario" in one or "without" in one:
            return None
        if "gap" in one:
            return self._gap(one, place, period)
        if "dominant" in one:
            return self._dominant(one, place, period)
        if "numerator" in one:
            return self._ratio(one, place, period)
        if "mean" in one:
            return self._mean(one, place, period)
        return self._published(one, place, period)

    def _published(self, one: Mapping[str, Any], place: Place, period: str) -> Expected | None:
        series = one.get("series") or one["published"]
        term = self.term(series, place, period)
        stands = None
        if term is None and series in COVERAGE and place[0] == "commune":
            inhabitants = self.inhabitants(place)
            epci = next(
                (c for c in self._members if len(c) == 9 and place[1] in self._members[c]), None
            )
            if epci is None or (inhabitants is not None and inhabitants > SCARCE):
                return None
            term, stands = self.term(series, ("epci", epci), period), epci
        if term is None:
            return None
        cell = term.cell
        decimals = one.get("decimals", 1 if "published" in one and "€" not in one["unit"] else 0)
        doubtful = term.value == 0 and cell.upper > 0
        show = "approx" if doubtful else "plain"
        text = f"≈{NBSP}{french(term.value)}" if doubtful else french(term.value, decimals)
        printed_decimals = 0 if doubtful and "decimals" not in one else decimals
        wide = cell.lower < cell.upper
        return Expected(
            value=term.value,
            lower=cell.lower,
            upper=cell.upper,
            status=cell.status,
            show="from_epci" if stands else show,
            decimals=printed_decimals,
            text=text,
            interval="rounding" if wide else "none",
            interval_text=(
                arithmetic.span(cell.lower, cell.upper, decimals)
                if wide and "published" not in one
                else ""
            ),
            reliability=_reliability(term, None, series),
            flags=_flags(term, series, None),
            numerator=term,
            likely=_likely(term) if "published" not in one else None,
            stands_for=stands,
            provisional=cell.provisional,
            champ=cell.champ,
            coverage=term.coverage if term.summed else None,
        )

    def _mean(self, one: Mapping[str, Any], place: Place, period: str) -> Expected | None:
        first, last = (int(year) for year in period.split("/"))
        assert last - first + 1 == one["mean"]
        terms = [self.term(one["series"], place, str(y)) for y in range(first, last + 1)]
        known = [term for term in terms if term is not None]
        if len(known) < len(terms):
            return None
        value = sum((term.value for term in known), Fraction(0)) / len(known)
        decimals = 1 if value < 20 else 0
        last_term = known[-1]
        cell = Cell(value, value, value, "exact", last_term.cell.cells)
        term = Term(cell, period, last_term.summed, min(t.coverage for t in known))
        return Expected(
            value=value, lower=value, upper=value, status="exact", show="plain",
            decimals=decimals, text=french(value, decimals), interval="none", interval_text="",
            reliability="exhaustive", flags=frozenset({"sum"}) if term.summed else frozenset(),
            numerator=term, provisional=any(t.cell.provisional for t in known),
            coverage=term.coverage if term.summed else None,
        )  # fmt: skip

    def _ratio(self, one: Mapping[str, Any], place: Place, period: str) -> Expected | None:
        above, below = one["numerator"], one["denominator"]
        numerator = self.term(above, place, period)
        base = newest_within(period, self.periods(below, place), above)
        denominator = self.term(below, place, base) if base else None
        if numerator is None or denominator is None:
            return None
        if numerator.cell.champ != denominator.cell.champ:
            return None
        if numerator.summed and denominator.summed and numerator.known != denominator.known:
            both = numerator.known & denominator.known
            numerator = self.term(above, place, period, both)
            denominator = self.term(below, place, denominator.period, both)
            if numerator is None or denominator is None:
                return None
        if numerator.summed != denominator.summed and (
            min(numerator.coverage, denominator.coverage) < Fraction(99, 100)
        ):
            return None
        if denominator.cell.lower <= 0:
            return None
        return self._rate(one, place, numerator, denominator)

    def _rate(
        self, one: Mapping[str, Any], place: Place, numerator: Term, denominator: Term
    ) -> Expected:
        factor, nested = Fraction(one.get("factor", 100)), bool(one.get("nested"))
        top, bottom = numerator.cell, denominator.cell
        cap = factor if nested else None
        value = _capped(numerator.value / denominator.value * factor, cap)
        low = _capped(top.lower / bottom.upper * factor, cap)
        high = _capped(top.upper / bottom.lower * factor, cap)
        wide = low < high
        counted = one["numerator"] not in CENSUS
        lower, upper = _with_chance(top, bottom, low, high, factor, nested=nested) if counted else (
            low, high)  # fmt: skip
        show, decimals = self._shown(one, place, numerator, denominator, high - low)
        if show == "ns":
            text = "n.s."
        elif show == "approx":
            text = f"≈{NBSP}{french(value)}"
        else:
            text = french(value, decimals)
        statuses = {top.status, bottom.status}
        covered = [t.coverage for t in (numerator, denominator) if t.summed]
        interval = ("envelope" if wide else "chance") if counted else "none"
        return Expected(
            value=value,
            lower=lower,
            upper=upper,
            status=next((s for s in UNSURE if s in statuses), "exact"),
            show=show,
            decimals=decimals,
            text=text,
            interval=interval,
            interval_text=("" if interval == "none" else arithmetic.span(lower, upper, decimals)),
            reliability=_reliability(numerator, denominator, one["numerator"]),
            flags=_flags(
                numerator, one["numerator"], value if not nested and factor == 100 else None
            ),
            numerator=numerator,
            denominator=denominator,
            provisional=top.provisional,
            champ=top.champ,
            coverage=min(covered) if covered else None,
        )

    def _shown(
        self,
        one: Mapping[str, Any],
        place: Place,
        numerator: Term,
        denominator: Term,
        width: Fraction,
    ) -> tuple[str, int]:
        """n.s., ≈ or plain, and the decimals: by the published count, by the width for a sum."""
        inhabitants = self.inhabitants(place)
        if inhabitants is not None and arithmetic.half_up(inhabitants) < FLOOR:
            return "ns", 0
        if denominator.value < one.get("minimum", FEWEST):
            return "ns", 0
        rounded = [t for t in (numerator, denominator) if t.cell.lower < t.cell.upper]
        if numerator.summed:
            return self._shown_sum(rounded, width)
        published = min((t.value for t in rounded), default=Fraction(1000))
        if place[0] == "france":
            published = Fraction(1000)  # rounded to 100, of millions
        if published <= 10:
            return "ns", 0
        if published <= 35:
            return "approx", 0
        return "plain", one.get("decimals", 1 if width <= 1 else 0)

    @staticmethod
    def _shown_sum(rounded: Sequence[Term], width: Fraction) -> tuple[str, int]:
        for term in rounded:
            half = (term.cell.upper - term.cell.lower) / 2
            if term.value == 0 or half / term.value >= Fraction(1, 5):
                return "ns", 0
        return "plain", 1 if width <= 1 else 0

    def _gap(self, one: Mapping[str, Any], place: Place, period: str) -> Expected | None:
        if place == ("france", "france"):  # the reference has no gap to itself
            return None
        own = self.figure(one["gap"]["of"], place, period)
        france = self.figure(one["gap"]["of"], ("france", "france"), period)
        if own is None or france is None:
            return None
        value = own.value - france.value
        lower, upper = own.lower - france.upper, own.upper - france.lower
        show = "from_epci" if own.stands_for else "plain"
        return Expected(
            value=value, lower=lower, upper=upper, status="rounded", show=show, decimals=1,
            text=french(value, 1, sign=True), interval="rounding",
            interval_text=arithmetic.span(lower, upper, 1), reliability="arrondie",
            flags=frozenset(), numerator=own.numerator, denominator=france.numerator,
            champ=own.champ, stands_for=own.stands_for,
        )  # fmt: skip

    def _dominant(self, one: Mapping[str, Any], place: Place, period: str) -> Expected | None:
        parts = [(name, self.figure(name, place, period)) for name in one["dominant"]]
        known = [(figure.value, name, figure) for name, figure in parts if figure is not None]
        if len(known) < len(parts):
            return None
        known.sort(key=lambda item: -item[0])
        if known[0][0] == known[1][0]:
            return None
        _, name, best = known[0]
        return Expected(
            value=best.value, lower=best.lower, upper=best.upper, status="rounded",
            show="from_epci" if best.stands_for else "plain", stands_for=best.stands_for,
            decimals=1, text=self.indicators[name]["short"],
            interval="rounding", interval_text="",
            reliability="arrondie", flags=frozenset(), numerator=best.numerator, champ=best.champ,
        )  # fmt: skip


def newest_within(period: str, available: Sequence[str], series: str) -> str | None:
    """The newest denominator's period at most 24 months from the numerator's.

    December of a year ends on the 31st; a census year is its 1 January; births are those of a
    whole year, dated by its middle.
    """
    if period in available:
        return period
    year = int(period[:4])
    when = year + 1.0 if period.endswith("-12") else year + (0.0 if series in CENSUS else 0.5)
    near = [
        other
        for other in available
        if abs((int(other[:4]) + (1.0 if other.endswith("-12") else 0.0)) - when) <= 2
    ]
    return max(near, default=None)


def _capped(value: Fraction, cap: Fraction | None) -> Fraction:
    return value if cap is None else min(value, cap)


def _with_chance(
    top: Cell, bottom: Cell, low: Fraction, high: Fraction, factor: Fraction, *, nested: bool
) -> tuple[float, float]:
    """The envelope of chance at every corner of the rounding, and of the rounding itself."""
    scale = float(factor)
    lows, highs = [float(low)], [float(high)]
    for events in (float(top.lower), float(top.upper)):
        for people in (float(bottom.lower), float(bottom.upper)):
            if nested:
                first, last = arithmetic.wilson(events, people)
                lows.append(first * scale)
                highs.append(last * scale)
            else:
                first, last = arithmetic.poisson(events)
                lows.append(first / people * scale)
                highs.append(last / people * scale)
    return min(lows), max(highs)


def _flags(numerator: Term, series: str, ratio: Fraction | None) -> frozenset[str]:
    cell, words = numerator.cell, set()
    wide = cell.lower < cell.upper
    if ratio is not None and ratio > 100:
        words.add("over_100")
    if wide and numerator.value == 0:
        words.add("published_zero")
    if wide and numerator.summed and cell.cells > 1:
        words.add("sum_of_rounded")
    if series in CENSUS and numerator.value < 200:
        words.add("fragile")
    if numerator.summed:
        words.add("sum")
    return frozenset(words)


def _reliability(numerator: Term, denominator: Term | None, series: str) -> str:
    if series in CENSUS and numerator.value < 200:
        return "fragile"
    for term in (numerator, denominator):
        if term is not None and term.cell.status != "exact":
            return "arrondie" if term.cell.status == "rounded" else "estimée"
    return "exhaustive"


def _likely(term: Term) -> tuple[float, float] | None:
    """Σp ± 1,96 √(2k), where under 10 % of the cells are published zeros, inside the full one."""
    cell = term.cell
    if not term.summed or cell.status != "rounded" or term.zeros * 10 >= cell.cells:
        return None
    reach = 1.96 * (2 * cell.cells) ** 0.5
    value = float(term.value)
    low, high = max(float(cell.lower), value - reach), min(float(cell.upper), value + reach)
    return (low, high) if low > cell.lower or high < cell.upper else None
