"""Responses: their statuses, bodies, headers and documented error codes."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus

from .. import ir, names
from ..ir import Response
from ..resolve import Node, ref_of
from .content import component_name, follow, read_content
from .naming import Hint, join, place_key
from .schemas import Schemas

_BODILESS = frozenset({"204", "205", "304"})


def read_responses(schemas: Schemas, node: Node, owner: Hint, method: str) -> tuple[Response, ...]:
    """All documented responses, in the document's order. Statuses are "200", "4XX" or "default".

    What HTTP sends without a body has none, whatever the document says: answers to HEAD, 204, 205, 304.
    """
    entries = [(key.upper() if key != "default" else key, child) for key, child in node.children() if _is_status(key)]
    first = min((key for key, _ in entries if key.startswith("2")), default=None)
    return tuple(
        _response(schemas, key, child, owner, main=key == first, bodiless=method == "HEAD" or key in _BODILESS)
        for key, child in entries
    )


def _is_status(key: str) -> bool:
    return key == "default" or (
        len(key) == 3 and key[0].isascii() and key[0].isdigit() and key[1:].upper().strip("X0123456789") == ""
    )


def _response(schemas: Schemas, status: str, node: Node, owner: Hint, *, main: bool, bodiless: bool) -> Response:
    response = follow(schemas, node)
    name = component_name(response, "responses")
    if name is not None:
        plain = names.class_name(name)
        plain = plain if plain.endswith(("Response", "Error", "Result")) else f"{plain}Response"
        hint = Hint(name=plain, key=place_key(schemas.documents, response))
    else:
        word = "" if main else _status_word(status)
        hint = Hint(name=f"{owner.name}{word}Response", key=f"{owner.key}/responses/{status}")
    description, content = response.text("description"), response.child("content")
    if bodiless and any("schema" in media.map for _, media in content.children()):
        schemas.notes.add(content, "HTTP sends this answer without a body; the documented one is left out")
    return Response(
        status=status,
        description=description,
        content=() if bodiless else read_content(schemas, content, hint, unclear="*/*"),
        headers=tuple(_headers(schemas, response.child("headers"), hint)),
        codes=tuple(_codes(response.map.get("x-error-codes"))),
        location=response.location,
    )


def _status_word(status: str) -> str:
    """`404` is NotFound, `4XX` ClientError, an unregistered `520` Status520."""
    ranges = {"1XX": "Informational", "2XX": "Success", "3XX": "Redirect", "4XX": "ClientError", "5XX": "ServerError"}
    if status in ranges:
        return ranges[status]
    if status == "default":
        return "Default"
    try:
        return names.class_name(HTTPStatus(int(status)).phrase)
    except ValueError:
        return f"Status{names.class_name(status)}" if not status.isdigit() else f"Status{status}"


def _headers(schemas: Schemas, node: Node, owner: Hint) -> Iterator[ir.Header]:
    for key, child in node.children():
        header = follow(schemas, child)
        below = Hint(name=join(owner.name, names.class_name(key)), key=f"{owner.key}/headers/{key}")
        schema = header.child("schema")
        type_ = schemas.type_of(schema, below) if ref_of(schema.value) or schema.map else ir.ANY
        if key.lower() != "content-type":
            yield ir.Header(
                api_name=key,
                type=type_,
                required=header.map.get("required") is True,
                description=header.text("description"),
            )


def _codes(value: ir.JSON) -> Iterator[ir.ErrorCode]:
    for item in value if isinstance(value, list) else ():
        if isinstance(item, dict) and isinstance(item.get("code"), str | int):
            description = item.get("description")
            yield ir.ErrorCode(
                code=str(item["code"]), description=description if isinstance(description, str) else None
            )
