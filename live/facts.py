"""What was read elsewhere and is set beside the producers: `facts.yaml`, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """Figures that a dataset should give: by expression of ODSQL, for the rows of `where`.

    `within` is the share by which they may differ.
    """

    feed: str
    title: str
    where: str
    expect: Mapping[str, Decimal]
    source: str
    within: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """One observation of Melodi: the parameters that select it, and its value."""

    feed: str
    title: str
    query: Mapping[str, str]
    expect: Decimal
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All of them; `texts` are columns of figures given as text, by feed."""

    texts: Mapping[str, list[str]]
    datasets: Mapping[str, list[str]]
    codes: Mapping[str, Mapping[str, list[str]]]
    controls: tuple[Control, ...]
    observations: tuple[Observed, ...]
    places: Mapping[str, Any] = field(default_factory=dict)


FILE = Path(__file__).with_name("facts.yaml")


def read(path: Path = FILE) -> Facts:
    """The facts of the file. Raises KeyError or TypeError when one lacks a part."""
    table = yaml.safe_load(path.read_text(encoding="utf-8"))
    return Facts(
        texts=table["texts"],
        datasets=table["datasets"],
        codes=table["codes"],
        controls=tuple(
            Control(
                feed=one["feed"],
                title=one["title"],
                where=one["where"],
                expect={name: Decimal(value) for name, value in one["expect"].items()},
                source=one["source"],
                within=Decimal(str(one.get("within", 0))),
            )
            for one in table["controls"]
        ),
        observations=tuple(
            Observed(**(one | {"expect": Decimal(one["expect"])})) for one in table["observations"]
        ),
        places=table["places"],
    )
