"""The datasets of data.caf.fr, invented from the country: rounded by commune, exact above."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import duckdb
import numpy as np
import pandas as pd

from .columns import COM, DEP, EPCI, MONTH, PUBLISHER, REG, laid
from .country import BENEFITS, YEARS, Country, Draws
from .shelf import Dataset, Field

_MEASURES = (("foy", "Nombre foyers"), ("nbp", "Nombre personnes"), ("mtt", "Montant total"))
_THEME = "Toutes prestations"
# What the département and national files have beside BENEFITS: share of the foyers, persons, €.
_MORE: dict[str, tuple[float, float, float]] = {
    "pn": (0.004, 3.8, 1000), "prepare": (0.012, 4.0, 340), "ars": (0.0, 3.5, 0),
    "ndurhd": (0.11, 1.9, 800), "aah": (0.09, 1.5, 880), "aeeh": (0.028, 4.0, 290),
    "ajpa": (0.0006, 2.2, 700), "ajpp": (0.0012, 3.7, 1200), "rso": (0.0003, 1.1, 570),
    "ndurint": (0.0002, 3.0, 90), "ami": (0.0, 3.0, 90), "adi": (0.0001, 3.0, 90),
    "cdi": (0.0001, 3.0, 90),
}  # fmt: skip
_DEP_ORDER = [
    "ndur",
    "ndurpaje",
    "pn",
    "ab",
    "cmg",
    "prepare",
    "ndurej",
    "af",
    "cf",
    "ars",
    "asf",
    "ndurhd",
    "aah",
    "aeeh",
    "ajpa",
    "ajpp",
    "ndural",
    "alf",
    "als",
    "apl",
    "ndurins",
    "rsa",
    "ppa",
    "rso",
    "ndurint",
    "ami",
    "adi",
    "cdi",
]
_COUNTED = frozenset({"aah", "aeeh", "ajpa", "ajpp"})  # those with a count of beneficiaries
_FLOATS = frozenset({"foy_ars", "foy_asf", "nbp_ars", "nbp_asf", "foy_ajpa", "nbp_ajpa"})
QUOTIENTS = (
    "Moins de 400 euros", "Entre 400 et 799 euros", "Entre 800 et 1199 euros",
    "Entre 1200 et 1599 euros", "Entre 1600 et 1999 euros", "Entre 2000 et 3999 euros",
    "4000 euros ou plus", "Inconnu",
)  # fmt: skip


def fives(values: pd.Series | np.ndarray) -> pd.Series | np.ndarray:
    """Counts as published: the nearest multiple of 5."""
    return (values + 2) // 5 * 5


def hundreds(values: pd.Series | np.ndarray) -> pd.Series | np.ndarray:
    """Amounts as published: the nearest multiple of 100."""
    return (values + 50) // 100 * 100


def rounded(rows: pd.DataFrame) -> pd.DataFrame:
    """Every measure as published."""
    rows = rows.copy()
    for name in rows.columns:
        if name.startswith(("foy_", "nbp_")):
            rows[name] = fives(rows[name])
        if name.startswith("mtt_"):
            rows[name] = hundreds(rows[name])
    return rows


def _published(name: str) -> str:
    return f"ind{name}"


def _measures(benefits: Iterable[str]) -> list[str]:
    return [f"{measure}_{one}" for one in benefits for measure, _ in _MEASURES]


def _labelled(benefits: Iterable[str]) -> tuple[Field, ...]:
    return tuple(
        Field(f"ind{measure}_{one}", f"{label} {one.upper()}", "int")
        for one in benefits
        for measure, label in _MEASURES
    )


class Cafdata:
    """Every dataset of the portal over one country."""

    def __init__(self, country: Country) -> None:
        """Nothing is worked out before it is asked."""
        self.country = country
        self._monthly: tuple[int, pd.DataFrame] | None = None

    def datasets(self) -> list[Dataset]:
        """The datasets, in no order."""
        benefits = list(BENEFITS)
        return [
            self._set(
                "s_ben_com_f",
                "Toutes prestations - Répartition des allocataires selon la prestation [Communal]",
                (MONTH, *COM, *_labelled(benefits)),
                self.by_commune,
                self._communes_count,
            ),
            self._set(
                "s_ben_epci_f",
                "Toutes prestations - Répartition des allocataires selon la prestation [EPCI]",
                (MONTH, *EPCI, *_labelled(benefits)),
                self._by_epci,
                self.epci_count,
            ),
            self._set(
                "s_ben_dep",
                "Toutes prestations - Répartition des allocataires selon la prestation"
                " [Département]",
                (MONTH, *DEP, *REG, *_department_fields(), _place()),
                self._by_department,
                lambda: self.months_count("dep"),
            ),
            self._set(
                "s_ben_nat",
                "Toutes prestations - Répartition des allocataires selon la prestation [National]",
                (MONTH, *_department_fields(text_aeeh=False)),
                self._national,
                lambda: self.months_count("nat"),
            ),
            self._set(
                "ndur_s_qf_400_com_f",
                "Toutes prestations - Répartition des allocataires selon le quotient familial"
                " [Communal]",
                (
                    MONTH,
                    *COM,
                    Field("qf_400", "Quotient familial", "text", facet=True),
                    Field("indfoy_ndur", "Nombre foyers NDUR", "int"),
                    Field("indnbp_ndur", "Nombre personnes NDUR", "int"),
                ),
                self._by_quotient,
                lambda: self.lines_count() * len(QUOTIENTS),
            ),
            self._set(
                "rsa_s_type_com_f",
                "RSA - Répartition des allocataires selon le type de RSA [Communal]",
                (
                    MONTH,
                    *COM,
                    Field("rsa_type", "Type de RSA", "text", facet=True),
                    Field("indfoy_rsa", "Nombre foyers RSA", "int"),
                    Field("indnbp_rsa", "Nombre personnes RSA", "int"),
                ),
                self._by_type,
                lambda: self.lines_count() * 2,
                theme="RSA",
            ),
        ]

    def _set(  # noqa: PLR0917
        self,
        name: str,
        title: str,
        fields: tuple[Field, ...],
        build: Callable[[duckdb.DuckDBPyConnection, str], None],
        count: Callable[[], int] | None = None,
        theme: str = _THEME,
    ) -> Dataset:
        return Dataset(
            name, title, fields, build, count, theme=theme, publisher=PUBLISHER,
            keywords=("prestations", "allocataires"),
            description=f"{title}. Données inventées, pour les tests."
            + (" Les effectifs sont arrondis à 5." if name.endswith("_f") else ""),
        )  # fmt: skip

    # -- by commune

    def lines(self, year: int) -> pd.DataFrame:
        """True counts of December by commune, then the rows that no commune has (code None, or
        a placeholder of older editions): columns code, name, then measures."""
        country, measures = self.country, _measures(BENEFITS)
        rows = country.decembers[year][["code", "name", *measures]]
        if year == country.absent[1]:
            rows = rows[rows["code"] != country.absent[0]]
        apart = country.apart[country.apart["year"] == year]
        codes = apart["departement"].map(lambda code: _placeholder(code, year))
        apart = apart.assign(code=codes).groupby("code", sort=True)[measures].sum().reset_index()
        apart["name"] = apart["code"].where(apart["code"] == "", "COMMUNE INCONNUE")
        return pd.concat([rows, apart[rows.columns]], ignore_index=True)

    def by_commune(self, connection: duckdb.DuckDBPyConnection, table: str) -> None:
        """s_ben_com_f: rounded, in no order, with one technical row too many."""
        parts = []
        for year in YEARS:
            part = rounded(self.lines(year))
            part.insert(0, "year", year)
            parts.append(part)
        code, year = self.country.twice
        twice = parts[YEARS.index(year)]
        twice = twice[twice["code"] == code].copy()
        for name in _measures(BENEFITS):
            twice[name] = twice[name] // 50 * 5 if not name.startswith("mtt_") else 0
        rows = pd.concat([*parts, twice], ignore_index=True)
        rows["position"] = Draws(self.country.seed, rows["code"]).of("order")
        laid(connection, table, rows, _select("numcomdo", "nomcom", _measures(BENEFITS)))

    def _communes_count(self) -> int:
        return self.lines_count() + int(self._has(self.country.twice[0]))

    def lines_count(self) -> int:
        """How many rows `lines` has over the years."""
        total, country = 0, self.country
        for year in YEARS:
            departments = country.places(year + 1)["departement"].unique()
            codes = {_placeholder(code, year) for code in departments}
            total += len(country.places(year + 1)) + len(codes)
        return total - (1 if self._has(country.absent[0]) else 0)

    def _has(self, code: str) -> bool:
        return bool((self.country.cog["code"] == code).any())

    def epci_count(self) -> int:
        """How many rows `epci_lines` has over the years."""
        vintages = [self.country.vintage(year + 1) for year in YEARS]
        return sum(rows["epci"].nunique() + 1 for rows in vintages)

    def epci_lines(self, year: int) -> pd.DataFrame:
        """True counts of December by EPCI, those of no EPCI or commune as XX."""
        measures = _measures(BENEFITS)
        rows = self.country.decembers[year]
        apart = self.country.apart[self.country.apart["year"] == year]
        both = pd.concat([rows[["epci", *measures]], apart[measures].assign(epci=None)])
        both["code"] = both["epci"].fillna("XX")
        sums = both.groupby("code")[measures].sum().reset_index()
        names = self.country.names
        sums["name"] = [names.get(("epci", code), f"EPCI {code}") for code in sums["code"]]
        return sums

    def _by_epci(self, connection: duckdb.DuckDBPyConnection, table: str) -> None:
        parts = [rounded(self.epci_lines(year)).assign(year=year) for year in YEARS]
        rows = pd.concat(parts, ignore_index=True)
        rows["position"] = Draws(self.country.seed, rows["code"]).of("order")
        laid(connection, table, rows, _select("numepci", "nomepci", _measures(BENEFITS)))

    def _by_quotient(self, connection: duckdb.DuckDBPyConnection, table: str) -> None:
        weights = np.array([0.09, 0.31, 0.2, 0.15, 0.09, 0.1, 0.02, 0.04])
        self._split(connection, table, "ndur", "qf_400", QUOTIENTS, weights)

    def _by_type(self, connection: duckdb.DuckDBPyConnection, table: str) -> None:
        kinds = ("RSA majoré", "RSA non majoré")
        self._split(connection, table, "rsa", "rsa_type", kinds, np.array([0.11, 0.89]))

    def _split(  # noqa: PLR0917
        self,
        connection: duckdb.DuckDBPyConnection,
        table: str,
        benefit: str,
        name: str,
        kinds: tuple[str, ...],
        weights: np.ndarray,
    ) -> None:
        """A benefit cut in kinds whose true counts add up to its own, each rounded."""
        parts = []
        for year in YEARS:
            rows = self.lines(year)
            draws = Draws(self.country.seed, rows["code"])
            bounds = np.cumsum(weights)[:-1]
            for measure in ("foy", "nbp"):
                whole = rows[f"{measure}_{benefit}"].to_numpy()
                cuts = [np.zeros_like(whole)]
                for number, bound in enumerate(bounds):
                    shift = 0.02 * (draws.of(name, number) - 0.5)
                    cut = np.floor(whole * (bound + shift) + draws.of(year, number)).astype("int64")
                    cuts.append(np.clip(cut, cuts[-1], whole))
                cuts.append(whole)
                for number in range(len(kinds)):
                    rows[f"{measure}_{number}"] = fives(cuts[number + 1] - cuts[number])
            for number, kind in enumerate(kinds):
                part = rows[["code", "name", f"foy_{number}", f"nbp_{number}"]].copy()
                part.columns = ["code", "name", "foy", "nbp"]
                part["kind"], part["year"] = number, year
                parts.append(part)
                del kind
        rows = pd.concat(parts, ignore_index=True)
        listed = ", ".join(f"'{kind}'" for kind in kinds)
        laid(
            connection, table, rows,
            "SELECT make_date(year, 12, 1) AS dtreffre, nullif(code, '') AS numcomdo,"  # noqa: S608
            f" nullif(name, '') AS nomcom, list_value({listed})[kind + 1] AS {name},"
            f" foy AS indfoy_{benefit}, nbp AS indnbp_{benefit} FROM rows",
        )  # fmt: skip

    # -- by département and nation: exact, monthly

    @staticmethod
    def _months() -> list[tuple[int, int]]:
        return [
            (y, m)
            for y in range(2016, 2027)
            for m in range(1, 13)
            if (2016, 6) <= (y, m) <= (2026, 3)
        ]

    def months_count(self, level: str) -> int:
        """How many rows a monthly file has."""
        return len(self._months()) * (len(self._departments()) if level == "dep" else 1)

    def _departments(self) -> list[str]:
        return sorted(self.country.cog["departement"].unique())

    def department_decembers(self, year: int) -> pd.DataFrame:
        """True counts by département: communes and those attached to none, index the code."""
        measures = _measures(BENEFITS)
        sums = self.country.decembers[year].groupby("departement")[measures].sum()
        apart = self.country.apart[self.country.apart["year"] == year].set_index("departement")
        return sums.add(apart[measures], fill_value=0).astype("int64")

    def monthly(self) -> pd.DataFrame:
        """True counts by département and month: columns year, month, code, measures."""
        edition = self.country.revisions.get("caf", 0)
        if self._monthly is None or self._monthly[0] != edition:
            self._monthly = (edition, self._work_monthly())
        return self._monthly[1]

    def _work_monthly(self) -> pd.DataFrame:
        known = {year: self.department_decembers(year) for year in YEARS}
        codes = self._departments()
        parts = []
        for year, month in self._months():
            base = min(max(year if month == 12 else year - 1, 2020), 2024)
            away = 0 if (year, month) == (base, 12) else (year - base) * 12 + month - 12
            whole = known[base].to_numpy()
            parts.append(np.rint(whole * (1 + 0.0008 * away)).astype("int64"))
        rows = pd.DataFrame(np.vstack(parts), columns=_measures(BENEFITS))
        months = self._months()
        heads = {
            "year": np.repeat([year for year, _ in months], len(codes)),
            "month": np.repeat([month for _, month in months], len(codes)),
            "code": codes * len(months),
        }
        draws = Draws(self.country.seed, pd.Series(codes))
        for one, (share, size, euros) in _MORE.items():
            noise = np.tile(0.7 + 0.6 * draws.of(one), len(months))
            foyers = np.rint(rows["foy_ndur"].to_numpy() * share * noise).astype("int64")
            heads[f"foy_{one}"] = foyers
            heads[f"nbp_{one}"] = np.rint(foyers * size).astype("int64")
            heads[f"mtt_{one}"] = np.rint(foyers * euros).astype("int64")
            if one in _COUNTED:
                heads[f"ben_{one}"] = np.rint(foyers * 1.05).astype("int64")
        return pd.concat([pd.DataFrame(heads), rows], axis=1)

    def _by_department(self, connection: duckdb.DuckDBPyConnection, table: str) -> None:
        rows, names = self.monthly(), self.country.names
        regions = self.country.regions
        rows["name"] = rows["code"].map(lambda code: names.get(("departement", code), "").upper())
        rows["region"] = rows["code"].map(regions)
        rows["region_name"] = rows["region"].map(
            lambda code: names.get(("region", code), "").upper()
        )
        columns = ", ".join(_typed(name) for name in _department_measures())
        laid(
            connection, table, rows,
            "SELECT make_date(year, month, 1) AS dtreffre, code AS numdep, name AS nomdep,"  # noqa: S608
            f" region AS numregi, region_name AS nomregi, {columns},"
            " name || '/' || region_name AS lieures FROM rows",
        )  # fmt: skip

    def _national(self, connection: duckdb.DuckDBPyConnection, table: str) -> None:
        names = _department_measures()
        rows = self.monthly().groupby(["year", "month"])[names].sum().reset_index()
        columns = ", ".join(f"{name} AS ind{name}" for name in names)
        laid(
            connection,
            table,
            rows,
            f"SELECT make_date(year, month, 1) AS dtreffre, {columns} FROM rows",  # noqa: S608
        )


def _placeholder(departement: str, year: int) -> str:
    """The code under which the file counts those whom it attaches to no commune."""
    if year == 2020 and departement in ("04", "13"):
        return f"{departement}XXX"
    if year == 2021 and departement == "75":
        return "XXX"
    return ""


def _select(code: str, name: str, measures: list[str]) -> str:
    columns = ", ".join(f"{one} AS {_published(one)}" for one in measures)
    return (
        f"SELECT make_date(year, 12, 1) AS dtreffre, nullif(code, '') AS {code},"  # noqa: S608
        f" nullif(name, '') AS {name}, {columns} FROM rows ORDER BY position, year DESC"
    )


def _department_measures() -> list[str]:
    names = []
    for one in _DEP_ORDER:
        names += [
            f"foy_{one}",
            *([f"ben_{one}"] if one in _COUNTED else []),
            f"nbp_{one}",
            f"mtt_{one}",
        ]
    return names


def _typed(name: str) -> str:
    """Types as the real file mixes them: a text among numbers, whole amounts as doubles."""
    if name == "ben_aeeh":
        return f"CAST({name} AS VARCHAR) AS ind{name}"
    if (name.startswith("mtt_") and name != "mtt_rso") or name in _FLOATS:
        return f"CAST({name} AS DOUBLE) AS ind{name}"
    return f"{name} AS ind{name}"


def _department_fields(text_aeeh: bool = True) -> tuple[Field, ...]:
    labels = {**dict(_MEASURES), "ben": "Nombre bénéficiaires"}
    found = []
    for name in _department_measures():
        measure, benefit = name.split("_")
        kind = "double" if "DOUBLE" in _typed(name) and text_aeeh else "int"
        if name == "ben_aeeh" and text_aeeh:
            kind = "text"
        found.append(Field(f"ind{name}", f"{labels[measure]} {benefit.upper()}", kind))
    return tuple(found)


def _place() -> Field:
    return Field("lieures", "Lieu de résidence", "text")
