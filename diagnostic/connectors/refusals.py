"""What an answer other than 200 means, and when to come back."""

from __future__ import annotations

import email.utils
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NoReturn

import urllib3

from diagnostic.connectors.questions import PassingError, Question, RefusedError, complaint, plain
from diagnostic.wording import periods
from diagnostic.wording.typography import NBSP, THIN

if TYPE_CHECKING:
    import requests

PATIENCE = 60.0  # seconds that a producer may ask to wait; beyond, the user is told when
TOO_MANY = 429

_PASSING = {TOO_MANY, 502, 503, 504}


def refuse(response: requests.Response, question: Question, now: datetime) -> NoReturn:
    """Raise what an answer other than 200 means: RefusedError, PassingError if it may pass."""
    status = response.status_code
    code, said, table = _words(response)
    error = question.refused(status, said, code)
    if status not in _PASSING:
        raise error
    back = _back(response.headers, table, now)
    wait = (back - now).total_seconds() if back else 0.0
    if back and wait > PATIENCE:
        raise RefusedError(
            f"{question.name()}{NBSP}: {_closed(status, table)} {_clock(back)}",
            status=status,
            code=code,
            said=said,
            hint=f"Recommencez ensuite{THIN}; ce qui est déjà dans le magasin reste utilisable.",
        )
    raise PassingError(error, wait=wait if wait > 0 else None)


def _words(response: requests.Response) -> tuple[str, str, Mapping[str, Any]]:
    """The code and the words of a refusal, and the table that held them ({} for plain text)."""
    try:
        body = response.raw.read(1 << 16, decode_content=True)
    except urllib3.exceptions.HTTPError:
        body = b""
    try:
        table = json.loads(body)
    except (ValueError, RecursionError):
        table = None
    if isinstance(table, dict):
        return *complaint(table), table
    html = body.lstrip().startswith(b"<")
    return "", "" if html else plain(body.decode(errors="replace")), {}


def _back(headers: Mapping[str, str], table: Mapping[str, Any], now: datetime) -> datetime | None:
    """When a producer asks to be called again; None when it says nothing that can be read."""
    said = [headers.get("Retry-After"), table.get("reset_time")]
    if headers.get("X-RateLimit-Remaining", "0") in {"", "0"}:  # else another limit was met
        said.append(headers.get("X-RateLimit-Reset"))
    moments = (_moment(str(one), now) for one in said if one)
    return next((moment for moment in moments if moment), None)


def _moment(text: str, now: datetime) -> datetime | None:
    """A moment as producers write it: seconds to wait, epoch, ISO date or HTTP date."""
    try:
        if text.strip().replace(".", "", 1).isdecimal():
            seconds = float(text)
            if seconds < 1e8:
                return now + timedelta(seconds=seconds)
            return datetime.fromtimestamp(seconds / (1000 if seconds > 1e11 else 1), UTC)
        if re.match(r"\s*\d{4}-", text):
            moment = datetime.fromisoformat(text.strip())
        else:
            moment = email.utils.parsedate_to_datetime(text)
    except (ValueError, OverflowError, OSError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _closed(status: int, table: Mapping[str, Any]) -> str:
    """What is closed until a moment that the reader is then told."""
    if status != TOO_MANY:
        return "service suspendu jusqu’au"
    unit = {"hour": "de l’heure", "minute": "de la minute", "month": "du mois"}
    span = unit.get(str(table.get("limit_time_unit", "day")), "de la journée")
    return f"quota {span} épuisé, remis à zéro le"


def _clock(moment: datetime) -> str:
    """« 25 novembre 2026 à 00 h 00 UTC », never before the moment."""
    there = moment.astimezone(UTC) + timedelta(seconds=59, microseconds=999_999)
    return f"{periods.text(there.date().isoformat())} à {there:%H}{NBSP}h{NBSP}{there:%M}{NBSP}UTC"
