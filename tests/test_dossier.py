"""The dossier as printed and as read: pages well filled, nothing outside them, nothing fetched."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

import pytest

from diagnostic import cli

MM = 72 / 25.4
LEFT, RIGHT = 20 * MM, 190 * MM
TOP, BOTTOM = 26 * MM, 275 * MM
FOOT = 279 * MM
TITLE = 22.0
"""Words this tall (points) are the titles of a page or key figures."""

_PAGE = re.compile(r"<page .*?</page>", re.DOTALL)
_WORD = re.compile(
    r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)</word>'
)


@dataclass(frozen=True)
class Word:
    """A printed word and its box, in points from the top left corner."""

    left: float
    top: float
    right: float
    bottom: float
    text: str


def pages_of(pdf: Path) -> list[list[Word]]:
    """The words of each page of a PDF, by pdftotext."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    command = ["pdftotext", "-bbox", str(pdf), "-"]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [
        [
            Word(float(x0), float(y0), float(x1), float(y1), text)
            for x0, y0, x1, y1, text in _WORD.findall(page)
        ]
        for page in _PAGE.findall(told)
    ]


def body(page: list[Word]) -> list[Word]:
    """The words of a page without its running header and footer."""
    return [word for word in page if word.bottom > TOP and word.top < FOOT]


class Tags(HTMLParser):
    """The ids of a page, and every address that a browser would fetch by itself."""

    def __init__(self, text: str) -> None:
        """Read `text` whole."""
        super().__init__()
        self.ids: list[str] = []
        self.fetched: list[str] = []
        self.anchors: list[str] = []
        self.feed(text)
        self.fetched += re.findall(r"url\(['\"]?(?!data:|#)([^)'\"]+)", text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the ids and the addresses of one tag."""
        for name, value in attrs:
            address = value or ""
            if name == "id":
                self.ids.append(address)
            elif name in {"href", "xlink:href"} and address.startswith("#"):
                self.anchors.append(address[1:])
            elif name in {"src", "srcset", "poster", "data", "action"} or (
                name in {"href", "xlink:href"} and tag != "a"
            ):
                self.fetched += [] if address.startswith("data:") else [address]


def check_pages(pages: list[list[Word]]) -> None:
    """What every printed dossier keeps; the cover has no running lines and margins of its own."""
    assert 12 <= len(pages) <= 24
    assert body(pages[2])[0].text == "Sommaire", "L'essentiel holds on one page"
    for number, page in enumerate(pages, 1):
        outside = [w for w in page if w.left < LEFT - 1 or w.right > RIGHT + 1]
        assert outside == [], f"p. {number}: words beside the text block"
        if number == 1:
            continue
        words = body(page)
        assert [w for w in words if w.bottom > BOTTOM + 2] == [], f"p. {number}: words too low"
        last = max(word.bottom for word in words)
        titles = [word for word in words if word.bottom - word.top > TITLE]
        for title in titles:
            assert last > title.bottom + 10, f"p. {number}: « {title.text} » stands last"
        # Height and not ink: a map has few words, and a page may end where its chapter ends.
        assert last > TOP + 0.25 * (BOTTOM - TOP), f"p. {number} is nearly empty"


def check_html(text: str) -> None:
    """Ids are said once, anchors lead somewhere, and nothing is fetched but what is inside."""
    tags = Tags(text)
    assert len(tags.ids) == len(set(tags.ids))
    assert set(tags.anchors) <= set(tags.ids)
    assert tags.fetched == []


def test_the_pages_of_a_town_are_filled_and_hold_their_text(dossier: Path) -> None:
    """Vitry-le-François: 12 to 24 pages, no title last, no word outside, no page nearly empty."""
    check_pages(pages_of(next(dossier.glob("*.pdf"))))


def test_the_web_page_of_a_town_stands_alone(dossier: Path) -> None:
    """Vitry-le-François: a browser asks for nothing else, and every anchor exists once."""
    check_html(next(dossier.glob("*.html")).read_text(encoding="utf-8"))


@pytest.mark.long
@pytest.mark.parametrize(
    ("level", "code"),
    [("commune", "51125"), ("epci", "200034718"), ("commune", "51454"), ("commune", "51051")],
)
def test_the_same_holds_for_a_village_an_epci_a_city_and_a_place_without_data(
    level: str, code: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever the territory lacks or abounds in; and WeasyPrint has no fault to tell."""
    words = ["build", "--spec", "sppe", f"--{level}", code, "--store", str(tmp_path)]
    with caplog.at_level("WARNING", logger="weasyprint"):
        assert cli.main([*words, "--format", "pdf,html", "--output", str(tmp_path)]) == 0
    assert [record.getMessage() for record in caplog.records] == []
    check_pages(pages_of(next(tmp_path.glob("*.pdf"))))
    check_html(next(tmp_path.glob("*.html")).read_text(encoding="utf-8"))
