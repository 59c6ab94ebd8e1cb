"""Calls, how they may be repeated and paged, and the events that come the other way."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ..primitives import JSON, Location
from .messages import Example, Parameter, RequestBody, Response
from .schemas import Source
from .security import SecurityRequirement, Server
from .types import Type


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
