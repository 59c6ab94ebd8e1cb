"""A request as a stub sees it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pydantic_core

from ..decode import UndecodableBody, decode_body
from ..headers import Headers
from ..mediatypes import is_json, media_type_of
from ..operation import Content, Operation

_BOUNDARY = re.compile(r"boundary=(?:\"([^\"]{1,70})\"|([^\s;]{1,70}))", re.IGNORECASE)
_PARAMETER = re.compile(r"(name|filename)=\"([^\"]*)\"")


@dataclass(frozen=True, slots=True)
class Received:
    """A request off the wire."""

    method: str
    target: str
    headers: Headers
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class StubPart:
    """One part of a multipart body."""

    name: str
    content: bytes = field(repr=False)
    filename: str | None = None
    content_type: str | None = None

    @property
    def text(self) -> str:
        return self.content.decode()


@dataclass(frozen=True)
class StubCall:
    """A call that reached a stub.

    Attributes:
        arguments: path, query, header and cookie parameters by Python name: text, or a list where one came several times.
        headers: of the request; names ignore case, the repr masks what may be secret.
        content: the body as it came.
    """

    operation: Operation[Any] = field(repr=False)
    method: str
    target: str = field(repr=False)
    arguments: Mapping[str, Any] = field(repr=False)
    headers: Headers = field(repr=False)
    content: bytes = field(repr=False)

    @property
    def path(self) -> str:
        """The path as it was sent, percent-encoded."""
        return self.target.partition("?")[0]

    @cached_property
    def query(self) -> dict[str, list[str]]:
        """Query parameters by wire name; each value that came, in order."""
        found: dict[str, list[str]] = {}
        for name, value in query_pairs(self.target):
            found.setdefault(name, []).append(value)
        return found

    @cached_property
    def json(self) -> Any:
        """The body as plain JSON; None when there is no body."""
        return pydantic_core.from_json(self.content) if self.content else None

    @cached_property
    def body(self) -> Any:
        """The body as the documented model (JSON), else its parts (multipart), its members (form), or bytes."""
        media_type = media_type_of(self.headers.get("content-type"))
        if media_type.startswith("multipart/"):
            return self.parts
        if media_type == "application/x-www-form-urlencoded":
            return self.form
        documented = self.operation.body
        if documented is None or not is_json(media_type):
            return self.content
        try:
            content = Content("application/json", documented.type or _anything)
            return decode_body(self.content, "application/json", (content,)).value
        except UndecodableBody:
            return self.content

    @cached_property
    def form(self) -> dict[str, list[str]]:
        """The members of a form body."""
        return form_members(self.content)

    @cached_property
    def parts(self) -> dict[str, StubPart]:
        """The parts of a multipart body by name; the last one where several have the same."""
        return {part.name: part for part in self.all_parts}

    @cached_property
    def all_parts(self) -> list[StubPart]:
        """The parts of a multipart body in order."""
        return parts_of(Received(self.method, self.target, self.headers, self.content)) or []


def _anything() -> Any:
    return Any


def query_pairs(target: str) -> list[tuple[str, str]]:
    """The query parameters of a target, decoded."""
    return parse_qsl(urlsplit(target).query, keep_blank_values=True)


def form_members(content: bytes) -> dict[str, list[str]]:
    """The members of an `application/x-www-form-urlencoded` body."""
    found: dict[str, list[str]] = {}
    for name, value in parse_qsl(content.decode("utf-8", "replace"), keep_blank_values=True):
        found.setdefault(name, []).append(value)
    return found


def parts_of(received: Received) -> list[StubPart] | None:
    """Take a multipart body apart; None when it cannot be read."""
    match = _BOUNDARY.search(received.headers.get("content-type", ""))
    if match is None:
        return None
    boundary = b"--" + (match[1] or match[2]).encode()
    first, *pieces = (b"\r\n" + received.content).split(b"\r\n" + boundary)
    if first or not pieces or not pieces[-1].startswith(b"--"):
        return None
    parts = [_part(piece) for piece in pieces[:-1]]
    return None if None in parts else [part for part in parts if part is not None]


def _part(piece: bytes) -> StubPart | None:
    head, blank, content = piece.partition(b"\r\n\r\n")
    if not blank:
        return None
    headers = dict(line.split(": ", 1) for line in head.decode("utf-8", "replace").split("\r\n") if ": " in line)
    headers = {name.lower(): value for name, value in headers.items()}
    names = dict(_PARAMETER.findall(headers.get("content-disposition", "")))
    if "name" not in names:
        return None
    return StubPart(names["name"].replace("%22", '"'), content, names.get("filename"), headers.get("content-type"))


def arguments_of(operation: Operation[Any], received: Received, path: Mapping[str, str]) -> dict[str, Any]:
    """Parameters by Python name, as text. `path` holds what stood at the placeholders of the path."""
    query: dict[str, list[str]] = {}
    for name, value in query_pairs(received.target):
        query.setdefault(name, []).append(value)
    pairs = (pair.strip().partition("=") for pair in received.headers.get("cookie", "").split(";"))
    cookies = {name: value for name, _, value in pairs}
    found: dict[str, Any] = {}
    for parameter in operation.parameters:
        match parameter.location:
            case "path":
                found[parameter.name] = unquote(path[parameter.api_name])
            case "query":
                values = query.get(parameter.api_name) or _deep(query, parameter.api_name)
                if values is not None:
                    found[parameter.name] = values[0] if isinstance(values, list) and len(values) == 1 else values
            case "header":
                if parameter.api_name in received.headers:
                    found[parameter.name] = received.headers[parameter.api_name]
            case "cookie":
                if parameter.api_name in cookies:
                    found[parameter.name] = unquote(cookies[parameter.api_name])
            case "querystring":
                if whole := urlsplit(received.target).query:
                    found[parameter.name] = unquote(whole) if is_json(parameter.content or "") else whole
    return found


def _deep(query: Mapping[str, list[str]], name: str) -> dict[str, list[str]] | None:
    """The members of a `deepObject` parameter."""
    return {key: values for key, values in query.items() if key.startswith(f"{name}[")} or None
