"""Editions of the user's own geography: folders written once, of which the newest is read.

ROOT/cog and ROOT/shapefiles of a store hold one folder an edition, named by its year and its
contents, in the layout of data/cog and shapefiles/. Its manifest has the sha256 of each file and
says its year, when it was retrieved and from whom.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from diagnostic.errors import DataError
from diagnostic.territories.files import hint

MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition: the COG's year that it describes, and what its manifest says in words."""

    folder: Path
    year: int
    retrieved: str
    facts: dict[str, str] = field(default_factory=dict, compare=False)


def listed(folder: Path) -> list[Edition]:
    """The editions of ROOT/cog or ROOT/shapefiles by year, the last retrieved of each year last.

    Raises DataError for a manifest that cannot be read; the files are checked when they are read.
    """
    found = map(_read, folder.glob(f"*/{MANIFEST}"))
    return sorted(found, key=lambda one: (one.year, one.retrieved, one.folder.name))


def facts(folder: Path) -> dict[str, str]:
    """What the manifest of an edition says in words: "credit", "licence"… Raises DataError."""
    return _read(folder / MANIFEST).facts


def _read(path: Path) -> Edition:
    try:
        table = json.loads(path.read_bytes())
        words = {name: text for name, text in table.items() if not name.endswith(".parquet")}
        year = words.pop("year")
        if not isinstance(year, int):
            raise TypeError("l’année n’est pas un nombre")
        return Edition(path.parent, year, str(words.pop("retrieved")), words)
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise DataError(f"{path}\u00a0: manifeste abîmé ({error})", hint=hint(path)) from error
