"""The command that brings a newer COG and newer outlines into the store."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from producers.everyone import Producers

from diagnostic import cli, resources
from diagnostic.pull import geography, outlines
from diagnostic.pull.editions import Outcome


def test_offline_nothing_is_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--offline leaves with 4 and opens no connection."""
    assert cli.main(["data", "territories", "--store", str(tmp_path), "--offline"]) == 4
    assert "hors ligne, rien n’est téléchargé" in capsys.readouterr().err


def test_who_has_no_folder_is_told_to_give_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A user without a home leaves with 2."""
    monkeypatch.setattr(resources, "user_root", lambda: None)
    assert cli.main(["data", "territories"]) == 2
    assert "--store" in capsys.readouterr().err


@pytest.fixture
def online(monkeypatch: pytest.MonkeyPatch) -> dict[str, Outcome]:
    """Both pulls answer what the test put there, and nothing is asked."""
    monkeypatch.delenv("DIAGNOSTIC_OFFLINE", raising=False)
    said: dict[str, Outcome] = {}
    monkeypatch.setattr(geography, "pull", lambda *_, **__: said["cog"])
    monkeypatch.setattr(outlines, "pull", lambda *_, **__: said["contours"])
    return said


def test_what_is_new_and_what_is_not_are_said(
    online: dict[str, Outcome], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A kept edition has its year, its folder and its remarks."""
    online["cog"] = Outcome("kept", 2027, tmp_path / "cog", ("communes disparues\u00a0: 51108",))
    online["contours"] = Outcome("unchanged", 2027)
    assert cli.main(["data", "territories", "--store", str(tmp_path)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"Code officiel géographique\u00a0: 2027, gardé dans {tmp_path / 'cog'}",
        "  communes disparues\u00a0: 51108",
        "Contours\u00a0: rien de nouveau",
    ]


@pytest.mark.parametrize("only", ["cog", "contours"])
def test_one_of_the_two_may_be_asked_alone(
    online: dict[str, Outcome], tmp_path: Path, capsys: pytest.CaptureFixture[str], only: str
) -> None:
    """--only leaves the other alone; --json gives the outcome."""
    online[only] = Outcome("kept", 2027, tmp_path / only)
    words = ["data", "territories", "--store", str(tmp_path), "--only", only, "--json"]
    assert cli.main(words) == 0
    found = json.loads(capsys.readouterr().out)
    assert list(found) == [only]
    assert (found[only]["status"], found[only]["year"]) == ("kept", 2027)


@pytest.mark.long
def test_all_of_france_is_pulled_and_drawn(
    producers: Producers, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """The COG is the one that ships; 34,871 outlines are kept for it."""
    assert producers.geo.url
    monkeypatch.delenv("DIAGNOSTIC_OFFLINE", raising=False)
    assert cli.main(["data", "territories", "--store", str(tmp_path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["cog"]["status"] == "unchanged"
    assert found["contours"]["status"] == "kept"
    assert "communes dessinées\u00a0: 34871" in found["contours"]["remarks"]
