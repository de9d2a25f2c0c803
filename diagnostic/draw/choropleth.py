"""Choropleths: rates and medians by commune, coloured by class, named outside, hatched if none."""

from __future__ import annotations

from collections.abc import Iterator

from diagnostic.draw import callouts, legend, maps, style
from diagnostic.draw.callouts import Callout
from diagnostic.draw.classes import Classes, classes, printed, valued
from diagnostic.draw.labels import Label
from diagnostic.draw.maps import Frame, Ground
from diagnostic.draw.scene import Box, Item, Scene, Text
from diagnostic.draw.shapes import Shapes
from diagnostic.draw.style import ACCENT, INK, INK2, REGULAR, SEMIBOLD, SMALL
from diagnostic.model import Choropleth, ReportData

SMALL_MAP = 60.0
"""Under this width (mm) a print map takes its small form: no callouts, the key at its side."""
_NAMED, _NAMED_NARROW = 6, 5


def scene(
    block: Choropleth, report: ReportData, shapes: Shapes, *, width: float, narrow: bool
) -> Scene:
    """The map with its key: a histogram below it, or a column beside it when it is small."""
    if width < SMALL_MAP and not narrow:
        return _small(block, report, shapes, width)
    kinds = classes(block, report)
    high = maps.height(shapes, width)
    most = _NAMED_NARROW if narrow else _NAMED
    ground, placed = callouts.arrange(
        shapes, width, high, lambda ground: _callouts(block, report, ground)[:most]
    )
    items = [*_paint(block, report, kinds, ground)]
    for callout in placed:
        items += callout.items()
    items += maps.scale_bar(ground.frame, 0, high - 0.8, width / 5)
    below, bottom = legend.histogram(
        block, report, kinds, shapes.missing, width=width, top=high + 3.5
    )
    return Scene(width, bottom, (*items, *below))


def _small(block: Choropleth, report: ReportData, shapes: Shapes, width: float) -> Scene:
    kinds = classes(block, report)
    key = legend.Column.of(block, report, kinds, shapes.missing, width * 0.42)
    wide = width - key.width - 2.5
    high = max(maps.height(shapes, wide, lowest=key.height), key.height)
    frame = Frame.fit(shapes.bounds, (1.0, 1.0, wide - 2.0, high - 2.0))
    ground = maps.ground(shapes.communes, (), frame)
    drawn = _paint(block, report, kinds, ground)
    return Scene(width, high, (*drawn, *key.at(width - key.width, high - key.height)))


def _paint(block: Choropleth, report: ReportData, kinds: Classes, ground: Ground) -> Iterator[Item]:
    """Neighbours, classes or hatch, borders, signs."""
    yield from maps.around(ground)
    for area in block.areas:
        if area.code in ground.units:
            figure = report.figures[area.figure]
            geometry = ground.units[area.code]
            if printed(figure) and figure.value is not None:
                yield from maps.surface(geometry, kinds.colours[kinds.of(figure.value)])
            else:
                yield from maps.hatched(geometry)
    yield from maps.borders(ground, [area.code for area in block.areas if area.own])
    yield from _signs(block, report, kinds, ground)


def _signs(block: Choropleth, report: ReportData, kinds: Classes, ground: Ground) -> Iterator[Item]:
    taken: list[Box] = []
    for area in block.areas:
        figure = report.figures[area.figure]
        if area.code not in ground.units or not printed(figure) or figure.value is None:
            continue
        rank = kinds.of(figure.value)
        if not kinds.signs[rank]:
            continue
        x, y = ground.anchors[area.code]
        colour = style.on(kinds.colours[rank])
        text = Text(x, y + 1.0, kinds.signs[rank], SMALL, 700, colour, "middle")
        if not any(text.box.overlaps(box) for box in taken):
            taken.append(text.box)
            yield text


def _callouts(block: Choropleth, report: ReportData, ground: Ground) -> list[Callout]:
    """The areas to be named, the territory first."""
    wanted = [area for area in block.areas if area.own or area.labelled]
    named = []
    for area in sorted(wanted, key=lambda area: not area.own):
        if area.code in ground.anchors:
            colour = ACCENT if area.own else INK
            value = valued(report.figures[area.figure], block.unit)
            label = Label(
                area.name,
                value,
                room=34.0,
                colour=colour,
                value_colour=ACCENT if area.own else INK2,
                weight=SEMIBOLD,
                value_weight=REGULAR,
                value_below=True,
            )
            named.append(Callout(label, ground.anchors[area.code], colour))
    return named
