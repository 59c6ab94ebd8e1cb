"""Every error that a client raises. Each class has one cause that can be acted on.

    ApiError
    ├── ConfigurationError            the client cannot work as it was put together; nothing was sent
    │   ├── MissingCredential         no credential for any of the ways in which the operation may be called
    │   ├── InvalidCredential         a credential that cannot be put into a request
    │   ├── MissingServerVariable     the server's URL has a variable that was given no value
    │   ├── InvalidBaseUrl            the base URL, a server variable or a token URL is not a usable http(s) URL
    │   ├── InsecureBaseUrl           credentials would travel over plain http to another machine
    │   ├── LiveCredentialRefused     a live credential in a test or against a server on this machine
    │   └── ClientClosed              the client was closed
    ├── InvalidArgument (ValueError)  an argument cannot be sent as it is; nothing was sent
    ├── NotSent                       the vendor cannot have acted: the same call may be made again
    │   ├── ConnectionFailed          no connection: name, network, TLS, proxy
    │   ├── DeadlineBeforeSending     the deadline came first (also a DeadlineExceeded)
    │   ├── RateLimitWait             the vendor's rate limit leaves no room before the deadline; `retry_at`
    │   └── TokenError                the token endpoint gave no token; names the credential
    ├── OutcomeUnknown                the vendor may have acted: find out before making the call again
    ├── ConnectionLost                the connection broke after the request was sent
    ├── DeadlineExceeded (TimeoutError)
    ├── UnexpectedResponse            the answer is not what the API describes
    │   ├── UnreadableBody            cut short, wrongly compressed, of another media type, not the JSON that was described
    │   ├── ResponseTooLarge          larger than `max_response_bytes`
    │   ├── RedirectRefused           a redirect; redirects are not followed
    │   ├── ModeMismatch              a test credential got a live object, or the other way round
    │   └── DriftError                `strict`: the answer contradicts the API's description; `drift`
    ├── PagingError                   a list that does not end or leaves the vendor's server
    ├── StatusError                   an error status
    │   ├── BadRequestError 400, AuthenticationError 401, PermissionDeniedError 403, NotFoundError 404,
    │   │   ConflictError 409, GoneError 410, UnprocessableEntityError 422, RateLimitedError 429
    │   └── ServerError 5xx
    └── WebhookError                  see `credkit.runtime.webhooks`

**When the outcome of a write is unknown, what is raised is also an `OutcomeUnknown`.** A 500 to a POST is both a `ServerError` and
an `OutcomeUnknown`; a lost connection is both a `ConnectionLost` and an `OutcomeUnknown`. So catch `OutcomeUnknown` before
`StatusError`. A read that fails raises the plain class: a read can always be made again.

Texts and reprs of errors hold no credential, no argument, no e-mail address: `StatusError.message` and `.body` give the
vendor's words as they came, and are never part of the text.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from .outcome import Phase

if TYPE_CHECKING:
    from .drift import Drift


class CallInfo(NamedTuple):
    """What was called and how far it came.

    Attributes:
        path: the path template, never the path with its arguments.
        elapsed: seconds since the call began.
        key: the idempotency key that was sent, or the caller's own key for the call.
        key_sent: whether `key` went to the vendor.
        sent_at: when the last attempt that may have reached the vendor began.
        phase: how far that attempt came.
    """

    api: str
    operation: str
    method: str
    path: str
    attempts: int = 0
    elapsed: float = 0.0
    status: int | None = None
    request_id: str | None = None
    key: str | None = None
    key_sent: bool = False
    sent_at: datetime | None = None
    phase: Phase | None = None


class ApiError(Exception):
    """Root of all errors of Credkit's clients.

    Attributes:
        reason: what went wrong, in one clause.
        call: what was called; None when no call had begun.
    """

    advice: ClassVar[str] = ""

    def __init__(self, reason: str = "", *, call: CallInfo | None = None) -> None:
        self.reason = reason
        self.call = call
        super().__init__(describe(reason, call, self.advice_given()))

    def advice_given(self) -> str:
        """What to do about it."""
        return self.advice

    def attach(self, call: CallInfo) -> None:
        """Say in which call the error came up, unless that is known."""
        if self.call is None:
            self.restate(call)

    def restate(self, call: CallInfo) -> None:
        """Say it of another state of the call."""
        self.call = call
        self.args = (describe(self.reason, call, self.advice_given()),)

    @property
    def operation(self) -> str | None:
        """`operationId` of what was called."""
        return self.call.operation if self.call else None

    @property
    def attempts(self) -> int:
        """How many requests were sent or tried."""
        return self.call.attempts if self.call else 0

    @property
    def elapsed(self) -> float:
        """Seconds from the beginning of the call."""
        return self.call.elapsed if self.call else 0.0

    @property
    def request_id(self) -> str | None:
        """The vendor's id of the last request, when it gave one."""
        return self.call.request_id if self.call else None

    def __reduce__(self) -> tuple[Any, ...]:
        from .error_types import parts, rebuild

        return rebuild, (parts(type(self)), self.args, self.__dict__.copy())


def describe(reason: str, call: CallInfo | None, advice: str) -> str:
    """The text of an error: what was called, what happened, the traces to quote, what to do."""
    if call is None:
        return f"{reason}. {advice}" if advice and reason else reason or advice
    facts = [f"{call.attempts} attempt{'' if call.attempts == 1 else 's'}", f"{call.elapsed:.2f} s"]
    if call.request_id:
        facts.insert(0, f"request id {call.request_id}")
    if call.key:
        facts.append(f"key {call.key}" if call.key_sent else f"caller's key {call.key}")
    text = f"{call.method} {call.path} ({call.api}.{call.operation}): {reason} [{', '.join(facts)}]"
    return f"{text}. {advice}" if advice else text


# --- the client cannot work ----------------------------------------------------------------------------------------


class ConfigurationError(ApiError):
    """The client cannot work as it was put together; nothing was sent. `advice`: what to do about it, where more is known than that."""

    def __init__(self, reason: str = "", *, call: CallInfo | None = None, advice: str = "") -> None:
        self._advice = advice or self.advice
        super().__init__(reason, call=call)

    def advice_given(self) -> str:
        """What to do about it."""
        return self._advice


class MissingCredential(ConfigurationError):
    """`variables`: the environment variables that would give it, in words; empty where no environment is read."""

    variables: str = ""
    advice = "Give the client the credential when it is made"


class InvalidCredential(ConfigurationError):
    """`missing`: the argument that lacks a value, where that is what is wrong and the client has arguments."""

    missing: str = ""
    advice = "Check the credential for line breaks, spaces around it and letters that are not ASCII"


class MissingServerVariable(ConfigurationError):
    """`variables`: as of `MissingCredential`."""

    variables: str = ""
    advice = "Give the client the value when it is made, or a base_url"


class InvalidBaseUrl(ConfigurationError):
    advice = "Give an absolute http or https URL without user, query and fragment"


class InsecureBaseUrl(ConfigurationError):
    advice = "Use https, or allow_http=True when the network between is yours"


class LiveCredentialRefused(ConfigurationError):
    advice = "Use a test credential, or allow_live=True when this is meant"


class ClientClosed(ConfigurationError):
    advice = "Make a new client"


class InvalidArgument(ApiError, ValueError):
    """An argument cannot be sent as it is; nothing was sent."""


# --- not sent ------------------------------------------------------------------------------------------------------


class NotSent(ApiError):
    """The vendor cannot have acted: the same call may be made again."""

    advice = "Nothing was sent: the call can be made again"


class ConnectionFailed(NotSent):
    """No connection: name, network, TLS or proxy."""


class RateLimitWait(NotSent):
    """The rate limit leaves no room before the deadline. `retry_at` says when there is."""

    advice = "Nothing was sent: call again at retry_at, or give the call a longer timeout"

    def __init__(self, reason: str, *, call: CallInfo | None = None, retry_at: datetime) -> None:
        self.retry_at = retry_at
        super().__init__(reason, call=call)


class TokenError(NotSent):
    """The token endpoint gave no token. `scheme` names the credential, `status` and `code` are the endpoint's answer."""

    advice = "Check the client id, the client secret and the token URL"

    def __init__(
        self,
        reason: str,
        *,
        scheme: str,
        status: int | None = None,
        code: str | None = None,
        call: CallInfo | None = None,
    ) -> None:
        self.scheme = scheme
        self.status = status
        self.code = code
        super().__init__(reason, call=call)


# --- unknown -------------------------------------------------------------------------------------------------------


class OutcomeUnknown(ApiError):
    """The vendor may have acted. The call was not made again; find out what happened before making it again."""

    advice = "The vendor may have acted: look there (by key, reference or list) before calling again"

    @property
    def key(self) -> str | None:
        """The idempotency key that was sent, or the key that the caller gave the call."""
        return self.call.key if self.call else None

    @property
    def idempotency_key(self) -> str | None:
        """The key, when it was sent to the vendor: the same call with the same key is harmless."""
        return self.call.key if self.call and self.call.key_sent else None

    @property
    def sent_at(self) -> datetime | None:
        """When the attempt began whose outcome is unknown."""
        return self.call.sent_at if self.call else None

    @property
    def phase(self) -> Phase | None:
        """How far that attempt came."""
        return self.call.phase if self.call else None


class ConnectionLost(ApiError):
    """The connection broke after the request was sent."""

    advice = "Call again"


class DeadlineExceeded(ApiError, TimeoutError):
    """The deadline of the call passed."""

    advice = "Give the call a longer timeout"


class DeadlineBeforeSending(NotSent, DeadlineExceeded):
    """The deadline passed before anything was sent."""

    advice = "Nothing was sent: call again, or give the call a longer timeout"


# --- answers that are not as described -------------------------------------------------------------------------------


class UnexpectedResponse(ApiError):
    """The answer is not what the API describes. `status` is the answer's."""

    advice = "If it persists, the API's description is out of date or something stands between"

    @property
    def status(self) -> int | None:
        return self.call.status if self.call else None


class UnreadableBody(UnexpectedResponse):
    """Cut short, wrongly compressed, of another media type, or not the JSON that was described."""


class ResponseTooLarge(UnexpectedResponse):
    advice = "Raise max_response_bytes, or stream the answer"


class RedirectRefused(UnexpectedResponse):
    """A redirect. `by_slash`: it leads to the path that was called, with or without a slash at its end."""

    advice = "Redirects are not followed: set base_url to where the API lives now"

    def __init__(self, reason: str = "", *, by_slash: bool = False, call: CallInfo | None = None) -> None:
        self.by_slash = by_slash
        super().__init__(reason, call=call)

    def advice_given(self) -> str:
        """What to do about it."""
        if self.by_slash:
            return "Redirects are not followed: mend the slash at the end of this path in the API's description, and regenerate"
        return self.advice


class ModeMismatch(UnexpectedResponse):
    advice = "Check which environment the credential belongs to"


class DriftError(UnexpectedResponse):
    """`strict`: the answer contradicts the API's description. `drift` lists where."""

    advice = "Regenerate the client, or call without strict"

    def __init__(self, reason: str, *, drift: tuple[Drift, ...] = (), call: CallInfo | None = None) -> None:
        self.drift = drift
        super().__init__(reason, call=call)


class PagingError(ApiError):
    """A list that does not end, repeats itself or leaves the vendor's server."""

    advice = "What came before is valid; the rest of the list could not be read"


# --- error statuses --------------------------------------------------------------------------------------------------


class StatusError(ApiError):
    """The vendor answered with an error status.

    Attributes:
        status: the HTTP status.
        code, message: the vendor's, as they came; None when the body has none.
        body: the body: the documented model, else JSON, else text, else None.
        headers: the response's headers.
        retry_at: when the vendor asks to come back, if it says so.
    """

    code: str | None

    def __init__(
        self,
        reason: str = "",
        *,
        status: int = 0,
        code: str | None = None,
        message: str | None = None,
        body: object = None,
        headers: Mapping[str, str] | None = None,
        retry_at: datetime | None = None,
        call: CallInfo | None = None,
    ) -> None:
        self.status = status
        self.code = code
        self.message = message
        self.body = body
        self.headers: Mapping[str, str] = headers if headers is not None else {}
        self.retry_at = retry_at
        super().__init__(reason, call=call)


def _with_body(error: StatusError) -> str:
    """The advice, and where the vendor says more: which member is wrong stands in the body, and may be data that no text shows."""
    return error.advice if error.body is None else f"{error.advice}: `error.body` has all that the vendor says of it"


class BadRequestError(StatusError):
    """400."""

    advice = "Correct the request"

    def advice_given(self) -> str:
        return _with_body(self)


class AuthenticationError(StatusError):
    """401."""

    advice = "Check the credential: it is missing, wrong, expired or revoked"


class PermissionDeniedError(StatusError):
    """403."""

    advice = "The credential is known but may not do this"


class NotFoundError(StatusError):
    """404."""

    advice = "Check the identifier and which environment it belongs to"


class ConflictError(StatusError):
    """409."""

    advice = "Read the current state and decide again"


class GoneError(StatusError):
    """410."""


class UnprocessableEntityError(StatusError):
    """422."""

    advice = "Correct the request"

    def advice_given(self) -> str:
        return _with_body(self)


class RateLimitedError(StatusError):
    """429. `retry_at` is when the vendor asks to come back, None when it does not say."""

    advice = "Call less often"

    def advice_given(self) -> str:
        return f"Call again at {self.retry_at.isoformat(timespec='seconds')}" if self.retry_at else self.advice


class ServerError(StatusError):
    """5xx."""

    advice = "The vendor's server failed: call again later"
