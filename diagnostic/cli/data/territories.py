"""The command `data territories`: a newer COG and newer outlines, brought into the store."""

from __future__ import annotations

from pathlib import Path

import click

from diagnostic.cli import options, say
from diagnostic.errors import SourceError, UsageError


@click.command(
    cls=options.Command,
    epilog="diagnostic data territories\ndiagnostic data territories --only cog",
    help="Télécharge un code officiel géographique et des contours plus récents, s’il y en a.",
)
@click.option(
    "--only",
    type=click.Choice(["cog", "contours"]),
    metavar="cog|contours",
    help="Ne télécharge que le code officiel géographique, ou que les contours.",
)
@click.option(
    "--store",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DOSSIER",
    help="Dossier de données à compléter à la place du vôtre.",
)
@options.offline_option
@options.json_option
def territories(*, only: str | None, store: Path | None, offline: bool, as_json: bool) -> None:
    """Pull the COG, then the outlines of the COG that is then in use."""
    from diagnostic import resources  # noqa: PLC0415 - heavy

    root = store or resources.user_root()
    if root is None:
        raise UsageError(
            "aucun dossier de données\u00a0: votre compte n’a pas de dossier personnel",
            hint="Indiquez-en un avec --store.",
        )
    if offline:
        raise SourceError(
            "hors ligne, rien n’est téléchargé",
            hint="Relancez sans --offline (ni DIAGNOSTIC_OFFLINE).",
        )
    from datetime import UTC, datetime  # noqa: PLC0415

    from diagnostic import territories as room  # noqa: PLC0415
    from diagnostic.connectors.client import Client  # noqa: PLC0415
    from diagnostic.pull import editions, geography, outlines  # noqa: PLC0415

    client, now = Client(), datetime.now(UTC)
    found: dict[str, editions.Outcome] = {}
    if only != "contours":
        say.note("Code officiel géographique\u00a0: geo.api.gouv.fr et Insee…")
        found["cog"] = geography.pull(root, client, room.load([root]), now=now)
    if only != "cog":
        say.note("Contours des communes\u00a0: Etalab, sinon IGN…")
        found["contours"] = outlines.pull(root, client, room.load([root]), now=now)
    if as_json:
        say.document(found)
        return
    titles = {"cog": "Code officiel géographique", "contours": "Contours"}
    for name, outcome in found.items():
        new = outcome.status == "kept"
        said = f"{outcome.year}, gardés dans {outcome.folder}" if new else "rien de nouveau"
        said = said.replace("gardés", "gardé") if name == "cog" else said
        say.result(f"{titles[name]}\u00a0: {said}")
        for remark in outcome.remarks:
            say.result(f"  {remark}")
