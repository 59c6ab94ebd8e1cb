"""Answers that are too large: header floods, bodies without an end, bombs."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

from ..answers import Answer, chunk, deflate_bomb, double_gzip_bomb, endless_gzip, gzip_bomb
from ..faults import Fault, Phase, Wire
from ..server import Play
from ..wire import Peer
from .framing import CHUNKED_HEAD, OK
from .plays import sending

MEGABYTE = bytes(1024 * 1024)


def oversize() -> Iterator[Fault]:
    yield from _heads()
    yield from _streams()
    yield from _bombs()


def _heads() -> Iterator[Fault]:
    def head(lines: bytes) -> bytes:
        return OK.status_line() + OK.header_lines() + lines + b"\r\n" + OK.body

    few = b"".join(b"X-Flood-%d: %s\r\n" % (i, b"a" * 500) for i in range(100))
    yield Fault(name="100 headers of 500 bytes", phase=Phase.COMPLETE, wire=Wire.ANSWERED, play=sending(head(few)))
    many = b"".join(b"X-Flood-%d: a\r\n" % i for i in range(20_000))
    for name, lines in (("20,000 headers", many), ("one header of 1 MB", b"X-Giant: " + b"a" * 1_000_000 + b"\r\n")):
        yield Fault(name=name, phase=Phase.IN_HEADERS, wire=Wire.BROKEN, play=sending(head(lines), close=True))


def streaming(head: bytes, pieces: Callable[[], Iterator[bytes]]) -> Play:
    def play(peer: Peer) -> None:
        peer.read_request()
        peer.send(head)
        peer.send_pieces(pieces())

    return play


def _streams() -> Iterator[Fault]:
    long = OK.status_line() + b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    until_close = OK.status_line() + b"Content-Type: application/json\r\n\r\n"
    packed = OK.status_line() + b"Content-Type: application/json\r\nContent-Encoding: gzip\r\n\r\n"
    for name, head, pieces in (
        ("10 GB declared and sent", long % 10**10, lambda: itertools.repeat(MEGABYTE)),
        ("a chunked body without an end", CHUNKED_HEAD, lambda: itertools.repeat(chunk(MEGABYTE))),
        ("a body without an end or length", until_close, lambda: itertools.repeat(MEGABYTE)),
        ("a gzip without an end", packed, endless_gzip),
    ):
        yield Fault(name=name, phase=Phase.IN_BODY, wire=Wire.UNREADABLE, play=streaming(head, pieces))


def _bombs() -> Iterator[Fault]:
    for name, encoding, make in (
        ("gzip bomb", "gzip", gzip_bomb),
        ("deflate bomb", "deflate", deflate_bomb),
        ("gzip bomb in gzip", "gzip, gzip", double_gzip_bomb),
    ):
        yield Fault(name=name, phase=Phase.IN_BODY, wire=Wire.UNREADABLE, play=bomb(encoding, make))


def bomb(encoding: str, make: Callable[[], bytes]) -> Play:
    def play(peer: Peer) -> None:
        peer.read_request()
        peer.send(Answer(body=make(), headers=(("Content-Encoding", encoding),)).encode())

    return play
