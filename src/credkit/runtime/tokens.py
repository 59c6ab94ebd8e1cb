"""Fetching an access token inside a call: a small exchange of its own, under the deadline of the call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .call import USER_AGENT, Call
from .clock import Deadline
from .effects import CLOSE, Head, Send, Sleep, Steps
from .errors import DeadlineBeforeSending, TokenError
from .headers import Headers
from .inflate import ACCEPTED, BadEncoding
from .oauth import MAX_TOKEN_BYTES, Token, TokenSource, read_token
from .outcome import outcome_of_phase, outcome_of_status
from .reading import Received, TooLarge, receive
from .retry import Attempt, delay_before, may_repeat, parse_retry_after
from .transport import TransportFailure, WireRequest

if TYPE_CHECKING:
    from .core import Core


@dataclass(frozen=True, slots=True)
class TokenFetch:
    """Gets a token for `call`. Asking twice for a token does no harm, so it is repeated like a read."""

    core: Core
    call: Call

    @property
    def deadline(self) -> Deadline:
        return self.call.deadline

    def __call__(self, source: TokenSource) -> Steps:
        """Result: a `Token`; raises TokenError, or DeadlineBeforeSending when there is no time left."""
        number = 0
        while True:
            number += 1
            result: Token | tuple[Attempt, TokenError] = yield from self._once(source)
            if isinstance(result, Token):
                self.core.redactor.learn(result.value)
                return result
            attempt, error = result
            if self.deadline.remaining() <= 0:
                raise DeadlineBeforeSending(f"the deadline passed while fetching an access token for {source.name!r}")
            delay = self._delay(number, attempt)
            if delay is None:
                raise error
            yield Sleep(delay)

    def _delay(self, number: int, attempt: Attempt) -> float | None:
        if number >= self.call.max_attempts or not may_repeat(attempt, repeatable=True):
            return None
        delay = delay_before(number, attempt, self.core.settings.random)
        if delay is None or delay >= self.deadline.remaining() or not self.core.budget.withdraw(attempt):
            return None
        return delay

    def _once(self, source: TokenSource) -> Steps:
        name = source.name
        received: Received | None = None
        try:
            head: Head = yield Send(self._request(source))
            received = Received(head.status, Headers(head.headers))
            yield from receive(received, MAX_TOKEN_BYTES, "POST")
            yield CLOSE
        except TransportFailure as failure:
            reason = f"the token endpoint could not be reached for credential {name!r}: {failure.reason}"
            return Attempt(outcome_of_phase(failure.phase)), TokenError(reason, scheme=name)
        except (BadEncoding, TooLarge) as problem:
            yield CLOSE
            status = received.status if received else None
            reason = f"the token endpoint's answer for credential {name!r} cannot be read: {problem}"
            return Attempt(outcome_of_status(status or 200), status), TokenError(reason, scheme=name, status=status)
        try:
            return read_token(name, received.status, received.content, self.core.settings.clock)
        except TokenError as error:
            delay = parse_retry_after(received.headers.get("retry-after"), self.core.settings.clock)
            return Attempt(outcome_of_status(received.status), received.status, delay), error

    def _request(self, source: TokenSource) -> WireRequest:
        headers = (
            ("host", source.url.origin.netloc),
            ("accept", "application/json"),
            ("accept-encoding", ACCEPTED),
            ("user-agent", USER_AGENT),
            ("content-type", "application/x-www-form-urlencoded"),
            ("content-length", str(len(source.form))),
        )
        return WireRequest(
            method="POST",
            origin=source.url.origin,
            target=source.url.path or "/",
            headers=headers,
            content=source.form,
            deadline=self.deadline,
        )
