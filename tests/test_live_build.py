"""From producers that play over loopback to the dossier: pulled once, kept, traced, never zero."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from producers.everyone import Producers

from diagnostic import cli, pull, territories
from diagnostic.cli import progress
from diagnostic.connectors.client import Client
from diagnostic.model import Feed
from diagnostic.pull import Outcome
from diagnostic.store import Store

# Whole départements, so that no commune is asked that no producer knows.
DEPARTEMENTS = ("51", "2A", "75", "91", "92", "93", "94", "95", "974")
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def country() -> Iterator[Producers]:
    """Every producer, over a few départements."""
    places = territories.load()
    held = [places.members(places.find(code, "departement")) for code in DEPARTEMENTS]
    with Producers([commune.code for communes in held for commune in communes]) as some:
        yield some


@pytest.fixture
def few(country: Producers, loopback: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Producers]:
    """The producers, where the program asks them; connections are allowed."""
    del loopback
    monkeypatch.delenv("DIAGNOSTIC_OFFLINE")
    for name, url in country.environment.items():
        monkeypatch.setenv(name, url)
    yield country
    country.reset()


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command on a store of its own: its code and what it printed, plain spaces."""
    (tmp_path / "magasin").mkdir()

    def runner(*words: str, store: Path = tmp_path / "magasin") -> tuple[int, str, str]:
        code = cli.main([*words, "--store", str(store)])
        said = capsys.readouterr()
        return code, said.out, said.err.replace("\u00a0", " ").replace("\u202f", " ")

    return runner


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that several builds fill, so that each dataset is pulled once."""
    return tmp_path_factory.mktemp("magasin")


@pytest.fixture
def built(run: Run, tmp_path: Path, shared: Path) -> Callable[..., dict[str, Any]]:
    """The report of a commune or an EPCI, built."""

    def build(
        code: str, *more: str, level: str = "commune", store: Path = shared
    ) -> dict[str, Any]:
        out = tmp_path / "out"
        words = ["build", "--spec", "sppe", f"--{level}", code, "--format", "json", *more]
        done, paths, said = run(*words, "--output", str(out), store=store)
        assert done == 0, said
        report: dict[str, Any] = json.loads(Path(paths.splitlines()[0]).read_text(encoding="utf-8"))
        return report

    return build


def calls(producers: Producers) -> int:
    """How many requests all the producers have had."""
    return sum(len(one.log.calls("*")) for one in producers)


def figure(report: dict[str, Any], indicator: str, code: str) -> dict[str, Any]:
    """The newest figure of an indicator at a place."""
    found: list[dict[str, Any]] = [
        one
        for one in report["figures"].values()
        if (one["indicator"], one["code"]) == (indicator, code) and "derived" not in one["flags"]
    ]
    return max(found, key=lambda one: str(one["period"]))


@pytest.mark.long
@pytest.mark.parametrize("code", ["51108", "2A004", "75056", "97411"])
def test_any_commune_is_pulled_built_and_traced(
    few: Producers, built: Callable[..., dict[str, Any]], code: str
) -> None:
    """Every figure's origin is one of the producers' datasets; a second build asks nobody."""
    report = built(code)
    assert report["territory"]["code"] == code
    allocataires = figure(report, "allocataires", code)
    assert allocataires["value"] > 0
    assert allocataires["lower"] < allocataires["value"] < allocataires["upper"]
    (origin,) = (report["origins"][key] for key in allocataires["origins"])
    assert origin["dataset"] == "s_ben_com_f"
    assert origin["address"].startswith(few.caf.url)
    assert 0 < calls(few) <= 45
    before = calls(few)
    assert built(code) == report
    assert calls(few) == before


@pytest.mark.long
def test_paris_is_the_sum_of_its_arrondissements(
    few: Producers, built: Callable[..., dict[str, Any]]
) -> None:
    """Twenty rounded cells: 40 on each side."""
    del few
    found = figure(built("75056"), "allocataires", "75056")
    assert found["upper"] - found["value"] == 40
    assert found["numerator"]["cells"] == 20


@pytest.mark.long
def test_an_epci_of_another_departement_is_built(
    few: Producers, built: Callable[..., dict[str, Any]]
) -> None:
    """The Pays d'Ajaccio, by its number."""
    del few
    report = built("242010056", level="epci")
    assert figure(report, "allocataires", "242010056")["value"] > 0


def test_what_is_covered_and_has_no_row_is_not_published(
    few: Producers, built: Callable[..., dict[str, Any]]
) -> None:
    """« Not pulled » is never said of what the producer was asked."""
    del few
    report = built("51108")
    pulled = ("allocataires", "rsa", "couverture", "niveau_de_vie", "pauvrete", "places")
    lacking = [one for one in report["figures"].values() if one["value"] is None]
    asked = [one for one in lacking if one["indicator"] in pulled and one["level"] != "region"]
    assert any(one["reason"].startswith("aucune valeur publiée") for one in asked)
    assert not [one for one in asked if one["status"] == "not_pulled"]


def test_offline_opens_no_connection_and_loads_no_client(
    few: Producers, run: Run, tmp_path: Path
) -> None:
    """The same store without a network: the extract's dossier, nobody asked."""
    out = str(tmp_path / "out")
    words = ["build", "--spec", "sppe", "--commune", "51649", "--format", "json", "--output", out]
    assert run(*words, "--offline")[0] == 0
    assert calls(few) == 0
    script = (
        "import sys; from diagnostic import cli; code = cli.main(sys.argv[1:]);"
        "sys.exit(code or ('requests' in sys.modules and 9) or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *words, "--offline", "--store", str(tmp_path)],
        check=False,
        capture_output=True,
        cwd=Path(__file__).parent.parent,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.long
def test_with_nobody_there_the_dossier_is_that_of_the_extract(
    few: Producers, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit 0, the same bytes as --offline; who was not reached is said on stderr alone."""
    for name in few.environment:
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    words = ["build", "--spec", "sppe", "--commune", "51649", "--format", "json,html,csv"]
    code, out, said = run(*words, "--output", str(tmp_path / "reseau"))
    assert code == 0
    assert "Cnaf" in said
    assert "injoignable" in said
    assert "Non téléchargé : s_ben_com_f" in said
    assert run(*words, "--offline", "--output", str(tmp_path / "local"))[0] == 0
    for line in out.splitlines():
        path = Path(line)
        assert path.read_bytes() == (tmp_path / "local" / path.name).read_bytes()
    strict = run(*words, "--strict", "--output", str(tmp_path / "strict"))
    assert strict[0] == 4
    assert not (tmp_path / "strict").exists()


def test_a_producer_that_answers_wrongly_is_an_error_and_loses_nothing(
    few: Producers,
    run: Run,
    built: Callable[..., dict[str, Any]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A cut body gives 5, then the store is as it was; healed, the same build ends."""
    hurried = {**(Client.__init__.__kwdefaults__ or {}), "pause": 0.01}
    monkeypatch.setattr(Client.__init__, "__kwdefaults__", hurried)
    few.caf.fail("drop", "*/exports/*", times=99)
    words = ["build", "--spec", "sppe", "--commune", "51108", "--format", "json"]
    code, out, said = run(*words, "--output", str(tmp_path / "out"))
    assert code in (4, 5)
    assert out == ""
    assert "Cnaf" in said
    files = Store([tmp_path / "magasin"]).files
    assert not [file for file in files if file.feed.startswith("caf")]
    few.caf.heal()
    report = built("51108", store=tmp_path / "magasin")
    assert figure(report, "allocataires", "51108")["value"] > 0


def test_data_pull_keeps_then_finds_nothing_new(few: Producers, run: Run) -> None:
    """Paths on stdout; the second time one call for the catalogue and not one export."""
    words = ["data", "pull", "--producer", "cnaf", "--dataset", "s_ben_epci_f"]
    code, out, said = run(*words)
    assert code == 0
    (path,) = map(Path, out.splitlines())
    assert path.name.startswith("caf_s_ben_epci_f-")
    assert "observations" in said
    for one in few:
        one.reset()
    code, out, _ = run(*words, "--json")
    (told,) = json.loads(out)
    assert (code, told["state"], told["bytes"]) == (0, "unchanged", 0)
    assert len(few.caf.log.calls("*/exports/*")) == 0
    assert calls(few) <= 3


@pytest.mark.long
def test_data_pull_of_a_spec_serves_its_build_offline(
    few: Producers, run: Run, built: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    """What was pulled for a commune is enough for its dossier without a network."""
    assert run("data", "pull", "--spec", "sppe", "--commune", "2A004")[0] == 0
    before = calls(few)
    report = built("2A004", "--offline", store=tmp_path / "magasin")
    assert figure(report, "allocataires", "2A004")["value"] > 0
    assert calls(few) == before


def test_a_new_edition_is_told_then_pulled(
    loopback: None, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`data status` names it; `data pull` brings it beside the first."""
    del loopback
    monkeypatch.delenv("DIAGNOSTIC_OFFLINE")
    with Producers([f"51{number:03d}" for number in range(1, 700)]) as own:
        for name, url in own.environment.items():
            monkeypatch.setenv(name, url)
        words = ["data", "pull", "--dataset", "s_ben_com_f"]
        assert run(*words)[0] == 0
        (first,) = [one for one in json.loads(run("data", "status", "--json")[1]) if one["feed"]]
        assert first["newer"] == ""
        own.revise("caf")
        told = json.loads(run("data", "status", "--json")[1])
        newer = next(one["newer"] for one in told if one["feed"])
        assert newer > first["edition"]
        assert newer in run("data", "status")[1]
        assert run(*words)[0] == 0
        editions = [
            o["edition"] for o in json.loads(run("data", "status", "--json")[1]) if o["feed"]
        ]
    assert editions == [newer, first["edition"]]


def test_data_status_offline_asks_nobody(few: Producers, run: Run) -> None:
    """The extract alone, and where nothing is yet."""
    code, out, said = run("data", "status", "--offline")
    assert code == 0
    assert "caf_s_ben_com_f" in out
    assert "Rien n’a encore été téléchargé" in said
    assert calls(few) == 0


def test_data_pull_reads_the_lists_of_datasets(few: Producers, run: Run) -> None:
    """One file a portal, and one portal when a producer is named."""
    code, out, said = run("data", "pull", "--catalogue", "--producer", "Cnaf")
    (path,) = map(Path, out.splitlines())
    assert (code, path.name) == (0, "caf.json")
    assert "Cnaf : " in said
    assert len(few.caf.log.calls("*")) <= 3
    code, out, _ = run("data", "pull", "--catalogue", "--json")
    assert {one["portal"] for one in json.loads(out)} >= {"caf", "dares", "drees", "insee"}


def test_lists_that_cannot_be_had_are_told(
    few: Producers, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some of them: a warning; none of them: exit 4."""
    monkeypatch.setenv(few.dares.variable, "http://127.0.0.1:9")
    code, out, said = run("data", "pull", "--catalogue")
    assert code == 0
    assert "dares.json" not in out
    assert "Dares" in said
    assert run("data", "pull", "--catalogue", "--producer", "Dares")[0] == 4


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "quoi télécharger"),
        (["--commune", "51649", "--france"], "un seul"),
        (["--dataset", "s_ben_comf"], "s_ben_com_f"),
        (["--producer", "Cnof"], "Cnaf"),
        (["--catalogue", "--producer", "Cnof"], "Cnaf"),
    ],
)
def test_data_pull_says_what_it_does_not_understand(
    few: Producers, run: Run, words: list[str], said: str
) -> None:
    """Exit 2, nobody asked."""
    code, _, error = run("data", "pull", *words)
    assert code == 2
    assert said in error
    assert calls(few) == 0


def test_data_pull_offline_is_refused(few: Producers, run: Run) -> None:
    """Exit 4, nobody asked."""
    assert run("data", "pull", "--france", "--offline")[0] == 4
    assert calls(few) == 0


def test_data_pull_fails_for_a_producer_that_is_away(
    few: Producers, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit 4, where a build would go on."""
    monkeypatch.setenv(few.caf.variable, "http://127.0.0.1:9")
    code, out, said = run("data", "pull", "--dataset", "s_ben_nat")
    assert (code, out) == (4, "")
    assert "injoignable" in said


def test_the_line_of_a_terminal_tells_bytes_and_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """What came, of how much, how long still; what is done stands above it."""

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(progress, "_EVERY", -1.0)
    line = progress.watch()
    feed = Feed(
        id="f", portal="p", dataset="jeu", title="", levels=("commune",), period="", series=()
    )
    line.begin(feed, "Cnaf")
    line.advance(feed, 500_000, None)
    line.advance(feed, 1_000_000, 4_000_000)
    line.work(feed)
    line.end(Outcome(feed=feed, producer="Cnaf", state="unchanged"))
    shown = terminal.getvalue().replace("\u00a0", " ")
    for text in (
        "jeu : demande",
        "jeu : 500,0 ko",
        "jeu : 1,0 Mo sur 4,0 Mo, encore 0 seconde",
        "jeu : mise en observations",
        "Cnaf, jeu : inchangé",
    ):
        assert text in shown
    assert isinstance(progress.watch(), progress.Line)
    assert pull.lacks([]) == ()
    assert [progress.size(n) for n in (12, 2 * 10**9)] == ["12\u00a0octets", "2,0\u00a0Go"]
