"""The territories of the COG: codes, names, levels, memberships, vintages, and their outlines."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from diagnostic import resources
from diagnostic.territories import editions
from diagnostic.territories.cog import YEAR, Vintage
from diagnostic.territories.search import Territories

__all__ = ["Territories", "Vintage", "load"]


def load(roots: Iterable[Path] = ()) -> Territories:
    """The COG, read once: the newest of the stores `roots` unless the shipped one is newer.

    The outlines of a store serve when they are those of that COG. Raises DataError when a file
    is damaged.
    """
    roots = tuple(roots)
    cog = _newest(roots, "cog")
    folder = cog.folder if cog and cog.year >= YEAR else resources.folder("data") / "cog"
    year = cog.year if cog and cog.year >= YEAR else YEAR
    drawn = _newest(roots, "shapefiles", year)
    return _read(folder, year, drawn.folder if drawn else None)


def _newest(roots: Iterable[Path], name: str, year: int | None = None) -> editions.Edition | None:
    """The newest edition of the first root that has one, only those of `year` when it is given."""
    for root in roots:
        found = [one for one in editions.listed(root / name) if year in (None, one.year)]
        if found:
            return found[-1]
    return None


@cache
def _read(folder: Path, year: int, outlines: Path | None) -> Territories:
    return Territories(folder, year=year, outlines=outlines)
