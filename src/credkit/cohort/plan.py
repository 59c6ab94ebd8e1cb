"""What applying a cohort would do, worked out without sending anything, and kept in a file without people.

A plan file holds the digest of the cohort's file, its columns' meanings, the vendor, account and template, and counts. `apply` reads it, so
that what is sent is what somebody looked at: another file, another column or another API key is refused.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from ..model import Channel
from ..runtime.operation import Operation
from .columns import check_field
from .errors import CohortError
from .files import write_whole
from .survey import Standing, SurveyedRow

VERSION = 1
_TEXTS = (
    "name",
    "vendor",
    "account",
    "ledger",
    "template",
    "template_id",
    "template_digest",
    "label",
    "source",
    "digest",
)
SUFFIX = ".plan.json"
AT_ONCE = 4000
"""Rows in memory at the same time, at most."""
SECONDS_A_SEND = 0.5
"""What one request is taken to need where no vendor says; only the estimate of the time rests on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A cohort that can be applied.

    Attributes:
        name: of the cohort, in the ledger.
        account: of the vendor, by its name in the ledger; `ledger` is that ledger's id.
        source: the cohort's file, relative to the plan's folder; `digest` is the SHA-256 of its bytes.
        template: as it was named; `template_id` is the vendor's id behind the name, `template_digest` all that the name stood for, so
            that another meaning of the name is noticed.
        columns: what each column of the file is.
        counts: rows by `Standing`.
        sends: requests that issue; `seconds`: how long they are expected to take.
        limits: rate limits that apply, in words.
        live: whether real credentials come out: None where the API key does not say.
    """

    name: str
    vendor: str
    account: str
    ledger: str
    template: str
    template_id: str
    template_digest: str
    label: str
    source: str
    digest: str
    columns: Mapping[str, str]
    expires: datetime | None = None
    deliver: str | None = None
    live: bool | None = None
    counts: Mapping[Standing, int] = field(default_factory=dict)
    sends: int = 0
    seconds: float = 0.0
    limits: tuple[str, ...] = ()

    @property
    def channel(self) -> Channel | None:
        """How the vendor is to hand the offers to their holders."""
        return None if self.deliver is None else Channel(self.deliver)

    @property
    def recipients(self) -> int:
        """Rows that would be sent."""
        return sum(count for standing, count in self.counts.items() if standing.sendable)


@dataclass(frozen=True, slots=True)
class Estimate:
    """How many requests, how long, and what slows them down."""

    sends: int
    seconds: float
    limits: tuple[str, ...]


def count(items: Iterable[SurveyedRow], problem: Callable[[SurveyedRow], None]) -> Counter[Standing]:
    """Rows by standing; `problem` is told of every row that would not be sent although it is not done."""
    counts: Counter[Standing] = Counter(dict.fromkeys(Standing, 0))
    for item in items:
        counts[item.standing] += 1
        if item.reason:
            problem(item)
    return counts


def rows_at_once(batch_size: int, concurrency: int) -> int:
    """How many rows one round takes: enough to keep every connection busy for a while."""
    return min(AT_ONCE, batch_size * concurrency * 2)


def estimate(recipients: int, *, batch_size: int, concurrency: int, operations: Sequence[Operation[Any]]) -> Estimate:
    """How long it takes to issue to so many: half a second a request, and a wait for the vendor's documented limits once a round at most, as
    what they have held up then goes out together."""
    sends = math.ceil(recipients / batch_size)
    rounds = math.ceil(recipients / rows_at_once(batch_size, concurrency))
    seconds = sends * SECONDS_A_SEND / min(concurrency, max(sends, 1))
    limits = []
    for operation in operations:
        limit = operation.rate_limit
        if limit is not None:
            seconds = max(seconds, min(rounds, max(0, math.ceil(sends / limit.calls) - 1)) * limit.per)
            limits.append(f"{operation.id}: {limit.calls} in {limit.per:g} s")
    return Estimate(sends, seconds, tuple(limits))


def plan_path(source: Path) -> Path:
    """Where the plan of a cohort's file is written.

    Raises:
        CohortError: it is a folder, which may have no name of its own (`.`, `/`).
    """
    if source.is_dir():
        raise CohortError("cannot be read: it is a folder", path=source, help="name the cohort's file, or its plan")
    return source.with_name(source.name + SUFFIX)


def save_plan(path: Path, plan: Plan) -> None:
    """Write the plan as JSON, whole or not at all."""
    values = asdict(plan) | {"version": VERSION, "expires": plan.expires.isoformat() if plan.expires else None}
    write_whole(path, json.dumps(values, indent=2, ensure_ascii=False) + "\n")


def load_plan(path: Path) -> Plan:
    """Read a plan.

    Raises:
        CohortError: there is none, or it is not one that this version writes.
    """
    try:
        values = json.loads(path.read_text("utf-8"))
        if not isinstance(values, dict) or values.pop("version", None) != VERSION:
            raise ValueError
        return _plan(values)
    except OSError as error:
        raise CohortError(f"cannot be read: {error.strerror}", path=path, help="make it with `credkit plan`") from None
    except (ValueError, TypeError, KeyError, RecursionError):
        raise CohortError(
            f"expected a plan of version {VERSION}", path=path, help="make it again with `credkit plan`"
        ) from None


def _plan(values: dict[str, Any]) -> Plan:
    if set(values) != {one.name for one in fields(Plan)}:
        raise ValueError
    if not isinstance(values["columns"], dict) or not isinstance(values["counts"], dict):
        raise TypeError
    for column, meaning in values["columns"].items():
        check_field(meaning, column)
    values["counts"] = {Standing(standing): int(number) for standing, number in values["counts"].items()}
    values["expires"] = None if values["expires"] is None else datetime.fromisoformat(values["expires"])
    values["limits"] = tuple(values["limits"])
    for name in _TEXTS:
        if not isinstance(values[name], str):
            raise TypeError
    return Plan(**values)
