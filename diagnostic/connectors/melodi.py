"""INSEE's Melodi: long tables asked by place, page by page, at most thirty calls a minute."""

from __future__ import annotations

import csv
import dataclasses
import difflib
import hashlib
import re
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from diagnostic.connectors import Progress, bodies
from diagnostic.connectors.client import LARGEST_JSON, Client
from diagnostic.connectors.questions import Question, RefusedError, host_of, plain
from diagnostic.errors import DataError, UnservedError
from diagnostic.model import Code, DatasetCard, Feed, Fetched, Level, Portal, Wanted
from diagnostic.wording.typography import NBSP

# INSEE allows so many calls a minute; they do not all take the same time to reach it.
CALLS, SPAN = 30, 61.0
PAGE = 50_000  # observations a page: twice as many are allowed, and held in memory as objects
TOGETHER = 100  # places a call: the address stays under 4,096 characters
MANY = 1000  # places of a level from which the whole level is asked
TRIES = 3  # of a call that the service fails, or refuses although we kept the pace
WITNESS = "FRANCE-F"  # a place that INSEE knows
REFUSED = 40  # calls refused for a place that INSEE does not know, in one reading
PAUSE = 2.0  # seconds after a breakdown

# One column a dimension stands between the two.
PLACE = ("GEO_LEVEL", "GEO_CODE", "GEO_YEAR", "TIME_PERIOD")
VALUE = ("OBS_VALUE", "OBS_STATUS", "CONF_STATUS")

_LEVELS: dict[Level, str] = {
    "commune": "COM",
    "arm": "ARM",
    "epci": "EPCI",
    "departement": "DEP",
    "region": "REG",
    "france": "FRANCE",
}
TOO_MANY, BROKEN = 429, 500

_Given = TypeVar("_Given")
_OURS = {theirs: level for level, theirs in _LEVELS.items()}
_GEO = re.compile(r"(?:(?P<year>\d{4})-)?(?P<level>[A-Z][A-Z0-9]*)-(?P<code>\w+)")
_CHANGED = "Le jeu a changé chez le producteur\u00a0: corrigez ses dimensions dans le catalogue."


class Pace:
    """The times of the last calls to a host, shared by all that speak to it."""

    def __init__(
        self,
        calls: int = CALLS,
        span: float = SPAN,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """No call yet."""
        self._calls, self._span, self._now, self._sleep = calls, span, now, sleep
        self._times: deque[float] = deque()
        self._lock = threading.Lock()

    def keep(self, tell: Callable[[], None]) -> None:
        """Wait until one call more is allowed, calling `tell` every second meanwhile."""
        while wait := self._take():
            tell()
            self._sleep(min(wait, 1.0))

    def pause(self, seconds: float) -> None:
        """Leave the service alone for a moment."""
        self._sleep(seconds)

    def rest(self) -> None:
        """No call before a whole span: the host counts calls that we did not make."""
        with self._lock:
            self._times.extend([self._now()] * self._calls)

    def _take(self) -> float:
        """Take a place now, or say how many seconds remain before there is one."""
        with self._lock:
            now = self._now()
            while self._times and self._times[0] + self._span <= now:
                self._times.popleft()
            if len(self._times) < self._calls:
                self._times.append(now)
                return 0.0
            return self._times[-self._calls] + self._span - now


_PACES: dict[str, Pace] = {}
_PACES_LOCK = threading.Lock()


def _shared_pace(host: str) -> Pace:
    with _PACES_LOCK:
        return _PACES.setdefault(host, Pace())


class Melodi:
    """A portal of that kind. Errors: those of `Connector`."""

    def __init__(self, portal: Portal, client: Client, pace: Pace | None = None) -> None:
        """Ask nothing yet. `pace` is that of the process unless another one is given."""
        self.portal = portal
        self._client = client
        self._pace = pace or _shared_pace(host_of(urlsplit(portal.address)))
        self._lock = threading.Lock()
        self._cards: dict[str, DatasetCard] | None = None

    def cards(self) -> Mapping[str, DatasetCard]:
        """Every dataset by id, asked once, in one call."""
        with self._lock:
            if self._cards is None:
                question = self._question("", "/catalog/all", "la liste de ses jeux de données")
                items = self._patiently(lambda: self._client.json(question), lambda *_: None)
                try:
                    cards = [_described(one, self.portal.producer) for one in items]
                except (LookupError, TypeError, AttributeError) as error:
                    raise question.unusable("une liste d’une autre forme") from error
                self._cards = {card.id: card for card in cards}
            return self._cards

    def fetch(self, feed: Feed, wanted: Wanted, folder: Path, progress: Progress) -> Fetched:
        """The observations of the feed for the places wanted, as a CSV.

        Its columns are `PLACE`, the dimensions that the feed names, `VALUE`. GEO_LEVEL is our
        word, GEO_CODE our code, GEO_YEAR the COG of the place as INSEE writes it ("" when it
        does not). OBS_VALUE is "" where INSEE gives none; the two statuses then say why.
        """
        card = self._card(feed)
        selection = _Selection.of(feed, wanted)
        path = folder / f"{feed.id}.csv"
        reading = _Reading(self, feed, selection, folder, progress)
        rows = 0
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, delimiter=";", lineterminator="\n")
            writer.writerow((*PLACE, *selection.dimensions, *VALUE))
            for places in selection.calls:
                for row in reading.rows(places):
                    writer.writerow(row)
                    rows += 1
        return Fetched(
            path=path,
            form="csv",
            rows=rows,
            sha256=reading.digest.hexdigest(),
            size=reading.size,
            address=reading.address,
            covers=selection.covers,
            card=card,
        )

    def _card(self, feed: Feed) -> DatasetCard:
        """The card of the feed's dataset. Raises UnservedError when INSEE has none.

        Asked for the data of a dataset that it has not, Melodi says that it broke down (500).
        """
        cards = self.cards()
        if feed.dataset in cards:
            return cards[feed.dataset]
        near = difflib.get_close_matches(feed.dataset, cards, 3, 0.6)
        question = self._question(feed.dataset, "/catalog/all", "sa fiche")
        raise UnservedError(
            f"{question.name()}{NBSP}: le catalogue n’a pas (ou plus) ce jeu de données",
            hint=f"Les plus proches{NBSP}: {', '.join(near)}." if near else _CHANGED,
        )

    def page(
        self, question: Question, path: Path, progress: Progress
    ) -> tuple[bytes, Mapping[str, Any]]:
        """One page of observations: its body, and the same read."""

        def ask() -> bytes:
            saved = self._client.save(question, path, progress)
            try:
                if saved.size > LARGEST_JSON:
                    raise question.unusable(f"une page de {saved.size} octets")
                return path.read_bytes()
            finally:
                path.unlink()

        body = self._patiently(ask, progress)
        page = bodies.parsed(body, question)
        if not (isinstance(page, dict) and isinstance(page.get("observations"), list)):
            raise question.unusable("une réponse sans observations")
        return body, page

    def _patiently(self, ask: Callable[[], _Given], progress: Progress) -> _Given:
        """What `ask` gives, at the pace of the service, again when it breaks down or is tired."""
        for _ in range(TRIES - 1):
            self._pace.keep(lambda: progress(0, None))
            try:
                return ask()
            except RefusedError as error:
                if error.status == TOO_MANY:
                    self._pace.rest()
                elif error.status == BROKEN:
                    self._pace.pause(PAUSE)
                else:
                    raise
        self._pace.keep(lambda: progress(0, None))
        return ask()

    def _question(
        self, dataset: str, path: str, expected: str, *query: tuple[str, str]
    ) -> Question:
        return Question(
            url=f"{self.portal.address}{path}",
            producer=self.portal.producer,
            dataset=dataset,
            expected=expected,
            query=query,
        )

    def asked(self, feed: Feed, *query: tuple[str, str]) -> Question:
        """The question of a page of the feed's dataset."""
        return self._question(
            feed.dataset, f"/data/{feed.dataset}", "une page d’observations", *query
        )


@dataclasses.dataclass(frozen=True, slots=True)
class _Selection:
    """What is asked: dimensions and their codes, places call by call, and what this covers.

    `dimensions` are all those that the feed names; `pins` those whose codes can be asked.
    """

    dimensions: tuple[str, ...]
    pins: Mapping[str, frozenset[str]]
    calls: tuple[tuple[str, ...], ...]
    covers: Wanted
    france: str

    @classmethod
    def of(cls, feed: Feed, wanted: Wanted) -> _Selection:
        """The selection of a feed for the places wanted, those of levels that Melodi has."""
        named = dict.fromkeys([*feed.where, *(name for one in feed.series for name in one.where)])
        pins = {}
        for name in named:
            asked = [one.where.get(name, feed.where.get(name)) for one in feed.series]
            known = [code for code in asked if code is not None]
            if len(known) == len(asked):  # else a series takes whatever there is
                pins[name] = frozenset(known)
        france = "FM" if feed.champ == "France métropolitaine" else "F"
        covers: dict[Level, frozenset[Code] | None] = {}
        some: list[str] = []
        calls: list[tuple[str, ...]] = []
        for level, codes in wanted.items():
            if level not in _LEVELS:
                continue
            if level == "france":
                some.append(f"FRANCE-{france}")
                covers[level] = codes
            elif codes is None or len(codes) > MANY:
                calls.append((_LEVELS[level],))
                covers[level] = None
            else:
                some += [f"{_LEVELS[level]}-{code}" for code in sorted(codes)]
                covers[level] = codes
        calls += [tuple(some[i : i + TOGETHER]) for i in range(0, len(some), TOGETHER)]
        return cls(tuple(named), pins, tuple(calls), covers, france)

    def query(self, places: Sequence[str]) -> tuple[tuple[str, str], ...]:
        """The parameters of a call."""
        pinned = [(name, code) for name, codes in self.pins.items() for code in sorted(codes)]
        return (*(("GEO", place) for place in places), *pinned)

    def place(self, year: str, theirs: str, code: str) -> tuple[str, str, str] | None:
        """Level, code and year as ours; None for a place that was not asked."""
        level = _OURS.get(theirs)
        if level is None or level not in self.covers:
            return None
        if level == "france":
            return (level, "france", year) if code == self.france else None
        codes = self.covers[level]
        return (level, code, year) if codes is None or code in codes else None


class _Reading:
    """The pages of one feed as they come: what was received of them, and their rows."""

    def __init__(
        self, melodi: Melodi, feed: Feed, selection: _Selection, folder: Path, progress: Progress
    ) -> None:
        self._melodi, self._feed, self._selection = melodi, feed, selection
        self._page, self._progress = folder / f"{feed.id}.page.json", progress
        self._strict, self._refused = False, 0  # whether one unknown place is enough to be refused
        self._others: dict[tuple[str, ...], tuple[tuple[str, str], ...]] = {}
        self.digest, self.size, self.address = hashlib.sha256(), 0, melodi.asked(feed).address

    def rows(self, places: Sequence[str]) -> Iterator[tuple[str, ...]]:
        """The rows of those places; none of a place that INSEE does not know."""
        query = (*self._selection.query(places), ("totalCount", "TRUE"), ("maxResult", str(PAGE)))
        question = self._melodi.asked(self._feed, *query, ("page", "1"))
        try:
            page = self._receive(question)
        except RefusedError as error:
            # « Aucun territoire trouvé »
            if error.status not in (400, 404) or "territoire" not in error.said.casefold():
                raise
            for part in self._parts(places, error):
                yield from self.rows(part)
            return
        said = _count(page)
        count = said if said is not None else self._counted(places)
        got, number = 0, 1
        while True:
            seen = page["observations"]
            got += len(seen)
            if got > count or (got < count and not seen) or _count(page) not in (None, count):
                raise question.unusable(f"{got} observations, là où l’Insee en compte {count}")
            yield from filter(None, (self._row(one, question) for one in seen))
            if got == count:
                return
            number += 1
            question = self._melodi.asked(self._feed, *query, ("page", str(number)))
            page = self._receive(question)

    def _parts(self, places: Sequence[str], error: RefusedError) -> Sequence[Sequence[str]]:
        """What to ask instead of places one of which, or all of which, INSEE does not know.

        Raises the refusal when there are too many: to find each of them would take hours.
        """
        self._refused += 1
        if self._refused > REFUSED:
            raise error
        if len(places) == 1:
            return ()
        if not self._strict and WITNESS not in places:
            return ((*places, WITNESS),)  # accepted with it, they are all unknown
        self._strict = True
        half = len(places) // 2
        return places[:half], places[half:]

    def _receive(self, question: Question) -> Mapping[str, Any]:
        before = self.size
        if not before:
            self.address = question.address
        body, page = self._melodi.page(
            question, self._page, lambda got, _: self._progress(before + got, None)
        )
        self.digest.update(body)
        self.size += len(body)
        return page

    def _counted(self, places: Sequence[str]) -> int:
        """How many observations INSEE counts, asked alone."""
        query = (*self._selection.query(places), ("totalCount", "TRUE"), ("maxResult", "0"))
        question = self._melodi.asked(self._feed, *query)
        count = _count(self._receive(question))
        if count is None:
            raise question.unusable("une réponse qui ne dit pas combien il y en a")
        return count

    def _row(self, one: Any, question: Question) -> tuple[str, ...] | None:
        """An observation as a row; None when it was not asked."""
        try:
            dimensions = {name: str(code) for name, code in one["dimensions"].items()}
            attributes = one.get("attributes") or {}
            value = _value(one.get("measures") or {})
            geo, period = dimensions.pop("GEO"), dimensions.pop("TIME_PERIOD")
            codes = tuple(dimensions.pop(name) for name in self._selection.dimensions)
        except KeyError as error:
            said = f"une observation sans {plain(str(error.args[0]))}"
            raise question.unusable(said, hint=_CHANGED) from error
        except (TypeError, AttributeError, ValueError) as error:
            raise question.unusable("une observation d’une autre forme") from error
        place = self._placed(geo, question)
        pins = self._selection.pins.items()
        named = dict(zip(self._selection.dimensions, codes, strict=True))
        if place is None or any(named[name] not in allowed for name, allowed in pins):
            return None
        self._refuse_unpinned((period, *codes), tuple(sorted(dimensions.items())), question)
        status = [str(attributes.get(name) or "") for name in VALUE[1:]]
        return (*place, period, *codes, value, *status)

    def _placed(self, geo: str, question: Question) -> tuple[str, str, str] | None:
        found = _GEO.fullmatch(geo)
        if not found:
            raise question.unusable(f"un territoire écrit «{NBSP}{plain(geo)}{NBSP}»")
        return self._selection.place(found["year"] or "", found["level"], found["code"])

    def _refuse_unpinned(
        self, named: tuple[str, ...], others: tuple[tuple[str, str], ...], question: Question
    ) -> None:
        """A total and its parts under one name would be counted together: refuse them."""
        first = self._others.setdefault(named, others)
        if first != others:
            apart = dict(first).items() ^ dict(others).items()
            names = ", ".join(sorted({name for name, _ in apart}))
            raise DataError(
                f"{question.name()}{NBSP}: la dimension {plain(names)} a plusieurs modalités, et le"
                " catalogue n’en retient aucune",
                hint=f"Fixez-la dans le catalogue ({self._feed.id}), sur son total (_T) par "
                f"exemple. Adresse demandée{NBSP}: {question.address}",
            )


def _count(page: Mapping[str, Any]) -> int | None:
    paging = page.get("paging")
    count = paging.get("count") if isinstance(paging, dict) else None
    return count if isinstance(count, int) else None


def _value(measures: Mapping[str, Any]) -> str:
    """The number of an observation as it is written, "" for none. The key of a measure varies.

    Raises ValueError for what is no number.
    """
    first = next(iter(measures.values()), None)
    value = first.get("value") if first is not None else None
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, (int, Decimal, str)):
        raise ValueError(value)
    return str(value)


def _described(item: Any, producer: str) -> DatasetCard:
    """A dataset as the catalogue describes it.

    Raises LookupError, TypeError or AttributeError for what is no description.
    """
    count = item.get("numObservations")
    return DatasetCard(
        id=str(item["identifier"]),
        title=_french(item.get("title")) or str(item["identifier"]),
        description=_french(item.get("description")) or _french(item.get("abstract")),
        publisher=producer,
        modified=str(item.get("modified") or ""),
        processed=str(item.get("modified") or ""),
        records=count if isinstance(count, int) else None,
    )


def _french(texts: Any) -> str:
    """The French one of texts by language, in either shape; "" for none."""
    if isinstance(texts, dict):
        return str(texts.get("fr") or "")
    if isinstance(texts, list):
        return next((str(one["content"]) for one in texts if one.get("lang") == "fr"), "")
    return str(texts or "")
