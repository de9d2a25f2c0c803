"""Outlines of all communes, in degrees: the files of Etalab, else the WFS of the IGN."""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from diagnostic.connectors import Progress, address, bodies
from diagnostic.connectors.questions import PassingError, Question, RefusedError, fault
from diagnostic.model import Code
from diagnostic.wording.typography import NBSP

if TYPE_CHECKING:
    from diagnostic.connectors.client import Client

CONTOURS_VARIABLE = "DIAGNOSTIC_CONTOURS_URL"
CONTOURS_ADDRESS = "https://etalab-datasets.geo.data.gouv.fr"
STORAGE = frozenset({"object.data.gouv.fr"})  # where that address sends its readers
WFS_VARIABLE, WFS_ADDRESS = "DIAGNOSTIC_WFS_URL", "https://data.geopf.fr"

LAYER = "ADMINEXPRESS-COG-CARTO.LATEST:commune"  # drawn for maps, lighter than the exact one
CODES = (
    "code_insee",
    "insee_com",
)  # the attribute of the code, in the models since 2025 and before
PAGE = 1000
LARGEST = 256_000_000  # bytes of GeoJSON, which are held in memory
_TRIES = 3  # of what the WFS refuses with a 400 that passes
_BAD_REQUEST, _NOT_FOUND = 400, 404
_CODE = re.compile(r"\d[\dAB]\d{3}", re.ASCII)
_POLYGONS = ("Polygon", "MultiPolygon")


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """The outlines of communes from one source, by code, in degrees of longitude and latitude.

    `year` is that of the source, None when it does not say. `credit` is the sentence to print
    under a map, `title` names the source in the provenance; `simplified` says whether the source
    did it, or left it to us.
    """

    shapes: Mapping[Code, Any]
    year: int | None
    title: str
    credit: str
    licence: str
    address: str
    sha256: str
    simplified: bool


class Contours:
    """The files of Etalab, one a year and a precision."""

    def __init__(self, client: Client) -> None:
        """Raises UsageError when DIAGNOSTIC_CONTOURS_URL is no address."""
        self._client = client
        self._address = address(CONTOURS_VARIABLE, CONTOURS_ADDRESS)

    def fetch(self, year: int, folder: Path, progress: Progress | None = None) -> Drawn | None:
        """The outlines of a year, simplified to 100 m; None when there is no file of that year.

        Raises UnreachableError when nobody answers, SourceError when it refuses or sends
        elsewhere, DataError for a file that is cut short, too large or no GeoJSON of communes.
        """
        question = Question(
            url=f"{self._address}/contours-administratifs/{year}/geojson/communes-100m.geojson.gz",
            producer="Etalab",
            dataset=f"contours administratifs {year}",
            expected="un fichier GeoJSON de communes",
            hosts=STORAGE,
        )
        try:
            saved = self._client.save(question, folder / f"contours-{year}.geojson.gz", progress)
        except RefusedError as error:
            if error.status == _NOT_FOUND:
                return None
            raise
        features = _features(_parsed(_content(saved.path, question), question), question)
        return Drawn(
            shapes=_shapes(((f, "code") for f in features if not _is_part(f)), question),
            year=year,
            title=f"contours administratifs {year} d’Etalab, communes à 100 m",
            credit=f"Contours Etalab {year}, d’après IGN Admin Express, simplifiés à 100 m",
            licence="Licence Ouverte ou ODbL, à vérifier",
            address=saved.address,
            sha256=saved.sha256,
            simplified=True,
        )


class Wfs:
    """The WFS of the IGN, page by page."""

    def __init__(self, client: Client) -> None:
        """Raises UsageError when DIAGNOSTIC_WFS_URL is no address."""
        self._client = client
        self._address = address(WFS_VARIABLE, WFS_ADDRESS)

    def fetch(self, folder: Path, progress: Progress | None = None) -> Drawn:
        """The outlines of the newest year, which the service does not say. Raises as Contours.

        DataError also when the pages do not hold as many communes as the service announces.
        """
        name = self._code_name(folder)
        shapes: dict[Code, Any] = {}
        digest = hashlib.sha256()
        matched: int | None = None
        while matched is None or len(shapes) < matched:
            question = self._page(name, len(shapes))
            body = self._patiently(question, folder, progress)
            digest.update(body)
            table = _parsed(body, question)
            features = _features(table, question)
            announced = table.get("numberMatched", table.get("totalFeatures"))
            if not isinstance(announced, int) or announced != (matched or announced):
                raise question.unusable(f"un nombre de communes qui change{NBSP}: {announced}")
            matched = announced
            page = _shapes(((feature, name) for feature in features), question)
            if len(page) != min(PAGE, matched - len(shapes)) or page.keys() & shapes.keys():
                raise question.unusable(
                    f"une page de {len(page)} communes, après {len(shapes)} sur {matched}"
                )
            shapes |= page
        return Drawn(
            shapes=shapes,
            year=None,
            title=f"IGN, WFS de la Géoplateforme, couche {LAYER}",
            credit="Contours IGN Admin Express COG Carto, simplifiés",
            licence="Licence Ouverte",
            address=self._page(name, 0).address,
            sha256=digest.hexdigest(),
            simplified=False,
        )

    def _code_name(self, folder: Path) -> str:
        """The attribute that bears the code, as the service describes its layer."""
        question = self._question("DescribeFeatureType", (), "la description d’une couche")
        body = self._patiently(question, folder, None)
        named = set(re.findall(r'\bname="(\w+)"', body.decode("utf-8", "replace")))
        found = next((name for name in CODES if name in named), None)
        if found is None:
            raise question.unusable(f"une couche sans attribut {' ni '.join(CODES)}")
        return found

    def _page(self, name: str, start: int) -> Question:
        more = (
            ("OUTPUTFORMAT", "application/json"),
            ("SRSNAME", "EPSG:4326"),
            ("SORTBY", name),  # or pages might overlap
            ("COUNT", str(PAGE)),
            ("STARTINDEX", str(start)),
        )
        return self._question("GetFeature", more, "une page GeoJSON de communes")

    def _question(self, request: str, more: tuple[tuple[str, str], ...], expected: str) -> Question:
        query = (
            ("SERVICE", "WFS"), ("VERSION", "2.0.0"), ("REQUEST", request), ("TYPENAMES", LAYER),
            *more,
        )  # fmt: skip
        return Question(
            url=f"{self._address}/wfs/ows",
            query=query,
            producer="IGN",
            dataset=LAYER,
            expected=expected,
        )

    def _patiently(self, question: Question, folder: Path, progress: Progress | None) -> bytes:
        """The body: this service refuses now and then, with a 400, what it gives afterwards."""
        path = folder / "wfs"
        for turn in range(1, _TRIES + 1):
            try:
                self._client.save(question, path, progress)
                break
            except RefusedError as error:
                if error.status != _BAD_REQUEST or turn == _TRIES:
                    raise
                time.sleep(self._client.pause * turn)
        body = path.read_bytes()
        path.unlink()
        return body


def _content(path: Path, question: Question) -> bytes:
    """A file unpacked: gzip by itself or already unpacked on the way. Raises DataError."""
    size, pieces = 0, []
    try:
        with path.open("rb") as stream:
            zipped = stream.read(2) == b"\x1f\x8b"
            stream.seek(0)
            chunks: Iterator[bytes] = iter(lambda: stream.read(1 << 18), b"")
            for piece in bodies.unpacked(chunks, question) if zipped else chunks:
                size += len(piece)
                if size > LARGEST:
                    raise question.unusable(f"un fichier de plus de {LARGEST // 1_000_000} Mo")
                pieces.append(piece)
    except PassingError as passing:
        raise passing.error from passing
    return b"".join(pieces)


def _parsed(body: bytes, question: Question) -> dict[str, Any]:
    """A table of JSON, whose coordinates are plain floats. Raises DataError."""
    try:
        table = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise question.unusable(fault(body)) from error
    if not isinstance(table, dict):
        raise question.unusable("autre chose qu’une collection")
    return table


def _features(table: Mapping[str, Any], question: Question) -> list[Mapping[str, Any]]:
    features = table.get("features")
    if table.get("type") != "FeatureCollection" or not isinstance(features, list) or not features:
        raise question.unusable("autre chose qu’une collection de communes")
    for one in features:
        if not isinstance(one, dict) or not isinstance(one.get("properties"), dict):
            raise question.unusable("une commune sans propriétés")
    return features


def _is_part(feature: Mapping[str, Any]) -> bool:
    """Whether it is an arrondissement of Paris, Lyon or Marseille, which stand there too."""
    return bool(feature["properties"].get("commune"))


def _shapes(
    features: Iterable[tuple[Mapping[str, Any], str]], question: Question
) -> dict[Code, Any]:
    """The polygons by code; `features` come with the property of their code. Raises DataError."""
    import shapely  # noqa: PLC0415 - heavy

    texts: dict[Code, str] = {}
    for feature, name in features:
        code, geometry = feature["properties"].get(name), feature.get("geometry")
        if not isinstance(code, str) or not _CODE.fullmatch(code) or code in texts:
            raise question.unusable(f"un code qui n’en est pas un, ou deux fois{NBSP}: {code}")
        if not isinstance(geometry, dict) or geometry.get("type") not in _POLYGONS:
            raise question.unusable(f"la commune {code} sans polygone")
        texts[code] = json.dumps(geometry)
    try:
        shapes = shapely.from_geojson(list(texts.values()))
    except (shapely.errors.GEOSException, ValueError, TypeError) as error:
        raise question.unusable(f"un polygone illisible ({error})") from error
    found = dict(zip(texts, shapes, strict=True))
    for code, shape in found.items():
        if shape.is_empty or not _on_earth(shape.bounds):
            raise question.unusable(f"la commune {code} sans polygone, ou hors de la Terre")
    return found


def _on_earth(bounds: tuple[float, float, float, float]) -> bool:
    west, south, east, north = bounds
    return -180 <= west < east <= 180 and -90 <= south < north <= 90
