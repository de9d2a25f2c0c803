"""The PDF: tagged, quiet, the same twice, and deaf to other files."""

from __future__ import annotations

import contextlib
import dataclasses
import logging
import re
import shutil
import subprocess
import zlib
from pathlib import Path

import invented
import pytest
from weasyprint.urls import FatalURLFetchingError

from diagnostic.errors import RenderError
from diagnostic.model import ComparisonTable, KeyFigure, Prose, ReportData, TableGroup
from diagnostic.publish import pages, pdf

HOSTILE = (
    "http://127.0.0.1:9/x", "https://exemple.invalid/", "file:///etc/passwd",
    "file://serveur/partage/x", "ftp://exemple.invalid/x", "FILE:///etc/passwd",
    "gopher://x", "\\\\serveur\\x", "fonts/x",
)  # fmt: skip


def objects_of(content: bytes) -> bytes:
    """A PDF with its compressed streams opened, object streams among them."""
    streams = re.findall(rb"stream\r?\n(.*?)\nendstream", content, re.DOTALL)
    opened = []
    for stream in streams:
        with contextlib.suppress(zlib.error):
            opened.append(zlib.decompressobj().decompress(stream))
    return content + b"".join(opened)


def text_of(content: bytes, folder: Path, *options: str) -> str:
    """The text of a PDF, by pdftotext."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    (folder / "d.pdf").write_bytes(content)
    command = ["pdftotext", *options, str(folder / "d.pdf"), "-"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_is_tagged_titled_and_dated_from_the_edition(
    report: ReportData, drawings: list[str]
) -> None:
    """PDF/UA-1, French, with bookmarks, and the month of the edition as its date."""
    content = objects_of(pdf.render(report, None))

    assert b"/Lang (fr" in content
    assert b"/MarkInfo" in content
    assert b"pdfuaid:part" in content
    assert b"/Outlines" in content
    assert re.search(rb"/CreationDate \(D:202611", content)
    assert drawings


def test_renders_without_a_warning_and_the_same_twice(
    report: ReportData, drawings: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    """WeasyPrint has nothing to say, and two renders give the same bytes."""
    caplog.set_level(logging.WARNING, "weasyprint")
    first = pdf.render(report, None)

    assert first == pdf.render(report, None)
    assert [record.getMessage() for record in caplog.records] == []
    assert drawings


def test_pages_are_numbered_and_referred_to(
    report: ReportData, drawings: list[str], tmp_path: Path
) -> None:
    """L'essentiel holds on page 2; running lines, page references and thousands are readable."""
    content = pdf.render(report, None)
    second = text_of(content, tmp_path, "-f", "2", "-l", "2")
    third = text_of(content, tmp_path, "-f", "3", "-l", "3")

    assert "L’essentiel" in second
    assert "La couleur désigne le territoire." in second
    assert re.search(r"p\.\s\d", second)
    assert "Service public de la petite enfance · diagnostic territorial" in second
    assert re.search(r"Sommaire", third)
    assert "sources et licences p." in third
    assert re.search(r"10\s996", text_of(content, tmp_path, "-layout"))
    assert drawings


def test_a_chapter_follows_the_last_one_on_its_page(
    report: ReportData, drawings: list[str], tmp_path: Path
) -> None:
    """Two short chapters share a page, title and text; one whose text does not hold starts anew."""
    first, second = report.sections[:2]

    def laid_out(lines: int) -> str:
        words = "\n\n".join(f"Ligne {n}." for n in range(lines))
        text = Prose(id="texte", markdown=words)
        chapters = (
            dataclasses.replace(first, blocks=(dataclasses.replace(text, id="autre"),)),
            dataclasses.replace(second, blocks=(text,), finding="Un constat"),
        )
        cut = dataclasses.replace(report, sections=chapters)
        return text_of(pdf.render(cut, None), tmp_path, "-f", "4", "-l", "4")

    assert "Un constat" in laid_out(4)
    assert "Un constat" not in laid_out(20)
    assert drawings


def test_a_long_table_keeps_its_notes_beside_its_last_rows(
    report: ReportData, drawings: list[str], tmp_path: Path
) -> None:
    """However many rows there are, no page starts on the notes of a table."""
    table = next(b for s in report.sections for b in s.blocks if isinstance(b, ComparisonTable))
    row = table.groups[0].rows[0]

    def starts(count: int) -> list[str]:
        rows = tuple(dataclasses.replace(row, label=f"Ligne {n}") for n in range(count))
        long = dataclasses.replace(
            table, groups=(TableGroup(title="", rows=rows),), source="Source essayée"
        )
        chapter = dataclasses.replace(report.sections[0], blocks=(long,))
        cut = dataclasses.replace(report, sections=(chapter,))
        pages_read = text_of(pdf.render(cut, None), tmp_path).split("\f")
        return [one for one in pages_read[4:] if "Source essayée" in one]

    for count in range(26, 34):
        assert all("Ligne" in one for one in starts(count))
    assert any(starts(count) for count in (33, 36))
    assert drawings


def test_the_essentials_give_up_rows_rather_than_overflow(
    report: ReportData, drawings: list[str], tmp_path: Path
) -> None:
    """Too tall for its page, L'essentiel keeps its first key figures; three at the least."""
    rows = report.essentials.figures.rows
    tall = dataclasses.replace(rows[1], label="Un libellé bien trop long " * 6)

    def essentials(*kept: KeyFigure) -> str:
        figures = dataclasses.replace(report.essentials.figures, rows=kept)
        essentials = dataclasses.replace(report.essentials, figures=figures)
        content = pdf.render(dataclasses.replace(report, essentials=essentials), None)
        return text_of(content, tmp_path, "-f", "2", "-l", "3")

    shortened = essentials(*rows[:4], tall, tall, tall)
    assert "Sommaire" in shortened
    assert rows[3].label.split()[0] in shortened
    assert shortened.count("Un libellé") < 18
    assert "Sommaire" not in essentials(*[dataclasses.replace(tall, label=tall.label * 9)] * 4)
    assert drawings


def test_a_report_without_map_sources_or_locator_still_holds(
    report: ReportData, drawings: list[str]
) -> None:
    """Absent pieces leave no frame and no dead reference."""
    sections = tuple(section for section in report.sections if section.id != "sources")
    bare = dataclasses.replace(
        report,
        sections=sections,
        cover=dataclasses.replace(report.cover, locator=None),
        essentials=dataclasses.replace(report.essentials, map=None, note=""),
    )

    assert pdf.render(bare, None).startswith(b"%PDF-")
    assert "bloc-situation-print-" not in drawings


def test_a_logo_is_printed(report: ReportData, drawings: list[str], png: Path) -> None:
    """The logo adds an image to a file that has none."""
    assert b"/Subtype /Image" not in pdf.render(report, None)
    assert b"/Subtype /Image" in pdf.render(report, None, logo=png)
    assert drawings


def test_hostile_names_are_printed_as_they_are(drawings: list[str], tmp_path: Path) -> None:
    """HTML and Jinja in a name are letters on the page."""
    content = pdf.render(invented.made_up("<img src=file:///etc/passwd>{{ 7*7 }}"), None)

    assert "{{ 7*7 }}" in text_of(content, tmp_path)
    assert drawings


@pytest.mark.parametrize("url", HOSTILE)
def test_fetches_nothing_outside_the_templates(url: str) -> None:
    """Network, other files, shares and unknown schemes are refused before any opening."""
    fetcher = pdf.TemplateFetcher(pages.templates())
    with pytest.raises(FatalURLFetchingError):
        fetcher.fetch(url)


def test_fetches_no_file_through_a_link_or_a_parent_folder(tmp_path: Path) -> None:
    """A symbolic link or `..` under the templates leads nowhere else."""
    root = tmp_path / "templates"
    root.mkdir()
    (tmp_path / "secret").write_text("secret")
    (root / "link").symlink_to(tmp_path / "secret")
    (root / "own").write_text("own")
    fetcher = pdf.TemplateFetcher(root)

    for name in ("link", "../secret", "%2e%2e/secret"):
        with pytest.raises(FatalURLFetchingError):
            fetcher.fetch(f"{root.as_uri()}/{name}")
    assert fetcher.fetch(f"{root.as_uri()}/own").read() == b"own"
    assert fetcher.fetch("data:text/plain,x").read() == b"x"


def test_a_page_that_asks_for_another_file_is_an_error(
    report: ReportData, drawings: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A style that points outside stops the rendering with a sentence, not a traceback."""
    style = "body { background: url('file:///etc/hostname') }"
    monkeypatch.setattr(pages, "read", lambda _: style)

    with pytest.raises(RenderError, match="hors de ses modèles"):
        pdf.render(report, None)
    assert drawings
