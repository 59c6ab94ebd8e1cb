"""JSON pointers (RFC 6901) over decoded values: models are walked by wire names."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final

MISSING: Final = object()


@lru_cache(maxsize=1024)
def segments(pointer: str) -> tuple[str, ...]:
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:])


def find(value: object, pointer: str, default: object = None) -> object:
    """What `pointer` leads to, else `default`."""
    for segment in segments(pointer):
        value = member(value, segment)
        if value is MISSING:
            return default
    return value


def find_all(value: object, pointer: str) -> list[object]:
    """Everything that `pointer` leads to; `*` stands for every item or member."""
    found = [value]
    for segment in segments(pointer):
        if segment == "*":
            found = [child for one in found for child in _children(one)]
        else:
            found = [child for one in found if (child := member(one, segment)) is not MISSING]
    return found


def _children(value: object) -> Iterable[object]:
    if isinstance(value, list):
        return value
    return value.values() if isinstance(value, dict) else ()


def member(value: object, name: str) -> object:
    """The member or item called `name`, else MISSING."""
    if isinstance(value, dict):
        return value.get(name, MISSING)
    kind: Any = type(value)
    attributes = _attributes(kind)
    if attributes is not None:
        model: Any = value
        attribute = attributes.get(name)
        if attribute is None:
            return (model.model_extra or {}).get(name, MISSING)
        return getattr(model, attribute) if attribute in model.model_fields_set else MISSING
    if isinstance(value, (list, tuple)) and name.isascii() and name.isdigit() and int(name) < len(value):
        return value[int(name)]
    return MISSING


@lru_cache(maxsize=1024)
def _attributes(kind: type) -> dict[str, str] | None:
    """Python names of a model's members by wire name; None when it is no model."""
    from pydantic import BaseModel  # here, because clients load this module before their first call

    if not issubclass(kind, BaseModel):
        return None
    return {
        wire if isinstance(wire := info.validation_alias or info.alias, str) else name: name
        for name, info in kind.model_fields.items()
    }
