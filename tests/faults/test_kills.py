"""kill -9, and several processes at once: the store is whole, and the bytes are the same."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from marne import Ended, begin, content, copied, end, picture
from producers.everyone import Producers

from diagnostic.store import Keeper

Run = Callable[..., Ended]
PULL = ("data", "pull", "--producer", "Cnaf", "--spec")
# Where the process kills itself, the third time that it comes by: two feeds are then kept.
POINTS = {
    "received": "from diagnostic.pull.observations import Bench as place; name = 'observe'",
    "moved": "from diagnostic.store import manifest as place; name = 'save'",
    "written": "from diagnostic.store import manifest as place; name = 'replace'",
}
DEATH = """\
import os, signal
{point}
usual, times = getattr(place, name), []
def deadly(*some, **named):
    times.append(1)
    if len(times) == 3:
        {last}
        os.kill(os.getpid(), signal.SIGKILL)
    return usual(*some, **named)
setattr(place, name, deadly)
"""
# Half of the new manifest is on the disk, beside the old one.
HALF = "some[0].with_name('.manifest.json.0123456789abcdef').write_bytes(some[1][:500])"


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the store that nobody interrupted is made once."""
    return tmp_path_factory.mktemp("shelf")


@pytest.fixture
def undisturbed(few: Producers, run: Run, spec: Path, shelf: Path) -> Path:
    """A store pulled at once."""
    del few
    store = shelf / "undisturbed"
    if not store.exists():
        assert run(*PULL, spec, "--store", store).code == 0
    return store


@pytest.fixture
def seconds(few: Producers, spec: Path, shelf: Path) -> float:
    """How long a process of its own takes to pull."""
    del few
    told = shelf / "seconds"
    if not told.exists():
        begun = time.monotonic()
        assert end(begin(*PULL, str(spec), "--store", str(shelf / "timed"))).code == 0
        told.write_text(str(time.monotonic() - begun), encoding="utf-8")
    return float(told.read_text(encoding="utf-8"))


def check(run: Run, store: Path, spec: Path, undisturbed: Path) -> None:
    """The store verifies; pulled again, it is that of a pull that nobody interrupted."""
    if store.exists():
        assert run("data", "verify", "--store", store).code == 0
    assert run(*PULL, spec, "--store", store).code == 0
    assert run("data", "verify", "--store", store).code == 0
    assert picture(store) == picture(undisturbed)


@pytest.mark.parametrize("point", POINTS)
def test_a_pull_killed_at_a_point_is_as_if_it_had_not_been(
    *,
    few: Producers,
    run: Run,
    spec: Path,
    undisturbed: Path,
    tmp_path: Path,
    point: str,
) -> None:
    """Two feeds are kept and are not asked again; what the dead process left is swept."""
    store = tmp_path / "store"
    last = HALF if point == "written" else "pass"
    script = DEATH.format(point=POINTS[point], last=last)
    ended = end(begin(*PULL, str(spec), "--store", str(store), script=script))
    assert ended.code == -signal.SIGKILL
    assert len(list(Keeper(store).verify())) == 2
    assert any((store / "incoming").iterdir())
    few.reset()
    check(run, store, spec, undisturbed)
    assert len(few.caf.log.calls("*/exports/*")) == 2


@pytest.mark.long
@pytest.mark.parametrize("number", range(20))
def test_a_pull_killed_at_any_time_is_as_if_it_had_not_been(
    *, run: Run, spec: Path, undisturbed: Path, seconds: float, tmp_path: Path, number: int
) -> None:
    """At twenty moments drawn once, from the first second to the last."""
    store = tmp_path / "store"
    process = begin(*PULL, str(spec), "--store", str(store))
    time.sleep(random.Random(number).uniform(0.2, 1.0) * seconds)  # noqa: S311
    process.kill()
    assert end(process).code in (0, -signal.SIGKILL)
    check(run, store, spec, undisturbed)


@pytest.mark.long
def test_a_pull_killed_again_and_again_ends(
    run: Run, spec: Path, undisturbed: Path, seconds: float, tmp_path: Path
) -> None:
    """Each one goes on from where the one before died."""
    store = tmp_path / "store"
    chance = random.Random(2026)  # noqa: S311
    for _ in range(8):
        process = begin(*PULL, str(spec), "--store", str(store))
        time.sleep(chance.uniform(0.4, 0.9) * seconds)
        process.kill()
        end(process)
    check(run, store, spec, undisturbed)


def test_two_pulls_at_once_keep_each_feed_once(
    few: Producers, run: Run, spec: Path, undisturbed: Path, tmp_path: Path
) -> None:
    """Both leave with 0; the one that comes second to a feed finds it unchanged."""
    store = tmp_path / "store"
    few.reset()
    both = [begin(*PULL, str(spec), "--store", str(store)) for _ in range(2)]
    for ended in map(end, both):
        assert ended.code == 0, ended.said
    assert run("data", "verify", "--store", store).code == 0
    assert content(store) == content(undisturbed)
    assert len(few.caf.log.calls("*/exports/*")) == 4


@pytest.mark.long
def test_two_builds_and_a_pull_at_once_agree(
    few: Producers, run: Run, spec: Path, undisturbed: Path, tmp_path: Path
) -> None:
    """In an empty store: the dossier of a build alone, whoever brings the figures, asked once."""
    words = ("build", "--spec", str(spec), "--commune", "97411", "--format", "json", "--store")
    alone = run(*words, copied(undisturbed, tmp_path / "alone"), "--output", tmp_path / "dossier")
    assert alone.code == 0, alone.said
    store = tmp_path / "store"
    store.mkdir()
    few.reset()
    builds = [
        begin(*words, str(store), "--output", str(tmp_path / name)) for name in ("one", "two")
    ]
    pull = begin(*PULL, str(spec), "--store", str(store))
    for ended in map(end, builds):
        assert ended.code == 0, ended.said
        assert Path(ended.out.strip()).read_bytes() == Path(alone.out.strip()).read_bytes()
    assert end(pull).code == 0
    assert run("data", "verify", "--store", store).code == 0
    assert content(store) == content(undisturbed)
    assert len(few.caf.log.calls("*/exports/*")) == 4
