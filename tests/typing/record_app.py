"""Issue, read back, handle errors: what an application of Record does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, assert_type

import credkit
from credkit.runtime import RawResponse
from credkit_record import AsyncRecord, Record, errors, models
from credkit_record.testing import RecordStub


def builds_models_by_python_names() -> models.IssueCredentialsRequest:
    alice = models.RecipientInput(name="Alice Johnson", email="alice@example.com")
    return models.IssueCredentialsRequest(program_id="prog_1", batch_name="May", recipients=[alice])


def issues(record: Record) -> None:
    batch = record.credentials.issue(
        program_id="prog_1",
        batch_name="May",
        recipients=(models.RecipientInput(name="Alice", email="alice@example.com"),),
        options={"timeout": 5.0},
    )
    assert_type(batch, models.CredentialBatch)
    assert_type(batch.recipients[0].credential_url, str)
    assert_type(record.credentials.get(batch.batch_id), models.CredentialBatch)
    assert_type(record.credentials.list(), list[models.CredentialBatchSummary])
    for program in record.programs.list():
        assert_type(program.description, str | None)


async def issues_async(token: str) -> list[models.CredentialBatchSummary]:
    async with AsyncRecord(token=token, timeout=10) as record:
        raw = await record.credentials.with_raw_response.get("batch_1")
        assert_type(raw, RawResponse[models.CredentialBatch])
        return await record.credentials.list()


def reads_the_raw_answer(record: Record) -> str:
    raw = record.credentials.with_raw_response.get("batch_1")
    assert_type(raw, RawResponse[models.CredentialBatch])
    assert_type(raw.status, int)
    return raw.parsed.batch_name


def handles_errors(record: Record) -> str:
    try:
        record.credentials.get("batch_1")
    except errors.NotFoundError as error:
        return error.code or "no code"
    except credkit.RateLimitedError as error:
        return f"again at {error.retry_at}"
    except credkit.OutcomeUnknown as error:
        return f"{error.operation} may have happened"
    except credkit.ApiError:
        return "something else"
    return "found"


def compares_an_open_enum(batch: models.CredentialBatch) -> bool:
    known = batch.mode == "live"
    unheard_of = batch.mode == "staging"
    return known or unheard_of


def tests_an_application() -> None:
    stub = RecordStub()
    stub.credentials.issue.fails(404, code="NOT_FOUND")
    issues(stub.client)
    assert_type(stub.credentials.issue.calls[0].arguments, Mapping[str, Any])


def is_refused_by_the_checker(record: Record) -> None:
    record.credentials.issue(program_id="prog_1", batch_name="May")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    record.credentials.get(batch_id=7)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    models.RecipientInput(name="Alice")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    record.credentials.list(options={"time_out": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Record(tokn="sk_test_1")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
