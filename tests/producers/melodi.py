"""INSEE's Melodi: 30 calls a minute, long tables by pages, statuses, vintages of the COG."""

from __future__ import annotations

import io
import itertools
import json
import time
import zipfile
from collections import deque
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

import numpy as np

from .country import Country
from .cubes import LEVELS, Cube, Tables, cubes, told
from .loopback import Answer, Asked, Producer

_PLAIN = "text/plain;charset=UTF-8"
_MOST, _USUAL = 100_000, 10_000
_OWN = frozenset(
    {"GEO", "TIME_PERIOD", "maxResult", "page", "totalCount", "idTerritoire", "startPeriod"}
    | {"endPeriod"}
)
_PUBLISHER = "Institut national de la statistique et des études économiques (INSEE)"
# A row of an answer: level, code, period, codes of the dimensions, value (None: no measure).
Row = tuple[str, str, str, tuple[str, ...], float | None]


class _Refused(Exception):  # noqa: N818
    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.answer = Answer(status, words.encode(), _PLAIN)


class Melodi(Producer):
    """`limit` calls within `window` seconds. `says_last` adds paging.isLast; `unknown_place` is the
    status of a call that asks only for places which do not exist, `strict` that of any."""

    variable = "DIAGNOSTIC_MELODI_URL"
    prefix = "/melodi"

    def __init__(self, country: Country) -> None:
        """A producer that does not serve yet."""
        super().__init__()
        self.country = country
        self.tables = Tables(country)
        self.cubes = {one.id: one for one in cubes()}
        self._peopled: dict[int, dict[str, int]] = {}
        self.reset()

    def reset(self) -> None:
        """As on the first day; revisions stay."""
        super().reset()
        self.limit, self.window = 30, 60.0
        self.says_last, self.strict, self.unknown_place = False, False, 404
        self._times: deque[float] = deque()

    def revise(self, dataset: str) -> None:
        """A new edition: two communes in a hundred change, `modified` moves."""
        self.cubes[dataset].edition[0] += 1

    def answer(self, asked: Asked) -> Answer:
        """One call."""
        if any(name.startswith("x-insee-api-key") for name in asked.headers):
            return Answer(401, b"Unauthorized", _PLAIN)
        if not self._allowed():
            return Answer(429, b"Rate limit exceeded", _PLAIN)
        try:
            answer = self._route(asked)
        except _Refused as refused:
            answer = refused.answer
        answer.headers["x-gravitee-request-id"] = "00000000-0000-4000-8000-000000000000"
        answer.headers["Set-Cookie"] = "INSEE=1; Path=/"
        return answer

    def _allowed(self) -> bool:
        with self._lock:
            now = time.monotonic()
            while self._times and self._times[0] <= now - self.window:
                self._times.popleft()
            if len(self._times) >= self.limit:
                return False
            self._times.append(now)
            return True

    def _route(self, asked: Asked) -> Answer:  # noqa: PLR0911
        match asked.path.strip("/").split("/"):
            case ["catalog", "all"]:
                return Answer(body=_json([self._item(one) for one in self.cubes.values()]))
            case ["catalog", "ids"]:
                return Answer(body=_json(list(self.cubes)))
            case ["catalog", name]:
                return Answer(body=_json(self._item(self._cube(name))))
            case ["range", name]:
                return Answer(body=_json(self._range(self._cube(name))))
            case ["data", name]:
                return self._data(self._cube(name), asked)
            case ["file", name, _]:
                return self._file(self._cube(name))
        return Answer(404, b"Not Found", _PLAIN)

    def _cube(self, name: str) -> Cube:
        if name not in self.cubes:
            raise _Refused(500, "Le serveur a rencontré une erreur inattendue.")
        return self.cubes[name]

    # -- the data

    def _data(self, cube: Cube, asked: Asked) -> Answer:
        most = _number(asked, "maxResult", _USUAL)
        page = _number(asked, "page", 1)
        if not 0 <= most <= _MOST or page < 1:
            raise _Refused(400, "Paramètre invalide")
        count, rows = self._selected(cube, asked)
        taken = list(itertools.islice(rows, (page - 1) * most, page * most)) if most else []
        seen = self._twisted([self._observation(cube, asked, row) for row in taken], asked)
        further = most > 0 and page * most < count
        body = {
            "identifier": cube.id,
            "title": {"fr": cube.title, "en": cube.title},
            "publisher": {"id": "INSEE", "label": [{"lang": "fr", "content": _PUBLISHER}]},
            "observations": seen,
            "paging": self._paging(cube, asked, page, count, further),
        }
        return Answer(body=_json(body))

    def _paging(
        self, cube: Cube, asked: Asked, page: int, count: int, further: bool
    ) -> dict[str, Any]:
        kept = [(key, value) for key, value in asked.parameters if key != "page"]

        def link(number: int) -> str:
            query = urlencode([*kept, ("page", str(number))], quote_via=quote)
            return f"https://api.insee.fr/melodi/data/{cube.id}?{query}"

        paging: dict[str, Any] = {"first": link(1)}
        if further:
            paging["next"] = link(page + 1)
        if self.says_last:
            paging["isLast"] = not further
        if asked.one("totalCount").upper() == "TRUE":
            paging["count"] = count
        return paging

    def _selected(self, cube: Cube, asked: Asked) -> tuple[int, Iterator[Row]]:
        """How many rows the call selects, and them, place by place."""
        kept: dict[str, set[str]] = {}
        for name in cube.dimensions:
            if values := asked.all(name):
                kept[name] = set(values)
                if unknown := kept[name] - set(cube.dimensions[name]):
                    raise _Refused(400, f"Modalité inconnue : {min(unknown)}")
        periods = [p for p in cube.periods if p in (asked.all("TIME_PERIOD") or cube.periods)]
        combinations = list(cube.combinations(kept))
        rows: list[Row] = []
        for level, codes in self._places(cube, asked):
            rows += self._rows(cube, level, codes, periods, combinations)
        return len(rows), iter(rows)

    def _rows(
        self,
        cube: Cube,
        level: str,
        codes: list[str],
        periods: list[str],
        combinations: list[tuple[str, ...]],
    ) -> list[Row]:
        at = {code: i for i, code in enumerate(self.tables.places(level, cube.vintage))}
        where = np.array([at[code] for code in codes], dtype=int)
        cells: list[tuple[str, tuple[str, ...], list[float]]] = []
        for period, combination in itertools.product(periods, combinations):
            named = dict(zip(cube.dimensions, combination, strict=True))
            if cube.published(level, period, named):
                values = self.tables.values(cube, level, period, combination)[where]
                cells.append((period, combination, values.tolist()))
        people = self._people(level, cube.vintage)
        rows: list[Row] = []
        for i, code in enumerate(codes):
            status, secrecy = told(cube, level, code, people.get(code, 1 << 30))
            for j, (period, combination, values) in enumerate(cells):
                value: float | None = values[i]
                if (cube.whole and not value) or (secrecy == "C" and (i + j) % 2):
                    continue  # nothing there; a secret is a row without measure, or no row at all
                if secrecy == "C" or status == "K":
                    value = None
                rows.append((level, code, period, combination, value))
        return rows

    def _people(self, level: str, vintage: int) -> dict[str, int]:
        if level != "COM":
            return {}
        if vintage not in self._peopled:
            rows = self.country.vintage(vintage)
            self._peopled[vintage] = dict(zip(rows["code"], rows["population"], strict=True))
        return self._peopled[vintage]

    def _places(self, cube: Cube, asked: Asked) -> list[tuple[str, list[str]]]:
        """The places asked by level, in the order of the levels; every one without GEO."""
        wanted: dict[str, set[str]] = {level: set() for level in LEVELS}
        lost = 0
        for written in asked.all("GEO") or LEVELS:
            found, level = self._meant(cube, written.removeprefix(f"{cube.vintage}-"))
            known = found & set(self.tables.places(level, cube.vintage))
            lost += len(found - known)
            wanted[level] |= known
        if lost and (self.strict or not any(wanted.values())):
            raise _Refused(self.unknown_place, "Aucun territoire trouvé")
        return [
            (level, sorted(codes))
            for level, codes in wanted.items()
            if codes and level in cube.levels
        ]

    def _meant(self, cube: Cube, written: str) -> tuple[set[str], str]:
        """The codes that one GEO stands for and their level: COM-51649, DEP, EPCI-…*COM."""
        parent, star, level = written.partition("*")
        kind, _, code = parent.partition("-")
        if kind not in LEVELS or (star and level not in LEVELS):
            raise _Refused(400, f"Territoire invalide : {written}")
        if not star:
            return ({code} if code else set(self.tables.places(kind, cube.vintage))), kind
        column = {"EPCI": "epci", "DEP": "departement", "REG": "region"}.get(kind)
        if level != "COM" or not column:
            raise _Refused(400, f"Territoire invalide : {written}")
        rows = self.country.vintage(cube.vintage)
        return set(rows.loc[rows[column] == code, "code"]) or {f"{code}?"}, "COM"

    def _observation(self, cube: Cube, asked: Asked, row: Row) -> dict[str, Any]:
        level, code, period, combination, value = row
        bare = asked.one("idTerritoire", "TRUE").upper() == "FALSE"
        place = code if bare else f"{cube.vintage}-{level}-{code}"
        dimensions = {
            "GEO": place,
            **dict(zip(cube.dimensions, combination, strict=True)),
            "TIME_PERIOD": period,
        }
        measures = {} if value is None else {cube.measure: {"value": value}}
        seen: dict[str, Any] = {"dimensions": dimensions, "measures": measures}
        if cube.told:
            people = self._people(level, cube.vintage).get(code, 1 << 30)
            status, secrecy = told(cube, level, code, people)
            seen["attributes"] = {"OBS_STATUS": status, "DECIMALS": "2", "CONF_STATUS": secrecy}
        return seen

    @staticmethod
    def _twisted(seen: list[dict[str, Any]], asked: Asked) -> list[dict[str, Any]]:
        """The observations with the fault that they must have."""
        how = asked.twist
        kind = how.get("kind", "")
        if kind == "short":
            return seen[: max(0, len(seen) - how.get("rows", 1))]
        for number, one in enumerate(seen):
            for name in how.get("columns", ()):
                one["dimensions"].pop(name, None)
            for old, new in how.get("names", {}).items():
                if old in one["dimensions"]:
                    one["dimensions"][new] = one["dimensions"].pop(old)
            for measure in one["measures"].values():
                if kind == "mixed" and number % 2:
                    measure["value"] = str(measure["value"])
                if kind == "garbled" and number == 1:
                    measure["value"] = how.get("word", "n.c.")
        return seen

    # -- what there is

    def _item(self, cube: Cube) -> dict[str, Any]:
        month = 1 + cube.edition[0] % 12
        file = f"{cube.id}_CSV_FR"
        return {
            "identifier": cube.id,
            "title": [{"lang": "fr", "content": cube.title}, {"lang": "en", "content": cube.title}],
            "description": [{"lang": "fr", "content": "Données inventées, pour les tests."}],
            "issued": "2025-06-26T12:00:00.000Z",
            "modified": f"2026-{month:02}-15T12:00:00.000Z",
            "temporal": {"startPeriod": cube.periods[0], "endPeriod": cube.periods[-1]},
            "spatialResolution": [{"id": level} for level in cube.levels],
            "spatialTemporal": f"{cube.vintage}-01-01",
            "numObservations": 1000,
            "structure": {"dsd": f"DSD_{cube.id[3:]}"},
            "keyword": [{"lang": "fr", "content": "inventé"}],
            "theme": [{"label": [{"lang": "fr", "content": "Population"}]}],
            "product": [
                {
                    "id": file,
                    "format": "CSV",
                    "accessURL": f"https://api.insee.fr/melodi/file/{cube.id}/{file}",
                    "byteSize": 1000,
                    "packageFormat": "application/zip",
                    "language": "fr",
                    "modified": f"2026-{month:02}-15T12:00:00.000Z",
                }
            ],
        }

    def _range(self, cube: Cube) -> dict[str, Any]:
        label = {"fr": cube.title, "en": cube.title}
        concepts = [
            {
                "concept": {"code": name, "label": {"fr": name, "en": name}},
                "values": [{"code": code, "label": {"fr": code, "en": code}} for code in codes],
            }
            for name, codes in cube.dimensions.items()
        ]
        return {"code": cube.id, "label": label, "range": concepts}

    def _file(self, cube: Cube) -> Answer:
        """The whole dataset in a zip: data, and what the codes mean. COM and above, small only."""
        names = ["GEO", "GEO_OBJECT", *cube.dimensions, "CONF_STATUS", "OBS_STATUS", "TIME_PERIOD"]
        lines = [";".join([*names, "OBS_VALUE"])]
        everything = Asked("GET", "", (), {})
        for level, code, period, combination, value in self._selected(cube, everything)[1]:
            people = self._people(level, cube.vintage).get(code, 1 << 30)
            status, secrecy = told(cube, level, code, people)
            cell = "" if value is None else str(value)
            lines.append(";".join([code, level, *combination, secrecy, status, period, cell]))
        means = ["COD_VAR;LIB_VAR;COD_MOD;LIB_MOD"]
        means += [f"{n};{n};{c};{c}" for n, codes in cube.dimensions.items() for c in codes]
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(f"{cube.id}_data.csv", "\n".join(lines) + "\n")
            archive.writestr(f"{cube.id}_metadata.csv", "\n".join(means) + "\n")
        return Answer(body=packed.getvalue(), kind="application/zip")


def _number(asked: Asked, name: str, default: int) -> int:
    written = asked.one(name)
    if written and not written.lstrip("-").isdecimal():
        raise _Refused(400, "Paramètre invalide")
    return int(written) if written else default


def _json(body: Any) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()
