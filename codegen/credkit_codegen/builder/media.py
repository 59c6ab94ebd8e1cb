"""The media types of an operation: those of its request's body, and those of its responses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ..ir import MediaType, Operation


def media_types(operation: Operation) -> tuple[MediaType, ...]:
    """All of them, as they stand: the body's, then each response's."""
    sent = operation.body.content if operation.body is not None else ()
    return (*sent, *(media for response in operation.responses for media in response.content))


def with_sent(operation: Operation, change: Callable[[MediaType], MediaType]) -> Operation:
    """The operation with what `change` makes of its body's media types."""
    body = operation.body
    return (
        operation if body is None else replace(operation, body=replace(body, content=tuple(map(change, body.content))))
    )


def with_media(operation: Operation, change: Callable[[MediaType], MediaType]) -> Operation:
    """The operation with what `change` makes of each of its media types, in the order of `media_types`."""
    changed = with_sent(operation, change)
    responses = tuple(
        replace(response, content=tuple(map(change, response.content))) for response in operation.responses
    )
    return replace(changed, responses=responses)
