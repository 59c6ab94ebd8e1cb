"""One schema as everything that must hold at once: `allOf` and `$ref` siblings flattened into a `Shape`.

Members that say the same thing are merged: types and enums are intersected, properties joined (a property that several
members describe becomes the combination of them), bounds tightened. A contradiction is noted and read as the wider type.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ..ir import JSON
from ..normalise import NULL, normalise_schema
from ..resolve import Documents, Node, UnresolvedRef, ref_of
from .notes import Notes

# Keywords that say nothing about the type of a value.
ANNOTATIONS = frozenset(
    {
        "title", "description", "example", "examples", "default", "deprecated", "externalDocs", "xml", "readOnly", "writeOnly",
        "$comment", "$id", "$schema", "$anchor", "$defs", "definitions", "nullable", "discriminator", "summary", "name", "in",
    }
)  # fmt: skip
MAX_MEMBERS = 100
TYPES = frozenset({"string", "number", "integer", "boolean", "object", "array", "file"})
# Keywords that only restrict values which the type already describes.
RESTRICTIONS = frozenset(
    {"required", "not", "if", "then", "else", "dependentRequired", "dependentSchemas", "minProperties", "maxProperties"}
)
BOUNDS = (
    "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength", "pattern", "minItems",
    "maxItems", "uniqueItems",
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """One `oneOf` or `anyOf`: `node` is the list's place, `discriminator` stands beside it."""

    node: Node
    variants: tuple[Node, ...]
    discriminator: Node | None


@dataclass(slots=True, eq=False)
class Shape:
    """Everything that one value must satisfy. `types` is None when no type is said; null is only in `nullable`."""

    node: Node
    types: tuple[str, ...] | None = None
    nullable: bool = False
    enum: list[JSON] | None = None
    enum_node: Node | None = None
    format: str | None = None
    properties: dict[str, list[Node]] = field(default_factory=dict)
    required: set[str] = field(default_factory=set)
    additional: Node | None = None
    patterns: list[Node] = field(default_factory=list)
    items: Node | None = None
    prefix: list[Node] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)
    facts: dict[str, JSON] = field(default_factory=dict)
    members: set[tuple[str, str]] = field(default_factory=set)
    never: bool = False

    def fact(self, key: str) -> str | None:
        """A text annotation (title, description, …) of the outermost member that has it."""
        value = self.facts.get(key)
        return value if isinstance(value, str) and value.strip() else None

    @property
    def is_object(self) -> bool:
        """Whether a class describes it: an object with members of known names."""
        return bool(self.properties) and (self.types is None or "object" in self.types)


def read_shape(documents: Documents, nodes: Iterable[Node], notes: Notes) -> Shape:
    """The shape that all of `nodes` describe together. References and `allOf` are followed; `oneOf` and `anyOf` are kept."""
    listed = list(nodes)
    return _Reader(documents, notes, Shape(listed[0])).read(listed)


class _Reader:
    def __init__(self, documents: Documents, notes: Notes, shape: Shape) -> None:
        self.documents = documents
        self.notes = notes
        self.shape = shape
        self.nullable: list[bool] = []
        self.seen: set[tuple[str, str]] = set()

    def read(self, nodes: list[Node]) -> Shape:
        said = [self.add(node) for node in nodes]
        forced = any(said)
        shape = self.shape
        shape.nullable = forced or (bool(self.nullable) and all(self.nullable))
        if shape.enum is not None and None not in shape.enum and not forced:
            shape.nullable = shape.nullable and not self._enum_excludes_null()
        return shape

    def _enum_excludes_null(self) -> bool:
        # 3.1 means it when an enum beside `type: [string, "null"]` lacks null; 3.0's `nullable: true` is kept by everybody.
        return self.documents.version != "3.0"

    def add(self, node: Node) -> bool:
        """Add one member with all that it refers to. True when this member itself says that null is allowed."""
        if node.key in self.seen:
            return False
        if len(self.seen) >= MAX_MEMBERS:
            self.notes.add(node, f"more than {MAX_MEMBERS} schemas combined; the rest is left out")
            return False
        self.seen.add(node.key)
        self.shape.members.add(node.key)
        schema = normalise_schema(node.value)
        if node.value is False:
            self.shape.never = True
        forced = bool(schema.get("nullable"))
        ref = ref_of(node.value)
        if ref is not None:
            self._facts(schema)
            self._follow(node)
            del schema["$ref"]
        if not (schema.keys() <= ANNOTATIONS) or ref is None:
            self._own(node, schema, silent=ref is not None)
        return forced

    def _follow(self, node: Node) -> None:
        try:
            target = self.documents.target(node.document, ref_of(node.value) or "", node.pointer)
            if target.map.keys() == {"$ref"}:
                target = self.documents.follow(target)
        except UnresolvedRef as error:
            self.notes.add(node, f"{error}; read as any value")
            self.nullable.append(True)
            return
        self.add(target)

    def _own(self, node: Node, schema: dict[str, JSON], *, silent: bool) -> None:
        self._facts(schema)
        self._types(node, schema, silent=silent)
        self._enum(node, schema)
        self._objects(node, schema)
        self._arrays(node, schema)
        if isinstance(schema.get("format"), str):
            self.shape.format = self.shape.format or str(schema["format"])
        for key in BOUNDS:
            if key in schema:
                self.shape.facts[key] = _tighter(key, self.shape.facts.get(key), schema[key])
        for key in ("contentEncoding", "contentMediaType"):
            if key in schema:
                self.shape.facts.setdefault(key, schema[key])
        self._choices(node, schema)
        for member in node.child("allOf").items():
            self.add(member)

    def _facts(self, schema: dict[str, JSON]) -> None:
        for key in schema.keys() & (ANNOTATIONS - {"$defs", "definitions"}):
            self.shape.facts.setdefault(key, schema[key])
        for key in schema:
            if key.startswith("x-"):
                self.shape.facts.setdefault(key, schema[key])

    def _types(self, node: Node, schema: dict[str, JSON], *, silent: bool) -> None:
        given = schema.get("type")
        if not isinstance(given, list):
            if not silent and (schema.keys() - ANNOTATIONS - RESTRICTIONS - {"allOf"}):
                enum = schema.get("enum")
                self.nullable.append((isinstance(enum, list) and None in enum) or bool(schema.get("nullable")))
            return
        self.nullable.append(NULL in given)
        types = tuple(str(item) for item in given if item != NULL)
        for unknown in [item for item in types if item not in TYPES]:
            self.notes.add(node.child("type"), f'"{unknown[:40]}" is no type; read as any value')
        if self.shape.types is None:
            self.shape.types = types
            return
        both = tuple(item for item in self.shape.types if item in types or (item == "integer" and "number" in types))
        if "integer" in types and "number" in self.shape.types and "integer" not in both:
            both += ("integer",)
        if not both and self.shape.types and types:
            self.notes.add(
                node, f"allOf asks for {' and '.join(sorted({*self.shape.types, *types}))} at once; read as either"
            )
            both = (*self.shape.types, *types)
        self.shape.types = both

    def _enum(self, node: Node, schema: dict[str, JSON]) -> None:
        values: JSON = [schema["const"]] if "const" in schema else schema.get("enum")
        if not isinstance(values, list):
            return
        if not values:
            self.notes.add(node, "an empty enum allows nothing; read as its type")
            return
        if self.shape.enum is None:
            self.shape.enum, self.shape.enum_node = values, node
            return
        both = [value for value in self.shape.enum if value in values]
        if not both:
            self.notes.add(node, "allOf combines enums without a common value; read as either")
            both = [*self.shape.enum, *values]
        self.shape.enum = both

    def _objects(self, node: Node, schema: dict[str, JSON]) -> None:
        if isinstance(schema.get("properties"), dict):
            for key, child in node.child("properties").children():
                self.shape.properties.setdefault(key, []).append(child)
        required = schema.get("required")
        if isinstance(required, list):
            self.shape.required.update(item for item in required if isinstance(item, str))
        if isinstance(schema.get("patternProperties"), dict):
            self.shape.patterns.extend(child for _, child in node.child("patternProperties").children())
        for key in ("additionalProperties", "unevaluatedProperties"):
            if key in schema and (self.shape.additional is None or self.shape.additional.value in (True, False)):
                self.shape.additional = node.child(key)

    def _arrays(self, node: Node, schema: dict[str, JSON]) -> None:
        if "prefixItems" in schema and not self.shape.prefix:
            key = "prefixItems" if "prefixItems" in node.map else "items"
            self.shape.prefix.extend(node.child(key).items())
            rest = "items" if key == "prefixItems" else "additionalItems"
            if rest in node.map:
                self.shape.items = node.child(rest)
        elif "items" in schema and self.shape.items is None:
            self.shape.items = node.child("items")

    def _choices(self, node: Node, schema: dict[str, JSON]) -> None:
        discriminator = node.child("discriminator") if isinstance(schema.get("discriminator"), dict) else None
        for key in ("oneOf", "anyOf"):
            variants = tuple(node.child(key).items())
            # A schema that is reached through allOf from one of its own variants only lends its members.
            if variants and not any(self._reaches(variant) for variant in variants):
                self.shape.choices.append(Choice(node.child(key), variants, discriminator))

    def _reaches(self, variant: Node) -> bool:
        try:
            return ref_of(variant.value) is not None and self.documents.follow(variant).key in self.seen
        except UnresolvedRef:
            return False


def _tighter(key: str, old: JSON, new: JSON) -> JSON:
    """The stricter of two bounds; the first when they cannot be compared."""
    if isinstance(old, int | float) and isinstance(new, int | float) and not isinstance(old, bool):
        return max(old, new) if key.lower().startswith(("min", "exclusivemin")) else min(old, new)
    return old if old is not None else new


def is_untyped(shape: Shape) -> bool:
    """Whether the schema says nothing about the type."""
    return not (
        shape.types is not None
        or shape.enum is not None
        or shape.properties
        or shape.choices
        or shape.never
        or guess_types(shape)
    )


def guess_types(shape: Shape) -> tuple[str, ...]:
    """The type that the other keywords imply."""
    if shape.properties or shape.additional is not None or shape.patterns:
        return ("object",)
    if shape.items is not None or shape.prefix:
        return ("array",)
    if shape.format in ("date-time", "date", "uuid", "binary", "byte") or shape.facts.keys() & {
        "pattern",
        "minLength",
        "maxLength",
    }:
        return ("string",)
    if shape.facts.keys() & {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}:
        return ("number",)
    return ("array",) if shape.facts.keys() & {"minItems", "maxItems", "uniqueItems"} else ()


def telling_keys(node: Node) -> set[str]:
    """The keywords of a schema that say something about values: no annotations, no extensions."""
    return {key for key in node.map if key not in ANNOTATIONS and not key.startswith("x-")}


def only_member(node: Node) -> Node | None:
    """The one member of `allOf` that says something, where nothing else does: the usual way to describe a reference."""
    if telling_keys(node) != {"allOf"} or isinstance(node.map.get("discriminator"), dict):
        return None
    members = list(node.child("allOf").items())
    telling = [item for item in members if telling_keys(item)]
    silent = [item for item in members if item not in telling]
    if len(telling) != 1 or any(item.map.get("nullable") is True for item in silent):
        return None
    return telling[0]
