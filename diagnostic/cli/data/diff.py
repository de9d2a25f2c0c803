"""The command `data diff`: what a newer edition of a dataset changes, and in which dossiers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import click

from diagnostic.cli import options, say

if TYPE_CHECKING:
    from diagnostic.model import Code, Level, ReportData
    from diagnostic.store.editions import Change, Comparison
    from diagnostic.store.effects import Touched

CAUSES = 3  # cells named for one figure; the rest are counted


@click.command(
    cls=options.Command,
    epilog=(
        "diagnostic data diff caf_s_ben_com_f\n"
        "diagnostic data diff s_ben_com_f --report output/sppe-51649-vitry-le-francois.json"
    ),
    help="Compare deux éditions d’un jeu de données\u00a0: ajouts, disparitions, révisions.",
)
@click.argument("dataset", metavar="JEU")
@click.option(
    "--from",
    "older",
    default="",
    metavar="ÉDITION",
    help="Édition ancienne (mois, date, début du sha256)\u202f; par défaut l’avant-dernière.",
)
@click.option(
    "--to",
    "newer",
    default="",
    metavar="ÉDITION",
    help="Édition nouvelle\u202f; par défaut la dernière.",
)
@click.option(
    "--report",
    "reports",
    type=click.Path(path_type=Path, dir_okay=False),
    multiple=True,
    metavar="FICHIER.json",
    help="Dossier de «\u00a0build --format json\u00a0»\u00a0: ses chiffres qui changeraient.",
)
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    default=20,
    show_default=True,
    help="Nombre de révisions montrées, les plus fortes d’abord.",
)
@options.own_store_option
@options.json_option
def diff(
    *,
    dataset: str,
    older: str,
    newer: str,
    reports: tuple[Path, ...],
    limit: int,
    store: Path | None,
    as_json: bool,
) -> None:
    """Compare two editions, and say which figures of saved dossiers would change."""
    from diagnostic import publish  # noqa: PLC0415 - heavy
    from diagnostic import store as stores  # noqa: PLC0415 - heavy
    from diagnostic.store import editions, effects  # noqa: PLC0415 - heavy

    pair = editions.pick(stores.Store(options.own_roots(store)).files, dataset, older, newer)
    saved = {path: publish.load(path) for path in reports}
    members = cache(_members)
    watched = set().union(*(effects.watch(one, members) for one in saved.values()))
    found = editions.compare(*pair, limit=limit, watched=watched)
    reached = {p: effects.touched(one, found.watched, members) for p, one in saved.items()}
    if as_json:
        say.document(_document(found, reached))
        return
    _show(found)
    for path, figures in reached.items():
        _show_report(path, saved[path], figures)


def _members(level: Level, code: Code) -> Collection[Code]:
    """The communes of a place of a report; of the rest of an EPCI, all of its own but one."""
    from diagnostic import territories  # noqa: PLC0415 - heavy
    from diagnostic.errors import TerritoryError  # noqa: PLC0415

    if level in ("commune", "arm", "region", "france"):  # never worked out as a sum
        return ()
    whole, _, but = code.partition("-")
    try:
        place = territories.load().get("epci" if level == "custom" else level, whole)
    except (TerritoryError, LookupError):  # a saved report may be of another COG
        return ()
    return [one.code for one in territories.load().members(place) if one.code != but]


def _show(found: Comparison) -> None:
    from diagnostic.store import editions  # noqa: PLC0415 - heavy

    say.result(f"{found.newer.feed}\u00a0: de {editions.name(found.older)}")
    say.result(f"{' ' * len(found.newer.feed)}  à {editions.name(found.newer)}")
    for held, word in ((found.lost, "disparue"), (found.new, "nouvelle")):
        for series, level in held:
            say.result(f"série {word}\u00a0: {series} ({level})")
    if not found.tallies:
        say.result("Aucune différence dans ce que les deux éditions couvrent.")
        return
    head = ("série", "niveau", "ajouts", "disparitions", "révisions", "autres mentions")
    say.table(
        [
            head,
            *(
                (t.series, t.level, str(t.added), str(t.gone), str(t.revised), str(t.noted))
                for t in found.tallies
            ),
        ]
    )
    if found.largest:
        say.result("")
        say.result("Plus fortes révisions\u00a0:")
        say.table([(c.series, c.level, c.code, c.period, _step(c)) for c in found.largest])


def _show_report(path: Path, report: ReportData, figures: Sequence[Touched]) -> None:
    from diagnostic.wording import numbers  # noqa: PLC0415 - not needed to be helped

    say.result("")
    changed = numbers.count(len(figures), "chiffre")
    say.result(f"{path}, {report.territory.name}\u00a0: {changed} à revoir")
    for one in figures:
        figure = one.figure
        say.result(f"  {figure.label}, {figure.name}, {figure.period_text}\u00a0: {figure.text}")
        for change in one.changes[:CAUSES]:
            place = f"{change.series}, {change.level} {change.code}, {change.period}"
            say.result(f"    {place}\u00a0: {_step(change)}")
        if len(one.changes) > CAUSES:
            say.result(f"    et {numbers.count(len(one.changes) - CAUSES, 'autre')}")


def _step(change: Change) -> str:
    """What became of a cell: a number, or the word of its absence."""
    if change.kind == "added":
        return f"ajout, {_value(change.after, change.status_after)}"
    if change.kind == "gone":
        return f"disparition, {_value(change.before, change.status_before)}"
    before = _value(change.before, change.status_before)
    after = _value(change.after, change.status_after)
    bounds = " (autres bornes)" if before == after else ""
    return f"{before} → {after}{bounds}"


def _value(value: float | None, status: str) -> str:
    from diagnostic.wording import numbers  # noqa: PLC0415 - not needed to be helped

    if value is None:
        return f"sans valeur ({status})"
    decimals = next((n for n in range(4) if round(value, n) == value), 4)
    return numbers.number(value, decimals)


def _document(found: Comparison, reached: dict[Path, tuple[Touched, ...]]) -> dict[str, object]:
    """What is said with --json."""
    from dataclasses import asdict  # noqa: PLC0415 - only here

    return {
        "feed": found.newer.feed,
        "from": {"edition": found.older.origin.edition, "sha256": found.older.sha256},
        "to": {"edition": found.newer.origin.edition, "sha256": found.newer.sha256},
        "covers": {
            level: None if codes is None else sorted(codes)
            for level, codes in sorted(found.covers.items())
        },
        "series": [asdict(one) for one in found.tallies],
        "series_gone": [list(one) for one in found.lost],
        "series_new": [list(one) for one in found.new],
        "largest": [asdict(one) for one in found.largest],
        "reports": [
            {
                "report": str(path),
                "figures": [
                    {
                        "id": one.figure.id,
                        "label": one.figure.label,
                        "text": one.figure.text,
                        "changes": [asdict(change) for change in one.changes],
                    }
                    for one in figures
                ],
            }
            for path, figures in reached.items()
        ],
    }
