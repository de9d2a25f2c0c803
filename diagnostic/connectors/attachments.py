"""Workbooks attached to a dataset, made into one table of rows like any other."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

from diagnostic.connectors import workbooks
from diagnostic.errors import DataError
from diagnostic.model import Feed
from diagnostic.wording.typography import NBSP

_YEAR = "{year}"


def flatten(path: Path, feed: Feed, into: Path) -> tuple[int, tuple[str, ...]]:
    """Write the columns of the feed, from its sheet or its sheets one a year, as CSV in `into`.

    Returns the number of rows, and the columns of values that no sheet has. A column that one
    year lacks is empty for that year. Raises DataError for a workbook that cannot be read, and
    for one without the sheet, the codes, the periods or the columns that select rows.
    """
    book = workbooks.load(path)
    pages = [_Page(book, feed, sheet, year) for sheet, year in _sheets(book, feed)]
    there = {name for page in pages for name in page.names}
    columns = [name for name in feed.fields() if name in there]
    values = {one.field for one in feed.series}
    if not values & there:
        raise DataError(
            f"le classeur n’a aucune des colonnes attendues{NBSP}: {', '.join(sorted(values))}",
            hint=f"Ses colonnes{NBSP}: {', '.join(pages[0].names)}.",
        )
    rows = 0
    with into.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, delimiter=";", lineterminator="\n")
        writer.writerow(columns)
        for page in pages:
            for row in page.rows(columns):
                writer.writerow(row)
                rows += 1
    return rows, tuple(name for name in feed.fields() if name not in there)


def _sheets(book: workbooks.Workbook, feed: Feed) -> list[tuple[str, str]]:
    """The sheets that hold the feed, each with its year, "" when the rows say it."""
    if _YEAR not in feed.sheet:
        return [(feed.sheet or book.sheets[0], "")]
    pattern = re.compile(re.escape(feed.sheet).replace(re.escape(_YEAR), r"(\d{4})"))
    found = [
        (sheet, year[1]) for sheet in book.sheets if (year := pattern.fullmatch(sheet.strip()))
    ]
    if not found:
        raise DataError(
            f"le classeur n’a pas de feuille «{NBSP}{feed.sheet}{NBSP}»",
            hint=f"Ses feuilles{NBSP}: {', '.join(book.sheets)}.",
        )
    return sorted(found, key=lambda pair: pair[1])


class _Page:
    """One sheet: the names of its columns, the year of all its rows when it bears one."""

    def __init__(self, book: workbooks.Workbook, feed: Feed, sheet: str, year: str) -> None:
        self._rows = book.rows(sheet)
        above = (row for line, row in enumerate(self._rows, 1) if line == feed.header)
        self._places = {name: at for at, name in enumerate(workbooks.named(next(above, [])))}
        self._year = {feed.period: year} if year else {}
        self.names = [*self._places, *self._year]
        needed = [feed.code, feed.period, feed.largest, *feed.where]
        needed += [name for one in feed.series for name in one.where]
        lacking = [name for name in dict.fromkeys(needed) if name and name not in self.names]
        if lacking:
            raise DataError(
                f"la ligne {feed.header} de la feuille «{NBSP}{sheet}{NBSP}» ne nomme pas "
                f"{', '.join(lacking)}",
                hint=f"Ses colonnes{NBSP}: {', '.join(self._places)}.",
            )

    def rows(self, columns: list[str]) -> Iterator[list[str]]:
        """The rows under the names, blank ones left out, in the order of `columns`."""
        for row in self._rows:
            if any(cell.strip() for cell in row):
                yield [self._cell(row, name) for name in columns]

    def _cell(self, row: list[str], name: str) -> str:
        if name in self._year:
            return self._year[name]
        place = self._places.get(name, len(row))
        return row[place].strip() if place < len(row) else ""
