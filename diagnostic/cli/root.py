"""The root command: finds each command's module only when that command is asked for."""

from __future__ import annotations

import importlib
from typing import Any

import click

from diagnostic import __version__
from diagnostic.cli import options, overview


class Root(click.Group):
    """A group whose commands stand in overview.COMMANDS and are imported one at a time."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The names, in the order of the help."""
        return list(overview.COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import and return a command, or None when there is none of that name."""
        entry = overview.COMMANDS.get(cmd_name)
        if entry is None:
            return None
        module: Any = importlib.import_module(f"diagnostic.cli.{entry.module}")
        command: click.Command = getattr(module, entry.attribute)
        return command

    def get_help(self, ctx: click.Context) -> str:  # noqa: ARG002 - click's signature
        """The same text as the one printed without click."""
        return overview.text()


@click.group(
    cls=Root,
    name="diagnostic",
    context_settings={"help_option_names": ["-h", "--help"]},
    subcommand_metavar=options.SUBCOMMANDS,
)
@click.version_option(__version__, prog_name="diagnostic")
def root() -> None:
    """Territorial diagnostics from open data."""
