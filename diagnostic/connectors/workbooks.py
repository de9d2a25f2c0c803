"""Workbooks (XLSX, ODS) read as rows of text, weighed before anything of theirs is opened."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from diagnostic.connectors import archives
from diagnostic.errors import DataError, reason

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

HEAVIEST = 200_000_000

_OLE = b"\xd0\xcf\x11\xe0"
_SAVE = (
    "Ouvrez-le dans un tableur et enregistrez la feuille utile en .csv, ou le classeur en .xlsx"
    " sans mot de passe."
)


@dataclass(frozen=True, slots=True)
class Workbook:
    """A workbook that was weighed and opened; `sheets` are its names, in order, never none."""

    path: Path
    sheets: tuple[str, ...]
    book: CalamineWorkbook

    def rows(self, sheet: str) -> Iterator[list[str]]:
        """The rows of a sheet from its first, as text: the n-th is the row n of a spreadsheet.

        A number has at most 15 digits and no useless decimal ("9822", "0.1"), a date is ISO, an
        empty cell is "", as is one in error (#N/A). Raises DataError when the sheet is damaged
        or when there is none of that name.
        """
        from python_calamine import CalamineError  # noqa: PLC0415 - heavy

        if sheet not in self.sheets:
            raise DataError(
                f"{self.path}\u00a0: le classeur n’a pas de feuille «\u00a0{sheet}\u00a0»",
                hint=f"Ses feuilles\u00a0: {', '.join(self.sheets)}.",
            )
        try:
            page: CalamineSheet = self.book.get_sheet_by_name(sheet)
        except CalamineError as error:
            where = f"{self.path}, feuille «\u00a0{sheet}\u00a0»"
            raise DataError(f"{where}\u00a0: abîmée ({error})", hint=_SAVE) from error
        before = [""] * (page.start[1] if page.start else 0)
        for row in page.iter_rows():
            yield [*before, *map(text, row)]


def load(path: Path) -> Workbook:
    """The workbook at `path`, whatever its name says.

    Raises DataError when it is unreadable, no workbook, protected, heavier than it may be, or
    without any sheet.
    """
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415 - heavy

    content = _content(path)
    if not archives.weigh(path, content) & {"content.xml", "xl/workbook.xml"}:
        raise DataError(f"{path}\u00a0: ce n’est pas un classeur .xlsx ou .ods", hint=_SAVE)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = tuple(book.sheet_names)
        if not sheets:
            raise DataError(f"{path}\u00a0: le classeur n’a aucune feuille", hint=_SAVE)
    except CalamineError as error:
        raise DataError(f"{path}\u00a0: classeur abîmé ({error})", hint=_SAVE) from error
    return Workbook(path, sheets, book)


def to_csv(path: Path, sheet: str, header: int, into: Path) -> int:
    """Write a sheet of the workbook `path` as CSV (UTF-8, semicolons) in the new file `into`.

    `header` is the number of the row of names, as a spreadsheet counts. The rows above it and
    the blank ones are left out; `named` tells the names. Returns the number of rows below the
    header. Raises DataError as `load` and `Workbook.rows` do, and when that row is empty.
    """
    rows = load(path).rows(sheet)
    names = next((row for line, row in enumerate(rows, 1) if line == header), [])
    if not any(names):
        where = f"{path}, feuille «\u00a0{sheet}\u00a0»"
        raise DataError(
            f"{where}\u00a0: la ligne {header} ne nomme aucune colonne",
            hint="Donnez le numéro de la ligne des noms de colonnes, comme le tableur les compte.",
        )
    count = 0
    with into.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, delimiter=";", lineterminator="\n")
        writer.writerow(named(names))
        for row in rows:
            if any(cell.strip() for cell in row):
                writer.writerow(row)
                count += 1
    return count


def named(cells: Sequence[str]) -> list[str]:
    """Names of columns, all there and all different: no name is "A", a second Total "Total (2)"."""
    taken: set[str] = set()
    names = []
    for place, cell in enumerate(cells):
        plain = name = " ".join(cell.split()) or letter(place)
        rank = 1
        while name in taken:
            rank += 1
            name = f"{plain} ({rank})"
        taken.add(name)
        names.append(name)
    return names


def letter(place: int) -> str:
    """The letters by which a spreadsheet calls the column at `place`, counted from 0."""
    found = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        found = chr(ord("A") + rest) + found
    return found


def text(cell: Any) -> str:
    """What a cell says, as text without the noise of floating numbers."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        # A spreadsheet keeps 15 digits: the others are how a computer writes 0.1 + 0.2.
        return str(int(cell)) if cell.is_integer() else format(Decimal(f"{cell:.15g}"), "f")
    if isinstance(cell, datetime.datetime) and cell.time() == datetime.time():
        return cell.date().isoformat()
    if isinstance(cell, datetime.datetime):
        return cell.isoformat(" ")
    if isinstance(cell, datetime.date | datetime.time):
        return cell.isoformat()
    return str(cell)


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > HEAVIEST:
            raise DataError(
                f"{path}\u00a0: classeur de plus de {HEAVIEST // 1_000_000}\u00a0Mo", hint=_SAVE
            )
        content = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path}\u00a0: fichier illisible ({reason(error)})") from error
    if content.startswith(_OLE):
        what = "classeur d’ancien format (.xls), ou protégé par un mot de passe"
        raise DataError(f"{path}\u00a0: {what}", hint=_SAVE)
    return content
