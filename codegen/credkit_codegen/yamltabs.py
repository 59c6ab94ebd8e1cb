"""Tabs before comments and in empty lines of YAML become spaces: YAML allows them there, and libyaml does not."""

from __future__ import annotations

import re
from bisect import bisect_right

import yaml

_TABBED = re.compile(r"^(?= *\t)[ \t]*(?=#|\r?$)", re.MULTILINE)  # before a comment, or all of the line
_INDENTATION = re.compile(r"^ *(?=[^ \r\n])", re.MULTILINE)


def is_at_tab(text: str, at: int) -> bool:
    """Whether the parser stumbled, at this character, over what `without_tabs` mends."""
    found = _TABBED.match(text, text.rfind("\n", 0, at) + 1)
    return found is not None and found.start() <= at < found.end()


def without_tabs(text: str) -> str:
    """The text with spaces for tabs before comments and in empty lines: YAML allows them and libyaml does not.

    A line of a block of text is touched only where the tab stands before the column at which the block begins: behind it,
    it is part of the value. Two passes over the text, however many tabs there are.
    """
    blocks = _blocks(_TABBED.sub(_spaces, text))
    starts = [start for start, _, _ in blocks]

    def mend(found: re.Match[str]) -> str:
        _, end, indent = blocks[at] if (at := bisect_right(starts, found.start()) - 1) >= 0 else (0, 0, 0)
        is_value = found.start() < end and found[0].index("\t") >= indent
        return found[0] if is_value else _spaces(found)

    return _TABBED.sub(mend, text)


def _spaces(found: re.Match[str]) -> str:
    return " " * len(found[0])


def _blocks(text: str) -> list[tuple[int, int, int]]:
    """Start, end and first column of each literal or folded block, up to the first fault; past the end where all is empty."""
    found: list[tuple[int, int, int]] = []
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            if isinstance(event, yaml.ScalarEvent) and event.style in ("|", ">"):
                begun, ended = event.start_mark, event.end_mark
                assert begun is not None
                assert ended is not None
                start, end = text.find("\n", begun.index) + 1 or len(text), ended.index
                first, own = _INDENTATION.search(text, start, end), _INDENTATION.search(event.value)
                indent = len(first[0]) - len(own[0]) if first is not None and own is not None else end
                found.append((start, end, indent))
    except yaml.YAMLError:
        pass  # reading it for good says so
    return found
