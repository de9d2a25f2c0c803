"""The program's door."""

from __future__ import annotations

import runpy
import signal
from collections.abc import Iterator

import pytest

from diagnostic import __main__ as door
from diagnostic import cli


@pytest.fixture(autouse=True)
def interruptible() -> Iterator[None]:
    """The door ends a process: what it does to Ctrl-C is undone for the tests that follow."""
    before = signal.getsignal(signal.SIGINT)
    yield
    signal.signal(signal.SIGINT, before)


def test_the_command_leaves_with_the_exit_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """What cli.main returns is the code of the process."""
    monkeypatch.setattr(cli, "main", lambda: 7)
    with pytest.raises(SystemExit) as left:
        door.main()
    assert left.value.code == 7


@pytest.mark.filterwarnings("ignore:.*found in sys.modules:RuntimeWarning")
def test_the_package_runs_as_a_module(monkeypatch: pytest.MonkeyPatch) -> None:
    """`python -m diagnostic` is the command `diagnostic`."""
    monkeypatch.setattr(cli, "main", lambda: 3)
    with pytest.raises(SystemExit) as left:
        runpy.run_module("diagnostic", run_name="__main__")
    assert left.value.code == 3
