"""What the readable forms share: the Jinja environment, and what a template may ask of a report."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

import jinja2
from markupsafe import Markup, escape
from PIL import Image, ImageFile, UnidentifiedImageError

from diagnostic import draw, resources
from diagnostic.draw import Shapes, letters
from diagnostic.errors import RenderError, UsageError, reason
from diagnostic.model import (
    Annex,
    AnyBlock,
    Block,
    ComparisonTable,
    Figure,
    KeyFigure,
    ReportData,
    Section,
    Sources,
)
from diagnostic.publish import cited, prose, tables
from diagnostic.publish.slugs import slug
from diagnostic.wording import numbers

Medium = Literal["print", "screen"]
Variant = Literal["print", "narrow"]

FACES = (
    (400, "normal", "SourceSans3-Regular.ttf"),
    (400, "italic", "SourceSans3-It.ttf"),
    (600, "normal", "SourceSans3-Semibold.ttf"),
    (700, "normal", "SourceSans3-Bold.ttf"),
)
TEMPLATES = {
    "key_figures": "key_figures", "comparison_table": "comparison_table", "ranked": "chart",
    "lines": "chart", "shares": "chart", "choropleth": "chart", "circles": "chart",
    "locator": "chart", "prose": "prose", "questions": "questions", "missing": "missing",
    "matrix": "matrix", "points": "points", "annex": "annex", "sources": "sources",
    "glossary": "glossary",
}  # fmt: skip
_NO_OUTLINE = Markup(
    '<p class="note">Sans carte de situation\u00a0: '
    "aucun contour n’est livré pour ce territoire.</p>"
)
_WIDTHS = {"full": 170.0, "half": 83.0, "third": 54.0}
_NARROW = 72.0
_STRIP = 104.0
_WORDS = 62.0
_SHARES = {"full": 6, "half": 3, "third": 2}
_SMALL = 8.5
_UNIT_LINES = 2
_EXPLAINED = {"lines": "p", "choropleth": "…", "circles": "…"}
"""The sign that the key of a drawing already gives in words."""
_LICENCE = re.compile(r" ?Licence Ouverte 2\.0\.?")
_LOGO_BYTES = 2 * 1024 * 1024
_LOGO_PIXELS = 4000


@dataclass(frozen=True)
class Page:
    """A report as a template sees it, for one medium.

    `fewer` is how many of its last key figures L'essentiel leaves to the chapters, so that it
    holds on one page.
    """

    report: ReportData
    shapes: Shapes
    medium: Medium
    fewer: int = 0

    @property
    def kept_figures(self) -> int:
        """How many key figures L'essentiel shows."""
        return len(self.report.essentials.figures.rows) - self.fewer

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names that a title must not break."""
        return (self.report.territory.name,)

    @cached_property
    def sources(self) -> str:
        """The anchor of the table of sources, "" when the report has none."""
        for section in self.report.sections:
            for block in section.blocks:
                if isinstance(block, Sources):
                    return section_anchor(section)
        return ""

    def headline(self, text: str, size: float = 20.0, room: float = 170.0) -> Markup:
        """`text` ready for a title; on paper, in even lines of `room` mm at `size` points."""
        if self.medium == "print":
            return prose.balanced(text, room, size)
        return prose.headline(text, self.names)

    def room(self, block: Block) -> float:
        """The width of a block on paper, in mm."""
        return _WIDTHS[block.width]

    def unit_place(self, row: KeyFigure) -> str:
        """How the unit of a key figure stands: beside its number, tight on three lines, under."""
        figure = self.report.figures[row.figure]
        number = figure.text + self.percent(figure, row.unit_text)
        beside = _WORDS - letters.width(number, 26.0, 600) - 3.0
        lines = len(letters.wrap(row.unit_text, beside, _SMALL))
        return "beside" if lines <= _UNIT_LINES else "tight" if lines == 3 else "under"

    def line(self, row: KeyFigure, essential: bool) -> str:
        """The small line of a key figure: what is missing, how to read it, the source.

        L'essentiel leaves out the licence, which the cover and the sources give.
        """
        source = _LICENCE.sub("", row.source) if essential else row.source
        return "\u00a0· ".join(part.rstrip(". ") for part in (row.absent, row.note, source) if part)

    def brief(self, source: str) -> str:
        """A source line up to its licence: who, what, when."""
        return _LICENCE.split(source)[0].strip()

    def wordy(self, block: ComparisonTable) -> bool:
        """Whether a table holds words in its cells and needs wider columns for them."""
        return any(tables.wordy(figure.text) for figure in self.block_figures(block))

    def lent(self, block: ComparisonTable) -> bool:
        """Whether another level's value stands in for one of the territory's."""
        return any(tables.stands_for(figure, self.report) for figure in self.block_figures(block))

    def tied(self, text: str) -> Markup:
        """`text`, « 2023–2025 » never cut at its dash."""
        words = (
            Markup('<span class="together">{}</span>').format(word) if "–" in word else escape(word)
            for word in text.split(" ")
        )
        return Markup(" ").join(words)

    def borrowed(self, block: Annex) -> tuple[str, str] | None:
        """The mark and the words of the values that stand in, None when there are none."""
        for figure in self.block_figures(block):
            if words := tables.stands_for(figure, self.report):
                return tables.whose_level(figure, self.report), words
        return None

    def markdown(self, text: str, top: int) -> Markup:
        """CommonMark as HTML, headings from level `top`."""
        return prose.markdown(text, top)

    def rows(self, blocks: Sequence[AnyBlock]) -> list[list[AnyBlock]]:
        """`blocks` as they stand: consecutive halves and thirds side by side."""
        rows: list[list[AnyBlock]] = []
        room = 0
        for block in blocks:
            share = _SHARES[block.width]
            if share > room or share == _SHARES["full"]:
                rows.append([])
                room = _SHARES["full"]
            rows[-1].append(block)
            room -= share
        return rows

    def chapter(self, anchor: str) -> Section | None:
        """The section that `anchor` names, or that holds the block it names."""
        for section in self.report.sections:
            if anchor == section.id or any(anchor == block.id for block in section.blocks):
                return section
        return None

    def chapters(self, anchors: Sequence[str]) -> list[Section]:
        """The sections of `anchors`, each once, in the order of the report."""
        wanted = {section.id for anchor in anchors if (section := self.chapter(anchor))}
        return [section for section in self.report.sections if section.id in wanted]

    def figures(self, names: Sequence[str]) -> list[Figure]:
        """The figures of a row or a column, empty cells left out."""
        return [self.report.figures[name] for name in names if name]

    def chapter_title(self, section: Section) -> str:
        """ "2 · Les familles et leurs besoins", or the title alone of an unnumbered page."""
        return f"{section.number} · {section.title}" if section.number else section.title

    def block_figures(self, block: AnyBlock) -> list[Figure]:
        """Every figure that `block` shows."""
        return [self.report.figures[name] for name in cited.figures(block)]

    @cached_property
    def table_names(self) -> dict[str, str]:
        """A name for the table of each block, by block id, that no other block's table bears."""
        names: dict[str, str] = {}
        for section in self.report.sections:
            for block in section.blocks:
                name = block.title or block.finding or section.title
                if name in names.values():
                    name = f"{name} – {section.title}"
                places = [one for one in names.values() if one.startswith(name)]
                names[block.id] = f"{name} ({len(places) + 1})" if places else name
        return names

    def table_name(self, block: AnyBlock, table: tables.DataTable) -> str:
        """The name of a table beside a chart, which may have two."""
        suffix = table.caption.removeprefix(block.title)
        return self.table_names[block.id] + suffix

    def column_decimals(self, block: ComparisonTable, column: int) -> int:
        """The decimals that a column of a comparison table leaves room for."""
        names = [row.cells[column] for group in block.groups for row in group.rows]
        return tables.decimals(self.figures(names))

    def drawing(self, block: AnyBlock, variant: Variant = "print", where: str = "") -> Markup:
        """The drawing of `block`, inline, its title the finding with its numbers."""
        width = _NARROW if variant == "narrow" else _WIDTHS[block.width]
        prefix = f"{where or block_anchor(block)}-{variant}-"
        drawn = draw.block(
            block, self.report, self.shapes, width=width, variant=variant, prefix=prefix
        )
        if drawn is None:
            return _NO_OUTLINE
        return inline(drawn.svg, block.alt or block.finding or block.title)

    def strip(self, row: KeyFigure, where: str, variant: Variant = "print") -> Markup:
        """The comparison strip of a key figure, inline."""
        width = _NARROW if variant == "narrow" else _STRIP
        prefix = f"{where}-{variant}-"
        drawn = draw.strip(row, self.report, width=width, variant=variant, prefix=prefix)
        return inline(drawn.svg, self.strip_words(row))

    def strip_words(self, row: KeyFigure) -> str:
        """What a strip shows, in one sentence: each territory and its value."""
        levels = tables.strip_levels(row, self.report).rows
        return f"{row.label} : {' ; '.join(f'{name} {value}' for name, value, _ in levels)}"

    def has_strip(self, row: KeyFigure) -> bool:
        """Whether two values at least stand on the axis: one alone is compared to nothing."""
        ids = {row.figure, *(comparison.other for comparison in row.comparisons)}
        figures = [self.report.figures[name] for name in ids]
        return len({one.stands_for or one.code for one in figures if one.value is not None}) > 1

    def interval(self, row: KeyFigure) -> str:
        """The interval of a key figure in words, where no strip draws it; "" without one."""
        figure = self.report.figures[row.figure]
        ends = re.split("–| à ", figure.interval_text)
        if self.has_strip(row) or not tables.has_value(figure) or len(ends) == 1:
            return ""
        return f"De {ends[0]} à {ends[1]}"

    def percent(self, figure: Figure, unit_text: str) -> str:
        """The per cent sign that follows a key figure, when neither text already bears it."""
        bare = tables.has_value(figure) and "%" not in figure.text and "%" not in unit_text
        return "\u00a0%" if figure.unit.startswith("%") and bare else ""

    def legend(self, block: AnyBlock, figures: Sequence[Figure]) -> tuple[tuple[str, str], ...]:
        """The signs that `block` shows, with their words, but those that its drawing explains."""
        drawn = _EXPLAINED.get(block.kind, "")
        return tuple(pair for pair in tables.legend(figures, block.signs) if pair[0] != drawn)

    def annex(self, block: Annex) -> tuple[tables.AnnexPiece, ...]:
        """The tables of an annex, one page each."""
        return tables.annex(block, self.report)

    def annex_legend(self, block: Annex) -> tuple[tuple[str, str], ...]:
        """The signs that the rows of an annex show, those left out aside."""
        cells = [name for _, names in tables.held(block, self.report) for name in names]
        return tables.legend(self.figures(cells), () if all(cells) else ("///",))

    def left_out(self, block: Annex) -> str:
        """How many rows an annex leaves out for want of any value, in words; "" when none."""
        count = len(block.rows) - len(tables.held(block, self.report))
        if not count:
            return ""
        return (
            f"Pour {numbers.count(count, 'autre commune')}, aucun de ces indicateurs n’a de valeur"
            " disponible dans cette édition."
        )


def section_anchor(section: Section) -> str:
    """The HTML id of a section."""
    return f"partie-{slug(section.id)}"


def block_anchor(block: Block) -> str:
    """The HTML id of a block."""
    return f"bloc-{slug(block.id)}"


def inline(svg: str, title: str) -> Markup:
    """An SVG for the middle of a page: no prolog, an image for who listens, a title first."""
    start = svg.find("<svg")
    if start < 0:
        raise RenderError("un dessin est vide", hint="Signalez ce défaut : rien n’a été écrit.")
    root, rest = re.match(r"<svg[^>]*>", svg[start:]), ""
    if root is None:
        raise RenderError("un dessin est coupé", hint="Signalez ce défaut : rien n’a été écrit.")
    rest = re.sub(r"^\s*<title[^>]*>.*?</title>", "", svg[start + root.end() :], flags=re.DOTALL)
    opening = root[0] if " role=" in root[0] else root[0].replace("<svg", '<svg role="img"', 1)
    return Markup(f"{opening}<title>{escape(title)}</title>{rest}")  # noqa: S704 # draw escapes


def templates() -> Path:
    """The folder of templates. Raises RenderError when a font is missing or altered."""
    folder = resources.folder("templates")
    for _, _, name in FACES:
        for file in (folder / "fonts" / name, folder / "fonts" / f"{name}.woff2"):
            if resources.damage(file):
                raise missing(file)
    return folder


def missing(file: Path) -> RenderError:
    """The error of a shipped file that is not there, or not as it was shipped."""
    trouble = "est abîmé" if file.is_file() else "manque"
    return RenderError(
        f"le fichier « {file.name} » {trouble} dans l’installation de diagnostic",
        hint="Réinstallez le paquet diagnostic-territorial.",
    )


def read(name: str) -> str:
    """The text of a shipped style sheet."""
    file = templates() / name
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise missing(file) from error


def fill(name: str, page: Page, **more: object) -> str:
    """The template `name` filled from `page`. Raises RenderError, naming the template."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(templates()),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        section_anchor=section_anchor,
        block_anchor=block_anchor,
        slug=slug,
        tables=tables,
        block_templates=TEMPLATES,
    )
    try:
        template = environment.get_template(name)
        return template.render(page=page, report=page.report, medium=page.medium, **more)
    except jinja2.TemplateNotFound as error:
        raise missing(Path(str(error.name))) from error
    except (jinja2.TemplateError, UnicodeDecodeError) as error:
        where = getattr(error, "name", None) or name
        raise RenderError(
            f"le modèle de page « {where} » est inutilisable : {error}",
            hint="Réinstallez le paquet diagnostic-territorial.",
        ) from error


def logo_bytes(logo: Path | None) -> bytes | None:
    """The content of the logo, None without one. Raises UsageError unless it is a small PNG."""
    if logo is None:
        return None
    wanted = "Donnez à --logo une image PNG d’au plus 2 Mo."
    try:
        content = logo.read_bytes()
    except OSError as error:
        raise UsageError(f"logo illisible « {logo} » : {reason(error)}", hint=wanted) from error
    if len(content) > _LOGO_BYTES:
        raise UsageError(f"le logo « {logo} » dépasse 2 Mo", hint=wanted)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=["PNG"]) as image:
                _check_size(image, logo)
                image.verify()
            _decode(content)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_wide(logo) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise UsageError(
            f"le logo « {logo} » n’est pas une image PNG entière", hint=wanted
        ) from error
    return content


def _decode(content: bytes) -> None:
    """Read every pixel, and bear with none missing, as WeasyPrint asks of Pillow."""
    lenient = ImageFile.LOAD_TRUNCATED_IMAGES
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        with Image.open(io.BytesIO(content), formats=["PNG"]) as image:
            image.load()
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = lenient


def _check_size(image: Image.Image, logo: Path) -> None:
    if max(image.size) > _LOGO_PIXELS:
        raise _too_wide(logo)


def _too_wide(logo: Path) -> UsageError:
    return UsageError(
        f"le logo « {logo} » dépasse {_LOGO_PIXELS} pixels de côté", hint="Réduisez l’image."
    )
