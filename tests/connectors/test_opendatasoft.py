"""Opendatasoft portals: their catalogue, whole exports checked, workbooks, refusals."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb
import pytest
from producers import workbook
from producers.everyone import Producers
from producers.loopback import Answer, Asked
from producers.opendatasoft import Portal as Producer
from producers.shelf import Attachment, Dataset, Field

from diagnostic import __version__, catalogue
from diagnostic.connectors import bodies, connect, opendatasoft
from diagnostic.connectors.client import Client
from diagnostic.connectors.opendatasoft import Opendatasoft
from diagnostic.connectors.questions import RefusedError
from diagnostic.errors import DataError, SourceError, UnreachableError, UnservedError, UsageError
from diagnostic.model import DatasetCard, Feed, FeedSeries, Fetched, FieldCard, Portal

ROWS = [
    ("2023-12-01", "51649", "Vitry-le-François", "RSA majoré", 95, 1, 2023),
    ("2024-12-01", "51649", "Vitry-le-François", "RSA majoré", 100, 2, 2024),
    ("2024-12-01", "51649", "Vitry-le-François", "RSA non majoré", 505, None, 2024),
    ("2024-12-01", "01001", 'L\'Abergement; "Clémenciat"\nsuite', 'RSA \\ "x"', 0, 4, 2024),
    ("2024-12-01", "2A004", "Ajaccio", "RSA majoré", 1250, 5, 2024),
    ("2024-12-01", None, None, "RSA majoré", 335, 6, 2024),
]
FIELDS = (
    Field("dtreffre", "Date référence", "date", "month"),
    Field("numcomdo", "Numéro commune", "text"),
    Field("nomcom", "Nom", "text"),
    Field("rsa_type", "Type", "text"),
    Field("indfoy_rsa", "Foyers RSA", "int"),
    Field("indnbp_rsa", "Personnes RSA", "double"),
    Field("year", "Année", "int"),
)
VIA = "DIAGNOSTIC_CAFDATA_URL"
FEED = Feed(
    id="caf_rsa",
    portal="caf",
    dataset="rsa_com_f",
    title="RSA",
    levels=("commune",),
    code="numcomdo",
    period="dtreffre",
    series=(
        FeedSeries(series="rsa.foyers", field="indfoy_rsa", where={"rsa_type": "RSA majoré"}),
        FeedSeries(series="rsa.personnes", field="indnbp_rsa"),
    ),
)
COLUMNS = "dtreffre, numcomdo, rsa_type, indfoy_rsa, indnbp_rsa"


def _build(rows: list[tuple[Any, ...]]) -> Callable[[duckdb.DuckDBPyConnection, str], None]:
    def build(connection: duckdb.DuckDBPyConnection, table: str) -> None:
        types = {"date": "DATE", "text": "VARCHAR", "int": "BIGINT", "double": "DOUBLE"}
        columns = ", ".join(f'"{one.name}" {types[one.type]}' for one in FIELDS)
        connection.execute(f"CREATE OR REPLACE TABLE {table} ({columns})")
        for row in rows:
            connection.execute(f"INSERT INTO {table} VALUES (?, ?, ?, ?, ?, ?, ?)", row)  # noqa: S608

    return build


def _workbook() -> bytes:
    def sheet(year: int, *more: str) -> list[list[object]]:
        head = [
            ["APL"],
            [f"Année {year}"],
            ["Code commune ", "Commune", "APL aux  médecins", *more],
        ]
        units: list[object] = [None, None, "consultations"]
        return [*head, units, ["51649", "Vitry", 3.1 + (year - 2023) / 10, 7], [], ["01001", "L’A"]]

    return workbook.pack(
        {"Notes": [["Lisez-moi"]], "APL 2024": sheet(2024, "65 ans"), "APL 2023 ": sheet(2023)}
    )


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DATASETS = (
    Dataset("rsa_com_f", "RSA [Communal]", FIELDS, _build(ROWS), theme="Insertion"),
    Dataset("vide", "Vide", FIELDS, _build([])),
    Dataset(
        "apl",
        "APL",
        (),
        lambda *_: None,
        count=lambda: 0,
        attachments=(Attachment("apl_xlsx", "apl.xlsx", XLSX, _workbook),),
    ),
)


class Picky(Producer):
    """A portal that may do less than the reference says, or say it otherwise."""

    def __init__(self, *datasets: Dataset) -> None:
        """As the reference, until a test says otherwise."""
        super().__init__("caf", VIA, datasets or DATASETS)
        self.forms = {"parquet", "csv", "jsonl"}
        self.least = 0
        self.instead: Callable[[Asked], Answer | None] = lambda _: None

    def answer(self, asked: Asked) -> Answer:
        """As the reference, but for the forms of export and the smallest page."""
        form = asked.path.partition("/exports/")[2]
        refused = form and form not in self.forms
        if refused or ("/records" in asked.path and int(asked.one("limit", "10")) < self.least):
            return Answer(400, b'{"error_code": "InvalidRESTParameterError", "message": "no"}')
        return self.instead(asked) or super().answer(asked)

    def exports(self) -> list[str]:
        """The exports asked so far."""
        return [one.path.rpartition("/")[2] for one in self.log.calls("*/exports/*")]


@pytest.fixture
def caf(loopback: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Picky]:
    """A portal with three datasets, where the program asks."""
    del loopback
    for name in ("http_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    one = Picky()
    one.start()
    monkeypatch.setenv(VIA, one.url)
    yield one
    one.stop()
    one.shelf.connection.close()


def portal(**more: str) -> Portal:
    """The Cnaf's portal."""
    facts = {"address": "https://data.caf.fr", "variable": VIA} | more
    return Portal(id="caf", api="opendatasoft", producer="Cnaf", **facts)


def connector(**how: Any) -> Opendatasoft:
    """A connector that waits for nothing."""
    found = connect(portal(), Client(sleep=lambda _: None, **how))
    assert isinstance(found, Opendatasoft)
    return found


def fetch(asking: Opendatasoft, feed: Feed, folder: Path, wanted: Any = None) -> Fetched:
    """The feed fetched into the folder."""
    return asking.fetch(feed, wanted or {"commune": None}, folder, lambda *_: None)


def rows(fetched: Fetched) -> list[tuple[str | None, ...]]:
    """What the file says, as text, months as months."""
    table = {
        "parquet": "read_parquet(?)",
        "csv": "read_csv(?, delim = ';', all_varchar = true, header = true)",
        "jsonl": "read_json(?, format = 'newline_delimited')",
    }[fetched.form]
    with duckdb.connect() as base:
        query = f"SELECT {COLUMNS} FROM {table}"  # noqa: S608
        found = base.execute(query, [str(fetched.path)]).fetchall()
    told = [tuple(None if cell is None else str(cell) for cell in row) for row in found]
    return [(row[0][:7], *row[1:3], *map(_whole, row[3:])) for row in told if row[0]]


def _whole(cell: str | None) -> str | None:
    return cell.removesuffix(".0") if cell else cell


EXPECTED = [
    (row[0][:7], row[1], row[3], str(row[4]), None if row[5] is None else str(row[5]))
    for row in ROWS
]


# What the portal holds.


def test_reads_cards_once(caf: Picky) -> None:
    """A card says what the portal says; the catalogue is asked in one call, once."""
    asking = connector()
    cards = asking.cards()
    assert set(cards) == {"rsa_com_f", "vide", "apl"}
    card = cards["rsa_com_f"]
    assert (card.title, card.licence, card.themes) == (
        "RSA [Communal]",
        "Licence Ouverte v2.0",
        ("Insertion",),
    )
    assert card.processed == "2026-08-03T07:48:47.120000+00:00"
    assert card.modified == "2026-08-03T07:50:20+00:00"
    assert (card.records, card.keywords, card.publisher) == (6, (), "")
    assert card.fields[4] == FieldCard(name="indfoy_rsa", label="Foyers RSA", type="int")
    assert cards["apl"].attachments == ("apl_xlsx",)
    assert asking.cards() is cards
    assert len(caf.log.calls()) == 1


def test_reads_every_page(loopback: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A catalogue of 250 datasets takes three pages."""
    del loopback
    many = Picky(*(dataclasses.replace(DATASETS[1], id=f"jeu{n:03}") for n in range(250)))
    many.start()
    monkeypatch.setenv(VIA, many.url)
    assert len(connector().cards()) == 250
    assert [one.query for one in many.log.calls()] == [
        f"limit=100&offset={offset}" for offset in (0, 100, 200)
    ]
    many.stop()
    many.shelf.connection.close()


def _page(*ids: str, total: int) -> Answer:
    results = [{"dataset_id": one} for one in ids]
    return Answer(body=json.dumps({"total_count": total, "results": results}).encode())


def test_looks_again_for_what_paging_lost(
    caf: Picky, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A dataset that the first pages lost is met by others, or asked alone when it is wanted."""
    monkeypatch.setattr(opendatasoft, "PAGE", 2)
    pages = {
        ("2", "0"): _page("a", "b", total=5),
        ("2", "2"): _page("b", "c", total=5),
        ("2", "4"): _page("c", total=5),
        ("1", "3"): _page("d", total=5),
        ("1", "4"): _page(total=5),
    }

    def shifted(asked: Asked) -> Answer | None:
        if not asked.path.endswith("/datasets"):
            return None
        return pages.get((asked.one("limit"), asked.one("offset")), _page("a", total=5))

    caf.instead = shifted
    asking = connector()
    assert set(asking.cards()) == {"a", "b", "c", "d"}
    assert fetch(asking, FEED, tmp_path).rows == 6
    assert "rsa_com_f" in asking.cards()


@pytest.mark.parametrize(
    "metas",
    [
        {"default": {"title": "T", "theme": "Un thème", "records_count": 3, "license": None}},
        {"title": "T", "theme": ["Un thème"], "records_count": 3},
    ],
)
def test_reads_either_shape_of_metas(metas: Mapping[str, Any]) -> None:
    """Metas under "default" or not, a wrapped dataset, absent keys: "" or None, nothing guessed."""
    entry = {
        "dataset_id": "x",
        "metas": metas,
        "fields": [{"name": "n"}],
        "attachments": [{"title": "t.xlsx"}],
    }
    card = DatasetCard(
        id="x",
        title="T",
        fields=(FieldCard(name="n", label="", type=""),),
        themes=("Un thème",),
        records=3,
        attachments=("t.xlsx",),
    )
    assert opendatasoft._described(entry) == card
    assert opendatasoft._described({"dataset": entry}) == card
    assert opendatasoft._described({"dataset_id": "y"}) == DatasetCard(id="y", title="y")


@pytest.mark.parametrize("body", [b"[]", b"{}", b'{"total_count": 1, "results": [{"id": "x"}]}'])
def test_refuses_a_catalogue_of_another_shape(caf: Picky, body: bytes) -> None:
    """What is no catalogue is a fault of the data, named."""
    caf.instead = lambda _: Answer(body=body)
    with pytest.raises(DataError, match="liste de ses jeux de données, reçu une liste d’une autre"):
        connector().cards()


def test_an_unknown_dataset_is_unserved(caf: Picky, tmp_path: Path) -> None:
    """A dataset that the portal has no more is told with the nearest ones, and is no fault."""
    gone = dataclasses.replace(FEED, dataset="rsa_com")
    with pytest.raises(UnservedError, match="n’a pas \\(ou plus\\)") as raised:
        fetch(connector(), gone, tmp_path)
    assert "Cnaf" in raised.value.message
    assert "«\u00a0rsa_com\u00a0»" in raised.value.message
    assert "rsa_com_f" in raised.value.hint
    far = dataclasses.replace(FEED, dataset="zzz")
    with pytest.raises(UnservedError, match="catalogue"):
        fetch(connector(), far, tmp_path)
    assert caf.exports() == []


@pytest.mark.parametrize(("status", "error"), [(401, RefusedError), (200, DataError)])
def test_a_card_that_cannot_be_read(
    caf: Picky, tmp_path: Path, status: int, error: type[SourceError]
) -> None:
    """A dataset asked alone may be refused, or described by something else."""
    gone = dataclasses.replace(FEED, dataset="rsa_com")
    caf.instead = lambda asked: Answer(status, b"[]") if "rsa_com" in asked.path else None
    with pytest.raises(error, match="rsa_com"):
        fetch(connector(), gone, tmp_path)


# Whole exports.


@pytest.mark.parametrize("form", ["parquet", "csv", "jsonl"])
def test_fetches_every_row_in_any_form(caf: Picky, tmp_path: Path, form: str) -> None:
    """Whichever form the portal serves, all the rows come, in one call, once it is known."""
    caf.forms = {form}
    asking = connector()
    fetched = fetch(asking, FEED, tmp_path)
    assert (fetched.form, fetched.rows, fetched.missing) == (form, 6, ())
    assert rows(fetched) == EXPECTED
    assert fetched.covers == {"commune": None}
    assert fetched.card == asking.cards()["rsa_com_f"]
    assert fetched.size == fetched.path.stat().st_size
    assert fetched.address.startswith(f"{caf.url}/api/explore/v2.1/catalog/datasets/rsa_com_f/")
    forms = ["parquet", "csv", "jsonl"]
    tried = forms[: forms.index(form) + 1]
    assert caf.exports() == tried
    fetch(asking, FEED, tmp_path)
    assert caf.exports() == [*tried, form]
    assert caf.log.calls("*/records") == []  # the card said how many
    assert all("offset" not in one.query for one in caf.log.calls("*/exports/*"))


def test_asks_just_the_columns(caf: Picky, tmp_path: Path) -> None:
    """The columns of the feed are selected, words of ODSQL in backquotes."""
    caf.forms = {"csv"}
    feed = dataclasses.replace(FEED, largest="year")
    fetched = fetch(connector(), feed, tmp_path)
    assert "select=numcomdo%2Cdtreffre%2C%60year%60%2Crsa_type%2Cindfoy_rsa%2Cindnbp_rsa&" in (
        fetched.address
    )
    assert fetched.address.endswith("&delimiter=%3B&with_bom=true")
    assert fetched.path.read_bytes().startswith(
        b"\xef\xbb\xbfnumcomdo;dtreffre;year;rsa_type;indfoy_rsa;indnbp_rsa\n51649;2023-12;2023;"
    )


@pytest.mark.parametrize(
    ("where", "count"),
    [
        ({"rsa_type": 'RSA \\ "x"'}, 1),
        ({"rsa_type": "RSA majoré"}, 4),
        ({"dtreffre": "2024-12"}, 5),
        ({"year": "2023"}, 1),
        ({"year": "2024", "indnbp_rsa": "4.0", "rsa_type": 'RSA \\ "x"'}, 1),
    ],
)
def test_selects_rows(caf: Picky, tmp_path: Path, where: dict[str, str], count: int) -> None:
    """The rows of the feed are asked with the escapes of ODSQL, and counted by the portal."""
    fetched = fetch(connector(), dataclasses.replace(FEED, where=where), tmp_path)
    assert fetched.rows == count
    assert len(caf.log.calls("*/records")) == 1


@pytest.mark.parametrize(
    ("value", "type_", "literal"),
    [
        ("2023", "int", "2023"),
        ("-1.5", "double", "-1.5"),
        ("n.c.", "int", '"n.c."'),
        ("2023", "date", "date'2023-01-01'"),
        ("2024-12", "date", "date'2024-12-01'"),
        ("2024-12-31", "datetime", "date'2024-12-31'"),
        ("2023", "", '"2023"'),
        ('Don\'t \\ "say"', "text", '"Don\'t \\\\ \\"say\\""'),
    ],
)
def test_writes_values_as_their_column_wants(value: str, type_: str, literal: str) -> None:
    """Numbers bare, dates as dates with their first day, texts escaped."""
    assert opendatasoft._literal(value, type_) == literal


@pytest.mark.parametrize(
    ("name", "written"),
    [("indfoy_rsa", "indfoy_rsa"), ("Year", "`Year`"), ("2024", "`2024`"), ("a-b", "`a-b`")],
)
def test_names_columns(name: str, written: str) -> None:
    """A name that ODSQL could take for something else is in backquotes."""
    assert opendatasoft._named(name) == written


def test_leaves_out_a_column_that_is_gone(caf: Picky, tmp_path: Path) -> None:
    """A column of values that the dataset has no more loses its series, not the others."""
    gone = FeedSeries(series="rsa.montant", field="indmtt_rsa")
    feed = dataclasses.replace(FEED, series=(*FEED.series, gone))
    fetched = fetch(connector(), feed, tmp_path)
    assert (fetched.missing, fetched.rows) == (("indmtt_rsa",), 6)
    assert rows(fetched) == EXPECTED
    assert "indmtt_rsa" not in fetched.address
    assert len(caf.exports()) == 1


@pytest.mark.parametrize(
    ("change", "lost", "near"),
    [
        ({"code": "numcom"}, "numcom", "numcomdo"),
        ({"period": "dtrefre"}, "dtrefre", "dtreffre"),
        ({"largest": "indfoy_rso"}, "indfoy_rso", "indfoy_rsa"),
        ({"where": {"zone": "1"}}, "zone", "dtreffre, numcomdo, nomcom"),
        (
            {"series": (FeedSeries(series="a", field="indfoy_rsa", where={"typ": "x"}),)},
            "typ",
            "rsa_type",
        ),
        ({"series": (FeedSeries(series="a", field="indfoy_rsaa"),)}, "indfoy_rsaa", "indfoy_rsa"),
    ],
)
def test_stops_at_a_column_without_which_nothing_is_sure(
    caf: Picky, tmp_path: Path, change: dict[str, Any], lost: str, near: str
) -> None:
    """Without its codes, periods or filters, or any value, a feed is not even exported."""
    with pytest.raises(DataError, match=f"de colonne {lost}") as raised:
        fetch(connector(), dataclasses.replace(FEED, **change), tmp_path)
    assert "Cnaf" in raised.value.message
    assert "rsa_com_f" in raised.value.message
    assert near in raised.value.hint
    assert caf.exports() == []


def test_a_portal_that_describes_no_column(caf: Picky, tmp_path: Path) -> None:
    """Where the portal lists no columns, the export itself shows what is lacking."""
    caf.instead = lambda asked: (
        _page("rsa_com_f", total=1) if asked.path.endswith("/datasets") else None
    )
    assert fetch(connector(), FEED, tmp_path).rows == 6
    assert len(caf.log.calls("*/records")) == 1  # nor how many rows
    gone = dataclasses.replace(FEED, code="numcom")
    with pytest.raises(RefusedError, match="numcom"):
        fetch(connector(), gone, tmp_path)
    assert caf.exports() == ["parquet", "parquet"]


FORMS = ("parquet", "csv", "jsonl")
BODY_FAULTS: list[tuple[str, dict[str, Any], str]] = [
    ("short", {}, "5 lignes, là où le portail en compte 6"),
    ("short", {"rows": 6}, "0 lignes, là où le portail en compte 6"),
    ("without", {"columns": ["numcomdo"]}, "sans numcomdo"),
    ("without", {"columns": ["indfoy_rsa"]}, "sans indfoy_rsa"),
    ("renamed", {"names": {"indfoy_rsa": "rsa"}}, "sans indfoy_rsa"),
    ("tail", {}, "Streaming interrupted"),
    ("html", {}, "une page HTML"),
    ("empty", {}, "un corps vide"),
    ("truncated", {}, ""),
    ("drop", {}, "un corps incomplet"),
    ("truncated_gzip", {}, "un corps gzip incomplet"),
    ("huge", {}, "un corps de plus de 4\u00a0Go"),
    ("bomb", {"size": 1 << 28}, "grossit plus de 100 fois"),
]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("kind", "how", "reason"), BODY_FAULTS)
def test_accepts_no_spoilt_export(  # noqa: PLR0917 - a fault, its details, and where it strikes
    caf: Picky,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    form: str,
    kind: str,
    how: dict[str, Any],
    reason: str,
) -> None:
    """Whatever is wrong with a body is found, and told with producer, dataset and address."""
    if form == "jsonl" and how == {"rows": 6}:
        reason = "un corps vide"  # a file without rows has no names either
    monkeypatch.setattr(bodies, "SLACK", 1 << 20)
    caf.forms = {form}
    asking = connector(tries=2)
    asking._forms = (form,)  # type: ignore[assignment]
    caf.fail(kind, "*/exports/*", **how)
    with pytest.raises(DataError) as raised:
        fetch(asking, FEED, tmp_path)
    assert reason in raised.value.message
    assert "Cnaf (127.0.0.1" in raised.value.message
    assert "jeu «\u00a0rsa_com_f\u00a0»\u00a0: attendu un export" in raised.value.message
    assert "/exports/" in raised.value.hint
    caf.heal()
    assert rows(fetch(asking, FEED, tmp_path)) == EXPECTED


@pytest.mark.parametrize(
    ("kind", "how", "error", "calls"),
    [
        ("broken", {}, "en panne (500)", 1),
        ("busy", {}, "en panne (503)", 3),
        ("gateway", {}, "en panne (502)", 3),
        ("storm", {}, "trop de demandes (429)", 3),
        ("storm_reset", {"seconds": 9}, "trop de demandes (429)", 3),
        ("storm_reset", {"seconds": 900}, "quota de la journée épuisé", 1),
        ("redirect", {"to": "file:///etc/passwd"}, "que le programme ne suit pas", 1),
        ("redirect", {"to": "https://evil.example/x"}, "que le programme ne suit pas", 1),
        ("refused", {}, "connexion coupée", 3),
    ],
)
def test_refusals_are_told(  # noqa: PLR0917
    caf: Picky, tmp_path: Path, kind: str, how: dict[str, Any], error: str, calls: int
) -> None:
    """A portal that refuses is a source that fails: in its own words, after fair tries."""
    asking = connector(tries=3)
    asking.cards()
    caf.fail(kind, "*/exports/*", **how)
    with pytest.raises(SourceError) as raised:
        fetch(asking, FEED, tmp_path)
    assert error in raised.value.message
    assert "rsa_com_f" in raised.value.message
    assert not isinstance(raised.value, UnreachableError)
    assert len(caf.exports()) == calls
    assert list(tmp_path.iterdir()) == []


def test_recovers_from_what_passes(caf: Picky, tmp_path: Path) -> None:
    """Two refusals and a drop later, the export is whole."""
    caf.fail("busy", "*/exports/*", times=1)
    caf.fail("storm", "*/exports/*", times=1)
    caf.fail("drop", "*/exports/*", times=1)
    assert rows(fetch(connector(), FEED, tmp_path)) == EXPECTED
    assert len(caf.exports()) == 4


def test_says_when_the_quota_begins_anew(caf: Picky, tmp_path: Path) -> None:
    """The quota of the day is told with the moment when it begins anew."""
    caf.quota = 1
    with pytest.raises(SourceError, match=r"quota de la journée épuisé, remis à zéro le .*UTC"):
        fetch(connector(), FEED, tmp_path)


def test_believes_the_portal_rather_than_an_old_card(caf: Picky, tmp_path: Path) -> None:
    """A dataset published again since its card was read is counted anew."""
    asking = connector()
    asking.cards()
    caf.shelf.datasets["rsa_com_f"] = dataclasses.replace(
        DATASETS[0], build=_build([*ROWS, ROWS[0]]), edition=1
    )
    assert fetch(asking, FEED, tmp_path).rows == 7
    assert len(caf.log.calls("*/records")) == 1


def test_counts_with_the_smallest_page_accepted(caf: Picky, tmp_path: Path) -> None:
    """A portal that refuses a page of nothing is asked for a page of one; then it is believed."""
    feed = dataclasses.replace(FEED, where={"rsa_type": "RSA majoré"})
    caf.least = 1
    assert fetch(connector(), feed, tmp_path).rows == 4
    assert [one.query.rpartition("&")[2] for one in caf.log.calls("*/records")] == [
        "limit=0",
        "limit=1",
    ]
    caf.least = 2
    with pytest.raises(RefusedError, match="400"):
        fetch(connector(), feed, tmp_path)
    caf.least = 0
    caf.fail("broken", "*/records")
    with pytest.raises(RefusedError, match="500"):
        fetch(connector(), feed, tmp_path)


@pytest.mark.parametrize("body", [b"[]", b"{}", b'{"total_count": "6"}'])
def test_refuses_a_count_that_is_none(caf: Picky, tmp_path: Path, body: bytes) -> None:
    """A count that cannot be read checks nothing: refused."""
    caf.instead = lambda asked: Answer(body=body) if "/records" in asked.path else None
    with pytest.raises(DataError, match="reçu une réponse qui ne le dit pas"):
        fetch(connector(), dataclasses.replace(FEED, where={"year": "2023"}), tmp_path)


def test_an_emptied_dataset_is_no_news_about_places(caf: Picky, tmp_path: Path) -> None:
    """A dataset without any row is not taken for places without figures."""
    for form in ("parquet", "csv"):
        caf.forms = {form}
        with pytest.raises(DataError, match="aucune ligne"):
            fetch(connector(), dataclasses.replace(FEED, dataset="vide"), tmp_path)


@pytest.mark.usefixtures("caf")
def test_asks_a_few_codes_of_a_very_large_dataset(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Few codes of a very large dataset are asked alone, and they only are covered."""
    monkeypatch.setattr(opendatasoft, "LARGE", 6)
    wanted = {"commune": frozenset({"51649", "2A004"})}
    fetched = fetch(connector(), FEED, tmp_path, wanted)
    assert (fetched.rows, fetched.covers) == (4, wanted)
    named = dataclasses.replace(FEED, where={"year": "2024"})
    assert fetch(connector(), named, tmp_path, wanted).rows == 3
    nothing = {"commune": frozenset({"99999"})}
    assert fetch(connector(), FEED, tmp_path, nothing).rows == 0
    many = {"commune": frozenset(map(str, range(opendatasoft.FEW + 1)))}
    for feed, some in (
        (FEED, many),
        (FEED, {"commune": None}),
        (FEED, {"france": frozenset({"france"})}),
        (dataclasses.replace(FEED, fold=True), wanted),
    ):
        fetched = fetch(connector(), feed, tmp_path, some)
        assert (fetched.rows, fetched.covers) == (6, {"commune": None})


# Workbooks.

APL = Feed(
    id="drees:apl",
    portal="drees",
    dataset="apl",
    title="APL",
    levels=("commune",),
    code="Code commune",
    period="annee",
    clock="year",
    series=(
        FeedSeries(series="apl", field="APL aux médecins"),
        FeedSeries(series="apl65", field="65 ans"),
    ),
    attachment="apl_xlsx",
    sheet="APL {year}",
    header=3,
)


def test_makes_one_table_of_a_workbook(caf: Picky, tmp_path: Path) -> None:
    """One sheet a year becomes one table with its year; what a year lacks is empty."""
    fetched = fetch(connector(), APL, tmp_path)
    assert fetched.path.read_text("utf-8").splitlines() == [
        "Code commune;annee;APL aux médecins;65 ans",
        ";2023;consultations;",
        "51649;2023;3.1;",
        "01001;2023;;",
        ";2024;consultations;",
        "51649;2024;3.2;7",
        "01001;2024;;",
    ]
    assert (fetched.form, fetched.rows, fetched.missing) == ("csv", 6, ())
    assert fetched.covers == {"commune": None}
    assert fetched.address == (
        f"{caf.url}/api/explore/v2.1/catalog/datasets/apl/attachments/apl_xlsx"
    )
    assert fetched.size == len(_workbook())


@pytest.mark.usefixtures("caf")
def test_a_sheet_may_say_its_periods(tmp_path: Path) -> None:
    """Without a year in its name, the sheet has the column of periods; a column gone is told."""
    gone = FeedSeries(series="x", field="Disparue")
    feed = dataclasses.replace(APL, sheet="APL 2024", period="Commune", series=(*APL.series, gone))
    fetched = fetch(connector(), feed, tmp_path)
    assert fetched.missing == ("Disparue",)
    assert fetched.path.read_text("utf-8").splitlines()[2] == "51649;Vitry;3.2;7"


@pytest.mark.parametrize(
    ("change", "reason", "near"),
    [
        ({"attachment": "autre_xlsx"}, "pas de pièce jointe autre_xlsx", "apl_xlsx"),
        ({"sheet": "IPS {year}"}, "pas de feuille «\u00a0IPS {year}\u00a0»", "APL 2024"),
        ({"sheet": "IPS"}, "pas de feuille «\u00a0IPS\u00a0»", "APL 2024"),
        ({"header": 2}, "ne nomme pas Code commune", "Année 2023, B"),
        ({"header": 99}, "ne nomme pas Code commune", ""),
        ({"code": "Code"}, "ne nomme pas Code", "Code commune"),
        ({"sheet": "", "header": 1, "code": "", "period": "Lisez-moi"}, "colonnes attendues", ""),
        (
            {"series": (FeedSeries(series="a", field="APL"),)},
            "aucune des colonnes attendues\u00a0: APL",
            "APL aux médecins",
        ),
        ({"sheet": "Vide {year}"}, "pas de feuille", ""),
    ],
)
@pytest.mark.usefixtures("caf")
def test_refuses_a_workbook_that_changed(
    tmp_path: Path, change: dict[str, Any], reason: str, near: str
) -> None:
    """A workbook without the sheet, the line or the columns is refused, with those it has."""
    with pytest.raises(DataError) as raised:
        fetch(connector(), dataclasses.replace(APL, **change), tmp_path)
    assert reason in raised.value.message
    assert "Cnaf" in raised.value.message
    assert near in raised.value.hint


def test_a_workbook_of_names_only_is_refused(caf: Picky, tmp_path: Path) -> None:
    """A sheet without rows says nothing of places."""
    bare = workbook.pack({"APL 2024": [["Code commune", "APL aux médecins"], []]})
    caf.instead = lambda asked: Answer(body=bare) if "/attachments/" in asked.path else None
    with pytest.raises(DataError, match="aucune ligne"):
        fetch(connector(), dataclasses.replace(APL, header=1), tmp_path)
    caf.instead = lambda _: None
    caf.fail("zip_bomb", "*/attachments/*", size=30 << 20)
    with pytest.raises(DataError, match="pièce jointe apl_xlsx"):
        fetch(connector(), APL, tmp_path)
    caf.heal()
    caf.fail("broken", "*/attachments/*")
    with pytest.raises(RefusedError, match="500"):
        fetch(connector(), APL, tmp_path)


# Addresses and keys.


def test_says_its_call(caf: Picky) -> None:
    """The call of a feed can be shown without any network, better once the cards are known."""
    asking = connector()
    feed = dataclasses.replace(FEED, where={"year": "2024"})
    base = f"{caf.url}/api/explore/v2.1/catalog/datasets"
    select = "select=numcomdo%2Cdtreffre%2C%60year%60%2Crsa_type%2Cindfoy_rsa%2Cindnbp_rsa"
    start = f"{base}/rsa_com_f/exports/parquet?{select}&where=%60year%60%3D"
    assert asking.call(feed) == f"{start}%222024%22"
    assert caf.log.calls() == []
    asking.cards()
    assert asking.call(feed) == f"{start}2024"
    assert asking.call(APL) == f"{base}/apl/attachments/apl_xlsx"


def test_a_key_is_sent_and_checked(
    caf: Picky, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The key of the environment goes into the header; one that no header can hold is refused."""
    heard: list[str] = []

    def private(asked: Asked) -> Answer | None:
        heard.append(asked.headers.get("authorization", ""))
        return None if heard[-1] == "Apikey abc" else Answer(401, b"{}")

    caf.instead = private
    with pytest.raises(RefusedError) as raised:
        fetch(connector(), FEED, tmp_path)
    assert "DIAGNOSTIC_CAFDATA_APIKEY" in raised.value.hint
    monkeypatch.setenv("DIAGNOSTIC_CAFDATA_APIKEY", " abc\n")
    assert fetch(connector(), FEED, tmp_path).rows == 6
    assert heard == ["", "Apikey abc", "Apikey abc"]
    for wrong in ("a\nb", "sésame"):
        monkeypatch.setenv("DIAGNOSTIC_CAFDATA_APIKEY", wrong)
        with pytest.raises(UsageError, match="DIAGNOSTIC_CAFDATA_APIKEY") as refused:
            connector()
        assert wrong not in str(refused.value)


def test_asks_where_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """The variable replaces the address, without its last slash; unset, the address stands."""
    monkeypatch.setenv(VIA, " https://miroir.example/caf/ ")
    assert connector().portal.address == "https://miroir.example/caf"
    monkeypatch.delenv(VIA)
    assert connector().portal.address == "https://data.caf.fr"


@pytest.mark.parametrize(
    "address",
    [
        "data.caf.fr",
        "file:///etc/passwd",
        "ftp://data.caf.fr",
        "https://anna:secret@data.caf.fr",
        "https://data.caf.fr?x=1",
        "https://data.caf.fr#x",
        "https://",
        "https://[::1",
        "https://data.caf.fr:port",
    ],
)
def test_refuses_what_is_no_address(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """An address that is none, or that holds a password, is refused and not printed."""
    monkeypatch.setenv(VIA, address)
    with pytest.raises(UsageError, match=VIA) as raised:
        connector()
    assert "secret" not in str(raised.value)
    assert "https://data.caf.fr" in raised.value.hint


def test_speaks_no_api_that_it_does_not_know() -> None:
    """A portal of another kind is never asked as if it were of this one."""
    other = dataclasses.replace(portal(), api="sparql")  # type: ignore[arg-type]
    with pytest.raises(UnservedError, match="l’API sparql"):
        connect(other, Client())


# Against the whole fake of data.caf.fr.


def test_every_feed_of_the_cnaf_comes_whole(
    loopback: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The feeds of the shipped catalogue take one call each, and the catalogue one a page."""
    del loopback
    known = catalogue.load()
    feeds = [feed for feed in known.feeds.values() if feed.portal == "caf"]
    with Producers(["51649", "75056", "2A004"]) as some:
        monkeypatch.setenv(VIA, some.caf.url)
        asking = connect(known.portals["caf"], Client(quick=True))
        for feed in feeds:
            fetched = fetch(asking, feed, tmp_path)  # type: ignore[arg-type]
            assert (fetched.form, fetched.missing) == ("parquet", ())
            assert fetched.rows > 0
        assert len(some.caf.log.calls("*/exports/*")) == len(feeds)
        assert len(some.caf.log.calls("*/datasets")) == -(-len(asking.cards()) // 100)
        assert some.caf.log.agents() == {f"diagnostic-territorial/{__version__}"}
        assert some.caf.log.busiest() == 1
