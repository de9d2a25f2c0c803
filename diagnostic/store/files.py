"""A file of observations: its columns and their order, how it is written, what it must weigh.

The order and the size of the groups of rows are measured (decision 0011): the neighbours of a
commune stand together, and so do the observations of one series among them.
"""

from __future__ import annotations

import contextlib
import glob
import hashlib
import json
import os
import re
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from diagnostic.errors import DataError
from diagnostic.errors import reason as reason_of
from diagnostic.model import Level, Origin, Wanted
from diagnostic.wording.typography import NBSP

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

COLUMNS: Mapping[str, str] = {
    "series": "VARCHAR", "level": "VARCHAR", "code": "VARCHAR", "period": "VARCHAR",
    "value": "DOUBLE", "lower": "DOUBLE", "upper": "DOUBLE", "status": "VARCHAR",
    "provisional": "BOOLEAN", "champ": "VARCHAR", "cog_year": "SMALLINT", "cells": "SMALLINT",
}  # fmt: skip
_ORDER = "level, code[1:3], series, code, period"
_GROUP = 122_880  # rows that are read or skipped together
_ALWAYS = 1 << 20  # a file of fewer bytes is hashed at each reading: it costs about 1 ms
_REMEMBERED = "verified.json"


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file of observations: where it is, what it must weigh, what it holds, whence it came.

    `root` is the folder of its manifest. `covers` says by level which codes were asked of the
    producer, None for all; when it is empty (an extract made by hand), the file covers just the
    codes that have a row.
    """

    path: Path
    sha256: str
    rows: int
    series: Mapping[str, frozenset[Level]]
    origin: Origin
    feed: str = ""
    covers: Wanted = field(default_factory=dict)
    root: Path = Path()

    @property
    def hint(self) -> str:
        """What to do when the file is damaged."""
        if self.feed:
            return (
                f"«{NBSP}diagnostic data prune --damaged{NBSP}» l’oublie, "
                f"«{NBSP}diagnostic data pull{NBSP}» le télécharge de nouveau."
            )
        return HINT


HINT = "Réinstallez diagnostic-territorial, ou écartez le dossier de données indiqué par --store."


class LostError(DataError):
    """A file that a manifest names is not there: pruned since, or lost."""


def write(base: DuckDBPyConnection, table: str, path: Path) -> int:
    """Write the rows of `table`, which has COLUMNS, as a new file, and return their number.

    The same rows give the same bytes when `base` works with one thread.
    """
    columns = ", ".join(f"CAST({name} AS {kind}) AS {name}" for name, kind in COLUMNS.items())
    target = str(path).replace("'", "''")
    found = base.execute(
        f"COPY (SELECT {columns} FROM {table} ORDER BY {_ORDER}) TO '{target}' "  # noqa: S608
        f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {_GROUP})"
    ).fetchone()
    return int(found[0]) if found else 0


def source(path: Path) -> tuple[str, str]:
    """What to select from to read the file, and the value of its `?`."""
    # DuckDB would take `*` in the name of a folder for any name, and `level=…` for a column.
    return "read_parquet(?, hive_partitioning = false)", glob.escape(str(path))


def sha256(path: Path) -> str:
    """The sha256 of the bytes of a file. Raises OSError."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def marks(values: Collection[object]) -> str:
    """As many `?` as there are values."""
    return ", ".join("?" * len(values))


def check(file: StoredFile) -> None:
    """See that a file is the one that its manifest describes, before anything is read from it.

    A large file that was found whole is not read again as long as the system says that nobody
    wrote it since. Raises LostError when it is not there, DataError when it is not the same.
    """
    try:
        stamp = _stamp(file.path)
        large = stamp["size"] >= _ALWAYS
        if large and _remembered(file.root).get(file.path.name) == {"sha256": file.sha256, **stamp}:
            return
        found = sha256(file.path)
    except FileNotFoundError as error:
        raise LostError(f"{file.path} : fichier introuvable", hint=file.hint) from error
    except OSError as error:
        raise DataError(
            f"{file.path} : fichier illisible ({reason_of(error)})", hint=file.hint
        ) from error
    if found != file.sha256:
        raise DataError(
            f"{file.path} : le fichier n’est pas celui que décrit son manifeste "
            f"(sha256 {found[:12]}…, attendu {file.sha256[:12]}…)",
            hint=file.hint,
        )
    if large:
        remember(file, stamp)


def _stamp(path: Path) -> dict[str, int]:
    """What changes when a file is written, copied or replaced."""
    found = path.stat()
    return {
        "size": found.st_size,
        "written": found.st_mtime_ns,
        "changed": found.st_ctime_ns,
        "inode": found.st_ino,
    }


def _remembered(root: Path) -> dict[str, Any]:
    """What was found whole, by name; {} when nothing is remembered or the memory is damaged."""
    try:
        found = json.loads((root / _REMEMBERED).read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def remember(file: StoredFile, stamp: Mapping[str, int] | None = None) -> None:
    """Note that a file is whole; where that cannot be noted, it is hashed at each reading."""
    with contextlib.suppress(OSError):
        seen = {"sha256": file.sha256, **(stamp or _stamp(file.path))}
        known = {**_remembered(file.root), file.path.name: seen}
        present = {name: one for name, one in known.items() if (file.path.parent / name).exists()}
        replace(file.root / _REMEMBERED, json.dumps(present, indent=1).encode())


def replace(path: Path, content: bytes) -> None:
    """Write a file aside, then give it its name: who reads sees the old one or the new one.

    Raises OSError; what was written aside is then removed.
    """
    aside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with aside.open("xb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        aside.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            aside.unlink()
        raise
    settle(path.parent)


def settle(folder: Path) -> None:
    """Have the names of a folder on the disk, where the system lets folders be synchronised."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def is_aside(name: str) -> bool:
    """Whether a file is what a dead process was writing aside."""
    return re.fullmatch(r"\.[a-z_.]+\.[0-9a-f]{16}", name) is not None
