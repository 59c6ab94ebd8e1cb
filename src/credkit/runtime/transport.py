"""The border to the network: what a transport is given, what it gives back, and the one exception that it raises.

A transport sends one request and hands over one response as it stands on the wire: no redirects, no cookies, no
decompression, no retries. The runtime's own transports live in `credkit.runtime.http`; tests and stubs bring others. The
async methods have names of their own, so that one object can serve both kinds of client.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol, runtime_checkable

from .clock import Deadline
from .outcome import Phase


class Origin(NamedTuple):
    """Scheme, host (lower case, without brackets) and port of a server."""

    scheme: str
    host: str
    port: int

    @property
    def netloc(self) -> str:
        """Host and port as a URL and the `Host` header write them; the scheme's own port is left out."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        default = 443 if self.scheme == "https" else 80
        return host if self.port == default else f"{host}:{self.port}"

    def __str__(self) -> str:
        return f"{self.scheme}://{self.netloc}"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WireRequest:
    """One request, complete: `target` is path and query, `headers` hold everything, `Host` and framing included.

    The body is `content`, or what `stream()` yields when that is given. `deadline` bounds every step of the exchange. The
    repr shows neither headers nor target nor body.
    """

    method: str
    origin: Origin
    target: str = field(repr=False)
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    content: bytes = field(default=b"", repr=False)
    stream: Callable[[], Iterator[bytes]] | None = field(default=None, repr=False)
    deadline: Deadline = field(repr=False)

    @property
    def url(self) -> str:
        return f"{self.origin}{self.target}"


class TransportFailure(Exception):
    """An exchange broke off in `phase`. `reason` is a short text that holds nothing of the request or the response."""

    def __init__(self, phase: Phase, reason: str, *, timed_out: bool = False) -> None:
        super().__init__(reason)
        self.phase = phase
        self.reason = reason
        self.timed_out = timed_out


class WireResponse(Protocol):
    """A response whose head has been read. `read` gives the next piece of the body, b"" at its end."""

    @property
    def status(self) -> int: ...

    @property
    def headers(self) -> tuple[tuple[str, str], ...]: ...

    def read(self) -> bytes: ...

    def close(self) -> None: ...


class AsyncWireResponse(Protocol):
    """The async twin of `WireResponse`."""

    @property
    def status(self) -> int: ...

    @property
    def headers(self) -> tuple[tuple[str, str], ...]: ...

    async def aread(self) -> bytes: ...

    async def aclose(self) -> None: ...


@runtime_checkable
class Transport(Protocol):
    """Sends requests for a `Client`; called from several threads at once."""

    def send(self, request: WireRequest) -> WireResponse:
        """Send the request, return when the head of the response is there; raises `TransportFailure` (or ConfigurationError)."""
        ...

    def close(self) -> None: ...


@runtime_checkable
class AsyncTransport(Protocol):
    """Sends requests for an `AsyncClient`; called from several tasks at once."""

    async def asend(self, request: WireRequest) -> AsyncWireResponse:
        """The async twin of `Transport.send`."""
        ...

    async def aclose(self) -> None: ...
