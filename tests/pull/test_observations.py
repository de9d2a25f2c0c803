"""The rows of a producer as observations: codes, periods, bounds, absences, sums, refusals."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, get_args

import duckdb
import pytest

from diagnostic import indicators
from diagnostic.errors import DataError
from diagnostic.model import FeedSeries, Rounding, RoundingRule
from diagnostic.pull import observations
from diagnostic.pull.observations import CITIES, Bench

from .conftest import Table, Values

PARIS = [f"751{number:02d}" for number in range(1, 21)]
LYON = [f"6938{number}" for number in range(1, 10)]
RATE = (FeedSeries(series="x.n", field="n", rounding=Rounding(step=0.1), summable=False),)


def rows(*lines: str) -> str:
    """A file of codes, months and numbers."""
    return "code;mois;n\n" + "".join(f"{line}\n" for line in lines)


# --- values -------------------------------------------------------------------------------------


def test_codes_keep_their_first_zero_and_their_letter(values: Values) -> None:
    """01001 and 2A004 are text from end to end; a count rounded to 5 is within 2."""
    assert values(rows("01001;2024-12;10", "2A004;2024-12;0")) == {
        ("commune", "01001", "2024-12"): (10, 8, 12, "rounded", 1),
        ("commune", "2A004", "2024-12"): (0, 0, 2, "rounded", 1),
    }


@pytest.mark.parametrize("step", [5, 10, 100, 0.1, 0.5])
@pytest.mark.parametrize("rule", get_args(RoundingRule))
def test_bounds_are_those_of_the_indicators(table: Table, step: float, rule: RoundingRule) -> None:
    """Even steps, decimal ones, every rule, zero and negative amounts: bit for bit the same."""
    published = (0.0, 57.4, 5.0, 100.0, 38035.0, -200.0)
    series = (FeedSeries(series="x.n", field="n", rounding=Rounding(step=step, rule=rule)),)
    text = rows(*(f"5100{i};2024-12;{value!r}" for i, value in enumerate(published)))
    found = table.values(text, series=series).values()
    for value, (read, lower, upper, status, cells) in zip(published, found, strict=True):
        expected = indicators.rounding(value, step, rule)
        assert (read, lower, upper) == (expected.value, expected.lower, expected.upper)
        assert (status, cells) == ("rounded", 1)


def test_a_series_without_rounding_is_exact_or_an_estimate(table: Table) -> None:
    """Both bounds are then the value; whole numbers and decimals mix."""
    series = (
        FeedSeries(series="x.n", field="n"),
        FeedSeries(series="x.m", field="m", estimate=True),
    )
    text = "code;mois;n;m\n51001;2024-12;38035.0;1e3\n51002;2024-12;2854623;0.5\n"
    found = table.read(table.fetched(text), table.feed(series=series))
    assert [
        (r["series"], r["code"], r["value"], r["lower"], r["upper"], r["status"]) for r in found
    ] == [
        ("x.m", "51001", 1000, 1000, 1000, "estimated"),
        ("x.m", "51002", 0.5, 0.5, 0.5, "estimated"),
        ("x.n", "51001", 38035, 38035, 38035, "exact"),
        ("x.n", "51002", 2854623, 2854623, 2854623, "exact"),
    ]


def test_an_empty_cell_is_unknown_and_never_zero(values: Values) -> None:
    """A hole keeps its row, with its reason."""
    assert values(rows("51001;2024-12;"))["commune", "51001", "2024-12"] == (
        *(None, None, None),
        "unknown",
        1,
    )


def test_the_words_of_the_feed_are_absences(values: Values) -> None:
    """« s » is secret where the feed says so."""
    found = values(rows("51001;2024-12;s", "51002;2024-12;5"), words={"s": "secret"})
    assert found["commune", "51001", "2024-12"][3:] == ("secret", 1)
    assert found["commune", "51002", "2024-12"][0] == 5


@pytest.mark.parametrize("cell", ["abc", "12,5", "nan", "inf", "1_000", "1e999", "true", "1 234"])
def test_what_is_no_number_is_refused(table: Table, cell: str) -> None:
    """The message names the producer, the dataset, the column and the cell; nothing is written."""
    with pytest.raises(DataError) as caught:
        table.values(rows("51001;2024-12;5", f"51002;2024-12;{cell}"))
    said = str(caught.value).replace("\u00a0", " ")
    assert all(word in said for word in ("Essai", "« essai »", "colonne n", cell, "51002"))
    assert not table.target.exists()


# --- periods ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("clock", "month", "text", "period"),
    [
        ("month", 0, "2024-12", "2024-12"),
        ("month", 0, "2024-12-01", "2024-12"),
        ("month", 0, "2024-12-01 00:00:00", "2024-12"),
        ("month", 0, "2024-12-01T00:00:00+00:00", "2024-12"),
        ("year", 0, "2023", "2023"),
        ("year", 0, "2023.0", "2023"),
        ("year", 0, "2023-01-01", "2023"),
        ("year", 12, "2023", "2023-12"),
        ("year", 12, "2023-01-01T00:00:00Z", "2023-12"),
        ("quarter", 0, "2024-T4", "2024-T4"),
        ("quarter", 0, "2024-Q4", "2024-T4"),
    ],
)
def test_periods_are_read_in_their_forms(
    values: Values, clock: str, month: int, text: str, period: str
) -> None:
    """Months, years and quarters, as dates or as words."""
    (key,) = values(rows(f"51001;{text};5"), clock=clock, month=month)
    assert key == ("commune", "51001", period)


@pytest.mark.parametrize(
    ("clock", "text"),
    [
        ("month", "2024"),
        ("month", "202412"),
        ("month", "2024-13"),
        ("month", ""),
        ("month", "2024-11-30T23:00:00+00:00"),  # December in Paris, November as written
        ("year", "24"),
        ("quarter", "2024-T5"),
        ("quarter", "2024-12"),
    ],
)
def test_other_periods_are_refused(values: Values, clock: str, text: str) -> None:
    """No period is guessed."""
    with pytest.raises(DataError, match="colonne mois"):
        values(rows(f"51001;{text};5"), clock=clock)


def test_the_geography_follows_the_year(table: Table) -> None:
    """December of a year stands in the COG of the next January; 0 where nobody says."""
    text = rows("51001;2024-12;5")
    assert [
        table.read(table.fetched(text), table.feed(geography=geography))[0]["cog_year"]
        for geography in (1, 0, None)
    ] == [2025, 2024, 0]


# --- places -------------------------------------------------------------------------------------


def test_rows_of_no_commune_are_kept_apart_and_summed(values: Values) -> None:
    """Empty and XX codes are summed under « sans-commune », bounds and cells added."""
    found = values(rows("51001;2024-12;5", ";2024-12;30", "04XXX;2024-12;5", "XX;2024-12;0"))
    assert found["custom", "sans-commune", "2024-12"] == (35, 31, 41, "rounded", 3)
    assert len(found) == 2


def test_a_rate_of_no_place_is_left_out(values: Values) -> None:
    """A rate cannot be added up, so the placeholder EPCI has no row."""
    found = values(
        rows("200034718;2024-12;57.4", "XX;2024-12;195.8"),
        covers={"epci": None},
        levels=("epci",),
        series=RATE,
    )
    assert list(found) == [("epci", "200034718", "2024-12")]


def test_a_sum_that_lacks_a_term_is_missing(values: Values) -> None:
    """A row without commune and without number makes their sum unknown, not smaller."""
    found = values(rows("51001;2024-12;5", ";2024-12;30", "XX;2024-12;"))
    assert found["custom", "sans-commune", "2024-12"] == (None, None, None, "unknown", 2)


def test_totals_and_strange_codes_are_no_place(table: Table) -> None:
    """The totals of the feed go silently; what nobody expected is counted."""
    found = table.values(
        rows("51001;2024-12;5", "Total;pour;10", "Ensemble;2024-12;5", "999999;2024-12;5"),
        totals=("Total",),
    )
    assert list(found) == [("commune", "51001", "2024-12")]
    assert table.observed is not None
    assert table.observed.left == {"999999": 1, "Ensemble": 1}


@pytest.mark.parametrize(
    ("level", "code"),
    [("commune", "1001"), ("departement", "1"), ("epci", "20003471"), ("region", "1")],
)
def test_a_code_that_lost_its_zero_is_refused(values: Values, level: str, code: str) -> None:
    """1001 may be 01001: neither guessed nor thrown away."""
    with pytest.raises(DataError, match="zéro de tête"):
        values(rows(f"{code};2024-12;5"), covers={level: None}, levels=(level,))


def test_paris_is_the_sum_of_its_arrondissements(values: Values) -> None:
    """Twenty rounded cells: bounds and cells added; the arrondissements stay."""
    found = values(rows(*(f"{code};2024-12;10" for code in PARIS)), fold=True)
    assert found["commune", "75056", "2024-12"] == (200, 160, 240, "rounded", 20)
    assert found["arm", "75101", "2024-12"] == (10, 8, 12, "rounded", 1)
    assert len(found) == 21


def test_a_city_that_lacks_an_arrondissement_has_no_sum(values: Values) -> None:
    """Eight of nine arrondissements would make Lyon too small."""
    found = values(rows(*(f"{code};2024-12;10" for code in LYON[:-1])), fold=True)
    assert found["commune", "69123", "2024-12"][:4] == (None, None, None, "not_published")


def test_a_city_with_a_row_of_its_own_keeps_it(values: Values) -> None:
    """The producer's own number is preferred to a sum."""
    text = rows("69123;2024-12;85", *(f"{code};2024-12;10" for code in LYON))
    assert values(text, fold=True)["commune", "69123", "2024-12"] == (85, 83, 87, "rounded", 1)


def test_arrondissements_beside_their_city_are_left_out(values: Values) -> None:
    """A feed that does not fold gives the city too."""
    found = values(rows("75056;2024-12;100", "75101;2024-12;100"))
    assert list(found) == [("commune", "75056", "2024-12")]


def test_the_rates_of_arrondissements_make_no_city(values: Values) -> None:
    """They stay at their own level."""
    found = values(rows("13201;2024-12;57.4"), fold=True, series=RATE)
    assert list(found) == [("arm", "13201", "2024-12")]


def test_the_cities_have_all_their_arrondissements(table: Table) -> None:
    """The numbers of arrondissements are those of the COG."""
    from diagnostic import territories

    assert table.folder.is_dir()
    for city, (_, count) in CITIES.items():
        assert territories.load().find(city).code == city
        assert count == {"75056": 20, "13055": 16, "69123": 9}[city]


def test_a_file_about_france_has_no_codes(table: Table) -> None:
    """Its rows are France's, with the field that the feed says."""
    text = "mois;n\n2024-12;1811239\n"
    feed = table.feed(levels=("france",), code="", champ="France hors Mayotte")
    (row,) = table.read(table.fetched(text, covers={"france": None}), feed)
    assert (row["level"], row["code"], row["champ"]) == ("france", "france", "France hors Mayotte")


# --- repeated rows, filters ---------------------------------------------------------------------


def test_equal_rows_collapse(values: Values) -> None:
    """5 and 5.0 twice are one cell, not a sum."""
    found = values(rows("51001;2024-12;5", "51001;2024-12;5.0"))
    assert found == {("commune", "51001", "2024-12"): (5, 3, 7, "rounded", 1)}


def test_a_file_whose_codes_are_others_is_refused(values: Values) -> None:
    """A few strange rows are counted; many would read as « not published »."""
    strange = [f"COM-{number:05d};2024-12;5" for number in range(51)]
    with pytest.raises(DataError, match="51 lignes sur 52"):
        values(rows("51001;2024-12;5", *strange))


def test_rows_of_no_place_that_differ_are_added_up(values: Values) -> None:
    """Two rows without code are two places' own; the same row twice is one."""
    found = values(rows("51001;2024-12;5", ";2024-12;30", ";2024-12;10", ";2024-12;10"))
    assert found["custom", "sans-commune", "2024-12"] == (40, 36, 44, "rounded", 2)


def test_an_empty_cell_may_be_a_word_of_the_feed(values: Values) -> None:
    """Where the producer says that a blank is secrecy."""
    found = values(rows("51001;2024-12;"), words={"": "secret"})
    assert found["commune", "51001", "2024-12"][3] == "secret"


def test_rows_that_disagree_are_refused(values: Values) -> None:
    """Without a column that says which is right, none is taken."""
    with pytest.raises(DataError, match=r"plusieurs valeurs pour le code «.51001.» en 2024-12"):
        values(rows("51001;2024-12;5", "51001;2024-12;10"))


def test_the_row_with_the_largest_column_is_right(values: Values) -> None:
    """All series of the place are then taken from that row."""
    text = "code;mois;n;tous\n51001;2024-12;5;100\n51001;2024-12;10;90\n"
    assert values(text, largest="tous")["commune", "51001", "2024-12"][0] == 5


def test_filters_select_again_what_the_api_was_asked(table: Table) -> None:
    """Rows of other kinds, which an API that ignores a filter sends, are not taken."""
    series = (FeedSeries(series="x.n", field="n", where={"type": "RSA majoré"}),)
    text = (
        "code;mois;type;sexe;n\n51001;2024-12;RSA majoré;_T;5\n"
        "51001;2024-12;RSA non majoré;_T;90\n51001;2024-12;RSA majoré;F;3\n"
    )
    found = table.values(text, where={"sexe": "_T"}, series=series)
    assert found == {("commune", "51001", "2024-12"): (5, 5, 5, "exact", 1)}


def test_a_filter_that_selects_nothing_of_a_whole_file_is_refused(table: Table) -> None:
    """A label that the producer rewrote must not read as « not published »."""
    series = (FeedSeries(series="x.n", field="n", where={"type": "RSA majoré"}),)
    with pytest.raises(DataError, match=r"x\.n \(type = RSA majoré"):
        table.values("code;mois;type;n\n51001;2024-12;Rsa majoré;5\n", series=series)


def test_a_part_that_has_nothing_is_an_answer(table: Table) -> None:
    """Codes that were asked and have no row: covered, not an error."""
    fetched = table.fetched("code;mois;n\n", covers={"commune": frozenset({"51001"})})
    assert table.read(fetched, table.feed()) == []
    assert table.observed is not None
    assert table.observed.series == {"x.n": frozenset({"commune"})}


# --- long tables --------------------------------------------------------------------------------

LONG = "GEO_LEVEL;GEO_CODE;mois;n;OBS_STATUS;CONF_STATUS\n"


@pytest.mark.parametrize(
    ("condition", "confidentiality", "expected"),
    [
        ("A", "F", (5, "exact", False)),
        ("", "", (5, "exact", False)),
        ("P", "F", (5, "exact", True)),
        ("W", "F", (5, "exact", False)),
        ("K", "F", (None, "not_published", False)),
        ("L", "F", (None, "not_published", False)),
        ("M", "F", (None, "not_applicable", False)),
        ("A", "C", (None, "secret", False)),
        ("L", "C", (None, "secret", False)),
        ("A", "N", (None, "not_published", False)),
    ],
)
def test_the_status_of_a_long_table_is_ours(
    table: Table, condition: str, confidentiality: str, expected: tuple[Any, ...]
) -> None:
    """What is confidential or counted elsewhere gives no value, even when one is sent."""
    text = f"{LONG}commune;51001;2024-12;5;{condition};{confidentiality}\n"
    feed = table.feed(code="GEO_CODE", series=(FeedSeries(series="x.n", field="n"),))
    (row,) = table.read(table.fetched(text), feed)
    assert (row["value"], row["status"], row["provisional"]) == expected


def test_a_long_table_says_the_cog_of_each_row(table: Table) -> None:
    """2024 as INSEE wrote it before the code; 0 where it did not: a merge since is then seen."""
    text = "GEO_LEVEL;GEO_CODE;GEO_YEAR;mois;n\ncommune;51001;2024;2023-12;5\n"
    text += "commune;51002;;2023-12;5\n"
    feed = table.feed(code="GEO_CODE", geography=1)
    found = table.read(table.fetched(text), feed)
    assert [row["cog_year"] for row in found] == [2024, 0]


def test_a_long_table_says_the_level_of_each_row(table: Table) -> None:
    """Only the levels of the feed and the codes asked are kept; France has one name."""
    text = LONG + "".join(
        f"{place};2024-12;5;A;F\n"
        for place in ("commune;51001", "commune;51002", "epci;200034718", "france;F", "region;44")
    )
    feed = table.feed(code="GEO_CODE", levels=("commune", "epci", "france"))
    covers = {
        "commune": frozenset({"51001"}),
        "epci": frozenset({"200034718"}),
        "france": frozenset({"france"}),
    }
    found = table.read(table.fetched(text, covers=covers), feed)
    assert [(row["level"], row["code"]) for row in found] == [
        ("commune", "51001"),
        ("epci", "200034718"),
        ("france", "france"),
    ]


# --- files --------------------------------------------------------------------------------------


def test_the_three_forms_give_the_same_bytes(table: Table, tmp_path: Path) -> None:
    """CSV with a BOM, JSON lines and Parquet; in another order, and a second time."""
    text = rows("51001;2024-12-01;5", "01001;2024-12-01;10", "01001;2023-12-01;")
    feed = table.feed()
    hashes = []

    def make(**facts: Any) -> None:
        table.read(table.fetched(text, **facts), feed)
        hashes.append(hashlib.sha256(table.target.read_bytes()).hexdigest())

    make(encoding="utf-8-sig")
    lines = tmp_path / "recu.jsonl"
    lines.write_text(
        '{"code":"01001","mois":"2023-12","n":null}\n{"code":"01001","mois":"2024-12","n":10}\n'
        '{"code":"51001","mois":"2024-12","n":"5.0"}\n',
        encoding="utf-8",
    )
    make(path=lines, form="jsonl")
    parquet = tmp_path / "recu.parquet"
    duckdb.sql(
        "SELECT code, DATE '2024-12-01' - INTERVAL (ago) YEAR AS mois, n::DOUBLE AS n FROM "
        "(VALUES ('51001', 0, 5), ('01001', 1, NULL), ('01001', 0, 10)) AS t(code, ago, n)"
    ).write_parquet(str(parquet))
    make(path=parquet, form="parquet")
    make()
    assert len(set(hashes)) == 1


def test_a_file_short_of_its_rows_is_refused(table: Table) -> None:
    """The rows of the file are those that the connector counted, before any filter."""
    fetched = table.fetched(rows("51001;2024-12;5"), rows=2)
    with pytest.raises(DataError, match="1 lignes lues, 2 attendues"):
        table.read(fetched, table.feed())


def test_an_empty_export_is_refused(table: Table) -> None:
    """A whole dataset without a row is no answer."""
    with pytest.raises(DataError, match="aucune ligne"):
        table.values(rows())


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_a_file_that_is_none_is_refused(table: Table, form: Any) -> None:
    """Bytes that are not of the form announced."""
    fetched = table.fetched('<html>\n"a;b\n\x00', form=form, rows=1)
    with pytest.raises(DataError, match=r"Essai, jeu «.essai.».: fichier illisible|colonnes"):
        table.read(fetched, table.feed())


def test_a_column_that_is_gone_is_refused(table: Table) -> None:
    """Named, unless the connector said that it is missing: the series has then no row."""
    text = "code;mois;n\n51001;2024-12;5\n"
    series = (FeedSeries(series="x.n", field="n"), FeedSeries(series="x.m", field="m"))
    with pytest.raises(DataError, match=r"absentes.: m"):
        table.values(text, series=series)
    fetched = table.fetched(text, missing=("m",))
    assert [row["series"] for row in table.read(fetched, table.feed(series=series))] == ["x.n"]
    assert table.observed is not None
    assert set(table.observed.series) == {"x.n"}


def test_the_line_of_units_of_a_workbook_is_no_row(values: Values) -> None:
    """It stands under the names of columns, without code and without number."""
    assert list(values("code;mois;n\n;;en nombre\n51001;2024-12;5\n")) == [
        ("commune", "51001", "2024-12")
    ]


def test_a_bench_that_is_stopped_ends(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work under way is left as an interruption, whatever DuckDB calls it."""
    bench = Bench()

    def stopped(base: Any, _: Any) -> None:
        bench.stop()
        base.execute("a query that fails")

    monkeypatch.setattr(observations, "_source", stopped)
    with pytest.raises(KeyboardInterrupt):
        bench.observe(table.fetched(rows("51001;2024-12;5")), table.feed(), "Essai", table.target)
    assert not table.target.exists()
