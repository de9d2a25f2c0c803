"""The outside world: one module a kind of API; the only room that speaks HTTP.

A connector answers with what a producer sent, checked whole and set down in a file, and knows
neither the store nor what a figure is. What a producer's dataset is called and which column is
which series stand in the catalogue.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from diagnostic.model import DatasetCard, Feed, Fetched, Portal, Wanted

Progress = Callable[[int, int | None], None]
"""Told with the bytes received so far and those expected, None when nobody says."""


class Connector(Protocol):
    """One portal, spoken to.

    Raises SourceError (exit 4) when it refuses or is spent (quota), UnreachableError when nobody
    answered at all, UnservedError when it has no such dataset (both are SourceErrors), DataError
    (exit 5) when what it answered cannot be used.
    """

    portal: Portal

    def cards(self) -> Mapping[str, DatasetCard]:
        """Every dataset of the portal by id, in as few calls as it allows; asked once."""

    def fetch(self, feed: Feed, wanted: Wanted, folder: Path, progress: Progress) -> Fetched:
        """The rows of the feed for the codes wanted, in a new file of `folder`."""
