"""The command line: French words, exit codes, what goes to stdout and what to stderr."""

from __future__ import annotations

import ast
import json
import os
import pty
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest

from diagnostic import __version__, cli, errors, territories
from diagnostic.cli import french, options, outcome, overview, say
from diagnostic.cli.root import root

Run = Callable[..., tuple[int, str, str]]
ENGLISH = re.compile(r"\b(Usage|Error|Show|Missing|such|Invalid|Commands|the|and exit|help for)\b")


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command in this process and gives its exit code, stdout and stderr."""

    def runner(*words: str) -> tuple[int, str, str]:
        code = cli.main(words)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return runner


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Callable[[BaseException], None]:
    """Makes every command raise a given error."""

    def make(error: BaseException) -> None:
        @click.command(context_settings={"ignore_unknown_options": True})
        @click.argument("words", nargs=-1)
        def broken(**_: Any) -> None:
            raise error

        monkeypatch.setattr(outcome, "root", broken)

    return make


def names() -> list[str]:
    """The words of every command and group."""
    context = click.Context(root)
    found = []
    for name in overview.COMMANDS:
        command = root.get_command(context, name)
        found.append(name)
        if isinstance(command, click.Group):
            found += [f"{name} {below}" for below in command.list_commands(context)]
    return found


# --- French -------------------------------------------------------------------------------------


def messages_of_click() -> list[str]:
    """Every text that click's modules hand to gettext, as they stand in the installed click."""
    told = []
    for module in french._MODULES:
        tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in {"_", "ngettext"}
            ):
                told += [
                    arg.value
                    for arg in node.args
                    if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
                ]
    return told


FOR_DEVELOPERS = re.compile(
    r"Could not determine name|No options defined|Arguments take exactly|defined twice"
    r"|Boolean option|DeprecationWarning|Unknown standard stream|Unknown color"
    r"|start character|Do you want|Confirm the action|Press any key|Repeat for|entered values"
    r"|invalid input"
)


def test_every_message_of_click_that_a_user_may_read_has_its_french() -> None:
    """A new click whose words are not translated fails here; faults of our own code may stay."""
    told = [text for text in messages_of_click() if not FOR_DEVELOPERS.search(text)]
    assert len(told) > 40
    assert [text for text in told if text not in french.MESSAGES] == []


def test_a_translation_has_the_fields_of_its_message_and_no_other() -> None:
    """A field that click does not give would raise; one left out would hide what was typed."""
    for english, text in french.MESSAGES.items():
        given = set(re.findall(r"{(\w+)", english))
        assert set(re.findall(r"{(\w+)", text)) <= given
        assert given - set(re.findall(r"{(\w+)", text)) <= {"number_type"}


def test_an_unknown_message_stays_as_it_is_and_a_count_below_two_is_singular() -> None:
    """French says « 1 argument », and « 0 argument » too."""
    assert french.message("never seen") == "never seen"
    one, several = (
        "Got unexpected extra argument ({args})",
        "Got unexpected extra arguments ({args})",
    )
    assert [french.plural(one, several, n)[:9] for n in (0, 1, 2)] == [
        "Argument ",
        "Argument ",
        "Arguments",
    ]


@pytest.mark.parametrize("name", names())
def test_each_help_is_french_and_shows_an_example(run: Run, name: str) -> None:
    """--help has its headings in French and ends with a command to copy."""
    code, out, err = run(*name.split(), "--help")
    assert (code, err) == (0, "")
    assert "Utilisation\u00a0: diagnostic " in out
    assert not ENGLISH.search(out)
    example = out.split("Exemple\u00a0:\n")[1].strip().splitlines()
    assert all(f"diagnostic {name}" in line for line in example)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["bild"], "Commande inconnue\u00a0: bild."),
        (["build"], "Option manquante '--spec'."),
        (["build", "--spec"], "L’option --spec attend une valeur."),
        (["build", "--spce", "x"], "Option inconnue\u00a0: --spce. Vouliez-vous dire"),
        (["build", "--spec", "sppe"], "Indiquez un territoire"),
        (["build", "--spec", "s", "--commune", "1", "--epci", "2"], "Indiquez un territoire"),
        (
            ["build", "--spec", "s", "--commune", "1", "de", "trop"],
            "Arguments en trop\u00a0: de trop",
        ),
        (["build", "--spec", "s", "--competence", "etat"], "« etat » n’est pas l’un de"),
        (["build", "--spec", "s", "--store", "absent"], "« absent » introuvable."),
        (["build", "--spec", "s", "--format", "pdf,doc"], "doc. Formats possibles"),
        (["build", "--spec", "s", "--format", ","], "aucun format. Formats possibles"),
        (
            ["build", "--spec", "s", "--edition", "2025-13"],
            "« 2025-13 » n’est pas un mois AAAA-MM.",
        ),
        (["build", "--spec", "s", "--offline=1"], "L’option --offline ne prend pas de valeur."),
        (["validate"], "Argument manquant"),
        (["series"], "Cherche et montre les séries"),
        (["new", "../x"], "ne peut pas nommer une spec"),
        (["new", "Majuscule"], "ne peut pas nommer une spec"),
        (["new", "2026-bilan"], "commence par une minuscule"),
        (["series", "show", "caf.ppa.foyer", "--store", "."], "caf.ppa.foyers"),
        (["series", "search", "--since", "hier"], "« hier » n’est pas une année AAAA."),
        (["series", "show", "caf:jeu.champ", "--store", "."], "diagnostic data pull --catalogue"),
        (["completion", "tcsh"], "« tcsh » n’est pas l’un de"),
    ],
)
def test_a_mistyped_command_leaves_with_2_and_says_why_in_french(
    run: Run, words: list[str], said: str
) -> None:
    """A fault of what was typed: code 2, nothing on stdout, one French sentence, no trace."""
    code, out, err = run(*words)
    assert (code, out) == (2, "")
    plain = err.replace("\u00a0", " ").replace("\u202f", " ")
    assert said.replace("\u00a0", " ") in plain
    assert not ENGLISH.search(plain)
    assert "Traceback" not in err


# --- the root ------------------------------------------------------------------------------------


def test_the_list_of_commands_is_answered_without_click() -> None:
    """`diagnostic --help` imports no library at all, and says what click would say."""
    script = (
        "import sys; from diagnostic import cli; code = cli.main(['--help']);"
        "assert code == 0 and not {'click', 'pandas', 'duckdb', 'pydantic'} & set(sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.rstrip() == root.get_help(click.Context(root))


def test_help_costs_at_most_six_bare_interpreters() -> None:
    """The best of several runs of `diagnostic --help` against the best of `python -c pass`."""

    def best(*words: str) -> float:
        times = []
        for _ in range(7):
            start = time.perf_counter()
            subprocess.run([sys.executable, *words], stdout=subprocess.DEVNULL, check=True)
            times.append(time.perf_counter() - start)
        return min(times)

    assert best("-m", "diagnostic", "--help") <= 6 * best("-c", "pass")


def test_no_word_at_all_shows_the_commands(run: Run) -> None:
    """`diagnostic` alone is a newcomer's first try: it lists what there is."""
    code, out, _ = run()
    assert code == 0
    assert [line.split()[0] for line in out.splitlines() if line[:2] == "  " and "…" not in line]
    assert all(f"\n  {name} " in out for name in overview.COMMANDS)


def test_the_version_is_the_package_s(run: Run) -> None:
    """--version prints the name and the version."""
    assert run("--version") == (0, f"diagnostic {__version__}\n", "")


# --- exit codes ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "error",
    [
        errors.UsageError("faute", hint="remède"),
        errors.TerritoryError("faute", hint="remède"),
        errors.SourceError("faute", hint="remède"),
        errors.DataError("faute", hint="remède"),
        errors.RenderError("faute", hint="remède"),
        errors.BatchError("faute", hint="remède"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_expected_error_leaves_with_its_code_and_its_remedy(
    run: Run, failing: Callable[[BaseException], None], error: errors.DiagnosticError
) -> None:
    """The message and the hint are on stderr, stdout stays empty."""
    failing(error)
    assert run("x") == (error.exit_code, "", "Erreur\u00a0: faute\nremède\n")


def test_several_faults_stand_below_the_heading(
    run: Run, failing: Callable[[BaseException], None]
) -> None:
    """The faults of a spec start at the left margin, so that an editor can jump to them."""
    failing(errors.SpecError("s.yaml", [errors.Fault(1, 2, "a"), errors.Fault(3, 4, "b")]))
    code, _, err = run("x")
    assert code == 2
    assert err.splitlines()[1:] == ["s.yaml:1:2 : a", "s.yaml:3:4 : b"]


@pytest.mark.parametrize("error", [KeyboardInterrupt(), click.Abort()])
def test_an_interruption_leaves_with_130(
    run: Run, failing: Callable[[BaseException], None], error: BaseException
) -> None:
    """Ctrl-C is said in one line."""
    failing(error)
    assert run("x") == (130, "", "Erreur\u00a0: interrompu.\n")


class StrangeError(BaseException):
    """An error that derives from no Exception, as one of WeasyPrint's does."""


@pytest.mark.parametrize("error", [ValueError("un\ndeux"), StrangeError(), RecursionError("trop")])
def test_an_unexpected_error_leaves_with_1_and_a_log(
    run: Run,
    failing: Callable[[BaseException], None],
    no_user_folder: Path,
    error: BaseException,
) -> None:
    """One sentence and the path of a log that holds the trace; no trace on the screen."""
    failing(error)
    code, out, err = run("--secret", "x")
    assert (code, out) == (1, "")
    lines = err.splitlines()
    assert lines[0].startswith(f"Erreur\u00a0: erreur inattendue ({type(error).__name__}")
    log = Path(lines[1].removeprefix("Les détails sont dans "))
    assert len(lines) == 2
    assert log.is_relative_to(no_user_folder / "state")
    text = log.read_text(encoding="utf-8")
    assert "Traceback" in text
    assert "diagnostic --secret x" in text


def test_a_log_that_cannot_be_written_is_said_and_hides_nothing(
    run: Run, failing: Callable[[BaseException], None], no_user_folder: Path
) -> None:
    """A state folder that is a file: still code 1, still two lines."""
    (no_user_folder / "state").write_text("", encoding="utf-8")
    failing(ValueError("x"))
    code, _, err = run("x")
    assert code == 1
    assert err.splitlines()[1].startswith("Le journal ne peut pas être écrit (")


def test_a_reader_that_leaves_early_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`diagnostic … | head -1` ends with 0 and says nothing."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    command = [sys.executable, "-m", "diagnostic", "series", "search", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(1)
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


@pytest.mark.parametrize(("variables", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_colours_stop_with_no_color(variables: dict[str, str], coloured: bool) -> None:
    """On a terminal the word « Erreur » is red, unless NO_COLOR is set."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", **variables}
    subprocess.run(
        [sys.executable, "-m", "diagnostic", "new", "../x"],
        stderr=theirs,
        env=environment,
        check=False,
    )
    os.close(theirs)
    assert (b"\x1b[" in os.read(ours, 4096)) is coloured
    os.close(ours)


# --- completion ----------------------------------------------------------------------------------


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_completion_scripts_call_the_program_back(run: Run, shell: str) -> None:
    """The script of each shell names the program and its variable."""
    code, out, _ = run("completion", shell)
    assert code == 0
    assert cli.COMPLETION_VARIABLE in out
    assert "diagnostic" in out


def test_completion_offers_commands_and_options(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A word begun is completed among the commands, an option among those of its command."""
    monkeypatch.setenv(cli.COMPLETION_VARIABLE, "bash_complete")
    monkeypatch.setenv("COMP_WORDS", "diagnostic te")
    monkeypatch.setenv("COMP_CWORD", "1")
    assert run() == (0, "plain,territory\n", "")
    monkeypatch.setenv("COMP_WORDS", "diagnostic build --ed")
    monkeypatch.setenv("COMP_CWORD", "2")
    assert run() == (0, "plain,--edition\n", "")


# --- options -------------------------------------------------------------------------------------


def test_formats_are_the_publishers_and_come_in_their_order() -> None:
    """The words accepted are those that can be written; a repeated one counts once."""
    from diagnostic import publish

    assert options.FORMATS == publish.FORMATS
    assert options.Formats().convert("CSV, pdf,csv", None, None) == ("pdf", "csv")
    assert options.Formats().convert(("pdf",), None, None) == ("pdf",)


def logo(path: Path, content: bytes) -> str:
    """A file of that content."""
    path.write_bytes(content)
    return str(path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xd8\xff" + b"jpeg", "n’est pas une image PNG"),
        (b"", "n’est pas une image PNG"),
        (b"\x89PNG\r\n\x1a\n" + bytes(options.LOGO_LIMIT), "dépasse 2 Mo"),
    ],
)
def test_a_logo_is_judged_by_its_content(
    run: Run, tmp_path: Path, content: bytes, said: str
) -> None:
    """A file named .png that is no PNG, or too heavy, is refused with 2 before anything is read."""
    words = ["build", "--spec", "s", "--commune", "1", "--logo"]
    code, _, err = run(*words, logo(tmp_path / "logo.png", content))
    assert code == 2
    assert said in err.replace("\u00a0", " ")


def test_a_png_is_accepted_whatever_its_name(tmp_path: Path) -> None:
    """The first bytes decide, and the path is kept as it was given."""
    path = logo(tmp_path / "logo.gif", b"\x89PNG\r\n\x1a\n" + bytes(100))
    assert options.Logo().convert(path, None, None) == Path(path)


def test_a_logo_that_is_not_there_is_refused(run: Run, tmp_path: Path) -> None:
    """The reason is the system's."""
    words = ["build", "--spec", "s", "--commune", "1", "--logo"]
    code, _, err = run(*words, str(tmp_path / "absent.png"))
    assert code == 2
    assert "ne peut pas être lu" in err


# --- searching -----------------------------------------------------------------------------------


def test_series_are_found_by_words_and_shown_whole(run: Run, tmp_path: Path) -> None:
    """A search lists ids first; `show` gives the definition and the traps."""
    code, out, _ = run(
        "series", "search", "prime activite", "--level", "commune", "--store", str(tmp_path)
    )
    assert code == 0
    assert out.splitlines()[0].startswith("caf.ppa.foyers ")
    code, out, _ = run("series", "show", "caf.ppa.foyers", "--store", str(tmp_path))
    assert code == 0
    assert re.search(r"^producteur +Cnaf$", out, re.MULTILINE)
    assert re.search(r"^arrondi +au multiple de 5$", out, re.MULTILINE)
    assert re.search(r"^piège +", out, re.MULTILINE)
    assert re.search(r"^dans une spec +series: caf.ppa.foyers$", out, re.MULTILINE)
    assert re.search(r"^rupture +Prime d’activité revalorisée\u00a0: ", out, re.MULTILINE)
    _, out, _ = run("series", "show", "caf.couverture.total", "--store", str(tmp_path))
    assert re.search(r"^arrondi +au multiple de 0,1$", out, re.MULTILINE)
    assert re.search(r"^dans une spec +published: caf.couverture.total$", out, re.MULTILINE)
    assert re.search(
        r"^appel +epci\u00a0: https://data\.caf\.fr/api/explore/v2\.1/catalog/datasets/"
        r"txcouv_pe_epci/exports/csv\?select=numepci%2Cannee%2Ctxcouv_epci$",
        out,
        re.MULTILINE,
    )
    assert re.search(
        r"^données présentes +commune, epci, france\u00a0: édition 2026-11$", out, re.MULTILINE
    )
    assert re.search(r"^champ couvert +france\u00a0: France hors Mayotte$", out, re.MULTILINE)
    _, out, _ = run("series", "show", "caf.ab.foyers", "--store", str(tmp_path))
    assert re.search(r"^provenance +Cnaf, data\.caf\.fr", out, re.MULTILINE)
    _, out, _ = run("series", "show", "caf.prepare.foyers", "--store", str(tmp_path))
    assert re.search(r"^à venir +Cnaf, data\.caf\.fr", out, re.MULTILINE)
    _, out, _ = run("series", "search", "cnaf.apl.petite_enfance", "--store", str(tmp_path))
    assert out.rstrip().endswith("(à venir)")


def test_series_come_as_json(run: Run, tmp_path: Path) -> None:
    """--json gives the same series, each with its id and its levels."""
    _, out, _ = run("series", "search", "naissances", "--json", "--store", str(tmp_path))
    assert "insee.naissances" in [one["id"] for one in json.loads(out)]
    _, out, _ = run("series", "show", "insee.naissances", "--json", "--store", str(tmp_path))
    assert "commune" in json.loads(out)["levels"]


def test_series_of_the_portal_are_found_and_shown(run: Run, tmp_path: Path) -> None:
    """With the cards of a portal, its columns are listed, with the filters that they want."""
    fields = [("dtreffre", "date"), ("numdep", "text"), ("type_parc", "text"), ("indfoy_al", "int")]
    card = {
        "id": "al_s_type_dep",
        "title": "AL",
        "fields": [{"name": name, "label": name, "type": kind} for name, kind in fields],
    }
    (tmp_path / "catalogue").mkdir()
    (tmp_path / "catalogue" / "caf.json").write_text(
        json.dumps({"portal": "caf", "datasets": [card]}), encoding="utf-8"
    )
    name, store = "caf:al_s_type_dep.indfoy_al", ("--store", str(tmp_path))
    _, out, _ = run("series", "search", name, *store)
    assert out.splitlines()[0].split() == [
        f"{name}[type_parc=…]", "foyers", "indfoy_al", "(al_s_type_dep)",
    ]  # fmt: skip
    code, _, err = run("series", "show", name, *store)
    assert code == 2
    assert f"{name}[type_parc=…]" in err
    code, out, _ = run("series", "show", f"{name}[type_parc=Privé]", *store)
    assert code == 0
    assert out.splitlines()[-1].endswith(f'series: "{name}[type_parc=Privé]"')


@pytest.mark.parametrize(
    ("filters", "held"),
    [
        (("--frequency", "mensuelle"), {"caf.aeeh.enfants"}),
        (("--period", "2016-T4", "--producer", "dares"), {"dares.defm.abc"}),
        (("--period", "2030"), set()),
        (("--since", "1900"), {"insee.population_historique"}),
        (("--label", "--level", "commune"), {"dares.defm.abc"}),
    ],
)
def test_series_are_filtered(
    run: Run, tmp_path: Path, filters: tuple[str, ...], held: set[str]
) -> None:
    """Frequency, year, first year, label, producer and level narrow a search."""
    _, out, _ = run("series", "search", *filters, "--json", "--store", str(tmp_path))
    assert {one["id"] for one in json.loads(out)} == held


def test_a_search_is_coloured_for_a_person_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Colours on a terminal, none in a file, none with NO_COLOR."""
    words = ["series", "search", "naissances", "--store", str(tmp_path)]
    from click.testing import CliRunner

    from diagnostic.cli.root import root

    assert "\x1b[" in CliRunner().invoke(root, words, color=True).output
    assert "\x1b[" not in CliRunner().invoke(root, words).output
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in CliRunner().invoke(root, words, color=True).output


def test_a_search_without_result_says_so_on_stderr(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Nothing on stdout, so that a script reads an empty list."""
    code, out, err = run("series", "search", "zzzzzz", "--store", str(tmp_path))
    assert (code, out) == (0, "")
    assert err == "Aucune série ne répond à ces critères.\n"
    monkeypatch.setattr(territories.Territories, "search", lambda *_: [])
    code, out, err = run("territory", "search", "vitry")
    assert (code, out) == (0, "")
    assert err == "Aucun territoire ne ressemble à ce texte.\n"


def test_a_territory_is_found_by_name_without_accents(run: Run) -> None:
    """« vitry le francois » is the commune 51649, in the EPCI 200034718."""
    code, out, _ = run("territory", "search", "vitry le francois", "--level", "commune")
    assert code == 0
    assert out.splitlines()[0].split()[0] == "51649"
    _, out, _ = run("territory", "show", "vitry le francois")
    assert re.search(r"^EPCI +200034718 communauté de communes de Vitry", out, re.MULTILINE)
    assert re.search(r"^département +51 Marne$", out, re.MULTILINE)


def test_a_commune_of_old_is_found_under_its_heir(run: Run) -> None:
    """51063, or its name, lists Cœur-de-la-Vallée (51457) and says why."""
    for text in ("51063", "Binson et Orquigny"):
        _, out, _ = run("territory", "search", text)
        (line,) = out.splitlines()
        assert line.startswith("51457 ")
        assert "Binson-et-Orquigny (51063)" in line


def test_an_epci_is_shown_with_the_names_of_its_communes(run: Run) -> None:
    """The 35 communes, a line each; the EPCI is no parent of itself."""
    _, out, _ = run("territory", "show", "200034718")
    lines = out.splitlines()
    assert len([line for line in lines if line.startswith("commune ")]) == 35
    assert not [line for line in lines if line.startswith("EPCI ")]


def test_an_epci_is_shown_with_its_communes(run: Run) -> None:
    """The members of an EPCI are listed by code; a commune has none."""
    _, out, _ = run("territory", "show", "200034718", "--json")
    communes = json.loads(out)["communes"]
    assert "51649" in communes
    assert communes == sorted(communes)
    _, out, _ = run("territory", "show", "51649", "--json")
    assert json.loads(out)["communes"] == []
    _, out, _ = run("territory", "search", "51649", "--json")
    assert json.loads(out)[0]["name"] == "Vitry-le-François"


def test_an_unknown_territory_leaves_with_3(run: Run) -> None:
    """The hint says what a code looks like or which names are near."""
    code, out, err = run("territory", "show", "99999")
    assert (code, out) == (3, "")
    assert len(err.splitlines()) > 1


# --- printing ------------------------------------------------------------------------------------


def test_a_table_of_nothing_prints_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """No row, no line."""
    say.table([])
    assert capsys.readouterr().out == ""


def test_a_value_without_json_form_is_refused() -> None:
    """What cannot be written as JSON raises, and is never written as its repr."""
    with pytest.raises(TypeError, match="object has no JSON form"):
        say.document(object())


def test_paths_and_accents_are_written_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    """JSON keeps accents; a path is its text."""
    say.document({"où": Path("é à")})
    assert json.loads(capsys.readouterr().out) == {"où": "é à"}


def test_a_warning_is_said_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    """Warnings never mix with the paths on stdout."""
    say.warning("attention")
    assert capsys.readouterr() == ("", "Attention\u00a0: attention\n")


# --- specs ---------------------------------------------------------------------------------------


def test_a_new_spec_validates_and_is_never_overwritten(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`new` writes a spec that `validate` accepts; a second `new` of that name is refused."""
    monkeypatch.chdir(tmp_path)
    code, out, _ = run("new", "ma-spec")
    assert (code, out) == (0, "ma-spec.yaml\n")
    assert run("validate", "ma-spec.yaml", "--store", ".")[:2] == (
        0,
        "ma-spec.yaml\u00a0: correcte\n",
    )
    before = (tmp_path / "ma-spec.yaml").read_bytes()
    code, out, err = run("new", "ma-spec.yaml")
    assert (code, out) == (2, "")
    assert "existe déjà" in err
    assert (tmp_path / "ma-spec.yaml").read_bytes() == before
    code, out, _ = run("new", "autre", "--json")
    assert json.loads(out) == {"file": "autre.yaml"}


def test_a_new_spec_in_a_folder_that_is_gone_is_refused(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that cannot be written: the code of what cannot be written, in one sentence."""

    def refuse(*_: Any, **__: Any) -> None:
        raise PermissionError(13, "Permission non accordée")

    monkeypatch.setattr(Path, "open", refuse)
    code, _, err = run("new", "ma-spec")
    assert code == 6
    assert "ne peut pas être écrit (droits insuffisants)" in err


def test_validate_shows_the_faults_of_every_spec(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two bad specs: the faults of both, each at its line and column, and code 2."""
    monkeypatch.chdir(tmp_path)
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text("spec: 1\nid: x\ninconnu: 1\n", encoding="utf-8")
    code, out, err = run("validate", "a.yaml", "b.yaml", "--store", ".")
    assert (code, out) == (2, "")
    places = re.findall(r"^(\w+\.yaml):(\d+):\d+", err, re.MULTILINE)
    assert {name for name, _ in places} == {"a.yaml", "b.yaml"}
    assert ("a.yaml", "3") in places
    code, out, _ = run("validate", "a.yaml", "--json", "--store", ".")
    assert code == 2
    assert {"line", "column", "message"} == set(json.loads(out)["a.yaml"][0])
