"""Prints what a cold build costs: time, peak memory, share of each room; and what --help costs.

    python bench/cold.py [--runs N] [-- OPTIONS OF BUILD]

Times are wall times of whole processes, the best of N runs: on a shared machine, quote ratios.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

PACKAGE = Path(__file__).resolve().parent.parent / "diagnostic"
BUILD = ("--spec", "sppe.yaml", "--commune", "51649")
TICK = 0.002
TIME_GOAL, MEMORY_GOAL, HELP_GOAL = 12.0, 600.0, 6.0


def main() -> int:
    """Measure and print; 1 when a goal is missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--rooms", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("build", nargs="*", default=BUILD)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        words = ["build", *asked.build, "--output", folder, "--store", folder]
        if asked.rooms:
            return _rooms(words)
        bare = min(_run("-c", "pass")[0] for _ in range(9))
        shown = min(_run("-m", "diagnostic", "--help")[0] for _ in range(9))
        builds = [_run("-m", "diagnostic", *words) for _ in range(asked.runs)]
        seconds, megabytes = min(b[0] for b in builds), max(b[1] for b in builds)
        print(f"bare interpreter   {1000 * bare:8.1f} ms")
        print(f"diagnostic --help  {1000 * shown:8.1f} ms   {shown / bare:.1f} times the bare one")
        print(f"cold build         {seconds:8.2f} s    {' '.join(asked.build)}")
        print(f"peak memory        {megabytes:8.0f} MiB")
        print("share of the build's time, each library's counted with the room that calls it:")
        sys.stdout.flush()
        subprocess.run([sys.executable, __file__, "--rooms", "--", *asked.build], check=True)
    within = seconds <= TIME_GOAL and megabytes <= MEMORY_GOAL and shown <= HELP_GOAL * bare
    return 0 if within else 1


def _run(*words: str) -> tuple[float, float]:
    """Wall seconds and peak MiB of one process; leaves when it fails."""
    start = time.perf_counter()
    with tempfile.TemporaryFile() as told:
        process = subprocess.Popen([sys.executable, *words], stdout=told, stderr=told)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            told.seek(0)
            sys.exit(told.read().decode(errors="replace"))
    unit = 1 if sys.platform == "darwin" else 1024
    return seconds, usage.ru_maxrss * unit / 2**20


def _rooms(words: Sequence[str]) -> int:
    """Build in this process, with a sample of the innermost room every tick of processor time.

    A sample weighs the time since the one before, so that a long call into C counts whole.
    """
    spent: Counter[str] = Counter()
    last = time.perf_counter()

    def sample(_: int, frame: FrameType | None) -> None:
        nonlocal last
        now = time.perf_counter()
        spent[_room(frame)] += now - last
        last = now

    signal.signal(signal.SIGPROF, sample)
    signal.setitimer(signal.ITIMER_PROF, TICK, TICK)
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        sys.stdout, printed = nowhere, sys.stdout
        from diagnostic import cli  # noqa: PLC0415 - its import is part of what is measured

        code = cli.main(words)
        sys.stdout = printed
    signal.setitimer(signal.ITIMER_PROF, 0)
    whole = sum(spent.values()) or 1
    for room, seconds in spent.most_common():
        print(f"  {room:16} {seconds:6.2f} s {100 * seconds / whole:5.1f} %")
    return code


def _room(frame: FrameType | None) -> str:
    """The innermost room on the stack; imports are counted apart."""
    importing = False
    while frame is not None:
        path = frame.f_code.co_filename
        importing = importing or path.startswith("<frozen importlib")
        if path.startswith(f"{PACKAGE}{os.sep}"):
            room = Path(path).relative_to(PACKAGE).parts[0].removesuffix(".py")
            return "(imports)" if importing else room
        frame = frame.f_back
    return "(start-up)"


if __name__ == "__main__":
    sys.exit(main())
