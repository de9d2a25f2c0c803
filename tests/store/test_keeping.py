"""The keeper: whole or not at all, whoever dies and whoever works beside."""

from __future__ import annotations

import errno
import json
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import drafts
import pytest
from drafts import Row, keep

from diagnostic.errors import DataError, RenderError
from diagnostic.store import Draft, Keeper, Store, files, keeping

ROWS: list[Row] = [("s", "commune", "01001", "2024", 1.0), ("s", "commune", "01002", "2024", 2.0)]
MORE: list[Row] = [*ROWS, ("s", "commune", "01003", "2024", 3.0)]

# Keeps MORE, and is killed at the nth of the steps that change the disk.
DYING = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[3])
import drafts
from store_rows import MORE
left = int(sys.argv[2])
def dying(step):
    def one(*args, **more):
        global left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return step(*args, **more)
    return one
os.fsync = dying(os.fsync)
for name in ("replace", "mkdir", "unlink", "touch"):
    setattr(Path, name, dying(getattr(Path, name)))
drafts.keep(Path(sys.argv[1]), MORE, edition="2026-12")
print("kept")
"""


def state(root: Path) -> dict[str, bytes]:
    """Every file of a store but the memory of what was verified and the locks."""
    found = {p.relative_to(root).as_posix(): p for p in root.rglob("*") if p.is_file()}
    return {
        name: path.read_bytes()
        for name, path in sorted(found.items())
        if name != "verified.json" and not name.startswith("locks/")
    }


def test_the_name_of_a_file_is_its_feed_and_its_bytes(tmp_path: Path) -> None:
    """Same rows in any order, same bytes, same name, same manifest; nothing else is left."""
    first = keep(tmp_path, ROWS)
    before = state(tmp_path)
    again = keep(tmp_path, ROWS[::-1])
    assert (
        first.path == again.path == tmp_path / "observations" / f"flux-{first.sha256[:12]}.parquet"
    )
    assert state(tmp_path) == before
    assert sorted(before) == ["manifest.json", f"observations/{first.path.name}"]
    assert list((tmp_path / "incoming").iterdir()) == []


def test_the_newest_is_the_one_kept_last(tmp_path: Path) -> None:
    """An edition that comes back is the newest again, and is there once."""
    old = keep(tmp_path, ROWS)
    new = keep(tmp_path, MORE, edition="2026-12")
    keeper = Keeper(tmp_path)
    assert keeper.newest("flux") == new
    assert keeper.newest("autre") is None
    back = keep(tmp_path, ROWS, edition="2027-01")
    assert keeper.newest("flux") == back
    assert [one.path for one in Store([tmp_path]).files] == [old.path, new.path]


def test_the_same_bytes_for_other_places_are_another_edition(tmp_path: Path) -> None:
    """Two empty answers are one file, but each is remembered for what it was asked."""
    asked = [keep(tmp_path, [], covers={"commune": frozenset({c})}, series=["s"]) for c in "AB"]
    assert asked[0].path == asked[1].path
    store = Store([tmp_path])
    assert len(store.files) == 2
    assert store.missing("s", "commune", ["A", "B", "C"]) == {"C"}
    assert [damage for _, damage in Keeper(tmp_path).verify()] == [None, None]


@pytest.mark.parametrize(
    ("feed", "rows", "covers"), [("../x", 2, True), ("f", 3, True), ("f", 2, False), ("", 2, True)]
)
def test_a_draft_that_contradicts_itself_is_not_kept(
    tmp_path: Path, feed: str, rows: int, covers: bool
) -> None:
    """A name that leaves the folder, a wrong count, a level without coverage: nothing changes."""
    keeper = Keeper(tmp_path / "r")
    with keeper.incoming() as folder:
        drafts.write(folder / "x.parquet", ROWS)
        draft = Draft(
            feed=feed, path=folder / "x.parquet", rows=rows,
            series={"s": frozenset({"commune"})},
            covers={"commune": None} if covers else {"epci": None}, origin=drafts.origin("x"),
        )  # fmt: skip
        with pytest.raises(ValueError, match=r"."):
            keeper.keep(draft)
    assert not (tmp_path / "r" / "manifest.json").exists()


def test_other_columns_are_refused(tmp_path: Path) -> None:
    """A Parquet file that is not one of observations is never kept."""
    import duckdb

    keeper = Keeper(tmp_path)
    with keeper.incoming() as folder:
        with duckdb.connect() as base:
            base.sql("SELECT 1 AS series").write_parquet(str(folder / "x.parquet"))
        draft = Draft(
            feed="f", path=folder / "x.parquet", rows=1, series={"s": frozenset({"commune"})},
            covers={"commune": None}, origin=drafts.origin("x"),
        )  # fmt: skip
        with pytest.raises(ValueError, match="colonnes"):
            keeper.keep(draft)


def test_a_disk_that_refuses_is_told_with_the_place(tmp_path: Path) -> None:
    """A file where the folder should be: exit 6, the path, and what to do."""
    (tmp_path / "store").write_text("")
    with pytest.raises(RenderError, match="écriture impossible") as caught:
        keep(tmp_path / "store", ROWS)
    assert caught.value.exit_code == 6
    assert "--store" in caught.value.hint


@pytest.mark.parametrize("place", [1, 2, 3, 4])
def test_a_full_disk_leaves_the_store_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: int
) -> None:
    """The nth synchronisation fails: exit 6, the earlier edition whole, then all goes well."""
    keep(tmp_path, ROWS)
    before = state(tmp_path)
    left = [place]
    fsync = os.fsync

    def full(handle: int) -> None:
        left[0] -= 1
        if not left[0]:
            raise OSError(errno.ENOSPC, "No space left on device")
        fsync(handle)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(RenderError, match="plus de place") as caught:
        keep(tmp_path, MORE, edition="2026-12")
    assert caught.value.exit_code == 6
    assert len(Store([tmp_path]).read(["s"], {"commune": None}).rows) in (2, 3)
    Keeper(tmp_path).sweep()
    if place < 4:  # the manifest had not its name yet
        assert state(tmp_path) == before
    again = keep(tmp_path, MORE, edition="2026-12")
    assert Keeper(tmp_path).newest("flux") == again


def test_two_pulls_of_one_feed_follow_each_other(tmp_path: Path) -> None:
    """The second waits for the first; another feed does not wait."""
    keeper, order = Keeper(tmp_path), []

    def pull() -> None:
        with Keeper(tmp_path).lock("flux"):
            order.append("second")

    with keeper.lock("flux"):
        waiting = threading.Thread(target=pull)
        waiting.start()
        with keeper.lock("autre"):
            waiting.join(0.3)
            order.append("first")
    waiting.join(10)
    assert order == ["first", "second"]


def test_a_store_held_too_long_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The manifest's lock is held for an instant: past that, the reader is told to wait."""
    import filelock

    keep(tmp_path, ROWS)
    monkeypatch.setattr(keeping, "_PATIENCE", 0.05)
    with (
        filelock.FileLock(tmp_path / "locks" / "manifest.lock"),
        pytest.raises(DataError, match="occupe"),
    ):
        Keeper(tmp_path).sweep()


def test_leftovers_of_the_dead_are_swept_and_those_of_the_living_stay(tmp_path: Path) -> None:
    """An orphan file, a manifest written aside and a dead pull's folder go; ours stays."""
    kept = keep(tmp_path, ROWS)
    orphan = tmp_path / "observations" / "flux-000000000000.parquet"
    aside = tmp_path / ".manifest.json.0123456789abcdef"
    dead = tmp_path / "incoming" / "0000"
    dead.mkdir()
    for path in (orphan, aside, dead / "half.parquet"):
        path.write_text("x")
    keeper = Keeper(tmp_path)
    with keeper.incoming() as folder:
        (folder / "mine").write_text("x")
        told = keeper.prune(dry_run=True)
        assert orphan.exists()
        assert (len(told.leftovers), told.size) == (4, 3)
        swept = {path.name for path in keeper.sweep()}
        assert swept == {orphan.name, aside.name, "0000", "0000.lock"}
        assert (folder / "mine").exists()
    assert not orphan.exists()
    assert not dead.exists()
    assert kept.path.exists()
    assert keeper.sweep() == ()
    assert Keeper(tmp_path / "none").sweep() == ()


def test_prune_drops_only_what_a_newer_edition_replaces(tmp_path: Path) -> None:
    """A whole edition replaces older ones; a partial one, or one without a series, does not."""
    whole = keep(tmp_path, ROWS)
    keep(tmp_path, [], covers={"commune": frozenset({"01001"})}, series=["s"])
    assert Keeper(tmp_path).prune().editions == ()
    other = keep(tmp_path, [("t", "commune", "01001", "2024", 1.0)])
    assert Keeper(tmp_path).prune().editions == ()
    newest = keep(tmp_path, [*MORE, ("t", "commune", "01001", "2024", 1.0)])
    size = whole.path.stat().st_size + other.path.stat().st_size
    pruned = Keeper(tmp_path).prune()
    assert len(pruned.editions) == 3
    assert pruned.size > size
    assert [one.path for one in Store([tmp_path]).files] == [newest.path]
    assert list((tmp_path / "observations").iterdir()) == [newest.path]
    assert Keeper(tmp_path / "none").prune().size == 0


def test_an_edition_without_feed_is_never_pruned(tmp_path: Path) -> None:
    """What was laid there by hand stays."""
    keep(tmp_path, ROWS)
    keep(tmp_path, MORE)
    manifest = tmp_path / "manifest.json"
    table = json.loads(manifest.read_text(encoding="utf-8"))
    for entry in table["datasets"]:
        del entry["feed"]
    manifest.write_text(json.dumps({"datasets": table["datasets"]}), encoding="utf-8")
    assert Keeper(tmp_path).prune().editions == ()


@pytest.mark.parametrize("damage", ["flip", "cut", "lose", "folder"])
def test_verify_names_what_is_damaged(tmp_path: Path, damage: str) -> None:
    """A flipped byte, a cut or lost file; the others are whole, and prune forgets it on demand."""
    good, bad = keep(tmp_path, ROWS, feed="bon"), keep(tmp_path, MORE, feed="mauvais")
    content = bytearray(bad.path.read_bytes())
    content[len(content) // 2] ^= 1
    bad.path.unlink()
    if damage == "folder":
        bad.path.mkdir()
    elif damage != "lose":
        bad.path.write_bytes(content if damage == "flip" else content[:100])
    found = {file.feed: told for file, told in Keeper(tmp_path).verify()}
    told = found.pop("mauvais")
    assert told is not None
    assert told.reason
    assert found == {"bon": None}
    assert Keeper(tmp_path).prune().editions == ()
    assert [one.feed for one in Keeper(tmp_path).prune(damaged=True).editions] == ["mauvais"]
    assert [one.feed for one in Store([tmp_path]).files] == [good.feed]


@pytest.mark.parametrize(("sha", "why"), [(True, "illisible"), (False, "attendues")])
def test_verify_counts_the_rows(tmp_path: Path, sha: bool, why: str) -> None:
    """A hash alone is not enough: the manifest may be wrong of the rows, or of the kind of file."""
    file = keep(tmp_path, ROWS)
    content = file.path.read_bytes()
    if sha:
        file.path.write_bytes(b"no parquet")
        lie = files.StoredFile(file.path, files.sha256(file.path), 2, file.series, file.origin)
    else:
        lie = files.StoredFile(file.path, file.sha256, 7, file.series, file.origin)
    told = keeping.inspect(lie)
    assert told is not None
    assert why in told.reason
    file.path.write_bytes(content)
    assert keeping.inspect(file) is None


def test_a_large_file_is_hashed_once_and_again_when_it_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was kept or read whole is not hashed again; one byte written later is found."""
    monkeypatch.setattr(files, "_ALWAYS", 1)
    file = keep(tmp_path, ROWS)
    hashed: list[Path] = []
    sha256 = files.sha256
    monkeypatch.setattr(files, "sha256", lambda path: (hashed.append(path), sha256(path))[1])
    places = {"commune": ["01001"]}
    for _ in range(2):
        assert len(Store([tmp_path]).read(["s"], places).rows) == 1  # type: ignore[arg-type]
    assert hashed == []
    (tmp_path / "verified.json").write_text("not json")
    for _ in range(2):
        Store([tmp_path]).read(["s"], places)  # type: ignore[arg-type]
    assert hashed == [file.path]
    times = file.path.stat()
    content = bytearray(file.path.read_bytes())
    content[len(content) // 2] ^= 1
    file.path.write_bytes(content)
    os.utime(file.path, ns=(times.st_atime_ns, times.st_mtime_ns))
    with pytest.raises(DataError, match=file.path.name):
        Store([tmp_path]).read(["s"], places)  # type: ignore[arg-type]


def _keep_many(root: Path, name: str, count: int) -> None:
    for number in range(count):
        rows: list[Row] = [("s", "commune", "01001", "2024", float(number))]
        with Keeper(root).lock("partage"):
            keep(root, rows, feed=name, edition=f"2026-{number + 1:02}")
        Keeper(root).sweep()


def _prune_until(root: Path, done: Path) -> None:
    while not done.exists():
        Keeper(root).prune()
        time.sleep(0.05)


def test_processes_that_keep_read_and_prune_at_once_lose_nothing(tmp_path: Path) -> None:
    """Three keepers, one pruner, one reader: every read is a whole edition, the last ones stay."""
    root, done = tmp_path / "store", tmp_path / "done"
    keep(root, [("s", "commune", "01001", "2024", -1.0)], feed="a")
    spawn = multiprocessing.get_context("spawn")
    keepers = [spawn.Process(target=_keep_many, args=(root, name, 3)) for name in "abc"]
    pruner = spawn.Process(target=_prune_until, args=(root, done))
    for process in (*keepers, pruner):
        process.start()
    while any(process.is_alive() for process in keepers):
        found = Store([root]).read(["s"], {"commune": ["01001"]})
        cell = found.get("s", "commune", "01001", "2024")
        assert cell is not None
        assert cell.value in {-1.0, 0.0, 1.0, 2.0}
    done.touch()
    for process in (*keepers, pruner):
        process.join()
        assert process.exitcode == 0
    keeper = Keeper(root)
    keeper.prune()
    assert sorted((one.feed, one.origin.edition) for one in Store([root]).files) == [
        ("a", "2026-03"), ("b", "2026-03"), ("c", "2026-03"),
    ]  # fmt: skip
    assert [damage for _, damage in keeper.verify()] == [None] * 3
    assert list((root / "incoming").iterdir()) == []


def _die(root: Path, step: int) -> bool:
    """Keep MORE in a process killed at that step; whether it had ended before."""
    script = DYING.replace("from store_rows import MORE", f"MORE = {MORE!r}")
    tests = str(Path(__file__).resolve().parent.parent)
    words = [sys.executable, "-c", script, str(root), str(step), tests]
    ended = subprocess.run(words, capture_output=True, text=True, check=False)
    assert ended.returncode in (0, -signal.SIGKILL), ended.stderr
    return ended.returncode == 0


def _survives(tmp_path: Path, step: int) -> bool:
    """Check a store whose keeper was killed at that step; whether it had ended before."""
    root, calm = tmp_path / f"root{step}", tmp_path / f"calm{step}"
    for one in (root, calm):
        keep(one, ROWS)
    ended = _die(root, step)
    found = Store([root]).read(["s"], {"commune": None})
    assert len(found.rows) in (len(ROWS), len(MORE))
    assert all(damage is None for _, damage in Keeper(root).verify())
    for one in (root, calm):
        keep(one, MORE, edition="2026-12")
        Keeper(one).sweep()
    assert state(root) == state(calm)
    return ended


@pytest.mark.skipif(os.name == "nt", reason="no such signal there")
@pytest.mark.parametrize("step", [4, 8, 11])
def test_a_keeper_killed_leaves_a_whole_store(tmp_path: Path, step: int) -> None:
    """kill -9 at a step that changes the disk: read whole, then ended with the same bytes."""
    assert not _survives(tmp_path, step)


@pytest.mark.long
@pytest.mark.skipif(os.name == "nt", reason="no such signal there")
def test_a_keeper_killed_at_every_step_leaves_a_whole_store(tmp_path: Path) -> None:
    """The same at each step, until a keeper ends before it is killed."""
    steps = next(step for step in range(1, 100) if _survives(tmp_path, step))
    assert steps > 10
