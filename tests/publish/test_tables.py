"""Blocks as rows of words."""

from __future__ import annotations

import dataclasses

import invented
import pytest

from diagnostic.model import Annex, Column, ComparisonTable, Figure, Ranked, ReportData
from diagnostic.publish import pages, tables


def block(report: ReportData, name: str):
    """The block of the report called `name`."""
    return next(b for s in report.sections for b in s.blocks if b.id == name)


@pytest.mark.parametrize(
    ("text", "whole", "decimals"),
    [
        ("61,5", "61", ",5"),
        ("10\u202f996", "10\u202f996", ""),
        ("−\u202f0,25", "−\u202f0", ",25"),
        ("≈\u00a011", "≈\u00a011", ""),
        ("n.s.", "n.s.", ""),
        ("EAJE (35,0)", "EAJE (35,0)", ""),
    ],
)
def test_split_cuts_numbers_at_the_comma_and_leaves_words_whole(
    text: str, whole: str, decimals: str
) -> None:
    """Only a number has decimals to align."""
    assert tables.Number(whole, decimals) == tables.split(text)


def test_decimals_is_the_room_of_the_longest(report: ReportData) -> None:
    """A column with 61,5 and a sign leaves room for one decimal, one of integers for none."""
    figures = report.figures
    assert tables.decimals([figures["couverture.99001.2023"], figures["couverture.99.2023"]]) == 1
    assert tables.decimals([figures["revenu.99001.2023"]]) == 0
    assert tables.decimals([]) == 0


def test_a_value_of_another_level_says_whose_it_is(report: ReportData) -> None:
    """« valeur de l’EPCI » for the stand-in, nothing for a value of its own."""
    figure = report.figures["relais.99001.2023"]
    assert tables.stands_for(figure, report) == "valeur de\u00a0l’EPCI"
    assert tables.whose_level(figure, report) == "EPCI"
    assert tables.stands_for(report.figures["couverture.99001.2023"], report) == ""


def test_a_stand_in_of_an_unknown_territory_is_still_said(report: ReportData) -> None:
    """A custom level has general words, a code without territory is taken for the EPCI's."""
    figure = report.figures["relais.99001.2023"]
    odd = dataclasses.replace(report.territories[invented.EPCI], level="custom")
    told = dataclasses.replace(report, territories={invented.EPCI: odd})
    lost = dataclasses.replace(figure, stands_for=None)

    assert tables.stands_for(figure, told) == "valeur d’un autre niveau"
    assert tables.stands_for(lost, report) == "valeur de\u00a0l’EPCI"


def test_legend_explains_the_signs_met_and_named(report: ReportData) -> None:
    """Signs of the figures and of the block, known ones first and in one order."""
    figures = [report.figures["revenu.99006.2023"], report.figures["activité.99004.2023"]]
    provisional = dataclasses.replace(figures[0], text="82\u00a0p")

    assert tables.legend([*figures, provisional], ("…", "†")) == (
        ("…", "non disponible"), ("s", "secret statistique"), ("≈", "valeur approchée"),
        ("p", "provisoire"), ("†", ""),
    )  # fmt: skip


def test_the_table_of_a_map_ranks_values_and_ends_on_absences(report: ReportData) -> None:
    """Highest first; a secret value is last, its reason beside its sign."""
    (table,) = tables.beside(block(report, "carte-revenu"), report)

    assert table.rows[0] == ("Bourg-Imaginaire", "29\u202f070", "///")
    assert table.rows[-1] == ("Saint-Exemple-du-Modèle", "s (secret statistique)", "///")


def test_the_table_of_ranked_dots_gives_intervals_ranks_and_references(report: ReportData) -> None:
    """What the narrow drawing leaves out stands in the table."""
    (table,) = tables.beside(block(report, "rang-activite"), report)

    assert table.rows[0] == ("Vallon-le-Fictif", "22,1", "22–23", "1ᵉ", "1")
    assert table.rows[2] == ("Bourg-Imaginaire", "14,3", "14–15", "3ᵉ", "2–3")
    assert (table.rows[5]) == (
        "Mirage",
        "n.s. (effectif publié d’au plus 10 foyers)",
        "4–12",
        "///",
        "///",
    )
    assert table.rows[7] == ("EPCI", "16,7", "///", "///", "///")


def test_the_table_of_ranked_dots_counts_the_rows_left_out(report: ReportData) -> None:
    """A row without numbers says how many communes stand between two rows."""
    block = next(b for s in report.sections for b in s.blocks if isinstance(b, Ranked))
    for count, words in ((7, "7\u00a0communes non montrées"), (1, "1\u00a0commune non montrée")):
        rows = (block.rows[0], dataclasses.replace(block.rows[1], skipped=count))
        (table,) = tables.beside(dataclasses.replace(block, rows=rows), report)
        assert table.rows[1] == (words, "///", "///", "///", "///")


def test_the_tables_of_lines_are_periods_by_territories(report: ReportData) -> None:
    """Means in one table, single periods in another, a period without a value shown as such."""
    whole, single = tables.beside(block(report, "evolution-naissances"), report)

    assert whole.head == ("Période", "Vallon-le-Fictif", "CC du Val Fictif")
    assert whole.rows[0] == ("2014–2016", "132", "117")
    assert single.rows[0] == ("2014", "140")
    assert len(tables.beside(block(report, "evolution-coupee"), report)) == 1


def test_a_line_without_a_period_says_not_available(report: ReportData) -> None:
    """A hole in one line is « … », never blank."""
    lines = block(report, "evolution-naissances")
    short = dataclasses.replace(lines.lines[1], points=lines.lines[1].points[1:])
    changed = dataclasses.replace(lines, lines=(lines.lines[0], short))

    assert tables.beside(changed, report)[0].rows[0] == ("2014–2016", "132", "…")


def test_the_table_of_shares_has_parts_and_total(report: ReportData) -> None:
    """One row a territory, the published total last; a part that a bar lacks has no object."""
    shares = block(report, "parts-modes")
    (table,) = tables.beside(shares, report)
    cut = dataclasses.replace(shares.bars[0], parts=shares.bars[0].parts[:2], total="")
    (partial,) = tables.beside(dataclasses.replace(shares, bars=(cut, shares.bars[1])), report)
    (bare,) = tables.beside(dataclasses.replace(shares, bars=(cut,)), report)

    assert table.rows[0] == ("Vallon-le-Fictif", "35,0", "23,3", "3,2", "61,5")
    assert partial.rows[0] == ("Vallon-le-Fictif", "35,0", "23,3", "///", "///")
    assert bare.head == ("Territoire", "Établissements", "Assistants maternels")


def test_blocks_of_words_have_no_table_beside(report: ReportData) -> None:
    """Prose needs no table."""
    assert tables.beside(block(report, "arrondis"), report) == ()


def test_calls_go_to_the_evolution_or_to_the_label(report: ReportData) -> None:
    """A note on an evolution is called beside it, another beside the label; the rest is plain."""
    table = block(report, "comparaison")
    notes = tables.called(table)
    first, second = table.groups[0].rows

    assert list(notes) == ["a", "b", "c"]
    assert (tables.calls(first, notes, True), tables.calls(first, notes, False)) == (("a",), ())
    assert (tables.calls(second, notes, False), tables.calls(second, notes, True)) == (("b",), ())
    assert tables.plain_notes(table) == ("Rang : du plus élevé au plus bas.",)


def test_words_in_a_cell_are_told_from_numbers() -> None:
    """Long words wrap; a long number does not."""
    assert tables.wordy("EAJE (35,0)")
    assert not tables.wordy("68\u202f000\u202f000")
    assert not tables.wordy("n.s.")


def test_an_annex_is_cut_in_even_pieces(report: ReportData) -> None:
    """Seventy rows make two tables of 35, ten columns two of five, each with its decimals."""
    cells = ("couverture.99001.2023", *[""] * 9)
    columns = tuple(Column(key=str(n), label=str(n)) for n in range(10))
    long = Annex(id="a", columns=columns, rows=tuple((f"c{n}", cells) for n in range(70)))
    pieces = tables.annex(long, report)

    assert [(len(piece.columns), len(piece.rows), piece.suite) for piece in pieces] == [
        (5, 35, False),
        (5, 35, True),
        (5, 35, True),
        (5, 35, True),
    ]
    assert (pieces[1].decimals, pieces[1].rows[0][0]) == ((1, 0, 0, 0, 0), "c35")


def test_an_annex_leaves_out_the_rows_that_say_nothing(report: ReportData) -> None:
    """Rows of « … » become one sentence and lose their sign; the territory's own row stays."""
    told, own = "couverture.99001.2023", report.territory.name
    none = next(name for name, figure in report.figures.items() if figure.text == "…")
    columns = (Column(key="a", label="a"), Column(key="b", label="b"))
    rows = ((own, (none, "")), ("c1", (none, "")), ("c2", (none, none)), ("c3", (none, told)))
    page = pages.Page(report, None, "print")
    block = Annex(id="a", columns=columns, rows=rows)
    full = Annex(id="a", columns=columns, rows=(rows[3],))

    assert [name for name, _ in tables.held(block, report)] == [own, "c3"]
    assert page.left_out(block).startswith("Pour 2\u00a0autres communes, aucun")
    assert page.left_out(full) == ""
    assert page.annex_legend(block) == (("…", "non disponible"), ("///", "sans objet"))
    assert page.annex_legend(full) == (("…", "non disponible"),)


def test_a_provisional_value_bears_its_sign_once(report: ReportData) -> None:
    """« p » is added to a provisional number that lacks it, never to an absence."""
    figure = dataclasses.replace(report.figures["couverture.99001.2023"], provisional=True)

    assert tables.provisional(figure)
    assert tables.legend([figure]) == (("p", "provisoire"),)
    assert not tables.provisional(dataclasses.replace(figure, text="61,5\u00a0p"))
    assert not tables.provisional(dataclasses.replace(figure, value=None))
    assert not tables.provisional(dataclasses.replace(figure, provisional=False))


def test_has_value_follows_what_is_shown(report: ReportData) -> None:
    """A number hidden behind n.s. is not a value for the reader."""
    shown: dict[str, Figure] = report.figures
    assert tables.has_value(shown["relais.99001.2023"])
    assert not tables.has_value(shown["activité.99006.2023"])


def test_a_table_without_notes_calls_none(report: ReportData) -> None:
    """A letter with no note is a call to nothing and is still printed beside the label."""
    table: ComparisonTable = dataclasses.replace(block(report, "comparaison"), notes=())
    row = table.groups[0].rows[0]

    assert tables.called(table) == {}
    assert tables.calls(row, {}, False) == ("a",)
