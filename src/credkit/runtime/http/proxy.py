"""Which proxy leads to a server: the one that was given, or the environment's (`HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`)."""

from __future__ import annotations

import os
from urllib.parse import unquote, urlsplit

from ..errors import InvalidBaseUrl
from ..transport import Origin
from ..urls import is_loopback


def environment_proxy(origin: Origin) -> str | None:
    """The URL of the proxy that the environment names for `origin`. Servers on this machine are always reached directly."""
    if is_loopback(origin.host) or not any(name.lower().endswith("_proxy") for name in os.environ):
        return None
    import urllib.request as system

    proxies = system.getproxies_environment()
    if system.proxy_bypass_environment(f"{origin.host}:{origin.port}", proxies):  # type: ignore[attr-defined]  # not in typeshed
        return None
    return proxies.get(origin.scheme) or proxies.get("all")


def split_proxy(url: str) -> tuple[str, tuple[bytes, bytes] | None]:
    """A proxy URL as URL without user and the user's name and password; raises InvalidBaseUrl, which never shows the URL."""
    parts = urlsplit(url if "//" in url else f"http://{url}")
    if parts.scheme != "http" or not parts.hostname:
        raise InvalidBaseUrl("the proxy has to be an http:// URL")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    auth = None
    if parts.username is not None:
        auth = (unquote(parts.username).encode(), unquote(parts.password or "").encode())
    return f"http://{host}:{parts.port or 80}", auth
