"""Drift: places where an answer contradicts the document. Reports say where and what kind, never the value."""

from __future__ import annotations

from typing import Any, NamedTuple

_MAX_DESCRIPTION = 120

_NAMES = {
    "str": "string",
    "int": "integer",
    "float": "number",
    "bool": "boolean",
    "none": "null",
    "model": "object",
    "dict": "object",
    "list": "array",
    "tuple": "array",
    "set": "array",
    "datetime": "date-time",
}

_LIMITS = {
    "min_length": "of length at least",
    "max_length": "of length at most",
    "ge": "at least",
    "gt": "above",
    "le": "at most",
    "lt": "below",
    "multiple_of": "that is a multiple of",
    "pattern": "like",
}


class Drift(NamedTuple):
    """One contradiction.

    Attributes:
        pointer: JSON pointer to the place, "" for the whole body. Keys of maps are data, so a `*` stands for them.
        expected: what the document says, for people.
        got_type: JSON type of what came: null, boolean, integer, number, string, array, object, or absent.
    """

    pointer: str
    expected: str
    got_type: str

    def __str__(self) -> str:
        return f"{self.pointer or 'body'}: expected {self.expected}, got {self.got_type}"


class DriftFound(Exception):
    """A strict reading met drift."""

    def __init__(self, drift: tuple[Drift, ...]) -> None:
        super().__init__("; ".join(map(str, drift[:5])) + (f" and {len(drift) - 5} more" if len(drift) > 5 else ""))
        self.drift = drift


def json_type(value: object) -> str:
    """Return the JSON type of a parsed value."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
        case _:
            return "object"


def describe(schema: Any) -> str:
    """Say in the document's words what a core schema takes, in one short line."""
    text = _describe(schema)
    return text if len(text) <= _MAX_DESCRIPTION else f"{text[:_MAX_DESCRIPTION]}…"


def _describe(schema: Any) -> str:
    kind = schema["type"]
    match kind:
        case "literal":
            return "one of " + ", ".join(repr(value) for value in schema["expected"][:12])
        case "nullable":
            return f"{_describe(schema['schema'])} or null"
        case "union":
            choices: list[Any] = [choice[0] if isinstance(choice, tuple) else choice for choice in schema["choices"]]
            named = [choice for choice in choices if choice["type"] != "function-after"] or choices
            return " or ".join(dict.fromkeys(_describe(choice) for choice in named))
        case "tagged-union":
            return "a known variant"
        case "model":
            return str(schema["cls"].__name__)
        case "definition-ref":
            return "object"
        case _ if isinstance(schema.get("schema"), dict):
            return _describe(schema["schema"])
        case _:
            limits = [f"{words} {schema[name]}" for name, words in _LIMITS.items() if name in schema]
            return " ".join([_NAMES.get(kind, str(kind)), *limits])
