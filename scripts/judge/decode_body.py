"""Read a captured body by hand and say where it differs from what was meant."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from email.message import Message
from typing import Any
from urllib.parse import unquote_plus

from .compare import differences, load, same_instant
from .intent import BodyIntent, kind_of, text_of
from .texts import deep_problems, says
from .wire import Captured


def body_problems(body: BodyIntent | None, got: Captured) -> Iterator[str]:
    """Differences between a body as it was meant and as it came."""
    if body is None:
        if got.body:
            yield f"a body of {len(got.body)} bytes was not asked for"
        return
    content_type = got.header("content-type") or ""
    if not covers(body.media_type, content_type):
        yield f"body: expected the media type {body.media_type}, got {content_type!r}"
        return
    if body.kind == "json":
        yield from (f"body{problem}" for problem in _json_problems(body.value, got.body))
    elif body.kind == "form":
        yield from _form_problems(body, got.body)
    elif body.kind == "multipart":
        yield from _multipart_problems(body, content_type, got.body)
    elif got.body != (body.value if isinstance(body.value, bytes) else str(body.value).encode()):
        yield f"body: {len(got.body)} other bytes"


def covers(documented: str, sent: str) -> bool:
    """Whether a content type is one that the document's media type (perhaps a range) means."""
    wanted, actual = (text.partition(";")[0].strip().lower() for text in (documented, sent))
    return re.fullmatch(re.escape(wanted).replace(r"\*", ".*"), actual) is not None


def _json_problems(expected: Any, data: bytes) -> Iterator[str]:
    try:
        got = load(data)
    except ValueError:
        yield f": {data[:40]!r} is not JSON"
        return
    yield from differences(expected, got)


# --- application/x-www-form-urlencoded -------------------------------------------------------------------------------


def _form_problems(body: BodyIntent, data: bytes) -> Iterator[str]:
    pairs: list[tuple[str, str]] = []
    for pair in data.decode().split("&") if data else ():
        name, _, value = pair.partition("=")
        pairs.append((unquote_plus(name), value))
    used: set[str] = set()
    for name, value in body.value.items():
        encoding = (body.media.get("encoding") or {}).get(name) or {}
        if not any(_form_matches(name, value, pairs, encoding, used)):
            yield f"form member {name!r}: expected {_brief(value)}, got {[p for p in pairs if p[0].startswith(name)]}"
    yield from (f"form member {name!r} was not asked for" for name, _ in pairs if name not in used)


def _form_matches(
    name: str, value: Any, pairs: list[tuple[str, str]], encoding: Mapping[str, Any], used: set[str]
) -> Iterator[bool]:
    """Whether a member came, in one of the ways that its encoding allows."""
    style, explode = encoding.get("style"), encoding.get("explode", True)
    mine = [item for key, item in pairs if key == name]
    used.add(name)
    if isinstance(value, dict | list):
        if not value:
            yield not mine
        if style is None and len(mine) == 1:
            yield not list(_json_problems(value, unquote_plus(mine[0]).encode()))
        if style == "deepObject" or (style is None and _nested(value)):
            deep = [(key, unquote_plus(item)) for key, item in pairs if key.startswith(f"{name}[") or key == name]
            used.update(key for key, _ in deep)
            yield not list(deep_problems(name, value, deep))
            yield isinstance(value, list) and len(mine) == len(value) and all(map(_is_json, value, mine))
    if isinstance(value, list) and not _nested(value):
        texts = mine if explode else mine[0].split(",") if len(mine) == 1 else []
        yield len(texts) == len(value) and all(says(v, unquote_plus(t)) for v, t in zip(value, texts, strict=True))
    elif isinstance(value, dict) and style != "deepObject":
        found = {key: unquote_plus(item) for key, item in pairs if key in value}
        used.update(value)
        yield found.keys() == value.keys() and all(says(item, found[key]) for key, item in value.items())
    elif not isinstance(value, dict | list):
        yield len(mine) == 1 and says(value, unquote_plus(mine[0]))


def _is_json(value: Any, text: str) -> bool:
    return not list(_json_problems(value, unquote_plus(text).encode()))


def _nested(value: Any) -> bool:
    return isinstance(value, dict) or any(isinstance(item, dict | list) for item in value)


# --- multipart -------------------------------------------------------------------------------------------------------


def _multipart_problems(body: BodyIntent, content_type: str, data: bytes) -> Iterator[str]:
    parts = list(read_parts(content_type, data))
    encodings = {name: (body.media.get("encoding") or {}).get(name) or {} for name in body.value}
    deep = {name for name, encoding in encodings.items() if encoding.get("style") == "deepObject"}
    for name in deep:
        pairs = [(key, content.decode()) for key, _, content in parts if key.startswith(f"{name}[")]
        yield from (f"part {name!r}: {problem}" for problem in deep_problems(name, body.value[name], pairs))
    parts = [part for part in parts if part[0].partition("[")[0] not in deep]
    names = {name for name, _, _ in parts}
    yield from (f"part {name!r} was not asked for" for name in sorted(names - body.value.keys()))
    for name, value in body.value.items():
        if name not in deep and (value is not None or name in names):  # null is no part: absent says it
            mine = [(media_type, content) for key, media_type, content in parts if key == name]
            yield from (f"part {name!r}: {problem}" for problem in _part_problems(value, mine, encodings[name]))


def _part_problems(value: Any, mine: list[tuple[str, bytes]], encoding: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with the parts of one member."""
    written = encoding.get("contentType")
    allowed = [text.strip() for text in str(written).split(",")] if written else []
    for media_type, _ in mine:
        if allowed and media_type and not any(covers(one, media_type) for one in allowed):
            yield f"expected {written}, got {media_type!r}"
    several = isinstance(value, list) and not (len(mine) == 1 and _is_part(value, *mine[0]))
    values: list[Any] = value if several else [value]
    if len(values) != len(mine) or not all(_is_part(item, *part) for item, part in zip(values, mine, strict=True)):
        yield f"expected {_brief(value)}, got {[(m, c[:40]) for m, c in mine]}"


def _is_part(value: Any, media_type: str, content: bytes) -> bool:
    if isinstance(value, bytes):
        return value == content
    if isinstance(value, dict | list) or kind_of(media_type) == "json":
        return not list(_json_problems(value, content))
    text = content.decode("utf-8", "replace")
    return text == text_of(value) or (isinstance(value, str) and same_instant(value, text))


def read_parts(content_type: str, data: bytes) -> Iterator[tuple[str, str, bytes]]:
    """Name, content type and content of every part of a multipart body."""
    message = Message()
    message["content-type"] = content_type
    boundary = str(message.get_boundary(""))
    delimiter = b"--" + boundary.encode()
    for piece in (b"\r\n" + data).split(b"\r\n" + delimiter)[1:-1]:
        head, _, content = piece.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        headers = Message()
        for line in head.decode("utf-8", "surrogateescape").split("\r\n"):
            name, _, text = line.partition(":")
            headers[name.strip()] = text.strip()
        parameter = headers.get_param("name", "", header="content-disposition")
        yield str(parameter), str(headers.get("content-type", "")), content


def _brief(value: Any) -> str:
    text = repr(value)
    return text if len(text) < 100 else f"{text[:97]}..."
