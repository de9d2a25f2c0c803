"""The territories that the fakes of geography serve: those of the embedded COG, and what follows.

Names, codes and memberships up to 2026 are true. `merge`, `restore` and `join` invent what the
years after bring.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import duckdb
import shapely

from diagnostic import resources

from .country import Country

EMBEDDED = 2026
OVERSEAS = ("975", "977", "978", "984", "986", "987", "988", "989")


@dataclass(frozen=True)
class Place:
    """A commune of some year. `old` are the codes that it took in since 2026."""

    code: str
    name: str
    epci: str | None
    departement: str
    region: str | None
    population: int | None
    old: tuple[str, ...] = ()


@dataclass(frozen=True)
class Change:
    """What happens to a commune on a date."""

    date: str
    kind: str
    code: str
    to: str
    name: str = ""


@dataclass
class Ground:
    """The communes of each year, from a country that may have only some of them."""

    country: Country
    year: int = EMBEDDED
    changes: list[Change] = field(default_factory=list)

    def merge(self, code: str, into: str, date: str = "2027-01-01") -> None:
        """A commune disappears into another."""
        self._change(Change(date, "merge", code, into))

    def restore(self, code: str, out_of: str, name: str, date: str = "2027-01-01") -> None:
        """A commune that was merged is one again."""
        self._change(Change(date, "restore", code, out_of, name))

    def join(self, code: str, epci: str, date: str = "2027-01-01") -> None:
        """A commune leaves its EPCI for another."""
        self._change(Change(date, "join", code, epci))

    def reset(self) -> None:
        """As the embedded COG."""
        self.year = EMBEDDED
        self.changes.clear()

    def _change(self, change: Change) -> None:
        self.changes.append(change)
        self.year = max(self.year, int(change.date[:4]))

    def communes(self, year: int | None = None) -> dict[str, Place]:
        """The communes on 1 January of that year, of the newest one by default."""
        year = self.year if year is None else year
        if year < EMBEDDED:
            return dict(self._past(year))
        found = dict(self._today)
        for change in sorted(self.changes, key=lambda one: one.date):
            if change.date <= f"{year}-01-01":
                _apply(found, change)
        return found

    def ended(self, code: str, year: int) -> str:
        """When a commune of that year disappears, "" when it does not."""
        dates = [
            one.date
            for one in self.changes
            if one.kind == "merge" and one.code == code and one.date > f"{year}-01-01"
        ]
        return min(dates, default="")

    def heirs(self, code: str, since: int, until: int) -> list[str]:
        """The communes of `until` that have ground of a commune of `since`."""
        held = {code}
        for change in sorted(self.changes, key=lambda one: one.date):
            if f"{since}-01-01" < change.date <= f"{until}-01-01":
                if change.kind == "merge" and change.code in held:
                    held = held - {change.code} | {change.to}
                if change.kind == "restore" and change.to in held:
                    held |= {change.code}
        return sorted(held & set(self.communes(until)))

    @cached_property
    def arms(self) -> list[dict[str, Any]]:
        """The arrondissements of Paris, Lyon and Marseille."""
        return [row for row in self._rows("arm") if row["commune"] in self._today]

    def groups(self, level: str) -> list[dict[str, Any]]:
        """The EPCI, départements or régions that hold a commune of the newest year."""
        field_name = {"departement": "departement", "region": "region", "epci": "epci"}[level]
        held = {getattr(one, field_name) for one in self.communes().values()}
        return [row for row in self._rows(level) if row["code"] in held]

    @cached_property
    def shapes(self) -> dict[str, Any]:
        """The embedded outline of each commune of 2026, in degrees."""
        path = str(resources.folder("shapefiles") / "communes.parquet")
        with duckdb.connect() as base:
            rows = base.execute(
                "SELECT code, crs, geometry FROM read_parquet($path) ORDER BY code", {"path": path}
            ).fetchall()
        rows = [row for row in rows if row[0] in self._today]
        found: dict[str, Any] = {}
        for crs in sorted({row[1] for row in rows}):
            part = [row for row in rows if row[1] == crs]
            shapes = _degrees(shapely.from_wkb([row[2] for row in part]), crs)
            found |= dict(zip((row[0] for row in part), shapes, strict=True))
        return found

    def outlines(self, year: int) -> dict[str, Any]:
        """The outline of each commune of a year, where the embedded ones have one."""
        found = {}
        for code, place in self.communes(year).items():
            parts = [self.shapes[one] for one in (code, *place.old) if one in self.shapes]
            if parts:
                found[code] = parts[0] if len(parts) == 1 else shapely.union_all(parts)
        return found

    @cached_property
    def _today(self) -> dict[str, Place]:
        wanted = self.country.communes
        return {
            row["code"]: Place(
                row["code"], row["name"], row["epci"], row["departement"], row["region"],
                row["population"],
            )
            for row in self._rows("commune")
            if wanted is None or row["code"] in wanted
        }  # fmt: skip

    def _past(self, year: int) -> Iterable[tuple[str, Place]]:
        rows = self.country.vintage(year)
        for row in rows.to_dict("records"):
            yield row["code"], Place(
                row["code"], row["name"], row["epci"], row["departement"], row["region"],
                row["population"],
            )  # fmt: skip

    def _rows(self, level: str) -> list[dict[str, Any]]:
        path = str(resources.folder("data") / "cog" / "territories.parquet")
        with duckdb.connect() as base:
            found = base.execute(
                "SELECT * FROM read_parquet($path) WHERE level = $level ORDER BY code",
                {"path": path, "level": level},
            )
            names = [column[0] for column in found.description]
            return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _apply(found: dict[str, Place], change: Change) -> None:
    if change.kind == "merge":
        gone, heir = found.pop(change.code), found[change.to]
        found[change.to] = dataclasses.replace(
            heir,
            population=(heir.population or 0) + (gone.population or 0),
            old=(*heir.old, gone.code, *gone.old),
        )
    elif change.kind == "join":
        found[change.code] = dataclasses.replace(found[change.code], epci=change.to)
    else:
        head = found[change.to]
        found[change.code] = dataclasses.replace(
            head, code=change.code, name=change.name, population=100, old=()
        )


def _degrees(shapes: Any, crs: int) -> Any:
    import numpy as np
    import pyproj

    back = pyproj.Transformer.from_crs(crs, 4326, always_xy=True)
    return shapely.transform(shapes, lambda xy: np.round(np.column_stack(back.transform(*xy.T)), 6))
