"""The command `data prune`: editions that newer ones replace wholly, and leftovers, removed."""

from __future__ import annotations

from pathlib import Path

import click

from diagnostic.cli import options, say


@click.command(
    cls=options.Command,
    epilog="diagnostic data prune --dry-run",
    help="Supprime les éditions qu’une plus récente remplace entièrement, et les restes.",
)
@click.option("--dry-run", is_flag=True, help="Dit ce qui serait supprimé, ne supprime rien.")
@click.option(
    "--damaged",
    is_flag=True,
    help="Oublie aussi les fichiers abîmés, pour les télécharger de nouveau.",
)
@options.own_store_option
@options.json_option
def prune(*, dry_run: bool, damaged: bool, store: Path | None, as_json: bool) -> None:
    """Remove what is of no more use and say how many bytes are freed."""
    from diagnostic import store as stores  # noqa: PLC0415 - heavy
    from diagnostic.store import editions  # noqa: PLC0415 - heavy
    from diagnostic.wording import numbers  # noqa: PLC0415 - not needed to be helped

    roots = options.own_roots(store)
    found = [stores.Keeper(root).prune(dry_run=dry_run, damaged=damaged) for root in roots]
    dropped = [file for one in found for file in one.editions]
    left = [path for one in found for path in one.leftovers]
    size = sum(one.size for one in found)
    if as_json:
        say.document(
            {
                "editions": [
                    {"feed": f.feed, "edition": f.origin.edition, "file": str(f.path)}
                    for f in dropped
                ],
                "leftovers": [str(path) for path in left],
                "bytes": size,
                "dry_run": dry_run,
            }
        )
        return
    for file in dropped:
        say.result(f"{file.feed}\u00a0: édition {editions.name(file)}")
    for path in left:
        say.result(f"reste\u00a0: {path}")
    freed = "à libérer" if dry_run else "libérés"
    say.note(
        f"{numbers.count(len(dropped), 'édition')}, {numbers.count(len(left), 'reste')}, "
        f"{freed}\u00a0: {numbers.number(size / 1000, 1)}\u00a0ko."
    )
