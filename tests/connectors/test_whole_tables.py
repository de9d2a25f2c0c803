"""Tables as received: nothing cut, spoilt or of other columns passes for whole."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from diagnostic.connectors import tables
from diagnostic.connectors.questions import Question
from diagnostic.errors import DataError
from diagnostic.model import Form

QUESTION = Question(url="https://data.caf.fr/x", producer="Cnaf", expected="un export")


def count(body: bytes, form: Form, path: Path, columns: tuple[str, ...] = ("code", "n")) -> int:
    """The rows of a body."""
    path.write_bytes(body)
    return tables.count(path, form, columns, QUESTION)


@pytest.mark.parametrize(
    "body",
    [
        b"\xef\xbb\xbfcode;n\r\n01001;5\r\n2A004;\r\n",
        b'n;code\n5;"a; ""b""\n c"\n7;01001\n',
        b"code;n\n;\n;5\n",
    ],
)
def test_counts_a_csv(tmp_path: Path, body: bytes) -> None:
    """BOM, CRLF, quotes, line ends inside a cell, empty cells, columns in another order."""
    folder = tmp_path / "a [b]*"
    folder.mkdir()
    assert count(body, "csv", folder / "x.csv") == 2


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"code;n\n01001;17", "au milieu d’une ligne"),  # of 1775, perhaps
        (b"code;n\n01001;17\n2A0", "au milieu d’une ligne"),
        (b"code;n\n01001;17\n2A004\n", "un fichier abîmé, ligne 3"),
        (b"code;n\n01001;17;5\n", "un fichier abîmé"),
        (b'code;n\n01001;"17\n', "abîmé"),
        (b"code;n\n01001;\xff\xfe\n", "abîmé"),
        (b"code,n\n01001,17\n", "sans code, n (ses colonnes\u00a0: code,n)"),
        (b"code;m\n01001;17\n", "sans n"),
        (b"code;n;n\n01001;17;5\n", "avec d’autres colonnes (ses colonnes\u00a0: code, n, n)"),
        (b"\n\n", "sans code"),
        (b"", "un corps vide"),
        (b"<html>\n", "une page HTML"),
    ],
)
def test_refuses_a_csv(tmp_path: Path, body: bytes, reason: str) -> None:
    """A row too short or too long, a file that stops within a line, names that are not those."""
    with pytest.raises(DataError) as raised:
        count(body, "csv", tmp_path / "x.csv")
    assert reason in raised.value.message
    assert "\n" not in raised.value.message


def _parquet(path: Path, select: str) -> bytes:
    with duckdb.connect() as base:
        base.execute(f"COPY ({select}) TO '{path}' (FORMAT parquet)")
    return path.read_bytes()


def test_reads_every_value_of_a_parquet(tmp_path: Path) -> None:
    """A file whose ends are right and whose values are spoilt is refused."""
    path = tmp_path / "x [1]*.parquet"
    select = "SELECT 'commune ' || i AS code, i % 97 AS n FROM range(5000) t(i)"
    body = _parquet(tmp_path / "made.parquet", select)
    assert count(body, "parquet", path) == 5000
    middle = len(body) // 2
    for spoilt in (
        body[:middle] + bytes(2000) + body[middle + 2000 :],
        body[:4] + body[-4:],
        b"PAR1" + bytes(100) + b"PAR1",
    ):
        with pytest.raises(DataError, match="un fichier abîmé"):
            count(spoilt, "parquet", path)
    for cut in (body[:-1], body[:middle], body[1:], b"code;n\n1;2\n"):
        with pytest.raises(DataError, match="Parquet incomplet"):
            count(cut, "parquet", path)
    with pytest.raises(DataError, match="sans total"):
        count(body, "parquet", path, ("code", "total"))


def test_counts_json_lines(tmp_path: Path) -> None:
    """One object a line, whatever the types and whatever keys one of them lacks."""
    body = b'{"code": "01001", "n": 5}\n{"n": "5", "code": null}\n{"code": "2A004"}'
    assert count(body, "jsonl", tmp_path / "x.jsonl") == 3


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b'{"code": "01001", "n": 5}\n{"code": "010', "un fichier abîmé"),
        (b'{"code": "01001", "n": 5}\n[1]\n', "autre chose que des enregistrements"),
        (b"null\n", "autre chose que des enregistrements"),
        (b'{"code": "01001", "n": 5} more\n', "abîmé"),
        (b'{"code": "01001", "n": "\xff"}\n', "abîmé"),
        (b'{"code": "01001"}\n', "sans n"),
        (b'{"code": "01001", "n": 5, "m": 1}\n', "avec d’autres colonnes"),
        (b'{"code": "01001", "n": ' + b"[" * 100_000, "abîmé"),
    ],
)
def test_refuses_json_lines(tmp_path: Path, body: bytes, reason: str) -> None:
    """A line that is cut or no object is refused, as are other keys."""
    with pytest.raises(DataError) as raised:
        count(body, "jsonl", tmp_path / "x.jsonl")
    assert reason in raised.value.message
