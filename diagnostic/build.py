"""One spec and one territory become files: the recipe, read from top to bottom.

The rooms that compute and draw are imported once the spec is known to be right: what is wrong
in it is said at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import platformdirs

from diagnostic import catalogue, spec
from diagnostic.errors import DataError, TerritoryError

if TYPE_CHECKING:
    from diagnostic.model import Competence, ReportData
    from diagnostic.publish import Format
    from diagnostic.territories import Territories

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """What a build gives: the report and the files written, in the order of the formats."""

    report: ReportData
    files: tuple[Path, ...]


def user_root() -> Path | None:
    """The user's own store folder, which may not exist; None for a user who has no home."""
    try:
        return Path(platformdirs.user_data_path("diagnostic")) / "store"
    except RuntimeError:  # no HOME, and the system knows nobody of that number
        return None


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
    tell: Tell = lambda _: None,
) -> Dossier:
    """Build the dossier of `place` (code or name) into `output`.

    `store_folder` replaces the user's store. `strict` turns the report's warnings into an error
    before anything is written. Raises every class of diagnostic.errors but BatchError.
    """
    tell("Lecture de la spec et du catalogue")
    series = catalogue.load()
    plan = spec.load(spec_name, series)

    from diagnostic import store, territories  # noqa: PLC0415

    tell("Recherche du territoire")
    places = territories.load()
    territory = places.find(place, level)

    from diagnostic import engine  # noqa: PLC0415

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
    return _write(report, places, output, formats=formats, logo=logo, tell=tell)


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
