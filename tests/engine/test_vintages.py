"""Past communes brought to today's: merges summed with bounds, divisions and medians refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from diagnostic import catalogue, engine, spec, store, territories
from diagnostic.catalogue import Catalogue
from diagnostic.engine.vintages import Rebased, history, rebase
from diagnostic.model import Level, Origin, Prose, ReportData, Series
from diagnostic.store import Observations
from diagnostic.territories.movements import Movement, Movements

DAY = "2023-01-01"


def series(name: str, kind: Any) -> Series:
    """A series of an invented catalogue."""
    return Series(
        id=name, label=name, definition="", unit="", theme="", producer="", dataset="", field="",
        kind=kind, population="", levels=("commune",), frequency="", periods="", licence="",
        link="",
    )  # fmt: skip


CATALOGUE = Catalogue({"n": series("n", "count"), "m": series("m", "median")}, {}, {}, ())


def cell(
    code: str, value: float | None, *, name: str = "n", year: int = 2022, status: str = "rounded",
    reach: float = 2, level: str = "commune", cells: int = 1,
) -> tuple[Any, ...]:  # fmt: skip
    """A row of the store for December 2021."""
    low = None if value is None else max(0.0, value - reach)
    high = None if value is None else value + reach
    return (name, level, code, "2021-12", value, low, high, status, False, "", year, cells)


def brought(moves: list[Movement], *rows: tuple[Any, ...], wanted: str = "AB") -> Rebased:
    """The rows on the COG of 2026, seen from the communes wanted."""
    found = Observations({row[:4]: (row, "o") for row in rows}, {})
    return rebase(found, wanted, Movements(moves), CATALOGUE, 2026)


MERGE = [Movement(DAY, "commune nouvelle", code, "A", f"N{code}", "NA") for code in "AB"]
SPLIT = [Movement(DAY, "rétablissement", "A", code, "NA", f"N{code}") for code in "AB"]


def key(code: str, name: str = "n") -> tuple[str, str, str, str]:
    """Where the store keeps a row."""
    return name, "commune", code, "2021-12"


def test_merged_communes_add_up_with_their_bounds() -> None:
    """10 from 8 to 12 and 0 from 0 to 2 make 10 from 8 to 14, of two rounded cells."""
    found = brought(MERGE, cell("A", 10), cell("B", 0))
    row, origin = found.observations.rows[key("A")]
    assert row[4:8] == (10, 8, 14, "rounded")
    assert row[10:] == (2026, 2)
    assert origin == "o"
    assert key("B") not in found.observations.rows
    assert found.refused == {}
    assert found.since == 2022


def test_the_least_sure_part_makes_the_sum() -> None:
    """An exact and an estimated part make an estimate."""
    found = brought(MERGE, cell("A", 1, status="exact"), cell("B", 2, status="estimated"))
    assert found.observations.rows[key("A")][0][7] == "estimated"


@pytest.mark.parametrize("gone", [None, "absent"])
def test_a_merge_with_a_part_missing_is_refused(gone: str | None) -> None:
    """Neither an empty row nor an absent one is a zero."""
    parts = [cell("A", 10)] + ([cell("B", None, status="unknown")] if gone is None else [])
    found = brought(MERGE, *parts)
    assert key("A") not in found.observations.rows
    assert found.refused[key("A")].status == "unknown"
    assert "1 de ses 2 anciennes communes" in found.refused[key("A")].reason


def test_medians_of_merged_communes_do_not_add_up() -> None:
    """The median of A before the merge is not that of the A of today."""
    found = brought(MERGE, cell("A", 20000, name="m"), cell("B", 21000, name="m"))
    assert found.observations.rows == {}
    assert "médianes" in found.refused[key("A", "m")].reason


def test_the_number_of_a_divided_commune_is_nobody_s() -> None:
    """Neither A nor B of today is the A of 2022."""
    found = brought(SPLIT, cell("A", 10))
    assert found.observations.rows == {}
    assert set(found.refused) == {key("A"), key("B")}
    assert all("divisée" in absence.reason for absence in found.refused.values())


def test_a_change_of_code_carries_everything_a_median_too() -> None:
    """A becomes Z, whole: its median is that of Z."""
    moves = [Movement(DAY, "changement de code", "A", "Z", "NA", "NA")]
    found = brought(moves, cell("A", 20000, name="m"), wanted="Z")
    row, _ = found.observations.rows[key("Z", "m")]
    assert row[:5] == ("m", "commune", "Z", "2021-12", 20000)


@pytest.mark.parametrize("year", [0, 2023, 2026])
def test_a_row_of_a_later_cog_or_of_none_stays_as_it_is(year: int) -> None:
    """On 1 January 2023 the merge was done; a COG that is not known is left alone."""
    row = cell("A", 10, year=year)
    found = brought(MERGE, row)
    assert found.observations.rows[key("A")] == (row, "o")
    assert found.refused == {}


def test_a_later_cog_is_not_undone_by_what_is_left_of_an_older_one() -> None:
    """Two editions: the newer has the A of today, the older one still had B, or the old code."""
    today = cell("A", 30, year=2026)
    found = brought(MERGE, today, cell("B", 10))
    assert found.observations.rows == {key("A"): (today, "o")}
    assert found.refused == {}
    moves = [Movement(DAY, "changement de code", "Y", "A", "NY", "NA")]
    assert brought(moves, today, cell("Y", 10)).observations.rows == {key("A"): (today, "o")}


def test_other_levels_are_not_touched() -> None:
    """An EPCI of the same code as a commune, in an old COG, is no commune."""
    row = cell("A", 10, level="epci")
    assert brought(MERGE, row).observations.rows[row[:4]] == (row, "o")


def said(moves: list[Movement], code: str = "A") -> list[str]:
    """The history of Aune, whose code it is."""
    return history("Aune", code, [move for move in moves if move.before != move.after])


def test_history_of_a_merge() -> None:
    """What was joined, when, and what became of the numbers of before."""
    (event,) = said(MERGE)
    assert event.startswith(
        "Aune réunit depuis le 1ᵉʳ\u00a0janvier\u00a02023 le territoire d’une autre commune "
        "(commune nouvelle)\u00a0: NB. Les effectifs antérieurs sont la somme"
    )
    third = Movement(DAY, "commune nouvelle", "C", "A", "NC", "NA")
    assert "de 2 autres communes (commune nouvelle)\u00a0: NB et NC." in said([*MERGE, third])[0]


def test_history_of_a_division() -> None:
    """What the one lost and what the other was."""
    (lost,) = said(SPLIT)
    assert "a perdu le 1ᵉʳ\u00a0janvier\u00a02023 le territoire d’une autre commune" in lost
    (made,) = said(SPLIT, "B")
    assert made.startswith(
        "Aune existe depuis le 1ᵉʳ\u00a0janvier\u00a02023 (rétablissement)\u00a0: "
        "son territoire était à NA."
    )


def test_history_of_a_code_and_of_nothing() -> None:
    """A new code, and a commune that never moved."""
    recoded = [Movement(DAY, "changement de code", "Y", "A", "NY", "NA")]
    assert said(recoded) == ["Aune a changé de code le 1ᵉʳ\u00a0janvier\u00a02023."]
    assert said([]) == []


def test_the_method_tells_what_happened(tmp_path: Path) -> None:
    """Cœur-de-la-Vallée of 2022 was three communes: 10, 20 and 30 households make 60."""
    cells = [
        ("caf.ndur.foyers", "commune", code, "2021-12", value, value - 2, value + 2, "rounded",
         False, "", 2022, 1)
        for code, value in (("51457", 10.0), ("51063", 20.0), ("51637", 30.0))
    ]  # fmt: skip
    report = _report(tmp_path, cells)
    figure = report.figures["allocataires/commune/51457/2021-12"]
    assert (figure.value, figure.lower, figure.upper) == (60, 54, 66)
    (said,) = [
        block.markdown
        for section in report.sections
        for block in section.blocks
        if block.id == "methode-communes" and isinstance(block, Prose)
    ]
    assert "Cœur-de-la-Vallée réunit depuis le 1ᵉʳ\u00a0janvier\u00a02023" in said
    assert "Binson-et-Orquigny et Villers-sous-Châtillon" in said


def _report(root: Path, cells: list[tuple[Any, ...]]) -> ReportData:
    """The SPPE report of Cœur-de-la-Vallée from these cells alone."""
    keeper = store.Keeper(root)
    with keeper.incoming() as folder, duckdb.connect() as base:
        base.execute(
            "CREATE TABLE t (series VARCHAR, level VARCHAR, code VARCHAR, period VARCHAR, "
            "value DOUBLE, lower DOUBLE, upper DOUBLE, status VARCHAR, provisional BOOLEAN, "
            "champ VARCHAR, cog_year SMALLINT, cells SMALLINT)"
        )
        base.executemany("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", cells)
        path = folder / "cells.parquet"
        rows = store.write(base, "t", path)
        origin = Origin(
            id="o", producer="Cnaf", dataset="d", title="T", address="", licence="LO",
            edition="2026-11", retrieved="2026-11",
        )  # fmt: skip
        levels: dict[str, frozenset[Level]] = {"caf.ndur.foyers": frozenset({"commune"})}
        keeper.keep(
            store.Draft(
                feed="f", path=path, rows=rows, series=levels, covers={"commune": None},
                origin=origin,
            )
        )  # fmt: skip
    known, places = catalogue.load(), territories.load()
    return engine.assemble(
        spec.load("sppe", known), places.get("commune", "51457"), territories=places,
        catalogue=known, store=store.Store([root]),
    )  # fmt: skip
