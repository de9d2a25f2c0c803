"""The command `completion`: the script that completes commands in a shell."""

from __future__ import annotations

import click
from click.shell_completion import (
    BashComplete,
    FishComplete,
    PowerShellComplete,
    ShellComplete,
    ZshComplete,
)

from diagnostic.cli import COMPLETION_VARIABLE, options, say

SHELLS: dict[str, type[ShellComplete]] = {
    "bash": BashComplete,
    "zsh": ZshComplete,
    "fish": FishComplete,
    "powershell": PowerShellComplete,
}


@click.command(
    cls=options.Command,
    epilog='eval "$(diagnostic completion bash)"',
    help="Écrit le script qui complète les commandes dans un shell.",
)
@click.argument("shell", type=click.Choice(list(SHELLS)), metavar="SHELL")
def completion(shell: str) -> None:
    """Print the completion script of a shell."""
    root = click.get_current_context().find_root().command
    say.result(SHELLS[shell](root, {}, "diagnostic", COMPLETION_VARIABLE).source())
