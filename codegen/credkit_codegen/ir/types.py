"""The types of values: a small closed algebra."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias


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


NULL = Scalar(kind=ScalarKind.NULL)
ANY = Scalar(kind=ScalarKind.ANY)


def is_nullable(type_: Type) -> bool:
    """Whether `null` is allowed by the type itself (references are not followed)."""
    if isinstance(type_, Union):
        return any(is_nullable(variant) for variant in type_.variants)
    return isinstance(type_, Scalar) and type_.kind in (ScalarKind.NULL, ScalarKind.ANY)
