"""Melodi: places and pins asked, pages counted, statuses kept, thirty calls a minute."""

from __future__ import annotations

import csv
import dataclasses
import hashlib
import json
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from producers.everyone import Producers
from producers.loopback import Answer, Asked, Producer

from diagnostic import __version__, catalogue
from diagnostic.connectors import connect, melodi
from diagnostic.connectors.client import Client
from diagnostic.connectors.melodi import Melodi, Pace
from diagnostic.connectors.questions import RefusedError
from diagnostic.errors import DataError, SourceError, UnservedError
from diagnostic.model import Feed, FeedSeries, Fetched, Portal, Wanted

COMMUNES = ("51649", "51352", "51084", "51108", "75056", "97411")
EPCI = "200034718"
POPULATION = Feed(
    id="insee_rp_population",
    portal="insee",
    dataset="DS_RP_POPULATION_PRINC",
    title="Population",
    levels=("commune", "epci", "departement", "region", "france"),
    code="GEO_CODE",
    period="TIME_PERIOD",
    clock="year",
    where={"RP_MEASURE": "POP", "SEX": "_T"},
    series=(
        FeedSeries(series="p.total", field="OBS_VALUE", where={"AGE": "_T"}),
        FeedSeries(series="p.jeunes", field="OBS_VALUE", where={"AGE": "Y_LT15"}),
    ),
)


class Clock:
    """A clock that goes on when somebody sleeps."""

    def __init__(self) -> None:
        """Any time."""
        self.time = 1000.0

    def now(self) -> float:
        """The time."""
        return self.time

    def sleep(self, seconds: float) -> None:
        """Go on."""
        self.time += seconds


@pytest.fixture(scope="module")
def some() -> Iterator[Producers]:
    """A few communes, each of another département but one."""
    with Producers(COMMUNES) as everyone:
        yield everyone


@pytest.fixture
def insee(some: Producers, loopback: None) -> Iterator[Any]:
    """Melodi without a fault."""
    del loopback
    some.reset()
    yield some.melodi
    some.reset()


def speak(producer: Any, pace: Pace | None = None) -> Melodi:
    """A connector to it, in no hurry and with a pace of its own."""
    portal = Portal(
        id="insee", api="melodi", producer="Insee", address=producer.url, variable="NONE"
    )
    client = Client(pause=0.01, sleep=lambda _: None)
    clock = Clock()
    return Melodi(portal, client, pace or Pace(1000, 60.0, clock.now, clock.sleep))


def fetch(producer: Any, wanted: Wanted, folder: Path, feed: Feed = POPULATION) -> Fetched:
    """The feed, fetched."""
    return speak(producer).fetch(feed, wanted, folder, lambda *_: None)


def read(fetched: Fetched) -> list[dict[str, str]]:
    """The rows as the file has them."""
    with fetched.path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    assert len(rows) == fetched.rows
    return rows


def test_places_of_all_levels_in_one_call(insee: Any, some: Producers, tmp_path: Path) -> None:
    """A commune, its EPCI, its département, its région and France: one call, our words."""
    wanted: Wanted = {
        "commune": frozenset({"51649"}),
        "epci": frozenset({EPCI}),
        "departement": frozenset({"51"}),
        "region": frozenset({"44"}),
        "france": frozenset({"france"}),
    }
    fetched = fetch(insee, wanted, tmp_path)
    rows = read(fetched)
    assert len(insee.log.calls("*/data/*")) == 1
    assert tuple(rows[0]) == (
        "GEO_LEVEL", "GEO_CODE", "GEO_YEAR", "TIME_PERIOD", "RP_MEASURE", "SEX", "AGE",
        "OBS_VALUE", "OBS_STATUS", "CONF_STATUS",
    )  # fmt: skip
    places = {(row["GEO_LEVEL"], row["GEO_CODE"]) for row in rows}
    assert places == {
        ("commune", "51649"), ("epci", EPCI), ("departement", "51"), ("region", "44"),
        ("france", "france"),
    }  # fmt: skip
    assert len(rows) == 5 * 3 * 2  # places, periods, ages
    assert {row["GEO_YEAR"] for row in rows} == {"2025"}
    cube, at = insee.cubes[POPULATION.dataset], insee.tables.places("COM", 2025).index("51649")
    true = insee.tables.values(cube, "COM", "2023", ("POP", "_T", "Y_LT15"))[at]
    found = [
        row["OBS_VALUE"]
        for row in rows
        if (row["GEO_CODE"], row["TIME_PERIOD"], row["AGE"]) == ("51649", "2023", "Y_LT15")
    ]
    assert found == [str(float(true))]
    assert fetched.covers == wanted
    assert fetched.card is not None
    assert fetched.card.processed == "2026-01-15T12:00:00.000Z"
    assert some.melodi.log.agents() == {f"diagnostic-territorial/{__version__}"}


def test_pages_make_one_table(insee: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages follow until the count is reached; the hash is that of all that was received."""
    whole = fetch(insee, {"commune": frozenset(COMMUNES)}, tmp_path)
    expected = read(whole)
    monkeypatch.setattr(melodi, "PAGE", 7)
    for says_last in (False, True):
        insee.says_last = says_last
        insee.log.clear()
        told: list[int] = []
        fetched = speak(insee).fetch(
            POPULATION,
            {"commune": frozenset(COMMUNES)},
            tmp_path,
            lambda got, _, told=told: told.append(got),
        )
        assert read(fetched) == expected
        assert len(insee.log.calls("*/data/*")) == -(-len(expected) // 7)
        assert max(told) == fetched.size > whole.size
        assert told == sorted(told)
        assert fetched.sha256 != whole.sha256
    assert [path.name for path in tmp_path.iterdir()] == ["insee_rp_population.csv"]


def test_one_page_has_the_hash_of_its_body(insee: Any, tmp_path: Path) -> None:
    """The hash and the size are those of the bytes that INSEE sent."""
    fetched = fetch(insee, {"commune": frozenset({"51649"})}, tmp_path)
    with urllib.request.urlopen(fetched.address) as answer:  # noqa: S310
        body = answer.read()
    assert (fetched.sha256, fetched.size) == (hashlib.sha256(body).hexdigest(), len(body))


def test_many_places_are_asked_as_a_level(
    insee: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond a number, or for all: GEO=COM, and the whole level is covered."""
    monkeypatch.setattr(melodi, "MANY", 3)
    fetched = fetch(insee, {"commune": frozenset(COMMUNES[:4]), "departement": None}, tmp_path)
    assert fetched.covers == {"commune": None, "departement": None}
    rows = read(fetched)
    assert {row["GEO_CODE"] for row in rows if row["GEO_LEVEL"] == "commune"} == set(COMMUNES)
    assert len(insee.log.calls("*/data/*")) == 2


def test_some_places_a_call(insee: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Addresses stay short: a few places in each call, the same rows in all."""
    expected = read(fetch(insee, {"commune": frozenset(COMMUNES)}, tmp_path))
    insee.log.clear()
    monkeypatch.setattr(melodi, "TOGETHER", 4)
    fetched = fetch(insee, {"commune": frozenset(COMMUNES)}, tmp_path)
    assert read(fetched) == expected
    assert [call.query.count("GEO=") for call in insee.log.calls("*/data/*")] == [4, 2]


@pytest.mark.parametrize("status", [400, 404])
def test_a_place_that_insee_does_not_know_has_no_row(
    insee: Any, tmp_path: Path, status: int
) -> None:
    """A refused place is found among the others: it is covered, without a row."""
    insee.strict, insee.unknown_place = True, status
    wanted: Wanted = {"commune": frozenset({*COMMUNES, "99999"})}
    fetched = fetch(insee, wanted, tmp_path)
    assert {row["GEO_CODE"] for row in read(fetched)} == set(COMMUNES)
    assert fetched.covers == wanted
    alone = fetch(insee, {"commune": frozenset({"13201"})}, tmp_path)
    assert alone.rows == 0


def test_places_all_unknown_take_two_calls(insee: Any, tmp_path: Path) -> None:
    """Asked again with a place that is known, they are accepted: none has a row."""
    lost = frozenset(f"51{number:03}" for number in range(800, 890))
    fetched = fetch(insee, {"commune": lost}, tmp_path)
    assert (fetched.rows, fetched.covers) == (0, {"commune": lost})
    assert [call.status for call in insee.log.calls("*/data/*")] == [404, 200]


def test_too_many_unknown_places_are_a_refusal(insee: Any, tmp_path: Path) -> None:
    """When one unknown place is enough to be refused, finding ninety of them is given up."""
    insee.strict, insee.limit = True, 1000
    lost = frozenset(f"51{number:03}" for number in range(800, 890))
    with pytest.raises(RefusedError, match="Aucun territoire"):
        fetch(insee, {"commune": lost | {"51649"}}, tmp_path)
    statuses = [call.status for call in insee.log.calls("*/data/*")]
    assert statuses.count(404) == melodi.REFUSED + 1


def test_a_code_that_insee_does_not_know_is_refused(insee: Any, tmp_path: Path) -> None:
    """A dimension's code that changed is an error, never a table without rows."""
    feed = dataclasses.replace(POPULATION, where={"RP_MEASURE": "NOPE", "SEX": "_T"})
    with pytest.raises(RefusedError, match="Modalité inconnue"):
        fetch(insee, {"commune": frozenset({"51649"})}, tmp_path, feed)


def test_an_empty_selection_is_no_row(insee: Any, tmp_path: Path) -> None:
    """200 and no observation: the place is covered."""
    fetched = fetch(
        insee,
        {"commune": frozenset({"51649"})},
        tmp_path,
        dataclasses.replace(POPULATION, dataset="DS_IPC_PRINC", where={"PRICES_MEASURE": "CPI"},
                            series=(FeedSeries(series="x", field="OBS_VALUE"),)),
    )  # fmt: skip
    assert (fetched.rows, fetched.covers) == (0, {"commune": frozenset({"51649"})})


def test_a_dimension_without_pin_is_refused(insee: Any, tmp_path: Path) -> None:
    """A total and its parts would be counted together."""
    feed = dataclasses.replace(POPULATION, where={"RP_MEASURE": "POP"})
    with pytest.raises(DataError, match="la dimension SEX a plusieurs modalités") as caught:
        fetch(insee, {"commune": frozenset({"51649"})}, tmp_path, feed)
    assert caught.value.exit_code == 5
    assert "_T" in caught.value.hint


def test_a_dimension_that_follows_from_others_needs_no_pin(insee: Any, tmp_path: Path) -> None:
    """UNIT_MEASURE is euros for the median and per cent for the rate: nothing is mixed."""
    feed = catalogue.load().feeds["insee_filosofi_cc"]
    wanted: Wanted = {"commune": frozenset({"51649", "51084"}), "epci": frozenset({EPCI})}
    rows = read(fetch(insee, wanted, tmp_path, feed))
    statuses = {row["CONF_STATUS"] for row in rows if row["GEO_CODE"] == "51084"}
    assert statuses == {"C"}
    assert {row["OBS_VALUE"] for row in rows if row["GEO_CODE"] == "51084"} == {""}
    assert all(row["OBS_VALUE"] for row in rows if row["GEO_CODE"] != "51084")


@pytest.mark.parametrize(
    "feed",
    [
        "insee_bpe",
        "insee_filosofi_cc",
        "insee_populations_reference",
        "insee_rp_logement_princ",
        "insee_rp_population_princ",
    ],
)
def test_the_feeds_of_the_catalogue_are_pinned(insee: Any, tmp_path: Path, feed: str) -> None:
    """Each place and period has one row a series."""
    found = catalogue.load().feeds[feed]
    rows = read(fetch(insee, {"commune": frozenset({"51649"})}, tmp_path, found))
    keys = [(row["TIME_PERIOD"], *(row[name] for name in _dimensions(found))) for row in rows]
    assert len(keys) == len(set(keys)) >= len({key[0] for key in keys}) > 0


def _dimensions(feed: Feed) -> list[str]:
    return [name for name in feed.fields() if name not in (feed.code, feed.period, "OBS_VALUE")]


def test_france_is_the_one_of_the_feed(insee: Any, tmp_path: Path) -> None:
    """France whole, or its mainland when the feed says so; never both under one name."""
    wanted: Wanted = {"france": frozenset({"france"})}
    whole = read(fetch(insee, wanted, tmp_path))
    feed = dataclasses.replace(POPULATION, champ="France métropolitaine")
    mainland = read(fetch(insee, wanted, tmp_path, feed))
    assert {row["GEO_CODE"] for row in [*whole, *mainland]} == {"france"}
    assert len(whole) == len(mainland)
    for one, other in zip(whole, mainland, strict=True):
        assert float(one["OBS_VALUE"]) > float(other["OBS_VALUE"]) > 0


def test_a_level_that_melodi_lacks_is_not_covered(insee: Any, tmp_path: Path) -> None:
    """IRIS are not asked, and nobody is told that they were."""
    fetched = fetch(insee, {"iris": None, "commune": frozenset({"51649"})}, tmp_path)
    assert set(fetched.covers) == {"commune"}


def test_an_unknown_dataset_is_unserved(insee: Any, tmp_path: Path) -> None:
    """Melodi says that it broke down: its catalogue tells; the nearest names are given."""
    feed = dataclasses.replace(POPULATION, dataset="DS_RP_POPULATIONS_PRINC")
    with pytest.raises(UnservedError, match="n’a pas") as caught:
        fetch(insee, {"commune": frozenset({"51649"})}, tmp_path, feed)
    assert "DS_RP_POPULATION_PRINC" in caught.value.hint
    assert not insee.log.calls("*/data/*")


def test_cards_are_asked_once(insee: Any) -> None:
    """One call for the catalogue, in French."""
    connector = speak(insee)
    cards = connector.cards()
    assert connector.cards() is cards
    assert len(insee.log.calls()) == 1
    assert cards["DS_BPE"].title == "Base permanente des équipements"
    assert cards["DS_BPE"].publisher == "Insee"


@pytest.mark.parametrize(
    ("kind", "times"), [("broken", 2), ("gateway", 3), ("storm", 3), ("drop", 2)]
)
def test_a_passing_trouble_passes(insee: Any, tmp_path: Path, kind: str, times: int) -> None:
    """500, 502, 429, a connection cut: asked again, the same rows."""
    expected = read(fetch(insee, {"commune": frozenset({"51649"})}, tmp_path))
    insee.fail(kind, "*/data/*", times=times)
    assert read(fetch(insee, {"commune": frozenset({"51649"})}, tmp_path)) == expected


@pytest.mark.parametrize(
    ("kind", "how", "error"),
    [
        ("broken", {}, SourceError),
        ("storm", {}, SourceError),
        ("busy", {}, SourceError),
        ("redirect", {"to": "file:///etc/passwd"}, SourceError),
        ("truncated", {}, DataError),
        ("truncated_gzip", {}, DataError),
        ("drop", {}, DataError),
        ("html", {}, DataError),
        ("empty", {}, DataError),
        ("tail", {}, DataError),
        ("huge", {}, DataError),
        ("bomb", {}, DataError),
        ("short", {}, DataError),
        ("without", {"columns": ["SEX"]}, DataError),
        ("without", {"columns": ["GEO"]}, DataError),
        ("renamed", {"names": {"AGE": "AGES"}}, DataError),
    ],
)
def test_a_trouble_that_lasts_is_an_error(
    insee: Any, tmp_path: Path, kind: str, how: Mapping[str, Any], error: type[Exception]
) -> None:
    """Nothing wrong is accepted; the message says producer, dataset and what was expected."""
    insee.fail(kind, "*/data/*", **how)
    with pytest.raises(error) as caught:
        fetch(insee, {"commune": frozenset({"51649", "51352"})}, tmp_path)
    assert "Insee" in str(caught.value)
    assert "DS_RP_POPULATION_PRINC" in str(caught.value)
    assert not list(tmp_path.glob("*.json"))


class Told(Producer):
    """Melodi that answers what it is told, whatever is asked."""

    prefix = "/melodi"

    def __init__(self, *pages: object) -> None:
        """The pages, each given once."""
        super().__init__()
        self.pages = list(pages)

    def answer(self, asked: Asked) -> Answer:
        """The next page, or a catalogue."""
        if asked.path == "/catalog/all":
            return Answer(body=json.dumps([{"identifier": POPULATION.dataset}]).encode())
        return Answer(body=json.dumps(self.pages.pop(0)).encode())


def one(geo: str = "2025-COM-51649", **changes: Any) -> dict[str, Any]:
    """An observation of the feed."""
    codes = {"RP_MEASURE": "POP", "SEX": "_T", "AGE": "_T", "TIME_PERIOD": "2023"}
    found = {"dimensions": {"GEO": geo, **codes}, "measures": {"OBS_VALUE_NIVEAU": {"value": 1.5}}}
    found["dimensions"].update(changes.pop("dimensions", {}))
    return {**found, **changes}


@pytest.fixture
def told(loopback: None) -> Iterator[Any]:
    """A maker of such producers, stopped at the end."""
    del loopback
    started: list[Told] = []

    def make(*pages: object) -> Told:
        started.append(Told(*pages))
        started[-1].start()
        return started[-1]

    yield make
    for producer in started:
        producer.stop()


def test_what_was_not_asked_is_left_out(told: Any, tmp_path: Path) -> None:
    """A service that ignores a parameter gives more than was asked: filtered again."""
    seen = [
        one(),
        one("2025-COM-51108"),
        one("2025-DEP-51"),
        one("2025-ZE2020-4404"),
        one("2025-FRANCE-FM"),
        one("COM-51649", dimensions={"AGE": "Y_GE80"}),
        one("COM-51649", dimensions={"TIME_PERIOD": "2017"}, attributes={"OBS_STATUS": "P"}),
    ]
    producer = told({"observations": seen, "paging": {"count": len(seen)}})
    wanted: Wanted = {"commune": frozenset({"51649"}), "france": frozenset({"france"})}
    rows = read(fetch(producer, wanted, tmp_path))
    assert [(row["GEO_YEAR"], row["TIME_PERIOD"], row["OBS_STATUS"]) for row in rows] == [
        ("2025", "2023", ""),
        ("", "2017", "P"),
    ]


def test_measures_of_any_name(told: Any, tmp_path: Path) -> None:
    """The first measure counts; without measure the cell is empty, never zero."""
    seen = [
        one(measures={"OBS_VALUE_INDICE_DE_PRIX": {"value": 117}}),
        one(measures={}, dimensions={"TIME_PERIOD": "2017"}),
        one(measures={"OBS_VALUE_NIVEAU": {"value": None}}, dimensions={"TIME_PERIOD": "2012"}),
    ]
    producer = told({"observations": seen, "paging": {"count": 3}})
    rows = read(fetch(producer, {"commune": frozenset({"51649"})}, tmp_path))
    assert [row["OBS_VALUE"] for row in rows] == ["117", "", ""]


@pytest.mark.parametrize(
    "page",
    [
        {"observations": [one("somewhere")], "paging": {"count": 1}},
        {"observations": [one(measures={"x": {"value": True}})], "paging": {"count": 1}},
        {"observations": [one(measures={"x": 3})], "paging": {"count": 1}},
        {"observations": ["text"], "paging": {"count": 1}},
        {"observations": [one(), one()], "paging": {"count": 1}},
        {"observations": [], "paging": {"count": 1}},
        {"observations": {}},
        [],
    ],
)
def test_another_shape_is_refused(told: Any, tmp_path: Path, page: object) -> None:
    """An answer that cannot be understood whole is no answer."""
    with pytest.raises(DataError, match="DS_RP_POPULATION_PRINC"):
        fetch(told(page), {"commune": frozenset({"51649"})}, tmp_path)


def test_a_count_that_is_not_said_is_asked(told: Any, tmp_path: Path) -> None:
    """Without paging.count the number of observations is asked alone; never supposed."""
    wanted: Wanted = {"commune": frozenset({"51649"})}
    good = told({"observations": [one()]}, {"observations": [], "paging": {"count": 1}})
    assert fetch(good, wanted, tmp_path).rows == 1
    short = told(
        {"observations": [one()]},
        {"observations": [], "paging": {"count": 2}},
        {"observations": []},
    )
    with pytest.raises(DataError, match="1 observations, là où l’Insee en compte 2"):
        fetch(short, wanted, tmp_path)
    with pytest.raises(DataError, match="combien"):
        fetch(told({"observations": []}, {"observations": []}), wanted, tmp_path)


def test_a_catalogue_of_another_shape_is_refused(
    insee: Any, told: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cards are read whole or not at all."""
    del insee
    producer = told()
    monkeypatch.setattr(producer, "answer", lambda _: Answer(body=b'[{"id": 1}]'))
    with pytest.raises(DataError, match="une liste d’une autre forme"):
        speak(producer).cards()


def test_connect_chooses_by_api(insee: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A portal of that API, at the address of its variable."""
    monkeypatch.setenv("DIAGNOSTIC_MELODI_URL", insee.url)
    connector = connect(catalogue.load().portals["insee"], Client())
    assert isinstance(connector, Melodi)
    assert "DS_BPE" in connector.cards()


def test_pace_allows_thirty_calls_a_minute() -> None:
    """Thirty at once, the next after a minute, and who waits says so every second."""
    clock, told = Clock(), []
    pace = Pace(30, 60.0, clock.now, clock.sleep)
    times = []
    for _ in range(70):
        pace.keep(lambda: told.append(clock.time))
        times.append(clock.time)
    assert times[29] == 1000.0
    assert times[30] == 1060.0
    assert times[60] == 1120.0
    assert len(told) == 120
    assert all(sum(at <= other < at + 60 for other in times) <= 30 for at in times)


def test_pace_rests_when_refused() -> None:
    """Others spent the calls of this machine: a whole minute without one."""
    clock = Clock()
    pace = Pace(30, 60.0, clock.now, clock.sleep)
    pace.keep(lambda: None)
    pace.rest()
    pace.keep(lambda: None)
    assert clock.time == 1060.0


def test_the_service_never_counts_too_many(insee: Any, tmp_path: Path) -> None:
    """Against its own count: no call is refused, whatever the number of pulls."""
    insee.limit, insee.window = 5, 0.4
    pace = Pace(5, 0.8)
    for _ in range(4):
        connector = speak(insee, pace)
        connector.fetch(POPULATION, {"commune": frozenset({"51649"})}, tmp_path, lambda *_: None)
    assert [call.status for call in insee.log.calls()] == [200] * 8
    assert melodi._shared_pace("a") is melodi._shared_pace("a")


def test_a_page_too_large_is_refused(
    insee: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page is held in memory: beyond a size it is refused, and removed."""
    monkeypatch.setattr(melodi, "LARGEST_JSON", 100)
    with pytest.raises(DataError, match="octets"):
        fetch(insee, {"commune": frozenset({"51649"})}, tmp_path)
    assert not list(tmp_path.glob("*.json"))


def test_titles_in_every_shape(told: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A title by language as a table or as a list, a bare one, or the id."""
    items = [
        {"identifier": "A", "title": {"fr": "Un", "en": "One"}, "numObservations": 3},
        {"identifier": "B", "title": [{"lang": "en", "content": "Two"}]},
        {"identifier": "C", "title": "Trois", "abstract": [{"lang": "fr", "content": "Résumé"}]},
    ]
    producer = told()
    monkeypatch.setattr(producer, "answer", lambda _: Answer(body=json.dumps(items).encode()))
    cards = speak(producer).cards()
    assert [card.title for card in cards.values()] == ["Un", "B", "Trois"]
    assert [card.records for card in cards.values()] == [3, None, None]
    assert cards["C"].description == "Résumé"


def test_a_series_without_pin_takes_what_there_is(insee: Any, tmp_path: Path) -> None:
    """A dimension that one series names and another does not cannot be asked: all codes come."""
    series = (
        FeedSeries(series="one", field="OBS_VALUE", where={"POPREF_MEASURE": "PMUN"}),
        FeedSeries(series="all", field="OBS_VALUE"),
    )
    feed = dataclasses.replace(
        POPULATION, dataset="DS_POPULATIONS_REFERENCE", where={}, series=series
    )
    rows = read(fetch(insee, {"commune": frozenset({"51649"})}, tmp_path, feed))
    assert {row["POPREF_MEASURE"] for row in rows} == {"PMUN", "PCAP", "PTOT"}
