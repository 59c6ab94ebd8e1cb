"""Media types: compared without parameters and without regard to case."""

from __future__ import annotations

import re

from .errors import InvalidArgument

_WORD = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
_MEDIA_TYPE = re.compile(rf"{_WORD}/{_WORD}(?:[ \t]*;[ \t]*{_WORD}=(?:{_WORD}|\"[\x20\x21\x23-\x5b\x5d-\x7e]*\"))*")

OCTETS = "application/octet-stream"
"""What bytes are when nothing else is known."""


def media_type_of(content_type: str | None) -> str:
    """The media type without parameters, in lower case; "" when there is none."""
    return (content_type or "").partition(";")[0].strip().lower()


def is_json(media_type: str) -> bool:
    """Whether a media type (as `media_type_of` gives it) is JSON."""
    return media_type in ("application/json", "text/json") or media_type.endswith("+json")


def is_range(media_type: str) -> bool:
    """Whether it stands for several: `image/*`, `*/*`."""
    return "*" in media_type


def covers(documented: str, media_type: str) -> bool:
    """Whether a documented media type or range takes `media_type`."""
    wanted, given = media_type_of(documented), media_type_of(media_type)
    if wanted in ("*/*", "*"):
        return True
    if wanted.endswith("/*"):
        return given.partition("/")[0] == wanted.partition("/")[0]
    return given == wanted


def check_media_type(content_type: str, label: str) -> str:
    """Return a content type that can stand in a header; refuse any other. `label` names the argument."""
    if not _MEDIA_TYPE.fullmatch(content_type):
        raise InvalidArgument(f"{label}: the content type is not of the form type/subtype; parameter=value")
    return content_type
