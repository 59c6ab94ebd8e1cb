"""What became of each row, as CSV or JSON Lines; and the rows that a plan holds back, or that the vendor rejects.

Cells that a spreadsheet would take for a formula begin with an apostrophe. Offers are not written: who has one can claim the credential.
"""

from __future__ import annotations

import csv
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from ..cohort.errors import CohortError
from ..cohort.files import growing, replacing
from ..cohort.job import Round
from ..cohort.masking import Mask
from ..cohort.rows import is_json_lines
from ..cohort.survey import SurveyedRow
from ..ledger.keyfile import key_path
from ..results import Rejected
from .connection import DEFAULT_LEDGER

FIELDS = (
    "line",
    "reference",
    "standing",
    "status",
    "credential_id",
    "batch_id",
    "url",
    "issued_at",
    "delivery",
    "reason",
)


def check_output(path: Path | None, ledger: Path | None, *inputs: Path | None) -> None:
    """Refuse a folder, and to write over something that is read, or over a file of the ledger, by whatever name.

    Args:
        ledger: as the command was told; the usual one when absent.
    """
    if path is None:
        return
    if path.is_dir():
        raise CohortError("cannot be written: it is a folder", path=path, help="name a file")
    if path.exists() and not path.is_file():  # nothing is in a pipe, a terminal or /dev/null that could be lost
        return
    if any(_are_same(path, one) for one in _files_of(ledger or DEFAULT_LEDGER)):
        raise CohortError("would be written over, and it is the ledger's", path=path, help="name another file")
    is_input = any(_are_same(path, one) for one in inputs if one is not None)
    if is_input or (path.exists() and path.name.endswith((".db", ".db.key", ".db-wal", ".db-shm"))):
        problem = "would be written over, and it is something that this command reads"
        raise CohortError(problem, path=path, help="name another file")


def _files_of(ledger: Path) -> Iterator[Path]:
    """The ledger, its key and what SQLite keeps beside it: beside the file itself, where the ledger is a symbolic link to it."""
    if ledger.is_dir():  # which is refused when it is opened
        return
    for one in (ledger, Path(os.path.realpath(ledger))):
        yield key_path(one)
        for suffix in ("", "-wal", "-shm", "-journal"):
            yield one.with_name(one.name + suffix)


def _are_same(path: Path, other: Path) -> bool:
    """Whether two names are of one file, or would be."""
    if os.path.realpath(path) == os.path.realpath(other):
        return True
    try:
        return path.samefile(other)
    except OSError:  # one of them is not there
        return False


def write(items: Iterable[SurveyedRow], out: Path | None, *, as_json: bool = False) -> None:
    """All rows in the order of the file; standard output without `out`. JSON Lines if asked for, or if the file's name says so."""
    form = _json_lines if as_json or (out is not None and is_json_lines(out)) else _csv
    if out is None:
        form(items, sys.stdout)
        return
    with replacing(out) as file:
        form(items, file)


def _csv(items: Iterable[SurveyedRow], file: TextIO) -> None:
    writer = csv.writer(file)
    writer.writerow(FIELDS)
    for item in items:
        writer.writerow([cell(value) for value in _values(item)])


def _json_lines(items: Iterable[SurveyedRow], file: TextIO) -> None:
    for item in items:
        file.write(json.dumps(dict(zip(FIELDS, _values(item), strict=True)), ensure_ascii=False) + "\n")


def _values(item: SurveyedRow) -> list[Any]:
    kept = item.kept
    return [
        item.line,
        item.reference,
        item.standing.value,
        kept.status if kept else None,
        (kept.id or None) if kept else None,
        kept.batch_id if kept else None,
        kept.url if kept else None,
        kept.issued_at.isoformat() if kept and kept.issued_at else None,
        kept.delivery if kept else None,
        item.reason or None,
    ]


def cell(value: object) -> str:
    """A cell that no spreadsheet runs."""
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in "=+-@\t\r" and text else text


@contextmanager
def _private_csv(path: Path, *header: str) -> Iterator[Callable[[Iterable[object]], None]]:
    """A new CSV that its owner alone can read; gives what writes a row at once."""
    with growing(path) as file:
        writer = csv.writer(file)
        writer.writerow(header)

        def write_row(values: Iterable[object]) -> None:
            writer.writerow([cell(value) for value in values])
            file.flush()

        yield write_row


@contextmanager
def problem_file(path: Path | None) -> Iterator[Callable[[SurveyedRow], None]]:
    """Where rows that are held back are written, with line, reference, standing and reason; nowhere without `path`."""
    if path is None:
        yield lambda item: None
        return
    with _private_csv(path, "line", "reference", "standing", "reason") as write_row:
        yield lambda item: write_row((item.line, item.reference, item.standing.value, item.reason))


@contextmanager
def rejected_file(path: Path | None) -> Iterator[Callable[[Round], None]]:
    """Where rows that the vendor rejected are written, with its words, without what was sent of people; nowhere without `path`."""
    if path is None:
        yield lambda part: None
        return
    with _private_csv(path, "line", "reference", "code", "reason", "said") as write_row:

        def write_rejected(part: Round) -> None:
            rejected = [(item, one.reason) for item, one in part.done if isinstance(one, Rejected)]
            mask = Mask(item.request for item, _ in part.done if item.request is not None) if rejected else str
            for item, reason in rejected:
                write_row((item.line, item.reference, reason.code, reason.message, mask(reason.detail or "")))

        yield write_rejected
