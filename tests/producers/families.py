"""The other datasets of data.caf.fr, some two hundred: benefits cut by type, age, quotient…

Their ids follow the families that the portal names; which of them exist is invented, as their
values are, but for those that docs of the portal confirm.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import pandas as pd

from .cafdata import QUOTIENTS, Cafdata
from .columns import COM, DEP, EPCI, MONTH, PUBLISHER
from .country import YEARS
from .shelf import Dataset, Field

_LEVELS = {
    "nat": "National", "dep": "Département", "epci": "EPCI", "com": "Communal", "iris": "IRIS",
    "qpv": "QPV",
}  # fmt: skip
_AGES = (
    "Moins de 25 ans",
    "25 à 29 ans",
    "30 à 39 ans",
    "40 à 49 ans",
    "50 à 59 ans",
    "60 ans et plus",
)
_FAMILIES_OF = ("Isolé sans enfant", "Monoparent", "Couple sans enfant", "Couple avec enfant")
_CHILDREN = ("0 enfant", "1 enfant", "2 enfants", "3 enfants", "4 enfants ou plus")
# Each cut: suffix of the id, its column, the words of the title, its values.
_CUTS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "s_age_5": ("age_5", "l'âge quinquennal", _AGES),
    "s_sitfam": ("sitfam", "la situation familiale", _FAMILIES_OF),
    "s_nbenf": ("nbenf", "le nombre d'enfants", _CHILDREN),
    "s_qf_400": ("qf_400", "le quotient familial", QUOTIENTS),
}
# Each benefit: its words, and the cut of its own.
_OWN: dict[str, tuple[str, str, str, tuple[str, ...]]] = {
    "rsa": ("RSA", "s_type", "le type de RSA", ("RSA majoré", "RSA non majoré")),
    "ppa": ("Prime d'activité", "s_type", "le type de prime", ("PA majorée", "PA non majorée")),
    "ndural": ("Aides au logement", "s_type_parc", "le type de parc", ("Privé", "Public")),
    "af": ("Allocations familiales", "s_type", "le type", ("AF base", "AF majorées")),
    "ndurpaje": ("Paje", "s_type", "le type d'aide", ("Prime", "AB", "CMG", "PreParE")),
    "cmg": ("CMG", "s_type", "le mode de garde", ("Assistant maternel", "Domicile", "Structure")),
    "asf": ("ASF", "s_type", "le type", ("ASF recouvrable", "ASF non recouvrable")),
    "cf": ("Complément familial", "s_type", "le type", ("CF majoré", "CF non majoré")),
}  # fmt: skip
_SHORT = {"ndural": "al", "ndurpaje": "paje"}
_TAKEN = {"rsa_s_type_com_f", "ndur_s_qf_400_com_f"}  # those that cafdata makes


@dataclass(frozen=True)
class _Family:
    benefit: str
    cut: str
    column: str
    title: str
    kinds: tuple[str, ...]


def _families() -> list[_Family]:
    found = []
    for benefit, (name, cut, words, kinds) in _OWN.items():
        title = f"{name} - Répartition des allocataires selon"
        found.append(
            _Family(benefit, cut, f"{_SHORT.get(benefit, benefit)}_type", f"{title} {words}", kinds)
        )
        for suffix, (column, other, values) in _CUTS.items():
            if (benefit, suffix) not in (("cf", "s_qf_400"), ("asf", "s_qf_400")):
                found.append(_Family(benefit, suffix, column, f"{title} {other}", values))
    all_benefits = "Toutes prestations - Répartition des allocataires selon"
    found += [
        _Family("ndur", suffix, column, f"{all_benefits} {words}", values)
        for suffix, (column, words, values) in _CUTS.items()
    ]
    return found


def datasets(cafdata: Cafdata) -> list[Dataset]:
    """One a family and a level, but those that `cafdata` has."""
    found = []
    for family in _families():
        for level in _LEVELS:
            if level in ("iris", "qpv") and family.cut not in ("s_qf_400", "s_type", "s_type_parc"):
                continue
            one = _dataset(cafdata, family, level)
            if one.id not in _TAKEN:
                found.append(one)
    return found


def _dataset(cafdata: Cafdata, family: _Family, level: str) -> Dataset:
    """The dataset of a family at a level: rounded when its id ends with _f."""
    exact = level in ("nat", "dep")
    short = _SHORT.get(family.benefit, family.benefit)
    measures = (("foy", "Nombre foyers"), ("nbp", "Nombre personnes"))
    fields = (
        MONTH,
        *_heads(level),
        Field(family.column, family.column.replace("_", " ").capitalize(), "text", facet=True),
        *(
            Field(f"ind{measure}_{family.benefit}", f"{label} {family.benefit.upper()}", "int")
            for measure, label in measures
        ),
    )
    title = f"{family.title} [{_LEVELS[level]}]"

    def build(connection: duckdb.DuckDBPyConnection, table: str) -> None:
        _build(connection, table, _rows(cafdata, level, family.benefit), family, level)

    def count() -> int:
        return _places(cafdata, level) * len(family.kinds)

    return Dataset(
        f"{short}_{family.cut}_{level}" + ("" if exact else "_f"), title, fields, build, count,
        theme=family.title.split(" - ")[0], publisher=PUBLISHER,
        keywords=(short, "allocataires"), description=f"{title}. Jeu inventé, pour les tests.",
    )  # fmt: skip


def _heads(level: str) -> tuple[Field, ...]:
    heads: dict[str, tuple[Field, ...]] = {
        "nat": (), "dep": DEP, "epci": EPCI, "com": COM,
        "iris": (*COM, Field("numirisd", "Numéro IRIS", "text", facet=True)),
        "qpv": (*COM, Field("nomqpv", "Nom QPV", "text", facet=True)),
    }  # fmt: skip
    return heads[level]


def _places(cafdata: Cafdata, level: str) -> int:
    """How many rows a kind has at the level."""
    if level in ("nat", "dep"):
        return cafdata.months_count(level)
    if level == "epci":
        return cafdata.epci_count()
    if level == "com":
        return cafdata.lines_count()
    return len(_towns(cafdata)) * (3 if level == "iris" else 1)


def _towns(cafdata: Cafdata) -> pd.DataFrame:
    rows = cafdata.country.decembers[2024]
    return rows[rows["population"] > 10_000]


def _rows(cafdata: Cafdata, level: str, benefit: str) -> pd.DataFrame:
    """Year, month, code, name, part, foy, nbp: true counts before they are cut."""
    columns = [f"foy_{benefit}", f"nbp_{benefit}"]
    if level in ("nat", "dep"):
        rows = cafdata.monthly()
        if level == "nat":
            rows = rows.groupby(["year", "month"])[columns].sum().reset_index().assign(code="")
        rows = rows[["year", "month", "code", *columns]].assign(part="")
        rows["name"] = [
            cafdata.country.names.get(("departement", c), "").upper() for c in rows["code"]
        ]
    elif level in ("epci", "com"):
        lines = cafdata.epci_lines if level == "epci" else cafdata.lines
        parts = [lines(year)[["code", "name", *columns]].assign(year=year) for year in YEARS]
        rows = pd.concat(parts, ignore_index=True).assign(month=12, part="")
    else:
        towns = _towns(cafdata)[["code", "name", *columns]].assign(year=2024, month=12)
        names = ["0101", "0102", "0103"] if level == "iris" else ["QPV Centre"]
        rows = pd.concat([towns.assign(part=part) for part in names], ignore_index=True)
        for column in columns:
            rows[column] //= 4
    return rows.rename(columns={columns[0]: "foy", columns[1]: "nbp"})


def _build(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    rows: pd.DataFrame,
    family: _Family,
    level: str,
) -> None:
    kinds = ", ".join("'" + kind.replace("'", "''") + "'" for kind in family.kinds)
    many = len(family.kinds)
    # The first kinds have each an equal part, the last one the rest: they add up.
    cut = f"CASE i WHEN {many} THEN {{0}} - {{0}} // {many} * {many - 1} ELSE {{0}} // {many} END"
    shown = "{0}" if level in ("nat", "dep") else "(({0}) + 2) // 5 * 5"
    heads = {
        "nat": "", "dep": "code AS numdep, name AS nomdep,",
        "epci": "code AS numepci, name AS nomepci,",
        "com": "nullif(code, '') AS numcomdo, nullif(name, '') AS nomcom,",
        "iris": "code AS numcomdo, name AS nomcom, part AS numirisd,",
        "qpv": "code AS numcomdo, name AS nomcom, part AS nomqpv,",
    }  # fmt: skip
    values = ", ".join(
        f"{shown.format(cut.format(name))} AS ind{name}_{family.benefit}" for name in ("foy", "nbp")
    )
    connection.register("rows", rows)
    connection.execute(
        f"CREATE OR REPLACE TABLE {table} AS SELECT make_date(year, month, 1) AS dtreffre,"  # noqa: S608
        f" {heads[level]} list_value({kinds})[i] AS {family.column}, {values}"
        f" FROM rows, range(1, {many + 1}) AS numbers(i)"
    )
    connection.unregister("rows")
