"""The fake portal keeps the contract of Explore v2.1, line by line."""

from __future__ import annotations

import gzip
import http.client
import io
import json
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from producers.everyone import Producers

# The fakes are judged in the long run; the connectors judge them every day.
pytestmark = pytest.mark.long

COMMUNES = (
    "51649",
    "51065",
    "51108",
    "2A004",
    "33063",
    "75056",
    "69123",
    "13055",
    "97411",
    "04070",
)


@pytest.fixture(scope="module")
def some() -> Iterator[Producers]:
    """A few communes, Paris, Lyon and Marseille among them."""
    with Producers(COMMUNES) as everyone:
        yield everyone


@pytest.fixture
def caf(some: Producers, loopback: None) -> Iterator[Any]:
    """The Cafdata portal without a fault."""
    del loopback
    yield some.caf
    some.reset()


def ask(portal: Any, path: str, **words: object) -> tuple[int, bytes, Any]:
    """Status, body as sent, headers."""
    query = urllib.parse.urlencode(words, doseq=True)
    url = f"{portal.url}/api/explore/v2.1/catalog{path}?{query}"
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:  # noqa: S310
            return answer.status, answer.read(), answer.headers
    except urllib.error.HTTPError as error:
        return error.code, error.read(), error.headers


def records(portal: Any, dataset: str, **words: object) -> list[dict[str, Any]]:
    """The results of a call that is right."""
    status, body, _ = ask(portal, f"/datasets/{dataset}/records", **words)
    assert status == 200, body
    return list(json.loads(body)["results"])


def code(portal: Any, path: str, **words: object) -> tuple[int, str]:
    """The status and error_code of a call that is wrong."""
    status, body, _ = ask(portal, path, **words)
    return status, json.loads(body)["error_code"]


def test_catalogue_says_every_dataset(caf: Any) -> None:
    """Ids, fields, dates and counts by pages, or all in one call; counts are those of the rows."""
    pages = [json.loads(ask(caf, "/datasets", limit=100, offset=n)[1]) for n in (0, 100, 200)]
    cards = [card for page in pages for card in page["results"]]
    assert {page["total_count"] for page in pages} == {len(cards)}
    assert len(cards) > 200
    assert json.loads(ask(caf, "/exports/json")[1]) == cards
    some = ("s_ben", "txcouv", "nbpla", "rsa_s_type", "ndur_s_qf", "al_s_type_parc")
    checked = [card for card in cards if card["dataset_id"].startswith(some)]
    assert len(checked) > 40
    for card in checked:
        total = json.loads(ask(caf, f"/datasets/{card['dataset_id']}/records", limit=1)[1])
        assert total["total_count"] == card["metas"]["default"]["records_count"], card["dataset_id"]
    departments = next(card for card in cards if card["dataset_id"] == "s_ben_dep")
    types = {one["name"]: one["type"] for one in departments["fields"]}
    assert (len(types), types["indben_aeeh"], types["dtreffre"]) == (94, "text", "date")


def test_a_cut_benefit_adds_up(some: Producers, caf: Any) -> None:
    """An exact family: the kinds of a benefit make the whole of it."""
    month = "dtreffre=date'2024-12-01'"
    whole = records(caf, "s_ben_nat", where=month, select="indfoy_rsa as n")
    kinds = records(caf, "rsa_s_age_5_dep", where=month, select="sum(indfoy_rsa) as n")
    assert kinds == whole
    town = records(caf, "rsa_s_age_5_com_f", where=f"{month} and numcomdo='51649'", limit=100)
    true = some.cafdata.lines(2024).set_index("code").loc["51649", "foy_rsa"]
    assert all(one["indfoy_rsa"] % 5 == 0 for one in town)
    assert abs(sum(one["indfoy_rsa"] for one in town) - true) <= 2 * len(town)


def test_windows_are_those_of_the_contract(caf: Any) -> None:
    """limit 101, a sum above 10 000 and a group window above 20 000 are refused, −1 is not."""
    path = "/datasets/s_ben_dep/records"
    assert ask(caf, path, limit=100, offset=9900)[0] == 200
    assert code(caf, path, limit=100, offset=9901) == (400, "InvalidRESTParameterError")
    assert code(caf, path, limit=101) == (400, "InvalidRESTParameterError")
    assert ask(caf, path, limit=-1)[0] == 200
    assert ask(caf, path, limit=20000, group_by="numdep")[0] == 200
    assert code(caf, path, limit=20001, group_by="numdep") == (400, "InvalidRESTParameterError")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ({"where": "indfoy_rsa >"}, "ODSQLSyntaxError"),
        ({"where": "BOGUS(. "}, "ODSQLSyntaxError"),
        ({"where": "bogus = 1"}, "ODSQLError"),
        ({"select": "if(indfoy_rsa, 1, 2)"}, "ODSQLError"),
        ({"where": "numcomdo = 51649"}, "ODSQLError"),
        ({"where": "dtreffre = 2024"}, "ODSQLError"),
    ],
)
def test_wrong_queries_are_refused(caf: Any, words: dict[str, str], expected: str) -> None:
    """A query that cannot be read, or that means nothing, is a 400 that says which."""
    assert code(caf, "/datasets/s_ben_com_f/records", **words) == (400, expected)


def test_unknown_dataset_is_404(caf: Any) -> None:
    """A dataset that is not there: NotFoundResource."""
    assert code(caf, "/datasets/s_ben_iris_f") == (404, "NotFoundResource")


def test_queries_select_and_order(caf: Any) -> None:
    """Dates, lists, null, escapes, order: nulls are last both ways, comparisons with null false."""
    found = records(
        caf, "s_ben_com_f", select="dtreffre, indfoy_rsa as rsa", order_by="dtreffre desc",
        where="numcomdo in ('51649') and dtreffre >= date'2023-12-01'",
    )  # fmt: skip
    assert [one["dtreffre"] for one in found] == ["2024-12", "2023-12"]
    assert all(one["rsa"] % 5 == 0 for one in found)
    year = "dtreffre = date'2024-12-01'"
    for order in ("numcomdo", "numcomdo desc"):
        last = records(caf, "s_ben_com_f", order_by=order, limit=100, where=year)[-1]
        assert last["numcomdo"] is None
    assert len(records(caf, "s_ben_com_f", where="numcomdo is null")) == 5
    below = records(caf, "s_ben_com_f", where="not (numcomdo < '99')", limit=100)
    assert {one["numcomdo"] for one in below} == {None, "XXX"}
    assert not records(caf, "s_ben_com_f", where=r"nomcom = 'L\'Haÿ \"\\'")
    grouped = records(caf, "s_ben_com_f", group_by="dtreffre", select="sum(indfoy_rsa) as n")
    assert [set(one) for one in grouped] == [{"dtreffre", "n"}] * 5


def test_export_is_whole_and_as_written(caf: Any) -> None:
    """CSV: a BOM, semicolons, names or labels; JSON an array; JSON lines; Parquet with dates."""
    path, words = "/datasets/s_ben_com_f/exports", {"select": "dtreffre,numcomdo,indfoy_rsa"}
    total = json.loads(ask(caf, "/datasets/s_ben_com_f/records", limit=1)[1])["total_count"]
    csv = ask(caf, f"{path}/csv", **words)[1]
    assert csv.startswith(b"\xef\xbb\xbfdtreffre;numcomdo;indfoy_rsa\n")
    assert csv.count(b"\n") == total + 1
    assert b"\n2024-12;;" in csv  # the row of no commune
    labels = ask(caf, f"{path}/csv", use_labels="true", with_bom="false", delimiter=",", **words)[1]
    assert labels.startswith("Date référence,Numéro commune,Nombre foyers RSA\n".encode())
    rows = json.loads(ask(caf, f"{path}/json", **words)[1])
    assert len(rows) == total
    assert {type(one["indfoy_rsa"]) for one in rows} == {int}
    assert None in {one["numcomdo"] for one in rows}
    lines = ask(caf, f"{path}/jsonl", limit=7, **words)[1].splitlines()
    assert [json.loads(line)["dtreffre"][4:] for line in lines] == ["-12"] * 7


def test_export_in_parquet(caf: Any, tmp_path: Any) -> None:
    """Parquet keeps the first of the month as a date, and the same rows."""
    file = tmp_path / "x.parquet"
    file.write_bytes(ask(caf, "/datasets/s_ben_com_f/exports/parquet")[1])
    columns = "typeof(any_value(dtreffre)), count(*), max(dtreffre)::VARCHAR"
    found = duckdb.read_parquet(str(file)).aggregate(columns).fetchall()
    total = json.loads(ask(caf, "/datasets/s_ben_com_f/records", limit=1)[1])["total_count"]
    assert found == [("DATE", total, "2024-12-01")]


def test_offset_on_an_export_breaks_off_in_a_200(caf: Any) -> None:
    """The trap: 200, and a body that ends with a sentence."""
    status, body, _ = ask(caf, "/datasets/s_ben_com_f/exports/json", offset=1)
    assert status == 200
    assert body.endswith(b"(error_code: InvalidRESTParameterError)")


def test_traps_of_cafdata(caf: Any) -> None:
    """Multiples of 5 and 100, arrondissements only, placeholders, a commune gone, a row twice."""
    rows = json.loads(ask(caf, "/datasets/s_ben_com_f/exports/json")[1])
    assert all(one["indfoy_rsa"] % 5 == 0 and one["indmtt_rsa"] % 100 == 0 for one in rows)
    codes = {one["numcomdo"] for one in rows}
    assert {"75101", "69381", "13201", "2A004", "04XXX", "XXX", None} <= codes
    assert not {"75056", "69123", "13055"} & codes
    years = [one["dtreffre"] for one in rows if one["numcomdo"] == "51065"]
    assert sorted(years) == ["2020-12", "2021-12", "2023-12", "2024-12"]
    twice = [one for one in rows if (one["numcomdo"], one["dtreffre"]) == ("33063", "2023-12")]
    assert len(twice) == 2
    assert twice[0]["indfoy_ndur"] != twice[1]["indfoy_ndur"]
    assert isinstance(records(caf, "s_ben_dep", limit=1)[0]["indben_aeeh"], str)
    assert code(caf, "/datasets/txcouv_pe_nat/records", where="annee=2023") == (400, "ODSQLError")
    assert records(caf, "txcouv_pe_nat", where="annee=date'2023-01-01'")[0]["annee"] == "2023"
    assert records(caf, "txcouv_pe_com", where="annee=2023", limit=1)[0]["annee"] == 2023


def test_levels_are_sums_of_the_same_true_counts(some: Producers, caf: Any) -> None:
    """December: what départements count is what communes and the row of none count."""
    country = some.country
    for year in (2020, 2024):
        lines = some.cafdata.lines(year)
        true = int(lines["foy_rsa"].sum())
        month = f"date'{year}-12-01'"
        dep = records(caf, "s_ben_dep", where=f"dtreffre={month}", select="sum(indfoy_rsa) as n")
        nat = records(caf, "s_ben_nat", where=f"dtreffre={month}", select="indfoy_rsa as n")
        com = records(caf, "s_ben_com_f", where=f"dtreffre={month}", select="sum(indfoy_rsa) as n")
        epci = records(
            caf, "s_ben_epci_f", where=f"dtreffre={month}", select="sum(indfoy_rsa) as n"
        )
        assert dep == nat == [{"n": true}]
        assert abs(com[0]["n"] - true) <= 2 * len(lines)
        assert abs(epci[0]["n"] - true) <= 2 * len(set(country.decembers[year]["epci"])) + 2


def test_quota_is_counted_and_refuses_in_its_own_shape(caf: Any) -> None:
    """429 after the set number of calls, `errorcode` and `reset_time`, headers in both forms."""
    caf.quota = 2
    path = "/datasets/s_ben_nat"
    first = ask(caf, path)[2]
    assert (first["X-RateLimit-Limit"], first["X-RateLimit-Remaining"]) == ("2", "1")
    assert first["X-RateLimit-Reset"].endswith("00:00:00+00:00")
    caf.reset_form = "epoch"
    assert int(ask(caf, path)[2]["X-RateLimit-Reset"]) % 86400 == 0
    status, body, _ = ask(caf, path)
    refusal = json.loads(body)
    assert (status, refusal["errorcode"], refusal["call_limit"]) == (429, 10002, 2)
    assert refusal["reset_time"].endswith("T00:00:00Z")


def test_revision_moves_dates_and_some_values() -> None:
    """A new edition: `data_processed` moves, some counts change, most do not."""
    everyone = Producers(COMMUNES)
    before = everyone.cafdata.lines(2024)
    everyone.revise("caf")
    after = everyone.cafdata.lines(2024)
    changed = (
        before.drop(columns=["code", "name"]) != after.drop(columns=["code", "name"])
    ).to_numpy()
    assert 0 < changed.sum() < changed.size / 4
    assert everyone.caf.shelf.datasets["s_ben_com_f"].edition == 1


def test_faults_spoil_what_they_say(caf: Any) -> None:
    """Each fault shows on the wire as described."""
    path = "/datasets/s_ben_nat/exports/json"
    good = ask(caf, path)[1]
    for kind, status in (("busy", 503), ("storm", 429), ("broken", 500)):
        caf.fail(kind, times=1)
        assert ask(caf, path)[0] == status
    caf.fail("storm_reset", times=1, seconds=3)
    assert ask(caf, path)[2]["Retry-After"] == "3"
    caf.fail("truncated", times=1)
    assert ask(caf, path)[1] == good[: len(good) // 2]
    caf.fail("tail", times=1)
    assert ask(caf, path)[1].startswith(good)
    caf.fail("html", times=1)
    assert ask(caf, path)[2]["Content-Type"].startswith("text/html")
    caf.fail("drop", times=1)
    with pytest.raises(http.client.IncompleteRead):
        ask(caf, path)
    caf.fail("refused", times=1)
    with pytest.raises((http.client.RemoteDisconnected, urllib.error.URLError)):
        ask(caf, path)
    caf.fail("truncated_gzip", times=1)
    with pytest.raises(EOFError):
        gzip.GzipFile(fileobj=io.BytesIO(ask(caf, path)[1])).read()
    assert ask(caf, path)[1] == good


def test_faults_twist_the_data(caf: Any) -> None:
    """Columns gone or renamed, mixed types, a word among numbers, a row short."""
    path, words = "/datasets/s_ben_nat/exports/json", {"select": "dtreffre,indfoy_rsa"}
    good = json.loads(ask(caf, path, **words)[1])
    caf.fail("without", times=1, columns=["indfoy_rsa"])
    assert set(json.loads(ask(caf, path, **words)[1])[0]) == {"dtreffre"}
    caf.fail("renamed", times=1, names={"indfoy_rsa": "indfoy_rsa_2"})
    assert set(json.loads(ask(caf, path, **words)[1])[0]) == {"dtreffre", "indfoy_rsa_2"}
    caf.fail("mixed", times=1, column="indfoy_rsa")
    assert {type(one["indfoy_rsa"]) for one in json.loads(ask(caf, path, **words)[1])} == {int, str}
    caf.fail("garbled", times=1, column="indfoy_rsa")
    assert json.loads(ask(caf, path, **words)[1])[2]["indfoy_rsa"] == "n.c."
    caf.fail("short", times=1, rows=4)
    assert len(json.loads(ask(caf, path, **words)[1])) == len(good) - 4


def test_log_says_who_called_and_how_many(caf: Any) -> None:
    """Calls, agents, bursts."""
    caf.log.clear()
    for _ in range(3):
        ask(caf, "/datasets/s_ben_nat")
    assert len(caf.log.calls("*/s_ben_nat")) == 3
    assert caf.log.burst(10) == 3
    assert caf.log.busiest() == 1
    assert all(agent.startswith("Python-urllib") for agent in caf.log.agents())


def test_faults_that_swell_or_lead_astray(caf: Any) -> None:
    """10 GB announced, a gzip and a workbook that grow a thousandfold, a redirect, a slow start."""
    path = "/datasets/s_ben_nat/exports/json"
    url = f"{caf.url}/api/explore/v2.1/catalog{path}"
    caf.fail("huge", times=1)
    with urllib.request.urlopen(url) as answer:  # noqa: S310
        assert answer.headers["Content-Length"] == "10000000000"
        with pytest.raises(http.client.IncompleteRead):
            answer.read()
    caf.fail("bomb", times=1, size=50 << 20)
    sent = ask(caf, path)[1]
    with pytest.raises(EOFError):
        gzip.decompress(sent)
    flow = zlib.decompressobj(wbits=31)
    assert len(flow.decompress(sent)) > 500 * len(sent)
    caf.fail("zip_bomb", times=1, size=20 << 20)
    with zipfile.ZipFile(io.BytesIO(ask(caf, path)[1])) as archive:
        assert archive.getinfo("xl/worksheets/sheet1.xml").file_size > 20 << 20
    caf.fail("redirect", times=1, to="file:///etc/passwd")
    with pytest.raises(urllib.error.HTTPError, match="302"):
        urllib.request.urlopen(url)  # noqa: S310
    caf.fail("slow", times=1, seconds=0.2)
    before = time.monotonic()
    assert ask(caf, path)[0] == 200
    assert time.monotonic() - before >= 0.2
    caf.fail("empty", times=1, after=1)
    assert [len(ask(caf, path)[1]) > 0 for _ in range(3)] == [True, False, True]


def test_log_counts_the_calls_under_way(caf: Any) -> None:
    """Three calls that wait together are three at a time."""
    caf.log.clear()
    caf.fail("slow", seconds=0.3)
    threads = [threading.Thread(target=ask, args=(caf, "/datasets/s_ben_nat")) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert caf.log.busiest() == 3
    assert [call.status for call in caf.log.calls()] == [200] * 3


def test_a_process_says_where_it_serves(loopback: None) -> None:
    """`python -m tests.producers`: an address a variable, and it stops when told to."""
    del loopback
    root = Path(__file__).resolve().parents[2]
    words = [sys.executable, "-m", "tests.producers", "51649"]
    with subprocess.Popen(words, cwd=root, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline().strip() for _ in range(9)]
        process.terminate()
        assert process.wait(20) == 0
    urls = dict(line.split("=", 1) for line in lines)
    assert set(urls) >= {"DIAGNOSTIC_CAFDATA_URL", "DIAGNOSTIC_MELODI_URL", "DIAGNOSTIC_GEO_URL"}
    assert all(url.startswith("http://127.0.0.1:") for url in urls.values())
