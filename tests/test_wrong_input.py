"""Wrong input through the real command line: the right code, a French sentence, nothing left."""

from __future__ import annotations

import csv
import errno
import hashlib
import io
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import platformdirs
import pytest

from diagnostic import catalogue, cli, resources, territories
from diagnostic.territories import outlines

STEM = "sppe-51649-vitry-le-francois"
Run = Callable[..., tuple[int, str, str]]

BARE = """spec: 1
id: hostile
title: "TITLE"
subtitle: "Diagnostic territorial"
indicators:
  naissances:
    label: "LABEL"
    series: insee.naissances
    unit: "naissances"
essentials:
  figures: [naissances]
sections:
  - id: familles
    title: "SECTION"
    blocks:
      - figures: [naissances]
      - table: comparison
        indicators: [naissances]
"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command in an empty folder, for a user who has no data of theirs; checks what must
    hold for every failure."""
    monkeypatch.setattr(platformdirs, "user_data_path", lambda _: tmp_path / "personne")
    (tmp_path / "ici").mkdir()
    monkeypatch.chdir(tmp_path / "ici")

    def runner(*words: str) -> tuple[int, str, str]:
        before = files(Path())
        code = cli.main(words)
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        if code:
            assert captured.out == ""
            assert "Erreur" in captured.err
            assert files(Path()) == before
        return code, captured.out, captured.err.replace("\u00a0", " ").replace("\u202f", " ")

    return runner


def files(folder: Path) -> dict[str, str]:
    """Every file below a folder, hidden ones too, by its digest."""
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def vitry(*more: str) -> list[str]:
    """The words that build Vitry's dossier from the shipped data alone."""
    Path("vide").mkdir(exist_ok=True)
    return ["build", "--spec", "sppe", "--commune", "51649", "--store", "vide", *more]


# --- territories ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "place",
    [
        "99999",
        "5164",
        "516490",
        "51649x",
        "Vitry-le-Francoisse-sur-Rien",
        "",
        "  ",
        "🏠",
        "../../x",
    ],
)
def test_an_unknown_or_malformed_territory_leaves_with_3(run: Run, place: str) -> None:
    """Nothing is built, and the hint says what to try."""
    code, _, err = run(*vitry()[:3], "--commune", place, "--store", "vide")
    assert code == 3
    assert len(err.strip().splitlines()) >= 3


def test_a_misspelt_name_gives_the_nearest_ones(run: Run) -> None:
    """The commune meant is among the names offered."""
    code, _, err = run(*vitry()[:3], "--commune", "vitri le francoi", "--store", "vide")
    assert code == 3
    assert "Vitry-le-François" in err


def test_an_ambiguous_name_gives_every_homonym_with_its_code(run: Run) -> None:
    """Several communes are called Sainte-Croix: the codes tell them apart."""
    code, _, err = run(*vitry()[:3], "--commune", "sainte-croix", "--store", "vide")
    assert code == 3
    found = territories.load().search("Sainte-Croix", "commune", 50)
    codes = [t.code for t in found if t.name == "Sainte-Croix"]
    assert len(codes) > 1
    assert [code for code in codes if code not in err] == []


def test_an_old_code_gives_the_commune_it_became(run: Run) -> None:
    """A code of before a merger is understood; the territory shown is today's."""
    code, out, _ = run("territory", "show", "49018", "--json")
    assert code == 0
    assert '"code": "49018"' in out or '"former": ""' not in out


def test_a_territory_without_data_leaves_with_4(run: Run) -> None:
    """The extract has nothing of Brest: a clear answer, not a dossier of blanks."""
    code, _, err = run(*vitry()[:3], "--commune", "29019", "--store", "vide")
    assert code == 4
    assert "Brest" in err


# --- specs ---------------------------------------------------------------------------------------

SPECS: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "vide"),
    "blank": (b"\n\n  \n", "vide"),
    "binary": (bytes(range(256)) * 8, ""),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(100), ""),
    "huge": (b"# " + b"x" * 1_100_000 + b"\n", "1 Mo"),
    "aliased": (b"spec: 1\nid: &a x\ntitle: *a\n", "alias"),
    "tagged": (b"spec: 1\nid: !!python/object/apply:os.system ['touch pris']\n", "étiquette"),
    "duplicated": (b"spec: 1\nid: x\nid: y\ntitle: t\n", "déjà donnée"),
    "unknown key": (b"spec: 1\nid: x\ntitel: t\n", "titel"),
    "deep": (b"spec: " + b"[" * 20_000 + b"\n", ""),
    "a list": (b"- 1\n- 2\n", ""),
    "a word": (b"bonjour\n", ""),
    "no yaml": (b"spec: 1\n\tid: x\n", ""),
    "two documents": (b"spec: 1\n---\nspec: 1\n", ""),
    "latin": ('spec: 1\ntitle: "été"\n'.encode("latin-1"), ""),
}


@pytest.mark.parametrize("name", list(SPECS))
def test_a_spec_that_cannot_be_used_leaves_with_2_at_once(run: Run, name: str) -> None:
    """Code 2 in under a second; nothing in the file is run, nothing is written."""
    Path("s.yaml").write_bytes(SPECS[name][0])
    catalogue.load()
    start = time.process_time()
    code, _, _ = run("build", "--spec", "s.yaml", "--commune", "51649")
    assert time.process_time() - start < 1.0
    assert code == 2


@pytest.mark.parametrize("name", list(SPECS))
def test_each_fault_of_a_spec_has_its_line_and_its_column(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`file:line:column : sentence`, with the word that tells the fault."""
    content, said = SPECS[name]
    monkeypatch.chdir(tmp_path)
    Path("s.yaml").write_bytes(content)
    assert cli.main(["validate", "s.yaml", "--store", "."]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    lines = captured.err.replace("\u00a0", " ").splitlines()
    assert lines
    assert all(re.match(r"s\.yaml:\d+:\d+ : .{8,}", line) for line in lines)
    assert said in captured.err.replace("\u00a0", " ").replace("\u202f", " ")


def test_a_missing_spec_names_the_shipped_ones(run: Run) -> None:
    """A folder, a name of nothing, and a name with a NUL are missing specs."""
    for name in ("nope.yaml", ".", "/", "x\0y", "a" * 5000):
        code, _, err = run("build", "--spec", name, "--commune", "51649")
        assert code == 2
        assert "sppe" in err


def test_all_the_faults_of_a_spec_come_at_once(run: Run) -> None:
    """Five faults in five places: five lines, in reading order, the nearest name beside."""
    text = BARE.replace("id: hostile", "id: X Y").replace("label:", "labell:")
    text = text.replace("insee.naissances", "insee.naissance")
    text = text.replace("      - table: comparison", "      - tabel: comparison")
    text = text.replace("subtitle:", "sub:")
    Path("s.yaml").write_text(text, encoding="utf-8")
    code, _, err = run("build", "--spec", "s.yaml", "--commune", "51649")
    assert code == 2
    places = [int(n) for n in re.findall(r"^s\.yaml:(\d+):\d+ :", err, re.MULTILINE)]
    assert {2, 4, 7, 8, 17} <= set(places)
    assert places == sorted(places)
    assert "insee.naissances" in err


def test_a_missing_spec_is_said_in_under_a_second() -> None:
    """The whole process, imports included: the best of three."""
    times = []
    for _ in range(3):
        start = time.perf_counter()
        words = ["build", "--spec", "nope", "--commune", "51649"]
        command = [sys.executable, "-m", "diagnostic", *words]
        done = subprocess.run(command, capture_output=True, check=False)
        times.append(time.perf_counter() - start)
        assert done.returncode == 2
    assert min(times) < 1.0


# --- outputs -------------------------------------------------------------------------------------


def test_an_output_below_a_file_leaves_with_6(run: Run) -> None:
    """The folder cannot be made: the file in its way is named and stays as it is."""
    Path("fichier").write_text("précieux", encoding="utf-8")
    code, _, err = run(*vitry("--format", "json", "--output", "fichier/sous"))
    assert code == 6
    assert "fichier" in err


def test_a_folder_in_the_place_of_a_file_leaves_with_6(run: Run) -> None:
    """Neither the folder nor the files of the other formats are touched."""
    Path(f"out/{STEM}.json").mkdir(parents=True)
    code, _, err = run(*vitry("--format", "csv,json", "--output", "out"))
    assert code == 6
    assert "est un dossier" in err


def test_a_full_disk_keeps_the_earlier_dossier(
    run: Run, dossier: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Writing stops half-way: the dossier of before is whole, and nothing else is left."""
    Path("out").mkdir()
    for path in dossier.iterdir():
        shutil.copy(path, Path("out") / path.name)

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "Plus de place")

    monkeypatch.setattr(os, "fsync", full)
    code, _, err = run(*vitry("--format", "csv,json", "--output", "out"))
    assert code == 6
    assert "plus de place sur le disque" in err
    assert files(Path("out")).keys() == {f"out/{path.name}" for path in dossier.iterdir()}


def test_a_file_too_large_for_the_system_leaves_with_6(tmp_path: Path) -> None:
    """A real process whose files may not pass 100 kB: code 6 and an empty folder."""

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    out = tmp_path / "out"
    words = ["build", "--spec", "sppe", "--commune", "51649", "--store", str(tmp_path)]
    done = subprocess.run(
        [sys.executable, "-m", "diagnostic", *words, "--format", "json", "--output", str(out)],
        preexec_fn=limit,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 6, done.stderr
    assert list(out.iterdir()) == []


def test_an_interrupted_build_leaves_with_130_and_nothing(tmp_path: Path) -> None:
    """Ctrl-C while it works: one line, no file."""
    words = ["build", "--spec", "sppe", "--commune", "51649", "--store", str(tmp_path)]
    process = subprocess.Popen(
        [sys.executable, "-m", "diagnostic", *words, "--output", str(tmp_path / "out")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    assert process.stderr.readline().startswith("Lecture")
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert out == ""
    assert err.splitlines()[-1] == "Erreur\u00a0: interrompu."
    assert not (tmp_path / "out").exists()


# --- shipped files and data ----------------------------------------------------------------------


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the shipped folders that a test may damage; the program reads it."""
    top = tmp_path / "installation"
    for name in resources.FOLDERS:
        shutil.copytree(resources.folder(name), top / name)
    monkeypatch.setattr(resources, "_PACKAGE", top / "diagnostic")
    forget()
    return top


@pytest.fixture(autouse=True)
def forgotten() -> object:
    """What the program keeps between two commands of one process is forgotten around each test."""
    yield
    forget()


def forget() -> None:
    """Empty the caches of the rooms that read shipped folders once."""
    for function in (catalogue.shipped, territories._read, outlines._fine_codes, outlines._usable):
        function.cache_clear()


def damage(path: Path) -> None:
    """Flip one bit in the middle of a file."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize(
    "name",
    [
        "data/observations/caf_s_ben_com_f.parquet",
        "data/observations/insee_etat_civil.parquet",
        "data/manifest.json",
        "data/cog/territories.parquet",
        "catalogue/insee.yaml",
    ],
)
def test_a_damaged_data_file_leaves_with_5_and_its_name(
    run: Run, installation: Path, name: str
) -> None:
    """One bit is enough: the file is named, no figure of it is printed."""
    if name.endswith(("json", "yaml")):
        (installation / name).write_text("{", encoding="utf-8")
    else:
        damage(installation / name)
    code, _, err = run(*vitry("--format", "json"))
    assert code == 5
    assert Path(name).name in err


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("shapefiles/fine.parquet", 5),
        ("shapefiles/manifest.json", 5),
        ("data/cog/manifest.json", 5),
        ("templates/parts/methode.md", 5),
        ("templates/fonts/SourceSans3-It.ttf", 6),
        ("templates/fonts/SourceSans3-Bold.ttf.woff2", 6),
        ("templates/fonts/manifest.json", 6),
        ("templates/screen.css", 6),
        ("templates/macros.jinja", 6),
    ],
)
def test_a_shipped_file_made_garbage_leaves_with_its_code(
    run: Run, installation: Path, dossier: Path, name: str, code: int
) -> None:
    """Bytes that are no text, or one flipped in a font: the page is not made with what is left."""
    if name.endswith(("ttf", "woff2")):
        damage(installation / name)
    else:
        (installation / name).write_bytes(b"\xff\xfe\x00" * 50)
    (saved,) = dossier.glob("*.json")
    words = ["render", str(saved)] if code == 6 or "shape" in name else vitry()
    left, _, err = run(*words, "--format", "html")
    assert left == code
    assert any(word in err for word in ("installation", "fichier de données", "modèle de page"))


def test_a_lost_data_file_leaves_with_5_and_its_name(run: Run, installation: Path) -> None:
    """A file that the manifest names and that is gone is damage, never an absence of data."""
    (installation / "data" / "observations" / "insee_etat_civil.parquet").unlink()
    code, _, err = run(*vitry("--format", "json"))
    assert code == 5
    assert "insee_etat_civil" in err


def test_damage_in_the_user_s_store_leaves_with_5(run: Run, tmp_path: Path) -> None:
    """--store is checked like the shipped data, and comes first."""
    shutil.copytree(resources.folder("data"), tmp_path / "store")
    damage(tmp_path / "store" / "observations" / "caf_s_ben_com_f.parquet")
    words = ["build", "--spec", "sppe", "--commune", "51649", "--store", str(tmp_path / "store")]
    code, _, err = run(*words, "--format", "json")
    assert code == 5
    assert "caf_s_ben_com_f" in err


@pytest.mark.parametrize(
    "name", ["fonts/SourceSans3-Regular.ttf", "print.css", "dossier.print.jinja"]
)
def test_a_missing_font_or_template_leaves_with_6(run: Run, installation: Path, name: str) -> None:
    """The PDF is not written without it, and the file that is missing is named."""
    (installation / "templates" / name).unlink()
    code, _, err = run(*vitry("--format", "pdf"))
    assert code == 6
    assert Path(name).stem.split(".")[0] in err


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"\x00\xff",
        b'{"version": 1}',
        b'{"version": 99}',
        b"[" * 100_000,
    ],
)
def test_a_saved_report_that_is_none_leaves_with_5(run: Run, content: bytes) -> None:
    """Whatever the file holds: code 5 and its name."""
    Path("rapport.json").write_bytes(content)
    code, _, err = run("render", "rapport.json")
    assert code == 5
    assert "rapport.json" in err


def test_a_saved_report_that_is_missing_leaves_with_5(run: Run) -> None:
    """A path of nothing, and a folder."""
    Path("dossier").mkdir()
    assert run("render", "absent.json")[0] in {2, 5}
    assert run("render", "dossier")[0] in {2, 5}


# --- hostile words -------------------------------------------------------------------------------

HOSTILE = {
    "html": "<script>alert(1)</script><img src=http://127.0.0.1:9/x onerror=alert(2)>",
    "svg": "<svg onload=alert(1)><image href='http://127.0.0.1:9/x'/></svg>",
    "jinja": "{{ 7*191 }}{% for x in ().__class__.__mro__ %}x{% endfor %}",
    "formula": "=HYPERLINK(1+1)",
    "entity": "]]><!-- &lt;b&gt; -->",
}


class Elements(HTMLParser):
    """The elements and the attributes of a page, and its text."""

    def __init__(self) -> None:
        """Nothing seen yet."""
        super().__init__()
        self.tags: list[str] = []
        self.handlers: list[str] = []
        self.addresses: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep what could act."""
        self.tags.append(tag)
        self.handlers += [name for name, _ in attrs if name.startswith("on")]
        self.addresses += [text or "" for name, text in attrs if name in {"src", "xlink:href"}]

    def handle_data(self, data: str) -> None:
        """Keep the text."""
        self.text += data


@pytest.mark.parametrize("kind", list(HOSTILE))
def test_hostile_words_of_a_spec_are_printed_and_never_act(run: Run, kind: str) -> None:
    """HTML, SVG, Jinja and formulas in titles and labels are text in the page and in the table."""
    word = HOSTILE[kind]
    text = BARE
    for place in ("TITLE", "LABEL", "SECTION"):
        text = text.replace(place, f"{word} {place.lower()}".replace("\\", "\\\\"))
    Path("s.yaml").write_text(text, encoding="utf-8")
    words = ["build", "--spec", "s.yaml", "--commune", "51649", "--store", "vide"]
    Path("vide").mkdir()
    code, _, err = run(*words, "--format", "html,csv,pdf", "--output", "out")
    assert code == 0, err
    (page,) = Path("out").glob("*.html")
    seen = Elements()
    seen.feed(page.read_text(encoding="utf-8"))
    assert "script" not in seen.tags
    assert seen.handlers == []
    assert [a for a in seen.addresses if not a.startswith(("data:", "#"))] == []
    assert word.split(">")[0].split("&")[0].strip("]=")[:12] in seen.text
    assert "1337" not in seen.text
    (table,) = Path("out").glob("*.csv")
    rows = csv.reader(io.StringIO(table.read_text(encoding="utf-8-sig")), delimiter=";")
    assert [cell for row in rows for cell in row if cell[:1] in "=@\t\r" and cell] == []


def test_a_spec_cannot_read_a_file_outside_its_folder(run: Run, tmp_path: Path) -> None:
    """`..`, an absolute path and a link that leads outside are faults of the spec."""
    (tmp_path / "secret.md").write_text("SECRET", encoding="utf-8")
    Path("lien.md").symlink_to(tmp_path / "secret.md")
    for name in ("../secret.md", str(tmp_path / "secret.md"), "lien.md"):
        text = BARE + f"      - text:\n          file: {name}\n"
        Path("s.yaml").write_text(text, encoding="utf-8")
        code, _, err = run("build", "--spec", "s.yaml", "--commune", "51649")
        assert code == 2
        assert "s.yaml:20:17" in err


@pytest.mark.parametrize("name", ["../../pris", "/pris", "a/b", "x\0y"])
def test_an_identifier_cannot_lead_outside_the_output(run: Run, name: str) -> None:
    """The id of a spec names files: anything but a plain word is a fault."""
    text = BARE.replace("id: hostile", f'id: "{name}"'.replace("\0", "\\0"))
    Path("s.yaml").write_text(text, encoding="utf-8")
    assert run("build", "--spec", "s.yaml", "--commune", "51649")[0] == 2
