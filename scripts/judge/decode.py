"""Read a captured request by hand and say where it differs from what was meant.

The second judge, for everything that openapi-core cannot read, and beside it for everything that it does not look at: a
parameter that was left out, a query parameter that the document does not know, a value that is valid but another one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote, unquote_plus

from .compare import differences, load
from .decode_body import body_problems
from .intent import Argument, Intent, kind_of, text_of
from .texts import deep_problems, says
from .wire import Captured

PATTERNS = {"spaceDelimited": r"%20|\+| ", "pipeDelimited": r"%7[Cc]|\|"}


def request_problems(path: str, base_path: str, intent: Intent, got: Captured, known: frozenset[str]) -> Iterator[str]:
    """All differences between an intent and a request. `known`: query names that carry credentials."""
    variables = match_path(path, got.path, base_path)
    if variables is None:
        yield f"the path {got.path!r} is not {path!r} under {base_path or '/'!r}"
        return
    query = [split_pair(pair) for pair in got.query.split("&") if pair]
    cookies = [split_pair(pair.strip()) for pair in (got.header("cookie") or "").split(";") if pair.strip()]
    fixed = [split_pair(pair) for pair in path.partition("#")[0].partition("?")[2].split("&") if pair]
    used = {unquote_plus(name) for name, _ in fixed} | known
    for name, value in fixed:
        if (name, value) not in [(unquote_plus(key), unquote_plus(item)) for key, item in query]:
            yield f"query {name!r} of the path itself is missing"
    for argument in intent.arguments:
        problems = _argument_problems(argument, variables, query, cookies, got, used)
        yield from (f"{argument.location} parameter {argument.name!r}: {problem}" for problem in problems)
    whole = any(argument.location == "querystring" for argument in intent.arguments)
    names = () if whole else dict.fromkeys(unquote_plus(name) for name, _ in query)
    yield from (f"query parameter {name!r} was not asked for" for name in names if name not in used)
    yield from body_problems(intent.body, got)


def match_path(template: str, path: str, base_path: str) -> dict[str, str] | None:
    """The variables of a path, still percent-encoded; None when the path is another one."""
    if not path.startswith(base_path):
        return None
    written = template.partition("#")[0].partition("?")[0]
    written = written if written.startswith("/") else f"/{written}"  # nothing else could be sent
    parts = re.split(r"\{([^{}]*)\}", written)
    pattern = "".join(f"(?P<v{i}>[^/]*)" if i % 2 else _literal(part) for i, part in enumerate(parts))
    match = re.fullmatch(pattern, path.removeprefix(base_path))
    return match and {name: match[f"v{2 * i + 1}"] for i, name in enumerate(parts[1::2])}


def _literal(text: str) -> str:
    """A pattern for literal text of a path, encoded or not."""
    return "".join(f"(?:{re.escape(char)}|{''.join(f'%(?i:{byte:02x})' for byte in char.encode())})" for char in text)


def split_pair(pair: str) -> tuple[str, str]:
    """Name and value of `name=value`, still encoded."""
    name, _, value = pair.partition("=")
    return name, value


def _argument_problems(
    argument: Argument,
    variables: Mapping[str, str],
    query: list[tuple[str, str]],
    cookies: list[tuple[str, str]],
    got: Captured,
    used: set[str],
) -> Iterator[str]:
    if argument.location == "path":
        if argument.name not in variables:
            yield "the template has no such variable"
        else:
            yield from _read(argument, _path_text(argument, variables[argument.name]), unquote)
    elif argument.location == "header":
        text = got.header(argument.name)
        yield from ["missing"] if text is None else _read(argument, text, str.strip)
    elif argument.location == "querystring":
        yield from _querystring(argument, got.query)
    else:
        pairs = query if argument.location == "query" else cookies
        yield from _pairs(argument, pairs, used)


def _path_text(argument: Argument, text: str) -> str:
    """The value of a path variable without the prefix of its style."""
    if argument.media_type is not None:
        return text
    if argument.style == "label":
        return text.removeprefix(".")
    if argument.style == "matrix" and not (argument.explode and isinstance(argument.value, dict | list)):
        return text.removeprefix(f";{argument.name}=")
    if argument.style == "matrix" and isinstance(argument.value, list):
        return text.removeprefix(";").replace(f";{argument.name}=", ";").removeprefix(f"{argument.name}=")
    return text.removeprefix(";") if argument.style == "matrix" else text


def _read(argument: Argument, text: str, decode: Any) -> Iterator[str]:
    """Compare one text of a style (or of `content`) with a value."""
    if argument.media_type is not None:
        yield from content_problems(argument.media_type, argument.value, decode(text))
        return
    between = ","
    if argument.explode and argument.location == "path":
        between = {"label": r"\.", "matrix": ";"}.get(argument.style, ",")
    between = PATTERNS.get(argument.style, between)
    if isinstance(argument.value, list):
        yield from _items(argument.value, [decode(item) for item in re.split(between, text)])
    elif isinstance(argument.value, dict):
        parts = re.split(between, text)
        if argument.explode:
            pairs = [split_pair(part) for part in parts]
        else:
            pairs = list(zip(parts[::2], parts[1::2], strict=len(parts) % 2 == 0))
        yield from _members(argument.value, {decode(name): decode(value) for name, value in pairs})
    elif not says(argument.value, decode(text)):
        yield f"expected {text_of(argument.value)!r}, got {decode(text)!r}"


def _pairs(argument: Argument, pairs: list[tuple[str, str]], used: set[str]) -> Iterator[str]:
    """A parameter among the pairs of a query or of cookies."""
    name, value = argument.name, argument.value
    decode = unquote_plus if argument.location == "query" else unquote
    if argument.style == "deepObject" and argument.media_type is None:
        mine = [(decode(key), decode(item)) for key, item in pairs if decode(key).startswith(f"{name}[")]
        used.update(key for key, _ in mine)
        yield from deep_problems(name, value, mine)
        return
    if argument.explode and isinstance(value, dict) and argument.media_type is None:
        used.update(value)
        yield from _members(value, {decode(key): decode(item) for key, item in pairs if decode(key) in value})
        return
    used.add(name)
    found = [item for key, item in pairs if decode(key) == name]
    if not found:
        yield "missing"
    elif argument.explode and isinstance(value, list) and argument.media_type is None:
        yield from _items(value, [decode(item) for item in found])
    elif len(found) > 1:
        yield f"came {len(found)} times"
    else:
        yield from _read(argument, found[0], decode)


def _querystring(argument: Argument, query: str) -> Iterator[str]:
    if kind_of(argument.media_type or "") == "form":
        pairs = [split_pair(pair) for pair in query.split("&") if pair]
        yield from _members(argument.value, {unquote_plus(key): unquote_plus(item) for key, item in pairs})
    else:
        yield from content_problems(argument.media_type or "", argument.value, unquote(query))


def content_problems(media_type: str, value: Any, text: str) -> Iterator[str]:
    """Compare a text of a media type with a value."""
    if kind_of(media_type) != "json":
        if not says(value, text):
            yield f"expected {text_of(value)!r}, got {text!r}"
        return
    try:
        yield from differences(value, load(text))
    except ValueError:
        yield f"{text!r} is not JSON"


def _items(expected: list[Any], got: list[str]) -> Iterator[str]:
    if len(expected) != len(got) or not all(map(says, expected, got)):
        yield f"expected the items {[text_of(item) for item in expected]}, got {got}"


def _members(expected: dict[str, Any], got: dict[str, str]) -> Iterator[str]:
    if expected.keys() != got.keys() or not all(says(value, got[name]) for name, value in expected.items()):
        yield f"expected the members {({name: text_of(value) for name, value in expected.items()})}, got {got}"
