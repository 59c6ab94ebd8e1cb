"""Rows of a CSV or JSON Lines file, one at a time: a million rows take no more memory than one.

A row that cannot be read is a `BadRow` with its line and a reason without any of its values; reading goes on after it. What makes the
whole file unreadable (not UTF-8, no header, the same column twice) is a `CohortError` with its line.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

from .errors import CohortError
from .nested import BadNesting, flat
from .sealed import Seal, open_sealed, unreadable

LINE_LIMIT = 1 << 20
"""Bytes of one line; a longer one is no row of people."""

_ADDRESS = re.compile(r"\S@\S")
_JSON = ("[", "{")
_SEPARATOR_HINT = re.compile(r"sep=.?", re.IGNORECASE)
_UTF8 = "save the file as UTF-8 (in a spreadsheet: “CSV UTF-8”)"
_NO_TEXT = {
    b"\xff\xfe": ("UTF-16", _UTF8),
    b"\xfe\xff": ("UTF-16", _UTF8),
    b"PK\x03\x04": ("a spreadsheet's own file or another archive", "save it as “CSV UTF-8” in the spreadsheet"),
}
"""What some files that are no text begin with."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: `line` is its first line in the file (from 1), `cells` are texts of a CSV or JSON values, by column."""

    line: int
    cells: Mapping[str, Any]

    def __repr__(self) -> str:
        return f"Row(line={self.line}, cells=…)"


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that is not sent: where it stands and why, without its values but the application's own key where it could be read."""

    line: int
    reason: str
    reference: str | None = None


def is_json_lines(path: Path) -> bool:
    """Whether the name says JSON Lines (`.jsonl`, `.ndjson`); anything else is read as CSV."""
    return path.suffix.lower() in {".jsonl", ".ndjson"}


def read_rows(path: Path, *, sealed: Seal | None = None) -> Iterator[Row | BadRow]:
    """The rows in the order of the file.

    Args:
        sealed: what the file has to hold still; where it is something else, the rows before that are given, and no other.

    Raises:
        CohortError: the file cannot be opened or is not UTF-8, a CSV has no header or names a column twice, or the file was
            changed while it was read.
    """
    lines = partial(_lines, path, sealed)
    return _read_json_lines(lines()) if is_json_lines(path) else _read_csv(path, lines)


def read_columns(path: Path) -> tuple[str, ...]:
    """The columns of a CSV's header, or the members of a JSON Lines file's first object."""
    if not is_json_lines(path):
        lines = partial(_lines, path)
        return _header(path, lines, csv.reader(lines(), _dialect(lines), strict=True))
    first = next((row for row in _read_json_lines(_lines(path)) if isinstance(row, Row)), None)
    return () if first is None else tuple(first.cells)


def _lines(path: Path, sealed: Seal | None = None) -> Iterator[str]:
    try:
        with path.open("rb") if sealed is None else open_sealed(path, sealed) as file:
            line = 0
            while raw := file.readline(LINE_LIMIT + 1):
                line += 1
                if len(raw) > LINE_LIMIT:
                    raise CohortError(
                        f"a line of more than {LINE_LIMIT:,} bytes",
                        path=path,
                        line=line,
                        help="check the file's line endings and quotes",
                    )
                yield _decode(path, line, raw)
    except OSError as error:
        raise unreadable(path, error) from None


def _decode(path: Path, line: int, raw: bytes) -> str:
    if line == 1:
        for start, (what, todo) in _NO_TEXT.items():
            if raw.startswith(start):
                raise CohortError(f"expected UTF-8; this is {what}", path=path, line=1, help=todo)
        if b"\0" in raw:
            raise CohortError("expected UTF-8; this is UTF-16 or no text", path=path, line=1, help=_UTF8)
        raw = raw.removeprefix(b"\xef\xbb\xbf")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise CohortError(
            f"expected UTF-8; byte {error.start + 1} of the line is not",
            path=path,
            line=line,
            help=_UTF8,
        ) from None
    # A lone carriage return ends a line for csv, but not for a binary file: old Macintosh files are refused by their line length.
    return text


_Lines: TypeAlias = Callable[[], Iterator[str]]
"""Reads a file's lines from the first on. All that is known of a file is read so: its separator, its header and its rows."""


def _dialect(lines: _Lines) -> type[csv.Dialect]:
    """Comma, semicolon or tab, by which the header has most of; quotes are doubled, as spreadsheets write them."""
    header = next(lines(), "")
    separator = max(",;\t", key=header.count)
    return type("Cohort", (csv.excel,), {"delimiter": separator})


def _header(path: Path, lines: _Lines, reader: Iterator[list[str]]) -> tuple[str, ...]:
    if next(lines(), "").lstrip()[:1] in _JSON:  # its quotes are none of a CSV's
        problem = "expected a header with the columns' names; this is JSON"
        raise CohortError(problem, path=path, line=1, help="JSON goes into a file .jsonl, with an object on each line")
    try:
        names = tuple(name.strip() for name in next(reader, ()))
    except csv.Error:
        problem = "the header cannot be read: its quotes do not match, or lines end with carriage returns alone"
        raise CohortError(problem, path=path, line=1, help=_UTF8) from None
    found = _not_a_header(names)
    if found is not None:
        problem, todo = found
        raise CohortError(problem, path=path, line=1, help=todo)
    return names


def _not_a_header(names: tuple[str, ...]) -> tuple[str, str] | None:
    """Why these are no names of columns, and what to do about it."""
    expected = "expected a header with the columns' names"
    if not any(names):
        return expected, "the first line names the columns, for example: reference,name,email"
    if any(_ADDRESS.search(name) for name in names):
        return (
            "the first line holds an e-mail address, so it is a row and no header",
            "put a line with the columns' names before it, for example: reference,name,email",
        )
    if _SEPARATOR_HINT.fullmatch(",".join(name for name in names if name)):
        return (
            f"{expected}; this is a note to a spreadsheet about separators",
            "remove this line: the separator is recognised without it",
        )
    if "" in names:
        return f"column {names.index('') + 1} has no name", "name every column or remove the empty one"
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        return f"the column {twice!r} stands there twice", "rename or remove one of them"
    return None


def _read_csv(path: Path, lines: _Lines) -> Iterator[Row | BadRow]:
    reader = csv.reader(lines(), _dialect(lines), strict=True)
    names = _header(path, lines, reader)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            upto = f"; lines {line} to {reader.line_num} were read as one row" if reader.line_num > line else ""
            yield BadRow(line, f"the quotes do not match, or a cell is larger than 128 KB{upto}")
            continue
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(names):
            yield BadRow(line, f"expected {len(names)} cells, as in the header; got {len(cells)}")
            continue
        yield Row(line, dict(zip(names, cells, strict=True)))


def _read_json_lines(lines: Iterator[str]) -> Iterator[Row | BadRow]:
    for line, text in enumerate(lines, start=1):
        if not text.strip():
            continue
        try:
            value = json.loads(text, object_pairs_hook=_members, parse_constant=_no_constant)
            if "\\ud" in text.lower():
                json.dumps(value, ensure_ascii=False).encode()
        except _Twice:
            yield BadRow(line, "a member stands there twice")
        except UnicodeEncodeError:  # in a member's name, a text or any claim: no file, vendor or ledger can take it
            yield BadRow(line, "has one half of a character (\\ud800 to \\udfff without its other half)")
        except (ValueError, RecursionError):
            yield BadRow(line, "expected a JSON object on a line of its own")
        else:
            yield _json_row(line, value)


def _json_row(line: int, value: object) -> Row | BadRow:
    if not isinstance(value, dict):
        return BadRow(line, "expected a JSON object on a line of its own")
    try:
        return Row(line, flat(value))
    except BadNesting as bad:
        return BadRow(line, str(bad))


class _Twice(ValueError):
    pass


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise _Twice
    return members


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
