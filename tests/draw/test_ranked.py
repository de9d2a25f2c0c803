"""Tests of draw.ranked: the table that is a drawing, rows, references, numbers off the scale."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from draw_checks import circles, faults, words
from draw_samples import LONGEST, figure, report
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnostic.draw import ranked
from diagnostic.draw.scale import Scale
from diagnostic.draw.scene import Rect, Scene, Shape, Stroke
from diagnostic.draw.style import ACCENT, ACCENT_WASH, DASHED, DOTTED, INK, INK2, WHITE
from diagnostic.model import Figure, Rank, Ranked, RankedRow, Reference


def block(
    rows: list[Figure], unranked: list[Figure], references: list[tuple[str, Figure]], **facts: Any
) -> Ranked:
    """Ranked dots of figures given from the highest."""
    return Ranked(
        id="rang",
        unit=facts.pop("unit", "pour 100 ménages"),
        rows=tuple(
            RankedRow(
                figure=f.id,
                rank=Rank(
                    figure=f.id, position=n, of=len(rows), low=max(1, n - 1), high=n + (n > 1),
                    tied=False, text="",
                ),
            )
            for n, f in enumerate(rows, start=1)
        ),
        unranked=tuple(RankedRow(figure=f.id) for f in unranked),
        unranked_reason=facts.pop("reason", "effectif trop petit"),
        references=tuple(
            Reference(figure=f.id, benchmark=key, label=f.name) for key, f in references
        ),
    )  # fmt: skip


def drawn(
    rows: list[Figure],
    unranked: list[Figure] | None = None,
    references: list[tuple[str, Figure]] | None = None,
    width: float = 170.0,
    **facts: Any,
) -> Scene:
    """The scene of such a block."""
    unranked, references = unranked or [], references or []
    held = report(*rows, *unranked, *(f for _, f in references))
    return ranked.scene(block(rows, unranked, references, **facts), held, width=width)


OWN = figure("o", 22.1, interval="rounding", lower=22.0, upper=22.2, interval_text="22,0–22,2")
MAROLLES = figure(
    "m", 19.7, name="Marolles", code="51352", interval="rounding", lower=19.1, upper=20.3,
    interval_text="19,1–20,3",
)  # fmt: skip
SMALL = figure(
    "s", 13.0, name="Soulanges", code="51557", text="≈\u00a013", show="approx",
    interval="rounding", lower=12.0, upper=15.0, interval_text="12–15",
)  # fmt: skip


def test_the_row_is_the_data_table() -> None:
    """Name, value, interval, rank and rank interval stand in the row, as the figures print them."""
    text = words(drawn([OWN, MAROLLES, SMALL]))
    assert "Commune | Valeur | Intervalle | Rang | entre" in text
    assert "Marolles | 19,7 | 19,1–20,3 | 2ᵉ | 1–3" in text
    assert "Vitry-le-François | 22,1 | 22,0–22,2 | 1ᵉʳ" in text


def test_rows_left_out_are_said_between_those_shown() -> None:
    """A line of 3,8 mm counts the communes left out, and pushes the next row down."""
    held = report(OWN, MAROLLES, SMALL)
    whole = block([OWN, MAROLLES, SMALL], [], [])
    cut = replace(whole, rows=(*whole.rows[:2], replace(whole.rows[2], skipped=12)))
    plain = ranked.scene(whole, held, width=170.0)
    scene = ranked.scene(cut, held, width=170.0)
    assert "12\u00a0communes non montrées | Soulanges" in words(scene)
    assert scene.height - plain.height == pytest.approx(ranked.ROW_UNRANKED)
    assert faults(scene) == []
    one = replace(whole, rows=(whole.rows[0], replace(whole.rows[1], skipped=1)))
    assert "1\u00a0commune non montrée" in words(ranked.scene(one, held, width=170.0))


def test_commas_are_aligned() -> None:
    """« ≈ 13 » ends where the comma of « 19,7 » stands."""
    scene = drawn([OWN, MAROLLES, SMALL])
    one = next(t for t in scene.texts if t.text == "19,7")
    two = next(t for t in scene.texts if t.text == "≈\u00a013")
    tail = replace(one, text=",7").width
    assert two.box.right == pytest.approx(one.box.right - tail)


def test_the_territorys_row_is_washed_and_its_dot_is_larger() -> None:
    """One washed row, as high as the others, and a disc of 1,5 mm against 0,95."""
    scene = drawn([OWN, MAROLLES])
    (wash,) = [i for i in scene.items if isinstance(i, Rect) and i.fill == ACCENT_WASH]
    assert (wash.height, wash.width) == (4.75, 170.0)
    assert [c.radius for c in circles(scene, ACCENT)] == [1.5]
    assert [c.radius for c in circles(scene, INK2)] == [0.95]


def test_references_have_each_their_dashes_and_their_name_on_top() -> None:
    """France solid, EPCI dotted, département dashed; name over value, from left to right."""
    scene = drawn(
        [OWN, MAROLLES],
        references=[
            ("epci", figure("e", 16.7, name="EPCI")),
            ("france", figure("f", 15.0, name="France")),
            ("departement", figure("d", 16.0, name="Marne")),
            ("region", figure("r", None, name="Grand Est")),
        ],
    )
    lines = [i for i in scene.items if isinstance(i, Stroke) and i.pen.colour == INK]
    assert [line.pen.dash for line in lines if line.pen.width == 0.8] == [DOTTED, (), DASHED]
    assert "France | 15,0 | Marne | 16,0 | EPCI | 16,7" in words(scene)
    assert "Grand Est" not in words(scene)
    assert faults(scene) == []


def test_the_unranked_have_no_point_no_rank_and_the_reason() -> None:
    """Their interval alone is drawn, under a line that says how many and why."""
    bare = figure("n", 8.0, name="Songy", code="51552", show="ns", text="n.s.",
                  interval="rounding", lower=5.0, upper=11.0, interval_text="5–11")  # fmt: skip
    none = figure("z", None, name="Zoé", code="51999")
    scene = drawn([OWN, MAROLLES], [bare, none])
    assert "2\u00a0communes non classées | \u00a0: effectif trop petit" in words(scene)
    assert "Songy | n.s. | 5–11 | Zoé | …" in words(scene)
    assert len(circles(scene, INK2)) == 1


def test_one_unranked_is_in_the_singular() -> None:
    """One commune is « non classée »; without a reason none is invented."""
    none = figure("z", None, name="Zoé", code="51999")
    assert "1\u00a0commune non classée | Commune" in words(drawn([OWN], [none], reason=""))


def test_a_value_off_the_scale_is_an_arrow() -> None:
    """A commune far beyond all others does not squeeze them: arrow at the edge, number kept."""
    others = [figure(f"x{n}", 10.0 + n, name="Ay", code=f"c{n}") for n in range(6)]
    giant = figure("g", 900.0, name="Le Meix-Tiercelin", code="51367")
    scene = drawn([giant, *others])
    heads = [i for i in scene.items if isinstance(i, Shape)]
    assert len(heads) == 1
    assert "900,0" in words(scene)
    assert max(c.x for c in circles(scene, INK2)) <= heads[0].rings[0][0][0]


def test_an_interval_that_leaves_the_scale_ends_in_an_arrow() -> None:
    """A bound off the scale is never drawn at its edge as if it were there."""
    wide = figure("n", 20.0, name="Lignon", code="51x", show="ns", text="n.s.",
                  interval="chance", lower=5.0, upper=90.0, interval_text="5–90")  # fmt: skip
    scene = drawn([OWN, MAROLLES, SMALL], [wide])
    assert len([i for i in scene.items if isinstance(i, Shape)]) == 1


def test_a_low_value_off_the_scale_points_left() -> None:
    """Values below an axis that does not start at zero get a left arrow."""
    axis = Scale(100, 200, 10, 60)
    row = ranked.Row(figure("l", 50.0), None, ("L",), own=False)
    (_, head) = ranked._plotted(row, axis, 5.0)
    assert isinstance(head, Shape)
    assert head.rings[0][0][0] == 10
    bounded = figure("b", 150.0, interval="rounding", lower=50.0, upper=160.0)
    items = list(ranked._bounds(bounded, axis, 5.0, INK))
    assert isinstance(items[0], Shape)


def test_only_the_numbers_that_exist_have_a_column() -> None:
    """Exhaustive values: no interval, no « entre », no empty column."""
    rows = [figure("o", 3.0), figure("p", 2.0, name="Ay", code="x")]
    held = report(*rows)
    plain = block(rows, [], [])
    plain = replace(plain, rows=tuple(
        replace(r, rank=replace(r.rank, low=r.rank.position, high=r.rank.position))
        for r in plain.rows if r.rank
    ))  # fmt: skip
    assert "Commune | Valeur | Rang | " in words(ranked.scene(plain, held, width=170))


def test_a_provisional_dot_is_hollow() -> None:
    """A provisional value is a ring."""
    scene = drawn([OWN, replace(MAROLLES, provisional=True)])
    assert [c.radius for c in circles(scene, WHITE)] == [0.95]


def test_rows_that_fit_is_what_fits() -> None:
    """A drawing of the rows said to fit is no higher than asked."""
    for height, unranked in ((190.0, 0), (190.0, 20), (120.0, 4)):
        count = ranked.rows_that_fit(height, unranked)
        rows = [figure(f"r{n}", 50.0 - n, name=f"Commune {n}", code=f"c{n}") for n in range(count)]
        bare = [figure(f"n{n}", None, name=f"Nul {n}", code=f"d{n}") for n in range(unranked)]
        marks = [("france", figure("f", 15.0, name="Autres communes de l’EPCI"))]
        scene = drawn(rows, bare, marks)
        assert height - 6 <= scene.height <= height
    assert ranked.rows_that_fit(20.0) == 0
    assert ranked.unranked_that_fit(190.0, 13) == 24


@pytest.mark.parametrize("width", [170.0, 83.0, 72.0])
def test_the_narrow_form_keeps_name_plot_and_value(width: float) -> None:
    """Under 120 mm interval and rank leave; the longest name wraps and nothing overlaps."""
    rows = [OWN, replace(MAROLLES, name=LONGEST), SMALL]
    names = (("epci", "EPCI"), ("france", "France métropolitaine"), ("region", "Grand Est"))
    marks = [(key, figure(key, 16.0, name=name)) for key, name in names]
    scene = drawn(rows, [replace(SMALL, id="z", show="ns", text="n.s.")], marks, width=width)
    assert ("Rang" in words(scene)) == (width == 170.0)
    assert faults(scene) == []


def test_a_long_unit_goes_under_the_axis() -> None:
    """A unit that does not fit beside the axis is set on lines of its own; an empty one nowhere."""
    long = "places pour 100 enfants de moins de trois ans accueillis dans la commune ou son EPCI"
    assert faults(drawn([OWN, MAROLLES], unit=long)) == []
    assert words(drawn([OWN, MAROLLES], unit="")).endswith("22 | 23")


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.one_of(st.just(0), st.integers(0, 100), st.integers(0, 10**7)), max_size=8),
    st.lists(st.tuples(st.integers(0, 50), st.integers(0, 5000)), max_size=5),
    st.sampled_from([170.0, 72.0]),
)
def test_any_values_fit(values: list[int], intervals: list[tuple[int, int]], width: float) -> None:
    """Equal, zero or a million times the others, ranked or not: nothing cut, nothing over."""
    rows = [
        figure(f"r{n}", value, name=f"Commune {n}", code="51649" if n == 1 else f"c{n}")
        for n, value in enumerate(sorted(values, reverse=True))
    ]
    bare = [
        figure(f"n{n}", low, name=f"Nulle {n}", code=f"d{n}", show="ns", text="n.s.",
               interval="chance", lower=low, upper=low + wide)
        for n, (low, wide) in enumerate(intervals)
    ]  # fmt: skip
    marks = [("france", figure("f", 15.0, name="France"))] if len(values) % 2 else []
    assert faults(drawn(rows, bare, marks, width=width)) == []
