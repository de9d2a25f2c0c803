"""The establishments of the Urssaf portal, invented; only the id of the dataset is confirmed."""

from __future__ import annotations

import duckdb
import numpy as np

from .country import Country, Draws
from .shelf import Dataset, Field

ID = "etablissements-et-effectifs-salaries-au-niveau-commune-x-ape-last"
SECTORS = (
    ("1071C", "Boulangerie et boulangerie-pâtisserie", "GS1 Industrie"),
    ("4120A", "Construction de maisons individuelles", "GS2 Construction"),
    ("4711F", "Hypermarchés", "GS3 Commerce"),
    ("8810A", "Aide à domicile", "GS7 Services non marchands"),
    ("8891A", "Accueil de jeunes enfants", "GS7 Services non marchands"),
)
_FIELDS = (
    Field("code_commune", "Code commune", "text", facet=True),
    Field("intitule_commune", "Intitulé commune", "text"),
    Field("code_ape", "Code APE", "text", facet=True),
    Field("libelle_ape", "Libellé APE", "text"),
    Field("grand_secteur_d_activite", "Grand secteur d'activité", "text", facet=True),
    Field("annee", "Année", "date", "year", facet=True),
    Field("nombre_d_etablissements", "Nombre d'établissements", "int"),
    Field("effectifs_salaries", "Effectifs salariés", "int"),
)


class Urssaf:
    """Employers and employees of the private sector by commune and activity."""

    def __init__(self, country: Country) -> None:
        """Nothing is worked out before it is asked."""
        self.country = country

    def datasets(self) -> list[Dataset]:
        """The one dataset. Only the activities that a commune has are listed."""
        title = "Établissements employeurs et effectifs salariés, commune × APE"
        return [Dataset(ID, title, _FIELDS, self._build, theme="Emploi", publisher="Urssaf")]

    def _build(self, connection: duckdb.DuckDBPyConnection, table: str) -> None:
        rows = self.country.vintage(2025)[["code", "name", "population"]].copy()
        draws = Draws(self.country.seed, rows["code"])
        parts = []
        for ape, _, _ in SECTORS:
            there = draws.of(ape) < np.minimum(0.9, rows["population"] / 4000)
            rows[ape] = np.where(there, np.ceil(rows["population"] * 0.002 * draws.of(ape, "n")), 0)
            parts.append(ape)
        connection.register("rows", rows)
        unions = " UNION ALL ".join(
            f"SELECT code, name, '{ape}', '{label}', '{sector}', \"{ape}\" FROM rows"  # noqa: S608
            for ape, label, sector in SECTORS
        )
        connection.execute(
            f"CREATE OR REPLACE TABLE {table} AS SELECT code AS code_commune,"  # noqa: S608
            " name AS intitule_commune, ape AS code_ape, label AS libelle_ape,"
            " sector AS grand_secteur_d_activite, make_date(year::INT, 1, 1) AS annee,"
            " n::BIGINT AS nombre_d_etablissements, (n * (5 + year % 3))::BIGINT AS"
            f" effectifs_salaries FROM ({unions}) AS listed(code, name, ape, label, sector, n),"
            " range(2022, 2025) AS years(year) WHERE n > 0"
        )
        connection.unregister("rows")
