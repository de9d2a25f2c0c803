"""The sample's files made into observations with their bounds, one function a file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from diagnostic.model import Level, RoundingRule, Status
from embedded.sample import Row, Table, number

# Merged communes: how many rounded cells the copied value sums, and the last December it does.
MERGED = {"51457": (3, "2021-12"), "51485": (2, "2023-12")}
CAF_GEOGRAPHY = 2025
CAF_DECEMBERS = ("2020-12", "2021-12", "2022-12", "2023-12", "2024-12")
ROTATING_CENSUS = "2006"
DEPARTEMENT_LENGTH = 2
NULL: Status = "not_published"  # an empty cell is a null of the source


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands: level, code, and what « France » covers."""

    level: Level
    code: str
    champ: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """An observation before it has an origin; a missing value keeps the status that says why."""

    series: str
    place: Place
    period: str
    value: Decimal | None
    lower: Decimal | None
    upper: Decimal | None
    status: Status
    cells: int = 1
    provisional: bool = False
    cog_year: int = 0


# One producer's « France » may have several fields. The code "france" bears the field that the
# catalogue states for the series; the others stand under codes of their own.
METROPOLE = Place("france", "metropole", "France métropolitaine")
FRANCES = {
    "france": Place("france", "france", "France"),
    "metropole": METROPOLE,
    "france_metropolitaine": METROPOLE,
    "france_hors_mayotte": Place("france", "france", "France hors Mayotte"),
    "france_avec_mayotte": Place("france", "france_avec_mayotte", "France"),
}


def place(row: Row) -> Place:
    """The place of a row, by its column `niveau` when it has one, else by its code."""
    level, code = row.get("niveau", ""), row["code"].removeprefix("dep")
    if level in FRANCES or code in FRANCES:
        return FRANCES.get(level) or FRANCES[code]
    if level == "region":
        return Place("region", code)
    if level == "epci":
        return Place("epci", code)
    return Place("departement" if len(code) == DEPARTEMENT_LENGTH else "commune", code)


def exact(series: str, at: Place, period: str, value: Decimal | None) -> Cell:
    """A value published to the unit; an empty cell is not published."""
    return _published(series, at, period, value, "exact")


def estimated(series: str, at: Place, period: str, value: Decimal | None) -> Cell:
    """A weighted estimate whose precision is not published: bounds tell nothing more."""
    return _published(series, at, period, value, "estimated")


def _published(series: str, at: Place, period: str, value: Decimal | None, as_: Status) -> Cell:
    return Cell(series, at, period, value, value, value, as_ if value is not None else NULL)


def rounded(
    series: str,
    at: Place,
    period: str,
    value: Decimal,
    step: str,
    *,
    rule: RoundingRule = "nearest",
    cells: int = 1,
) -> Cell:
    """A value rounded to `step`, with what the rounding of `cells` summed values may hide.

    Whole numbers rounded to 5 hide 2 on each side (nearest) or 4 (random: up or down to the
    next multiple); an even step or a decimal one hides half of itself, tie included. Nothing
    published here can be below 0.
    """
    size = Decimal(step)
    half = size // 2 if size == size.to_integral_value() else size / 2
    reach = (size - 1 if rule == "random" else half) * cells
    lower = max(Decimal(0), value - reach)
    return Cell(series, at, period, value, lower, value + reach, "rounded", cells)


def absent(series: str, at: Place, period: str, status: Status) -> Cell:
    """No value, and the status that says why."""
    return Cell(series, at, period, None, None, None, status)


def caf_communes(table: Table) -> Iterator[Cell]:
    """Cafdata: rounded to 5; the nine commune-years that the copy lacks are unknown."""
    columns = {
        "indfoy_ndur": "caf.ndur.foyers",
        "indnbp_ndur": "caf.ndur.personnes",
        "indfoy_rsa": "caf.rsa.foyers",
        "indfoy_ppa": "caf.ppa.foyers",
        "indfoy_ndural": "caf.al.foyers",
        "indfoy_af": "caf.af.foyers",
        "indfoy_ndurpaje": "caf.paje.foyers",
    }
    for row in table.rows:
        code, period = row["numcomdo"], row["dtreffre"]
        merged, last = MERGED.get(code, (1, ""))
        cells = merged if period <= last else 1
        at = Place("commune", code)
        for column, series in columns.items():
            cell = rounded(series, at, period, Decimal(row[column]), "5", cells=cells)
            yield replace(cell, cog_year=CAF_GEOGRAPHY)
    for code, period in absent_commune_years(table):
        for series in columns.values():
            cell = absent(series, Place("commune", code), period, "unknown")
            yield replace(cell, cog_year=CAF_GEOGRAPHY)


def absent_commune_years(table: Table) -> list[tuple[str, str]]:
    """The commune and December pairs that have no row."""
    present = {(row["numcomdo"], row["dtreffre"]) for row in table.rows}
    codes = sorted({code for code, _ in present})
    return [(c, p) for c in codes for p in CAF_DECEMBERS if (c, p) not in present]


def caf_national(table: Table) -> Iterator[Cell]:
    """Cafdata, France: RSA and prime d'activité exact from 2020 to 2024, the rest to 100."""
    columns = {
        "indfoy_rsa": "caf.rsa.foyers",
        "indfoy_ppa": "caf.ppa.foyers",
        "indfoy_ndural": "caf.al.foyers",
    }
    for row in table.rows:
        period = row["dtreffre"]
        for column, series in columns.items():
            value = Decimal(row[column])
            if column != "indfoy_ndural" and "2020-12" <= period <= "2024-12":
                yield exact(series, FRANCES["france"], period, value)
            else:
                yield rounded(series, FRANCES["france"], period, value, "100")


def caf_coverage(table: Table) -> Iterator[Cell]:
    """Coverage rates of December 2023, published to one decimal; France excludes Mayotte."""
    columns = {
        "txcouv": "caf.couverture.total",
        "txcouv_eaje": "caf.couverture.eaje",
        "txcouv_am_ind": "caf.couverture.am",
        "txcouv_prescol": "caf.couverture.prescolarisation",
        "txcouv_gad_ind": "caf.couverture.garde_domicile",
    }
    for row in table.rows:
        at = place(row)
        at = FRANCES["france_hors_mayotte"] if at.level == "france" else at
        for column, series in columns.items():
            yield rounded(series, at, "2023-12", Decimal(row[column]), "0.1")


def dares(table: Table) -> Iterator[Cell]:
    """Jobseekers: multiples of 5 under a rule nobody documents, taken as random."""
    for row in table.rows:
        value = Decimal(row["demandeurs_emploi_abc"])
        at, period = place(row), row["trimestre"]
        yield rounded("dares.defm.abc", at, period, value, "5", rule="random")


def drees_apl(table: Table) -> Iterator[Cell]:
    """APL to general practitioners; the second column is empty for aggregates."""
    for row in table.rows:
        at, year = place(row), row["annee"]
        yield exact("drees.apl.generalistes", at, year, number(row["apl"]))
        younger = number(row["apl_medecins_65_ans_ou_moins"])
        yield exact("drees.apl.generalistes_65_ans_ou_moins", at, year, younger)


def drees_social_aid(table: Table) -> Iterator[Cell]:
    """Beneficiaries of the départements' social aid; France excludes Mayotte."""
    names = ("apa", "apa_domicile", "apa_etablissement", "ash", "pch", "actp", "pch_moins_20_ans")
    for row in table.rows:
        for name in names:
            value = number(row[name])
            yield exact(f"drees.aide_sociale.{name}", place(row), row["annee"], value)


def drees_minima(table: Table) -> Iterator[Cell]:
    """Minima sociaux, whose step differs by column, level and year."""
    columns = {
        "aah": "aah",
        "rsa_allocataires": "rsa",
        "ass": "ass",
        "minimum_vieillesse": "minimum_vieillesse",
    }
    for row in table.rows:
        at, year = place(row), row["annee"]
        for column, name in columns.items():
            series, value = f"drees.minima.{name}", Decimal(row[column])
            step = minima_step(column, at.level, year)
            if step:
                yield rounded(series, at, year, value, step)
            else:
                yield exact(series, at, year, value)


def minima_step(column: str, level: Level, year: str) -> str:
    """The step to which a column of the minima sociaux is rounded, "" when to the unit."""
    if level == "france":
        return "10" if column == "minimum_vieillesse" else "100"
    if column == "ass" or (column == "minimum_vieillesse" and year <= "2017"):
        return "10"
    return ""


def drees_population(table: Table) -> Iterator[Cell]:
    """Reference populations at 31 December; "with Mayotte" of 2012 does not count it."""
    columns = {
        "population": "total",
        "population_60_ans_ou_plus": "60_ans_ou_plus",
        "population_20_64_ans": "20_64_ans",
        "population_moins_20_ans": "moins_20_ans",
    }
    without = {r["annee"]: r["population"] for r in table.where(niveau="france_hors_mayotte")}
    for row in table.rows:
        at, year = place(row), row["annee"]
        if row["niveau"] == "france_avec_mayotte" and row["population"] == without[year]:
            at = replace(at, champ="France hors Mayotte")
        for column, name in columns.items():
            yield estimated(f"drees.population.{name}", at, year, Decimal(row[column]))


def insee_bpe(table: Table) -> Iterator[Cell]:
    """Counts of équipements above 0; what is not listed is not written."""
    names = {
        "établissement d’accueil du jeune enfant": "eaje",
        "micro-creche": "micro_creche",
        "école maternelle": "ecole_maternelle",
        "école primaire": "ecole_primaire",
        "école élémentaire": "ecole_elementaire",
        "médecin généraliste": "medecin_generaliste",
        "infirmier": "infirmier",
        "masseur kinésithérapeute": "kinesitherapeute",
        "pharmacie": "pharmacie",
        "personnes âgées : hébergement": "personnes_agees_hebergement",
        "personnes âgées : services d’aide": "personnes_agees_aide",
    }
    for row in table.rows:
        series = f"insee.bpe.{names[row['libelle']]}"
        yield exact(series, place(row), "2025", Decimal(row["nombre"]))


def unlisted(cells: Sequence[Cell], communes: Iterable[str]) -> Iterator[Cell]:
    """The communes that a sparse file covers without listing them: unknown, and never a zero.

    Without these rows a sum could not tell a commune without équipement from one not covered.
    """
    listed = {(cell.series, cell.place.code) for cell in cells}
    for series, period in sorted({(cell.series, cell.period) for cell in cells}):
        for code in sorted(communes):
            if (series, code) not in listed:
                yield absent(series, Place("commune", code), period, "unknown")


def insee_comparator(table: Table) -> Iterator[Cell]:
    """Comparateur de territoires: census estimates, and births and deaths of 2022."""
    for row in table.rows:
        at = place(row)
        for column, cell in row.items():
            name, _, year = column.rpartition("_")
            if not name:
                continue
            series = f"insee.comparateur.{name}"
            make = exact if name in {"naissances", "deces"} else estimated
            yield make(series, at, year, Decimal(cell))


def insee_estimates(table: Table) -> Iterator[Cell]:
    """Estimations de population at 1 January; 2022 is provisional, 2012 without Mayotte."""
    totals: dict[tuple[Place, str], Decimal] = defaultdict(Decimal)
    for row in table.rows:
        at, year, value = place(row), row["annee"], Decimal(row["population"])
        if at.code == "france" and year == "2012":
            at = replace(at, champ="France hors Mayotte")
        totals[at, year] += value
        cell = estimated(f"insee.estimations.ages.{band(row)}", at, year, value)
        yield replace(cell, provisional=year == "2022")
    for (at, year), value in totals.items():
        cell = estimated("insee.estimations.population", at, year, value)
        yield replace(cell, provisional=year == "2022")


def band(row: Row) -> str:
    """The five-year band of a row: "00_04", the last "95_plus"."""
    end = row["age_fin"]
    return f"{int(row['age_debut']):02d}_" + (f"{int(end):02d}" if end else "plus")


def insee_births(table: Table) -> Iterator[Cell]:
    """Births and deaths at residence; 2025 may be provisional."""
    for row in table.rows:
        for column in ("naissances", "deces"):
            cell = exact(f"insee.{column}", place(row), row["annee"], Decimal(row[column]))
            yield replace(cell, provisional=row["annee"] == "2025")


def insee_filosofi(table: Table) -> Iterator[Cell]:
    """Median living standard and poverty rate; the « metropole » row is this series' France."""
    columns = {
        "niveau_de_vie_median_eur": "insee.filosofi.mediane",
        "taux_pauvrete_60_pct": "insee.filosofi.pauvrete",
    }
    for row in table.rows:
        at = place(row)
        at = replace(at, code="france") if at == METROPOLE else at
        for column, series in columns.items():
            yield exact(series, at, "2023", number(row[column]))


def insee_history(table: Table) -> Iterator[Cell]:
    """Populations since 1876: counted until 1999, estimated by the rotating census since."""
    for row in table.rows:
        make = estimated if row["annee"] >= ROTATING_CENSUS else exact
        value = Decimal(row["population_municipale"])
        yield make("insee.population_historique", place(row), row["annee"], value)


def insee_ages(table: Table) -> Iterator[Cell]:
    """Census population by sex and band, with its total and its under-5s."""
    total: dict[Place, Decimal] = defaultdict(Decimal)
    young: dict[Place, Decimal] = defaultdict(Decimal)
    for row in table.rows:
        at, value = place(row), Decimal(row["population"])
        total[at] += value
        young[at] += value if row["age_debut"] == "0" else 0
        sex = {"F": "f", "M": "h"}[row["sexe"]]
        yield estimated(f"insee.rp.ages.{sex}.{band(row)}", at, "2023", value)
    for series, sums in (("insee.rp.population", total), ("insee.rp.moins_5_ans", young)):
        for at, value in sums.items():
            yield estimated(series, at, "2023", value)


def insee_jobs(table: Table) -> Iterator[Cell]:
    """Employed residents by place of work and mode of travel."""
    names = {
        "EMP_GE15": "actifs_occupes",
        "WORK_AREA_10": "travail_commune",
        "WORK_AREA_21": "travail_departement",
        "WORK_AREA_22": "travail_region",
        "WORK_AREA_23": "travail_autre_region",
        "WORK_AREA_24T30": "travail_hors_metropole",
        "TRANS_1": "sans_transport",
        "TRANS_2": "a_pied",
        "TRANS_3": "velo",
        "TRANS_4": "deux_roues",
        "TRANS_5": "voiture",
        "TRANS_6": "transports_en_commun",
    }
    for row in table.rows:
        series = f"insee.emploi.{names[row['variable']]}"
        yield estimated(series, place(row), "2023", Decimal(row["valeur"]))


def insee_diplomas(table: Table) -> Iterator[Cell]:
    """Highest diploma, and the sum of the seven levels."""
    names = {
        "001T100_RP": "aucun",
        "200_RP": "brevet",
        "300_RP": "cap_bep",
        "350T351_RP": "bac",
        "500_RP": "bac_2",
        "600_RP": "bac_3_4",
        "700_RP": "bac_5_plus",
    }
    totals: dict[tuple[Place, str], Decimal] = defaultdict(Decimal)
    for row in table.rows:
        at, year, value = place(row), row["annee"], Decimal(row["valeur"])
        totals[at, year] += value
        yield estimated(f"insee.diplomes.{names[row['variable']]}", at, year, value)
    for (at, year), value in totals.items():
        yield estimated("insee.diplomes.non_scolarises", at, year, value)


def insee_dwellings(table: Table) -> Iterator[Cell]:
    """Dwellings, main residences, vacant, tenures."""
    names = {
        "DWELLINGS": "logements",
        "DW_MAIN": "residences_principales",
        "DW_SEC_DW_OCC": "residences_secondaires",
        "DW_VAC": "vacants",
        "DW_MAIN_TSH_100": "proprietaires",
        "DW_MAIN_TSH_211": "locataires_prive",
        "DW_MAIN_TSH_212_222": "locataires_meuble",
        "DW_MAIN_TSH_221": "locataires_social",
        "DW_MAIN_TSH_300": "loges_gratuit",
    }
    for row in table.rows:
        series = f"insee.logement.{names[row['variable']]}"
        yield estimated(series, place(row), row["annee"], Decimal(row["valeur"]))


def urssaf(table: Table) -> Iterator[Cell]:
    """Private employees at workplace; an empty row (Saint-Utin) is unknown, not 0."""
    for row in table.rows:
        at, value = place(row), number(row["salaries"])
        cell = exact("urssaf.salaries", at, row["annee"], value)
        yield cell if value is not None else replace(cell, status="unknown")


def urssaf_sectors(table: Table) -> Iterator[Cell]:
    """Private employees and establishments by sector in 2025; unlisted sectors are not written."""
    names = {
        "Construction": "construction",
        "Commerce": "commerce",
        "Hôtellerie-restauration": "hotellerie_restauration",
        "Autres services marchands hors intérim": "autres_services_marchands",
        "Industrie": "industrie",
        "Intérim": "interim",
        "Services non marchands": "services_non_marchands",
    }
    for row in table.rows:
        series, at = f"urssaf.secteur.{names[row['secteur']]}", place(row)
        yield exact(series, at, "2025", Decimal(row["salaries"]))
        yield exact(f"{series}.etablissements", at, "2025", Decimal(row["etablissements"]))


Maker = Callable[[Table], Iterator[Cell]]
# File of the sample: the dataset of the catalogue that it fills, and how.
FILES: dict[str, tuple[str, Maker]] = {
    "caf_s_ben_com_f_marne": ("caf_s_ben_com_f", caf_communes),
    "caf_s_ben_nat": ("caf_s_ben_nat", caf_national),
    "caf_txcouv_pe_2023": ("caf_txcouv_pe", caf_coverage),
    "dares_defm_abc": ("dares_defm_abc", dares),
    "drees_aide_sociale": ("drees_aide_sociale", drees_social_aid),
    "drees_apl_generalistes": ("drees_apl", drees_apl),
    "drees_minima_sociaux": ("drees_minima_sociaux", drees_minima),
    "drees_population_reference": ("drees_population", drees_population),
    "insee_bpe2025": ("insee_bpe", insee_bpe),
    "insee_comparateur_rp2021": ("insee_comparateur", insee_comparator),
    "insee_estimations_population": ("insee_estimations", insee_estimates),
    "insee_etat_civil": ("insee_etat_civil", insee_births),
    "insee_filosofi_2023": ("insee_filosofi", insee_filosofi),
    "insee_population_historique_51649": ("insee_population_historique", insee_history),
    "insee_rp2023_ages": ("insee_rp_ages", insee_ages),
    "insee_rp2023_emploi": ("insee_emploi", insee_jobs),
    "insee_rp_diplomes": ("insee_diplomes", insee_diplomas),
    "insee_rp_logement": ("insee_rp_logement", insee_dwellings),
    "urssaf_salaries": ("urssaf_salaries", urssaf),
    "urssaf_salaries_secteur_2025": ("urssaf_secteur", urssaf_sectors),
}
