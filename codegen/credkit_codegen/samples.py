"""Values for what the document gives no example of: plain, valid for the type, the same in every run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from . import ir
from .constraints import is_enforced
from .fits import is_within
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


_MOST_ITEMS = 64


class NoSample(ValueError):
    """The type has no finite value (it needs itself), or none that we can be sure of."""


def sample(type_: ir.Type, schemas: Mapping[str, ir.Schema], *, filled: bool = False) -> JSON:
    """A JSON value of `type_` with the members that are required. That items must differ is not looked at.

    `filled`: nothing in it is null or empty, so that it can be written in a query or a form; an object without members that
    are required gets one that is not.

    Raises:
        NoSample: there is none.
    """
    return _Sampler(schemas, filled).of(type_, ())


def says_something(value: JSON) -> bool:
    """Whether anything but null is in a value, at whatever depth: otherwise no style has a form for it."""
    if isinstance(value, dict):
        return any(map(says_something, value.values()))
    if isinstance(value, list):
        return None not in value and any(map(says_something, value))
    return value is not None


@dataclass(frozen=True, slots=True)
class _Sampler:
    """`seen` are the schemas that are being made up already: one that needs itself has no value."""

    schemas: Mapping[str, ir.Schema]
    filled: bool

    def of(self, type_: ir.Type, seen: tuple[str, ...]) -> JSON:
        value = self._made(type_, seen)
        if self.filled and not says_something(value):
            raise NoSample("nothing that can be written")
        return value

    def _made(self, type_: ir.Type, seen: tuple[str, ...]) -> JSON:
        match type_:
            case ir.Scalar():
                return _scalar(type_)
            case ir.Enumeration(values=values):
                return values[0] if values else "text"
            case ir.Array(items=items, constraints=constraints):
                return self._array(items, constraints, seen)
            case ir.Tuple(prefix=prefix):
                return [self.of(item, seen) for item in prefix]
            case ir.Map(values=values):
                return {"key": self.of(values, seen)} if self.filled else {}
            case ir.Union(variants=variants, discriminator=discriminator):
                return self._first(variants, discriminator, seen)
            case ir.Named(name=name):
                return self._named(name, seen)

    def _array(self, items: ir.Type, limits: ir.Constraints | None, seen: tuple[str, ...]) -> JSON:
        least = (limits.min_items if limits else None) or 0
        if least > _MOST_ITEMS or (limits and limits.max_items == 0):
            return self._no_items(least)
        try:
            return [self.of(items, seen)] * max(least, 1)
        except NoSample:
            if least:
                raise
            return []

    def _no_items(self, least: int) -> JSON:
        if least:
            raise NoSample("more items than anybody reads")
        return []

    def _first(
        self, variants: tuple[ir.Type, ...], discriminator: ir.Discriminator | None, seen: tuple[str, ...]
    ) -> JSON:
        for variant in variants:
            try:
                value = self.of(variant, seen)
            except NoSample:
                continue
            return value if discriminator is None else _tagged(value, variant, discriminator)
        raise NoSample("no variant has a sample")

    def _named(self, name: str, seen: tuple[str, ...]) -> JSON:
        if name in seen:
            raise NoSample("a schema that needs itself")
        schema = self.schemas[name]
        seen = (*seen, name)
        if isinstance(schema, ir.AliasSchema):
            return self.of(schema.type, seen)
        needed: dict[str, JSON] = {
            prop.api_name: self.of(prop.type, seen) for prop in schema.properties if prop.required
        }
        return needed if needed or not self.filled else self._one_member(schema, seen)

    def _one_member(self, schema: ir.ObjectSchema, seen: tuple[str, ...]) -> JSON:
        """The first member that has a value; one that is not listed where those have a type."""
        members = [(prop.api_name, prop.type) for prop in schema.properties]
        members += [("key", schema.additional)] if schema.additional is not None else []
        for key, type_ in members:
            try:
                return {key: self.of(type_, seen)}
            except NoSample:
                continue
        raise NoSample("no member has a sample")


def _scalar(type_: ir.Scalar) -> JSON:
    limits = type_.constraints or ir.Constraints()
    if type_.kind is ScalarKind.STRING:
        text = _text(_FORMATS.get(type_.format or "", "text"), limits)
        return text if limits.pattern is None else _matching(text, limits.pattern, limits)
    if type_.kind in (ScalarKind.INTEGER, ScalarKind.NUMBER):
        return _number(type_.kind, limits)
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


def _number(kind: ScalarKind, limits: ir.Constraints) -> JSON:
    """The first of the bounds, or of what lies beside or between them, that is within all of them."""
    for candidate in _numbers(_SCALARS[kind], limits):
        value = int(candidate) if kind is ScalarKind.INTEGER and candidate == candidate // 1 else candidate
        if is_within(value, kind, limits) and (kind is ScalarKind.NUMBER or isinstance(value, int)):
            return value
    raise NoSample("a number")


def _numbers(usual: JSON, limits: ir.Constraints) -> Iterator[float]:
    low, high = limits.exclusive_minimum, limits.exclusive_maximum
    yield from (item for item in (limits.minimum, limits.maximum) if item is not None)
    if low is not None:
        yield low + 1
    if limits.multiple_of is not None:
        least = low if limits.minimum is None else limits.minimum
        yield limits.multiple_of
        yield ((least or 0) // limits.multiple_of + 1) * limits.multiple_of
        yield 0
    elif isinstance(usual, int | float):
        yield usual
    if high is not None:
        yield high - 1
    bounds = [item for item in (limits.minimum, low, limits.maximum, high) if item is not None]
    if len(bounds) > 1:
        yield (min(bounds) + max(bounds)) / 2


def _tagged(value: JSON, variant: ir.Type, discriminator: ir.Discriminator) -> JSON:
    """The value with the tag of its variant, which need not be pinned by the class."""
    tags = [tag for tag, name in discriminator.mapping if variant == ir.Named(name=name)]
    tag = discriminator.property_name
    return {**value, tag: tags[0]} if isinstance(value, dict) and tags and value.get(tag) not in tags else value
