"""The recipe: one spec and one territory become files, the same ones each time."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from diagnostic import build, cli, engine, publish, store
from diagnostic.errors import DataError, TerritoryError
from diagnostic.model import ReportData

STEM = "sppe-51649-vitry-le-francois"


@pytest.fixture
def warned(monkeypatch: pytest.MonkeyPatch, dossier: Path) -> ReportData:
    """A report with two warnings, which the engine gives whatever is asked."""
    report = dataclasses.replace(
        publish.load(dossier / f"{STEM}.json"), warnings=("un avis", "un autre")
    )

    def assemble(*_: Any, **__: Any) -> ReportData:
        return report

    monkeypatch.setattr(engine, "assemble", assemble)
    return report


def test_a_dossier_has_one_file_a_format(dossier: Path) -> None:
    """Named by spec, code and name; nothing else is left in the folder."""
    assert sorted(path.name for path in dossier.iterdir()) == [
        f"{STEM}.{ending}" for ending in ("csv", "html", "json", "pdf")
    ]


def test_the_paths_written_are_the_result_of_the_command(
    dossier: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """stdout has the paths and nothing else, one a line, in the order of the formats."""
    words = ["build", "--spec", "sppe", "--commune", "vitry le francois", "--store", str(tmp_path)]
    out = tmp_path / "é à"
    assert cli.main([*words, "--format", "json,csv", "--output", str(out)]) == 0
    captured = capsys.readouterr()
    assert captured.out.splitlines() == [str(out / f"{STEM}.csv"), str(out / f"{STEM}.json")]
    for ending in ("csv", "json"):
        written = (out / f"{STEM}.{ending}").read_bytes()
        assert written == (dossier / f"{STEM}.{ending}").read_bytes()


def test_the_result_comes_as_one_json_object(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """--json gives the files, the territory and the edition."""
    words = ["build", "--spec", "sppe", "--commune", "51649", "--store", str(tmp_path)]
    assert cli.main([*words, "--format", "json", "--output", str(tmp_path), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["files"] == [str(tmp_path / f"{STEM}.json")]
    assert told["territory"] == {"level": "commune", "code": "51649", "name": "Vitry-le-François"}
    saved = json.loads((tmp_path / f"{STEM}.json").read_text(encoding="utf-8"))
    assert told["edition"] == saved["edition"]


def test_the_edition_asked_is_the_one_printed(tmp_path: Path) -> None:
    """--edition replaces the month of the newest data."""
    words = ["build", "--spec", "sppe", "--commune", "51649", "--store", str(tmp_path)]
    words += ["--edition", "2027-02", "--competence", "epci", "--format", "json"]
    assert cli.main([*words, "--output", str(tmp_path)]) == 0
    report = publish.load(tmp_path / f"{STEM}.json")
    assert (report.edition, report.competence) == ("2027-02", "epci")


def test_an_epci_has_its_dossier_too(tmp_path: Path) -> None:
    """--epci takes the number or the name, and names the file after both."""
    words = ["build", "--spec", "sppe.yaml", "--epci", "200034718", "--store", str(tmp_path)]
    assert cli.main([*words, "--output", str(tmp_path), "--format", "json"]) == 0
    (path,) = tmp_path.glob("sppe-200034718-*.json")
    assert publish.load(path).territory.level == "epci"


def test_a_saved_report_renders_to_the_same_bytes(dossier: Path, tmp_path: Path) -> None:
    """`render` makes from the JSON what `build` made from the data."""
    words = ["render", str(dossier / f"{STEM}.json"), "--format", "html,csv,json,pdf"]
    assert cli.main([*words, "--output", str(tmp_path)]) == 0
    for path in dossier.iterdir():
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name


def test_another_place_hour_and_language_give_the_same_bytes(dossier: Path, tmp_path: Path) -> None:
    """A new process, another folder, another time zone, another hash seed: the same dossier."""
    environment = {
        **os.environ,
        "TZ": "Pacific/Kiritimati",
        "LC_ALL": "C.UTF-8",
        "PYTHONHASHSEED": "12345",
        "PYTHONPATH": str(Path(build.__file__).parent.parent),
    }
    words = ["build", "--spec", "sppe", "--commune", "51649", "--store", str(tmp_path)]
    subprocess.run(
        [sys.executable, "-m", "diagnostic", *words, "--format", "pdf,html,csv,json"],
        cwd=tmp_path,
        env=environment,
        check=True,
        capture_output=True,
    )
    for path in dossier.iterdir():
        assert (tmp_path / "output" / path.name).read_bytes() == path.read_bytes(), path.name


def test_strict_stops_on_a_warning_before_anything_is_written(
    warned: ReportData, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The warnings become an error of the data, and the folder stays empty."""
    words = ["build", "--spec", "sppe", "--commune", "51649", "--store", str(tmp_path)]
    assert cli.main([*words, "--output", str(tmp_path / "out"), "--strict"]) == 5
    captured = capsys.readouterr()
    assert captured.out == ""
    assert all(text in captured.err for text in warned.warnings)
    assert not (tmp_path / "out").exists()


def test_warnings_are_said_on_stderr(
    warned: ReportData, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without --strict the dossier is built, and each warning said once."""
    words = ["build", "--spec", "sppe", "--commune", "51649", "--store", str(tmp_path)]
    assert cli.main([*words, "--output", str(tmp_path), "--format", "json"]) == 0
    captured = capsys.readouterr()
    assert [captured.err.count(f"Attention\u00a0: {text}\n") for text in warned.warnings] == [1, 1]
    assert "Attention" not in captured.out


def test_a_territory_that_absorbed_another_is_said(
    monkeypatch: pytest.MonkeyPatch,
    warned: ReportData,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The old name asked for is said beside the new one."""
    territory = dataclasses.replace(warned.territory, former="Ancienne-Commune")
    report = dataclasses.replace(warned, territory=territory)
    monkeypatch.setattr(engine, "assemble", lambda *_, **__: report)
    words = ["build", "--spec", "sppe", "--commune", "51649", "--store", str(tmp_path)]
    assert cli.main([*words, "--output", str(tmp_path), "--format", "json"]) == 0
    assert "Ancienne-Commune fait aujourd’hui partie de Vitry-le-François." in (
        capsys.readouterr().err
    )


def test_a_municipal_arrondissement_is_not_said_to_have_been_merged(
    monkeypatch: pytest.MonkeyPatch,
    warned: ReportData,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Asked for 75101, the dossier is that of Paris, which its arrondissement never joined."""
    territory = dataclasses.replace(warned.territory, former="Paris 1er Arrondissement (75101)")
    report = dataclasses.replace(warned, territory=territory)
    monkeypatch.setattr(engine, "assemble", lambda *_, **__: report)
    words = ["build", "--spec", "sppe", "--commune", "51649", "--store", str(tmp_path)]
    assert cli.main([*words, "--output", str(tmp_path), "--format", "json"]) == 0
    said = capsys.readouterr().err
    assert (
        "1ᵉʳ arrondissement de Paris (75101)\u00a0: le dossier est celui de la commune entière."
        in said
    )
    assert "aujourd’hui partie" not in said


def test_open_shows_the_first_file(
    monkeypatch: pytest.MonkeyPatch, warned: ReportData, tmp_path: Path
) -> None:
    """--open hands the first path to the desktop."""
    opened: list[str] = []
    launch: Callable[[str], None] = opened.append
    monkeypatch.setattr("click.launch", launch)
    words = ["build", "--spec", "sppe", "--commune", "51649", "--store", str(tmp_path)]
    assert cli.main([*words, "--output", str(tmp_path), "--format", "json,csv", "--open"]) == 0
    assert warned.territory.code == "51649"
    assert opened == [str(tmp_path / f"{STEM}.csv")]


def test_the_user_s_store_is_read_before_the_shipped_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The user's folder when it is there, then the extract; --store takes the user's place."""
    monkeypatch.setattr(build, "user_root", lambda: tmp_path / "own")
    shipped = store.embedded_root()
    assert build.roots(None) == [shipped]
    (tmp_path / "own").mkdir()
    assert build.roots(None) == [tmp_path / "own", shipped]
    assert build.roots(tmp_path) == [tmp_path, shipped]


def test_the_user_s_store_is_in_the_user_s_data_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder is the platform's own for this program."""
    monkeypatch.setattr("platformdirs.user_data_path", lambda name: Path("/data") / name)
    assert build.user_root() == Path("/data/diagnostic/store")


def test_a_territory_is_looked_for_at_the_level_asked(tmp_path: Path) -> None:
    """An EPCI's number is no commune."""
    with pytest.raises(TerritoryError):
        build.build(
            "sppe",
            "200034718",
            level="commune",
            formats=("json",),
            output=tmp_path,
            store_folder=tmp_path,
        )


def test_strict_is_an_error_of_the_data(warned: ReportData, tmp_path: Path) -> None:
    """The hint says that nothing was written."""
    with pytest.raises(DataError, match="rien n’est écrit"):
        build.build(
            "sppe",
            warned.territory.code,
            level="commune",
            formats=("json",),
            output=tmp_path,
            store_folder=tmp_path,
            strict=True,
            offline=True,
        )
