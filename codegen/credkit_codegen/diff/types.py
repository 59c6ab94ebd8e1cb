"""JSON types in sets: which set holds the other. Every integer is a number."""

from __future__ import annotations

from enum import Enum, auto

from .pairs import Pair
from .schema import Schema


class Step(Enum):
    """How a set of values became another."""

    SAME = auto()
    NARROWED = auto()
    WIDENED = auto()
    CHANGED = auto()


def type_step(pair: Pair[Schema]) -> Step:
    """What happened to the types of a schema. Those of unions are compared variant by variant."""
    if pair.old is None or pair.new is None or pair.old.choices or pair.new.choices:
        return _with_any(pair)
    return compare_sets(_closed(pair.old.types), _closed(pair.new.types))


def _with_any(pair: Pair[Schema]) -> Step:
    if pair.old is None or pair.new is None or pair.old.is_any == pair.new.is_any:
        return Step.SAME
    return Step.WIDENED if pair.new.is_any else Step.NARROWED


def _closed(types: frozenset[str] | None) -> frozenset[str] | None:
    return types | {"integer"} if types is not None and "number" in types else types


def compare_sets(old: frozenset[str] | None, new: frozenset[str] | None) -> Step:
    """None stands for everything."""
    if old == new:
        return Step.SAME
    if old is None or (new is not None and new < old):
        return Step.NARROWED
    if new is None or old < new:
        return Step.WIDENED
    return Step.CHANGED


def is_comparable(old: Schema, new: Schema) -> bool:
    """Whether some values satisfy the types of both, so that their details can be compared."""
    before, after = _closed(old.types), _closed(new.types)
    return not (old.is_any or new.is_any) and (before is None or after is None or bool(before & after))


def type_words(schema: Schema | None) -> str:
    """`string`, `integer or string`, `any value`."""
    if schema is None or schema.is_any:
        return "any value"
    if schema.types is None:
        return "one of several"
    return " or ".join(sorted(schema.types)) or "nothing"
