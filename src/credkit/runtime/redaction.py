"""What may be shown: to logs, events and the texts of errors.

Values are masked unless they are known to be harmless: header values by a list, query values always, bodies down to their
outline, paths to their template. Where words of the vendor are shown (an error's message), credentials, e-mail addresses,
URLs' queries and everything that the caller sent are taken out of them.
"""

from __future__ import annotations

import base64
import json
import os
import re
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

MASK = "***"
MAX_TEXT = 300
_MAX_DEPTH = 12
_MAX_ITEMS = 20
_MAX_OUTLINE_BYTES = 256 * 1024
_MIN_SECRET = 4
_MAX_LEARNED = 32

# Compiled when something is shown (`re` keeps them): that is rarer than a first call, which they would cost milliseconds.
_EMAIL = r"[^\s@<>\"'(),;:]+@[^\s@<>\"'(),;:]+"
_URI = r"\b([A-Za-z][A-Za-z0-9+.\-]{1,40}:)//[^\s\"'<>]*"
_LABELLED = r"(?i)\b(bearer|basic|token|key|secret|password|code)([=:\s]+)[^\s,;\"']{6,}"
_JWT = r"\b[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]{8,}"
_UNPRINTABLE = r"[^\x20-\x7e\u00a1-\u2027\u202f-\u2065\u2070-\ud7ff\ue000-\ufdff]+"
_WORD = re.compile(r"[@$]?[A-Za-z_][A-Za-z0-9_.\-]{0,63}")
_IDENTIFIER = re.compile(r"[A-Za-z0-9._:/=+\-]{1,128}")


def _forms(secret: str) -> frozenset[str]:
    """A secret as it may turn up: as it is, percent-encoded, in Base64."""
    forms = {secret, quote(secret, safe=""), base64.b64encode(secret.encode()).decode().rstrip("=")}
    return frozenset(form for form in forms if len(form) >= _MIN_SECRET)


def _longest_first(forms: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(forms, key=len, reverse=True))


class Redactor:
    """Knows the credentials of one client."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._lock = threading.Lock()
        self._given = frozenset(form for secret in secrets for form in _forms(secret))
        self._learned: deque[frozenset[str]] = deque(maxlen=_MAX_LEARNED)
        self._secrets = _longest_first(self._given)

    def learn(self, secret: str) -> None:
        """Do not show `secret`, a token that was fetched, until many newer ones have come: tokens end, a process goes on."""
        with self._lock:
            self._learned.append(_forms(secret))
            self._secrets = _longest_first(self._given.union(*self._learned))

    def after_fork(self) -> None:
        self._lock = threading.Lock()

    def text(self, text: str, sent: Iterable[str] = ()) -> str:
        """Words of a vendor as one short printable line without secrets and without what the caller `sent`."""
        for secret in self._secrets:
            text = text.replace(secret, MASK)
        for value in sorted({value for value in sent if len(value) >= _MIN_SECRET}, key=len, reverse=True):
            text = text.replace(value, MASK)
        text = re.sub(_URI, rf"\1//{MASK}", text)
        text = re.sub(_EMAIL, MASK, text)
        text = re.sub(_JWT, MASK, re.sub(_LABELLED, rf"\1\2{MASK}", text))
        text = re.sub(_UNPRINTABLE, " ", text).strip()
        return text if len(text) <= MAX_TEXT else f"{text[:MAX_TEXT]}…"

    def identifier(self, value: str | None) -> str | None:
        """A vendor's request id, if it is one: short, of plain characters, and not a secret."""
        if value is None or not _IDENTIFIER.fullmatch(value) or any(secret in value for secret in self._secrets):
            return None
        return value


def show_query(query: str) -> str:
    """A query string with its names and no values."""
    return "&".join(f"{pair.partition('=')[0]}={MASK}" for pair in query.split("&")) if query else ""


def show_name(name: str) -> str:
    """The name of a JSON member, if it is a word that a document would use; other names are data (an address, an id)."""
    return name if _WORD.fullmatch(name) else "…"


def strings_in(value: Any) -> Iterator[str]:
    """Every string and number in arguments or a JSON body, as text."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for member in value.values():
            yield from strings_in(member)
    elif isinstance(value, (list, tuple, set, frozenset)):
        for item in value:
            yield from strings_in(item)
    elif value is not None and not isinstance(value, (bool, bytes, bytearray)):
        if hasattr(value, "model_dump"):
            yield from strings_in(value.model_dump(mode="python"))
        elif isinstance(value, os.PathLike):
            yield PurePath(os.fspath(value)).name
        elif hasattr(value, "filename"):  # a `File`: what it is called may be somebody's name
            yield from (*strings_in(value.filename), *strings_in(value.content))
        elif isinstance(value, (int, float)) or type(value).__module__ in ("datetime", "uuid", "decimal"):
            yield str(value)


def outline(content: bytes, content_type: str | None, secrets: tuple[str, ...] = ()) -> Any:
    """The shape of a JSON body: names and types, no values; `***` at the pointers in `secrets`. None for other bodies."""
    if not content or "json" not in (content_type or "").lower() or len(content) > _MAX_OUTLINE_BYTES:
        return None
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return _outline(value, tuple(tuple(pointer.split("/")[1:]) for pointer in secrets), _MAX_DEPTH)


def _outline(value: Any, secrets: tuple[tuple[str, ...], ...], depth: int) -> Any:
    if any(pointer == () for pointer in secrets):
        return MASK
    if depth == 0:
        return "…"
    if isinstance(value, dict):
        members = list(value.items())[:_MAX_ITEMS]
        return {show_name(name): _outline(member, _below(secrets, name), depth - 1) for name, member in members}
    if isinstance(value, list):
        shown = [
            _outline(item, _below(secrets, str(index)), depth - 1) for index, item in enumerate(value[:_MAX_ITEMS])
        ]
        return shown if len(value) <= _MAX_ITEMS else [*shown, f"… {len(value) - _MAX_ITEMS} more"]
    if isinstance(value, bool):
        return "boolean"
    if value is None:
        return "null"
    return "number" if isinstance(value, (int, float)) else "string"


def _below(secrets: tuple[tuple[str, ...], ...], name: str) -> tuple[tuple[str, ...], ...]:
    escaped = name.replace("~", "~0").replace("/", "~1")
    return tuple(pointer[1:] for pointer in secrets if pointer and pointer[0] in (escaped, "*"))
