"""The table of our extensions: where each may stand and what it looks like (docs/spec-conventions.md says it in words).

A shape is a JSON Schema; `faults` reads values against it through the same library that checks examples.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import jsonschema_rs

from ..primitives import JSON
from .examples import Mismatch, explain
from .kinds import Kind

BASES = ("documented", "example", "inferred", "conflict", "integration")
POINTER = {"type": "string", "pattern": "^(/.*)?$"}
TEXT = {"type": "string", "minLength": 1}


def _object(required: list[str], **properties: object) -> dict[str, Any]:
    return {"type": "object", "required": required, "properties": properties, "additionalProperties": False}


@dataclass(frozen=True, slots=True)
class Extension:
    """`on`: kinds of node that may carry it."""

    name: str
    on: frozenset[Kind]
    shape: dict[str, Any]


_EVERYWHERE = frozenset(
    {
        Kind.DOCUMENT, Kind.PATH_ITEM, Kind.OPERATION, Kind.PARAMETER, Kind.REQUEST_BODY, Kind.RESPONSE, Kind.HEADER,
        Kind.MEDIA_TYPE, Kind.SCHEMA, Kind.SERVER, Kind.SECURITY_SCHEME, Kind.EXAMPLE,
    }
)  # fmt: skip


def _on(*kinds: Kind) -> frozenset[Kind]:
    return frozenset(kinds)


_SOURCE = _object(["page", "basis"], page=TEXT, basis={"enum": list(BASES)}, note={"type": "string"})
_SOURCE["if"] = {"properties": {"basis": {"const": "conflict"}}, "required": ["basis"]}
_SOURCE["then"] = {"required": ["note"]}

_PAGINATION = _object(
    ["style", "items"],
    style={"enum": ["page", "cursor", "offset", "link"]},
    page=TEXT,
    size=TEXT,
    sizeMax={"type": "integer", "minimum": 1},
    items=POINTER,
    next=POINTER,
    hasMore=POINTER,
    pageSize=POINTER,
    start={"type": "integer", "minimum": 0},
)
_PAGINATION["allOf"] = [
    {
        "if": {"properties": {"style": {"enum": ["page", "cursor", "offset"]}}, "required": ["style"]},
        "then": {"required": ["page"]},
    },
    {
        "if": {"properties": {"style": {"const": "cursor"}}, "required": ["style"]},
        "then": {"required": ["next"]},
    },
]

_SIGNATURE = _object(
    ["scheme"],
    scheme={"enum": ["hmac", "standard-webhooks"]},
    header=TEXT,
    timestampHeader=TEXT,
    idHeader=TEXT,
    algorithm=TEXT,
    prefix={"type": "string"},
    encoding={"enum": ["hex", "base64"]},
    template=TEXT,
    tolerance={"type": "number", "minimum": 0},
)
_SIGNATURE["if"] = {"properties": {"scheme": {"const": "hmac"}}, "required": ["scheme"]}
_SIGNATURE["then"] = {"required": ["header"]}

# An address, or an object with the address and the day on which the page was read.
_PAGE = _object(["url"], url={"type": "string", "pattern": "^https://"}, read={"type": "string", "format": "date"})
_PAGE["type"], _PAGE["pattern"] = ["string", "object"], "^https://"

EXTENSIONS: dict[str, Extension] = {
    item.name: item
    for item in (
        Extension("x-source", _EVERYWHERE, _SOURCE),
        Extension(
            "x-sources",
            _on(Kind.INFO),
            {"type": "object", "additionalProperties": _PAGE},
        ),
        Extension(
            "x-undocumented",
            _on(Kind.DOCUMENT),
            {"type": "array", "items": _object(["name", "page"], name=TEXT, page=TEXT, note={"type": "string"})},
        ),
        Extension(
            "x-error-codes",
            _on(Kind.RESPONSE),
            {"type": "array", "items": _object(["code"], code=TEXT, description={"type": "string"})},
        ),
        Extension("x-retry", _on(Kind.OPERATION), {"enum": ["safe", "idempotent", "unsafe", "target-state"]}),
        Extension("x-idempotency", _on(Kind.OPERATION), _object([], header=TEXT)),
        Extension(
            "x-rate-limit",
            _on(Kind.OPERATION),
            _object(
                ["calls", "per", "scope"],
                calls={"type": "integer", "minimum": 1},
                per={"type": "number", "exclusiveMinimum": 0},
                scope=TEXT,
            ),
        ),
        Extension("x-pagination", _on(Kind.OPERATION), _PAGINATION),
        Extension("x-secret", _on(Kind.SCHEMA, Kind.PARAMETER), {"type": "boolean"}),
        Extension("x-enum-open", _on(Kind.SCHEMA), {"type": "boolean"}),
        Extension("x-max-bytes", _on(Kind.SCHEMA), {"type": "integer", "minimum": 1}),
        Extension("x-required", _on(Kind.SERVER_VARIABLE), {"type": "boolean"}),
        Extension("x-webhook-event", _on(Kind.OPERATION), _object(["pointer", "value"], pointer=POINTER, value=True)),
        Extension("x-webhook-id-header", _on(Kind.DOCUMENT), TEXT),
        Extension("x-webhook-signature", _on(Kind.DOCUMENT), _SIGNATURE),
    )
}


@cache
def _validator(name: str) -> Any:
    return jsonschema_rs.Draft202012Validator(EXTENSIONS[name].shape, validate_formats=True)


def faults(name: str, value: JSON) -> list[Mismatch]:
    """Where a value is not of the shape of its extension."""
    validator = _validator(name)
    if validator.is_valid(value):
        return []
    return [item for error in validator.iter_errors(value) for item in explain(error)]
