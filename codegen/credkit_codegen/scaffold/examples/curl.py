"""One curl command, as pages print it, as a request. Nothing is ever run."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

from ...primitives import JSON

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
JSON_TYPE = "application/json"
FORM_TYPE = "application/x-www-form-urlencoded"
MULTIPART_TYPE = "multipart/form-data"

# Options that take a value and say nothing about the request.
_IGNORED = frozenset(
    [
        "-o",
        "--output",
        "-w",
        "--write-out",
        "-m",
        "--max-time",
        "--connect-timeout",
        "--retry",
        "--cacert",
        "--cert",
        "--key",
        "-x",
        "--proxy",
        "-e",
        "--referer",
        "-b",
        "--cookie",
        "-c",
        "--cookie-jar",
        "-A",
        "--user-agent",
        "--limit-rate",
    ]
)
_BODY = frozenset(["-d", "--data", "--data-raw", "--data-binary", "--data-ascii", "--json", "--data-urlencode"])
_VALUES = (
    _IGNORED
    | _BODY
    | frozenset(
        ["-X", "--request", "-H", "--header", "-u", "--user", "-F", "--form", "--form-string", "--url", "--url-query"]
    )
)
_JOINED = re.compile(r"-([XHduFomA])(.+)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request as a page shows it. `body` is parsed JSON, or the fields of a form; `has_body` tells null from none.

    `headers` have lower-case names; the value of a header that carries a credential is never kept.
    """

    method: str
    scheme: str
    host: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    media_type: str = ""
    has_body: bool = False
    body: JSON = None
    files: tuple[str, ...] = ()
    security: str = ""


class NotCurl(ValueError):
    """A command that cannot be read; the message says why."""


def is_whole(command: str) -> bool:
    """Whether a command ends here: its quotes are closed and no line follows by a backslash."""
    try:
        shlex.split(command, comments=False)
    except ValueError:
        return False
    return not command.rstrip().endswith("\\")


def read_curl(command: str) -> Request:
    """The request that a command would send.

    Raises:
        NotCurl: it has no address, or cannot be read.
    """
    try:
        words = shlex.split(command.replace("\\\n", " "), comments=False)
    except ValueError as error:
        raise NotCurl(f"quotes are not closed ({error})") from None
    found: dict[str, list[str]] = {}
    for option, value in _options(words[1:]):
        found.setdefault(option, []).append(value)
    addresses = [*found.get("--url", ()), *found.get("", ())]
    if not addresses:
        raise NotCurl("it has no address")
    headers = [_header(text) for text in (*found.get("-H", ()), *found.get("--header", ())) if ":" in text]
    if any(option in found for option in ("-u", "--user")):
        headers.append(("authorization", "Basic"))
    data = [(option, text) for option in sorted(_BODY & found.keys()) for text in found[option]]
    is_get = "-G" in found or "--get" in found
    method = next(iter((*found.get("-X", ()), *found.get("--request", ()))), "")
    forms = [text for option in ("-F", "--form", "--form-string") for text in found.get(option, ())]
    default = "HEAD" if {"-I", "--head"} & found.keys() else "POST" if (data and not is_get) or forms else "GET"
    if "--json" in found:
        headers = [("content-type", JSON_TYPE), *headers]
    query = [pair for _, text in data for pair in parse_qsl(text, keep_blank_values=True)] if is_get else []
    return make_request(
        (method or default).upper(), addresses[0], headers, "&".join(text for _, text in data) if not is_get else "",
        more_query=query, forms=forms,
    )  # fmt: skip


def _options(words: list[str]) -> Iterator[tuple[str, str]]:
    """(option, value); an address has the option ""."""
    pending = iter(words)
    for word in pending:
        joined = _JOINED.fullmatch(word) if not word.startswith("--") else None
        if word in _VALUES:
            yield word, next(pending, "")
        elif joined is not None:
            yield f"-{joined[1]}", joined[2]
        elif word.startswith("--") and "=" in word:
            option, _, value = word.partition("=")
            yield option, value
        elif word.startswith("-") and len(word) > 1:
            yield word, ""
        elif word.strip():
            yield "", word.strip()


def _header(text: str) -> tuple[str, str]:
    name, _, value = text.partition(":")
    return name.strip().lower(), value.strip()


def make_request(
    method: str,
    address: str,
    headers: list[tuple[str, str]],
    body: str,
    *,
    more_query: list[tuple[str, str]] | None = None,
    forms: list[str] | None = None,
) -> Request:
    """A request from its parts as they are printed.

    Raises:
        NotCurl: the method or the address makes no sense.
    """
    if method not in METHODS:
        raise NotCurl(f"{method[:20]} is no method of HTTP")
    try:
        parts = urlsplit(address if "://" in address else f"https://{address}")
        host = parts.netloc.rpartition("@")[2]
    except ValueError as error:
        raise NotCurl(f"its address cannot be read ({error})") from None
    if parts.scheme not in ("http", "https") or not host:
        raise NotCurl("its address is none of http or https")
    named = dict(headers)
    media_type = named.get("content-type", "").partition(";")[0].strip().lower()
    security = _security(headers)
    kept = tuple((name, "" if f"header:{name}" == security else value) for name, value in headers)
    given = _body(body, media_type, forms or [])
    return Request(
        method=method,
        scheme=parts.scheme,
        host=host,
        path=parts.path or "/",
        query=(*parse_qsl(parts.query, keep_blank_values=True), *(more_query or ())),
        headers=tuple((name, value) for name, value in kept if name != "authorization"),
        security=security,
        media_type=given.media_type,
        has_body=given.has_body,
        body=given.value,
        files=given.files,
    )


def _security(headers: list[tuple[str, str]]) -> str:
    """How a request says who sends it: "bearer", "basic", "header:x-api-key", or nothing."""
    for name, value in headers:
        if name == "authorization":
            return "basic" if value.lower().startswith("basic") else "bearer"
    for name, _ in headers:
        if re.search(r"(api|access|auth|subscription)[-_]?(key|token)", name):
            return f"header:{name}"
    return ""


class _Body(NamedTuple):
    """The members of `Request` that say what is sent."""

    media_type: str = ""
    has_body: bool = False
    value: JSON = None
    files: tuple[str, ...] = ()


def _body(text: str, media_type: str, forms: list[str]) -> _Body:
    if forms:
        fields = [item.partition("=")[::2] for item in forms]
        files = tuple(name for name, value in fields if value[:1] in ("@", "<"))
        plain: dict[str, JSON] = {name: value for name, value in fields if name not in files}
        return _Body(MULTIPART_TYPE, True, plain, files)
    if not text.strip():
        return _Body(media_type)
    try:
        value: JSON = json.loads(text)
    except (ValueError, RecursionError):
        if media_type == FORM_TYPE or (not media_type and re.fullmatch(r"[\w.\[\]-]+=[^\n]*", text.strip())):
            fields_of: dict[str, JSON] = dict(parse_qsl(text, keep_blank_values=True))
            return _Body(FORM_TYPE, True, fields_of)
        return _Body(media_type or "application/octet-stream")
    return _Body(media_type or JSON_TYPE, True, value)
