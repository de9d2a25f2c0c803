"""The territories of the COG: codes, names, levels, memberships, vintages, and their outlines."""

from __future__ import annotations

from functools import cache

from diagnostic import resources
from diagnostic.territories.cog import Vintage
from diagnostic.territories.search import Territories

__all__ = ["Territories", "Vintage", "load"]


@cache
def load() -> Territories:
    """The shipped COG, read once. Raises DataError when a file of data/cog is damaged."""
    return Territories(resources.folder("data") / "cog")
