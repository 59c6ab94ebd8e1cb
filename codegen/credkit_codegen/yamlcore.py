"""YAML 1.2 core values from the C parser's events, with limits; no recursion, no YAML 1.1 surprises.

`NO`, `on`, `12:30:45`, `2024-01-01` stay text; `0o17`, `0x1F`, `1e3`, `true`, `~` are read as the core schema says; every
key is the text as written (`200:` is "200"). Merge keys (`<<`) are honoured, because real documents use them.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.cyaml import CParser  # type: ignore[attr-defined]

from .primitives import JSON
from .yamltabs import is_at_tab, without_tabs

MERGE = "<<"
_INTEGER = re.compile(r"[-+]?[0-9]+")
_OTHER_BASE = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_WORDS: dict[str, JSON] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_NUMERIC_START = frozenset("0123456789+-.")
_STRING_TAGS = frozenset({"!", "tag:yaml.org,2002:str", "tag:yaml.org,2002:binary", "tag:yaml.org,2002:timestamp"})
_MAX_DIGITS = 4000


class YamlFault(Exception):
    """A document that is YAML but cannot be used."""

    def __init__(self, rule: str, message: str, help_: str, mark: Any) -> None:
        super().__init__(message)
        self.rule, self.message, self.help = rule, message, help_
        self.line, self.column = mark.line + 1, mark.column + 1


@dataclass(frozen=True, slots=True)
class YamlResult:
    """The value, keys that stood twice in one mapping (key, line, column of the second), and the text as the parser took it."""

    data: JSON
    duplicates: tuple[tuple[str, int, int], ...]
    text: str


def plain_value(text: str) -> JSON:
    """The value of an unquoted scalar. Numbers that JSON cannot hold (`.inf`, `.nan`, `1e999`) stay text."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMERIC_START or len(text) > _MAX_DIGITS:
        return text
    if _INTEGER.fullmatch(text):
        return int(text)
    if _OTHER_BASE.fullmatch(text):
        return int(text, 0)
    if _FLOAT.fullmatch(text):
        number = float(text)
        return number if math.isfinite(number) else text
    return text


def read_yaml(text: str, *, max_depth: int, max_nodes: int) -> YamlResult:
    """Read one YAML document.

    Raises:
        YamlFault: a limit is broken, an alias is unknown or contains itself, a key is no text, there are two documents.
        yaml.YAMLError: no YAML.
    """
    try:
        return _Builder(max_depth, max_nodes).read(text)
    except yaml.MarkedYAMLError as error:
        if error.problem_mark is None or not is_at_tab(text, error.problem_mark.index):
            raise
    return _Builder(max_depth, max_nodes).read(without_tabs(text))


@dataclass(slots=True)
class _Frame:
    """A container that is being filled. `size` counts expanded nodes in it, `height` the deepest nesting in it."""

    container: Any
    anchor: str | None
    mark: Any
    key: str | None = None
    size: int = 1
    height: int = 1
    merges: list[Any] = field(default_factory=list)


class _Builder:
    def __init__(self, max_depth: int, max_nodes: int) -> None:
        self.max_depth, self.max_nodes = max_depth, max_nodes
        self.stack: list[_Frame] = []
        self.anchors: dict[str, tuple[JSON, int, int]] = {}
        self.open: set[str] = set()
        self.duplicates: list[tuple[str, int, int]] = []
        self.nodes = 0
        self.root: JSON = None

    def read(self, text: str) -> YamlResult:
        documents = 0
        parser: Any = CParser(text)
        get_event = parser.get_event
        handlers = {
            yaml.ScalarEvent: self.scalar,
            yaml.MappingStartEvent: self.mapping,
            yaml.SequenceStartEvent: self.sequence,
            yaml.MappingEndEvent: self.end,
            yaml.SequenceEndEvent: self.end,
            yaml.AliasEvent: self.alias,
        }
        stack, ordinary, scalar = self.stack, self.ordinary, yaml.ScalarEvent
        while True:
            event = get_event()
            kind = type(event)
            if kind is scalar and stack and event.anchor is None and event.tag is None and ordinary(event, stack[-1]):
                continue
            handler = handlers.get(kind)
            if handler is not None:
                handler(event)
            elif kind is yaml.DocumentStartEvent:
                documents += 1
                if documents > 1:
                    raise YamlFault(
                        "yaml-syntax",
                        "expected one document; got a second one",
                        "split the file at `---`",
                        event.start_mark,
                    )
            elif kind is yaml.StreamEndEvent:
                return YamlResult(self.root, tuple(self.duplicates), text)

    def ordinary(self, event: Any, frame: _Frame) -> bool:
        """Put a key or value without anchor and tag where it belongs, as nearly every event wants; False: `scalar` has to."""
        container = frame.container
        if frame.size >= self.max_nodes:
            return False
        if type(container) is list:
            container.append(plain_value(event.value) if event.implicit[0] else event.value)
        elif frame.key is None:
            if event.value in container:
                return False
            frame.key = event.value
            return True
        else:
            container[frame.key] = plain_value(event.value) if event.implicit[0] else event.value
            frame.key = None
        frame.size += 1
        return True

    def scalar(self, event: Any) -> None:
        frame = self.stack[-1] if self.stack else None
        if frame is not None and frame.key is None and type(frame.container) is dict:
            self.set_key(frame, event.value, event)
            return
        value: JSON = event.value
        if event.tag is None:
            if event.implicit[0]:
                value = plain_value(event.value)
        elif event.tag not in _STRING_TAGS:
            value = plain_value(event.value)
        self.add(value, 1, 0, event)
        if event.anchor is not None:
            self.anchors[event.anchor] = (value, 1, 0)

    def set_key(self, frame: _Frame, key: str, event: Any) -> None:
        if key in frame.container and not (key == MERGE and event.implicit[0]):
            self.duplicates.append((key, event.start_mark.line + 1, event.start_mark.column + 1))
        frame.key = key
        if event.anchor is not None:
            self.anchors[event.anchor] = (key, 1, 0)

    def mapping(self, event: Any) -> None:
        self.push({}, event)

    def sequence(self, event: Any) -> None:
        self.push([], event)

    def push(self, container: Any, event: Any) -> None:
        frame = self.stack[-1] if self.stack else None
        if frame is not None and frame.key is None and type(frame.container) is dict:
            raise YamlFault(
                "yaml-syntax", "expected text as a key; got a collection", "write the key as text", event.start_mark
            )
        if len(self.stack) >= self.max_depth:
            raise self.too_deep(event)
        self.stack.append(_Frame(container, event.anchor, event.start_mark))
        if event.anchor is not None:
            self.open.add(event.anchor)

    def end(self, event: Any) -> None:
        frame = self.stack.pop()
        if frame.merges:
            self.merge(frame)
        if frame.anchor is not None:
            self.open.discard(frame.anchor)
            self.anchors[frame.anchor] = (frame.container, frame.size, frame.height)
        self.add(frame.container, frame.size, frame.height, event)

    def merge(self, frame: _Frame) -> None:
        """Members of `<<` come after the mapping's own and never replace them."""
        for source in frame.merges:
            for item in source if isinstance(source, list) else [source]:
                if isinstance(item, dict):
                    for key, value in item.items():
                        frame.container.setdefault(key, value)

    def alias(self, event: Any) -> None:
        if event.anchor in self.open:
            raise YamlFault(
                "yaml-alias",
                f'expected a finished anchor; got "{event.anchor}" inside itself',
                "use $ref for recursion",
                event.start_mark,
            )
        if event.anchor not in self.anchors:
            raise YamlFault(
                "yaml-alias",
                f'expected a known anchor; got "{event.anchor}"',
                "define it above with &",
                event.start_mark,
            )
        value, size, height = self.anchors[event.anchor]
        if len(self.stack) + height > self.max_depth:
            raise self.too_deep(event)
        frame = self.stack[-1] if self.stack else None
        if frame is not None and frame.key is None and type(frame.container) is dict:
            if not isinstance(value, str):
                raise YamlFault(
                    "yaml-syntax",
                    "expected text as a key; got an alias of something else",
                    "write the key as text",
                    event.start_mark,
                )
            frame.key = value
            return
        self.add(value, size, height, event)

    def add(self, value: JSON, size: int, height: int, event: Any) -> None:
        """Put a finished value where it belongs and count it as often as it will be walked."""
        if not self.stack:
            self.root = value
            return
        frame = self.stack[-1]
        frame.size += size
        if frame.size > self.max_nodes:
            message = f"expected at most {self.max_nodes} values with aliases expanded; got more"
            raise YamlFault(
                "document-too-large", message, "replace aliases by $ref, or split the document", event.start_mark
            )
        if height >= frame.height:
            frame.height = height + 1
        container = frame.container
        if type(container) is list:
            container.append(value)
        else:
            key, frame.key = frame.key, None
            if key == MERGE and isinstance(value, dict | list):
                frame.merges.append(value)
            else:
                container[key] = value

    def too_deep(self, event: Any) -> YamlFault:
        message = f"expected at most {self.max_depth} levels; got more"
        return YamlFault("document-too-deep", message, "flatten the document, or raise the limit", event.start_mark)
