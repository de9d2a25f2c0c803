"""The commands `data …`: what the local store holds, and what brings data into it."""

from __future__ import annotations

import importlib
from importlib.util import find_spec
from typing import Any

import click

from diagnostic.cli import options

# Each command and its module here; the command is the object that has the module's name.
COMMANDS = {
    "status": "status",
    "pull": "pull",
    "import": "importing",
    "territories": "territories",
    "verify": "verify",
    "diff": "diff",
    "prune": "prune",
}


class Data(options.Group):
    """A group whose commands stand in COMMANDS and are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The names, in the order of the help."""
        return [name for name, module in COMMANDS.items() if find_spec(f"{__name__}.{module}")]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a command, or None when there is none of that name."""
        if cmd_name not in self.list_commands(ctx):
            return None
        name = COMMANDS[cmd_name]
        module: Any = importlib.import_module(f"{__name__}.{name}")
        command: click.Command = getattr(module, name)
        return command


@click.group(
    cls=Data,
    subcommand_metavar=options.SUBCOMMANDS,
    epilog="diagnostic data status\ndiagnostic data pull --spec sppe.yaml --departement 51",
    help="Montre, télécharge, importe et vérifie les données locales.",
)
def data() -> None:
    """Data of the local store."""
