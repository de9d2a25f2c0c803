"""An edition of the geography: written aside, read again, then put in its place."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from diagnostic.errors import RenderError, reason
from diagnostic.store import Keeper
from diagnostic.territories import editions, tables
from diagnostic.wording.typography import NBSP

_KEPT = 2  # editions: another process may be reading the one before


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a pull of geography gave: `folder` is the edition kept, None when nothing is new."""

    status: Literal["kept", "unchanged"]
    year: int
    folder: Path | None = None
    remarks: tuple[str, ...] = ()


def keep(
    root: Path,
    name: str,
    year: int,
    fill: Callable[[Path], None],
    reread: Callable[[Path, int], None],
    *,
    now: datetime,
    **facts: str,
) -> Path:
    """Make a folder that `fill` writes and `reread` accepts the newest edition of ROOT/`name`.

    It is written aside and renamed; of older editions one is left. Raises RenderError when the
    disk refuses, and what `reread` raises.
    """
    retrieved = now.astimezone(UTC).isoformat(timespec="seconds")
    with Keeper(root).incoming() as aside:
        try:
            made = aside / name
            made.mkdir()
            fill(made)
            tables.manifest(made, year=year, retrieved=retrieved, **facts)
            reread(made, year)
            stamp = re.sub(r"\W", "", retrieved[:19])
            place = root / name / f"{year}-{stamp}"
            place.parent.mkdir(exist_ok=True)
            made.rename(place)
        except OSError as error:
            raise RenderError(
                f"{error.filename or root}{NBSP}: écriture impossible ({reason(error)})",
                hint="Libérez de la place ou indiquez un autre dossier de données avec --store.",
            ) from error
        for old in editions.listed(root / name)[:-_KEPT]:
            old.folder.rename(aside / old.folder.name)  # removed with it
    return place
