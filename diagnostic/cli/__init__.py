"""The command line: each command parses, calls one function and leaves with an exit code.

Only this room uses click, prints, and maps errors to exit codes. The list of commands is read
without click, so that `diagnostic --help` answers at once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from diagnostic.cli import overview, streams

COMPLETION_VARIABLE = "_DIAGNOSTIC_COMPLETE"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `arguments` (the process's own by default) and return the exit code."""
    words = sys.argv[1:] if arguments is None else list(arguments)
    streams.prepare()
    try:
        if words in ([], ["--help"], ["-h"]) and COMPLETION_VARIABLE not in os.environ:
            return _help()
        from diagnostic.cli import outcome  # noqa: PLC0415 - click is slower than the answer above

        return outcome.of(words)
    except KeyboardInterrupt:  # while the modules were being loaded
        print("Erreur\u00a0: interrompu.", file=sys.stderr)
        return 130


def _help() -> int:
    try:
        print(overview.text(), flush=True)
    except OSError as trouble:
        streams.abandon()
        if not isinstance(trouble, BrokenPipeError):
            from diagnostic.errors import RenderError, reason  # noqa: PLC0415 - slow to load

            print(f"Erreur\u00a0: {reason(trouble)}.", file=sys.stderr)
            return RenderError.exit_code
    return 0
