"""What became of communes: official movements, and the communes of a past COG seen from today's.

Source: Insee, code officiel géographique, événements sur les communes depuis 1943.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from diagnostic.model import Code
from diagnostic.territories import files

RECODED = ("changement de département", "changement de code")
OLDEST = 2003  # the first COG of Insee's table de passage


@dataclass(frozen=True, slots=True)
class Movement:
    """On `date`, the ground of the commune `before`, or part of it, went to the commune `after`.

    `kind` is the event in French ("commune nouvelle", "rétablissement"…).
    """

    date: str
    kind: str
    before: Code
    after: Code
    name_before: str
    name_after: str

    @property
    def step(self) -> tuple[str, bool]:
        """When it comes among the others: on one day, changes of code are first.

        A commune that changed département on the day of its merge (Pont-Farcy, 2018) merged
        under its new code.
        """
        return self.date, self.kind not in RECODED


@dataclass(frozen=True, slots=True)
class Succession:
    """Communes of a past COG that hold exactly the ground of communes of today.

    One of today: its number is the sum of those of the past. Several: the past communes were
    divided, and no published number says how.
    """

    before: frozenset[Code]
    after: frozenset[Code]

    @property
    def divided(self) -> bool:
        """Whether the numbers of the past cannot be brought to the communes of today."""
        return len(self.after) > 1


class Movements:
    """The movements of all communes, in the order of dates."""

    def __init__(self, rows: Iterable[Movement]) -> None:
        """The movements `rows`, in any order."""
        self.rows = tuple(sorted(rows, key=lambda m: (m.date, m.before, m.after, m.kind)))
        self._successions: dict[int, dict[Code, Succession]] = {}

    def ancestors(self, codes: Collection[Code], since: int = OLDEST) -> frozenset[Code]:
        """The codes that held, at some 1 January from `since` on, ground of today's `codes`.

        Too many rather than too few: those that share ground with an ancestor are among them.
        """
        sources: dict[Code, set[Code]] = defaultdict(set)
        for move in self.rows:
            if move.date > f"{since}-01-01":
                sources[move.after].add(move.before)
        found, left = set(codes), list(codes)
        while left:
            for code in sources[left.pop()] - found:
                found.add(code)
                left.append(code)
        return frozenset(found)

    def moved(self, since: int = OLDEST) -> frozenset[Code]:
        """Every commune, of today or of the past, that a movement after `since` concerns."""
        moves = self._since(since)
        return frozenset(code for move in moves for code in (move.before, move.after))

    def successions(self, year: int) -> dict[Code, Succession]:
        """By commune of today, what it was on 1 January of `year`; unchanged ones are left out."""
        if year not in self._successions:
            self._successions[year] = _successions(self._since(year))
        return self._successions[year]

    def history(self, code: Code, since: int) -> tuple[Movement, ...]:
        """The movements after 1 January of `since` by which the commune gained or lost ground."""
        return tuple(
            move
            for move in self._since(since)
            if move.before != move.after and code in (move.before, move.after)
        )

    def _since(self, year: int) -> list[Movement]:
        return [move for move in self.rows if move.date > f"{year}-01-01"]


def _successions(moves: list[Movement]) -> dict[Code, Succession]:
    """The smallest groups of past and present communes that cover the same ground."""
    became: dict[Code, set[Code]] = {move.before: {move.before} for move in moves}
    for day in _by_step(moves):
        for code, now in became.items():
            became[code] = {after for one in now for after in day.get(one, (one,))}
    born = _born(moves)
    groups: list[tuple[set[Code], set[Code]]] = []
    for code, now in became.items():
        if code in born:
            continue
        met = [group for group in groups if group[1] & now]
        groups = [group for group in groups if group not in met]
        before = {code}.union(*(group[0] for group in met))
        groups.append((before, now.union(*(group[1] for group in met))))
    found: dict[Code, Succession] = {}
    for before, after in groups:
        succession = Succession(frozenset(before), frozenset(after))
        if before != after or succession.divided:
            found.update(dict.fromkeys(after, succession))
    return found


def _born(moves: list[Movement]) -> set[Code]:
    """The codes first seen as the fruit of a movement: no communes before it."""
    made: dict[Code, tuple[str, bool]] = {}
    moved: dict[Code, tuple[str, bool]] = {}
    for move in moves:
        made[move.after] = min(move.step, made.get(move.after, move.step))
        moved[move.before] = min(move.step, moved.get(move.before, move.step))
    return {code for code, step in made.items() if step < moved.get(code, ("9999", True))}


def _by_step(moves: Iterable[Movement]) -> list[dict[Code, set[Code]]]:
    """For each step in order, what each commune that moved became."""
    days: dict[tuple[str, bool], dict[Code, set[Code]]] = {}
    for move in moves:
        days.setdefault(move.step, defaultdict(set))[move.before].add(move.after)
    return [days[step] for step in sorted(days)]


@cache
def read(folder: Path) -> Movements:
    """The movements shipped in `folder`. Raises DataError when the file is damaged."""
    sql = "SELECT date, kind, before, after, name_before, name_after FROM shipped"
    return Movements(Movement(*row) for row in files.query(folder / "movements.parquet", sql))
