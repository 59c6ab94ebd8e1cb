"""Which unions can be told apart by a tag, and how.

Where every variant's tag is a `Literal` with values of its own, pydantic finds the variants by that field. A class that is used
outside of the union, too, keeps the tag that its document gives it, mostly any string; there the union itself says which value
means which class (`TaggedBy`). Where a document's discriminator gives neither (a variant without the property, an optional one that is
pinned, two variants with one value), the union is tried variant by variant, which is slower and takes the same values.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from . import ir
from .typeops import object_schema


@dataclass(frozen=True, slots=True)
class Tag:
    """`name` in Python and `api_name` on the wire. `choices`: value -> name of the variant. `is_pinned`: the variants say so themselves."""

    name: str
    api_name: str
    choices: tuple[tuple[str, str], ...]
    is_pinned: bool
    is_required: bool


def find_tags(schemas: Mapping[str, ir.Schema]) -> Mapping[str, Tag]:
    """The tags of unions, by the names of the unions."""
    found: dict[str, Tag] = {}
    for schema in schemas.values():
        if isinstance(schema, ir.AliasSchema) and isinstance(schema.type, ir.Union):
            tag = _tag(schema.type, schemas)
            if tag is not None:
                found[schema.name] = tag
    return found


def _tag(union: ir.Union, schemas: Mapping[str, ir.Schema]) -> Tag | None:
    if union.discriminator is None:
        return None
    choices: list[tuple[str, str]] = []
    properties: list[ir.Property] = []
    are_pinned: list[bool] = []
    for variant in union.variants:
        if variant == ir.NULL:
            continue
        prop = _tag_property(variant, union.discriminator.property_name, schemas)
        if prop is None or not isinstance(variant, ir.Named):
            return None
        values = tuple(_values(prop, variant.name, union.discriminator))
        choices.extend((value, variant.name) for value in values)
        properties.append(prop)
        are_pinned.append(isinstance(schemas[variant.name], ir.ObjectSchema) and _lists(prop.type, values))
        if not values:
            return None
    is_required = all(prop.required for prop in properties)
    if len(properties) < 2 or len(dict(choices)) < len(choices) or len({prop.name for prop in properties}) > 1:
        return None
    if not is_required and all(are_pinned):
        return None
    return Tag(properties[0].name, properties[0].api_name, tuple(choices), is_required and all(are_pinned), is_required)


def _lists(type_: ir.Type, values: tuple[str, ...]) -> bool:
    return isinstance(type_, ir.Enumeration) and not type_.open and set(type_.values) == set(values)


def _tag_property(variant: ir.Type, tag: str, schemas: Mapping[str, ir.Schema]) -> ir.Property | None:
    schema = object_schema(variant, schemas)
    return next((prop for prop in schema.properties if prop.api_name == tag), None) if schema else None


def _values(prop: ir.Property, schema: str, discriminator: ir.Discriminator) -> Iterator[str]:
    """The values of a tag: what the mapping gives to this schema; without a mapping, what the property itself lists."""
    mapped = [value for value, name in discriminator.mapping if name == schema]
    if mapped:
        yield from dict.fromkeys(mapped)
    elif isinstance(prop.type, ir.Enumeration):
        yield from dict.fromkeys(value for value in prop.type.values if isinstance(value, str))
