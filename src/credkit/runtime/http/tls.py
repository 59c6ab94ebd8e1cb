"""One TLS context for the whole process: loading the certificates takes some 25 ms."""

from __future__ import annotations

import os
import ssl
import threading
from functools import cache

from ..forks import reset_in_child


class _OneAtATime:
    """Held while a context is made; a child that was forked meanwhile would wait for it forever."""

    def __init__(self) -> None:
        self.lock = threading.Lock()

    def after_fork(self) -> None:
        self.lock = threading.Lock()


_making = _OneAtATime()
reset_in_child(_making)


def default_context() -> ssl.SSLContext:
    """The shared context: certifi's authorities, or those of `SSL_CERT_FILE` / `SSL_CERT_DIR`."""
    with _making.lock:
        return _context(os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))


@cache
def _context(cafile: str | None, capath: str | None) -> ssl.SSLContext:
    if cafile or capath:
        return ssl.create_default_context(cafile=cafile or None, capath=capath or None)
    import certifi

    return ssl.create_default_context(cafile=certifi.where())
