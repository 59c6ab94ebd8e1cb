"""Access tokens by OAuth 2.0 client credentials: fetched once for all who wait, kept until shortly before their end."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlencode

import pydantic_core

from .clock import Clock, Deadline
from .effects import Steps, Wait
from .errors import DeadlineBeforeSending, TokenError
from .forks import reset_in_child
from .urls import Base

if TYPE_CHECKING:
    from concurrent.futures import Future

DEFAULT_LIFETIME = 300.0
MAX_TOKEN_BYTES = 256 * 1024
_TOKEN = re.compile(r"[\x21-\x7e]{1,65536}")
_CODE = re.compile(r"[A-Za-z0-9_.\-]{1,64}")


@dataclass(frozen=True, slots=True)
class Token:
    """An access token; `expires_at` is on the clock's monotonic scale."""

    value: str = field(repr=False)
    expires_at: float

    def is_fresh(self, clock: Clock) -> bool:
        return clock.monotonic() < self.expires_at


class Fetch(Protocol):
    """Gets a new token from a source's endpoint on behalf of one call, whose deadline it has; the result is a `Token`."""

    @property
    def deadline(self) -> Deadline: ...

    def __call__(self, source: TokenSource) -> Steps: ...


class TokenSource:
    """The token of one client for one OAuth2 scheme.

    Threads and tasks that need a token while one is being fetched wait for it. When the fetch is refused they all hear why;
    when only the fetching call gave up (its deadline, a cancellation), the next one fetches.
    """

    def __init__(
        self, name: str, url: Base, client_id: str, client_secret: str, scopes: tuple[str, ...], clock: Clock
    ) -> None:
        self.name = name
        self.url = url
        self.form = urlencode(
            {"grant_type": "client_credentials", "client_id": client_id, "client_secret": client_secret}
            | ({"scope": " ".join(scopes)} if scopes else {})
        ).encode()
        self._clock = clock
        self._current: Token | None = None
        self._flight: Future[Token | TokenError | None] | None = None
        self._lock = threading.Lock()
        reset_in_child(self)

    def after_fork(self) -> None:
        self._lock, self._flight = threading.Lock(), None

    def token(self, fetch: Fetch, rejected: Token | None) -> Steps:
        """A token that is fresh and not `rejected`."""
        from concurrent.futures import Future  # here, because most clients fetch no token

        while True:
            with self._lock:
                current = self._current
                if current is not None and current is not rejected and current.is_fresh(self._clock):
                    return current
                flight = self._flight
                leading = flight is None
                if flight is None:
                    flight = self._flight = Future()
            if leading:
                return (yield from self._lead(fetch, flight))
            heard = yield from self._follow(fetch, flight)
            if isinstance(heard, TokenError):
                raise TokenError(heard.reason, scheme=heard.scheme, status=heard.status, code=heard.code)

    def _lead(self, fetch: Fetch, flight: Future[Token | TokenError | None]) -> Steps:
        heard: Token | TokenError | None = None
        try:
            heard = yield from fetch(self)
        except TokenError as error:
            heard = error
            raise
        finally:
            with self._lock:
                self._flight = None
                if isinstance(heard, Token):
                    self._current = heard
            flight.set_result(heard)
        return heard

    def _follow(self, fetch: Fetch, flight: Future[Token | TokenError | None]) -> Steps:
        yield Wait(flight, fetch.deadline)
        if not flight.done():
            raise DeadlineBeforeSending(f"the deadline passed while waiting for the access token of {self.name!r}")
        return flight.result()


def read_token(name: str, status: int, content: bytes, clock: Clock) -> Token:
    """The token in an answer of the token endpoint; raises TokenError, which names the credential and quotes nothing secret."""
    try:
        body = pydantic_core.from_json(content)
    except ValueError:
        body = None
    fields = body if isinstance(body, dict) else {}
    if status != 200:
        code = fields.get("error")
        code = code if isinstance(code, str) and _CODE.fullmatch(code) else None
        reason = f"the token endpoint answered {status}{f' {code}' if code else ''} to credential {name!r}"
        raise TokenError(reason, scheme=name, status=status, code=code)
    value, kind = fields.get("access_token"), fields.get("token_type", "bearer")
    if not isinstance(value, str) or not _TOKEN.fullmatch(value):
        raise TokenError(f"the token endpoint gave no usable token for credential {name!r}", scheme=name, status=status)
    if not isinstance(kind, str) or kind.lower() != "bearer":
        reason = f"the token endpoint gave another kind of token than bearer for credential {name!r}"
        raise TokenError(reason, scheme=name, status=status)
    return Token(value, clock.monotonic() + _useful_life(fields.get("expires_in")))


def _useful_life(expires_in: object) -> float:
    """Seconds for which a token is used: its life without the last 30 s (or tenth, if that is less)."""
    life = DEFAULT_LIFETIME
    if isinstance(expires_in, str) and expires_in.isascii() and expires_in.isdigit():
        expires_in = float(expires_in[:12])
    if isinstance(expires_in, (int, float)) and not isinstance(expires_in, bool) and expires_in >= 0:
        life = min(expires_in, 30 * 86_400.0)  # not float(): JSON has integers that are no float
    return life - min(30.0, 0.1 * life)
