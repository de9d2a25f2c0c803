"""Tests of the files of people: every format as rows of text, and what is found of them."""

from __future__ import annotations

import codecs
import gzip
import json
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
import sheets

from diagnostic.errors import DataError
from diagnostic.pull import files
from diagnostic.pull.files import Told

ROWS = [["code", "été"], ["01001", "12"], ["2A004", "7"]]


def _text(delimiter: str) -> str:
    return "".join(delimiter.join(row) + "\n" for row in ROWS)


def _parquet(path: Path) -> Path:
    with duckdb.connect() as base:
        rows = base.values(["01001", 12.0]).union(base.values(["2A004", 7.0]))
        rows.project('col0 AS code, col1 AS "été"').order("code").write_parquet(str(path))
    return path


def _geojson(path: Path) -> Path:
    features = [
        {"type": "Feature", "geometry": None, "properties": dict(zip(ROWS[0], row, strict=True))}
        for row in ROWS[1:]
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def _written(encoding: str, delimiter: str = ";", packed: bool = False) -> Callable[[Path], Path]:
    def write(path: Path) -> Path:
        content = _text(delimiter).encode(encoding)
        path.write_bytes(gzip.compress(content) if packed else content)
        return path

    return write


@pytest.mark.parametrize(
    "make",
    [
        _written("utf-8"),
        _written("utf-8-sig"),
        _written("windows-1252"),
        _written("utf-16"),
        _written("utf-8", ","),
        _written("utf-8", "\t"),
        _written("utf-8", "|"),
        _written("utf-8", packed=True),
        lambda path: sheets.xlsx(path, {"S": [["code", "été"], ["01001", 12.0], ["2A004", 7.0]]}),
        lambda path: sheets.ods(path, {"S": [["code", "été"], ["01001", 12.0], ["2A004", 7.0]]}),
        _parquet,
        _geojson,
    ],
)
def test_every_format_gives_the_same_rows(make: Callable[[Path], Path], tmp_path: Path) -> None:
    """The first bytes tell the format; delimiter and encoding are found."""
    table = files.load(make(tmp_path / "a.data"), Told())
    assert table.names == ("code", "été")
    assert [row for _, row in table.rows()] == ROWS[1:]
    assert [row for _, row in table.rows()] == ROWS[1:]  # as often as one likes


def test_what_was_found_is_told(tmp_path: Path) -> None:
    """A user sees the format, the encoding, the delimiter and the line of names."""
    table = files.load(_written("windows-1252")(tmp_path / "a.csv"), Told())
    assert dict(table.facts) == {
        "format": "CSV",
        "encodage": "Windows-1252",
        "séparateur": "point-virgule",
        "noms de colonnes": "ligne 1",
    }
    assert not table.typed


def test_lines_are_those_of_the_file(tmp_path: Path) -> None:
    """Titles above, blank lines and a text on two lines keep the count of an editor."""
    path = tmp_path / "a.csv"
    path.write_text('Titre\n\ncode;note\n01001;"a\nb"\n;\n01002;c\n')
    table = files.load(path, Told(header=(3,)))
    assert list(table.rows()) == [(4, ["01001", "a\nb"]), (7, ["01002", "c"])]
    assert list(files.load(path, Told(header=(3,), last=4)).rows()) == [(4, ["01001", "a\nb"])]


def test_two_lines_of_names_are_joined(tmp_path: Path) -> None:
    """A name of a group holds for the columns under it, up to the next."""
    rows = [["Lieu", None, "Ensemble"], [None, None, "0 à 4 ans", "5 à 9 ans"], ["01", "Ain", 1.0]]
    table = files.load(sheets.xlsx(tmp_path / "a.xlsx", {"S": rows}), Told(header=(1, 2)))
    assert table.names == ("Lieu", "Lieu (2)", "Ensemble / 0 à 4 ans", "Ensemble / 5 à 9 ans")
    assert list(table.rows()) == [(3, ["01", "Ain", "1", ""])]


def test_short_rows_are_completed_and_long_ones_refused(tmp_path: Path) -> None:
    """A cell too many would shift the others: it is refused with its line, unless it is blank."""
    path = tmp_path / "a.csv"
    path.write_text("a;b\n1\n1;2;;\n1;2;3\n")
    rows = files.load(path, Told()).rows()
    assert [next(rows), next(rows)] == [(2, ["1", ""]), (3, ["1", "2"])]
    with pytest.raises(DataError, match=r"ligne 4.*3 cases pour 2 colonnes"):
        next(rows)


def test_a_comma_in_numbers_is_no_delimiter(tmp_path: Path) -> None:
    """Decimal commas in a file of semicolons do not win."""
    path = tmp_path / "a.csv"
    path.write_text("code;x;y\n" + "01001;1,5;2,5\n" * 30)
    assert files.load(path, Told()).names == ("code", "x", "y")


def test_a_delimiter_or_an_encoding_may_be_told(tmp_path: Path) -> None:
    """What the user says is used; an encoding that the file has not is refused."""
    path = tmp_path / "a.csv"
    path.write_text("a,b;c\n1,2;3\n")
    assert files.load(path, Told(delimiter=",")).names == ("a", "b;c")
    assert files.load(path, Told(encoding="utf-8")).names == ("a,b", "c")
    path.write_bytes(codecs.BOM_UTF8 + b"a;b\n")
    assert files.load(path, Told(encoding="utf-8")).names == ("a", "b")
    with pytest.raises(DataError, match="n’est pas en windows-1252"):
        files.load(path, Told(encoding="windows-1252"))
    path.write_bytes("é;b\n".encode("windows-1252"))
    with pytest.raises(DataError, match="pas un texte UTF-8"):
        files.load(path, Told(encoding="utf-8"))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "vide"),
        (b"\xef\xbb\xbf\n\n", "vide"),
        (gzip.compress(b"", mtime=0), "vide"),
        (gzip.compress(b"a;b\n" * 9999, mtime=0)[:-30], "illisible"),
        (b"\x1f\x8b\x08 nothing", "illisible"),
        (bytes(range(256)) * 20, "pas un texte"),
        (b"a;b\n\x81\x8d\n", "pas un texte"),
        (b"PAR1 and nothing more PAR1", "Parquet illisible"),
        (b'{"type": "FeatureCollection"}', "pas un GeoJSON"),
        (b'{"features": [1]}', "pas un GeoJSON"),
        (b'{"features": [', "pas un GeoJSON"),
        (b"\n\n;;\n", "aucun nom de colonne"),
        (b"a;b\n" + b'"' + b"x" * 200_000, "illisible"),
    ],
)
def test_what_cannot_be_read_is_refused(content: bytes, said: str, tmp_path: Path) -> None:
    """Empty, binary, cut: an error that says so, never an empty table."""
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(DataError, match=said):
        list(files.load(path, Told()).rows())


def test_a_missing_file_or_a_folder_is_refused(tmp_path: Path) -> None:
    """The system's reason is given in French."""
    with pytest.raises(DataError, match="introuvable"):
        files.load(tmp_path / "none.csv", Told())
    with pytest.raises(DataError, match="c’est un dossier"):
        files.load(tmp_path, Told())


def test_a_file_over_a_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A text that unpacks without end, a GeoJSON too large, too many rows."""
    packed = _written("utf-8", packed=True)(tmp_path / "a.csv.gz")
    geojson = _geojson(tmp_path / "a.geojson")
    monkeypatch.setattr(files, "ROWS", 1)
    with pytest.raises(DataError, match="plus de 1 lignes"):
        list(files.load(packed, Told()).rows())
    monkeypatch.setattr(files, "LARGEST", 10)
    monkeypatch.setattr(files, "LARGEST_GEOJSON", 10)
    with pytest.raises(DataError, match="Mo de texte"):
        files.load(packed, Told())
    with pytest.raises(DataError, match="GeoJSON de plus de"):
        files.load(geojson, Told())


def test_the_sheet_of_a_workbook_of_several_must_be_told(tmp_path: Path) -> None:
    """No sheet is taken for another; those that are there are named."""
    path = sheets.xlsx(tmp_path / "a.xlsx", {"Un": [["a"], [1.0]], "Deux": [["b"], [2.0]]})
    with pytest.raises(DataError, match="2 feuilles") as caught:
        files.load(path, Told())
    assert "Un, Deux" in caught.value.hint
    table = files.load(path, Told(sheet="Deux"))
    assert (table.sheet, table.names, table.typed) == ("Deux", ("b",), True)


def test_geojson_numbers_and_missing_properties(tmp_path: Path) -> None:
    """Numbers stay as they are written, what a feature has not is blank."""
    path = tmp_path / "a.geojson"
    path.write_text(
        '{"features": [{"properties": {"code": "01", "x": 0.10}},'
        ' {"properties": {"code": "02", "y": null, "z": true}}, {"properties": null}]}'
    )
    table = files.load(path, Told())
    assert table.names == ("code", "x", "y", "z")
    assert list(table.rows()) == [(1, ["01", "0.10", "", ""]), (2, ["02", "", "", "true"])]
