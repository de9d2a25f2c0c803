"""From a block of a report to its drawing: the one way in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from diagnostic.draw import choropleth, lines, paint, strips
from diagnostic.draw.maps import Shapes
from diagnostic.draw.scene import Scene
from diagnostic.model import (
    AnyBlock,
    Choropleth,
    KeyFigure,
    Lines,
    ReportData,
)

Variant = Literal["print", "narrow"]


@dataclass(frozen=True, slots=True)
class Drawing:
    """An SVG to be put in a page as it is, with its size in mm."""

    svg: str
    width: float
    height: float


def block(
    block: AnyBlock,
    report: ReportData,
    shapes: Shapes,
    *,
    width: float,
    variant: Variant = "print",
    prefix: str,
) -> Drawing:
    """The drawing of a block that has one, `width` mm wide; its title is the block's `alt`.

    `prefix` keeps ids apart in a page: one a figure. Raises TypeError for a block of text.
    """
    scene = _scene(block, report, shapes, width, narrow=variant == "narrow")
    return _drawn(scene, prefix, block.alt or block.finding or block.title)


def strip(
    row: KeyFigure, report: ReportData, *, width: float, variant: Variant = "print", prefix: str
) -> Drawing:
    """The comparison strip of a key figure, or its row form for a narrow screen."""
    form = strips.rows if variant == "narrow" else strips.strip
    names = [report.figures[c.other] for c in row.comparisons]
    beside = [f"{figure.name}\N{NO-BREAK SPACE}: {figure.text}" for figure in names]
    own = report.figures[row.figure]
    alt = f"{row.label}, {own.name}\N{NO-BREAK SPACE}: {own.text} {row.unit_text}"
    return _drawn(
        form(row, report, width=width), prefix, "\N{NARROW NO-BREAK SPACE}; ".join([alt, *beside])
    )


def _scene(
    block: AnyBlock, report: ReportData, shapes: Shapes, width: float, *, narrow: bool
) -> Scene:
    match block:
        case Choropleth():
            return choropleth.scene(block, report, shapes, width=width, narrow=narrow)
        case Lines():
            return lines.scene(block, report, width=width)
        case _:
            raise TypeError(f"no drawing for a block of kind {block.kind!r}")


def _drawn(scene: Scene, prefix: str, title: str) -> Drawing:
    return Drawing(paint.svg(scene, prefix=prefix, title=title), scene.width, scene.height)
