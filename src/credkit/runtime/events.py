"""What a client tells its hooks. Everything in an event is redacted: it can be logged as it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .outcome import Outcome

if TYPE_CHECKING:
    from .drift import Drift


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Which call an event belongs to: `call_id` is the same in all events of one call; `attempt` counts from 1."""

    api: str
    operation: str
    call_id: int
    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestEvent(Event):
    """A request is about to be sent.

    `url` has the path template and masked query values; `headers` have masked values except harmless ones; `body` is the
    outline of a JSON body: names and types, no values.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    body: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseEvent(Event):
    """A request was answered, or (status None) broke off for `failure`. `elapsed` is the seconds of this attempt."""

    status: int | None
    outcome: Outcome
    elapsed: float
    headers: Mapping[str, str]
    request_id: str | None = None
    failure: str | None = None
    body: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryEvent(Event):
    """The request will be sent again after `delay` seconds, because of `reason`."""

    delay: float
    reason: str
    outcome: Outcome
    status: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftEvent(Event):
    """An answer contradicted the API's description at these places."""

    status: int
    drift: tuple[Drift, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hooks:
    """Functions that are told what a client does. They run inside the call: keep them short. What they raise is logged and
    dropped, because an answer must not get lost on their account."""

    on_request: Callable[[RequestEvent], object] | None = None
    on_response: Callable[[ResponseEvent], object] | None = None
    on_retry: Callable[[RetryEvent], object] | None = None
    on_drift: Callable[[DriftEvent], object] | None = None
