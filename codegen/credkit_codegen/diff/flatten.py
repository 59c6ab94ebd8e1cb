"""One schema as everything that must hold at once: `$ref`, `allOf`, and the many ways to write null, flattened.

Unlike the generator's own shape it keeps, for every keyword, the place that says it, and it keeps the keywords that no Python type can
express. What means the same reads the same: `nullable`, `type: [.., "null"]` and a null variant; `const` and an enum of one;
a choice of constants and an enum; a choice of bare types and a list of types; a choice of one and the one.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..ir import JSON
from ..normalise import NULL, normalise_schema
from ..resolve import Documents, Node, UnresolvedRef, ref_of
from .schema import CONDITIONS, LOWER, UPPER, Choice, Schema, number

ANNOTATIONS = frozenset(
    {
        "title", "description", "example", "examples", "externalDocs", "xml", "$comment", "$id", "$schema", "$anchor", "$defs",
        "definitions", "summary", "deprecated", "default", "readOnly", "writeOnly", "discriminator",
    }
)  # fmt: skip
# Said once, the outermost word counts.
_NOTED = ("default", "deprecated", "readOnly", "writeOnly", "x-enum-open", "x-sunset")
_TEXTS = ("format", "pattern", "contentEncoding", "contentMediaType")
_PLAIN = (*_TEXTS, "multipleOf", "uniqueItems")
_GUESSES = (
    (
        "object",
        ("properties", "additionalProperties", "required", "minProperties", "maxProperties", "patternProperties"),
    ),
    ("array", ("items", "prefixItems", "minItems", "maxItems", "uniqueItems")),
    ("string", ("pattern", "minLength", "maxLength", "contentEncoding")),
    ("number", (*LOWER[:2], *UPPER[:2], "multipleOf")),
)
_TYPE_OF = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}
_MOST = 200


def read_schema(documents: Documents, nodes: Iterable[Node]) -> Schema:
    """What all of `nodes` demand together; a reference to nothing demands nothing."""
    return _Reader(documents).read(tuple(nodes))


class _Reader:
    def __init__(self, documents: Documents) -> None:
        self.documents = documents
        self.seen: set[tuple[str, str]] = set()
        self.null: list[bool] = []
        self.is_forced = False
        self.guess: set[str] = set()
        self.enum_has_null: bool | None = None

    def read(self, nodes: tuple[Node, ...]) -> Schema:
        self.schema = schema = Schema(nodes)
        for node in nodes:
            self._add(node)
        self._fold_choices()
        if schema.types is None and schema.enum is not None:
            schema.types = frozenset(_type_of(value) for value in schema.enum) or None
        elif schema.types is None and not schema.choices:
            schema.types = next((frozenset({name}) for name, keys in _GUESSES if self.guess & set(keys)), None)
        if schema.is_never:
            schema.types = frozenset()
        schema.is_nullable = self._nullable()
        return schema

    def _nullable(self) -> bool:
        if self.is_forced:
            return True
        if self.enum_has_null is False and self.documents.version != "3.0":
            return False
        if not self.null:
            return self.schema.is_any
        return all(self.null)

    def _add(self, node: Node) -> None:
        if node.key in self.seen or len(self.seen) >= _MOST:
            return
        self.seen.add(node.key)
        if ref_of(node.value) is not None:
            try:
                target = self.documents.target(node.document, ref_of(node.value) or "", node.pointer)
            except UnresolvedRef:
                return
            self._notes(node)
            self.is_forced = self.is_forced or normalise_schema(node.value).get("nullable") is True
            self._own(node, {key: value for key, value in normalise_schema(node.value).items() if key != "$ref"})
            self._add(target)
            return
        self.schema.is_never = self.schema.is_never or node.value is False
        self._notes(node)
        self._own(node, normalise_schema(node.value))

    def _notes(self, node: Node) -> None:
        for key in _NOTED:
            if key in node.map:
                self.schema.facts.setdefault(key, (node.map[key], node))

    def _own(self, node: Node, schema: dict[str, JSON]) -> None:
        if not schema.keys() - ANNOTATIONS:
            return
        self.guess |= schema.keys()
        self.is_forced = self.is_forced or (schema.get("nullable") is True)
        self._types(node, schema)
        self._values(node, schema)
        self._bounds(node, schema)
        self._structure(node, schema)
        for member in node.child("allOf").items():
            self._add(member)

    def _types(self, node: Node, schema: dict[str, JSON]) -> None:
        given = schema.get("type")
        if isinstance(given, list):
            self._restrict(frozenset(str(item) for item in given if item != NULL))
            self.null.append(NULL in given)
            self.schema.facts.setdefault("type", (given, node))
        elif schema.keys() & {"properties", "items", "enum", "const"} and not schema.keys() & {"oneOf", "anyOf"}:
            enum = schema.get("enum")
            self.null.append(isinstance(enum, list) and None in enum)

    def _restrict(self, types: frozenset[str]) -> None:
        known = self.schema.types
        if known is None:
            self.schema.types = types
            return
        both = {item for item in known if item in types or (item == "integer" and "number" in types)}
        both |= {item for item in types if item == "integer" and "number" in known}
        self.schema.types = frozenset(both) if both else known

    def _values(self, node: Node, schema: dict[str, JSON]) -> None:
        if "const" in schema:
            self._enum(node, "const", [schema["const"]])
        values = schema.get("enum")
        if isinstance(values, list) and values:
            self._enum(node, "enum", values)

    def _enum(self, node: Node, keyword: str, values: list[JSON]) -> None:
        self.enum_has_null = None in values if self.enum_has_null is None else self.enum_has_null and None in values
        values = [value for value in values if value is not None]
        known = self.schema.enum
        both = values if known is None else [value for value in known if value in values] or known
        self.schema.enum, self.schema.is_const = both, self.schema.is_const or keyword == "const"
        self.schema.facts.setdefault("enum", (list(both), node))
        if not values:
            self.schema.enum = None if known is None else known

    def _bounds(self, node: Node, schema: dict[str, JSON]) -> None:
        facts = self.schema.facts
        for key in (*LOWER, *UPPER):
            if (value := number(schema.get(key))) is not None:
                known = number(facts[key][0]) if key in facts else None
                if known is None or (value > known if key in LOWER else value < known):
                    facts[key] = (schema[key], node)
        for key in _PLAIN:
            if key in schema and (key not in _TEXTS or isinstance(schema[key], str)):
                facts.setdefault(key, (schema[key], node))
        for key in CONDITIONS:
            if key in schema:
                self.schema.conditions.setdefault(key, []).append((schema[key], node))

    def _structure(self, node: Node, schema: dict[str, JSON]) -> None:
        found = self.schema
        for key, child in node.child("properties").children():
            found.members[key] = (*found.members.get(key, ()), child)
        required = schema.get("required")
        for name in required if isinstance(required, list) else ():
            if isinstance(name, str):
                found.required.setdefault(name, node)
        if "additionalProperties" in schema and (found.additional is None or found.additional.value is True):
            found.additional = node.child("additionalProperties")
        key = "prefixItems" if "prefixItems" in node.map else "items"
        if "prefixItems" in schema:
            found.prefix = found.prefix or tuple(node.child(key).items())
            rest = node.child("items" if key == "prefixItems" else "additionalItems")
            found.items = (*found.items, rest) if rest.value is not None else found.items
        elif "items" in schema:
            found.items = (*found.items, node.child("items"))
        for keyword in ("oneOf", "anyOf"):
            self._choice(node, keyword)

    def _choice(self, node: Node, keyword: str) -> None:
        variants = list(node.child(keyword).items())
        if not variants:
            return
        kept = [item for item in variants if not _is_null(item)]
        if len(kept) < len(variants):
            self.null.append(True)
        if any(self._leads_back(item) for item in kept):
            return
        if len(kept) == 1 and not node.map.get("discriminator"):
            if len(kept) == len(variants):
                self._add(kept[0])
            else:
                self._lend(kept[0])
        elif kept:
            self.schema.choices.append(Choice(keyword, node, tuple(kept)))

    def _lend(self, node: Node) -> None:
        """Add a schema whose own word about null does not count, because null was allowed beside it."""
        before = list(self.null)
        self._add(node)
        self.null, self.is_forced = before, self.is_forced or before[-1:] == [True]

    def _leads_back(self, variant: Node) -> bool:
        try:
            return ref_of(variant.value) is not None and self.documents.follow(variant).key in self.seen
        except UnresolvedRef:
            return False

    def _fold_choices(self) -> None:
        """Read choices that only list constants, or only bare types, as the enum or the types that they are."""
        kept: list[Choice] = []
        for choice in self.schema.choices:
            maps = [item.map for item in choice.variants]
            if all("const" in item and not item.keys() - ANNOTATIONS - {"const", "type"} for item in maps):
                self._enum(choice.node, "enum", [item["const"] for item in maps])
            elif all(item.keys() - ANNOTATIONS == {"type"} for item in maps):
                types = [normalise_schema(item).get("type") for item in maps]
                names = [str(name) for found in types if isinstance(found, list) for name in found]
                self._restrict(frozenset(names) - {NULL})
                if NULL in names:
                    self.is_forced = True
            else:
                kept.append(choice)
        self.schema.choices = kept


def _type_of(value: JSON) -> str:
    return _TYPE_OF.get(type(value), "string")


def _is_null(node: Node) -> bool:
    value = node.map
    return (value.get("type") in (NULL, [NULL]) or value.get("enum") == [None]) or (
        "const" in value and value["const"] is None
    )
