"""Sockets under a deadline: the network backend of the synchronous pool."""

from __future__ import annotations

import os
import select
import socket
import ssl
import threading
import weakref
from collections.abc import Iterable, Sequence
from contextlib import suppress
from types import ModuleType
from typing import Any, TypeAlias

from .patience import note_sending, note_waiting, seconds_left

Address: TypeAlias = tuple[Any, ...]
AddressInfo: TypeAlias = tuple[int, int, int, str, Address]
WRITE_PIECE = 64 * 1024


class SocketBackend:
    """Opens connections for a pool of `core` (the module httpcore or httpcore2).

    `connect_timeout` bounds name lookup, connect and TLS handshake, each, so that a server that does not answer leaves time
    to try again. Knows its open sockets: a forked child drops them without a word on the wire, and `close` ends those that
    other threads are using or just opening, which a pool cannot.
    """

    def __init__(self, core: ModuleType, connect_timeout: float) -> None:
        self.core = core
        self.connect_timeout = connect_timeout
        self._sockets: weakref.WeakSet[socket.socket] = weakref.WeakSet()
        self._lock = threading.Lock()
        self._closed = False

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> SocketStream:
        try:
            sock = self._connect(host, port, timeout)
        except TimeoutError as error:
            raise self.core.ConnectTimeout(str(error)) from error
        except OSError as error:
            raise self.core.ConnectError(str(error)) from error
        return self.keep(sock)

    def keep(self, sock: socket.socket) -> SocketStream:
        """Take care of an open socket, unless the backend was closed in the meantime."""
        with self._lock:
            if not self._closed:
                self._sockets.add(sock)
                return SocketStream(self, sock)
        sock.close()
        raise self.core.ConnectError("closed while connecting")

    def _connect(self, host: str, port: int, timeout: float | None) -> socket.socket:
        addresses = look_up(host, port, seconds_left(timeout, self.connect_timeout))
        failure: OSError = OSError("the name has no address")
        for index, (family, kind, protocol, _, address) in enumerate(addresses):
            left = seconds_left(timeout, self.connect_timeout / (len(addresses) - index))
            if not left:
                raise TimeoutError("no connection in time")
            sock = socket.socket(family, kind, protocol)
            try:
                sock.settimeout(left)
                sock.connect(address)
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            except OSError as error:
                sock.close()
                failure = error
            except BaseException:
                sock.close()
                raise
            else:
                return sock
        raise failure

    def close(self) -> None:
        """End every connection. Whoever is reading or writing on one hears of it at once and closes it."""
        with self._lock:
            self._closed = True
            sockets = list(self._sockets)
        for sock in sockets:
            with suppress(OSError):  # a socket's own shutdown: that of TLS would let its reader read raw bytes
                socket.socket.shutdown(sock, socket.SHUT_RDWR)

    def abandon(self) -> None:
        """Close this process's ends without telling the peer: they belong to the parent of a fork, in whose child this runs."""
        for sock in list(self._sockets):
            descriptor = sock.detach()
            if descriptor >= 0:
                os.close(descriptor)
        self._sockets = weakref.WeakSet()


def look_up(host: str, port: int, timeout: float | None) -> Sequence[AddressInfo]:
    """The addresses of a host. The system's lookup cannot be bounded, so it runs in a thread that is left behind when it hangs."""
    try:
        return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except (socket.gaierror, UnicodeError):
        pass
    found: list[Sequence[AddressInfo] | Exception] = []

    def work() -> None:
        try:
            found.append(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            found.append(error)

    thread = threading.Thread(target=work, name="credkit-name-lookup", daemon=True)
    thread.start()
    thread.join(timeout)
    if not found:
        raise TimeoutError("the name lookup took too long")
    result = found[0]
    if isinstance(result, UnicodeError):
        raise socket.gaierror(socket.EAI_NONAME, "the host is not a valid name")
    if isinstance(result, Exception):
        raise result
    return result


class SocketStream:
    """One connection. Every operation takes what is left of the deadline at its beginning, and again between its pieces."""

    def __init__(self, backend: SocketBackend, sock: socket.socket) -> None:
        self._backend = backend
        self._sock = sock
        self._spoilt = False

    def spoil(self) -> None:
        """Never use this connection for another request."""
        self._spoilt = True

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        core = self._backend.core
        max_bytes = note_waiting(timeout, max_bytes)
        try:
            self._arm(timeout)
            return self._sock.recv(max_bytes)
        except TimeoutError as error:
            raise core.ReadTimeout("timed out") from error
        except (OSError, ValueError) as error:
            raise core.ReadError(str(error)) from error

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        core = self._backend.core
        note_sending(timeout)
        view = memoryview(buffer)
        try:
            while view:
                self._arm(timeout)
                sent = self._sock.send(view[:WRITE_PIECE])
                view = view[sent:]
        except TimeoutError as error:
            raise core.WriteTimeout("timed out") from error
        except (OSError, ValueError) as error:
            raise core.WriteError(str(error)) from error

    def _arm(self, timeout: float | None, limit: float | None = None) -> None:
        left = seconds_left(timeout, limit)
        if left is not None and left <= 0:
            raise TimeoutError("the deadline has passed")
        self._sock.settimeout(left)

    def close(self) -> None:
        self._sock.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> SocketStream:
        core = self._backend.core
        try:
            self._arm(timeout, self._backend.connect_timeout)
            sock = ssl_context.wrap_socket(self._sock, server_hostname=server_hostname)
        except TimeoutError as error:
            self.close()
            raise core.ConnectTimeout("timed out") from error
        except (OSError, ValueError) as error:
            self.close()
            raise core.ConnectError(str(error)) from error
        except BaseException:
            self.close()
            raise
        return self._backend.keep(sock)

    def get_extra_info(self, info: str) -> Any:
        if info == "ssl_object":
            return self._sock if isinstance(self._sock, ssl.SSLSocket) else None
        if info == "socket":
            return self._sock
        if info == "is_readable":
            return self._spoilt or is_readable(self._sock)
        return None


def is_readable(sock: socket.socket) -> bool:
    """Whether an idle connection has something to read, which can only be its end."""
    try:
        if sock.fileno() < 0:
            return True
        if isinstance(sock, ssl.SSLSocket) and sock.pending():
            return True
        if not hasattr(select, "poll"):
            return bool(select.select([sock], [], [], 0)[0])
        poll = select.poll()
        poll.register(sock, select.POLLIN)
        return bool(poll.poll(0))
    except (OSError, ValueError):
        return True
