"""Tests of draw.strips: marks where the values are, nothing cut, nothing left out in silence."""

from __future__ import annotations

import pytest
from draw_checks import circles, faults, words
from draw_samples import LONGEST, figure, key_figure, report
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnostic.draw import strips
from diagnostic.draw.scene import Circle, Rect, Scene, Shape, Stroke
from diagnostic.draw.style import ACCENT, INK, INK2, LINE, WHITE
from diagnostic.model import Figure

EPCI = figure("e", 58.9, level="epci", name="communauté de communes de Vitry, Champagne et Der")
FRANCE = figure("f", 60.9, level="france", code="france", name="France")


def drawn(own: Figure, *others: tuple[str, Figure], width: float = 112.0) -> Scene:
    """The strip of a figure among others."""
    line = key_figure(own, *others)
    return strips.strip(line, report(own, *(f for _, f in others), rows=(line,)), width=width)


def listed(own: Figure, *others: tuple[str, Figure], width: float = 72.0) -> Scene:
    """The narrow form of the same."""
    line = key_figure(own, *others)
    return strips.rows(line, report(own, *(f for _, f in others), rows=(line,)), width=width)


def test_marks_stand_at_their_values() -> None:
    """On an axis from 40 to 80, 61,5 and 58,9 stand at the shares 21,5/40 and 18,9/40 of it."""
    scene = drawn(figure("o", 61.5), ("epci", EPCI), ("france", FRANCE))
    axis = next(item for item in scene.items if isinstance(item, Stroke))
    start, end = axis.points[0][0], axis.points[1][0]
    (own,) = circles(scene, ACCENT)
    square = next(i for i in scene.items if isinstance(i, Rect) and abs(i.width - i.height) < 1e-9)
    assert (scene.texts[0].text, scene.texts[1].text) == ("40", "80")
    assert own.x == pytest.approx(start + 21.5 / 40 * (end - start))
    assert square.x + square.width / 2 == pytest.approx(start + 18.9 / 40 * (end - start))


def test_labels_print_the_figures_own_text() -> None:
    """Names and texts come from the figures, the EPCI under its short name."""
    scene = drawn(figure("o", 61.5), ("epci", EPCI), ("france", FRANCE))
    assert words(scene) == "40 | 80 | Vitry-le-François | 61,5 | EPCI | 58,9 | France | 60,9"
    assert faults(scene) == []


def test_each_level_has_its_shape() -> None:
    """Square, diamond, triangle, bar and disc: the level shows without colour."""
    kinds = [
        ("epci", figure("a", 10, level="epci")),
        ("departement", figure("b", 11, level="departement", name="Marne")),
        ("region", figure("c", 12, level="region", name="Grand Est")),
        ("france", figure("d", 13, level="france", name="France")),
        ("epci_hors_commune", figure("g", 14, level="custom", name="34 autres communes")),
    ]
    scene = drawn(figure("o", 9), *kinds)
    corners = [len(item.rings[0]) for item in scene.items if isinstance(item, Shape)]
    bars = [i for i in scene.items if isinstance(i, Rect)]
    assert corners == [4, 3]
    assert len(bars) == 2
    assert len(circles(scene, INK)) == 1
    assert faults(scene) == []


def test_a_value_of_the_epci_is_never_drawn_as_the_communes() -> None:
    """The stand-in is a square in grey words, without accent, and the EPCI is not said twice."""
    own = figure("o", 58.9, show="from_epci", name="Frignicourt")
    scene = drawn(own, ("epci", EPCI), ("france", FRANCE))
    assert circles(scene, ACCENT) == []
    assert words(scene) == "40 | 80 | valeur de l’EPCI | 58,9 | France | 60,9"
    assert {text.colour for text in scene.texts if text.text.startswith("valeur")} == {INK2}
    assert "valeur de l’EPCI" in words(listed(own, ("epci", EPCI)))


def test_not_significant_has_an_interval_and_no_point() -> None:
    """An n.s. figure shows its interval in grey and no disc."""
    own = figure("o", 8.0, show="ns", text="n.s.", interval="rounding", lower=6.0, upper=10.0)
    scene = drawn(own, ("france", figure("f", 9.0, level="france", name="France")))
    assert circles(scene, ACCENT) == []
    assert any(i.pen.width == 2.4 and i.pen.colour == LINE for i in scene.items
               if isinstance(i, Stroke))  # fmt: skip
    assert "n.s." in words(scene)


def test_chance_is_a_thin_line_with_ticks_and_rounding_a_bar() -> None:
    """The two kinds of interval are told apart by their form, both in accent for the territory."""
    chance = figure("o", 9.2, interval="chance", lower=7.5, upper=11.1)
    bar = figure("o", 9.2, interval="rounding", lower=7.5, upper=11.1)
    thin = [i for i in drawn(chance).items if isinstance(i, Stroke) and i.pen.colour == ACCENT]
    thick = [i for i in drawn(bar).items if isinstance(i, Stroke) and i.pen.colour == ACCENT]
    assert [i.pen.width for i in thin] == [0.9, 0.9, 0.9]
    assert [i.pen.width for i in thick] == [2.4]


def test_a_provisional_value_is_hollow() -> None:
    """Provisional: a white disc with an accent edge."""
    scene = drawn(figure("o", 82.0, provisional=True))
    assert circles(scene, ACCENT) == []
    assert [c.pen.colour for c in circles(scene, WHITE) if c.pen] == [ACCENT]


def test_without_any_value_the_axis_stays_and_nothing_is_placed() -> None:
    """Nothing to show: an axis without ends, never a mark at zero."""
    scene = drawn(figure("o", None), ("france", figure("f", None, name="France")))
    assert scene.texts == ()
    assert not [i for i in scene.items if isinstance(i, Circle | Rect)]
    assert "…" in words(listed(figure("o", None)))


def test_an_absent_territory_leaves_its_benchmarks() -> None:
    """The territory has no value: benchmarks stand alone, and the narrow form prints its sign."""
    own = figure("o", None)
    assert words(drawn(own, ("france", FRANCE))).endswith("France | 60,9")
    assert words(listed(own, ("france", FRANCE))).startswith("Vitry-le-François | …")


def test_strips_of_one_unit_share_their_span() -> None:
    """58,9 to 61,5 alone needs 40 units; beside a strip that needs 50, it takes 50 too."""
    one = key_figure(figure("a", 61.5), ("epci", EPCI))
    two = key_figure(figure("b", 70.0), ("epci", figure("c", 25.0, level="epci")))
    far = key_figure(figure("d", 3.0, unit="enfants"))
    held = report(
        figure("a", 61.5), EPCI, figure("b", 70.0), figure("c", 25.0, level="epci"),
        figure("d", 3.0, unit="enfants"), rows=(one, two, far),
    )  # fmt: skip
    spans = []
    for line in (one, two):
        low, high = (t.text for t in strips.strip(line, held, width=112).texts[:2])
        spans.append(int(high) - int(low))
    assert spans[0] == spans[1]
    assert words(strips.strip(far, held, width=112)).startswith("2 | 4")


@pytest.mark.parametrize("form", [drawn, listed])
def test_long_names_and_close_values_do_not_collide(form: object) -> None:
    """The longest names of France, on four equal values, all fit and none overlaps."""
    others = [
        ("epci", figure("a", 5.0, level="epci")),
        ("departement", figure("b", 5.0, level="departement", name="Alpes-de-Haute-Provence")),
        ("region", figure("c", 5.0, level="region", name="Provence-Alpes-Côte d'Azur")),
        ("france", figure("d", 5.0, level="france", name="France métropolitaine")),
    ]
    scene = form(figure("o", 5.0, name=LONGEST), *others)  # type: ignore[operator]
    assert faults(scene) == []
    assert "Côte d’Azur" in words(scene).replace(" | ", " ")


NAMES = st.sampled_from(["Y", "Oô", "Marne", "Territoire de Belfort", "Île-de-France", LONGEST])
NUMBERS = st.one_of(st.just(0.0), st.floats(-50, 5e6), st.floats(0.1, 99))
VALUES = st.one_of(st.none(), NUMBERS.map(lambda value: round(value, 2)))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(NAMES, VALUES), min_size=1, max_size=5), st.sampled_from([112.0, 146.0]))
def test_any_values_and_names_fit(rows: list[tuple[str, float | None]], width: float) -> None:
    """Missing, equal, zero, negative, a million times the others: both forms stay clean."""
    levels = ("commune", "epci", "departement", "region", "france")
    figures = [
        figure(str(n), value, name=name, level=level)
        for n, ((name, value), level) in enumerate(zip(rows, levels, strict=False))
    ]
    others = list(zip(levels[1:], figures[1:], strict=False))
    assert faults(drawn(figures[0], *others, width=width)) == []
    assert faults(listed(figures[0], *others)) == []
