"""Portals of Opendatasoft beside the catalogue: one list of datasets, small pages of records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from diagnostic.connectors.client import Client
from diagnostic.connectors.opendatasoft import Opendatasoft
from diagnostic.connectors.questions import Question
from diagnostic.errors import DataError, SourceError
from diagnostic.model import DatasetCard, Feed
from diagnostic.wording import numbers
from live import lines
from live.facts import Control, Facts
from live.lines import RIGHT, UNSEEN, WRONG, Line, Subject

SAMPLE = 100
_NUMBERS = {"int", "double"}
_DATES = {"month": {"date", "datetime", "text"}, "quarter": {"text"}}
_YEARS = {"int", "text", "date", "datetime"}


def survey(
    connector: Opendatasoft, client: Client, feeds: Sequence[Feed], facts: Facts
) -> list[Line]:
    """Every line of a portal; when nobody answers, each feed keeps one that says so."""
    portal = connector.portal
    subject = Subject(portal)
    try:
        cards = connector.cards()
    except (SourceError, DataError) as error:
        return subject.unheard(error, feeds)
    found = [subject.line("joignable", RIGHT, numbers.count(len(cards), "jeu"))]
    for name in facts.datasets.get(portal.id, ()):
        held = name in cards
        told = "présent" if held else "absent de la liste"
        found.append(Subject(portal, name).line("jeu", held, told))
    if feeds:
        found += _Asked(connector, client, feeds[0]).forms()
    for feed in feeds:
        found += _feed(_Asked(connector, client, feed), cards, facts)
    return found


def _feed(asked: _Asked, cards: Mapping[str, DatasetCard], facts: Facts) -> list[Line]:
    feed, subject = asked.feed, asked.subject
    card = cards.get(feed.dataset)
    if card is None:
        return [subject.line("jeu", WRONG, "absent de la liste du portail")]
    found = [
        subject.line("jeu", RIGHT, card.title),
        lines.licence(subject, card),
        lines.freshness(subject, card),
    ]
    if feed.attachment:
        held = feed.attachment in card.attachments
        listed = ", ".join(card.attachments) or "aucune"
        found.append(subject.line("pièce jointe", held, f"pièces : {listed}"))
        pull = f"`diagnostic data pull --dataset {feed.dataset} --france` le vérifie"
        return [*found, subject.line("colonnes", UNSEEN, f"dans un classeur entier : {pull}")]
    found += columns(subject, feed, card, facts.texts.get(feed.id, ()))
    with subject.trying("lignes", found):
        found += asked.sample(card)
    for control in facts.controls:
        if control.feed == feed.id:
            with subject.trying(f"valeur : {control.title}", found, control.source):
                found.append(asked.control(control))
    return found


def columns(subject: Subject, feed: Feed, card: DatasetCard, texts: Sequence[str]) -> list[Line]:
    """Whether the card has the columns of the feed, each of a type that can be read."""
    types = {one.name: one.type for one in card.fields}
    missing = [name for name in feed.fields() if name not in types]
    told = f"il manque {', '.join(missing)}" if missing else f"les {len(feed.fields())} y sont"
    allowed = {name: {"text"} for name in (feed.code, *feed.where) if name}
    allowed[feed.period] = _DATES.get(feed.clock, _YEARS)
    for one in feed.series:
        allowed |= {name: {"text"} for name in one.where}
        allowed[one.field] = {"text"} if one.field in texts else _NUMBERS
    odd = [
        f"{name} : {types[name]} au lieu de {' ou '.join(sorted(wanted))}"
        for name, wanted in allowed.items()
        if name in types and types[name] not in wanted
    ]
    return [
        subject.line("colonnes", not missing, told),
        subject.line("types", not odd, " ; ".join(odd) or "ceux que le programme lit"),
    ]


class _Asked:
    """The questions about one feed, each of one small call."""

    def __init__(self, connector: Opendatasoft, client: Client, feed: Feed) -> None:
        self.feed = feed
        self.subject = Subject(connector.portal, feed.dataset)
        self._client = client

    def forms(self) -> list[Line]:
        """Which forms of export the portal serves; asked of one dataset."""
        found: list[Line] = []
        with self.subject.trying("formes d’export", found):
            question = self._question("exports", "les formes d’export")
            table = self._client.json(question)
            rels = [one.get("rel") for one in table.get("links", ())] if _is(table) else []
            known = [form for form in ("parquet", "csv", "jsonl") if form in rels]
            told = ", ".join(known) or "aucune de celles que le programme lit"
            found.append(self.subject.line("formes d’export", bool(known), told))
        return found

    def sample(self, card: DatasetCard) -> list[Line]:
        """The newest rows: their number at the producer, their periods, codes and figures."""
        feed = self.feed
        where = " and ".join(f"{name}='{value}'" for name, value in feed.where.items())
        names = ",".join(feed.fields())
        order = (("order_by", f"{feed.period} desc"), ("limit", str(SAMPLE)))
        rows, total = self._records(("select", names), *order, where=where)
        if where:
            total = self._records(("limit", "1"))[1]
        told = f"{numbers.number(total)} lignes"
        if card.records is None:
            counted = self.subject.line("lignes", UNSEEN, f"{told} ; la fiche n’en dit rien")
        else:
            announced = f"{told}, {numbers.number(card.records)} d’après la fiche"
            counted = self.subject.line("lignes", total == card.records, announced)
        found = [counted, lines.periods(self.subject, feed, [row.get(feed.period) for row in rows])]
        if feed.code:
            found.append(lines.codes(self.subject, feed, [row.get(feed.code) for row in rows]))
        return [*found, self._figures(rows)]

    def control(self, control: Control) -> Line:
        """The figures of a control, beside those expected."""
        named = {f"v{rank}": name for rank, name in enumerate(control.expect)}
        select = ",".join(f"{name} as {label}" for label, name in named.items())
        rows, _ = self._records(("select", select), ("limit", "10"), where=control.where)
        check = f"valeur : {control.title}"
        if not rows:
            return self.subject.line(check, WRONG, "aucune ligne", control.source)
        # Technical rows repeat a place and a period: the highest is the right one.
        row = max(rows, key=lambda one: lines.amount(one.get("v0")) or 0)
        read = {name: lines.amount(row.get(label)) for label, name in named.items()}
        wrong = [
            f"{name} {_said(read[name])} au lieu de {_said(expected)}"
            for name, expected in control.expect.items()
            if not lines.near(read[name], expected, control.within)
        ]
        told = ", ".join(wrong) or ", ".join(
            f"{name} {_said(value)}" for name, value in read.items()
        )
        return self.subject.line(check, not wrong, told, control.source)

    def _figures(self, rows: Sequence[Mapping[str, Any]]) -> Line:
        """Whether the columns of figures of the sample hold numbers, and nothing else."""
        odd, held = [], 0
        for name in dict.fromkeys(one.field for one in self.feed.series):
            for row in rows:
                value = row.get(name)
                held += lines.amount(value) is not None
                if value not in (None, "") and lines.amount(value) is None:
                    odd.append(f"{name} : « {value} »")
        told = "; ".join(odd[:3]) or f"{numbers.count(held, 'nombre')} sur {len(rows)} lignes"
        return self.subject.line("nombres", bool(held) and not odd, told)

    def _records(
        self, *query: tuple[str, str], where: str = ""
    ) -> tuple[list[dict[str, Any]], int]:
        """A page of records, and how many there are in all. Raises SourceError, DataError."""
        asked = (*query, ("where", where)) if where else query
        question = self._question("records", "une page de lignes", *asked)
        page = self._client.json(question)
        rows = page.get("results") if _is(page) else None
        total = page.get("total_count") if _is(page) else None
        if not isinstance(rows, list) or not isinstance(total, int):
            raise question.unusable("une réponse d’une autre forme")
        return rows, total

    def _question(self, what: str, expected: str, *query: tuple[str, str]) -> Question:
        portal = self.subject.portal
        within = f"/api/explore/v2.1/catalog/datasets/{quote(self.feed.dataset)}/{what}"
        return Question(
            url=f"{portal.address}{within}",
            producer=portal.producer,
            dataset=self.feed.dataset,
            expected=expected,
            query=query,
        )


def _is(page: Any) -> bool:
    return isinstance(page, dict)


def _said(value: Any) -> str:
    return "rien" if value is None else numbers.number(value, 0 if value == int(value) else 1)
