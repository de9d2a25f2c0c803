"""The command `doctor`: reconciles and inspects what the stores hold."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from diagnostic.cli import options, say
from diagnostic.errors import DataError

if TYPE_CHECKING:
    from diagnostic.doctor import Diagnosis, Reconciliation

MOST_SHOWN = 5  # gaps of one series at one level; --json gives them all
LEVELS = {"epci": "EPCI", "departement": "départements", "region": "régions", "france": "France"}


@click.command(
    cls=options.Command,
    epilog="diagnostic doctor\ndiagnostic doctor --strict --json",
    help="Rapproche les sommes de communes des totaux publiés et inspecte les données locales.",
)
@click.option(
    "--store",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="DOSSIER",
    help="Données à lire avant celles qui sont livrées.",
)
@click.option("--strict", is_flag=True, help="Un avertissement devient une erreur (code 5).")
@options.json_option
def doctor(*, store: Path | None, strict: bool, as_json: bool) -> None:
    """Print what was found; with --strict, fail on a warning."""
    from datetime import date  # noqa: PLC0415 - heavy

    from diagnostic import build, catalogue, territories  # noqa: PLC0415 - heavy
    from diagnostic import doctor as room  # noqa: PLC0415
    from diagnostic.store import Store  # noqa: PLC0415

    roots = build.roots(store)
    found = room.diagnose(
        Store(roots),
        catalogue.load(catalogue.found(roots)),
        territories.load(roots),
        date.today(),  # noqa: DTZ011 - the age of data is counted in the user's days
    )
    if as_json:
        say.document(found)
    else:
        _show(found)
    if strict and found.warnings:
        from diagnostic.wording import numbers  # noqa: PLC0415

        raise DataError(
            f"{numbers.count(found.warnings, 'avertissement')} dans les données locales",
            hint="Sans --strict, «\u00a0diagnostic doctor\u00a0» les montre et finit bien.",
        )


def _show(found: Diagnosis) -> None:
    from diagnostic.wording import numbers  # noqa: PLC0415

    say.result("Sommes de communes et totaux publiés")
    for one in found.reconciliations:
        explained = one.compared - len(one.gaps)
        skipped = f", {one.skipped} sans assez de communes" if one.skipped else ""
        compared = numbers.count(one.compared, "somme comparée")
        say.result(
            f"  {one.series}, {LEVELS[one.level]}\u00a0: {compared}, "
            f"{explained} que l’arrondi explique{skipped}"
        )
        _gaps(one)
    if not found.reconciliations:
        say.result("  aucune série additive n’a de total publié dans les données locales")
    say.result("État des fichiers")
    for symptom in found.symptoms:
        mark = "avertissement" if symptom.severity == "warning" else "note"
        say.result(f"  {mark}\u00a0: {symptom.subject}\u00a0: {symptom.text}")
    if not found.symptoms:
        say.result("  rien à signaler")


def _gaps(one: Reconciliation) -> None:
    worst = sorted(one.gaps, key=lambda gap: -abs(gap.size))
    for gap in worst[:MOST_SHOWN]:
        say.result(f"    avertissement\u00a0: {gap.text()}")
    if len(worst) > MOST_SHOWN:
        say.result(f"    et {len(worst) - MOST_SHOWN} autres écarts (--json les donne tous)")
