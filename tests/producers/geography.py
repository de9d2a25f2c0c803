"""geo.api.gouv.fr and INSEE's COG API over loopback."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote

from .ground import OVERSEAS, Ground
from .loopback import Answer, Asked, Producer

_DEFAULTS = {
    "communes": "nom,code,codesPostaux,siren,codeEpci,codeDepartement,codeRegion,population",
    "epcis": "nom,code,codesDepartements,codesRegions,population",
    "departements": "nom,code,codeRegion",
    "regions": "nom,code",
}
_DROM = ("971", "972", "973", "974", "976")


class Geo(Producer):
    """geo.api.gouv.fr: errors are plain text, nothing is paged."""

    variable = "DIAGNOSTIC_GEO_URL"

    def __init__(self, ground: Ground) -> None:
        """Serve what the ground is today."""
        super().__init__()
        self.ground = ground

    def answer(self, asked: Asked) -> Answer:
        """Lists and single territories."""
        if asked.method not in ("GET", "HEAD"):
            return _plain(401, f"Method {asked.method} not allowed")
        steps = asked.path.strip("/").split("/")
        if steps[0] not in _DEFAULTS or len(steps) > 2:
            return _plain(404, "Not Found")
        fields = (asked.one("fields") or _DEFAULTS[steps[0]]).split(",")
        contour = "contour" in fields or asked.one("format") == "geojson"
        filters = {"code", "codeEpci", "codeDepartement", "codeRegion", "nom"}
        if contour and len(steps) == 1 and not filters & {key for key, _ in asked.parameters}:
            return _plain(
                400, "This endpoint does not support an unfiltered API call with a geojson format"
                " output or a field with contour",
            )  # fmt: skip
        limit = asked.one("limit")
        if limit and not limit.isdecimal():
            return _plain(400, "Your limit parameter is not a number or is negative")
        rows = [
            {key: row[key] for key in {"nom", "code", *fields} if row.get(key) is not None}
            for row in self._rows(steps[0], asked)
            if _fits(row, asked) and (len(steps) == 1 or row["code"] == steps[1])
        ]
        if len(steps) == 2:
            return _json(rows[0]) if rows else _plain(404, "Not Found")
        return _json(rows[: int(limit) if limit else None])

    def _rows(self, what: str, asked: Asked) -> Iterable[dict[str, Any]]:
        if what == "communes" and "arrondissement-municipal" in asked.one("type"):
            return [
                {"code": row["code"], "nom": row["name"], "codeParent": row["commune"],
                 "codeDepartement": row["departement"], "codeRegion": row["region"],
                 "population": row["population"], "zone": "metro"}
                for row in self.ground.arms
            ]  # fmt: skip
        if what == "communes":
            return [
                {"code": one.code, "nom": one.name.replace("’", "'"), "codeEpci": one.epci,
                 "codeDepartement": one.departement,
                 "codeRegion": one.region or one.departement, "population": one.population,
                 "anciensCodes": list(one.old) or None, "zone": _zone(one.departement)}
                for one in self.ground.communes().values()
            ]  # fmt: skip
        level = {"epcis": "epci", "departements": "departement", "regions": "region"}[what]
        return [
            {"code": row["code"], "nom": _named(row).replace("’", "'"), "type": row["nature"],
             "codeRegion": row["region"] or row["code"], "population": row["population"],
             "zone": _zone(row["departement"] or row["code"])}
            for row in self.ground.groups(level)
        ]  # fmt: skip


class CogApi(Producer):
    """INSEE's COG API: XML unless JSON is asked for, 404 for an empty list."""

    variable = "DIAGNOSTIC_METADONNEES_URL"
    prefix = "/metadonnees"

    def __init__(self, ground: Ground) -> None:
        """Serve the communes of the ground, on any date from 1943."""
        super().__init__()
        self.ground = ground

    def answer(self, asked: Asked) -> Answer:
        """The list of a date, one commune, its projection."""
        rows = self._rows(asked)
        if not rows:
            return _plain(404, "")
        if "json" not in asked.headers.get("accept", ""):
            return Answer(200, b"<?xml version='1.0'?><Communes/>", "application/xml")
        return _json(rows)

    def _rows(self, asked: Asked) -> list[dict[str, Any]]:
        year = _year(asked.one("date") or f"{self.ground.year}-01-01")
        if asked.path == "/geo/communes":
            return self._listed(self.ground.communes(min(year, self.ground.year)), year)
        if found := re.fullmatch(r"/geo/commune/([^/]+)/projetes", unquote(asked.path)):
            until = _year(asked.one("dateProjection"))
            heirs = self.ground.heirs(found[1], year, until)
            places = self.ground.communes(until)
            return self._listed({code: places[code] for code in heirs}, until)
        return []

    def _listed(self, places: dict[str, Any], year: int) -> list[dict[str, Any]]:
        return [
            {
                "code": one.code, "uri": f"http://id.insee.fr/geo/commune/{one.code}",
                "type": "Commune", "dateCreation": "1943-01-01", "intitule": one.name,
                **({"dateSuppression": end} if (end := self.ground.ended(one.code, year)) else {}),
            }
            for one in places.values()
            if one.departement not in OVERSEAS
        ]  # fmt: skip


def _year(date: str) -> int:
    """The vintage of a date, the one of 2023 before it."""
    return max(int(date[:4]), 2023)


def _zone(departement: str) -> str:
    if departement in OVERSEAS:
        return "com"
    return "drom" if departement in _DROM else "metro"


def _fits(row: dict[str, Any], asked: Asked) -> bool:
    zones = asked.one("zone")
    if zones and row["zone"] not in zones.split(","):
        return False
    names = ("code", "codeEpci", "codeDepartement", "codeRegion")
    return all(row.get(name) == asked.one(name) for name in names if asked.one(name))


def _named(row: dict[str, Any]) -> str:
    """The name of a group as the source writes it: "CC du Pays"."""
    for nature, form in (("CC", "communauté de communes"), ("CU", "communauté urbaine"),
                         ("CA", "communauté d’agglomération")):  # fmt: skip
        if row["nature"] == nature:
            return str(row["name"]).replace(form, nature, 1)
    return str(row["name"])


def _json(body: Any) -> Answer:
    return Answer(200, json.dumps(body, ensure_ascii=False).encode())


def _plain(status: int, text: str) -> Answer:
    return Answer(status, text.encode(), "text/plain; charset=utf-8")
