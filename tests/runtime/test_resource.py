"""Raw twins: the same methods, with the whole answer."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable

from credkit.runtime import RawResponse

from .vendor import AsyncCredentials, AsyncCredentialsRaw, Batch, Credentials, CredentialsRaw, SampleStub


def test_a_raw_method_gives_the_answer_with_everything_that_came_with_it() -> None:
    stub = SampleStub()
    raw: RawResponse[Batch] = stub.client.credentials.with_raw_response.get("batch_1")
    assert raw.status == 200
    assert raw.headers["Content-Type"] == "application/json"
    assert raw.parsed == stub.client.credentials.get("batch_1")
    assert b'"batchId":"batch_1"' in raw.content
    assert (raw.attempts, raw.drift) == (1, ())


def test_the_plain_methods_stay_plain_beside_the_raw_ones() -> None:
    credentials = SampleStub().client.credentials
    assert isinstance(credentials.with_raw_response.get("a"), RawResponse)
    assert isinstance(credentials.get("a"), Batch)
    assert credentials.with_raw_response is credentials.with_raw_response


def test_the_async_twin() -> None:
    async def main() -> None:
        async with SampleStub().async_client as client:
            raw: RawResponse[Batch] = await client.credentials.with_raw_response.get(batch_id="a")
            assert raw.parsed.batch_id == "batch_1"
            assert isinstance(await client.credentials.get("a"), Batch)

    asyncio.run(main())


def test_raw_methods_keep_signature_name_and_docstring() -> None:
    twins: list[tuple[Callable[..., object], Callable[..., object]]] = [
        (CredentialsRaw.get, Credentials.get),
        (AsyncCredentialsRaw.get, AsyncCredentials.get),
    ]
    for raw, plain in twins:
        assert inspect.signature(raw) == inspect.signature(plain)
        assert (raw.__name__, raw.__doc__) == (plain.__name__, plain.__doc__)
    assert inspect.iscoroutinefunction(AsyncCredentialsRaw.get)
    assert not inspect.iscoroutinefunction(CredentialsRaw.get)
