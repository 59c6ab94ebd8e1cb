"""Compile translated schemas with jsonschema-rs, and walk through them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import jsonschema_rs

SINGLE = (
    "not",
    "if",
    "then",
    "else",
    "items",
    "contains",
    "additionalProperties",
    "unevaluatedItems",
    "unevaluatedProperties",
    "propertyNames",
)
SEVERAL = ("allOf", "anyOf", "oneOf", "prefixItems")
NAMED = ("properties", "patternProperties", "dependentSchemas")
"""Keywords that hold one schema, a list of schemas, and schemas by name."""
ASSERTED_FORMATS = frozenset({"date-time", "date", "uuid"})
"""Formats that a generated client may turn into Python types; the others are only annotations to it."""


def validator(bundle: Mapping[str, Any]) -> jsonschema_rs.Draft202012Validator:
    """A compiled validator that asserts the formats of ASSERTED_FORMATS and fetches nothing."""
    others = dict.fromkeys(_formats(bundle) - ASSERTED_FORMATS, _accept)
    return jsonschema_rs.Draft202012Validator(dict(bundle), validate_formats=True, formats=others, offline=True)


def first_error(checker: jsonschema_rs.Draft202012Validator, value: Any) -> str | None:
    """Where and why a value is invalid, in one line; None when it is valid."""
    for error in checker.iter_errors(value):
        where = "/".join(str(part) for part in error.instance_path)
        return f"/{where}: {error.message[:200]}"
    return None


def references(node: Any) -> Iterator[str]:
    """The names of the definitions that a translated schema refers to directly."""
    for child in walk(node):
        if isinstance(child.get("$ref"), str):
            yield child["$ref"].removeprefix("#/$defs/")


def walk(node: Any) -> Iterator[dict[str, Any]]:
    """A translated schema and all schemas inside it, definitions left aside."""
    if not isinstance(node, dict):
        return
    yield node
    for key in SINGLE:
        yield from walk(node.get(key))
    for key in SEVERAL:
        for item in node.get(key) or ():
            yield from walk(item)
    for key in NAMED:
        for item in (node.get(key) or {}).values():
            yield from walk(item)


@cache
def compiles(pattern: str) -> bool:
    """Whether jsonschema-rs understands a regular expression."""
    try:
        jsonschema_rs.Draft202012Validator({"pattern": pattern})
    except (ValueError, jsonschema_rs.ValidationError):
        return False
    return True


def _formats(bundle: Mapping[str, Any]) -> set[str]:
    nodes = [bundle, *(bundle.get("$defs") or {}).values()]
    return {str(child["format"]) for node in nodes for child in walk(node) if "format" in child}


def _accept(_: object) -> bool:
    return True
