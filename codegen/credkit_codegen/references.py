"""Which schemas the parts of an API refer to, directly and by way of others."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import TypeAlias

from . import ir
from .ir import MediaType, Named, Operation, Type

Graph: TypeAlias = Mapping[str, frozenset[str]]
"""For every schema, the schemas that it refers to directly."""


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
    if isinstance(schema, ir.AliasSchema):
        yield schema.type
        return
    for prop in schema.properties:
        yield prop.type
    if schema.additional is not None:
        yield schema.additional


def operation_types(operation: Operation) -> Iterator[Type]:
    """The types of everything that goes over the wire."""
    yield from sent_types(operation)
    yield from received_types(operation)


def sent_types(operation: Operation) -> Iterator[Type]:
    """The types of parameters and bodies."""
    yield from (parameter.type for parameter in operation.parameters)
    yield from _media_types(operation.body.content if operation.body else ())


def received_types(operation: Operation) -> Iterator[Type]:
    """The types of responses and their headers."""
    for response in operation.responses:
        yield from (header.type for header in response.headers)
        yield from _media_types(response.content)


def _media_types(content: Iterable[MediaType]) -> Iterator[Type]:
    return (type_ for media in content for type_ in (media.type, media.item_type) if type_ is not None)


def references(types: Iterable[Type]) -> set[str]:
    """The schemas that types refer to directly."""
    return {item.name for type_ in types for item in types_in(type_) if isinstance(item, Named)}


def reference_graph(schemas: Mapping[str, ir.Schema]) -> Graph:
    return {name: frozenset(references(schema_types(schema))) for name, schema in schemas.items()}


def reached(start: Iterable[str], graph: Mapping[str, Collection[str]]) -> set[str]:
    """The names in `start` and all that can be reached from them; names that `graph` does not know lead nowhere."""
    return closure(start, lambda name: graph.get(name, ()))


def closure(start: Iterable[str], following: Callable[[str], Iterable[str]]) -> set[str]:
    """The names in `start` and all that follow from them; each is asked for once."""
    found: set[str] = set()
    waiting = list(start)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(following(name))
    return found


def reaching(names: Iterable[str], graph: Graph) -> dict[str, set[str]]:
    """For every schema, which of `names` it can reach (itself included); schemas that reach none are left out."""
    users: dict[str, set[str]] = {}
    for name, targets in graph.items():
        for target in targets:
            users.setdefault(target, set()).add(name)
    found: dict[str, set[str]] = {}
    for name in names:
        for user in reached([name], users):
            found.setdefault(user, set()).add(name)
    return found
