"""The matrix of `make live`, over producers that play: what is right, what is not, who is silent.

Its figures are invented there: the values of the facts cannot be right, but for one.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from producers.everyone import Producers

from live import facts, lines, table
from live.__main__ import main, survey
from live.lines import RIGHT, UNSEEN, WRONG, Line

TOP = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def country() -> Iterator[Producers]:
    """Every producer, over two communes."""
    with Producers(["51649", "75056"]) as some:
        yield some


@pytest.fixture
def few(country: Producers, loopback: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Producers]:
    """The producers, where the matrix asks them."""
    del loopback
    monkeypatch.setattr("diagnostic.connectors.melodi._PACES", {})
    for name, url in country.environment.items():
        monkeypatch.setenv(name, url)
    yield country
    country.reset()


def matrix() -> list[Line]:
    """The lines, asked as `make live` does."""
    from diagnostic.connectors.client import Client

    return survey(Client(quick=True, tries=1))


def marks(found: list[Line], dataset: str) -> dict[str, str]:
    """The mark of each check of a dataset."""
    return {one.check: one.mark for one in found if one.dataset == dataset}


@pytest.mark.usefixtures("few")
def test_every_feed_has_its_lines_and_only_figures_differ() -> None:
    """Over producers that keep their contracts, ✗ is said of values, which are invented, alone."""
    found = matrix()
    wrong = {one.check.partition(" :")[0] for one in found if one.mark == WRONG}
    assert wrong == {"valeur", "communes de 51", "communes de 200034718"}
    assert marks(found, "s_ben_com_f")["types"] == RIGHT
    assert marks(found, "DS_BPE")["modalités"] == RIGHT
    assert marks(found, "DS_BPE")["licence"] == UNSEEN
    vitry = next(one for one in found if "10996" in one.found.replace("\u202f", ""))
    assert (vitry.mark, vitry.dataset) == (RIGHT, "DS_POPULATIONS_REFERENCE")


def test_the_matrix_is_polite(few: Producers) -> None:
    """One list of datasets a portal of few, no export, fewer calls to Melodi than a minute has."""
    matrix()
    assert 0 < len(few.caf.log.calls("*")) <= 40
    assert few.caf.log.calls("*/exports/*") == []
    assert len(few.dares.log.calls("*")) <= 6  # list, forms, sample, count, two values
    assert len(few.melodi.log.calls("*")) <= 30


@pytest.mark.usefixtures("few")
def test_a_silent_portal_leaves_its_datasets_unseen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody at an address: one ✗ for the portal, nothing asserted of what it holds."""
    monkeypatch.setenv("DIAGNOSTIC_DARES_URL", "http://127.0.0.1:9")
    found = [one for one in matrix() if one.producer == "Dares"]
    assert [(one.check, one.mark) for one in found] == [("joignable", WRONG), ("tout", UNSEEN)]


def test_a_portal_that_lists_a_page_of_html_stops_nothing(few: Producers) -> None:
    """What is no list of datasets is one ✗; the other portals are asked all the same."""
    few.drees.fail("html", "*/catalog/datasets*")
    found = matrix()
    drees = [(one.check, one.mark) for one in found if one.producer == "Drees"]
    assert drees == [("joignable", WRONG), ("tout", UNSEEN)]
    assert marks(found, "DS_BPE")["jeu"] == RIGHT


def test_a_lost_column_and_a_lost_row_are_seen(few: Producers) -> None:
    """A page without a column has no codes; a broken one becomes a line and stops nothing."""
    few.caf.fail("without", "*s_ben_epci_f/records*", columns=["numepci"])
    few.caf.fail("html", "*s_ben_dep/records*")
    found = matrix()
    assert marks(found, "s_ben_epci_f")["codes"] == WRONG
    assert marks(found, "s_ben_dep")["lignes"] == WRONG
    assert marks(found, "s_ben_nat")["lignes"] == RIGHT


@pytest.mark.usefixtures("few")
def test_the_page_is_written_over_and_strict_tells(tmp_path: Path) -> None:
    """`--output` writes the date and every line; ✗ is code 0, and 1 under --strict."""
    page = tmp_path / "live.md"
    assert main(["--output", str(page)]) == 0
    text = page.read_text(encoding="utf-8")
    assert "Dernière exécution" in text
    assert text.count("\n| ") > 150
    assert main(["--strict"]) == 1


def test_codes_that_lost_their_zeros_are_wrong() -> None:
    """Numbers in a column of codes are refused, whatever they are."""
    from diagnostic import catalogue

    known = catalogue.load()
    feed = known.feeds["caf_s_ben_com_f"]
    subject = lines.Subject(known.portals["caf"], feed.dataset)
    assert lines.codes(subject, feed, [1001, "51649"]).mark == WRONG
    assert lines.codes(subject, feed, ["", "XX", "2A004"]).mark == RIGHT
    assert lines.codes(subject, feed, ["", "XX"]).mark == WRONG
    assert lines.periods(subject, feed, ["2024-12", "202412"]).mark == WRONG


def test_the_facts_name_feeds_of_the_catalogue_and_their_sources() -> None:
    """No control of a feed that is gone would be left aside in silence."""
    from diagnostic import catalogue

    known, said = catalogue.load(), facts.read()
    named = [*said.controls, *said.observations]
    assert {one.feed for one in named} <= known.feeds.keys()
    assert {*said.texts} <= known.feeds.keys()
    assert {*said.datasets} <= known.portals.keys()
    assert all(one.source for one in named)
    assert {*said.codes} <= {feed.dataset for feed in known.feeds.values()}


def test_the_page_of_the_documents_says_whether_it_was_ever_run() -> None:
    """docs/live.md is either that of a run, with its date, or says that there was none."""
    text = (TOP / "docs" / "live.md").read_text(encoding="utf-8")
    assert ("jamais exécuté" in text) != ("Dernière exécution" in text)
    assert table.summary([]) == "0 ✓, 0 ✗, 0 non vérifiable"
