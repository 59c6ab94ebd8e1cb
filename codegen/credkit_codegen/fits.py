"""Whether a JSON value is of a type, as the models will see it: kinds of JSON, members that are required, bounds."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import IntEnum
from uuid import UUID

from . import ir
from .constraints import is_enforced
from .ir import JSON, ScalarKind


class Fit(IntEnum):
    """How well a value has to fit. Each says what the ones before it say.

    Attributes:
        TAKEN: models take it; an open enum takes values that are not listed.
        LISTED: the document allows it, so that it is sent and read without drift.
        EXACT: every part of it is documented, so that it tells alternatives apart.
    """

    TAKEN = 0
    LISTED = 1
    EXACT = 2


def fits(value: JSON, type_: ir.Type, schemas: Mapping[str, ir.Schema], how: Fit = Fit.TAKEN) -> bool:
    """Whether a value is of a type, as well as `how` asks."""
    match type_:
        case ir.Scalar(kind=kind, constraints=limits):
            is_read = how is not Fit.EXACT or not isinstance(value, str) or reads(kind, value)
            return is_read and _is_kind(value, kind) and (limits is None or is_within(value, kind, limits))
        case ir.Enumeration(values=values, base=base, open=is_open):
            listed = any(type(item) is type(value) and item == value for item in values)
            return listed or (is_open and how is Fit.TAKEN and _is_kind(value, base))
        case ir.Array(items=items, constraints=limits):
            return (
                isinstance(value, list)
                and (limits is None or _is_long(len(value), limits.min_items, limits.max_items))
                and all(fits(item, items, schemas, how) for item in value)
            )
        case ir.Tuple(prefix=prefix):
            return isinstance(value, list) and all(
                fits(item, part, schemas, how) for item, part in zip(value, prefix, strict=False)
            )
        case ir.Map(values=values):
            return isinstance(value, dict) and all(fits(item, values, schemas, how) for item in value.values())
        case ir.Union():
            return any(fits(value, variant, schemas, how) for variant in meant(value, type_))
        case ir.Named(name=name):
            return _fits_named(value, schemas[name], schemas, how)


def meant(value: JSON, union: ir.Union) -> tuple[ir.Type, ...]:
    """The variant that the tag of an object names; without a tag all of them."""
    if union.discriminator is None or not isinstance(value, dict):
        return union.variants
    tag = value.get(union.discriminator.property_name)
    if not isinstance(tag, str):
        return union.variants
    return tuple(ir.Named(name=name) for known, name in union.discriminator.mapping if known == tag)


def _fits_named(value: JSON, schema: ir.Schema, schemas: Mapping[str, ir.Schema], how: Fit) -> bool:
    if isinstance(schema, ir.AliasSchema):
        return fits(value, schema.type, schemas, how)
    if not isinstance(value, dict):
        return False
    types = {prop.api_name: prop.type for prop in schema.properties}
    required = {prop.api_name for prop in schema.properties if prop.required}
    known = value.keys() <= types.keys() or schema.additional is not None or how is not Fit.EXACT
    return (
        known
        and required <= value.keys()
        and all(fits(item, types.get(key, schema.additional or ir.ANY), schemas, how) for key, item in value.items())
    )


def _is_kind(value: JSON, kind: ScalarKind) -> bool:
    match kind:
        case ScalarKind.ANY:
            return True
        case ScalarKind.NULL:
            return value is None
        case ScalarKind.BOOLEAN:
            return isinstance(value, bool)
        case ScalarKind.INTEGER:
            return isinstance(value, int) and not isinstance(value, bool)
        case ScalarKind.NUMBER:
            return isinstance(value, int | float) and not isinstance(value, bool)
        case _:
            return isinstance(value, str) and _parses(kind, value)


def reads(kind: ScalarKind, value: str) -> bool:
    """Whether Python's own reading of `value` gives it back as it was, for kinds that are read at all."""
    if kind is ScalarKind.DATE_TIME:
        return _parses(kind, value) and datetime.fromisoformat(value).tzinfo is not None
    return _parses(kind, value) and (kind not in _READERS or str(_READERS[kind](value)) == value)


_READERS: Mapping[ScalarKind, Callable[[str], object]] = {
    ScalarKind.DATE_TIME: datetime.fromisoformat,
    ScalarKind.DATE: date.fromisoformat,
    ScalarKind.UUID: UUID,
    ScalarKind.DECIMAL: Decimal,
}


def _parses(kind: ScalarKind, value: str) -> bool:
    try:
        _READERS.get(kind, str)(value)
    except (ValueError, InvalidOperation):
        return False
    return True


def is_within(value: JSON, kind: ScalarKind, limits: ir.Constraints) -> bool:
    """Whether a scalar keeps the bounds, as far as models check them."""
    if kind is ScalarKind.STRING and isinstance(value, str):
        return _is_long(len(value), limits.min_length, limits.max_length) and _is_matched(value, limits.pattern)
    if isinstance(value, int | float) and kind in (ScalarKind.INTEGER, ScalarKind.NUMBER):
        return (
            (limits.minimum is None or value >= limits.minimum)
            and (limits.maximum is None or value <= limits.maximum)
            and (limits.exclusive_minimum is None or value > limits.exclusive_minimum)
            and (limits.exclusive_maximum is None or value < limits.exclusive_maximum)
            and (limits.multiple_of is None or kind is ScalarKind.NUMBER or value % limits.multiple_of == 0)
        )
    return True


def _is_long(length: int, least: int | None, most: int | None) -> bool:
    return (least is None or length >= least) and (most is None or length <= most)


def _is_matched(value: str, pattern: str | None) -> bool:
    if pattern is None or not is_enforced(pattern):
        return True
    try:
        return re.search(pattern, value) is not None
    except re.error:
        return False
