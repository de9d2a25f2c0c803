"""Tests of the workbooks: cells as text, sheets never lost, archives weighed before they open."""

from __future__ import annotations

import struct
import time
import zipfile
from pathlib import Path

import pytest
import sheets

from diagnostic.connectors import archives, workbooks
from diagnostic.errors import DataError

TESTDATA = Path(__file__).resolve().parents[3] / "shared" / "testdata"
needs_testdata = pytest.mark.skipif(not TESTDATA.is_dir(), reason="the test data are absent")

KINDS = pytest.mark.parametrize("make", [sheets.xlsx, sheets.ods])


@KINDS
def test_cells_are_text_without_the_noise_of_floating_numbers(make: object, tmp_path: Path) -> None:
    """Numbers keep 15 digits and no useless decimal, codes their zeros, blanks stay blank."""
    rows = [["01001", 9822.0, 0.1, None, 0.1 + 0.2, -15.7, 1e15, 1.5e-7]]
    book = workbooks.load(make(tmp_path / "a.bin", {"S": rows}))
    assert list(book.rows("S")) == [
        ["01001", "9822", "0.1", "", "0.3", "-15.7", "1000000000000000", "0.00000015"]
    ]


def test_dates_are_iso_and_errors_blank(tmp_path: Path) -> None:
    """A date of a spreadsheet is a day or an instant; a cell in error holds no number."""
    cells = (
        '<c r="A1" s="1"><v>45292</v></c><c r="B1" s="1"><v>45292.5</v></c>'
        '<c r="C1" t="b"><v>1</v></c><c r="D1" t="e"><v>#N/A</v></c>'
    )
    book = workbooks.load(sheets.xlsx(tmp_path / "a.xlsx", {"S": f'<row r="1">{cells}</row>'}))
    assert list(book.rows("S")) == [["2024-01-01", "2024-01-01 12:00:00", "true", ""]]


@KINDS
def test_rows_and_columns_are_those_of_the_spreadsheet(make: object, tmp_path: Path) -> None:
    """Empty rows and columns before the table are rows and columns all the same."""
    book = workbooks.load(make(tmp_path / "a.bin", {"S": [[], [None, None, "code"], [None, 3.0]]}))
    assert list(book.rows("S")) == [["", "", ""], ["", "", "code"], ["", "3", ""]]


@KINDS
def test_every_sheet_is_listed_and_an_unknown_one_is_refused(make: object, tmp_path: Path) -> None:
    """The error of a sheet that is not there names those that are."""
    book = workbooks.load(make(tmp_path / "a.bin", {"Un": [["x"]], "Vide": []}))
    assert book.sheets == ("Un", "Vide")
    assert list(book.rows("Vide")) == []
    with pytest.raises(DataError, match="« Deux »".replace(" ", "\u00a0")) as caught:
        list(book.rows("Deux"))
    assert "Un, Vide" in caught.value.hint


@KINDS
def test_a_workbook_without_sheets_is_an_error_that_says_so(make: object, tmp_path: Path) -> None:
    """No sheet is never an empty table."""
    with pytest.raises(DataError, match="aucune feuille"):
        workbooks.load(make(tmp_path / "a.bin", {}))


def test_a_sheet_becomes_csv_from_its_header_on(tmp_path: Path) -> None:
    """Rows above the header and blank rows are left out; every column has a name of its own."""
    rows = [["Titre"], [], ["code", None, "Total", "Total"], ["01", 1.0, 2.5, "a;b"], [" "], ["02"]]
    path, into = sheets.xlsx(tmp_path / "a.xlsx", {"S": rows}), tmp_path / "a.csv"
    assert workbooks.to_csv(path, "S", 3, into) == 2
    assert into.read_text() == 'code;B;Total;Total (2)\n01;1;2.5;"a;b"\n02;;;\n'


@pytest.mark.parametrize("header", [2, 9])
def test_a_header_that_names_nothing_is_refused(header: int, tmp_path: Path) -> None:
    """A blank row, or one past the end, is not a header."""
    path = sheets.xlsx(tmp_path / "a.xlsx", {"S": [["x"], [], ["y"]]})
    with pytest.raises(DataError, match=f"ligne {header} ne nomme aucune colonne"):
        workbooks.to_csv(path, "S", header, tmp_path / "a.csv")
    assert not (tmp_path / "a.csv").exists()


def test_columns_are_called_as_in_a_spreadsheet() -> None:
    """Z is followed by AA, ZZ by AAA."""
    assert [workbooks.letter(n) for n in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "n’est pas un classeur"),
        (b"code;valeur\n01001;3\n", "n’est pas un classeur"),
        (b"PK\x03\x04 and nothing of an archive", "n’est pas un classeur"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "ancien format"),
    ],
)
def test_what_is_no_workbook_is_refused(content: bytes, said: str, tmp_path: Path) -> None:
    """Empty, text, damaged, of the former format: each says what it is."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    with pytest.raises(DataError, match=said):
        workbooks.load(path)


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    """The system's reason is given in French."""
    with pytest.raises(DataError, match="introuvable"):
        workbooks.load(tmp_path / "a.xlsx")


def test_a_zip_of_something_else_is_no_workbook(tmp_path: Path) -> None:
    """An archive of texts is refused, not read as a workbook without sheets."""
    with pytest.raises(DataError, match=r"xlsx ou \.ods"):
        workbooks.load(sheets.pack(tmp_path / "a.xlsx", {"a.txt": "x"}))


def test_a_workbook_cut_short_is_refused(tmp_path: Path) -> None:
    """A member that is missing or not XML is a damaged workbook."""
    body = {"xl/workbook.xml": "<workbook><sheets><sheet"}
    with pytest.raises(DataError, match="abîmé"):
        workbooks.load(sheets.pack(tmp_path / "a.xlsx", body))


def test_a_file_too_large_is_not_even_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The weight of the file is looked at first."""
    monkeypatch.setattr(workbooks, "HEAVIEST", 100)
    with pytest.raises(DataError, match="classeur de plus de"):
        workbooks.load(sheets.xlsx(tmp_path / "a.xlsx", {"S": [["x"]]}))


def test_a_zip_bomb_is_refused_by_its_directory(tmp_path: Path) -> None:
    """100 MB of zeros in 100 kB never unpack."""
    path = sheets.pack(tmp_path / "a.xlsx", {"xl/workbook.xml": bytes(100_000_000)})
    assert path.stat().st_size < 200_000
    with pytest.raises(DataError, match="100\u00a0Mo une fois décompressé"):
        workbooks.load(path)


def test_an_archive_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    """A member larger than the directory says is seen as it unpacks."""
    path = sheets.pack(tmp_path / "a.xlsx", {"xl/workbook.xml": bytes(5_000)})
    content = bytearray(path.read_bytes())
    directory = content.index(b"PK\x01\x02")
    content[directory + 24 : directory + 28] = struct.pack("<I", 50)
    path.write_bytes(content)
    with pytest.raises(DataError, match="mentent sur leur taille"):
        workbooks.load(path)


@pytest.mark.parametrize("name", ["../xl/workbook.xml", "/etc/passwd", "\\xl"])
def test_a_member_outside_the_archive_is_refused(name: str, tmp_path: Path) -> None:
    """No member may have a name that leads elsewhere."""
    with pytest.raises(DataError, match="hors de lui-même"):
        workbooks.load(sheets.pack(tmp_path / "a.xlsx", {name: "x"}))


def test_a_member_given_twice_is_refused(tmp_path: Path) -> None:
    """Two readers could take two different ones."""
    path = sheets.pack(tmp_path / "a.xlsx", {"xl/a.xml": "x", "xl/b.xml": "y"})
    path.write_bytes(path.read_bytes().replace(b"b.xml", b"a.xml"))
    with pytest.raises(DataError, match="y est deux fois"):
        workbooks.load(path)


def test_a_protected_or_strangely_packed_archive_is_refused(tmp_path: Path) -> None:
    """A member that cannot be unpacked here is told."""
    path = sheets.pack(tmp_path / "a.xlsx", {"xl/workbook.xml": "x"})
    content = bytearray(path.read_bytes())
    directory = content.index(b"PK\x01\x02")
    content[directory + 8] |= 1
    path.write_bytes(content)
    with pytest.raises(DataError, match="mot de passe"):
        workbooks.load(path)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("xl/workbook.xml", "x")
    with pytest.raises(DataError, match="manière inconnue"):
        workbooks.load(path)


def test_a_cell_at_the_far_corner_is_refused(tmp_path: Path) -> None:
    """One cell at XFD1048576 would have the reader hold 17 billion."""
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    with pytest.raises(DataError, match="17179869184 cases"):
        workbooks.load(sheets.xlsx(tmp_path / "a.xlsx", {"S": far}))


def test_a_far_cell_without_value_does_not_matter(tmp_path: Path) -> None:
    """Formats laid down to the last row are left out by every reader."""
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576" s="1"/></row>'
    book = workbooks.load(sheets.xlsx(tmp_path / "a.xlsx", {"S": rows}))
    assert list(book.rows("S")) == [["1"]]


def _repeated(rows: int, columns: int, filled: bool) -> str:
    kind = 'office:value-type="float" office:value="1"' if filled else ""
    return (
        f'<table:table-row table:number-rows-repeated="{rows}">'
        f'<table:table-cell table:number-columns-repeated="{columns}" {kind}/></table:table-row>'
    )


def test_repeated_cells_are_counted_when_they_hold_something(tmp_path: Path) -> None:
    """An ODS sheet may repeat nothing to its end, but not a value 17 billion times."""
    first, rest = _repeated(1, 2, True), _repeated(1_048_576, 16_384, False)
    book = workbooks.load(sheets.ods(tmp_path / "a.ods", {"S": first + rest}))
    assert list(book.rows("S")) == [["1", "1"]]
    with pytest.raises(DataError, match="s’étend sur 17179869184 cases"):
        workbooks.load(sheets.ods(tmp_path / "a.ods", {"S": _repeated(1_048_576, 16_384, True)}))


@pytest.mark.parametrize(
    "before", ['<!DOCTYPE a [<!ENTITY b "c">]>', "<unclosed>", '<a table:number-rows-repeated="x">']
)
def test_entities_and_damaged_xml_are_refused(before: str, tmp_path: Path) -> None:
    """The XML of an ODS is read without any entity."""
    with pytest.raises(DataError, match="abîmé"):
        workbooks.load(sheets.ods(tmp_path / "a.ods", {"S": [["x"]]}, before))


def test_every_byte_lost_gives_an_error_or_the_same_sheets(tmp_path: Path) -> None:
    """A workbook cut or changed anywhere never ends in anything but rows or DataError."""
    whole = sheets.xlsx(tmp_path / "whole.xlsx", {"S": [["code", 1.0]] * 20}).read_bytes()
    path = tmp_path / "a.xlsx"
    outcomes = set()
    for place in range(0, len(whole), 7):
        for damaged in (whole[:place], whole[:place] + b"\xff" + whole[place + 1 :]):
            path.write_bytes(damaged)
            try:
                book = workbooks.load(path)
                outcomes.update(map(len, (list(book.rows(name)) for name in book.sheets)))
            except DataError:
                outcomes.add(-1)
    assert outcomes == {-1, 20}


def test_a_hundred_thousand_rows_are_read_in_seconds(tmp_path: Path) -> None:
    """The size of the whole country at three years stays usual."""
    rows = "".join(
        f'<row r="{n}"><c r="A{n}" t="inlineStr"><is><t>{n:05}</t></is></c>'
        f'<c r="B{n}"><v>{n}.5</v></c></row>'
        for n in range(1, 100_001)
    )
    path = sheets.xlsx(tmp_path / "a.xlsx", {"S": rows})
    begun = time.monotonic()
    assert workbooks.to_csv(path, "S", 1, tmp_path / "a.csv") == 99_999
    assert time.monotonic() - begun < 30


@needs_testdata
@pytest.mark.parametrize(
    ("name", "count", "sheet", "row", "cells"),
    [
        (
            "insee_estim_pop_dep_sexe_age_1975-2022.xlsx", 49, "2019", 6,
            ["01", "Ain", "39051", "44672"],
        ),
        (
            "drees_beneficiaires_series_longues_1996-2020.xlsx", 49, "Tab4-pa", 7,
            ["84", "01", "Ain", "4306"],
        ),
        ("drees_minima_sociaux_departements.xlsx", 20, "Tableau 1", 4, ["", "01", "Ain", "3307"]),
    ],
)  # fmt: skip
def test_the_workbooks_of_the_producers_open_whole(
    name: str, count: int, sheet: str, row: int, cells: list[str]
) -> None:
    """The real workbooks have all their sheets, and their figures where a spreadsheet has them."""
    book = workbooks.load(TESTDATA / name)
    assert len(book.sheets) == count
    assert list(book.rows(sheet))[row - 1][:4] == cells


def test_the_limits_leave_room_for_true_workbooks() -> None:
    """A sheet of the whole country, a hundred columns wide, is within the limits."""
    assert archives.CELLS >= 35_000 * 100
