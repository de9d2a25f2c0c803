"""Small specs of one's own, written from the documentation, on the shipped extract."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from diagnostic import catalogue, engine, spec, store, territories
from diagnostic.errors import SourceError
from diagnostic.model import (
    Choropleth,
    Figure,
    Lines,
    Missing,
    MissingRow,
    Prose,
    ReportData,
    Shares,
)

VITRY, EPCI = "51649", "200034718"
Build = Callable[..., ReportData]

WORK = """
id: emploi
title: "Emploi"
benchmarks: [epci, epci_hors_commune, departement, france, epci_communes]
indicators:
  inscrits:
    label: "Demandeurs d’emploi"
    subject: "les demandeurs d’emploi"
    plural: true
    series: dares.defm.abc
  inscrits_actifs:
    label: "Demandeurs d’emploi pour 100 actifs"
    numerator: dares.defm.abc
    denominator: insee.comparateur.actifs_15_64
    unit: "demandeurs d’emploi pour 100 actifs"
  chomage:
    label: "Part des chômeurs"
    numerator: insee.comparateur.chomeurs_15_64
    denominator: insee.comparateur.actifs_15_64
    nested: true
    unit: "% des actifs"
  medecins:
    label: "Médecins"
    published: drees.apl.generalistes
sections:
  - id: s
    title: "S"
    blocks:
      - chart: evolution
        indicators: [inscrits]
        since: "2019-T4"
      - figures: [inscrits_actifs, chomage, medecins]
"""
INCOMES = """
id: revenus
title: "Revenus"
indicators:
  mediane:
    label: "Niveau de vie médian"
    published: insee.filosofi.mediane
  rsa:
    label: "Foyers allocataires percevant le RSA"
    numerator: caf.rsa.foyers
    denominator: caf.ndur.foyers
    nested: true
    unit: "% des foyers allocataires"
sections:
  - id: s
    title: "S"
    blocks:
      - map: mediane
      - map: rsa
      - text: {markdown: "{territoire}, dans {epci}."}
"""

HOUSING = """
id: logement
title: "Logement"
indicators:
  logements: {{label: "Logements", series: insee.logement.logements, unit: "{unit}"}}
  principales:
    label: "Résidences principales"
    series: insee.logement.residences_principales
    unit: "{unit}"
  vacants: {{label: "Logements vacants", series: insee.logement.vacants, unit: "{unit}"}}
sections:
  - id: s
    title: "S"
    blocks:
      - {{shares: logements, parts: [principales, vacants]}}
"""


@pytest.fixture
def build(spec_file: Callable[[str], Path]) -> Build:
    """The report of a spec's text for a territory."""

    def assemble(text: str, place: str, **options: str) -> ReportData:
        series, places = catalogue.load(), territories.load()
        return engine.assemble(
            spec.load(spec_file(text), series),
            places.find(place),
            territories=places,
            catalogue=series,
            store=store.Store([store.embedded_root()]),
            **options,  # type: ignore[arg-type]
        )

    return assemble


def newest(report: ReportData, indicator: str, code: str) -> Figure:
    """The latest figure of an indicator that has a number at a place."""
    found = [
        figure
        for figure in report.figures.values()
        if (figure.indicator, figure.code) == (indicator, code) and figure.value is not None
    ]
    return max(found, key=lambda figure: figure.period)


def cover(report: ReportData) -> str:
    """The words at the foot of the cover."""
    return " ".join(word for fact in report.cover.facts for word in fact)


@pytest.mark.parametrize(
    ("indicator", "text", "period"),
    [
        ("inscrits", "1\u202f220", "2024-T4"),
        ("inscrits_actifs", "28,7", "2022-T4"),  # 1 265 / 4 409
        ("chomage", "20,6", "2021"),  # 907 / 4 409
        ("medecins", "3,3", "2024"),  # 3.33
    ],
)
def test_numbers_of_a_spec_of_ones_own(
    build: Build, indicator: str, text: str, period: str
) -> None:
    """Counts, a ratio over another source, a census share and an index, as the files have them."""
    figure = newest(build(WORK, VITRY), indicator, VITRY)
    assert (figure.text, figure.period) == (text, period)


def test_a_chart_speaks_of_the_years_it_shows(build: Build) -> None:
    """From 1 340 at T4 2019 to 1 220 at T4 2024: − 9 %; nothing of 2015, which is not drawn."""
    (block,) = [b for s in build(WORK, VITRY).sections for b in s.blocks if isinstance(b, Lines)]
    assert "1\u202f340 au 4ᵉ\u00a0trimestre\u00a02019" in block.reading
    assert "9\u00a0%" in block.reading
    assert "2015" not in f"{block.finding} {block.reading} {block.alt} {block.caption}"


def test_the_number_that_a_headline_rests_on_is_told(build: Build) -> None:
    """The EPCI without Vitry, most of it, bears the verdict: 760 / 5 448 = 14 is printed."""
    report = build(WORK, VITRY)
    (told,) = [f for f in report.essentials.findings if "pour 100 actifs" in f.headline]
    assert "autres communes" in told.headline
    assert "contre 14 dans les autres communes" in told.text


def test_a_cover_recalls_duties_only_where_the_competence_is_at_stake(build: Build) -> None:
    """A note on incomes recalls no schéma, unless its spec or its builder says who holds it."""
    assert "schéma" not in cover(build(INCOMES, VITRY))
    assert "schéma" in cover(build(INCOMES, VITRY, competence="commune"))
    assert "schéma" in cover(build(f"competence: inconnue{INCOMES}", VITRY))


def test_an_edition_of_october_is_elided(build: Build) -> None:
    """« Édition d’octobre », in the running foot and on the cover."""
    report = build(INCOMES, VITRY, edition="2026-10")
    assert report.edition_text == "Édition d’octobre\u00a02026"
    assert report.edition_text in cover(report)


def test_a_block_left_out_is_told_with_its_line(build: Build) -> None:
    """The share of RSA is not significant in most villages: its map, on line 19, has no values."""
    report = build(INCOMES, VITRY)
    maps = [b for s in report.sections for b in s.blocks if isinstance(b, Choropleth)]
    assert len(maps) == 1
    (warning,) = report.warnings
    assert warning.startswith("1\u00a0bloc sans assez de valeurs")
    assert warning.endswith("map\u00a0: rsa (ligne 19).")


def test_communes_make_the_dossier_of_an_epci_without_figures(build: Build) -> None:
    """No median of the EPCI in the extract, but those of 29 communes: the map is drawn."""
    text = INCOMES[: INCOMES.index("  rsa:")] + INCOMES[INCOMES.index("sections:") :]
    text = text.replace("      - map: rsa\n", "")
    report = build(text, EPCI)
    (drawn,) = [b for s in report.sections for b in s.blocks if isinstance(b, Choropleth)]
    assert len([a for a in drawn.areas if report.figures[a.figure].value is not None]) == 29
    with pytest.raises(SourceError, match="pas l’indicateur"):
        build(text, "200054781")


def test_a_name_takes_a_capital_where_a_sentence_begins(build: Build) -> None:
    """The EPCI's name, a common noun, stands in lower case inside the sentence."""
    (block,) = [b for s in build(INCOMES, EPCI).sections for b in s.blocks if isinstance(b, Prose)][
        :1
    ]
    assert block.markdown.startswith("Communauté de communes de Vitry, Champagne et Der, dans ")
    assert "dans communauté de communes" in block.markdown


def test_shares_of_counts_are_each_of_their_own_total(build: Build) -> None:
    """5 526 of the 6 586 dwellings of Vitry are lived in; the bar of France does not hide its."""
    text = HOUSING.format(unit="logements")
    (block,) = [b for s in build(text, VITRY).sections for b in s.blocks if isinstance(b, Shares)]
    assert block.scale == "total"
    assert "100\u00a0%" in block.caption
    assert "5\u202f526\u00a0logements, sur 6\u202f586 au total" in block.reading
    assert "modes" not in block.reading + block.source


def missing_row(report: ReportData) -> MissingRow:
    """The one row of what the dossier lacks."""
    (block,) = [b for s in report.sections for b in s.blocks if isinstance(b, Missing)]
    (row,) = block.rows
    return row


def test_communes_left_out_of_a_source_are_not_said_to_have_none(build: Build) -> None:
    """The BPE lists what is there: of 35 communes, those not listed are unknown, not without."""
    text = HOUSING.format(unit="logements").replace(
        "sections:", '  sans: {label: "Communes sans EAJE", without: [insee.bpe.eaje]}\nsections:'
    )
    text = text.replace("    blocks:", "    indicators: [sans]\n    blocks:")
    row = missing_row(build(text, EPCI))
    assert row.reason == "La source ne dit rien pour 34 des 35 communes"  # Vitry alone is listed
    assert row.arrival == "dépend de ce que la source publiera"


SCENARIO = """
id: places
title: "Places"
benchmarks: [france]
indicators:
  couverture:
    label: "Couverture"
    published: caf.couverture.total
    unit: "places pour 100 enfants de moins de 3 ans"
  places:
    label: "Places au niveau national"
    scenario: {of: couverture, to: france, base: insee.rp.moins_5_ans}
    unit: "places"
  naissances: {label: "Naissances", series: insee.naissances}
sections:
  - id: s
    title: "S"
    indicators: [couverture, places]
"""


def test_a_scenario_takes_the_bounds_of_both_rates(build: Build) -> None:
    """(60,9 − 57,3) / 100 × 2 249,5 = 81, from 78,7 (60,85 − 57,35) to 83,2 (60,95 − 57,25)."""
    figure = newest(build(SCENARIO, "51108"), "places", "51108")
    assert figure.value == pytest.approx(80.982)
    assert figure.lower == pytest.approx(78.7325)
    assert figure.upper == pytest.approx(83.2315)
    assert (figure.text, figure.unit, figure.status) == ("81", "places", "estimated")
    assert (figure.numerator.series, figure.denominator.series) == (  # type: ignore[union-attr]
        "caf.couverture.total", "insee.rp.moins_5_ans",
    )  # fmt: skip
    assert figure.origins == ("caf_txcouv_pe-2026-11", "insee_rp_ages-2026-11")


def test_a_rate_above_the_reference_lacks_no_place(build: Build) -> None:
    """61,5 against 60,9: 0, and surely so."""
    figure = newest(build(SCENARIO, VITRY), "places", VITRY)
    assert (figure.value, figure.upper, figure.text) == (0, 0, "0")


def test_a_rate_lent_by_the_epci_makes_no_scenario(build: Build) -> None:
    """A village's own rate is not published: its EPCI's times its children would be nobody's."""
    report = build(SCENARIO, "51125")
    figure = next(
        f for f in report.figures.values() if f.indicator == "places" and f.code == "51125"
    )
    assert figure.value is None
    assert figure.reason == "le taux est celui de l’EPCI, non celui de la commune"


RATES = """
id: rsa
title: "RSA"
benchmarks: [{benchmarks}]
indicators:
  rsa:
    label: "Foyers allocataires percevant le RSA"
    numerator: caf.rsa.foyers
    denominator: caf.ndur.foyers
    nested: true
    unit: "% des foyers allocataires"
  prime:
    label: "Foyers allocataires percevant la prime d’activité"
    numerator: caf.ppa.foyers
    denominator: caf.ndur.foyers
    nested: true
    unit: "% des foyers allocataires"
  ecart: {{label: "Écart", gap: {{of: rsa, to: {to}}}}}
  foyers: {{label: "F", unit: foyers, scenario: {{of: rsa, to: {to}, base: caf.ndur.foyers}}}}
  premier: {{label: "Le plus fréquent", dominant: [rsa, prime]}}
  sans: {{label: "Communes sans", without: [caf.rsa.foyers]}}
  decembres: {{label: "Moyenne", series: caf.rsa.foyers, mean: 3}}
  medecins: {{label: "Médecins", published: drees.apl.generalistes}}
  couverture: {{label: "Couverture", published: caf.couverture.total}}
sections:
  - id: s
    title: "S"
    indicators: [decembres]
    blocks:
      - table: comparison
        indicators: [rsa, ecart, foyers, premier, sans, medecins, couverture]
      - table: annex
        indicators: [ecart, premier]
      - text: {{markdown: "Dans le département [{{departement}}] de [{{region}}]."}}
"""
VILLAGE = "51001"  # 20 foyers allocataires


def figure_of(report: ReportData, indicator: str, code: str) -> Figure:
    """The only or the latest figure of an indicator at a place."""
    found = [f for f in report.figures.values() if (f.indicator, f.code) == (indicator, code)]
    return max(found, key=lambda figure: figure.period)


def test_a_gap_is_no_more_precise_than_its_terms(build: Build) -> None:
    """605 of 3 040 is 19,9 %, 725 of 4 600 is 16 %: their gap is 4 points, in an envelope."""
    report = build(RATES.format(benchmarks="epci, epci_communes", to="epci"), VITRY)
    gap = figure_of(report, "ecart", VITRY)
    assert gap.value == pytest.approx(605 / 3040 * 100 - 725 / 4600 * 100)
    assert (gap.text, gap.unit, gap.interval) == ("+\u202f4", "points", "envelope")


def test_a_scenario_stops_at_its_reference(build: Build) -> None:
    """Foyers to reach the département's rate: for the EPCI, not for the département nor France."""
    keys = "epci, epci_hors_commune, departement, france, epci_communes"
    report = build(RATES.format(benchmarks=keys, to="departement"), VITRY)
    table = report.sections[0].blocks[0]
    columns = [column.key for column in table.columns]  # type: ignore[union-attr]
    for name in ("ecart", "foyers"):
        rows = table.groups[0].rows  # type: ignore[union-attr]
        row = next(row for row in rows if row.indicator == name)
        found = dict(zip(columns, (report.figures[key] for key in row.cells), strict=True))
        assert {key for key, figure in found.items() if figure.value is not None} == {"own", "epci"}
        assert (found["departement"].text, found["departement"].status) == ("///", "not_applicable")
        assert found["departement"].reason.startswith("sans objet pour la référence")
        if "france" in found:
            assert found["france"].value is None


def test_a_scenario_to_the_rest_of_the_epci_is_the_commune_s_alone(build: Build) -> None:
    """The EPCI holds its other communes: it is not brought to their level."""
    keys = "epci, epci_hors_commune, departement, epci_communes"
    report = build(RATES.format(benchmarks=keys, to="epci_hors_commune"), VITRY)
    wider = "sans objet pour la référence"
    assert not figure_of(report, "ecart", VITRY).reason.startswith(wider)
    assert figure_of(report, "ecart", EPCI).reason.startswith(wider)
    assert figure_of(report, "foyers", "51").reason.startswith(wider)


ANNEX = """
id: annexe
title: "Annexe"
indicators:
  rsa: {{label: "RSA", series: caf.rsa.foyers, unit: foyers}}
  prime: {{label: "Prime", series: caf.ppa.foyers, unit: foyers}}
  foyers: {{label: "Foyers", series: caf.ndur.foyers, unit: foyers}}
  naissances: {{label: "Naissances", series: insee.naissances}}
sections:
  - id: s
    title: "S"
    blocks:
      - {{table: annex, indicators: [{shown}]}}
"""


@pytest.mark.parametrize(
    ("shown", "caption", "labels"),
    [
        ("rsa, prime, foyers", "Données de décembre 2024.",
         ["RSA (foyers)", "Prime (foyers)", "Foyers (foyers)"]),
        ("rsa, prime, foyers, naissances", "Données de décembre 2024, sauf mention contraire.",
         ["RSA (foyers)", "Prime (foyers)", "Foyers (foyers)", "Naissances (naissances, 2025)"]),
        ("rsa, naissances", "", ["RSA (foyers, déc. 2024)", "Naissances (naissances, 2025)"]),
    ],
)  # fmt: skip
def test_an_annex_says_once_the_period_that_its_columns_share(
    build: Build, shown: str, caption: str, labels: list[str]
) -> None:
    """The period of most columns, three at least, stands over the table; the others in theirs."""
    report = build(ANNEX.format(shown=shown), VITRY)
    (table,) = [b for s in report.sections for b in s.blocks if b.kind == "annex"]
    assert table.caption.replace("\u00a0", " ") == caption
    columns = [column.label for column in table.columns]  # type: ignore[union-attr]
    assert [label.replace("\u00a0", " ") for label in columns] == labels


def test_the_cover_places_the_territory_whatever_the_spec_compares_with(build: Build) -> None:
    """Without the département among its benchmarks, the cover and the map still name it."""
    report = build(RATES.format(benchmarks="epci, epci_communes", to="epci"), VITRY)
    assert report.cover.lines[1] == "Marne · Grand Est"
    assert report.cover.locator is not None
    assert report.cover.locator.alt == "Situation de Vitry-le-François dans la Marne."


@pytest.mark.parametrize("indicator", ["ecart", "foyers", "premier"])
def test_nothing_is_worked_out_from_a_rate_that_is_not_shown(build: Build, indicator: str) -> None:
    """5 of 20 foyers, n.s. itself, would be told by its gap to the EPCI."""
    report = build(RATES.format(benchmarks="epci, epci_communes", to="epci"), VILLAGE)
    found = figure_of(report, indicator, VILLAGE)
    assert (found.value, found.text) == (None, "///")
    assert found.reason == "moins de 30\u00a0foyers"


def test_a_reference_may_be_the_rest_of_the_epci(build: Build) -> None:
    """1 220 of 3 040 foyers in Vitry, 590 of 1 560 around it: 40,1 % and 38 %, 2 points."""
    text = RATES.format(benchmarks="epci_hors_commune", to="epci_hors_commune")
    report = build(text.replace("of: rsa", "of: prime"), VITRY)
    gap = figure_of(report, "ecart", VITRY)
    assert gap.value == pytest.approx(1220 / 3040 * 100 - 590 / 1560 * 100)
    assert gap.text == "+\u202f2"


def test_a_count_worked_out_within_wide_bounds_is_about(build: Build) -> None:
    """No RSA published in 20 of the 35 communes, where up to 2 foyers may be: from 0 to 20."""
    report = build(RATES.format(benchmarks="epci, epci_communes", to="epci"), EPCI)
    found = figure_of(report, "sans", EPCI)
    assert (found.value, found.lower, found.upper) == (20, 0, 20)
    assert (found.text, found.show) == ("≈\u00a020", "approx")


def test_a_small_published_value_has_its_evolution(build: Build) -> None:
    """From 3,66 to 3,33 consultations: − 9 %. Only a count may be too small for a change."""
    report = build(RATES.format(benchmarks="epci", to="epci"), VITRY)
    (table,) = [
        b for s in report.sections for b in s.blocks if getattr(b, "kind", "") == "comparison_table"
    ]
    rows = {row.indicator: row for group in table.groups for row in group.rows}
    evolution = rows["medecins"].evolution
    assert evolution is not None
    assert evolution.change == pytest.approx((3.33 / 3.66 - 1) * 100)


def test_years_are_averaged_and_decembers_are_not(build: Build) -> None:
    """A mean of three years of a series of Decembers has none."""
    report = build(RATES.format(benchmarks="epci", to="epci"), VITRY)
    assert missing_row(report).reason == "Pas 3 années de suite dans cette édition"


def test_a_text_names_places_that_the_spec_does_not_compare_with(build: Build) -> None:
    """The département and the région are those of the territory, benchmarks or not."""
    report = build(RATES.format(benchmarks="epci", to="epci"), VITRY)
    texts = [b.markdown for s in report.sections for b in s.blocks if isinstance(b, Prose)]
    assert "Dans le département [Marne] de [Grand Est]." in texts


def test_the_value_of_the_epci_stands_in_though_it_is_no_benchmark(build: Build) -> None:
    """A village has the coverage of its EPCI, compared with it or not."""
    report = build(RATES.format(benchmarks="epci_communes, region", to="region"), VILLAGE)
    assert figure_of(report, "couverture", VILLAGE).show == "from_epci"


def test_a_gap_of_two_ratios_cites_all_that_was_read(build: Build) -> None:
    """RSA over births: the births are among its origins, and those of 2025 are provisional."""
    text = RATES.format(benchmarks="epci, epci_communes", to="epci").replace(
        'denominator: caf.ndur.foyers\n    nested: true\n    unit: "% des foyers allocataires"',
        "denominator: insee.naissances\n    unit: foyers pour 100 naissances",
    )
    report = build(text, VITRY)
    for indicator in ("rsa", "ecart"):
        figure = figure_of(report, indicator, VITRY)
        assert figure.origins == ("caf_s_ben_com_f-2026-11", "insee_etat_civil-2026-11")
        assert figure.provisional
