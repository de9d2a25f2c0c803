"""French text, made by rule from frozen values: numbers, periods, names, sentences, typography."""

from diagnostic.wording import (
    grammar,
    magnitudes,
    names,
    notes,
    numbers,
    periods,
    sentences,
    typography,
    vocabulary,
)
from diagnostic.wording.grammar import Subject

__all__ = [
    "Subject",
    "grammar",
    "magnitudes",
    "names",
    "notes",
    "numbers",
    "periods",
    "sentences",
    "typography",
    "vocabulary",
]
