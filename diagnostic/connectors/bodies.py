"""Bodies as they come: counted, unpacked by stream, whole or refused."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NoReturn

import urllib3

from diagnostic.connectors import Progress
from diagnostic.connectors.questions import PassingError, Question, complaint, fault, plain
from diagnostic.wording.typography import NBSP

if TYPE_CHECKING:
    import requests

RATIO, SLACK = 100, 100_000_000  # a body that unpacks to more than both is a bomb

_CHUNK = 1 << 18


def read(
    response: requests.Response, question: Question, largest: int, progress: Progress | None
) -> Iterator[bytes]:
    """The body of an answer, unpacked, whole or raising.

    Raises DataError for one that cannot be used, PassingError for one worth asking again.
    """
    length = response.headers.get("Content-Length", "")
    announced = int(length[:20]) if length.isdecimal() else None
    too_large = question.unusable(
        f"un corps de plus de {largest / 1e9:.3g}{NBSP}Go".replace(".", ","),
        hint=f"C’est plus que le programme n’accepte. Adresse demandée{NBSP}: {question.address}",
    )
    if announced and announced > largest:
        raise too_large
    chunks = _received(response, question, announced, progress)
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding in {"gzip", "x-gzip"}:
        chunks = unpacked(chunks, question)
    elif encoding not in {"", "identity"}:
        raise question.unusable(f"un corps codé en {plain(encoding)}")
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > largest:
            raise too_large
        yield chunk


def _received(
    response: requests.Response,
    question: Question,
    announced: int | None,
    progress: Progress | None,
) -> Iterator[bytes]:
    """The bytes as they come, counted."""
    got = 0
    try:
        for chunk in response.raw.stream(_CHUNK, decode_content=False):
            got += len(chunk)
            if progress is not None:
                progress(got, announced)
            yield chunk
    except urllib3.exceptions.ReadTimeoutError as error:
        raise PassingError(question.unheard("la suite du corps tarde trop")) from error
    except urllib3.exceptions.HTTPError as error:
        raise PassingError(question.unusable(_short(got, announced))) from error
    if announced is not None and got != announced:
        raise PassingError(question.unusable(_short(got, announced)))


def _short(got: int, announced: int | None) -> str:
    on = f" sur {announced}" if announced is not None else ""
    return f"un corps incomplet ({got} octets{on})"


def parsed(body: bytes, question: Question) -> Any:
    """A body of JSON; numbers with a point are Decimal. Raises DataError, for a complaint too."""
    try:
        value = json.loads(
            body.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_not_a_number
        )
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise question.unusable(fault(body)) from error
    if isinstance(value, dict) and value.keys() & {"error_code", "errorcode"}:
        code, said = complaint(value)
        raise question.unusable(f"une erreur ({code}{NBSP}: {said})")
    return value


def _not_a_number(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number of JSON")


def unpacked(chunks: Iterable[bytes], question: Question) -> Iterator[bytes]:
    """The bytes of a gzip flow, never more than a chunk at a time.

    Raises DataError for a flow that swells beyond reason, is damaged or stops before its end.
    """
    flow = zlib.decompressobj(wbits=31)
    taken = given = 0
    try:
        for chunk in chunks:
            taken += len(chunk)
            rest = chunk
            while rest:
                piece = flow.decompress(rest, _CHUNK)
                given += len(piece)
                if given > SLACK and given > RATIO * taken:
                    raise question.unusable(
                        f"un corps qui grossit plus de {RATIO} fois en se décompressant"
                    )
                yield piece
                rest = flow.unused_data or flow.unconsumed_tail
                if flow.unused_data:  # a gzip file may be several, end to end
                    flow = zlib.decompressobj(wbits=31)
        yield flow.flush()
    except zlib.error as error:
        raise PassingError(question.unusable("un corps gzip abîmé")) from error
    if not flow.eof:
        raise PassingError(question.unusable("un corps gzip incomplet"))
