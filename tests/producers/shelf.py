"""The datasets of a portal, each worked out at its first use into a table of DuckDB."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import duckdb

from .odsql import quote


@dataclass(frozen=True)
class Field:
    """A column: `precision` of a date is "month", "year" or "" for the day."""

    name: str
    label: str
    type: str
    precision: str = ""
    facet: bool = False


@dataclass(frozen=True)
class Attachment:
    """A file beside the records, made when it is asked."""

    id: str
    title: str
    kind: str
    content: Callable[[], bytes]


@dataclass
class Dataset:
    """One dataset: `build` makes the table `id` in the connection, `count` says its rows."""

    id: str
    title: str
    fields: tuple[Field, ...]
    build: Callable[[duckdb.DuckDBPyConnection, str], None]
    count: Callable[[], int] | None = None
    description: str = "Données inventées, pour les tests."
    theme: str = ""
    keywords: tuple[str, ...] = ()
    publisher: str = ""
    licence: str = "Licence Ouverte v2.0"
    attachments: tuple[Attachment, ...] = ()
    edition: int = 0

    @property
    def types(self) -> dict[str, str]:
        """The type of each column."""
        return {one.name: one.type for one in self.fields}


@dataclass
class Shelf:
    """Datasets by id, and the tables worked out so far. Threads share it."""

    datasets: dict[str, Dataset]
    lock: threading.RLock = field(default_factory=threading.RLock)
    _connection: duckdb.DuckDBPyConnection | None = None
    _built: dict[str, int] = field(default_factory=dict)
    _counted: dict[str, int] = field(default_factory=dict)

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """Where the tables are, opened at the first use."""
        with self.lock:
            if self._connection is None:
                self._connection = duckdb.connect()
            return self._connection

    def close(self) -> None:
        """Forget every table."""
        with self.lock:
            if self._connection is not None:
                self._connection.close()
            self._connection = None
            self._built.clear()
            self._counted.clear()

    def table(self, dataset: Dataset) -> str:
        """The name of its table, made when it is not there yet."""
        with self.lock:
            name = f"{dataset.id}@{dataset.edition}"
            if self._built.get(dataset.id) != dataset.edition:
                dataset.build(self.connection, quote(name))
                self._built[dataset.id] = dataset.edition
            return quote(name)

    def count(self, dataset: Dataset) -> int:
        """How many records it has."""
        if dataset.count:
            return dataset.count()
        with self.lock:
            name = f"{dataset.id}@{dataset.edition}"
            if name not in self._counted:
                sql = f"SELECT count(*) FROM {self.table(dataset)}"  # noqa: S608
                self._counted[name] = self.connection.execute(sql).fetchall()[0][0]
            return self._counted[name]
