"""A small vendor as the generator would print it: every kind of operation that these tests need, and its stub."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from typing import Annotated, Any, Literal, Unpack
from uuid import UUID

from pydantic import ConfigDict, Field
from pydantic.alias_generators import to_camel

from credkit.runtime import (
    UNSET,
    Api,
    ApiKey,
    AsyncClient,
    AsyncRawResource,
    AsyncResource,
    Bearer,
    Body,
    CallOptions,
    Client,
    ClientOptions,
    Content,
    FileInput,
    OAuth2,
    Operation,
    Parameter,
    Part,
    RawResource,
    Resource,
    Retry,
    Server,
    Stream,
    Unset,
    async_raw,
    raw,
)
from credkit.runtime.models import Model, Omittable, OneOf, OtherStr, Secret
from credkit.runtime.testing import Examples, OperationStub, ResourceStub, StubClient

Mode = Literal["live", "test"] | OtherStr


class _Model(Model):
    model_config = ConfigDict(alias_generator=to_camel)


class Recipient(_Model):
    name: str
    email: Annotated[str, Secret]
    recipient_id: Omittable[str] = None


class Card(_Model):
    kind: Literal["card"]
    number: str


class Account(_Model):
    kind: Literal["account"]
    iban: str


class Batch(_Model):
    batch_id: str
    batch_name: str
    mode: Mode
    recipients: list[Recipient]
    issued_at: datetime
    description: Omittable[str] = None
    note: str | None = None
    payment: Omittable[OneOf[Annotated[Card | Account, Field(discriminator="kind")]]] = None
    labels: Omittable[dict[str, int]] = None
    request_id: Annotated[Omittable[UUID], Field(alias="X-Request")] = None


class BatchResponse(_Model):
    success: bool
    data: Batch


class IssueRequest(_Model):
    program_id: str
    batch_name: str
    recipients: Annotated[list[Recipient], Field(min_length=1)]
    note: str | None = None


class Problem(_Model):
    error: dict[str, Any]


class Upload(_Model):
    image: bytes
    title: Omittable[str] = None


class Line(_Model):
    index: int


_ERRORS = {"404": (Content("application/json", lambda: Problem),)}
_SECURITY = (("bearerAuth",), ("apiKeyAuth",))

ISSUE: Operation[Batch] = Operation(
    id="issue",
    method="POST",
    path="/credentials",
    body=Body("application/json", lambda: IssueRequest),
    responses={"200": (Content("application/json", lambda: BatchResponse),), **_ERRORS},
    unwrap="data",
    security=_SECURITY,
)
GET: Operation[Batch] = Operation(
    id="get",
    method="GET",
    path="/credentials/{batchId}",
    parameters=(Parameter("batch_id", "batchId", "path", required=True),),
    responses={"200": (Content("application/json", lambda: BatchResponse),), **_ERRORS},
    unwrap="data",
    security=_SECURITY,
    retry=Retry.SAFE,
)
SEARCH: Operation[list[Batch]] = Operation(
    id="search",
    method="GET",
    path="/credentials",
    parameters=(
        Parameter("mode", "filter.mode", "query"),
        Parameter("text", "q", "query", required=True),
        Parameter("trace", "X-Trace", "header"),
    ),
    responses={"200": (Content("application/json", lambda: list[Batch]),)},
    security=_SECURITY,
    retry=Retry.SAFE,
)
UPLOAD: Operation[None] = Operation(
    id="upload",
    method="POST",
    path="/images",
    body=Body(
        "multipart/form-data",
        lambda: Upload,
        parts=(Part("image", ("image/png", "image/jpeg"), max_bytes=1000, file=True),),
    ),
    responses={"201": ()},
    security=_SECURITY,
)
DELETE: Operation[None] = Operation(
    id="delete",
    method="DELETE",
    path="/credentials/{batchId}",
    parameters=(Parameter("batch_id", "batchId", "path", required=True),),
    responses={"204": (), "default": (Content("application/json", lambda: Problem),)},
    security=_SECURITY,
    retry=Retry.TARGET_STATE,
)
EXPORT: Operation[Line] = Operation(
    id="export",
    method="GET",
    path="/export",
    responses={"200": (Content("application/jsonl", lambda: Line),)},
    security=(),
    retry=Retry.SAFE,
)

API = Api(
    name="sample",
    title="Sample vendor",
    servers=(Server("https://api.sample.test/v1"),),
    schemes={"bearerAuth": Bearer(), "apiKeyAuth": ApiKey("X-Api-Key", "header"), "oauth": OAuth2("/oauth/token")},
    error_code=("/code", "/error/code"),
    error_message=("/message", "/error/message"),
)


class Credentials(Resource):
    """Batches of credentials."""

    @cached_property
    def with_raw_response(self) -> CredentialsRaw:
        return CredentialsRaw(self)

    def issue(
        self,
        *,
        program_id: str,
        batch_name: str,
        recipients: Sequence[Recipient],
        note: str | Unset | None = UNSET,
        options: CallOptions | None = None,
    ) -> Batch:
        """Issue a batch."""
        body = {"programId": program_id, "batchName": batch_name, "recipients": recipients, "note": note}
        return self._call(ISSUE, body=body, options=options)

    def get(self, batch_id: str, *, options: CallOptions | None = None) -> Batch:
        """Read a batch."""
        return self._call(GET, {"batch_id": batch_id}, options=options)

    def search(
        self, *, text: str, mode: Mode | Unset = UNSET, trace: str | Unset = UNSET, options: CallOptions | None = None
    ) -> list[Batch]:
        return self._call(SEARCH, {"text": text, "mode": mode, "trace": trace}, options=options)

    def upload(self, *, image: FileInput, title: str | Unset = UNSET, options: CallOptions | None = None) -> None:
        self._call(UPLOAD, body={"image": image, "title": title}, options=options)

    def delete(self, batch_id: str, *, options: CallOptions | None = None) -> None:
        self._call(DELETE, {"batch_id": batch_id}, options=options)

    def export(self, *, options: CallOptions | None = None) -> Stream[Line]:
        return self._stream(EXPORT, options=options)


class AsyncCredentials(AsyncResource):
    """Batches of credentials."""

    @cached_property
    def with_raw_response(self) -> AsyncCredentialsRaw:
        return AsyncCredentialsRaw(self)

    async def get(self, batch_id: str, *, options: CallOptions | None = None) -> Batch:
        """Async twin of `Credentials.get`."""
        return await self._call(GET, {"batch_id": batch_id}, options=options)


class CredentialsRaw(RawResource[Credentials]):
    issue = raw(Credentials.issue)
    get = raw(Credentials.get)


class AsyncCredentialsRaw(AsyncRawResource[AsyncCredentials]):
    get = async_raw(AsyncCredentials.get)


class Sample(Client):
    def __init__(
        self,
        *,
        token: str | None = None,
        api_key: str | None = None,
        base_url: str | None = None,
        **options: Unpack[ClientOptions],
    ) -> None:
        super().__init__(API, {"bearerAuth": token, "apiKeyAuth": api_key}, base_url=base_url, **options)

    @cached_property
    def credentials(self) -> Credentials:
        return Credentials(self)


class AsyncSample(AsyncClient):
    def __init__(
        self,
        *,
        token: str | None = None,
        api_key: str | None = None,
        base_url: str | None = None,
        **options: Unpack[ClientOptions],
    ) -> None:
        super().__init__(API, {"bearerAuth": token, "apiKeyAuth": api_key}, base_url=base_url, **options)

    @cached_property
    def credentials(self) -> AsyncCredentials:
        return AsyncCredentials(self)


BATCH = {
    "batchId": "batch_1",
    "batchName": "May 2025 Cohort",
    "mode": "test",
    "recipients": [{"recipientId": "rec_1", "name": "Alice Johnson", "email": "alice@example.com"}],
    "issuedAt": "2025-05-21T08:09:41.048Z",
}
COHORT = {
    "programId": "prog_1",
    "batchName": "May 2025 Cohort",
    "recipients": [{"name": "Alice Johnson", "email": "alice@example.com"}],
}
EXAMPLES = Examples(
    {
        "issue": {
            "request": {"cohort": {"arguments": {}, "body": COHORT}},
            "responses": {
                "200": {
                    "media_type": "application/json",
                    "examples": {
                        "other": {"success": True, "data": {**BATCH, "batchId": "batch_other"}},
                        "cohort": {"success": True, "message": "issued", "data": BATCH},
                    },
                },
                "404": {"media_type": "application/json", "examples": {"none": {"error": {"code": "NOT_FOUND"}}}},
            },
        },
        "get": {
            "responses": {
                "200": {"media_type": "application/json", "examples": {"one": {"success": True, "data": BATCH}}}
            }
        },
        "search": {"responses": {"200": {"media_type": "application/json", "examples": {"one": [BATCH]}}}},
        "export": {
            "responses": {"200": {"media_type": "application/jsonl", "examples": {"two": '{"index":1}\n{"index":2}\n'}}}
        },
    }
)


class CredentialsStub(ResourceStub):
    @cached_property
    def issue(self) -> OperationStub[Batch]:
        return self._stub(ISSUE)

    @cached_property
    def get(self) -> OperationStub[Batch]:
        return self._stub(GET)

    @cached_property
    def search(self) -> OperationStub[list[Batch]]:
        return self._stub(SEARCH)

    @cached_property
    def upload(self) -> OperationStub[None]:
        return self._stub(UPLOAD)

    @cached_property
    def delete(self) -> OperationStub[None]:
        return self._stub(DELETE)

    @cached_property
    def export(self) -> OperationStub[Line]:
        return self._stub(EXPORT)


class SampleStub(StubClient[Sample, AsyncSample]):
    def __init__(self, **options: Any) -> None:
        super().__init__(API, Sample, AsyncSample, examples=EXAMPLES, credentials={"token": "stub"}, **options)

    @cached_property
    def credentials(self) -> CredentialsStub:
        return CredentialsStub(self)
