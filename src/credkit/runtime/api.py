"""One vendor's API as data: servers, security schemes, where errors keep their code and message."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from .operation import Server

if TYPE_CHECKING:
    from .errors import StatusError


class _Kind:
    """A scheme that says everything by its class."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(type(self))

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class Bearer(_Kind):
    """`Authorization: Bearer <token>`."""


class Basic(_Kind):
    """`Authorization: Basic <base64 of username:password>`."""


class ApiKey(NamedTuple):
    """A key in a header, query parameter or cookie called `name`."""

    name: str
    location: Literal["header", "query", "cookie"] = "header"


class OAuth2(NamedTuple):
    """OAuth 2.0. With `flow` "client_credentials" the client fetches tokens from `token_url` itself; a token that the
    application brings works with every flow. `token_url` may be relative to the server's URL."""

    token_url: str | None = None
    flow: str = "client_credentials"
    scopes: tuple[str, ...] = ()


class MutualTLS(_Kind):
    """A client certificate, given to the transport; nothing is added to the request."""


Scheme: TypeAlias = Bearer | Basic | ApiKey | OAuth2 | MutualTLS


class KeyMode(NamedTuple):
    """Credentials that start with `prefix` belong to `mode` ("test", "live")."""

    prefix: str
    mode: str


ErrorTypes: TypeAlias = "Mapping[str, type[StatusError]]"

_NO_SCHEMES: Mapping[str, Scheme] = MappingProxyType({})
_NO_ARGUMENTS: Mapping[str, tuple[str, ...]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """What all operations of a vendor share.

    Attributes:
        name: short name for logs, spans and messages.
        errors: error class by status ("404", "4XX", "default"): the name of a module with `BY_STATUS`, or a function that
            returns the mapping; loaded when the first error comes.
        error_code, error_message: JSON pointers into an error body, tried in order.
        arguments: by scheme name, the arguments of the generated constructor that take the credential; for messages.
        key_modes: how a credential's prefix tells its mode; `mode` lists JSON pointers where a response states its mode.
    """

    name: str
    title: str = ""
    servers: tuple[Server, ...] = ()
    schemes: Mapping[str, Scheme] = field(default_factory=lambda: _NO_SCHEMES)
    errors: str | Callable[[], ErrorTypes] | None = None
    error_code: tuple[str, ...] = ("/code",)
    error_message: tuple[str, ...] = ("/message",)
    arguments: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _NO_ARGUMENTS)
    key_modes: tuple[KeyMode, ...] = ()
    mode: tuple[str, ...] = ()

    def __hash__(self) -> int:
        return hash(self.name)

    def credential_name(self, scheme: str) -> str:
        """What to call a credential in a message: the arguments that take it, and the document's name of the scheme."""
        arguments = " and ".join(f"{name}=" for name in self.arguments.get(scheme, ()))
        return f"{arguments} ({scheme!r})" if arguments else repr(scheme)
