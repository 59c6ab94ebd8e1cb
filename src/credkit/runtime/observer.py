"""Tells hooks and the log what a call does, in redacted form."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from .call import Progress
from .headers import show_headers
from .reading import Received
from .redaction import outline, show_query
from .retry import Attempt
from .telemetry import logger
from .transport import WireRequest

if TYPE_CHECKING:
    from .drift import Drift
    from .events import Event, Hooks

E = TypeVar("E", bound="Event")


class Observer:
    """Builds an event only when somebody listens."""

    def __init__(self, hooks: Hooks | None) -> None:
        self._request = hooks.on_request if hooks else None
        self._response = hooks.on_response if hooks else None
        self._retry = hooks.on_retry if hooks else None
        self._drift = hooks.on_drift if hooks else None

    def on_request(self, progress: Progress, request: WireRequest) -> None:
        if self._request is None:
            return
        from .events import RequestEvent  # whoever listens has loaded it; nobody else needs it

        call = progress.call
        query = show_query(request.target.partition("?")[2])
        content_type = dict(request.headers).get("content-type")
        event = RequestEvent(
            **_identity(progress),
            method=request.method,
            url=f"{call.base}{call.operation.path}{'?' if query else ''}{query}",
            headers=show_headers(request.headers),
            body=outline(request.content, content_type, call.operation.secrets),
        )
        _tell(self._request, event, "on_request")

    def on_response(
        self,
        progress: Progress,
        attempt: Attempt,
        received: Received | None,
        problem: Exception | None,
        elapsed: float,
    ) -> None:
        operation = progress.call.operation
        logger.debug(
            "%s.%s: %s %s: %s in %.3f s (attempt %d, %s)",
            progress.api,
            operation.id,
            operation.method,
            operation.path,
            "broke off" if received is None else received.status,
            elapsed,
            progress.attempts,
            attempt.outcome,
        )
        if self._response is None:
            return
        from .events import ResponseEvent

        event = ResponseEvent(
            **_identity(progress),
            status=None if received is None else received.status,
            outcome=attempt.outcome,
            elapsed=elapsed,
            headers={} if received is None else received.headers.shown(),
            request_id=progress.request_id,
            failure=None if problem is None else str(problem),
            body=(
                None
                if received is None
                else outline(received.content, received.headers.get("content-type"), operation.secrets)
            ),
        )
        _tell(self._response, event, "on_response")

    def on_retry(self, progress: Progress, attempt: Attempt, delay: float, reason: str) -> None:
        operation = progress.call.operation
        logger.debug("%s.%s: again in %.2f s: %s", progress.api, operation.id, delay, reason)
        if self._retry is None:
            return
        from .events import RetryEvent

        event = RetryEvent(
            **_identity(progress), delay=delay, reason=reason, outcome=attempt.outcome, status=attempt.status
        )
        _tell(self._retry, event, "on_retry")

    def on_drift(self, progress: Progress, drift: tuple[Drift, ...]) -> None:
        operation = progress.call.operation
        logger.debug("%s.%s: drift: %s", progress.api, operation.id, "; ".join(map(str, drift[:10])))
        if self._drift is None:
            return
        from .events import DriftEvent

        event = DriftEvent(**_identity(progress), status=progress.status or 0, drift=drift)
        _tell(self._drift, event, "on_drift")


def _identity(progress: Progress) -> dict[str, Any]:
    call = progress.call
    return {
        "api": progress.api,
        "operation": call.operation.id,
        "call_id": call.id,
        "attempt": progress.attempts,
    }


def _tell(hook: Callable[[E], object], event: E, name: str) -> None:
    try:
        hook(event)
    except Exception as error:
        logger.warning("the hook %s raised %s; the call goes on", name, type(error).__name__)
