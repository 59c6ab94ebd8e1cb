"""What holds for every vendor, sync and async, whatever carries the requests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

import credkit
from credkit import Issued, Rejected, Ticket, Unknown, sandbox
from credkit.model import CredentialStatus, IssueRequest
from credkit.sandbox import Fault

from .cases import Case
from .facade import Facade


def _requests(case: Case, *numbers: int) -> list[IssueRequest]:
    return [case.request(number) for number in numbers]


def _is_true(facade: Facade, result: object) -> bool:
    """Whether an Issued names the one credential that the vendor keeps for its request."""
    assert isinstance(result, Issued)
    return facade.case.truth(facade.simulator, result.request) == [result.credential.id]


def test_every_request_is_answered_in_its_place(facade: Facade) -> None:
    requests = _requests(facade.case, 1, 2, 3, 4, 5)
    result = facade.issue(requests, label="May 2025 Cohort")
    assert [one.request for one in result] == requests
    assert len(result.issued) == 5
    assert all(_is_true(facade, one) for one in result)
    for one in result.issued:
        assert one.credential.reference == one.request.reference
        assert one.credential.url or one.credential.offer or one.credential.signed
        assert one.credential.raw is not None


def test_nothing_to_issue(facade: Facade) -> None:
    assert len(facade.issue([])) == 0
    assert facade.sends() == 0


def test_sends_are_cut_and_answers_put_in_order(connect: Callable[..., Facade], case: Case) -> None:
    facade = connect(batch_size=2) if case.batches else connect()
    result = facade.issue(_requests(case, 1, 2, 3, 4, 5))
    assert all(_is_true(facade, one) for one in result)
    assert facade.sends() == (3 if case.batches else 5)


def test_one_refused_item_leaves_the_others_alone(facade: Facade, case: Case) -> None:
    refused = case.refused() if case.refused else IssueRequest("course", credkit.Person("Canary Name 900"))
    result = facade.issue([case.request(1), refused, case.request(2)])
    first, second, third = result
    assert _is_true(facade, first)
    assert _is_true(facade, third)
    assert isinstance(second, Rejected)
    assert case.truth(facade.simulator, refused) == []
    assert second.reason.message


def test_a_request_that_cannot_be_sent_is_not(facade: Facade, case: Case) -> None:
    nameless = IssueRequest("course", credkit.Person("", "nobody@people.example"))
    assert facade.check(nameless).code == "invalid_request"
    assert facade.check(case.request(1)) is None
    (result,) = facade.issue([nameless])
    assert isinstance(result, Rejected)
    assert result.reason.code == "invalid_request"
    assert facade.sends() == 0


def test_one_intent_twice_is_refused_before_anything_is_sent(facade: Facade, case: Case) -> None:
    with pytest.raises(credkit.InvalidArgument, match="0 and 2"):
        facade.issue(_requests(case, 1, 2, 1))
    assert facade.sends() == 0


def test_an_answer_lost_after_issuing(facade: Facade, case: Case) -> None:
    requests = _requests(case, 1, 2, 3)
    sends = 1 if case.batches else 3
    facade.simulator.faults.add(sandbox.disconnect(case.operation, committed=True, times=sends))
    result = facade.issue(requests, label="May 2025 Cohort")
    assert len(result.unknown) == 3
    assert facade.sends() == sends, "never sent a second time"
    settled = facade.reconcile(result.unknown)
    if case.looks_up:
        assert all(_is_true(facade, one) for one in settled)
        assert [one.request for one in settled] == requests
    else:
        assert all(one.needs_person for one in settled)
        ids = [case.truth(facade.simulator, one.request)[0] for one in settled]
        known = [one.known_as(id_) for one, id_ in zip(settled, ids, strict=True)]
        assert all(_is_true(facade, one) for one in facade.reconcile(known))
    assert facade.sends() == sends
    assert all(len(case.truth(facade.simulator, request)) == 1 for request in requests)


def test_a_request_lost_before_issuing(facade: Facade, case: Case) -> None:
    request = case.request(1)
    facade.simulator.faults.add(sandbox.disconnect(case.operation, committed=False))
    (lost,) = facade.issue([request])
    assert isinstance(lost, Unknown)
    early = facade.reconcile(lost)
    assert isinstance(early, Unknown)
    if case.looks_up:
        assert lost.ticket.ended_at is not None
        assert early.not_before == lost.ticket.ended_at + facade.adapter.settle_after
        facade.simulator.advance(facade.adapter.settle_after.total_seconds() + 1)
        settled = facade.reconcile(early)
    else:
        assert early.needs_person
        settled = early.never_issued()
    assert isinstance(settled, Rejected)
    assert settled.reason.code == "never_issued"
    assert settled.reason.retryable
    (again,) = facade.issue([request])
    assert _is_true(facade, again)


FAULTS: dict[str, Callable[[Case], Fault]] = {
    "half a body": lambda case: sandbox.half_body(case.operation),
    "503 after issuing": lambda case: sandbox.fail(case.operation, 503, committed=True),
    "503 before issuing": lambda case: sandbox.fail(case.operation, 503),
    "another body": lambda case: sandbox.wrong_type(case.operation),
    "another id": lambda case: sandbox.wrong_type(case.operation, case.item_pointer),
    "disconnected": lambda case: sandbox.disconnect(case.operation, committed=True),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_spoilt_answer_is_never_a_guess(facade: Facade, case: Case, fault: str) -> None:
    requests = _requests(case, 1, 2)
    facade.simulator.faults.add(FAULTS[fault](case))
    result = facade.issue(requests)
    assert [one.request for one in result] == requests
    assert result.unknown
    assert not result.rejected
    assert all(_is_true(facade, one) for one in result.issued)
    for one in result.unknown:
        settled = facade.reconcile(one)
        assert not isinstance(settled, Rejected), "not before the vendor can have no answer under way any more"
        assert not isinstance(settled, Issued) or _is_true(facade, settled)
    assert all(len(case.truth(facade.simulator, request)) <= 1 for request in requests)


def test_a_throttled_send_may_be_sent_again(facade: Facade, case: Case) -> None:
    facade.simulator.faults.add(sandbox.fail(case.operation, 429, retry_after=30))
    (result,) = facade.issue(_requests(case, 1))
    assert isinstance(result, Rejected)
    assert result.reason.code == "rate_limited"
    assert result.reason.retryable
    assert result.reason.retry_at is not None
    assert _is_true(facade, facade.issue([result.request])[0])


def test_a_refused_connection_is_not_an_unknown_one(facade: Facade, case: Case, kind: str) -> None:
    facade.simulator.faults.add(sandbox.refuse(case.operation))
    (result,) = facade.issue(_requests(case, 1))
    if kind.endswith("stub"):
        assert isinstance(result, Rejected)
        assert result.reason.code == "not_sent"
        assert result.reason.retryable
    else:
        assert isinstance(result, Unknown), "over HTTP the sandbox resets the connection: the request was sent"
    assert case.truth(facade.simulator, case.request(1)) == []


def test_a_wrong_key_rejects(connect: Callable[..., Facade], case: Case) -> None:
    (result,) = connect(**case.wrong_key).issue(_requests(case, 1))
    assert isinstance(result, Rejected)
    assert result.reason.retryable, "once the key is mended"


def test_another_process_settles_from_the_ticket(connect: Callable[..., Facade], case: Case) -> None:
    facade = connect()
    facade.simulator.faults.add(sandbox.disconnect(case.operation, committed=True))
    (lost,) = facade.issue(_requests(case, 1))
    assert isinstance(lost, Unknown)
    ticket = Ticket.from_json(lost.ticket.to_json())
    assert ticket == lost.ticket
    settled = connect().reconcile(Unknown(case.request(1), ticket, lost.reason))
    assert _is_true(facade, settled) if case.looks_up else settled.needs_person


def test_a_ticket_of_another_account_settles_nothing(connect: Callable[..., Facade], case: Case) -> None:
    facade = connect()
    facade.simulator.faults.add(sandbox.disconnect(case.operation, committed=True))
    (lost,) = facade.issue(_requests(case, 1))
    with pytest.raises(credkit.InvalidArgument, match="another account"):
        connect(**case.other_key).reconcile(lost)


def test_reading_and_ending(facade: Facade, case: Case) -> None:
    (one,) = facade.issue(_requests(case, 1)).issued
    credential = one.credential
    again = facade.get(credential)
    assert (again.id, again.template) == (credential.id, credential.template)
    if facade.supports("list"):
        assert credential.id in [found.id for found in facade.list()]
        assert credential.id in [found.id for found in facade.list(template=credential.template)]
        assert facade.list(status=CredentialStatus.SUSPENDED) == []
    if case.name == "nchain":
        facade.simulator.act("claim", credential.id)
        assert facade.get(credential).status is CredentialStatus.ACCEPTED
    if facade.supports("revoke"):
        assert facade.revoke(credential, reason="error").status is CredentialStatus.REVOKED
        assert facade.revoke(credential.id).status is CredentialStatus.REVOKED, "towards the state, not away from it"
        assert facade.get(credential).status is CredentialStatus.REVOKED
    if facade.supports("cancel"):
        (other,) = facade.issue(_requests(case, 2)).issued
        assert facade.cancel(other.credential).status is CredentialStatus.CANCELLED
        assert facade.cancel(other.credential.id).status is CredentialStatus.CANCELLED
        with pytest.raises(credkit.ApiError):
            facade.cancel(credential)
    assert facade.probe()["content-type"] == "application/json"


def test_a_ledger_knows_of_later_changes(connect: Callable[..., Facade], case: Case, tmp_path: Path) -> None:
    """Revoked, taken back or handed over through the same issuer: issuing again says so, and so does the file."""
    facade = connect(ledger=tmp_path / "issuances.db")
    requests = _requests(case, 1, 2, 3)
    first, second, third = (one.credential for one in facade.issue(requests).issued)
    if case.name == "nchain":
        facade.simulator.act("claim", first.id)
    wanted = [first.status, second.status]
    if facade.supports("revoke"):
        facade.revoke(first.id, reason="error")
        wanted[0] = CredentialStatus.REVOKED
    if facade.supports("cancel"):
        facade.cancel(second)
        wanted[1] = CredentialStatus.CANCELLED
    if facade.supports("email"):
        facade.deliver(third, "email", to=requests[2].subject)
    sends = facade.sends()
    again = facade.issue(requests).issued
    assert facade.sends() == sends
    told = again[2].credential.delivery
    assert [one.credential.status for one in again[:2]] == wanted
    assert (told is not None) == facade.supports("email")
    assert [one.credential.id for one in again] == [first.id, second.id, third.id]


def test_a_lost_answer_to_revoking_is_looked_up(facade: Facade, case: Case) -> None:
    if case.revoking is None:
        pytest.skip("nothing to revoke")
    (one,) = facade.issue(_requests(case, 1)).issued
    if case.name == "nchain":
        facade.simulator.act("claim", one.credential.id)
    facade.simulator.faults.add(sandbox.disconnect(case.revoking, committed=False))
    with pytest.raises(credkit.OutcomeUnknown):
        facade.revoke(one.credential)
    facade.simulator.faults.add(sandbox.disconnect(case.revoking, committed=True))
    assert facade.revoke(one.credential).status is CredentialStatus.REVOKED


def test_what_a_vendor_cannot_do_says_what_to_do_instead(facade: Facade) -> None:
    credential = facade.issue(_requests(facade.case, 1)).issued[0].credential
    calls: dict[str, Callable[[], object]] = {
        "get": lambda: facade.get(credential),
        "list": lambda: facade.list(),
        "revoke": lambda: facade.revoke(credential),
        "cancel": lambda: facade.cancel(credential),
        "webhooks": lambda: facade.parse_event({}, b"{}"),
        "email": lambda: facade.issue(_requests(facade.case, 2), deliver="email"),
        "offer": lambda: facade.issue(_requests(facade.case, 3), deliver="offer"),
    }
    for capability, support in facade.adapter.capabilities.items():
        assert support.how if support.supported else support.instead, capability
        if support.supported:
            facade.require(capability)
            continue
        with pytest.raises(credkit.UnsupportedByVendor, match="has no") as caught:
            facade.require(capability)
        assert caught.value.instead == support.instead
        if capability in calls:
            with pytest.raises(credkit.UnsupportedByVendor):
                calls[capability]()


def test_offers_are_delivered_once_and_again_on_demand(connect: Callable[..., Facade], case: Case) -> None:
    facade = connect()
    if not facade.supports("email"):
        pytest.skip("no e-mail")
    request = case.request(1)
    if case.name == "didx":
        facade._done(facade.issuer.client.users.create(email=request.subject.email))
    (one,) = facade.issue([request], deliver="email").issued
    assert one.credential.delivery is not None
    assert one.credential.delivery.status == "sent", one.credential.delivery
    assert one.credential.status is CredentialStatus.DELIVERED
    operation = {"didx": "sendCredentialOffer", "nchain": "shareCredentialOffersWithEmail"}[case.name]
    facade.simulator.advance(61)
    facade.simulator.faults.add(sandbox.disconnect(operation, committed=True))
    (lost,) = facade.issue([case.request(2)], deliver="email").issued
    if case.name == "nchain":  # DIDX says that there is no such account instead
        assert lost.credential.delivery is not None
        assert lost.credential.delivery.status == "unknown"
    assert _is_true(facade, lost), "an offer that was made stays made"
    facade.simulator.advance(61)
    facade.simulator.faults.clear()
    told = connect().deliver(one.credential, "email", to=request.subject)
    assert told.delivery.status == "sent"
    assert len(case.truth(facade.simulator, request)) == 1, "told twice, offered once"


def test_settling_waits_as_long_as_it_was_told_to(connect: Callable[..., Facade], case: Case) -> None:
    facade = connect(settle_after=5)
    assert facade.adapter.settle_after == timedelta(seconds=5)
