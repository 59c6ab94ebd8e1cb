"""A plan is what was looked at, or it is refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from credkit.cohort.errors import CohortError
from credkit.cohort.plan import Plan, estimate, load_plan, save_plan
from credkit.cohort.survey import Standing
from credkit.runtime.operation import Operation, RateLimit

PLAN = Plan(
    name="may",
    vendor="record",
    account="record:test:default",
    ledger="0123456789ab",
    template="t",
    template_id="prog_t",
    template_digest="1" * 64,
    label="May",
    source="may.csv",
    digest="0" * 64,
    columns={"Mail": "email", "Campus": ""},
    expires=datetime(2027, 1, 1, tzinfo=UTC),
    counts=dict.fromkeys(Standing, 0) | {Standing.NEW: 3, Standing.AGAIN: 2, Standing.OPEN: 7},
    sends=1,
    seconds=0.5,
    limits=("share: 2 in 60 s",),
)


def test_a_plan_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "may.plan.json"
    save_plan(path, PLAN)
    assert load_plan(path) == PLAN
    assert PLAN.recipients == 5
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"source": 3},
        {"surplus": 1},
        {"counts": {"sent": 1}},
        {"columns": {"Mail": "adress"}},
        {"expires": "soon"},
        {"columns": ["Mail"]},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_plan_that_somebody_broke_is_refused(tmp_path: Path, change: dict[str, Any]) -> None:
    path = tmp_path / "may.plan.json"
    save_plan(path, PLAN)
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(CohortError):
        load_plan(path)


@pytest.mark.parametrize(
    "content", ["", "[]", "[" * 100_000, "\ud800".encode("utf-8", "surrogatepass").decode("latin-1")]
)
def test_what_is_no_plan_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "may.plan.json"
    path.write_text(content, "latin-1")
    with pytest.raises(CohortError, match="make it again"):
        load_plan(path)


def test_a_vendors_limit_decides_how_long_it_takes() -> None:
    free: Operation[None] = Operation(id="issue", method="POST", path="/issue")
    limited: Operation[None] = Operation(
        id="share", method="POST", path="/share", rate_limit=RateLimit(calls=2, per=60.0, scope="user")
    )
    quick = estimate(100, batch_size=10, concurrency=5, operations=[free])
    assert (quick.sends, quick.seconds, quick.limits) == (10, 1.0, ())
    slow = estimate(100, batch_size=10, concurrency=5, operations=[free, limited])
    assert (slow.sends, slow.seconds, slow.limits) == (10, 60.0, ("share: 2 in 60 s",)), "one round, one wait"
    assert estimate(1000, batch_size=10, concurrency=5, operations=[free, limited]).seconds == 600.0
    assert estimate(20, batch_size=10, concurrency=5, operations=[limited]).seconds == 0.5
    assert estimate(0, batch_size=10, concurrency=5, operations=[limited]).seconds == 0
