"""What somebody has seen at the vendor, through an issuer: written down with who and why, or refused, and never a second credential."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import credkit
from credkit import Issued, IssueRequest, Rejected, Unknown, sandbox
from credkit.adapters.protocol import BatchNeeded
from credkit.ledger.errors import NotUnsettled
from credkit.runtime.testing.received import Received
from credkit.runtime.testing.script import Reply
from credkit.runtime.testing.transport import StubTransport

from .conformance.cases import DIDX, RECORD, Case

SEEN: dict[str, Any] = {"by": "ada", "why": "seen in the portal"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "issuances.db"


def connected(case: Case, vendor: Any, ledger: Path | None, transport: Any = None) -> Any:
    settings = case.settings(vendor)
    return credkit.connect(
        case.name, transport=transport or vendor, clock=vendor.client_clock, ledger=ledger, max_attempts=1, **settings
    )


def lose(case: Case, vendor: Any, issuer: Any, number: int = 1, *, committed: bool) -> Unknown:
    vendor.faults.add(sandbox.disconnect(case.operation, committed=committed))
    (unknown,) = issuer.issue([case.request(number)])
    assert isinstance(unknown, Unknown)
    return unknown


def test_never_is_taken_once_nothing_can_be_under_way(path: Path) -> None:
    vendor = DIDX.simulator()
    issuer = connected(DIDX, vendor, path)
    unknown = lose(DIDX, vendor, issuer, committed=False)
    with pytest.raises(NotUnsettled, match="may still be under way until"):
        issuer.settle(unknown, never=True, **SEEN)
    (still,) = issuer.issue([unknown.request])
    assert isinstance(still, Unknown)
    vendor.advance(1800)
    settled = issuer.settle(still, never=True, **SEEN)
    assert isinstance(settled, Rejected)
    assert (settled.reason.code, settled.reason.retryable) == ("never_issued", True)
    assert isinstance(issuer.issue([unknown.request])[0], Issued)
    assert len(DIDX.truth(vendor, unknown.request)) == 1


def test_who_and_why_are_in_the_audit(path: Path) -> None:
    vendor = DIDX.simulator()
    issuer = connected(DIDX, vendor, path)
    unknown = lose(DIDX, vendor, issuer, committed=True)
    issuer.settle(unknown, issued=DIDX.truth(vendor, unknown.request)[0], **SEEN)
    issuer.close()
    command = [sys.executable, "-m", "credkit.cli", "audit", "--ledger", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert "ada" in done.stdout
    assert "seen in the portal" in done.stdout


def test_an_id_is_looked_up_and_believed(path: Path) -> None:
    vendor = DIDX.simulator()
    issuer = connected(DIDX, vendor, path)
    unknown = lose(DIDX, vendor, issuer, committed=True)
    (id_,) = DIDX.truth(vendor, unknown.request)
    settled = issuer.settle(unknown, issued=id_, **SEEN)
    assert isinstance(settled, Issued)
    assert settled.credential.offer is not None, "as the vendor shows it"
    assert (settled.credential.id, settled.credential.reference) == (id_, "intent-1")
    assert issuer.issue([unknown.request])[0].credential.id == id_
    assert len(DIDX.truth(vendor, unknown.request)) == 1
    with pytest.raises(NotUnsettled, match="it is issued already"):
        issuer.settle(unknown, issued=id_, **SEEN)


def test_an_id_that_is_wrong_settles_nothing(path: Path) -> None:
    vendor = DIDX.simulator()
    issuer = connected(DIDX, vendor, path)
    (other,) = issuer.issue([DIDX.request(2)]).issued
    unknown = lose(DIDX, vendor, issuer, committed=True)
    for id_, said in (
        ("iss_mistyped", "no credential of this id"),
        (other.credential.id, "belongs to another intent"),
        ("", "printable"),
        (7, "printable"),
    ):
        with pytest.raises(credkit.InvalidArgument, match=said):
            issuer.settle(unknown, issued=id_, **SEEN)
    assert isinstance(issuer.issue([unknown.request])[0], Unknown)
    assert issuer.ledger.decisions() == []


def test_record_needs_the_batch(path: Path) -> None:
    vendor = RECORD.simulator()
    issuer = connected(RECORD, vendor, path)
    unknown = lose(RECORD, vendor, issuer, committed=True)
    (id_,) = RECORD.truth(vendor, unknown.request)
    with pytest.raises(BatchNeeded):
        issuer.settle(unknown, issued=id_, **SEEN)
    batch = list(vendor.state.batches)[-1]
    settled = issuer.settle(unknown, issued=id_, batch_id=batch, **SEEN)
    assert settled.credential.batch_id == batch


def test_the_async_twin(path: Path) -> None:
    vendor = DIDX.simulator()

    async def work() -> list[Any]:
        settings = DIDX.settings(vendor)
        async with credkit.connect_async(
            "didx", transport=vendor, clock=vendor.client_clock, ledger=path, max_attempts=1, **settings
        ) as issuer:
            vendor.faults.add(sandbox.disconnect(DIDX.operation, committed=True))
            (unknown,) = (await issuer.issue([DIDX.request(1)])).unknown
            (id_,) = DIDX.truth(vendor, unknown.request)
            return [await issuer.settle(unknown, issued=id_, **SEEN), *await issuer.issue([unknown.request])]

    assert [type(one) for one in asyncio.run(work())] == [Issued, Issued]


def test_an_older_result_says_nothing_of_a_later_send(path: Path) -> None:
    vendor = DIDX.simulator()
    issuer = connected(DIDX, vendor, path)
    first = lose(DIDX, vendor, issuer, committed=False)
    vendor.advance(1800)
    issuer.settle(first, never=True, **SEEN)
    lose(DIDX, vendor, issuer, committed=True)
    vendor.advance(1800)
    with pytest.raises(NotUnsettled, match="sent again"):
        issuer.settle(first, never=True, **SEEN)
    assert isinstance(issuer.issue([first.request])[0], Unknown)


def test_what_is_no_decision() -> None:
    vendor = DIDX.simulator()
    issuer = connected(DIDX, vendor, None)
    unknown = lose(DIDX, vendor, issuer, committed=True)
    with pytest.raises(credkit.InvalidArgument, match="say issued= and the credential's id, or never=True"):
        issuer.settle(unknown, **SEEN)
    with pytest.raises(credkit.InvalidArgument, match="say issued="):
        issuer.settle(unknown, issued="iss_1", never=True, **SEEN)
    with pytest.raises(credkit.InvalidArgument, match="by: expected a text"):
        issuer.settle(unknown, never=True, by=" ", why="seen")
    with pytest.raises(credkit.InvalidArgument, match="why: expected a text"):
        issuer.settle(unknown, never=True, by="ada", why=None)
    with pytest.raises(credkit.InvalidArgument, match="expected what is unknown; got a Rejected"):
        issuer.settle(unknown.never_issued(), never=True, **SEEN)
    with pytest.raises(credkit.InvalidArgument, match="not of record"):
        connected(RECORD, RECORD.simulator(), None).settle(unknown, never=True, **SEEN)
    with pytest.raises(credkit.ConfigurationError, match=r"this issuer has none: connect\(…, ledger=FILE\)"):
        issuer.settle(unknown, never=True, **SEEN)


def test_what_the_ledger_never_sent_cannot_be_settled(path: Path) -> None:
    vendor = DIDX.simulator()
    unknown = lose(DIDX, vendor, connected(DIDX, vendor, None), committed=True)
    issuer = connected(DIDX, vendor, path)
    elsewhere = Unknown(unknown.request, issuer.adapter.ticket(_send(issuer), 0, 1), unknown.reason)
    with pytest.raises(NotUnsettled, match="no such intent"):
        issuer.settle(elsewhere, never=True, **SEEN)


def _send(issuer: Any) -> Any:
    from datetime import UTC, datetime

    from credkit.sending import new_send

    return new_send(datetime.now(UTC), account=issuer.account)


def meanwhile(vendor: Any, path: Path, then: Callable[[Any], Any]) -> tuple[StubTransport, list[Any]]:
    """A transport that lets another issuer do something on the same ledger while the first answer to issuing is on its way; and what came
    of that."""
    seen: list[Any] = []

    def handle(received: Received) -> Reply:
        reply: Reply = vendor.handle(received)
        if received.method == "POST" and "issuance" in received.target and not seen:
            seen.append(None)
            with connected(DIDX, vendor, path) as other:
                seen[0] = then(other)
        return reply

    return StubTransport(handle), seen


@pytest.mark.parametrize("by_hand", [True, False], ids=["settle", "known_as"])
@pytest.mark.parametrize("right", [True, False], ids=["right", "wrong"])
def test_a_named_id_while_the_answer_is_on_its_way(right: bool, by_hand: bool, path: Path) -> None:
    """The webhook came first. An id settles the intent at once, and nothing is sent because of it; an answer with another one is noted."""
    vendor = DIDX.simulator()
    request = DIDX.request(1)
    (old,) = connected(DIDX, vendor, None).issue([DIDX.request(2)]).issued

    def name_it(other: Any) -> Any:
        (unknown,) = other.issue([request]).unknown
        assert unknown.not_before is not None, "it is being sent"
        with pytest.raises(NotUnsettled, match="under way"):
            other.settle(unknown, never=True, **SEEN)
        id_ = DIDX.truth(vendor, request)[0] if right else old.credential.id
        return other.settle(unknown, issued=id_, **SEEN) if by_hand else other.reconcile(unknown.known_as(id_))

    transport, seen = meanwhile(vendor, path, name_it)
    issuer = connected(DIDX, vendor, path, transport)
    (answer,) = issuer.issue([request])
    assert isinstance(seen[0], Issued)
    late = [one for one in issuer.ledger.decisions() if one.by == "late answer"]
    assert len(late) == (0 if right else 1)
    assert isinstance(answer, Issued)
    assert len(DIDX.truth(vendor, request)) == 1
    assert isinstance(issuer.issue([request])[0], Issued)
    assert len(DIDX.truth(vendor, request)) == 1


def test_a_mistyped_id_while_the_answer_is_on_its_way(path: Path) -> None:
    """It settles nothing, and the ledger goes on without it."""
    vendor = DIDX.simulator()
    request: IssueRequest = DIDX.request(1)
    transport, seen = meanwhile(
        vendor, path, lambda other: other.reconcile(other.issue([request]).unknown[0].known_as("iss_typo"))
    )
    issuer = connected(DIDX, vendor, path, transport)
    (answer,) = issuer.issue([request])
    assert isinstance(seen[0], Unknown)
    assert isinstance(answer, Issued)
    assert issuer.issue([request])[0].credential.id == answer.credential.id
    assert issuer.ledger.decisions() == []
