"""The shipped COG, and a copy of a shipped folder that a test may damage."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from diagnostic import resources
from diagnostic import territories as room
from diagnostic.territories import Territories


@pytest.fixture(scope="session")
def territories() -> Territories:
    """The COG of 2026."""
    return room.load()


@pytest.fixture
def copy_of(tmp_path: Path) -> Callable[[str], Path]:
    """A function that copies data/cog or shapefiles to where a test may damage it."""

    def copied(name: str) -> Path:
        target = tmp_path / name
        shutil.copytree(resources.folder("data").parent / name, target)
        return target

    resources.damage.cache_clear()
    return copied
