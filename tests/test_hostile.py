"""What strangers may hand over, a spec, a report, a folder, a terminal: nothing of it acts."""

from __future__ import annotations

import base64
import contextlib
import csv
import hashlib
import io
import json
import os
import random
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import platformdirs
import pytest

from diagnostic import build, cli, resources, store
from diagnostic.cli import interruption, outcome, say
from diagnostic.errors import RenderError
from diagnostic.publish import files

DIAGNOSTIC = [sys.executable, "-m", "diagnostic"]
CANARY = "CANARI-8F3A"
WORDS = [
    "<script>alert(1)</script>",
    "<img src=http://127.0.0.1:9/x onerror=alert(2)>",
    "<svg onload=alert(3)><image href='http://127.0.0.1:9/x'/></svg>",
    "{{ 7*191 }}{% for x in ().__class__.__mro__ %}x{% endfor %}",
    "=HYPERLINK(1+1)",
    "+1+1",
    "@SUM(1)",
    "</style></title>]]><!-- &lt;b&gt;",
    "[ici](javascript:alert(4)) ![vue](file:///etc/passwd)",
    "\"' onmouseover=alert(5) x='",
]
TEXT = """        [un](javascript:alert(4)) [deux](file:///etc/passwd) [trois](data:text/html,x)
        ![vue](secret.txt) ![autre](http://127.0.0.1:9/x) <iframe src="secret.txt"></iframe>
        <link rel="attachment" href="secret.txt"> <style>@import "http://127.0.0.1:9/x"</style>
        {{ 7*191 }} {% include "print.css" %} [quatre](https://exemple.invalid/)
"""
# Runs the command line and writes every file opened and every door to the outside tried.
WATCHED = """
import json, sys
from pathlib import Path
seen = []
def hook(event, arguments):
    if event == "open" and isinstance(arguments[0], (str, bytes)):
        name = arguments[0] if isinstance(arguments[0], str) else arguments[0].decode()
        seen.append(["open", name])
    elif event.startswith("socket.") or event in ("subprocess.Popen", "os.system", "os.exec"):
        seen.append([event, repr(arguments)])
sys.addaudithook(hook)
from diagnostic import cli
code = cli.main(sys.argv[2:])
found = list(seen)
Path(sys.argv[1]).write_text(json.dumps(found), encoding="utf-8")
sys.exit(code)
"""


def hostile_spec() -> str:
    """A spec whose every text is one of WORDS."""
    word = iter(json.dumps(w) for w in WORDS * 3)
    return f"""spec: 1
id: hostile
title: {next(word)}
subtitle: {next(word)}
framework: {next(word)}
indicators:
  naissances:
    label: {next(word)}
    series: insee.naissances
    unit: {next(word)}
  moins_5_ans:
    label: {next(word)}
    series: insee.rp.moins_5_ans
essentials:
  figures: [naissances]
sections:
  - id: familles
    title: {next(word)}
    blocks:
      - figures: [naissances, moins_5_ans]
      - table: comparison
        indicators: [naissances, moins_5_ans]
      - questions: [{next(word)}, {next(word)}, {next(word)}]
      - text:
          markdown: |
{TEXT.replace("        ", "            ")}"""


class Elements(HTMLParser):
    """What could act in a page."""

    def __init__(self, page: str) -> None:
        """Read a page."""
        super().__init__()
        self.tags: set[str] = set()
        self.acting: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the tag, and the attributes that run or fetch."""
        self.tags.add(tag)
        for name, value in attrs:
            address = (value or "").strip().lower()
            fetches = name in {"src", "xlink:href", "data", "srcset", "action"}
            if name.startswith("on") or (fetches and not address.startswith(("data:image", "#"))):
                self.acting.append(f"{tag} {name}={value}")
            if name == "href" and address.startswith(("javascript:", "file:", "data:text/html")):
                self.acting.append(f"{tag} {name}={value}")


def assert_inert(folder: Path) -> None:
    """No page of the folder acts, no cell of its tables is a formula."""
    for path in folder.glob("*.html"):
        page = Elements(path.read_text(encoding="utf-8"))
        assert page.acting == []
        assert page.tags.isdisjoint({"script", "iframe", "object", "embed", "link", "base", "form"})
    for path in folder.glob("*.csv"):
        rows = csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig")), delimiter=";")
        cells = [cell for row in rows for cell in row]
        assert len(cells) > 50
        assert [cell for cell in cells if re.match(r"[=+@\t\r\n]|-(?!\d)", cell)] == []
    for path in folder.glob("*.pdf"):
        content = opened(path.read_bytes())
        assert re.findall(rb"/URI \((?!https?://)[^)]*", content) == []
        for word in (b"/JavaScript", b"/JS ", b"/Launch", b"/EmbeddedFile", CANARY.encode()):
            assert word not in content


def opened(content: bytes) -> bytes:
    """A PDF with its compressed streams opened."""
    parts = [content]
    for stream in re.findall(rb"stream\r?\n(.*?)\nendstream", content, re.DOTALL):
        with contextlib.suppress(zlib.error):
            parts.append(zlib.decompressobj().decompress(stream))
    return b"".join(parts)


# --- specs and saved reports ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[tuple[str, str]]]:
    """The folder of a hostile spec built in every format by a watched process; what it did."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "s.yaml").write_text(hostile_spec(), encoding="utf-8")
    (folder / "secret.txt").write_text(CANARY, encoding="utf-8")
    words = ["build", "--spec", "s.yaml", "--commune", "51649", "--format", "pdf,html,csv,json"]
    command = [sys.executable, "-c", WATCHED, "seen.json", *words, "--output", "out"]
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "XDG_DATA_HOME": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder, [(event, name) for event, name in json.loads((folder / "seen.json").read_text())]


def test_a_hostile_spec_is_printed_and_never_acts(
    watched: tuple[Path, list[tuple[str, str]]],
) -> None:
    """HTML, SVG, Jinja, links and formulas in every text: the letters are there, nothing acts."""
    out = watched[0] / "out"
    assert_inert(out)
    (page,) = out.glob("*.html")
    text = page.read_text(encoding="utf-8")
    assert "1337" not in text
    assert "&lt;script&gt;alert(1)" in text
    assert "{{ 7*191 }}" in text
    assert CANARY not in text
    assert CANARY not in (next(out.glob("*.json"))).read_text(encoding="utf-8")


def test_a_build_opens_no_connection_and_starts_no_program(
    watched: tuple[Path, list[tuple[str, str]]],
) -> None:
    """Python's own audit of the whole process: no socket made, no name looked up, no command."""
    doors = [one for one in watched[1] if one[0] != "open"]
    loaders = re.compile(r"\('(/\S*/)?(ldconfig|gcc|cc|ld|objdump)', \[")  # ctypes seeks Pango
    assert [one for one in doors if not loaders.match(one[1])] == []


def test_a_build_opens_only_its_own_files(watched: tuple[Path, list[tuple[str, str]]]) -> None:
    """The package and its folders, Python, the system's font settings, the spec, the output."""
    folder, seen = watched
    allowed = [
        *(resources.folder(name) for name in resources.FOLDERS),
        Path(resources.__file__).parent,
        Path(sys.prefix),
        Path(sys.base_prefix),
        folder / "out",
        folder / "s.yaml",
        *map(Path, ("/etc", "/usr", "/proc", "/dev/null", "/sys")),
        Path(platformdirs.user_cache_path("matplotlib")),
        Path.home() / ".config" / "matplotlib",
    ]
    opened = {(folder / name).resolve() for event, name in seen if event == "open"}
    opened = {path for path in opened if not path.is_dir()}  # Python 3.13 lists its search path
    outside = [
        path
        for path in opened
        if not any(path.is_relative_to(root.resolve()) for root in allowed) and not temporary(path)
    ]
    assert outside == []
    assert any(path.name == "SourceSans3-Regular.ttf" for path in opened)


def temporary(path: Path) -> bool:
    """Whether a path is where ctypes tries libraries and WeasyPrint keeps fonts meanwhile."""
    top = Path(tempfile.gettempdir()).resolve()
    parent = path.parent
    fonts = parent.parent == top and parent.name.startswith("weasyprint-")
    return top in (path, parent) or fonts


FREE = {"name", "label", "title", "subtitle", "finding", "alt", "note", "reading", "unit", "lede"}
FREE |= {"producer", "licence", "dataset", "unit_text", "framework", "former", "reason", "source"}


def spoiled(tree: Any, word: Iterator[str]) -> Any:
    """The tree of a report with hostile words before its free texts, and hostile addresses."""
    if isinstance(tree, list):
        return [spoiled(one, word) for one in tree]
    if not isinstance(tree, dict):
        return tree
    made = {}
    for key, value in tree.items():
        if key in FREE and isinstance(value, str):
            made[key] = f"{next(word)} {value}"
        elif key == "address":
            made[key] = "javascript:alert(6)"
        else:
            made[key] = spoiled(value, word)
    return made


def test_a_hostile_saved_report_is_printed_and_never_acts(
    dossier: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A saved report from a stranger: its names stay text, and name no file outside the output."""
    monkeypatch.chdir(tmp_path)
    (saved,) = dossier.glob("*.json")
    endless = (WORDS[i % len(WORDS)] for i in range(10**6))
    tree = spoiled(json.loads(saved.read_text(encoding="utf-8")), endless)
    tree["spec"]["id"] = "../../../pris"
    Path("r.json").write_text(json.dumps(tree), encoding="utf-8")
    assert cli.main(["render", "r.json", "--format", "html,csv", "--output", "out/ici"]) == 0
    assert {path.parent for path in tmp_path.rglob("*") if path.is_file()} == {
        tmp_path,
        tmp_path / "out" / "ici",
    }
    assert_inert(Path("out/ici"))
    text = next(Path("out/ici").glob("*.html")).read_text(encoding="utf-8")
    assert "1337" not in text
    assert "alert(1)" in text


def test_a_report_that_contradicts_itself_leaves_with_5(
    dossier: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    """Fields of the right form that no map can have: code 5, the file named, nothing written."""
    monkeypatch.chdir(tmp_path)
    (saved,) = dossier.glob("*.json")
    tree = json.loads(saved.read_text(encoding="utf-8"))
    tree["territory"]["epci"] = "aucun"
    Path("r.json").write_text(json.dumps(tree), encoding="utf-8")
    assert cli.main(["render", "r.json", "--format", "html", "--output", "out"]) == 5
    assert "r.json" in capsys.readouterr().err
    assert not Path("out").exists()


@pytest.mark.parametrize("kind", ["fifo", "device", "endless"])
def test_a_saved_report_that_never_ends_is_refused(kind: str, tmp_path: Path) -> None:
    """A pipe, a device, a file of gigabytes: code 5 at once, nothing waited for or loaded."""
    path = tmp_path / "r.json"
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "device":
        path = Path("/dev/zero")
    else:
        with path.open("wb") as file:
            file.truncate(10**10)
    assert cli.main(["render", str(path)]) == 5


# --- pictures ------------------------------------------------------------------------------------


def png(width: int, height: int, data: bytes) -> bytes:
    """A PNG of that size whose pixels are `data`."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        sum_ = zlib.crc32(kind + body).to_bytes(4, "big")
        return len(body).to_bytes(4, "big") + kind + body + sum_

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\0\0\0"
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("bomb", png(60_000, 60_000, zlib.compress(bytes(1000)))),
        ("large", png(12_000, 9_000, zlib.compress(bytes(1000)))),
        ("cut", png(10, 10, zlib.compress(bytes(310)))[:60]),
        ("false", png(10, 10, b"no zlib at all")),
    ],
    ids=["bomb", "large", "cut", "false"],
)
def test_a_logo_that_cannot_be_drawn_leaves_with_2(
    name: str, content: bytes, dossier: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Huge, cut or false under a PNG's name: said before anything is written."""
    monkeypatch.chdir(tmp_path)
    Path(f"{name}.png").write_bytes(content)
    (saved,) = dossier.glob("*.json")
    words = ["render", str(saved), "--format", "html", "--output", "out"]
    assert cli.main([*words, "--logo", f"{name}.png"]) == 2
    assert not Path("out").exists()


def test_a_logo_that_is_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    """Code 2 at once."""
    os.mkfifo(tmp_path / "logo.png")
    words = ["build", "--spec", "sppe", "--commune", "51649", "--logo", str(tmp_path / "logo.png")]
    assert cli.main(words) == 2


# --- terminals and locales -----------------------------------------------------------------------


def shell(line: str, **environment: str) -> tuple[int, str, str]:
    """A command line of sh, `$D` being the program; its output read as Latin-1."""
    done = subprocess.run(
        ["sh", "-c", line.replace("$D", shlex.join(DIAGNOSTIC))],
        env={**os.environ, **environment},
        capture_output=True,
        check=False,
    )
    return done.returncode, done.stdout.decode("latin-1"), done.stderr.decode("latin-1")


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
@pytest.mark.parametrize("command", ["--help", "series show caf.ppa.foyers", "new A"])
def test_any_encoding_can_say_it(encoding: str, command: str) -> None:
    """A terminal that has no thin space or no accent gets the nearest sign, never a trace."""
    code, out, err = shell(f"$D {command}", LC_ALL="C", PYTHONIOENCODING=encoding)
    assert code == (2 if command == "new A" else 0)
    assert "Traceback" not in err
    assert "rror" not in err.replace("Erreur", "")
    assert out or err


@pytest.mark.parametrize("command", ["--help", "series show caf.ppa.foyers", "series show x"])
def test_closed_and_full_streams_are_survived(command: str) -> None:
    """No trace and the right code, whether nobody listens or the disk is full."""
    good = 2 if command.endswith(" x") else 0
    assert shell(f"$D {command} >&-")[0] == good
    assert shell(f"$D {command} 2>&-") == (good, shell(f"$D {command} 2>/dev/null")[1], "")
    assert shell(f"$D {command} 2>/dev/full")[0] == good
    code, _, err = shell(f"$D {command} >/dev/full")
    assert code == (good or 6)
    assert "Traceback" not in err
    assert good or "plus de place sur le disque" in err.encode("latin-1").decode()
    assert shell(f"$D {command} 2>/dev/null | true; true") == (0, "", "")


def test_a_reader_of_the_help_that_left_is_no_error() -> None:
    """`diagnostic --help | true` says nothing on stderr."""
    assert shell("$D --help | true") == (0, "", "")


def test_what_people_type_never_commands_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """Escape sequences come back as their codes; an endless line is cut."""
    assert cli.main(["territory", "show", "\x1b]0;titre\x07\x9b31m\u202e"]) == 3
    assert cli.main(["series", "show", "\x1b[2J", "--store", "."]) == 2
    assert cli.main(["validate", "\x1b[2J", "--store", "."]) == 2
    said = capsys.readouterr().err
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", said)
    assert "\\x1b[2J" in said
    assert say.visible("a" * 5000) == "a" * 1000 + "…"
    assert say.visible("un\ndeux") == "un\ndeux"


def test_an_endless_name_is_refused_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    """A hundred thousand letters are compared with nothing."""
    start = time.process_time()
    assert cli.main(["territory", "show", "x" * 100_000]) == 3
    assert cli.main(["territory", "show", "9" * 100_000]) == 3
    assert cli.main(["territory", "search", "x" * 100_000]) == 0
    assert time.process_time() - start < 3
    assert len(capsys.readouterr().err) < 1000


@pytest.mark.parametrize("edition", ["２０２６-11", "2026-13", "2026-1", "0000-01", "2026-11\n"])
def test_a_malformed_edition_leaves_with_2(edition: str) -> None:
    """Twelve months of four ASCII digits, and nothing else."""
    words = ["build", "--spec", "sppe", "--commune", "51649", "--edition", edition]
    assert cli.main(words) == 2


# --- interruptions -------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_that_a_library_hides_is_heard(number: int) -> None:
    """Turned into another error, or lost: it comes out as an interruption all the same."""

    def turned() -> None:
        try:
            signal.raise_signal(number)
        except KeyboardInterrupt:
            raise RuntimeError("Query interrupted") from None

    def lost() -> None:
        with contextlib.suppress(KeyboardInterrupt):
            signal.raise_signal(number)

    for library in (turned, lost):
        with pytest.raises(KeyboardInterrupt), interruption.heard():
            library()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_an_error_without_interruption_passes_as_it_is() -> None:
    """Nothing was asked: nothing is changed; a signal that is ignored stays so."""
    with pytest.raises(RuntimeError, match="vrai"), interruption.heard():
        raise RuntimeError("vrai")
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        with interruption.heard():
            signal.raise_signal(signal.SIGTERM)
            assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


@pytest.mark.long
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGKILL"])
def test_a_stop_at_any_moment_leaves_no_half_written_file(name: str, tmp_path: Path) -> None:
    """Twenty moments: the dossier of before is whole, or the new one is."""
    chance = random.Random(20)  # noqa: S311 - moments, not secrets
    for turn in range(20):
        out = tmp_path / f"{turn}"
        out.mkdir()
        names = [f"sppe-51649-vitry-le-francois.{one}" for one in ("pdf", "html")]
        for one in names:
            (out / one).write_text("ancien", encoding="utf-8")
        words = ["build", "--spec", "sppe", "--commune", "51649", "--output", str(out)]
        with subprocess.Popen(
            [*DIAGNOSTIC, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            time.sleep(0.3 + chance.random() * 7)
            process.send_signal(getattr(signal, name))
            _, err = process.communicate()
        assert "Traceback" not in err
        contents = [(out / one).read_bytes() for one in names]
        if name == "SIGKILL":
            assert all(c == b"ancien" or c.endswith((b"%%EOF", b"</html>\n")) for c in contents)
        elif process.returncode == 130:
            assert contents == [b"ancien", b"ancien"]
            assert sorted(path.name for path in out.iterdir()) == sorted(names)
        else:
            assert process.returncode == 0


# --- files put in place --------------------------------------------------------------------------


def digests(folder: Path) -> dict[str, str]:
    """Every file of a folder, hidden ones too, by its digest."""
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.iterdir()}


@pytest.mark.parametrize("links", [True, False], ids=["links", "no links"])
def test_a_file_that_cannot_be_named_gives_the_others_back(
    links: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The third rename fails: the old file is back, the new one gone, nothing is left over."""
    (tmp_path / "a").write_text("ancien", encoding="utf-8")
    before = digests(tmp_path)
    replace: Callable[[Path, Path], Path] = Path.replace

    def failing(self: Path, target: Path) -> Path:
        if target.name == "c":
            raise PermissionError(1, "Operation not permitted", str(target))
        return replace(self, target)

    def no_link(*_: Any, **__: Any) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(Path, "replace", failing)
    if not links:
        monkeypatch.setattr(os, "link", no_link)
    contents = {tmp_path / name: b"nouveau" for name in "abc"}
    with pytest.raises(RenderError, match="opération refusée"):
        files.keep(contents)
    assert digests(tmp_path) == before


def test_what_a_killed_run_left_is_swept_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More than an hour old: removed; of another run at work, or of another file: left."""
    for name in (".a.0011aaff.tmp", ".b.0011aaff.tmp"):
        (tmp_path / name).write_text("", encoding="utf-8")
    files.keep({tmp_path / "a": b"1"})
    assert sorted(digests(tmp_path)) == [".a.0011aaff.tmp", ".b.0011aaff.tmp", "a"]
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 4000)
    files.keep({tmp_path / "a": b"1"})
    assert sorted(digests(tmp_path)) == [".b.0011aaff.tmp", "a"]


def test_a_link_in_the_place_of_a_file_is_replaced_and_not_followed(tmp_path: Path) -> None:
    """The file that the link shows is untouched."""
    (tmp_path / "out").mkdir()
    (tmp_path / "précieux").write_text("précieux", encoding="utf-8")
    (tmp_path / "out" / "a").symlink_to("../précieux")
    files.keep({tmp_path / "out" / "a": b"nouveau"})
    assert (tmp_path / "précieux").read_text(encoding="utf-8") == "précieux"
    assert (tmp_path / "out" / "a").read_bytes() == b"nouveau"
    assert not (tmp_path / "out" / "a").is_symlink()


# Renders once, so that all is loaded, then becomes nobody and renders elsewhere.
NOBODY = """
import os, sys
from diagnostic import cli
*words, first, second = sys.argv[1:]
assert cli.main([*words, first]) == 0
os.setgroups([])
os.setgid(54321)
os.setuid(54321)
sys.exit(cli.main([*words, second]))
"""


@pytest.mark.skipif(os.name != "posix" or os.getuid() != 0, reason="needs to become nobody")
def test_a_folder_of_another_user_leaves_with_6(dossier: Path, tmp_path: Path) -> None:
    """Nobody, without a home, in a folder of somebody: code 6, and the folder is untouched."""
    (saved,) = dossier.glob("*.json")
    for folder in (*tmp_path.parents[:3], tmp_path):
        folder.chmod(0o755)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "a").write_text("ancien", encoding="utf-8")
    shutil.copy(saved, tmp_path / "r.json")
    words = ["render", str(tmp_path / "r.json"), "--format", "csv", "--output"]
    command = [sys.executable, "-c", NOBODY, *words]
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("HOME", "XDG"))}
    done = subprocess.run(
        [*command, str(tmp_path / "first"), str(tmp_path / "out")],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 6, done.stderr
    assert "droits insuffisants" in done.stderr
    assert list(digests(tmp_path / "out")) == ["a"]


# --- homes, folders, damage ----------------------------------------------------------------------


def test_a_user_without_a_home_has_no_store_and_no_log(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """platformdirs raises for a number that the system does not know: that is no failure."""

    def homeless(*_: Any, **__: Any) -> None:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(platformdirs, "user_data_path", homeless)
    monkeypatch.setattr(platformdirs, "user_state_path", homeless)
    assert build.user_root() is None
    assert outcome._unexpected(ValueError("x"), ["\udcff"]) == 1
    assert "aucun dossier d’utilisateur" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["level=commune", "a*b", "a?b", "[ab]", "it's", "é à"])
def test_a_folder_of_any_name_gives_the_same_data(name: str, tmp_path: Path) -> None:
    """DuckDB reads `*` as any folder and `level=…` as a column; neither happens."""
    for folder in (name, "aXb", "a"):
        shutil.copytree(resources.folder("data"), tmp_path / folder)
    places: store.Places = {"commune": None, "epci": None, "france": None}
    found, shipped = (
        store.Store([root]).read(["caf.couverture.total"], places)
        for root in (tmp_path / name, resources.folder("data"))
    )
    assert found.rows == shipped.rows
    assert len(found.rows) == 10


@pytest.mark.parametrize("edited", ["title", "rows", "licence"])
def test_a_manifest_that_was_edited_is_refused(edited: str, tmp_path: Path) -> None:
    """Its digest covers all that it says of its files, origins included."""
    shutil.copytree(resources.folder("data"), tmp_path / "data")
    path = tmp_path / "data" / "manifest.json"
    table = json.loads(path.read_text(encoding="utf-8"))
    entry = table["datasets"][0]
    if edited == "rows":
        entry["rows"] += 1
    else:
        entry["origin"][edited] += "x"
    path.write_text(json.dumps(table), encoding="utf-8")
    with pytest.raises(Exception, match=r"manifest\.json : manifeste abîmé \(il a été modifié"):
        store.Store([tmp_path / "data"])


def test_the_logo_of_a_page_is_the_file_given(
    dossier: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sound picture passes the same door and is inside the page."""
    monkeypatch.chdir(tmp_path)
    content = png(10, 10, zlib.compress(bytes(310)))
    Path("logo.png").write_bytes(content)
    (saved,) = dossier.glob("*.json")
    words = ["render", str(saved), "--format", "html", "--output", "out", "--logo", "logo.png"]
    assert cli.main(words) == 0
    (page,) = Path("out").glob("*.html")
    assert base64.b64encode(content).decode() in page.read_text(encoding="utf-8")
