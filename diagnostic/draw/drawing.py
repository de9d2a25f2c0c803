"""From a block of a report to its drawing: the one way in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from diagnostic.draw import (
    choropleth,
    circles,
    lines,
    locator,
    multiples,
    paint,
    ranked,
    shares,
    strips,
)
from diagnostic.draw.scene import Scene
from diagnostic.draw.shapes import Shapes
from diagnostic.model import (
    AnyBlock,
    Choropleth,
    Circles,
    KeyFigure,
    Lines,
    Locator,
    Ranked,
    ReportData,
    Shares,
)
from diagnostic.wording import names
from diagnostic.wording.typography import NBSP, THIN

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
) -> Drawing | None:
    """The drawing of a block that has one, `width` mm wide; its title is the block's `alt`.

    None for a locator where no commune of the perimeter has an outline: the page then says so.
    `prefix` keeps ids apart in a page: one a figure. Raises TypeError for a block of text.
    """
    if isinstance(block, Locator) and not shapes.communes:
        return None
    scene = _scene(block, report, shapes, width, narrow=variant == "narrow")
    return _drawn(scene, prefix, block.alt or block.finding or block.title)


def strip(
    row: KeyFigure, report: ReportData, *, width: float, variant: Variant = "print", prefix: str
) -> Drawing:
    """The comparison strip of a key figure, or its row form for a narrow screen."""
    form = strips.rows if variant == "narrow" else strips.strip
    own = report.figures[row.figure]
    said = [f"{row.label}, {names.printed(own.name)}{NBSP}: {own.text} {row.unit_text}".strip()]
    for comparison in row.comparisons:
        other = report.figures[comparison.other]
        said.append(f"{names.printed(other.name)}{NBSP}: {other.text}")
    return _drawn(form(row, report, width=width), prefix, f"{THIN}; ".join(said))


def _scene(
    block: AnyBlock, report: ReportData, shapes: Shapes, width: float, *, narrow: bool
) -> Scene:
    match block:
        case Choropleth():
            return choropleth.scene(block, report, shapes, width=width, narrow=narrow)
        case Circles():
            return circles.scene(block, report, shapes, width=width, narrow=narrow)
        case Locator():
            return locator.scene(block, report, shapes, width=width)
        case _:
            return _chart(block, report, width)


def _chart(block: AnyBlock, report: ReportData, width: float) -> Scene:
    match block:
        case Ranked():
            return ranked.scene(block, report, width=width)
        case Shares():
            return shares.scene(block, report, width=width)
        case Lines(layout="multiples"):
            return multiples.scene(block, report, width=width)
        case Lines():
            return lines.scene(block, report, width=width)
        case _:
            raise TypeError(f"no drawing for a block of kind {block.kind!r}")


def _drawn(scene: Scene, prefix: str, title: str) -> Drawing:
    return Drawing(paint.svg(scene, prefix=prefix, title=title), scene.width, scene.height)
