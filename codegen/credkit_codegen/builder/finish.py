"""What can only be said once every schema is built: discriminators, form parts, secrets, and what each operation lost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from .. import ir
from ..ir import AliasSchema, Enumeration, Named, ObjectSchema, Operation, Property, ScalarKind, Type
from ..positions import escape
from ..references import Graph, reaching, references, schema_types
from ..typeops import object_schema, without_aliases
from .content import settle_media
from .media import media_types, with_media

_MAX_SECRETS = 500


# --- discriminators ------------------------------------------------------------------------------------------------


def settle_discriminators(built: dict[str, ir.Schema], types: Iterable[Type]) -> None:
    """Keep a discriminator where every variant is an object with that property, and pin the property to its values.

    A class that is used outside of such unions, too (by other schemas, or by `types` of operations), keeps the type that its
    document gives the property: there, any other value is as good.
    """
    apart = _used_apart(built, types)
    pinned: dict[tuple[str, str], dict[str, None]] = {}
    for name, schema in built.items():
        if (
            not isinstance(schema, AliasSchema)
            or not isinstance(schema.type, ir.Union)
            or schema.type.discriminator is None
        ):
            continue
        discriminator = schema.type.discriminator
        if all(_tells(built, target, discriminator.property_name) for _, target in discriminator.mapping):
            for value, target in discriminator.mapping:
                variant = object_schema(Named(name=target), built)
                pinned.setdefault((variant.name if variant else target, discriminator.property_name), {})[value] = None
        else:
            built[name] = replace(schema, type=ir.Union(variants=schema.type.variants))
    for (name, property_name), values in pinned.items():
        owner = built[name]
        if isinstance(owner, ObjectSchema):
            properties = (
                _pin(prop, tuple(values)) if _may_pin(prop, property_name, name in apart, values, built) else prop
                for prop in owner.properties
            )
            built[name] = replace(owner, properties=tuple(properties))


def _used_apart(built: dict[str, ir.Schema], types: Iterable[Type]) -> set[str]:
    """The schemas that are referred to as anything but a variant of a union with a discriminator."""
    found = references(types)
    for schema in built.values():
        if isinstance(schema, AliasSchema) and isinstance(schema.type, ir.Union) and schema.type.discriminator:
            found |= references(item for item in schema.type.variants if not isinstance(item, Named))
        else:
            found |= references(schema_types(schema))
    return found


def _may_pin(
    prop: Property, property_name: str, is_apart: bool, values: Iterable[str], built: dict[str, ir.Schema]
) -> bool:
    if prop.api_name != property_name or not is_apart:
        return prop.api_name == property_name
    type_ = without_aliases(prop.type, built)
    return isinstance(type_, Enumeration) and set(type_.values) <= set(values)


def _tells(built: dict[str, ir.Schema], target: str, property_name: str) -> bool:
    variant = object_schema(Named(name=target), built)
    prop = next((item for item in variant.properties if item.api_name == property_name), None) if variant else None
    return prop is not None and _pinnable(prop.type, built)


def _pinnable(type_: Type, built: dict[str, ir.Schema]) -> bool:
    type_ = without_aliases(type_, built)
    if isinstance(type_, Enumeration):
        return all(isinstance(value, str) for value in type_.values)
    return isinstance(type_, ir.Scalar) and type_.kind in (ScalarKind.STRING, ScalarKind.ANY)


def _pin(prop: Property, values: tuple[str, ...]) -> Property:
    return replace(prop, type=Enumeration(values=values, base=ScalarKind.STRING, open=False))


# --- names ---------------------------------------------------------------------------------------------------------


def settle_fields(built: dict[str, ir.Schema]) -> None:
    """Rename fields called like a class: in a script without capitals the field would hide the type from its neighbours."""
    for name, schema in built.items():
        if not isinstance(schema, ObjectSchema) or built.keys().isdisjoint(prop.name for prop in schema.properties):
            continue
        taken = {prop.name for prop in schema.properties} | built.keys()
        properties = []
        for prop in schema.properties:
            free = prop.name
            while free in built or (free != prop.name and free in taken):
                free += "_"
            properties.append(prop if free == prop.name else replace(prop, name=free))
        built[name] = replace(schema, properties=tuple(properties))


# --- forms, secrets, losses ----------------------------------------------------------------------------------------


def finish_operation(
    operation: Operation,
    built: dict[str, ir.Schema],
    limits: dict[ir.Location, int],
    unwrap: str | None,
    degraded: tuple[str, ...],
    holders: frozenset[str],
) -> Operation:
    """The operation with settled media types, unwrapping, secret places and what it lost."""
    settled = with_media(operation, lambda media: settle_media(media, built, limits))
    found = replace(settled, unwrap=unwrap, degraded=degraded)
    return replace(found, secrets=secret_pointers(found, built, holders))


def secret_schemas(built: Mapping[str, ir.Schema], graph: Graph) -> frozenset[str]:
    """The schemas through which something secret can be reached."""
    own = {
        name
        for name, item in built.items()
        if isinstance(item, ObjectSchema) and any(prop.secret for prop in item.properties)
    }
    return frozenset(reaching(own, graph))


def secret_pointers(operation: Operation, built: dict[str, ir.Schema], holders: frozenset[str]) -> tuple[str, ...]:
    """JSON pointers (with `*` for any item) to everything in bodies that is marked secret, nearest first.

    `holders` are the schemas worth looking into (`secret_schemas`). In a recursive schema the pointers end at its second
    occurrence; values below are still hidden by the models themselves.
    """
    found: dict[str, None] = {}
    level: list[tuple[Type, str, tuple[str, ...]]] = [
        (item.type, "", ()) for item in media_types(operation) if item.type is not None
    ]
    while level and len(found) < _MAX_SECRETS:
        below: list[tuple[Type, str, tuple[str, ...]]] = []
        for type_, pointer, path in level[:_MAX_SECRETS]:
            below.extend(_inside(type_, pointer, path, built, holders, found))
        level = below
    return tuple(sorted(found))


def _inside(
    type_: Type,
    pointer: str,
    path: tuple[str, ...],
    built: dict[str, ir.Schema],
    holders: frozenset[str],
    found: dict[str, None],
) -> Iterator[tuple[Type, str, tuple[str, ...]]]:
    """What is one step below `type_`; secret members go into `found`."""
    if isinstance(type_, ir.Array | ir.Map):
        yield type_.items if isinstance(type_, ir.Array) else type_.values, f"{pointer}/*", path
    elif isinstance(type_, ir.Union):
        for variant in type_.variants:
            yield variant, pointer, path
    elif isinstance(type_, Named) and type_.name in holders and type_.name not in path:
        schema = built[type_.name]
        if isinstance(schema, AliasSchema):
            yield schema.type, pointer, (*path, type_.name)
            return
        if schema.additional is not None:
            yield schema.additional, f"{pointer}/*", (*path, type_.name)
        for prop in schema.properties:
            inside = f"{pointer}/{escape(prop.api_name)}"
            if prop.secret:
                found[inside] = None
            else:
                yield prop.type, inside, (*path, type_.name)
