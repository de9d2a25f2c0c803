"""What the readable forms share."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import pytest

from diagnostic import draw, resources
from diagnostic.errors import RenderError
from diagnostic.model import KeyFigures, Locator, ReportData, Show
from diagnostic.publish import pages


@pytest.fixture
def sheet(report: ReportData) -> pages.Page:
    """The invented report for paper."""
    return pages.Page(report, None, "print")


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the shipped templates, to be damaged."""
    folder = tmp_path / "templates"
    shutil.copytree(pages.templates(), folder)
    monkeypatch.setattr(resources, "folder", lambda _: folder)
    return folder


def test_halves_and_thirds_stand_side_by_side(sheet: pages.Page) -> None:
    """Two halves share a row, three thirds too; a full block stands alone."""
    families, method = sheet.report.sections[0], sheet.report.sections[4]

    assert [len(row) for row in sheet.rows(families.blocks)] == [2, 1, 1, 1, 1]
    assert [len(row) for row in sheet.rows(method.blocks)] == [3, 1]


def test_an_anchor_names_a_section_or_the_one_of_its_block(sheet: pages.Page) -> None:
    """A block leads to its chapter; an unknown anchor leads nowhere."""
    assert sheet.chapter("offre") == sheet.report.sections[1]
    assert sheet.chapter("carte-revenu") == sheet.report.sections[0]
    assert sheet.chapter("ailleurs") is None
    assert [s.id for s in sheet.chapters(("offre", "carte-revenu", "familles"))] == [
        "familles", "offre",
    ]  # fmt: skip


def test_the_unit_of_a_key_figure_stands_where_it_holds(sheet: pages.Page) -> None:
    """Beside on two lines, tight on three, under when the words are long."""
    rows = sheet.report.essentials.figures.rows
    three = dataclasses.replace(rows[2], unit_text="mot " * 18)
    long = dataclasses.replace(rows[2], unit_text="mot " * 40)

    assert sheet.unit_place(rows[4]) == "beside"
    assert sheet.unit_place(three) == "tight"
    assert sheet.unit_place(long) == "under"


def test_a_key_figure_in_per_cent_bears_its_sign_once(sheet: pages.Page) -> None:
    """« 30,0 % » when neither number nor unit has the sign; never on an absence."""
    figures = sheet.report.figures
    poverty = figures["pauvreté.99001.2023"]

    assert sheet.percent(poverty, "des habitants") == "\u00a0%"
    assert sheet.percent(poverty, "% des habitants") == ""
    assert sheet.percent(dataclasses.replace(poverty, text="30,0\u00a0%"), "") == ""
    assert sheet.percent(dataclasses.replace(poverty, show="ns"), "") == ""
    assert sheet.percent(figures["couverture.99001.2023"], "") == ""


def test_the_licence_stands_once_in_the_essentials(sheet: pages.Page) -> None:
    """The small line of L'essentiel leaves it to the foot of the page; a chapter keeps it."""
    row = sheet.report.essentials.figures.rows[0]
    licensed = dataclasses.replace(row, source="Office, 2023. Licence Ouverte 2.0. Hors îles.")

    assert sheet.line(licensed, True).endswith("Office, 2023. Hors îles")
    assert "Licence Ouverte 2.0" in sheet.line(licensed, False)
    assert sheet.brief("Office, 2023. Licence Ouverte 2.0. Note.") == "Office, 2023."


def test_a_key_figure_without_any_value_has_no_strip(sheet: pages.Page) -> None:
    """A secret number beside nothing is not drawn."""
    rows = sheet.report.essentials.figures.rows
    assert sheet.has_strip(rows[0])
    assert not sheet.has_strip(rows[5])


def test_a_value_alone_has_no_strip_and_says_its_interval(sheet: pages.Page) -> None:
    """One point on an axis compares nothing: its bounds are said in words instead."""
    row = sheet.report.essentials.figures.rows[0]
    own = sheet.report.figures[row.figure]
    alone = dataclasses.replace(row, comparisons=())

    def said(interval: str, show: Show = "plain") -> str:
        figure = dataclasses.replace(own, interval_text=interval, show=show)
        report = dataclasses.replace(
            sheet.report, figures={**sheet.report.figures, row.figure: figure}
        )
        page = dataclasses.replace(sheet, report=report)
        assert not page.has_strip(alone)
        assert page.interval(row) == ""
        return page.interval(alone)

    assert said("33–37") == "De 33 à 37"
    assert said("−2,1 à −1,9") == "De −2,1 à −1,9"
    assert said("35") == said("") == said("33–37", show="ns") == ""


def test_a_period_is_not_cut_at_its_dash(sheet: pages.Page) -> None:
    """« 2023–25 » holds together; what a unit says is escaped."""
    assert sheet.tied("par an, 2023–25") == 'par an, <span class="together">2023–25</span>'
    assert sheet.tied("< 3 ans") == "&lt; 3 ans"


def test_a_sign_that_a_drawing_explains_is_not_explained_again(sheet: pages.Page) -> None:
    """The key of a chart of lines says « provisoire (p) »; a table needs the legend."""
    blocks = {block.kind: block for section in sheet.report.sections for block in section.blocks}
    lines = dataclasses.replace(blocks["lines"], signs=("p", "…"))
    table = dataclasses.replace(blocks["comparison_table"], signs=("p", "…"))

    assert sheet.legend(lines, ()) == (("…", "non disponible"),)
    assert sheet.legend(table, ()) == (("…", "non disponible"), ("p", "provisoire"))


def test_tables_of_the_same_title_have_different_names(report: ReportData) -> None:
    """Two charts of one title are told apart by their captions."""
    lines = report.sections[0].blocks[3]
    twin = dataclasses.replace(lines, id="autre", caption="Autre légende")
    section = dataclasses.replace(report.sections[0], blocks=(lines, twin))
    page = pages.Page(dataclasses.replace(report, sections=(section,)), None, "screen")
    table = pages.tables.beside(lines, report)[0]

    assert page.table_name(lines, table) != page.table_name(twin, table)


@pytest.mark.parametrize("svg", ["", "rien", "<svg width='3'"])
def test_a_drawing_that_is_no_svg_is_an_error(svg: str) -> None:
    """An empty or cut drawing never makes an empty figure."""
    with pytest.raises(RenderError, match="dessin"):
        pages.inline(svg, "titre")


def test_a_drawing_gets_the_title_that_says_its_message() -> None:
    """The prolog goes, the drawing's own title is replaced, the words are escaped."""
    svg = "<?xml version='1.0'?>\n<svg width='3'>\n<title>barres</title><g/></svg>"

    assert pages.inline(svg, "30 % < 40 %") == (
        "<svg role=\"img\" width='3'><title>30 % &lt; 40 %</title><g/></svg>"
    )


@pytest.mark.parametrize("name", ["fonts/SourceSans3-Bold.ttf", "fonts/SourceSans3-It.ttf.woff2"])
def test_a_missing_font_is_a_render_error(copy: Path, name: str) -> None:
    """A font that is gone is named; nothing is set in another."""
    (copy / name).unlink()
    with pytest.raises(RenderError, match="SourceSans3"):
        pages.templates()


@pytest.mark.parametrize("name", ["dossier.print.jinja", "blocks/chart.jinja", "macros.jinja"])
def test_a_missing_template_is_a_render_error(
    copy: Path, sheet: pages.Page, drawings: list[str], name: str
) -> None:
    """A template that is gone is named."""
    (copy / name).unlink()
    with pytest.raises(RenderError, match=Path(name).stem):
        pages.fill("dossier.print.jinja", sheet, logo="")
    assert len(drawings) < 20


def test_a_missing_style_is_a_render_error(copy: Path) -> None:
    """A style sheet that is gone is named."""
    (copy / "print.css").unlink()
    with pytest.raises(RenderError, match=r"print\.css"):
        pages.read("print.css")


@pytest.mark.parametrize("text", ["{{ inconnu }}", "{% if %}"])
def test_a_broken_template_is_a_render_error(copy: Path, sheet: pages.Page, text: str) -> None:
    """An undefined name or a fault of syntax is an error that names the template."""
    (copy / "dossier.print.jinja").write_text(text)
    with pytest.raises(RenderError, match="dossier"):
        pages.fill("dossier.print.jinja", sheet)


def test_every_kind_of_block_has_a_template_that_exists() -> None:
    """No kind without its template, no template without its kind."""
    files = {path.stem for path in (pages.templates() / "blocks").glob("*.jinja")}
    assert set(pages.TEMPLATES.values()) | {"all"} == files


def test_strip_words_name_each_territory(sheet: pages.Page) -> None:
    """Who does not see a strip hears each value."""
    row = sheet.report.essentials.figures.rows[0]
    assert isinstance(sheet.report.essentials.figures, KeyFigures)
    assert sheet.strip_words(row) == (
        "Taux de couverture global : Vallon-le-Fictif 61,5 ; CC du Val Fictif 58,9 ; France 60,9"
    )


def test_a_territory_without_outline_has_a_sentence_for_map(
    sheet: pages.Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The drawing room gives nothing: the page says that no outline is shipped."""
    monkeypatch.setattr(draw, "block", lambda *_, **__: None)
    said = sheet.drawing(Locator(id="situation", code="97801", level="commune"))
    assert "aucun contour n’est livré pour ce territoire" in said
    assert "<svg" not in said
