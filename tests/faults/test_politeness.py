"""What producers see of us: few calls, a name, nothing asked twice; and offline, nothing at all."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import pytest
from marne import Ended
from producers.everyone import Producers

from diagnostic import __version__, resources

Run = Callable[..., Ended]


def test_a_first_build_is_polite_and_a_second_asks_nobody(
    few: Producers, run: Run, tmp_path: Path
) -> None:
    """45 calls at most, four at a time on a host, under our name; no export asked twice."""
    store = tmp_path / "store"
    store.mkdir()
    words = ("build", "--spec", "sppe", "--commune", "51108", "--format", "json")
    first = run(*words, "--store", store, "--output", tmp_path / "first")
    assert first.code == 0, first.said
    calls = [call for one in few for call in one.log.calls()]
    assert 0 < len(calls) <= 45
    for one in few:
        assert one.log.busiest() <= 4
        assert one.log.agents() <= {f"diagnostic-territorial/{__version__}"}
        asked = [(call.path, call.query) for call in one.log.calls()]
        assert len(asked) == len(set(asked))
    assert len(few.melodi.log.calls()) <= 30, "INSEE's minute"
    assert not few.caf.log.calls("*/records"), "the card says how many rows an export has"

    second = run(*words, "--store", store, "--output", tmp_path / "second")
    assert second.code == 0
    assert sum(len(one.log.calls()) for one in few) == len(calls)
    assert Path(second.out.strip()).read_bytes() == Path(first.out.strip()).read_bytes()


@pytest.mark.parametrize(
    ("dataset", "producer", "calls"),
    [
        ("s_ben_epci_f", "caf", 3),
        ("drees_apl", "drees", 1),
        ("DS_RP_POPULATION_PRINC", "melodi", 1),
    ],
)
def test_an_unchanged_dataset_costs_the_list_of_the_portal(
    *, few: Producers, run: Run, tmp_path: Path, dataset: str, producer: str, calls: int
) -> None:
    """One call, or one a hundred datasets; no export, no page, no workbook."""
    words = ("data", "pull", "--dataset", dataset, "--commune", "51108", "--store", tmp_path)
    asked = getattr(few, producer)
    assert run(*words).code == 0
    assert len(asked.log.calls()) > calls
    few.reset()
    again = run(*words)
    assert (again.code, again.out) == (0, "")
    assert "inchangé" in again.said
    assert [call for one in few for call in one.log.calls()] == asked.log.calls()
    assert len(asked.log.calls()) == calls
    assert {call.path.rsplit("/", 1)[1] for call in asked.log.calls()} <= {"datasets", "all"}


@pytest.mark.parametrize(
    "words",
    [
        ("build", "--spec", "{spec}", "--commune", "51649", "--format", "json", "--offline"),
        ("data", "status", "--offline"),
        ("data", "verify"),
        ("series", "search", "crèche"),
        ("doctor",),
    ],
    ids=lambda words: "-".join(words[:2]),
)
def test_without_a_network_no_socket_is_made(
    run: Run, spec: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    """Not even one that is never connected; no name is looked up."""

    def forbidden(*_: Any, **__: Any) -> NoReturn:
        raise AssertionError("a socket")

    monkeypatch.delenv("DIAGNOSTIC_OFFLINE")
    for name in ("socket", "create_connection", "getaddrinfo", "gethostbyname", "socketpair"):
        monkeypatch.setattr(socket, name, forbidden)
    monkeypatch.setattr(resources, "user_root", lambda: tmp_path)
    given = [word.format(spec=spec) for word in words]
    more = () if words[0] == "series" else ("--store", tmp_path)
    output = ("--output", tmp_path / "out") if words[0] == "build" else ()
    assert run(*given, *more, *output).code == 0
