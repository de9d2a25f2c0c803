"""The program's door: `python -m diagnostic` and the command `diagnostic`."""

from __future__ import annotations

import sys

from diagnostic import cli


def main() -> None:
    """Run the command line and leave with its exit code."""
    sys.exit(cli.main())


if __name__ == "__main__":
    main()
