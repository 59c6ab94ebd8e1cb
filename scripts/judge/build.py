"""Build values from a translated schema: deterministic, quick, good for schemas of any size and for recursive ones."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .checks import first_error, validator
from .draw import matching
from .merge import merge
from .schema import UNCHECKED_PATTERN, Schema

DEEPEST = 40
FULL_DEPTH = 6
MOST_NODES = 300
TEXTS: Mapping[str, str] = {
    "date-time": "2024-05-17T12:34:5{}Z",
    "date": "2024-05-1{}",
    "time": "12:34:5{}Z",
    "uuid": "3fa85f64-5717-4562-b3fc-2c963f66afa{}",
    "email": "ada{}@example.com",
    "uri": "https://example.com/{}",
    "url": "https://example.com/{}",
    "uri-reference": "/reference/{}",
    "hostname": "host{}.example.com",
    "ipv4": "192.0.2.{}",
    "ipv6": "2001:db8::{}",
    "duration": "P{}D",
    "decimal": "12.5{}",
    "byte": "Y3JlZGtpdA==",
    "base64": "Y3JlZGtpdA==",
    "json-pointer": "/a/{}",
}


class Impossible(Exception):
    """No value can be built for a schema, or none within the depth that is allowed."""


@dataclass(slots=True)
class Builder:
    """Builds values of one bundle.

    Attributes:
        full: give objects all their properties (as deep as FULL_DEPTH) instead of the required ones alone.
        examples: use the examples of scalars where they fit.
        turn: which variant of a union, and which value of an enum, comes first.
    """

    bundle: Mapping[str, Any]
    full: bool = True
    examples: bool = True
    turn: int = 0
    _nodes: int = field(default=0)

    def build(self) -> Any:
        """A value, most probably valid; the caller checks. Raises Impossible."""
        top: Schema = {key: value for key, value in self.bundle.items() if key != "$defs"}
        return self._value(top, 0, self.turn)

    def _value(self, schema: Schema, depth: int, index: int) -> Any:
        self._nodes += 1
        if depth > DEEPEST or self._nodes > 50 * MOST_NODES:
            raise Impossible
        failure = Impossible()
        for node in self._flat(schema, depth):
            try:
                return self._plain(node, depth, index)
            except Impossible as error:
                failure = error
        raise failure

    # --- references, allOf, unions ---------------------------------------------------------------------------------

    def _flat(self, schema: Schema, depth: int) -> Iterator[dict[str, Any]]:
        """The schema without `$ref`, `allOf`, `oneOf` and `anyOf`: one schema for every choice among the variants."""
        if schema is False:
            raise Impossible
        node = dict(schema) if isinstance(schema, dict) else {}
        if depth > DEEPEST:
            raise Impossible
        if "$ref" in node:
            target = self.bundle["$defs"][node.pop("$ref").removeprefix("#/$defs/")]
            yield from self._both(target, node, depth)
        elif "allOf" in node:
            first, *others = node.pop("allOf")
            rest: Schema = {**node, "allOf": others} if others else node
            yield from self._both(first, rest, depth)
        elif union := next((key for key in ("oneOf", "anyOf") if key in node), None):
            variants = node.pop(union)
            start = self.turn % len(variants)
            for variant in sorted([*variants[start:], *variants[:start]], key=_is_null):
                yield from self._both(variant, node, depth)
        else:
            yield node

    def _both(self, left: Schema, right: Schema, depth: int) -> Iterator[dict[str, Any]]:
        """All choices that satisfy two schemas at once."""
        if left is False or right is False:
            return
        for one in self._flat(left, depth + 1):
            if right in (True, {}):
                yield one
                continue
            for other in self._flat(right, depth + 1):
                if (merged := merge(one, other)) is not None:
                    yield merged

    # --- values ----------------------------------------------------------------------------------------------------

    def _plain(self, node: dict[str, Any], depth: int, index: int) -> Any:
        if "const" in node:
            return node["const"]
        if "enum" in node:
            values = [value for value in node["enum"] if _has_type(value, node.get("type"))]
            if not values:
                raise Impossible
            return values[index % len(values)]
        kind = _kind(node)
        if kind == "object":
            return self._object(node, depth)
        if kind == "array":
            return self._array(node, depth)
        if self.examples and (fitting := _fitting_examples(node)):
            return fitting[index % len(fitting)]
        if kind == "string":
            return build_text(node, index)
        if kind in ("integer", "number"):
            return build_number(node, kind == "integer", index)
        return {"boolean": index % 2 == 0, "null": None}[kind]

    def _object(self, node: dict[str, Any], depth: int) -> dict[str, Any]:
        properties: dict[str, Schema] = node.get("properties", {})
        required = dict.fromkeys(node.get("required", ()))
        for name in list(required):
            required |= dict.fromkeys(node.get("dependentRequired", {}).get(name, ()))
        result: dict[str, Any] = {}
        rich = self.full and depth < FULL_DEPTH and self._nodes < MOST_NODES
        for name, schema in properties.items():
            if name in required:
                result[name] = self._value(schema, depth + 1, self.turn)
            elif rich:
                try:
                    result[name] = self._value(schema, depth + 1, self.turn)
                except Impossible:
                    continue
        for name in required.keys() - properties.keys():
            result[name] = self._value(self._additional(node, name), depth + 1, self.turn)
        least = max(node.get("minProperties", 0), 1 if rich and not properties and "maxProperties" not in node else 0)
        self._fill(node, result, least, depth)
        return result

    def _fill(self, node: dict[str, Any], result: dict[str, Any], least: int, depth: int) -> None:
        """Add members until there are `least` of them: listed ones first, then free ones."""
        for name, schema in node.get("properties", {}).items():
            if len(result) < least and name not in result and schema is not False:
                result[name] = self._value(schema, depth + 1, self.turn)
        for number in range(least - len(result)):
            name = self._free_name(node, number)
            schema = self._additional(node, name)
            if schema is False:
                if len(result) < node.get("minProperties", 0):
                    raise Impossible
                return
            result[name] = self._value(schema, depth + 1, number)

    def _free_name(self, node: dict[str, Any], number: int) -> str:
        for pattern in node.get("patternProperties", {}):
            if names_that_match := matching(pattern, 1, None):
                return names_that_match[number % len(names_that_match)]
        names = node.get("propertyNames")
        return str(self._value({"type": "string", **names}, 0, number)) if isinstance(names, dict) else f"key{number}"

    def _additional(self, node: dict[str, Any], name: str) -> Schema:
        """The schema of a member that is not listed."""
        for pattern, schema in node.get("patternProperties", {}).items():
            if matching(pattern, 1, None):
                return schema if isinstance(schema, dict | bool) else True
        found = node.get("additionalProperties", True)
        return found if isinstance(found, dict | bool) else True

    def _array(self, node: dict[str, Any], depth: int) -> list[Any]:
        prefix: list[Schema] = node.get("prefixItems", [])
        least, most = node.get("minItems", 0), node.get("maxItems", math.inf)
        rich = self.full and depth < FULL_DEPTH and self._nodes < MOST_NODES
        count = int(min(most, max(least, len(prefix) if self.full else 0, 1 if rich else 0)))
        result: list[Any] = []
        for number in range(count):
            schema = prefix[number] if number < len(prefix) else node.get("items", True)
            if number == 0 and "contains" in node and not prefix:
                schema = {"allOf": [schema, node["contains"]]}
            try:
                result.append(self._value(schema, depth + 1, self.turn + number))
            except Impossible:
                if number < least:
                    raise
                break
        return result


def build_text(node: Mapping[str, Any], index: int) -> str:
    """A string of the format, pattern and length that a schema asks for."""
    shortest, longest = node.get("minLength", 0), node.get("maxLength")
    pattern = node.get("pattern", node.get(UNCHECKED_PATTERN))
    formatted = TEXTS.get(node.get("format", ""), "").format(index % 10 or 1)
    if pattern is not None and not (formatted and _matches(pattern, formatted)):
        texts = matching(pattern, shortest, longest)
        if not texts:
            raise Impossible
        return texts[index % len(texts)]
    text = TEXTS.get(node.get("format", ""), "text{}").format(index % 10 or 1)
    if len(text) < shortest:
        text += "x" * (shortest - len(text))
    return text if longest is None else text[:longest]


def _matches(pattern: str, text: str) -> bool:
    """Whether a text has the pattern, as far as Python reads it."""
    try:
        return re.search(pattern, text, re.ASCII) is not None
    except re.error:
        return False


def build_number(node: Mapping[str, Any], whole: bool, index: int) -> int | float:
    """A number within the limits of a schema. Raises Impossible when the limits leave none."""
    step = node.get("multipleOf") or (1 if whole else 0.5)
    low = max(node.get("minimum", -math.inf), node.get("exclusiveMinimum", -math.inf))
    high = min(node.get("maximum", math.inf), node.get("exclusiveMaximum", math.inf))
    start = 1 + index if low <= 1 + index <= high else (low if low > -math.inf else high)
    candidate: int | float = math.ceil(start / step) * step
    for value in (candidate, candidate + step, candidate - step, (low + high) / 2 if math.isfinite(low + high) else 0):
        if whole:
            value = int(value)
        inside = low <= value <= high
        if inside and value not in (node.get("exclusiveMinimum"), node.get("exclusiveMaximum")):
            return value
    raise Impossible


def _kind(node: Mapping[str, Any]) -> str:
    """The type to build: the first that is written and is not null, or the one that the keywords speak of."""
    types = node.get("type")
    if types is not None:
        names: list[str] = [types] if isinstance(types, str) else types
        return next((name for name in names if name != "null"), "null")
    if node.keys() & {"properties", "required", "additionalProperties", "patternProperties", "minProperties"}:
        return "object"
    if node.keys() & {"items", "prefixItems", "minItems", "contains"}:
        return "array"
    if node.keys() & {"minimum", "maximum", "multipleOf", "exclusiveMinimum", "exclusiveMaximum"}:
        return "number"
    return "string"


def _fitting_examples(node: Mapping[str, Any]) -> list[Any]:
    examples = [value for value in node.get("examples", ()) if value is not None]
    if not examples:
        return []
    try:
        checker = validator({key: value for key, value in node.items() if key != "not"})
    except ValueError:
        return []
    return [value for value in examples if first_error(checker, value) is None]


def _has_type(value: Any, types: str | list[str] | None) -> bool:
    return types is None or validator({"type": types}).is_valid(value)


def _is_null(schema: Schema) -> bool:
    return isinstance(schema, dict) and (schema.get("type") == "null" or schema.get("enum") == [None])
