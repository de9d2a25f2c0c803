"""What the stores hold, inspected: sums of communes against what producers publish above them.

Method: the communes of a place are summed with the bounds of their roundings and set against the
number published for the place. Intervals that meet: rounding may explain the gap. Intervals that
do not: a warning with the likely cause. Nothing is corrected.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from math import fsum
from typing import Literal

from diagnostic import indicators
from diagnostic.catalogue import Catalogue
from diagnostic.model import PRESENT, SUMMABLE, Break, Code, Level, Measure, Observation, Series
from diagnostic.store import Observations, Store, StoredFile
from diagnostic.territories import Territories
from diagnostic.wording import numbers, periods
from diagnostic.wording.typography import NBSP, THIN

ABOVE: tuple[Level, ...] = ("epci", "departement", "region", "france")
MOST_MISSING = 0.10  # share of communes without value beyond which no sum is compared
STALE_DAYS = 400  # a yearly series not looked at for longer has probably been published since
UNLOCATED = "sans-commune"
Severity = Literal["warning", "note"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A sum of communes beside the number published for the place that holds them.

    `missing` of `communes` have no value. `cause` is "" when the intervals meet.
    """

    series: str
    level: Level
    code: Code
    name: str
    period: str
    summed: Measure
    published: Measure
    communes: int
    missing: int
    cause: str = ""

    @property
    def size(self) -> float:
        """Sum of the communes minus published number."""
        return self.summed.value - self.published.value

    def text(self) -> str:
        """The gap in one line: both numbers, what rounding may explain, the likely cause."""
        allowed = (self.summed.upper - self.summed.lower) / 2
        allowed += (self.published.upper - self.published.lower) / 2
        said = (
            f"{self.name}, {periods.text(self.period)}{NBSP}: somme des communes "
            f"{numbers.number(self.summed.value)}, publié {numbers.number(self.published.value)}, "
            f"écart {numbers.number(self.size, sign=True)} pour {numbers.number(allowed)} que "
            "l’arrondi peut expliquer"
        )
        return f"{said}{THIN}; {self.cause}" if self.cause else said


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """A series at one level: how many sums were compared, skipped, and those left unexplained."""

    series: str
    level: Level
    compared: int
    skipped: int
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Symptom:
    """Something that a reader of the store should know; a warning fails `--strict`."""

    kind: str
    severity: Severity
    subject: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """Everything that was found."""

    reconciliations: tuple[Reconciliation, ...]
    symptoms: tuple[Symptom, ...]

    @property
    def warnings(self) -> int:
        """How many findings fail `--strict`."""
        gaps = sum(len(one.gaps) for one in self.reconciliations)
        return gaps + sum(symptom.severity == "warning" for symptom in self.symptoms)


def diagnose(
    store: Store, catalogue: Catalogue, territories: Territories, today: date
) -> Diagnosis:
    """Reconcile every additive series of the store and inspect its files.

    Raises DataError when a file of the store is damaged.
    """
    reconciliations: list[Reconciliation] = []
    symptoms: list[Symptom] = []
    places = _Places(territories)
    for name in sorted({one for file in store.files for one in file.series}):
        series = catalogue.series.get(name)
        if series is None or "commune" not in store.levels(name):
            continue
        levels = [level for level in ABOVE if level in store.levels(name)]
        held = store.read({name}, dict.fromkeys(("commune", "custom", *levels)))
        symptoms += _vintages(series, held)
        symptoms += _vanished(series, held, places)
        if series.kind in SUMMABLE:
            breaks = [catalogue.breaks[key] for key in series.breaks]
            reconciliations += [reconcile(series, level, held, places, breaks) for level in levels]
    symptoms += _files(store, catalogue, today)
    return Diagnosis(reconciliations=tuple(reconciliations), symptoms=tuple(symptoms))


class _Places:
    """The COG as the reconciliation needs it: who holds whom, and what old codes became."""

    def __init__(self, territories: Territories) -> None:
        self.territories = territories
        france = territories.members(territories.france)
        self.communes = {commune.code: commune for commune in france}
        self.became = {code: former.became for code, former in territories.absorbed().items()}
        self._members: dict[tuple[Level, Code], set[Code]] = defaultdict(set)
        for commune in france:
            for level in ABOVE:
                code = "france" if level == "france" else getattr(commune, level)
                self._members[level, code].add(commune.code)

    def today(self, code: Code) -> Code:
        """The commune of today that a code is, or that holds it; "" when nobody knows it."""
        return code if code in self.communes else self.became.get(code, "")

    def members(self, level: Level, code: Code) -> set[Code]:
        """The communes of a place of today's COG, none for a code that is not there."""
        return self._members.get((level, code), set())

    def name(self, level: Level, code: Code) -> str:
        """The place's name."""
        return self.territories.get(level, code).name


def reconcile(
    series: Series, level: Level, held: Observations, places: _Places, breaks: Iterable[Break]
) -> Reconciliation:
    """Every place of a level, at every period, whose communes are known."""
    rows: dict[str, list[Observation]] = defaultdict(list)
    known: dict[str, dict[Code, list[Observation]]] = defaultdict(lambda: defaultdict(list))
    unlocated: dict[str, Observation] = {}
    for one in _all(held):
        if one.level == level and one.status in PRESENT:
            rows[one.period].append(one)
        elif one.level == "commune" and one.status in PRESENT:
            known[one.period][places.today(one.code)].append(one)
        elif one.code == UNLOCATED:
            unlocated[one.period] = one
    compared = skipped = 0
    gaps: list[Gap] = []
    broken = {brk.at[:4] for brk in breaks}
    for period in sorted(rows):
        for published in rows[period]:
            members = places.members(level, published.code)
            found = members & known[period].keys()
            if not members or len(found) < (1 - MOST_MISSING) * len(members):
                skipped += 1
                continue
            compared += 1
            cells = [cell for code in sorted(found) for cell in known[period][code]]
            rest = unlocated.get(period) if level == "france" else None
            gap = Gap(
                series=series.id, level=level, code=published.code,
                name=places.name(level, published.code), period=period, summed=_sum(cells),
                published=_sum([published]), communes=len(members),
                missing=len(members) - len(found),
            )  # fmt: skip
            if not _meet(gap.summed, gap.published):
                gaps.append(replace(gap, cause=_cause(gap, cells, rest, broken)))
    return Reconciliation(
        series=series.id, level=level, compared=compared, skipped=skipped, gaps=tuple(gaps)
    )


def _all(held: Observations) -> Iterator[Observation]:
    for key in held.rows:
        one = held.get(*key)  # type: ignore[arg-type]  # a key's level is one of the model's
        if one is not None:
            yield one


def _sum(cells: Iterable[Observation]) -> Measure:
    """The sum of cells that all have a value, with their bounds."""
    known = [measure for cell in cells if isinstance(measure := indicators.measure(cell), Measure)]
    return Measure(
        fsum(one.value for one in known),
        fsum(one.lower for one in known),
        fsum(one.upper for one in known),
    )


def _meet(one: Measure, other: Measure) -> bool:
    return one.lower <= other.upper and other.lower <= one.upper


def _cause(gap: Gap, cells: list[Observation], rest: Observation | None, broken: set[str]) -> str:
    """The likeliest reason of a gap that rounding does not explain, in words."""
    if rest is not None and rest.value is not None:
        with_rest = _sum([*cells, rest])
        if _meet(with_rest, gap.published):
            count = numbers.number(rest.value)
            return f"expliqué par la ligne sans commune ({count})"
    if gap.missing and gap.size < 0:
        plural = "s" if gap.missing > 1 else ""
        return f"cause probable{NBSP}: {gap.missing} commune{plural} sans valeur"
    if gap.period[:4] in broken:
        return f"cause probable{NBSP}: rupture de série enregistrée en {gap.period[:4]}"
    if len({cell.cog_year for cell in cells}) > 1 or len(cells) > gap.communes - gap.missing:
        return f"cause probable{NBSP}: communes de plusieurs millésimes du COG"
    if gap.level == "france":
        return f"cause probable{NBSP}: champ de la France différent, ou ménages non localisés"
    return f"cause inconnue{NBSP}: comparez les dates de mise à jour des deux jeux"


def _vintages(series: Series, held: Observations) -> list[Symptom]:
    """Communes of one period that are of several COG."""
    years: dict[str, set[int]] = defaultdict(set)
    for one in _all(held):
        if one.level == "commune" and one.cog_year:
            years[one.period].add(one.cog_year)
    mixed = sorted(period for period, found in years.items() if len(found) > 1)
    if not mixed:
        return []
    text = f"communes de plusieurs millésimes du COG en {', '.join(map(periods.text, mixed))}"
    return [Symptom(kind="millesimes", severity="warning", subject=series.id, text=text)]


def _vanished(series: Series, held: Observations, places: _Places) -> list[Symptom]:
    """Codes that no COG knows, and communes of the past period that the newest has lost."""
    codes: dict[str, set[Code]] = defaultdict(set)
    for one in _all(held):
        if one.level == "commune":
            codes[one.period].add(one.code)
    symptoms = []
    unknown = sorted({c for found in codes.values() for c in found if not places.today(c)})
    if unknown:
        text = f"{numbers.count(len(unknown), 'code')} inconnus du COG{NBSP}: {_some(unknown)}"
        symptoms.append(Symptom(kind="codes", severity="warning", subject=series.id, text=text))
    if len(codes) > 1:
        *_, before, last = sorted(codes)
        gone = sorted(
            {places.today(c) for c in codes[before]} - {places.today(c) for c in codes[last]}
        )
        if gone := [code for code in gone if code]:
            text = (
                f"{numbers.count(len(gone), 'commune')} avec une ligne en {periods.text(before)} "
                f"et sans ligne en {periods.text(last)}{NBSP}: {_some(gone)}"
            )
            symptoms.append(Symptom(kind="communes", severity="note", subject=series.id, text=text))
    return symptoms


def _some(codes: list[Code], most: int = 5) -> str:
    more = f" et {len(codes) - most} autres" if len(codes) > most else ""
    return ", ".join(codes[:most]) + more


def _files(store: Store, catalogue: Catalogue, today: date) -> list[Symptom]:
    """Files not looked at for long, licences that changed, files that newer ones supersede."""
    symptoms: list[Symptom] = []
    seen: dict[tuple[str, Level], str] = {}
    for file in store.files:
        origin = file.origin
        subject = origin.dataset or origin.title
        age = _age(origin.retrieved, today)
        if age is not None and age > STALE_DAYS:
            text = f"relevé en {periods.text(origin.retrieved)}, il y a plus de {STALE_DAYS} jours"
            symptoms.append(Symptom(kind="anciennete", severity="note", subject=subject, text=text))
        expected = {catalogue.series[s].licence for s in file.series if s in catalogue.series}
        if expected and _licence(origin.licence) not in set(map(_licence, expected)):
            text = (
                f"licence «{NBSP}{origin.licence or 'non indiquée'}{NBSP}», le catalogue connaît "
                f"«{NBSP}{', '.join(sorted(expected))}{NBSP}»"
            )
            symptoms.append(Symptom(kind="licence", severity="warning", subject=subject, text=text))
        symptoms += _beside(file, subject, seen)
        for name, levels in file.series.items():
            for level in levels:
                seen.setdefault((name, level), origin.retrieved)
    return symptoms


def _beside(
    file: StoredFile, subject: str, seen: Mapping[tuple[str, Level], str]
) -> Iterator[Symptom]:
    """What is read before a file: a newer edition, or an older one, which then hides it."""
    mine = file.origin.retrieved
    ahead = [
        (name, seen[name, level])
        for name, levels in file.series.items()
        for level in levels
        if (name, level) in seen
    ]
    if older := sorted({name for name, theirs in ahead if theirs > mine}):
        text = (
            f"{numbers.count(len(older), 'série')} dont une édition plus récente est en tête "
            f"({_some(older, 3)})"
        )
        yield Symptom(kind="edition", severity="note", subject=subject, text=text)
    if hidden := sorted({name for name, theirs in ahead if _before(theirs, mine)}):
        text = (
            f"{numbers.count(len(hidden), 'série')} dont une édition plus ancienne est en tête "
            f"({_some(hidden, 3)}){THIN}; renouvelez-la par «{NBSP}diagnostic data pull{NBSP}»"
        )
        yield Symptom(kind="masquee", severity="note", subject=subject, text=text)


def _licence(text: str) -> str:
    """A licence as told apart from others: « Licence Ouverte v2.0 (Etalab) » is the 2.0."""
    bare = re.sub(r"\([^)]*\)|\bv(?:ersion\s*)?(?=\d)", " ", text.casefold())
    return " ".join(bare.split())


def _before(day: str, other: str) -> bool:
    """Whether a date is before another, as far as the coarser of them tells."""
    known = min(len(day), len(other))
    return day[:known] < other[:known]


def _age(retrieved: str, today: date) -> int | None:
    """Days since an ISO date or month, None when it is neither."""
    try:
        return (today - date.fromisoformat(f"{retrieved}-01"[:10])).days
    except ValueError:
        return None
