"""What may go wrong between a producer and who reads it, by name.

busy, broken, gateway   503, 500, 502
denied                  400 without a word
storm, storm_reset      429 without a word; 429 that says when to come back (`seconds`)
refused                 the connection is closed before any answer
drop                    the connection is closed in the middle of the body
truncated               half of the body, sent as if it were all of it
truncated_gzip          the same inside a gzip encoding
empty                   200 and nothing
html                    200 and a page that says sorry
tail                    the body, then the sentence of an export that broke off
redirect                302 to `to` (another host, a file)
huge                    10 GB announced (`size`), a few bytes sent
bomb                    a gzip of `size` bytes of spaces (10 GB), sent in some megabytes
zip_bomb                a workbook whose sheet is `size` bytes long (300 MB)
slow                    `seconds` before answering
without, renamed        columns missing (`columns`), or under other names (`names`)
mixed                   the values of `column` are numbers and texts by turns
garbled                 one value of the number `column` is a word (`word`)
short                   `rows` rows fewer than total_count says
"""

from __future__ import annotations

import gzip
import io
import time
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .loopback import Answer

_TWISTS = frozenset({"without", "renamed", "mixed", "garbled", "short"})
_STATUSES = {"busy": 503, "broken": 500, "gateway": 502, "storm": 429, "denied": 400}
KINDS = frozenset(
    {"storm_reset", "refused", "drop", "truncated", "truncated_gzip", "empty", "html", "tail"}
    | {"redirect", "huge", "bomb", "zip_bomb", "slow"}
    | _TWISTS
    | set(_STATUSES)
)
_PAGE = (
    b"<!DOCTYPE html><html><body><h1>Service momentan&eacute;ment indisponible</h1></body></html>"
)
_TAIL = (
    b"Streaming interrupted due to the following error: Invalid value for sum of offset + limit"
    b" API parameter: 83714 was found but <= 10000 is expected."
    b" (error_code: InvalidRESTParameterError)"
)
_SPACES = b" " * (1 << 20)


class Cut(Exception):  # noqa: N818
    """The connection is closed on purpose."""


@dataclass
class Fault:
    """One fault in the way of the calls that fit `pattern`."""

    kind: str
    pattern: str
    times: int | None
    after: int
    how: Mapping[str, Any] = field(default_factory=dict)

    def meets(self) -> bool:
        """Whether the call that comes meets it; counts that call."""
        if self.after > 0:
            self.after -= 1
            return False
        if self.times is not None:
            self.times -= 1
            return self.times >= 0
        return True

    def twist(self) -> Mapping[str, Any]:
        """What the data must have, for the producer to do."""
        return {"kind": self.kind, **self.how} if self.kind in _TWISTS else {}

    def instead(self) -> tuple[int, Any, str, dict[str, str]] | None:  # noqa: PLR0911
        """The status, body, kind and headers of an answer that no producer made."""
        plain = "text/plain; charset=utf-8"
        if self.kind == "slow":
            time.sleep(self.how.get("seconds", 30))
        if self.kind == "refused":
            raise Cut
        if self.kind in _STATUSES:
            return _STATUSES[self.kind], b"", plain, {}
        if self.kind == "storm_reset":
            return 429, b"", plain, {"Retry-After": str(self.how.get("seconds", 1))}
        if self.kind == "redirect":
            return 302, b"", plain, {"Location": str(self.how["to"])}
        if self.kind == "huge":
            size = str(self.how.get("size", 10_000_000_000))
            return 200, iter([b"[{" * 4096]), "application/json", {"Content-Length": size}
        if self.kind == "bomb":
            return 200, _bomb(self.how.get("size", 10 << 30)), "application/json", _GZIP
        if self.kind == "zip_bomb":
            return 200, zip_bomb(self.how.get("size", 300 << 20)), _XLSX, {}
        return None

    def spoil(self, answer: Answer) -> Answer:
        """The producer's answer, with another body."""
        if self.kind == "html":
            answer.body, answer.kind = _PAGE, "text/html; charset=utf-8"
        if self.kind == "empty":
            answer.body = b""
        if self.kind in ("tail", "truncated", "truncated_gzip"):
            whole = _whole(answer.body)
            answer.body = whole + _TAIL if self.kind == "tail" else whole
        return answer

    def cut(self, body: bytes, headers: dict[str, str]) -> bytes:
        """What is left of a body in the encoding in which it is sent."""
        if self.kind == "truncated":
            zipped = headers.get("Content-Encoding") == "gzip"
            half = gzip.decompress(body) if zipped else body
            half = half[: len(half) // 2]
            return gzip.compress(half) if zipped else half
        if self.kind == "truncated_gzip":
            body = body if headers.get("Content-Encoding") == "gzip" else gzip.compress(body)
            headers["Content-Encoding"] = "gzip"
            return body[: len(body) // 2]
        return body

    def drops(self, number: int, size: int) -> bool:
        """Whether the connection is closed within that piece of the body."""
        return self.kind == "drop" and (number == 1 or (number == 0 and size < 1 << 16))


_GZIP = {"Content-Encoding": "gzip"}
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _whole(body: Any) -> bytes:
    if isinstance(body, Path):
        return body.read_bytes()
    return body if isinstance(body, bytes) else b"".join(body)


def _bomb(size: int) -> Iterator[bytes]:
    """A gzip that grows a thousandfold: one block of spaces, said again and again."""
    squeezer = zlib.compressobj(9, wbits=31)
    yield squeezer.compress(b"[") + squeezer.flush(zlib.Z_FULL_FLUSH)
    block = squeezer.compress(_SPACES) + squeezer.flush(zlib.Z_FULL_FLUSH)
    for _ in range(size >> 20):
        yield block


@cache
def zip_bomb(size: int) -> bytes:
    """A workbook of some kilobytes whose sheet is `size` bytes long."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(b"<worksheet><sheetData>")
            for _ in range(size >> 20):
                sheet.write(_SPACES)
    return packed.getvalue()
