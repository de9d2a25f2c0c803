"""Which codes of territories exist or existed, and what the wrong ones were meant to be."""

from __future__ import annotations

import re
from typing import cast

from diagnostic import territories
from diagnostic.errors import TerritoryError
from diagnostic.model import Code, Level
from diagnostic.pull.observations import FORMS
from diagnostic.territories import Territories

VINTAGES = (2023, 2024, 2025)

_LENGTHS = {"commune": 5, "arm": 5, "iris": 9, "epci": 9, "ept": 9, "departement": 2, "region": 2}


class Codes:
    """The codes of all territories, of the COG of today and of those before it."""

    def __init__(self, places: Territories | None = None) -> None:
        """The codes of the shipped COG."""
        self._places = places or territories.load()
        self._told: dict[tuple[str, Code], bool] = {}
        self._past: dict[str, frozenset[Code]] = {}

    def known(self, level: str, code: Code) -> bool:
        """Whether a territory of the level has, or had, the code.

        An IRIS is known by its commune; levels that the COG has not are taken as they are.
        """
        key = level, code
        if key not in self._told:
            self._told[key] = self._known(level, code)
        return self._told[key]

    def repaired(self, level: str, code: Code) -> Code:
        """The code with the zero that it lost, "" when no zero makes it a code that is known."""
        length = _LENGTHS.get(level, 0)
        padded = f"0{code}"
        lost = len(code) == length - 1 and code.isdigit()
        return padded if lost and self.known(level, padded) else ""

    def name(self, level: Level, code: Code) -> str:
        """The name of a territory of today, "" when there is none."""
        try:
            return self._places.get(level, code).name
        except TerritoryError:
            return ""

    def well_formed(self, level: str, code: Code) -> bool:
        """Whether the code is written as those of its level are."""
        form = FORMS.get(cast("Level", level))
        return re.fullmatch(form, code, re.ASCII) is not None if form else bool(code)

    def _known(self, level: str, code: Code) -> bool:
        if not self.well_formed(level, code):
            return False
        if level == "iris":
            return self.known("commune", code[:5])
        if level in {"zone_emploi", "bassin_emploi", "custom", "france"}:
            return True
        today = ("commune", "arm") if level == "commune" else (level,)
        if any(self.name(cast("Level", one), code) for one in today):
            return True
        return code in self._before(level)

    def _before(self, level: str) -> frozenset[Code]:
        """The codes that a level had in the past, as far as the shipped COG knows."""
        if level not in self._past:
            found: set[Code] = set()
            if level == "commune":
                found = {move.before for move in self._places.movements.rows}
                found |= set(self._places.absorbed())
                for year in VINTAGES:
                    found |= set(self._places.vintage(year))
            elif level == "epci":
                for year in VINTAGES:
                    held = (one.epci for one in self._places.vintage(year).values())
                    found |= {epci for epci in held if epci}
            self._past[level] = frozenset(found)
        return self._past[level]
