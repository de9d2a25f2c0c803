"""Reading: which file answers for which series at which places, and the cells that it has.

A root is a folder with `manifest.json` and the files it names. Roots come newest first, and so
do the files of a root. For each series at each level one file answers when one covers all that
is asked: two editions then never meet in one line. The store knows no producer.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from diagnostic.errors import DataError
from diagnostic.model import Code, Level, Observation, Origin
from diagnostic.store import files, manifest
from diagnostic.store.files import LostError, StoredFile

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Places = Mapping[Level, Collection[Code] | None]
Place = tuple[str, str, Code]  # a series, a level, a code
Key = tuple[str, str, Code, str]
Cell = tuple[tuple[Any, ...], str]
Held = tuple[str, Level]  # a series at a level
_T = TypeVar("_T")
_EVERYTHING = "SELECT DISTINCT series, level, code FROM {}"


class Cells(Mapping[Key, Cell]):
    """Cells by series, level, code and period, kept in columns: a dossier looks at few of them.

    A cell is its row as the file has it and the id of its origin.
    """

    def __init__(self) -> None:
        """No cell yet."""
        self._columns: tuple[list[Any], ...] = tuple([] for _ in (*files.COLUMNS, "origin"))

    def add(self, found: Mapping[str, Any], origin: str) -> int:
        """Take the columns of one answer of DuckDB; returns how many rows they had."""
        lists = [found[name].tolist() for name in files.COLUMNS]
        for column, more in zip(self._columns, [*lists, [origin] * len(lists[0])], strict=True):
            column.extend(more)
        return len(lists[0])

    @cached_property
    def places(self) -> dict[Place, dict[str, int]]:
        """The position of each cell by period, for each series at each place."""
        found: dict[Place, dict[str, int]] = {}
        last, by_period = None, {}
        names = zip(*self._columns[:3], strict=True)
        for position, (place, period) in enumerate(zip(names, self._columns[3], strict=True)):
            if place != last:
                last, by_period = place, found.setdefault(place, {})
            by_period[period] = position
        return found

    def __getitem__(self, key: Key) -> Cell:
        """The row and the origin of a cell. Raises KeyError when it was not found."""
        position = self.places[key[:3]][key[3]]
        *row, origin = (column[position] for column in self._columns)
        return tuple(row), origin

    def __iter__(self) -> Iterator[Key]:
        """The keys, in the order of the files."""
        return ((*place, period) for place, periods in self.places.items() for period in periods)

    def __len__(self) -> int:
        """How many cells there are."""
        return sum(map(len, self.places.values()))


@dataclass(frozen=True)
class Observations:
    """What one read found; a cell that is not here was not in the store.

    `rows` holds each cell as its file has it, with the id of its origin. `origins` holds by id
    the origin of every file that gave a cell. `covered` says which of the codes asked some file
    covers, None for all of the level: one of these that has no cell is not published.
    """

    rows: Mapping[Key, Cell]
    origins: Mapping[str, Origin]
    covered: Mapping[Held, frozenset[Code] | None] = field(default_factory=dict)

    def get(self, series: str, level: Level, code: Code, period: str) -> Observation | None:
        """One observation, None when the store has no such cell."""
        found = self.rows.get((series, level, code, period))
        return None if found is None else _observation(*found)

    def covers(self, series: str, level: Level, code: Code) -> bool:
        """Whether the producer was asked: an absence is then its own, else just not pulled."""
        held = self.covered.get((series, level), frozenset())
        return held is None or code in held or (series, level, code) in self._periods

    def periods(self, series: str, level: Level, code: Code) -> tuple[str, ...]:
        """The periods at which a territory has a cell (valued or not), oldest first."""
        return tuple(sorted(self._periods.get((series, level, code), ())))

    def codes(self, series: str, level: Level) -> frozenset[Code]:
        """The territories of a level that have a cell of the series."""
        return self._codes.get((series, level), frozenset())

    def all(self, series: str, level: Level, period: str) -> tuple[Observation, ...]:
        """Every territory's observation of a period, in the order of codes."""
        found = (self.get(series, level, c, period) for c in sorted(self.codes(series, level)))
        return tuple(observation for observation in found if observation is not None)

    @cached_property
    def _periods(self) -> Mapping[Place, Collection[str]]:
        if isinstance(self.rows, Cells):
            return self.rows.places
        found: dict[Place, list[str]] = {}
        for series, level, code, period in self.rows:
            found.setdefault((series, level, code), []).append(period)
        return found

    @cached_property
    def _codes(self) -> dict[tuple[str, str], frozenset[Code]]:
        found: dict[tuple[str, str], set[Code]] = {}
        for series, level, code in self._periods:
            found.setdefault((series, level), set()).add(code)
        return {key: frozenset(codes) for key, codes in found.items()}


@dataclass
class _Plan:
    """What to ask of each file: by level and codes (None for all), the series."""

    asked: dict[int, dict[tuple[Level, frozenset[Code] | None], list[str]]] = field(
        default_factory=dict
    )
    covered: dict[Held, frozenset[Code] | None] = field(default_factory=dict)

    def ask(self, file: int, held: Held, codes: frozenset[Code] | None) -> None:
        """Have a file answer for a series at the codes of a level."""
        series, level = held
        self.asked.setdefault(file, {}).setdefault((level, codes), []).append(series)


class Store:
    """The observations of several roots, newest first.

    A root that has no manifest holds nothing. Raises DataError when a manifest is damaged.
    """

    def __init__(self, roots: Sequence[Path]) -> None:
        """The store of these roots; their manifests are read at once, their files never yet."""
        self.roots = tuple(roots)
        self._load()

    def _load(self) -> None:
        self.files = tuple(file for root in self.roots for file in manifest.load(root))
        self._rows: dict[Path, dict[Held, frozenset[Code]]] = {}

    def known(self, series: str) -> bool:
        """Whether any root holds the series."""
        return any(series in file.series for file in self.files)

    def levels(self, series: str) -> frozenset[Level]:
        """The levels at which some root holds the series."""
        return frozenset().union(*(file.series.get(series, ()) for file in self.files))

    def missing(self, series: str, level: Level, codes: Collection[Code]) -> frozenset[Code]:
        """The codes that no file covers for the series; those of France are {"france"}.

        Raises DataError as `read` does: an extract without coverage is read to know its codes.
        """
        return self._twice(lambda: self._missing((series, level), frozenset(codes)))

    def read(
        self,
        series: Collection[str],
        places: Places,
        periods: Collection[str] | None = None,
    ) -> Observations:
        """The cells of `series` at `places`: for each level its codes, None for all of them.

        `periods` leaves out the cells of other periods. A file that another process pruned since
        the manifests were read has them read again, once. Raises DataError, naming the file,
        when one read is not what its manifest says.
        """
        return self._twice(lambda: self._read(series, places, periods))

    def _twice(self, work: Callable[[], _T]) -> _T:
        """Do the work; when a file was lost and the manifests say otherwise by now, once more."""
        try:
            return work()
        except LostError:
            before = self.files
            self._load()
            if self.files == before:
                raise
            return work()

    def _missing(self, held: Held, codes: frozenset[Code]) -> frozenset[Code]:
        for file in self._holders(held):
            covered = self._covered(self.files[file], held)
            codes = frozenset() if covered is None else codes - covered
            if not codes:
                break
        return codes

    def _read(
        self, series: Collection[str], places: Places, periods: Collection[str] | None
    ) -> Observations:
        plan = _Plan()
        for level, codes in places.items():
            for one in sorted(set(series)):
                if codes is None:
                    self._choose_whole(plan, (one, level))
                elif codes:
                    self._choose(plan, (one, level), frozenset(codes))
        cells, origins = Cells(), {}
        for number, asked in sorted(plan.asked.items()):
            file = self.files[number]
            if cells.add(self._rows_of(file, *_conditions(asked, periods)), file.origin.id):
                origins[file.origin.id] = file.origin
        return Observations(cells, origins, plan.covered)

    def _choose_whole(self, plan: _Plan, held: Held) -> None:
        """The newest file that covers the whole level, else the newest."""
        holders = self._holders(held)
        if not holders:
            return
        covered = {n: self.files[n].covers.get(held[1], frozenset()) for n in holders}
        chosen = next((n for n in holders if covered[n] is None), holders[0])
        plan.ask(chosen, held, None)
        plan.covered[held] = covered[chosen]

    def _choose(self, plan: _Plan, held: Held, codes: frozenset[Code]) -> None:
        """The newest file that covers all the codes, else for each the newest that covers it."""
        holders = self._holders(held)
        if len(holders) == 1 and not self.files[holders[0]].covers:
            plan.ask(holders[0], held, codes)  # what it covers is what it answers
            return
        shares = {n: self._share(self.files[n], held, codes) for n in holders}
        whole = [n for n in holders if shares[n] == codes]
        rest = codes
        for number in whole[:1] or holders:
            if taken := shares[number] & rest:
                plan.ask(number, held, taken)
            rest -= taken
        plan.covered[held] = codes - rest

    def _share(self, file: StoredFile, held: Held, codes: frozenset[Code]) -> frozenset[Code]:
        covered = self._covered(file, held)
        return codes if covered is None else codes & covered

    def _holders(self, held: Held) -> list[int]:
        """The files that hold a series at a level, newest first."""
        series, level = held
        return [n for n, file in enumerate(self.files) if level in file.series.get(series, ())]

    def _covered(self, file: StoredFile, held: Held) -> frozenset[Code] | None:
        """The codes that a file covers for a series that it holds, None for the whole level."""
        if file.covers:
            return file.covers.get(held[1], frozenset())
        if file.path not in self._rows:
            found = self._query(file, _EVERYTHING, [])
            codes: dict[Held, set[Code]] = {}
            for series, level, code in zip(*(found[name].tolist() for name in found), strict=True):
                codes.setdefault((series, level), set()).add(code)
            self._rows[file.path] = {key: frozenset(ones) for key, ones in codes.items()}
        return self._rows[file.path].get(held, frozenset())

    def _rows_of(self, file: StoredFile, where: str, values: list[Any]) -> Mapping[str, Any]:
        columns = ", ".join(files.COLUMNS)
        return self._query(file, f"SELECT {columns} FROM {{}} WHERE {where}", values)  # noqa: S608

    def _query(self, file: StoredFile, query: str, values: list[Any]) -> Mapping[str, Any]:
        """The columns of an answer, once the file is known to be the one of its manifest."""
        import duckdb  # noqa: PLC0415 - heavy, and not needed to describe a store

        files.check(file)
        source, path = files.source(file.path)
        try:
            with _base(os.getpid()).cursor() as cursor:
                answer = cursor.execute(query.format(source), [path, *values])
                return answer.fetchnumpy()
        except duckdb.Error as error:
            if not file.path.exists():
                raise LostError(f"{file.path} : fichier introuvable", hint=file.hint) from error
            raise DataError(f"{file.path} : illisible ({error})", hint=file.hint) from error


@lru_cache(maxsize=1)
def _base(process: int) -> DuckDBPyConnection:  # noqa: ARG001 - a forked process has its own
    """The DuckDB that reads for a process: to open one takes as long as to read a commune."""
    import duckdb  # noqa: PLC0415 - heavy, and not needed to describe a store

    base = duckdb.connect(config={"threads": 1, "enable_external_file_cache": False})
    base.execute("SET parquet_metadata_cache = true")
    return base


def _conditions(
    asked: Mapping[tuple[Level, frozenset[Code] | None], Sequence[str]],
    periods: Collection[str] | None,
) -> tuple[str, list[Any]]:
    """Which rows of a file to read, as SQL and its values."""
    tests: list[str] = []
    values: list[Any] = []
    for (level, codes), series in asked.items():
        test = f"level = ? AND series IN ({files.marks(series)})"
        values += [level, *series]
        if codes is not None:
            # The bounds let DuckDB skip the groups of rows of other places; one list of codes is
            # bound at once, where hundreds of `?` take longer than the read.
            test += " AND code BETWEEN ? AND ? AND code IN (SELECT unnest(?::VARCHAR[]))"
            values += [min(codes), max(codes), sorted(codes)]
        tests.append(f"({test})")
    where = f"({' OR '.join(tests)})"
    if periods is not None:
        where += f" AND period IN ({files.marks(periods)})" if periods else " AND false"
        values += sorted(periods)
    return where, values


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
