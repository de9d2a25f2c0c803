"""`python -m live`: asks each producer a few small questions and prints what they answer."""

from __future__ import annotations

import argparse
import datetime
import sys
from collections.abc import Sequence
from pathlib import Path

from diagnostic import catalogue, connectors
from diagnostic.connectors.client import Client
from diagnostic.connectors.melodi import Melodi
from diagnostic.connectors.opendatasoft import Opendatasoft
from diagnostic.errors import DiagnosticError
from live import facts, melodi, places, portals, table
from live.lines import WRONG, Line


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the matrix, and write it; 0 once it is made, 1 with --strict when a line is ✗."""
    parser = argparse.ArgumentParser(prog="python -m live", description=(__doc__ or "")[18:])
    parser.add_argument("--output", type=Path, help="the page to write over")
    parser.add_argument("--strict", action="store_true", help="1 when a line is ✗")
    asked = parser.parse_args(arguments)
    try:
        found = survey(Client(quick=True, tries=3))
    except DiagnosticError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    print(table.text(found))
    print(table.summary(found))
    if asked.output:
        today = datetime.datetime.now(tz=datetime.UTC).date().isoformat()
        asked.output.write_text(table.page(found, today), encoding="utf-8")
        print(asked.output)
    return 1 if asked.strict and any(one.mark == WRONG for one in found) else 0


def survey(client: Client) -> list[Line]:
    """Every line, portal after portal. Raises UsageError for an address that is not one."""
    known, said = catalogue.load(), facts.read()
    found: list[Line] = []
    for portal in known.portals.values():
        feeds = [feed for feed in known.feeds.values() if feed.portal == portal.id]
        connector = connectors.connect(portal, client)
        if isinstance(connector, Opendatasoft):
            found += portals.survey(connector, client, feeds, said)
        elif isinstance(connector, Melodi):
            found += melodi.survey(connector, client, feeds, said)
    return found + places.survey(client, said)


if __name__ == "__main__":
    sys.exit(main())
