"""What goes over the wire: parameters, bodies, responses."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ..primitives import JSON, Location
from .types import Type


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
