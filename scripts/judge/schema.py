"""Turn the schemas of an OpenAPI document into self-contained JSON Schema 2020-12, for one direction of travel.

A request may not hold what is `readOnly`, a response not what is `writeOnly`; both are forbidden here, and no longer
required. Discriminators become plain conditions on the property, so that a value built from the result also means the
variant that it looks like. Everything that jsonschema-rs could not compile (a regular expression of another dialect, a
type that does not exist) is left out, because it could never judge anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias

from .checks import NAMED, SEVERAL, SINGLE, compiles, references
from .document import Document

Schema: TypeAlias = "dict[str, Any] | bool"

UNCHECKED_PATTERN = "x-pattern"
"""A pattern that jsonschema-rs cannot compile: kept for those who make values, checked by nobody."""
DECIMAL = r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?$"
"""What `format: decimal` means: no validator of JSON Schema knows it."""
TYPES = frozenset({"null", "boolean", "integer", "number", "string", "array", "object"})
IMPLIED_TYPES = (("object", "properties"), ("array", "items"))
"""What a schema without `type` means when it speaks of nothing else: its letter also lets a number in, nobody means that."""
NUMBERS = ("multipleOf", "maximum", "minimum")
COUNTS = (
    "maxLength",
    "minLength",
    "maxItems",
    "minItems",
    "maxContains",
    "minContains",
    "maxProperties",
    "minProperties",
)


class Direction(StrEnum):
    REQUEST = "request"
    RESPONSE = "response"


@dataclass(slots=True)
class Translator:
    """Translates the schemas of one document for one direction, each definition once."""

    document: Document
    direction: Direction
    _names: dict[tuple[str, frozenset[str], bool], str] = field(default_factory=dict)
    _keys: list[tuple[str, frozenset[str], bool]] = field(default_factory=list)
    _definitions: dict[str, Schema] = field(default_factory=dict)
    _children: dict[str, list[str]] | None = None

    def bundle(self, schema: Any) -> dict[str, Any]:
        """A schema with everything that it refers to under `$defs`. Raises DocumentError for a reference to nowhere."""
        top = self._schema(schema, frozenset(), member=False)
        if isinstance(top, bool):
            top = {} if top else {"not": {}}
        needed = self._reachable(top)
        return {**top, "$defs": needed} if needed else top

    def _reachable(self, top: Schema) -> dict[str, Schema]:
        found: dict[str, Schema] = {}
        todo = [top]
        while todo:
            for name in references(todo.pop()):
                if name not in found:
                    found[name] = self._definition(name)
                    todo.append(found[name])
        return found

    def _definition(self, name: str) -> Schema:
        if name not in self._definitions:
            reference, hidden, member = self._keys[int(name[1:])]
            self._definitions[name] = True  # for a definition that is nothing but a reference to itself
            self._definitions[name] = self._schema(self.document.look_up(reference), hidden, member)
        return self._definitions[name]

    def _name(self, reference: str, hidden: frozenset[str], member: bool) -> str:
        key = (reference, hidden, member)
        if key not in self._names:
            self._names[key] = f"d{len(self._keys)}"
            self._keys.append(key)
        return self._names[key]

    # --- one schema ------------------------------------------------------------------------------------------------

    def _schema(self, node: Any, hidden: frozenset[str], member: bool) -> Schema:
        """`hidden`: properties forbidden by a neighbour in the same allOf. `member`: the schema is part of an allOf."""
        if not isinstance(node, Mapping):
            return node if isinstance(node, bool) else True
        reference = node.get("$ref")
        if isinstance(reference, str):
            target: dict[str, Any] = {"$ref": f"#/$defs/{self._name(reference, hidden, member)}"}
            if self.document.version == "3.0":
                return target
            rest = self._schema({k: v for k, v in node.items() if k != "$ref"}, hidden, member)
            return target | rest if isinstance(rest, dict) else target
        hidden |= self._hidden_properties(node)
        result = self._assertions(node)
        result |= self._subschemas(node, hidden)
        if isinstance(node.get("required"), list):
            required = dict.fromkeys(node["required"])  # some documents say it twice
            result["required"] = [name for name in required if name not in hidden]
        self._discriminate(node, result, hidden, member)
        return result

    def _assertions(self, node: Mapping[str, Any]) -> dict[str, Any]:
        """The keywords that hold no schemas."""
        result: dict[str, Any] = {}
        result |= {key: node[key] for key in ("const", "format", "dependentRequired") if key in node}
        result |= {key: node[key] for key in NUMBERS if _is_number(node.get(key))}
        result |= {key: int(node[key]) for key in COUNTS if _is_number(node.get(key)) and node[key] >= 0}
        if isinstance(node.get("enum"), list):
            result["enum"] = node["enum"]
        if node.get("uniqueItems") is True:
            result["uniqueItems"] = True
        if node.get("format") == "decimal" and node.get("type") == "string":
            result["pattern"] = DECIMAL
        if isinstance(node.get("pattern"), str):
            result["pattern" if compiles(node["pattern"]) else UNCHECKED_PATTERN] = node["pattern"]
        for limit, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
            if node.get(exclusive) is True and limit in result:
                result[exclusive] = result.pop(limit)
            elif _is_number(node.get(exclusive)):
                result[exclusive] = node[exclusive]
        if (types := self._types(node)) is not None:
            result["type"] = types
        if examples := list(own_examples(node)):
            result["examples"] = examples
        return result

    def _types(self, node: Mapping[str, Any]) -> str | list[str] | None:
        written = node.get("type")
        types = [name for name in (written if isinstance(written, list) else [written]) if name in TYPES]
        if types and node.get("nullable") is True and self.document.version == "3.0" and "null" not in types:
            types.append("null")
        if not types and not node.keys() & {"allOf", "anyOf", "oneOf", "not", "enum", "const"}:
            types = [name for name, key in IMPLIED_TYPES if key in node][:1]
        return (types[0] if len(types) == 1 else types) if types else None

    def _subschemas(self, node: Mapping[str, Any], hidden: frozenset[str]) -> dict[str, Any]:
        nothing: frozenset[str] = frozenset()
        result: dict[str, Any] = {}
        for key in SINGLE:
            if key == "items" and isinstance(node.get(key), list):
                result["prefixItems"] = [self._schema(item, nothing, False) for item in node[key]]
            elif isinstance(node.get(key), Mapping | bool):
                result[key] = self._schema(node[key], nothing, False)
        for key in SEVERAL:
            if isinstance(node.get(key), list) and node[key]:
                inner = nothing if key == "prefixItems" else hidden
                result[key] = [self._schema(item, inner, key == "allOf") for item in node[key]]
        for key in NAMED:
            if isinstance(node.get(key), Mapping):
                result[key] = {name: self._schema(item, nothing, False) for name, item in node[key].items()}
        for name, item in _members(node, "properties"):
            if self._is_hidden(item):
                result["properties"][name] = False
        return result

    # --- readOnly and writeOnly ------------------------------------------------------------------------------------

    def _is_hidden(self, node: Any) -> bool:
        flag = "readOnly" if self.direction is Direction.REQUEST else "writeOnly"
        if self.document.version != "3.0" and isinstance(node, Mapping) and node.get(flag) is True:
            return True
        target = self.document.resolve(node)
        return isinstance(target, Mapping) and target.get(flag) is True

    def _hidden_properties(self, node: Any, depth: int = 0) -> frozenset[str]:
        node = self.document.resolve(node)
        if not isinstance(node, Mapping) or depth > 20:
            return frozenset()
        found = {name for name, item in _members(node, "properties") if self._is_hidden(item)}
        for member in node.get("allOf") or ():
            found |= self._hidden_properties(member, depth + 1)
        return frozenset(found)

    # --- discriminators --------------------------------------------------------------------------------------------

    def _discriminate(
        self, node: Mapping[str, Any], result: dict[str, Any], hidden: frozenset[str], member: bool
    ) -> None:
        inline = [part for part in node.get("allOf") or () if isinstance(part, Mapping) and "$ref" not in part]
        discriminator = next((part["discriminator"] for part in (node, *inline) if part.get("discriminator")), None)
        if not isinstance(discriminator, Mapping) or not isinstance(discriminator.get("propertyName"), str):
            return
        name, mapping = discriminator["propertyName"], discriminator.get("mapping") or {}
        union = next((key for key in ("oneOf", "anyOf") if key in result), None)
        if union is not None:
            result[union] = [
                self._marked(raw, converted, name, mapping)
                for raw, converted in zip(node[union], result[union], strict=True)
            ]
        elif not member and (children := self._inheritors(node, mapping)):
            result["anyOf"] = [
                self._marked({"$ref": child}, self._schema({"$ref": child}, hidden, False), name, mapping)
                for child in children
            ]
            own = (self._property(node, name) or {}).get("default")
            if isinstance(own, str) and own not in mapping:  # the base is one of them itself
                result["anyOf"].append({"required": [name], "properties": {name: {"const": own}}})

    def _marked(self, raw: Any, converted: Schema, name: str, mapping: Mapping[str, str]) -> Schema:
        """A variant that also says, by its discriminator, that it is this variant."""
        reference = raw.get("$ref") if isinstance(raw, Mapping) else None
        if not isinstance(reference, str):
            return converted
        own = self._property(raw, name)
        if own is None:  # the variant is a union itself and tells its variants apart by its own means
            return converted
        last = reference.rsplit("/", 1)[-1]
        values = [key for key, target in mapping.items() if target == reference or target.rsplit("/", 1)[-1] == last]
        allowed = own.get("enum") or ([own["const"]] if "const" in own else None)
        values = [value for value in values or [last] if allowed is None or value in allowed]
        if not values:  # the variant's own constant speaks for itself
            return converted
        return {"allOf": [converted, {"required": [name], "properties": {name: {"enum": values}}}]}

    def _property(self, node: Any, name: str, depth: int = 0) -> Mapping[str, Any] | None:
        """The schema of a property, looked for in the schema itself and the members of its allOf."""
        node = self.document.resolve(node)
        if not isinstance(node, Mapping) or depth > 20:
            return None
        properties = node.get("properties")
        if isinstance(properties, Mapping) and name in properties:
            found = self.document.resolve(properties[name])
            return found if isinstance(found, Mapping) else {}
        members = (self._property(member, name, depth + 1) for member in node.get("allOf") or ())
        return next((found for found in members if found is not None), None)

    def _inheritors(self, node: Mapping[str, Any], mapping: Mapping[str, str]) -> list[str]:
        """References to the schemas that stand for a base schema: those that its mapping names, or that extend it."""
        if mapping:
            targets = [t if "#" in t else f"#/components/schemas/{t}" for t in dict.fromkeys(mapping.values())]
            return [t for t in targets if self.document.resolve({"$ref": t}) is not node]
        base = next((k for k, v in self._components().items() if v is node), None)
        if self._children is None:
            self._children = {}
            for name, schema in self._components().items():
                for part in schema.get("allOf") or () if isinstance(schema, Mapping) else ():
                    if isinstance(part, Mapping) and isinstance(part.get("$ref"), str):
                        self._children.setdefault(part["$ref"], []).append(f"#/components/schemas/{name}")
        return self._children.get(f"#/components/schemas/{base}", [])

    def _components(self) -> Mapping[str, Any]:
        return (self.document.root.get("components") or {}).get("schemas") or {}


def own_examples(node: Mapping[str, Any]) -> Iterator[Any]:
    """Examples and default that stand in a schema itself."""
    if "example" in node:
        yield node["example"]
    if isinstance(node.get("examples"), list):
        yield from node["examples"]
    if "default" in node:
        yield node["default"]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _members(node: Mapping[str, Any], key: str) -> Iterator[tuple[str, Any]]:
    members = node.get(key)
    if isinstance(members, Mapping):
        yield from members.items()
