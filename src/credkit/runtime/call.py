"""One call: what was asked for, ready to be sent, and how far it has come."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

from .auth import Signed
from .clock import Deadline, utc
from .errors import ApiError, CallInfo, InvalidArgument
from .inflate import ACCEPTED
from .operation import Operation, Retry
from .outcome import Phase
from .redaction import strings_in
from .retry import is_repeatable
from .transport import WireRequest
from .urls import Base
from .version import VERSION

if TYPE_CHECKING:
    from .bodies import EncodedBody

_ids = itertools.count(1)
USER_AGENT = f"credkit/{VERSION}"


@dataclass(slots=True, kw_only=True, repr=False, eq=False)
class Call:
    """A prepared call. `headers` hold everything but credentials and framing; `sent` are the arguments, to keep them out of texts."""

    operation: Operation[Any]
    base: Base
    target: str
    headers: tuple[tuple[str, str], ...]
    body: EncodedBody | None
    schemes: tuple[str, ...]
    deadline: Deadline
    started: float
    max_attempts: int
    strict: bool
    unwrap: str | None
    key: str | None
    key_sent: bool
    limit_key: str
    sent: tuple[object, ...] = ()
    streaming: bool = False
    id: int = field(default_factory=lambda: next(_ids))

    @property
    def is_write(self) -> bool:
        return self.operation.retry is not Retry.SAFE

    @property
    def repeatable(self) -> bool:
        documented = self.operation.idempotency is not None and self.key_sent
        return is_repeatable(self.operation.retry, has_documented_key=documented)

    def strings_sent(self) -> Iterator[str]:
        for value in self.sent:
            yield from strings_in(value)


@dataclass(slots=True, repr=False, eq=False)
class Progress:
    """How far a call has come. `lost` is the error of an attempt of a write whose outcome is unknown."""

    call: Call
    api: str
    attempts: int = 0
    sent_at: float | None = None
    phase: Phase | None = None
    status: int | None = None
    request_id: str | None = None
    in_flight: bool = False
    lost: ApiError | None = None
    stream_opened: bool = False
    body_failure: Exception | None = None

    def begin(self, now: float) -> None:
        """An attempt begins; `now` is the date."""
        self.attempts += 1
        self.status = self.request_id = None
        self.phase, self.sent_at, self.in_flight = Phase.CONNECT, now, True

    def heard(self, status: int, request_id: str | None) -> None:
        """The head of an answer came."""
        self.phase, self.status, self.request_id = Phase.READ, status, request_id

    def elapsed(self) -> float:
        return self.call.deadline.clock.monotonic() - self.call.started

    def info(self) -> CallInfo:
        operation = self.call.operation
        return CallInfo(
            api=self.api,
            operation=operation.id,
            method=operation.method,
            path=operation.path,
            attempts=self.attempts,
            elapsed=self.elapsed(),
            status=self.status,
            request_id=self.request_id,
            key=self.call.key,
            key_sent=self.call.key_sent,
            sent_at=None if self.sent_at is None else utc(self.sent_at),
            phase=self.phase,
        )

    def open_stream(self) -> Iterator[bytes]:
        """The pieces of a streamed body; what its source raises is kept, because a transport hides it."""
        body = self.call.body
        assert body is not None
        assert body.stream is not None
        self.stream_opened = True
        try:
            yield from body.stream()
        except Exception as error:
            self.body_failure = error
            raise

    @property
    def can_repeat_body(self) -> bool:
        body = self.call.body
        return body is None or body.replayable or not self.stream_opened


def assemble(call: Call, signed: Signed, progress: Progress) -> WireRequest:
    """The request of one attempt, with credentials and framing."""
    headers = [("host", call.base.origin.netloc), *_merge(call.headers, signed)]
    content, stream = b"", None
    if call.body is not None:
        if call.body.stream is not None:
            stream = progress.open_stream
        else:
            content = call.body.content or b""
        if stream is None or call.body.length is not None:
            length = len(content) if stream is None else call.body.length
            headers.append(("content-length", str(length)))
        else:
            headers.append(("transfer-encoding", "chunked"))
    elif call.operation.method in ("POST", "PUT", "PATCH"):
        headers.append(("content-length", "0"))
    target = _with_credentials(call.target, signed.query) if signed.query else call.target
    return WireRequest(
        method=call.operation.method,
        origin=call.base.origin,
        target=target,
        headers=tuple(headers),
        content=content,
        stream=stream,
        deadline=call.deadline,
    )


def _merge(headers: tuple[tuple[str, str], ...], signed: Signed) -> Iterator[tuple[str, str]]:
    """The caller's headers and cookies win over credentials of the same name; cookies are joined into one header."""
    given = {name for name, _ in headers}
    cookies = [value for name, value in headers if name == "cookie"]
    yield from ((name, value) for name, value in headers if name != "cookie")
    yield from ((name.lower(), value) for name, value in signed.headers if name.lower() not in given)
    if signed.cookies:
        known = {pair.partition("=")[0].strip() for cookie in cookies for pair in cookie.split(";")}
        cookies += [cookie for cookie in signed.cookies if cookie.partition("=")[0] not in known]
    if cookies:
        yield "cookie", "; ".join(cookies)


def _with_credentials(target: str, query: str) -> str:
    """The target with the credentials of the query; a parameter of the same name that the caller gave wins."""
    path, mark, given = target.partition("?")
    names = {unquote_plus(pair.partition("=")[0]) for pair in given.split("&")} if mark else set()
    pairs = [pair for pair in query.split("&") if unquote_plus(pair.partition("=")[0]) not in names]
    return f"{path}?{'&'.join([given, *pairs] if mark else pairs)}" if pairs else target


def base_headers(
    operation: Operation[Any],
    client: Mapping[str, object],
    parameters: tuple[tuple[str, str], ...],
    own: Mapping[str, object],
) -> dict[str, str]:
    """Headers of a call by lower-case name: defaults, then the client's, the parameters, the call's own.

    Where the document says what `Accept-Encoding` may hold, it is the caller's alone: ours need not be among that.
    """
    headers: dict[str, str] = {"accept": _accept(operation), "accept-encoding": ACCEPTED, "user-agent": USER_AGENT}
    if any(item.api_name.lower() == "accept-encoding" for item in operation.parameters if item.location == "header"):
        del headers["accept-encoding"]
    for source in (client.items(), parameters, own.items()):
        for name, value in source:
            if not isinstance(value, str):
                raise InvalidArgument(f"header {name!r} has to be a str")
            headers[name.lower()] = value
    return headers


def _accept(operation: Operation[Any]) -> str:
    """The media types of documented success bodies."""
    wanted = dict.fromkeys(
        content.media_type.partition(";")[0].strip()
        for status, contents in operation.responses.items()
        if status[:1] in "23"
        for content in contents
    )
    return ", ".join(name for name in wanted if name.isascii() and name.isprintable()) or "*/*"
