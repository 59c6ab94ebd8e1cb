"""A request as a handler sees it, and the log that keeps it."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar

import pydantic_core
from pydantic import ValidationError

from ..runtime.models import Model
from ..runtime.operation import Operation
from ..runtime.testing.received import Received, StubPart, form_members, parts_of, query_pairs
from .answers import Key, Problem, Unreadable

M = TypeVar("M", bound=Model)
_KEPT = 1000


@dataclass
class Call:
    """One request for an operation.

    Attributes:
        path: what stands at the placeholders of the path, decoded, by wire name.
        key: the credential that was accepted; None where the operation needs none.
    """

    operation: Operation[Any]
    received: Received = field(repr=False)
    path: Mapping[str, str] = field(repr=False)
    key: Key | None = None

    @cached_property
    def organisation(self) -> str:
        """Whose data the caller reaches."""
        assert self.key is not None
        assert self.key.organisation is not None
        return self.key.organisation

    @cached_property
    def json(self) -> Any:
        """The body as plain JSON; raises ValueError when it is none."""
        return pydantic_core.from_json(self.received.content, allow_inf_nan=False)

    def body(self, model: type[M]) -> M:
        """The body as a generated model. Raises Unreadable."""
        return read(model, self.received.content)

    @cached_property
    def form(self) -> dict[str, str]:
        """The members of a form body, the last of each name."""
        return {name: values[-1] for name, values in form_members(self.received.content).items()}

    @cached_property
    def all_parts(self) -> list[StubPart]:
        """The parts of a multipart body; raises ValueError when it cannot be read."""
        parts = parts_of(self.received)
        if parts is None:
            raise ValueError("the body is not multipart that can be read")
        return parts

    @property
    def parts(self) -> dict[str, StubPart]:
        """The parts of a multipart body by name; raises ValueError when it cannot be read."""
        return {part.name: part for part in self.all_parts}

    @cached_property
    def queries(self) -> dict[str, list[str]]:
        """Query parameters by wire name, each value that came."""
        found: dict[str, list[str]] = {}
        for name, value in query_pairs(self.received.target):
            found.setdefault(name, []).append(value)
        return found

    def query(self, name: str) -> str | None:
        """The last value of a query parameter."""
        values = self.queries.get(name)
        return values[-1] if values else None

    def header(self, name: str) -> str | None:
        return self.received.headers.get(name)


def read(model: type[M], content: bytes) -> M:
    """JSON as a generated model. Raises Unreadable."""
    try:
        return model.from_json(content)
    except ValidationError as error:
        found = [
            Problem("body", "".join(f"/{part}" for part in one["loc"]), one["msg"])
            for one in error.errors(include_url=False, include_input=False, include_context=False)
        ]
    raise Unreadable(found)


@dataclass(frozen=True, slots=True)
class LogEntry:
    """A request that came. Credentials are in it by name only; bodies of requests for tokens are left out.

    Attributes:
        status: what was answered; None when the connection was broken instead.
        key: name of the credential, "" without one.
        note: why it was refused, or which fault struck.
        content: the request's body.
    """

    at: datetime
    operation: str
    method: str
    path: str
    status: int | None
    key: str
    note: str
    content: bytes = field(repr=False)

    @property
    def json(self) -> Any:
        return pydantic_core.from_json(self.content)


class Log:
    """The last thousand requests."""

    def __init__(self) -> None:
        self._entries: deque[LogEntry] = deque(maxlen=_KEPT)

    def add(self, entry: LogEntry) -> None:
        self._entries.append(entry)

    def clear(self) -> None:
        self._entries.clear()

    def __iter__(self) -> Any:
        return iter(tuple(self._entries))

    def __len__(self) -> int:
        return len(self._entries)

    def __getitem__(self, index: int) -> LogEntry:
        return self._entries[index]

    def of(self, operation: str | Operation[Any]) -> list[LogEntry]:
        """The requests for one operation."""
        wanted = operation if isinstance(operation, str) else operation.id
        return [entry for entry in self._entries if entry.operation == wanted]
