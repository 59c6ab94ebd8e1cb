"""Where a request goes: the server's URL with its variables, and targets that cannot leave it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote, urljoin, urlsplit

from .errors import InvalidArgument, InvalidBaseUrl, MissingServerVariable, PagingError
from .operation import Server, ServerVariable
from .transport import Origin

_VARIABLE = re.compile(r"\{([^{}]*)\}")
_TARGET = re.compile(r"[A-Za-z0-9\-._~:/?\[\]@!$&'()*+,;=%]*")  # RFC 3986 without "#"
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_SPACE = re.compile(r"[\x00-\x20\x7f]")
_HOST_PLACE, _ANY_PLACE = "a name such as api.example.com", "one part of the server's URL"
_HOST = re.compile(r"[a-z0-9._\-]+")


class Base(NamedTuple):
    """A server's URL, taken apart: `path` has no slash at its end ("" for the root)."""

    origin: Origin
    path: str

    def __str__(self) -> str:
        return f"{self.origin}{self.path}"


def parse_base(url: str, what: str = "base_url", *, keep_slash: bool = False) -> Base:
    """Take an absolute http(s) URL apart; raises InvalidBaseUrl, whose text names `what` and never shows the URL."""
    try:
        parts = urlsplit(_whole(url))
        port = parts.port
    except ValueError:
        raise InvalidBaseUrl(f"{what} is not a URL") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InvalidBaseUrl(f"{what} is not an absolute http(s) URL")
    if parts.username is not None or parts.query or parts.fragment:
        raise InvalidBaseUrl(f"{what} has a user, a query or a fragment")
    path = parts.path if keep_slash else parts.path.rstrip("/")
    if not _TARGET.fullmatch(path) or _BAD_ESCAPE.search(path) or has_dot_segment(path):
        raise InvalidBaseUrl(f"{what} has a path that cannot be sent as it is")
    origin = Origin(parts.scheme, _host(parts.hostname, what), port or (443 if parts.scheme == "https" else 80))
    return Base(origin, path)


def _whole(url: str) -> str:
    """The URL, if it holds nothing that the standard library would leave out in silence; raises ValueError."""
    if _SPACE.search(url):
        raise ValueError("white space or a control character")
    return url


def _host(host: str, what: str) -> str:
    if ":" in host:
        from ipaddress import ip_address  # here, because most hosts have names

        try:
            return str(ip_address(host))
        except ValueError:
            raise InvalidBaseUrl(f"{what} has an invalid address") from None
    try:
        ascii_host = host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        ascii_host = ""
    if not _HOST.fullmatch(ascii_host.lower()):
        raise InvalidBaseUrl(f"{what} has an invalid host name")
    return ascii_host.lower()


def resolve_server(server: Server, values: Mapping[str, str | None]) -> str:
    """The server's URL with its variables filled in from `values`, else from their defaults."""
    variables = {variable.name: variable for variable in server.variables}

    def value_of(match: re.Match[str]) -> str:
        variable = variables.get(match[1])
        given = values.get(match[1])
        if given is None:
            if variable is None or variable.default is None:
                raise MissingServerVariable(f"the server's URL needs a value: {_argument(match[1], variable)}")
            return variable.default
        place = _HOST_PLACE if server.url[: match.start()].endswith("://") else _ANY_PLACE
        return _checked(_argument(match[1], variable), given, variable, place)

    return _VARIABLE.sub(value_of, server.url)


def _argument(name: str, variable: ServerVariable | None) -> str:
    """What to call a server variable in a message: the constructor's argument, and the document's name where it differs."""
    argument = variable.argument if variable else None
    return f"{name}=" if argument in (None, name) else f"{argument}= ({name!r})"


def _checked(argument: str, value: str, variable: ServerVariable | None, place: str) -> str:
    allowed, default = (variable.enum, variable.default) if variable else ((), None)
    advice = f"{argument} is {place}; a whole address is base_url="
    if allowed and value not in allowed:
        raise InvalidBaseUrl(
            f"server variable {argument} has to be one of {', '.join(map(repr, allowed))}", advice=advice
        )
    extra = "/:" if default is not None and ("/" in default or ":" in default) else ""
    if not re.fullmatch(rf"[A-Za-z0-9._~\-{extra}]+", value) or has_dot_segment(value):
        raise InvalidBaseUrl(
            f"server variable {argument} holds characters that would change the URL around it", advice=advice
        )
    return value


def base_from(servers: tuple[Server, ...], values: Mapping[str, str | None], base_url: str | None) -> Base:
    """The base that calls go to: `base_url` when given, else the first server of the API."""
    if base_url is not None:
        return parse_base(base_url)
    if not servers:
        raise InvalidBaseUrl("the API names no server, so base_url= is needed")
    url = resolve_server(servers[0], values)
    if not url.lower().startswith(("http://", "https://")):
        raise InvalidBaseUrl("the API's server is not an absolute http(s) URL, so base_url= is needed")
    return parse_base(url, "the server's URL")


def join_target(base: Base, template: str, path: str, query: str) -> str:
    """Path and query of a request. `path` is `template` with encoded arguments; it has to stay the path that it was."""
    whole = f"{base.path}{path}"
    if not path.startswith("/") or not _TARGET.fullmatch(whole) or "?" in whole or _BAD_ESCAPE.search(whole):
        raise InvalidArgument("a path argument holds characters that cannot be sent")
    fixed = template.partition("#")[0].partition("?")[0]
    if path != fixed and (path.count("/") != fixed.lstrip("/").count("/") + 1 or has_dot_segment(path)):
        raise InvalidArgument("a path argument would change which resource is called")
    if query and (not _TARGET.fullmatch(query) or _BAD_ESCAPE.search(query)):
        raise InvalidArgument("a query argument holds characters that cannot be sent")
    return f"{whole}?{query}" if query else whole


def has_dot_segment(path: str) -> bool:
    """Whether a server or something on the way could read `.` or `..` as a step in the path, however often it decodes."""
    if "." not in path and "%" not in path:
        return False
    for _ in range(4):
        if any(segment in (".", "..") for segment in re.split(r"[/\\;]", path)):
            return True
        decoded = unquote(path)
        if decoded == path:
            return False
        path = decoded
    return True


def follow_link(base: Base, target: str, link: str) -> str:
    """The target that a `next` link leads to; raises PagingError when it leaves the origin or the path that was called."""
    try:
        here = urlsplit(target)
        url = urlsplit(urljoin(f"{base.origin}{target}", _whole(link)))
        port = url.port or (443 if url.scheme == "https" else 80)
        origin = Origin(url.scheme, (url.hostname or "").lower(), port)
    except ValueError:
        raise PagingError("the link to the next page is not a URL") from None
    if origin != base.origin or url.username is not None:
        raise PagingError("the link to the next page leads to another server")
    if url.path != here.path:
        raise PagingError("the link to the next page leads to another resource")
    if not _TARGET.fullmatch(url.query) or _BAD_ESCAPE.search(url.query):
        raise PagingError("the link to the next page holds characters that cannot be sent")
    return f"{url.path}?{url.query}" if url.query else url.path


@lru_cache(maxsize=64)
def is_loopback(host: str) -> bool:
    """Whether `host` names this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    if ":" not in host and not host[-1:].isdigit():
        return False  # a name, not an address
    from ipaddress import ip_address

    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
