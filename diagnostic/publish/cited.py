"""Which figures of the report a block cites."""

from __future__ import annotations

from collections.abc import Iterable
from functools import singledispatch

from diagnostic.model import (
    Annex,
    Block,
    Choropleth,
    Circles,
    ComparisonTable,
    KeyFigures,
    Lines,
    Ranked,
    Shares,
)


def figures(block: Block) -> tuple[str, ...]:
    """The ids of the figures that `block` shows, repeats included, empty cells left out."""
    return tuple(name for name in _cited(block) if name)


@singledispatch
def _cited(block: Block) -> Iterable[str]:  # noqa: ARG001 # the blocks of words cite none
    return ()


@_cited.register
def _(block: KeyFigures) -> Iterable[str]:
    for row in block.rows:
        yield row.figure
        yield from (comparison.other for comparison in row.comparisons)


@_cited.register
def _(block: ComparisonTable) -> Iterable[str]:
    return (name for group in block.groups for row in group.rows for name in row.cells)


@_cited.register
def _(block: Ranked) -> Iterable[str]:
    yield from (row.figure for row in (*block.rows, *block.unranked))
    yield from (reference.figure for reference in block.references)


@_cited.register
def _(block: Lines) -> Iterable[str]:
    return (name for line in block.lines for name in (*line.points, *line.dots))


@_cited.register
def _(block: Shares) -> Iterable[str]:
    for bar in block.bars:
        yield from (part.figure for part in bar.parts)
        yield bar.total


@_cited.register
def _(block: Choropleth) -> Iterable[str]:
    yield from (area.figure for area in block.areas)
    yield from (reference.figure for reference in block.references)


@_cited.register
def _(block: Circles) -> Iterable[str]:
    return (area.figure for area in block.areas)


@_cited.register
def _(block: Annex) -> Iterable[str]:
    return (name for _, names in block.rows for name in names)
