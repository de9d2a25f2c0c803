"""The files written: their names, their wholeness, what a failure leaves."""

from __future__ import annotations

from pathlib import Path

from diagnostic import publish
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
