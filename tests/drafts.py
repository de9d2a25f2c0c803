"""Invented editions for the tests of the store: rows in its layout, kept by its keeper."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import duckdb

from diagnostic import store
from diagnostic.model import Origin, Wanted
from diagnostic.store import Draft, Keeper, StoredFile

Row = tuple[str, str, str, str, float | None]  # series, level, code, period, value


def origin(edition: str, dataset: str = "jeu") -> Origin:
    """An invented origin."""
    return Origin(
        id=f"{dataset}-{edition}", producer="Cnaf", dataset=dataset, title="T", address="",
        licence="LO", edition=edition, retrieved=edition,
    )  # fmt: skip


def write(path: Path, rows: Iterable[Row]) -> int:
    """Write rows, each value exact, as a file of the store."""
    with duckdb.connect(config={"threads": 1}) as base:
        types = ", ".join(f"{name} {kind}" for name, kind in store.COLUMNS.items())
        base.execute(f"CREATE TABLE t ({types})")
        marks = ", ".join("?" * len(store.COLUMNS))
        for *key, value in rows:
            status = "unknown" if value is None else "exact"
            cell = [*key, value, value, value, status, False, "", 2026, 1]
            base.execute(f"INSERT INTO t VALUES ({marks})", cell)  # noqa: S608 - our own marks
        return store.write(base, "t", path)


def keep(
    root: Path,
    rows: Sequence[Row],
    *,
    feed: str = "flux",
    edition: str = "2026-11",
    covers: Wanted | None = None,
    series: Iterable[str] = (),
) -> StoredFile:
    """Keep rows as the newest edition of a feed; it covers whole levels unless it is said.

    `series` are held at each level beside those of the rows.
    """
    keeper = Keeper(root)
    covers = {level: None for _, level, *_ in rows} if covers is None else covers  # type: ignore[misc]
    held = {one: frozenset(covers) for one in (*series, *(row[0] for row in rows))}
    with keeper.incoming() as folder:
        path = folder / "observations.parquet"
        count = write(path, rows)
        return keeper.keep(
            Draft(
                feed=feed,
                path=path,
                rows=count,
                series=held,
                covers=covers,
                origin=origin(edition),
            )
        )
