"""Which columns are named where rows are held back: those without which they could be sent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from credkit import IssueRequest, Person
from credkit.adapters.nchain import NChainAdapter
from credkit.adapters.record import RecordAdapter
from credkit.cohort.columns import Columns
from credkit.cohort.faults import columns_at_fault

COLUMNS = Columns({"Name": "name", "Mail": "email", "Grade": "claims.grade", "Score": "claims.score", "End": "expires"})
ANN = Person("Ann", "ann@holder.example")
LATER = datetime.now(UTC) + timedelta(days=9)


@pytest.mark.parametrize(
    ("request_", "columns"),
    [
        (IssueRequest("prog_1", ANN, claims={"grade": "A"}), ("Grade", "Score")),
        (IssueRequest("prog_1", ANN, expires=LATER), ("End",)),
        (IssueRequest("prog_1", ANN), ()),
        (IssueRequest("prog_1", Person("Ann"), claims={"grade": "A"}), ()),
        (IssueRequest("prog_1", ANN, claims={"grade": "A"}, expires=LATER), ("Grade", "Score", "End")),
    ],
    ids=["claims", "expires", "nothing is wrong", "no address either", "two parts"],
)
def test_columns_without_which_a_row_could_be_sent(request_: IssueRequest, columns: tuple[str, ...]) -> None:
    assert columns_at_fault(request_, COLUMNS, RecordAdapter().check) == columns


def test_what_the_vendor_needs_set_up_is_no_columns_fault() -> None:
    assert columns_at_fault(IssueRequest("t", ANN, claims={"grade": "A"}), COLUMNS, NChainAdapter().check) == ()
