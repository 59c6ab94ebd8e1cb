"""`list_all`, a method that is made of `list`: the same arguments, every item of every page."""

from __future__ import annotations

import inspect
from typing import Any

import anyio
import pytest

from credkit.runtime import AsyncPager, Pager
from credkit_nchain.credential_offer_collections import AsyncCredentialOfferCollections, CredentialOfferCollections
from credkit_nchain.testing import NChainStub


def page(number: int) -> dict[str, object]:
    """The second of two pages is shorter than the first and names no next one, so it is the last."""
    rows = [{"id": f"00000000-0000-0000-0000-00000000000{n}", "name": "May"} for n in range(2 if number == 1 else 1)]
    return {"data": [row | {"createdAt": "2025-07-07T16:17:05.326Z", "createdBy": row["id"]} for row in rows]} | (
        {"links": {"next": "/private/credential-offer-collections?page=2"}} if number == 1 else {}
    )


@pytest.fixture
def stub() -> NChainStub:
    made = NChainStub()
    made.credential_offer_collections.list.returns(page(1), page(2))
    return made


def test_it_takes_the_arguments_of_one_page_and_asks_for_all(stub: NChainStub) -> None:
    pager = stub.client.credential_offer_collections.list_all(limit=2)
    assert isinstance(pager, Pager)
    assert len(list(pager)) == 3
    assert [call.query for call in stub.credential_offer_collections.list.calls] == [
        {"limit": ["2"]},
        {"page": ["2"], "limit": ["2"]},
    ]


def test_the_async_one_gives_a_pager_at_once(stub: NChainStub) -> None:
    async def run() -> int:
        pager = stub.async_client.credential_offer_collections.list_all(limit=2)
        assert isinstance(pager, AsyncPager)
        return len([item async for item in pager])

    assert anyio.run(run) == 3


@pytest.mark.parametrize("resource", [CredentialOfferCollections, AsyncCredentialOfferCollections])
def test_help_shows_signature_and_arguments(resource: Any) -> None:
    shown = list(inspect.signature(resource.list_all).parameters)
    assert shown == list(inspect.signature(resource.list).parameters)
    assert "Iterate over every item of `list`" in resource.list_all.__doc__
    assert "limit:" in resource.list_all.__doc__


def test_an_argument_that_list_does_not_take_is_refused(stub: NChainStub) -> None:
    with pytest.raises(TypeError, match="nope"):
        stub.client.credential_offer_collections.list_all(nope=1)  # type: ignore[call-arg]
