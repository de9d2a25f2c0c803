"""How a portal names things: what the name of a dataset and of a column says when nobody did.

The rules stand under `families:` in a producer's file. What they do not tell is unknown, never
supposed: a series of an unknown kind is published as it is and never summed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast, get_args

from diagnostic.marks import Node, Word
from diagnostic.model import Clock, Level, Rounding

if TYPE_CHECKING:
    from diagnostic.catalogue.pages import Page

_KEYS = frozenset(
    {"levels", "unread", "rounded", "exact", "codes", "periods", "places", "attributes"}
    | {"measures", "fold", "geography", "secrecy", "traps"}
)
_MEASURE = frozenset({"kind", "unit", "population", "rounding"})
_LISTS = ("exact", "places", "attributes", "fold", "traps")
_NUMBERS = frozenset({"int", "double"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What the columns whose name begins by `prefix` hold. `rounding` is that of rounded files.

    "{code}" in `population` is what follows the prefix.
    """

    prefix: str
    kind: str
    unit: str
    population: str
    rounding: Rounding | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A column of periods: how long one is, and the month that a year stands for (0: none)."""

    clock: Clock
    month: int = 0


@dataclass(frozen=True, slots=True)
class Scale:
    """What the name of a dataset says: its level (None: unknown), and whether it is rounded.

    `unread` says in words a level that no dossier shows ("par Iris"). `rounded` is None when
    the name does not tell.
    """

    level: Level | None = None
    unread: str = ""
    rounded: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Families:
    """The rules of one portal.

    `levels` and `unread` are keyed by the end of a dataset's name, before the mark `rounded`;
    `exact` are the ends that tell an exact file. `codes` are the columns of codes by level,
    `places` the beginnings of the columns that describe a place, `attributes` other columns
    that distinguish no rows.
    """

    levels: Mapping[str, Level]
    unread: Mapping[str, str]
    rounded: str
    exact: tuple[str, ...]
    codes: Mapping[str, tuple[str, ...]]
    periods: Mapping[str, Dated]
    places: tuple[str, ...]
    attributes: tuple[str, ...]
    measures: tuple[Measure, ...]
    fold: tuple[str, ...]
    geography: int
    secrecy: str
    traps: tuple[str, ...]

    def scale(self, dataset: str) -> Scale:
        """What the name of the dataset says of its level and its rounding."""
        ends = "|".join((*self.levels, *self.unread))
        found = re.search(rf"_({ends})({re.escape(self.rounded)})?(_hist)?$", dataset)
        if found is None:
            return Scale()
        rounded = True if found[2] else False if found[1] in self.exact else None
        return Scale(self.levels.get(found[1]), self.unread.get(found[1], ""), rounded)

    def measure(self, field: str) -> Measure | None:
        """The family of a column, the longest beginning that fits; None when none does."""
        fit: Measure | None = None
        for one in self.measures:
            if field.startswith(one.prefix) and (fit is None or len(one.prefix) > len(fit.prefix)):
                fit = one
        return fit

    def counts(self, field: str, kind: str) -> bool:
        """Whether a column of that name and of the portal's type `kind` holds figures."""
        if self.describes(field):
            return False
        return self.measure(field) is not None or kind in _NUMBERS

    def describes(self, field: str) -> bool:
        """Whether a column tells where or when a row is, and does not share rows out."""
        return field in self.periods or field in self.attributes or field.startswith(self.places)


def read(page: Page, node: Node) -> Families | None:
    """The rules written at `node`, None after having put what is wrong among the page's faults."""
    entry = page.table(node, _KEYS)
    for key in ("levels", "codes", "periods", "measures"):
        if key not in entry:
            page.fault(node, f"familles : « {key} » manque")
            return None
    for level in page.table(entry["levels"], None).values():
        page.among(level, get_args(Level))
    texts = {key: page.texts(entry[key]) if key in entry else () for key in _LISTS}
    return Families(
        levels=cast("dict[str, Level]", _words(page, entry["levels"])),
        unread=_words(page, entry.get("unread")),
        rounded=page.text(entry.get("rounded", Word(""))),
        codes={str(k): page.texts(v) for k, v in page.table(entry["codes"], None).items()},
        periods={str(k): _dated(page, v) for k, v in page.table(entry["periods"], None).items()},
        measures=tuple(
            _measure(page, str(k), v) for k, v in page.table(entry["measures"], None).items()
        ),
        geography=page.whole(entry.get("geography", Word("0")), 1),
        secrecy=page.text(entry.get("secrecy", Word(""))),
        **texts,
    )


def _words(page: Page, node: Node | None) -> dict[str, str]:
    if node is None:
        return {}
    return {str(k): page.text(v) for k, v in page.table(node, None).items()}


def _dated(page: Page, node: Node) -> Dated:
    entry = page.table(node, frozenset({"clock", "month"}))
    clock = entry.get("clock", Word("", node.line, node.column))
    page.among(clock, get_args(Clock))
    return Dated(
        clock=cast("Clock", page.text(clock)), month=page.whole(entry.get("month", Word("0")), 12)
    )


def _measure(page: Page, prefix: str, node: Node) -> Measure:
    entry = page.table(node, _MEASURE)
    said: dict[str, Any] = {k: page.text(v) for k, v in entry.items() if k != "rounding"}
    page.among(entry.get("kind", Word("", node.line, node.column)), page.kinds)
    return Measure(
        prefix=prefix,
        kind=said.get("kind", ""),
        unit=said.get("unit", ""),
        population=said.get("population", ""),
        rounding=page.rounding(entry["rounding"]) if "rounding" in entry else None,
    )
