"""The HTTP client: polite, patient within reason, and never taken in."""

from __future__ import annotations

import gzip
import hashlib
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import requests
from scripted import Scripted, closed_door, reply

from diagnostic import __version__
from diagnostic.connectors import bodies, client, refusals
from diagnostic.connectors.client import Client
from diagnostic.connectors.questions import Question, RefusedError
from diagnostic.errors import DataError, SourceError, UnreachableError

NOW = datetime(2026, 11, 24, 15, 30, tzinfo=UTC)
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
DROPPED = CHUNKED + b"\r\n5\r\nhello\r\n5\r\nwo"
LYING = CHUNKED + b"Content-Length: 9\r\n\r\n5\r\nhello\r\n0\r\n\r\n"


@pytest.fixture
def server(loopback: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scripted]:
    """A scripted server, with no proxy on the way."""
    del loopback
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    one = Scripted()
    yield one
    one.close()


@pytest.fixture
def other(server: Scripted) -> Iterator[Scripted]:
    """A second host."""
    del server
    one = Scripted()
    yield one
    one.close()


class Waits(list[float]):
    """The waits that a client made, none of them lived."""

    def client(self, **how: Any) -> Client:
        """A client whose clock stands still."""
        return Client(sleep=self.append, now=lambda: NOW, **how)


@pytest.fixture
def waits() -> Waits:
    """No wait yet."""
    return Waits()


def asked(server: Scripted, **more: Any) -> Question:
    """A question about a dataset of the Cnaf."""
    return Question(
        url=server.url,
        producer="Cnaf",
        dataset="s_ben_com_f",
        expected="le nombre de ses lignes",
        **more,
    )


def test_says_who_it_is_and_keeps_nothing(
    server: Scripted, waits: Waits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The User-Agent names project and version; no cookie, no password of ~/.netrc, no key."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login anna password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    server.answers = [reply({"n": 1}, Set_Cookie="a=b; Path=/")]
    asking = waits.client()
    for _ in range(2):
        assert asking.json(asked(server)) == {"n": 1}
    assert server.header("User-Agent") == f"diagnostic-territorial/{__version__}"
    assert server.header("Accept-Encoding") == "gzip"
    assert server.header("Cookie") == server.header("Authorization") == ""
    assert len(asking.log) == 2


def test_numbers_of_json_are_exact(server: Scripted, waits: Waits) -> None:
    """A number with a point is a Decimal, digit for digit; codes stay text; a BOM is no harm."""
    server.answers = [reply(b'\xef\xbb\xbf{"x": 38035.0, "y": 0.1, "z": 12, "c": "01001"}')]
    table = waits.client().json(asked(server, query=(("where", 'a="é&b"'),)))
    assert str(table["x"]) == "38035.0"
    assert table["y"] == Decimal("0.1")
    assert (table["z"], table["c"]) == (12, "01001")
    assert "GET /records?where=a%3D%22%C3%A9%26b%22 " in server.heard[0]


def test_saves_a_body_with_its_hash(server: Scripted, waits: Waits, tmp_path: Path) -> None:
    """The file is the body; its hash, size and address are told, and progress on the way."""
    body = b"a;b\n" + b"1;2\n" * 200_000
    server.answers = [reply(body)]
    told: list[tuple[int, int | None]] = []
    saved = waits.client().save(asked(server), tmp_path / "x.csv", lambda *one: told.append(one))
    assert saved.path.read_bytes() == body
    assert saved.sha256 == hashlib.sha256(body).hexdigest()
    assert (saved.size, saved.address) == (len(body), server.url)
    assert told[-1] == (len(body), len(body))
    assert [one for one, _ in told] == sorted(one for one, _ in told)


@pytest.mark.parametrize("parts", [1, 2])
def test_unpacks_gzip(server: Scripted, waits: Waits, tmp_path: Path, parts: int) -> None:
    """A gzip body, even in several members, is set down unpacked."""
    body = b"".join(b"%d\n" % n for n in range(200_000))
    half = len(body) // parts
    packed = b"".join(gzip.compress(body[i : i + half]) for i in range(0, len(body), half))
    server.answers = [reply(packed, Content_Encoding="gzip")]
    saved = waits.client().save(asked(server), tmp_path / "x")
    assert saved.path.read_bytes() == body
    assert saved.sha256 == hashlib.sha256(body).hexdigest()


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (DROPPED, "un corps incomplet"),
        (LYING, "un corps incomplet (5 octets sur 9)"),
        (reply(b"half", length=8), "un corps incomplet (4 octets sur 8)"),
        (reply(gzip.compress(b"x" * 1000)[:-9], Content_Encoding="gzip"), "gzip incomplet"),
        (reply(b"no gzip at all", Content_Encoding="gzip"), "gzip abîmé"),
        (reply(b"", Content_Encoding="gzip"), "gzip incomplet"),
    ],
)
def test_asks_again_what_was_cut(
    server: Scripted, waits: Waits, tmp_path: Path, answer: bytes, reason: str
) -> None:
    """A body cut short is asked again; cut each time, it is refused and no file is left."""
    path = tmp_path / "x"
    server.answers = [answer, reply(b"whole")]
    assert waits.client().save(asked(server), path).path.read_bytes() == b"whole"
    path.unlink()
    server.answers = [answer]
    asking = waits.client(tries=3)
    with pytest.raises(DataError) as raised:
        asking.save(asked(server), path)
    assert reason in raised.value.message
    assert "Cnaf" in raised.value.message
    assert "s_ben_com_f" in raised.value.message
    assert server.url in raised.value.hint
    assert len(asking.log) == 3
    assert not path.exists()


def test_never_waits_for_ten_gigabytes(server: Scripted, waits: Waits, tmp_path: Path) -> None:
    """A body announced beyond the cap is refused unread, once; one that grows beyond it too."""
    server.answers = [reply(b"a", length=10_000_000_000)]
    asking = waits.client()
    with pytest.raises(DataError, match="plus de 4\u00a0Go"):
        asking.save(asked(server), tmp_path / "x")
    server.answers = [reply(b"a" * 2000, length=None)]
    small = waits.client(largest=1000)
    with pytest.raises(DataError, match="plus de"):
        small.save(asked(server), tmp_path / "x")
    with pytest.raises(DataError, match="plus de"):
        small.json(asked(server))
    assert (len(asking.log), len(small.log)) == (1, 2)
    assert list(tmp_path.iterdir()) == []


def test_defuses_a_bomb(
    server: Scripted, waits: Waits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A body that swells a hundred times beyond the slack is refused on the way, once."""
    monkeypatch.setattr(bodies, "SLACK", 1_000_000)
    server.answers = [reply(gzip.compress(b"0" * 30_000_000), Content_Encoding="gzip")]
    asking = waits.client()
    with pytest.raises(DataError, match="grossit plus de 100 fois"):
        asking.save(asked(server), tmp_path / "x")
    assert len(asking.log) == 1
    assert not (tmp_path / "x").exists()


def test_refuses_an_encoding_it_did_not_ask(server: Scripted, waits: Waits) -> None:
    """A body in an encoding that was not asked is no body."""
    server.answers = [reply(b"x", Content_Encoding="br")]
    with pytest.raises(DataError, match="codé en br"):
        waits.client().json(asked(server))


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<!DOCTYPE html><html>en panne</html>", "reçu une page HTML"),
        (b" \n <html>", "reçu une page HTML"),
        (b"", "un corps vide"),
        (b'{"total_count": 12, "results": [{"a": 1}, {"a"', "illisible ou incomplet"),
        (b"[" * 100_000, "illisible ou incomplet"),
        (b'{"a": NaN}', "illisible ou incomplet"),
        (b"\xff\xfe", "illisible ou incomplet"),
        (
            b'[{"a": 1},Streaming interrupted due to the following error: \x1b[31mboom',
            "(«\u00a0Streaming interrupted due to the following error: [31mboom\u00a0»)",
        ),
        (b'{"error_code": "Oops", "message": "m"}', "une erreur (Oops\u00a0: m)"),
        (b'{"errorcode": 10002, "error": "Too many"}', "une erreur (10002\u00a0: Too many)"),
    ],
)
def test_believes_no_false_json(server: Scripted, waits: Waits, body: bytes, reason: str) -> None:
    """A 200 that is no JSON, or that says an error, is refused in words, and not asked again."""
    server.answers = [reply(body)]
    asking = waits.client()
    with pytest.raises(DataError) as raised:
        asking.json(asked(server))
    assert reason in raised.value.message
    assert "attendu le nombre de ses lignes" in raised.value.message
    assert len(asking.log) == 1


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_comes_back_later_and_later(server: Scripted, waits: Waits, status: int) -> None:
    """Passing troubles are tried again after waits that double and are jittered."""
    server.answers = [*[reply(b"", status)] * 4, reply({"n": 1})]
    assert waits.client(pause=8.0).json(asked(server)) == {"n": 1}
    assert len(waits) == 4
    for wait, most in zip(waits, (8, 16, 32, 64), strict=True):
        assert most / 2 <= wait <= most


def test_lives_its_waits(server: Scripted) -> None:
    """The waits are real ones."""
    server.answers = [reply(b"", 503), reply({"n": 1})]
    began = time.monotonic()
    assert Client(pause=0.05).json(asked(server)) == {"n": 1}
    assert time.monotonic() - began >= 0.025


def test_gives_up_a_storm(server: Scripted, waits: Waits) -> None:
    """A storm without a word is tried so many times, then refused in the producer's words."""
    server.answers = [reply({"errorcode": 10002, "error": "Too many requests"}, 429)]
    asking = waits.client()
    with pytest.raises(RefusedError) as raised:
        asking.json(asked(server))
    assert (raised.value.status, raised.value.code) == (429, "10002")
    assert raised.value.said == "Too many requests"
    assert "trop de demandes (429 10002)\u00a0: Too many requests" in raised.value.message
    assert "Réessayez plus tard" in raised.value.hint
    assert (len(asking.log), len(waits)) == (6, 5)


QUOTA = {
    "errorcode": 10002,
    "error": "Too many requests on the domain.",
    "call_limit": 10000,
    "limit_time_unit": "day",
}
MIDNIGHT = "quota de la journée épuisé, remis à zéro le 25\u00a0novembre\u00a02026"
MIDNIGHT_FORMS: list[bytes] = [
    reply(QUOTA | {"reset_time": "2026-11-25T00:00:00Z"}, 429),
    reply(QUOTA, 429, X_RateLimit_Reset="2026-11-25 00:00:00+00:00"),
    reply(QUOTA, 429, X_RateLimit_Reset="1795564800", X_RateLimit_Remaining="0"),
    reply(QUOTA, 429, X_RateLimit_Reset="1795564800000"),
    reply(b"", 429, X_RateLimit_Reset="30600"),
    reply(b"", 429, Retry_After="Wed, 25 Nov 2026 00:00:00 GMT"),
    reply(b"", 429, Retry_After="30600"),
]


@pytest.mark.parametrize("answer", MIDNIGHT_FORMS)
def test_says_when_the_quota_begins_anew(server: Scripted, waits: Waits, answer: bytes) -> None:
    """A quota that begins anew beyond a minute is not waited for; its hour is told, rounded up."""
    server.answers = [answer]
    asking = waits.client()
    with pytest.raises(SourceError) as raised:
        asking.json(asked(server))
    assert f"{MIDNIGHT} à 00\u00a0h\u00a000\u00a0UTC" in raised.value.message
    assert (len(asking.log), waits) == (1, [])


def test_rounds_the_hour_up(server: Scripted, waits: Waits) -> None:
    """A service closed until 16 h 00 min 30 s is open at 16 h 01, not at 16 h 00."""
    server.answers = [reply(b"", 503, Retry_After="1830")]
    with pytest.raises(
        RefusedError,
        match="suspendu jusqu’au 24\u00a0novembre\u00a02026 à 16\u00a0h\u00a001\u00a0UTC",
    ):
        waits.client().json(asked(server))
    hour = reply(QUOTA | {"limit_time_unit": "hour", "reset_time": "2026-11-24T16:00:00"}, 429)
    server.answers = [hour]
    with pytest.raises(RefusedError, match="quota de l’heure épuisé"):
        waits.client().json(asked(server))


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"Retry_After": "7"}, 7.0),
        ({"Retry_After": "Tue, 24 Nov 2026 15:30:20 GMT"}, 20.0),
        ({"X_RateLimit_Reset": "2026-11-24 15:31:00+00:00"}, 60.0),
    ],
)
def test_waits_as_long_as_asked(
    server: Scripted, waits: Waits, headers: dict[str, str], wait: float
) -> None:
    """A wait of a minute at most is done, to the second."""
    server.answers = [reply(b"", 429, **headers), reply({"n": 1})]
    assert waits.client().json(asked(server)) == {"n": 1}
    assert waits == [wait]


@pytest.mark.parametrize(
    "headers",
    [
        {"Retry_After": "soon"},
        {"Retry_After": "2026-99-99"},
        {"Retry_After": "Mon, 23 Nov 2026 15:30:20 GMT"},  # yesterday
        {"X_RateLimit_Reset": "9" * 60},
        {"X_RateLimit_Reset": "2026-11-25 00:00:00+00:00", "X_RateLimit_Remaining": "412"},
    ],
)
def test_ignores_what_tells_no_wait(
    server: Scripted, waits: Waits, headers: dict[str, str]
) -> None:
    """A date that is none or past, or that of a quota which is not spent, is no reason to stop."""
    server.answers = [reply(b"", 429, **headers), reply({"n": 1})]
    assert waits.client(pause=1.0).json(asked(server)) == {"n": 1}
    assert 0.5 <= waits[0] <= 1.0


@pytest.mark.parametrize(
    ("answer", "refusal", "reason"),
    [
        (
            reply({"error_code": "ODSQLError", "message": "bad\nselect"}, 400),
            (400, "ODSQLError"),
            "demande refusée (400 ODSQLError)\u00a0: bad select",
        ),
        (reply({"error_code": "NotFoundResource"}, 404), (404, "NotFoundResource"), "introuvable"),
        (reply(b"Internal error", 500), (500, ""), "en panne (500)\u00a0: Internal error"),
        (reply(b"<html>oh</html>", 500), (500, ""), "en panne (500)"),
        (reply(b"[" * 60_000, 400), (400, ""), "…"),
        (reply(b"no gzip", 400, Content_Encoding="gzip"), (400, ""), "demande refusée (400)"),
        (reply({"n": 1}, 206), (206, ""), "demande refusée (206)"),
    ],
)
def test_takes_no_other_answer(
    server: Scripted, waits: Waits, answer: bytes, refusal: tuple[int, str], reason: str
) -> None:
    """Any other status is refused at once, with the producer's code and words on one line."""
    server.answers = [answer]
    asking = waits.client()
    with pytest.raises(RefusedError) as raised:
        asking.json(asked(server))
    assert (raised.value.status, raised.value.code) == refusal
    assert reason in raised.value.message
    assert "\n" not in raised.value.message
    assert len(asking.log) == 1


def test_the_key_stays_with_its_host(server: Scripted, other: Scripted, waits: Waits) -> None:
    """The key goes to the portal, not where the portal sends us, and is printed nowhere."""
    question = asked(server, key="s3cret", key_variable="X_APIKEY", hosts=frozenset({other.host}))
    server.answers = [reply(b"", 302, Location=other.url)]
    other.answers = [reply({"n": 1})]
    asking = waits.client()
    assert asking.json(question) == {"n": 1}
    assert server.header("Authorization") == "Apikey s3cret"
    assert other.header("Authorization") == ""
    server.answers = [reply(b"", 401)]
    with pytest.raises(RefusedError) as raised:
        asking.json(question)
    assert "accès refusé (401)" in raised.value.message
    assert "X_APIKEY" in raised.value.hint
    assert "s3cret" not in f"{raised.value}{question}{asking.log}{raised.value.__cause__}"


def test_follows_redirects_at_home(server: Scripted, waits: Waits) -> None:
    """A redirect on the same host is followed, relative or not; a ring of them is left."""
    server.answers = [
        reply(b"", 302, Location="/elsewhere?a=1"),
        reply(b"never read", 308, length=10_000_000_000, Location=server.url),
        reply({"n": 1}),
    ]
    assert waits.client().json(asked(server)) == {"n": 1}
    assert "GET /elsewhere?a=1 " in server.heard[1]
    server.answers = [reply(b"", 302, Location="/round")]
    with pytest.raises(RefusedError, match="plus de 5 redirections"):
        waits.client().json(asked(server))


@pytest.mark.parametrize(
    "location",
    [
        "file:///etc/passwd",
        "https://127.0.0.1/",
        "ftp://127.0.0.1/x",
        "//evil.example/records",
        "http://169.254.169.254/latest",
        "http://anna:pass@{host}/records",
        "http://[::1/",
        "http://{host}0000/",
    ],
)
def test_goes_nowhere_else(server: Scripted, waits: Waits, location: str) -> None:
    """A redirect to another host, another scheme or a file is refused, and nothing is asked."""
    server.answers = [reply(b"", 302, Location=location.format(host=server.host))]
    asking = waits.client()
    with pytest.raises(RefusedError, match="que le programme ne suit pas") as raised:
        asking.json(asked(server))
    assert "pass@" not in raised.value.message
    assert asking.log == [server.url]


def test_four_at_a_time(server: Scripted) -> None:
    """However many threads ask, a host has four requests at a time."""
    server.answers = [reply({"n": 1})]
    server.delay = 0.05
    asking = Client()
    with ThreadPoolExecutor(12) as pool:
        found = list(pool.map(lambda _: asking.json(asked(server)), range(12)))
    assert found == [{"n": 1}] * 12
    assert server.busiest == 4


def test_asks_again_after_a_reset(server: Scripted, waits: Waits) -> None:
    """A connection cut before any answer is tried again, then given up without blaming the net."""
    server.answers = [b"", reply({"n": 1})]
    assert waits.client().json(asked(server)) == {"n": 1}
    server.answers = [b""]
    with pytest.raises(SourceError, match="connexion coupée") as raised:
        waits.client().json(asked(server))
    assert not isinstance(raised.value, UnreachableError)


def test_does_not_wait_for_ever(server: Scripted, waits: Waits) -> None:
    """Silence before the answer or inside it ends the try after the read timeout."""
    server.delay = 0.3
    server.answers = [reply({"n": 1})]
    with pytest.raises(SourceError, match="aucune réponse en 0,05\u00a0s"):
        waits.client(read=0.05, tries=2).json(asked(server))
    stalled = threading.Event()

    class Stalled(Scripted):
        def _serve(self, connection: socket.socket) -> None:
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")
            stalled.wait(5)
            connection.close()

    slow = Stalled()
    with pytest.raises(SourceError, match="la suite du corps tarde trop"):
        waits.client(read=0.05, tries=2).json(asked(slow))
    stalled.set()
    slow.close()


@pytest.mark.parametrize(("quick", "tries"), [(True, 1), (False, 2)])
def test_silence_is_not_heard_six_times(
    server: Scripted, waits: Waits, quick: bool, tries: int
) -> None:
    """A host that takes the call and says nothing costs a build one read timeout, a pull two."""
    server.delay = 0.3
    server.answers = [reply({"n": 1})]
    client = waits.client(read=0.05, tries=6, quick=quick)
    with pytest.raises(SourceError, match="aucune réponse"):
        client.json(asked(server))
    assert len(client.log) == tries


def test_a_pull_knocks_twice(server: Scripted, waits: Waits) -> None:
    """Outside builds, a closed door is tried twice, and the reason told."""
    del server
    with closed_door() as url:
        asking = waits.client()
        with pytest.raises(UnreachableError, match="injoignable \\(connexion refusée\\)"):
            asking.json(Question(url=url, producer="Cnaf", expected="x"))
    assert (len(asking.log), len(waits)) == (2, 1)


def test_a_build_knocks_once(
    server: Scripted, waits: Waits, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a build, a host that does not answer is tried once for all the questions."""
    knocked: list[str] = []
    knock = client._knock
    monkeypatch.setattr(client, "_knock", lambda *a: (knocked.append(a[0]), knock(*a))[1])
    asking = waits.client(quick=True)
    with closed_door() as url:
        for _ in range(3):
            with pytest.raises(UnreachableError, match="connexion refusée"):
                asking.json(Question(url=url, producer="Cnaf", expected="x"))
    assert (knocked, asking.log, waits) == ([url], [], [])
    server.answers = [reply({"n": 1})]
    for _ in range(2):
        assert asking.json(asked(server)) == {"n": 1}
    assert knocked == [url, server.url]
    server.close()


def test_a_host_that_goes_away_is_left(server: Scripted, waits: Waits) -> None:
    """A host that answered the knock and refuses the question counts as silent from then on."""
    server.answers = [reply({"n": 1})]
    asking = waits.client(quick=True)
    asking.json(asked(server))
    with closed_door() as url:
        gone = Question(url=url, producer="Cnaf", expected="x")
        asking._reached.add(gone.host)
        for _ in range(2):
            with pytest.raises(UnreachableError):
                asking.json(gone)
    assert asking.log == [server.url, url]


@pytest.mark.parametrize(
    ("trouble", "reason"),
    [
        (socket.gaierror(-2, "Name or service not known"), "nom introuvable"),
        (TimeoutError(), "aucune réponse en 0,05\u00a0s"),
        (OSError(101, "Network is unreachable"), "Network is unreachable"),
        (None, "aucune réponse en 0,05\u00a0s"),
    ],
)
def test_a_resolver_that_hangs(
    loopback: None, monkeypatch: pytest.MonkeyPatch, trouble: OSError | None, reason: str
) -> None:
    """Whatever the system does, a build waits for so many seconds in all, and says why."""
    del loopback
    late = threading.Event()

    def connection(*_: Any) -> socket.socket:
        late.wait(0 if trouble else 5)
        raise trouble or TimeoutError

    monkeypatch.setattr(socket, "create_connection", connection)
    began = time.monotonic()
    with pytest.raises(UnreachableError) as raised:
        Client(quick=True, connect=0.05).json(
            Question(url="https://data.caf.fr/x", producer="Cnaf", expected="x")
        )
    late.set()
    assert time.monotonic() - began < 2
    assert f"Cnaf (data.caf.fr)\u00a0: injoignable ({reason})" in raised.value.message


def test_goes_through_the_proxy(
    server: Scripted, waits: Waits, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The proxy of the environment is used, knocked at in builds, and named when it is closed."""
    monkeypatch.setenv("http_proxy", server.host)
    server.answers = [reply({"n": 1})]
    question = Question(url="http://data.caf.fr/x", producer="Cnaf", expected="x")
    for quick in (False, True):
        assert waits.client(quick=quick).json(question) == {"n": 1}
    assert "GET http://data.caf.fr/x " in server.heard[0]
    with closed_door() as url:
        monkeypatch.setenv("http_proxy", url)
        for quick in (False, True):
            with pytest.raises(UnreachableError, match="HTTPS_PROXY"):
                waits.client(quick=quick).json(question)
    monkeypatch.setenv("http_proxy", "http://proxy:port")
    with pytest.raises(SourceError):
        waits.client(quick=True).json(question)


def test_an_address_that_is_none(server: Scripted, waits: Waits) -> None:
    """What cannot be asked at all is said, not tried again."""
    del server
    with pytest.raises(SourceError, match="ne peut pas être faite"):
        waits.client().json(Question(url="htp://x/", producer="Cnaf", expected="x"))


def test_a_false_certificate_is_no_silence(
    server: Scripted, waits: Waits, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A connection that cannot be trusted is refused at once."""
    asking = waits.client()

    def false(*_: Any, **__: Any) -> None:
        raise requests.exceptions.SSLError("self-signed certificate")

    monkeypatch.setattr(asking._session, "get", false)
    with pytest.raises(SourceError, match="connexion chiffrée impossible") as raised:
        asking.json(asked(server))
    assert not isinstance(raised.value, UnreachableError)
    assert waits == []


def test_a_full_disk_is_told_as_such(server: Scripted, waits: Waits, tmp_path: Path) -> None:
    """A file that cannot be written is no fault of the producer."""
    server.answers = [reply(b"x")]
    with pytest.raises(FileNotFoundError):
        waits.client().save(asked(server), tmp_path / "none" / "x")


def test_moments_far_away_stay_readable() -> None:
    """The epoch of a header is told in seconds or in milliseconds."""
    assert refusals._moment("1795564800.0", NOW) == datetime(2026, 11, 25, tzinfo=UTC)
