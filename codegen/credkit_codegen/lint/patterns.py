"""Regular expressions of a document: whether the engine that checks examples can read them."""

from __future__ import annotations

from functools import cache

import jsonschema_rs

from ..primitives import JSON


def usable_pattern(value: JSON) -> bool:
    """Whether this is text that is a regular expression (ECMA-262, as JSON Schema has it)."""
    return isinstance(value, str) and _compiles(value)


@cache
def _compiles(pattern: str) -> bool:
    try:
        jsonschema_rs.Draft202012Validator({"pattern": pattern})
    except (jsonschema_rs.ValidationError, ValueError):
        return False
    return True
