"""The sample's CSV files read as rows of text, and the numbers in them as exact decimals."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from diagnostic.errors import DataError

Row = dict[str, str]


@dataclass(frozen=True)
class Table:
    """One CSV file: its rows as text and the sha256 of its bytes."""

    name: str
    rows: tuple[Row, ...]
    sha256: str

    def where(self, **cells: str) -> list[Row]:
        """The rows whose columns hold these texts."""
        return [row for row in self.rows if all(row[key] == text for key, text in cells.items())]


def read(folder: Path, names: Iterable[str]) -> dict[str, Table]:
    """The files `names` (without .csv) of the sample, by name. Raises DataError when one lacks."""
    return {name: _table(folder / f"{name}.csv", name) for name in names}


def number(text: str) -> Decimal | None:
    """The number written, None for an empty cell (a null of the source, never a zero)."""
    return Decimal(text) if text else None


def _table(path: Path, name: str) -> Table:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path} : fichier de l'extrait illisible ({error})") from error
    lines = content.decode("utf-8-sig").splitlines()
    rows = tuple(csv.DictReader(lines, delimiter=";"))
    if not rows or any(None in row or None in row.values() for row in rows):
        raise DataError(f"{path} : fichier vide, ou ligne qui n'a pas les colonnes de l'en-tête")
    return Table(name, rows, hashlib.sha256(content).hexdigest())
