"""Reports of the shipped extract, and a tiny invented EPCI whose numbers are worked by hand."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from diagnostic import catalogue, engine, spec, store, territories
from diagnostic.model import Figure, ReportData


@cache
def _report(code: str) -> ReportData:
    series = catalogue.load()
    places = territories.load()
    return engine.assemble(
        spec.load("sppe", series),
        places.find(code),
        territories=places,
        catalogue=series,
        store=store.Store([store.embedded_root()]),
    )


@pytest.fixture
def report() -> Callable[[str], ReportData]:
    """The SPPE report of a territory of the extract, made once for all tests."""
    return _report


@pytest.fixture
def figure(report: Callable[[str], ReportData]) -> Callable[..., Figure]:
    """One figure of a report: indicator, code of the report, code of the place, period."""

    def find(indicator: str, code: str, place: str = "", period: str = "") -> Figure:
        found = [
            each
            for each in report(code).figures.values()
            if each.indicator == indicator
            and each.code == (place or code)
            and "derived" not in each.flags
            and (not period or each.period == period)
        ]
        return max(found, key=lambda each: each.period)

    return find


@pytest.fixture
def spec_file(tmp_path: Path) -> Callable[[str], Path]:
    """A spec of one's own, written for a test."""

    def write(text: str) -> Path:
        path = tmp_path / "essai.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write
