"""What series exist: the catalogue of the folder catalogue/, read once, searched by words."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

from diagnostic import resources
from diagnostic.catalogue.index import Index, Match, fold
from diagnostic.catalogue.pages import Dataset, Shelf
from diagnostic.model import Break, Feed, Portal, Series

__all__ = ["Catalogue", "Dataset", "Match", "load", "read"]


@dataclass(frozen=True)
class Catalogue:
    """The series, the datasets that hold them, the registry of breaks and the themes.

    Series, datasets and feeds stand in the order of their files; `datasets` is keyed by the
    name of the extract's file ("caf_s_ben_com_f"), portals and feeds by their id.
    """

    series: Mapping[str, Series]
    datasets: Mapping[str, Dataset]
    breaks: Mapping[str, Break]
    themes: tuple[str, ...]
    synonyms: tuple[tuple[str, ...], ...] = ()
    portals: Mapping[str, Portal] = field(default_factory=dict)
    feeds: Mapping[str, Feed] = field(default_factory=dict)

    def feeds_of(self, series_id: str) -> tuple[Feed, ...]:
        """The feeds that hold the series, at any level; none when it cannot be pulled."""
        return self._feeds_of.get(series_id, ())

    def nearest(self, unknown: str, limit: int = 3) -> list[str]:
        """The ids that look most like `unknown`, best first; empty when none does."""
        wanted = fold(unknown).replace(" ", ".")
        return difflib.get_close_matches(wanted, list(self.series), n=limit, cutoff=0.5)

    def search(
        self,
        words: str = "",
        *,
        theme: str = "",
        producer: str = "",
        level: str = "",
        since: str = "",
        label: bool = False,
    ) -> list[Match]:
        """Series that answer every word, best first; accents, case and plurals do not count.

        A word is met by its synonyms too, or nearly (a slip of the pen), at a lower score.
        `since` keeps the series that go back to that year at least, `label` those with a
        quality label. No words: all the series that pass the filters, in the order of themes.
        """
        kept = [
            series
            for series in self.series.values()
            if (not theme or fold(theme) in fold(series.theme))
            and (not producer or fold(producer) == fold(series.producer))
            and (not level or level in series.levels)
            and (not since or first_year(series.periods) <= since)
            and (not label or series.quality_label)
        ]
        matches = self._index.search(words, kept)
        place = {name: rank for rank, name in enumerate(self.themes)}
        return sorted(
            matches,
            key=lambda m: (m.series.id != words, -m.score, place[m.series.theme], m.series.id),
        )

    @cached_property
    def _feeds_of(self) -> dict[str, tuple[Feed, ...]]:
        found: dict[str, tuple[Feed, ...]] = {}
        for feed in self.feeds.values():
            for one in feed.series:
                found[one.series] = (*found.get(one.series, ()), feed)
        return found

    @cached_property
    def _index(self) -> Index:
        return Index(self.synonyms)


def first_year(periods: str) -> str:
    """The first year named in `periods`, "9999" when none is."""
    years = [word for word in fold(periods).split() if len(word) == 4 and word.isdigit()]
    return min(years, default="9999")


@cache
def load() -> Catalogue:
    """The shipped catalogue. Raises DataError, which names the file and the line."""
    return read(resources.folder("catalogue"))


def read(folder: Path) -> Catalogue:
    """The catalogue that `folder` holds. Raises DataError with the faults of its first bad file."""
    shelf = Shelf.read(folder)
    return Catalogue(
        series=shelf.series,
        datasets=shelf.datasets,
        breaks=shelf.breaks,
        themes=shelf.themes,
        synonyms=shelf.synonyms,
        portals=shelf.portals,
        feeds=shelf.feeds,
    )
