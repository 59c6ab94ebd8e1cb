"""The API as the generator sees it: OpenAPI's own words, references resolved, names decided, nothing raw left.

Everything here is frozen. `name` is what Python calls a thing, `api_name` what the wire calls it. A `Location` says where
in the sources a node stands. Text from the document (titles, descriptions, media types, values) is carried as it was
written; only `render` may turn it into Python, through `literals`.

Types form a small closed algebra (`Type`). A component that deserves a Python name of its own is a `Schema`
(`ObjectSchema` becomes a class, `AliasSchema` a module-level alias); a `Named` type refers to it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ..primitives import JSON as JSON
from ..primitives import Location as Location
from .messages import ErrorCode as ErrorCode
from .messages import Example as Example
from .messages import Header as Header
from .messages import MediaType as MediaType
from .messages import Parameter as Parameter
from .messages import ParameterLocation as ParameterLocation
from .messages import Part as Part
from .messages import RequestBody as RequestBody
from .messages import Response as Response
from .operations import Idempotency as Idempotency
from .operations import Operation as Operation
from .operations import Pagination as Pagination
from .operations import RateLimit as RateLimit
from .operations import RetryClass as RetryClass
from .operations import Webhook as Webhook
from .operations import WebhookSignature as WebhookSignature
from .schemas import AliasSchema as AliasSchema
from .schemas import ObjectSchema as ObjectSchema
from .schemas import Property as Property
from .schemas import Schema as Schema
from .schemas import Source as Source
from .security import CREDENTIAL_PARTS as CREDENTIAL_PARTS
from .security import SchemeKind as SchemeKind
from .security import SecurityRequirement as SecurityRequirement
from .security import SecurityScheme as SecurityScheme
from .security import Server as Server
from .security import ServerVariable as ServerVariable
from .types import ANY as ANY
from .types import NULL as NULL
from .types import Array as Array
from .types import Constraints as Constraints
from .types import Discriminator as Discriminator
from .types import Enumeration as Enumeration
from .types import Map as Map
from .types import Named as Named
from .types import Scalar as Scalar
from .types import ScalarKind as ScalarKind
from .types import Tuple as Tuple
from .types import Type as Type
from .types import Union as Union
from .types import is_nullable as is_nullable


@dataclass(frozen=True, slots=True)
class Degraded:
    """A construct that the types do not fully express, or an example that they contradict: where, and what is done instead."""

    reason: str
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
    files: tuple[str, ...] = field(default=())
    """Every file that was read, relative to the spec's folder, sorted."""
    degraded: tuple[Degraded, ...] = ()
    """Everything that is typed more widely than the document asks, in the order in which it was met, then every place with an
    example that contradicts its schema."""
    names_lock: tuple[tuple[str, str], ...] = ()
    """Names given to schemas without a name of their own: sorted pairs of key and name (see `nameslock`)."""

    @property
    def schemas_by_name(self) -> dict[str, Schema]:
        return {schema.name: schema for schema in self.schemas}

    @property
    def every_server(self) -> tuple[Server, ...]:
        """The servers of the API, then those of single operations."""
        return (*self.servers, *(server for operation in self.operations for server in operation.servers))
