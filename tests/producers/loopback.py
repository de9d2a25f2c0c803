"""A producer's server on 127.0.0.1: what it answers, the faults put in its way, who called it."""

from __future__ import annotations

import contextlib
import fnmatch
import gzip
import http.server
import socket
import socketserver
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from . import faults

_BLOCK = 1 << 16


@dataclass(frozen=True)
class Asked:
    """A request as a producer reads it: the path decoded, the parameters in order."""

    method: str
    path: str
    parameters: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    twist: Mapping[str, Any] = field(default_factory=dict)  # faults that the data must have

    def all(self, name: str) -> list[str]:
        """Every value of a parameter."""
        return [value for key, value in self.parameters if key == name]

    def one(self, name: str, default: str = "") -> str:
        """The last value of a parameter."""
        return (self.all(name) or [default])[-1]


@dataclass
class Answer:
    """What is sent back. A Path is streamed in chunks, as the exports are."""

    status: int = 200
    body: bytes | Path | Iterable[bytes] = b""
    kind: str = "application/json; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Call:
    """A line of the politeness log: `at` in seconds, `beside` the calls under way, itself too.

    `status` is None while it is under way, 0 when it was cut before any answer.
    """

    at: float
    method: str
    path: str
    query: str
    agent: str
    beside: int
    status: int | None = None


class Log:
    """Who called, when, and how many at a time."""

    def __init__(self) -> None:
        """An empty log."""
        self._calls: list[Call] = []
        self._busy = 0
        self._lock = threading.Lock()

    def enter(self, method: str, path: str, query: str, agent: str) -> Call:
        """One call more under way, logged at once."""
        with self._lock:
            self._busy += 1
            call = Call(time.monotonic(), method, path, query, agent, self._busy)
            self._calls.append(call)
            return call

    def leave(self, call: Call, status: int) -> None:
        """The call is over, or its last bytes are about to leave; the first time counts."""
        with self._lock:
            if call.status is None:
                call.status = status
                self._busy -= 1

    def calls(self, pattern: str = "*") -> list[Call]:
        """The calls whose path fits, in the order of their arrival."""
        with self._lock:
            found = [one for one in self._calls if fnmatch.fnmatch(one.path, pattern)]
        return sorted(found, key=lambda one: one.at)

    def busiest(self) -> int:
        """The most calls that were under way at a time."""
        return max((one.beside for one in self.calls()), default=0)

    def burst(self, seconds: float, pattern: str = "*") -> int:
        """The most calls that began within so many seconds."""
        times = [one.at for one in self.calls(pattern)]
        return max((sum(at <= one < at + seconds for one in times) for at in times), default=0)

    def agents(self) -> set[str]:
        """The User-Agents that called."""
        return {one.agent for one in self.calls()}

    def clear(self) -> None:
        """Forget every call."""
        with self._lock:
            self._calls.clear()


class Producer:
    """One producer: its server, its log, its faults. Subclasses say what it answers.

    `variable` is the environment variable of its base address, `prefix` what this address has
    after the port.
    """

    variable = ""
    prefix = ""

    def __init__(self) -> None:
        """A producer that does not serve yet."""
        self.log = Log()
        self._faults: list[faults.Fault] = []
        self._lock = threading.RLock()
        self._server: _Server | None = None

    def answer(self, asked: Asked) -> Answer:
        """What is sent back to a request whose path begins after the prefix."""
        raise NotImplementedError

    def start(self) -> None:
        """Serve on a free port of this machine, in threads."""
        self._server = _Server(self)
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        """Close the port: who calls is then refused."""
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    @property
    def port(self) -> int:
        """Where it serves."""
        assert self._server, "the producer does not serve"
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        """The base address, to be set as the environment variable."""
        return f"http://127.0.0.1:{self.port}{self.prefix}"

    def fail(
        self, kind: str, pattern: str = "*", *, times: int | None = None, after: int = 0, **how: Any
    ) -> None:
        """From now on, calls whose path fits `pattern` meet the fault (see `faults`).

        `times` is how many calls meet it (None: all), after `after` good ones.
        """
        assert kind in faults.KINDS, f"no such fault: {kind}"
        with self._lock:
            self._faults.append(faults.Fault(kind, pattern, times, after, how))

    def heal(self) -> None:
        """No fault any more."""
        with self._lock:
            self._faults.clear()

    def reset(self) -> None:
        """As on the first day: no fault, an empty log."""
        self.heal()
        self.log.clear()

    def fault(self, path: str) -> faults.Fault | None:
        """The fault that a call of that path meets, if any; it is then used once."""
        with self._lock:
            for one in self._faults:
                if fnmatch.fnmatch(path, one.pattern) and one.meets():
                    return one
        return None


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, producer: Producer) -> None:
        self.producer = producer
        super().__init__(("127.0.0.1", 0), _Handler)

    def server_bind(self) -> None:
        """Bind without looking up the name of the machine."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", self.server_address[1]

    def handle_error(self, *_: Any) -> None:
        """A client that goes away is no news."""


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def log_message(self, *_: Any) -> None:
        """Nothing on stderr."""

    def do_GET(self) -> None:
        """Answer, unless a fault does."""
        self._serve()

    do_POST = do_HEAD = do_PUT = do_DELETE = do_GET  # noqa: N815

    def _serve(self) -> None:
        producer, parts = self.server.producer, urlsplit(self.path)
        path, agent = unquote(parts.path), self.headers.get("User-Agent", "")
        self._call = producer.log.enter(self.command, path, parts.query, agent)
        try:
            if length := int(self.headers.get("Content-Length") or 0):
                self.rfile.read(length)
            fault = producer.fault(path)
            self._send(self._answer(fault), fault)
        except faults.Cut:
            self.close_connection = True
        finally:
            producer.log.leave(self._call, 0)

    def _answer(self, fault: faults.Fault | None) -> Answer:
        producer, parts = self.server.producer, urlsplit(self.path)
        if fault and (early := fault.instead()):
            return Answer(*early)
        path = unquote(parts.path)
        if not path.startswith(producer.prefix):
            return Answer(404, b"Not Found", "text/plain")
        asked = Asked(
            self.command,
            path.removeprefix(producer.prefix),
            tuple(parse_qsl(parts.query, keep_blank_values=True)),
            {key.lower(): value for key, value in self.headers.items()},
            fault.twist() if fault else {},
        )
        answer = producer.answer(asked)
        return fault.spoil(answer) if fault else answer

    def _send(self, answer: Answer, fault: faults.Fault | None) -> None:
        body = answer.body
        zipped = "gzip" in self.headers.get("Accept-Encoding", "") and self._zips(answer)
        headers = {"Content-Type": answer.kind, **answer.headers}
        if isinstance(body, bytes):
            if zipped:
                body = gzip.compress(body, 1)
                headers["Content-Encoding"] = "gzip"
            if fault:
                body = fault.cut(body, headers)
            headers.setdefault("Content-Length", str(len(body)))
            pieces: Iterable[bytes] = (body[i : i + _BLOCK] for i in range(0, len(body), _BLOCK))
        elif "Content-Length" in headers:
            pieces = body if not isinstance(body, Path) else _pieces(body)
        else:
            pieces = _pieces(body) if isinstance(body, Path) else body
            if zipped:
                pieces = _gzipped(pieces)
                headers["Content-Encoding"] = "gzip"
            headers["Transfer-Encoding"] = "chunked"
        self.send_response(answer.status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self._status = answer.status
            self._write(pieces, "Transfer-Encoding" in headers, fault)

    @staticmethod
    def _zips(answer: Answer) -> bool:
        return (
            "Content-Encoding" not in answer.headers
            and "Content-Length" not in answer.headers
            and ("json" in answer.kind or "text" in answer.kind)
            and (not isinstance(answer.body, bytes) or len(answer.body) > 1000)
        )

    def _write(self, pieces: Iterable[bytes], chunked: bool, fault: faults.Fault | None) -> None:
        held = b""  # the last piece leaves when the call is no longer counted
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            for number, piece in enumerate(pieces):
                if fault and fault.drops(number, len(piece)):
                    half = held + piece[: len(piece) // 2]
                    self.wfile.write(_chunk(half) if chunked else half)
                    self._reset()
                if held:
                    self.wfile.write(_chunk(held) if chunked else held)
                held = piece
            self.server.producer.log.leave(self._call, self._status)
            if held:
                self.wfile.write(_chunk(held) if chunked else held)
            if chunked:
                self.wfile.write(b"0\r\n\r\n")
            if fault and fault.kind == "huge":
                self._reset()

    def _reset(self) -> None:
        """Close at once, in the middle of an answer."""
        self.wfile.flush()
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)
        raise faults.Cut


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_BLOCK):
            yield piece


def _gzipped(pieces: Iterable[bytes]) -> Iterator[bytes]:
    import zlib

    squeezer = zlib.compressobj(1, wbits=31)
    for piece in pieces:
        yield squeezer.compress(piece)
    yield squeezer.flush()


def _chunk(piece: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(piece), piece)


Routes = Mapping[str, Callable[..., Answer]]
