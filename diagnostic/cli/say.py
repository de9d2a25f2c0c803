"""What the commands print: results on stdout, everything else on stderr, colours if wanted."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import click

_LONGEST = 1000
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


def result(line: str | Path) -> None:
    """One line of the result, on stdout."""
    click.echo(str(line), color=_colour())


def document(value: object) -> None:
    """The result as one JSON object, on stdout."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=_plain))


def note(text: str) -> None:
    """What is worth knowing, on stderr."""
    _stderr(visible(text))


def warning(text: str) -> None:
    """What the reader of the dossier should know, on stderr."""
    _stderr(f"{click.style('Attention', fg='yellow')}\u00a0: {visible(text)}")


def error(message: str, hint: str = "") -> None:
    """What went wrong and what to do next, on stderr."""
    heading = click.style("Erreur", fg="red", bold=True)
    several = "\n" in message
    _stderr(f"{heading}\u00a0:{chr(10) if several else ' '}{visible(message)}")
    if hint:
        _stderr(visible(hint))


def visible(text: str) -> str:
    """`text` as a terminal may be told: no sign that commands it, no line without end.

    What people type, and what stands in files, comes back in messages.
    """
    lines = (_CONTROL.sub(lambda sign: f"\\x{ord(sign[0]):02x}", one) for one in text.split("\n"))
    return "\n".join(f"{one[:_LONGEST]}…" if len(one) > _LONGEST else one for one in lines)


def table(rows: Iterable[Sequence[str]]) -> None:
    """Rows in aligned columns on stdout, the last column as long as it is."""
    lines = [tuple(row) for row in rows]
    if not lines:
        return
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]) - 1)]
    told = []
    for line in lines:
        cells = [f"{cell:{width}}" for cell, width in zip(line, widths, strict=False)]
        told.append("  ".join([*cells, line[-1]]).rstrip())
    result("\n".join(told))  # at once: thousands of lines are soon said


def _stderr(text: str) -> None:
    with contextlib.suppress(OSError):  # a full disk must not hide the exit code
        click.echo(text, err=True, color=_colour())


def _colour() -> bool | None:
    """False when NO_COLOR is set; else click decides from the terminal."""
    return False if os.environ.get("NO_COLOR") else None


def _plain(value: object) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")
