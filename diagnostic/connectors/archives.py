"""Archives of workbooks, weighed whole: what would fill the memory is refused unopened.

A spreadsheet reader holds every cell up to the last one, empty or not, so that a workbook of a
few kilobytes may ask for all the memory: by members that unpack without end, by one cell at the
far corner of a sheet, or by cells repeated.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from xml.parsers import expat

from diagnostic.errors import DataError

LARGEST = 1_000_000_000  # bytes of all the members, unpacked
SMALL = 10_000_000  # bytes of a member below which its ratio does not matter
RATIO = 200  # how many times over a larger member may unpack
MEMBERS = 10_000
CELLS = 10_000_000  # of one sheet, up to its last row and column that hold something

_CHUNK = 1 << 20
_LONGEST_TAG = 2_000
# A cell that closes at once is only formatted: readers leave it out.
_CELL = re.compile(rb"<(?:\w+:)?c\s([^<>]*)(?<!/)>")
_PLACE = re.compile(rb"\br\s*=\s*[\"']([A-Za-z]*)(\d+)[\"']")
_HINT = "Le fichier est abîmé, piégé ou démesuré\u00a0: demandez-le au producteur en .csv."


def weigh(path: Path, content: bytes) -> frozenset[str]:
    """The names of the members of the archive `content`, which is safe to open.

    `path` is named in the errors. Raises DataError when it is no archive, is damaged or
    protected, when its members are too many or unpack to too much, whatever its directory
    says of them, and when a sheet has too many cells.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            if fault := _directory(members) or next(
                (fault for member in members if (fault := _member(archive, member))), ""
            ):
                raise DataError(f"{path}\u00a0: {fault}", hint=_HINT)
            return frozenset(member.filename for member in members)
    except (zipfile.BadZipFile, zlib.error, expat.ExpatError, EOFError, ValueError) as error:
        raise DataError(
            f"{path}\u00a0: ce n’est pas un classeur, ou il est abîmé ({error})", hint=_HINT
        ) from error


def _directory(members: Sequence[zipfile.ZipInfo]) -> str:
    """What is wrong with what an archive says of its members; "" when nothing is."""
    names = [member.filename for member in members]
    if len(names) > MEMBERS or len(set(names)) < len(names):
        return "ses fichiers internes sont trop nombreux, ou l’un d’eux y est deux fois"
    if any(".." in name.split("/") or name[:1] in {"/", "\\"} for name in names):
        return "il nomme des fichiers hors de lui-même"
    if any(member.flag_bits & 1 for member in members):
        return "il est protégé par un mot de passe"
    if any(
        member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED} for member in members
    ):
        return "il est compressé d’une manière inconnue"
    total = sum(member.file_size for member in members)
    if total > LARGEST or any(
        member.file_size > max(SMALL, RATIO * member.compress_size) for member in members
    ):
        return f"il ferait {total // 1_000_000}\u00a0Mo une fois décompressé"
    return ""


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> str:
    """What is wrong with a member once unpacked; "" when nothing is."""
    one_more = copy(member)
    one_more.file_size += 1  # so that a member larger than the directory says is seen
    one_more.CRC = None  # type: ignore[assignment] # none is then checked here; the reader does
    scan = _Repeats() if member.filename == "content.xml" else _Corner()
    size = 0
    with archive.open(one_more) as stream:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            scan.take(chunk)
            if scan.cells > CELLS:
                return f"une de ses feuilles s’étend sur {scan.cells} cases"
    scan.end()
    return "" if size == member.file_size else "ses fichiers internes mentent sur leur taille"


@dataclass
class _Corner:
    """The cells of an XLSX sheet, from the place of its farthest one that holds something."""

    row: int = 0
    column: int = 0
    left: bytes = b""

    @property
    def cells(self) -> int:
        return self.row * self.column

    def take(self, chunk: bytes) -> None:
        """Look for cells in the next part of the file."""
        seen = self.left + chunk
        for cell in _CELL.finditer(seen):
            if place := _PLACE.search(cell[1]):
                self.row = max(self.row, int(place[2]))
                self.column = max(self.column, _number(place[1]))
        self.left = seen[max(seen.rfind(b"<"), len(seen) - _LONGEST_TAG) :]

    def end(self) -> None:
        """Nothing waits."""


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper()[:4]:
        number = number * 26 + letter - ord("A") + 1
    return number


class _Repeats:
    """The cells of the largest table of an ODS file, repeated rows and columns counted."""

    def __init__(self) -> None:
        self.cells = 0
        self._height = self._held = self._width = self._span = self._filled = self._repeat = 0
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.StartDoctypeDeclHandler = self._refuse

    def take(self, chunk: bytes) -> None:
        """Read the next part of the file."""
        self._parser.Parse(chunk)

    def end(self) -> None:
        """Nothing follows: what is not closed is damaged."""
        self._parser.Parse(b"", True)

    def _refuse(self, *_: object) -> None:
        raise ValueError("le fichier déclare des entités")

    def _start(self, name: str, facts: dict[str, str]) -> None:
        if name == "table:table":
            self._height = self._held = self._width = 0
        elif name == "table:table-row":
            self._repeat = int(facts.get("table:number-rows-repeated", "1"))
            self._span = self._filled = 0
        elif name in {"table:table-cell", "table:covered-table-cell"}:
            self._span += int(facts.get("table:number-columns-repeated", "1"))
            if "office:value-type" in facts:
                self._filled = self._span
        elif name == "text:p":
            self._filled = self._span

    def _end(self, name: str) -> None:
        if name == "table:table-row":
            self._height += self._repeat
            if self._filled:
                self._held = self._height
                self._width = max(self._width, self._filled)
            self.cells = max(self.cells, self._held * self._width)
