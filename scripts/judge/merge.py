"""Merge two translated schemas without references and unions into one that demands what both demand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .schema import Schema


def merge(left: Mapping[str, Any], right: Mapping[str, Any]) -> dict[str, Any] | None:
    """Both schemas as one; None when nothing can satisfy both. What has no simple merger keeps the right one's word."""
    result = {**left, **right}
    for key in left.keys() & right.keys():
        merged = _MERGERS.get(key, _right)(left[key], right[key])
        if merged is None:
            return None
        result[key] = merged
    if "enum" in result and "const" in result and result["const"] not in result["enum"]:
        return None
    return result


def both(left: Schema, right: Schema) -> Schema:
    """A schema that demands two at once, left to be merged when it is built."""
    if left is True or left == right:
        return right
    if right is True:
        return left
    return False if left is False or right is False else {"allOf": [left, right]}


def _types(left: str | list[str], right: str | list[str]) -> str | list[str] | None:
    one, other = ([value] if isinstance(value, str) else value for value in (left, right))
    common = [name for name in one if name in other]
    common += [name for name in ("integer",) if name not in common and _narrower(one, other)]
    return (common[0] if len(common) == 1 else common) if common else None


def _narrower(one: list[str], other: list[str]) -> bool:
    return ("integer" in one and "number" in other) or ("number" in one and "integer" in other)


def _properties(left: dict[str, Schema], right: dict[str, Schema]) -> dict[str, Schema]:
    return {
        name: both(left[name], right[name]) if name in left and name in right else left.get(name, right.get(name, True))
        for name in {**left, **right}
    }


def _constants(left: Any, right: Any) -> Any:
    return left if left == right else None


def _right(left: Any, right: Any) -> Any:
    return right


_MERGERS: Mapping[str, Callable[[Any, Any], Any]] = {
    "type": _types,
    "const": _constants,
    "enum": lambda left, right: [value for value in left if value in right] or None,
    "required": lambda left, right: list(dict.fromkeys([*left, *right])),
    "properties": _properties,
    "patternProperties": _properties,
    "examples": lambda left, right: [*right, *left],
    "items": both,
    "additionalProperties": both,
    "minimum": max,
    "exclusiveMinimum": max,
    "minLength": max,
    "minItems": max,
    "minProperties": max,
    "maximum": min,
    "exclusiveMaximum": min,
    "maxLength": min,
    "maxItems": min,
    "maxProperties": min,
}
