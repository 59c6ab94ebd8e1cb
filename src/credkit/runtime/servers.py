"""Which server an operation, or a token request, goes to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urljoin

from .api import Api, OAuth2
from .auth import Credential
from .errors import ApiError, InsecureBaseUrl, InvalidBaseUrl, MissingServerVariable
from .oauth import TokenSource
from .operation import Server
from .options import Settings
from .urls import Base, is_loopback, parse_base, resolve_server

_HOST_PART = re.compile(r"[^/]*//[^/]*")


def operation_base(server: Server, values: Mapping[str, str | None], base: Base, base_url: str | None) -> Base:
    """The base of an operation with a server of its own.

    When the application gave a `base_url`, the operation goes there too, under its own server's path: no request leaves the
    origin that the application named. A server that is no URL before somebody fills it in (`https://<your-host>`) has no path to
    add, and only matters without a `base_url`; so do values that only the server's host asks for.

    Raises:
        InvalidBaseUrl: without a `base_url`, the server is no URL.
        MissingServerVariable: the server's URL, or with a `base_url` its path, asks for a value that nobody gave.
    """
    try:
        url = resolve_server(server, values)
    except MissingServerVariable:
        if base_url is None:
            raise
        url = resolve_server(server._replace(url=_HOST_PART.sub("", server.url, count=1)), values)
    try:
        own = parse_base(urljoin(f"{base.origin}/", url), "the operation's server URL")
    except InvalidBaseUrl:
        if base_url is None:
            raise
        return base
    return own if base_url is None else Base(base.origin, own.path)


def token_sources(
    api: Api,
    credentials: Mapping[str, Credential],
    base: Base,
    values: Mapping[str, str | None],
    base_url: str | None,
    settings: Settings,
) -> dict[str, TokenSource]:
    """A source for every OAuth2 scheme for which the application gave a client id and secret, and no token."""
    sources = {}
    for name, credential in credentials.items():
        scheme = credential.scheme
        if isinstance(scheme, OAuth2) and "token" not in credential.parts:
            url = _token_url(api, scheme, name, base, values, base_url, settings)
            parts = credential.parts
            sources[name] = TokenSource(
                name, url, parts["client_id"], parts["client_secret"], scheme.scopes, settings.clock
            )
    return sources


def _token_url(
    api: Api,
    scheme: OAuth2,
    name: str,
    base: Base,
    values: Mapping[str, str | None],
    base_url: str | None,
    settings: Settings,
) -> Base:
    """Where tokens come from. A token URL on the server that `base_url` replaces moves with it."""
    if settings.token_url is not None:
        url = parse_base(settings.token_url, "token_url", keep_slash=True)
    elif scheme.token_url is None:
        raise InvalidBaseUrl(f"the API names no token URL for {name!r}: give token_url")
    else:
        url = parse_base(urljoin(f"{base}/", scheme.token_url), f"the token URL of {name!r}", keep_slash=True)
        if base_url is not None and _is_replaced(api, url, values):
            url = Base(base.origin, url.path)
    if url.origin.scheme == "http" and not settings.allow_http and not is_loopback(url.origin.host):
        raise InsecureBaseUrl(f"the client secret of {name!r} would travel over plain http to another machine")
    return url


def _is_replaced(api: Api, url: Base, values: Mapping[str, str | None]) -> bool:
    """Whether `url` stands on one of the servers that the API itself names."""
    for server in api.servers:
        try:
            if parse_base(resolve_server(server, values)).origin == url.origin:
                return True
        except ApiError:
            continue
    return False
