"""Keeping: what a pull brought becomes a file of the store, whole or not at all.

Three locks between processes, all freed by the system when their holder dies: that of the
manifest, held for an instant; that of a feed, held while it is pulled; that of a folder of
incoming files, held as long as its pull lives.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from diagnostic.errors import DataError, RenderError, reason
from diagnostic.model import Level, Origin, Wanted
from diagnostic.store import files, manifest
from diagnostic.store.files import StoredFile

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from filelock import BaseFileLock

OBSERVATIONS, INCOMING, LOCKS = "observations", "incoming", "locks"
_FEED = re.compile(r"[a-z0-9_-][a-z0-9_.-]{0,150}")
_PATIENCE = 60  # seconds for a lock that is held for an instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A file of observations that a pull made, in a folder of `Keeper.incoming`.

    `series` are those that the file is about, with or without rows, by level; `covers` says of
    each of these levels which codes were asked, None for all.
    """

    feed: str
    path: Path
    rows: int
    series: Mapping[str, frozenset[Level]]
    covers: Wanted
    origin: Origin


@dataclass(frozen=True, slots=True)
class Damage:
    """A file of the store that is not what its manifest says, and why, in French."""

    file: StoredFile
    reason: str


@dataclass(frozen=True, slots=True)
class Pruned:
    """What a pruning removed: editions, the leftovers of dead processes, bytes on the disk."""

    editions: tuple[StoredFile, ...]
    leftovers: tuple[Path, ...]
    size: int


class Keeper:
    """The one who writes in a root. Any number of processes may keep in one root at once."""

    def __init__(self, root: Path) -> None:
        """The keeper of a root, which is made when something is first kept."""
        self.root = root

    @contextmanager
    def incoming(self) -> Iterator[Path]:
        """A fresh folder on the disk of the store, for this process; removed at the end."""
        name = secrets.token_hex(8)
        with self._writing():
            folder = self.root / INCOMING / name
            with self._manifest_lock():
                folder.parent.mkdir(parents=True, exist_ok=True)
                life = self._life(name)
                life.acquire(timeout=_PATIENCE)
                folder.mkdir()
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            with contextlib.suppress(OSError):
                Path(life.lock_file).unlink()
            life.release()

    @contextmanager
    def lock(self, feed: str) -> Iterator[None]:
        """Wait until no other process pulls the feed, and keep it from beginning."""
        with self._writing():
            lock = self._lock(self.root / LOCKS / f"{_name(feed)}.lock")
            lock.acquire()
        try:
            yield
        finally:
            lock.release()

    def newest(self, feed: str) -> StoredFile | None:
        """The edition of a feed kept last, None when there is none."""
        return next((file for file in manifest.load(self.root) if file.feed == feed), None)

    def keep(self, draft: Draft) -> StoredFile:
        """Make a draft the newest edition of its feed; its path is then gone.

        The same bytes with the same coverage take the place of the earlier edition. Raises
        ValueError when the draft contradicts itself, RenderError when the disk refuses.
        """
        _examine(draft)
        with self._writing():
            with draft.path.open("rb+") as stream:
                os.fsync(stream.fileno())
            sha256 = files.sha256(draft.path)
            with self._manifest_lock():
                folder = self.root.resolve() / OBSERVATIONS
                folder.mkdir(exist_ok=True)
                kept = StoredFile(
                    path=folder / f"{_name(draft.feed)}-{sha256[:12]}.parquet",
                    sha256=sha256,
                    rows=draft.rows,
                    series=draft.series,
                    origin=draft.origin,
                    feed=draft.feed,
                    covers=draft.covers,
                    root=self.root,
                )
                draft.path.replace(kept.path)
                files.settle(folder)
                earlier = manifest.load(self.root)
                others = [file for file in earlier if not _same(file, kept)]
                if [kept, *others] != earlier:
                    manifest.save(self.root, [kept, *others])
            files.remember(kept)
        return kept

    def sweep(self) -> tuple[Path, ...]:
        """Remove what dead processes left, never what a live one works on; returns what it was."""
        if not self.root.is_dir():
            return ()
        with self._writing(), self._manifest_lock():
            left = self._leftovers(manifest.load(self.root))
            for path in left:
                _remove(path)
        return tuple(left)

    def verify(self) -> Iterator[tuple[StoredFile, Damage | None]]:
        """Each file of the root, read whole, with its damage or None.

        Raises DataError when the manifest itself is damaged.
        """
        for file in manifest.load(self.root):
            yield file, inspect(file)

    def prune(self, *, dry_run: bool = False, damaged: bool = False) -> Pruned:
        """Drop the editions that a newer one replaces wholly, and the leftovers.

        `damaged` also drops the files that are not what the manifest says, so that they may be
        pulled again. `dry_run` only tells. What a live process works on stays.
        """
        if not self.root.is_dir():
            return Pruned((), (), 0)
        bad = [d for _, d in self.verify() if d] if damaged else []
        with self._writing(), self._manifest_lock():
            held = manifest.load(self.root)
            spoilt = {damage.file.path for damage in bad}
            dropped = [
                file
                for place, file in enumerate(held)
                if file.path in spoilt or any(_replaces(newer, file) for newer in held[:place])
            ]
            kept = [file for file in held if file not in dropped]
            left = self._leftovers(held)
            gone = {file.path for file in dropped} - {file.path for file in kept}
            size = sum(_size(path) for path in (*gone, *left))
            if not dry_run:
                if dropped:
                    manifest.save(self.root, kept)
                for path in (*gone, *left):
                    _remove(path)
        return Pruned(tuple(dropped), tuple(left), size)

    def _leftovers(self, held: Sequence[StoredFile]) -> list[Path]:
        """What nothing names and nobody works on; the lock of the manifest must be held."""
        named = {file.path for file in held}
        folder = self.root.resolve() / OBSERVATIONS
        found = [path for path in _listed(folder) if path not in named]
        found += [path for path in _listed(self.root) if files.is_aside(path.name)]
        for name in sorted({path.name.removesuffix(".lock") for path in self._arrivals()}):
            life = self._life(name)
            try:
                life.acquire(blocking=False)
            except TimeoutError:
                continue  # its process lives
            life.release()
            found += [p for p in self._arrivals() if p.name.removesuffix(".lock") == name]
        return found

    def _arrivals(self) -> list[Path]:
        return _listed(self.root / INCOMING)

    def _life(self, name: str) -> BaseFileLock:
        return self._lock(self.root / INCOMING / f"{name}.lock")

    @contextmanager
    def _manifest_lock(self) -> Iterator[None]:
        lock = self._lock(self.root / LOCKS / "manifest.lock")
        try:
            lock.acquire(timeout=_PATIENCE)
        except TimeoutError as error:
            raise DataError(
                f"{self.root} : un autre programme occupe le dossier de données depuis plus "
                f"de {_PATIENCE} secondes",
                hint="Attendez qu’il ait fini, puis relancez la commande.",
            ) from error
        try:
            yield
        finally:
            lock.release()

    @staticmethod
    def _lock(path: Path) -> BaseFileLock:
        import filelock  # noqa: PLC0415 - imports asyncio, and is not needed to read

        path.parent.mkdir(parents=True, exist_ok=True)
        return filelock.FileLock(path)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """What the disk refuses becomes an error that names the root."""
        try:
            yield
        except OSError as error:
            raise RenderError(
                f"{error.filename or self.root} : écriture impossible ({reason(error)})",
                hint="Libérez de la place ou indiquez un autre dossier de données avec --store.",
            ) from error


def inspect(file: StoredFile) -> Damage | None:
    """Read a file whole: its hash, its columns and its number of rows, or what is wrong."""
    import duckdb  # noqa: PLC0415 - heavy

    try:
        if files.sha256(file.path) != file.sha256:
            return Damage(file, "le contenu n’est pas celui que décrit le manifeste")
        with duckdb.connect(config={"threads": 1}) as base:
            rows = _count(base, file.path)
    except FileNotFoundError:
        return Damage(file, "fichier introuvable")
    except OSError as error:
        return Damage(file, f"fichier illisible ({reason(error)})")
    except (duckdb.Error, ValueError) as error:
        return Damage(file, f"fichier illisible ({error})")
    if rows != file.rows:
        return Damage(file, f"{rows} observations, {file.rows} attendues")
    return None


def _count(base: DuckDBPyConnection, path: Path) -> int:
    """How many rows a file of observations has. Raises ValueError for other columns."""
    source, name = files.source(path)
    found = base.execute(f"SELECT * FROM {source} LIMIT 0", [name])  # noqa: S608 - our own text
    names = [column[0] for column in found.description]
    if names != list(files.COLUMNS):
        raise ValueError(f"colonnes {', '.join(names)}")
    counted = base.execute(f"SELECT count(*) FROM {source}", [name]).fetchall()  # noqa: S608
    return int(counted[0][0])


def _examine(draft: Draft) -> None:
    """Raise ValueError when what a draft says of itself is not so."""
    import duckdb  # noqa: PLC0415 - heavy

    levels = frozenset[Level]().union(*draft.series.values())
    if not levels or levels - draft.covers.keys():
        raise ValueError(f"{draft.feed}: levels {sorted(levels)}, covers {sorted(draft.covers)}")
    with duckdb.connect(config={"threads": 1}) as base:
        if _count(base, draft.path) != draft.rows:
            raise ValueError(f"{draft.path}: not {draft.rows} rows")


def _name(feed: str) -> str:
    if not _FEED.fullmatch(feed):
        raise ValueError(f"{feed!r} cannot be the name of a file")
    return feed


def _same(one: StoredFile, other: StoredFile) -> bool:
    """Whether an entry says the same of the same bytes, wherever they come from."""
    return replace(one, origin=other.origin) == other


def _replaces(newer: StoredFile, older: StoredFile) -> bool:
    """Whether all that is read in the older edition is read in the newer one."""
    if not newer.feed or newer.feed != older.feed:
        return False
    series = all(levels <= newer.series.get(one, set()) for one, levels in older.series.items())
    return series and all(_within(newer.covers, level, c) for level, c in older.covers.items())


def _within(covers: Wanted, level: Level, codes: frozenset[str] | None) -> bool:
    held = covers.get(level, frozenset())
    return held is None or (codes is not None and codes <= held)


def _listed(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _size(path: Path) -> int:
    try:
        if path.is_dir():
            return sum(_size(one) for one in path.iterdir())
        return path.stat().st_size
    except OSError:
        return 0


def _remove(path: Path) -> None:
    """Remove a file or a folder; what the system holds (a file read on Windows) stays."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with contextlib.suppress(OSError):
            path.unlink()
