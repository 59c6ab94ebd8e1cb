"""2xx answers that arrive whole and hold something else than what is documented."""

from __future__ import annotations

import json
from collections.abc import Iterator

from ..answers import GOOD, HTML, Answer, Framing, deep_json, gzip
from ..canary import API_KEY, OFFER_URI, PERSON_EMAIL
from ..faults import Fault, Wire
from .plays import answering, complete

JSON = json.dumps(GOOD).encode()


def bodies() -> Iterator[Fault]:
    yield from _not_json()
    yield from _odd_json()
    yield from _encodings()
    yield from _content_types()


def _not_json() -> Iterator[Fault]:
    for name, body in (
        ("HTML under a JSON content type", HTML),
        ("half a JSON", JSON[: len(JSON) // 2]),
        ("white space", b" \r\n "),
        ("a NUL", b"\x00"),
        ("UTF-16", json.dumps(GOOD).encode("utf-16")),
        ("invalid UTF-8", JSON.replace(b"cred_1", b"cred_\xff\xfe")),
        ("JSON and then more", JSON + b" and more"),
        ("two JSON documents", JSON + JSON),
        ("JSON with a trailing comma", JSON[:-1] + b",}"),
        ("single quotes", b"{'id': 'cred_1'}"),
        ("Python's None", b"None"),
        ("100,000 levels", deep_json(100_000)),
        ("100,000 levels, never closed", b"[" * 100_000),
        ("a lone surrogate", b'{"id": "\\ud800", "status": "issued"}'),
    ):
        yield complete(f"body of {name}", Wire.UNREADABLE, answering(Answer(body=body)))
    html_until_close = Answer(body=HTML, content_type="text/html", framing=Framing.CLOSE)
    yield complete("body of HTML", Wire.UNREADABLE, answering(html_until_close))
    half = Answer(body=JSON[:-9], framing=Framing.CLOSE)
    yield complete("body of half a JSON until the close", Wire.UNREADABLE, answering(half))


def _odd_json() -> Iterator[Fault]:
    """JSON, or nearly so: a value with a drift report or a typed error."""
    for name, body in (
        ("NaN", b'{"id": "cred_1", "status": NaN}'),
        ("Infinity", b'{"id": "cred_1", "status": -Infinity}'),
        ("duplicate keys", b'{"id": "cred_0", "id": "cred_1", "status": "issued", "status": null}'),
        ("a number of 5,000 digits", b'{"id": "cred_1", "status": "issued", "n": ' + b"9" * 5_000 + b"}"),
        ("a number beyond floats", b'{"id": "cred_1", "status": "issued", "n": 1e999}'),
        ("null", b"null"),
        ("a list", b"[]"),
        ("a list of 100,000 objects", b"[" + b"{}," * 99_999 + b"{}]"),
        ("a string", b'"cred_1"'),
        ("a number", b"7"),
        ("wrong types", b'{"id": 5, "status": {"a": []}}'),
        ("missing members", b"{}"),
        ("an address as a key", json.dumps({**GOOD, PERSON_EMAIL: {OFFER_URI: [1]}}).encode()),
        ("secrets of another type", json.dumps({**GOOD, "email": [PERSON_EMAIL], "offerUri": {"a": API_KEY}}).encode()),
        ("names of Python", b'{"__class__": "x", "model_config": {}, "__dict__": 1, "self": 2, "id": "cred_1"}'),
        ("a byte order mark", b"\xef\xbb\xbf" + JSON),
    ):
        yield complete(f"body of {name}", Wire.ODD, answering(Answer(body=body)))


def _encodings() -> Iterator[Fault]:
    packed = gzip(JSON)

    def encoded(body: bytes, encoding: str) -> Answer:
        return Answer(body=body, headers=(("Content-Encoding", encoding),))

    for name, body, encoding in (
        ("gzip", packed, "gzip"),
        ("gzip in capitals", packed, "GZIP"),
        ("identity", JSON, "identity"),
    ):
        yield complete(f"encoding {name}", Wire.ANSWERED, answering(encoded(body, encoding)))
    for name, body, encoding in (
        ("gzip that is none", JSON, "gzip"),
        ("gzip cut short", packed[:-12], "gzip"),
        ("gzip with a wrong checksum", packed[:-8] + b"\x00" * 8, "gzip"),
        ("gzip of nothing", b"", "gzip"),
        ("nobody asked for", JSON, "br"),
        ("nobody knows", JSON, "x-pigeon"),
    ):
        yield complete(f"encoding {name}", Wire.UNREADABLE, answering(encoded(body, encoding)))


def _content_types() -> Iterator[Fault]:
    for content_type in (
        None,
        "text/plain",
        "text/html",
        "application/octet-stream",
        "nonsense",
        "application/json; charset=x",
    ):
        yield complete(f"content type {content_type}", Wire.ODD, answering(Answer(content_type=content_type)))
    for content_type in ("application/json; charset=utf-8", "APPLICATION/JSON", "application/problem+json"):
        yield complete(f"content type {content_type}", Wire.ANSWERED, answering(Answer(content_type=content_type)))
