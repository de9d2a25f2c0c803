"""The store: what it reads, which root answers, and how a damaged file is told."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import duckdb
import pytest

from diagnostic import catalogue, resources
from diagnostic import store as store_room
from diagnostic.errors import DataError
from diagnostic.model import Observation, Origin
from diagnostic.store import Store, embedded_root

Row = tuple[str, str, str, str, float | None]
ROWS: list[Row] = [
    ("caf.rsa.foyers", "commune", "01001", "2024-12", 15.0),
    ("caf.rsa.foyers", "commune", "01001", "2023-12", 10.0),
    ("caf.rsa.foyers", "commune", "01002", "2024-12", None),
    ("caf.rsa.foyers", "departement", "01", "2024-12", 900.0),
    ("caf.ndur.foyers", "commune", "01001", "2024-12", 40.0),
]


def origin(name: str) -> Origin:
    """An invented origin."""
    return Origin(
        id=name, producer="Cnaf", dataset="s", title="T", address="", licence="LO",
        edition="2026-11", retrieved="2026-11",
    )  # fmt: skip


def parquet(path: Path, rows: Sequence[Row]) -> None:
    """Write invented rows in the store's layout."""
    with duckdb.connect() as base:
        base.execute(
            "CREATE TABLE t (series VARCHAR, level VARCHAR, code VARCHAR, period VARCHAR, "
            "value DOUBLE, lower DOUBLE, upper DOUBLE, status VARCHAR, provisional BOOLEAN, "
            "champ VARCHAR, cog_year SMALLINT, cells SMALLINT)"
        )
        for *key, value in rows:
            status = "unknown" if value is None else "exact"
            cell = [*key, value, value, value, status, False, "", 2026, 1]
            base.execute("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", cell)
        base.table("t").write_parquet(str(path))


def root(folder: Path, rows: Sequence[Row] = ROWS, name: str = "un", **changed: Any) -> Path:
    """A root of one file; `changed` entries replace those of its manifest."""
    (folder / "observations").mkdir(parents=True)
    path = folder / "observations" / f"{name}.parquet"
    parquet(path, rows)
    series: dict[str, list[str]] = {}
    for one, level, *_ in rows:
        series.setdefault(one, []).append(level)
    entry = {
        "file": f"observations/{name}.parquet",
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "rows": len(rows),
        "series": series,
        "origin": asdict(origin(name)),
    } | changed
    (folder / "manifest.json").write_text(json.dumps({"version": 1, "datasets": [entry]}))
    return folder


def test_reads_what_is_asked_and_nothing_more(tmp_path: Path) -> None:
    """Only the series and codes named come back, codes still text."""
    found = Store([root(tmp_path / "a")]).read(["caf.rsa.foyers"], {"commune": ["01001"]})
    assert {key[1:] for key in found.rows} == {
        ("commune", "01001", "2024-12"),
        ("commune", "01001", "2023-12"),
    }
    assert found.get("caf.rsa.foyers", "commune", "01001", "2024-12") == Observation(
        series="caf.rsa.foyers", level="commune", code="01001", period="2024-12", value=15.0,
        lower=15.0, upper=15.0, status="exact", origin="un", cog_year=2026,
    )  # fmt: skip
    assert found.get("caf.rsa.foyers", "commune", "01002", "2024-12") is None


def test_none_asks_for_every_code(tmp_path: Path) -> None:
    """None gives all the territories of a level, an empty collection gives none."""
    store = Store([root(tmp_path / "a")])
    everyone = store.read(["caf.rsa.foyers"], {"commune": None})
    assert everyone.codes("caf.rsa.foyers", "commune") == {"01001", "01002"}
    assert store.read(["caf.rsa.foyers"], {"commune": []}).rows == {}


def test_periods_and_codes_are_sorted(tmp_path: Path) -> None:
    """Periods come oldest first, a period's observations by code, an absence with its status."""
    found = Store([root(tmp_path / "a")]).read(["caf.rsa.foyers"], {"commune": None})
    assert found.periods("caf.rsa.foyers", "commune", "01001") == ("2023-12", "2024-12")
    assert found.periods("caf.rsa.foyers", "commune", "99999") == ()
    whole = found.all("caf.rsa.foyers", "commune", "2024-12")
    assert [(o.code, o.value, o.status) for o in whole] == [
        ("01001", 15.0, "exact"),
        ("01002", None, "unknown"),
    ]
    assert [o.code for o in found.all("caf.rsa.foyers", "commune", "2023-12")] == ["01001"]


def test_known_series_and_levels(tmp_path: Path) -> None:
    """The manifest alone tells what is held; levels of all roots are united."""
    more = [("caf.rsa.foyers", "france", "france", "2024-12", 1.0)]
    store = Store([root(tmp_path / "a"), root(tmp_path / "b", more, "deux")])
    assert store.known("caf.ndur.foyers")
    assert not store.known("caf.ab.foyers")
    assert store.levels("caf.rsa.foyers") == {"commune", "departement", "france"}
    assert store.levels("caf.ab.foyers") == frozenset()


def test_the_first_root_that_holds_a_series_at_a_level_answers(tmp_path: Path) -> None:
    """Two editions never mix in a series at one level; another level may come from elsewhere."""
    newer: list[Row] = [("caf.rsa.foyers", "commune", "01001", "2025-12", 20.0)]
    store = Store([root(tmp_path / "new", newer, "neuf"), root(tmp_path / "old")])
    found = store.read(
        ["caf.rsa.foyers", "caf.ndur.foyers"], {"commune": None, "departement": None}
    )
    assert found.periods("caf.rsa.foyers", "commune", "01001") == ("2025-12",)
    assert found.codes("caf.rsa.foyers", "departement") == {"01"}
    assert found.codes("caf.ndur.foyers", "commune") == {"01001"}
    assert found.origins == {"neuf": origin("neuf"), "un": origin("un")}


def test_origins_are_only_those_of_the_cells(tmp_path: Path) -> None:
    """A file that gave no cell is no source of the dossier."""
    found = Store([root(tmp_path / "a")]).read(["caf.rsa.foyers"], {"commune": ["99999"]})
    assert found.origins == {}


def test_a_root_without_manifest_holds_nothing(tmp_path: Path) -> None:
    """A user's store that was never filled is empty, not damaged."""
    assert Store([tmp_path / "nowhere"]).files == ()


def test_a_changed_file_is_refused_by_name(tmp_path: Path) -> None:
    """One byte changed: exit 5, the file named, nothing read from it."""
    folder = root(tmp_path / "a")
    path = folder / "observations" / "un.parquet"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))
    with pytest.raises(DataError, match=r"un\.parquet.*manifeste") as caught:
        Store([folder]).read(["caf.rsa.foyers"], {"commune": None})
    assert caught.value.exit_code == 5
    assert caught.value.hint


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    """A file that the manifest names and the disk lacks is damage, not absence."""
    folder = root(tmp_path / "a")
    (folder / "observations" / "un.parquet").unlink()
    with pytest.raises(DataError, match=r"un\.parquet"):
        Store([folder]).read(["caf.rsa.foyers"], {"commune": None})


def test_a_file_that_is_no_parquet_is_refused_by_name(tmp_path: Path) -> None:
    """A file faithful to its manifest that DuckDB cannot read is told too."""
    folder = root(tmp_path / "a", sha256=hashlib.sha256(b"not parquet").hexdigest())
    (folder / "observations" / "un.parquet").write_bytes(b"not parquet")
    with pytest.raises(DataError, match=r"un\.parquet.*illisible"):
        Store([folder]).read(["caf.rsa.foyers"], {"commune": None})


def test_a_file_not_needed_is_not_read(tmp_path: Path) -> None:
    """Damage in a file that nothing asks for stops nothing."""
    folder = root(tmp_path / "a")
    (folder / "observations" / "un.parquet").unlink()
    assert Store([folder]).read(["insee.naissances"], {"commune": None}).rows == {}
    assert Store([folder]).read(["caf.rsa.foyers"], {"region": None}).rows == {}


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"datasets": [1]}', '{"datasets": [{"file": "x"}]}', '{"datasets": 3}']
)
def test_a_damaged_manifest_is_refused(tmp_path: Path, text: str) -> None:
    """Whatever is wrong with a manifest, it is named and nothing is read."""
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(DataError, match=r"manifest\.json .*abîmé"):
        Store([tmp_path])


def test_a_manifest_may_not_name_a_file_outside(tmp_path: Path) -> None:
    """A path that leaves the root is refused."""
    folder = root(tmp_path / "a", file="../../ailleurs.parquet")
    with pytest.raises(DataError, match="sort du dossier"):
        Store([folder])


def test_the_embedded_root_must_have_its_manifest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An installation without its data says so instead of being an empty store."""
    monkeypatch.setattr(resources, "folder", lambda _: tmp_path)
    with pytest.raises(DataError, match=r"manifest\.json"):
        embedded_root()


@pytest.fixture(scope="module")
def extract() -> Store:
    """The shipped extract."""
    return Store([embedded_root()])


def test_the_extract_gives_the_judged_figures(extract: Store) -> None:
    """The figures of Vitry-le-François that anybody can check, with their bounds."""
    series = ["caf.ndur.foyers", "caf.ndur.personnes", "caf.ppa.foyers", "caf.couverture.total"]
    places: store_room.Places = {
        "commune": ["51649"],
        "epci": ["200034718"],
        "france": ["france"],
    }
    found = extract.read(series, places)

    def cell(one: str, level: Any, code: str, period: str) -> tuple[float | None, ...]:
        observation = found.get(one, level, code, period)
        assert observation is not None
        return observation.value, observation.lower, observation.upper

    assert cell("caf.ndur.foyers", "commune", "51649", "2024-12") == (3040, 3038, 3042)
    assert cell("caf.ndur.personnes", "commune", "51649", "2024-12") == (6055, 6053, 6057)
    assert cell("caf.ppa.foyers", "commune", "51649", "2024-12") == (1220, 1218, 1222)
    assert cell("caf.ppa.foyers", "france", "france", "2024-12") == (4675469,) * 3
    rates = {
        ("commune", "51649"): (61.5, 61.45, 61.55),
        ("epci", "200034718"): (58.9, 58.85, 58.95),
        ("france", "france"): (60.9, 60.85, 60.95),
    }
    for (level, code), expected in rates.items():
        assert cell("caf.couverture.total", level, code, "2023-12") == expected


def test_the_extract_and_the_catalogue_agree(extract: Store) -> None:
    """Every series embedded is described, at levels described, and none that is awaited."""
    described = catalogue.load().series
    for file in extract.files:
        for one, levels in file.series.items():
            assert levels <= set(described[one].levels), one
            assert not described[one].arrival, one


def test_every_series_without_arrival_is_embedded(extract: Store) -> None:
    """A series of the catalogue has either data in the extract or an arrival."""
    lacking = [
        series.id
        for series in catalogue.load().series.values()
        if not series.arrival and not extract.known(series.id)
    ]
    assert lacking == []


def test_every_file_of_the_extract_is_whole(extract: Store) -> None:
    """Each file has the rows its manifest says, bounds around each value, a status elsewhere."""
    for file in extract.files:
        levels = {level for found in file.series.values() for level in found}
        found = Store([embedded_root()]).read(list(file.series), dict.fromkeys(levels))
        cells = [found.get(*key) for key in found.rows]
        mine = [o for o in cells if o is not None and o.origin == file.origin.id]
        assert len(mine) == file.rows, file.path.name
        for o in mine:
            if o.value is None:
                assert o.status in {"not_published", "unknown"}
                assert (o.lower, o.upper) == (None, None)
            else:
                assert o.lower is not None
                assert o.upper is not None
                assert 0 <= o.lower <= o.value <= o.upper
                assert o.status in {"exact", "rounded", "estimated"}
