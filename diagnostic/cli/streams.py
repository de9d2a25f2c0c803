"""stdout and stderr, able to say French whatever the locale, the terminal and their reader."""

from __future__ import annotations

import codecs
import io
import os
import sys

_NEAREST = str.maketrans(
    {"\u00a0": " ", "\u202f": " ", "’": "'", "«": '"', "»": '"', "…": "...", "–": "-", "−": "-"}
)


def prepare() -> None:
    """Make both streams take any text; one that was closed takes everything and keeps nothing.

    In UTF-8 the bytes of a path that is no text are written as they are; elsewhere a sign that
    the encoding lacks becomes the nearest one, or a question mark.
    """
    codecs.register_error("nearest", _nearest)
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, _nowhere())
        elif isinstance(stream, io.TextIOWrapper):
            kind = codecs.lookup(stream.encoding).name
            if kind == "ascii":  # nobody chooses it: a locale was missing
                stream.reconfigure(encoding="utf-8", errors="surrogateescape")
            else:
                stream.reconfigure(errors="surrogateescape" if kind == "utf-8" else "nearest")


def abandon() -> None:
    """Write no more to stdout, not even what waits: its reader left or its disk is full."""
    sys.stdout = _nowhere()


def _nowhere() -> io.TextIOWrapper:
    return open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123 - kept until the end


def _nearest(error: UnicodeError) -> tuple[str, int]:
    """What stands for the signs that an encoding lacks."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lost = error.object[error.start : error.end].translate(_NEAREST)
    return lost.encode("ascii", "replace").decode("ascii"), error.end
