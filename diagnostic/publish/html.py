"""ReportData -> one HTML file that needs no other: fonts, style, drawings and figures inside."""

from __future__ import annotations

import base64
from pathlib import Path

from diagnostic.draw import Shapes
from diagnostic.model import ReportData
from diagnostic.publish import data, pages


def render(report: ReportData, shapes: Shapes, *, logo: Path | None, name: str, pdf: bool) -> bytes:
    """The page of `report`; `name` is the stem of the files beside it, `pdf` if one is the PDF.

    Raises RenderError, and UsageError for the logo.
    """
    image = pages.logo_bytes(logo)
    text = pages.fill(
        "dossier.screen.jinja",
        pages.Page(report, shapes, "screen"),
        logo=_data_uri("image/png", image) if image else "",
        style=_faces() + pages.read("common.css") + pages.read("screen.css"),
        table=_data_uri("text/csv;charset=utf-8", data.to_csv(report)),
        stem=name,
        pdf=pdf,
    )
    return text.encode()


def _data_uri(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def _faces() -> str:
    folder = pages.templates() / "fonts"
    return "".join(
        f"@font-face{{font-family:'Source Sans 3';font-weight:{weight};font-style:{style};"
        f"src:url('{_data_uri('font/woff2', (folder / f'{file}.woff2').read_bytes())}')"
        f" format('woff2')}}"
        for weight, style, file in pages.FACES
    )
