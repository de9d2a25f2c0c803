"""A portal that speaks Opendatasoft Explore v2.1: catalogue, records, exports, attachments."""

from __future__ import annotations

import datetime
import json
import tempfile
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb

from . import workbook
from .loopback import Answer, Asked, Producer
from .odsql import QueryFault, Reader, SyntaxFault, Term, quote, text
from .shelf import Dataset, Field, Shelf

_API = "/api/explore/v2.1/catalog"
_FORMATS = ("csv", "json", "jsonl", "parquet", "xlsx")
_FORMATS_SAID = (
    "csv", "fgb", "geojson", "gpx", "json", "jsonl", "jsonld", "kml", "n3", "ov2", "parquet",
    "rdfxml", "shp", "turtle", "xlsx",
)  # fmt: skip
_WINDOW, _PAGE = 10_000, 100
_GROUPS = 20_000
_KINDS = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json; charset=utf-8",
    "jsonl": "application/jsonl; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_PRECISIONS = {"month": "%Y-%m", "year": "%Y", "": "%Y-%m-%d"}


class _Refused(Exception):  # noqa: N818
    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.answer = Answer(status, _json({"error_code": code, "message": message}))


class Portal(Producer):
    """A portal and its datasets.

    `quota` calls a day (None: no end); `reset_at` when it begins anew (None: midnight UTC);
    `reset_form` "date" or "epoch" in the header.
    """

    def __init__(self, name: str, variable: str, datasets: Iterable[Dataset]) -> None:
        """A portal that does not serve yet."""
        super().__init__()
        self.name, self.variable = name, variable
        self.shelf = Shelf({one.id: one for one in datasets})
        self._folder: tempfile.TemporaryDirectory[str]
        self._kept: dict[str, Path] = {}
        self.reset()

    def start(self) -> None:
        """Serve; what is exported is kept in a folder until the end."""
        self._folder = tempfile.TemporaryDirectory(prefix="producers-")
        super().start()

    def stop(self) -> None:
        """Close the port and forget what was exported."""
        super().stop()
        self._kept.clear()
        self.shelf.close()
        self._folder.cleanup()

    def reset(self) -> None:
        """As on the first day; revisions stay."""
        super().reset()
        self.quota: int | None = None
        self.reset_at: datetime.datetime | None = None
        self.reset_form = "date"
        self._spent = 0

    def revise(self, dataset: str) -> None:
        """A new edition: its table is worked out again, its dates of data move."""
        with self.shelf.lock:
            self.shelf.datasets[dataset].edition += 1

    def answer(self, asked: Asked) -> Answer:
        """One call of the API."""
        limits = self._limits()
        if limits is None:
            return self._spent_out()
        try:
            answer = self._route(asked)
        except _Refused as refused:
            answer = refused.answer
        except SyntaxFault as fault:
            answer = _Refused(400, "ODSQLSyntaxError", str(fault)).answer
        except QueryFault as fault:
            answer = _Refused(400, "ODSQLError", str(fault)).answer
        answer.headers.update(limits)
        answer.headers["Cache-Control"] = "no-cache, no-store, max-age=0, must-revalidate"
        return answer

    # -- quota

    def _renewal(self) -> datetime.datetime:
        now = datetime.datetime.now(datetime.UTC)
        if self.reset_at:
            return self.reset_at
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight + datetime.timedelta(days=1)

    def _limits(self) -> dict[str, str] | None:
        """The headers of a call that is allowed; None when the quota is spent."""
        if self.quota is None:
            return {}
        with self._lock:
            if self.reset_at and datetime.datetime.now(datetime.UTC) >= self.reset_at:
                self._spent, self.reset_at = 0, None
            self._spent += 1
            if self._spent > self.quota:
                return None
            return self._headers(self.quota - self._spent)

    def _headers(self, left: int) -> dict[str, str]:
        renewal = self._renewal()
        epoch = str(int(renewal.timestamp()))
        written = renewal.strftime("%Y-%m-%d %H:%M:%S+00:00")
        return {
            "X-RateLimit-Limit": str(self.quota),
            "X-RateLimit-Remaining": str(left),
            "X-RateLimit-Reset": epoch if self.reset_form == "epoch" else written,
        }

    def _spent_out(self) -> Answer:
        body = {
            "errorcode": 10002,
            "error": "Too many requests on the domain. Please contact the domain administrator.",
            "call_limit": self.quota,
            "limit_time_unit": "day",
            "reset_time": self._renewal().strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        return Answer(429, _json(body), headers=self._headers(0))

    # -- routes

    def _route(self, asked: Asked) -> Answer:  # noqa: PLR0911
        if asked.method != "GET":
            return Answer(405, b"Method Not Allowed", "text/plain")
        if not asked.path.startswith(_API):
            return Answer(404, b"<html><body>Not found</body></html>", "text/html")
        routes = {
            (): lambda dataset: Answer(body=_json(self._card(dataset))),
            ("records",): lambda dataset: self._records(dataset, asked),
            ("exports",): self._formats,
            ("facets",): lambda dataset: self._facets(dataset, asked),
            ("attachments",): self._attachments,
        }
        match asked.path[len(_API) :].strip("/").split("/"):
            case ["datasets"]:
                return self._datasets(asked)
            case ["exports", "json"]:
                return Answer(body=_json([self._card(one) for one in self._sorted()]))
            case ["datasets", name, "exports", form]:
                return self._export(self._dataset(name), form, asked)
            case ["datasets", name, "attachments", file]:
                return self._attachment(self._dataset(name), file)
            case ["datasets", name, *rest] if tuple(rest) in routes:
                return routes[tuple(rest)](self._dataset(name))
        raise _Refused(404, "NotFoundResource", "The requested resource does not exist.")

    def _dataset(self, name: str) -> Dataset:
        if name not in self.shelf.datasets:
            message = f"The requested dataset {name} does not exist."
            raise _Refused(404, "NotFoundResource", message)
        return self.shelf.datasets[name]

    def _sorted(self) -> list[Dataset]:
        return [self.shelf.datasets[name] for name in sorted(self.shelf.datasets)]

    # -- catalogue

    def _datasets(self, asked: Asked) -> Answer:
        limit, offset = _window(asked, _PAGE)
        found = self._sorted()
        total = len(found)
        found = found[offset : offset + (limit if limit >= 0 else _PAGE)]
        body = {"total_count": total, "results": [self._card(one) for one in found]}
        return Answer(body=_json(body))

    def _card(self, dataset: Dataset) -> dict[str, Any]:
        day = datetime.date(2026, 8, 3) + datetime.timedelta(days=30 * dataset.edition)
        return {
            "dataset_id": dataset.id,
            "dataset_uid": f"da_{zlib.crc32(dataset.id.encode()) % 10**6:06}",
            "attachments": [
                {
                    "mimetype": one.kind,
                    "url": f"odsfile://{one.id}",
                    "id": one.id,
                    "title": one.title,
                }
                for one in dataset.attachments
            ],
            "has_records": bool(dataset.fields),
            "data_visible": True,
            "features": ["analyze"],
            "fields": [_described(one) for one in dataset.fields],
            "metas": {
                "default": {
                    "title": dataset.title,
                    "description": f"<p>{dataset.description}</p>",
                    "theme": [dataset.theme] if dataset.theme else None,
                    "keyword": list(dataset.keywords) or None,
                    "publisher": dataset.publisher,
                    "license": dataset.licence,
                    "license_url": "https://www.etalab.gouv.fr/licence-ouverte-open-licence/",
                    "language": "fr",
                    "records_count": self.shelf.count(dataset),
                    "modified": f"{day}T07:50:20+00:00",
                    "data_processed": f"{day}T07:48:47.120000+00:00",
                    "metadata_processed": "2026-09-14T09:00:00.162000+00:00",
                    "territory": ["France"],
                    "references": None,
                    "timezone": None,
                    "federated": False,
                    "metadata_languages": ["fr"],
                }
            },
        }

    def _formats(self, dataset: Dataset) -> Answer:
        base = f"{self.url}{_API}/datasets/{dataset.id}/exports"
        return Answer(
            body=_json(
                {"links": [{"href": f"{base}/{form}", "rel": form} for form in _FORMATS_SAID]}
            )
        )

    def _attachments(self, dataset: Dataset) -> Answer:
        base = f"{self.url}{_API}/datasets/{dataset.id}/attachments"
        listed = [
            {"href": f"{base}/{one.id}", "metas": {"mime-type": one.kind, "title": one.title}}
            for one in dataset.attachments
        ]
        return Answer(body=_json({"links": [], "attachments": listed}))

    def _attachment(self, dataset: Dataset, file: str) -> Answer:
        for one in dataset.attachments:
            if one.id == file:
                kept = Path(self._folder.name) / f"{dataset.id}-{dataset.edition}-{file}"
                with self.shelf.lock:
                    if not kept.exists():
                        kept.write_bytes(one.content())
                return Answer(body=kept, kind=one.kind)
        raise _Refused(404, "NotFoundResource", f"The requested attachment {file} does not exist.")

    # -- records

    def _facets(self, dataset: Dataset, asked: Asked) -> Answer:
        wanted = asked.all("facet") or [one.name for one in dataset.fields if one.facet]
        facets = []
        for name in wanted:
            field = _facet(dataset, name)
            table = self.shelf.table(dataset)
            sql = (
                f"SELECT {_shown(field)} AS value, count(*) AS n FROM {table}"  # noqa: S608
                f" WHERE {_where(dataset, asked)} AND value IS NOT NULL"
                " GROUP BY 1 ORDER BY 1 LIMIT 1000"
            )
            rows = self._rows(sql)
            values = [
                {"name": str(v), "value": str(v), "count": n, "state": "displayed"} for v, n in rows
            ]
            facets.append({"name": name, "facets": values})
        return Answer(body=_json({"links": [], "facets": facets}))

    def _records(self, dataset: Dataset, asked: Asked) -> Answer:
        grouped = bool(asked.one("group_by"))
        limit, offset = _window(asked, _GROUPS if grouped else _PAGE)
        total = _GROUPS if grouped else _WINDOW
        if offset + max(limit, 0) > total or offset >= total:
            message = (
                "Invalid value for sum of offset + limit API parameter:"
                f" {offset + max(limit, 0)} was found but <= {total} is expected."
            )
            raise _Refused(400, "InvalidRESTParameterError", message)
        sql, names = self._query(dataset, asked)
        taken = limit if limit >= 0 else _PAGE
        where = _where(dataset, asked)
        rows = self._rows(f"{sql} LIMIT {taken} OFFSET {offset}")
        results = [dict(zip(names, row, strict=True)) for row in rows]
        results = _twisted(results, asked)
        if grouped:
            return Answer(body=_json({"results": results}))
        table = self.shelf.table(dataset)
        count = self._rows(f"SELECT count(*) FROM {table} WHERE {where}")[0][0]  # noqa: S608
        return Answer(body=_json({"total_count": count, "results": results}))

    def _rows(self, sql: str) -> list[tuple[Any, ...]]:
        with self.shelf.connection.cursor() as cursor:
            try:
                return cursor.execute(sql).fetchall()
            except duckdb.Error as error:
                raise QueryFault(f"ODSQL query is malformed: {error}") from error

    def _query(
        self, dataset: Dataset, asked: Asked, typed: bool = False
    ) -> tuple[str, tuple[str, ...]]:
        """The query of a call, without its window, and the columns of its answer.

        `typed` keeps the dates as dates; else they are texts of the field's precision.
        """
        types = dataset.types
        fields = {one.name: one for one in dataset.fields}
        groups = [
            one
            for clause in asked.all("group_by")
            for one in Reader("group_by", clause, types).groups()
        ]
        clause = asked.one("select") or ("*" if not groups else "count(*) as count")
        chosen = Reader("select", clause, types).selection()
        if groups:
            known = {term.sql for term, _ in groups}
            chosen = [(t, n) for t, n in groups if t.sql not in {c.sql for c, _ in chosen}] + chosen
            for term, _ in chosen:
                if not term.aggregate and term.sql not in known:
                    message = f"ODSQL query is malformed: {term.label} must be in group_by."
                    raise QueryFault(f"{message} Clause(s) containing the error(s): select.")
        shown = []
        for term, name in chosen:
            field = fields.get(term.label) if not term.aggregate else None
            shown.append(f"{_printed(term, field, typed)} AS {quote(name)}")
        sql = f"SELECT {', '.join(shown)} FROM {self.shelf.table(dataset)} AS t"  # noqa: S608
        sql += f" WHERE {_where(dataset, asked)}"
        if groups:
            sql += f" GROUP BY {', '.join(term.sql for term, _ in groups)}"
        if order := ", ".join(asked.all("order_by")):
            labels = {name: term.type for term, name in chosen}
            sql += (
                f" ORDER BY {_qualified(Reader('order_by', order, types).ordering(labels), types)}"
            )
        elif not groups and not any(term.aggregate for term, _ in chosen):
            sql += " ORDER BY rowid"
        return sql, tuple(name for _, name in chosen)

    # -- exports

    def _export(self, dataset: Dataset, form: str, asked: Asked) -> Answer:
        if form not in _FORMATS:
            raise _Refused(400, "InvalidRESTParameterError", f"Unknown export format: {form}.")
        limit = _whole(asked, "limit", -1)
        if limit < -1:
            raise _Refused(400, "InvalidRESTParameterError", "Invalid value for limit.")
        path = self._exported(dataset, form, limit, asked)
        answer: Answer
        if asked.one("offset") not in ("", "0"):
            answer = Answer(body=_interrupted(path), kind=_KINDS[form])
        else:
            answer = Answer(body=path, kind=_KINDS[form])
        answer.headers["Content-Disposition"] = f'attachment; filename="{dataset.id}.{form}"'
        return answer

    def _exported(self, dataset: Dataset, form: str, limit: int, asked: Asked) -> Path:
        """The file of an export, kept for whoever asks the same."""
        asks = tuple(pair for pair in asked.parameters if pair[0] != "offset")
        key = repr((dataset.id, dataset.edition, form, limit, asks, dict(asked.twist)))
        with self.shelf.lock:
            if key not in self._kept:
                path = Path(self._folder.name) / f"{len(self._kept)}.{form}"
                self._write(dataset, form, limit, asked, path)
                self._kept[key] = path
            return self._kept[key]

    def _write(self, dataset: Dataset, form: str, limit: int, asked: Asked, path: Path) -> None:
        sql, names = self._query(dataset, asked, typed=form == "parquet")
        if limit >= 0:
            sql += f" LIMIT {limit}"
        if asked.one("use_labels") == "true" and form in ("csv", "xlsx"):
            labels = {one.name: one.label for one in dataset.fields}
            renamed = ", ".join(f"{quote(n)} AS {quote(labels.get(n, n))}" for n in names)
            sql = f"SELECT {renamed} FROM ({sql})"  # noqa: S608
        sql = _twist(sql, names, form, asked, self.shelf.connection)
        with self.shelf.connection.cursor() as cursor:
            if form == "xlsx":
                found = cursor.execute(sql)
                header = [column[0] for column in found.description]
                path.write_bytes(workbook.pack({"Données": [header, *found.fetchall()]}))
                return
            bare = path.with_suffix(".bare")
            cursor.execute(f"COPY ({sql}) TO {text(str(bare))} ({_options(form, asked)})")
        _head(form, asked, bare, path)


def _options(form: str, asked: Asked) -> str:
    if form == "parquet":
        return f"FORMAT parquet, COMPRESSION {asked.one('parquet_compression', 'snappy')}"
    if form == "csv":
        delimiter = asked.one("delimiter", ";")
        if delimiter not in (";", ",", "\t", "|"):
            raise _Refused(400, "InvalidRESTParameterError", "Invalid value for delimiter.")
        quoted = ", FORCE_QUOTE *" if asked.one("quote_all") == "true" else ""
        return f"FORMAT csv, HEADER, DELIMITER {text(delimiter)}{quoted}"
    return "FORMAT json, ARRAY true" if form == "json" else "FORMAT json"


def _head(form: str, asked: Asked, bare: Path, path: Path) -> None:
    """The file as it is served: a BOM before the CSV, unless asked without."""
    if form == "csv" and asked.one("with_bom", "true") == "true":
        with path.open("wb") as file, bare.open("rb") as rows:
            file.write(b"\xef\xbb\xbf")
            while piece := rows.read(1 << 20):
                file.write(piece)
        bare.unlink()
    else:
        bare.rename(path)


def _interrupted(path: Path) -> Iterable[bytes]:
    """An export with an offset: some of it, then a sentence, and 200 all the same."""
    size = path.stat().st_size
    with path.open("rb") as file:
        yield file.read(min(size // 2, 1 << 20))
    yield (
        b"Streaming interrupted due to the following error: Invalid value for sum of offset +"
        b" limit API parameter: 83714 was found but <= 10000 is expected."
        b" (error_code: InvalidRESTParameterError)"
    )


def _described(field: Field) -> dict[str, Any]:
    annotations: dict[str, list[str]] = {}
    if field.facet:
        annotations["facet"] = []
    if field.precision:
        annotations["timeserie_precision"] = [field.precision]
    return {
        "name": field.name,
        "label": field.label,
        "type": field.type,
        "description": None,
        "annotations": annotations,
    }


def _shown(field: Field) -> str:
    if field.type == "date":
        return f"strftime({quote(field.name)}, {text(_PRECISIONS[field.precision])})"
    return quote(field.name)


def _printed(term: Term, field: Field | None, typed: bool) -> str:
    if term.type != "date" or typed:
        return term.sql
    return f"strftime({term.sql}, {text(_PRECISIONS[field.precision if field else ''])})"


def _qualified(order: str, types: dict[str, str]) -> str:
    """An order by the fields themselves, not by the texts that the select made of them."""
    for name in types:
        order = order.replace(quote(name), f"t.{quote(name)}")
    return order


def _facet(dataset: Dataset, name: str) -> Field:
    for field in dataset.fields:
        if field.name == name and field.facet:
            return field
    raise QueryFault(f"ODSQL query is malformed: {name} is not a facet.")


def _where(dataset: Dataset, asked: Asked) -> str:
    tests = [Reader("where", one, dataset.types).condition() for one in asked.all("where")]
    for word, negation in (("refine", ""), ("exclude", "NOT ")):
        for one in asked.all(word):
            name, _, value = one.partition(":")
            field = _facet(dataset, name)
            value = value.strip().strip("\"'")
            shown = f"CAST({_shown(field)} AS VARCHAR)"
            test = f"{shown} = {text(value)}"
            if field.type == "date":
                test = f"starts_with({shown}, {text(value)})"
            tests.append(f"{negation}coalesce({test}, false)")
    return " AND ".join(tests) or "true"


def _whole(asked: Asked, name: str, default: int) -> int:
    written = asked.one(name)
    try:
        return int(written) if written else default
    except ValueError:
        message = f"Invalid value for {name} API parameter: {written} was found."
        raise _Refused(400, "InvalidRESTParameterError", message) from None


def _window(asked: Asked, most: int) -> tuple[int, int]:
    limit, offset = _whole(asked, "limit", 10), _whole(asked, "offset", 0)
    if not -1 <= limit <= most or offset < 0:
        message = (
            f"Invalid value for limit API parameter: {limit} was found but"
            f" -1 <= limit <= {most} is expected."
        )
        raise _Refused(400, "InvalidRESTParameterError", message)
    return limit, offset


def _twist(
    sql: str, names: tuple[str, ...], form: str, asked: Asked, connection: duckdb.DuckDBPyConnection
) -> str:
    """The query of an export with the fault that its data must have."""
    how = asked.twist
    if not how:
        return sql
    kind = how["kind"]
    if kind == "short":
        rows = connection.execute(f"SELECT count(*) FROM ({sql})").fetchall()[0][0]  # noqa: S608
        return f"SELECT * FROM ({sql}) LIMIT {max(0, rows - how.get('rows', 1))}"  # noqa: S608
    shown = []
    for name in names:
        here = quote(name)
        if kind == "without" and name in how["columns"]:
            continue
        if kind == "renamed":
            here = f"{here} AS {quote(how['names'].get(name, name))}"
        if kind in ("mixed", "garbled") and name == how["column"]:
            words = f"CAST({here} AS VARCHAR)"
            turn = "row_number() OVER () % 2 = 0" if kind == "mixed" else "row_number() OVER () = 3"
            other = f"{words} || '.0'" if kind == "mixed" else text(how.get("word", "n.c."))
            if form in ("json", "jsonl"):
                here = f"CASE WHEN {turn} THEN to_json({other}) ELSE to_json({here}) END AS {here}"
            else:
                here = f"CASE WHEN {turn} THEN {other} ELSE {words} END AS {here}"
        shown.append(here)
    return f"SELECT {', '.join(shown)} FROM ({sql})"  # noqa: S608


def _twisted(results: list[dict[str, Any]], asked: Asked) -> list[dict[str, Any]]:
    """The records of a page with the fault that its data must have."""
    how = asked.twist
    if not how:
        return results
    kind = how["kind"]
    if kind == "short":
        return results[: max(0, len(results) - how.get("rows", 1))]
    if kind in ("without", "renamed"):
        names = dict.fromkeys(how.get("columns", ())) | how.get("names", {})
        return [
            {names.get(name, name): value for name, value in one.items() if names.get(name, name)}
            for one in results
        ]
    for number, one in enumerate(results):
        if kind == "mixed" and number % 2 and one.get(how["column"]) is not None:
            one[how["column"]] = f"{one[how['column']]}.0"
        if kind == "garbled" and number == 2:
            one[how["column"]] = how.get("word", "n.c.")
    return results


def _json(body: Any) -> bytes:
    return json.dumps(body, ensure_ascii=False, default=str).encode()
