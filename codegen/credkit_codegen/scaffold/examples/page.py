"""The text of a page as exchanges: each request with the status and the JSON that the page shows for its answer."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace

from ...primitives import JSON
from .curl import JSON_TYPE, METHODS, NotCurl, Request, is_whole, make_request, read_curl

_METHOD = "|".join(METHODS)
_CURL = re.compile(r"^[$>#]?\s*curl\s")
_RAW = re.compile(rf"^({_METHOD})\s+(\S+)\s+HTTP/\d(?:\.\d)?$")
_ENDPOINT = re.compile(rf"^({_METHOD})\s+(https?://\S+|/\S*)$")
_HEADER = re.compile(r"^([A-Za-z][A-Za-z0-9-]*):\s*(.*)$")
_STATUS = re.compile(r"^(?:HTTP(?:/\d(?:\.\d)?)?\s+)?([1-5]\d\d)(?:\s*[A-Z][A-Za-z ]{0,30})?$")
_STACKED = re.compile(r"^[A-Za-z0-9_.{}$~-]{1,60}$")
MOST_LINES = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A request of a page and what answers it. `status` is 0 where the page prints none; `line` is where the request begins."""

    request: Request
    line: int
    status: int = 0
    has_answer: bool = False
    answer: JSON = None


@dataclass(slots=True)
class PageText:
    """What one page shows. `declared` are methods with paths that the page prints by themselves, placeholders and all."""

    exchanges: list[Exchange] = field(default_factory=list)
    declared: list[tuple[str, str]] = field(default_factory=list)
    unread: list[tuple[int, str]] = field(default_factory=list)


def read_page(text: str) -> PageText:
    """Read the text of a page."""
    return _Reader(text).read()


class _Reader:
    """Goes through the lines once; `at` is the next line, counted from 0."""

    def __init__(self, text: str) -> None:
        self.lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        self.at = 0
        self.page = PageText()
        self.status = 0
        self.waits_for_body = False

    def read(self) -> PageText:
        while self.at < len(self.lines):
            line = self.lines[self.at].strip()
            start = self.at
            if not (self._request(line) or self._json(line)):
                self._plain(line)
            self.at = max(self.at, start + 1)
        return self.page

    def _request(self, line: str) -> bool:
        raw = _RAW.match(line)
        if raw is None and not _CURL.match(line):
            return False
        number = self.at + 1
        try:
            request = self._raw(raw) if raw is not None else read_curl(self._command())
        except NotCurl as fault:
            self.page.unread.append((number, str(fault)))
            return True
        if raw is not None:
            self.page.declared.append((request.method, request.path))
        # A status that stands before the request belongs to it when the page has its answers first.
        self.page.exchanges.append(Exchange(request=request, line=number, status=self.status))
        self.status = 0
        return True

    def _command(self) -> str:
        """The lines of a curl command, from this one until its quotes are closed."""
        first = self.at
        command = self.lines[self.at].strip().lstrip("$># ")
        self.at += 1
        while not is_whole(command) and self.at < len(self.lines) and self.at - first < MOST_LINES:
            command += f"\n{self.lines[self.at]}"
            self.at += 1
        if not is_whole(command):
            self.at = first + 1
        return command

    def _raw(self, match: re.Match[str]) -> Request:
        """A raw HTTP request: its headers up to an empty line or JSON."""
        self.at += 1
        headers: list[tuple[str, str]] = []
        while self.at < len(self.lines) and (header := _HEADER.match(self.lines[self.at].strip())):
            headers.append((header[1].lower(), header[2]))
            self.at += 1
        named = dict(headers)
        address = match[2] if "://" in match[2] else f"https://{named.get('host', '')}{match[2]}"
        self.waits_for_body = "content-type" in named and match[1] not in ("GET", "HEAD", "DELETE")
        return make_request(match[1], address, headers, "")

    def _json(self, line: str) -> bool:
        if not line.startswith(("{", "[")):
            return False
        rest = "\n".join(self.lines[self.at :]).lstrip()
        try:
            value, end = json.JSONDecoder().raw_decode(rest)
        except (ValueError, RecursionError) as fault:
            if line in ("{", "[") or '"' in line:
                self.page.unread.append((self.at + 1, f"JSON that cannot be read ({fault})"))
            return False
        if not isinstance(value, dict | list) or (isinstance(value, list) and not value):
            return False
        skipped = len(self.lines[self.at :]) - len(rest.split("\n"))
        self.at += skipped + rest[:end].count("\n") + 1
        self._value(value)
        return True

    def _value(self, value: JSON) -> None:
        """A JSON value belongs to the last request: as its body while it waits for one, then as its answer."""
        if not self.page.exchanges:
            return
        last = self.page.exchanges[-1]
        if self.waits_for_body:
            self.waits_for_body = False
            files = tuple(value) if last.request.media_type.startswith("multipart/") and isinstance(value, dict) else ()
            request = replace(last.request, has_body=True, body={} if files else value, files=files)
            self.page.exchanges[-1] = replace(last, request=request)
        elif not last.has_answer:
            status = self.status or last.status
            self.page.exchanges[-1] = replace(last, has_answer=True, answer=value, status=status)
            self.status = 0
        elif self.status >= 400:
            # A status with JSON below it, after the answer: what a refusal looks like.
            self.page.exchanges.append(replace(last, answer=value, status=self.status))
            self.status = 0

    def _plain(self, line: str) -> None:
        status = _STATUS.match(line)
        endpoint = _ENDPOINT.match(line)
        if status is not None:
            self._say_status(int(status[1]))
        elif endpoint is not None:
            path = re.sub(r"^https?://[^/]+", "", endpoint[2]) or "/"
            self.page.declared.append((endpoint[1], path.partition("?")[0]))
        elif line in METHODS and self.at + 1 < len(self.lines) and self.lines[self.at + 1].strip() == "/":
            self.page.declared.append((line, self._stacked()))

    def _say_status(self, status: int) -> None:
        """A status belongs to the request before it while that has no answer, else to the next."""
        last = self.page.exchanges[-1] if self.page.exchanges else None
        if last is not None and not last.has_answer and not last.status and last.request.method != "DELETE":
            self.page.exchanges[-1] = replace(last, status=status)
        elif not 200 <= self.status < 300 or self.page.exchanges:
            self.status = status

    def _stacked(self) -> str:
        """A path whose parts stand on lines of their own, as some documentation tools copy it."""
        path = ""
        at = self.at + 1
        while at + 1 < len(self.lines) and self.lines[at].strip() == "/":
            part = self.lines[at + 1].strip()
            if not _STACKED.match(part):
                break
            path += f"/{part}"
            at += 2
        self.at = at
        return path or "/"


__all__ = ["JSON_TYPE", "Exchange", "PageText", "read_page"]
