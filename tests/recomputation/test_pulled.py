"""Dossiers made from what producers send, worked out again from the bodies that they sent."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import cache, cached_property
from pathlib import Path
from typing import Any, cast

import duckdb
import pandas as pd
import pytest
import yaml
from producers import everyone
from producers.country import Country
from producers.everyone import Producers

from diagnostic import build, resources, store
from diagnostic.connectors.melodi import Pace
from diagnostic.model import Figure, ReportData
from recomputation.arithmetic import span
from recomputation.expected import Expected, Report, Term
from recomputation.published import FACILITIES, Place, Sample
from recomputation.raw import BENEFITS, Raw

pytestmark = pytest.mark.long  # a country is played and nine dossiers are worked out twice

ROOT = Path(__file__).resolve().parents[2]
DEPARTMENTS = ("2A", "51", "75", "85", "974")
TWENTIETH = Fraction(1, 20)
GROUPINGS = ("200066637", "243300316")  # Hautes Terres, Bordeaux
LICENCE = "Licence Ouverte 2.0"
# Corse, arrondissements, overseas, a merge of 2023, a division of 2025; then the heavier ones.
CASES = [
    "2A004", "75056", "97411", "51457", "15141",
    *(pytest.param(code, marks=pytest.mark.long) for code in (
        "51108", "85084", "51065", "243300316",
    )),
]  # fmt: skip
# The levels whose cells may be summed or lent for a figure of a level.
NEAR = {
    "commune": ("commune", "epci"), "epci": ("epci", "commune"),
    "departement": ("departement", "commune"), "custom": ("commune",), "region": ("region",),
    "france": ("france",),
}  # fmt: skip


class Past(Country):
    """The invented country with the COG of 2021 and 2022, before the merges of 2022 and 2023."""

    def vintage(self, year: int) -> pd.DataFrame:
        """The communes of the COG of `year`, from 2021 on."""
        year = max(year, 2021)
        if year < 2023 and year not in self._vintages:
            self._vintages[year] = self._before(year, super().vintage(year))
        return super().vintage(year) if year >= 2023 else self._vintages[year]

    def places(self, year: int) -> pd.DataFrame:
        """`vintage`, the three cities by arrondissement."""
        year = min(max(year, 2021), 2026)
        if year not in self._places:
            self._places[year] = self._by_arrondissement(self.vintage(year))
        return self._places[year]

    @staticmethod
    def _before(year: int, rows: pd.DataFrame) -> pd.DataFrame:
        """The rows of 2023 with each commune merged since as the ones that it was, equal parts."""
        later = [row for row in merges() if f"{year}-01-01" < row[0]]
        for after in sorted({new for _, _, new in later} & set(rows["code"])):
            parts = sorted(old for _, old, new in later if new == after)
            whole = rows[rows["code"] == after].iloc[0]
            several = pd.DataFrame([whole] * len(parts)).assign(
                code=parts, population=int(whole["population"]) // len(parts)
            )
            rows = pd.concat([rows[rows["code"] != after], several])
        return rows.sort_values("code").reset_index(drop=True)


@cache
def movements() -> list[tuple[str, str, str]]:
    """(date, before, after) of every movement since 2021."""
    path = resources.folder("data") / "cog" / "movements.parquet"
    with duckdb.connect() as base:
        return base.execute(
            "SELECT date, before, after FROM read_parquet($1) WHERE date > '2021' ORDER BY ALL",
            [str(path)],
        ).fetchall()


@cache
def merges() -> list[tuple[str, str, str]]:
    """The movements of 2021-01-02 to 2023-01-01 in which several communes became one."""
    rows = [row for row in movements() if "2021-01-01" < row[0] <= "2023-01-01"]
    return [row for row in rows if sum(row[::2] == other[::2] for other in rows) > 1]


class Rates(Report):
    """The second arithmetic; the equipment file was asked for every commune of these places."""

    def members(self, place: Place) -> tuple[str, ...]:
        """No sum stands for a région or France; codes of régions are those of départements too."""
        return () if place[0] in ("region", "france") else super().members(place)

    def _covered(self, series: str, members: tuple[str, ...], found: Mapping[str, Any]) -> Fraction:
        return Fraction(1) if series in FACILITIES else super()._covered(series, members, found)

    def _shown(
        self, one: Mapping[str, Any], place: Place, numerator: Term, denominator: Term,
        width: Fraction,
    ) -> tuple[str, int]:  # fmt: skip
        """A commune that was several is a sum of rounded cells: its relative half-width decides."""
        show = super()._shown(one, place, numerator, denominator, width)
        cells = [t.cell for t in (numerator, denominator) if t.cell.cells > 1 and not t.summed]
        if place[0] != "commune" or not cells or show == ("ns", 0):
            return show
        blur = max((cell.upper - cell.lower) / 2 / (cell.value or Fraction(1)) for cell in cells)
        return ("ns", 0) if blur >= Fraction(1, 5) else ("approx", 0) if blur > TWENTIETH else show

    def _rate(
        self, one: Mapping[str, Any], place: Place, numerator: Term, denominator: Term
    ) -> Expected:
        """An amount by foyer has the bounds of its rounding: euros are not events."""
        figure = super()._rate(one, place, numerator, denominator)
        if not one["numerator"].endswith(".montant"):
            return figure
        top, bottom, factor = numerator.cell, denominator.cell, one.get("factor", 100)
        low, high = top.lower / bottom.upper * factor, top.upper / bottom.lower * factor
        return replace(
            figure, lower=low, upper=high, interval="rounding" if low < high else "none",
            interval_text=span(low, high, figure.decimals) if low < high else "",
        )  # fmt: skip


class Made:
    """The producers that play, the store that the builds fill, the reports built so far."""

    def __init__(self, producers: Producers, folder: Path) -> None:
        """Nothing is built."""
        self.producers, self.folder = producers, folder
        self.store = folder / "store"
        text = (ROOT / "report_specs" / "sppe.yaml").read_text(encoding="utf-8")
        self.indicators: dict[str, Any] = yaml.safe_load(text)["indicators"]
        self._reports: dict[str, ReportData] = {}
        self._expected: dict[str, Rates] = {}
        self._true: dict[int, Mapping[str, Mapping[str, int]]] = {}

    @cached_property
    def raw(self) -> Raw:
        """The bodies, asked once."""
        return Raw(self.producers, movements())

    def report(self, code: str) -> ReportData:
        """The report of a case, from what its build pulled and kept."""
        if code not in self._reports:
            self._reports[code] = build.build(
                "sppe", code, level="epci" if len(code) == 9 else "commune", formats=["json"],
                output=self.folder / "out", store_folder=self.store,
            ).report  # fmt: skip
        return self._reports[code]

    def expected(self, code: str) -> Rates:
        """The second arithmetic of a report."""
        if code not in self._expected:
            _, members, people = played()
            own = self.report(code).territory
            if own.epci:
                others = tuple(c for c in members[own.epci] if c != code)
                members = {**members, f"{own.epci}-{code}": others}
            sample = cast("Sample", self.raw)
            self._expected[code] = Rates(
                sample, self.indicators, members=members, populations=people
            )
        return self._expected[code]

    def true(self, year: int) -> Mapping[str, Mapping[str, int]]:
        """The counts of a December before they were rounded, by commune of today that has all."""
        if year not in self._true:
            found: dict[str, Counter[str]] = defaultdict(Counter)
            for row in self.producers.cafdata.lines(year).to_dict("records"):
                old = "75056" if row["code"].startswith("751") else row["code"]
                now = self.raw.today(old, year + 1)
                if old and "X" not in old and len(now) == 1:
                    found[min(now)].update({k: n for k, n in row.items() if k[3:4] == "_"})
            self._true[year] = found
        return self._true[year]

    def figures(self, code: str) -> Iterator[tuple[Figure, Expected | None]]:
        """The figures of a report that the producers play, each beside the recomputed one."""
        played_ = {series for series, _ in self.raw.datasets}
        for figure in self.report(code).figures.values():
            one = self.indicators[figure.indicator]
            if "derived" not in figure.flags and self._series(one) <= played_:
                place = (figure.level, figure.code)
                yield figure, self.expected(code).figure(figure.indicator, place, figure.period)

    def _series(self, one: Mapping[str, Any]) -> set[str]:
        keys = ("series", "published", "numerator", "denominator")
        if "gap" in one:
            return self._series(self.indicators[one["gap"]["of"]])
        if "dominant" in one:
            return {s for name in one["dominant"] for s in self._series(self.indicators[name])}
        return {one[key] for key in keys if key in one} or {"not played"}


@cache
def played() -> tuple[list[str], dict[str, tuple[str, ...]], dict[str, Fraction | None]]:
    """The communes played, the communes of each EPCI and département, the inhabitants."""
    path = resources.folder("data") / "cog" / "territories.parquet"
    with duckdb.connect() as base:
        rows = base.execute(
            "SELECT code, epci, departement, population FROM read_parquet($1)"
            " WHERE level = 'commune' AND region IS NOT NULL ORDER BY code",
            [str(path)],
        ).fetchall()
    kept = [c for c, epci, dep, _ in rows if dep in DEPARTMENTS or epci in GROUPINGS]
    members: dict[str, list[str]] = {}
    for code, epci, dep, _ in rows:
        for whole in filter(None, (epci, dep)):
            members.setdefault(whole, []).append(code)
    people = {code: None if n is None else Fraction(n) for code, _, _, n in rows}
    past = [old for _, old, new in movements() if new in kept]
    return [*kept, *past], {k: tuple(v) for k, v in members.items()}, people


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    """One store for every case, with nothing of the embedded extract."""
    folder = tmp_path_factory.mktemp("pulled")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(everyone, "Country", Past)
        patch.setattr("diagnostic.store.embedded_root", lambda: folder / "nothing")
        patch.setattr("diagnostic.connectors.melodi._shared_pace", lambda _: Pace(10**6))
        with Producers(played()[0]) as producers:
            producers.melodi.limit = 10**6
            yield Made(producers, folder)


@pytest.fixture(autouse=True)
def reached(made: Made, loopback: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The program asks the producers that play, and reads nothing of the embedded extract."""
    del loopback
    monkeypatch.delenv("DIAGNOSTIC_OFFLINE", raising=False)
    for name, url in made.producers.environment.items():
        monkeypatch.setenv(name, url)


@pytest.fixture(params=CASES)
def code(request: pytest.FixtureRequest) -> str:
    """Each territory whose report is worked out again."""
    found: str = request.param
    return found


class Findings(list[str]):
    """Disagreements, gathered so that a failing test names them all."""

    def compare(self, where: str, theirs: object, mine: object) -> None:
        """Add one when the two differ: numbers closely, the rest exactly."""
        if isinstance(theirs, float) and isinstance(mine, float | Fraction):
            same = abs(theirs - float(mine)) <= 1e-6 * max(1.0, abs(float(mine)))
        else:
            same = theirs == mine
        if not same:
            self.append(f"{where} is {theirs!r}, recomputed {mine!r}")

    def none(self, seen: int) -> None:
        """Fail with all of them, or when nothing was seen."""
        assert seen
        assert not self, f"{len(self)} disagreements:\n" + "\n".join(self[:60])


def test_each_figure(made: Made, code: str) -> None:
    """Presence, value, bounds, status and texts are those worked out again from the bodies."""
    findings, seen = Findings(), 0
    words = ("value", "lower", "upper", "status", "interval", "interval_text", "show", "text",
             "decimals", "reliability", "stands_for", "provisional", "champ")  # fmt: skip
    for figure, mine in made.figures(code):
        if figure.value is None or mine is None:
            findings.compare(f"{figure.id} presence", figure.value is not None, mine is not None)
            continue
        seen += 1
        for word in words:
            findings.compare(f"{figure.id} {word}", getattr(figure, word), getattr(mine, word))
    findings.none(seen)


def test_each_numerator_and_denominator(made: Made, code: str) -> None:
    """The terms are cells of the bodies, or sums of them: period, value, bounds, cells."""
    findings, seen = Findings(), 0
    for figure, mine in made.figures(code):
        if figure.value is None or mine is None:
            continue
        for name in ("numerator", "denominator"):
            part, term = getattr(figure, name), getattr(mine, name)
            if part is None or term is None:
                findings.compare(f"{figure.id} {name}", part is None, term is None)
                continue
            seen += 1
            where = f"{figure.id} {name}"
            findings.compare(f"{where} period", part.period, term.period)
            for word in ("value", "lower", "upper", "status", "cells", "champ"):
                findings.compare(f"{where} {word}", getattr(part, word), getattr(term.cell, word))
    findings.none(seen)


def test_each_true_count_is_within_its_bounds(made: Made, code: str) -> None:
    """The counts that the producer rounded lie inside every interval, sums and past included."""
    outside, seen = Findings(), 0
    for figure, mine in made.figures(code):
        part = figure.numerator
        if part is None or mine is None or part.lower is None or part.upper is None:
            continue
        true = _true(made, part.series, (figure.level, figure.code), part.period, mine)
        if true is not None:
            seen += 1
            if not part.lower <= true <= part.upper:
                outside.compare(figure.id, (part.lower, part.upper), true)
    outside.none(seen)


def _true(made: Made, series: str, place: Place, period: str, mine: Expected) -> int | None:
    """The count before it was rounded; None for what is no count of the Caf in December."""
    if series not in BENEFITS or not period.endswith("-12") or period < "2020" or mine.stands_for:
        return None
    year, name, cafdata = int(period[:4]), BENEFITS[series][3:], made.producers.cafdata
    if year > 2024:
        return None
    level, code = place
    if level == "france":
        return int(cafdata.department_decembers(year)[name].sum())
    if level == "departement":
        return int(cafdata.department_decembers(year).loc[code, name])
    if level == "epci":
        rows = cafdata.epci_lines(year).set_index("code")
        return int(rows.loc[code, name])
    known = mine.numerator.known if level == "custom" else {code}
    return sum(made.true(year)[one][name] for one in known)


def test_each_absence_has_its_status(made: Made, code: str) -> None:
    """A secret is secret, a cell not published is not, a past that cannot be split has no sense."""
    findings, seen = Findings(), 0
    for figure, _ in made.figures(code):
        series = made.indicators[figure.indicator].get("published", "")
        if figure.value is not None or figure.level != "commune" or not series:
            continue
        cell = made.raw.cells[series]["commune", figure.code].get(figure.period)
        refused = (series, figure.code, figure.period) in made.raw.refused
        # A secret is a row without a measure, or no row at all: the fake deals them by its answers.
        statuses = {"not_applicable"} if refused else {cell.status} if cell else {"not_published"}
        if statuses & {"secret", "not_published"} and not (cell and cell.status == "not_published"):
            statuses = {"secret", "not_published"}
        seen += 1
        findings.compare(f"{figure.id} status {figure.status}", figure.status in statuses, True)
        findings.compare(f"{figure.id} reason", bool(figure.reason), True)
    findings.none(seen or 1)
    if code == "51457":
        told = {(f.status, f.text) for f, _ in made.figures(code) if f.indicator == "niveau_de_vie"}
        assert {("secret", "s"), ("not_published", "…")} <= told


def test_each_origin_is_what_answered(made: Made, code: str) -> None:
    """Figures name the dataset of each of their levels, its address, its date and its licence."""
    findings, seen = Findings(), 0
    data = made.report(code)
    for figure, mine in made.figures(code):
        for part in (figure.numerator, figure.denominator) if mine else ():
            for key in part.origins if part else ():
                seen, origin = seen + 1, data.origins[key]
                levels = NEAR[figure.level]
                if figure.indicator == "ecart":
                    levels += ("france",)  # what it is the gap to
                near = {made.raw.datasets.get((part.series, name)) for name in levels}
                if origin.dataset not in near:
                    findings.append(f"{figure.id} {part.series}: {origin.dataset}")
    for origin in data.origins.values():
        card = made.raw.card(origin.dataset)
        findings.compare(f"{origin.id} edition", origin.edition[:10], card["edition"])
        findings.compare(f"{origin.id} licence", origin.licence, card["licence"] or LICENCE)
        findings.compare(f"{origin.id} address", origin.address.startswith(card["base"]), True)
    findings.none(seen)


def test_what_is_of_no_commune_enters_none(made: Made) -> None:
    """Every cell kept by commune is a row of the body; those of no code or XX stay apart."""
    made.report("97411")
    body: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row in made.raw.table("s_ben_com_f"):
        body[row["numcomdo"], row["dtreffre"]].append(int(row["indfoy_ndur"]))
    kept = _rows(made, "caf.ndur.foyers")
    wanted = {(c, p): max(v) for (c, p), v in body.items() if c and "X" not in c}
    single = {key: value for key, (level, value) in kept.items() if level in ("commune", "arm")}
    city = {(c, p): v for (c, p), v in single.items() if c == "75056"}
    assert {key: value for key, value in single.items() if key not in city} == wanted
    assert len(city) == 5
    for (_, period), value in city.items():
        arms = [v for (c, p), v in wanted.items() if c.startswith("751") and p == period]
        assert (len(arms), sum(arms)) == (20, value)
    apart = {p: v for (c, p), (level, v) in kept.items() if level == "custom"}
    lost = defaultdict(int)
    for (c, p), values in body.items():
        if not c or "X" in c:
            lost[p] += sum(values)
    assert apart == lost
    assert any(len(values) > 1 for (c, _), values in body.items() if c == "33063")


def _rows(made: Made, series: str) -> dict[tuple[str, str], tuple[str, float]]:
    """What the store keeps of a series by commune: code and period → level and value."""
    files = [str(path) for path in made.store.rglob("caf_s_ben_com_f*.parquet")]
    with duckdb.connect() as base:
        rows = base.execute(
            "SELECT code, period, level, value FROM read_parquet($1) WHERE series = $2",
            [files, series],
        ).fetchall()
    assert len(rows) == len({row[:2] for row in rows})
    return {(code, period): (level, value) for code, period, level, value in rows}


def test_a_commune_without_a_row_is_absent(made: Made) -> None:
    """Blacy has no row in 2022: neither a cell nor a 0, and its producer was asked."""
    made.report("97411")
    kept = store.Store([made.store]).read({"caf.ndur.foyers"}, {"commune": {"51065"}})
    periods = ("2020-12", "2021-12", "2023-12", "2024-12")
    assert kept.periods("caf.ndur.foyers", "commune", "51065") == periods
    assert kept.get("caf.ndur.foyers", "commune", "51065", "2022-12") is None
    assert kept.covers("caf.ndur.foyers", "commune", "51065")


def test_a_number_written_as_text_is_a_number(made: Made) -> None:
    """indben_aeeh is a text in the file by département: 118 months of numbers, as written."""
    made.report("97411")
    kept = store.Store([made.store]).read({"caf.aeeh.enfants"}, {"departement": {"974"}})
    cells = made.raw.cells["caf.aeeh.enfants"]["departement", "974"]
    found = {p: kept.get("caf.aeeh.enfants", "departement", "974", p) for p in cells}
    assert {p: o and o.value for p, o in found.items()} == {p: c.value for p, c in cells.items()}
    assert len(cells) == 118
    assert {o.status for o in found.values() if o} == {"exact"}
