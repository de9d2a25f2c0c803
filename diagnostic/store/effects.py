"""What a newer edition changes in a dossier: the figures that it reaches, and the cells why."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from diagnostic.model import Code, Figure, Level, Part, ReportData
from diagnostic.store.editions import Change

Members = Callable[[Level, Code], Collection[Code]]


@dataclass(frozen=True, slots=True)
class Touched:
    """A figure of a dossier that the newer edition would change, and the cells that do so."""

    figure: Figure
    changes: tuple[Change, ...]


def watch(report: ReportData, members: Members) -> set[tuple[str, Level, Code]]:
    """The series at places that the figures of a report are made of.

    `members` gives the codes of the communes of a place, whose sum may stand for it.
    """
    series = _series(report)
    return {
        (one, level, code)
        for figure in report.figures.values()
        for one in series.get(figure.indicator, ())
        for level, code in _places(figure, members)
    }


def touched(report: ReportData, changes: Sequence[Change], members: Members) -> tuple[Touched, ...]:
    """The figures of a report that the changes reach, in the order of the report.

    A figure is reached by its own cells or, when it is a sum, by those of its communes; the
    newest figure of an indicator also by a value of a later period; an absence by any value.
    """
    by_place: dict[tuple[str, Level, Code], list[Change]] = {}
    for change in changes:
        by_place.setdefault((change.series, change.level, change.code), []).append(change)
    series, newest = _series(report), _newest(report)
    found = []
    for figure in report.figures.values():
        last = newest[figure.indicator, figure.level, figure.code] == figure.period
        parts = _parts(figure, series)
        reached = tuple(
            change
            for one, part in parts.items()
            for level, code in _places(figure, members)
            for change in by_place.get((one, level, code), ())
            if _reaches(change, part, figure, last=last)
        )
        if reached:
            found.append(Touched(figure, reached))
    return tuple(found)


def _series(report: ReportData) -> dict[str, set[str]]:
    """The series of each indicator: an absence does not say its own, another figure does."""
    found: dict[str, set[str]] = {}
    for figure in report.figures.values():
        for part in (figure.numerator, figure.denominator):
            if part is not None:
                found.setdefault(figure.indicator, set()).add(part.series)
    return found


def _newest(report: ReportData) -> dict[tuple[str, Level, Code], str]:
    found: dict[tuple[str, Level, Code], str] = {}
    for figure in report.figures.values():
        key = (figure.indicator, figure.level, figure.code)
        found[key] = max(found.get(key, ""), figure.period)
    return found


def _parts(figure: Figure, series: Mapping[str, Collection[str]]) -> dict[str, Part | None]:
    parts = {p.series: p for p in (figure.numerator, figure.denominator) if p is not None}
    return {one: parts.get(one) for one in sorted(series.get(figure.indicator, ()))}


def _places(figure: Figure, members: Members) -> Iterator[tuple[Level, Code]]:
    """Where the cells of a figure are: its place, that which stands for it, its communes."""
    yield figure.level, figure.code
    if figure.stands_for:
        yield "epci", figure.stands_for
    if figure.level == "custom" or "sum" in figure.flags or figure.value is None:
        for code in members(figure.level, figure.code):
            if (figure.level, figure.code) != ("commune", code):
                yield "commune", code


def _reaches(change: Change, part: Part | None, figure: Figure, *, last: bool) -> bool:
    if part is None:  # an absence: any value may fill it
        return last and change.after is not None and change.period >= figure.period
    first, _, end = part.period.partition("/")
    if first <= change.period <= (end or first):
        return True
    return last and change.kind == "added" and change.after is not None and change.period > first
