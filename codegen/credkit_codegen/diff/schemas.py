"""The part of the walk that is about schemas. One that many operations share is compared once for requests and once for
answers; recursion ends at a pair of places that is known."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from ..resolve import Node
from .change import Direction
from .match import component_name, leads_to, match_variants, read_union, variants_of
from .pairs import AnyPair, Kind, Pair, Subject, Variant
from .read import Side
from .sameness import Sameness
from .schema import Schema
from .types import is_comparable

T = TypeVar("T")
_Places = tuple[Node, ...]
_Key = tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...], Direction]


@dataclass(slots=True, eq=False)
class Owner:
    """What pairs hang on: an operation, or a schema that operations share. `users` leads back to the operations."""

    label: str | None = None
    users: list[Owner] = field(default_factory=list)

    def operations(self) -> frozenset[str]:
        """The labels of all operations that use it."""
        found: set[str] = set()
        seen = {id(self)}
        stack: list[Owner] = [self]
        while stack:
            item = stack.pop()
            if item.label is not None:
                found.add(item.label)
            new = [user for user in item.users if id(user) not in seen]
            seen.update(id(user) for user in new)
            stack.extend(new)
        return frozenset(found)


Visit = Callable[[AnyPair, Owner], None]


class SchemaWalk:
    """Compares schemas of two documents; `visit` gets every pair that may differ."""

    def __init__(self, old: Side, new: Side, sameness: Sameness, visit: Visit) -> None:
        self.old, self.new, self.sameness, self._visit = old, new, sameness, visit
        self._known: dict[_Key, Owner] = {}

    def compare(self, old: _Places, new: _Places, subject: Subject, direction: Direction, owner: Owner) -> None:
        """Compare what two places demand, and all below them."""
        if self.sameness.same(old, new):
            return
        old = tuple(leads_to(self.old.documents, node) for node in old)
        new = tuple(leads_to(self.new.documents, node) for node in new)
        key = tuple(node.key for node in old), tuple(node.key for node in new), direction
        known = self._known.get(key)
        if known is not None:
            known.users.append(owner)
            return
        mine = self._known[key] = Owner(users=[owner])
        if self.sameness.same(old, new):
            return
        name = component_name(new[0])
        pair = _SchemaPair(
            self.old.schema(old), self.new.schema(new), Subject(name) if name else subject, direction, mine
        )
        self._compare(pair)

    def _compare(self, pair: _SchemaPair) -> None:
        old, new = pair.old, pair.new
        if not (old.is_any or new.is_any):
            self._told(Kind.NULL, old, new, pair)
        if _is_union(old) != _is_union(new) and not (old.is_any or new.is_any):
            self._wrapped(pair)
            return
        self._told(Kind.TYPE, old, new, pair)
        if not is_comparable(old, new):
            return
        self._told(Kind.SCHEMA, old, new, pair)
        self._members(pair)
        self._below(pair)
        self._choices(pair)

    def _told(self, kind: Kind, old: Any, new: Any, pair: _SchemaPair, subject: Subject | None = None) -> None:
        self._visit(Pair(kind, old, new, subject or pair.subject, pair.direction), pair.owner)

    def _go(self, old: _Places, new: _Places, step: str, pair: _SchemaPair) -> None:
        subject = pair.subject.below(step) if step else pair.subject
        self.compare(old, new, subject, pair.direction, pair.owner)

    # --- objects and arrays ----------------------------------------------------------------------------------------

    def _members(self, pair: _SchemaPair) -> None:
        members = self.old.members(pair.old, pair.direction), self.new.members(pair.new, pair.direction)
        for name in dict.fromkeys((*pair.old.members, *pair.new.members)):
            before, after = members[0].get(name), members[1].get(name)
            if before is None and after is None:
                continue
            places = pair.old.members.get(name, ()), pair.new.members.get(name, ())
            step = f".{name}" if name.replace("_", "").isalnum() else f'["{name}"]'
            kind = Kind.ACCESS if all(places) and (before is None or after is None) else Kind.PROPERTY
            self._told(kind, before, after, pair, pair.subject.below(step))
            if before is not None and after is not None:
                self._go(*places, step, pair)

    def _below(self, pair: _SchemaPair) -> None:
        old, new = pair.old, pair.new
        if old.items and new.items:
            self._go(old.items, new.items, "[]", pair)
        for index, (before, after) in enumerate(zip(old.prefix, new.prefix, strict=False)):
            self._go((before,), (after,), f"[{index}]", pair)
        rest = [item for item in (old.additional, new.additional) if item is not None and isinstance(item.value, dict)]
        if len(rest) == 2:
            self._go((rest[0],), (rest[1],), "{}", pair)

    # --- unions ----------------------------------------------------------------------------------------------------

    def _choices(self, pair: _SchemaPair) -> None:
        before = [read_union(item) for item in pair.old.choices]
        after = [read_union(item) for item in pair.new.choices]
        for left, right in zip(before, after, strict=False):
            self._told(Kind.CHOICE, left, right, pair)
            self._variants(variants_of(self.old, left), variants_of(self.new, right), pair)
        for item in before[len(after) :]:
            self._told(Kind.CHOICE, item, None, pair)
        for item in after[len(before) :]:
            self._told(Kind.CHOICE, None, item, pair)

    def _wrapped(self, pair: _SchemaPair) -> None:
        """One side is a union, the other is not: a plain schema is read as a union of one."""
        sides = [
            variants_of(side, read_union(schema.choices[0])) if _is_union(schema) else [_alone(schema)]
            for side, schema in ((self.old, pair.old), (self.new, pair.new))
        ]
        self._variants(sides[0], sides[1], pair)

    def _variants(self, old: list[Variant], new: list[Variant], pair: _SchemaPair) -> None:
        for before, after in match_variants(self.old, self.new, old, new):
            variant = after or before
            assert variant is not None
            if before is not None and after is not None:
                self._go(before.places, after.places, f"({variant.label})", pair)
            self._told(Kind.VARIANT, before, after, pair)


@dataclass(frozen=True, slots=True, eq=False)
class _SchemaPair:
    old: Schema
    new: Schema
    subject: Subject
    direction: Direction
    owner: Owner


def _is_union(schema: Schema) -> bool:
    """Whether a schema is one choice and says nothing besides."""
    return len(schema.choices) == 1 and not (schema.members or schema.items or schema.prefix or schema.enum)


def _alone(schema: Schema) -> Variant:
    types = "/".join(sorted(schema.types or ())) or "any value"
    return Variant(component_name(schema.node) or schema.node.text("title") or types, schema.nodes)


def by_key(old: Mapping[Any, T], new: Mapping[Any, T]) -> Iterator[tuple[T | None, T | None]]:
    """Old things in their order, each with the new one of the same key, then those that are new."""
    for key in dict.fromkeys((*old, *new)):
        yield old.get(key), new.get(key)
