"""Prints what a first build costs: an empty store, producers that play over loopback.

    python bench/first_build.py [--commune CODE] [--runs N]

The producers run in another process, and the first build is not counted: it is then that they
invent their country. Of the others, the best; on a shared machine, quote the processor time.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TIME_GOAL, CALLS_GOAL = 15.0, 45


@dataclass(frozen=True)
class Cost:
    """One build: wall and processor seconds, peak MiB, calls by producer, MiB kept."""

    wall: float
    processor: float
    peak: float
    calls: dict[str, int]
    kept: float


def main() -> int:
    """Measure and print; 1 when a goal is missed or a second build still asks something."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--commune", default="51108")
    parser.add_argument("--runs", type=int, default=2)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.serve:
        return _serve()
    words = [sys.executable, __file__, "--serve"]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as fakes:
        told = _Told(fakes)
        settings = told.ask("environment")
        first, second = _measure(asked.commune, asked.runs, settings, told)
        told.close()
    _show("first build", first)
    _show("second build", second)
    print(f"goals              {TIME_GOAL:8.2f} s    {CALLS_GOAL} calls, then none")
    asks = sum(first.calls.values())
    within = first.wall <= TIME_GOAL and asks <= CALLS_GOAL and not sum(second.calls.values())
    return 0 if within else 1


class _Told:
    """The process of the producers, asked one word at a time; its answers are lines of JSON."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        """Raises ValueError when the process has no pipes."""
        if not (process.stdin and process.stdout):
            raise ValueError(process.args)
        self._questions, self._answers = process.stdin, process.stdout

    def ask(self, word: str) -> Any:
        """The answer to "environment", "calls" or "reset"."""
        self._questions.write(f"{word}\n")
        self._questions.flush()
        return json.loads(self._answers.readline())

    def close(self) -> None:
        """No more questions: the producers stop."""
        self._questions.close()


def _measure(commune: str, runs: int, settings: dict[str, str], told: _Told) -> tuple[Cost, Cost]:
    """The best first build, and the best second one."""
    firsts: list[Cost] = []
    seconds: list[Cost] = []
    for run in range(runs + 1):
        with tempfile.TemporaryDirectory() as folder:
            told.ask("reset")
            first = _build(commune, Path(folder), settings, told)
            told.ask("reset")
            second = _build(commune, Path(folder), settings, told)
        if run:
            firsts.append(first)
            seconds.append(second)
    return min(firsts, key=lambda one: one.wall), min(seconds, key=lambda one: one.wall)


def _build(commune: str, folder: Path, settings: dict[str, str], told: _Told) -> Cost:
    """One build in a process of its own; leaves when it fails."""
    words = ["-m", "diagnostic", "build", "--spec", "sppe", "--commune", commune]
    words += ["--store", str(folder), "--output", str(folder / "output")]
    environment = os.environ | settings
    environment.pop("DIAGNOSTIC_OFFLINE", None)
    start = time.perf_counter()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [sys.executable, *words], cwd=ROOT, env=environment, stdout=said, stderr=said
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            sys.exit(said.read().decode(errors="replace"))
    unit = 1 if sys.platform == "darwin" else 1024
    return Cost(
        wall=wall,
        processor=usage.ru_utime + usage.ru_stime,
        peak=usage.ru_maxrss * unit / 2**20,
        calls=told.ask("calls"),
        kept=sum(path.stat().st_size for path in folder.rglob("*.parquet")) / 2**20,
    )


def _show(name: str, cost: Cost) -> None:
    by = ", ".join(f"{name.title()} {n}" for name, n in cost.calls.items() if n)
    print(f"{name:18} {cost.wall:8.2f} s    processor {cost.processor:.2f} s")
    print(f"  peak memory      {cost.peak:8.0f} MiB  kept {cost.kept:.1f} MiB")
    print(f"  calls            {sum(cost.calls.values()):8}      {by or 'none'}")


def _serve() -> int:
    """Be the producers until the standard input ends."""
    sys.path.insert(0, str(ROOT))
    from tests.producers.everyone import Producers  # noqa: PLC0415 - only this process plays them

    with Producers() as everyone:
        for word in sys.stdin:
            answer: Any = everyone.environment
            if word.strip() == "reset":
                answer = everyone.reset()
            elif word.strip() == "calls":
                answer = {one.variable[11:-4]: len(one.log.calls("*")) for one in everyone}
            print(json.dumps(answer), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
