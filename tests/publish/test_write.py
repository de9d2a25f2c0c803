"""The files written: their names, their wholeness, what a failure leaves."""

from __future__ import annotations

import dataclasses
import errno
import os
from pathlib import Path

import pytest

from diagnostic import publish
from diagnostic.errors import RenderError
from diagnostic.model import ReportData


def test_names_every_file_after_spec_code_and_name(
    report: ReportData, drawings: list[str], tmp_path: Path
) -> None:
    """Four formats give four files of one stem, and nothing else."""
    written = publish.write(report, tmp_path, formats=publish.FORMATS, shapes=None)

    stem = "sppe-99001-vallon-le-fictif"
    assert [tmp_path / f"{stem}.{one}" for one in ("pdf", "html", "csv", "json")] == written
    assert sorted(written) == sorted(tmp_path.iterdir())
    assert drawings


def test_gives_the_formats_asked_for_in_one_order(report: ReportData, tmp_path: Path) -> None:
    """Repeats and order of the request do not matter."""
    written = publish.write(report, tmp_path, formats=["json", "csv", "json"], shapes=None)

    assert [path.suffix for path in written] == [".csv", ".json"]


@pytest.mark.parametrize(
    ("code", "name", "stem"),
    [
        ("51649", "Vitry-le-François", "sppe-51649-vitry-le-francois"),
        ("../..", "../../etc/passwd", "sppe-etc-passwd"),
        ("x", "é" * 300, f"sppe-x-{'e' * 93}"),
    ],
)
def test_stem_stays_a_plain_short_name(report: ReportData, code: str, name: str, stem: str) -> None:
    """Whatever the territory is called, the file stays in its folder."""
    territory = dataclasses.replace(report.territory, code=code, name=name)

    assert publish.stem(dataclasses.replace(report, territory=territory)) == stem


def test_stem_is_never_empty(report: ReportData) -> None:
    """A report whose names hold no letter still has a file name."""
    territory = dataclasses.replace(report.territory, code="…", name="…")
    spec = dataclasses.replace(report.spec, id="…")

    assert publish.stem(dataclasses.replace(report, territory=territory, spec=spec)) == "dossier"


def test_a_failed_format_leaves_nothing_new(
    report: ReportData, drawings: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The PDF cannot be made: the earlier files are whole, no other appears."""
    publish.write(report, tmp_path, formats=["csv"], shapes=None)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}

    def fail(*_: object, **__: object) -> bytes:
        raise RenderError("panne")

    monkeypatch.setattr("diagnostic.publish.pdf.render", fail)
    changed = dataclasses.replace(report, figures={}, sections=())
    with pytest.raises(RenderError, match="panne"):
        publish.write(changed, tmp_path, formats=["csv", "pdf"], shapes=None)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before
    assert drawings == []


def test_a_full_disk_leaves_the_earlier_files(
    report: ReportData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No room for the second file: the first is not renamed, nothing is left over."""
    publish.write(report, tmp_path, formats=["csv", "json"], shapes=None)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    calls = iter([None, OSError(errno.ENOSPC, "No space left on device")])

    def fsync(_: int) -> None:
        if error := next(calls):
            raise error

    monkeypatch.setattr(os, "fsync", fsync)
    changed = dataclasses.replace(report, figures={}, sections=())
    with pytest.raises(RenderError, match="plus de place sur le disque"):
        publish.write(changed, tmp_path, formats=["csv", "json"], shapes=None)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_folder_that_cannot_be_is_a_render_error(report: ReportData, tmp_path: Path) -> None:
    """A file stands where the folder should: said with its name."""
    (tmp_path / "sortie").write_text("")
    with pytest.raises(RenderError, match="sortie"):
        publish.write(report, tmp_path / "sortie", formats=["json"], shapes=None)
    assert [path.name for path in tmp_path.iterdir()] == ["sortie"]


def test_a_folder_in_the_place_of_a_file_is_a_render_error(
    report: ReportData, tmp_path: Path
) -> None:
    """Neither file is written when one of them cannot take its name."""
    taken = tmp_path / "sppe-99001-vallon-le-fictif.json"
    taken.mkdir()
    with pytest.raises(RenderError, match="est un dossier"):
        publish.write(report, tmp_path, formats=["csv", "json"], shapes=None)
    assert list(tmp_path.iterdir()) == [taken]
