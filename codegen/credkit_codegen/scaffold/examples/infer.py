"""Schemas of example values: no more than what the values show."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from ...lint.secrets import secret_name
from ...primitives import JSON

Schema = dict[str, JSON]

# What documentation tools print where they have no value, except "<string>", which is one.
_VAGUE = re.compile(r"<(integer|number|boolean|unknown|any|object|array)>")
_DATE_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:?\d{2})")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_URI = re.compile(r"https?://[^\s\"<>\\^`{|}]+")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[A-Za-z]+")
# Names of members that identify or reach a person, or give access.
_PERSONAL = re.compile(
    r"(?i)(e[-_]?mail|phone|mobile|(first|last|full|given|family)[-_]?name|birth|passport|(id|national)[-_]?number)"
)


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False


_FORMATS: tuple[tuple[str, Callable[[str], object]], ...] = (
    ("date-time", _DATE_TIME.fullmatch),
    ("date", _DATE.fullmatch),
    ("uuid", _is_uuid),
    ("uri", _URI.fullmatch),
    ("email", _EMAIL.fullmatch),
)


def infer_schema(values: Sequence[JSON], open_note: Callable[[str], JSON]) -> Schema:
    """One schema that all of `values` satisfy.

    Members are never required: an example does not say what may be left out. `open_note` gives the `x-source` of a place whose
    type the examples leave open, from the reason.
    """
    nullable = any(value is None for value in values)
    shown = [value for value in values if value is not None]
    vague = next((value for value in shown if isinstance(value, str) and _VAGUE.fullmatch(value)), None)
    if vague is not None:
        return {"x-source": open_note(f"The example has {vague} in the place of a value; the type is left open.")}
    if not shown:
        return {"x-source": open_note("Only null is shown; the type is left open.")}
    kinds = {_kind(value) for value in shown}
    if kinds == {"integer", "number"}:
        kinds = {"number"}
    if len(kinds) > 1:
        return {"x-source": open_note(f"The examples disagree ({', '.join(sorted(kinds))}); the type is left open.")}
    (kind,) = kinds
    schema = _typed(kind, nullable)
    if kind == "object":
        schema["properties"] = _properties([value for value in shown if isinstance(value, dict)], open_note)
    elif kind == "array":
        items = [item for value in shown if isinstance(value, list) for item in value]
        schema["items"] = (
            infer_schema(items, open_note)
            if items
            else {"x-source": open_note("The list of the example is empty; what it holds is left open.")}
        )
    elif kind == "string":
        schema |= _format([str(value) for value in shown])
    return schema


def _typed(kind: str, nullable: bool) -> Schema:
    return {"type": [kind, "null"] if nullable else kind}


def _kind(value: JSON) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, float):
        return "number"
    return "string" if isinstance(value, str) else "object" if isinstance(value, dict) else "array"


def _properties(objects: Sequence[Mapping[str, JSON]], open_note: Callable[[str], JSON]) -> Schema:
    found: Schema = {}
    for name in dict.fromkeys(key for item in objects for key in item):
        schema = infer_schema([item[name] for item in objects if name in item], open_note)
        if is_secret(name) and schema.get("type") in ("string", ["string", "null"]):
            schema["x-secret"] = True
        found[name] = schema
    return found


def is_secret(name: str) -> bool:
    """Whether a member of this name identifies or reaches a person, or gives access."""
    return secret_name(name) or _PERSONAL.search(name) is not None


def _format(texts: Sequence[str]) -> Schema:
    name = next((name for name, fits in _FORMATS if all(fits(text) for text in texts)), None)
    return {"format": name} if name is not None else {}
