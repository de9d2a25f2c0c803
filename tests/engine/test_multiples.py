"""Small multiples of an index: one base for all, what bears none, numbers worked by hand."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from diagnostic.catalogue import Catalogue
from diagnostic.engine.figures import Ledger
from diagnostic.engine.multiples import multiples
from diagnostic.engine.places import Place, Surroundings
from diagnostic.engine.readings import Shelf
from diagnostic.model import Break, Lines, Origin, Series, Territory
from diagnostic.spec import EssentialsSpec, EvolutionBlock, IndicatorSpec, ReportSpec
from diagnostic.store import Observations

AUNE, BIEF, CLOS = (
    Place(Territory(code=code, level="commune", name=name, population=5000))
    for code, name in (("99001", "Aune"), ("99002", "Bief"), ("99003", "Clos"))
)
ORIGIN = Origin(
    id="o", producer="P", dataset="d", title="T", address="", licence="LO", edition="2026-01",
    retrieved="2026-01",
)  # fmt: skip
Values = Mapping[str, float]


def drawn(
    places: Mapping[str, Values], *, since: str = "", breaks: tuple[Break, ...] = (),
    kind: Any = "series", years: int = 1, of: Any = "count", census: bool = False,
) -> tuple[Lines | None, Ledger]:  # fmt: skip
    """The block of series `n`, the values of each place by period, and its ledger."""
    series = Series(
        id="n", label="N", definition="", unit="naissances", theme="", producer="P", dataset="d",
        field="f", population="p", levels=("commune",), frequency="", periods="", licence="",
        link="", breaks=tuple(b.id for b in breaks), kind=of, census=census,
    )  # fmt: skip
    rows = {
        ("n", "commune", code, period): (
            ("n", "commune", code, period, value, value, value, "exact", False, "", 2026, 1),
            "o",
        )
        for code, values in places.items()
        for period, value in values.items()
    }
    shelf = Shelf(
        Observations(rows, {"o": ORIGIN}),
        Catalogue({"n": series}, {}, {b.id: b for b in breaks}, ()),
        frozenset({"n"}),
    )
    indicator = IndicatorSpec(
        id="i", label="Naissances", short="", subject="les naissances", kind=kind,
        unit="naissances", unit_short="", series="n", years=years,
    )  # fmt: skip
    plan = ReportSpec(
        id="s", title="S", subtitle="S", framework="", levels=("commune",), benchmarks=(),
        competence={}, indicators={"i": indicator}, essentials=EssentialsSpec(figures=()),
        sections=(), sha256="", path=Path("s.yaml"),
    )  # fmt: skip
    around = Surroundings(AUNE, {}, None, None, (), (BIEF, CLOS))
    ledger = Ledger(plan, shelf, around)
    block = EvolutionBlock(id="b", indicators=("i",), layout="multiples", since=since)
    return multiples(block, (AUNE, BIEF, CLOS), ledger), ledger


def values(found: tuple[Lines | None, Ledger]) -> dict[str, dict[str, float | None]]:
    """The index of each line by period."""
    block, ledger = found
    assert block is not None
    return {
        line.name: {ledger.figures[k].period: ledger.figures[k].value for k in line.points}
        for line in block.lines
    }


AUNE_VALUES = {"2010": 40.0, "2015": 50.0, "2020": 30.0}


def test_all_lines_share_the_base_that_the_caption_names() -> None:
    """Bief's first period is 2008: it is not its base; 100 → 90 over a base of 80 at 2010."""
    found = drawn(
        {"99001": AUNE_VALUES, "99002": {"2008": 100.0, "2010": 80.0, "2015": 72.0, "2020": 96.0}}
    )
    assert found[0] is not None
    assert found[0].caption == "Indice base 100 en 2010"
    assert values(found) == {
        "Aune": {"2010": 100, "2015": 125, "2020": 75},
        "Bief": {"2008": 125, "2010": 100, "2015": 90, "2020": 120},
    }


def test_a_place_without_the_base_has_no_index_and_it_is_said() -> None:
    """Clos begins in 2015: no line, and its name under the panels."""
    block, _ = drawn(
        {"99001": AUNE_VALUES, "99002": AUNE_VALUES, "99003": {"2015": 50.0, "2020": 55.0}}
    )
    assert block is not None
    assert [line.name for line in block.lines] == ["Aune", "Bief"]
    assert block.notes == ("Sans indice\u00a0: Clos (pas de valeur en 2010).",)


def test_the_index_begins_at_the_period_asked() -> None:
    """Since 2015 the base is 2015: 30 / 50 is 60."""
    found = drawn({"99001": AUNE_VALUES, "99002": AUNE_VALUES}, since="2015")
    assert values(found)["Bief"] == {"2015": 100, "2020": 60}


def test_no_index_joins_the_two_sides_of_a_break() -> None:
    """A break at 2015: the base is 2015, 2010 is left out, 2020 is 60."""
    change = Break(id="loi", at="2015", label="loi", text="")
    found = drawn({"99001": AUNE_VALUES, "99002": AUNE_VALUES}, breaks=(change,))
    assert found[0] is not None
    assert found[0].caption == "Indice base 100 en 2015"
    assert values(found)["Aune"] == {"2015": 100, "2020": 60}


def test_overlapping_censuses_bear_no_index() -> None:
    """From the census of 2015, that of 2018 has surveys in common, that of 2020 none."""
    census = {"2015": 400.0, "2018": 500.0, "2020": 600.0}
    found = drawn({"99001": census, "99002": census}, of="estimate", census=True)
    assert values(found)["Aune"] == {"2015": 100, "2020": 150}
    assert drawn({"99001": {"2018": 400.0, "2020": 500.0}}, of="estimate", census=True)[0] is None


def test_a_base_is_small_by_its_count_and_the_years_of_a_mean() -> None:
    """Means of 8 a year over three years rest on 24: 100; of 6 a year on 18: none."""
    bief = {"2008": 8.0, "2009": 8.0, "2010": 8.0, "2011": 20.0}
    clos = {"2008": 6.0, "2009": 6.0, "2010": 6.0, "2011": 30.0}
    found = drawn({"99001": bief, "99002": bief, "99003": clos}, kind="mean", years=3)
    block = found[0]
    assert block is not None
    assert values(found)["Bief"] == {"2008/2010": 100, "2009/2011": 150}
    assert block.notes == (
        "Sans indice\u00a0: Clos (base trop petite pour un indice, moins de 20).",
    )
    assert "indice de moyennes" in block.source


def test_a_published_rate_under_twenty_has_its_index() -> None:
    """15 % then 18 %: no count is behind them, the index is 120."""
    rates = {"2010": 15.0, "2015": 18.0}
    found = drawn({"99001": rates, "99002": rates}, kind="published", of="rate")
    assert values(found)["Aune"] == {"2010": 100, "2015": 120}


def test_a_fragile_estimate_is_neither_base_nor_point() -> None:
    """A census estimate under 200 bears no index, and is no point of one."""
    large = {"2010": 400.0, "2015": 300.0, "2020": 150.0}
    found = drawn(
        {"99001": large, "99002": large, "99003": {"2010": 150.0, "2015": 300.0}},
        of="estimate",
    )
    assert found[0] is not None
    assert values(found)["Aune"] == {"2010": 100, "2015": 75}
    assert found[0].notes == ("Sans indice\u00a0: Clos (estimation fragile).",)


def test_one_period_is_no_index() -> None:
    """A place with the base alone is named; a territory with one period has no block."""
    block, _ = drawn({"99001": AUNE_VALUES, "99002": AUNE_VALUES, "99003": {"2010": 50.0}})
    assert block is not None
    assert block.notes == ("Sans indice\u00a0: Clos (une seule période comparable).",)
    assert drawn({"99001": {"2010": 50.0}, "99002": AUNE_VALUES})[0] is None
    assert drawn({"99002": AUNE_VALUES})[0] is None
