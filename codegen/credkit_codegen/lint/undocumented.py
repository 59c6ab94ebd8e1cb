"""Members of a value that no schema describes, although they are allowed."""

from __future__ import annotations

from collections.abc import Iterator

from ..primitives import JSON
from .context import Context
from .kinds import Kind
from .node import Node

# Members beside which anything may stand.
_OPEN = ("patternProperties", "propertyNames", "if", "$dynamicRef", "dependentSchemas")


def unknown_members(
    context: Context, schema: Node, value: JSON, path: tuple[str | int, ...] = ()
) -> Iterator[tuple[str | int, ...]]:
    """Paths of members that the schema, its parts and its variants do not name; maps and untyped places are left alone."""
    start = context.resolved(schema)
    if start is None or len(path) > 24:
        return
    parts = list(_all_parts(context, start))
    if isinstance(value, list):
        items = next(
            (found for part in parts if (found := context.child(part, Kind.SCHEMA, "items")) is not None), None
        )
        for index, item in enumerate(value):
            if items is not None:
                yield from unknown_members(context, items, item, (*path, index))
    if not isinstance(value, dict):
        return
    known: dict[str, Node] = {}
    for part in parts:
        for name in part.map("properties"):
            found = context.child(part, Kind.SCHEMA, "properties", name)
            known.setdefault(name, found or Node(Kind.SCHEMA, {}, "", None, part.document))
    free = not known or any(part.value.get("additionalProperties") is not None for part in parts)
    free = free or any(key in part.value for part in parts for key in _OPEN)
    for name, item in value.items():
        if name in known:
            yield from unknown_members(context, known[name], item, (*path, name))
        elif not free:
            yield (*path, name)


def _all_parts(context: Context, schema: Node) -> Iterator[Node]:
    """The schema's parts, and those of every variant."""
    pending, met = [schema], set[tuple[str, str]]()
    while pending:
        for part in context.parts(pending.pop()):
            key = (part.document.file, part.pointer)
            if key in met:
                continue
            met.add(key)
            yield part
            for member in ("oneOf", "anyOf"):
                pending.extend(item for _, item in context.children(part, Kind.SCHEMA, member))
