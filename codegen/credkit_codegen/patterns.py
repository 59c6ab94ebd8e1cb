"""A text that matches a regular expression, for made-up values. Knows what documents use, and says None otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterator

_CLASSES = {"d": "0", "w": "a", "s": " ", "S": "a", "t": "\t", "n": "\n", "r": "\r"}
_COUNTED = re.compile(r"\{(\d+)(?:,\d*)?\}")
_GROUP = re.compile(r"\?(?::|P?<[A-Za-z]\w*>)")
_MOST = 1000
_CANDIDATES = "a0A-_.: /@#+zZ9é"


def text_matching(pattern: str) -> str | None:
    """The plainest text that `pattern` finds itself in; None when it cannot be told."""
    try:
        text = "".join(_Reader(pattern).alternatives()[0])
        return text if re.search(pattern, text) else None
    except (_Unknown, re.error, RecursionError, OverflowError):
        return None


class _Unknown(Exception):
    """Something in the pattern that is not known here."""


class _Reader:
    """Reads a pattern once, from left to right, and writes down the shortest text of every alternative."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0

    def peek(self) -> str:
        return self.pattern[self.at : self.at + 1]

    def take(self) -> str:
        character = self.peek()
        if not character:
            raise _Unknown
        self.at += 1
        return character

    def alternatives(self) -> list[str]:
        """Texts of the alternatives up to the end of the group."""
        found = [""]
        while self.peek() and self.peek() != ")":
            if self.peek() == "|":
                self.at += 1
                found.append("")
            else:
                found[-1] += self.repeated()
        return found

    def repeated(self) -> str:
        """One item as often as it must come."""
        item = self.item()
        least = self.least()
        if self.peek() in ("?", "+"):
            self.at += 1
        return item * least

    def least(self) -> int:
        """Read a quantifier: how often at least."""
        mark = self.peek()
        if mark and mark in "*+?":
            self.at += 1
            return 1 if mark == "+" else 0
        counted = _COUNTED.match(self.pattern, self.at)
        if counted is None:
            return 1
        self.at = counted.end()
        if int(counted[1]) > _MOST:
            raise _Unknown
        return int(counted[1])

    def item(self) -> str:
        character = self.take()
        if character in "^$":
            return ""
        if character == ".":
            return "a"
        if character == "(":
            return self.group()
        if character == "[":
            return self.character_class()
        return self.escape() if character == "\\" else character

    def group(self) -> str:
        if self.peek() == "?":
            opening = _GROUP.match(self.pattern, self.at)
            if opening is None:
                raise _Unknown
            self.at = opening.end()
        texts = self.alternatives()
        if self.take() != ")":
            raise _Unknown
        return texts[0]

    def escape(self) -> str:
        character = self.take()
        if character in _CLASSES:
            return _CLASSES[character]
        if character.isalnum():
            raise _Unknown
        return character

    def character_class(self) -> str:
        """A character that the class takes; its end is found as regex engines find it."""
        start = self.at - 1
        if self.peek() == "^":
            self.at += 1
        if self.peek() == "]":
            self.at += 1
        while (character := self.take()) != "]":
            if character == "\\":
                self.take()
        source = re.compile(self.pattern[start : self.at])
        return next(self.members(source))

    def members(self, source: re.Pattern[str]) -> Iterator[str]:
        yield from (character for character in _CANDIDATES if source.fullmatch(character))
        yield from (chr(code) for code in range(32, 127) if source.fullmatch(chr(code)))
        raise _Unknown
