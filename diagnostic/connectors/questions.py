"""What is asked of a producer, and the errors of what comes back instead."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, quote, urlencode, urlsplit

from diagnostic.errors import DataError, SourceError
from diagnostic.wording.typography import NBSP, THIN

INTERRUPTED = "Streaming interrupted due to the following error"

_RETRY = f"Réessayez plus tard{THIN}; ce qui est déjà dans le magasin n’a pas changé."
_BLANK = b"\xef\xbb\xbf \t\r\n"  # with the byte order mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One thing asked of a producer, and how to name it when it fails.

    `expected` says what should come back, article included ("un export Parquet"). `hosts` are
    those, besides its own, that a redirect may lead to. `key` goes to no other host than that of
    `url` and is never printed; `key_variable` is the environment variable that holds it.
    `accept` is the type to ask for, "" where the producer has only one.
    """

    url: str
    producer: str
    expected: str
    dataset: str = ""
    query: tuple[tuple[str, str], ...] = ()
    hosts: frozenset[str] = frozenset()
    key: str = dataclasses.field(default="", repr=False)
    key_variable: str = ""
    accept: str = ""

    @property
    def address(self) -> str:
        """The whole address, as one may paste it in a browser."""
        return f"{self.url}?{urlencode(self.query, quote_via=quote)}" if self.query else self.url

    @property
    def host(self) -> str:
        """The host asked, with its port when it is not the usual one."""
        return host_of(urlsplit(self.url))

    def name(self) -> str:
        """Who is asked for what: « Cnaf (data.caf.fr), jeu « s_ben_com_f » »."""
        dataset = f", jeu «{NBSP}{self.dataset}{NBSP}»" if self.dataset else ""
        return f"{self.producer} ({self.host}){dataset}"

    def unusable(self, received: str, hint: str = "") -> DataError:
        """The error of a body that cannot be used: `received` says what it is instead."""
        return DataError(
            f"{self.name()}{NBSP}: attendu {self.expected}, reçu {received}",
            hint=hint or f"{_RETRY} Adresse demandée{NBSP}: {self.address}",
        )

    def unheard(self, why: str) -> SourceError:
        """The error of an exchange that somebody began and that did not come to its end."""
        return SourceError(
            f"{self.name()}{NBSP}: {why}", hint=f"{_RETRY} Adresse demandée{NBSP}: {self.address}"
        )

    def refused(self, status: int, said: str, code: str = "") -> RefusedError:
        """The error of an answer that is not what was asked, in the producer's own words."""
        why = {
            401: "accès refusé",
            403: "accès refusé",
            404: "introuvable",
            429: "trop de demandes",
        }.get(status, "le service est en panne" if status >= 500 else "demande refusée")
        detail = f" ({status} {code})" if code else f" ({status})"
        advice = _RETRY if status >= 429 else "Le portail a pu changer."
        hint = f"{advice} Adresse demandée{NBSP}: {self.address}"
        if status in {401, 403} and self.key_variable:
            hint = f"Ce portail demande une clé{NBSP}: donnez-la dans {self.key_variable}."
        return RefusedError(
            f"{self.name()}{NBSP}: {why}{detail}" + (f"{NBSP}: {said}" if said else ""),
            status=status,
            code=code,
            said=said,
            hint=hint,
        )


class RefusedError(SourceError):
    """A producer answered, and not with what was asked: its HTTP status, its code and words."""

    def __init__(self, message: str, *, status: int, code: str, said: str, hint: str) -> None:
        """`code` is the producer's own (`error_code`), `said` its words; "" for none."""
        super().__init__(message, hint=hint)
        self.status = status
        self.code = code
        self.said = said


class PassingError(Exception):
    """A trouble that may pass: the error it becomes if it does not.

    `wait` is how long the producer asks to wait, in seconds, `tries` how often to try at most.
    """

    def __init__(
        self, error: DataError | SourceError, *, wait: float | None = None, tries: int | None = None
    ) -> None:
        """None where the client decides by itself."""
        super().__init__(error.message)
        self.error = error
        self.wait = wait
        self.tries = tries


def fault(body: bytes) -> str:
    """What a body is that cannot be read as what was expected."""
    start = body.find(INTERRUPTED.encode())
    if start >= 0:
        said = plain(body[start:].decode(errors="replace"))
        return f"un envoi interrompu par une erreur («{NBSP}{said}{NBSP}»)"
    if body.lstrip(_BLANK).startswith(b"<"):
        return "une page HTML"
    return "un corps illisible ou incomplet" if body.strip(_BLANK) else "un corps vide"


def complaint(table: Mapping[str, Any]) -> tuple[str, str]:
    """The code and the words of an error in JSON, under the names of either envelope."""
    code = table.get("error_code") or table.get("errorcode") or ""
    said = table.get("message") or table.get("error") or ""
    return plain(str(code)), plain(str(said))


def plain(text: str) -> str:
    """`text` on one short line, without the characters that steer a terminal."""
    line = " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f]", " ", text).split())
    return f"{line[:299]}…" if len(line) > 300 else line


def host_of(address: SplitResult) -> str:
    """The host of an address, with its port when it is not the usual one of its scheme."""
    usual = {"http": 80, "https": 443}.get(address.scheme)
    port = f":{address.port}" if address.port and address.port != usual else ""
    return f"{address.hostname or ''}{port}"
