"""`webhooks` and `callbacks` become typed events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from .. import names
from ..ir import ANY, Example, Type, Webhook
from ..mediatypes import preferred
from ..resolve import Node
from .content import follow, read_request
from .naming import Hint
from .opnames import Listed, PathItem, operations_of, path_items
from .schemas import Schemas


def build_webhooks(schemas: Schemas, listed: list[Listed]) -> tuple[Webhook, ...]:
    """All events that the document announces: its webhooks, then the callbacks of its operations."""
    found = [*_webhooks(schemas), *_callbacks(schemas, listed)]
    counts = Counter(item.api_name for item in found)
    texts = [
        item.api_name if counts[item.api_name] == 1 else f"{item.callback_of or ''} {item.api_name}" for item in found
    ]
    unique = names.unique_names(texts, names.method_name)
    return tuple(replace(item, name=unique[text]) for item, text in zip(found, texts, strict=True))


def _webhooks(schemas: Schemas) -> Iterator[Webhook]:
    for key, item in path_items(schemas.documents, schemas.documents.top.child("webhooks")):
        methods = list(operations_of(schemas.documents, item))
        for method, node in methods:
            api_name = key if len(methods) == 1 else f"{key} {method.lower()}"
            hint = Hint(name=names.class_name(api_name), key=f"webhooks/{api_name}")
            yield _webhook(schemas, api_name, node, item, hint, None)


def _callbacks(schemas: Schemas, listed: list[Listed]) -> Iterator[Webhook]:
    for operation in listed:
        for key, child in operation.node.child("callbacks").children():
            callback = follow(schemas, child)
            events = [
                (expression, method, node, item)
                for expression, item in path_items(schemas.documents, callback)
                for method, node in operations_of(schemas.documents, item)
            ]
            for expression, method, node, item in events:
                api_name = key if len(events) == 1 else f"{key} {method.lower()} {expression}"
                name = names.class_name(operation.operation_id) + names.class_name(api_name)
                hint = Hint(name=name, key=f"{operation.operation_id}/callbacks/{api_name}")
                yield _webhook(schemas, api_name, node, item, hint, operation.operation_id)


def _webhook(
    schemas: Schemas, api_name: str, node: Node, item: PathItem, hint: Hint, callback_of: str | None
) -> Webhook:
    type_: Type | None = None
    examples: tuple[Example, ...] = ()
    body = read_request(schemas, node.child("requestBody"), hint, "Event")
    media = preferred(body.content) if body is not None else None
    if media is not None:
        type_, examples = media.type or ANY, media.examples
    event = node.child("x-webhook-event")
    pointer = event.text("pointer")
    return Webhook(
        name="",
        api_name=api_name,
        type=type_,
        match=(pointer, event.map["value"]) if pointer is not None and "value" in event.map else None,
        summary=node.text("summary"),
        description=node.text("description"),
        examples=examples,
        source=schemas.sources.of(node, *item.parts),
        callback_of=callback_of,
        location=node.location,
    )
