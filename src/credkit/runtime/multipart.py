"""Multipart bodies that can be read in one way only.

The boundary is random and does not occur in what is known of the parts; names, file names and content types are checked, so
that none of them can begin a header or a part of its own.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from .errors import InvalidArgument
from .files import File, Source, extension_of, in_memory, is_file, open_source, sniff
from .mediatypes import OCTETS, check_media_type, covers, is_json, is_range, media_type_of
from .models import to_json
from .operation import Part
from .primitives import Items, Members, Shape, deep_shape, shape_of, text_of
from .shapes import is_array, is_object
from .unset import UNSET

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_SEPARATOR = re.compile(r"[/\\]")
_NO_PART = Part("")


@dataclass(frozen=True, slots=True)
class Piece:
    """One part on its way out: its head, and where its bytes come from."""

    head: bytes
    source: Source


def multipart_pieces(members: Mapping[str, object], parts: Mapping[str, Part]) -> list[Piece]:
    """Turn the members of a body into parts, in their order. UNSET members and null ones are left out.

    Files become file parts; an array becomes one part for each item; objects become JSON, or with the style `deepObject` one
    part for each of their values (`name[key]`); the rest is text.

    Raises:
        InvalidArgument: a part cannot be sent as it is, is too large, or is of a type that is not allowed.
    """
    pieces: list[Piece] = []
    for name, value in members.items():
        part = parts.get(name, _NO_PART)
        if part.style == "deepObject" and (is_object(value) or is_array(value)):
            pieces.extend(_deep_pieces(name, value))
            continue
        for item in value if is_array(value) and not is_file(value) and not part.style else (value,):
            if item is not UNSET and item is not None:
                pieces.append(_piece(name, item, part))
    return pieces


def assemble(
    pieces: list[Piece], new_boundary: Callable[[], str] = lambda: secrets.token_hex(24)
) -> tuple[str, Source]:
    """Join parts to a body; returns the boundary and the whole.

    The boundary occurs in no head and in nothing that is in memory; for files that are read later it is enough that nobody
    can guess 192 random bits.
    """
    known = [piece.head for piece in pieces] + [piece.source.data or piece.source.prefix for piece in pieces]
    boundary = new_boundary()
    while any(boundary.encode() in data for data in known):
        boundary = new_boundary()
    return boundary, _join(pieces, boundary.encode())


def _join(pieces: list[Piece], boundary: bytes) -> Source:
    opening = [b"--" + boundary + b"\r\n" + piece.head + b"\r\n" for piece in pieces]
    closing = b"--" + boundary + b"--\r\n"

    def read() -> Iterator[bytes]:
        for head, piece in zip(opening, pieces, strict=True):
            yield head
            yield from piece.source.open()
            yield b"\r\n"
        yield closing

    length: int | None = len(closing)
    for head, piece in zip(opening, pieces, strict=True):
        size = piece.source.length
        length = None if length is None or size is None else length + len(head) + size + 2
    if all(piece.source.data is not None for piece in pieces):
        return in_memory(b"".join(read()))
    return Source(read, length, all(piece.source.replayable for piece in pieces))


def _deep_pieces(name: str, value: object) -> Iterator[Piece]:
    try:
        shape = deep_shape(name, value)
        pairs = [(key, text.encode()) for key, text in shape.parts] if isinstance(shape, Members) else []
    except ValueError as error:  # half a character among them
        problem = "half a character (a lone surrogate)" if isinstance(error, UnicodeEncodeError) else str(error)
    else:
        yield from (Piece(_head(key, f"part {name!r}", None, None), in_memory(text)) for key, text in pairs)
        return
    raise InvalidArgument(f"part {name!r}: {problem}")


def _piece(name: str, value: object, part: Part) -> Piece:
    label = f"part {name!r}"
    if part.file or is_file(value):
        source = open_source(value, label, part.max_bytes)  # refuses what is no file
        content_type = file_content_type(value, source, part.content_types, label)
        filename = (value.filename if isinstance(value, File) else None) or source.name
        filename = filename or _SEPARATOR.sub("_", f"{name}{extension_of(media_type_of(content_type))}")
        return Piece(_head(name, label, content_type, filename), source)
    documented = next((one for one in part.content_types if not is_range(one)), None)
    text, declared = _text(value, documented, part, label)
    if part.max_bytes is not None and len(text) > part.max_bytes:
        raise InvalidArgument(f"{label}: {len(text)} bytes are more than the {part.max_bytes} that are allowed")
    return Piece(_head(name, label, declared, None), in_memory(text))


def _text(value: object, documented: str | None, part: Part, label: str) -> tuple[bytes, str | None]:
    """A part that is not a file, and the content type to declare; None where text/plain goes without saying."""
    try:
        if documented is not None and is_json(media_type_of(documented)):
            return to_json(value), documented
        if is_object(value) or is_array(value):
            if part.style is None and not part.explode:
                return to_json(value), documented or "application/json"
            return ",".join(_flat(shape_of(value))).encode(), documented
        return text_of(value).encode(), documented
    except UnicodeEncodeError:
        problem = "half a character (a lone surrogate)"
    except ValueError as error:
        problem = str(error)
    raise InvalidArgument(f"{label}: {problem}")


def _flat(shape: Shape) -> Iterator[str]:
    match shape:
        case Items(parts):
            yield from parts
        case Members(pairs):
            yield from (text for pair in pairs for text in pair)
        case _:
            yield shape


def file_content_type(value: object, source: Source, allowed: tuple[str, ...], label: str) -> str:
    """The content type of a file: what the caller says, else what the bytes or the name say, if that is allowed."""
    given = value.content_type if isinstance(value, File) else None
    filename = (value.filename if isinstance(value, File) else None) or source.name
    concrete = [one for one in allowed if not is_range(one)]
    content_type = given or sniff(source.prefix, filename)
    if content_type is None:
        if len(concrete) > 1 or (allowed and not concrete and not any(covers(one, OCTETS) for one in allowed)):
            raise InvalidArgument(
                f"{label}: say which content type it is: File(..., content_type=...): {_list(allowed)}"
            )
        content_type = concrete[0] if concrete else OCTETS
    check_media_type(content_type, label)
    if allowed and not any(covers(one, content_type) for one in allowed):
        if given is None and any(covers(one, OCTETS) for one in allowed):
            return OCTETS
        raise InvalidArgument(f"{label}: {media_type_of(content_type)} is not allowed: {_list(allowed)}")
    return content_type


def _list(allowed: tuple[str, ...]) -> str:
    return ", ".join(allowed[:8])


def _head(name: str, label: str, content_type: str | None, filename: str | None) -> bytes:
    disposition = f'form-data; name="{_quoted(name, label)}"'
    if filename is not None:
        if _SEPARATOR.search(filename):
            raise InvalidArgument(f"{label}: a file name may not hold a folder")
        disposition += f'; filename="{_quoted(filename, label)}"'
    lines = [f"Content-Disposition: {disposition}"]
    if content_type is not None:
        lines.append(f"Content-Type: {check_media_type(content_type, label)}")
    try:
        return "".join(f"{line}\r\n" for line in lines).encode()
    except UnicodeEncodeError:
        pass
    raise InvalidArgument(f"{label}: a name holds half a character (a lone surrogate)")


def _quoted(text: str, label: str) -> str:
    if "\\" in text:  # some readers take it for the beginning of an escape, and `\"` not for the end
        raise InvalidArgument(f"{label}: a name may not hold a backslash")
    if _CONTROL.search(text) or not text:
        raise InvalidArgument(f"{label}: a name is empty or holds a line break or another control character")
    return text.replace('"', "%22")
