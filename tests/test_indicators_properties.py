"""The true value lies inside the interval, always: random counts rounded as producers do."""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum, inf
from random import Random

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from diagnostic import indicators as ind
from diagnostic.model import Absence, Measure, Rounding, RoundingRule

SLACK = 1e-9  # powers and differences of floats; nothing else is allowed to leave its interval
RULES: tuple[RoundingRule, ...] = ("nearest", "down", "random")
STEPS = (1, 2, 5, 10, 100)
counts = st.integers(0, 3000) | st.integers(0, 12)
moderate = settings(max_examples=150, deadline=None)


def round_count(true: int, step: int, rule: RoundingRule, chance: Random) -> int:
    """A count as a producer publishes it; a tie to the nearest goes either way."""
    below = true - true % step
    if true == below or rule == "down":
        return below
    if rule == "random":
        return below + step * chance.randint(0, 1)
    rest = 2 * (true - below)
    if rest == step:
        return below + step * chance.randint(0, 1)
    return below + step if rest > step else below


@dataclass(frozen=True)
class Cell:
    """A true count and what is published of it: the sum of one or several rounded counts."""

    true: int
    published: Measure
    cells: int


@dataclass(frozen=True)
class Producer:
    """A rounding, and the chance that settles its ties."""

    step: int
    rule: RoundingRule
    chance: Random

    def publish(self, *parts: int) -> Cell:
        """A count, or the sum of the rounded counts of merged communes, with its bounds."""
        shown = sum(round_count(part, self.step, self.rule, self.chance) for part in parts)
        return Cell(sum(parts), ind.rounding(shown, self.step, self.rule, len(parts)), len(parts))


producers = st.builds(
    Producer, st.sampled_from(STEPS), st.sampled_from(RULES), st.randoms(use_true_random=False)
)
merged = st.lists(counts, min_size=1, max_size=3)


def holds(number: ind.Value, true: float, slack: float = 0.0) -> bool:
    """Whether the true value is inside, and the value shown too; an absence claims nothing."""
    if isinstance(number, Absence):
        return bool(number.reason)
    inside = number.lower - slack <= true <= number.upper + slack
    return inside and number.lower - slack <= number.value <= number.upper + slack


@moderate
@given(producers, merged)
def test_a_rounded_count_holds_the_true_one(producer: Producer, parts: list[int]) -> None:
    """Whatever the step, the rule and the number of merged cells."""
    cell = producer.publish(*parts)
    assert holds(cell.published, cell.true)


@moderate
@given(st.floats(0, 1e6), st.sampled_from([0.01, 0.1, 1.0, 5.0]), st.sampled_from(RULES))
def test_a_rounded_amount_holds_the_true_one(true: float, step: float, rule: RoundingRule) -> None:
    """A quantity that is not whole is within half a step, or a step."""
    shown = {
        "nearest": round(true / step) * step,
        "down": true // step * step,
        "random": (true // step + 1) * step,
    }[rule]
    assert holds(ind.rounding(shown, step, rule, whole=False), true, 1e-6)


@moderate
@given(producers, st.lists(merged, min_size=1, max_size=40))
def test_a_sum_and_a_mean_hold_the_true_ones(producer: Producer, places: list[list[int]]) -> None:
    """The full interval holds the sum of the true counts, and the likely one lies in it."""
    cells = [producer.publish(*parts) for parts in places]
    rounded_by = Rounding(step=producer.step, rule=producer.rule)
    terms = {"rounded_by": rounded_by, "cells": [cell.cells for cell in cells]}
    numbers = [cell.published for cell in cells]
    summed = ind.total(numbers, **terms)  # type: ignore[arg-type]
    true = sum(cell.true for cell in cells)
    assert holds(summed, true)
    assert isinstance(summed, Measure)
    if summed.likely:
        assert producer.rule == "nearest"
        assert summed.lower <= summed.likely[0] <= summed.value <= summed.likely[1] <= summed.upper
    assert holds(ind.mean(numbers, **terms), true / len(cells))  # type: ignore[arg-type]


def test_the_likely_interval_holds_19_sums_in_20() -> None:
    """Over 2 000 sums of 38 counts rounded to the nearest 5, about 95 % are in the likely one."""
    chance = Random(51649)  # noqa: S311 – a fixed draw, no secret
    producer = Producer(5, "nearest", chance)
    rounded_by = Rounding(step=5, rule="nearest")
    inside = 0
    for _ in range(2000):
        cells = [producer.publish(chance.randint(13, 400)) for _ in range(38)]
        summed = ind.total([cell.published for cell in cells], rounded_by=rounded_by)
        assert isinstance(summed, Measure)
        assert summed.likely is not None
        inside += summed.likely[0] <= sum(cell.true for cell in cells) <= summed.likely[1]
    assert 0.93 <= inside / 2000 <= 0.97


@moderate
@given(producers, merged, merged, st.sampled_from([1.0, 100.0, 1000.0]))
def test_a_ratio_holds_the_true_one(
    producer: Producer, top: list[int], bottom: list[int], factor: float
) -> None:
    """A ratio of rounded counts, and of a rounded count to an exact one."""
    over, under = producer.publish(*top), producer.publish(*bottom)
    assume(under.true > 0)
    true = over.true / under.true * factor
    assert holds(ind.ratio(over.published, under.published, factor), true)
    assert holds(ind.ratio(over.published, ind.exact(under.true), factor), true)
    assert holds(ind.ratio(ind.exact(over.true), under.published, factor), true)


@moderate
@given(producers, counts, counts)
def test_a_share_holds_the_true_one_and_stays_a_share(
    producer: Producer, part: int, rest: int
) -> None:
    """A nested ratio, and a ratio with its published complement, hold the true share."""
    assume(part + rest > 0)
    inside, outside = producer.publish(part), producer.publish(rest)
    whole = producer.publish(part + rest)
    true = part / (part + rest) * 100
    nested = ind.ratio(inside.published, whole.published, nested=True)
    tiled = ind.ratio_with_complement(inside.published, outside.published)
    assert holds(nested, true)
    assert holds(tiled, true)
    for share in (nested, tiled):
        assert isinstance(share, Absence) or 0 <= share.lower <= share.upper <= 100


@moderate
@given(producers, merged, merged)
def test_differences_and_changes_hold_the_true_ones(
    producer: Producer, before: list[int], after: list[int]
) -> None:
    """A difference, a change in % and a mean annual growth hold the true ones."""
    start, end = producer.publish(*before), producer.publish(*after)
    assert holds(ind.difference(end.published, start.published), end.true - start.true)
    assume(start.true > 0)
    change = (end.true / start.true - 1) * 100
    assert holds(ind.relative_change(end.published, start.published), change)
    growth = ind.annual_growth(
        ind.Point("2020-12", start.published), ind.Point("2024-12", end.published)
    )
    assert holds(growth, ((end.true / start.true) ** 0.25 - 1) * 100, SLACK)


@moderate
@given(producers, merged, merged, merged, merged)
def test_a_location_quotient_holds_the_true_one(
    producer: Producer, part: list[int], whole: list[int], ref: list[int], ref_whole: list[int]
) -> None:
    """A ratio of ratios keeps the four true counts inside."""
    n, total, n_ref, total_ref = (
        producer.publish(*parts) for parts in (part, whole, ref, ref_whole)
    )
    assume(min(total.true, n_ref.true, total_ref.true) > 0)
    true = (n.true / total.true) / (n_ref.true / total_ref.true) * 100
    quotient = ind.location_quotient(
        n.published, total.published, n_ref.published, total_ref.published
    )
    assert holds(quotient, true, SLACK * max(1.0, true))


@moderate
@given(producers, st.lists(merged, min_size=2, max_size=8))
def test_an_index_holds_the_true_one(producer: Producer, years: list[list[int]]) -> None:
    """Each point of an index holds the true index; the base is 100."""
    cells = [producer.publish(*parts) for parts in years]
    assume(cells[0].true > 0)
    points = [ind.Point(f"{2000 + i}-12", cell.published) for i, cell in enumerate(cells)]
    values = ind.index(points, points[0])
    for value, cell in zip(values, cells, strict=True):
        assert holds(value, cell.true / cells[0].true * 100.0)


@moderate
@given(producers, st.lists(counts, min_size=5, max_size=25), st.booleans())
def test_a_rank_interval_holds_the_true_rank(
    producer: Producer, trues: list[int], higher_first: bool
) -> None:
    """The rank among the true counts is between the ranks that the intervals allow."""
    cells = [producer.publish(true) for true in trues]
    numbers = {str(i): cell.published for i, cell in enumerate(cells)}
    places = ind.ranks(numbers, higher_first=higher_first)
    assert isinstance(places, dict)
    for code, place in places.items():
        own = trues[int(code)]
        before = sum(t > own if higher_first else t < own for t in trues)
        assert place.low <= 1 + before <= place.high
        assert 1 <= place.low <= place.position <= place.high <= place.of == len(trues)
        equal = sum(n.value == numbers[code].value for n in numbers.values())
        assert place.tied == (equal > 1)


@moderate
@given(producers, st.lists(st.tuples(counts, st.integers(1, 4000)), min_size=5, max_size=15))
def test_a_rank_interval_of_rates_holds_the_true_rank(
    producer: Producer, places: list[tuple[int, int]]
) -> None:
    """The same for rates over exact denominators."""
    trues = [top / bottom * 100 for top, bottom in places]
    numbers = {
        str(i): ind.ratio(producer.publish(top).published, ind.exact(bottom))
        for i, (top, bottom) in enumerate(places)
    }
    ranked = ind.ranks(numbers)
    assert isinstance(ranked, dict)
    for code, place in ranked.items():
        assert place.low <= 1 + sum(true > trues[int(code)] for true in trues) <= place.high


@moderate
@given(producers, counts, st.integers(1, 5000), counts, st.integers(1, 5000))
def test_a_verdict_is_never_the_opposite_of_the_truth(
    producer: Producer, own: int, own_base: int, other: int, other_base: int
) -> None:
    """What is printed above is truly above, and below truly below."""
    left = ind.ratio(producer.publish(own).published, ind.exact(own_base))
    right = ind.ratio(producer.publish(other).published, ind.exact(other_base))
    for threshold in (ind.POINTS, ind.PERCENT):
        word = ind.verdict(left, right, threshold)
        if word == "above":
            assert own / own_base > other / other_base
        if word == "below":
            assert own / own_base < other / other_base


@moderate
@given(producers, counts, counts)
def test_a_trend_is_never_the_opposite_of_the_truth(
    producer: Producer, before: int, after: int
) -> None:
    """What is printed as rising truly rose, and nothing is said from or to a published 0."""
    start, end = producer.publish(before), producer.publish(after)
    change = ind.evolution(
        ind.Point("2020-12", start.published), ind.Point("2024-12", end.published)
    )
    if change.trend == "up":
        assert after > before
    if change.trend == "down":
        assert after < before
    if 0 in (start.published.value, end.published.value):
        assert change.trend == "refused"


@moderate
@given(producers, counts, st.integers(1, 5000))
def test_chance_envelopes_the_rounding(producer: Producer, events: int, base: int) -> None:
    """The envelope holds the chance limits of the true count, hence its rate."""
    number, whole = producer.publish(events).published, ind.exact(base)
    rate = ind.chance_rate(number, whole, 1000)
    assert holds(rate, events / base * 1000)
    low, high = ind.poisson(events)
    assert isinstance(rate, Measure)
    assert rate.lower <= low / base * 1000 + SLACK
    assert high / base * 1000 - SLACK <= rate.upper
    if events <= base:
        share = ind.chance_proportion(number, whole)
        assert isinstance(share, Measure)
        assert holds(share, events / base * 100)
        low, high = ind.wilson(events, base)
        assert share.lower <= low * 100 + SLACK
        assert high * 100 - SLACK <= share.upper <= 100


@moderate
@given(st.integers(0, 400))
def test_poisson_limits_leave_the_tails_they_say(events: int) -> None:
    """Byar is within 1,5 % of the exact limits from 10 events on; limits grow with events."""
    low, high = ind.poisson(events)
    exact_low, exact_high = ind.poisson_exact(events)
    assert low <= events < high
    assert abs(low - exact_low) <= 0.015 * max(exact_low, 1)
    assert abs(high - exact_high) <= 0.015 * exact_high
    more_low, more_high = ind.poisson(events + 1)
    assert low < more_low
    assert high < more_high


numbers_to_map = st.lists(
    st.floats(-1e6, 1e6, allow_nan=False) | st.integers(0, 100).map(float),
    min_size=5,
    max_size=60,
)
rules = st.sampled_from([None, "equal", "quantile", "reference"])


@moderate
@given(numbers_to_map, rules, st.sampled_from([4, 5]), st.floats(-1e6, 1e6))
def test_classes_hold_every_value_between_growing_bounds(
    values: list[float], rule: ind.Rule | None, count: int, reference: float
) -> None:
    """At most five classes, growing bounds, every value between the first and the last."""
    found = ind.classes(values, rule=rule, count=count, reference=reference)  # type: ignore[arg-type]
    assert isinstance(found, ind.Classes)
    assert list(found.bounds) == sorted(set(found.bounds))
    assert 1 <= len(found.bounds) - 1 <= (5 if found.rule == "reference" else count)
    assert found.bounds[0] <= min(values)
    assert max(values) <= found.bounds[-1]
    for value in values:
        place = ind.class_of(value, found.bounds)
        assert found.bounds[place] <= value <= found.bounds[place + 1]
    if found.rule == "quantile":
        assert {ind.class_of(v, found.bounds) for v in values} == set(range(len(found.bounds) - 1))


@moderate
@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=30))
def test_a_sum_does_not_depend_on_the_order(values: list[float]) -> None:
    """Sums are exact before their last rounding: the same bytes whatever the order."""
    forward = ind.total([ind.exact(value) for value in values])
    assert forward == ind.total([ind.exact(value) for value in reversed(values)])
    assert isinstance(forward, Measure)
    assert forward.value == fsum(values) < inf
