"""Hand-worked values of the arithmetic, the display rules, the verdicts and their refusals."""

from __future__ import annotations

import pytest

from diagnostic import indicators as ind
from diagnostic.errors import DataError
from diagnostic.model import Absence, Break, Measure, Observation, Rounding

FIVE = Rounding(step=5, rule="nearest")
GONE = Absence("not_published", "non publié")
SECRET = Absence("secret", "secret")


def near(number: ind.Value, value: float, lower: float, upper: float, digits: int = 2) -> bool:
    """Whether a measure equals three hand-worked numbers at so many digits."""
    assert isinstance(number, Measure), number
    return (
        round(number.value, digits),
        round(number.lower, digits),
        round(number.upper, digits),
    ) == (
        value,
        lower,
        upper,
    )


def observation(**facts: object) -> Observation:
    """An observation of one commune, a published count unless told otherwise."""
    plain: dict[str, object] = {
        "series": "caf.rsa.foyers",
        "level": "commune",
        "code": "51649",
        "period": "2024-12",
        "value": 695.0,
        "lower": 693.0,
        "upper": 697.0,
        "status": "rounded",
        "origin": "caf",
    }
    return Observation(**{**plain, **facts})  # type: ignore[arg-type]


# Reading


def test_measure_takes_the_bounds_of_an_observation() -> None:
    """A rounded observation keeps its bounds; one without bounds is its own."""
    assert ind.measure(observation()) == Measure(695, 693, 697)
    assert ind.measure(observation(lower=None, upper=None, status="exact")) == Measure(
        695, 695, 695
    )


@pytest.mark.parametrize(
    ("status", "word"),
    [
        ("bounded", "borne"),
        ("masked", "masqué"),
        ("secret", "secret"),
        ("not_published", "non publié"),
        ("not_applicable", "sans objet"),
        ("not_pulled", "absente"),
        ("unknown", "pas un zéro"),
    ],
)
def test_measure_words_each_absence(status: str, word: str) -> None:
    """A missing value is an absence of its status with a French reason, never a 0."""
    absent = ind.measure(observation(value=None, lower=None, upper=None, status=status))
    assert isinstance(absent, Absence)
    assert absent.status == status
    assert word in absent.reason


def test_measure_prefers_the_reason_given() -> None:
    """A reason known by the caller replaces the general one."""
    assert ind.measure(observation(value=None, status="secret"), "moins de 11 foyers") == Absence(
        "secret", "moins de 11 foyers"
    )


def test_measure_never_words_an_absence_as_present() -> None:
    """A value that is missing under a present status is unknown in words."""
    absent = ind.measure(observation(value=None, status="rounded"))
    assert isinstance(absent, Absence)
    assert "pas un zéro" in absent.reason


# Rounding


@pytest.mark.parametrize(
    ("published", "rule", "cells", "lower", "upper"),
    [
        (35, "nearest", 1, 33, 37),
        (0, "nearest", 1, 0, 2),
        (35, "down", 1, 35, 39),
        (35, "random", 1, 31, 39),
        (0, "random", 1, 0, 4),
        (35, "nearest", 3, 29, 41),
        (5, "nearest", 3, 0, 11),
        (35, "down", 2, 35, 43),
        (35, "random", 2, 27, 43),
    ],
)
def test_rounding_to_five(
    published: float, rule: str, cells: int, lower: float, upper: float
) -> None:
    """Counts rounded to 5 have the bounds of the method, merged communes those of each cell."""
    assert ind.rounding(published, 5, rule, cells) == Measure(published, lower, upper)  # type: ignore[arg-type]


def test_rounding_to_an_even_step_allows_the_tie() -> None:
    """3 050 rounds to 3 000 or to 3 100 as the producer likes: both allow it."""
    assert ind.rounding(3000, 100) == Measure(3000, 2950, 3050)
    assert ind.rounding(3100, 100) == Measure(3100, 3050, 3150)


def test_rounding_to_one_is_exact_for_counts_only() -> None:
    """A count rounded to 1 is itself; an amount is within half a unit."""
    assert ind.rounding(12, 1) == Measure(12, 12, 12)
    assert ind.rounding(12, 1, whole=False) == Measure(12, 11.5, 12.5)
    assert ind.rounding(12, 1, "down", whole=False) == Measure(12, 12, 13)


def test_rounding_of_a_negative_is_not_cut_at_zero() -> None:
    """A negative number (a migration balance) keeps both its bounds."""
    assert ind.rounding(-10, 5) == Measure(-10, -12, -8)


# Sums and means


def test_total_of_38_cells() -> None:
    """38 communes: ±76 in full, likely ±17."""
    summed = ind.total([ind.rounding(100, 5)] * 38, rounded_by=FIVE)
    assert isinstance(summed, Measure)
    assert (summed.value, summed.lower, summed.upper) == (3800, 3724, 3876)
    assert summed.likely is not None
    assert [round(end - 3800, 1) for end in summed.likely] == [-17.1, 17.1]


def test_total_cuts_the_lower_bound_at_each_zero() -> None:
    """0 + 5 + 10 is from 0 + 3 + 8 to 2 + 7 + 12."""
    assert ind.total([ind.rounding(p, 5) for p in (0, 5, 10)]) == Measure(15, 11, 21)


def test_total_counts_the_cells_of_merged_communes() -> None:
    """Exact terms count for nothing and merged ones for each cell in the likely interval."""
    terms = [ind.exact(1000), ind.rounding(40, 5, cells=8)]
    summed = ind.total(terms, rounded_by=FIVE, cells=[0, 8])
    assert isinstance(summed, Measure)
    assert summed.likely is not None
    assert round(summed.likely[1] - 1040, 2) == 7.84  # 1,96 × √(2 × 8)


def test_total_states_no_likely_interval_with_one_zero_in_ten() -> None:
    """A published 0 errs on one side: from 10 % of zeros only the full interval is stated."""
    ten = [ind.rounding(0, 5), *[ind.rounding(100, 5)] * 9]
    eleven = [*ten, ind.rounding(100, 5)]
    assert ind.total(ten, rounded_by=FIVE).likely is None  # type: ignore[union-attr]
    assert ind.total(eleven, rounded_by=FIVE).likely is not None  # type: ignore[union-attr]


@pytest.mark.parametrize("rule", ["down", "random"])
def test_total_states_no_likely_interval_for_other_rules(rule: str) -> None:
    """The likely interval supposes rounding to the nearest."""
    summed = ind.total(
        [ind.rounding(100, 5, rule)] * 20,  # type: ignore[arg-type]
        rounded_by=Rounding(step=5, rule=rule),  # type: ignore[arg-type]
    )
    assert isinstance(summed, Measure)
    assert summed.likely is None


def test_total_states_no_likely_interval_that_says_nothing() -> None:
    """One cell, or none rounded, has no narrower interval than the full one."""
    assert ind.total([ind.rounding(100, 5)], rounded_by=FIVE) == Measure(100, 98, 102)
    assert ind.total([ind.exact(3)], rounded_by=FIVE, cells=[0]) == ind.exact(3)


@pytest.mark.parametrize("kind", ["rate", "ratio", "median", "mean", "index"])
def test_total_refuses_what_is_never_summed(kind: ind.Kind) -> None:
    """Medians, rates, ratios and indices are neither summed nor averaged."""
    two = [ind.exact(10), ind.exact(20)]
    for refused in (ind.total(two, kind=kind), ind.mean(two, kind=kind)):
        assert isinstance(refused, Absence)
        assert "ne s’additionne pas" in refused.reason


def test_total_of_an_unknown_term_is_no_total() -> None:
    """A missing term is not a 0: the sum is missing and says how many terms are."""
    assert ind.total([GONE]) is GONE
    one = ind.total([ind.exact(1), GONE])
    assert one == Absence("not_published", "somme non calculée, 1\u00a0valeur sur 2 manque")
    two = ind.total([ind.exact(1), GONE, SECRET])
    assert two == Absence("unknown", "somme non calculée, 2\u00a0valeurs sur 3 manquent")


def test_total_of_nothing_is_no_zero() -> None:
    """The sum of no value is an absence."""
    assert isinstance(ind.total([]), Absence)


def test_mean_of_three_years_of_births() -> None:
    """Births of Vitry-le-François 2023 to 2025: (83 + 97 + 82) / 3 = 87,3, exact."""
    births = [ind.exact(n) for n in (83, 97, 82)]
    assert near(ind.mean(births), 87.33, 87.33, 87.33)
    assert isinstance(ind.mean([*births, GONE]), Absence)


def test_mean_keeps_the_likely_interval() -> None:
    """The likely interval of a mean is that of its sum, divided."""
    averaged = ind.mean([ind.rounding(100, 5)] * 8, rounded_by=FIVE)
    assert near(averaged, 100, 98, 102)
    assert averaged.likely is not None  # type: ignore[union-attr]
    assert [round(end, 2) for end in averaged.likely] == [99.02, 100.98]  # type: ignore[union-attr]


def test_scale_changes_the_unit() -> None:
    """Bounds and likely interval follow the value; an absence stays."""
    assert ind.scale(Measure(2, 1, 3, (1.5, 2.5)), 10) == Measure(20, 10, 30, (15, 25))
    assert ind.scale(Measure(2, 1, 3), 10) == Measure(20, 10, 30)
    assert ind.scale(GONE, 10) is GONE


# Ratios and differences


def test_ratio_of_rounded_counts() -> None:
    """1 220 foyers of 3 040 receive the prime d'activité: 40,1 % (1218/3042 to 1222/3038)."""
    share = ind.ratio(ind.rounding(1220, 5), ind.rounding(3040, 5), nested=True)
    assert near(share, 40.13, 40.04, 40.22)


def test_ratio_over_an_exact_denominator() -> None:
    """40 foyers of 500: from 7,6 to 8,4 %."""
    assert near(ind.ratio(ind.rounding(40, 5), ind.exact(500)), 8, 7.6, 8.4)


def test_ratio_is_capped_only_when_nested() -> None:
    """55 foyers for 49,2 ménages is 111,8 pour 100; a share stops at 100 %."""
    foyers, households = ind.rounding(55, 5), ind.exact(49.2)
    assert near(ind.ratio(foyers, households), 111.79, 107.72, 115.85)
    assert near(ind.ratio(foyers, households, nested=True), 100, 100, 100)
    assert near(ind.ratio(ind.rounding(20, 5), ind.rounding(20, 5), nested=True), 100, 81.82, 100)


def test_ratio_of_a_negative_number_keeps_its_bounds_in_order() -> None:
    """A balance of −10 (−12 to −8) over 3 to 7 is from −4 to −8/7."""
    assert near(ind.ratio(ind.rounding(-10, 5), ind.rounding(5, 5), 1), -2, -4, -1.14)


@pytest.mark.parametrize("make", [ind.ratio, ind.chance_rate, ind.chance_proportion])
def test_a_denominator_that_is_or_may_be_zero_is_refused(make: object) -> None:
    """Nothing is divided by 0, nor by an interval that holds it."""
    ten = ind.rounding(10, 5)
    nothing = make(ten, ind.exact(0))  # type: ignore[operator]
    assert isinstance(nothing, Absence)
    assert nothing.status == "not_applicable"
    doubtful = make(ten, ind.rounding(0, 5))  # type: ignore[operator]
    assert isinstance(doubtful, Absence)
    assert "peut être nul" in doubtful.reason


@pytest.mark.parametrize(
    "make",
    [
        ind.ratio,
        ind.ratio_with_complement,
        ind.difference,
        ind.relative_change,
        ind.chance_rate,
        ind.chance_proportion,
    ],
)
def test_an_absence_is_handed_on(make: object) -> None:
    """The first absence among the terms is the result, with its own reason."""
    assert make(GONE, SECRET) is GONE  # type: ignore[operator]
    assert make(ind.exact(3), SECRET) is SECRET  # type: ignore[operator]


def test_ratio_with_a_published_complement_is_tighter() -> None:
    """20 and 80 published: 18/(18 + 82) to 22/(22 + 78), against 18/102 to 22/98."""
    part, rest = ind.rounding(20, 5), ind.rounding(80, 5)
    assert near(ind.ratio_with_complement(part, rest), 20, 18, 22)
    assert near(ind.ratio(part, ind.rounding(100, 5)), 20, 17.65, 22.45)


def test_ratio_with_complement_refuses_an_empty_whole() -> None:
    """Two published zeros may be a whole of 0; two exact ones are."""
    zero = ind.rounding(0, 5)
    assert "peut être nul" in ind.ratio_with_complement(zero, zero).reason  # type: ignore[union-attr]
    nothing = ind.ratio_with_complement(ind.exact(0), ind.exact(0))
    assert isinstance(nothing, Absence)
    assert nothing.status == "not_applicable"


def test_difference_and_relative_change() -> None:
    """From 20 to 40: +20 (16 to 24), that is +100 % (38/22 to 42/18)."""
    start, end = ind.rounding(20, 5), ind.rounding(40, 5)
    assert ind.difference(end, start) == Measure(20, 16, 24)
    assert near(ind.relative_change(end, start), 100, 72.73, 133.33)
    assert isinstance(ind.relative_change(end, ind.rounding(0, 5)), Absence)


def test_location_quotient() -> None:
    """A share of 20 % where the reference has 10 % is 200."""
    quotient = ind.location_quotient(
        ind.rounding(20, 5), ind.exact(100), ind.exact(10), ind.exact(100)
    )
    assert near(quotient, 200, 180, 220)
    assert ind.location_quotient(GONE, ind.exact(1), ind.exact(1), ind.exact(1)) is GONE


# Coverage


def test_preferred_takes_the_published_aggregate() -> None:
    """The producer's own value wins; the sum stands in only where there is none."""
    own, summed = ind.exact(58.9), ind.exact(59.0)
    assert ind.preferred(own, summed) == (own, False)
    assert ind.preferred(GONE, summed) == (summed, True)
    assert ind.preferred(GONE, SECRET) == (GONE, False)


# Chance


@pytest.mark.parametrize(
    ("events", "trials", "lower", "upper"),
    [(12, 150, 4.6, 13.5), (120, 1500, 6.7, 9.5), (0, 10, 0, 27.8), (10, 10, 72.2, 100)],
)
def test_wilson(events: float, trials: float, lower: float, upper: float) -> None:
    """12/150 = 8,0 % (4,6–13,5); 120/1500 = 8,0 % (6,7–9,5); none and all stay inside."""
    assert [round(100 * end, 1) for end in ind.wilson(events, trials)] == [lower, upper]


def test_wilson_is_total() -> None:
    """Without trials anything is possible; more events than trials are all of them."""
    assert ind.wilson(0, 0) == (0, 1)
    assert ind.wilson(12, 10) == ind.wilson(10, 10)


@pytest.mark.parametrize(
    ("events", "lower", "upper"),
    [(0, 0, 3.689), (1, 0.025, 5.572), (2, 0.242, 7.225), (5, 1.623, 11.668), (9, 4.115, 17.085)],
)
def test_poisson_exact(events: int, lower: float, upper: float) -> None:
    """The exact limits are those of the published Poisson tables."""
    assert [round(end, 3) for end in ind.poisson_exact(events)] == [lower, upper]
    assert ind.poisson(events) == ind.poisson_exact(events)


def test_poisson_exact_widens_to_whole_numbers() -> None:
    """A bound that is not whole takes the limits of the whole numbers around it."""
    assert ind.poisson_exact(1.5) == (ind.poisson_exact(1)[0], ind.poisson_exact(2)[1])
    assert ind.poisson_exact(-1) == ind.poisson_exact(0)


def test_byar() -> None:
    """At 105 events: 85,9 to 127,1; below one event the lower limit stays at 0."""
    assert [round(end, 1) for end in ind.byar(105)] == [85.9, 127.1]
    assert ind.byar(0)[0] == 0
    assert ind.byar(0.05)[0] == 0
    assert ind.poisson(10) == ind.byar(10)


def test_chance_of_the_births_of_vitry() -> None:
    """105 births in 11 413 inhabitants: 9,2 pour 1 000, from 7,5 to 11,1."""
    assert near(ind.chance_rate(ind.exact(105), ind.exact(11413)), 9.2, 7.5, 11.1, 1)


def test_chance_envelopes_the_rounding() -> None:
    """The limits are those of 18 and of 22 for a published 20, over the widest denominator."""
    number, whole = ind.rounding(20, 5), ind.rounding(200, 5)
    share = ind.chance_proportion(number, whole)
    assert isinstance(share, Measure)
    assert share.value == 10
    assert share.lower == 100 * ind.wilson(18, 202)[0]
    assert share.upper == 100 * ind.wilson(22, 198)[1]
    counted = ind.chance_count(number)
    assert counted == Measure(20, ind.byar(18)[0], ind.byar(22)[1])


# Display


@pytest.mark.parametrize(
    ("published", "show", "decimals"),
    [(0, "ns", 0), (10, "ns", 0), (15, "approx", 0), (35, "approx", 0), (40, "plain", 1)],
)
def test_display_of_a_rate_follows_its_smaller_count(
    published: float, show: str, decimals: int
) -> None:
    """10 or less: n.s.; 15 to 35: ≈ without decimal; 40 or more: one decimal."""
    number, whole = ind.rounding(published, 5), ind.exact(500)
    shown = ind.display_rate(ind.ratio(number, whole), number, whole)
    assert (shown.show, shown.decimals) == (show, decimals)
    assert bool(shown.reason) == (show == "ns")


def test_display_looks_at_both_terms() -> None:
    """A large numerator over a denominator of 35 foyers is approximate."""
    number, whole = ind.rounding(100, 5), ind.rounding(35, 5)
    assert ind.display_rate(ind.ratio(number, whole), number, whole) == ind.Display("approx", 0)


def test_display_of_exact_counts_is_plain() -> None:
    """Seven births in 300 inhabitants are no rounding: the rate is shown, chance beside it."""
    number, whole = ind.exact(7), ind.exact(300)
    assert ind.display_rate(ind.ratio(number, whole), number, whole) == ind.Display("plain", 1)


def test_display_of_a_sum_takes_the_decimals_its_interval_bears() -> None:
    """A sum is plain: one decimal up to one unit wide, none beyond; n.s. under the floor."""
    number, whole = Measure(1000, 950, 1050), ind.exact(10000)
    rate = ind.ratio(number, whole)
    assert ind.display_rate(rate, number, whole, summed=True) == ind.Display("plain", 1)
    number = Measure(1000, 940, 1070)
    rate = ind.ratio(number, whole)
    assert ind.display_rate(rate, number, whole, summed=True) == ind.Display("plain", 0)
    number = Measure(10, 4, 16)
    rate = ind.ratio(number, whole)
    assert ind.display_rate(rate, number, whole, summed=True).show == "ns"


def test_display_can_be_strict() -> None:
    """40 foyers of 80 are from 46 to 54 %: the strict variant drops the decimal."""
    number, whole = ind.rounding(40, 5), ind.rounding(80, 5)
    rate = ind.ratio(number, whole)
    assert ind.display_rate(rate, number, whole).decimals == 1
    assert ind.display_rate(rate, number, whole, strict=True).decimals == 0


def test_display_obeys_the_floors() -> None:
    """No rate on fewer than 30 children, nor for fewer than 200 inhabitants."""
    number, whole = ind.exact(10), ind.exact(29)
    rate = ind.ratio(number, whole)
    few = ind.display_rate(rate, number, whole, floors=[ind.Floor(29, 30, "enfants")])
    assert few == ind.Display("ns", 0, "moins de 30\u00a0enfants")
    fine = ind.display_rate(rate, number, whole, floors=[ind.Floor(200, 200, "habitants")])
    assert fine.show == "plain"


def test_display_of_an_absence_gives_its_reason() -> None:
    """A missing term or rate is absent with the reason of what is missing."""
    ten = ind.exact(10)
    assert ind.display_rate(ten, GONE, ten) == ind.Display("absent", 0, "non publié")
    assert ind.display_rate(ten, ten, SECRET) == ind.Display("absent", 0, "secret")
    assert ind.display_rate(GONE, ten, ten) == ind.Display("absent", 0, "non publié")
    assert ind.display_value(SECRET, "count") == ind.Display("absent", 0, "secret")


@pytest.mark.parametrize(
    ("value", "kind", "decimals"),
    [
        (1234, "unknown", 0),
        (57.4, "unknown", 1),
        (3.276, "unknown", 2),
        (3040, "count", 0),
        (529.4, "estimate", 0),
        (19670, "median", 0),
        (9.5, "amount", 2),
        (61.5, "rate", 1),
        (22.1, "ratio", 1),
        (10.7, "mean", 1),
        (87.3, "mean", 0),
        (3.66, "index", 1),
    ],
)
def test_display_of_other_numbers_has_their_own_decimals(
    value: float, kind: ind.Kind, decimals: int
) -> None:
    """None for counts and euros, one for published rates, two for small amounts."""
    assert ind.display_value(ind.exact(value), kind) == ind.Display("plain", decimals)


def test_display_never_shows_a_published_zero_plainly() -> None:
    """A published 0 may be 0 to 2; an exact one is 0."""
    assert ind.display_value(ind.rounding(0, 5), "count").show == "approx"
    assert ind.display_value(ind.exact(0), "count").show == "plain"


@pytest.mark.parametrize(
    ("number", "show"),
    [
        (Measure(40, 38, 42), "plain"),  # 5 % of 40
        (Measure(39, 37, 41), "approx"),
        (Measure(0, 0, 2), "approx"),
        (Measure(0, 0, 0), "plain"),
        (SECRET, "absent"),
    ],
)
def test_display_of_a_count_worked_out_is_about_within_wide_bounds(
    number: ind.Value, show: str
) -> None:
    """≈ as soon as half of the interval passes 5 % of the number, as for a rate."""
    assert ind.display_derived(number).show == show


@pytest.mark.parametrize(
    ("value", "decimals", "seen"),
    [
        (2.675, 2, 2.68),
        (0.5, 0, 1),
        (2.5, 0, 3),
        (-2.5, 0, -3),
        (10.04, 1, 10),
        (57 / 200 * 100, 0, 29),
    ],
)
def test_displayed_rounds_halves_up(value: float, decimals: int, seen: float) -> None:
    """The eye expects 2,675 to be 2,68, whatever the float says."""
    assert ind.displayed(value, decimals) == seen


def test_flags_say_what_the_reader_must_know() -> None:
    """A ratio over 100, a published 0, a sum of rounded counts and a fragile count are flagged."""
    foyers, households = ind.rounding(55, 5), ind.exact(49.2)
    rate = ind.ratio(foyers, households)
    assert ind.flags(rate, foyers) == ("over_100",)
    assert ind.flags(rate, foyers, nested=True) == ()
    assert ind.flags(rate, foyers, factor=1000) == ()
    zero = ind.rounding(0, 5, cells=2)
    assert ind.flags(ind.ratio(zero, households), zero, cells=2) == (
        "published_zero",
        "sum_of_rounded",
    )
    assert ind.flags(ind.exact(3), ind.exact(3), cells=2) == ()
    assert ind.flags(ind.exact(3), ind.exact(64), "estimate") == ("fragile",)
    assert ind.flags(ind.exact(3), ind.exact(200), "estimate") == ()
    assert ind.flags(GONE, GONE, "estimate") == ()


# Verdicts


@pytest.mark.parametrize(
    ("own", "other", "word"),
    [
        (Measure(61.5, 61.4, 61.6), Measure(58.9, 58.8, 59.0), "above"),
        (Measure(58.9, 58.8, 59.0), Measure(61.5, 61.4, 61.6), "below"),
        (Measure(61.5, 61.45, 61.55), Measure(60.9, 60.85, 60.95), "comparable"),
        (Measure(61.9, 61.9, 61.9), Measure(60.9, 60.9, 60.9), "above"),
        (Measure(70, 50, 90), Measure(58, 57, 59), "comparable"),
        (Measure(60, 59, 61), Measure(58, 57, 59), "comparable"),
    ],
)
def test_verdict_in_points(own: Measure, other: Measure, word: str) -> None:
    """A verdict needs disjoint intervals and one point; 61,5 beside 60,9 is comparable."""
    assert ind.verdict(own, other, ind.POINTS) == word


def test_verdict_in_percent() -> None:
    """9,2 births beside 8,9 pour 1 000 is 3,4 %: comparable though disjoint."""
    assert ind.verdict(ind.exact(9.2), ind.exact(8.9), ind.PERCENT) == "comparable"
    assert ind.verdict(ind.exact(105), ind.exact(100), ind.PERCENT) == "above"
    assert ind.verdict(ind.exact(95), ind.exact(100), ind.PERCENT) == "below"


def test_compare_gives_the_gap_with_bounds() -> None:
    """The gap is in points or in %, with the bounds of the difference."""
    gap = ind.compare(Measure(22, 21, 23), Measure(15, 15, 15), ind.POINTS)
    assert gap == ind.Gap("above", Measure(7, 6, 8), "points")
    gap = ind.compare(ind.exact(120), ind.exact(100), ind.PERCENT)
    assert gap.unit == "%"
    assert near(gap.gap, 20, 20, 20)


@pytest.mark.parametrize(
    ("own", "other"), [(GONE, ind.exact(1)), (ind.exact(1), GONE), (GONE, SECRET)]
)
def test_no_verdict_on_an_absence(own: ind.Value, other: ind.Value) -> None:
    """A missing side gives no verdict and hands its reason on."""
    for threshold in (ind.POINTS, ind.PERCENT):
        gap = ind.compare(own, other, threshold)
        assert gap.verdict == "none"
        assert gap.gap in (own, other)


def test_no_relative_verdict_beside_a_doubtful_zero() -> None:
    """No gap in % is stated from a published 0."""
    assert ind.verdict(ind.exact(100), ind.rounding(0, 5), ind.PERCENT) == "none"


# Ranks


def test_ranks_count_ties_as_the_competition_does() -> None:
    """30, 20, 20, 10, 5 are ranked 1, 2, 2, 4, 5."""
    numbers = dict(zip("abcde", map(ind.exact, (30, 20, 20, 10, 5)), strict=True))
    places = ind.ranks(numbers)
    assert isinstance(places, dict)
    assert [places[code].position for code in "abcde"] == [1, 2, 2, 4, 5]
    assert [places[code].tied for code in "abcde"] == [False, True, True, False, False]
    assert places["b"] == ind.Place(2, True, 2, 2, 5)


def test_ranks_can_go_from_the_lowest() -> None:
    """With the lowest first the order turns round and ties stay."""
    numbers = dict(zip("abcde", map(ind.exact, (30, 20, 20, 10, 5)), strict=True))
    places = ind.ranks(numbers, higher_first=False)
    assert isinstance(places, dict)
    assert [places[code].position for code in "abcde"] == [5, 3, 3, 2, 1]


def test_ranks_follow_what_is_printed() -> None:
    """10,04 and 10,01 both print 10,0: tied, and the interval holds the printed rank."""
    numbers = dict(zip("abcde", map(ind.exact, (12, 10.04, 10.01, 8, 7)), strict=True))
    places = ind.ranks(numbers)
    assert isinstance(places, dict)
    assert places["b"] == ind.Place(2, True, 2, 2, 5)
    assert places["c"] == ind.Place(2, True, 2, 3, 5)
    finer = ind.ranks(numbers, decimals=2)
    assert isinstance(finer, dict)
    assert places["d"].position == finer["d"].position == 4
    assert finer["c"].position == 3


def test_ranks_have_the_interval_of_their_overlaps() -> None:
    """a is surely first, e surely last; b, c and d overlap and may hold 2 to 4."""
    numbers: dict[str, ind.Value] = {
        "a": Measure(40, 38, 42),
        "b": Measure(22, 20, 24),
        "c": Measure(21, 19, 23),
        "d": Measure(20, 18, 22),
        "e": Measure(5, 3, 7),
        "gone": GONE,
    }
    places = ind.ranks(numbers)
    assert isinstance(places, dict)
    assert "gone" not in places
    assert [places[code][2:4] for code in "abcde"] == [(1, 1), (2, 4), (2, 4), (2, 4), (5, 5)]
    assert {place.of for place in places.values()} == {5}


def test_no_rank_under_five_units() -> None:
    """Four known units are not ranked, whatever is missing beside them."""
    few = ind.ranks({"a": ind.exact(1), "b": ind.exact(2), "c": GONE, "d": GONE, "e": ind.exact(3)})
    assert isinstance(few, Absence)
    assert "cinq" in few.reason


def test_distribution_of_a_set() -> None:
    """1 to 5: quartiles 2, 3, 4; absences left out; refused under five."""
    numbers = [*map(ind.exact, (5, 3, 1, 2, 4)), GONE]
    assert ind.distribution(numbers) == ind.Distribution(5, 1, 2, 3, 4, 5)
    assert isinstance(ind.distribution(numbers[1:]), Absence)


# Periods


@pytest.mark.parametrize(
    ("text", "form", "months", "first"),
    [
        ("2024-12", "month", 1, 2024 * 12 + 11),
        ("2024-T4", "quarter", 3, 2024 * 12 + 9),
        ("2024", "year", 12, 2024 * 12),
        ("2023/2025", "span", 36, 2023 * 12),
    ],
)
def test_period_reads_the_four_forms(text: str, form: str, months: int, first: int) -> None:
    """Months, quarters, years and spans are placed in whole months."""
    read = ind.period(text)
    assert (read.text, read.form, read.months, read.first) == (text, form, months, first)


@pytest.mark.parametrize("text", ["", "2024-13", "2024-00", "2024-T5", "24", "2025/2023", "x2024"])
def test_period_refuses_anything_else(text: str) -> None:
    """A period that cannot be read is a fault of the data, named in French."""
    with pytest.raises(DataError, match="Période illisible"):
        ind.period(text)


def test_crossed_finds_the_first_break() -> None:
    """A break cuts what begins before it from what reaches it, or holds it."""
    late = Break(id="b", at="2024-01", label="L", text="")
    early = Break(id="a", at="2023-10", label="E", text="")
    assert ind.crossed("2022-12", "2024-12", [late, early]) is early
    assert ind.crossed("2023-12", "2024-12", [late, early]) is late
    assert ind.crossed("2023", "2024", [early]) is early
    assert ind.crossed("2023-12", "2024-01", [late]) is late
    assert ind.crossed("2024-01", "2024-12", [late, early]) is None
    assert ind.crossed("2023-10", "2023-12", [late, early]) is None
    assert ind.crossed("2018", "2023", [early]) is early
    assert ind.crossed("2018", "2023", [early], census=True) is None


@pytest.mark.parametrize(
    ("numerator", "available", "chosen"),
    [
        ("2024-12", ["2021", "2022", "2023"], "2023"),
        ("2025-01", ["2021", "2022", "2023"], None),
        ("2024-12", ["2023", "2026"], "2026"),
        ("2024-12", ["2023", "2027"], "2027"),
        ("2024-12", ["2023", "2028"], "2023"),
        ("2022", ["2021"], "2021"),
        ("2024", ["2021", "2023"], "2023"),
        ("2025", ["2021", "2023"], None),
        ("2023/2025", ["2021", "2023"], "2023"),
        ("2024-T4", ["2023"], "2023"),
        ("2024-12", [], None),
        ("2023-12", ["2022-12", "2023-12", "2024-12"], "2023-12"),
        ("2020-12", ["2020", "2021", "2022"], "2021"),
        ("2021", ["2020", "2021", "2023"], "2021"),
    ],
)
def test_denominator_period_is_the_newest_within_24_months(
    numerator: str, available: list[str], chosen: str | None
) -> None:
    """31 December 2024 is 24 months from the census of 2023; its own date goes before all."""
    found = ind.denominator_period(numerator, available)
    if chosen is None:
        assert isinstance(found, Absence)
        assert "24\u00a0mois" in found.reason
    else:
        assert found == chosen


def test_denominator_period_knows_whose_years_mean_january() -> None:
    """Vacant dwellings of the census 2023 stand on dwellings of the same day; Caf's by month."""
    assert ind.denominator_period("2023", ["2021", "2023"], numerator_census=True) == "2023"
    assert ind.denominator_period("2024-12", ["2020-12", "2024-12"], census=False) == "2024-12"
    assert ind.denominator_period("2023", ["2025"], numerator_census=True) == "2025"
    assert ind.denominator_period("2023", ["2025"], numerator_census=True, farthest=23) != "2025"


def test_same_champ_refuses_two_frances() -> None:
    """France with and without Mayotte are two territories."""
    assert ind.same_champ("France", "France") is None
    refused = ind.same_champ("France métropolitaine", "")
    assert refused is not None
    assert refused.status == "not_applicable"
    assert "«\u00a0France métropolitaine\u00a0»" in refused.reason
    assert "non précisé" in refused.reason


# Evolution


def point(period: str, published: float, champ: str = "") -> ind.Point:
    """A count rounded to 5 at a period."""
    return ind.Point(period, ind.rounding(published, 5), champ)


@pytest.mark.parametrize(
    ("start", "end", "trend"),
    [(600, 605, "stable"), (600, 630, "up"), (600, 570, "down"), (20, 24, "stable")],
)
def test_evolution_needs_disjoint_intervals_and_five_percent(
    start: float, end: float, trend: str
) -> None:
    """600 to 605 is stable although the intervals are disjoint; 20 to 24 because they are not."""
    change = ind.evolution(point("2020-12", start), point("2024-12", end))
    assert (change.trend, change.unit, change.reason) == (trend, "%", "")


def test_evolution_of_paje_in_vitry() -> None:
    """From 305 to 250 foyers: −18 % (−19,2 to −16,8)."""
    change = ind.evolution(point("2020-12", 305), point("2024-12", 250))
    assert near(change.change, -18.03, -19.22, -16.83)


def test_evolution_of_a_rate_is_in_points() -> None:
    """From 30,0 to 31,4 % is +1,4 point."""
    change = ind.evolution(
        ind.Point("2022", ind.exact(30.0)), ind.Point("2023", ind.exact(31.4)), ind.POINTS
    )
    assert (change.trend, change.unit) == ("up", "points")
    assert near(change.change, 1.4, 1.4, 1.4)


DEFM = Break(id="defm", at="2025-01", label="loi plein emploi", text="")


@pytest.mark.parametrize(
    ("start", "end", "facts", "word"),
    [
        (point("2020-12", 0), point("2024-12", 5), {}, "0 publié"),
        (point("2020-12", 5), point("2024-12", 0), {}, "0 publié"),
        (ind.Point("2020-12", GONE), point("2024-12", 5), {}, "non publié"),
        (point("2020-12", 5), ind.Point("2024-12", SECRET), {}, "secret"),
        (point("2024-12", 50), point("2024-12", 50), {}, "ne se suivent pas"),
        (point("2022/2024", 50), point("2023/2025", 50), {}, "ne se suivent pas"),
        (point("2020-12", 50), point("2024-06", 50), {}, "même nature"),
        (point("2020", 50), point("2024-12", 50), {}, "même nature"),
        (point("2008/2010", 50), point("2020/2021", 50), {}, "même nature"),
        (point("2020-12", 50, "A"), point("2024-12", 50, "B"), {}, "champ"),
        (point("2019", 50), point("2023", 50), {"census": True}, "cinq ans"),
        (point("2024-12", 50), point("2025-12", 50), {"breaks": [DEFM]}, "plein emploi"),
    ],
)
def test_evolution_is_refused_with_its_reason(
    start: ind.Point, end: ind.Point, facts: dict[str, object], word: str
) -> None:
    """Zeros, absences, other seasons, other champs, close censuses and breaks are refused."""
    change = ind.evolution(start, end, **facts)  # type: ignore[arg-type]
    assert change.trend == "refused"
    assert word in change.reason
    growth = ind.annual_growth(start, end, **facts)  # type: ignore[arg-type]
    assert isinstance(growth, Absence)
    assert growth.reason == change.reason


def test_evolution_between_censuses_five_years_apart() -> None:
    """Census vintages five years apart or more are compared; a break after the last is none."""
    change = ind.evolution(
        ind.Point("2018", ind.exact(1000)),
        ind.Point("2023", ind.exact(859)),
        census=True,
        breaks=[Break(id="x", at="2023-06", label="X", text="")],
    )
    assert change.trend == "down"
    assert near(change.change, -14.1, -14.1, -14.1)


def test_evolution_from_a_doubtful_base_is_refused() -> None:
    """A merged commune at 5, whose bounds hold 0, gives no change in %."""
    start = ind.Point("2020-12", ind.rounding(5, 5, cells=3))
    change = ind.evolution(start, point("2024-12", 50))
    assert (change.trend, "peut être nul" in change.reason) == ("refused", True)
    assert isinstance(ind.annual_growth(start, point("2024-12", 50)), Absence)


def test_trend_words() -> None:
    """A missing end has no trend."""
    assert ind.trend(ind.exact(100), GONE, ind.PERCENT) == "refused"


# Index and growth


def test_index_on_a_base() -> None:
    """50 over a base of 100: 50, from 48/102 to 52/98; the base is 100 exactly."""
    base = point("2020-12", 100)
    first, second = ind.index([base, point("2024-12", 50)], base)
    assert first == Measure(100, 100, 100)
    assert near(second, 50, 47.06, 53.06)


def test_index_of_moving_means_is_allowed() -> None:
    """Three-year means that overlap the base are drawn on the same index."""
    base = ind.Point("2008/2010", ind.exact(190))
    (value,) = ind.index([ind.Point("2009/2011", ind.exact(171))], base)
    assert near(value, 90, 90, 90)


def test_index_refuses_small_and_missing_bases() -> None:
    """A base under 20, or missing, bears no index; the count behind a mean may be given."""
    small = point("2020-12", 15)
    (refused,) = ind.index([point("2024-12", 50)], small)
    assert isinstance(refused, Absence)
    assert "20" in refused.reason
    (gone,) = ind.index([point("2024-12", 50)], ind.Point("2020-12", GONE))
    assert gone is GONE
    (fine,) = ind.index([point("2024-12", 30)], small, base_count=45)
    assert isinstance(fine, Measure)
    (least,) = ind.index([point("2024-12", 30)], point("2020-12", 20))
    assert isinstance(least, Measure)


def test_index_refuses_points_one_by_one() -> None:
    """Breaks, seasons, published zeros and absences refuse their own point only."""
    base = point("2024-12", 100)
    points = [
        point("2025-12", 90),
        point("2023-12", 90),
        point("2023-06", 90),
        point("2022-12", 0),
        ind.Point("2021-12", GONE),
    ]
    after, before, season, zero, gone = ind.index(points, base, breaks=[DEFM])
    assert isinstance(after, Absence)
    assert "plein emploi" in after.reason
    assert isinstance(before, Measure)
    assert isinstance(season, Absence)
    assert isinstance(zero, Absence)
    assert gone is GONE


def test_annual_growth() -> None:
    """From 100 to 121 in two years is 10 % a year."""
    growth = ind.annual_growth(ind.Point("2021", ind.exact(100)), ind.Point("2023", ind.exact(121)))
    assert near(growth, 10, 10, 10)


# Classes


def made(values: list[float], **facts: object) -> ind.Classes:
    """Classes that must exist."""
    found = ind.classes(values, **facts)  # type: ignore[arg-type]
    assert isinstance(found, ind.Classes), found
    return found


def test_classes_of_equal_steps() -> None:
    """Median incomes from 19 670 to 29 090 take steps of 2 500 from 17 500."""
    values = [19670.0, 20910.0, 23990.0, 25000.0, 26000.0, 27000.0, 29090.0]
    found = made(values, rule="equal")
    assert found.bounds == (17500, 20000, 22500, 25000, 27500, 30000)
    assert found.rule == "equal"
    assert "borne inférieure incluse" in found.method
    assert made(values).rule == "equal"


def test_classes_keep_four_where_round_steps_jump() -> None:
    """From 0 to 5,1 steps of 1 give six classes and of 2 three: 1,5 gives four."""
    assert made([0.0, 1.0, 2.0, 3.0, 5.1]).bounds == (0, 1.5, 3, 4.5, 6)


def test_classes_can_be_four() -> None:
    """With four at most, 0 to 8 takes steps of 2; where no step gives four, fewer."""
    assert made([0.0, 2.0, 4.0, 6.0, 8.0], count=4).bounds == (0, 2, 4, 6, 8)
    assert made([0.5, 2.0, 4.0, 6.0, 8.2], count=4).bounds == (0, 2.5, 5, 7.5, 10)
    assert made([9.9, 10.0, 10.05, 10.1, 10.11], count=4, rule="equal").bounds[0] == 9.9


def test_classes_of_skewed_values_are_quantiles() -> None:
    """A long tail takes classes of near-equal numbers, bounds round, none empty."""
    values = [1.0, 1.2, 1.4, 1.6, 2.0, 2.2, 2.6, 3.0, 4.0, 60.0]
    found = made(values)
    assert found.rule == "quantile"
    assert "quantiles" in found.method
    counted = [ind.class_of(value, found.bounds) for value in values]
    assert {counted.count(k) for k in range(len(found.bounds) - 1)} <= {1, 2, 3}
    assert found.bounds[0] <= 1
    assert found.bounds[-1] >= 60


def test_classes_of_a_single_odd_value_fall_back_to_steps() -> None:
    """Where quantiles are all the same value, equal steps show the odd one."""
    found = made([0.0] * 34 + [5.0])
    assert (found.rule, found.bounds) == ("equal", (0, 1, 2, 3, 4, 5))


@pytest.mark.parametrize(
    ("value", "bounds"),
    [(0.0, (0, 1)), (25.0, (25, 27.5)), (100.0, (100, 110)), (-3.0, (-3, -2.75))],
)
def test_classes_of_equal_values_are_one(value: float, bounds: tuple[float, float]) -> None:
    """Equal values make one class with round bounds around them."""
    found = made([value] * 6)
    assert (found.rule, found.bounds) == ("single", bounds)


def test_classes_fixed_by_the_spec() -> None:
    """Fixed bounds are kept; the ends move by whole classes to hold every value."""
    found = made([25.0, 30.0, 45.0, 50.0, 55.0], rule="fixed", bounds=[20, 40, 60])
    assert (found.rule, found.bounds) == ("fixed", (20, 40, 60))
    wide = made([-1.0, 30.0, 45.0, 50.0, 101.0], rule="fixed", bounds=[60, 20, 40])
    assert wide.bounds == (-20, 40, 120)
    for bad in ([], [1], [1, 2, 3, 4, 5, 6, 7]):
        assert isinstance(ind.classes([1.0] * 5, rule="fixed", bounds=bad), Absence)


def test_classes_around_a_reference() -> None:
    """Gaps to the département from −6 030 to 3 390: ±1 000 and ±3 000, as wide on both sides."""
    found = made([-6030.0, -2000.0, 0.0, 500.0, 3390.0], rule="reference")
    assert found.bounds == (-7000, -3000, -1000, 1000, 3000, 7000)
    four = made([8.0, 9.0, 10.0, 11.0, 12.0], rule="reference", reference=10, count=4)
    assert four.bounds == (8, 9, 10, 11, 12)
    assert four.rule == "reference"


def test_no_classes_under_five_values() -> None:
    """Four values make no map."""
    refused = ind.classes([1.0, 2.0, 3.0, 4.0])
    assert isinstance(refused, Absence)
    assert "cinq" in refused.reason


def test_class_of_includes_the_lower_bound() -> None:
    """A value on a limit is in the class above it, the greatest in the last."""
    bounds = (0, 2, 4)
    assert [ind.class_of(value, bounds) for value in (-1, 0, 2, 3.9, 4, 5)] == [0, 0, 1, 1, 1, 1]


def test_classes_of_values_a_breath_apart() -> None:
    """Values whose differences vanish when squared still make classes."""
    found = made([0.0, 1e-200, 2e-200, 3e-200, 4e-200])
    assert found.rule == "equal"
    assert found.bounds[0] == 0


def test_differences_too_small_to_measure_a_skewness_still_make_classes() -> None:
    """Values that differ by less than a float can cube are classed without a division by zero."""
    made = ind.classes([0.0, 0.0, 0.0, 0.0, 4e-132])
    assert isinstance(made, ind.Classes)
    assert made.bounds[0] <= 0.0
    assert made.bounds[-1] >= 4e-132


# What lacks


def test_a_shortfall_carries_the_bounds_of_its_three_terms() -> None:
    """58,9 against 60,9 for 1 000 children: 20 places; bounds from (60 − 59) × 990 / 100."""
    worked = ind.shortfall(ind.exact(58.9), ind.exact(60.9), ind.exact(1000))
    assert near(worked, 20.0, 20.0, 20.0)
    bounded = ind.shortfall(Measure(58, 57, 59), Measure(61, 60, 62), Measure(1000, 990, 1010))
    assert near(bounded, 30.0, 9.9, 50.5)


def test_a_rate_above_the_reference_lacks_nothing() -> None:
    """61,5 against 60,9: nothing; when the intervals meet, from nothing to what they allow."""
    assert ind.shortfall(ind.exact(61.5), ind.exact(60.9), ind.exact(500)) == ind.exact(0)
    met = ind.shortfall(Measure(61, 59, 63), Measure(60.9, 60.9, 60.9), ind.exact(1000), 1000)
    assert near(met, 0.0, 0.0, 1.9)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_shortfall_lacks_with_any_of_its_terms(place: int) -> None:
    """The first absence is handed on."""
    terms: list[ind.Value] = [ind.exact(50), ind.exact(60), ind.exact(1000)]
    terms[place] = GONE
    assert ind.shortfall(*terms) is GONE


def test_communes_without_anything_are_those_with_zeros_alone() -> None:
    """(0, 0), (0, 1), (2, unknown) and (0, 0): two without."""
    zero, one, two = (ind.exact(number) for number in (0, 1, 2))
    assert ind.without([(zero, zero), (zero, one), (two, GONE), (zero, zero)]) == ind.exact(2)


def test_a_rounded_zero_is_surely_without_nothing() -> None:
    """A published 0 from 0 to 2 counts, but not among those that surely have none; 5 has some."""
    rounded = ind.rounding(0, 5)
    worked = ind.without([(ind.exact(0),), (rounded,), (ind.rounding(5, 5),)])
    assert worked == Measure(2, 1, 2)
    assert ind.without([(Measure(3, 0, 4),)]) == Measure(0, 0, 1)


def test_a_commune_that_the_source_leaves_out_makes_the_count_unknown() -> None:
    """An empty row is no zero, and no commune at all is no count."""
    gone = ind.without([(ind.exact(0), GONE), (ind.exact(0), ind.exact(0))])
    assert gone == Absence("unknown", "la source ne dit rien pour 1 des 2 communes")
    alone = ind.without([(GONE,)])
    assert alone == Absence("unknown", "la source ne dit rien de la commune")
    none = ind.without([])
    assert isinstance(none, Absence)
    assert none.status == "not_applicable"
