"""`oneOf`, `anyOf` and discriminators become unions.

Variants that only restrict (`required: [a]`) change no type and are left out. Where the union stands beside properties,
every variant is combined with them. A schema with a discriminator that others extend through `allOf` is the union of those.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from .. import ir, names
from ..ir import ANY, NULL, Discriminator, Named, Type
from ..normalise import normalise_schema
from ..positions import unescape
from ..resolve import Node, UnresolvedRef, ref_of
from ..typeops import union_of, without_null
from .naming import Hint
from .shape import ANNOTATIONS, RESTRICTIONS, Choice, Shape, read_shape

if TYPE_CHECKING:
    from .schemas import Schemas

_MAX_COMBINATIONS = 48
_TITLE_WORDS = 4


class Unions:
    """Builds unions; `owner` builds everything else."""

    def __init__(self, owner: Schemas) -> None:
        self.owner = owner
        self._children: dict[tuple[str, str], list[Node]] | None = None

    def union(self, shape: Shape, hint: Hint) -> Type | None:
        """The union of the first choice of `shape`; None when no choice says anything about the type."""
        choices = [
            self._possible(choice, shape)
            for choice in shape.choices
            if not all(_only_restricts(item) for item in choice.variants)
        ]
        if not choices:
            return None
        choice, others = choices[0], choices[1:]
        size = 1
        for item in choices:
            size *= len(item.variants)
        if others and size > _MAX_COMBINATIONS:
            self.owner.notes.add(shape.node, f"{size} combinations of variants; only the first choice is typed")
            others = []
        combine = bool(shape.properties or others or (shape.types and shape.types != ("object",)))
        labels = self._labels(choice)
        types = [
            (
                self._combined(shape, others, variant, hint.variant(label))
                if combine
                else self.owner.type_of(variant, hint.variant(label))
            )
            for variant, label in zip(choice.variants, labels, strict=True)
        ]
        return self._discriminated(choice, types)

    def _possible(self, choice: Choice, shape: Shape) -> Choice:
        """The choice without variants that no value of the type beside it can be; all of them where none would be left."""
        if not shape.types:
            return choice
        beside = _widened(shape.types)
        kept = tuple(
            variant
            for variant in choice.variants
            if not (types := self.owner.shape(variant).types) or not beside.isdisjoint(_widened(types))
        )
        return replace(choice, variants=kept) if kept else choice

    def _combined(self, shape: Shape, others: list[Choice], variant: Node, hint: Hint) -> Type:
        """One variant together with what stands beside the choice."""
        if self._includes(variant, shape):
            return self.owner.type_of(variant, hint)
        merged = read_shape(self.owner.documents, [variant, shape.node], self.owner.notes)
        kept = {item.node.key for item in others} | {
            item.node.key for item in merged.choices if item.node.key not in {known.node.key for known in shape.choices}
        }
        merged.choices = [item for item in merged.choices if item.node.key in kept]
        merged.nullable = False
        type_ = self.owner.plain(merged, hint)
        return self.owner.claim_object(_at(merged, shape.node, variant), hint) if type_ is None else type_

    def _includes(self, variant: Node, base: Shape) -> bool:
        """Whether the variant says by itself all that stands beside the choice."""
        shape = self.owner.shape(variant)
        if base.node.key in shape.members:
            return True
        return (
            bool(base.properties)
            and base.properties.keys() <= shape.properties.keys()
            and base.required <= shape.required
        )

    # --- labels ----------------------------------------------------------------------------------------------------

    def _labels(self, choice: Choice) -> list[str]:
        """A telling, distinct word for each variant, independent of its position where possible."""
        candidates = [self._candidates(variant) for variant in choice.variants]
        counts = Counter(label for labels in candidates for label in dict.fromkeys(labels))
        chosen = [next((label for label in labels if counts[label] == 1), labels[0]) for labels in candidates]
        seen: Counter[str] = Counter()
        for index, label in enumerate(chosen):
            seen[label] += 1
            if seen[label] > 1:
                chosen[index] = f"{label}{seen[label]}"
        return chosen

    def _candidates(self, variant: Node) -> list[str]:
        """What a variant might be called, the best first."""
        ref = ref_of(variant.value)
        if ref is not None:
            return [names.class_name(unescape(ref.rpartition("/")[2]).partition(".")[0])]
        shape = self.owner.shape(variant)
        found: list[str] = []
        title = shape.fact("title")
        if title is not None and len(title.split()) <= _TITLE_WORDS:
            found.append(names.class_name(title))
        constants = (_constant(nodes[0]) for nodes in shape.properties.values())
        found.extend(names.class_name(value) for value in constants if value)
        found.extend(f"With{names.class_name(key)}" for key in shape.properties)
        if shape.enum is not None:
            found.append("Choice")
        found.append(names.class_name(shape.types[0]) if shape.types else "Variant")
        return found

    # --- discriminators --------------------------------------------------------------------------------------------

    def _discriminated(self, choice: Choice, types: list[Type]) -> Type:
        union = union_of(types)
        if choice.discriminator is None or not isinstance(union, ir.Union):
            return union
        discriminator = self._discriminator(choice.discriminator, choice.variants, types)
        if discriminator is None:
            return union
        listed = {name for _, name in discriminator.mapping}
        variants = [variant for variant in union.variants if variant != NULL]
        named = {variant.name for variant in variants if isinstance(variant, Named)}
        if len(named) != len(variants) or not named <= listed:
            return union
        variants.extend(
            Named(name=name) for name in dict.fromkeys(name for _, name in discriminator.mapping) if name not in named
        )
        if NULL in union.variants:
            variants.append(NULL)
        return ir.Union(variants=tuple(variants), discriminator=discriminator)

    def _discriminator(self, node: Node, variants: Sequence[Node], types: Sequence[Type]) -> Discriminator | None:
        """Explicit mapping first; a variant without an entry goes by its own constant, else by the name of its component."""
        name = node.text("propertyName")
        if name is None:
            return None
        if "defaultMapping" in node.map:  # any other tag, or none, means a variant, too
            self.owner.notes.add(node, "a discriminator with a default; the variants are told by what they hold")
            return None
        originals = [self._name_of(variant) for variant in variants]
        finals = [type_.name if isinstance(type_, Named) else None for type_ in types]
        became = {old: new for old, new in zip(originals, finals, strict=True) if old is not None and new is not None}
        pairs: dict[str, str] = {}
        for value, target in node.child("mapping").map.items():
            schema = self._mapped(node, target)
            if schema is not None:
                pairs[value] = became.get(schema, schema)
        mapped = set(pairs.values())
        for variant, final in zip(variants, finals, strict=True):
            if final is not None and final not in mapped:
                for value in self._own_values(variant, name):
                    pairs.setdefault(value, final)
        return Discriminator(property_name=name, mapping=tuple(pairs.items())) if pairs else None

    def _name_of(self, variant: Node) -> str | None:
        """The schema that a variant refers to."""
        if ref_of(variant.value) is None:
            return None
        type_ = without_null(self.owner.type_of(variant, Hint(name="Variant", key="")))
        return type_.name if isinstance(type_, Named) else None

    def _own_values(self, variant: Node, property_name: str) -> list[str]:
        """The values of the property that mean this variant, as far as it says."""
        for node in self.owner.shape(variant).properties.get(property_name, ()):
            values = self.owner.shape(node).enum
            if values and all(isinstance(value, str) for value in values):
                return [str(value) for value in values]
        ref = ref_of(variant.value)
        return [unescape(ref.rpartition("/")[2])] if ref is not None else []

    def _mapped(self, node: Node, target: ir.JSON) -> str | None:
        """The schema that a mapping entry means: a component's name, or a reference."""
        if not isinstance(target, str):
            return None
        components = self.owner.documents.top.child("components").child("schemas")
        if target in components.map:
            return self._name_of(
                Node(node.document, f"{node.pointer}/mapping", {"$ref": f"#{components.child(target).pointer}"})
            )
        ref = Node(node.document, f"{node.pointer}/mapping", {"$ref": target})
        try:
            self.owner.documents.follow(ref)
        except UnresolvedRef as error:
            self.owner.notes.add(node, f"{error}; this mapping is left out")
            return None
        return self._name_of(ref)

    # --- inheritance -----------------------------------------------------------------------------------------------

    def inherited(self, node: Node, hint: Hint) -> Type | None:
        """The union of the schemas that extend `node` through allOf, where it has a discriminator but lists no variants."""
        discriminator_node = _discriminator_of(node)
        if discriminator_node is None or node.map.keys() & {"oneOf", "anyOf"}:
            return None
        children = tuple(self.children().get(node.key, ()))
        refs = _as_refs(children)
        names_ = [self._name_of(ref) for ref in refs]
        discriminator = self._discriminator(
            discriminator_node, refs, [ANY if name is None else Named(name=name) for name in names_]
        )
        if not children or discriminator is None:
            return None
        own = self.owner.components.get(node.key, "")
        own_value = self._own_default(node, discriminator.property_name)
        if own_value is not None and own_value not in dict(discriminator.mapping):
            discriminator = Discriminator(
                property_name=discriminator.property_name, mapping=((own_value, own), *discriminator.mapping)
            )
        base = self._base(node, hint) if own in {name for _, name in discriminator.mapping} else own
        mapping = tuple((value, base if name == own else name) for value, name in discriminator.mapping)
        variants = tuple(Named(name=name) for name in dict.fromkeys(name for _, name in mapping))
        if len(variants) == 1:
            return None
        found = Discriminator(property_name=discriminator.property_name, mapping=mapping)
        return ir.Union(variants=variants, discriminator=found)

    def _own_default(self, node: Node, property_name: str) -> str | None:
        """The value by which a base means itself: the default of its own tag."""
        for item in reversed(self.owner.shape(node).properties.get(property_name, ())):
            value = item.map.get("default", item.map.get("const"))
            if isinstance(value, str):
                return value
        return None

    def _base(self, node: Node, hint: Hint) -> str:
        """The name of the class for the base itself, where a value of the discriminator means the base."""
        shape = self.owner.shape(node)
        type_ = self.owner.claim_object(shape, Hint(name=f"{hint.name}Base", key=f"{hint.key}/base"))
        return type_.name if isinstance(type_, Named) else hint.name

    def children(self) -> dict[tuple[str, str], list[Node]]:
        """Components by the component that they extend through a reference directly in allOf."""
        if self._children is None:
            self._children = {}
            documents = self.owner.documents
            for _, node in documents.top.child("components").child("schemas").children():
                for member in node.child("allOf").items():
                    ref = ref_of(member.value)
                    try:
                        target = documents.follow(member) if ref is not None else None
                    except UnresolvedRef:
                        continue
                    if target is not None:
                        self._children.setdefault(target.key, []).append(node)
        return self._children


def _discriminator_of(node: Node) -> Node | None:
    """The discriminator of a schema, also where it stands in an inline member of its allOf."""
    for item in (node, *node.child("allOf").items()):
        if isinstance(item.map.get("discriminator"), dict) and (item is node or ref_of(item.value) is None):
            return item.child("discriminator")
    return None


def _as_refs(nodes: tuple[Node, ...]) -> tuple[Node, ...]:
    return tuple(
        Node(node.document, node.pointer + "/@", {"$ref": "#" + node.pointer.replace("%", "%25")}) for node in nodes
    )


def _constant(node: Node) -> str | None:
    """The one text that a property may hold."""
    enum = node.map.get("enum")
    value = node.map.get("const", enum[0] if isinstance(enum, list) and len(enum) == 1 else None)
    return value if isinstance(value, str) and value else None


def _widened(types: Sequence[str]) -> frozenset[str]:
    """Types with `integer` wherever `number` stands: an integer is a number, too."""
    return frozenset(types) | ({"integer"} if "number" in types else frozenset())


def _at(shape: Shape, base: Node, variant: Node) -> Shape:
    """The combined shape, standing where the variant stands and saying what both say."""
    shape.node = Node(variant.document, variant.pointer, {"allOf": [base.value, variant.value]})
    return shape


def _only_restricts(variant: Node) -> bool:
    schema = normalise_schema(variant.value)
    return variant.value is not False and not (schema.keys() - ANNOTATIONS - RESTRICTIONS)
