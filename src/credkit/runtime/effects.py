"""What the exchange asks of its driver. The exchange is a generator that does no I/O: it yields one of these and is sent the result.

A driver answers `Send` and `Read` by sending a value, or by throwing the `TransportFailure` of the transport.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from .clock import Deadline
from .transport import WireRequest

if TYPE_CHECKING:
    from concurrent.futures import Future


class Send(NamedTuple):
    """Send a request; result: `Head`. The response stays open until `Close`."""

    request: WireRequest


class Head(NamedTuple):
    status: int
    headers: tuple[tuple[str, str], ...]


class Read:
    """Read the next piece of the open response's body; result: bytes, b"" at the end."""


class Close:
    """Close the open response; result: None."""


class Sleep(NamedTuple):
    """Wait; result: None."""

    seconds: float


class Wait(NamedTuple):
    """Wait for what another call is doing, at most until the deadline; result: None. The future is looked at afterwards."""

    future: Future[Any]
    deadline: Deadline


class Run(NamedTuple):
    """Run a function that may block (a file, a lock of another process); result: what it returns."""

    function: Callable[[], Any]


Effect: TypeAlias = Send | Read | Close | Sleep | Wait | Run
T = Any
READ = Read()
CLOSE = Close()

Steps: TypeAlias = Generator[Effect, Any, T]
"""A part of an exchange."""
