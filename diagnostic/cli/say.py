"""What the commands print: results on stdout, everything else on stderr, colours if wanted."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import click


def result(line: str | Path) -> None:
    """One line of the result, on stdout."""
    click.echo(str(line), color=_colour())


def document(value: object) -> None:
    """The result as one JSON object, on stdout."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=_plain))


def note(text: str) -> None:
    """What is worth knowing, on stderr."""
    click.echo(text, err=True, color=_colour())


def warning(text: str) -> None:
    """What the reader of the dossier should know, on stderr."""
    click.echo(f"{click.style('Attention', fg='yellow')}\u00a0: {text}", err=True, color=_colour())


def error(message: str, hint: str = "") -> None:
    """What went wrong and what to do next, on stderr."""
    heading = click.style("Erreur", fg="red", bold=True)
    several = "\n" in message
    click.echo(f"{heading}\u00a0:{chr(10) if several else ' '}{message}", err=True, color=_colour())
    if hint:
        click.echo(hint, err=True, color=_colour())


def table(rows: Iterable[Sequence[str]]) -> None:
    """Rows in aligned columns on stdout, the last column as long as it is."""
    lines = [tuple(row) for row in rows]
    if not lines:
        return
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]) - 1)]
    for line in lines:
        cells = [f"{cell:{width}}" for cell, width in zip(line, widths, strict=False)]
        result("  ".join([*cells, line[-1]]).rstrip())


def _colour() -> bool | None:
    """False when NO_COLOR is set; else click decides from the terminal."""
    return False if os.environ.get("NO_COLOR") else None


def _plain(value: object) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")
