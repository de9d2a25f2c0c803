"""How far a pull is: one line that moves on a terminal, plain lines elsewhere, on stderr."""

from __future__ import annotations

import contextlib
import shutil
import sys
import threading
import time
from dataclasses import dataclass

from diagnostic.cli import say
from diagnostic.model import Feed
from diagnostic.pull import Outcome, Watch
from diagnostic.wording import numbers
from diagnostic.wording.typography import NBSP

_EVERY = 0.1  # seconds between two states of the line


def watch() -> Watch:
    """Who tells of a pull: the line that moves if stderr is a terminal."""
    return Line() if sys.stderr.isatty() else Watcher()


def size(count: int) -> str:
    """Bytes in words: « 12,3 Mo »."""
    for unit, step in (("Go", 10**9), ("Mo", 10**6), ("ko", 10**3)):
        if count >= step:
            return f"{numbers.number(count / step, 1)}{NBSP}{unit}"
    return numbers.count(count, "octet")


class Watcher(Watch):
    """Says each feed that begins and what it became, a line each."""

    def begin(self, feed: Feed, producer: str) -> None:
        """A feed is going to be asked."""
        say.note(f"{producer}, {feed.dataset}{NBSP}: demande")

    def end(self, outcome: Outcome) -> None:
        """What became of it; the reason of a failure is said when all have ended."""
        name = f"{outcome.producer}, {outcome.feed.dataset}"
        if outcome.state == "unchanged":
            say.note(f"{name}{NBSP}: inchangé")
        elif outcome.file is not None:
            rows = numbers.count(outcome.file.rows, "observation")
            say.note(f"{name}{NBSP}: {rows} ({size(outcome.size)})")
            if outcome.left:
                codes = ", ".join(list(outcome.left)[:5])
                count = numbers.count(sum(outcome.left.values()), "ligne")
                say.note(f"{name}{NBSP}: {count} sans territoire connu, laissées ({codes})")


@dataclass(slots=True)
class _Going:
    """A feed under way: since when, how many bytes came, of how many."""

    begun: float
    received: int = 0
    expected: int | None = None
    working: bool = False


class Line(Watcher):
    """One line for all that is under way: bytes, and time left where it can be told."""

    def __init__(self) -> None:
        """Nothing is under way."""
        self._lock = threading.Lock()
        self._going: dict[str, _Going] = {}
        self._shown = 0.0

    def begin(self, feed: Feed, producer: str) -> None:  # noqa: ARG002 - the line has no room
        """A feed is going to be asked."""
        with self._lock:
            self._going[feed.dataset] = _Going(time.monotonic())
            self._show()

    def advance(self, feed: Feed, received: int, expected: int | None) -> None:
        """So many bytes of it came."""
        with self._lock:
            going = self._going[feed.dataset]
            going.received, going.expected = received, expected
            if time.monotonic() - self._shown >= _EVERY:
                self._show()

    def work(self, feed: Feed) -> None:
        """All of it came."""
        with self._lock:
            self._going[feed.dataset].working = True
            self._show()

    def end(self, outcome: Outcome) -> None:
        """Write what became of it above the line."""
        with self._lock:
            self._going.pop(outcome.feed.dataset, None)
            self._write("")
            super().end(outcome)
            self._show()

    def _show(self) -> None:
        self._shown = time.monotonic()
        self._write("  ".join(_told(name, going) for name, going in self._going.items()))

    @staticmethod
    def _write(text: str) -> None:
        width = shutil.get_terminal_size().columns
        with contextlib.suppress(OSError):  # as for any other text, a full disk hides nothing
            sys.stderr.write(f"\r\x1b[K{say.visible(text)[: width - 1]}")
            sys.stderr.flush()


def _told(name: str, going: _Going) -> str:
    if going.working:
        return f"{name}{NBSP}: mise en observations"
    if not going.received:
        return f"{name}{NBSP}: demande"
    text = f"{name}{NBSP}: {size(going.received)}"
    if not going.expected:
        return text
    spent = time.monotonic() - going.begun
    left = spent * max(0, going.expected - going.received) / going.received
    return f"{text} sur {size(going.expected)}, encore {numbers.count(round(left), 'seconde')}"
