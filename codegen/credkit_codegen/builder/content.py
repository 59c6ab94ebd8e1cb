"""Bodies: media types, form parts, examples, responses and their headers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from .. import ir, names
from ..ir import Example, MediaType, Part, RequestBody, ScalarKind, Type
from ..mediatypes import URLENCODED, essence, is_any, is_form, is_json
from ..positions import unescape
from ..resolve import Documents, Node, UnresolvedRef
from ..typeops import object_schema, without_aliases
from .naming import Hint, place_key
from .schemas import Schemas

_WORD = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_MEDIA_TYPE_KEYS = frozenset(
    {"$ref", "schema", "itemSchema", "example", "examples", "encoding", "prefixEncoding", "itemEncoding"}
)
_MEDIA_TYPE = re.compile(
    rf"(?:{_WORD}/{_WORD}|\*)(?:[ \t]*;[ \t]*{_WORD}=(?:{_WORD}|\"[\x20\x21\x23-\x5b\x5d-\x7e]*\"))*"
)
_MEANT = {
    "json": "application/json",
    "multipart": "multipart/form-data",
    "form": "application/x-www-form-urlencoded",
    "text": "text/plain",
}
_EVENT_FIELDS = frozenset({"data", "event", "id", "retry"})
_FORM_STYLES = frozenset({"form", "spaceDelimited", "pipeDelimited", "deepObject"})


def follow(schemas: Schemas, node: Node) -> Node:
    """The node behind a reference; an empty one, noted, when it leads nowhere."""
    try:
        return schemas.documents.follow(node)
    except UnresolvedRef as error:
        schemas.notes.add(node, f"{error}; read as if it were empty")
        return Node(node.document, node.pointer, {})


def text_of(documents: Documents, node: Node, key: str) -> str | None:
    """A text member that real documents of many files also refer to (`description: {$ref: …}`)."""
    try:
        value = documents.follow(node.child(key)).value
    except UnresolvedRef:
        return None
    return value if isinstance(value, str) and value else None


def component_name(node: Node, section: str) -> str | None:
    """The name of the component in `section` at which a node stands."""
    head, _, tail = node.pointer.rpartition("/")
    return unescape(tail) if head == f"/components/{section}" else None


# --- media types ---------------------------------------------------------------------------------------------------


def read_content(
    schemas: Schemas, node: Node, hint: Hint, unclear: str = "application/octet-stream"
) -> tuple[MediaType, ...]:
    """The `content` of a body. Media types are kept as written; one that stands twice in other letters is kept once.

    What no header can carry is read as what it most probably means, as `unclear` where it could be anything.
    """
    content = follow(schemas, node) if node.value is not None else node
    entries = [
        (_named(schemas, key, child, unclear), follow(schemas, child))
        for key, child in content.children()
        if not _is_stray(schemas, key, child, content)
    ]
    texts = [str(child.map.get("schema")) for _, child in entries]
    first = next((index for index, (key, _) in enumerate(entries) if is_json(key)), 0)
    found = []
    for index, (key, child) in enumerate(entries):
        same = texts.index(texts[index])  # the same schema again goes by the name that it has already
        is_main = texts[index] == texts[first]
        found.append(_media_type(schemas, key, child, hint if is_main else _media_hint(hint, entries[same][0])))
    return tuple(found)


def _is_stray(schemas: Schemas, key: str, node: Node, content: Node) -> bool:
    """Whether something slipped in beside the media types: neither its name nor what it says is that of one."""
    if _is_media_type(key) or node.map.keys() & _MEDIA_TYPE_KEYS or not any(map(_is_media_type, content.map)):
        return False
    schemas.notes.add(node, f'"{key[:80]}" is no media type; left out')
    return True


def _is_media_type(text: str) -> bool:
    return _MEDIA_TYPE.fullmatch(text.strip(" \t;")) is not None


def _named(schemas: Schemas, media_type: str, node: Node, unclear: str) -> str:
    written = media_type.strip(" \t;")
    if _MEDIA_TYPE.fullmatch(written):
        return written
    meant = next((name for word, name in _MEANT.items() if word in media_type.lower()), unclear)
    schemas.notes.add(node, f'"{media_type[:80]}" is no media type; read as {meant}')
    return meant


def _media_hint(hint: Hint, media_type: str) -> Hint:
    kind = (
        essence(media_type).partition("/")[2].removeprefix("x-www-").removesuffix("-data").removesuffix("-urlencoded")
    )
    word = names.class_name(kind)
    for ending in ("Request", "Response"):
        if hint.name.endswith(ending):
            return Hint(name=f"{hint.name.removesuffix(ending)}{word}{ending}", key=f"{hint.key}/{word}")
    return Hint(name=f"{hint.name}{word}", key=f"{hint.key}/{word}")


def _media_type(schemas: Schemas, media_type: str, node: Node, hint: Hint) -> MediaType:
    schema, item = node.child("schema"), node.child("itemSchema")
    type_ = schemas.type_of(schema, hint) if isinstance(schema.value, dict | bool) else None
    item_type = _item_type(schemas, media_type, item, hint.item())
    return MediaType(
        media_type=media_type,
        type=type_,
        parts=_parts(schemas, media_type, node) if type_ is not None else (),
        item_type=item_type,
        examples=tuple(read_examples(schemas, node)),
        location=node.location,
    )


def _item_type(schemas: Schemas, media_type: str, node: Node, hint: Hint) -> Type | None:
    """The type of one item of a sequence.

    `itemSchema` of server-sent events describes the event around the data; many who write one mean the data, which shows
    where it has members that no event has.
    """
    if not isinstance(node.value, dict | bool):
        return None
    members = schemas.shape(node).properties
    if essence(media_type) != "text/event-stream" or "data" not in members or members.keys() - _EVENT_FIELDS:
        return schemas.type_of(node, hint)
    content = members["data"][0].child("contentSchema")
    if isinstance(content.value, dict | bool):
        return schemas.type_of(content, hint)
    type_ = schemas.type_of(members["data"][0], hint)
    return ir.ANY if isinstance(type_, ir.Scalar) and type_.kind is ScalarKind.STRING else type_


def read_examples(schemas: Schemas, node: Node) -> Iterator[Example]:
    """Named examples of a media type, parameter or header; a single `example` is called "example"."""
    named = node.child("examples")
    for key, child in named.children():
        found = follow(schemas, child)
        for value_key in ("value", "dataValue"):
            if value_key in found.map:
                yield Example(name=key, value=found.map[value_key], summary=found.text("summary"))
                break
    if "example" in node.map and not named.map:
        yield Example(name="example", value=node.map["example"])


def _parts(schemas: Schemas, media_type: str, node: Node) -> tuple[Part, ...]:
    """How each member of a form is encoded. What a component says is known once the queue is empty: see `settle_media`."""
    if not is_form(media_type):
        return ()
    found = []
    for api_name, encoding in node.child("encoding").children():
        found.append(_encoded(schemas, api_name, follow(schemas, encoding)))
    return tuple(found)


def _encoded(schemas: Schemas, api_name: str, node: Node) -> Part:
    style, explode = node.text("style"), node.map.get("explode")
    kinds = tuple(item.strip() for item in (node.text("contentType") or "").split(",") if item.strip())
    if style is not None and style not in _FORM_STYLES:
        schemas.notes.add(node, f'style "{style}" is none of a form; the default is used')
        style = None
    return Part(
        api_name=api_name,
        content_types=kinds,
        style=style,
        explode=explode if isinstance(explode, bool) else None,
        allow_reserved=node.map.get("allowReserved") is True,
    )


def settle_media(media: MediaType, built: dict[str, ir.Schema], limits: dict[ir.Location, int]) -> MediaType:
    """The media type once all schemas are known: a range (`*/*`) with structured values is JSON, a form has its parts."""
    if is_any(media.media_type) and media.type is not None and is_structured(media.type, built):
        return replace(media, media_type="application/json")
    return _fill_parts(media, built, limits)


def is_structured(type_: Type, built: dict[str, ir.Schema]) -> bool:
    """Whether values need JSON: anything but text, bytes and values of no known type."""
    type_ = without_aliases(type_, built)
    if isinstance(type_, ir.Union):
        return any(is_structured(variant, built) for variant in type_.variants if variant != ir.NULL)
    if isinstance(type_, ir.Scalar):
        return type_.kind in (ScalarKind.INTEGER, ScalarKind.NUMBER, ScalarKind.BOOLEAN)
    return not isinstance(type_, ir.Enumeration)


def _fill_parts(media: MediaType, built: dict[str, ir.Schema], limits: dict[ir.Location, int]) -> MediaType:
    """The media type with a part for each member of its form: which are files, and how large they may be."""
    kind = essence(media.media_type)
    schema = object_schema(media.type, built) if media.type is not None else None
    if schema is None or not is_form(kind):
        return media
    known = {part.api_name: part for part in media.parts}
    parts = []
    for prop in schema.properties:
        part = known.get(prop.api_name, Part(api_name=prop.api_name))
        file = kind != URLENCODED and is_file(prop.type, built)
        parts.append(replace(part, max_bytes=limits.get(prop.location), file=file))
    return replace(media, parts=tuple(parts))


def is_file(type_: Type, built: dict[str, ir.Schema]) -> bool:
    """Whether a value is always binary, or a list of binary values: of a choice with something else, each value tells."""
    variants = [variant for variant in _variants(_items(without_aliases(type_, built), built)) if variant != ir.NULL]
    return bool(variants) and all(_is_binary(_items(variant, built)) for variant in variants)


def _items(type_: Type, built: dict[str, ir.Schema]) -> Type:
    """The type of the items of a list, of anything else itself."""
    return without_aliases(type_.items, built) if isinstance(type_, ir.Array) else type_


def _variants(type_: Type) -> tuple[Type, ...]:
    return type_.variants if isinstance(type_, ir.Union) else (type_,)


def _is_binary(type_: Type) -> bool:
    return isinstance(type_, ir.Scalar) and type_.kind is ScalarKind.BINARY


# --- requests ------------------------------------------------------------------------------------------------------


def read_request(schemas: Schemas, node: Node, owner: Hint, suffix: str = "Request") -> RequestBody | None:
    """The request body of an operation; None when there is none. An inline schema is called after `owner`."""
    if not isinstance(node.value, dict):
        return None
    body = follow(schemas, node)
    name = component_name(body, "requestBodies")
    hint = Hint(name=f"{owner.name}{suffix}", key=f"{owner.key}/request")
    if name is not None:
        plain = names.class_name(name)
        plain = plain if plain.endswith(("Request", "Body", suffix)) else f"{plain}{suffix}"
        hint = Hint(name=plain, key=place_key(schemas.documents, body))
    content = read_content(schemas, body.child("content"), hint)
    if not content:
        schemas.notes.add(body, "a request body without content; the method takes none")
    return RequestBody(
        required=body.map.get("required") is True,
        description=body.text("description"),
        content=content,
        location=body.location,
    )
