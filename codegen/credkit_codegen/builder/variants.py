"""A request body of several media types: each further one becomes a method of its own beside the operation's.

One method cannot say all of them in its signature: members of a form, a file and an XML text are different arguments. So
`upload` sends the preferred media type, and `upload_form` or `upload_text` the others; on the wire they are one operation.
Media types that would carry the same JSON in the same words (`text/json`, another version parameter) get no method.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from .. import names
from ..ir import MediaType, Operation
from ..mediatypes import essence, is_any, is_json, preferred

_WORDS = {
    "multipart/form-data": "multipart",
    "application/x-www-form-urlencoded": "form",
    "application/octet-stream": "bytes",
    "text/plain": "text",
    "text/xml": "xml",
    "*/*": "any",
}


def with_variants(operations: Iterable[Operation]) -> tuple[Operation, ...]:
    """The operations, each followed by its variants."""
    listed = tuple(operations)
    taken: dict[str, set[str]] = {}
    for operation in listed:
        taken.setdefault(operation.resource, set()).add(operation.name)
    return tuple(item for operation in listed for item in (operation, *_variants(operation, taken[operation.resource])))


def _variants(operation: Operation, taken: set[str]) -> Iterator[Operation]:
    body = operation.body
    main = preferred(body.content) if body is not None else None
    if body is None or main is None:
        return
    known = [main]
    for media in body.content:
        if any(_sends_the_same(media, other) for other in known):
            continue
        known.append(media)
        name = _free(f"{operation.name}_{_word(media.media_type)}", taken)
        taken.add(name)
        yield replace(
            operation,
            operation_id=f"{operation.operation_id} as {media.media_type}",
            variant_of=operation.operation_id,
            name=name,
            body=replace(body, content=(media,)),
            degraded=(),
        )


def _sends_the_same(media: MediaType, other: MediaType) -> bool:
    kind, known = essence(media.media_type), essence(other.media_type)
    if kind == known:
        return True
    if media.type != other.type:
        return False
    if is_any(kind) or kind.endswith("/*+json"):
        return True
    is_patch = known != "application/json" and "patch" in kind + known
    return is_json(kind) and is_json(known) and not is_patch


def _word(media_type: str) -> str:
    kind = essence(media_type)
    plain = names.snake(kind.rpartition("/")[2].removeprefix("x-").removesuffix("+json").replace("+", "-"))
    word = _WORDS.get(kind, plain)
    return word if f"a{word}".isidentifier() and word else "other"


def _free(name: str, taken: set[str]) -> str:
    while name in taken:
        name += "_"
    return name
