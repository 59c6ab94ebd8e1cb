"""JSON pointers (RFC 6901) over decoded values: models are walked by wire names."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pydantic import BaseModel

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


def find_all(value: object, pointer: str) -> Iterator[object]:
    """Everything that `pointer` leads to; `*` stands for every item or member."""
    return _walk(value, segments(pointer))


def _walk(value: object, path: tuple[str, ...]) -> Iterator[object]:
    if not path:
        yield value
        return
    if path[0] == "*":
        inner = value if isinstance(value, list) else list(value.values()) if isinstance(value, dict) else []
    else:
        inner = [member(value, path[0])]
    for found in inner:
        if found is not MISSING:
            yield from _walk(found, path[1:])


def member(value: object, name: str) -> object:
    """The member or item called `name`, else MISSING."""
    from pydantic import BaseModel  # here, because clients load this module before their first call

    if isinstance(value, BaseModel):
        attribute = _attributes(type(value)).get(name)
        if attribute is not None:
            return getattr(value, attribute) if attribute in value.model_fields_set else MISSING
        return (value.model_extra or {}).get(name, MISSING)
    if isinstance(value, dict):
        return value.get(name, MISSING)
    if isinstance(value, (list, tuple)) and name.isascii() and name.isdigit() and int(name) < len(value):
        return value[int(name)]
    return MISSING


@lru_cache(maxsize=1024)
def _attributes(model: type[BaseModel]) -> dict[str, str]:
    """Python names of a model's members by wire name."""
    return {
        wire if isinstance(wire := info.validation_alias or info.alias, str) else name: name
        for name, info in model.model_fields.items()
    }
