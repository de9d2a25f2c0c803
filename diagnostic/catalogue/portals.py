"""The portal of a producer's file, its feeds and its families of names.

A feed says which column of which dataset is which series.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast, get_args

from diagnostic.catalogue import families
from diagnostic.marks import Entries, Node, Word
from diagnostic.model import Api, Clock, Feed, FeedSeries, Level, Portal, Rounding, Status

if TYPE_CHECKING:
    from diagnostic.catalogue.pages import Page

_PORTAL = frozenset({"id", "api", "address", "variable"})
_TEXTS = frozenset(
    {"dataset", "title", "period", "code", "clock", "champ", "largest", "attachment", "sheet"}
)
_NUMBERS = frozenset({"month", "geography", "header"})
_SHARED = frozenset({"field", "where", "rounding", "summable", "estimate"})
_FEED = _TEXTS | _NUMBERS | _SHARED | {"levels", "series", "fold", "words", "totals"}
_REQUIRED = ("dataset", "title", "levels", "period", "series")
_LAST_MONTH = 12
_MOST = 99
FRANCE: tuple[Level, ...] = ("france",)


def read(page: Page, top: Mapping[str, Node], about: Mapping[str, str]) -> None:
    """Put the portal and the feeds of a producer's file on its shelf, or its faults in the list.

    `about` holds the producer's name and its licence.
    """
    if "portal" not in top:
        for key in ("feeds", "families"):
            if key in top:
                page.fault(top[key], "des flux ou des familles sans portail : ajoutez « portal »")
        return
    _portal(page, top["portal"], about)
    portal = str(page.table(top["portal"], None).get("id", ""))
    if "families" in top and (rules := families.read(page, top["families"])) is not None:
        page.shelf.families[portal] = rules
    if "feeds" in top:
        for name, node in page.table(top["feeds"], None).items():
            _feed(page, cast("Word", name), page.table(node, _FEED), portal)


def _portal(page: Page, node: Node, about: Mapping[str, str]) -> None:
    entry = page.table(node, _PORTAL)
    said = {key: page.text(value) for key, value in entry.items()}
    if said.keys() != _PORTAL:
        page.fault(node, "portail : il faut id, api, address et variable")
        return
    page.among(entry["api"], get_args(Api))
    if said["id"] in page.shelf.portals:
        page.fault(entry["id"], f"portail « {said['id']} » déjà défini")
    page.shelf.portals[said["id"]] = Portal(
        producer=about["producer"],
        licence=about["licence"],
        **(said | {"api": cast("Api", said["api"])}),  # type: ignore[arg-type]
    )


def _feed(page: Page, name: Word, entry: Mapping[str, Node], portal: str) -> None:
    missing = [key for key in _REQUIRED if key not in entry]
    for key in missing:
        page.fault(name, f"flux « {name} » : « {key} » manque")
    if name in page.shelf.feeds:
        page.fault(name, f"flux « {name} » déjà défini")
    facts = {key: _fact(page, key, node) for key, node in entry.items() if key not in _SHARED}
    shared = {key: _shared(page, key, node) for key, node in entry.items() if key in _SHARED}
    facts["where"] = shared.pop("where", {})
    if "levels" in facts and ("code" in facts) == (facts["levels"] == FRANCE):
        page.fault(name, f"flux « {name} » : « code » va avec des niveaux autres que la France")
    if missing:
        return
    series = tuple(
        _series(page, cast("Word", one), node, shared)
        for one, node in page.table(entry["series"], None).items()
    )
    page.shelf.feeds[str(name)] = Feed(id=str(name), portal=portal, **(facts | {"series": series}))


def _series(page: Page, name: Word, node: Node, shared: dict[str, Any]) -> FeedSeries:
    """A series of a feed, written as the name of its column alone or with what is its own."""
    if isinstance(node, Entries):
        entry = page.table(node, _SHARED)
        own = {key: _shared(page, key, value) for key, value in entry.items()}
    else:
        own = {"field": page.text(node)}
    if "field" not in shared | own:
        page.fault(name, f"série « {name} » : « field » manque")
        own["field"] = ""
    if name not in page.shelf.series:
        page.fault(name, f"série « {name} » absente du catalogue")
    return FeedSeries(series=str(name), **(shared | own))


def _shared(page: Page, key: str, node: Node) -> Any:
    """What each series of a feed may say for itself, and the feed for all of them."""
    if key == "field":
        return page.text(node)
    if key == "where":
        return {str(k): page.text(v) for k, v in page.table(node, None).items()}
    if key == "rounding":
        return _rounding(page, node)
    page.among(node, ("true", "false"))
    return node == "true"


def _rounding(page: Page, node: Node) -> Rounding | None:
    """`{step: 5, rule: nearest}`, or "none" where the figures are exact."""
    return None if node == "none" else page.rounding(node)


def _fact(page: Page, key: str, node: Node) -> Any:
    if key in {"levels", "totals"}:
        if key == "levels":
            for level in page.items(node):
                page.among(level, get_args(Level))
        return page.texts(node)
    if key == "words":
        table = page.table(node, None)
        for word in table.values():
            page.among(word, get_args(Status))
        return {str(k): page.text(v) for k, v in table.items()}
    if key == "fold":
        page.among(node, ("true", "false"))
        return node == "true"
    if key in _NUMBERS:
        return page.whole(node, _LAST_MONTH if key == "month" else _MOST)
    if key == "clock":
        page.among(node, get_args(Clock))
    return page.text(node) if key != "series" else ()
