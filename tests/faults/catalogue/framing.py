"""Faults of HTTP's own syntax: status line, header lines, lengths, chunks."""

from __future__ import annotations

from collections.abc import Iterator

from ..answers import Answer, Framing, chunk
from ..canary import PERSON_EMAIL
from ..faults import Fault, Phase, Wire
from ..server import Play
from ..wire import Peer
from .plays import answering, complete, sending

OK = Answer()
BODY = OK.body
CHUNKED_HEAD = Answer(framing=Framing.CHUNKED).head()


def framing() -> Iterator[Fault]:
    yield from _controls()
    yield from _status_lines()
    yield from _header_lines()
    yield from _lengths()
    yield from _chunks()


def _controls() -> Iterator[Fault]:
    """Unusual and correct."""
    for kind in Framing:
        yield complete(f"good answer ({kind})", Wire.ANSWERED, answering(Answer(framing=kind)))
        forged = Answer(framing=kind).encode() + Answer(body=b'{"id": "forged", "status": "issued"}').encode()
        if kind is not Framing.CLOSE:
            yield complete(f"good answer ({kind}), with a forged answer behind it", Wire.ANSWERED, sending(forged))
    one_by_one = b"".join(chunk(BODY[i : i + 1]) for i in range(len(BODY)))
    yield complete("chunks of one byte", Wire.ANSWERED, sending(CHUNKED_HEAD + one_by_one + b"0\r\n\r\n"))
    yield complete("trailers", Wire.ANSWERED, sending(CHUNKED_HEAD + chunk(BODY) + b"0\r\nX-After: 1\r\n\r\n"))
    yield complete("lines ended by LF alone", Wire.ANSWERED, sending(OK.head().replace(b"\r\n", b"\n") + BODY))


def _status_lines() -> Iterator[Fault]:
    rest = OK.header_lines() + b"\r\n" + BODY
    for name, line in (
        ("of HTTP/0.9", b""),
        ("of another protocol", f"HELLO {PERSON_EMAIL}\r\n".encode()),
        ("without a status", b"HTTP/1.1\r\n"),
        ("with two digits", b"HTTP/1.1 20 OK\r\n"),
        ("with four digits", b"HTTP/1.1 2000 OK\r\n"),
        ("with letters", b"HTTP/1.1 2OO OK\r\n"),
        ("with a NUL", b"HTTP/1.1 200 O\x00K\r\n"),
    ):
        yield _broken(f"status line {name}", Phase.IN_STATUS_LINE, sending(line + rest, close=True))


def _header_lines() -> Iterator[Fault]:
    for name, line in (
        ("without a colon", f"Just words about {PERSON_EMAIL}\r\n".encode()),
        ("with a space before the colon", b"X-Space : 1\r\n"),
        ("with a NUL", b"X-Nul: a\x00b\r\n"),
        ("with a bare CR", b"X-Cr: a\rb\r\n"),
        ("with an empty name", b": 1\r\n"),
        ("with two lengths that differ", b"Content-Length: 1\r\n"),
        ("with a negative length", b"Content-Length: -1\r\n"),
        ("with an unknown transfer coding", b"Transfer-Encoding: pigeon\r\n"),
    ):
        head = OK.status_line() + OK.header_lines() + line + b"\r\n"
        yield _broken(f"header {name}", Phase.IN_HEADERS, sending(head + BODY, close=True))


def _lengths() -> Iterator[Fault]:
    def declared(length: str) -> bytes:
        lines = f"Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
        return OK.status_line() + lines.encode() + BODY

    size = len(BODY)
    yield _broken("length ten too many", Phase.IN_BODY, sending(declared(str(size + 10)), close=True))
    astronomic = sending(declared("9" * 18), close=True)
    yield Fault(name="length astronomic", phase=Phase.IN_BODY, wire=Wire.UNREADABLE, play=astronomic)
    for name, length in (
        ("in words", "many"),
        ("with a sign", f"+{size}"),
        ("in hex", hex(size)),
        ("of 5,000 digits", "9" * 5000),
    ):
        yield _broken(f"length {name}", Phase.IN_HEADERS, sending(declared(length), close=True))
    for name, length in (("five too few", str(size - 5)), ("zero", "0")):
        yield complete(f"length {name}", Wire.UNREADABLE, sending(declared(length)))


def _chunks() -> Iterator[Fault]:
    half = len(BODY) // 2
    first = chunk(BODY[:half])
    for name, rest in (
        ("size in words", PERSON_EMAIL.encode() + b"\r\n" + BODY[half:]),
        ("size negative", b"-5\r\n" + BODY[half:]),
        ("size of 30 digits", b"f" * 30 + b"\r\n" + BODY[half:]),
        ("size missing", b"\r\n" + BODY[half:] + b"\r\n0\r\n\r\n"),
        ("larger than what follows", b"fff\r\n" + BODY[half:]),
        ("smaller than what follows", b"1\r\n" + BODY[half:] + b"\r\n0\r\n\r\n"),
        ("without an end", chunk(BODY[half:])),
        ("with a broken trailer", chunk(BODY[half:]) + b"0\r\nno colon\r\n\r\n"),
        ("with an endless size line", b"1;" + b"x" * 300_000),
    ):
        yield _broken(f"chunk {name}", Phase.IN_BODY, sending(CHUNKED_HEAD + first + rest, close=True))


def _broken(name: str, phase: Phase, play: Play) -> Fault:
    return Fault(name=name, phase=phase, wire=Wire.BROKEN, play=play)


def stall_after(data: bytes) -> Play:
    def play(peer: Peer) -> None:
        peer.read_request()
        peer.send(data)
        peer.stall()

    return play
