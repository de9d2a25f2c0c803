"""Workbooks made by hand, sound or damaged, for the tests that read some."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

Cell = str | float | None
Sheets = Mapping[str, Sequence[Sequence[Cell]] | str]

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OPEN = "urn:oasis:names:tc:opendocument:xmlns"
_ODS = "application/vnd.oasis.opendocument.spreadsheet"


def xlsx(path: Path, sheets: Sheets) -> Path:
    """An XLSX workbook: for each sheet its rows (None: no cell), or the XML of its rows."""
    numbers = {name: rank for rank, name in enumerate(sheets, 1)}
    entries = "".join(
        f'<sheet name="{name}" sheetId="{rank}" r:id="r{rank}"/>' for name, rank in numbers.items()
    )
    links = "".join(
        f'<Relationship Id="r{rank}" Type="{_LINKS}/worksheet"'
        f' Target="worksheets/sheet{rank}.xml"/>'
        for rank in numbers.values()
    )
    formats = '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
    members = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"/>',
        "_rels/.rels": _links(
            f'<Relationship Id="r" Type="{_LINKS}/officeDocument" Target="xl/workbook.xml"/>'
        ),
        "xl/workbook.xml": (
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_LINKS}"><sheets>{entries}</sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": _links(
            f'{links}<Relationship Id="s" Type="{_LINKS}/styles" Target="styles.xml"/>'
        ),
        "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}">{formats}</styleSheet>',
    }
    for name, rows in sheets.items():
        body = rows if isinstance(rows, str) else _rows(rows)
        members[f"xl/worksheets/sheet{numbers[name]}.xml"] = (
            f'<worksheet xmlns="{_MAIN}"><sheetData>{body}</sheetData></worksheet>'
        )
    return pack(path, {name: f'<?xml version="1.0"?>{body}' for name, body in members.items()})


def ods(path: Path, sheets: Sheets, before: str = "") -> Path:
    """An ODS workbook: for each sheet its rows, or their XML; `before` stands before the root."""
    tables = "".join(
        f'<table:table table:name="{name}">{rows if isinstance(rows, str) else _lines(rows)}'
        "</table:table>"
        for name, rows in sheets.items()
    )
    spaces = " ".join(f'xmlns:{one}="{_OPEN}:{one}:1.0"' for one in ("office", "table", "text"))
    body = f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
    return pack(
        path,
        {
            "mimetype": _ODS,
            "META-INF/manifest.xml": "<manifest/>",
            "content.xml": (
                f'<?xml version="1.0"?>{before}<office:document-content {spaces}>{body}'
                "</office:document-content>"
            ),
        },
    )


def pack(path: Path, members: Mapping[str, str | bytes]) -> Path:
    """A zip archive of these members."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return path


def _links(entries: str) -> str:
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{entries}</Relationships>'


def _rows(rows: Sequence[Sequence[Cell]]) -> str:
    lines = []
    for line, row in enumerate(rows, 1):
        cells = (_cell(f"{chr(65 + place)}{line}", cell) for place, cell in enumerate(row))
        lines.append(f'<row r="{line}">{"".join(cells)}</row>')
    return "".join(lines)


def _cell(place: str, cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return f'<c r="{place}" t="inlineStr"><is><t>{escape(cell)}</t></is></c>'
    return f'<c r="{place}"><v>{cell!r}</v></c>'


def _lines(rows: Sequence[Sequence[Cell]]) -> str:
    return "".join(f"<table:table-row>{''.join(map(_case, row))}</table:table-row>" for row in rows)


def _case(cell: Cell) -> str:
    if cell is None:
        return "<table:table-cell/>"
    if isinstance(cell, str):
        paragraph = f"<text:p>{escape(cell)}</text:p>"
        return f'<table:table-cell office:value-type="string">{paragraph}</table:table-cell>'
    return (
        f'<table:table-cell office:value-type="float" office:value="{cell!r}">'
        f"<text:p>{cell!r}</text:p></table:table-cell>"
    )
