"""Schemas of the document become `ir.Schema`s and `ir.Type`s.

`type_of` gives the type of any schema node. What deserves a name of its own (components, targets of references, inline
objects, long enums, unions with a discriminator) becomes a named schema; its content is built later from a queue, so that
recursion in the document is no recursion here. Null never sits inside a named schema: whoever refers to it adds null.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace

from .. import ir
from ..config import Config, SchemaConfig
from ..ir import ANY, NULL, AliasSchema, Array, Map, Named, Tuple, Type
from ..nameslock import NamesLock
from ..normalise import normalise_schema
from ..positions import unescape
from ..resolve import Documents, Node, UnresolvedRef, ref_of
from ..typeops import union_of, without_null
from .naming import MAX_DEPTH, Hint, Namer, place_key, pointer_name
from .notes import Notes
from .objects import Objects
from .scalars import constraints, enumeration, scalar
from .shape import Shape, guess_types, is_untyped, only_member, read_shape, telling_keys
from .sources import Sources
from .unions import Unions

_INLINE_ENUM_LENGTH = 60


@dataclass(frozen=True, slots=True)
class _Pending:
    """A named schema whose content is still to be built."""

    name: str
    api_name: str | None
    shape: Shape
    hint: Hint


@dataclass(slots=True)
class Schemas:
    """Everything that is known about schemas while an API is built."""

    documents: Documents
    config: Config
    notes: Notes
    sources: Sources
    namer: Namer
    components: dict[tuple[str, str], str] = field(default_factory=dict)
    built: dict[str, ir.Schema] = field(default_factory=dict)
    unions: Unions = field(init=False)
    objects: Objects = field(init=False)
    _types: dict[tuple[str, str], Type] = field(default_factory=dict)
    _shapes: dict[tuple[str, str], Shape] = field(default_factory=dict)
    _null: dict[tuple[str, str], bool] = field(default_factory=dict)
    _queue: deque[_Pending] = field(default_factory=deque)
    _queued: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.unions = Unions(self)
        self.objects = Objects(self)

    @classmethod
    def of(cls, documents: Documents, config: Config, lock: NamesLock, notes: Notes) -> Schemas:
        """Start with the names of all components."""
        schemas = cls(documents, config, notes, Sources(documents), Namer(lock))
        schemas._register()
        return schemas

    def _register(self) -> None:
        parent = self.documents.top.child("components").child("schemas")
        nodes = dict(parent.children())
        given = {key: item.name for key, item in self.config.schemas.items() if item.name and key in nodes}
        found = self.namer.components(nodes, given)
        for key, node in nodes.items():
            self.components[node.key] = found[key]
        for key, node in nodes.items():
            target = self._final(node)
            # A component that only refers into another file lends its name to what stands there.
            if target is not None and target.key != node.key:
                self.components.setdefault(target.key, found[key])

    def _final(self, node: Node) -> Node | None:
        if telling_keys(node) != {"$ref"}:
            return None
        try:
            return self.documents.follow(node)
        except UnresolvedRef:
            return None

    def build_components(self) -> None:
        """Build every component of the root document, in its order, and all that hangs on them."""
        for _, node in self.documents.top.child("components").child("schemas").children():
            self.named(node)
        self.drain()

    def drain(self) -> None:
        """Build what has been named but not built."""
        while self._queue:
            pending = self._queue.popleft()
            owner, self.notes.owner = self.notes.owner, pending.name
            self.built[pending.name] = self._schema(pending)
            self.notes.owner = owner

    # --- references ------------------------------------------------------------------------------------------------

    def type_of(self, node: Node, hint: Hint) -> Type:
        """The type of the schema at `node`; `hint` names it if it needs a name."""
        if ref_of(node.value) is not None and telling_keys(node) == {"$ref"}:
            type_ = self._referred(node)
            return union_of([type_, NULL]) if normalise_schema(node.value).get("nullable") else type_
        if node.key in self.components:
            return self.named(node)
        only = only_member(node)
        if only is not None:
            type_ = self.type_of(only, hint)
            return union_of([type_, NULL]) if normalise_schema(node.value).get("nullable") else type_
        known = self._types.get(node.key)
        if known is None and isinstance(node.map.get("$dynamicRef"), str):
            known = self._types[node.key] = self._dynamic(node)
        if known is None:
            if node.key in self.documents.targets:
                hint = self._hint_at(node)
            known = self._types[node.key] = self.inline(self.shape(node), hint)
        return known

    def _referred(self, node: Node) -> Type:
        try:
            self.documents.follow(node)
            target = self.documents.target(node.document, ref_of(node.value) or "", node.pointer)
        except UnresolvedRef as error:
            self.notes.add(node, f"{error}; read as any value")
            return ANY
        if target.key in self.components:
            return self.named(target)
        if ref_of(target.value) is not None:
            return self.type_of(target, self._hint_at(target))
        return self._located(target)

    def _dynamic(self, node: Node) -> Type:
        """What a dynamic reference means where one schema alone has its anchor; else it depends on who asks: any value."""
        ref = str(node.map["$dynamicRef"])
        anchored = self.documents.dynamic_anchors(node.document, ref.partition("#")[2])
        if len(anchored) == 1:
            return self._referred(Node(node.document, node.pointer, {"$ref": ref}))
        self.notes.add(node, f'"{ref[:80]}" depends on where it is used; read as any value')
        return ANY

    def _located(self, node: Node) -> Type:
        """The type of something without a name of its own that references point at: named, so that it can recur."""
        known = self._types.get(node.key)
        if known is not None:
            return known
        shape = self.shape(node)
        hint = self._hint_at(node)
        if shape.properties or shape.choices or shape.items is not None or shape.prefix or shape.additional is not None:
            name, new = self.namer.claim(hint, node, "Schema")
            if new:
                self._enqueue(_Pending(name, None, shape, hint))
            known = self._with_null(Named(name=name), node)
        else:
            known = self.inline(shape, hint)
        self._types[node.key] = known
        return known

    def named(self, node: Node) -> Type:
        """The type of a component: its name, with null added where it allows null."""
        name = self.components[node.key]
        shape = self.shape(node)
        if name not in self._queued:
            api_name = unescape(node.pointer.rpartition("/")[2]) if node.pointer else None
            self._enqueue(_Pending(name, api_name, shape, Hint(name=name, key=place_key(self.documents, node))))
        if is_untyped(shape):
            return ANY
        return self._with_null(Named(name=name), node)

    def _enqueue(self, pending: _Pending) -> None:
        self._queued.add(pending.name)
        self._queue.append(pending)

    def _with_null(self, type_: Type, node: Node) -> Type:
        return union_of([type_, NULL]) if self.accepts_null(node) else type_

    def shape(self, node: Node) -> Shape:
        """The shape of the schema at `node`."""
        known = self._shapes.get(node.key)
        if known is None:
            known = self._shapes[node.key] = read_shape(self.documents, [node], self.notes)
        return known

    def accepts_null(self, node: Node) -> bool:
        """Whether null is allowed at `node`, through references and variants."""
        known = self._null.get(node.key)
        if known is None:
            seen: set[tuple[str, str]] = set()
            stack, known = [node], False
            while stack and not known:
                item = stack.pop()
                if item.key not in seen:
                    seen.add(item.key)
                    shape = self.shape(item)
                    known = shape.nullable or self._null.get(item.key, False)
                    if item.key not in self._null:
                        stack.extend(variant for choice in shape.choices for variant in choice.variants)
            self._null.update({node.key: True} if known else dict.fromkeys(seen, False))
        return known

    def _hint_at(self, node: Node) -> Hint:
        """A name for a place that only references know: from the last names in its pointer, or its file."""
        name = pointer_name(node)
        return Hint(name=name, key=place_key(self.documents, node))

    # --- types -----------------------------------------------------------------------------------------------------

    def inline(self, shape: Shape, hint: Hint) -> Type:
        """The type of a schema in place: named only if it needs a name."""
        if hint.depth > MAX_DEPTH:
            self.notes.add(shape.node, f"nested more than {MAX_DEPTH} levels deep; read as any value")
            return ANY
        type_ = self.plain(shape, hint)
        if type_ is None:
            type_ = self.claim_object(shape, hint)
        elif _deserves_name(type_):
            type_ = self.claim_alias(shape, type_, hint)
        return union_of([type_, NULL]) if shape.nullable else type_

    def claim_object(self, shape: Shape, hint: Hint) -> Type:
        """Name an inline object and queue it."""
        name, new = self.namer.claim(hint, shape.node, "Object")
        if new:
            self._enqueue(_Pending(name, None, shape, Hint(name=name, key=hint.key)))
        return Named(name=name)

    def claim_alias(self, shape: Shape, type_: Type, hint: Hint) -> Type:
        """Name an inline enum or union."""
        null = isinstance(type_, ir.Union) and NULL in type_.variants
        bare = without_null(type_)
        name, new = self.namer.claim(hint, shape.node, "Enum" if isinstance(bare, ir.Enumeration) else "Variant")
        if new:
            self.built[name] = self._alias(_Pending(name, None, shape, hint), bare)
        return union_of([Named(name=name), NULL]) if null else Named(name=name)

    def plain(self, shape: Shape, hint: Hint) -> Type | None:
        """The type that needs no class; None for an object with properties."""
        if shape.enum is not None:
            found = enumeration(shape, self.notes)
            if found is not None:
                return found
        if shape.choices:
            union = self.unions.union(shape, hint)
            if union is not None:
                return union
        if shape.never:
            return ANY
        if shape.is_object and shape.types in (None, ("object",)):
            return None
        types = shape.types if shape.types is not None else guess_types(shape)
        if not types:
            return NULL if shape.nullable and shape.types == () else ANY
        return union_of(self._by_type(kind, shape, hint) for kind in types)

    def _by_type(self, kind: str, shape: Shape, hint: Hint) -> Type:
        if kind == "array":
            return self._array(shape, hint)
        if kind == "object":
            # Only the object: under its name stands a class, and no union that would hold itself.
            own = replace(shape, types=("object",), nullable=False, enum=None, choices=[])
            return self.claim_object(own, hint) if shape.properties else self._map(shape, hint)
        return scalar(kind, shape)

    def _array(self, shape: Shape, hint: Hint) -> Type:
        if shape.prefix:
            rest: Type | None = ANY
            if shape.items is not None:
                rest = None if shape.items.value is False else self.type_of(shape.items, hint.item())
            prefix = tuple(self.type_of(node, hint.variant(f"Item{i}")) for i, node in enumerate(shape.prefix, 1))
            return Tuple(prefix=prefix, rest=rest)
        untyped = shape.items is None or shape.items.value is False
        items = ANY if untyped or shape.items is None else self.type_of(shape.items, hint.item())
        return Array(items=items, constraints=constraints(shape))

    def _map(self, shape: Shape, hint: Hint) -> Type:
        return Map(values=self.additional(shape, hint) or ANY)

    def additional(self, shape: Shape, hint: Hint) -> Type | None:
        """The type of members that are not listed; None when nothing is said about them."""
        nodes = list(shape.patterns)
        if shape.additional is not None and isinstance(shape.additional.value, dict):
            nodes.append(shape.additional)
        elif nodes and shape.additional is None:
            return None
        type_ = union_of(self.type_of(node, hint.value()) for node in nodes) if nodes else ANY
        return None if type_ == ANY else type_

    # --- named schemas ---------------------------------------------------------------------------------------------

    def _schema(self, pending: _Pending) -> ir.Schema:
        shape = pending.shape
        type_: Type | None = None
        if self.components.get(shape.node.key) == pending.name:
            type_ = self.unions.inherited(shape.node, pending.hint)
            if type_ is None and self._is_alias_of_ref(shape.node):
                type_ = self._referred(shape.node)
        if type_ is None:
            type_ = self.plain(shape, pending.hint)
        if type_ is None:
            return self.objects.build(pending.name, pending.api_name, shape, pending.hint)
        if type_ == Named(name=pending.name):
            self.notes.add(shape.node, "refers to itself only; read as any value")
            type_ = ANY
        return self._alias(pending, type_ if type_ == NULL else without_null(type_))

    def _is_alias_of_ref(self, node: Node) -> bool:
        final = self._final(node)
        return final is not None and self.components.get(final.key) != self.components.get(node.key)

    def _alias(self, pending: _Pending, type_: Type) -> AliasSchema:
        shape = pending.shape
        return AliasSchema(
            name=pending.name,
            api_name=pending.api_name,
            type=type_,
            is_distinct=self._is_distinct(pending, type_),
            title=shape.fact("title"),
            description=shape.fact("description"),
            deprecated=shape.facts.get("deprecated") is True,
            source=self.sources.of(shape.node),
            location=shape.node.location,
        )

    def _is_distinct(self, pending: _Pending, type_: Type) -> bool:
        """Whether client.toml asks for a `NewType`, which only a plain string can be."""
        if not self.config.schemas.get(pending.api_name or pending.name, SchemaConfig()).newtype:
            return False
        if isinstance(type_, ir.Scalar) and type_.kind is ir.ScalarKind.STRING:
            return True
        self.notes.add(pending.shape.node, "`newtype` is for plain strings; the schema keeps its type")
        return False


def _deserves_name(type_: Type) -> bool:
    """Long enums and unions with a discriminator read better under a name."""
    bare = without_null(type_)
    if isinstance(bare, ir.Enumeration):
        return sum(len(repr(value)) + 2 for value in bare.values) > _INLINE_ENUM_LENGTH
    return isinstance(bare, ir.Union) and bare.discriminator is not None
