"""Formats: which hold the values of others, and which decide a Python type."""

from __future__ import annotations

from ..diagnostics import Severity
from .pairs import Pair
from .schema import Schema
from .types import Step

# Each holds all values of those before it.
_ORDERS = (("int8", "int16", "int32", "int64"), ("float", "double"))
# Formats that make another Python type or another number; all others only describe a text.
_DECISIVE = frozenset({"date-time", "date", "uuid", "decimal", "binary", "byte", "int32", "int64", "float", "double"})


def step_of_formats(old: str | None, new: str | None) -> Step:
    """What happened to the values that a format lets in. None lets in all."""
    if old == new:
        return Step.SAME
    if old is None or new is None:
        return Step.NARROWED if old is None else Step.WIDENED
    for order in _ORDERS:
        if old in order and new in order:
            return Step.WIDENED if order.index(new) > order.index(old) else Step.NARROWED
    return Step.CHANGED


def severity_of_format(pair: Pair[Schema], old: str | None, new: str | None) -> Severity | None:
    """A warning where the formats only describe; None leaves it to the table. Numbers without a format are taken for any."""
    numbers = {"int32", "int64", "float", "double"}
    if {old, new} <= {None, *numbers} and None in (old, new):
        return Severity.INFO
    step = step_of_formats(old, new)
    harmless = step is Step.WIDENED if pair.is_request else step is Step.NARROWED
    return None if harmless or {old, new} & _DECISIVE else Severity.WARNING
