"""What went wrong on a connection, in words that hold nothing of the request or the response."""

from __future__ import annotations

import logging
import re
import socket
import ssl
import threading
from contextvars import ContextVar
from types import ModuleType

from ..outcome import Phase
from ..transport import TransportFailure
from .patience import Patience

quiet: ContextVar[bool] = ContextVar("credkit_quiet_http", default=False)
"""Set in a task while a pool works for it: the pool's DEBUG records print response headers, and errors that quote bytes."""


class _QuietThread(threading.local):
    """The same for threads: `with quiet_thread:`.

    Not a context variable, because a transport is also closed by the garbage collector, which can run inside of another
    `ContextVar.set` of the same thread; up to Python 3.11 a second one in there frees what the first is reading.
    """

    depth = 0

    def __enter__(self) -> None:
        self.depth += 1

    def __exit__(self, *_: object) -> None:
        self.depth -= 1


quiet_thread = _QuietThread()


class _QuietFilter(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        return not quiet.get() and not quiet_thread.depth


def silence(core: ModuleType) -> None:
    """Keep the pool's own records out of the logs while it works for us; other users of it keep theirs."""
    for part in ("connection", "http11", "http2", "proxy", "socks"):
        logger = logging.getLogger(f"{core.__name__}.{part}")
        if not any(isinstance(known, _QuietFilter) for known in logger.filters):
            logger.addFilter(_QuietFilter())


def failure_of(core: ModuleType, error: Exception, patience: Patience) -> TransportFailure:
    """The failure that stands for `error`: its phase says whether the vendor can have acted."""
    phase = patience.phase
    if isinstance(error, (core.ConnectError, core.ConnectTimeout, core.PoolTimeout, core.ProxyError)):
        phase = Phase.CONNECT
    timed_out = isinstance(error, core.TimeoutException)
    if timed_out and phase is Phase.CONNECT and patience.deadline.remaining() > 0.005:
        return TransportFailure(phase, "no connection within the time for one attempt")
    return TransportFailure(phase, _explain(core, error, timed_out), timed_out=timed_out)


def _explain(core: ModuleType, error: Exception, timed_out: bool) -> str:
    if timed_out:
        return "the deadline passed"
    if isinstance(error, core.ProxyError):
        status = re.match(r"\d{3}\b", str(error))
        return f"the proxy refused: {status[0]}" if status else "the proxy refused"
    if isinstance(error, core.RemoteProtocolError):
        text = str(error)
        if "without sending" in text or "closed connection" in text:
            return "the server closed the connection before the answer was complete"
        return "the server's answer is not valid HTTP"
    return _system_reason(error) or type(error).__name__


def _system_reason(error: BaseException) -> str | None:
    """The operating system's or OpenSSL's own words, found along the chain of causes."""
    seen = 0
    current: BaseException | None = error
    while current is not None and seen < 8:
        if isinstance(current, ssl.SSLCertVerificationError):
            return f"certificate not accepted: {current.verify_message}"
        if isinstance(current, ssl.SSLError):
            return f"TLS failed: {(current.reason or 'protocol error').lower().replace('_', ' ')}"
        if isinstance(current, socket.gaierror):
            return "the name of the server was not found"
        if isinstance(current, OSError) and current.strerror:
            return current.strerror.lower()
        current, seen = current.__cause__ or current.__context__, seen + 1
    return None
