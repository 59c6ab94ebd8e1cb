"""What in an address is the server, what is literal, and what is an id."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from urllib.parse import quote

from ...names import singular, words

_PLACE = re.compile(r"\{([A-Za-z_][\w.-]*)\}")
_NAMED = re.compile(r"<([A-Za-z][\w -]*)>|:([A-Za-z]\w*)|\$\{?([A-Za-z]\w*)\}?|(YOUR_\w+|[A-Z]+(?:_[A-Z]+)+)")
_ASCII = re.compile(r"[^\x20-\x7e]+")
_ID = re.compile(r"\d+|(?=.*\d)[A-Za-z0-9_~-]{8,}")
_SHARED = re.compile(r"api|rest|v\d+(\.\d+)*", re.IGNORECASE)


def templates(path: str, declared: Iterable[str]) -> tuple[str, tuple[str, ...]]:
    """A path with a placeholder for everything that looks like an id, and the names that were guessed.

    `declared` are paths that pages print with placeholders of their own: where one fits, its names are taken and none is guessed.
    """
    segments = [_plain(segment) for segment in path.strip("/").split("/")]
    printed = [[_plain(segment) for segment in other.strip("/").split("/")] for other in declared]
    for other in printed:
        if other == segments:
            return "/" + "/".join(other), ()
    for other in printed:
        if len(other) == len(segments) and all(_fits(*pair) for pair in zip(other, segments, strict=True)):
            return "/" + "/".join(other), ()
    found: list[str] = []
    guessed: list[str] = []
    for segment in segments:
        if _PLACE.fullmatch(segment) or not _ID.fullmatch(segment):
            found.append(segment)
            continue
        name = _id_name(found)
        number = 2
        while f"{{{name}}}" in found:
            name, number = f"{_id_name(found)}{number}", number + 1
        found.append(f"{{{name}}}")
        guessed.append(name)
    return "/" + "/".join(found), tuple(guessed)


def _plain(segment: str) -> str:
    """A segment with a placeholder of any style written as `{name}`; elsewhere what no path holds is percent-encoded."""
    match = _NAMED.fullmatch(segment)
    if match is not None:
        return f"{{{_camel(next(filter(None, match.groups())))}}}"
    return segment if _PLACE.fullmatch(segment) else quote(segment, safe="%!$&'()*+,;=:@-._~")


def _fits(printed: str, segment: str) -> bool:
    return printed == segment or (_PLACE.fullmatch(printed) is not None and _PLACE.fullmatch(segment) is None)


def _id_name(before: Sequence[str]) -> str:
    literal = next((segment for segment in reversed(before) if not _PLACE.fullmatch(segment)), "")
    name = _camel(singular(literal))
    return f"{name}Id" if words(literal) and name[0].isalpha() else "id"


def _camel(text: str) -> str:
    first, *rest = [word.lower() for word in words(_ASCII.sub(" ", text))] or ["id"]
    return first + "".join(word.capitalize() for word in rest)


def places(path: str) -> tuple[str, ...]:
    """The names of the placeholders of a path."""
    return tuple(_PLACE.findall(path))


def shared_prefix(paths: Iterable[str]) -> str:
    """What all paths of a server begin with and none is: `/api/v1`. With one path, its leading `api` and version.

    A placeholder that all of them share belongs to the server too, when something literal follows it: `/web/{environment}/api`.
    """
    listed = sorted({tuple(path.strip("/").split("/")) for path in paths})
    if not listed:
        return ""
    common: list[str] = []
    for parts in zip(*(path[:-1] for path in listed), strict=False):
        if len(set(parts)) > 1 or (len(listed) == 1 and not _SHARED.fullmatch(parts[0])):
            break
        common.append(parts[0])
    # The last literal before an id names what the paths are about; neither is part of the server.
    while common and (
        _PLACE.fullmatch(common[-1])
        or any(_PLACE.fullmatch(path[len(common)]) for path in listed if len(path) > len(common))
    ):
        common.pop()
    return "".join(f"/{part}" for part in common)


def operation_id(method: str, path: str) -> str:
    """`GET /things/{id}` -> getThing, `POST /things/batch-issue` -> batchIssueThings."""
    segments = path.strip("/").split("/")
    literals = [segment for segment in segments if segment and not _PLACE.fullmatch(segment)]
    if not literals:
        return _camel(" ".join([_VERBS[method], *places(path)]))
    last, before = literals[-1], literals[:-1]
    is_item = _PLACE.fullmatch(segments[-1]) is not None
    is_many = singular(last) != last
    if method == "GET":
        verb = "get" if is_item or not is_many else "list"
        inner = [singular(before[-1])] if before and not is_many else []
        return _camel(" ".join([verb, *inner, singular(last) if is_item else last]))
    if not is_item and not is_many and before and last[0].isalpha():
        return _camel(f"{last} {before[-1]}")
    return _camel(f"{_VERBS[method]} {singular(last)}")


def method_of(method: str, path: str) -> tuple[str, str]:
    """Resource and method as Python might call them: `GET /things/{id}` -> ("things", "get")."""
    segments = path.strip("/").split("/")
    literals = [segment for segment in segments if segment and not _PLACE.fullmatch(segment)]
    if not literals:
        return "client", _VERBS[method]
    last = literals[-1]
    is_item = _PLACE.fullmatch(segments[-1]) is not None
    if singular(last) != last or is_item or len(literals) == 1:
        plain = "get" if is_item else "list"
        return last, plain if method == "GET" else _VERBS[method]
    return literals[-2], last if method != "GET" else f"get {last}"


_VERBS = {
    "GET": "get",
    "POST": "create",
    "PUT": "replace",
    "PATCH": "update",
    "DELETE": "delete",
    "HEAD": "check",
    "OPTIONS": "options",
}
