"""The exchange of one call with the vendor, without I/O: a generator that yields effects and is sent their results.

Written once, driven by `drivers.run` and `drivers.run_async`. It signs, waits for the rate limit, sends, reads, classifies what
happened, and tries again when that cannot do harm. It ends in an `Answer`, or raises an `ApiError` that knows the call.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from .auth import Signed
from .call import Call, Progress, assemble
from .effects import CLOSE, Head, Send, Sleep, Steps
from .errors import ApiError, ConfigurationError, DeadlineBeforeSending, NotSent
from .failures import broken_error, decode_answer, is_documented, redirect_error, status_error, unreadable_error
from .headers import Headers
from .inflate import BadEncoding
from .outcome import Outcome, outcome_of_phase, outcome_of_status
from .reading import Received, TooLarge, receive
from .retry import Attempt, delay_before, may_repeat, parse_retry_after
from .transport import TransportFailure

if TYPE_CHECKING:
    from .core import Core
    from .drift import Drift
    from .oauth import Token
    from .tokens import TokenFetch

_REQUEST_IDS = ("x-request-id", "request-id", "x-correlation-id", "x-amzn-requestid", "cf-ray")


@dataclass(slots=True, kw_only=True, repr=False, eq=False)
class Answer:
    """A success. While streaming, the body is still to be read: `content`, `value` and `drift` are empty."""

    status: int
    headers: Headers
    content: bytes
    value: Any
    drift: tuple[Drift, ...]
    progress: Progress


class Ended(NamedTuple):
    """How one attempt ended: `error` None is a success."""

    attempt: Attempt
    received: Received | None
    error: ApiError | None


def exchange(call: Call, core: Core) -> Steps:
    """Make the call; result: `Answer`."""
    progress = Progress(call, core.api.name)
    try:
        return (yield from _attempts(call, core, progress))
    except (NotSent, ConfigurationError) as error:  # the latter when the client is closed under a call
        error.attach(progress.info())
        failure: ApiError = error if progress.lost is None else _still_unknown(progress, progress.lost)
    except ApiError as error:
        error.attach(progress.info())
        failure = error
    except BaseException as error:  # cancelled or interrupted: not ours to turn into something else, but worth a word
        may_have_acted = progress.in_flight or progress.lost is not None  # also while it waits to try again
        if may_have_acted and call.is_write and not isinstance(error, Exception):
            from .error_types import as_unknown  # as in `failures`: no call that succeeds needs it

            error.add_note(str(as_unknown(ApiError)("interrupted", call=progress.info())))
        raise
    raise failure from progress.body_failure


def _still_unknown(progress: Progress, lost: ApiError) -> ApiError:
    """The error of an earlier attempt of a write: that a later one was not sent does not settle it."""
    if lost.call is not None:
        lost.restate(lost.call._replace(attempts=progress.attempts, elapsed=progress.elapsed()))
    return lost


def _attempts(call: Call, core: Core, progress: Progress) -> Steps:
    rejected: Token | None = None
    while True:
        if call.deadline.remaining() <= 0:
            raise DeadlineBeforeSending("the deadline passed before the request could be sent")
        signed: Signed = yield from core.authenticator.sign(call.schemes, lambda: token_fetch(core, call), rejected)
        core.check_secure(call, signed)
        if call.operation.rate_limit is not None:
            from .ratelimit import wait_for_turn  # few operations have one

            yield from wait_for_turn(call, core, call.operation.rate_limit)
        ended: Ended = yield from _attempt(call, core, progress, signed)
        if ended.error is None:
            core.budget.refund()
            return _answer(call, core, progress, ended.received)
        if call.is_write and ended.attempt.outcome is Outcome.UNKNOWN:
            progress.lost = ended.error
        if ended.attempt.status == 401 and signed.token is not None and rejected is None and progress.can_repeat_body:
            rejected = signed.token
            core.observer.on_retry(progress, ended.attempt, 0.0, "the token was refused; with a fresh one")
            continue
        delay = _next_delay(call, core, progress, ended.attempt)
        if delay is None:
            raise ended.error
        core.observer.on_retry(progress, ended.attempt, delay, ended.error.reason)
        yield Sleep(delay)


def token_fetch(core: Core, call: Call) -> TokenFetch:
    from .tokens import TokenFetch  # most clients fetch no token

    return TokenFetch(core, call)


def _next_delay(call: Call, core: Core, progress: Progress, attempt: Attempt) -> float | None:
    """Seconds until the next attempt; None when there is to be none."""
    if progress.attempts >= call.max_attempts or not progress.can_repeat_body or progress.body_failure is not None:
        return None
    if not may_repeat(attempt, repeatable=call.repeatable):
        return None
    delay = delay_before(progress.attempts, attempt, core.settings.random)
    if delay is None or delay >= call.deadline.remaining() or not core.budget.withdraw(attempt):
        return None
    return delay


def _attempt(call: Call, core: Core, progress: Progress, signed: Signed) -> Steps:
    """Send once and read the answer; result: `Ended`."""
    request = assemble(call, signed, progress)
    clock = core.settings.clock
    progress.begin(clock.now())
    core.observer.on_request(progress, request)
    began = clock.monotonic()
    received: Received | None = None
    problem: Exception | None = None
    try:
        head: Head = yield Send(request)
        headers = Headers(head.headers)
        received = Received(head.status, headers)
        progress.heard(head.status, _request_id(core, headers))
        if not (call.streaming and 200 <= head.status < 300):
            yield from receive(received, core.settings.max_response_bytes, call.operation.method)
            yield CLOSE
    except TransportFailure as failure:
        progress.phase, problem = failure.phase, failure
    except (BadEncoding, TooLarge) as bad:
        problem = bad
        yield CLOSE
    progress.in_flight = False
    ended = _judge(call, core, progress, received, problem)
    core.observer.on_response(progress, ended.attempt, received, problem, clock.monotonic() - began)
    return ended


def _judge(call: Call, core: Core, progress: Progress, received: Received | None, problem: Exception | None) -> Ended:
    """What an attempt comes to. An error status counts even when its body could not be read."""
    if received is None:
        assert isinstance(problem, TransportFailure)
        attempt = Attempt(outcome_of_phase(problem.phase))
        return Ended(attempt=attempt, received=None, error=broken_error(progress, problem))
    status = received.status
    outcome = outcome_of_status(status)
    if outcome is Outcome.DONE or (is_documented(call.operation, status) and status < 400):
        if problem is None:
            return Ended(attempt=Attempt(Outcome.DONE, status), received=received, error=None)
        if isinstance(problem, TransportFailure):
            return Ended(attempt=Attempt(Outcome.UNKNOWN), received=received, error=broken_error(progress, problem))
        attempt = Attempt(Outcome.UNKNOWN, status)
        return Ended(attempt=attempt, received=received, error=unreadable_error(progress, problem))
    if status < 400:
        error = redirect_error(progress, received, outcome)
        return Ended(attempt=Attempt(outcome, status), received=received, error=error)
    delay = parse_retry_after(received.headers.get("retry-after"), core.settings.clock)
    error = status_error(core, progress, received, outcome, delay)
    return Ended(attempt=Attempt(outcome, status, delay), received=received, error=error)


def _answer(call: Call, core: Core, progress: Progress, received: Received | None) -> Answer:
    assert received is not None
    value, drift = (None, ()) if call.streaming else decode_answer(progress, received)
    core.check_mode(progress, value, received.content)
    if drift:
        core.observer.on_drift(progress, drift)
    return Answer(
        status=received.status,
        headers=received.headers,
        content=received.content,
        value=value,
        drift=drift,
        progress=progress,
    )


def _request_id(core: Core, headers: Headers) -> str | None:
    for name in _REQUEST_IDS:
        if name in headers:
            return core.redactor.identifier(headers[name])
    return None
