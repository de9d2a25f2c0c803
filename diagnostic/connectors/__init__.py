"""The outside world: one module a kind of API; the only room that speaks HTTP.

A connector answers with what a producer sent, checked whole and set down in a file, and knows
neither the store nor what a figure is. What a producer's dataset is called and which column is
which series stand in the catalogue.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from diagnostic.errors import UnservedError, UsageError
from diagnostic.model import DatasetCard, Feed, Fetched, Portal, Wanted

if TYPE_CHECKING:
    from diagnostic.connectors.client import Client

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


def connect(portal: Portal, client: Client) -> Connector:
    """The connector of a portal, at the address of its environment variable when there is one.

    Raises UsageError when that address is not one, UnservedError for a kind of API that nothing
    speaks yet.
    """
    portal = dataclasses.replace(portal, address=address(portal.variable, portal.address))
    # requests is slow to import.
    if portal.api == "melodi":
        from diagnostic.connectors.melodi import Melodi  # noqa: PLC0415

        return Melodi(portal, client)
    if portal.api == "opendatasoft":
        from diagnostic.connectors.opendatasoft import Opendatasoft  # noqa: PLC0415

        return Opendatasoft(portal, client)
    raise UnservedError(
        f"{portal.producer}\u00a0: le programme ne lit pas encore l’API {portal.api}",
        hint="Importez ses fichiers avec diagnostic data import.",
    )


def address(variable: str, usual: str) -> str:
    """The address in that variable of the environment, else the usual one, without final slash.

    Raises UsageError for what is no address; a name and password in it would be printed: refused.
    """
    written = os.environ.get(variable, "").strip() or usual
    try:
        parts = urlsplit(written)
        right = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        right = False
    if not right or "@" in parts.netloc or parts.query or parts.fragment:
        raise UsageError(
            f"{variable}\u00a0: ce n’est pas l’adresse d’un portail",
            hint=f"Donnez-la ainsi\u00a0: {variable}={usual}",
        )
    return written.rstrip("/")
