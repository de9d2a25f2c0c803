"""The HTML page: one file, readable by everyone, that asks for nothing."""

from __future__ import annotations

import base64
import dataclasses
import itertools
import re
from html.parser import HTMLParser
from pathlib import Path

import invented
import pytest

from diagnostic.errors import UsageError
from diagnostic.model import Points, ReportData
from diagnostic.publish import data, html


class Reader(HTMLParser):
    """The elements of a page, in order, with the text of links."""

    def __init__(self, page: str) -> None:
        """Read `page`."""
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.links: list[tuple[str, str]] = []
        self.after_svg: list[str] = []
        self._link: list[str] | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what the parser meets."""
        if self.elements and self.elements[-1][0] == "svg":
            self.after_svg.append(tag)
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag == "a":
            self._link = []

    def handle_data(self, data: str) -> None:
        """Note what the parser meets."""
        if self._link is not None:
            self._link.append(data)

    def handle_endtag(self, tag: str) -> None:
        """Note what the parser meets."""
        if tag == "a" and self._link is not None:
            target = next(a["href"] for t, a in reversed(self.elements) if t == "a")
            self.links.append(("".join(self._link).strip(), target))
            self._link = None

    def all(self, tag: str) -> list[dict[str, str]]:
        """The attributes of every `tag`."""
        return [attributes for name, attributes in self.elements if name == tag]


def render(report: ReportData, *, logo: Path | None = None, pdf: bool = True) -> str:
    """The page of `report`, as text."""
    return html.render(report, None, logo=logo, name="dossier", pdf=pdf).decode()


@pytest.fixture
def page(report: ReportData, drawings: list[str]) -> Reader:
    """The page of the invented report."""
    assert drawings == []
    return Reader(render(report))


def test_asks_for_nothing(page: Reader) -> None:
    """No script, no frame, no style sheet; every source is data; the policy refuses the rest."""
    assert not {"script", "link", "iframe", "object"} & {tag for tag, _ in page.elements}
    assert all(a.get("src", "data:").startswith("data:") for _, a in page.elements)
    policy = next(a for a in page.all("meta") if a.get("http-equiv") == "Content-Security-Policy")
    assert policy["content"].startswith("default-src 'none'")


def test_gaps_that_are_not_established_are_not_headed_comparable(
    report: ReportData, drawings: list[str]
) -> None:
    """Each list of points has its own head; with nothing to compare, the page says so."""
    text = render(report)
    unsettled = text.index("La part des naissances n’est pas établie.")
    comparable = text.index("Le taux de couverture est comparable.")
    heads = [text.index(head) for head in ("Écarts non établis", "Valeurs comparables à la réf")]
    assert heads[0] < unsettled < heads[1] < comparable
    nothing = "Aucun indicateur du territoire ne se prête à cette comparaison."
    assert nothing not in text
    bare = tuple(
        dataclasses.replace(
            section,
            blocks=tuple(
                dataclasses.replace(b, attention=(), support=(), comparable=(), unsettled=())
                if isinstance(b, Points)
                else b
                for b in section.blocks
            ),
        )
        for section in report.sections
    )
    assert render(dataclasses.replace(report, sections=bare)).count(nothing) == 2
    assert drawings


def test_the_legal_frame_is_at_the_foot(report: ReportData, drawings: list[str]) -> None:
    """The frame of the spec, and no empty line without one."""
    cover = dataclasses.replace(report.cover, framework="Loi du 1ᵉʳ janvier <n°>")
    assert "Loi du 1ᵉʳ janvier &lt;n°&gt;" in render(dataclasses.replace(report, cover=cover))
    assert 'class="framework"' not in render(report)
    assert drawings


def test_style_holds_every_font_and_no_address(report: ReportData, drawings: list[str]) -> None:
    """Four faces as WOFF2 data, no other url() and no @import."""
    style = re.search("<style>(.*?)</style>", render(report), re.DOTALL)
    assert style
    addresses = re.findall(r"url\('([^']{0,20})", style[1])
    assert addresses == ["data:font/woff2;base"] * 4
    assert "@import" not in style[1]
    assert drawings


def test_speaks_french_in_one_main(page: Reader) -> None:
    """Language, one main reached by the first link, landmarks named."""
    assert page.all("html")[0]["lang"] == "fr"
    assert len(page.all("main")) == len(page.all("header")) == len(page.all("footer")) == 1
    assert page.links[0] == ("Aller au contenu", f"#{page.all('main')[0]['id']}")
    assert all(nav["aria-label"] for nav in page.all("nav"))


def test_headings_never_skip(page: Reader) -> None:
    """One h1, then one level down at most."""
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b <= a + 1 for a, b in itertools.pairwise(levels))


def test_ids_are_unique_and_every_anchor_exists(page: Reader) -> None:
    """No id twice, drawings included; every inner link leads somewhere."""
    ids = [a["id"] for _, a in page.elements if "id" in a]
    assert len(ids) == len(set(ids))
    inner = {href[1:] for _, href in page.links if href.startswith("#")}
    assert inner <= set(ids)


def test_one_text_leads_to_one_place(page: Reader) -> None:
    """Two links of the same words have the same target, and every link has words."""
    targets: dict[str, set[str]] = {}
    for text, href in page.links:
        targets.setdefault(text, set()).add(href)
    assert "" not in targets
    assert not {text for text, places in targets.items() if len(places) > 1 and len(text) > 1}


def test_every_drawing_has_a_title_and_two_forms(page: Reader, drawings: list[str]) -> None:
    """A title comes first in each SVG; each prefix is used once, wide and narrow."""
    assert set(page.after_svg) == {"title"}
    assert len(drawings) == len(set(drawings)) == len(page.all("svg"))
    narrow = {p.removesuffix("narrow-") for p in drawings if p.endswith("narrow-")}
    wide = {p.removesuffix("print-") for p in drawings if p.endswith("print-")}
    assert narrow - wide == {"bloc-situation-"}
    assert wide <= narrow


def test_every_chart_has_its_data(page: Reader) -> None:
    """A folded table for each figure; captions stay in their table, only their words are hidden."""
    assert len(page.all("details")) >= len(page.all("figure")) + 1
    assert all(a["scope"] in ("col", "row", "rowgroup") for a in page.all("th"))
    assert len(page.all("caption")) == len(page.all("table"))
    assert not any("class" in caption for caption in page.all("caption"))


def test_wide_tables_scroll_in_a_named_region(page: Reader) -> None:
    """A keyboard reaches the frame of each table."""
    frames = [a for _, a in page.elements if a.get("class") == "scroll"]
    assert len(frames) == len(page.all("table"))
    assert all(a["tabindex"] == "0" and a["role"] == "region" for a in frames)


def test_holds_its_figures_as_csv_and_points_to_the_pdf(
    page: Reader, report: ReportData, drawings: list[str]
) -> None:
    """The CSV link is the CSV itself; the PDF link is there when the PDF is."""
    links = dict(page.links)
    kind, content = links["Données (CSV)"].split(",")
    assert kind == "data:text/csv;charset=utf-8;base64"
    assert base64.b64decode(content) == data.to_csv(report)
    assert links["PDF"] == "dossier.pdf"
    assert "PDF" not in dict(Reader(render(report, pdf=False)).links)
    assert drawings


def test_hostile_names_are_inert(drawings: list[str]) -> None:
    """A territory called with HTML, Jinja and SVG shows its letters and does nothing."""
    name = "<script>alert(1)</script><svg onload=x>{{ 7*7 }}\"'"
    text = render(invented.made_up(name))
    assert "<script" not in text
    assert "<svg onload" not in text
    assert "{{ 7*7 }}" in text
    assert len(Reader(text).all("svg")) == len(drawings)


def test_no_logo_draws_no_frame(report: ReportData, drawings: list[str], png: Path) -> None:
    """Without a logo there is no image at all; with one, it is inside the file."""
    assert not Reader(render(report)).all("img")
    (image,) = Reader(render(report, logo=png)).all("img")
    assert image["alt"] == "Logo"
    assert base64.b64decode(image["src"].split(",")[1]) == png.read_bytes()
    assert drawings


def test_a_bad_logo_is_a_usage_error(
    report: ReportData, drawings: list[str], png: Path, tmp_path: Path
) -> None:
    """Missing, heavy, cut, huge, or no PNG at all: said, and nothing is rendered."""
    from PIL import Image

    bad = {name: tmp_path / f"{name}.png" for name in ("absent", "heavy", "text", "cut", "huge")}
    bad["heavy"].write_bytes(b"\x89PNG" + b"0" * (2 * 1024 * 1024))
    bad["text"].write_text("pas une image")
    bad["cut"].write_bytes(png.read_bytes()[:40])
    Image.new("1", (4001, 1)).save(bad["huge"])
    for name, path in bad.items():
        with pytest.raises(UsageError, match=f"{name}\\.png"):
            render(report, logo=path)
    assert drawings == []


@pytest.mark.usefixtures("drawings")
def test_an_annex_has_its_period_beside_its_title(report: ReportData) -> None:
    """The period that its columns share stands in the caption of the table, after its name."""
    *others, last = report.sections
    (annex,) = last.blocks
    dated = dataclasses.replace(annex, caption="Données de décembre 2024.")
    section = dataclasses.replace(last, blocks=(dated,))
    page = render(dataclasses.replace(report, sections=(*others, section)))
    assert '<span class="unit">Données de décembre 2024.</span></span></caption>' in page
    assert "Données de décembre 2024." not in render(report)
