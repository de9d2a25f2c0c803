"""The maintainers' script of the COG, on an invented country of a few communes."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from diagnostic import territories as room
from diagnostic.errors import TerritoryError
from diagnostic.territories import Territories, names
from embedded import cog

TESTDATA = Path(__file__).resolve().parent.parent.parent / "shared" / "testdata"
PASSAGE = TESTDATA / "cog_table_passage.csv.gz"
needs_testdata = pytest.mark.skipif(not PASSAGE.is_file(), reason="the test data are absent")

Rows = list[dict[str, Any]]


def commune(code: str, name: str, **other: Any) -> dict[str, Any]:
    """A commune of today as the package writes it."""
    return {
        "code": code, "nom": name, "typeLiaison": 0, "zone": "metro", "arrondissement": "011",
        "departement": "01", "region": "84", "type": "commune-actuelle", "population": 100, **other,
    }  # fmt: skip


def part(code: str, name: str, head: str) -> dict[str, Any]:
    """A delegated commune as the package writes it."""
    return {"code": code, "nom": name, "type": "commune-deleguee", "chefLieu": head}


def package(folder: Path, version: str, communes: Rows, epci: Rows) -> Path:
    """A package of that version on disk."""
    files = {
        "communes": communes, "epci": epci, "ept": [],
        "arrondissements": [
            {"code": "011", "nom": "Alpha", "typeLiaison": 1, "departement": "01", "region": "84"}
        ],
        "departements": [
            {"code": "01", "nom": "Ain", "typeLiaison": 5, "region": "84", "zone": "metro"}
        ],
        "regions": [
            {"code": "84", "nom": "Rhône", "typeLiaison": 0, "zone": "metro"},
            {"code": "975", "nom": "Loin", "typeLiaison": 0, "zone": "com"},
        ],
    }  # fmt: skip
    root = folder / version
    (root / "data").mkdir(parents=True)
    (root / "package.json").write_text(json.dumps({"version": version}), "utf-8")
    for name, rows in files.items():
        (root / "data" / f"{name}.json").write_text(json.dumps(rows), "utf-8")
    return root


@pytest.fixture
def packages(tmp_path: Path) -> dict[str, Path]:
    """Two years: 01003 merged into 01001 since, 01004 is independent again since."""
    group = {"code": "200000001", "nom": "CC de Coeur d'Alpha", "type": "CC", "membres": []}
    before = [
        commune("01001", "Alpha"), commune("01002", "Bêta"), commune("01003", "Gamma"),
        part("01004", "Delta", "01002"), part("01009", "Oubliée", "01002"),
    ]  # fmt: skip
    now = [
        commune("01001", "Alpha d'Or", anciensCodes=["01003", "01007"]),
        commune("01002", "Bêta", population=300, departement="02", region="32"),
        commune("01004", "Delta", population=None),
        part("01008", "Thêta", "01007"), part("01001", "Alpha", "01001"),
    ]  # fmt: skip
    members = [{"code": "01001"}, {"code": "01002"}]
    return {
        "4.1.0": package(tmp_path, "4.1.0", before, [{**group, "membres": members[:1]}]),
        "6.0.0": package(tmp_path, "6.0.0", now, [{**group, "membres": members}]),
    }


@pytest.fixture
def built(
    packages: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Territories:
    """The COG written from the invented packages, whose counts are not those of France."""
    monkeypatch.setattr(cog, "_check", lambda *_: None)
    cog.build(packages, tmp_path / "data")
    return Territories(tmp_path / "data" / "cog")


def test_an_epci_adds_its_communes_and_stands_where_most_live(built: Territories) -> None:
    """100 + 300 inhabitants make 400, and the département is that of the 300."""
    epci = built.get("epci", "200000001")
    assert epci.name == "communauté de communes de Cœur d’Alpha"
    assert (epci.population, epci.departement, epci.region) == (400, "02", "32")
    assert (epci.tncc, epci.nature) == (3, "CC")


def test_a_sum_with_an_unknown_part_is_unknown(built: Territories) -> None:
    """The arrondissement holds a commune without population: its own is None, not less."""
    assert built.get("arrondissement", "011").population is None
    assert built.get("departement", "01").population is None


def test_a_pseudo_region_overseas_is_left_out(built: Territories) -> None:
    """The package lists collectivities among the régions: they are none."""
    assert built.get("region", "84").name == "Rhône"
    with pytest.raises(TerritoryError):
        built.get("region", "975")


@pytest.mark.parametrize(
    ("code", "became", "former"),
    [
        ("01003", "01001", "Gamma (01003)"),
        ("01007", "01001", "01007"),
        ("01008", "01001", "Thêta (01008)"),
        ("01009", "01002", "Oubliée (01009)"),
        ("01004", "01004", ""),
        ("01001", "01001", ""),
    ],
)
def test_former_codes_follow_merges(
    built: Territories, code: str, became: str, former: str
) -> None:
    """Merged, delegated to a merged head, delegated no more, and independent again since."""
    found = built.find(code)
    assert (found.code, found.former) == (became, former)


def test_a_vintage_keeps_its_own_names_and_members(built: Territories) -> None:
    """In 2024 01002 was in no EPCI and 01001 had its former name."""
    year = built.vintage(2024)
    assert set(year) == {"01001", "01002", "01003"}
    assert (year["01001"].name, year["01001"].epci) == ("Alpha", "200000001")
    assert year["01002"].epci is None


def test_two_builds_give_the_same_bytes(
    packages: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every file of the folder, manifest and provenance included, is the same twice."""
    monkeypatch.setattr(cog, "_check", lambda *_: None)
    for name in ("one", "two"):
        cog.build(packages, tmp_path / name)
    one, two = (sorted((tmp_path / name / "cog").iterdir()) for name in ("one", "two"))
    assert [path.name for path in one] == [
        "PROVENANCE.md", "former.parquet", "manifest.json", "territories.parquet",
        "vintages.parquet",
    ]  # fmt: skip
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in two]


def test_a_country_that_is_not_france_fails_the_checks(
    packages: dict[str, Path], tmp_path: Path
) -> None:
    """Without 51649 and its EPCI nothing is written."""
    with pytest.raises(cog.CheckError, match="34 875 communes"):
        cog.build(packages, tmp_path / "data")
    assert not (tmp_path / "data").exists()


def test_another_version_is_refused(packages: dict[str, Path], tmp_path: Path) -> None:
    """A folder that holds another version than the one asked for raises."""
    with pytest.raises(cog.CheckError, match=r"6\.0\.0 attendu, 4\.1\.0 trouvé"):
        cog.build({"6.0.0": packages["4.1.0"]}, tmp_path / "data")


def test_a_commune_of_two_groups_is_refused() -> None:
    """Membership is one EPCI a commune, else the file contradicts itself."""
    groups = [{"code": code, "membres": [{"code": "01001"}]} for code in ("a", "b")]
    with pytest.raises(cog.CheckError, match="01001"):
        cog._membership(groups)


@pytest.mark.parametrize("became", [{"a": "b", "b": "a"}, {"a": "b"}])
def test_a_code_that_leads_nowhere_is_refused(became: dict[str, str]) -> None:
    """A loop of merges, or a successor that does not exist, raises."""
    with pytest.raises(cog.CheckError, match="ne succède à a"):
        cog._head("a", became, {"c"})


@pytest.mark.parametrize(
    ("name", "nature", "printed", "tncc"),
    [
        ("CC de Vitry, Champagne et Der", "CC",
         "communauté de communes de Vitry, Champagne et Der", 3),
        ("CA ECLA  (Espace)", "CA", "communauté d’agglomération ECLA (Espace)", 3),
        ("CU d'Arras", "CU", "communauté urbaine d’Arras", 3),
        ("Métropole de Lyon", "MET69", "Métropole de Lyon", 3),
        ("Eurométropole de Strasbourg", "METRO", "Eurométropole de Strasbourg", 5),
        ("Orléans Métropole", "METRO", "Orléans Métropole", 1),
        ("Dijon Métropole", "METRO", "Dijon Métropole", 0),
    ],
)  # fmt: skip
def test_the_name_of_an_epci(name: str, nature: str, printed: str, tncc: int) -> None:
    """The legal form is written out before the source's own link; the article code follows."""
    assert names.epci_name(name, nature) == printed
    assert names.epci_tncc(printed) == tncc


def test_the_packages_are_asked_only_when_absent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An unpacked package is used as it is; no command runs."""
    for version in cog.VERSIONS:
        folder = tmp_path / version / "package"
        folder.mkdir(parents=True)
        (folder / "package.json").write_text("{}", "utf-8")
    monkeypatch.setattr(cog.subprocess, "run", lambda *_, **__: pytest.fail("a command ran"))
    assert cog.fetch(tmp_path)["6.0.0"] == tmp_path / "6.0.0" / "package"


@needs_testdata
def test_old_codes_agree_with_the_passage_table() -> None:
    """Of 39,161 codes of the passage table, those the package knows lead to the same commune.

    60455 apart, which the table leaves with 60054 although its movements of 2024 moved it.
    """
    known = room.load()
    absorbed, today = known.absorbed(), known.vintage(2026)
    with gzip.open(PASSAGE, "rt", encoding="utf-8") as lines:
        table = {row["DEPCOM_HIST"]: row["DEPCOM"] for row in csv.DictReader(lines)}
    different = {
        old
        for old, new in table.items()
        if old not in today and old in absorbed and absorbed[old].became != new
    }
    assert len(table) == 39161
    assert different == {"60455"}
