"""The manifest of a root: which files it holds, the newest first, each with what must be true."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from diagnostic import resources
from diagnostic.errors import DataError
from diagnostic.model import Origin
from diagnostic.store.files import HINT, StoredFile, replace

NAME = "manifest.json"
_VERSION = 1


def embedded_root() -> Path:
    """The root of the shipped extract. Raises DataError when its manifest is missing."""
    root = resources.folder("data")
    if not (root / NAME).is_file():
        raise DataError(f"{root / NAME} : fichier livré introuvable", hint=HINT)
    return root


def digest(datasets: Sequence[Any]) -> str:
    """The sha256 of what a manifest says of its files, which the manifest may hold."""
    text = json.dumps(datasets, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def load(root: Path) -> list[StoredFile]:
    """The files of a root; none when it has no manifest. Raises DataError when it is damaged."""
    path = root / NAME
    if not path.is_file():
        return []
    try:
        table = json.loads(path.read_bytes())
        if table.get("digest", "") not in ("", digest(table["datasets"])):
            raise ValueError("il a été modifié depuis qu’il a été écrit")
        return [_stored(root, entry) for entry in table["datasets"]]
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise DataError(f"{path} : manifeste abîmé ({error})", hint=HINT) from error


def save(root: Path, files: Sequence[StoredFile]) -> None:
    """Replace the manifest of a root at once. Raises OSError."""
    entries = [_entry(file) for file in files]
    table = {"version": _VERSION, "digest": digest(entries), "datasets": entries}
    text = json.dumps(table, indent=1, ensure_ascii=False, sort_keys=True)
    replace(root / NAME, f"{text}\n".encode())


def _stored(root: Path, entry: Mapping[str, Any]) -> StoredFile:
    path = (root / entry["file"]).resolve()
    if not path.is_relative_to(root.resolve()):
        raise ValueError(f"« {entry['file']} » sort du dossier")
    covers = entry.get("covers", {})
    return StoredFile(
        path=path,
        sha256=entry["sha256"],
        rows=entry["rows"],
        series={one: frozenset(levels) for one, levels in entry["series"].items()},
        origin=Origin(**entry["origin"]),
        feed=entry.get("feed", ""),
        covers={one: None if codes is None else frozenset(codes) for one, codes in covers.items()},
        root=root,
    )


def _entry(file: StoredFile) -> dict[str, Any]:
    entry = {
        "file": file.path.relative_to(file.root.resolve()).as_posix(),
        "sha256": file.sha256,
        "rows": file.rows,
        "series": {one: sorted(levels) for one, levels in sorted(file.series.items())},
        "origin": asdict(file.origin),
    }
    if file.feed:
        entry["feed"] = file.feed
    if file.covers:
        entry["covers"] = {
            level: None if codes is None else sorted(codes)
            for level, codes in sorted(file.covers.items())
        }
    return entry
