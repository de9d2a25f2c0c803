"""The program's door: `python -m diagnostic` and the command `diagnostic`."""

from __future__ import annotations

import signal
import sys
import warnings

from diagnostic import cli


def main() -> None:
    """Run the command line and leave with its exit code."""
    if not sys.warnoptions:
        warnings.simplefilter("ignore")  # what libraries tell developers, in English
    code = cli.main()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the work is over: nothing left to interrupt
    sys.exit(code)


if __name__ == "__main__":
    main()
