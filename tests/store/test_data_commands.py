"""`data verify`, `data diff` and `data prune` as they are typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from drafts import Row, keep

from diagnostic import cli
from diagnostic.store import Store

SERIES = "caf.rsa.foyers"


def rows(value: float, *, period: str = "2024-12") -> list[Row]:
    """Vitry-le-François and a neighbour."""
    return [(SERIES, "commune", code, period, value) for code in ("51649", "51002")]


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """The exit code and what was printed."""
    capsys.readouterr()
    code = cli.main(["data", *words])
    out, err = capsys.readouterr()
    return code, out, err


def test_verify_says_that_all_is_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The store's files and the extract's are counted."""
    keep(tmp_path, rows(1))
    code, out, _ = run(capsys, "verify", "--store", str(tmp_path))
    assert code == 0
    assert "fichiers" in out
    assert "tout est intact" in out
    code, out, _ = run(capsys, "verify", "--store", str(tmp_path), "--json")
    told = json.loads(out)
    assert (code, told["damaged"], told["files"] > 20) == (0, [], True)


def test_verify_leaves_with_5_and_names_the_damage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A changed file: its name, why, and the commands that mend it."""
    bad = keep(tmp_path, rows(1))
    bad.path.write_bytes(b"x")
    code, out, err = run(capsys, "verify", "--store", str(tmp_path))
    assert code == 5
    assert "intact" not in out
    assert bad.path.name in err
    assert "prune --damaged" in err
    code, out, _ = run(capsys, "verify", "--store", str(tmp_path), "--json")
    assert code == 5
    assert [one["file"] for one in json.loads(out)["damaged"]] == [str(bad.path)]
    code, _, _ = run(capsys, "prune", "--store", str(tmp_path), "--damaged")
    assert (code, Store([tmp_path]).files) == (0, ())


def test_prune_tells_then_removes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--dry-run removes nothing; then the old edition goes and its bytes are told."""
    old, new = keep(tmp_path, rows(1)), keep(tmp_path, rows(2), edition="2026-12")
    (tmp_path / "observations" / "flux-reste.parquet").write_text("x" * 2000)
    code, out, err = run(capsys, "prune", "--store", str(tmp_path), "--dry-run")
    assert code == 0
    assert old.sha256[:12] in out
    assert "flux-reste" in out
    assert "à libérer" in err
    assert old.path.exists()
    code, out, _ = run(capsys, "prune", "--store", str(tmp_path), "--json")
    told = json.loads(out)
    assert [one["edition"] for one in told["editions"]] == ["2026-11"]
    assert told["bytes"] > 2000
    assert list((tmp_path / "observations").iterdir()) == [new.path]
    assert run(capsys, "prune", "--store", str(tmp_path))[0] == 0


def test_diff_shows_what_changes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Counts by series, the largest revisions, the new period."""
    keep(tmp_path, rows(15))
    keep(tmp_path, [*rows(1250.5), *rows(3, period="2025-12")], edition="2026-12")
    code, out, _ = run(capsys, "diff", "flux", "--store", str(tmp_path), "--limit", "1")
    assert code == 0
    assert f"{SERIES}  commune  2       0             2" in out
    assert "15 → 1\u202f250,5" in out
    assert out.count("→") == 1
    code, out, _ = run(
        capsys, "diff", "jeu", "--store", str(tmp_path), "--from", "2026-12", "--to", "2026-11"
    )
    assert "disparitions" in out
    assert "1\u202f250,5 → 15" in out


def test_diff_says_when_nothing_changes_and_when_a_series_does(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A column that is gone is named; the rest is the same."""
    keep(tmp_path, [*rows(1), ("autre", "commune", "51649", "2024-12", 1.0)])
    keep(tmp_path, rows(1), edition="2026-12")
    code, out, _ = run(capsys, "diff", "flux", "--store", str(tmp_path))
    assert code == 0
    assert "série disparue\u00a0: autre (commune)" in out
    assert "Aucune différence" in out


def test_diff_of_what_is_not_there_leaves_with_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The feeds that are there are named."""
    keep(tmp_path, rows(1))
    code, _, err = run(capsys, "diff", "flou", "--store", str(tmp_path))
    assert code == 2
    assert "flux" in err


def test_diff_names_the_figures_of_a_dossier(
    dossier: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Vitry's RSA households are revised: its figure, its rate, the sum of its EPCI; not others."""
    keep(tmp_path, rows(15))
    keep(tmp_path, [*rows(20)[:1], *rows(15)[1:]], edition="2026-12")
    saved = next(dossier.glob("*.json"))
    words = ["diff", "flux", "--store", str(tmp_path), "--report", str(saved)]
    code, out, _ = run(capsys, *words)
    assert code == 0
    assert "chiffres à revoir" in out
    assert "RSA" in out
    assert f"{SERIES}, commune 51649, 2024-12\u00a0: 15 → 20" in out
    code, out, _ = run(capsys, *words, "--json")
    (told,) = json.loads(out)["reports"]
    reached = {one["id"] for one in told["figures"]}
    indicators = {one.split("/")[0] for one in reached}
    places = {one.split("/")[1] for one in reached}
    assert "rsa" in indicators
    assert {"commune", "epci"} <= places
    assert "france" not in places
    assert all(change["code"] == "51649" for one in told["figures"] for change in one["changes"])
