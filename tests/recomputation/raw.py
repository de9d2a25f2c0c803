"""What the played producers send, read again from their bodies into the cells of `published`.

Nothing here comes from the package's reading: the CSV exports and the JSON of Melodi are asked
of the fakes directly, and the rules are those of the method notes.
"""

from __future__ import annotations

import csv
import io
import json
import urllib.request
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

from producers.everyone import Producers

from recomputation.published import Cell, Place, exact, rounded

HALF, TENTH = Fraction(2), Fraction(1, 20)
EUROS = Fraction(50)
NOT_SUMMED = ("caf.couverture.", "insee.filosofi.", "drees.apl.")
# Series, dataset of each level, column of the counts.
BENEFITS = {
    "caf.ndur.foyers": "indfoy_ndur",
    "caf.ndur.personnes": "indnbp_ndur",
    "caf.rsa.foyers": "indfoy_rsa",
    "caf.ppa.foyers": "indfoy_ppa",
    "caf.al.foyers": "indfoy_ndural",
    "caf.af.foyers": "indfoy_af",
    "caf.paje.foyers": "indfoy_ndurpaje",
    "caf.ab.foyers": "indfoy_ab",
    "caf.cmg.foyers": "indfoy_cmg",
    "caf.cmg.montant": "indmtt_cmg",
}
SPLITS = {
    "caf.qf.moins_400": ("ndur_s_qf_400_com_f", "indfoy_ndur", "qf_400", "Moins de 400 euros"),
    "caf.rsa.majore.foyers": ("rsa_s_type_com_f", "indfoy_rsa", "rsa_type", "RSA majoré"),
}
COVERAGE = {
    "caf.couverture.total": "txcouv",
    "caf.couverture.eaje": "txcouv_eaje",
    "caf.couverture.am": "txcouv_am_ind",
    "caf.couverture.prescolarisation": "txcouv_prescol",
    "caf.couverture.garde_domicile": "txcouv_gad_ind",
}
CARE_LEVELS = {
    "com": ("commune", "numcom"),
    "epci": ("epci", "numepci"),
    "dep": ("departement", "numdep"),
    "reg": ("region", "numregi"),
    "nat": ("france", ""),
}
_HOUSING = dict.fromkeys(("TDW", "L_STAY", "CARS", "BUILD_END", "NRG_SRC", "CARPARK", "NOR"), "_T")
MELODI: dict[str, tuple[str, dict[str, str]]] = {
    "insee.rp.population": ("DS_RP_POPULATION_PRINC", {"SEX": "_T", "AGE": "_T"}),
    "insee.logement.logements": ("DS_RP_LOGEMENT_PRINC", {"OCS": "_T", "TSH": "_T"} | _HOUSING),
    "insee.logement.residences_principales": (
        "DS_RP_LOGEMENT_PRINC", {"OCS": "DW_MAIN", "TSH": "_T"} | _HOUSING,
    ),
    "insee.logement.vacants": (
        "DS_RP_LOGEMENT_PRINC", {"OCS": "DW_VAC", "TSH": "_T"} | _HOUSING,
    ),
    "insee.logement.locataires_social": (
        "DS_RP_LOGEMENT_PRINC", {"OCS": "DW_MAIN", "TSH": "221"} | _HOUSING,
    ),
    "insee.filosofi.mediane": ("DS_FILOSOFI_CC", {"FILOSOFI_MEASURE": "MED_SL"}),
    "insee.filosofi.pauvrete": ("DS_FILOSOFI_CC", {"FILOSOFI_MEASURE": "PR_MD60"}),
    "insee.bpe.eaje": ("DS_BPE", {"FACILITY_TYPE": "D502"}),
    "insee.bpe.rpe": ("DS_BPE", {"FACILITY_TYPE": "D504"}),
}  # fmt: skip
_WORDS = {
    "COM": "commune", "EPCI": "epci", "DEP": "departement", "REG": "region", "FRANCE": "france",
}  # fmt: skip
_MELODI_LEVELS = {
    "DS_BPE": ("commune",),
    "DS_FILOSOFI_CC": ("commune", "epci", "departement", "region"),
}
# City, how the codes of its arrondissements begin, and how many there are.
CITIES = (("75056", "751", 20), ("13055", "132", 16), ("69123", "6938", 9))
Cells = dict[str, dict[Place, dict[str, Cell]]]


class Raw:
    """`cells[series][level, code][period]` from the bodies; `datasets[series, level]`.

    `refused` names what no number of the past stands for today, by series, code and period.
    """

    def __init__(self, producers: Producers, moves: Iterable[tuple[str, str, str]]) -> None:
        """Ask everything; `moves` are (date, before, after) of the communes."""
        self.producers = producers
        self.moves = list(moves)
        self.moved = {code for move in self.moves for code in move[1:]}
        self.cells: Cells = defaultdict(lambda: defaultdict(dict))
        self.datasets: dict[tuple[str, str], str] = {}
        self.refused: set[tuple[str, str, str]] = set()
        self.populations: dict[str, Fraction] = {}
        for read in (self._communes, self._above, self._splits, self._care, self._cubes):
            read()

    # -- the bodies

    @staticmethod
    def _ask(address: str) -> bytes:
        """A body, as it came."""
        with urllib.request.urlopen(address, timeout=60) as answer:  # noqa: S310 - loopback
            body: bytes = answer.read()
        return body

    def table(self, dataset: str) -> list[dict[str, str]]:
        """The rows of a CSV export of the Caf's portal."""
        base = f"{self.producers.caf.url}/api/explore/v2.1/catalog/datasets/{dataset}"
        text = self._ask(f"{base}/exports/csv?delimiter=%3B").decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text), delimiter=";"))

    def observations(self, dataset: str, **kept: str) -> Iterator[dict[str, Any]]:
        """The observations of Melodi, page after page."""
        for page in range(1, 50):
            query = urlencode({**kept, "maxResult": 50_000, "page": page})
            text = self._ask(f"{self.producers.melodi.url}/data/{dataset}?{query}")
            body = json.loads(text, parse_float=Fraction, parse_int=Fraction)
            yield from body["observations"]
            if "next" not in body["paging"]:
                return

    def card(self, dataset: str) -> dict[str, str]:
        """What the producer says of a dataset: licence, day of its data, where it answers."""
        if dataset.startswith("DS_"):
            body = json.loads(self._ask(f"{self.producers.melodi.url}/catalog/{dataset}"))
            base = f"{self.producers.melodi.url}/data/{dataset}"
            return {"licence": "", "edition": body["modified"][:10], "base": base}
        base = f"{self.producers.caf.url}/api/explore/v2.1/catalog/datasets"
        metas = json.loads(self._ask(f"{base}/{dataset}"))["metas"]["default"]
        return {
            "licence": metas["license"] or "",
            "edition": metas["data_processed"][:10],
            "base": f"{base}/{dataset}/exports/",
        }

    # -- Cafdata

    def _communes(self) -> None:
        rows = [row for row in self.table("s_ben_com_f") if _is_commune(row["numcomdo"])]
        best: dict[tuple[str, str], dict[str, str]] = {}
        for row in rows:
            key = (row["numcomdo"], row["dtreffre"])
            if key not in best or int(row["indfoy_ndur"]) > int(best[key]["indfoy_ndur"]):
                best[key] = row
        for series, column in BENEFITS.items():
            half = EUROS if series.endswith("montant") else HALF
            found = {key: rounded(Fraction(row[column]), half) for key, row in best.items()}
            self._settle(series, "s_ben_com_f", found)

    def _settle(self, series: str, dataset: str, found: Mapping[tuple[str, str], Cell]) -> None:
        """Put cells by commune and December down: cities summed, the past on today's communes."""
        self.datasets[series, "commune"] = dataset
        by_period: dict[str, dict[str, Cell]] = defaultdict(dict)
        for (code, period), cell in found.items():
            by_period[period][code] = cell
        for period, cells in by_period.items():
            for city, prefix, count in CITIES:
                arms = [cells.pop(c) for c in sorted(cells) if c.startswith(prefix)]
                if arms:
                    assert len(arms) == count
                    cells[city] = add(arms)
            for code, cell in self._today(series, period, cells):
                self.cells[series]["commune", code][period] = cell

    def _today(
        self, series: str, period: str, cells: Mapping[str, Cell], year: int = 0
    ) -> Iterator[tuple[str, Cell]]:
        """Cells of the communes of a COG (that of January after a December) as those of today."""
        year = year or int(period[:4]) + 1
        groups: list[tuple[set[str], set[str]]] = []
        for code in sorted(cells.keys() & self.moved):
            old, new = {code}, self.today(code, year)
            for group in [one for one in groups if one[1] & new]:
                groups.remove(group)
                old, new = old | group[0], new | group[1]
            groups.append((old, new))
        for code in cells.keys() - self.moved:
            yield code, cells[code]
        for old, new in groups:
            several = len(old) > 1 and series.startswith(NOT_SUMMED)
            if len(new) > 1 or several:
                self.refused |= {(series, code, period) for code in new}
            elif len(old) == 1:
                yield min(new), cells[min(old)]
            else:
                yield min(new), add([cells[code] for code in sorted(old)])

    def today(self, code: str, year: int) -> set[str]:
        """The communes of today on the ground of a commune of the COG of `year`."""
        if code not in self.moved:
            return {code}
        now, day = {code}, f"{year}-01-01"
        for date in sorted({date for date, old, _ in self.moves if date > day}):
            steps = [(old, new) for when, old, new in self.moves if when == date]
            now = {
                after
                for one in now
                for after in ({new for old, new in steps if old == one} or {one})
            }
        return now

    def _above(self) -> None:
        for row in self.table("s_ben_epci_f"):
            if row["numepci"].isdigit():
                for series, column in BENEFITS.items():
                    half = EUROS if series.endswith("montant") else HALF
                    cell = rounded(Fraction(row[column]), half)
                    self.cells[series]["epci", row["numepci"]][row["dtreffre"]] = cell
        exacts = {**BENEFITS, "caf.aeeh.enfants": "indben_aeeh"}
        for row in self.table("s_ben_dep"):
            for series, column in exacts.items():
                cell = exact(Fraction(row[column]))
                self.cells[series]["departement", row["numdep"]][row["dtreffre"]] = cell
        for row in self.table("s_ben_nat"):
            for series, column in exacts.items():
                cell = exact(Fraction(row[column]), champ="France")
                self.cells[series]["france", "france"][row["dtreffre"]] = cell
        for series in exacts:
            self.datasets[series, "departement"] = "s_ben_dep"
            self.datasets[series, "france"] = "s_ben_nat"
            if series in BENEFITS:
                self.datasets[series, "epci"] = "s_ben_epci_f"

    def _splits(self) -> None:
        for series, (dataset, column, name, kind) in SPLITS.items():
            found = {
                (row["numcomdo"], row["dtreffre"]): rounded(Fraction(row[column]), HALF)
                for row in self.table(dataset)
                if row[name] == kind and _is_commune(row["numcomdo"])
            }
            self._settle(series, dataset, found)

    def _care(self) -> None:
        for end, (level, name) in CARE_LEVELS.items():
            champ = "France hors Mayotte" if level == "france" else ""
            for row in self.table(f"txcouv_pe_{end}"):
                code = row[name] if name else "france"
                if code.isalnum() and "X" not in code:
                    for series, column in COVERAGE.items():
                        cell = rounded(Fraction(row[f"{column}_{end}"]), TENTH, champ=champ)
                        self.cells[series][level, code][f"{row['annee'][:4]}-12"] = cell
                        self.datasets[series, level] = f"txcouv_pe_{end}"
            for row in self.table(f"nbpla_pe_{end}"):
                code = row[name] if name else "france"
                if "X" not in code:
                    cell = exact(Fraction(row[f"tot_offre_{end}"]))
                    self.cells["caf.places.total"][level, code][f"{row['annee'][:4]}-12"] = cell
                    self.datasets["caf.places.total", level] = f"nbpla_pe_{end}"

    # -- Melodi

    def _cubes(self) -> None:
        for series, (dataset, kept) in MELODI.items():
            communes: dict[tuple[str, int], dict[str, Cell]] = defaultdict(dict)
            for one in self.observations(dataset, **kept):
                year, word, code = one["dimensions"]["GEO"].split("-")
                period = one["dimensions"]["TIME_PERIOD"]
                level = _WORDS.get(word, "")
                if not level or (level == "france" and code != "F"):
                    continue
                if level not in _MELODI_LEVELS.get(dataset, _WORDS.values()):
                    continue
                self.datasets[series, level] = dataset
                cell = self._observed(one, dataset, level)
                if level == "commune":
                    communes[period, int(year)][code] = cell
                else:
                    code = "france" if level == "france" else code
                    self.cells[series][level, code][period] = cell
            for (period, cog), cells in communes.items():
                for code, cell in self._today(series, period, cells, cog):
                    self.cells[series]["commune", code][period] = cell

    @staticmethod
    def _observed(one: Mapping[str, Any], dataset: str, level: str) -> Cell:
        told = one.get("attributes", {})
        measure = one["measures"].get("OBS_VALUE_NIVEAU")
        if told.get("CONF_STATUS") == "C":
            return Cell(None, status="secret")
        if told.get("OBS_STATUS") == "K":
            return Cell(None, status="not_published")
        assert measure is not None
        status = "estimated" if dataset.startswith("DS_RP") else "exact"
        champ = "France" if level == "france" else ""
        late = told.get("OBS_STATUS") == "P"
        return exact(Fraction(measure["value"]), status, champ, late=late)


def add(cells: list[Cell]) -> Cell:
    """The sum of published cells of counts."""
    known = [cell for cell in cells if cell.value is not None]
    assert len(known) == len(cells)
    return Cell(
        sum((cell.value or Fraction(0) for cell in known), Fraction(0)),
        sum((cell.lower for cell in known), Fraction(0)),
        sum((cell.upper for cell in known), Fraction(0)),
        cells[0].status,
        sum(cell.cells for cell in known),
    )


def _is_commune(code: str) -> bool:
    """Whether a code is one of a commune or an arrondissement: not empty, XXX or 04XXX."""
    return len(code) == 5 and "X" not in code
