"""Where the folders are: the shipped ones (in a checkout, in a wheel) and the user's own."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path

from diagnostic.errors import DataError

_PACKAGE = Path(__file__).resolve().parent
FOLDERS = ("catalogue", "data", "report_specs", "shapefiles", "templates")


def folder(name: str) -> Path:
    """The folder `name` of FOLDERS. Raises DataError when the installation lacks it."""
    for candidate in (_PACKAGE / "_shipped" / name, _PACKAGE.parent / name):
        if candidate.is_dir():
            return candidate
    raise DataError(
        f"le dossier « {name} » manque dans l’installation de diagnostic",
        hint="Réinstallez le paquet diagnostic-territorial.",
    )


def user_root() -> Path | None:
    """The user's own store folder, which may not exist; None for a user who has no home."""
    import platformdirs  # noqa: PLC0415 - what needs no store does without it

    try:
        return Path(platformdirs.user_data_path("diagnostic")) / "store"
    except RuntimeError:  # no HOME, and the system knows nobody of that number
        return None


@cache
def damage(path: Path) -> str:
    """What is wrong with a shipped file: "illisible", "altéré", or "" when it is as shipped.

    The manifest of its folder holds the sha256 of each file.
    """
    try:
        expected = json.loads((path.parent / "manifest.json").read_bytes())[path.name]
        found = hashlib.sha256(path.read_bytes()).hexdigest()
    except (OSError, ValueError, LookupError, TypeError):
        return "illisible"
    return "" if expected == found else "altéré"
