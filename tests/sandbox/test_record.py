from __future__ import annotations

import asyncio

import pytest

from credkit import sandbox
from credkit.sandbox.vendors.record import RecordSimulator
from credkit_record import Record, errors, models

PROGRAM = "prog_1779172339924_j3pr93"
ALICE = models.RecipientInput(name="Alice Johnson", email="alice@example.com")


@pytest.fixture
def vendor() -> RecordSimulator:
    return sandbox.record()


def test_what_is_issued_can_be_read_and_listed(vendor: RecordSimulator) -> None:
    batch = vendor.client.credentials.issue(program_id=PROGRAM, batch_name="May", recipients=[ALICE])
    assert batch.mode == "test"
    assert batch.recipients[0].name == "Alice Johnson"
    assert vendor.client.credentials.get(batch.batch_id) == batch
    listed = {one.batch_id: one for one in vendor.client.credentials.list()}
    assert listed[batch.batch_id].recipient_count == 1
    assert not hasattr(listed[batch.batch_id], "recipients")


def test_a_repeated_call_issues_again(vendor: RecordSimulator) -> None:
    first, second = (
        vendor.client.credentials.issue(program_id=PROGRAM, batch_name="May", recipients=[ALICE]) for _ in range(2)
    )
    assert first.batch_id != second.batch_id


def test_async_clients_come_to_the_same_state(vendor: RecordSimulator) -> None:
    async def issue() -> str:
        batch = await vendor.async_client.credentials.issue(program_id=PROGRAM, batch_name="May", recipients=[ALICE])
        return batch.batch_id

    assert vendor.client.credentials.get(asyncio.run(issue())).batch_name == "May"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 400, "MISSING_PROGRAM_ID"),
        ({"programId": PROGRAM}, 400, "MISSING_BATCH_NAME"),
        ({"programId": PROGRAM, "batchName": "May"}, 400, "MISSING_RECIPIENTS"),
        ({"programId": PROGRAM, "batchName": "May", "recipients": []}, 400, "MISSING_RECIPIENTS"),
        (
            {"programId": "prog_other", "batchName": "May", "recipients": [{"name": "A", "email": "a@b.c"}]},
            404,
            "NOT_FOUND",
        ),
    ],
)
@pytest.mark.parametrize("strict", [True, False])
def test_documented_codes(body: dict[str, object], status: int, code: str, strict: bool) -> None:
    from credkit.sandbox.testing import send

    vendor = sandbox.record(strict=strict)
    answer = send(vendor, "POST", "/api/external/issuance/credentials", json=body)
    assert (answer.status, answer.json["code"]) == (status, code)
    assert len(vendor.client.credentials.list()) == 1


def test_the_key_decides_organisation_and_environment(vendor: RecordSimulator) -> None:
    batch = vendor.client.credentials.issue(program_id=PROGRAM, batch_name="May", recipients=[ALICE])
    for key in ("sk_live_sandbox", "sk_test_other"):
        with pytest.raises(errors.NotFoundError) as caught:
            Record(token=key, transport=vendor, allow_live=True).credentials.get(batch.batch_id)
        assert caught.value.code == "NOT_FOUND"
    assert {one.mode for one in Record(token="sk_live_sandbox", transport=vendor, allow_live=True).programs.list()} == {
        "live"
    }


def test_keys_that_are_not_good(vendor: RecordSimulator) -> None:
    with pytest.raises(errors.AuthenticationError) as unknown:
        Record(token="sk_test_unknown", transport=vendor).programs.list()
    assert unknown.value.code == "UNAUTHORIZED"
    with pytest.raises(errors.PermissionDeniedError) as nobody:
        Record(token="sk_test_nobody", transport=vendor).programs.list()
    assert nobody.value.code == "FORBIDDEN"


def test_the_key_may_come_in_either_header(vendor: RecordSimulator) -> None:
    assert Record(api_key=vendor.key, transport=vendor).programs.list() == vendor.client.programs.list()


def test_there_is_no_such_programme(vendor: RecordSimulator) -> None:
    assert vendor.client.programs.get(PROGRAM).name == "MongoDB"
    with pytest.raises(errors.NotFoundError):
        vendor.client.programs.get("prog_none")
