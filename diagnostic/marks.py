"""YAML read with the line and column of every node, its scalars kept as the text they were."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import yaml

from diagnostic.errors import Fault, SpecError

LARGEST = 1_000_000
DEEPEST = 20
MOST = 10_000

_Loader: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
# Beginnings of the parser's own words, and what a French reader is told instead.
_SYNTAX = (
    ("mapping values are not allowed", "deux-points inattendu : mettez le texte entre guillemets"),
    ("could not find expected ':'", "il manque « : » après la clé"),
    ("did not find expected key", "indentation irrégulière : alignez les clés du même niveau"),
    ("did not find expected '-'", "indentation irrégulière : alignez les tirets de la liste"),
    ("did not find expected ',' or", "il manque « , » ou la fermeture de la liste"),
    ("did not find expected node", "une valeur manque ici"),
    (
        "found character that cannot start any token",
        "caractère réservé : indentez par des espaces, mettez entre guillemets @ ` %",
    ),
    ("found unexpected end of stream", "le fichier s’arrête avant la fermeture des guillemets"),
    ("block sequence entries are not allowed", "tiret inattendu : commencez la liste à la ligne"),
    ("found undefined", "alias inconnu : les alias ne sont pas admis"),
    ("did not find expected <document start>", "ici devrait commencer une clé « nom: valeur »"),
)
_ILLEGIBLE = "ce passage ne se lit pas : comparez-le aux exemples de docs/spec.md"


class Word(str):
    """A scalar as it was written, which knows its place; `plain` when it had no quotes.

    It equals, hashes, pickles and prints as the text itself: "01001" stays "01001".
    """

    __slots__ = ("column", "line", "plain")
    line: int
    column: int
    plain: bool

    def __new__(cls, text: str, line: int = 1, column: int = 1, *, plain: bool = False) -> Word:
        """The word `text` as met at `line` and `column`, both counted from 1."""
        word = super().__new__(cls, text)
        word.line, word.column, word.plain = line, column, plain
        return word

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        """Pickled as plain text: the place means nothing outside the reading."""
        return str, (str(self),)


@dataclass(frozen=True, slots=True)
class Items:
    """A list and the place where it begins."""

    items: tuple[Node, ...]
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Entries:
    """A mapping, in the order of the file, and the place where it begins."""

    entries: dict[Word, Node]
    line: int
    column: int


Node = Word | Items | Entries


def read(path: Path) -> Node:
    """The tree of the file `path`. Raises SpecError with every fault of its form at once."""
    tree, faults = parse(fetch(path))
    if faults or tree is None:
        raise SpecError(str(path), faults)
    return tree


def fetch(path: Path) -> bytes:
    """The bytes of a regular file, one more than LARGEST at most. Raises SpecError."""
    try:
        if not path.is_file():
            raise SpecError(str(path), [Fault(1, 1, "fichier introuvable")])
        with path.open("rb") as file:
            return file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        raise SpecError(str(path), [Fault(1, 1, f"fichier illisible ({error})")]) from error


def parse(source: bytes) -> tuple[Node | None, list[Fault]]:
    """The tree of `source` and its faults; None where no tree can be made of it.

    Refused: over LARGEST bytes, not UTF-8 text, tags, anchors, aliases, keys given twice, more
    than DEEPEST levels or MOST nodes, several documents, no document. Nothing recurses.
    """
    text, fault = _decode(source)
    if fault is not None:
        return None, [fault]
    builder = _Builder()
    try:
        for event in _events(text):
            builder.take(event)
            if builder.full:
                break
    except yaml.YAMLError as error:
        builder.faults.append(_syntax(error))
        builder.root = None
    if not builder.faults and builder.root is None:
        builder.faults.append(Fault(1, 1, "le fichier est vide"))
    return builder.root, builder.faults


def plain(node: Node) -> str | list[object] | dict[str, object]:
    """The same tree as text, lists and dictionaries, without places."""
    if isinstance(node, Word):
        return str(node)
    if isinstance(node, Items):
        return [plain(item) for item in node.items]
    return {str(key): plain(value) for key, value in node.entries.items()}


def _events(text: str) -> Iterator[yaml.Event]:
    events: Iterator[yaml.Event] = yaml.parse(text, Loader=_Loader)
    return events


def _decode(source: bytes) -> tuple[str, Fault | None]:
    if len(source) > LARGEST:
        return "", Fault(1, 1, "fichier de plus de 1 Mo : une spec n’en demande pas tant")
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line, column = _place(source[: error.start].decode("utf-8", "replace"))
        return "", Fault(line, column, "ce n’est pas du texte UTF-8 : enregistrez-le en UTF-8")
    if found := _UNPRINTABLE.search(text):
        line, column = _place(text[: found.start()])
        return "", Fault(line, column, "caractère de contrôle : ce n’est pas un fichier texte")
    return text, None


def _place(before: str) -> tuple[int, int]:
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def _begins(event: yaml.Event) -> tuple[int, int]:
    mark = cast("yaml.Mark", event.start_mark)
    return mark.line + 1, mark.column + 1


def _syntax(error: yaml.YAMLError) -> Fault:
    mark: yaml.Mark | None = getattr(error, "problem_mark", None)
    problem = str(getattr(error, "problem", None) or error)
    said = next((french for english, french in _SYNTAX if english in problem), _ILLEGIBLE)
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    return Fault(line, column, f"syntaxe YAML : {said}")


@dataclass(slots=True)
class _Open:
    """A list or a mapping that is still being read."""

    line: int
    column: int
    mapping: bool
    children: list[Node] = field(default_factory=list)


@dataclass(slots=True)
class _Builder:
    """Makes the tree from the parser's events, on a stack of its own."""

    root: Node | None = None
    faults: list[Fault] = field(default_factory=list)
    full: bool = False
    stack: list[_Open] = field(default_factory=list)
    nodes: int = 0
    documents: int = 0

    def take(self, event: yaml.Event) -> None:
        """Add what one event brings."""
        line, column = _begins(event)
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self._stop(line, column, "un seul document par fichier : ôtez la ligne « --- »")
        elif isinstance(event, yaml.NodeEvent):
            self._node(event, line, column)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._put(self._close(self.stack.pop()))

    def _node(self, event: yaml.NodeEvent, line: int, column: int) -> None:
        self.nodes += 1
        if self.nodes > MOST:
            many = f"{MOST:_}".replace("_", "\u202f")
            self._stop(line, column, f"plus de {many} valeurs : une spec n’en demande pas tant")
        elif isinstance(event, yaml.AliasEvent):
            self._refuse(line, column, f"alias « *{event.anchor} » : ils ne sont pas admis")
            self._put(Word("", line, column))
        elif isinstance(event, yaml.ScalarEvent):
            self._mind(event.anchor, event.tag, line, column)
            self._put(Word(event.value, line, column, plain=bool(event.implicit[0])))
        elif len(self.stack) == DEEPEST:
            self._stop(line, column, f"plus de {DEEPEST} niveaux emboîtés")
        else:
            self._mind(event.anchor, getattr(event, "tag", None), line, column)
            self.stack.append(_Open(line, column, isinstance(event, yaml.MappingStartEvent)))

    def _mind(self, anchor: str | None, tag: str | None, line: int, column: int) -> None:
        if anchor is not None:
            self._refuse(line, column, f"ancre « &{anchor} » : elles ne sont pas admises")
        if tag is not None:
            self._refuse(line, column, f"étiquette « {tag} » : elles ne sont pas admises")

    def _close(self, opened: _Open) -> Node:
        if not opened.mapping:
            return Items(tuple(opened.children), opened.line, opened.column)
        entries: dict[Word, Node] = {}
        for key, value in zip(opened.children[::2], opened.children[1::2], strict=True):
            if not isinstance(key, Word):
                self._refuse(key.line, key.column, "une clé est un mot, pas une liste")
            elif key in entries:
                first = next(known for known in entries if known == key)
                self._refuse(
                    key.line, key.column, f"clé « {key} » déjà donnée à la ligne {first.line}"
                )
            else:
                entries[key] = value
        return Entries(entries, opened.line, opened.column)

    def _put(self, node: Node) -> None:
        if self.stack:
            self.stack[-1].children.append(node)
        else:
            self.root = node

    def _refuse(self, line: int, column: int, message: str) -> None:
        self.faults.append(Fault(line, column, message))

    def _stop(self, line: int, column: int, message: str) -> None:
        self._refuse(line, column, message)
        self.root, self.full = None, True
