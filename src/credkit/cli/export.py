"""What became of each row, as CSV or JSON Lines; and the rows that a plan holds back, or that the vendor rejects.

Cells that a spreadsheet would take for a formula begin with an apostrophe. Offers are not written: who has one can claim the credential.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from ..cohort.errors import CohortError
from ..cohort.files import replacing
from ..cohort.job import Round
from ..cohort.masking import Mask
from ..cohort.rows import is_json_lines
from ..cohort.survey import SurveyedRow
from ..results import Rejected

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


def check_output(path: Path | None, *inputs: Path | None) -> None:
    """Refuse a folder, and to write over something that is read, or over the ledger and its key."""
    if path is None:
        return
    if path.is_dir():
        raise CohortError("cannot be written: it is a folder", path=path, help="name a file")
    taken = {one.resolve() for one in inputs if one is not None}
    if path.resolve() in taken or (path.exists() and path.name.endswith((".db", ".db.key", ".db-wal", ".db-shm"))):
        raise CohortError("would be written over, and it is something that this command reads", path=path)


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
    with path.open("w", encoding="utf-8", newline="") as file:
        path.chmod(0o600)
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
