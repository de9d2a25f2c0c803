"""Markers: one shape per level of territory, and the interval a value carries."""

from __future__ import annotations

from diagnostic.draw.scene import Circle, Item, Pen, Rect, Shape, Stroke
from diagnostic.draw.style import ACCENT, INK, LINE, WHITE
from diagnostic.model import Figure

OWN, OTHER = 2.0, 1.2
_EDGE = Pen(WHITE, 0.8)


def shows_point(figure: Figure) -> bool:
    """Whether the figure may be drawn as a point: it has a value and the page prints it."""
    return figure.value is not None and figure.show in {"plain", "approx", "from_epci"}


def shows_interval(figure: Figure) -> bool:
    """Whether the figure has an interval to draw, point or not."""
    return (
        figure.interval != "none"
        and figure.lower is not None
        and figure.upper is not None
        and figure.upper > figure.lower
        and figure.show in {"plain", "approx", "ns", "from_epci"}
    )


def own(x: float, y: float, *, radius: float = OWN, hollow: bool = False) -> Item:
    """The territory's disc, hollow when the value is provisional."""
    if hollow:
        return Circle(x, y, radius - 0.2, WHITE, Pen(ACCENT, 1.2))
    return Circle(x, y, radius, ACCENT, _EDGE)


def other(level: str, x: float, y: float, *, radius: float = OTHER, colour: str = INK) -> Item:
    """A benchmark's marker: EPCI ■, département ◆, région ▲, France ▮, anything else ●."""
    r = radius
    if level == "epci":
        return Rect(x - r * 0.85, y - r * 0.85, r * 1.7, r * 1.7, colour, _EDGE)
    if level == "departement":
        corners = ((x, y - r * 1.2), (x + r * 1.2, y), (x, y + r * 1.2), (x - r * 1.2, y))
        return Shape((corners,), colour, _EDGE)
    if level == "region":
        low, half = y + r * 0.85, r * 1.15
        return Shape((((x, y - r * 1.2), (x + half, low), (x - half, low)),), colour, _EDGE)
    if level == "france":
        return Rect(x - 0.35, y - r * 1.35, 0.7, r * 2.7, colour, _EDGE)
    return Circle(x, y, r * 0.9, colour, _EDGE)


def interval(
    figure: Figure, left: float, right: float, y: float, *, accent: bool = False
) -> tuple[Item, ...]:
    """A bar for a rounding interval; a thin line with end ticks where chance has its part."""
    colour = ACCENT if accent else LINE
    if figure.interval == "rounding":
        return (Stroke(((left, y), (right, y)), Pen(colour, 2.4)),)
    pen = Pen(colour, 0.9)
    tick = 0.8
    return (
        Stroke(((left, y), (right, y)), pen),
        Stroke(((left, y - tick), (left, y + tick)), pen),
        Stroke(((right, y - tick), (right, y + tick)), pen),
    )
