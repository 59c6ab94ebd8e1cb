"""Where pointers stand in a file, found fast.

Most YAML is in block style, where the lines at one indentation are the members of one mapping or list. Those lines lead
to a pointer without parsing anything else. What is found is compared with the data that was loaded; where the two differ
(flow style, anchors, tabs, odd keys), `Document.places` reads the whole text again and finds every place for certain.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate

from ..load import Document
from ..positions import unescape
from ..primitives import JSON

_KEY = re.compile(
    r"""("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s"'\[\]{}#&*!|>%@`,?-](?:[^#\n]|(?<=\S)#)*?|-[^\s#\n][^#\n]*?|\?[^\s#\n][^#\n]*?):(?=[ \r\n]|$)[ ]*"""
)
_COMMENT = re.compile(r"(#|\r|$)")

Place = tuple[int, int]


class _Unsure(Exception):
    """The text is not plain block style here."""


def find_where(document: Document, pointers: Collection[str]) -> dict[str, tuple[str, int, int]]:
    """File, line and column of each pointer: of what an overlay brought, in the overlay."""
    found: dict[str, tuple[str, int, int]] = {}
    for written, own in document.written(pointers).items():
        places = find_places(written, set(own.values()))
        found |= {given: (written.file, *places[at]) for given, at in own.items()}
    return found


def find_places(document: Document, pointers: Collection[str]) -> dict[str, Place]:
    """Line and column, from 1, of each pointer."""
    found: dict[str, Place] = {}
    if not document.is_json and "\t" not in document.text:
        lines = _Lines.of(document.text)
        for pointer in pointers:
            try:
                found[pointer] = lines.find(pointer, document.data)
            except _Unsure:
                continue
    rest = [pointer for pointer in pointers if pointer not in found]
    if rest:
        found.update((pointer, (place.line, place.column)) for pointer, place in document.places(rest).items())
    return found


@dataclass(frozen=True, slots=True)
class _Block:
    """The members of one mapping or list, as offsets in the text: `start` is the line break before the first of them."""

    start: int
    end: int
    indent: int
    """Indentation of the members; the first may begin inside a line (after `- `)."""
    inner: int = 0
    """Offset of the first member when it shares its line with a dash; else 0."""


@dataclass(frozen=True, slots=True)
class _Member:
    """Where a member of a block begins, where its value does, and the line break after it. `dash`: it is one of a list."""

    head: int
    value: int
    after: int
    dash: bool


_ALIAS = _Block(0, 0, 0)
_ANCHOR = re.compile(r"&[^\s,\[\]{}]+[ ]*")
_CONTENT = r"(?=[^ \n\r#])"
_NEXT = re.compile(rf"\n([ ]*){_CONTENT}")


@lru_cache(maxsize=100)
def _lines_at(indent: int) -> re.Pattern[str]:
    """Lines that hold something at exactly this indentation."""
    return re.compile("\n" + " " * indent + _CONTENT)


@dataclass(slots=True)
class _Lines:
    """A text in block style, a line break before its first line, so that every line has one."""

    text: str
    lengths: list[int]
    """Characters before each line, line breaks not counted."""
    members: dict[str, dict[str, _Member]] = field(default_factory=dict)

    @classmethod
    def of(cls, text: str) -> _Lines:
        return cls(f"\n{text}", list(accumulate(map(len, text.split("\n")), initial=0)))

    def place(self, offset: int) -> Place:
        """Line and column, from 1, of an offset."""
        line = bisect_right(range(len(self.lengths)), offset - 1, key=lambda number: self.lengths[number] + number)
        return line, offset - self.lengths[line - 1] - line + 1

    def find(self, pointer: str, data: JSON) -> Place:
        """The place of a pointer: of a container its key, of a scalar its value."""
        value = data
        path = ""
        block = self._root()
        place: Place = (self.place(block.start + 1)[0], 1) if block is not None else (1, 1)
        for token in pointer.split("/")[1:]:
            if block is None:
                raise _Unsure
            if block is _ALIAS:
                return place
            key = unescape(token)
            if not (isinstance(value, dict) and key in value) and not (
                isinstance(value, list) and key.isdecimal() and int(key) < len(value)
            ):
                return place
            members = self._members(path, block, value)
            path = f"{path}/{token}"
            value = value[key] if isinstance(value, dict) else value[int(key)]
            place, block = self._enter(members[key], value)
        return place

    def _root(self) -> _Block | None:
        match = _NEXT.search(self.text)
        while match is not None and self.text.startswith(("---", "%"), match.end()):
            match = _NEXT.search(self.text, match.end())
        return _Block(match.start(), len(self.text), len(match[1])) if match is not None else None

    def _members(self, path: str, block: _Block, value: JSON) -> dict[str, _Member]:
        known = self.members.get(path)
        if known is None:
            known = self._list(block) if isinstance(value, list) else self._map(block)
            expected = (
                [str(index) for index in range(len(value))]
                if isinstance(value, list)
                else list(value) if isinstance(value, dict) else []
            )
            if list(known) != expected:
                raise _Unsure
            self.members[path] = known
        return known

    def _heads(self, block: _Block) -> list[int]:
        """Where the lines of the block begin that stand at its indentation."""
        matches = _lines_at(block.indent).finditer(self.text, block.inner or block.start, block.end)
        heads = [match.end() for match in matches]
        return [block.inner, *heads] if block.inner else heads

    def _afters(self, block: _Block, heads: list[int]) -> list[int]:
        """The line break after each member: the one before the next."""
        return [*(head - block.indent - 1 for head in heads[1:]), block.end]

    def _map(self, block: _Block) -> dict[str, _Member]:
        heads = [head for head in self._heads(block) if not self.text.startswith(("- ", "-\n"), head)]
        found: dict[str, _Member] = {}
        for head, after in zip(heads, self._afters(block, heads), strict=True):
            match = _KEY.match(self.text, head)
            if match is None:
                raise _Unsure
            found[_plain(match.group(1))] = _Member(head, match.end(), after, dash=False)
        return found

    def _list(self, block: _Block) -> dict[str, _Member]:
        heads = self._heads(block)
        found: dict[str, _Member] = {}
        for head, after in zip(heads, self._afters(block, heads), strict=True):
            if not self.text.startswith(("- ", "-\n", "-\r"), head):
                raise _Unsure
            begin = head + 1
            while self.text.startswith(" ", begin):
                begin += 1
            found[str(len(found))] = _Member(head, begin, after, dash=True)
        return found

    def _enter(self, member: _Member, value: JSON) -> tuple[Place, _Block | None]:
        begin = member.value
        if self.text.startswith("*", begin):
            return self.place(begin), _ALIAS
        anchor = _ANCHOR.match(self.text, begin)
        marked, begin = (begin, anchor.end()) if anchor is not None else (0, begin)
        inline = _COMMENT.match(self.text, begin) is None and not self.text.startswith("\n", begin)
        if inline and (self.text[begin] in "&!?" or (marked and not isinstance(value, dict | list))):
            raise _Unsure
        if not isinstance(value, dict | list):
            if not inline:
                raise _Unsure
            return self.place(begin), None
        if inline and not member.dash:
            return self.place(member.head), None
        if inline:
            place = self.place(marked or begin)
            if self.text[begin] in "[{":
                return place, None
            indent = begin - self.text.rfind("\n", 0, begin) - 1
            return place, _Block(begin, member.after, indent, begin)
        following = _NEXT.search(self.text, begin, member.after)
        if following is None:
            raise _Unsure
        place = self.place(marked or following.end()) if member.dash else self.place(member.head)
        return place, _Block(following.start(), member.after, len(following[1]))


def _plain(key: str) -> str:
    """A key as it was meant; escapes make it unsure."""
    if key[0] == '"':
        if "\\" in key:
            raise _Unsure
        return key[1:-1]
    if key[0] == "'":
        return key[1:-1].replace("''", "'")
    return key.rstrip()
