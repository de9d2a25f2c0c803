"""The command `render`: a saved report becomes its other formats again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from diagnostic.cli import options, say
from diagnostic.cli.build import show

if TYPE_CHECKING:
    from diagnostic.publish import Format


@click.command(
    cls=options.Command,
    epilog="diagnostic render output/sppe-51649-vitry-le-francois.json --format pdf",
    help="Refait un dossier depuis le JSON qu’a écrit «\u00a0build --format json\u00a0».",
)
@click.argument("report", type=click.Path(path_type=Path, dir_okay=False), metavar="RAPPORT.json")
@options.formats_option
@options.output_option
@options.logo_option
@options.json_option
@options.open_option
def render(
    *,
    report: Path,
    formats: tuple[Format, ...],
    output: Path,
    logo: Path | None,
    as_json: bool,
    open_it: bool,
) -> None:
    """Render a saved report and print the paths of its files."""
    from diagnostic import build as recipe  # noqa: PLC0415 - heavy

    dossier = recipe.render(report, formats=formats, output=output, logo=logo, tell=say.note)
    show(dossier, as_json=as_json, open_it=open_it)
