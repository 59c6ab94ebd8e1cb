"""What a bound of a JSON Schema demands, in words."""

from __future__ import annotations

from typing import Any

from ..diagnostics import count

_COUNTS = {
    "minProperties": ("at least", "member"),
    "maxProperties": ("at most", "member"),
    "minItems": ("at least", "item"),
    "maxItems": ("at most", "item"),
    "minLength": ("at least", "character"),
    "maxLength": ("at most", "character"),
}
_NUMBERS = {
    "minimum": ("at least", "less"),
    "exclusiveMinimum": ("more than", "that or less"),
    "maximum": ("at most", "more"),
    "exclusiveMaximum": ("less than", "that or more"),
}


def bound_of(error: Any) -> str:
    """What a fault of a validator says of the bound that was broken. How much a value holds is told, but never the value."""
    kind = error.kind
    match kind.name:
        case name if name in _COUNTS:
            word, unit = _COUNTS[name]
            return f"expected {word} {count(kind.limit, unit)} ({name}); got {len(error.instance)}"
        case name if name in _NUMBERS:
            word, got = _NUMBERS[name]
            return f"expected {word} {kind.limit} ({name}); got {got}"
        case "multipleOf":
            return f"expected a multiple of {kind.multiple_of} (multipleOf); got another number"
        case "uniqueItems":
            return "expected items that differ (uniqueItems); got two that are equal"
        case name:
            return f"expected what {name} demands; got a value that breaks it"
