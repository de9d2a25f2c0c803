"""The command `data status`: what the local store holds, from when, and what is newer elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from diagnostic.cli import options, say

if TYPE_CHECKING:
    from diagnostic.store import StoredFile


@click.command(
    cls=options.Command,
    epilog="diagnostic data status --offline",
    help="Montre les données présentes, leur date, leur taille, et ce qui est paru depuis.",
)
@options.own_store_option
@options.offline_option
@options.json_option
def status(*, store: Path | None, offline: bool, as_json: bool) -> None:
    """List the files of the store and of the extract, and what the producers have since."""
    from diagnostic import store as stores  # noqa: PLC0415 - heavy

    own = options.own_roots(store)
    held = [file for root in own for file in stores.Store([root]).files]
    shipped = stores.Store([stores.embedded_root()]).files
    newer = {} if offline or not held else _newer(held, own[0])
    if as_json:
        say.document([_told(file, newer, own) for file in (*held, *shipped)])
        return
    say.table(
        [
            ("données", "édition", "relevé", "observations", "taille", "chez le producteur"),
            *(_row(file, newer.get(file.feed, "")) for file in (*held, *shipped)),
        ]
    )
    from diagnostic.cli import progress  # noqa: PLC0415 - heavy

    for root in own:
        size = sum(_size(file) for file in held if file.root == root)
        say.note(f"{root}\u00a0: {progress.size(size)}")
    if not held:
        say.note("Rien n’a encore été téléchargé\u202f; l’extrait livré est lu.")


def _newer(held: Sequence[StoredFile], root: Path) -> dict[str, str]:
    """The edition that the producer has now of each feed, where it is not the newest held."""
    from diagnostic import catalogue, pull  # noqa: PLC0415 - heavy
    from diagnostic.errors import SourceError  # noqa: PLC0415 - only here

    known = catalogue.load(catalogue.found([root]))
    feeds = {file.feed: known.feeds[file.feed] for file in held if file.feed in known.feeds}
    portals = sorted({feed.portal for feed in feeds.values()})
    found = pull.prepare(root, known.portals, quick=True).cards(portals)
    newest = {file.feed: file.origin.edition for file in reversed(held)}
    newer: dict[str, str] = {}
    for cards in found.values():
        if isinstance(cards, SourceError):
            say.warning(cards.message)
    for name, feed in feeds.items():
        cards = found[feed.portal]
        if isinstance(cards, SourceError):
            continue
        card = cards.get(feed.dataset)
        edition = pull.edition_of(card)
        if card is None:
            newer[name] = "jeu retiré"
        elif edition and edition != newest[name]:
            newer[name] = edition
    return newer


def _row(file: StoredFile, newer: str) -> tuple[str, ...]:
    from diagnostic.cli import progress  # noqa: PLC0415 - heavy
    from diagnostic.wording import numbers  # noqa: PLC0415 - not needed to be helped

    return (
        file.feed or file.path.stem,
        file.origin.edition,
        file.origin.retrieved,
        numbers.number(file.rows),
        progress.size(_size(file)),
        newer,
    )


def _told(file: StoredFile, newer: dict[str, str], own: Sequence[Path]) -> dict[str, Any]:
    return {
        "feed": file.feed,
        "file": str(file.path),
        "shipped": file.root not in own,
        "producer": file.origin.producer,
        "dataset": file.origin.dataset,
        "edition": file.origin.edition,
        "retrieved": file.origin.retrieved,
        "updated": file.origin.updated,
        "licence": file.origin.licence,
        "observations": file.rows,
        "bytes": _size(file),
        "newer": newer.get(file.feed, ""),
    }


def _size(file: StoredFile) -> int:
    try:
        return file.path.stat().st_size
    except OSError:  # `data verify` tells of a file that is not there
        return 0
