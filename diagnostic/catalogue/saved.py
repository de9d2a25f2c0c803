"""The index of a search kept between two runs, under a key made of all that it comes from.

The key is a hash of the catalogue's files, of the portals' cards and of the code that reads
them: what changes any of them makes another index, and an old one is never read.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path

from diagnostic.catalogue import index
from diagnostic.catalogue.index import Index

_NAME = "series.json"


def find(sources: Iterable[Path], make: Callable[[], Index]) -> Index:
    """The index of these files: the one kept if they are the same, else `make`'s, then kept.

    A user without a home or with a full disk has it made each time.
    """
    folder = _folder()
    key = _key(sources)
    if folder is None or key is None:
        return make()
    kept = _read(folder / _NAME, key)
    if kept is None:
        kept = make()
        with contextlib.suppress(OSError):
            _write(folder, key, kept)
    return kept


def _folder() -> Path | None:
    import platformdirs  # noqa: PLC0415 - only a search needs it

    try:
        return Path(platformdirs.user_cache_path("diagnostic"))
    except RuntimeError:  # no HOME, and the system knows nobody of that number
        return None


def _key(sources: Iterable[Path]) -> str | None:
    """The hash of every source and of this room's code; None when one cannot be read."""
    code = sorted(Path(__file__).parent.glob("*.py"))
    whole = hashlib.sha256()
    try:
        for path in (*code, *sources):
            content = path.read_bytes()
            whole.update(f"{path.name} {len(content)}\n".encode())
            whole.update(content)
    except OSError:
        return None
    return whole.hexdigest()


def _read(path: Path, key: str) -> Index | None:
    try:
        content = path.read_bytes()
        if not content.startswith(key.encode()):
            return None
        return index.restored(json.loads(content[len(key) :]))
    except (OSError, ValueError, TypeError, LookupError):
        return None


def _write(folder: Path, key: str, made: Index) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    aside = folder / f"{_NAME}.{os.getpid()}"
    text = json.dumps(index.rows(made), ensure_ascii=False, separators=(",", ":"))
    aside.write_text(f"{key}{text}", encoding="utf-8")
    aside.replace(folder / _NAME)
