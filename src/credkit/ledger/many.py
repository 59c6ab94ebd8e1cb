"""Many rows with one statement.

The interpreter is let go of once, not once a row, so that what runs beside it (an event loop) does not wait for each row in turn. The
rows are a table of parameters in the statement, so there is nothing to encode and to take apart again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

_MOST = 1024
"""Rows in one statement. With a dozen columns that is within the 32,766 parameters that SQLite takes."""


def execute(
    connection: sqlite3.Connection, statement: str, shared: Sequence[Any], rows: Sequence[tuple[Any, ...]]
) -> Iterator[sqlite3.Cursor]:
    """Carry out a statement for rows, some at a time; nothing happens before the next cursor is asked for.

    Args:
        statement: `{rows}` in it stands for a table with the columns column1, column2, … It may hold rows of NULL only, which the
            statement has to pass over.
        shared: parameters ?1, ?2, … of the statement.
        rows: of the same length each.
    """
    for start in range(0, len(rows), _MOST):
        some = rows[start : start + _MOST]
        width, size = len(some[0]), 1 << (len(some) - 1).bit_length()
        padding = [None] * ((size - len(some)) * width)
        values = [*shared, *chain.from_iterable(some), *padding]
        yield connection.execute(_text(statement, len(shared), width, size), values)


def changed(
    connection: sqlite3.Connection, statement: str, shared: Sequence[Any], rows: Sequence[tuple[Any, ...]]
) -> int:
    """Carry out a statement for rows; returns how many it changed."""
    return sum(cursor.rowcount for cursor in execute(connection, statement, shared, rows))


@lru_cache(maxsize=64)
def _text(statement: str, shared: int, width: int, size: int) -> str:
    """A statement for so many rows. Sizes are powers of two, so that few statements are ever prepared."""
    numbers = iter(range(shared + 1, shared + 1 + width * size))
    rows = (",".join(f"?{next(numbers)}" for _ in range(width)) for _ in range(size))
    return statement.format(rows="(VALUES (" + "),(".join(rows) + "))")
