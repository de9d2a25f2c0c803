"""The fake Melodi keeps the contract, line by line."""

from __future__ import annotations

import io
import json
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest

from producers.everyone import Producers
from producers.melodi import Melodi

# The fakes are judged in the long run; the connectors judge them every day.
pytestmark = pytest.mark.long

COMMUNES = ("51649", "51352", "51084", "51108", "13055", "97411")
POPULATIONS = "/data/DS_POPULATIONS_REFERENCE"


@pytest.fixture(scope="module")
def some() -> Iterator[Producers]:
    """A few communes."""
    with Producers(COMMUNES) as everyone:
        yield everyone


@pytest.fixture
def melodi(some: Producers, loopback: None) -> Iterator[Melodi]:
    """Melodi without a fault, its minute untouched."""
    del loopback
    some.reset()
    yield some.melodi
    some.reset()


def ask(
    melodi: Melodi, path: str, *pairs: tuple[str, str], key: str = ""
) -> tuple[int, bytes, str]:
    """Status, body, kind."""
    url = f"{melodi.url}{path}?{urllib.parse.urlencode(pairs)}"
    headers = {"X-INSEE-Api-Key-Integration": key} if key else {}
    try:
        request = urllib.request.Request(url, headers=headers)  # noqa: S310
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            return answer.status, answer.read(), answer.headers["Content-Type"]
    except urllib.error.HTTPError as error:
        return error.code, error.read(), error.headers["Content-Type"]


def seen(melodi: Melodi, path: str, *pairs: tuple[str, str]) -> list[dict[str, Any]]:
    """The observations of a call that is right."""
    status, body, _ = ask(melodi, path, *pairs)
    assert status == 200, body
    return list(json.loads(body)["observations"])


def test_one_place_as_recorded(melodi: Melodi) -> None:
    """The vintage stands before the place, values are decimals, no attributes there."""
    found = seen(melodi, POPULATIONS, ("GEO", "COM-51649"), ("POPREF_MEASURE", "PMUN"))
    assert found == [
        {
            "dimensions": {
                "GEO": "2025-COM-51649", "FREQ": "A", "POPREF_MEASURE": "PMUN",
                "TIME_PERIOD": "2023",
            },
            "measures": {"OBS_VALUE_NIVEAU": {"value": 10996.0}},
        }
    ]  # fmt: skip
    assert seen(melodi, POPULATIONS, ("GEO", "2025-COM-51649"), ("POPREF_MEASURE", "PMUN")) == found
    bare = seen(melodi, POPULATIONS, ("GEO", "COM-51649"), ("idTerritoire", "FALSE"))
    assert {one["dimensions"]["GEO"] for one in bare} == {"51649"}


def test_places_of_every_kind(melodi: Melodi) -> None:
    """Communes of an EPCI, arrondissements apart from communes, whole levels, France twice."""
    pinned = ("POPREF_MEASURE", "PMUN")

    def places(*wanted: str) -> list[str]:
        found = seen(melodi, POPULATIONS, *[("GEO", one) for one in wanted], pinned)
        return [one["dimensions"]["GEO"].removeprefix("2025-") for one in found]

    assert places("EPCI-200034718*COM") == ["COM-51084", "COM-51352", "COM-51649"]
    assert len(places("ARM-13201", "COM-13055")) == 2
    assert places("FRANCE") == ["FRANCE-F", "FRANCE-FM"]
    assert places("DEP") == ["DEP-13", "DEP-51", "DEP-974"]
    status, body, _ = ask(melodi, POPULATIONS, ("GEO", "COM-13201"))
    assert (status, body.decode()) == (404, "Aucun territoire trouvé")


def test_levels_add_up(melodi: Melodi) -> None:
    """The communes that are kept make the département and France, to the last decimal."""
    words = (("RP_MEASURE", "POP"), ("SEX", "F"), ("AGE", "Y_LT15"), ("TIME_PERIOD", "2023"))

    def total(place: str) -> float:
        found = seen(melodi, "/data/DS_RP_POPULATION_PRINC", ("GEO", place), *words)
        return sum(one["measures"]["OBS_VALUE_NIVEAU"]["value"] for one in found if one["measures"])

    assert total("DEP-51*COM") == pytest.approx(total("DEP-51"))
    assert total("COM") == pytest.approx(total("FRANCE-F"))
    assert total("FRANCE-FM") < total("FRANCE-F")


def test_totals_stand_beside_details(melodi: Melodi) -> None:
    """Without pins, `_T` and its parts all come."""
    found = seen(
        melodi, "/data/DS_RP_POPULATION_PRINC", ("GEO", "COM-51649"), ("TIME_PERIOD", "2023")
    )
    values = {
        (one["dimensions"]["SEX"], one["dimensions"]["AGE"]): one["measures"]["OBS_VALUE_NIVEAU"][
            "value"
        ]
        for one in found
    }
    assert values["_T", "_T"] == pytest.approx(values["M", "_T"] + values["F", "_T"])
    assert sum(values.values()) > 5 * values["_T", "_T"]


def test_pages_and_counts(melodi: Melodi) -> None:
    """maxResult 0 counts; `next` while more; isLast when it is said; an empty page after."""
    words = (("GEO", "COM-51649"), ("totalCount", "TRUE"))
    none = json.loads(ask(melodi, POPULATIONS, *words, ("maxResult", "0"))[1])
    assert (none["observations"], none["paging"]["count"]) == ([], 3)
    first = json.loads(ask(melodi, POPULATIONS, *words, ("maxResult", "2"))[1])
    assert (len(first["observations"]), "next" in first["paging"]) == (2, True)
    assert "isLast" not in first["paging"]
    melodi.says_last = True
    page = (("maxResult", "2"), ("page", "2"))
    second = json.loads(ask(melodi, POPULATIONS, *words, *page)[1])
    assert (len(second["observations"]), second["paging"]["isLast"]) == (1, True)
    assert ask(melodi, POPULATIONS, ("maxResult", "100001"))[0] == 400


def test_refusals(melodi: Melodi) -> None:
    """A key 401, an unknown dataset 500 in plain text, an unknown code 400, others ignored."""
    assert ask(melodi, POPULATIONS, key="x")[0] == 401
    status, body, kind = ask(melodi, "/data/DS_NEXISTEPAS")
    assert (status, kind) == (500, "text/plain;charset=UTF-8")
    assert body.decode() == "Le serveur a rencontré une erreur inattendue."
    assert ask(melodi, POPULATIONS, ("POPREF_MEASURE", "NOPE"))[0] == 400
    assert len(seen(melodi, POPULATIONS, ("GEO", "COM-51649"), ("BOGUS", "1"))) == 3
    assert seen(melodi, POPULATIONS, ("GEO", "COM-51649"), ("TIME_PERIOD", "1999")) == []


def test_thirty_calls_a_minute(melodi: Melodi) -> None:
    """The thirty-first call is refused, and a later one is not."""
    words = (("GEO", "COM-51649"), ("maxResult", "0"))
    assert [ask(melodi, POPULATIONS, *words)[0] for _ in range(31)] == [200] * 30 + [429]
    melodi.window = 0.0
    assert ask(melodi, POPULATIONS, *words)[0] == 200


def test_secrets_and_statuses(melodi: Melodi) -> None:
    """A small commune: no measure and C, or no row; a provisional dataset; the other measure."""
    small = seen(melodi, "/data/DS_FILOSOFI_CC", ("GEO", "COM-51084"), ("TIME_PERIOD", "2021"))
    large = seen(melodi, "/data/DS_FILOSOFI_CC", ("GEO", "COM-51649"), ("TIME_PERIOD", "2021"))
    assert 0 < len(small) < len(large)
    assert all(one["attributes"]["CONF_STATUS"] == "C" and not one["measures"] for one in small)
    late = seen(melodi, "/data/DS_FILOSOFI_CC", ("GEO", "COM-51649"), ("TIME_PERIOD", "2023"))
    assert {one["dimensions"]["FILOSOFI_MEASURE"] for one in late} == {"MED_SL", "PR_MD60"}
    schools = seen(melodi, "/data/DS_BPE", ("GEO", "COM-51649"))
    assert {one["attributes"]["OBS_STATUS"] for one in schools} == {"P"}
    prices = seen(melodi, "/data/DS_IPC_PRINC")
    assert {tuple(one["measures"]) for one in prices} == {("OBS_VALUE_INDICE_DE_PRIX",)}


def test_communes_that_include_others() -> None:
    """Over all of France some rows are W, with a value, and some K, without."""
    from producers.cubes import cubes, told

    census = next(one for one in cubes() if one.id == "DS_RP_LOGEMENT_PRINC")
    codes = [f"{number:05}" for number in range(1000, 90000)]
    statuses = [told(census, "COM", code, 1000)[0] for code in codes]
    assert {"A", "W", "K"} == set(statuses)
    assert statuses.count("K") < statuses.count("W") < statuses.count("A")


def test_catalogue_and_files(melodi: Melodi) -> None:
    """What there is, in one call; a file is a zip of two tables."""
    items = json.loads(ask(melodi, "/catalog/all")[1])
    assert {"DS_BPE", "DS_FILOSOFI_CC"} <= {one["identifier"] for one in items}
    assert all(one["modified"] and one["spatialTemporal"] for one in items)
    packed = ask(melodi, "/file/DS_POPULATIONS_REFERENCE/DS_POPULATIONS_REFERENCE_CSV_FR")[1]
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        data = archive.read("DS_POPULATIONS_REFERENCE_data.csv").decode().splitlines()
    assert data[0].startswith("GEO;GEO_OBJECT;FREQ;POPREF_MEASURE")
    assert "51649;COM;A;PMUN;F;A;2023;10996.0" in data
    concepts = json.loads(ask(melodi, "/range/DS_BPE")[1])["range"]
    assert [one["concept"]["code"] for one in concepts][-1] == "FACILITY_TYPE"
