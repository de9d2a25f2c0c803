"""Observations and their origins: Parquet files of the roots, queried with DuckDB.

A root is a folder with `manifest.json` and the files it names. Roots come newest edition first:
for each series at each level the first root that holds it gives all its observations, so that
two editions never meet in one line. The store knows no producer.
"""

from __future__ import annotations

import glob
import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from diagnostic import resources
from diagnostic.errors import DataError
from diagnostic.model import Code, Level, Observation, Origin

Places = Mapping[Level, Collection[Code] | None]
Key = tuple[str, str, Code, str]

_COLUMNS = (
    "series, level, code, period, value, lower, upper, status, provisional, champ, cog_year, cells"
)
_HINT = "Réinstallez diagnostic-territorial, ou écartez le dossier de données indiqué par --store."


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file of observations: where it is, what it must weigh, what it holds, whence it came."""

    path: Path
    sha256: str
    rows: int
    series: Mapping[str, frozenset[Level]]
    origin: Origin


@dataclass(frozen=True)
class Observations:
    """What one read found; a cell that is not here was not in the store.

    `rows` holds each cell as its file has it, by series, level, code and period, with the id of
    its origin: a dossier looks at few of the thousands of cells that a sum may need.
    `origins` holds by id the origin of every file that gave a cell.
    """

    rows: Mapping[Key, tuple[tuple[Any, ...], str]]
    origins: Mapping[str, Origin]

    def get(self, series: str, level: Level, code: Code, period: str) -> Observation | None:
        """One observation, None when the store has no such cell."""
        found = self.rows.get((series, level, code, period))
        return None if found is None else _observation(*found)

    def periods(self, series: str, level: Level, code: Code) -> tuple[str, ...]:
        """The periods at which a territory has a cell (valued or not), oldest first."""
        return self._periods.get((series, level, code), ())

    def codes(self, series: str, level: Level) -> frozenset[Code]:
        """The territories of a level that have a cell of the series."""
        return self._codes.get((series, level), frozenset())

    def all(self, series: str, level: Level, period: str) -> tuple[Observation, ...]:
        """Every territory's observation of a period, in the order of codes."""
        found = (self.get(series, level, c, period) for c in sorted(self.codes(series, level)))
        return tuple(observation for observation in found if observation is not None)

    @cached_property
    def _periods(self) -> dict[tuple[str, str, Code], tuple[str, ...]]:
        found: dict[tuple[str, str, Code], list[str]] = {}
        for series, level, code, period in self.rows:
            found.setdefault((series, level, code), []).append(period)
        return {key: tuple(sorted(periods)) for key, periods in found.items()}

    @cached_property
    def _codes(self) -> dict[tuple[str, str], frozenset[Code]]:
        found: dict[tuple[str, str], set[Code]] = {}
        for series, level, code in self._periods:
            found.setdefault((series, level), set()).add(code)
        return {key: frozenset(codes) for key, codes in found.items()}


class Store:
    """The observations of several roots, newest edition first.

    A root that has no manifest holds nothing. Raises DataError when a manifest is damaged.
    """

    def __init__(self, roots: Sequence[Path]) -> None:
        """The store of these roots; their manifests are read at once, their files never yet."""
        self.roots = tuple(roots)
        self.files = tuple(file for root in self.roots for file in _manifest(root))

    def known(self, series: str) -> bool:
        """Whether any root holds the series."""
        return any(series in file.series for file in self.files)

    def levels(self, series: str) -> frozenset[Level]:
        """The levels at which some root holds the series."""
        return frozenset().union(*(file.series.get(series, ()) for file in self.files))

    def read(self, series: Collection[str], places: Places) -> Observations:
        """The cells of `series` at `places`: for each level its codes, None for all of them.

        Raises DataError, naming the file, when one read is not what its manifest says.
        """
        import duckdb  # noqa: PLC0415 - heavy, and not needed to describe a store

        found: dict[Key, tuple[tuple[Any, ...], str]] = {}
        origins: dict[str, Origin] = {}
        with duckdb.connect(config={"threads": 1}) as base:
            for file, wanted in self._plan(series, places):
                _verify(file)
                try:
                    rows = base.execute(*_query(file, wanted, places)).fetchall()
                except duckdb.Error as error:
                    raise DataError(f"{file.path} : illisible ({error})", hint=_HINT) from error
                if rows:
                    origins[file.origin.id] = file.origin
                found.update((row[:4], (row, file.origin.id)) for row in rows)
        return Observations(found, origins)

    def _plan(
        self, series: Collection[str], places: Places
    ) -> Iterable[tuple[StoredFile, dict[Level, list[str]]]]:
        """Which file answers for which series, by level: the first that holds them."""
        taken: set[tuple[Level, str]] = set()
        for file in self.files:
            held = {
                (level, one)
                for one in series
                for level in file.series.get(one, ())
                if level in places and (level, one) not in taken
            }
            taken |= held
            wanted: dict[Level, list[str]] = {}
            for level, one in sorted(held):
                wanted.setdefault(level, []).append(one)
            if wanted:
                yield file, wanted


def embedded_root() -> Path:
    """The root of the shipped extract. Raises DataError when its manifest is missing."""
    root = resources.folder("data")
    if not (root / "manifest.json").is_file():
        raise DataError(f"{root / 'manifest.json'} : fichier livré introuvable", hint=_HINT)
    return root


def digest(datasets: Sequence[Any]) -> str:
    """The sha256 of what a manifest says of its files, which the manifest may hold."""
    text = json.dumps(datasets, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _manifest(root: Path) -> list[StoredFile]:
    path = root / "manifest.json"
    if not path.is_file():
        return []
    try:
        table = json.loads(path.read_bytes())
        if table.get("digest", "") not in ("", digest(table["datasets"])):
            raise ValueError("il a été modifié depuis qu’il a été écrit")
        return [_stored(root, entry) for entry in table["datasets"]]
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise DataError(f"{path} : manifeste abîmé ({error})", hint=_HINT) from error


def _stored(root: Path, entry: Mapping[str, Any]) -> StoredFile:
    path = (root / entry["file"]).resolve()
    if not path.is_relative_to(root.resolve()):
        raise ValueError(f"« {entry['file']} » sort du dossier")
    series = {one: frozenset(levels) for one, levels in entry["series"].items()}
    return StoredFile(path, entry["sha256"], entry["rows"], series, Origin(**entry["origin"]))


def _query(
    file: StoredFile, wanted: Mapping[Level, list[str]], places: Places
) -> tuple[str, list[str]]:
    """The query for the series wanted at each level, and its values."""
    # DuckDB would take `*` in the name of a folder for any name, and `level=…` for a column.
    tests, values = [], [glob.escape(str(file.path))]
    for level, series in wanted.items():
        test = f"level = ? AND series IN ({_marks(series)})"
        values += [level, *series]
        codes = places[level]
        if codes is not None:
            test += f" AND code IN ({_marks(codes)})" if codes else " AND false"
            values += sorted(codes)
        tests.append(f"({test})")
    source = "read_parquet(?, hive_partitioning = false)"
    return f"SELECT {_COLUMNS} FROM {source} WHERE {' OR '.join(tests)}", values  # noqa: S608


def _observation(row: tuple[Any, ...], origin: str) -> Observation:
    return Observation(
        series=row[0],
        level=row[1],
        code=row[2],
        period=row[3],
        value=row[4],
        lower=row[5],
        upper=row[6],
        status=row[7],
        origin=origin,
        provisional=row[8],
        champ=row[9],
        cog_year=row[10],
        cells=row[11],
    )


def _marks(values: Collection[str]) -> str:
    return ", ".join("?" * len(values))


def _verify(file: StoredFile) -> None:
    try:
        found = hashlib.sha256(file.path.read_bytes()).hexdigest()
    except OSError as error:
        raise DataError(f"{file.path} : fichier illisible ({error})", hint=_HINT) from error
    if found != file.sha256:
        raise DataError(
            f"{file.path} : le fichier n’est pas celui que décrit son manifeste "
            f"(sha256 {found[:12]}…, attendu {file.sha256[:12]}…)",
            hint=_HINT,
        )
