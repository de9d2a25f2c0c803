"""How a command ends: the only place where an error becomes an exit code and a sentence."""

from __future__ import annotations

import errno
import io
import logging
import os
import sys
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime

import click
from click.shell_completion import shell_complete

from diagnostic import __version__
from diagnostic.cli import COMPLETION_VARIABLE, say, streams
from diagnostic.cli.interruption import heard
from diagnostic.cli.root import root
from diagnostic.errors import DiagnosticError, RenderError, reason

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
        with heard():
            code = _run(arguments)
    except DiagnosticError as error:
        say.error(error.message, error.hint)
        code = error.exit_code
    except click.exceptions.Exit as leave:
        code = leave.exit_code
    except click.ClickException as error:
        say.note(_usage(error))
        code = 2
    except (KeyboardInterrupt, click.Abort):
        say.error("interrompu.")
        code = 130
    except BrokenPipeError:  # the reader of our output left: nothing more to say to it
        streams.abandon()
    except BaseException as error:  # noqa: BLE001 - the last door: nothing may pass with a trace
        code = _unexpected(error, arguments)
    return code


def _run(arguments: Sequence[str]) -> int:
    """Run the command, or complete it for a shell; what it printed has left when this returns."""
    logging.getLogger().addHandler(logging.NullHandler())  # what libraries log is not for users
    instruction = os.environ.get(COMPLETION_VARIABLE)
    if instruction:
        return shell_complete(root, {}, "diagnostic", COMPLETION_VARIABLE, instruction)
    with root.make_context("diagnostic", list(arguments)) as context:
        root.invoke(context)
    sys.stdout.flush()
    return 0


def _usage(error: click.ClickException) -> str:
    """What click says of an error, the usage first."""
    text = io.StringIO()
    error.show(file=text)
    return text.getvalue().rstrip("\n")


def _unexpected(error: BaseException, arguments: Sequence[str]) -> int:
    """Say an error that no room expects, and return its exit code: 6 for a disk that is full."""
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        streams.abandon()
        say.error(f"écriture impossible\u00a0: {reason(error)}.")
        return RenderError.exit_code
    say.error(
        f"erreur inattendue ({type(error).__name__}\u00a0: {_first_line(error)}).", _log(arguments)
    )
    return 1


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or ["sans message"])[0][:200]


def _log(arguments: Sequence[str]) -> str:
    """Write the trace of the present exception into the user's state folder, and say where."""
    import platformdirs  # noqa: PLC0415 - needed only here

    now = datetime.now(UTC)
    lines = [
        f"diagnostic {__version__}, Python {sys.version.split()[0]}, {sys.platform}",
        f"{now:%Y-%m-%d %H:%M:%S} UTC",
        f"diagnostic {' '.join(arguments)}",
        traceback.format_exc(),
    ]
    try:
        folder = platformdirs.user_state_path("diagnostic") / "journal"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{now:%Y%m%d-%H%M%S}-{os.getpid()}.log"
        path.write_text("\n".join(lines), encoding="utf-8", errors="backslashreplace")
    except OSError as trouble:
        where = f"\u00a0: {trouble.filename}" if trouble.filename else ""
        return f"Le journal ne peut pas être écrit ({reason(trouble)}{where})."
    except RuntimeError:  # platformdirs has no HOME and finds no user to give one
        return "Le journal ne peut pas être écrit\u00a0: aucun dossier d’utilisateur."
    return f"Les détails sont dans {path}"
