"""Insee's official movements of communes since 1943 as one small Parquet file."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

from diagnostic.territories.names import printed
from diagnostic.territories.tables import COG, Rows, manifest, write
from embedded.cog import CheckError

# Insee's codes of events that move a commune's ground or its code; changes of name (10) do not.
KINDS = {
    "20": "création",
    "21": "rétablissement",
    "30": "suppression",
    "31": "fusion",
    "32": "commune nouvelle",
    "33": "fusion-association",
    "41": "changement de département",
    "50": "changement de code",
}


def build(source: Path, folder: Path) -> str:
    """Write `folder`/movements.parquet from Insee's file; the line to show.

    Only what becomes of whole communes is kept. Raises CheckError when the file is not Insee's.
    """
    with gzip.open(source, "rt", encoding="utf-8", newline="") as lines:
        rows = [
            {
                "date": row["DATE_EFF"],
                "kind": KINDS[row["MOD"]],
                "before": row["COM_AV"],
                "after": row["COM_AP"],
                "name_before": printed(row["LIBELLE_AV"]),
                "name_after": printed(row["LIBELLE_AP"]),
            }
            for row in csv.DictReader(lines)
            if row["MOD"] in KINDS and row["TYPECOM_AV"] == row["TYPECOM_AP"] == "COM"
        ]
    check(rows)
    write(folder / "movements.parquet", rows, *COG["movements"])
    manifest(folder)
    return f"mouvements de communes : {len(rows)}, du {rows[-1]['date']} au {rows[0]['date']}"


def check(rows: Rows) -> None:
    """Raise CheckError unless two events that anybody can look up are there."""
    found = {(row["date"], row["before"], row["after"]) for row in rows}
    for event in (("2023-01-01", "51063", "51457"), ("2025-01-01", "15141", "15031")):
        if event not in found:
            raise CheckError(f"mouvement {' '.join(event)} absent du fichier de l’Insee")
