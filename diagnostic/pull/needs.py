"""What must be asked of whom: the feeds that give series at places, and the codes not held yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import cast

from diagnostic.catalogue import Catalogue
from diagnostic.model import SUMMABLE, Code, Feed, Level, Territory, Wanted
from diagnostic.store import Store
from diagnostic.territories import Territories

MANY = 2000  # codes of a level from which the whole level is asked instead

Standing = tuple[Territory, Sequence[Territory]]
"""A place of a report and the communes whose sum may stand for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """A feed and what is wanted of it: by level the codes, None for all of the level."""

    feed: Feed
    wanted: Wanted


def needed(
    series: Collection[str], places: Iterable[Standing], catalogue: Catalogue, store: Store
) -> tuple[Need, ...]:
    """What the store lacks of `series` at `places` and some feed gives, in the feeds' order.

    The communes of a place are wanted only for a series that may be summed and that no feed
    gives at the level of the place.
    """
    standing = list(places)
    lacking: dict[str, dict[Level, set[Code]]] = defaultdict(lambda: defaultdict(set))
    feeds: dict[str, Feed] = {}
    for one in sorted(series):
        givers = _givers(one, catalogue)
        feeds |= {feed.id: feed for feed in givers.values()}
        summed = catalogue.series[one].kind in SUMMABLE
        for level, codes in _lacks(one, standing, givers, store, summed=summed).items():
            if codes:
                lacking[givers[level].id][level] |= codes
    return tuple(
        Need(feed=feeds[name], wanted={lv: _all_if_many(codes) for lv, codes in levels.items()})
        for name, levels in sorted(lacking.items(), key=lambda item: _place(item[0], catalogue))
    )


def whole(feeds: Iterable[Feed]) -> tuple[Need, ...]:
    """Everything that the feeds give."""
    return tuple(Need(feed=feed, wanted=dict.fromkeys(feed.levels)) for feed in feeds)


def _givers(series: str, catalogue: Catalogue) -> dict[Level, Feed]:
    """The feed that gives the series at each level: the first one listed."""
    found: dict[Level, Feed] = {}
    for feed in catalogue.feeds_of(series):
        for level in feed.levels:
            found.setdefault(level, feed)
    return found


def _lacks(
    series: str,
    standing: Sequence[Standing],
    givers: dict[Level, Feed],
    store: Store,
    *,
    summed: bool,
) -> dict[Level, frozenset[Code]]:
    """By level that a feed gives, the codes that the store lacks; communes to sum included."""
    direct: dict[Level, set[Code]] = defaultdict(set)
    for territory, _ in standing:
        if territory.level != "custom":
            direct[territory.level].add(territory.code)
    lacks = {level: store.missing(series, level, codes) for level, codes in direct.items()}
    parts: set[Code] = set()
    for territory, members in standing:
        held = territory.level != "custom" and territory.code not in lacks[territory.level]
        if summed and not held and territory.level not in givers:
            parts.update(member.code for member in members)
    lacks["commune"] = lacks.get("commune", frozenset()) | store.missing(series, "commune", parts)
    return {level: codes for level, codes in lacks.items() if level in givers}


def _all_if_many(codes: set[Code]) -> frozenset[Code] | None:
    return None if len(codes) > MANY else frozenset(codes)


def _place(feed: str, catalogue: Catalogue) -> tuple[int, str]:
    """Where a feed stands in the catalogue; those made from a portal's cards come last."""
    known = list(catalogue.feeds)
    return (known.index(feed) if feed in known else len(known), feed)


def scoped(
    feeds: Iterable[Feed], territory: Territory, territories: Territories
) -> tuple[Need, ...]:
    """What the feeds give of a territory, of its communes, of their EPCIs and of what is above.

    A commune brings those of its EPCI. Feeds that give none of these levels are left out.
    """
    epci = territories.parent(territory, "epci") if territory.level == "commune" else None
    communes = territories.members(epci or territory) or (territory,)
    codes: dict[Level, set[Code]] = {"france": {territories.france.code}}
    for one in {territory, *communes, *((epci,) if epci else ())}:
        codes.setdefault(one.level, set()).add(one.code)
        above = {"epci": one.epci, "departement": one.departement, "region": one.region}
        for level, code in above.items():
            if code:
                codes.setdefault(cast("Level", level), set()).add(code)
    wanted = [
        Need(feed=f, wanted={lv: _all_if_many(codes[lv]) for lv in f.levels if lv in codes})
        for f in feeds
    ]
    return tuple(need for need in wanted if need.wanted)
