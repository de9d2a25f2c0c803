"""Fixtures: `producers` serves all of France, and is where the program asks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .everyone import Producers


@pytest.fixture(scope="session")
def france() -> Iterator[Producers]:
    """Every producer over all of France, started once; use `producers`."""
    from .everyone import Producers

    with Producers() as everyone:
        yield everyone


@pytest.fixture
def producers(
    france: Producers, loopback: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Producers]:
    """All of France without a fault; the variables of the environment lead to it.

    A test that revises an edition makes its own `Producers([...])`: revisions stay.
    """
    del loopback
    monkeypatch.delenv("DIAGNOSTIC_OFFLINE", raising=False)
    # The calls that the test before made would make this one wait for a minute.
    monkeypatch.setattr("diagnostic.connectors.melodi._PACES", {})
    for name, url in france.environment.items():
        monkeypatch.setenv(name, url)
    yield france
    france.reset()
