"""What PROVENANCE.md says of the sample, checked on its rows before anything is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from diagnostic.errors import DataError
from embedded.sample import Table

Tables = Mapping[str, Table]
Check = Callable[[Tables], Iterator[str]]
CHECKS: list[tuple[str, Check]] = []


def verify(tables: Tables) -> list[str]:
    """One line a check that holds. Raises DataError naming every one that does not, and why."""
    broken = [
        f"{claim} : {'; '.join(list(check(tables))[:5])}"
        for claim, check in CHECKS
        if any(True for _ in check(tables))
    ]
    if broken:
        raise DataError("\n".join(broken), hint="L'extrait ne dit plus ce qu'en dit sa provenance.")
    return [f"vérifié : {claim}" for claim, _ in CHECKS]
