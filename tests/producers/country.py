"""The invented country behind the fakes: true counts by commune and year, from a seed.

Names, codes and memberships are those of the embedded COG; every count is invented, and coherent:
communes, EPCI, départements and France are sums of the same true counts.
"""

from __future__ import annotations

import zlib
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cached_property

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnostic import resources

YEARS = (2020, 2021, 2022, 2023, 2024)
# What Cafdata counts in a file by commune: share of the foyers, persons in a foyer, € in December.
BENEFITS: dict[str, tuple[float, float, float]] = {
    "ndur": (1.0, 2.1, 620),
    "ndurpaje": (0.13, 3.7, 310),
    "ab": (0.09, 3.8, 180),
    "cmg": (0.05, 3.6, 420),
    "ndurej": (0.36, 3.6, 260),
    "af": (0.33, 4.1, 170),
    "cf": (0.06, 5.1, 230),
    "asf": (0.06, 2.9, 290),
    "ndural": (0.42, 2.0, 220),
    "apl": (0.25, 2.1, 230),
    "alf": (0.06, 3.7, 290),
    "als": (0.11, 1.2, 170),
    "ndurins": (0.45, 2.0, 380),
    "rsa": (0.13, 1.9, 540),
    "ppa": (0.34, 2.1, 180),
}
Counts = npt.NDArray[np.int64]
_CITIES = {"75056": "751", "13055": "132", "69123": "6938"}


class Draws:
    """Numbers in [0, 1) for codes: the same for the same seed, code and salt, on any machine."""

    def __init__(self, seed: int, codes: pd.Series) -> None:
        """Bits of each code, spread out (splitmix64)."""
        words = np.array([zlib.crc32(code.encode()) for code in codes], dtype=np.uint64)
        words += np.uint64(seed) << np.uint64(32)
        with np.errstate(over="ignore"):
            words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        self._bits = (words ^ (words >> np.uint64(31))).astype(np.uint64)

    def of(self, *salt: object) -> npt.NDArray[np.float64]:
        """The numbers of that salt."""
        odd = np.uint64(2 * zlib.crc32(repr(salt).encode()) + 1)
        with np.errstate(over="ignore"):
            words = self._bits * (odd * np.uint64(0x9E3779B97F4A7C15) | np.uint64(1))
        words ^= words >> np.uint64(29)
        return (words >> np.uint64(11)) / float(1 << 53)


@dataclass
class Country:
    """`communes` keeps those (and their arrondissements), all of France when None."""

    seed: int = 2026
    communes: Collection[str] | None = None
    revisions: dict[str, int] = field(default_factory=dict)
    _places: dict[int, pd.DataFrame] = field(default_factory=dict)
    absent: tuple[str, int] = ("51065", 2022)  # the commune without a row that year
    twice: tuple[str, int] = ("33063", 2023)  # the one with a technical row beside the right one

    @cached_property
    def cog(self) -> pd.DataFrame:
        """Communes of every vintage: year, code, name, epci, departement, region, population."""
        folder = resources.folder("data") / "cog"
        with duckdb.connect() as connection:
            rows = connection.execute(_VINTAGES, {"folder": str(folder)}).df()
        rows["population"] = rows["population"].fillna(100).astype("int64")
        if self.communes is not None:
            rows = rows[rows["code"].isin(list(self.communes))]
        return rows.reset_index(drop=True)

    @cached_property
    def _vintages(self) -> dict[int, pd.DataFrame]:
        groups = self.cog.groupby("year")
        return {int(year): rows.reset_index(drop=True) for year, rows in groups}  # type: ignore[call-overload]

    def vintage(self, year: int) -> pd.DataFrame:
        """The communes of the COG of `year`; the nearest one embedded (2023 to 2026)."""
        return self._vintages[min(max(year, 2023), 2026)]

    def places(self, year: int) -> pd.DataFrame:
        """`vintage`, Paris, Lyon and Marseille by arrondissement."""
        year = min(max(year, 2023), 2026)
        if year not in self._places:
            self._places[year] = self._by_arrondissement(self.vintage(year))
        return self._places[year]

    def _by_arrondissement(self, rows: pd.DataFrame) -> pd.DataFrame:
        parts = [rows[~rows["code"].isin(list(_CITIES))]]
        for city, prefix in _CITIES.items():
            for _, whole in rows[rows["code"] == city].iterrows():
                part = self._arms[self._arms["code"].str.startswith(prefix)].copy()
                part["year"] = whole["year"]
                for name in ("epci", "departement", "region"):
                    part[name] = whole[name]
                parts.append(part[rows.columns])
        return pd.concat(parts).sort_values("code").reset_index(drop=True)

    @cached_property
    def _arms(self) -> pd.DataFrame:
        folder = resources.folder("data") / "cog"
        with duckdb.connect() as connection:
            return connection.execute(
                "SELECT code, name, commune AS city, population::BIGINT AS population"
                " FROM read_parquet($path) WHERE level = 'arm' ORDER BY code",
                {"path": str(folder / "territories.parquet")},
            ).df()

    @cached_property
    def names(self) -> dict[tuple[str, str], str]:
        """The name of each territory of today by level and code."""
        folder = resources.folder("data") / "cog"
        with duckdb.connect() as connection:
            rows = connection.execute(
                "SELECT level, code, name FROM read_parquet($path)",
                {"path": str(folder / "territories.parquet")},
            ).fetchall()
        return {(level, code): name for level, code, name in rows}

    @cached_property
    def regions(self) -> dict[str, str]:
        """The région of each département."""
        rows = self.cog[self.cog["year"] == 2026].drop_duplicates("departement")
        return dict(zip(rows["departement"], rows["region"], strict=True))

    def december(self, year: int) -> pd.DataFrame:
        """True counts of the benefits in December of `year`, in the geography of January after.

        Columns of `places`, then foy_X, nbp_X, mtt_X for every benefit X.
        """
        rows = self.places(year + 1)
        draws = Draws(self.seed, rows["code"])
        ground = rows["population"].to_numpy() * (0.13 + 0.16 * draws.of("ndur"))
        columns: dict[str, Counts] = {}
        for benefit in BENEFITS:
            for measure, values in self._measured(draws, ground, benefit, year).items():
                columns[f"{measure}_{benefit}"] = values
        return pd.concat([rows, pd.DataFrame(columns)], axis=1)

    def _measured(
        self, draws: Draws, ground: npt.NDArray[np.float64], benefit: str, year: int
    ) -> dict[str, Counts]:
        share, size, euros = BENEFITS[benefit]
        slope = 0.03 * (draws.of(benefit, "slope") - 0.45)
        expected = ground * share * (1 + slope * (year - 2024))
        if benefit != "ndur":
            expected *= 0.6 + 0.8 * draws.of(benefit)
        if revised := self.revisions.get("caf", 0):
            touched = draws.of("revised", revised, benefit) < 0.02
            expected = expected * np.where(touched, 1.06, 1.0)
        foyers = np.floor(expected + draws.of(benefit, year)).astype(np.int64)
        persons = foyers * (size * (0.85 + 0.3 * draws.of(benefit, "size")))
        amount = foyers * (euros * (0.85 + 0.3 * draws.of(benefit, "euros")))
        return {
            "foy": foyers,
            "nbp": np.maximum(foyers, np.rint(persons).astype(np.int64)),
            "mtt": np.rint(amount).astype(np.int64),
        }

    @cached_property
    def apart(self) -> pd.DataFrame:
        """Foyers attached to no commune: true counts by département and year (0.4 % of it)."""
        parts = []
        for year in YEARS:
            measures = [name for name in self.decembers[year] if name[:4] in _MEASURES]
            sums = self.decembers[year].groupby("departement")[measures].sum()
            sums = (sums * 4 // 1000).reset_index()
            sums.insert(0, "year", year)
            parts.append(sums)
        return pd.concat(parts, ignore_index=True)

    @cached_property
    def decembers(self) -> dict[int, pd.DataFrame]:
        """`december` of every year, worked out once."""
        return {year: self.december(year) for year in YEARS}

    def revise(self, what: str) -> None:
        """Change some counts of "caf", "dares"…: what was worked out from them is forgotten."""
        self.revisions[what] = self.revisions.get(what, 0) + 1
        for name in ("decembers", "apart"):
            self.__dict__.pop(name, None)


_MEASURES = ("foy_", "nbp_", "mtt_")
_VINTAGES = """
    WITH today AS (
        SELECT code, name, epci, departement, region, population
        FROM read_parquet($folder || '/territories.parquet')
        WHERE level = 'commune' AND region IS NOT NULL
    ),
    vintages AS (
        SELECT year, code, name, epci FROM read_parquet($folder || '/vintages.parquet')
        WHERE level = 'commune'
        UNION ALL BY NAME SELECT 2026 AS year, code, name, epci FROM today
    ),
    heirs AS (
        SELECT v.*, coalesce(t.code, f.became) AS heir
        FROM vintages v
        LEFT JOIN today t USING (code)
        LEFT JOIN (SELECT DISTINCT ON (code) code, became
                   FROM read_parquet($folder || '/former.parquet') ORDER BY code, became) f
            USING (code)
    ),
    shared AS (
        SELECT h.*, t.departement, t.region, t.population AS whole,
               count(*) OVER (PARTITION BY h.year, heir) AS pieces,
               row_number() OVER (
                   PARTITION BY h.year, heir ORDER BY (h.code = heir) DESC, h.code) AS rank
        FROM heirs h JOIN today t ON t.code = heir
    )
    -- A commune of today that was several: the chief town has six tenths, the others the rest.
    SELECT year::INTEGER AS year, code, name, epci, departement, region,
           CASE WHEN pieces = 1 THEN whole
                WHEN rank = 1 THEN whole - (pieces - 1) * (whole * 4 // (10 * (pieces - 1)))
                ELSE whole * 4 // (10 * (pieces - 1)) END AS population
    FROM shared ORDER BY year, code
"""
