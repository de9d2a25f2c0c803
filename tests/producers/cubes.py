"""The datasets of INSEE's Melodi, invented: long tables over a country, worked out by cell."""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from .country import Country, Draws

Combination = tuple[str, ...]
Values = npt.NDArray[np.float64]  # NaN: no observation at all
LEVELS = ("COM", "ARM", "EPCI", "DEP", "REG", "FRANCE")
_COLUMNS = {"EPCI": "epci", "DEP": "departement", "REG": "region"}
_OVERSEAS = ("971", "972", "973", "974", "976")


def split(**shares: float) -> dict[str, float]:
    """The codes of a dimension and their shares of the whole; names may begin with a figure."""
    return {name.lstrip("n"): share for name, share in shares.items()}


@dataclass(frozen=True)
class Cube:
    """One dataset: its dimensions beside GEO and TIME_PERIOD, each code with its share.

    `rate` is the whole for one inhabitant. `published` says which combinations are published at
    a level and a period, `value` replaces shares for what cannot be added. `secret` hides small
    places. `told` is whether observations have attributes.
    """

    id: str
    title: str
    dimensions: Mapping[str, Mapping[str, float]]
    periods: tuple[str, ...]
    rate: float = 1.0
    measure: str = "OBS_VALUE_NIVEAU"
    levels: tuple[str, ...] = LEVELS
    vintage: int = 2025
    told: bool = True
    whole: bool = False  # round numbers, nothing where there is none
    secret: int = 0  # inhabitants under which a value is secret
    published: Callable[[str, str, dict[str, str]], bool] = lambda *_: True
    ratio: Callable[[str, Values], Values] | None = None
    edition: list[int] = field(default_factory=lambda: [0])

    def combinations(self, kept: Mapping[str, set[str]]) -> Iterator[Combination]:
        """The combinations of codes that the filters keep."""
        lists = [
            [code for code in codes if code in kept.get(name, codes)]
            for name, codes in self.dimensions.items()
        ]
        return itertools.product(*lists)

    def share(self, combination: Combination) -> float:
        """What part of the whole the combination is, everywhere."""
        shares = [
            codes[code] for codes, code in zip(self.dimensions.values(), combination, strict=True)
        ]
        return float(np.prod(shares))


class Tables:
    """The values of cubes over a country, kept once worked out."""

    def __init__(self, country: Country) -> None:
        """Nothing is worked out before it is asked."""
        self.country = country
        self._codes: dict[tuple[str, int], pd.Series] = {}
        self._values: dict[tuple[object, ...], Values] = {}

    def places(self, level: str, vintage: int) -> list[str]:
        """The codes of a level in the COG of that year, in order."""
        return list(self._places(level, vintage))

    def _places(self, level: str, vintage: int) -> pd.Series:
        key = (level, vintage)
        if key not in self._codes:
            whole, parts = self.country.vintage(vintage), self.country.places(vintage)
            if level == "COM":
                found = whole["code"]
            elif level == "ARM":
                found = parts.loc[~parts["code"].isin(whole["code"]), "code"]
            elif level == "FRANCE":
                found = pd.Series(["F", "FM"])
            else:
                found = pd.Series(sorted(whole[_COLUMNS[level]].dropna().unique()))
            self._codes[key] = found.reset_index(drop=True)
        return self._codes[key]

    def values(self, cube: Cube, level: str, period: str, combination: Combination) -> Values:
        """A value a place of the level, in the order of `places`."""
        key = (cube.id, cube.edition[0], level, period, combination)
        if key not in self._values:
            self._values[key] = self._worked(cube, level, period, combination)
        return self._values[key]

    def _worked(self, cube: Cube, level: str, period: str, combination: Combination) -> Values:
        if cube.ratio:
            codes = self._places(level, cube.vintage)
            draws = Draws(self.country.seed + cube.edition[0], codes)
            return cube.ratio(combination[0], draws.of(cube.id, combination, period))
        rows = self.country.vintage(cube.vintage)
        if level == "ARM":
            parts = self.country.places(cube.vintage)
            rows = parts[~parts["code"].isin(rows["code"])]
        each = self._additive(cube, rows, period, combination)
        if level in ("COM", "ARM"):
            return each
        if level == "FRANCE":
            mainland = ~rows["departement"].isin(_OVERSEAS).to_numpy()
            return np.array([np.nansum(each), np.nansum(each[mainland])])
        sums = pd.Series(each, index=rows[_COLUMNS[level]].to_numpy()).groupby(level=0).sum()
        return sums.loc[self._places(level, cube.vintage)].to_numpy()

    def _additive(
        self, cube: Cube, rows: pd.DataFrame, period: str, combination: Combination
    ) -> Values:
        """By commune: shares that differ a little from place to place and still add up."""
        draws = Draws(self.country.seed, rows["code"])
        level = rows["population"].to_numpy() * cube.rate * (1 + 0.004 * (int(period[:4]) - 2023))
        if cube.edition[0]:
            level = level * np.where(draws.of("revised", cube.edition[0]) < 0.02, 1.05, 1.0)
        for (name, codes), code in zip(cube.dimensions.items(), combination, strict=True):
            level = level * _tilted(codes, code, draws.of(cube.id, name))
        if cube.whole:
            level = np.floor(level + draws.of(cube.id, combination, period))
        return level


def _tilted(codes: Mapping[str, float], code: str, chance: Values) -> Values:
    """The share of a code in each place: the first two parts of the whole trade some of theirs."""
    share = codes[code]
    parts = [one for one in codes if one != "_T" and codes[one] < 1][:2]
    if code not in parts or len(parts) < 2:
        return np.full(len(chance), share)
    most = 0.4 * min(codes[one] for one in parts)
    return share + most * (chance - 0.5) * (1 if code == parts[0] else -1)


_AGES = split(
    _T=1, Y_LT15=0.17, Y15T24=0.12, Y25T39=0.18, Y40T54=0.19, Y55T64=0.13, Y65T79=0.14,
    Y_GE80=0.07, Y_GE65=0.21, Y_LT20=0.23, Y20T64=0.56,
)  # fmt: skip
_ALL = {"_T": 1.0}
_TYPES = {
    "A": {"A1": ("A129",)},
    "C": {"C1": ("C107", "C108", "C109")},
    "D": {
        "D2": ("D201", "D265", "D279", "D281"),
        "D3": ("D307",),
        "D4": ("D401", "D403"),
        "D5": ("D502", "D504"),
    },
}
_FILOSOFI = {
    "MED_SL": (17500, 9000), "PR_MD60": (5, 25), "D1_SL": (10500, 3000), "D9_SL": (32000, 15000),
    "IR_D9_D1_SL": (2.4, 3), "S_EI_DI": (60, 25), "S_SOC_BEN_DI": (2, 10),
    "S_RET_PEN_DI": (20, 20), "S_HH_TAX": (40, 30), "NUM_HH": (1000, 9000),
    "NUM_PER": (2500, 20000), "NUM_CU": (1600, 14000),
}  # fmt: skip


def _filosofi(measure: str, chance: Values) -> Values:
    """Euros a year and numbers are whole, percentages and ratios have one decimal."""
    least, width = _FILOSOFI[measure]
    whole = measure.endswith("_SL") and measure != "IR_D9_D1_SL"
    return np.round(least + width * chance, 0 if whole or measure.startswith("NUM") else 1)


def _filosofi_published(level: str, period: str, codes: dict[str, str]) -> bool:
    unit = {"PR_MD60": "PT", "IR_D9_D1_SL": "RATIO", "NUM_HH": "HH", "NUM_PER": "PS"}
    measure = codes["FILOSOFI_MEASURE"]
    euros = "CU" if measure == "NUM_CU" else "PT" if measure[:2] == "S_" else "EUR_YR"
    if codes["UNIT_MEASURE"] != unit.get(measure, euros):
        return False
    few = period == "2023" and level in ("COM", "ARM", "EPCI")
    return not few or measure in ("MED_SL", "PR_MD60")


def _facility_published(level: str, period: str, codes: dict[str, str]) -> bool:
    """A type within its own subdomain; the totals of subdomains and domains; the great total."""
    del level, period
    domain, within, kind = (codes[f"FACILITY_{name}"] for name in ("DOM", "SDOM", "TYPE"))
    if domain == "_T":
        return within == kind == "_T"
    if within == "_T":
        return kind == "_T"
    return within in _TYPES[domain] and (kind == "_T" or kind in _TYPES[domain][within])


def _facilities() -> dict[str, dict[str, float]]:
    kinds = [kind for within in _TYPES.values() for one in within.values() for kind in one]
    names = [name for within in _TYPES.values() for name in within]
    return {
        "FACILITY_DOM": {"_T": 1.0, **dict.fromkeys(_TYPES, 1.0)},
        "FACILITY_SDOM": {"_T": 1.0, **dict.fromkeys(names, 1.0)},
        "FACILITY_TYPE": {"_T": 5.0, **dict.fromkeys(kinds, 1.0)},
    }


def cubes() -> list[Cube]:
    """Every dataset."""
    census = ("2012", "2017", "2023")
    housing = {name: dict(_ALL) for name in ("TDW", "L_STAY", "CARS", "BUILD_END", "NRG_SRC")}
    housing["TDW"] |= {"1": 0.55, "2": 0.45}
    return [
        Cube(
            "DS_POPULATIONS_REFERENCE", "Populations de référence",
            {"FREQ": {"A": 1.0}, "POPREF_MEASURE": {"PMUN": 1.0, "PCAP": 0.02, "PTOT": 1.02}},
            ("2023",), told=False,
        ),
        Cube(
            "DS_RP_POPULATION_PRINC", "Recensement - Population",
            {"RP_MEASURE": {"POP": 1.0}, "SEX": split(_T=1, M=0.48, F=0.52), "AGE": _AGES},
            census,
        ),
        Cube(
            "DS_RP_LOGEMENT_PRINC", "Recensement - Logements",
            {
                "RP_MEASURE": {"DWELLINGS": 1.0},
                "OCS": split(_T=1, DW_MAIN=0.82, DW_SEC_DW_OCC=0.1, DW_VAC=0.08),
                "TSH": split(_T=1, n100=0.57, n211=0.2, n212_222=0.06, n221=0.15, n300=0.02),
                **housing, "CARPARK": dict(_ALL), "NOR": dict(_ALL),
            },
            census, rate=0.55,
        ),
        Cube(
            "DS_RP_FAMILLE_COMP", "Recensement - Familles",
            {
                "RP_MEASURE": {"FAM": 1.0},
                "TFN": {"_T": 1.0, "11": 0.03, "12": 0.13, "21": 0.42, "22": 0.42},
                "NCH": {"_T": 1.0, "0": 0.4, "1": 0.25, "2": 0.25, "3": 0.07, "GE4": 0.03},
            },
            census, rate=0.28,
        ),
        Cube(
            "DS_RP_MENAGES_PRINC", "Recensement - Ménages",
            {
                "RP_MEASURE": {"DWELLINGS": 1.0, "ONEPERS": 0.37},
                "NOC": {"_T": 1.0, "P1": 0.37}, "OCS": {"DW_MAIN": 1.0},
            },
            census, rate=0.45,
        ),
        Cube(
            "DS_RP_EMPLOI_LR_PRINC", "Recensement - Emploi",
            {
                "RP_MEASURE": {"POP": 1.0},
                "EMPSTA_ENQ": split(_T=1, n1=0.65, n2=0.09, n31=0.1, n33=0.1, n35=0.03, n36=0.03),
                "AGE": {"Y15T64": 0.62, "Y_GE15": 0.83}, "EDUC": dict(_ALL),
                "SEX": split(_T=1, M=0.49, F=0.51),
            },
            census,
        ),
        Cube(
            "DS_FILOSOFI_CC", "Filosofi - Principaux résultats",
            {
                "FILOSOFI_MEASURE": dict.fromkeys(_FILOSOFI, 1.0),
                "UNIT_MEASURE": dict.fromkeys(("EUR_YR", "PT", "RATIO", "HH", "PS", "CU"), 1.0),
            },
            ("2021", "2023"), vintage=2024, secret=120, published=_filosofi_published,
            ratio=_filosofi,
        ),
        Cube(
            "DS_BPE", "Base permanente des équipements", _facilities(), ("2023", "2024"),
            rate=0.0006, whole=True, published=_facility_published,
        ),
        Cube(
            "DS_ETAT_CIVIL_DECES_COMMUNES", "État civil - Décès", {"EC_MEASURE": {"DTH": 1.0}},
            ("2022", "2023", "2024"), rate=0.009, whole=True,
        ),
        Cube(
            "DS_IPC_PRINC", "Indices des prix à la consommation", {"PRICES_MEASURE": {"CPI": 1.0}},
            ("2024-12", "2025-01"), measure="OBS_VALUE_INDICE_DE_PRIX", levels=("FRANCE",),
            ratio=lambda _, chance: np.round(110 + 10 * chance, 2),
        ),
    ]  # fmt: skip


def told(cube: Cube, level: str, code: str, population: int) -> tuple[str, str]:
    """OBS_STATUS and CONF_STATUS of a place in a dataset.

    One commune in a hundred includes another (W); one in five hundred is included (K).
    """
    if cube.secret and level in ("COM", "ARM") and population < cube.secret:
        return "A", "C"
    if level == "COM" and cube.told:
        rank = zlib.crc32(f"{cube.id}{code}".encode()) % 500
        if rank < 5:
            return "W", "F"
        if rank == 5 and code not in ("51649", "51108", "2A004", "75056", "97411"):
            return "K", "F"
    return ("P" if cube.id == "DS_BPE" else "A"), "F"
