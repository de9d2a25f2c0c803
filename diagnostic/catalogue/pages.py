"""The YAML files of a catalogue folder, checked and made into series, datasets and breaks.

A producer's file holds its datasets, its portal and its feeds; what a dataset says (theme,
levels, rounding…) holds for each of its series unless the series says otherwise; traps and
breaks add up.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast, get_args

from diagnostic import marks
from diagnostic.catalogue import portals
from diagnostic.catalogue.families import Families
from diagnostic.errors import DataError, Fault, SpecError
from diagnostic.marks import Entries, Items, Node, Word
from diagnostic.model import Break, Feed, Level, Portal, Rounding, RoundingRule, Series

REGISTRY = "breaks.yaml"
WORDS = "words.yaml"
KINDS = ("count", "estimate", "amount", "rate", "ratio", "median", "mean", "index")

_SHIPPED_FILE = "Le catalogue est abîmé : réinstallez le paquet diagnostic-territorial."
_OWN_FILE = "Corrigez ce fichier, ou importez de nouveau le vôtre par « diagnostic data import »."
_PRODUCER = frozenset({"producer", "licence", "link", "portal", "families", "feeds", "datasets"})
_BREAK = frozenset({"at", "label", "text"})
_TEXTS = frozenset(
    {"label", "definition", "field", "unit", "theme", "population", "frequency", "periods"}
    | {"secrecy", "quality_label", "arrival", "kind", "published_above", "sparse", "census"}
)
_LISTS = frozenset({"levels", "traps", "breaks"})
_TABLES = frozenset({"rounding", "champ"})
_SERIES = _TEXTS | _LISTS | _TABLES
_OWN = frozenset({"dataset", "title", "licence", "link"})
_DATASET = _SERIES | _OWN | {"series"}
_REQUIRED = ("label", "definition", "field", "unit", "theme", "population", "kind", "levels")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """A dataset of a producer: `key` names its file of the store, `id` is the producer's own.

    `id` is "" when nobody has confirmed it, `link` when no address is known.
    """

    key: str
    id: str
    title: str
    producer: str
    licence: str
    link: str


@dataclass
class Shelf:
    """Everything that the files of one catalogue folder hold, in their order."""

    themes: tuple[str, ...] = ()
    synonyms: tuple[tuple[str, ...], ...] = ()
    breaks: dict[str, Break] = field(default_factory=dict)
    datasets: dict[str, Dataset] = field(default_factory=dict)
    series: dict[str, Series] = field(default_factory=dict)
    portals: dict[str, Portal] = field(default_factory=dict)
    feeds: dict[str, Feed] = field(default_factory=dict)
    families: dict[str, Families] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path, others: Iterable[Path] = ()) -> Shelf:
        """The shelf of `folder`, then of the user's own files.

        Raises DataError with the faults of its first bad file.
        """
        shelf = cls()
        Page(folder / WORDS, shelf).words()
        Page(folder / REGISTRY, shelf).registry()
        for path in sorted(folder.glob("*.yaml")):
            if path.name not in {REGISTRY, WORDS}:
                Page(path, shelf).producer()
        for path in others:
            Page(path, shelf, _OWN_FILE).producer()
        return shelf


class Page:
    """One file being read on to a shelf; its faults are gathered, then raised together."""

    kinds = KINDS

    def __init__(self, path: Path, shelf: Shelf, hint: str = _SHIPPED_FILE) -> None:
        """The tree of the file `path`. Raises DataError when it is no YAML.

        `hint` says what to do about its faults.
        """
        self.path = path
        self.hint = hint
        self.shelf = shelf
        self.faults: list[Fault] = []
        try:
            self.tree = marks.read(path)
        except SpecError as error:
            self.faults = list(error.faults)
            self.close()

    def words(self) -> None:
        """Themes and synonyms."""
        top = self.table(self.tree, frozenset({"themes", "synonyms"}))
        self.shelf.themes = self.texts(top.get("themes"))
        groups = self.items(top.get("synonyms"))
        self.shelf.synonyms = tuple(self.texts(group) for group in groups)
        self.close()

    def registry(self) -> None:
        """The registry of breaks."""
        top = self.table(self.tree, frozenset({"breaks"}))
        for key, node in self.table(top.get("breaks"), None).items():
            entry = {name: self.text(value) for name, value in self.table(node, _BREAK).items()}
            if entry.keys() == _BREAK:
                self.shelf.breaks[str(key)] = Break(id=str(key), **entry)
            else:
                self.fault(node, f"rupture « {key} » : il faut at, label et text")
        self.close()

    def producer(self) -> None:
        """A producer's datasets and their series."""
        top = self.table(self.tree, _PRODUCER)
        about = {key: self.text(top.get(key)) for key in ("producer", "licence", "link")}
        for key, node in self.table(top.get("datasets"), None).items():
            entry = self.table(node, _DATASET)
            said = about | {k: self.text(v) for k, v in entry.items() if k in _OWN}
            dataset = Dataset(
                key=str(key),
                id=said.get("dataset", ""),
                title=said.get("title", ""),
                producer=said["producer"],
                licence=said["licence"],
                link=said["link"],
            )
            self.shelf.datasets[dataset.key] = dataset
            shared = self.facts({k: v for k, v in entry.items() if k in _SERIES})
            for name, own in self.table(entry.get("series"), None).items():
                self.series(cast("Word", name), shared, self.table(own, _SERIES), dataset)
        portals.read(self, top, about)
        self.close()

    def series(
        self, name: Word, shared: dict[str, Any], own: dict[str, Node], dataset: Dataset
    ) -> None:
        """Put the series `name` on the shelf, or its faults in the list."""
        facts = self.facts(own)
        traps = shared.get("traps", ()) + facts.get("traps", ())
        breaks = shared.get("breaks", ()) + facts.get("breaks", ())
        facts = {"frequency": "", "periods": ""} | shared | facts
        for key in _REQUIRED:
            if key not in facts:
                self.fault(name, f"série « {name} » : « {key} » manque")
        if name in self.shelf.series:
            self.fault(name, f"série « {name} » déjà définie")
        for key in breaks:
            if key not in self.shelf.breaks:
                self.fault(name, f"série « {name} » : rupture « {key} » absente du registre")
        if facts.get("theme", "") not in self.shelf.themes:
            self.fault(name, f"série « {name} » : thème inconnu « {facts.get('theme', '')} »")
        if not self.faults:
            self.shelf.series[str(name)] = Series(
                id=str(name),
                producer=dataset.producer,
                dataset=dataset.id,
                licence=dataset.licence,
                link=dataset.link,
                **(facts | {"traps": traps, "breaks": breaks}),
            )

    def facts(self, entry: dict[str, Node]) -> dict[str, Any]:
        """The values of a series' keys, as the model wants them."""
        facts: dict[str, Any] = {}
        for key, node in entry.items():
            if key in _TEXTS:
                facts[str(key)] = self.text(node)
            elif key in _LISTS:
                facts[str(key)] = self.texts(node)
            elif key == "champ":
                facts["champ"] = {str(k): self.text(v) for k, v in self.table(node, None).items()}
            else:
                facts["rounding"] = self.rounding(node)
        self.refine(facts, entry)
        return facts

    def refine(self, facts: dict[str, Any], entry: dict[str, Node]) -> None:
        """Texts that stand for a number, a truth or a word of a closed list."""
        if "published_above" in facts:
            facts["published_above"] = int(self.number(entry["published_above"]))
        for key in ("sparse", "census"):
            if key in facts:
                self.among(entry[key], ("true", "false"))
                facts[key] = facts[key] == "true"
        if "kind" in facts:
            self.among(entry["kind"], KINDS)
        if "levels" in facts:
            for level in self.items(entry["levels"]):
                self.among(level, get_args(Level))

    def rounding(self, node: Node) -> Rounding:
        """`{step: 5, rule: nearest}`."""
        table = self.table(node, frozenset({"step", "rule"}))
        rule = table.get("rule", Word("nearest"))
        self.among(rule, get_args(RoundingRule))
        step = self.number(table.get("step", Word("", node.line, node.column)))
        return Rounding(step=step, rule=cast("RoundingRule", str(rule)))

    def table(self, node: Node | None, keys: frozenset[str] | None) -> dict[str, Node]:
        """The entries of a mapping, unknown keys refused; `keys` None takes any."""
        if not isinstance(node, Entries):
            self.fault(node or self.tree, "une table de clés est attendue ici")
            return {}
        for key in node.entries:
            if keys is not None and key not in keys:
                self.fault(key, f"clé inconnue « {key} »")
        return {k: v for k, v in node.entries.items() if keys is None or k in keys}

    def text(self, node: Node | None) -> str:
        """A text; anything else, or nothing, is a fault."""
        if not isinstance(node, Word):
            self.fault(node or self.tree, "un texte est attendu ici")
            return ""
        return str(node)

    def texts(self, node: Node | None) -> tuple[str, ...]:
        """A list of texts."""
        return tuple(self.text(item) for item in self.items(node))

    def items(self, node: Node | None) -> tuple[Node, ...]:
        """The nodes of a list."""
        if not isinstance(node, Items):
            self.fault(node or self.tree, "une liste est attendue ici")
            return ()
        return node.items

    def number(self, node: Node) -> float:
        """A number above zero."""
        try:
            value = float(self.text(node))
        except ValueError:
            value = 0.0
        if value <= 0:
            self.fault(node, "un nombre positif est attendu ici")
        return value

    def whole(self, node: Node, most: int) -> int:
        """A whole number from 0 to `most`."""
        text = self.text(node)
        if not text.isdecimal() or int(text) > most:
            self.fault(node, f"un nombre entier de 0 à {most} est attendu ici")
            return 0
        return int(text)

    def among(self, node: Node, allowed: Iterable[str]) -> None:
        """Refuse a word that is not of a closed list."""
        allowed = tuple(allowed)
        if node not in allowed:
            self.fault(node, f"valeur inconnue ; attendu : {', '.join(allowed)}")

    def fault(self, node: Node, message: str) -> None:
        """Note a fault where `node` stands."""
        self.faults.append(Fault(node.line, node.column, message))

    def close(self) -> None:
        """Raise DataError when the file had faults."""
        if self.faults:
            raise DataError(
                "\n".join(fault.at(str(self.path)) for fault in sorted(self.faults, key=_place)),
                hint=self.hint,
            )


def _place(fault: Fault) -> tuple[int, int]:
    return fault.line, fault.column
