"""Which edition answers: what each covers, and what is absent, worked by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from drafts import Row, keep

from diagnostic.errors import DataError
from diagnostic.store import Keeper, Observations, Store, editions

RSA = "caf.rsa.foyers"


def rows(edition: float, *codes: str, period: str = "2024-12") -> list[Row]:
    """One commune a row, all with the value of their edition."""
    return [(RSA, "commune", code, period, edition) for code in codes]


def value(found: Observations, code: str) -> float | None:
    """The value of a commune; an absent cell is None too, which no edition here writes."""
    cell = found.get(RSA, "commune", code, "2024-12")
    return None if cell is None else cell.value


def test_the_newest_edition_that_covers_all_that_is_asked_answers(tmp_path: Path) -> None:
    """A partial pull (B, C) is newer than a whole one: A and B come from the whole one."""
    keep(tmp_path, rows(1, "01001", "01002", "01003"))
    keep(tmp_path, rows(2, "01002", "01003"), covers={"commune": frozenset({"01002", "01003"})})
    store = Store([tmp_path])
    pair = store.read([RSA], {"commune": ["01001", "01002"]})
    assert [value(pair, code) for code in ("01001", "01002")] == [1, 1]
    alone = store.read([RSA], {"commune": ["01002"]})
    assert value(alone, "01002") == 2
    assert list(alone.origins) == ["jeu-2026-11"]


def test_without_one_that_covers_all_each_code_has_its_newest(tmp_path: Path) -> None:
    """Two partial pulls that overlap on B: A from the old, B and C from the new, D from none."""
    keep(tmp_path, rows(1, "01001", "01002"), covers={"commune": frozenset({"01001", "01002"})})
    keep(tmp_path, rows(2, "01002", "01003"), covers={"commune": frozenset({"01002", "01003"})})
    codes = ["01001", "01002", "01003", "01004"]
    found = Store([tmp_path]).read([RSA], {"commune": codes})
    assert [value(found, code) for code in codes] == [1, 2, 2, None]
    assert [found.covers(RSA, "commune", code) for code in codes] == [True, True, True, False]


def test_what_a_newer_edition_does_not_publish_is_never_taken_from_an_older(tmp_path: Path) -> None:
    """B has a row in the old edition and none in the new one that covers it: it is absent."""
    keep(tmp_path, rows(1, "01001", "01002"))
    keep(tmp_path, rows(2, "01001"))
    found = Store([tmp_path]).read([RSA], {"commune": ["01001", "01002"]})
    assert [value(found, code) for code in ("01001", "01002")] == [2, None]
    assert found.covers(RSA, "commune", "01002")
    assert found.codes(RSA, "commune") == {"01001"}


def test_a_series_that_a_newer_edition_does_not_hold_comes_from_the_older(tmp_path: Path) -> None:
    """A column that is gone says nothing of its series: the older edition still answers."""
    keep(tmp_path, [*rows(1, "01001"), ("caf.al", "commune", "01001", "2024-12", 7.0)])
    keep(tmp_path, rows(2, "01001"))
    found = Store([tmp_path]).read([RSA, "caf.al"], {"commune": ["01001"]})
    other = found.get("caf.al", "commune", "01001", "2024-12")
    assert value(found, "01001") == 2
    assert other is not None
    assert other.value == 7


def test_all_of_a_level_comes_from_the_newest_that_covers_it(tmp_path: Path) -> None:
    """None asks the newest whole edition, not the newest; without a whole one, the newest."""
    some = {"commune": frozenset({"01001"})}
    keep(tmp_path, rows(0, "01009"), covers={"commune": frozenset({"01009"})})
    keep(tmp_path, rows(1, "01001"), covers=some)  # type: ignore[arg-type]
    store = Store([tmp_path])
    assert store.read([RSA], {"commune": None}).codes(RSA, "commune") == {"01001"}
    assert store.read([RSA], {"commune": None}).covers(RSA, "commune", "01001")
    assert not store.read([RSA], {"commune": None}).covers(RSA, "commune", "01002")
    keep(tmp_path, rows(2, "01001", "01002"))
    keep(tmp_path, rows(3, "01001"), covers=some)  # type: ignore[arg-type]
    found = Store([tmp_path]).read([RSA], {"commune": None})
    assert [value(found, code) for code in ("01001", "01002")] == [2, 2]
    assert found.covers(RSA, "commune", "99999")


def test_a_root_made_by_hand_covers_the_codes_that_have_a_row(tmp_path: Path) -> None:
    """Without `covers`, an extract answers for its own codes and leaves the others to others."""
    keep(tmp_path / "old", rows(1, "01001", "01002"))
    made = keep(tmp_path / "new", rows(2, "01001"))
    manifest = tmp_path / "new" / "manifest.json"
    kept = manifest.read_text(encoding="utf-8")
    start, end = kept.index('"covers"'), kept.index('"feed"')
    assert made.covers == {"commune": None}
    text = kept[:start] + kept[end:]
    manifest.write_text(text.replace('"digest": "', '"ignored": "'), encoding="utf-8")
    store = Store([tmp_path / "new", tmp_path / "old"])
    pair = store.read([RSA], {"commune": ["01001", "01002"]})
    assert [value(pair, code) for code in ("01001", "01002")] == [1, 1]
    assert value(store.read([RSA], {"commune": ["01001"]}), "01001") == 2
    extract = Store([tmp_path / "new"])
    assert extract.missing(RSA, "commune", ["01001", "01002"]) == {"01002"}
    assert not extract.read([RSA], {"commune": ["01002"]}).covers(RSA, "commune", "01002")


def test_missing_names_what_no_file_covers(tmp_path: Path) -> None:
    """Codes covered without a row are not missing; France is a code of its own."""
    keep(tmp_path, rows(1, "01001"), covers={"commune": frozenset({"01001", "01002"})})
    store = Store([tmp_path])
    assert store.missing(RSA, "commune", ["01001", "01002", "01003"]) == {"01003"}
    assert store.missing(RSA, "france", ["france"]) == {"france"}
    assert store.missing("caf.al", "commune", ["01001"]) == {"01001"}
    keep(tmp_path, [(RSA, "france", "france", "2024-12", 9.0)], feed="national")
    assert Store([tmp_path]).missing(RSA, "france", ["france"]) == frozenset()


def test_periods_leave_out_the_others(tmp_path: Path) -> None:
    """A map reads one period; none asked gives none."""
    keep(tmp_path, [*rows(1, "01001"), *rows(2, "01001", period="2025-12")])
    store = Store([tmp_path])
    found = store.read([RSA], {"commune": None}, ["2025-12"])
    assert found.periods(RSA, "commune", "01001") == ("2025-12",)
    assert len(store.read([RSA], {"commune": None}, []).rows) == 0


def test_a_lookup_of_what_was_not_read_finds_nothing(tmp_path: Path) -> None:
    """Known place and unknown period, unknown place: neither is a cell."""
    keep(tmp_path, rows(1, "01001"))
    found = Store([tmp_path]).read([RSA], {"commune": ["01001"]})
    assert found.get(RSA, "commune", "01001", "1999") is None
    assert found.get(RSA, "commune", "01002", "2024-12") is None
    assert (RSA, "commune", "01001", "1999") not in found.rows
    assert list(found.rows) == [(RSA, "commune", "01001", "2024-12")]


def test_a_file_pruned_since_the_manifest_was_read_is_no_error(tmp_path: Path) -> None:
    """The reader reads the manifest again and answers with what took its place."""
    keep(tmp_path, rows(1, "01001"))
    reader = Store([tmp_path])
    keep(tmp_path, rows(2, "01001"), edition="2026-12")
    assert [editions.name(one)[:7] for one in Keeper(tmp_path).prune().editions] == ["2026-11"]
    assert value(reader.read([RSA], {"commune": ["01001"]}), "01001") == 2


def test_a_file_that_is_lost_for_good_is_named(tmp_path: Path) -> None:
    """The manifest still names it: damage, exit 5, with what to do."""
    lost = keep(tmp_path, rows(1, "01001"))
    reader = Store([tmp_path])
    lost.path.unlink()
    with pytest.raises(DataError, match=lost.path.name) as caught:
        reader.read([RSA], {"commune": ["01001"]})
    assert caught.value.exit_code == 5
    assert "prune --damaged" in caught.value.hint
