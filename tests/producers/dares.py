"""The jobseekers of the Dares portal, invented: long rows, totals beside details, cities twice."""

from __future__ import annotations

import duckdb
import numpy as np
import pandas as pd

from .country import Country, Draws
from .shelf import Dataset, Field

YEARS = tuple(range(2015, 2025))
SPLITS = (
    ("Total", "Total"), ("Hommes", "Total"), ("Femmes", "Total"), ("Total", "Moins de 25 ans"),
    ("Total", "De 25 à 49 ans"), ("Total", "50 ans et plus"),
)  # fmt: skip
_FIELDS = (
    Field("date", "Date", "text", facet=True),
    Field("code_region", "Code région", "text", facet=True),
    Field("region", "Région", "text", facet=True),
    Field("code_departement", "Code département", "text", facet=True),
    Field("departement", "Département", "text", facet=True),
    Field("code_commune", "Code commune", "text", facet=True),
    Field("commune", "Commune", "text", facet=True),
    Field("type_de_donnees", "Type de données", "text", facet=True),
    Field("categorie", "Catégorie", "text", facet=True),
    Field("sexe", "Sexe", "text", facet=True),
    Field("tranche_d_age", "Tranche d'âge", "text", facet=True),
    Field("nombre_de_demandeurs_d_emploi", "Nombre de demandeurs d'emploi", "int"),
)


class Dares:
    """The dataset by commune; `true` are the counts before they are rounded."""

    def __init__(self, country: Country) -> None:
        """Nothing is worked out before it is asked."""
        self.country = country

    def datasets(self) -> list[Dataset]:
        """Jobseekers of categories A, B and C, fourth quarters."""
        return [
            Dataset(
                "dares_defm_communales-brutes",
                "Demandeurs d'emploi inscrits à France Travail par commune, données brutes",
                _FIELDS,
                self._build,
                self._count,
                theme="Demandeurs d'emploi",
                publisher="Dares",
            )
        ]

    def places(self) -> pd.DataFrame:
        """The communes of the COG of 2024, then the arrondissements of the three cities."""
        whole, parts = self.country.vintage(2024), self.country.places(2024)
        arms = parts[~parts["code"].isin(whole["code"])]
        return pd.concat([whole, arms], ignore_index=True)

    def true(self, year: int) -> np.ndarray:
        """True counts of the last quarter: a row a place, a column a split of `SPLITS`."""
        rows = self.places()
        draws = Draws(self.country.seed, rows["code"])
        level = rows["population"] * (0.04 + 0.08 * draws.of("defm")) * (1 - 0.01 * (year - 2015))
        if revised := self.country.revisions.get("dares", 0):
            level *= np.where(draws.of("revised", revised) < 0.02, 1.05, 1.0)
        total = np.floor(level + draws.of("defm", year)).astype("int64")
        men = np.floor(total * (0.4 + 0.2 * draws.of("men"))).astype("int64")
        young = np.floor(total * (0.08 + 0.1 * draws.of("young"))).astype("int64")
        old = np.floor(total * (0.2 + 0.1 * draws.of("old"))).astype("int64")
        columns = [total, men, total - men, young, total - young - old, old]
        return np.column_stack([np.asarray(one) for one in columns])

    def published(self, year: int) -> np.ndarray:
        """Multiples of 5, up or down by chance; −1 stands for an empty cell.

        Each count of a city is the sum of those of its arrondissements.
        """
        rows, true = self.places(), self.true(year)
        draws = Draws(self.country.seed, rows["code"])
        chances = [draws.of("up", year, number) < 0.5 for number in range(len(SPLITS))]
        values = np.where(np.column_stack(chances), -(-true // 5) * 5, true // 5 * 5)
        for city, prefix in (("75056", "751"), ("13055", "132"), ("69123", "6938")):
            if (here := (rows["code"] == city).to_numpy()).any():
                arms = rows["code"].str.startswith(prefix) & (rows.index >= len(rows) - 45)
                values[here] = values[arms.to_numpy()].sum(axis=0)
        empty = (draws.of("empty", year) < 0.003) & (rows["population"] < 500).to_numpy()
        values[empty] = -1
        return values

    def _count(self) -> int:
        departments = self.country.vintage(2024)["departement"].nunique()
        return (len(self.places()) + departments + 1) * len(YEARS) * len(SPLITS)

    def _build(self, connection: duckdb.DuckDBPyConnection, table: str) -> None:
        rows = self.places()[["code", "name", "departement", "region"]].copy()
        names = self.country.names
        rows["place"] = range(len(rows))
        rows["departement_name"] = [names.get(("departement", c), c) for c in rows["departement"]]
        rows["region_name"] = [names.get(("region", c), c) for c in rows["region"]]
        size = len(rows) * len(SPLITS)
        values = pd.DataFrame(
            {
                "place": np.tile(np.repeat(np.arange(len(rows)), len(SPLITS)), len(YEARS)),
                "split": np.tile(np.arange(len(SPLITS)), len(rows) * len(YEARS)),
                "year": np.repeat(YEARS, size),
                "value": np.concatenate([self.published(year).ravel() for year in YEARS]),
            }
        )
        splits = pd.DataFrame(SPLITS, columns=["sexe", "age"])
        splits["split"] = range(len(SPLITS))
        frames = {"places": rows, "counts": values, "splits": splits}
        for name, frame in frames.items():
            connection.register(name, frame)
        connection.execute(f"CREATE OR REPLACE TABLE {table} AS {_LONG}")
        for name in frames:
            connection.unregister(name)


_LONG = """
    WITH rows AS (
        SELECT year || '-T4' AS date, region, region_name, departement, departement_name, code,
               name, sexe, age, nullif(value, -1) AS value
        FROM counts JOIN places USING (place) JOIN splits USING (split)
    ),
    -- Departments and France, with those whom no commune has (one in two hundred).
    above AS (
        SELECT * FROM rows WHERE NOT regexp_matches(code, '^(751|132..|6938)') OR code = '75056'
    )
    SELECT date, region AS code_region, region_name AS region, departement AS code_departement,
           departement_name AS departement, code AS code_commune, name AS commune,
           'Brutes' AS type_de_donnees, 'ABC' AS categorie, sexe, age AS tranche_d_age,
           value AS nombre_de_demandeurs_d_emploi
    FROM rows
    UNION ALL
    SELECT date, any_value(region), any_value(region_name), departement,
           any_value(departement_name), 'Total', 'Total', 'Brutes', 'ABC', sexe, age,
           (sum(value) * 201 // 1000 * 5)::BIGINT
    FROM above GROUP BY date, departement, sexe, age
    UNION ALL
    SELECT date, 'Total', 'Total', 'Total', 'Total', 'Total', 'Total', 'Brutes', 'ABC', sexe, age,
           (sum(value) * 201 // 1000 * 5)::BIGINT
    FROM above GROUP BY date, sexe, age
"""
