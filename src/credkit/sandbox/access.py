"""Credentials: what a request brings, and whether it is one that the operation takes."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any, ClassVar, Protocol
from urllib.parse import parse_qs, urlsplit

from ..runtime.api import Api, ApiKey, Basic, Bearer, OAuth2
from ..runtime.operation import Operation
from ..runtime.testing.received import Received
from .answers import Key

if TYPE_CHECKING:
    from .answers import Refusal


class Guarded(Protocol):
    """What this module asks of a simulator."""

    api: ClassVar[Api]

    def find_key(self, scheme: str, presented: str) -> Key | None: ...

    def unauthorised(self, missing: bool) -> Refusal: ...


def authenticate(vendor: Guarded, operation: Operation[Any], received: Received) -> Key | None:
    """The credential that one of the operation's alternatives is satisfied with; None where it needs none.

    Raises:
        Refusal: there is none, or it is not known.
    """
    if not operation.security or not any(operation.security):
        return None
    seen = False
    for names in operation.security:
        presented = [(name, _presented(vendor.api, name, received)) for name in names]
        keys = [vendor.find_key(name, value) for name, value in presented if value is not None]
        seen = seen or bool(keys)
        if keys and len(keys) == len(names) and all(keys):
            return keys[0]
    if () in operation.security and not seen:
        return None
    raise vendor.unauthorised(not seen)


def _presented(api: Api, name: str, received: Received) -> str | None:
    scheme = api.schemes[name]
    kind, _, value = received.headers.get("authorization", "").partition(" ")
    match scheme:
        case Bearer() | OAuth2():
            return value.strip() if kind.lower() == "bearer" and value.strip() else None
        case Basic():
            return _decoded(value) if kind.lower() == "basic" else None
        case ApiKey(header, "header"):
            return received.headers.get(header)
        case ApiKey(parameter, "query"):
            return next(iter(parse_qs(urlsplit(received.target).query).get(parameter, ())), None)
    return None


def _decoded(value: str) -> str | None:
    try:
        return base64.b64decode(value, validate=True).decode()
    except ValueError:
        return None
