"""Values for what the document gives no example of: plain, valid for the type, the same in every run."""

from __future__ import annotations

import re
from collections.abc import Mapping

from . import ir
from .constraints import is_enforced
from .ir import JSON, ScalarKind
from .patterns import text_matching

_SCALARS: Mapping[ScalarKind, JSON] = {
    ScalarKind.STRING: "text",
    ScalarKind.INTEGER: 1,
    ScalarKind.NUMBER: 1.5,
    ScalarKind.BOOLEAN: True,
    ScalarKind.NULL: None,
    ScalarKind.DATE_TIME: "2026-01-31T12:30:00Z",
    ScalarKind.DATE: "2026-01-31",
    ScalarKind.UUID: "6f1b7f3e-1a52-4a4b-9f0e-0d6c6a2f7a10",
    ScalarKind.DECIMAL: "12.50",
    ScalarKind.BINARY: "bytes",
    ScalarKind.ANY: {"any": "value"},
}
_FORMATS: Mapping[str, str] = {
    "email": "somebody@example.com",
    "uri": "https://example.com/",
    "url": "https://example.com/",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "time": "12:30:00Z",
    "duration": "P1D",
    "byte": "Ynl0ZXM=",
}


_MOST_ITEMS = 3


class NoSample(ValueError):
    """The type has no finite value (it needs itself), or none that we can be sure of."""


def sample(type_: ir.Type, schemas: Mapping[str, ir.Schema], _open: tuple[str, ...] = ()) -> JSON:
    """A JSON value of `type_` with the members that are required. That items must differ is not looked at.

    Raises:
        NoSample: there is none.
    """
    match type_:
        case ir.Scalar():
            return _scalar(type_)
        case ir.Enumeration(values=values):
            return values[0] if values else "text"
        case ir.Array(items=items, constraints=constraints):
            return _array(items, constraints, schemas, _open)
        case ir.Tuple(prefix=prefix):
            return [sample(item, schemas, _open) for item in prefix]
        case ir.Map():
            return {}
        case ir.Union(variants=variants, discriminator=discriminator):
            return _first(variants, discriminator, schemas, _open)
        case ir.Named(name=name):
            return _named(name, schemas, _open)


def _scalar(type_: ir.Scalar) -> JSON:
    limits = type_.constraints or ir.Constraints()
    if type_.kind is ScalarKind.STRING:
        text = _text(_FORMATS.get(type_.format or "", "text"), limits)
        return text if limits.pattern is None else _matching(text, limits.pattern, limits)
    if type_.kind in (ScalarKind.INTEGER, ScalarKind.NUMBER):
        return _number(_SCALARS[type_.kind], limits)
    return _SCALARS[type_.kind]


def _matching(text: str, pattern: str, limits: ir.Constraints) -> str:
    """`text`, or another text that the pattern takes, where models check the pattern at all."""
    if not is_enforced(pattern):
        return text
    for candidate in (text, *_FORMATS.values(), text_matching(pattern) or ""):
        if _text(candidate, limits) == candidate and _is_match(pattern, candidate):
            return candidate
    raise NoSample("a pattern")


def _is_match(pattern: str, text: str) -> bool:
    try:
        return re.search(pattern, text) is not None
    except re.error:
        return False


def _text(text: str, limits: ir.Constraints) -> str:
    if limits.min_length is not None and len(text) < limits.min_length:
        text = text.ljust(limits.min_length, "x")
    if limits.max_length is not None and len(text) > limits.max_length:
        text = text[: limits.max_length]
    return text


def _number(value: JSON, limits: ir.Constraints) -> JSON:
    if limits.minimum is not None:
        return limits.minimum
    if limits.maximum is not None:
        return limits.maximum
    if limits.exclusive_minimum is not None:
        return limits.exclusive_minimum + 1
    return limits.multiple_of if limits.multiple_of is not None else value


def _array(
    items: ir.Type, limits: ir.Constraints | None, schemas: Mapping[str, ir.Schema], seen: tuple[str, ...]
) -> JSON:
    least = (limits.min_items if limits else None) or 0
    try:
        return [sample(items, schemas, seen)] * min(max(least, 1), _MOST_ITEMS)
    except NoSample:
        if least:
            raise
        return []


def _first(
    variants: tuple[ir.Type, ...],
    discriminator: ir.Discriminator | None,
    schemas: Mapping[str, ir.Schema],
    seen: tuple[str, ...],
) -> JSON:
    for variant in variants:
        try:
            value = sample(variant, schemas, seen)
        except NoSample:
            continue
        return value if discriminator is None else _tagged(value, variant, discriminator)
    raise NoSample("no variant has a sample")


def _tagged(value: JSON, variant: ir.Type, discriminator: ir.Discriminator) -> JSON:
    """The value with the tag of its variant, which need not be pinned by the class."""
    tags = [tag for tag, name in discriminator.mapping if variant == ir.Named(name=name)]
    tag = discriminator.property_name
    return {**value, tag: tags[0]} if isinstance(value, dict) and tags and value.get(tag) not in tags else value


def _named(name: str, schemas: Mapping[str, ir.Schema], seen: tuple[str, ...]) -> JSON:
    if name in seen:
        raise NoSample("a schema that needs itself")
    schema = schemas[name]
    seen = (*seen, name)
    if isinstance(schema, ir.AliasSchema):
        return sample(schema.type, schemas, seen)
    return {prop.api_name: sample(prop.type, schemas, seen) for prop in schema.properties if prop.required}
