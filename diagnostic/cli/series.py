"""The commands `series search` and `series show`: what the catalogue knows."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from diagnostic.cli import options, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from diagnostic.catalogue import Catalogue, Entry
    from diagnostic.model import Series


@click.group(
    cls=options.Group,
    subcommand_metavar=options.SUBCOMMANDS,
    epilog="diagnostic series search naissances\ndiagnostic series show insee.naissances",
    help="Cherche et montre les séries du catalogue.",
)
def series() -> None:
    """Series of the catalogue."""


class Year(click.ParamType[str]):
    """A year, of which a period may be given whole: 2023, 2023-12."""

    name = "année"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The year alone."""
        found = re.fullmatch(r"([12]\d{3})(-(\d{2}|T[1-4]))?", str(value), re.ASCII)
        if found is None:
            self.fail(f"«\u00a0{value}\u00a0» n’est pas une année AAAA.", param, ctx)
        return found[1]


@series.command(
    cls=options.Command,
    epilog='diagnostic series search "prime d’activité" --level commune',
    help="Liste les séries qui répondent à tous les mots de TEXTE, les plus proches d’abord.",
)
@click.argument("text", metavar="TEXTE", default="")
@click.option(
    "--theme", default="", metavar="THÈME", help="Thème, par exemple «\u00a0petite enfance\u00a0»."
)
@click.option(
    "--producer",
    default="",
    metavar="NOM",
    help="Producteur\u00a0: Cnaf, Insee, Drees, Dares, Urssaf.",
)
@click.option(
    "--level", default="", metavar="NIVEAU", help="Niveau publié\u00a0: commune, epci, departement…"
)
@click.option("--period", type=Year(), metavar="ANNÉE", help="Publiées pour cette année.")
@click.option(
    "--frequency", default="", metavar="MOT", help="Périodicité\u00a0: annuelle, mensuelle…"
)
@click.option("--label", is_flag=True, help="Seulement les séries labellisées d’intérêt général.")
@click.option(
    "--since",
    type=Year(),
    metavar="ANNÉE",
    help="Qui remontent à cette année au moins.",
)
@options.own_store_option
@options.json_option
def search(*, text: str, store: Path | None, as_json: bool, **filters: Any) -> None:
    """Print the series that match the words and the filters."""
    from diagnostic import catalogue  # noqa: PLC0415 - not needed to be helped

    index = catalogue.indexed(catalogue.found(options.own_roots(store)))
    found = [match.series for match in index.search(text, **_given(filters))]
    if as_json:
        say.document([one._asdict() for one in found])
        return
    say.table(
        [(click.style(_wanted(one), fg="cyan"), click.style(one.unit, dim=True), _named(one))
         for one in found]
    )  # fmt: skip
    if not found:
        say.note("Aucune série ne répond à ces critères.")


@series.command(
    cls=options.Command,
    epilog="diagnostic series show caf.couverture.total",
    help="Montre tout ce que le catalogue sait d’une série.",
)
@click.argument("identifier", metavar="SÉRIE")
@options.own_store_option
@options.json_option
def show(identifier: str, store: Path | None, as_json: bool) -> None:
    """Print one series of the catalogue."""
    from diagnostic import catalogue  # noqa: PLC0415 - heavy

    roots = options.own_roots(store)
    known = catalogue.load(catalogue.found(roots))
    found = known.series.get(identifier)
    if found is None:
        raise click.BadParameter(_lack(known, identifier), param_hint="SÉRIE")
    if as_json:
        say.document(found)
        return
    facts = [*_facts(found), *_explained(found, known), *_calls(found, known)]
    say.table([*facts, *_held(found, roots), *_usage(found)])


def _given(filters: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in filters.items() if value}


def _lack(known: Catalogue, identifier: str) -> str:
    if ":" in identifier:
        return f"{known.unknown(identifier).removesuffix('.')}."
    nearest = ", ".join(known.nearest(identifier))
    return f"la série «\u00a0{identifier}\u00a0» n’est pas au catalogue." + (
        f" Les plus proches\u00a0: {nearest}." if nearest else ""
    )


def _wanted(one: Entry) -> str:
    """The id, with the filters that it still wants."""
    needs = ",".join(f"{column}=…" for column in one.needs)
    return f"{one.id}[{needs}]" if needs else one.id


def _named(one: Entry) -> str:
    """The label, which says where a portal lists it, and when no data of it can be had yet."""
    label = one.label if one.described else f"{one.label} ({one.dataset})"
    return f"{label} (à venir)" if one.coming else label


def _facts(found: Series) -> Iterator[tuple[str, str]]:
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
        ("champ couvert", ", ".join(f"{k}\u00a0: {v}" for k, v in found.champ.items())),
        ("arrondi", f"au multiple de {step}" if step else ""),
        ("secret", found.secrecy),
        ("label", found.quality_label),
        ("licence", found.licence),
        ("lien", found.link),
    ]
    return ((name, text) for name, text in facts if text)


def _explained(found: Series, known: Catalogue) -> Iterator[tuple[str, str]]:
    """Where it will come from, its breaks and its traps."""
    if found.arrival:
        yield "provenance" if known.feeds_of(found.id) else "à venir", found.arrival
    for one in (known.breaks[name] for name in found.breaks):
        yield "rupture", f"{one.label}\u00a0: {one.text}"
    for trap in found.traps:
        yield "piège", trap


def _calls(found: Series, known: Catalogue) -> Iterator[tuple[str, str]]:
    """What to ask of the producer's API, one row a level."""
    from diagnostic.catalogue.calls import call  # noqa: PLC0415 - heavy

    for feed in known.feeds_of(found.id):
        one = next(each for each in feed.series if each.series == found.id)
        for level in feed.levels:
            address = call(known.portals[feed.portal], feed, one, level)
            yield "appel", f"{level}\u00a0: {address}"


def _held(found: Series, roots: Sequence[Path]) -> Iterator[tuple[str, str]]:
    """The editions that the local data and the extract hold, the newest first."""
    from diagnostic import store  # noqa: PLC0415 - heavy

    for file in store.Store([*roots, store.embedded_root()]).files:
        if found.id in file.series:
            levels = ", ".join(sorted(file.series[found.id]))
            yield "données présentes", f"{levels}\u00a0: édition {file.origin.edition}"


def _usage(found: Series) -> Iterator[tuple[str, str]]:
    """The line to paste in a spec."""
    key = "series" if found.kind in {"count", "estimate", "amount"} else "published"
    quoted = f'"{found.id}"' if "[" in found.id else found.id
    yield "dans une spec", f"{key}: {quoted}"
