"""What every test has: sockets closed, and no way to the user's own folders."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any, NoReturn

import platformdirs
import pytest
from hypothesis import settings

from diagnostic import cli

pytest_plugins = ["producers.fixtures"]

settings.register_profile("fixed", derandomize=True, deadline=None, database=None)
settings.load_profile("fixed")  # the same examples on every machine and on every run

_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


@pytest.fixture(autouse=True)
def closed_sockets(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Any connection raises; a test that asks for `loopback` may reach its own machine."""
    opened = _LOOPBACK if "loopback" in request.fixturenames else set()
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and address[0] not in opened:
            raise AssertionError(f"a test opens a connection to {address!r}")
        connect(self, address)

    def no_name(host: str | None, *_: Any, **__: Any) -> NoReturn:
        raise AssertionError(f"a test looks up the name {host!r}")

    monkeypatch.setattr(socket.socket, "connect", guarded)
    monkeypatch.setattr(socket.socket, "connect_ex", guarded)
    if not opened:
        monkeypatch.setattr(socket, "getaddrinfo", no_name)


@pytest.fixture
def loopback() -> None:
    """Opens connections to this machine, for the tests that run a server of their own."""


@pytest.fixture(autouse=True)
def no_user_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The user's store raises in this process and is elsewhere in the ones that tests start."""
    home = tmp_path_factory.mktemp("home")

    def raises(*_: Any, **__: Any) -> NoReturn:
        raise AssertionError("a test reads the user's own store: give it a folder")

    kept = platformdirs.user_cache_path

    def cache(name: str) -> Path:
        return home / "cache" if name == "diagnostic" else kept(name)

    monkeypatch.setattr(platformdirs, "user_data_path", raises)
    monkeypatch.setattr(platformdirs, "user_cache_path", cache)
    # A test that plays producers of its own deletes it.
    monkeypatch.setenv("DIAGNOSTIC_OFFLINE", "1")
    for name in ("data", "state"):
        monkeypatch.setenv(f"XDG_{name.upper()}_HOME", str(home / name))
    monkeypatch.delenv("NO_COLOR", raising=False)
    return home


@pytest.fixture(scope="session")
def dossier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the SPPE dossier of Vitry-le-François in every format, built once."""
    folder = tmp_path_factory.mktemp("vitry")
    words = ["build", "--spec", "sppe", "--commune", "51649", "--store", str(folder)]
    assert cli.main([*words, "--format", "pdf,html,csv,json", "--output", str(folder)]) == 0
    return folder
