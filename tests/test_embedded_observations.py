"""The maintainers' scripts: how a row becomes an observation, and checks that can fail."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from diagnostic import catalogue
from diagnostic.errors import DataError
from diagnostic.store import Store
from embedded import __main__ as command
from embedded import checks, extract, observations, sample
from embedded.observations import Cell, Place
from embedded.sample import Table

SAMPLE = Path(__file__).resolve().parent.parent.parent / "shared" / "sample"
needs_sample = pytest.mark.skipif(not SAMPLE.is_dir(), reason="the maintainers' sample is absent")


def table(text: str, name: str = "t") -> Table:
    """A table from lines of CSV."""
    rows = tuple(csv.DictReader(text.splitlines(), delimiter=";"))
    return Table(name, rows, "0" * 64)


def cells(make: observations.Maker, text: str) -> dict[tuple[str, str, str], Cell]:
    """The cells made of the lines, by series, code and period."""
    made = list(make(table(text)))
    return {(cell.series, cell.place.code, cell.period): cell for cell in made}


def bounds(cell: Cell) -> tuple[float | None, ...]:
    """Value, lower and upper as plain numbers."""
    numbers = (cell.value, cell.lower, cell.upper)
    return tuple(None if n is None else float(n) for n in numbers)


CAF = "dtreffre;numcomdo;nomcom;indfoy_ndur;indnbp_ndur;indfoy_rsa;indfoy_ppa;"
CAF += "indfoy_ndural;indfoy_af;indfoy_ndurpaje\n"


def test_a_caf_count_hides_two_on_each_side() -> None:
    """15 published is 13 to 17, and 0 published is 0 to 2, never a plain zero."""
    found = cells(observations.caf_communes, CAF + "2024-12;01004;A;15;30;0;5;5;5;5\n")
    foyers = found["caf.ndur.foyers", "01004", "2024-12"]
    assert (bounds(foyers), foyers.status, foyers.cells) == ((15, 13, 17), "rounded", 1)
    none = found["caf.rsa.foyers", "01004", "2024-12"]
    assert (bounds(none), none.status) == ((0, 0, 2), "rounded")
    assert foyers.cog_year == 2025


def test_a_merged_commune_hides_two_for_each_of_its_cells() -> None:
    """51457 sums three counts until 2021, 51485 two until 2023, then one each."""
    rows = "".join(
        f"{year}-12;{code};A;50;100;5;5;5;5;5\n"
        for code in ("51457", "51485")
        for year in (2021, 2022, 2023, 2024)
    )
    found = cells(observations.caf_communes, CAF + rows)
    reach = {
        (code, period): (cell.cells, bounds(cell))
        for (series, code, period), cell in found.items()
        if series == "caf.ndur.foyers" and cell.value is not None
    }
    assert reach["51457", "2021-12"] == (3, (50, 44, 56))
    assert reach["51457", "2022-12"] == (1, (50, 48, 52))
    assert reach["51485", "2023-12"] == (2, (50, 46, 54))
    assert reach["51485", "2024-12"] == (1, (50, 48, 52))
    assert bounds(found["caf.rsa.foyers", "51457", "2021-12"]) == (5, 0, 11)


def test_a_commune_year_without_row_is_unknown() -> None:
    """A commune present one December is unknown, not zero, in the others."""
    found = cells(observations.caf_communes, CAF + "2024-12;01004;A;15;30;0;5;5;5;5\n")
    absent = found["caf.paje.foyers", "01004", "2020-12"]
    assert (bounds(absent), absent.status) == ((None, None, None), "unknown")
    assert len(found) == 7 * 5


def test_national_caf_counts_are_exact_or_to_the_hundred() -> None:
    """RSA and prime d'activité 2020 to 2024 are exact; other years and housing aids ± 50."""
    text = "dtreffre;indfoy_rsa;indfoy_ppa;indfoy_ndural\n"
    text += "2019-12;1888900;4348400;6365100\n2024-12;1811239;4675469;5682300\n"
    found = cells(observations.caf_national, text)
    assert bounds(found["caf.rsa.foyers", "france", "2024-12"]) == (1811239,) * 3
    assert found["caf.ppa.foyers", "france", "2024-12"].status == "exact"
    assert bounds(found["caf.al.foyers", "france", "2024-12"]) == (5682300, 5682250, 5682350)
    assert bounds(found["caf.rsa.foyers", "france", "2019-12"]) == (1888900, 1888850, 1888950)
    assert found["caf.rsa.foyers", "france", "2019-12"].place.champ == "France"


def test_coverage_is_known_to_half_a_decimal() -> None:
    """61.5 is 61.45 to 61.55, 0 is 0 to 0.05; France excludes Mayotte."""
    text = "niveau;code;txcouv;txcouv_eaje;txcouv_am_ind;txcouv_prescol;txcouv_gad_ind\n"
    text += "commune;51649;61.5;35;23.3;3.2;0\nfrance;france;60.9;23.5;31.9;3.3;2.2\n"
    found = cells(observations.caf_coverage, text)
    total = found["caf.couverture.total", "51649", "2023-12"]
    assert (bounds(total), total.status) == ((61.5, 61.45, 61.55), "rounded")
    assert bounds(found["caf.couverture.garde_domicile", "51649", "2023-12"]) == (0, 0, 0.05)
    assert found["caf.couverture.am", "france", "2023-12"].place == Place(
        "france", "france", "France hors Mayotte"
    )


def test_jobseekers_hide_four_on_each_side() -> None:
    """An undocumented rounding is taken as random: 10 is 6 to 14, 0 is 0 to 4."""
    found = cells(observations.dares, "code;trimestre;demandeurs_emploi_abc\n1;2;10\n3;2;0\n")
    assert [bounds(cell) for cell in found.values()] == [(10, 6, 14), (0, 0, 4)]


def test_an_empty_cell_is_not_published() -> None:
    """Filosofi and the APL leave cells empty: an absence with its status, no bounds."""
    text = "code;niveau_de_vie_median_eur;taux_pauvrete_60_pct\n51084;;\n51649;19670;30\n"
    found = cells(observations.insee_filosofi, text + "metropole;25920;15.9\n")
    missing = found["insee.filosofi.mediane", "51084", "2023"]
    assert (bounds(missing), missing.status) == ((None, None, None), "not_published")
    assert found["insee.filosofi.mediane", "51649", "2023"].status == "exact"
    national = found["insee.filosofi.pauvrete", "france", "2023"]
    assert (national.place.level, national.place.champ) == ("france", "France métropolitaine")
    access = cells(
        observations.drees_apl, "code;annee;apl;apl_medecins_65_ans_ou_moins\n51;2024;4.17;\n"
    )
    assert access["drees.apl.generalistes", "51", "2024"].place.level == "departement"
    younger = access["drees.apl.generalistes_65_ans_ou_moins", "51", "2024"]
    assert younger.status == "not_published"


@pytest.mark.parametrize(
    ("column", "level", "year", "step"),
    [
        ("aah", "france", "2019", "100"),
        ("ass", "france", "2015", "100"),
        ("minimum_vieillesse", "france", "2019", "10"),
        ("ass", "departement", "2019", "10"),
        ("minimum_vieillesse", "departement", "2017", "10"),
        ("minimum_vieillesse", "departement", "2018", ""),
        ("aah", "departement", "2015", ""),
        ("rsa_allocataires", "departement", "2015", ""),
    ],
)
def test_steps_of_the_minima_sociaux(
    column: str, level: observations.Level, year: str, step: str
) -> None:
    """The step differs by column, level and year as the provenance says."""
    assert observations.minima_step(column, level, year) == step


def test_minima_sociaux_carry_their_step() -> None:
    """To 10 is ± 5, to the unit is exact; the metropole stands under its own code."""
    text = "niveau;code;annee;aah;rsa_allocataires;ass;minimum_vieillesse\n"
    text += "departement;08;2019;6027;10581;2230;2296\n"
    text += "france_metropolitaine;metropole;2019;1178100;1707800;319900;537780\n"
    found = cells(observations.drees_minima, text)
    assert bounds(found["drees.minima.ass", "08", "2019"]) == (2230, 2225, 2235)
    assert found["drees.minima.minimum_vieillesse", "08", "2019"].status == "exact"
    assert found["drees.minima.aah", "metropole", "2019"].place.champ == "France métropolitaine"


def test_social_aid_keeps_levels_and_nulls() -> None:
    """Département, région and France without Mayotte; a null is not published."""
    names = "apa;apa_domicile;apa_etablissement;ash;pch;actp;pch_moins_20_ans"
    text = f"niveau;code;annee;{names}\n"
    for place in ("departement;08", "region;44", "france_hors_mayotte;france"):
        text += f"{place};2012;3;2;1;4;5;6;\n"
    found = cells(observations.drees_social_aid, text)
    levels = {cell.place.level for cell in found.values()}
    assert levels == {"departement", "region", "france"}
    assert found["drees.aide_sociale.apa", "08", "2012"].value == 3
    assert found["drees.aide_sociale.apa", "france", "2012"].place.champ == "France hors Mayotte"
    assert found["drees.aide_sociale.pch_moins_20_ans", "44", "2012"].status == "not_published"


def test_three_frances_of_the_reference_population() -> None:
    """Each field has its code; where "with Mayotte" equals without, it does not count it."""
    columns = "population;population_60_ans_ou_plus;population_20_64_ans;population_moins_20_ans"
    text = f"niveau;code;annee;{columns}\n"
    for year, with_mayotte in (("2012", 100), ("2013", 104)):
        text += f"france_avec_mayotte;france;{year};{with_mayotte};1;2;3\n"
        text += f"france_hors_mayotte;france;{year};100;1;2;3\n"
        text += f"france_metropolitaine;metropole;{year};90;1;2;3\n"
    found = cells(observations.drees_population, text)

    def champ(code: str, year: str) -> str:
        return found["drees.population.total", code, year].place.champ

    assert champ("france", "2013") == "France hors Mayotte"
    assert champ("france_avec_mayotte", "2013") == "France"
    assert champ("france_avec_mayotte", "2012") == "France hors Mayotte"
    assert champ("metropole", "2013") == "France métropolitaine"


def test_unlisted_facilities_are_not_written() -> None:
    """One line, one observation: nothing is made 0."""
    found = cells(observations.insee_bpe, "code;type;libelle;nombre\n51649;57;micro-creche;2\n")
    assert list(found) == [("insee.bpe.micro_creche", "51649", "2025")]


def test_what_a_sparse_file_leaves_out_is_unknown_and_not_zero() -> None:
    """Of three communes covered, the two that a file does not list are unknown."""
    made = list(
        observations.insee_bpe(table("code;type;libelle;nombre\n51649;57;micro-creche;2\n"))
    )
    added = list(observations.unlisted(made, ["51649", "51001", "51017"]))
    assert [(cell.place.code, cell.value, cell.status) for cell in added] == [
        ("51001", None, "unknown"),
        ("51017", None, "unknown"),
    ]


def test_comparator_dates_come_from_its_columns() -> None:
    """Census columns are estimates of their year, births and deaths exact counts of 2022."""
    text = "niveau;code;population_2015;population_2021;naissances_2022\nregion;44;7;8;9\n"
    found = cells(observations.insee_comparator, text)
    assert found["insee.comparateur.population", "44", "2015"].value == 7
    assert found["insee.comparateur.population", "44", "2021"].status == "estimated"
    assert found["insee.comparateur.naissances", "44", "2022"].status == "exact"


def test_estimates_sum_their_bands() -> None:
    """The total is the sum of bands; 2022 provisional, France of 2012 without Mayotte."""
    text = "niveau;code;annee;age_debut;age_fin;population\n"
    for year in ("2012", "2022"):
        text += f"france;france;{year};0;4;10\nfrance;france;{year};95;;2\n"
    found = cells(observations.insee_estimates, text)
    total = found["insee.estimations.population", "france", "2022"]
    assert (total.value, total.provisional, total.place.champ) == (12, True, "France")
    oldest = found["insee.estimations.ages.95_plus", "france", "2012"]
    assert (oldest.provisional, oldest.place.champ) == (False, "France hors Mayotte")


def test_civil_records_of_the_last_year_are_provisional() -> None:
    """2025 may be revised, 2024 may not; a zero birth is an exact zero."""
    found = cells(
        observations.insee_births, "code;annee;naissances;deces\n1;2024;0;1\n1;2025;2;3\n"
    )
    assert bounds(found["insee.naissances", "1", "2024"]) == (0, 0, 0)
    assert not found["insee.deces", "1", "2024"].provisional
    assert found["insee.naissances", "1", "2025"].provisional


def test_old_populations_were_counted() -> None:
    """Counted until 1999, estimated by the rotating census since."""
    found = cells(
        observations.insee_history, "code;annee;population_municipale\n1;1999;5\n1;2010;6\n"
    )
    assert [cell.status for cell in found.values()] == ["exact", "estimated"]


def test_under_fives_are_both_sexes_of_the_first_band() -> None:
    """0 to 4 of both sexes; the population is the sum of all bands; men are « h »."""
    text = "code;sexe;age_debut;age_fin;population\ndep51;F;0;4;1.5\ndep51;M;0;4;2.1\n"
    found = cells(observations.insee_ages, text + "dep51;M;95;;0.2\n")
    assert found["insee.rp.moins_5_ans", "51", "2023"].value == Decimal("3.6")
    assert found["insee.rp.population", "51", "2023"].value == Decimal("3.8")
    assert found["insee.rp.ages.h.95_plus", "51", "2023"].place.level == "departement"


def test_census_tables_name_their_variables() -> None:
    """Codes of the census become the catalogue's series; diplomas are summed."""
    jobs = cells(observations.insee_jobs, "code;variable;libelle;valeur\n1;TRANS_5;x;3.2\n")
    assert list(jobs) == [("insee.emploi.voiture", "1", "2023")]
    head = "code;annee;variable;libelle;valeur\n"
    homes = cells(observations.insee_dwellings, head + "france;2012;DW_VAC;x;3\n")
    assert homes["insee.logement.vacants", "france", "2012"].place.champ == "France"
    diplomas = cells(
        observations.insee_diplomas, head + "1;2017;200_RP;x;3.1\n1;2017;500_RP;x;0.2\n"
    )
    assert diplomas["insee.diplomes.non_scolarises", "1", "2017"].value == Decimal("3.3")


def test_an_empty_row_of_employees_is_unknown() -> None:
    """Saint-Utin's empty rows are neither 0 nor unpublished: nobody knows."""
    found = cells(observations.urssaf, "code;annee;salaries\n51520;2025;\n51001;2025;0\n")
    unknown = found["urssaf.salaries", "51520", "2025"]
    assert (unknown.value, unknown.status) == (None, "unknown")
    assert found["urssaf.salaries", "51001", "2025"].value == 0
    text = "code;secteur_rang;secteur;salaries;etablissements\n51017;0;Commerce;4;2\n"
    assert [cell.value for cell in cells(observations.urssaf_sectors, text).values()] == [4, 2]


def test_writing_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    """Parquet, manifest and provenance are byte-identical, whatever the order of rows."""
    first, second = tmp_path / "a", tmp_path / "b"
    lines = ["51649;2025;1;2", "51001;2025;3;4", "51001;2008;5;6"]
    for folder, body in ((first, lines), (second, lines[::-1])):
        made = table("code;annee;naissances;deces\n" + "\n".join(body), "insee_etat_civil")
        extract.write({"insee_etat_civil": made}, catalogue.load(), folder)
    names = ["manifest.json", "PROVENANCE.md", "observations/insee_etat_civil.parquet"]
    for name in names:
        assert (first / name).read_bytes() == (second / name).read_bytes()
    entry = json.loads((first / "manifest.json").read_text())["datasets"][0]
    assert entry["rows"] == 6
    assert entry["origin"]["retrieved"] == "2026-11"
    assert entry["origin"]["updated"] == ""
    assert "date du producteur non connue" in entry["origin"]["note"]
    assert "insee_etat_civil" in (first / "PROVENANCE.md").read_text()


def test_what_is_written_is_what_the_store_reads(tmp_path: Path) -> None:
    """A cell comes back with its value, bounds, status, mark and origin."""
    made = table("code;annee;naissances;deces\n01004;2025;7;2\n", "insee_etat_civil")
    extract.write({"insee_etat_civil": made}, catalogue.load(), tmp_path)
    found = Store([tmp_path]).read(["insee.naissances"], {"commune": None})
    cell = found.get("insee.naissances", "commune", "01004", "2025")
    assert cell is not None
    assert (cell.value, cell.lower, cell.upper, cell.status) == (7, 7, 7, "exact")
    assert cell.provisional
    assert found.origins[cell.origin].producer == "Insee"


def test_a_cell_outside_the_catalogue_is_refused(tmp_path: Path) -> None:
    """A level that the catalogue does not give, or a cell given twice, stops the writing."""
    quarter = "code;trimestre;demandeurs_emploi_abc\n"
    level = {"dares_defm_abc": table(quarter + "51;2024-T4;5\n")}
    with pytest.raises(DataError, match="n'est pas au catalogue"):
        extract.write(level, catalogue.load(), tmp_path)
    twice = {"dares_defm_abc": table(quarter + "51001;2024-T4;5\n51001;2024-T4;5\n")}
    with pytest.raises(DataError, match="deux fois"):
        extract.write(twice, catalogue.load(), tmp_path)


def test_the_sample_must_be_whole(tmp_path: Path) -> None:
    """A missing, empty or ragged file is refused by name."""
    with pytest.raises(DataError, match=r"t\.csv.*illisible"):
        sample.read(tmp_path, ["t"])
    for text in ("a;b\n", "a;b\n1\n", "a;b\n1;2;3\n"):
        (tmp_path / "t.csv").write_text(text)
        with pytest.raises(DataError, match=r"t\.csv"):
            sample.read(tmp_path, ["t"])
    (tmp_path / "t.csv").write_text("\ufeffa;b\n01;\n", encoding="utf-8")
    assert sample.read(tmp_path, ["t"])["t"].rows == ({"a": "01", "b": ""},)


@pytest.fixture(scope="module")
def tables() -> dict[str, Table]:
    """The sample as it is."""
    return sample.read(SAMPLE, observations.FILES)


@needs_sample
def test_every_claim_holds_on_the_sample(tables: dict[str, Table]) -> None:
    """Each check says that it holds."""
    assert len(checks.verify(tables)) == len(checks.CHECKS) > 20


@needs_sample
def test_the_shipped_extract_is_the_sample_s(tables: dict[str, Table], tmp_path: Path) -> None:
    """Written again, the manifest of the observations is the one in data/, byte for byte."""
    assert (
        command.main(["--sample", str(SAMPLE), "--data", str(tmp_path), "--only", "observations"])
        == 0
    )
    shipped = Path(__file__).resolve().parent.parent / "data"
    for made in sorted(path for path in tmp_path.rglob("*") if path.is_file()):
        assert made.read_bytes() == (shipped / made.relative_to(tmp_path)).read_bytes()
    assert len(tables) == len(list((tmp_path / "observations").iterdir()))


Spoil = Callable[[dict[str, str]], dict[str, str] | None]


def change(column: str, cell: str) -> Spoil:
    """A spoiling that puts `cell` in a column."""
    return lambda row: row | {column: cell}


def drop(_: dict[str, str]) -> None:
    """A spoiling that removes the row."""


@needs_sample
@pytest.mark.parametrize(
    ("name", "where", "spoil", "told"),
    [
        ("caf_s_ben_com_f_marne", {"numcomdo": "51001"}, change("indfoy_af", "7"), "multiples"),
        ("caf_s_ben_com_f_marne", {"numcomdo": "51001"}, change("indfoy_af", "5000"), "presta"),
        ("caf_s_ben_com_f_marne", {"numcomdo": "51001"}, change("indnbp_ndur", "0"), "personnes"),
        ("caf_s_ben_com_f_marne", {"numcomdo": "51001", "dtreffre": "2020-12"}, drop, "neuf"),
        ("caf_s_ben_com_f_marne", {"numcomdo": "51001"}, change("numcomdo", "02"), "610"),
        ("caf_s_ben_com_f_marne", {"numcomdo": "51649"}, change("indfoy_ppa", "1225"), "Vitry"),
        ("caf_s_ben_com_f_marne", {"numcomdo": "51649"}, change("indfoy_rsa", "0"), "audit"),
        ("caf_s_ben_com_f_marne", {"dtreffre": "2021-12"}, change("indfoy_ndur", "0"), "continu"),
        ("caf_s_ben_com_f_marne", {"numcomdo": "51457"}, drop, "fusions"),
        ("caf_s_ben_nat", {"dtreffre": "2016-12"}, change("indfoy_rsa", "1868201"), "France"),
        ("caf_s_ben_nat", {"dtreffre": "2025-12"}, drop, "dix mois"),
        ("caf_txcouv_pe_2023", {"code": "51649"}, change("txcouv", "62.5"), "couverture"),
        ("caf_txcouv_pe_2023", {"code": "51649"}, change("txcouv", "61.54"), "couverture"),
        ("caf_txcouv_pe_2023", {"code": "51649"}, drop, "couverture"),
        ("insee_rp2023_ages", {"code": "51649"}, change("population", "1"), "âges"),
        ("insee_rp2023_ages", {"code": "51649", "age_debut": "0"}, drop, "âges"),
        ("insee_population_historique_51649", {}, change("population_municipale", "1"), "âges"),
        ("insee_etat_civil", {"annee": "2022"}, change("naissances", "999"), "État civil"),
        ("insee_etat_civil", {"annee": "2008"}, drop, "État civil"),
        ("insee_comparateur_rp2021", {"code": "51"}, change("population_2021", "5"), "565 292"),
        ("insee_comparateur_rp2021", {"code": "44"}, change("actifs_15_64_2021", "5"), "565 292"),
        ("drees_aide_sociale", {"code": "08"}, change("ash", "1"), "Aide sociale"),
        ("drees_aide_sociale", {"code": "08", "annee": "2012"}, drop, "Aide sociale"),
        ("drees_aide_sociale", {"code": "france"}, change("apa", "1"), "Aide sociale"),
        ("drees_minima_sociaux", {"code": "france"}, change("aah", "1"), "Minima"),
        ("drees_minima_sociaux", {"code": "08"}, change("ass", "1"), "Minima"),
        ("drees_population_reference", {"code": "51"}, change("population", "1"), "janvier"),
        ("drees_population_reference", {"code": "44"}, change("population", "1"), "région"),
        ("dares_defm_abc", {"code": "51649"}, change("demandeurs_emploi_abc", "7"), "Demandeurs"),
        ("dares_defm_abc", {"trimestre": "2024-T4"}, drop, "Demandeurs"),
        ("urssaf_salaries", {"code": "51520"}, change("salaries", "0"), "Saint-Utin"),
        ("urssaf_salaries", {"code": "51649"}, change("salaries", "1"), "Salariés"),
        ("urssaf_salaries_secteur_2025", {"code": "51017"}, change("code", "51520"), "Salariés"),
        ("insee_filosofi_2023", {"code": "51649"}, change("niveau_de_vie_median_eur", ""), "Filo"),
        ("insee_filosofi_2023", {"code": "51649"}, drop, "Filosofi"),
        ("insee_bpe2025", {"code": "51649"}, change("nombre", "0"), "quipements"),
        ("insee_bpe2025", {"code": "51649"}, change("libelle", "infirmier"), "quipements"),
        ("insee_rp_logement", {"code": "51649"}, change("valeur", "1"), "Logements"),
        ("insee_rp2023_emploi", {"variable": "EMP_GE15"}, change("valeur", "1"), "Logements"),
        ("insee_rp_diplomes", {"variable": "200_RP", "code": "51649"}, drop, "Logements"),
        ("insee_rp_diplomes", {"code": "france"}, drop, "Logements"),
        ("drees_apl_generalistes", {"code": "51"}, drop, "APL"),
        ("drees_apl_generalistes", {"code": "51"}, change("apl", "-1"), "APL"),
        ("insee_estimations_population", {"age_debut": "95"}, drop, "Estimations"),
        ("insee_filosofi_2023", {"code": "51649"}, change("code", "51650"), "38 communes"),
    ],
)
def test_a_spoilt_sample_is_refused(
    tables: dict[str, Table],
    name: str,
    where: dict[str, str],
    spoil: Spoil,
    told: str,
) -> None:
    """Each check fails on a sample spoilt against its claim, and says which claim."""
    spoilt, touched = [], 0
    for row in tables[name].rows:
        if _meets(row, where):
            touched += 1
            changed = spoil(row)
            spoilt += [changed] if changed is not None else []
        else:
            spoilt.append(row)
    assert touched
    broken = dict(tables) | {name: replace(tables[name], rows=tuple(spoilt))}
    with pytest.raises(DataError, match=told):
        checks.verify(broken)


def _meets(row: dict[str, str], where: dict[str, str]) -> bool:
    return all(row[key] == cell for key, cell in where.items())


def test_the_command_says_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without its sample the command stops with the code of unusable data."""
    assert command.main(["--sample", str(tmp_path), "--only", "observations"]) == 5
    assert "illisible" in capsys.readouterr().err
