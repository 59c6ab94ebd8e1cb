"""What a vendor says of a refusal, in its own words: the sentence, and the places that it names with what is wrong there.

The words may repeat what was sent, so they are for `Reason.detail` alone: no log, no text of an error, no ledger.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from ..runtime.unset import UNSET

_PLACES = ("pointer", "instancePath", "instance_path", "path", "field", "parameter", "loc", "source")
_SENTENCES = ("message", "reason", "detail", "msg", "title", "error", "error_description")
_PARTS, _LENGTH, _DEPTH = 8, 400, 8


def said(body: object, message: str | None = None) -> str | None:
    """`The request is not valid; /items/0/type: not one of …`: at most eight parts of 400 characters; None where nothing is said.

    Args:
        body: of the answer, or a part of it: a generated model, JSON, a text or None.
        message: what was found to be the main sentence; it comes first.
    """
    parts = [message] if message else []
    for place, sentence in _problems(body, _DEPTH):
        text = f"{place}: {sentence}" if place else sentence
        if text not in parts:
            parts.append(text)
        if len(parts) == _PARTS:
            break
    return "; ".join(part[:_LENGTH] for part in parts) or None


def _problems(value: object, depth: int) -> Iterator[tuple[str, str]]:
    """Each object that says what is wrong: where, if it says that, and the sentence."""
    if depth == 0:
        return
    if isinstance(value, list):
        for one in islice(value, _PARTS):
            yield from _problems(one, depth - 1)
        return
    members = _members(value)
    sentence = next((text for name in _SENTENCES if isinstance(text := members.get(name), str) and text), None)
    if sentence is not None:
        place = next((text for name in _PLACES if (text := _place(members.get(name)))), "")
        yield place, sentence
    for one in members.values():
        yield from _problems(one, depth - 1)


def _place(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "/".join(str(part) for part in value if isinstance(part, (str, int)))
    members = _members(value)
    return next((text for name in _PLACES if isinstance(text := members.get(name), str) and text), "")


def _members(value: object) -> Mapping[str, Any]:
    if isinstance(value, Mapping):
        return value
    fields = getattr(type(value), "model_fields", None)
    if not isinstance(fields, dict):
        return {}
    extra = getattr(value, "__pydantic_extra__", None) or {}
    own = {name: getattr(value, name, None) for name in fields}
    return {name: one for name, one in {**own, **extra}.items() if one is not UNSET}
