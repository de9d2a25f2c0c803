"""The invented country is the same everywhere, and a revision shows at every producer."""

from __future__ import annotations

import json
import urllib.request
from typing import Any

import pytest

from producers.country import Country
from producers.everyone import Producers

# The fakes are judged in the long run; the connectors judge them every day.
pytestmark = pytest.mark.long

COMMUNES = ("51649", "51352", "2A004", "97411", "75056")


def test_same_seed_same_counts() -> None:
    """Known counts of known places, whatever the other communes kept, and others from a seed."""
    for kept in (("51649",), COMMUNES):
        rows = Country(communes=kept).decembers[2024].set_index("code")
        assert tuple(rows.loc["51649", ["foy_ndur", "foy_rsa", "foy_ppa"]]) == (2353, 271, 615)
    other = Country(seed=1, communes=COMMUNES).decembers[2024].set_index("code")
    assert other.loc["51649", "foy_ndur"] != 2353


def test_counts_hold_together() -> None:
    """No benefit has more foyers than there are, nor fewer persons than foyers."""
    rows = Country(communes=COMMUNES).decembers[2022]
    foyers = [name for name in rows if name.startswith("foy_")]
    assert (rows[foyers].max(axis=1) <= rows["foy_ndur"]).all()
    assert all((rows[name] <= rows[name.replace("foy", "nbp")]).all() for name in foyers)
    assert (rows["foy_ndur"] < rows["population"]).all()


def test_merged_communes_stand_in_older_vintages() -> None:
    """The geography of January N+1: more communes in 2023 than in 2025, the same inhabitants."""
    country = Country()
    old, new = country.vintage(2023), country.vintage(2025)
    assert len(old) > len(new) > 34_000
    gone = set(old["code"]) - set(new["code"])
    assert gone
    assert abs(old["population"].sum() - new["population"].sum()) < new["population"].sum() / 10_000


@pytest.mark.parametrize(
    ("what", "card", "data"),
    [
        ("caf", "catalog/datasets/s_ben_nat", "catalog/datasets/s_ben_nat/exports/json"),
        ("dares", "catalog/datasets/dares_defm_communales-brutes", ""),
        ("drees", "catalog/datasets/530_l-accessibilite-potentielle-localisee-apl", ""),
        ("melodi", "catalog/DS_RP_POPULATION_PRINC", ""),
    ],
)
def test_a_revision_shows(loopback: None, what: str, card: str, data: str) -> None:
    """Dates of data move, and values with them; asked again, they are the same."""
    del loopback
    with Producers() as everyone:
        producer: Any = getattr(everyone, what)
        api = "" if what == "melodi" else "/api/explore/v2.1"

        def read(path: str) -> Any:
            with urllib.request.urlopen(f"{producer.url}{api}/{path}") as answer:  # noqa: S310
                return json.load(answer)

        before, values = read(card), read(data) if data else None
        assert read(card) == before
        everyone.revise(what)
        after = read(card)
        date = "modified" if what == "melodi" else "data_processed"
        dates = [one if what == "melodi" else one["metas"]["default"] for one in (before, after)]
        assert dates[0][date] < dates[1][date]
        if data:
            changed = [old != new for old, new in zip(values, read(data), strict=True)]
            assert any(changed)
