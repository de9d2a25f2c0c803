"""Two editions of a feed compared: rows added, gone, revised, and the largest revisions.

Only what both editions cover is compared: a place that one of them did not ask for is neither
new nor gone.
"""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from diagnostic.errors import DataError, UsageError
from diagnostic.model import Code, Level, Status, Wanted
from diagnostic.store import files
from diagnostic.store.files import StoredFile

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Kind = Literal["added", "gone", "revised", "noted"]
_MEMORY = "700MB"
_KEY = "series, level, code, period"
_CHANGES = f"""
CREATE TEMP TABLE changes AS
SELECT {_KEY}, o.value AS before, n.value AS after,
       coalesce(o.status, '') AS status_before, coalesce(n.status, '') AS status_after,
       CASE WHEN o.status IS NULL THEN 'added' WHEN n.status IS NULL THEN 'gone'
            WHEN (o.value, o.lower, o.upper, o.status)
                 IS DISTINCT FROM (n.value, n.lower, n.upper, n.status) THEN 'revised'
            ELSE 'noted' END AS kind
FROM ({{older}}) AS o FULL JOIN ({{newer}}) AS n USING ({_KEY})
WHERE (o.value, o.lower, o.upper, o.status, o.provisional, o.champ, o.cog_year, o.cells)
      IS DISTINCT FROM
      (n.value, n.lower, n.upper, n.status, n.provisional, n.champ, n.cog_year, n.cells)
"""  # noqa: S608 - our own names
_COLUMNS = f"kind, {_KEY}, before, after, status_before, status_after"
# A value that appears or disappears comes first: its size cannot be told.
_LARGEST = f"""
SELECT {_COLUMNS} FROM changes WHERE kind = 'revised'
ORDER BY abs(after - before) DESC NULLS FIRST, {_KEY} LIMIT ?
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Change:
    """A cell that differs between two editions; a value is None where it has none.

    `noted` cells keep their number and bounds, but not their champ, their COG or whether they
    are provisional. A status is "" where the edition has no such cell.
    """

    kind: Kind
    series: str
    level: Level
    code: Code
    period: str
    before: float | None
    after: float | None
    status_before: Status | Literal[""]
    status_after: Status | Literal[""]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many cells of a series at a level are added, gone, revised, noted otherwise."""

    series: str
    level: Level
    added: int
    gone: int
    revised: int
    noted: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a newer edition changes. `covers` is what both say: by level the codes, None for all.

    `tallies` names the series at levels that changed. `lost` and `new` are the series at levels
    that only one edition holds. `largest` are the widest revisions, values that appeared or
    disappeared first. `watched` are all the changes of the places that were asked for.
    """

    older: StoredFile
    newer: StoredFile
    covers: Wanted
    tallies: tuple[Tally, ...]
    largest: tuple[Change, ...]
    watched: tuple[Change, ...]
    lost: tuple[tuple[str, Level], ...]
    new: tuple[tuple[str, Level], ...]


def pick(
    held: Sequence[StoredFile], dataset: str, older: str = "", newer: str = ""
) -> tuple[StoredFile, StoredFile]:
    """The two editions to compare: those named, else the newest and the one before it.

    `held` is newest first. `dataset` is the id of a feed or of its dataset; an edition is named
    by its edition, its date or the first signs of its sha256. Raises UsageError.
    """
    feeds = sorted({f.feed for f in held if f.feed and dataset in (f.feed, f.origin.dataset)})
    if dataset in feeds:
        feeds = [dataset]
    if len(feeds) != 1:
        known = ", ".join(feeds or sorted({file.feed for file in held if file.feed}))
        raise UsageError(
            f"«\u00a0{dataset}\u00a0» désigne plusieurs flux\u00a0: {known}"
            if feeds
            else f"«\u00a0{dataset}\u00a0» n’a aucune édition dans les données locales",
            hint=f"Flux présents\u00a0: {known}." if known else "Rien n’y a encore été téléchargé.",
        )
    editions = [file for file in held if file.feed == feeds[0]]
    new = _named(editions, newer) if newer else None
    old = _named(editions, older) if older else None
    if new is None:
        new = next((one for one in editions if one != old), editions[0])
    if old is None:
        later = editions[editions.index(new) + 1 :]
        old = next((one for one in later if common(one, new)), None)
    if old is None or old == new:
        raise UsageError(
            f"«\u00a0{dataset}\u00a0» n’a qu’une édition de ces territoires\u00a0: {name(new)}",
            hint="«\u00a0diagnostic data pull\u00a0» en garde une autre à chaque révision.",
        )
    return old, new


def name(file: StoredFile) -> str:
    """How an edition is called: its month or date, then the first signs of its sha256."""
    return f"{file.origin.edition or file.origin.retrieved} ({file.sha256[:12]})"


def _named(editions: Sequence[StoredFile], word: str) -> StoredFile:
    found = [
        one
        for one in editions
        if word in (one.origin.edition, one.origin.retrieved, one.origin.id)
        or (len(word) >= 4 and one.sha256.startswith(word.lower()))
    ]
    if len(found) != 1:
        raise UsageError(
            f"«\u00a0{word}\u00a0» désigne {len(found)} éditions"
            if found
            else f"aucune édition «\u00a0{word}\u00a0»",
            hint=f"Éditions\u00a0: {', '.join(name(one) for one in editions)}.",
        )
    return found[0]


def common(one: StoredFile, other: StoredFile) -> Wanted:
    """What both files cover, by level; a level of which they share nothing is left out."""
    shared: dict[Level, frozenset[Code] | None] = {}
    for level in one.covers.keys() & other.covers.keys():
        mine, theirs = one.covers[level], other.covers[level]
        codes = theirs if mine is None else mine if theirs is None else mine & theirs
        if codes is None or codes:
            shared[level] = codes
    return shared


def compare(
    older: StoredFile,
    newer: StoredFile,
    *,
    limit: int = 20,
    watched: Collection[tuple[str, Level, Code]] = (),
) -> Comparison:
    """Compare two editions. `watched` are series at places all of whose changes are wanted.

    Raises DataError, naming the file, when one is damaged.
    """
    import duckdb  # noqa: PLC0415 - heavy

    files.check(older)
    files.check(newer)
    covers = common(older, newer)
    held = [_held(file) for file in (older, newer)]
    both = sorted(held[0] & held[1])
    with (
        tempfile.TemporaryDirectory(prefix="diagnostic-") as folder,
        duckdb.connect(
            config={"threads": 1, "memory_limit": _MEMORY, "temp_directory": folder}
        ) as base,
    ):
        try:
            _fill(base, older, newer, covers, both)
            tallies = base.execute(
                f"SELECT series, level, {_counts()} FROM changes GROUP BY ALL ORDER BY ALL"  # noqa: S608
            ).fetchall()
            largest = base.execute(_LARGEST, [limit]).fetchall()
            seen = _watch(base, watched)
        except duckdb.Error as error:
            raise DataError(
                f"{older.path}, {newer.path} : comparaison impossible ({error})", hint=newer.hint
            ) from error
    return Comparison(
        older=older,
        newer=newer,
        covers=covers,
        tallies=tuple(Tally(*row) for row in tallies),
        largest=tuple(Change(*row) for row in largest),
        watched=tuple(Change(*row) for row in seen),
        lost=tuple(sorted(held[0] - held[1])),
        new=tuple(sorted(held[1] - held[0])),
    )


def _held(file: StoredFile) -> set[tuple[str, Level]]:
    return {(series, level) for series, levels in file.series.items() for level in levels}


def _counts() -> str:
    return ", ".join(
        f"count(*) FILTER (kind = '{kind}')" for kind in ("added", "gone", "revised", "noted")
    )


def _fill(
    base: DuckDBPyConnection,
    older: StoredFile,
    newer: StoredFile,
    covers: Wanted,
    both: Sequence[tuple[str, Level]],
) -> None:
    """Put the cells that differ, among what both editions hold and cover, in `changes`."""
    base.execute("CREATE TEMP TABLE held (series VARCHAR, level VARCHAR)")
    base.execute("CREATE TEMP TABLE shared (level VARCHAR, code VARCHAR)")
    levels = [level for level in covers if any(level == held for _, held in both)]
    pairs = [pair for pair in both if pair[1] in levels]
    codes = [(level, code) for level in levels for code in covers[level] or ()]
    for table, rows in (("held", pairs), ("shared", codes)):
        if rows:
            base.executemany(f"INSERT INTO {table} VALUES (?, ?)", rows)  # noqa: S608
    whole = [level for level in levels if covers[level] is None]
    marks = files.marks(whole) or "NULL"
    queries, values = {}, []
    for side, file in (("older", older), ("newer", newer)):
        source, path = files.source(file.path)
        queries[side] = (
            f"SELECT * FROM {source} SEMI JOIN held USING (series, level) "  # noqa: S608
            f"WHERE level IN ({marks}) OR (level, code) IN (SELECT (level, code) FROM shared)"
        )
        values += [path, *whole]
    base.execute(_CHANGES.format(**queries), values)


def _watch(
    base: DuckDBPyConnection, watched: Collection[tuple[str, Level, Code]]
) -> list[tuple[Any, ...]]:
    if not watched:
        return []
    base.execute("CREATE TEMP TABLE watched (series VARCHAR, level VARCHAR, code VARCHAR)")
    base.executemany("INSERT INTO watched VALUES (?, ?, ?)", sorted(watched))
    return base.execute(
        f"SELECT {_COLUMNS} FROM changes SEMI JOIN watched USING (series, level, code) "  # noqa: S608
        f"WHERE kind <> 'noted' ORDER BY {_KEY}"
    ).fetchall()
