"""Sums, restrictions and refusals on a tiny invented EPCI, worked by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from diagnostic.catalogue import Catalogue
from diagnostic.engine import outcomes
from diagnostic.engine.figures import Ledger
from diagnostic.engine.places import Place, Surroundings
from diagnostic.engine.readings import Reading, Shelf
from diagnostic.engine.vintages import Rebased
from diagnostic.model import Absence, Measure, Rounding, Series, Status, Territory
from diagnostic.spec import EssentialsSpec, IndicatorSpec, ReportSpec
from diagnostic.store import Observations

A, B, C = (
    Territory(code=code, level="commune", name=name, epci="999999999", population=people)
    for code, name, people in (
        ("99001", "Aune", 1000), ("99002", "Bief", 300), ("99003", "Clos", 50),
    )
)  # fmt: skip
EPCI = Place(
    Territory(code="999999999", level="epci", name="CC invent", population=1350), (A, B, C)
)
FRANCE = Place(Territory(code="france", level="france", name="France"))


def series(name: str, kind: Any = "count", *, step: float | None = None, **more: Any) -> Series:
    """A series of the invented catalogue."""
    return Series(
        id=name, label=name, definition="", unit="foyers", theme="", producer="P", dataset="d",
        field="f", kind=kind, population="foyers", levels=("commune", "epci"), frequency="",
        periods="", licence="", link="", rounding=Rounding(step=step) if step else None, **more,
    )  # fmt: skip


def shelf(*cells: tuple[Any, ...], **kinds: Any) -> Shelf:
    """A shelf of cells (series, level, code, period, value, lower, upper, status, champ, cells)."""
    known = {
        "n": series("n", step=5),
        "d": series("d", "estimate"),
        "m": series("m", "median"),
        "s": series("s", sparse=True),
        "t": series("t", "rate", published_above=10000),
        **kinds,
    }
    rows = {}
    for name, level, code, period, value, low, high, status, champ, count in cells:
        key = (name, level, code, period)
        rows[key] = ((*key, value, low, high, status, False, champ, 2026, count), "o")
    catalogue = Catalogue(known, {}, {}, ())
    return Shelf(Observations(rows, {}), catalogue, frozenset(known))


def cell(
    name: str, code: str, value: float | None, *, status: Status = "exact", reach: float = 0,
    level: str = "commune", period: str = "2024-12", champ: str = "", count: int = 1,
) -> tuple[Any, ...]:  # fmt: skip
    """One cell, its bounds `reach` on each side and never under 0."""
    low = None if value is None else max(0.0, value - reach)
    high = None if value is None else value + reach
    return (name, level, code, period, value, low, high, status, champ, count)


def ratio(**more: Any) -> IndicatorSpec:
    """n / d × 100."""
    return IndicatorSpec(
        id="r", label="R", short="R", subject="le rapport", kind="ratio", unit="pour 100",
        unit_short="", numerator="n", denominator="d", **more,
    )  # fmt: skip


def test_a_sum_adds_bounds_and_cells() -> None:
    """20 ± 2, 0 [0, 2] and 10 ± 4 (two merged communes) sum to 30, from 24 to 38, four cells."""
    made = shelf(
        cell("n", "99001", 20, status="rounded", reach=2),
        cell("n", "99002", 0, status="rounded", reach=2),
        cell("n", "99003", 10, status="rounded", reach=4, count=2),
    ).read("n", EPCI, "2024-12")
    assert isinstance(made, Reading)
    assert (made.measure.value, made.measure.lower, made.measure.upper) == (30, 24, 38)
    assert (made.cells, made.units, made.summed) == (4, 3, True)


def test_a_published_aggregate_is_preferred_to_the_sum() -> None:
    """The producer's 31 for the EPCI wins over 20 + 10."""
    made = shelf(
        cell("n", "99001", 20), cell("n", "99002", 10), cell("n", "99003", 0),
        cell("n", "999999999", 31, level="epci"),
    ).read("n", EPCI, "2024-12")  # fmt: skip
    assert isinstance(made, Reading)
    assert (made.measure.value, made.summed) == (31, False)


def test_a_sum_under_ninety_percent_of_the_population_is_refused() -> None:
    """Without Aune (1 000 of 1 350 inhabitants) there is no total, and the reason counts them."""
    made = shelf(cell("n", "99002", 10), cell("n", "99003", 5)).read("n", EPCI, "2024-12")
    assert isinstance(made, Absence)
    assert "2\u00a0communes sur 3" in made.reason


def test_a_small_commune_may_lack_and_the_coverage_is_said() -> None:
    """Without Clos (50 of 1 350) the sum stands, at 1 300 / 1 350 of the population."""
    made = shelf(cell("n", "99001", 20), cell("n", "99002", 10)).read("n", EPCI, "2024-12")
    assert isinstance(made, Reading)
    assert made.coverage == pytest.approx(1300 / 1350)


def test_an_empty_row_is_no_zero() -> None:
    """An unknown cell is left out of the sum as a missing one is."""
    made = shelf(
        cell("n", "99001", 20), cell("n", "99002", 10), cell("n", "99003", None, status="unknown")
    ).read("n", EPCI, "2024-12")
    assert isinstance(made, Reading)
    assert (made.measure.value, made.units) == (30, 2)


def test_a_sparse_file_is_summed_only_where_it_covers() -> None:
    """Rows without value are covered and add nothing; communes without row are not covered."""
    covered = shelf(
        cell("s", "99001", 2),
        cell("s", "99002", None, status="unknown"),
        cell("s", "99003", None, status="unknown"),
    )
    made = covered.read("s", EPCI, "2024-12")
    assert isinstance(made, Reading)
    assert made.measure.value == 2
    alone = covered.read("s", Place(B), "2024-12")
    assert isinstance(alone, Absence)
    assert "supérieurs à 0" in alone.reason
    assert isinstance(shelf(cell("s", "99002", 2)).read("s", EPCI, "2024-12"), Absence)


def test_medians_and_rates_are_never_summed() -> None:
    """The sum of medians is refused as such where the producer has no aggregate level."""
    known = shelf(cell("m", "99001", 20), m=series("m", "median"))
    assert isinstance(known.read("m", EPCI, "2024-12"), Absence)
    place = Place(Territory(code="x", level="custom", name="x"), (A, B))
    refused = known.read("m", place, "2024-12")
    assert isinstance(refused, Absence)
    assert "ne s’additionne pas" in refused.reason


def test_two_sums_keep_the_communes_where_both_are_known() -> None:
    """Clos has no ménages: its foyers leave the numerator too. (20 + 10) / (100 + 50) = 20 %."""
    made = outcomes.work_out(
        ratio(), EPCI, "2024-12",
        shelf(
            cell("n", "99001", 20), cell("n", "99002", 10), cell("n", "99003", 5),
            cell("d", "99001", 100, period="2023", status="estimated"),
            cell("d", "99002", 50, period="2023", status="estimated"),
        ),
    )  # fmt: skip
    assert isinstance(made.result, Measure)
    assert made.result.value == pytest.approx(20)


def test_two_sums_with_too_little_in_common_are_refused() -> None:
    """Foyers known at Aune and Bief, ménages at Aune only after restriction: 1 000 of 1 350."""
    made = outcomes.work_out(
        ratio(), EPCI, "2024-12",
        shelf(
            cell("n", "99001", 20), cell("n", "99003", 10), cell("n", "99002", None),
            cell("d", "99001", 100, period="2023"), cell("d", "99002", 50, period="2023"),
            n=series("n"), d=series("d", "estimate"),
        ),
    )  # fmt: skip
    assert isinstance(made.result, Absence)


def test_an_incomplete_sum_over_a_published_total_is_refused() -> None:
    """Foyers lack at Clos while the ménages are those of the whole EPCI: no rate."""
    made = outcomes.work_out(
        ratio(), EPCI, "2024-12",
        shelf(
            cell("n", "99001", 20), cell("n", "99002", 10),
            cell("d", "999999999", 150, level="epci", period="2023"),
        ),
    )  # fmt: skip
    assert isinstance(made.result, Absence)
    assert "incomplète" in made.result.reason


def test_fields_that_differ_make_no_rate() -> None:
    """France with Mayotte over France without it is refused, both named."""
    made = outcomes.work_out(
        ratio(), FRANCE, "2024-12",
        shelf(
            cell("n", "france", 20, level="france", champ="France"),
            cell("d", "france", 100, level="france", period="2023", champ="France hors Mayotte"),
        ),
    )  # fmt: skip
    assert isinstance(made.result, Absence)
    assert "France hors Mayotte" in made.result.reason


def test_no_denominator_within_two_years_makes_no_rate() -> None:
    """A census of 2021 is too old for foyers of December 2024."""
    made = outcomes.work_out(
        ratio(), Place(A), "2024-12",
        shelf(cell("n", "99001", 20), cell("d", "99001", 100, period="2021")),
    )  # fmt: skip
    assert isinstance(made.result, Absence)
    assert "24\u00a0mois" in made.result.reason


def test_a_denominator_that_is_empty_makes_no_rate() -> None:
    """An unknown denominator is an absence with its own reason."""
    made = outcomes.work_out(
        ratio(), Place(A), "2024-12",
        shelf(cell("n", "99001", 20), cell("d", "99001", None, period="2023", status="unknown")),
    )  # fmt: skip
    assert isinstance(made.result, Absence)
    assert made.result.status == "unknown"


def test_chance_widens_a_rate_and_leaves_its_rounding_apart() -> None:
    """20 foyers for 100 ménages, 18 to 22 by rounding: wider by chance, `plain` stays 18 to 22."""
    cells = (
        cell("n", "99001", 20, status="rounded", reach=2),
        cell("d", "99001", 100, period="2023", status="estimated"),
    )
    made = outcomes.work_out(ratio(chance="rate"), Place(A), "2024-12", shelf(*cells))
    assert isinstance(made.result, Measure)
    assert made.plain is not None
    assert (made.plain.lower, made.plain.upper) == (18, 22)
    assert made.result.lower < 18
    assert made.result.upper > 22
    assert made.interval == "envelope"


def test_a_mean_lacks_when_a_year_lacks() -> None:
    """Three years of births need the three."""
    births = IndicatorSpec(
        id="b", label="B", short="B", subject="les naissances", kind="mean", unit="naissances",
        unit_short="", series="n", years=3,
    )  # fmt: skip
    known = shelf(cell("n", "99001", 9, period="2023"), cell("n", "99001", 6, period="2025"))
    assert outcomes.periods(births, Place(A), known) == ()
    assert isinstance(outcomes.work_out(births, Place(A), "2023/2025", known).result, Absence)
    whole = shelf(
        *(cell("n", "99001", births_of, period=year)
          for year, births_of in (("2023", 9), ("2024", 6), ("2025", 6)))
    )  # fmt: skip
    assert outcomes.periods(births, Place(A), whole) == ("2023/2025",)
    result = outcomes.work_out(births, Place(A), "2023/2025", whole).result
    assert isinstance(result, Measure)
    assert result.value == 7


def test_a_small_commune_without_the_value_of_its_epci_has_none() -> None:
    """Published above 10 000 inhabitants, and the EPCI has none either: absent, said so."""
    rate = IndicatorSpec(
        id="t", label="T", short="T", subject="le taux", kind="published", unit="places",
        unit_short="", series="t",
    )  # fmt: skip
    made = outcomes.work_out(rate, Place(A), "2024-12", shelf(), EPCI)
    assert isinstance(made.result, Absence)
    assert "10" in made.result.reason


def test_supposing_down_moves_only_rounded_communes() -> None:
    """Under rounding down 20 is 20 to 24; an exact national count stays as it is."""
    known = shelf(
        cell("n", "99001", 20, status="rounded", reach=2),
        cell("n", "france", 500, level="france"),
    ).supposing("down")
    local, national = known.read("n", Place(A), "2024-12"), known.read("n", FRANCE, "2024-12")
    assert isinstance(local, Reading)
    assert isinstance(national, Reading)
    assert (local.measure.lower, local.measure.upper) == (20, 24)
    assert (national.measure.lower, national.measure.upper) == (500, 500)


def lacking(**more: Any) -> IndicatorSpec:
    """The communes without n nor d."""
    return IndicatorSpec(
        id="w", label="W", short="W", subject="le nombre", kind="without", unit="communes",
        unit_short="", absent=("n", "d"), **more,
    )  # fmt: skip


def test_communes_without_anything_are_counted_over_the_place() -> None:
    """Aune has 3, Bief 0 and 0, Clos a rounded 0: two without, one of them surely."""
    cells = [
        cell("n", "99001", 3), cell("d", "99001", 0), cell("n", "99002", 0),
        cell("d", "99002", 0), cell("n", "99003", 0, reach=2, status="rounded"),
        cell("d", "99003", 0),
    ]  # fmt: skip
    found = outcomes.without(lacking(), EPCI, "2024-12", shelf(*cells))
    assert found.result == Measure(2, 1, 2)
    assert found.interval == "rounding"
    assert [reading.series for reading in found.readings].count("n") == 3
    assert outcomes.periods(lacking(), EPCI, shelf(*cells)) == ("2024-12",)
    assert outcomes.periods(lacking(), EPCI, shelf(*cells[:1])) == ()


def test_a_place_without_communes_counts_none() -> None:
    """A commune has no communes to count."""
    found = outcomes.without(lacking(), Place(A), "2024-12", shelf())
    assert isinstance(found.result, Absence)
    assert found.result.status == "not_applicable"


def test_the_count_of_a_commune_is_that_of_its_epci() -> None:
    """Asked for Aune, the number of communes without anything is the EPCI's, and says so."""
    held = shelf(*[cell(n, c, 0) for n in "nd" for c in ("99001", "99002", "99003")])
    around = Surroundings(Place(A), {}, None, EPCI, (), ())
    plan = ReportSpec(
        id="p", title="P", subtitle="", framework="", levels=("commune",), benchmarks=(),
        competence={}, indicators={"w": lacking()}, essentials=EssentialsSpec(figures=()),
        sections=(), path=Path("p.yaml"), sha256="0",
    )  # fmt: skip
    figure = Ledger(plan, held, around).newest("w")
    assert (figure.value, figure.text, figure.show) == (3, "3", "from_epci")
    assert figure.stands_for == "999999999"
    assert figure.reason == "valeur de l’EPCI\u00a0: se compte sur ses communes"


@pytest.mark.parametrize(
    ("champ", "base", "expected"),
    [("", Absence("secret", "secret"), "secret"), ("France hors Mayotte", "d", "France")],
)
def test_a_scenario_is_refused_with_its_terms(champ: str, base: Any, expected: str) -> None:
    """Without its base, or when the base counts another field than the rate."""
    cells = [
        cell("t", "99001", 50, champ=champ),
        cell("t", "99002", 60), cell("d", "99001", 100, champ="France"),
    ]  # fmt: skip
    held = shelf(*cells)
    rate = IndicatorSpec(
        id="t", label="T", short="T", subject="le taux", kind="published",
        unit="pour 100", unit_short="", series="t",
    )  # fmt: skip
    rates = [outcomes.work_out(rate, Place(place), "2024-12", held) for place in (A, B)]
    of = held.read("d", Place(A), "2024-12") if base == "d" else base
    result = outcomes.scenario(rates[0], rates[1], of, 100.0).result
    assert isinstance(result, Absence)
    assert expected in result.reason


def outcome(value: float, lower: float, upper: float) -> outcomes.Outcome:
    """What an indicator may be."""
    return outcomes.Outcome(Measure(value, lower, upper), "2024")


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ((30, 28, 32), (20, 18, 22), "a"),
        ((20, 18, 22), (30, 28, 32), "b"),
        ((30, 28, 32), (26, 24, 28), "a"),  # they touch
        ((30, 28, 32), (30, 28, 32), "deux modes à égalité"),
        ((30, 28, 32), (27, 25, 29), "les intervalles ne disent pas lequel l’emporte"),
    ],
)
def test_the_largest_is_named_where_its_bounds_say_so(
    first: tuple[float, ...], second: tuple[float, ...], expected: str
) -> None:
    """Of two numbers whose intervals overlap, none is said to be the larger."""
    found = outcomes.dominant([("a", outcome(*first)), ("b", outcome(*second))], "2024")
    reason = found.result.reason if isinstance(found.result, Absence) else ""
    assert (found.label or reason) == expected


@pytest.mark.parametrize(
    ("own", "other", "expected"),
    [
        ("none", "none", "none"),
        ("none", "rounding", "rounding"),
        ("chance", "rounding", "envelope"),
    ],
)
def test_an_interval_says_what_it_is_made_of(own: Any, other: Any, expected: str) -> None:
    """A gap has the interval of both terms: rounding, chance, or both."""
    wide = {"none": 0.0, "rounding": 2.0, "chance": 3.0}
    left, right = (
        replace(outcome(50, 50 - wide[kind], 50 + wide[kind]), interval=kind)
        for kind in (own, other)
    )
    assert outcomes.gap(left, right).interval == expected


def covered(made: Shelf, *names: str) -> Shelf:
    """The shelf of a store where every commune was asked for these series."""
    asked = {(name, "commune"): None for name in names}
    return replace(made, observations=replace(made.observations, covered=asked))


def test_a_place_that_was_asked_and_has_no_cell_is_not_published() -> None:
    """« Not pulled » is said only of what nobody asked; a sparse file lists no zero."""
    made = covered(shelf(cell("n", "99001", 20)), "n", "s")
    for name, status, word in (
        ("n", "not_published", "aucune valeur publiée"),
        ("s", "unknown", "supérieurs à 0"),
        ("d", "not_pulled", "absente de cette édition"),
    ):
        found = made.read(name, Place(B), "2024-12")
        assert isinstance(found, Absence)
        assert (found.status, word in found.reason) == (status, True)
    nobody = made.total("n", EPCI, "2023-12")
    assert isinstance(nobody, Absence)
    assert nobody.status == "not_published"


def test_communes_that_a_sparse_file_covers_add_nothing() -> None:
    """One listed commune of three makes the sum when all were asked, and none when not."""
    made = shelf(cell("s", "99003", 4))
    assert isinstance(made.total("s", EPCI, "2024-12"), Absence)
    found = covered(made, "s").total("s", EPCI, "2024-12")
    assert isinstance(found, Reading)
    assert (found.measure, found.coverage) == (Measure(4, 4, 4), 1.0)


def test_a_cell_of_a_divided_commune_is_absent_with_its_reason() -> None:
    """What could not be brought to the communes of today is not summed nor read."""
    reason = Absence("not_applicable", "commune divisée depuis")
    held = shelf(cell("n", "99002", 10), cell("n", "99003", 5))
    past = Rebased(held.observations, {("n", "commune", "99001", "2024-12"): reason}, 2024)
    found = replace(held, past=past).read("n", Place(A), "2024-12")
    assert found == reason


def test_a_base_without_any_value_says_that_it_is_absent() -> None:
    """Nothing is known of d for Aune: the reason is that, not that no period is near enough."""
    found = outcomes.base("d", Place(A), "2024-12", shelf(cell("n", "99001", 10)))
    assert isinstance(found, Absence)
    assert found.status == "not_pulled"
    late = outcomes.base("d", Place(A), "2024-12", shelf(cell("d", "99001", 1, period="2018")))
    assert isinstance(late, Absence)
    assert "24" in late.reason
