"""The APL workbook of the Drees portal, invented: no records, all in an attachment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import duckdb
import numpy as np
import pandas as pd

from . import workbook
from .country import Country, Draws
from .shelf import Attachment, Dataset, Field

YEARS = (2022, 2023, 2024)
ID = "530_l-accessibilite-potentielle-localisee-apl"
FILE = "indicateur_d_apl_aux_medecins_generalistes_xlsx"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Drees:
    """Two datasets: one of files alone, one of records."""

    def __init__(self, country: Country) -> None:
        """Nothing is worked out before it is asked."""
        self.country = country

    def datasets(self) -> list[Dataset]:
        """APL and the beneficiaries of départements' social aid."""
        title = "L'accessibilité potentielle localisée (APL)"
        return [
            Dataset(
                ID,
                title,
                (Field("code", "Code", "text"), Field("libelle", "Libellé", "text")),
                lambda c, t: c.execute(  # type: ignore[arg-type,return-value]
                    f"CREATE OR REPLACE TABLE {t} (code VARCHAR, libelle VARCHAR)"
                ),
                lambda: 0,
                theme="Offre de soins",
                publisher="Drees",
                attachments=(
                    Attachment(
                        FILE, "Indicateur d’APL aux médecins généralistes", _XLSX, self.pack
                    ),
                ),
            ),
            Dataset(
                "375_les-beneficiaires-de-l-aide-sociale-departementale",
                "Les bénéficiaires de l'aide sociale départementale",
                (
                    Field("annee", "Année", "date", "year", facet=True),
                    Field("numdep", "Numéro département", "text", facet=True),
                    Field("departement", "Département", "text", facet=True),
                    Field("apa", "APA", "int"),
                    Field("pch", "PCH", "int"),
                    Field("ash", "ASH", "int"),
                ),
                self._aid,
                theme="Aide sociale",
                publisher="Drees",
            ),
        ]

    def apl(self, year: int) -> pd.DataFrame:
        """Code, name, APL, APL of doctors up to 65, standardised and whole population."""
        rows = self.country.places(year)[["code", "name", "population"]].copy()
        draws = Draws(self.country.seed, rows["code"])
        level = 0.5 + 5 * draws.of("apl") ** 2 - 0.1 * (year - 2022) + 0.05 * draws.of("apl", year)
        if revised := self.country.revisions.get("drees", 0):
            level = np.where(draws.of("revised", revised) < 0.02, level + 0.2, level)
        rows["apl"] = np.round(level, 3)
        rows["apl_65"] = np.round(level * (0.7 + 0.25 * draws.of("apl_65")), 3)
        rows["standardised"] = np.round(rows["population"] * (0.9 + 0.2 * draws.of("needs")), 1)
        return rows[["code", "name", "apl", "apl_65", "standardised", "population"]]

    def pack(self) -> bytes:
        """The workbook, a sheet a year and one of notes."""
        sheets = {f"APL {year}": self._sheet(year) for year in YEARS}
        notes: list[Sequence[object]] = [("Lisez-moi",), ("Données inventées, pour les tests.",)]
        return workbook.pack({"Lisez-moi": notes, **sheets})

    def _sheet(self, year: int) -> Iterator[Sequence[object]]:
        yield ("Données inventées, pour les tests",)
        yield (f"Accessibilité potentielle localisée aux médecins généralistes en {year}",)
        yield from [("Note",), (None,), ("Champ : France",), (None,), ("Source : aucune",), (None,)]
        yield (
            "Code commune INSEE", "Commune", "APL aux médecins généralistes",
            f"APL aux médecins généralistes de 65 ans et moins{' ' if year == 2023 else ''}",
            f"Population standardisée {year - 2}", f"Population totale {year - 2}",
        )  # fmt: skip
        yield (None, None, "consultations par an et par habitant", None, "habitants", "habitants")
        yield from self.apl(year).itertuples(index=False)

    def _aid(self, connection: duckdb.DuckDBPyConnection, table: str) -> None:
        rows = self.country.vintage(2024).groupby("departement")["population"].sum().reset_index()
        rows["name"] = [self.country.names.get(("departement", c), c) for c in rows["departement"]]
        draws = Draws(self.country.seed, rows["departement"])
        for name, rate in (("apa", 0.019), ("pch", 0.005), ("ash", 0.002)):
            rows[name] = np.rint(rows["population"] * rate * (0.7 + 0.6 * draws.of(name)))
        connection.register("rows", rows)
        connection.execute(
            f"CREATE OR REPLACE TABLE {table} AS SELECT make_date(year::INT, 1, 1) AS annee,"  # noqa: S608
            " departement AS numdep, name AS departement, apa::BIGINT AS apa, pch::BIGINT AS pch,"
            " ash::BIGINT AS ash FROM rows, range(2018, 2024) AS years(year)"
        )
        connection.unregister("rows")
