"""`readOnly` and `writeOnly`: a schema that is sent and received in different shapes becomes two.

Only where it matters: a member that is required but never sent (or never received) makes the schema and all that hold it
differ by direction. Then the plain name is what is received, and `<Name>Input` what is sent. A schema that travels in one
direction only is changed in place.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from .. import ir
from ..ir import AliasSchema, Discriminator, MediaType, Named, ObjectSchema, Operation, Property, Type, Webhook
from ..references import reached, reaching, received_types, reference_graph, references, sent_types
from .media import with_sent

Built = dict[str, ir.Schema]


def split_directions(
    built: Built, operations: list[Operation], webhooks: tuple[Webhook, ...], name_input: Callable[[str], str]
) -> tuple[list[Operation], dict[str, str]]:
    """The operations with their requests pointing at the sent shapes, and plain name -> name of the sent shape.

    `built` is changed accordingly.
    """
    graph = reference_graph(built)
    sent = reached(references(type_ for item in operations for type_ in sent_types(item)), graph)
    received = reached(references(type_ for item in operations for type_ in received_types(item)), graph)
    received |= reached(references(item.type for item in webhooks if item.type is not None), graph)
    differing = {name for name, schema in built.items() if _differs(schema)}
    affected = set(reaching(differing, graph))
    inputs = {name: name_input(name) for name in built if name in affected & sent & received}
    originals = dict(built)
    for name, new in inputs.items():
        built[new] = _sent(originals[name], new, inputs)
    for name in affected & sent - received:
        built[name] = _sent(originals[name], name, inputs)
    for name in affected & received:
        built[name] = _received(originals[name])
    return [_with_inputs(item, inputs) for item in operations], inputs


def _differs(schema: ir.Schema) -> bool:
    return isinstance(schema, ObjectSchema) and any(
        prop.required and prop.read_only != prop.write_only for prop in schema.properties
    )


# --- shapes --------------------------------------------------------------------------------------------------------


def _sent(schema: ir.Schema, name: str, inputs: dict[str, str]) -> ir.Schema:
    """The schema as it is sent: without members that only the other side writes."""
    if isinstance(schema, AliasSchema):
        return replace(schema, name=name, type=_renamed(schema.type, inputs))
    return replace(
        schema,
        name=name,
        properties=tuple(
            _property(prop, inputs) for prop in schema.properties if not prop.read_only or prop.write_only
        ),
        additional=None if schema.additional is None else _renamed(schema.additional, inputs),
    )


def _property(prop: Property, inputs: dict[str, str]) -> Property:
    return replace(prop, type=_renamed(prop.type, inputs))


def _received(schema: ir.Schema) -> ir.Schema:
    """The schema as it is received: without members that are only sent."""
    if isinstance(schema, AliasSchema):
        return schema
    return replace(
        schema, properties=tuple(prop for prop in schema.properties if not prop.write_only or prop.read_only)
    )


def _renamed(type_: Type, inputs: dict[str, str]) -> Type:
    """The type with references to the sent shapes."""
    if isinstance(type_, Named):
        return Named(name=inputs.get(type_.name, type_.name))
    if isinstance(type_, ir.Array):
        return replace(type_, items=_renamed(type_.items, inputs))
    if isinstance(type_, ir.Map):
        return replace(type_, values=_renamed(type_.values, inputs))
    if isinstance(type_, ir.Tuple):
        rest = None if type_.rest is None else _renamed(type_.rest, inputs)
        return replace(type_, prefix=tuple(_renamed(item, inputs) for item in type_.prefix), rest=rest)
    if isinstance(type_, ir.Union):
        discriminator = type_.discriminator
        if discriminator is not None:
            mapping = tuple((value, inputs.get(name, name)) for value, name in discriminator.mapping)
            discriminator = Discriminator(property_name=discriminator.property_name, mapping=mapping)
        return ir.Union(variants=tuple(_renamed(item, inputs) for item in type_.variants), discriminator=discriminator)
    return type_


def _with_inputs(operation: Operation, inputs: dict[str, str]) -> Operation:
    parameters = tuple(replace(item, type=_renamed(item.type, inputs)) for item in operation.parameters)
    return replace(with_sent(operation, lambda media: _media(media, inputs)), parameters=parameters)


def _media(media: MediaType, inputs: dict[str, str]) -> MediaType:
    return replace(
        media,
        type=None if media.type is None else _renamed(media.type, inputs),
        item_type=None if media.item_type is None else _renamed(media.item_type, inputs),
    )
