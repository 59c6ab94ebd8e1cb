"""Files to send: where their bytes come from, how large they are, what they are called and what is in them.

A path is opened when it is sent and read piece by piece; nothing is loaded whole. The content type is the caller's; only when
the caller gives none is it told from the first bytes, then from the name.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import BinaryIO, TypeAlias, TypeGuard, cast

from .errors import InvalidArgument
from .shapes import is_object

CHUNK = 64 * 1024
_PREFIX = 32

_SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (8, b"WEBP", "image/webp"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"PK\x03\x04", "application/zip"),
    (0, b"\x1f\x8b", "application/gzip"),
)

_EXTENSIONS = {
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
    "image/webp": (".webp",),
    "image/gif": (".gif",),
    "image/svg+xml": (".svg",),
    "application/pdf": (".pdf",),
    "application/json": (".json",),
    "application/zip": (".zip",),
    "application/gzip": (".gz",),
    "application/xml": (".xml",),
    "text/csv": (".csv",),
    "text/plain": (".txt",),
    "text/html": (".html", ".htm"),
}


@dataclass(frozen=True, slots=True)
class File:
    """A file to send.

    Attributes:
        content: bytes, a path, or a file opened in binary mode (read from where it stands; closed by who opened it).
        filename: the name that the vendor sees, without folders; by default the path's own.
        content_type: its media type; by default told from its first bytes or its name.
    """

    content: bytes | BinaryIO | os.PathLike[str] = field(repr=False)
    filename: str | None = None
    content_type: str | None = None


FileInput: TypeAlias = File | bytes | BinaryIO | os.PathLike[str]
"""What an argument that is a file takes."""


@dataclass(frozen=True, slots=True)
class Source:
    """The bytes of a file or a body.

    Attributes:
        open: reads them, in pieces.
        length: how many; None when that cannot be known before.
        replayable: whether `open` works more than once.
        prefix: the first few.
        name: the file's own name.
        data: all of them, when they are in memory anyway.
    """

    open: Callable[[], Iterator[bytes]]
    length: int | None
    replayable: bool
    prefix: bytes = b""
    name: str | None = None
    data: bytes | None = None


def is_file(value: object) -> TypeGuard[FileInput]:
    """Whether a value is something that `open_source` takes."""
    if isinstance(value, (File, bytes, bytearray, os.PathLike)):
        return True
    return not is_object(value) and callable(getattr(value, "read", None))


def open_source(value: object, label: str, max_bytes: int | None = None) -> Source:
    """Find out about a file before it is sent. `label` names the argument in errors.

    A stream whose size cannot be known is read into memory when there is a limit to its size, and never further than that.

    Raises:
        InvalidArgument: not a file, unreadable, opened as text, or larger than `max_bytes`.
    """
    content = value.content if isinstance(value, File) else value
    try:
        source = _source(content, label, max_bytes)
    except OSError as error:
        problem = error.strerror or type(error).__name__
        raise InvalidArgument(f"{label}: the file cannot be read: {problem}") from None
    if max_bytes is not None and source.length is not None and source.length > max_bytes:
        raise InvalidArgument(f"{label}: {source.length} bytes are more than the {max_bytes} that are allowed")
    return source


def _source(content: object, label: str, max_bytes: int | None) -> Source:
    if isinstance(content, (bytes, bytearray)):
        return in_memory(bytes(content))
    if isinstance(content, os.PathLike):
        return _path(cast("os.PathLike[str]", content), label)
    if isinstance(content, (io.TextIOBase, str)) or not hasattr(content, "read"):
        hint = (
            "open the file in binary mode"
            if hasattr(content, "read")
            else "give bytes, a Path, an open file or a credkit.File, which also takes a name and a media type"
        )
        raise InvalidArgument(f"{label}: a {type(content).__name__} is not a file: {hint}")
    stream = cast("BinaryIO", content)
    name = getattr(stream, "name", None)
    name = PurePath(name).name if isinstance(name, str) else None
    if not _seekable(stream):
        return _once(stream, label, name, max_bytes)
    start = stream.tell()
    length = stream.seek(0, os.SEEK_END) - start
    stream.seek(start)
    prefix = stream.read(_PREFIX)
    stream.seek(start)

    def read_again() -> Iterator[bytes]:
        stream.seek(start)
        return _pieces(stream, length, label)

    return Source(read_again, length, True, prefix, name)


def in_memory(data: bytes, name: str | None = None) -> Source:
    """A source of bytes that are there already."""
    return Source(lambda: iter((data,) if data else ()), len(data), True, data[:_PREFIX], name, data)


def _path(path: os.PathLike[str], label: str) -> Source:
    with open(path, "rb") as file:
        length = os.fstat(file.fileno()).st_size
        prefix = file.read(_PREFIX)

    def read() -> Iterator[bytes]:
        with open(path, "rb") as file:
            yield from _pieces(file, length, label)

    return Source(read, length, True, prefix, PurePath(path).name)


def _once(stream: BinaryIO, label: str, name: str | None, max_bytes: int | None) -> Source:
    """A pipe or a socket: it can be read once, and its size shows only then."""
    if max_bytes is not None:
        pieces: list[bytes] = []
        size = 0
        while size <= max_bytes and (piece := stream.read(min(CHUNK, max_bytes + 1 - size))):
            pieces.append(piece)
            size += len(piece)
        if size > max_bytes:
            raise InvalidArgument(f"{label}: more than the {max_bytes} bytes that are allowed")
        return in_memory(b"".join(pieces), name)
    prefix = stream.read(_PREFIX)

    def read() -> Iterator[bytes]:
        if prefix:
            yield prefix
        while piece := stream.read(CHUNK):
            yield piece

    return Source(read, None, False, prefix, name)


def _pieces(stream: BinaryIO, length: int, label: str) -> Iterator[bytes]:
    """Exactly `length` bytes: a file that changes while it is sent must not change where the request ends."""
    left = length
    while left:
        piece = stream.read(min(CHUNK, left))
        if not piece:
            raise InvalidArgument(f"{label}: the file became shorter while it was being sent")
        left -= len(piece)
        yield piece


def _seekable(stream: BinaryIO) -> bool:
    try:
        return stream.seekable()
    except AttributeError:
        return False


def sniff(prefix: bytes, filename: str | None = None) -> str | None:
    """Tell the media type of a file from its first bytes, else from its name; None when neither says."""
    for offset, signature, media_type in _SIGNATURES:
        if prefix.startswith(signature, offset) and (media_type != "image/webp" or prefix.startswith(b"RIFF")):
            return media_type
    suffix = PurePath(filename).suffix.lower() if filename else ""
    return next((media_type for media_type, known in _EXTENSIONS.items() if suffix in known), None)


def extension_of(media_type: str) -> str:
    """The usual ending of a file name, "" when there is none."""
    return _EXTENSIONS.get(media_type, ("",))[0]
