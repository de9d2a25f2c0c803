"""The command `build`: one spec, one territory, one dossier."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from diagnostic.cli import options, say

if TYPE_CHECKING:
    from diagnostic.build import Dossier
    from diagnostic.model import Competence
    from diagnostic.publish import Format
    from diagnostic.pull import Watch


@click.command(
    cls=options.Command,
    epilog=(
        "diagnostic build --spec sppe.yaml --commune 51649\n"
        'diagnostic build --spec sppe.yaml --commune "vitry le francois" --format pdf'
    ),
    help="Construit le dossier d’une commune ou d’un EPCI et écrit les chemins des fichiers.",
)
@click.option(
    "--spec",
    "spec_name",
    required=True,
    metavar="SPEC",
    help="Fichier YAML, ou nom d’une spec livrée (sppe).",
)
@click.option("--commune", metavar="CODE", help="Code Insee ou nom de la commune.")
@click.option("--epci", metavar="SIREN", help="Numéro Siren ou nom de l’EPCI.")
@options.formats_option
@options.output_option
@click.option(
    "--store",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="DOSSIER",
    help="Données à lire avant celles qui sont livrées, et où garder ce qui est téléchargé.",
)
@options.logo_option
@click.option(
    "--edition",
    type=options.Edition(),
    metavar="AAAA-MM",
    help="Mois d’édition imprimé\u202f; par défaut, celui des données les plus récentes.",
)
@click.option(
    "--competence",
    type=click.Choice(options.COMPETENCES),
    help="Qui exerce la compétence petite enfance\u202f; par défaut, ce que dit la spec.",
)
@options.offline_option
@click.option("--strict", is_flag=True, help="Un avertissement devient une erreur.")
@options.json_option
@options.open_option
def build(
    *,
    spec_name: str,
    commune: str | None,
    epci: str | None,
    formats: tuple[Format, ...],
    output: Path,
    store: Path | None,
    logo: Path | None,
    edition: str | None,
    competence: Competence | None,
    offline: bool,
    strict: bool,
    as_json: bool,
    open_it: bool,
) -> None:
    """Build a dossier and print the paths of its files."""
    level, place = _place(commune, epci)
    from diagnostic import build as recipe  # noqa: PLC0415 - heavy

    dossier = recipe.build(
        spec_name,
        place,
        level=level,
        formats=formats,
        output=output,
        store_folder=store,
        logo=logo,
        edition=edition,
        competence=competence,
        strict=strict,
        offline=offline,
        tell=say.note,
        watch=None if offline else _watch(),
    )
    show(dossier, as_json=as_json, open_it=open_it)


def show(dossier: Dossier, *, as_json: bool, open_it: bool) -> None:
    """Say what was built: notes on stderr, paths (or the JSON object) on stdout."""
    territory = dossier.report.territory
    if territory.former:
        from diagnostic.wording import names  # noqa: PLC0415 - heavy

        if district := names.district(territory.former):
            say.note(f"{district}\u00a0: le dossier est celui de la commune entière.")
        else:
            former = names.printed(territory.former)
            say.note(f"{former} fait aujourd’hui partie {names.of(territory)}.")
    warnings = [*dossier.lacks, *dossier.report.warnings]
    for text in warnings:
        say.warning(text)
    if as_json:
        say.document(
            {
                "spec": dossier.report.spec.id,
                "territory": {
                    "level": territory.level,
                    "code": territory.code,
                    "name": territory.name,
                },
                "edition": dossier.report.edition,
                "files": [str(path) for path in dossier.files],
                "warnings": warnings,
            }
        )
    else:
        for path in dossier.files:
            say.result(path)
    if open_it and dossier.files:
        click.launch(str(dossier.files[0]))


def _watch() -> Watch:
    from diagnostic.cli import progress  # noqa: PLC0415 - not needed offline

    return progress.watch()


def _place(commune: str | None, epci: str | None) -> tuple[Literal["commune", "epci"], str]:
    """The level and the text that name the territory: one option exactly."""
    if commune is not None and epci is None:
        return "commune", commune
    if epci is not None and commune is None:
        return "epci", epci
    raise click.UsageError("Indiquez un territoire, un seul\u00a0: --commune CODE ou --epci SIREN.")
