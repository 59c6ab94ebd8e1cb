"""What stands where in an OpenAPI document: the kinds of node, and which member of a kind holds which other kind.

The tables follow the fixed fields of the OpenAPI 3.0, 3.1 and 3.2 specifications. The walk reads them and nothing else,
so whatever is not listed here (examples, defaults, extensions) is data and never looked into.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntEnum, auto


class Kind(IntEnum):
    """Kinds of node that a rule may ask for. Numbers, because a dispatcher hashes them a hundred thousand times."""

    DOCUMENT = auto()
    INFO = auto()
    SERVER = auto()
    SERVER_VARIABLE = auto()
    PATHS = auto()
    PATH_ITEM = auto()
    OPERATION = auto()
    PARAMETER = auto()
    REQUEST_BODY = auto()
    MEDIA_TYPE = auto()
    ENCODING = auto()
    RESPONSES = auto()
    RESPONSE = auto()
    HEADER = auto()
    LINK = auto()
    CALLBACK = auto()
    EXAMPLE = auto()
    SCHEMA = auto()
    DISCRIMINATOR = auto()
    COMPONENTS = auto()
    SECURITY_SCHEME = auto()
    OAUTH_FLOW = auto()
    SECURITY_REQUIREMENT = auto()
    TAG = auto()
    EXTERNAL_DOCS = auto()
    REFERENCE = auto()
    """A `$ref`, wherever it stands; `Node.expects` says what it stands for."""
    END = auto()
    """The document once more, after everything else was seen."""


class Shape(Enum):
    """How a member holds nodes."""

    ONE = auto()
    LIST = auto()
    MAP = auto()


@dataclass(frozen=True, slots=True)
class Member:
    kind: Kind
    shape: Shape = Shape.ONE


def _one(kind: Kind) -> Member:
    return Member(kind)


def _list(kind: Kind) -> Member:
    return Member(kind, Shape.LIST)


def _map(kind: Kind) -> Member:
    return Member(kind, Shape.MAP)


METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")

_SCHEMA = _one(Kind.SCHEMA)
_SCHEMAS = _list(Kind.SCHEMA)
_NAMED_SCHEMAS = _map(Kind.SCHEMA)
_DOCS = {"externalDocs": _one(Kind.EXTERNAL_DOCS)}
_VALUE = {"schema": _SCHEMA, "content": _map(Kind.MEDIA_TYPE), "examples": _map(Kind.EXAMPLE)}

MEMBERS: dict[Kind, dict[str, Member]] = {
    Kind.DOCUMENT: {
        "info": _one(Kind.INFO),
        "servers": _list(Kind.SERVER),
        "security": _list(Kind.SECURITY_REQUIREMENT),
        "tags": _list(Kind.TAG),
        "paths": _one(Kind.PATHS),
        "webhooks": _map(Kind.PATH_ITEM),
        "components": _one(Kind.COMPONENTS),
        **_DOCS,
    },
    Kind.SERVER: {"variables": _map(Kind.SERVER_VARIABLE)},
    Kind.PATH_ITEM: {
        "parameters": _list(Kind.PARAMETER),
        "servers": _list(Kind.SERVER),
        **{method: _one(Kind.OPERATION) for method in METHODS},
        "additionalOperations": _map(Kind.OPERATION),
    },
    Kind.OPERATION: {
        "parameters": _list(Kind.PARAMETER),
        "requestBody": _one(Kind.REQUEST_BODY),
        "responses": _one(Kind.RESPONSES),
        "callbacks": _map(Kind.CALLBACK),
        "security": _list(Kind.SECURITY_REQUIREMENT),
        "servers": _list(Kind.SERVER),
        **_DOCS,
    },
    Kind.PARAMETER: _VALUE,
    Kind.HEADER: _VALUE,
    Kind.REQUEST_BODY: {"content": _map(Kind.MEDIA_TYPE)},
    Kind.MEDIA_TYPE: {
        "schema": _SCHEMA,
        "itemSchema": _SCHEMA,
        "examples": _map(Kind.EXAMPLE),
        "encoding": _map(Kind.ENCODING),
    },
    Kind.ENCODING: {"headers": _map(Kind.HEADER)},
    Kind.RESPONSE: {
        "headers": _map(Kind.HEADER),
        "content": _map(Kind.MEDIA_TYPE),
        "links": _map(Kind.LINK),
    },
    Kind.LINK: {"server": _one(Kind.SERVER)},
    Kind.COMPONENTS: {
        "schemas": _NAMED_SCHEMAS,
        "responses": _map(Kind.RESPONSE),
        "parameters": _map(Kind.PARAMETER),
        "examples": _map(Kind.EXAMPLE),
        "requestBodies": _map(Kind.REQUEST_BODY),
        "headers": _map(Kind.HEADER),
        "securitySchemes": _map(Kind.SECURITY_SCHEME),
        "links": _map(Kind.LINK),
        "callbacks": _map(Kind.CALLBACK),
        "pathItems": _map(Kind.PATH_ITEM),
        "mediaTypes": _map(Kind.MEDIA_TYPE),
    },
    Kind.SECURITY_SCHEME: {"flows": _map(Kind.OAUTH_FLOW)},
    Kind.TAG: _DOCS,
    Kind.SCHEMA: {
        "properties": _NAMED_SCHEMAS,
        "patternProperties": _NAMED_SCHEMAS,
        "$defs": _NAMED_SCHEMAS,
        "definitions": _NAMED_SCHEMAS,
        "dependentSchemas": _NAMED_SCHEMAS,
        "items": _SCHEMA,
        "prefixItems": _SCHEMAS,
        "contains": _SCHEMA,
        "unevaluatedItems": _SCHEMA,
        "additionalProperties": _SCHEMA,
        "unevaluatedProperties": _SCHEMA,
        "propertyNames": _SCHEMA,
        "contentSchema": _SCHEMA,
        "allOf": _SCHEMAS,
        "anyOf": _SCHEMAS,
        "oneOf": _SCHEMAS,
        "not": _SCHEMA,
        "if": _SCHEMA,
        "then": _SCHEMA,
        "else": _SCHEMA,
        "discriminator": _one(Kind.DISCRIMINATOR),
        **_DOCS,
    },
}

# Kinds whose members are all of one kind; extensions among them are skipped.
ELEMENTS: dict[Kind, Kind] = {
    Kind.PATHS: Kind.PATH_ITEM,
    Kind.RESPONSES: Kind.RESPONSE,
    Kind.CALLBACK: Kind.PATH_ITEM,
}

# Where OpenAPI allows a Reference Object (a Path Item has its own `$ref`).
REFERABLE = frozenset(
    {
        Kind.PATH_ITEM, Kind.PARAMETER, Kind.REQUEST_BODY, Kind.RESPONSE, Kind.HEADER, Kind.LINK, Kind.CALLBACK,
        Kind.EXAMPLE, Kind.SCHEMA, Kind.SECURITY_SCHEME, Kind.MEDIA_TYPE,
    }
)  # fmt: skip

SECTION_KINDS: dict[str, Kind] = {name: member.kind for name, member in MEMBERS[Kind.COMPONENTS].items()}
