"""The user's own COG and outlines: which one is read, and what a damaged one says."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from diagnostic import resources
from diagnostic import territories as room
from diagnostic.errors import DataError, TerritoryError
from diagnostic.territories import editions, outlines, tables


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    """What is read once is forgotten after each test."""
    yield
    room._read.cache_clear()
    resources.damage.cache_clear()


def edition(root: Path, name: str, year: int, **facts: str) -> Path:
    """An edition of "cog" or "shapefiles" in a root: the shipped files under another year."""
    source = resources.folder("data") / "cog" if name == "cog" else resources.folder("shapefiles")
    folder = root / name / f"{year}-{facts.get('retrieved', 'essai')}"
    shutil.copytree(source, folder)
    tables.manifest(folder, year=year, **{"retrieved": "2027-02-01T00:00:00Z", **facts})
    return folder


def test_without_a_store_the_shipped_cog_is_read(tmp_path: Path) -> None:
    """No root, an empty root and a root without editions all give the COG of 2026."""
    assert room.load() is room.load([tmp_path]) is room.load([tmp_path / "absent"])
    assert (room.load().year, room.load().outlines) == (2026, None)
    assert room.load().redrawn == frozenset()


def test_a_newer_cog_of_the_store_is_read(tmp_path: Path) -> None:
    """That of 2027 comes before that of 2026; its own year is its newest vintage."""
    edition(tmp_path, "cog", 2026)
    folder = edition(tmp_path, "cog", 2027)
    held = room.load([tmp_path])
    assert (held.year, held._folder) == (2027, folder)
    assert len(held.vintage(2027)) == 34969
    with pytest.raises(TerritoryError) as caught:
        held.vintage(2019)
    assert caught.value.hint == "Années connues\u00a0: 2023 à 2027."
    with pytest.raises(TerritoryError, match="au 1ᵉʳ janvier 2027"):
        held.find("99999")


def test_of_one_year_the_last_retrieved_is_read(tmp_path: Path) -> None:
    """The moment of retrieval decides between two editions of 2026."""
    edition(tmp_path, "cog", 2026, retrieved="2026-09-01T00-00-00Z")
    last = edition(tmp_path, "cog", 2026, retrieved="2026-11-01T00-00-00Z")
    assert room.load([tmp_path])._folder == last


def test_the_shipped_cog_is_read_when_it_is_newer(tmp_path: Path) -> None:
    """A store that keeps the COG of 2025 does not hide the one of 2026."""
    edition(tmp_path, "cog", 2025)
    assert room.load([tmp_path]) is room.load()


def test_outlines_serve_only_the_cog_they_were_made_for(tmp_path: Path) -> None:
    """Outlines of 2026 are of no use to a COG of 2027."""
    folder = edition(tmp_path, "shapefiles", 2026)
    assert room.load([tmp_path]).outlines == folder
    edition(tmp_path, "cog", 2027)
    assert room.load([tmp_path]).outlines is None


def test_a_newer_cog_redraws_the_communes_that_moved_since(tmp_path: Path) -> None:
    """A commune merged after the shipped outlines has no outline in them; others keep theirs."""
    folder = edition(tmp_path, "cog", 2027)
    move = dict.fromkeys(tables.MOVEMENTS, "")
    moves: list[dict[str, Any]] = [
        {**move, "date": "2027-01-01", "kind": "commune nouvelle", "before": one, "after": "51649"}
        for one in ("51649", "51108")
    ]
    tables.write(folder / "movements.parquet", moves, *tables.COG["movements"])
    tables.manifest(folder, year=2027, retrieved="2027-02-01")
    held = room.load([tmp_path])
    assert held.redrawn == {"51649"}
    drawn = outlines.communes(["51649", "51454"], held.outlines, held.redrawn)
    assert drawn.missing == ("51649",)


def test_a_damaged_file_of_the_store_is_named_with_what_to_do(tmp_path: Path) -> None:
    """An altered file is no reason to read another COG in silence."""
    folder = edition(tmp_path, "cog", 2027)
    path = folder / "territories.parquet"
    path.write_bytes(path.read_bytes() + b"0")
    with pytest.raises(DataError, match=r"altéré.*territories\.parquet") as caught:
        room.load([tmp_path])
    assert caught.value.hint == (
        f"Supprimez {folder}, puis relancez «\u00a0diagnostic data territories\u00a0»."
    )


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"year": "2027", "retrieved": "x"}'])
def test_a_damaged_manifest_is_named(tmp_path: Path, text: str) -> None:
    """What is not a manifest raises, with its path."""
    folder = edition(tmp_path, "cog", 2027)
    (folder / "manifest.json").write_text(text, "utf-8")
    with pytest.raises(DataError, match=r"manifest\.json\u00a0: manifeste abîmé"):
        room.load([tmp_path])


def test_a_store_that_is_a_file_has_no_edition(tmp_path: Path) -> None:
    """Where a folder is expected and a file stands, there is no edition."""
    (tmp_path / "cog").write_text("", "utf-8")
    assert editions.listed(tmp_path / "cog") == []


def test_the_user_s_outlines_come_first_and_name_their_source(tmp_path: Path) -> None:
    """They draw what they have whole; a commune that they lack changes the whole source."""
    folder = edition(tmp_path, "shapefiles", 2026, credit="Contours d’essai", licence="ODbL")
    drawn = outlines.communes(["51649", "51108"], folder)
    assert (drawn.source, drawn.credit, drawn.licence) == ("own", "Contours d’essai", "ODbL")
    assert json.loads((folder / "manifest.json").read_text("utf-8"))["credit"] == drawn.credit
    around = outlines.context(["51649"], drawn.box, drawn.source, drawn.crs, folder)
    assert "51649" not in around
    assert len(around) > 3
    assert len(outlines.dissolved("region", own=folder)) == 13
    assert outlines.communes(["51649", "15141"], folder).source == "france"
    assert outlines.communes([], folder).source == "france"
