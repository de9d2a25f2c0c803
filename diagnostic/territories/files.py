"""The shipped Parquet files, read only when they are those that were shipped."""

from __future__ import annotations

import glob
import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from diagnostic.errors import DataError

_HINT = "Réinstallez le paquet diagnostic-territorial."


def query(path: Path, sql: str, values: dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
    """The rows of `sql`, which names the file `shipped`. Raises DataError on a damaged file."""
    _verify(path)
    with duckdb.connect(config={"threads": 1}) as connection:
        # DuckDB would take `*` in the name of a folder for any name, and `level=…` for a column.
        name = glob.escape(str(path))
        connection.read_parquet(name, hive_partitioning=False).create_view("shipped")
        return connection.execute(sql, values or {}).fetchall()


@cache
def _verify(path: Path) -> None:
    """Compare the file to the sha256 that the manifest of its folder holds."""
    try:
        expected = json.loads((path.parent / "manifest.json").read_text("utf-8"))[path.name]
        found = hashlib.sha256(path.read_bytes()).hexdigest()
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise DataError(f"fichier de données illisible\u00a0: {path}", hint=_HINT) from error
    if expected != found:
        raise DataError(f"fichier de données altéré\u00a0: {path}", hint=_HINT)
