"""Tests of draw.shares: parts to scale, values inside or under, absences in words."""

from __future__ import annotations

import pytest
from draw_checks import faults, words
from draw_samples import LONGEST, figure, report
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnostic.draw import shares
from diagnostic.draw.scene import Rect, Scene, Strokes
from diagnostic.model import Figure, ShareBar, SharePart, Shares

LABELS = ("Établissements", "Assistants maternels", "Préscolarisation", "Garde à domicile")


def bar(name: str, values: tuple[float | None, ...], total: float | None = None,
        *, own: bool = False) -> tuple[ShareBar, list[Figure]]:  # fmt: skip
    """A bar and its figures."""
    parts = [figure(f"{name}{n}", value) for n, value in enumerate(values)]
    whole = [figure(f"{name}t", total)] if total is not None else []
    made = ShareBar(
        name=name,
        own=own,
        parts=tuple(
            SharePart(label=label, figure=f.id) for label, f in zip(LABELS, parts, strict=False)
        ),
        total=whole[0].id if whole else "",
    )
    return made, [*parts, *whole]


def drawn(*bars: tuple[ShareBar, list[Figure]], width: float = 170.0) -> Scene:
    """The scene of these bars."""
    block = Shares(id="s", unit="places", bars=tuple(one for one, _ in bars))
    return shares.scene(block, report(*(f for _, figures in bars for f in figures)), width=width)


def parts(scene: Scene) -> list[Rect]:
    """The parts drawn."""
    return [i for i in scene.items if isinstance(i, Rect) and i.fill != "#FFFFFF"]


def test_parts_are_to_scale_and_end_to_end() -> None:
    """35,0 and 23,3 are as wide as they count, and touch."""
    scene = drawn(bar("Vitry", (35.0, 23.3), 58.3, own=True))
    one, two = parts(scene)
    assert one.width / two.width == pytest.approx(35.0 / 23.3)
    assert one.x + one.width == pytest.approx(two.x)
    assert "58,3" in words(scene)


def test_part_names_stand_over_the_first_bar() -> None:
    """Each part is named once; values that do not fit inside stand under the bar, zero too."""
    scene = drawn(
        bar("Vitry-le-François", (35.0, 23.3, 3.2, 0.0), 61.5, own=True),
        bar("France", (23.5, 31.9, 3.3, 2.2), 60.9),
    )
    for label in LABELS:
        assert words(scene).count(label) == 1
    assert "0,0" in words(scene)
    assert faults(scene) == []


def test_an_absent_part_is_named_and_its_room_hatched() -> None:
    """The part without value is said with its sign, and the rest of the total is hatched."""
    scene = drawn(bar("France", (23.5, None, 3.3), 60.9))
    assert "Assistants maternels\u00a0: …" in words(scene)
    assert [i for i in scene.items if isinstance(i, Strokes)]
    assert faults(scene) == []


def test_an_absent_total_is_its_sign() -> None:
    """No published total: its sign stands at the end of the bar, no hatch is drawn."""
    made, figures = bar("France", (23.5, None), 1.0)
    scene = drawn((made, [*figures[:-1], figure("Francet", None)]))
    assert words(scene).count("…") == 2
    assert not [i for i in scene.items if isinstance(i, Strokes)]


def test_nothing_to_draw_is_still_a_drawing() -> None:
    """No bar, no part, or only zeros: an empty plot, no error."""
    assert drawn().items == ()
    assert words(drawn(bar("Ay", ()))) == "Ay"
    assert faults(drawn(bar("Ay", (0.0, 0.0), 0.0))) == []


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["Y", "Vitry-le-François", LONGEST]),
            st.lists(
                st.one_of(st.none(), st.just(0), st.integers(0, 99), st.integers(0, 9999)),
                min_size=1, max_size=4,
            ),
        ),
        min_size=1, max_size=4,
    ),
    st.sampled_from([170.0, 83.0, 72.0]),
)  # fmt: skip
def test_any_parts_fit(rows: list[tuple[str, list[int | None]]], width: float) -> None:
    """Missing, equal, zero, a hundred times the others: nothing cut, nothing over."""
    bars = [
        bar(f"{name} {n}", tuple(values), float(sum(v or 0 for v in values)), own=n == 0)
        for n, (name, values) in enumerate(rows)
    ]
    assert faults(drawn(*bars, width=width)) == []


def test_bars_of_unlike_totals_are_as_long() -> None:
    """8 of 10 and 600 of 1 000: on the scale of the totals, 80 and 60 hundredths of one length."""
    small, large = bar("Vitry", (8.0, 2.0), 10.0, own=True), bar("France", (600.0, 400.0), 1000.0)
    figures = report(*small[1], *large[1])
    block = Shares(id="s", unit="logements", bars=(small[0], large[0]), scale="total")
    first, second, third, fourth = parts(shares.scene(block, figures, width=170.0))
    assert first.width + second.width == pytest.approx(third.width + fourth.width)
    assert first.width / (first.width + second.width) == pytest.approx(0.8)
    assert third.width / (third.width + fourth.width) == pytest.approx(0.6)
