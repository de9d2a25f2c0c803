"""One spec and one territory become files: the recipe, read from top to bottom.

The rooms that compute and draw are imported once the spec is known to be right: what is wrong
in it is said at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from diagnostic import catalogue, spec
from diagnostic.errors import DataError, TerritoryError
from diagnostic.resources import user_root

if TYPE_CHECKING:
    from diagnostic.catalogue import Catalogue
    from diagnostic.engine.places import Surroundings
    from diagnostic.model import Competence, ReportData
    from diagnostic.publish import Format
    from diagnostic.pull import Watch
    from diagnostic.territories import Territories

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """What a build gives: the report and the files written, in the order of the formats.

    `lacks` are sentences on what could not be pulled, which no page prints.
    """

    report: ReportData
    files: tuple[Path, ...]
    lacks: tuple[str, ...] = ()


def build(
    spec_name: str,
    place: str,
    *,
    level: Literal["commune", "epci"],
    formats: Sequence[Format],
    output: Path,
    store_folder: Path | None = None,
    logo: Path | None = None,
    edition: str | None = None,
    competence: Competence | None = None,
    strict: bool = False,
    offline: bool = False,
    tell: Tell = lambda _: None,
    watch: Watch | None = None,
) -> Dossier:
    """Build the dossier of `place` (code or name) into `output`.

    What the spec needs and no root has is pulled first, unless `offline`: then no connection is
    opened. `store_folder` replaces the user's store. `strict` turns warnings into an error
    before anything is written. Raises every class of diagnostic.errors but BatchError.
    """
    tell("Lecture de la spec et du catalogue")
    series = catalogue.load(catalogue.found(roots(store_folder)))
    plan = spec.load(spec_name, series)

    from diagnostic import store, territories  # noqa: PLC0415

    tell("Recherche du territoire")
    places = territories.load(roots(store_folder))
    territory = places.find(place, level)

    from diagnostic import engine  # noqa: PLC0415

    lacks: tuple[str, ...] = ()
    own = user_root() if store_folder is None else store_folder
    if own is not None and not offline:
        demand = engine.demand(plan, territory, places)
        lacks = _supply(*demand, series, own, strict=strict, watch=watch)

    tell("Calcul des indicateurs")
    data = store.Store(roots(store_folder))
    report = engine.assemble(
        plan,
        territory,
        territories=places,
        catalogue=series,
        store=data,
        edition=edition,
        competence=competence,
    )
    if strict and report.warnings:
        raise DataError(
            "\n".join(report.warnings),
            hint="Avec --strict, un avertissement arrête la construction\u00a0: rien n’est écrit.",
        )
    dossier = _write(report, places, output, formats=formats, logo=logo, tell=tell)
    return replace(dossier, lacks=lacks)


def render(
    saved: Path,
    *,
    formats: Sequence[Format],
    output: Path,
    logo: Path | None = None,
    tell: Tell = lambda _: None,
) -> Dossier:
    """Make the dossier again from a report saved as JSON; no figure is computed.

    Raises DataError when `saved` is not such a report, RenderError when it cannot be written.
    """
    from diagnostic import publish, territories  # noqa: PLC0415

    tell("Lecture du rapport enregistré")
    report = publish.load(saved)
    places = territories.load()
    try:
        return _write(report, places, output, formats=formats, logo=logo, tell=tell)
    except (ArithmeticError, LookupError, ValueError, TerritoryError) as error:
        raise DataError(
            f"le rapport «\u00a0{saved}\u00a0» se contredit et ne peut pas être mis en page",
            hint="Refaites-le avec «\u00a0diagnostic build --format json\u00a0».",
        ) from error


def _supply(
    series: frozenset[str],
    around: Surroundings,
    known: Catalogue,
    own: Path,
    *,
    strict: bool,
    watch: Watch | None,
) -> tuple[str, ...]:
    """Pull into the root `own` what no root has, and tell what could not be had.

    A producer that nobody reaches is tried once; what it would give stays not pulled. Raises
    the error of one that answers wrongly, or any of these under `strict`.
    """
    from diagnostic import pull, store  # noqa: PLC0415 - only a build that is online needs them

    standing = [(place.territory, place.members) for place in around.everywhere()]
    needs = pull.needed(series, standing, known, store.Store([own, store.embedded_root()]))
    if not needs:
        return ()
    outcomes = pull.run(needs, own, known.portals, quick=True, watch=watch)
    for outcome in outcomes:
        if outcome.error and (strict or outcome.state == "failed"):
            raise outcome.error
    return pull.lacks(outcomes)


def roots(store_folder: Path | None) -> list[Path]:
    """The store's roots, newest first: the user's when it exists, then the shipped extract."""
    from diagnostic import store  # noqa: PLC0415

    own = user_root() if store_folder is None else store_folder
    return [root for root in (own,) if root and root.is_dir()] + [store.embedded_root()]


def _write(
    report: ReportData,
    places: Territories,
    output: Path,
    *,
    formats: Sequence[Format],
    logo: Path | None,
    tell: Tell,
) -> Dossier:
    from diagnostic import publish  # noqa: PLC0415
    from diagnostic.draw.shapes import Shapes  # noqa: PLC0415

    tell("Dessin et mise en page")
    shapes = Shapes.of(report, places)
    files = publish.write(report, output, formats=formats, shapes=shapes, logo=logo)
    return Dossier(report=report, files=tuple(files))
