"""Tests of what every drawing stands on: letters, axes, labels, the painted SVG, the palette."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from itertools import pairwise
from pathlib import Path

import pytest
from draw_samples import LONGEST
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnostic.draw import labels, letters, paint, scale, style
from diagnostic.draw.labels import Label
from diagnostic.draw.scene import Box, Circle, Pen, Rect, Scene, Shape, Stroke, Strokes, Text
from diagnostic.errors import RenderError

SVG = "{http://www.w3.org/2000/svg}"


def test_figures_are_497_thousandths_of_an_em_wide() -> None:
    """The widths are the font's own: a figure of Source Sans 3 has an advance of 497/1000."""
    assert letters.width("12", 10.0) == pytest.approx(2 * 0.497 * 10 / style.MM)
    assert letters.width("été", 8.5, 600) > letters.width("été", 8.5)
    assert letters.width("\U0001f600", 8.5) > 0


def test_wrapping_breaks_after_spaces_and_hyphens_only() -> None:
    """A name keeps its letters: hyphens stay at the end of a line, a long word is not cut."""
    assert letters.wrap("Vitry-le-François", 14.0, 8.5) == ("Vitry-le-", "François")
    assert letters.wrap("Anticonstitutionnellement", 5.0, 8.5) == ("Anticonstitutionnellement",)
    assert "".join(letters.wrap(LONGEST, 20.0, 8.5)) == LONGEST
    assert letters.wrap("", 20.0, 8.5) == ("",)


def test_a_missing_or_damaged_font_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No font, or one that is not a font: RenderError names the file, nothing is guessed."""
    monkeypatch.setattr(letters, "folder", lambda _: tmp_path)
    letters._advances.cache_clear()
    with pytest.raises(RenderError, match=r"SourceSans3-Regular\.ttf manque"):
        letters.width("a", 8.5)
    (tmp_path / "fonts").mkdir()
    (tmp_path / "fonts" / "SourceSans3-Regular.ttf").write_bytes(b"not a font at all")
    with pytest.raises(RenderError, match="ne peut pas être lue"):
        letters.width("a", 8.5)


@pytest.mark.parametrize(
    ("span", "most", "unit"), [(40, 5, 10), (41, 5, 10), (1, 5, 0.2), (0.09, 5, 0.02), (0, 5, 1)]
)
def test_steps_are_one_two_or_five(span: float, most: int, unit: float) -> None:
    """The step is the smallest round one that cuts the span in at most so many parts."""
    assert scale.step(span, most) == pytest.approx(unit)


def test_axes_have_round_ends() -> None:
    """3 to 38 becomes 0 to 40 by tens; from zero when asked; equal values get some room."""
    assert scale.axis(3, 38, 5) == (0.0, 40.0, 10.0)
    assert scale.axis(12, 38, 5, zero=True) == (0.0, 40.0, 10.0)
    assert scale.axis(-12, -3, 5, zero=True) == (-15.0, 0.0, 5.0)
    low, high, unit = scale.axis(7, 7, 5)
    assert low <= 7 < high
    assert scale.ticks(low, high, unit)[0] == low
    assert scale.axis(0, 0, 5)[:2] == (0.0, 1.0)


def test_axis_numbers_carry_the_decimals_of_their_step() -> None:
    """French numbers: a comma, a narrow space, as many decimals as the step."""
    assert scale.label(1500, 500) == "1\u202f500"
    assert scale.label(0.5, 0.25) == "0,5"
    assert scale.label(2, 0.5) == "2,0"
    assert scale.exact((1.0, 2.5)) == ("1,0", "2,5")
    assert scale.exact((-1000.0,), sign=True) == ("−\u202f1\u202f000",)


def test_a_scale_places_and_holds() -> None:
    """The middle value stands in the middle; a value off the scale is held at its end."""
    axis = scale.Scale(0, 10, 20, 40)
    assert (axis(5), axis.within(99), axis.within(-1)) == (30, 40, 20)


def test_spread_moves_only_what_touches() -> None:
    """Two labels of 10 at 20 and 22 go to 15,5 and 26,5 with a gap of 1; a far third stays."""
    assert labels.spread([20, 22, 80], [10, 10, 10], 0, 100, 1) == [15.5, 26.5, 80]


def test_spread_keeps_within_its_ends() -> None:
    """Labels wanted off the ends come back in, in their order."""
    assert labels.spread([-5, -9, 99], [10, 10, 10], 0, 60, 2) == [17, 5, 55]
    assert labels.spread([], [], 0, 10, 1) == []


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.floats(-20, 120), st.floats(1, 20)), min_size=1, max_size=6))
def test_spread_never_overlaps(pairs: list[tuple[float, float]]) -> None:
    """Whatever is wanted: no overlap, the order kept, the ends kept when all fits."""
    wanted, sizes = [w for w, _ in pairs], [s for _, s in pairs]
    centres = labels.spread(wanted, sizes, 0, 130, 1)
    order = sorted(range(len(pairs)), key=lambda i: (wanted[i], i))
    for one, two in pairwise(order):
        assert centres[two] - centres[one] >= (sizes[one] + sizes[two]) / 2 + 1 - 1e-6
    assert min(c - s / 2 for c, s in zip(centres, sizes, strict=True)) >= -1e-6
    assert max(c + s / 2 for c, s in zip(centres, sizes, strict=True)) <= 130 + 1e-6


def test_labels_wrap_only_as_much_as_they_must() -> None:
    """Two long names side by side keep one line in 200 mm, take two in 60."""
    pair = [Label("Alpes-de-Haute-Provence", "1,2"), Label("France métropolitaine", "3,4")]
    assert [len(x.lines) for x in labels.narrow(pair, 0, 200, 2)] == [1, 1]
    assert [len(x.lines) for x in labels.narrow(pair, 0, 60, 2)] == [2, 2]
    assert labels.narrow([Label("", "12")], 0, 200, 2)[0].lines == (("", "12"),)
    assert Label("Reims", "8", value_below=True).lines == (("Reims", ""), ("", "8"))
    assert labels.row_below([], [], low=0, high=10, top=3) == ([], 3)
    assert labels.row_above([], [], low=0, high=10, bottom=3) == ([], 3)


def scene() -> Scene:
    """One item of each kind."""
    ring = ((1.0, 1.0), (9.0, 1.0), (9.0, 9.0), (1.0, 1.0))
    return Scene(
        60,
        20,
        (
            Rect(0, 0, 60, 20, "#F2F4F5"),
            Shape((ring,), "#357D89", Pen("#FFFFFF", 0.6)),
            Circle(30, 10, 2, None, Pen("#A8380B", 1.2)),
            Stroke(((0, 10), (60, 10)), Pen("#8A949D", 0.9, (3, 2), "round")),
            Strokes((((0, 1), (5, 1)), ((0, 2), (5, 2))), Pen("#8A949D", 0.6)),
            Text(30, 10, "<b>$x$ & Ÿ</b>", anchor="middle", halo=True),
            Text(59, 19, "fin", anchor="end", weight=600, italic=True),
        ),
    )


def test_the_svg_is_the_same_twice() -> None:
    """Two paintings of a scene are the same bytes."""
    assert paint.svg(scene(), prefix="a-", title="t") == paint.svg(scene(), prefix="a-", title="t")


def test_the_svg_is_fit_for_a_page() -> None:
    """Size in mm, title first, one id, no style attribute or sheet, no background, no rotate."""
    text = paint.svg(scene(), prefix="carte-", title="Là <où>")
    root = ET.fromstring(text)  # noqa: S314 - our own
    assert (root.get("width"), root.get("height")) == ("60mm", "20mm")
    assert root[0].tag == f"{SVG}title"
    assert root[0].text == "Là <où>"
    assert re.findall(r'\bid="([^"]*)"', text) == ["carte"]
    assert not re.search(r" style=|<style|rotate|<defs|xlink|<\?xml|matplotlib", text)
    assert len(root.findall(f".//{SVG}path")) == 5


def test_texts_are_inert_and_the_halo_is_written_first() -> None:
    """Markup and dollars in a name are letters; the halo is the same text, white, underneath."""
    root = ET.fromstring(paint.svg(scene(), prefix="a", title="t"))  # noqa: S314 - our own
    halo, plain, last = root.findall(f".//{SVG}text")
    assert halo.text == plain.text == "<b>$x$ & Ÿ</b>"
    assert halo.get("stroke") == halo.get("fill") == "#FFFFFF"
    assert halo.get("aria-hidden") == "true"
    assert plain.get("stroke") is None
    assert (last.get("font-weight"), last.get("font-style")) == ("600", "italic")
    assert float(last.get("x", "")) == pytest.approx((59 - letters.width("fin", 8.5, 400, True))
                                                     * style.MM, abs=0.01)  # fmt: skip


def test_boxes_overlap_and_stay_inside() -> None:
    """Boxes that only touch do not overlap, unless a gap is asked."""
    one, two = Box(0, 0, 10, 10), Box(10, 0, 20, 10)
    assert not one.overlaps(two)
    assert one.overlaps(two, 0.5)
    assert two.inside(20, 10)
    assert not two.inside(19, 10)


def luminance(colour: str) -> float:
    """The relative luminance of WCAG 2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, two: str) -> float:
    """The contrast ratio of WCAG 2."""
    high, low = sorted((luminance(one), luminance(two)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_texts_contrast_with_what_they_stand_on() -> None:
    """4,5 for every text colour on white and on each class; 3 for lines that carry meaning."""
    for colour in (style.ACCENT, style.INK, style.INK2, style.INK3):
        assert contrast(colour, style.WHITE) >= 4.5
        assert contrast(colour, style.WASH) >= 4.5
    assert contrast(style.ACCENT, style.ACCENT_WASH) >= 4.5
    assert contrast(style.LINE, style.WHITE) >= 3
    for fill in (*style.SEQUENTIAL, *style.DIVERGING):
        assert contrast(style.on(fill), fill) >= 4.5


def test_classes_differ_in_grey() -> None:
    """Neighbouring classes keep apart without colour: five lightnesses in each palette."""
    for palette in (style.SEQUENTIAL, style.DIVERGING):
        greys = [luminance(colour) for colour in palette]
        assert len({round(g, 2) for g in greys}) == 5
        assert all(abs(a - b) > 0.04 for a, b in pairwise(greys))


def test_fewer_classes_drop_the_right_colours() -> None:
    """With four classes the second leaves; the ends stay; steps beyond two keep the last."""
    assert style.classes(4) == (style.SEQUENTIAL[0], *style.SEQUENTIAL[2:])
    assert style.classes(2) == (style.SEQUENTIAL[0], style.SEQUENTIAL[4])
    assert [len(style.classes(n)) for n in range(1, 6)] == [1, 2, 3, 4, 5]
    assert [style.away(n) for n in (-3, -1, 0, 1, 2)] == [
        style.DIVERGING[0], style.DIVERGING[1], style.DIVERGING[2], style.DIVERGING[3],
        style.DIVERGING[4],
    ]  # fmt: skip
