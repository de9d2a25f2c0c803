"""Tests of draw.lines and draw.multiples: time, cuts, ends, panels."""

from __future__ import annotations

from typing import Any

import pytest
from draw_checks import circles, faults, words
from draw_samples import LONGEST, figure, report
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnostic.draw import lines, multiples, traces
from diagnostic.draw.scene import Circle, Scene, Stroke, Strokes
from diagnostic.draw.style import ACCENT, INK, INK2, WHITE
from diagnostic.model import BreakMark, Figure, Line, Lines

Points = list[tuple[str, float | None]]


def line(name: str, points: Points, dots: Points | None = None, *, own: bool = False,
         **facts: Any) -> tuple[Line, list[Figure]]:  # fmt: skip
    """A line and its figures."""
    one = [figure(f"{name}-{p}", v, period=p, decimals=0, name=name, **facts) for p, v in points]
    two = [figure(f"{name}.{p}", v, period=p, decimals=0, name=name) for p, v in dots or []]
    made = Line(name=name, own=own, points=tuple(f.id for f in one), dots=tuple(f.id for f in two))
    return made, [*one, *two]


def drawn(*given_lines: tuple[Line, list[Figure]], width: float = 170.0, **facts: Any) -> Scene:
    """The scene of these lines."""
    block = Lines(id="l", unit="n", lines=tuple(one for one, _ in given_lines), **facts)
    held = report(*(f for _, figures in given_lines for f in figures))
    form = multiples.scene if block.layout == "multiples" else lines.scene
    return form(block, held, width=width)


def strokes(scene: Scene, colour: str, wide: float) -> list[Stroke]:
    """The lines of a pen."""
    return [
        item for item in scene.items
        if isinstance(item, Stroke) and (item.pen.colour, item.pen.width) == (colour, wide)
    ]  # fmt: skip


YEARS: Points = [(str(year), 100.0 + year - 2015) for year in range(2015, 2026)]


def test_periods_are_years() -> None:
    """A span stands in its middle, a quarter and a month within their year."""
    assert traces.when("2023") == 2023
    assert traces.when("2023/2025") == 2024
    assert traces.when("2024-T4") == 2024.75
    assert traces.when("2024-07") == 2024.5
    assert traces.when("2025-01-01") == 2025
    with pytest.raises(ValueError, match="not a period"):
        traces.when("hier")


def test_a_count_starts_at_zero_and_time_is_to_scale() -> None:
    """Zero is on the axis; the points are evenly spaced from the first year to the last."""
    scene = drawn(line("V", YEARS, own=True))
    (own,) = strokes(scene, ACCENT, 2.2)
    gaps = {round(b[0] - a[0], 6) for a, b in zip(own.points, own.points[1:], strict=False)}
    assert len(own.points) == 11
    assert len(gaps) == 1
    assert words(scene).startswith("0 | ")
    assert "2015 | 2020 | 2025" in words(scene)


def test_a_base_other_than_zero_when_the_block_says_so() -> None:
    """Without zero base the axis starts near the values."""
    scene = drawn(line("V", YEARS, own=True), zero_base=False)
    assert words(scene).startswith("100 | ")


def test_start_and_end_are_printed_with_the_name() -> None:
    """First and last value of each line stand in words; names only where there are several."""
    two = drawn(line("Vitry", YEARS, own=True), line("34 autres communes", YEARS))
    assert words(two).count("100") >= 2
    assert "110 | Vitry | 2025" in words(two)
    assert "34 autres communes" in words(two)
    alone = drawn(line("Vitry", YEARS, own=True), width=83.0)
    assert "Vitry" not in words(alone)
    assert faults(two) == faults(alone) == []


def test_no_line_crosses_a_break() -> None:
    """The line is two pieces, with two ink rules and the words between them."""
    scene = drawn(
        line("V", YEARS, own=True), breaks=(BreakMark(at="2023", label="Rupture de série"),)
    )
    pieces = strokes(scene, ACCENT, 2.2)
    rules = strokes(scene, INK, 1.0)
    assert [len(p.points) for p in pieces] == [8, 3]
    assert len(rules) == 2
    assert pieces[0].points[-1][0] < rules[0].points[0][0] < pieces[1].points[0][0]
    assert "Rupture de série" in words(scene)


def test_a_time_that_cannot_be_compared_is_hatched() -> None:
    """After a break without any printed value: one rule, a hatch, words, no value."""
    breaks = (BreakMark(at="2025-T1", label="2025 : non comparable"),)
    made, figures = line("V", [(f"{y}-T4", 50.0) for y in range(2020, 2025)], own=True)
    cut = [figure(f"c{y}", None, period=f"{y}-T4", show="cut", text="///") for y in (2025, 2026)]
    whole = Line(name="V", own=True, points=(*made.points, *(f.id for f in cut)))
    scene = drawn((whole, [*figures, *cut]), breaks=breaks)
    assert len(strokes(scene, INK, 1.0)) == 1
    assert [i for i in scene.items if isinstance(i, Strokes)]
    assert "2025 : non comparable" in words(scene)


def test_a_hatched_time_ends_at_the_next_break() -> None:
    """Between two breaks without a value only that time is hatched."""
    points: Points = [("2018", 5), ("2019", 6), ("2020", None), ("2021", None), ("2022", 7)]
    breaks = (BreakMark(at="2020", label="a"), BreakMark(at="2022", label="b"))
    made = line("V", points, own=True)
    found = traces.traces(Lines(id="l", unit="n", lines=(made[0],)), report(*made[1]))
    block = Lines(id="l", unit="n", lines=(made[0],), breaks=breaks)
    assert [(c.at, c.blank) for c in traces.cuts(block, found)] == [(2019.5, True), (2021.5, False)]
    assert faults(drawn(made, breaks=breaks)) == []


def test_a_break_out_of_the_time_shown_is_not_drawn() -> None:
    """A break before the first or after the last period has no place on the axis."""
    far = (BreakMark(at="1999", label="avant"), BreakMark(at="2030", label="après"))
    scene = drawn(line("V", YEARS, own=True), breaks=far)
    assert strokes(scene, INK, 1.0) == []
    assert "avant" not in words(scene)


def test_a_missing_value_cuts_the_line_and_is_not_zero() -> None:
    """A year without value leaves a gap; a value alone between gaps is a dot."""
    points: Points = [("2019", 5), ("2020", 6), ("2021", None), ("2022", 7), ("2023", None),
                      ("2024", 8), ("2025", 9)]  # fmt: skip
    scene = drawn(line("V", points, own=True))
    assert [len(s.points) for s in strokes(scene, ACCENT, 2.2)] == [2, 2]
    assert len(circles(scene, ACCENT)) == 5


def test_provisional_is_hollow_dashed_and_said() -> None:
    """A provisional end: hollow dot, dashed step, « provisoire (p) » in words."""
    made, figures = line("V", YEARS, own=True)
    last = figure(figures[-1].id, 110.0, period="2025", decimals=0, provisional=True)
    scene = drawn((made, [*figures[:-1], last]))
    assert any(s.pen.dash for s in strokes(scene, ACCENT, 2.2))
    assert circles(scene, WHITE)
    assert "2025\u00a0: provisoire (p)" in words(scene)


def test_single_years_are_dots_when_the_line_is_a_mean() -> None:
    """Dots for the years, the line for the mean, and both said in words."""
    means: Points = [(f"{y}/{y + 2}", 100.0 - y + 2008) for y in range(2008, 2024)]
    years: Points = [(str(y), 90.0 + y % 7) for y in range(2008, 2026)]
    one = line("Vitry", means, years, own=True)
    two = line("34 autres communes", means, [(p, None) for p, _ in years])
    scene = drawn(one, two)
    assert "un point : une année | la ligne : moyenne de trois ans" in words(scene)
    assert len([c for c in circles(scene, ACCENT) if c.radius == 0.75]) == 19
    assert faults(scene) == []


def test_a_line_without_value_is_named_with_its_sign() -> None:
    """A territory that has no value is not left out in silence."""
    scene = drawn(line("Vitry", YEARS, own=True), line("Marne", [(p, None) for p, _ in YEARS]))
    assert "Marne\u00a0: …" in words(scene)
    assert "Rien\u00a0: …" in words(drawn(line("Rien", [])))


def test_a_reference_is_a_line() -> None:
    """The reference of a block is drawn across the plot."""
    with_it = drawn(line("V", YEARS, own=True), reference=50.0)
    without = drawn(line("V", YEARS, own=True))
    assert len(with_it.items) == len(without.items) + 1


def test_short_times_print_each_year_once() -> None:
    """Three years, one year, and months of one year: ticks do not collide or repeat."""
    assert "2023 | 2024 | 2025" in words(drawn(line("V", YEARS[-3:], own=True)))
    assert faults(drawn(line("V", [("2024", 5.0)], own=True))) == []
    months: Points = [(f"2024-{m:02}", float(m)) for m in range(1, 13)]
    assert words(drawn(line("V", months, own=True))).startswith("0 | 5 | 10 | 15 | 2024 | 1")


def test_panels_share_their_axes() -> None:
    """Each panel has its own line and the others pale; 100 is marked once."""
    kin = [line(n, [("2020", 100.0), ("2021", v), ("2022", v)], own=n == "Vitry")
           for n, v in (("Reims", 75.0), ("Vitry", 46.0), ("Épernay", 65.0))]  # fmt: skip
    scene = drawn(*kin, layout="multiples", zero_base=False, reference=100.0)
    assert words(scene).startswith("Vitry")
    assert words(scene).count("100") == 1
    assert [words(scene).count(v) for v in ("46", "65", "75")] == [1, 1, 1]
    assert len(strokes(scene, "#B4BCC3", 0.7)) == 6
    assert len(strokes(scene, ACCENT, 2.2)) == 1
    assert len(strokes(scene, INK2, 1.8)) == 2
    assert faults(scene) == []


def test_panels_go_to_more_rows_when_narrow() -> None:
    """At 72 mm two panels stand abreast; long names wrap; missing and provisional are shown."""
    one = line(LONGEST, [("2020", 100.0), ("2021", None), ("2022", 90.0)], own=True)
    two = line("Vide", [("2020", None), ("2022", None)])
    three = line("Ay", [("2020", 100.0), ("2022", 80.0)], provisional=True)
    facts: dict[str, Any] = {"layout": "multiples", "zero_base": True}
    breaks = (BreakMark(at="2021", label="Rupture"),)
    scene = drawn(one, two, three, width=72.0, breaks=breaks, **facts)
    assert scene.height > drawn(one, two, three, width=170.0, **facts).height
    assert "…" in words(scene)
    assert any(isinstance(i, Circle) and i.fill == WHITE for i in scene.items)
    assert faults(scene) == []
    assert "…" in words(drawn(line("Rien", []), **facts))


NAMES = st.sampled_from(["Y", "Marne", "34 autres communes", LONGEST])
NUMBERS = st.one_of(st.none(), st.just(0), st.integers(0, 300), st.integers(0, 10**6))


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(NAMES, st.lists(NUMBERS, min_size=2, max_size=8)), min_size=1, max_size=6),
    st.sampled_from([170.0, 83.0, 72.0]),
    st.sampled_from(["single", "multiples"]),
    st.booleans(),
)
def test_any_lines_fit(
    rows: list[tuple[str, list[int | None]]], width: float, layout: Any, broken: bool
) -> None:
    """Missing, equal, zero, a thousand times the others, one to six lines: nothing collides."""
    made = [
        line(f"{name} {n}" if n else name, [(str(2015 + i), v) for i, v in enumerate(values)],
             own=n == 0)
        for n, (name, values) in enumerate(rows)
    ]  # fmt: skip
    breaks = (BreakMark(at="2017", label="Rupture de série, juin 2017"),) if broken else ()
    assert faults(drawn(*made, width=width, layout=layout, breaks=breaks)) == []
