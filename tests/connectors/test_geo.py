"""geo.api.gouv.fr and INSEE's COG API, played over loopback and broken in every way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from producers.everyone import Producers
from scripted import Scripted, reply

from diagnostic.connectors import geo
from diagnostic.connectors.client import Client
from diagnostic.connectors.questions import RefusedError
from diagnostic.errors import DataError, SourceError, UnreachableError, UsageError

CODES = ["51649", "51108", "75056", "97411", "97502"]


@pytest.fixture
def some(loopback: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Producers]:
    """The producers over four communes of France and one of an overseas collectivity."""
    del loopback
    with Producers(CODES) as everyone:
        for name, url in everyone.environment.items():
            monkeypatch.setenv(name, url)
        yield everyone


@pytest.fixture
def scripted(loopback: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scripted]:
    """A server that says what a test gives it, for both services."""
    del loopback
    server = Scripted()
    for name in (geo.GEO_VARIABLE, geo.COG_VARIABLE):
        monkeypatch.setenv(name, f"http://{server.host}")
    yield server
    server.close()


def client() -> Client:
    """A client that does not wait."""
    return Client(pause=0, tries=2)


def test_the_whole_listing_takes_five_calls(some: Producers) -> None:
    """Each list is asked once, with GET, under the name of the project, never with outlines."""
    found = geo.Geo(client()).listing()
    assert set(found.communes) == set(CODES)
    assert found.communes["51649"]["codeEpci"] == "200034718"
    assert found.communes["97502"]["zone"] == "com"
    assert len(found.arrondissements) == 20
    assert {one["codeParent"] for one in found.arrondissements.values()} == {"75056"}
    assert found.epcis["200034718"]["nom"] == "CC de Vitry, Champagne et Der"
    assert found.epcis["200034718"]["type"] == "CC"
    assert set(found.departements) == {"51", "75", "974", "975"}
    assert found.departements["51"]["codeRegion"] == "44"
    assert {"44", "11", "04"} <= set(found.regions)
    calls = some.geo.log.calls()
    assert len(calls) == 5
    assert {one.method for one in calls} == {"GET"}
    assert all("contour" not in one.query and "geojson" not in one.query for one in calls)
    assert all(agent.startswith("diagnostic-territorial/") for agent in some.geo.log.agents())


def test_insee_lists_the_communes_of_a_date_in_json(some: Producers) -> None:
    """Overseas collectivities are not in it; a commune that ended since says when."""
    some.ground.merge("51108", "51649", "2027-01-01")
    found = geo.Cog(client()).communes(2026)
    assert found["51108"] == geo.Named("Châlons-en-Champagne", "2027-01-01")
    assert found["51649"] == geo.Named("Vitry-le-François")
    assert "97502" not in found
    assert [one.query for one in some.cog.log.calls()] == ["date=2026-01-01"]


def test_json_is_asked_for_by_name(scripted: Scripted) -> None:
    """Without that header INSEE answers XML."""
    scripted.answers = [reply([{"code": "51649", "intitule": "Vitry-le-François"}])]
    geo.Cog(client()).communes(2026)
    assert scripted.header("Accept") == "application/json"


def test_heirs_are_the_projection_of_a_commune(some: Producers) -> None:
    """INSEE says where a commune went; 404 is its word for nowhere."""
    some.ground.merge("51108", "51649", "2027-01-01")
    cog = geo.Cog(client())
    assert cog.heirs("51108", 2026, 2027) == {"51649"}
    assert cog.heirs("99999", 2026, 2027) == frozenset()


def test_an_error_in_plain_text_is_given_in_its_words(some: Producers, scripted: Scripted) -> None:
    """A 404 of geo.api.gouv.fr is no empty list: the service changed."""
    del some
    scripted.answers = [reply(b"Not Found", 404, Content_Type="text/plain")]
    with pytest.raises(RefusedError, match=r"Etalab .*communes.*introuvable \(404\).*Not Found"):
        geo.Geo(client()).listing()
    scripted.answers = [reply(b"Not Found", 401)]
    with pytest.raises(RefusedError, match="accès refusé"):
        geo.Cog(client()).communes(2026)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"<!DOCTYPE html><html>", "une page HTML"),
        (b'[{"code": "51649", "no', "illisible ou incomplet"),
        (b"", "un corps vide"),
        ([], "autre chose qu’une liste"),
        ({"communes": []}, "autre chose qu’une liste"),
        ([51649], "un code qui n’en est pas un"),
        ([{"code": 1001, "nom": "L'Abergement"}], "un code qui n’en est pas un\u00a0: 1001"),
        ([{"code": "1001", "nom": "L'Abergement"}], "un code qui n’en est pas un"),
        ([{"code": "01001"}], "le code 01001 sans nom"),
        ([{"code": "01001", "nom": " "}], "le code 01001 sans nom"),
        (
            2 * [{"code": "01001", "nom": "A", "codeDepartement": "01", "codeRegion": "84"}],
            "un code est deux fois",
        ),
    ],
)
def test_what_is_no_list_of_communes_is_refused(scripted: Scripted, body: Any, said: str) -> None:
    """The message names the producer, what was expected and what came."""
    scripted.answers = [reply(body if isinstance(body, bytes) else json.dumps(body).encode())]
    with pytest.raises(DataError, match=said) as caught:
        geo.Geo(client()).listing()
    assert "attendu la liste des communes" in caught.value.message
    assert "Adresse demandée" in caught.value.hint


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"codeDepartement": 1}, "codeDepartement"),
        ({"codeDepartement": "01"}, "codeRegion"),
        ({"codeDepartement": "01", "codeRegion": "84", "population": "830"}, "population"),
        ({"codeDepartement": "01", "codeRegion": "84", "codeEpci": 200069193}, "codeEpci"),
        ({"codeDepartement": "01", "codeRegion": "84", "anciensCodes": [1002]}, "anciensCodes"),
        ({"codeDepartement": "975", "zone": "com", "anciensCodes": "97501"}, "anciensCodes"),
    ],
)
def test_a_field_of_another_kind_is_refused(
    scripted: Scripted, row: dict[str, Any], field: str
) -> None:
    """Codes are texts, inhabitants a number: nothing is converted on the way."""
    scripted.answers = [reply([{"code": "01001", "nom": "L'Abergement-Clémenciat", **row}])]
    with pytest.raises(DataError, match=f"le code 01001 avec un champ {field} inattendu"):
        geo.Geo(client()).listing()


def test_a_service_that_stays_busy_is_a_source_error(some: Producers) -> None:
    """503 is tried again, then told."""
    some.geo.fail("busy", "/epcis")
    with pytest.raises(SourceError, match="en panne"):
        geo.Geo(client()).listing()
    assert len(some.geo.log.calls("/epcis")) == 2


def test_nobody_at_the_address_is_unreachable(some: Producers) -> None:
    """A closed port."""
    some.geo.stop()
    with pytest.raises(UnreachableError, match="connexion refusée"):
        geo.Geo(client()).listing()


@pytest.mark.parametrize("address", ["geo.api.gouv.fr", "https://user:pass@geo.api.gouv.fr"])
def test_what_is_no_address_is_refused(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """The variable is named, with the form."""
    monkeypatch.setenv(geo.GEO_VARIABLE, address)
    with pytest.raises(UsageError, match=geo.GEO_VARIABLE):
        geo.Geo(client())


def test_an_end_that_is_no_date_is_not_kept(scripted: Scripted) -> None:
    """INSEE's other forms of an end are not guessed."""
    row = {"code": "51649", "intitule": "Vitry-le-François", "dateSuppression": 2027}
    scripted.answers = [reply([row])]
    assert geo.Cog(client()).communes(2026)["51649"].ended == ""
