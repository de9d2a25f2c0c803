"""The command `completion`: the script that completes commands in a shell."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from diagnostic.cli import COMPLETION_VARIABLE, options, say

SHELLS = ("bash", "zsh", "fish", "powershell")


@click.command(
    cls=options.Command,
    epilog='eval "$(diagnostic completion bash)"',
    help="Écrit le script qui complète les commandes dans un shell.",
)
@click.argument("shell", type=click.Choice(SHELLS), metavar="SHELL")
def completion(shell: str) -> None:
    """Print the completion script of a shell."""
    kind = get_completion_class(shell)
    if kind is None:
        raise click.UsageError(f"Shell non pris en charge\u00a0: {shell}.")
    root = click.get_current_context().find_root().command
    say.result(kind(root, {}, "diagnostic", COMPLETION_VARIABLE).source())
