"""The API as the generator sees it: OpenAPI's own words, references resolved, names decided, nothing raw left.

Everything here is frozen. `name` is what Python calls a thing, `api_name` what the wire calls it. A `Location` says where
in the sources a node stands. Text from the document (titles, descriptions, media types, values) is carried as it was
written; only `render` may turn it into Python, through `literals`.

Types form a small closed algebra (`Type`). A component that deserves a Python name of its own is a `Schema`
(`ObjectSchema` becomes a class, `AliasSchema` a module-level alias); a `Named` type refers to it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from .primitives import JSON as JSON
from .primitives import Location as Location


@dataclass(frozen=True, slots=True)
class Degraded:
    """A construct that the types do not fully express: where, and what is read instead."""

    reason: str
    location: Location


# --- types ---------------------------------------------------------------------------------------------------------


class ScalarKind(StrEnum):
    STRING = "string"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    NULL = "null"
    DATE_TIME = "date-time"
    DATE = "date"
    UUID = "uuid"
    DECIMAL = "decimal"
    BINARY = "binary"
    ANY = "any"


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraints:
    """What the document demands of a value beyond its type; None is "not said"."""

    minimum: int | float | None = None
    maximum: int | float | None = None
    exclusive_minimum: int | float | None = None
    exclusive_maximum: int | float | None = None
    multiple_of: int | float | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    min_items: int | None = None
    max_items: int | None = None
    unique_items: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Scalar:
    kind: ScalarKind
    format: str | None = None
    constraints: Constraints | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Enumeration:
    """A closed list of values in the document; `open` (the default) lets a client meet new ones without failing."""

    values: tuple[str | int | float | bool, ...]
    base: ScalarKind
    open: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Array:
    items: Type
    constraints: Constraints | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuple:
    prefix: tuple[Type, ...]
    rest: Type | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Map:
    values: Type


@dataclass(frozen=True, slots=True, kw_only=True)
class Discriminator:
    """`property_name` on the wire; `mapping` from wire value to the name of the variant's schema."""

    property_name: str
    mapping: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Union:
    """oneOf / anyOf. `null` is a variant like another (`Scalar(NULL)`), always last."""

    variants: tuple[Type, ...]
    discriminator: Discriminator | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A reference to `Api.schemas` by Python name."""

    name: str


Type: TypeAlias = Scalar | Enumeration | Array | Tuple | Map | Union | Named


# --- schemas -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a fact comes from (`x-source`): page, how it is known, a note."""

    page: str | None
    basis: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    name: str
    api_name: str
    type: Type
    required: bool
    description: str | None = None
    has_default: bool = False
    default: JSON = None
    read_only: bool = False
    write_only: bool = False
    deprecated: bool = False
    secret: bool = False
    location: Location

    @property
    def nullable(self) -> bool:
        return is_nullable(self.type)


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectSchema:
    """Becomes a class. `additional` is the type of members that are not listed; None keeps them untyped (they are
    never dropped)."""

    name: str
    api_name: str | None
    properties: tuple[Property, ...]
    additional: Type | None = None
    title: str | None = None
    description: str | None = None
    deprecated: bool = False
    source: Source | None = None
    examples: tuple[tuple[str, JSON], ...] = ()
    location: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class AliasSchema:
    """Becomes `Name = <type>`: enums, unions, arrays, maps and scalars with a name of their own.

    `is_distinct` strings become a `NewType`: a type checker refuses one kind of id where another is wanted.
    """

    name: str
    api_name: str | None
    type: Type
    is_distinct: bool = False
    title: str | None = None
    description: str | None = None
    deprecated: bool = False
    source: Source | None = None
    location: Location


Schema: TypeAlias = ObjectSchema | AliasSchema


# --- operations ----------------------------------------------------------------------------------------------------


class ParameterLocation(StrEnum):
    PATH = "path"
    QUERY = "query"
    HEADER = "header"
    COOKIE = "cookie"
    QUERYSTRING = "querystring"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    name: str
    api_name: str
    location_in: ParameterLocation
    type: Type
    required: bool
    description: str | None = None
    has_default: bool = False
    default: JSON = None
    style: str | None = None
    explode: bool | None = None
    allow_reserved: bool = False
    content: str | None = None
    deprecated: bool = False
    secret: bool = False
    examples: tuple[tuple[str, JSON], ...] = ()
    location: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    name: str
    value: JSON
    summary: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """How one member of a form body is encoded."""

    api_name: str
    content_types: tuple[str, ...] = ()
    max_bytes: int | None = None
    file: bool = False
    style: str | None = None
    explode: bool | None = None
    allow_reserved: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaType:
    media_type: str
    type: Type | None
    parts: tuple[Part, ...] = ()
    item_type: Type | None = None
    examples: tuple[Example, ...] = ()
    location: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestBody:
    required: bool
    description: str | None
    content: tuple[MediaType, ...]
    location: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    api_name: str
    type: Type
    required: bool = False
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorCode:
    """One documented code of an error response (`x-error-codes`)."""

    code: str
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """`status` as written: "200", "4XX", "default"."""

    status: str
    description: str | None
    content: tuple[MediaType, ...]
    headers: tuple[Header, ...] = ()
    codes: tuple[ErrorCode, ...] = ()
    location: Location


class RetryClass(StrEnum):
    SAFE = "safe"
    IDEMPOTENT = "idempotent"
    UNSAFE = "unsafe"
    TARGET_STATE = "target-state"


@dataclass(frozen=True, slots=True, kw_only=True)
class Idempotency:
    header: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimit:
    calls: int
    per_seconds: float
    scope: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pagination:
    """`page`, `size` are wire names of query parameters; the others are JSON pointers into the body."""

    style: str
    items: str
    page: str | None = None
    size: str | None = None
    size_max: int | None = None
    next: str | None = None
    has_more: str | None = None
    page_size: str | None = None
    start: int = 1


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """`operation_id` is the document's, or one made from method and path where it has none (then `named` is False).

    `variant_of` is the id of the operation that this one is with another request media type: see `builder.variants`.
    """

    operation_id: str
    named: bool
    method: str
    path: str
    resource: str
    name: str
    summary: str | None
    description: str | None
    deprecated: bool
    tags: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    body: RequestBody | None
    responses: tuple[Response, ...]
    security: tuple[SecurityRequirement, ...]
    servers: tuple[Server, ...] = ()
    unwrap: str | None = None
    retry: RetryClass
    idempotency: Idempotency | None = None
    rate_limit: RateLimit | None = None
    pagination: Pagination | None = None
    secrets: tuple[str, ...] = ()
    source: Source | None = None
    docs_url: str | None = None
    degraded: tuple[str, ...] = ()
    variant_of: str | None = None
    location: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """One event. `match` is the JSON pointer and value that tell it from the others, when the document says."""

    name: str
    api_name: str
    type: Type | None
    match: tuple[str, JSON] | None = None
    summary: str | None = None
    description: str | None = None
    examples: tuple[Example, ...] = ()
    source: Source | None = None
    callback_of: str | None = None
    location: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookSignature:
    """`x-webhook-signature`: scheme "hmac" or "standard-webhooks" and the fields that it needs."""

    scheme: str
    header: str | None = None
    timestamp_header: str | None = None
    id_header: str | None = None
    algorithm: str = "sha256"
    prefix: str = ""
    encoding: str = "hex"
    template: str = "{timestamp}.{body}"
    tolerance_seconds: int = 300


class SchemeKind(StrEnum):
    BEARER = "bearer"
    BASIC = "basic"
    API_KEY = "api_key"
    OAUTH2 = "oauth2"
    OPEN_ID = "openid"
    MUTUAL_TLS = "mutual_tls"
    OTHER_HTTP = "http"


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityScheme:
    """`arguments` are the constructor arguments that feed it: pairs of kind (see inspect) and Python name."""

    api_name: str
    kind: SchemeKind
    arguments: tuple[tuple[str, str], ...]
    parameter_name: str | None = None
    parameter_in: str | None = None
    http_scheme: str | None = None
    flow: str | None = None
    token_url: str | None = None
    scopes: tuple[str, ...] = ()
    description: str | None = None
    location: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """A group of operations: one module, one attribute of the client."""

    name: str
    class_name: str
    module: str
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    title: str
    version: str
    summary: str | None
    description: str | None
    docs_url: str | None
    servers: tuple[Server, ...]
    schemes: tuple[SecurityScheme, ...]
    resources: tuple[Resource, ...]
    operations: tuple[Operation, ...]
    webhooks: tuple[Webhook, ...]
    webhook_signature: WebhookSignature | None = None
    webhook_id_header: str | None = None
    schemas: tuple[Schema, ...]
    source_file: str
    files: tuple[str, ...] = field(default=())
    """Every file that was read, relative to the spec's folder, sorted."""
    degraded: tuple[Degraded, ...] = ()
    """Everything that is typed more widely than the document asks, in the order in which it was met."""
    names_lock: tuple[tuple[str, str], ...] = ()
    """Names given to schemas without a name of their own: sorted pairs of key and name (see `nameslock`)."""


NULL = Scalar(kind=ScalarKind.NULL)
ANY = Scalar(kind=ScalarKind.ANY)


def is_nullable(type_: Type) -> bool:
    """Whether `null` is allowed by the type itself (references are not followed)."""
    if isinstance(type_, Union):
        return any(is_nullable(variant) for variant in type_.variants)
    return isinstance(type_, Scalar) and type_.kind in (ScalarKind.NULL, ScalarKind.ANY)
