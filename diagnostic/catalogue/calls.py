"""The address that gives a series at its producer's, for who wants to see it there."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from diagnostic.model import Feed, FeedSeries, Level, Portal

_GEO: dict[Level, str] = {
    "commune": "COM",
    "epci": "EPCI",
    "departement": "DEP",
    "region": "REG",
    "france": "FRANCE",
}


def call(portal: Portal, feed: Feed, one: FeedSeries, level: Level) -> str:
    """The call to the portal's API that gives the series at a level of the feed."""
    if portal.api == "melodi":
        pinned = [*feed.where.items(), *one.where.items(), ("GEO", _GEO.get(level, ""))]
        return f"{portal.address}/data/{feed.dataset}?{urlencode(pinned)}"
    dataset = f"{portal.address}/api/explore/v2.1/catalog/datasets/{quote(feed.dataset)}"
    if feed.attachment:
        return f"{dataset}/attachments/{quote(feed.attachment)}"
    chosen = [name for name in (feed.code, feed.period, one.field) if name]
    asked = {"select": ",".join(chosen)}
    if filters := [_equal(*pair) for pair in (*feed.where.items(), *one.where.items())]:
        asked["where"] = " and ".join(filters)
    return f"{dataset}/exports/csv?{urlencode(asked)}"


def _equal(column: str, value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'{column}="{escaped}"'
