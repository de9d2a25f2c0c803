"""The index kept between two searches: the same answers, and never an old one."""

from __future__ import annotations

import json
from pathlib import Path

import platformdirs
import pytest

from diagnostic import catalogue
from diagnostic.catalogue import Index, saved
from diagnostic.catalogue.index import made, restored, rows


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder of this test's own."""
    path = tmp_path / "cache"
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda _: path)
    return path


def never() -> Index:
    """What must not be called."""
    raise AssertionError("the index was made again")


def test_a_saved_index_answers_the_same() -> None:
    """Written and read again, it gives the same series with the same scores."""
    index = catalogue.load().index
    again = restored(json.loads(json.dumps(rows(index))))
    for words in ("prime activité", "crèche", "naisances", ""):
        told = [(m.series.id, m.score, m.near) for m in index.search(words)]
        assert [(m.series.id, m.score, m.near) for m in again.search(words)] == told != []


def test_the_index_is_made_once(tmp_path: Path, folder: Path) -> None:
    """The second search reads what the first one kept."""
    source = tmp_path / "caf.yaml"
    source.write_text("a", encoding="utf-8")
    first = saved.find([source], lambda: made([], [["a", "b"]], ["emploi"]))
    second = saved.find([source], never)
    assert (second.themes, second.synonyms) == (first.themes, first.synonyms)
    assert [path.name for path in folder.iterdir()] == ["series.json"]


def test_a_changed_source_makes_another(tmp_path: Path) -> None:
    """One byte more in a file, or one file more: the index is made again."""
    source, other = tmp_path / "caf.yaml", tmp_path / "caf.json"
    source.write_text("a", encoding="utf-8")
    other.write_text("b", encoding="utf-8")
    saved.find([source], lambda: made([], [], ["un"]))
    source.write_text("ab", encoding="utf-8")
    assert saved.find([source], lambda: made([], [], ["deux"])).themes == ("deux",)
    assert saved.find([source, other], lambda: made([], [], ["trois"])).themes == ("trois",)


@pytest.mark.parametrize("content", ["", "{}", "[1]", '{"themes": [], "entries": [[1]]}'])
def test_a_damaged_index_is_made_again(tmp_path: Path, folder: Path, content: str) -> None:
    """Under the right key, a text that is no index is not believed."""
    source = tmp_path / "caf.yaml"
    source.write_text("a", encoding="utf-8")
    saved.find([source], made_of_nothing)
    path = folder / "series.json"
    path.write_text(path.read_text(encoding="utf-8")[:64] + content, encoding="utf-8")
    assert saved.find([source], lambda: made([], [], ["neuf"])).themes == ("neuf",)


def made_of_nothing() -> Index:
    """An empty index."""
    return made([])


def test_without_a_place_to_keep_it_the_index_is_made_each_time(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that is a file, a user without a home, a source that cannot be read."""
    source = tmp_path / "caf.yaml"
    source.write_text("a", encoding="utf-8")
    folder.write_text("", encoding="utf-8")
    assert saved.find([source], lambda: made([], [], ["un"])).themes == ("un",)
    assert saved.find([tmp_path / "absent"], lambda: made([], [], ["trois"])).themes == ("trois",)

    def homeless(_: str) -> Path:
        raise RuntimeError("no home")

    monkeypatch.setattr(platformdirs, "user_cache_path", homeless)
    assert saved.find([source], lambda: made([], [], ["deux"])).themes == ("deux",)
