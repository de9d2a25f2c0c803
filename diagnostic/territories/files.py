"""The shipped Parquet files, read only when they are those that were shipped."""

from __future__ import annotations

import glob
from pathlib import Path
from typing import Any

import duckdb

from diagnostic import resources
from diagnostic.errors import DataError

_HINT = "Réinstallez le paquet diagnostic-territorial."


def query(path: Path, sql: str, values: dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
    """The rows of `sql`, which names the file `shipped`. Raises DataError on a damaged file."""
    if damage := resources.damage(path):
        raise DataError(f"fichier de données {damage}\u00a0: {path}", hint=_HINT)
    with duckdb.connect(config={"threads": 1}) as connection:
        # DuckDB would take `*` in the name of a folder for any name, and `level=…` for a column.
        name = glob.escape(str(path))
        connection.read_parquet(name, hive_partitioning=False).create_view("shipped")
        return connection.execute(sql, values or {}).fetchall()
