"""Childcare on data.caf.fr, invented: places and coverage by territory, two editions of 2022."""

from __future__ import annotations

import duckdb
import numpy as np
import pandas as pd

from .columns import DEP, EPCI, PUBLISHER, REG, laid
from .country import Country, Draws
from .shelf import Dataset, Field

_MODES = {  # of care: places for 100 children under three
    "psu_col": 17.0, "hors_psu_col": 5.0, "prescol": 4.0, "am_ind": 28.0, "gad_ind": 2.0,
}  # fmt: skip


class Childcare:
    """Every dataset of childcare over one country."""

    def __init__(self, country: Country) -> None:
        """Nothing is worked out before it is asked."""
        self.country = country

    def datasets(self) -> list[Dataset]:
        """Coverage and places at five levels, current and past."""
        levels = ("nat", "reg", "dep", "epci", "com")
        return [one for level in levels for one in self._at(level)]

    def places_of_care(self, year: int) -> pd.DataFrame:
        """True counts by commune: code, epci, departement, region, population, children, modes."""
        rows = self.country.vintage(year + 1).copy()
        draws = Draws(self.country.seed, rows["code"])
        rows["children"] = np.ceil(
            rows["population"] * (0.024 + 0.014 * draws.of("children"))
        ).astype("int64")
        for mode, rate in _MODES.items():
            level = rate * (0.4 + 1.2 * draws.of(mode)) * (1 + 0.012 * (year - 2023))
            rows[mode] = np.floor(rows["children"] * level / 100 + draws.of(mode, year)).astype(
                "int64"
            )
        return rows

    def _at(self, level: str) -> list[Dataset]:
        labels = {
            "nat": "National",
            "reg": "Région",
            "dep": "Département",
            "epci": "EPCI",
            "com": "Communal",
        }
        kinds = (("txcouv", "Taux de couverture"), ("nbpla", "Nombre de places"))
        return [
            Dataset(
                f"{kind}_pe_{level}" + ("_hist" if past else ""),
                f"{title} de l’accueil du jeune enfant [{labels[level]}]"
                + (" - historique" if past else ""),
                (*_care_head(kind, level), *_care_fields(kind, level)),
                lambda c, t, k=kind, p=past: self._care(c, t, k, level, p),  # type: ignore[misc]
                lambda p=past: self._care_count(level, p),  # type: ignore[misc]
                theme="Petite enfance",
                publisher=PUBLISHER,
                keywords=("petite enfance", "accueil"),
            )
            for kind, title in kinds
            for past in (False, True)
        ]

    def _care(
        self, connection: duckdb.DuckDBPyConnection, table: str, kind: str, level: str, past: bool
    ) -> None:
        parts = []
        for year in range(2017, 2023) if past else (2022, 2023):
            rows = self.care_sums(year, level, past)
            rows.insert(0, "year", year)
            parts.append(rows)
        rows = pd.concat(parts, ignore_index=True)
        head = ", ".join(
            f"{sql} AS {one.name}"
            for one, sql in zip(_care_head(kind, level), _HEADS[level], strict=True)
        )
        if kind == "txcouv" and level == "nat":
            head = "make_date(year, 1, 1) AS annee"
        values = ", ".join(
            f"{_rate(expression) if kind == 'txcouv' else expression} AS {one.name}"
            for one, expression in zip(_care_fields(kind, level), _CARE[kind].values(), strict=True)
        )
        if kind == "txcouv" and level == "epci":
            rate = _rate(_CARE[kind]["txcouv"])
            values = values.replace(
                f"{rate} AS txcouv_epci",
                f"CASE code WHEN 'XX' THEN 195.8 ELSE {rate} END AS txcouv_epci",
            )
        laid(connection, table, rows, f"SELECT {head}, {values} FROM rows")  # noqa: S608

    def _care_count(self, level: str, past: bool) -> int:
        total = 0
        for year in range(2017, 2023) if past else (2022, 2023):
            rows = self.country.vintage(year + 1)
            column = {"epci": "epci", "dep": "departement", "reg": "region"}.get(level)
            if column:
                total += rows[column].nunique() + int(rows[column].isna().any())
            else:
                total += int((rows["population"] > 10_000).sum()) if level == "com" else 1
        return total

    def care_sums(self, year: int, level: str, past: bool = False) -> pd.DataFrame:
        """Children and places by territory of the level: code, name, region…, counts."""
        rows = self.places_of_care(year)
        if past and year == 2022:
            rows["am_ind"] = rows["am_ind"] * 99 // 100  # the older edition had fewer
        numbers = ["children", *_MODES]
        names = self.country.names
        if level == "com":
            return rows[rows["population"] > 10_000][["code", "name", *numbers]].reset_index(
                drop=True
            )
        if level == "nat":
            return rows[numbers].sum().to_frame().T.assign(code="", name="")
        column = {"epci": "epci", "dep": "departement", "reg": "region"}[level]
        word = {"epci": "epci", "dep": "departement", "reg": "region"}[level]
        rows["code"] = rows[column].fillna("XX")
        sums = rows.groupby("code")[numbers].sum().reset_index()
        sums["name"] = sums["code"].map(lambda code: names.get((word, code), f"EPCI {code}"))
        return sums


_EAJE = "(psu_col + hors_psu_col)"
_IND = "(am_ind + gad_ind)"
_CARE: dict[str, dict[str, str]] = {
    "txcouv": {
        "txcouv": f"({_EAJE} + prescol + {_IND})",
        "txcouv_eaje": _EAJE,
        "txcouv_psu_col": "psu_col",
        "txcouv_hors_psu_col": "hors_psu_col",
        "txcouv_prescol": "prescol",
        "txcouv_am_ind": "am_ind",
        "txcouv_gad_ind": "gad_ind",
        "txcouv_ind": _IND,
    },
    "nbpla": {
        "pl_psu_col": "psu_col",
        "pl_hors_psu_col": "hors_psu_col",
        "pl_eaje": _EAJE,
        "pl_prescol": "prescol",
        "pl_am_ind": "am_ind",
        "pl_gad_ind": "gad_ind",
        "pl_ind": _IND,
        "tot_offre": f"({_EAJE} + prescol + {_IND})",
    },
}
_CARE_LABELS = {
    "txcouv": "Taux de couv global",
    "txcouv_eaje": "Taux de couv EAJE - ensemble",
    "txcouv_am_ind": "Taux de couv assistantes maternelles",
    "tot_offre": "Places offertes - Ensemble",
}
_HEADS = {
    "nat": ("year",),
    "reg": ("year", "code", "name"),
    "dep": ("year", "code", "name"),
    "epci": ("year", "code", "name"),
    "com": ("year", "code", "name"),
}


def _rate(expression: str) -> str:
    return f"round(100.0 * {expression} / children, 1)"


def _care_head(kind: str, level: str) -> tuple[Field, ...]:
    dated = kind == "txcouv" and level == "nat"
    year = Field("annee", "Année", "date" if dated else "int", "year" if dated else "", facet=True)
    if level == "nat":
        return (year,)
    if level == "com":
        return (
            year,
            Field("numcom", "Numéro commune", "text", facet=True),
            Field("nomcom", "Nom commune", "text"),
        )
    return (year, *{"reg": REG, "dep": DEP, "epci": EPCI}[level])


def _care_fields(kind: str, level: str) -> tuple[Field, ...]:
    return tuple(
        Field(
            f"{name}_{level}",
            _CARE_LABELS.get(name, name.replace("_", " ")),
            "double" if kind == "txcouv" else "int",
        )
        for name in _CARE[kind]
    )
