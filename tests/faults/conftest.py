"""A country of a few communes whose producers fail at will, asked without any wait."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from marne import COMMUNES, SPEC, Ended, spaced
from producers.everyone import Producers

from diagnostic import cli
from diagnostic.connectors import client, melodi


@pytest.fixture(scope="module")
def marne() -> Iterator[Producers]:
    """Every producer, over a few communes."""
    with Producers(COMMUNES) as some:
        yield some


@pytest.fixture
def few(marne: Producers, online: None) -> Iterator[Producers]:
    """The producers, where the program asks them."""
    del online
    with pytest.MonkeyPatch.context() as patch:
        for name, url in marne.environment.items():
            patch.setenv(name, url)
        marne.reset()
        marne.melodi.limit = 10**6
        yield marne
    marne.reset()


@pytest.fixture
def online(loopback: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Connections are allowed; between two tries the client waits for a millisecond."""
    del loopback
    monkeypatch.delenv("DIAGNOSTIC_OFFLINE")
    monkeypatch.setattr(
        client, "Client", functools.partial(client.Client, tries=3, pause=0.001, read=5.0)
    )
    clock = [0.0]

    def sleep(seconds: float) -> None:
        clock[0] += seconds

    pace = melodi.Pace(now=lambda: clock[0], sleep=sleep)
    monkeypatch.setattr(melodi, "_shared_pace", lambda _: pace)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ended]:
    """Runs a command in this process."""

    def runner(*words: str | Path) -> Ended:
        code = cli.main([str(word) for word in words])
        said = capsys.readouterr()
        return Ended(code, spaced(said.out), spaced(said.err))

    return runner


@pytest.fixture(scope="session")
def spec(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A spec of one portal."""
    path = tmp_path_factory.mktemp("spec") / "activite.yaml"
    path.write_text(SPEC, encoding="utf-8")
    return path
