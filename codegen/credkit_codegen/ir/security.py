"""Where requests go and what proves who sends them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ..primitives import Location


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerVariable:
    name: str
    api_name: str
    default: str | None
    enum: tuple[str, ...] = ()
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    url: str
    description: str | None = None
    variables: tuple[ServerVariable, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityRequirement:
    """One alternative: every scheme in it is needed. Empty means anonymous calls are allowed."""

    schemes: tuple[tuple[str, tuple[str, ...]], ...]


class SchemeKind(StrEnum):
    BEARER = "bearer"
    BASIC = "basic"
    API_KEY = "api_key"
    OAUTH2 = "oauth2"
    OPEN_ID = "openid"
    MUTUAL_TLS = "mutual_tls"
    OTHER_HTTP = "http"


CREDENTIAL_PARTS = {
    "oauth2_token": "token",
    "oauth2_client_id": "client_id",
    "oauth2_client_secret": "client_secret",
    "basic_username": "username",
    "basic_password": "password",
}
"""What the parts of a credential are called, by the kind of constructor argument; other credentials have one part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityScheme:
    """`arguments` are the constructor arguments that feed it: pairs of kind (see inspect) and Python name."""

    api_name: str
    kind: SchemeKind
    arguments: tuple[tuple[str, str], ...]
    parameter_name: str | None = None
    parameter_in: str | None = None
    flow: str | None = None
    token_url: str | None = None
    scopes: tuple[str, ...] = ()
    description: str | None = None
    location: Location
