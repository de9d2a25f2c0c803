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
from diagnostic.wording.grammar import Subject, enumeration
from diagnostic.wording.names import sort_key
from diagnostic.wording.numbers import (
    approx,
    between,
    count,
    euros,
    interval,
    number,
    ordinal,
    percent,
    points,
    shown,
)
from diagnostic.wording.periods import text as period
from diagnostic.wording.sentences import rank
from diagnostic.wording.typography import typeset

__all__ = [
    "Subject",
    "approx",
    "between",
    "count",
    "enumeration",
    "euros",
    "grammar",
    "interval",
    "magnitudes",
    "names",
    "notes",
    "number",
    "numbers",
    "ordinal",
    "percent",
    "period",
    "periods",
    "points",
    "rank",
    "sentences",
    "shown",
    "sort_key",
    "typeset",
    "typography",
    "vocabulary",
]
