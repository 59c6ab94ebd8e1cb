"""Values of parameters and form fields as text: the three shapes that OpenAPI's styles know."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import NamedTuple, TypeAlias
from uuid import UUID

from pydantic import BaseModel

from .models import to_json, to_plain
from .shapes import is_array, is_mapping, is_object
from .unset import UNSET


class Items(NamedTuple):
    """An array; every item as text."""

    parts: tuple[str, ...]


class Members(NamedTuple):
    """An object; names and values as text."""

    parts: tuple[tuple[str, str], ...]


Shape: TypeAlias = str | Items | Members


def text_of(value: object) -> str:
    """Write one primitive as text: true and false, ISO 8601, an enum's value; numbers as JSON writes them.

    Raises:
        ValueError: not a primitive, not a finite number, or null, which has no form as text.
    """
    match value:
        case Enum() if value is not UNSET:
            return text_of(value.value)
        case str():
            return str(value)
        case bool():
            return "true" if value else "false"
        case int() | UUID():
            return str(value)
        case float():
            if not math.isfinite(value):
                raise ValueError("NaN and infinity cannot be sent")
            return repr(value)
        case Decimal():
            if not value.is_finite():
                raise ValueError("NaN and infinity cannot be sent")
            return str(value)
        case datetime():
            return value.isoformat().replace("+00:00", "Z")
        case date() | time():
            return value.isoformat()
        case None:
            raise ValueError("null cannot be sent here")
        case _:
            raise ValueError(f"a {type(value).__name__} cannot be sent here")


def shape_of(value: object) -> Shape:
    """Bring a value into one of the three shapes.

    Members that are null or UNSET are left out, as RFC 6570 does with undefined values; inside of an array null has no
    form. What is nested deeper than a style can say is written as JSON.
    """
    if isinstance(value, BaseModel):
        value = to_plain(value)
    if is_mapping(value):
        members = ((str(name), member) for name, member in value.items() if member is not None and member is not UNSET)
        return Members(tuple((name, _inner(member)) for name, member in members))
    if is_array(value):
        return Items(tuple(_inner(item) for item in value))
    return text_of(value)


def deep_shape(name: str, value: object) -> Shape:
    """Bring a value into the shape of `deepObject`: members with their whole names, `filter[date][from]`.

    OpenAPI defines one level of an object of primitives. Deeper objects go on in the same way; arrays are written as the
    servers that read such names do: `name[]` for each primitive, `name[0]` where items are objects or arrays themselves.
    """
    if is_object(value) or is_array(value):
        return Members(tuple(_deep_pairs(name, to_plain(value) if isinstance(value, BaseModel) else value)))
    return text_of(value)


def _deep_pairs(name: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, BaseModel):
        value = to_plain(value)
    if is_mapping(value):
        for key, member in value.items():
            if member is not None and member is not UNSET:
                yield from _deep_pairs(f"{name}[{key}]", member)
    elif is_array(value):
        flat = not any(is_object(item) or is_array(item) for item in value)
        for index, item in enumerate(value):
            yield from _deep_pairs(f"{name}[]" if flat else f"{name}[{index}]", item)
    else:
        yield name, text_of(value)


def _inner(value: object) -> str:
    if is_object(value) or is_array(value):
        return to_json(value).decode()
    return text_of(value)
