"""Tests of the maps: classes, hatch, callouts, circles, locator, on squares for communes."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest
import shapely
from draw_checks import circles, faults, words
from draw_samples import LONGEST, choropleth, figure, key_figure, report, squares
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnostic import draw
from diagnostic.draw import callouts, classes, maps
from diagnostic.draw import choropleth as choropleths
from diagnostic.draw import circles as circle_maps
from diagnostic.draw import locator as locators
from diagnostic.draw.callouts import Callout
from diagnostic.draw.labels import Label
from diagnostic.draw.maps import Frame
from diagnostic.draw.scene import Box, Rect, Scene, Shape, Stroke, Strokes
from diagnostic.draw.shapes import Shapes
from diagnostic.draw.style import ACCENT, DIVERGING, SEQUENTIAL, TEAL, WHITE
from diagnostic.errors import RenderError
from diagnostic.model import (
    AnyBlock,
    Area,
    Choropleth,
    Circles,
    Figure,
    Lines,
    Locator,
    Prose,
    Ranked,
    Shares,
)

BOUNDS = (18000.0, 20000.0, 22000.0, 24000.0, 26000.0, 28000.0)


def values(*given_values: float | None, **facts: Any) -> list[Figure]:
    """One figure a commune, named after its number."""
    return [
        figure(f"v{n}", value, name=f"Commune {n}", decimals=0, **facts)
        for n, value in enumerate(given_values)
    ]


def drawn(
    figures: list[Figure], block: Choropleth, shapes: Shapes | None = None, *,
    width: float = 83.0, narrow: bool = False, more: tuple[Figure, ...] = (),
) -> Scene:  # fmt: skip
    """The scene of a choropleth on squares."""
    held = report(*figures, *more)
    return choropleths.scene(block, held, shapes or squares(3, 3), width=width, narrow=narrow)


def fills(scene: Scene) -> list[str]:
    """The class colours of the surfaces, in painting order."""
    return [
        item.fill
        for item in scene.items
        if isinstance(item, Shape) and item.fill in (*SEQUENTIAL, *DIVERGING)
    ]


def test_a_value_takes_the_colour_of_its_class_lower_bound_included() -> None:
    """20 000 opens the second class; the last bound belongs to the last class."""
    figures = values(19000, 20000, 21999, 24000, 28000)
    scene = drawn(figures, choropleth(figures, BOUNDS))
    order = [SEQUENTIAL[n] for n in (0, 1, 1, 3, 4)]
    assert fills(scene) == order


def test_what_is_not_published_is_hatched_and_counted_in_words() -> None:
    """No value, no colour: white under a hatch, and each reason said with its number."""
    figures = [
        *values(19000, 21000, 23000, 25000, None, None),
        figure("v6", 20.0, show="ns", text="n.s."),
        figure("v7", None, status="secret", text="s"),
        figure("v8", 22000.0, show="from_epci"),
    ]
    scene = drawn(figures, replace(choropleth(figures, BOUNDS), unit="€"))
    hatches = [i for i in scene.items if isinstance(i, Strokes) and i.pen == maps.HATCH]
    assert len(fills(scene)) == 4
    assert len(hatches) == 5 + 3
    for said in ("non publié\u00a0: 3\u00a0communes", "non significatif\u00a0: 1\u00a0commune",
                 "secret statistique\u00a0: 1\u00a0commune"):  # fmt: skip
        assert said in words(scene)
    assert faults(scene) == []


def test_other_reasons_have_their_words_too() -> None:
    """Not applicable and unknown are not called « non publié »."""
    figures = [figure("v0", None, status="not_applicable"), figure("v1", None, status="unknown")]
    held = report(*figures)
    areas = choropleth(figures, BOUNDS).areas
    assert classes.unprinted(areas, held, ("c7",)) == [
        "non disponible\u00a0: 1\u00a0commune", "sans contour\u00a0: 1\u00a0commune",
        "sans objet\u00a0: 1\u00a0commune",
    ]  # fmt: skip


def test_the_territory_is_outlined_last_on_a_white_casing() -> None:
    """White 3,8 pt then accent 1,8 pt around the territory's square."""
    figures = values(19000, 21000, 23000, 25000, 27000)
    scene = drawn(figures, choropleth(figures, BOUNDS))
    pens = [(i.pen.colour, i.pen.width) for i in scene.items if isinstance(i, Shape) and i.pen]
    assert pens[-2:] == [(WHITE, 3.8), (ACCENT, 1.8)]


def test_the_legend_counts_communes_and_marks_the_references() -> None:
    """Bars as high as their communes, the bounds in words, territory and département named."""
    figures = values(19000, 21000, 21100, 23000, 25000, 27000)
    marne = figure("marne", 25700, level="departement", name="Marne", decimals=0)
    block = choropleth(figures, BOUNDS, named=(3,), references=(marne,))
    scene = drawn(figures, block, more=(marne,))
    bars = [i for i in scene.items if isinstance(i, Rect) and i.fill in SEQUENTIAL and i.height > 2]
    text = words(scene)
    assert sorted(round(bar.height, 3) for bar in bars) == [5.5, 5.5, 5.5, 5.5, 11.0]
    assert "Nombre de communes par tranche de 500\u00a0€" in text
    assert "Marne | 25\u202f700\u00a0€" in text
    assert "20\u202f000 | 22\u202f000 | 24\u202f000 | 26\u202f000" in text
    assert text.count("Commune 0") == 2
    assert faults(scene) == []


def test_a_reference_without_value_is_not_marked() -> None:
    """No value, no mark on the histogram."""
    figures = values(19000, 21000)
    none = figure("r", None, name="Grand Est")
    block = choropleth(figures, BOUNDS, references=(none,))
    assert "Grand Est" not in words(drawn(figures, block, more=(none,)))


def test_gaps_to_a_reference_are_signed_in_areas_and_key() -> None:
    """Around 25 000: − below, nothing in the middle, + above; the key prints the gaps."""
    figures = values(19000, 24900, 27500)
    marne = figure("marne", 25000, level="departement", name="Marne", decimals=0)
    bounds = (18000.0, 22000.0, 24000.0, 26000.0, 28000.0, 30000.0)
    block = choropleth(figures, bounds, references=(marne,), palette="diverging")
    scene = drawn(figures, block, squares(3, 1), width=54.0, more=(marne,))
    text = words(scene)
    assert fills(scene) == [DIVERGING[0], DIVERGING[2], DIVERGING[3]]
    assert text.count("−") == 1 + 2 + 2
    assert text.count("+") == 1 + 2 + 2
    assert "Écart, en €" in text
    assert "−\u202f1\u202f000 | +\u202f1\u202f000" in text
    assert faults(scene) == []


def test_a_reference_on_a_limit_has_no_neutral_class() -> None:
    """When the reference is itself a limit, every class is below or above."""
    figures = values(1, 3)
    mark = figure("m", 2.0)
    block = choropleth(figures, (0.0, 1.0, 2.0, 3.0, 4.0), references=(mark,), palette="diverging")
    kinds = classes.classes(block, report(*figures, mark))
    assert kinds.signs == ("−", "−", "+", "+")
    assert kinds.colours == (DIVERGING[0], DIVERGING[1], DIVERGING[3], DIVERGING[4])


def test_a_small_map_has_its_key_at_its_side() -> None:
    """At 54 mm: no callout, classes with limits from the top down, hatch in words."""
    figures = values(19000, 21000, 23000, None)
    block = choropleth(figures, BOUNDS, named=(1, 2), unit="enfants pour 100")
    scene = drawn(figures, block, width=54.0)
    assert "Commune" not in words(scene).replace("communes", "")
    assert "26\u202f000" in words(scene)
    assert "non publié" in words(scene)
    assert faults(scene) == []


def test_at_most_six_names_outside_the_perimeter() -> None:
    """Nine labelled: six named in print, five on a narrow screen, the territory always."""
    figures = values(*range(19000, 28000, 1000))
    block = choropleth(figures, BOUNDS, own=4, named=tuple(range(9)))
    for narrow, most in ((False, 6), (True, 5)):
        scene = drawn(figures, block, narrow=narrow, width=72.0)
        named = {t.text for t in scene.texts if t.text.startswith("Commune ")}
        assert "Commune 4" in named
        assert 4 <= len(named) <= most
        assert faults(scene) == []


def test_names_stand_outside_and_leaders_reach_their_commune() -> None:
    """Each callout's box is off the perimeter, its leader ends in its commune."""
    shapes = squares(3, 3)
    marks = [
        Callout(Label(f"Commune {n}", "12", 30.0, value_below=True), (0.0, 0.0)) for n in range(4)
    ]

    def make(ground: maps.Ground) -> list[Callout]:
        return [replace(m, anchor=ground.anchors[f"c{n}"]) for n, m in enumerate(marks)]

    ground, placed = callouts.arrange(shapes, 83.0, 60.0, make)
    assert len(placed) == 4
    for number, one in enumerate(placed):
        box = shapely.box(one.box.left, one.box.top, one.box.right, one.box.bottom)
        assert not box.intersects(ground.perimeter)
        assert ground.units[f"c{number}"].contains(shapely.Point(one.leader.coords[-1]))
    for one in placed:
        for two in placed:
            assert one is two or not one.leader.intersects(two.leader)


def test_a_callout_without_room_is_left_out() -> None:
    """A name wider than the sheet finds no place; the map is drawn without it."""
    wide = Callout(Label("a" * 90), (10.0, 10.0))
    assert callouts.place([wide], Box(0, 0, 40, 40), shapely.box(5, 5, 15, 15)) == []
    full = Callout(Label("Ay"), (10.0, 10.0))
    assert callouts.place([full], Box(0, 0, 40, 40), shapely.box(-5, -5, 45, 45)) == []


def test_a_label_above_or_below_its_point_is_centred() -> None:
    """The leader leaves from the middle of the side that faces the point."""
    box = Box(0.0, 0.0, 20.0, 4.0)
    below = callouts.Placed(Callout(Label("Ay"), (10.0, 20.0)), box)
    above = callouts.Placed(Callout(Label("Ay"), (10.0, -20.0)), box)
    inside = callouts.Placed(Callout(Label("Ay"), (10.0, 4.4), radius=3.0), box)
    assert below.tip == (10.0, 4.4)
    assert above.tip == (10.0, -0.4)
    assert inside.end == inside.tip
    assert len([i for i in inside.items() if isinstance(i, Stroke)]) == 0


def test_the_scale_bar_is_to_scale() -> None:
    """5 km on a map of 1 mm for 250 m is 20 mm long; short distances are said in metres."""
    frame = Frame(1 / 250, 0, 0)
    bar = [i for i in maps.scale_bar(frame, 0, 10, 21) if isinstance(i, Stroke)][-1]
    assert bar.points[1][0] - bar.points[0][0] == pytest.approx(20)
    assert maps.scale_bar(frame, 0, 10, 21)[0].text == "5\u00a0km"  # type: ignore[union-attr]
    assert maps.scale_bar(Frame(1 / 10, 0, 0), 0, 10, 21)[0].text == "200\u00a0m"  # type: ignore[union-attr]
    assert maps.scale_bar(Frame(10, 0, 0), 0, 10, 21)[0].text == "100\u00a0m"  # type: ignore[union-attr]


def test_the_hatch_stays_in_its_surface() -> None:
    """Lines at 45°, 1,5 mm apart, none outside; holes and specks of the ground are handled."""
    square = shapely.box(0, 0, 10, 10)
    (lines,) = maps.hatch(square)
    assert isinstance(lines, Strokes)
    for (x1, y1), (x2, y2) in lines.lines:
        assert square.buffer(0.01).contains(shapely.LineString([(x1, y1), (x2, y2)]))
        assert abs(x2 - x1) == pytest.approx(abs(y2 - y1))
    assert len(lines.lines) == math.floor(20 / (1.5 * math.sqrt(2)))
    assert maps.surface(shapely.Polygon(), WHITE) == ()
    ring = shapely.box(0, 0, 9, 9).difference(shapely.box(3, 3, 6, 6))
    assert len(maps.rings(ring)) == 2


def test_a_map_without_outlines_says_so() -> None:
    """No outline at all: RenderError in French, never an empty map."""
    figures = values(1.0)
    with pytest.raises(RenderError, match="aucun contour"):
        drawn(figures, choropleth(figures, BOUNDS), Shapes({}, missing=("c0",)))


def test_an_area_without_outline_is_said() -> None:
    """A commune that the outlines lack is in the legend's words, not silently left out."""
    figures = values(19000, 21000, 23000)
    shapes = squares(2, 1)
    scene = drawn(figures, choropleth(figures, BOUNDS), replace(shapes, missing=("c2",)))
    assert "sans contour\u00a0: 1\u00a0commune" in words(scene)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.one_of(st.none(), st.just(0), st.integers(0, 99), st.integers(0, 9999)),
        min_size=5, max_size=9,
    ),
    st.sampled_from([54.0, 83.0, 170.0]),
    st.booleans(),
    st.sampled_from(["Y", "Marolles", LONGEST]),
)  # fmt: skip
def test_any_values_fit_a_map(
    numbers: list[int | None], width: float, diverging: bool, name: str
) -> None:
    """Missing, equal, zero, a hundred times the others, long names: nothing collides."""
    figures = [
        figure(f"v{n}", value, name=f"{name}", decimals=0) for n, value in enumerate(numbers)
    ]
    known = [float(n) for n in numbers if n is not None] or [0.0]
    low, high = min(known), max(known)
    step = (high - low) / 4 or 1.0
    mark = figure("m", low + 2.5 * step, name="Marne", decimals=0)
    block = choropleth(
        figures, tuple(low + n * step for n in range(6)), named=(1, 3), references=(mark,),
        palette="diverging" if diverging else "sequential",
    )  # fmt: skip
    assert faults(drawn(figures, block, width=width, more=(mark,))) == []


# Circles


def counts(*given_counts: float | None, **facts: Any) -> tuple[Circles, list[Figure]]:
    """A map of counts and its figures."""
    figures = values(*given_counts)
    block = Circles(
        id="c",
        unit=facts.pop("unit", "enfants"),
        perimeter="200034718",
        perimeter_level="epci",
        areas=tuple(
            Area(code=f"c{n}", name=f.name, figure=f.id, own=n == 0, labelled=n < 3)
            for n, f in enumerate(figures)
        ),
    )
    return block, figures


def circled(block: Circles, figures: list[Figure], width: float = 83.0) -> Scene:
    """The scene of a map of counts."""
    return circle_maps.scene(block, report(*figures), squares(3, 3), width=width, narrow=False)


def test_the_surface_is_proportional_to_the_count() -> None:
    """Four times the count, twice the radius; the largest first so that small ones show."""
    scene = circled(*counts(400, 100, 25))
    own = max(circles(scene, ACCENT), key=lambda c: c.radius)
    one, two = sorted((c for c in circles(scene, TEAL) if c.radius != 1.5), key=lambda c: -c.radius)
    assert own.radius / one.radius == pytest.approx(2)
    assert one.radius / two.radius == pytest.approx(2)
    drawn_order = [i for i in scene.items if i in (own, one, two)]
    assert drawn_order == [own, one, two]
    assert own.radius == 10


def test_a_count_that_a_smaller_circle_covers_is_said_beside_the_name() -> None:
    """The territory's own count never goes missing under its neighbour's circle."""
    block, figures = counts(400, 300, *[10] * 10)
    scene = circle_maps.scene(block, report(*figures), squares(1, 12), width=83.0, narrow=False)
    assert "Commune 0 400" in words(scene).replace(" | ", " ")


def test_fragile_is_hollow_zero_and_absent_are_said() -> None:
    """A fragile count is a ring, a zero has no circle, an absence is hatched; all in words."""
    block, figures = counts(400, 100, 0, None)
    figures[1] = replace(figures[1], flags=("fragile",))
    scene = circled(block, figures)
    text = words(scene)
    assert next(c.pen.colour for c in circles(scene, WHITE) if c.pen) == TEAL
    assert "estimation fragile" in text
    assert "zéro, sans cercle\u00a0: 1\u00a0commune" in text
    assert "non publié\u00a0: 1\u00a0commune" in text
    assert "Surface proportionnelle au nombre d’enfants" in text
    assert faults(scene) == []


def test_the_key_has_round_counts_on_the_same_scale() -> None:
    """Under 529: 500, 100 and 20, drawn with the map's own factor."""
    scene = circled(*counts(529, 64))
    assert "500" in words(scene)
    assert circle_maps._round_counts(529) == [500, 100, 20]
    assert circle_maps._round_counts(1) == [1]
    assert circle_maps._round_counts(0.5) == []


def test_all_zero_or_absent_counts_draw_no_circle() -> None:
    """Only zeros: no circle and no nested key; only absences: hatch and words."""
    zeros = circled(*counts(0, 0, 0))
    assert circles(zeros, TEAL) == []
    assert "3\u00a0communes" in words(zeros)
    absent = circled(*counts(None, None, unit=""))
    assert "non publié\u00a0: 2\u00a0communes" in words(absent)
    assert faults(zeros) == faults(absent) == []


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.one_of(st.none(), st.just(0), st.integers(0, 10**5)), min_size=5, max_size=9),
    st.sampled_from([72.0, 83.0, 170.0]),
)
def test_any_counts_fit_a_map(numbers: list[int | None], width: float) -> None:
    """Missing, equal, zero, a hundred thousand: no number or name collides."""
    assert faults(circled(*counts(*numbers), width=width)) == []


# Locator


def test_the_locator_shows_where() -> None:
    """The territory in accent, its name, the départements, the town, the scale, the inset."""
    scene = locators.scene(
        Locator(id="s", code="c4", level="commune"), report(), squares(3, 3), width=170.0
    )
    text = words(scene)
    assert (scene.width, scene.height) == (170.0, 108)
    assert [i for i in scene.items if isinstance(i, Shape) and i.fill == ACCENT]
    for said in ("Vitry-le-François", "Châlons-en-Champagne", "MARNE", "HAUTE-MARNE", "km"):
        assert said in text
    assert len([c for c in circles(scene, ACCENT) if c.radius == 1.0]) == 1
    assert faults(scene) == []


def test_a_locator_without_inset_or_context() -> None:
    """Overseas there is no inset; without wide ground the near one serves."""
    shapes = squares(2, 2)
    assert shapes.wide is not None
    overseas = replace(shapes, wide=replace(shapes.wide, france=(), towns=(), departements=()))
    block = Locator(id="s", code="200034718", level="epci")
    for ground in (overseas, replace(shapes, wide=None)):
        scene = locators.scene(block, report(), ground, width=170.0)
        assert circles(scene, ACCENT) == []
        assert faults(scene) == []


def test_towns_and_names_give_way() -> None:
    """A town on another's name or on the territory's is left out rather than printed over."""
    shapes = squares(3, 3)
    assert shapes.wide is not None
    town = shapes.wide.towns[0]
    crowd = tuple(replace(town, name=f"Ville {n}", x=town.x + 100 * n) for n in range(5))
    far = replace(town, name="Loin", x=9e6)
    crowded = replace(shapes, wide=replace(shapes.wide, towns=(*crowd, far)))
    block = Locator(id="s", code="c4", level="commune")
    scene = locators.scene(block, report(), crowded, width=120.0)
    assert words(scene).count("Ville") < 5
    assert "Loin" not in words(scene)
    assert faults(scene) == []


# The way in


def test_every_kind_of_block_has_its_drawing() -> None:
    """A drawing has the width asked for, the block's alt as title, and its prefix as id."""
    figures = values(19000, 21000, 23000, 25000, 27000)
    block = choropleth(figures, BOUNDS)
    one = draw.block(block, report(*figures), squares(3, 3), width=83.0, prefix="x-")
    assert one.width == 83.0
    assert f'height="{one.height:.2f}'.rstrip("0").rstrip(".") in one.svg
    assert "<title>Le niveau de vie est le plus bas ici.</title>" in one.svg
    where = Locator(id="s", code="c4", level="commune", alt="Situation")
    two = draw.block(where, report(), squares(3, 3), width=170.0, prefix="y", variant="narrow")
    assert 'id="y"' in two.svg
    circle_block, held = counts(400, 100)
    charts: list[AnyBlock] = [
        Lines(id="l", unit="n", lines=()),
        Lines(id="m", unit="n", lines=(), layout="multiples"),
        Shares(id="p", unit="n", bars=()),
        Ranked(id="r", unit="n", rows=(), unranked=(), unranked_reason="", references=()),
    ]
    for chart in charts:
        assert draw.block(chart, report(), squares(1, 1), width=83.0, prefix="c").height > 0
    three = draw.block(circle_block, report(*held), squares(3, 3), width=83.0, prefix="z")
    assert "<title" in three.svg


def test_a_strip_says_its_values_in_its_title() -> None:
    """Both forms of a strip: the same title, made of the figures' own texts."""
    own, other = figure("o", 61.5), figure("f", 60.9, level="france", name="France")
    line = key_figure(own, ("france", other))
    held = report(own, other, rows=(line,))
    for variant, width in (("print", 112.0), ("narrow", 72.0)):
        one = draw.strip(line, held, width=width, variant=variant, prefix="s")  # type: ignore[arg-type]
        assert (
            "<title>Taux, Vitry-le-François\u00a0: 61,5 %\u202f; France\u00a0: 60,9</title>"
            in one.svg
        )
        assert one.width == width


def test_a_block_of_text_has_no_drawing() -> None:
    """Asking for one is a fault of the program, said at once."""
    with pytest.raises(TypeError, match="prose"):
        draw.block(Prose(id="p", markdown="x"), report(), squares(1, 1), width=83.0, prefix="p")


def test_a_locator_without_any_outline_is_not_drawn() -> None:
    """Saint-Martin and Nouméa have no outline in the shipped files: no drawing, no failure."""
    block = Locator(id="situation", code="97801", level="commune", alt="Situation.")
    nothing = Shapes({}, missing=("97801",))
    assert draw.block(block, report(), nothing, width=170.0, prefix="s") is None
