"""The documents tell what exists: commands, options, exit codes, and commands that run."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from diagnostic import cli
from diagnostic.cli import outcome, overview
from diagnostic.cli.root import root

TOP = Path(__file__).resolve().parent.parent
CLI = (TOP / "docs" / "cli.md").read_text(encoding="utf-8")
README = (TOP / "README.md").read_text(encoding="utf-8")


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command that runs something, by the words that call it."""
    context = click.Context(root)
    for name in overview.COMMANDS:
        command = root.get_command(context, name)
        if isinstance(command, click.Group):
            for below in command.list_commands(context):
                inner = command.get_command(context, below)
                assert inner is not None
                yield f"{name} {below}", inner
        elif command is not None:
            yield name, command


def chapter(name: str) -> str:
    """The chapter of docs/cli.md on one command."""
    found = re.search(rf"^## `diagnostic {name}\b.*?(?=^## |\Z)", CLI, re.DOTALL | re.MULTILINE)
    assert found, f"docs/cli.md has no chapter on {name}"
    return found.group()


@pytest.mark.parametrize("name", [name for name, _ in commands()])
def test_each_command_and_each_option_is_documented(name: str) -> None:
    """docs/cli.md has a chapter on the command, with an example and each of its options."""
    text = chapter(name)
    command = dict(commands())[name]
    options = [word for p in command.params if isinstance(p, click.Option) for word in p.opts]
    assert f"diagnostic {name} " in "".join(re.findall(r"```sh\n.*?```", text, re.DOTALL))
    assert [word for word in options if word != "--help" and f"`{word}" not in text] == []


@pytest.mark.parametrize("name", [name for name, _ in commands()])
def test_no_option_is_documented_that_does_not_exist(name: str) -> None:
    """A word that starts with two dashes in a chapter is an option of that command."""
    command = dict(commands())[name]
    known = {word for p in command.params for word in p.opts} | {"--help"}
    assert set(re.findall(r"--[a-z][a-z-]*", chapter(name))) - known == set()


def test_each_exit_code_is_documented_with_its_meaning() -> None:
    """The table of docs/cli.md and that of the program have the same codes, in order."""
    table = CLI[CLI.index("## Codes de sortie") :]
    rows = re.findall(r"^\| (\d+) \| ([^|]+) \|$", table, re.MULTILINE)
    assert [int(code) for code, _ in rows] == list(outcome.EXIT_CODES)
    for code, meaning in rows:
        assert meaning.startswith(outcome.EXIT_CODES[int(code)])


def test_each_error_class_has_an_exit_code_of_the_table() -> None:
    """No error can leave with a code that the documents do not know."""
    from diagnostic import errors

    kinds = [kind for kind in vars(errors).values() if hasattr(kind, "exit_code")]
    assert kinds
    assert {kind.exit_code for kind in kinds} <= set(outcome.EXIT_CODES)


def shown(text: str, program: str) -> list[str]:
    """The commands of `program` in the code blocks of a document."""
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    return [line for line in lines if line.split()[:1] == [program]]


@pytest.mark.parametrize("line", shown(README, ".venv/bin/diagnostic"))
def test_each_command_of_the_readme_runs(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A command copied from the README ends with code 0, in an empty folder.

    One that needs a network is only understood here; test_live_build runs pulls.
    """
    monkeypatch.chdir(tmp_path)
    if "validate" in line:
        assert cli.main(["new", "ma-spec"]) == 0
    words = shlex.split(line)[1:]
    if words[:2] == ["data", "pull"]:
        assert dict(commands())["data pull"].make_context("pull", words[2:]).params
        return
    reading = {"build", "series", "validate", "data", "doctor"}
    store = ["--store", str(tmp_path)] if words[0] in reading else []
    assert cli.main([*words, *store]) == 0


@pytest.mark.parametrize("line", shown(README, "make"))
def test_each_job_of_the_readme_is_in_the_makefile(line: str) -> None:
    """A `make` job that the README names is a target."""
    makefile = (TOP / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{line.split()[1]}:", makefile, re.MULTILINE)


def test_each_room_is_told_in_the_architecture() -> None:
    """docs/architecture.md has every room of the package, and no other."""
    text = (TOP / "docs" / "architecture.md").read_text(encoding="utf-8")
    table = text[text.index("| room |") : text.index("Beside the package")]
    told = set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE))
    package = TOP / "diagnostic"
    rooms = {path.stem for path in package.glob("*.py")} - {"__init__"}
    rooms |= {path.parent.name for path in package.glob("*/__init__.py")} - {"_shipped"}
    assert told == rooms


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md", "docs/architecture.md"])
def test_each_link_of_a_document_leads_to_a_file(document: str) -> None:
    """A relative link names a file that is there."""
    path = TOP / document
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", path.read_text(encoding="utf-8"))
    assert links
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_the_schemas_of_the_documents_are_those_of_the_program() -> None:
    """docs/*.schema.json are what `make schema` would write."""
    from diagnostic import spec
    from diagnostic.publish import data

    for name, schema in (("spec", spec.schema()), ("report", data.json_schema())):
        text = (TOP / "docs" / f"{name}.schema.json").read_text(encoding="utf-8")
        assert json.loads(text) == json.loads(json.dumps(schema))
