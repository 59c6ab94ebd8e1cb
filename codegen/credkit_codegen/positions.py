"""Where JSON pointers stand in a file: one pass over the text, done only when a finding needs a place.

A container is placed at its key (or at its first character inside a list), a scalar at its value, where the eye looks.
A pointer that leads to nothing, or through a YAML alias, gets the place of what encloses it.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

import yaml
from yaml.cyaml import CParser  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Place:
    """Line and column from 1; `source` is the text of a scalar as it was written, without quotes."""

    line: int
    column: int
    source: str | None = None


class _Kind(Enum):
    MAP = auto()
    LIST = auto()
    END = auto()
    SCALAR = auto()
    ALIAS = auto()


# kind, text of a scalar, and a function's worth of place: line and column from 1
_Event = tuple[_Kind, str, int, int]


@dataclass(slots=True)
class _Wanted:
    """A tree of the pointers that are asked for."""

    pointer: str
    asked: bool = False
    below: dict[str, _Wanted] = field(default_factory=dict)


def unescape(token: str) -> str:
    """One reference token of a JSON pointer as a key."""
    return token.replace("~1", "/").replace("~0", "~")


def escape(key: str) -> str:
    """A key as one reference token of a JSON pointer."""
    return key.replace("~", "~0").replace("/", "~1") if "~" in key or "/" in key else key


def locate_yaml(text: str, pointers: Collection[str]) -> dict[str, Place]:
    """The place of each pointer in a YAML text that has been read before."""
    return _locate(_yaml_events(text), pointers)


def locate_json(text: str, pointers: Collection[str]) -> dict[str, Place]:
    """The place of each pointer in a JSON text that has been read before.

    Only what encloses a pointer is looked at here; the standard library's scanner leaps over everything else.
    """
    tree = _tree(pointers)
    search = _JsonSearch(text, [0, *(match.end() for match in re.finditer("\n", text))])
    search.value(search.skip(0), tree, None)
    _fill(tree, search.found, Place(1, 1))
    return {pointer: search.found[pointer] for pointer in pointers}


def _tree(pointers: Collection[str]) -> _Wanted:
    root = _Wanted("")
    for pointer in pointers:
        node = root
        for token in pointer.split("/")[1:]:
            node = node.below.setdefault(unescape(token), _Wanted(f"{node.pointer}/{token}"))
        node.asked = True
    return root


@dataclass(slots=True)
class _Level:
    """One open container: what is wanted in it, and its current key or index."""

    wanted: _Wanted | None
    is_map: bool
    key: str | None = None
    key_line: int = 0
    key_column: int = 0
    index: int = 0


def _locate(events: Iterator[_Event], pointers: Collection[str]) -> dict[str, Place]:
    tree = _tree(pointers)
    found: dict[str, Place] = {}
    stack: list[_Level] = []
    for kind, text, line, column in events:
        if kind is _Kind.END:
            stack.pop()
            continue
        level = stack[-1] if stack else None
        if level is not None and level.is_map and level.key is None:
            level.key, level.key_line, level.key_column = text, line, column
            continue
        wanted = tree if level is None else _child(level)
        container = kind in (_Kind.MAP, _Kind.LIST)
        if wanted is not None:
            found[wanted.pointer] = _place(level, container, text, line, column)
        if level is not None:
            level.key = None
            level.index += 1
        if container:
            stack.append(_Level(wanted, kind is _Kind.MAP))
    _fill(tree, found, Place(1, 1))
    return {pointer: found[pointer] for pointer in pointers}


def _child(level: _Level) -> _Wanted | None:
    if level.wanted is None or not level.wanted.below:
        return None
    return level.wanted.below.get(level.key if level.key is not None else str(level.index))


def _place(level: _Level | None, container: bool, text: str, line: int, column: int) -> Place:
    if container:
        at_key = level is not None and level.is_map
        return Place(level.key_line, level.key_column) if level is not None and at_key else Place(line, column)
    return Place(line, column, text)


def _fill(node: _Wanted, found: dict[str, Place], around: Place) -> None:
    """Give what was not found the place of what encloses it."""
    pending = [(node, around)]
    while pending:
        node, around = pending.pop()
        place = found.setdefault(node.pointer, Place(around.line, around.column))
        pending.extend((child, place) for child in node.below.values())


# --- YAML ----------------------------------------------------------------------------------------------------------

_YAML_KINDS: dict[Any, _Kind] = {
    yaml.ScalarEvent: _Kind.SCALAR,
    yaml.AliasEvent: _Kind.ALIAS,
    yaml.MappingStartEvent: _Kind.MAP,
    yaml.SequenceStartEvent: _Kind.LIST,
    yaml.MappingEndEvent: _Kind.END,
    yaml.SequenceEndEvent: _Kind.END,
}


def _yaml_events(text: str) -> Iterator[_Event]:
    parser = CParser(text)
    while True:
        event: Any = parser.get_event()
        kind = _YAML_KINDS.get(type(event))
        if kind is not None:
            mark = event.start_mark
            yield kind, event.value if kind is _Kind.SCALAR else "", mark.line + 1, mark.column + 1
        elif type(event) is yaml.StreamEndEvent:
            return


# --- JSON ----------------------------------------------------------------------------------------------------------

_leap = json.JSONDecoder().raw_decode
_BLANK = re.compile(r"[ \t\r\n]*")


@dataclass(slots=True)
class _JsonSearch:
    """A text in which wanted places are looked for; `lines` are the offsets at which its lines begin."""

    text: str
    lines: list[int]
    found: dict[str, Place] = field(default_factory=dict)

    def skip(self, at: int) -> int:
        """The offset of what follows blanks."""
        match = _BLANK.match(self.text, at)
        return match.end() if match is not None else at

    def place(self, at: int, source: str | None) -> Place:
        line = bisect_right(self.lines, at)
        return Place(line, at - self.lines[line - 1] + 1, source)

    def value(self, at: int, wanted: _Wanted, key: int | None) -> int:
        """Note the place of a value that is wanted, and of what is wanted in it; the offset behind it."""
        kind = self.text[at]
        if kind not in "{[":
            value, end = _leap(self.text, at)
            source = value if isinstance(value, str) else self.text[at:end]
            self.found[wanted.pointer] = self.place(at, source)
            return end
        self.found[wanted.pointer] = self.place(at if key is None else key, None)
        if not wanted.below:
            return _leap(self.text, at)[1]
        return self.members(at, wanted) if kind == "{" else self.items(at, wanted)

    def members(self, at: int, wanted: _Wanted) -> int:
        at = self.skip(at + 1)
        while self.text[at] != "}":
            key, end = _leap(self.text, at)
            begin = self.skip(self.skip(end) + 1)
            child = wanted.below.get(key)
            end = _leap(self.text, begin)[1] if child is None else self.value(begin, child, at)
            at = self.next(end)
        return at + 1

    def items(self, at: int, wanted: _Wanted) -> int:
        at = self.skip(at + 1)
        index = 0
        while self.text[at] != "]":
            child = wanted.below.get(str(index))
            end = _leap(self.text, at)[1] if child is None else self.value(at, child, None)
            at = self.next(end)
            index += 1
        return at + 1

    def next(self, at: int) -> int:
        """The offset of the next member or of the closing bracket."""
        at = self.skip(at)
        return self.skip(at + 1) if self.text[at] == "," else at


_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]]|[^\s{}\[\],:"]+')
_JSON_KINDS = {"{": _Kind.MAP, "[": _Kind.LIST, "}": _Kind.END, "]": _Kind.END}


def _json_events(text: str) -> Iterator[_Event]:
    lines = [0, *(match.end() for match in re.finditer("\n", text))]
    for match in _TOKEN.finditer(text):
        token = match.group()
        line = bisect_right(lines, match.start())
        value = str(json.loads(token)) if token[0] == '"' else token
        yield _JSON_KINDS.get(token, _Kind.SCALAR), value, line, match.start() - lines[line - 1] + 1


def json_duplicates(text: str) -> Iterator[tuple[str, int, int]]:
    """Every key that stands a second time in one object: (key, line, column) of the second."""
    stack: list[set[str] | None] = []
    key_next: list[bool] = []
    for kind, value, line, column in _json_events(text):
        if kind is _Kind.END:
            stack.pop()
            key_next.pop()
            continue
        if stack and key_next[-1] and (keys := stack[-1]) is not None:
            if value in keys:
                yield value, line, column
            keys.add(value)
            key_next[-1] = False
            continue
        if stack:
            key_next[-1] = stack[-1] is not None
        if kind in (_Kind.MAP, _Kind.LIST):
            stack.append(set() if kind is _Kind.MAP else None)
            key_next.append(kind is _Kind.MAP)
