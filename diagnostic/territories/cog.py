"""A COG in memory: every territory by level and code, and who holds whom."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from diagnostic.errors import TerritoryError
from diagnostic.model import Code, Level, Territory
from diagnostic.territories import files, movements, tables
from diagnostic.territories.movements import Movements

YEAR = 2026  # of the COG that is shipped
FRANCE = Territory(code="france", level="france", name="France", tncc=3)
# From the smallest to the largest: the order in which a name or a code is understood.
LEVELS: dict[Level, str] = {
    "commune": "commune",
    "arm": "arrondissement municipal",
    "epci": "EPCI",
    "ept": "établissement public territorial",
    "arrondissement": "arrondissement",
    "departement": "département",
    "region": "région",
}
_FIELDS = (
    "code", "level", "name", "tncc", "nature", "epci", "ept", "arrondissement", "departement",
    "region", "population",
)  # fmt: skip
_FORMS = (
    "Un code de commune a cinq caractères (51649, 2A004), un code d’EPCI neuf chiffres"
    " (200034718), un code de département deux ou trois caractères (51, 2A, 974), un code de"
    " région deux chiffres (44)."
)


@dataclass(frozen=True, slots=True)
class Former:
    """A code or a name that a commune of today absorbed; `name` is "" when it is not known."""

    code: Code
    name: str
    key: str
    became: Code


@dataclass(frozen=True, slots=True)
class Vintage:
    """A commune as it stood in an earlier COG: its name, article code and EPCI (None: none)."""

    code: Code
    name: str
    tncc: int
    epci: Code | None


class Cog:
    """One COG: its territories, their memberships, and what its communes absorbed."""

    def __init__(self, folder: Path, *, year: int = YEAR, outlines: Path | None = None) -> None:
        """Read the COG of 1 January of `year` in `folder`.

        `outlines` is the folder of the user's own outlines of that COG, None when there is none.
        Raises DataError when a file is damaged.
        """
        self.year = year
        self.outlines = outlines
        self._folder = folder
        self._rows: dict[Level, dict[Code, tuple[Any, ...]]] = {level: {} for level in LEVELS}
        self._keys: dict[str, list[tuple[Level, Code]]] = defaultdict(list)
        self._commune_of: dict[Code, Code] = {}
        sql = f"SELECT key, commune, {', '.join(_FIELDS)} FROM shipped"  # noqa: S608
        for row in files.query(folder / "territories.parquet", sql):
            key, commune, code, level = row[:4]
            self._rows[level][code] = row[2:]
            self._keys[key].append((level, code))
            if commune:
                self._commune_of[code] = commune

    @cached_property
    def _former(self) -> dict[Code, Former]:
        sql = "SELECT code, name, key, became FROM shipped ORDER BY code"
        rows = files.query(self._folder / "former.parquet", sql)
        return {row[0]: Former(*row) for row in rows}

    @property
    def france(self) -> Territory:
        """France, which holds every commune of its eighteen régions."""
        return FRANCE

    def get(self, level: Level, code: Code) -> Territory:
        """The territory of that level and code. Raises TerritoryError when there is none."""
        if level == "france":
            return FRANCE
        row = self._rows.get(level, {}).get(code)
        if row is None:
            raise self._unknown(code, level)
        return Territory(**dict(zip(_FIELDS, row, strict=True)))

    def named(self, level: Level, code: Code) -> Territory | None:
        """The territory of that level and code, None when there is none."""
        return self.get(level, code) if code in self._rows.get(level, {}) else None

    def members(self, territory: Territory) -> tuple[Territory, ...]:
        """The communes that `territory` holds, sorted by code; a commune holds itself."""
        if territory.level in ("commune", "arm"):
            return (self.get("commune", self._commune_of.get(territory.code, territory.code)),)
        everywhere = territory.level == "france"
        column = _FIELDS.index("region" if everywhere else territory.level)
        return tuple(
            self.get("commune", code)
            for code, row in sorted(self._rows["commune"].items())
            if row[column] == territory.code or (everywhere and row[column])
        )

    def parent(self, territory: Territory, level: Level) -> Territory | None:
        """The territory of `level` that holds `territory`, None when none does.

        An EPCI or EPT across several départements is placed where most of its inhabitants live.
        """
        if level == territory.level:
            return territory
        if level == "france":
            return FRANCE
        held = self._commune_of.get(territory.code) if level == "commune" else None
        code = held or getattr(territory, level, None)
        return self.get(level, code) if code else None

    def vintage(self, year: int) -> dict[Code, Vintage]:
        """The communes of the COG of `year`, 2023 at the earliest, by code; TerritoryError."""
        if year == self.year:
            rows = [(row[0], row[2], row[3], row[5]) for row in self._rows["commune"].values()]
        else:
            sql = """
                SELECT code, name, tncc, epci FROM shipped
                WHERE level = 'commune' AND year = $year ORDER BY code
            """
            rows = files.query(self._folder / "vintages.parquet", sql, {"year": year})
        if not rows:
            raise TerritoryError(
                f"le COG de {year} n’est pas embarqué",
                hint=f"Années connues\u00a0: 2023 à {self.year}.",
            )
        return {row[0]: Vintage(*row) for row in rows}

    def absorbed(self) -> dict[Code, Former]:
        """The codes merged, delegated, associated or divided, and the commune that holds each."""
        return self._former

    @cached_property
    def movements(self) -> Movements:
        """What became of communes since 1943. Raises DataError when the file is damaged."""
        return movements.read(self._folder)

    @cached_property
    def redrawn(self) -> frozenset[Code]:
        """The communes whose ground is not that of the COG that is shipped, nor its outlines'."""
        if self.year == YEAR:
            return frozenset()
        return frozenset(self.movements.successions(YEAR))

    def rows(self, table: str) -> tables.Rows:
        """The rows of one of its files, "territories", "former", "vintages" or "movements".

        They are as `tables.write` takes them. Raises DataError when the file is damaged.
        """
        columns, order = tables.COG[table]
        sql = f"SELECT {', '.join(columns)} FROM shipped ORDER BY {order}"  # noqa: S608
        found = files.query(self._folder / f"{table}.parquet", sql)
        return [dict(zip(columns, row, strict=True)) for row in found]

    def describe(self, territory: Territory) -> str:
        """A territory as a list of candidates names it: name, level, code and département."""
        place = self._rows["departement"].get(territory.departement or "")
        parts = [f"{LEVELS.get(territory.level, territory.level)} {territory.code}"]
        parts += [place[2]] if place else []
        return f"{territory.name} ({', '.join(parts)})"

    def _levels(self, code: Code) -> list[Level]:
        return [level for level, rows in self._rows.items() if code in rows]

    def _unknown(self, code: Code, level: Level | None) -> TerritoryError:
        """The error of a code that `level` has not: what it is instead, else the forms."""
        others = [self.describe(self.get(held, code)) for held in self._levels(code)]
        if level and others:
            return TerritoryError(
                f"le code {code} n’est pas celui d’un territoire de niveau"
                f" «\u00a0{LEVELS.get(level, level)}\u00a0»",
                hint=f"Ce code désigne\u00a0: {' ; '.join(others)}.".replace(" ;", "\u202f;"),
            )
        padded = f"0{code}"
        found = [self.describe(self.get(held, padded)) for held in self._levels(padded)]
        return TerritoryError(
            f"aucun territoire n’a le code {code} au 1ᵉʳ janvier {self.year}",
            hint=f"Le zéro de tête a-t-il été perdu\u202f? {found[0]}." if found else _FORMS,
        )
