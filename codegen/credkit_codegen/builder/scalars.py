"""Types of single values: formats, bounds and enums."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from ..ir import ANY, JSON, NULL, Constraints, Enumeration, Scalar, ScalarKind, Type
from ..load import Document
from ..nodes import Node, walk
from ..typeops import union_of
from .notes import Notes
from .shape import Shape

_FORMATS = {
    "date-time": ScalarKind.DATE_TIME,
    "date": ScalarKind.DATE,
    "uuid": ScalarKind.UUID,
    "decimal": ScalarKind.DECIMAL,
    "binary": ScalarKind.BINARY,
}
_KINDS = {
    "string": ScalarKind.STRING,
    "integer": ScalarKind.INTEGER,
    "number": ScalarKind.NUMBER,
    "boolean": ScalarKind.BOOLEAN,
    "null": ScalarKind.NULL,
    "file": ScalarKind.BINARY,
}
_PYTHON_KINDS = {str: "string", bool: "boolean", int: "integer", float: "number"}
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?([Zz]|[-+]\d\d:?\d\d)?")


def scalar(kind: str, shape: Shape) -> Type:
    """The type of a value of JSON type `kind`; an unknown type (`any`) is any value."""
    if kind not in _KINDS:
        return ANY
    if kind == "string":
        return Scalar(kind=_string_kind(shape), format=shape.format, constraints=constraints(shape))
    return Scalar(kind=_KINDS[kind], format=shape.format, constraints=constraints(shape))


def _string_kind(shape: Shape) -> ScalarKind:
    if shape.format is None and shape.fact("contentMediaType") and not shape.fact("contentEncoding"):
        media = shape.fact("contentMediaType") or ""
        return ScalarKind.STRING if media.startswith("text/") or "json" in media else ScalarKind.BINARY
    kind = _FORMATS.get(shape.format or "", ScalarKind.STRING)
    return kind if all(holds(kind, value) for value in _samples(shape)) else ScalarKind.STRING


def _samples(shape: Shape) -> list[str]:
    examples = shape.facts.get("examples")
    values = [shape.facts.get("example"), shape.facts.get("default"), *(examples if isinstance(examples, list) else [])]
    return [value for value in values if isinstance(value, str)]


def holds(kind: ScalarKind, value: str) -> bool:
    """Whether a documented value has the format that the document claims, and comes back from Python as it was."""
    try:
        if kind is ScalarKind.DATE_TIME:
            if not _DATE_TIME.fullmatch(value):
                return False
            datetime.fromisoformat(value.upper())
        elif kind is ScalarKind.DATE:
            date.fromisoformat(value)
        elif kind is ScalarKind.UUID:
            return str(UUID(value)) == value
        elif kind is ScalarKind.DECIMAL:
            return Decimal(value).is_finite()
    except (ValueError, ArithmeticError):
        return False
    return True


def constraints(shape: Shape) -> Constraints | None:
    """The bounds that the document states with the right JSON type; None when it states none."""
    facts = shape.facts
    found = Constraints(
        minimum=_number(facts.get("minimum")),
        maximum=_number(facts.get("maximum")),
        exclusive_minimum=_number(facts.get("exclusiveMinimum")),
        exclusive_maximum=_number(facts.get("exclusiveMaximum")),
        multiple_of=_number(facts.get("multipleOf")),
        min_length=_count(facts.get("minLength")),
        max_length=_count(facts.get("maxLength")),
        pattern=shape.fact("pattern"),
        min_items=_count(facts.get("minItems")),
        max_items=_count(facts.get("maxItems")),
    )
    return found if found != Constraints() else None


def _number(value: JSON) -> int | float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _count(value: JSON) -> int | None:
    number = _number(value)
    return int(number) if number is not None and number >= 0 and number == int(number) else None


def enumeration(shape: Shape, notes: Notes) -> Type | None:
    """The type of an enum or const, with null where it is listed; None where it restricts nothing that a type can say."""
    values = _values(shape)
    groups: dict[str, list[str | int | float | bool]] = {}
    odd = False
    for value in values:
        if isinstance(value, float) and value == int(value):
            value = int(value)
        kind = _PYTHON_KINDS.get(type(value))
        if kind is None or isinstance(value, dict | list | None) or kind == "number":
            odd = odd or value is not None
        elif _allowed(kind, shape) and value not in groups.setdefault(kind, []):
            groups[kind].append(value)
    if odd and shape.enum_node is not None:
        notes.add(shape.enum_node, "an enum of fractions, lists or mappings; read as its type")
        return None
    found: list[Type] = [
        Enumeration(values=tuple(group), base=_KINDS[kind], open=_open(shape)) for kind, group in groups.items()
    ]
    if None in values:
        found.append(NULL)
    if not found and shape.enum_node is not None:
        notes.add(shape.enum_node, "no value of the enum has its type; read as its type")
        return None
    return union_of(found)


def _open(shape: Shape) -> bool:
    if shape.enum_node is not None and "const" in shape.enum_node.map:
        return False
    return shape.facts.get("x-enum-open") is not False


def _allowed(kind: str, shape: Shape) -> bool:
    return not shape.types or kind in shape.types or (kind == "integer" and "number" in shape.types)


def _values(shape: Shape) -> list[JSON]:
    """The values; where only text is allowed, what YAML took for a number or boolean is read as it was written."""
    values = shape.enum or []
    node = shape.enum_node
    if node is None or shape.types != ("string",) or all(isinstance(value, str) or value is None for value in values):
        return values
    if "enum" not in node.map or values is not node.map["enum"]:
        return [value if isinstance(value, str) else None for value in values]
    places = node.document.places(_not_text(node), also=lambda: _all_not_text(node.document))
    sources = {pointer: place.source for pointer, place in places.items()}
    return [sources.get(f"{node.pointer}/enum/{index}") or value for index, value in enumerate(values)]


def _not_text(node: Node) -> Iterator[str]:
    """Where values of the enum of a schema stand that were read as a number or a boolean."""
    values = node.map.get("enum")
    for index, value in enumerate(values if isinstance(values, list) else ()):
        if isinstance(value, bool | int | float):
            yield f"{node.pointer}/enum/{index}"


def _all_not_text(document: Document) -> Iterator[str]:
    """The same for every enum of a document: all of them are found in one pass over a large file."""
    for node in walk(Node(document, "", document.data)):
        yield from _not_text(node)
