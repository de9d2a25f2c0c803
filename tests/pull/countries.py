"""A country of some EPCI, as a COG on disk: what the tests of geography know before they pull."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from pathlib import Path

from diagnostic import territories as room
from diagnostic.territories import Territories, tables

VITRY, PARIS, REUNION = "200034718", "200054781", "249740077"
NEIGHBOUR = "200066876"


@cache
def communes(epcis: Collection[str] = (VITRY, NEIGHBOUR, PARIS, REUNION)) -> tuple[str, ...]:
    """The codes of the communes of these EPCI."""
    rows = room.load().rows("territories")
    return tuple(r["code"] for r in rows if r["level"] == "commune" and r["epci"] in epcis)


def country(folder: Path) -> Territories:
    """The COG of 2026 of these communes alone, written in `folder`."""
    whole, held = room.load(), set(communes())
    rows = whole.rows("territories")
    kept = [row for row in rows if row["level"] == "commune" and row["code"] in held]
    groups = {
        (level, row[level])
        for row in kept
        for level in ("epci", "ept", "arrondissement", "departement", "region")
    }
    rows = [
        row
        for row in rows
        if row in kept or row["commune"] in held or (row["level"], row["code"]) in groups
    ]
    for row in rows:
        if row["level"] not in ("commune", "arm"):
            members = [one for one in kept if one[row["level"]] == row["code"]]
            row["population"] = tables.total(members)
            if row["level"] == "epci":
                row["departement"], row["region"] = tables.seat(members)
    former = [row for row in whole.rows("former") if row["became"] in held]
    known = held | {row["code"] for row in former}
    vintages = [row for row in whole.rows("vintages") if row["code"] in known]
    written = {
        "territories": rows, "former": former, "vintages": vintages,
        "movements": whole.rows("movements"),
    }  # fmt: skip
    folder.mkdir(parents=True)
    for name, (columns, order) in tables.COG.items():
        tables.write(folder / f"{name}.parquet", written[name], columns, order)
    tables.manifest(folder)
    return Territories(folder)
