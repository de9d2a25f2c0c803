"""A mapping to start from, guessed from the columns of a file: all of it is to be checked."""

from __future__ import annotations

import itertools
import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from diagnostic.catalogue.index import fold
from diagnostic.connectors import workbooks
from diagnostic.pull import cells, files
from diagnostic.pull.codes import Codes
from diagnostic.pull.files import Table, Told

SAMPLE = 400  # rows looked at
MOST = 30  # series proposed
LEVELS = ("commune", "iris", "epci", "departement", "region")
_PERIODS = ("annee", "date", "periode", "time period", "mois", "trimestre", "millesime", "an")
# Figures that count nothing: where a place is, and its other codes.
_NAMES = frozenset(
    {"lat", "lng", "lon", "latitude", "longitude", "x", "y", "code", "insee", "siren", "siret"}
    | {"reg", "region", "dep", "departement", "epci", "iris", "postal"}
)
_SIGNS = ".,"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the sample: its name and what its cells say, blanks left out."""

    name: str
    texts: tuple[str, ...]

    def share(self, kept: Iterable[bool]) -> float:
        """The part of the cells that pass a test, 0 when there is no cell."""
        return sum(kept) / len(self.texts) if self.texts else 0.0


def propose(path: Path, sheet: str = "") -> str:
    """A mapping of the file `path`, as YAML with « ? » where only the user knows.

    Raises DataError when the file cannot be read, or has several sheets and none is told.
    """
    table, header = _table(path, sheet)
    columns = _sampled(table)
    codes = Codes()
    code, level = _code(columns, codes)
    period = next((one for one in columns if one is not code and _is_period(one)), None)
    wide = sum(cells.period(one.name, "") is not None for one in columns) >= 2
    found = [one for one in columns if one not in (code, period) and _is_number(one)]
    lines = _head(path, table, header, level)
    lines.append(
        f"code: {_quoted(code.name)}"
        if code
        else 'code: "?"  # aucune colonne n’a des codes du COG : nommez-la'
    )
    if wide:
        lines.append("period: colonnes  # chaque colonne dont le nom est une période")
    elif period:
        lines.append(f"period: {{column: {_quoted(period.name)}}}")
    else:
        lines.append('period: "?"  # 2024, 2024-12, 2024-T4 : aucune colonne ne la donne')
    lines += [
        "# geography: 2024  # année du code officiel géographique des codes",
        "blank: unknown  # ce que dit une case vide : secret, masked, not_published, unknown",
        *_words(found),
        "series:",
        *_series(path, [None] if wide else found),
    ]
    return "\n".join(lines).replace(" : ", "\u00a0: ") + "\n"


def _table(path: Path, sheet: str) -> tuple[Table, int]:
    """The table, from the line that looks like its names on, and that line (0: the first)."""
    told = Told(sheet=sheet)
    if not files.is_workbook(files.begin(path)):
        return files.load(path, told), 0
    book = workbooks.load(path)
    table = files.sheet(book, told)
    rows = list(itertools.islice(book.rows(table.sheet), 40))
    widths = [sum(bool(cell.strip()) for cell in row) for row in rows]
    wide = max(widths, default=0) * 0.6
    line = next((rank for rank, width in enumerate(widths, 1) if width > 1 and width >= wide), 0)
    return files.sheet(book, replace(told, header=(line,) if line else ())), line


def _sampled(table: Table) -> list[Column]:
    rows = [row for _, row in itertools.islice(table.rows(), SAMPLE)]
    return [
        Column(name, tuple(text for row in rows if (text := row[place].strip())))
        for place, name in enumerate(table.names)
    ]


def _code(columns: Sequence[Column], codes: Codes) -> tuple[Column | None, str]:
    """The column whose cells are codes of a level, and that level."""
    best: tuple[float, Column | None, str] = (0.5, None, "commune")
    for column in columns:
        for level in LEVELS:
            known = column.share(
                codes.known(level, text) or bool(codes.repaired(level, text))
                for text in column.texts
            )
            # A code of département may be one of région too: its name tells.
            if level == "departement" and "reg" in fold(column.name):
                known -= 0.2
            if known > best[0]:
                best = known, column, level
    return best[1], best[2]


def _is_period(column: Column) -> bool:
    named = any(f" {word} " in f" {fold(column.name)} " for word in _PERIODS)
    return named and column.share(cells.period(t, "") is not None for t in column.texts) > 0.9


def _is_number(column: Column) -> bool:
    if set(fold(column.name).split()) & _NAMES:
        return False
    numbers = column.share(cells.number(text, _SIGNS) is not None for text in column.texts)
    # Codes are figures too, but some of them begin with a zero.
    return numbers > 0.5 and not any(re.match(r"0\d", text) for text in column.texts)


def _head(path: Path, table: Table, header: int, level: str) -> list[str]:
    lines = [
        "# Proposée d’après le fichier : vérifiez chaque ligne, complétez les « ? ».",
        "import: 1",
        f"id: {_slug(path)}",
        'producer: "?"  # qui a produit ces données',
        'title: "?"  # ce qu’est ce fichier',
        'licence: "?"  # licence, ou usage interne',
        '# link: "https://…"',
        '# updated: "2024-12-31"  # date que le producteur donne à ses données',
    ]
    if table.sheet:
        lines.append(f"sheet: {_quoted(table.sheet)}")
    if header:
        lines.append(f"header: {header}  # ligne des noms de colonnes")
    return [*lines, f"level: {level}"]


def _words(found: Sequence[Column]) -> list[str]:
    """The texts met among numbers: what they mean is to be said."""
    texts = Counter(
        text for one in found for text in one.texts if cells.number(text, _SIGNS) is None
    )
    if not texts:
        return []
    said = ", ".join(f"{_quoted(text)}: unknown" for text, _ in texts.most_common(5))
    return [f"words: {{{said}}}  # textes parmi les nombres : dites leur sens"]


def _series(path: Path, found: Sequence[Column | None]) -> list[str]:
    """A series of the user's own for each column of numbers."""
    if not found:
        return ["  {}  # aucune colonne de nombres n’a été reconnue"]
    lines = []
    taken: set[str] = set()
    for one in found[:MOST]:
        name = _free(_word(one.name if one else path.name.split(".")[0]), taken)
        lines.append(f"  local.{name}:")
        if one:
            lines.append(f"    column: {_quoted(one.name)}")
        lines += [
            f"    label: {_quoted((one.name if one else name)[:120])}",
            '    definition: "?"  # ce qui est compté, et comment',
            '    unit: "?"  # au pluriel',
            '    kind: "?"  # count, estimate, amount (qui se somment), rate, ratio, median…',
        ]
    if len(found) > MOST:
        lines.append(f"  # et {len(found) - MOST} autres colonnes de nombres")
    return lines


def _free(name: str, taken: set[str]) -> str:
    free = name
    for rank in itertools.count(2):
        if free not in taken:
            break
        free = f"{name}_{rank}"
    taken.add(free)
    return free


def _slug(path: Path) -> str:
    return _word(path.name.split(".")[0])[:40].rstrip("_")


def _word(text: str) -> str:
    """A text as part of an identifier."""
    word = fold(text).replace(" ", "_")[:50].strip("_")
    return word if word[:1].isalpha() else f"c_{word}".rstrip("_")


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
