"""Values against schemas: the document's schemas, cleaned once, compiled by `jsonschema-rs` when an example asks.

What a compiler would trip over is left out of the copy (a broken reference, a pattern that is no pattern, a keyword of
the wrong type): other rules tell of it, and it must not hide whether the rest of an example fits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import jsonschema_rs

from ..load import Document
from ..normalise import normalise_schema
from ..positions import escape
from ..primitives import JSON
from ..resolve import Documents
from .bounds import bound_of
from .node import Node
from .patterns import usable_pattern

URI = "urn:credkit:schemas"

_NUMBERS = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]
_COUNTS = [
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "minProperties",
    "maxProperties",
    "minContains",
    "maxContains",
]
_SCHEMAS = frozenset(
    [
        "items",
        "contains",
        "additionalProperties",
        "propertyNames",
        "not",
        "if",
        "then",
        "else",
        "unevaluatedItems",
        "unevaluatedProperties",
    ]
)
_LISTS = frozenset(["allOf", "anyOf", "oneOf", "prefixItems"])
_MAPS = frozenset(["properties", "patternProperties", "dependentSchemas"])
TYPES = frozenset(["string", "number", "integer", "boolean", "array", "object", "null"])


def _is_number(value: JSON) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_count(value: JSON) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_names(value: JSON) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


_USABLE: dict[str, Callable[[JSON], bool]] = {
    **dict.fromkeys(_NUMBERS, _is_number),
    **dict.fromkeys(_COUNTS, _is_count),
    "multipleOf": lambda value: isinstance(value, int | float) and not isinstance(value, bool) and value > 0,
    "required": _is_names,
    "enum": lambda value: isinstance(value, list) and bool(value),
    "const": lambda value: True,
    "uniqueItems": lambda value: isinstance(value, bool),
    "pattern": usable_pattern,
    "type": lambda value: isinstance(value, list) and all(item in TYPES for item in value),
}


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One thing in which a value does not fit: where in the value, what was expected, which keyword said so."""

    path: tuple[str | int, ...]
    message: str
    keyword: str


@dataclass(eq=False)
class Validators:
    """Compiled schemas by place. Definitions are cleaned once and shared."""

    documents: Documents
    _names: dict[tuple[str, str], str] = field(default_factory=dict)
    _definitions: dict[str, Any] = field(default_factory=dict)
    _registered: int = 0
    _pending: list[tuple[str, Document, JSON]] = field(default_factory=list)
    _compiled: dict[tuple[str, str], Any] = field(default_factory=dict)
    _registry: Any = None
    _marks: dict[str, set[str]] = field(default_factory=dict)

    def mismatches(self, schema: Node, value: JSON, request: bool | None = None) -> list[Mismatch]:
        """Where `value` does not fit. `request`: a property that only the other direction has is not missed."""
        cleaned = self._clean(schema.value, schema.document)
        if _plainly_fits(cleaned, value):
            return []
        shared = isinstance(cleaned, dict) and cleaned.keys() == {"$ref"}
        key = ("$ref", cleaned["$ref"]) if shared else (schema.document.file, schema.pointer)
        validator = self._compiled.get(key)
        if validator is None:
            validator = self._compiled[key] = self._compile(cleaned)
        if validator.is_valid(value):
            return []
        return [item for error in validator.iter_errors(value) for item in self._explain(error, request)]

    def _compile(self, cleaned: Any) -> Any:
        if self._registry is None:
            self._add_components()
        while self._pending:
            name, document, value = self._pending.pop()
            self._definitions[name] = self._clean(value, document)
        if self._registry is None or len(self._definitions) != self._registered:
            self._registered = len(self._definitions)
            resource = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$defs": self._definitions}
            self._registry = jsonschema_rs.Registry([(URI, resource)])
        return jsonschema_rs.Draft202012Validator(cleaned, registry=self._registry, validate_formats=False)

    def _add_components(self) -> None:
        """All component schemas at once: a registry that grew with every example would be built again each time."""
        components = self.documents.top.child("components").child("schemas")
        for name in components.map:
            self._reference(f"#/components/schemas/{_quoted(escape(name))}", {}, self.documents.root)

    def _clean(self, value: JSON, document: Document) -> Any:
        if not isinstance(value, dict):
            return value if isinstance(value, bool) else {}
        ref = value.get("$ref")
        if isinstance(ref, str):
            return self._reference(ref, value, document)
        schema = normalise_schema(value)
        found: dict[str, Any] = {}
        for key, item in schema.items():
            if key in _SCHEMAS:
                found[key] = self._clean(item, document)
            elif key in _LISTS and isinstance(item, list) and item:
                # With a discriminator one member picks the variant, so that a value may fit several.
                told = key == "oneOf" and "discriminator" in schema and "anyOf" not in schema
                found["anyOf" if told else key] = [self._clean(each, document) for each in item]
            elif key in _MAPS and isinstance(item, dict):
                found[key] = {
                    name: self._clean(each, document)
                    for name, each in item.items()
                    if key != "patternProperties" or usable_pattern(name)
                }
            elif key in _USABLE and _USABLE[key](item):
                found[key] = item
        if schema.get("nullable") is True:
            return {"anyOf": [{"type": "null"}, found]}
        types = found.get("type")
        if isinstance(types, list) and "null" in types and value.get("nullable") is True and "enum" in found:
            return {"anyOf": [{"type": "null"}, found]}
        return found

    def _reference(self, ref: str, value: dict[str, JSON], document: Document) -> Any:
        try:
            target = self.documents.target(document, ref)
        except Exception:  # told by the rules on references
            return {}
        name = self._names.get(target.key)
        if name is None:
            name = self._names[target.key] = f"d{len(self._names)}"
            self._pending.append((name, target.document, target.value))
        reference = {"$ref": f"{URI}#/$defs/{name}"}
        if len(value) == 1 or self.documents.version == "3.0":
            return reference
        beside = self._clean({key: item for key, item in value.items() if key != "$ref"}, document)
        return {**beside, **reference} if "anyOf" not in beside else {"allOf": [reference, beside]}

    def _explain(self, error: Any, request: bool | None) -> list[Mismatch]:
        kind = error.kind.name
        path = tuple(error.instance_path)
        if kind == "required" and self._one_way(error, request):
            return []
        if kind in ("oneOf", "anyOf"):
            return self._explain_variants(error, kind, path, request)
        return [Mismatch(path, _message(error), kind)]

    def _explain_variants(
        self, error: Any, kind: str, path: tuple[str | int, ...], request: bool | None
    ) -> list[Mismatch]:
        """The faults of the variant that fits best; none at all when that variant only misses one-way properties."""
        context = getattr(error.kind, "context", None)
        variants = [[item for inner in branch for item in self._explain(inner, request)] for branch in context or ()]
        if context is not None and any(not branch for branch in variants):
            fits = sum(not branch for branch in variants)
            return [] if kind == "anyOf" or fits == 1 else [Mismatch(path, "fits more than one variant of oneOf", kind)]
        best = min(variants, key=_distance, default=[])
        return best[:3] if best else [Mismatch(path, f"fits no variant of {kind}", kind)]

    def _one_way(self, error: Any, request: bool | None) -> bool:
        """Whether a missed property is only of the other direction (`readOnly` in a request, `writeOnly` in an answer)."""
        if request is None:
            marks: tuple[str, ...] = ("readOnly", "writeOnly")
        else:
            marks = ("readOnly",) if request else ("writeOnly",)
        name = error.kind.property
        return any(name in self._marked(mark) for mark in marks)

    def _marked(self, mark: str) -> frozenset[str]:
        """Names of properties that carry a mark anywhere: an error does not say which schema it came from."""
        if not self._marks:
            self._marks = {one: set() for one in ("readOnly", "writeOnly")}
            for document in self.documents.files:
                if any(document.mentions(one) for one in self._marks):
                    _collect_marked(document.data, self._marks)
        return frozenset(self._marks[mark])


def _plainly_fits(cleaned: Any, value: JSON) -> bool:
    """Whether a value fits a schema that asks for nothing but types: most examples do, and need no compiled schema."""
    if not isinstance(cleaned, dict) or cleaned.keys() - {"type"}:
        return False
    kind = json_type(value)
    types = cleaned.get("type", (kind,))
    return kind in types or (kind == "integer" and "number" in types)


def _quoted(name: str) -> str:
    return name.replace("%", "%25")


def _collect_marked(data: JSON, marks: dict[str, set[str]]) -> None:
    """Add the names of properties that carry a mark."""
    pending: list[Any] = [data]
    while pending:
        item = pending.pop()
        if type(item) is dict:
            properties = item.get("properties")
            if type(properties) is dict:
                for mark, names in marks.items():
                    names.update(
                        key for key, each in properties.items() if type(each) is dict and each.get(mark) is True
                    )
            item = item.values()
        pending.extend([below for below in item if type(below) is dict or type(below) is list])


def _distance(branch: list[Mismatch]) -> tuple[int, int]:
    """How far a variant is from fitting: one that breaks on the type or a constant at its top was not meant."""
    top = sum(1 for item in branch if item.keyword in ("type", "const", "enum") and len(item.path) <= 1)
    return top, len(branch)


def explain(error: Any) -> list[Mismatch]:
    """A fault against a shape of our own, where enums and bounds may be named."""
    kind = error.kind
    path = tuple(error.instance_path)
    if kind.name == "enum":
        return [
            Mismatch(
                path, f"expected one of {', '.join(str(item) for item in kind.options)}; got another value", "enum"
            )
        ]
    return [Mismatch(path, _message(error), kind.name)]


def _message(error: Any) -> str:
    """What the schema wants, without the value that it met (which may be long, or secret)."""
    kind = error.kind
    match kind.name:
        case "type":
            wanted = kind.types if hasattr(kind, "types") else ()
            return f"expected {' or '.join(wanted) or 'another type'}; got {json_type(error.instance)}"
        case "required":
            return f'expected a member "{kind.property}"; it is missing'
        case "enum":
            return "expected one of the values of enum; got another"
        case "const":
            return "expected the value of const; got another"
        case "additionalProperties" | "unevaluatedProperties":
            names = ", ".join(f'"{name}"' for name in kind.unexpected[:5])
            return f"expected only members that the schema names; got {names}"
        case "pattern":
            return "expected text that matches the pattern; got other text"
        case "falseSchema":
            return "expected nothing here; got a value"
    return bound_of(error)


def json_type(value: JSON) -> str:
    """The JSON type of a value."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    names = {str: "string", float: "number", list: "array", dict: "object"}
    return names.get(type(value), "null")
