"""Safe changes of a document's text, by place: layout, comments and order of everything else stay.

Every change is checked: the new text is read again and must say exactly what the old one said plus the change. A change
that cannot be made so is left out and counted.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass

from ..diagnostics import SpecError
from ..load import Document
from ..positions import unescape
from ..primitives import JSON
from .places import find_places
from .reading import read_text
from .rule import Edit

_PLAIN = re.compile(r"[A-Za-z0-9_./{}~+-][A-Za-z0-9_./{}:~+-]*")
_NOT_TEXT = re.compile(r"(?i)true|false|null|~|[-+.]?[0-9].*")


@dataclass(frozen=True, slots=True)
class Fixed:
    """A document's new text; `applied` of the changes were made."""

    document: Document
    text: str
    applied: int
    left: int

    def diff(self) -> str:
        """The change as a unified diff."""
        old, new = self.document.text.splitlines(keepends=True), self.text.splitlines(keepends=True)
        return "".join(difflib.unified_diff(old, new, f"a/{self.document.file}", f"b/{self.document.file}"))


def fix_document(document: Document, edits: Sequence[Edit]) -> Fixed:
    """Make the changes: all at once when that reads back right, else one by one, leaving out those that do not."""
    wanted = list(dict.fromkeys(edits))
    text = _apply(document, wanted)
    if text is not None:
        return Fixed(document, text, len(wanted), 0)
    current, done = document, 0
    for edit in wanted:
        text = _apply(current, [edit])
        if text is not None:
            current, done = _read(current, text) or current, done + 1
    return Fixed(document, current.text, done, len(wanted) - done)


def _apply(document: Document, edits: Sequence[Edit]) -> str | None:
    """The new text, or None when it does not say what it should."""
    data = deepcopy(document.data)
    try:
        for edit in sorted(edits, key=lambda item: item.action == "rename"):
            data = _change(data, edit)
        splices = sorted((_splice(document, edit) for edit in edits if edit.action != "order"), reverse=True)
        text = document.text
        for start, end, new in splices:
            text = text[:start] + new + text[end:]
        for edit in edits:
            if edit.action == "order":
                text = _reorder(text, edit.value.split(","), document.is_json)
    except (_Unfixable, KeyError, IndexError, TypeError, ValueError):
        return None
    again = _read(document, text)
    same = again is not None and again.data == data and (document.is_json or _orders(again.data) == _orders(data))
    return text if same else None


class _Unfixable(Exception):
    """The text has a form in which the change cannot be made safely."""


def _read(document: Document, text: str) -> Document | None:
    try:
        return read_text(text, document.path, document.file, is_json=document.is_json)
    except SpecError:
        return None


# --- what the data becomes -----------------------------------------------------------------------------------------


def _at(data: JSON, pointer: str) -> JSON:
    for token in pointer.split("/")[1:]:
        data = data[int(token)] if isinstance(data, list) else data[unescape(token)]  # type: ignore[index]
    return data


def _change(data: JSON, edit: Edit) -> JSON:
    if edit.action == "order":
        return data
    if edit.action == "add":
        holder = _at(data, edit.pointer)
        if not isinstance(holder, dict) or edit.key in holder:
            raise _Unfixable
        holder[edit.key] = _scalar(edit.value)
        return data
    above, _, token = edit.pointer.rpartition("/")
    holder, key = _at(data, above), unescape(token)
    if not isinstance(holder, dict) or key not in holder:
        raise _Unfixable
    if edit.action == "set":
        holder[key] = _scalar(edit.value)
    elif edit.value not in holder:
        holder[edit.value] = holder.pop(key)
    else:
        raise _Unfixable
    return data


def _scalar(text: str) -> JSON:
    return {"true": True, "false": False}.get(text, text)


def _orders(data: JSON) -> list[str]:
    """The members that a list of changes may not lose."""
    return sorted(data) if isinstance(data, dict) else []


# --- what the text becomes -----------------------------------------------------------------------------------------


def _splice(document: Document, edit: Edit) -> tuple[int, int, str]:
    """Start, end and new text of one change."""
    if edit.action == "add":
        return _add(document, edit)
    offset = _offset(document, edit.pointer)
    if edit.action == "set":
        return (*_token(document.text, offset), _written(edit.value, document.is_json))
    start, end = _key(document.text, offset, unescape(edit.pointer.rpartition("/")[2]))
    quote = document.text[start] if document.text[start] in "\"'" else ""
    return start, end, f"{quote}{edit.value}{quote}"


def _offset(document: Document, pointer: str) -> int:
    line, column = find_places(document, [pointer])[pointer]
    start = 0
    for _ in range(line - 1):
        start = document.text.index("\n", start) + 1
    return start + column - 1


def _token(text: str, offset: int) -> tuple[int, int]:
    """Where the scalar at an offset begins and ends; only scalars on one line."""
    pattern = (
        r'"(?:[^"\\\n]|\\.)*"'
        if text[offset] == '"'
        else r"'(?:[^'\n]|'')*'" if text[offset] == "'" else r"[^\s,{}\[\]#&*!|>%@`\"'][^\s,{}\[\]#]*"
    )
    match = re.compile(pattern).match(text, offset)
    if match is None:
        raise _Unfixable
    return match.start(), match.end()


def _key(text: str, offset: int, key: str) -> tuple[int, int]:
    """Where a key stands: at the offset (a container's place), or before the value on the same line."""
    line_start = text.rfind("\n", 0, offset) + 1
    for form in (f'"{key}"', f"'{key}'", key):
        if text.startswith(form, offset):
            return offset, offset + len(form)
        found = text.rfind(f"{form}:", line_start, offset)
        if found >= 0:
            return found, found + len(form)
    raise _Unfixable


def _add(document: Document, edit: Edit) -> tuple[int, int, str]:
    text, offset = document.text, _offset(document, edit.pointer)
    value = _written(edit.value, document.is_json)
    key = f'"{edit.key}"' if document.is_json else edit.key
    line_end = text.find("\n", offset)
    line_end = len(text) if line_end < 0 else line_end
    brace = _open_brace(text, offset, line_end)
    if brace is not None:
        rest = re.compile(r"\s*").match(text, brace)
        space = rest.group() if rest is not None else ""
        if text[brace + len(space) : brace + len(space) + 1] == "}":
            raise _Unfixable
        between = space if "\n" in space else " "
        return brace, brace, f"{space}{key}: {value},{'' if space else between}"
    if document.is_json:
        raise _Unfixable
    line = text[offset:line_end]
    if re.match(r"[^\s#][^#\n]*:[ ]*(#.*)?$", line) and not _first_of_item(document, edit.pointer):
        below = re.compile(r"(?:[ ]*(?:#[^\n]*)?\n)*([ ]*)").match(text, line_end + 1)
        indent = below.group(1) if below is not None else ""
        return line_end + 1, line_end + 1, f"{indent}{key}: {value}\n"
    column = offset - text.rfind("\n", 0, offset) - 1
    return offset, offset, f"{key}: {value}\n{' ' * column}"


def _first_of_item(document: Document, pointer: str) -> bool:
    """Whether the place of a mapping is its own first member: an item of a list, or the document."""
    above, _, token = pointer.rpartition("/")
    return not pointer or (token.isdecimal() and isinstance(_at(document.data, above), list))


def _open_brace(text: str, offset: int, line_end: int) -> int | None:
    """The offset behind the brace that opens the mapping at a place, where it is in flow style."""
    if text[offset : offset + 1] == "{":
        return offset + 1
    match = re.compile(r"""("(?:[^"\\]|\\.)*"|'[^']*'|[^\s:{}\[\],"']+)\s*:\s*\{""").match(text, offset, line_end)
    return match.end() if match is not None else None


def _written(value: str, is_json: bool) -> str:
    if value in ("true", "false"):
        return value
    if is_json or not _PLAIN.fullmatch(value) or _NOT_TEXT.fullmatch(value) or value.endswith(":"):
        return json.dumps(value)
    return value


def _reorder(text: str, order: Sequence[str], is_json: bool) -> str:
    """Top-level sections of block YAML in order, each with the comments above it (from its first column on); other members come last."""
    if is_json:
        raise _Unfixable
    head, sections = _sections(text)
    rank = {name: index for index, name in enumerate(order)}
    ordered = sorted(sections, key=lambda item: rank.get(item[0], len(order)))
    bodies = [body if body.endswith("\n") else f"{body}\n" for _, body in ordered]
    return head + "".join(bodies)


def _sections(text: str) -> tuple[str, list[tuple[str, str]]]:
    starts: list[tuple[str, int]] = []
    for match in re.finditer(r"^([A-Za-z][\w-]*):(?=[ \r\n]|$)", text, re.MULTILINE):
        start = match.start()
        for comment in reversed(list(_lines_before(text, starts[-1][1] if starts else 0, start))):
            if comment[1].startswith("#"):
                start = comment[0]
            elif comment[1].strip():
                break
        starts.append((match.group(1), start))
    if not starts:
        raise _Unfixable
    ends = [start for _, start in starts[1:]] + [len(text)]
    return text[: starts[0][1]], [(name, text[start:end]) for (name, start), end in zip(starts, ends, strict=True)]


def _lines_before(text: str, begin: int, end: int) -> Iterator[tuple[int, str]]:
    offset = begin
    for line in text[begin:end].splitlines(keepends=True):
        yield offset, line
        offset += len(line)
