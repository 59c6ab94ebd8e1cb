"""Components that get a Python name of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from ..primitives import JSON, Location
from .types import Type, is_nullable


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
