"""Prints what a store of 20 million observations costs: keeping it, reading a commune, a map.

    python bench/store.py [--series N] [--runs N]

The observations are synthetic: 35,000 invented communes, N series, 24 months, one value each.
Each step is a process of its own. A read counts the manifest, the check of the file, DuckDB and
the index of the cells. It is quoted in wall time and in processor time, the best of N runs in one
process: on a machine that others use, only the second can be compared; goals are held against it.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

DEPARTEMENTS, COMMUNES, MONTHS = 95, 35_000, 24
GOALS = {"keep": 300_000.0, "commune": 50.0, "map": 300.0}  # milliseconds
MEMORY_GOAL = 1024.0  # MiB
ROWS = f"""
SELECT 'synthese.' || lpad(s::VARCHAR, 3, '0') AS series, 'commune' AS level,
       lpad((1 + c % {DEPARTEMENTS})::VARCHAR, 2, '0')
           || lpad((1 + c // {DEPARTEMENTS})::VARCHAR, 3, '0') AS code,
       (2023 + p // 12)::VARCHAR || '-' || lpad((1 + p % 12)::VARCHAR, 2, '0') AS period,
       5.0 * (hash(s, c, p) % 400) AS value, value - 2 AS lower, value + 2 AS upper,
       'rounded' AS status, false AS provisional, '' AS champ, 2026 AS cog_year, 1 AS cells
FROM range({{series}}) AS a(s), range({COMMUNES}) AS b(c), range({MONTHS}) AS d(p)
"""  # noqa: S608 - our own numbers


def main() -> int:
    """Measure and print; 1 when a goal is missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--series", type=int, default=24)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--step", choices=("keep", "commune", "map"), help=argparse.SUPPRESS)
    parser.add_argument("--root", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.step == "keep":
        _keep(asked.root, asked.series)
        return 0
    if asked.step:
        _read(asked.root, asked.step, asked.series, asked.runs)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        return _all(Path(folder), asked.series, asked.runs)


def _all(root: Path, series: int, runs: int) -> int:
    print(f"{series * COMMUNES * MONTHS:,} synthetic observations")
    seconds, megabytes, _ = _run("keep", root, series, runs)
    size = sum(path.stat().st_size for path in (root / "observations").iterdir()) / 1e6
    print(f"made and kept      {seconds:8.1f} s    {megabytes:.0f} MiB at most, {size:.0f} MB kept")
    within = 1000 * seconds <= GOALS["keep"] and megabytes <= MEMORY_GOAL
    for step, what in (("commune", f"40 communes, {series} series"), ("map", "1 series, 1 month")):
        seconds, megabytes, told = _run(step, root, series, runs)
        wall, best, cells = (float(word) for word in told.split())
        print(
            f"{step:18} {best:8.1f} ms   of processor, {wall:.0f} ms of wall; {cells:,.0f} cells, "
            f"{what}; {megabytes:.0f} MiB"
        )
        within &= best <= GOALS[step]
    return 0 if within else 1


def _run(step: str, root: Path, series: int, runs: int) -> tuple[float, float, str]:
    """Wall seconds and peak MiB of a step in a process of its own, and what it printed."""
    words = ["--step", step, "--root", str(root), "--series", str(series), "--runs", str(runs)]
    start = time.perf_counter()
    with tempfile.TemporaryFile() as told:
        process = subprocess.Popen([sys.executable, __file__, *words], stdout=told)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            sys.exit(f"{step}: failed")
        told.seek(0)
        text = told.read().decode()
    unit = 1 if sys.platform == "darwin" else 1024
    return seconds, usage.ru_maxrss * unit / 2**20, text


def _keep(root: Path, series: int) -> None:
    import duckdb  # noqa: PLC0415 - each step imports what it uses

    from diagnostic.model import Origin  # noqa: PLC0415
    from diagnostic.store import Draft, Keeper, write  # noqa: PLC0415

    names = [f"synthese.{number:03}" for number in range(series)]
    origin = Origin(
        id="synthese", producer="personne", dataset="synthese", title="observations inventées",
        address="", licence="", edition="2026-11", retrieved="2026-11",
    )  # fmt: skip
    with Keeper(root).incoming() as folder:
        path = folder / "observations.parquet"
        config = {"threads": 1, "memory_limit": "400MB", "temp_directory": str(folder)}
        with duckdb.connect(config=config) as base:
            base.execute(f"CREATE VIEW made AS {ROWS.format(series=series)}")
            rows = write(base, "made", path)
        Keeper(root).keep(
            Draft(
                feed="synthese",
                path=path,
                rows=rows,
                series=dict.fromkeys(names, frozenset({"commune"})),
                covers={"commune": None},
                origin=origin,
            )
        )


def _read(root: Path, step: str, series: int, runs: int) -> None:
    """Print the best milliseconds of wall and of processor time, and the cells of one read."""
    from diagnostic.store import Store  # noqa: PLC0415 - each step imports what it uses

    names = [f"synthese.{number:03}" for number in range(series)]
    near = [f"51{number:03}" for number in range(100, 136)]
    far = ["13055", "31100", "59350", "75056"]

    def commune() -> int:
        found = Store([root]).read(names, {"commune": [*near, *far]})
        return sum(len(found.periods(one, "commune", "51108")) for one in names) and len(found.rows)

    def plan() -> int:
        return len(Store([root]).read(names[:1], {"commune": None}, ["2024-12"]).rows)

    work: Callable[[], int] = commune if step == "commune" else plan
    cells = work()  # imports DuckDB and numpy, hashes the file if nobody did
    wall, processor = [], []
    for _ in range(runs):
        start, spent = time.perf_counter(), time.process_time()
        work()
        wall.append(1000 * (time.perf_counter() - start))
        processor.append(1000 * (time.process_time() - spent))
    print(min(wall), min(processor), cells)


if __name__ == "__main__":
    sys.exit(main())
