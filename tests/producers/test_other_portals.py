"""The invented Dares, Drees and Urssaf portals have the traps that the contract tells."""

from __future__ import annotations

import io
import json
import urllib.parse
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from producers import dares, drees, urssaf
from producers.everyone import Producers

# The fakes are judged in the long run; the connectors judge them every day.
pytestmark = pytest.mark.long

COMMUNES = ("51649", "51433", "75056", "69123", "13055", "97411")


@pytest.fixture(scope="module")
def some() -> Iterator[Producers]:
    """A few communes and the three cities."""
    with Producers(COMMUNES) as everyone:
        yield everyone


def ask(portal: Any, path: str, **words: object) -> bytes:
    """The body of a call that is right."""
    url = f"{portal.url}/api/explore/v2.1/catalog/datasets{path}?{urllib.parse.urlencode(words)}"
    with urllib.request.urlopen(url, timeout=30) as answer:  # noqa: S310
        return bytes(answer.read())


def test_dares_has_totals_cities_twice_and_roundings(some: Producers, loopback: None) -> None:
    """« Total » rows, Paris whole and in parts, men and women that do not make the total."""
    del loopback
    path = "/dares_defm_communales-brutes"
    rows = json.loads(ask(some.dares, f"{path}/exports/json"))
    card = json.loads(ask(some.dares, path))
    assert card["metas"]["default"]["records_count"] == len(rows)
    name = "nombre_de_demandeurs_d_emploi"
    keys = ("code_departement", "code_commune", "date", "sexe", "tranche_d_age")
    at = {tuple(one[key] for key in keys): one[name] for one in rows}
    assert len(at) == len(rows)
    assert {date for _, _, date, _, _ in at} == {f"{year}-T4" for year in dares.YEARS}
    last = ("2024-T4", "Total", "Total")
    arms = [f"751{number:02}" for number in range(1, 21)]
    assert at["75", "75056", *last] == sum(at["75", code, *last] for code in arms)
    assert at["Total", "Total", *last] > at["75", "Total", *last] > at["75", "75056", *last]
    gaps = {
        at[place, code, date, "Hommes", "Total"] + at[place, code, date, "Femmes", "Total"] - value
        for (place, code, date, sex, age), value in at.items()
        if sex == age == "Total" and code in ("51649", "97411") and value is not None
    }
    assert gaps <= {-10, -5, 0, 5, 10}
    assert len(gaps) > 2
    true = some.defm.true(2024)[list(some.defm.places()["code"]).index("51649"), 0]
    assert abs(at["51", "51649", *last] - true) < 5


def test_apl_is_in_a_workbook_alone(some: Producers, loopback: None) -> None:
    """Records and CSV are empty; the workbook has its sheets, its eight lines, its units."""
    del loopback
    assert json.loads(ask(some.drees, f"/{drees.ID}/records"))["total_count"] == 0
    files = json.loads(ask(some.drees, f"/{drees.ID}/attachments"))["attachments"]
    assert files[0]["href"].endswith(drees.FILE)
    body = ask(some.drees, f"/{drees.ID}/attachments/{drees.FILE}")
    book = CalamineWorkbook.from_filelike(io.BytesIO(body))
    assert book.sheet_names == ["Lisez-moi", "APL 2022", "APL 2023", "APL 2024"]
    rows = book.get_sheet_by_name("APL 2024").to_python(skip_empty_area=False)
    assert rows[8][0] == "Code commune INSEE"
    assert rows[9][:2] == ["", ""]
    codes = [one[0] for one in rows[10:]]
    assert "75101" in codes
    assert "75056" not in codes
    expected = some.care.apl(2024).set_index("code").loc["51649"]
    assert rows[10 + codes.index("51649")][2] == expected["apl"]


def test_urssaf_lists_what_is_there(some: Producers, loopback: None) -> None:
    """No row of zero establishment."""
    del loopback
    rows = json.loads(ask(some.urssaf, f"/{urssaf.ID}/exports/json"))
    assert rows
    assert all(one["nombre_d_etablissements"] > 0 for one in rows)
