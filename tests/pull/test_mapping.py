"""Tests of the mappings: what they say, and every fault of one at once with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from diagnostic import catalogue
from diagnostic.errors import SpecError
from diagnostic.pull import mapping
from diagnostic.pull.mapping import Columns

MAPPINGS = Path(__file__).parent / "mappings"
WHOLE = """\
import: 1
id: creche
producer: "CC de l’Exemple"
title: "Liste d’attente"
licence: "usage interne"
level: commune
code: Insee
period: "2024"
series:
  local.creche.attente:
    column: Attente
    label: "Enfants en attente"
    definition: "Demandes sans réponse au 31 décembre."
    unit: "enfants"
    kind: count
"""


def parse(text: str) -> Columns:
    """The mapping of a text."""
    return mapping.parse(text.encode(), Path("m.yaml"), catalogue.load())


def faults(text: str) -> list[str]:
    """Each fault of a mapping, with its line and column."""
    with pytest.raises(SpecError) as caught:
        parse(text)
    assert caught.value.exit_code == 2
    said = [f"{one.line}:{one.column} {one.message}" for one in caught.value.faults]
    return [one.replace("\u00a0", " ") for one in said]


def test_a_mapping_says_what_the_columns_are() -> None:
    """Defaults: a blank is unknown and never 0, an unknown code is refused."""
    found = parse(WHOLE)
    assert found.named() == ("Insee", "Attente")
    assert (found.level, found.code, found.period, found.clock) == (
        "commune", {"": "Insee"}, "2024", "year",
    )  # fmt: skip
    assert (found.blank, found.unknown, found.complete, found.zeros) == (
        "unknown", "refuse", False, False,
    )  # fmt: skip
    own = found.own["local.creche.attente"]
    assert (own.label, own.kind, own.population) == ("Enfants en attente", "count", "enfants")
    assert own.theme == "données générales"


def test_a_mapping_may_say_everything() -> None:
    """Every key is read."""
    found = parse(
        WHOLE.replace("level: commune\ncode: Insee\nperiod: \"2024\"", """\
dataset: "attente.csv"
link: "https://exemple.fr"
updated: "2024-12-31"
delimiter: point-virgule
encoding: windows-1252
decimal: virgule
sheet: [A, B]
header: [2, 3]
last: 90
level: {column: Maille, words: {Ville: commune, Interco: epci}}
code: {commune: Insee, epci: Siren}
period: feuilles
geography: 2024
keep: {Type: [A, B], Sexe: T}
drop: {Note: provisoire}
codes: {20A: 2A}
blank: secret
words: {"nd": not_published, "n.c.": secret}
unknown: drop
zeros: restore
complete: oui
champ: "France métropolitaine\"""").replace("kind: count", """kind: amount
    rounding: {step: 10, rule: down}
    where: {Statut: attente}
    population: "enfants de moins de 3 ans"
    theme: "petite enfance"
    secrecy: "aucun"
    traps: ["Une réserve."]""")
    )  # fmt: skip
    assert (found.delimiter, found.encoding, found.decimal) == (";", "windows-1252", ",")
    assert (found.sheets, found.header, found.last) == (("A", "B"), (2, 3), 90)
    assert (found.level, found.level_column) == ("", "Maille")
    assert found.level_words == {"Ville": "commune", "Interco": "epci"}
    assert found.code == {"commune": "Insee", "epci": "Siren"}
    assert found.keep == {"Type": ("A", "B"), "Sexe": ("T",)}
    assert (found.drop, found.codes) == ({"Note": ("provisoire",)}, {"20A": "2A"})
    assert found.words == {"nd": "not_published", "n.c.": "secret"}
    assert (found.blank, found.unknown, found.zeros, found.complete) == (
        "secret", "drop", True, True,
    )  # fmt: skip
    one, own = found.series[0], found.own["local.creche.attente"]
    assert (one.where, one.kind) == ({"Statut": "attente"}, "amount")
    assert one.rounding is not None
    assert (one.rounding.step, one.rounding.rule) == (10, "down")
    assert (own.population, own.theme, own.traps) == (
        "enfants de moins de 3 ans", "petite enfance", ("Une réserve.",),
    )  # fmt: skip
    assert set(found.named()) == {
        "Maille", "Insee", "Siren", "Type", "Sexe", "Note", "Attente", "Statut",
    }  # fmt: skip


def test_periods_may_be_columns() -> None:
    """Of the whole file, or of a series."""
    wide = parse(WHOLE.replace('"2024"', "colonnes").replace("    column: Attente\n", ""))
    assert (wide.period, wide.series[0].column, wide.clock) == ("colonnes", "", "")
    named = WHOLE.replace('"2024"', '{columns: {"2023 (1)": "2023"}}')
    assert parse(named.replace("    column: Attente\n", "")).period_columns == {"2023 (1)": "2023"}
    own = parse(
        WHOLE.replace('period: "2024"\n', "").replace(
            "column: Attente", 'columns: {a: "2023", b: "2024"}'
        )
    )
    assert own.series[0].columns == {"a": "2023", "b": "2024"}
    dated = parse(WHOLE.replace('"2024"', "{column: Date, clock: month}"))
    assert (dated.period_column, dated.clock) == ("Date", "month")


def test_series_of_the_catalogue_are_only_named() -> None:
    """What the catalogue says of a series is taken: its kind, its rounding."""
    found = parse(
        WHOLE[: WHOLE.index("  local")] + "  caf.rsa.foyers: {column: RSA}\n"
        "  insee.filosofi.mediane: {column: MED}\n"
    )
    assert found.own == {}
    assert [one.kind for one in found.series] == ["count", "median"]
    assert found.series[0].rounding == catalogue.load().series["caf.rsa.foyers"].rounding


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("import: 1\n", "", "« import »"),
        ("import: 1", "import: 2", "1:9 valeur inconnue « 2 »"),
        ("id: creche", "id: Crèche", "2:5 « Crèche » n’est pas un identifiant"),
        ("producer:", "producter:", "3:1 clé inconnue « producter » dans cette correspondance."),
        ("level: commune", "level: comune", "6:8 valeur inconnue « comune ». Vouliez-vous dire"),
        ("code: Insee\n", "", "clé obligatoire absente : « code »"),
        ("code: Insee", "code: {comune: a}", "7:8 niveau inconnu « comune »."),
        ('"2024"', '"24"', "8:9 « 24 » n’est pas une période"),
        ('period: "2024"\n', "", "rien ne dit sa période"),
        ('"2024"', "{clock: year}", "« column » ou « columns »"),
        ('"2024"', '{column: a, columns: {b: "2024"}}', "« column » ou « columns »"),
        ('"2024"', '{columns: {a: "2024", b: "2024"}}', "période déjà donnée à la colonne « a »"),
        ('"2024"', "colonnes", "les périodes sont déjà les colonnes"),
        ("level:", "sheet: [A, B]\nlevel:", "plusieurs feuilles"),
        ("    column: Attente\n", "", "ni column ni columns"),
        ("column: Attente", 'columns: {a: "2024"}\n    period: "2024"', "dit déjà les périodes"),
        ('    label: "Enfants en attente"\n', "", "absente de la série « local.creche.attente »"),
        ("kind: count", "kind: compte", "valeur inconnue « compte »"),
        ("kind: count", "kind: count\n    theme: petit", "thème inconnu « petit »."),
        ("local.creche.attente", "caf.rsa.foyer", "série inconnue « caf.rsa.foyer ». Les plus"),
        ("local.creche.attente", "caf.rsa.foyers", "le catalogue le dit déjà"),
        ("level:", "blank: zero\nlevel:", "valeur inconnue « zero »"),
        ("level:", "link: exemple.fr\nlevel:", "n’est pas une adresse"),
        (WHOLE[WHOLE.index("series:") :], "series: []", "nom: valeur"),
    ],
)
def test_a_fault_is_told_with_its_place(before: str, after: str, said: str) -> None:
    """Each thing that may be wrong is said, in French, where it stands."""
    assert before in WHOLE
    assert any(said in one for one in faults(WHOLE.replace(before, after, 1)))


def test_all_faults_are_told_at_once() -> None:
    """Those of the form and those of the sense together."""
    text = WHOLE.replace("id: creche", "id: C").replace("kind: count", "kind: x")
    text = text.replace("local.creche.attente", "creche.attente")
    assert [one.split()[0] for one in faults(text)] == ["2:5", "10:3", "15:11"]


def test_what_is_no_yaml_or_no_file_is_told(tmp_path: Path) -> None:
    """An empty file, a list, a file that is not there: faults, with code 2."""
    assert faults("") == ["1:1 le fichier est vide"]
    assert "les clés de cette correspondance" in faults("- a\n")[0]
    with pytest.raises(SpecError, match="introuvable"):
        mapping.read(tmp_path / "none.yaml", catalogue.load())


@pytest.mark.parametrize("path", sorted(MAPPINGS.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_mappings_of_the_real_files_are_right(path: Path) -> None:
    """Each has its series and nothing wrong."""
    assert mapping.read(path, catalogue.load()).series
