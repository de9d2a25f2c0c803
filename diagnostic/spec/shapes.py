"""Shapes that a YAML value may have: each reads a node, says its faults, and knows its schema."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Protocol

from diagnostic.errors import Fault
from diagnostic.marks import Entries, Items, Node, Word

Faults = list[Fault]
Schema = dict[str, Any]

# What the dossier's typeface draws: Latin, Greek, Cyrillic, punctuation, arrows, mathematics.
_DRAWN = re.compile("[\u0020-\u052f\u1d00-\u20cf\u2100-\u22ff\u2500-\u25ff]")
_TRUE, _FALSE = ("true", "oui"), ("false", "non")


class Shape(Protocol):
    """What every shape does."""

    def read(self, node: Node, faults: Faults) -> Any:
        """The value of `node`, or None after having added what is wrong to `faults`."""

    def schema(self) -> Schema:
        """The same as JSON Schema."""


def suggest(word: str, known: Iterable[str]) -> str:
    """« Vouliez-vous dire… » with the nearest known word, "" when none is near."""
    near = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f" Vouliez-vous dire « {near[0]} » ?" if near else ""


def untidy(text: str, *, lines: bool) -> str:
    """Why `text` may not be printed (control character, emoji), "" when it may."""
    for sign in text:
        if lines and sign in "\n\t":
            continue
        if unicodedata.category(sign) in {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"} and sign != "\u00ad":
            return f"caractère de contrôle U+{ord(sign):04X} : supprimez-le"
        if not _DRAWN.match(sign):
            return f"le signe U+{ord(sign):04X} n’a pas de dessin dans la police : supprimez-le"
    return ""


def _wrong(node: Node, faults: Faults, message: str) -> None:
    faults.append(Fault(node.line, node.column, message))


def _word(node: Node, faults: Faults, expected: str) -> Word | None:
    if not isinstance(node, Word):
        found = "une liste" if isinstance(node, Items) else "des clés"
        _wrong(node, faults, f"ici il faut {expected}, pas {found}")
        return None
    if not node.strip() or (node.plain and node in {"~", "null"}):
        _wrong(node, faults, f"valeur vide : ici il faut {expected}")
        return None
    return node


@dataclass(frozen=True, slots=True)
class Text:
    """A text of at most `longest` signs, on one line unless `lines`, of the form `pattern`."""

    expected: str = "un texte"
    longest: int = 300
    lines: bool = False
    pattern: str = ""

    def read(self, node: Node, faults: Faults) -> Word | None:
        """The text, a Word."""
        word = _word(node, faults, self.expected)
        if word is None:
            return None
        if len(word) > self.longest:
            _wrong(node, faults, f"texte de plus de {self.longest} caractères")
            return None
        if reason := untidy(word, lines=self.lines):
            _wrong(node, faults, reason)
            return None
        if self.pattern and not re.fullmatch(self.pattern, word):
            _wrong(node, faults, f"« {word} » n’est pas {self.expected}")
            return None
        return word

    def schema(self) -> Schema:
        """A string, or the number that an unquoted code looks like."""
        schema: Schema = {"type": "string", "minLength": 1, "maxLength": self.longest}
        if self.pattern:
            schema = {"type": ["string", "integer"], "pattern": f"^{self.pattern}$"}
        return schema


@dataclass(frozen=True, slots=True)
class Choice:
    """One word of a closed list."""

    options: tuple[str, ...]

    def read(self, node: Node, faults: Faults) -> Word | None:
        """The word, one of the options."""
        word = _word(node, faults, "un mot")
        if word is None or word in self.options:
            return word
        hint = suggest(word, self.options) or f" Valeurs possibles : {', '.join(self.options)}."
        _wrong(node, faults, f"valeur inconnue « {word} ».{hint}")
        return None

    def schema(self) -> Schema:
        """The closed list."""
        return {"enum": list(self.options)}


@dataclass(frozen=True, slots=True)
class Number:
    """A number between two bounds, whole or not; the decimal sign is a point."""

    least: float
    most: float
    whole: bool = False

    def read(self, node: Node, faults: Faults) -> float | int | None:
        """The number."""
        expected = "un nombre entier" if self.whole else "un nombre"
        word = _word(node, faults, expected)
        if word is None:
            return None
        form = r"-?\d{1,12}" if self.whole else r"-?\d{1,12}(\.\d{1,12})?"
        if not re.fullmatch(form, word, re.ASCII):
            _wrong(node, faults, f"« {word} » n’est pas {expected}")
            return None
        value = int(word) if self.whole else float(word)
        if not self.least <= value <= self.most:
            bounds = f"{self.least:g} et {self.most:g}"
            _wrong(node, faults, f"« {word} » : il faut {expected} entre {bounds}")
            return None
        return value

    def schema(self) -> Schema:
        """The number and its bounds."""
        kind = "integer" if self.whole else "number"
        return {"type": kind, "minimum": self.least, "maximum": self.most}


@dataclass(frozen=True, slots=True)
class Flag:
    """Yes or no."""

    def read(self, node: Node, faults: Faults) -> bool | None:
        """The answer."""
        word = _word(node, faults, "true ou false")
        if word is None:
            return None
        if word not in _TRUE + _FALSE:
            _wrong(node, faults, f"« {word} » n’est ni true ni false")
            return None
        return word in _TRUE

    def schema(self) -> Schema:
        """A boolean, or its French word."""
        return {"enum": [True, False, "oui", "non"]}


@dataclass(frozen=True, slots=True)
class Many:
    """A list of `least` to `most` values of one shape; those that are wrong are left out."""

    shape: Shape
    least: int = 1
    most: int = 200
    unique: bool = False

    def read(self, node: Node, faults: Faults) -> tuple[Any, ...] | None:
        """The values, in the order of the file."""
        if not isinstance(node, Items):
            _wrong(node, faults, "ici il faut une liste : [a, b] ou des lignes « - a »")
            return None
        if not self.least <= len(node.items) <= self.most:
            _wrong(node, faults, f"la liste doit compter de {self.least} à {self.most} valeurs")
            return None
        read = tuple(self.shape.read(item, faults) for item in node.items)
        values = tuple(value for value in read if value is not None)
        if self.unique:
            self._refuse_twice(values, faults)
        return values

    def _refuse_twice(self, values: tuple[Word, ...], faults: Faults) -> None:
        for index, value in enumerate(values):
            if value in values[:index]:
                _wrong(value, faults, f"« {value} » figure deux fois dans la liste")

    def schema(self) -> Schema:
        """An array."""
        schema: Schema = {"type": "array", "items": self.shape.schema()}
        schema |= {"minItems": self.least, "maxItems": self.most}
        return schema | ({"uniqueItems": True} if self.unique else {})


@dataclass(frozen=True, slots=True)
class Table:
    """A mapping from names of the author's own to values of one shape."""

    name: Text
    shape: Shape
    most: int = 300

    def read(self, node: Node, faults: Faults) -> dict[Word, Any] | None:
        """Every name that is right, with its value or None when that is wrong."""
        if not isinstance(node, Entries):
            _wrong(node, faults, "ici il faut des clés « nom: valeur »")
            return None
        if not 1 <= len(node.entries) <= self.most:
            _wrong(node, faults, f"il faut de 1 à {self.most} entrées")
            return None
        values = {}
        for key, value in node.entries.items():
            if self.name.read(key, faults) is not None:
                values[key] = self.shape.read(value, faults)
        return values

    def schema(self) -> Schema:
        """An object with free names."""
        names = {"pattern": f"^{self.name.pattern}$"} if self.name.pattern else {"minLength": 1}
        return {
            "type": "object",
            "propertyNames": names,
            "additionalProperties": self.shape.schema(),
            "minProperties": 1,
            "maxProperties": self.most,
        }


@dataclass(frozen=True, slots=True)
class Card:
    """The keys that a record read, typed on demand; `kind` is the key that decided its variant."""

    values: dict[str, Any]
    line: int
    column: int
    kind: str = ""

    def text(self, key: str, default: str = "") -> str:
        """The text under `key`."""
        value = self.values.get(key)
        return value if isinstance(value, str) else default

    def texts(self, key: str) -> tuple[str, ...]:
        """The list of texts under `key`, empty when there is none."""
        return tuple(self.values.get(key) or ())

    def get(self, key: str, default: Any = None) -> Any:
        """The value under `key`, `default` when absent or wrong."""
        value = self.values.get(key)
        return default if value is None else value

    def card(self, key: str) -> Card:
        """The record under `key`, an empty one when absent or wrong."""
        value = self.values.get(key)
        return value if isinstance(value, Card) else Card({}, self.line, self.column)

    def cards(self, key: str) -> tuple[Card, ...]:
        """The records of the list under `key`."""
        return tuple(self.values.get(key) or ())


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a record: its shape, what it means (in French), whether it must be there."""

    shape: Shape
    doc: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """A mapping with known keys and no other."""

    name: str
    keys: dict[str, Key]

    def read(self, node: Node, faults: Faults) -> Card | None:
        """The record, without the keys that are wrong."""
        if not isinstance(node, Entries):
            _wrong(node, faults, f"ici il faut les clés de {self.name}")
            return None
        values: dict[str, Any] = {}
        for name, value in node.entries.items():
            if (key := self.keys.get(name)) is None:
                hint = suggest(name, self.keys)
                _wrong(name, faults, f"clé inconnue « {name} » dans {self.name}.{hint}")
            else:
                values[str(name)] = key.shape.read(value, faults)
        for wanted, key in self.keys.items():
            if key.required and wanted not in node.entries:
                _wrong(node, faults, f"clé obligatoire absente de {self.name} : « {wanted} »")
        return Card(values, node.line, node.column)

    def schema(self) -> Schema:
        """An object that takes no other key."""
        return {
            "type": "object",
            "additionalProperties": False,
            "required": [name for name, key in self.keys.items() if key.required],
            "properties": {
                name: {"description": key.doc, **key.shape.schema()}
                for name, key in self.keys.items()
            },
        }


@dataclass(frozen=True, slots=True)
class Variants:
    """One of several records: the deciding key that is present says which."""

    name: str
    records: dict[str, Record]

    def read(self, node: Node, faults: Faults) -> Card | None:
        """The record of the deciding key, with that key as its kind."""
        if not isinstance(node, Entries):
            _wrong(node, faults, f"ici il faut les clés de {self.name}")
            return None
        found = [key for key in node.entries if key in self.records]
        if not found:
            self._none(node, faults)
            return None
        for other in found[1:]:
            _wrong(other, faults, f"« {found[0]} » et « {other} » ne vont pas ensemble")
        if found[1:]:
            return None
        card = self.records[found[0]].read(node, faults)
        return card and Card(card.values, card.line, card.column, str(found[0]))

    def _none(self, node: Entries, faults: Faults) -> None:
        known = {key for record in self.records.values() for key in record.keys}
        strange = next((key for key in node.entries if key not in known), None)
        if strange is not None and (hint := suggest(strange, self.records)):
            _wrong(strange, faults, f"clé inconnue « {strange} ».{hint}")
            return
        expected = ", ".join(self.records)
        _wrong(node, faults, f"il manque à {self.name} une des clés : {expected}")

    def schema(self) -> Schema:
        """Any of the records."""
        return {"anyOf": [record.schema() for record in self.records.values()]}


@dataclass(frozen=True, slots=True)
class Either:
    """A word of one shape or a collection of another."""

    word: Shape
    other: Shape
    collection: type[Items] | type[Entries] = field(default=Entries)

    def read(self, node: Node, faults: Faults) -> Any:
        """What the form of the node calls for."""
        shape = self.other if isinstance(node, self.collection) else self.word
        return shape.read(node, faults)

    def schema(self) -> Schema:
        """Either of them."""
        return {"anyOf": [self.word.schema(), self.other.schema()]}
