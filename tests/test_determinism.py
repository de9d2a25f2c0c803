"""The same spec, data and version give the same bytes, wherever and whenever they are built."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from diagnostic import cli, resources

WORDS = ["build", "--spec", "sppe", "--commune", "51649", "--format", "pdf,html,csv,json"]
# Runs the command line ten years later: what asks Python for the time is told so.
LATER = """
import sys, time
now, local, utc = time.time, time.localtime, time.gmtime
time.time = lambda: now() + 315e6
time.localtime = lambda *s: local(*s) if s else local(time.time())
time.gmtime = lambda *s: utc(*s) if s else utc(time.time())
from diagnostic import cli
sys.exit(cli.main())
"""
MATPLOTLIBRC = "text.usetex: True\npath.sketch: 1, 100, 2\nlines.antialiased: False\n"


def digests(folder: Path) -> dict[str, str]:
    """The files of a folder by their digests."""
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.iterdir()}


def built(here: Path, *command: str, **environment: str) -> dict[str, str]:
    """The dossier built by a process of its own in `here`, without the user's store."""
    here.mkdir(parents=True, exist_ok=True)
    (here / "sans données").mkdir(exist_ok=True)
    words = [*WORDS, "--store", "sans données", "--output", "résultats du jour"]
    done = subprocess.run(
        [*(command or (sys.executable, "-m", "diagnostic")), *words],
        cwd=here,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return digests(here / "résultats du jour")


def test_another_place_zone_date_language_and_hash_seed_give_the_same_bytes(
    dossier: Path, tmp_path: Path
) -> None:
    """PDF, HTML, CSV and JSON, all of it changed at once, down to a stranger's matplotlibrc."""
    here = tmp_path / "un dossier d’été"
    here.mkdir()
    (here / "matplotlibrc").write_text(MATPLOTLIBRC, encoding="utf-8")
    other = built(
        here,
        sys.executable,
        "-c",
        LATER,
        TZ="Pacific/Kiritimati",
        LANG="tr_TR.UTF-8",
        LC_ALL="C",
        PYTHONHASHSEED="4242",
        SOURCE_DATE_EPOCH="1",
        MPLBACKEND="pdf",
        COLUMNS="20",
    )
    assert other == digests(dossier)
    assert len(other) == 4


def test_a_rendered_report_gives_the_bytes_of_its_build(dossier: Path, tmp_path: Path) -> None:
    """`render` of the saved JSON makes the figures again, its own JSON included."""
    (saved,) = dossier.glob("*.json")
    words = ["render", str(saved), "--output", str(tmp_path / "x")]
    assert cli.main([*words, "--format", "csv,json"]) == 0
    made = digests(tmp_path / "x")
    assert len(made) == 2
    assert made.items() <= digests(dossier).items()


@pytest.mark.long
def test_a_rendered_report_gives_the_same_pages(dossier: Path, tmp_path: Path) -> None:
    """The PDF and the HTML page too, for which all that is drawn comes from the saved report."""
    (saved,) = dossier.glob("*.json")
    words = ["render", str(saved), "--output", str(tmp_path / "x")]
    assert cli.main([*words, "--format", "pdf,html,csv,json"]) == 0
    assert digests(tmp_path / "x") == digests(dossier)


@pytest.mark.long
def test_a_copy_of_the_installation_gives_the_same_bytes(dossier: Path, tmp_path: Path) -> None:
    """The path of the program itself is in none of its files, whatever its name."""
    top = tmp_path / "level=commune & [autre] copie à part"
    for name in resources.FOLDERS:
        shutil.copytree(resources.folder(name), top / name)
    package = Path(resources.__file__).parent
    shutil.copytree(package, top / "diagnostic", ignore=shutil.ignore_patterns("_shipped"))
    code = f"import sys; sys.path.insert(0, {str(top)!r}); import diagnostic; "
    code += f"assert diagnostic.__file__.startswith({str(top)!r}); "
    code += "from diagnostic import cli; sys.exit(cli.main())"
    assert built(tmp_path / "ici", sys.executable, "-c", code) == digests(dossier)


@pytest.mark.long
@pytest.mark.skipif(shutil.which("faketime") is None, reason="faketime is not installed")
@pytest.mark.parametrize("date", ["1999-12-31 23:59:00", "2026-02-28 12:00:00", "2038-01-20 0:0:0"])
def test_the_clock_of_the_system_gives_the_same_bytes(
    date: str, dossier: Path, tmp_path: Path
) -> None:
    """Libraries written in C ask the system for the date: it changes nothing either."""
    command = ["faketime", "-f", f"@{date}", sys.executable, "-m", "diagnostic"]
    assert built(tmp_path, *command) == digests(dossier)
