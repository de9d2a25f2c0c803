"""A round of the producers: each portal asked in a thread of its own, each feed kept whole."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from diagnostic import connectors
from diagnostic.connectors import Connector
from diagnostic.connectors.questions import RefusedError
from diagnostic.errors import (
    DiagnosticError,
    RenderError,
    SourceError,
    UnreachableError,
    UnservedError,
    reason,
)
from diagnostic.model import Code, DatasetCard, Feed, Fetched, Level, Origin, Portal, Wanted
from diagnostic.pull.needs import Need
from diagnostic.pull.observations import Bench, Observed
from diagnostic.store import Draft, Keeper, Store, StoredFile
from diagnostic.store.files import replace as replace_file
from diagnostic.wording.typography import NBSP

if TYPE_CHECKING:
    from diagnostic.connectors.client import Client

State = Literal["kept", "unchanged", "unreachable", "unserved", "failed"]
Cards = Mapping[str, DatasetCard]
Connect = Callable[[Portal, "Client"], Connector]
_CLOSED = {401, 403, 429}  # HTTP: not with this key, not any more today
_LAST = 3.0  # seconds that an interrupted round leaves to each of its threads


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a need. `error` says why nothing was kept, None when all is well.

    `size` is that of the body received, `missing` the columns that the dataset has no more,
    `left` the number of rows, by code, that are no place.
    """

    feed: Feed
    producer: str
    state: State
    error: DiagnosticError | None = None
    file: StoredFile | None = None
    size: int = 0
    missing: tuple[str, ...] = ()
    left: Mapping[str, int] = field(default_factory=dict)


class Watch:
    """Who is told of a round, from several threads at once; this one keeps silent."""

    def begin(self, feed: Feed, producer: str) -> None:
        """A feed is going to be asked."""

    def advance(self, feed: Feed, received: int, expected: int | None) -> None:
        """So many bytes of it came, of so many (None when nobody says)."""

    def work(self, feed: Feed) -> None:
        """All of it came, and is being made into observations."""

    def end(self, outcome: Outcome) -> None:
        """What became of it."""


class Round:
    """One round of the portals; what is kept is whole, however the round ends."""

    def __init__(
        self,
        keeper: Keeper,
        portals: Mapping[str, Portal],
        client: Client,
        *,
        hasty: bool = False,
        watch: Watch | None = None,
        today: date | None = None,
        connect: Connect = connectors.connect,
    ) -> None:
        """Ask nothing yet. `hasty`: a portal that failed once is asked nothing more."""
        self.keeper = keeper
        self.portals = portals
        self.client = client
        self.hasty = hasty
        self.watch = watch or Watch()
        self.today = today or datetime.now(UTC).date()
        self._connect = connect
        self._bench = Bench()
        self._stopped = threading.Event()
        self._sweeping = threading.Lock()
        self._swept = False

    def run(self, needs: Sequence[Need]) -> tuple[Outcome, ...]:
        """What became of each need, in their order; one that failed does not stop the others.

        Raises KeyboardInterrupt when it is interrupted, once its threads have left: what was
        kept stays, what was under way is gone.
        """
        found: dict[str, Outcome] = {}

        def serve(portal: Portal) -> None:
            for outcome in self._serve(portal, [n for n in needs if n.feed.portal == portal.id]):
                found[outcome.feed.id] = outcome
                self.watch.end(outcome)

        self._together(serve, list(dict.fromkeys(need.feed.portal for need in needs)))
        return tuple(found[need.feed.id] for need in needs)

    def cards(self, portals: Sequence[str]) -> dict[str, Cards | SourceError]:
        """The datasets of each portal, or why they cannot be had."""
        found: dict[str, Cards | SourceError] = {}

        def ask(portal: Portal) -> None:
            try:
                found[portal.id] = self._connect(portal, self.client).cards()
            except SourceError as error:
                found[portal.id] = error

        self._together(ask, portals)
        return {name: found[name] for name in portals}

    def _together(self, task: Callable[[Portal], None], portals: Sequence[str]) -> None:
        """Do the task for all the portals at once and wait; what it raises is raised at the end."""
        raised: list[BaseException] = []

        def work(portal: Portal) -> None:
            try:
                task(portal)
            except BaseException as error:  # noqa: BLE001 - raised again by the main thread
                raised.append(error)

        threads = [
            threading.Thread(target=work, args=(self.portals[name],), daemon=True)
            for name in portals
        ]
        try:
            for thread in threads:
                thread.start()
            for thread in threads:
                while thread.is_alive():
                    thread.join(0.1)  # a wait without end would not hear Ctrl-C everywhere
        except BaseException:
            self._stopped.set()
            self._bench.stop()
            for thread in threads:
                thread.join(_LAST)
            raise
        if raised:
            raise raised[0]

    def _serve(self, portal: Portal, needs: Sequence[Need]) -> Iterator[Outcome]:
        """The needs of one portal, one after the other; one that is away is not asked again."""
        away: DiagnosticError | None = None
        try:
            connector = self._connect(portal, self.client)
            cards = connector.cards()
        except DiagnosticError as error:
            away = error
        for need in needs:
            outcome = Outcome(feed=need.feed, producer=portal.producer, state="failed", error=away)
            if away is None:
                outcome = self._answer(connector, cards, need)
            elif isinstance(away, UnservedError | UnreachableError):
                outcome = _without(outcome, away)
            if outcome.state != "unserved" and (self.hasty or _is_lasting(outcome.error)):
                away = outcome.error
            yield outcome

    def _answer(self, connector: Connector, cards: Cards, need: Need) -> Outcome:
        """What becomes of one need of a portal that answers."""
        feed = need.feed
        self.watch.begin(feed, connector.portal.producer)
        nothing = Outcome(feed=feed, producer=connector.portal.producer, state="failed")
        try:
            with self.keeper.lock(feed.id):
                self._sweep()
                card = cards.get(feed.dataset)
                wanted = self._lacking(need, card)
                if not wanted:
                    return replace(nothing, state="unchanged", file=self.keeper.newest(feed.id))
                return self._bring(connector, nothing, wanted, card)
        except DiagnosticError as error:
            return _without(nothing, error)

    def _lacking(self, need: Need, card: DatasetCard | None) -> Wanted:
        """What is wanted and that no file of the present edition covers; all when it is new."""
        edition = edition_of(card)
        if card is None or not edition:
            return need.wanted
        columns = {one.name for one in card.fields}
        series = {o.series for o in need.feed.series if not columns or o.field in columns}
        held = [
            file.covers
            for file in Store([self.keeper.root]).files
            if file.feed == need.feed.id
            and file.origin.edition == edition
            and series <= file.series.keys()
        ]
        lacking: dict[Level, frozenset[Code] | None] = {}
        for level, codes in need.wanted.items():
            covered = [covers.get(level, frozenset()) for covers in held]
            if None in covered:
                continue
            rest = None if codes is None else codes.difference(*(c for c in covered if c))
            if rest is None or rest:
                lacking[level] = rest
        return lacking

    def _bring(
        self, connector: Connector, outcome: Outcome, wanted: Wanted, card: DatasetCard | None
    ) -> Outcome:
        """Fetch what is wanted, make it into observations and keep them."""
        feed = outcome.feed

        def progress(received: int, expected: int | None) -> None:
            if self._stopped.is_set():
                raise KeyboardInterrupt
            self.watch.advance(feed, received, expected)

        with self.keeper.incoming() as folder:
            fetched = connector.fetch(feed, wanted, folder, progress)
            self.watch.work(feed)
            path = folder / f"{feed.id}.observations.parquet"
            observed = self._bench.observe(fetched, feed, outcome.producer, path)
            if self._stopped.is_set():
                raise KeyboardInterrupt
            origin = self._origin(connector.portal, feed, fetched, fetched.card or card)
            kept = self.keeper.keep(_draft(feed, path, fetched, observed, origin))
        return replace(
            outcome,
            state="kept",
            file=kept,
            size=fetched.size,
            missing=fetched.missing,
            left=observed.left,
        )

    def _origin(
        self, portal: Portal, feed: Feed, fetched: Fetched, card: DatasetCard | None
    ) -> Origin:
        """Where the figures of a pull come from. The licence is the dataset's own when it says."""
        edition = edition_of(card) or f"{self.today:%Y-%m}"
        return Origin(
            id=f"{feed.id}-{edition[:10]}-{fetched.sha256[:8]}",
            producer=portal.producer,
            dataset=feed.dataset,
            title=feed.title,
            address=fetched.address,
            licence=(card.licence if card else "") or portal.licence,
            edition=edition,
            retrieved=self.today.isoformat(),
            updated=_updated(card),
            sha256=fetched.sha256,
        )

    def _sweep(self) -> None:
        """Remove once what dead pulls left."""
        with self._sweeping:
            if not self._swept:
                self.keeper.sweep()
            self._swept = True


def _is_lasting(error: DiagnosticError | None) -> bool:
    """Whether a portal would answer the same for its next dataset: it has gone, or refuses us."""
    if isinstance(error, RefusedError):
        return error.status in _CLOSED
    return isinstance(error, SourceError) and not isinstance(error, UnservedError)


def _draft(feed: Feed, path: Path, fetched: Fetched, observed: Observed, origin: Origin) -> Draft:
    """What the store is given. Levels made from others (arm, custom) are covered as these are."""
    covers = dict(fetched.covers)
    whole = None in covers.values()
    for level in sorted(frozenset().union(*observed.series.values()) - covers.keys()):
        covers[level] = None if whole else frozenset()
    return Draft(
        feed=feed.id,
        path=path,
        rows=observed.rows,
        series=observed.series,
        covers=covers,
        origin=origin,
    )


def _without(outcome: Outcome, error: DiagnosticError) -> Outcome:
    """An outcome without a file, and its reason."""
    state: State = "failed"
    if isinstance(error, UnreachableError):
        state = "unreachable"
    elif isinstance(error, UnservedError):
        state = "unserved"
    return replace(outcome, state=state, error=error)


def edition_of(card: DatasetCard | None) -> str:
    """The date and hour of a dataset's data, to the second; "" when the portal does not say."""
    return "" if card is None else (card.processed or card.modified)[:19]


def _updated(card: DatasetCard | None) -> str:
    """The day of the producer's last update, "" when nobody knows it."""
    return "" if card is None else (card.modified or card.processed)[:10]


def publish(cards: Cards, portal: str, root: Path, today: date) -> Path:
    """Write what a portal says of its datasets where the catalogue looks for it.

    Raises RenderError when the disk refuses.
    """
    path = root / "catalogue" / f"{portal}.json"
    told = {
        "portal": portal,
        "retrieved": today.isoformat(),
        "datasets": [asdict(card) for _, card in sorted(cards.items())],
    }
    text = json.dumps(told, ensure_ascii=False, indent=1)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, f"{text}\n".encode())
    except OSError as error:
        raise RenderError(
            f"{path}{NBSP}: écriture impossible ({reason(error)})",
            hint="Indiquez un autre dossier de données avec --store.",
        ) from error
    return path


def lacks(outcomes: Sequence[Outcome]) -> tuple[str, ...]:
    """What could not be had, in sentences: each reason once, with the datasets it holds for."""
    found: dict[str, list[str]] = {}
    for outcome in outcomes:
        if outcome.error is not None:
            found.setdefault(outcome.error.message, []).append(outcome.feed.dataset)
        if outcome.missing:
            gone = ", ".join(outcome.missing)
            text = f"{outcome.producer}, jeu «{NBSP}{outcome.feed.dataset}{NBSP}»"
            found[f"{text}{NBSP}: colonnes disparues, {gone}"] = []
    return tuple(
        f"{message}. Non téléchargé{NBSP}: {', '.join(dict.fromkeys(datasets))}."
        if datasets
        else f"{message}."
        for message, datasets in found.items()
    )
