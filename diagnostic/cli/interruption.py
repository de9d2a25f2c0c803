"""Ctrl-C: whatever the libraries make of it, it comes out as one KeyboardInterrupt."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, NoReturn

# What stops a command, unless whoever started it chose otherwise (nohup, `&` in a script).
_STOPS: dict[int, Any] = {
    signal.SIGINT: signal.default_int_handler,
    signal.SIGTERM: signal.SIG_DFL,
}


@contextmanager
def heard() -> Iterator[None]:
    """Raise KeyboardInterrupt when a signal asks to stop, however the work then ends.

    A library may turn the interruption into an error of its own (DuckDB), or lose it (a call
    back from C): neither counts. SIGTERM is treated as Ctrl-C, so that files are tidied up.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    asked: list[int] = []

    def stop(number: int, _: FrameType | None) -> NoReturn:
        asked.append(number)
        raise KeyboardInterrupt

    taken = [one for one, usual in _STOPS.items() if signal.getsignal(one) == usual]
    for one in taken:
        signal.signal(one, stop)
    try:
        yield
    except BaseException as error:
        if asked and not isinstance(error, KeyboardInterrupt):
            raise KeyboardInterrupt from error
        raise
    finally:
        for one in taken:
            signal.signal(one, _STOPS[one])
    if asked:
        raise KeyboardInterrupt
