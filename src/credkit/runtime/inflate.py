"""Decompression in small pieces: a body that would fill the memory stops at the cap, not after it."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Protocol

PIECE = 64 * 1024
ACCEPTED = "gzip, deflate"

_GZIP = 16 + zlib.MAX_WBITS


class BadEncoding(Exception):
    """The body is not compressed as its header says. The message never holds any of it."""


class Decoder(Protocol):
    """`feed` yields pieces of at most 64 KiB; `finish` raises BadEncoding when the end is missing."""

    def feed(self, data: bytes) -> Iterator[bytes]: ...

    def finish(self) -> None: ...


class Identity:
    """A body that is not compressed."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        if data:
            yield data

    def finish(self) -> None:
        return None


class Inflate:
    """gzip (also several members in a row) or deflate (with or without its zlib header)."""

    def __init__(self, encoding: str) -> None:
        self._gzip = encoding == "gzip"
        self._inflater: zlib._Decompress | None = None
        self._started = False

    def _open(self, first: bytes) -> zlib._Decompress:
        if self._gzip:
            return zlib.decompressobj(_GZIP)
        has_header = first[0] & 0x0F == 8 and (len(first) < 2 or (first[0] << 8 | first[1]) % 31 == 0)
        return zlib.decompressobj(zlib.MAX_WBITS if has_header else -zlib.MAX_WBITS)

    def feed(self, data: bytes) -> Iterator[bytes]:
        while data:
            if self._inflater is None:
                if self._started and not data.strip(b"\0"):
                    return  # padding after the last member
                self._inflater = self._open(data)
                self._started = True
            try:
                piece = self._inflater.decompress(data, PIECE)
            except zlib.error:
                raise BadEncoding("the body is not compressed as its header says") from None
            if piece:
                yield piece
            if self._inflater.eof:
                data = self._inflater.unused_data
                self._inflater = None
                if not self._gzip and data:
                    raise BadEncoding("the compressed body goes on after its end")
            else:
                data = self._inflater.unconsumed_tail
                if not data and len(piece) == PIECE:
                    yield from self._held_back()

    def _held_back(self) -> Iterator[bytes]:
        """What the inflater still holds although it took all of its input."""
        while self._inflater is not None and not self._inflater.eof:
            piece = self._inflater.decompress(b"", PIECE)
            if not piece:
                return
            yield piece

    def finish(self) -> None:
        if self._inflater is not None and not self._inflater.eof:
            raise BadEncoding("the compressed body was cut short")


class Chain:
    """Several encodings, the last applied first to be removed."""

    def __init__(self, decoders: list[Decoder]) -> None:
        self._decoders = decoders

    def feed(self, data: bytes) -> Iterator[bytes]:
        return self._feed(data, 0)

    def _feed(self, data: bytes, index: int) -> Iterator[bytes]:
        if index == len(self._decoders):
            yield data
            return
        for piece in self._decoders[index].feed(data):
            yield from self._feed(piece, index + 1)

    def finish(self) -> None:
        for decoder in self._decoders:
            decoder.finish()


def decoder_for(content_encoding: str | None) -> Decoder:
    """The decoder for a `Content-Encoding` header; raises BadEncoding for one that was not asked for."""
    names = [name.strip().lower() for name in (content_encoding or "").split(",")]
    names = [name.removeprefix("x-") for name in names if name not in ("", "identity")]
    if not names:
        return Identity()
    if len(names) > 3 or any(name not in ("gzip", "deflate") for name in names):
        raise BadEncoding("the body has a content encoding that was not asked for")
    decoders: list[Decoder] = [Inflate(name) for name in reversed(names)]
    return decoders[0] if len(decoders) == 1 else Chain(decoders)
