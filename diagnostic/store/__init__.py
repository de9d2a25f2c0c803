"""Observations and their origins: Parquet files of the roots, queried with DuckDB."""

from diagnostic.store.files import COLUMNS, StoredFile, write
from diagnostic.store.keeping import Draft, Keeper
from diagnostic.store.manifest import digest, embedded_root
from diagnostic.store.reading import Observations, Places, Store

__all__ = [
    "COLUMNS",
    "Draft",
    "Keeper",
    "Observations",
    "Places",
    "Store",
    "StoredFile",
    "digest",
    "embedded_root",
    "write",
]
