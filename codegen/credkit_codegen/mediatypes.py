"""Media types and responses: what a body of each kind is, and which of several a method uses."""

from __future__ import annotations

from collections.abc import Iterable

from .ir import MediaType, Operation, Response

URLENCODED = "application/x-www-form-urlencoded"
_FORMS = ("multipart/form-data", URLENCODED)


def essence(media_type: str) -> str:
    """The media type without parameters, in lower case: `Application/JSON; charset=utf-8` -> `application/json`."""
    return media_type.partition(";")[0].strip().lower()


def is_any(media_type: str) -> bool:
    """Whether it is a range that holds JSON, text and bytes alike."""
    return essence(media_type) in ("*/*", "application/*", "*")


def is_json(media_type: str) -> bool:
    """Whether the body is one JSON value."""
    kind = essence(media_type)
    return kind == "application/json" or kind.endswith("+json") or kind == "text/json"


def is_form(media_type: str) -> bool:
    """Whether the body is put together from named members or parts."""
    kind = essence(media_type)
    return kind in _FORMS or kind.startswith("multipart/")


def is_lines(media_type: str) -> bool:
    """Whether the body is a sequence of JSON values."""
    return essence(media_type) in (
        "application/jsonl",
        "application/x-ndjson",
        "application/ndjson",
        "application/json-seq",
    )


def preferred(content: Iterable[MediaType]) -> MediaType | None:
    """The media type that a method uses: JSON before forms before anything else; the document's order decides ties."""
    return min(content, key=lambda media: _preference(media.media_type), default=None)


def _preference(media_type: str) -> int:
    kind = essence(media_type)
    if kind == "application/json":
        return 0
    if is_json(media_type):
        return 1
    return 2 + _FORMS.index(kind) if kind in _FORMS else len(_FORMS) + 2


def success_responses(operation: Operation) -> tuple[Response, ...]:
    """The 2xx responses in order of status; `default` where there is none."""
    found = [item for item in operation.responses if item.status[:1] == "2"]
    if not found and not any(item.status[:1] in "13" for item in operation.responses if item.status != "default"):
        found = [item for item in operation.responses if item.status == "default"]
    return tuple(sorted(found, key=lambda item: item.status))
