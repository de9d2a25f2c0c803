"""Files that people hold (CSV, XLSX, ODS, Parquet, GeoJSON) read as rows of text with their lines.

What a file does not say of itself (delimiter, encoding, line of names) is found, and told.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import itertools
import json
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from diagnostic.connectors import workbooks
from diagnostic.connectors.workbooks import Workbook
from diagnostic.errors import DataError, reason

LARGEST = 1_000_000_000  # bytes of a text, once unpacked
LARGEST_GEOJSON = 300_000_000  # it is read whole
ROWS = 2_000_000
PROBE = 200  # lines looked at to find the delimiter
ENCODINGS = {
    "utf-8-sig": "UTF-8 (avec BOM)",
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "windows-1252": "Windows-1252",
}
DELIMITERS = {";": "point-virgule", ",": "virgule", "\t": "tabulation", "|": "barre verticale"}

_CHUNK = 1 << 20
_HINT = "Formats lus\u00a0: CSV (ou .csv.gz), XLSX, ODS, Parquet, GeoJSON."
Row = tuple[int, list[str]]
Lines = Callable[[], Iterator[Row]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the user says of the file: "" or () where it is to be found, `last` 0 for no end."""

    delimiter: str = ""
    encoding: str = ""
    sheet: str = ""
    header: tuple[int, ...] = ()
    last: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under named columns: each with its line and as many cells as there are names.

    `where` names the table in messages; `sheet` is "" when it is of no workbook. `facts` are
    what the file is and what was found of it, as a user reads them. `typed`: the file itself
    tells numbers from texts, and writes them with a point. `rows` may be called again; blank
    rows are left out; it raises DataError where a row cannot be read.
    """

    where: str
    names: tuple[str, ...]
    rows: Lines
    facts: tuple[tuple[str, str], ...]
    typed: bool
    sheet: str = ""


def load(path: Path, told: Told) -> Table:
    """The table of the file `path`, of the kind that its first bytes tell.

    Raises DataError: missing, empty, of no kind that is read, damaged, too large, of several
    sheets none of which was told, not of the encoding that was told.
    """
    begins = begin(path)
    if is_workbook(begins):
        return sheet(workbooks.load(path), told)
    if begins.startswith(b"PAR1"):
        return _parquet(path, told)
    if begins.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return _geojson(path, told)
    return _csv(path, told)


def begin(path: Path) -> bytes:
    """The first bytes of a file, unpacked. Raises DataError when it has none, or no file is."""
    try:
        with _opened(path) as stream:
            begins = stream.read(_CHUNK)
    except (OSError, EOFError, zlib.error) as error:
        raise _unreadable(path, error) from error
    if not begins.strip(b"\xef\xbb\xbf \t\r\n"):
        raise DataError(f"{path}\u00a0: le fichier est vide", hint=_HINT)
    return begins


def is_workbook(begins: bytes) -> bool:
    """Whether these first bytes are those of a workbook, or of what pretends to be one."""
    return begins.startswith((b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0"))


def sheet(book: Workbook, told: Told) -> Table:
    """The table of the sheet told, or of the only one. Raises DataError."""
    if not told.sheet and len(book.sheets) > 1:
        raise DataError(
            f"{book.path}\u00a0: le classeur a {len(book.sheets)} feuilles",
            hint=f"Dites laquelle lire («\u00a0sheet\u00a0»)\u00a0: {', '.join(book.sheets)}.",
        )
    name = told.sheet or book.sheets[0]
    where = f"{book.path}, feuille «\u00a0{name}\u00a0»"
    facts = [("format", "classeur"), ("feuille", name)]
    return _table(where, lambda: enumerate(book.rows(name), 1), told, facts, sheet=name)


def _table(
    where: str,
    lines: Lines,
    told: Told,
    facts: Sequence[tuple[str, str]],
    *,
    typed: bool = True,
    sheet: str = "",
) -> Table:
    """The table of these lines: its names stand in the line told, else in the first not blank."""
    header, names = _names(where, lines, told)

    def rows() -> Iterator[Row]:
        count = 0
        for line, cells in lines():
            if line <= header or not any(cell.strip() for cell in cells):
                continue
            if told.last and line > told.last:
                return
            count += 1
            if count > ROWS:
                raise DataError(f"{where}\u00a0: plus de {ROWS:_} lignes".replace("_", "\u202f"))
            yield line, _fitted(where, line, cells, len(names))

    said = (*facts, ("noms de colonnes", f"ligne {header}")) if header else tuple(facts)
    return Table(where=where, names=names, rows=rows, facts=said, typed=typed, sheet=sheet)


def _names(where: str, lines: Lines, told: Told) -> tuple[int, tuple[str, ...]]:
    """The last line of names, and the names; of two lines, the upper one heads those below."""
    found = []
    for line, cells in lines():
        if line in told.header or (not told.header and any(cell.strip() for cell in cells)):
            found.append((line, cells))
        if found and len(found) == max(1, len(told.header)):
            break
    if len(found) < max(1, len(told.header)) or not any(cell.strip() for cell in found[-1][1]):
        lost = " et ".join(map(str, told.header)) or "1"
        raise DataError(
            f"{where}\u00a0: aucun nom de colonne à la ligne {lost}",
            hint="Donnez la ligne des noms de colonnes («\u00a0header\u00a0»).",
        )
    cells = found[-1][1]
    if len(found) > 1:
        groups = _headed(found[0][1], len(cells))
        cells = [_joined(group, cell) for group, cell in zip(groups, cells, strict=True)]
    return found[-1][0], tuple(workbooks.named(cells))


def _joined(group: str, cell: str) -> str:
    return f"{group} / {cell.strip()}" if group and cell.strip() else group or cell


def _headed(cells: Sequence[str], width: int) -> list[str]:
    """The names of groups of columns, each repeated up to the next."""
    names, last = [], ""
    for cell in itertools.islice(itertools.chain(cells, itertools.repeat("")), width):
        last = cell.strip() or last
        names.append(last)
    return names


def _fitted(where: str, line: int, cells: list[str], width: int) -> list[str]:
    """The cells of a row, as many as there are names. Raises DataError when more say something."""
    if any(cell.strip() for cell in cells[width:]):
        raise DataError(
            f"{where}, ligne {line}\u00a0: {len(cells)} cases pour {width} colonnes",
            hint="Un séparateur dans un texte sans guillemets\u202f? Une ligne mal coupée\u202f?",
        )
    return [*cells[:width], *[""] * (width - len(cells))]


def _csv(path: Path, told: Told) -> Table:
    encoding = _encoding(path, told.encoding)
    delimiter = told.delimiter or _delimiter(path, encoding)
    facts = [
        ("format", "CSV"),
        ("encodage", ENCODINGS[encoding]),
        ("séparateur", DELIMITERS[delimiter]),
    ]

    def lines() -> Iterator[Row]:
        with _texts(path, encoding) as stream:
            reader = csv.reader(stream, delimiter=delimiter)
            try:
                before = 0
                for cells in reader:
                    line, before = before + 1, reader.line_num
                    yield line, cells
            except csv.Error as error:
                where = f"{path}, ligne {reader.line_num}"
                raise DataError(f"{where}\u00a0: illisible ({error})", hint=_HINT) from error

    return _table(str(path), lines, told, facts, typed=False)


def _encoding(path: Path, told: str) -> str:
    """The encoding told, or the one in which the whole file can be read. Raises DataError."""
    first = begin(path)[:4]
    if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        found = ["utf-16"]
    elif first.startswith(codecs.BOM_UTF8):
        found = ["utf-8-sig"]
    else:
        found = ["utf-8", "windows-1252"]
    if told and told not in found and not (told == "utf-8" and found == ["utf-8-sig"]):
        begun = f"Il commence comme un texte {ENCODINGS[found[0]]}"
        raise DataError(
            f"{path}\u00a0: le fichier n’est pas en {told}",
            hint=f"{begun}\u00a0: ôtez «\u00a0encoding\u00a0» de la correspondance.",
        )
    for one in [told] if told in found else found:
        if _decodes(path, one):
            return one
    names = " ni ".join(ENCODINGS[one] for one in found)
    raise DataError(f"{path}\u00a0: ce n’est pas un texte {names}", hint=_HINT)


def _decodes(path: Path, encoding: str) -> bool:
    """Whether a file is text in that encoding, without any byte of a binary file."""
    decoder = codecs.getincrementaldecoder(encoding)()
    size = 0
    try:
        with _opened(path) as stream:
            while chunk := stream.read(_CHUNK):
                size += len(chunk)
                if size > LARGEST:
                    raise DataError(f"{path}\u00a0: plus de {LARGEST // 10**6}\u00a0Mo de texte")
                if "\0" in decoder.decode(chunk):
                    return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    except (OSError, EOFError, zlib.error) as error:
        raise _unreadable(path, error) from error
    return True


def _delimiter(path: Path, encoding: str) -> str:
    """The sign that cuts most of the first lines in as many cells, and in more than one."""
    with _texts(path, encoding) as stream:
        lines = list(itertools.islice(stream, PROBE))
    best, found = (0.0, 0), ";"
    for sign in DELIMITERS:
        try:
            widths = Counter(len(row) for row in csv.reader(lines, delimiter=sign) if row)
        except csv.Error:
            continue
        width, count = max(widths.items(), key=lambda one: one[1] * (one[0] > 1))
        score = (round(count / sum(widths.values()), 1), width) if width > 1 else (0.0, 0)
        if score > best:
            best, found = score, sign
    return found


def _parquet(path: Path, told: Told) -> Table:
    import duckdb  # noqa: PLC0415 - heavy

    try:
        with duckdb.connect(config={"threads": 1}) as base:
            names = _columns(base, path)
    except duckdb.Error as error:
        raise DataError(f"{path}\u00a0: Parquet illisible ({_first(error)})", hint=_HINT) from error

    def lines() -> Iterator[Row]:
        yield 0, names
        try:
            with duckdb.connect(config={"threads": 1}) as base:
                columns = ", ".join(f'"{name.replace(chr(34), chr(34) * 2)}"' for name in names)
                found = base.execute(f"SELECT {columns} FROM {_source(path)}")  # noqa: S608
                line = 0
                while block := found.fetchmany(5_000):
                    for row in block:
                        line += 1
                        yield line, ["" if one is None else workbooks.text(one) for one in row]
        except duckdb.Error as error:
            raise DataError(f"{path}\u00a0: Parquet abîmé ({_first(error)})") from error

    return _table(str(path), lines, told, [("format", "Parquet")])


def _columns(base: Any, path: Path) -> list[str]:
    rows = base.execute(f"DESCRIBE SELECT * FROM {_source(path)}").fetchall()  # noqa: S608
    return [row[0] for row in rows]


def _source(path: Path) -> str:
    import glob  # noqa: PLC0415

    name = glob.escape(str(path)).replace("'", "''")
    return f"read_parquet('{name}', hive_partitioning = false)"


def _geojson(path: Path, told: Told) -> Table:
    try:
        with _opened(path) as stream:
            content = stream.read(LARGEST_GEOJSON + 1)
        if len(content) > LARGEST_GEOJSON:
            raise DataError(f"{path}\u00a0: GeoJSON de plus de {LARGEST_GEOJSON // 10**6}\u00a0Mo")
        # Numbers stay as they are written: 0.10 is not 0.1 + something.
        tree = json.loads(content, parse_float=str, parse_int=str, parse_constant=str)
        features = [one["properties"] or {} for one in tree["features"]]
        names = list(dict.fromkeys(name for one in features for name in one))
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise DataError(f"{path}\u00a0: ce n’est pas un GeoJSON ({error!r})", hint=_HINT) from error
    except (OSError, EOFError, zlib.error) as error:
        raise _unreadable(path, error) from error

    def lines() -> Iterator[Row]:
        yield 0, names
        for line, one in enumerate(features, 1):
            yield line, [_property(one.get(name)) for name in names]

    return _table(str(path), lines, told, [("format", "GeoJSON")])


def _property(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    """The bytes of a regular file, unpacked when it is a gzip."""
    if not path.is_file():
        path.stat()  # which raises when nothing is there
        raise IsADirectoryError(21, "Is a directory", str(path))
    with path.open("rb") as stream:
        packed = stream.read(2) == b"\x1f\x8b"
        stream.seek(0)
        if not packed:
            yield stream
            return
        with gzip.GzipFile(fileobj=stream) as unpacked:
            yield cast("BinaryIO", unpacked)


@contextmanager
def _texts(path: Path, encoding: str) -> Iterator[io.TextIOWrapper]:
    with _opened(path) as stream:
        yield io.TextIOWrapper(stream, encoding=encoding, newline="")


def _unreadable(path: Path, error: Exception) -> DataError:
    why = reason(error) if isinstance(error, OSError) else str(error)
    return DataError(f"{path}\u00a0: fichier illisible ({why})", hint=_HINT)


def _first(error: Exception) -> str:
    return (str(error).splitlines() or [""])[0]
