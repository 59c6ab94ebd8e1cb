"""Write the request that an intent asks for by hand, after the OpenAPI specification and RFC 6570.

This is the control: where openapi-core refuses even this request, it cannot read a construct of the document, and its
refusal of a generated client's request says nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from .document import Document
from .intent import Argument, BodyIntent, Intent, kind_of, members_of, text_of
from .wire import Captured

BOUNDARY = "judge-boundary-5d1f"


def encode(document: Document, method: str, path: str, intent: Intent) -> Captured:
    """The request for an intent, without credentials."""
    template, _, fixed = path.partition("#")[0].partition("?")
    query = [fixed] if fixed else []
    headers = [("host", "127.0.0.1")]
    cookies: list[str] = []
    for argument in intent.arguments:
        if argument.location == "path":
            template = template.replace(f"{{{argument.name}}}", _path(argument))
        elif argument.location == "query":
            query += [f"{quote(name, safe='')}={value}" for name, value in query_pairs(argument)]
        elif argument.location == "querystring":
            query.append(_querystring(argument))
        elif argument.location == "header":
            headers.append((argument.name, _header(argument)))
        else:
            cookies += [f"{name}={value}" for name, value in query_pairs(argument)]
    if cookies:
        headers.append(("cookie", "; ".join(cookies)))
    body = b""
    if intent.body is not None:
        content_type, body = encode_body(document, intent.body)
        headers.append(("content-type", content_type))
    target = quote(template, safe="/:@!$&'()*+,;=~%") + ("?" + "&".join(query) if query else "")
    return Captured(method.upper(), target, tuple(headers), body)


def _path(argument: Argument) -> str:
    value, explode, name = argument.value, argument.explode, argument.name
    if argument.media_type is not None:
        return quote(json.dumps(value), safe="")
    pairs = [(key, _quoted(item)) for key, item in value.items()] if isinstance(value, dict) else []
    items = [_quoted(item) for item in value] if isinstance(value, list) else []
    if argument.style == "matrix":
        if isinstance(value, dict) and explode:
            return "".join(f";{key}={item}" for key, item in pairs)
        if isinstance(value, list) and explode:
            return "".join(f";{name}={item}" for item in items)
        return f";{name}={_joined(value, ',', ',')}"
    if argument.style == "label":
        return "." + _joined(value, "." if explode else ",", "=" if explode else ",")
    return _joined(value, ",", "=" if explode else ",")


def _joined(value: Any, between: str, within: str) -> str:
    if isinstance(value, dict):
        return between.join(f"{quote(key, safe='')}{within}{_quoted(item)}" for key, item in value.items())
    return between.join(map(_quoted, value)) if isinstance(value, list) else _quoted(value)


def _quoted(value: Any) -> str:
    return quote(text_of(value), safe="")


def query_pairs(argument: Argument) -> Iterator[tuple[str, str]]:
    """Names (not encoded) and values (percent-encoded) that a query or cookie parameter becomes."""
    value, name = argument.value, argument.name
    if argument.media_type is not None:
        yield name, quote(json.dumps(value) if kind_of(argument.media_type) == "json" else text_of(value), safe="")
    elif argument.style == "deepObject":
        yield from deep_pairs(name, value)
    elif isinstance(value, dict) and argument.explode:
        yield from ((key, _quoted(item)) for key, item in value.items())
    elif isinstance(value, list) and argument.explode:
        yield from ((name, _quoted(item)) for item in value)
    else:
        between = {"spaceDelimited": "%20", "pipeDelimited": "|"}.get(argument.style, ",")
        yield name, _joined(value, between, between)


def deep_pairs(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """`name[member]=…`; lists are repeated, which is the form that most servers read."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from deep_pairs(f"{name}[{key}]", item)
    elif isinstance(value, list):
        for item in value:
            yield from deep_pairs(name, item)
    else:
        yield name, _quoted(value)


def _querystring(argument: Argument) -> str:
    if kind_of(argument.media_type or "") == "json":
        return quote(json.dumps(argument.value), safe="")
    return "&".join(f"{quote(key, safe='')}={_quoted(item)}" for key, item in argument.value.items())


def _header(argument: Argument) -> str:
    value = argument.value
    if argument.media_type is not None:
        return json.dumps(value) if kind_of(argument.media_type) == "json" else text_of(value)
    if isinstance(value, dict):
        within = "=" if argument.explode else ","
        return ",".join(f"{key}{within}{text_of(item)}" for key, item in value.items())
    return ",".join(map(text_of, value)) if isinstance(value, list) else text_of(value)


# --- bodies --------------------------------------------------------------------------------------------------------


def encode_body(document: Document, body: BodyIntent) -> tuple[str, bytes]:
    """Content type and bytes of a body."""
    if body.kind == "json":
        return "application/json" if "*" in body.media_type else body.media_type, json.dumps(body.value).encode()
    if body.kind == "form":
        pairs = [pair for name, item in body.value.items() for pair in _form_pairs(body, name, item)]
        return body.media_type, "&".join(f"{quote(name, safe='')}={value}" for name, value in pairs).encode()
    if body.kind == "multipart":
        return f"{body.media_type}; boundary={BOUNDARY}", _multipart(document, body)
    return body.media_type, body.value if isinstance(body.value, bytes) else str(body.value).encode()


def _form_pairs(body: BodyIntent, name: str, value: Any) -> Iterator[tuple[str, str]]:
    encoding = (body.media.get("encoding") or {}).get(name) or {}
    if isinstance(value, dict | list) and not _is_styled(encoding) and _is_nested(value):
        yield name, quote(json.dumps(value), safe="")
        return
    yield from query_pairs(Argument({"name": name, "in": "query", **encoding}, value))


def _is_styled(encoding: Mapping[str, Any]) -> bool:
    return bool(encoding.keys() & {"style", "explode", "allowReserved"})


def _is_nested(value: Any) -> bool:
    return isinstance(value, dict) or any(isinstance(item, dict | list) for item in value)


def _multipart(document: Document, body: BodyIntent) -> bytes:
    members = members_of(document, body.media.get("schema"))
    pieces: list[bytes] = []
    for name, value in body.value.items():
        encoding = (body.media.get("encoding") or {}).get(name) or {}
        written = str(encoding.get("contentType", "")).split(",")[0].strip()
        schema = document.resolve(members.get(name))
        several = isinstance(value, list) and isinstance(schema, Mapping) and kind_of(written) != "json"
        for item in value if several else [value]:
            content_type, data = _part(item, written)
            disposition = f'form-data; name="{name}"' + ('; filename="file"' if isinstance(item, bytes) else "")
            pieces.append(
                f"--{BOUNDARY}\r\nContent-Disposition: {disposition}\r\nContent-Type: {content_type}\r\n\r\n".encode()
                + data
                + b"\r\n"
            )
    return b"".join(pieces) + f"--{BOUNDARY}--\r\n".encode()


def _part(item: Any, written: str) -> tuple[str, bytes]:
    if isinstance(item, bytes):
        return written if written and "*" not in written else "application/octet-stream", item
    if isinstance(item, dict | list) or kind_of(written) == "json":
        return written or "application/json", json.dumps(item).encode()
    return written or "text/plain", text_of(item).encode()
