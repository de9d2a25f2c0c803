"""The rows of a file as its mapping has them: cells by series, place and period, and doubts."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from diagnostic.errors import Fault, SpecError
from diagnostic.model import Code
from diagnostic.pull import cells
from diagnostic.pull.codes import Codes
from diagnostic.pull.files import Table
from diagnostic.pull.mapping import ABSENCES, HEADERS, SHEETS, Columns, Wanted, clock
from diagnostic.pull.remarks import Remarks
from diagnostic.spec.shapes import suggest

Place = tuple[str, Code, str]
HEADER = ("GEO_LEVEL", "GEO_CODE", "TIME_PERIOD", "SERIES", "VALUE")

# What to do next, after each remark that forbids the import.
_SIGN = "Dites le signe décimal («\u00a0decimal: virgule\u00a0» ou «\u00a0point\u00a0»)."
_LEVELS = (
    "Donnez leur sens («\u00a0level: words:\u00a0») ou écartez ces lignes («\u00a0keep\u00a0»)."
)
_ZEROS = "Mettez «\u00a0zeros: restore\u00a0» dans la correspondance pour le leur rendre."
_UNKNOWN = (
    "Corrigez-les, ou dites quoi en faire («\u00a0unknown: drop\u00a0» ou «\u00a0keep\u00a0»)."
)
_PERIODS = "Formes lues\u00a0: 2024, 2024-12, 12/2024, 2024-T4, 2024-12-31, 31/12/2024."
_WORDS = "Un texte qui tient lieu d’absence se déclare sous «\u00a0words\u00a0»."
_REPEATS = "Écartez les lignes de trop («\u00a0keep\u00a0»)."
_CLOCKS = "Dites leur durée («\u00a0period: clock:\u00a0») ou faites un import par durée."


@dataclass(slots=True)
class Ledger:
    """What was understood: by place and period the cell of each series, a number or a status.

    A number is text with a point; `decimals` are the signs that the file writes. `lines` tells
    where each row was read first. `clock` is how long the periods are, "" when there is none.
    """

    columns: Columns
    remarks: Remarks = field(default_factory=Remarks)
    rows: dict[Place, dict[str, str]] = field(default_factory=dict)
    lines: dict[Place, int] = field(default_factory=dict)
    read: int = 0
    decimals: frozenset[str] = frozenset()
    clock: str = ""

    def sorted(self) -> list[tuple[Place, dict[str, str]]]:
        """The rows in the order of levels, codes and periods."""
        return sorted(self.rows.items())

    def codes(self) -> dict[str, set[Code]]:
        """The codes that have a row, by level."""
        found: dict[str, set[Code]] = {}
        for level, code, _ in self.rows:
            found.setdefault(level, set()).add(code)
        return found

    def write(self, path: Path) -> int:
        """Write the cells as CSV in the new file `path`, one a row, and return their number.

        A series has no row where the file has no cell: what is not there is not an absence.
        """
        count = 0
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, delimiter=";", lineterminator="\n")
            writer.writerow(HEADER)
            for place, row in self.sorted():
                writer.writerows((*place, series, cell) for series, cell in sorted(row.items()))
                count += len(row)
        return count


def understand(tables: Sequence[Table], columns: Columns, codes: Codes | None = None) -> Ledger:
    """The ledger of these tables (several are sheets of one workbook).

    Raises SpecError when the mapping names columns that a table has not, DataError when a row
    cannot be read at all; everything else that is wrong is a grave remark.
    """
    _check_columns(tables, columns)
    ledger = Ledger(columns)
    known = codes or Codes()
    for table in tables:
        _Reading(table, columns, ledger, known).take()
    _judge(ledger)
    return ledger


def _check_columns(tables: Sequence[Table], columns: Columns) -> None:
    faults = []
    for table in tables:
        for name in columns.named():
            if plain(name) not in table.names:
                hint = suggest(plain(name), table.names) or (
                    f" Colonnes\u00a0: {', '.join(table.names[:20])}."
                )
                sheet = f" de la feuille «\u00a0{table.sheet}\u00a0»" if table.sheet else ""
                message = f"colonne absente{sheet}\u00a0: «\u00a0{name}\u00a0».{hint}"
                line, column = getattr(name, "line", 1), getattr(name, "column", 1)
                faults.append(Fault(line, column, message))
    if faults:
        raise SpecError(str(columns.path), faults)


def plain(name: str) -> str:
    """A name of column without what spaces it has too many."""
    return " ".join(name.split())


@dataclass(slots=True)
class _Sign:
    """A decimal sign as met: how often, how often before three digits, and first where."""

    count: int = 0
    thousands: int = 0
    first: str = ""

    def take(self, line: int, text: str, three: bool) -> None:
        """Count a number that has the sign."""
        self.first = self.first or f"ligne {line} «\u00a0{text}\u00a0»"
        self.count += 1
        self.thousands += three and text[0] != "0"


class _Reading:
    """One table being read into a ledger."""

    def __init__(self, table: Table, columns: Columns, ledger: Ledger, codes: Codes) -> None:
        self.table = table
        self.columns = columns
        self.ledger = ledger
        self.remarks = ledger.remarks
        self.codes = codes
        self.at = {name: table.names.index(plain(name)) for name in columns.named()}
        self.wide = self._periods()
        self.values = [
            (one, period, place) for one in columns.series for period, place in self._cells(one)
        ]
        self.decimals = self._decimals()
        ledger.decimals |= self.decimals

    def take(self) -> None:
        """Every row that the mapping keeps."""
        for line, row in self._kept():
            self.ledger.read += 1
            level = self._level(line, row)
            code = self._code(line, row, level) if level else None
            if level and code:
                self._put(line, row, level, code)

    def _kept(self) -> Iterator[tuple[int, list[str]]]:
        keep, drop = (
            {self.at[name]: frozenset(texts) for name, texts in filters.items()}
            for filters in (self.columns.keep, self.columns.drop)
        )
        for line, row in self.table.rows():
            kept = all(row[place].strip() in texts for place, texts in keep.items())
            if kept and not any(row[place].strip() in texts for place, texts in drop.items()):
                yield line, row

    def _periods(self) -> dict[str, int]:
        """The columns that are periods, by period; none when the rows tell them."""
        if self.columns.period_columns:
            return {p: self.at[name] for name, p in self.columns.period_columns.items()}
        if self.columns.period != HEADERS:
            return {}
        found: dict[str, int] = {}
        for place, name in enumerate(self.table.names):
            period = cells.period(name, self.columns.clock)
            if period and period not in found:
                found[period] = place
            elif period or cells.period(name.split("(")[0], self.columns.clock):
                self.remarks.add("colonnes qui ressemblent à une période, non lues", name)
        if not found:
            self.remarks.add(
                "aucune colonne n’a pour nom une période", self.table.where, grave=True
            )
        return found

    def _cells(self, one: Wanted) -> Iterable[tuple[str, int]]:
        """The period ("" when the row tells it) and the place of each cell of a series."""
        if one.column:
            return [(one.period, self.at[one.column])]
        if one.columns:
            return [(period, self.at[name]) for name, period in one.columns.items()]
        return self.wide.items()

    def _decimals(self) -> frozenset[str]:
        """The decimal signs of the values: that which was told, else the one that is met."""
        told = self.columns.decimal
        if told:
            return frozenset({told, "."} if self.table.typed else {told})
        met = {",": _Sign(), ".": _Sign()}
        places = sorted({place for _, _, place in self.values})
        for line, row in self._kept():
            for place in places:
                found = cells.NUMERIC.fullmatch(row[place].strip())
                if found and (rest := found["rest"]):
                    met[rest[0]].take(line, row[place].strip(), len(rest) == 4)
        return self._chosen(met[","], met["."])

    def _chosen(self, comma: _Sign, point: _Sign) -> frozenset[str]:
        if self.table.typed:
            if comma.count:
                text = "nombres écrits comme des textes à virgule, lus comme décimaux"
                self.remarks.add(text, comma.first, count=comma.count)
            return frozenset({",", "."} if comma.count else {"."})
        if comma.count and point.count:
            self.remarks.add(
                "des virgules et des points dans les nombres",
                f"{comma.first} et {point.first}",
                grave=True,
                hint=_SIGN,
            )
        found = comma if comma.count else point
        if found.count and found.count == found.thousands:
            self.remarks.add(
                "toujours trois chiffres après le signe décimal\u00a0: des milliers\u202f?",
                found.first,
                grave=True,
                hint=_SIGN,
            )
        return frozenset({"," if comma.count else "."})

    def _level(self, line: int, row: list[str]) -> str:
        if not self.columns.level_column:
            return self.columns.level
        text = row[self.at[self.columns.level_column]].strip()
        level = cells.level(text, self.columns.level_words)
        if level is None:
            self.remarks.add(
                "niveaux inconnus",
                f"«\u00a0{text}\u00a0» (ligne {line})",
                grave=True,
                hint=_LEVELS,
            )
        return level or ""

    def _code(self, line: int, row: list[str], level: str) -> Code | None:
        """The code of a row, None when the row is left out or cannot be placed."""
        if level == "france":
            return "france"
        name = self.columns.code.get(level) or self.columns.code.get("")
        if name is None:
            self.remarks.add("niveaux sans colonne de code", level, grave=True)
            return None
        code = row[self.at[name]].strip()
        code = self.columns.codes.get(code, code)
        if self.codes.known(level, code):
            return code
        if repaired := self.codes.repaired(level, code):
            if self.columns.zeros:
                self.remarks.add(
                    "codes à qui leur zéro de tête a été rendu", f"{code} → {repaired}"
                )
                return repaired
            self.remarks.add(
                "codes qui ont perdu leur zéro de tête",
                f"ligne {line} «\u00a0{code}\u00a0» pour {repaired}",
                grave=True,
                hint=_ZEROS,
            )
            return None
        return self._unknown(line, row, level, code)

    def _unknown(self, line: int, row: list[str], level: str, code: Code) -> Code | None:
        """What the mapping says of a code that no COG has."""
        said = f"«\u00a0{code or 'vide'}\u00a0» (ligne {line})"
        if not any(cells.number(row[place], ".,") for _, _, place in self.values):
            self.remarks.add("lignes sans code connu ni nombre, laissées de côté")
        elif self.columns.unknown == "drop":
            self.remarks.add(f"codes inconnus ({level}), laissés de côté", said)
        elif self.columns.unknown == "keep" and self.codes.well_formed(level, code):
            self.remarks.add(f"codes inconnus ({level}), gardés", said)
            return code
        else:
            self.remarks.add(
                f"codes inconnus de tous les COG ({level})",
                said,
                grave=True,
                hint=_UNKNOWN,
            )
        return None

    def _put(self, line: int, row: list[str], level: str, code: Code) -> None:
        told = all(own for _, own, _ in self.values)
        period = "" if told else self._period(line, row)
        if period is None:
            return
        for one, own, place in self.values:
            if all(row[self.at[name]].strip() == text for name, text in one.where.items()):
                cell = self._value(line, row[place], one)
                if cell is not None:
                    self._enter(line, (level, code, own or period), one, cell)

    def _period(self, line: int, row: list[str]) -> str | None:
        if self.columns.period == SHEETS:
            text = self.table.sheet
        elif self.columns.period_column:
            text = row[self.at[self.columns.period_column]]
        else:
            return self.columns.period
        found = cells.period(text, self.columns.clock)
        if found is None:
            self.remarks.add(
                "périodes non lues",
                f"«\u00a0{text.strip()}\u00a0» (ligne {line})",
                grave=True,
                hint=_PERIODS,
            )
        return found

    def _value(self, line: int, text: str, one: Wanted) -> str | None:
        text = text.strip()
        if not text:
            self.remarks.add(f"cases vides, gardées comme «\u00a0{self.columns.blank}\u00a0»")
            return self.columns.blank
        if text in self.columns.words:
            self.remarks.add("cases dont un mot dit l’absence", f"«\u00a0{text}\u00a0»")
            return self.columns.words[text]
        found = cells.number(text, self.decimals)
        if found is None:
            self.remarks.add(
                f"textes qui ne sont pas des nombres ({one.series})",
                f"ligne {line} «\u00a0{text[:40]}\u00a0»",
                grave=True,
                hint=_WORDS,
            )
        return found

    def _enter(self, line: int, place: Place, one: Wanted, cell: str) -> None:
        row = self.ledger.rows.setdefault(place, {})
        first = self.ledger.lines.setdefault(place, line)
        if one.series not in row:
            row[one.series] = cell
            return
        before = row[one.series]
        where = f"{place[1]} en {place[2]} (lignes {first} et {line})"
        if _same(before, cell):
            self.remarks.add("cases répétées à l’identique, gardées une fois", where)
        else:
            self.remarks.add(
                f"deux valeurs pour une même place ({one.series})",
                f"{where}\u00a0: {before} et {cell}",
                grave=True,
                hint=_REPEATS,
            )


def _same(one: str, other: str) -> bool:
    if one in ABSENCES or other in ABSENCES:
        return one == other
    return float(one) == float(other)


def _judge(ledger: Ledger) -> None:
    """What is only seen once all rows are read."""
    clocks = sorted({clock(period) for _, _, period in ledger.rows})
    ledger.clock = clocks[0] if clocks else ""
    if not ledger.rows:
        ledger.remarks.add("aucune ligne n’est gardée", grave=True)
    if len(clocks) > 1:
        ledger.remarks.add(
            "périodes de plusieurs durées",
            ", ".join(clocks),
            grave=True,
            hint=_CLOCKS,
        )
    if not ledger.columns.geography and "commune" in ledger.codes():
        ledger.remarks.add(
            "année du COG non dite («\u00a0geography\u00a0»)\u00a0: les codes sont pris tels quels"
        )
    for one in ledger.columns.series:
        if not any(row.get(one.series, "unknown") not in ABSENCES for row in ledger.rows.values()):
            ledger.remarks.add("séries sans aucune valeur", one.series)
