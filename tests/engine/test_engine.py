"""The reports of the extract say what their sources say, and why when they say nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from diagnostic import catalogue, engine, spec, store, territories
from diagnostic.errors import SourceError, TerritoryError
from diagnostic.model import ComparisonTable, Figure, Origin, ReportData, Sources

VITRY, EPCI, MEIX = "51649", "200034718", "51361"
Find = Callable[..., Figure]
Make = Callable[[str], ReportData]


@pytest.mark.parametrize(
    ("indicator", "place", "period", "text"),
    [
        ("allocataires", VITRY, "2024-12", "3\u202f040"),
        ("personnes_couvertes", VITRY, "2024-12", "6\u202f055"),
        ("prime_activite", VITRY, "2024-12", "1\u202f220"),
        ("couverture", VITRY, "2023-12", "61,5"),
        ("couverture", EPCI, "2023-12", "58,9"),
        ("couverture", "france", "2023-12", "60,9"),
    ],
)
def test_published_figures(
    figure: Find, indicator: str, place: str, period: str, text: str
) -> None:
    """The figures that the producers publish for Vitry are printed as published, dated, sourced."""
    found = figure(indicator, VITRY, place)
    assert (text, period) == (found.text, found.period)
    assert found.origins


def test_a_rate_is_a_ratio_of_sums_with_bounds(figure: Find) -> None:
    """The rest of the EPCI: 1 810 − 1 220 = 590 foyers in 34 communes, each within 2."""
    found = figure("prime_activite_menages", VITRY, f"{EPCI}-{VITRY}")
    assert found.numerator is not None
    assert found.numerator.value == 590
    assert found.numerator.upper == 590 + 2 * 34
    assert found.numerator.lower >= 590 - 2 * 34
    assert found.flags == ("sum_of_rounded", "sum")


def test_the_marne_is_summed_from_its_610_communes(figure: Find) -> None:
    """No département file is in the extract: the sum says that it is one, complete."""
    found = figure("rsa", VITRY, "51")
    assert found.numerator is not None
    assert found.numerator.cells >= 610
    assert found.coverage == 1.0
    assert "sum_of_rounded" in found.flags


def test_a_median_is_never_summed(figure: Find) -> None:
    """The EPCI's median is not in the extract and is not made from its communes'."""
    found = figure("niveau_de_vie", VITRY, EPCI)
    assert found.value is None
    assert found.text == "…"
    assert found.reason


def test_a_village_takes_the_value_of_its_epci_and_says_so(figure: Find) -> None:
    """Coverage is published above 10 000 inhabitants: the EPCI's 58,9 stands in, in words."""
    found = figure("couverture", MEIX)
    assert (found.show, found.text, found.stands_for) == ("from_epci", "58,9", EPCI)
    assert "valeur de l’EPCI" in found.reason


def test_under_threes_are_absent_and_nothing_stands_in(report: Make) -> None:
    """No figure of under-threes is printed, and none has births or under-fives as denominator."""
    figures = report(VITRY).figures.values()
    assert {f.value for f in figures if f.indicator.startswith("moins_3")} == {None}
    stand_ins = {"insee.naissances", "insee.rp.moins_5_ans"}
    assert not [f for f in figures if f.denominator and f.denominator.series in stand_ins]


def test_a_ratio_over_100_is_flagged_and_not_capped(figure: Find) -> None:
    """55 foyers for 49,2 ménages at Le Meix-Tiercelin: 111,8, flagged, not significant there."""
    found = figure("allocataires_menages", MEIX)
    assert found.value == pytest.approx(111.79, abs=0.01)
    assert "over_100" in found.flags
    assert found.show == "ns"


def test_births_take_chance_into_account(figure: Find) -> None:
    """105 births for 1 000 inhabitants of 2021: 9,2, from 7,5 to 11,1 at 95 %."""
    found = figure("natalite", VITRY)
    assert (found.text, found.interval_text, found.interval) == ("9,2", "7,5–11,1", "chance")


def test_three_years_of_births(figure: Find) -> None:
    """83, 97 and 82 births make a mean of 87,3, printed 87, provisional like its last year."""
    found = figure("naissances_moyenne", VITRY, period="2023/2025")
    assert found.value == pytest.approx((83 + 97 + 82) / 3)
    assert (found.text, found.provisional) == ("87", True)


def _evolution(report: ReportData, indicator: str) -> object:
    rows = [
        row
        for section in report.sections
        for block in section.blocks
        if block.kind == "comparison_table"
        for group in block.groups
        for row in group.rows
        if row.indicator == indicator
    ]
    return rows[0].evolution


def test_rsa_from_655_to_605_is_a_fall(report: Make) -> None:
    """− 7,6 % passes the threshold and the intervals are disjoint."""
    evolution = _evolution(report(VITRY), "rsa")
    assert (evolution.trend, evolution.start, evolution.end) == ("down", "2020-12", "2024-12")
    assert evolution.change == pytest.approx((605 / 655 - 1) * 100)


def test_no_change_is_stated_on_a_handful_of_births(report: Make) -> None:
    """Two to three births a year do not « triple »: the change is not significant."""
    evolution = _evolution(report(MEIX), "naissances_moyenne")
    assert (evolution.trend, evolution.text) == ("refused", "n.s.")


def _table(report: ReportData, title: str) -> ComparisonTable:
    return next(
        block
        for section in report.sections
        for block in section.blocks
        if isinstance(block, ComparisonTable) and block.title == title
    )


def test_a_period_shared_by_most_rows_is_said_once(report: Make) -> None:
    """18 rows of 20 are of December 2024, 4 of 4 of 2023; the others keep their own."""
    table = _table(report(VITRY), "Ressources et prestations")
    assert table.caption == "Données de décembre\u00a02024, sauf mention contraire."
    units = {row.indicator: row.unit_text for row in table.groups[0].rows}
    assert (units["rsa"], units["niveau_de_vie"]) == ("foyers", "€ par an, 2023")
    housing = _table(report(VITRY), "Logement")
    assert housing.caption == "Données de 2023."
    assert {row.unit_text for row in housing.groups[0].rows if "part" in row.indicator} == {
        "% des logements", "% des ménages",
    }  # fmt: skip


def test_evolutions_between_the_same_months_share_a_letter(report: Make) -> None:
    """One letter a pair of months, settled or not; the intervals are listed beside it."""
    notes = [
        n.replace("\u00a0", " ") for n in _table(report(VITRY), "Ressources et prestations").notes
    ]
    assert [note[:2] for note in notes] == ["a ", "b ", "c "]
    assert notes[0].startswith(
        "a évolution entre décembre 2020 et décembre 2024\u202f; Paje (foyers) : de"
    )
    assert notes[1] == "b évolution entre décembre 2020 et décembre 2024, non établie"
    assert notes[2].startswith("c évolution entre décembre 2021 et décembre 2024")


def test_a_table_without_evolutions_calls_no_note_on_them(report: Make) -> None:
    """A village has no evolution column: no row calls why there is none."""
    table = _table(report("51125"), "Ressources et prestations")
    assert not table.show_evolution
    assert (table.notes, {row.notes for row in table.groups[0].rows}) == ((), {()})


def test_a_refused_evolution_says_so_under_its_letter(report: Make) -> None:
    """Beside evolutions that hold, « /// » calls the reason, which opens on the word."""
    refused = [
        (table, row)
        for code in (VITRY, EPCI, "51108", "51231", "51352")
        for section in report(code).sections
        for table in section.blocks
        if isinstance(table, ComparisonTable) and table.show_evolution
        for row in table.groups[0].rows
        if row.evolution is not None and row.evolution.trend == "refused"
    ]
    assert refused
    for table, row in refused:
        letter = row.notes[-1]
        (note,) = [n for n in table.notes if n.startswith(f"{letter}\u00a0")]
        assert note.startswith(f"{letter}\u00a0évolution non calculée\u00a0: ")


def test_the_copies_are_told_once_and_the_others_by_name(report: Make) -> None:
    """All datasets but one come from the same copy; the one republished is named."""
    block = next(b for s in report(VITRY).sections for b in s.blocks if isinstance(b, Sources))
    first, second = (note.replace("\u00a0", " ") for note in block.notes)
    assert first == "Copie de septembre et octobre 2026, date du producteur non connue."
    assert second.startswith("Insee, Comparateur de territoires 2024 : copie")
    assert second.endswith("jeu republié par GitHub rcarlier/datas.fun.")


def test_the_cover_gives_the_legal_frame(report: Make) -> None:
    """The framework of the spec, as it is written there."""
    assert report(VITRY).cover.framework.startswith("Code de l’action sociale et des familles")


def test_aides_au_logement_are_cut_at_2021(report: Make) -> None:
    """The break of January 2021 forbids an evolution from December 2020."""
    evolution = _evolution(report(VITRY), "aides_logement")
    assert evolution.start == "2021-12"


def test_ranks_leave_out_villages_and_fragile_counts(report: Make) -> None:
    """Communes under 200 inhabitants have no rank; the ranked ones have a rank interval."""
    ranked = next(
        block
        for section in report(VITRY).sections
        for block in section.blocks
        if block.kind == "ranked" and "prime" in block.title
    )
    figures = report(VITRY).figures
    assert MEIX not in {figures[row.figure].code for row in ranked.rows}
    first = ranked.rows[0]
    assert figures[first.figure].code == VITRY
    assert first.rank is not None
    assert (first.rank.position, first.rank.low) == (1, 1)
    assert first.rank.high > 1  # chance alone could place a smaller commune before it


def test_a_missing_indicator_is_listed_with_where_it_will_come_from(report: Make) -> None:
    """Places, CMG, AEEH… stand in the table that ends their chapter, with reason and source."""
    missing = {
        row.indicator: row
        for section in report(VITRY).sections
        for block in section.blocks
        if block.kind == "missing"
        for row in block.rows
    }
    assert {"places", "cmg", "aeeh", "moins_3", "monoparentales"} <= set(missing)
    assert all(row.reason and row.arrival != "…" for row in missing.values())


def test_every_absence_has_a_sign_and_a_reason(report: Make) -> None:
    """No figure is blank, none without a number lacks its reason."""
    for code in (VITRY, MEIX, EPCI, "51108"):
        for found in report(code).figures.values():
            assert found.text
            assert found.value is not None or found.reason, found.id


def test_the_epci_is_compared_one_level_up(report: Make) -> None:
    """The EPCI's dossier has its département, its région and France, not itself."""
    levels = {f.level for f in report(EPCI).figures.values()}
    assert {"epci", "departement", "region", "france", "commune"} == levels
    tables = [b for s in report(EPCI).sections for b in s.blocks if b.kind == "comparison_table"]
    assert all("epci" not in {column.key for column in table.columns} for table in tables)


def test_the_edition_is_that_of_the_newest_origin(report: Make) -> None:
    """No clock is read: the month printed is that of the newest retrieval."""
    made = report(VITRY)
    assert max(origin.retrieved[:7] for origin in made.origins.values()) == made.edition


def _assemble(path: str | Path, code: str) -> ReportData:
    series = catalogue.load()
    places = territories.load()
    return engine.assemble(
        spec.load(path, series), places.find(code), territories=places, catalogue=series,
        store=store.Store([store.embedded_root()]),
    )  # fmt: skip


def test_a_territory_without_data_has_its_own_answer() -> None:
    """Nothing of the extract bears on the Ain: exit 4, with what to do, not a blank dossier."""
    with pytest.raises(SourceError, match="aucun des") as caught:
        _assemble("sppe", "01001")
    assert "--store" in caught.value.hint


def test_a_spec_of_one_indicator_says_so(spec_file: Callable[[str], Path]) -> None:
    """Not « aucun des 1 indicateur »."""
    path = spec_file(
        'spec: 1\nid: essai\ntitle: "Essai"\nindicators:\n'
        '  a: {label: "A", series: caf.ndur.foyers}\n'
        'sections:\n  - {id: s, title: "S", indicators: [a]}\n'
    )
    with pytest.raises(SourceError, match="ne contiennent pas l’indicateur de la spec"):
        _assemble(str(path), "01001")


def test_a_level_that_the_spec_does_not_have_is_refused() -> None:
    """The SPPE spec has no region dossier."""
    with pytest.raises(TerritoryError, match="ne prévoit pas"):
        _assemble("sppe", "Grand Est")


def test_a_required_indicator_without_value_stops(spec_file: Callable[[str], Path]) -> None:
    """`required: true` turns an absence into exit 4, naming the indicator."""
    path = spec_file(
        'spec: 1\nid: essai\ntitle: "Essai"\nindicators:\n'
        '  places: {label: "Places", subject: "les places", series: caf.places.total, '
        'unit: "places", required: true}\n'
        '  allocataires: {label: "Foyers", subject: "les foyers", series: caf.ndur.foyers, '
        'unit: "foyers"}\n'
        'sections:\n  - {id: un, title: "Un", indicators: [places, allocataires], '
        "blocks: [{table: comparison, indicators: [allocataires]}]}\n"
    )
    with pytest.raises(SourceError, match="Places"):
        _assemble(path, VITRY)


def test_the_method_lists_the_verdicts_that_the_rounding_decides(report: Make) -> None:
    """Under rounding down the EPCI's RSA rate no longer stands clear of the Marne's."""
    block = next(b for s in report(EPCI).sections for b in s.blocks if b.id == "methode-arrondi")
    assert "RSA, pour 100" in block.markdown
    assert "«\u00a0au-dessus\u00a0» deviendrait «\u00a0comparable\u00a0»" in block.markdown


def test_no_chapter_has_the_headline_of_another(report: Make) -> None:
    """Each chapter's finding is its own, and no block repeats it under it."""
    for code in (VITRY, EPCI, MEIX):
        headlines = [section.finding for section in report(code).sections if section.finding]
        assert len(headlines) == len(set(headlines))
        for section in report(code).sections:
            assert section.finding not in {b.finding for b in section.blocks if b.finding}


def test_the_population_of_the_cover_is_dated_by_the_census_it_equals(report: Make) -> None:
    """10 996 inhabitants are those of the census of 2023; elsewhere the COG alone is named."""
    head, text = report(VITRY).cover.facts[1]
    assert head == "10\u202f996\u00a0habitants"
    assert "1ᵉʳ\u00a0janvier\u00a02023" in text
    assert "code officiel géographique" in report("51051").cover.facts[1][1]


def test_the_cover_says_how_fresh_the_data_are(report: Make) -> None:
    """Where no producer's date is known, the provenance's own sentence stands on the cover."""
    text = report(VITRY).cover.facts[0][1]
    assert "copie de septembre et octobre 2026, date du producteur non connue" in text.replace(
        "\u00a0", " "
    )


def test_two_editions_of_one_dataset_are_told() -> None:
    """Numbers of two dates side by side are said; two datasets of one date are not."""
    one = Origin(
        id="a", producer="Cnaf", dataset="s", title="T", address="", licence="", edition="2026-01",
        retrieved="2026-01",
    )  # fmt: skip
    newer = replace(one, id="b", edition="2026-02")
    other = replace(one, id="c", dataset="t")
    (said,) = engine._mixed({"a": one, "b": newer, "c": other})
    assert said.startswith("Cnaf, s\u00a0: deux éditions lues dans ce dossier (2026-01, 2026-02)")
    assert engine._mixed({"a": one, "c": other}) == []


def test_the_day_of_an_update_is_in_words() -> None:
    """As a pull keeps it, and as a producer may have written it otherwise."""
    from diagnostic.engine import narrative

    assert narrative._day("2026-09-15").split() == ["15", "septembre", "2026"]
    assert narrative._day("septembre 2026") == "septembre 2026"
    assert narrative._day("") == ""
