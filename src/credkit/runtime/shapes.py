"""Guards that tell type checkers what is inside of JSON-like values; `isinstance` alone leaves that open."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, TypeGuard

from pydantic import BaseModel


def is_dict(value: object) -> TypeGuard[dict[str, Any]]:
    """A parsed JSON object."""
    return isinstance(value, dict)


def is_list(value: object) -> TypeGuard[list[Any]]:
    """A parsed JSON array."""
    return isinstance(value, list)


def is_mapping(value: object) -> TypeGuard[Mapping[Any, Any]]:
    return isinstance(value, Mapping)


def is_object(value: object) -> TypeGuard[BaseModel | Mapping[Any, Any]]:
    """What OpenAPI calls an object: a model or a mapping."""
    return isinstance(value, (BaseModel, Mapping))


def is_array(value: object) -> TypeGuard[Collection[Any]]:
    """What OpenAPI calls an array: a list, a tuple, a set; not text and not bytes."""
    return isinstance(value, Collection) and not isinstance(value, (str, bytes, bytearray, Mapping))
