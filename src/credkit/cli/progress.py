"""How far a run is: a bar with rate and time left on a terminal, a line now and then elsewhere, JSON Lines for machines."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Protocol, TextIO


class Counts(Protocol):
    """What a run counts: `rows` that it has gone through, and what came of them."""

    @property
    def rows(self) -> int: ...
    def in_words(self) -> str: ...
    def as_json(self) -> Mapping[str, Any]: ...


class Progress(Protocol):
    """Told of the counts after every part; used in a `with` block around the run."""

    def show(self, counts: Counts) -> None: ...
    def __enter__(self) -> Progress: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def progress(total: int, *, json_lines: bool, stream: TextIO | None = None) -> Progress:
    """The form that suits where the output goes (standard error, so that results can be piped)."""
    where = sys.stderr if stream is None else stream
    if json_lines:
        return Lines(total, where, as_json=True)
    return Bar(total) if where.isatty() else Lines(total, where, as_json=False)


class Lines:
    """A line at most every `every` seconds, and one for where it ended."""

    def __init__(self, total: int, stream: TextIO, *, as_json: bool, every: float = 5.0) -> None:
        self._total, self._stream, self._as_json, self._every = total, stream, as_json, every
        self._begun = self._last = time.monotonic()
        self._unsaid: Counts | None = None

    def show(self, counts: Counts) -> None:
        self._unsaid = counts
        if time.monotonic() - self._last >= self._every:
            self._say(counts)

    def _say(self, counts: Counts) -> None:
        self._last, self._unsaid = time.monotonic(), None
        print(self._line(counts, self._last - self._begun), file=self._stream, flush=True)

    def _line(self, counts: Counts, seconds: float) -> str:
        rate = counts.rows / seconds if seconds else 0.0
        if self._as_json:
            return json.dumps({"progress": counts.as_json(), "total": self._total, "rows_per_second": round(rate, 1)})
        return f"{counts.rows:,} of {self._total:,} rows, {rate:,.0f} rows/s, {counts.in_words()}"

    def __enter__(self) -> Lines:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._unsaid is not None:
            self._say(self._unsaid)


class Bar:
    """A bar with rows, rate and time left."""

    def __init__(self, total: int) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Rich

        self._rich = Rich(
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            TextColumn("{task.fields[counts]}"),
            console=Console(stderr=True),
        )
        self._begun = time.monotonic()
        self._task = self._rich.add_task("", total=total, rate="", counts="")

    def show(self, counts: Counts) -> None:
        seconds = time.monotonic() - self._begun
        rate = f"{counts.rows / seconds:,.0f} rows/s" if seconds else ""
        self._rich.update(self._task, completed=counts.rows, rate=rate, counts=counts.in_words())

    def __enter__(self) -> Bar:
        self._rich.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._rich.__exit__(kind, error, trace)
