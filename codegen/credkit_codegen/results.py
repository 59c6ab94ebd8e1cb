"""What a successful answer becomes: its kind, its type before and after unwrapping, the items of pages and streams."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from . import ir
from .ir import ANY, NULL, MediaType, Operation, Scalar, ScalarKind, Type
from .mediatypes import essence, is_any, is_form, is_json, is_lines, preferred, success_responses
from .typeops import object_schema, union_of, without_aliases, without_null


class ResponseKind(StrEnum):
    """What a successful answer carries; `EVENTS` are server-sent events, `LINES` JSON Lines and the like."""

    NONE = "none"
    JSON = "json"
    TEXT = "text"
    BYTES = "bytes"
    EVENTS = "events"
    LINES = "lines"


def body_type(media: MediaType) -> Type:
    """The type of a whole request body of this media type: by its schema, else by what the media type says."""
    kind = essence(media.media_type)
    if is_json(kind):
        return media.type or ANY
    if is_form(kind) and not isinstance(media.type, Scalar):
        return media.type or ANY
    if is_lines(kind):
        return ANY
    return Scalar(kind=ScalarKind.STRING if kind.startswith("text/") else ScalarKind.BINARY)


def answer_type(media: MediaType) -> Type:
    """The type of a whole answer. What is neither JSON nor text comes as bytes; text under `*/*` as the server labels it."""
    if is_any(media.media_type) and media.type is not None and _is_text(media.type):
        return union_of([Scalar(kind=ScalarKind.STRING), Scalar(kind=ScalarKind.BINARY)])
    return Scalar(kind=ScalarKind.BINARY) if is_form(media.media_type) else body_type(media)


def _is_text(type_: Type) -> bool:
    variants = type_.variants if isinstance(type_, ir.Union) else (type_,)
    return all(
        isinstance(item, ir.Enumeration) or (isinstance(item, Scalar) and item.kind is not ScalarKind.BINARY)
        for item in variants
    )


def read_success(operation: Operation) -> tuple[ResponseKind, Type | None, Type | None]:
    """Kind, type of the whole body, and type of one streamed item."""
    types: list[Type] = []
    empty = False
    kind, item = ResponseKind.NONE, None
    for response in success_responses(operation):
        item = item or _streamed_item(response.content)
        media = preferred(response.content)
        if media is None:
            empty = True
            continue
        found = _response_kind(media.media_type)
        if kind is ResponseKind.NONE:
            kind = found
        type_ = answer_type(media)
        if type_ not in types:
            types.append(type_)
    if not types:
        return ResponseKind.NONE, None, item
    return kind, union_of([*types, NULL] if empty else types), item


def _streamed_item(content: Iterable[MediaType]) -> Type | None:
    """The type of one event or line, where one of the media types is a sequence of them; ANY when nothing is said."""
    streamed = (ResponseKind.EVENTS, ResponseKind.LINES)
    media = next((item for item in content if _response_kind(item.media_type) in streamed), None)
    return None if media is None else media.item_type or media.type or ANY


def _response_kind(media_type: str) -> ResponseKind:
    kind = essence(media_type)
    if is_json(kind):
        return ResponseKind.JSON
    if kind == "text/event-stream":
        return ResponseKind.EVENTS
    if is_lines(kind):
        return ResponseKind.LINES
    return ResponseKind.TEXT if kind.startswith("text/") else ResponseKind.BYTES


def unwrapped(success: Type | None, member: str | None, schemas: Mapping[str, ir.Schema]) -> Type | None:
    """The type of the member `member` in every variant that has it."""
    if success is None or not member:
        return success
    variants = success.variants if isinstance(success, ir.Union) and success.discriminator is None else (success,)
    return union_of(_member_type(variant, member, schemas) or variant for variant in variants)


def _member_type(type_: Type, member: str, schemas: Mapping[str, ir.Schema]) -> Type | None:
    schema = object_schema(type_, schemas)
    for prop in schema.properties if schema else ():
        if prop.api_name == member:
            return prop.type if prop.required else union_of([prop.type, NULL])
    return None


def page_item(operation: Operation, success: Type | None, schemas: Mapping[str, ir.Schema]) -> Type | None:
    """The type of one item of a paged list: what `x-pagination: items` points at; ANY when the body does not say."""
    if operation.pagination is None or success is None:
        return None
    type_: Type | None = success
    for token in _tokens(operation.pagination.items):
        type_ = _member_type(type_, token, schemas) if type_ is not None else None
        if isinstance(type_, ir.Union):
            others = [variant for variant in type_.variants if variant != NULL]
            type_ = others[0] if len(others) == 1 else None
    listed = None if type_ is None else without_aliases(type_, schemas)
    return listed.items if isinstance(listed, ir.Array) else ANY


def page_member(operation: Operation, returns: Type | None, schemas: Mapping[str, ir.Schema]) -> str | None:
    """Where the items of a page are in what the method gives, as Python names: "orders", "result.orders"; None where that is a list
    itself, or the body does not say."""
    if operation.pagination is None or returns is None:
        return None
    tokens = _tokens(operation.pagination.items)
    if operation.unwrap is not None and tokens[:1] == [operation.unwrap]:
        tokens = tokens[1:]
    path: list[str] = []
    type_ = returns
    for token in tokens:
        schema = object_schema(without_null(type_), schemas)
        prop = next((item for item in schema.properties if item.api_name == token), None) if schema else None
        if prop is None:
            return None
        path.append(prop.name)
        type_ = prop.type
    return ".".join(path) or None


def _tokens(pointer: str) -> list[str]:
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]
