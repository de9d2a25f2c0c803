"""INSEE's Melodi beside the catalogue: the codes of its dimensions, a few places of each feed."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from diagnostic.connectors.client import Client
from diagnostic.connectors.melodi import Melodi
from diagnostic.connectors.questions import Question
from diagnostic.errors import DataError, SourceError
from diagnostic.model import DatasetCard, Feed, Wanted
from diagnostic.wording import numbers
from live import lines
from live.facts import Facts, Observed
from live.lines import RIGHT, UNSEEN, WRONG, Line, Subject

# One place a level is enough to see whether the feed can be read.
PLACES: Wanted = {
    "commune": frozenset({"51649"}),
    "epci": frozenset({"200034718"}),
    "departement": frozenset({"51"}),
    "region": frozenset({"44"}),
    "france": frozenset({"france"}),
}


def survey(connector: Melodi, client: Client, feeds: Sequence[Feed], facts: Facts) -> list[Line]:
    """Every line of Melodi; when nobody answers, each feed keeps one that says so."""
    subject = Subject(connector.portal)
    try:
        cards = connector.cards()
    except (SourceError, DataError) as error:
        return subject.unheard(error, feeds)
    found = [subject.line("joignable", RIGHT, numbers.count(len(cards), "jeu"))]
    for feed in feeds:
        found += _feed(connector, client, feed, cards, facts)
    return found


def _feed(
    connector: Melodi,
    client: Client,
    feed: Feed,
    cards: Mapping[str, DatasetCard],
    facts: Facts,
) -> list[Line]:
    subject = Subject(connector.portal, feed.dataset)
    card = cards.get(feed.dataset)
    if card is None:
        return [subject.line("jeu", WRONG, "absent du catalogue de Melodi")]
    found = [
        subject.line("jeu", RIGHT, card.title),
        lines.licence(subject, card),
        lines.freshness(subject, card),
    ]
    with subject.trying("modalités", found):
        known = _known(client, connector, feed)
        found.append(_named(subject, feed, known, facts.codes.get(feed.dataset, {})))
    with subject.trying("observations", found):
        found += _sample(connector, subject, feed)
    for one in facts.observations:
        if one.feed == feed.id:
            with subject.trying(f"valeur : {one.title}", found, one.source):
                found.append(_control(connector, subject, feed, one))
    return found


def _known(client: Client, connector: Melodi, feed: Feed) -> dict[str, set[str]]:
    """The codes of each dimension of a dataset."""
    question = Question(
        url=f"{connector.portal.address}/range/{feed.dataset}",
        producer=connector.portal.producer,
        dataset=feed.dataset,
        expected="les modalités de ses dimensions",
    )
    table = client.json(question)
    try:
        return {
            str(one["concept"]["code"]): {str(value["code"]) for value in one["values"]}
            for one in table["range"]
        }
    except (LookupError, TypeError) as error:
        raise question.unusable("une réponse d’une autre forme") from error


def _named(
    subject: Subject,
    feed: Feed,
    known: Mapping[str, set[str]],
    more: Mapping[str, Sequence[str]],
) -> Line:
    """Whether INSEE knows each dimension and each code that the catalogue names."""
    wanted: dict[str, set[str]] = {name: set(codes) for name, codes in more.items()}
    for where in (feed.where, *(one.where for one in feed.series)):
        for name, code in where.items():
            wanted.setdefault(name, set()).add(code)
    absent = [name for name in wanted if name not in known]
    lost = [
        f"{name}={code}"
        for name, codes in wanted.items()
        for code in sorted(codes - known.get(name, codes))
    ]
    told = ", ".join([*(f"pas de dimension {name}" for name in absent), *lost])
    count = sum(map(len, wanted.values()))
    return subject.line("modalités", not told, told or f"les {count} du catalogue existent")


def _sample(connector: Melodi, subject: Subject, feed: Feed) -> list[Line]:
    """A few places of the feed, fetched as a pull does, with its own checks."""
    wanted = {level: PLACES[level] for level in feed.levels if level in PLACES}
    with tempfile.TemporaryDirectory() as folder:
        fetched = connector.fetch(feed, wanted, Path(folder), lambda _, __: None)
        with fetched.path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, delimiter=";"))
    seen = {row["GEO_LEVEL"] for row in rows}
    absent = [level for level in wanted if level not in seen]
    told = f"{numbers.count(len(rows), 'observation')}, comptées par l’Insee"
    if absent:
        told += f" ; rien aux niveaux {', '.join(absent)}"
    found = [subject.line("observations", bool(rows) and not absent, told)]
    if rows:
        found.append(lines.periods(subject, feed, [row["TIME_PERIOD"] for row in rows]))
        found.append(lines.codes(subject, feed, [row["GEO_CODE"] for row in rows]))
        empty = [
            one.series
            for one in feed.series
            if not any(_is_of(row, one.where) and row["OBS_VALUE"] for row in rows)
        ]
        # A kind of equipment that a commune has not is no row: that alone proves nothing.
        mark = RIGHT if not empty else UNSEEN if len(empty) < len(feed.series) else WRONG
        lack = f"aucune valeur ici pour {', '.join(empty)}"
        found.append(subject.line("séries", mark, lack if empty else "toutes ont une valeur"))
    return found


def _is_of(row: Mapping[str, str], where: Mapping[str, str]) -> bool:
    return all(row.get(name) == code for name, code in where.items())


def _control(connector: Melodi, subject: Subject, feed: Feed, fact: Observed) -> Line:
    """One observation beside the value expected."""
    query = (*fact.query.items(), ("maxResult", "10"))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.json"
        _, page = connector.page(connector.asked(feed, *query), path, lambda _, __: None)
    values = [_value(one) for one in page["observations"]]
    expected = numbers.number(fact.expect)
    check = f"valeur : {fact.title}"
    if len(values) != 1 or (found := lines.amount(values[0])) is None:
        told = f"{len(values)} observations au lieu d’une, attendu {expected}"
        return subject.line(check, WRONG, told, fact.source)
    right = found == fact.expect
    told = numbers.number(found) + ("" if right else f" au lieu de {expected}")
    return subject.line(check, right, told, fact.source)


def _value(observation: Any) -> Any:
    """The value under the first measure, whatever its name; None for none."""
    measures = observation.get("measures") if isinstance(observation, dict) else None
    first = next(iter(measures.values()), None) if isinstance(measures, dict) else None
    return first.get("value") if isinstance(first, dict) else None
