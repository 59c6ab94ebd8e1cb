"""Normalise: documents of OpenAPI 3.0, 3.1 and 3.2 are read in one form, that of 3.1.

The document's version is settled once (`normalise_document`); each schema is brought into form when it is looked at
(`normalise_schema`), one level at a time, so that nothing large is copied and every place stays that of the author.
"""

from __future__ import annotations

import re

from .diagnostics import Diagnostic, Severity, SpecError
from .primitives import JSON
from .resolve import Documents

_VERSION = re.compile(r"3\.[0-2](\.\d+)?(-[\w.-]+)?")
NULL = "null"


def normalise_document(documents: Documents) -> Documents:
    """Settle which OpenAPI it is.

    Raises:
        SpecError: no OpenAPI 3.0, 3.1 or 3.2 document.
    """
    data = documents.top.map
    version = data.get("openapi")
    text = str(version) if isinstance(version, str | float) and not isinstance(version, bool) else ""
    if not _VERSION.fullmatch(text):
        raise SpecError([_not_openapi(documents, text or data.get("swagger"), "openapi" if "openapi" in data else "")])
    documents.version = text[:3]
    return documents


def _not_openapi(documents: Documents, got: JSON, key: str) -> Diagnostic:
    pointer = f"/{key}" if key else ""
    file, line, column = documents.root.where([pointer])[pointer]
    swagger = "swagger" in documents.top.map
    overlay = "overlay" in documents.top.map
    shown = f'"{got}"' if got is not None else "an overlay" if overlay else "no version"
    help_ = "write the version at the top of the document"
    if swagger:
        help_ = "convert the document to OpenAPI 3 first"
    elif overlay:
        help_ = "name the document that it changes, and list the overlay in client.toml or with --overlay"
    return Diagnostic(
        rule="openapi-version",
        severity=Severity.ERROR,
        message=f"expected `openapi: 3.0.x`, 3.1.x or 3.2.x; got {'Swagger ' if swagger else ''}{shown}",
        help=help_,
        file=file,
        line=line,
        column=column,
        pointer=pointer,
    )


def normalise_schema(value: JSON) -> dict[str, JSON]:
    """One schema object in 3.1 form, one level deep.

    `True` becomes `{}`, `False` becomes `{"not": {}}`. `type` is always a list; `nullable: true` puts "null" into it (or, where
    no type is given, stays as `nullable`). 3.0's boolean `exclusiveMinimum` takes over `minimum`; a list under `items` becomes
    `prefixItems`; `definitions` joins `$defs`.
    """
    if value is False:
        return {"not": {}}
    if not isinstance(value, dict):
        return {}
    schema = dict(value)
    _types(schema)
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if isinstance(schema.get(exclusive), bool) and schema.pop(exclusive) and bound in schema:
            schema[exclusive] = schema.pop(bound)
    if isinstance(schema.get("items"), list):
        schema["prefixItems"] = schema.pop("items")
        if "additionalItems" in schema:
            schema["items"] = schema.pop("additionalItems")
    return schema


def _types(schema: dict[str, JSON]) -> None:
    given = schema.get("type")
    types = [item for item in (given if isinstance(given, list) else [given]) if isinstance(item, str)]
    nullable = schema.pop("nullable", None) is True or schema.pop("x-nullable", None) is True
    if nullable and types and NULL not in types:
        types.append(NULL)
    if nullable:
        schema["nullable"] = True
    if types:
        schema["type"] = list(dict.fromkeys(types))
    else:
        schema.pop("type", None)
