"""From what people type to a territory: codes, names, homonyms, former and nearest names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from diagnostic.errors import TerritoryError
from diagnostic.model import Code, Level, Territory
from diagnostic.territories import files
from diagnostic.territories.cog import FRANCE, LEVELS, Cog, Former
from diagnostic.territories.names import key, plain

_CODE = re.compile(r"\d[\dAB]?\d*", re.ASCII | re.IGNORECASE)
_PLACED = re.compile(r"(?P<name>.*\S)\s*\((?P<departement>\d[\dAB]\d?)\)", re.IGNORECASE)
_ORDER = list(LEVELS)
LONGEST = 200


class Territories(Cog):
    """The territories of the COG, and the way to them from what people type."""

    def find(self, text: str, level: Level | None = None) -> Territory:
        """The territory that `text`, a code or a name, designates.

        Case, accents, hyphens, the article, "St" and an EPCI's legal form do not matter; "Nom
        (51)" says the département. A merged, delegated or associated commune and an
        arrondissement municipal give their commune of today, with `former` set. Without `level`
        the smallest territory is meant when it lies in all the others of that name. Raises
        TerritoryError with the homonyms or the nearest names.
        """
        asked = " ".join(text.split())
        if len(asked) > LONGEST:
            raise TerritoryError(
                f"le nom du territoire a plus de {LONGEST} caractères",
                hint="Donnez un nom ou un code.",
            )
        if level == "france" or (level is None and plain(asked) == "france"):
            return FRANCE
        if _CODE.fullmatch(asked):
            return self._by_code(asked.upper(), level)
        return self._by_name(asked, level)

    def search(self, text: str, level: Level | None = None, limit: int = 20) -> list[Territory]:
        """The territories whose code or name holds `text`, best first; else the nearest names.

        A code or a name that no territory holds today finds the commune that inherited it.

        Names equal to it come first, then those that begin with it, then the others; among
        equals the most populated first.
        """
        text = text[:LONGEST]
        if _CODE.fullmatch(text.strip()):
            code = text.strip().upper()
            return self._coded(code, level)[:limit] or self._merged(code, level)
        asked = key(text, level or "commune")
        if not asked:
            return []
        scored = [
            (_distance(asked, name), place)
            for name, places in self._keys.items()
            if asked in name
            for place in places
            if level in (None, place[0])
        ]
        found = [(score, self.get(*place)) for score, place in scored]
        found.sort(key=lambda pair: (pair[0], _weight(*pair), pair[1].code))
        if found or level not in (None, "commune"):
            return [one for _, one in found[:limit]] or self.nearest(text, level, limit)
        return self._formerly(text)[:limit] or self.nearest(text, level, limit)

    def nearest(self, text: str, level: Level | None = None, limit: int = 5) -> list[Territory]:
        """The territories whose names are the nearest to `text`."""
        sql = """
            SELECT level, code FROM shipped WHERE $level IS NULL OR level = $level
            ORDER BY greatest(
                jaro_winkler_similarity(key, $key),
                0.95 * list_max([jaro_winkler_similarity(word, $key)
                                 for word in string_split(key, ' ')])
            ) DESC, population DESC NULLS LAST, level, code
            LIMIT $limit
        """
        values = {"level": level, "key": key(text, level or "commune"), "limit": limit}
        rows = files.query(self._folder / "territories.parquet", sql, values)
        return [self.get(held, code) for held, code in rows]

    def _coded(self, code: Code, level: Level | None) -> list[Territory]:
        """The territories whose code begins with `code`, the shortest codes first."""
        codes = [
            (len(held), held, _ORDER.index(one))
            for one, rows in self._rows.items()
            if level in (None, one)
            for held in rows
            if held.startswith(code)
        ]
        return [self.get(_ORDER[place], held) for _, held, place in sorted(codes)]

    def _merged(self, code: Code, level: Level | None) -> list[Territory]:
        """The commune of today that took in the one of that code, in a list."""
        known = level in (None, "commune") and code in self._former
        return [self._inheriting(self._former[code])] if known else []

    def _by_code(self, code: Code, level: Level | None) -> Territory:
        held = [one for one in self._levels(code) if one != "arm" or level == "arm"]
        found = [self.get(one, code) for one in held if level in (None, one)]
        if not found and level in (None, "commune") and code in self._former:
            return self._inheriting(self._former[code])
        if not found:
            raise self._unknown(code, level)
        return self._settle(code, found)

    def _by_name(self, text: str, level: Level | None) -> Territory:
        placed = _PLACED.fullmatch(text)
        name, departement = placed.groups() if placed else (text, None)
        found = self._named(name, level)
        if not found and level in (None, "commune"):
            found = self._formerly(name)
        if departement:
            found = [one for one in found if one.departement == departement.upper()]
        if not found:
            raise self._nameless(text, self.search(name, level, 5) if plain(name) else [])
        return self._settle(text, found)

    def _named(self, name: str, level: Level | None) -> list[Territory]:
        """The territories of that name, only those with the same article when some have it."""
        found = []
        for one in _ORDER if level is None else [level]:
            places = self._keys.get(key(name, one), ())
            found += [self.get(*place) for place in places if place[0] == one]
        if level is None:
            found = [one for one in found if one.level != "arm"]
        return [one for one in found if plain(one.name) == plain(name)] or found

    def _formerly(self, name: str) -> list[Territory]:
        """The communes of today that absorbed a commune of that name."""
        heirs = {
            former.became: self._inheriting(former)
            for former in self._former.values()
            if former.key and former.key == key(name)
        }
        return [heirs[code] for code in sorted(heirs)]

    def _inheriting(self, former: Former) -> Territory:
        name = f"{former.name} ({former.code})" if former.name else former.code
        return replace(self.get("commune", former.became), former=name)

    def _settle(self, text: str, found: list[Territory]) -> Territory:
        """The smallest of `found` when it lies in all the others."""
        first, *others = sorted(found, key=lambda one: (_ORDER.index(one.level), one.code))
        if all(getattr(first, other.level, None) == other.code for other in others):
            return first
        raise TerritoryError(
            f"«\u00a0{text}\u00a0» désigne plusieurs territoires",
            hint=f"Donnez le code et le niveau de l’un d’eux\u00a0:\n{self._list(found)}",
        )

    def _nameless(self, text: str, near: list[Territory]) -> TerritoryError:
        if not near:
            return TerritoryError("le nom du territoire est vide", hint="Donnez un nom ou un code.")
        return TerritoryError(
            f"aucun territoire ne s’appelle «\u00a0{text}\u00a0»",
            hint=f"Les noms les plus proches\u00a0:\n{self._list(near)}",
        )

    def _list(self, found: Iterable[Territory]) -> str:
        return "\n".join(f"  {self.describe(one)}" for one in found)


def _distance(asked: str, name: str) -> int:
    """How far `name`, which holds `asked`, is from it: 0 equal, 1 begins, 2 a word does, 3."""
    if name == asked:
        return 0
    if name.startswith(asked):
        return 1
    return 2 if f" {asked}" in name else 3


def _weight(distance: int, territory: Territory) -> int:
    """Among names as far from the asked one: the smallest if equal, else the most populated."""
    if distance == 0:
        return _ORDER.index(territory.level)
    return -(territory.population or 0)
