"""Rounds of invented portals: kept, unchanged, away, refused, interrupted; always whole."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, cast

import pytest

from diagnostic import pull
from diagnostic.connectors import Progress
from diagnostic.connectors.questions import RefusedError
from diagnostic.errors import (
    DataError,
    DiagnosticError,
    SourceError,
    UnreachableError,
    UnservedError,
)
from diagnostic.model import (
    DatasetCard,
    Feed,
    FeedSeries,
    Fetched,
    FieldCard,
    Portal,
    Rounding,
    Wanted,
)
from diagnostic.pull.needs import Need
from diagnostic.pull.rounds import Round, Watch
from diagnostic.store import Keeper, Store

TODAY = date(2026, 11, 24)
CARD = DatasetCard(
    id="a",
    title="A",
    fields=tuple(FieldCard(name=name, label="", type="") for name in ("code", "mois", "n")),
    licence="Licence Ouverte v2.0",
    modified="2026-09-15T10:00:00+00:00",
    processed="2026-09-14T08:47:08.123+00:00",
)


def feed(name: str = "a", portal: str = "p") -> Feed:
    """A feed of communes rounded to 5."""
    return Feed(
        id=f"{portal}_{name}", portal=portal, dataset=name, title=f"Jeu {name}",
        levels=("commune",), code="code", period="mois",
        series=(FeedSeries(series=f"{portal}.{name}", field="n", rounding=Rounding(step=5)),),
    )  # fmt: skip


def need(*codes: str, of: Feed | None = None) -> Need:
    """A need of communes, all of them without code."""
    return Need(feed=of or feed(), wanted={"commune": frozenset(codes) if codes else None})


class Invented:
    """A portal that serves one table of communes, or fails as a test says."""

    def __init__(self, portal: Portal) -> None:
        """It serves three communes and counts what it is asked."""
        self.portal = portal
        self.rows = {"51001": "5", "51002": "10", "51649": "605"}
        self.card = CARD
        self.served = {"a", "b"}
        self.away: DiagnosticError | None = None
        self.broken: dict[str, DiagnosticError] = {}
        self.asked: list[Wanted] = []
        self.meanwhile: Callable[[Progress], None] = lambda progress: progress(7, 7)

    def cards(self) -> Mapping[str, DatasetCard]:
        """A card a dataset."""
        if self.away:
            raise self.away
        return {name: replace(self.card, id=name) for name in self.served}

    def fetch(self, asked: Feed, wanted: Wanted, folder: Path, progress: Progress) -> Fetched:
        """The rows wanted."""
        self.asked.append(wanted)
        if asked.dataset in self.broken:
            raise self.broken[asked.dataset]
        self.meanwhile(progress)
        codes = wanted["commune"]
        rows = [
            f"{code};2024-12;{n}\n"
            for code, n in self.rows.items()
            if codes is None or code in codes
        ]
        path = folder / "recu.csv"
        path.write_text("code;mois;n\n" + "".join(rows), encoding="utf-8")
        received = path.read_bytes()
        return Fetched(
            path=path,
            form="csv",
            rows=len(rows),
            sha256=hashlib.sha256(received).hexdigest(),
            size=len(received),
            address="https://p.test/a.csv",
            covers=wanted,
        )


class Place:
    """A store and two portals, « p » and « q »."""

    def __init__(self, root: Path) -> None:
        """Nothing is kept yet."""
        self.root = root
        self.portals = {
            name: Portal(
                id=name, api="opendatasoft", producer=name.upper(), address="https://p.test",
                variable="X", licence="licence du portail",
            )
            for name in "pq"
        }  # fmt: skip
        self.made = {name: Invented(portal) for name, portal in self.portals.items()}

    def round(self, watch: Watch | None = None) -> Round:
        """A round that asks the invented portals."""
        return Round(
            Keeper(self.root),
            self.portals,
            cast("Any", None),
            watch=watch,
            today=TODAY,
            connect=lambda portal, _: self.made[portal.id],
        )

    def values(self, *codes: str, series: str = "p.a") -> dict[str, float | None]:
        """What the store has of a series."""
        read = Store([self.root]).read([series], {"commune": frozenset(codes)})
        return {o.code: o.value for o in read.all(series, "commune", "2024-12")}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """An empty store and two portals."""
    return Place(tmp_path / "magasin")


def test_a_feed_is_kept_with_its_whole_origin(place: Place) -> None:
    """Producer, dataset, address, the dataset's licence, its date, the day, the hash."""
    (outcome,) = place.round().run([need()])
    assert outcome.state == "kept"
    assert outcome.file is not None
    origin = outcome.file.origin
    received = "code;mois;n\n51001;2024-12;5\n51002;2024-12;10\n51649;2024-12;605\n"
    sha256 = hashlib.sha256(received.encode()).hexdigest()
    assert (origin.id, origin.sha256) == (f"p_a-2026-09-14-{sha256[:8]}", sha256)
    assert (origin.producer, origin.dataset, origin.title) == ("P", "a", "Jeu a")
    assert (origin.address, origin.licence) == ("https://p.test/a.csv", "Licence Ouverte v2.0")
    assert (origin.edition, origin.retrieved) == ("2026-09-14T08:47:08", "2026-11-24")
    assert origin.updated == "2026-09-15"
    assert (outcome.file.feed, outcome.file.rows, outcome.size) == ("p_a", 3, len(received))
    assert place.values("51001", "51649") == {"51001": 5, "51649": 605}
    assert list((place.root / "incoming").iterdir()) == []


def test_what_the_portal_does_not_say_is_not_made_up(place: Place) -> None:
    """No date: the month of the pull is the edition, the update is unknown; and asked again."""
    place.made["p"].card = replace(CARD, processed="", modified="", licence="")
    (outcome,) = place.round().run([need()])
    assert outcome.file is not None
    origin = outcome.file.origin
    assert (origin.edition, origin.updated, origin.licence) == ("2026-11", "", "licence du portail")
    assert place.round().run([need()])[0].state == "kept"


def test_an_unchanged_dataset_is_not_asked_again(place: Place) -> None:
    """The card's date is that of the file kept: only the catalogue is read."""
    place.round().run([need()])
    (outcome,) = place.round().run([need("51001")])
    assert (outcome.state, outcome.error, len(place.made["p"].asked)) == ("unchanged", None, 1)


def test_a_new_edition_is_pulled_beside_the_old_one(place: Place) -> None:
    """Both files are there, the newest is read."""
    place.round().run([need()])
    place.made["p"].rows["51001"] = "15"
    place.made["p"].card = replace(CARD, processed="2026-10-01T00:00:00+00:00")
    assert place.round().run([need()])[0].state == "kept"
    assert [f.origin.edition[:10] for f in Store([place.root]).files] == [
        "2026-10-01", "2026-09-14",
    ]  # fmt: skip
    assert place.values("51001") == {"51001": 15}


def test_a_pull_begun_again_asks_what_is_missing(place: Place) -> None:
    """Two communes are there, a third is wanted with them: it alone is asked."""
    place.round().run(
        [
            need("51001"),
        ]
    )
    place.round().run([need("51002")])
    place.round().run([need("51001", "51002", "51649")])
    assert [set(wanted["commune"] or ()) for wanted in place.made["p"].asked] == [
        {"51001"}, {"51002"}, {"51649"},
    ]  # fmt: skip
    assert place.values("51001", "51002", "51649") == {"51001": 5, "51002": 10, "51649": 605}


def test_a_commune_asked_and_not_published_is_covered(place: Place) -> None:
    """The second time, nobody is asked."""
    place.round().run([need("99999")])
    assert Store([place.root]).missing("p.a", "commune", {"99999"}) == frozenset()
    assert place.round().run([need("99999")])[0].state == "unchanged"


def test_a_column_that_is_gone_is_not_asked_each_time(place: Place) -> None:
    """The file lacks the series because the dataset has no such column any more."""
    two = replace(feed(), series=(*feed().series, FeedSeries(series="p.z", field="z")))
    made = place.made["p"]
    fetch = made.fetch

    def without(*words: Any) -> Fetched:
        return replace(fetch(*words), missing=("z",))

    made.fetch = without  # type: ignore[method-assign]
    (outcome,) = place.round().run([need(of=two)])
    assert (outcome.missing, set(outcome.file.series if outcome.file else ())) == (("z",), {"p.a"})
    assert pull.lacks([outcome]) == ("P, jeu «\u00a0a\u00a0»\u00a0: colonnes disparues, z.",)
    assert place.round().run([need(of=two)])[0].state == "unchanged"


def test_a_portal_that_is_away_hinders_no_other(place: Place) -> None:
    """Its feeds are unreachable, each with the reason; the other portal's are kept."""
    place.made["p"].away = UnreachableError("P : injoignable")
    outcomes = place.round().run([need(), need(of=feed("b")), need(of=feed("a", "q"))])
    assert [one.state for one in outcomes] == ["unreachable", "unreachable", "kept"]
    assert pull.lacks(outcomes) == ("P : injoignable. Non téléchargé\u00a0: a, b.",)


def test_a_portal_that_goes_away_is_not_asked_again(place: Place) -> None:
    """What it would have served next has the same reason."""
    place.made["p"].broken = {"a": UnreachableError("parti")}
    outcomes = place.round().run([need(), need(of=feed("b"))])
    assert [one.state for one in outcomes] == ["unreachable", "unreachable"]
    assert len(place.made["p"].asked) == 1


def test_a_portal_that_nothing_speaks_serves_none_of_its_datasets(place: Place) -> None:
    """Each of its needs has the reason."""
    place.made["p"].away = UnservedError("API inconnue")
    outcomes = place.round().run([need(), need(of=feed("b"))])
    assert [one.state for one in outcomes] == ["unserved", "unserved"]


def test_a_dataset_that_is_not_served_hinders_no_other(place: Place) -> None:
    """One unknown dataset says nothing of the next one."""
    place.made["p"].broken = {"a": UnservedError("inconnu")}
    outcomes = place.round().run([need(), need(of=feed("b"))])
    assert [one.state for one in outcomes] == ["unserved", "kept"]


def refusal(status: int) -> RefusedError:
    """An answer of that HTTP status."""
    return RefusedError("refus", status=status, code="", said="", hint="")


@pytest.mark.parametrize(
    ("error", "second"),
    [
        (SourceError("quota"), "failed"),
        (refusal(403), "failed"),
        (refusal(500), "kept"),
        (DataError("abîmé"), "kept"),
    ],
)
def test_a_lasting_refusal_ends_the_portal_and_a_bad_dataset_does_not(
    place: Place, error: DiagnosticError, second: str
) -> None:
    """The store keeps what it had, and the outcome bears the error."""
    place.round().run([need()])
    before = Store([place.root]).files
    place.made["p"].card = replace(CARD, processed="2026-10-01")
    place.made["p"].broken = {"a": error}
    outcomes = place.round().run([need(), need(of=feed("b"))])
    assert [one.state for one in outcomes] == ["failed", second]
    assert outcomes[0].error is error
    assert before[0] in Store([place.root]).files
    assert list((place.root / "incoming").iterdir()) == []


def test_rows_that_cannot_be_understood_leave_the_store_as_it_was(place: Place) -> None:
    """The error names the producer and the cell."""
    place.made["p"].rows["51002"] = "beaucoup"
    (outcome,) = place.round().run([need()])
    assert outcome.state == "failed"
    assert isinstance(outcome.error, DataError)
    assert "beaucoup" in outcome.error.message
    assert Store([place.root]).files == ()


def test_an_interrupted_round_keeps_what_it_had_kept(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One feed is kept, the next is under way when Ctrl-C comes: the store is whole."""
    started = threading.Event()
    asked = place.round()

    def endless(progress: Progress) -> None:
        while len(place.made["p"].asked) == 2:  # the second feed: its first one goes through
            progress(1, 10)
            started.set()
            time.sleep(0.01)

    place.made["p"].meanwhile = endless
    join = threading.Thread.join

    def interrupted(self: threading.Thread, timeout: float | None = None) -> None:
        join(self, timeout)
        if started.is_set() and not asked._stopped.is_set():
            raise KeyboardInterrupt

    monkeypatch.setattr(threading.Thread, "join", interrupted)
    with pytest.raises(KeyboardInterrupt):
        asked.run([need(), need(of=feed("b"))])
    assert [file.feed for file in Store([place.root]).files] == ["p_a"]
    assert list((place.root / "incoming").iterdir()) == []
    place.made["p"].meanwhile = lambda progress: progress(7, 7)
    assert [one.state for one in place.round().run([need(), need(of=feed("b"))])] == [
        "unchanged", "kept",
    ]  # fmt: skip


def test_what_nobody_expects_is_raised(place: Place) -> None:
    """A fault of ours is no outcome."""
    place.made["p"].broken = {"a": cast("DiagnosticError", ZeroDivisionError("ici"))}
    with pytest.raises(ZeroDivisionError):
        place.round().run([need()])
    place.made["q"].away = cast("DiagnosticError", ZeroDivisionError("là"))
    with pytest.raises(ZeroDivisionError):
        place.round().cards(["q"])


def test_the_watch_is_told_from_the_beginning_to_the_end(place: Place) -> None:
    """A portal that is away begins nothing."""
    told: list[tuple[Any, ...]] = []

    class Told(Watch):
        def begin(self, asked: Feed, producer: str) -> None:
            told.append(("begin", asked.id, producer))

        def advance(self, asked: Feed, received: int, expected: int | None) -> None:
            told.append(("advance", asked.id, received, expected))

        def work(self, asked: Feed) -> None:
            told.append(("work", asked.id))

        def end(self, outcome: pull.Outcome) -> None:
            told.append(("end", outcome.feed.id, outcome.state))

    place.round(Told()).run([need()])
    place.made["p"].away = UnreachableError("loin")
    place.round(Told()).run([need()])
    assert told == [
        ("begin", "p_a", "P"),
        ("advance", "p_a", 7, 7),
        ("work", "p_a"),
        ("end", "p_a", "kept"),
        ("end", "p_a", "unreachable"),
    ]


def test_the_lists_of_datasets_are_written_for_the_catalogue(place: Place) -> None:
    """One file a portal; a portal that is away has its reason instead."""
    away = UnreachableError("loin")
    place.made["q"].away = away
    found = place.round().cards(["p", "q"])
    assert found["q"] is away
    cards = found["p"]
    assert not isinstance(cards, SourceError)
    path = pull.publish(cards, "p", place.root, TODAY)
    told = json.loads(path.read_text(encoding="utf-8"))
    assert path == place.root / "catalogue" / "p.json"
    assert (told["portal"], told["retrieved"]) == ("p", "2026-11-24")
    assert [one["id"] for one in told["datasets"]] == ["a", "b"]
    assert told["datasets"][0]["fields"][2]["name"] == "n"


def test_a_disk_that_refuses_is_told(place: Place) -> None:
    """A file stands where the folder would be."""
    place.root.mkdir()
    (place.root / "catalogue").write_text("", encoding="utf-8")
    with pytest.raises(DiagnosticError, match="écriture impossible") as caught:
        pull.publish({}, "p", place.root, TODAY)
    assert caught.value.exit_code == 6
