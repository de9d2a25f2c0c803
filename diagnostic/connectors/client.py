"""The one HTTP client: polite to producers, and trusting nothing that they send."""

from __future__ import annotations

import hashlib
import random
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urljoin, urlsplit

import requests
import urllib3

from diagnostic import __version__
from diagnostic.connectors import Progress, bodies, refusals
from diagnostic.connectors.questions import PassingError, Question, host_of, plain
from diagnostic.errors import SourceError, UnreachableError, reason
from diagnostic.wording.typography import NBSP

AGENT = f"diagnostic-territorial/{__version__}"
LARGEST = 4_000_000_000  # bytes of a body, unpacked
LARGEST_JSON = 256_000_000  # a body of JSON is held in memory
AT_ONCE = 4  # requests at a time on one host
KNOCKS = 2  # tries of a host that does not answer, outside builds
REDIRECTS = 5

_REDIRECTED = {301, 302, 303, 307, 308}
_Taken = TypeVar("_Taken")


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """A body set down in a file: its hash and its size are those of the file, unpacked."""

    path: Path
    sha256: str
    size: int
    address: str


class Client:
    """One per process. Times are in seconds.

    `quick` is for builds: a host that does not answer is tried once, within `connect` seconds in
    all, and is not tried again. `tries` is how often anything else is tried, `pause` the first
    wait between two of them, doubled each time and jittered. `log` holds every address that was
    asked, tries included.
    """

    def __init__(
        self,
        *,
        quick: bool = False,
        connect: float = 5.0,
        read: float = 60.0,
        tries: int = 6,
        pause: float = 1.0,
        largest: int = LARGEST,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Open no connection yet."""
        self.quick = quick
        self.connect = connect
        self.read = read
        self.tries = tries
        self.pause = pause
        self.largest = largest
        self.log: list[str] = []
        self._sleep = sleep
        self._now = now
        self._session = _session()
        self._lock = threading.Lock()
        self._gates: dict[str, threading.Semaphore] = {}
        self._silent: dict[str, str] = {}
        self._reached: set[str] = set()

    def json(self, question: Question) -> Any:
        """The JSON body; numbers with a point are Decimal. Raises as `save`."""

        def take(response: requests.Response) -> Any:
            cap = min(self.largest, LARGEST_JSON)
            return bodies.parsed(b"".join(bodies.read(response, question, cap, None)), question)

        return self._ask(question, take)

    def save(self, question: Question, path: Path, progress: Progress | None = None) -> Saved:
        """The body in the new file `path`; none is left when this raises.

        Raises UnreachableError when nobody answered, RefusedError for an answer other than 200,
        SourceError when the quota is spent, DataError when the body is cut short or too large.
        """

        def take(response: requests.Response) -> Saved:
            digest, size = hashlib.sha256(), 0
            with path.open("wb") as file:
                for chunk in bodies.read(response, question, self.largest, progress):
                    digest.update(chunk)
                    size += len(chunk)
                    file.write(chunk)
            return Saved(path=path, sha256=digest.hexdigest(), size=size, address=question.address)

        try:
            return self._ask(question, take)
        except BaseException:
            path.unlink(missing_ok=True)
            raise

    def _ask(self, question: Question, take: Callable[[requests.Response], _Taken]) -> _Taken:
        """What `take` makes of the answer, asked again while the trouble is a passing one."""
        gate = self._gate(question.host)
        turn = 0
        while True:
            try:
                with gate, self._open(question) as response:
                    return take(response)
            except PassingError as passing:
                turn += 1
                if turn >= min(self.tries, passing.tries or self.tries):
                    raise passing.error from passing.__cause__
                wait = passing.wait
            if wait is None:
                # Jitter, so that several processes refused together do not come back together.
                wait = self.pause * 2 ** (turn - 1) * random.uniform(0.5, 1.0)  # noqa: S311
            self._sleep(wait)

    def _gate(self, host: str) -> threading.Semaphore:
        with self._lock:
            return self._gates.setdefault(host, threading.Semaphore(AT_ONCE))

    def _open(self, question: Question) -> requests.Response:
        """The answer that bears the body, redirects followed; its body is not read yet."""
        url = question.address
        for _ in range(REDIRECTS + 1):
            response = self._send(url, question)
            if response.status_code not in _REDIRECTED:
                if response.status_code != requests.codes.ok:
                    with response:
                        refusals.refuse(response, question, self._now())
                return response
            response.close()
            url = _followed(question, url, response)
        raise question.refused(response.status_code, f"plus de {REDIRECTS} redirections")

    def _send(self, url: str, question: Question) -> requests.Response:
        host = host_of(urlsplit(url))
        self._reach(url, host, question)
        accept = {"Accept": question.accept} if question.accept else {}
        key = {"Authorization": f"Apikey {question.key}"} if question.key else {}
        with self._lock:
            self.log.append(url)
        try:
            return self._session.get(
                url,
                headers=accept | (key if host == question.host else {}),
                stream=True,
                allow_redirects=False,
                timeout=(self.connect, self.read),
            )
        except requests.exceptions.SSLError as error:
            raise SourceError(
                f"{question.name()}{NBSP}: connexion chiffrée impossible ({plain(str(error))})",
                hint="Vérifiez l’heure de la machine et les certificats de votre réseau.",
            ) from error
        except requests.ReadTimeout as error:
            # Each silence is a minute: a build does not wait for two.
            tries = 1 if self.quick else KNOCKS
            raise PassingError(question.unheard(_late(self.read)), tries=tries) from error
        except requests.ConnectionError as error:
            if _answered(error):
                raise PassingError(question.unheard("connexion coupée")) from error
            raise self._unreachable(host, question, _why(error, self.connect)) from error
        except requests.RequestException as error:
            raise SourceError(
                f"{question.name()}{NBSP}: la demande ne peut pas être faite ({error})",
                hint=f"Vérifiez l’adresse{NBSP}: {url}",
            ) from error

    def _reach(self, url: str, host: str, question: Question) -> None:
        """In a build, try the host once: a resolver that hangs obeys no timeout of `requests`."""
        with self._lock:
            silent = self._silent.get(host)
            if silent is None and (not self.quick or host in self._reached):
                return
        if silent is None:
            silent = _knock(url, self.connect)
        if silent is not None:
            raise self._unreachable(host, question, silent)
        with self._lock:
            self._reached.add(host)

    def _unreachable(self, host: str, question: Question, why: str) -> Exception:
        """The error of a host where nobody answers: for good in a build, else after some tries."""
        error = UnreachableError(
            f"{question.name()}{NBSP}: injoignable ({why})",
            hint="Vérifiez la connexion, le mandataire (HTTPS_PROXY) ou l’adresse du portail.",
        )
        if not self.quick:
            return PassingError(error, tries=KNOCKS)
        with self._lock:
            self._silent[host] = why
        return error


class _Session(requests.Session):
    """A session that follows no redirect by itself, nor reads the body of one."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        """None: `Client` looks at redirects."""


def _session() -> requests.Session:
    session = _Session()
    session.headers.update({"User-Agent": AGENT, "Accept-Encoding": "gzip"})
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.auth = _anonymous  # or requests would look into ~/.netrc
    for scheme in ("http://", "https://"):
        session.mount(scheme, requests.adapters.HTTPAdapter(pool_maxsize=AT_ONCE))
    return session


def _anonymous(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _followed(question: Question, url: str, response: requests.Response) -> str:
    """Where a redirect leads, when it may: same scheme, a host that the question allows."""
    written = response.headers.get("Location", "")
    try:
        target = urljoin(url, written)
        parts = urlsplit(target)
        host = host_of(parts)
    except ValueError:
        target, parts, host = "", urlsplit(""), ""
    if (
        parts.scheme != urlsplit(question.url).scheme
        or host not in {question.host, *question.hosts}
        or "@" in parts.netloc
    ):
        where = plain(f"{parts.scheme}://{host}" if host else written)
        said = f"renvoi vers {where}, que le programme ne suit pas"
        raise question.refused(response.status_code, said)
    return target


def _answered(error: requests.ConnectionError) -> bool:
    """Whether somebody was there, and hung up; else no connection was made."""
    return not isinstance(next(iter(error.args), None), urllib3.exceptions.MaxRetryError)


def _knock(url: str, seconds: float) -> str | None:
    """Why nobody answers at `url`, or at the proxy that leads there; None when somebody does.

    `seconds` bound everything, the resolver included.
    """
    proxy = requests.utils.select_proxy(url, requests.utils.get_environ_proxies(url))
    found: list[str | None] = []

    def knock() -> None:
        try:
            door = urlsplit(url if not proxy else proxy if "://" in proxy else f"http://{proxy}")
            port = door.port or {"https": 443}.get(door.scheme, 80)
            socket.create_connection((door.hostname or "", port), seconds).close()
            found.append(None)
        except ValueError:  # an address that cannot be read: requests says it better
            found.append(None)
        except OSError as error:
            found.append(_why(error, seconds))

    thread = threading.Thread(target=knock, daemon=True)
    thread.start()
    thread.join(seconds)
    return found[0] if found else _late(seconds)


def _why(error: BaseException, seconds: float) -> str:
    """Why no connection was made, in a few words: from the system's own error, the deepest."""
    deepest = error
    while (deeper := deepest.__cause__ or deepest.__context__) is not None:
        deepest = deeper
    if isinstance(deepest, socket.gaierror):
        return "nom introuvable"
    if isinstance(deepest, ConnectionRefusedError):
        return "connexion refusée"
    if isinstance(deepest, TimeoutError):
        return _late(seconds)
    return plain(reason(deepest) if isinstance(deepest, OSError) else str(deepest))


def _late(seconds: float) -> str:
    return f"aucune réponse en {seconds:g}{NBSP}s".replace(".", ",")
