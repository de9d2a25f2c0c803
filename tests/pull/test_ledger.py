"""Tests of the ledger: what the rows of a file are understood to be, and every doubt told."""

from __future__ import annotations

from pathlib import Path

import pytest
import sheets

from diagnostic import catalogue
from diagnostic.errors import SpecError
from diagnostic.pull import imports, mapping
from diagnostic.pull.ledger import Ledger

HEAD = """\
import: 1
id: creche
producer: "CC"
title: "Liste d’attente"
licence: "usage interne"
level: commune
code: code
geography: 2024
period: "2024"
"""
SERIES = """\
series:
  local.attente:
    column: n
    label: "Attente"
    definition: "Demandes."
    unit: "enfants"
    kind: count
"""


def understand(path: Path, content: str, more: str = "", head: str = HEAD) -> Ledger:
    """The ledger of a CSV with that content, its mapping with `more` keys."""
    source = path / "a.csv"
    source.write_text(content, encoding="utf-8")
    columns = mapping.parse((head + more + SERIES).encode(), path / "m.yaml", catalogue.load())
    return imports.understand(source, columns).ledger


def said(ledger: Ledger) -> list[str]:
    """The remarks, the grave ones first with a mark."""
    marked = (f"{'! ' if one.grave else ''}{one}" for one in ledger.remarks)
    return [one.replace("\u00a0", " ") for one in marked]


def cells(ledger: Ledger) -> dict[tuple[str, str], str]:
    """The cell of the series by code and period."""
    return {place[1:]: row["local.attente"] for place, row in ledger.rows.items()}


def test_cells_are_numbers_or_the_reason_of_their_absence(tmp_path: Path) -> None:
    """A blank is what the mapping says, unknown by default, and never 0; so is a word."""
    content = "code;n\n51649;12,5\n51108;\n51230;nd\n51573;0\n"
    found = understand(tmp_path, content, "words: {nd: not_published}\n")
    assert cells(found) == {
        ("51649", "2024"): "12.5",
        ("51108", "2024"): "unknown",
        ("51230", "2024"): "not_published",
        ("51573", "2024"): "0",
    }
    assert said(found) == [
        "cases vides, gardées comme « unknown »",
        "cases dont un mot dit l’absence : « nd »",
    ]
    secret = understand(tmp_path, content, "blank: secret\nwords: {nd: masked}\n")
    assert cells(secret)["51108", "2024"] == "secret"


def test_a_file_is_written_one_cell_a_row(tmp_path: Path) -> None:
    """A series without a cell at a place and period has no row there."""
    found = understand(tmp_path, "code;n\n51649;1\n51108;2\n")
    found.rows["commune", "51108", "2023"] = {}
    assert found.write(tmp_path / "rows.csv") == 2
    assert (tmp_path / "rows.csv").read_text() == (
        "GEO_LEVEL;GEO_CODE;TIME_PERIOD;SERIES;VALUE\n"
        "commune;51108;2024;local.attente;2\n"
        "commune;51649;2024;local.attente;1\n"
    )


def test_lost_zeros_are_a_doubt_then_a_refusal_or_a_repair(tmp_path: Path) -> None:
    """The code "1001" is refused with the code it was; the mapping may ask for its zero back."""
    content = "code;n\n1001;3\n51649;4\n"
    found = understand(tmp_path, content)
    assert said(found) == ["! codes qui ont perdu leur zéro de tête : ligne 2 « 1001 » pour 01001"]
    assert understand(tmp_path, content, "unknown: drop\n").remarks.found != {}
    assert any(one.grave for one in understand(tmp_path, content, "unknown: drop\n").remarks)
    repaired = understand(tmp_path, content, "zeros: restore\n")
    assert cells(repaired)["01001", "2024"] == "3"
    assert said(repaired) == ["codes à qui leur zéro de tête a été rendu : 1001 → 01001"]


def test_mixed_decimals_are_refused_until_the_sign_is_told(tmp_path: Path) -> None:
    """1,5 beside 1.5: one of them is thousands, or somebody else's typing."""
    content = "code;n\n51649;1,5\n51108;1.5\n"
    assert said(understand(tmp_path, content))[0] == (
        "! des virgules et des points dans les nombres : ligne 2 « 1,5 » et ligne 3 « 1.5 »"
    )
    told = said(understand(tmp_path, content, "decimal: virgule\n"))
    assert told == ["! textes qui ne sont pas des nombres (local.attente) : ligne 3 « 1.5 »"]


def test_three_decimals_everywhere_may_be_thousands(tmp_path: Path) -> None:
    """1,234 may be a rate or a thousand: it is refused until the sign is told."""
    remark = (
        "! toujours trois chiffres après le signe décimal : des milliers\u202f? : ligne 2 « 1,234 »"
    )
    assert said(understand(tmp_path, "code;n\n51649;1,234\n51108;5,678\n")) == [remark]
    assert said(understand(tmp_path, "code;n\n51649;1,234\n51108;5,6\n")) == []
    assert said(understand(tmp_path, "code;n\n51649;0,234\n")) == []
    told = understand(tmp_path, "code;n\n51649;1,234\n", "decimal: virgule\n")
    assert (said(told), cells(told)) == ([], {("51649", "2024"): "1.234"})


def test_numbers_written_as_texts_in_a_workbook(tmp_path: Path) -> None:
    """A comma in a text cell is a decimal one, and it is said."""
    path = sheets.xlsx(
        tmp_path / "a.xlsx", {"S": [["code", "n"], ["51649", "1,5"], ["51108", 2.5]]}
    )
    columns = mapping.parse((HEAD + SERIES).encode(), tmp_path / "m.yaml", catalogue.load())
    found = imports.understand(path, columns).ledger
    assert cells(found) == {("51649", "2024"): "1.5", ("51108", "2024"): "2.5"}
    assert said(found) == [
        "nombres écrits comme des textes à virgule, lus comme décimaux : ligne 2 « 1,5 »"
    ]
    told = mapping.parse(
        (HEAD + "decimal: virgule\n" + SERIES).encode(), tmp_path / "m.yaml", catalogue.load()
    )
    assert cells(imports.understand(path, told).ledger) == cells(found)


def test_a_text_that_is_no_number_is_refused_with_its_line(tmp_path: Path) -> None:
    """Never a hole: the user says what the word means."""
    found = understand(tmp_path, "code;n\n51649;environ 12\n51108;3\n")
    assert said(found) == [
        "! textes qui ne sont pas des nombres (local.attente) : ligne 2 « environ 12 »"
    ]
    assert ("51649", "2024") not in cells(found)


def test_unknown_codes_are_refused_unless_the_mapping_says(tmp_path: Path) -> None:
    """Counted and listed whatever becomes of them."""
    content = "code;n\n51649;1\n99999;2\n99998;3\nTotal;6\nSource : CC;\n"
    ignored = "lignes sans code connu ni nombre, laissées de côté"
    assert said(understand(tmp_path, content)) == [
        (
            "! codes inconnus de tous les COG (commune) (3) : « 99999 » (ligne 3), "
            "« 99998 » (ligne 4), « Total » (ligne 5)"
        ),
        ignored,
    ]
    dropped = understand(tmp_path, content, "unknown: drop\n")
    assert set(cells(dropped)) == {("51649", "2024")}
    assert said(dropped)[0].startswith("codes inconnus (commune), laissés de côté (3)")
    kept = understand(tmp_path, content, "unknown: keep\n")
    assert set(cells(kept)) == {("51649", "2024"), ("99999", "2024"), ("99998", "2024")}
    assert said(kept)[0].startswith("! codes inconnus de tous les COG (commune) : « Total »")


def test_codes_may_be_replaced_and_rows_filtered(tmp_path: Path) -> None:
    """Somebody's own codes, and the rows of somebody else's table."""
    content = "code;n;type\n20A;1;x\n51;2;x\n52;3;y\n53;4;z\n"
    more = "codes: {20A: 2A}\nkeep: {type: [x, y]}\ndrop: {type: y}\n"
    found = understand(tmp_path, content, more, HEAD.replace("commune", "departement"))
    assert cells(found) == {("2A", "2024"): "1", ("51", "2024"): "2"}
    assert found.read == 2


def test_repeats_are_kept_once_when_they_agree_and_refused_when_not(tmp_path: Path) -> None:
    """A commune of several postal codes is one commune; two values are no choice of ours."""
    same = understand(tmp_path, "code;n\n51649;1\n51649;1.0\n51108;2\n")
    assert cells(same) == {("51649", "2024"): "1", ("51108", "2024"): "2"}
    assert said(same) == [
        "cases répétées à l’identique, gardées une fois : 51649 en 2024 (lignes 2 et 3)"
    ]
    other = understand(tmp_path, "code;n\n51649;1\n51649;2\n51649;\n")
    assert said(other)[0] == (
        "! deux valeurs pour une même place (local.attente) (2) : "
        "51649 en 2024 (lignes 2 et 3) : 1 et 2, 51649 en 2024 (lignes 2 et 4) : 1 et unknown"
    )


def test_periods_come_from_a_column(tmp_path: Path) -> None:
    """Those that are not read are refused; two durations are too."""
    head = HEAD.replace('"2024"', "{column: date}")
    found = understand(tmp_path, "code;n;date\n51649;1;31/12/2023\n51649;2;2024-12-31\n", "", head)
    assert (set(cells(found)), found.clock) == (
        {("51649", "2023-12"), ("51649", "2024-12")}, "month",
    )  # fmt: skip
    wrong = understand(tmp_path, "code;n;date\n51649;1;hier\n51649;1;2023\n51108;1;2023-12\n",
                       "", head)  # fmt: skip
    assert said(wrong) == [
        "! périodes non lues : « hier » (ligne 2)",
        "! périodes de plusieurs durées : month, year",
    ]
    years = HEAD.replace('"2024"', "{column: date, clock: year}")
    assert understand(tmp_path, "code;n;date\n51649;1;31/12/2023\n", "", years).clock == "year"


def test_periods_may_be_the_columns(tmp_path: Path) -> None:
    """Every column whose name is a period; one that only looks like it is told, not read."""
    global_head = HEAD.replace('"2024"', "colonnes")
    text = "code;2022;2023.0;2023;2016 (1);note\n51649;1;2;9;3;x\n"
    source = tmp_path / "a.csv"
    source.write_text(text)
    series = SERIES.replace("    column: n\n", "")
    columns = mapping.parse((global_head + series).encode(), tmp_path / "m", catalogue.load())
    found = imports.understand(source, columns).ledger
    assert cells(found) == {("51649", "2022"): "1", ("51649", "2023"): "2"}
    assert said(found) == ["colonnes qui ressemblent à une période, non lues (2) : 2023, 2016 (1)"]
    source.write_text("code;n\n51649;1\n")
    assert (
        "aucune colonne n’a pour nom une période"
        in said(imports.understand(source, columns).ledger)[0]
    )


def test_periods_of_some_columns_may_be_told(tmp_path: Path) -> None:
    """For the whole file or for a series, beside a series of another period."""
    source = tmp_path / "a.csv"
    source.write_text("code;p21;p15;men\n51649;3;2;1\n")
    series = SERIES.replace("column: n", 'columns: {p21: "2021", p15: "2015"}') + (
        '  insee.comparateur.menages: {column: men, period: "2022"}\n'
    )
    head = HEAD.replace('period: "2024"\n', "")
    columns = mapping.parse((head + series).encode(), tmp_path / "m", catalogue.load())
    found = imports.understand(source, columns).ledger
    assert dict(found.sorted()) == {
        ("commune", "51649", "2015"): {"local.attente": "2"},
        ("commune", "51649", "2021"): {"local.attente": "3"},
        ("commune", "51649", "2022"): {"insee.comparateur.menages": "1"},
    }


def test_a_long_table_gives_its_series_by_rows(tmp_path: Path) -> None:
    """`where` chooses the rows of a series."""
    content = "code;n;sexe\n51649;1;F\n51649;2;H\n"
    source = tmp_path / "a.csv"
    source.write_text(content)
    series = SERIES + "    where: {sexe: F}\n"
    columns = mapping.parse((HEAD + series).encode(), tmp_path / "m", catalogue.load())
    assert cells(imports.understand(source, columns).ledger) == {("51649", "2024"): "1"}


def test_levels_come_from_a_column(tmp_path: Path) -> None:
    """Each with its own column of codes when there are several; unknown words are refused."""
    head = HEAD.replace("level: commune", "level: {column: maille, words: {Ville: commune}}")
    head = head.replace("code: code", "code: {commune: com, epci: siren}")
    content = (
        "maille;com;siren;n\nVille;51649;;1\nEPCI;;200034718;2\nFrance;;;3\n"
        "Quartier;x;;4\nRégion;44;;5\n"
    )
    found = understand(tmp_path, content, "", head)
    assert set(found.rows) == {
        ("commune", "51649", "2024"), ("epci", "200034718", "2024"), ("france", "france", "2024"),
    }  # fmt: skip
    assert said(found) == [
        "! niveaux inconnus : « Quartier » (ligne 5)",
        "! niveaux sans colonne de code : region",
    ]


def test_columns_that_do_not_exist_are_faults_of_the_mapping(tmp_path: Path) -> None:
    """All at once, with their place in the mapping and the nearest name."""
    with pytest.raises(SpecError) as caught:
        understand(tmp_path, "Code;Nb\n51649;1\n", "keep: {Typ: x}\n")
    found = [one.replace("\u00a0", " ") for one in str(caught.value).splitlines()]
    assert [one.rpartition("m.yaml")[2].split(".")[0] for one in found] == [
        ":7:7 : colonne absente : « code »",
        ":10:8 : colonne absente : « Typ »",
        ":13:13 : colonne absente : « n »",
    ]
    assert "Vouliez-vous dire « Code »" in found[0]
    assert "Colonnes : Code, Nb" in found[1]


def test_nothing_read_is_refused_and_a_series_without_values_is_told(tmp_path: Path) -> None:
    """An import of nothing is an error, one of blanks a doubt."""
    assert said(understand(tmp_path, "code;n\n51649;1\n", "keep: {code: x}\n"))[0] == (
        "! aucune ligne n’est gardée"
    )
    assert "séries sans aucune valeur : local.attente" in said(
        understand(tmp_path, "code;n\n51649;\n")
    )


def test_the_year_of_the_cog_is_asked_for_communes(tmp_path: Path) -> None:
    """Communes merge: the codes of a file are of some year."""
    head = HEAD.replace("geography: 2024\n", "")
    assert said(understand(tmp_path, "code;n\n51649;1\n", "", head)) == [
        "année du COG non dite (« geography ») : les codes sont pris tels quels"
    ]
