"""A small country behind every producer, and stores filled from it through the real commands."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

# In each hundred of the communes of the Marne, at least one that INSEE knows.
COMMUNES = [
    *("51001", "51049", "51089", "51108", "51132", "51172", "51215", "51260", "51302", "51343"),
    *("51388", "51430", "51471", "51513", "51554", "51603", "51649", "75056", "97411"),
]
# A dossier of one portal alone: what is pulled for it is pulled in one order.
SPEC = """\
spec: 1
id: activite
title: "La prime d’activité"
levels: [commune]
benchmarks: [epci, departement, france]
indicators:
  ppa:
    label: "Foyers percevant la prime d’activité"
    numerator: caf.ppa.foyers
    denominator: caf.ndur.foyers
    nested: true
    unit: "% des foyers allocataires"
    unit_short: "%"
sections:
  - id: activite
    title: "La prime d’activité"
    blocks:
      - figures: [ppa]
"""
_OWN = ("locks", "verified.json")  # what a store keeps for itself, which no reader needs


@dataclass(frozen=True)
class Ended:
    """A command that ended: its code, what it wrote on both streams, with plain spaces."""

    code: int
    out: str
    said: str


def spaced(text: str) -> str:
    """The text with plain spaces."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def picture(store: Path) -> dict[str, bytes]:
    """Every byte of a store, by path: what dead pulls leave is in it, locks are not."""
    return {
        str(path.relative_to(store)): path.read_bytes()
        for path in sorted(store.rglob("*"))
        if path.is_file() and path.relative_to(store).parts[0] not in _OWN
    }


def content(store: Path) -> dict[str, object]:
    """What a store holds, whatever the order in which several portals brought it."""
    held: dict[str, object] = dict(picture(store))
    table = json.loads((store / "manifest.json").read_bytes())
    held["manifest.json"] = sorted(table["datasets"], key=lambda one: (one["feed"], one["file"]))
    return held


def copied(store: Path, to: Path) -> Path:
    """A copy of a store, with its dates, so that it is the same store."""
    return Path(shutil.copytree(store, to))


def begin(*words: str, script: str = "") -> subprocess.Popen[str]:
    """A command in a process of its own; `script` is Python done before it."""
    program = f"{script}\nimport sys\nfrom diagnostic import cli\nsys.exit(cli.main(sys.argv[1:]))"
    own = {name: one for name, one in os.environ.items() if name != "DIAGNOSTIC_OFFLINE"}
    return subprocess.Popen(
        [sys.executable, "-c", program, *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=own,
        cwd=Path(__file__).parents[2],
    )


def end(process: subprocess.Popen[str]) -> Ended:
    """Wait for it, a minute at most."""
    try:
        out, said = process.communicate(timeout=60)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise
    return Ended(process.returncode, spaced(out), spaced(said))
