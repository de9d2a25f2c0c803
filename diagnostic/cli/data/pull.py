"""The command `data pull`: data of the producers, brought into the local store."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from diagnostic.cli import options, say
from diagnostic.errors import SourceError

if TYPE_CHECKING:
    from diagnostic.catalogue import Catalogue
    from diagnostic.model import Feed
    from diagnostic.pull import Need, Outcome, Round

Place = tuple[Literal["commune", "epci", "departement"], str]


@click.command(
    cls=options.Command,
    epilog=(
        "diagnostic data pull --spec sppe.yaml --departement 51\n"
        "diagnostic data pull --producer Cnaf --france\n"
        "diagnostic data pull --catalogue"
    ),
    help="Télécharge des données dans le dossier local et écrit les chemins des fichiers.",
)
@click.option("--catalogue", "listed", is_flag=True, help="Relit la liste des jeux des portails.")
@click.option("--spec", "spec_name", metavar="SPEC", help="Seulement ce que cette spec demande.")
@click.option(
    "--producer", metavar="NOM", help="Seulement ce producteur\u00a0: Cnaf, Insee, Drees…"
)
@click.option("--dataset", metavar="JEU", help="Seulement ce jeu, par exemple s_ben_com_f.")
@click.option("--commune", metavar="CODE", help="Une commune, celles de son EPCI, et au-dessus.")
@click.option("--epci", metavar="SIREN", help="Les communes d’un EPCI, et au-dessus.")
@click.option("--departement", metavar="CODE", help="Les communes d’un département, et au-dessus.")
@click.option("--france", is_flag=True, help="Toute la France.")
@options.kept_store_option
@options.offline_option
@options.json_option
def pull(
    *,
    listed: bool,
    spec_name: str | None,
    producer: str | None,
    dataset: str | None,
    commune: str | None,
    epci: str | None,
    departement: str | None,
    france: bool,
    store: Path | None,
    offline: bool,
    as_json: bool,
) -> None:
    """Pull datasets, or the lists of datasets, and say what became of each."""
    place = _place(commune, epci, departement, france=france)
    if not (listed or spec_name or producer or dataset or place or france):
        raise click.UsageError(
            "Indiquez quoi télécharger\u00a0: --spec, --producer, --dataset, un territoire ou "
            "--france\u202f; ou --catalogue."
        )
    if offline:
        raise SourceError(
            "hors ligne, rien n’est téléchargé",
            hint="Relancez sans --offline (ni DIAGNOSTIC_OFFLINE).",
        )
    from diagnostic import catalogue  # noqa: PLC0415 - heavy
    from diagnostic import pull as pulling  # noqa: PLC0415 - heavy
    from diagnostic.cli import progress  # noqa: PLC0415 - heavy

    root = options.root_to_keep(store)
    known = catalogue.load(catalogue.found([root]))
    asked = pulling.prepare(root, known.portals, watch=progress.watch())
    if listed:
        _list(asked, known, producer, as_json=as_json)
        return
    feeds = _feeds(known, spec_name, producer, dataset)
    outcomes = asked.run(_needs(feeds, place, root))
    _show(outcomes, as_json=as_json)
    for outcome in outcomes:
        if outcome.error and (outcome.state != "unserved" or dataset):
            raise outcome.error


def _place(
    commune: str | None, epci: str | None, departement: str | None, *, france: bool
) -> Place | None:
    """The one territory that was named, None when none is."""
    named: list[Place] = []
    if commune is not None:
        named.append(("commune", commune))
    if epci is not None:
        named.append(("epci", epci))
    if departement is not None:
        named.append(("departement", departement))
    if len(named) + france > 1:
        raise click.UsageError("Indiquez un territoire, un seul.")
    return named[0] if named else None


def _list(asked: Round, known: Catalogue, producer: str | None, *, as_json: bool) -> None:
    """Save the lists of datasets of the portals, and say how many datasets each has."""
    from diagnostic.pull import publish  # noqa: PLC0415 - heavy
    from diagnostic.wording import numbers  # noqa: PLC0415 - not needed to be helped

    portals = [p.id for p in known.portals.values() if not producer or _same(p.producer, producer)]
    if not portals:
        raise _unknown("producteur", str(producer), [p.producer for p in known.portals.values()])
    found = asked.cards(portals)
    written: list[dict[str, Any]] = []
    failed: SourceError | None = None
    for name, cards in found.items():
        if isinstance(cards, SourceError):
            failed = failed or cards
            say.warning(cards.message)
            continue
        path = publish(cards, name, asked.keeper.root, asked.today)
        written.append({"portal": name, "datasets": len(cards), "file": str(path)})
        say.note(f"{known.portals[name].producer}\u00a0: {numbers.count(len(cards), 'jeu')}")
    if as_json:
        say.document(written)
    else:
        for one in written:
            say.result(one["file"])
    if failed is not None and not written:
        raise failed


def _feeds(
    known: Catalogue, spec_name: str | None, producer: str | None, dataset: str | None
) -> list[Feed]:
    """The feeds that answer all the filters. Raises UsageError when a name is not one."""
    if spec_name is None:
        feeds = list(known.feeds.values())
    else:
        from diagnostic import spec  # noqa: PLC0415 - heavy

        plan = spec.load(spec_name, known)
        series = {one for i in plan.indicators.values() for one in i.series_ids}
        held = [feed for one in sorted(series) for feed in known.feeds_of(one)]
        feeds = list({feed.id: feed for feed in held}.values())
    if producer:
        names = {portal.id: portal.producer for portal in known.portals.values()}
        if not any(_same(name, producer) for name in names.values()):
            raise _unknown("producteur", producer, list(names.values()))
        feeds = [feed for feed in feeds if _same(names[feed.portal], producer)]
    if dataset:
        found = [feed for feed in feeds if dataset in (feed.dataset, feed.id)]
        if not found:
            raise _unknown("jeu", dataset, [feed.dataset for feed in feeds])
        feeds = found
    return feeds


def _needs(feeds: Sequence[Feed], place: Place | None, root: Path) -> tuple[Need, ...]:
    """What is wanted of the feeds: all of it, or the territory's share."""
    from diagnostic import pull as pulling  # noqa: PLC0415 - heavy

    if place is None:
        return pulling.whole(feeds)
    from diagnostic import territories  # noqa: PLC0415 - heavy

    places = territories.load([root])
    level, name = place
    return pulling.scoped(feeds, places.find(name, level), places)


def _show(outcomes: Sequence[Outcome], *, as_json: bool) -> None:
    """Say what lacks on stderr; the files kept, or what became of everything, on stdout."""
    from diagnostic import pull as pulling  # noqa: PLC0415 - heavy

    for text in pulling.lacks(outcomes):
        say.warning(text)
    if as_json:
        say.document([_told(outcome) for outcome in outcomes])
        return
    for outcome in outcomes:
        if outcome.state == "kept" and outcome.file is not None:
            say.result(outcome.file.path)


def _told(outcome: Outcome) -> dict[str, Any]:
    """An outcome as JSON has it."""
    file = outcome.file
    return {
        "feed": outcome.feed.id,
        "producer": outcome.producer,
        "dataset": outcome.feed.dataset,
        "state": outcome.state,
        "reason": outcome.error.message if outcome.error else "",
        "file": str(file.path) if file else "",
        "observations": file.rows if file else 0,
        "edition": file.origin.edition if file else "",
        "bytes": outcome.size,
        "missing": list(outcome.missing),
        "left": dict(outcome.left),
    }


def _same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


def _unknown(what: str, name: str, known: Sequence[str]) -> click.UsageError:
    import difflib  # noqa: PLC0415 - only for a mistake

    near = difflib.get_close_matches(name, known, 3, 0.4) or sorted(set(known))[:6]
    return click.UsageError(
        f"Aucun {what} «\u00a0{name}\u00a0». Les plus proches\u00a0: {', '.join(near)}."
    )
