"""The commands `territory search` and `territory show`: who is where in the COG."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from diagnostic.cli import options, say

if TYPE_CHECKING:
    from diagnostic.model import Level, Territory

LEVELS = ("commune", "epci", "ept", "arrondissement", "departement", "region")

PARENTS: dict[Level, str] = {
    "epci": "EPCI",
    "ept": "EPT",
    "arrondissement": "arrondissement",
    "departement": "département",
    "region": "région",
}

level_option = click.option(
    "--level", type=click.Choice(LEVELS), help="Ne regarde qu’un niveau géographique."
)


@click.group(
    cls=options.Group,
    subcommand_metavar=options.SUBCOMMANDS,
    epilog='diagnostic territory search "vitry"\ndiagnostic territory show 51649',
    help="Cherche et montre les territoires du code officiel géographique.",
)
def territory() -> None:
    """Territories of the COG."""


@territory.command(
    cls=options.Command,
    epilog='diagnostic territory search "vitry le francois" --level commune',
    help="Liste les territoires dont le nom ou le code ressemble à TEXTE.",
)
@click.argument("text", metavar="TEXTE")
@level_option
@options.json_option
def search(text: str, level: Level | None, as_json: bool) -> None:
    """Print the territories whose name or code is like `text`."""
    from diagnostic import territories  # noqa: PLC0415 - heavy

    found = territories.load().search(text, level)
    if as_json:
        say.document(found)
        return
    say.table([(one.code, one.level, _named(one), one.departement or "") for one in found])
    if not found:
        say.note("Aucun territoire ne ressemble à ce texte.")


@territory.command(
    cls=options.Command,
    epilog="diagnostic territory show 51649",
    help="Montre un territoire, ses parents et ses communes.",
)
@click.argument("code", metavar="CODE")
@level_option
@options.json_option
def show(code: str, level: Level | None, as_json: bool) -> None:
    """Print one territory, given by code or name."""
    from diagnostic import territories  # noqa: PLC0415 - heavy

    places = territories.load()
    found = places.find(code, level)
    communes = () if found.level == "commune" else places.members(found)
    if as_json:
        say.document({"territory": found, "communes": [one.code for one in communes]})
        return
    parents = {one: places.parent(found, one) for one in PARENTS if one != found.level}
    say.table(_facts(found, parents, communes))


def _named(one: Territory) -> str:
    """The name, with what was asked for: a commune of old, or a municipal arrondissement."""
    if not one.former:
        return one.name
    from diagnostic.wording import names  # noqa: PLC0415 - heavy

    asked = names.district(one.former) or f"ancienne commune\u00a0: {one.former}"
    return f"{one.name} ({asked})"


def _facts(
    found: Territory, parents: dict[Level, Territory | None], communes: tuple[Territory, ...]
) -> list[tuple[str, str]]:
    """The facts that the territory has, one row each."""
    population = "" if found.population is None else f"{found.population:,}".replace(",", "\u202f")
    facts = [
        ("code", found.code),
        ("niveau", found.level),
        ("nom", found.name),
        ("ancien", found.former),
        ("nature", found.nature),
        ("population", population),
        *((PARENTS[level], f"{one.code} {one.name}") for level, one in parents.items() if one),
        *(("commune", f"{one.code} {one.name}") for one in communes),
    ]
    return [(name, text) for name, text in facts if text]
