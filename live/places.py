"""The producers of territories and outlines: one small call each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from diagnostic.connectors import address, contours, geo
from diagnostic.connectors.client import Client
from diagnostic.connectors.questions import Question
from diagnostic.model import Portal
from live.facts import Facts
from live.lines import Line, Subject

_PLACED = {"nom", "code", "codeEpci", "codeDepartement", "codeRegion", "population"}
_LAYER = (
    ("SERVICE", "WFS"),
    ("VERSION", "2.0.0"),
    ("REQUEST", "GetFeature"),
    ("TYPENAMES", contours.LAYER),
    ("OUTPUTFORMAT", "application/json"),
    ("SRSNAME", "EPSG:4326"),
    ("COUNT", "1"),
)


def survey(client: Client, facts: Facts) -> list[Line]:
    """Every line about territories."""
    return [*_geo(client, facts.places), *_cog(client), *_wfs(client), *_outlines(client)]


def _geo(client: Client, places: Mapping[str, Any]) -> list[Line]:
    base = address(geo.GEO_VARIABLE, geo.GEO_ADDRESS)
    subject = _subject("Etalab", "geo.api.gouv.fr")
    fields = ("fields", ",".join(sorted(_PLACED)))
    found: list[Line] = []
    for code, expected in places["epci"].items():
        with subject.trying(f"commune {code}", found):
            row = client.json(_question(subject, f"{base}/communes/{code}", fields))
            missing = sorted(_PLACED - set(row)) if isinstance(row, dict) else ["tout"]
            said = row.get("codeEpci") if isinstance(row, dict) else None
            told = f"il manque {', '.join(missing)}" if missing else f"EPCI {said}"
            right = not missing and said == expected
            found.append(subject.line(f"commune {code}", right, told, places["source"]))
    for name, key in (("codeDepartement", "communes"), ("codeEpci", "members")):
        for code, expected in places[key].items():
            check = f"communes de {code}"
            with subject.trying(check, found):
                url = f"{base}/communes"
                rows = client.json(_question(subject, url, (name, code), ("fields", "nom,code")))
                told = f"{len(rows)} communes, attendu {expected}"
                found.append(subject.line(check, len(rows) == expected, told, places["source"]))
    return found


def _cog(client: Client) -> list[Line]:
    """Whether INSEE's API of codes answers in JSON, and how."""
    subject = _subject("Insee", "code officiel géographique")
    found: list[Line] = []
    with subject.trying("commune 51649 projetée", found):
        heirs = geo.Cog(client).heirs("51649", 2024, 2025)
        told = f"de 2024 à 2025 : {', '.join(sorted(heirs)) or 'rien'}"
        found.append(subject.line("commune 51649 projetée", heirs == {"51649"}, told))
    return found


def _wfs(client: Client) -> list[Line]:
    subject = _subject("IGN", contours.LAYER)
    found: list[Line] = []
    with subject.trying("une commune", found):
        url = f"{address(contours.WFS_VARIABLE, contours.WFS_ADDRESS)}/wfs/ows"
        table = client.json(_question(subject, url, *_LAYER))
        features = _features(table)
        held = [name for name in contours.CODES if features and name in features[0]]
        told = f"code dans {held[0]}" if held else "aucun attribut de code connu"
        found.append(subject.line("une commune", bool(held), told))
        count = table.get("numberMatched") if isinstance(table, dict) else None
        told = f"{count} communes annoncées"
        found.append(subject.line("nombre", isinstance(count, int) and count > 0, told))
    return found


def _outlines(client: Client) -> list[Line]:
    """The lightest file of Etalab: the program reads a finer one, of the same form."""
    subject = _subject("Etalab", "contours administratifs")
    found: list[Line] = []
    with subject.trying("fichier", found):
        base = address(contours.CONTOURS_VARIABLE, contours.CONTOURS_ADDRESS)
        url = f"{base}/contours-administratifs/latest/geojson/communes-1000m.geojson"
        features = _features(client.json(_question(subject, url, hosts=contours.STORAGE)))
        lacking = sorted({"code", "nom"} - set(features[0])) if features else ["tout"]
        told = f"il manque {', '.join(lacking)}" if lacking else f"{len(features)} contours"
        found.append(subject.line("fichier", not lacking, told))
    return found


def _features(table: Any) -> Sequence[Mapping[str, Any]]:
    """The properties of each feature of a GeoJSON; none of what is no GeoJSON."""
    features = table.get("features") if isinstance(table, dict) else None
    return [one["properties"] for one in features or () if isinstance(one.get("properties"), dict)]


def _subject(producer: str, dataset: str) -> Subject:
    portal = Portal(id="", api="opendatasoft", producer=producer, address="", variable="")
    return Subject(portal, dataset)


def _question(
    subject: Subject, url: str, *query: tuple[str, str], hosts: frozenset[str] = frozenset()
) -> Question:
    return Question(
        url=url,
        producer=subject.portal.producer,
        dataset=subject.dataset,
        expected="du JSON",
        query=query,
        hosts=hosts,
    )
