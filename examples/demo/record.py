"""Record: a cohort is issued and read back."""

from __future__ import annotations

from credkit_record import Record, errors, models
from credkit_record.testing import RecordStub

from .steps import Step

COHORT = [
    models.RecipientInput(name="Alice Johnson", email="alice@example.com"),
    models.RecipientInput(name="Bob Smith", email="bob@example.com"),
]


def play() -> list[Step]:
    """Issue, read back, and see a typed error."""
    stub = RecordStub()
    with stub.serve() as server, Record(token="sk_test_demo", base_url=server.base_url) as record:
        batch = record.credentials.issue(
            program_id="prog_1779172339924_j3pr93", batch_name="May 2025 Cohort", recipients=COHORT
        )
        same = record.credentials.get(batch.batch_id)
        refusal = refused(record, stub)
    return [
        Step(
            did=f"Issued “{batch.batch_name}” to {len(batch.recipients)} people",
            call="record.credentials.issue(program_id=…, batch_name=…, recipients=[…])",
            answer="\n".join(recipient.credential_url for recipient in batch.recipients),
        ),
        Step(
            did="Read the batch back" + ("; it is the same" if same == batch else "; it DIFFERS"),
            call=f"record.credentials.get({batch.batch_id!r})",
            answer=f"{same.status}, mode {same.mode}, {same.issued_at:%d %B %Y}",
        ),
        refusal,
    ]


def refused(record: Record, stub: RecordStub) -> Step:
    """A programme that does not exist: the vendor's code arrives as a typed error."""
    stub.credentials.issue.fails(404, code="NOT_FOUND")
    try:
        record.credentials.issue(program_id="prog_0", batch_name="Nobody", recipients=COHORT)
    except errors.NotFoundError as error:
        return Step(
            did="Was refused for an unknown programme",
            call="record.credentials.issue(program_id='prog_0', …)",
            answer=f"{type(error).__name__}: {error.status} {error.code}",
        )
    raise AssertionError("the stub did not refuse")
