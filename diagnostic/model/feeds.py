"""Where series come from: portals, the datasets they serve, and which column is which series."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from diagnostic.model.values import Code, Level, Rounding, Status

Api = Literal["opendatasoft", "melodi"]
Clock = Literal["month", "quarter", "year"]
Form = Literal["parquet", "csv", "jsonl"]
Wanted = Mapping[Level, frozenset[Code] | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Portal:
    """Where an API answers. `id` begins the ids of series that nobody named: "caf" in
    "caf:s_ben_com_f.indfoy_rsa".

    `address` is what stands before the path of the API, `variable` the environment variable
    that replaces it (a mirror, a test).
    """

    id: str
    api: Api
    producer: str
    address: str
    variable: str
    licence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedSeries:
    """One series among those of a feed: the column `field`, of the rows that `where` selects.

    `rounding` is that of this file, which may differ from another level's (a national file is
    exact). `summable` tells whether several rows of one place may be added (arrondissements).
    """

    series: str
    field: str
    where: Mapping[str, str] = dataclasses.field(default_factory=dict)
    rounding: Rounding | None = None
    summable: bool = True
    estimate: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One dataset of a portal: how its rows tell a place, a period and the series.

    `code` names the column of codes ("" for a file about France alone), `period` that of
    periods, `clock` how long a period is; `month` is the month that a year stands for ("2023"
    is then "2023-12"), 0 when it stands for itself. `where` are the rows of the whole feed, the
    pinned dimensions of a long table. `geography` is the COG of a row: its year plus that
    number, None when nobody says. `fold`: Paris, Lyon and Marseille come by arrondissement; an
    arrondissement of a feed that does not fold stands beside its city, and is left out.
    `totals` are the codes that stand for no place but for a sum of rows, left out too. `champ`
    is what France covers, for the rows about France only, "" when nobody says. `largest` names
    the column whose highest value is right where technical rows repeat a place and a period.
    `words` are the texts of the source that stand for an absence ("s", "nd"). `attachment`,
    `sheet` and `header` find the table in a workbook: "{year}" in `sheet` is the period,
    `header` the line of the names of columns, counted from 1.
    """

    id: str
    portal: str
    dataset: str
    title: str
    levels: tuple[Level, ...]
    period: str
    series: tuple[FeedSeries, ...]
    code: str = ""
    clock: Clock = "month"
    month: int = 0
    where: Mapping[str, str] = dataclasses.field(default_factory=dict)
    geography: int | None = None
    fold: bool = False
    largest: str = ""
    totals: tuple[Code, ...] = ()
    champ: str = ""
    words: Mapping[str, Status] = dataclasses.field(default_factory=dict)
    attachment: str = ""
    sheet: str = ""
    header: int = 1

    def fields(self) -> tuple[str, ...]:
        """Every column to ask for, each once: code, period, filters, values."""
        named = [self.code, self.period, self.largest, *self.where]
        for one in self.series:
            named += [*one.where, one.field]
        return tuple(dict.fromkeys(name for name in named if name))


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldCard:
    """A column as a portal describes it. `type` is the portal's word (int, double, text, date)."""

    name: str
    label: str
    type: str
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetCard:
    """What a portal says of a dataset; "" or None where it says nothing, never a guess.

    `processed` is the date of the data, which tells whether to pull again; `modified` that of
    the dataset as published. Both are as written by the portal.
    """

    id: str
    title: str
    fields: tuple[FieldCard, ...] = ()
    description: str = ""
    themes: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    publisher: str = ""
    licence: str = ""
    modified: str = ""
    processed: str = ""
    records: int | None = None
    attachments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """The rows of a feed as its producer sent them, in a file, checked whole.

    `rows` is their number, `sha256` and `size` those of the body received, `address` what was
    asked. `covers` are the codes that were asked by level, None for all of the level. `missing`
    are the columns of values that the feed names and the dataset has no more: not in the file.
    A CSV is UTF-8 with or without BOM, `;` between cells, one row of names.
    """

    path: Path
    form: Form
    rows: int
    sha256: str
    size: int
    address: str
    covers: Wanted
    card: DatasetCard | None = None
    missing: tuple[str, ...] = ()
