"""How many rows the ranked dots keep, and what they say of the others."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from diagnostic.engine import charts
from diagnostic.model import RankedRow


def _ledger(count: int) -> Any:
    """A ledger of `count` figures, the code of each its own name."""
    return SimpleNamespace(figures={str(n): SimpleNamespace(code=str(n)) for n in range(count)})


def _rows(count: int) -> list[RankedRow]:
    return [RankedRow(figure=str(n)) for n in range(count)]


def test_rows_left_out_are_counted_where_they_are_missing() -> None:
    """Of 60 with the territory 31st: ranks 1–10, 25–37 and 51–60; 14 then 13 are left out."""
    kept, unranked, note = charts.fit(_rows(60), [], _ledger(60), "30")
    assert [int(row.figure) for row in kept] == [*range(10), *range(24, 37), *range(50, 60)]
    assert {row.figure: row.skipped for row in kept if row.skipped} == {"24": 14, "50": 13}
    assert unranked == []
    assert note.startswith("27\u00a0communes ne figurent pas ici")


def test_a_territory_without_rank_leaves_one_gap() -> None:
    """Of 60 ranked without the territory: the first ten and the last ten, 40 between."""
    kept, _, note = charts.fit(_rows(60), [RankedRow(figure="60")], _ledger(61), "60")
    assert [(row.figure, row.skipped) for row in kept if row.skipped] == [("50", 40)]
    assert note.startswith("41\u00a0communes")


def test_a_page_of_rows_has_no_gap() -> None:
    """35 rows are all shown."""
    kept, _, note = charts.fit(_rows(35), [], _ledger(35), "3")
    assert (len(kept), {row.skipped for row in kept}, note) == (35, {0}, "")
