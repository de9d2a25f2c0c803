"""Columns and facts that the datasets of data.caf.fr share."""

from __future__ import annotations

import duckdb
import pandas as pd

from .shelf import Field

PUBLISHER = "Caisse nationale des allocations familiales"
MONTH = Field("dtreffre", "Date référence", "date", "month", facet=True)
COM = (
    Field("numcomdo", "Numéro commune", "text", facet=True),
    Field("nomcom", "Nom commune", "text", facet=True),
)
EPCI = (
    Field("numepci", "Numéro EPCI", "text", facet=True),
    Field("nomepci", "Nom EPCI", "text", facet=True),
)
DEP = (
    Field("numdep", "Numéro département", "text", facet=True),
    Field("nomdep", "Nom département", "text", facet=True),
)
REG = (
    Field("numregi", "Numéro région", "text", facet=True),
    Field("nomregi", "Nom région", "text", facet=True),
)


def laid(connection: duckdb.DuckDBPyConnection, table: str, rows: pd.DataFrame, sql: str) -> None:
    """`sql` over the frame `rows`, laid down as the table."""
    connection.register("rows", rows)
    connection.execute(f"CREATE OR REPLACE TABLE {table} AS {sql}")
    connection.unregister("rows")
