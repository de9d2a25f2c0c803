"""Observations of a past COG brought to the communes of today: merges summed, divisions refused.

Source of the rules: Insee, table de passage annuelle: numbers of merged communes add up, those
of a divided one do not say which part they are of. Rates and medians never add up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from diagnostic.catalogue import Catalogue
from diagnostic.model import PRESENT, SUMMABLE, Absence, Code, Status
from diagnostic.store import Observations
from diagnostic.territories.movements import RECODED, Movement, Movements, Succession
from diagnostic.wording import grammar, periods
from diagnostic.wording.typography import NBSP, THIN

Key = tuple[str, str, Code, str]
Row = tuple[Any, ...]
Place = tuple[str, str]  # a series and a period
DIVIDED = ("création", "rétablissement")
LOST = "Les nombres antérieurs, qui ne se répartissent pas, ne sont pas repris."
UNSURE: tuple[Status, ...] = ("bounded", "estimated", "rounded")
VALUE, LOWER, UPPER, STATUS, PROVISIONAL, CHAMP, COG_YEAR, CELLS = range(4, 12)


@dataclass(frozen=True, slots=True)
class Rebased:
    """Observations on the communes of today. `refused` says why a cell of the past has none.

    `since` is the oldest COG of a commune that moved since, 0 when there was none; `moves` are the
    movements since then of each of the communes that were wanted and moved.
    """

    observations: Observations
    refused: Mapping[Key, Absence] = field(default_factory=dict)
    since: int = 0
    moves: Mapping[Code, tuple[Movement, ...]] = field(default_factory=dict)


def rebase(
    observations: Observations,
    communes: Iterable[Code],
    movements: Movements,
    catalogue: Catalogue,
    today: int,
) -> Rebased:
    """The observations with those of `communes` on the COG of the year `today`.

    A row whose COG is not known stays as it is. The rows of communes that are gone are left out.
    """
    wanted = set(communes)
    old = _old(observations, movements.moved(), today)
    if not old:
        return Rebased(observations)
    rows = dict(observations.rows)
    refused: dict[Key, Absence] = {}
    for year, held in sorted(old.items()):
        for succession in _successions(movements, year, wanted):
            for place in sorted({place for code in succession.before for place in held[code]}):
                keys = [_key(place, c) for c in sorted(succession.before) if place in held[c]]
                parts = [rows.pop(key) for key in keys]
                summable = catalogue.series[place[0]].kind in SUMMABLE
                whole = _merge(succession, parts, place, today, summable=summable)
                for code in succession.after & wanted:
                    key = _key(place, code)
                    if key in rows:
                        continue  # another edition says it in a later COG
                    if isinstance(whole, Absence):
                        refused[key] = whole
                    else:
                        rows[key] = whole
    since = min(old)
    moves = {code: found for code in sorted(wanted) if (found := movements.history(code, since))}
    return Rebased(replace(observations, rows=rows), refused, since, moves)


def _old(
    observations: Observations, moved: frozenset[Code], today: int
) -> dict[int, dict[Code, set[Place]]]:
    """By COG known to be older than today's, what there is of each commune that moved."""
    found: dict[int, dict[Code, set[Place]]] = {}
    for key in observations.rows:
        series, level, code, period = key
        if level == "commune" and code in moved:
            year = observations.rows[key][0][COG_YEAR]
            if 0 < year < today:
                found.setdefault(year, defaultdict(set))[code].add((series, period))
    return found


def _successions(movements: Movements, year: int, wanted: set[Code]) -> list[Succession]:
    """What the wanted communes were, each group once."""
    found = movements.successions(year)
    groups = {found[code].before: found[code] for code in sorted(wanted & found.keys())}
    return list(groups.values())


def _key(place: Place, code: Code) -> Key:
    return place[0], "commune", code, place[1]


def _merge(
    succession: Succession,
    parts: list[tuple[Row, str]],
    place: Place,
    today: int,
    *,
    summable: bool,
) -> tuple[Row, str] | Absence:
    """The row of the commune of today, or why it has none."""
    if succession.divided:
        return Absence("not_applicable", "commune divisée depuis, nombre d’avant non réparti")
    if len(succession.before) > 1 and not summable:
        return Absence(
            "not_applicable", "commune fusionnée depuis, taux et médianes ne s’ajoutent pas"
        )
    known = [row for row, _ in parts if row[STATUS] in PRESENT]
    if len(known) < len(succession.before):
        missing = len(succession.before) - len(known)
        return Absence(
            "unknown",
            f"commune fusionnée depuis, valeur absente pour {missing} de ses "
            f"{len(succession.before)} anciennes communes",
        )
    (code,) = succession.after
    statuses = {row[STATUS] for row in known}
    total = list(known[0])
    total[1:4] = ["commune", code, place[1]]
    for column in (VALUE, LOWER, UPPER, CELLS):
        total[column] = sum(row[column] for row in known)
    total[STATUS] = next((status for status in UNSURE if status in statuses), "exact")
    total[PROVISIONAL] = any(row[PROVISIONAL] for row in known)
    total[COG_YEAR] = today
    return tuple(total), parts[0][1]


def history(name: str, code: Code, moves: Iterable[Movement]) -> list[str]:
    """What happened to a commune, a sentence a date, for the method page; [] for nothing.

    `name` is the commune's as printed, `moves` those by which it gained or lost ground.
    """
    dated: dict[tuple[str, str], list[Movement]] = {}
    for move in moves:
        dated.setdefault((move.date, move.kind), []).append(move)
    return [
        _event(name, code, f"le {periods.text(date)}", kind, group)
        for (date, kind), group in sorted(dated.items())
    ]


def _event(name: str, code: Code, day: str, kind: str, group: list[Movement]) -> str:
    gained = sorted({move.name_before for move in group if move.after == code})
    lost = sorted({move.name_after for move in group if move.before == code})
    others = grammar.enumeration(gained or lost)
    if kind in RECODED:
        return f"{name} a changé de code {day}."
    if kind in DIVIDED and gained:
        return f"{name} existe depuis {day} ({kind}){NBSP}: son territoire était à {others}. {LOST}"
    if gained:
        return (
            f"{name} réunit depuis {day} le territoire {_of(gained)} ({kind}){NBSP}: {others}. "
            "Les effectifs antérieurs sont la somme de ceux des anciennes communes, avec leurs "
            f"bornes{THIN}; les taux et les médianes antérieurs ne sont pas repris."
        )
    return f"{name} a perdu {day} le territoire {_of(lost)} ({kind}){NBSP}: {others}. {LOST}"


def _of(names: list[str]) -> str:
    return "d’une autre commune" if len(names) == 1 else f"de {len(names)} autres communes"
