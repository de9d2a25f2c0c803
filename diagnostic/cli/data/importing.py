"""The command `data import`: a file of the user's own, shown as understood, then kept."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from diagnostic.cli import options, say
from diagnostic.errors import DataError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from diagnostic.model import Level
    from diagnostic.pull.imports import Understood
    from diagnostic.pull.ledger import Ledger

SHOWN = 12  # cells shown of a file


@click.command(
    name="import",
    cls=options.Command,
    epilog=(
        "diagnostic data import attente.csv --dry-run\n"
        "diagnostic data import attente.csv --mapping attente.yaml --dry-run\n"
        "diagnostic data import attente.csv --mapping attente.yaml"
    ),
    help="Importe un fichier (CSV, XLSX, ODS, Parquet, GeoJSON) dans le magasin local.",
)
@click.argument("source", metavar="FICHIER", type=click.Path(path_type=Path))
@click.option(
    "--mapping",
    type=click.Path(path_type=Path),
    metavar="YAML",
    help="Correspondance\u00a0: ce que sont les colonnes du fichier.",
)
@click.option(
    "--dry-run",
    is_flag=True,
    help="Montre ce qui est compris et chaque doute, n’écrit rien\u202f; sans --mapping, propose"
    " une correspondance.",
)
@click.option(
    "--sheet", default="", metavar="NOM", help="Feuille du classeur, pour une proposition."
)
@click.option(
    "--store",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DOSSIER",
    help="Magasin où garder le fichier\u202f; par défaut, celui de l’utilisateur.",
)
def importing(
    *, source: Path, mapping: Path | None, dry_run: bool, sheet: str, store: Path | None
) -> None:
    """Show a file as it is understood, or keep it."""
    if mapping is None:
        _propose(source, sheet, dry_run=dry_run)
        return
    from diagnostic import catalogue, resources  # noqa: PLC0415 - heavy
    from diagnostic import store as stores  # noqa: PLC0415 - heavy
    from diagnostic.pull import imports  # noqa: PLC0415 - heavy
    from diagnostic.pull import mapping as mappings  # noqa: PLC0415 - heavy

    own = options.own_roots(store)
    columns = mappings.read(mapping, catalogue.load(catalogue.found(own)))
    found = imports.understand(source, columns)
    held = stores.Store([*own, stores.embedded_root()])
    rivals = imports.rivals(found.ledger, held)
    if dry_run:
        _show(found, rivals)
        if found.grave:
            raise DataError(
                f"{source}\u00a0: cet import serait refusé",
                hint="Corrigez le fichier ou la correspondance, puis recommencez.",
            )
        return
    for doubt in _doubts(found, rivals):
        say.warning(doubt)
    root = store or resources.user_root()
    if root is None:
        raise UsageError("aucun dossier personnel", hint="Donnez un magasin par --store DOSSIER.")
    kept = imports.keep(found, root)
    say.note(f"{kept.rows} valeurs gardées (import «\u00a0{columns.id}\u00a0»).")
    say.result(kept.path)


def _propose(source: Path, sheet: str, *, dry_run: bool) -> None:
    from diagnostic.pull import proposal  # noqa: PLC0415 - heavy

    if not dry_run:
        raise UsageError(
            "une correspondance est nécessaire (--mapping)",
            hint=f"«\u00a0diagnostic data import {source} --dry-run\u00a0» en propose une.",
        )
    say.result(proposal.propose(source, sheet).rstrip("\n"))


def _show(found: Understood, rivals: list[str]) -> None:
    """The file as it is understood: what it is, its first cells, what is in each series."""
    ledger = found.ledger
    facts = {name: text for table in found.tables for name, text in table.facts}
    if len(found.tables) > 1:
        facts["feuille"] = ", ".join(table.sheet for table in found.tables)
    signs = {",": "virgule", ".": "point"}
    facts["signe décimal"] = " ou ".join(signs[one] for one in sorted(ledger.decimals))
    facts["lignes lues"] = str(ledger.read)
    say.table([("fichier", str(found.path)), *facts.items()])
    say.result("")
    say.table([("niveau", "code", "nom", "période", "série", "valeur"), *_cells(ledger)])
    say.result("")
    say.table([("série", "niveau", "période", "valeurs", "absences", "étendue"), *_sums(ledger)])
    say.result("")
    for remark in ledger.remarks:
        say.result(f"{'refus' if remark.grave else 'doute'}\u00a0: {say.visible(str(remark))}")
        if remark.grave and remark.hint:
            say.result(f"        {remark.hint}")
    for doubt in _rivals(rivals):
        say.result(f"doute\u00a0: {doubt}")


def _cells(ledger: Ledger) -> Iterable[tuple[str, ...]]:
    from diagnostic.pull.codes import Codes  # noqa: PLC0415 - heavy

    codes = Codes()
    shown = 0
    for (level, code, period), row in ledger.rows.items():
        for series, cell in row.items():
            if shown == SHOWN:
                return
            shown += 1
            yield level, code, codes.name(cast("Level", level), code), period, series, cell


def _sums(ledger: Ledger) -> Iterable[tuple[str, ...]]:
    """For each series, level and period: how many values, which absences, from what to what."""
    from collections import Counter  # noqa: PLC0415

    values: dict[tuple[str, str, str], list[float]] = {}
    absences: dict[tuple[str, str, str], Counter[str]] = {}
    for (level, _, period), row in ledger.rows.items():
        for series, cell in row.items():
            key = series, level, period
            numbers, missing = values.setdefault(key, []), absences.setdefault(key, Counter())
            if cell[0].isalpha():
                missing[cell] += 1
            else:
                numbers.append(float(cell))
    for key, numbers in sorted(values.items()):
        missing = absences[key]
        said = ", ".join(f"{count} {status}" for status, count in sorted(missing.items()))
        span = f"{min(numbers):.12g} à {max(numbers):.12g}" if numbers else ""
        yield (*key, str(len(numbers)), said or "0", span.replace(".", ","))


def _doubts(found: Understood, rivals: list[str]) -> list[str]:
    return [str(one) for one in found.ledger.remarks if not one.grave] + _rivals(rivals)


def _rivals(rivals: list[str]) -> list[str]:
    told = ", ".join(rivals)
    before = "déjà dans le magasin, qui seront lues d’abord dans ce fichier"
    return [f"séries {before}\u00a0: {told}"] if rivals else []
