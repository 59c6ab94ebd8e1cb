"""What can be set for a client and for one call."""

from __future__ import annotations

import random as _random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from os import PathLike
from typing import TYPE_CHECKING, TypedDict

from .clock import SYSTEM_CLOCK, Clock
from .errors import InvalidArgument
from .retry import MAX_ATTEMPTS
from .transport import AsyncTransport, Transport

if TYPE_CHECKING:
    from ssl import SSLContext

    from .events import Hooks
    from .http import Library
    from .limiter import RateLimitStore

DEFAULT_TIMEOUT = 30.0
DEFAULT_MAX_RESPONSE_BYTES = 32 * 1024 * 1024
DEFAULT_MAX_PAGES = 10_000


class ClientOptions(TypedDict, total=False):
    """Keyword arguments of every client.

    timeout: seconds for a whole call, with its retries and waits (30). A stream: seconds until its head, then for each piece.
    max_attempts: how often a request is sent at most (4).
    strict: raise DriftError where an answer contradicts the API's description, instead of reporting drift (False).
    hooks: functions that are told of requests, responses, retries and drift.
    headers: sent with every request.
    transport: "httpx", "httpx2", or an object with `send` or `asend` (see `credkit.runtime.transport`).
    max_response_bytes: the largest answer, decompressed (32 MiB).
    rate_limit_store: path of a SQLite file through which processes share the vendor's rate limits, or a store.
    token_url: instead of the OAuth2 token URL that the API names.
    ssl_context, proxy: for the transport, when it is not an object.
    allow_http: send credentials over plain http to another machine (False).
    allow_live: use live credentials in tests and against this machine (False).
    clock, random: for tests.
    """

    timeout: float
    max_attempts: int
    strict: bool
    hooks: Hooks
    headers: Mapping[str, str]
    transport: Transport | AsyncTransport | Library
    max_response_bytes: int
    rate_limit_store: RateLimitStore | str | PathLike[str]
    token_url: str
    ssl_context: SSLContext
    proxy: str
    allow_http: bool
    allow_live: bool
    clock: Clock
    random: Callable[[], float]


class CallOptions(TypedDict, total=False):
    """Options of one call.

    timeout, max_attempts, strict: instead of the client's.
    headers: sent with this request, in front of the client's.
    idempotency_key: sent where the vendor documents a header for it; otherwise kept as the caller's own key of the call, for
        OutcomeUnknown.
    max_pages: how many pages a pager reads before it raises PagingError (10,000).
    """

    timeout: float
    headers: Mapping[str, str]
    idempotency_key: str
    max_attempts: int
    strict: bool
    max_pages: int


@dataclass(slots=True, kw_only=True, repr=False, eq=False)
class Settings:
    """`ClientOptions` with everything decided."""

    timeout: float = DEFAULT_TIMEOUT
    max_attempts: int = MAX_ATTEMPTS
    strict: bool = False
    hooks: Hooks | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    transport: Transport | AsyncTransport | Library | None = None
    max_response_bytes: int = DEFAULT_MAX_RESPONSE_BYTES
    rate_limit_store: RateLimitStore | str | PathLike[str] | None = None
    token_url: str | None = None
    ssl_context: SSLContext | None = None
    proxy: str | None = None
    allow_http: bool = False
    allow_live: bool = False
    clock: Clock = SYSTEM_CLOCK
    random: Callable[[], float] = _random.random

    def __post_init__(self) -> None:
        check_timeout(self.timeout)
        check_count("max_attempts", self.max_attempts)
        check_count("max_response_bytes", self.max_response_bytes)


def check_timeout(timeout: float) -> float:
    """Refuse a timeout that is no number of seconds above zero."""
    given: object = timeout
    if not isinstance(given, (int, float)) or not 0 < given < float("inf"):
        raise InvalidArgument("timeout has to be a number of seconds above 0")
    return timeout


def check_count(name: str, value: int) -> int:
    given: object = value
    if not isinstance(given, int) or given < 1:
        raise InvalidArgument(f"{name} has to be 1 or more")
    return value
