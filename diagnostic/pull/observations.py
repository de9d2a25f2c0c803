"""The rows of a producer made into observations with their bounds, in DuckDB, file to file.

Everything is read as text, then cast: what is neither a number nor a word that the feed knows is
an error, never a hole. The rows are worked through series by series, so that millions of them
take little memory; one thread gives the same bytes for the same rows.
"""

from __future__ import annotations

import csv
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from diagnostic import store
from diagnostic.errors import DataError, RenderError
from diagnostic.indicators.arithmetic import reach
from diagnostic.model import Feed, FeedSeries, Fetched, Level
from diagnostic.store import COLUMNS
from diagnostic.wording.typography import NBSP, THIN

# A long table says the level of each of its rows, and the COG of its place.
LEVEL, PLACE, COG = "GEO_LEVEL", "GEO_CODE", "GEO_YEAR"
CONFIDENTIALITY, CONDITION = "CONF_STATUS", "OBS_STATUS"
MEMORY = "400MB"
_FEW, _SHARE = 50, 0.02  # rows that are no place, above both of which a file is not understood
# How the codes of a level are written; those of other levels are taken as they are.
FORMS: dict[Level, str] = {
    "commune": r"([0-9]{2}|2[AB])[0-9]{3}",
    "arm": r"(751|132|693)[0-9]{2}",
    "iris": r"([0-9]{2}|2[AB])[0-9]{7}",
    "epci": r"[0-9]{9}",
    "departement": r"[0-9]{2}|2[AB]|9[78][0-9]",
    "region": r"[0-9]{2}",
}
# A place that the producer does not know: nothing, XX, 04XXX.
_LENGTHS = {"commune": 5, "arm": 5, "iris": 9, "epci": 9, "departement": 2, "region": 2}
NOWHERE = r"|[0-9]*[AB]?[0-9]*[XZ]+"
# What each city that comes by arrondissement is made of, and how many they are.
CITIES = {
    "75056": (r"751(0[1-9]|1[0-9]|20)", 20),
    "13055": (r"132(0[1-9]|1[0-6])", 16),
    "69123": (r"6938[1-9]", 9),
}
_ARRONDISSEMENT = "|".join(form for form, _ in CITIES.values())
_NUMBER = r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?"
_MIDNIGHT = r"([ T]00:00(:00(\.0+)?)?(Z|[+-]00(:?00)?)?)?"
_MONTH = "(0[1-9]|1[0-2])"
_PERIODS = {
    "month": (f"([0-9]{{4}}-{_MONTH})(-[0-9]{{2}}{_MIDNIGHT})?", r"\1"),
    "quarter": (r"([0-9]{4})-[TQ]([1-4])", r"\1-T\2"),
    "year": (rf"([0-9]{{4}})(\.0|-{_MONTH}(-[0-9]{{2}}{_MIDNIGHT})?)?", r"\1"),
}
_ABSENCES = f"""CASE
    WHEN coalesce("{CONFIDENTIALITY}", 'F') = 'C' THEN 'secret'
    WHEN coalesce("{CONFIDENTIALITY}", 'F') NOT IN ('F', '') THEN 'not_published'
    WHEN "{CONDITION}" IN ('L', 'K') THEN 'not_published'
    WHEN "{CONDITION}" = 'M' THEN 'not_applicable' END"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """A file of observations made: how many, and which series at which levels it has.

    `left` counts by code the rows of the source that are no place: sums, other levels.
    """

    rows: int
    series: Mapping[str, frozenset[Level]]
    left: Mapping[str, int] = field(default_factory=dict)


class Bench:
    """Where files are made into observations, one at a time; `stop` ends the one under way."""

    def __init__(self) -> None:
        """A free bench."""
        self._taken = threading.Lock()
        self._base: Any = None
        self._stopped = False

    def observe(self, fetched: Fetched, feed: Feed, producer: str, target: Path) -> Observed:
        """Write the observations of `fetched` in the new Parquet file `target`.

        Raises DataError, which names the producer, the dataset, the column and an example, when
        a row cannot be understood or when rows are missing; no file is then left.
        """
        with self._taken, self._connected(target.parent) as base:
            try:
                return _Work(base, fetched, feed, producer).write(target)
            except BaseException:
                target.unlink(missing_ok=True)
                raise

    def stop(self) -> None:
        """End the work under way, which raises KeyboardInterrupt."""
        self._stopped = True
        if self._base is not None:
            self._base.interrupt()

    @contextmanager
    def _connected(self, folder: Path) -> Iterator[Any]:
        import duckdb  # noqa: PLC0415 - heavy

        place = folder / "observations.duckdb"
        place.unlink(missing_ok=True)
        with duckdb.connect(
            place, config={"threads": 1, "memory_limit": MEMORY, "temp_directory": str(folder)}
        ) as base:
            base.execute("PRAGMA disable_checkpoint_on_shutdown")  # the file is thrown away
            self._base = base
            try:
                yield base
            except duckdb.Error as error:
                if self._stopped:
                    raise KeyboardInterrupt from error
                if not isinstance(error, duckdb.IOException | duckdb.OutOfMemoryException):
                    raise
                trouble = str(error).splitlines()[0]
                raise RenderError(f"{folder}{NBSP}: écriture impossible ({trouble})") from error
            finally:
                self._base = None
        place.unlink(missing_ok=True)


@dataclass(slots=True)
class _Work:
    """One file being made into observations, step by step, in tables of `base`."""

    base: Any
    fetched: Fetched
    feed: Feed
    producer: str
    columns: frozenset[str] = frozenset()
    levels: frozenset[str] = frozenset()
    repeats: bool = False

    def write(self, target: Path) -> Observed:
        """All the steps, from the rows as published to the file of observations."""
        self._read()
        left = self._place()
        self.base.execute(_RESULT)
        for one in self.feed.series:
            if one.field not in self.fetched.missing:
                self._series(one)
        levels = self._levels()
        count = store.write(self.base, "result", target)
        return Observed(rows=count, series=levels, left=left)

    def _read(self) -> None:
        """The rows as text, all of them: their number is that which was announced."""
        import duckdb  # noqa: PLC0415 - heavy

        try:
            source, names = _source(self.base, self.fetched)
            self.columns = frozenset(names)
            wanted = [name for name in self.feed.fields() if name not in self.fetched.missing]
            lost = [name for name in wanted if name not in self.columns]
            if lost:
                raise self._fault(f"colonnes attendues et absentes{NBSP}: {', '.join(lost)}")
            said = [n for n in (LEVEL, COG, CONFIDENTIALITY, CONDITION) if n in self.columns]
            kept = ", ".join(
                f"trim(CAST({_name(one)} AS VARCHAR)) AS {_name(one)}"
                for one in dict.fromkeys([*wanted, *said])
            )
            self.base.execute(f"CREATE TABLE raw AS SELECT {kept} FROM {source}")  # noqa: S608
        except (
            duckdb.InvalidInputException,
            duckdb.ConversionException,
            UnicodeDecodeError,
        ) as error:
            raise self._fault(f"fichier illisible ({str(error).splitlines()[0]})") from error
        count = self.base.execute("SELECT count(*) FROM raw").fetchone()[0]
        if count != self.fetched.rows:
            raise self._fault(f"{count} lignes lues, {self.fetched.rows} attendues")
        if not count and None in self.fetched.covers.values():
            raise self._fault("aucune ligne")

    def _place(self) -> dict[str, int]:
        """The table `placed`: rows of the feed with a level, a code and a period of ours.

        Returns how many rows of each code are no place.
        """
        feed = self.feed
        test, values = _where(feed.where)
        self.base.execute(
            f"""CREATE TABLE home AS SELECT *, {self._home()} AS "#home", {self._raw()} AS "#raw",
                {self._period()} AS "#period" FROM raw WHERE {test}""",  # noqa: S608
            values,
        )
        self.base.execute("DROP TABLE raw")
        self.base.execute(f"""DELETE FROM home WHERE "#raw" IN ({self._totals()})""")  # noqa: S608
        # Under the names of columns, a workbook may have a line of units.
        self.base.execute(
            f"""DELETE FROM home WHERE "#raw" = '' AND NOT ({self._some_number()})"""  # noqa: S608
        )
        self._check_codes()
        self._check_periods()
        self.base.execute(
            f"""CREATE TABLE placed AS SELECT *,
                CASE WHEN "#nowhere" THEN 'custom'
                     WHEN "#home" = 'commune' AND regexp_full_match("#raw", '{_ARRONDISSEMENT}')
                     THEN 'arm' ELSE "#home" END AS "#level",
                CASE WHEN "#nowhere" THEN 'sans-' || "#home" ELSE "#raw" END AS "#code"
            FROM (SELECT *, regexp_full_match("#raw", '{NOWHERE}') AS "#nowhere" FROM home)"""  # noqa: S608
        )
        self.base.execute("DROP TABLE home")
        left = self._leave_out()
        self._keep_largest()
        rows = self.base.execute('SELECT DISTINCT "#level" FROM placed').fetchall()
        self.levels = frozenset(row[0] for row in rows)
        return left

    def _home(self) -> str:
        """The level that a row is of."""
        return f'"{LEVEL}"' if LEVEL in self.columns else _text(self.feed.levels[0])

    def _raw(self) -> str:
        """The code as the producer wrote it, "" for none; France has one name."""
        if not self.feed.code:
            return "'france'"
        code = f"coalesce({_name(self.feed.code)}, '')"
        return f"CASE WHEN {self._home()} = 'france' THEN 'france' ELSE {code} END"

    def _period(self) -> str:
        """The period in our form, NULL when it is written otherwise."""
        form, ours = _PERIODS[self.feed.clock]
        if self.feed.month and self.feed.clock == "year":
            ours = rf"\1-{self.feed.month:02d}"
        column = _name(self.feed.period)
        found = f"regexp_replace({column}, '^{form}$', '{ours}')"
        return f"CASE WHEN regexp_full_match({column}, '{form}') THEN {found} END"

    def _check_codes(self) -> None:
        """A code of figures that has lost its first zero would be another place, or none."""
        for level, length in _LENGTHS.items():
            row = self.base.execute(
                """SELECT "#raw" FROM home WHERE "#home" = ? AND length("#raw") < ?
                   AND regexp_full_match("#raw", '[0-9]+') LIMIT 1""",
                [level, length],
            ).fetchone()
            if row:
                raise self._fault(
                    f"colonne {self.feed.code}{NBSP}: «{NBSP}{row[0]}{NBSP}» n’est pas un code de "
                    f"{length} signes (le zéro de tête a-t-il été perdu{THIN}?)"
                )

    def _check_periods(self) -> None:
        row = self.base.execute(
            f"""SELECT {_name(self.feed.period)}, "#raw" FROM home
                WHERE "#period" IS NULL LIMIT 1"""  # noqa: S608
        ).fetchone()
        if row:
            raise self._fault(
                f"colonne {self.feed.period}{NBSP}: «{NBSP}{row[0] or ''}{NBSP}» n’est pas "
                f"{_CLOCKS[self.feed.clock]} (code «{NBSP}{row[1]}{NBSP}»)"
            )

    def _keep_largest(self) -> None:
        """Among technical rows of one place and period, those with the highest `feed.largest`."""
        split = dict.fromkeys(name for one in self.feed.series for name in one.where)
        keys = ", ".join(['"#home"', '"#raw"', '"#period"', *map(_name, split)])
        self.repeats = self._repeated(keys)
        if not (self.repeats and self.feed.largest):
            return
        self.base.execute(
            f"""DELETE FROM placed WHERE rowid IN (SELECT rowid FROM (
                SELECT rowid, rank() OVER (PARTITION BY {keys}
                    ORDER BY TRY_CAST({_name(self.feed.largest)} AS DOUBLE) DESC NULLS LAST)
                AS place FROM placed) WHERE place > 1)"""  # noqa: S608
        )
        self.repeats = self._repeated(keys)

    def _repeated(self, keys: str) -> bool:
        """Whether some place and period have several rows."""
        query = f"SELECT 1 FROM placed GROUP BY {keys} HAVING count(*) > 1 LIMIT 1"  # noqa: S608
        return self.base.execute(query).fetchone() is not None

    def _leave_out(self) -> dict[str, int]:
        """Drop the rows that are no place wanted; those that a reader may miss are counted."""
        if not self.feed.fold and LEVEL not in self.columns:
            self.base.execute("""DELETE FROM placed WHERE "#level" = 'arm'""")
        forms = " ".join(
            f"""WHEN '{level}' THEN regexp_full_match("#code", '{form}')"""
            for level, form in FORMS.items()
        )
        known = ", ".join(_text(level) for level in {*self.feed.levels, "arm", "custom"})
        strange = f"""NOT ("#level" IN ({known}) AND CASE "#level" {forms} ELSE true END)"""
        rows = self.base.execute(
            f"""SELECT "#raw", count(*) FROM placed WHERE {strange} GROUP BY ALL ORDER BY ALL"""  # noqa: S608
        ).fetchall()
        total = self.base.execute("SELECT count(*) FROM placed").fetchone()[0]
        lost = sum(count for _, count in rows)
        if LEVEL not in self.columns and lost > max(_FEW, total * _SHARE):
            raise self._fault(
                f"colonne {self.feed.code}{NBSP}: {lost} lignes sur {total} n’ont pas un code de "
                f"territoire attendu (par exemple «{NBSP}{rows[0][0]}{NBSP}»)"
            )
        self.base.execute(f"DELETE FROM placed WHERE {strange}")  # noqa: S608
        for level, codes in self.fetched.covers.items():
            if codes is not None and level != "france":
                wanted = ", ".join(map(_text, sorted(codes))) or "''"
                self.base.execute(
                    f"""DELETE FROM placed WHERE "#level" = ? AND "#code" NOT IN ({wanted})""",  # noqa: S608
                    [level],
                )
        return dict(rows)

    def _totals(self) -> str:
        return ", ".join(map(_text, self.feed.totals)) or "NULL"

    def _some_number(self) -> str:
        """Whether a row has a number in any of its columns of values."""
        columns = {one.field for one in self.feed.series} - set(self.fetched.missing)
        tests = [f"regexp_full_match({_name(one)}, '{_NUMBER}')" for one in sorted(columns)]
        return f"coalesce({' OR '.join(tests) or 'false'}, false)"

    def _series(self, one: FeedSeries) -> None:
        """Put one series into the table `result`."""
        self._values(one)
        self._check_values(one)
        if self.repeats:
            self._merge_repeats(one)
        below, above = (0.0, 0.0)
        if one.rounding is not None:
            below, above = reach(one.rounding.step, one.rounding.rule)
        parts = [_PUBLISHED]
        if one.summable and "custom" in self.levels:
            parts.append(_NOWHERE_SUMS)
        if one.summable and "arm" in self.levels and self.feed.fold:
            parts.append(_CITY_SUMS)
        self.base.execute(
            f"""INSERT INTO result WITH bounded AS (SELECT *,
                    CASE WHEN value >= 0 THEN greatest(0.0, value - $below)
                         ELSE value - $below END AS lower,
                    value + $above AS upper, 1 AS cells FROM numbers)
                SELECT $series, level, code, period, value, lower, upper, status, provisional,
                    CASE WHEN level = 'france' THEN $champ ELSE '' END, cog_year, cells
                FROM ({" UNION ALL BY NAME ".join(parts)})""",  # noqa: S608
            {"series": one.series, "champ": self.feed.champ, "below": below, "above": above},
        )

    def _values(self, one: FeedSeries) -> None:
        """The table `numbers`: each row of the series, its number or the status of its absence.

        A status is NULL when the cell is neither a number nor a word of the feed.
        """
        feed, column = self.feed, _name(one.field)
        absent = _ABSENCES if {CONFIDENTIALITY, CONDITION} <= self.columns else "NULL"
        doubtful = f""""{CONDITION}" = 'P'""" if CONDITION in self.columns else "false"
        present = "estimated" if one.estimate else "exact" if one.rounding is None else "rounded"
        words = " ".join(f"WHEN {_text(word)} THEN '{to}'" for word, to in feed.words.items())
        named = f"CASE text {words} END" if words else "NULL"
        test, values = _where(one.where)
        self.base.execute(
            f"""CREATE OR REPLACE TEMP TABLE numbers AS SELECT * EXCLUDE (absent),
                CASE WHEN status = '{present}' THEN TRY_CAST(text AS DOUBLE) END AS value
            FROM (SELECT *, CASE
                    WHEN absent IS NOT NULL THEN absent
                    WHEN {named} IS NOT NULL THEN {named}
                    WHEN text = '' THEN 'unknown'
                    WHEN regexp_full_match(text, '{_NUMBER}') THEN '{present}' END AS status
                FROM (SELECT "#level" AS level, "#code" AS code, "#raw" AS raw,
                    "#period" AS period, {self._cog()} AS cog_year,
                    coalesce({doubtful}, false) AS provisional, {absent} AS absent,
                    coalesce({column}, '') AS text FROM placed WHERE {test}))""",  # noqa: S608
            values,
        )

    def _cog(self) -> str:
        """The COG of a row: as it says, else by its period; 0 when nobody knows."""
        if COG in self.columns:
            return f'coalesce(TRY_CAST("{COG}" AS SMALLINT), 0)'
        geography = self.feed.geography
        if geography is None:
            return "0"
        return f'CAST(left("#period", 4) AS SMALLINT) + {geography}'

    def _check_values(self, one: FeedSeries) -> None:
        row = self.base.execute(
            """SELECT text, code, period FROM numbers
               WHERE status IS NULL OR (status IN ('exact', 'rounded', 'estimated')
                   AND NOT coalesce(isfinite(value), false)) LIMIT 1"""
        ).fetchone()
        if row:
            raise self._fault(
                f"colonne {one.field}{NBSP}: «{NBSP}{row[0][:60]}{NBSP}» n’est pas un nombre "
                f"(code «{NBSP}{row[1]}{NBSP}», {row[2]})"
            )
        if None in self.fetched.covers.values():
            whole = self.base.execute("SELECT count(*) FROM numbers").fetchone()[0]
            if not whole:
                asked = ", ".join(f"{name} = {value}" for name, value in one.where.items())
                raise self._fault(
                    f"aucune ligne pour la série {one.series}" + (f" ({asked})" if asked else "")
                )

    def _merge_repeats(self, one: FeedSeries) -> None:
        """Rows of one place and period that say the same count once; others are refused.

        Those of no place are several places' own: what differs there is added up.
        """
        row = self.base.execute(
            """SELECT code, period FROM numbers WHERE level <> 'custom'
               GROUP BY level, raw, code, period
               HAVING count(*) > 1 AND (min(value) IS DISTINCT FROM max(value)
                   OR min(status) <> max(status)) ORDER BY ALL LIMIT 1"""
        ).fetchone()
        if row:
            raise self._fault(
                f"colonne {one.field}{NBSP}: plusieurs valeurs pour le code "
                f"«{NBSP}{row[0]}{NBSP}» en {row[1]}"
            )
        self.base.execute(
            """CREATE OR REPLACE TEMP TABLE numbers AS SELECT level, raw, code, period, cog_year,
                bool_or(provisional) AS provisional, any_value(status) AS status,
                any_value(value) AS value
            FROM numbers GROUP BY level, raw, code, period, cog_year,
                CASE WHEN level = 'custom' THEN value END"""
        )

    def _levels(self) -> dict[str, frozenset[Level]]:
        """The series that the feed gives, each with the levels that it covers or has rows of."""
        covered = frozenset(self.fetched.covers)
        found: dict[str, frozenset[Level]] = {
            one.series: covered for one in self.feed.series if one.field not in self.fetched.missing
        }
        for series, level in self.base.execute(
            "SELECT DISTINCT series, level FROM result"
        ).fetchall():
            found[series] |= {level}
        return dict(sorted(found.items()))

    def _fault(self, text: str) -> DataError:
        return DataError(
            f"{self.producer}, jeu «{NBSP}{self.feed.dataset}{NBSP}»{NBSP}: {text}",
            hint="Rien n’a été gardé de ce jeu, et ce que le magasin avait n’a pas changé. Le "
            "producteur a peut-être changé la forme de son fichier.",
        )


_CLOCKS = {
    "month": "un mois (2024-12, ou une date à minuit)",
    "quarter": "un trimestre (2024-T4)",
    "year": "une année",
}
_RESULT = f"CREATE TABLE result ({', '.join(f'{one} {kind}' for one, kind in COLUMNS.items())})"
_PUBLISHED = "SELECT * FROM bounded WHERE level <> 'custom'"
# A sum of which one term is missing is missing, for that term's reason when it is the only one.
_SUM = """CASE WHEN {whole} THEN fsum(value) END AS value,
    CASE WHEN {whole} THEN fsum(lower) END AS lower,
    CASE WHEN {whole} THEN fsum(upper) END AS upper,
    CASE WHEN {short} THEN 'not_published' WHEN count(value) = count(*) THEN any_value(status)
         WHEN count(DISTINCT status) FILTER (value IS NULL) = 1
         THEN any_value(status) FILTER (value IS NULL) ELSE 'unknown' END AS status,
    bool_or(provisional) AS provisional, max(cog_year) AS cog_year, count(*) AS cells"""
_NOWHERE_SUMS = (
    f"SELECT level, code, period, {_SUM.format(whole='count(value) = count(*)', short='false')} "  # noqa: S608
    "FROM bounded WHERE level = 'custom' GROUP BY level, code, period"
)
# An arrondissement without row leaves its city's sum unpublished: it would be too low. A city
# that has a row of its own keeps it.
_CITY = " ".join(f"WHEN regexp_full_match(code, '{f}') THEN '{c}'" for c, (f, _) in CITIES.items())
_COUNT = " ".join(f"WHEN '{city}' THEN {count}" for city, (_, count) in CITIES.items())
_CITY_SUMS = f"""SELECT 'commune' AS level, city AS code, period,
    {
    _SUM.format(
        whole=f"count(value) = CASE city {_COUNT} END", short=f"count(*) <> CASE city {_COUNT} END"
    )
}
    FROM (SELECT *, CASE {_CITY} END AS city FROM bounded WHERE level = 'arm')
    WHERE (city, period) NOT IN (SELECT (code, period) FROM bounded WHERE level = 'commune'
        AND code IN ({", ".join(f"'{city}'" for city in CITIES)}))
    GROUP BY city, period"""  # noqa: S608


def _source(base: Any, fetched: Fetched) -> tuple[str, Sequence[str]]:
    """What SELECT reads the file from, and the names of its columns."""
    path = _text(str(fetched.path))
    if fetched.form == "parquet":
        rows = base.execute(f"DESCRIBE SELECT * FROM read_parquet({path})").fetchall()  # noqa: S608
        return f"read_parquet({path}, hive_partitioning = false)", [row[0] for row in rows]
    if fetched.form == "csv":
        with fetched.path.open(encoding="utf-8-sig", newline="") as file:
            names = [name.strip() for name in next(csv.reader(file, delimiter=";"), [])]
        columns = ", ".join(f"{_text(name)}: 'VARCHAR'" for name in names)
        form = "delim = ';', quote = '\"', escape = '\"', header = true, auto_detect = false"
        return f"read_csv({path}, {form}, columns = {{{columns}}})", names
    row = base.execute(
        f"SELECT json_keys(json) FROM read_ndjson_objects({path}) LIMIT 1"  # noqa: S608
    ).fetchone()
    names = list(row[0]) if row else []
    columns = ", ".join(f"{_text(name)}: 'VARCHAR'" for name in names)
    return f"read_json({path}, format = 'newline_delimited', columns = {{{columns}}})", names


def _where(filters: Mapping[str, str]) -> tuple[str, list[str]]:
    """The test of the rows that bear these values, and its parameters."""
    tests = [f"{_name(column)} = ?" for column in filters]
    return " AND ".join(tests) or "true", list(filters.values())


def _name(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
