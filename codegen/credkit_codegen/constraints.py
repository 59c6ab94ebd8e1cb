"""What the document demands of a value beyond its type, as arguments of pydantic's `Field`.

A bound that pydantic would read otherwise than JSON Schema does is left out: the model is then wider than the document, never
narrower. Patterns are those that its regex engine takes and reads as ECMAScript does.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from functools import lru_cache

from . import ir
from .annotations import Annotation
from .imports import Import
from .ir import ScalarKind
from .literals import Source, call, literal

_LARGEST = 2**63
# Where Unicode makes a difference: outside of ASCII these take less than in ECMAScript.
_READ_OTHERWISE = re.compile(r"\\[WDbB]|\[\^[^\]]*\\[wds]")


def field_arguments(type_: ir.Type) -> dict[str, Source]:
    """Keyword arguments of `Field` for a member of this type; bounds of what is inside of it are not among them."""
    if isinstance(type_, ir.Union):
        others = [variant for variant in type_.variants if variant != ir.NULL]
        return field_arguments(others[0]) if len(others) == 1 else {}
    if isinstance(type_, ir.Array) and type_.constraints is not None:
        return dict(_lengths(type_.constraints.min_items, type_.constraints.max_items))
    if not isinstance(type_, ir.Scalar) or type_.constraints is None:
        return {}
    if type_.kind is ScalarKind.STRING:
        return dict(_text(type_.constraints))
    return dict(_number(type_.constraints, type_.kind)) if type_.kind in (ScalarKind.INTEGER, ScalarKind.NUMBER) else {}


def limited(annotation: Annotation, type_: ir.Type) -> Annotation:
    """The annotation of a type with the type's own bounds, where it has some."""
    arguments = field_arguments(type_)
    if not arguments:
        return annotation
    used = {Import("typing", "Annotated"), Import("pydantic", "Field")}
    text = f"Annotated[{annotation.text}, {call('Field', **arguments)}]"
    return Annotation((text,), annotation.imports | used)


def _lengths(least: int | None, most: int | None) -> Iterator[tuple[str, Source]]:
    if least:
        yield "min_length", literal(least)
    if most is not None:
        yield "max_length", literal(most)


def _text(limits: ir.Constraints) -> Iterator[tuple[str, Source]]:
    yield from _lengths(limits.min_length, limits.max_length)
    if limits.pattern is not None and is_enforced(limits.pattern):
        yield "pattern", literal(limits.pattern)


@lru_cache(maxsize=1024)
def is_enforced(pattern: str) -> bool:
    """Whether models check this pattern."""
    from pydantic_core import SchemaError, SchemaValidator, core_schema

    if _READ_OTHERWISE.search(pattern):
        return False
    try:
        SchemaValidator(core_schema.str_schema(pattern=pattern))
    except SchemaError:
        return False
    return True


def _number(limits: ir.Constraints, kind: ScalarKind) -> Iterator[tuple[str, Source]]:
    bounds = {
        "ge": limits.minimum,
        "gt": limits.exclusive_minimum,
        "le": limits.maximum,
        "lt": limits.exclusive_maximum,
        "multiple_of": limits.multiple_of if kind is ScalarKind.INTEGER else None,
    }
    for key, bound in bounds.items():
        value = _exact(bound, kind)
        if value is not None:
            yield key, literal(value)


def _exact(bound: int | float | None, kind: ScalarKind) -> int | float | None:
    """The bound as pydantic takes it: whole for integers, and of a size that it can hold."""
    if bound is None or not math.isfinite(bound) or abs(bound) >= _LARGEST:
        return None
    if bound == int(bound):
        return int(bound)
    return bound if kind is ScalarKind.NUMBER else None
