"""What a call is meant to send: parameters and body, as plain values beside the document that describes them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .document import Document

RAW = b"\x89credkit\r\n\x1a\n\x00\xff--boundary\r\n"
"""What files are made of: bytes that break a sender which takes them for text."""
_HEADER_VALUE = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?", re.ASCII)
_COOKIE_VALUE = re.compile(r"[A-Za-z0-9_.~-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Argument:
    """A parameter with the value that it is to carry."""

    node: Mapping[str, Any]
    value: Any

    @property
    def name(self) -> str:
        return str(self.node["name"])

    @property
    def location(self) -> str:
        return str(self.node["in"])

    @property
    def style(self) -> str:
        default = "simple" if self.location in ("path", "header") else "form"
        return str(self.node.get("style") or default)

    @property
    def explode(self) -> bool:
        found = self.node.get("explode")
        return found if isinstance(found, bool) else self.style in ("form", "cookie")

    @property
    def media_type(self) -> str | None:
        """The media type of a parameter that has `content` instead of a style."""
        content = self.node.get("content")
        return next(iter(content), None) if isinstance(content, Mapping) else None


@dataclass(frozen=True, slots=True)
class BodyIntent:
    """A body. `value` is JSON; files in it are `bytes`. `media` is the media type object with references resolved."""

    media_type: str
    media: Mapping[str, Any]
    value: Any

    @property
    def kind(self) -> str:
        """`json`, `form`, `multipart`, or `raw` for everything that is sent as it is."""
        kind = kind_of(self.media_type)
        return "json" if kind == "raw" and not isinstance(self.value, str | bytes) else kind


@dataclass(frozen=True, slots=True)
class Intent:
    """One call of one operation."""

    kind: str
    arguments: tuple[Argument, ...]
    body: BodyIntent | None = None
    notes: tuple[str, ...] = field(default=())


def kind_of(media_type: str) -> str:
    """How bodies of a media type are written: `json`, `form`, `multipart` or `raw`."""
    main = media_type.partition(";")[0].strip().lower()
    if main in ("application/json", "text/json") or main.endswith("+json"):
        return "json"
    if main == "application/x-www-form-urlencoded":
        return "form"
    return "multipart" if main.startswith("multipart/") else "raw"


def sendable(node: Mapping[str, Any], value: Any) -> bool:
    """Whether a parameter's location and style can carry a value at all, so that it can be asked of anybody."""
    argument = Argument(node, value)
    if argument.media_type is not None:
        return argument.location != "header" or str(value).isascii()
    if argument.style == "deepObject":
        return isinstance(value, dict) and bool(value) and all(_deep(item) for item in value.values())
    texts = list(_texts(value))
    if not texts or (isinstance(value, dict | list) and not value):
        return False
    delimiters = {"spaceDelimited": " ", "pipeDelimited": "|"}.get(argument.style)
    return all(_fits(argument, text, delimiters if isinstance(value, list | dict) else None) for text in texts)


def _deep(value: Any) -> bool:
    if isinstance(value, dict | list):
        return bool(value) and all(_deep(item) for item in (value.values() if isinstance(value, dict) else value))
    return value is not None and value != ""


def _texts(value: Any) -> Iterator[str | None]:
    """The texts that a style writes one by one; None for what no style can write."""
    for item in [*value, *value.values()] if isinstance(value, dict) else value if isinstance(value, list) else [value]:
        yield None if item is None or isinstance(item, dict | list) else text_of(item)


def _fits(argument: Argument, text: str | None, delimiter: str | None) -> bool:
    if not text or (delimiter is not None and delimiter in text):
        return False
    plain = not isinstance(argument.value, list | dict)
    if argument.location == "path":
        dangerous = any(ord(char) < 32 or char in "/\\\x7f" for char in text) or text.strip(".") == ""
        return not dangerous and (plain or not set(text) & set(",.;="))
    if argument.location == "header":
        return _HEADER_VALUE.fullmatch(text) is not None and (plain or not set(text) & set(",="))
    return argument.location != "cookie" or _COOKIE_VALUE.fullmatch(text) is not None


def text_of(value: Any) -> str:
    """A scalar as styles write it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else repr(value)


def is_binary(document: Document, schema: Any) -> bool:
    """Whether a member of a multipart body is a file."""
    schema = document.resolve(schema)
    if not isinstance(schema, Mapping):
        return False
    types = schema.get("type")
    kinds = types if isinstance(types, list) else [types]
    media = schema.get("contentMediaType")
    if media is not None and "contentEncoding" not in schema and kind_of(str(media)) != "json":
        return True
    return "string" in kinds and schema.get("format") == "binary"


def members_of(document: Document, schema: Any, depth: int = 0) -> dict[str, Any]:
    """The property schemas of an object schema, those of its allOf, oneOf and anyOf included."""
    schema = document.resolve(schema)
    if not isinstance(schema, Mapping) or depth > 10:
        return {}
    found: dict[str, Any] = {}
    for key in ("allOf", "oneOf", "anyOf"):
        for member in schema.get(key) or ():
            found |= members_of(document, member, depth + 1)
    properties = schema.get("properties")
    return found | (dict(properties) if isinstance(properties, Mapping) else {})


def with_files(document: Document, schema: Any, value: Any) -> Any:
    """A multipart body with bytes in the place of its files."""
    if not isinstance(value, dict):
        return value
    members = members_of(document, schema)
    return {name: _with_file(document, members.get(name), item) for name, item in value.items()}


def _with_file(document: Document, schema: Any, item: Any) -> Any:
    if is_binary(document, schema):
        return RAW
    target = document.resolve(schema)
    if isinstance(item, list) and isinstance(target, Mapping) and is_binary(document, target.get("items")):
        return [RAW + bytes([number]) for number in range(len(item))]
    return item
