"""Which old thing is which new thing: operations by path and then by id, variants by what tells them apart."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from ..positions import unescape
from ..resolve import Documents, Node, UnresolvedRef, ref_of
from .pairs import Coded, Operation, Union, Variant
from .read import Side, mapping_of, path_shape
from .schema import Choice, Schema

T = TypeVar("T")
Matched = tuple[T | None, T | None]
_ALIKE = 0.5
SCHEMAS = "/components/schemas"


def match_operations(old: Sequence[Operation], new: Sequence[Operation]) -> Iterator[Matched[Operation]]:
    """Old operations in their order, each with what became of it, then those that are new."""
    steps: list[Callable[[Operation], Hashable]] = [
        lambda item: (item.method, path_shape(item.path)),
        lambda item: item.operation_id if item.is_named else item,
    ]
    yield from match(old, new, steps)


def match(old: Sequence[T], new: Sequence[T], steps: Iterable[Callable[[T], Hashable | None]]) -> Iterator[Matched[T]]:
    """Pair items whose key is the same and met once on each side, key by key; None as a key never matches."""
    found: dict[int, int] = {}
    for key in steps:
        left = _once(old, key, set(found))
        right = _once(new, key, set(found.values()))
        found.update({index: right[name] for name, index in left.items() if name in right})
    for index, item in enumerate(old):
        yield item, new[found[index]] if index in found else None
    taken = set(found.values())
    yield from ((None, item) for index, item in enumerate(new) if index not in taken)


def _once(items: Sequence[T], key: Callable[[T], Hashable | None], taken: set[int]) -> dict[Hashable, int]:
    found: dict[Hashable, list[int]] = {}
    for index, item in enumerate(items):
        name = key(item) if index not in taken else None
        if name is not None:
            found.setdefault(name, []).append(index)
    return {name: indexes[0] for name, indexes in found.items() if len(indexes) == 1}


def match_responses(old: Mapping[str, Coded], new: Mapping[str, Coded]) -> Iterator[Matched[Coded]]:
    """Answers by status; one that is left over goes with a range that holds it ("200" with "2XX")."""
    left, right = ([key for key in one if key not in other] for one, other in ((old, new), (new, old)))
    steps: list[Callable[[str], Hashable | None]] = [lambda key: f"{key[:1]}XX" if key[:1].isdecimal() else None]
    ranges = {
        before: after
        for before, after in match(left, right, steps)
        if before is not None and after is not None and "XX" in before + after
    }
    for key in old:
        yield old[key], new.get(ranges.get(key, key))
    yield from ((None, new[key]) for key in right if key not in ranges.values())


def read_union(choice: Choice) -> Union:
    """A choice with its discriminator; a variant that the mapping does not name goes by its component's name."""
    name = choice.node.child("discriminator").text("propertyName")
    mapping = dict(mapping_of(choice.node))
    for variant in choice.variants if name is not None else ():
        component = component_name(variant)
        if component is not None and component not in mapping.values():
            mapping[component] = component
    return Union(choice, name, mapping)


def variants_of(side: Side, union: Union) -> list[Variant]:
    """The variants, each named by its component, its title, its constant or its type."""
    found = []
    for node in union.choice.variants:
        component = component_name(node)
        values = tuple(sorted(key for key, target in union.mapping.items() if target == component))
        found.append(Variant(component or _label(side, node), (node,), values if union.discriminator else ()))
    return found


def match_variants(
    old_side: Side, new_side: Side, old: list[Variant], new: list[Variant]
) -> Iterator[Matched[Variant]]:
    """Variants by the discriminator's value, by name, by equal text, by constants; then what looks most alike."""
    sides = {**{id(item): old_side for item in old}, **{id(item): new_side for item in new}}

    def tag(item: Variant) -> Hashable | None:
        return _constants(sides[id(item)], item.places)

    steps: list[Callable[[Variant], Hashable | None]] = [
        lambda item: item.values or None,
        lambda item: component_name(item.node),
        lambda item: item.node.text("title"),
        lambda item: repr(item.node.value),
        tag,
    ]
    rest_old, rest_new = [], []
    for before, after in match(old, new, steps):
        if before is not None and after is not None:
            yield before, after
        elif before is not None:
            rest_old.append(before)
        elif after is not None:
            rest_new.append(after)
    yield from _alike(old_side, new_side, rest_old, rest_new)


def _alike(old_side: Side, new_side: Side, old: list[Variant], new: list[Variant]) -> Iterator[Matched[Variant]]:
    left = list(new)
    for item in old:
        scored = [(_likeness(old_side.schema(item.places), new_side.schema(other.places)), other) for other in left]
        score, best = max(scored, key=lambda pair: pair[0], default=(0.0, None))
        if best is not None and score >= _ALIKE:
            left.remove(best)
            yield item, best
        else:
            yield item, None
    yield from ((None, item) for item in left)


def _likeness(old: Schema, new: Schema) -> float:
    """0 to 1: the same types, and the share of common members."""
    if old.types != new.types:
        return 0.0
    names = old.members.keys() | new.members.keys()
    return len(old.members.keys() & new.members.keys()) / len(names) if names else 1.0


def _constants(side: Side, nodes: tuple[Node, ...]) -> Hashable | None:
    """Members that can hold one value only: what tells variants apart where there is no discriminator."""
    found = []
    for name, places in side.schema(nodes).members.items():
        enum = side.schema(places).enum
        if enum is not None and len(enum) == 1:
            found.append((name, repr(enum[0])))
    return tuple(sorted(found)) or None


def _label(side: Side, node: Node) -> str:
    constants = _constants(side, (node,))
    types = side.schema((node,)).types
    title = node.text("title")
    return title or (repr(constants) if constants is not None else "") or "/".join(sorted(types or ())) or "any value"


def component_name(node: Node) -> str | None:
    """The name of the component that a node is, or refers to."""
    ref = ref_of(node.value)
    if ref is not None:
        return unescape(ref.rpartition("/")[2])
    parent, _, name = node.pointer.rpartition("/")
    return unescape(name) if parent == SCHEMAS else None


def leads_to(documents: Documents, node: Node) -> Node:
    """A node behind references that say nothing of their own, so that a component is compared once for all its users."""
    while (ref := ref_of(node.value)) is not None and not node.map.keys() - {"$ref", "description", "summary", "title"}:
        try:
            node = documents.target(node.document, ref, node.pointer)
        except UnresolvedRef:
            return node
    return node
