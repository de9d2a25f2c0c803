"""What PROVENANCE.md says of the sample, checked on its rows before anything is written.

Each check yields what contradicts its claim; nothing yielded means that it holds.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from diagnostic.errors import DataError
from embedded.observations import MERGED, absent_commune_years, place
from embedded.sample import Row, Table, number

Tables = Mapping[str, Table]
Check = Callable[[Tables], Iterator[str]]
CHECKS: list[tuple[str, Check]] = []
SHOWN = 5

COMMUNES = 38
EPCI_COMMUNES = 35
TOWNS = {"51108", "51230", "51454"}
ABSENT_COMMUNE_YEARS = {
    ("51255", "2021-12"), ("51280", "2023-12"), ("51374", "2022-12"), ("51412", "2020-12"),
    ("51412", "2022-12"), ("51452", "2022-12"), ("51470", "2020-12"), ("51470", "2021-12"),
    ("51470", "2022-12"),
}  # fmt: skip
BENEFITS = ("indfoy_rsa", "indfoy_ppa", "indfoy_ndural", "indfoy_af", "indfoy_ndurpaje")
LEGAL_POPULATIONS = {("51649", "2023"): 10996}
MARNE_CENSUS_2023 = 563076
SAINT_UTIN = "51520"


def verify(tables: Tables) -> list[str]:
    """One line a check that holds. Raises DataError naming each one that does not, and why."""
    held, broken = [], []
    for claim, check in CHECKS:
        against = list(check(tables))
        if against:
            broken.append(f"{claim} : {' ; '.join(against[:SHOWN])} ({len(against)} en tout)")
        else:
            held.append(f"vérifié : {claim}")
    if broken:
        raise DataError("\n".join(broken), hint="L'extrait ne dit plus ce qu'en dit sa provenance.")
    return held


def claim(text: str) -> Callable[[Check], Check]:
    """Enter a check in the list under what it claims."""

    def enter(check: Check) -> Check:
        CHECKS.append((text, check))
        return check

    return enter


def _caf(tables: Tables) -> tuple[Row, ...]:
    return tables["caf_s_ben_com_f_marne"].rows


def _counts(row: Row) -> dict[str, int]:
    return {key: int(cell) for key, cell in row.items() if key.startswith("ind")}


def _where(row: Row) -> str:
    return " ".join(row[key] for key in row if key in {"dtreffre", "numcomdo", "code", "annee"})


@claim("Cafdata : 610 communes, cinq mois de décembre, neuf couples absents")
def caf_communes(tables: Tables) -> Iterator[str]:
    """610 communes of the Marne, December 2020 to 2024, but for nine commune-years."""
    codes = {row["numcomdo"] for row in _caf(tables)}
    if len(codes) != 610 or not all(code.startswith("51") and len(code) == 5 for code in codes):
        yield f"{len(codes)} communes"
    absent = set(absent_commune_years(tables["caf_s_ben_com_f_marne"]))
    yield from (f"absence {pair} inattendue" for pair in sorted(absent - ABSENT_COMMUNE_YEARS))
    yield from (f"présence {pair} inattendue" for pair in sorted(ABSENT_COMMUNE_YEARS - absent))
    years = Counter((row["numcomdo"], row["dtreffre"]) for row in _caf(tables))
    yield from (f"{pair} deux fois" for pair, times in years.items() if times > 1)


@claim("Cafdata : tous les effectifs sont des multiples de 5")
def caf_multiples(tables: Tables) -> Iterator[str]:
    """Every count is a multiple of 5."""
    for row in _caf(tables):
        yield from (f"{_where(row)} {k} {n}" for k, n in _counts(row).items() if n % 5)


@claim("Cafdata : personnes au moins égales aux foyers, chaque prestation au plus aux foyers")
def caf_order(tables: Tables) -> Iterator[str]:
    """Persons ≥ foyers, and each benefit ≤ foyers."""
    for row in _caf(tables):
        counts = _counts(row)
        if counts["indnbp_ndur"] < counts["indfoy_ndur"]:
            yield f"{_where(row)} personnes"
        yield from (
            f"{_where(row)} {name}" for name in BENEFITS if counts[name] > counts["indfoy_ndur"]
        )


@claim("Cafdata : continuité d'une année à l'autre")
def caf_continuity(tables: Tables) -> Iterator[str]:
    """No commune of 50 foyers or more changes by more than half from a December to the next."""
    foyers = {(r["numcomdo"], int(r["dtreffre"][:4])): int(r["indfoy_ndur"]) for r in _caf(tables)}
    for (code, year), before in foyers.items():
        after = foyers.get((code, year + 1))
        if after is not None and before >= 50 and abs(after - before) > before / 2:
            yield f"{code} {year} : {before} puis {after}"


@claim("Cafdata : Vitry-le-François, 3 040 foyers et 1 220 primes d'activité fin 2023")
def caf_vitry(tables: Tables) -> Iterator[str]:
    """The figures of December 2023 that the press printed, and those of December 2024."""
    known = {"2023-12": (3040, 6050, 600, 1220, 1845), "2024-12": (3040, 6055, 605, 1220, 1775)}
    for row in tables["caf_s_ben_com_f_marne"].where(numcomdo="51649"):
        found = tuple(_counts(row).values())[:5]
        if found != known.get(row["dtreffre"], found):
            yield f"{row['dtreffre']} : {found}"


@claim("Cafdata : les communes issues de fusions ont leurs cinq années")
def caf_merged(tables: Tables) -> Iterator[str]:
    """The merged communes, whose bounds are those of several cells, are there every year."""
    present = Counter(row["numcomdo"] for row in _caf(tables))
    yield from (f"{code} : {present[code]} années" for code in MERGED if present[code] != 5)


@claim("Cafdata : sommes de l'EPCI et constats de l'audit")
def caf_audit(tables: Tables) -> Iterator[str]:
    """Sums of the EPCI in December 2024, Vitry's weight, villages between 0 and 5 for the RSA."""
    members = {row["code"] for row in tables["insee_etat_civil"].rows} - TOWNS
    rows = [r for r in _caf(tables) if r["numcomdo"] in members and r["dtreffre"] == "2024-12"]
    sums = tuple(sum(_counts(row)[name] for row in rows) for name in list(_counts(rows[0]))[:5])
    if len(members) != EPCI_COMMUNES or sums != (4600, 10375, 725, 1810, 2115):
        yield f"{len(members)} communes, sommes {sums}"
    rsa = {(r["numcomdo"], int(r["dtreffre"][:4])): int(r["indfoy_rsa"]) for r in _caf(tables)}
    pairs = [(n, rsa[c, y + 1]) for (c, y), n in rsa.items() if (c, y + 1) in rsa]
    hidden = sum({before, after} == {0, 5} for before, after in pairs)
    if (hidden, len(pairs)) != (324, 2426):
        yield f"RSA de 0 à 5 ou retour : {hidden} sur {len(pairs)}"


@claim("Cafdata, France : dix mois de décembre ; arrondis à 100 hors RSA et prime 2020 à 2024")
def caf_national(tables: Tables) -> Iterator[str]:
    """Ten Decembers; all cells are multiples of 100 but RSA and prime d'activité 2020 to 2024."""
    rows = tables["caf_s_ben_nat"].rows
    if [row["dtreffre"] for row in rows] != [f"{year}-12" for year in range(2016, 2026)]:
        yield "les périodes ne sont pas décembre 2016 à 2025"
    for row in rows:
        exact = "2020-12" <= row["dtreffre"] <= "2024-12"
        names = ("indfoy_ndural",) if exact else ("indfoy_rsa", "indfoy_ppa", "indfoy_ndural")
        yield from (f"{row['dtreffre']} {name}" for name in names if int(row[name]) % 100)


@claim("Taux de couverture : France, 4 EPCI, 5 communes ; composantes à l'arrondi près")
def caf_coverage(tables: Tables) -> Iterator[str]:
    """France, four EPCI, five communes; one decimal; components add within rounding."""
    rows = tables["caf_txcouv_pe_2023"].rows
    levels = Counter(row["niveau"] for row in rows)
    if levels != {"france": 1, "epci": 4, "commune": 5}:
        yield f"mailles {dict(levels)}"
    for row in rows:
        rates = [Decimal(cell) for key, cell in row.items() if key.startswith("txcouv")]
        if any(rate != round(rate, 1) for rate in rates):
            yield f"{row['code']} : plus d'une décimale"
        if abs(rates[0] - sum(rates[1:])) > Decimal("0.25"):
            yield f"{row['code']} : {rates[0]} pour une somme de {sum(rates[1:])}"


@claim("Recensement 2023 : 38 communes et la Marne, somme des âges à un habitant près")
def census_ages(tables: Tables) -> Iterator[str]:
    """Forty bands a territory, whose sum is the legal population within one inhabitant."""
    rows = tables["insee_rp2023_ages"].rows
    bands = Counter(row["code"] for row in rows)
    if len(bands) != COMMUNES + 1 or set(bands.values()) != {40}:
        yield f"{len(bands)} territoires, {sorted(set(bands.values()))} classes"
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        sums[row["code"]] += Decimal(row["population"])
    legal = {code: people for (code, _), people in LEGAL_POPULATIONS.items()}
    legal |= {"dep51": MARNE_CENSUS_2023}
    history = tables["insee_population_historique_51649"].where(annee="2023")
    if [int(row["population_municipale"]) for row in history] != [legal["51649"]]:
        yield "population historique de 2023"
    yield from (
        f"{code} : {sums[code]} pour {people}"
        for code, people in legal.items()
        if abs(sums[code] - people) > 1
    )


@claim("État civil : 38 communes de 2008 à 2025, égal au comparateur en 2022")
def civil_records(tables: Tables) -> Iterator[str]:
    """38 communes × 18 years, and the births and deaths of 2022 of the comparateur."""
    rows = tables["insee_etat_civil"].rows
    if len(rows) != COMMUNES * 18:
        yield f"{len(rows)} lignes"
    known = {(row["code"], row["annee"]): row for row in rows}
    for row in tables["insee_comparateur_rp2021"].where(niveau="commune"):
        civil = known[row["code"], "2022"]
        if (row["naissances_2022"], row["deces_2022"]) != (civil["naissances"], civil["deces"]):
            yield row["code"]


@claim("Comparateur : 565 292 habitants dans la Marne et 5 561 287 dans le Grand Est")
def comparator(tables: Tables) -> Iterator[str]:
    """The aggregates equal the official populations; the parts are not above their whole."""
    table = tables["insee_comparateur_rp2021"]
    for level, people in (("departement", "565292"), ("region", "5561287")):
        found = [row["population_2021"] for row in table.where(niveau=level)]
        if found != [people]:
            yield f"{level} : {found}"
    for row in table.rows:
        names = ("chomeurs_15_64_2021", "actifs_15_64_2021", "population_15_64_2021")
        counts = [int(row[name]) for name in (*names, "population_2021")]
        if counts != sorted(counts):
            yield f"{row['code']} : ordre des populations"


@claim("Aide sociale : la somme des dix départements est la région, chaque année")
def social_aid(tables: Tables) -> Iterator[str]:
    """Sum of the ten départements = the région, every year and column."""
    table = tables["drees_aide_sociale"]
    for region in table.where(niveau="region"):
        parts = table.where(niveau="departement", annee=region["annee"])
        if len(parts) != 10:
            yield f"{region['annee']} : {len(parts)} départements"
        for name in list(region)[3:]:
            cells = [row[name] for row in parts]
            total = sum(int(cell) for cell in cells if cell)
            if region[name] != (str(total) if all(cells) else ""):
                yield f"{region['annee']} {name} : {total} pour {region[name]}"
    for row in table.rows:
        if int(row["apa"]) != int(row["apa_domicile"]) + int(row["apa_etablissement"]):
            yield f"{_where(row)} : APA"


@claim("Minima sociaux : pas d'arrondi annoncés, colonne par colonne")
def minima(tables: Tables) -> Iterator[str]:
    """National AAH, RSA, ASS to 100, minimum vieillesse to 10; départements as stated."""
    for row in tables["drees_minima_sociaux"].rows:
        national = row["niveau"] != "departement"
        steps = {"ass": 100 if national else 10, "minimum_vieillesse": 10}
        if national:
            steps |= {"aah": 100, "rsa_allocataires": 100}
        elif row["annee"] > "2017":
            del steps["minimum_vieillesse"]
        yield from (f"{_where(row)} {k}" for k, step in steps.items() if int(row[k]) % step)


@claim("Population de la Drees au 31 décembre : estimations de l'Insee au 1er janvier suivant")
def reference_population(tables: Tables) -> Iterator[str]:
    """Equal to the unit to the estimates, for the total and each age, where both exist."""
    estimates: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for row in tables["insee_estimations_population"].rows:
        sums, people = estimates[row["niveau"], row["code"]], int(row["population"])
        start = int(row["age_debut"])
        sums[row["annee"]] += people
        name = "moins_20" if start < 20 else "20_64" if start < 65 else ""
        sums[f"{row['annee']} {name}"] += people
        sums[f"{row['annee']} 60"] += people if start >= 60 else 0
    for (level, code), sums in estimates.items():
        for row in _reference(tables, level, code):
            year = str(int(row["annee"]) + 1)
            pairs = (
                ("population", year), ("population_moins_20_ans", f"{year} moins_20"),
                ("population_20_64_ans", f"{year} 20_64"),
                ("population_60_ans_ou_plus", f"{year} 60"),
            )  # fmt: skip
            for column, key in pairs:
                if year in sums and int(row[column]) != sums[key]:
                    yield f"{code} {year} {column} : {row[column]} pour {sums[key]}"


def _reference(tables: Tables, level: str, code: str) -> list[Row]:
    name = "france_avec_mayotte" if level == "france" else level
    return tables["drees_population_reference"].where(niveau=name, code=code)


@claim("Population de la Drees : la somme des dix départements est la région, chaque année")
def reference_region(tables: Tables) -> Iterator[str]:
    """Sum of the ten départements = the région, every year and column."""
    table = tables["drees_population_reference"]
    for region in table.where(niveau="region"):
        parts = table.where(niveau="departement", annee=region["annee"])
        for name in list(region)[3:]:
            total = sum(int(row[name]) for row in parts)
            if len(parts) != 10 or total != int(region[name]):
                yield f"{region['annee']} {name} : {total} pour {region[name]}"


@claim("Demandeurs d'emploi : 38 communes, quatrièmes trimestres 2015 à 2024, multiples de 5")
def jobseekers(tables: Tables) -> Iterator[str]:
    """38 communes × 10 fourth quarters, all multiples of 5."""
    rows = tables["dares_defm_abc"].rows
    quarters = {row["trimestre"] for row in rows}
    if len(rows) != COMMUNES * 10 or quarters != {f"{year}-T4" for year in range(2015, 2025)}:
        yield f"{len(rows)} lignes, {len(quarters)} trimestres"
    yield from (_where(row) for row in rows if int(row["demandeurs_emploi_abc"]) % 5)


@claim("Salariés : Saint-Utin sans valeur onze ans, secteurs de 2025 égaux au total")
def employees(tables: Tables) -> Iterator[str]:
    """The eleven empty rows are Saint-Utin's; sectors add up to the total of 2025."""
    rows = tables["urssaf_salaries"].rows
    empty = Counter(row["code"] for row in rows if not row["salaries"])
    if empty != {SAINT_UTIN: 11} or len(rows) != COMMUNES * 11:
        yield f"lignes vides {dict(empty)}, {len(rows)} lignes"
    sums: Counter[str] = Counter()
    for row in tables["urssaf_salaries_secteur_2025"].rows:
        sums[row["code"]] += int(row["salaries"])
    for row in tables["urssaf_salaries"].where(annee="2025"):
        if sums[row["code"]] != int(row["salaries"] or 0):
            yield f"{row['code']} : {sums[row['code']]} pour {row['salaries']}"
    if SAINT_UTIN in sums:
        yield "Saint-Utin dans le fichier des secteurs"


@claim("Filosofi : 38 communes, la Marne et la métropole ; médianes multiples de 10 €")
def living_standards(tables: Tables) -> Iterator[str]:
    """Forty territories; no poverty rate without a median; medians are multiples of 10."""
    rows = tables["insee_filosofi_2023"].rows
    if len(rows) != COMMUNES + 2:
        yield f"{len(rows)} lignes"
    for row in rows:
        median = number(row["niveau_de_vie_median_eur"])
        if (median is None and row["taux_pauvrete_60_pct"]) or (median or 0) % 10:
            yield f"{row['code']} : {median}"


@claim("Équipements : seuls les nombres supérieurs à 0 sont listés, une fois chacun")
def facilities(tables: Tables) -> Iterator[str]:
    """Only counts above 0, each once."""
    rows = tables["insee_bpe2025"].rows
    yield from (_where(row) for row in rows if int(row["nombre"]) <= 0)
    pairs = Counter((row["code"], row["libelle"]) for row in rows)
    yield from (f"{pair} deux fois" for pair, times in pairs.items() if times > 1)


@claim(
    "Logements, navettes, diplômes : 38 communes, la Marne et la France ; les parts font le tout"
)
def census_tables(tables: Tables) -> Iterator[str]:
    """Every variable for the forty territories; parts add up within the rounding of each."""
    for name in ("insee_rp_logement", "insee_rp2023_emploi", "insee_rp_diplomes"):
        groups: dict[tuple[str, str], dict[str, Decimal]] = defaultdict(dict)
        for row in tables[name].rows:
            groups[row["code"], row.get("annee", "")][row["variable"]] = Decimal(row["valeur"])
        codes = {code for code, _ in groups}
        if len(codes) != COMMUNES + 2 or not {"51", "france"} <= codes:
            yield f"{name} : {len(codes)} territoires"
        if len({frozenset(values) for values in groups.values()}) != 1:
            yield f"{name} : variables manquantes"
        for key, values in groups.items():
            yield from (f"{name} {key} {whole}" for whole in _unequal(values))


def _unequal(values: Mapping[str, Decimal]) -> Iterator[str]:
    """The wholes that their parts do not make, within half a decimal for each number added."""
    wholes = {
        "DWELLINGS": ["DW_MAIN", "DW_SEC_DW_OCC", "DW_VAC"],
        "DW_MAIN": [name for name in values if name.startswith("DW_MAIN_TSH")],
    }
    for prefix in ("TRANS", "WORK"):
        parts = [name for name in values if name.startswith(prefix)]
        if "EMP_GE15" in values:
            yield from _compare(values, "EMP_GE15", parts)
    for whole, parts in wholes.items():
        if whole in values:
            yield from _compare(values, whole, parts)


def _compare(values: Mapping[str, Decimal], whole: str, parts: list[str]) -> Iterator[str]:
    gap = abs(values[whole] - sum(values[part] for part in parts))
    if gap > Decimal("0.05") * (len(parts) + 1):
        yield f"{whole} (écart {gap})"


@claim("APL : 38 communes, la Marne et la France, de 2022 à 2024")
def access(tables: Tables) -> Iterator[str]:
    """Forty territories × three years; no value below 0."""
    rows = tables["drees_apl_generalistes"].rows
    if Counter(row["annee"] for row in rows) != {"2022": 40, "2023": 40, "2024": 40}:
        yield f"{len(rows)} lignes"
    yield from (_where(row) for row in rows if Decimal(row["apl"]) < 0)


@claim("Estimations de population : vingt classes, quatre territoires, trois dates")
def estimates(tables: Tables) -> Iterator[str]:
    """Twenty bands of four territories at 1 January 2012, 2017 and 2022."""
    rows = tables["insee_estimations_population"].rows
    groups = Counter((row["niveau"], row["annee"]) for row in rows)
    if len(groups) != 12 or set(groups.values()) != {20}:
        yield f"{len(groups)} groupes, {sorted(set(groups.values()))} classes"


@claim("Les 38 communes sont celles de l'EPCI, Reims, Châlons-en-Champagne et Épernay")
def communes(tables: Tables) -> Iterator[str]:
    """Every file by commune holds the same 38."""
    expected = {row["code"] for row in tables["insee_etat_civil"].rows}
    if len(expected) != COMMUNES or not expected >= TOWNS:
        yield f"{len(expected)} communes"
    for name in _BY_COMMUNE:
        places = {place(row) for row in tables[name].rows}
        found = {at.code for at in places if at.level == "commune"}
        yield from (f"{name} : {code}" for code in sorted(found ^ expected))


_BY_COMMUNE = (
    "dares_defm_abc", "drees_apl_generalistes", "insee_comparateur_rp2021", "insee_filosofi_2023",
    "insee_rp2023_ages", "insee_rp2023_emploi", "insee_rp_diplomes", "insee_rp_logement",
    "urssaf_salaries",
)  # fmt: skip
