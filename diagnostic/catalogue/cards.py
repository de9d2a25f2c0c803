"""Series that nobody named: what a portal says of its datasets, read by the rules of its names.

`caf:s_ben_com_f.indfoy_asf` is the column indfoy_asf of the dataset s_ben_com_f of the portal
caf; `caf:rsa_s_type_com_f.indfoy_rsa[rsa_type=RSA majoré]` is that column in the rows whose
rsa_type is « RSA majoré »; several filters are separated by commas.
"""

from __future__ import annotations

import difflib
import hashlib
import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, cast

from diagnostic.catalogue.families import Families, Measure, Scale
from diagnostic.catalogue.index import fold
from diagnostic.catalogue.pages import Shelf
from diagnostic.errors import DataError
from diagnostic.model import (
    DatasetCard,
    Feed,
    FeedSeries,
    FieldCard,
    Level,
    Portal,
    Rounding,
    Series,
)

PULL = "diagnostic data pull --catalogue"
UNKNOWN_UNIT = "unité non connue"
UNKNOWN_THEME = "thème non connu"
LONGEST = 300
LONGEST_ID = 100
_NAME = re.compile(r"([a-z][a-z0-9]*):([\w-]+)\.(\w+)(?:\[([^\[\]]+)\])?", re.ASCII)
_COMMA = re.compile(r",(?=\s*\w+\s*=)")
_TAG = re.compile(r"<[^>]*>")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Name:
    """The id of a series of a portal, taken apart; `where` are its filters, by column."""

    text: str
    portal: str
    dataset: str
    field: str
    where: Mapping[str, str]

    @classmethod
    def of(cls, text: str) -> Name | None:
        """The parts of `text`, None when it is not such an id."""
        found = _NAME.fullmatch(text)
        if found is None:
            return None
        pairs = [one.partition("=") for one in _COMMA.split(found[4])] if found[4] else []
        where = {column.strip(): value.strip() for column, _, value in pairs}
        if not all(column and value for column, value in where.items()):
            return None
        return cls(text, found[1], found[2], found[3], where)


@dataclass(frozen=True, slots=True)
class Found:
    """A series of a portal and the feed that brings it."""

    series: Series
    feed: Feed


@dataclass(frozen=True, slots=True)
class Listed:
    """A column of figures that nobody described; `needs` are the filters that it wants."""

    series: Series
    needs: tuple[str, ...] = ()


class Cards:
    """What the portals say of their datasets, as a pull saved it."""

    def __init__(self, shelf: Shelf, paths: Iterable[Path] = ()) -> None:
        """The cards of these files, of which the first of a portal counts. Raises DataError."""
        self.shelf = shelf
        self.raw: dict[str, dict[str, dict[str, Any]]] = {}
        self._paths: dict[str, Path] = {}
        self._found: dict[str, Found | str] = {}
        for path in paths:
            portal, datasets = _saved(path)
            if portal not in self.raw:
                self.raw[portal], self._paths[portal] = datasets, path

    def find(self, text: str) -> Found | str:
        """The series of that id and its feed, or the French sentence that says why not."""
        if text not in self._found:
            self._found[text] = self._find(text)
        return self._found[text]

    def _find(self, text: str) -> Found | str:
        name = Name.of(text)
        if name is None:
            return (
                f"« {text} » ne se lit pas : une série d’un portail s’écrit"
                " « caf:jeu.champ » ou « caf:jeu.champ[colonne=valeur] »"
            )
        portal = self.shelf.portals.get(name.portal)
        if portal is None:
            known = ", ".join(self.shelf.portals)
            return f"portail inconnu « {name.portal} » ; portails connus : {known}"
        rules = self.shelf.families.get(name.portal)
        if rules is None:
            readable = ", ".join(self.shelf.families)
            return f"les séries du portail « {name.portal} » ne se nomment pas ainsi : {readable}"
        if name.portal not in self.raw:
            return f"la liste des jeux de « {name.portal} » n’est pas là : lancez « {PULL} »"
        card = self.card(name.portal, name.dataset)
        if card is None:
            near = _near(name.dataset, self.raw[name.portal], f"{name.portal}:", f".{name.field}")
            return f"jeu inconnu « {name.dataset} ».{near} S’il est récent, lancez « {PULL} »"
        return _Reading(portal, rules, card, self.shelf).found(name)

    def card(self, portal: str, dataset: str) -> DatasetCard | None:
        """The card of a dataset, None when there is none. Raises DataError when it is damaged."""
        raw = self.raw.get(portal, {}).get(dataset)
        return None if raw is None else _card(raw, self._paths[portal])

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The ids of the series that need no filter and have a feed, sorted."""
        listed = [one.series.id for one in self.listed() if not one.needs]
        return tuple(sorted(one for one in listed if isinstance(self.find(one), Found)))

    def listed(self) -> Iterator[Listed]:
        """Every column of figures of every dataset, in the order of the cards."""
        for portal_id, datasets in self.raw.items():
            portal, rules = self.shelf.portals.get(portal_id), self.shelf.families.get(portal_id)
            if portal is not None and rules is not None:
                for dataset in datasets:
                    card = cast("DatasetCard", self.card(portal_id, dataset))
                    yield from _Reading(portal, rules, card, self.shelf).listed()


class Named(Mapping[str, Series]):
    """The series by id: those that the catalogue describes, then those of the portals.

    Going through it gives those of the portals that need no filter; asking for one takes any id.
    """

    def __init__(self, own: Mapping[str, Series], cards: Cards) -> None:
        """The series described, laid over those of the cards."""
        self._own, self._cards = own, cards

    def __getitem__(self, name: str) -> Series:
        """The series of that id. Raises KeyError."""
        if name in self._own:
            return self._own[name]
        found = self._cards.find(name) if ":" in name else ""
        if isinstance(found, str):
            raise KeyError(name)
        return found.series

    def __iter__(self) -> Iterator[str]:
        """The ids, those described first."""
        yield from self._own
        yield from self._cards.names

    def __len__(self) -> int:
        """How many ids going through it gives."""
        return len(self._own) + len(self._cards.names)


@dataclass(frozen=True)
class _Reading:
    """One dataset read by the rules of its portal."""

    portal: Portal
    rules: Families
    card: DatasetCard
    shelf: Shelf

    def found(self, name: Name) -> Found | str:
        """The series that `name` says, or why there is none."""
        fields = {field.name: field for field in self.card.fields}
        if name.field not in fields:
            near = _near(name.field, fields, f"{name.portal}:{name.dataset}.", "")
            return f"le jeu « {self.card.id} » n’a pas de champ « {name.field} ».{near}"
        if unknown := [column for column in name.where if column not in fields]:
            return f"le jeu « {self.card.id} » n’a pas de colonne « {unknown[0]} »"
        if not self.rules.counts(name.field, fields[name.field].type):
            return f"« {name.field} » du jeu « {self.card.id} » n’est pas une colonne de nombres"
        if missing := [column for column in self.shares if column not in name.where]:
            said = ",".join(f"{column}=…" for column in missing)
            return (
                f"le jeu « {self.card.id} » a plusieurs lignes par territoire : choisissez"
                f" « {name.portal}:{name.dataset}.{name.field}[{said}] »"
            )
        feed = self.feed(name)
        if isinstance(feed, str):
            return feed
        return Found(self.series(name, feed), feed)

    @cached_property
    def shares(self) -> tuple[str, ...]:
        """The columns that share rows out, each of which a filter must pin."""
        return tuple(
            field.name
            for field in self.card.fields
            if not self.rules.describes(field.name)
            and not self.rules.counts(field.name, field.type)
        )

    def listed(self) -> Iterator[Listed]:
        """The columns of figures, whether or not they can be pulled."""
        for field in self.card.fields:
            if self.rules.counts(field.name, field.type):
                text = f"{self.portal.id}:{self.card.id}.{field.name}"
                name = Name(text, self.portal.id, self.card.id, field.name, {})
                if self.twin(name) is not None:
                    continue  # the catalogue describes it already
                yield Listed(self.series(name, None), self.shares)

    def feed(self, name: Name) -> Feed | str:
        """The feed of one series, made after a written one of the dataset if there is one."""
        one = FeedSeries(
            series=name.text,
            field=name.field,
            where=name.where,
            rounding=self.rounding(name.field),
            summable=self.kind(name.field) in {"count", "estimate", "amount"},
        )
        written = self.written
        title = _plain(self.card.title) or self.card.id
        if written is not None:
            return replace(written, id=_feed_id(name), title=title, series=(one,))
        scale = self.scale
        if scale.level is None:
            how = scale.unread or "à un niveau que son nom ne dit pas"
            return f"« {self.card.id} » est publié {how} : aucun dossier ne le montre"
        columns = {field.name for field in self.card.fields}
        period = next((column for column in self.rules.periods if column in columns), "")
        if not period:
            return f"le jeu « {self.card.id} » n’a pas de colonne de période connue"
        code = next((c for c in self.rules.codes.get(scale.level, ()) if c in columns), "")
        if not code and scale.level != "france":
            return f"le jeu « {self.card.id} » n’a pas de colonne de codes connue"
        dated = self.rules.periods[period]
        return Feed(
            id=_feed_id(name),
            portal=self.portal.id,
            dataset=self.card.id,
            title=title,
            levels=(scale.level,),
            code=code,
            period=period,
            clock=dated.clock,
            month=dated.month,
            geography=self.rules.geography if scale.rounded else None,
            fold=scale.level in self.rules.fold,
            series=(one,),
        )

    @cached_property
    def written(self) -> Feed | None:
        """The feed of the catalogue for this dataset, None when nobody wrote one."""
        same = (self.portal.id, self.card.id)
        feeds = self.shelf.feeds.values()
        return next((one for one in feeds if (one.portal, one.dataset) == same), None)

    @cached_property
    def scale(self) -> Scale:
        """What the name of the dataset says."""
        return self.rules.scale(self.card.id)

    def kind(self, field: str) -> str:
        """What the column holds, "unknown" when its name does not say."""
        measure = self.rules.measure(field)
        return measure.kind if measure else "unknown"

    def rounding(self, field: str) -> Rounding | None:
        """How the column is rounded, None when it is exact or nobody says."""
        measure = self.rules.measure(field)
        return measure.rounding if measure and self.scale.rounded else None

    def series(self, name: Name, feed: Feed | None) -> Series:
        """What is known of the series: from its hand-written twin, else from its name."""
        twin = self.twin(name)
        scale, measure = self.scale, self.rules.measure(name.field)
        levels: tuple[Level, ...] = () if scale.level is None else (scale.level,)
        if twin is not None and feed is not None:
            rounding = feed.series[0].rounding
            return replace(
                twin, id=name.text, levels=feed.levels, dataset=self.card.id, field=name.field,
                rounding=rounding, arrival="", periods="", frequency=self.frequency,
            )  # fmt: skip
        said = next(field for field in self.card.fields if field.name == name.field)
        title = _plain(self.card.title) or self.card.id
        filters = "".join(f", {column} : {value}" for column, value in name.where.items())
        about = f"{_plain(said.description)} " if said.description else ""
        rest = name.field.removeprefix(measure.prefix) if measure else ""
        return Series(
            id=name.text,
            label=f"{_plain(said.label) or name.field}{filters}",
            definition=f"{about}Champ {name.field} du jeu « {title} ».",
            unit=measure.unit if measure else UNKNOWN_UNIT,
            theme=self.theme,
            producer=self.portal.producer,
            dataset=self.card.id,
            field=name.field,
            kind=cast("Any", measure.kind if measure else "unknown"),
            population=(
                measure.population.replace("{code}", rest)
                if measure
                else f"population non connue de {name.text}"
            ),
            levels=levels,
            frequency=self.frequency,
            periods="",
            licence=_plain(self.card.licence) or "licence non connue",
            link=self.portal.address,
            rounding=self.rounding(name.field),
            secrecy=self.secrecy(measure),
            traps=self.rules.traps,
        )

    def secrecy(self, measure: Measure | None) -> str:
        """What is known of the rounding, that nothing is included."""
        if measure is None or (measure.rounding and self.scale.rounded is None):
            return "L’arrondi du producteur n’est pas connu."
        return self.rules.secrecy if self.scale.rounded else ""

    def twin(self, name: Name) -> Series | None:
        """The series of the catalogue that is the same column of the same rows."""
        for one in self.written.series if self.written else ():
            if (one.field, one.where) == (name.field, name.where):
                return self.shelf.series[one.series]
        return None

    @cached_property
    def theme(self) -> str:
        """The portal's theme in the catalogue's words when it has the same, else as it is."""
        said = _plain(self.card.themes[0]) if self.card.themes else ""
        same = [theme for theme in self.shelf.themes if fold(theme) == fold(said)]
        return same[0] if same else said or UNKNOWN_THEME

    @cached_property
    def frequency(self) -> str:
        """How often, when the columns and the name of the dataset tell."""
        columns = {field.name for field in self.card.fields}
        found = next((dated for c, dated in self.rules.periods.items() if c in columns), None)
        if found is None:
            return ""
        if found.clock == "year" or self.scale.rounded:
            return "annuelle, en décembre"
        return "mensuelle" if self.scale.rounded is False else ""


def _feed_id(name: Name) -> str:
    """An id that is a file name: what one cannot hold is a few letters of the hash of all.

    That is filters, capitals (which some disks do not tell apart) and long names.
    """
    plain = f"{name.portal}.{name.dataset}.{name.field}"
    short = plain.lower()[:LONGEST_ID]
    if short == plain and not name.where:
        return plain
    whole = json.dumps([plain, sorted(name.where.items())], ensure_ascii=False)
    return f"{short}.{hashlib.sha256(whole.encode()).hexdigest()[:8]}"


def _near(unknown: str, known: Iterable[str], before: str, after: str) -> str:
    found = difflib.get_close_matches(unknown, list(known), n=1, cutoff=0.5)
    return f" Vouliez-vous dire « {before}{found[0]}{after} » ?" if found else ""


def _plain(text: str) -> str:
    """A portal's text without tags, control signs and long ends."""
    bare = " ".join(_CONTROL.sub(" ", html.unescape(_TAG.sub(" ", text))).split())
    return bare if len(bare) <= LONGEST else f"{bare[: LONGEST - 1]}…"


def _saved(path: Path) -> tuple[str, dict[str, dict[str, Any]]]:
    try:
        told = json.loads(path.read_bytes())
        return str(told["portal"]), {str(one["id"]): one for one in told["datasets"]}
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise _damaged(path) from error


def _card(raw: dict[str, Any], path: Path) -> DatasetCard:
    """The card of its dictionary; what a later version would add is left aside."""
    try:
        fields = tuple(
            FieldCard(
                name=str(one["name"]),
                label=str(one["label"] or ""),
                type=str(one["type"]),
                description=str(one.get("description") or ""),
            )
            for one in raw["fields"]
        )
        return DatasetCard(
            id=str(raw["id"]),
            title=str(raw.get("title") or ""),
            fields=fields,
            description=str(raw.get("description") or ""),
            themes=tuple(str(one) for one in raw.get("themes") or ()),
            keywords=tuple(str(one) for one in raw.get("keywords") or ()),
            publisher=str(raw.get("publisher") or ""),
            licence=str(raw.get("licence") or ""),
            modified=str(raw.get("modified") or ""),
            processed=str(raw.get("processed") or ""),
            records=raw.get("records"),
            attachments=tuple(str(one) for one in raw.get("attachments") or ()),
        )
    except (LookupError, TypeError, AttributeError) as error:
        raise _damaged(path) from error


def _damaged(path: Path) -> DataError:
    return DataError(
        f"la liste des jeux « {path} » ne se lit pas",
        hint=f"Refaites-la par « {PULL} », ou supprimez ce fichier.",
    )
