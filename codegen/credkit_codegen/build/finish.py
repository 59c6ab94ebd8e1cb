"""What can only be said once every schema is built: discriminators, form parts, secrets, and what each operation lost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from .. import ir
from ..ir import AliasSchema, Enumeration, MediaType, Named, ObjectSchema, Operation, Property, ScalarKind, Type
from ..methods import object_schema
from .content import fill_parts
from .notes import Notes

_MAX_SECRET_DEPTH = 12


def types_in(type_: Type) -> Iterator[Type]:
    """The type and every type inside it; references are not followed."""
    stack = [type_]
    while stack:
        item = stack.pop()
        yield item
        if isinstance(item, ir.Array):
            stack.append(item.items)
        elif isinstance(item, ir.Map):
            stack.append(item.values)
        elif isinstance(item, ir.Tuple):
            stack.extend(reversed((*item.prefix, *(() if item.rest is None else (item.rest,)))))
        elif isinstance(item, ir.Union):
            stack.extend(reversed(item.variants))


def schema_types(schema: ir.Schema) -> Iterator[Type]:
    """The types that a schema is made of."""
    if isinstance(schema, AliasSchema):
        yield schema.type
        return
    for prop in schema.properties:
        yield prop.type
    if schema.additional is not None:
        yield schema.additional


def references(types: Iterable[Type]) -> set[str]:
    """The schemas that types refer to directly."""
    return {item.name for type_ in types for item in types_in(type_) if isinstance(item, Named)}


def operation_types(operation: Operation) -> Iterator[Type]:
    """The types of parameters, bodies, responses and headers."""
    for parameter in operation.parameters:
        yield parameter.type
    media = [*(operation.body.content if operation.body else ())]
    for response in operation.responses:
        media.extend(response.content)
        yield from (header.type for header in response.headers)
    for item in media:
        yield from (type_ for type_ in (item.type, item.item_type) if type_ is not None)


# --- discriminators ------------------------------------------------------------------------------------------------


def settle_discriminators(built: dict[str, ir.Schema], notes: Notes) -> None:
    """Keep a discriminator where every variant is an object with that property, and pin the property to its values."""
    pinned: dict[tuple[str, str], dict[str, None]] = {}
    for name, schema in built.items():
        if not isinstance(schema, AliasSchema) or not isinstance(schema.type, ir.Union) or schema.type.discriminator is None:
            continue
        discriminator = schema.type.discriminator
        if all(_tells(built, target, discriminator.property_name) for _, target in discriminator.mapping):
            for value, target in discriminator.mapping:
                variant = object_schema(Named(name=target), built)
                pinned.setdefault((variant.name if variant else target, discriminator.property_name), {})[value] = None
        else:
            plain = ir.Union(variants=schema.type.variants)
            built[name] = replace(schema, type=plain)
            notes.record(schema.location, name, f'not every variant has the property "{discriminator.property_name}"; variants are tried in turn')
    for (name, property_name), values in pinned.items():
        owner = built[name]
        if isinstance(owner, ObjectSchema):
            pin = tuple(_pin(prop, tuple(values), property_name) for prop in owner.properties)
            built[name] = replace(owner, properties=pin)


def _tells(built: dict[str, ir.Schema], target: str, property_name: str) -> bool:
    variant = object_schema(Named(name=target), built)
    prop = next((item for item in variant.properties if item.api_name == property_name), None) if variant else None
    return prop is not None and _pinnable(prop.type, built)


def _pinnable(type_: Type, built: dict[str, ir.Schema]) -> bool:
    if isinstance(type_, Named):
        schema = built.get(type_.name)
        return isinstance(schema, AliasSchema) and _pinnable(schema.type, built)
    if isinstance(type_, Enumeration):
        return all(isinstance(value, str) for value in type_.values)
    return isinstance(type_, ir.Scalar) and type_.kind in (ScalarKind.STRING, ScalarKind.ANY)


def _pin(prop: Property, values: tuple[str, ...], property_name: str) -> Property:
    if prop.api_name != property_name:
        return prop
    return replace(prop, type=Enumeration(values=values, base=ScalarKind.STRING, open=False))


# --- forms, secrets, losses ----------------------------------------------------------------------------------------


def finish_operation(
    operation: Operation, built: dict[str, ir.Schema], limits: dict[ir.Location, int], unwrap: str | None, degraded: tuple[str, ...]
) -> Operation:
    """The operation with form parts, unwrapping, secret places and what it lost."""
    body = operation.body
    if body is not None:
        body = replace(body, content=tuple(fill_parts(media, built, limits) for media in body.content))
    found = replace(operation, body=body, unwrap=unwrap, degraded=degraded)
    return replace(found, secrets=secret_pointers(found, built))


def secret_pointers(operation: Operation, built: dict[str, ir.Schema]) -> tuple[str, ...]:
    """JSON pointers (with `*` for any item) to everything in bodies that is marked secret."""
    media: list[MediaType] = []
    if operation.body is not None:
        media.extend(operation.body.content)
    for response in operation.responses:
        media.extend(response.content)
    found: dict[str, None] = {}
    for item in media:
        if item.type is not None:
            found.update(dict.fromkeys(_secrets(item.type, built, "", ())))
    return tuple(sorted(found))


def _secrets(type_: Type, built: dict[str, ir.Schema], pointer: str, path: tuple[str, ...]) -> Iterator[str]:
    if isinstance(type_, ir.Array):
        yield from _secrets(type_.items, built, f"{pointer}/*", path)
    elif isinstance(type_, ir.Map):
        yield from _secrets(type_.values, built, f"{pointer}/*", path)
    elif isinstance(type_, ir.Union):
        for variant in type_.variants:
            yield from _secrets(variant, built, pointer, path)
    elif isinstance(type_, Named) and type_.name not in path and len(path) < _MAX_SECRET_DEPTH:
        schema = built[type_.name]
        below = (*path, type_.name)
        if isinstance(schema, AliasSchema):
            yield from _secrets(schema.type, built, pointer, below)
        else:
            for prop in schema.properties:
                inside = f"{pointer}/{prop.api_name.replace('~', '~0').replace('/', '~1')}"
                if prop.secret:
                    yield inside
                else:
                    yield from _secrets(prop.type, built, inside, below)


def reachable_from(names: set[str], built: dict[str, ir.Schema]) -> dict[str, set[str]]:
    """For every schema, which of `names` it can reach (itself included)."""
    if not names:
        return {}
    users: dict[str, set[str]] = {}
    for name, schema in built.items():
        for target in references(schema_types(schema)):
            users.setdefault(target, set()).add(name)
    found: dict[str, set[str]] = {}
    for name in names:
        stack = [name]
        while stack:
            item = stack.pop()
            marks = found.setdefault(item, set())
            if name not in marks:
                marks.add(name)
                stack.extend(users.get(item, ()))
    return found
