"""From an argument to the bytes of a request body."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import quote_plus

from pydantic import BaseModel

from .errors import InvalidArgument
from .files import Source, in_memory, is_file, open_source
from .mediatypes import OCTETS, check_media_type, is_json, is_range, media_type_of
from .models import members_of, to_json
from .operation import Body, Part
from .primitives import Items, Members, Shape, deep_shape, shape_of
from .shapes import is_array, is_mapping, is_object
from .unset import UNSET

_LINES = {"application/jsonl", "application/x-ndjson", "application/x-jsonlines", "application/json-seq"}
_NO_PART = Part("")


@dataclass(frozen=True, slots=True)
class EncodedBody:
    """A body that is ready to be sent.

    Attributes:
        content_type: for the header.
        content: the bytes, when they are in memory; else None, and `stream()` yields them in pieces.
        length: how many bytes; None when that cannot be known before.
        replayable: whether `stream()` works more than once, so that the request may be made again.
    """

    content_type: str
    content: bytes | None = field(default=None, repr=False)
    stream: Callable[[], Iterator[bytes]] | None = field(default=None, repr=False)
    length: int | None = None
    replayable: bool = True


def encode_body(body: Body, value: object) -> EncodedBody | None:
    """Write the body of a request; None when there is none to send.

    Args:
        body: what the operation documents.
        value: the argument; a mapping by wire names when the body is spread over arguments, its UNSET members
            are left out; an optional body with nothing but those is not sent. UNSET: no body.

    Raises:
        InvalidArgument: a required body is absent, or the value has no form in this media type.
    """
    if is_mapping(value):
        given = {name: member for name, member in value.items() if member is not UNSET}
        value = UNSET if value and not given and not body.required else given
    if value is UNSET:
        if body.required:
            raise InvalidArgument("the body is required")
        return None
    media_type = _concrete(body, value)
    name = media_type_of(media_type)
    try:
        if name.startswith("multipart/") and not (body.type is None and (is_file(value) or isinstance(value, str))):
            return _multipart(body, media_type, value)
        if name == "application/x-www-form-urlencoded" and is_object(value):
            return _whole(media_type, in_memory(_form(body, value)))
        if name in _LINES and not is_file(value) and not isinstance(value, str):
            return _lines(media_type, value)
        if is_json(name) and not (body.type is None and (is_file(value) or isinstance(value, str))):
            return _whole(media_type, in_memory(to_json(value)))
    except InvalidArgument:
        raise
    except ValueError as error:
        problem = str(error)
    else:
        return _plain(body, media_type, value)
    raise InvalidArgument(f"the body cannot be sent as {name}: {problem}")


def _concrete(body: Body, value: object) -> str:
    """The media type to send; a documented range leaves the choice to the value."""
    if not is_range(body.media_type):
        return check_media_type(body.media_type, "the body")
    if is_file(value):
        return OCTETS
    return "text/plain" if isinstance(value, str) and body.type is None else "application/json"


def _whole(content_type: str, source: Source) -> EncodedBody:
    if source.data is not None:
        return EncodedBody(content_type, source.data, None, len(source.data), True)
    return EncodedBody(content_type, None, source.open, source.length, source.replayable)


def _multipart(body: Body, media_type: str, value: object) -> EncodedBody:
    parts = {part.api_name: part for part in body.parts}
    from .multipart import assemble, multipart_pieces  # few bodies are

    boundary, source = assemble(multipart_pieces(_members(value), parts))
    return _whole(f"{media_type}; boundary={boundary}", source)


def _members(value: object) -> Mapping[str, object]:
    if isinstance(value, BaseModel):
        return members_of(value)
    if is_mapping(value):
        return {str(name): member for name, member in value.items()}
    raise ValueError(f"it takes an object, not a {type(value).__name__}")


def _form(body: Body, value: object) -> bytes:
    """`application/x-www-form-urlencoded`. Null has no form there: null members are left out, like UNSET ones."""
    parts = {part.api_name: part for part in body.parts}
    pairs: list[str] = []
    for name, member in _members(value).items():
        if member is None or member is UNSET:
            continue
        part = parts.get(name, _NO_PART)
        for key, text in _form_pairs(name, member, part):
            pairs.append(f"{quote_plus(key)}={quote_plus(text)}")
    return "&".join(pairs).encode()


def _form_pairs(name: str, member: object, part: Part) -> Iterator[tuple[str, str]]:
    json_part = any(is_json(media_type_of(one)) for one in part.content_types)
    if json_part or (is_object(member) and part.style is None and part.explode is None):
        yield name, to_json(member).decode()
        return
    shape: Shape = deep_shape(name, member) if part.style == "deepObject" else shape_of(member)
    explode = part.explode if part.explode is not None else part.style in (None, "form")
    delimiter = {"spaceDelimited": " ", "pipeDelimited": "|"}.get(part.style or "", ",")
    match shape:
        case Items(items) if explode:
            yield from ((name, item) for item in items)
        case Items(items):
            yield name, delimiter.join(items)
        case Members(members) if explode or part.style == "deepObject":
            yield from members
        case Members(members):
            yield name, delimiter.join(text for pair in members for text in pair)
        case _:
            yield name, shape


def _lines(media_type: str, value: object) -> EncodedBody:
    """JSON Lines: one value a line. A list can be sent again, an iterator cannot."""
    mark = b"\x1e" if media_type_of(media_type) == "application/json-seq" else b""
    if is_array(value):
        return _whole(media_type, in_memory(b"".join(mark + to_json(item) + b"\n" for item in value)))
    if not isinstance(value, Iterator):
        raise ValueError(f"it takes a list or an iterator, not a {type(value).__name__}")
    items = cast("Iterator[object]", value)
    return EncodedBody(media_type, None, lambda: (mark + to_json(item) + b"\n" for item in items), None, False)


def _plain(body: Body, media_type: str, value: object) -> EncodedBody:
    """A body that is sent as it is: bytes, a file, text, or an iterator over bytes."""
    part = next(iter(body.parts), _NO_PART)
    if is_file(value):
        source = open_source(value, "the body", part.max_bytes)
        allowed = (body.media_type,) if is_range(body.media_type) else ()
        from .multipart import file_content_type

        sent_as = file_content_type(value, source, allowed, "the body") if allowed else media_type
        return _whole(sent_as, source)
    if isinstance(value, str):
        try:
            return _whole(_with_charset(media_type), in_memory(value.encode()))
        except UnicodeEncodeError:
            pass
        raise InvalidArgument("the body holds half a character (a lone surrogate)")
    if isinstance(value, Iterator):
        pieces = cast("Iterator[object]", value)
        return EncodedBody(media_type, None, lambda: _checked(pieces), None, False)
    kind = type(value).__name__
    raise InvalidArgument(f"the body is sent as {media_type_of(media_type)}: give text, bytes or a file, not a {kind}")


def _checked(pieces: Iterator[object]) -> Iterator[bytes]:
    for piece in pieces:
        if not isinstance(piece, (bytes, bytearray)):
            raise InvalidArgument(
                f"the body is read from an iterator over bytes, but it yielded a {type(piece).__name__}"
            )
        if piece:
            yield bytes(piece)


def _with_charset(media_type: str) -> str:
    is_plain = media_type_of(media_type).startswith("text/") and ";" not in media_type
    return f"{media_type}; charset=utf-8" if is_plain else media_type
