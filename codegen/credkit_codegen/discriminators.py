"""Which unions can be told apart by a tag, and what that asks of their variants.

pydantic picks a variant by a `Literal` field that all variants have under one name, each with values of its own. Where a
document's discriminator does not give that (a variant without the property, an optional one, two variants with one value),
the union is tried variant by variant instead, which is slower and takes the same values.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from . import ir


@dataclass(frozen=True, slots=True)
class Tags:
    """`unions`: alias -> Python name of the tag. `values`: (class, wire name of the tag) -> its closed values."""

    unions: Mapping[str, str]
    values: Mapping[tuple[str, str], tuple[str, ...]]

    def union(self, alias: str) -> str | None:
        """The Python name of the field that tells the variants of a union apart."""
        return self.unions.get(alias)

    def closed(self, schema: str, prop: ir.Property) -> ir.Type:
        """The type of a property: for a tag, its values and no others."""
        values = self.values.get((schema, prop.api_name))
        if values is None:
            return prop.type
        return ir.Enumeration(values=values, base=ir.ScalarKind.STRING, open=False)


def find_tags(schemas: Mapping[str, ir.Schema]) -> Tags:
    unions: dict[str, str] = {}
    values: dict[tuple[str, str], tuple[str, ...]] = {}
    for schema in schemas.values():
        if not isinstance(schema, ir.AliasSchema) or not isinstance(schema.type, ir.Union):
            continue
        found = _tagged(schema.type, schemas)
        if found is None or any(values.get(key, wanted) != wanted for key, wanted in found[1].items()):
            continue
        unions[schema.name] = found[0]
        values.update(found[1])
    return Tags(unions, values)


def _tagged(
    union: ir.Union, schemas: Mapping[str, ir.Schema]
) -> tuple[str, dict[tuple[str, str], tuple[str, ...]]] | None:
    if union.discriminator is None:
        return None
    tag = union.discriminator.property_name
    variants = [variant for variant in union.variants if variant != ir.NULL]
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    python_names: set[str] = set()
    for variant in variants:
        prop = _tag_property(variant, tag, schemas)
        if prop is None or not isinstance(variant, ir.Named):
            return None
        found[variant.name, tag] = tuple(_values(prop, variant.name, union.discriminator))
        python_names.add(prop.name)
    taken = [value for values in found.values() for value in values]
    distinct = len(set(taken)) == len(taken) and all(found.values()) and len(found) > 1
    return (python_names.pop(), found) if distinct and len(python_names) == 1 else None


def _tag_property(variant: ir.Type, tag: str, schemas: Mapping[str, ir.Schema]) -> ir.Property | None:
    schema = schemas.get(variant.name) if isinstance(variant, ir.Named) else None
    if not isinstance(schema, ir.ObjectSchema):
        return None
    return next((prop for prop in schema.properties if prop.api_name == tag and prop.required), None)


def _values(prop: ir.Property, schema: str, discriminator: ir.Discriminator) -> Iterator[str]:
    """The values of a tag: what the mapping gives to this schema; without a mapping, what the property itself lists."""
    mapped = [value for value, name in discriminator.mapping if name == schema]
    if mapped:
        yield from dict.fromkeys(mapped)
    elif isinstance(prop.type, ir.Enumeration):
        yield from dict.fromkeys(value for value in prop.type.values if isinstance(value, str))
