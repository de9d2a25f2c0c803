"""Outlines of communes: Etalab's files and IGN's pages, whole and broken in every way."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from producers.everyone import Producers
from scripted import Scripted, reply

from diagnostic.connectors import contours
from diagnostic.connectors.client import Client
from diagnostic.connectors.questions import RefusedError
from diagnostic.errors import DataError, SourceError

CODES = ["51649", "51108", "75056", "97411"]


@pytest.fixture
def some(loopback: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Producers]:
    """The producers over four communes."""
    del loopback
    with Producers(CODES) as everyone:
        for name, url in everyone.environment.items():
            monkeypatch.setenv(name, url)
        yield everyone


@pytest.fixture
def scripted(loopback: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scripted]:
    """A server that says what a test gives it, for both sources."""
    del loopback
    server = Scripted()
    for name in (contours.CONTOURS_VARIABLE, contours.WFS_VARIABLE):
        monkeypatch.setenv(name, f"http://{server.host}")
    yield server
    server.close()


def client() -> Client:
    """A client that does not wait."""
    return Client(pause=0, tries=2)


def square(code: Any = "51649", **other: Any) -> dict[str, Any]:
    """A commune as a GeoJSON square."""
    ring = [[4.5, 48.7], [4.6, 48.7], [4.6, 48.8], [4.5, 48.8], [4.5, 48.7]]
    geometry = {"type": "Polygon", "coordinates": [ring]}
    return {"type": "Feature", "properties": {"code": code}, "geometry": geometry, **other}


def collection(*features: Any, **other: Any) -> dict[str, Any]:
    """A collection of features."""
    return {"type": "FeatureCollection", "features": list(features), **other}


def test_a_redirect_and_a_gzip_file_give_the_communes(some: Producers, tmp_path: Path) -> None:
    """Cities are whole, their arrondissements left out; where it comes from is told."""
    drawn = contours.Contours(client()).fetch(2026, tmp_path)
    assert drawn is not None
    assert set(drawn.shapes) == set(CODES)
    west, south, east, north = drawn.shapes["51649"].bounds
    assert 4.4 < west < east < 4.7
    assert 48.6 < south < north < 48.8
    assert (drawn.year, drawn.simplified) == (2026, True)
    assert "2026" in drawn.credit
    assert drawn.licence == "Licence Ouverte ou ODbL, à vérifier"
    assert len(drawn.sha256) == 64
    assert [call.status for call in some.contours.log.calls()] == [302, 200]


def test_a_year_without_file_is_none(some: Producers, tmp_path: Path) -> None:
    """404 says that the file of that year is not there."""
    assert some.contours.url
    assert contours.Contours(client()).fetch(2031, tmp_path) is None


def test_a_redirect_elsewhere_is_not_followed(some: Producers, tmp_path: Path) -> None:
    """Neither to another host nor to a file: the message names it."""
    for target in ("http://exemple.invalid/x", "file:///etc/passwd"):
        some.contours.fail("redirect", to=target, times=1)
        with pytest.raises(RefusedError, match="que le programme ne suit pas"):
            contours.Contours(client()).fetch(2026, tmp_path)


def test_only_a_missing_file_is_none(some: Producers, tmp_path: Path) -> None:
    """A service that is down is a source error, not a year without file."""
    some.contours.fail("broken")
    with pytest.raises(SourceError, match="500"):
        contours.Contours(client()).fetch(2026, tmp_path)


def test_a_file_already_unpacked_on_the_way_is_read(scripted: Scripted, tmp_path: Path) -> None:
    """Some stores send the gzip file as an encoding of the GeoJSON."""
    scripted.answers = [reply(gzip.compress(json.dumps(collection(square())).encode()),
                              Content_Encoding="gzip")]  # fmt: skip
    drawn = contours.Contours(client()).fetch(2026, tmp_path)
    assert drawn is not None
    assert list(drawn.shapes) == ["51649"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"<!DOCTYPE html>", "une page HTML"),
        (b'{"type": "FeatureColl', "illisible ou incomplet"),
        (b"", "un corps vide"),
        (gzip.compress(json.dumps(collection(square())).encode(), mtime=0)[:60], "gzip incomplet"),
        (b"\x1f\x8b" + b"x" * 40, "gzip abîmé"),
        ([], "autre chose qu’une collection"),
        ({"type": "Feature"}, "autre chose qu’une collection de communes"),
        (collection(), "autre chose qu’une collection de communes"),
        (collection("51649"), "une commune sans propriétés"),
        (collection({"type": "Feature"}), "une commune sans propriétés"),
        (collection(square(1001)), "un code qui n’en est pas un"),
        (collection(square("1001")), "un code qui n’en est pas un"),
        (collection(square(), square()), "deux fois\u00a0: 51649"),
        (collection(square(geometry=None)), "la commune 51649 sans polygone"),
        (collection(square(geometry={"type": "Point", "coordinates": [4, 48]})), "sans polygone"),
        (collection(square(geometry={"type": "Polygon", "coordinates": [[[1]]]})), "illisible"),
        (collection(square(geometry={"type": "Polygon", "coordinates": []})), "hors de la Terre"),
        (
            collection(square(geometry={"type": "Polygon", "coordinates": [
                [[800000, 68], [800001, 68], [800001, 69], [800000, 68]]]})),
            "hors de la Terre",
        ),
    ],
)  # fmt: skip
def test_what_is_no_file_of_communes_is_refused(
    scripted: Scripted, tmp_path: Path, body: Any, said: str
) -> None:
    """The message names the producer, the file and what it is instead."""
    scripted.answers = [reply(body if isinstance(body, bytes) else json.dumps(body).encode())]
    with pytest.raises(DataError, match=said) as caught:
        contours.Contours(client()).fetch(2026, tmp_path)
    assert "Etalab" in caught.value.message
    assert "contours administratifs 2026" in caught.value.message


def test_a_file_that_swells_is_refused(
    scripted: Scripted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cap holds for what is unpacked, by steps."""
    monkeypatch.setattr(contours, "LARGEST", 1000)
    scripted.answers = [reply(gzip.compress(b" " * 100_000))]
    with pytest.raises(DataError, match="un fichier de plus de"):
        contours.Contours(client()).fetch(2026, tmp_path)


@pytest.mark.parametrize("model", ["2025", "avant"])
def test_the_pages_of_the_ign_are_read_under_both_models(
    some: Producers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model: str
) -> None:
    """The code's attribute is read from the description of the layer; pages follow each other."""
    monkeypatch.setattr(contours, "PAGE", 3)
    some.wfs.model = model
    drawn = contours.Wfs(client()).fetch(tmp_path)
    assert set(drawn.shapes) == set(CODES)
    assert (drawn.year, drawn.simplified, drawn.licence) == (None, False, "Licence Ouverte")
    asked = [call.query for call in some.wfs.log.calls()]
    assert len(asked) == 3
    assert "DescribeFeatureType" in asked[0]
    assert ["STARTINDEX=0" in asked[1], "STARTINDEX=3" in asked[2]] == [True, True]
    assert not list(tmp_path.iterdir())


def test_a_short_page_of_the_ign_is_refused(some: Producers, tmp_path: Path) -> None:
    """Four communes are announced and three come."""
    some.wfs.fail("short", rows=1)
    with pytest.raises(DataError, match="une page de 3 communes, après 0 sur 4"):
        contours.Wfs(client()).fetch(tmp_path)


def test_a_number_that_changes_between_pages_is_refused(
    scripted: Scripted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or is none: the pages are then not of one edition."""
    monkeypatch.setattr(contours, "PAGE", 1)
    description = reply(b'<xsd:element name="code_insee"/>')
    one, two = (
        collection({**square(), "properties": {"code_insee": code}}, numberMatched=matched)
        for code, matched in (("51649", 2), ("51108", 3))
    )
    scripted.answers = [description, reply(one), reply(two)]
    with pytest.raises(DataError, match="un nombre de communes qui change\u00a0: 3"):
        contours.Wfs(client()).fetch(tmp_path)
    scripted.answers = [description, reply({**one, "numberMatched": "unknown"})]
    with pytest.raises(DataError, match="unknown"):
        contours.Wfs(client()).fetch(tmp_path)
    scripted.answers = [description, reply(one), reply(one)]
    with pytest.raises(DataError, match="une page de 1 communes, après 1 sur 2"):
        contours.Wfs(client()).fetch(tmp_path)


def test_a_layer_without_code_is_refused(scripted: Scripted, tmp_path: Path) -> None:
    """Neither model: the message names both attributes."""
    scripted.answers = [reply(b'<xsd:element name="geometrie"/>')]
    with pytest.raises(DataError, match="code_insee ni insee_com"):
        contours.Wfs(client()).fetch(tmp_path)


def test_a_passing_refusal_of_the_ign_is_tried_again(some: Producers, tmp_path: Path) -> None:
    """400 now and then, 429 with its delay: both pass."""
    some.wfs.fail("denied", times=2)
    some.wfs.fail("storm_reset", times=1, after=1, seconds=0)
    assert len(contours.Wfs(client()).fetch(tmp_path).shapes) == 4


def test_a_lasting_refusal_of_the_ign_is_told(some: Producers, tmp_path: Path) -> None:
    """After three tries the 400 is an error."""
    some.wfs.fail("denied")
    with pytest.raises(RefusedError, match="demande refusée"):
        contours.Wfs(client()).fetch(tmp_path)
    assert len(some.wfs.log.calls()) == 3
