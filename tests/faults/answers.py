"""Answers as bytes: good ones, and the material of bad ones."""

from __future__ import annotations

import functools
import itertools
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from .canary import ACCESS_TOKEN, API_KEY, OFFER_URI, PERSON_EMAIL

GOOD = {"id": "cred_1", "status": "issued", "email": PERSON_EMAIL, "offerUri": OFFER_URI}
"""The documented answer of every operation of the test API, canaries included."""


SECRET_HEADERS = (("X-Recipient", PERSON_EMAIL), ("X-Offer", OFFER_URI), ("Set-Cookie", f"session={ACCESS_TOKEN}"))
"""In every answer: what libraries print when they log the headers of responses."""


class Framing(StrEnum):
    """How the end of a body is told."""

    LENGTH = "length"
    CHUNKED = "chunked"
    CLOSE = "close"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One response. `headers` come after the framing's own, so that a fault can contradict it."""

    status: str = "200 OK"
    body: bytes = json.dumps(GOOD).encode()
    content_type: str | None = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
    framing: Framing = Framing.LENGTH

    def status_line(self) -> bytes:
        return f"HTTP/1.1 {self.status}\r\n".encode("latin-1")

    def header_lines(self) -> bytes:
        lines = [("Content-Type", self.content_type)] if self.content_type else []
        match self.framing:
            case Framing.LENGTH:
                lines.append(("Content-Length", str(len(self.body))))
            case Framing.CHUNKED:
                lines.append(("Transfer-Encoding", "chunked"))
            case Framing.CLOSE:
                lines.append(("Connection", "close"))
        lines += [*SECRET_HEADERS, *self.headers]
        return b"".join(f"{name}: {value}\r\n".encode("latin-1") for name, value in lines)

    def framed_body(self) -> bytes:
        if self.framing is not Framing.CHUNKED:
            return self.body
        half = len(self.body) // 2
        return chunk(self.body[:half]) + chunk(self.body[half:]) + b"0\r\n\r\n"

    def head(self) -> bytes:
        return self.status_line() + self.header_lines() + b"\r\n"

    def encode(self) -> bytes:
        return self.head() + self.framed_body()


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data) if data else b""


def json_answer(value: object, *, status: str = "200 OK", headers: tuple[tuple[str, str], ...] = ()) -> Answer:
    return Answer(status=status, body=json.dumps(value).encode(), headers=headers)


def error_answer(status: str, *headers: tuple[str, str]) -> Answer:
    """An error as the test API documents it; its message repeats what vendors do repeat: the person's address, the key."""
    error = {"code": "NO", "message": f"cannot serve {PERSON_EMAIL} with {API_KEY}", "offerUri": OFFER_URI}
    return json_answer(error, status=status, headers=(*headers, ("X-Request-Id", "req_1")))


def deep_json(levels: int) -> bytes:
    return b'{"id": ' + b"[" * levels + b"]" * levels + b"}"


GARBAGE = f"\0\x15\x03\x01 {PERSON_EMAIL} {OFFER_URI} is not HTTP at all \r\n\r\n".encode()
"""Libraries quote such bytes in their exceptions and records."""

HTML = f"<!doctype html><title>Bad gateway</title><p>{PERSON_EMAIL} {OFFER_URI}".encode()


BOMB_BYTES = 300 * 1024 * 1024
_BLOCK = 1024 * 1024
_GZIP_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"


@functools.cache
def gzip_bomb() -> bytes:
    """About 300 KB that inflate to 300 MB: one block that ends on a byte boundary, repeated. A valid gzip file."""
    block = _zero_block()
    checksum = functools.reduce(lambda value, _: zlib.crc32(bytes(_BLOCK), value), range(BOMB_BYTES // _BLOCK), 0)
    trailer = checksum.to_bytes(4, "little") + BOMB_BYTES.to_bytes(4, "little")
    return _GZIP_HEAD + block * (BOMB_BYTES // _BLOCK) + b"\x03\x00" + trailer


@functools.cache
def deflate_bomb() -> bytes:
    """The same in the zlib wrapping that `Content-Encoding: deflate` means."""
    checksum = functools.reduce(lambda value, _: zlib.adler32(bytes(_BLOCK), value), range(BOMB_BYTES // _BLOCK), 1)
    return b"\x78\x9c" + _zero_block() * (BOMB_BYTES // _BLOCK) + b"\x03\x00" + checksum.to_bytes(4, "big")


@functools.cache
def double_gzip_bomb() -> bytes:
    """A bomb in a bomb: a few KB, for a `Content-Encoding: gzip, gzip`."""
    return gzip(gzip_bomb())


def gzip(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=31)
    return packer.compress(data) + packer.flush()


def endless_gzip() -> Iterator[bytes]:
    """A gzip stream without an end, ready-made: sending it costs nothing."""
    yield _GZIP_HEAD
    yield from itertools.repeat(_zero_block() * 64)


@functools.cache
def _zero_block() -> bytes:
    packer = zlib.compressobj(9, wbits=-15)
    return packer.compress(bytes(_BLOCK)) + packer.flush(zlib.Z_FULL_FLUSH)
