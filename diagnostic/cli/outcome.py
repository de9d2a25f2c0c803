"""How a command ends: the only place where an error becomes an exit code and a sentence."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click
from click.shell_completion import shell_complete

from diagnostic import __version__
from diagnostic.cli import COMPLETION_VARIABLE, say
from diagnostic.cli.root import root
from diagnostic.errors import DiagnosticError

EXIT_CODES: dict[int, str] = {
    0: "fait",
    1: "erreur inattendue",
    2: "commande ou spec incorrecte",
    3: "territoire inconnu",
    4: "source injoignable ou donnée indispensable absente",
    5: "données inutilisables",
    6: "rendu ou écriture impossible",
    7: "lot terminé, certains territoires en échec",
    130: "interrompu",
}


def of(arguments: Sequence[str]) -> int:
    """Run a command and return its exit code; what went wrong is said on stderr, never a trace."""
    code = 0
    try:
        instruction = os.environ.get(COMPLETION_VARIABLE)
        if instruction:
            return shell_complete(root, {}, "diagnostic", COMPLETION_VARIABLE, instruction)
        with root.make_context("diagnostic", list(arguments)) as context:
            root.invoke(context)
        sys.stdout.flush()
    except DiagnosticError as error:
        say.error(error.message, error.hint)
        code = error.exit_code
    except click.exceptions.Exit as leave:
        code = leave.exit_code
    except click.ClickException as error:
        error.show()
        code = 2
    except (KeyboardInterrupt, click.Abort):
        say.error("interrompu.")
        code = 130
    except BrokenPipeError:  # the reader of our output left: nothing more to say to it
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
    except BaseException as error:  # noqa: BLE001 - the last door: nothing may pass with a trace
        say.error(
            f"erreur inattendue ({type(error).__name__}\u00a0: {_first_line(error)}).",
            f"Les détails sont dans {_log(arguments)}",
        )
        code = 1
    return code


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or ["sans message"])[0][:200]


def _log(arguments: Sequence[str]) -> Path | str:
    """Write the trace of the present exception into the user's state folder."""
    import platformdirs  # noqa: PLC0415 - needed only here

    now = datetime.now(UTC)
    folder = platformdirs.user_state_path("diagnostic") / "journal"
    path = folder / f"{now:%Y%m%d-%H%M%S}-{os.getpid()}.log"
    lines = [
        f"diagnostic {__version__}, Python {sys.version.split()[0]}, {sys.platform}",
        f"{now:%Y-%m-%d %H:%M:%S} UTC",
        f"diagnostic {' '.join(arguments)}",
        traceback.format_exc(),
    ]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines), encoding="utf-8")
    except OSError as trouble:
        return f"aucun journal\u00a0: {folder} ne peut pas être écrit ({trouble.strerror})"
    return path
