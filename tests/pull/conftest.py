"""Small files as producers send them, and what they become."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import duckdb
import pytest

from diagnostic.model import Feed, FeedSeries, Fetched, Rounding, Wanted
from diagnostic.pull.observations import Bench, Observed

Observation = dict[str, Any]


class Table:
    """A producer's file and the feed that reads it, changed at will by a test."""

    def __init__(self, folder: Path) -> None:
        """Write in `folder`."""
        self.folder = folder
        self.observed: Observed | None = None
        self.target = folder / "observations.parquet"

    def feed(self, **facts: Any) -> Feed:
        """A feed of communes with one series rounded to 5."""
        known: dict[str, Any] = {
            "id": "essai",
            "portal": "essai",
            "dataset": "essai",
            "title": "Essai",
            "levels": ("commune",),
            "code": "code",
            "period": "mois",
            "series": (FeedSeries(series="x.n", field="n", rounding=Rounding(step=5)),),
        }
        return Feed(**(known | facts))

    def fetched(self, text: str, **facts: Any) -> Fetched:
        """The CSV `text`, lines of cells between semicolons, as a connector hands it over."""
        path = self.folder / "recu.csv"
        path.write_text(text, encoding=facts.pop("encoding", "utf-8"))
        known: dict[str, Any] = {
            "path": path,
            "form": "csv",
            "rows": text.count("\n") - 1,
            "sha256": "0" * 64,
            "size": path.stat().st_size,
            "address": "https://exemple.test",
            "covers": {"commune": None},
        }
        return Fetched(**(known | facts))

    def read(self, fetched: Fetched, feed: Feed) -> list[Observation]:
        """The observations of the file, in the order of the file made."""
        self.observed = Bench().observe(fetched, feed, "Essai", self.target)
        found = duckdb.execute(f"SELECT * FROM read_parquet('{self.target}')")  # noqa: S608
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def values(
        self, text: str, covers: Wanted | None = None, **facts: Any
    ) -> dict[tuple[str, str, str], tuple[Any, ...]]:
        """By level, code and period: value, lower, upper, status and cells of the only series."""
        told: Mapping[str, Any] = {} if covers is None else {"covers": covers}
        rows = self.read(self.fetched(text, **told), self.feed(**facts))
        return {
            (row["level"], row["code"], row["period"]): (
                row["value"],
                row["lower"],
                row["upper"],
                row["status"],
                row["cells"],
            )
            for row in rows
        }


@pytest.fixture
def table(tmp_path: Path) -> Table:
    """A file of a producer, to be written."""
    return Table(tmp_path)


Values = Callable[..., dict[tuple[str, str, str], tuple[Any, ...]]]


@pytest.fixture
def values(table: Table) -> Values:
    """The observations of a CSV, by level, code and period."""
    return table.values
