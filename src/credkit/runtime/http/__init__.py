"""The transports that credkit brings: connection pools of httpx or httpx2 under one deadline.

httpx's client cannot bound a response whose head comes one byte at a time: its timeouts are for single reads. Its connection
pool, httpcore (httpcore2 for httpx2), takes a network backend; ours computes the time that is left anew before every
operation on the socket. Redirects, cookies and decompression of httpx are not wanted here either, so the pool is used directly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..lazy import lazy

if TYPE_CHECKING:
    from .async_transport import AsyncHttpTransport
    from .pools import Library, installed_library
    from .transport import HttpTransport

__all__ = ["AsyncHttpTransport", "HttpTransport", "Library", "installed_library"]

__getattr__ = lazy(
    __name__,
    {
        "AsyncHttpTransport": ".async_transport",  # brings asyncio, which the other does without
        "HttpTransport": ".transport",
        "Library": ".pools",
        "installed_library": ".pools",
    },
)
