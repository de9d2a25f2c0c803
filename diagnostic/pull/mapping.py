"""A mapping: what the columns of somebody's file are, in YAML checked like a spec."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast, get_args

from diagnostic import marks
from diagnostic.catalogue import Catalogue
from diagnostic.errors import Fault, SpecError
from diagnostic.marks import Items, Word
from diagnostic.model import Clock, Level, Rounding, RoundingRule, Series, Status
from diagnostic.spec.shapes import (
    Card,
    Choice,
    Either,
    Flag,
    Key,
    Many,
    Number,
    Record,
    Table,
    Text,
    suggest,
)

LOCAL = "local."
TO_FILL = "?"  # what a proposal writes where only the user knows
ABSENCES: tuple[Status, ...] = ("secret", "masked", "not_published", "not_applicable", "unknown")
ENCODINGS = ("utf-8", "utf-16", "windows-1252")
DELIMITERS = {"point-virgule": ";", "virgule": ",", "tabulation": "\t", "barre": "|"}
PERIOD = r"\d{4}(-(0[1-9]|1[0-2])|-T[1-4])?"
HEADERS = "colonnes"  # the periods are the names of the columns
SHEETS = "feuilles"  # the periods are the names of the sheets

_KINDS = ("count", "estimate", "amount", "rate", "ratio", "median", "mean", "index")
_NAME = Text("un nom de colonne", 200)
_WORD = Text("un texte du fichier", 120)
_ROWS = Table(_NAME, Either(_WORD, Many(_WORD), Items))
_LINE = Number(1, 10_000, whole=True)
_ID = Text("un identifiant (minuscules, chiffres, soulignés)", 40, pattern=r"[a-z][a-z0-9_]*")
_SERIES = Text("un identifiant de série", 80, pattern=r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+")
_LEVEL = Choice(get_args(Level))
_PERIOD = Text("une période (2024, 2024-12, 2024-T4)", 10, pattern=PERIOD)
_FACTS = {
    "label": Key(Text(longest=120), "Nom de la série."),
    "definition": Key(Text(longest=600), "Ce qu’elle compte, et comment."),
    "unit": Key(
        Text(longest=90), "Unité, au pluriel\u00a0: «\u00a0enfants\u00a0», «\u00a0%\u00a0»."
    ),
    "kind": Key(Choice(_KINDS), "Nature\u00a0: seuls count, estimate et amount se somment."),
    "population": Key(Text(longest=120), "Qui est compté\u202f; à défaut, l’unité."),
    "theme": Key(
        Text(longest=80), "Thème du catalogue\u202f; à défaut, «\u00a0données générales\u00a0»."
    ),
    "secrecy": Key(Text(longest=300), "Règle de secret de la source."),
    "traps": Key(Many(Text(longest=300), most=10), "Réserves imprimées avec les chiffres."),
}
SERIES = Record(
    "cette série",
    {
        "column": Key(_NAME, "Colonne des valeurs."),
        "columns": Key(Table(_NAME, _PERIOD), "Une colonne par période\u00a0: nom et période."),
        "period": Key(_PERIOD, "Période de ces valeurs, si ce n’est pas celle du fichier."),
        "where": Key(Table(_NAME, _WORD), "Lignes de cette série\u00a0: colonne et texte."),
        "rounding": Key(
            Record(
                "cet arrondi",
                {
                    "step": Key(Number(0, 1_000_000), "Multiple.", required=True),
                    "rule": Key(Choice(get_args(RoundingRule)), "Règle\u00a0: nearest par défaut."),
                },
            ),
            "Arrondi de la source.",
        ),
        **_FACTS,
    },
)
MAPPING = Record(
    "cette correspondance",
    {
        "import": Key(Choice(("1",)), "Version de la forme.", required=True),
        "id": Key(_ID, "Nom de l’import\u00a0: le même le remplace.", required=True),
        "producer": Key(Text(longest=120), "Qui a produit le fichier.", required=True),
        "title": Key(Text(longest=200), "Ce qu’est le fichier.", required=True),
        "dataset": Key(Text(longest=120), "Nom du jeu chez le producteur."),
        "licence": Key(Text(longest=120), "Licence, ou usage interne.", required=True),
        "link": Key(
            Text("une adresse https://…", 300, pattern=r"https?://\S+"), "Adresse de la source."
        ),
        "updated": Key(
            Text("une date (2024, 2024-12, 2024-12-31)", 10, pattern=r"\d{4}(-\d\d(-\d\d)?)?"),
            "Date que le producteur donne à ses données.",
        ),
        "delimiter": Key(Choice(tuple(DELIMITERS)), "Séparateur, s’il est mal trouvé."),
        "encoding": Key(Choice(ENCODINGS), "Encodage, s’il est mal trouvé."),
        "decimal": Key(Choice(("virgule", "point")), "Signe décimal, s’il est mal trouvé."),
        "sheet": Key(Either(_NAME, Many(_NAME, most=100), Items), "Feuille du classeur."),
        "header": Key(
            Either(_LINE, Many(_LINE, least=2, most=2), Items),
            "Ligne des noms de colonnes, ou les deux lignes.",
        ),
        "last": Key(Number(2, 10_000_000, whole=True), "Dernière ligne à lire."),
        "level": Key(
            Either(
                _LEVEL,
                Record(
                    "ce niveau",
                    {
                        "column": Key(_NAME, "Colonne qui dit le niveau.", required=True),
                        "words": Key(Table(_WORD, _LEVEL), "Niveau de chaque texte."),
                    },
                ),
            ),
            "Niveau géographique des lignes.",
            required=True,
        ),
        "code": Key(
            Either(_NAME, Table(_WORD, _NAME)),
            "Colonne du code, ou une par niveau.",
        ),
        "period": Key(
            Either(
                Text(f"une période (2024, 2024-12, 2024-T4), {HEADERS}, {SHEETS}",
                     10, pattern=f"{PERIOD}|{HEADERS}|{SHEETS}"),
                Record(
                    "cette période",
                    {
                        "column": Key(_NAME, "Colonne de la période."),
                        "clock": Key(Choice(get_args(Clock)), "Durée\u00a0: month, quarter, year."),
                        "columns": Key(
                            Table(_NAME, _PERIOD),
                            "Période de chaque colonne.",
                        ),
                    },
                ),
            ),
            "Période des valeurs, sauf de celles dont la série dit la leur.",
        ),
        "geography": Key(Number(1943, 2100, whole=True), "Année du COG des codes."),
        "keep": Key(_ROWS, "Lignes gardées\u00a0: les textes d’une colonne."),
        "drop": Key(_ROWS, "Lignes écartées\u00a0: les textes d’une colonne."),
        "codes": Key(Table(_WORD, _WORD), "Codes du fichier à remplacer par ceux du COG."),
        "blank": Key(Choice(ABSENCES), "Ce que dit une case vide\u00a0: unknown par défaut."),
        "words": Key(Table(_WORD, Choice(ABSENCES)), "Textes qui tiennent lieu d’absence."),
        "unknown": Key(
            Choice(("refuse", "drop", "keep")), "Codes inconnus du COG\u00a0: refuse par défaut."
        ),
        "zeros": Key(Choice(("restore",)), "Rendre aux codes leur zéro perdu."),
        "complete": Key(Flag(), "Le fichier a toutes les places de son niveau qui ont une valeur."),
        "champ": Key(Text(longest=120), "Ce que «\u00a0France\u00a0» couvre ici."),
        "series": Key(Table(_SERIES, SERIES, most=200), "Les séries.", required=True),
    },
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One series of the file: where its values are, and the rows that it is in.

    `column` with `period` ("" for that of the row), or `columns` with the period of each, or
    neither: the periods are then the columns of the file.
    """

    series: str
    column: str
    period: str
    columns: Mapping[str, str]
    where: Mapping[str, str]
    rounding: Rounding | None
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """A mapping that has passed its checks; texts are marks.Word where they know their place.

    `sheets` is empty when the file has but one to read. `header` is the line or the two lines
    of names, 0 when it is to be found (the first). `level` is "" when `level_column` tells it.
    `code` holds columns by level, or under "" for all levels. Of `period` (fixed, or HEADERS or
    SHEETS), `period_column` and `period_columns`, one speaks. `geography` is 0 when unknown.
    `own` are the series that the mapping declares.
    """

    path: Path
    id: str
    producer: str
    title: str
    dataset: str
    licence: str
    link: str
    updated: str
    delimiter: str
    encoding: str
    decimal: str
    sheets: tuple[str, ...]
    header: tuple[int, ...]
    last: int
    level: str
    level_column: str
    level_words: Mapping[str, str]
    code: Mapping[str, str]
    period: str
    period_column: str
    period_columns: Mapping[Word, Word]
    clock: str
    geography: int
    keep: Mapping[str, tuple[str, ...]]
    drop: Mapping[str, tuple[str, ...]]
    codes: Mapping[str, str]
    blank: Status
    words: Mapping[str, Status]
    unknown: str
    zeros: bool
    complete: bool
    champ: str
    series: tuple[Wanted, ...]
    own: Mapping[str, Series] = field(default_factory=dict)

    def named(self) -> tuple[str, ...]:
        """The columns that the file must have, each once, in the order of the mapping."""
        names = [self.level_column, *self.code.values(), self.period_column, *self.period_columns]
        names += [*self.keep, *self.drop]
        for one in self.series:
            names += [one.column, *one.columns, *one.where]
        return tuple(dict.fromkeys(name for name in names if name))


def read(path: Path, catalogue: Catalogue) -> Columns:
    """The mapping of the file `path`. Raises SpecError with all its faults at once."""
    return parse(marks.fetch(path), path, catalogue)


def parse(source: bytes, path: Path, catalogue: Catalogue) -> Columns:
    """The mapping that `source` holds. Raises SpecError with all its faults at once."""
    tree, faults = marks.parse(source)
    card = MAPPING.read(tree, faults) if tree is not None else None
    found = None
    if card is not None:
        found = _Draft(path, card, catalogue, faults).made()
    if faults or found is None:
        raise SpecError(str(path), faults)
    return found


class _Draft:
    """A mapping whose form is right, being judged: its faults join those of the form."""

    def __init__(self, path: Path, card: Card, catalogue: Catalogue, faults: list[Fault]) -> None:
        self.path = path
        self.card = card
        self.catalogue = catalogue
        self.faults = faults

    def made(self) -> Columns:
        """The mapping; it is right when no fault was added."""
        card = self.card
        level, period = card.get("level", ""), card.get("period", "")
        level_card = level if isinstance(level, Card) else None
        period_card = period if isinstance(period, Card) else None
        period_columns = dict(period_card.get("columns", {})) if period_card else {}
        fixed = "" if period_card else str(period)
        own = dict(self._own())
        columns = Columns(
            path=self.path,
            id=card.text("id"),
            producer=card.text("producer"),
            title=card.text("title"),
            dataset=card.text("dataset"),
            licence=card.text("licence"),
            link=card.text("link"),
            updated=card.text("updated"),
            delimiter=DELIMITERS.get(card.text("delimiter"), ""),
            encoding=card.text("encoding"),
            decimal={"virgule": ",", "point": "."}.get(card.text("decimal"), ""),
            sheets=_several(card.get("sheet")),
            header=_several(card.get("header")),
            last=card.get("last", 0),
            level="" if level_card else str(level),
            level_column=level_card.text("column") if level_card else "",
            level_words=dict(level_card.get("words", {})) if level_card else {},
            code=self._code(str(level)),
            period=fixed,
            period_column=period_card.text("column") if period_card else "",
            period_columns=period_columns,
            clock=self._clock(fixed, period_card),
            geography=card.get("geography", 0),
            keep=_filters(card.get("keep", {})),
            drop=_filters(card.get("drop", {})),
            codes={str(code): str(ours) for code, ours in card.get("codes", {}).items() if ours},
            blank=cast("Status", card.text("blank", "unknown")),
            words=card.get("words", {}),
            unknown=card.text("unknown", "refuse"),
            zeros=card.text("zeros") == "restore",
            complete=card.get("complete", False),
            champ=card.text("champ"),
            series=tuple(self._wanted(own)),
            own=own,
        )
        self._check_periods(columns)
        self._check_filled(self.card)
        return columns

    def _code(self, level: str) -> dict[str, str]:
        """The columns of codes by level, under "" when one is for all."""
        code = self.card.get("code")
        if code is None:
            if level != "france" and "code" not in self.card.values:
                self._fault(
                    self.card,
                    "clé obligatoire absente\u00a0: «\u00a0code\u00a0», la colonne du code",
                )
            return {}
        if isinstance(code, dict):
            for name in code:
                if name not in get_args(Level):
                    self._fault(
                        name,
                        f"niveau inconnu {quoted(name)}.{suggest(name, get_args(Level))}",
                    )
            return {str(name): column for name, column in code.items() if column}
        return {"": code}

    def _clock(self, fixed: str, period: Card | None) -> str:
        if period is not None:
            if ("column" in period.values) == ("columns" in period.values):
                self._fault(
                    period,
                    "il faut ici «\u00a0column\u00a0» ou «\u00a0columns\u00a0», et une seule",
                )
            return period.text("clock")
        return clock(fixed) if fixed not in {HEADERS, SHEETS, ""} else ""

    def _check_periods(self, columns: Columns) -> None:
        """Each series has its column or columns, unless the columns of the file are periods."""
        self._check_once(columns.period_columns)
        wide = columns.period == HEADERS or bool(columns.period_columns)
        if len(columns.sheets) > 1 and columns.period != SHEETS:
            self._fault(
                self.card, f"plusieurs feuilles\u00a0: «\u00a0period: {SHEETS}\u00a0» est attendu"
            )
        for name, one in self.card.get("series", {}).items():
            if one is None:
                continue
            self._check_once(one.get("columns", {}))
            own = [key for key in ("column", "columns") if key in one.values]
            if wide and own:
                self._fault(
                    name,
                    f"{quoted(own[0])}\u00a0: les périodes sont déjà les colonnes, ôtez-le",
                )
            elif not wide and len(own) != 1:
                self._fault(
                    name,
                    f"série {quoted(name)}\u00a0: ni column ni columns, ou les deux",
                )
            if "columns" in own and "period" in one.values:
                self._fault(
                    name,
                    f"série {quoted(name)}\u00a0: «\u00a0columns\u00a0» dit déjà les périodes",
                )
            told = "columns" in own or "period" in one.values or "period" in self.card.values
            if not told:
                self._fault(
                    name,
                    f"série {quoted(name)}\u00a0: rien ne dit sa période («\u00a0period\u00a0»)",
                )

    def _check_filled(self, card: Card) -> None:
        """A proposal leaves question marks: none may stay."""
        for key, value in card.values.items():
            if value == TO_FILL:
                self._fault(value, f"à compléter\u00a0: {quoted(key)}")
        for one in card.get("series", {}).values():
            if one is not None:
                self._check_filled(one)

    def _check_once(self, columns: Mapping[Word, Word | None]) -> None:
        met: dict[Word, Word] = {}
        for name, period in columns.items():
            if period in met:
                self._fault(period, f"période déjà donnée à la colonne {quoted(met[period])}")
            elif period is not None:
                met[period] = name

    def _wanted(self, own: Mapping[str, Series]) -> Iterable[Wanted]:
        for name, one in self.card.get("series", {}).items():
            series = own.get(name) or self.catalogue.series.get(name)
            if one is None or series is None:
                continue
            rounding = _rounding(one) or series.rounding
            yield Wanted(
                series=str(name),
                column=one.text("column"),
                period=one.text("period"),
                columns=one.get("columns", {}),
                where=one.get("where", {}),
                rounding=rounding,
                kind=series.kind,
            )

    def _own(self) -> Iterable[tuple[str, Series]]:
        """The series that the mapping declares; those of the catalogue are only named."""
        for name, one in self.card.get("series", {}).items():
            if one is None:
                continue
            if name.startswith(LOCAL):
                yield str(name), self._series(name, one)
            elif name not in self.catalogue.series:
                self._unknown(name)
            else:
                for key in sorted(_FACTS.keys() & one.values.keys()):
                    self._fault(
                        name,
                        f"{quoted(key)}\u00a0: le catalogue le dit déjà de {quoted(name)}, ôtez-le",
                    )

    def _series(self, name: Word, one: Card) -> Series:
        for key in ("label", "definition", "unit", "kind"):
            if key not in one.values:
                self._fault(
                    name,
                    f"clé obligatoire absente de la série {quoted(name)}\u00a0: {quoted(key)}",
                )
        theme = one.text("theme", self.catalogue.themes[0])
        if theme not in self.catalogue.themes:
            hint = suggest(theme, self.catalogue.themes) or (
                f" Thèmes\u00a0: {', '.join(self.catalogue.themes)}."
            )
            self._fault(one.get("theme"), f"thème inconnu {quoted(theme)}.{hint}")
        return Series(
            id=str(name),
            label=one.text("label"),
            definition=one.text("definition"),
            unit=one.text("unit"),
            theme=theme,
            producer=self.card.text("producer"),
            dataset=self.card.text("dataset"),
            field=one.text("column") or ", ".join(one.get("columns", {})),
            kind=cast("Any", one.text("kind")),
            population=one.text("population", one.text("unit")),
            levels=(),
            frequency="",
            periods="",
            licence=self.card.text("licence"),
            link=self.card.text("link"),
            rounding=_rounding(one),
            secrecy=one.text("secrecy"),
            traps=one.texts("traps"),
        )

    def _unknown(self, name: Word) -> None:
        near = ", ".join(self.catalogue.nearest(name))
        self._fault(
            name,
            f"série inconnue {quoted(name)}."
            + (f" Les plus proches\u00a0: {near}." if near else "")
            + f" Une série à vous commence par {quoted(LOCAL)}.",
        )

    def _fault(self, place: Any, message: str) -> None:
        self.faults.append(Fault(place.line, place.column, message))


def quoted(text: str) -> str:
    """A text between French quotation marks."""
    return f"«\u00a0{text}\u00a0»"


def clock(period: str) -> str:
    """How long a period in our form is: "2024" a year, "2024-T4" a quarter, "2024-12" a month."""
    return "quarter" if "T" in period else "month" if "-" in period else "year"


def _rounding(one: Card) -> Rounding | None:
    card = one.card("rounding")
    step = card.get("step", 0)
    rule = cast("RoundingRule", card.text("rule", "nearest"))
    return Rounding(step=step, rule=rule) if step else None


def _filters(written: Mapping[Word, Any]) -> dict[str, tuple[str, ...]]:
    return {name: _several(texts) for name, texts in written.items()}


def _several(value: Any) -> tuple[Any, ...]:
    """One value or several, as several; none when there is none."""
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (value,)
