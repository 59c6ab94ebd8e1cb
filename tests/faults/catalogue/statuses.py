"""Faults told by the status: errors, throttling, redirects, interim answers."""

from __future__ import annotations

import time
from collections.abc import Iterator
from email.utils import formatdate

from ..answers import Answer, Framing, error_answer
from ..canary import PERSON_EMAIL
from ..faults import ALL_KINDS, Fault, Kind, Wire
from ..server import Play
from .plays import answering, complete, computed, sending

REFUSED = (400, 401, 402, 403, 404, 405, 409, 410, 413, 415, 418, 422, 423, 451, 499)
TRY_LATER = (408, 425)
FAILED_FOR_NOW = (500, 502, 503, 504)
FAILED = (501, 505, 507, 520, 599)
REDIRECTS = (300, 301, 302, 303, 307, 308)

DELETE = frozenset({Kind.TARGET_STATE})


def statuses() -> Iterator[Fault]:
    yield from _errors()
    yield from _throttling()
    yield from _redirects()
    yield from _interim()
    yield from _empty()


def _errors() -> Iterator[Fault]:
    for codes, wire in (
        (REFUSED, Wire.REFUSED),
        (TRY_LATER, Wire.TRY_LATER),
        (FAILED_FOR_NOW, Wire.FAILED_FOR_NOW),
        (FAILED, Wire.FAILED),
    ):
        for code in codes:
            yield complete(f"status {code}", wire, answering(error_answer(f"{code} Not for {PERSON_EMAIL}")))
    yield complete(
        "status 400 in HTML", Wire.REFUSED, answering(Answer(status="400 No", body=b"<p>No", content_type="text/html"))
    )
    yield complete(
        "status 400 without a body", Wire.REFUSED, answering(Answer(status="400 No", body=b"", content_type=None))
    )
    yield complete(
        "status 502 in HTML", Wire.FAILED_FOR_NOW, answering(Answer(status="502 Bad Gateway", body=b"<html>"))
    )


def dated(status: str, seconds: float) -> Play:
    """`Retry-After` as a date, so many seconds from the moment of the answer."""
    return computed(lambda _: error_answer(status, ("Retry-After", formatdate(time.time() + seconds, usegmt=True))))


def _throttling() -> Iterator[Fault]:
    for status, wire in (("429 Slow Down", Wire.THROTTLED), ("503 Closed", Wire.FAILED_FOR_NOW)):
        code = status[:3]
        yield complete(f"{code} without Retry-After", wire, answering(error_answer(status)))
        yield complete(f"{code} Retry-After as a date", wire, dated(status, 1))
        yield complete(f"{code} Retry-After as a date long ago", wire, dated(status, -1e6))
        for value in ("1", "0", "-5", "soon", "", "1.5", "Fri, 99 Nov 2026 99:99:99 GMT"):
            yield complete(
                f"{code} Retry-After {value!r}", wire, answering(error_answer(status, ("Retry-After", value)))
            )
    until_close = Answer(status="429 Slow Down", framing=Framing.CLOSE)
    yield complete("429 that ends the connection", Wire.THROTTLED, answering(until_close))
    for value in ("3600", "9" * 30):
        answer = error_answer("429 Slow Down", ("Retry-After", value))
        yield complete(f"429 Retry-After {value!r}", Wire.REFUSED, answering(answer))
    yield complete("429 Retry-After as a date tomorrow", Wire.REFUSED, dated("429 Slow Down", 86_400))


def redirect(code: int, path: str) -> Play:
    return computed(lambda peer: error_answer(f"{code} Go There", ("Location", f"{peer.elsewhere}{path}")))


def _redirects() -> Iterator[Fault]:
    for code in REDIRECTS:
        wire = Wire.MOVED if code in {307, 308} else Wire.REDIRECTED
        yield complete(f"redirect {code} to another origin", wire, redirect(code, "/credentials"))
    for name, location in (
        ("to the same origin", "/elsewhere"),
        ("without a scheme", "//127.0.0.1:9/credentials"),
        ("to a file", "file:///etc/passwd"),
        ("to nowhere", ""),
    ):
        answer = error_answer("307 Go There", ("Location", location))
        yield complete(f"redirect 307 {name}", Wire.MOVED, answering(answer))
    yield complete("redirect 302 without Location", Wire.REDIRECTED, answering(error_answer("302 Found")))
    not_modified = Answer(status="304 Not Modified", body=b"", content_type=None)
    yield complete("status 304 unasked", Wire.REDIRECTED, answering(not_modified))


def _interim() -> Iterator[Fault]:
    ok = Answer().encode()
    for name, interim in (
        ("100", b"HTTP/1.1 100 Continue\r\n\r\n"),
        ("102", b"HTTP/1.1 102 Processing\r\n\r\n"),
        ("103", b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n"),
        ("100, twenty times", b"HTTP/1.1 100 Continue\r\n\r\n" * 20),
    ):
        yield complete(f"interim {name}", Wire.ANSWERED, sending(interim + ok))
    switching = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n"
    yield complete("interim 101 unasked", Wire.BROKEN, sending(switching + ok))


def _empty() -> Iterator[Fault]:
    """No content where content is documented, and content where none can be."""
    no_content = b"HTTP/1.1 204 No Content\r\n\r\n"
    surplus = no_content + Answer(body=b'{"id": "forged"}').encode()
    others = ALL_KINDS - DELETE
    yield complete("204 documented", Wire.ANSWERED, sending(no_content), DELETE)
    yield complete("204 documented, with a forged answer behind it", Wire.ANSWERED, sending(surplus), DELETE)
    yield complete("204 undocumented", Wire.UNREADABLE, sending(no_content), others)
    yield complete("204 undocumented, with a forged answer behind it", Wire.UNREADABLE, sending(surplus), others)
    for framing in Framing:
        for status in ("200 OK", "201 Created"):
            answer = Answer(status=status, body=b"", framing=framing)
            yield complete(f"{status[:3]} without a body ({framing})", Wire.UNREADABLE, answering(answer))
