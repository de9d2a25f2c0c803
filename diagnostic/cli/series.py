"""The commands `series search` and `series show`: what the catalogue knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from diagnostic.cli import options, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from diagnostic.model import Break, Series


@click.group(
    cls=options.Group,
    subcommand_metavar=options.SUBCOMMANDS,
    epilog="diagnostic series search naissances\ndiagnostic series show insee.naissances",
    help="Cherche et montre les séries du catalogue.",
)
def series() -> None:
    """Series of the catalogue."""


@series.command(
    cls=options.Command,
    epilog='diagnostic series search "prime d’activité" --level commune',
    help="Liste les séries dont le libellé ou la définition contient TEXTE.",
)
@click.argument("text", metavar="TEXTE", default="")
@click.option(
    "--theme", default="", metavar="THÈME", help="Thème, par exemple «\u00a0petite enfance\u00a0»."
)
@click.option(
    "--level", default="", metavar="NIVEAU", help="Niveau publié\u00a0: commune, epci, departement…"
)
@click.option(
    "--producer", metavar="NOM", help="Producteur\u00a0: Cnaf, Insee, Drees, Dares, Urssaf."
)
@click.option("--period", default="", metavar="ANNÉE", help="Publiées dès cette année.")
@click.option("--label", is_flag=True, help="Seulement les séries labellisées d’intérêt général.")
@options.json_option
def search(
    *,
    text: str,
    theme: str,
    level: str,
    producer: str,
    period: str,
    label: bool,
    as_json: bool,
) -> None:
    """Print the series that match the words and the filters."""
    from diagnostic import catalogue  # noqa: PLC0415 - heavy

    matches = catalogue.load().search(
        text, theme=theme, level=level, producer=producer, since=period, label=label
    )
    found = [match.series for match in matches]
    if as_json:
        say.document(found)
        return
    say.table([(one.id, one.unit, _named(one)) for one in found])
    if not found:
        say.note("Aucune série ne répond à ces critères.")


@series.command(
    cls=options.Command,
    epilog="diagnostic series show caf.couverture.total",
    help="Montre tout ce que le catalogue sait d’une série.",
)
@click.argument("identifier", metavar="SÉRIE")
@options.json_option
def show(identifier: str, as_json: bool) -> None:
    """Print one series of the catalogue."""
    from diagnostic import catalogue  # noqa: PLC0415 - heavy

    known = catalogue.load()
    found = known.series.get(identifier)
    if found is None:
        nearest = ", ".join(known.nearest(identifier))
        raise click.BadParameter(
            f"la série «\u00a0{identifier}\u00a0» n’est pas au catalogue."
            + (f" Les plus proches\u00a0: {nearest}." if nearest else ""),
            param_hint="SÉRIE",
        )
    if as_json:
        say.document(found)
        return
    say.table(_facts(found, [known.breaks[name] for name in found.breaks]))


_KEYS = dict.fromkeys(("count", "estimate", "amount"), "series")


def _named(one: Series) -> str:
    """The label, which says when the series is announced but not held."""
    return f"{one.label} (à venir)" if one.arrival else one.label


def _facts(found: Series, breaks: Sequence[Break]) -> list[tuple[str, str]]:
    """The facts that the series has, one row each."""
    step = "" if found.rounding is None else f"{found.rounding.step:g}".replace(".", ",")
    facts = [
        ("série", found.id),
        ("libellé", found.label),
        ("définition", found.definition),
        ("unité", found.unit),
        ("thème", found.theme),
        ("population", found.population),
        ("producteur", found.producer),
        ("jeu de données", found.dataset),
        ("champ du fichier", found.field),
        ("niveaux", ", ".join(found.levels)),
        ("périodicité", found.frequency),
        ("périodes", found.periods),
        ("arrondi", f"au multiple de {step}" if step else ""),
        ("secret", found.secrecy),
        ("label", found.quality_label),
        ("licence", found.licence),
        ("lien", found.link),
        ("à venir", found.arrival),
        *(("rupture", f"{one.label}\u00a0: {one.text}") for one in breaks),
        *(("piège", trap) for trap in found.traps),
        ("dans une spec", f"{_KEYS.get(found.kind, 'published')}: {found.id}"),
    ]
    return [(name, text) for name, text in facts if text]
