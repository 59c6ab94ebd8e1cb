"""What both transports share: settings, one pool for each way to a server, and the care for what pools leave open."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from ssl import SSLContext
from types import ModuleType
from typing import Any, Literal, TypeAlias

from ..errors import ConfigurationError
from ..outcome import Phase
from ..transport import Origin, TransportFailure, WireRequest
from .failures import silence
from .patience import Patience
from .proxy import environment_proxy, split_proxy
from .tls import default_context

Library: TypeAlias = Literal["httpx", "httpx2"]
_CORE: dict[Library, str] = {"httpx": "httpcore", "httpx2": "httpcore2"}


def installed_library() -> Library:
    """`httpx2` when the extra brought it, else `httpx`."""
    return "httpx2" if find_spec(_CORE["httpx2"]) else "httpx"


class Pools:
    """What both transports share: settings, and one pool for each way to a server (plain, TLS, through a proxy)."""

    def __init__(
        self,
        library: Library | None,
        ssl_context: SSLContext | None,
        proxy: str | None,
        connect_timeout: float,
        max_connections: int,
        keepalive_seconds: float,
    ) -> None:
        try:
            self.core: ModuleType = import_module(_CORE[library or installed_library()])
        except ImportError:
            raise ConfigurationError(f"{library} is not installed: pip install {library}") from None
        silence(self.core)
        self.ssl_context = ssl_context
        self.proxy = proxy
        self.connect_timeout = connect_timeout
        self._settings: dict[str, Any] = {
            "max_connections": max_connections,
            "max_keepalive_connections": max_connections,
            "keepalive_expiry": keepalive_seconds,
        }

    def way(self, origin: Origin) -> tuple[bool, str | None]:
        return origin.scheme == "https", self.proxy or environment_proxy(origin)

    def pool(self, kind: str, way: tuple[bool, str | None], backend: object) -> Any:
        tls, proxy = way
        settings = dict(self._settings, network_backend=backend)
        if tls:
            settings["ssl_context"] = self.ssl_context or default_context()
        if proxy:
            url, auth = split_proxy(proxy)
            settings["proxy"] = self.core.Proxy(url=url, auth=auth)
        return getattr(self.core, kind)(**settings)

    def request(self, request: WireRequest, patience: Patience, content: object) -> Any:
        origin = request.origin
        return self.core.Request(
            method=request.method,
            url=self.core.URL(
                scheme=origin.scheme.encode("ascii"),
                host=origin.host.encode("ascii"),
                port=origin.port,
                target=request.target.encode("ascii"),
            ),
            headers=[(name.encode("ascii"), value.encode("latin-1")) for name, value in request.headers],
            content=content,
            extensions={"timeout": dict.fromkeys(("connect", "read", "write", "pool"), patience)},
        )


def header_text(headers: list[tuple[bytes, bytes]]) -> tuple[tuple[str, str], ...]:
    return tuple((name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in headers)


def spoil_if_more_came(response: Any) -> None:
    """Keep a connection from being used again when something follows the answer that was asked for.

    Whoever can put a second answer behind the first would otherwise answer the next request, of another call. What the
    parser holds back can only be seen inside of the pool; where that has changed its form, the connection is not used again.
    """
    try:
        trailing = response.stream._stream._connection._h11_state.trailing_data[0]
    except AttributeError:
        trailing = b"?"
    if trailing:
        response.extensions["network_stream"].spoil()


def in_body(failure: TransportFailure) -> TransportFailure:
    return TransportFailure(Phase.READ, failure.reason, timed_out=failure.timed_out)
