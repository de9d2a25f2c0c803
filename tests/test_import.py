"""A file of the user's own, from the command line to the dossier; real files of producers."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest
import sheets

from diagnostic import catalogue, cli
from diagnostic.errors import SpecError
from diagnostic.model import Level, Observation
from diagnostic.pull import mapping
from diagnostic.store import Store

TESTDATA = Path(__file__).resolve().parents[2] / "shared" / "testdata"
DOCUMENT = (Path(__file__).resolve().parent.parent / "docs" / "import.md").read_text("utf-8")
MAPPINGS = Path(__file__).parent / "pull" / "mappings"
needs_testdata = pytest.mark.skipif(not TESTDATA.is_dir(), reason="the test data are absent")

WAITING = """\
Commune;Nom;2023;2024
51649;Vitry-le-François;41;38
51108;Châlons-en-Champagne;n.c.;
51262;Frignicourt;3;0
"""
MAPPING = """\
import: 1
id: attente_creche
producer: "CC Vitry, Champagne et Der"
title: "Demandes de place en crèche sans réponse"
licence: "usage interne"
updated: "2024-12-31"
level: commune
code: Commune
period: colonnes
geography: 2024
words: {n.c.: secret}
series:
  local.creche.attente:
    label: "Demandes de place en crèche en attente"
    definition: "Demandes sans réponse au 31 décembre."
    unit: "demandes"
    kind: count
    population: "demandes"
    theme: "petite enfance"
"""
SPEC = """\
spec: 1
id: attente
title: "Attente en crèche"
levels: [commune]
indicators:
  attente:
    label: "Demandes de place en crèche en attente"
    series: local.creche.attente
sections:
  - id: creche
    title: "La crèche"
    blocks:
      - figures: [attente]
"""


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """The waiting list, its mapping and a spec, in a folder that has a store."""
    (tmp_path / "attente.csv").write_text(WAITING, encoding="utf-8")
    (tmp_path / "attente.yaml").write_text(MAPPING, encoding="utf-8")
    (tmp_path / "spec.yaml").write_text(SPEC, encoding="utf-8")
    (tmp_path / "store").mkdir()
    return tmp_path


def run(files: Path, *more: str, source: str = "attente.csv", mapped: str = "attente.yaml") -> int:
    """`data import` of the waiting list; its exit code."""
    words = ["data", "import", str(files / source), "--mapping", str(files / mapped)]
    return cli.main([*words, "--store", str(files / "store"), *more])


def held(root: Path) -> list[str]:
    """The files that a store keeps, without its locks."""
    paths = (path.relative_to(root) for path in root.rglob("*") if path.is_file())
    return sorted(str(path.parent / path.stem.split("-")[0]) for path in paths if path.suffix in
                  {".parquet", ".yaml", ".csv"})  # fmt: skip


def read(root: Path, series: str, level: Level, code: str, period: str) -> Observation:
    """One cell of a store."""
    found = Store([root]).read([series], {level: None}).get(series, level, code, period)
    assert found is not None
    return found


def test_a_waiting_list_goes_from_the_file_to_the_dossier(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Import, search, validate and build: the series stands like any other, traced to its file."""
    assert run(files) == 0
    kept = Path(capsys.readouterr().out.strip())
    assert kept.is_file()
    root = files / "store"
    assert held(root) == ["catalogue/local/attente_creche", "observations/local_attente_creche"]
    one = read(root, "local.creche.attente", "commune", "51649", "2024")
    assert (one.value, one.lower, one.upper, one.status) == (38, 38, 38, "exact")
    assert one.cog_year == 2024
    assert read(root, "local.creche.attente", "commune", "51262", "2024").value == 0
    secret = read(root, "local.creche.attente", "commune", "51108", "2023")
    blank = read(root, "local.creche.attente", "commune", "51108", "2024")
    assert [(cell.value, cell.status) for cell in (secret, blank)] == [
        (None, "secret"), (None, "unknown"),
    ]  # fmt: skip
    store = ["--store", str(root)]
    assert cli.main(["series", "search", "creche attente", *store]) == 0
    assert "local.creche.attente" in capsys.readouterr().out.splitlines()[0]
    assert cli.main(["validate", str(files / "spec.yaml"), *store]) == 0
    words = ["build", "--spec", str(files / "spec.yaml"), "--commune", "51649", *store]
    words += ["--offline", "--format", "csv,html", "--output", str(files / "out")]
    assert cli.main(words) == 0
    table = next((files / "out").glob("*.csv")).read_text(encoding="utf-8-sig")
    assert ";2024;38;38;38;" in table
    page = next((files / "out").glob("*.html")).read_text(encoding="utf-8")
    assert "CC Vitry, Champagne et Der" in page


def test_an_import_made_again_is_the_newest(files: Path) -> None:
    """The same id replaces what it said; the same file changes nothing."""
    assert [run(files), run(files)] == [0, 0]
    first = Store([files / "store"]).files
    assert len(first) == 1
    (files / "attente.csv").write_text(WAITING.replace("38", "39"), encoding="utf-8")
    assert run(files) == 0
    assert read(files / "store", "local.creche.attente", "commune", "51649", "2024").value == 39


def test_a_dry_run_shows_all_and_writes_nothing(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the file is, its first cells with the names of places, each series, each doubt."""
    assert run(files, "--dry-run") == 0
    out = capsys.readouterr().out.replace("\u00a0", " ")
    assert "séparateur        point-virgule" in out
    assert "encodage          UTF-8" in out
    assert "signe décimal     point" in out
    assert "commune  51649  Vitry-le-François" in out
    assert "local.creche.attente  38" in out
    assert "local.creche.attente  commune  2023     2        1 secret   3 à 41" in out
    assert "doute : cases vides, gardées comme « unknown »" in out
    assert held(files / "store") == []


@pytest.mark.parametrize("flags", [[], ["--dry-run"]])
def test_a_file_that_is_wrong_is_refused_whole(
    flags: list[str], files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A text among numbers and an unknown code: code 5, both with their line, nothing written."""
    text = WAITING.replace("38", "trente").replace("51262", "99999")
    (files / "attente.csv").write_text(text, encoding="utf-8")
    assert run(files, *flags) == 5
    found = capsys.readouterr()
    told = (found.out + found.err).replace("\u00a0", " ")
    assert "ligne 2 « trente »" in told
    assert "« 99999 » (ligne 4)" in told
    assert held(files / "store") == []


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        (None, 5, "introuvable"),
        (b"", 5, "le fichier est vide"),
        (bytes(range(256)) * 9, 5, "pas un texte"),
        (b"PK\x03\x04" + bytes(40), 5, "classeur"),
        (b"Insee;2023\n51649;1\n", 2, "colonne absente : « Commune »"),
        (b"Commune;2023\n51649;1;2\n", 5, "ligne 2 : 3 cases pour 2 colonnes"),
    ],
)
def test_wrong_files_end_with_their_code(
    content: bytes | None, code: int, said: str, files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Missing, empty, binary, of other columns: what and where, and the store as it was."""
    (files / "attente.csv").unlink()
    if content is not None:
        (files / "attente.csv").write_bytes(content)
    assert run(files) == code
    assert said in capsys.readouterr().err.replace("\u00a0", " ")
    assert held(files / "store") == []


def test_a_wrong_mapping_ends_with_code_2(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """All its faults, each with its place."""
    text = MAPPING.replace("kind: count", "kind: x").replace("level: commune", "level: ville")
    (files / "attente.yaml").write_text(text, encoding="utf-8")
    assert run(files) == 2
    told = capsys.readouterr().err
    assert "attente.yaml:7:8" in told
    assert "attente.yaml:17:11" in told


def test_without_a_mapping_one_is_proposed_and_asked_for(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The proposal is faulty only where the user must complete it; without --dry-run, code 2."""
    source = str(files / "attente.csv")
    assert cli.main(["data", "import", source]) == 2
    assert "--dry-run" in capsys.readouterr().err
    assert cli.main(["data", "import", source, "--dry-run"]) == 0
    proposed = capsys.readouterr().out
    assert 'code: "Commune"' in proposed
    assert "period: colonnes" in proposed
    with pytest.raises(SpecError) as caught:
        mapping.parse(proposed.encode(), Path("m"), catalogue.load())
    lines = proposed.splitlines()
    assert caught.value.faults
    assert all("?" in lines[fault.line - 1] for fault in caught.value.faults)
    kind = proposed.replace('kind: "?"', "kind: count").replace('"?"', '"complété"')
    assert list(mapping.parse(kind.encode(), Path("m"), catalogue.load()).own) == ["local.attente"]


def test_a_proposal_finds_the_parts_of_a_workbook(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Sheet, line of names, codes, periods, words among numbers, columns of the same name."""
    rows = [
        ["Titre"],
        [],
        ["Dep", "Année", "Nb", "Nb", "lat", "Reg"],
        ["01", 2023.0, 1.0, "nd", 46.0, "84"],
        ["02", 2023.0, 2.0, 2.5, 46.5, "32"],
        ["51", 2023.0, 2.0, 2.5, 46.5, "44"],
    ]
    path = sheets.xlsx(tmp_path / "12 nombres.xlsx", {"Lisez-moi": [["x"]], "Données": rows})
    assert cli.main(["data", "import", str(path), "--dry-run"]) == 5
    assert "Lisez-moi, Données" in capsys.readouterr().err
    assert cli.main(["data", "import", str(path), "--dry-run", "--sheet", "Données"]) == 0
    proposed = capsys.readouterr().out.splitlines()
    for line in (
        "id: c_12_nombres",
        'sheet: "Données"',
        "header: 3  # ligne des noms de colonnes",
        "level: departement",
        'code: "Dep"',
        'period: {column: "Année"}',
        'words: {"nd": unknown}  # textes parmi les nombres\u00a0: dites leur sens',
        "  local.nb:",
        "  local.nb_2:",
    ):
        assert line in proposed
    assert not any("lat" in line or "reg" in line for line in proposed)


def test_a_proposal_of_texts_has_no_series(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is guessed of a file without codes nor numbers."""
    path = tmp_path / "a.csv"
    path.write_text("nom;note\nVitry;bien\n")
    assert cli.main(["data", "import", str(path), "--dry-run"]) == 0
    proposed = capsys.readouterr().out
    assert 'code: "?"' in proposed
    assert "aucune colonne de nombres" in proposed


def test_a_series_belongs_to_one_import(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two definitions of one id would be one too many: the second is refused."""
    assert run(files) == 0
    (files / "attente.yaml").write_text(MAPPING.replace("id: attente_creche", "id: autre"))
    assert run(files) == 5
    assert "déjà définie par l’import" in capsys.readouterr().err
    assert held(files / "store") == [
        "catalogue/local/attente_creche", "observations/local_attente_creche",
    ]  # fmt: skip


def test_a_user_without_a_folder_is_told_to_give_one(
    files: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where nobody knows the user's home, --store says where to keep."""
    from diagnostic import resources

    monkeypatch.setattr(resources, "user_root", lambda: None)
    words = ["data", "import", str(files / "attente.csv")]
    assert cli.main([*words, "--mapping", str(files / "attente.yaml")]) == 2
    assert "--store" in capsys.readouterr().err


def test_a_store_that_cannot_be_written_is_told(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file stands where the folder of the catalogue should: code 6, nothing half written."""
    (files / "store" / "catalogue").write_text("in the way")
    assert run(files) == 6
    assert "écriture impossible" in capsys.readouterr().err
    assert held(files / "store") == []


def test_facts_of_a_series_reach_the_catalogue(files: Path) -> None:
    """Rounding, secrecy, traps and what France covers are those of the mapping; bounds follow."""
    text = MAPPING.replace("geography: 2024", 'champ: "France hors Mayotte"').replace(
        "    population",
        '    rounding: {step: 5}\n    secrecy: "moins de 3"\n    traps: ["Double compte."]\n'
        "    population",
    )
    (files / "attente.yaml").write_text(text, encoding="utf-8")
    assert run(files) == 0
    root = files / "store"
    known = catalogue.load(catalogue.found([root])).series["local.creche.attente"]
    assert known.rounding is not None
    assert (known.rounding.step, known.secrecy, known.traps) == (
        5,
        "moins de 3",
        ("Double compte.",),
    )
    assert (known.levels, known.periods, known.frequency) == (
        ("commune",),
        "2023 à 2024",
        "annuelle",
    )
    assert known.champ == {"france": "France hors Mayotte"}
    one = read(root, "local.creche.attente", "commune", "51649", "2024")
    assert (one.value, one.lower, one.upper, one.status) == (38, 36, 40, "rounded")


def test_a_series_of_the_catalogue_needs_no_page(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its import is told to come before what the store already has of it."""
    text = MAPPING[: MAPPING.index("  local")] + "  insee.naissances: {}\n"
    (files / "attente.yaml").write_text(text, encoding="utf-8")
    assert run(files, "--dry-run") == 0
    assert "insee.naissances (commune)" in capsys.readouterr().out
    assert run(files) == 0
    assert "insee.naissances (commune)" in capsys.readouterr().err
    assert held(files / "store") == ["observations/local_attente_creche"]


def test_sheets_are_periods_only_in_a_workbook(
    tmp_path: Path, files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every sheet whose name is a period is read; a CSV has none."""
    text = MAPPING.replace("period: colonnes", "period: feuilles")
    text = text.replace("    label", "    column: n\n    label")
    (files / "attente.yaml").write_text(text, encoding="utf-8")
    assert run(files) == 5
    assert "ce n’est pas un classeur" in capsys.readouterr().err
    pages = {"Notes": [["x"]], "2023": [["Commune", "n"], ["51649", 1.0]]}
    sheets.ods(tmp_path / "a.ods", {**pages, "2024": [["Commune", "n"], ["51649", 2.0]]})
    assert run(files, "--dry-run", source="a.ods") == 0
    assert "feuille           2023, 2024" in capsys.readouterr().out
    assert run(files, source="a.ods") == 0
    assert read(files / "store", "local.creche.attente", "commune", "51649", "2023").value == 1


def _imported(name: str, source: str, root: Path) -> str:
    """The file of observations of a real file, imported by its mapping."""
    words = ["data", "import", str(TESTDATA / source), "--mapping", str(MAPPINGS / f"{name}.yaml")]
    assert cli.main([*words, "--store", str(root)]) == 0
    return str(next((root / "observations").glob("*.parquet")))


def _one(path: str, sql: str) -> tuple[object, ...]:
    with duckdb.connect() as base:
        base.read_parquet(path).create_view("found")
        row = base.execute(f"SELECT {sql}").fetchone()
        assert row is not None
        return tuple(row)


@needs_testdata
def test_the_comparateur_of_insee(tmp_path: Path) -> None:
    """34,976 codes, one line each; the cities folded give the populations of France and Marne."""
    path = _imported("comparateur_2024", "insee_comparateur_communes_2024.csv.gz", tmp_path)
    people = "FROM found WHERE series = 'insee.comparateur.population' AND period = '2021'"
    lines = _one(path, f"count(*) FILTER (level = 'arm' OR cells = 1) {people}")
    assert lines == (34_976,)
    communes = f"{people} AND level = 'commune'"
    assert _one(path, f"count(*), sum(value) {communes}") == (34_934, 67_406_310)
    assert _one(path, f"sum(value) {communes} AND code LIKE '51%'") == (565_292,)
    grand_est = "substr(code, 1, 2) IN ('08', '10', '51', '52', '54', '55', '57', '67', '68', '88')"
    assert _one(path, f"sum(value) {communes} AND {grand_est}") == (5_561_287,)
    assert _one(path, f"value, cells, cog_year {communes} AND code = '75056'") == (
        2_133_111, 20, 2024,
    )  # fmt: skip


@needs_testdata
@pytest.mark.parametrize(
    ("level", "source", "rows", "code", "median", "decile"),
    [
        ("com", "insee_filosofi_2019_com.csv.gz", 31_361, "01004", 20_510, 11_080),
        ("epci", "insee_filosofi_2019_epci.csv", 1_240, "200000172", 25_520, 13_440),
        ("dep", "insee_filosofi_2019_dep.csv", 98, "01", 23_490, 12_890),
    ],
)
def test_filosofi(
    *, level: str, source: str, rows: int, code: str, median: int, decile: int, tmp_path: Path
) -> None:
    """Decimal commas and BOM are read; a blank is secrecy and has no value."""
    path = _imported(f"filosofi_2019_{level}", source, tmp_path)
    where = f"FROM found WHERE code = '{code}' AND series ="
    assert _one(path, "count(*) / 3, min(cog_year) FROM found") == (rows, 2020)
    assert _one(path, f"value {where} 'insee.filosofi.mediane'") == (median,)
    assert _one(path, f"value {where} 'local.filosofi.premier_decile'") == (decile,)
    ratio = "FROM found WHERE series = 'local.filosofi.rapport_interdecile'"
    assert _one(path, f"max(value) < 20, min(value) > 1 {ratio}") == (True, True)
    assert _one(path, "count(*) FROM found WHERE (value IS NULL) <> (status = 'secret')") == (0,)


@needs_testdata
def test_the_iris_of_the_caf(tmp_path: Path) -> None:
    """Masked cells stay masked; the 7 IRIS of Vitry have 3,205 allocataires."""
    path = _imported("iris_2020", "cnaf_insee_iris_2020.csv.gz", tmp_path)
    vitry = "FROM found WHERE level = 'iris' AND code LIKE '51649%' AND series ="
    assert _one(path, f"count(*), sum(value) {vitry} 'local.iris.allocataires'") == (7, 3_205)
    assert _one(path, "count(*), count(value), count(*) FILTER (status = 'masked') FROM found") == (
        26_888, 26_888 - 2_220, 2_220,
    )  # fmt: skip


@needs_testdata
@pytest.mark.parametrize(
    ("name", "source", "code", "period", "value"),
    [
        ("drees_aah", "drees_minima_sociaux_departements.xlsx", "01", "1995", 3_307),
        ("drees_aah", "drees_minima_sociaux_departements.xlsx", "2A", "2019", None),
        ("drees_apa", "drees_beneficiaires_series_longues_1996-2020.xlsx", "01", "2019-12", 10_634),
        ("estimations", "insee_estim_pop_dep_sexe_age_1975-2022.xlsx", "01", "2022", 38_379),
        ("estimations", "insee_estim_pop_dep_sexe_age_1975-2022.xlsx", "976", "2022", 47_067),
        ("aide_sociale", "drees_aide_sociale_beneficiaires.csv.gz", "01", "2019", None),
    ],
)
def test_the_workbooks_of_the_drees_and_of_insee(
    *, name: str, source: str, code: str, period: str, value: float | None, tmp_path: Path
) -> None:
    """Years that are columns or sheets, names on two lines, footers that are no place."""
    path = _imported(name, source, tmp_path)
    where = f"level = 'departement' AND code = '{code}' AND period = '{period}'"
    found, lower, upper = _one(path, f"value, lower, upper FROM found WHERE {where}")
    assert found == lower == upper
    assert found == value or (value is None and isinstance(found, float) and found > 0)
    assert _one(path, "count(*) FROM found WHERE value IS NULL AND status = 'exact'") == (0,)


def _blocks(kind: str) -> list[str]:
    """The blocks of code of docs/import.md."""
    found: list[str] = re.findall(rf"```{kind}\n(.*?)```", DOCUMENT, re.DOTALL)
    return found


def test_the_example_of_the_document_runs(
    files: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Copied from docs/import.md, every command ends with code 0 and the number is printed."""
    monkeypatch.chdir(files)
    (csv,), (mapped, spec) = _blocks("csv"), _blocks("yaml")
    Path("attente.csv").write_text(csv, encoding="utf-8")
    Path("attente.yaml").write_text(mapped, encoding="utf-8")
    Path("attente-spec.yaml").write_text(spec, encoding="utf-8")
    for line in "".join(_blocks("sh")).splitlines():
        words = line.partition(" >")[0].split()[1:]
        assert cli.main([*words, "--store", "store"]) == 0, line
    assert "attente-51649-vitry-le-francois.pdf" in capsys.readouterr().out


def test_every_key_of_a_mapping_is_documented() -> None:
    """docs/import.md has each key of the grammar, and no other in its tables."""
    tables = DOCUMENT[DOCUMENT.index("## Les clés") :]
    told = {
        word
        for line in tables.splitlines()
        if line.startswith("| `")
        for word in re.findall(r"`(\w+)`", line.split("|")[1])
    }
    assert told == set(mapping.MAPPING.keys) | set(mapping.SERIES.keys)
