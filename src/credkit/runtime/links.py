"""The transport of a client: made when the first call needs it, shared by the client's copies, closed once."""

from __future__ import annotations

import threading
import weakref
from typing import TYPE_CHECKING, Any

from .errors import ClientClosed, ConfigurationError
from .forks import reset_in_child
from .options import Settings
from .transport import AsyncTransport, Transport

if TYPE_CHECKING:
    from .http import Library


class _Link:
    """A transport that the application brought is used and left open; one that was made here is closed here."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._own: Any = None
        self.closed = False
        reset_in_child(self)

    def after_fork(self) -> None:
        self._lock = threading.Lock()

    def _library(self) -> Library | None:
        """The library that was asked for by name; None for whichever is installed."""
        match self._settings.transport:
            case "httpx":
                return "httpx"
            case "httpx2":
                return "httpx2"
            case _:
                return None

    def _is_named(self) -> bool:
        return self._settings.transport is None or isinstance(self._settings.transport, str)

    def _close(self) -> Any:
        """From here on nobody gets a transport; the one that was made here, if there is one, is to be closed."""
        with self._lock:
            self.closed = True
            return self._own

    def _check(self) -> None:
        if self.closed:
            raise ClientClosed("the client is closed")
        if isinstance(self._settings.transport, str) and self._library() is None:
            raise ConfigurationError("transport has to be 'httpx', 'httpx2' or an object")


class Link(_Link):
    """The transport of a `Client`."""

    def get(self) -> Transport:
        self._check()
        if not self._is_named():
            given = self._settings.transport
            if not isinstance(given, Transport):
                raise ConfigurationError("the transport has no method send: it is not for this kind of client")
            return given
        if self._own is None:
            with self._lock:
                self._check()
                if self._own is None:
                    from .http import HttpTransport

                    own = HttpTransport(
                        self._library(), ssl_context=self._settings.ssl_context, proxy=self._settings.proxy
                    )
                    weakref.finalize(self, own.close).atexit = False
                    self._own = own
        transport: Transport = self._own
        return transport

    def close(self) -> None:
        own = self._close()
        if own is not None:
            own.retire()


class AsyncLink(_Link):
    """The transport of an `AsyncClient`."""

    def get(self) -> AsyncTransport:
        self._check()
        if not self._is_named():
            given = self._settings.transport
            if not isinstance(given, AsyncTransport):
                raise ConfigurationError("the transport has no method asend: it is not for this kind of client")
            return given
        if self._own is None:
            with self._lock:
                self._check()
                if self._own is None:
                    from .http import AsyncHttpTransport

                    self._own = AsyncHttpTransport(
                        self._library(), ssl_context=self._settings.ssl_context, proxy=self._settings.proxy
                    )
        transport: AsyncTransport = self._own
        return transport

    async def aclose(self) -> None:
        own = self._close()
        if own is not None:
            await own.retire()
