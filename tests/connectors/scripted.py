"""A server on this machine that says exactly the bytes it is given, one answer a connection."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any


class Scripted:
    """Answers in turn, the last one for ever; `heard` are the requests as they came."""

    def __init__(self) -> None:
        """Listen on a free port."""
        self.answers: list[bytes] = []
        self.heard: list[str] = []
        self.busiest = 0
        self.delay = 0.0
        self._busy = 0
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def host(self) -> str:
        """Its name in an address."""
        return f"127.0.0.1:{self._listener.getsockname()[1]}"

    @property
    def url(self) -> str:
        """An address to ask."""
        return f"http://{self.host}/records"

    def close(self) -> None:
        """Answer no more."""
        self._listener.close()

    def header(self, name: str, request: int = -1) -> str:
        """A header of a request, "" when it has none."""
        for line in self.heard[request].split("\r\n")[1:]:
            key, _, value = line.partition(":")
            if key.lower() == name.lower():
                return value.strip()
        return ""

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            heard = b""
            while b"\r\n\r\n" not in heard:
                piece = connection.recv(65536)
                if not piece:  # who only knocks
                    return
                heard += piece
            with self._lock:
                self.heard.append(heard.decode())
                answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
                self._busy += 1
                self.busiest = max(self.busiest, self._busy)
            time.sleep(self.delay)
            connection.sendall(answer)
            with self._lock:
                self._busy -= 1


def reply(
    body: bytes | Any = b"", status: int = 200, *, length: int | None = -1, **headers: str
) -> bytes:
    """An answer; what is not bytes is sent as JSON. `length` is announced: None for nothing."""
    if not isinstance(body, bytes):
        body = json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status} Some reason", "Connection: close"]
    if length is not None:
        lines.append(f"Content-Length: {len(body) if length < 0 else length}")
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@contextlib.contextmanager
def closed_door() -> Iterator[str]:
    """The address of a port where nobody listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))  # bound and not listening: nobody else takes it
        yield f"http://127.0.0.1:{held.getsockname()[1]}/records"
