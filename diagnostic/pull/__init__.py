"""The only place where a connector meets the store: fetch, make into observations, keep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from diagnostic.model import Portal
from diagnostic.pull.needs import Need, needed, scoped, whole
from diagnostic.pull.rounds import Outcome, Round, Watch, edition_of, lacks, publish

__all__ = [
    "Need",
    "Outcome",
    "Round",
    "Watch",
    "edition_of",
    "lacks",
    "needed",
    "prepare",
    "publish",
    "run",
    "scoped",
    "whole",
]


def prepare(
    root: Path, portals: Mapping[str, Portal], *, quick: bool = False, watch: Watch | None = None
) -> Round:
    """A round whose answers are kept in `root`.

    `quick` is for builds: who does not answer is tried once, who fails is asked nothing more.
    """
    from diagnostic.connectors.client import Client  # noqa: PLC0415 - imports requests
    from diagnostic.store import Keeper  # noqa: PLC0415 - not needed to know what lacks

    return Round(Keeper(root), portals, Client(quick=quick), hasty=quick, watch=watch)


def run(
    needs: Sequence[Need],
    root: Path,
    portals: Mapping[str, Portal],
    *,
    quick: bool = False,
    watch: Watch | None = None,
) -> tuple[Outcome, ...]:
    """Pull what is needed into `root`: what became of each need, in their order.

    One that fails does not stop the others: its error is in its outcome.
    """
    return prepare(root, portals, quick=quick, watch=watch).run(needs)
