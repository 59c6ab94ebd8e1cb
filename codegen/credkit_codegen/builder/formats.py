"""Formats that the document's own examples contradict are not believed: such a member is plain text.

A `date-time` whose example is no instant, or has more digits than a Python datetime keeps, would otherwise come back changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from .. import ir
from ..ir import JSON, AliasSchema, Named, ObjectSchema, Operation, Scalar, ScalarKind, Type, Webhook
from ..typeops import as_text, without_null
from .media import media_types
from .scalars import holds

_KINDS = frozenset({ScalarKind.DATE_TIME, ScalarKind.DATE, ScalarKind.UUID, ScalarKind.DECIMAL})
Built = dict[str, ir.Schema]
# Schema and member (None: the alias itself) in which values of a kind are not what the format says.
Broken = tuple[str, str | None, ScalarKind]


def distrust_formats(built: Built, operations: Iterable[Operation], webhooks: Iterable[Webhook]) -> None:
    """Change `built`: members with contradicting examples become text."""
    broken: dict[Broken, None] = {}
    for type_, value in _examples(built, operations, webhooks):
        broken.update(dict.fromkeys(_broken(type_, value, built, None)))
    for name, member, kind in broken:
        schema = built[name]
        if isinstance(schema, AliasSchema):
            built[name] = replace(schema, type=as_text(schema.type, kind))
        else:
            built[name] = replace(
                schema,
                properties=tuple(
                    replace(prop, type=as_text(prop.type, kind)) if prop.api_name == member else prop
                    for prop in schema.properties
                ),
            )


def _examples(
    built: Built, operations: Iterable[Operation], webhooks: Iterable[Webhook]
) -> Iterator[tuple[Type, JSON]]:
    """Every documented value of something with named schemas in it."""
    for schema in built.values():
        if isinstance(schema, ObjectSchema):
            for _, value in schema.examples:
                yield Named(name=schema.name), value
    for operation in operations:
        for item in media_types(operation):
            if item.type is not None:
                for example in item.examples:
                    yield item.type, example.value
    for webhook in webhooks:
        if webhook.type is not None:
            for example in webhook.examples:
                yield webhook.type, example.value


def _broken(type_: Type, value: JSON, built: Built, owner: tuple[str, str | None] | None) -> Iterator[Broken]:
    """Where `value` contradicts formats of `type_`. Unions are looked into only where there is no choice."""
    stack: list[tuple[Type, JSON, tuple[str, str | None] | None]] = [(type_, value, owner)]
    while stack:
        type_, value, owner = stack.pop()
        type_ = without_null(type_)
        if isinstance(type_, Scalar):
            if owner is not None and type_.kind in _KINDS and isinstance(value, str) and not holds(type_.kind, value):
                yield (*owner, type_.kind)
        elif isinstance(type_, Named):
            schema = built[type_.name]
            if isinstance(schema, AliasSchema):
                stack.append((schema.type, value, (schema.name, None)))
            elif isinstance(value, dict):
                stack.extend(
                    (prop.type, value[prop.api_name], (schema.name, prop.api_name))
                    for prop in schema.properties
                    if prop.api_name in value
                )
        elif isinstance(type_, ir.Array) and isinstance(value, list):
            stack.extend((type_.items, item, owner) for item in value)
        elif isinstance(type_, ir.Map) and isinstance(value, dict):
            stack.extend((type_.values, item, owner) for item in value.values())
