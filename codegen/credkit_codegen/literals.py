"""The only way by which text from a document becomes Python source.

A `Source` is text that may stand in a Python file as it is. This module makes it: from values (`literal`), from names
that were checked (`name`), from other sources (`call`, `tuple_of`, `mapping`), and from prose (`docstring`). What it makes
is read back with `ast.literal_eval` before it leaves, so a value that would change on the way is an error here and not a
surprise in somebody's client.
"""

from __future__ import annotations

import ast
import keyword
import math
import re
import textwrap
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import groupby
from typing import NewType

Source = NewType("Source", str)
NOTHING = Source("")

_LINE_ENDS = re.compile("\r\n|[\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]")
_WIDTH = 118


class UnsafeText(ValueError):
    """A value that has no faithful Python source. Always a fault of the generator or a value no JSON can hold."""


def literal(value: object) -> Source:
    """The Python literal of a value: strings, numbers, booleans, None, and lists, tuples and dicts of them.

    Raises:
        UnsafeText: any other value, also where it hides inside of one of these.
    """
    return _text_literal(value) if type(value) is str else _checked_literal(value)


def _checked_literal(value: object) -> Source:
    text = repr(value)
    try:
        is_same = _same(ast.literal_eval(text), value)
    except (ValueError, SyntaxError):
        is_same = False
    if not is_same:
        raise UnsafeText(f"no literal for a value of type {type(value).__name__}")
    return Source(text)


# A document says the same few words thousands of times: media types, statuses, names of members.
_text_literal = lru_cache(maxsize=8192)(_checked_literal)


def nests_within(value: object, levels: int = 60) -> bool:
    """Whether an expression for the value stays readable to Python, which takes 200 open brackets and a call may add to each."""
    row = [value]
    for _ in range(levels):
        row = [
            inner
            for item in row
            if isinstance(item, dict | list)
            for inner in (item.values() if isinstance(item, dict) else item)
        ]
        if not row:
            return True
    return False


def _same(left: object, right: object) -> bool:
    """Equality that tells 1 from True and 1.0."""
    if type(left) is not type(right):
        return False
    if isinstance(left, dict) and isinstance(right, dict):
        return list(left) == list(right) and all(_same(left[key], right[key]) for key in left)
    if isinstance(left, list | tuple) and isinstance(right, list | tuple):
        return len(left) == len(right) and all(map(_same, left, right))
    if isinstance(left, float) and isinstance(right, float):
        return math.isfinite(right) and left == right and math.copysign(1, left) == math.copysign(1, right)
    return left == right


def name(text: str) -> Source:
    """A dotted Python name, checked part by part."""
    for part in text.split("."):
        if not part.isidentifier() or keyword.iskeyword(part):
            raise UnsafeText(f"not a Python name: {text!r}")
    return Source(text)


def names(texts: Iterable[str]) -> tuple[Source, ...]:
    return tuple(name(text) for text in texts)


def call(function: str, /, *arguments: Source, **keywords: Source) -> Source:
    """`function(argument, keyword=value)`; the function's name is ours, the keywords may be the document's."""
    parts = [*arguments, *(f"{name(key)}={value}" for key, value in keywords.items())]
    return Source(f"{name(function)}({_listed(parts)})")


def tuple_of(items: Iterable[Source]) -> Source:
    """`(a, b)`. Ends in a comma where one item needs it."""
    parts = tuple(items)
    return Source(f"({parts[0]},)" if len(parts) == 1 else f"({_listed(parts)})")


def mapping(items: Iterable[tuple[Source, Source]]) -> Source:
    return Source("{" + _listed([f"{key}: {value}" for key, value in items]) + "}")


def _listed(parts: Sequence[str]) -> str:
    """Parts with commas between; after the last one too where black would break the line there, which saves it the search."""
    text = ", ".join(parts)
    return f"{text}," if len(text) > _WIDTH else text


def later(expression: Source) -> Source:
    """`lambda: expression`: evaluated when a call needs it."""
    return Source(f"lambda: {expression}")


def prose(text: str) -> str:
    """Text from a document as plain paragraphs: one kind of line end, no tabs, no trailing blanks, no wide gaps."""
    lines = [line.expandtabs(4).rstrip() for line in _LINE_ENDS.split(text)]
    return re.sub("\n{3,}", "\n\n", "\n".join(lines)).strip()


def one_line(text: str) -> str:
    """Text from a document on a single line."""
    return " ".join(prose(text).split())


def titled(title: str) -> str:
    """The title of an API inside of a sentence: `Record API` -> "the Record API"."""
    title = one_line(title).rstrip(".")
    if not title:
        return "the API"
    return f"the {title.removeprefix('The ')}" if not title.startswith("the ") else title


def docstring(text: str, indent: int = 0) -> Source:
    """A docstring that stands `indent` spaces deep; the first line is not indented, as the template places it."""
    body = _wrapped(prose(text), _WIDTH - indent)
    lines = _escaped(body).split("\n")
    pad = " " * indent
    first, rest = lines[0], [f"{pad}{line}" if line else "" for line in lines[1:]]
    own_line = bool(rest) or first.endswith('"') or len(first) + indent + 6 > _WIDTH + 2
    source = Source('"""' + "\n".join([first, *rest]) + (f"\n{pad}" if own_line else "") + '"""')
    if _docstring_value(source, indent) != body:
        raise UnsafeText("a docstring does not come back as it was written")
    return source


def _docstring_value(source: Source, indent: int) -> str:
    first, *rest = str(ast.literal_eval(source)).split("\n")
    return "\n".join([first, *(line[indent:] for line in rest)]).rstrip()


def _escaped(text: str) -> str:
    r"""Text for the inside of `\"\"\"`: backslashes and quotes cannot end it, what is not printable is spelled out."""
    text = _NOT_PLAIN.sub(_escaped_character, text)
    text = re.sub('""+', _escaped_quotes, text)
    if not text.startswith('"'):
        return text
    return "\\" + text if len(text) > 1 else _LAST_QUOTE


# Formatters disagree on whether a blank belongs between an escaped quote and the end of a docstring.
_LAST_QUOTE = "\\x22"


def _escaped_quotes(run: re.Match[str]) -> str:
    quotes = '\\"' * len(run.group())
    return quotes if run.end() < len(run.string) else quotes[:-2] + _LAST_QUOTE


_NOT_PLAIN = re.compile(r"[^ -\[\]-~\n]")


def _escaped_character(found: re.Match[str]) -> str:
    character = found.group()
    return character if character.isprintable() and character != "\\" else repr(character)[1:-1]


def _wrapped(text: str, width: int) -> str:
    """Text with no line wider than `width` where that can be had: paragraphs are filled again, all else is cut at blanks.

    A paragraph whose lines all fit stays as its author broke it.
    """
    found: list[str] = []
    for is_paragraph, group in groupby(text.split("\n"), key=_is_running_text):
        lines = list(group)
        if is_paragraph and max(map(len, lines)) > width:
            lines = [" ".join(lines)]
        found.extend(_cut(line, width) for line in lines)
    return "\n".join(found)


def _is_running_text(line: str) -> bool:
    """Neither blank nor indented, nor the beginning of a list item, heading, table, quotation or fence."""
    return re.match(r"[^\s#|>`~+*-]", line) is not None and re.match(r"\d+[.)]\s", line) is None


def _cut(line: str, width: int) -> str:
    """One line cut at blanks; what follows keeps its indentation, stays in its quotation and hangs under a list item's text."""
    if len(line) <= width or line.count(" ") < 2:  # a label and an address belong together
        return line
    hanging = re.match(r"(?:\s*>)*\s*(?:[-*+]\s+|\d+[.)]\s+)?", line)
    indent = re.sub(r"[^\s>]", " ", hanging.group()) if hanging else ""
    return "\n".join(
        textwrap.wrap(line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
    )


def toml_string(text: str) -> str:
    """A TOML basic string on one line, for prose."""
    return _toml_basic(one_line(text))


def toml_key_value(key: str, value: str) -> str:
    """One line of a TOML table; key and value stay exactly as they are."""
    return f"{_toml_basic(key)} = {_toml_basic(value)}"


def _toml_basic(text: str) -> str:
    escaped = "".join(_toml_character(character) for character in text)
    return f'"{escaped}"'


def _toml_character(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    if character.isprintable():
        return character
    code = ord(character)
    if 0xD800 <= code <= 0xDFFF:
        return "\ufffd"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


# An underscore between letters is no markup, so names stay readable.
_MARKDOWN_INLINE = re.compile(r"([\\`*<>&|~$]|(?<!\w)_|_(?!\w))")
# Brackets are markup only where one of these can follow: a link, an image, the definition of either.
_MARKDOWN_LINK = re.compile(r"\][(\[:]")
_BRACKET = re.compile(r"([\[\]])")
_CODE_SPAN = re.compile(r"(?<!`)`([^`]+)`(?!`)")
_MARKDOWN_LEADING = re.compile(r"^([#+-]|\d+(?=[.)]))")


def markdown(text: str) -> str:
    """Text from a document inside a Markdown paragraph: one line, and nothing in it is markup but `code`."""
    safe = "".join(c if c.isprintable() else "\ufffd" for c in one_line(text))
    parts = _CODE_SPAN.split(safe)  # texts and, at odd places, what stands between two backticks
    if any("`" in part for part in parts):
        parts = [safe]
    texts = [_code_span(part) if place % 2 else _plain(part) for place, part in enumerate(parts)]
    if _MARKDOWN_LINK.search(safe):
        texts = [part if place % 2 else _BRACKET.sub(r"\\\1", part) for place, part in enumerate(texts)]
    return _MARKDOWN_LEADING.sub(r"\\\1", "".join(texts))


def _plain(text: str) -> str:
    return _MARKDOWN_INLINE.sub(r"\\\1", text)


def _code_span(text: str) -> str:
    """In a table, a bar ends the cell even inside of code."""
    return f"`{text}`" if "|" not in text else _plain(f"`{text}`")
