"""A file of somebody's, brought into the store by its mapping: read, judged, kept or refused."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from diagnostic import marks
from diagnostic.connectors import workbooks
from diagnostic.errors import DataError, RenderError, reason
from diagnostic.model import (
    SUMMABLE,
    Clock,
    Code,
    Feed,
    FeedSeries,
    Fetched,
    Level,
    Origin,
    Series,
)
from diagnostic.pull import cells, files, ledger, observations
from diagnostic.pull.files import Table, Told
from diagnostic.pull.ledger import Ledger
from diagnostic.pull.mapping import ABSENCES, SHEETS, Columns

if TYPE_CHECKING:
    from diagnostic.store import Store, StoredFile

PORTAL = "local"
FREQUENCIES = {"year": "annuelle", "quarter": "trimestrielle", "month": "mensuelle"}
_MOST = 12  # grave remarks told at once


@dataclass(frozen=True, slots=True)
class Understood:
    """A file read through its mapping: its tables (one a sheet) and what is in them."""

    path: Path
    tables: tuple[Table, ...]
    ledger: Ledger

    @property
    def grave(self) -> list[str]:
        """What forbids the import, each remark with what to do; nothing when it may be made."""
        return [
            f"{remark}\n  {remark.hint}" if remark.hint else str(remark)
            for remark in self.ledger.remarks
            if remark.grave
        ]


def understand(path: Path, columns: Columns) -> Understood:
    """The file `path` as the mapping has it; what is wrong with its cells is in its remarks.

    Raises DataError when the file cannot be read, SpecError when the mapping names columns that
    it has not.
    """
    tables = _tables(path, columns)
    return Understood(path, tables, ledger.understand(tables, columns))


def keep(understood: Understood, root: Path) -> StoredFile:
    """Keep the observations of a file in the store `root`, and its own series in its catalogue.

    Raises DataError, with every reason, when a remark forbids it; nothing is then written.
    """
    from diagnostic.store import Draft, Keeper  # noqa: PLC0415 - heavy

    if understood.grave:
        raise DataError(
            f"{understood.path}\u00a0: import refusé, rien n’est écrit\n"
            + "\n".join(understood.grave[:_MOST]),
            hint="«\u00a0--dry-run\u00a0» montre le fichier tel qu’il est compris.",
        )
    columns = understood.ledger.columns
    keeper = Keeper(root)
    page, path = _page(understood.ledger), root / "catalogue" / PORTAL / f"{columns.id}.yaml"
    with keeper.incoming() as folder:
        feed = _feed(understood.ledger)
        fetched = _fetched(understood, folder)
        target = folder / f"{feed.id}.parquet"
        made = observations.Bench().observe(fetched, feed, columns.producer, target)
        if made.left:
            codes = ", ".join(sorted(made.left)[:5])
            raise DataError(
                f"{understood.path}\u00a0: codes mal formés\u00a0: {codes}",
                hint="Corrigez-les, ou écartez leurs lignes («\u00a0drop\u00a0»).",
            )
        if columns.geography:
            _date(target, columns.geography)
        draft = Draft(
            feed=feed.id,
            path=target,
            rows=made.rows,
            series=made.series,
            covers=fetched.covers,
            origin=_origin(understood, fetched),
        )
        with keeper.lock(feed.id):
            _check_owner(columns, path)
            if page:
                _publish(page, path)
            kept = keeper.keep(draft)
    return kept


def rivals(found: Ledger, store: Store) -> list[str]:
    """The series of the catalogue that the store holds already at a level of the file.

    The newest file answers first: what is imported will be read before them.
    """
    named = (one.series for one in found.columns.series if one.series not in found.columns.own)
    return [
        f"{series} ({level})"
        for series in named
        for level in sorted(found.codes())
        if level in store.levels(series)
    ]


def _tables(path: Path, columns: Columns) -> tuple[Table, ...]:
    told = Told(
        delimiter=columns.delimiter,
        encoding=columns.encoding,
        header=columns.header,
        last=columns.last,
    )
    if not files.is_workbook(files.begin(path)):
        if columns.sheets or columns.period == SHEETS:
            raise DataError(
                f"{path}\u00a0: ce n’est pas un classeur, il n’a pas de feuilles",
                hint="Ôtez «\u00a0sheet\u00a0» de la correspondance.",
            )
        return (files.load(path, told),)
    book = workbooks.load(path)
    names = columns.sheets
    if columns.period == SHEETS and not names:
        names = tuple(name for name in book.sheets if cells.period(name, columns.clock))
    return tuple(files.sheet(book, replace(told, sheet=name)) for name in names or ("",))


def _fetched(understood: Understood, folder: Path) -> Fetched:
    """The cells of the file, set down as the rows of a producer."""
    from diagnostic.store import files as stored  # noqa: PLC0415 - heavy

    rows = folder / "rows.csv"
    count = understood.ledger.write(rows)
    return Fetched(
        path=rows,
        form="csv",
        rows=count,
        sha256=stored.sha256(understood.path),
        size=understood.path.stat().st_size,
        address=understood.ledger.columns.link,
        covers=_covers(understood.ledger),
    )


def _covers(found: Ledger) -> dict[Level, frozenset[Code] | None]:
    """What the file tells of, by level; cities that come by arrondissement are told of too."""
    codes = found.codes()
    arms = {
        (code, city)
        for code in codes.get("commune", ())
        for city, (form, _) in observations.CITIES.items()
        if re.fullmatch(form, code)
    }
    if arms:
        codes["arm"] = codes.get("arm", set()) | {code for code, _ in arms}
        codes["commune"] = codes["commune"] - codes["arm"] | {city for _, city in arms}
    return {
        cast("Level", level): None if found.columns.complete else frozenset(held)
        for level, held in sorted(codes.items())
    }


def _feed(found: Ledger) -> Feed:
    columns = found.columns
    series = tuple(
        FeedSeries(
            series=one.series,
            field="VALUE",
            where={"SERIES": one.series},
            rounding=one.rounding,
            summable=one.kind in SUMMABLE,
            estimate=one.kind == "estimate",
        )
        for one in columns.series
    )
    return Feed(
        id=f"{PORTAL}_{columns.id}",
        portal=PORTAL,
        dataset=columns.dataset or columns.title,
        title=columns.title,
        levels=tuple(sorted(cast("set[Level]", set(found.codes())))),
        code="GEO_CODE",
        period="TIME_PERIOD",
        clock=cast("Clock", found.clock),
        series=series,
        fold=True,
        champ=columns.champ,
        words={status: status for status in ABSENCES},
    )


def _date(path: Path, year: int) -> None:
    """Say of which COG the codes of a file of observations are."""
    import duckdb  # noqa: PLC0415 - heavy

    from diagnostic import store  # noqa: PLC0415 - heavy

    dated = path.with_suffix(".dated")
    with duckdb.connect(config={"threads": 1}) as base:
        base.read_parquet(str(path)).create_view("made")
        base.execute(
            f"CREATE VIEW dated AS SELECT * REPLACE ({year:d} AS cog_year) FROM made"  # noqa: S608
        )
        store.write(base, "dated", dated)
    dated.replace(path)


def _origin(understood: Understood, fetched: Fetched) -> Origin:
    columns = understood.ledger.columns
    today = datetime.now(UTC).date().isoformat()
    return Origin(
        id=f"{PORTAL}_{columns.id}",
        producer=columns.producer,
        dataset=columns.dataset,
        title=columns.title,
        address=columns.link,
        licence=columns.licence,
        edition=columns.updated or today,
        retrieved=today,
        updated=columns.updated,
        file=understood.path.name,
        sha256=fetched.sha256,
    )


def _page(found: Ledger) -> bytes:
    """The series that the mapping declares, as a file of the catalogue; b"" when it has none."""
    import yaml  # noqa: PLC0415 - slow to load

    columns = found.columns
    if not columns.own:
        return b""
    dataset = {
        "dataset": columns.dataset,
        "title": columns.title,
        **({"champ": {"france": columns.champ}} if columns.champ else {}),
        "series": {name: _card(one, found) for name, one in columns.own.items()},
    }
    page = {
        "producer": columns.producer,
        "licence": columns.licence,
        "link": columns.link,
        "datasets": {f"{PORTAL}_{columns.id}": dataset},
    }
    plain = json.loads(json.dumps(page))  # texts that no longer know their place in the mapping
    written: bytes = yaml.safe_dump(plain, allow_unicode=True, sort_keys=False, encoding="utf-8")
    return written


def _publish(page: bytes, path: Path) -> None:
    """Put the page of an import where the catalogue looks for it."""
    from diagnostic.store import files as stored  # noqa: PLC0415 - heavy

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        stored.replace(path, page)
    except OSError as error:
        raise RenderError(f"{path}\u00a0: écriture impossible ({reason(error)})") from error


def _check_owner(columns: Columns, path: Path) -> None:
    """A series belongs to one import: two definitions of one id would be one too many."""
    for other in sorted(path.parent.glob("*.yaml")):
        if other == path:
            continue
        written: Any = marks.plain(marks.read(other))
        held = {name for one in written["datasets"].values() for name in one["series"]}
        if twice := sorted(held & columns.own.keys()):
            raise DataError(
                f"{columns.path}\u00a0: série déjà définie par l’import «\u00a0{other.stem}\u00a0»"
                f"\u00a0: {', '.join(twice)}",
                hint="Donnez-lui un autre identifiant, ou refaites cet import-là.",
            )


def _card(one: Series, found: Ledger) -> Mapping[str, Any]:
    """A series as the catalogue's files write it."""
    held = [place for place, row in found.rows.items() if one.id in row]
    periods = sorted({period for _, _, period in held})
    levels = sorted({level for level, _, _ in held})
    card: dict[str, Any] = {
        "label": one.label,
        "definition": one.definition,
        "field": one.field or one.id,
        "unit": one.unit,
        "theme": one.theme,
        "population": one.population,
        "kind": one.kind,
        "levels": levels,
        "frequency": FREQUENCIES[found.clock] if len(periods) > 1 else "",
        "periods": " à ".join(dict.fromkeys([periods[0], periods[-1]])) if periods else "",
    }
    if one.rounding:
        card["rounding"] = {"step": f"{one.rounding.step:g}", "rule": one.rounding.rule}
    if one.secrecy:
        card["secrecy"] = one.secrecy
    if one.traps:
        card["traps"] = list(one.traps)
    return card
