"""One API operation as data: what generated modules hold in their module-level constants.

Everything is frozen. A `type` is a function without arguments, so that models load when a call needs them. Names are OpenAPI's:
`name` is what Python calls a thing, `api_name` what the wire calls it. JSON pointers follow RFC 6901; in `Operation.secrets`
a `*` segment stands for every member or item.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Generic, Literal, NamedTuple, TypeAlias, TypeVar

T_co = TypeVar("T_co", covariant=True)
Item_co = TypeVar("Item_co", covariant=True)

TypeThunk: TypeAlias = Callable[[], Any]
ParameterLocation: TypeAlias = Literal["path", "query", "header", "cookie", "querystring"]
PaginationStyle: TypeAlias = Literal["page", "cursor", "offset", "link"]


class Retry(StrEnum):
    """What may be sent again when the outcome of a call is unknown.

    SAFE: a read. IDEMPOTENT: sending twice has the effect of sending once. UNSAFE: only what was certainly not sent or was
    refused. TARGET_STATE: a delete, revoke or cancel; as UNSAFE, and the caller may look whether the state is reached.
    """

    SAFE = "safe"
    IDEMPOTENT = "idempotent"
    UNSAFE = "unsafe"
    TARGET_STATE = "target-state"


class Parameter(NamedTuple):
    """`style` and `explode` are None for the default of the location; `content` is a media type that replaces them."""

    name: str
    api_name: str
    location: ParameterLocation
    required: bool = False
    style: str | None = None
    explode: bool | None = None
    allow_reserved: bool = False
    content: str | None = None


class Part(NamedTuple):
    """How one member of a form or multipart body is encoded. `max_bytes` is checked before anything is sent."""

    api_name: str
    content_types: tuple[str, ...] = ()
    max_bytes: int | None = None
    file: bool = False
    style: str | None = None
    explode: bool | None = None
    allow_reserved: bool = False


class Body(NamedTuple):
    """`type` None: the argument is bytes, text or a file and is sent as it is."""

    media_type: str
    type: TypeThunk | None = None
    required: bool = True
    parts: tuple[Part, ...] = ()


class Content(NamedTuple):
    """One media type of a response. `type` None: bytes, or str where the media type is text."""

    media_type: str
    type: TypeThunk | None = None


class Idempotency(NamedTuple):
    """The vendor documents that this header makes a repeated request harmless."""

    header: str = "Idempotency-Key"


class RateLimit(NamedTuple):
    """At most `calls` in any window of `per` seconds, counted for each `scope` (a word of the vendor: "user", "key", "ip")."""

    calls: int
    per: float
    scope: str = "client"


class Pagination(NamedTuple):
    """How a list goes on.

    `page` and `size` are Python argument names of the operation: the argument that moves (page number, offset or cursor) and
    the one that sets the size of a page. `size_max` is the largest size that the vendor grants. `items`, `next`, `has_more`
    and `page_size` are JSON pointers into a response body: the items, the next cursor or link, whether there is more, and
    the size of page that the vendor really used. `start` is the first page number.
    """

    style: PaginationStyle
    items: str
    page: str | None = None
    size: str | None = None
    size_max: int | None = None
    next: str | None = None
    has_more: str | None = None
    page_size: str | None = None
    start: int = 1


class ServerVariable(NamedTuple):
    """`{name}` in a server's URL. `default` None: the client's constructor must be given a value, as `argument` (as `name`)."""

    name: str
    default: str | None = None
    enum: tuple[str, ...] = ()
    argument: str | None = None


class Server(NamedTuple):
    url: str
    variables: tuple[ServerVariable, ...] = ()


_NO_RESPONSES: Mapping[str, tuple[Content, ...]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation(Generic[T_co]):
    """One operation; `T_co` is the type of its value after `unwrap`.

    Attributes:
        responses: by status as the document writes it ("200", "4XX", "default"); () means documented without a body.
        unwrap: wire name of the member of a success body that is the value.
        security: alternatives, each a combination of scheme names; an empty combination allows anonymous calls; no
            alternatives at all means that the operation takes no credential.
        servers: instead of the API's own, when the document says so for this path or operation.
        secrets: JSON pointers into request or response bodies whose values never appear in logs, events or errors.
    """

    id: str
    method: str
    path: str
    parameters: tuple[Parameter, ...] = ()
    body: Body | None = None
    responses: Mapping[str, tuple[Content, ...]] = field(default_factory=lambda: _NO_RESPONSES)
    unwrap: str | None = None
    security: tuple[tuple[str, ...], ...] = ()
    servers: tuple[Server, ...] = ()
    retry: Retry = Retry.UNSAFE
    idempotency: Idempotency | None = None
    rate_limit: RateLimit | None = None
    pagination: Pagination | None = None
    secrets: tuple[str, ...] = ()

    def __hash__(self) -> int:
        return hash((self.id, self.method, self.path))


@dataclass(frozen=True, slots=True, kw_only=True)
class PagedOperation(Operation[T_co], Generic[T_co, Item_co]):
    """An operation that answers with one page of a list; `Item_co` is the type of what the list holds."""

    __hash__ = Operation.__hash__
