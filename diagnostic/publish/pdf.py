"""ReportData -> PDF: the print template laid out by WeasyPrint, tagged for PDF/UA-1."""

from __future__ import annotations

import base64
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from weasyprint import CSS, HTML, Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher

from diagnostic.draw import Shapes
from diagnostic.errors import RenderError
from diagnostic.model import ReportData
from diagnostic.publish import pages

_FEWEST = 3
"""L'essentiel keeps that many key figures whatever their height."""


class TemplateFetcher(URLFetcher):  # type: ignore[misc] # WeasyPrint is untyped
    """Gives WeasyPrint the files under `root` and data: addresses, and nothing else."""

    def __init__(self, root: Path) -> None:
        """Serve `root`, a folder, its links resolved."""
        super().__init__(allowed_protocols={"file", "data"}, allow_redirects=False)
        self._root = root.resolve()

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
        """The resource at `url`. Raises FatalURLFetchingError for any other place."""
        if not self._allows(url):
            raise FatalURLFetchingError(url)
        return super().fetch(url, headers)

    def _allows(self, url: str) -> bool:
        parts = urlsplit(url)
        if parts.scheme.lower() == "data":
            return True
        if parts.scheme.lower() != "file" or parts.netloc:
            return False
        return Path(unquote(parts.path)).resolve().is_relative_to(self._root)


def render(report: ReportData, shapes: Shapes, *, logo: Path | None = None) -> bytes:
    """The PDF of `report`. Raises RenderError, and UsageError for the logo."""
    page = pages.Page(report, shapes, "print")
    image = _data_uri(pages.logo_bytes(logo))
    style = pages.read("common.css") + pages.read("print.css")
    while True:
        document = _lay_out(pages.fill("dossier.print.jinja", page, logo=image), style)
        if page.kept_figures <= _FEWEST or _holds_on_one_page(document):
            return bytes(document.write_pdf(pdf_variant="pdf/ua-1"))
        page = replace(page, fewer=page.fewer + 1)


def _holds_on_one_page(document: Document) -> bool:
    """Whether L'essentiel leaves no line for the page after the one it starts."""
    first: dict[str, int] = {
        anchor: number
        for number, sheet in reversed([*enumerate(document.pages)])
        for anchor in sheet.anchors
    }  # a section has its anchor on each of its pages
    return first["sommaire"] - first["essentiel"] <= 1


def _data_uri(image: bytes | None) -> str:
    return f"data:image/png;base64,{base64.b64encode(image).decode()}" if image else ""


def _lay_out(text: str, style: str) -> Document:
    root = pages.templates()
    fetcher = TemplateFetcher(root)
    fonts = FontConfiguration()
    base = root.as_uri() + "/"
    try:
        sheet = CSS(string=_faces() + style, base_url=base, url_fetcher=fetcher, font_config=fonts)
        document = HTML(string=text, base_url=base, url_fetcher=fetcher)
        return document.render(stylesheets=[sheet], font_config=fonts, pdf_variant="pdf/ua-1")
    except FatalURLFetchingError as error:
        raise RenderError(
            f"le dossier demande un fichier hors de ses modèles : {error}",
            hint="Signalez ce défaut : rien n’a été écrit.",
        ) from error


def _faces() -> str:
    return "".join(
        f"@font-face{{font-family:'Source Sans 3';font-weight:{weight};font-style:{style};"
        f"src:url('fonts/{name}') format('truetype')}}"
        for weight, style, name in pages.FACES
    )
