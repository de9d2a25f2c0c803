"""Where the shipped folders are, in a checkout and in a wheel."""

from __future__ import annotations

from pathlib import Path

import pytest

from diagnostic import resources
from diagnostic.errors import DataError


@pytest.mark.parametrize("name", resources.FOLDERS)
def test_each_shipped_folder_is_found(name: str) -> None:
    """The checkout has them all beside the package."""
    assert any(resources.folder(name).iterdir())


def test_a_wheel_s_folder_comes_before_the_checkout_s(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Inside the package when it was installed from a wheel, beside it otherwise."""
    package = tmp_path / "diagnostic"
    (tmp_path / "data").mkdir()
    monkeypatch.setattr(resources, "_PACKAGE", package)
    assert resources.folder("data") == tmp_path / "data"
    (package / "_shipped" / "data").mkdir(parents=True)
    assert resources.folder("data") == package / "_shipped" / "data"


def test_a_missing_folder_is_damage_and_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An installation without its data is an error with its remedy, never an absence of data."""
    monkeypatch.setattr(resources, "_PACKAGE", tmp_path / "diagnostic")
    with pytest.raises(DataError, match="templates") as raised:
        resources.folder("templates")
    assert "Réinstallez" in raised.value.hint
