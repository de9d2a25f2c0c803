"""The doctor: sums of communes beside published totals, hand-worked, and the state of files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner

from diagnostic import catalogue, territories
from diagnostic.cli.root import root as program
from diagnostic.doctor import Diagnosis, Gap, diagnose
from diagnostic.model import Measure, Origin
from diagnostic.store import Store

EPCI = "200034718"
TODAY = date(2026, 11, 24)
SERIES = "caf.ab.foyers"
Row = tuple[Any, ...]
Store_ = Callable[..., Store]


def members() -> list[str]:
    """The communes of the EPCI of Vitry, thirty-five of them."""
    places = territories.load()
    return [one.code for one in places.members(places.get("epci", EPCI))]


def row(
    code: str, value: float | None, *, level: str = "commune", reach: float = 2,
    period: str = "2024-12", year: int = 2025, name: str = SERIES,
) -> Row:  # fmt: skip
    """A row of the store; None is an empty row of the source."""
    low = None if value is None else max(0.0, value - reach)
    high = None if value is None else value + reach
    status = "unknown" if value is None else "rounded" if reach else "exact"
    return (name, level, code, period, value, low, high, status, False, "", year, 1)


@pytest.fixture
def root(tmp_path: Path) -> Callable[..., Path]:
    """A root of one file with these rows; `facts` change its origin."""

    def make(*rows: Row, folder: str = "r", **facts: str) -> Path:
        place = tmp_path / folder
        (place / "observations").mkdir(parents=True)
        path = place / "observations" / "f.parquet"
        with duckdb.connect() as base:
            base.execute(
                "CREATE TABLE t (series VARCHAR, level VARCHAR, code VARCHAR, period VARCHAR, "
                "value DOUBLE, lower DOUBLE, upper DOUBLE, status VARCHAR, provisional BOOLEAN, "
                "champ VARCHAR, cog_year SMALLINT, cells SMALLINT)"
            )
            base.executemany(
                "INSERT INTO t VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", [list(r) for r in rows]
            )
            base.table("t").write_parquet(str(path))
        levels: dict[str, set[str]] = {}
        for one in rows:
            levels.setdefault(one[0], set()).add(one[1])
        origin = Origin(
            **{
                "id": folder,
                "producer": "Cnaf",
                "dataset": "s",
                "title": "T",
                "address": "",
                "licence": "Licence Ouverte 2.0",
                "edition": "2026-11",
                "retrieved": "2026-11",
                **facts,
            }
        )
        entry = {
            "file": "observations/f.parquet", "rows": len(rows), "origin": asdict(origin),
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            "series": {name: sorted(held) for name, held in levels.items()},
        }  # fmt: skip
        (place / "manifest.json").write_text(json.dumps({"datasets": [entry]}), "utf-8")
        return place

    return make


def examined(*roots: Path) -> Diagnosis:
    """What the doctor says of these roots."""
    return diagnose(Store(roots), catalogue.load(), territories.load(), TODAY)


def gaps(found: Diagnosis) -> tuple[Gap, ...]:
    """The unexplained gaps of all reconciliations."""
    return tuple(gap for one in found.reconciliations for gap in one.gaps)


def test_a_gap_that_rounding_explains_is_none(root: Callable[..., Path]) -> None:
    """35 communes at 20 ± 2 make 700, from 630 to 770: 765 published is possible."""
    communes = [row(code, 20) for code in members()]
    found = examined(root(*communes, row(EPCI, 765, level="epci", reach=0)))
    (one,) = found.reconciliations
    assert (one.level, one.compared, one.skipped, one.gaps) == ("epci", 1, 0, ())
    assert found.warnings == 0


def test_a_gap_beyond_rounding_is_a_warning_with_both_numbers(root: Callable[..., Path]) -> None:
    """800 published: 100 more than the sum, and rounding explains 70."""
    communes = [row(code, 20) for code in members()]
    found = examined(root(*communes, row(EPCI, 800, level="epci", reach=0)))
    (gap,) = gaps(found)
    assert (gap.summed, gap.published) == (Measure(700, 630, 770), Measure(800, 800, 800))
    assert gap.size == -100
    assert "écart −\u202f100 pour 70 que l’arrondi peut expliquer" in gap.text()
    assert gap.text().endswith("comparez les dates de mise à jour des deux jeux")
    assert found.warnings == 1


def test_communes_without_value_are_the_likely_cause(root: Callable[..., Path]) -> None:
    """Two of 35 are empty: 660 from 594 to 726, under 740."""
    codes = members()
    communes = [row(code, 20) for code in codes[2:]] + [row(code, None) for code in codes[:2]]
    (gap,) = gaps(examined(root(*communes, row(EPCI, 740, level="epci", reach=0))))
    assert (gap.communes, gap.missing) == (35, 2)
    assert gap.cause == "cause probable\u00a0: 2 communes sans valeur"


def test_too_few_communes_make_no_sum(root: Callable[..., Path]) -> None:
    """31 of 35 is under 90 %: nothing is compared."""
    communes = [row(code, 20) for code in members()[4:]]
    (one,) = examined(root(*communes, row(EPCI, 5, level="epci"))).reconciliations
    assert (one.compared, one.skipped) == (0, 1)


def test_communes_of_two_cogs_are_said(root: Callable[..., Path]) -> None:
    """One commune of the COG of 2023 among others of 2025."""
    codes = members()
    communes = [row(code, 20) for code in codes[1:]] + [row(codes[0], 200, year=2023)]
    found = examined(root(*communes, row(EPCI, 700, level="epci", reach=0)))
    assert [gap.cause for gap in gaps(found)] == [
        "cause probable\u00a0: communes de plusieurs millésimes du COG"
    ]
    (symptom,) = found.symptoms
    assert (symptom.kind, symptom.severity) == ("millesimes", "warning")
    assert "décembre\u00a02024" in symptom.text


def test_the_row_without_commune_explains_the_national_gap(root: Callable[..., Path]) -> None:
    """All communes at 1, exact, and 500 households of no commune: 35 375 in France."""
    places = territories.load()
    france = [one.code for one in places.members(places.france)]
    assert len(france) == 34875
    communes = [row(code, 1, reach=0) for code in france]
    rest = row("sans-commune", 500, level="custom", reach=0)
    total = row("france", 35375, level="france", reach=0)
    (gap,) = gaps(examined(root(*communes, rest, total)))
    assert gap.cause == "expliqué par la ligne sans commune (500)"
    (other,) = gaps(examined(root(*communes, total, folder="other")))
    assert "champ de la France" in other.cause


def test_a_break_is_a_likely_cause(root: Callable[..., Path]) -> None:
    """The information system of the Cnaf changed in 2016."""
    communes = [row(code, 20, period="2016-12") for code in members()]
    total = row(EPCI, 900, level="epci", reach=0, period="2016-12")
    (gap,) = gaps(examined(root(*communes, total)))
    assert gap.cause == "cause probable\u00a0: rupture de série enregistrée en 2016"


def test_an_old_code_counts_for_the_commune_that_it_became(root: Callable[..., Path]) -> None:
    """Reuil, Binson and Villers (2022) are Cœur-de-la-Vallée: 30 for its three old codes."""
    places = territories.load()
    epci = places.get("commune", "51457").epci or ""
    codes = [one.code for one in places.members(places.get("epci", epci))]
    communes = [row(code, 10, reach=0) for code in codes]
    old = [row(code, 10, reach=0) for code in ("51063", "51637")]
    total = row(epci, 10 * len(codes) + 20, level="epci", reach=0)
    assert gaps(examined(root(*communes, *old, total))) == ()


def test_codes_that_nobody_knows_and_communes_that_vanish(root: Callable[..., Path]) -> None:
    """A code of no COG is a warning; a commune without a row in the last year a note."""
    rows = [row("51649", 20), row("51649", 20, period="2023-12"), row("51125", 5, period="2023-12")]
    found = examined(root(*rows, row("99999", 5)))
    said = {symptom.kind: symptom for symptom in found.symptoms}
    assert said["codes"].severity == "warning"
    assert "99999" in said["codes"].text
    assert said["communes"].severity == "note"
    assert "51125" in said["communes"].text


def test_old_files_other_licences_and_older_editions(root: Callable[..., Path]) -> None:
    """Looked at 24 months ago, under another licence, and behind a newer root."""
    new = root(row("51649", 20), folder="new")
    old = root(row("51649", 15), folder="old", retrieved="2024-11", licence="ODbL", dataset="d")
    said = {symptom.kind: symptom for symptom in examined(new, old).symptoms}
    assert said.keys() == {"anciennete", "licence", "edition"}
    assert "novembre\u00a02024" in said["anciennete"].text
    assert "ODbL" in said["licence"].text
    assert SERIES in said["edition"].text
    assert {one.subject for one in said.values()} == {"d"}


@pytest.mark.parametrize("licence", ["Licence Ouverte v2.0 (Etalab)", "licence ouverte 2.0"])
def test_a_licence_written_otherwise_is_the_same(root: Callable[..., Path], licence: str) -> None:
    """Portals do not write it as the catalogue does."""
    assert examined(root(row("51649", 20), licence=licence)).symptoms == ()


def test_another_version_of_a_licence_is_another_one(root: Callable[..., Path]) -> None:
    """The 1.0 has other duties."""
    (said,) = examined(root(row("51649", 20), licence="Licence Ouverte v1.0")).symptoms
    assert (said.kind, said.severity) == ("licence", "warning")


def test_an_older_edition_that_hides_a_newer_one_is_told(root: Callable[..., Path]) -> None:
    """The user's pull of May stands before an extract of November; of one month, nothing is."""
    new = root(row("51649", 15), folder="new", dataset="d")
    old = root(row("51649", 20), folder="old", retrieved="2026-05-12")
    (said,) = examined(old, new).symptoms
    assert (said.kind, said.severity, said.subject) == ("masquee", "note", "d")
    assert SERIES in said.text
    same = root(row("51649", 20), folder="same", retrieved="2026-11-24")
    assert [one.kind for one in examined(same, new).symptoms] == ["edition"]


def test_a_date_that_cannot_be_read_has_no_age(root: Callable[..., Path]) -> None:
    """Nothing is said of how old a file is when nobody knows."""
    assert examined(root(row("51649", 20), retrieved="")).symptoms == ()


def test_the_command_shows_and_strict_fails(root: Callable[..., Path]) -> None:
    """0, or 5 under --strict when there is a warning; JSON has every gap."""
    communes = [row(code, 20) for code in members()]
    place = root(*communes, row(EPCI, 800, level="epci", reach=0))
    shown = CliRunner().invoke(program, ["doctor", "--store", str(place)])
    assert shown.exit_code == 0
    assert "écart −\u202f100" in shown.stdout
    given = CliRunner().invoke(program, ["doctor", "--store", str(place), "--json"])
    (one,) = [r for r in json.loads(given.stdout)["reconciliations"] if r["series"] == SERIES]
    assert one["gaps"][0]["published"]["value"] == 800
    strict = CliRunner().invoke(program, ["doctor", "--store", str(place), "--strict"])
    assert isinstance(strict.exception, Exception)


def test_the_extract_has_no_warning(tmp_path: Path) -> None:
    """What the project ships agrees with itself."""
    shown = CliRunner().invoke(program, ["doctor", "--strict", "--store", str(tmp_path)])
    assert shown.exit_code == 0, shown.stdout
