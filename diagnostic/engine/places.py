"""Places of a report: the territory, its benchmarks, and the communes that make each of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from diagnostic.model import Code, Level, Territory
from diagnostic.territories import Territories

SUMMED_LEVELS: frozenset[Level] = frozenset(
    {"epci", "ept", "arrondissement", "departement", "custom"}
)
LARGE_SHARE = 0.20  # above it a benchmark is no independent reference (domain method, verdicts)


@dataclass(frozen=True, slots=True)
class Place:
    """A territory with the communes whose sum may stand for it; none for a commune or France."""

    territory: Territory
    members: tuple[Territory, ...] = ()

    @property
    def key(self) -> tuple[Level, Code]:
        """What identifies the place among observations and figures."""
        return self.territory.level, self.territory.code


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Everything a report compares the territory with.

    `benchmarks` are in reading order, by key (epci, departement, region, france). `rest` is
    the perimeter without the territory, None when it has no sense. `perimeter` is the EPCI
    whose communes are mapped and ranked; `peers` are these communes. `cities` are the largest
    other communes of the département, for small multiples. `above` are the territories that hold
    it, by level, compared with or not: texts name them.
    """

    own: Place
    benchmarks: dict[str, Place]
    rest: Place | None
    perimeter: Place | None
    peers: tuple[Place, ...]
    cities: tuple[Place, ...]
    above: dict[str, Territory] = field(default_factory=dict)

    def named(self) -> dict[str, Place]:
        """Benchmarks by key, the rest of the perimeter among them under "epci_hors_commune"."""
        extra = {} if self.rest is None else {"epci_hors_commune": self.rest}
        return {**self.benchmarks, **extra}

    def everywhere(self) -> tuple[Place, ...]:
        """Every place that a report may read."""
        perimeter = () if self.perimeter is None else (self.perimeter,)
        return (self.own, *self.benchmarks.values(), *self.peers, *self.cities, *perimeter)


def surround(
    territory: Territory, territories: Territories, wanted: frozenset[str]
) -> Surroundings:
    """The surroundings of a commune or of an EPCI, as the COG draws them.

    `wanted` are the benchmark keys that the spec compares with.
    """
    own = Place(territory, _members(territory, territories))
    perimeter = _perimeter(own, territories)
    every = _benchmarks(own, territories)
    benchmarks = {
        key: place for key, place in _larger(own, every) if key in wanted and _holds(place, own)
    }
    peers = tuple(Place(member) for member in perimeter.members) if perimeter else ()
    return Surroundings(
        own=own,
        benchmarks=benchmarks,
        rest=_rest(own, perimeter) if "epci_hors_commune" in wanted else None,
        perimeter=perimeter,
        peers=peers,
        cities=_cities(own, every),
        above={key: place.territory for key, place in every.items()},
    )


def _members(territory: Territory, territories: Territories) -> tuple[Territory, ...]:
    return territories.members(territory) if territory.level in SUMMED_LEVELS else ()


def _perimeter(own: Place, territories: Territories) -> Place | None:
    if own.territory.level == "epci":
        return own
    epci = territories.parent(own.territory, "epci")
    return None if epci is None else Place(epci, territories.members(epci))


def _benchmarks(own: Place, territories: Territories) -> dict[str, Place]:
    found: dict[str, Place] = {}
    for level in ("epci", "departement", "region"):
        if level == own.territory.level:
            continue
        parent = territories.parent(own.territory, level)
        if parent is not None:
            found[level] = Place(parent, _members(parent, territories))
    found["france"] = Place(territories.france)
    return found


def _larger(own: Place, every: dict[str, Place]) -> Iterator[tuple[str, Place]]:
    """The benchmarks but those that are a smaller one under another name.

    All hold the territory: two with as many inhabitants are the same place. The département of
    Paris would be compared with Paris, the région of La Réunion stand beside La Réunion.
    """
    seen = {own.territory.population}
    for key, place in every.items():
        population = place.territory.population
        if population is None or population not in seen:
            yield key, place
        seen.add(population)


def _holds(whole: Place, own: Place) -> bool:
    """Whether a benchmark holds the territory: no département holds an EPCI that straddles two.

    The Métropole du Grand Paris, placed in Paris, would be compared with less than itself.
    """
    level, code = whole.key
    parts = own.members or (own.territory,)
    return level == "france" or all(getattr(part, level) == code for part in parts)


def _rest(own: Place, perimeter: Place | None) -> Place | None:
    """The other communes of the EPCI, as one place: a benchmark that does not contain the own."""
    if perimeter is None or own.territory.level != "commune":
        return None
    others = tuple(m for m in perimeter.members if m.code != own.territory.code)
    if not others:
        return None
    territory = Territory(
        code=f"{perimeter.territory.code}-{own.territory.code}",
        level="custom",
        name=f"{len(others)} autres communes" if len(others) > 1 else "autre commune",
        epci=perimeter.territory.code,
        population=_population(others),
    )
    return Place(territory, others)


def _population(members: tuple[Territory, ...]) -> int | None:
    known = [m.population for m in members if m.population is not None]
    return sum(known) if len(known) == len(members) else None


def _cities(own: Place, benchmarks: dict[str, Place], count: int = 3) -> tuple[Place, ...]:
    departement = benchmarks.get("departement")
    if departement is None:
        return ()
    others = [m for m in departement.members if m.code != own.territory.code and m.population]
    others.sort(key=lambda m: (-(m.population or 0), m.code))
    return tuple(Place(member) for member in others[:count])


def is_large_part(own: Territory, whole: Territory) -> bool:
    """Whether the territory weighs more than a fifth of the population of its benchmark."""
    if own.population is None or not whole.population:
        return False
    return own.population > LARGE_SHARE * whole.population
