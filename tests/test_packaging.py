"""The wheel: what it holds, what it weighs, and that it works alone, byte for byte."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from diagnostic import __version__, resources

TOP = Path(__file__).resolve().parent.parent
LIMIT = 25 * 1024 * 1024


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=TOP, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


def tracked(folder: str) -> set[str]:
    """The files of a folder that the repository tracks, or those that stand there."""
    listed = subprocess.run(
        ["git", "ls-files", folder], cwd=TOP, capture_output=True, text=True, check=True
    )
    return set(listed.stdout.splitlines())


def test_the_wheel_holds_the_program_and_every_data_folder(wheel: Path) -> None:
    """Each tracked file of the package and of the shipped folders is in the wheel, once."""
    names = zipfile.ZipFile(wheel).namelist()
    assert len(names) == len(set(names))
    expected = tracked("diagnostic")
    for folder in resources.FOLDERS:
        expected |= {f"diagnostic/_shipped/{name}" for name in tracked(folder)}
    assert expected - set(names) == set()


def test_the_wheel_holds_nothing_else(wheel: Path) -> None:
    """No test, no machine's leftover: the package and its metadata only."""
    for name in zipfile.ZipFile(wheel).namelist():
        assert re.match(rf"diagnostic/|diagnostic_territorial-{__version__}\.dist-info/", name)
        assert not re.search(r"__pycache__|\.pyc$|\.tmp$|/tests?/", name)


def test_the_wheel_weighs_at_most_25_megabytes(wheel: Path) -> None:
    """It travels by e-mail."""
    assert wheel.stat().st_size <= LIMIT


def test_the_wheel_ships_licences_and_constraints(wheel: Path) -> None:
    """The code's licence, the fonts', and the exact versions it was checked with."""
    with zipfile.ZipFile(wheel) as archive:
        (constraints,) = [n for n in archive.namelist() if n.endswith("/constraints.txt")]
        assert archive.read(constraints) == (TOP / "constraints.txt").read_bytes()
        licences = [n for n in archive.namelist() if "/licenses/" in n]
    assert len(licences) == 2


def test_two_wheels_of_one_checkout_are_the_same_bytes(wheel: Path, tmp_path: Path) -> None:
    """Nothing of the moment or of the folder enters the wheel."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=TOP, check=True, capture_output=True)
    assert (tmp_path / wheel.name).read_bytes() == wheel.read_bytes()


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-dev.txt", "constraints.txt"])
def test_the_locks_name_packages_and_hashes_only(lock: str) -> None:
    """No index, no host, no path: the same lock serves everywhere."""
    lines = (TOP / lock).read_text(encoding="utf-8").splitlines()
    told = [line.strip() for line in lines if not line.lstrip().startswith("#")]
    assert told
    pinned = re.compile(
        r"[a-z0-9-]+(\[\w+\])?==[\w.]+( ; [^\\]+)?( \\)?|--hash=sha256:[0-9a-f]{64}( \\)?"
    )
    assert [line for line in told if not pinned.fullmatch(line)] == []
    assert not [line for line in lines if re.search(r"https?:|file:|find-links|index-url", line)]


def test_the_locks_agree() -> None:
    """The checks run on the versions that the program is run with, and that the wheel names."""

    def versions(lock: str) -> set[str]:
        text = (TOP / lock).read_text(encoding="utf-8")
        found = re.findall(r"^([a-z0-9-]+)(?:\[\w+\])?(==[^\\\n]*?)(?= \\|$)", text, re.MULTILINE)
        return {name + version for name, version in found}

    assert versions("constraints.txt") <= versions("requirements.txt")
    assert versions("requirements.txt") <= versions("requirements-dev.txt")


def test_the_locks_hold_every_declared_dependency() -> None:
    """A dependency added to pyproject.toml without `make lock` fails here."""
    text = (TOP / "pyproject.toml").read_text(encoding="utf-8")
    declared = re.findall(r'"([a-z0-9-]+)>=[\d.]+"', text)
    lock = (TOP / "requirements-dev.txt").read_text(encoding="utf-8")
    assert len(declared) > 15
    assert [
        name for name in declared if not re.search(rf"^{name}(\[\w+\])?==", lock, re.MULTILINE)
    ] == []


def built(python: Path, folder: Path, environment: dict[str, str]) -> dict[str, str]:
    """The digests of the dossier that an interpreter builds in an empty folder."""
    folder.mkdir()
    words = ["build", "--spec", "sppe.yaml", "--commune", "51649", "--store", str(folder)]
    subprocess.run(
        [python, "-m", "diagnostic", *words, "--format", "pdf,html,csv,json", "--output", "out"],
        cwd=folder,
        env=environment,
        check=True,
        capture_output=True,
    )
    files = sorted((folder / "out").iterdir())
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


@pytest.mark.long
def test_the_wheel_alone_builds_the_same_bytes(wheel: Path, tmp_path: Path) -> None:
    """Installed with its constraints in an empty environment, run elsewhere: the same dossier."""
    environment = {name: text for name, text in os.environ.items() if name != "PYTHONPATH"}
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    python = tmp_path / "venv" / "bin" / "python"
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [n for n in archive.namelist() if n.endswith("/constraints.txt")]
        (tmp_path / "constraints.txt").write_bytes(archive.read(name))
    subprocess.run(
        [python, "-m", "pip", "install", "-q", "-c", tmp_path / "constraints.txt", wheel],
        check=True,
        capture_output=True,
    )
    alone = built(python, tmp_path / "seul à part", environment)
    assert len(alone) == 4
    checkout = {**environment, "PYTHONPATH": str(TOP), "TZ": "Pacific/Auckland"}
    assert alone == built(Path(sys.executable), tmp_path / "ici", checkout)


def test_the_link_to_the_project_is_ascii() -> None:
    """Python starts from a folder with an accent under LC_ALL=C: the link has no folder name."""
    site = Path(sysconfig.get_path("purelib"))
    link = site / "_diagnostic_territorial.pth"
    if not link.is_file():
        pytest.skip("the project is not installed as a link here")
    assert (site / link.read_text("ascii").strip()).resolve() == Path(__file__).parent.parent
