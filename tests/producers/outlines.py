"""The outlines of Etalab (files behind a redirect) and of the IGN (WFS) over loopback."""

from __future__ import annotations

import gzip
import json
import re
from typing import Any

import shapely

from .ground import Ground, Place
from .loopback import Answer, Asked, Producer

_FILE = re.compile(
    r"/contours-administratifs/(\d{4}|latest)/geojson/"
    r"(communes|epci|departements|regions)-(5m|50m|100m|1000m)\.geojson(\.gz)?"
)
_STORE = "/stockage"
_CITIES = ("75056", "13055", "69123")


class Contours(Producer):
    """Etalab's files: 302 to the object storage, then 200 and a gzip file."""

    variable = "DIAGNOSTIC_CONTOURS_URL"

    def __init__(self, ground: Ground) -> None:
        """Files of 2024 to the newest year of the ground, unless `years` says others."""
        super().__init__()
        self.ground = ground
        self.years: tuple[int, ...] | None = None
        self._made: dict[int, bytes] = {}

    def reset(self) -> None:
        """Also the files are made again."""
        super().reset()
        self.years = None
        self._made.clear()

    def answer(self, asked: Asked) -> Answer:
        """The redirect, then the file."""
        stored = asked.path.startswith(_STORE)
        found = _FILE.fullmatch(asked.path.removeprefix(_STORE))
        years = self.years or tuple(range(2024, self.ground.year + 1))
        if not found or found[2] != "communes":
            return Answer(404, b"Not Found", "text/plain")
        year = max(years) if found[1] == "latest" else int(found[1])
        if year not in years:
            return Answer(404, b"Not Found", "text/plain")
        if not stored:
            return Answer(302, b"", "text/plain", {"Location": _STORE + asked.path})
        if year not in self._made:
            self._made[year] = self._collection(year)
        body = self._made[year]
        if found[4]:
            return Answer(200, gzip.compress(body, 1), "application/gzip")
        return Answer(200, body, "application/geo+json")

    def _collection(self, year: int) -> bytes:
        places = self.ground.communes(year)
        features: list[dict[str, Any]] = []
        for code, shape in self.ground.outlines(year).items():
            facts = _facts(places[code])
            if code in _CITIES:
                facts["plm"] = 1
                features += self._arms(code, facts, shape)
            features.append(_feature(facts, shape))
        return json.dumps({"type": "FeatureCollection", "features": features}).encode()

    def _arms(self, city: str, facts: dict[str, Any], shape: Any) -> list[dict[str, Any]]:
        """The arrondissements, invented as strips of their city."""
        arms = [row for row in self.ground.arms if row["commune"] == city]
        west, south, east, north = shape.bounds
        wide = (east - west) / len(arms)
        strips = [
            shapely.box(west + i * wide, south, west + (i + 1) * wide, north)
            for i in range(len(arms))
        ]
        return [
            _feature(
                {**facts, "code": arm["code"], "nom": arm["name"], "commune": city, "plm": 0},
                strip.intersection(shape),
            )
            for arm, strip in zip(arms, strips, strict=True)
        ]


class Wfs(Producer):
    """The IGN's WFS 2.0.0. `model` is "2025" (code_insee) or older (insee_com)."""

    variable = "DIAGNOSTIC_WFS_URL"

    def __init__(self, ground: Ground) -> None:
        """Serve the newest year of the ground; at most `most` features an answer."""
        super().__init__()
        self.ground = ground
        self.model = "2025"
        self.most = 5000
        self._kept: list[dict[str, Any]] | None = None

    def reset(self) -> None:
        """The model of 2025, and features made again."""
        super().reset()
        self.model, self.most, self._kept = "2025", 5000, None

    def answer(self, asked: Asked) -> Answer:
        """GetCapabilities, DescribeFeatureType, GetFeature; parameters in any case."""
        given = {key.upper(): value for key, value in asked.parameters}
        if asked.path != "/wfs/ows" or given.get("SERVICE") != "WFS":
            return Answer(404, b"Not Found", "text/plain")
        request, layer = given.get("REQUEST", ""), given.get("TYPENAMES", "")
        if request == "GetCapabilities":
            return _xml(200, '<wfs:WFS_Capabilities version="2.0.0"/>')
        if not re.fullmatch(r"ADMINEXPRESS-COG(-CARTO)?\.LATEST:commune", layer):
            return _xml(400, "<ows:ExceptionReport>Unknown layer</ows:ExceptionReport>")
        if request == "DescribeFeatureType":
            names = ("gid", self._code, self._name, "population", "geometrie")
            lines = "".join(f'<xsd:element name="{name}" type="xsd:string"/>' for name in names)
            return _xml(200, f"<xsd:schema>{lines}</xsd:schema>")
        if request != "GetFeature" or given.get("OUTPUTFORMAT") != "application/json":
            return _xml(400, "<ows:ExceptionReport>Unsupported</ows:ExceptionReport>")
        return self._features(given, asked.twist)

    @property
    def _code(self) -> str:
        return "code_insee" if self.model == "2025" else "insee_com"

    @property
    def _name(self) -> str:
        return "nom_officiel" if self.model == "2025" else "nom"

    def _features(self, given: dict[str, str], twist: Any) -> Answer:
        if self._kept is None:
            places = self.ground.communes()
            self._kept = [
                _feature({self._code: code, self._name: places[code].name}, shape)
                for code, shape in sorted(self.ground.outlines(self.ground.year).items())
            ]
        start = int(given.get("STARTINDEX", "0"))
        count = min(int(given.get("COUNT", str(self.most))), self.most)
        page = self._kept[start : start + count]
        if twist.get("kind") == "short":
            page = page[: -twist.get("rows", 1)]
        if given.get("RESULTTYPE") == "hits":
            page = []
        body = {
            "type": "FeatureCollection", "features": page, "totalFeatures": len(self._kept),
            "numberMatched": len(self._kept), "numberReturned": len(page),
        }  # fmt: skip
        return Answer(200, json.dumps(body).encode())


def _facts(place: Place) -> dict[str, Any]:
    return {
        "code": place.code, "nom": place.name, "departement": place.departement,
        "region": place.region, "epci": place.epci,
    }  # fmt: skip


def _feature(facts: dict[str, Any], shape: Any) -> dict[str, Any]:
    geometry = json.loads(shapely.to_geojson(shape))
    return {"type": "Feature", "properties": facts, "geometry": geometry}


def _xml(status: int, text: str) -> Answer:
    return Answer(status, f'<?xml version="1.0"?>{text}'.encode(), "text/xml; charset=utf-8")
