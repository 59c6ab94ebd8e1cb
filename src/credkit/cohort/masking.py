"""A vendor's words, for people to read, without what the requests say of their subjects."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from typing import Any

from ..model import IssueRequest

HIDDEN = "…"
_WORD = re.compile(r"\w+")


class Mask:
    """Replaces values of subjects and claims, also single words of names and addresses, by `…`.

    A value of one letter stays: as a word of its own it tells nothing. Takes time by the length of the text, however many the requests are.
    """

    def __init__(self, requests: Iterable[IssueRequest]) -> None:
        self._values: dict[str, set[str]] = {}
        for request in requests:
            for value in _values(request):
                for form in (value, json.dumps(value)[1:-1]):  # as it is, and as JSON inside of a text has it
                    self._add(form.lower())

    def _add(self, value: str) -> None:
        first = _WORD.search(value)
        if first is not None and len(value) > 1:
            self._values.setdefault(first[0], set()).add(value[first.start() :])

    def __call__(self, text: str) -> str:
        shown = unicodedata.normalize("NFC", text)
        parts, at = [], 0
        for word in _WORD.finditer(shown):
            if word.start() >= at and (end := self._end(shown, word)):
                parts += [shown[at : word.start()], HIDDEN]
                at = end
        return "".join([*parts, shown[at:]])

    def _end(self, text: str, word: re.Match[str]) -> int:
        """Where the longest value ends that begins with the word; 0 when none does."""
        found = 0
        for value in self._values.get(word[0].lower(), ()):
            end = word.start() + len(value)
            whole = not (value[-1:].isalnum() and text[end : end + 1].isalnum())
            if whole and end > found and text[word.start() : end].lower() == value:
                found = end
        return found


def _values(request: IssueRequest) -> Iterator[str]:
    subject = request.subject
    for one in fields(subject):
        yield from _texts(getattr(subject, one.name))
    for text in (subject.name, subject.email or ""):
        yield from _WORD.findall(unicodedata.normalize("NFC", text))
    yield from _texts(request.claims)
    yield from _texts(request.evidence)
    if request.reference:
        yield request.reference


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from _texts(one)
    elif isinstance(value, (str, int, float)) and not isinstance(value, bool):
        yield unicodedata.normalize("NFC", str(value)).strip()
