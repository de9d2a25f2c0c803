"""Widths of Source Sans 3 texts, from the advance widths of the font files themselves."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont, TTLibError

from diagnostic.draw.style import MM
from diagnostic.errors import RenderError
from diagnostic.resources import folder

FAMILY = "Source Sans 3"
_FACES = {(400, False): "Regular", (600, False): "Semibold", (700, False): "Bold"}
_CHUNK = re.compile(r"[^ \-]*[ \-]?")


def face(weight: int, italic: bool = False) -> Path:
    """The font file of a weight; italic exists in 400 only. Raises RenderError when missing."""
    name = "It" if italic else _FACES[(weight, False)]
    path = folder("templates") / "fonts" / f"SourceSans3-{name}.ttf"
    if not path.is_file():
        raise RenderError(
            f"la police {path.name} manque dans le dossier des modèles",
            hint="Réinstallez le paquet diagnostic-territorial.",
        )
    return path


@cache
def _advances(weight: int, italic: bool) -> tuple[dict[int, float], float]:
    path = face(weight, italic)
    try:
        with TTFont(io.BytesIO(path.read_bytes()), lazy=True) as font:
            em = float(font["head"].unitsPerEm)
            metrics = font["hmtx"].metrics
            widths = {code: metrics[name][0] / em for code, name in font.getBestCmap().items()}
            return widths, metrics[".notdef"][0] / em
    except (TTLibError, OSError, KeyError, AttributeError) as error:
        raise RenderError(
            f"la police {path.name} ne peut pas être lue",
            hint="Réinstallez le paquet diagnostic-territorial.",
        ) from error


def width(text: str, size: float, weight: int = 400, italic: bool = False) -> float:
    """Width in mm of one line of text set at `size` points, kerning left out."""
    widths, missing = _advances(weight, italic)
    return sum(widths.get(ord(letter), missing) for letter in text) * size / MM


def wrap(text: str, room: float, size: float, weight: int = 400) -> tuple[str, ...]:
    """The text in lines of at most `room` mm, broken after spaces and hyphens only.

    A chunk without a break that is wider than the room keeps a line to itself, uncut.
    """
    lines = [""]
    for chunk in _chunks(text):
        if lines[-1] and width((lines[-1] + chunk).rstrip(" "), size, weight) > room:
            lines.append("")
        lines[-1] += chunk
    return tuple(line.strip(" ") for line in lines)


def _chunks(text: str) -> Iterator[str]:
    return (part for part in _CHUNK.findall(text) if part)
