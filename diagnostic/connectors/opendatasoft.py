"""Portals that speak Opendatasoft Explore 2.1: what they hold, and whole datasets in one call."""

from __future__ import annotations

import difflib
import os
import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from diagnostic.connectors import Progress, attachments, tables
from diagnostic.connectors.client import Client, Saved
from diagnostic.connectors.questions import Question, RefusedError, plain
from diagnostic.errors import DataError, UnservedError, UsageError
from diagnostic.model import DatasetCard, Feed, Fetched, FieldCard, Form, Portal, Wanted
from diagnostic.wording.typography import NBSP

PAGE = 100  # datasets a page, the most that the API allows
FEW = 200  # codes that a selection may name
LARGE = 2_000_000  # rows from which a few codes are asked alone rather than the whole dataset

_API = "/api/explore/v2.1/catalog"
_FORMS: tuple[Form, ...] = ("parquet", "csv", "jsonl")
_EXPECTED = {"parquet": "un export Parquet", "csv": "un export CSV", "jsonl": "un export JSON"}
_OPTIONS = {"csv": (("delimiter", ";"), ("with_bom", "true"))}
_KEYWORDS = re.compile(
    "and|as|asc|avg|by|count|date_format|day|dayofweek|desc|distinct|equi|false|group|hour|ifnull"
    "|or|limit|lower|max|millisecond|min|minute|month|not|null|quarter|range|search|second|select"
    "|sum|top|true|upper|where|year",
    re.IGNORECASE,
)
_CHANGED = "Le jeu a changé chez le producteur\u00a0: corrigez ses colonnes dans le catalogue."


@dataclass(frozen=True, slots=True)
class _Choice:
    """What is asked of a dataset: its columns, those it lacks, the rows, and what they cover."""

    columns: tuple[str, ...]
    missing: tuple[str, ...]
    where: str
    covers: Wanted
    whole: bool


class Opendatasoft:
    """A portal of that kind; the cards are asked once, and the form of export that it serves is
    remembered. Errors: those of `Connector`."""

    def __init__(self, portal: Portal, client: Client) -> None:
        """Ask nothing yet. Raises UsageError for a key that no header can hold."""
        self.portal = portal
        self._client = client
        self._key_variable = f"{portal.variable.removesuffix('_URL')}_APIKEY"
        self._key = os.environ.get(self._key_variable, "").strip()
        if not (self._key.isascii() and self._key.isprintable()):
            raise UsageError(
                f"{self._key_variable} contient des caractères qu’une clé n’a pas",
                hint="Copiez de nouveau la clé depuis le portail, sans retour à la ligne.",
            )
        self._lock = threading.Lock()
        self._cards: dict[str, DatasetCard] = {}
        self._listed = False
        self._forms: Sequence[Form] = _FORMS

    def cards(self) -> Mapping[str, DatasetCard]:
        """Every dataset of the portal by id, asked once."""
        with self._lock:
            if not self._listed:
                self._cards |= self._catalogue()
                self._listed = True
            return self._cards

    def fetch(self, feed: Feed, wanted: Wanted, folder: Path, progress: Progress) -> Fetched:
        """The dataset of the feed in one export; a few codes only when it is a very large one.

        Its rows are counted and compared with what the portal says that it holds.
        """
        card = self._card(feed)
        if feed.attachment:
            return self._fetch_workbook(feed, card, folder, progress)
        choice = _chosen(feed, wanted, card, self._question(feed.dataset, "", "").name())
        form, saved, question = self._export(feed, choice, folder, progress, self._forms)
        rows = tables.count(saved.path, form, choice.columns, question)
        self._recount(feed, choice, card, rows, question)
        return Fetched(
            path=saved.path,
            form=form,
            rows=rows,
            sha256=saved.sha256,
            size=saved.size,
            address=saved.address,
            covers=choice.covers,
            card=card,
            missing=choice.missing,
        )

    def call(self, feed: Feed) -> str:
        """The address of the call that fetches the feed, for who wants to make it by hand."""
        if feed.attachment:
            return self._attached(feed).address
        fields = self._cards[feed.dataset].fields if feed.dataset in self._cards else ()
        where = _filter(feed, {one.name: one.type for one in fields})
        return self._exported(feed, self._forms[0], feed.fields(), where).address

    # What the portal holds.

    def _catalogue(self) -> dict[str, DatasetCard]:
        found: dict[str, DatasetCard] = {}
        total = self._read_pages(found, PAGE)
        if len(found) < total:
            # A catalogue that moves between two pages repeats a dataset and loses another: other
            # pages meet most of them. What is still lost is asked alone when a feed wants it.
            self._read_pages(found, PAGE // 2)
        return found

    def _read_pages(self, found: dict[str, DatasetCard], size: int) -> int:
        """Read the whole catalogue into `found`; returns how many datasets the portal counts."""
        offset = 0
        while True:
            question = self._question(
                "",
                "",
                "la liste de ses jeux de données",
                ("limit", str(size)),
                ("offset", str(offset)),
            )
            page = self._client.json(question)
            try:
                total, results = int(page["total_count"]), list(page["results"])
                cards = [_described(entry) for entry in results]
            except (LookupError, TypeError, ValueError, AttributeError) as error:
                raise question.unusable("une liste d’une autre forme") from error
            found |= {card.id: card for card in cards}
            offset += size
            if not results or offset >= total:
                return total

    def _card(self, feed: Feed) -> DatasetCard:
        """The card of a feed's dataset. Raises UnservedError when the portal has none."""
        card = self.cards().get(feed.dataset)
        if card is not None:
            return card
        question = self._question(feed.dataset, "", "sa fiche")
        try:
            entry = self._client.json(question)
        except RefusedError as error:
            if error.status != 404:
                raise
            near = difflib.get_close_matches(feed.dataset, self.cards(), 3, 0.6)
            raise UnservedError(
                f"{question.name()}{NBSP}: le portail n’a pas (ou plus) ce jeu de données",
                hint=f"Les plus proches{NBSP}: {', '.join(near)}." if near else _CHANGED,
            ) from error
        try:
            card = _described(entry)
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            raise question.unusable("une fiche d’une autre forme") from error
        with self._lock:
            self._cards[feed.dataset] = card
        return card

    # Exports.

    def _export(
        self,
        feed: Feed,
        choice: _Choice,
        folder: Path,
        progress: Progress,
        forms: Sequence[Form],
    ) -> tuple[Form, Saved, Question]:
        """The export in the first form that the portal serves, which is then remembered."""
        form = forms[0]
        question = self._exported(feed, form, choice.columns, choice.where)
        try:
            saved = self._client.save(question, folder / f"{_file_name(feed)}.{form}", progress)
        except RefusedError as error:
            form_refused = error.status in {400, 404} and not error.code.startswith("ODSQL")
            if not form_refused or len(forms) == 1:
                raise
            return self._export(feed, choice, folder, progress, forms[1:])
        self._forms = forms
        return form, saved, question

    def _exported(self, feed: Feed, form: Form, columns: Sequence[str], where: str) -> Question:
        return self._question(
            feed.dataset,
            f"/exports/{form}",
            _EXPECTED[form],
            ("select", ",".join(map(_named, columns))),
            *((("where", where),) if where else ()),
            *_OPTIONS.get(form, ()),
        )

    def _recount(
        self, feed: Feed, choice: _Choice, card: DatasetCard, rows: int, question: Question
    ) -> None:
        """Refuse an export of more or fewer rows than the portal counts."""
        # The card counts all the rows, and may be older than the export: if they agree, all is
        # well; else the portal is asked.
        if choice.where or rows != card.records:
            total = self._total(feed, choice.where)
            if rows != total:
                raise question.unusable(f"{rows} lignes, là où le portail en compte {total}")
        if not rows and choice.whole:
            raise question.unusable(
                "aucune ligne", hint="Le producteur a vidé ce jeu, peut-être pour un temps."
            )

    def _total(self, feed: Feed, where: str) -> int:
        """How many rows the portal counts."""
        try:
            return self._counted(feed, where, "0")
        except RefusedError as error:
            if error.status != 400:
                raise
        return self._counted(feed, where, "1")  # some portals refuse a page of nothing

    def _counted(self, feed: Feed, where: str, limit: str) -> int:
        question = self._question(
            feed.dataset,
            "/records",
            "le nombre de ses lignes",
            *((("where", where),) if where else ()),
            ("limit", limit),
        )
        page = self._client.json(question)
        total = page.get("total_count") if isinstance(page, dict) else None
        if not isinstance(total, int):
            raise question.unusable("une réponse qui ne le dit pas")
        return total

    # Workbooks.

    def _fetch_workbook(
        self, feed: Feed, card: DatasetCard, folder: Path, progress: Progress
    ) -> Fetched:
        """The rows of a workbook that is attached to the dataset."""
        question = self._attached(feed)
        path = folder / f"{_file_name(feed)}.csv"
        try:
            saved = self._client.save(question, path.with_suffix(".xlsx"), progress)
        except RefusedError as error:
            if error.status != 404:
                raise
            raise DataError(
                f"{question.name()}{NBSP}: le jeu n’a pas de pièce jointe {feed.attachment}",
                hint=f"Les siennes{NBSP}: {', '.join(card.attachments) or 'aucune'}. {_CHANGED}",
            ) from error
        tables.refuse_broken(saved.path, question)
        try:
            rows, missing = attachments.flatten(saved.path, feed, path)
        except DataError as error:
            said = error.message.removeprefix(f"{saved.path}{NBSP}: ")
            raise DataError(
                f"{question.name()}, pièce jointe {feed.attachment}{NBSP}: {said}",
                hint=error.hint or _CHANGED,
            ) from error
        if not rows:
            raise question.unusable("aucune ligne")
        return Fetched(
            path=path,
            form="csv",
            rows=rows,
            sha256=saved.sha256,
            size=saved.size,
            address=saved.address,
            covers=dict.fromkeys(feed.levels),
            card=card,
            missing=missing,
        )

    def _attached(self, feed: Feed) -> Question:
        what = f"/attachments/{quote(feed.attachment, safe='')}"
        return self._question(feed.dataset, what, "un classeur")

    def _question(
        self, dataset: str, what: str, expected: str, *query: tuple[str, str]
    ) -> Question:
        within = f"/{quote(dataset, safe='')}" if dataset else ""
        return Question(
            url=f"{self.portal.address}{_API}/datasets{within}{what}",
            producer=self.portal.producer,
            dataset=dataset,
            expected=expected,
            query=query,
            key=self._key,
            key_variable=self._key_variable,
        )


def _chosen(feed: Feed, wanted: Wanted, card: DatasetCard, name: str) -> _Choice:
    """What to ask of the dataset, given the columns that its card says it has.

    Columns of values that it lacks are left out and told. Raises DataError when it lacks a
    column without which no row can be read, or every column of values.
    """
    types = {one.name: one.type for one in card.fields}
    asked = feed.fields()
    missing = tuple(name for name in asked if types and name not in types)
    vital = {feed.code, feed.period, feed.largest, *feed.where}
    vital |= {name for one in feed.series for name in one.where}
    values = {one.field for one in feed.series}
    lost = [name for name in missing if name in vital]
    if lost or values <= set(missing):
        near = [one for name in lost or missing for one in difflib.get_close_matches(name, types)]
        known = ", ".join(dict.fromkeys(near)) or ", ".join(types)
        raise DataError(
            f"{name}{NBSP}: il n’a pas, ou plus, de colonne {', '.join(lost or missing)}",
            hint=f"{_CHANGED} Colonnes les plus proches{NBSP}: {plain(known)}.",
        )
    columns = tuple(name for name in asked if name not in missing)
    where = _filter(feed, types)
    if not _few(feed, wanted, card):
        return _Choice(columns, missing, where, dict.fromkeys(feed.levels), whole=True)
    codes = sorted({code for one in wanted.values() for code in one or ()})
    some = f"{_named(feed.code)} in ({','.join(_literal(code, '') for code in codes)})"
    where = f"{where} and {some}" if where else some
    return _Choice(columns, missing, where, dict(wanted), whole=False)


def _few(feed: Feed, wanted: Wanted, card: DatasetCard) -> bool:
    """Whether to ask for some codes rather than for all: one export of everything is the rule."""
    number = sum(FEW + 1 if codes is None else len(codes) for codes in wanted.values())
    return (
        (card.records or 0) >= LARGE
        and 0 < number <= FEW
        and bool(feed.code)
        and not feed.fold  # the codes of the producer are then not those asked
        and "france" not in wanted
    )


def _filter(feed: Feed, types: Mapping[str, str]) -> str:
    """The rows of the feed in ODSQL, "" for all."""
    return " and ".join(
        f"{_named(name)}={_literal(value, types.get(name, ''))}"
        for name, value in feed.where.items()
    )


def _named(name: str) -> str:
    """A column in ODSQL: in backquotes when it could be taken for a number or a word of it."""
    plainly = re.fullmatch(r"[A-Za-z_]\w*", name) and not _KEYWORDS.fullmatch(name)
    return name if plainly else f"`{name}`"


def _literal(value: str, type_: str) -> str:
    """A value in ODSQL, as the type of its column wants it; text escapes with backslashes."""
    if type_ in {"int", "double"} and re.fullmatch(r"-?\d+(\.\d+)?", value):
        return value
    if type_ in {"date", "datetime"} and re.fullmatch(r"\d{4}(-\d\d){0,2}", value):
        return f"date'{value}{'-01-01'[len(value) - 4 :]}'"  # a month, a year: its first day
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _described(entry: Any) -> DatasetCard:
    """A dataset as the portal describes it, in either shape of its metas.

    Raises LookupError, TypeError or AttributeError for what is no description.
    """
    entry = entry.get("dataset", entry)
    metas = entry.get("metas") or {}
    metas = metas.get("default") or metas
    records = metas.get("records_count")
    return DatasetCard(
        id=str(entry["dataset_id"]),
        title=_text(metas.get("title")) or str(entry["dataset_id"]),
        fields=tuple(
            FieldCard(
                name=str(one["name"]),
                label=_text(one.get("label")),
                type=_text(one.get("type")),
                description=_text(one.get("description")),
            )
            for one in entry.get("fields") or ()
        ),
        description=_text(metas.get("description")),
        themes=_texts(metas.get("theme")),
        keywords=_texts(metas.get("keyword")),
        publisher=_text(metas.get("publisher")),
        licence=_text(metas.get("license")),
        modified=_text(metas.get("modified")),
        processed=_text(metas.get("data_processed")),
        records=records if isinstance(records, int) else None,
        attachments=tuple(
            _text(one.get("id") or one.get("title")) for one in entry.get("attachments") or ()
        ),
    )


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else (str(value),) if value else ()


def _file_name(feed: Feed) -> str:
    return re.sub(r"[^\w.-]", "-", feed.id)
