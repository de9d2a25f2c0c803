"""What series exist: the catalogue of the folder catalogue/, read once, searched by words.

A search needs only the index; what reads the catalogue whole is imported when it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from diagnostic import resources
from diagnostic.catalogue import saved
from diagnostic.catalogue.index import Entry, Index, Match, entry, fold, made, texts

if TYPE_CHECKING:
    from diagnostic.catalogue.cards import Cards
    from diagnostic.catalogue.pages import Dataset, Shelf
    from diagnostic.model import Break, Feed, Portal, Series

__all__ = ["Catalogue", "Entry", "Index", "Match", "found", "indexed", "load", "read", "shipped"]


@dataclass(frozen=True)
class Catalogue:
    """The series, the datasets that hold them, the registry of breaks and the themes.

    Series, datasets and feeds stand in the order of their files; `datasets` is keyed by the
    name of the extract's file ("caf_s_ben_com_f"), portals and feeds by their id. `series`
    answers the ids of the portals' own series too (caf:jeu.champ) once their cards are there.
    """

    series: Mapping[str, Series]
    datasets: Mapping[str, Dataset]
    breaks: Mapping[str, Break]
    themes: tuple[str, ...]
    synonyms: tuple[tuple[str, ...], ...] = ()
    portals: Mapping[str, Portal] = field(default_factory=dict)
    feeds: Mapping[str, Feed] = field(default_factory=dict)
    cards: Cards | None = None

    @property
    def described(self) -> Mapping[str, Series]:
        """The series that the catalogue's files describe, without those of the portals."""
        return self.series if self.cards is None else self.cards.shelf.series

    def feeds_of(self, series_id: str) -> tuple[Feed, ...]:
        """The feeds that hold the series, at any level; none when it cannot be pulled.

        A series of a portal that nobody named has a feed of its own, which `feeds` does not
        list.
        """
        if series_id in self._feeds_of or self.cards is None or ":" not in series_id:
            return self._feeds_of.get(series_id, ())
        answer = self.cards.find(series_id)
        return () if isinstance(answer, str) else (answer.feed,)

    def unknown(self, series_id: str) -> str:
        """Why there is no such series, in French, with the nearest one or what to do."""
        if ":" in series_id and self.cards is not None:
            answer = self.cards.find(series_id)
            return answer if isinstance(answer, str) else ""
        near = self.nearest(series_id)
        hint = f" Vouliez-vous dire « {near[0]} » ?" if near else ""
        return f"série inconnue « {series_id} ».{hint}"

    def nearest(self, unknown: str, limit: int = 3) -> list[str]:
        """The ids that look most like `unknown`, best first; empty when none does."""
        import difflib  # noqa: PLC0415 - only for a mistake

        wanted = unknown if ":" in unknown else fold(unknown).replace(" ", ".")
        return difflib.get_close_matches(wanted, list(self.series), n=limit, cutoff=0.5)

    @cached_property
    def index(self) -> Index:
        """What a search needs: the series described, then every column that a portal lists."""
        described = [
            (entry(one, coming=bool(one.arrival) and not self.feeds_of(one.id)), texts(one))
            for one in self.described.values()
        ]
        listed = [] if self.cards is None else list(self.cards.listed())
        others = [
            (entry(one.series, described=False, needs=one.needs), texts(one.series))
            for one in listed
        ]
        return made((*described, *others), self.synonyms, self.themes)

    @cached_property
    def _feeds_of(self) -> dict[str, tuple[Feed, ...]]:
        given: dict[str, tuple[Feed, ...]] = {}
        for feed in self.feeds.values():
            for one in feed.series:
                given[one.series] = (*given.get(one.series, ()), feed)
        return given


def found(roots: Iterable[Path]) -> tuple[Path, ...]:
    """What stores add to the catalogue: cards of portals, then series of the user's own files.

    Cards are ROOT/catalogue/PORTAL.json, of which the first root's counts; the user's series
    ROOT/catalogue/local/*.yaml.
    """
    folders = [root / "catalogue" for root in roots]
    cards = [path for folder in folders for path in sorted(folder.glob("*.json"))]
    local = [path for folder in folders for path in sorted((folder / "local").glob("*.yaml"))]
    return (*cards, *local)


def indexed(others: Iterable[Path] = ()) -> Index:
    """What a search needs, without reading the catalogue whole when it has not changed.

    `others` are what `found` gave. Raises DataError, as `load` does.
    """
    others = tuple(others)
    shipped = sorted(resources.folder("catalogue").glob("*.yaml"))
    return saved.find((*shipped, *others), lambda: load(others).index)


def load(others: Iterable[Path] = ()) -> Catalogue:
    """The shipped catalogue with what `found` gave.

    Raises DataError, which names the file and, when it is YAML, the line.
    """
    others = tuple(others)
    return read(resources.folder("catalogue"), others) if others else shipped()


@cache
def shipped() -> Catalogue:
    """The shipped catalogue alone, read once. Raises DataError."""
    return read(resources.folder("catalogue"))


def read(folder: Path, others: Iterable[Path] = ()) -> Catalogue:
    """The catalogue that `folder` holds, and the others' cards and series.

    Raises DataError with the faults of the first bad file.
    """
    from diagnostic.catalogue.cards import Cards, Named  # noqa: PLC0415 - heavy
    from diagnostic.catalogue.pages import Shelf  # noqa: PLC0415 - heavy

    others = tuple(others)
    shelf: Shelf = Shelf.read(folder, [path for path in others if path.suffix == ".yaml"])
    cards = Cards(shelf, [path for path in others if path.suffix == ".json"])
    return Catalogue(
        series=Named(shelf.series, cards),
        datasets=shelf.datasets,
        breaks=shelf.breaks,
        themes=shelf.themes,
        synonyms=shelf.synonyms,
        portals=shelf.portals,
        feeds=shelf.feeds,
        cards=cards,
    )
