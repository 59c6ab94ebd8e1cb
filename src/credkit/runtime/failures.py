"""From what went wrong to the error that says so."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from .api import Api
from .call import Progress
from .clock import utc
from .errors import (
    ApiError,
    ConnectionFailed,
    ConnectionLost,
    DeadlineBeforeSending,
    DeadlineExceeded,
    DriftError,
    RedirectRefused,
    ResponseTooLarge,
    StatusError,
    UnexpectedResponse,
    UnreadableBody,
)
from .mediatypes import is_json, media_type_of
from .operation import Content, Operation
from .outcome import Outcome, Phase, outcome_of_phase
from .pointers import find
from .reading import Received, TooLarge
from .transport import TransportFailure

if TYPE_CHECKING:
    from .core import Core
    from .drift import Drift

_MAX_CODE = 100
_MAX_SAID = 2000


def broken_error(progress: Progress, failure: TransportFailure) -> ApiError:
    """An attempt that broke off."""
    outcome = outcome_of_phase(failure.phase)
    if failure.timed_out:
        cls: type[ApiError] = DeadlineBeforeSending if outcome is Outcome.NOT_SENT else DeadlineExceeded
        doing = {
            Phase.CONNECT: "connecting",
            Phase.SEND: "sending",
            Phase.WAIT: "waiting for the answer",
            Phase.READ: "reading the answer",
        }
        reason = f"the deadline passed while {doing[failure.phase]}"
    elif progress.body_failure is not None:
        cls, reason = ConnectionLost, f"the body could not be read to its end ({type(progress.body_failure).__name__})"
    elif outcome is Outcome.NOT_SENT:
        cls, reason = ConnectionFailed, f"no connection: {failure.reason}"
    else:
        cls, reason = ConnectionLost, f"the connection was lost: {failure.reason}"
    return _error(cls, outcome, progress, reason)


def unreadable_error(progress: Progress, problem: Exception) -> ApiError:
    """A success whose body cannot be used: the vendor has most likely acted."""
    cls = ResponseTooLarge if isinstance(problem, TooLarge) else UnreadableBody
    return _error(cls, Outcome.UNKNOWN, progress, f"{progress.status}, but {problem}")


def redirect_error(progress: Progress, received: Received, outcome: Outcome) -> ApiError:
    """A status below 400 that is no success and that the API does not document."""
    status = progress.status or 0
    if 300 <= status < 400 and status != 304:
        by_slash = _differs_by_slash(progress.call.operation.path, received.headers.get("location") or "")
        where = " to the same path but for the slash at its end" if by_slash else ""
        return _error(RedirectRefused, outcome, progress, f"{status}, a redirect{where}", by_slash=by_slash)
    return _error(UnexpectedResponse, outcome, progress, f"{status}, which does not answer this request")


def _differs_by_slash(template: str, location: str) -> bool:
    """Whether a redirect leads to the path that was called, but for the slash at its end; the base may stand in front."""
    try:
        path = urlsplit(location).path
    except ValueError:
        return False
    if path.endswith("/") == template.endswith("/"):
        return False
    fixed = map(re.escape, re.split(r"\{[^{}]*\}", template.rstrip("/")))
    return template != "/" and re.fullmatch(f".*{'[^/]+'.join(fixed)}", path.rstrip("/")) is not None


def _error(cls: type[ApiError], outcome: Outcome, progress: Progress, reason: str, **fields: Any) -> ApiError:
    """An error of `cls`; of a write it is an OutcomeUnknown too when this attempt or one before it may have acted."""
    may_have_acted = outcome is Outcome.UNKNOWN or (progress.lost is not None and outcome is not Outcome.NOT_SENT)
    if progress.call.is_write and may_have_acted:
        from .error_types import as_unknown

        cls = as_unknown(cls)
    return cls(reason, call=progress.info(), **fields)


# --- error statuses ------------------------------------------------------------------------------------------------


def status_error(core: Core, progress: Progress, received: Received, outcome: Outcome, delay: float | None) -> ApiError:
    """The typed error of an error status, with the vendor's code and message."""
    from .error_types import status_error_type  # no call that succeeds needs it

    call, api = progress.call, core.api
    body, plain = _error_body(call.operation, received)
    code, message = _text_at(plain, api.error_code), _text_at(plain, api.error_message)
    retry_at = None if delay is None else utc(core.settings.clock.now() + min(delay, 366 * 86_400.0))
    sent = tuple(call.strings_sent())
    said = [core.redactor.text(text[:_MAX_SAID], sent) for text in (code, message) if text]
    if code:
        said[0] = said[0][:_MAX_CODE]  # afterwards: half a secret would not be known for one
    return _error(
        status_error_type(received.status, documented_errors(api)),
        outcome,
        progress,
        ": ".join([str(received.status), *said]),
        status=received.status,
        code=code,
        message=message,
        body=body,
        headers=received.headers,
        retry_at=retry_at,
    )


def documented_errors(api: Api) -> Mapping[str, type[StatusError]]:
    """The error classes that were generated for the API."""
    if api.errors is None:
        return {}
    if callable(api.errors):
        return api.errors()
    found: Mapping[str, type[StatusError]] = import_module(api.errors).BY_STATUS
    return found


def _error_body(operation: Operation[Any], received: Received) -> tuple[object, object]:
    """The body as the documented model (else JSON, text or None), and as plain JSON."""
    content, content_type = received.content, received.headers.get("content-type")
    if not content:
        return None, None
    contents = contents_for(operation, received.status)
    try:
        import pydantic_core

        plain: object = pydantic_core.from_json(content) if _looks_like_json(content, content_type) else None
    except ValueError:
        plain = None
    if plain is None:
        text = content[:100_000].decode("utf-8", "replace")
        return text, None
    if contents:
        from .decode import UndecodableBody, decode_body  # loads with the first answer: see `decode_answer`
        from .drift import DriftFound

        try:
            return decode_body(content, content_type, contents).value, plain
        except (UndecodableBody, DriftFound):
            pass
    return plain, plain


def _looks_like_json(content: bytes, content_type: str | None) -> bool:
    return is_json(media_type_of(content_type)) or content.lstrip()[:1] in (b"{", b"[")


def _text_at(body: object, pointers: tuple[str, ...]) -> str | None:
    for pointer in pointers:
        value = find(body, pointer)
        if isinstance(value, str) and value:
            return value
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
    return None


# --- successes -----------------------------------------------------------------------------------------------------


def contents_for(operation: Operation[Any], status: int) -> tuple[Content, ...]:
    """What the document lists for a status: itself, its class, the default; a 2xx that is not listed is read as one that is."""
    responses = operation.responses
    for key in (str(status), f"{status // 100}XX"):
        if key in responses:
            return responses[key]
    if 200 <= status < 300:
        for key, contents in responses.items():
            if key.startswith("2") and contents:
                return contents
    return responses.get("default", ())


def is_documented(operation: Operation[Any], status: int) -> bool:
    return str(status) in operation.responses


def decode_answer(progress: Progress, received: Received) -> tuple[Any, tuple[Drift, ...]]:
    """The value of a success, and its drift; raises UnreadableBody or DriftError."""
    from .decode import UndecodableBody, decode_body  # brings most of pydantic, which importing a client shall not
    from .drift import DriftFound

    call = progress.call
    if call.operation.method == "HEAD":
        return None, ()
    contents = contents_for(call.operation, received.status)
    try:
        decoded = decode_body(
            received.content,
            received.headers.get("content-type"),
            contents,
            unwrap=call.unwrap,
            strict=call.strict,
        )
    except UndecodableBody as problem:
        error = unreadable_error(progress, problem)
    except DriftFound as found:
        reason = f"{received.status}, but the answer is not as described: {found}"
        error = _error(DriftError, Outcome.UNKNOWN, progress, reason, drift=found.drift)
    else:
        return decoded.value, decoded.drift
    raise error
