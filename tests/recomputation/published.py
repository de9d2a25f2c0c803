"""What the CSV files of the sample publish: cells with the bounds that their rounding allows.

Nothing here comes from the package: the rules are those of the sample's PROVENANCE and of the
method notes. Numbers are exact fractions, so that a tie is a tie.
"""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from pathlib import Path

Place = tuple[str, str]  # level, code
CAF = {
    "caf.ndur.foyers": "indfoy_ndur",
    "caf.ndur.personnes": "indnbp_ndur",
    "caf.rsa.foyers": "indfoy_rsa",
    "caf.ppa.foyers": "indfoy_ppa",
    "caf.al.foyers": "indfoy_ndural",
    "caf.af.foyers": "indfoy_af",
    "caf.paje.foyers": "indfoy_ndurpaje",
}
NATIONAL = {name: CAF[name] for name in ("caf.rsa.foyers", "caf.ppa.foyers", "caf.al.foyers")}
COVERAGE = {
    "caf.couverture.total": "txcouv",
    "caf.couverture.eaje": "txcouv_eaje",
    "caf.couverture.am": "txcouv_am_ind",
    "caf.couverture.prescolarisation": "txcouv_prescol",
    "caf.couverture.garde_domicile": "txcouv_gad_ind",
}
HOUSING = {
    "insee.logement.logements": "DWELLINGS",
    "insee.logement.residences_principales": "DW_MAIN",
    "insee.logement.vacants": "DW_VAC",
    "insee.logement.locataires_social": "DW_MAIN_TSH_221",
}
FACILITIES = {
    "insee.bpe.eaje": "établissement d’accueil du jeune enfant",
    "insee.bpe.micro_creche": "micro-creche",
}
COMPARATOR = {
    "insee.comparateur.naissances": [("2022", "naissances_2022")],
    "insee.comparateur.population": [("2015", "population_2015"), ("2021", "population_2021")],
}
INCOMES = {
    "insee.filosofi.mediane": "niveau_de_vie_median_eur",
    "insee.filosofi.pauvrete": "taux_pauvrete_60_pct",
}
# Communes of today that were several: (code, communes, last December of the several).
MERGED = {"51457": (3, "2021-12"), "51485": (2, "2023-12")}
EXACT_NATIONAL = {f"{year}-12" for year in range(2020, 2025)}
# No sum is made of these: a rate or a median of a set is not a sum of its members'.
NOT_SUMMED = {*COVERAGE, *INCOMES}
CENSUS = {"insee.rp.population", "insee.rp.moins_5_ans", *HOUSING}


@dataclass(frozen=True)
class Cell:
    """A published number and its bounds; `value` None is an empty cell of the source."""

    value: Fraction | None
    lower: Fraction = Fraction(0)
    upper: Fraction = Fraction(0)
    status: str = "exact"
    cells: int = 1
    champ: str = ""
    provisional: bool = False


def exact(value: Fraction, status: str = "exact", champ: str = "", *, late: bool = False) -> Cell:
    """A number published as it was counted or estimated."""
    return Cell(value, value, value, status, 1, champ, late)


def rounded(value: Fraction, half: Fraction, cells: int = 1, champ: str = "") -> Cell:
    """A number that `cells` roundings may each have moved by `half` at most."""
    reach = half * cells
    return Cell(value, max(Fraction(0), value - reach), value + reach, "rounded", cells, champ)


class Sample:
    """The CSV files of a folder: `cells[series][level, code][period]`, members, populations."""

    def __init__(self, folder: Path) -> None:
        """Read every file of the folder that the reports use."""
        self.folder = folder
        self.cells: dict[str, dict[Place, dict[str, Cell]]] = defaultdict(lambda: defaultdict(dict))
        for read in (
            self._caf, self._national, self._coverage, self._ages, self._births,
            self._comparator, self._housing, self._incomes, self._facilities,
        ):  # fmt: skip
            read()

    def rows(self, name: str) -> list[dict[str, str]]:
        """The rows of a file, every cell as text."""
        with (self.folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file, delimiter=";"))

    @cached_property
    def epci(self) -> tuple[str, ...]:
        """The 35 communes of the EPCI 200034718."""
        text = (self.folder / "communes-200034718.geojson").read_text(encoding="utf-8")
        return tuple(sorted(one["properties"]["code"] for one in json.loads(text)["features"]))

    @cached_property
    def marne(self) -> tuple[str, ...]:
        """The 610 communes of the Marne."""
        rows = self.rows("caf_s_ben_com_f_marne")
        return tuple(sorted({row["numcomdo"] for row in rows}))

    @cached_property
    def populations(self) -> dict[str, Fraction]:
        """Inhabitants of the 38 communes by the census of 2023."""
        found = self.cells["insee.rp.population"]
        return {
            code: periods["2023"].value or Fraction(0)
            for (level, code), periods in found.items()
            if level == "commune"
        }

    @cached_property
    def smallest(self) -> str:
        """The commune of the EPCI with the fewest inhabitants."""
        return min(self.epci, key=lambda code: self.populations[code])

    def _caf(self) -> None:
        for row in self.rows("caf_s_ben_com_f_marne"):
            code, period = row["numcomdo"], row["dtreffre"]
            several, until = MERGED.get(code, (1, ""))
            cells = several if period <= until else 1
            for series, column in CAF.items():
                cell = rounded(Fraction(row[column]), Fraction(2), cells)
                self.cells[series]["commune", code][period] = cell

    def _national(self) -> None:
        for row in self.rows("caf_s_ben_nat"):
            period = row["dtreffre"]
            for series, column in NATIONAL.items():
                value = Fraction(row[column])
                is_exact = column != "indfoy_ndural" and period in EXACT_NATIONAL
                cell = (
                    exact(value, champ="France")
                    if is_exact
                    else rounded(value, Fraction(50), champ="France")
                )
                self.cells[series]["france", "france"][period] = cell

    def _coverage(self) -> None:
        for row in self.rows("caf_txcouv_pe_2023"):
            champ = "France hors Mayotte" if row["niveau"] == "france" else ""
            for series, column in COVERAGE.items():
                cell = rounded(Fraction(row[column]), Fraction(1, 20), champ=champ)
                self.cells[series][row["niveau"], row["code"]]["2023-12"] = cell

    def _ages(self) -> None:
        everyone: dict[Place, Fraction] = defaultdict(Fraction)
        under_5: dict[Place, Fraction] = defaultdict(Fraction)
        for row in self.rows("insee_rp2023_ages"):
            code = row["code"]
            place = ("departement", "51") if code == "dep51" else ("commune", code)
            everyone[place] += Fraction(row["population"])
            if row["age_debut"] == "0":
                under_5[place] += Fraction(row["population"])
        for place, inhabitants in everyone.items():
            self.cells["insee.rp.population"][place]["2023"] = exact(inhabitants, "estimated")
            self.cells["insee.rp.moins_5_ans"][place]["2023"] = exact(under_5[place], "estimated")

    def _births(self) -> None:
        for row in self.rows("insee_etat_civil"):
            cell = exact(Fraction(row["naissances"]), late=row["annee"] == "2025")
            self.cells["insee.naissances"]["commune", row["code"]][row["annee"]] = cell

    def _comparator(self) -> None:
        for row in self.rows("insee_comparateur_rp2021"):
            abroad = row["niveau"] == "france_hors_mayotte"
            place = ("france", "france") if abroad else (row["niveau"], row["code"])
            champ = "France hors Mayotte" if abroad else ""
            for series, columns in COMPARATOR.items():
                status = "exact" if series.endswith("naissances") else "estimated"
                for period, column in columns:
                    cell = exact(Fraction(row[column]), status, champ)
                    self.cells[series][place][period] = cell

    def _housing(self) -> None:
        named = {variable: series for series, variable in HOUSING.items()}
        for row in self.rows("insee_rp_logement"):
            series = named.get(row["variable"])
            if series is None:
                continue
            place = _place(row["code"])
            champ = "France" if place[0] == "france" else ""
            cell = exact(Fraction(row["valeur"]), "estimated", champ)
            self.cells[series][place][row["annee"]] = cell

    def _incomes(self) -> None:
        for row in self.rows("insee_filosofi_2023"):
            code = "france" if row["code"] == "metropole" else row["code"]
            champ = "France métropolitaine" if code == "france" else ""
            for series, column in INCOMES.items():
                text = row[column]
                cell = exact(Fraction(text), champ=champ) if text else Cell(None)
                self.cells[series][_place(code)]["2023"] = cell

    def _facilities(self) -> None:
        named = {label: series for series, label in FACILITIES.items()}
        for row in self.rows("insee_bpe2025"):
            series = named.get(row["libelle"])
            if series is not None:
                cell = exact(Fraction(row["nombre"]))
                self.cells[series]["commune", row["code"]]["2025"] = cell


def _place(code: str) -> Place:
    """The level of a code of the census files: "france", a département, or a commune."""
    if code == "france":
        return ("france", "france")
    return ("departement", code) if len(code) == 2 else ("commune", code)
