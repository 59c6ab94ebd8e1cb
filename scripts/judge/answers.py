"""Decide what the server answers: for every documented status and media type, a body that the document allows."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .document import Document, Operation
from .intent import RAW, is_binary, kind_of
from .intents import NotJudged
from .values import KINDS, Values
from .wire import NO_BODY, Answer

MOST_MEDIA_TYPES = 3
EVENTS = "text/event-stream"
LINES = frozenset({"application/jsonl", "application/x-ndjson", "application/ndjson", "application/json-seq"})
TEXT = "text ü €\n"


@dataclass(frozen=True, slots=True)
class Expected:
    """An answer with what a client has to make of it.

    `form`: `json`, `items` (a list of JSON values, sent one by one), `text`, `bytes` or `empty`.
    """

    status: int
    kind: str
    form: str
    value: Any
    answer: Answer

    @property
    def is_error(self) -> bool:
        return self.status >= 400


def build_answers(document: Document, values: Values, operation: Operation) -> tuple[list[Expected], list[str]]:
    """All answers to try, successes first, and why others are not tried.

    A redirect is an answer only where the document has no success: it comes back as such, never followed.
    """
    found: list[Expected] = []
    reasons: list[str] = []
    responses = {str(key): value for key, value in (document.resolve(operation.node.get("responses")) or {}).items()}
    for status, key in _statuses(responses):
        response = document.resolve(responses[key])
        try:
            found += _answers(document, values, operation.method, status, response)
        except NotJudged as error:
            reasons.append(f"{key}: {error}")
    return sorted(found, key=lambda one: one.is_error), reasons


def _statuses(responses: Mapping[str, Any]) -> Iterator[tuple[int, str]]:
    """A status to send for every documented key."""
    exact = {int(key) for key in responses if key.isdigit()}
    succeeds = any(key[:1] == "2" or key == "default" for key in responses)
    for key in responses:
        if key.isdigit():
            if int(key) >= 200 and (not 300 <= int(key) < 400 or not succeeds):
                yield int(key), key
        elif key[:1] in "245" and key[1:].upper() == "XX":
            yield next(n for n in range(int(key[0]) * 100, int(key[0]) * 100 + 100) if n not in exact), key
        elif key == "default":
            covered = any(key[:1] in ("2", "3") for key in responses)
            yield next(n for n in ((418, 417) if covered else (200,)) if n not in exact), key


def _answers(
    document: Document, values: Values, method: str, status: int, response: Mapping[str, Any]
) -> Iterator[Expected]:
    content = document.content_of(response)
    if 300 <= status < 400 and not content:
        location = (("Location", "https://judge.invalid/elsewhere"),)
        yield Expected(status, "lean", "empty", None, Answer(status, headers=location))
        return
    if not content or status in NO_BODY or method == "head":
        yield Expected(status, "lean", "empty", None, Answer(status))
        return
    most = MOST_MEDIA_TYPES if status < 400 else 1
    for media_type in list(content)[:most]:
        yield from _bodies(values, status, media_type, content[media_type])


def _bodies(values: Values, status: int, media_type: str, media: Mapping[str, Any]) -> Iterator[Expected]:
    main = media_type.partition(";")[0].strip().lower()
    if main == EVENTS or main in LINES:
        yield _items(values, status, media_type, media)
        return
    if "/" not in main:  # no header says this: the document means what servers send for it
        main = media_type = "application/json" if "json" in main else "application/octet-stream"
    if "*" in main:
        text = bool(media.get("schema")) and not is_binary(values.document, media["schema"])
        main = media_type = _concrete(main, text=text)
    if kind_of(main) == "json" and "schema" in media:
        choice = values.of_media(media, drawing=status < 400)
        if not choice.values:
            raise NotJudged(choice.reason)
        kinds = [kind for kind in KINDS if kind in choice.values]
        for kind in kinds if status < 400 else kinds[:1]:
            value = choice.values[kind]
            yield Expected(status, kind, "json", value, Answer(status, media_type, json.dumps(value).encode()))
    elif kind_of(main) == "json":
        yield Expected(status, "lean", "json", {"a": [1]}, Answer(status, media_type, b'{"a": [1]}'))
    elif main.startswith("text/"):
        body = TEXT.encode()
        yield Expected(
            status, "lean", "text", TEXT, Answer(status, f"{media_type.partition(';')[0]}; charset=utf-8", body)
        )
    else:
        yield Expected(status, "lean", "bytes", RAW, Answer(status, media_type, RAW))


def _concrete(media_range: str, *, text: bool) -> str:
    """A media type of a range: JSON where any may come and the schema is not of bytes."""
    main = media_range.partition("/")[0]
    if main in ("*", "application"):
        return "application/json" if text else "application/octet-stream"
    return {"text": "text/plain", "image": "image/png"}.get(main, f"{main}/octet-stream")


def _item_schema(values: Values, media_type: str, media: Mapping[str, Any]) -> Any:
    """The schema of what one item carries; `itemSchema` of server-sent events describes the event around it."""
    item = media.get("itemSchema")
    if item is None:
        return media.get("schema", True)
    if not media_type.startswith(EVENTS):
        return item
    properties = values.document.resolve(item).get("properties") or {}
    if "data" not in properties or properties.keys() - {"data", "event", "id", "retry"}:
        return item
    data = values.document.resolve(properties.get("data", {}))
    return data.get("contentSchema", data)


def _items(values: Values, status: int, media_type: str, media: Mapping[str, Any]) -> Expected:
    choice = values.of_media({"schema": _item_schema(values, media_type, media)})
    if not choice.values:
        raise NotJudged(choice.reason)
    items = [choice.values[kind] for kind in KINDS if kind in choice.values]
    lines = [json.dumps(item) for item in items]
    if media_type.startswith(EVENTS):
        body = "".join(f"event: message\ndata: {line}\n\n" for line in lines)
    else:
        start = "\x1e" if "json-seq" in media_type else ""
        body = "".join(f"{start}{line}\n" for line in lines)
    return Expected(status, "full", "items", items, Answer(status, media_type, body.encode()))
