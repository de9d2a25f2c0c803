"""Files made of a ReportData: one module per format, all rendered before any is renamed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from diagnostic.model import ReportData
from diagnostic.publish import data, files
from diagnostic.publish.data import load
from diagnostic.publish.slugs import slug

if TYPE_CHECKING:
    from diagnostic.draw import Shapes

__all__ = ["FORMATS", "Format", "load", "stem", "write"]

Format = Literal["pdf", "html", "csv", "json"]
FORMATS: tuple[Format, ...] = ("pdf", "html", "csv", "json")
_LONGEST_STEM = 100


def write(
    report: ReportData,
    folder: Path,
    *,
    formats: Sequence[Format],
    shapes: Shapes,
    logo: Path | None = None,
) -> list[Path]:
    """Write `report` into `folder` and return the paths, in the order of FORMATS.

    `shapes` is handed to the drawing room as it is. Every format is rendered, then every file
    is written aside, then all are renamed: a failure leaves the files of an earlier run whole
    and nothing new. Raises RenderError (template, font, disk) and UsageError (logo).
    """
    name = stem(report)
    wanted = [one for one in FORMATS if one in formats]
    contents = {
        folder / f"{name}.{one}": _render(one, report, shapes, logo, wanted) for one in wanted
    }
    files.keep(contents)
    return list(contents)


def stem(report: ReportData) -> str:
    """The file name without its ending, in [a-z0-9-]: `sppe-51649-vitry-le-francois`."""
    territory = report.territory
    whole = slug(f"{report.spec.id} {territory.code} {territory.name}")
    return whole[:_LONGEST_STEM].strip("-") or "dossier"


def _render(
    one: Format, report: ReportData, shapes: Shapes, logo: Path | None, wanted: Sequence[Format]
) -> bytes:
    """The bytes of one format."""
    if one == "json":
        return data.to_json(report)
    if one == "csv":
        return data.to_csv(report)
    if one == "html":
        from diagnostic.publish.html import render as page  # noqa: PLC0415 # Jinja is not for who wants JSON

        return page(report, shapes, logo=logo, name=stem(report), pdf="pdf" in wanted)
    from diagnostic.publish.pdf import render as sheets  # noqa: PLC0415 # WeasyPrint is slow to load

    return sheets(report, shapes, logo=logo)
