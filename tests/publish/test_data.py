"""The saved report and the table of figures."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from diagnostic import publish
from diagnostic.errors import DataError, RenderError
from diagnostic.model import ReportData
from diagnostic.publish import data

SCHEMA = Path(__file__).parents[2] / "docs" / "report.schema.json"


def saved(report: ReportData, folder: Path, change: Callable[[Any], None]) -> Path:
    """The report as JSON in `folder`, its tree changed by `change`."""
    tree = json.loads(data.to_json(report))
    change(tree)
    path = folder / "rapport.json"
    path.write_text(json.dumps(tree))
    return path


def lines(report: ReportData) -> list[dict[str, str]]:
    """The CSV of the report, a dictionary a line."""
    text = data.to_csv(report).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))


def test_a_saved_report_comes_back_equal(report: ReportData, tmp_path: Path) -> None:
    """Every block, figure and origin survives the round trip."""
    path = tmp_path / "rapport.json"
    path.write_bytes(data.to_json(report))

    assert report == publish.load(path)


def test_json_does_not_depend_on_the_order_of_figures(report: ReportData) -> None:
    """The same figures added in another order give the same bytes."""
    other = dataclasses.replace(report, figures=dict(reversed(report.figures.items())))

    assert data.to_json(report) == data.to_json(other)


def test_json_refuses_a_number_that_is_not_finite(report: ReportData) -> None:
    """An infinite value stops the writing instead of becoming null."""
    name, figure = next(iter(report.figures.items()))
    broken = {**report.figures, name: dataclasses.replace(figure, value=float("inf"))}

    with pytest.raises(RenderError, match="fini"):
        data.to_json(dataclasses.replace(report, figures=broken))


@pytest.mark.parametrize("content", [b"", b"\x00\xff", b"{", b"[" * 100_000, b"[]", b"{}"])
def test_what_is_not_a_report_is_a_data_error(content: bytes, tmp_path: Path) -> None:
    """Empty, binary, cut, deep or foreign JSON: a data error that names the file."""
    path = tmp_path / "rapport.json"
    path.write_bytes(content)

    with pytest.raises(DataError, match=r"rapport\.json"):
        publish.load(path)


def test_a_missing_file_is_a_data_error(tmp_path: Path) -> None:
    """A path that leads nowhere is said so."""
    with pytest.raises(DataError, match=r"absent\.json"):
        publish.load(tmp_path / "absent.json")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda tree: tree.update(version=2), "version 2"),
        (lambda tree: tree.pop("edition"), "edition"),
        (lambda tree: tree["territory"].update(code=51649), "territory.code"),
        (lambda tree: tree["figures"].pop("couverture.99001.2023"), "couverture.99001.2023"),
        (lambda tree: tree["origins"].pop("essai"), "essai"),
    ],
)
def test_a_damaged_report_says_what_is_wrong(
    report: ReportData, tmp_path: Path, change: Callable[[Any], None], words: str
) -> None:
    """Another version, a lost field, a code turned number, a lost figure or origin: named."""
    with pytest.raises(DataError, match=words):
        publish.load(saved(report, tmp_path, change))


def test_the_shipped_schema_is_current() -> None:
    """docs/report.schema.json is what the model says today."""
    assert data.json_schema() == json.loads(SCHEMA.read_text(encoding="utf-8"))


def test_csv_has_one_line_a_figure(report: ReportData) -> None:
    """As many lines as figures, after a BOM that lets a spreadsheet read the accents."""
    assert data.to_csv(report).startswith(b"\xef\xbb\xbfindicateur;libelle;niveau;code;")
    assert len(report.figures) == len(lines(report))


def test_csv_writes_a_figure_with_its_bounds_and_its_source(report: ReportData) -> None:
    """Decimal commas, what the page shows, the numerator and who published it."""
    line = next(
        one for one in lines(report) if (one["indicateur"], one["code"]) == ("activité", "99001")
    )

    assert (line["valeur"], line["borne_basse"], line["borne_haute"]) == ("22,1", "21,5", "22,8")
    assert (line["numerateur_serie"], line["numerateur_valeur"]) == ("essai.foyers", "221")
    assert line["producteur"] == "Office inventé"
    assert line["mise_a_jour"] == "2026-09-30"


def test_csv_writes_an_absence_as_an_absence(report: ReportData) -> None:
    """No value, the sign and the reason: never a 0."""
    line = next(
        one for one in lines(report) if (one["indicateur"], one["code"]) == ("revenu", "99006")
    )

    assert (
        line["valeur"], line["statut"], line["affiche"], line["motif"],
    ) == ("", "secret", "s", "secret statistique")  # fmt: skip


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@SOMME(A1)", "\t=1", "\r=1"])
def test_csv_text_is_never_a_formula(report: ReportData, start: str) -> None:
    """A name that a spreadsheet would run begins with an apostrophe."""
    name, figure = next(iter(report.figures.items()))
    named = {name: dataclasses.replace(figure, name=start)}

    assert f"'{start}" == lines(dataclasses.replace(report, figures=named))[0]["territoire"]


def test_csv_numbers_stay_numbers(report: ReportData) -> None:
    """A negative value keeps its sign bare, a large one has no exponent, a sum no noise."""
    name, figure = next(iter(report.figures.items()))
    changed = dataclasses.replace(figure, value=-0.3, lower=-(0.1 + 0.2), upper=68_000_000_000.0)
    line = lines(dataclasses.replace(report, figures={name: changed}))[0]

    assert (
        line["valeur"], line["borne_basse"], line["borne_haute"],
    ) == ("-0,3", "-0,3", "68000000000")  # fmt: skip
