"""Parquet files of the COG and of outlines, read only when they are as they were written."""

from __future__ import annotations

import glob
from pathlib import Path
from typing import Any

import duckdb

from diagnostic import resources
from diagnostic.errors import DataError


def hint(path: Path) -> str:
    """What to do about a damaged file: a shipped one, or one of the user's store."""
    if any(path.is_relative_to(resources.folder(name)) for name in ("data", "shapefiles")):
        return "Réinstallez le paquet diagnostic-territorial."
    return f"Supprimez {path.parent}, puis relancez «\u00a0diagnostic data territories\u00a0»."


def query(path: Path, sql: str, values: dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
    """The rows of `sql`, which names the file `shipped`. Raises DataError on a damaged file."""
    if damage := resources.damage(path):
        raise DataError(f"fichier de données {damage}\u00a0: {path}", hint=hint(path))
    with duckdb.connect(config={"threads": 1}) as connection:
        # DuckDB would take `*` in the name of a folder for any name, and `level=…` for a column.
        name = glob.escape(str(path))
        connection.read_parquet(name, hive_partitioning=False).create_view("shipped")
        return connection.execute(sql, values or {}).fetchall()
