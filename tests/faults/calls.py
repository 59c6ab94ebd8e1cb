"""Clients of the test API, so that a test says only what differs."""

from __future__ import annotations

import asyncio
from typing import Any

from credkit.runtime.client import AsyncClient, Client

from .api import API, OPERATIONS, Credential, arguments
from .canary import API_KEY, CLIENT_SECRET
from .cells import Driver
from .faults import Kind

KEY: dict[str, object] = {"apiKey": API_KEY}
OAUTH: dict[str, object] = {"oauth": {"client_id": "client_1", "client_secret": CLIENT_SECRET}}


def call(
    driver: Driver, url: str, kind: Kind = Kind.UNSAFE, *, credentials: dict[str, object] = KEY, **options: Any
) -> Any:
    """One call by a fresh client; `options` are the client's."""
    if driver is Driver.SYNC:
        with Client(API, credentials, base_url=url, **options) as client:
            return client._call(OPERATIONS[kind], **arguments(kind))
    return asyncio.run(_call_async(url, kind, credentials, options))


async def _call_async(url: str, kind: Kind, credentials: dict[str, object], options: dict[str, Any]) -> Any:
    async with AsyncClient(API, credentials, base_url=url, **options) as client:
        return await client._call(OPERATIONS[kind], **arguments(kind))


def attempt(driver: Driver, url: str, kind: Kind = Kind.UNSAFE, **options: Any) -> Credential | Exception:
    """As `call`, with the error as the result."""
    try:
        value: Credential = call(driver, url, kind, **options)
    except Exception as error:
        return error
    return value
