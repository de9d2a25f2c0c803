"""The files of a COG and of outlines as they are written: columns, order, sums."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

Row = dict[str, Any]
Rows = list[Row]

TERRITORIES = {
    "level": "VARCHAR",
    "code": "VARCHAR",
    "name": "VARCHAR",
    "tncc": "TINYINT",
    "nature": "VARCHAR",
    "commune": "VARCHAR",
    "epci": "VARCHAR",
    "ept": "VARCHAR",
    "arrondissement": "VARCHAR",
    "departement": "VARCHAR",
    "region": "VARCHAR",
    "population": "INTEGER",
    "key": "VARCHAR",
}
FORMER = {
    "code": "VARCHAR",
    "name": "VARCHAR",
    "kind": "VARCHAR",
    "became": "VARCHAR",
    "key": "VARCHAR",
}
VINTAGES = {
    "year": "SMALLINT",
    "level": "VARCHAR",
    "code": "VARCHAR",
    "name": "VARCHAR",
    "tncc": "TINYINT",
    "nature": "VARCHAR",
    "epci": "VARCHAR",
}
MOVEMENTS = {
    "date": "VARCHAR",
    "kind": "VARCHAR",
    "before": "VARCHAR",
    "after": "VARCHAR",
    "name_before": "VARCHAR",
    "name_after": "VARCHAR",
}
OUTLINES = {
    "code": "VARCHAR",
    "crs": "SMALLINT",
    "state": "VARCHAR",
    "xmin": "INTEGER",
    "ymin": "INTEGER",
    "xmax": "INTEGER",
    "ymax": "INTEGER",
    "geometry": "BLOB",
}
# The files of a COG: the columns of each, and the order of its rows.
COG = {
    "territories": (TERRITORIES, "level, code"),
    "former": (FORMER, "code, name"),
    "vintages": (VINTAGES, "level, code, year"),
    "movements": (MOVEMENTS, "date, before, after, kind"),
}


def total(members: Rows) -> int | None:
    """The members' inhabitants, None when one is not known."""
    populations = [row["population"] for row in members]
    return None if None in populations or not populations else sum(populations)


def seat(members: Rows) -> tuple[str, str | None]:
    """The département and région where most of the members' inhabitants live."""
    weight: Counter[tuple[str, str | None]] = Counter()
    for member in members:
        weight[member["departement"], member["region"]] += member["population"] or 0
    return min(weight, key=lambda place: (-weight[place], place))


def write(path: Path, rows: Rows, columns: Mapping[str, str], order: str) -> None:
    """`rows` as one Parquet file, the same bytes for the same rows."""
    import pandas as pd  # noqa: PLC0415 - heavy, and only for who writes

    frame = pd.DataFrame(rows, columns=list(columns), dtype=object)
    cast = ", ".join(f"CAST({name} AS {kind}) AS {name}" for name, kind in columns.items())
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.register("rows", frame)
        connection.sql(f"SELECT {cast} FROM rows ORDER BY {order}").write_parquet(  # noqa: S608
            str(path), compression="zstd", row_group_size=200_000
        )


def manifest(folder: Path, **facts: Any) -> None:
    """Write the sha256 of every Parquet file of `folder`, which its reader checks, and `facts`."""
    sums = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.glob("*.parquet"))
    }
    text = json.dumps({**sums, **facts}, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    (folder / "manifest.json").write_text(text, "utf-8", newline="\n")
