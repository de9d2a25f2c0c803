"""Runs the checks one after the other, with the time of each; `long` runs the long tests instead.

Stages: the tools from the lock, format, lint, types, layers, the tests on Python 3.11 on two
cores, and those that a newer Python might fail (NEWEST) on the newest Python of the machine.
`long` also measures the coverage of each room, which makes the tests half as slow again, and runs
every test on the newest Python. The last line is pytest's own.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = "requirements-dev.txt"
PURE = {"spec", "marks", "indicators", "wording", "territories", "model"}
PURE_FLOOR, FLOOR = 100.0, 90.0
OLDEST = (3, 11)
MEASURE = ".cache/coverage.json"
COVERAGE = ["--cov", f"--cov-report=json:{MEASURE}"]
CORES = ["-n", "2", "--dist", "loadfile"]  # what a file of tests builds is built once
# What computes, what reads and words, and one whole dossier.
NEWEST = (
    "tests/test_indicators.py", "tests/test_spec.py", "tests/test_marks.py", "tests/wording",
    "tests/test_dossier.py",
)  # fmt: skip


class StageError(Exception):
    """A stage that did not pass."""


def main(arguments: list[str]) -> int:
    """Run the stages; 1 as soon as one fails."""
    started = time.monotonic()
    try:
        summary = _long() if arguments == ["long"] else _check()
    except StageError as failure:
        print(f"\nFAILED: {failure}", flush=True)
        return 1
    print(f"\nAll passed in {time.monotonic() - started:.0f} s.", flush=True)
    print(summary, flush=True)
    return 0


def _check() -> str:
    environments = _environments()
    tools = Path(next(iter(environments.values()))).parent
    _stage("format", [tools / "ruff", "format", "--check"])
    _stage("lint", [tools / "ruff", "check"])
    _stage("types", [tools / "mypy"])
    _stage("layers", [tools / "lint-imports"])
    (version, python), *newer = environments.items()
    summary = _tests(version, python)
    for version, python in newer:
        _tests(version, python, *NEWEST)
    return summary


def _long() -> str:
    (version, python), *newer = _environments().items()
    summary = _stage(f"long tests on Python {version}", [python, "-m", "pytest", "-m", "long"])
    _tests(version, python, *COVERAGE)
    _coverage(ROOT / MEASURE)
    for version, python in newer:
        _tests(version, python)
    return summary


def _tests(version: str, python: Path, *more: str) -> str:
    """The tests of every day on two cores, or those that `more` names."""
    return _stage(f"tests on Python {version}", [python, "-m", "pytest", *CORES, *more])


def _environments() -> dict[str, Path]:
    """A virtual environment filled from the lock for each Python that is tested."""
    found: dict[tuple[int, int], str] = {}
    for path in _output(["sh", "tools/pythons.sh"]).split("\n"):
        found.setdefault(_version(path), path)
    wanted = sorted({OLDEST, max(found)})
    environments = {}
    for version in wanted:
        name = ".".join(map(str, version))
        if version not in found:
            print(f"Python {name} is not on this machine: its tests are skipped.", flush=True)
            continue
        folder = ".venv" if _version(".venv/bin/python") == version else f".venv-{name}"
        _stage(f"tools for Python {name}", ["sh", "tools/venv.sh", found[version], folder, LOCK])
        environments[name] = ROOT / folder / "bin" / "python"
    return environments


def _version(python: str) -> tuple[int, int]:
    code = "import sys; print(*sys.version_info[:2])"
    major, minor = _output([python, "-c", code]).split()
    return int(major), int(minor)


def _output(command: list[str]) -> str:
    return subprocess.run(
        command, cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.strip()


def _stage(name: str, command: list[str | Path]) -> str:
    """Run a stage, print what it said with its time, and return its last line."""
    started = time.monotonic()
    done = subprocess.run(
        [str(word) for word in command],
        cwd=ROOT,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    seconds = time.monotonic() - started
    print(f"\n=== {name}: {seconds:.1f} s\n{done.stdout.rstrip()}", flush=True)
    if done.returncode:
        raise StageError(f"{name} (exit code {done.returncode})")
    return (done.stdout.strip().splitlines() or [""])[-1]


def _coverage(report: Path) -> None:
    """Fail when a pure room is not covered whole, or another one under the floor."""
    rooms: dict[str, list[int]] = {}
    for path, file in json.loads(report.read_text(encoding="utf-8"))["files"].items():
        room = re.sub(r"\.py$", "", Path(path).parts[1])
        facts = file["summary"]
        total = rooms.setdefault(room, [0, 0])
        total[0] += facts["covered_lines"] + facts["covered_branches"]
        total[1] += facts["num_statements"] + facts["num_branches"]
    print("\n=== coverage, lines and branches")
    poor = []
    for room, (covered, whole) in sorted(rooms.items()):
        share = 100.0 * covered / whole if whole else 100.0
        floor = PURE_FLOOR if room in PURE else FLOOR
        print(f"{room:14} {share:6.1f} %  (at least {floor:.0f} %)")
        if share < floor:
            poor.append(room)
    if poor:
        raise StageError(f"coverage of {', '.join(poor)}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
