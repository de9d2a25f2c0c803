"""The command `data verify`: every file of the local store and of the extract, read whole."""

from __future__ import annotations

from pathlib import Path

import click

from diagnostic.cli import options, say
from diagnostic.errors import DataError


@click.command(
    cls=options.Command,
    epilog="diagnostic data verify --store donnees",
    help="Relit chaque fichier de données et compare son empreinte et son nombre de lignes.",
)
@options.own_store_option
@options.json_option
def verify(*, store: Path | None, as_json: bool) -> None:
    """Read every file whole, and name those that are damaged (exit 5)."""
    from diagnostic import store as stores  # noqa: PLC0415 - heavy

    files, damages, rows = 0, [], 0
    for root in [*options.own_roots(store), stores.embedded_root()]:
        for file, damage in stores.Keeper(root).verify():
            files, rows = files + 1, rows + file.rows
            if damage:
                damages.append(damage)
    if as_json:
        found = [{"file": str(one.file.path), "reason": one.reason} for one in damages]
        say.document({"files": files, "observations": rows, "damaged": found})
    if damages:
        raise DataError(
            "\n".join(f"{one.file.path}\u00a0: {one.reason}" for one in damages),
            hint="\n".join(sorted({one.file.hint for one in damages})),
        )
    if not as_json:
        say.result(
            f"{_count(files, 'fichier')}, {_count(rows, 'observation')}\u00a0: tout est intact."
        )


def _count(value: int, noun: str) -> str:
    from diagnostic.wording import numbers  # noqa: PLC0415 - not needed to be helped

    return numbers.count(value, noun)
