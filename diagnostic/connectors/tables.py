"""Tables as they were received: whether the file is whole, which columns it has, how many rows."""

from __future__ import annotations

import contextlib
import csv
import glob
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import duckdb

from diagnostic.connectors.questions import INTERRUPTED, Question, fault, plain
from diagnostic.model import Form
from diagnostic.wording.typography import NBSP

_MAGIC = b"PAR1"
_END = 4096  # bytes at the end of a body, where an export that broke off says so
_CSV = (
    "read_csv(?, delim = ';', quote = '\"', escape = '\"', header = true, columns = ?,"
    " auto_detect = false, strict_mode = true, null_padding = false)"
)


def count(path: Path, form: Form, columns: Sequence[str], question: Question) -> int:
    """The number of rows of a table received, every value of it read once.

    Raises DataError, worded by `question`, for a file that is cut short or damaged, or whose
    columns are not those asked, whatever their order.
    """
    refuse_broken(path, question)
    reader = {"parquet": _parquet, "csv": _csv, "jsonl": _lines}[form]
    return reader(path, columns, question)


def refuse_broken(path: Path, question: Question) -> None:
    """Refuse what is no table at all, before a reader makes something of it.

    Raises DataError, worded by `question`.
    """
    with path.open("rb") as file:
        start = file.read(_END)
        file.seek(max(0, path.stat().st_size - _END))
        end = file.read()
    if not start or fault(start).startswith("une page"):
        raise question.unusable(fault(start))
    if INTERRUPTED.encode() in end:
        raise question.unusable(fault(end))


def _parquet(path: Path, columns: Sequence[str], question: Question) -> int:
    with path.open("rb") as file:
        start = file.read(len(_MAGIC))
        file.seek(max(0, path.stat().st_size - len(_MAGIC)))
        end = file.read()
    if (start, end) != (_MAGIC, _MAGIC):
        raise question.unusable("un fichier Parquet incomplet ou qui n’en est pas un")
    return _scan("read_parquet(?, hive_partitioning = false)", [_escaped(path)], columns, question)


def _csv(path: Path, columns: Sequence[str], question: Question) -> int:
    with path.open("rb") as file:
        line = file.readline(1 << 20).decode("utf-8-sig", errors="replace")
        file.seek(-1, io.SEEK_END)
        last = file.read()
    header = next(csv.reader([line], delimiter=";"))
    _compare(header, columns, question)
    if last not in b"\r\n":  # else half a number would pass for a number
        raise question.unusable("un CSV qui s’arrête au milieu d’une ligne")
    return _scan(_CSV, [_escaped(path), dict.fromkeys(header, "VARCHAR")], columns, question)


def _scan(table: str, parameters: list[object], columns: Sequence[str], question: Question) -> int:
    """Rows of a file that DuckDB reads; hashing every column makes it read every value."""
    with _reading(question) as base:
        base.execute(f"SELECT * FROM {table} LIMIT 0", parameters)  # noqa: S608 - ours
        _compare([name for name, *_ in base.description or ()], columns, question)
        base.execute(f"SELECT count(*), max(hash(COLUMNS(*))) FROM {table}", parameters)  # noqa: S608
        row = base.fetchone()
    return int(row[0]) if row else 0


def _lines(path: Path, columns: Sequence[str], question: Question) -> int:
    with _reading(question) as base:
        base.execute(
            "SELECT len(keys), keys, count(*) FROM (SELECT json_keys(json) AS keys"
            " FROM read_ndjson_objects(?)) GROUP BY ALL ORDER BY ALL",
            [_escaped(path)],
        )
        found = base.fetchall()
    if any(not number for number, *_ in found):
        raise question.unusable("autre chose que des enregistrements")
    _compare({name for _, keys, _ in found for name in keys}, columns, question)
    return sum(rows for *_, rows in found)


@contextlib.contextmanager
def _reading(question: Question) -> Iterator[duckdb.DuckDBPyConnection]:
    """A base whose troubles are those of the file that it reads."""
    try:
        with duckdb.connect() as base:
            yield base
    except duckdb.Error as error:
        line = re.search(r"CSV Error on Line: (\d+)", str(error))
        where = f", ligne {line[1]}" if line else ""
        raise question.unusable(f"un fichier abîmé{where}") from error


def _escaped(path: Path) -> str:
    """The path for DuckDB, which would read * ? and [ as patterns."""
    return glob.escape(str(path))


def _compare(found: Iterable[str], columns: Sequence[str], question: Question) -> None:
    """Refuse a table that lacks a column, or has one that was not asked."""
    there = list(found)
    lacking = [name for name in columns if name not in there]
    if lacking or len(there) != len(columns):
        lack = f"sans {', '.join(lacking)}" if lacking else "avec d’autres colonnes"
        raise question.unusable(
            f"un fichier {lack} (ses colonnes{NBSP}: {plain(', '.join(sorted(there)))})",
            hint="Le jeu a changé chez le producteur\u00a0: comparez ses colonnes à celles du "
            f"catalogue. Adresse demandée{NBSP}: {question.address}",
        )
