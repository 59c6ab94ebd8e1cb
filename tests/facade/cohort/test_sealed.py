"""A file that is changed while it is read: no row is given that it did not hold when it was looked at, however it is changed."""

from __future__ import annotations

import hashlib
import os
import tracemalloc
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import pytest

from credkit.cohort import sealed
from credkit.cohort.errors import CohortError
from credkit.cohort.rows import Row, read_rows
from credkit.cohort.sealed import open_sealed, seal

BLOCK = 256
ROWS = 1000
PLANNED = "name\n" + "".join(f"Planned Person {at:04d}\n" for at in range(ROWS))
STRANGE = PLANNED.replace("Planned", "Strange")


def at_once(path: Path, text: str) -> None:
    """As editors save: another file takes its place."""
    beside = path.with_name("beside")
    beside.write_text(text)
    os.replace(beside, path)


def in_place(path: Path, text: str) -> None:
    with path.open("r+") as file:
        file.write(text)


def at_the_end(path: Path, text: str) -> None:
    with path.open("a") as file:
        file.write(text)


def shorter(path: Path, size: int) -> None:
    os.truncate(path, size)


CHANGES: dict[str, Callable[[Path], None]] = {
    "replaced": lambda path: at_once(path, STRANGE),
    "other columns": lambda path: at_once(path, STRANGE.replace("name", "email")),
    "other separator": lambda path: at_once(path, STRANGE.replace("name", "a;b;c")),
    "in place": lambda path: in_place(path, STRANGE),
    "a letter": lambda path: in_place(path, PLANNED[:-3] + "X"),
    "a row more": lambda path: at_the_end(path, "Strange Person\n"),
    "a letter more": lambda path: at_the_end(path, "X"),
    "cut in a row": lambda path: shorter(path, len(PLANNED) - 4),
    "cut between rows": lambda path: shorter(path, PLANNED.index("Planned Person 0050")),
    "cut between blocks": lambda path: shorter(path, BLOCK * 4),
    "empty": lambda path: shorter(path, 0),
}
REPLACING = [CHANGES[one] for one in ("replaced", "other columns", "other separator")]


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sealed, "BLOCK", BLOCK)
    found = tmp_path / "cohort.csv"
    found.write_text(PLANNED)
    return found


def names(rows: Iterator[object], into: list[str]) -> list[str]:
    for row in rows:
        assert isinstance(row, Row)
        into += row.cells.values()
    return into


@pytest.mark.parametrize("read_before", [0, 1, 50])
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_no_row_is_given_that_was_not_there(path: Path, change: Callable[[Path], None], read_before: int) -> None:
    expected = names(read_rows(path), [])
    rows = read_rows(path, sealed=seal(path))
    found = names(islice(rows, read_before), [])
    change(path)
    if read_before and change in REPLACING:  # the file that is open is the one that was looked at
        assert names(rows, found) == expected
        return
    with pytest.raises(CohortError, match="was changed while it was read; no row was dealt with that was not planned"):
        names(rows, found)
    assert len(found) < ROWS
    assert found == expected[: len(found)]


@pytest.mark.parametrize("size", [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK])
def test_a_file_of_any_size_is_read_whole(path: Path, size: int) -> None:
    content = os.urandom(size)
    path.write_bytes(content)
    found = seal(path)
    assert found.digest == hashlib.sha256(content).hexdigest()
    with open_sealed(path, found) as file:
        assert file.read() == content
        assert file.read() == b""
    with open_sealed(path, found) as file:
        assert b"".join(iter(lambda: file.read(7), b"")) == content
    path.write_bytes(content + b"x")
    with open_sealed(path, found) as file, pytest.raises(CohortError, match="was changed"):
        file.read()


def test_a_row_that_begins_before_the_change_is_not_given(path: Path) -> None:
    """Its quotes hold lines of both blocks."""
    path.write_text('name\n"Planned' + "\n" * BLOCK + ' Person"\n')
    rows = read_rows(path, sealed=seal(path))
    in_place(path, path.read_text().replace(" Person", " Strange"))
    with pytest.raises(CohortError, match="was changed"):
        next(rows)


def test_a_large_file_takes_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "cohort.csv"
    with path.open("w") as file:
        file.write("name\n")
        file.writelines(f"{'Planned Person' * 80} {at}\n" for at in range(10_000))
    tracemalloc.start()
    found = seal(path)
    assert sum(1 for _ in read_rows(path, sealed=found)) == 10_000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert path.stat().st_size > 10_000_000
    assert peak < 3_000_000
