"""Every number of four reports, worked out again from the raw CSV files of the sample."""

from __future__ import annotations

import dataclasses
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, fields, is_dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from diagnostic import catalogue, engine, spec, store, territories
from diagnostic.model import Figure, Part, ReportData
from recomputation import arithmetic, judged
from recomputation.arithmetic import french
from recomputation.expected import Expected, Report
from recomputation.published import Sample

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = Path(os.environ.get("DIAGNOSTIC_SAMPLE") or ROOT.parent / "shared" / "sample")
EPCI = "200034718"
pytestmark = pytest.mark.skipif(
    not SAMPLE.is_dir(),
    reason="the CSV files of the sample are not there (../shared/sample or DIAGNOSTIC_SAMPLE)",
)
SIGNS = {
    "not_published": "…", "not_pulled": "…", "unknown": "…", "not_applicable": "///",
    "masked": "s", "secret": "s",
}  # fmt: skip


@cache
def sample() -> Sample:
    """The CSV files, read once."""
    return Sample(SAMPLE)


@cache
def indicators() -> dict[str, Any]:
    """The indicators of the SPPE spec, as plain YAML."""
    text = (ROOT / "report_specs" / "sppe.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.safe_load(text)["indicators"]
    return found


@cache
def report(code: str) -> ReportData:
    """The report of a territory, made by the package."""
    series = catalogue.load()
    places = territories.load()
    return engine.assemble(
        spec.load("sppe", series),
        places.find(code),
        territories=places,
        catalogue=series,
        store=store.Store([store.embedded_root()]),
    )


@cache
def expected(code: str) -> Report:
    """The second arithmetic, with the communes of each sum that the report prints."""
    data = report(code)
    members: dict[str, tuple[str, ...]] = {EPCI: sample().epci, "51": sample().marne}
    own = data.territory
    if own.epci not in (EPCI, None):
        named = (t for t in data.territories.values() if t.level == "commune")
        members[own.epci] = tuple(sorted(t.code for t in named if t.epci == own.epci))
    for code_ in list(members):
        members[f"{code_}-{own.code}"] = tuple(c for c in members[code_] if c != own.code)
    populations = {
        place.code: None if place.population is None else Fraction(place.population)
        for place in territories.load().members(territories.load().get("departement", "51"))
    }
    return Report(sample(), indicators(), members=members, populations=populations)


def codes() -> list[str]:
    """Vitry, Châlons, the smallest commune of the EPCI, and the EPCI."""
    smallest = [sample().smallest] if SAMPLE.is_dir() else []
    return ["51649", "51108", *smallest, EPCI]


@pytest.fixture(params=codes())
def code(request: pytest.FixtureRequest) -> str:
    """Each territory whose report is worked out again."""
    found: str = request.param
    return found


def _of(figure: Figure, code: str) -> Expected | None:
    period = figure.period
    return expected(code).figure(figure.indicator, (figure.level, figure.code), period)


def _plain(data: ReportData) -> list[Figure]:
    """Figures of the spec's indicators, indices apart."""
    return [figure for figure in data.figures.values() if "derived" not in figure.flags]


def _close(one: float | None, other: float | Fraction | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - float(other)) <= 1e-6 * max(1.0, abs(float(other)))


@dataclass
class Findings:
    """Disagreements, gathered so that a failing test names them all."""

    found: list[str]

    def say(self, where: str, what: str, theirs: object, mine: object) -> None:
        """One disagreement: the report's value and the recomputed one."""
        self.found.append(f"{where}: {what} is {theirs!r}, recomputed {mine!r}")

    def none(self) -> None:
        """Fail with all of them."""
        assert not self.found, f"{len(self.found)} disagreements:\n" + "\n".join(self.found)


def _check(pairs: Iterable[tuple[str, str, object, object]]) -> None:
    findings = Findings([])
    for where, what, theirs, mine in pairs:
        if theirs != mine:
            findings.say(where, what, theirs, mine)
    findings.none()


def test_each_figure_is_there_when_the_files_have_it(code: str) -> None:
    """A figure has a value if and only if the CSV files allow one."""
    _check(
        (f.id, "presence", f.value is not None, _of(f, code) is not None)
        for f in _plain(report(code))
    )


def test_each_value_and_its_bounds(code: str) -> None:
    """Values, rounding bounds and chance envelopes agree with the second arithmetic."""
    findings = Findings([])
    for figure in _plain(report(code)):
        mine = _of(figure, code)
        if mine is None or figure.value is None:
            continue
        for what, own in (("value", mine.value), ("lower", mine.lower), ("upper", mine.upper)):
            theirs = getattr(figure, what)
            if not _close(theirs, own):
                findings.say(figure.id, what, theirs, float(own))
        low, high = mine.likely or (None, None)
        for what, own_ in (("likely_lower", low), ("likely_upper", high)):
            if not _close(getattr(figure, what), own_):
                findings.say(figure.id, what, getattr(figure, what), own_)
        for what, kind in (("interval", mine.interval), ("status", mine.status)):
            if getattr(figure, what) != kind:
                findings.say(figure.id, what, getattr(figure, what), kind)
    findings.none()


def test_each_printed_text(code: str) -> None:
    """Texts, decimals, n.s., ≈ and intervals are those of the second French rounding."""
    findings = Findings([])
    names = ("show", "text", "decimals", "interval_text", "reliability", "stands_for",
             "provisional", "champ")  # fmt: skip
    for figure in _plain(report(code)):
        mine = _of(figure, code)
        if mine is None or figure.value is None:
            continue
        for what in names:
            if getattr(figure, what) != getattr(mine, what):
                findings.say(figure.id, what, getattr(figure, what), getattr(mine, what))
        if set(figure.flags) != mine.flags or len(figure.flags) != len(mine.flags):
            findings.say(figure.id, "flags", figure.flags, sorted(mine.flags))
        if not _close(figure.coverage, mine.coverage):
            findings.say(figure.id, "coverage", figure.coverage, mine.coverage)
    findings.none()


def test_each_numerator_and_denominator(code: str) -> None:
    """The terms of each figure are the cells of the files: period, value, bounds, cells, field."""
    findings = Findings([])
    for figure in _plain(report(code)):
        mine = _of(figure, code)
        if mine is None or figure.value is None:
            continue
        for name in ("numerator", "denominator"):
            part: Part | None = getattr(figure, name)
            term = getattr(mine, name)
            if part is None or term is None:
                if (part is None) != (term is None):
                    findings.say(figure.id, name, part, term)
                continue
            cell = term.cell
            for what, own in (("value", cell.value), ("lower", cell.lower), ("upper", cell.upper)):
                if not _close(getattr(part, what), own):
                    findings.say(figure.id, f"{name}.{what}", getattr(part, what), float(own or 0))
            for what, word in (
                ("period", term.period), ("status", cell.status), ("cells", cell.cells),
                ("champ", cell.champ),
            ):  # fmt: skip
                if getattr(part, what) != word:
                    findings.say(figure.id, f"{name}.{what}", getattr(part, what), word)
    findings.none()


def test_each_absence_has_its_sign_and_reason(code: str) -> None:
    """A figure without a value prints the sign of its status and says why."""
    findings = Findings([])
    for figure in _plain(report(code)):
        if figure.value is None:
            if figure.text != SIGNS.get(figure.status) or figure.show != "absent":
                findings.say(figure.id, "sign", figure.text, SIGNS.get(figure.status))
            if not figure.reason or figure.lower is not None or figure.upper is not None:
                findings.say(figure.id, "reason", figure.reason, "a reason, no bounds")
        elif figure.show in ("ns", "from_epci") and not figure.reason:
            findings.say(figure.id, "reason", "", "a reason")
    findings.none()


# ---------------------------------------------------------------- what is made of the figures


def _blocks(data: ReportData) -> list[Any]:
    """Every block of the report, those of L'essentiel first."""
    first = [data.essentials.figures, data.essentials.map]
    return [b for b in (*first, *(b for s in data.sections for b in s.blocks)) if b is not None]


def _kind(data: ReportData, kind: str) -> list[Any]:
    return [block for block in _blocks(data) if block.kind == kind]


def _recomputed(code: str, figure_id: str) -> Expected | None:
    return _of(report(code).figures[figure_id], code)


def _places(code: str) -> dict[str, tuple[str, str]]:
    """The territory and its benchmarks in reading order."""
    own = report(code).territory
    found: dict[str, tuple[str, str]] = {"own": (own.level, own.code)}
    if own.level == "commune":
        found["epci"] = ("epci", own.epci or "")
    found |= {
        "departement": ("departement", "51"), "region": ("region", "44"),
        "france": ("france", "france"),
    }  # fmt: skip
    if own.level == "commune":
        found["epci_hors_commune"] = ("custom", f"{own.epci}-{own.code}")
    return found


def _peers(code: str) -> tuple[str, ...]:
    own = report(code).territory
    perimeter = own.epci if own.level == "commune" else own.code
    return expected(code).members(("epci", perimeter or ""))


def _newest(code: str, name: str) -> str:
    return judged.newest(expected(code), name, list(_places(code).values()))


def _agree(findings: Findings, where: str, theirs: Any, mine: Any, words: Iterable[str]) -> None:
    """Compare two objects field by field: numbers closely, the rest exactly."""
    for what in words:
        one, other = getattr(theirs, what), getattr(mine, what)
        close = isinstance(one, float) and not isinstance(other, str)
        if not (_close(one, other) if close else one == other):
            findings.say(
                where, what, one, other if isinstance(other, str) else other and float(other)
            )


def test_each_comparison(code: str) -> None:
    """Each benchmark with a value is in the strip, with its verdict, gap and bounds."""
    findings = Findings([])
    for block in _kind(report(code), "key_figures"):
        for row in block.rows:
            name = report(code).figures[row.figure].indicator
            one, own = indicators()[name], _recomputed(code, row.figure)
            period = report(code).figures[row.figure].period
            wanted = [
                key
                for key, place in _places(code).items()
                if key not in ("own", "epci_hors_commune")
                and any(rate in one for rate in judged.RATES)  # a gap has its benchmark in it
                and expected(code).figure(name, place, period) is not None
            ]
            if [c.benchmark for c in row.comparisons] != wanted:
                findings.say(name, "benchmarks", [c.benchmark for c in row.comparisons], wanted)
            for each in row.comparisons:
                mine = judged.compare(one, own, _recomputed(code, each.other))
                if _outweighs(code, each.other) and mine.verdict != "none":
                    mine = dataclasses.replace(mine, verdict="none")
                where = f"{block.id} {name} against {each.benchmark}"
                for what, word in (("gap", mine.gap), ("gap_lower", mine.lower),
                                   ("gap_upper", mine.upper)):  # fmt: skip
                    if not _close(getattr(each, what), word):
                        findings.say(where, what, getattr(each, what), word and float(word))
                if (each.verdict, each.gap_text) != (mine.verdict, mine.text):
                    findings.say(
                        where, "verdict", (each.verdict, each.gap_text), (mine.verdict, mine.text)
                    )
    findings.none()


def _outweighs(code: str, other: str) -> bool:
    """Whether the territory is over a fifth of what holds it, which then bears no verdict on it."""
    own, figure = report(code).territory, report(code).figures[other]
    whole = report(code).territories[f"{figure.level}/{figure.code}"].population
    return bool(own.population and whole and own.population > 0.2 * whole)


def test_each_period(code: str) -> None:
    """Tables, annexes and key figures show the newest period that the files have."""
    findings = Findings([])
    data = report(code)
    for block in _kind(data, "comparison_table"):
        for row in (row for group in block.groups for row in group.rows):
            wanted = _newest(code, row.indicator)
            for cell in row.cells:
                if data.figures[cell].period != wanted:
                    findings.say(cell, "period", data.figures[cell].period, wanted)
    for block in _kind(data, "annex"):
        for _, cells in block.rows:
            for cell in filter(None, cells):
                figure = data.figures[cell]
                wanted = _newest(code, figure.indicator)
                if figure.period != wanted:
                    findings.say(cell, "period", figure.period, wanted)
    findings.none()


def test_each_table_has_its_columns(code: str) -> None:
    """A table shows each benchmark that has a value in it, and each indicator that has one."""
    findings = Findings([])
    plan = yaml.safe_load((ROOT / "report_specs" / "sppe.yaml").read_text(encoding="utf-8"))
    tables = iter(_kind(report(code), "comparison_table"))
    for block in (
        b for s in plan["sections"] for b in s["blocks"] if b.get("table") == "comparison"
    ):
        shown: dict[str, set[str]] = {}
        for name in block["indicators"]:
            period = _newest(code, name)
            shown[name] = {
                key
                for key, place in _places(code).items()
                if key != "epci_hors_commune"
                and expected(code).figure(name, place, period) is not None
            }
        rows = [name for name, keys in shown.items() if keys]
        if not rows:
            continue
        table = next(tables)
        columns = {"own", *(key for keys in shown.values() for key in keys)}
        if {column.key for column in table.columns} != columns:
            findings.say(table.id, "columns", [c.key for c in table.columns], sorted(columns))
        theirs = [row.indicator for group in table.groups for row in group.rows]
        if theirs != rows:
            findings.say(table.id, "rows", theirs, rows)
    assert next(tables, None) is None
    findings.none()


def test_each_rank(code: str) -> None:
    """Positions, ties and rank intervals are those of the recomputed communes."""
    findings = Findings([])
    data, own = report(code), report(code).territory.code
    for block in _kind(data, "comparison_table"):
        for row in (row for group in block.groups for row in group.rows):
            ranks = judged.rank(
                expected(code), row.indicator, _peers(code), _newest(code, row.indicator)
            )
            _same_rank(findings, f"{block.id} {row.indicator}", row.rank, ranks.get(own))
    for block in _kind(data, "ranked"):
        for row in block.rows:
            figure = data.figures[row.figure]
            ranks = judged.rank(expected(code), figure.indicator, _peers(code), figure.period)
            _same_rank(findings, figure.id, row.rank, ranks.get(figure.code))
        positions = [row.rank.position for row in block.rows]
        if positions != sorted(positions):
            findings.say(block.id, "order", positions, sorted(positions))
        ranked = {data.figures[row.figure].code for row in block.rows}
        left = {data.figures[row.figure].code for row in block.unranked}
        name, period = _ranked_of(data, block)
        mine = judged.rank(expected(code), name, _peers(code), period)
        if not block.notes and ranked != set(mine):
            findings.say(block.id, "ranked", sorted(ranked), sorted(mine))
        if ranked & left:
            findings.say(block.id, "unranked", sorted(ranked & left), "apart from the ranked")
    findings.none()


def _ranked_of(data: ReportData, block: Any) -> tuple[str, str]:
    figure = data.figures[(*block.rows, *block.unranked)[0].figure]
    return figure.indicator, figure.period


def _same_rank(findings: Findings, where: str, theirs: Any, mine: Any) -> None:
    if theirs is None or mine is None:
        if (theirs is None) != (mine is None):
            findings.say(where, "rank", theirs, mine)
        return
    seen = (theirs.position, theirs.low, theirs.high, theirs.tied, theirs.of)
    if seen != mine:
        findings.say(where, "rank (position, low, high, tied, of)", seen, mine)
    position, low, high, tied, of = mine
    first = {1: "1ᵉʳ"}
    ends = [first.get(n, f"{french(Fraction(n))}ᵉ") for n in (position, low, high)]
    text = f"{ends[0]}{' ex æquo' if tied else ''} sur {of}"
    text += "" if low == high else f", entre {ends[1]} et {ends[2]}"
    if theirs.text.replace(arithmetic.NBSP, " ") != text:
        findings.say(where, "rank text", theirs.text, text)


def test_each_evolution(code: str) -> None:
    """Changes, their bounds, their trend and their refusals are those of the recomputed figures."""
    findings = Findings([])
    own = _places(code)["own"]
    for block in _kind(report(code), "comparison_table"):
        for row in (row for group in block.groups for row in group.rows):
            mine = judged.evolve(expected(code), row.indicator, own)
            theirs = row.evolution
            where = f"{block.id} {row.indicator}"
            if theirs is None or mine is None:
                if (theirs is None) != (mine is None):
                    findings.say(where, "evolution", theirs, mine)
                continue
            if (theirs.start, theirs.end, theirs.trend) != (mine.start, mine.end, mine.trend):
                findings.say(
                    where, "evolution", (theirs.start, theirs.end, theirs.trend, theirs.text),
                    (mine.start, mine.end, mine.trend, mine.text),
                )  # fmt: skip
            for what in ("change", "lower", "upper"):
                if not _close(getattr(theirs, what), getattr(mine, what)):
                    findings.say(where, what, getattr(theirs, what), getattr(mine, what))
            if mine.trend != "refused" and theirs.text != mine.text:
                findings.say(where, "text", theirs.text, mine.text)
    findings.none()


def test_each_line(code: str) -> None:
    """Lines hold every period that the files have, dots every year, indices 100 at their base."""
    findings = Findings([])
    data = report(code)
    for block in _kind(data, "lines"):
        for line in block.lines:
            figures = [data.figures[key] for key in line.points]
            name, place = figures[0].indicator, (figures[0].level, figures[0].code)
            wanted = judged.periods(expected(code), name, place)
            if [figure.period for figure in figures] != wanted:
                findings.say(line.name, "periods", [f.period for f in figures], wanted)
            dots = [data.figures[key].period for key in line.dots]
            years = judged.periods(expected(code), "naissances", place)
            if dots and dots != years:
                findings.say(line.name, "dots", dots, years)
            if block.layout != "multiples":
                continue
            start = data.figures[block.lines[0].points[0]].period
            for figure in figures:
                mine = judged.index(expected(code), name, place, start, figure.period)
                printed = french(mine)
                if not _close(figure.value, mine) or figure.text != printed:
                    findings.say(figure.id, "index", (figure.value, figure.text), float(mine))
                if not _close(figure.lower, mine) or not _close(figure.upper, mine):
                    findings.say(figure.id, "bounds", (figure.lower, figure.upper), float(mine))
            base = expected(code).figure(name, place, start)
            years = expected(code).indicators[name].get("mean", 1)
            if base is None or base.value * years < 20:
                findings.say(line.name, "index base", base and float(base.value), "20 or more")
    findings.none()


def test_each_map(code: str) -> None:
    """Classes cover every mapped value, in order; every commune of the EPCI is on the map."""
    findings = Findings([])
    data = report(code)
    for block in [*_kind(data, "choropleth"), *_kind(data, "circles")]:
        codes_ = sorted(area.code for area in block.areas)
        if codes_ != sorted(_peers(code)):
            findings.say(block.id, "communes", codes_, sorted(_peers(code)))
        if block.kind == "circles":
            continue
        figures = [data.figures[area.figure] for area in block.areas]
        mine = [m for f in figures if (m := _of(f, code)) is not None and judged.fit(m)]
        values = [float(m.value) for m in mine]
        bounds = list(block.bounds)
        if bounds != sorted(set(bounds)) or not 4 <= len(bounds) - 1 <= 5:
            findings.say(block.id, "bounds", bounds, "four or five growing classes")
        if not bounds[0] <= min(values) <= max(values) <= bounds[-1]:
            findings.say(block.id, "bounds", bounds, (min(values), max(values)))
        if not bounds[0] <= min(values) < bounds[1] or not bounds[-2] <= max(values):
            findings.say(block.id, "end classes", bounds, (min(values), max(values)))
    findings.none()


def test_each_share(code: str) -> None:
    """Stacked bars hold every part and the published total of each place that has them."""
    findings = Findings([])
    data = report(code)
    for block in _kind(data, "shares"):
        wanted = [
            place
            for key, place in _places(code).items()
            if key != "epci_hors_commune"
            and all(
                (f := expected(code).figure(part, place, "2023-12")) is not None
                and f.show in ("plain", "approx")
                for part in indicators()["couverture"]["parts"]
            )
        ]
        bars = [(data.figures[b.total].level, data.figures[b.total].code) for b in block.bars]
        if bars != wanted:
            findings.say(block.id, "bars", bars, wanted)
        for bar in block.bars:
            parts = [data.figures[part.figure].indicator for part in bar.parts]
            if parts != indicators()["couverture"]["parts"]:
                findings.say(bar.name, "parts", parts, indicators()["couverture"]["parts"])
    findings.none()


def test_each_point_of_attention(code: str) -> None:
    """Points of attention and of support are the recomputed verdicts, with their numbers."""
    findings = Findings([])
    places = _places(code)
    wanted: dict[str, list[list[str]]] = {
        "attention": [], "support": [], "comparable": [], "unsettled": [],
    }  # fmt: skip
    for name, one in indicators().items():
        direction = one.get("direction", "neutral")
        period = _newest(code, name)
        own = expected(code).figure(name, places["own"], period)
        others = {key: place for key, place in places.items() if key != "own"}
        key, gap = judged.best(expected(code), name, own, others, period)
        if direction == "neutral" or own is None or gap.verdict == "none":
            continue
        other = expected(code).figure(name, places[key], period)
        assert other is not None
        said = [one["label"].split(" (")[0], _spoken(own), _spoken(other), gap.text]
        kind = gap.verdict
        assert gap.gap is not None
        if kind == "comparable" and abs(gap.gap) >= (1 if judged.in_points(one) else 5):
            kind = "unsettled"
        elif kind != "comparable":
            kind = "attention" if (kind == "above") == (direction == "need") else "support"
        wanted[kind].append(said)
    for block in _kind(report(code), "points"):
        for kind, lines in wanted.items():
            theirs = list(getattr(block, kind))
            if len(theirs) != len(lines) or any(
                part.replace(arithmetic.NBSP, " ") not in line.replace(arithmetic.NBSP, " ")
                for line, parts in zip(theirs, lines, strict=False)
                for part in parts
            ):
                findings.say(f"{block.id} {kind}", "lines", theirs, lines)
    findings.none()


def _spoken(figure: Expected) -> str:
    return figure.text.replace(f"≈{arithmetic.NBSP}", "environ ")


NUMBER = re.compile(r"\d+(?:[\u202f]\d{3})*(?:,\d+)?")


def test_each_number_in_the_sentences(code: str) -> None:
    """Every number of a block's sentences is one of its figures', changes' or dates'."""
    findings = Findings([])
    data = report(code)
    for block in _blocks(data):
        keys = _figures_in(block, data)
        if not keys:
            continue
        known = _numbers_of(code, keys)
        for what in ("finding", "reading", "alt"):
            for token in NUMBER.findall(getattr(block, what)):
                if token not in known:
                    findings.say(f"{block.id} {what}", "number", token, getattr(block, what))
    for finding in data.essentials.findings:
        known = _numbers_of(code, set(data.figures))
        for token in NUMBER.findall(f"{finding.headline} {finding.text}"):
            if token not in known:
                findings.say("L'essentiel", "number", token, finding.text)
    findings.none()


def _figures_in(block: Any, data: ReportData) -> set[str]:
    """The figures that a block names, however deep."""
    found: set[str] = set()
    left: list[Any] = [block]
    while left:
        one = left.pop()
        if isinstance(one, str):
            found |= {one} & set(data.figures)
        elif isinstance(one, (tuple, list)):
            left.extend(one)
        elif is_dataclass(one):
            left.extend(getattr(one, field.name) for field in fields(one))
    return found


def _numbers_of(code: str, keys: set[str]) -> set[str]:
    """Every number that may be said of the figures: texts, bounds, changes, dates, units."""
    data = report(code)
    said = [str(len(_peers(code)))]
    for key in keys:
        figure = data.figures[key]
        said += [figure.period.replace("/", " "), figure.unit, figure.label, figure.name]
        mine = None if "derived" in figure.flags else _of(figure, code)
        said += [mine.text, mine.interval_text] if mine is not None else []
    for name in {data.figures[key].indicator for key in keys}:
        said += _numbers_of_indicator(code, name)
    return set(NUMBER.findall(" ".join(said)))


def _numbers_of_indicator(code: str, name: str) -> list[str]:
    """What a sentence may say of an indicator: the places compared, ranks, changes, counts."""
    again, newest, own = expected(code), _newest(code, name), _places(code)["own"]
    said = [indicators()[name]["label"], indicators()[name].get("subject", "")]
    places = [*_places(code).values(), *(("commune", peer) for peer in _peers(code))]
    known = [figure for place in places if (figure := again.figure(name, place, newest))]
    for figure in known:
        said += [figure.text, figure.interval_text]
    for rank in judged.rank(again, name, _peers(code), newest).values():
        said += [str(number) for number in rank]
    mapped = [again.figure(name, ("commune", peer), newest) for peer in _peers(code)]
    said.append(str(sum(one is not None and one.stands_for is None for one in mapped)))
    change = judged.evolve(again, name, own)
    if change is not None:
        said += [change.start.replace("/", " "), change.end.replace("/", " "), change.text]
        for bound in (change.lower, change.upper):
            said += [] if bound is None else [french(abs(float(bound)), n) for n in (0, 1)]
        ends = [again.figure(name, own, period) for period in (change.start, change.end)]
        said += [figure.text for figure in ends if figure is not None]
    return [*said, *_indices(code, name)]


def _indices(code: str, name: str) -> list[str]:
    """What an index leaves of 100, for the sentences that say "35 % de moins"."""
    found = []
    for figure in report(code).figures.values():
        if "derived" in figure.flags and figure.indicator == name and figure.value is not None:
            index = Fraction(figure.value).limit_denominator(10**6)
            found += [
                french(index),
                french(abs(100 - arithmetic.half_up(index))),
            ]
    return found
