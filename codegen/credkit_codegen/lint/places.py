"""Where pointers stand in a file, found fast.

Most YAML is in block style, where the lines at one indentation are the members of one mapping or list. Those lines lead
to a pointer without parsing anything else. What is found is compared with the data that was loaded; where the two differ
(flow style, anchors, tabs, odd keys), `Document.places` reads the whole text again and finds every place for certain.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field

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
    """The members of one mapping or list: for each its line, the column of its key, and where its value begins."""

    start: int
    end: int
    indent: int
    """Indentation of the members; the first may begin inside line `start` (after `- `)."""
    inner: int = 0
    """Column at which the first member begins on line `start`, when it shares the line with a dash; else 0."""


_ALIAS = _Block(0, 0, 0)
_ANCHOR = re.compile(r"&[^\s,\[\]{}]+[ ]*")


@dataclass(slots=True)
class _Lines:
    """The lines of a text that hold something: number, indentation, and the text behind it."""

    text: str
    numbers: list[int]
    indents: list[int]
    starts: list[int]
    known: dict[str, tuple[Place, Place, _Block | None]] = field(default_factory=dict)
    members: dict[str, dict[str, tuple[int, int, int, int]]] = field(default_factory=dict)

    @classmethod
    def of(cls, text: str) -> _Lines:
        numbers, indents, starts = [], [], []
        offset = 0
        for number, line in enumerate(text.split("\n"), 1):
            body = line.lstrip(" ")
            if body and body[0] not in "#\r":
                indent = len(line) - len(body)
                numbers.append(number)
                indents.append(indent)
                starts.append(offset + indent)
            offset += len(line) + 1
        return cls(text, numbers, indents, starts)

    def find(self, pointer: str, data: JSON) -> Place:
        """The place of a pointer: of a container its key, of a scalar its value."""
        value = data
        path = ""
        block = self._root()
        place: Place = (self.numbers[block.start], 1) if block is not None else (1, 1)
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
            place, block = self._enter(members, key, value)
        return place

    def _root(self) -> _Block | None:
        first = 0
        while first < len(self.starts) and self.text.startswith(("---", "%"), self.starts[first]):
            first += 1
        return _Block(first, len(self.starts), self.indents[first]) if first < len(self.starts) else None

    def _members(self, path: str, block: _Block, value: JSON) -> dict[str, tuple[int, int, int, int]]:
        """Members by key: (line index, column of the key, offset where the value begins, line index after the member)."""
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

    def _heads(self, block: _Block) -> list[tuple[int, int]]:
        """Line and offset of each line of the block that stands at its indentation."""
        heads: list[tuple[int, int]] = []
        if block.inner:
            heads.append((block.start, block.inner))
        first = block.start + (1 if block.inner else 0)
        indents, starts = self.indents, self.starts
        heads.extend((index, starts[index]) for index in range(first, block.end) if indents[index] == block.indent)
        return heads

    def _map(self, block: _Block) -> dict[str, tuple[int, int, int, int]]:
        heads = [head for head in self._heads(block) if not self.text.startswith(("- ", "-\n"), head[1])]
        found: dict[str, tuple[int, int, int, int]] = {}
        for number, (line, offset) in enumerate(heads):
            match = _KEY.match(self.text, offset)
            if match is None:
                raise _Unsure
            after = heads[number + 1][0] if number + 1 < len(heads) else block.end
            column = offset - (self.starts[line] - self.indents[line]) + 1
            found[_plain(match.group(1))] = (line, column, match.end(), after)
        return found

    def _list(self, block: _Block) -> dict[str, tuple[int, int, int, int]]:
        heads = self._heads(block)
        found: dict[str, tuple[int, int, int, int]] = {}
        for number, (line, offset) in enumerate(heads):
            if not self.text.startswith(("- ", "-\n", "-\r"), offset):
                raise _Unsure
            after = heads[number + 1][0] if number + 1 < len(heads) else block.end
            begin = offset + 1
            while self.text.startswith(" ", begin):
                begin += 1
            column = offset - (self.starts[line] - self.indents[line]) + 1
            found[str(number)] = (line, -column, begin, after)
        return found

    def _enter(
        self, members: dict[str, tuple[int, int, int, int]], key: str, value: JSON
    ) -> tuple[Place, _Block | None]:
        line, column, begin, after = members[key]
        in_list = column < 0
        zero = self.starts[line] - self.indents[line]
        if self.text.startswith("*", begin):
            return (self.numbers[line], begin - zero + 1), _ALIAS
        anchor = _ANCHOR.match(self.text, begin)
        marked, begin = (begin, anchor.end()) if anchor is not None else (0, begin)
        inline = _COMMENT.match(self.text, begin) is None and not self.text.startswith("\n", begin)
        if inline and (self.text[begin] in "&!?" or (marked and not isinstance(value, dict | list))):
            raise _Unsure
        if not isinstance(value, dict | list):
            if not inline:
                raise _Unsure
            return (self.numbers[line], begin - zero + 1), None
        if inline and not in_list:
            return (self.numbers[line], column), None
        if inline:
            place = (self.numbers[line], (marked or begin) - zero + 1)
            if self.text[begin] in "[{":
                return place, None
            return place, _Block(line, after, begin - zero, begin)
        if line + 1 >= after:
            raise _Unsure
        if not in_list:
            place = (self.numbers[line], column)
        elif marked:
            place = (self.numbers[line], marked - zero + 1)
        else:
            place = (self.numbers[line + 1], self.indents[line + 1] + 1)
        return place, _Block(line + 1, after, self.indents[line + 1])


def _plain(key: str) -> str:
    """A key as it was meant; escapes make it unsure."""
    if key[0] == '"':
        if "\\" in key:
            raise _Unsure
        return key[1:-1]
    if key[0] == "'":
        return key[1:-1].replace("''", "'")
    return key.rstrip()
