"""What the commands share: how they show their example, and the values they accept."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from diagnostic.cli import french
from diagnostic.errors import reason

if TYPE_CHECKING:
    from diagnostic.publish import Format

french.install()

FORMATS: tuple[Format, ...] = ("pdf", "html", "csv", "json")
COMPETENCES = ("commune", "epci", "syndicat", "inconnue")
LOGO_LIMIT = 2 * 1024 * 1024
SUBCOMMANDS = "COMMANDE [ARGUMENTS]…"
_PNG = b"\x89PNG\r\n\x1a\n"


class Command(click.Command):
    """A command whose epilog is an example, shown as it is typed."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the example, unwrapped."""
        example(self.epilog, formatter)


class Group(click.Group):
    """A group of commands whose epilog is an example, shown as it is typed."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the example, unwrapped."""
        example(self.epilog, formatter)


def example(text: str | None, formatter: click.HelpFormatter) -> None:
    """Write lines to copy under their heading."""
    formatter.write("\nExemple\u00a0:\n")
    for line in (text or "").splitlines():
        formatter.write(f"  {line}\n")


class Formats(click.ParamType["tuple[Format, ...]"]):
    """A list of formats separated by commas, each one known."""

    name = "formats"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[Format, ...]:
        """The formats in the program's order, none twice."""
        if isinstance(value, tuple):
            return value
        asked = [word.strip().lower() for word in str(value).split(",") if word.strip()]
        unknown = [word for word in asked if word not in FORMATS]
        if unknown or not asked:
            names = ", ".join(unknown) or "aucun format"
            self.fail(f"{names}. Formats possibles\u00a0: {', '.join(FORMATS)}.", param, ctx)
        return tuple(name for name in FORMATS if name in asked)


class Edition(click.ParamType[str]):
    """A month, AAAA-MM."""

    name = "mois"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The month as it was written."""
        if not re.fullmatch(r"[12]\d{3}-(0[1-9]|1[0-2])", str(value), re.ASCII):
            self.fail(f"«\u00a0{value}\u00a0» n’est pas un mois AAAA-MM.", param, ctx)
        return str(value)


class Logo(click.ParamType[Path]):
    """A PNG picture of at most 2 MB, judged by its first bytes and not by its name."""

    name = "fichier"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """The path of the picture."""
        path = Path(value)
        try:
            regular, size = path.is_file(), path.stat().st_size
            signature = b""
            if regular:  # a pipe would be waited for, a device read without end
                with path.open("rb") as stream:
                    signature = stream.read(len(_PNG))
        except OSError as trouble:
            self.fail(f"«\u00a0{value}\u00a0» ne peut pas être lu ({reason(trouble)}).", param, ctx)
        if signature != _PNG:
            self.fail(f"«\u00a0{value}\u00a0» n’est pas une image PNG.", param, ctx)
        if size > LOGO_LIMIT:
            self.fail(f"«\u00a0{value}\u00a0» dépasse 2\u00a0Mo.", param, ctx)
        return path


formats_option = click.option(
    "--format",
    "formats",
    type=Formats(),
    default="pdf,html",
    show_default=True,
    metavar="LISTE",
    help="Formats à écrire, séparés par des virgules\u00a0: pdf, html, csv, json.",
)
output_option = click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("output"),
    show_default=True,
    metavar="DOSSIER",
    help="Dossier où écrire les fichiers\u202f; il est créé s’il manque.",
)
logo_option = click.option(
    "--logo",
    type=Logo(),
    metavar="FICHIER",
    help="Logo de la couverture (PNG, 2\u00a0Mo au plus).",
)
own_store_option = click.option(
    "--store",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="DOSSIER",
    help="Données locales à lire à la place des vôtres.",
)
kept_store_option = click.option(
    "--store",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DOSSIER",
    help="Où garder les données, à la place de votre dossier\u202f; il est créé s’il manque.",
)
offline_option = click.option(
    "--offline",
    is_flag=True,
    envvar="DIAGNOSTIC_OFFLINE",
    help="N’ouvre aucune connexion (ou variable DIAGNOSTIC_OFFLINE=1).",
)
json_option = click.option(
    "--json", "as_json", is_flag=True, help="Écrit le résultat en un objet JSON."
)
open_option = click.option(
    "--open", "open_it", is_flag=True, help="Ouvre le premier fichier écrit."
)


def own_roots(store: Path | None) -> list[Path]:
    """The store given, else the user's, when it exists: what is laid before the extract."""
    from diagnostic import resources  # noqa: PLC0415 - not needed to be helped

    own = resources.user_root() if store is None else store
    return [own] if own is not None and own.is_dir() else []


def root_to_keep(store: Path | None) -> Path:
    """The store given, else the user's, which need not exist yet."""
    from diagnostic import resources  # noqa: PLC0415 - not needed to be helped
    from diagnostic.errors import UsageError  # noqa: PLC0415 - only here

    own = resources.user_root() if store is None else store
    if own is None:
        raise UsageError(
            "vous n’avez pas de dossier personnel où garder des données",
            hint="Indiquez un dossier avec --store.",
        )
    return own
