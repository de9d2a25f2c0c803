"""The chart model: what a drawing is made of, in millimetres, y downwards, back-end unknown.

Positions and radii are in mm; stroke widths, dashes and type sizes in points.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from diagnostic.draw import letters
from diagnostic.draw.style import INK, MM, REGULAR, SMALL

Point = tuple[float, float]
Ring = tuple[Point, ...]
Anchor = Literal["start", "middle", "end"]
_ASCENT, _DESCENT = 0.74, 0.21


@dataclass(frozen=True, slots=True)
class Pen:
    """A stroke: colour, width and dash pattern in points, round or butt ends."""

    colour: str
    width: float = 0.9
    dash: tuple[float, ...] = ()
    cap: Literal["butt", "round"] = "butt"


@dataclass(frozen=True, slots=True)
class Shape:
    """A filled surface of rings; a ring inside another is a hole when it turns the other way."""

    rings: tuple[Ring, ...]
    fill: str | None = None
    pen: Pen | None = None


@dataclass(frozen=True, slots=True)
class Stroke:
    """An open line through points."""

    points: tuple[Point, ...]
    pen: Pen


@dataclass(frozen=True, slots=True)
class Strokes:
    """Many open lines in one pen, as one item: a hatch, a web of borders."""

    lines: tuple[Ring, ...]
    pen: Pen


@dataclass(frozen=True, slots=True)
class Rect:
    """An upright rectangle from its top left corner."""

    x: float
    y: float
    width: float
    height: float
    fill: str | None = None
    pen: Pen | None = None


@dataclass(frozen=True, slots=True)
class Circle:
    """A disc or a ring around a centre."""

    x: float
    y: float
    radius: float
    fill: str | None = None
    pen: Pen | None = None


@dataclass(frozen=True, slots=True)
class Box:
    """An upright extent on the sheet."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Box, gap: float = 0.0) -> bool:
        """Whether the two extents come nearer than `gap` mm in both directions."""
        return (
            self.left < other.right + gap
            and other.left < self.right + gap
            and self.top < other.bottom + gap
            and other.top < self.bottom + gap
        )

    def inside(self, width: float, height: float) -> bool:
        """Whether the extent lies on a sheet of that size, a hair of tolerance aside."""
        return (
            self.left >= -0.01
            and self.top >= -0.01
            and self.right <= width + 0.01
            and self.bottom <= height + 0.01
        )


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text on its baseline; `halo` draws it first with a white outline."""

    x: float
    y: float
    text: str
    size: float = SMALL
    weight: int = REGULAR
    colour: str = INK
    anchor: Anchor = "start"
    halo: bool = False
    italic: bool = False

    @property
    def width(self) -> float:
        """Width in mm."""
        return letters.width(self.text, self.size, self.weight, self.italic)

    @property
    def left(self) -> float:
        """Where the first letter starts, whatever the anchor."""
        share = {"start": 0.0, "middle": 0.5, "end": 1.0}[self.anchor]
        return self.x - share * self.width

    @property
    def box(self) -> Box:
        """The extent of capitals and descenders."""
        left, em = self.left, self.size / MM
        return Box(left, self.y - _ASCENT * em, left + self.width, self.y + _DESCENT * em)


Item = Shape | Stroke | Strokes | Rect | Circle | Text


@dataclass(frozen=True, slots=True)
class Scene:
    """A drawing of `width` by `height` mm: items in the order of painting."""

    width: float
    height: float
    items: tuple[Item, ...]

    @property
    def texts(self) -> tuple[Text, ...]:
        """The texts alone, in painting order."""
        return tuple(item for item in self.items if isinstance(item, Text))
